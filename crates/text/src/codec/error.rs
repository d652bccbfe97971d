//! Errors of codecs and what to do about them.
//!
//! Answers for the error handlers of CPython's `Python/codecs.c`.

use crate::{Chars, CharsBuf, unicode};

/// What can't be decoded or encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodecError {
    /// The codec's name.
    pub encoding: &'static str,
    /// Where it starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What is wrong with it.
    pub reason: &'static str,
}

/// Decides about bytes that can't be decoded.
pub trait DecodeHandler {
    /// What ends the decoding.
    type Error;

    /// Appends what stands for the bytes, and tells where to go on, at most at the end of the input.
    fn handle(&mut self, error: &CodecError, input: &[u8], out: &mut CharsBuf) -> Result<usize, Self::Error>;
}

/// What a handler puts in the place of what can't be encoded.
#[derive(Clone, Debug)]
pub enum Replaced {
    /// Code points, which are encoded in their turn.
    Text(CharsBuf),
    /// Bytes, taken as they are.
    Bytes(Vec<u8>),
}

/// A handler's answer.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// What to write.
    pub replaced: Replaced,
    /// Where to go on, at most at the end of the input.
    pub resume: usize,
}

/// Decides about code points that can't be encoded.
pub trait EncodeHandler {
    /// What ends the encoding.
    type Error;

    /// What stands for the code points.
    fn handle(&mut self, error: &CodecError, input: Chars<'_>) -> Result<Replacement, Self::Error>;

    /// The error for a replacement that can't be encoded either: that of what it stands for.
    fn refuse(&mut self, error: &CodecError, input: Chars<'_>) -> Self::Error;
}

/// The handlers that are always there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorHandler {
    /// Raises.
    Strict,
    /// Leaves out.
    Ignore,
    /// U+FFFD; a question mark when encoding.
    Replace,
    /// `\x80`, `\u20ac`, `\U0001f40d`.
    BackslashReplace,
    /// `&#8364;`; only for encoding.
    XmlCharRefReplace,
    /// `\N{EURO SIGN}`; only for encoding.
    NameReplace,
    /// Bytes from 0x80 on as surrogates from U+DC80 on, and back.
    SurrogateEscape,
    /// Surrogates as if they were other code points; only for UTF.
    SurrogatePass,
}

impl ErrorHandler {
    /// The handler of that name.
    pub fn from_name(name: &str) -> Option<ErrorHandler> {
        Some(match name {
            "strict" => ErrorHandler::Strict,
            "ignore" => ErrorHandler::Ignore,
            "replace" => ErrorHandler::Replace,
            "backslashreplace" => ErrorHandler::BackslashReplace,
            "xmlcharrefreplace" => ErrorHandler::XmlCharRefReplace,
            "namereplace" => ErrorHandler::NameReplace,
            "surrogateescape" => ErrorHandler::SurrogateEscape,
            "surrogatepass" => ErrorHandler::SurrogatePass,
            _ => return None,
        })
    }

    /// Appends what stands for bytes and tells where to go on; `None` when the error is to be
    /// raised.
    pub fn decode(self, error: &CodecError, input: &[u8], out: &mut CharsBuf) -> Option<usize> {
        let CodecError { start, end, .. } = *error;
        match self {
            ErrorHandler::Ignore => {}
            ErrorHandler::Replace => out.push(0xfffd),
            ErrorHandler::BackslashReplace => {
                input[start..end].iter().for_each(|&byte| out.push_str(&format!("\\x{byte:02x}")));
            }
            ErrorHandler::SurrogateEscape => {
                let count = input[start..end].iter().take(4).take_while(|&&byte| byte >= 0x80).count();
                input[start..start + count].iter().for_each(|&byte| out.push(0xdc00 + u32::from(byte)));
                return (count > 0).then_some(start + count);
            }
            ErrorHandler::SurrogatePass => {
                let (point, width) = Utf::of(error.encoding)?.surrogate(&input[start..])?;
                out.push(point);
                return Some(start + width);
            }
            ErrorHandler::Strict | ErrorHandler::XmlCharRefReplace | ErrorHandler::NameReplace => {
                return None;
            }
        }
        Some(end)
    }

    /// What stands for all of the code points, as a function called from Python tells it; `None` when
    /// the error is to be raised.
    pub fn encode_whole(self, error: &CodecError, input: Chars<'_>) -> Option<Replacement> {
        self.encode(error, input).filter(|replacement| replacement.resume == error.end)
    }

