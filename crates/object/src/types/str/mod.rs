//! `str`: an array of 1-, 2- or 4-byte code points inside the object.
//!
//! Invariants: the width is the least that holds every code point; the hash is cached, -1 while
//! unknown; an interned string is found in the interpreter's table by its text.
//!
//! Answers for CPython's `Objects/unicodeobject.c`.
#![allow(unsafe_code)] // the array lies behind the struct

mod append;
mod case;
pub mod codec;
mod digits;
pub(crate) mod format;
mod intern;
mod iterator;
mod pad;
pub mod percent;
mod predicate;
pub(crate) mod search;
mod slots;
pub(crate) mod split;
mod strip;
mod translate;

use std::borrow::Cow;
use std::cell::Cell;
use std::hash::Hasher;

use siphasher::sip::SipHasher13;
use taipan_layout::{Header, Word};
use taipan_text::{CharsBuf, OutOfMemory, Text};

pub use digits::ascii_digits;
pub use intern::Interned;
pub use iterator::{bytearray_iterator, bytes_iterator};
pub use slots::STR;
pub use taipan_text::Chars;

use crate::heap::Kind;
use crate::thread::{Interpreter, Thread};
use crate::typeobject::{Type, added_size, finish_behind_items};
use crate::value::{Object, Outcome, Ref, Value};

const ASCII: u8 = 1;
const INTERNED: u8 = 2;

/// A string object.
#[repr(C)]
pub struct Str {
    head: Header,
    hash: Cell<i64>,
    length: u32,
    width: u8,
    flags: Cell<u8>,
    long: u16,
    // The code points follow.
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Str {
    const TYPE: &'static Type = &STR;
}

/// Two strings are equal when they have the same code points.
impl PartialEq for Str {
    #[inline]
    fn eq(&self, other: &Str) -> bool {
        std::ptr::eq(self, other)
            || (self.length == other.length
                && self.width == other.width
                && self.long == other.long
                && !(self.is_interned() && other.is_interned())
                && self.raw_bytes() == other.raw_bytes())
    }
}

impl Eq for Str {}

impl Str {
    /// How many code points there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.length as usize | (self.long as usize) << 32
    }

