//! [`Handler`]: an error handler by name, as the engines of the codecs ask it.

use taipan_text::codec::{CodecError, DecodeHandler, EncodeHandler, ErrorHandler, Replaced, Replacement};
use taipan_text::{Chars, CharsBuf};

use super::registry::lookup_error;
use crate::protocol;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::exception::{UNICODE_DECODE_ERROR, UNICODE_ENCODE_ERROR};
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Raised, Ref, Value};

/// Decides about errors by the name of a handler: one of those that are always there, or one from
/// the registry.
pub struct Handler<'t, 'a> {
    thread: &'t mut Thread,
    name: &'a str,
    object: Option<Ref<'a>>,
    /// The callable and the exception of a handler from the registry, kept from error to error.
    custom: Option<Value>,
    exception: Option<Value>,
    /// How far into the object the input begins.
    base: usize,
    /// Where to go on, and in which bytes, after a handler has put others into the exception or
    /// has gone back behind the input.
    restart: Option<(Value, usize)>,
}

/// Decodes by an engine, and once more as often as an error handler asks for it. `data` is the object
/// whose bytes `input` is.
pub fn decode_by<T>(
    thread: &mut Thread,
    data: Ref<'_>,
    input: &[u8],
    errors: Option<&str>,
    out: &mut CharsBuf,
    mut engine: impl FnMut(&[u8], &mut CharsBuf, &mut Handler<'_, '_>) -> Outcome<T>,
) -> Outcome<T> {
    let mut handler = Handler::new(thread, errors, Some(data));
    let result = engine(input, out, &mut handler)?;
    let Some(mut place) = handler.restart.take() else { return Ok(result) };
    loop {
        handler.thread.poll()?;
        let (object, base) = place;
        let content = object.downcast::<Bytes>().expect("checked by the handler").content();
        handler.base = base;
        let result = engine(&content[base..], out, &mut handler)?;
        match handler.restart.take() {
            None => return Ok(result),
            Some(next) => place = next,
        }
    }
}

impl<'t, 'a> Handler<'t, 'a> {
    /// The handler of that name, `strict` without one. `object` is what is encoded or decoded; bytes
    /// that are no object become one for the exception.
    pub fn new(thread: &'t mut Thread, name: Option<&'a str>, object: Option<Ref<'a>>) -> Handler<'t, 'a> {
        Handler {
            thread,
            name: name.unwrap_or("strict"),
            object,
            custom: None,
            exception: None,
            base: 0,
            restart: None,
        }
    }

    /// The thread.
    pub fn thread(&mut self) -> &mut Thread {
        self.thread
    }

    /// Calls the handler from the registry: what stands for the error, and where to go on.
    fn call(&mut self, exception: &Value) -> Outcome<Value> {
        let callable = match &self.custom {
            Some(callable) => callable.clone(),
            None => {
                let found = lookup_error(self.thread, self.name)?;
                self.custom.insert(found).clone()
            }
        };
        protocol::call(self.thread, callable.as_ref(), &[exception.as_ref()])
    }

    fn decode_exception(&mut self, error: &CodecError, input: &[u8]) -> Outcome {
        let moved = CodecError { start: error.start + self.base, end: error.end + self.base, ..*error };
        let error = &moved;
        if let Some(exception) = self.exception.clone() {
            return update(self.thread, exception, error);
        }
        let object = match self.object {
            Some(object) if object.downcast::<Bytes>().is_some() => object.to_value(),
            _ => self.thread.bytes(input)?,
        };
        let made = make(self.thread, UNICODE_DECODE_ERROR.as_ref(), error, object.as_ref())?;
        Ok(self.exception.insert(made).clone())
    }

    fn encode_exception(&mut self, error: &CodecError, input: Chars<'_>) -> Outcome {
        if let Some(exception) = self.exception.clone() {
            return update(self.thread, exception, error);
        }
        let object = match self.object {
            Some(object) => object.to_value(),
            None => self.thread.str_from_chars(input)?,
        };
        let made = make(self.thread, UNICODE_ENCODE_ERROR.as_ref(), error, object.as_ref())?;
        Ok(self.exception.insert(made).clone())
    }

    fn raise_decode(&mut self, error: &CodecError, input: &[u8]) -> Raised {
        match self.decode_exception(error, input) {
            Ok(exception) => self.thread.raise(exception),
            Err(raised) => raised,
        }
    }

    fn raise_encode(&mut self, error: &CodecError, input: Chars<'_>) -> Raised {
        match self.encode_exception(error, input) {
            Ok(exception) => self.thread.raise(exception),
            Err(raised) => raised,
        }
    }

