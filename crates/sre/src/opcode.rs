//! The numbers of the pattern code, in the order of the library's `re._constants`.

/// The version of the pattern code; equals `re._constants.MAGIC`.
pub const MAGIC: u32 = 20230612;
/// Bytes per unit of pattern code.
pub const CODESIZE: u32 = 4;
/// The repeat count that means "no bound".
pub const MAXREPEAT: u32 = u32::MAX;
/// The largest number of groups.
pub const MAXGROUPS: u32 = i32::MAX as u32 / 2;

/// Numbers names from 0, as `re._constants._makecodes` does.
macro_rules! codes {
    ($(#[$doc:meta])* $module:ident: $($name:ident),* $(,)?) => {
        $(#[$doc])*
        pub(crate) mod $module {
            #![allow(dead_code, clippy::upper_case_acronyms)]
            #[allow(non_camel_case_types)]
            enum Number { $($name),* }
            $(pub(crate) const $name: u32 = Number::$name as u32;)*
            /// How many there are.
            pub(crate) const COUNT: u32 = [$(Number::$name as u32),*].len() as u32;
        }
    };
}

codes! {
    /// Instructions.
    op:
    FAILURE, SUCCESS, ANY, ANY_ALL, ASSERT, ASSERT_NOT, AT, BRANCH, CATEGORY, CHARSET, BIGCHARSET,
    GROUPREF, GROUPREF_EXISTS, IN, INFO, JUMP, LITERAL, MARK, MAX_UNTIL, MIN_UNTIL, NOT_LITERAL,
    NEGATE, RANGE, REPEAT, REPEAT_ONE, SUBPATTERN, MIN_REPEAT_ONE, ATOMIC_GROUP, POSSESSIVE_REPEAT,
    POSSESSIVE_REPEAT_ONE, GROUPREF_IGNORE, IN_IGNORE, LITERAL_IGNORE, NOT_LITERAL_IGNORE,
    GROUPREF_LOC_IGNORE, IN_LOC_IGNORE, LITERAL_LOC_IGNORE, NOT_LITERAL_LOC_IGNORE,
    GROUPREF_UNI_IGNORE, IN_UNI_IGNORE, LITERAL_UNI_IGNORE, NOT_LITERAL_UNI_IGNORE,
    RANGE_UNI_IGNORE,
}

codes! {
    /// Positions, the operands of `AT`.
    at:
    BEGINNING, BEGINNING_LINE, BEGINNING_STRING, BOUNDARY, NON_BOUNDARY, END, END_LINE, END_STRING,
    LOC_BOUNDARY, LOC_NON_BOUNDARY, UNI_BOUNDARY, UNI_NON_BOUNDARY,
}

codes! {
    /// Character classes, the operands of `CATEGORY`.
    class:
    DIGIT, NOT_DIGIT, SPACE, NOT_SPACE, WORD, NOT_WORD, LINEBREAK, NOT_LINEBREAK, LOC_WORD,
    LOC_NOT_WORD, UNI_DIGIT, UNI_NOT_DIGIT, UNI_SPACE, UNI_NOT_SPACE, UNI_WORD, UNI_NOT_WORD,
    UNI_LINEBREAK, UNI_NOT_LINEBREAK,
}

/// Flags of the `INFO` block.
pub(crate) mod info {
    /// The pattern starts with a known prefix.
    pub(crate) const PREFIX: u32 = 1;
    /// The prefix is the whole pattern.
    pub(crate) const LITERAL: u32 = 2;
    /// The pattern starts with a character of a known set.
    pub(crate) const CHARSET: u32 = 4;
}
