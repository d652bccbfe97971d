//! The text of a number as the readers of numbers take it.
//!
//! Answers for `_PyUnicode_TransformDecimalAndSpaceToASCII`.

use smallvec::SmallVec;

use crate::{Chars, unicode};

/// The text in ASCII: decimal digits of all systems as ASCII digits, blanks as blanks. At the first
/// character that is neither, and not ASCII, it ends with a question mark, which no number has.
pub fn number_text(chars: Chars<'_>) -> SmallVec<[u8; 32]> {
    if let Chars::One(units) = chars
        && units.is_ascii()
    {
        return SmallVec::from_slice(units);
    }
    let mut text = SmallVec::with_capacity(chars.len());
    for point in chars.iter() {
        match point {
            0..0x7f => text.push(point as u8),
            _ if unicode::is_space(point) => text.push(b' '),
            _ => match unicode::decimal_value(point) {
                Some(digit) => text.push(b'0' + digit),
                None => {
                    text.push(b'?');
                    break;
                }
            },
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CharsBuf;

    #[test]
    fn digits_of_all_systems() {
        let read = |text: &str| number_text(CharsBuf::from(text).as_chars()).to_vec();
        assert_eq!(read("\u{2003}\u{661}.5"), b" 1.5");
        assert_eq!(read("1²3"), b"1?");
        assert_eq!(read("\x1c1"), b"\x1c1");
    }
}
