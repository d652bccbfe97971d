//! Bytes made from bytes: case, padding, `strip`, `replace`, `translate`, `hex`, `decode`.

use taipan_macros::native;
use taipan_text::algorithm::bytes as algorithm;
use taipan_text::algorithm::layout;
use taipan_text::algorithm::predicate::Predicate;
use taipan_text::algorithm::replace::replace_bytes;
use taipan_text::algorithm::split::is_byte_space;
use taipan_text::algorithm::strip::{Side, strip as strip_where};

use super::slots::reserved;
use super::{bytes_like, is_bytes_or_bytearray, like, view, whole};
use crate::native::class_of;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::str::{Str, codec};
use crate::value::{Outcome, Ref};

fn changed(thread: &mut Thread, this: Ref<'_>, change: fn(&mut [u8])) -> Outcome {
    let mut copy = view(thread, this).to_vec();
    change(&mut copy);
    like(thread, this, copy)
}

/// B.upper() -> copy of B
///
/// Return a copy of B with all ASCII characters converted to uppercase.
#[native(signature = "($self, /)")]
pub(crate) fn upper(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    changed(thread, this, |bytes| bytes.make_ascii_uppercase())
}

/// B.lower() -> copy of B
///
/// Return a copy of B with all ASCII characters converted to lowercase.
#[native(signature = "($self, /)")]
pub(crate) fn lower(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    changed(thread, this, |bytes| bytes.make_ascii_lowercase())
}

/// B.title() -> copy of B
///
/// Return a titlecased version of B, i.e. ASCII words start with
/// uppercase characters, all remaining cased characters have lowercase.
#[native(signature = "($self, /)")]
pub(crate) fn title(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    changed(thread, this, algorithm::title)
}

/// B.swapcase() -> copy of B
///
/// Return a copy of B with uppercase ASCII characters converted
/// to lowercase ASCII and vice versa.
#[native(signature = "($self, /)")]
pub(crate) fn swapcase(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    changed(thread, this, algorithm::swapcase)
}

/// B.capitalize() -> copy of B
///
/// Return a copy of B with only its first character capitalized (ASCII)
/// and the rest lower-cased.
#[native(signature = "($self, /)")]
pub(crate) fn capitalize(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    changed(thread, this, algorithm::capitalize)
}

/// B.isalnum() -> bool
///
/// Return True if all characters in B are alphanumeric
/// and there is at least one character in B, False otherwise.
#[native(signature = "($self, /)")]
pub(crate) fn isalnum(thread: &mut Thread, this: Ref<'_>) -> bool {
    algorithm::is(view(thread, this), Predicate::Alnum)
}

/// B.isalpha() -> bool
///
/// Return True if all characters in B are alphabetic
/// and there is at least one character in B, False otherwise.
#[native(signature = "($self, /)")]
pub(crate) fn isalpha(thread: &mut Thread, this: Ref<'_>) -> bool {
    algorithm::is(view(thread, this), Predicate::Alpha)
}

/// B.isascii() -> bool
///
/// Return True if B is empty or all characters in B are ASCII,
/// False otherwise.
#[native(signature = "($self, /)")]
pub(crate) fn isascii(thread: &mut Thread, this: Ref<'_>) -> bool {
    algorithm::is(view(thread, this), Predicate::Ascii)
}

/// B.isdigit() -> bool
///
/// Return True if all characters in B are digits
/// and there is at least one character in B, False otherwise.
#[native(signature = "($self, /)")]
pub(crate) fn isdigit(thread: &mut Thread, this: Ref<'_>) -> bool {
    algorithm::is(view(thread, this), Predicate::Digit)
}

/// B.islower() -> bool
///
/// Return True if all cased characters in B are lowercase and there is
/// at least one cased character in B, False otherwise.
#[native(signature = "($self, /)")]
pub(crate) fn islower(thread: &mut Thread, this: Ref<'_>) -> bool {
    algorithm::is(view(thread, this), Predicate::Lower)
}

/// B.isspace() -> bool
///
/// Return True if all characters in B are whitespace
/// and there is at least one character in B, False otherwise.
#[native(signature = "($self, /)")]
pub(crate) fn isspace(thread: &mut Thread, this: Ref<'_>) -> bool {
    algorithm::is(view(thread, this), Predicate::Space)
}

/// B.istitle() -> bool
///
/// Return True if B is a titlecased string and there is at least one
/// character in B, i.e. uppercase characters may only follow uncased
/// characters and lowercase characters only cased ones. Return False
/// otherwise.
#[native(signature = "($self, /)")]
pub(crate) fn istitle(thread: &mut Thread, this: Ref<'_>) -> bool {
    algorithm::is(view(thread, this), Predicate::Title)
}

