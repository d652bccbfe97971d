//! The options of CPython's command line.
//!
//! Answers for CPython's `Python/getopt.c` and `config_parse_cmdline` of `Python/initconfig.c`.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// What is to be run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Program {
    /// `-c`: the text.
    Command(Vec<u8>),
    /// `-m`: the module's name.
    Module(Vec<u8>),
    /// A file, folder or archive.
    File(Vec<u8>),
    /// Standard input.
    #[default]
    Stdin,
}

/// What the options ask for, as they were given.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub program: Program,
    /// `sys.argv`
    pub argv: Vec<Vec<u8>>,
    pub bytes_warning: u32,
    pub dont_write_bytecode: bool,
    pub debug: u32,
    pub ignore_environment: bool,
    pub inspect: u32,
    pub isolated: bool,
    pub optimize: u32,
    pub safe_path: bool,
    pub quiet: u32,
    pub no_user_site: bool,
    pub no_site: bool,
    pub unbuffered: bool,
    pub verbose: u32,
    pub skip_first_line: bool,
    pub warnings: Vec<Vec<u8>>,
    pub xoptions: Vec<(Vec<u8>, Option<Vec<u8>>)>,
    pub check_hash_based_pycs: Option<String>,
    /// `--stdlib`: a folder in the place of the library inside the program.
    pub stdlib: Option<Vec<u8>>,
}

/// What a command line comes to.
pub enum Parsed {
    /// A program to run.
    Run(Box<Options>),
    /// Text to print.
    Help(Help),
    /// The version; twice for more.
    Version(u32),
    /// It was not understood: the line above the usage.
    Wrong(String),
}

/// What help was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Help {
    Options,
    Environment,
    XOptions,
    All,
}

/// Options with an argument.
const WITH_ARGUMENT: &[u8] = b"cmWX";

/// Reads the arguments behind the program's name.
pub fn parse(arguments: &[OsString]) -> Parsed {
    let mut options = Options::default();
    let (mut help, mut versions) = (None, 0);
    let mut at = 0;
    while let Some(argument) = arguments.get(at) {
        let bytes = argument.as_bytes();
        if bytes == b"-" || !bytes.starts_with(b"-") {
            break;
        }
        at += 1;
        if bytes == b"--" {
            break;
        }
        if bytes.starts_with(b"--") {
            match long(bytes, &mut options, arguments, &mut at) {
                Ok(Some(wanted)) => help = help.or(Some(wanted)),
                Ok(None) if bytes == b"--version" => versions += 1,
                Ok(None) => {}
                Err(message) => return Parsed::Wrong(message),
            }
            continue;
        }
        let mut letters = &bytes[1..];
        while let Some((&letter, rest)) = letters.split_first() {
            letters = rest;
            if WITH_ARGUMENT.contains(&letter) {
                let value = match letters {
                    [] => {
                        let Some(value) = arguments.get(at) else {
                            return Parsed::Wrong(format!(
                                "Argument expected for the -{} option",
                                letter as char
                            ));
                        };
                        at += 1;
                        value.clone().into_vec()
                    }
                    attached => attached.to_vec(),
                };
                letters = &[];
                match letter {
                    b'W' => options.warnings.push(value),
                    b'X' => options.xoptions.push(xoption(&value)),
                    _ => {
                        let name: &[u8] = if letter == b'c' { b"-c" } else { b"-m" };
                        options.program = if letter == b'c' {
                            Program::Command([&value[..], b"\n"].concat())
                        } else {
                            Program::Module(value)
                        };
                        options.argv = vec![name.to_vec()];
                        options.argv.extend(rest_of(arguments, at));
                        return finish(options, help, versions);
                    }
                }
                continue;
            }
            match letter {
                b'b' => options.bytes_warning += 1,
                b'B' => options.dont_write_bytecode = true,
                b'd' => options.debug += 1,
                b'E' => options.ignore_environment = true,
                b'h' | b'?' => help = help.or(Some(Help::Options)),
                b'i' => options.inspect += 1,
                b'I' => options.isolated = true,
                b'O' => options.optimize += 1,
                b'P' => options.safe_path = true,
                b'q' => options.quiet += 1,
                b'R' | b't' => {}
                b's' => options.no_user_site = true,
                b'S' => options.no_site = true,
                b'u' => options.unbuffered = true,
                b'v' => options.verbose += 1,
                b'V' => versions += 1,
                b'x' => options.skip_first_line = true,
                b'J' => return Parsed::Wrong("-J is reserved for Jython".to_owned()),
                other => return Parsed::Wrong(format!("Unknown option: -{}", other as char)),
            }
        }
    }
    options.argv = rest_of(arguments, at).collect();
    match options.argv.first().map(Vec::as_slice) {
        None => options.argv.push(Vec::new()),
        Some(b"-") => {}
        Some(name) => options.program = Program::File(name.to_vec()),
    }
    finish(options, help, versions)
}

fn rest_of(arguments: &[OsString], at: usize) -> impl Iterator<Item = Vec<u8>> + '_ {
    arguments.iter().skip(at).map(|argument| argument.clone().into_vec())
}

fn finish(options: Options, help: Option<Help>, versions: u32) -> Parsed {
    match (help, versions) {
        (Some(help), _) => Parsed::Help(help),
        (None, 0) => Parsed::Run(Box::new(options)),
        (None, versions) => Parsed::Version(versions),
    }
}

fn xoption(value: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
    match value.iter().position(|&byte| byte == b'=') {
        Some(at) => (value[..at].to_vec(), Some(value[at + 1..].to_vec())),
        None => (value.to_vec(), None),
    }
}

/// An option with a long name.
fn long(
    bytes: &[u8],
    options: &mut Options,
    arguments: &[OsString],
    at: &mut usize,
) -> Result<Option<Help>, String> {
    let mut value = |name: &str| -> Result<Vec<u8>, String> {
        let value = arguments.get(*at).ok_or(format!("Argument expected for the {name} option"))?;
        *at += 1;
        Ok(value.clone().into_vec())
    };
    match bytes {
        b"--help" => Ok(Some(Help::Options)),
        b"--help-all" => Ok(Some(Help::All)),
        b"--help-env" => Ok(Some(Help::Environment)),
        b"--help-xoptions" => Ok(Some(Help::XOptions)),
        b"--version" => Ok(None),
        b"--check-hash-based-pycs" => {
            let choice = String::from_utf8_lossy(&value("--check-hash-based-pycs")?).into_owned();
            if !["always", "never", "default"].contains(&choice.as_str()) {
                return Err(
                    "--check-hash-based-pycs must be one of 'default', 'always', or 'never'".to_owned()
                );
            }
            options.check_hash_based_pycs = Some(choice);
            Ok(None)
        }
        b"--stdlib" => {
            options.stdlib = Some(value("--stdlib")?);
            Ok(None)
        }
        other => Err(format!("Unknown option: {}", String::from_utf8_lossy(other))),
    }
}
