//! What the front end answers to a case, as a line of text, and what must hold in any case.

use crate::case::Case;
use std::fmt::Write;
use std::rc::Rc;
use taipan::asdl::diagnostic::{Error, ErrorKind, ErrorLocation, Warning};
use taipan::asdl::dump::{DumpOptions, dump};
use taipan::asdl::{Bump, NameTable};
use taipan::code::digest::digest;
use taipan::code::dis::{DisOptions, disassemble};
use taipan::code::{CodeObject, Const, marshal};
use taipan::frontend::{self, Flags, Ignore, Mode, Options, Result, Source};
use taipan::text::{Text, TextBuf};

/// Stack for the recursion over trees; the fuzzer's thread has as much and more.
const STACK: usize = 64 << 20;

/// The answer, in the form of `reference.py`.
pub fn answer(case: &Case) -> String {
    on_stack(|| {
        let mut warnings = Vec::new();
        let outcome = frontend::compile(Source::Bytes(&case.source), &options(case), &mut warnings);
        row(&outcome, &warnings)
    })
}

/// Runs every stage and printer over a case and checks what they have in common; the answer comes
/// back. Panics where something is wrong.
pub fn check(case: &Case) -> String {
    on_stack(|| {
        let source = Source::Bytes(&case.source);
        let options = options(case);
        let mut warnings = Vec::new();
        let outcome = frontend::compile(source, &options, &mut warnings);
        if let Ok(code) = &outcome {
            check_code(code);
        }
        check_stages(source, &options, outcome.is_ok());
        row(&outcome, &warnings)
    })
}

/// What can be done with a code object can be done with all of them.
fn check_code(code: &Rc<CodeObject>) {
    for show_positions in [false, true] {
        let options = DisOptions { show_caches: true, show_offsets: true, show_positions, specialized: true };
        assert!(!disassemble(code, options).is_empty(), "a code object has instructions");
    }
    let written = marshal::dumps(&Const::Code(Rc::clone(code)), marshal::WriteOptions::default())
        .expect("constants can be written");
    let read = marshal::loads(&written).expect("what was written can be read");
    let Const::Code(read) = read else { panic!("a code object was written") };
    assert_eq!(lines(code), lines(&read), "a code object is the same when it was written and read");
}

/// The other stages agree with the compiler about what is a program.
fn check_stages(source: Source<'_>, options: &Options, compiles: bool) {
    let mut names = NameTable::new();
    let table = frontend::symbol_table(source, options, &mut names, &mut Ignore);
    assert!(table.is_ok() || !compiles, "what compiles has a symbol table");
    for flags in [Flags::ONLY_AST, Flags::OPTIMIZED_AST, Flags::ONLY_AST | Flags::TYPE_COMMENTS] {
        let (arena, mut names) = (Bump::new(), NameTable::new());
        let options = Options { flags, ..options.clone() };
        let tree = frontend::tree(source, &options, &arena, &mut names, &mut Ignore);
        let typed = flags.contains(Flags::TYPE_COMMENTS);
        assert!(tree.is_ok() || !compiles || typed, "what compiles has a tree");
        if let Ok(tree) = tree {
            // Trees may be too deep to be printed.
            let _ = dump(tree, &names, DumpOptions { include_attributes: true, ..DumpOptions::default() });
        }
    }
    for mode in [Mode::Single, Mode::Eval, Mode::FuncType] {
        let flags = Flags::ONLY_AST | Flags::ALLOW_INCOMPLETE_INPUT | Flags::DONT_IMPLY_DEDENT;
        let options = Options { mode, flags, feature_version: 8, ..options.clone() };
        let _ = frontend::tree(source, &options, &Bump::new(), &mut NameTable::new(), &mut Ignore);
    }
}

fn options(case: &Case) -> Options {
    Options {
        mode: match case.mode {
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            _ => Mode::Exec,
        },
        optimize: case.optimize,
        stack_budget: STACK / 2,
        ..Options::new(Text::new("<fuzz>"))
    }
}

