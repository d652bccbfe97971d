//! The reference interpreter, as a child that answers cases one by one.

use crate::case::Case;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const PROGRAM: &str = include_str!("reference.py");

/// Longer than any answer takes; what takes longer is not comparable.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running reference interpreter.
pub struct Reference {
    interpreter: String,
    child: Child,
    input: ChildStdin,
    answers: Receiver<String>,
}

impl Reference {
    /// Starts `interpreter`, for instance `python3.14`.
    pub fn start(interpreter: &str) -> std::io::Result<Reference> {
        let mut child = Command::new(interpreter)
            .args(["-I", "-c", PROGRAM])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let input = child.stdin.take().expect("it is piped");
        let output = BufReader::new(child.stdout.take().expect("it is piped"));
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    break;
                }
            }
        });
        Ok(Reference { interpreter: interpreter.to_owned(), child, input, answers })
    }

    /// The answer to a case; `None` if the reference died of it or took too long.
    pub fn answer(&mut self, case: &Case) -> std::io::Result<Option<String>> {
        let mut line = format!("{} {} ", case.mode, case.optimize);
        for byte in &case.source {
            let _ = write!(line, "{byte:02x}");
        }
        line.push('\n');
        let sent = self.input.write_all(line.as_bytes()).and_then(|()| self.input.flush());
        if sent.is_ok()
            && let Ok(answer) = self.answers.recv_timeout(PATIENCE)
        {
            return Ok(Some(answer));
        }
        let interpreter = self.interpreter.clone();
        *self = Reference::start(&interpreter)?;
        Ok(None)
    }
}

impl Drop for Reference {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
