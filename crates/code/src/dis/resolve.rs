//! Instructions with their operands looked up.

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use taipan_opcode::{
    ArgKind, BinaryOperator, Cache, CommonConstant, Comparison, ConvertValue, FunctionAttribute, Intrinsic1,
    Intrinsic2, Opcode, SpecialMethod,
};

use crate::repr::{Address, repr};
use crate::{CodeObject, ExceptionEntry, Instruction, Location};

/// What an operand stands for, if it stands for something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// The operand itself.
    Plain,
    /// A byte offset.
    Offset(i64),
    /// One or two names.
    Names(Vec<String>),
    /// A constant, as its `repr`.
    Const(String),
    /// A comparison or a conversion.
    Other(String),
}

/// An instruction as it is shown.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name.
    pub opname: String,
    /// Where it stands and what it is.
    pub instruction: Instruction,
    /// Its operand.
    pub arg: Option<i32>,
    /// What the operand stands for.
    pub argument: Argument,
    /// What is shown beside the operand.
    pub argrepr: String,
    /// Whether a source line starts here.
    pub starts_line: bool,
    /// The source line.
    pub line: Option<i32>,
    /// The number of its label.
    pub label: Option<usize>,
    /// Its source range.
    pub location: Location,
    /// The fields of its inline cache.
    pub caches: Vec<(Cache, u64)>,
}

impl Entry {
    /// Its byte offset.
    pub fn offset(&self) -> usize {
        self.instruction.unit * 2
    }

    /// The byte offset of its first EXTENDED_ARG, or its own.
    pub fn start_offset(&self) -> usize {
        self.instruction.start * 2
    }
}

/// A code object, ready to be shown.
#[derive(Clone, Debug)]
pub struct Listing {
    /// The instructions.
    pub entries: Vec<Entry>,
    /// Labels by byte offset.
    pub labels: BTreeMap<i64, usize>,
    /// The exception table.
    pub handlers: Vec<ExceptionEntry>,
    /// Where source lines start, by byte offset.
    pub line_starts: BTreeMap<usize, Option<i32>>,
    /// The length of the code in bytes.
    pub code_len: usize,
    /// The source ranges of all code units.
    pub locations: Vec<Location>,
}

impl Listing {
    /// Looks everything up. With `specialized`, caches show what the interpreter starts with.
    pub fn new(code: &CodeObject, specialized: bool, address: &Address<'_>) -> Listing {
        let bytes = if specialized { quickened(&code.code) } else { code.code.to_vec() };
        let handlers: Vec<ExceptionEntry> = code.handlers().collect();
        let labels = labels(code, &handlers);
        let mut line_starts = BTreeMap::new();
        for (start, _, line) in code.lines() {
            line_starts.insert(start, line);
        }
        let locations: Vec<Location> = code.positions().collect();
        let mut listing = Listing {
            entries: Vec::new(),
            labels,
            handlers,
            line_starts,
            code_len: code.code.len(),
            locations,
        };
        let resolver = Resolver { code, labels: &listing.labels, address };
        let mut line = None;
        let mut entries = Vec::new();
        for instruction in code.instructions() {
            let starts = listing.line_starts.get(&(instruction.unit * 2));
            if let Some(start) = starts {
                line = *start;
            }
            let (argument, argrepr) = resolver.argument(&instruction);
            entries.push(Entry {
                opname: opname(&instruction),
                arg: instruction.has_arg().then_some(instruction.oparg),
                argument,
                argrepr,
                starts_line: starts.is_some(),
                line,
                label: resolver.label(instruction.unit as i64 * 2),
                location: listing.locations.get(instruction.unit).copied().unwrap_or(Location::NONE),
                caches: caches(&bytes, &instruction),
                instruction,
            });
        }
        listing.entries = entries;
        listing
    }
}

fn opname(instruction: &Instruction) -> String {
    match instruction.opcode {
        Some(opcode) => opcode.name().to_owned(),
        None => format!("<{}>", instruction.number),
    }
}

/// The caches as the interpreter fills them before the first run.
fn quickened(code: &[u8]) -> Vec<u8> {
    /// A call is specialised after one more run, having been seen once: `adaptive_counter_warmup`.
    const WARMUP: u16 = 17;
    /// Half of a branch's last sixteen outcomes are "taken".
    const BRANCH_HISTORY: u16 = 0x5555;
    /// `initial_jump_backoff_counter`
    const JUMP: u16 = 0xfffc;
    let mut bytes = code.to_vec();
    for instruction in crate::Instructions::new(code) {
        let Some(opcode) = instruction.opcode.filter(|opcode| opcode.caches() > 0) else { continue };
        let counter = match opcode.deopt() {
            Opcode::JumpBackward => JUMP,
            opcode if opcode.is_conditional_jump() => BRANCH_HISTORY,
            _ => WARMUP,
        };
        let at = (instruction.unit + 1) * 2;
        if let Some(unit) = bytes.get_mut(at..at + 2) {
            unit.copy_from_slice(&counter.to_le_bytes());
        }
    }
    bytes
}

fn caches(bytes: &[u8], instruction: &Instruction) -> Vec<(Cache, u64)> {
    let mut at = (instruction.unit + 1) * 2;
    let fields = instruction.opcode.map_or(&[][..], |opcode| opcode.row().caches);
    let read = |field: &Cache| {
        let end = at + usize::from(field.units) * 2;
        let data = bytes.get(at..end.min(bytes.len())).unwrap_or_default();
        at = end;
        (*field, data.iter().rev().fold(0, |value, &byte| value << 8 | u64::from(byte)))
    };
    fields.iter().map(read).collect()
}

