//! [`Graph`]: marshalled values in neutral form.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use taipan_num::Int;
use taipan_text::Text;

use super::{Builder, CodeParts, ReadError, Singleton};
use crate::{CodeObject, Const};

/// A value in a [`Graph`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// The fields of a code object in a [`Graph`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // the names are those of the `co_` attributes
pub struct NodeCode {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    /// The values before the first line: code, consts, names, localsplusnames, localspluskinds,
    /// filename, name, qualname.
    pub before_line: [NodeId; 8],
    pub firstlineno: i32,
    pub linetable: NodeId,
    pub exceptiontable: NodeId,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// One of the values of which there is one each.
    Singleton(Singleton),
    /// An `int`.
    Int(Int),
    /// A `float`, as its bits.
    Float(u64),
    /// A `complex`, as the bits of its parts.
    Complex(u64, u64),
    /// A `bytes`.
    Bytes(Rc<[u8]>),
    /// A `str`.
    Text(Rc<Text>),
    /// A `tuple`.
    Tuple(Box<[NodeId]>),
    /// A `frozenset`; the elements are sorted, so that equal ones are the same node.
    FrozenSet(Box<[NodeId]>),
    /// A `slice`.
    Slice([NodeId; 3]),
    /// A code object.
    Code(Box<NodeCode>),
    /// A `list`.
    List(Vec<NodeId>),
    /// A `set`.
    Set(Vec<NodeId>),
    /// A `dict`.
    Dict(Vec<(NodeId, NodeId)>),
}

/// Values that refer to each other.
///
/// Equal immutable values are one node, mutable ones never; so identity among mutable values
/// survives and cycles are possible. A string is interned everywhere if it is anywhere: which of
/// several equal strings are is an accident of identity, as reference marks are.
#[derive(Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    known: FxHashMap<Node, NodeId>,
    /// The strings that are interned where they occur at least once.
    interned: FxHashSet<NodeId>,
    /// Tuples that are not complete yet, and how often they were shared.
    open: FxHashMap<NodeId, u32>,
}

impl Graph {
    /// What a value is.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }

    /// The number of nodes; all ids are below it.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The value that an id from [`Graph::index`] stands for.
    pub(super) fn index(id: NodeId) -> usize {
        id.0 as usize
    }