/// B.isupper() -> bool
///
/// Return True if all cased characters in B are uppercase and there is
/// at least one cased character in B, False otherwise.
#[native(signature = "($self, /)")]
pub(crate) fn isupper(thread: &mut Thread, this: Ref<'_>) -> bool {
    algorithm::is(view(thread, this), Predicate::Upper)
}

fn fill_byte(thread: &mut Thread, fill: Option<Ref<'_>>, function: &str) -> Outcome<u8> {
    let Some(fill) = fill else { return Ok(b' ') };
    if !is_bytes_or_bytearray(fill) {
        let ty = if fill.is_none() { "None".into() } else { fill.ty().name() };
        let message = format!("{function}() argument 2 must be a byte string of length 1, not {ty}");
        return Err(thread.type_error(message));
    }
    match *bytes_like(thread, fill)? {
        [byte] => Ok(byte),
        ref more => {
            let (ty, length) = (fill.ty().name(), more.len());
            Err(thread.type_error(format!(
                "{function}(): argument 2 must be a byte string of length 1, not a {ty} object of length {length}"
            )))
        }
    }
}

/// How much goes before and behind, of a width that is wanted.
fn pad(
    thread: &mut Thread,
    this: Ref<'_>,
    width: isize,
    fill: u8,
    sides: fn(usize, usize) -> (usize, usize),
) -> Outcome {
    let length = view(thread, this).len();
    let width = usize::try_from(width).unwrap_or(0);
    if width <= length {
        return whole(thread, this);
    }
    let (before, behind) = sides(length, width);
    let mut padded = reserved(thread, width)?;
    padded.resize(before, fill);
    padded.extend_from_slice(view(thread, this));
    padded.resize(before + length + behind, fill);
    like(thread, this, padded)
}

/// Return a centered string of length width.
///
/// Padding is done using the specified fill character.
#[native(signature = "($self, width, fillchar=b' ', /)")]
pub(crate) fn center(thread: &mut Thread, this: Ref<'_>, width: isize, fillchar: Option<Ref<'_>>) -> Outcome {
    let fill = fill_byte(thread, fillchar, "center")?;
    pad(thread, this, width, fill, layout::center_padding)
}

/// Return a left-justified string of length width.
///
/// Padding is done using the specified fill character.
#[native(signature = "($self, width, fillchar=b' ', /)")]
pub(crate) fn ljust(thread: &mut Thread, this: Ref<'_>, width: isize, fillchar: Option<Ref<'_>>) -> Outcome {
    let fill = fill_byte(thread, fillchar, "ljust")?;
    pad(thread, this, width, fill, |length, width| (0, width - length))
}

/// Return a right-justified string of length width.
///
/// Padding is done using the specified fill character.
#[native(signature = "($self, width, fillchar=b' ', /)")]
pub(crate) fn rjust(thread: &mut Thread, this: Ref<'_>, width: isize, fillchar: Option<Ref<'_>>) -> Outcome {
    let fill = fill_byte(thread, fillchar, "rjust")?;
    pad(thread, this, width, fill, |length, width| (width - length, 0))
}

/// Pad a numeric string with zeros on the left, to fill a field of the given width.
///
/// The original string is never truncated.
#[native(signature = "($self, width, /)")]
pub(crate) fn zfill(thread: &mut Thread, this: Ref<'_>, width: isize) -> Outcome {
    let length = view(thread, this).len();
    let width = usize::try_from(width).unwrap_or(0);
    if width <= length {
        return whole(thread, this);
    }
    let mut filled = reserved(thread, width)?;
    let own = view(thread, this);
    let sign = usize::from(matches!(own.first(), Some(b'+' | b'-')));
    filled.extend_from_slice(&own[..sign]);
    filled.resize(sign + width - length, b'0');
    filled.extend_from_slice(&own[sign..]);
    like(thread, this, filled)
}

/// Return a copy where all tab characters are expanded using spaces.
///
/// If tabsize is not given, a tab size of 8 characters is assumed.
#[native(signature = "($self, /, tabsize=8)")]
pub(crate) fn expandtabs(thread: &mut Thread, this: Ref<'_>, tabsize: Option<i32>) -> Outcome {
    let size = usize::try_from(tabsize.unwrap_or(8)).unwrap_or(0);
    let Some(length) = layout::expanded_length(view(thread, this), size) else {
        return Err(thread.overflow_error("result too long"));
    };
    thread.charge(length)?;
    thread.heap().discharge(length);
    let expanded = layout::expand_tabs_bytes(view(thread, this), size);
    like(thread, this, expanded)
}

