//! `taipan tokens`: what the tokenizer makes of a source, as `python3.14 -m tokenize` prints it.
//!
//! The tokens are the tokenizer's own, brought into the form that the `tokenize` module hands out.
//! Answers for `main` of CPython's `Lib/tokenize.py` and for `Python/Python-tokenize.c`.

use crate::arguments::Options;
use crate::colour::Theme;
use crate::json::Writer;
use crate::source::Source;
use crate::{FAILED, output, report};
use std::io;
use taipan::frontend::{Mode, Source as Encoded};
use taipan::syntax::SourceText;
use taipan::syntax::lexer::{LexerOptions, LexicalCause, tokenize};
use taipan::syntax::source::character_offset;
use taipan::syntax::token::{Token, TokenKind};
use taipan::text::repr::{Keep, repr_text};
use taipan::text::{Text, TextBuf};

/// A line and a column in characters, from 1 and 0.
type Position = (i32, i32);

/// A token as the `tokenize` module shows it.
struct TokenInfo {
    kind: &'static str,
    exact_kind: &'static str,
    string: TextBuf,
    start: Position,
    end: Position,
}

/// Why there are no tokens: the place, if it has one, and the words.
type Failure = (Option<Position>, TextBuf);

/// Shows the tokens; answers with the exit code.
pub fn show(source: &Source, options: &Options) -> u8 {
    match tokens(source) {
        Ok(tokens) if options.json => output::finish(&json(&tokens), 0),
        Ok(tokens) => output::finish(&text(&tokens, options.exact, &Theme::of(&io::stdout())), 0),
        Err((position, message)) => {
            let mut said = source.filename.clone();
            if let Some((line, column)) = position {
                said.push_str(&format!(":{line}:{column}"));
            }
            said.push_str(": error: ");
            said.push_text(&message);
            said.push_str("\n");
            output::error(&report::printable(&said));
            FAILED
        }
    }
}

fn text(tokens: &[TokenInfo], exact: bool, theme: &Theme) -> Vec<u8> {
    let Theme { faint, keyword, string, reset, .. } = theme;
    let mut out = TextBuf::new();
    for token in tokens {
        let TokenInfo { start, end, .. } = token;
        let range = format!("{},{}-{},{}:", start.0, start.1, end.0, end.1);
        let kind = if exact { token.exact_kind } else { token.kind };
        out.push_str(&format!("{faint}{range:20}{reset}{keyword}{kind:15}{reset}{string}"));
        let shown = repr_text(&token.string, Keep::Printable);
        out.push_text(&shown);
        let blanks = 15_usize.saturating_sub(shown.code_points().count());
        out.push_str(&format!("{reset}{}\n", " ".repeat(blanks)));
    }
    report::printable(&out)
}

fn json(tokens: &[TokenInfo]) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.array(|writer| {
        for token in tokens {
            writer.line();
            writer.object(|writer| {
                writer.key("type").str(token.kind);
                writer.key("exact_type").str(token.exact_kind);
                writer.key("string").string(&token.string);
                for (name, (line, column)) in [("start", token.start), ("end", token.end)] {
                    writer.key(name).array(|writer| {
                        writer.int(line);
                        writer.int(column);
                    });
                }
            });
        }
    });
    let mut bytes = writer.into_bytes();
    bytes.push(b'\n');
    bytes
}

/// All tokens; a file's begin with its encoding.
fn tokens(source: &Source) -> Result<Vec<TokenInfo>, Failure> {
    let mut infos = Vec::new();
    let decoded = if source.is_file { decode(&source.bytes, &mut infos)? } else { utf8(&source.bytes)? };
    let without_words = |error: Box<taipan::asdl::diagnostic::Error>| (None, error.message);
    let text = SourceText::for_tokenize(&decoded).map_err(without_words)?;
    let implicit_newline = text.bytes().len() != decoded.byte_len();
    let options = LexerOptions { extra_tokens: true, ..LexerOptions::new(Mode::Exec) };
    let tokens = tokenize(text.bytes(), options);
    if let Some(error) = &tokens.error {
        let last = tokens.tokens.last().map_or(1, |token| token.location.end_lineno);
        let place = error.error.location.map(|location| (location.lineno, location.offset));
        let message = match error.cause {
            LexicalCause::EndOfSource => {
                return Err((Some((last, 0)), "unexpected EOF in multi-line statement".into()));
            }
            _ if is_triple_quoted(&error.error.message) => "EOF in multi-line string".into(),
            _ => error.error.message.clone(),
        };
        return Err((place, message));
    }
    let mut columns = Columns { bytes: text.bytes(), line_start: 0, byte: 0, column: 0 };
    let mut at_end = false;
    for token in tokens.tokens.iter() {
        at_end |= token.kind == TokenKind::EndMarker
            || token.kind == TokenKind::Dedent && token.start as usize >= text.bytes().len();
        let is_last_line = token.end as usize + 1 >= text.bytes().len();
        infos.push(info(token, &text, &mut columns, at_end, implicit_newline && is_last_line));
    }
    Ok(infos)
}

