//! Passes one by one, on graphs in the text form that [`super::View`] prints.

mod blocks;
mod folding;
mod locals;
mod parse;
mod scale;

use super::graph::Graph;
use super::view::View;
use crate::unit::{CodeUnitMetadata, ConstantTable, NameIndex};
use taipan_asdl::NameTable;
use taipan_code::Const;
use taipan_text::Text;

/// A unit without names.
fn empty_unit(names: &mut NameTable) -> CodeUnitMetadata {
    CodeUnitMetadata {
        name: names.intern(Text::new("unit")),
        qualname: Text::new("unit").to_rc(),
        consts: ConstantTable::default(),
        names: NameIndex::default(),
        varnames: NameIndex::default(),
        cellvars: NameIndex::default(),
        freevars: NameIndex::default(),
        fast_hidden: Vec::new(),
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        nparams: 0,
        firstlineno: 1,
        flags: 0,
        rename_first_local: None,
    }
}

/// The graph as text, without the depth of indentation and the padding.
fn text_of(graph: &Graph) -> String {
    let mut names = NameTable::new();
    let unit = empty_unit(&mut names);
    let text = View { pass: "test", graph, unit: &unit, names: &names }.text().to_string();
    normal(&text)
}

/// Without what does not count in the text form.
fn normal(text: &str) -> String {
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

/// Checks what a pass makes of a graph.
#[track_caller]
fn check(before: &str, pass: impl FnOnce(&mut Graph), after: &str) {
    let mut graph = parse::parse(before);
    assert_eq!(text_of(&graph), normal(before), "the text form is read as it is printed");
    pass(&mut graph);
    assert_eq!(text_of(&graph), normal(after));
}

/// A table of constants.
fn constants(items: impl IntoIterator<Item = Const>) -> ConstantTable {
    let mut table = ConstantTable::default();
    for item in items {
        table.add(item);
    }
    table
}
