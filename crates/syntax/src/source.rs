//! From what `compile()` is given to the UTF-8 text that the tokenizer reads.
//!
//! Finds byte order mark and encoding declaration (PEP 263), decodes, translates line ends and adds
//! the missing last one. Not a file reader. Answers for CPython's `Parser/tokenizer/helpers.c`,
//! `string_tokenizer.c` and `utf8_tokenizer.c`.

mod charmaps;
mod codec;

use std::borrow::Cow;
use taipan_asdl::diagnostic::{Error, ErrorKind, ErrorLocation};
use taipan_text::{Text, TextBuf};

pub use taipan_asdl::source::{Mode, Source};

/// A decoded source: UTF-8 without null bytes whose lines end in a line feed only.
#[derive(Clone, Debug)]
pub struct SourceText<'s> {
    bytes: Cow<'s, [u8]>,
    implicit_newline: bool,
    null_byte_error: Option<Box<Error>>,
}

impl<'s> SourceText<'s> {
    /// Decodes `source`. `mode` matters because only `exec` input gets its missing last line feed.
    pub fn decode(source: Source<'s>, mode: Mode) -> Result<SourceText<'s>, Box<Error>> {
        let bytes = match source {
            Source::Text(text) => text.as_bytes(),
            Source::Bytes(bytes) => bytes,
        };
        if let Source::Text(text) = source {
            check_surrogates(text)?;
        }
        if memchr::memchr(0, bytes).is_some() {
            return Err(Error::new(ErrorKind::SyntaxError, "source code string cannot contain null bytes"));
        }
        let translated = translate_newlines(bytes, mode == Mode::Exec);
        let bytes = match source {
            Source::Text(_) => translated,
            Source::Bytes(_) => decode_bytes(translated)?,
        };
        if u32::try_from(bytes.len()).is_err() {
            return Err(Error::new(
                ErrorKind::OverflowError,
                "Parser column offset overflow - source line is too big",
            ));
        }
        Ok(SourceText { bytes, implicit_newline: false, null_byte_error: None })
    }

    /// The `text` as the `tokenize` module's tokenizer sees it: line ends stay as they are,
    /// the missing last one is added.
    pub fn for_tokenize(text: &'s Text) -> Result<SourceText<'s>, Box<Error>> {
        check_surrogates(text)?;
        let mut bytes = text.as_bytes();
        let mut null_byte_error = None;
        if let Some(null) = memchr::memchr(0, bytes) {
            // The lines before it are read.
            let start = memchr::memrchr(b'\n', &bytes[..null]).map_or(0, |newline| newline + 1);
            let lineno = memchr::memchr_iter(b'\n', &bytes[..start]).count() as i32 + 1;
            let mut error = Error::new(ErrorKind::SyntaxError, "source code cannot contain null bytes");
            error.location = Some(ErrorLocation { lineno, offset: 0, end_lineno: lineno, end_offset: 0 });
            error.text = Some(Text::from_bytes(&bytes[start..null]).to_owned());
            null_byte_error = Some(error);
            bytes = &bytes[..start];
        }
        let bytes = match bytes.last() {
            None | Some(b'\n') => Cow::Borrowed(bytes),
            Some(_) => {
                let mut owned = bytes.to_vec();
                owned.push(b'\n');
                Cow::Owned(owned)
            }
        };
        let implicit_newline = matches!(bytes, Cow::Owned(_));
        Ok(SourceText { bytes, implicit_newline, null_byte_error })
    }

    /// Whether [`SourceText::for_tokenize`] has added the last line feed.
    pub fn has_implicit_newline(&self) -> bool {
        self.implicit_newline
    }

    /// The error that ends the tokens of a text for `tokenize`, which was cut before the line with a
    /// null byte.
    pub(crate) fn null_byte_error(&self) -> Option<&Error> {
        self.null_byte_error.as_deref()
    }

    /// The text. Tokens count their bytes in it.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes `start..end`, as text.
    pub fn slice(&self, start: u32, end: u32) -> &Text {
        Text::from_bytes(&self.bytes[start as usize..end as usize])
    }

    /// The bytes of line `lineno`, counted from 1, without its line feed; empty for a line beyond
    /// the end. Takes time in proportion to the source: for errors only.
    pub fn line(&self, lineno: i32) -> &Text {
        let mut rest = self.bytes();
        for _ in 1..lineno {
            rest = match memchr::memchr(b'\n', rest) {
                Some(at) => &rest[at + 1..],
                None => return Text::new(""),
            };
        }
        let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        Text::from_bytes(&rest[..end])
    }
}

/// How many characters the first `count` bytes of `line` spell, as CPython turns a byte column into
/// an offset: `count` beyond the end counts as one behind it.
pub fn character_offset(line: &[u8], count: usize) -> i32 {
    let beyond = usize::from(count > line.len());
    let bytes = &line[..count.min(line.len())];
    (bytes.iter().filter(|&&b| b & 0xc0 != 0x80).count() + beyond) as i32
}

/// A `str` with surrogates cannot be encoded for the tokenizer.
fn check_surrogates(text: &Text) -> Result<(), Box<Error>> {
    if text.to_str().is_some() {
        return Ok(());
    }
    let is_surrogate = |point: &u32| (0xd800..0xe000).contains(point);
    let Some(first) = text.code_points().position(|p| is_surrogate(&p)) else { return Ok(()) };
    let run: Vec<u32> = text.code_points().skip(first).take_while(is_surrogate).collect();
    let message = if run.len() == 1 {
        format!(
            "'utf-8' codec can't encode character '\\u{:04x}' in position {first}: surrogates not allowed",
            run[0]
        )
    } else {
        let last = first + run.len() - 1;
        format!("'utf-8' codec can't encode characters in position {first}-{last}: surrogates not allowed")
    };
    Err(Error::new(ErrorKind::UnicodeEncodeError, message))
}

/// Makes every line end a line feed and, if `complete`, ends the last line.
fn translate_newlines(bytes: &[u8], complete: bool) -> Cow<'_, [u8]> {
    let missing = complete && !matches!(bytes.last(), None | Some(b'\n' | b'\r'));
    let first = memchr::memchr(b'\r', bytes);
    if first.is_none() && !missing {
        return Cow::Borrowed(bytes);
    }
    let mut translated = Vec::with_capacity(bytes.len() + 1);
    let mut rest = bytes;
    let mut next = first;
    while let Some(at) = next {
        translated.extend_from_slice(&rest[..at]);
        translated.push(b'\n');
        rest = &rest[at + 1..];
        if let [b'\n', tail @ ..] = rest {
            rest = tail;
        }
        next = memchr::memchr(b'\r', rest);
    }
    translated.extend_from_slice(rest);
    if missing {
        translated.push(b'\n');
    }
    Cow::Owned(translated)
}

/// Removes the byte order mark and decodes as the first two lines declare.
fn decode_bytes(bytes: Cow<'_, [u8]>) -> Result<Cow<'_, [u8]>, Box<Error>> {
    const BOM: &[u8] = b"\xef\xbb\xbf";
    let has_bom = bytes.starts_with(BOM);
    let bytes = match bytes {
        bytes if !has_bom => bytes,
        Cow::Borrowed(bytes) => Cow::Borrowed(&bytes[BOM.len()..]),
        Cow::Owned(bytes) => Cow::Owned(bytes[BOM.len()..].to_vec()),
    };
    match declared_encoding(&bytes) {
        Some(declared) if declared.name != "utf-8" => {
            if has_bom {
                return Err(encoding_problem(&bytes, &declared));
            }
            let decoded = codec::decode(&declared.name, &bytes).map_err(|message| {
                let mut error = Error::new(ErrorKind::SyntaxError, message);
                error.location = Some(ErrorLocation {
                    lineno: 0,
                    offset: -1,
                    end_lineno: ErrorLocation::NONE,
                    end_offset: ErrorLocation::NONE,
                });
                error
            })?;
            Ok(Cow::Owned(decoded))
        }
        _ => {
            check_utf8(&bytes)?;
            Ok(bytes)
        }
    }
}

/// An encoding declaration: normalised name, and the line it stands in with its number.
struct Declaration {
    name: String,
    line: std::ops::Range<usize>,
    lineno: i32,
}

fn encoding_problem(bytes: &[u8], declared: &Declaration) -> Box<Error> {
    let message = format!("encoding problem: {} with BOM", declared.name);
    let mut error = Error::new(ErrorKind::SyntaxError, message);
    let line = String::from_utf8_lossy(&bytes[declared.line.clone()]);
    error.location = Some(ErrorLocation {
        lineno: declared.lineno,
        offset: 0,
        end_lineno: declared.lineno,
        end_offset: offset_behind(&bytes[declared.line.clone()], declared.lineno),
    });
    error.text = Some(TextBuf::from(&*line));
    error
}

/// The offset that CPython finds behind `line`: one more than the characters that begin before the
/// line's last byte. That is the line feed's for the second line, which is handed on with it.
fn offset_behind(line: &[u8], lineno: i32) -> i32 {
    let before_last = if lineno > 1 { line } else { &line[..line.len().saturating_sub(1)] };
    before_last.iter().filter(|&&b| b & 0xc0 != 0x80).count() as i32 + 1
}

/// The declaration in one of the first two lines. Lines without line feed are not looked at.
fn declared_encoding(bytes: &[u8]) -> Option<Declaration> {
    let first_end = memchr::memchr(b'\n', bytes)?;
    let first = &bytes[..first_end];
    if let Some(name) = coding_spec(first) {
        return Some(Declaration { name, line: 0..first_end, lineno: 1 });
    }
    let blank = first.iter().find(|b| !matches!(b, b' ' | b'\t' | b'\x0c'));
    if !matches!(blank, None | Some(b'#' | b'\r')) {
        return None;
    }
    let start = first_end + 1;
    let end = start + memchr::memchr(b'\n', &bytes[start..])?;
    // CPython hands the second line over with its line feed.
    coding_spec(&bytes[start..=end]).map(|name| Declaration { name, line: start..end, lineno: 2 })
}

/// The encoding that a comment line names, normalised.
fn coding_spec(line: &[u8]) -> Option<String> {
    let scanned = line.len().saturating_sub(6);
    let hash = line[..scanned].iter().position(|b| !matches!(b, b' ' | b'\t' | b'\x0c'))?;
    if line[hash] != b'#' {
        return None;
    }
    for at in hash..scanned {
        let Some(rest) = line[at..].strip_prefix(b"coding") else { continue };
        let [b':' | b'=', rest @ ..] = rest else { continue };
        let spaces = rest.iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
        let rest = &rest[spaces..];
        let length =
            rest.iter().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')).count();
        if length > 0 {
            return Some(normal_name(&String::from_utf8_lossy(&rest[..length])));
        }
    }
    None
}

/// The one name of UTF-8 and Latin-1; other names stay as they are.
fn normal_name(name: &str) -> String {
    let head: String =
        name.chars().take(12).map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() }).collect();
    let is = |plain: &str, with_dash: &str| head == plain || head.starts_with(with_dash);
    if is("utf-8", "utf-8-") {
        "utf-8".to_owned()
    } else if is("latin-1", "latin-1-")
        || is("iso-8859-1", "iso-8859-1-")
        || is("iso-latin-1", "iso-latin-1-")
    {
        "iso-8859-1".to_owned()
    } else {
        name.to_owned()
    }
}

