//! `frame`: an activation as an object, made when somebody looks at it.
//!
//! While the activation lasts, the object points to its record, and the record holds one count of
//! the object. When the activation ends and somebody else still holds the object, the variables
//! move into it ([`leave`]), so that tracebacks can show them.
//!
//! Invariant: `record` is the live record, or the one in `kept`.
//!
//! Answers for CPython's `Objects/frameobject.c` and `Python/frame.c`.
#![allow(unsafe_code)] // records on the value stack

mod attributes;
mod jump;
mod locals;

use std::cell::{Cell, UnsafeCell};

use taipan_code::co;
use taipan_layout::{Frame, Header, Word, frame_flags};

use crate::heap;
use crate::inside::Inside;
use crate::thread::Thread;
use crate::typeobject::{Slots, Traverse, Type, TypeDef, TypeFlags, Visitor};
use crate::types::code::Code;
use crate::types::function::Function;
use crate::types::generator::{Generator, State};
use crate::value::{Outcome, Ref, Value, own};

pub use locals::{FRAME_LOCALS_PROXY, FrameLocalsProxy, locals_dict};

/// What is left of an activation that has ended.
struct Kept {
    record: Frame,
    /// The variables; each holds a count or none.
    variables: Box<[Word]>,
}

impl Drop for Kept {
    fn drop(&mut self) {
        // SAFETY: the words own their counts.
        unsafe {
            for word in &self.variables {
                heap::release(*word);
            }
            heap::release(self.record.namespace);
            if !self.record.function.is_null() {
                heap::release(Word::counted(self.record.function));
            }
        }
    }
}

/// A frame object.
#[repr(C)]
pub struct FrameObject {
    head: Header,
    record: Cell<*mut Frame>,
    kept: UnsafeCell<Option<Box<Kept>>>,
    code: Value,
    back: Inside<Option<Value>>,
    /// `f_trace`
    pub trace: Inside<Option<Value>>,
    /// What was stored through `f_locals` and is no variable.
    extra: Inside<Option<Value>>,
    /// Variables that were replaced through `f_locals`: callees may have borrowed them.
    replaced: Inside<Vec<Value>>,
    /// The line that `f_lineno` gives, or 0: computed.
    pub line: Cell<i32>,
    /// `f_trace_lines`
    pub trace_lines: Cell<bool>,
    /// `f_trace_opcodes`
    pub trace_opcodes: Cell<bool>,
}

crate::object!(FrameObject, FRAME);

impl Traverse for FrameObject {
    fn traverse(&self, visitor: &mut Visitor<'_>) {
        visitor.visit(&self.code);
        for part in [&self.back, &self.trace, &self.extra] {
            visitor.option(part.traversed(visitor));
        }
        self.replaced.traversed(visitor).iter().for_each(|value| visitor.visit(value));
        // SAFETY: nothing changes while the collector traverses.
        if let Some(kept) = unsafe { (*self.kept.get()).as_deref() } {
            kept.variables.iter().for_each(|word| visitor.word(*word));
            visitor.word(kept.record.namespace);
            if !kept.record.function.is_null() {
                visitor.word(Word::counted(kept.record.function));
            }
        }
    }

    fn clear(&self, thread: &mut Thread) {
        self.clear_variables(thread);
        let parts = (
            self.back.change(thread).take(),
            self.trace.change(thread).take(),
            self.extra.change(thread).take(),
        );
        drop(parts);
    }
}

/// The type `frame`.
pub static FRAME: Type = Type::new::<FrameObject>(
    &TypeDef { methods: &[attributes::METHODS], getset: &[attributes::GETSET], ..TypeDef::new("frame") },
    TypeFlags::CONTAINER,
    Slots { new: None, repr: Some(attributes::repr), ..Slots::holding::<FrameObject>() },
);

impl FrameObject {
    /// The record of the activation.
    pub fn record(&self) -> *mut Frame {
        self.record.get()
    }

    /// Whether the activation has ended.
    pub fn is_over(&self) -> bool {
        // SAFETY: a look at the discriminant; the field is set once, by `keep`.
        unsafe { (*self.kept.get()).is_some() }
    }

