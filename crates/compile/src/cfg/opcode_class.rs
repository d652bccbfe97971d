//! What passes ask of an instruction again and again, as one byte per number.
//!
//! Says nothing that the table of instructions does not say; it is a copy of a few columns that
//! stays in the cache.

use taipan_opcode::{Flags, Opcode};

const JUMP: u8 = 1;
const BLOCK_PUSH: u8 = 2;
const SCOPE_EXIT: u8 = 4;
const UNCONDITIONAL: u8 = 8;
const EVAL_BREAK: u8 = 16;
const CONST: u8 = 32;

static CLASS: [u8; 512] = {
    let mut class = [0; 512];
    let mut i = 0;
    while i < Opcode::ALL.len() {
        let opcode = Opcode::ALL[i];
        let flags = opcode.flags();
        let mut bits = 0;
        if flags.contains(Flags::Jump) {
            bits |= JUMP;
        }
        if flags.contains(Flags::EvalBreak) {
            bits |= EVAL_BREAK;
        }
        if flags.contains(Flags::Const) {
            bits |= CONST;
        }
        if opcode.is_block_push() {
            bits |= BLOCK_PUSH;
        }
        if opcode.is_scope_exit() {
            bits |= SCOPE_EXIT;
        }
        if opcode.is_unconditional_jump() {
            bits |= UNCONDITIONAL;
        }
        class[opcode as usize] = bits;
        i += 1;
    }
    class
};

#[inline]
fn is(opcode: Opcode, bits: u8) -> bool {
    CLASS[opcode as usize & 511] & bits != 0
}

/// Whether it may jump.
#[inline]
pub(crate) fn has_jump(opcode: Opcode) -> bool {
    is(opcode, JUMP)
}

/// Whether it begins the range of a handler.
#[inline]
pub(super) fn is_block_push(opcode: Opcode) -> bool {
    is(opcode, BLOCK_PUSH)
}

/// Whether its operand is a block.
#[inline]
pub(super) fn has_target(opcode: Opcode) -> bool {
    is(opcode, JUMP | BLOCK_PUSH)
}

/// Whether it stands last in its block.
#[inline]
pub(crate) fn is_terminator(opcode: Opcode) -> bool {
    is(opcode, JUMP | SCOPE_EXIT)
}

/// Whether it leaves the scope.
#[inline]
pub(super) fn is_scope_exit(opcode: Opcode) -> bool {
    is(opcode, SCOPE_EXIT)
}

/// Whether it always jumps.
#[inline]
pub(super) fn is_unconditional_jump(opcode: Opcode) -> bool {
    is(opcode, UNCONDITIONAL)
}

/// Whether control never runs on to the instruction behind it.
#[inline]
pub(super) fn ends_flow(opcode: Opcode) -> bool {
    is(opcode, SCOPE_EXIT | UNCONDITIONAL)
}

/// Whether it looks for signals and the like.
#[inline]
pub(super) fn has_eval_break(opcode: Opcode) -> bool {
    is(opcode, EVAL_BREAK)
}

/// Whether its operand is an index into the constants.
#[inline]
pub(super) fn has_const(opcode: Opcode) -> bool {
    is(opcode, CONST)
}

/// How many values an instruction pops and pushes.
#[derive(Clone, Copy)]
struct Effect {
    popped: i16,
    pushed: i16,
    /// Whether it depends on the operand, so that the two above mean nothing.
    varies: bool,
}

static EFFECTS: [Effect; 512] = {
    let mut effects = [Effect { popped: 0, pushed: 0, varies: false }; 512];
    let mut i = 0;
    while i < Opcode::ALL.len() {
        let opcode = Opcode::ALL[i];
        let row = opcode.row();
        let mut varies = false;
        let mut j = 0;
        while j < row.inputs.len() {
            varies |= row.inputs[j].count.is_some();
            j += 1;
        }
        j = 0;
        while j < row.outputs.len() {
            varies |= row.outputs[j].count.is_some();
            j += 1;
        }
        effects[opcode as usize] =
            Effect { popped: row.inputs.len() as i16, pushed: row.outputs.len() as i16, varies };
        i += 1;
    }
    effects
};

/// How many values it pops and how many it pushes.
#[inline]
pub(super) fn stack_effect(opcode: Opcode, oparg: i32) -> (i32, i32) {
    let effect = EFFECTS[opcode as usize & 511];
    if effect.varies {
        (opcode.num_popped(oparg), opcode.num_pushed(oparg))
    } else {
        (i32::from(effect.popped), i32::from(effect.pushed))
    }
}
