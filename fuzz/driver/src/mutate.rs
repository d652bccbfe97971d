//! Sources made from other sources: bytes, tokens, lines and nesting are changed, pieces are
//! exchanged between files.
//!
//! Most results are invalid, and many in ways that no person would write, which is the point.

use crate::random::Random;

/// Words that mean something to some stage of the front end.
const WORDS: &[&str] = &[
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "match",
    "case",
    "type",
    "_",
    "x",
    "__debug__",
    "__class__",
    "super",
    "print",
    "exec",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ";",
    ".",
    "...",
    "=",
    "==",
    "!=",
    "<>",
    "->",
    ":=",
    "+=",
    "**=",
    "//=",
    ">>=",
    "@",
    "@=",
    "*",
    "**",
    "~",
    "!",
    "?",
    "$",
    "`",
    "\\",
    "\\\n",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\x0c",
    " ",
    "    ",
    "\n    ",
    "\n\t",
    "\n        \t",
    "#",
    "# type: int\n",
    "# type: ignore\n",
    "# coding: latin-1\n",
    "# coding: utf-8\n",
    "0",
    "1",
    "00",
    "01",
    "0x",
    "0xg",
    "0b2",
    "0o8",
    "1_",
    "1__0",
    "1e",
    "1e5",
    "1.5",
    "1j",
    "1if 2else 3",
    "0_7",
    "1.e",
    "'",
    "\"",
    "'''",
    "\"\"\"",
    "'a'",
    "b'a'",
    "b'é'",
    "r'\\'",
    "u'a'",
    "ur'a'",
    "f'",
    "f'{",
    "f'{x}'",
    "f'{x!r:>{w}}'",
    "f'{x=}'",
    "f'{'",
    "f'}'",
    "f'{x!}'",
    "f'{x:{y:{z}}}'",
    "f\"\"\"",
    "t'{x}'",
    "t'{x!s:y}'",
    "rf'\\{x}'",
    "'\\N{DIGIT ONE}'",
    "'\\N{nope}'",
    "'\\x4'",
    "'\\u123'",
    "'\\U00110000'",
    "'\\d'",
    "b'\\400'",
    "\u{feff}",
    "é",
    "ﬁ",
    "\u{200b}",
    "×",
    "𝐱",
    "€",
    "–",
    "‘",
    "*a",
    "**a",
    "a=1",
    "a.b",
    "a[b]",
    "a()",
    "(yield)",
    "(x for x in y)",
    "[x for x in y]",
    "{x: y for x in z}",
    "lambda: 0",
    "lambda *, a=1, /: 0",
    "def f(a, /, b, *, c): pass",
    "class C[T]: pass",
    "type A[*Ts] = 1",
    "match x:\n    case 1: pass",
    "case {'a': 1, **r}:",
    "except* E:",
    "except A, B:",
    "async for x in y:",
    "with (a as b, c): pass",
    "from __future__ import annotations\n",
    "from . import *",
    "return 1",
    "global x",
    "nonlocal x",
    "await x",
    "x: int = 1",
    "del x",
    "x, *y = z",
    "if x := 1:",
    "print x",
    "exec 'x'",
    "x++",
    "!x",
];

/// Bytes that a tokenizer or decoder treats in a special way.
const BYTES: &[u8] = b"\0\t\n\r\x0c\x1a \"#'()\\[]{}:;,.=!\x7f\x80\xbf\xc0\xc2\xe2\xed\xef\xf0\xf4\xf8\xff";

/// Pairs that enclose something.
const AROUND: &[(&str, &str)] = &[
    ("(", ")"),
    ("[", "]"),
    ("{", "}"),
    ("f'{", "}'"),
    ("t\"{", "}\""),
    ("'", "'"),
    ("\"\"\"", "\"\"\""),
    ("(lambda: ", ")"),
    ("a[", "]"),
    ("a(", ")"),
    ("(yield ", ")"),
    ("[x for x in ", "]"),
    ("\nif x:\n  ", "\n"),
    ("\ndef f():\n  ", "\n"),
    ("\ntry:\n  ", "\nexcept* E: pass\n"),
    ("\nmatch x:\n case ", ": pass\n"),
    ("\nasync def f():\n  await ", "\n"),
    ("not ", ""),
    ("*", ""),
    ("", " = 1"),
    ("", " += 1"),
    ("(", " := 1)"),
    ("for ", " in x: pass\n"),
    ("del ", "\n"),
    ("with a as ", ": pass\n"),
    ("import ", "\n"),
    ("", ": int\n"),
];

