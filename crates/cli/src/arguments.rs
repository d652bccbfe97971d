//! The command line: what was asked for.
//!
//! A command that has a counterpart in CPython (`python -m tokenize`, `ast`, `symtable`, `dis`)
//! takes that one's options with their meanings; the others are the same everywhere.

use crate::source::Input;
use lexopt::prelude::*;
use std::ffi::OsString;
use std::path::Path;

/// One line for each command, in the order of the compiler's stages.
pub const HELP: &str = "\
usage: taipan [OPTION…] [FILE | -c CODE | -] [ARGUMENT…]
       taipan COMMAND [OPTION…] [FILE | -c CODE | -]

Runs a Python program, or shows what source becomes on its way to bytecode, one command for each
stage:

  tokens     what the tokenizer makes of it       as python3.14 -m tokenize
  ast        the syntax tree                      as python3.14 -m ast
  symtable   the scopes and their names           as python3.14 -m symtable
  cfg        the control-flow graph, before and after each pass
  dis        the bytecode                         as python3.14 -m dis
  code       the code objects, field by field
  measure    figures over many files; see docs/measuring.md

A command's options (without FILE, or with -, the source is read from standard input):

  -c CODE            the source itself
  -m, --mode MODE    exec (the default), eval, single or func_type
      --optimize N   0, 1 or 2; -O and -OO where CPython's tool has no -O of its own
      --json         for programs instead of people
  -h, --help         this text; after a command, that one's options
";

const TOKENS_HELP: &str = "\
usage: taipan tokens [-e] [--json] [FILE | -c CODE | -]

  -e, --exact        names operators by their exact type
      --json         one object for each token
";

const AST_HELP: &str = "\
usage: taipan ast [OPTION…] [FILE | -c CODE | -]

  -m, --mode MODE          exec, eval, single or func_type
      --no-type-comments   takes type comments for comments
  -a, --include-attributes
                           shows positions
  -i, --indent N           spaces for each level (3)
      --feature-version V  reads the source as Python 3.x would
  -O, --optimize LEVEL     folds constants as the compiler does at that level
      --show-empty         shows empty lists and fields that are None
      --json               an object for each node
";

const SYMTABLE_HELP: &str = "\
usage: taipan symtable [-m MODE] [--json] [FILE | -c CODE | -]

  -m, --mode MODE    exec, eval or single
      --json         an object for each scope
";

const CFG_HELP: &str = "\
usage: taipan cfg [OPTION…] [FILE | -c CODE | -]

  -l, --list         names the passes in their order
  -p, --pass NAME    shows the graph after this pass only; may be repeated
  -f, --function Q   shows the code object with this qualified name only; may be repeated
      --dot          for Graphviz
      --json         for programs
  -m, --mode MODE    exec, eval or single
  -O, -OO            optimises as CPython does under these options
";

const DIS_HELP: &str = "\
usage: taipan dis [OPTION…] [FILE | -c CODE | -]

  -C, --show-caches      shows inline caches
  -O, --show-offsets     shows offsets of instructions
  -P, --show-positions   shows source positions instead of lines
  -S, --specialized      shows the bytecode as the interpreter first sees it
  -m, --mode MODE        exec, eval or single
      --optimize N       0, 1 or 2
      --json             an object for each code object
";

const CODE_HELP: &str = "\
usage: taipan code [OPTION…] [FILE | -c CODE | -]

  -m, --mode MODE    exec, eval or single
  -O, -OO            optimises as CPython does under these options
      --json         an object for each code object
";

const MEASURE_HELP: &str = "\
usage: taipan measure code ROOT [--optimize N] [FILE…]
       taipan measure ast ROOT [--types] [FILE…]
       taipan measure answers RECORDS.json
       taipan measure time ROOT [--rounds N] [FILE…]

Files are named relative to ROOT; without any, their names are read from standard input, one a
line. docs/measuring.md describes what is printed.
";

/// A stage to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Tokens,
    Ast,
    Symtable,
    Cfg,
    Dis,
    Code,
}

/// What `compile()` calls the mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Exec,
    Eval,
    Single,
    FuncType,
}

