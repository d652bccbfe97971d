//! UnicodeEncodeError, UnicodeDecodeError and UnicodeTranslateError: what a codec could not do, and
//! where.

use taipan_text::codec::{CodecError, escape_point};

use super::base;
use super::family::{self, Family, family, family_type};
use crate::native::{Args, FromArgument, GetSetDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::bytes::{Bytes, bytes_like};
use crate::types::str::Str;
use crate::value::{Outcome, Raised, Ref, Value};

family!(
    /// A `UnicodeEncodeError`.
    UnicodeEncodeError, UNICODE_ENCODE_ERROR, 5
);
family!(
    /// A `UnicodeDecodeError`.
    UnicodeDecodeError, UNICODE_DECODE_ERROR, 5
);
family!(
    /// A `UnicodeTranslateError`.
    UnicodeTranslateError, UNICODE_TRANSLATE_ERROR, 5
);

const ENCODING: usize = 0;
const OBJECT: usize = 1;
const START: usize = 2;
const END: usize = 3;
const REASON: usize = 4;

/// The attributes of the three types: objects, and two positions that are always integers.
macro_rules! unicode_attributes {
    ($name:ident: $family:ident) => {
        const $name: &[GetSetDef] = &[
    unicode_attributes!(@ $family object "encoding" "exception encoding" ENCODING),
    unicode_attributes!(@ $family object "object" "exception object" OBJECT),
    unicode_attributes!(@ $family position "start" "exception start" START),
    unicode_attributes!(@ $family position "end" "exception end" END),
    unicode_attributes!(@ $family object "reason" "exception reason" REASON),
        ];
    };
    (@ $family:ident object $attribute:literal $doc:literal $place:ident) => {
        GetSetDef {
            name: $attribute,
            doc: Some($doc),
            get: Some(|thread, object| {
                Ok(family::get(thread, family::own::<$family>(object), $place).unwrap_or_else(Value::none))
            }),
            set: Some(|thread, object, value| {
                family::set(thread, family::own::<$family>(object), $place, value);
                Ok(())
            }),
        }
    };
    (@ $family:ident position $attribute:literal $doc:literal $place:ident) => {
        GetSetDef {
            name: $attribute,
            doc: Some($doc),
            get: Some(|thread, object| {
                let value = family::get(thread, family::own::<$family>(object), $place);
                Ok(value.unwrap_or_else(|| Value::small_int(0)))
            }),
            set: Some(|thread, object, value| {
                set_position(thread, family::own::<$family>(object), $place, value)
            }),
        }
    };
}

unicode_attributes!(ENCODE_ATTRIBUTES: UnicodeEncodeError);
unicode_attributes!(DECODE_ATTRIBUTES: UnicodeDecodeError);
unicode_attributes!(TRANSLATE_ATTRIBUTES: UnicodeTranslateError);

family_type! {
    /// The type `UnicodeEncodeError`.
    UNICODE_ENCODE_ERROR "UnicodeEncodeError" UNICODE_ERROR "Unicode encoding error." UnicodeEncodeError {
        methods: &[], getset: &[ENCODE_ATTRIBUTES],
        init: Some(init_encode), str: Some(str_encode),
    }
}

family_type! {
    /// The type `UnicodeDecodeError`.
    UNICODE_DECODE_ERROR "UnicodeDecodeError" UNICODE_ERROR "Unicode decoding error." UnicodeDecodeError {
        methods: &[], getset: &[DECODE_ATTRIBUTES],
        init: Some(init_decode), str: Some(str_decode),
    }
}

family_type! {
    /// The type `UnicodeTranslateError`.
    UNICODE_TRANSLATE_ERROR "UnicodeTranslateError" UNICODE_ERROR "Unicode translation error." UnicodeTranslateError {
        methods: &[], getset: &[TRANSLATE_ATTRIBUTES],
        init: Some(init_translate), str: Some(str_translate),
    }
}

fn set_position<T: Family>(
    thread: &mut Thread,
    own: &T,
    place: usize,
    value: Option<Ref<'_>>,
) -> Outcome<()> {
    let Some(value) = value else {
        return Err(thread.type_error("can't delete numeric/char attribute"));
    };
    if value.ty().slots().index.is_none() {
        return Err(thread.type_error("an integer is required"));
    }
    let number = isize::from_argument(thread, value, "", 0)?;
    let number = thread.int(number as i128)?;
    family::set(thread, own, place, Some(number.as_ref()));
    Ok(())
}

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

fn init_encode<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    init::<UnicodeEncodeError>(thread, object, args, &[ENCODING, OBJECT, START, END, REASON], false)
}

fn init_decode<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    init::<UnicodeDecodeError>(thread, object, args, &[ENCODING, OBJECT, START, END, REASON], true)
}

fn init_translate<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    init::<UnicodeTranslateError>(thread, object, args, &[OBJECT, START, END, REASON], false)
}

