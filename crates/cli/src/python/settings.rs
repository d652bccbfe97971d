//! Options, environment and paths joined to what an interpreter is made with.
//!
//! Answers for CPython's `Python/initconfig.c` and `Python/preconfig.c`.

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use taipan::vm::config::{CheckHashBasedPycs, Config, Flags, Identity};

use super::options::{Options, Program};
use super::paths;

/// The variables of the environment, unless they are to be ignored.
pub struct Environment {
    ignored: bool,
}

impl Environment {
    pub const fn new(options: &Options) -> Environment {
        Environment { ignored: options.ignore_environment || options.isolated }
    }

    /// A variable that is set and not empty.
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        if self.ignored {
            return None;
        }
        std::env::var_os(name).map(OsStringExt::into_vec).filter(|value| !value.is_empty())
    }

    /// A variable that counts, as `PYTHONVERBOSE`: a number, or 1 for anything else.
    fn level(&self, name: &str) -> u32 {
        match self.get(name) {
            Some(value) => str::from_utf8(&value).ok().and_then(|text| text.parse().ok()).unwrap_or(1),
            None => 0,
        }
    }

    fn flag(&self, name: &str) -> bool {
        self.level(name) > 0
    }
}

/// The settings, or the words with which CPython refuses them.
pub fn settings(program: &OsString, options: &Options, orig_argv: Vec<Vec<u8>>) -> Result<Config, String> {
    let environment = Environment::new(options);
    let xoption = |name: &str| {
        let found = options.xoptions.iter().rev().find(|(own, _)| own == name.as_bytes());
        found.map(|(_, value)| value.clone().map(|value| String::from_utf8_lossy(&value).into_owned()))
    };
    let dev_mode = xoption("dev").is_some() || environment.flag("PYTHONDEVMODE");
    let flags = Flags {
        debug: options.debug.max(environment.level("PYTHONDEBUG")),
        inspect: options.inspect.max(environment.level("PYTHONINSPECT")),
        interactive: options.inspect,
        optimize: options.optimize.max(environment.level("PYTHONOPTIMIZE")),
        dont_write_bytecode: options.dont_write_bytecode || environment.flag("PYTHONDONTWRITEBYTECODE"),
        no_user_site: options.no_user_site || options.isolated || environment.flag("PYTHONNOUSERSITE"),
        no_site: options.no_site,
        ignore_environment: options.ignore_environment || options.isolated,
        verbose: options.verbose.max(environment.level("PYTHONVERBOSE")),
        bytes_warning: options.bytes_warning,
        quiet: options.quiet,
        hash_randomization: hash_seed(&environment)? != Some(0),
        isolated: options.isolated,
        dev_mode,
        utf8_mode: utf8_mode(&environment, xoption("utf8"))?,
        warn_default_encoding: xoption("warn_default_encoding").is_some()
            || environment.flag("PYTHONWARNDEFAULTENCODING"),
        safe_path: options.safe_path || options.isolated || environment.get("PYTHONSAFEPATH").is_some(),
        int_max_str_digits: max_digits(&environment, xoption("int_max_str_digits"))?,
        thread_inherit_context: switch(
            &environment,
            "thread_inherit_context",
            "PYTHON_THREAD_INHERIT_CONTEXT",
            &xoption,
        )?,
        context_aware_warnings: switch(
            &environment,
            "context_aware_warnings",
            "PYTHON_CONTEXT_AWARE_WARNINGS",
            &xoption,
        )?,
    };
    let paths = paths::find(
        program,
        std::env::var_os("PATH"),
        environment.get("PYTHONHOME"),
        environment.get("PYTHONPATH"),
        options.stdlib.clone(),
    );
    let pycache = xoption("pycache_prefix").map(|value| value.unwrap_or_default().into_bytes());
    let frozen = match xoption("frozen_modules").flatten().as_deref() {
        Some("off") => false,
        None | Some("on" | "") => options.stdlib.is_none(),
        Some(_) => {
            return Err("bad value for option -X frozen_modules (expected \"on\" or \"off\")".to_owned());
        }
    };
    let stdio_encoding = stdio_encoding(&environment);
    Ok(Config {
        identity: identity(program),
        paths,
        argv: options.argv.clone(),
        orig_argv,
        xoptions: options.xoptions.clone(),
        warnoptions: warning_options(options, &environment, &flags),
        pycache_prefix: pycache
            .or_else(|| environment.get("PYTHONPYCACHEPREFIX"))
            .filter(|path| !path.is_empty()),
        check_hash_based_pycs: match options.check_hash_based_pycs.as_deref() {
            Some("always") => CheckHashBasedPycs::Always,
            Some("never") => CheckHashBasedPycs::Never,
            _ => CheckHashBasedPycs::Default,
        },
        stdio_encoding,
        unbuffered: options.unbuffered || environment.flag("PYTHONUNBUFFERED"),
        frozen_modules: frozen,
        import_time: 0,
        install_signal_handlers: true,
        cpu_count: cpu_count(&environment, xoption("cpu_count").flatten())?,
        flags,
    })
}

/// Under the names of CPython's command the interpreter presents itself as compatible.
fn identity(program: &OsString) -> Identity {
    let name = std::path::Path::new(program).file_name().unwrap_or_default().to_string_lossy().into_owned();
    if name.starts_with("python") { Identity::CPython } else { Identity::Taipan }
}

