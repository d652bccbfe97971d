//! Character sets, and how often a one-character item matches in a row.

use crate::category::{
    ascii_to_lower, in_class, locale_to_lower, locale_to_upper, unicode_to_lower, unicode_to_upper,
};
use crate::engine::Machine;
use crate::opcode::{MAXREPEAT, op};
use crate::{Error, Unit};

/// Characters that are looked at between two polls.
const CHUNK: usize = 1 << 14;

/// Whether `c` is in the set that `set` starts with.
pub(crate) fn in_set(set: &[u32], c: u32) -> bool {
    let mut member = true;
    let mut pc = 0;
    loop {
        let arg = pc + 1;
        match set[pc] {
            op::LITERAL => {
                if c == set[arg] {
                    return member;
                }
                pc = arg + 1;
            }
            op::CATEGORY => {
                if in_class(set[arg], c) {
                    return member;
                }
                pc = arg + 1;
            }
            op::CHARSET => {
                if c < 256 && bit(&set[arg..], c) {
                    return member;
                }
                pc = arg + 8;
            }
            op::RANGE => {
                if (set[arg]..=set[arg + 1]).contains(&c) {
                    return member;
                }
                pc = arg + 2;
            }
            op::RANGE_UNI_IGNORE => {
                let range = set[arg]..=set[arg + 1];
                if range.contains(&c) || range.contains(&unicode_to_upper(c)) {
                    return member;
                }
                pc = arg + 2;
            }
            op::NEGATE => {
                member = !member;
                pc = arg;
            }
            op::BIGCHARSET => {
                let blocks = &set[arg + 1 + 64..];
                if c < 0x10000 {
                    let index = (c >> 8) as usize;
                    let block = u32::from(set[arg + 1 + index / 4].to_le_bytes()[index % 4]);
                    if bit(&blocks[8 * block as usize..], c & 0xff) {
                        return member;
                    }
                }
                pc = arg + 1 + 64 + 8 * set[arg] as usize;
            }
            // The validator lets nothing else through; FAILURE ends every set.
            _ => return !member,
        }
    }
}

fn bit(map: &[u32], c: u32) -> bool {
    map[(c / 32) as usize] & (1 << (c % 32)) != 0
}

/// Whether `c`, in either case of the locale, is in the set.
pub(crate) fn in_set_locale(set: &[u32], c: u32) -> bool {
    let (lower, upper) = (locale_to_lower(c), locale_to_upper(c));
    in_set(set, lower) || upper != lower && in_set(set, upper)
}

/// Whether `c` equals the pattern's literal, case of the locale aside.
pub(crate) fn equal_locale(c: u32, literal: u32) -> bool {
    c == literal || locale_to_lower(c) == literal || locale_to_upper(c) == literal
}

impl<U: Unit> Machine<'_, U> {
    /// How often the one-character item at `pc` matches from the matcher's position on, at most
    /// `maximum` times.
    pub(crate) fn count(&mut self, pc: usize, maximum: u32) -> Result<usize, Error> {
        let start = self.matcher.position;
        let mut end = self.matcher.end;
        if maximum != MAXREPEAT {
            end = end.min(start.saturating_add(maximum as usize));
        }
        let code = self.code;
        let literal = code[pc + 1];
        match code[pc] {
            op::ANY_ALL => Ok(end - start),
            op::ANY => self.count_while(start, end, |c| c != u32::from(b'\n')),
            op::IN => self.count_while(start, end, |c| in_set(&code[pc + 2..], c)),
            op::LITERAL => match U::from_code(literal) {
                Some(_) => self.count_while(start, end, |c| c == literal),
                None => Ok(0),
            },
            op::NOT_LITERAL => match U::from_code(literal) {
                Some(_) => self.count_while(start, end, |c| c != literal),
                None => Ok(end - start),
            },
            op::LITERAL_IGNORE => self.count_while(start, end, |c| ascii_to_lower(c) == literal),
            op::NOT_LITERAL_IGNORE => self.count_while(start, end, |c| ascii_to_lower(c) != literal),
            op::LITERAL_UNI_IGNORE => self.count_while(start, end, |c| unicode_to_lower(c) == literal),
            op::NOT_LITERAL_UNI_IGNORE => self.count_while(start, end, |c| unicode_to_lower(c) != literal),
            op::LITERAL_LOC_IGNORE => self.count_while(start, end, |c| equal_locale(c, literal)),
            op::NOT_LITERAL_LOC_IGNORE => self.count_while(start, end, |c| !equal_locale(c, literal)),
            _ => {
                while self.matcher.position < end && self.run(pc, false)? {}
                Ok(self.matcher.position - start)
            }
        }
    }

    fn count_while(
        &mut self,
        start: usize,
        end: usize,
        mut test: impl FnMut(u32) -> bool,
    ) -> Result<usize, Error> {
        let mut ptr = start;
        while ptr < end {
            let stop = end.min(ptr + CHUNK);
            let chunk = &self.string[ptr..stop];
            match chunk.iter().position(|&c| !test(c.into())) {
                Some(length) => return Ok(ptr + length - start),
                None => {
                    self.tick(chunk.len() as u32)?;
                    ptr = stop;
                }
            }
        }
        Ok(end - start)
    }
}
