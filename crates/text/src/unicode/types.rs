//! What a character is: letter, digit, blank, printable, part of an identifier.

use super::tables::{
    ALPHA, CASED, DECIMAL, DIGIT, LINE_BREAK, LOWER, NUMERIC, NUMERIC_NUMBERS, NUMERIC_POINTS,
    NUMERIC_VALUES, PRINTABLE, SPACE, TITLE, TYPE, TYPE_BLOCKS, TYPE_RECORDS, TYPE_SHIFT, UPPER,
    XID_CONTINUE, XID_START,
};

/// What many code points have in common.
pub(super) struct TypeRecord {
    pub(super) flags: u16,
    pub(super) decimal: u8,
    pub(super) digit: u8,
    /// Differences to the simple mappings.
    pub(super) lower: i32,
    pub(super) upper: i32,
    pub(super) title: i32,
    pub(super) fold: i32,
    /// Where the special casing is; 0 means none.
    pub(super) special: u8,
}

impl TypeRecord {
    #[allow(clippy::too_many_arguments)] // a row of the table
    pub(super) const fn new(
        flags: u16,
        decimal: u8,
        digit: u8,
        lower: i32,
        upper: i32,
        title: i32,
        fold: i32,
        special: u8,
    ) -> TypeRecord {
        TypeRecord { flags, decimal, digit, lower, upper, title, fold, special }
    }
}

/// The record of a code point. What is none (over 0x10ffff) is taken as unassigned.
#[inline]
pub(super) fn record(point: u32) -> &'static TypeRecord {
    let block = TYPE_BLOCKS.get((point >> TYPE_SHIFT) as usize).copied();
    let Some(block) = block else { return record(0x10_ffff) };
    let at = (usize::from(block) << TYPE_SHIFT) + (point as usize & ((1 << TYPE_SHIFT) - 1));
    &TYPE_RECORDS[usize::from(TYPE[at])]
}

macro_rules! predicates {
    ($($(#[$doc:meta])* $name:ident $flag:expr;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(point: u32) -> bool {
            record(point).flags & ($flag) != 0
        }
    )*};
}

predicates! {
    /// A letter: `str.isalpha`.
    is_alpha ALPHA;
    /// A letter or anything with a numeric value: `str.isalnum`.
    is_alnum ALPHA | DECIMAL | DIGIT | NUMERIC;
    /// A digit of a decimal system: `str.isdecimal`.
    is_decimal DECIMAL;
    /// A digit, superscripts and the like among them: `str.isdigit`.
    is_digit DIGIT;
    /// Anything with a numeric value: `str.isnumeric`.
    is_numeric NUMERIC;
    /// In lower case.
    is_lower LOWER;
    /// In upper case.
    is_upper UPPER;
    /// In title case, as the one letter Dž is.
    is_title TITLE;
    /// A blank: `str.isspace`, and what `str.split` and `str.strip` take.
    is_space SPACE;
    /// Neither control, nor format, nor unassigned, nor a separator other than U+0020:
    /// `str.isprintable`.
    is_printable PRINTABLE;
    /// May start an identifier; the underscore may.
    is_xid_start XID_START;
    /// May continue an identifier.
    is_xid_continue XID_CONTINUE;
    /// Ends a line: where `str.splitlines` splits.
    is_line_break LINE_BREAK;
    /// Has a case, or is the case variant of something that has one.
    is_cased CASED;
}

/// The value as a digit of a decimal system.
#[inline]
pub fn decimal_value(point: u32) -> Option<u8> {
    let value = record(point).decimal;
    (value != 255).then_some(value)
}

/// The value as a digit.
#[inline]
pub fn digit_value(point: u32) -> Option<u8> {
    let value = record(point).digit;
    (value != 255).then_some(value)
}

/// The numeric value.
pub fn numeric_value(point: u32) -> Option<f64> {
    if let Some(digit) = digit_value(point) {
        return Some(f64::from(digit));
    }
    let at = NUMERIC_POINTS.binary_search(&point).ok()?;
    Some(NUMERIC_VALUES[usize::from(NUMERIC_NUMBERS[at])])
}
