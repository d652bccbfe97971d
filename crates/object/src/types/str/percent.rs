//! The operator `%` of strings, bytes and bytearrays.
//!
//! Answers for `PyUnicode_Format` and `_PyBytes_FormatEx`.

use std::ops::Range;

use taipan_num::percent::{PercentIntError, write_float, write_int};
use taipan_text::format::percent::{Conversion, Percent, PercentError, Piece, Source};
use taipan_text::{Chars, CharsBuf};

use super::Str;
use crate::protocol;
use crate::thread::Thread;
use crate::types::bytes::{self, bytes_like};
use crate::types::exception::TYPE_ERROR;
use crate::types::int::to_int;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Raised, Ref, Value};

/// What is formatted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Str,
    Bytes,
}

/// `text % values`
pub(super) fn format_str(thread: &mut Thread, text: &Str, values: Ref<'_>) -> Outcome {
    let out = render(thread, text.chars(), values, Kind::Str)?;
    thread.str_from_buf(out)
}

/// `bytes % values`, as the content of a new object.
pub fn format_bytes(thread: &mut Thread, text: &[u8], values: Ref<'_>) -> Outcome<Vec<u8>> {
    let out = render(thread, Chars::One(text), values, Kind::Bytes)?;
    match out.finish() {
        Ok(out) => match out.as_chars() {
            Chars::One(units) => Ok(units.to_vec()),
            _ => Err(thread.system_error("more than a byte in bytes")),
        },
        Err(_) => Err(thread.no_memory()),
    }
}

/// The values of a format, and the thread that gets at them.
struct Values<'t, 'a> {
    thread: &'t mut Thread,
    kind: Kind,
    format: Chars<'a>,
    /// The items of a tuple.
    items: Option<&'a [Ref<'a>]>,
    next: usize,
    /// The one value when it is no tuple, until it is used: the right operand, or what the last key
    /// named.
    single: Option<Value>,
    mapping: Option<Ref<'a>>,
}

impl Values<'_, '_> {
    fn take(&mut self) -> Outcome {
        let found = match self.items {
            Some(items) => {
                self.next += 1;
                items.get(self.next - 1).map(|item| item.to_value())
            }
            None => self.single.take(),
        };
        match found {
            Some(value) => Ok(value),
            None => Err(self.thread.type_error("not enough arguments for format string")),
        }
    }

    fn all_used(&self) -> bool {
        self.mapping.is_some()
            || match self.items {
                Some(items) => self.next >= items.len(),
                None => self.single.is_none(),
            }
    }

    /// An integer for `*`.
    fn star(&mut self) -> Outcome<i64> {
        let value = self.take()?;
        match to_int(value.as_ref()).as_deref() {
            Some(taipan_num::Int::Small(small)) => Ok(*small),
            Some(_) => Err(self.thread.overflow_error("Python int too large to convert to C ssize_t")),
            None => Err(self.thread.type_error("* wants int")),
        }
    }
}

impl Source for Values<'_, '_> {
    type Error = Raised;

    fn key(&mut self, key: Range<usize>) -> Result<(), Raised> {
        let Some(mapping) = self.mapping else {
            return Err(self.thread.type_error("format requires a mapping"));
        };
        let key = match (self.kind, self.format.slice(key)) {
            (Kind::Bytes, Chars::One(units)) => self.thread.bytes(units)?,
            (_, chars) => self.thread.str_from_chars(chars)?,
        };
        self.single = Some(protocol::get_item(self.thread, mapping, key.as_ref())?);
        Ok(())
    }

    fn width(&mut self) -> Result<isize, Raised> {
        Ok(self.star()? as isize)
    }

    fn precision(&mut self) -> Result<i32, Raised> {
        let wide = self.star()?;
        i32::try_from(wide)
            .map_err(|_| self.thread.overflow_error("Python int too large to convert to C int"))
    }

    fn wrong(&mut self, error: PercentError) -> Raised {
        self.thread.value_error(error.to_string())
    }
}

