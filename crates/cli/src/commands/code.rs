//! `taipan code`: code objects field by field, with every table spelt out.

use crate::colour::Theme;
use crate::json::Writer;
use std::fmt::Write;
use std::rc::Rc;
use taipan::code::repr::{repr, repr_str};
use taipan::code::{CodeObject, Const, co};
use taipan::text::Text;

/// The flags of `co_flags` with the names that `dis` gives them.
const FLAGS: &[(u32, &str)] = &[
    (co::OPTIMIZED, "OPTIMIZED"),
    (co::NEWLOCALS, "NEWLOCALS"),
    (co::VARARGS, "VARARGS"),
    (co::VARKEYWORDS, "VARKEYWORDS"),
    (co::NESTED, "NESTED"),
    (co::GENERATOR, "GENERATOR"),
    (co::COROUTINE, "COROUTINE"),
    (co::ITERABLE_COROUTINE, "ITERABLE_COROUTINE"),
    (co::ASYNC_GENERATOR, "ASYNC_GENERATOR"),
    (co::FUTURE_BARRY_AS_BDFL, "FUTURE_BARRY_AS_BDFL"),
    (co::FUTURE_ANNOTATIONS, "FUTURE_ANNOTATIONS"),
    (co::HAS_DOCSTRING, "HAS_DOCSTRING"),
    (co::METHOD, "METHOD"),
];

/// The code object and all those among its constants, an outer one before its inner ones.
fn all(code: &Rc<CodeObject>) -> Vec<&Rc<CodeObject>> {
    let mut found = Vec::new();
    let mut pending = vec![code];
    while let Some(code) = pending.pop() {
        found.push(code);
        pending.extend(code.consts.iter().rev().filter_map(|constant| match constant {
            Const::Code(code) => Some(code),
            _ => None,
        }));
    }
    found
}

/// The code objects as text.
pub fn text(code: &Rc<CodeObject>, theme: &Theme) -> String {
    let Theme { definition, keyword, reset, .. } = theme;
    let codes = all(code);
    let mut out = String::new();
    for (number, code) in codes.iter().enumerate() {
        let _ = writeln!(out, "{definition}{}. {}{reset}", number + 1, code.qualname);
        for (name, value) in fields(code, &codes) {
            let _ = writeln!(out, "  {keyword}{name:19}{reset} {value}");
        }
        for entry in code.handlers() {
            let _ = writeln!(
                out,
                "  {keyword}{:19}{reset} {}..{} -> {} at depth {}{}",
                "exception table",
                entry.start * 2,
                entry.end * 2,
                entry.target * 2,
                entry.depth,
                if entry.lasti { ", with lasti" } else { "" }
            );
        }
        out.push('\n');
    }
    out.pop();
    out
}

/// The code objects as JSON: an array, constants that are code objects naming their place in it.
pub fn json(code: &Rc<CodeObject>) -> Vec<u8> {
    let codes = all(code);
    let mut writer = Writer::default();
    writer.array(|writer| {
        for code in &codes {
            writer.line();
            writer.object(|writer| {
                for (name, value) in fields(code, &codes) {
                    writer.key(name).str(&value);
                }
            });
        }
    });
    writer.into_bytes()
}

/// The 17 attributes that describe a code object, and the file's name, as `repr` writes them; bytes
/// as hexadecimal digits.
fn fields(code: &CodeObject, codes: &[&Rc<CodeObject>]) -> Vec<(&'static str, String)> {
    let number = |code: &Rc<CodeObject>| {
        codes.iter().position(|known| Rc::ptr_eq(known, code)).map_or(0, |place| place as u64 + 1)
    };
    vec![
        ("co_name", repr_str(&code.name)),
        ("co_qualname", repr_str(&code.qualname)),
        ("co_filename", repr_str(&code.filename)),
        ("co_firstlineno", code.firstlineno.to_string()),
        ("co_argcount", code.argcount.to_string()),
        ("co_posonlyargcount", code.posonlyargcount.to_string()),
        ("co_kwonlyargcount", code.kwonlyargcount.to_string()),
        ("co_nlocals", code.nlocals().to_string()),
        ("co_stacksize", code.stacksize.to_string()),
        ("co_flags", flags(code.flags)),
        ("co_consts", tuple(code.consts.iter().map(|constant| repr(constant, &number)))),
        ("co_names", names(code.names.iter())),
        ("co_varnames", names(code.varnames())),
        ("co_cellvars", names(code.cellvars())),
        ("co_freevars", names(code.freevars())),
        ("co_code", hex(&code.code)),
        ("co_linetable", hex(&code.linetable)),
        ("co_exceptiontable", hex(&code.exceptiontable)),
    ]
}

fn flags(flags: u32) -> String {
    let mut shown = format!("{flags:#x}");
    let names: Vec<&str> =
        FLAGS.iter().filter(|(flag, _)| flags & flag != 0).map(|(_, name)| *name).collect();
    if !names.is_empty() {
        let _ = write!(shown, " ({})", names.join(", "));
    }
    shown
}

fn names<'n>(names: impl Iterator<Item = &'n Rc<Text>>) -> String {
    tuple(names.map(|name| repr_str(name)))
}

fn tuple(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.collect();
    if let [only] = items.as_slice() { format!("({only},)") } else { format!("({})", items.join(", ")) }
}

fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}
