//! One command for each stage of the compiler.

mod ast;
pub mod cfg;
mod code;
mod symtable;
mod tokens;

use crate::arguments::{Mode, Options, Stage};
use crate::colour::Theme;
use crate::json::Writer;
use crate::source::{Input, Source};
use crate::{FAILED, USAGE, output, report, typos};
use std::io;
use taipan::asdl::diagnostic::{Error, ErrorKind, Warning};
use taipan::asdl::dump::{DumpOptions, dump};
use taipan::asdl::{Bump, NameTable};
use taipan::code::dis::{DisOptions, disassemble, to_json};
use taipan::frontend::{self, Flags};
use taipan::text::TextBuf;

/// What a stage made of a source: bytes for standard output.
type Outcome = Result<Vec<u8>, Box<Error>>;

/// Shows a stage of a source; answers with the exit code.
pub fn show(stage: Stage, input: &Input, options: &Options) -> u8 {
    if stage == Stage::Cfg
        && let Err(error) = cfg::check_passes(options)
    {
        output::error(format!("taipan: {error}\n").as_bytes());
        return USAGE;
    }
    let source = match Source::read(input) {
        Ok(source) => source,
        Err(error) => {
            output::error(format!("taipan: {error}\n").as_bytes());
            return USAGE;
        }
    };
    if stage == Stage::Tokens {
        return tokens::show(&source, options);
    }
    let mut warnings = Vec::new();
    let outcome = run(stage, &source, options, &mut warnings);
    finish(&source, options, outcome, &warnings)
}

fn run(stage: Stage, source: &Source, options: &Options, warnings: &mut Vec<Warning>) -> Outcome {
    let theme = theme(options);
    let settings = settings(stage, source, options);
    let text = source.as_frontend();
    match stage {
        Stage::Tokens => Ok(Vec::new()),
        Stage::Ast => {
            let (arena, mut names) = (Bump::new(), NameTable::new());
            let tree = frontend::tree(text, &settings, &arena, &mut names, warnings)?;
            if options.json {
                let mut writer = Writer::default();
                return match ast::json(tree, &names, &mut writer) {
                    Some(()) => Ok(with_newline(writer.into_bytes())),
                    None => Err(too_deep()),
                };
            }
            let indent = " ".repeat(options.indent);
            let form = DumpOptions {
                include_attributes: options.include_attributes,
                indent: Some(&indent),
                show_empty: options.show_empty,
                ..DumpOptions::default()
            };
            Ok(with_newline(report::printable(&dump(tree, &names, form)?)))
        }
        Stage::Symtable => {
            let mut names = NameTable::new();
            let table = frontend::symbol_table(text, &settings, &mut names, warnings)?;
            if options.json {
                let mut writer = Writer::default();
                symtable::json(&table, &names, &mut writer);
                return Ok(with_newline(writer.into_bytes()));
            }
            Ok(report::printable(&symtable::text(&table, &names, &source.filename)))
        }
        Stage::Cfg => {
            let mut recorder = cfg::Recorder::new(options, theme);
            frontend::flow_graphs(text, &settings, warnings, &mut |view| recorder.see(view))?;
            Ok(recorder.finish())
        }
        Stage::Dis => {
            let code = frontend::compile(text, &settings, warnings)?;
            if options.json {
                return Ok(to_json(&code).into_bytes());
            }
            let form = DisOptions {
                show_caches: options.show_caches,
                show_offsets: options.show_offsets,
                show_positions: options.show_positions,
                specialized: options.specialized,
            };
            Ok(disassemble(&code, form).into_bytes())
        }
        Stage::Code => {
            let code = frontend::compile(text, &settings, warnings)?;
            if options.json {
                return Ok(with_newline(code::json(&code)));
            }
            Ok(code::text(&code, &theme).into_bytes())
        }
    }
}

/// Reports warnings and an error, and prints what there is.
fn finish(source: &Source, options: &Options, outcome: Outcome, warnings: &[Warning]) -> u8 {
    let theme = Theme::of(&io::stderr());
    for warning in warnings {
        let line = source.line(warning.lineno);
        output::error(&report::warning(warning, &source.filename, line.as_deref()));
    }
    match outcome {
        Ok(bytes) => output::finish(&bytes, 0),
        Err(mut error) => {
            complete(&mut error, source);
            if options.json {
                return output::finish(&with_newline(report::json(&error, &source.filename)), FAILED);
            }
            output::error(&report::error(&error, &source.filename, &theme));
            FAILED
        }
    }
}

/// Adds what CPython finds out only when it shows an error: the line of a file, the keyword that a
/// misspelt name was meant to be.
fn complete(error: &mut Error, source: &Source) {
    if let Some(location) = error.location
        && error.text.is_none()
    {
        error.text = source.line(location.lineno);
    }
    typos::correct(error, source.as_frontend());
}

fn settings(stage: Stage, source: &Source, options: &Options) -> frontend::Options {
    let mut flags = Flags::empty();
    if stage == Stage::Ast {
        flags |= Flags::ONLY_AST;
        if options.type_comments {
            flags |= Flags::TYPE_COMMENTS;
        }
        if options.optimize.is_some_and(|level| level > 0) {
            flags |= Flags::OPTIMIZED_AST;
        }
    }
    frontend::Options {
        mode: match options.mode {
            Mode::Exec => frontend::Mode::Exec,
            Mode::Eval => frontend::Mode::Eval,
            Mode::Single => frontend::Mode::Single,
            Mode::FuncType => frontend::Mode::FuncType,
        },
        optimize: options.optimize.unwrap_or(0),
        flags,
        feature_version: options.feature_version.unwrap_or(14),
        stack_budget: crate::STACK / 2,
        ..frontend::Options::new(&source.filename)
    }
}

/// Colours only where a person looks: JSON never has any.
fn theme(options: &Options) -> Theme {
    if options.json || options.dot { Theme::default() } else { Theme::of(&io::stdout()) }
}

fn too_deep() -> Box<Error> {
    Error::new(ErrorKind::RecursionError, TextBuf::from("maximum recursion depth exceeded"))
}

fn with_newline(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.push(b'\n');
    bytes
}
