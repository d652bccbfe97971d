//! Checks pattern code once, so that the engine may trust its skips and group numbers.

use crate::InvalidCode;
use crate::opcode::{MAXGROUPS, at, class, info, op};

/// How deep patterns may nest. `re._parser` recurses in Python and stops far earlier.
const MAX_NESTING: usize = 1000;

/// How a run of instructions ended.
#[derive(PartialEq)]
enum Ending {
    Plain,
    /// In a `JUMP`, which only the arms of `BRANCH` and `GROUPREF_EXISTS` may.
    Jump,
}

/// A cursor over code that fails instead of leaving it.
struct Checker<'c> {
    code: &'c [u32],
    groups: usize,
}

pub(crate) fn validate(code: &[u32], groups: usize) -> Result<(), InvalidCode> {
    if groups > MAXGROUPS as usize || code.last() != Some(&op::SUCCESS) {
        return Err(InvalidCode);
    }
    match (Checker { code, groups }).run(0, code.len() - 1, 0)? {
        Ending::Plain => Ok(()),
        Ending::Jump => Err(InvalidCode),
    }
}

impl Checker<'_> {
    fn word(&self, at: usize, end: usize) -> Result<u32, InvalidCode> {
        if at < end { Ok(self.code[at]) } else { Err(InvalidCode) }
    }

    /// The target of the skip stored at `at`, counted from there.
    fn target(&self, at: usize, end: usize) -> Result<usize, InvalidCode> {
        let target = at + self.word(at, end)? as usize;
        if target <= end { Ok(target) } else { Err(InvalidCode) }
    }

    /// Checks that the word in front of `target` is `expected`, with room from `from` on.
    fn ends_with(&self, from: usize, target: usize, expected: u32) -> Result<usize, InvalidCode> {
        match target.checked_sub(1) {
            Some(last) if last >= from && self.code[last] == expected => Ok(last),
            _ => Err(InvalidCode),
        }
    }

    fn body(&self, from: usize, to: usize, depth: usize) -> Result<(), InvalidCode> {
        match self.run(from, to, depth + 1)? {
            Ending::Plain => Ok(()),
            Ending::Jump => Err(InvalidCode),
        }
    }

    fn run(&self, mut pc: usize, end: usize, depth: usize) -> Result<Ending, InvalidCode> {
        if pc > end || depth > MAX_NESTING {
            return Err(InvalidCode);
        }
        while pc < end {
            let opcode = self.code[pc];
            let arg = pc + 1;
            pc = match opcode {
                op::MARK => {
                    if self.word(arg, end)? as usize >= 2 * self.groups {
                        return Err(InvalidCode);
                    }
                    arg + 1
                }
                op::LITERAL
                | op::NOT_LITERAL
                | op::LITERAL_IGNORE
                | op::NOT_LITERAL_IGNORE
                | op::LITERAL_UNI_IGNORE
                | op::NOT_LITERAL_UNI_IGNORE
                | op::LITERAL_LOC_IGNORE
                | op::NOT_LITERAL_LOC_IGNORE => {
                    self.word(arg, end)?;
                    arg + 1
                }
                op::SUCCESS | op::FAILURE | op::ANY | op::ANY_ALL => arg,
                op::AT => {
                    if self.word(arg, end)? >= at::COUNT {
                        return Err(InvalidCode);
                    }
                    arg + 1
                }
                op::CATEGORY => {
                    if self.word(arg, end)? >= class::COUNT {
                        return Err(InvalidCode);
                    }
                    arg + 1
                }
                op::IN | op::IN_IGNORE | op::IN_UNI_IGNORE | op::IN_LOC_IGNORE => {
                    let target = self.target(arg, end)?;
                    let last = self.ends_with(arg + 1, target, op::FAILURE)?;
                    self.charset(arg + 1, last)?;
                    target
                }
                op::INFO => self.info(arg, end)?,
                op::BRANCH => self.branch(arg, end, depth)?,
                op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => {
                    let target = self.repeat(arg, end)?;
                    let last = self.ends_with(arg + 3, target, op::SUCCESS)?;
                    self.body(arg + 3, last, depth)?;
                    target
                }
                op::REPEAT => {
                    let target = self.repeat(arg, end)?;
                    self.body(arg + 3, target, depth)?;
                    match self.word(target, end)? {
                        op::MAX_UNTIL | op::MIN_UNTIL => target + 1,
                        _ => return Err(InvalidCode),
                    }
                }
                op::POSSESSIVE_REPEAT => {
                    let target = self.repeat(arg, end)?;
                    self.body(arg + 3, target, depth)?;
                    match self.word(target, end)? {
                        op::SUCCESS => target + 1,
                        _ => return Err(InvalidCode),
                    }
                }
                op::ATOMIC_GROUP => {
                    let target = self.target(arg, end)?;
                    let last = self.ends_with(arg + 1, target, op::SUCCESS)?;
                    self.body(arg + 1, last, depth)?;
                    target
                }
                op::GROUPREF | op::GROUPREF_IGNORE | op::GROUPREF_UNI_IGNORE | op::GROUPREF_LOC_IGNORE => {
                    self.group(arg, end)?;
                    arg + 1
                }
                op::GROUPREF_EXISTS => self.conditional(arg, end, depth)?,
                op::ASSERT | op::ASSERT_NOT => {
                    let target = self.target(arg, end)?;
                    self.word(arg + 1, end)?;
                    let last = self.ends_with(arg + 2, target, op::SUCCESS)?;
                    self.body(arg + 2, last, depth)?;
                    target
                }
                op::JUMP if arg + 1 == end => return Ok(Ending::Jump),
                _ => return Err(InvalidCode),
            };
        }
        Ok(Ending::Plain)
    }

    fn group(&self, at: usize, end: usize) -> Result<(), InvalidCode> {
        if (self.word(at, end)? as usize) < self.groups { Ok(()) } else { Err(InvalidCode) }
    }

    /// `<skip> <min> <max> …`: the skip's target.
    fn repeat(&self, arg: usize, end: usize) -> Result<usize, InvalidCode> {
        let target = self.target(arg, end)?;
        if arg + 3 > target || self.code[arg + 1] > self.code[arg + 2] {
            return Err(InvalidCode);
        }
        Ok(target)
    }

    /// `(<skip> code JUMP <to the end>)* 0`
    fn branch(&self, mut arg: usize, end: usize, depth: usize) -> Result<usize, InvalidCode> {
        let mut join = None;
        while self.word(arg, end)? != 0 {
            let next = self.target(arg, end)?;
            let jump = next.checked_sub(2).filter(|&jump| jump > arg).ok_or(InvalidCode)?;
            self.body(arg + 1, jump, depth)?;
            if self.code[jump] != op::JUMP {
                return Err(InvalidCode);
            }
            let target = self.target(jump + 1, end)?;
            if *join.get_or_insert(target) != target {
                return Err(InvalidCode);
            }
            arg = next;
        }
        if join == Some(arg + 1) { Ok(arg + 1) } else { Err(InvalidCode) }
    }

    /// `<group> <skip> yes [JUMP <skip> no]`; the first skip counts from the group.
    fn conditional(&self, arg: usize, end: usize, depth: usize) -> Result<usize, InvalidCode> {
        self.group(arg, end)?;
        let otherwise = arg + self.word(arg + 1, end)? as usize;
        if otherwise > end || otherwise < arg + 2 {
            return Err(InvalidCode);
        }
        match self.run(arg + 2, otherwise, depth + 1)? {
            Ending::Plain => Ok(otherwise),
            Ending::Jump => {
                let target = self.target(otherwise - 1, end)?;
                self.body(otherwise, target, depth)?;
                Ok(target)
            }
        }
    }

    /// `<skip> <flags> <min> <max> [<length> <skip> prefix overlap | set]`
    fn info(&self, arg: usize, end: usize) -> Result<usize, InvalidCode> {
        let target = self.target(arg, end)?;
        if arg + 4 > target {
            return Err(InvalidCode);
        }
        let flags = self.code[arg + 1];
        if flags & info::PREFIX != 0 {
            let length = self.word(arg + 4, target)? as usize;
            let skip = self.word(arg + 5, target)? as usize;
            let table = arg + 6;
            let fits = target == table + 2 * length && skip <= length && length > 0;
            let known = flags & !(info::PREFIX | info::LITERAL) == 0;
            if !fits || !known {
                return Err(InvalidCode);
            }
            let overlap = &self.code[table + length..target];
            let shrinks = overlap.iter().enumerate().all(|(i, &known)| known as usize <= i);
            // A search that found the prefix goes on behind the literals that spell it.
            let spelled = (0..skip).all(|i| self.code.get(target + 2 * i) == Some(&op::LITERAL));
            if !shrinks || !spelled || target + 2 * skip > end {
                return Err(InvalidCode);
            }
        } else if flags == info::CHARSET {
            let last = self.ends_with(arg + 4, target, op::FAILURE)?;
            self.charset(arg + 4, last)?;
        } else if flags != 0 || target != arg + 4 {
            return Err(InvalidCode);
        }
        Ok(target)
    }

    fn charset(&self, mut pc: usize, end: usize) -> Result<(), InvalidCode> {
        while pc < end {
            let arg = pc + 1;
            pc = match self.code[pc] {
                op::NEGATE => arg,
                op::LITERAL => arg + 1,
                op::RANGE | op::RANGE_UNI_IGNORE => arg + 2,
                op::CHARSET => arg + 8,
                op::BIGCHARSET => {
                    let blocks = self.word(arg, end)? as usize;
                    let index = self.code.get(arg + 1..arg + 65).ok_or(InvalidCode)?;
                    let mut indices = index.iter().flat_map(|word| word.to_le_bytes());
                    if indices.any(|block| usize::from(block) >= blocks) || blocks > 256 {
                        return Err(InvalidCode);
                    }
                    arg + 65 + 8 * blocks
                }
                op::CATEGORY if self.word(arg, end)? < class::COUNT => arg + 1,
                _ => return Err(InvalidCode),
            };
        }
        if pc == end { Ok(()) } else { Err(InvalidCode) }
    }
}