/// The options of all stages; each stage accepts those that concern it.
#[derive(Debug)]
pub struct Options {
    pub mode: Mode,
    /// 0, 1 or 2; `None` leaves the tree as it was written, for `ast`.
    pub optimize: Option<u8>,
    pub json: bool,
    pub exact: bool,
    pub type_comments: bool,
    pub include_attributes: bool,
    pub show_empty: bool,
    pub indent: usize,
    /// The minor version.
    pub feature_version: Option<u8>,
    pub show_caches: bool,
    pub show_offsets: bool,
    pub show_positions: bool,
    pub specialized: bool,
    pub dot: bool,
    pub passes: Vec<String>,
    pub functions: Vec<String>,
}

/// A figure to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Figure {
    Code,
    Ast,
    Answers,
    Time,
}

/// What `taipan measure` is asked for.
#[derive(Debug)]
pub struct Measure {
    pub figure: Figure,
    /// The folder, or the file of recorded sources.
    pub root: OsString,
    pub files: Vec<OsString>,
    pub optimize: u8,
    pub types: bool,
    pub rounds: u32,
}

/// What the command line asks for.
#[derive(Debug)]
pub enum Request {
    /// Text to print, and nothing else to do.
    Print(String),
    Show {
        stage: Stage,
        input: Input,
        options: Options,
    },
    ListPasses,
    Measure(Measure),
}

/// A command line that was not understood, in one sentence.
#[derive(Debug)]
pub struct UsageError(pub String);

impl From<lexopt::Error> for UsageError {
    fn from(error: lexopt::Error) -> UsageError {
        UsageError(error.to_string())
    }
}

/// The names of the commands.
const COMMANDS: &[&str] = &["tokens", "ast", "symtable", "cfg", "dis", "code", "measure"];

/// Whether a command is meant and not a program to run: the first argument is a command's name and
/// no file's, and the program runs under its own name.
pub fn names_command(program: &OsString, first: Option<&OsString>) -> bool {
    let own_name = Path::new(program).file_stem().is_some_and(|name| name == "taipan");
    let is_command = |first: &OsString| {
        COMMANDS.iter().any(|name| first == name) && !Path::new(first).exists()
            || first == "--help"
            || first == "-h"
    };
    own_name && first.is_some_and(is_command)
}

/// Reads the arguments behind the program's name.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Request, UsageError> {
    let mut parser = lexopt::Parser::from_args(arguments);
    match parser.next()? {
        None => Err(UsageError("a command is needed".to_owned())),
        Some(Short('h') | Long("help")) => Ok(Request::Print(HELP.to_owned())),
        Some(Value(command)) => match command.to_str() {
            Some("tokens") => show(Stage::Tokens, parser),
            Some("ast") => show(Stage::Ast, parser),
            Some("symtable") => show(Stage::Symtable, parser),
            Some("cfg") => show(Stage::Cfg, parser),
            Some("dis") => show(Stage::Dis, parser),
            Some("code") => show(Stage::Code, parser),
            Some("measure") => measure(parser),
            _ => Err(UsageError(format!("there is no command {}", command.display()))),
        },
        Some(other) => Err(other.unexpected().into()),
    }
}

const fn help(stage: Stage) -> &'static str {
    match stage {
        Stage::Tokens => TOKENS_HELP,
        Stage::Ast => AST_HELP,
        Stage::Symtable => SYMTABLE_HELP,
        Stage::Cfg => CFG_HELP,
        Stage::Dis => DIS_HELP,
        Stage::Code => CODE_HELP,
    }
}

