//! [`Interpreter`] and [`Thread`]: everything that changes hangs off one of them.
//!
//! A `&mut Thread` is the right to run Python and to change objects; a `&Thread` the right to look
//! (see `inside`). One handle exists per operating-system thread that runs Python, and it is used
//! only while that thread holds the interpreter lock.
//!
//! Answers for CPython's `pycore_interp_structs.h` and `pycore_tstate.h`.
#![allow(unsafe_code)] // raw links between thread, interpreter and frames

use std::cell::{Cell, OnceCell, RefCell};
use std::ptr;
use std::sync::atomic::{AtomicU32, Ordering};

use taipan_host::Host;
use taipan_layout::{Frame, Header, Word};

use crate::heap::Heap;
use crate::native::{Args, ModuleDef};
use crate::typeobject::{FIRST_HEAP_VERSION, MethodCache, Type, TypeState};
use crate::types::code::Code;
use crate::types::str::{Interned, Str};
use crate::value::{Object, Outcome, Raised, Ref, Value};

/// Reasons to leave the fast path at a safepoint: bits of [`Thread::breaker`].
pub mod events {
    /// A signal arrived.
    pub const SIGNAL: u32 = 1;
    /// Another thread wants the interpreter.
    pub const SWITCH: u32 = 2;
    /// The collector wants to run.
    pub const COLLECT: u32 = 4;
    /// Something called later from the main thread.
    pub const CALL: u32 = 8;
    /// Tools want other events than the code was instrumented for.
    pub const INSTRUMENT: u32 = 16;
    /// An exception was set for the thread from outside.
    pub const ASYNC_EXCEPTION: u32 = 32;
}

/// What a generator did when it was resumed.
pub enum Resumed {
    /// It yielded a value.
    Yielded(Value),
    /// It returned.
    Returned(Value),
}

