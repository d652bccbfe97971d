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
const STARTS_PATTERN: u8 = 64;
const MOVES_REFERENCES: u8 = 128;

/// Whether an instruction may be the first of a sequence that [`super::peephole`] improves, jumps
/// left out.
const fn starts_pattern(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::BuildTuple
            | Opcode::BuildList
            | Opcode::BuildSet
            | Opcode::ListAppend
            | Opcode::SetAdd
            | Opcode::StoreFast
            | Opcode::Swap
            | Opcode::LoadGlobal
            | Opcode::CompareOp
            | Opcode::ContainsOp
            | Opcode::IsOp
            | Opcode::ToBool
            | Opcode::UnaryNot
            | Opcode::UnaryInvert
            | Opcode::UnaryNegative
            | Opcode::CallIntrinsic1
            | Opcode::BinaryOp
    )
}

/// Whether [`super::borrow`] must know more of an instruction than how many values it pops and
/// pushes.
const fn moves_references(opcode: Opcode) -> bool {
    matches!(
        opcode,
        Opcode::LoadFast
            | Opcode::LoadFastAndClear
            | Opcode::DeleteFast
            | Opcode::LoadFastLoadFast
            | Opcode::StoreFast
            | Opcode::StoreFastLoadFast
            | Opcode::StoreFastStoreFast
            | Opcode::Copy
            | Opcode::Swap
            | Opcode::FormatSimple
            | Opcode::GetAnext
            | Opcode::GetLen
            | Opcode::GetYieldFromIter
            | Opcode::ImportFrom
            | Opcode::MatchKeys
            | Opcode::MatchMapping
            | Opcode::MatchSequence
            | Opcode::WithExceptStart
            | Opcode::DictMerge
            | Opcode::DictUpdate
            | Opcode::ListAppend
            | Opcode::ListExtend
            | Opcode::MapAdd
            | Opcode::Reraise
            | Opcode::SetAdd
            | Opcode::SetUpdate
            | Opcode::CheckExcMatch
            | Opcode::Send
            | Opcode::ForIter
            | Opcode::LoadAttr
            | Opcode::LoadSuperAttr
            | Opcode::LoadSpecial
            | Opcode::PushExcInfo
            | Opcode::EndSend
            | Opcode::SetFunctionAttribute
    )
}

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
        if starts_pattern(opcode) {
            bits |= STARTS_PATTERN;
        }
        if moves_references(opcode) {
            bits |= MOVES_REFERENCES;
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

/// Whether the graph is built without looking at it twice: it neither ends a block nor has a
/// target.
#[inline]
pub(super) fn is_plain(opcode: Opcode) -> bool {
    !is(opcode, JUMP | BLOCK_PUSH | SCOPE_EXIT)
}

/// Whether it may be the first of a sequence that can be improved, jumps left out.
#[inline]
pub(super) fn may_start_pattern(opcode: Opcode) -> bool {
    is(opcode, STARTS_PATTERN)
}

/// Whether it does not simply pop its inputs and push its outputs, as to references.
#[inline]
pub(super) fn has_own_reference_rule(opcode: Opcode) -> bool {
    is(opcode, MOVES_REFERENCES)
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

/// A count that follows from the operand: `base + per_unit * oparg + if_odd * (oparg & 1)`.
#[derive(Clone, Copy)]
struct Count {
    base: i16,
    per_unit: i16,
    if_odd: i16,
}

impl Count {
    /// Any other dependence on the operand; the instruction's row tells which.
    const OTHER: Count = Count { base: 0, per_unit: 0, if_odd: i16::MIN };

    /// The formula behind the values at 0, 1, 2, 3 and 256.
    const fn of(at: [i32; 5]) -> Count {
        let per_unit = (at[2] - at[0]) / 2;
        let if_odd = at[1] - at[0] - per_unit;
        let fits = at[3] == at[0] + 3 * per_unit + if_odd && at[4] == at[0] + 256 * per_unit;
        if fits {
            Count { base: at[0] as i16, per_unit: per_unit as i16, if_odd: if_odd as i16 }
        } else {
            Count::OTHER
        }
    }

    #[inline]
    const fn at(self, oparg: i32) -> i32 {
        self.base as i32 + self.per_unit as i32 * oparg + self.if_odd as i32 * (oparg & 1)
    }
}

/// By number of the instruction: what it pops and what it pushes.
static COUNTS: [[Count; 2]; 512] = {
    let mut counts = [[Count::OTHER; 2]; 512];
    let mut i = 0;
    while i < Opcode::ALL.len() {
        let opcode = Opcode::ALL[i];
        let popped = [0, 1, 2, 3, 256];
        let (mut popped, mut pushed) = (popped, popped);
        let mut j = 0;
        while j < 5 {
            popped[j] = opcode.num_popped(popped[j]);
            pushed[j] = opcode.num_pushed(pushed[j]);
            j += 1;
        }
        counts[opcode as usize] = [Count::of(popped), Count::of(pushed)];
        i += 1;
    }
    counts
};

/// How many values it pops and how many it pushes.
#[inline]
pub(super) fn stack_effect(opcode: Opcode, oparg: i32) -> (i32, i32) {
    let [popped, pushed] = COUNTS[opcode as usize & 511];
    if popped.if_odd == i16::MIN || pushed.if_odd == i16::MIN {
        return (opcode.num_popped(oparg), opcode.num_pushed(oparg));
    }
    (popped.at(oparg), pushed.at(oparg))
}

/// By number of the instruction: by how much the stack grows.
static NET: [Count; 512] = {
    let mut net = [Count::OTHER; 512];
    let mut i = 0;
    while i < Opcode::ALL.len() {
        let opcode = Opcode::ALL[i];
        let mut growth = [0, 1, 2, 3, 256];
        let mut j = 0;
        while j < 5 {
            growth[j] = opcode.num_pushed(growth[j]) - opcode.num_popped(growth[j]);
            j += 1;
        }
        net[opcode as usize] = Count::of(growth);
        i += 1;
    }
    net
};

/// By how much the stack grows; if it jumps, for what jumps.
#[inline]
pub(super) fn stack_growth(opcode: Opcode, oparg: i32) -> i32 {
    let net = NET[opcode as usize & 511];
    if net.if_odd == i16::MIN {
        return opcode.num_pushed(oparg) - opcode.num_popped(oparg);
    }
    net.at(oparg)
}

/// By number of the instruction: its size with its caches, in code units.
static UNITS: [u8; 512] = {
    let mut units = [1; 512];
    let mut i = 0;
    while i < Opcode::ALL.len() {
        let opcode = Opcode::ALL[i];
        units[opcode as usize] += opcode.caches() as u8;
        i += 1;
    }
    units
};

/// The size of an instruction with its caches, without extended arguments, in code units.
#[inline]
pub(crate) fn units(opcode: Opcode) -> u32 {
    u32::from(UNITS[opcode as usize & 511])
}

/// By number of the instruction: whether its operand is a local variable.
static LOCAL: [bool; 512] = {
    let mut local = [false; 512];
    let mut i = 0;
    while i < Opcode::ALL.len() {
        local[Opcode::ALL[i] as usize] = Opcode::ALL[i].flags().contains(Flags::Local);
        i += 1;
    }
    local
};

/// Whether its operand is a local variable.
#[inline]
pub(super) fn is_about_local(opcode: Opcode) -> bool {
    LOCAL[opcode as usize & 511]
}
