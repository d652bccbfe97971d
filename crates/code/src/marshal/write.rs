//! Writing: a [`Graph`], or a constant by way of one, to bytes in normal form.

use rustc_hash::FxHashMap;
use taipan_num::Int;
use taipan_num::float::{self, Form, Style};
use taipan_text::Text;

use super::{FLAG_REF, Graph, MAX_DEPTH, Node, NodeId, Singleton, VERSION, letter, long};
use crate::Const;

/// Why a value can't be written; the machine raises ValueError.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// This version has no form for the value.
    Unmarshallable,
    /// It is nested too deeply.
    TooDeep,
    /// There is a code object, and the caller forbids it.
    CodeNotAllowed,
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            WriteError::Unmarshallable => "unmarshallable object",
            WriteError::TooDeep => "object too deeply nested to marshal",
            WriteError::CodeNotAllowed => "marshalling code objects is disallowed",
        })
    }
}

impl std::error::Error for WriteError {}

/// What a caller can choose.
#[derive(Clone, Copy, Debug)]
pub struct WriteOptions {
    /// The version of the format.
    pub version: i32,
    /// Whether code objects may occur.
    pub allow_code: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        WriteOptions { version: VERSION, allow_code: true }
    }
}

/// Writes a constant, as `marshal.dumps`.
pub fn dumps(constant: &Const, options: WriteOptions) -> Result<Vec<u8>, WriteError> {
    let mut graph = Graph::default();
    let root = graph.add(constant);
    graph.dumps(root, options)
}

impl Graph {
    /// Writes a value, as `marshal.dumps`.
    pub fn dumps(&self, root: NodeId, options: WriteOptions) -> Result<Vec<u8>, WriteError> {
        let mut sorted = FxHashMap::default();
        for set in self.sets_below(root) {
            let elements = match self.node(set) {
                Node::FrozenSet(elements) => &elements[..],
                Node::Set(elements) => &elements[..],
                _ => continue,
            };
            let mut keyed = Vec::with_capacity(elements.len());
            for &element in elements {
                keyed.push((Writer::new(self, options, &sorted).write(element)?, element));
            }
            keyed.sort();
            let elements: Vec<NodeId> = keyed.into_iter().map(|(_, element)| element).collect();
            sorted.insert(set, elements);
        }
        Writer::new(self, options, &sorted).write(root)
    }

    /// The sets reachable from `root`, each after those inside it.
    fn sets_below(&self, root: NodeId) -> Vec<NodeId> {
        let mut sets = Vec::new();
        let mut seen = vec![false; self.len()];
        let mut work = vec![(root, false)];
        while let Some((id, left)) = work.pop() {
            if left {
                sets.push(id);
            } else if !std::mem::replace(&mut seen[Graph::index(id)], true) {
                if matches!(self.node(id), Node::Set(_) | Node::FrozenSet(_)) {
                    work.push((id, true));
                }
                self.for_each_child(id, |child| work.push((child, false)));
            }
        }
        sets
    }

    pub(super) fn for_each_child(&self, id: NodeId, mut visit: impl FnMut(NodeId)) {
        match self.node(id) {
            Node::Tuple(items) | Node::FrozenSet(items) => items.iter().copied().for_each(visit),
            Node::List(items) | Node::Set(items) => items.iter().copied().for_each(visit),
            Node::Slice(items) => items.iter().copied().for_each(visit),
            Node::Dict(items) => items.iter().for_each(|&(key, value)| {
                visit(key);
                visit(value);
            }),
            Node::Code(code) => {
                code.before_line.iter().copied().for_each(&mut visit);
                visit(code.linetable);
                visit(code.exceptiontable);
            }
            _ => {}
        }
    }
}

/// What is still to be written; the depth counts the value itself.
enum Work {
    Node(NodeId, usize),
    Number(i32),
    Null,
}

