//! Prints what the parser answers for recorded sources.
//!
//! usage: `check_errors RECORDS.json OUT.jsonl`. The records are an array of them; the output has a line
//! for each.

#[path = "../tests/answers/mod.rs"]
mod answers;

use answers::{Json, answer_record, read_json};
use std::io::Write as _;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let json = std::fs::read(&arguments[1])?;
    let mut out = std::io::BufWriter::new(std::fs::File::create(&arguments[2])?);
    let Json::Array(records) = read_json(&json) else { panic!("an array of records") };
    for record in &records {
        writeln!(out, "{}", answer_record(record))?;
    }
    Ok(())
}
