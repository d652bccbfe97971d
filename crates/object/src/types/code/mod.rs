//! `code`: a code object with what the interpreter needs to run it.
//!
//! Answers for CPython's `Objects/codeobject.c`.
#![allow(unsafe_code)] // the interpreter loop reads and rewrites the units

mod attributes;
pub mod constant;
mod construct;
pub mod monitoring;

use std::cell::{Cell, OnceCell, UnsafeCell};
use std::rc::Rc;

use taipan_code::{CodeObject, Const, ExceptionEntry, co};
use taipan_layout::{Header, Unit, Word};
use taipan_opcode::Opcode;
use taipan_text::Text;

use crate::inside::Inside;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags, Visitor};
use crate::types::object::OBJECT_SLOTS;
use crate::types::str::Str;
use crate::value::{Object, Outcome, Ref, Value};

/// A code object. `repr(C)`: the interpreter loop reads it.
#[repr(C)]
pub struct Code {
    head: Header,
    /// The private units, as many as the canonical code has.
    pub units: *mut Unit,
    /// The constants.
    pub consts: *const Word,
    /// The names, interned.
    pub names: *const Word,
    /// Locals, cells and free variables.
    pub locals: u32,
    /// Words that an activation needs on the value stack, its locals included.
    pub frame_words: u32,
    /// Positional parameters.
    pub argcount: u32,
    /// Keyword-only parameters.
    pub kwonlyargcount: u32,
    /// Bits of `taipan_code::co`.
    pub flags: u32,
    /// Whether plain positional arguments suffice: no `*args`, `**kwargs`, keyword-only parameters.
    pub simple: bool,
    /// Whether the units went through the optimiser of the loop.
    pub quickened: Cell<bool>,
    /// Whether the code is known to be fit to run: our compiler made it, or it has been verified.
    pub verified: Cell<bool>,
    /// Whether tools observe the code.
    pub observed: Cell<bool>,
    /// What they observe; none before anybody asked.
    pub monitoring: Inside<Option<Box<monitoring::Monitoring>>>,
    /// What the code was made from.
    pub source: Rc<CodeObject>,
    /// The exception table, in order of start.
    pub exceptions: Box<[ExceptionEntry]>,
    owned_units: UnsafeCell<Box<[Unit]>>,
    owned_consts: Box<[Value]>,
    owned_names: Box<[Value]>,
    local_names: Box<[Value]>,
    strings: [Value; 3],
    /// Another file name, given after the code was made.
    renamed: OnceCell<Value>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Code {
    const TYPE: &'static Type = &CODE;
}

/// The type `code`.
pub static CODE: Type = Type::new::<Code>(
    &TypeDef {
        doc: Some("Create a code object.  Not for the faint of heart."),
        signature: Some(construct::SIGNATURE),
        methods: &[attributes::METHODS, construct::METHODS],
        getset: &[attributes::GETSET],
        ..TypeDef::new("code")
    },
    TypeFlags::WEAKREF,
    Slots {
        drop: crate::typeobject::drop_object::<Code>,
        traverse: traverse_code,
        new: Some(construct::new),
        hash: Some(attributes::hash),
        compare: Some(attributes::compare),
        repr: Some(|thread, object| {
            let own = object.downcast::<Code>().expect("the slot of code");
            let text = format!(
                "<code object {} at {:#x}, file \"{}\", line {}>",
                own.source.name,
                crate::protocol::id(object),
                own.source.filename,
                own.source.firstlineno
            );
            thread.str(&text)
        }),
        ..OBJECT_SLOTS
    },
);

unsafe fn traverse_code(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live code object.
    unsafe { (*object.cast::<Code>()).owned_consts.iter().for_each(|value| visitor.visit(value)) }
}

impl Code {
    /// The constants.
    pub fn constants(&self) -> &[Value] {
        &self.owned_consts
    }

    /// The name at an index.
    pub fn name_at(&self, index: usize) -> &Value {
        &self.owned_names[index]
    }

    /// The names.
    pub fn all_names(&self) -> &[Value] {
        &self.owned_names
    }

    /// The name of a local, cell or free variable.
    pub fn local_name(&self, index: usize) -> &Value {
        &self.local_names[index]
    }

    /// The names of locals, cells and free variables.
    pub fn local_names(&self) -> &[Value] {
        &self.local_names
    }

    /// `co_name`
    pub fn name(&self) -> Value {
        self.strings[0].clone()
    }

    /// `co_qualname`
    pub fn qualname(&self) -> Value {
        self.strings[1].clone()
    }