/// Runs on a thread with room for deep trees. A panic goes on in the caller.
fn on_stack<T: Send>(run: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, run);
        match thread.expect("a thread can be started").join() {
            Ok(value) => value,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn row(outcome: &Result<Rc<CodeObject>>, warnings: &[Warning]) -> String {
    let mut fields = Vec::new();
    match outcome {
        Ok(code) => {
            fields.push("ok".to_owned());
            fields.extend(lines(code));
        }
        Err(error) => fields.extend(error_fields(error)),
    }
    for warning in warnings {
        fields.push(format!("{:?} {} {}", warning.category, warning.lineno, text(&warning.message)));
    }
    fields.join("\t")
}

fn error_fields(error: &Error) -> Vec<String> {
    let mut fields = vec![error.kind.class_name().to_owned(), text(&error.message)];
    if is_syntax_error(error.kind) {
        let number =
            |number: i32| if number == ErrorLocation::NONE { "None".to_owned() } else { number.to_string() };
        match error.location {
            Some(ErrorLocation { lineno, offset, end_lineno, end_offset }) => {
                fields.extend([lineno, offset, end_lineno, end_offset].map(number));
            }
            None => fields.extend(["None"; 4].map(str::to_owned)),
        }
        fields.push(error.text.as_ref().map_or("None".to_owned(), |line| text(line)));
    }
    fields
}

const fn is_syntax_error(kind: ErrorKind) -> bool {
    use ErrorKind::{IncompleteInputError, IndentationError, SyntaxError, TabError};
    matches!(kind, SyntaxError | IndentationError | TabError | IncompleteInputError)
}

/// A line for each code object, the outer before the inner.
fn lines(code: &Rc<CodeObject>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut pending = vec![code];
    while let Some(code) = pending.pop() {
        let mut line = text(&code.qualname);
        for (field, digest) in digest(code) {
            let _ = write!(line, " {field}={digest:x}");
        }
        lines.push(line);
        pending.extend(code.consts.iter().rev().filter_map(|constant| match constant {
            Const::Code(code) => Some(code),
            _ => None,
        }));
    }
    lines
}

fn text(text: &Text) -> String {
    let mut out = "=".to_owned();
    for byte in text.as_bytes() {
        let _ = write!(out, "{byte:02x}");
    }
    out
}

/// In which way two answers differ, in words that do not depend on the source's details; `None` if
/// they are the same, or if both ran out of some resource, where the limits are each one's own.
pub fn difference(ours: &str, theirs: &str) -> Option<String> {
    if ours == theirs {
        return None;
    }
    let (our, their): (Vec<&str>, Vec<&str>) = (ours.split('\t').collect(), theirs.split('\t').collect());
    let is_limit = |fields: &[&str]| matches!(fields[0], "RecursionError" | "MemoryError");
    if is_limit(&our) || is_limit(&their) {
        return None;
    }
    let verdict = |fields: &[&str]| match fields {
        ["ok", ..] => "ok".to_owned(),
        [kind, message, ..] => format!("{kind}: {}", shape(&unhex(message))),
        _ => String::new(),
    };
    let (our_verdict, their_verdict) = (verdict(&our), verdict(&their));
    if our_verdict != their_verdict {
        return Some(format!("ours {our_verdict} | theirs {their_verdict}"));
    }
    if our[0] != "ok" {
        let names = ["type", "message", "lineno", "offset", "end_lineno", "end_offset", "text"];
        let differing: Vec<&str> =
            (0..7).filter(|&at| our.get(at) != their.get(at)).map(|at| names[at]).collect();
        let differing = if differing.is_empty() { "warnings".to_owned() } else { differing.join(", ") };
        return Some(format!("{their_verdict}: {differing}"));
    }
    let pair = our.iter().zip(&their).find(|(a, b)| a != b);
    let Some((a, b)) = pair else { return Some("ok: number of code objects or warnings".to_owned()) };
    let differing: Vec<&str> = a
        .split(' ')
        .zip(b.split(' '))
        .filter(|(a, b)| a != b)
        .map(|(a, _)| a.split('=').next().unwrap_or(a))
        .map(|field| if field.is_empty() { "name" } else { field })
        .collect();
    Some(format!("ok: {}", differing.join(", ")))
}

/// A message without the names and numbers of its source.
fn shape(message: &str) -> String {
    let mut out = String::new();
    let mut quote = None;
    for c in message.chars() {
        match quote {
            Some(open) if c == open => {
                quote = None;
                out.push(c);
            }
            Some(_) => {}
            None => {
                if c == '\'' || c == '"' {
                    quote = Some(c);
                }
                out.push(if c.is_ascii_digit() { '#' } else { c });
            }
        }
    }
    out
}

/// An answer with its texts readable.
pub fn readable(row: &str) -> String {
    let fields =
        row.split('\t').map(|field| if field.starts_with('=') { unhex(field) } else { field.to_owned() });
    fields.collect::<Vec<_>>().join(" | ").chars().take(1000).collect()
}

/// A field's text; what is not a text stays as it is.
fn unhex(field: &str) -> String {
    let Some(digits) = field.strip_prefix('=') else { return field.to_owned() };
    let digits = digits.split(' ').next().unwrap_or(digits);
    let byte = |at: usize| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let mut text = TextBuf::new();
    let bytes: Vec<u8> = (0..digits.len()).step_by(2).filter_map(byte).collect();
    text.push_text(Text::from_bytes(&bytes));
    let rest = field.find(' ').map_or("", |at| &field[at..]);
    format!("{:?}{rest}", text.to_string_lossy())
}
