//! `taipan measure`: figures over many files, for comparison with other compilers.
//!
//! `docs/measuring.md` describes what is printed and how the same lines are had from CPython.

mod answers;
mod code;
mod time;
mod trees;

use crate::arguments::{Figure, Measure};
use crate::{FAILED, output};
use std::ffi::OsString;
use std::io::{self, BufRead, Write};
use std::path::Path;
use taipan::text::TextBuf;

/// Takes the figure that is asked for; answers with the exit code.
pub fn run(measure: &Measure) -> u8 {
    let outcome = match measure.figure {
        Figure::Code => {
            for_each_file(measure, "!\t", |name, source| code::lines(name, source, measure.optimize))
        }
        Figure::Ast => for_each_file(measure, "", |name, source| trees::line(name, source, measure.types)),
        Figure::Answers => answers::print(Path::new(&measure.root)),
        Figure::Time => time::print(measure),
    };
    match outcome {
        Ok(()) => 0,
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => 0,
        Err(error) => {
            output::error(format!("taipan: {error}\n").as_bytes());
            FAILED
        }
    }
}

/// Prints what `lines` makes of each file; `mark` stands before the exception of one that cannot be
/// read.
fn for_each_file(
    measure: &Measure,
    mark: &str,
    mut lines: impl FnMut(&OsString, &[u8]) -> Vec<u8>,
) -> io::Result<()> {
    let mut out = io::BufWriter::new(io::stdout().lock());
    for name in names(measure)? {
        match std::fs::read(Path::new(&measure.root).join(&name)) {
            Ok(source) => out.write_all(&lines(&name, &source))?,
            Err(error) => writeln!(out, "{}\t{mark}{}", name.display(), system_class(&error))?,
        }
    }
    out.flush()
}

/// The files to measure: those named as arguments, or else on standard input.
fn names(measure: &Measure) -> io::Result<Vec<OsString>> {
    if !measure.files.is_empty() {
        return Ok(measure.files.clone());
    }
    io::stdin().lock().lines().map(|line| line.map(OsString::from)).collect()
}

/// The exception that Python's `open` raises.
fn system_class(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "FileNotFoundError",
        io::ErrorKind::IsADirectory => "IsADirectoryError",
        io::ErrorKind::PermissionDenied => "PermissionError",
        _ => "OSError",
    }
}

/// A file's name as `co_filename` has it.
fn filename(name: &OsString) -> TextBuf {
    crate::source::os_text(name)
}
