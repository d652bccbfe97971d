//! Passes over blocks, jumps, handlers and lines.

use super::{check, parse};
use crate::cfg::cold_blocks::push_cold_blocks_to_end;
use crate::cfg::exception_targets::{self, label_exception_targets};
use crate::cfg::inline_exits::inline_small_or_no_lineno_blocks;
use crate::cfg::line_numbers::resolve_line_numbers;
use crate::cfg::nops::{remove_redundant_nops_and_jumps, remove_redundant_nops_and_pairs};
use crate::cfg::normalize_jumps::normalize_jumps;
use crate::cfg::peephole::optimize_basic_blocks;
use crate::cfg::stack_depth::calculate_stack_depth;
use crate::unit::ConstantTable;

#[test]
fn nops_stay_for_their_lines_alone() {
    check(
        "B0:
            1 NOP
            2 NOP
            2 LOAD_CONST 0
            - NOP
            3 NOP
            - POP_TOP
            4 NOP
        B1:
            5 RETURN_VALUE",
        remove_redundant_nops_and_jumps,
        "B0:
            1 NOP
            2 LOAD_CONST 0
            3 POP_TOP
            4 NOP
        B1:
            5 RETURN_VALUE",
    );
}

#[test]
fn values_that_are_dropped_are_not_loaded() {
    check(
        "B0:
            1 LOAD_FAST 0
            1 LOAD_CONST 3
            1 COPY 1
            1 POP_TOP
            1 POP_TOP
            1 LOAD_SMALL_INT 3
        B1:
            1 POP_TOP
            1 LOAD_CONST 1
        B2: label
            1 POP_TOP
            1 RETURN_VALUE",
        remove_redundant_nops_and_pairs,
        // What a jump may lead to keeps its constant.
        "B0:
            1 LOAD_FAST 0
        B1:
            1 LOAD_CONST 1
        B2: label
            1 POP_TOP
            1 RETURN_VALUE",
    );
}

#[test]
fn jumps_to_jumps_lead_to_their_end() {
    check(
        "B0:
            1 LOAD_FAST 0
            1 POP_JUMP_IF_FALSE B2
        B1:
            2 JUMP_IF_TRUE B3
        B2: label
            3 JUMP B5
        B3: label
            4 JUMP_IF_FALSE B5
        B4:
            5 RETURN_VALUE
        B5: label
            6 JUMP B4",
        |graph| optimize_basic_blocks(graph, &mut ConstantTable::default(), &mut Vec::new()),
        "B0:
            1 LOAD_FAST 0
            1 NOP
            3 NOP
            6 POP_JUMP_IF_FALSE B4
        B1:
            2 JUMP_IF_TRUE B4
        B2: label
            3 NOP
            6 JUMP B4
        B3: label
            4 NOP
            6 JUMP_IF_FALSE B4
        B4:
            5 RETURN_VALUE
        B5: label
            6 JUMP B4",
    );
}

#[test]
fn a_ring_of_jumps_ends() {
    let mut graph = parse::parse(
        "B0:
            1 JUMP B1
        B1: label
            2 JUMP B2
        B2: label
            3 JUMP B3
        B3: label
            4 JUMP B1",
    );
    optimize_basic_blocks(&mut graph, &mut ConstantTable::default(), &mut Vec::new());
}

#[test]
fn rings_without_lines_do_not_grow_for_ever() {
    let mut graph = parse::parse(
        "B0:
            - JUMP B1
        B1: label
            - NOP
            - JUMP B2
        B2: label
            - NOP
            - JUMP B1
        B3: label
            - NOP
            - JUMP B3",
    );
    inline_small_or_no_lineno_blocks(&mut graph);
    assert!(graph.instrs.len() < 1_000_000);
}

#[test]
fn runs_of_swaps_become_short() {
    check(
        "B0:
            1 SWAP 2
            1 NOP
            1 SWAP 3
            1 SWAP 2
            1 SWAP 3
            1 BUILD_TUPLE 3
            1 SWAP 3
            1 STORE_FAST 0
            1 STORE_FAST 1
            1 STORE_FAST 2
            1 SWAP 2
            1 STORE_FAST 0
            2 STORE_FAST 1
            2 SWAP 2
            2 STORE_FAST 1
            2 POP_TOP
            2 RETURN_VALUE",
        |graph| optimize_basic_blocks(graph, &mut ConstantTable::default(), &mut Vec::new()),
        "B0:
            1 NOP
            1 NOP
            1 NOP
            1 SWAP 3
            1 SWAP 2
            1 BUILD_TUPLE 3
            1 NOP
            1 STORE_FAST 2
            1 STORE_FAST 1
            1 STORE_FAST 0
            1 SWAP 2
            1 STORE_FAST 0
            2 STORE_FAST 1
            2 NOP
            2 POP_TOP
            2 STORE_FAST 1
            2 RETURN_VALUE",
    );
}

#[test]
fn small_exits_are_copied_to_where_jumps_lead_to_them() {
    check(
        "B0: predecessors=1
            1 LOAD_FAST 0
            1 POP_JUMP_IF_TRUE B2
        B1: predecessors=1
            2 LOAD_CONST 0
            2 JUMP B3
        B2: label predecessors=1
            3 LOAD_CONST 1
        B3: label predecessors=2
            4 RETURN_VALUE",
        inline_small_or_no_lineno_blocks,
        "B0: predecessors=1
            1 LOAD_FAST 0
            1 POP_JUMP_IF_TRUE B2
        B1: predecessors=1
            2 LOAD_CONST 0
            2 NOP
            4 RETURN_VALUE
        B2: label predecessors=1
            3 LOAD_CONST 1
        B3: label predecessors=1
            4 RETURN_VALUE",
    );
}

