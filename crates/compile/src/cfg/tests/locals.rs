//! Passes over local variables.

use super::check;
use crate::cfg::borrow::{self, optimize_load_fast};
use crate::cfg::graph::Graph;
use crate::cfg::superinstructions::insert_superinstructions;
use crate::cfg::uninitialized::add_checks_for_loads_of_uninitialized_variables;

fn borrow(graph: &mut Graph) {
    optimize_load_fast(graph, &mut borrow::Buffers::default());
}

#[test]
fn neighbours_are_joined_on_one_line_with_small_operands() {
    check(
        "B0:
            1 STORE_FAST 1
            1 LOAD_FAST 2
            2 LOAD_FAST 3
            2 LOAD_FAST 4
            2 LOAD_FAST 16
            2 STORE_FAST 5
            - STORE_FAST 6
            2 RETURN_VALUE",
        insert_superinstructions,
        "B0:
            1 STORE_FAST_LOAD_FAST 18
            2 LOAD_FAST_LOAD_FAST 52
            2 LOAD_FAST 16
            2 STORE_FAST_STORE_FAST 86
            2 RETURN_VALUE",
    );
}

#[test]
fn loads_of_what_may_be_unbound_check() {
    check(
        "B0:
            1 LOAD_FAST 0
            1 POP_JUMP_IF_TRUE B2
        B1: label
            2 LOAD_FAST 0
            2 STORE_FAST 1
        B2: label
            3 LOAD_FAST 1
            3 LOAD_FAST 1
            3 DELETE_FAST 0
            3 POP_JUMP_IF_TRUE B1
        B3:
            4 RETURN_VALUE",
        |graph| add_checks_for_loads_of_uninitialized_variables(graph, 2, 1, &mut Vec::new()),
        "B0:
            1 LOAD_FAST 0
            1 POP_JUMP_IF_TRUE B2
        B1: label
            2 LOAD_FAST_CHECK 0
            2 STORE_FAST 1
        B2: label
            3 LOAD_FAST_CHECK 1
            3 LOAD_FAST 1
            3 DELETE_FAST 0
            3 POP_JUMP_IF_TRUE B1
        B3:
            4 RETURN_VALUE",
    );
}

#[test]
fn a_handler_sees_variables_as_they_were_where_it_began() {
    check(
        "B0:
            1 LOAD_SMALL_INT 0 ^B1
            1 STORE_FAST 0 ^B1
            2 LOAD_FAST 0
            2 RETURN_VALUE
        B1: label handler
            3 LOAD_FAST 0
            3 RETURN_VALUE",
        |graph| add_checks_for_loads_of_uninitialized_variables(graph, 1, 0, &mut Vec::new()),
        "B0:
            1 LOAD_SMALL_INT 0 ^B1
            1 STORE_FAST 0 ^B1
            2 LOAD_FAST 0
            2 RETURN_VALUE
        B1: label handler
            3 LOAD_FAST_CHECK 0
            3 RETURN_VALUE",
    );
}

/// From number 64 on, even parameters, since blocks are looked at one by one.
#[test]
fn high_variables_are_checked_in_each_block() {
    check(
        "B0:
            1 LOAD_FAST 63
            1 LOAD_FAST 64
            1 LOAD_FAST 64
            1 JUMP B1
        B1: label
            2 LOAD_FAST 64
            2 RETURN_VALUE",
        |graph| add_checks_for_loads_of_uninitialized_variables(graph, 65, 65, &mut Vec::new()),
        "B0:
            1 LOAD_FAST 63
            1 LOAD_FAST_CHECK 64
            1 LOAD_FAST 64
            1 JUMP B1
        B1: label
            2 LOAD_FAST_CHECK 64
            2 RETURN_VALUE",
    );
}

#[test]
fn loads_borrow_unless_their_variable_is_written_or_they_outlive_the_block() {
    check(
        "B0:
            1 LOAD_FAST 0
            1 LOAD_SMALL_INT 1
            1 STORE_FAST 0
            1 POP_TOP
            2 LOAD_FAST_LOAD_FAST 18
            2 BINARY_OP 0
            2 STORE_FAST 3
            3 LOAD_FAST 1
            3 STORE_FAST 2
            4 LOAD_FAST 4
            4 DELETE_FAST 4
            4 POP_TOP
            5 LOAD_FAST 5
            5 LOAD_ATTR 1
            6 LOAD_FAST 6
            6 RETURN_VALUE",
        borrow,
        "B0: depth=0
            1 LOAD_FAST 0
            1 LOAD_SMALL_INT 1
            1 STORE_FAST 0
            1 POP_TOP
            2 LOAD_FAST_BORROW_LOAD_FAST_BORROW 18
            2 BINARY_OP 0
            2 STORE_FAST 3
            3 LOAD_FAST 1
            3 STORE_FAST 2
            4 LOAD_FAST 4
            4 DELETE_FAST 4
            4 POP_TOP
            5 LOAD_FAST 5
            5 LOAD_ATTR 1
            6 LOAD_FAST_BORROW 6
            6 RETURN_VALUE",
    );
}

/// What such instructions push is credited to the first of the block.
#[test]
fn the_first_load_pays_for_what_others_leave() {
    check(
        "B0:
            1 LOAD_FAST 0
            1 POP_TOP
            2 LOAD_FAST 1
            2 GET_LEN
            3 LOAD_CONST 0
            3 RETURN_VALUE",
        borrow,
        "B0: depth=0
            1 LOAD_FAST 0
            1 POP_TOP
            2 LOAD_FAST 1
            2 GET_LEN
            3 LOAD_CONST 0
            3 RETURN_VALUE",
    );
}
