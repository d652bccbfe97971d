//! A flow graph as JSON.

use crate::json::Writer;
use taipan::compile::cfg::{BlockId, Graph, Instr};

/// A graph as an array of blocks.
pub fn blocks(graph: &Graph) -> String {
    let mut writer = Writer::default();
    writer.array(|writer| {
        for (id, block) in graph.layout() {
            writer.line();
            writer.object(|writer| {
                writer.key("block").int(id.index() as i128);
                writer.key("start_depth").int(block.start_depth);
                writer.key("except_handler").bool(block.is_except_handler);
                writer.key("cold").bool(block.is_cold);
                match fallthrough(graph, id) {
                    Some(next) => writer.key("falls_through_to").int(next.index() as i128),
                    None => writer.key("falls_through_to").null(),
                }
                writer.key("instructions").array(|writer| {
                    graph.instrs(id).iter().for_each(|instr| instruction(instr, writer));
                });
            });
        }
    });
    String::from_utf8_lossy(&writer.into_bytes()).into_owned()
}

fn instruction(instr: &Instr, writer: &mut Writer) {
    writer.object(|writer| {
        writer.key("opname").str(instr.opcode.name());
        if instr.opcode.has_target() {
            writer.key("target").int(instr.target().index() as i128);
        } else {
            writer.key("arg").int(instr.oparg);
        }
        writer.key("position").array(|writer| {
            let location = instr.location;
            for number in [location.lineno, location.col_offset, location.end_lineno, location.end_col_offset]
            {
                if number < 0 { writer.null() } else { writer.int(number) }
            }
        });
        if instr.except.is_some() {
            writer.key("handler").int(instr.except.index() as i128);
        }
    });
}

/// The block behind a block, if control can get there without a jump.
fn fallthrough(graph: &Graph, id: BlockId) -> Option<BlockId> {
    Some(graph.next(id)).filter(|next| next.is_some() && graph.falls_through(id))
}