    /// Whether there is none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether all code points are below 128.
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.flags.get() & ASCII != 0
    }

    /// Whether the string is in the interpreter's table.
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.flags.get() & INTERNED != 0
    }

    #[inline(always)]
    fn data(&self) -> *const u8 {
        // SAFETY: the array follows the struct, in the same allocation.
        unsafe { (&raw const *self).add(1).cast() }
    }

    /// The code points.
    #[inline(always)]
    pub fn chars(&self) -> Chars<'_> {
        // SAFETY: the array holds `len` elements of `width` bytes, never changed once shared; it
        // begins at a multiple of 16.
        unsafe {
            match self.width {
                1 => Chars::One(std::slice::from_raw_parts(self.data(), self.len())),
                2 => Chars::Two(std::slice::from_raw_parts(self.data().cast(), self.len())),
                _ => Chars::Four(std::slice::from_raw_parts(self.data().cast(), self.len())),
            }
        }
    }

    /// The array as bytes.
    #[inline(always)]
    pub fn raw_bytes(&self) -> &[u8] {
        // SAFETY: as above.
        unsafe { std::slice::from_raw_parts(self.data(), self.len() * self.width as usize) }
    }

    /// The string as Rust's, if it is ASCII.
    #[inline(always)]
    pub fn as_ascii(&self) -> Option<&str> {
        // SAFETY: ASCII is UTF-8.
        if self.is_ascii() { Some(unsafe { std::str::from_utf8_unchecked(self.raw_bytes()) }) } else { None }
    }

    /// The string as Rust's; none if there are lone surrogates.
    pub fn to_str(&self) -> Option<Cow<'_, str>> {
        if let Some(text) = self.as_ascii() {
            return Some(Cow::Borrowed(text));
        }
        self.chars().iter().map(char::from_u32).collect::<Option<String>>().map(Cow::Owned)
    }

    /// The string as Rust's, lone surrogates replaced: for messages.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        if let Some(text) = self.as_ascii() {
            return Cow::Borrowed(text);
        }
        Cow::Owned(self.chars().iter().map(|c| char::from_u32(c).unwrap_or('\u{fffd}')).collect())
    }

    /// The string in generalised UTF-8.
    pub fn to_text(&self) -> taipan_text::TextBuf {
        if let Some(text) = self.as_ascii() {
            return text.into();
        }
        let mut buf = taipan_text::TextBuf::new();
        self.chars().iter().for_each(|c| buf.push(c));
        buf
    }

    /// Whether the text is `other`.
    pub fn is(&self, other: &str) -> bool {
        match self.as_ascii() {
            Some(text) => text == other,
            None => self.chars().iter().eq(other.chars().map(u32::from)),
        }
    }

    /// The hash, keyed by the interpreter.
    #[inline(always)]
    pub fn hash(&self, interp: &Interpreter) -> i64 {
        let hash = self.hash.get();
        if hash != -1 { hash } else { self.compute_hash(interp) }
    }

    #[cold]
    fn compute_hash(&self, interp: &Interpreter) -> i64 {
        let hash = hash_bytes(interp, self.raw_bytes());
        self.hash.set(hash);
        hash
    }

    /// Makes a string of `length` code points of `width` bytes, filled in by `fill`, which must
    /// write all of them and at least one that needs the width.
    pub(crate) fn build(
        interp: &Interpreter,
        length: usize,
        width: u8,
        ascii: bool,
        fill: impl FnOnce(*mut u8),
    ) -> Option<Value> {
        Str::build_with_room(interp, length, 0, width, ascii, fill)
    }

    /// As [`Str::build`], with memory for `spare` code points more.
    pub(crate) fn build_with_room(
        interp: &Interpreter,
        length: usize,
        spare: usize,
        width: u8,
        ascii: bool,
        fill: impl FnOnce(*mut u8),
    ) -> Option<Value> {
        let points = length.checked_add(spare)?;
        let size = points.checked_mul(width as usize)?.checked_add(size_of::<Str>() + 1)?;
        if size > isize::MAX as usize / 2 {
            return None;
        }
        let object = interp.heap.allocate(size, Kind::Atom)?.cast::<Str>();
        // SAFETY: fresh memory of the right size; the count goes to the value.
        unsafe {
            object.write(Str {
                head: Header::new((&raw const STR).cast()),
                hash: Cell::new(-1),
                length: length as u32,
                width,
                flags: Cell::new(if ascii { ASCII } else { 0 }),
                long: (length >> 32) as u16,
            });
            fill(object.add(1).cast());
            Some(Value::from_word(Word::counted(object.cast())))
        }
    }

    /// Makes a string from code points whose greatest is `max`.
    pub(crate) fn from_points(
        interp: &Interpreter,
        length: usize,
        max: u32,
        points: impl Iterator<Item = u32>,
    ) -> Option<Value> {
        // Each arm writes at most `length` elements of its width.
        match max {
            // SAFETY: there is room for `length` bytes.
            0..0x100 => Str::build(interp, length, 1, max < 0x80, |to| unsafe {
                points.take(length).enumerate().for_each(|(i, c)| to.add(i).write(c as u8));
            }),
            // SAFETY: there is room for `length` units of two bytes.
            0x100..0x10000 => Str::build(interp, length, 2, false, |to| unsafe {
                points.take(length).enumerate().for_each(|(i, c)| to.cast::<u16>().add(i).write(c as u16));
            }),
            // SAFETY: there is room for `length` units of four bytes.
            _ => Str::build(interp, length, 4, false, |to| unsafe {
                points.take(length).enumerate().for_each(|(i, c)| to.cast::<u32>().add(i).write(c));
            }),
        }
    }

    /// Makes a string of the code points, in the width that they need.
    fn from_chars(interp: &Interpreter, chars: Chars<'_>) -> Option<Value> {
        let copy = |bytes: &[u8], width: u8, ascii: bool| {
            // SAFETY: `build` made room for as many bytes.
            Str::build(interp, bytes.len() / width as usize, width, ascii, |to| unsafe {
                to.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            })
        };
        let max = match chars {
            Chars::One(units) => return copy(units, 1, units.is_ascii()),
            wide => wide.max_point(),
        };
        // SAFETY: any array of units may be seen as bytes.
        unsafe {
            match chars {
                Chars::Two(units) if max >= 0x100 => copy(units.align_to::<u8>().1, 2, false),
                Chars::Four(units) if max >= 0x1_0000 => copy(units.align_to::<u8>().1, 4, false),
                narrow => Str::from_points(interp, narrow.len(), max, narrow.iter()),
            }
        }
    }

    /// Makes a string of `length` code points up to `max`, put together from parts.
    fn from_parts<'p>(
        interp: &Interpreter,
        length: usize,
        max: u32,
        parts: impl Iterator<Item = &'p Str>,
    ) -> Option<Value> {
        if max >= 0x100 {
            return Str::from_points(interp, length, max, parts.flat_map(|part| part.chars().iter()));
        }
        Str::build(interp, length, 1, max < 0x80, |to| {
            let mut at = 0;
            for part in parts {
                // SAFETY: the lengths of the parts, all one byte wide, sum up to `length`.
                unsafe { to.add(at).copy_from_nonoverlapping(part.data(), part.len()) };
                at += part.len();
            }
        })
    }

    /// The least bound with the same width and the same answer to "is it ASCII".
    fn bound(&self) -> u32 {
        match self.width {
            1 if self.is_ascii() => 0x7f,
            1 => 0xff,
            2 => 0xffff,
            _ => 0x10_ffff,
        }
    }

    /// Makes a string.
    pub(crate) fn from_str(interp: &Interpreter, text: &str) -> Option<Value> {
        if text.is_ascii() {
            // SAFETY: `build` made room for as many bytes.
            return Str::build(interp, text.len(), 1, true, |to| unsafe {
                to.copy_from_nonoverlapping(text.as_ptr(), text.len());
            });
        }
        let max = text.chars().map(u32::from).max().unwrap_or(0);
        Str::from_points(interp, text.chars().count(), max, text.chars().map(u32::from))
    }
}

