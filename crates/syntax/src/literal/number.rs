//! The values of number tokens. Answers for `parsenumber` of CPython's `Parser/pegen.c`.

use smallvec::SmallVec;
use taipan_asdl::{Bump, Constant, Int};
use taipan_num::float;
use taipan_num::{Int as BigInt, IntParseError};

/// The value of the number `text`, which the tokenizer found well formed. The error is a message.
#[inline]
pub(crate) fn parse<'a>(text: &[u8], max_digits: usize, arena: &'a Bump) -> Result<Constant<'a>, String> {
    if text.len() <= 18 && text.iter().all(u8::is_ascii_digit) {
        let value = text.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'));
        return Ok(Constant::Int(Int::Small(value)));
    }
    parse_slowly(text, max_digits, arena)
}

fn parse_slowly<'a>(text: &[u8], max_digits: usize, arena: &'a Bump) -> Result<Constant<'a>, String> {
    let prefixed = matches!(text, [b'0', b'x' | b'X' | b'o' | b'O' | b'b' | b'B', ..]);
    if prefixed || text.iter().all(|b| matches!(b, b'0'..=b'9' | b'_')) {
        return parse_integer(text, max_digits, arena);
    }
    let digits: SmallVec<[u8; 32]> = text.iter().copied().filter(|&b| b != b'_').collect();
    let (digits, imaginary) = match digits.split_last() {
        Some((b'j' | b'J', digits)) => (digits, true),
        _ => (&digits[..], false),
    };
    let value = float::parse(digits).expect("the tokenizer accepts well formed numbers only");
    Ok(if imaginary { Constant::Complex { real: 0.0, imag: value } } else { Constant::Float(value) })
}

fn parse_integer<'a>(text: &[u8], max_digits: usize, arena: &'a Bump) -> Result<Constant<'a>, String> {
    let digits: SmallVec<[u8; 32]> = text.iter().copied().filter(|&b| b != b'_').collect();
    match BigInt::parse(&digits, 0, max_digits) {
        Ok(BigInt::Small(value)) => Ok(Constant::Int(Int::Small(value))),
        Ok(BigInt::Big(value)) => {
            let (_, magnitude) = value.as_sign_words();
            Ok(Constant::Int(Int::Big { negative: false, digits: arena.alloc_slice_copy(magnitude) }))
        }
        Err(IntParseError::TooManyDigits { digits }) => Err(format!(
            "Exceeds the limit ({max_digits} digits) for integer string conversion: value has {digits} digits; \
             use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer \
             literals to avoid decimal conversion limits."
        )),
        Err(_) => unreachable!("the tokenizer accepts well formed numbers only"),
    }
}
