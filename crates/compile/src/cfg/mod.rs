//! The control-flow graph of a code unit and the passes that improve it.
//!
//! Every pass that shows in CPython's output is here, in CPython's order, one a file; [`PASSES`]
//! lists them. What they share is [`Graph`]. The assembler makes a code object of the result.
//!
//! Invariants: no pass recurses over the graph; none takes time that is not linear, or nearly so,
//! in the size of the graph.
//!
//! Answers for CPython's `Python/flowgraph.c`.

mod borrow;
mod build;
mod cold_blocks;
mod const_eval;
mod exception_targets;
mod fold;
mod graph;
mod inline_exits;
mod line_numbers;
mod load_const;
mod localsplus;
mod nops;
mod normalize_jumps;
mod opcode_class;
mod peephole;
mod pseudo_ops;
mod stack_depth;
mod superinstructions;
mod swaps;
#[cfg(test)]
mod tests;
mod uninitialized;
mod unreachable;
mod unused_consts;
mod view;

pub use graph::{Block, BlockId, Graph, Instr};
pub(crate) use opcode_class::{has_jump, is_terminator, units};
pub use view::View;

use crate::assemble::{self, Facts, make_code_object};
use crate::error::Result;
use crate::instruction_sequence::InstructionSequence;
use crate::unit::CodeUnitMetadata;
use std::rc::Rc;
use taipan_asdl::NameTable;
use taipan_code::CodeObject;
use taipan_text::Text;

/// Is told of the code unit after each pass.
pub type Observer<'a> = &'a mut dyn FnMut(&View<'_>);

/// The names of the passes, in order. The first is not one: an [`Observer`] sees under it the graph
/// as it was built.
pub const PASSES: [&str; 20] = [
    "build",
    "label_exception_targets",
    "inline_small_or_no_lineno_blocks",
    "remove_unreachable",
    "resolve_line_numbers",
    "optimize_load_const",
    "optimize_basic_blocks",
    "remove_redundant_nops_and_pairs",
    "remove_redundant_nops_and_jumps",
    "remove_unused_consts",
    "add_checks_for_loads_of_uninitialized_variables",
    "insert_superinstructions",
    "push_cold_blocks_to_end",
    "resolve_line_numbers_again",
    "convert_pseudo_conditional_jumps",
    "calculate_stack_depth",
    "prepare_localsplus",
    "convert_pseudo_ops",
    "normalize_jumps",
    "optimize_load_fast",
];

/// The last half of the compiler. It keeps its buffers from one code unit to the next.
#[derive(Default)]
pub struct Assembler {
    graph: Graph,
    build: build::Buffers,
    exception_targets: exception_targets::Buffers,
    swaps: peephole::Buffer,
    positions: Vec<u32>,
    borrow: borrow::Buffers,
    assemble: assemble::Buffers,
}

impl Assembler {
    /// An assembler with empty buffers.
    pub fn new() -> Assembler {
        Assembler::default()
    }

    /// Makes a code object of a code unit, whose constants are used up.
    pub fn optimize_and_assemble(
        &mut self,
        unit: &mut CodeUnitMetadata,
        sequence: &InstructionSequence,
        names: &NameTable,
        filename: &Rc<Text>,
        observer: Option<Observer<'_>>,
    ) -> Result<Rc<CodeObject>> {
        let facts = match observer {
            None => self.run_passes(unit, sequence, |_, _, _| {}),
            Some(observe) => {
                let mut passes = PASSES.iter();
                self.run_passes(unit, sequence, |pass, graph, unit| {
                    debug_assert_eq!(passes.next(), Some(&pass), "all passes are listed in order");
                    observe(&View { pass, graph, unit, names });
                })
            }
        }?;
        Ok(make_code_object(&mut self.graph, unit, facts, names, filename, &mut self.assemble))
    }

    fn run_passes(
        &mut self,
        unit: &mut CodeUnitMetadata,
        sequence: &InstructionSequence,
        mut observe: impl FnMut(&'static str, &Graph, &CodeUnitMetadata),
    ) -> Result<Facts> {
        let graph = &mut self.graph;
        graph.clear();
        build::build(graph, sequence, &mut self.build);
        observe("build", graph, unit);
        exception_targets::label_exception_targets(graph, &mut self.exception_targets);
        observe("label_exception_targets", graph, unit);

        inline_exits::inline_small_or_no_lineno_blocks(graph);
        observe("inline_small_or_no_lineno_blocks", graph, unit);
        unreachable::remove_unreachable(graph);
        observe("remove_unreachable", graph, unit);
        line_numbers::resolve_line_numbers(graph);
        observe("resolve_line_numbers", graph, unit);
        load_const::optimize_load_const(graph, &mut unit.consts);
        observe("optimize_load_const", graph, unit);
        peephole::optimize_basic_blocks(graph, &mut unit.consts, &mut self.swaps);
        observe("optimize_basic_blocks", graph, unit);
        nops::remove_redundant_nops_and_pairs(graph);
        observe("remove_redundant_nops_and_pairs", graph, unit);
        unreachable::remove_unreachable(graph);
        nops::remove_redundant_nops_and_jumps(graph);
        observe("remove_redundant_nops_and_jumps", graph, unit);

        let mut consts = unit.consts.take_items();
        unused_consts::remove_unused_consts(graph, &mut consts, &mut self.positions);
        observe("remove_unused_consts", graph, unit);
        uninitialized::add_checks_for_loads_of_uninitialized_variables(
            graph,
            unit.varnames.len(),
            unit.nparams,
            &mut self.positions,
        );
        observe("add_checks_for_loads_of_uninitialized_variables", graph, unit);
        superinstructions::insert_superinstructions(graph);
        observe("insert_superinstructions", graph, unit);
        cold_blocks::push_cold_blocks_to_end(graph);
        observe("push_cold_blocks_to_end", graph, unit);
        line_numbers::resolve_line_numbers(graph);
        observe("resolve_line_numbers_again", graph, unit);

        pseudo_ops::convert_pseudo_conditional_jumps(graph);
        observe("convert_pseudo_conditional_jumps", graph, unit);
        let stack_depth = stack_depth::calculate_stack_depth(graph)?;
        observe("calculate_stack_depth", graph, unit);
        let nlocalsplus = localsplus::prepare_localsplus(graph, unit, &mut self.positions);
        observe("prepare_localsplus", graph, unit);
        pseudo_ops::convert_pseudo_ops(graph);
        observe("convert_pseudo_ops", graph, unit);
        normalize_jumps::normalize_jumps(graph);
        observe("normalize_jumps", graph, unit);
        borrow::optimize_load_fast(graph, &mut self.borrow);
        observe("optimize_load_fast", graph, unit);
        Ok(Facts { stack_depth, nlocalsplus, consts })
    }
}
