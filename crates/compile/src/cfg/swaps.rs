//! Simplifies runs of `SWAP`: replaces them by fewer, or by another order of the stores behind.
//!
//! Answers for `swaptimize` and `apply_static_swaps` of CPython's `Python/flowgraph.c`.

use super::graph::Instr;
use taipan_opcode::Opcode;

/// Simplifies all runs of `SWAP` in the instructions of a block; whether there are any. `stack` is
/// a buffer.
pub(super) fn optimize_swaps(instrs: &mut [Instr], stack: &mut Vec<usize>) -> bool {
    let mut found = false;
    let mut i = 0;
    while i < instrs.len() {
        if instrs[i].opcode == Opcode::Swap {
            i = shorten_run(instrs, i, stack);
            apply_static_swaps(instrs, i);
            found = true;
        }
        i += 1;
    }
    found
}

/// What was put in its place already.
const DONE: usize = usize::MAX;

/// Replaces the run of `SWAP`s and `NOP`s that begins at `start` by the shortest with the same
/// effect, padded with `NOP`s at the front. Returns where it ends; `start` if it was one `SWAP`.
fn shorten_run(instrs: &mut [Instr], start: usize, stack: &mut Vec<usize>) -> usize {
    let len = instrs[start..]
        .iter()
        .position(|instr| !matches!(instr.opcode, Opcode::Swap | Opcode::Nop))
        .unwrap_or(instrs.len() - start);
    let run = &mut instrs[start..start + len];
    if !run[1..].iter().any(|instr| instr.opcode == Opcode::Swap) {
        return start;
    }
    let swaps = || run.iter().filter(|instr| instr.opcode == Opcode::Swap).map(|instr| instr.oparg as usize);
    let depth = swaps().max().unwrap_or(0);
    stack.clear();
    stack.extend(0..depth);
    for depth in swaps() {
        stack.swap(0, depth - 1);
    }
    // The stack is a permutation now. Walking along each of its cycles, from the end of the run to
    // its front, gives the swaps that make it.
    let mut end = run.len();
    for first in 0..depth {
        if stack[first] == DONE || stack[first] == first {
            continue;
        }
        let mut at = first;
        loop {
            // Swapping the top with itself would do nothing.
            if at != 0 {
                end -= 1;
                run[end].set_op1(Opcode::Swap, at as i32 + 1);
            }
            if stack[at] == DONE {
                break;
            }
            at = std::mem::replace(&mut stack[at], DONE);
        }
    }
    for instr in &mut run[..end] {
        instr.set_op0(Opcode::Nop);
    }
    start + len - 1
}

/// Whether the order of such instructions can be changed unseen.
fn is_swappable(opcode: Opcode) -> bool {
    matches!(opcode, Opcode::StoreFast | Opcode::StoreFastMaybeNull | Opcode::PopTop)
}

/// The variable that a swappable instruction stores to.
fn stores_to(instr: &Instr) -> Option<i32> {
    matches!(instr.opcode, Opcode::StoreFast | Opcode::StoreFastMaybeNull).then_some(instr.oparg)
}

/// The swappable instruction next after `i`, on the line `lineno` if one is given.
fn next_swappable(instrs: &[Instr], i: usize, lineno: Option<i32>) -> Option<usize> {
    for (at, instr) in instrs.iter().enumerate().skip(i + 1) {
        // Names must be bound in the order that a tracer of lines sees.
        if lineno.is_some_and(|lineno| instr.lineno() != lineno) {
            return None;
        }
        if instr.opcode != Opcode::Nop {
            return is_swappable(instr.opcode).then_some(at);
        }
    }
    None
}

/// Instead of swapping values, exchanges the instructions that consume them. Begins at `i` and
/// goes on to its left.
fn apply_static_swaps(instrs: &mut [Instr], i: usize) {
    for i in (0..=i).rev() {
        let swap = instrs[i];
        if swap.opcode != Opcode::Swap {
            if swap.opcode == Opcode::Nop || is_swappable(swap.opcode) {
                continue;
            }
            return;
        }
        let Some(j) = next_swappable(instrs, i, None) else { return };
        let lineno = Some(instrs[j].lineno()).filter(|&lineno| lineno >= 0);
        let mut k = j;
        for _ in 1..swap.oparg {
            let Some(next) = next_swappable(instrs, k, lineno) else { return };
            k = next;
        }
        let (store_j, store_k) = (stores_to(&instrs[j]), stores_to(&instrs[k]));
        if store_j.is_some() || store_k.is_some() {
            if store_j == store_k {
                return;
            }
            let between = instrs.get(j + 1..k).unwrap_or_default();
            if between
                .iter()
                .filter_map(stores_to)
                .any(|store| Some(store) == store_j || Some(store) == store_k)
            {
                return;
            }
        }
        instrs[i].set_op0(Opcode::Nop);
        instrs.swap(j, k);
    }
}
