//! Computes the depth of the stack at the start of each block, and the depth that the code needs.
//!
//! Answers for `calculate_stackdepth` of CPython's `Python/flowgraph.c`.

use super::graph::{BlockId, Graph};
use super::opcode_class::{ends_flow, has_target, is_block_push, stack_effect};
use taipan_asdl::diagnostic::{Error, ErrorKind};
use taipan_opcode::Opcode;

pub(super) fn calculate_stack_depth(graph: &mut Graph) -> Result<i32, Box<Error>> {
    for block in &mut graph.blocks {
        block.start_depth = -1;
    }
    let mut worklist = std::mem::take(&mut graph.worklist);
    enter(graph, &mut worklist, BlockId::ENTRY, 0)?;
    let mut max_depth = 0;
    while let Some(id) = worklist.pop() {
        let block = *graph.block(id);
        let mut depth = block.start_depth;
        let mut falls_through = true;
        for at in block.range() {
            let instr = graph.instrs[at];
            let (popped, pushed) = stack_effect(instr.opcode, instr.oparg);
            let effect = pushed - popped;
            max_depth = max_depth.max(depth);
            if has_target(instr.opcode) && instr.opcode != Opcode::EndAsyncFor {
                enter(graph, &mut worklist, instr.target(), depth + effect)?;
            }
            // The handler finds the effect, not the code behind the instruction that names it.
            if !is_block_push(instr.opcode) {
                depth += effect;
            }
            if depth < 0 {
                return Err(Error::new(ErrorKind::ValueError, "Invalid CFG, stack underflow"));
            }
            if ends_flow(instr.opcode) {
                falls_through = false;
                break;
            }
        }
        if falls_through && block.next.is_some() {
            enter(graph, &mut worklist, block.next, depth)?;
        }
    }
    graph.worklist = worklist;
    Ok(max_depth)
}

/// Notes that control reaches the block with so many values on the stack.
fn enter(graph: &mut Graph, worklist: &mut Vec<BlockId>, id: BlockId, depth: i32) -> Result<(), Box<Error>> {
    let block = graph.block_mut(id);
    if block.start_depth < 0 {
        block.start_depth = depth;
        worklist.push(id);
    } else if block.start_depth != depth {
        return Err(Error::new(ErrorKind::ValueError, "Invalid CFG, inconsistent stackdepth"));
    }
    Ok(())
}