/// What the interpreter loop offers to objects: the seam between this crate and the one above.
#[derive(Clone, Copy)]
pub struct Engine {
    /// Calls a Python function.
    pub call_function: for<'a> fn(&mut Thread, Ref<'a>, Args<'a>) -> Outcome,
    /// Resumes a generator with a value, or with the thread's exception when there is none.
    pub resume: fn(&mut Thread, Ref<'_>, Option<Value>) -> Outcome<Resumed>,
    /// Runs finalisers and weak reference callbacks that wait.
    pub settle: fn(&mut Thread),
    /// Tells `sys.unraisablehook` of an exception, with a message and an object.
    pub unraisable: fn(&mut Thread, Value, Option<&str>, Ref<'_>),
    /// Does what the safepoint word asks for.
    pub safepoint: fn(&mut Thread) -> Outcome<()>,
    /// Makes the trace function see each instruction of a code object, or no more.
    pub trace_opcodes: fn(&mut Thread, &Code, bool) -> Outcome<()>,
}

macro_rules! names {
    ($($name:ident $(= $text:literal)?,)*) => {
        /// Strings that the interpreter itself looks up, interned.
        #[allow(missing_docs, non_snake_case)]
        pub struct Names { $(pub $name: Value,)* }

        impl Names {
            fn new(interp: &Interpreter) -> Names {
                Names { $($name: interp.intern_static(names!(@ $name $($text)?)),)* }
            }
        }
    };
    (@ $name:ident) => { stringify!($name) };
    (@ $name:ident $text:literal) => { $text };
}

names! {
    __abs__, __add__, __aenter__, __aexit__, __aiter__, __all__, __and__, __anext__, __annotate__,
    __annotations__, __args__, __await__, __bases__, __bool__, __build_class__, __builtins__, __bytes__, __call__,
    __cause__, __class__, __class_getitem__, __classcell__, __classdict__, __classdictcell__, __complex__,
    __contains__, __context__, __defaults__, __del__, __delattr__, __delete__, __delitem__, __dict__, __dir__,
    __divmod__, __doc__, __enter__, __eq__, __exit__, __file__, __firstlineno__, __float__,
    __floordiv__, __format__, __ge__, __get__, __getattr__, __getattribute__, __getitem__, __gt__,
    __hash__, __iadd__, __iand__, __ifloordiv__, __ilshift__, __imatmul__, __imod__, __import__,
    __imul__, __index__, __init__, __init_subclass__, __instancecheck__, __int__, __invert__,
    __ior__, __ipow__, __irshift__, __isub__, __iter__, __itruediv__, __ixor__, __le__, __len__,
    __length_hint__, __loader__, __lshift__, __lt__, __main__, __match_args__, __matmul__, __missing__, __mod__,
    __module__, __mro_entries__, __mul__, __name__, __ne__, __neg__, __new__, __next__, __or__,
    __orig_bases__, __orig_class__, __package__, __path__, __pos__, __pow__, __prepare__, __qualname__, __radd__, __rand__,
    __rdivmod__, __reduce__, __reduce_ex__, __repr__, __reversed__, __rfloordiv__, __rlshift__, __rmatmul__,
    __rmod__, __rmul__, __ror__, __round__, __rpow__, __rrshift__, __rshift__, __rsub__,
    __rtruediv__, __rxor__, __set__, __set_name__, __setattr__, __setitem__, __slots__, __spec__,
    __static_attributes__, __str__, __sub__, __subclasscheck__, __subclasses__, __text_signature__, __truediv__,
    __trunc__, __type_params__, __typing_subst__, __weakref__, __wrapped__, __xor__, __buffer__, __release_buffer__,
    __abstractmethods__, __code__, __closure__, __globals__, __kwdefaults__, __func__, __self__, __traceback__,
    __suppress_context__, __notes__, __unpack__ = "__typing_unpacked_tuple_args__", __mro__, __base__,
    __isabstractmethod__, __getstate__, __getnewargs__, __getnewargs_ex__, __sizeof__, __subclasshook__, __version__,
    append, args, builtins, close, copy, empty = "", encoding, end, errors, file, filename, flush, genexpr = "<genexpr>",
    get, items, join, key, keys, lambda_name = "<lambda>", lineno, listcomp = "<listcomp>", metaclass, module = "<module>", modules, mro, msg, name, name_from, obj, offset,
    path, print_file_and_line, reverse, send, sep, stdout, stderr, string = "<string>", sys, text, throw, value, values, write,
}

/// One isolated interpreter.
pub struct Interpreter {
    /// The interned strings.
    pub interned: Interned,
    names: OnceCell<Names>,
    states: RefCell<Vec<Option<Box<TypeState>>>>,
    /// Results of attribute lookup through types.
    pub method_cache: MethodCache,
    next_type_version: Cell<u32>,
    next_keys_version: Cell<u32>,
    next_function_version: Cell<u32>,
    /// `sys.modules`, a dictionary; the module `builtins` and its dictionary.
    modules: OnceCell<Value>,
    builtins: OnceCell<Value>,
    /// The single-character strings of Latin-1.
    pub characters: OnceCell<Vec<Value>>,
    /// The empty tuple.
    empty_tuple: OnceCell<Value>,
    /// The loop above.
    pub engine: Engine,
    /// The native modules, by name: what `_imp` finds.
    pub native_modules: RefCell<Vec<&'static ModuleDef>>,
    /// The state of native modules and types, by the address of what it belongs to.
    slots: RefCell<Vec<(usize, Value)>>,
    /// Keys of the string hash.
    pub hash_keys: (u64, u64),
    recursion_limit: Cell<i32>,
    /// How many digits of a decimal integer are read or written at most; 0 for any number.
    pub int_max_str_digits: Cell<usize>,
    /// What the crate of the loop keeps for this interpreter.
    pub above: OnceCell<Box<dyn std::any::Any>>,
    /// What the loop keeps of tools that watch execution, once there are any.
    pub observers: OnceCell<Box<dyn std::any::Any>>,
    /// The interpreter lock.
    pub gil: crate::gil::Gil,
    /// The operating system, as far as this interpreter may reach it.
    pub host: Host,
    /// The objects. The last field: the others give their values back to it when they are dropped.
    pub heap: Box<Heap>,
}

impl Interpreter {
    /// An interpreter without modules. Boxed, since objects and threads point to it.
    pub fn new(engine: Engine, hash_keys: (u64, u64), host: Host) -> Box<Interpreter> {
        let interp = Box::new(Interpreter {
            heap: Heap::new(),
            interned: Interned::default(),
            names: OnceCell::new(),
            states: RefCell::default(),
            method_cache: MethodCache::new(),
            next_type_version: Cell::new(FIRST_HEAP_VERSION),
            next_keys_version: Cell::new(1),
            next_function_version: Cell::new(1),
            modules: OnceCell::new(),
            builtins: OnceCell::new(),
            characters: OnceCell::new(),
            empty_tuple: OnceCell::new(),
            engine,
            native_modules: RefCell::default(),
            slots: RefCell::default(),
            hash_keys,
            recursion_limit: Cell::new(1000),
            int_max_str_digits: Cell::new(4300),
            above: OnceCell::new(),
            observers: OnceCell::new(),
            gil: crate::gil::Gil::new(),
            host,
        });
        interp.heap.interp.set(&raw const *interp);
        let names = Names::new(&interp);
        let _ = interp.names.set(names);
        interp
    }

    fn intern_static(&self, text: &str) -> Value {
        self.interned.intern_str(self, text).expect("the first objects fit any limit")
    }

    /// The well-known strings.
    #[inline(always)]
    pub fn names(&self) -> &Names {
        // SAFETY: set by the constructor.
        unsafe { self.names.get().unwrap_unchecked() }
    }

    /// The state of a static type in this interpreter.
    pub(crate) fn static_state(&self, ty: &'static Type) -> &TypeState {
        let number = ty.number() as usize;
        ty.version.store(number as u32, Ordering::Relaxed);
        let found = self.states.borrow().get(number).and_then(|slot| slot.as_deref().map(ptr::from_ref));
        let state = found.unwrap_or_else(|| {
            let mut states = self.states.borrow_mut();
            if states.len() <= number {
                states.resize_with(number + 64, || None);
            }
            ptr::from_ref(&**states[number].insert(Box::new(TypeState::for_static(ty))))
        });
        // SAFETY: the box stays where it is until the interpreter ends.
        unsafe { &*state }
    }

    /// A version for a type; 0 when they have run out.
    pub fn take_type_version(&self) -> u32 {
        take(&self.next_type_version)
    }

    /// A version for a dictionary's or class's keys; 0 when they have run out.
    pub fn take_keys_version(&self) -> u32 {
        take(&self.next_keys_version)
    }

    /// A version for a function; 0 when they have run out.
    pub fn take_function_version(&self) -> u32 {
        take(&self.next_function_version)
    }

    /// Makes the dictionaries of `sys.modules` and `builtins` known.
    pub fn set_modules(&self, modules: Value, builtins: Value) {
        let _ = self.modules.set(modules);
        let _ = self.builtins.set(builtins);
    }

    /// `sys.modules`
    pub fn modules(&self) -> Ref<'_> {
        self.modules.get().expect("set when the interpreter starts").as_ref()
    }

    /// The dictionary of `builtins`.
    pub fn builtins(&self) -> Ref<'_> {
        self.builtins.get().expect("set when the interpreter starts").as_ref()
    }

