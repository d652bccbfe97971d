//! Whether output is coloured, and in which colours.
//!
//! The decision is CPython's (`Lib/_colorize.py`), so that the variables people have set mean the
//! same here; so are the colours of tracebacks and of source text.

use std::io::IsTerminal;

/// The escape sequences for one stream; empty strings where it has no colour.
#[derive(Clone, Copy, Debug, Default)]
pub struct Theme {
    /// A file name or a line number in a report.
    pub place: &'static str,
    /// The name of an exception.
    pub error_type: &'static str,
    /// What an exception says.
    pub message: &'static str,
    /// The part of a line that an error is about.
    pub highlight: &'static str,
    /// A keyword, or the name of a node or an instruction.
    pub keyword: &'static str,
    pub string: &'static str,
    /// What accompanies the content: positions, offsets.
    pub faint: &'static str,
    /// What is defined here: a scope, a block, a code object.
    pub definition: &'static str,
    pub reset: &'static str,
}

const COLOURED: Theme = Theme {
    place: "\x1b[35m",
    error_type: "\x1b[1;35m",
    message: "\x1b[35m",
    highlight: "\x1b[1;31m",
    keyword: "\x1b[1;34m",
    string: "\x1b[32m",
    faint: "\x1b[2m",
    definition: "\x1b[1m",
    reset: "\x1b[0m",
};

impl Theme {
    /// The theme for a stream of this process.
    pub fn of(stream: &impl IsTerminal) -> Theme {
        let variable = |name: &str| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        if wants_colour(variable, stream.is_terminal()) { COLOURED } else { Theme::default() }
    }
}

/// CPython's decision, from the environment and from whether the stream is a terminal.
fn wants_colour(variable: impl Fn(&str) -> Option<String>, terminal: bool) -> bool {
    let is_set = |name: &str| variable(name).is_some_and(|value| !value.is_empty());
    match variable("PYTHON_COLORS").as_deref() {
        Some("0") => false,
        Some("1") => true,
        _ if is_set("NO_COLOR") => false,
        _ if is_set("FORCE_COLOR") => true,
        _ if variable("TERM").as_deref() == Some("dumb") => false,
        _ => terminal,
    }
}

#[cfg(test)]
mod tests {
    use super::wants_colour;

    #[test]
    fn the_variables_rank_as_in_cpython() {
        let decide = |set: &[(&str, &str)], terminal| {
            let find =
                |name: &str| set.iter().find(|(n, _)| *n == name).map(|(_, value)| (*value).to_owned());
            wants_colour(find, terminal)
        };
        assert!(decide(&[], true));
        assert!(!decide(&[], false));
        assert!(decide(&[("FORCE_COLOR", "1")], false));
        assert!(!decide(&[("FORCE_COLOR", "1"), ("NO_COLOR", "1")], true));
        assert!(decide(&[("PYTHON_COLORS", "1"), ("NO_COLOR", "1")], false));
        assert!(!decide(&[("PYTHON_COLORS", "0"), ("FORCE_COLOR", "1")], true));
        assert!(!decide(&[("TERM", "dumb")], true));
        assert!(decide(&[("NO_COLOR", "")], true));
    }
}
