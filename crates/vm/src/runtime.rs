//! [`Runtime`]: an interpreter with its main thread, ready to run code.

use std::ptr;

use taipan_host::Host;
use taipan_layout::Word;
use taipan_object::thread::Engine;
use taipan_object::{Interpreter, Thread};

use crate::call;

/// Bytes of the main thread's value stack, reserved and lazily committed.
const MAIN_STACK: usize = 1 << 30;
/// Native stack that is kept for native code that does not ask.
const NATIVE_RESERVE: usize = 256 << 10;

/// An interpreter and its main thread.
pub struct Runtime {
    thread: Box<Thread>,
    /// Freed after the thread.
    _interp: Box<Interpreter>,
}

impl Runtime {
    /// A new interpreter. `native_stack` is how many bytes of native stack the calling thread has.
    pub fn new(hash_keys: (u64, u64), native_stack: usize, host: Host) -> Result<Runtime, std::io::Error> {
        let engine = Engine {
            call_function: call::call_function,
            resume: crate::ops::generator::resume,
            settle: crate::settle::settle,
            safepoint: crate::settle::safepoint,
        };
        let interp = Interpreter::new(engine, hash_keys, host);
        let stack = reserve(MAIN_STACK)?;
        let here = 0u8;
        let native_limit =
            (&raw const here as usize).saturating_sub(native_stack.saturating_sub(NATIVE_RESERVE));
        // SAFETY: the interpreter is dropped after the thread; the stack is exclusive.
        let thread = unsafe { Thread::new(&interp, stack, MAIN_STACK, native_limit) };
        Ok(Runtime { thread, _interp: interp })
    }

    /// The main thread.
    pub fn thread(&mut self) -> &mut Thread {
        &mut self.thread
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        // SAFETY: the stack was mapped by `reserve` with this size; nothing runs any more.
        unsafe { libc::munmap(self.thread.stack.0.cast(), self.thread.stack.1) };
    }
}

/// Address space for a value stack; pages get memory when they are touched.
fn reserve(bytes: usize) -> Result<*mut Word, std::io::Error> {
    // SAFETY: an anonymous mapping at an address of the kernel's choice.
    let memory = unsafe {
        libc::mmap(
            ptr::null_mut(),
            bytes,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    if memory == libc::MAP_FAILED { Err(std::io::Error::last_os_error()) } else { Ok(memory.cast()) }
}
