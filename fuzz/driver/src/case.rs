//! A case: a source, and how it is compiled. A seed and a number name it.

use crate::random::Random;
use crate::{generate, mutate};
use std::path::Path;

/// What `compile()` is called with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The source, as bytes.
    pub source: Vec<u8>,
    /// `exec`, `eval` or `single`.
    pub mode: &'static str,
    /// 0, 1 or 2.
    pub optimize: u8,
}

/// The sources that others are made from.
pub struct Corpus(Vec<Vec<u8>>);

impl Corpus {
    /// Longer files take too much of the time.
    const LONGEST: u64 = 30_000;

    /// All Python files below the folders, in a fixed order.
    pub fn load(folders: &[impl AsRef<Path>]) -> std::io::Result<Corpus> {
        let mut paths = Vec::new();
        for folder in folders {
            collect(folder.as_ref(), &mut paths)?;
        }
        paths.sort();
        let mut sources = Vec::new();
        for path in paths {
            if std::fs::metadata(&path)?.len() <= Corpus::LONGEST {
                sources.push(std::fs::read(path)?);
            }
        }
        Ok(Corpus(sources))
    }

    /// How many sources there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The case with that number.
    pub fn case(&self, seed: u64, index: u64) -> Case {
        let mut random = Random::new(seed, index);
        let random = &mut random;
        let mut source =
            if self.is_empty() || random.one_in(3) { generate::program(random) } else { self.piece(random) };
        if !random.one_in(4) {
            let other = if self.is_empty() { generate::program(random) } else { self.piece(random) };
            source = mutate::mutate(random, &source, &other);
        }
        let mode = *random.choose(&["exec", "exec", "exec", "exec", "exec", "exec", "single", "eval"]);
        let optimize = *random.choose(&[0, 0, 0, 1, 2]);
        Case { source, mode, optimize }
    }

    /// A few lines of a file, from where a line begins without indentation; now and then all of it.
    fn piece(&self, random: &mut Random) -> Vec<u8> {
        let source = random.choose(&self.0);
        if source.len() < 600 || random.one_in(30) {
            return source.clone();
        }
        let lines: Vec<&[u8]> = source.split_inclusive(|&byte| byte == b'\n').collect();
        let begins = |line: &&[u8]| line.first().is_some_and(|byte| !b" \t#)\n".contains(byte));
        let mut start = random.below(lines.len());
        while start > 0 && !begins(&lines[start]) {
            start -= 1;
        }
        let most = 5 + random.below(40);
        let mut end = (start + most).min(lines.len());
        while end < lines.len() && end < start + 200 && !begins(&lines[end]) {
            end += 1;
        }
        lines[start..end].concat()
    }
}

fn collect(folder: &Path, paths: &mut Vec<std::path::PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "py" || extension == "txt")
            && path.is_file()
        {
            paths.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Case, Corpus};
    use crate::answer::check;

    #[test]
    fn the_corpus_and_some_random_cases() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../corpus");
        let corpus = Corpus::load(&[folder]).expect("the corpus can be read");
        assert!(!corpus.is_empty());
        for source in &corpus.0 {
            for mode in ["exec", "eval", "single"] {
                check(&Case { source: source.clone(), mode, optimize: 0 });
            }
        }
        for index in 0..500 {
            check(&corpus.case(1, index));
        }
    }
}
