//! [`Order`]: the order of the keys of an `OrderedDict`, a doubly linked list in an arena.

use rustc_hash::FxHashMap;
use taipan_object::typeobject::{Held, Visitor};
use taipan_object::{Ref, Value, protocol};

/// The number of a node.
pub type NodeId = u32;

/// No node.
pub const NIL: NodeId = NodeId::MAX;

struct Node {
    key: Option<Value>,
    hash: i64,
    previous: NodeId,
    next: NodeId,
}

/// The order of keys.
pub struct Order {
    nodes: Vec<Node>,
    /// The nodes by the identity of the key object that the table holds.
    by_key: FxHashMap<u64, NodeId>,
    free: NodeId,
    first: NodeId,
    last: NodeId,
    state: usize,
}

impl Default for Order {
    fn default() -> Order {
        Order { nodes: Vec::new(), by_key: FxHashMap::default(), free: NIL, first: NIL, last: NIL, state: 0 }
    }
}

impl Held for Order {
    fn report(&self, visitor: &mut Visitor<'_>) {
        self.nodes.iter().for_each(|node| node.key.report(visitor));
    }
}

impl Order {
    /// Changes with every change.
    pub fn state(&self) -> usize {
        self.state
    }

    /// The first or the last node.
    pub fn end(&self, last: bool) -> NodeId {
        if last { self.last } else { self.first }
    }

    /// The node after or before another.
    pub fn step(&self, node: NodeId, backwards: bool) -> NodeId {
        let node = &self.nodes[node as usize];
        if backwards { node.previous } else { node.next }
    }

    /// The key of a node, and its hash.
    pub fn key(&self, node: NodeId) -> (Value, i64) {
        let node = &self.nodes[node as usize];
        (node.key.clone().expect("a linked node has a key"), node.hash)
    }

    /// The node of a key object of the table.
    pub fn find(&self, key: Ref<'_>) -> Option<NodeId> {
        self.by_key.get(&protocol::id(key)).copied()
    }

    /// Bytes of the arena.
    pub fn bytes(&self) -> usize {
        self.nodes.len() * size_of::<Node>() + self.by_key.len() * 16
    }

    /// Adds a key at the end; false when memory has run out.
    pub fn push(&mut self, key: Value, hash: i64) -> bool {
        let identity = protocol::id(key.as_ref());
        if self.by_key.try_reserve(1).is_err() {
            return false;
        }
        let node = Node { key: Some(key), hash, previous: NIL, next: NIL };
        let id = if self.free == NIL {
            if self.nodes.try_reserve(1).is_err() || self.nodes.len() >= NIL as usize {
                return false;
            }
            self.nodes.push(node);
            (self.nodes.len() - 1) as NodeId
        } else {
            let id = self.free;
            self.free = self.nodes[id as usize].next;
            self.nodes[id as usize] = node;
            id
        };
        self.by_key.insert(identity, id);
        self.link(id, true);
        true
    }

    fn link(&mut self, id: NodeId, last: bool) {
        let old = self.end(last);
        let node = &mut self.nodes[id as usize];
        (node.previous, node.next) = if last { (old, NIL) } else { (NIL, old) };
        if last {
            self.last = id;
        } else {
            self.first = id;
        }
        if old == NIL {
            (self.first, self.last) = (id, id);
        } else if last {
            self.nodes[old as usize].next = id;
        } else {
            self.nodes[old as usize].previous = id;
        }
        self.state = self.state.wrapping_add(1);
    }

    fn unlink(&mut self, id: NodeId) {
        let (previous, next) = (self.nodes[id as usize].previous, self.nodes[id as usize].next);
        match previous {
            NIL => self.first = next,
            previous => self.nodes[previous as usize].next = next,
        }
        match next {
            NIL => self.last = previous,
            next => self.nodes[next as usize].previous = previous,
        }
        self.state = self.state.wrapping_add(1);
    }

    /// Moves a node to an end.
    pub fn shift(&mut self, id: NodeId, last: bool) {
        if self.end(last) != id {
            self.unlink(id);
            self.link(id, last);
        }
    }

    /// Takes a node out and gives back its key.
    pub fn remove(&mut self, id: NodeId) -> Option<Value> {
        self.unlink(id);
        let node = &mut self.nodes[id as usize];
        let key = node.key.take();
        node.next = self.free;
        self.free = id;
        if let Some(key) = &key {
            self.by_key.remove(&protocol::id(key.as_ref()));
        }
        key
    }

    /// Takes everything out; what was there goes to the caller, to be dropped.
    pub fn clear(&mut self) -> Order {
        let state = self.state.wrapping_add(1);
        std::mem::replace(self, Order { state, ..Order::default() })
    }
}
