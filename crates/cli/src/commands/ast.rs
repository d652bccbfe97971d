//! `taipan ast`: the syntax tree, as `python3.14 -m ast` prints it.

use crate::json::Writer;
use taipan::asdl::reflect::{Field, Node};
use taipan::asdl::{Constant, Int, NameTable};
use taipan::num;
use taipan::text::repr::repr_bytes;

/// How deep a tree may be that is shown as JSON; readers of JSON have limits, too.
pub const DEEPEST: usize = 10_000;

/// The tree as JSON: an object for each node, with its class under `_type`; `None` if it is too
/// deep.
pub fn json(tree: &dyn Node, names: &NameTable, writer: &mut Writer) -> Option<()> {
    let mut printer = Printer { names, too_deep: false };
    printer.node(tree, 0, writer);
    (!printer.too_deep).then_some(())
}

struct Printer<'n> {
    names: &'n NameTable,
    too_deep: bool,
}

impl Printer<'_> {
    fn node(&mut self, node: &dyn Node, depth: usize, writer: &mut Writer) {
        if depth > DEEPEST {
            self.too_deep = true;
            return writer.null();
        }
        writer.object(|writer| {
            writer.key("_type").str(node.class_name());
            node.visit_fields(&mut |name, field| self.field(field, depth, writer.key(name)));
            if let Some(location) = node.location() {
                writer.key("lineno").int(location.lineno);
                writer.key("col_offset").int(location.col_offset);
                writer.key("end_lineno").int(location.end_lineno);
                writer.key("end_col_offset").int(location.end_col_offset);
            }
        });
    }

    fn field(&mut self, field: Field<'_>, depth: usize, writer: &mut Writer) {
        let depth = depth + 1;
        match field {
            Field::Node(node) | Field::OptionalNode(Some(node)) => self.node(node, depth, writer),
            Field::Nodes(nodes) => {
                writer.array(|writer| nodes.into_iter().for_each(|node| self.node(node, depth, writer)));
            }
            Field::OptionalNodes(nodes) => writer.array(|writer| {
                nodes.into_iter().for_each(|node| match node {
                    Some(node) => self.node(node, depth, writer),
                    None => writer.null(),
                });
            }),
            Field::Identifier(name) | Field::OptionalIdentifier(Some(name)) => {
                writer.string(self.names.text(name));
            }
            Field::Identifiers(names) => {
                writer.array(|writer| names.iter().for_each(|&name| writer.string(self.names.text(name))));
            }
            Field::String(text) | Field::OptionalString(Some(text)) => writer.string(text),
            Field::Int(value) | Field::OptionalInt(Some(value)) => writer.int(value),
            Field::Constant(constant) => self.constant(&constant, depth, writer),
            Field::OptionalNode(None)
            | Field::OptionalIdentifier(None)
            | Field::OptionalString(None)
            | Field::OptionalInt(None) => writer.null(),
        }
    }

    /// A constant: what JSON has, as itself; anything else as an object that names its type.
    fn constant(&mut self, constant: &Constant<'_>, depth: usize, writer: &mut Writer) {
        if depth > DEEPEST {
            self.too_deep = true;
            return writer.null();
        }
        match constant {
            Constant::None => writer.null(),
            Constant::Bool(value) => writer.bool(*value),
            Constant::Int(Int::Small(value)) => writer.int(*value),
            Constant::Str(text) => writer.string(text),
            Constant::Int(Int::Big { negative, digits }) => {
                let value = num::Int::from_words(*negative, digits);
                writer.literal(&value.to_decimal(0).unwrap_or_default());
            }
            Constant::Ellipsis => writer.object(|writer| writer.key("ellipsis").null()),
            Constant::Float(value) => {
                writer.object(|writer| writer.key("float").str(&num::float::repr(*value)))
            }
            Constant::Complex { real, imag } => writer.object(|writer| {
                writer.key("complex").array(|writer| {
                    writer.str(&num::float::repr(*real));
                    writer.str(&num::float::repr(*imag));
                });
            }),
            Constant::Bytes(bytes) => writer.object(|writer| writer.key("bytes").str(&repr_bytes(bytes))),
            Constant::Tuple(items) => self.items("tuple", items, depth, writer),
            Constant::FrozenSet(items) => self.items("frozenset", items, depth, writer),
        }
    }

    fn items(&mut self, kind: &str, items: &[Constant<'_>], depth: usize, writer: &mut Writer) {
        writer.object(|writer| {
            writer.key(kind).array(|writer| {
                items.iter().for_each(|item| self.constant(item, depth + 1, writer));
            });
        });
    }
}
