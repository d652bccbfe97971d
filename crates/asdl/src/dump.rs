//! Trees as text: `ast.dump`.
//!
//! Answers for `dump` in CPython's `Lib/ast.py`.

use crate::constant::{Constant, Int};
use crate::diagnostic::{Error, ErrorKind};
use crate::name::NameTable;
use crate::node::Location;
use crate::reflect::{Field, Node};
use taipan_num::{IBig, complex, float};
use taipan_text::repr::{Keep, repr_bytes, repr_text};
use taipan_text::{Text, TextBuf};

/// How deep trees may be; CPython's recursive printer gives up before.
const MAX_DEPTH: usize = 1000;

/// The arguments of `ast.dump`.
#[derive(Clone, Copy, Debug)]
pub struct DumpOptions<'o> {
    /// Show the names of fields.
    pub annotate_fields: bool,
    /// Show positions.
    pub include_attributes: bool,
    /// What a level is indented by; without it all is one line.
    pub indent: Option<&'o str>,
    /// Show empty lists.
    pub show_empty: bool,
}

impl Default for DumpOptions<'_> {
    fn default() -> Self {
        DumpOptions { annotate_fields: true, include_attributes: false, indent: None, show_empty: false }
    }
}

/// The text of the tree `node`, whose identifiers are in `names`.
pub fn dump(node: &dyn Node, names: &NameTable, options: DumpOptions<'_>) -> Result<TextBuf, Box<Error>> {
    let mut printer = Printer { names, options, out: Vec::new(), depth: 0, too_deep: false };
    printer.node(node, 0);
    if printer.too_deep {
        return Err(Error::new(ErrorKind::RecursionError, "maximum recursion depth exceeded"));
    }
    let mut text = TextBuf::new();
    text.push_text(Text::from_bytes(&printer.out));
    Ok(text)
}

/// Whether a value is so plain that it may stay on the line of its node.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Simple,
    Nested,
}

struct Printer<'p> {
    names: &'p NameTable,
    options: DumpOptions<'p>,
    out: Vec<u8>,
    depth: usize,
    too_deep: bool,
}

/// The arguments of a node, written one after the other.
struct Arguments {
    /// Where in the output each begins.
    starts: Vec<usize>,
    keywords: bool,
    all_simple: bool,
    /// Empty lists left out, which a later value without keyword brings back.
    skipped: usize,
}

