//! What nobody should do to the command: closed pipes, missing files, wrong arguments, bytes that
//! are no source, constructs nested without end.

use crate::command::{run, scratch, taipan};
use std::process::{Command, Stdio};

fn answer(command: &mut Command, input: &[u8]) -> (Option<i32>, String) {
    let output = run(command, input);
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn missing_file() {
    let (code, said) = answer(taipan().args(["dis", "no/such/file.py"]), b"");
    assert_eq!(said, "taipan: can't open file 'no/such/file.py': [Errno 2] No such file or directory\n");
    assert_eq!(code, Some(2));
}

#[test]
fn a_folder_is_no_file() {
    let (code, said) = answer(taipan().args(["dis", "."]), b"");
    assert_eq!(said, "taipan: can't open file '.': [Errno 21] Is a directory\n");
    assert_eq!(code, Some(2));
}

#[test]
fn wrong_arguments() {
    for arguments in [&["dis", "--nothing"][..], &["dis", "a", "b"], &["ast", "-m", "x"]] {
        let (code, said) = answer(taipan().args(arguments), b"");
        assert_eq!(code, Some(2), "{arguments:?}: {said}");
        assert!(said.starts_with("taipan: ") && said.contains("--help"), "{said}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = taipan()
        .args(["dis", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the command starts");
    drop(child.stdout.take());
    let source = "x = 1\n".repeat(10_000);
    std::io::Write::write_all(&mut child.stdin.take().expect("it is piped"), source.as_bytes())
        .expect("the command reads its input first");
    let output = child.wait_with_output().expect("the command ends");
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
}

#[test]
fn bytes_that_are_no_source() {
    for (bytes, said) in [
        (&b"x = \xff"[..], "SyntaxError"),
        (b"\0", "SyntaxError"),
        (b"\xef\xbb\xbf# coding: latin-1\n", "SyntaxError"),
        (b"# coding: nothing\n", "SyntaxError"),
        (b"\xed\xa0\x80", "SyntaxError"),
    ] {
        let (code, report) = answer(taipan().args(["dis", "-"]), bytes);
        assert!(report.contains(said), "{bytes:?}: {report}");
        assert_eq!(code, Some(1), "{bytes:?}");
    }
}

#[test]
fn constructs_without_end() {
    let folder = scratch("hostile");
    for (before, middle, after) in [
        ("(", "", ")"),
        ("[", "", ""),
        ("-", "1", ""),
        ("not ", "x", ""),
        ("x.", "x", ""),
        ("x[0]", "", ""),
        ("f()", "", "()"),
        ("lambda: ", "x", ""),
        ("x if x else ", "x", ""),
        ("x + ", "x", ""),
        ("x ** ", "x", ""),
        ("x < ", "x", ""),
        ("x and ", "x", ""),
        ("f'{", "x", "}'"),
        ("x = ", "1", ""),
        ("if x: ", "pass", ""),
        ("", "if x: pass\n", "elif x: pass\n"),
        ("await ", "x", ""),
        ("*", "x", ""),
        ("@x\n", "def f(): pass", ""),
    ] {
        let source = format!("{}{middle}{}\n", before.repeat(100_000), after.repeat(100_000));
        std::fs::write(folder.join("deep.py"), source).expect("the folder is ours");
        for stage in ["tokens", "ast", "symtable", "dis", "code"] {
            let (code, said) = answer(taipan().args([stage, "deep.py"]).current_dir(&folder), b"");
            assert!(matches!(code, Some(0 | 1)), "{stage} of {before}{middle}{after}: {code:?} {said}");
            assert!(
                code == Some(0) || said.contains("Error") || stage == "tokens",
                "{stage} of {before}: {said}"
            );
        }
    }
}

#[test]
fn help_and_version() {
    let output = run(taipan().arg("--help"), b"");
    assert!(String::from_utf8_lossy(&output.stdout).contains("taipan COMMAND"));
    for command in ["tokens", "ast", "symtable", "cfg", "dis", "code", "measure"] {
        let output = run(taipan().args([command, "--help"]), b"");
        assert!(String::from_utf8_lossy(&output.stdout).contains(command), "{command}");
        assert_eq!(output.status.code(), Some(0));
    }
    let output = run(taipan().arg("--version"), b"");
    assert!(output.stdout.starts_with(b"Python 3.14"));
}