fn render(thread: &mut Thread, format: Chars<'_>, values: Ref<'_>, kind: Kind) -> Outcome<CharsBuf> {
    let tuple = values.downcast::<Tuple>();
    let is_text =
        values.downcast::<Str>().is_some() || (kind == Kind::Bytes && bytes::is_bytes_or_bytearray(values));
    let mapping = tuple.is_none() && !is_text && values.ty().slots().subscript.is_some();
    let mut values = Values {
        thread,
        kind,
        format,
        items: tuple.map(|tuple| tuple.items()),
        next: 0,
        single: tuple.is_none().then(|| values.to_value()),
        mapping: mapping.then_some(values),
    };
    let mut out = CharsBuf::new();
    out.reserve(format.len(), 0);
    let mut percent = Percent::new(format);
    while let Some(piece) = percent.next(&mut values) {
        match piece? {
            Piece::Literal(range) => out.push_chars(format.slice(range)),
            Piece::Percent => out.push(b'%'.into()),
            Piece::Conversion(conversion) => {
                let value = values.take()?;
                convert(values.thread, &mut out, value.as_ref(), &conversion, kind)?;
            }
        }
        if out.failed() {
            break;
        }
    }
    if !values.all_used() {
        let what = if kind == Kind::Bytes { "bytes" } else { "string" };
        let message = format!("not all arguments converted during {what} formatting");
        return Err(values.thread.type_error(message));
    }
    Ok(out)
}

fn convert(
    thread: &mut Thread,
    out: &mut CharsBuf,
    value: Ref<'_>,
    conversion: &Conversion,
    kind: Kind,
) -> Outcome<()> {
    match (conversion.letter(), kind) {
        ('s', Kind::Str) => {
            let text = protocol::str(thread, value)?;
            write_text(out, text.as_ref(), conversion);
        }
        ('r', Kind::Str) => {
            let text = protocol::repr(thread, value)?;
            write_text(out, text.as_ref(), conversion);
        }
        ('r', Kind::Bytes) | ('a', _) => {
            let text = protocol::ascii(thread, value)?;
            write_text(out, text.as_ref(), conversion);
        }
        ('s' | 'b', Kind::Bytes) => {
            let part = part_of_bytes(thread, value)?;
            conversion.write_text(out, Chars::One(&part));
        }
        ('d' | 'i' | 'u' | 'o' | 'x' | 'X', _) => integer(thread, out, value, conversion)?,
        ('e' | 'E' | 'f' | 'F' | 'g' | 'G', _) => {
            let number = number(thread, value, kind)?;
            if write_float(out, number, conversion).is_err() {
                return Err(thread.no_memory());
            }
        }
        ('c', Kind::Str) => {
            let point = character(thread, value)?;
            conversion.write_text(out, Chars::Four(&[point]));
        }
        ('c', Kind::Bytes) => {
            let byte = byte(thread, value)?;
            conversion.write_text(out, Chars::One(&[byte]));
        }
        _ => return Err(thread.value_error(conversion.unsupported().to_string())),
    }
    Ok(())
}

fn write_text(out: &mut CharsBuf, text: Ref<'_>, conversion: &Conversion) {
    let text = text.downcast::<Str>().expect("checked by str and repr").chars();
    if conversion.is_plain() {
        out.push_chars(text);
    } else {
        conversion.write_text(out, text);
    }
}

fn integer(thread: &mut Thread, out: &mut CharsBuf, value: Ref<'_>, conversion: &Conversion) -> Outcome<()> {
    if value.word().is_int() && conversion.is_plain() && matches!(conversion.letter(), 'd' | 'i' | 'u') {
        push_decimal(out, value.word().int());
        return Ok(());
    }
    let slots = value.ty().slots();
    let convert = match conversion.letter() {
        'o' | 'x' | 'X' => slots.index,
        _ => slots.int.or(slots.index),
    };
    let whole = match (to_int(value), convert) {
        (Some(_), _) => Ok(value.to_value()),
        (None, Some(convert)) => convert(thread, value),
        (None, None) => Err(not_a_number(thread, value, conversion)),
    };
    let whole = match whole {
        Err(_) if thread.exception_is(&TYPE_ERROR) => {
            drop(thread.take_exception());
            return Err(not_a_number(thread, value, conversion));
        }
        whole => whole?,
    };
    let Some(number) = to_int(whole.as_ref()) else {
        return Err(not_a_number(thread, value, conversion));
    };
    let limit = thread.interp().int_max_str_digits.get();
    match write_int(out, &number, conversion, limit) {
        Ok(()) => Ok(()),
        Err(PercentIntError::OutOfMemory) => Err(thread.no_memory()),
        Err(PercentIntError::PrecisionTooLarge) => Err(thread.overflow_error("precision too large")),
        Err(PercentIntError::TooManyDigits) => {
            let error = taipan_text::format::FormatError::TooManyDigits { limit };
            Err(thread.value_error(error.to_string()))
        }
    }
}