fn check_utf8(bytes: &[u8]) -> Result<(), Box<Error>> {
    let Err(error) = std::str::from_utf8(bytes) else { return Ok(()) };
    let at = error.valid_up_to();
    let line_start = memchr::memrchr(b'\n', &bytes[..at]).map_or(0, |newline| newline + 1);
    let line_end = memchr::memchr(b'\n', &bytes[at..]).map_or(bytes.len(), |newline| at + newline);
    let lineno = memchr::memchr_iter(b'\n', &bytes[..at]).count() as i32 + 1;
    let offset = String::from_utf8_lossy(&bytes[line_start..=at]).chars().count() as i32;
    let mut error = Error::new(
        ErrorKind::SyntaxError,
        format!(
            "Non-UTF-8 code starting with '\\x{:02x}' on line {lineno}, but no encoding declared; \
             see https://peps.python.org/pep-0263/ for details",
            bytes[at]
        ),
    );
    error.location = Some(ErrorLocation { lineno, offset, end_lineno: lineno, end_offset: offset });
    error.text = Some(TextBuf::from(&*String::from_utf8_lossy(&bytes[line_start..line_end])));
    Err(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_behind_an_encoding_are_cpythons() {
        // Recorded: line, offset behind it as first and as second line.
        let recorded: &[(&[u8], i32, i32)] = &[
            (b"#coding:u]", 10, 11),
            (b"#coding:u\xc3\xa9]", 11, 12),
            (b"#coding:u\xe2\x82\xac", 11, 11),
            (b"#coding:u\xac]", 10, 11),
            (b"#coding:u]\xac", 11, 11),
            (b"#coding:u]\xff", 11, 12),
            (b"#coding:u\xac\xac\xac", 10, 10),
        ];
        for &(line, first, second) in recorded {
            assert_eq!((offset_behind(line, 1), offset_behind(line, 2)), (first, second), "{line:?}");
        }
    }
}
