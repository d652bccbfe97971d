//! Reads the text form of graphs.

use crate::cfg::graph::{BlockId, Graph, Instr};
use crate::cfg::opcode_class::has_target;
use crate::instruction_sequence::{NEXT_LOCATION, NO_LOCATION};
use taipan_asdl::Location;
use taipan_opcode::Opcode;

/// The graph that `text` describes. Blocks are numbered from 0 without gaps, in any order.
pub(super) fn parse(text: &str) -> Graph {
    let mut blocks: Vec<(usize, &str, Vec<&str>)> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.strip_prefix('B').and_then(|line| line.split_once(':')) {
            Some((number, marks)) => blocks.push((number.parse().expect("a number"), marks, Vec::new())),
            None => blocks.last_mut().expect("an instruction belongs to a block").2.push(line),
        }
    }
    let mut graph = Graph::default();
    let mut ids = vec![BlockId::NONE; blocks.len()];
    let mut in_order: Vec<&(usize, &str, Vec<&str>)> = blocks.iter().collect();
    in_order.sort_by_key(|block| block.0);
    for (number, _, instrs) in in_order {
        let id = graph.new_block();
        graph.instrs.resize(graph.instrs.len() + instrs.len(), Instr::UNUSED);
        let end = graph.instrs.len();
        graph.block_mut(id).end_at(end);
        ids[*number] = id;
    }
    let mut previous = BlockId::NONE;
    for (number, marks, instrs) in &blocks {
        let id = ids[*number];
        if previous.is_some() {
            graph.block_mut(previous).next = id;
        }
        previous = id;
        for mark in marks.split_whitespace() {
            set_mark(&mut graph, id, mark);
        }
        for (at, line) in instrs.iter().enumerate() {
            let instr = parse_instr(line, &ids);
            graph.occurring.insert(instr.opcode);
            graph.instrs_mut(id)[at] = instr;
        }
    }
    graph.note_contents();
    graph
}

fn set_mark(graph: &mut Graph, id: BlockId, mark: &str) {
    let block = graph.block_mut(id);
    match mark.split_once('=') {
        Some(("predecessors", count)) => block.predecessors = count.parse().expect("a number"),
        Some(("depth", depth)) => block.start_depth = depth.parse().expect("a number"),
        _ => match mark {
            "label" => block.is_labelled = true,
            "handler" => block.is_except_handler = true,
            "lasti" => block.preserve_lasti = true,
            "cold" => block.is_cold = true,
            other => panic!("no mark is called {other}"),
        },
    }
}

fn parse_instr(line: &str, ids: &[BlockId]) -> Instr {
    let mut words = line.split_whitespace();
    let location = parse_location(words.next().expect("a location"));
    let name = words.next().expect("a name");
    let opcode = Opcode::from_name(name).unwrap_or_else(|| panic!("no instruction is called {name}"));
    let mut instr = Instr::new(opcode, 0, location);
    let block = |word: &str| ids[word.parse::<usize>().expect("the number of a block")];
    for word in words {
        if let Some(handler) = word.strip_prefix("^B") {
            instr.except = block(handler);
        } else if has_target(opcode) {
            instr.set_target(block(word.strip_prefix('B').expect("a block")));
        } else {
            instr.oparg = word.parse().expect("an operand");
        }
    }
    instr
}

fn parse_location(word: &str) -> Location {
    match word {
        "-" => return NO_LOCATION,
        "next" => return NEXT_LOCATION,
        _ => {}
    }
    let numbers: Vec<i32> = word.split([':', '-']).map(|number| number.parse().expect("a number")).collect();
    match numbers[..] {
        [line] => Location { lineno: line, col_offset: -1, end_lineno: line, end_col_offset: -1 },
        [lineno, col_offset, end_lineno, end_col_offset] => {
            Location { lineno, col_offset, end_lineno, end_col_offset }
        }
        _ => panic!("a location is a line, or two lines with columns"),
    }
}