    /// `co_filename`
    pub fn filename(&self) -> Value {
        self.renamed.get().unwrap_or(&self.strings[2]).clone()
    }

    /// Gives this code object and those inside it another file name, once: `_imp._fix_co_filename`.
    pub fn rename(&self, filename: Ref<'_>) {
        let same = |value: &Value| {
            value.as_ref().is(filename)
                || match (value.downcast::<Str>(), filename.downcast::<Str>()) {
                    (Some(own), Some(new)) => own.eq(new),
                    _ => false,
                }
        };
        let mut pending = vec![self];
        while let Some(code) = pending.pop() {
            if !same(&code.filename()) {
                let _ = code.renamed.set(filename.to_value());
            }
            pending.extend(code.owned_consts.iter().filter_map(|constant| constant.downcast::<Code>()));
        }
    }

    /// The docstring, or None.
    pub fn docstring(&self) -> Value {
        if self.flags & co::HAS_DOCSTRING != 0 { self.owned_consts[0].clone() } else { Value::none() }
    }

    /// How many units there are.
    pub fn unit_count(&self) -> usize {
        // SAFETY: the box is never replaced.
        unsafe { (&*self.owned_units.get()).len() }
    }

    /// Writes the canonical instructions over the private units, so that none is fused or
    /// specialised. While the code is observed, none is going to be.
    pub fn reset_units(&self, observed: bool) {
        let fresh = private_units(&self.source.code);
        self.observed.set(observed);
        self.quickened.set(false);
        let mut at = 0;
        while at < fresh.len() {
            let caches = Opcode::from_u16(fresh[at].op()).map_or(0, |opcode| opcode.caches());
            for (index, unit) in fresh[at..].iter().take(1 + caches).enumerate() {
                // The first cache counts down to the next attempt at specialising.
                let unit = if index == 1 && observed { Unit(u32::MAX) } else { *unit };
                // SAFETY: there are as many private units as canonical ones.
                unsafe { self.units.add(at + index).write(unit) };
            }
            at += 1 + caches;
        }
    }

    /// Makes the code wait for its verification: its first unit leads to the handler that does it.
    fn await_verification(&self) {
        self.verified.set(false);
        if self.unit_count() != 0 {
            // SAFETY: the code has that unit.
            unsafe { self.units.write(Unit::new(VERIFY, 0)) };
        }
        for inner in self.owned_consts.iter().filter_map(|constant| constant.downcast::<Code>()) {
            inner.await_verification();
        }
    }

    /// Notes that the code was found fit to run.
    pub fn admit(&self) {
        self.verified.set(true);
        self.reset_units(false);
    }

    /// The canonical instruction of a unit.
    #[inline]
    pub fn canonical(&self, offset: usize) -> u16 {
        u16::from(self.source.code[offset * 2])
    }

    /// The offset of a unit.
    #[inline(always)]
    pub fn offset_of(&self, pc: *const Unit) -> usize {
        (pc as usize - self.units as usize) / size_of::<Unit>()
    }

    /// The handler that covers an offset.
    pub fn handler(&self, offset: usize) -> Option<&ExceptionEntry> {
        if !self.verified.get() {
            return None; // The table may lead anywhere.
        }
        let offset = offset as u32;
        let after = self.exceptions.partition_point(|entry| entry.start <= offset);
        self.exceptions[..after].iter().rev().find(|entry| offset < entry.end)
    }
}

/// The number of the handler that verifies code before it runs for the first time.
pub const VERIFY: u16 = Opcode::InstrumentedInstruction as u16;

/// One 32-bit unit per canonical 16-bit unit; operands that `EXTENDED_ARG` widens are put together:
/// the low half stays with the instruction, the high half with the last prefix.
fn private_units(code: &[u8]) -> Box<[Unit]> {
    let mut units: Vec<Unit> =
        code.as_chunks::<2>().0.iter().map(|&[op, arg]| Unit::new(u16::from(op), u16::from(arg))).collect();
    let mut at = 0;
    let mut extended = 0_u32;
    while at < units.len() {
        let op = units[at].op();
        let opcode = Opcode::from_u16(op);
        if op == Opcode::ExtendedArg as u16 {
            extended = extended << 8 | u32::from(units[at].arg());
            units[at] = Unit::new(op, 0);
            at += 1;
            continue;
        }
        if extended != 0 {
            let arg = extended << 8 | u32::from(units[at].arg());
            units[at] = Unit::new(op, arg as u16);
            units[at - 1] = Unit::new(Opcode::ExtendedArg as u16, (arg >> 16) as u16);
            extended = 0;
        }
        let caches = opcode.map_or(0, |opcode| opcode.caches());
        for cache in units.iter_mut().skip(at + 1).take(caches) {
            *cache = Unit(0);
        }
        at += 1 + caches;
    }
    units.into_boxed_slice()
}

impl Thread {
    /// A code object from a neutral form that our compiler did not make here: it is verified before
    /// it runs.
    pub fn foreign_code(&mut self, source: &Rc<CodeObject>) -> Outcome {
        let code = self.code(source)?;
        code.downcast::<Code>().expect("just made").await_verification();
        Ok(code)
    }

