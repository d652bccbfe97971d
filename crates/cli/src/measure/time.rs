//! CPU time over many files, as a whole and by phase, and the peak of memory.

use super::{filename, names};
use crate::arguments::Measure;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::rc::Rc;
use taipan::asdl::{Bump, NameTable};
use taipan::code::CodeObject;
use taipan::compile::cfg::{Assembler, PASSES, View};
use taipan::compile::instruction_sequence::InstructionSequence;
use taipan::compile::unit::CodeUnitMetadata;
use taipan::compile::{Assemble, compile_with, symbol_table};
use taipan::frontend::{self, Ignore, Mode, Options, Source};
use taipan::host::Host;
use taipan::syntax::lexer::{LexerOptions, tokenize};
use taipan::syntax::{SourceText, parse_tokens};
use taipan::text::Text;

/// Nanoseconds of each phase.
#[derive(Default)]
struct Phases {
    tokens: u64,
    parser: u64,
    symbol_table: u64,
    /// Preprocessing, symbol table and code generation.
    generation: u64,
    flow_graph: u64,
    assembler: u64,
}

/// What was read.
#[derive(Default)]
struct Sources {
    files: Vec<(OsString, Vec<u8>)>,
    bytes: usize,
    reading: u64,
}

/// Prints the best of the rounds, then one round by phase.
pub fn print(measure: &Measure) -> io::Result<()> {
    let sources = read(measure)?;
    let mut best = u64::MAX;
    let mut failed = 0;
    for _ in 0..measure.rounds.max(1) {
        failed = 0;
        let began = cpu_time();
        for (name, source) in &sources.files {
            let outcome = frontend::compile(Source::Bytes(source), &options(measure, name), &mut Ignore);
            failed += u32::from(outcome.is_err());
        }
        best = best.min(cpu_time() - began);
    }
    let peak = peak_memory();
    let mut phases = Phases::default();
    for (name, source) in &sources.files {
        take(&mut phases, source, &options(measure, name));
    }

    let mut out = io::stdout().lock();
    let megabytes = sources.bytes as f64 / 1e6;
    writeln!(out, "{} files, {megabytes:.1} MB, {failed} do not compile", sources.files.len())?;
    let rate = megabytes / seconds(best).max(1e-9);
    writeln!(out, "text to code        {:7.3} s CPU  ({rate:.1} MB/s)", seconds(best))?;
    if let Some(peak) = peak {
        let own = peak.saturating_sub(sources.bytes as u64);
        writeln!(out, "peak memory         {:7.1} MB ({:.1} without the sources)", mega(peak), mega(own))?;
    }
    writeln!(out, "by phase, timed one by one:")?;
    for (name, time) in [
        ("read", sources.reading),
        ("tokens", phases.tokens),
        ("parser", phases.parser),
        ("symbol table", phases.symbol_table),
        ("code generation", phases.generation.saturating_sub(phases.symbol_table)),
        ("flow graph", phases.flow_graph),
        ("assembler", phases.assembler),
    ] {
        writeln!(out, "  {name:17} {:7.3}", seconds(time))?;
    }
    out.flush()
}

fn read(measure: &Measure) -> io::Result<Sources> {
    let mut sources = Sources::default();
    let began = cpu_time();
    for name in names(measure)? {
        // What cannot be read is not measured.
        if let Ok(source) = std::fs::read(Path::new(&measure.root).join(&name)) {
            sources.bytes += source.len();
            sources.files.push((name, source));
        }
    }
    sources.reading = cpu_time() - began;
    Ok(sources)
}

fn options(measure: &Measure, name: &OsString) -> Options {
    Options { optimize: measure.optimize, ..Options::new(&filename(name)) }
}

/// Compiles a file phase by phase.
fn take(phases: &mut Phases, source: &[u8], options: &Options) {
    let mut last = cpu_time();
    let mut lap = || {
        let now = cpu_time();
        now - std::mem::replace(&mut last, now)
    };
    let Ok(text) = SourceText::decode(Source::Bytes(source), Mode::Exec) else { return };
    let tokens = tokenize(text.bytes(), LexerOptions::new(Mode::Exec));
    phases.tokens += lap();
    let (arena, mut names) = (Bump::new(), NameTable::new());
    let settings = taipan::syntax::Options::default();
    let tree = parse_tokens(&text, &tokens, Mode::Exec, settings, &arena, &mut names, &mut Ignore);
    phases.parser += lap();
    let Ok(tree) = tree else { return };
    let settings = taipan::compile::Options { optimize: options.optimize, ..Default::default() };
    let table = symbol_table(tree, &mut names, settings);
    drop(table);
    phases.symbol_table += lap();
    let mut timed =
        Timed { assembler: Assembler::new(), filename: &options.filename, flow_graph: 0, assembling: 0 };
    // Sources that do not compile are counted by the other rounds.
    let _ = compile_with(tree, &arena, &mut names, settings, &mut Ignore, &mut timed);
    phases.generation += lap().saturating_sub(timed.flow_graph + timed.assembling);
    phases.flow_graph += timed.flow_graph;
    phases.assembler += timed.assembling;
}

/// The assembler with a clock.
struct Timed<'f> {
    assembler: Assembler,
    filename: &'f Rc<Text>,
    flow_graph: u64,
    assembling: u64,
}

impl Assemble for Timed<'_> {
    fn assemble(
        &mut self,
        names: &NameTable,
        unit: &mut CodeUnitMetadata,
        sequence: &mut InstructionSequence,
    ) -> frontend::Result<Rc<CodeObject>> {
        let began = cpu_time();
        let mut optimised = began;
        let mut observe = |view: &View<'_>| {
            if PASSES.last() == Some(&view.pass) {
                optimised = cpu_time();
            }
        };
        let code =
            self.assembler.optimize_and_assemble(unit, sequence, names, self.filename, Some(&mut observe));
        self.flow_graph += optimised - began;
        self.assembling += cpu_time() - optimised;
        code
    }
}

/// The CPU time of this thread in nanoseconds.
fn cpu_time() -> u64 {
    let time = Host::unrestricted().clock(libc::CLOCK_THREAD_CPUTIME_ID);
    time.ok().and_then(|time| u64::try_from(time).ok()).unwrap_or(0)
}

/// The most memory that the process ever had resident, in bytes, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kilobytes * 1024)
}

fn seconds(nanoseconds: u64) -> f64 {
    nanoseconds as f64 / 1e9
}

fn mega(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
