//! Type objects.
//!
//! A static type is data of the program's image: it holds what never changes. Its dictionary, MRO
//! and subclasses are the interpreter's, found by the type's number. A type made by a `class`
//! statement is an object of the heap and holds its state itself.
//!
//! Invariants: `version` is 0 (nothing may be cached) or changes with everything that attribute
//! lookup through the type can see; a static type's version is its number and never changes.
//!
//! Answers for CPython's `Objects/typeobject.c`.
#![allow(unsafe_code)] // shared by pointer with the heap and the interpreter loop

mod attribute;
mod create;
mod dunder;
mod held;
mod lookup;
mod new;
mod slots;
mod state;
mod wrapper;

use std::cell::{Cell, UnsafeCell};
use std::sync::atomic::{AtomicU32, Ordering};

use taipan_layout::{Header, Word};

pub use attribute::{
    Attributes, NO_ATTRIBUTES, attributes, generic_getattr, generic_lookup, generic_setattr, instance_dict,
    own_attribute, set_instance_dict,
};
pub use create::{build_type, calculate_metatype, computed_mro, new_type, same_layout, set_bases};
pub(crate) use dunder::releases_in_python;
pub use dunder::{Dunder, update_slots};
pub use held::{AttributeWord, Held};
pub use lookup::{MethodCache, call_special, type_modified};
pub(crate) use new::empty_inline_values;
pub(crate) use new::{added_size, finish_behind_items};
pub use new::{
    allocate_instance, finish_instance, object_init, object_new, set_slot_value, slot_value, type_call,
};
pub use slots::{Binary, CompareOp, Next, Slots, Ternary, Unary, Visitor};
pub use state::{SharedKeys, TypeState, word_at};

use crate::heap::{self, Kind};
use crate::native::{GetSetDef, MemberDef, MethodDef};
use crate::thread::Thread;
use crate::types::structseq::StructSeq;
use crate::value::{Object, Ref};

bitflags::bitflags! {
    /// What is true of a type.
    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    pub struct TypeFlags: u32 {
        /// Made at run time, lives on the heap.
        const HEAP = 1;
        /// May be a base class.
        const BASE = 2;
        /// Attributes cannot be set.
        const IMMUTABLE = 4;
        /// Instances are containers to the collector.
        const CONTAINER = 8;
        /// Instances keep attribute values inline or in a dictionary.
        const HAS_DICT = 16;
        /// Instances can be weakly referenced.
        const WEAKREF = 32;
        /// The end of an instance can be observed: it has a finaliser.
        const FINALIZES = 64;
        /// `__getattribute__` or `__getattr__` is overridden in Python.
        const OVERRIDES_GETATTR = 128;
        /// A function-like descriptor: calling through an instance needs no bound method.
        const METHOD_DESCRIPTOR = 256;
        /// Matches sequence patterns.
        const SEQUENCE = 512;
        /// Matches mapping patterns.
        const MAPPING = 1024;
        /// Cannot be instantiated by calling.
        const NO_NEW = 2048;
        /// An exception.
        const EXCEPTION = 4096;
        /// A type of types.
        const TYPE = 8192;
        /// Has abstract methods.
        const ABSTRACT = 16384;
        /// A class pattern with one positional subpattern matches the subject itself.
        const MATCH_SELF = 32768;
        /// What a class added to instances lies behind their items.
        const BEHIND_ITEMS = 65536;
    }
}

/// What a static type is made of.
pub struct TypeDef {
    /// `__name__`, with the module before it unless that is `builtins`.
    pub name: &'static str,
    /// The docstring.
    pub doc: Option<&'static str>,
    /// `__text_signature__` of the constructor.
    pub signature: Option<&'static str>,
    /// Methods.
    pub methods: &'static [&'static [MethodDef]],
    /// Computed attributes.
    pub getset: &'static [&'static [GetSetDef]],
    /// Plain attributes of the Rust struct.
    pub members: &'static [MemberDef],
    /// `__match_args__`.
    pub match_args: &'static [&'static str],
    /// Whether CPython makes the type at run time: then its dictionary names its module.
    pub from_spec: bool,
    /// The fields, if it is a struct sequence.
    pub structseq: Option<&'static StructSeq>,
}

impl TypeDef {
    /// A definition with a name alone.
    pub const fn new(name: &'static str) -> TypeDef {
        TypeDef {
            name,
            doc: None,
            signature: None,
            methods: &[],
            getset: &[],
            members: &[],
            match_args: &[],
            from_spec: false,
            structseq: None,
        }
    }
}

