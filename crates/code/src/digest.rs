//! A line of digests per code object, by which two compilers are compared.
//!
//! Each line names a file, the code object's number in it, its qualified name and, for each `co_`
//! attribute but the file name, the FNV-1a hash of its bytes or of its *canonical text*: `repr` with
//! the type before it, code objects by their names, sets sorted.

use std::fmt::Write;
use std::rc::Rc;

use taipan_text::Text;

use crate::repr::{repr_leaf, repr_str};
use crate::{CodeObject, Const};

/// The lines for a code object and all code objects among its constants, each ending in a newline.
pub fn digest_lines(file: &str, code: &CodeObject) -> String {
    let mut out = String::new();
    let mut pending = vec![code];
    let mut index = 0;
    while let Some(code) = pending.pop() {
        let qualname = code.qualname.to_string_lossy().replace('\t', " ");
        write!(out, "{file}\t{index}\t{qualname}").expect("strings take all");
        for (field, digest) in digest(code) {
            write!(out, "\t{field}={digest:x}").expect("strings take all");
        }
        out.push('\n');
        index += 1;
        pending.extend(code.consts.iter().rev().filter_map(|constant| match constant {
            Const::Code(code) => Some(&**code),
            _ => None,
        }));
    }
    out
}

/// The digests of the attributes, named without their `co_`.
pub fn digest(code: &CodeObject) -> [(&'static str, u64); 17] {
    let int = |value: i64| fnv(format!("int:{value}").as_bytes());
    let text = |text: &Text| fnv(format!("str:{}", repr_str(text)).as_bytes());
    [
        ("code", fnv(&code.code)),
        ("consts", fnv(canonical_items(&code.consts).as_bytes())),
        ("names", names(&mut code.names.iter())),
        ("varnames", names(&mut code.varnames())),
        ("freevars", names(&mut code.freevars())),
        ("cellvars", names(&mut code.cellvars())),
        ("flags", int(code.flags.into())),
        ("argcount", int(code.argcount.into())),
        ("posonlyargcount", int(code.posonlyargcount.into())),
        ("kwonlyargcount", int(code.kwonlyargcount.into())),
        ("stacksize", int(code.stacksize.into())),
        ("nlocals", int(code.nlocals() as i64)),
        ("firstlineno", int(code.firstlineno.into())),
        ("linetable", fnv(&code.linetable)),
        ("exceptiontable", fnv(&code.exceptiontable)),
        ("name", text(&code.name)),
        ("qualname", text(&code.qualname)),
    ]
}

fn names(names: &mut dyn Iterator<Item = &Rc<Text>>) -> u64 {
    let items: Vec<String> = names.map(|name| format!("str:{}", repr_str(name))).collect();
    fnv(format!("({},)", items.join(",")).as_bytes())
}

/// FNV-1a, 64 bits.
pub fn fnv(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

enum Work<'a> {
    Const(&'a Const),
    Text(&'static str),
    /// An element of a frozenset is complete.
    Element,
    /// A frozenset is complete.
    CloseSet,
}

/// The canonical text of a tuple of `items`.
fn canonical_items(items: &[Const]) -> String {
    let mut out = String::new();
    // What was written before each open frozenset, and its elements so far.
    let mut sets: Vec<(String, Vec<String>)> = Vec::new();
    let mut work = Vec::new();
    push_items(&mut work, "(", items, ",)");
    while let Some(item) = work.pop() {
        match item {
            Work::Text(text) => out.push_str(text),
            Work::Element => {
                let (_, elements) = sets.last_mut().expect("elements are inside a set");
                elements.push(std::mem::take(&mut out));
            }
            Work::CloseSet => {
                let (before, mut elements) = sets.pop().expect("each close has its open");
                elements.sort_unstable();
                out = before;
                write!(out, "frozenset({})", elements.join(",")).expect("strings take all");
            }
            Work::Const(constant) => match constant {
                Const::Tuple(items) => push_items(&mut work, "(", items, ",)"),
                Const::Slice(items) => push_items(&mut work, "slice(", &items[..], ")"),
                Const::FrozenSet(items) => {
                    sets.push((std::mem::take(&mut out), Vec::new()));
                    work.push(Work::CloseSet);
                    for item in items {
                        work.push(Work::Element);
                        work.push(Work::Const(item));
                    }
                }
                Const::Code(code) => write!(out, "<code {}>", code.qualname).expect("strings take all"),
                leaf => {
                    out.push_str(type_name(leaf));
                    out.push(':');
                    out.push_str(&repr_leaf(leaf));
                }
            },
        }
    }
    out
}

fn push_items<'a>(work: &mut Vec<Work<'a>>, open: &'static str, items: &'a [Const], close: &'static str) {
    work.push(Work::Text(close));
    for (i, item) in items.iter().enumerate().rev() {
        work.push(Work::Const(item));
        work.push(Work::Text(if i == 0 { open } else { "," }));
    }
    if items.is_empty() {
        work.push(Work::Text(open));
    }
}

fn type_name(leaf: &Const) -> &'static str {
    match leaf {
        Const::None => "NoneType",
        Const::Ellipsis => "ellipsis",
        Const::Bool(_) => "bool",
        Const::Int(_) => "int",
        Const::Float(_) => "float",
        Const::Complex { .. } => "complex",
        Const::Str(_) => "str",
        Const::Bytes(_) => "bytes",
        Const::Tuple(_) => "tuple",
        Const::FrozenSet(_) => "frozenset",
        Const::Slice(_) => "slice",
        Const::Code(_) => "code",
    }
}
