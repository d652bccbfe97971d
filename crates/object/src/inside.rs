//! [`Inside`]: the changeable inside of an object, guarded by the thread.
//!
//! Seeing the inside borrows the thread, changing it borrows the thread exclusively, and whatever
//! may run Python needs the thread exclusively too: so nobody holds a view while Python runs or
//! while somebody else changes the same object. One [`Thread`] handle per running thread, and the
//! interpreter lock, make the handle a unique token.
#![allow(unsafe_code)] // the token argument above is what makes the two accesses sound

use std::cell::UnsafeCell;

use crate::thread::Thread;
use crate::typeobject::Visitor;

/// The changeable inside of an object.
#[derive(Default)]
#[repr(transparent)]
pub struct Inside<T>(UnsafeCell<T>);

impl<T> Inside<T> {
    /// A new inside.
    #[inline(always)]
    pub const fn new(value: T) -> Inside<T> {
        Inside(UnsafeCell::new(value))
    }

    /// A look that lasts while the thread is borrowed.
    #[inline(always)]
    pub fn view<'a>(&'a self, _thread: &'a Thread) -> &'a T {
        // SAFETY: changing needs the thread exclusively, which the shared borrow excludes.
        unsafe { &*self.0.get() }
    }

    /// An exclusive access that lasts while the thread is borrowed exclusively.
    #[inline(always)]
    #[allow(clippy::mut_from_ref)] // the exclusive borrow is the thread's
    pub fn change<'a>(&'a self, _thread: &'a mut Thread) -> &'a mut T {
        // SAFETY: every other view borrows the thread as well, which the exclusive borrow excludes.
        unsafe { &mut *self.0.get() }
    }

    /// A look during traversal, when nothing changes.
    #[inline(always)]
    pub fn traversed(&self, _visitor: &Visitor<'_>) -> &T {
        // SAFETY: the collector traverses while no Python runs and nothing is changed.
        unsafe { &*self.0.get() }
    }

    /// The address, for the interpreter loop and for traversal.
    #[inline(always)]
    pub const fn get(&self) -> *mut T {
        self.0.get()
    }

    /// The inside of an object that nobody else has seen yet, or that is being freed.
    #[inline(always)]
    pub fn get_mut(&mut self) -> &mut T {
        self.0.get_mut()
    }
}
