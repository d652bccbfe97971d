//! Are locals set where they are read without a check, and cells where they are used as cells?

use taipan_opcode::{ArgKind, Opcode};

use super::VerifyError;
use super::layout::Layout;
use super::stack::{Flow, Stored};
use crate::{CodeObject, Instruction, co};

/// Nested loops need one walk over the code each; compilers nest at most twenty blocks.
const MAX_WALKS: usize = 64;
/// The most 64-bit words that sets of locals may take.
const MAX_WORDS: usize = 1 << 23;

/// Checks that each local is set on all paths to where it is read without a check, and holds a cell
/// where it is used as one.
pub fn check(code: &CodeObject, layout: &Layout, flow: &Flow) -> Result<(), VerifyError> {
    // A bit for "is set" and a bit for "is a cell" each.
    let words = (code.localsplusnames.len() * 2).div_ceil(64);
    if words == 0 {
        return Ok(());
    }
    let mut number = vec![0; layout.instructions.len()];
    let mut targets = 0;
    for (index, is_target) in layout.is_target.iter().enumerate() {
        number[index] = targets;
        targets += usize::from(*is_target);
    }
    if targets * words > MAX_WORDS {
        return Err(VerifyError::new("too many variables and branches"));
    }
    let mut walk = Walk {
        layout,
        flow,
        number,
        words,
        // Until a path is known, everything is taken to be set.
        entries: vec![u64::MAX; targets * words],
        changed: false,
    };
    let start = at_start(code, words);
    for _ in 0..MAX_WALKS {
        walk.changed = false;
        walk.once(&start, |_, _| Ok(()))?;
        if !walk.changed {
            return walk.once(&start, |bits, index| check_reads(layout, flow, bits, index));
        }
    }
    Err(VerifyError::new("loops too intricate"))
}

fn at_start(code: &CodeObject, words: usize) -> Vec<u64> {
    let mut set = vec![0; words];
    let arguments = usize::try_from(code.total_args()).unwrap_or(usize::MAX);
    for slot in 0..arguments.min(code.localsplusnames.len()) {
        insert(&mut set, is_set(slot));
    }
    // COPY_FREE_VARS is the first instruction where there is one.
    if code.code.first() == Some(&(Opcode::CopyFreeVars as u8)) {
        let free = code.localspluskinds.iter().enumerate().filter(|(_, kind)| *kind & co::FAST_FREE != 0);
        free.for_each(|(slot, _)| insert_cell(&mut set, slot));
    }
    set
}

/// The bit that tells whether a slot is set.
fn is_set(slot: usize) -> usize {
    slot * 2
}

/// The bit that tells whether a slot holds a cell.
fn is_cell(slot: usize) -> usize {
    slot * 2 + 1
}

fn contains(bits: &[u64], bit: usize) -> bool {
    bits[bit / 64] >> (bit % 64) & 1 != 0
}

fn insert(bits: &mut [u64], bit: usize) {
    bits[bit / 64] |= 1 << (bit % 64);
}

fn remove(bits: &mut [u64], bit: usize) {
    bits[bit / 64] &= !(1 << (bit % 64));
}

fn insert_value(bits: &mut [u64], slot: usize) {
    insert(bits, is_set(slot));
    remove(bits, is_cell(slot));
}

fn insert_cell(bits: &mut [u64], slot: usize) {
    insert(bits, is_set(slot));
    insert(bits, is_cell(slot));
}

fn clear(bits: &mut [u64], slot: usize) {
    remove(bits, is_set(slot));
    remove(bits, is_cell(slot));
}

struct Walk<'a> {
    layout: &'a Layout,
    flow: &'a Flow,
    /// By instruction that is a target: its number among them.
    number: Vec<usize>,
    words: usize,
    /// By target: the locals set on all paths so far.
    entries: Vec<u64>,
    changed: bool,
}

