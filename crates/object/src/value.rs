//! [`Value`] owns one reference, [`Ref`] borrows one: the two types of every native signature.
//!
//! Dropping a [`Value`] never runs Python: an object whose end can be observed goes on the heap's
//! queue (see `heap::finalize`). A [`Ref`] lives no longer than what it was borrowed from: an
//! argument slot, another value, or a view that borrows the thread.
//!
//! Answers for the ownership rules of CPython's `Include/refcount.h` and `pycore_stackref.h`.
#![allow(unsafe_code)] // the object layout: see the module head and the notes at each block

use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::num::NonZeroU64;

use taipan_layout::{Header, Word};

use crate::heap;
use crate::typeobject::Type;
use crate::types::{float::FLOAT, int::INT};

/// Proof that the thread holds an exception.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Raised(pub(crate) ());

impl Raised {
    /// For the interpreter loop, which knows that the thread holds an exception.
    #[inline(always)]
    pub const fn assume() -> Raised {
        Raised(())
    }
}

/// What a native function answers: a value, or the sentinel with the exception in the thread.
pub type Outcome<T = Value> = Result<T, Raised>;

/// A counted reference to an object, or an immediate. One word; never null.
#[repr(transparent)]
pub struct Value(NonZeroU64);

const _: () = assert!(size_of::<Outcome>() == 8 && size_of::<Option<Value>>() == 8);

impl Value {
    /// Takes over the count that `word` holds.
    ///
    /// # Safety
    /// `word` is not null and, if counted, one count of it is handed over; if it is an uncounted
    /// pointer, its object is immortal.
    #[inline(always)]
    pub unsafe fn from_word(word: Word) -> Value {
        // SAFETY: no word of a value is zero: pointers are not null, other tags are not zero.
        Value(unsafe { NonZeroU64::new_unchecked(word.0) })
    }

    /// The bits; the caller takes over the count.
    #[inline(always)]
    pub fn into_word(self) -> Word {
        Word(ManuallyDrop::new(self).0.get())
    }

    /// The bits, which keep belonging to the value.
    #[inline(always)]
    pub fn word(&self) -> Word {
        Word(self.0.get())
    }

    /// A borrowed view.
    #[inline(always)]
    pub fn as_ref(&self) -> Ref<'_> {
        // SAFETY: the value lives as long as the borrow.
        unsafe { Ref::from_word(self.word()) }
    }

    /// The object behind the value as its Rust type, if it is one or derives from it.
    #[inline(always)]
    pub fn downcast<T: Object>(&self) -> Option<&T> {
        self.as_ref().downcast()
    }

    /// An integer that is known to be an immediate: any `i32`, any length.
    #[inline(always)]
    pub fn small_int(value: i64) -> Value {
        debug_assert!(Word::from_int(value).is_some());
        // SAFETY: an immediate.
        unsafe { Value::from_word(Word::from_small(value)) }
    }

    /// `None`.
    #[inline(always)]
    pub fn none() -> Value {
        Ref::none().to_value()
    }

    /// `True` or `False`.
    #[inline(always)]
    pub fn bool(value: bool) -> Value {
        Ref::bool(value).to_value()
    }

    /// `NotImplemented`.
    #[inline(always)]
    pub fn not_implemented() -> Value {
        Ref::not_implemented().to_value()
    }
}

/// `None`.
impl Default for Value {
    fn default() -> Value {
        Value::none()
    }
}

impl Clone for Value {
    #[inline(always)]
    fn clone(&self) -> Value {
        self.as_ref().to_value()
    }
}

impl Drop for Value {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: the value owns one count.
        unsafe { heap::release(self.word()) }
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.word(), f)
    }
}

/// A borrowed reference to an object, or an immediate. One word; never null.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Ref<'a>(NonZeroU64, PhantomData<&'a Value>);

