//! How an interpreter is set up: what command line, environment and installation say.
//!
//! Whoever builds a [`Runtime`](crate::Runtime) fills it in; `sys` shows it.
//!
//! Answers for CPython's `Include/cpython/initconfig.h`.

/// The settings that `sys.flags` shows, with CPython's names.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Flags {
    pub debug: u32,
    pub inspect: u32,
    pub interactive: u32,
    pub optimize: u32,
    pub dont_write_bytecode: bool,
    pub no_user_site: bool,
    pub no_site: bool,
    pub ignore_environment: bool,
    pub verbose: u32,
    pub bytes_warning: u32,
    pub quiet: u32,
    pub hash_randomization: bool,
    pub isolated: bool,
    pub dev_mode: bool,
    pub utf8_mode: bool,
    pub warn_default_encoding: bool,
    pub safe_path: bool,
    pub int_max_str_digits: usize,
    pub thread_inherit_context: bool,
    pub context_aware_warnings: bool,
}

impl Default for Flags {
    fn default() -> Flags {
        Flags {
            debug: 0,
            inspect: 0,
            interactive: 0,
            optimize: 0,
            dont_write_bytecode: false,
            no_user_site: false,
            no_site: false,
            ignore_environment: false,
            verbose: 0,
            bytes_warning: 0,
            quiet: 0,
            hash_randomization: false,
            isolated: false,
            dev_mode: false,
            utf8_mode: false,
            warn_default_encoding: false,
            safe_path: false,
            int_max_str_digits: 4300,
            thread_inherit_context: false,
            context_aware_warnings: false,
        }
    }
}

/// Where things are: strings of the operating system.
#[derive(Clone, Debug, Default)]
#[allow(missing_docs)] // the names are those of `sys`
pub struct Paths {
    pub executable: Vec<u8>,
    pub base_executable: Vec<u8>,
    pub prefix: Vec<u8>,
    pub exec_prefix: Vec<u8>,
    pub base_prefix: Vec<u8>,
    pub base_exec_prefix: Vec<u8>,
    /// `sys._home`, of a virtual environment.
    pub home: Option<Vec<u8>>,
    /// Where the library's modules are: the archive of the embedded one, or a folder.
    pub stdlib: Option<Vec<u8>>,
    /// `sys.path` before the program's own folder is put in front.
    pub search: Vec<Vec<u8>>,
}

/// The name under which an interpreter presents itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Identity {
    /// As itself.
    #[default]
    Taipan,
    /// As compatible with CPython, for tools that ask: `sys.implementation.name` is `cpython`.
    CPython,
}

impl Identity {
    /// `sys.implementation.name`
    pub const fn name(self) -> &'static str {
        match self {
            Identity::Taipan => "taipan",
            Identity::CPython => "cpython",
        }
    }
}

/// `-X int_max_str_digits` and `--check-hash-based-pycs` and the like have their place here; the
/// rest is what programs see.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// `sys.implementation`
    pub identity: Identity,
    /// `sys.flags`
    pub flags: Flags,
    /// `sys.executable`, `sys.path` and the like.
    pub paths: Paths,
    /// `sys.argv`
    pub argv: Vec<Vec<u8>>,
    /// `sys.orig_argv`
    pub orig_argv: Vec<Vec<u8>>,
    /// `sys._xoptions`: what `-X` gave, name and value.
    pub xoptions: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    /// `sys.warnoptions`
    pub warnoptions: Vec<Vec<u8>>,
    /// `sys.pycache_prefix`
    pub pycache_prefix: Option<Vec<u8>>,
    /// `_imp.check_hash_based_pycs`
    pub check_hash_based_pycs: CheckHashBasedPycs,
    /// `PYTHONIOENCODING` or what stands for it: encoding and error handler of the standard streams.
    pub stdio_encoding: (Option<String>, Option<String>),
    /// Whether standard output is written through at once (`-u`).
    pub unbuffered: bool,
    /// Whether `importlib.util` and the others that CPython freezes come from the embedded library.
    pub frozen_modules: bool,
    /// `-X importtime`
    pub import_time: u8,
    /// Whether signal handlers are installed.
    pub install_signal_handlers: bool,
    /// `PYTHON_CPU_COUNT`, `-X cpu_count`
    pub cpu_count: Option<i64>,
}

/// `--check-hash-based-pycs`
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum CheckHashBasedPycs {
    #[default]
    Default,
    Always,
    Never,
}

impl CheckHashBasedPycs {
    /// As the option is written.
    pub const fn name(self) -> &'static str {
        match self {
            CheckHashBasedPycs::Default => "default",
            CheckHashBasedPycs::Always => "always",
            CheckHashBasedPycs::Never => "never",
        }
    }
}
