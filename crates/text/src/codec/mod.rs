//! Codecs: between bytes and code points, with errors given to a handler.
//!
//! Answers for the codecs of CPython's `Objects/unicodeobject.c` and `Objects/bytesobject.c`; ranges
//! and reasons of errors are those that it reports. A decoder takes `last`: whether no more input
//! follows; if more does, an incomplete end is left alone, and the result says how much was used.

pub mod charmap;
mod error;
pub mod escape;
mod latin;
#[cfg(test)]
mod tests;
mod utf16;
mod utf32;
mod utf7;
mod utf8;

pub use error::{
    CodecError, DecodeHandler, EncodeHandler, ErrorHandler, Replaced, Replacement, escape_point,
};
pub use latin::{decode_ascii, decode_latin1, encode_ascii, encode_latin1};
pub use utf7::{decode_utf7, encode_utf7};
pub use utf8::{decode_utf8, encode_utf8};
pub use utf16::{decode_utf16, encode_utf16};
pub use utf32::{decode_utf32, encode_utf32};

/// The order of the bytes of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// The machine's, unless a byte order mark at the front tells; the encoder writes one.
    Marked,
    /// The least significant byte first.
    Little,
    /// The most significant byte first.
    Big,
}

impl ByteOrder {
    const NATIVE: ByteOrder = if cfg!(target_endian = "little") { ByteOrder::Little } else { ByteOrder::Big };

    fn or_native(self) -> ByteOrder {
        if self == ByteOrder::Marked { ByteOrder::NATIVE } else { self }
    }
}

/// Encodes all that a handler put in the place of what can't be encoded, if it is ASCII.
pub(crate) fn ascii_replacement(replaced: &Replaced) -> Option<&[u8]> {
    match replaced {
        Replaced::Bytes(bytes) => Some(bytes),
        Replaced::Text(text) => match text.as_chars() {
            crate::Chars::One(units) if units.is_ascii() => Some(units),
            _ => None,
        },
    }
}
