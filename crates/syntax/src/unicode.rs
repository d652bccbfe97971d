//! What the tokenizer and the parser ask of Unicode 16.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Whether an identifier may begin with `c` (an underscore aside).
pub(crate) fn is_xid_start(c: char) -> bool {
    unicode_ident::is_xid_start(c)
}

/// Whether an identifier may go on with `c`.
pub(crate) fn is_xid_continue(c: char) -> bool {
    unicode_ident::is_xid_continue(c)
}

/// `str.isprintable` for one character.
pub(crate) fn is_printable(c: char) -> bool {
    use GeneralCategory::*;
    c == ' '
        || !matches!(
            c.general_category(),
            Control
                | Format
                | Surrogate
                | PrivateUse
                | Unassigned
                | LineSeparator
                | ParagraphSeparator
                | SpaceSeparator
        )
}
