//! Interpreters whose parts are all there: compiler, loop, native modules.

use taipan_host::Host;
use taipan_object::Thread;
use taipan_vm::config::Config as Settings;
use taipan_vm::import::library::Library;
use taipan_vm::{Parts, Runtime};

use crate::frontend::Compiler;

/// How an interpreter is made.
pub struct Config {
    /// The operating system, as far as programs may reach it.
    pub host: Host,
    /// Keys of the string hash.
    pub hash_keys: (u64, u64),
    /// How many bytes of native stack the calling thread has.
    pub native_stack: usize,
    /// What programs are told of command line, environment and installation.
    pub settings: Settings,
    /// The library inside the program.
    pub library: Option<Box<dyn Library>>,
}

impl Config {
    /// Full access to the operating system, on a thread with `native_stack` bytes of stack.
    pub fn new(native_stack: usize) -> Config {
        Config {
            host: Host::unrestricted(),
            hash_keys: (0, 0),
            native_stack,
            settings: Settings::default(),
            library: None,
        }
    }
}

/// An isolated interpreter with its main thread.
pub struct Interpreter {
    runtime: Runtime,
}

impl Interpreter {
    /// A new interpreter.
    pub fn new(config: Config) -> Result<Interpreter, std::io::Error> {
        let modules = [taipan_mods::MODULES, taipan_mods_ext::MODULES, taipan_mods_os::MODULES].concat();
        let runtime = Runtime::new(Parts {
            front_end: Box::new(Compiler),
            modules,
            library: config.library,
            config: config.settings,
            host: config.host,
            hash_keys: config.hash_keys,
            native_stack: config.native_stack,
        })?;
        Ok(Interpreter { runtime })
    }

    /// The main thread.
    pub fn thread(&mut self) -> &mut Thread {
        self.runtime.thread()
    }
}
