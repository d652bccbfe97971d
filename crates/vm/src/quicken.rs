//! What is done to private code before it runs for the first time: super-instructions.
//!
//! A super-instruction replaces the first unit of a pattern; the others stay as they are, valid as
//! jump targets and read by the handler.

use taipan_layout::Unit;
use taipan_object::types::code::Code;
use taipan_opcode::Opcode;

use crate::ops::private;

/// Prepares the units of `code`.
pub fn quicken(code: &Code) {
    if code.observed.get() || code.quickened.replace(true) {
        return;
    }
    // SAFETY: the code holds as many units; nobody else looks at them now.
    let units = unsafe { std::slice::from_raw_parts_mut(code.units, code.unit_count()) };
    let mut at = 0;
    while at < units.len() {
        let opcode = Opcode::from_u16(units[at].op());
        if let Some(number) = opcode.and_then(|opcode| fused(opcode, &units[at..])) {
            units[at] = Unit::new(number, units[at].arg());
        }
        at += 1 + opcode.map_or(0, |opcode| opcode.caches());
    }
}

/// The super-instruction that begins here.
fn fused(first: Opcode, units: &[Unit]) -> Option<u16> {
    let op = |at: usize| units.get(at).and_then(|unit| Opcode::from_u16(unit.op()));
    let compares = |at: usize| {
        op(at) == Some(Opcode::CompareOp)
            && units[at].arg() & 16 != 0
            && matches!(op(at + 2), Some(Opcode::PopJumpIfFalse | Opcode::PopJumpIfTrue))
            && op(at + 4) == Some(Opcode::NotTaken)
    };
    let operator = |at: usize| match op(at) {
        Some(Opcode::BinaryOp) if units[at].arg() < 26 => Some(units[at].arg() % 13),
        _ => None,
    };
    match first {
        Opcode::LoadFastBorrow if op(1) == Some(Opcode::LoadSmallInt) => {
            if compares(2) {
                return Some(private::LOCAL_SMALL_JUMP_LESS + jump_condition(&units[2..]));
            }
            let stores = op(8) == Some(Opcode::StoreFast);
            match (operator(2)?, stores) {
                (0, false) => Some(private::LOCAL_SMALL_ADD),
                (0, true) => Some(private::LOCAL_SMALL_ADD_STORE),
                (10, false) => Some(private::LOCAL_SMALL_SUBTRACT),
                (10, true) => Some(private::LOCAL_SMALL_SUBTRACT_STORE),
                _ => None,
            }
        }
        Opcode::LoadFastBorrowLoadFastBorrow => {
            if compares(1) {
                return Some(private::LOCALS_JUMP_LESS + jump_condition(&units[1..]));
            }
            if op(1) == Some(Opcode::StoreSubscr) {
                return Some(private::LOCALS_STORE_SUBSCRIPT);
            }
            if op(1) == Some(Opcode::BinaryOp) && units[1].arg() == 26 {
                return Some(private::LOCALS_SUBSCRIPT);
            }
            let stores = op(7) == Some(Opcode::StoreFast);
            match (operator(1)?, stores) {
                (0, false) => Some(private::LOCALS_ADD),
                (0, true) => Some(private::LOCALS_ADD_STORE),
                (10, false) => Some(private::LOCALS_SUBTRACT),
                (10, true) => Some(private::LOCALS_SUBTRACT_STORE),
                (5, false) => Some(private::LOCALS_MULTIPLY),
                (5, true) => Some(private::LOCALS_MULTIPLY_STORE),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The condition under which a `COMPARE_OP` and the conditional jump behind it jump, in the order of
/// `CompareOp`.
pub fn jump_condition(units: &[Unit]) -> u16 {
    let condition = units[0].arg() >> 5;
    if units[2].op() == Opcode::PopJumpIfTrue as u16 {
        return condition;
    }
    // <, <=, ==, !=, >, >= become >=, >, !=, ==, <=, <.
    match condition {
        2 => 3,
        3 => 2,
        other => 5 - other,
    }
}