    /// A node of its own, for a mutable value.
    pub fn fresh(&mut self, node: Node) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).expect("fewer nodes than memory has bytes / 32"));
        self.nodes.push(node);
        id
    }

    /// The node of an immutable value.
    pub fn intern(&mut self, node: Node) -> NodeId {
        if let Some(&id) = self.known.get(&node) {
            return id;
        }
        let id = self.fresh(node.clone());
        self.known.insert(node, id);
        id
    }

    /// The node of a string.
    pub fn text_node(&mut self, text: &Rc<Text>, interned: bool) -> NodeId {
        let id = self.intern(Node::Text(text.clone()));
        if interned {
            self.interned.insert(id);
        }
        id
    }

    /// Whether a string is interned.
    pub fn is_interned(&self, id: NodeId) -> bool {
        self.interned.contains(&id)
    }

    /// Interns, of the strings inside code objects, those that [`Graph::add`] would, and no other.
    ///
    /// Which strings CPython interns beyond its rules depends on which objects it happened to use.
    pub fn intern_by_rule(&mut self, root: NodeId) {
        let mut seen: FxHashSet<(NodeId, Place)> = FxHashSet::default();
        let mut by_rule = FxHashSet::default();
        let mut work = vec![(root, Place::Outside)];
        while let Some((id, place)) = work.pop() {
            if !seen.insert((id, place)) {
                continue;
            }
            match self.node(id) {
                Node::Text(text) => {
                    let keep = match place {
                        Place::Outside => self.is_interned(id),
                        Place::Name => true,
                        Place::Constant => is_interned(text, InTuple::Yes),
                        Place::Slice => is_interned(text, InTuple::No),
                    };
                    if keep {
                        by_rule.insert(id);
                    }
                }
                Node::Slice(items) if place == Place::Constant => {
                    work.extend(items.iter().map(|&item| (item, Place::Slice)));
                }
                Node::Code(code) => {
                    let [_, consts, names @ ..] = code.before_line;
                    work.push((consts, Place::Constant));
                    work.extend(names.map(|name| (name, Place::Name)));
                }
                _ => self.for_each_child(id, |child| work.push((child, place))),
            }
        }
        self.interned = by_rule;
    }

    fn bytes_node(&mut self, bytes: &[u8]) -> NodeId {
        self.intern(Node::Bytes(bytes.into()))
    }

    fn names(&mut self, names: &[Rc<Text>]) -> NodeId {
        let items = names.iter().map(|name| self.text_node(name, true)).collect();
        self.intern(Node::Tuple(items))
    }

    fn frozenset_node(&mut self, mut items: Vec<NodeId>) -> NodeId {
        items.sort_unstable();
        items.dedup();
        self.intern(Node::FrozenSet(items.into()))
    }

    /// Adds a constant, with the strings interned that CPython interns in code objects.
    pub fn add(&mut self, constant: &Const) -> NodeId {
        let mut work = vec![Work::Visit(constant, InTuple::Yes)];
        let mut done: Vec<NodeId> = Vec::new();
        while let Some(item) = work.pop() {
            match item {
                Work::Visit(constant, interning) => self.visit(constant, interning, &mut work, &mut done),
                Work::Tuple(len) => {
                    let items = done.split_off(done.len() - len);
                    done.push(self.intern(Node::Tuple(items.into())));
                }
                Work::FrozenSet(len) => {
                    let items = done.split_off(done.len() - len);
                    done.push(self.frozenset_node(items));
                }
                Work::Slice => {
                    let items = done.split_off(done.len() - 3);
                    let items = items.try_into().expect("split off as many");
                    done.push(self.intern(Node::Slice(items)));
                }
                Work::Code(code) => {
                    let consts = done.pop().expect("the constants were visited before");
                    done.push(self.code_node(code, consts));
                }
            }
        }
        done.pop().expect("one value was visited")
    }

    fn visit<'a>(
        &mut self,
        constant: &'a Const,
        in_tuple: InTuple,
        work: &mut Vec<Work<'a>>,
        done: &mut Vec<NodeId>,
    ) {
        let node = match constant {
            Const::None => Node::Singleton(Singleton::None),
            Const::Ellipsis => Node::Singleton(Singleton::Ellipsis),
            Const::Bool(false) => Node::Singleton(Singleton::False),
            Const::Bool(true) => Node::Singleton(Singleton::True),
            Const::Int(value) => Node::Int(value.clone()),
            Const::Float(value) => Node::Float(value.to_bits()),
            Const::Complex { real, imag } => Node::Complex(real.to_bits(), imag.to_bits()),
            Const::Bytes(value) => Node::Bytes(value.clone()),
            Const::Str(text) => {
                done.push(self.text_node(text, is_interned(text, in_tuple)));
                return;
            }
            Const::Tuple(items) => {
                work.push(Work::Tuple(items.len()));
                return visit_all(items, in_tuple, work);
            }
            Const::FrozenSet(items) => {
                work.push(Work::FrozenSet(items.len()));
                return visit_all(items, in_tuple, work);
            }
            Const::Slice(items) => {
                work.push(Work::Slice);
                return visit_all(&items[..], InTuple::No, work);
            }
            Const::Code(code) => {
                work.push(Work::Code(code));
                work.push(Work::Tuple(code.consts.len()));
                return visit_all(&code.consts, InTuple::Yes, work);
            }
        };
        done.push(self.intern(node));
    }

    fn code_node(&mut self, code: &CodeObject, consts: NodeId) -> NodeId {
        let node = NodeCode {
            argcount: code.argcount as i32,
            posonlyargcount: code.posonlyargcount as i32,
            kwonlyargcount: code.kwonlyargcount as i32,
            stacksize: code.stacksize as i32,
            flags: code.flags as i32,
            before_line: [
                self.bytes_node(&code.code),
                consts,
                self.names(&code.names),
                self.names(&code.localsplusnames),
                self.bytes_node(&code.localspluskinds),
                self.text_node(&code.filename, true),
                self.text_node(&code.name, true),
                self.text_node(&code.qualname, true),
            ],
            firstlineno: code.firstlineno,
            linetable: self.bytes_node(&code.linetable),
            exceptiontable: self.bytes_node(&code.exceptiontable),
        };
        self.intern(Node::Code(node.into()))
    }
}

/// Where a value stands in data that is brought into normal form.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Outside,
    Name,
    Constant,
    Slice,
}

/// Whether a string stands where CPython looks for names to intern.
#[derive(Clone, Copy)]
enum InTuple {
    Yes,
    No,
}

enum Work<'a> {
    Visit(&'a Const, InTuple),
    Tuple(usize),
    FrozenSet(usize),
    Slice,
    Code(&'a CodeObject),
}

fn visit_all<'a>(items: &'a [Const], in_tuple: InTuple, work: &mut Vec<Work<'a>>) {
    work.extend(items.iter().rev().map(|item| Work::Visit(item, in_tuple)));
}

