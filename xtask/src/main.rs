//! Repository chores that need more than cargo: the rules of the tree, the recording of facts.
//!
//! Not a part of Taipan: nothing here is linked into the command.
#![forbid(unsafe_code)]

mod bless;
mod check;
mod tree;

use std::process::{Command, ExitCode};

const USAGE: &str = "\
usage: cargo xtask COMMAND

  check                 the rules of the tree: order of crates, sizes, unsafe, words, links, licences
  bless --with PYTHON   records anew what the tests expect, from CPython 3.14
  fuzz [OPTION…]        runs the fuzzer; `cargo xtask fuzz --help` lists the options
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["check"] => check::run(),
        ["bless", "--with", interpreter] => bless::run(interpreter),
        ["fuzz", options @ ..] => fuzz(options),
        _ => {
            eprint!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// Builds the fuzzer as the tests are built, and runs it.
fn fuzz(options: &[&str]) -> ExitCode {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(cargo)
        .args(["run", "--quiet", "--profile", "fast", "--package", "taipan-fuzz", "--"])
        .args(options)
        .current_dir(tree::root())
        .status();
    if status.is_ok_and(|status| status.success()) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
