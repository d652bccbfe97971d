//! [`Text`]: the contents of a Python `str` as bytes.
//!
//! A `str` is a sequence of code points in which lone surrogates are allowed, so it is not Rust's
//! `str`. [`Text`] is *generalised UTF-8*: UTF-8 in which each surrogate code point is encoded by
//! itself, in three bytes, never joined with its neighbour, which is what CPython's
//! `surrogatepass` error handler writes. Unlike WTF-8, `'\ud83d\ude00'` keeps its two code points.
#![allow(unsafe_code)] // the two casts between `[u8]` and the transparent wrapper

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::ops::Deref;
use std::rc::Rc;

/// A borrowed Python string in generalised UTF-8.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Text([u8]);

impl Text {
    /// The string that `bytes` spell. `bytes` must be generalised UTF-8; anything else is a bug of
    /// the caller that shows as wrong text, never as undefined behaviour.
    pub const fn from_bytes(bytes: &[u8]) -> &Text {
        // SAFETY: `Text` is `repr(transparent)` over `[u8]`, so the layouts are equal.
        unsafe { &*(std::ptr::from_ref(bytes) as *const Text) }
    }

    /// The same string, as Rust's.
    pub const fn new(s: &str) -> &Text {
        Text::from_bytes(s.as_bytes())
    }

    /// The bytes of the string.
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The string as Rust's, unless it holds surrogates.
    pub fn to_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The string as Rust's, surrogates shown as U+FFFD. For messages to people only.
    pub fn to_string_lossy(&self) -> Cow<'_, str> {
        match self.to_str() {
            Some(s) => Cow::Borrowed(s),
            None => Cow::Owned(self.code_points().map(|c| char::from_u32(c).unwrap_or('\u{fffd}')).collect()),
        }
    }

    /// Whether the string has no code point.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The length in bytes, not in code points.
    pub const fn byte_len(&self) -> usize {
        self.0.len()
    }

    /// The code points, surrogates among them.
    pub fn code_points(&self) -> CodePoints<'_> {
        CodePoints(&self.0)
    }

    /// An owned copy with a shared count.
    pub fn to_rc(&self) -> Rc<Text> {
        let bytes: Rc<[u8]> = Rc::from(&self.0);
        // SAFETY: `Text` is `repr(transparent)` over `[u8]`, so the pointee's layout is the same.
        unsafe { Rc::from_raw(Rc::into_raw(bytes) as *const Text) }
    }
}

/// Iterator over the code points of a [`Text`].
#[derive(Clone)]
pub struct CodePoints<'a>(&'a [u8]);

impl Iterator for CodePoints<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let (&first, rest) = self.0.split_first()?;
        let (extra, mut point) = match first {
            0..=0x7f => (0, u32::from(first)),
            0x80..=0xdf => (1, u32::from(first & 0x1f)),
            0xe0..=0xef => (2, u32::from(first & 0x0f)),
            _ => (3, u32::from(first & 0x07)),
        };
        let extra = extra.min(rest.len());
        for &byte in &rest[..extra] {
            point = point << 6 | u32::from(byte & 0x3f);
        }
        self.0 = &rest[extra..];
        Some(point)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&*self.to_string_lossy(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_string_lossy())
    }
}

impl ToOwned for Text {
    type Owned = TextBuf;

    fn to_owned(&self) -> TextBuf {
        TextBuf(self.0.to_vec())
    }
}

impl<'a> From<&'a str> for &'a Text {
    fn from(s: &'a str) -> &'a Text {
        Text::new(s)
    }
}

/// An owned, growing Python string in generalised UTF-8.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextBuf(Vec<u8>);

impl TextBuf {
    /// The empty string.
    pub const fn new() -> TextBuf {
        TextBuf(Vec::new())
    }

    /// Appends a code point, which may be a surrogate; `point` is at most 0x10ffff.
    pub fn push(&mut self, point: u32) {
        match char::from_u32(point) {
            Some(c) => self.0.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            None => self.0.extend_from_slice(&[
                0xe0 | (point >> 12) as u8,
                0x80 | (point >> 6 & 0x3f) as u8,
                0x80 | (point & 0x3f) as u8,
            ]),
        }
    }

    /// Appends a string.
    pub fn push_text(&mut self, text: &Text) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Appends one of Rust's strings.
    pub fn push_str(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// The bytes of the string.
    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}

impl Deref for TextBuf {
    type Target = Text;

    fn deref(&self) -> &Text {
        Text::from_bytes(&self.0)
    }
}

impl Borrow<Text> for TextBuf {
    fn borrow(&self) -> &Text {
        self
    }
}

impl From<&str> for TextBuf {
    fn from(s: &str) -> TextBuf {
        TextBuf(s.as_bytes().to_vec())
    }
}

impl From<String> for TextBuf {
    fn from(s: String) -> TextBuf {
        TextBuf(s.into_bytes())
    }
}

impl fmt::Debug for TextBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrogates_stay_apart() {
        let mut text = TextBuf::new();
        for point in [0x61, 0xd83d, 0xde00, 0x1f600] {
            text.push(point);
        }
        assert_eq!(text.code_points().collect::<Vec<_>>(), [0x61, 0xd83d, 0xde00, 0x1f600]);
        assert_eq!(text.to_str(), None);
        assert_eq!(text.as_bytes(), b"a\xed\xa0\xbd\xed\xb8\x80\xf0\x9f\x98\x80");
    }
}
