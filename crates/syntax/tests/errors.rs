//! What CPython says of sources that are wrong, and of some that are not.
//!
//! `errors.jsonl` holds a record a line, `[source, mode, flags, answer]`, recorded from CPython 3.14.8.

mod answers;

use answers::{Json, answer_record, read_json};
use taipan_asdl::diagnostic::{Warning, WarningOutcome, WarningSink};
use taipan_asdl::{Bump, NameTable};
use taipan_syntax::{Mode, Options, Source, parse};
use taipan_text::Text;

#[test]
fn errors_are_answered_as_cpython_answers_them() {
    let records = include_bytes!("errors.jsonl");
    let mut wrong = Vec::new();
    let lines = records.split(|b| *b == b'\n').filter(|line| !line.is_empty());
    for line in lines {
        let record = read_json(line);
        let Json::Array(fields) = &record else { panic!("a record is an array") };
        let expected = fields[3].to_string();
        let answer = answer_record(&record);
        if read_json(answer.as_bytes()).to_string() != expected {
            wrong.push(format!(
                "{}\n  expected {expected}\n  got      {answer}",
                String::from_utf8_lossy(line)
            ));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// What `source` is answered under `options`, with every warning an error.
fn strict_answer(source: &str, options: Options) -> String {
    struct EveryWarningIsAnError;
    impl WarningSink for EveryWarningIsAnError {
        fn warn(&mut self, _: Warning) -> WarningOutcome {
            WarningOutcome::Error
        }
    }
    let (arena, mut names) = (Bump::new(), NameTable::new());
    let source = Source::Text(Text::new(source));
    match parse(source, Mode::Exec, options, &arena, &mut names, &mut EveryWarningIsAnError) {
        Ok(_) => "ok".to_owned(),
        Err(error) => {
            let place = error
                .location
                .map(|at| format!("{}:{}-{}:{}", at.lineno, at.offset, at.end_lineno, at.end_offset));
            format!("{} {}", place.unwrap_or_default(), error.message.to_string_lossy())
        }
    }
}

#[test]
fn nesting_ends_in_an_error_and_not_in_an_overflow() {
    let many = 100_000;
    for piece in ["-", "not ", "lambda: ", "x if x else ", "x ** ", "~"] {
        let answer = strict_answer(&format!("{}x", piece.repeat(many)), Options::default());
        assert_eq!(answer, " Parser stack overflowed - Python source too complex to parse", "{piece}");
    }
    for piece in ["(", "[", "{", "f(", "{x: "] {
        let answer = strict_answer(&piece.repeat(many), Options::default());
        assert!(answer.ends_with("too many nested parentheses"), "{piece}: {answer}");
    }
    assert_eq!(strict_answer(&format!("{}x", "-".repeat(5000)), Options::default()), "ok");
}

#[test]
fn warnings_become_errors_under_a_filter() {
    for (source, expected) in [
        (
            "x = \"\\d\"",
            "1:6-1:8 \"\\d\" is an invalid escape sequence. Did you mean \"\\\\d\"? A raw string is also an option.",
        ),
        (
            "x = \"\"\"\n\\d\"\"\"",
            "2:1-2:3 \"\\d\" is an invalid escape sequence. Did you mean \"\\\\d\"? A raw string is also an option.",
        ),
        (
            "b\"\\8\"",
            "1:1-1:3 \"\\8\" is an invalid escape sequence. Did you mean \"\\\\8\"? A raw string is also an option.",
        ),
        (
            "f\"a\\d{x}\"",
            "1:11-1:11 \"\\d\" is an invalid escape sequence. Did you mean \"\\\\d\"? A raw string is also an option.",
        ),
        (
            "f\"\\{x}\"",
            "1:4-1:4 \"\\{\" is an invalid escape sequence. Did you mean \"\\\\{\"? A raw string is also an option.",
        ),
        (
            "\"\\400\"",
            "1:2-1:4 \"\\400\" is an invalid octal escape sequence. Did you mean \"\\\\400\"? A raw string is also an option.",
        ),
        ("1if x else 2", "1:1-1:1 invalid decimal literal"),
        ("0x1for x in y", "1:4-1:4 invalid hexadecimal literal"),
    ] {
        assert_eq!(strict_answer(source, Options::default()), expected, "{source}");
    }
}

#[test]
fn older_feature_versions_refuse_newer_syntax() {
    for (source, feature_version, expected) in [
        ("x: int = 1", 5, "1:11-1:12 Variable annotation syntax is only supported in Python 3.6 and greater"),
        ("1_000", 5, "1:1-1:6 Underscores in numeric literals are only supported in Python 3.6 and greater"),
        ("a @ b", 4, "1:6-1:7 The '@' operator is only supported in Python 3.5 and greater"),
        ("a @= b", 4, "1:3-1:5 The '@' operator is only supported in Python 3.5 and greater"),
        ("async def f(): pass", 4, "1:20-1:21 Async functions are only supported in Python 3.5 and greater"),
        (
            "def f(a, /): pass",
            7,
            "1:11-1:12 Positional-only parameters are only supported in Python 3.8 and greater",
        ),
        ("(x := 1)", 7, "1:8-1:9 Assignment expressions are only supported in Python 3.8 and greater"),
        (
            "match x:\n case 1: pass",
            9,
            "2:14-2:-1 Pattern matching is only supported in Python 3.10 and greater",
        ),
        (
            "try: pass\nexcept* x: pass",
            10,
            "2:16-2:-1 Exception groups are only supported in Python 3.11 and greater",
        ),
        ("type X = int", 11, "1:13-1:14 Type statement is only supported in Python 3.12 and greater"),
        (
            "def f[T](): pass",
            11,
            "1:8-1:9 Type parameter lists are only supported in Python 3.12 and greater",
        ),
        (
            "def f[T = int](): pass",
            12,
            "1:14-1:15 Type parameter defaults are only supported in Python 3.13 and greater",
        ),
        (
            "[x async for x in y]",
            5,
            "1:20-1:21 Async comprehensions are only supported in Python 3.6 and greater",
        ),
        (
            "try: pass\nexcept x, y: pass",
            13,
            "2:18-2:19 except expressions without parentheses are only supported in Python 3.14 and greater",
        ),
        ("t'x'", 13, "1:4-1:5 t-strings are only supported in Python 3.14 and greater"),
        ("match x\n case 1: pass", 9, "1:8-1:9 expected ':'"),
        ("type X = int", 12, "ok"),
        (
            "x = f\"\\d\"",
            11,
            "1:10-1:11 \"\\d\" is an invalid escape sequence. Did you mean \"\\\\d\"? A raw string is also an option.",
        ),
    ] {
        let options = Options { feature_version, ..Options::default() };
        assert_eq!(strict_answer(source, options), expected, "{source}");
    }
}
