//! Python source to tokens and syntax tree, with CPython's error words.
//!
//! [`source`] decodes, [`lexer`] makes the array of all tokens, the parser walks it and builds the
//! tree. If it fails, a second pass over the same tokens finds CPython's words. Nothing here knows
//! objects, files or code generation.
#![forbid(unsafe_code)]

pub mod invalid;
pub mod lexer;
mod literal;
mod options;
mod parser;
pub mod source;
pub mod token;
pub mod tokenize;
mod warning;

pub use options::Options;
pub use source::{Mode, Source, SourceText};

use invalid::{ErrorPassInput, Verdict};
use lexer::LexerOptions;
use taipan_asdl::diagnostic::{Error, ErrorKind, WarningSink};
use taipan_asdl::{Bump, Mod, NameTable};
use token::Tokens;

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
    let (position, is_deep) = (parser.position(), parser.is_deep);
    let pending = std::mem::take(&mut parser.warnings);
    match result {
        Ok(tree) if !is_deep && (mode != Mode::Single || is_single_statement(text, tokens, position)) => {
            warning::issue(text.bytes(), tokens, position, pending, warnings)?;
            Ok(tree)
        }
        result => {
            let input = ErrorPassInput {
                source: text.bytes(),
                tokens,
                mode,
                barry_as_flufl: options.barry_as_flufl,
                allow_incomplete_input: options.allow_incomplete_input,
                feature_version: options.feature_version,
                max_int_digits: options.int_max_str_digits,
            };
            match (invalid::explain(&input, warnings), result) {
                (Verdict::Accepted, Ok(tree)) => Ok(tree),
                (Verdict::Refused(error), _) => Err(error),
                (Verdict::Raised, _) => Err(warning::raised()),
                (Verdict::Accepted, Err(_)) => {
                    let message = format!("the parser stopped at token {position} of a valid source");
                    Err(Error::new(ErrorKind::SystemError, message))
                }
            }
        }
    }
}

/// Whether only blanks and comments follow the statement, which ends before the token at `position`.
fn is_single_statement(text: &SourceText<'_>, tokens: &Tokens, position: usize) -> bool {
    let mut rest = &text.bytes()[tokens.tokens[position - 1].end as usize..];
    loop {
        let blanks = rest.iter().take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\x0c')).count();
        rest = &rest[blanks..];
        match rest.first() {
            None => return true,
            Some(b'#') => rest = &rest[memchr::memchr(b'\n', rest).unwrap_or(rest.len())..],
            Some(_) => return false,
        }
    }
}