/// Appends a number that is laid out no further.
fn push_decimal(out: &mut CharsBuf, number: i64) {
    let mut digits = [0_u8; 20];
    let mut start = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        start -= 1;
        digits[start] = b'-';
    }
    out.push_bytes(&digits[start..]);
}

#[cold]
fn not_a_number(thread: &mut Thread, value: Ref<'_>, conversion: &Conversion) -> Raised {
    let letter = conversion.letter();
    let wanted = if matches!(letter, 'o' | 'x' | 'X') { "an integer" } else { "a real number" };
    let ty = value.ty().name().into_owned();
    thread.type_error(format!("%{letter} format: {wanted} is required, not {ty}"))
}

fn number(thread: &mut Thread, value: Ref<'_>, kind: Kind) -> Outcome<f64> {
    match protocol::to_f64(thread, value) {
        Err(_) if kind == Kind::Bytes && thread.exception_is(&TYPE_ERROR) => {
            drop(thread.take_exception());
            let ty = value.ty().name().into_owned();
            Err(thread.type_error(format!("float argument required, not {ty}")))
        }
        result => result,
    }
}

/// The number behind `%c`; none if the value has none.
fn code(thread: &mut Thread, value: Ref<'_>) -> Outcome<Option<i64>> {
    if to_int(value).is_none() && value.ty().slots().index.is_none() {
        return Ok(None);
    }
    match protocol::index(thread, value) {
        Ok(number) => Ok(Some(match to_int(number.as_ref()).as_deref() {
            Some(taipan_num::Int::Small(small)) => *small,
            _ => -1,
        })),
        Err(_) if thread.exception_is(&TYPE_ERROR) => {
            drop(thread.take_exception());
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// The code point of `%c`.
fn character(thread: &mut Thread, value: Ref<'_>) -> Outcome<u32> {
    const WANTED: &str = "%c requires an int or a unicode character, not";
    if let Some(text) = value.downcast::<Str>() {
        return match text.len() {
            1 => Ok(text.chars().get(0)),
            length => Err(thread.type_error(format!("{WANTED} a string of length {length}"))),
        };
    }
    match code(thread, value)? {
        Some(point @ 0..0x11_0000) => Ok(point as u32),
        Some(_) => Err(thread.overflow_error("%c arg not in range(0x110000)")),
        None => {
            let ty = value.ty().name().into_owned();
            Err(thread.type_error(format!("{WANTED} {ty}")))
        }
    }
}

/// The byte of `%c`.
fn byte(thread: &mut Thread, value: Ref<'_>) -> Outcome<u8> {
    const WANTED: &str = "%c requires an integer in range(256) or a single byte, not";
    if bytes::is_bytes_or_bytearray(value) {
        let content = bytes_like(thread, value)?;
        if let [byte] = *content {
            return Ok(byte);
        }
        let (ty, length) = (value.ty().name(), content.len());
        let article = if ty.starts_with("bytes") || ty.starts_with('b') { "a" } else { "an" };
        let message = format!("{WANTED} {article} {ty} object of length {length}");
        return Err(thread.type_error(message));
    }
    match code(thread, value)? {
        Some(byte @ 0..256) => Ok(byte as u8),
        Some(_) => Err(thread.overflow_error("%c arg not in range(256)")),
        None => {
            let ty = value.ty().name().into_owned();
            Err(thread.type_error(format!("{WANTED} {ty}")))
        }
    }
}

/// The bytes of `%b`.
fn part_of_bytes(thread: &mut Thread, value: Ref<'_>) -> Outcome<Vec<u8>> {
    if bytes::is_bytes_or_bytearray(value) {
        return Ok(bytes_like(thread, value)?.to_vec());
    }
    if let Some(made) = bytes::call_bytes(thread, value)? {
        return Ok(bytes_like(thread, made.as_ref())?.to_vec());
    }
    if value.ty().slots().buffer.is_some() {
        return Ok(bytes_like(thread, value)?.to_vec());
    }
    let ty = value.ty().name().into_owned();
    Err(thread.type_error(format!(
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{ty}'"
    )))
}
