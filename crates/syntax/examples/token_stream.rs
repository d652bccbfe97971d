//! Prints what `tokenize.generate_tokens` yields for each file named on standard input, as a digest
//! a file, or the whole for the one named by `--dump FILE`.
//!
//! usage: token_stream ROOT <files

use md5::{Digest, Md5};
use std::fmt::Write;
use std::io::BufRead;
use taipan_syntax::SourceText;
use taipan_syntax::tokenize::Tokenizer;
use taipan_text::Text;
use taipan_text::repr::{Keep, repr_text};

fn stream(path: &str) -> Option<String> {
    let source = std::fs::read(path).ok()?;
    let source = String::from_utf8(source).ok()?;
    let text = SourceText::for_tokenize(Text::new(&source)).ok()?;
    let quote = |text: &Text| repr_text(text, Keep::Ascii).to_string_lossy().into_owned();
    let mut out = String::new();
    for token in Tokenizer::new(&text, true) {
        match token {
            Ok(t) => {
                let (string, line) = (quote(t.string), quote(t.line));
                writeln!(out, "{} {} {:?} {:?} {} {line}", t.number, t.exact_number, t.start, t.end, string)
            }
            Err(error) => writeln!(
                out,
                "{} {:?} {:?}",
                error.message.to_string_lossy(),
                error.location.map(|l| (l.lineno, l.offset)),
                error.text
            ),
        }
        .expect("strings take all");
    }
    Some(out)
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if args[0] == "--dump" {
        print!("{}", stream(&args[1]).unwrap_or_default());
        return;
    }
    for name in std::io::stdin().lock().lines() {
        let name = name.expect("names are text");
        let digest = stream(&format!("{}/{name}", args[0])).map(|text| {
            Md5::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        });
        println!("{name}\t{}", digest.unwrap_or_default());
    }
}
