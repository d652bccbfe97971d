//! `taipan symtable`: the scopes and their names, as `python3.14 -m symtable` prints them.

use crate::json::Writer;
use taipan::asdl::NameTable;
use taipan::compile::symtable::{NameScope, Scope, ScopeId, ScopeKind, Symbol, SymbolTable, flags};
use taipan::text::repr::{Keep, repr_text};
use taipan::text::{Text, TextBuf};

/// The flags of a symbol in the order in which CPython lists them.
const FLAGS: &[(&str, u32)] = &[
    ("use", flags::USE),
    ("def_global", flags::DEF_GLOBAL),
    ("def_nonlocal", flags::DEF_NONLOCAL),
    ("def_local", flags::DEF_LOCAL),
    ("def_param", flags::DEF_PARAM),
    ("def_type_param", flags::DEF_TYPE_PARAM),
    ("def_free_class", flags::DEF_FREE_CLASS),
    ("def_import", flags::DEF_IMPORT),
    ("def_bound", flags::DEF_BOUND),
    ("def_annot", flags::DEF_ANNOT),
    ("def_comp_iter", flags::DEF_COMP_ITER),
    ("def_comp_cell", flags::DEF_COMP_CELL),
];

/// The table as text.
pub fn text(table: &SymbolTable, names: &NameTable, filename: &Text) -> TextBuf {
    let mut out = TextBuf::new();
    // Scopes may be nested as deep as the source is long: no recursion.
    let mut pending = vec![(SymbolTable::TOP, 0)];
    while let Some((id, level)) = pending.pop() {
        let scope = table.scope(id);
        let indent = "    ".repeat(level);
        let nested = if scope.nested { "nested " } else { "" };
        out.push_str(&format!("{indent}symbol table for {nested}{} ", kind(scope.kind)));
        if scope.kind == ScopeKind::Module {
            out.push_str("from file ");
            out.push_text(&repr_text(filename, Keep::Printable));
        } else {
            out.push_text(&repr_text(names.text(scope.name), Keep::Printable));
        }
        out.push_str(":\n");
        for symbol in &scope.symbols {
            out.push_str(&format!("    {indent}{} symbol ", scope_word(symbol)));
            out.push_text(&repr_text(names.text(symbol.name), Keep::Printable));
            out.push_str(&format!(": {}\n", flag_words(symbol).collect::<Vec<_>>().join(", ")));
        }
        out.push_str("\n");
        pending.extend(scope.children.iter().rev().map(|&child| (child, level + 1)));
    }
    out
}

/// The table as JSON: an array of scopes, each naming its parent's place in the array.
pub fn json(table: &SymbolTable, names: &NameTable, writer: &mut Writer) {
    writer.array(|writer| {
        let mut pending: Vec<(ScopeId, Option<usize>)> = vec![(SymbolTable::TOP, None)];
        let mut count = 0;
        while let Some((id, parent)) = pending.pop() {
            let scope = table.scope(id);
            writer.line();
            writer.object(|writer| json_scope(scope, names, parent, writer));
            pending.extend(scope.children.iter().rev().map(|&child| (child, Some(count))));
            count += 1;
        }
    });
}

fn json_scope(scope: &Scope, names: &NameTable, parent: Option<usize>, writer: &mut Writer) {
    writer.key("type").str(kind(scope.kind));
    writer.key("name").string(names.text(scope.name));
    match parent {
        Some(parent) => writer.key("parent").int(parent as i128),
        None => writer.key("parent").null(),
    }
    writer.key("lineno").int(scope.location.lineno);
    writer.key("nested").bool(scope.nested);
    writer.key("generator").bool(scope.generator);
    writer.key("coroutine").bool(scope.coroutine);
    writer.key("parameters").array(|writer| {
        scope.varnames.iter().for_each(|&name| writer.string(names.text(name)));
    });
    writer.key("symbols").array(|writer| {
        for symbol in &scope.symbols {
            writer.object(|writer| {
                writer.key("name").string(names.text(symbol.name));
                writer.key("scope").str(scope_word(symbol));
                writer.key("flags").array(|writer| flag_words(symbol).for_each(|word| writer.str(word)));
            });
        }
    });
}

fn flag_words(symbol: &Symbol) -> impl Iterator<Item = &'static str> {
    FLAGS.iter().filter(|(_, flag)| symbol.flags & flag == *flag).map(|(word, _)| *word)
}

const fn scope_word(symbol: &Symbol) -> &'static str {
    match NameScope::of(symbol.flags) {
        NameScope::Unknown => "0",
        NameScope::Local => "local",
        NameScope::GlobalExplicit => "global_explicit",
        NameScope::GlobalImplicit => "global_implicit",
        NameScope::Free => "free",
        NameScope::Cell => "cell",
    }
}

const fn kind(kind: ScopeKind) -> &'static str {
    match kind {
        ScopeKind::Function => "function",
        ScopeKind::Class => "class",
        ScopeKind::Module => "module",
        ScopeKind::Annotation => "annotation",
        ScopeKind::TypeAlias => "type alias",
        ScopeKind::TypeParameters => "type parameters",
        ScopeKind::TypeVariable => "type variable",
    }
}