    /// The empty tuple.
    pub fn empty_tuple(&self) -> &OnceCell<Value> {
        &self.empty_tuple
    }

    /// What a native module or type keeps for this interpreter, by a static of its own.
    pub fn slot<T>(&self, owner: &'static T) -> Option<Value> {
        let address = ptr::from_ref(owner) as usize;
        self.slots.borrow().iter().find(|(of, _)| *of == address).map(|(_, value)| value.clone())
    }

    /// Sets what [`Interpreter::slot`] answers.
    pub fn set_slot<T>(&self, owner: &'static T, value: Value) {
        let address = ptr::from_ref(owner) as usize;
        let mut slots = self.slots.borrow_mut();
        slots.retain(|(of, _)| *of != address);
        slots.push((address, value));
    }

    /// `sys.getrecursionlimit()`
    pub fn recursion_limit(&self) -> i32 {
        self.recursion_limit.get()
    }

    /// `sys.setrecursionlimit()`; the threads' budgets are theirs to adjust.
    pub fn set_recursion_limit(&self, limit: i32) {
        self.recursion_limit.set(limit);
    }
}

impl Drop for Interpreter {
    fn drop(&mut self) {
        // Objects that die with the interpreter's parts find it no more.
        self.heap.interp.set(ptr::null());
    }
}

/// The native stack pointer. No address of a local: a handler of the loop that takes one cannot leave
/// by a jump.
#[inline(always)]
fn stack_pointer() -> usize {
    #[cfg(target_arch = "x86_64")]
    {
        let address: usize;
        // SAFETY: reads a register.
        unsafe { std::arch::asm!("mov {}, rsp", out(reg) address, options(nomem, nostack, preserves_flags)) };
        address
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let here = 0u8;
        &raw const here as usize
    }
}

fn take(next: &Cell<u32>) -> u32 {
    let version = next.get();
    if version != 0 {
        next.set(version.wrapping_add(1)); // Ends at 0, and stays there.
    }
    version
}

