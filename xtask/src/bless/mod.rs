//! `cargo xtask bless`: records anew what the tests expect.
//!
//! What CPython knows is recorded from CPython (`--with python3.14`); what only Taipan prints is
//! recorded from the command that was built last, and is for a reviewer to read.

mod library;
mod sources;
mod transcripts;

use crate::tree;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

const REFERENCE: &str = include_str!("reference.py");

/// Records all facts.
pub fn run(interpreter: &str) -> ExitCode {
    let tests = tree::root().join("tests");
    let outcome = transcripts::record(&tests.join("show"), interpreter)
        .and_then(|()| sources::record(&tests.join("errors"), interpreter))
        .and_then(|()| library::record(&tests.join("library"), interpreter));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// The files of a folder with this extension, in order.
fn files(folder: &Path, extension: &str) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    paths.sort();
    Ok(paths)
}

/// Asks the reference program; the answer is its standard output.
fn ask(interpreter: &str, arguments: &[&str], input: &[u8]) -> Result<Vec<u8>, String> {
    let folder = std::env::temp_dir().join(format!("taipan-bless-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let mut command = Command::new(interpreter);
    command.args(["-I", "-c", REFERENCE]).args(arguments).current_dir(&folder);
    let answer = answer_of(&mut command, input);
    std::fs::remove_dir_all(&folder).map_err(|error| error.to_string())?;
    answer
}

/// The standard output of a command that is given `input` and must succeed.
fn answer_of(command: &mut Command, input: &[u8]) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| error.to_string();
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().map_err(failed)?;
    let mut stdin = child.stdin.take().expect("it is piped");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().map_err(failed)?;
    let _ = writer.join();
    if output.status.success() { Ok(output.stdout) } else { Err(format!("{command:?}: {}", output.status)) }
}
