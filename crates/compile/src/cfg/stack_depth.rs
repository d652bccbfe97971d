//! Computes the depth of the stack at the start of each block, and the depth that the code needs.
//!
//! Answers for `calculate_stackdepth` of CPython's `Python/flowgraph.c`.

use super::graph::{Block, BlockId, Graph};
use super::opcode_class::{ends_flow, has_target, is_block_push, stack_growth};
use taipan_asdl::diagnostic::{Error, ErrorKind};
use taipan_opcode::Opcode;

pub(super) fn calculate_stack_depth(graph: &mut Graph) -> Result<i32, Box<Error>> {
    let Graph { blocks, instrs, worklist, .. } = graph;
    for block in blocks.iter_mut() {
        block.start_depth = -1;
    }
    enter(blocks, worklist, BlockId::ENTRY, 0)?;
    let mut max_depth = 0;
    while let Some(id) = worklist.pop() {
        let block = blocks[id.index()];
        let mut depth = block.start_depth;
        let mut falls_through = true;
        for instr in &instrs[block.range()] {
            let growth = stack_growth(instr.opcode, instr.oparg);
            max_depth = max_depth.max(depth);
            if has_target(instr.opcode) {
                if instr.opcode != Opcode::EndAsyncFor {
                    enter(blocks, worklist, instr.target(), depth + growth)?;
                }
                // The handler finds the growth, not the code behind the instruction that names it.
                if is_block_push(instr.opcode) {
                    continue;
                }
            }
            depth += growth;
            if depth < 0 {
                worklist.clear();
                return Err(Error::new(ErrorKind::ValueError, "Invalid CFG, stack underflow"));
            }
            if ends_flow(instr.opcode) {
                falls_through = false;
                break;
            }
        }
        if falls_through && block.next.is_some() {
            enter(blocks, worklist, block.next, depth)?;
        }
    }
    Ok(max_depth)
}

/// Notes that control reaches the block with so many values on the stack.
fn enter(
    blocks: &mut [Block],
    worklist: &mut Vec<BlockId>,
    id: BlockId,
    depth: i32,
) -> Result<(), Box<Error>> {
    let block = &mut blocks[id.index()];
    if block.start_depth < 0 {
        block.start_depth = depth;
        worklist.push(id);
    } else if block.start_depth != depth {
        worklist.clear();
        return Err(Error::new(ErrorKind::ValueError, "Invalid CFG, inconsistent stackdepth"));
    }
    Ok(())
}
