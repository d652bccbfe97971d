//! [`Chars`] and [`CharsBuf`]: strings as arrays of code points of one width.
//!
//! Invariant: the width is the least that holds every code point, so equal strings have equal arrays.
//! Answers for the kinds of CPython's `PyUnicodeObject` (PEP 393) and for `_PyUnicodeWriter`.

use std::cmp::Ordering;
use std::ops::Range;

use smallvec::SmallVec;

use crate::TextBuf;

/// A code point of some width.
pub trait Unit: Copy + Ord + 'static {
    /// The code point.
    fn point(self) -> u32;

    /// The code point, if it fits the width.
    fn from_point(point: u32) -> Option<Self>;

    /// The units' memory, where it can be searched as bytes.
    fn memory(_units: &[Self]) -> &[u8] {
        &[]
    }

    /// The units as bytes, where they are.
    fn as_bytes(_units: &[Self]) -> Option<&[u8]> {
        None
    }

    /// Where `unit` is first.
    fn find_one(units: &[Self], unit: Self) -> Option<usize> {
        // Whole chunks first, without a branch for each unit, so that the compiler can vectorise.
        let any = |chunk: &[Self]| chunk.iter().fold(false, |found, &u| found | (u == unit));
        let skipped = units.chunks_exact(64).take_while(|chunk| !any(chunk)).count() * 64;
        units[skipped..].iter().position(|&u| u == unit).map(|at| skipped + at)
    }

    /// Where `unit` is last.
    fn rfind_one(units: &[Self], unit: Self) -> Option<usize> {
        units.iter().rposition(|&u| u == unit)
    }
}

impl Unit for u8 {
    #[inline(always)]
    fn point(self) -> u32 {
        self.into()
    }

    fn from_point(point: u32) -> Option<u8> {
        u8::try_from(point).ok()
    }

    #[inline]
    fn as_bytes(units: &[u8]) -> Option<&[u8]> {
        Some(units)
    }

    fn find_one(units: &[u8], unit: u8) -> Option<usize> {
        memchr::memchr(unit, units)
    }

    fn rfind_one(units: &[u8], unit: u8) -> Option<usize> {
        memchr::memrchr(unit, units)
    }
}

impl Unit for u16 {
    #[inline]
    fn memory(units: &[u16]) -> &[u8] {
        bytemuck::cast_slice(units)
    }

    #[inline(always)]
    fn point(self) -> u32 {
        self.into()
    }

    fn from_point(point: u32) -> Option<u16> {
        u16::try_from(point).ok()
    }
}

impl Unit for u32 {
    #[inline]
    fn memory(units: &[u32]) -> &[u8] {
        bytemuck::cast_slice(units)
    }

    #[inline(always)]
    fn point(self) -> u32 {
        self
    }

    fn from_point(point: u32) -> Option<u32> {
        Some(point)
    }
}

