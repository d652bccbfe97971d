//! Patterns with what CPython 3.14 finds with them: mode, groups, code, subject, spans per match.

use taipan_sre::{Anchor, Matcher, Program};

fn numbers(field: &str) -> Vec<u32> {
    field.split(',').filter(|n| !n.is_empty()).map(|n| n.parse().expect("a number")).collect()
}

fn describe(matcher: &Matcher, groups: usize) -> String {
    let spans: Vec<String> = (0..=groups)
        .map(|group| match matcher.span(group) {
            Some((start, end)) => format!("{start}:{end}"),
            None => "-1:-1".to_owned(),
        })
        .collect();
    let last = matcher.lastindex().map_or("None".to_owned(), |index| index.to_string());
    format!("{}/{last}", spans.join(","))
}

fn answer(mode: &str, program: &Program, subject: &[u32]) -> String {
    let mut matcher = Matcher::new(program, subject.len(), 0, subject.len());
    let mut poll = || true;
    let once = match mode {
        "search" => matcher.search(program, subject, &mut poll),
        "match" => matcher.match_at_start(program, subject, Anchor::Start, &mut poll),
        "fullmatch" => matcher.match_at_start(program, subject, Anchor::Both, &mut poll),
        _ => {
            let mut found = Vec::new();
            while matcher.search(program, subject, &mut poll).expect("runs") {
                found.push(describe(&matcher, program.groups()));
                matcher.must_advance = matcher.position == matcher.start;
                matcher.start = matcher.position;
                matcher.reset();
            }
            return found.join(";");
        }
    };
    if once.expect("runs") { describe(&matcher, program.groups()) } else { String::new() }
}

#[test]
fn finds_what_cpython_finds() {
    let path = std::env::var("TAIPAN_SRE_CASES")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/tests/recorded.tsv").to_owned());
    let recorded = std::fs::read_to_string(path).expect("the recorded cases are there");
    let mut wrong = 0;
    for line in recorded.lines() {
        let [mode, groups, code, subject, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("five columns: {line}");
        };
        let program = Program::new(numbers(code), groups.parse().expect("a number"));
        let got = match &program {
            Ok(program) => answer(mode, program, &numbers(subject)),
            Err(_) => "refused".to_owned(),
        };
        if got != expected {
            wrong += 1;
            if wrong < 10 {
                eprintln!("{line}\n    got {got}");
            }
        }
    }
    assert_eq!(wrong, 0, "of {} cases", recorded.lines().count());
}

#[test]
fn forged_code_is_refused() {
    for code in [&[][..], &[16], &[16, 97], &[17, 9, 1], &[7, 3, 1, 15, 9, 0, 1], &[24, 200, 0, 1, 2, 1, 1]] {
        assert!(Program::new(code, 1).is_err(), "{code:?}");
    }
}

#[test]
fn the_callback_ends_a_hopeless_match() {
    // (a+)+$ against many a and a b: exponential.
    let code = [23, 14, 1, u32::MAX, 17, 0, 24, 6, 1, u32::MAX, 16, 97, 1, 17, 1, 18, 6, 5, 1];
    let program = Program::new(&code[..], 1).expect("as compiled");
    let subject = [b'a'; 64].iter().copied().chain([b'b']).collect::<Vec<u8>>();
    let mut matcher = Matcher::new(&program, subject.len(), 0, subject.len());
    let mut polls = 0;
    let result = matcher.match_at_start(&program, &subject, Anchor::Start, &mut || {
        polls += 1;
        polls < 100
    });
    assert_eq!(result, Err(taipan_sre::Error::Interrupted));
}
