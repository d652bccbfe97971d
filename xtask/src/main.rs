//! Repository chores that need more than cargo: the rules of the tree.
//!
//! Not a part of Taipan: nothing here is linked into the command.
#![forbid(unsafe_code)]

mod check;
mod tree;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  check      the rules of the tree: order of crates, sizes, unsafe, words, links, licences
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["check"] => check::run(),
        _ => {
            eprint!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
