//! Answers many sources at once, for comparison with CPython: for each source on standard input (a
//! mode letter `e`, `v`, `s`, `f`, a kind letter `t` for text, `c` for text with type comments, `i` for text
//! as `codeop` compiles it, `b` for bytes, the length in four bytes, the bytes) one
//! line with either `ok` and a digest of the tree, or the exception.

use md5::{Digest, Md5};
use std::io::{Read, Write};
use taipan_asdl::dump::{DumpOptions, dump};
use taipan_asdl::{Bump, NameTable};
use taipan_syntax::{Mode, Options, Source, parse};
use taipan_text::Text;
use taipan_text::repr::{Keep, repr_text};

fn answer(mode: Mode, options: Options, source: Source<'_>) -> String {
    let arena = Bump::new();
    let mut names = NameTable::new();
    let mut warnings = Vec::new();
    let line = match parse(source, mode, options, &arena, &mut names, &mut warnings) {
        Ok(tree) => {
            let options = DumpOptions { include_attributes: true, ..DumpOptions::default() };
            match dump(tree, &names, options) {
                Ok(text) => {
                    let digest = Md5::digest(text.as_bytes());
                    format!("ok {}", digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
                }
                Err(_) => "ok deep".to_owned(),
            }
        }
        Err(error) => {
            let quote = |text: &Text| repr_text(text, Keep::Ascii).to_string_lossy().into_owned();
            let place = error.location.map_or("None".to_owned(), |place| {
                format!("({}, {}, {}, {})", place.lineno, place.offset, place.end_lineno, place.end_offset)
            });
            let text = error.text.as_ref().map_or("None".to_owned(), |text| quote(text));
            format!("{} {} {place} {text}", error.kind.class_name(), quote(&error.message))
        }
    };
    let warnings: Vec<String> =
        warnings.iter().map(|w| format!("{}:{}", w.lineno, w.message.to_string_lossy())).collect();
    format!("{line}\t{}", warnings.join("|"))
}

fn main() {
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input).expect("standard input can be read");
    let mut out = std::io::BufWriter::new(std::io::stdout());
    let mut rest = &input[..];
    while let [mode, kind, a, b, c, d, tail @ ..] = rest {
        let (bytes, tail) = tail.split_at(u32::from_le_bytes([*a, *b, *c, *d]) as usize);
        rest = tail;
        let mode = match mode {
            b'v' => Mode::Eval,
            b's' => Mode::Single,
            b'f' => Mode::FuncType,
            _ => Mode::Exec,
        };
        let source = if *kind == b'b' { Source::Bytes(bytes) } else { Source::Text(Text::from_bytes(bytes)) };
        let options = Options {
            type_comments: *kind == b'c',
            dont_imply_dedent: *kind == b'i',
            allow_incomplete_input: *kind == b'i',
            ..Options::default()
        };
        writeln!(out, "{}", answer(mode, options, source)).expect("standard output takes it");
    }
}
