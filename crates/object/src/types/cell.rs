//! `cell`: a variable that functions share.
//!
//! Answers for CPython's `Objects/cellobject.c`.
#![allow(unsafe_code)] // traversal

use taipan_layout::Header;

use crate::inside::Inside;
use crate::native::{Args, GetSetDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags, Visitor, drop_object};
use crate::types::object::OBJECT_SLOTS;
use crate::value::{Object, Outcome, Ref, Value};

/// A cell object. `repr(C)`: the interpreter loop reads the content.
#[repr(C)]
pub struct Cell {
    head: Header,
    /// The content; none while unbound.
    pub content: Inside<Option<Value>>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Cell {
    const TYPE: &'static Type = &CELL;
}

/// The type `cell`.
pub static CELL: Type = Type::new::<Cell>(
    &TypeDef {
        doc: Some(
            "Create a new cell object.\n\n  contents\n    the contents of the cell. If not specified, the cell will be empty,\n    and further attempts to access its cell_contents attribute will\n    raise a ValueError.",
        ),
        signature: Some("([contents])"),
        getset: &[&[CELL_CONTENTS]],
        ..TypeDef::new("cell")
    },
    TypeFlags::CONTAINER,
    Slots {
        drop: drop_object::<Cell>,
        traverse: traverse_cell,
        clear: Some(clear_cell),
        new: Some(new),
        repr: Some(repr),
        compare: Some(compare),
        hash: Some(protocol::not_hashable),
        ..OBJECT_SLOTS
    },
);

const CELL_CONTENTS: GetSetDef = GetSetDef {
    name: "cell_contents",
    doc: None,
    get: Some(|thread, object| match cell(object).get(thread) {
        Some(content) => Ok(content),
        None => Err(thread.value_error("Cell is empty")),
    }),
    set: Some(|thread, object, value| {
        let old = cell(object).set(thread, value.map(Ref::to_value));
        drop(old);
        Ok(())
    }),
};

fn cell<'a>(object: Ref<'a>) -> &'a Cell {
    object.downcast::<Cell>().expect("an attribute of cells")
}

fn new<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "cell")?;
    match args.all() {
        [] => thread.cell(None),
        [content] => thread.cell(Some(content.to_value())),
        many => {
            let count = many.len();
            Err(thread.type_error(format!("cell expected at most 1 argument, got {count}")))
        }
    }
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = protocol::id(object);
    match cell(object).get(thread) {
        Some(content) => {
            let (name, to) = (content.as_ref().ty().name().into_owned(), protocol::id(content.as_ref()));
            thread.str(&format!("<cell at {own:#x}: {name} object at {to:#x}>"))
        }
        None => thread.str(&format!("<cell at {own:#x}: empty>")),
    }
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(b)) = (left.exact::<Cell>(), right.exact::<Cell>()) else {
        return Ok(Value::not_implemented());
    };
    match (a.get(thread), b.get(thread)) {
        (Some(a), Some(b)) => protocol::compare(thread, a.as_ref(), b.as_ref(), op),
        // Empty cells come first.
        (a, b) => Ok(Value::bool(op.holds(a.is_some().cmp(&b.is_some())))),
    }
}

unsafe fn traverse_cell(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live cell, not changed meanwhile.
    unsafe { visitor.option(&*(*object.cast::<Cell>()).content.get()) }
}

unsafe fn clear_cell(object: *mut Header, thread: &mut Thread) {
    // SAFETY: the object is a cell that only its cycle refers to.
    drop(unsafe { (*object.cast::<Cell>()).set(thread, None) });
}

impl Cell {
    /// The content.
    pub fn get(&self, thread: &Thread) -> Option<Value> {
        self.content.view(thread).clone()
    }

    /// Sets the content and gives back the old one.
    pub fn set(&self, thread: &mut Thread, value: Option<Value>) -> Option<Value> {
        std::mem::replace(self.content.change(thread), value)
    }

    /// The cell as a value.
    pub fn as_ref(&self) -> Ref<'_> {
        Ref::of(self)
    }
}

impl Thread {
    /// A new cell.
    pub fn cell(&mut self, content: Option<Value>) -> Outcome {
        self.new_object(|head| Cell { head, content: Inside::new(content) })
    }
}
