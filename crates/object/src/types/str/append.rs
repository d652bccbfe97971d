//! Adding to a string that nobody else holds: `text += part` in a loop takes linear time.
//!
//! Answers for `PyUnicode_Append` of CPython's `Objects/unicodeobject.c`, which relies on the C
//! library's `realloc`; here a string that grows gets room for a quarter more.
#![allow(unsafe_code)] // writes behind the struct, into memory that belongs to the object

use super::{ASCII, Str};
use crate::heap;
use crate::thread::Thread;
use crate::value::{Outcome, Value};

/// Strings shorter than this grow without spare room: their size class leaves some.
const SPARE_FROM: usize = 64;

impl Thread {
    /// `left + right`, both exact strings. If the value is the last reference, the string may grow
    /// where it is.
    pub fn append_str(&mut self, left: Value, right: &Str) -> Outcome {
        let own = left.downcast::<Str>().expect("an exact string");
        let last = left.as_ref().header().is_some_and(|header| header.count.get() == 1);
        let fits = right.width <= own.width && !own.is_empty() && !right.is_empty();
        if !last || !fits || own.is_interned() || std::ptr::eq(own, right) {
            return self.concat(own, right);
        }
        let (old, width) = (own.len(), own.width as usize);
        let Some(length) = old.checked_add(right.len()) else { return Err(self.no_memory()) };
        let bytes = length.saturating_mul(width).saturating_add(size_of::<Str>() + 1);
        // SAFETY: the value is alive.
        let room = unsafe { heap::room(left.as_ref().header().expect("an object")) };
        if bytes <= room {
            let ascii = own.flags.get() & right.flags.get() & ASCII;
            // SAFETY: nobody else sees the string; `room` holds the new length; both arrays are
            // apart. The fields are written through the pointer that the heap gave.
            unsafe {
                let object: *mut Str = left.word().header().cast();
                let target = object.add(1).cast::<u8>().add(old * width);
                copy(right, target, width);
                (*object).length = length as u32;
                (*object).long = (length >> 32) as u16;
                (*object).hash.set(-1);
                (*object).flags.set(ascii);
            }
            return Ok(left);
        }
        let spare = if length < SPARE_FROM { 0 } else { length / 4 };
        let ascii = own.is_ascii() && right.is_ascii();
        // SAFETY: `build` made room for both.
        let made = Str::build_with_room(self.interp(), length, spare, own.width, ascii, |to| unsafe {
            to.copy_from_nonoverlapping(own.data(), old * width);
            copy(right, to.add(old * width), width);
        });
        self.or_no_memory(made)
    }
}

/// Writes the code points of `text` in elements of `width` bytes, its own width at least.
///
/// # Safety
/// There is room at `to`.
unsafe fn copy(text: &Str, to: *mut u8, width: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        if text.width as usize == width {
            to.copy_from_nonoverlapping(text.data(), text.len() * width);
            return;
        }
        for (index, point) in text.chars().iter().enumerate() {
            match width {
                2 => to.cast::<u16>().add(index).write(point as u16),
                _ => to.cast::<u32>().add(index).write(point),
            }
        }
    }
}
