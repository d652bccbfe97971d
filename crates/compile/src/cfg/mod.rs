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
mod uninitialized;
mod unreachable;
mod unused_consts;

pub use graph::{Block, BlockId, Graph, Instr};
pub(crate) use opcode_class::{has_jump, is_terminator};

use crate::assemble::{self, Facts, make_code_object};
use crate::error::Result;
use crate::instruction_sequence::InstructionSequence;
use crate::unit::CodeUnitMetadata;
use std::rc::Rc;
use taipan_asdl::NameTable;
use taipan_code::CodeObject;
use taipan_text::Text;

/// Is told of the graph after each pass, by the pass's name; first of what was [`BUILT`].
pub type Observer<'a> = &'a mut dyn FnMut(&'static str, &Graph);

/// The name under which an [`Observer`] sees the graph as it was built, before any pass.
pub const BUILT: &str = "build";

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
            None => self.run_passes(unit, sequence, |_, _| {}),
            Some(observe) => self.run_passes(unit, sequence, observe),
        }?;
        Ok(make_code_object(&mut self.graph, unit, facts, names, filename, &mut self.assemble))
    }

    fn run_passes(
        &mut self,
        unit: &mut CodeUnitMetadata,
        sequence: &InstructionSequence,
        mut observe: impl FnMut(&'static str, &Graph),
    ) -> Result<Facts> {
        let graph = &mut self.graph;
        graph.clear();
        build::build(graph, sequence, &mut self.build);
        observe(BUILT, graph);
        exception_targets::label_exception_targets(graph, &mut self.exception_targets);
        observe("label_exception_targets", graph);

        inline_exits::inline_small_or_no_lineno_blocks(graph);
        observe("inline_small_or_no_lineno_blocks", graph);
        unreachable::remove_unreachable(graph);
        observe("remove_unreachable", graph);
        line_numbers::resolve_line_numbers(graph);
        observe("resolve_line_numbers", graph);
        load_const::optimize_load_const(graph, &mut unit.consts);
        observe("optimize_load_const", graph);
        peephole::optimize_basic_blocks(graph, &mut unit.consts, &mut self.swaps);
        observe("optimize_basic_blocks", graph);
        nops::remove_redundant_nops_and_pairs(graph);
        observe("remove_redundant_nops_and_pairs", graph);
        unreachable::remove_unreachable(graph);
        nops::remove_redundant_nops_and_jumps(graph);
        observe("remove_redundant_nops_and_jumps", graph);

        let mut consts = unit.consts.take_items();
        unused_consts::remove_unused_consts(graph, &mut consts, &mut self.positions);
        observe("remove_unused_consts", graph);
        uninitialized::add_checks_for_loads_of_uninitialized_variables(
            graph,
            unit.varnames.len(),
            unit.nparams,
            &mut self.positions,
        );
        observe("add_checks_for_loads_of_uninitialized_variables", graph);
        superinstructions::insert_superinstructions(graph);
        observe("insert_superinstructions", graph);
        cold_blocks::push_cold_blocks_to_end(graph);
        observe("push_cold_blocks_to_end", graph);
        line_numbers::resolve_line_numbers(graph);
        observe("resolve_line_numbers_again", graph);

        pseudo_ops::convert_pseudo_conditional_jumps(graph);
        observe("convert_pseudo_conditional_jumps", graph);
        let stack_depth = stack_depth::calculate_stack_depth(graph)?;
        observe("calculate_stack_depth", graph);
        let nlocalsplus = localsplus::prepare_localsplus(graph, unit, &mut self.positions);
        observe("prepare_localsplus", graph);
        pseudo_ops::convert_pseudo_ops(graph);
        observe("convert_pseudo_ops", graph);
        normalize_jumps::normalize_jumps(graph);
        observe("normalize_jumps", graph);
        borrow::optimize_load_fast(graph, &mut self.borrow);
        observe("optimize_load_fast", graph);
        Ok(Facts { stack_depth, nlocalsplus, consts })
    }
}