/// The code points of a string, by width.
#[derive(Clone, Copy, Debug)]
pub enum Chars<'a> {
    /// All below 256.
    One(&'a [u8]),
    /// All below 65536, one at least above 255.
    Two(&'a [u16]),
    /// One at least above 65535.
    Four(&'a [u32]),
}

/// Does the same for each width: `with_units!(chars, units => expression)`.
#[macro_export]
macro_rules! with_units {
    ($chars:expr, $units:ident => $body:expr) => {
        match $chars {
            $crate::Chars::One($units) => $body,
            $crate::Chars::Two($units) => $body,
            $crate::Chars::Four($units) => $body,
        }
    };
}

impl<'a> Chars<'a> {
    /// How many code points there are.
    #[inline]
    pub fn len(self) -> usize {
        with_units!(self, units => units.len())
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The code point at an index.
    #[inline]
    pub fn get(self, index: usize) -> u32 {
        with_units!(self, units => units[index].point())
    }

    /// All in order.
    pub fn iter(self) -> CharsIter<'a> {
        CharsIter { chars: self, range: 0..self.len() }
    }

    /// A part; its width may be larger than it needs.
    pub fn slice(self, range: Range<usize>) -> Chars<'a> {
        match self {
            Chars::One(units) => Chars::One(&units[range]),
            Chars::Two(units) => Chars::Two(&units[range]),
            Chars::Four(units) => Chars::Four(&units[range]),
        }
    }

    /// Whether all are below 128.
    pub fn is_ascii(self) -> bool {
        with_units!(self, units => units.iter().all(|&u| u.point() < 0x80))
    }

    /// The largest code point, or a bound with the same width and the same answer to "is it ASCII";
    /// 0 of no code point.
    pub fn max_point(self) -> u32 {
        // Or-ing keeps the highest bit, which is what decides.
        with_units!(self, units => units.iter().fold(0, |max, &u| max | u.point())).min(0x10_ffff)
    }

    /// Compares code point by code point.
    pub fn compare(self, other: Chars<'_>) -> Ordering {
        match (self, other) {
            (Chars::One(a), Chars::One(b)) => a.cmp(b),
            (Chars::Two(a), Chars::Two(b)) => a.cmp(b),
            (Chars::Four(a), Chars::Four(b)) => a.cmp(b),
            (a, b) => a.iter().cmp(b.iter()),
        }
    }

    /// The string in generalised UTF-8.
    pub fn to_text(self) -> TextBuf {
        if let Chars::One(units) = self
            && units.is_ascii()
        {
            return TextBuf::from(std::str::from_utf8(units).expect("ASCII is UTF-8"));
        }
        let mut text = TextBuf::new();
        self.iter().for_each(|point| text.push(point));
        text
    }
}

/// Iterator over the code points of [`Chars`].
#[derive(Clone)]
pub struct CharsIter<'a> {
    chars: Chars<'a>,
    range: Range<usize>,
}

impl Iterator for CharsIter<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        self.range.next().map(|index| self.chars.get(index))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.range.size_hint()
    }
}

impl DoubleEndedIterator for CharsIter<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        self.range.next_back().map(|index| self.chars.get(index))
    }
}

impl ExactSizeIterator for CharsIter<'_> {}

/// The units of a string in the width of another; `None` if one does not fit.
pub(crate) fn in_width<T: Unit>(chars: Chars<'_>) -> Option<SmallVec<[T; 32]>> {
    with_units!(chars, units => units.iter().map(|&u| T::from_point(u.point())).collect())
}

/// There was not enough memory, or more was asked for than the limit allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

#[derive(Clone, Debug)]
enum Buffer {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

/// A growing string whose width follows what is appended. Running out of memory is remembered and
/// told at the end, by [`CharsBuf::finish`]; what is appended after it is dropped.
#[derive(Clone, Debug)]
pub struct CharsBuf {
    buffer: Buffer,
    /// How many bytes it may take.
    limit: usize,
    failed: bool,
}

impl Default for CharsBuf {
    fn default() -> CharsBuf {
        CharsBuf::new()
    }
}

impl CharsBuf {
    /// The empty string, bounded by the machine's memory only.
    pub const fn new() -> CharsBuf {
        CharsBuf::with_limit(isize::MAX as usize)
    }

    /// The empty string, which may take so many bytes.
    pub const fn with_limit(limit: usize) -> CharsBuf {
        CharsBuf { buffer: Buffer::One(Vec::new()), limit, failed: false }
    }