    /// `f_code`
    pub fn code(&self) -> &Code {
        self.code.downcast::<Code>().expect("made with a code object")
    }

    /// The function that runs; none once a generator has ended.
    pub fn function(&self) -> Option<&Function> {
        // SAFETY: the record is live, and so is its function, if it has one.
        unsafe {
            let function = (*self.record.get()).function;
            if function.is_null() { None } else { Some(&*function.cast::<Function>()) }
        }
    }

    /// The unit that is being executed.
    pub fn offset(&self) -> usize {
        // SAFETY: the record is live; its place lies in the code.
        unsafe { self.code().offset_of((*self.record.get()).pc) }
    }

    /// `f_lineno`, if there is one.
    pub fn line(&self) -> Option<i32> {
        if self.line.get() != 0 {
            return Some(self.line.get());
        }
        let line = self.code().source.location_at(self.offset() * 2).lineno;
        (line >= 0).then_some(line)
    }

    /// The generator whose activation this is, while it lasts.
    pub fn generator(&self) -> Option<&Generator> {
        // SAFETY: the locals of a generator's record follow its struct, see `types::generator`.
        unsafe {
            let record = self.record.get();
            if self.is_over() || (*record).flags & frame_flags::GENERATOR == 0 {
                return None;
            }
            Some(&*(*record).locals.cast::<Generator>().sub(1))
        }
    }

    /// `f_back`
    pub fn back(&self, thread: &mut Thread) -> Outcome<Option<Value>> {
        if self.is_over() {
            return Ok(self.back.view(thread).clone());
        }
        // SAFETY: the record is live, and so are those of its callers.
        unsafe {
            let caller = (*self.record.get()).prev;
            if caller.is_null() { Ok(None) } else { frame_object(thread, caller).map(Some) }
        }
    }

    /// What a variable's slot holds: a value, a cell, or nothing.
    fn variable(&self, _: &Thread, index: usize) -> Option<Value> {
        debug_assert!(index < self.code().locals as usize);
        // SAFETY: the record is live, and the index one of its variables.
        unsafe { Ref::from_slot(*(*self.record.get()).locals.add(index)).map(|value| value.to_value()) }
    }

    /// Replaces a variable. The old value lives on: operands of the activation, and arguments of
    /// its callees, may be borrowed from it.
    fn set_variable(&self, thread: &mut Thread, index: usize, value: Value) {
        debug_assert!(index < self.code().locals as usize);
        // SAFETY: as in `variable`; the count of the new value goes to the slot.
        let old = unsafe { (*(*self.record.get()).locals.add(index)).clone_to_own() };
        // SAFETY: the slot's own count, if it had one, is the old value's now.
        unsafe { (*self.record.get()).locals.add(index).write(value.into_word()) };
        if let Some(old) = old {
            self.replaced.change(thread).push(old);
        }
    }

    /// Drops the variables of an activation that has ended.
    fn clear_variables(&self, thread: &mut Thread) {
        if !self.is_over() {
            return;
        }
        // SAFETY: the activation is over, so the words are the object's; each is given up once.
        unsafe {
            let kept = (*self.kept.get()).as_mut().expect("just tested");
            let words: Vec<Word> =
                kept.variables.iter_mut().map(|word| std::mem::replace(word, Word::NULL)).collect();
            for word in words {
                heap::release(word);
            }
        }
        let replaced = std::mem::take(self.replaced.change(thread));
        drop(replaced);
    }

    /// Takes over what the ending activation holds.
    ///
    /// # Safety
    /// The record is live; nothing runs in it any more.
    unsafe fn keep(&self, back: Option<Value>, thread: Option<&mut Thread>) {
        // SAFETY: the caller's promise; words that are moved leave nothing behind.
        unsafe {
            let live = self.record.get();
            let count = self.code().locals as usize;
            let variables: Box<[Word]> = (0..count)
                .map(|index| {
                    let word = (*live).locals.add(index).replace(Word::NULL);
                    if word.is_counted() { word } else { own(word) }
                })
                .collect();
            let mut kept = Box::new(Kept { record: (*live).clone(), variables });
            (*live).namespace = Word::NULL;
            let record = &mut kept.record;
            record.locals = kept.variables.as_mut_ptr();
            record.prev = std::ptr::null_mut();
            record.object = std::ptr::null_mut();
            record.flags = 0;
            if !record.function.is_null() {
                (*record.function).increment();
            }
            self.record.set(&raw mut kept.record);
            *self.kept.get() = Some(kept);
            match thread {
                Some(thread) => *self.back.change(thread) = back,
                None => debug_assert!(back.is_none()),
            }
        }
    }
}