impl Printer<'_> {
    /// Writes a node.
    fn node(&mut self, node: &dyn Node, level: usize) -> Shape {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            self.too_deep = true;
        }
        if self.too_deep {
            return Shape::Simple;
        }
        self.push(node.class_name());
        self.push("(");
        let begin = self.out.len();
        let mut arguments = Arguments {
            starts: Vec::new(),
            keywords: self.options.annotate_fields,
            all_simple: true,
            skipped: 0,
        };
        node.visit_fields(&mut |name, field| self.field(&mut arguments, name, field, level + 1));
        if let (true, Some(location)) = (self.options.include_attributes, node.location()) {
            self.attributes(&mut arguments, location);
        }
        let simple = arguments.all_simple && arguments.starts.len() <= 3;
        self.separate(begin, &arguments.starts, if simple { None } else { Some(level + 1) });
        self.push(")");
        self.depth -= 1;
        if simple && arguments.starts.is_empty() { Shape::Simple } else { Shape::Nested }
    }

    fn field(&mut self, arguments: &mut Arguments, name: &str, field: Field<'_>, level: usize) {
        match field {
            Field::OptionalNode(None)
            | Field::OptionalIdentifier(None)
            | Field::OptionalString(None)
            | Field::OptionalInt(None) => {
                arguments.keywords = true;
                return;
            }
            _ => {}
        }
        if !self.options.show_empty {
            if is_empty_list(&field) {
                if !arguments.keywords {
                    arguments.skipped += 1;
                }
                return;
            }
            if !arguments.keywords {
                for _ in 0..std::mem::take(&mut arguments.skipped) {
                    self.begin(&mut arguments.starts);
                    self.push("[]");
                }
            }
        }
        self.begin(&mut arguments.starts);
        if arguments.keywords {
            self.push(name);
            self.push("=");
        }
        let shape = self.value(field, level);
        arguments.all_simple &= shape == Shape::Simple;
    }

    fn attributes(&mut self, arguments: &mut Arguments, location: Location) {
        let Location { lineno, col_offset, end_lineno, end_col_offset } = location;
        let attributes = [
            ("lineno", lineno),
            ("col_offset", col_offset),
            ("end_lineno", end_lineno),
            ("end_col_offset", end_col_offset),
        ];
        for (name, value) in attributes {
            self.begin(&mut arguments.starts);
            self.push(name);
            self.push("=");
            self.push(&value.to_string());
        }
    }

    fn value(&mut self, field: Field<'_>, level: usize) -> Shape {
        match field {
            Field::Node(node) | Field::OptionalNode(Some(node)) => return self.node(node, level),
            Field::Nodes(nodes) => return self.list(nodes.into_iter().map(Some), level),
            Field::OptionalNodes(nodes) => return self.list(nodes.into_iter(), level),
            Field::Identifier(name) | Field::OptionalIdentifier(Some(name)) => {
                self.text(self.names.text(name))
            }
            Field::Identifiers(names) => return self.identifiers(names, level),
            Field::String(text) | Field::OptionalString(Some(text)) => self.text(text),
            Field::Int(value) | Field::OptionalInt(Some(value)) => self.push(&value.to_string()),
            Field::Constant(value) => self.constant(&value),
            Field::OptionalNode(None)
            | Field::OptionalIdentifier(None)
            | Field::OptionalString(None)
            | Field::OptionalInt(None) => self.push("None"),
        }
        Shape::Simple
    }

    fn list<'n>(
        &mut self,
        nodes: impl ExactSizeIterator<Item = Option<&'n dyn Node>>,
        level: usize,
    ) -> Shape {
        if nodes.len() == 0 {
            self.push("[]");
            return Shape::Simple;
        }
        self.push("[");
        let begin = self.out.len();
        let mut starts = Vec::with_capacity(nodes.len());
        for node in nodes {
            self.begin(&mut starts);
            match node {
                Some(node) => {
                    self.node(node, level + 1);
                }
                None => self.push("None"),
            }
        }
        self.separate(begin, &starts, Some(level + 1));
        self.push("]");
        Shape::Nested
    }

    fn identifiers(&mut self, names: &[crate::Name], level: usize) -> Shape {
        if names.is_empty() {
            self.push("[]");
            return Shape::Simple;
        }
        self.push("[");
        let begin = self.out.len();
        let mut starts = Vec::with_capacity(names.len());
        for &name in names {
            self.begin(&mut starts);
            self.text(self.names.text(name));
        }
        self.separate(begin, &starts, Some(level + 1));
        self.push("]");
        Shape::Nested
    }

    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// A piece of a node or list begins here.
    fn begin(&mut self, starts: &mut Vec<usize>) {
        if self.options.indent.is_none() && !starts.is_empty() {
            self.push(", ");
        }
        starts.push(self.out.len());
    }

    /// Indenting, puts commas between the pieces that were written from `begin` on, and line ends if
    /// they are to stand at `level` on lines of their own.
    fn separate(&mut self, begin: usize, starts: &[usize], level: Option<usize>) {
        let Some(indent) = self.options.indent else { return };
        if self.too_deep {
            return;
        }
        let tail = self.out.split_off(begin);
        let line_start = level.map(|level| format!("\n{}", indent.repeat(level)));
        for (i, &start) in starts.iter().enumerate() {
            match &line_start {
                Some(line_start) => {
                    self.push(if i > 0 { "," } else { "" });
                    self.push(line_start);
                }
                None => self.push(if i > 0 { ", " } else { "" }),
            }
            let end = starts.get(i + 1).map_or(tail.len(), |next| next - begin);
            self.out.extend_from_slice(&tail[start - begin..end]);
        }
    }

    fn text(&mut self, text: &Text) {
        self.out.extend_from_slice(repr_text(text, Keep::Printable).as_bytes());
    }

    /// `repr` of a constant.
    fn constant(&mut self, value: &Constant<'_>) {
        match *value {
            Constant::None => self.push("None"),
            Constant::Ellipsis => self.push("Ellipsis"),
            Constant::Bool(true) => self.push("True"),
            Constant::Bool(false) => self.push("False"),
            Constant::Int(value) => self.push(&integer(value)),
            Constant::Float(value) => self.push(&float::repr(value)),
            Constant::Complex { real, imag } => self.push(&complex::repr(real, imag)),
            Constant::Str(text) => self.text(text),
            Constant::Bytes(bytes) => self.push(&repr_bytes(bytes)),
            Constant::Tuple(items) => {
                self.push("(");
                self.items(items);
                self.push(if items.len() == 1 { ",)" } else { ")" });
            }
            Constant::FrozenSet([]) => self.push("frozenset()"),
            Constant::FrozenSet(items) => {
                self.push("frozenset({");
                self.items(items);
                self.push("})");
            }
        }
    }

    fn items(&mut self, items: &[Constant<'_>]) {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                self.push(", ");
            }
            self.constant(item);
        }
    }
}

