//! Running a program as CPython's command does.
//!
//! Answers for CPython's `Modules/main.c`.

use crate::source::{Input, Source};
use crate::{FAILED, STACK, USAGE, output};
use std::ffi::OsString;
use taipan::frontend::Options;
use taipan::interpreter::{Config, Interpreter};
use taipan::vm::pythonrun;

/// Runs what the arguments ask for; answers with the exit code.
pub fn run(arguments: Vec<OsString>) -> u8 {
    let mut arguments = arguments.into_iter();
    let input = match arguments.next() {
        None => Input::Stdin,
        Some(first) if first == "-" => Input::Stdin,
        Some(first) if first == "-c" => match arguments.next() {
            Some(code) => Input::Code(code),
            None => return usage("Argument expected for the -c option"),
        },
        Some(first) if first == "-V" || first == "--version" => {
            return output::finish(version().as_bytes(), 0);
        }
        Some(first) if first.as_encoded_bytes().starts_with(b"-") => {
            return usage(&format!("unknown option {}", first.display()));
        }
        Some(first) => Input::File(first),
    };
    let source = match Source::read(&input) {
        Ok(source) => source,
        Err(error) => {
            output::error(format!("taipan: {error}\n").as_bytes());
            return USAGE;
        }
    };
    let mut config = Config::new(STACK);
    config.library = Some(Box::new(crate::library::Embedded));
    config.settings.frozen_modules = true;
    config.settings.paths.stdlib = Some(b"/usr/lib/python314.zip".to_vec());
    config.settings.paths.search = vec![b"/usr/lib/python314.zip".to_vec()];
    let mut interpreter = match Interpreter::new(config) {
        Ok(interpreter) => interpreter,
        Err(error) => {
            output::error(format!("taipan: can't start: {error}\n").as_bytes());
            return FAILED;
        }
    };
    let thread = interpreter.thread();
    let options = Options::new(&source.filename);
    match pythonrun::run_source(thread, source.as_frontend(), options) {
        Ok(_) => 0,
        Err(_) => {
            pythonrun::print_error(thread);
            FAILED
        }
    }
}

fn usage(message: &str) -> u8 {
    output::error(format!("{message}\nTry `taipan --help`.\n").as_bytes());
    USAGE
}

fn version() -> String {
    format!("Taipan {} (Python 3.14.8)\n", env!("CARGO_PKG_VERSION"))
}