/// `__init__` of the three types: encoding, object, start, end, reason; no encoding when
/// translating. Nothing is set unless all arguments are right.
fn init<T: Family>(
    thread: &mut Thread,
    object: Ref<'_>,
    args: Args<'_>,
    places: &[usize],
    bytes: bool,
) -> Outcome<()> {
    base::init(thread, object, args)?;
    let own = family::own::<T>(object);
    for place in [ENCODING, OBJECT, REASON] {
        family::set(thread, own, place, None);
    }
    let given = args.positionals();
    if given.len() != places.len() {
        let (count, wanted) = (given.len(), places.len());
        return Err(thread.type_error(format!("function takes exactly {wanted} arguments ({count} given)")));
    }
    let mut values = Vec::new();
    for (index, (&place, value)) in places.iter().zip(given).enumerate() {
        values.push(match place {
            START | END => {
                let number = isize::from_argument(thread, *value, "", 0)?;
                thread.int(number as i128)?
            }
            OBJECT if bytes => value.to_value(),
            _ if value.downcast::<Str>().is_some() => value.to_value(),
            _ => {
                let ty = if value.is_none() { "None".into() } else { value.ty().name() };
                let message = format!("argument {} must be str, not {ty}", index + 1);
                return Err(thread.type_error(message));
            }
        });
    }
    if bytes && values[OBJECT].downcast::<Bytes>().is_none() {
        let content = bytes_like(thread, values[OBJECT].as_ref())?.into_owned();
        values[OBJECT] = thread.bytes_from(content)?;
    }
    for (place, value) in places.iter().zip(&values) {
        family::set(thread, own, *place, Some(value.as_ref()));
    }
    Ok(())
}

/// What `__str__` says: the parts that all three types have.
struct Told {
    encoding: String,
    subject: Value,
    start: isize,
    end: isize,
    reason: String,
}

impl Told {
    /// The index of the one item that is wrong, if it is one among `len`.
    fn single(&self, len: usize) -> Option<usize> {
        let (start, end) = (usize::try_from(self.start).ok()?, usize::try_from(self.end).ok()?);
        (start < len && end <= len && end == start + 1).then_some(start)
    }
}

fn told<T: Family>(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Told>> {
    let own = family::own::<T>(object);
    if family::get(thread, own, OBJECT).is_none() {
        return Ok(None);
    }
    let [encoding, reason] = [ENCODING, REASON].map(|place| family::get(thread, own, place));
    let reason = family::text_or_none(thread, &reason)?;
    let encoding = family::text_or_none(thread, &encoding)?;
    // Asking for the texts may have changed the object.
    let Some(subject) = family::get(thread, own, OBJECT) else {
        return Err(thread.type_error("UnicodeError 'object' attribute is not set"));
    };
    let mut positions = [0; 2];
    for (position, place) in positions.iter_mut().zip([START, END]) {
        if let Some(value) = family::get(thread, own, place) {
            *position = protocol::index_isize(thread, value.as_ref())?;
        }
    }
    Ok(Some(Told { encoding, subject, start: positions[0], end: positions[1], reason }))
}

#[cold]
fn wrong_object(thread: &mut Thread, wanted: &str) -> Raised {
    thread.type_error(format!("UnicodeError 'object' attribute must be a {wanted}"))
}

/// The character at fault, as messages show it, if it is one.
fn character(thread: &mut Thread, told: &Told) -> Outcome<Option<String>> {
    let Some(text) = told.subject.downcast::<Str>() else { return Err(wrong_object(thread, "string")) };
    Ok(told.single(text.len()).map(|at| format!("character '{}'", escape_point(text.chars().get(at)))))
}

fn str_encode(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let Some(told) = told::<UnicodeEncodeError>(thread, object)? else { return thread.str("") };
    let culprit = character(thread, &told)?;
    say(thread, &format!("'{}' codec can't encode", told.encoding), culprit, "characters", &told)
}

fn str_decode(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let Some(told) = told::<UnicodeDecodeError>(thread, object)? else { return thread.str("") };
    if told.subject.downcast::<Bytes>().is_none() {
        return Err(wrong_object(thread, "bytes"));
    }
    let content = bytes_like(thread, told.subject.as_ref())?;
    let culprit = told.single(content.len()).map(|at| format!("byte 0x{:02x}", content[at]));
    drop(content);
    say(thread, &format!("'{}' codec can't decode", told.encoding), culprit, "bytes", &told)
}

fn str_translate(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let Some(told) = told::<UnicodeTranslateError>(thread, object)? else { return thread.str("") };
    let culprit = character(thread, &told)?;
    say(thread, "can't translate", culprit, "characters", &told)
}

fn say(thread: &mut Thread, what: &str, culprit: Option<String>, many: &str, told: &Told) -> Outcome {
    let Told { start, end, reason, .. } = told;
    let text = match culprit {
        Some(culprit) => format!("{what} {culprit} in position {start}: {reason}"),
        None => format!("{what} {many} in position {start}-{}: {reason}", end.wrapping_sub(1)),
    };
    thread.str(&text)
}