    /// What stands for code points, or for the first ones of them; `None` when the error is to be
    /// raised.
    pub fn encode(self, error: &CodecError, input: Chars<'_>) -> Option<Replacement> {
        let CodecError { start, end, .. } = *error;
        let points = input.slice(start..end).iter();
        let mut text = CharsBuf::new();
        match self {
            ErrorHandler::Strict => return None,
            ErrorHandler::Ignore => {}
            ErrorHandler::Replace => text.push_n(b'?'.into(), end - start),
            ErrorHandler::BackslashReplace => points.for_each(|point| text.push_str(&escape_point(point))),
            ErrorHandler::XmlCharRefReplace => points.for_each(|point| text.push_str(&format!("&#{point};"))),
            ErrorHandler::NameReplace => points.for_each(|point| match unicode::name(point) {
                Some(name) => text.push_str(&format!("\\N{{{name}}}")),
                None => text.push_str(&escape_point(point)),
            }),
            ErrorHandler::SurrogateEscape => {
                let escaped = points.take_while(|point| (0xdc80..=0xdcff).contains(point));
                let bytes: Vec<u8> = escaped.map(|point| (point - 0xdc00) as u8).collect();
                let resume = start + bytes.len();
                return (resume > start).then_some(Replacement { replaced: Replaced::Bytes(bytes), resume });
            }
            ErrorHandler::SurrogatePass => {
                let utf = Utf::of(error.encoding)?;
                let mut bytes = Vec::with_capacity((end - start) * 4);
                for point in points {
                    utf.write(point, &mut bytes)?;
                }
                return Some(Replacement { replaced: Replaced::Bytes(bytes), resume: end });
            }
        }
        Some(Replacement { replaced: Replaced::Text(text), resume: end })
    }
}

impl DecodeHandler for ErrorHandler {
    type Error = CodecError;

    fn handle(&mut self, error: &CodecError, input: &[u8], out: &mut CharsBuf) -> Result<usize, CodecError> {
        self.decode(error, input, out).ok_or(*error)
    }
}

impl EncodeHandler for ErrorHandler {
    type Error = CodecError;

    fn handle(&mut self, error: &CodecError, input: Chars<'_>) -> Result<Replacement, CodecError> {
        // Only the codecs that know the handler by themselves take part of an answer.
        let whole = error.encoding == "charmap";
        if whole { self.encode_whole(error, input) } else { self.encode(error, input) }.ok_or(*error)
    }

    fn refuse(&mut self, error: &CodecError, _input: Chars<'_>) -> CodecError {
        *error
    }
}

/// `\xe9`, `\u20ac` or `\U0001f40d`.
pub fn escape_point(point: u32) -> String {
    match point {
        0..0x100 => format!("\\x{point:02x}"),
        0x100..0x1_0000 => format!("\\u{point:04x}"),
        _ => format!("\\U{point:08x}"),
    }
}

/// The encodings in which surrogates can be passed.
#[derive(Clone, Copy)]
enum Utf {
    Eight,
    Sixteen { big: bool },
    ThirtyTwo { big: bool },
}

impl Utf {
    /// From a name, as loosely as CPython takes it here.
    fn of(encoding: &str) -> Option<Utf> {
        let name = encoding.to_ascii_lowercase().replace('_', "-");
        let rest = name.strip_prefix("utf")?;
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        let native = cfg!(target_endian = "big");
        Some(match rest {
            "8" => Utf::Eight,
            "16" => Utf::Sixteen { big: native },
            "16-le" | "16le" => Utf::Sixteen { big: false },
            "16-be" | "16be" => Utf::Sixteen { big: true },
            "32" => Utf::ThirtyTwo { big: native },
            "32-le" | "32le" => Utf::ThirtyTwo { big: false },
            "32-be" | "32be" => Utf::ThirtyTwo { big: true },
            _ => return None,
        })
    }

    /// The surrogate at the front, and how many bytes it takes.
    fn surrogate(self, bytes: &[u8]) -> Option<(u32, usize)> {
        let (point, width) = match (self, bytes) {
            (Utf::Eight, &[a @ 0xe0..=0xef, b @ 0x80..=0xbf, c @ 0x80..=0xbf, ..]) => {
                let bits = |byte: u8, mask: u8| u32::from(byte & mask);
                (bits(a, 0xf) << 12 | bits(b, 0x3f) << 6 | bits(c, 0x3f), 3)
            }
            (Utf::Sixteen { big: false }, &[a, b, ..]) => (u16::from_le_bytes([a, b]).into(), 2),
            (Utf::Sixteen { big: true }, &[a, b, ..]) => (u16::from_be_bytes([a, b]).into(), 2),
            (Utf::ThirtyTwo { big: false }, &[a, b, c, d, ..]) => (u32::from_le_bytes([a, b, c, d]), 4),
            (Utf::ThirtyTwo { big: true }, &[a, b, c, d, ..]) => (u32::from_be_bytes([a, b, c, d]), 4),
            _ => return None,
        };
        (0xd800..0xe000).contains(&point).then_some((point, width))
    }

    /// Writes a surrogate; `None` of anything else.
    fn write(self, point: u32, out: &mut Vec<u8>) -> Option<()> {
        if !(0xd800..0xe000).contains(&point) {
            return None;
        }
        match self {
            Utf::Eight => out.extend_from_slice(&[
                0xe0 | (point >> 12) as u8,
                0x80 | (point >> 6 & 0x3f) as u8,
                0x80 | (point & 0x3f) as u8,
            ]),
            Utf::Sixteen { big: false } => out.extend_from_slice(&(point as u16).to_le_bytes()),
            Utf::Sixteen { big: true } => out.extend_from_slice(&(point as u16).to_be_bytes()),
            Utf::ThirtyTwo { big: false } => out.extend_from_slice(&point.to_le_bytes()),
            Utf::ThirtyTwo { big: true } => out.extend_from_slice(&point.to_be_bytes()),
        }
        Some(())
    }
}