fn info(
    token: &Token,
    text: &SourceText<'_>,
    columns: &mut Columns<'_>,
    at_end: bool,
    implicit_newline: bool,
) -> TokenInfo {
    let (mut start, end) = (token.start as usize, token.end as usize);
    if token.kind == TokenKind::Indent {
        // Its string is the indentation.
        start = columns.line_of(end);
    }
    let mut info = TokenInfo {
        kind: token.kind.name(),
        exact_kind: token.kind.name(),
        string: text.slice(start as u32, token.end).to_owned(),
        start: (token.location.lineno, columns.at(start)),
        end: (token.location.end_lineno, columns.at(end)),
    };
    match token.kind {
        TokenKind::Newline | TokenKind::NonLogicalNewline if implicit_newline => {
            info.string = TextBuf::new();
            info.end = (info.start.0, info.start.1 + 1);
        }
        TokenKind::Newline => {
            let is_pair = text.bytes().get(start) == Some(&b'\r');
            info.string = TextBuf::from(if is_pair { "\r\n" } else { "\n" });
            info.end = (info.start.0, info.start.1 + if is_pair { 2 } else { 1 });
        }
        TokenKind::NonLogicalNewline => info.end = (info.start.0, info.start.1 + (end - start) as i32),
        kind if !kind.text().is_empty() && !kind.is_keyword() || kind == TokenKind::Op => info.kind = "OP",
        _ => {}
    }
    if at_end {
        let line = token.location.lineno + 1;
        (info.start, info.end) = ((line, 0), (line, 0));
    }
    info
}

/// From bytes to columns, for places that mostly go up.
struct Columns<'t> {
    bytes: &'t [u8],
    line_start: usize,
    byte: usize,
    column: i32,
}

impl Columns<'_> {
    fn at(&mut self, byte: usize) -> i32 {
        if byte < self.byte {
            self.line_start = self.line_of(byte);
            self.byte = self.line_start;
            self.column = 0;
        }
        let passed = &self.bytes[self.byte..byte.min(self.bytes.len())];
        if let Some(newline) = passed.iter().rposition(|&b| b == b'\n') {
            self.line_start = self.byte + newline + 1;
            self.byte = self.line_start;
            self.column = 0;
        }
        let passed = &self.bytes[self.byte..byte.min(self.bytes.len())];
        self.column += character_offset(passed, passed.len());
        self.byte = byte;
        self.column
    }

    /// Where the line with this byte begins.
    fn line_of(&self, byte: usize) -> usize {
        self.bytes[..byte.min(self.bytes.len())]
            .iter()
            .rposition(|&b| b == b'\n')
            .map_or(0, |newline| newline + 1)
    }
}

fn is_triple_quoted(message: &Text) -> bool {
    message.to_string_lossy().contains("unterminated triple-quoted string literal")
}

fn utf8(bytes: &[u8]) -> Result<TextBuf, Failure> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(TextBuf::from(text)),
        Err(_) => Err((None, "invalid or missing encoding declaration".into())),
    }
}

/// Decodes a file and puts its encoding first.
fn decode(bytes: &[u8], infos: &mut Vec<TokenInfo>) -> Result<TextBuf, Failure> {
    let rest = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let declared = declared_encoding(rest);
    let name = declared.as_deref().unwrap_or("utf-8");
    let text = match name {
        "utf-8" => utf8(rest)?,
        _ => {
            let text = SourceText::decode(Encoded::Bytes(bytes), Mode::Exec);
            let text = text.map_err(|error| (None, error.message))?;
            Text::from_bytes(text.bytes()).to_owned()
        }
    };
    let string = TextBuf::from(name);
    infos.push(TokenInfo { kind: "ENCODING", exact_kind: "ENCODING", string, start: (0, 0), end: (0, 0) });
    Ok(text)
}

/// The encoding that a comment in the first two lines declares, under the name `tokenize` gives it.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    for line in bytes.split(|&b| b == b'\n').take(2) {
        let line = String::from_utf8_lossy(line);
        let content = line.trim_start_matches([' ', '\t', '\x0c']);
        let comment = content.strip_prefix('#');
        if let Some(comment) = comment
            && let Some(at) = comment.find("coding")
            && let Some(rest) = comment[at + 6..].strip_prefix([':', '='])
        {
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            let name: String =
                rest.trim_start_matches([' ', '\t']).chars().take_while(|&c| is_part(c)).collect();
            return Some(normal_name(&name)).filter(|name| !name.is_empty());
        }
        if comment.is_none() && !content.trim_end_matches('\r').is_empty() {
            return None;
        }
    }
    None
}

fn normal_name(name: &str) -> String {
    let lower: String = name.chars().take(12).collect::<String>().to_lowercase().replace('_', "-");
    let is = |known: &str| lower == known || lower.starts_with(&format!("{known}-"));
    if is("utf-8") {
        "utf-8".to_owned()
    } else if ["latin-1", "iso-8859-1", "iso-latin-1"].iter().any(|known| is(known)) {
        "iso-8859-1".to_owned()
    } else {
        name.to_owned()
    }
}
