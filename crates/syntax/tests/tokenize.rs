//! The token stream of the `tokenize` module.

use taipan_syntax::SourceText;
use taipan_syntax::tokenize::Tokenizer;
use taipan_text::Text;

/// One line a token, as `python -m tokenize -e` shows it but for the line text at the end.
fn stream(code: &str) -> Vec<String> {
    let text = SourceText::for_tokenize(Text::new(code)).expect("no surrogates");
    Tokenizer::new(&text, true)
        .map(|token| match token {
            Ok(t) => format!(
                "{},{}-{},{} {} {:?} {:?}",
                t.start.0,
                t.start.1,
                t.end.0,
                t.end.1,
                t.number,
                t.string.to_string_lossy(),
                t.line.to_string_lossy()
            ),
            Err(error) => {
                let place = error.location.expect("tokenizer errors have a place");
                format!("{} {},{}", error.message.to_string_lossy(), place.lineno, place.offset)
            }
        })
        .collect()
}

#[test]
fn comments_and_blank_lines_are_tokens() {
    assert_eq!(
        stream("if é: # c\n\n  x"),
        [
            r#"1,0-1,2 1 "if" "if é: # c\n""#,
            r#"1,3-1,4 1 "é" "if é: # c\n""#,
            r#"1,4-1,5 55 ":" "if é: # c\n""#,
            r##"1,6-1,9 65 "# c" "if é: # c\n""##,
            r#"1,9-1,10 4 "\n" "if é: # c\n""#,
            r#"2,0-2,1 66 "\n" "\n""#,
            r#"3,0-3,2 5 "  " "  x""#,
            r#"3,2-3,3 1 "x" "  x""#,
            r#"3,3-3,4 4 "" "  x""#,
            r#"4,0-4,0 6 "" """#,
            r#"4,0-4,0 0 "" """#,
        ]
    );
}

#[test]
fn parts_of_f_strings_leave_out_doubled_braces() {
    assert_eq!(
        stream("f'é{{'"),
        [
            r#"1,0-1,2 59 "f'" "f'é{{'""#,
            r#"1,2-1,4 60 "é{" "f'é{{'""#,
            r#"1,5-1,6 61 "'" "f'é{{'""#,
            r#"1,6-1,7 4 "" "f'é{{'""#,
            r#"2,0-2,0 0 "" """#,
        ]
    );
}

#[test]
fn errors_have_words_of_their_own() {
    assert_eq!(stream("(").last().map(String::as_str), Some("unexpected EOF in multi-line statement 1,0"));
    assert_eq!(
        stream("x\ny\0").last().map(String::as_str),
        Some("source code cannot contain null bytes 2,0")
    );
    assert_eq!(
        stream("if a:\n  b\n c").last().map(String::as_str),
        Some("unindent does not match any outer indentation level 3,3")
    );
}