impl Str {
    /// A copy as an instance of a class derived from `str`.
    pub(super) fn build_instance(interp: &Interpreter, ty: &Type, own: &Str) -> Option<Value> {
        let bytes = own.raw_bytes();
        let size = size_of::<Str>() + own.items_size() + added_size(ty);
        let object = interp.heap.allocate(size, ty.kind())?.cast::<Str>();
        ty.count_instance();
        // SAFETY: fresh memory of the right size; the count goes to the value.
        unsafe {
            object.write(Str {
                head: Header::new(std::ptr::from_ref(ty).cast()),
                hash: Cell::new(own.hash.get()),
                length: own.length,
                width: own.width,
                flags: Cell::new(own.flags.get() & ASCII),
                long: own.long,
            });
            object.add(1).cast::<u8>().copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            finish_behind_items(object.cast(), ty);
            Some(Value::from_word(Word::counted(object.cast())))
        }
    }

    /// Bytes behind the struct up to what a derived class adds.
    pub(crate) fn items_size(&self) -> usize {
        (self.raw_bytes().len() + 1).next_multiple_of(8)
    }
}

/// The keyed hash of bytes, as `str`, `bytes` and `memoryview` share it.
pub fn hash_bytes(interp: &Interpreter, bytes: &[u8]) -> i64 {
    if bytes.is_empty() {
        return 0;
    }
    let mut hasher = SipHasher13::new_with_keys(interp.hash_keys.0, interp.hash_keys.1);
    hasher.write(bytes);
    match hasher.finish() as i64 {
        -1 => -2,
        hash => hash,
    }
}

impl Thread {
    /// A new string.
    pub fn str(&mut self, text: &str) -> Outcome {
        match text.len() {
            0 => return Ok(self.names().empty.clone()),
            1 => return self.character(u32::from(text.as_bytes()[0])),
            _ => {}
        }
        let made = Str::from_str(self.interp(), text);
        self.or_no_memory(made)
    }

    /// A new string from generalised UTF-8.
    pub fn str_from_text(&mut self, text: &Text) -> Outcome {
        if let Some(text) = text.to_str() {
            return self.str(text);
        }
        let max = text.code_points().max().unwrap_or(0);
        let made = Str::from_points(self.interp(), text.code_points().count(), max, text.code_points());
        self.or_no_memory(made)
    }

