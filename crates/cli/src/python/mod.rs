//! Running a program as CPython's command does.
//!
//! [`options`] reads the command line, [`paths`] finds the installation, [`settings`] joins both with
//! the environment; here the program is run.
//!
//! Answers for CPython's `Modules/main.c`.

mod options;
mod paths;
mod settings;

use std::ffi::{OsStr, OsString};
use std::io::{IsTerminal, Read};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::Path;

use taipan::interpreter::{Config, Interpreter};
use taipan::object::{Outcome, Thread, protocol};
use taipan::text::TextBuf;
use taipan::vm::{lifecycle, pythonrun, sys};

use crate::{FAILED, USAGE, output};
use options::{Help, Options, Parsed, Program};
use settings::Environment;

/// Runs what the arguments ask for; answers with the exit code.
pub fn run(program: &OsString, arguments: &[OsString], native_stack: usize) -> u8 {
    let options = match options::parse(arguments) {
        Parsed::Run(options) => options,
        Parsed::Help(which) => return output::finish(help(program, which).as_bytes(), 0),
        Parsed::Version(detail) => return output::finish(version(detail).as_bytes(), 0),
        Parsed::Wrong(message) => {
            let message =
                format!("{message}\n{}Try `{} -h' for more information.\n", usage(program), short(program));
            output::error(message.as_bytes());
            return USAGE;
        }
    };
    let orig_argv = std::iter::once(program).chain(arguments).map(|argument| argument.clone().into_vec());
    let settings = match settings::settings(program, &options, orig_argv.collect()) {
        Ok(settings) => settings,
        Err(message) => return fatal(&message),
    };
    let seed = match settings::hash_seed(&Environment::new(&options)) {
        Ok(seed) => seed,
        Err(message) => return fatal(&message),
    };
    let mut config = Config::new(native_stack);
    config.hash_keys = settings::hash_keys(seed);
    config.settings = settings;
    config.library = Some(Box::new(crate::library::Embedded));
    let mut interpreter = match Interpreter::new(config) {
        Ok(interpreter) => interpreter,
        Err(error) => return fatal(&error.to_string()),
    };
    let thread = interpreter.thread();
    let status = match lifecycle::initialize(thread) {
        Ok(()) => run_program(thread, &options, program),
        Err(_) => pythonrun::handle_uncaught(thread),
    };
    let written = lifecycle::finalize(thread);
    // Everything is freed with the process.
    std::mem::forget(interpreter);
    if status == pythonrun::INTERRUPTED {
        return end_by_interrupt();
    }
    if written { status as u8 } else { lifecycle::OUTPUT_LOST as u8 }
}

/// Ends the process as SIGINT does, so that whoever started it knows why.
fn end_by_interrupt() -> u8 {
    /// `SIGINT`
    const INTERRUPT: i32 = 2;
    /// What a shell would show, should the signal be blocked.
    const STATUS: u8 = 130;
    let host = taipan::host::Host::unrestricted();
    let _ = host.set_disposition(INTERRUPT, taipan::host::Disposition::Default);
    let _ = host.raise(taipan::host::Released::assert(), INTERRUPT);
    STATUS
}

fn fatal(message: &str) -> u8 {
    output::error(format!("Fatal Python error: {message}\n").as_bytes());
    FAILED
}

fn short(program: &OsString) -> String {
    let name = Path::new(program).file_name().unwrap_or_default().to_string_lossy().into_owned();
    if name.starts_with("python") { "python".to_owned() } else { name }
}

fn usage(program: &OsString) -> String {
    format!("usage: {} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n", program.display())
}

fn help(program: &OsString, which: Help) -> String {
    const OPTIONS: &str = include_str!("help.txt");
    const ENVIRONMENT: &str = include_str!("help_env.txt");
    const XOPTIONS: &str = include_str!("help_xoptions.txt");
    match which {
        Help::Options => usage(program) + OPTIONS,
        Help::Environment => ENVIRONMENT.to_owned(),
        Help::XOptions => XOPTIONS.to_owned(),
        Help::All => format!("{}{OPTIONS}\n{ENVIRONMENT}\n{XOPTIONS}", usage(program)),
    }
}

fn version(detail: u32) -> String {
    match detail {
        1 => "Python 3.14.8\n".to_owned(),
        _ => format!("Python 3.14.8 (Taipan {})\n", env!("CARGO_PKG_VERSION")),
    }
}

/// Runs the program and, if asked for, the prompt behind it.
fn run_program(thread: &mut Thread, options: &Options, program: &OsString) -> i32 {
    let status = match start(thread, options, program) {
        Ok(status) => status,
        Err(_) => pythonrun::handle_uncaught(thread),
    };
    let environment = Environment::new(options);
    let inspects = options.inspect > 0 || environment.get("PYTHONINSPECT").is_some();
    if inspects && settings::runs_code(options) && is_interactive(options) {
        return match prompt(thread, &environment) {
            Ok(_) => 0,
            Err(_) => pythonrun::handle_uncaught(thread),
        };
    }
    status
}

fn is_interactive(options: &Options) -> bool {
    options.inspect > 0 || std::io::stdin().is_terminal()
}

/// The prompt of the library, or the plain one.
fn prompt(thread: &mut Thread, environment: &Environment) -> Outcome {
    if std::io::stdin().is_terminal() && environment.get("PYTHON_BASIC_REPL").is_none() {
        return pythonrun::run_module(thread, "_pyrepl", false);
    }
    let contents = read_stdin();
    pythonrun::run_file(thread, &contents, "<stdin>", false)
}

