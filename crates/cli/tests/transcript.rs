//! A transcript: commands behind `$ `, each followed by what it prints.

/// A command of a transcript and its output.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its words.
    pub command: Vec<String>,
    pub output: String,
}

/// The entries of a transcript.
pub fn parse(text: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in text.split_inclusive('\n') {
        match line.strip_prefix("$ ") {
            Some(command) => {
                entries.push(Entry { command: words(command.trim_end()), output: String::new() });
            }
            None => {
                let entry = entries.last_mut().unwrap_or_else(|| panic!("no command before {line:?}"));
                entry.output.push_str(line);
            }
        }
    }
    entries
}

/// The words of a command line; quotes of either kind keep blanks together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut quoted = false;
    for c in line.chars() {
        match quote {
            Some(open) if c == open => quote = None,
            Some(_) => word.push(c),
            None if c == '\'' || c == '"' => {
                quote = Some(c);
                quoted = true;
            }
            None if c == ' ' => {
                if quoted || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                quoted = false;
            }
            None => word.push(c),
        }
    }
    if quoted || !word.is_empty() {
        words.push(word);
    }
    words
}

/// Fails with the first lines that differ.
pub fn assert_same(what: &str, expected: &str, actual: &str) {
    if expected == actual {
        return;
    }
    let (mut ours, mut theirs) = (actual.lines(), expected.lines());
    for number in 1.. {
        match (ours.next(), theirs.next()) {
            (None, None) => panic!("{what}: the line ends differ"),
            (ours, theirs) if ours != theirs => {
                let show =
                    |line: Option<&str>| line.map_or("(the end)".to_owned(), |line| format!("{line:?}"));
                panic!(
                    "{what}, line {number} of the output:\n expected {}\n but got  {}",
                    show(theirs),
                    show(ours)
                );
            }
            _ => {}
        }
    }
}

#[test]
fn commands_and_their_output() {
    let entries = parse("$ a -c 'x y' \"\" z\nout\n$ b\n");
    assert_eq!(entries[0].command, ["a", "-c", "x y", "", "z"]);
    assert_eq!((entries[0].output.as_str(), entries[1].output.as_str()), ("out\n", ""));
}
