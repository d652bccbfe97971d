//! Joins pairs of loads and stores of local variables.
//!
//! Answers for `insert_superinstructions` of CPython's `Python/flowgraph.c`.

use super::graph::{BlockId, Graph};
use super::nops::remove_redundant_nops;
use taipan_opcode::Opcode;

pub(super) fn insert_superinstructions(graph: &mut Graph) {
    if graph.occurring.contains_any(&[Opcode::LoadFast, Opcode::StoreFast]) {
        let mut id = BlockId::ENTRY;
        while id.is_some() {
            join_in_block(graph, id);
            id = graph.next(id);
        }
    }
    remove_redundant_nops(graph);
}

fn join_in_block(graph: &mut Graph, id: BlockId) {
    let mut made_any = false;
    let instrs = graph.instrs_mut(id);
    for i in 1..instrs.len() {
        let [first, second] = [&instrs[i - 1], &instrs[i]];
        let joined = match (first.opcode, second.opcode) {
            (Opcode::LoadFast, Opcode::LoadFast) => Opcode::LoadFastLoadFast,
            (Opcode::StoreFast, Opcode::LoadFast) => Opcode::StoreFastLoadFast,
            (Opcode::StoreFast, Opcode::StoreFast) => Opcode::StoreFastStoreFast,
            _ => continue,
        };
        let lines_differ = first.lineno() >= 0 && second.lineno() >= 0 && first.lineno() != second.lineno();
        if lines_differ || first.oparg >= 16 || second.oparg >= 16 {
            continue;
        }
        let oparg = first.oparg << 4 | second.oparg;
        instrs[i - 1].set_op1(joined, oparg);
        instrs[i].set_op0(Opcode::Nop);
        made_any = true;
    }
    if made_any {
        graph.note_nops(id);
        for opcode in [Opcode::LoadFastLoadFast, Opcode::StoreFastLoadFast, Opcode::StoreFastStoreFast] {
            graph.occurring.insert(opcode);
        }
    }
}