fn show(stage: Stage, mut parser: lexopt::Parser) -> Result<Request, UsageError> {
    use Stage::{Ast, Cfg, Code, Dis, Symtable, Tokens};
    let mut input = None;
    let mut take = |new: Input| match input.replace(new) {
        None => Ok(()),
        Some(_) => Err(UsageError("one source is enough".to_owned())),
    };
    let mut options = Options {
        mode: Mode::Exec,
        optimize: None,
        json: false,
        exact: false,
        type_comments: true,
        include_attributes: false,
        show_empty: false,
        indent: 3,
        feature_version: None,
        show_caches: false,
        show_offsets: false,
        show_positions: false,
        specialized: false,
        dot: false,
        passes: Vec::new(),
        functions: Vec::new(),
    };
    while let Some(argument) = parser.next()? {
        match (argument, stage) {
            (Short('h') | Long("help"), _) => return Ok(Request::Print(help(stage).to_owned())),
            (Value(name), _) if name == "-" => take(Input::Stdin)?,
            (Value(name), _) => take(Input::File(name))?,
            (Short('c'), _) => take(Input::Code(parser.value()?))?,
            (Long("json"), _) => options.json = true,
            (Short('e') | Long("exact"), Tokens) => options.exact = true,
            (Short('m') | Long("mode"), Ast | Symtable | Cfg | Dis | Code) => {
                options.mode = mode(&parser.value()?)?;
            }
            (Short('O'), Ast) | (Long("optimize"), Ast | Cfg | Dis | Code) => {
                options.optimize = optimize(&parser.value()?)?;
            }
            (Short('O'), Cfg | Code) => {
                options.optimize = Some(options.optimize.map_or(1, |level| 2.min(level + 1)));
            }
            (Long("no-type-comments"), Ast) => options.type_comments = false,
            (Short('a') | Long("include-attributes"), Ast) => options.include_attributes = true,
            (Long("show-empty"), Ast) => options.show_empty = true,
            (Short('i') | Long("indent"), Ast) => options.indent = parser.value()?.parse()?,
            (Long("feature-version"), Ast) => {
                options.feature_version = Some(feature_version(&parser.value()?)?);
            }
            (Short('C') | Long("show-caches"), Dis) => options.show_caches = true,
            (Short('O') | Long("show-offsets"), Dis) => options.show_offsets = true,
            (Short('P') | Long("show-positions"), Dis) => options.show_positions = true,
            (Short('S') | Long("specialized"), Dis) => options.specialized = true,
            (Short('l') | Long("list"), Cfg) => return Ok(Request::ListPasses),
            (Short('p') | Long("pass"), Cfg) => options.passes.push(parser.value()?.string()?),
            (Short('f') | Long("function"), Cfg) => options.functions.push(parser.value()?.string()?),
            (Long("dot"), Cfg) => options.dot = true,
            (other, _) => return Err(other.unexpected().into()),
        }
    }
    Ok(Request::Show { stage, input: input.unwrap_or(Input::Stdin), options })
}

fn mode(value: &OsString) -> Result<Mode, UsageError> {
    match value.to_str() {
        Some("exec") => Ok(Mode::Exec),
        Some("eval") => Ok(Mode::Eval),
        Some("single") => Ok(Mode::Single),
        Some("func_type") => Ok(Mode::FuncType),
        _ => Err(UsageError(format!("{}: not one of exec, eval, single, func_type", value.display()))),
    }
}

fn optimize(value: &OsString) -> Result<Option<u8>, UsageError> {
    match value.to_str() {
        Some("-1") => Ok(None),
        Some("0") => Ok(Some(0)),
        Some("1") => Ok(Some(1)),
        Some("2") => Ok(Some(2)),
        _ => Err(UsageError(format!("{}: not an optimisation level (-1 to 2)", value.display()))),
    }
}

fn feature_version(value: &OsString) -> Result<u8, UsageError> {
    let minor = value.to_str().and_then(|version| version.strip_prefix("3.")).map(str::parse);
    match minor {
        Some(Ok(minor)) => Ok(minor),
        _ => Err(UsageError("Invalid format for --feature-version; expected format 3.x".to_owned())),
    }
}

fn measure(mut parser: lexopt::Parser) -> Result<Request, UsageError> {
    let mut values = Vec::new();
    let (mut level, mut types, mut rounds) = (0, false, 1);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('h') | Long("help") => return Ok(Request::Print(MEASURE_HELP.to_owned())),
            Long("optimize") => level = optimize(&parser.value()?)?.unwrap_or(0),
            Long("types") => types = true,
            Long("rounds") => rounds = parser.value()?.parse()?,
            Value(value) => values.push(value),
            other => return Err(other.unexpected().into()),
        }
    }
    let mut values = values.into_iter();
    let figure = match values.next().as_deref().and_then(std::ffi::OsStr::to_str) {
        Some("code") => Figure::Code,
        Some("ast") => Figure::Ast,
        Some("answers") => Figure::Answers,
        Some("time") => Figure::Time,
        _ => return Err(UsageError("measure takes one of code, ast, answers, time".to_owned())),
    };
    let root = values.next().ok_or_else(|| UsageError("measure needs a folder or a file".to_owned()))?;
    Ok(Request::Measure(Measure { figure, root, files: values.collect(), optimize: level, types, rounds }))
}
