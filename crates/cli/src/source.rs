//! Where a source comes from: a file, the command line, or standard input.

use std::ffi::OsString;
use std::io::{self, Read};
use taipan::frontend;
use taipan::text::TextBuf;

/// What to read, as the command line names it.
#[derive(Debug, PartialEq, Eq)]
pub enum Input {
    File(OsString),
    Code(OsString),
    Stdin,
}

/// A source that was read.
pub struct Source {
    /// What `co_filename` and reports call it.
    pub filename: TextBuf,
    pub bytes: Vec<u8>,
    /// Whether the lines can be read again by its name, as those of a file can; CPython shows the
    /// line of some errors and of warnings only then.
    pub is_file: bool,
}

impl Source {
    /// Reads the input; the error is a sentence in CPython's words.
    pub fn read(input: &Input) -> Result<Source, String> {
        match input {
            Input::File(name) => match std::fs::read(name) {
                Ok(bytes) => Ok(Source { filename: os_text(name), bytes, is_file: true }),
                Err(error) => {
                    let name = String::from_utf8_lossy(name.as_encoded_bytes()).into_owned();
                    Err(format!("can't open file '{name}': {}", system_error(&error)))
                }
            },
            Input::Code(code) => Ok(Source {
                filename: TextBuf::from("<string>"),
                bytes: code.as_encoded_bytes().to_vec(),
                is_file: false,
            }),
            Input::Stdin => {
                let mut bytes = Vec::new();
                match io::stdin().lock().read_to_end(&mut bytes) {
                    Ok(_) => Ok(Source { filename: TextBuf::from("<stdin>"), bytes, is_file: false }),
                    Err(error) => Err(format!("can't read standard input: {}", system_error(&error))),
                }
            }
        }
    }

    /// The source as the compiler takes it.
    pub fn as_frontend(&self) -> frontend::Source<'_> {
        frontend::Source::Bytes(&self.bytes)
    }

    /// A line as `linecache` would show it; `lineno` counts from 1.
    pub fn line(&self, lineno: i32) -> Option<TextBuf> {
        if self.is_file { frontend::source_line(self.as_frontend(), lineno) } else { None }
    }
}

/// A string of the system as Python decodes it: UTF-8, other bytes as surrogates
/// (`surrogateescape`).
pub fn os_text(name: &OsString) -> TextBuf {
    let mut text = TextBuf::new();
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        text.push_str(chunk.valid());
        chunk.invalid().iter().for_each(|&byte| text.push(0xdc00 + u32::from(byte)));
    }
    text
}

/// An error of the system in Python's words: `[Errno 2] No such file or directory`.
fn system_error(error: &io::Error) -> String {
    let shown = error.to_string();
    match error.raw_os_error() {
        Some(number) => {
            let words = shown.split(" (os error ").next().unwrap_or(&shown);
            format!("[Errno {number}] {words}")
        }
        None => shown,
    }
}