    /// A code object from the neutral form.
    pub fn code(&mut self, source: &Rc<CodeObject>) -> Outcome {
        self.code_with(source, None)
    }

    /// As [`Thread::code`], with constants that the neutral form may not be able to express.
    fn code_with(&mut self, source: &Rc<CodeObject>, constants: Option<Vec<Value>>) -> Outcome {
        self.check_native_stack()?;
        let interp = self.interp();
        let mut intern = |text: &Rc<Text>| -> Outcome {
            let value = self.str_from_text(text)?;
            Ok(interp.interned.intern(interp, value))
        };
        let names = source.names.iter().map(&mut intern).collect::<Outcome<Box<[_]>>>()?;
        let locals = source.localsplusnames.iter().map(&mut intern).collect::<Outcome<Box<[_]>>>()?;
        let strings = [intern(&source.name)?, intern(&source.qualname)?, intern(&source.filename)?];
        let consts = match constants {
            Some(constants) => constants.into_boxed_slice(),
            None => {
                source.consts.iter().map(|constant| self.constant(constant)).collect::<Outcome<Box<[_]>>>()?
            }
        };
        let mut units = private_units(&source.code);
        if units.is_empty() {
            units = Box::new([Unit::new(VERIFY, 0)]); // Whoever runs it finds something to refuse it.
        }
        let exceptions: Box<[ExceptionEntry]> = source.handlers().collect();
        let simple = source.flags & (co::VARARGS | co::VARKEYWORDS) == 0 && source.kwonlyargcount == 0;
        let nlocals = source.localsplusnames.len() as u32;
        let source = source.clone();
        self.new_object(|head| Code {
            head,
            units: units.as_mut_ptr(),
            consts: consts.as_ptr().cast(),
            names: names.as_ptr().cast(),
            locals: nlocals,
            frame_words: nlocals + source.stacksize + taipan_layout::RESERVED_WORDS as u32 + 1,
            argcount: source.argcount,
            kwonlyargcount: source.kwonlyargcount,
            flags: source.flags,
            simple,
            quickened: Cell::new(false),
            verified: Cell::new(true),
            observed: Cell::new(false),
            monitoring: Inside::new(None),
            source,
            exceptions,
            owned_units: UnsafeCell::new(units),
            owned_consts: consts,
            owned_names: names,
            local_names: locals,
            strings,
            renamed: OnceCell::new(),
        })
    }

    /// A constant as an object.
    pub fn constant(&mut self, constant: &Const) -> Outcome {
        Ok(match constant {
            Const::None => Value::none(),
            Const::Ellipsis => Ref::ellipsis().to_value(),
            Const::Bool(value) => Value::bool(*value),
            Const::Int(value) => self.int_value(value.clone())?,
            Const::Float(value) => self.float(*value)?,
            Const::Str(text) => {
                let value = self.str_from_text(text)?;
                let identifier = text.as_bytes().iter().all(|&b| b == b'_' || b.is_ascii_alphanumeric());
                if identifier { self.interp().interned.intern(self.interp(), value) } else { value }
            }
            Const::Tuple(items) => {
                self.check_native_stack()?;
                let items = items.iter().map(|item| self.constant(item)).collect::<Outcome<Vec<_>>>()?;
                self.tuple(items)?
            }
            Const::Slice(parts) => {
                let parts = [self.constant(&parts[0])?, self.constant(&parts[1])?, self.constant(&parts[2])?];
                self.slice(parts)?
            }
            Const::Code(code) => self.code(code)?,
            Const::Bytes(bytes) => self.bytes(bytes)?,
            Const::FrozenSet(items) => {
                let items = items.iter().map(|item| self.constant(item)).collect::<Outcome<Vec<_>>>()?;
                let items = self.tuple(items)?;
                self.frozenset(items.as_ref())?
            }
            Const::Complex { real, imag } => self.complex(*real, *imag)?,
        })
    }
}