/// A type object.
#[repr(C)]
pub struct Type {
    head: Header,
    /// Version of everything that lookup through the type can see; 0: do not cache.
    pub version: AtomicU32,
    /// Version of the shared keys of the instances; 0: do not cache.
    pub keys_version: Cell<u32>,
    flags: Cell<TypeFlags>,
    /// Bytes of an instance.
    pub size: Cell<u32>,
    /// Where inline values begin in an instance: the word before them says how many are set, or
    /// points to the dictionary. 0 without.
    pub values_offset: Cell<u32>,
    /// How many inline values an instance has room for.
    pub values_capacity: Cell<u32>,
    /// `__init__` of a heap type, a Python function, while the version that found it holds.
    pub init_cache: Cell<*const Header>,
    number: AtomicU32,
    base: Cell<*const Type>,
    /// The static type whose Rust struct instances begin with.
    layout: Cell<*const Type>,
    slots: UnsafeCell<Slots>,
    def: Option<&'static TypeDef>,
    state: UnsafeCell<Option<Box<TypeState>>>,
}

// SAFETY: a static type's cells are never written after the constructor, except `number`, which is
// atomic; heap types belong to one interpreter and are used under its lock.
unsafe impl Sync for Type {}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Type {
    const TYPE: &'static Type = &crate::types::type_::TYPE;
}

/// Versions below this belong to static types.
pub const FIRST_HEAP_VERSION: u32 = 1 << 16;

static NEXT_NUMBER: AtomicU32 = AtomicU32::new(1);

impl Type {
    /// A static type whose base is `object`, immutable.
    pub const fn new<T: Object>(def: &'static TypeDef, flags: TypeFlags, slots: Slots) -> Type {
        Type::derived::<T>(def, &crate::types::object::OBJECT, flags, slots)
    }

    /// A static type with another static type as base; `slots` include the inherited ones.
    pub const fn derived<T: Object>(
        def: &'static TypeDef,
        base: *const Type,
        flags: TypeFlags,
        slots: Slots,
    ) -> Type {
        Type::raw(def, base, &raw const crate::types::type_::TYPE, size_of::<T>(), flags, slots)
    }

    pub(crate) const fn raw(
        def: &'static TypeDef,
        base: *const Type,
        metatype: *const Type,
        size: usize,
        flags: TypeFlags,
        slots: Slots,
    ) -> Type {
        Type {
            head: Header::immortal(metatype.cast()),
            version: AtomicU32::new(0),
            keys_version: Cell::new(0),
            flags: Cell::new(flags.union(TypeFlags::IMMUTABLE)),
            size: Cell::new(size as u32),
            values_offset: Cell::new(0),
            values_capacity: Cell::new(0),
            init_cache: Cell::new(std::ptr::null()),
            number: AtomicU32::new(0),
            base: Cell::new(base),
            layout: Cell::new(std::ptr::null()),
            slots: UnsafeCell::new(slots),
            def: Some(def),
            state: UnsafeCell::new(None),
        }
    }

    /// The same type, with an attribute word at `offset` of its instances.
    pub const fn with_attributes(mut self, offset: usize) -> Type {
        self.values_offset = Cell::new(offset as u32);
        self
    }

    /// The same type, whose instances begin with the Rust struct of `layout`, a type that no program
    /// sees: so several types can share a struct.
    pub const fn with_layout(mut self, layout: &'static Type) -> Type {
        self.layout = Cell::new(layout);
        self
    }

    /// The type's number, given when it is first asked for: static types only.
    pub fn number(&'static self) -> u32 {
        let number = self.number.load(Ordering::Relaxed);
        if number != 0 {
            return number;
        }
        let fresh = NEXT_NUMBER.fetch_add(1, Ordering::Relaxed);
        assert!(fresh < FIRST_HEAP_VERSION, "static types are counted in hundreds");
        match self.number.compare_exchange(0, fresh, Ordering::Relaxed, Ordering::Relaxed) {
            Ok(_) => fresh,
            Err(theirs) => theirs,
        }
    }

    /// Flags.
    #[inline(always)]
    pub fn flags(&self) -> TypeFlags {
        self.flags.get()
    }

    pub(crate) fn set_flag(&self, flag: TypeFlags, on: bool) {
        let mut flags = self.flags.get();
        flags.set(flag, on);
        self.flags.set(flags);
    }

    /// Whether the type was made at run time.
    #[inline(always)]
    pub fn is_heap(&self) -> bool {
        self.flags().contains(TypeFlags::HEAP)
    }

    /// Says what instances match in patterns: sequences, mappings.
    pub fn set_pattern_kind(&self, kind: TypeFlags) {
        self.set_flag(kind & (TypeFlags::SEQUENCE | TypeFlags::MAPPING), true);
    }

