//! The module `_symtable`: the scopes of a source and their names.
//!
//! Not here: the analysis (`frontend` leads to it).
//!
//! Answers for CPython's `Modules/symtablemodule.c` and the type of `Python/symtable.c`.

use taipan_macros::native;
use taipan_object::native::{MemberDef, MethodDef, ModuleDef};
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::types::dict::Dict;
use taipan_object::types::list::List;
use taipan_object::types::str::Str;
use taipan_object::{Header, Outcome, Ref, Thread, Value, object, protocol};

use crate::builtins::{decoded_filename, source_text};
use crate::compile::ask;
use crate::frontend::{Mode, Options, SymbolScope, stack_budget};

/// The module `_symtable`.
pub static SYMTABLE: ModuleDef =
    ModuleDef { name: "_symtable", doc: None, functions: &[FUNCTIONS], exec: Some(exec) };

const FUNCTIONS: &[MethodDef] = &[SYMTABLE_OF];

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    const CONSTANTS: &[(&str, i64)] = &[
        ("USE", 16),
        ("DEF_GLOBAL", 1),
        ("DEF_NONLOCAL", 8),
        ("DEF_LOCAL", 2),
        ("DEF_PARAM", 4),
        ("DEF_TYPE_PARAM", 1024),
        ("DEF_FREE_CLASS", 64),
        ("DEF_IMPORT", 128),
        ("DEF_BOUND", 134),
        ("DEF_ANNOT", 256),
        ("DEF_COMP_ITER", 512),
        ("DEF_COMP_CELL", 2048),
        ("TYPE_FUNCTION", 0),
        ("TYPE_CLASS", 1),
        ("TYPE_MODULE", 2),
        ("TYPE_ANNOTATION", 3),
        ("TYPE_TYPE_ALIAS", 4),
        ("TYPE_TYPE_PARAMETERS", 5),
        ("TYPE_TYPE_VARIABLE", 6),
        ("LOCAL", 1),
        ("GLOBAL_EXPLICIT", 2),
        ("GLOBAL_IMPLICIT", 3),
        ("FREE", 4),
        ("CELL", 5),
        ("SCOPE_OFF", 12),
        ("SCOPE_MASK", 15),
    ];
    CONSTANTS.iter().try_for_each(|(name, value)| thread.module_add(module, name, Value::small_int(*value)))
}

/// A scope.
#[repr(C)]
pub struct SymtableEntry {
    head: Header,
    name: Value,
    /// A dictionary from names to flags.
    symbols: Value,
    varnames: Value,
    children: Value,
    nested: bool,
    kind: u8,
    lineno: i32,
}

object!(SymtableEntry, SYMTABLE_ENTRY, holds: name, symbols, varnames, children);

macro_rules! member {
    ($name:literal |$thread:ident, $own:ident| $value:expr) => {
        MemberDef {
            name: $name,
            doc: None,
            get: |$thread, object| {
                let $own = object.downcast::<SymtableEntry>().expect("a member of entries");
                Ok(Some($value))
            },
        }
    };
}

/// The type `symtable entry`.
pub static SYMTABLE_ENTRY: Type = Type::new::<SymtableEntry>(
    &TypeDef {
        members: &[
            member!("id" | thread, own | thread.int(i128::from(protocol::id(Ref::of(own)) >> 4))?),
            member!("name" | _thread, own | own.name.clone()),
            member!("symbols" | _thread, own | own.symbols.clone()),
            member!("varnames" | _thread, own | own.varnames.clone()),
            member!("children" | _thread, own | own.children.clone()),
            member!("nested" | _thread, own | Value::small_int(own.nested.into())),
            member!("type" | _thread, own | Value::small_int(own.kind.into())),
            member!("lineno" | _thread, own | Value::small_int(own.lineno.into())),
        ],
        ..TypeDef::new("symtable entry")
    },
    TypeFlags::CONTAINER,
    Slots { new: None, repr: Some(repr), ..Slots::holding::<SymtableEntry>() },
);

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = object.downcast::<SymtableEntry>().expect("the slot of entries");
    let name = protocol::str_string(thread, own.name.as_ref())?;
    let id = protocol::id(object) >> 4;
    thread.str(&format!("<symtable entry {name}({id}), line {}>", own.lineno))
}

/// Return symbol and scope dictionaries used internally by compiler.
#[native(name = "symtable", signature = "($module, source, filename, startstr, /)")]
fn symtable_of(thread: &mut Thread, source: Ref<'_>, filename: Ref<'_>, startstr: &Str) -> Outcome {
    let filename = decoded_filename(thread, filename)?;
    let text = source_text(thread, source, "symtable", "string or bytes")?;
    let mode = match startstr.as_ascii() {
        Some("exec") => Mode::Exec,
        Some("eval") => Mode::Eval,
        Some("single") => Mode::Single,
        _ => {
            return Err(thread.value_error("symtable() arg 3 must be 'exec' or 'eval' or 'single'"));
        }
    };
    let options = Options { mode, stack_budget: stack_budget(thread), ..Options::new(&filename) };
    let scopes = ask(thread, &options, |front, sink| front.symbol_table(text.as_source(), &options, sink))?;
    entries(thread, &scopes)
}

/// The entry of the outermost scope, with all the others below it.
fn entries(thread: &mut Thread, scopes: &[SymbolScope]) -> Outcome {
    let mut made: Vec<Option<Value>> = vec![None; scopes.len()];
    // Inner scopes stand behind those around them.
    for (index, scope) in scopes.iter().enumerate().rev() {
        let children = scope.children.iter().filter_map(|child| made[*child].take()).collect();
        let children = thread.list(children)?;
        made[index] = Some(entry(thread, scope, children)?);
    }
    match made.into_iter().next().flatten() {
        Some(top) => Ok(top),
        None => Err(thread.system_error("a symbol table without a scope")),
    }
}

fn entry(thread: &mut Thread, scope: &SymbolScope, children: Value) -> Outcome {
    let symbols = thread.dict()?;
    for (name, flags) in &scope.symbols {
        let name = thread.str_from_text(name)?;
        let own = symbols.downcast::<Dict>().expect("a dictionary");
        own.set_str(thread, name.as_ref(), Value::small_int((*flags).into()))?;
    }
    let varnames = thread.list(Vec::new())?;
    for name in &scope.varnames {
        let name = thread.str_from_text(name)?;
        varnames.downcast::<List>().expect("a list").push(thread, name)?;
    }
    let name = thread.str_from_text(&scope.name)?;
    let (nested, kind, lineno) = (scope.nested, scope.kind, scope.lineno);
    thread.new_object(|head| SymtableEntry { head, name, symbols, varnames, children, nested, kind, lineno })
}
