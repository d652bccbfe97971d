//! Cleaning docstrings, as `inspect.cleandoc` does, but keeping blank lines at both ends.
//!
//! Answers for `_PyCompile_CleanDoc` of CPython's `Python/compile.c`.

use crate::error::Result;
use std::borrow::Cow;
use taipan_asdl::diagnostic::{Error, ErrorKind};
use taipan_text::{Text, TextBuf};

/// The docstring without the indentation that all its lines but the first share.
pub(super) fn clean(doc: &Text) -> Result<Cow<'_, [u8]>> {
    if let Some(error) = surrogate_error(doc) {
        return Err(error);
    }
    let expanded = expand_tabs(doc.as_bytes());
    let text = &*expanded;
    let margin = margin(text);
    let indent = text.iter().take_while(|&&b| b == b' ').count();
    if indent == 0 && margin == 0 {
        return Ok(expanded);
    }
    let mut cleaned = Vec::with_capacity(text.len());
    for (i, line) in text[indent..].split_inclusive(|&b| b == b'\n').enumerate() {
        let removed = if i == 0 { 0 } else { line.iter().take(margin).take_while(|&&b| b == b' ').count() };
        cleaned.extend_from_slice(&line[removed..]);
    }
    Ok(Cow::Owned(cleaned))
}

/// The smallest indentation of the lines after the first that are not blank.
fn margin(text: &[u8]) -> usize {
    let lines = text.split(|&b| b == b'\n').skip(1);
    let indents = lines.filter_map(|line| line.iter().position(|&b| b != b' '));
    indents.min().unwrap_or(0)
}

fn expand_tabs(text: &[u8]) -> Cow<'_, [u8]> {
    if !text.contains(&b'\t') {
        return Cow::Borrowed(text);
    }
    let mut expanded = Vec::with_capacity(text.len() + 64);
    let mut column = 0;
    for &byte in text {
        match byte {
            b'\t' => {
                let width = 8 - column % 8;
                expanded.resize(expanded.len() + width, b' ');
                column += width;
            }
            _ => {
                expanded.push(byte);
                if byte == b'\n' || byte == b'\r' {
                    column = 0;
                } else if byte & 0xc0 != 0x80 {
                    column += 1; // The first byte of a code point.
                }
            }
        }
    }
    Cow::Owned(expanded)
}

/// Docstrings pass through UTF-8, which has no surrogates.
fn surrogate_error(doc: &Text) -> Option<Box<Error>> {
    if doc.to_str().is_some() {
        return None;
    }
    let is_surrogate = |point: &u32| (0xd800..0xe000).contains(point);
    let points: Vec<u32> = doc.code_points().collect();
    let start = points.iter().position(is_surrogate)?;
    let length = points[start..].iter().take_while(|point| is_surrogate(point)).count();
    let message = if length == 1 {
        let point = points[start];
        format!(
            "'utf-8' codec can't encode character '\\u{point:04x}' in position {start}: surrogates not allowed"
        )
    } else {
        let end = start + length - 1;
        format!("'utf-8' codec can't encode characters in position {start}-{end}: surrogates not allowed")
    };
    Some(Error::new(ErrorKind::UnicodeEncodeError, TextBuf::from(message)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_indentation_goes_and_blank_lines_stay() {
        let cleaned =
            |text: &'static str| String::from_utf8(clean(Text::new(text)).unwrap().into_owned()).unwrap();
        assert_eq!(cleaned("a\n\tb\n\t  c\n\n"), "a\nb\n  c\n\n");
        assert_eq!(cleaned("  a\n    b\n  \n"), "a\nb\n\n");
        assert_eq!(cleaned("a\nb"), "a\nb");
    }
}
