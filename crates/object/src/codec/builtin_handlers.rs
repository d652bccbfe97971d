//! The error handlers that are always there, as functions that Python can call with an exception.
//!
//! Answers for `PyCodec_StrictErrors` and its relatives in CPython's `Python/codecs.c`.

use taipan_text::CharsBuf;
use taipan_text::codec::{CodecError, ErrorHandler, Replaced};

use crate::native::{Binding, MethodDef, NativeCall};
use crate::protocol;
use crate::thread::Thread;
use crate::types::bytes::Bytes;
use crate::types::exception::{
    BASE_EXCEPTION, UNICODE_DECODE_ERROR, UNICODE_ENCODE_ERROR, UNICODE_TRANSLATE_ERROR,
};
use crate::types::str::Str;
use crate::value::{Outcome, Raised, Ref, Value};

macro_rules! handlers {
    ($($name:literal $function:literal $handler:ident $doc:expr;)*) => {
        /// The handlers by name.
        pub(super) static ALL: &[(&str, &MethodDef)] = &[$((
            $name,
            &MethodDef {
                name: $function,
                doc: $doc,
                signature: Some("($self, object, /)"),
                call: NativeCall::One(|thread, _, exception| call(thread, ErrorHandler::$handler, exception)),
                binding: Binding::Instance,
            },
        )),*];
    };
}

handlers! {
    "strict" "strict_errors" Strict Some("Implements the 'strict' error handling, which raises a UnicodeError on coding errors.");
    "ignore" "ignore_errors" Ignore Some("Implements the 'ignore' error handling, which ignores malformed data and continues.");
    "replace" "replace_errors" Replace Some("Implements the 'replace' error handling, which replaces malformed data with a replacement marker.");
    "xmlcharrefreplace" "xmlcharrefreplace_errors" XmlCharRefReplace Some("Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character reference.");
    "backslashreplace" "backslashreplace_errors" BackslashReplace Some("Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.");
    "namereplace" "namereplace_errors" NameReplace Some("Implements the 'namereplace' error handling, which replaces an unencodable character with a \\N{...} escape sequence.");
    "surrogatepass" "surrogatepass" SurrogatePass None;
    "surrogateescape" "surrogateescape" SurrogateEscape None;
}

/// What an exception tells of an error.
struct Problem {
    object: Value,
    start: usize,
    end: usize,
    encoding: Option<Value>,
}

impl Problem {
    fn read(thread: &mut Thread, exception: Ref<'_>, decoding: bool, translating: bool) -> Outcome<Problem> {
        let get = |thread: &mut Thread, name: &str| {
            let name = thread.intern(name)?;
            protocol::get_attribute(thread, exception, name.as_ref())
        };
        let object = get(thread, "object")?;
        let length = match (object.downcast::<Str>(), object.downcast::<Bytes>()) {
            (Some(text), _) if !decoding => text.len(),
            (_, Some(bytes)) if decoding => bytes.content().len(),
            _ => {
                let wanted = if decoding { "bytes" } else { "str" };
                let message = format!("UnicodeError 'object' attribute must be a {wanted}");
                return Err(thread.type_error(message));
            }
        };
        let start = get(thread, "start")?;
        let start = protocol::index_isize(thread, start.as_ref())?;
        let end = get(thread, "end")?;
        let end = protocol::index_isize(thread, end.as_ref())?;
        let encoding = if translating { None } else { Some(get(thread, "encoding")?) };
        // As CPython does: the start inside of the object, the end behind the start.
        let last = length.saturating_sub(1) as isize;
        let start = start.clamp(0, last.max(0)) as usize;
        let end = (end.max(1).min(length as isize)).max(0) as usize;
        Ok(Problem { object, start, end, encoding })
    }

    fn error(&self, encoding: &'static str) -> CodecError {
        CodecError { encoding, start: self.start.min(self.end), end: self.end, reason: "" }
    }

