//! The JSON form: one object per code object, nested ones inside.

use std::fmt::Write;
use std::rc::Rc;

use taipan_text::Text;

use super::{Argument, Entry, Listing, Numbers};
use crate::repr::repr;
use crate::{CodeObject, Const};

/// A code object and all code objects among its constants as JSON, one object per line and flat:
/// `id` numbers them as the text form does, constants that are code objects say `{"code": id}`.
pub fn to_json(code: &Rc<CodeObject>) -> String {
    let numbers = Numbers::new(code);
    let mut out = String::from("[");
    for (i, code) in numbers.codes().enumerate() {
        out.push_str(if i == 0 { "\n" } else { ",\n" });
        write_code(&mut out, code, &numbers);
    }
    out.push_str("\n]\n");
    out
}

fn write_code(out: &mut String, code: &Rc<CodeObject>, numbers: &Numbers<'_>) {
    let mut object = Object::open(out);
    object.number("id", numbers.of(code));
    object.text("name", &code.name);
    object.text("qualname", &code.qualname);
    object.text("filename", &code.filename);
    object.number("firstlineno", code.firstlineno);
    object.number("argcount", code.argcount);
    object.number("posonlyargcount", code.posonlyargcount);
    object.number("kwonlyargcount", code.kwonlyargcount);
    object.number("nlocals", code.nlocals());
    object.number("stacksize", code.stacksize);
    object.number("flags", code.flags);
    object.list("consts", code.consts.iter(), |out, constant| match constant {
        Const::Code(code) => write!(out, "{{\"code\": {}}}", numbers.of(code)).expect("strings take all"),
        other => write_string(out, &repr(other, &|code| numbers.of(code))),
    });
    let write_name = |out: &mut String, name: &Rc<Text>| write_text(out, name);
    object.list("names", code.names.iter(), write_name);
    object.list("varnames", code.varnames(), write_name);
    object.list("cellvars", code.cellvars(), write_name);
    object.list("freevars", code.freevars(), write_name);
    let listing = Listing::new(code, false, &|code| numbers.of(code));
    object.list("instructions", listing.entries.iter(), write_entry);
    object.list("exceptiontable", listing.handlers.iter(), |out, handler| {
        let mut object = Object::open(out);
        object.number("start", handler.start * 2);
        object.number("end", handler.end * 2);
        object.number("target", handler.target * 2);
        object.number("depth", handler.depth);
        object.raw("lasti", if handler.lasti { "true" } else { "false" });
        object.close();
    });
    object.close();
}

fn write_entry(out: &mut String, entry: &Entry) {
    let mut object = Object::open(out);
    object.string("opname", &entry.opname);
    object.number("opcode", entry.instruction.number);
    object.option("arg", entry.arg);
    match &entry.argument {
        Argument::Plain => object.option("argval", entry.arg),
        Argument::Offset(offset) => object.number("argval", offset),
        Argument::Names(names) if names.len() > 1 => {
            object.list("argval", names.iter(), |out, name| write_string(out, name));
        }
        Argument::Names(names) => object.string("argval", &names.concat()),
        Argument::Const(text) | Argument::Other(text) => object.string("argval", text),
    }
    object.string("argrepr", &entry.argrepr);
    object.number("offset", entry.offset());
    object.number("start_offset", entry.start_offset());
    object.raw("starts_line", if entry.starts_line { "true" } else { "false" });
    object.option("line_number", entry.line);
    object.option("label", entry.label);
    object.list("positions", entry.location.to_options().iter(), |out, number| match number {
        Some(number) => write!(out, "{number}").expect("strings take all"),
        None => out.push_str("null"),
    });
    object.close();
}

/// Writes a JSON object field by field.
struct Object<'a> {
    out: &'a mut String,
    first: bool,
}

impl Object<'_> {
    fn open(out: &mut String) -> Object<'_> {
        out.push('{');
        Object { out, first: true }
    }

    fn key(&mut self, key: &str) {
        if !std::mem::take(&mut self.first) {
            self.out.push_str(", ");
        }
        write!(self.out, "\"{key}\": ").expect("strings take all");
    }

    fn raw(&mut self, key: &str, value: &str) {
        self.key(key);
        self.out.push_str(value);
    }

    fn number(&mut self, key: &str, value: impl std::fmt::Display) {
        self.raw(key, &value.to_string());
    }

    fn option(&mut self, key: &str, value: Option<impl std::fmt::Display>) {
        match value {
            Some(value) => self.number(key, value),
            None => self.raw(key, "null"),
        }
    }

    fn string(&mut self, key: &str, value: &str) {
        self.key(key);
        write_string(self.out, value);
    }

    fn text(&mut self, key: &str, value: &Text) {
        self.key(key);
        write_text(self.out, value);
    }

    fn list<T>(&mut self, key: &str, items: impl Iterator<Item = T>, write: impl Fn(&mut String, T)) {
        self.key(key);
        self.out.push('[');
        for (i, item) in items.enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            write(self.out, item);
        }
        self.out.push(']');
    }

    fn close(self) {
        self.out.push('}');
    }
}

fn write_string(out: &mut String, text: &str) {
    write_text(out, Text::new(text));
}

/// A JSON string; surrogates are escaped.
fn write_text(out: &mut String, text: &Text) {
    out.push('"');
    for point in text.code_points() {
        match char::from_u32(point) {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some(c) if c >= ' ' => out.push(c),
            _ => write!(out, "\\u{point:04x}").expect("strings take all"),
        }
    }
    out.push('"');
}