fn labels(code: &CodeObject, handlers: &[ExceptionEntry]) -> BTreeMap<i64, usize> {
    let mut offsets: BTreeSet<i64> = code.instructions().filter_map(|i| i.target()).map(|t| t * 2).collect();
    for handler in handlers {
        offsets.extend([handler.start, handler.end, handler.target].map(|unit| i64::from(unit) * 2));
    }
    offsets.into_iter().enumerate().map(|(i, offset)| (offset, i + 1)).collect()
}

struct Resolver<'a> {
    code: &'a CodeObject,
    labels: &'a BTreeMap<i64, usize>,
    address: &'a Address<'a>,
}

impl Resolver<'_> {
    fn label(&self, offset: i64) -> Option<usize> {
        self.labels.get(&offset).copied()
    }

    fn local(&self, index: i32) -> String {
        let name = usize::try_from(index).ok().and_then(|index| self.code.localsplusnames.get(index));
        name.map_or_else(unknown, |name| name.to_string())
    }

    fn name(&self, index: i32) -> String {
        let name = usize::try_from(index).ok().and_then(|index| self.code.names.get(index));
        name.map_or_else(unknown, |name| name.to_string())
    }

    fn argument(&self, instruction: &Instruction) -> (Argument, String) {
        let oparg = instruction.oparg;
        let index = oparg as u32;
        let Some(opcode) = instruction.opcode.filter(|_| instruction.has_arg()) else {
            return (Argument::Plain, String::new());
        };
        let named = |name: String, suffix: &str| {
            let shown = format!("{name}{suffix}");
            (Argument::Names(vec![name]), shown)
        };
        let described = |name: Option<&str>| (Argument::Plain, name.map_or_else(unknown, str::to_owned));
        let plus = |text: &'static str| if oparg & 1 != 0 { text } else { "" };
        match opcode.arg_kind() {
            ArgKind::Const => {
                let constant = usize::try_from(oparg).ok().and_then(|index| self.code.consts.get(index));
                let text = constant.map_or_else(unknown, |constant| repr(constant, self.address));
                (Argument::Const(text.clone()), text)
            }
            ArgKind::Name => named(self.name(oparg), ""),
            ArgKind::LoadGlobal => named(self.name(oparg >> 1), plus(" + NULL")),
            ArgKind::LoadAttr => named(self.name(oparg >> 1), plus(" + NULL|self")),
            ArgKind::LoadSuperAttr => named(self.name(oparg >> 2), plus(" + NULL|self")),
            ArgKind::JumpForward | ArgKind::JumpBackward | ArgKind::EndAsyncFor => self.jump(instruction),
            ArgKind::LocalPair => {
                let pair = [self.local(oparg >> 4), self.local(oparg & 15)];
                let shown = pair.join(", ");
                (Argument::Names(pair.into()), shown)
            }
            ArgKind::Local | ArgKind::Free => named(self.local(oparg), ""),
            ArgKind::CompareOp => {
                let name = Comparison::from_oparg(index >> 5).map_or_else(unknown, |op| op.name().to_owned());
                let to_bool = index & Comparison::BOOL_FLAG != 0;
                let shown = if to_bool { format!("bool({name})") } else { name.clone() };
                (Argument::Other(name), shown)
            }
            ArgKind::BinaryOp => described(BinaryOperator::from_oparg(index).map(BinaryOperator::name)),
            ArgKind::ConvertValue => {
                let name = ConvertValue::from_oparg(index).map_or_else(unknown, |to| to.name().to_owned());
                (Argument::Other(name.clone()), name)
            }
            ArgKind::Intrinsic1 => described(Intrinsic1::from_oparg(index).map(Intrinsic1::name)),
            ArgKind::Intrinsic2 => described(Intrinsic2::from_oparg(index).map(Intrinsic2::name)),
            ArgKind::Special => described(SpecialMethod::from_oparg(index).map(SpecialMethod::name)),
            ArgKind::CommonConstant => described(common_constant(index)),
            ArgKind::IsOp => described(Some(if oparg != 0 { "is not" } else { "is" })),
            ArgKind::ContainsOp => described(Some(if oparg != 0 { "not in" } else { "in" })),
            ArgKind::FunctionAttribute => {
                let set = FunctionAttribute::ALL.iter().filter(|&&bit| index & bit as u32 != 0);
                let names: Vec<&str> = set.map(|attribute| attribute.name()).collect();
                described(Some(&names.join(", ")))
            }
            _ => (Argument::Plain, String::new()),
        }
    }

    fn jump(&self, instruction: &Instruction) -> (Argument, String) {
        let target = instruction.target().map_or(-1, |unit| unit * 2);
        let preposition = match instruction.opcode {
            Some(Opcode::EndAsyncFor) => "from",
            _ => "to",
        };
        let label = self.label(target).map_or_else(unknown, |label| label.to_string());
        (Argument::Offset(target), format!("{preposition} L{label}"))
    }
}

/// Classes by their names, functions by their `repr`.
fn common_constant(index: u32) -> Option<&'static str> {
    Some(match CommonConstant::from_oparg(index)? {
        CommonConstant::BuiltinAll => "<built-in function all>",
        CommonConstant::BuiltinAny => "<built-in function any>",
        class => class.name(),
    })
}

/// What malformed code refers to.
fn unknown() -> String {
    "<unknown>".to_owned()
}
