//! The command `taipan`.
//!
//! Runs programs as CPython's command does ([`python`]), and shows what the stages of the compiler
//! make of a source or takes figures over many files ([`commands`], [`measure`]). Holds no stage
//! itself: it reads arguments and sources, calls the crate `taipan`, and lays out what comes back.
//! Whatever the source, the command ends by itself, in CPython's words and with its exit codes; a
//! panic is a bug of Taipan and reported as one.
//!
//! Which of both is asked for: the name of a command as first argument, unless a file has that name
//! or the program was started under another name than its own (`python`, `python3`, …).
#![forbid(unsafe_code)]

mod arguments;
mod colour;
mod commands;
mod internal_error;
mod json;
mod library;
mod measure;
mod output;
mod python;
mod report;
mod source;
mod typos;

use arguments::Request;
use std::process::ExitCode;

/// Compiling makes many small, short-lived tables; this allocator serves them faster than the C
/// library's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What CPython's command answers with when a source does not compile.
const FAILED: u8 = 1;
/// What it answers with when it does not understand its arguments or cannot open a file.
const USAGE: u8 = 2;

/// Stack for the recursion over deep trees, which the stages bound by themselves. Reserved, not
/// used: only touched pages count.
const STACK: usize = 256 << 20;

fn main() -> ExitCode {
    internal_error::install_hook();
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let arguments: Vec<_> = arguments.collect();
    if !arguments::names_command(&name, arguments.first()) {
        // On the process's own thread, as signals and thread identities have it.
        let run = || python::run(&name, &arguments, main_stack());
        return match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
            Ok(code) => ExitCode::from(code),
            Err(_) => ExitCode::from(internal_error::EXIT_CODE),
        };
    }
    let worker = std::thread::Builder::new().name("taipan".to_owned()).stack_size(STACK);
    let worker = worker.spawn(move || run(arguments));
    match worker.map(std::thread::JoinHandle::join) {
        Ok(Ok(code)) => ExitCode::from(code),
        // The hook has reported it.
        Ok(Err(_)) => ExitCode::from(internal_error::EXIT_CODE),
        Err(error) => {
            output::error(format!("taipan: can't start a thread: {error}\n").as_bytes());
            ExitCode::from(FAILED)
        }
    }
}

/// How much stack the process's own thread has.
fn main_stack() -> usize {
    /// More is of no use, and an unlimited stack has no end to count from.
    const MOST: u64 = 1 << 30;
    /// `RLIMIT_STACK`
    const STACK_LIMIT: i32 = 3;
    let limit = taipan::host::Host::unrestricted().resource_limits(0, STACK_LIMIT, None);
    limit.map_or(8 << 20, |(soft, _)| soft.min(MOST) as usize)
}

fn run(arguments: Vec<std::ffi::OsString>) -> u8 {
    match arguments::parse(arguments) {
        Ok(Request::Print(text)) => output::finish(text.as_bytes(), 0),
        Ok(Request::ListPasses) => commands::cfg::list(),
        Ok(Request::Show { stage, input, options }) => commands::show(stage, &input, &options),
        Ok(Request::Measure(measure)) => measure::run(&measure),
        Err(error) => {
            output::error(format!("taipan: {}\nTry `taipan --help`.\n", error.0).as_bytes());
            USAGE
        }
    }
}
