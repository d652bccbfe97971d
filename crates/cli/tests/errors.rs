//! What is said about the sources in `tests/errors`, as CPython says it.
//!
//! A file holds several sources between lines of `# ---`; the answers stand beside it in the same
//! order, between the same lines.

use crate::command::{facts, files, run, scratch, taipan};
use crate::transcript::assert_same;

const BETWEEN: &str = "# ---\n";

#[test]
fn answers() {
    let folder = scratch("errors");
    for path in files(&facts().join("errors"), "py") {
        let sources = std::fs::read_to_string(&path).expect("the sources are UTF-8");
        let answers = std::fs::read_to_string(path.with_extension("out")).expect("the answers are recorded");
        let (sources, answers): (Vec<_>, Vec<_>) =
            (sources.split(BETWEEN).collect(), answers.split(BETWEEN).collect());
        assert_eq!(sources.len(), answers.len(), "{}", path.display());
        for (number, (source, answer)) in sources.iter().zip(answers).enumerate() {
            std::fs::write(folder.join("source.py"), source).expect("the folder is ours");
            let output = run(taipan().args(["code", "source.py"]).current_dir(&folder), b"");
            let said = String::from_utf8(output.stderr).expect("the report is UTF-8");
            let what = format!("{}, source {}:\n{source}", path.display(), number + 1);
            assert_same(&what, answer, &said);
            let is_error = answer.lines().last().is_some_and(|line| line.contains("Error"));
            assert_eq!(output.status.code(), Some(i32::from(is_error)), "{what}");
        }
    }
}
