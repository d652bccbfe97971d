//! The order in which CPython iterates over a frozenset of numbers.
//!
//! It follows from the hashes, which for numbers, booleans and None are the same in every process;
//! sets of strings have no order to speak of. Only printers need this.
//!
//! Answers for `set_add_entry`, `set_table_resize` and `set_insert_clean` in CPython's
//! `Objects/setobject.c`.

use taipan_num::Int;

use crate::Const;

const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;
const MIN_SIZE: usize = 8;

/// The elements in CPython's order, or as they come when that depends on the process.
pub fn set_order(items: &[Const]) -> Vec<&Const> {
    let Some(entries) = items.iter().map(|item| Some((hash(item)?, item))).collect::<Option<Vec<_>>>() else {
        return items.iter().collect();
    };
    let mut table = Table { slots: vec![None; MIN_SIZE], used: 0 };
    entries.into_iter().for_each(|entry| table.add(entry));
    table.slots.into_iter().flatten().map(|(_, item)| item).collect()
}

/// `hash(constant)` where that does not depend on the process.
fn hash(constant: &Const) -> Option<usize> {
    const MODULUS: u64 = (1 << 61) - 1;
    let of_int = |value: i64| {
        let magnitude = (value.unsigned_abs() % MODULUS) as i64;
        let hash = if value < 0 { -magnitude } else { magnitude };
        if hash == -1 { -2 } else { hash }
    };
    let hash = match constant {
        Const::None => 0xfca8_6420,
        Const::Bool(value) => i64::from(*value),
        Const::Int(Int::Small(value)) => of_int(*value),
        Const::Float(value) if value.fract() == 0.0 && value.abs() < 9e15 => of_int(*value as i64),
        _ => return None,
    };
    Some(hash as usize)
}

type Slot<'a> = Option<(usize, &'a Const)>;

struct Table<'a> {
    slots: Vec<Slot<'a>>,
    used: usize,
}

impl<'a> Table<'a> {
    /// Adds an element that is not there yet.
    fn add(&mut self, entry: (usize, &'a Const)) {
        insert(&mut self.slots, entry);
        self.used += 1;
        if self.used * 5 < (self.slots.len() - 1) * 3 {
            return;
        }
        let wanted = if self.used > 50_000 { self.used * 2 } else { self.used * 4 };
        let mut size = MIN_SIZE;
        while size <= wanted {
            size *= 2;
        }
        for entry in std::mem::replace(&mut self.slots, vec![None; size]).into_iter().flatten() {
            insert(&mut self.slots, entry);
        }
    }
}

fn insert<'a>(slots: &mut [Slot<'a>], entry: (usize, &'a Const)) {
    let mask = slots.len() - 1;
    let mut perturb = entry.0;
    let mut i = entry.0 & mask;
    loop {
        let probes = if i + LINEAR_PROBES <= mask { LINEAR_PROBES } else { 0 };
        if let Some(free) = (i..=i + probes).find(|&slot| slots[slot].is_none()) {
            slots[free] = Some(entry);
            return;
        }
        perturb >>= PERTURB_SHIFT;
        i = (i.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb)) & mask;
    }
}
