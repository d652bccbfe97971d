//! Standard output and standard error. A reader that went away is no error.

use std::io::{self, ErrorKind, Write};

/// Writes all of the output and answers with the exit code: `code`, if writing worked or nobody
/// reads any more.
pub fn finish(bytes: &[u8], code: u8) -> u8 {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => code,
        Err(error) if error.kind() == ErrorKind::BrokenPipe => code,
        Err(failure) => {
            error(format!("taipan: can't write: {failure}\n").as_bytes());
            crate::FAILED
        }
    }
}

/// Writes to standard error. If that fails there is nobody left to tell.
pub fn error(bytes: &[u8]) {
    let _ = io::stderr().lock().write_all(bytes);
}
