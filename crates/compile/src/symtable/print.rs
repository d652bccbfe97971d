//! The symbol table as text, for people.

use super::flags::*;
use super::*;
use std::fmt::{self, Write};
use taipan_asdl::NameTable;

/// Writes the scopes with their names, inner ones indented, in the form of CPython's debugging aid
/// `_PY_DUMP_SYMTABLE`.
pub fn write_symbol_table(table: &SymbolTable, names: &NameTable, out: &mut dyn Write) -> fmt::Result {
    let mut pending = vec![(SymbolTable::TOP, 0)];
    while let Some((id, depth)) = pending.pop() {
        write_scope(table.scope(id), names, depth * 2, out)?;
        pending.extend(table.scope(id).children.iter().rev().map(|&child| (child, depth + 1)));
    }
    Ok(())
}

fn write_scope(scope: &Scope, names: &NameTable, indent: usize, out: &mut dyn Write) -> fmt::Result {
    let comprehension = match scope.comprehension {
        Comprehension::None => "",
        Comprehension::List => " ListComprehension",
        Comprehension::Dict => " DictComprehension",
        Comprehension::Set => " SetComprehension",
        Comprehension::Generator => " GeneratorExpression",
    };
    writeln!(out, "{:indent$}=== Symtable for {} ===", "", names.text(scope.name))?;
    writeln!(out, "{:indent$}{:?}Block{comprehension}", "", scope.kind)?;
    write!(out, "{:indent$}", "")?;
    for (set, word) in [
        (scope.nested, " nested"),
        (scope.generator, " generator"),
        (scope.coroutine, " coroutine"),
        (scope.varargs, " varargs"),
        (scope.varkeywords, " varkeywords"),
        (scope.returns_value, " returns_value"),
        (scope.needs_class_closure, " needs_class_closure"),
        (scope.needs_classdict, " needs_classdict"),
        (scope.comp_inlined, " comp_inlined"),
        (scope.can_see_class_scope, " can_see_class_scope"),
    ] {
        if set {
            out.write_str(word)?;
        }
    }
    writeln!(out)?;
    let Location { lineno, col_offset, .. } = scope.location;
    writeln!(out, "{:indent$}lineno: {lineno} col_offset: {col_offset}", "")?;
    writeln!(out, "{:indent$}--- Symbols ---", "")?;
    for symbol in &scope.symbols {
        write!(out, "{:indent$}  {}: ", "", names.text(symbol.name))?;
        for (flag, word) in [
            (DEF_GLOBAL, " DEF_GLOBAL"),
            (DEF_LOCAL, " DEF_LOCAL"),
            (DEF_PARAM, " DEF_PARAM"),
            (DEF_NONLOCAL, " DEF_NONLOCAL"),
            (USE, " USE"),
            (DEF_FREE_CLASS, " DEF_FREE_CLASS"),
            (DEF_IMPORT, " DEF_IMPORT"),
            (DEF_ANNOT, " DEF_ANNOT"),
            (DEF_COMP_ITER, " DEF_COMP_ITER"),
            (DEF_TYPE_PARAM, " DEF_TYPE_PARAM"),
            (DEF_COMP_CELL, " DEF_COMP_CELL"),
        ] {
            if symbol.flags & flag != 0 {
                out.write_str(word)?;
            }
        }
        let scope = match NameScope::of(symbol.flags) {
            NameScope::Unknown => "",
            NameScope::Local => " LOCAL",
            NameScope::GlobalExplicit => " GLOBAL_EXPLICIT",
            NameScope::GlobalImplicit => " GLOBAL_IMPLICIT",
            NameScope::Free => " FREE",
            NameScope::Cell => " CELL",
        };
        writeln!(out, "{scope}")?;
    }
    writeln!(out, "{:indent$}--- Children ---", "")
}
