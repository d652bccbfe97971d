//! Each source of `diagnostics.txt` gets CPython's warnings and CPython's error, word for word.
//!
//! The file holds sources, divided by `=====`, each with its answer behind `-----`.

use super::{compile, folder};
use taipan_asdl::diagnostic::Error;
use taipan_compile::Options;
use taipan_syntax::Mode;

#[test]
fn words_and_places_are_cpythons() {
    let cases = std::fs::read_to_string(folder().join("diagnostics.txt"))
        .expect("the file is part of the repository");
    let mut wrong = Vec::new();
    let mut count = 0;
    for case in cases.split("=====\n") {
        let (source, expected) = case.split_once("-----\n").expect("each source has its answer");
        count += 1;
        let got = answer(source);
        if got != expected {
            wrong.push(format!("{source}--- expected\n{expected}--- got\n{got}"));
        }
    }
    assert!(count > 150, "only {count} sources");
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n\n"));
}

fn answer(source: &str) -> String {
    let mut warnings = Vec::new();
    let result = compile(source, "<test>", Mode::Exec, Options::default(), &mut warnings);
    let mut lines: Vec<String> = warnings
        .iter()
        .map(|w| format!("{:?} {}: {}", w.category, w.lineno, w.message.to_string_lossy()))
        .collect();
    match result {
        Ok(_) if lines.is_empty() => lines.push("ok".to_owned()),
        Ok(_) => {}
        Err(error) => lines.push(describe(&error)),
    }
    lines.push(String::new());
    lines.join("\n")
}

fn describe(error: &Error) -> String {
    let class = error.kind.class_name();
    let message = error.message.to_string_lossy();
    match error.location {
        Some(l) => {
            format!("{class} {}:{}-{}:{}: {message}", l.lineno, l.offset, l.end_lineno, l.end_offset)
        }
        None => format!("{class}: {message}"),
    }
}