/// Changes `source` once to a few times; `other` lends pieces.
pub fn mutate(random: &mut Random, source: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = source.to_vec();
    for _ in 0..=random.below(4).min(random.below(4)) {
        match random.below(12) {
            0 => change_bytes(random, &mut bytes),
            1 => bytes.truncate(random.below(bytes.len() + 1)),
            2 | 3 => {
                let word = *random.choose(WORDS);
                replace_token(random, &mut bytes, word);
            }
            4 => replace_token(random, &mut bytes, ""),
            5 | 6 => insert_word(random, &mut bytes),
            7 => swap_tokens(random, &mut bytes),
            8 => enclose(random, &mut bytes),
            9 => change_lines(random, &mut bytes),
            10 => splice(random, &mut bytes, other),
            _ => repeat(random, &mut bytes),
        }
    }
    bytes
}

fn change_bytes(random: &mut Random, bytes: &mut Vec<u8>) {
    let at = random.below(bytes.len() + 1);
    let byte = if random.one_in(4) { random.next() as u8 } else { *random.choose(BYTES) };
    match random.below(3) {
        0 => bytes.insert(at, byte),
        1 if at < bytes.len() => bytes[at] = byte,
        _ if at < bytes.len() => drop(bytes.remove(at)),
        _ => bytes.push(byte),
    }
}

/// The ends of the pieces that look like tokens: words, runs of blanks, single other characters.
fn token_ends(bytes: &[u8]) -> Vec<usize> {
    let class = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | 0x80.. => 1,
        b' ' | b'\t' => 2,
        _ => 0,
    };
    let mut ends = Vec::new();
    for (at, pair) in bytes.windows(2).enumerate() {
        let (left, right) = (class(pair[0]), class(pair[1]));
        if left != right || left == 0 {
            ends.push(at + 1);
        }
    }
    ends.push(bytes.len());
    ends
}

/// A random token's range.
fn token(random: &mut Random, bytes: &[u8]) -> std::ops::Range<usize> {
    let ends = token_ends(bytes);
    let index = random.below(ends.len());
    let start = if index == 0 { 0 } else { ends[index - 1] };
    start..ends[index]
}

fn replace_token(random: &mut Random, bytes: &mut Vec<u8>, word: &str) {
    let range = token(random, bytes);
    bytes.splice(range, word.bytes());
}

fn insert_word(random: &mut Random, bytes: &mut Vec<u8>) {
    let at = token(random, bytes).start;
    let word = *random.choose(WORDS);
    let blank = if random.one_in(3) { "" } else { " " };
    bytes.splice(at..at, blank.bytes().chain(word.bytes()).chain(blank.bytes()));
}

fn swap_tokens(random: &mut Random, bytes: &mut Vec<u8>) {
    let (a, b) = (token(random, bytes), token(random, bytes));
    let (first, second) = if a.start <= b.start { (a, b) } else { (b, a) };
    if first.end <= second.start {
        let (one, two) = (bytes[first.clone()].to_vec(), bytes[second.clone()].to_vec());
        bytes.splice(second, one);
        bytes.splice(first, two);
    }
}

fn enclose(random: &mut Random, bytes: &mut Vec<u8>) {
    let (a, b) = (token(random, bytes), token(random, bytes));
    let (start, end) = (a.start.min(b.start), a.end.max(b.end));
    let (before, after) = *random.choose(AROUND);
    let times = if random.one_in(20) { 1 + random.below(300) } else { 1 };
    bytes.splice(end..end, after.repeat(times).bytes());
    bytes.splice(start..start, before.repeat(times).bytes());
}

fn change_lines(random: &mut Random, bytes: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect();
    if lines.is_empty() {
        return;
    }
    let (at, to) = (random.below(lines.len()), random.below(lines.len()));
    match random.below(6) {
        0 => drop(lines.remove(at)),
        1 => lines.insert(to, lines[at].clone()),
        2 => lines.swap(at, to),
        3 => drop(lines[at].splice(0..0, random.choose(&[" ", "\t", "    ", "  \t"]).bytes())),
        4 => {
            let blanks = lines[at].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let kept = random.below(blanks + 1);
            lines[at].drain(..blanks - kept);
        }
        _ => drop(lines[at].pop()),
    }
    *bytes = lines.concat();
}

fn splice(random: &mut Random, bytes: &mut Vec<u8>, other: &[u8]) {
    let (a, b) = (token(random, other), token(random, other));
    let (start, end) = (a.start.min(b.start), a.end.max(b.end));
    let piece = &other[start..end.min(start + 400)];
    let range = token(random, bytes);
    let range = if random.one_in(2) { range.start..range.start } else { range };
    bytes.splice(range, piece.iter().copied());
}

fn repeat(random: &mut Random, bytes: &mut Vec<u8>) {
    let (a, b) = (token(random, bytes), token(random, bytes));
    let (start, end) = (a.start.min(b.start), a.end.max(b.end));
    let piece = bytes[start..end.min(start + 60)].to_vec();
    let times = if random.one_in(20) { random.below(400) } else { 1 + random.below(3) };
    bytes.splice(end..end, piece.repeat(times));
}