struct Writer<'a> {
    graph: &'a Graph,
    options: WriteOptions,
    /// The elements of sets in the order in which they are written.
    sorted: &'a FxHashMap<NodeId, Vec<NodeId>>,
    out: Vec<u8>,
    work: Vec<Work>,
    numbers: FxHashMap<NodeId, u32>,
}

impl<'a> Writer<'a> {
    fn new(
        graph: &'a Graph,
        options: WriteOptions,
        sorted: &'a FxHashMap<NodeId, Vec<NodeId>>,
    ) -> Writer<'a> {
        Writer { graph, options, sorted, out: Vec::new(), work: Vec::new(), numbers: FxHashMap::default() }
    }

    fn write(mut self, root: NodeId) -> Result<Vec<u8>, WriteError> {
        let shared = if self.options.version >= 3 { self.shared_below(root) } else { FxHashMap::default() };
        self.work.push(Work::Node(root, 1));
        while let Some(item) = self.work.pop() {
            match item {
                Work::Number(number) => self.number(number),
                Work::Null => self.out.push(letter::NULL),
                Work::Node(_, depth) if depth > MAX_DEPTH => return Err(WriteError::TooDeep),
                Work::Node(id, depth) => {
                    if let Some(number) = self.numbers.get(&id) {
                        let number = *number as i32;
                        self.out.push(letter::REF);
                        self.number(number);
                        continue;
                    }
                    let flag = if shared.contains_key(&id) {
                        self.numbers.insert(id, self.numbers.len() as u32);
                        FLAG_REF
                    } else {
                        0
                    };
                    self.node(id, flag, depth)?;
                }
            }
        }
        Ok(self.out)
    }

    /// The values that occur several times.
    fn shared_below(&self, root: NodeId) -> FxHashMap<NodeId, ()> {
        let mut shared = FxHashMap::default();
        let mut seen = FxHashMap::default();
        let mut work = vec![root];
        while let Some(id) = work.pop() {
            if matches!(self.graph.node(id), Node::Singleton(_)) {
                continue;
            }
            if seen.insert(id, ()).is_some() {
                shared.insert(id, ());
            } else {
                self.graph.for_each_child(id, |child| work.push(child));
            }
        }
        shared
    }

    fn node(&mut self, id: NodeId, flag: u8, depth: usize) -> Result<(), WriteError> {
        let version = self.options.version;
        match self.graph.node(id) {
            Node::Singleton(which) => self.out.push(match which {
                Singleton::None => letter::NONE,
                Singleton::Ellipsis => letter::ELLIPSIS,
                Singleton::False => letter::FALSE,
                Singleton::True => letter::TRUE,
                Singleton::StopIteration => letter::STOP_ITERATION,
            }),
            Node::Int(value) => self.int(value, flag),
            Node::Float(bits) if version > 1 => {
                self.out.push(letter::BINARY_FLOAT | flag);
                self.out.extend(bits.to_le_bytes());
            }
            Node::Float(bits) => {
                self.out.push(letter::FLOAT | flag);
                self.float_text(*bits);
            }
            Node::Complex(real, imag) if version > 1 => {
                self.out.push(letter::BINARY_COMPLEX | flag);
                self.out.extend(real.to_le_bytes());
                self.out.extend(imag.to_le_bytes());
            }
            Node::Complex(real, imag) => {
                self.out.push(letter::COMPLEX | flag);
                self.float_text(*real);
                self.float_text(*imag);
            }
            Node::Bytes(bytes) => {
                self.out.push(letter::BYTES | flag);
                self.sized(bytes);
            }
            Node::Text(text) => self.text(text, self.graph.is_interned(id), flag),
            Node::Tuple(items) => {
                match u8::try_from(items.len()) {
                    Ok(len) if version >= 4 => self.out.extend([letter::SMALL_TUPLE | flag, len]),
                    _ => self.open(letter::TUPLE | flag, items.len()),
                }
                self.push(items, depth);
            }
            Node::List(items) => {
                self.open(letter::LIST | flag, items.len());
                self.push(items, depth);
            }
            Node::Set(items) => {
                self.open(letter::SET | flag, items.len());
                self.push(self.sorted.get(&id).unwrap_or(items), depth);
            }
            Node::FrozenSet(items) => {
                self.open(letter::FROZENSET | flag, items.len());
                self.push(self.sorted.get(&id).map_or(&items[..], |sorted| sorted), depth);
            }
            Node::Dict(items) => {
                self.out.push(letter::DICT | flag);
                self.work.push(Work::Null);
                for &(key, value) in items.iter().rev() {
                    self.push(&[key, value], depth);
                }
            }
            Node::Slice(items) => {
                if version < 5 {
                    return Err(WriteError::Unmarshallable);
                }
                self.out.push(letter::SLICE | flag);
                self.push(items, depth);
            }
            Node::Code(code) => {
                if !self.options.allow_code {
                    return Err(WriteError::CodeNotAllowed);
                }
                self.out.push(letter::CODE | flag);
                let NodeNumbers(numbers) = NodeNumbers::of(code);
                numbers.into_iter().for_each(|number| self.number(number));
                self.push(&[code.linetable, code.exceptiontable], depth);
                self.work.push(Work::Number(code.firstlineno));
                self.push(&code.before_line, depth);
            }
        }
        Ok(())
    }

    /// Has `items` written next, in order.
    fn push(&mut self, items: &[NodeId], depth: usize) {
        self.work.extend(items.iter().rev().map(|&item| Work::Node(item, depth + 1)));
    }

    fn number(&mut self, number: i32) {
        self.out.extend(number.to_le_bytes());
    }

    /// The length of something. Lengths stay below 2 GiB, as CPython's format requires: nothing that
    /// long can be made here, since a graph's ids are 32 bits wide.
    fn open(&mut self, letter: u8, len: usize) {
        self.out.push(letter);
        self.number(len as i32);
    }

    fn sized(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as i32);
        self.out.extend_from_slice(bytes);
    }

    fn int(&mut self, value: &Int, flag: u8) {
        if let Int::Small(small) = value
            && let Ok(small) = i32::try_from(*small)
        {
            self.out.push(letter::INT | flag);
            return self.number(small);
        }
        let (digits, negative) = long::to_digits(value);
        let count = digits.len() as i32;
        self.out.push(letter::LONG | flag);
        self.number(if negative { -count } else { count });
        self.out.extend(digits.iter().flat_map(|digit| digit.to_le_bytes()));
    }

    fn float_text(&mut self, bits: u64) {
        let text = float::format(f64::from_bits(bits), Form::General(17), Style::default());
        self.out.push(text.len() as u8); // at most 24
        self.out.extend_from_slice(text.as_bytes());
    }

    fn text(&mut self, text: &Text, interned: bool, flag: u8) {
        let bytes = text.as_bytes();
        let version = self.options.version;
        if version < 4 || !bytes.is_ascii() {
            let interned = interned && version >= 3;
            self.out.push(flag | if interned { letter::INTERNED } else { letter::UNICODE });
            return self.sized(bytes);
        }
        match u8::try_from(bytes.len()) {
            Ok(len) => {
                let short = if interned { letter::SHORT_ASCII_INTERNED } else { letter::SHORT_ASCII };
                self.out.extend([short | flag, len]);
                self.out.extend_from_slice(bytes);
            }
            Err(_) => {
                self.out.push(flag | if interned { letter::ASCII_INTERNED } else { letter::ASCII });
                self.sized(bytes);
            }
        }
    }
}

/// The numbers at the start of a code object.
struct NodeNumbers([i32; 5]);

impl NodeNumbers {
    fn of(code: &super::NodeCode) -> NodeNumbers {
        let super::NodeCode { argcount, posonlyargcount, kwonlyargcount, stacksize, flags, .. } = *code;
        NodeNumbers([argcount, posonlyargcount, kwonlyargcount, stacksize, flags])
    }
}