impl<'a> Ref<'a> {
    /// Borrows what `word` means.
    ///
    /// # Safety
    /// `word` is not null, and somebody holds a count of its object for all of `'a`.
    #[inline(always)]
    pub unsafe fn from_word(word: Word) -> Ref<'a> {
        // SAFETY: as for `Value::from_word`.
        Ref(unsafe { NonZeroU64::new_unchecked(word.0) }, PhantomData)
    }

    /// Borrows an optional slot: null is `None`.
    ///
    /// # Safety
    /// As [`Ref::from_word`], unless `word` is null.
    #[inline(always)]
    pub unsafe fn from_slot(word: Word) -> Option<Ref<'a>> {
        // SAFETY: the caller's promise.
        if word.is_null() { None } else { Some(unsafe { Ref::from_word(word) }) }
    }

    /// A reference to a typed object.
    #[inline(always)]
    pub fn of<T: Object>(object: &'a T) -> Ref<'a> {
        // SAFETY: the object is alive for `'a`, which the borrow shows.
        unsafe { Ref::from_word(Word::uncounted(std::ptr::from_ref(object).cast())) }
    }

    /// The bits.
    #[inline(always)]
    pub fn word(self) -> Word {
        Word(self.0.get())
    }

    /// An owned reference: one count more.
    #[inline(always)]
    pub fn to_value(self) -> Value {
        // SAFETY: `own` adds the count that is handed over.
        unsafe { Value::from_word(own(self.word())) }
    }

    /// Whether both are the same object.
    #[inline(always)]
    pub fn is(self, other: Ref<'_>) -> bool {
        self.word().same(other.word())
    }

    /// The header of a heap object; none for an immediate.
    #[inline(always)]
    pub fn header(self) -> Option<&'a Header> {
        // SAFETY: a pointer word that is not null points to a live header for `'a`.
        if self.word().is_pointer() { Some(unsafe { &*self.word().header() }) } else { None }
    }

    /// The object's type.
    #[inline(always)]
    pub fn ty(self) -> &'a Type {
        let word = self.word();
        if word.is_int() {
            &INT
        } else if !word.is_pointer() {
            &FLOAT
        } else {
            // SAFETY: a live object's type pointer is a live type; the two static floats have none.
            unsafe {
                let ty = (*word.header()).ty.get() as *const Type;
                if ty.is_null() { &FLOAT } else { &*ty }
            }
        }
    }

    /// The object as its Rust type, if its type is or derives from `T`'s.
    #[inline(always)]
    pub fn downcast<T: Object>(self) -> Option<&'a T> {
        let header = self.header()?;
        let ty = header.ty.get() as *const Type;
        if !std::ptr::eq(ty, T::TYPE) && !self.ty().has_layout_of(T::TYPE) {
            return None;
        }
        // SAFETY: the type says that the object begins with a `T`, alive for `'a`.
        Some(unsafe { &*std::ptr::from_ref(header).cast::<T>() })
    }

    /// The object as its Rust type, if its type is exactly `T`'s.
    #[inline(always)]
    pub fn exact<T: Object>(self) -> Option<&'a T> {
        let header = self.header()?;
        if !std::ptr::eq(header.ty.get() as *const Type, T::TYPE) {
            return None;
        }
        // SAFETY: as above.
        Some(unsafe { &*std::ptr::from_ref(header).cast::<T>() })
    }

    /// Whether this is `None`.
    #[inline(always)]
    pub fn is_none(self) -> bool {
        self.is(Ref::none())
    }
}

impl std::fmt::Debug for Ref<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.word(), f)
    }
}

impl<'a> From<&'a Value> for Ref<'a> {
    #[inline(always)]
    fn from(value: &'a Value) -> Ref<'a> {
        value.as_ref()
    }
}

/// The word with a count of its own: borrowed pointers become counted, immortals and immediates
/// stay as they are.
///
/// # Safety
/// `word` is null or means a live value.
#[inline(always)]
pub unsafe fn own(word: Word) -> Word {
    if !word.is_pointer() || word.is_null() {
        return word;
    }
    let header = word.header();
    // SAFETY: a pointer word that is not null points to a live header.
    unsafe {
        if (*header).is_immortal() {
            return word.borrowed();
        }
        (*header).increment();
    }
    Word::counted(header)
}

/// The word of a place that owns what it holds (an item, an entry, an attribute, a cell), with one
/// count more: there, what is not counted is immortal or an immediate.
///
/// # Safety
/// As [`own`], and the word is not a borrowed operand.
#[inline(always)]
pub unsafe fn duplicate(word: Word) -> Word {
    if word.is_counted() {
        // SAFETY: the place holds a count, so the object is alive.
        unsafe { (*word.header()).increment() };
    }
    word
}

/// A Rust type whose instances are objects.
///
/// # Safety
/// `Self` is `repr(C)` and begins with a [`Header`]; [`Object::TYPE`] is the static type whose
/// instances (and those of its subclasses) begin with a `Self`.
pub unsafe trait Object: Sized + 'static {
    /// The static type.
    const TYPE: &'static Type;
}