    /// A new string with the code points of a part, in the width that they need.
    pub fn str_from_chars(&mut self, chars: Chars<'_>) -> Outcome {
        match chars.len() {
            0 => return Ok(self.names().empty.clone()),
            1 => return self.character(chars.get(0)),
            _ => {}
        }
        let made = Str::from_chars(self.interp(), chars);
        self.or_no_memory(made)
    }

    /// A new string from bytes that are known to be ASCII.
    #[inline]
    pub(crate) fn str_from_ascii(&mut self, ascii: &[u8]) -> Outcome {
        debug_assert!(ascii.is_ascii());
        match ascii {
            [] => return Ok(self.names().empty.clone()),
            [one] => return self.character((*one).into()),
            _ => {}
        }
        // SAFETY: `build` made room for as many bytes.
        let made = Str::build(self.interp(), ascii.len(), 1, true, |to| unsafe {
            to.copy_from_nonoverlapping(ascii.as_ptr(), ascii.len());
        });
        self.or_no_memory(made)
    }

    /// A new string from what was gathered.
    pub fn str_from_buf(&mut self, buf: CharsBuf) -> Outcome {
        match buf.finish() {
            Ok(buf) => self.str_from_chars(buf.as_chars()),
            Err(OutOfMemory) => Err(self.no_memory()),
        }
    }

    /// A new string from code points.
    pub fn str_from_points(&mut self, points: &[u32]) -> Outcome {
        match points {
            [] => Ok(self.names().empty.clone()),
            [one] => self.character(*one),
            _ => {
                let max = points.iter().copied().max().unwrap_or(0);
                let made = Str::from_points(self.interp(), points.len(), max, points.iter().copied());
                self.or_no_memory(made)
            }
        }
    }

    /// The string of one code point.
    #[inline]
    pub fn character(&mut self, point: u32) -> Outcome {
        match self.interp().characters.get() {
            Some(all) if point < 256 => Ok(all[point as usize].clone()),
            _ => self.make_character(point),
        }
    }

    fn make_character(&mut self, point: u32) -> Outcome {
        let interp = self.interp();
        if point < 256 {
            let all: Option<Vec<Value>> = (0..256).map(|c| interp.interned.intern_point(interp, c)).collect();
            let all = self.or_no_memory(all)?;
            return Ok(interp.characters.get_or_init(|| all)[point as usize].clone());
        }
        let made = Str::from_points(interp, 1, point, std::iter::once(point));
        self.or_no_memory(made)
    }

    /// Joins two strings.
    pub fn concat(&mut self, left: &Str, right: &Str) -> Outcome {
        if left.is_empty()
            && Ref::of(left).exact::<Str>().is_some()
            && Ref::of(right).exact::<Str>().is_some()
        {
            return Ok(Ref::of(right).to_value());
        }
        let Some(length) = left.len().checked_add(right.len()) else { return Err(self.no_memory()) };
        let made = if left.width == 1 && right.width == 1 {
            let ascii = left.is_ascii() && right.is_ascii();
            // SAFETY: `build` made room for both.
            Str::build(self.interp(), length, 1, ascii, |to| unsafe {
                to.copy_from_nonoverlapping(left.data(), left.len());
                to.add(left.len()).copy_from_nonoverlapping(right.data(), right.len());
            })
        } else {
            let max = if left.width.max(right.width) == 2 { 0x100 } else { 0x10000 };
            let (a, b) = (left.chars(), right.chars());
            Str::from_points(self.interp(), length, max, a.iter().chain(b.iter()))
        };
        self.or_no_memory(made)
    }
}

impl Str {
    /// The string `count` times, `length` code points in all.
    fn repeated(&self, interp: &Interpreter, length: usize, count: usize) -> Option<Value> {
        let bytes = self.raw_bytes();
        // SAFETY: `build` made room for `count` times as many bytes.
        Str::build(interp, length, self.width, self.is_ascii(), |to| unsafe {
            if let [byte] = bytes {
                to.write_bytes(*byte, count);
            } else {
                for index in 0..count {
                    to.add(index * bytes.len()).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
                }
            }
        })
    }
}
