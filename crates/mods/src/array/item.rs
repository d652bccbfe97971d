//! [`Kind`]: what the items of an array are, by its type code.

use taipan_object::protocol;
use taipan_object::types::int::to_int;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Raised, Ref, Thread};

/// A kind of items.
pub(super) struct Kind {
    /// The type code.
    pub code: u8,
    /// Bytes of an item.
    pub size: usize,
    /// The format for the buffer protocol.
    pub format: &'static str,
    /// The name in messages, of integers that have words of their own.
    name: &'static str,
}

/// All of them, in the order of `array.typecodes`.
pub(super) static KINDS: &[Kind] = &[
    Kind { code: b'b', size: 1, format: "b", name: "signed char" },
    Kind { code: b'B', size: 1, format: "B", name: "unsigned byte integer" },
    Kind { code: b'u', size: 4, format: "w", name: "" },
    Kind { code: b'w', size: 4, format: "w", name: "" },
    Kind { code: b'h', size: 2, format: "h", name: "signed short integer" },
    Kind { code: b'H', size: 2, format: "H", name: "unsigned short" },
    Kind { code: b'i', size: 4, format: "i", name: "signed integer" },
    Kind { code: b'I', size: 4, format: "I", name: "unsigned int" },
    Kind { code: b'l', size: 8, format: "l", name: "" },
    Kind { code: b'L', size: 8, format: "L", name: "" },
    Kind { code: b'q', size: 8, format: "q", name: "" },
    Kind { code: b'Q', size: 8, format: "Q", name: "" },
    Kind { code: b'f', size: 4, format: "f", name: "" },
    Kind { code: b'd', size: 8, format: "d", name: "" },
];

/// An item's bytes, and how many of them count.
pub(super) type Bytes8 = [u8; 8];

impl Kind {
    /// The kind of a type code.
    pub(super) fn of(code: u32) -> Option<&'static Kind> {
        KINDS.iter().find(|kind| u32::from(kind.code) == code)
    }

    /// Whether the items are characters.
    pub(super) fn is_text(&self) -> bool {
        matches!(self.code, b'u' | b'w')
    }

    fn is_signed(&self) -> bool {
        matches!(self.code, b'b' | b'h' | b'i' | b'l' | b'q')
    }

    /// An item from its bytes.
    pub(super) fn unpack(&self, thread: &mut Thread, bytes: &[u8]) -> Outcome {
        let mut word = [0; 8];
        word[..self.size].copy_from_slice(bytes);
        let bits = u64::from_ne_bytes(word);
        match self.code {
            b'u' | b'w' if bits > 0x10_ffff => {
                Err(thread.value_error(format!("character U+{bits:x} is not in range [U+0000; U+10ffff]")))
            }
            b'u' | b'w' => thread.character(bits as u32),
            b'f' => thread.float(f64::from(f32::from_bits(bits as u32))),
            b'd' => thread.float(f64::from_bits(bits)),
            _ if self.is_signed() => {
                let unused = 64 - 8 * self.size as u32;
                thread.int(i128::from((bits << unused) as i64 >> unused))
            }
            _ => thread.int(i128::from(bits)),
        }
    }

    /// An item's bytes, `size` of them.
    pub(super) fn pack(&self, thread: &mut Thread, value: Ref<'_>) -> Outcome<Bytes8> {
        match self.code {
            b'u' | b'w' => match value.downcast::<Str>() {
                Some(text) if text.len() == 1 => Ok(u64::from(text.chars().get(0)).to_ne_bytes()),
                other => {
                    let got = match other {
                        Some(text) => format!("a string of length {}", text.len()),
                        None => value.ty().name().into_owned(),
                    };
                    Err(thread.type_error(format!("array item must be a unicode character, not {got}")))
                }
            },
            b'f' => {
                let number = protocol::to_f64(thread, value)? as f32;
                Ok(u64::from(number.to_bits()).to_ne_bytes())
            }
            b'd' => Ok(protocol::to_f64(thread, value)?.to_bits().to_ne_bytes()),
            _ => self.pack_int(thread, value),
        }
    }

    fn pack_int(&self, thread: &mut Thread, value: Ref<'_>) -> Outcome<Bytes8> {
        let number = if value.word().is_int() {
            Some(i128::from(value.word().int()))
        } else {
            let value = protocol::index(thread, value)?;
            let number = to_int(value.as_ref()).expect("an integer").into_owned();
            match number.to_i128() {
                Some(number) => Some(number),
                None if number.is_negative() => Some(i128::MIN),
                None => Some(i128::MAX),
            }
        };
        let number = number.unwrap_or_default();
        let bits = 8 * self.size as u32;
        let (least, most) = if self.is_signed() {
            (-(1_i128 << (bits - 1)), (1 << (bits - 1)) - 1)
        } else {
            (0, (1 << bits) - 1)
        };
        if number < least || number > most {
            return Err(self.out_of_range(thread, number, least));
        }
        Ok((number as u64).to_ne_bytes())
    }

    #[cold]
    fn out_of_range(&self, thread: &mut Thread, number: i128, least: i128) -> Raised {
        let what = if number < least { "less than minimum" } else { "greater than maximum" };
        let (low, high) = (i128::from(i64::MIN), i128::from(i64::MAX));
        let message = match self.code {
            b'Q' if number < 0 => "can't convert negative int to unsigned".to_owned(),
            b'I' | b'L' if number < 0 => "can't convert negative value to unsigned int".to_owned(),
            b'q' | b'Q' => "int too big to convert".to_owned(),
            b'l' => "Python int too large to convert to C long".to_owned(),
            b'L' => "Python int too large to convert to C unsigned long".to_owned(),
            b'I' if number > i128::from(u64::MAX) => {
                "Python int too large to convert to C unsigned long".to_owned()
            }
            _ if number < low || number > high => "Python int too large to convert to C long".to_owned(),
            _ => format!("{} is {what}", self.name),
        };
        thread.overflow_error(message)
    }
}
