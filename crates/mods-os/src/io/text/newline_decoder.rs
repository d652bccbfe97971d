//! `IncrementalNewlineDecoder`: translates newlines of what another decoder decodes.

use std::cell::Cell;

use taipan_macros::{getter, native};
use taipan_object::native::{Args, GetSetDef, MethodDef, Parameters};
use taipan_object::typeobject::{Slots, TypeDef, TypeFlags, allocate_instance};
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Type, Value, object, protocol};

use super::super::support::call0;
use super::newlines::Newlines;

/// A decoder of newlines.
#[repr(C)]
pub struct NewlineDecoder {
    head: Header,
    /// The decoder of bytes, or `None`; nothing before `__init__`.
    decoder: Inside<Option<Value>>,
    newlines: Cell<Newlines>,
}
object!(NewlineDecoder, NEWLINE_DECODER, holds: decoder);

/// The type `_io.IncrementalNewlineDecoder`.
pub static NEWLINE_DECODER: Type = Type::new::<NewlineDecoder>(
    &TypeDef {
        doc: Some(include_str!("../doc/IncrementalNewlineDecoder.txt")),
        signature: Some("(decoder, translate, errors='strict')"),
        methods: &[METHODS],
        getset: &[GETSET],
        ..TypeDef::new("_io.IncrementalNewlineDecoder")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER),
    Slots { new: Some(new), init: Some(init), ..Slots::holding::<NewlineDecoder>() },
);

const METHODS: &[MethodDef] = &[DECODE, GETSTATE, SETSTATE, RESET];

const GETSET: &[GetSetDef] = &[NEWLINES];

fn new<'a>(thread: &mut Thread, ty: &'a Type, _: Args<'a>) -> Outcome {
    allocate_instance(thread, ty, |head| NewlineDecoder {
        head,
        decoder: Inside::new(None),
        newlines: Cell::new(Newlines::new(false)),
    })
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    static PARAMETERS: Parameters = Parameters {
        function: "IncrementalNewlineDecoder",
        names: &["decoder", "translate", "errors"],
        positional_only: 0,
        positional: 3,
        required: 2,
        required_keywords: 0,
    };
    let [decoder, translate, _errors] = PARAMETERS.parse::<3>(thread, args)?;
    let own = object.downcast::<NewlineDecoder>().expect("the slot of newline decoders");
    let translate = protocol::is_true(thread, translate.expect("a required parameter"))?;
    let old = own.decoder.change(thread).replace(decoder.expect("a required parameter").to_value());
    drop(old);
    own.newlines.set(Newlines::new(translate));
    Ok(())
}

impl NewlineDecoder {
    fn decoder(&self, thread: &mut Thread) -> Outcome {
        match self.decoder.view(thread).clone() {
            Some(decoder) => Ok(decoder),
            None => Err(thread.value_error("IncrementalNewlineDecoder.__init__() not called")),
        }
    }
}

/// The text that a decoder returned, or TypeError.
pub fn check_decoded(thread: &mut Thread, decoded: Value) -> Outcome {
    if decoded.downcast::<Str>().is_none() {
        let ty = decoded.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("decoder should return a string result, not '{ty}'")));
    }
    Ok(decoded)
}

/// What `decode(input, last)` of a decoder returns.
pub fn call_decoder(thread: &mut Thread, decoder: Ref<'_>, input: Ref<'_>, last: bool) -> Outcome {
    let decoded = protocol::call_method(thread, decoder, "decode", &[input, Ref::bool(last)])?;
    check_decoded(thread, decoded)
}

#[native(signature = "($self, /, input, final=False)")]
fn decode(thread: &mut Thread, this: &NewlineDecoder, input: Ref<'_>, r#final: Option<bool>) -> Outcome {
    let last = r#final.unwrap_or(false);
    let decoder = this.decoder(thread)?;
    let decoded = if decoder.as_ref().is_none() {
        check_decoded(thread, input.to_value())?
    } else {
        call_decoder(thread, decoder.as_ref(), input, last)?
    };
    let mut newlines = this.newlines.get();
    let made = newlines.process(thread, decoded, last);
    this.newlines.set(newlines);
    made
}

/// The two parts of a decoder's state.
pub fn state_parts(thread: &mut Thread, state: &Value, message: &str) -> Outcome<(Value, i64)> {
    let Some(tuple) = state.downcast::<Tuple>() else { return Err(thread.type_error(message)) };
    let [buffer, flag] = tuple.items() else { return Err(thread.type_error(message)) };
    let buffer = buffer.to_value();
    Ok((buffer, protocol::index_i64(thread, *flag)?))
}

#[native(signature = "($self, /)")]
fn getstate(thread: &mut Thread, this: &NewlineDecoder) -> Outcome {
    let decoder = this.decoder(thread)?;
    let (buffer, flag) = if decoder.as_ref().is_none() {
        (thread.bytes(b"")?, 0)
    } else {
        let state = call0(thread, decoder.as_ref(), "getstate")?;
        state_parts(thread, &state, "illegal decoder state")?
    };
    let flag = i128::from(flag) << 1 | i128::from(this.newlines.get().pending_cr);
    let flag = thread.int(flag)?;
    thread.tuple([buffer, flag])
}

#[native(signature = "($self, state, /)")]
fn setstate(thread: &mut Thread, this: &NewlineDecoder, state: Ref<'_>) -> Outcome {
    let decoder = this.decoder(thread)?;
    if state.downcast::<Tuple>().is_none() {
        return Err(thread.type_error("state argument must be a tuple"));
    }
    let (buffer, flag) = state_parts(thread, &state.to_value(), "setstate(): illegal state argument")?;
    let mut newlines = this.newlines.get();
    newlines.pending_cr = flag & 1 == 1;
    this.newlines.set(newlines);
    if decoder.as_ref().is_none() {
        return Ok(Value::none());
    }
    let flag = thread.int((flag >> 1).into())?;
    let state = thread.tuple([buffer, flag])?;
    protocol::call_method(thread, decoder.as_ref(), "setstate", &[state.as_ref()])
}

#[native(signature = "($self, /)")]
fn reset(thread: &mut Thread, this: &NewlineDecoder) -> Outcome {
    let decoder = this.decoder(thread)?;
    let mut newlines = this.newlines.get();
    newlines.reset();
    this.newlines.set(newlines);
    if decoder.as_ref().is_none() { Ok(Value::none()) } else { call0(thread, decoder.as_ref(), "reset") }
}

#[getter]
fn newlines(thread: &mut Thread, this: &NewlineDecoder) -> Outcome {
    this.decoder(thread)?;
    this.newlines.get().seen(thread)
}
