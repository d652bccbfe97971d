//! Drops constants that no instruction uses. The first stays: it may be the docstring.
//!
//! Answers for `remove_unused_consts` of CPython's `Python/flowgraph.c`.

use super::graph::{BlockId, Graph};
use super::opcode_class::has_const;
use taipan_code::Const;

/// Buffer of the pass, kept between code units.
pub(super) type Buffer = Vec<u32>;

/// A constant that nothing uses, so far.
const UNUSED: u32 = u32::MAX;
/// A constant that has no new position yet.
const USED: u32 = u32::MAX - 1;

pub(super) fn remove_unused_consts(graph: &mut Graph, consts: &mut Vec<Const>, positions: &mut Buffer) {
    if consts.len() < 2 {
        return;
    }
    positions.clear();
    positions.resize(consts.len(), UNUSED);
    positions[0] = USED;
    let mut unused = consts.len() - 1;
    for_each_const(graph, |oparg| {
        if std::mem::replace(&mut positions[*oparg as usize], USED) == UNUSED {
            unused -= 1;
        }
    });
    if unused == 0 {
        return;
    }
    let mut kept = 0;
    for position in positions.iter_mut().filter(|position| **position == USED) {
        *position = kept;
        kept += 1;
    }
    let mut position = positions.iter();
    consts.retain(|_| position.next() != Some(&UNUSED));
    for_each_const(graph, |oparg| *oparg = positions[*oparg as usize] as i32);
}

fn for_each_const(graph: &mut Graph, mut visit: impl FnMut(&mut i32)) {
    let mut id = BlockId::ENTRY;
    while id.is_some() {
        for instr in graph.instrs_mut(id) {
            if has_const(instr.opcode) {
                visit(&mut instr.oparg);
            }
        }
        id = graph.next(id);
    }
}