fn stripped(thread: &mut Thread, this: Ref<'_>, set: Option<Ref<'_>>, side: Side) -> Outcome {
    let set = match set.filter(|set| !set.is_none()) {
        Some(set) => Some(bytes_like(thread, set)?),
        None => None,
    };
    let own = view(thread, this);
    let range = match &set {
        Some(set) => algorithm::strip_set(own, set, side),
        None => strip_where(own, side, is_byte_space),
    };
    if range.len() == own.len() {
        return whole(thread, this);
    }
    let rest = own[range].to_vec();
    like(thread, this, rest)
}

/// Strip leading and trailing bytes contained in the argument.
///
/// If the argument is omitted or None, strip leading and trailing ASCII
/// whitespace.
#[native(signature = "($self, bytes=None, /)")]
pub(crate) fn strip(thread: &mut Thread, this: Ref<'_>, bytes: Option<Ref<'_>>) -> Outcome {
    stripped(thread, this, bytes, Side::Both)
}

/// Strip leading bytes contained in the argument.
///
/// If the argument is omitted or None, strip leading  ASCII whitespace.
#[native(signature = "($self, bytes=None, /)")]
pub(crate) fn lstrip(thread: &mut Thread, this: Ref<'_>, bytes: Option<Ref<'_>>) -> Outcome {
    stripped(thread, this, bytes, Side::Left)
}

/// Strip trailing bytes contained in the argument.
///
/// If the argument is omitted or None, strip trailing ASCII whitespace.
#[native(signature = "($self, bytes=None, /)")]
pub(crate) fn rstrip(thread: &mut Thread, this: Ref<'_>, bytes: Option<Ref<'_>>) -> Outcome {
    stripped(thread, this, bytes, Side::Right)
}

/// Return a copy with all occurrences of substring old replaced by new.
///
///   count
///     Maximum number of occurrences to replace.
///     -1 (the default value) means replace all occurrences.
///
/// If the optional argument count is given, only the first count occurrences are
/// replaced.
#[native(signature = "($self, old, new, count=-1, /)")]
pub(crate) fn replace(
    thread: &mut Thread,
    this: Ref<'_>,
    old: Ref<'_>,
    new: Ref<'_>,
    count: Option<isize>,
) -> Outcome {
    let (old, new) = (bytes_like(thread, old)?, bytes_like(thread, new)?);
    let max = usize::try_from(count.unwrap_or(-1)).unwrap_or(usize::MAX);
    let heap = thread.heap();
    let bound = |length: usize| match heap.charge(length) {
        Some(()) if length <= isize::MAX as usize => {
            heap.discharge(length);
            Ok(())
        }
        _ => Err(()),
    };
    match replace_bytes(view(thread, this), &old, &new, max, bound) {
        Ok(Some(replaced)) => like(thread, this, replaced),
        Ok(None) => whole(thread, this),
        Err(()) => Err(thread.no_memory()),
    }
}

/// Return a copy with each character mapped by the given translation table.
///
///   table
///     Translation table, which must be a bytes object of length 256.
///
/// All characters occurring in the optional argument delete are
/// removed.  The remaining characters are mapped through the given
/// translation table.
#[native(signature = "($self, table, /, delete=b'')")]
pub(crate) fn translate(
    thread: &mut Thread,
    this: Ref<'_>,
    table: Ref<'_>,
    delete: Option<Ref<'_>>,
) -> Outcome {
    let table = if table.is_none() { None } else { Some(bytes_like(thread, table)?) };
    let table: Option<&[u8; 256]> = match table.as_deref().map(TryInto::try_into) {
        Some(Ok(table)) => Some(table),
        Some(Err(_)) => {
            return Err(thread.value_error("translation table must be 256 characters long"));
        }
        None => None,
    };
    let delete = match delete {
        Some(delete) => bytes_like(thread, delete)?,
        None => std::borrow::Cow::Borrowed(&[][..]),
    };
    let translated = algorithm::translate(view(thread, this), table, &delete);
    like(thread, this, translated)
}

/// Return a translation table usable for the bytes or bytearray translate method.
///
/// The returned table will be one where each byte in frm is mapped to
/// the byte at the same position in to.
///
/// The bytes objects frm and to must be of the same length.
#[native(signature = "(frm, to, /)")]
pub(crate) fn maketrans(thread: &mut Thread, frm: Ref<'_>, to: Ref<'_>) -> Outcome {
    let (from, to) = (bytes_like(thread, frm)?, bytes_like(thread, to)?);
    if from.len() != to.len() {
        return Err(thread.value_error("maketrans arguments must have same length"));
    }
    let mut table: [u8; 256] = std::array::from_fn(|byte| byte as u8);
    from.iter().zip(to.iter()).for_each(|(&from, &to)| table[usize::from(from)] = to);
    thread.bytes(&table)
}

