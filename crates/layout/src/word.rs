//! [`Word`]: the 64 bits of a value, without any claim of ownership.
//!
//! | low three bits | meaning |
//! |---|---|
//! | `000` | counted pointer to an object, 16-byte aligned |
//! | `100` | pointer that is not counted: an immortal object, or a borrowed operand; alone, `NULL` |
//! | `101`, `110` | self-tagged float: `rotate_left(bits, 4) + 2` |
//! | `111` | 61-bit integer, shifted left by three |
//!
//! Invariants: bit 2 set means "never counted"; a number that fits an immediate is never boxed in
//! an exact `int` or `float`; both zeros of `float` are the static objects below.

use crate::header::Header;

/// The least integer that is an immediate.
pub const MIN_INT: i64 = -(1 << 60);
/// The greatest integer that is an immediate.
pub const MAX_INT: i64 = (1 << 60) - 1;

const UNCOUNTED: u64 = 4;
const TAG: u64 = 7;

/// The bits of a value. Copying one neither takes nor gives a count.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct Word(pub u64);

/// A float object that lives in the program's image: one of the two zeros.
#[repr(C, align(16))]
pub struct StaticFloat {
    /// The header; its type is filled in by whoever reads it, zeros being recognised by address.
    pub head: Header,
    /// The number.
    pub value: f64,
}

// SAFETY: immortal, never written after the image is loaded.
unsafe impl Sync for StaticFloat {}

/// The object `0.0`.
pub static FLOAT_ZERO: StaticFloat = StaticFloat { head: Header::immortal(std::ptr::null()), value: 0.0 };
/// The object `-0.0`.
pub static FLOAT_MINUS_ZERO: StaticFloat =
    StaticFloat { head: Header::immortal(std::ptr::null()), value: -0.0 };

impl Word {
    /// No value: an unbound local, a missing receiver, the end of an iteration.
    pub const NULL: Word = Word(UNCOUNTED);

    /// Whether this is [`Word::NULL`].
    #[inline(always)]
    pub const fn is_null(self) -> bool {
        self.0 == UNCOUNTED
    }

    /// Whether the word holds one count of an object.
    #[inline(always)]
    pub const fn is_counted(self) -> bool {
        self.0 & UNCOUNTED == 0
    }

    /// Whether the word points to an object (or is null).
    #[inline(always)]
    pub const fn is_pointer(self) -> bool {
        self.0 & 3 == 0
    }

    /// The address of the object. Meaningful for pointers alone.
    #[inline(always)]
    pub const fn header(self) -> *mut Header {
        (self.0 & !TAG) as *mut Header
    }

    /// A counted pointer; the caller hands over one count.
    #[inline(always)]
    pub fn counted(header: *const Header) -> Word {
        Word(header as u64)
    }

    /// A pointer that is not counted.
    #[inline(always)]
    pub fn uncounted(header: *const Header) -> Word {
        Word(header as u64 | UNCOUNTED)
    }

    /// The same value, not counted.
    #[inline(always)]
    pub const fn borrowed(self) -> Word {
        Word(self.0 | UNCOUNTED)
    }

    /// Whether both are the same object, however they are held.
    #[inline(always)]
    pub const fn same(self, other: Word) -> bool {
        (self.0 ^ other.0) & !UNCOUNTED == 0
    }

    /// Whether this is an immediate integer.
    #[inline(always)]
    pub const fn is_int(self) -> bool {
        self.0 & TAG == TAG
    }

    /// Whether both are immediate integers.
    #[inline(always)]
    pub const fn both_int(self, other: Word) -> bool {
        !(self.0 & other.0) & TAG == 0
    }

    /// The integer of an immediate.
    #[inline(always)]
    pub const fn int(self) -> i64 {
        self.0 as i64 >> 3
    }

    /// An immediate integer from a number that is known to fit.
    #[inline(always)]
    pub const fn from_small(value: i64) -> Word {
        Word((value as u64) << 3 | TAG)
    }

    /// An immediate integer, if the number fits.
    #[inline(always)]
    pub const fn from_int(value: i64) -> Option<Word> {
        let word = Word::from_small(value);
        if word.int() == value { Some(word) } else { None }
    }

    /// Whether this is a float in self-tagged form.
    #[inline(always)]
    pub const fn is_float(self) -> bool {
        self.0.wrapping_add(1) & 6 == 6
    }

    /// Whether both are floats in self-tagged form.
    #[inline(always)]
    pub const fn both_float(self, other: Word) -> bool {
        self.is_float() && other.is_float()
    }

    /// The float of a self-tagged word.
    #[inline(always)]
    pub const fn float(self) -> f64 {
        f64::from_bits(self.0.wrapping_sub(2).rotate_right(4))
    }

    /// A self-tagged float, or one of the static zeros; `None` for what must be boxed.
    #[inline(always)]
    pub fn from_float(value: f64) -> Option<Word> {
        let bits = value.to_bits().rotate_left(4);
        // Tag bits 011 and 100 hold the exponents from 2^-255 to 2^256.
        if matches!(bits & TAG, 3 | 4) {
            return Some(Word(bits.wrapping_add(2)));
        }
        Word::zero(value)
    }

    #[cold]
    fn zero(value: f64) -> Option<Word> {
        if value != 0.0 {
            return None;
        }
        let object = if value.is_sign_negative() { &FLOAT_MINUS_ZERO } else { &FLOAT_ZERO };
        Some(Word::uncounted(&raw const object.head))
    }
}

impl std::fmt::Debug for Word {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_null() {
            f.write_str("NULL")
        } else if self.is_int() {
            write!(f, "{}", self.int())
        } else if self.is_float() {
            write!(f, "{:?}", self.float())
        } else {
            write!(f, "{}{:p}", if self.is_counted() { "" } else { "&" }, self.header())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_round_trip() {
        for value in [0, 1, -1, 42, MIN_INT, MAX_INT] {
            let word = Word::from_int(value).expect("fits");
            assert!(word.is_int() && !word.is_float() && !word.is_pointer() && !word.is_counted());
            assert_eq!(word.int(), value);
        }
        assert_eq!(Word::from_int(MAX_INT + 1), None);
        assert_eq!(Word::from_int(MIN_INT - 1), None);
    }

    #[test]
    fn floats_round_trip() {
        for value in [1.0, -1.0, 0.1, 1e70, -1e70, 1e-70, 3.5, f64::EPSILON] {
            let word = Word::from_float(value).expect("common exponent");
            assert!(word.is_float() && !word.is_int() && !word.is_pointer() && !word.is_counted(), "{value}");
            assert_eq!(word.float(), value);
        }
        for value in [f64::NAN, f64::INFINITY, -f64::INFINITY, 1e300, 1e-300, f64::MIN_POSITIVE / 2.0] {
            assert_eq!(Word::from_float(value), None, "{value}");
        }
        assert!(Word::from_float(0.0).expect("static").is_pointer());
        assert_ne!(Word::from_float(0.0), Word::from_float(-0.0));
    }

    #[test]
    fn null_is_an_uncounted_pointer() {
        assert!(Word::NULL.is_null() && Word::NULL.is_pointer() && !Word::NULL.is_counted());
        assert!(!Word::NULL.is_float() && !Word::NULL.is_int());
    }
}
