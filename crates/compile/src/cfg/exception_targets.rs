//! Gives every instruction the handler that covers it, from `SETUP_*` and `POP_BLOCK`.
//!
//! Answers for `label_exception_targets` of CPython's `Python/flowgraph.c`.

use super::graph::{BlockId, Graph};
use super::opcode_class::{has_jump, is_block_push};
use taipan_opcode::{Opcode, RESUME_OPARG_DEPTH1_MASK, ResumeLocation};

/// Handlers in force, innermost first, as a list in [`Buffers::nodes`] that blocks share.
type HandlerStack = u32;

/// No handler.
const EMPTY: HandlerStack = u32::MAX;

struct Node {
    handler: BlockId,
    outer: HandlerStack,
    depth: u32,
}

/// Buffers of [`label_exception_targets`], kept between code units.
#[derive(Default)]
pub(super) struct Buffers {
    nodes: Vec<Node>,
    /// The blocks yet to be visited and the handlers in force where they begin.
    todo: Vec<(BlockId, HandlerStack)>,
}

pub(super) fn label_exception_targets(graph: &mut Graph, buffers: &mut Buffers) {
    if !graph.has_handlers() {
        return;
    }
    graph.clear_visited();
    buffers.nodes.clear();
    buffers.visit(graph, BlockId::ENTRY, EMPTY);
    while let Some((block, stack)) = buffers.todo.pop() {
        buffers.label_block(graph, block, stack);
    }
}

impl Buffers {
    fn visit(&mut self, graph: &mut Graph, id: BlockId, stack: HandlerStack) {
        let block = graph.block_mut(id);
        if !block.visited {
            block.visited = true;
            self.todo.push((id, stack));
        }
    }

    fn top(&self, stack: HandlerStack) -> (BlockId, u32) {
        if stack == EMPTY {
            return (BlockId::NONE, 0);
        }
        let node = &self.nodes[stack as usize];
        (node.handler, node.depth)
    }

    fn label_block(&mut self, graph: &mut Graph, id: BlockId, mut stack: HandlerStack) {
        let (mut handler, mut depth) = self.top(stack);
        let mut last_yield_depth = None;
        for at in graph.block(id).range() {
            let mut instr = graph.instrs[at];
            let target = instr.target();
            if is_block_push(instr.opcode) {
                self.visit(graph, target, stack);
                if instr.opcode != Opcode::SetupFinally {
                    graph.block_mut(target).preserve_lasti = true;
                }
                depth += 1;
                handler = target;
                self.nodes.push(Node { handler, outer: stack, depth });
                stack = self.nodes.len() as HandlerStack - 1;
                continue;
            }
            if instr.opcode == Opcode::PopBlock {
                debug_assert_ne!(stack, EMPTY, "what is popped was pushed");
                stack = self.nodes.get(stack as usize).map_or(EMPTY, |node| node.outer);
                (handler, depth) = self.top(stack);
                graph.instrs[at].set_op0(Opcode::Nop);
                graph.note_nops(id);
                continue;
            }
            instr.except = handler;
            match instr.opcode {
                Opcode::YieldValue => last_yield_depth = Some(depth),
                Opcode::Resume if instr.oparg != ResumeLocation::FunctionStart as i32 => {
                    if last_yield_depth.take() == Some(1) {
                        instr.oparg |= RESUME_OPARG_DEPTH1_MASK as i32;
                    }
                }
                opcode if has_jump(opcode) => self.visit(graph, target, stack),
                _ => {}
            }
            graph.instrs[at] = instr;
        }
        let next = graph.next(id);
        if next.is_some() && graph.falls_through(id) {
            self.visit(graph, next, stack);
        }
    }
}