    fn decode_by_call(&mut self, error: &CodecError, input: &[u8], out: &mut CharsBuf) -> Outcome<usize> {
        const WRONG: &str = "decoding error handler must return (str, int) tuple";
        let exception = self.decode_exception(error, input)?;
        let answer = self.call(&exception)?;
        let (text, position) = pair(self.thread, &answer, WRONG)?;
        let Some(text) = text.downcast::<Str>() else { return Err(self.thread.type_error(WRONG)) };
        // The handler may have put other bytes into the exception.
        let name = self.thread.intern("object")?;
        let object = protocol::get_attribute(self.thread, exception.as_ref(), name.as_ref())?;
        let Some(content) = object.downcast::<Bytes>() else {
            return Err(self.thread.type_error("exception attribute object must be bytes"));
        };
        let length = content.content().len();
        let resume = resume(self.thread, position, length)?;
        out.push_chars(text.chars());
        let is_same = length == input.len() + self.base && content.content()[self.base..] == *input;
        match resume.checked_sub(self.base) {
            Some(resume) if is_same => Ok(resume),
            _ => {
                self.restart = Some((object, resume));
                Ok(input.len())
            }
        }
    }

    fn encode_by_call(&mut self, error: &CodecError, input: Chars<'_>) -> Outcome<Replacement> {
        const WRONG: &str = "encoding error handler must return (str/bytes, int) tuple";
        let exception = self.encode_exception(error, input)?;
        let answer = self.call(&exception)?;
        let (replaced, position) = pair(self.thread, &answer, WRONG)?;
        let replaced = if let Some(text) = replaced.downcast::<Str>() {
            let mut buf = CharsBuf::new();
            buf.push_chars(text.chars());
            Replaced::Text(buf)
        } else if let Some(bytes) = replaced.downcast::<Bytes>() {
            Replaced::Bytes(bytes.content().to_vec())
        } else {
            return Err(self.thread.type_error(WRONG));
        };
        Ok(Replacement { replaced, resume: resume(self.thread, position, input.len())? })
    }
}

/// A new exception about an error.
fn make(thread: &mut Thread, ty: Ref<'_>, error: &CodecError, object: Ref<'_>) -> Outcome {
    let encoding = thread.str(error.encoding)?;
    let start = thread.int(error.start as i128)?;
    let end = thread.int(error.end as i128)?;
    let reason = thread.str(error.reason)?;
    let arguments = [encoding.as_ref(), object, start.as_ref(), end.as_ref(), reason.as_ref()];
    protocol::call(thread, ty, &arguments)
}

/// The exception of an earlier error, made to tell the new one.
fn update(thread: &mut Thread, exception: Value, error: &CodecError) -> Outcome {
    let start = thread.int(error.start as i128)?;
    let end = thread.int(error.end as i128)?;
    let reason = thread.str(error.reason)?;
    for (name, value) in [("start", start), ("end", end), ("reason", reason)] {
        let name = thread.intern(name)?;
        protocol::set_attribute(thread, exception.as_ref(), name.as_ref(), Some(value.as_ref()))?;
    }
    Ok(exception)
}

/// The two parts of what a handler answered.
fn pair<'v>(thread: &mut Thread, answer: &'v Value, wrong: &str) -> Outcome<(Ref<'v>, isize)> {
    let Some([replaced, position]) = answer.downcast::<Tuple>().map(Tuple::items) else {
        return Err(thread.type_error(wrong));
    };
    let position = protocol::index_isize(thread, *position)?;
    Ok((*replaced, position))
}

/// Where to go on, counted from the end if it is negative.
fn resume(thread: &mut Thread, position: isize, length: usize) -> Outcome<usize> {
    let counted = if position < 0 { position.checked_add_unsigned(length) } else { Some(position) };
    match counted.and_then(|counted| usize::try_from(counted).ok()) {
        Some(resume) if resume <= length => Ok(resume),
        _ => {
            let position = if position < 0 { counted.unwrap_or(position) } else { position };
            Err(out_of_bounds(thread, position))
        }
    }
}

#[cold]
fn out_of_bounds(thread: &mut Thread, position: isize) -> Raised {
    thread.index_error(format!("position {position} from error handler out of bounds"))
}

impl DecodeHandler for Handler<'_, '_> {
    type Error = Raised;

    fn handle(&mut self, error: &CodecError, input: &[u8], out: &mut CharsBuf) -> Result<usize, Raised> {
        match ErrorHandler::from_name(self.name) {
            Some(handler) => match handler.decode(error, input, out) {
                Some(resume) => Ok(resume),
                None if wrong_way(handler) => self.decode_by_call(error, input, out),
                None => Err(self.raise_decode(error, input)),
            },
            None => self.decode_by_call(error, input, out),
        }
    }
}

/// Whether the handler knows errors of encoding only, and says so.
fn wrong_way(handler: ErrorHandler) -> bool {
    matches!(handler, ErrorHandler::XmlCharRefReplace | ErrorHandler::NameReplace)
}

impl EncodeHandler for Handler<'_, '_> {
    type Error = Raised;

    fn handle(&mut self, error: &CodecError, input: Chars<'_>) -> Result<Replacement, Raised> {
        match ErrorHandler::from_name(self.name) {
            Some(mut handler) => EncodeHandler::handle(&mut handler, error, input)
                .map_err(|error| self.raise_encode(&error, input)),
            None => self.encode_by_call(error, input),
        }
    }

    fn refuse(&mut self, error: &CodecError, input: Chars<'_>) -> Raised {
        self.raise_encode(error, input)
    }
}
