//! `cargo xtask check`: the rules of the tree that neither the compiler nor clippy knows.
//!
//! One rule a file. A rule takes the files and answers with its complaints; a complaint fails the
//! check, a note is only printed.

mod layers;
mod licences;
mod links;
mod sizes;
mod unsafety;
mod words;

use crate::tree::{self, File};
use std::process::ExitCode;

/// What a rule has to say.
#[derive(Default)]
pub struct Report {
    pub complaints: Vec<String>,
    pub notes: Vec<String>,
}

impl Report {
    fn complain(&mut self, complaint: String) {
        self.complaints.push(complaint);
    }

    fn note(&mut self, note: String) {
        self.notes.push(note);
    }
}

type Rule = fn(&[File], &mut Report);

const RULES: &[(&str, Rule)] = &[
    ("layers", layers::check),
    ("sizes", sizes::check),
    ("unsafe", unsafety::check),
    ("words", words::check),
    ("links", links::check),
    ("licences", licences::check),
];

pub fn run() -> ExitCode {
    let files = match tree::files() {
        Ok(files) => files,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let mut failed = false;
    for (name, rule) in RULES {
        let mut report = Report::default();
        rule(&files, &mut report);
        for note in &report.notes {
            println!("{name}: {note}");
        }
        for complaint in &report.complaints {
            println!("{name}: error: {complaint}");
            failed = true;
        }
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
