//! What CPython says of sources that are wrong, and of some that are not.
//!
//! `errors.jsonl` holds a record a line, `[source, mode, flags, answer]`, recorded from CPython 3.14.8.

mod answers;

use answers::{Json, answer_record, read_json};

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
