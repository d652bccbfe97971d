//! What an observer sees of a code unit between two passes, and how it is printed: as text and as
//! DOT, the language of Graphviz.
//!
//! A block is called `B` and its number, which it keeps through all passes. In text, blocks stand
//! in the order of the layout:
//!
//! ```text
//! B0: label predecessors=1
//!     2:4-2:5          LOAD_FAST 0 (x)
//!     2:4-2:9          POP_JUMP_IF_FALSE B2
//! B1: depth=0
//!     3                RETURN_VALUE ^B4
//! ```
//!
//! An instruction stands behind its lines and columns; `-` is no location, `next` that of the
//! instruction behind, and a bare number a line without columns. `^` names its handler.

use super::graph::{Block, BlockId, Graph, Instr};
use super::opcode_class::{ends_flow, has_target, is_block_push};
use crate::instruction_sequence::{NEXT_LOCATION, NO_LOCATION};
use crate::unit::CodeUnitMetadata;
use std::fmt::{self, Display, Formatter, Write};
use taipan_asdl::{Location, Name, NameTable};
use taipan_opcode::{ArgKind, Opcode};

/// A code unit after a pass.
pub struct View<'a> {
    /// The pass, one of [`super::PASSES`].
    pub pass: &'static str,
    /// The graph.
    pub graph: &'a Graph,
    /// What is known of the unit beside.
    pub unit: &'a CodeUnitMetadata,
    /// Its identifiers.
    pub names: &'a NameTable,
}

impl View<'_> {
    /// The graph as text.
    pub fn text(&self) -> impl Display {
        FromFn(|f: &mut Formatter<'_>| {
            for (id, block) in self.graph.layout() {
                writeln!(f, "{}", Header(id, block))?;
                for instr in self.graph.instrs(id) {
                    writeln!(f, "    {:<16} {}", Place(instr.location).to_string(), self.instr(instr))?;
                }
            }
            Ok(())
        })
    }

    /// The graph in DOT, as a graph of this name.
    pub fn dot(&self, name: &str) -> impl Display {
        FromFn(move |f: &mut Formatter<'_>| {
            writeln!(f, "digraph {} {{", Quoted(name))?;
            writeln!(f, "    node [shape=box, fontname=monospace];")?;
            for (id, block) in self.graph.layout() {
                let style = if block.is_cold { ", style=filled, fillcolor=lightblue" } else { "" };
                write!(f, "    {id} [label=\"{}\\l", Header(id, block))?;
                for instr in self.graph.instrs(id) {
                    write!(f, "{}\\l", Escaped(&self.instr(instr).to_string()))?;
                }
                writeln!(f, "\"{style}];")?;
                self.write_edges(f, id, block)?;
            }
            writeln!(f, "}}")
        })
    }

    fn write_edges(&self, f: &mut Formatter<'_>, id: BlockId, block: &Block) -> fmt::Result {
        let mut falls_through = block.next.is_some();
        // Handlers, in the order in which they first cover something.
        let mut handlers = Vec::new();
        for instr in self.graph.instrs(id) {
            falls_through &= !ends_flow(instr.opcode);
            if instr.except.is_some() && !handlers.contains(&instr.except) {
                handlers.push(instr.except);
            }
            if has_target(instr.opcode) {
                let style = if is_block_push(instr.opcode) { " [style=dotted]" } else { " [color=blue]" };
                writeln!(f, "    {id} -> {}{style};", instr.target())?;
            }
        }
        if falls_through {
            writeln!(f, "    {id} -> {};", block.next)?;
        }
        for handler in handlers {
            writeln!(f, "    {id} -> {handler} [style=dashed, color=red];")?;
        }
        Ok(())
    }

    /// An instruction without its place.
    fn instr<'i>(&'i self, instr: &'i Instr) -> impl Display + 'i {
        FromFn(move |f: &mut Formatter<'_>| {
            f.write_str(instr.opcode.name())?;
            if has_target(instr.opcode) {
                write!(f, " {}", instr.target())?;
            } else if instr.opcode.has_arg() || instr.oparg != 0 {
                write!(f, " {}", instr.oparg)?;
                if let Some(name) = self.operand_name(instr.opcode, instr.oparg) {
                    write!(f, " ({})", self.names.text(name))?;
                }
            }
            if instr.except.is_some() {
                write!(f, " ^{}", instr.except)?;
            }
            Ok(())
        })
    }

    /// The name that an operand stands for, where that depends on nothing but the unit.
    fn operand_name(&self, opcode: Opcode, oparg: i32) -> Option<Name> {
        let oparg = usize::try_from(oparg).ok()?;
        let index = match opcode.arg_kind() {
            ArgKind::Name => oparg,
            _ if opcode == Opcode::LoadGlobal || opcode == Opcode::LoadAttr => oparg >> 1,
            _ if opcode.has_local() => return self.unit.varnames.names().get(oparg).copied(),
            _ => return None,
        };
        self.unit.names.names().get(index).copied()
    }
}

impl Display for BlockId {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "B{}", self.index())
    }
}

/// The name of a block, and what is known of it.
struct Header<'a>(BlockId, &'a Block);

impl Display for Header<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Header(id, block) = self;
        write!(f, "{id}:")?;
        let marks = [
            (block.is_labelled, "label"),
            (block.is_except_handler, "handler"),
            (block.preserve_lasti, "lasti"),
            (block.is_cold, "cold"),
        ];
        for (_, mark) in marks.iter().filter(|(is_set, _)| *is_set) {
            write!(f, " {mark}")?;
        }
        if block.predecessors != 0 {
            write!(f, " predecessors={}", block.predecessors)?;
        }
        if block.start_depth >= 0 {
            write!(f, " depth={}", block.start_depth)?;
        }
        Ok(())
    }
}

struct Place(Location);

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Location { lineno, col_offset, end_lineno, end_col_offset } = self.0;
        if self.0 == NO_LOCATION {
            f.write_str("-")
        } else if self.0 == NEXT_LOCATION {
            f.write_str("next")
        } else if col_offset == -1 && end_col_offset == -1 && end_lineno == lineno {
            write!(f, "{lineno}")
        } else {
            write!(f, "{lineno}:{col_offset}-{end_lineno}:{end_col_offset}")
        }
    }
}

/// Text inside a string of DOT.
struct Escaped<'a>(&'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c == '"' || c == '\\' {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        Ok(())
    }
}

struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", Escaped(self.0))
    }
}

/// What a function prints.
struct FromFn<F>(F);

impl<F: Fn(&mut Formatter<'_>) -> fmt::Result> Display for FromFn<F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}
