//! Large graphs take time in proportion.

use super::{empty_unit, parse};
use crate::cfg::{Assembler, PASSES};
use crate::instruction_sequence::InstructionSequence;
use std::fmt::Write;
use taipan_asdl::{Location, NameTable};
use taipan_code::Const;
use taipan_opcode::Opcode;
use taipan_text::Text;

fn line(lineno: i32) -> Location {
    Location { lineno, col_offset: 0, end_lineno: lineno, end_col_offset: 1 }
}

/// `count` times `if x: y = 1`, then a jump back to the start, with extended arguments.
fn long_function(count: i32) -> InstructionSequence {
    let mut sequence = InstructionSequence::new();
    let start = sequence.new_label();
    sequence.add(Opcode::Resume, 0, line(1));
    sequence.use_label(start);
    for i in 0..count {
        let end = sequence.new_label();
        sequence.add(Opcode::LoadFast, 0, line(i));
        sequence.add(Opcode::PopJumpIfFalse, end.0, line(i));
        sequence.add(Opcode::LoadConst, 0, line(i));
        sequence.add(Opcode::StoreFast, 1, line(i));
        sequence.use_label(end);
    }
    sequence.add(Opcode::LoadFast, 0, line(count));
    sequence.add(Opcode::StoreFast, 1, line(count));
    sequence.add(Opcode::Jump, start.0, line(count));
    sequence
}

#[test]
fn a_hundred_thousand_blocks() {
    let mut names = NameTable::new();
    let mut unit = empty_unit(&mut names);
    unit.varnames = ["x", "y"].map(|name| names.intern(Text::new(name))).into_iter().collect();
    unit.nparams = 2;
    unit.argcount = 2;
    unit.consts.add(Const::from(1));
    let mut passes = Vec::new();
    let mut observe = |view: &crate::cfg::View<'_>| passes.push(view.pass);
    let code = Assembler::new()
        .optimize_and_assemble(
            &mut unit,
            &long_function(50_000),
            &names,
            &Text::new("f").to_rc(),
            Some(&mut observe),
        )
        .expect("the function is sound");
    assert_eq!(passes, PASSES);
    // A load, three units of jump and mark, a load and a store each; the last jump goes back over
    // all of them, and over itself.
    assert_eq!(code.code.len(), 2 * (1 + 50_000 * 6 + 2 + 4));
    let extended = Opcode::ExtendedArg as u8;
    let distance = 300_006_u32.to_be_bytes();
    let jump = [extended, distance[1], extended, distance[2], Opcode::JumpBackward as u8, distance[3], 0, 0];
    assert_eq!(&code.code[code.code.len() - 8..], jump);
}

#[test]
fn long_runs_of_emptied_blocks() {
    let mut text = String::from("B0:\n 1 LOAD_FAST 0\n 1 JUMP B1\n");
    for i in 1..50_000 {
        writeln!(text, "B{i}: label\n - NOP\n - JUMP B{}", i + 1).expect("strings take all");
    }
    text.push_str("B50000: label\n 2 RETURN_VALUE");
    let mut graph = parse::parse(&text);
    crate::cfg::nops::remove_redundant_nops_and_jumps(&mut graph);
    let left: usize = graph.layout().map(|(_, block)| block.len()).sum();
    assert_eq!(left, 2);
}