/// Whether CPython interns a constant string: those that look like names, and, since there is one
/// object for each, those of at most one Latin-1 character.
fn is_interned(text: &Text, in_tuple: InTuple) -> bool {
    let bytes = text.as_bytes();
    let looks_like_name = || bytes.iter().all(|&b| b.is_ascii_alphanumeric() || b == b'_');
    let single = bytes.len() <= 1 || matches!(bytes, [0xc2 | 0xc3, _]);
    single || (matches!(in_tuple, InTuple::Yes) && looks_like_name())
}

impl Builder for Graph {
    type Value = NodeId;
    type Error = ReadError;

    fn share(&mut self, value: &NodeId) -> NodeId {
        if let Some(shares) = self.open.get_mut(value) {
            *shares += 1;
        }
        *value
    }

    fn singleton(&mut self, which: Singleton) -> Result<NodeId, ReadError> {
        Ok(self.intern(Node::Singleton(which)))
    }

    fn int(&mut self, value: Int) -> Result<NodeId, ReadError> {
        Ok(self.intern(Node::Int(value)))
    }

    fn float(&mut self, value: f64) -> Result<NodeId, ReadError> {
        Ok(self.intern(Node::Float(value.to_bits())))
    }

    fn complex(&mut self, real: f64, imag: f64) -> Result<NodeId, ReadError> {
        Ok(self.intern(Node::Complex(real.to_bits(), imag.to_bits())))
    }

    fn bytes(&mut self, value: &[u8]) -> Result<NodeId, ReadError> {
        Ok(self.bytes_node(value))
    }

    fn text(&mut self, value: &Text, interned: bool) -> Result<NodeId, ReadError> {
        Ok(self.text_node(&value.to_rc(), interned))
    }

    fn tuple_begin(&mut self, _len: usize) -> Option<NodeId> {
        let id = self.fresh(Node::Tuple(Box::default()));
        self.open.insert(id, 0);
        Some(id)
    }

    fn tuple(&mut self, begun: Option<NodeId>, items: Vec<NodeId>) -> Result<NodeId, ReadError> {
        let tuple = Node::Tuple(items.into());
        let Some(begun) = begun else { return Ok(self.intern(tuple)) };
        // The reader keeps one share; any other is a reference from inside.
        if self.open.remove(&begun).is_none_or(|shares| shares <= 1) {
            return Ok(self.intern(tuple));
        }
        self.nodes[begun.0 as usize] = tuple;
        Ok(begun)
    }

    fn slice(&mut self, items: [NodeId; 3]) -> Result<NodeId, ReadError> {
        Ok(self.intern(Node::Slice(items)))
    }

    fn frozenset(&mut self, items: Vec<NodeId>) -> Result<NodeId, ReadError> {
        Ok(self.frozenset_node(items))
    }

    fn code(&mut self, parts: CodeParts<NodeId>) -> Result<NodeId, ReadError> {
        let node = NodeCode {
            argcount: parts.argcount,
            posonlyargcount: parts.posonlyargcount,
            kwonlyargcount: parts.kwonlyargcount,
            stacksize: parts.stacksize,
            flags: parts.flags,
            before_line: [
                parts.code,
                parts.consts,
                parts.names,
                parts.localsplusnames,
                parts.localspluskinds,
                parts.filename,
                parts.name,
                parts.qualname,
            ],
            firstlineno: parts.firstlineno,
            linetable: parts.linetable,
            exceptiontable: parts.exceptiontable,
        };
        Ok(self.intern(Node::Code(node.into())))
    }

    fn list(&mut self, _len: usize) -> Result<NodeId, ReadError> {
        Ok(self.fresh(Node::List(Vec::new())))
    }

    fn list_push(&mut self, list: &mut NodeId, item: NodeId) -> Result<(), ReadError> {
        if let Node::List(items) = &mut self.nodes[list.0 as usize] {
            items.push(item);
        }
        Ok(())
    }

    fn set(&mut self) -> Result<NodeId, ReadError> {
        Ok(self.fresh(Node::Set(Vec::new())))
    }

    fn set_add(&mut self, set: &mut NodeId, item: NodeId) -> Result<(), ReadError> {
        if let Node::Set(items) = &mut self.nodes[set.0 as usize] {
            items.push(item);
        }
        Ok(())
    }

    fn dict(&mut self) -> Result<NodeId, ReadError> {
        Ok(self.fresh(Node::Dict(Vec::new())))
    }

    fn dict_set(&mut self, dict: &mut NodeId, key: NodeId, value: NodeId) -> Result<(), ReadError> {
        if let Node::Dict(items) = &mut self.nodes[dict.0 as usize] {
            items.push((key, value));
        }
        Ok(())
    }
}
