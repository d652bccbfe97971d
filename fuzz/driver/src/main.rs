//! The fuzzer on stable Rust: makes cases from a seed, runs the front end over them, and keeps what
//! it should not have done. `cargo xtask fuzz` starts it.
#![forbid(unsafe_code)]

mod compare;
mod supervise;

use lexopt::prelude::*;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use taipan_fuzz::case::Corpus;

const HELP: &str = "\
usage: cargo xtask fuzz [OPTION…]

  --seconds N      how long (60)
  --seed S         what the cases are made from (1)
  --from I         the first case (0)
  --corpus FOLDER  sources to change; may be repeated (fuzz/corpus)
  --with PYTHON    compares each answer with that interpreter's
  --hostile N      instead of random cases, each hostile family at size N
  --case I         writes case I to standard output
";

/// What the command line asks for.
#[allow(missing_docs)]
pub struct Options {
    pub seconds: Duration,
    pub seed: u64,
    pub from: u64,
    pub corpus: Vec<PathBuf>,
    pub with: Option<String>,
    pub hostile: Option<usize>,
    pub case: Option<u64>,
    /// The file in which the worker notes the number of its case.
    pub worker: Option<PathBuf>,
}

fn parse() -> Result<Option<Options>, lexopt::Error> {
    let mut options = Options {
        seconds: Duration::from_secs(60),
        seed: 1,
        from: 0,
        corpus: Vec::new(),
        with: None,
        hostile: None,
        case: None,
        worker: None,
    };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("seconds") => options.seconds = Duration::from_secs(parser.value()?.parse()?),
            Long("seed") => options.seed = parser.value()?.parse()?,
            Long("from") => options.from = parser.value()?.parse()?,
            Long("corpus") => options.corpus.push(parser.value()?.into()),
            Long("with") => options.with = Some(parser.value()?.string()?),
            Long("hostile") => options.hostile = Some(parser.value()?.parse()?),
            Long("case") => options.case = Some(parser.value()?.parse()?),
            Long("worker") => options.worker = Some(parser.value()?.into()),
            Short('h') | Long("help") => return Ok(None),
            other => return Err(other.unexpected()),
        }
    }
    if options.corpus.is_empty() {
        options.corpus.push(home().join("corpus"));
    }
    Ok(Some(options))
}

/// The folder `fuzz` of the repository.
pub fn home() -> PathBuf {
    let driver = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    driver.parent().map(PathBuf::from).unwrap_or(driver)
}

fn main() -> ExitCode {
    let options = match parse() {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{HELP}");
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("{error}\n{HELP}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs as asked; false if something was found.
fn run(options: &Options) -> std::io::Result<bool> {
    if let Some(size) = options.hostile {
        return supervise::hostile(size);
    }
    let corpus = Corpus::load(&options.corpus)?;
    if let Some(index) = options.case {
        use std::io::Write;
        std::io::stdout().write_all(&corpus.case(options.seed, index).source)?;
        return Ok(true);
    }
    match (&options.worker, &options.with) {
        (Some(progress), _) => supervise::work(options, &corpus, progress),
        (None, Some(interpreter)) => compare::run(options, &corpus, interpreter),
        (None, None) => supervise::run(options, &corpus),
    }
}
