//! Which keyword a misspelt name was meant to be.
//!
//! The candidates are CPython's, in its order: the nearest by edit distance, as it suggests names
//! of attributes (`Python/suggestions.c`), then those that share the longest runs of characters
//! (`difflib.get_close_matches`).

use taipan::asdl::diagnostic::{Error, ErrorKind, ErrorLocation};
use taipan::asdl::{Bump, NameTable};
use taipan::frontend::{self, Flags, Ignore, Mode, Options, Source};
use taipan::syntax::lexer::{LexerOptions, tokenize};
use taipan::syntax::source::character_offset;
use taipan::syntax::token::TokenKind;
use taipan::text::{Text, TextBuf};

/// How many candidates are tried.
const MATCHES: usize = 3;
/// How much two words must have in common for `difflib`.
const CUTOFF: f64 = 0.5;

const MOVE_COST: usize = 2;
const CASE_COST: usize = 1;
/// Longer words are not compared.
const LONGEST: usize = 40;

/// How many names of a line are tried.
const NAMES: usize = 10;
/// Longer pieces of code are not looked at.
const LONGEST_CODE: usize = 1024;

/// Names the keyword that was meant, if the line of an "invalid syntax" would be right with it.
///
/// Answers for `TracebackException._find_keyword_typos` of `Lib/traceback.py`.
pub fn correct(error: &mut Error, source: Source<'_>) {
    let vague = error.kind == ErrorKind::SyntaxError
        && error.message.to_str().is_some_and(|said| said == "invalid syntax" || said.contains(COMMA));
    let Some(location) = error.location.filter(|_| vague) else { return };
    let Some(line) = frontend::source_line(source, location.lineno) else { return };
    let code = dedent(&line);
    if code.len() > LONGEST_CODE {
        return;
    }
    let tokens = tokenize(code.as_bytes(), LexerOptions::new(Mode::Exec));
    let names = tokens.tokens.iter().filter(|token| token.kind == TokenKind::Name).take(NAMES);
    for token in names {
        let (start, end) = (token.start as usize, token.end as usize);
        for keyword in close_keywords(&code[start..end]) {
            if !is_right(&format!("{}{keyword}{}", &code[..start], &code[end..])) {
                continue;
            }
            let offset = |byte: usize| character_offset(code.as_bytes(), byte) + 1;
            let (lineno, end_lineno) = (location.lineno, location.lineno);
            error.location =
                Some(ErrorLocation { lineno, offset: offset(start), end_lineno, end_offset: offset(end) });
            error.text = Some(TextBuf::from(code.as_str()));
            error.message = TextBuf::from(format!("invalid syntax. Did you mean '{keyword}'?"));
            return;
        }
    }
}

/// Part of the other message behind which a misspelt keyword may be.
const COMMA: &str = "Perhaps you forgot a comma";

/// A line without its indentation and its line feed.
fn dedent(line: &Text) -> String {
    line.to_string_lossy().trim_start_matches([' ', '\t', '\x0c']).trim_end_matches('\n').to_owned()
}

/// Whether the code compiles, or would if more followed.
fn is_right(code: &str) -> bool {
    let options = Options {
        flags: Flags::ONLY_AST | Flags::ALLOW_INCOMPLETE_INPUT | Flags::DONT_IMPLY_DEDENT,
        ..Options::new(Text::new("<string>"))
    };
    let code = format!("{code}\n");
    let (arena, mut names) = (Bump::new(), NameTable::new());
    let outcome = frontend::parse(Source::Text(Text::new(&code)), &options, &arena, &mut names, &mut Ignore);
    outcome.map_or_else(|error| error.kind == ErrorKind::IncompleteInputError, |_| true)
}

/// The keywords that `word` may have been meant to be, the likeliest first; some may come twice.
pub fn close_keywords(word: &str) -> Vec<&'static str> {
    let keywords = || TokenKind::KEYWORDS.iter().map(|keyword| keyword.text());
    let mut matches: Vec<&str> = nearest(word, keywords()).into_iter().collect();
    let mut similar: Vec<(f64, &str)> = keywords()
        .map(|keyword| (ratio(keyword.as_bytes(), word.chars().collect::<Vec<_>>().as_slice()), keyword))
        .filter(|(ratio, _)| *ratio >= CUTOFF)
        .collect();
    similar.sort_by(|a, b| b.partial_cmp(a).expect("ratios are numbers"));
    matches.extend(similar.into_iter().take(MATCHES).map(|(_, keyword)| keyword));
    matches.truncate(MATCHES);
    matches
}

