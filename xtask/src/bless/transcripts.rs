//! Transcripts: what CPython's tools print where the command has one of their names.

use super::{answer_of, files};
use crate::tree;
use std::path::Path;
use std::process::Command;

pub fn record(folder: &Path, interpreter: &str) -> Result<(), String> {
    for path in files(folder, "out")? {
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string())?;
        let mut recorded = Vec::new();
        for line in text.lines() {
            let Some(command) = line.strip_prefix("$ taipan ") else { continue };
            let words: Vec<&str> = command.split(' ').collect();
            recorded.extend_from_slice(format!("{line}\n").as_bytes());
            let mut program = counterpart(&words, interpreter).unwrap_or_else(|| {
                let mut ours = Command::new(tree::root().join("target/fast/taipan"));
                ours.args(&words);
                ours
            });
            let output = String::from_utf8_lossy(&answer_of(program.current_dir(folder), b"")?).into_owned();
            recorded.extend_from_slice(without_addresses(&output).as_bytes());
        }
        std::fs::write(&path, recorded).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// CPython's command for ours, if it has one.
fn counterpart(words: &[&str], interpreter: &str) -> Option<Command> {
    let module = match *words.first()? {
        _ if words.contains(&"--json") => return None,
        "tokens" => "tokenize",
        module @ ("ast" | "symtable" | "dis") => module,
        _ => return None,
    };
    let mut command = Command::new(interpreter);
    let mut arguments = &words[1..];
    // `python -m dis` takes the level from the interpreter's own options.
    if module == "dis"
        && let ["--optimize", level, rest @ ..] = arguments
    {
        command.arg(if *level == "2" { "-OO" } else { "-O" });
        arguments = rest;
    }
    command
        .args(["-W", "ignore", "-m", module])
        .args(arguments)
        .env("PYTHONIOENCODING", "utf-8:backslashreplace");
    Some(command)
}

/// The text without addresses, which are different in every run.
fn without_addresses(text: &str) -> String {
    let mut parts = text.split(" at 0x");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push_str(" at 0x");
        out.push_str(part.trim_start_matches(|c: char| c.is_ascii_hexdigit()));
    }
    out
}
