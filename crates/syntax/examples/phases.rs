//! Times decoding, tokenizing and parsing over all Python files of a folder, in CPU time where the
//! system tells it.
//!
//! usage: phases FOLDER [ROUNDS]; the best round counts.

use std::path::Path;
use std::time::{Duration, Instant};
use taipan_asdl::{Bump, NameTable};
use taipan_syntax::lexer::{LexerOptions, tokenize};
use taipan_syntax::{Mode, Options, Source, SourceText, parse_tokens};

fn collect(folder: &Path, files: &mut Vec<Vec<u8>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            files.extend(std::fs::read(&path));
        }
    }
}

/// How far a run goes.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Phase {
    Decode,
    Tokenize,
    Parse,
}

/// Takes every file through the phases up to `last`; counts tokens and trees.
fn run(files: &[Vec<u8>], last: Phase) -> (usize, usize) {
    let mut counts = (0, 0);
    for file in files {
        let Ok(text) = SourceText::decode(Source::Bytes(file), Mode::Exec) else { continue };
        if last < Phase::Tokenize {
            continue;
        }
        let tokens = tokenize(text.bytes(), LexerOptions::new(Mode::Exec));
        counts.0 += tokens.tokens.len();
        if last < Phase::Parse {
            continue;
        }
        let (arena, mut names, mut warnings) = (Bump::new(), NameTable::new(), Vec::new());
        let options = Options::default();
        let tree = parse_tokens(&text, &tokens, Mode::Exec, options, &arena, &mut names, &mut warnings);
        counts.1 += usize::from(tree.is_ok());
    }
    counts
}

/// The CPU time this thread has used, or the time since `start`.
fn now(start: Instant) -> Duration {
    let schedstat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    match schedstat.split_whitespace().next().and_then(|nanoseconds| nanoseconds.parse().ok()) {
        Some(nanoseconds) => Duration::from_nanos(nanoseconds),
        None => start.elapsed(),
    }
}

fn main() {
    let folder = std::env::args().nth(1).expect("usage: phases FOLDER [ROUNDS]");
    let rounds = std::env::args().nth(2).map_or(5, |rounds| rounds.parse().expect("a number of rounds"));
    let mut files = Vec::new();
    collect(Path::new(&folder), &mut files);
    let bytes: usize = files.iter().map(Vec::len).sum();
    let start = Instant::now();
    let mut best = [Duration::MAX; 3];
    let mut counts = (0, 0);
    for _ in 0..rounds {
        for (best, phase) in best.iter_mut().zip([Phase::Decode, Phase::Tokenize, Phase::Parse]) {
            let before = now(start);
            counts = run(&files, phase);
            *best = (*best).min(now(start) - before);
        }
    }
    println!("{} files, {bytes} bytes, {} tokens, {} trees", files.len(), counts.0, counts.1);
    let [decode, tokenize, all] = best;
    let phases = [
        ("decode", decode),
        ("tokenize", tokenize.saturating_sub(decode)),
        ("parse", all.saturating_sub(tokenize)),
        ("all", all),
    ];
    for (phase, time) in phases {
        let rate = bytes as f64 / time.as_secs_f64() / 1e6;
        println!("{phase:9} {:8.1} ms  {rate:6.0} MB/s", time.as_secs_f64() * 1e3);
    }
}