/// The word with the smallest edit distance, if that is small enough.
fn nearest<'w>(name: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let name: Vec<char> = name.chars().collect();
    let mut best: Option<(usize, &str)> = None;
    for word in words {
        let characters: Vec<char> = word.chars().collect();
        if characters == name {
            continue;
        }
        let mut most = (name.len() + characters.len() + 3) * MOVE_COST / 6;
        if let Some((distance, _)) = best {
            most = most.min(distance - 1);
        }
        let distance = edit_distance(&name, &characters, most);
        if distance <= most {
            best = Some((distance, word));
        }
    }
    best.map(|(_, word)| word)
}

/// The edit distance, or something above `most` if it is above that.
fn edit_distance<'w>(mut a: &'w [char], mut b: &'w [char], most: usize) -> usize {
    while let ([first, rest @ ..], [other, others @ ..]) = (a, b)
        && first == other
    {
        (a, b) = (rest, others);
    }
    while let ([rest @ .., last], [others @ .., other]) = (a, b)
        && last == other
    {
        (a, b) = (rest, others);
    }
    if a.is_empty() || b.is_empty() {
        return (a.len() + b.len()) * MOVE_COST;
    }
    if a.len() > LONGEST || b.len() > LONGEST {
        return most + 1;
    }
    if b.len() < a.len() {
        std::mem::swap(&mut a, &mut b);
    }
    if (b.len() - a.len()) * MOVE_COST > most {
        return most + 1;
    }
    let mut row: Vec<usize> = (1..=a.len()).map(|index| index * MOVE_COST).collect();
    let mut result = 0;
    for (index, &code) in b.iter().enumerate() {
        let mut distance = index * MOVE_COST;
        result = distance;
        let mut minimum = usize::MAX;
        for (slot, &other) in row.iter_mut().zip(a) {
            let substitute = distance + substitution_cost(code, other);
            distance = *slot;
            result = substitute.min(result.min(distance) + MOVE_COST);
            *slot = result;
            minimum = minimum.min(result);
        }
        if minimum > most {
            return most + 1;
        }
    }
    result
}

const fn substitution_cost(a: char, b: char) -> usize {
    if a as u32 == b as u32 {
        0
    } else if a.eq_ignore_ascii_case(&b) {
        CASE_COST
    } else {
        MOVE_COST
    }
}

/// `difflib.SequenceMatcher(None, a, b).ratio()`, for short words.
fn ratio(a: &[u8], b: &[char]) -> f64 {
    let a: Vec<char> = a.iter().map(|&byte| char::from(byte)).collect();
    2.0 * matching(&a, b) as f64 / (a.len() + b.len()) as f64
}

/// The characters in the longest common run, and in those to its left and right.
fn matching(a: &[char], b: &[char]) -> usize {
    let (mut start, mut other, mut longest) = (0, 0, 0);
    for i in 0..a.len() {
        for j in 0..b.len() {
            let run = a[i..].iter().zip(&b[j..]).take_while(|(x, y)| x == y).count();
            // The earliest in `a`, then in `b`, of the longest.
            if run > longest {
                (start, other, longest) = (i, j, run);
            }
        }
    }
    if longest == 0 {
        return 0;
    }
    let left = matching(&a[..start], &b[..other]);
    longest + left + matching(&a[start + longest..], &b[other + longest..])
}

#[cfg(test)]
mod tests {
    use super::close_keywords;

    #[test]
    fn candidates_are_those_of_cpython() {
        assert_eq!(close_keywords("impotr"), ["import", "import", "or"]);
        assert_eq!(close_keywords("fro"), ["from", "from", "for"]);
        assert_eq!(close_keywords("Flase"), ["False", "False", "else"]);
        assert_eq!(close_keywords("TRUE"), ["True"]);
        assert_eq!(close_keywords("nonlcoal"), ["nonlocal", "nonlocal", "global"]);
        assert_eq!(close_keywords("a"), ["as", "as", "and"]);
        assert_eq!(close_keywords("xyzzy"), [""; 0]);
    }
}