    /// How many code points there are.
    pub fn len(&self) -> usize {
        match &self.buffer {
            Buffer::One(units) => units.len(),
            Buffer::Two(units) => units.len(),
            Buffer::Four(units) => units.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The code points so far.
    pub fn as_chars(&self) -> Chars<'_> {
        match &self.buffer {
            Buffer::One(units) => Chars::One(units),
            Buffer::Two(units) => Chars::Two(units),
            Buffer::Four(units) => Chars::Four(units),
        }
    }

    /// Whether memory ran out.
    pub fn failed(&self) -> bool {
        self.failed
    }

    /// The string, unless memory ran out.
    pub fn finish(self) -> Result<CharsBuf, OutOfMemory> {
        if self.failed { Err(OutOfMemory) } else { Ok(self) }
    }

    /// Makes room for `extra` code points up to `max`. False when there is none.
    pub fn reserve(&mut self, extra: usize, max: u32) -> bool {
        let done = match (&mut self.buffer, max) {
            (Buffer::One(units), 0..0x100) => grow(units, extra, self.limit),
            (Buffer::One(units), 0x100..0x1_0000) => {
                widen(units, extra, self.limit).map(|units| self.buffer = Buffer::Two(units))
            }
            (Buffer::One(units), _) => {
                widen(units, extra, self.limit).map(|units| self.buffer = Buffer::Four(units))
            }
            (Buffer::Two(units), 0..0x1_0000) => grow(units, extra, self.limit),
            (Buffer::Two(units), _) => {
                widen(units, extra, self.limit).map(|units| self.buffer = Buffer::Four(units))
            }
            (Buffer::Four(units), _) => grow(units, extra, self.limit),
        };
        self.failed |= done.is_none();
        !self.failed
    }

    /// Appends a code point.
    #[inline]
    pub fn push(&mut self, point: u32) {
        match &mut self.buffer {
            Buffer::One(units) if point < 0x100 && units.len() < units.capacity() => {
                return units.push(point as u8);
            }
            Buffer::Two(units) if point < 0x1_0000 && units.len() < units.capacity() => {
                return units.push(point as u16);
            }
            Buffer::Four(units) if units.len() < units.capacity() => return units.push(point),
            _ => {}
        }
        self.push_slow(point);
    }

    #[cold]
    fn push_slow(&mut self, point: u32) {
        if !self.reserve(1, point) {
            return;
        }
        match &mut self.buffer {
            Buffer::One(units) => units.push(point as u8),
            Buffer::Two(units) => units.push(point as u16),
            Buffer::Four(units) => units.push(point),
        }
    }

    /// Appends a code point so many times.
    pub fn push_n(&mut self, point: u32, count: usize) {
        if count == 0 || !self.reserve(count, point) {
            return;
        }
        match &mut self.buffer {
            Buffer::One(units) => units.resize(units.len() + count, point as u8),
            Buffer::Two(units) => units.resize(units.len() + count, point as u16),
            Buffer::Four(units) => units.resize(units.len() + count, point),
        }
    }

    /// Appends ASCII, or Latin-1.
    pub fn push_bytes(&mut self, bytes: &[u8]) {
        if bytes.is_empty() || !self.reserve(bytes.len(), 0) {
            return;
        }
        match &mut self.buffer {
            Buffer::One(units) => units.extend_from_slice(bytes),
            Buffer::Two(units) => units.extend(bytes.iter().map(|&b| u16::from(b))),
            Buffer::Four(units) => units.extend(bytes.iter().map(|&b| u32::from(b))),
        }
    }

    /// Appends one of Rust's strings.
    pub fn push_str(&mut self, text: &str) {
        if text.is_ascii() {
            return self.push_bytes(text.as_bytes());
        }
        // The first byte of a sequence tells about how large the code point is.
        let (mut length, mut largest) = (0, 0);
        for byte in text.bytes() {
            length += usize::from(byte & 0xc0 != 0x80);
            largest = largest.max(byte);
        }
        let max = match largest {
            0..0xc4 => 0xff,
            0xc4..0xf0 => 0x100,
            _ => 0x1_0000,
        };
        if !self.reserve(length, max) {
            return;
        }
        match &mut self.buffer {
            Buffer::One(units) => units.extend(text.chars().map(|c| c as u8)),
            Buffer::Two(units) => units.extend(text.chars().map(|c| c as u16)),
            Buffer::Four(units) => units.extend(text.chars().map(u32::from)),
        }
    }

    /// Appends a string, or a part of one, which may be narrower than its array.
    pub fn push_chars(&mut self, chars: Chars<'_>) {
        if let Chars::One(units) = chars {
            self.push_bytes(units);
            return;
        }
        if chars.is_empty() || !self.reserve(chars.len(), chars.max_point()) {
            return;
        }
        match (&mut self.buffer, chars) {
            (Buffer::Two(units), Chars::Two(more)) => units.extend_from_slice(more),
            (Buffer::Four(units), Chars::Four(more)) => units.extend_from_slice(more),
            (Buffer::One(units), more) => units.extend(more.iter().map(|p| p as u8)),
            (Buffer::Two(units), more) => units.extend(more.iter().map(|p| p as u16)),
            (Buffer::Four(units), more) => units.extend(more.iter()),
        }
    }

    /// Appends code points.
    pub fn push_points(&mut self, points: &[u32]) {
        points.iter().for_each(|&point| self.push(point));
    }

    /// Drops what is behind the first `length` code points; takes time in proportion to them.
    pub fn truncate(&mut self, length: usize) {
        if length >= self.len() {
            return;
        }
        let mut shorter = CharsBuf::with_limit(self.limit);
        shorter.push_chars(self.as_chars().slice(0..length));
        shorter.failed |= self.failed;
        *self = shorter;
    }

    /// The string in generalised UTF-8.
    pub fn to_text(&self) -> TextBuf {
        self.as_chars().to_text()
    }
}

impl From<&str> for CharsBuf {
    fn from(text: &str) -> CharsBuf {
        let mut buf = CharsBuf::new();
        buf.push_str(text);
        buf
    }
}

impl From<Chars<'_>> for CharsBuf {
    fn from(chars: Chars<'_>) -> CharsBuf {
        let mut buf = CharsBuf::new();
        buf.push_chars(chars);
        buf
    }
}

fn grow<T>(units: &mut Vec<T>, extra: usize, limit: usize) -> Option<()> {
    let length = units.len().checked_add(extra)?;
    if length <= units.capacity() {
        return Some(());
    }
    if length.checked_mul(size_of::<T>())? > limit {
        return None;
    }
    units.try_reserve(extra).ok()
}

fn widen<T: Unit, W: Unit>(units: &[T], extra: usize, limit: usize) -> Option<Vec<W>> {
    let mut wide = Vec::new();
    // Room as a growing vector would have it, so that widening does not make appending quadratic.
    grow(&mut wide, units.len().checked_add(extra)?, limit)?;
    wide.extend(units.iter().map(|&u| W::from_point(u.point()).expect("the width is larger")));
    Some(wide)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_follows_what_is_appended() {
        let mut buf = CharsBuf::from("ab");
        assert!(matches!(buf.as_chars(), Chars::One(b"ab")));
        buf.push(0xff);
        assert!(matches!(buf.as_chars(), Chars::One(_)));
        buf.push_n(0x100, 2);
        assert!(matches!(buf.as_chars(), Chars::Two([0x61, 0x62, 0xff, 0x100, 0x100])));
        let four = [0x1f40d, 0x41];
        buf.push_chars(Chars::Four(&four));
        assert_eq!(
            buf.as_chars().iter().collect::<Vec<_>>(),
            [0x61, 0x62, 0xff, 0x100, 0x100, 0x1f40d, 0x41]
        );
        let narrow = CharsBuf::from(Chars::Four(&four).slice(1..2));
        assert!(matches!(narrow.as_chars(), Chars::One(b"A")));
    }

    #[test]
    fn memory_is_limited() {
        let mut buf = CharsBuf::with_limit(8);
        buf.push_str("abcd");
        assert!(!buf.failed());
        buf.push(0x1f40d);
        assert!(buf.failed());
        assert_eq!(buf.finish().err(), Some(OutOfMemory));
        let mut huge = CharsBuf::new();
        huge.push_n(0x20, usize::MAX);
        assert!(huge.failed());
    }
}
