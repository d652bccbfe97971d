//! Constants as text: as Python's `repr` writes them.

use std::rc::Rc;

use taipan_num::{Int, complex, float};
use taipan_text::repr::{Keep, repr_bytes, repr_text};
use taipan_text::{Text, TextBuf};

use crate::set_order::set_order;
use crate::{CodeObject, Const};

/// What stands where CPython prints the address of a code object.
pub type Address<'a> = dyn Fn(&Rc<CodeObject>) -> u64 + 'a;

/// `repr(constant)`. The elements of a frozenset come in CPython's order if they are numbers,
/// otherwise in the order that they have here.
pub fn repr(constant: &Const, address: &Address<'_>) -> String {
    let mut out = String::new();
    let mut work = vec![Work::Const(constant)];
    while let Some(item) = work.pop() {
        match item {
            Work::Text(text) => out.push_str(text),
            Work::Const(constant) => match constant {
                Const::Tuple(items) => {
                    let close = if items.len() == 1 { ",)" } else { ")" };
                    push_items(&mut work, "(", items.iter(), close);
                }
                Const::FrozenSet(items) if items.is_empty() => out.push_str("frozenset()"),
                Const::FrozenSet(items) => {
                    push_items(&mut work, "frozenset({", set_order(items).into_iter(), "})");
                }
                Const::Slice(items) => push_items(&mut work, "slice(", items.iter(), ")"),
                Const::Code(code) => out.push_str(&repr_code(code, address(code))),
                leaf => out.push_str(&repr_leaf(leaf)),
            },
        }
    }
    out
}

enum Work<'a> {
    Text(&'static str),
    Const(&'a Const),
}

fn push_items<'a>(
    work: &mut Vec<Work<'a>>,
    open: &'static str,
    items: impl DoubleEndedIterator<Item = &'a Const> + ExactSizeIterator,
    close: &'static str,
) {
    work.push(Work::Text(close));
    if items.len() == 0 {
        work.push(Work::Text(open));
    }
    for (i, item) in items.enumerate().rev() {
        work.push(Work::Const(item));
        work.push(Work::Text(if i == 0 { open } else { ", " }));
    }
}

/// `repr(code)`.
pub fn repr_code(code: &CodeObject, address: u64) -> String {
    let CodeObject { name, filename, firstlineno, .. } = code;
    let line = if *firstlineno == 0 { -1 } else { *firstlineno };
    format!("<code object {name} at {address:#x}, file \"{filename}\", line {line}>")
}

/// `repr` of a string.
pub fn repr_str(text: &Text) -> String {
    into_string(repr_text(text, Keep::Printable))
}

/// `repr` of what does not nest.
pub(crate) fn repr_leaf(constant: &Const) -> String {
    match constant {
        Const::None => "None".to_owned(),
        Const::Ellipsis => "Ellipsis".to_owned(),
        Const::Bool(true) => "True".to_owned(),
        Const::Bool(false) => "False".to_owned(),
        Const::Int(value) => repr_int(value),
        Const::Float(value) => float::repr(*value),
        Const::Complex { real, imag } => complex::repr(*real, *imag),
        Const::Str(text) => repr_str(text),
        Const::Bytes(bytes) => repr_bytes(bytes),
        _ => unreachable!("callers take apart what nests"),
    }
}

/// `repr` of an integer of any size.
fn repr_int(value: &Int) -> String {
    value.to_decimal(0).expect("zero means no limit")
}

/// A literal as Rust's string: surrogates are escaped in literals.
fn into_string(text: TextBuf) -> String {
    String::from_utf8(text.into_bytes())
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
