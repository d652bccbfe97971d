//! Each program of `tests/compile` becomes the code objects that CPython makes of it, at every
//! level of optimisation: the digests beside it are CPython's.

use super::{compile, folder};
use taipan_code::digest::digest_lines;
use taipan_compile::Options;
use taipan_syntax::Mode;

#[test]
fn code_objects_are_cpythons() {
    let mut compared = 0;
    let mut wrong = Vec::new();
    for entry in std::fs::read_dir(folder()).expect("the folder is part of the repository") {
        let path = entry.expect("the folder can be read").path();
        if path.extension().is_none_or(|extension| extension != "py") {
            continue;
        }
        let name = path.file_name().and_then(|name| name.to_str()).expect("names are ASCII");
        let source = std::fs::read_to_string(&path).expect("programs are UTF-8");
        for (optimize, extension) in [(0, "digest"), (1, "O.digest"), (2, "OO.digest")] {
            let expected =
                std::fs::read_to_string(path.with_extension(extension)).expect("each has its digests");
            let options = Options { optimize, ..Options::default() };
            let code = compile(&source, name, Mode::Exec, options, &mut Vec::new());
            let got = match code {
                Ok(code) => digest_lines(name, &code),
                Err(error) => format!("{name}: {}", error.message.to_string_lossy()),
            };
            compared += expected.lines().count();
            for (want, got) in expected.lines().zip(got.lines().chain(std::iter::repeat(""))) {
                if want != got {
                    wrong.push(format!("-O{optimize}: {}", differing_fields(want, got)));
                }
            }
        }
    }
    assert!(compared > 500, "only {compared} code objects");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Which code object differs, and in what.
fn differing_fields(want: &str, got: &str) -> String {
    let mut fields = want.split('\t').zip(got.split('\t').chain(std::iter::repeat("")));
    let place: Vec<&str> = fields.by_ref().take(3).map(|(want, _)| want).collect();
    let differing: Vec<&str> = fields
        .filter(|(want, got)| want != got)
        .map(|(want, _)| want.split('=').next().unwrap_or(want))
        .collect();
    format!("{}: {}", place.join(" "), differing.join(" "))
}