/// Decode the bytes using the codec registered for encoding.
///
///   encoding
///     The encoding with which to decode the bytes.
///   errors
///     The error handling scheme to use for the handling of decoding
///     errors.  The default is 'strict' meaning that decoding errors
///     raise a UnicodeDecodeError.  Other possible values are 'ignore'
///     and 'replace' as well as any other name registered with
///     codecs.register_error that can handle UnicodeDecodeErrors.
#[native(signature = "($self, /, encoding='utf-8', errors='strict')")]
pub(crate) fn decode(
    thread: &mut Thread,
    this: Ref<'_>,
    encoding: Option<Ref<'_>>,
    errors: Option<Ref<'_>>,
) -> Outcome {
    let encoding = codec::name_argument(thread, "decode", "encoding", encoding)?;
    let errors = codec::name_argument(thread, "decode", "errors", errors)?;
    codec::decode_object(thread, this, encoding.as_deref().unwrap_or("utf-8"), errors.as_deref())
}

/// Create a string of hexadecimal numbers from a bytes object.
///
///   sep
///     An optional single character or byte to separate hex bytes.
///   bytes_per_sep
///     How many bytes between separators.  Positive values count from
///     the right, negative values count from the left.
///
/// Example:
/// >>> value = b'\xb9\x01\xef'
/// >>> value.hex()
/// 'b901ef'
/// >>> value.hex(':')
/// 'b9:01:ef'
/// >>> value.hex(':', 2)
/// 'b9:01ef'
/// >>> value.hex(':', -2)
/// 'b901:ef'
#[native(signature = "($self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
pub(crate) fn hex(
    thread: &mut Thread,
    this: Ref<'_>,
    sep: Option<Ref<'_>>,
    bytes_per_sep: Option<i32>,
) -> Outcome {
    let separator = match sep {
        Some(sep) => Some(hex_separator(thread, sep)?),
        None => None,
    };
    let room = view(thread, this).len().saturating_mul(3);
    thread.charge(room)?;
    thread.heap().discharge(room);
    let text = algorithm::hex(view(thread, this), separator, bytes_per_sep.unwrap_or(1) as isize);
    thread.str_from_chars(crate::types::str::Chars::One(&text))
}

pub(crate) fn hex_separator(thread: &mut Thread, sep: Ref<'_>) -> Outcome<u8> {
    if protocol::length(thread, sep)? != 1 {
        return Err(thread.value_error("sep must be length 1."));
    }
    let point = match sep.downcast::<Str>() {
        Some(text) => text.chars().get(0),
        None if is_bytes_or_bytearray(sep) => bytes_like(thread, sep)?[0].into(),
        None => return Err(thread.type_error("sep must be str or bytes.")),
    };
    match u8::try_from(point) {
        Ok(byte) if byte.is_ascii() => Ok(byte),
        _ => Err(thread.value_error("sep must be ASCII.")),
    }
}

/// Create a bytes object from a string of hexadecimal numbers.
///
/// Spaces between two numbers are accepted.
/// Example: bytes.fromhex('B9 01EF') -> b'\\xb9\\x01\\xef'.
#[native(signature = "($type, string, /)")]
pub(crate) fn fromhex(thread: &mut Thread, this: &Type, string: Ref<'_>) -> Outcome {
    let class = class_of(this.as_ref());
    let read = if let Some(text) = string.downcast::<Str>() {
        algorithm::from_hex(text.chars().iter())
    } else if string.ty().slots().buffer.is_some() {
        let text = bytes_like(thread, string)?;
        algorithm::from_hex(text.iter().map(|&byte| u32::from(byte)))
    } else {
        let ty = if string.is_none() { "None".into() } else { string.ty().name() };
        let message = format!("fromhex() argument must be str or bytes-like, not {ty}");
        return Err(thread.type_error(message));
    };
    let content = read.map_err(|error| thread.value_error(error.to_string()))?;
    if class.has_layout_of(&crate::types::bytearray::BYTEARRAY) {
        let made =
            crate::types::bytearray::bytearray_of(thread, &crate::types::bytearray::BYTEARRAY, content)?;
        return if class.is(&crate::types::bytearray::BYTEARRAY) {
            Ok(made)
        } else {
            protocol::call(thread, class.as_ref(), &[made.as_ref()])
        };
    }
    let made = thread.bytes_from(content)?;
    if class.is(&super::BYTES) { Ok(made) } else { protocol::call(thread, class.as_ref(), &[made.as_ref()]) }
}

/// Convert this value to exact type bytes.
#[native(signature = "($self, /)", name = "__bytes__")]
pub(crate) fn dunder_bytes(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    whole(thread, this)
}

#[native(signature = "($self, /)", name = "__getnewargs__")]
pub(crate) fn getnewargs(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let copy = view(thread, this).to_vec();
    let copy = thread.bytes_from(copy)?;
    thread.tuple([copy])
}
