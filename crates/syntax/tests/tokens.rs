//! The token array for small sources.

use taipan_syntax::lexer::{LexerOptions, tokenize};
use taipan_syntax::source::{Mode, Source, SourceText};
use taipan_syntax::token::TokenKind;
use taipan_text::Text;

fn tokens(code: &str) -> Vec<(&'static str, String)> {
    let text = SourceText::decode(Source::Text(Text::new(code)), Mode::Exec).expect("the source decodes");
    let output = tokenize(text.bytes(), LexerOptions::new(Mode::Exec));
    output
        .tokens
        .iter()
        .map(|token| (token.kind.name(), text.slice(token.start, token.end).to_string_lossy().into_owned()))
        .collect()
}

fn error(code: &str) -> (String, i32, i32) {
    let text = SourceText::decode(Source::Text(Text::new(code)), Mode::Exec).expect("the source decodes");
    let output = tokenize(text.bytes(), LexerOptions::new(Mode::Exec));
    assert_eq!(output.tokens.last().expect("never empty").kind, TokenKind::Error);
    let error = output.error.expect("an Error token has its error").error;
    let location = error.location.expect("lexical errors have a place");
    (error.message.to_string_lossy().into_owned(), location.lineno, location.offset)
}

#[test]
fn blocks_become_indents_and_dedents() {
    let kinds: Vec<_> = tokens("if x:\n    y\n").into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        kinds,
        ["NAME", "NAME", "COLON", "NEWLINE", "INDENT", "NAME", "NEWLINE", "DEDENT", "ENDMARKER"]
    );
}

#[test]
fn f_strings_are_taken_apart() {
    let expected = [
        ("FSTRING_START", "f'"),
        ("FSTRING_MIDDLE", "a{"),
        ("FSTRING_MIDDLE", " "),
        ("LBRACE", "{"),
        ("NAME", "b"),
        ("EXCLAMATION", "!"),
        ("NAME", "r"),
        ("COLON", ":"),
        ("FSTRING_MIDDLE", ">"),
        ("LBRACE", "{"),
        ("NAME", "w"),
        ("RBRACE", "}"),
        ("FSTRING_MIDDLE", ""),
        ("RBRACE", "}"),
        ("FSTRING_END", "'"),
        ("NEWLINE", ""),
        ("ENDMARKER", ""),
    ];
    let found = tokens("f'a{{ {b!r:>{w}}'\n");
    assert_eq!(found, expected.map(|(name, text)| (name, text.to_owned())));
}

#[test]
fn errors_have_the_words_and_places_of_cpython() {
    let detected = "unterminated string literal (detected at line 1); perhaps you escaped the end quote?";
    assert_eq!(error("x = 'a\\'\n"), (detected.to_owned(), 1, 5));
    assert_eq!(error("é€"), ("invalid character '€' (U+20AC)".to_owned(), 1, 2));
    let mismatch = "closing parenthesis ']' does not match opening parenthesis '(' on line 1";
    assert_eq!(error("(\n]"), (mismatch.to_owned(), 2, 1));
    assert_eq!(error("f'{a:{b:{c:{d}}}}'"), ("f-string: expressions nested too deeply".to_owned(), 1, 11));
    assert_eq!(error("a = \\\n"), ("unexpected EOF while parsing".to_owned(), 1, 6));
}
