//! [`Header`]: the first sixteen bytes of every object, as in CPython's 64-bit `PyObject`.
//!
//! The low 32 bits of the first word count references, bit 31 means immortal; the upper 32 bits
//! are zero, except while the collector looks for cycles, when no other code runs. The second word is the type. Per-object flags live in the page's side table.

use std::cell::Cell;

/// The count of an object that is never freed.
pub const IMMORTAL: u32 = 1 << 31;

/// What every object begins with.
#[repr(C, align(16))]
pub struct Header {
    /// How many references there are.
    pub count: Cell<u32>,
    /// What the collector counts; zero at any other time.
    pub scratch: Cell<u32>,
    /// The type, a `taipan_object::Type`. Null in a free slot.
    pub ty: Cell<*const ()>,
}

impl Header {
    /// The header of an object with one reference.
    #[inline(always)]
    pub const fn new(ty: *const ()) -> Header {
        Header { count: Cell::new(1), scratch: Cell::new(0), ty: Cell::new(ty) }
    }

    /// The header of an object that is never freed.
    pub const fn immortal(ty: *const ()) -> Header {
        Header { count: Cell::new(IMMORTAL), scratch: Cell::new(0), ty: Cell::new(ty) }
    }

    /// Whether the object is never freed.
    #[inline(always)]
    pub fn is_immortal(&self) -> bool {
        self.count.get() & IMMORTAL != 0
    }

    /// One reference more.
    #[inline(always)]
    pub fn increment(&self) {
        // Bit 31 saturates: an object with two thousand million references is never freed.
        self.count.set(self.count.get().wrapping_add(1));
    }

    /// One reference less; whether it was the last.
    #[inline(always)]
    pub fn decrement(&self) -> bool {
        let count = self.count.get().wrapping_sub(1);
        self.count.set(count);
        count == 0
    }
}