    /// Makes instances, and those of derived classes, match what `kind` says instead of what they
    /// matched; classes that cannot be changed stay as they are.
    pub fn inherit_pattern_kind(&self, thread: &Thread, kind: TypeFlags) {
        let kinds = TypeFlags::SEQUENCE | TypeFlags::MAPPING;
        if self.flags().contains(TypeFlags::IMMUTABLE) || self.flags() & kinds == kind {
            return;
        }
        self.set_flag(kinds, false);
        self.set_flag(kind, true);
        for class in self.subclasses(thread) {
            class.downcast::<Type>().expect("a class").inherit_pattern_kind(thread, kind);
        }
    }

    /// What the type can do. Copy the pointer out before calling it.
    #[inline(always)]
    pub fn slots(&self) -> &Slots {
        // SAFETY: slots of heap types change under the interpreter lock, field by field; readers
        // copy a field at once.
        unsafe { &*self.slots.get() }
    }

    pub(crate) fn slots_ptr(&self) -> *mut Slots {
        self.slots.get()
    }

    /// The base class whose layout the type extends; none for `object`.
    #[inline(always)]
    pub fn base(&self) -> Option<&Type> {
        let base = self.base.get();
        // SAFETY: a base outlives the types derived from it: they hold it in `__bases__`.
        if base.is_null() { None } else { Some(unsafe { &*base }) }
    }

    /// The static type whose Rust struct instances begin with.
    #[inline(always)]
    pub fn layout(&self) -> &Type {
        let layout = self.layout.get();
        // SAFETY: static.
        if layout.is_null() { self } else { unsafe { &*layout } }
    }

    /// Whether instances begin with the Rust struct of `other`, a static type.
    pub fn has_layout_of(&self, other: &Type) -> bool {
        let mut layout = Some(self.layout());
        while let Some(ty) = layout {
            if std::ptr::eq(ty, other) {
                return true;
            }
            layout = ty.base();
        }
        false
    }

    /// The definition of a static type.
    pub fn def(&self) -> Option<&'static TypeDef> {
        self.def
    }

    /// The type as a value.
    #[inline(always)]
    pub fn as_ref(&self) -> Ref<'_> {
        Ref::of(self)
    }

    /// Whether both are the same type.
    #[inline(always)]
    pub fn is(&self, other: &Type) -> bool {
        std::ptr::eq(self, other)
    }

    /// The kind of page that instances live in.
    #[inline(always)]
    pub fn kind(&self) -> Kind {
        if self.flags().contains(TypeFlags::CONTAINER) { Kind::Container } else { Kind::Atom }
    }

    /// The word for the type of a new object: heap types are counted by their instances.
    #[inline(always)]
    pub fn count_instance(&self) {
        if self.is_heap() {
            self.head.increment();
        }
    }

    /// Undoes [`Type::count_instance`].
    ///
    /// # Safety
    /// An instance that was counted is gone.
    #[inline(always)]
    pub unsafe fn uncount_instance(&self) {
        if self.is_heap() {
            // SAFETY: the instance's count is given up.
            unsafe { heap::release(Word::counted(&raw const self.head)) };
        }
    }
}

/// Drops nothing.
///
/// # Safety
/// None needed; the signature is the slot's.
pub unsafe fn drop_nothing(_: *mut Header) {}

/// Drops the Rust struct of an object.
///
/// # Safety
/// The object is dead and begins with a `T`.
pub unsafe fn drop_object<T: Object>(object: *mut Header) {
    // SAFETY: the caller's promise.
    unsafe { std::ptr::drop_in_place(object.cast::<T>()) };
}

/// Reports nothing.
///
/// # Safety
/// None needed; the signature is the slot's.
pub unsafe fn traverse_nothing(_: *const Header, _: &mut Visitor<'_>) {}

/// An object that holds references: what the collector must be told.
pub trait Traverse: Object {
    /// Reports every value that the object holds.
    fn traverse(&self, visitor: &mut Visitor<'_>);

    /// Drops the references that could be part of a cycle.
    fn clear(&self, _thread: &mut crate::thread::Thread) {}
}

/// The slot `traverse` of a type whose struct implements [`Traverse`].
///
/// # Safety
/// The object begins with a `T`, which nobody changes meanwhile.
pub unsafe fn traverse_object<T: Traverse>(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the caller's promise.
    unsafe { (*object.cast::<T>()).traverse(visitor) }
}

/// The slot `clear` of a type whose struct implements [`Traverse`].
///
/// # Safety
/// The object begins with a `T` and is alive.
pub unsafe fn clear_object<T: Traverse>(object: *mut Header, thread: &mut crate::thread::Thread) {
    // SAFETY: the caller's promise.
    unsafe { (*object.cast::<T>()).clear(thread) }
}
