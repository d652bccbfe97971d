//! UnicodeEncodeError, UnicodeDecodeError and UnicodeTranslateError: what a codec could not do, and
//! where.

use taipan_text::codec::{CodecError, escape_point};

use super::{UNICODE_DECODE_ERROR, UNICODE_TRANSLATE_ERROR, exception, init, set_extra};
use crate::native::Args;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::bytes::bytes_like;
use crate::types::str::Str;
use crate::value::{Outcome, Raised, Ref};

const ENCODING: usize = 0;
const OBJECT: usize = 1;
const START: usize = 2;
const END: usize = 3;
const REASON: usize = 4;

/// Raises what a codec found wrong with `object`, as an exception of type `ty`.
pub fn unicode_error(thread: &mut Thread, ty: &Type, error: &CodecError, object: Ref<'_>) -> Raised {
    let made = (|| {
        let encoding = thread.str(error.encoding)?;
        let start = thread.int(error.start as i128)?;
        let end = thread.int(error.end as i128)?;
        let reason = thread.str(error.reason)?;
        let arguments = [encoding.as_ref(), object, start.as_ref(), end.as_ref(), reason.as_ref()];
        protocol::call(thread, ty.as_ref(), &arguments)
    })();
    match made {
        Ok(value) => thread.raise(value),
        Err(raised) => raised,
    }
}

/// `__init__` of the three types: encoding, object, start, end, reason; no encoding when
/// translating.
pub(super) fn init_unicode<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    init(thread, object, args)?;
    let translate = object.ty().has_layout_of(&UNICODE_TRANSLATE_ERROR)
        || object.ty().is_subtype(thread, &UNICODE_TRANSLATE_ERROR);
    let decode = object.ty().is_subtype(thread, &UNICODE_DECODE_ERROR);
    let places: &[usize] =
        if translate { &[OBJECT, START, END, REASON] } else { &[ENCODING, OBJECT, START, END, REASON] };
    let given = args.positionals();
    if given.len() != places.len() {
        let (count, wanted) = (given.len(), places.len());
        return Err(thread.type_error(format!("function takes exactly {wanted} arguments ({count} given)")));
    }
    for (index, (&place, value)) in places.iter().zip(given).enumerate() {
        let wrong = match place {
            START | END => {
                let number = protocol::index(thread, *value)?;
                set_extra(thread, object, place, Some(number.as_ref()));
                continue;
            }
            OBJECT if decode => {
                let content = bytes_like(thread, *value)?.into_owned();
                let content = thread.bytes_from(content)?;
                set_extra(thread, object, place, Some(content.as_ref()));
                continue;
            }
            _ => value.downcast::<Str>().is_none(),
        };
        if wrong {
            let ty = if value.is_none() { "None".into() } else { value.ty().name() };
            let message = format!("argument {} must be str, not {ty}", index + 1);
            return Err(thread.type_error(message));
        }
        set_extra(thread, object, place, Some(*value));
    }
    Ok(())
}

/// `__str__` of the three types.
pub(super) fn str_unicode(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let extra = exception(object).parts.view(thread).extra.clone();
    let [encoding, Some(subject), Some(start), Some(end), Some(reason), ..] = extra else {
        return thread.str("");
    };
    let (start, end) =
        (protocol::index_isize(thread, start.as_ref())?, protocol::index_isize(thread, end.as_ref())?);
    let reason = protocol::str_string(thread, reason.as_ref())?;
    let codec = match &encoding {
        Some(encoding) => format!("'{}' codec ", protocol::str_string(thread, encoding.as_ref())?),
        None => String::new(),
    };
    let verb = match (&encoding, subject.downcast::<Str>()) {
        (None, _) => "translate",
        (_, Some(_)) => "encode",
        (_, None) => "decode",
    };
    let one = end.checked_sub(1) == Some(start);
    let culprit = match (subject.downcast::<Str>(), usize::try_from(start)) {
        (Some(text), Ok(at)) if one && at < text.len() => {
            Some(format!("character '{}'", escape_point(text.chars().get(at))))
        }
        (None, Ok(at)) if one => {
            let content = bytes_like(thread, subject.as_ref())?;
            content.get(at).map(|byte| format!("byte 0x{byte:02x}"))
        }
        _ => None,
    };
    let text = match culprit {
        Some(culprit) => format!("{codec}can't {verb} {culprit} in position {start}: {reason}"),
        None => {
            let what = if verb == "decode" { "bytes" } else { "characters" };
            format!("{codec}can't {verb} {what} in position {start}-{}: {reason}", end.saturating_sub(1))
        }
    };
    thread.str(&text)
}