#[test]
fn exits_without_a_line_get_one_each() {
    check(
        "B0: predecessors=1
            1 LOAD_FAST 0
            1 POP_JUMP_IF_TRUE B2
        B1: predecessors=1
            2 STORE_FAST 0
        B2: label predecessors=2
            - LOAD_CONST 0
            - RETURN_VALUE",
        resolve_line_numbers,
        "B0: predecessors=1
            1 LOAD_FAST 0
            1 POP_JUMP_IF_TRUE B3
        B1: predecessors=1
            2 STORE_FAST 0
        B2: label predecessors=1
            2 LOAD_CONST 0
            2 RETURN_VALUE
        B3: label predecessors=1
            1 LOAD_CONST 0
            1 RETURN_VALUE",
    );
}

#[test]
fn handlers_cover_what_stands_between_setup_and_pop() {
    check(
        "B0:
            1 SETUP_FINALLY B2
            2 LOAD_FAST 0
            2 SETUP_CLEANUP B3
            3 YIELD_VALUE 0
            3 RESUME 1
            4 POP_BLOCK
            5 YIELD_VALUE 0
            5 RESUME 1
            - POP_BLOCK
            6 RETURN_VALUE
        B2: label handler
            7 RERAISE 0
        B3: label handler
            8 RERAISE 0
        B1:
            9 RETURN_VALUE",
        |graph| label_exception_targets(graph, &mut exception_targets::Buffers::default()),
        "B0:
            1 SETUP_FINALLY B2
            2 LOAD_FAST 0 ^B2
            2 SETUP_CLEANUP B3
            3 YIELD_VALUE 0 ^B3
            3 RESUME 1 ^B3
            4 NOP
            5 YIELD_VALUE 0 ^B2
            5 RESUME 5 ^B2
            - NOP
            6 RETURN_VALUE
        B2: label handler
            7 RERAISE 0
        B3: label handler lasti
            8 RERAISE 0 ^B2
        B1:
            9 RETURN_VALUE",
    );
}

#[test]
fn cold_blocks_go_to_the_end() {
    check(
        "B0:
            1 SETUP_FINALLY B1
            2 JUMP B3
        B1: label handler
            3 POP_TOP
        B2:
            4 POP_EXCEPT
        B3: label
            5 RETURN_VALUE",
        push_cold_blocks_to_end,
        "B0:
            1 SETUP_FINALLY B1
            2 NOP
        B3: label
            5 RETURN_VALUE
        B1: label handler cold
            3 POP_TOP
        B2: cold
            4 POP_EXCEPT
        B4: cold predecessors=1
            - JUMP_NO_INTERRUPT B3",
    );
}

#[test]
fn conditional_jumps_lead_forward() {
    check(
        "B0: depth=0
            1 LOAD_FAST 0
            1 POP_JUMP_IF_FALSE B2
        B1: label depth=0
            2 LOAD_FAST 1
            2 POP_JUMP_IF_NONE B1
        B2: label depth=0
            3 RETURN_VALUE",
        normalize_jumps,
        "B0: depth=0
            1 LOAD_FAST 0
            1 POP_JUMP_IF_FALSE B2
            1 NOT_TAKEN
        B1: label depth=0
            2 LOAD_FAST 1
            2 POP_JUMP_IF_NOT_NONE B2
        B3: depth=0
            2 NOT_TAKEN
            2 JUMP B1
        B2: label depth=0
            3 RETURN_VALUE",
    );
}

/// CPython appends without setting the handler: it is that of what once stood there.
#[test]
fn appended_instructions_have_the_handler_of_what_stood_there() {
    check(
        "B0:
            1 LOAD_FAST 0 ^B2
            1 POP_JUMP_IF_FALSE B2 ^B2
        B1:
            2 NOP ^B2
            2 LOAD_FAST 0 ^B2
            2 POP_JUMP_IF_FALSE B2 ^B2
        B2: label handler
            3 RETURN_VALUE",
        |graph| {
            remove_redundant_nops_and_jumps(graph);
            normalize_jumps(graph);
        },
        "B0:
            1 LOAD_FAST 0 ^B2
            1 POP_JUMP_IF_FALSE B2 ^B2
            1 NOT_TAKEN
        B1:
            2 LOAD_FAST 0 ^B2
            2 POP_JUMP_IF_FALSE B2 ^B2
            2 NOT_TAKEN ^B2
        B2: label handler
            3 RETURN_VALUE",
    );
}

#[test]
fn depths_of_the_stack() {
    let mut graph = parse::parse(
        "B0:
            1 LOAD_FAST 0
            1 SETUP_FINALLY B2
            1 LOAD_FAST 1
            1 LOAD_FAST 2
            1 CALL 0
        B1:
            2 RETURN_VALUE
        B2: label handler
            3 RERAISE 1",
    );
    assert_eq!(calculate_stack_depth(&mut graph).ok(), Some(3));
    let depths: Vec<i32> = graph.layout().map(|(_, block)| block.start_depth).collect();
    assert_eq!(depths, [0, 2, 2]);
}

#[test]
fn impossible_stacks_are_errors() {
    let message = |text: &str| {
        let error = calculate_stack_depth(&mut parse::parse(text)).expect_err("the stack is impossible");
        (error.kind.class_name(), error.message.to_string_lossy().into_owned())
    };
    assert_eq!(
        message("B0:\n 1 POP_TOP\n 1 RETURN_VALUE"),
        ("ValueError", "Invalid CFG, stack underflow".into())
    );
    assert_eq!(
        message("B0: label\n 1 LOAD_FAST 0\n 1 JUMP B0"),
        ("ValueError", "Invalid CFG, inconsistent stackdepth".into())
    );
}
