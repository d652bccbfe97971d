//! The module `_tokenize`: the tokens of lines that a function reads.
//!
//! Not here: the tokenizer (`frontend` leads to it). The lines are read when the first token is asked
//! for, all of them.
//!
//! Answers for CPython's `Python/Python-tokenize.c`.

use std::rc::Rc;

use taipan_object::native::{Args, FromArgument, ModuleDef, Parameters};
use taipan_object::protocol;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::types::bytes::Bytes;
use taipan_object::types::str::Str;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, codec, object};
use taipan_text::{Text, TextBuf};

use crate::compile::raise_error;
use crate::frontend::{TokenData, TokenStream, front_end};

/// The module `_tokenize`.
pub static TOKENIZE: ModuleDef = ModuleDef {
    name: "_tokenize",
    doc: None,
    functions: &[],
    exec: Some(|thread, module| {
        thread.module_add(module, "TokenizerIter", TOKENIZER_ITER.as_ref().to_value())
    }),
};

/// How far an iterator is.
enum Progress {
    /// Nothing is read yet.
    Unread,
    /// The tokens that are left, the last one first, and what the line of the last one was.
    Reading { tokens: Vec<TokenData>, stream: TokenStream },
}

/// An iterator over tokens.
#[repr(C)]
pub struct TokenizerIter {
    head: Header,
    readline: Value,
    encoding: Option<String>,
    extra_tokens: bool,
    progress: Inside<Progress>,
    line: Inside<Option<Value>>,
    /// Where the text of `line` lies.
    line_of: Inside<Option<Rc<Text>>>,
}

object!(TokenizerIter, TOKENIZER_ITER, holds: readline, line);

/// The type `_tokenize.TokenizerIter`.
pub static TOKENIZER_ITER: Type = Type::new::<TokenizerIter>(
    &TypeDef::new("_tokenize.TokenizerIter"),
    TypeFlags::CONTAINER,
    Slots {
        new: Some(new),
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(next),
        ..Slots::holding::<TokenizerIter>()
    },
);

fn new<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    const PARAMETERS: Parameters = Parameters {
        function: "tokenizeriter",
        names: &["", "extra_tokens", "encoding"],
        positional_only: 1,
        positional: 1,
        required: 1,
        required_keywords: 0b10,
    };
    let [readline, extra_tokens, encoding] = PARAMETERS.parse::<3>(thread, args)?;
    let extra_tokens = protocol::is_true(thread, extra_tokens.expect("required"))?;
    let encoding = match encoding {
        Some(name) => Some(String::from_named_argument(thread, name, "tokenizeriter", "encoding", 3)?),
        None => None,
    };
    let readline = readline.expect("required").to_value();
    thread.new_object(|head| TokenizerIter {
        head,
        readline,
        encoding,
        extra_tokens,
        progress: Inside::new(Progress::Unread),
        line: Inside::new(None),
        line_of: Inside::new(None),
    })
}

/// All lines that the function reads, as one text.
fn read_all(thread: &mut Thread, own: &TokenizerIter) -> Outcome<TextBuf> {
    let mut text = TextBuf::new();
    loop {
        thread.poll()?;
        let line = match protocol::call(thread, own.readline.as_ref(), &[]) {
            Ok(line) => line,
            Err(raised) => {
                protocol::end_of_iteration(thread, raised)?;
                return Ok(text);
            }
        };
        let decoded = match &own.encoding {
            None if line.downcast::<Str>().is_none() => {
                return Err(thread.type_error("readline() returned a non-string object"));
            }
            None => line,
            Some(_) if line.downcast::<Bytes>().is_none() => {
                return Err(thread.type_error("readline() returned a non-bytes object"));
            }
            Some(encoding) => codec::decode_object(thread, line.as_ref(), encoding, Some("replace"))?,
        };
        let decoded = decoded.downcast::<Str>().expect("decoded");
        if decoded.is_empty() {
            return Ok(text);
        }
        thread.charge(decoded.len())?;
        thread.heap().discharge(decoded.len());
        text.push_text(&decoded.to_text());
    }
}

fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = object.downcast::<TokenizerIter>().expect("the slot of the type");
    if matches!(own.progress.view(thread), Progress::Unread) {
        let text = read_all(thread, own)?;
        let mut stream = front_end(thread).tokenize(&text, own.extra_tokens);
        let mut tokens = std::mem::take(&mut stream.tokens);
        tokens.reverse();
        *own.progress.change(thread) = Progress::Reading { tokens, stream };
    }
    let Progress::Reading { tokens, stream } = own.progress.change(thread) else { return Ok(None) };
    match tokens.pop() {
        Some(token) => token_tuple(thread, own, &token).map(Some),
        None => match stream.error.take() {
            Some(error) => Err(raise_error(thread, &error, Text::new("<string>"))),
            None => Ok(None),
        },
    }
}

fn place(thread: &mut Thread, (line, column): (i32, i32)) -> Outcome {
    thread.tuple([Value::small_int(line.into()), Value::small_int(column.into())])
}

fn token_tuple(thread: &mut Thread, own: &TokenizerIter, token: &TokenData) -> Outcome {
    let string = thread.str_from_text(&token.string)?;
    let (start, end) = (place(thread, token.start)?, place(thread, token.end)?);
    let known = own.line_of.view(thread).as_ref().is_some_and(|line| Rc::ptr_eq(line, &token.line));
    let line = match own.line.view(thread).clone() {
        Some(line) if known => line,
        _ => {
            let line = thread.str_from_text(&token.line)?;
            *own.line_of.change(thread) = Some(token.line.clone());
            let old = own.line.change(thread).replace(line.clone());
            drop(old);
            line
        }
    };
    thread.tuple([Value::small_int(token.number.into()), string, start, end, line])
}