fn is_empty_list(field: &Field<'_>) -> bool {
    match field {
        Field::Nodes(nodes) => nodes.is_empty(),
        Field::OptionalNodes(nodes) => nodes.is_empty(),
        Field::Identifiers(names) => names.is_empty(),
        _ => false,
    }
}

fn integer(value: Int<'_>) -> String {
    match value {
        Int::Small(value) => value.to_string(),
        Int::Big { negative, digits } => {
            let sign = if negative { dashu_int::Sign::Negative } else { dashu_int::Sign::Positive };
            let magnitude = dashu_int::UBig::from_words(digits);
            IBig::from_parts(sign, magnitude).to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::{Arguments, Comprehension, Expr, ExprContext, ExprKind, Mod, ModKind, Stmt, StmtKind};

    const PLACE: Location = Location { lineno: 1, col_offset: 0, end_lineno: 1, end_col_offset: 1 };

    fn show(node: &dyn Node, names: &NameTable, options: DumpOptions<'_>) -> String {
        dump(node, names, options).expect("the tree is small").to_string_lossy().into_owned()
    }

    #[test]
    fn lines_and_indentation_follow_cpython() {
        let mut names = NameTable::new();
        let id = names.intern(Text::new("x"));
        let name = Expr { kind: ExprKind::Name { id, ctx: ExprContext::Load }, location: PLACE };
        let stmt = Stmt { kind: StmtKind::Expr { value: &name }, location: PLACE };
        let body = [&stmt];
        let module = Mod { kind: ModKind::Module { body: &body, type_ignores: &[] } };
        let plain = DumpOptions::default();
        assert_eq!(show(&module, &names, plain), "Module(body=[Expr(value=Name(id='x', ctx=Load()))])");
        let indented = DumpOptions { indent: Some("  "), ..plain };
        let expected = "Module(\n  body=[\n    Expr(\n      value=Name(id='x', ctx=Load()))])";
        assert_eq!(show(&module, &names, indented), expected);
        let full = DumpOptions { show_empty: true, annotate_fields: false, ..plain };
        assert_eq!(show(&module, &names, full), "Module([Expr(Name('x', Load()))], [])");
        let arguments = Arguments {
            posonlyargs: &[],
            args: &[],
            vararg: None,
            kwonlyargs: &[],
            kw_defaults: &[],
            kwarg: None,
            defaults: &[],
        };
        assert_eq!(show(&arguments, &names, plain), "arguments()");
        let clause = Comprehension { target: &name, iter: &name, ifs: &[], is_async: 1 };
        let positional = DumpOptions { annotate_fields: false, ..plain };
        let expected = "comprehension(Name('x', Load()), Name('x', Load()), [], 1)";
        assert_eq!(show(&clause, &names, positional), expected);
    }
}
