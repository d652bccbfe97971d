//! [`WeakLists`]: which objects of a heap are referred to weakly, and by what.
//!
//! The references of one object form a list, linked through the references themselves: first the
//! plain reference without callback, then the plain proxy, then the others, newest first. The flag
//! `WEAKLY_REFERENCED` of an object says that it has a list; immortal objects have no flags.
#![allow(unsafe_code)] // links between references: a reference leaves its list before it dies

use std::cell::RefCell;
use std::ptr;

use hashbrown::HashMap;
use taipan_layout::Header;

use super::{CALLABLE_PROXY, PROXY, REFERENCE, WeakRef};
use crate::heap::{flags, side};
use crate::typeobject::Type;

/// The lists of a heap's weakly referenced objects, by address.
#[derive(Default)]
pub struct WeakLists(RefCell<HashMap<usize, *const WeakRef>>);

/// What a new reference is, as far as its place in the list depends on it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The plain reference without callback.
    Reference,
    /// The plain proxy without callback.
    Proxy,
    /// Any other.
    Other,
}

impl Place {
    pub(super) fn of(ty: &Type, has_callback: bool) -> Place {
        if has_callback {
            Place::Other
        } else if ty.is(&REFERENCE) {
            Place::Reference
        } else if ty.is(&PROXY) || ty.is(&CALLABLE_PROXY) {
            Place::Proxy
        } else {
            Place::Other
        }
    }
}

impl WeakLists {
    /// The first reference to `referent`, or null.
    pub(super) fn first(&self, referent: *const Header) -> *const WeakRef {
        self.0.borrow().get(&(referent as usize)).copied().unwrap_or(ptr::null())
    }

    /// The plain reference and the plain proxy of `referent`, each null if there is none.
    pub(super) fn plain(&self, referent: *const Header) -> (*const WeakRef, *const WeakRef) {
        let first = self.first(referent);
        // SAFETY: what is in a list is alive.
        unsafe {
            if first.is_null() {
                return (ptr::null(), ptr::null());
            }
            if (*first).place.get() == Place::Proxy {
                return (ptr::null(), first);
            }
            if (*first).place.get() != Place::Reference {
                return (ptr::null(), ptr::null());
            }
            let second = (*first).next.get();
            let is_proxy = !second.is_null() && (*second).place.get() == Place::Proxy;
            (first, if is_proxy { second } else { ptr::null() })
        }
    }

    /// Puts `new` at its place in the list of its referent.
    pub(super) fn link(&self, new: &WeakRef) {
        let referent = new.referent.get();
        let (reference, proxy) = self.plain(referent);
        let previous = match new.place.get() {
            Place::Reference => ptr::null(),
            Place::Proxy => reference,
            Place::Other if proxy.is_null() => reference,
            Place::Other => proxy,
        };
        // SAFETY: what is in a list is alive, and so is the referent of a new reference.
        unsafe {
            let next = if previous.is_null() { self.first(referent) } else { (*previous).next.get() };
            new.previous.set(previous);
            new.next.set(next);
            if !next.is_null() {
                (*next).previous.set(new);
            }
            if !previous.is_null() {
                (*previous).next.set(new);
                return;
            }
            self.0.borrow_mut().insert(referent as usize, new);
            if !(*referent).is_immortal() {
                side(referent).set(side(referent).get() | flags::WEAKLY_REFERENCED);
            }
        }
    }

    /// Takes a reference off its list: it refers to nothing from now on.
    pub(super) fn unlink(&self, gone: &WeakRef) {
        let referent = gone.referent.replace(ptr::null_mut());
        if referent.is_null() {
            return;
        }
        let (previous, next) = (gone.previous.replace(ptr::null()), gone.next.replace(ptr::null()));
        // SAFETY: what is in a list is alive, and so is the referent of a list.
        unsafe {
            if !next.is_null() {
                (*next).previous.set(previous);
            }
            if !previous.is_null() {
                (*previous).next.set(next);
                return;
            }
            if !next.is_null() {
                self.0.borrow_mut().insert(referent as usize, next);
                return;
            }
            self.0.borrow_mut().remove(&(referent as usize));
            if !(*referent).is_immortal() {
                side(referent).set(side(referent).get() & !flags::WEAKLY_REFERENCED);
            }
        }
    }
}
