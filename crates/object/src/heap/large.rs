//! Memory of buffers that grow: small ones from the global allocator, large ones from the C library,
//! whose `realloc` moves pages instead of bytes.
//!
//! A list of three million items that was built by `append` spent a third of its time on copying and
//! on clearing pages before. Very large buffers ask the system for large pages: a random access to a
//! list of a million items would otherwise miss the address translation cache each time (a sieve of
//! two million flags: 20 % less time).

use std::alloc::Layout;

/// From here on the C library serves.
const LARGE: usize = 256 << 10;
/// From here on large pages are worth having.
const HUGE: usize = 4 << 20;
/// The size of a large page.
const PAGE: usize = 2 << 20;
/// All buffers are aligned to words.
const ALIGN: usize = 8;

/// Memory of `bytes`, not zero; null when there is none.
unsafe fn allocate(bytes: usize) -> *mut u8 {
    // SAFETY: the size is not zero, and a multiple of nothing in particular is asked for.
    unsafe {
        if bytes < LARGE {
            return std::alloc::alloc(Layout::from_size_align_unchecked(bytes, ALIGN));
        }
        libc::malloc(bytes).cast()
    }
}

unsafe fn free(start: *mut u8, bytes: usize) {
    // SAFETY: the memory came from `allocate` or `resize_buffer` with this size.
    unsafe {
        if bytes < LARGE {
            return std::alloc::dealloc(start, Layout::from_size_align_unchecked(bytes, ALIGN));
        }
        libc::free(start.cast());
    }
}

/// Gives a buffer another size, 0 for none at all; null when memory has run out, and then the buffer
/// is what it was.
///
/// # Safety
/// `start` is what this function answered for `old` bytes; anything if `old` is 0. `new` is at most
/// `isize::MAX`.
pub unsafe fn resize_buffer(start: *mut u8, old: usize, new: usize) -> *mut u8 {
    // SAFETY: the caller's promise; which allocator a buffer is from follows from its size.
    unsafe {
        let memory = match (old, new) {
            (0, 0) => return std::ptr::dangling_mut::<u64>().cast(),
            (0, _) => allocate(new),
            (_, 0) => {
                free(start, old);
                return std::ptr::dangling_mut::<u64>().cast();
            }
            (..LARGE, ..LARGE) => {
                return std::alloc::realloc(start, Layout::from_size_align_unchecked(old, ALIGN), new);
            }
            (LARGE.., LARGE..) => libc::realloc(start.cast(), new).cast(),
            _ => {
                let memory = allocate(new);
                if !memory.is_null() {
                    memory.copy_from_nonoverlapping(start, old.min(new));
                    free(start, old);
                }
                memory
            }
        };
        if new >= HUGE && !memory.is_null() {
            prefer_large_pages(memory, new);
        }
        memory
    }
}

#[cold]
fn prefer_large_pages(start: *mut u8, bytes: usize) {
    let first = (start as usize).next_multiple_of(PAGE);
    let length = (start as usize + bytes).saturating_sub(first) / PAGE * PAGE;
    if cfg!(target_os = "linux") && length != 0 {
        // SAFETY: the range lies inside the caller's buffer; the advice changes no content. A system
        // that cannot take it answers with an error, which changes nothing either.
        unsafe { libc::madvise(first as *mut libc::c_void, length, libc::MADV_HUGEPAGE) };
    }
}