fn start(thread: &mut Thread, options: &Options, program: &OsString) -> Outcome<i32> {
    let importable = match &options.program {
        Program::File(name) => is_importable(thread, name)?,
        _ => false,
    };
    let first = match &options.program {
        Program::File(name) if importable => Some(name.clone()),
        _ if is_safe_path(options) => None,
        Program::File(name) => Some(folder_of(name)),
        Program::Module(_) => std::env::current_dir().ok().map(|folder| folder.into_os_string().into_vec()),
        Program::Command(_) | Program::Stdin => Some(Vec::new()),
    };
    if let Some(first) = first {
        sys::prepend_path(thread, &first)?;
    }
    match &options.program {
        Program::Command(text) => {
            let text = crate::source::os_text(&OsString::from_vec(text.clone()));
            pythonrun::run_command(thread, &text)?;
        }
        Program::Module(name) => {
            let name = String::from_utf8_lossy(name).into_owned();
            pythonrun::run_module(thread, &name, true)?;
        }
        Program::File(_) if importable => {
            pythonrun::run_module(thread, "__main__", false)?;
        }
        Program::File(name) => return run_file(thread, options, name, program),
        Program::Stdin => {
            let environment = Environment::new(options);
            if is_interactive(options) && std::io::stdin().is_terminal() {
                header(thread, options);
                prompt(thread, &environment)?;
            } else {
                let contents = read_stdin();
                pythonrun::run_file(thread, &contents, "<stdin>", false)?;
            }
        }
    }
    Ok(0)
}

fn is_safe_path(options: &Options) -> bool {
    options.safe_path || options.isolated || Environment::new(options).get("PYTHONSAFEPATH").is_some()
}

/// What is shown above the first prompt.
fn header(thread: &mut Thread, options: &Options) {
    if options.quiet > 0 {
        return;
    }
    let version = sys::get(thread, "version").ok().flatten();
    let version = version.and_then(|version| protocol::str_string(thread, version.as_ref()).ok());
    let more = if options.no_site {
        ""
    } else {
        "Type \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n"
    };
    output::error(format!("Python {} on linux\n{more}", version.unwrap_or_default()).as_bytes());
}

fn read_stdin() -> Vec<u8> {
    let mut contents = Vec::new();
    let _ = std::io::stdin().lock().read_to_end(&mut contents);
    contents
}

/// Whether a path is a folder or archive that an importer takes.
fn is_importable(thread: &mut Thread, name: &[u8]) -> Outcome<bool> {
    let path = Path::new(OsStr::from_bytes(name));
    let starts_as_archive = || {
        let mut head = [0u8; 2];
        std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut head)).is_ok() && {
            // An archive may begin with a line for the system's loader.
            &head == b"PK" || &head == b"#!"
        }
    };
    if !path.is_dir() && !starts_as_archive() {
        return Ok(false);
    }
    let pkgutil = pythonrun::import(thread, "_frozen_importlib_external")?;
    let finder = pythonrun::attribute(thread, &pkgutil, "PathFinder")?;
    let path = thread.fs_decode(name)?;
    let found = protocol::call_method(thread, finder.as_ref(), "_path_importer_cache", &[path.as_ref()])?;
    if found.as_ref().is_none() {
        return Ok(false);
    }
    // A folder counts only with the program in it; an archive without is an error.
    Ok(true)
}

/// The folder of a program, with links resolved.
fn folder_of(name: &[u8]) -> Vec<u8> {
    let path = Path::new(OsStr::from_bytes(name));
    let resolved = path.canonicalize().unwrap_or_else(|_| path.to_path_buf());
    resolved.parent().map(|folder| folder.as_os_str().as_bytes().to_vec()).unwrap_or_default()
}

/// Runs a file as the program.
fn run_file(thread: &mut Thread, options: &Options, name: &[u8], program: &OsString) -> Outcome<i32> {
    let path = Path::new(OsStr::from_bytes(name));
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let shown = crate::source::os_text(&path.clone().into_os_string());
    let executable = program_path(thread, program);
    if path.is_dir() {
        output::error(
            format!("{executable}: '{}' is a directory, cannot continue\n", path.display()).as_bytes(),
        );
        return Ok(i32::from(FAILED));
    }
    let audited = thread.fs_decode(path.as_os_str().as_bytes())?;
    thread.audit("cpython.run_file", &[audited.as_ref()])?;
    let mut contents = match std::fs::read(&path) {
        Ok(contents) => contents,
        Err(error) => {
            let number = error.raw_os_error().unwrap_or(0);
            let words = taipan::host::Errno(number).message();
            let message =
                format!("{executable}: can't open file '{}': [Errno {number}] {words}\n", path.display());
            output::error(message.as_bytes());
            return Ok(i32::from(USAGE));
        }
    };
    if options.skip_first_line {
        // The line stays as an empty one, so that line numbers are right.
        let end = contents.iter().position(|&byte| byte == b'\n').unwrap_or(contents.len());
        contents.drain(..end);
    }
    pythonrun::run_file(thread, &contents, &text_of(&shown), true)?;
    Ok(0)
}

fn text_of(text: &TextBuf) -> String {
    text.to_string()
}

/// `sys.executable`, which messages begin with.
fn program_path(thread: &mut Thread, program: &OsString) -> String {
    let executable = sys::get(thread, "executable").ok().flatten();
    let executable = executable.and_then(|path| protocol::str_string(thread, path.as_ref()).ok());
    executable.unwrap_or_else(|| program.display().to_string())
}
