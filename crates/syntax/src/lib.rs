//! Python source to tokens and syntax tree, with CPython's error words.
//!
//! [`source`] decodes, [`lexer`] makes the array of all tokens, the parser walks it and builds the
//! tree. If it fails, a second pass over the same tokens finds CPython's words. Nothing here knows
//! objects, files or code generation.
#![forbid(unsafe_code)]

mod explain;
pub mod invalid;
pub mod lexer;
mod literal;
mod options;
mod parser;
pub mod source;
pub mod token;
mod warning;

pub use explain::{ErrorSite, Failure};
pub use options::Options;
pub use source::{Mode, Source, SourceText};

use lexer::LexerOptions;
use taipan_asdl::diagnostic::{Error, ErrorKind, WarningSink};
use taipan_asdl::{Bump, Mod, NameTable};
use token::{TokenKind, Tokens};

/// Parses `source`: the tree, in `arena`, with its identifiers in `names`.
///
/// Warnings go to `warnings` in CPython's order, also those of a source that does not parse.
pub fn parse<'a>(
    source: Source<'_>,
    mode: Mode,
    options: Options,
    arena: &'a Bump,
    names: &mut NameTable,
    warnings: &mut dyn WarningSink,
) -> Result<&'a Mod<'a>, Box<Error>> {
    let text = SourceText::decode(source, mode)?;
    let lexer_options = LexerOptions {
        mode,
        type_comments: options.type_comments,
        extra_tokens: false,
        dont_imply_dedent: options.dont_imply_dedent,
    };
    let tokens = lexer::tokenize(text.bytes(), lexer_options);
    parse_tokens(&text, &tokens, mode, options, arena, names, warnings)
}

/// Parses the tokens of `text`.
pub fn parse_tokens<'a>(
    text: &SourceText<'_>,
    tokens: &Tokens,
    mode: Mode,
    options: Options,
    arena: &'a Bump,
    names: &mut NameTable,
    warnings: &mut dyn WarningSink,
) -> Result<&'a Mod<'a>, Box<Error>> {
    let mut parser = parser::Parser::new(text, tokens, options, arena, names);
    let result = parser.parse(mode, tokens);
    let (position, raised) = (parser.position(), parser.raised.take());
    let raised_lineno = tokens.tokens[parser.raised_at.min(tokens.tokens.len() - 1)].location.lineno;
    let pending = std::mem::take(&mut parser.warnings);
    let until = if result.is_ok() { position } else { tokens.tokens.len() };
    warning::issue(text.bytes(), tokens, until, pending, warnings)?;
    match (result, raised) {
        (Ok(tree), _) => {
            if mode == Mode::Single {
                check_single_statement(text, tokens, position)?;
            }
            Ok(tree)
        }
        (Err(_), Some(error)) if error.kind == ErrorKind::SyntaxError => {
            Err(explain::override_by_tokenizer(tokens, raised_lineno, error))
        }
        (Err(_), Some(error)) => Err(error),
        (Err(_), None) => {
            let failure = Failure { source: text, tokens, mode, options, failed_at: position };
            Err(explain::explain(&failure))
        }
    }
}

/// Behind a single statement only blanks and comments may follow. `position` is behind its line end.
fn check_single_statement(text: &SourceText<'_>, tokens: &Tokens, position: usize) -> Result<(), Box<Error>> {
    let last = &tokens.tokens[position - 1];
    let mut rest = &text.bytes()[last.end as usize..];
    loop {
        let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\x0c')).count();
        rest = &rest[blanks..];
        match rest.first() {
            None => return Ok(()),
            Some(b'#') => rest = &rest[memchr::memchr(b'\n', rest).unwrap_or(rest.len())..],
            Some(_) => break,
        }
    }
    debug_assert_eq!(last.kind, TokenKind::Newline);
    let site = ErrorSite { source: text.bytes(), current_lineno: last.location.end_lineno };
    Err(site.error(last.location, "multiple statements found while compiling a single statement"))
}