/// `PYTHONHASHSEED`; none for a random one.
pub fn hash_seed(environment: &Environment) -> Result<Option<u32>, String> {
    let Some(seed) = environment.get("PYTHONHASHSEED") else { return Ok(None) };
    if seed == b"random" {
        return Ok(None);
    }
    let wrong = "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]";
    let number = str::from_utf8(&seed).ok().and_then(|seed| seed.parse().ok());
    number.map(Some).ok_or_else(|| wrong.to_owned())
}

/// The keys of the string hash that a seed stands for, as CPython derives them.
pub fn hash_keys(seed: Option<u32>) -> (u64, u64) {
    let mut bytes = [0u8; 16];
    match seed {
        Some(0) => {}
        Some(seed) => {
            // The generator of CPython's `Python/bootstrap_hash.c`.
            let mut state = seed;
            for byte in &mut bytes {
                state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
                *byte = (state >> 16) as u8;
            }
        }
        None => {
            let host = taipan::host::Host::unrestricted();
            let _ = host.random_bytes(taipan::host::Released::assert(), &mut bytes);
        }
    }
    let word = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"));
    (word(0), word(8))
}

fn utf8_mode(environment: &Environment, xoption: Option<Option<String>>) -> Result<bool, String> {
    if let Some(value) = xoption {
        return match value.as_deref() {
            None | Some("1") => Ok(true),
            Some("0") => Ok(false),
            Some(_) => Err("invalid -X utf8 option value".to_owned()),
        };
    }
    match environment.get("PYTHONUTF8").as_deref() {
        Some(b"1") => Ok(true),
        Some(b"0") | None => Ok(false),
        Some(_) => Err("invalid PYTHONUTF8 environment variable value".to_owned()),
    }
}

fn max_digits(environment: &Environment, xoption: Option<Option<String>>) -> Result<usize, String> {
    let valid = |text: &str| text.parse().ok().filter(|&digits: &usize| digits == 0 || digits >= 640);
    if let Some(value) = xoption {
        let wrong = "-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.";
        return value.as_deref().and_then(valid).ok_or_else(|| wrong.to_owned());
    }
    match environment.get("PYTHONINTMAXSTRDIGITS") {
        Some(value) => {
            let wrong = "PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.";
            str::from_utf8(&value).ok().and_then(valid).ok_or_else(|| wrong.to_owned())
        }
        None => Ok(4300),
    }
}

/// A setting that is 0 or 1.
fn switch(
    environment: &Environment,
    name: &str,
    variable: &str,
    xoption: &dyn Fn(&str) -> Option<Option<String>>,
) -> Result<bool, String> {
    let from_option = xoption(name);
    let given = match &from_option {
        Some(value) => Some(value.clone().unwrap_or_default()),
        None => environment.get(variable).map(|value| String::from_utf8_lossy(&value).into_owned()),
    };
    match given.as_deref() {
        None | Some("0") => Ok(false),
        Some("1") => Ok(true),
        Some(_) if from_option.is_some() => Err(format!("-X {name}=n: n is missing or invalid")),
        Some(_) => Err(format!("{variable}=N: N is missing or invalid")),
    }
}

fn cpu_count(environment: &Environment, xoption: Option<String>) -> Result<Option<i64>, String> {
    let given = xoption.or_else(|| {
        environment.get("PYTHON_CPU_COUNT").map(|value| String::from_utf8_lossy(&value).into_owned())
    });
    match given.as_deref() {
        None | Some("default") => Ok(None),
        Some(text) => match text.parse() {
            Ok(count) if count >= 1 => Ok(Some(count)),
            _ => Err("-X cpu_count=n option: n is missing or an invalid number, n must be greater than 0"
                .to_owned()),
        },
    }
}

/// `sys.warnoptions`: `-X dev` and `-b` come first, the environment before the options.
fn warning_options(options: &Options, environment: &Environment, flags: &Flags) -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = Vec::new();
    if flags.dev_mode {
        all.push(b"default".to_vec());
    }
    if let Some(value) = environment.get("PYTHONWARNINGS") {
        all.extend(value.split(|&byte| byte == b',').filter(|part| !part.is_empty()).map(<[u8]>::to_vec));
    }
    all.extend(options.warnings.iter().cloned());
    match flags.bytes_warning {
        0 => {}
        1 => all.push(b"default::BytesWarning".to_vec()),
        _ => all.push(b"error::BytesWarning".to_vec()),
    }
    all
}

/// Encoding and error handler of the standard streams.
fn stdio_encoding(environment: &Environment) -> (Option<String>, Option<String>) {
    let given = environment.get("PYTHONIOENCODING").map(|value| String::from_utf8_lossy(&value).into_owned());
    let (encoding, errors) = match &given {
        Some(given) => match given.split_once(':') {
            Some((encoding, errors)) => (encoding.to_owned(), errors.to_owned()),
            None => (given.clone(), String::new()),
        },
        None => Default::default(),
    };
    let errors = match errors.as_str() {
        "" if encoding.is_empty() && is_c_locale() => Some("surrogateescape".to_owned()),
        "" => None,
        errors => Some(errors.to_owned()),
    };
    (Some(encoding).filter(|encoding| !encoding.is_empty()), errors)
}

/// Whether the locale is one in which standard streams pass all bytes on.
fn is_c_locale() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
    matches!(locale.as_deref(), None | Some("C" | "POSIX" | "C.UTF-8" | "C.utf8" | "UTF-8"))
}

/// Whether a program was given, so that the prompt is not the program.
pub fn runs_code(options: &Options) -> bool {
    options.program != Program::Stdin
}
