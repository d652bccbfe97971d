//! [`Runtime`]: an interpreter with its main thread, ready to run code.

use std::mem::ManuallyDrop;
use std::ptr;

use taipan_host::Host;
use taipan_layout::Word;
use taipan_object::native::ModuleDef;
use taipan_object::thread::Engine;
use taipan_object::types::dict::Dict;
use taipan_object::types::module::Module;
use taipan_object::{Interpreter, Outcome, Ref, Thread};

use crate::ast::AST_MODULE;
use crate::atexit::ATEXIT;
use crate::builtins::BUILTINS;
use crate::call;
use crate::config::Config;
use crate::frontend::FrontEnd;
use crate::gc::GC;
use crate::import::bootstrap;
use crate::import::imp::IMP;
use crate::import::library::Library;
use crate::marshal::MARSHAL;
use crate::pythonrun;
use crate::signal::{self, SIGNAL};
use crate::state::State;
use crate::symtable::SYMTABLE;
use crate::sys::SYS;
use crate::sysconfigdata::SYSCONFIGDATA;
use crate::thread::THREAD;
use crate::tokenize::TOKENIZE;
use crate::warnings::WARNINGS;

/// Bytes of the main thread's value stack, reserved and lazily committed.
const MAIN_STACK: usize = 1 << 30;
/// Native stack that is kept for native code that does not ask.
const NATIVE_RESERVE: usize = 256 << 10;

/// What an interpreter is built with.
pub struct Parts {
    /// The way from source text to code objects.
    pub front_end: Box<dyn FrontEnd>,
    /// The library inside the program.
    pub library: Option<Box<dyn Library>>,
    /// How the interpreter is set up.
    pub config: Config,
    /// The native modules besides those of this crate.
    pub modules: Vec<&'static ModuleDef>,
    /// The operating system, as far as programs may reach it.
    pub host: Host,
    /// Keys of the string hash.
    pub hash_keys: (u64, u64),
    /// How many bytes of native stack the calling thread has.
    pub native_stack: usize,
}

/// The native modules of this crate.
static MODULES: &[&ModuleDef] = &[
    &AST_MODULE,
    &ATEXIT,
    &BUILTINS,
    &GC,
    &IMP,
    &MARSHAL,
    &SIGNAL,
    &SYMTABLE,
    &SYS,
    &SYSCONFIGDATA,
    &THREAD,
    &TOKENIZE,
    &WARNINGS,
];

/// An interpreter and its main thread.
pub struct Runtime {
    thread: ManuallyDrop<Box<Thread>>,
    /// Freed after the thread.
    interp: ManuallyDrop<Box<Interpreter>>,
}

impl Runtime {
    /// A new interpreter, in which `builtins` is all that is imported.
    pub fn new(parts: Parts) -> Result<Runtime, std::io::Error> {
        let Parts { front_end, library, config, modules, host, hash_keys, native_stack } = parts;
        let engine = Engine {
            call_function: call::call_function,
            resume: crate::ops::generator::resume,
            settle: crate::settle::settle,
            safepoint: crate::settle::safepoint,
            trace_opcodes: crate::observe::trace_opcodes,
            unraisable: crate::sys::hooks::report_unraisable,
        };
        let interp = Interpreter::new(engine, hash_keys, host);
        let _ = interp.above.set(Box::new(State::new(front_end, library, config)));
        interp.native_modules.borrow_mut().extend(MODULES.iter().copied().chain(modules));
        let stack = reserve(MAIN_STACK)?;
        let native_limit = native_limit(native_stack);
        // SAFETY: the interpreter is dropped after the thread; the stack is exclusive.
        let mut thread = unsafe { Thread::new(&interp, stack, MAIN_STACK, native_limit) };
        thread.is_main = true;
        State::of(&thread).main_thread.set(interp.host.thread_id());
        let mut runtime = Runtime { thread: ManuallyDrop::new(thread), interp: ManuallyDrop::new(interp) };
        if start(&mut runtime.thread).is_err() {
            pythonrun::print_error(&mut runtime.thread);
            return Err(std::io::Error::other("the interpreter could not be initialised"));
        }
        Ok(runtime)
    }

    /// The main thread.
    pub fn thread(&mut self) -> &mut Thread {
        &mut self.thread
    }
}

impl Drop for Runtime {
    fn drop(&mut self) {
        signal::stop(&self.thread);
        self.interp.gil.end();
        if State::of(&self.thread).threads.get() != 0 {
            // Threads that were not waited for hold on to the interpreter, and never touch it again.
            return;
        }
        let (stack, bytes) = self.thread.stack;
        // SAFETY: the stack was mapped by `reserve` with this size; nothing runs any more. The thread
        // goes before its interpreter.
        unsafe {
            ManuallyDrop::drop(&mut self.thread);
            ManuallyDrop::drop(&mut self.interp);
            libc::munmap(stack.cast(), bytes);
        }
    }
}

/// Makes `sys.modules` and `builtins`.
fn start(thread: &mut Thread) -> Outcome<()> {
    let builtins = thread.native_module(&BUILTINS)?;
    let dict = Ref::of(builtins.downcast::<Module>().expect("a module").dict()).to_value();
    let modules = thread.dict()?;
    let name = thread.names().builtins.clone();
    modules.downcast::<Dict>().expect("a dict").set_str(thread, name.as_ref(), builtins)?;
    thread.interp().set_modules(modules.clone(), dict);
    let sys = thread.native_module(&SYS)?;
    let name = thread.names().sys.clone();
    modules.downcast::<Dict>().expect("a dict").set_str(thread, name.as_ref(), sys)?;
    bootstrap::start(thread)?;
    bootstrap::start_external(thread)
}

/// Where native code must stop to recurse, in a thread with that many bytes of native stack of which
/// little is used.
pub(crate) fn native_limit(native_stack: usize) -> usize {
    let here = 0u8;
    (&raw const here as usize).saturating_sub(native_stack.saturating_sub(NATIVE_RESERVE))
}

/// Address space for a value stack; pages get memory when they are touched.
pub(crate) fn reserve(bytes: usize) -> Result<*mut Word, std::io::Error> {
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
