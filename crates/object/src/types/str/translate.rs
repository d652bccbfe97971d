//! `translate` and `maketrans`.

use taipan_macros::native;
use taipan_text::CharsBuf;

use super::Str;
use crate::native::MethodDef;
use crate::protocol;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::exception::LOOKUP_ERROR;
use crate::types::int::to_int;
use crate::value::{Outcome, Ref, Value};

pub(super) const METHODS: &[MethodDef] = &[TRANSLATE, MAKETRANS];

/// What a table has for a code point; none if the code point stays.
fn mapped(thread: &mut Thread, table: Ref<'_>, point: u32) -> Outcome<Option<Value>> {
    let key = Value::small_int(point.into());
    match protocol::get_item(thread, table, key.as_ref()) {
        Ok(value) => Ok(Some(value)),
        Err(raised) => {
            if !thread.exception_is(&LOOKUP_ERROR) {
                return Err(raised);
            }
            drop(thread.take_exception());
            Ok(None)
        }
    }
}

/// Appends what a table has for a code point.
fn push_mapped(thread: &mut Thread, value: Ref<'_>, out: &mut CharsBuf) -> Outcome<()> {
    if let Some(text) = value.downcast::<Str>() {
        out.push_chars(text.chars());
    } else if let Some(number) = to_int(value) {
        match *number {
            taipan_num::Int::Small(point @ 0..0x11_0000) => out.push(point as u32),
            _ => return Err(thread.value_error("character mapping must be in range(0x110000)")),
        }
    } else if !value.is_none() {
        return Err(thread.type_error("character mapping must return integer, None or str"));
    }
    Ok(())
}

/// Replace each character in the string using the given translation table.
///
///   table
///     Translation table, which must be a mapping of Unicode ordinals
///     to Unicode ordinals, strings, or None.
///
/// The table must implement lookup/indexing via __getitem__, for
/// instance a dictionary or list.  If this operation raises
/// LookupError, the character is left untouched.  Characters mapped to
/// None are deleted.
#[native(signature = "($self, table, /)")]
fn translate(thread: &mut Thread, this: &Str, table: Ref<'_>) -> Outcome {
    // What ASCII characters become is asked for once, as long as it is one ASCII character.
    let mut known = [0_u8; 128];
    let mut out = CharsBuf::new();
    out.reserve(this.len(), 0);
    for point in this.chars().iter() {
        match known.get(point as usize) {
            Some(&known) if known != 0 => {
                out.push(known.into());
                continue;
            }
            _ => {}
        }
        let before = out.len();
        match mapped(thread, table, point)? {
            Some(value) => push_mapped(thread, value.as_ref(), &mut out)?,
            None => out.push(point),
        }
        if point < 0x80 && out.len() == before + 1 {
            let last = out.as_chars().get(before);
            known[point as usize] = if last < 0x80 { last as u8 } else { 0 };
        }
        if out.failed() {
            break;
        }
        thread.poll()?;
    }
    thread.str_from_buf(out)
}

/// Return a translation table usable for str.translate().
///
/// If there is only one argument, it must be a dictionary mapping
/// Unicode ordinals (integers) or characters to Unicode ordinals,
/// strings or None.  Character keys will be then converted to ordinals.
/// If there are two arguments, they must be strings of equal length,
/// and in the resulting dictionary, each character in x will be mapped
/// to the character at the same position in y.  If there is a third
/// argument, it must be a string, whose characters will be mapped to
/// None in the result.
#[native(signature = "(x, y=<unrepresentable>, z=<unrepresentable>, /)")]
fn maketrans(thread: &mut Thread, x: Ref<'_>, y: Option<&Str>, z: Option<&Str>) -> Outcome {
    let made = thread.dict()?;
    let table = made.downcast::<Dict>().expect("just made");
    let Some(y) = y else {
        copy_table(thread, x, table)?;
        return Ok(made);
    };
    let Some(x) = x.downcast::<Str>() else {
        return Err(
            thread.type_error("first maketrans argument must be a string if there is a second argument")
        );
    };
    if x.len() != y.len() {
        return Err(thread.value_error("the first two maketrans arguments must have equal length"));
    }
    for (from, to) in x.chars().iter().zip(y.chars().iter()) {
        let key = Value::small_int(from.into());
        table.set(thread, key.as_ref(), Value::small_int(to.into()))?;
    }
    for point in z.iter().flat_map(|z| z.chars().iter()) {
        let key = Value::small_int(point.into());
        table.set(thread, key.as_ref(), Value::none())?;
    }
    Ok(made)
}

/// The one argument of `maketrans`, its keys turned into numbers.
fn copy_table(thread: &mut Thread, x: Ref<'_>, table: &Dict) -> Outcome<()> {
    let Some(from) = x.exact::<Dict>() else {
        return Err(thread.type_error("if you give only one argument to maketrans it must be a dict"));
    };
    let mut position = 0;
    while let Some((after, key, value)) = from.next_entry(thread, position) {
        position = after;
        let key = if let Some(text) = key.downcast::<Str>() {
            if text.len() != 1 {
                return Err(thread.value_error("string keys in translatetable must be of length 1"));
            }
            Value::small_int(text.chars().get(0).into())
        } else if to_int(key.as_ref()).is_some() {
            key
        } else {
            return Err(thread.type_error("keys in translate table mustbe strings or integers"));
        };
        table.set(thread, key.as_ref(), value)?;
    }
    Ok(())
}
