//! What this crate keeps for an interpreter besides objects.

use std::cell::{Cell, OnceCell, RefCell};

use taipan_object::{Thread, Value};

use crate::config::Config;
use crate::frontend::FrontEnd;
use crate::import::library::Library;
use crate::warnings::WarningsState;

/// The parts that an interpreter was built with, and what it holds besides objects.
pub(crate) struct State {
    /// The way from source text to code objects.
    pub(crate) front_end: Box<dyn FrontEnd>,
    /// The library inside the program, if there is one.
    pub(crate) library: Option<Box<dyn Library>>,
    /// How the interpreter was set up.
    pub(crate) config: Config,
    /// The module `sys`.
    pub(crate) sys: OnceCell<Value>,
    /// The module `_frozen_importlib`, once it runs.
    pub(crate) importlib: OnceCell<Value>,
    /// How often the import lock is held.
    pub(crate) import_lock: Cell<u32>,
    /// What `_imp._override_frozen_modules_for_tests` asked for.
    pub(crate) frozen_override: Cell<i32>,
    /// Whether the interpreter is ending.
    pub(crate) finalizing: Cell<bool>,
    /// What was put in front of `sys.path` for the program: the folder that it is in.
    pub(crate) first_path: OnceCell<Vec<u8>>,
    /// What `_warnings` keeps.
    pub(crate) warnings: WarningsState,
    /// `sys.getswitchinterval()`, in seconds.
    pub(crate) switch_interval: Cell<f64>,
    /// The identity of the main thread.
    pub(crate) main_thread: Cell<u64>,
    /// How many threads run besides the main one.
    pub(crate) threads: Cell<usize>,
    /// Native stack of new threads in bytes; 0 for our own choice.
    pub(crate) thread_stack: Cell<usize>,
    /// Handles of threads that the end of the program waits for.
    pub(crate) joinable: RefCell<Vec<Value>>,
    /// What `signal.signal` was given, by number.
    pub(crate) signal_handlers: RefCell<Vec<Value>>,
    /// `sys.get_coroutine_origin_tracking_depth()`
    pub(crate) coroutine_origin_depth: Cell<i32>,
}

impl State {
    pub(crate) fn new(
        front_end: Box<dyn FrontEnd>,
        library: Option<Box<dyn Library>>,
        config: Config,
    ) -> State {
        State {
            front_end,
            library,
            config,
            sys: OnceCell::new(),
            importlib: OnceCell::new(),
            import_lock: Cell::new(0),
            frozen_override: Cell::new(0),
            finalizing: Cell::new(false),
            first_path: OnceCell::new(),
            warnings: WarningsState::default(),
            switch_interval: Cell::new(0.005),
            main_thread: Cell::new(0),
            threads: Cell::new(0),
            thread_stack: Cell::new(0),
            joinable: RefCell::default(),
            signal_handlers: RefCell::default(),
            coroutine_origin_depth: Cell::new(0),
        }
    }

    /// The state of the running interpreter.
    pub(crate) fn of<'i>(thread: &Thread) -> &'i State {
        let state = thread.interp().above.get().and_then(|state| state.downcast_ref());
        state.expect("set when the interpreter is made")
    }
}