/// A slot's word as an owned value, its own count taken if it has one.
trait CloneToOwn {
    unsafe fn clone_to_own(self) -> Option<Value>;
}

impl CloneToOwn for Word {
    unsafe fn clone_to_own(self) -> Option<Value> {
        if self.is_null() {
            return None;
        }
        // SAFETY: a counted word's count is handed over, a borrowed one gets its own.
        unsafe { Some(Value::from_word(if self.is_counted() { self } else { own(self) })) }
    }
}

/// The object of a live activation, made now if there is none.
///
/// # Safety
/// `record` is live.
pub unsafe fn frame_object(thread: &mut Thread, record: *mut Frame) -> Outcome {
    // SAFETY: the caller's promise; the record holds one count of its object.
    unsafe {
        let existing = (*record).object;
        if !existing.is_null() {
            return Ok(Ref::from_word(Word::counted(existing)).to_value());
        }
        let code = Ref::of(&*(*record).code.cast::<Code>()).to_value();
        let made = thread.new_object(|head| FrameObject {
            head,
            record: Cell::new(record),
            kept: UnsafeCell::new(None),
            code,
            back: Inside::new(None),
            trace: Inside::new(None),
            extra: Inside::new(None),
            replaced: Inside::new(Vec::new()),
            line: Cell::new(0),
            trace_lines: Cell::new(true),
            trace_opcodes: Cell::new(false),
        })?;
        (*record).object = made.clone().into_word().header();
        (*record).flags |= frame_flags::OBSERVED;
        Ok(made)
    }
}

/// Parts the object of an ending activation from its record; whoever holds the object keeps the
/// variables. `thread` is there unless a generator is being freed.
///
/// # Safety
/// `record` is live and has an object; nothing runs in it any more.
#[cold]
#[inline(never)]
pub unsafe fn leave(thread: Option<&mut Thread>, record: *mut Frame) {
    // SAFETY: the caller's promise; the record's count of the object is given up.
    unsafe {
        let object = std::mem::replace(&mut (*record).object, std::ptr::null_mut());
        let frame = &*object.cast::<FrameObject>();
        if (*object).count.get() > 1 {
            let caller = (*record).prev;
            match thread {
                Some(thread) if !caller.is_null() => {
                    let exception = thread.take_exception();
                    let back = frame_object(thread, caller).ok();
                    thread.exception = exception;
                    frame.keep(back, Some(thread));
                }
                _ => frame.keep(None, None),
            }
        }
        heap::release(Word::counted(object));
    }
}

impl Thread {
    /// The frame object of the running Python code, or of a caller `depth` calls away; none if
    /// there are not that many.
    pub fn frame_at(&mut self, depth: usize) -> Outcome<Option<Value>> {
        let mut record = self.frame;
        for _ in 0..depth {
            if record.is_null() {
                break;
            }
            // SAFETY: records of callers are live while those they called run.
            record = unsafe { (*record).prev };
        }
        if record.is_null() {
            return Ok(None);
        }
        // SAFETY: as above.
        unsafe { frame_object(self, record).map(Some) }
    }
}

/// Whether the variables of an inlined comprehension are in use in a class body or module.
fn has_hidden(thread: &Thread, frame: &FrameObject) -> bool {
    let kinds = &frame.code().source.localspluskinds;
    kinds
        .iter()
        .enumerate()
        .any(|(index, kind)| kind & co::FAST_HIDDEN != 0 && frame.variable(thread, index).is_some())
}

/// Whether a generator is at work or waits.
fn generator_state(frame: &FrameObject) -> Option<State> {
    frame.generator().map(|generator| generator.state.get())
}
