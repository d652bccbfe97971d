//! What a caller asks of the parser.

/// The `PyCF_*` flags and other settings that parsing depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Read type comments (`PyCF_TYPE_COMMENTS`).
    pub type_comments: bool,
    /// In `single` mode, do not close open blocks at the end (`PyCF_DONT_IMPLY_DEDENT`).
    pub dont_imply_dedent: bool,
    /// Answer a source that merely ends too early with `_IncompleteInputError`
    /// (`PyCF_ALLOW_INCOMPLETE_INPUT`).
    pub allow_incomplete_input: bool,
    /// `<>` instead of `!=` (`CO_FUTURE_BARRY_AS_BDFL`).
    pub barry_as_flufl: bool,
    /// The minor version of Python 3 whose syntax is allowed: `ast.parse(feature_version=…)`.
    pub feature_version: u8,
    /// How many digits a decimal literal may have (`sys.set_int_max_str_digits`); 0 for any number.
    pub int_max_str_digits: usize,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            type_comments: false,
            dont_imply_dedent: false,
            allow_incomplete_input: false,
            barry_as_flufl: false,
            feature_version: 14,
            int_max_str_digits: 4300,
        }
    }
}
