//! Errors and warnings as CPython shows them.
//!
//! The words and positions come from the front end; this is their layout on standard error, for
//! which `Lib/traceback.py` (`TracebackException._format_syntax_error`) and `Lib/warnings.py`
//! answer. There are no frames here: the part of a traceback from `  File "…", line …` on is what a
//! source error has to say.

use crate::colour::Theme;
use crate::json::Writer;
use taipan::asdl::diagnostic::{Error, ErrorKind, ErrorLocation, Warning, WarningCategory};
use taipan::text::{Text, TextBuf};

/// The report of an error, as bytes for standard error.
pub fn error(error: &Error, filename: &Text, theme: &Theme) -> Vec<u8> {
    let mut out = TextBuf::new();
    let mut suffix = TextBuf::new();
    if is_syntax_error(error.kind) {
        match error.location {
            Some(location) => {
                let Theme { place, reset, .. } = theme;
                out.push_str(&format!("  File {place}\""));
                out.push_text(filename);
                out.push_str(&format!("\"{reset}, line {place}{}{reset}\n", location.lineno));
            }
            None => {
                suffix.push_str(" (");
                suffix.push_text(filename);
                suffix.push_str(")");
            }
        }
        if let Some(text) = &error.text {
            excerpt(&mut out, error, text, theme);
        }
    }
    out.push_str(&format!("{}{}{}", theme.error_type, error.kind.class_name(), theme.reset));
    if !error.message.is_empty() {
        out.push_str(&format!(": {}", theme.message));
        out.push_text(&error.message);
        out.push_str(theme.reset);
    }
    out.push_text(&suffix);
    out.push_str("\n");
    printable(&out)
}

/// The report of a warning; `line` is its source line, where the source is a file.
pub fn warning(warning: &Warning, filename: &Text, line: Option<&Text>) -> Vec<u8> {
    let category = match warning.category {
        WarningCategory::SyntaxWarning => "SyntaxWarning",
        WarningCategory::DeprecationWarning => "DeprecationWarning",
    };
    let mut out = filename.to_owned();
    out.push_str(&format!(":{}: {category}: ", warning.lineno));
    out.push_text(&warning.message);
    out.push_str("\n");
    if let Some(line) = line {
        let points: Vec<u32> = line.code_points().collect();
        let start = points.iter().position(|&point| !is_space(point)).unwrap_or(points.len());
        let end = points.iter().rposition(|&point| !is_space(point)).map_or(start, |last| last + 1);
        out.push_str("  ");
        points[start..end].iter().for_each(|&point| out.push(point));
        out.push_str("\n");
    }
    printable(&out)
}

pub const fn is_syntax_error(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::SyntaxError
            | ErrorKind::IndentationError
            | ErrorKind::TabError
            | ErrorKind::IncompleteInputError
    )
}

/// An error as JSON.
pub fn json(error: &Error, filename: &Text) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.object(|writer| {
        writer.key("error").str(error.kind.class_name());
        writer.key("message").string(&error.message);
        writer.key("filename").string(filename);
        if let Some(location) = error.location {
            let fields = [
                ("lineno", location.lineno),
                ("offset", location.offset),
                ("end_lineno", location.end_lineno),
                ("end_offset", location.end_offset),
            ];
            for (name, number) in fields {
                writer.key(name);
                if number == ErrorLocation::NONE { writer.null() } else { writer.int(number) }
            }
        }
        if let Some(text) = &error.text {
            writer.key("text").string(text);
        }
    });
    writer.into_bytes()
}