/// A handled exception: what `sys.exception()` answers, linked to the one around it.
#[repr(C)]
pub struct Handled {
    /// The exception, or null.
    pub value: Word,
    /// The next outer one.
    pub previous: *mut Handled,
}

/// One thread of Python.
#[repr(C)]
pub struct Thread {
    /// The innermost activation.
    pub frame: *mut Frame,
    /// Where a new activation's operands must end.
    pub stack_limit: *mut Word,
    /// Not zero when something waits at the next safepoint: bits of [`events`].
    pub breaker: AtomicU32,
    /// How many Python calls may still nest.
    pub recursion_left: i32,
    /// The exception being raised.
    pub exception: Option<Value>,
    /// The handled exceptions.
    pub handled: *mut Handled,
    /// Registers of the loop between two handlers, where handlers return to it.
    pub registers: [usize; 4],
    heap: *const Heap,
    interp: *const Interpreter,
    /// Native stack below this address is kept in reserve.
    pub native_limit: usize,
    /// The outermost entry of the chain of handled exceptions.
    pub base_handled: Handled,
    /// Where the value stack begins, and how many bytes it has.
    pub stack: (*mut Word, usize),
    /// The bottom of the unused part of the value stack when no frame runs.
    pub stack_base: *mut Word,
    /// The value that a generator's delegation ended with, on its way to the generator.
    pub deliver: Option<Value>,
    /// Objects whose `repr` is being made.
    reprs: Vec<Word>,
    /// The current context of context variables; none until somebody asks.
    pub context: Option<Value>,
    /// What was set for the thread from outside, to be raised at its next safepoint.
    pub async_exception: Option<Value>,
    /// Whether this is the interpreter's main thread, which runs signal handlers.
    pub is_main: bool,
    /// Calls of tracing or profiling functions in progress.
    pub tracing: i32,
    /// The event that tools are being told of, or -1.
    pub what_event: i32,
    /// What `sys.settrace` was given.
    pub trace: Option<Value>,
    /// What `sys.setprofile` was given.
    pub profile: Option<Value>,
    /// What `sys.set_asyncgen_hooks` set: for the first iteration, for the end.
    pub asyncgen_hooks: [Option<Value>; 2],
}

impl Drop for Thread {
    fn drop(&mut self) {
        if std::ptr::eq(self.heap().breaker.get(), &raw const self.breaker) {
            self.heap().breaker.set(ptr::null());
        }
    }
}

impl Thread {
    /// A handle of `interp` with a value stack of its own.
    ///
    /// # Safety
    /// The interpreter outlives the thread; `stack` is exclusive memory of that many bytes.
    pub unsafe fn new(
        interp: &Interpreter,
        stack: *mut Word,
        bytes: usize,
        native_limit: usize,
    ) -> Box<Thread> {
        const RESERVE: usize = 16 << 10;
        let mut thread = Box::new(Thread {
            frame: ptr::null_mut(),
            // SAFETY: inside the stack.
            stack_limit: unsafe { stack.byte_add(bytes - RESERVE) },
            breaker: AtomicU32::new(0),
            recursion_left: interp.recursion_limit(),
            exception: None,
            handled: ptr::null_mut(),
            registers: [0; 4],
            heap: &raw const *interp.heap,
            interp,
            native_limit,
            base_handled: Handled { value: Word::NULL, previous: ptr::null_mut() },
            stack: (stack, bytes),
            stack_base: stack,
            deliver: None,
            reprs: Vec::new(),
            context: None,
            async_exception: None,
            is_main: false,
            tracing: 0,
            asyncgen_hooks: [None, None],
            what_event: -1,
            trace: None,
            profile: None,
        });
        thread.handled = &raw mut thread.base_handled;
        thread.attach();
        thread
    }

    /// Makes the heap tell this thread when a collection is due: for whoever takes the interpreter
    /// lock.
    pub fn attach(&self) {
        self.heap().breaker.set(&raw const self.breaker);
    }

    /// The interpreter. Its life is the thread's and longer, hence the free lifetime.
    #[inline(always)]
    pub fn interp<'i>(&self) -> &'i Interpreter {
        // SAFETY: the constructor's contract.
        unsafe { &*self.interp }
    }

    /// The interpreter's heap.
    #[inline(always)]
    pub fn heap<'i>(&self) -> &'i Heap {
        // SAFETY: as above.
        unsafe { &*self.heap }
    }

