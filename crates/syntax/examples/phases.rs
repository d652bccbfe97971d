//! Times decoding, tokenizing and parsing over all Python files of a folder.
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

fn main() {
    let folder = std::env::args().nth(1).expect("usage: phases FOLDER [ROUNDS]");
    let rounds = std::env::args().nth(2).map_or(5, |rounds| rounds.parse().expect("a number of rounds"));
    let mut files = Vec::new();
    collect(Path::new(&folder), &mut files);
    let bytes: usize = files.iter().map(Vec::len).sum();
    let mut best = [Duration::MAX; 3];
    let mut counts = (0, 0);
    for _ in 0..rounds {
        let mut spent = [Duration::ZERO; 3];
        counts = (0, 0);
        for file in &files {
            let start = Instant::now();
            let Ok(text) = SourceText::decode(Source::Bytes(file), Mode::Exec) else { continue };
            let decoded = Instant::now();
            let tokens = tokenize(text.bytes(), LexerOptions::new(Mode::Exec));
            let tokenized = Instant::now();
            let arena = Bump::new();
            let mut names = NameTable::new();
            let tree = parse_tokens(
                &text,
                &tokens,
                Mode::Exec,
                Options::default(),
                &arena,
                &mut names,
                &mut Vec::new(),
            );
            let parsed = Instant::now();
            spent[0] += decoded - start;
            spent[1] += tokenized - decoded;
            spent[2] += parsed - tokenized;
            counts.0 += tokens.tokens.len();
            counts.1 += usize::from(tree.is_ok());
        }
        for (best, spent) in best.iter_mut().zip(spent) {
            *best = (*best).min(spent);
        }
    }
    println!("{} files, {bytes} bytes, {} tokens, {} trees", files.len(), counts.0, counts.1);
    let total: Duration = best.iter().sum();
    for (phase, time) in ["decode", "tokenize", "parse"].iter().zip(best).chain([(&"all", total)]) {
        println!(
            "{phase:9} {:8.1} ms  {:6.0} MB/s",
            time.as_secs_f64() * 1e3,
            bytes as f64 / time.as_secs_f64() / 1e6
        );
    }
}