/// The offending line without its indentation, and carets below what the error is about.
fn excerpt(out: &mut TextBuf, error: &Error, text: &Text, theme: &Theme) {
    let mut line: Vec<u32> = text.code_points().collect();
    let whole = line.len() as i64;
    while line.last() == Some(&0x0a) {
        line.pop();
    }
    let spaces = line.iter().take_while(|point| matches!(point, 0x20 | 0x0a | 0x0c)).count();
    let line_end = line.len() as i64 + 1;
    let line = &line[spaces..];
    let push = |out: &mut TextBuf, points: &[u32]| points.iter().for_each(|&point| out.push(point));

    let carets = error.location.and_then(|location| {
        let mut offset = i64::from(location.offset);
        let mut end = match location.end_offset {
            _ if location.lineno != location.end_lineno => line_end,
            0 => offset,
            end => i64::from(end),
        };
        if whole > 0 && offset > whole {
            offset = line_end;
        }
        if whole > 0 && end > whole {
            end = line_end;
        }
        if offset >= end || end < 0 {
            end = offset + 1;
        }
        let column = offset - 1 - spaces as i64;
        // The end may lie before the stripped line's start only if the column does.
        usize::try_from(column).ok().map(|start| (start, start + (end - offset) as usize))
    });
    out.push_str("    ");
    let Some((start, end)) = carets else {
        push(out, line);
        return out.push_str("\n");
    };
    let (from, to) = (start.min(line.len()), end.min(line.len()));
    push(out, &line[..from]);
    out.push_str(theme.highlight);
    push(out, &line[from..to]);
    out.push_str(theme.reset);
    push(out, &line[to..]);
    out.push_str("\n    ");
    // Whitespace that is not a space (tabs) is kept, so that the carets stand below their text.
    line[..from].iter().for_each(|&point| out.push(if is_space(point) { point } else { 0x20 }));
    let carets = "^".repeat(end - start);
    out.push_str(&format!("{}{carets}{}\n", theme.highlight, theme.reset));
}

/// Whether `str.isspace` holds for the character.
fn is_space(point: u32) -> bool {
    matches!(point, 0x1c..=0x1f) || char::from_u32(point).is_some_and(char::is_whitespace)
}

/// The text in UTF-8, surrogates as escapes (the error handler `backslashreplace`).
pub fn printable(text: &Text) -> Vec<u8> {
    match text.to_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => text
            .code_points()
            .map(|point| match char::from_u32(point) {
                Some(c) => c.to_string(),
                None => format!("\\u{point:04x}"),
            })
            .collect::<String>()
            .into_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use taipan::asdl::diagnostic::ErrorLocation;

    fn shown(text: &str, offset: i32, end_lineno: i32, end_offset: i32) -> String {
        let mut it = *Error::new(ErrorKind::SyntaxError, "no");
        it.location = Some(ErrorLocation { lineno: 1, offset, end_lineno, end_offset });
        it.text = Some(TextBuf::from(text));
        String::from_utf8(error(&it, Text::new("f.py"), &Theme::default())).expect("ASCII")
    }

    #[test]
    fn carets_stand_below_what_is_meant() {
        let head = "  File \"f.py\", line 1\n";
        assert_eq!(shown("  a b\n", 5, 1, 6), format!("{head}    a b\n      ^\nSyntaxError: no\n"));
        assert_eq!(shown("\ta\tb\n", 4, 2, 1), format!("{head}    \ta\tb\n    \t \t^\nSyntaxError: no\n"));
        assert_eq!(shown("abc", 99, 1, 120), format!("{head}    abc\n       ^\nSyntaxError: no\n"));
        assert_eq!(shown("  abc", 0, 1, 2), format!("{head}    abc\nSyntaxError: no\n"));
        assert_eq!(shown("", 1, 1, 1), format!("{head}    \n    ^\nSyntaxError: no\n"));
    }

    #[test]
    fn without_a_position_the_file_is_named_behind_the_message() {
        let it = Error::new(ErrorKind::SyntaxError, "no");
        assert_eq!(error(&it, Text::new("f.py"), &Theme::default()), b"SyntaxError: no (f.py)\n");
        let it = Error::new(ErrorKind::MemoryError, "");
        assert_eq!(error(&it, Text::new("f.py"), &Theme::default()), b"MemoryError\n");
    }
}