    /// The well-known strings.
    #[inline(always)]
    pub fn names<'i>(&self) -> &'i Names {
        self.interp().names()
    }

    /// A new object of `T`'s own type.
    #[inline(always)]
    pub fn new_object<T: Object>(&mut self, make: impl FnOnce(Header) -> T) -> Outcome {
        self.new_object_of(T::TYPE, make)
    }

    /// A new object of a type whose instances are exactly a `T`.
    #[inline(always)]
    pub fn new_object_of<T: Object>(&mut self, ty: &Type, make: impl FnOnce(Header) -> T) -> Outcome {
        debug_assert!(ty.has_layout_of(T::TYPE) && ty.size.get() as usize == size_of::<T>());
        let Some(memory) = self.heap().allocate(size_of::<T>(), ty.kind()) else {
            return Err(self.no_memory());
        };
        ty.count_instance();
        let object = memory.cast::<T>();
        // SAFETY: fresh memory of the right size and alignment; the count goes to the value.
        unsafe {
            object.write(make(Header::new(ptr::from_ref(ty).cast())));
            Ok(Value::from_word(Word::counted(object.cast())))
        }
    }

    /// Charges a buffer; raises MemoryError when the limit is reached.
    pub fn charge(&mut self, bytes: usize) -> Outcome<()> {
        match self.heap().charge(bytes) {
            Some(()) => Ok(()),
            None => Err(self.no_memory()),
        }
    }

    /// Fails with RecursionError when little native stack is left. Everything native that recurses
    /// over data or may run Python calls this first.
    #[inline(always)]
    pub fn check_native_stack(&mut self) -> Outcome<()> {
        if stack_pointer() < self.native_limit {
            return Err(self.native_stack_exhausted());
        }
        Ok(())
    }

    #[cold]
    fn native_stack_exhausted(&mut self) -> Raised {
        // The message is made with what is kept in reserve.
        let limit = self.native_limit;
        self.native_limit = limit.saturating_sub(128 << 10);
        let raised = self.recursion_error("maximum recursion depth exceeded");
        self.native_limit = limit;
        raised
    }

    /// Notes that the `repr` of a container begins; `false` if it is being made already.
    pub fn enter_repr(&mut self, object: Ref<'_>) -> bool {
        if self.reprs.iter().any(|own| own.same(object.word())) {
            return false;
        }
        self.reprs.push(object.word());
        true
    }

    /// Notes that it ended.
    pub fn leave_repr(&mut self, object: Ref<'_>) {
        if let Some(at) = self.reprs.iter().rposition(|own| own.same(object.word())) {
            self.reprs.remove(at);
        }
    }

    /// Runs what waits since objects were dropped, if anything does.
    #[inline(always)]
    pub fn settle(&mut self) {
        if self.heap().unsettled.get() {
            (self.interp().engine.settle)(self);
        }
    }

    /// For native loops whose length a program controls: signals, thread switch, limits.
    #[inline(always)]
    pub fn poll(&mut self) -> Outcome<()> {
        if self.breaker.load(Ordering::Relaxed) != 0 {
            return (self.interp().engine.safepoint)(self);
        }
        Ok(())
    }

    /// An interned string.
    pub fn intern(&mut self, text: &str) -> Outcome {
        match self.interp().interned.intern_str(self.interp(), text) {
            Some(value) => Ok(value),
            None => Err(self.no_memory()),
        }
    }

    /// Takes the exception being raised.
    pub fn take_exception(&mut self) -> Option<Value> {
        self.exception.take()
    }

    /// The exception of the innermost handler.
    pub fn handled_exception(&self) -> Option<Value> {
        let mut item = self.handled;
        // SAFETY: the chain consists of live entries: of the thread and of running generators.
        unsafe {
            while !item.is_null() {
                let value = (*item).value;
                if !value.is_null() && !value.same(Ref::none().word()) {
                    return Some(Ref::from_word(value).to_value());
                }
                item = (*item).previous;
            }
        }
        None
    }

    /// The interpreter's string type check, often needed with a name.
    pub fn text<'a>(&mut self, name: Ref<'a>) -> Outcome<&'a Str> {
        match name.downcast::<Str>() {
            Some(name) => Ok(name),
            None => {
                let ty = name.ty().name();
                Err(self.type_error(format!("attribute name must be string, not '{ty}'")))
            }
        }
    }
}