impl Walk<'_> {
    fn entry(&mut self, target: usize) -> &mut [u64] {
        let at = self.number[target] * self.words;
        &mut self.entries[at..at + self.words]
    }

    fn arrive(&mut self, target: usize, set: &[u64]) {
        let mut changed = false;
        for (known, word) in self.entry(target).iter_mut().zip(set) {
            changed |= *known & !word != 0;
            *known &= word;
        }
        self.changed |= changed;
    }

    /// Walks over the code once, in order.
    fn once(
        &mut self,
        start: &[u64],
        visit: impl Fn(&[u64], usize) -> Result<(), VerifyError>,
    ) -> Result<(), VerifyError> {
        let mut set = start.to_vec();
        let mut falls_through = true;
        // The handler that knows of everything that is set now.
        let mut told = None;
        for index in 0..self.layout.instructions.len() {
            if !self.flow.reachable[index] {
                falls_through = false;
                continue;
            }
            if self.layout.is_target[index] {
                if falls_through {
                    self.arrive(index, &set);
                }
                set.copy_from_slice(self.entry(index));
                told = None;
            }
            let guard = self.layout.guard(index);
            if let Some(handler) = guard
                && told != guard
            {
                self.arrive(self.layout.handler_target(handler), &set);
            }
            told = guard;
            visit(&set, index)?;
            if self.apply(index, &mut set) == Effect::MayRemove {
                told = None;
            }
            let opcode = self.layout.opcode(index);
            if opcode != Opcode::EndAsyncFor
                && let Some(target) = self.layout.target(index)?
            {
                self.arrive(target, &set);
            }
            falls_through = !(opcode.is_scope_exit() || opcode.is_unconditional_jump());
        }
        Ok(())
    }

    fn apply(&self, index: usize, bits: &mut [u64]) -> Effect {
        let oparg = self.layout.instructions[index].oparg as usize;
        match self.layout.opcode(index) {
            Opcode::StoreFast => match self.flow.stores[index] {
                Stored::Present => insert_value(bits, oparg),
                Stored::Outermost if self.layout.is_cell[oparg] => insert_cell(bits, oparg),
                Stored::Outermost | Stored::OrNull => clear(bits, oparg),
            },
            Opcode::DeleteFast | Opcode::LoadFastAndClear => clear(bits, oparg),
            Opcode::MakeCell => {
                insert_cell(bits, oparg);
                return Effect::Adds;
            }
            Opcode::LoadFastCheck => {
                insert(bits, is_set(oparg));
                return Effect::Adds;
            }
            Opcode::StoreFastLoadFast => insert_value(bits, oparg >> 4),
            Opcode::StoreFastStoreFast => {
                insert_value(bits, oparg >> 4);
                insert_value(bits, oparg & 15);
            }
            _ => return Effect::Adds,
        }
        Effect::MayRemove
    }
}

/// Whether an instruction may have made less known.
#[derive(PartialEq, Eq)]
enum Effect {
    Adds,
    MayRemove,
}

fn check_reads(layout: &Layout, flow: &Flow, bits: &[u64], index: usize) -> Result<(), VerifyError> {
    let opcode = layout.opcode(index);
    let Instruction { unit, oparg, .. } = layout.instructions[index];
    let oparg = oparg as usize;
    let set = |slot| contains(bits, is_set(slot));
    let cell = |slot| contains(bits, is_cell(slot));
    let sound = match opcode {
        Opcode::LoadFast | Opcode::LoadFastBorrow => set(oparg),
        Opcode::LoadFastLoadFast | Opcode::LoadFastBorrowLoadFastBorrow => set(oparg >> 4) && set(oparg & 15),
        Opcode::StoreFastLoadFast => oparg >> 4 == oparg & 15 || set(oparg & 15),
        _ => true,
    };
    if !sound {
        return Err(VerifyError::at(unit, "local may be unset"));
    }
    let sound = match opcode {
        // What comes back as a cell has to be one.
        Opcode::LoadFastAndClear => {
            flow.stores[index] != Stored::Outermost || !layout.is_cell[oparg] || cell(oparg)
        }
        _ => opcode.arg_kind() != ArgKind::Free || cell(oparg),
    };
    if sound { Ok(()) } else { Err(VerifyError::at(unit, "no cell where one is used")) }
}
