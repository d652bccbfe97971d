//! Disassembly and digests equal what CPython 3.14.8 prints for `data/sample.py`.
//!
//! Recorded there: `marshal.dumps`, `dis.dis` without and with all options (addresses replaced by
//! the code objects' numbers), and the digest of each code object.

use std::rc::Rc;

use taipan_code::dis::{DisOptions, disassemble, to_json};
use taipan_code::{CodeObject, Const, digest, marshal};

fn sample() -> Rc<CodeObject> {
    match marshal::loads(include_bytes!("data/sample.marshal")) {
        Ok(Const::Code(code)) => code,
        other => panic!("{other:?}"),
    }
}

fn assert_lines(actual: &str, expected: &str) {
    for (number, (a, b)) in actual.lines().zip(expected.lines()).enumerate() {
        assert_eq!(a, b, "line {}", number + 1);
    }
    assert_eq!(actual.lines().count(), expected.lines().count());
}

#[test]
fn plain() {
    assert_lines(&disassemble(&sample(), DisOptions::default()), include_str!("data/sample.dis"));
}

#[test]
fn with_all_options() {
    let options =
        DisOptions { show_caches: true, show_offsets: true, show_positions: true, specialized: true };
    assert_lines(&disassemble(&sample(), options), include_str!("data/sample.dis-all"));
}

#[test]
fn digests() {
    assert_lines(&digest::digest_lines("sample.py", &sample()), include_str!("data/sample.digest"));
}

#[test]
fn json() {
    let json = to_json(&sample());
    let lines: Vec<&str> = json.lines().collect();
    assert_eq!((lines[0], lines[lines.len() - 1]), ("[", "]"));
    assert!(
        lines[1]
            .starts_with(r#"{"id": 1, "name": "<module>", "qualname": "<module>", "filename": "sample.py""#)
    );
    let resume = r#"{"opname": "RESUME", "opcode": 128, "arg": 0, "argval": 0, "argrepr": "", "offset": 0, "start_offset": 0, "starts_line": true, "line_number": 0, "label": null, "positions": [0, 1, 0, 0]}"#;
    assert!(lines[1].contains(resume));
    assert!(json.contains(r#"{"opname": "POP_JUMP_IF_FALSE", "opcode": 100, "arg": "#));
    let strings: Vec<&str> = json.split('"').collect();
    assert!(strings.contains(&"b'\\\\x00\\\\'a'") || json.contains(r#"b\"\\x00'a\""#));
}

#[test]
fn malformed_code_is_shown() {
    let mut code = (*sample()).clone();
    code.names = Box::default();
    code.consts = Vec::new().into();
    code.localsplusnames = Box::default();
    let mut bytes = Vec::new();
    for number in 0..=255 {
        bytes.extend([69, 255, 69, 255, 69, 255, number, 255]);
    }
    code.code = bytes.into();
    let text = disassemble(&Rc::new(code), DisOptions { show_caches: true, ..DisOptions::default() });
    assert!(text.contains("<121>"));
    assert!(text.contains("STORE_NAME              -1 (<unknown>)"));
}