    /// The encoding under the name that the engines know.
    fn utf_name(&self) -> &'static str {
        const KNOWN: &[&str] =
            &["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"];
        let name = self.encoding.as_ref().and_then(|name| name.downcast::<Str>());
        let name = name.map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        let plain: String = name.chars().filter(|c| !matches!(c, '-' | '_')).collect();
        KNOWN.iter().find(|known| known.replace('-', "") == plain).copied().unwrap_or("")
    }
}

fn call(thread: &mut Thread, handler: ErrorHandler, exception: Ref<'_>) -> Outcome {
    if handler == ErrorHandler::Strict {
        if exception.ty().is_subtype(thread, &BASE_EXCEPTION) {
            return Err(thread.raise(exception.to_value()));
        }
        return Err(thread.type_error("codec must pass exception instance"));
    }
    let encoding = exception.ty().is_subtype(thread, &UNICODE_ENCODE_ERROR);
    let decoding = exception.ty().is_subtype(thread, &UNICODE_DECODE_ERROR);
    let translating = exception.ty().is_subtype(thread, &UNICODE_TRANSLATE_ERROR);
    if encoding {
        encode(thread, handler, exception)
    } else if decoding {
        decode(thread, handler, exception)
    } else if translating {
        translate(thread, handler, exception)
    } else {
        Err(wrong_type(thread, exception))
    }
}

#[cold]
fn wrong_type(thread: &mut Thread, exception: Ref<'_>) -> Raised {
    let ty = exception.ty().name().into_owned();
    thread.type_error(format!("don't know how to handle {ty} in error callback"))
}

fn answer(thread: &mut Thread, replaced: Value, resume: usize) -> Outcome {
    let resume = thread.int(resume as i128)?;
    thread.tuple([replaced, resume])
}

fn encode(thread: &mut Thread, handler: ErrorHandler, exception: Ref<'_>) -> Outcome {
    let problem = Problem::read(thread, exception, false, false)?;
    let text = problem.object.downcast::<Str>().expect("checked by read");
    let found = handler.encode_whole(&problem.error(problem.utf_name()), text.chars());
    match found {
        None => Err(thread.raise(exception.to_value())),
        Some(replacement) => {
            let replaced = match replacement.replaced {
                Replaced::Text(text) => thread.str_from_buf(text)?,
                Replaced::Bytes(bytes) => thread.bytes_from(bytes)?,
            };
            answer(thread, replaced, replacement.resume)
        }
    }
}

fn decode(thread: &mut Thread, handler: ErrorHandler, exception: Ref<'_>) -> Outcome {
    if matches!(handler, ErrorHandler::XmlCharRefReplace | ErrorHandler::NameReplace) {
        return Err(wrong_type(thread, exception));
    }
    let problem = Problem::read(thread, exception, true, false)?;
    let content = problem.object.downcast::<Bytes>().expect("checked by read").content();
    let mut out = CharsBuf::new();
    match handler.decode(&problem.error(problem.utf_name()), content, &mut out) {
        None => Err(thread.raise(exception.to_value())),
        Some(resume) => {
            let replaced = thread.str_from_buf(out)?;
            answer(thread, replaced, resume)
        }
    }
}

fn translate(thread: &mut Thread, handler: ErrorHandler, exception: Ref<'_>) -> Outcome {
    let problem = Problem::read(thread, exception, false, true)?;
    let text = problem.object.downcast::<Str>().expect("checked by read");
    let mut out = CharsBuf::new();
    let error = problem.error("");
    match handler {
        ErrorHandler::Ignore => {}
        ErrorHandler::Replace => out.push_n(0xfffd, error.end - error.start),
        ErrorHandler::BackslashReplace => {
            if let Some(replacement) = handler.encode(&error, text.chars())
                && let Replaced::Text(text) = replacement.replaced
            {
                out = text;
            }
        }
        _ => return Err(wrong_type(thread, exception)),
    }
    let replaced = thread.str_from_buf(out)?;
    answer(thread, replaced, problem.end)
}
