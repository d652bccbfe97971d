//! What was matched, as light as the error messages allow: kind, first and last token, children.
//!
//! Not the syntax tree. A [`Value`] is a token, or a node in [`Nodes`].

use super::table::NodeKind;

/// A matched token or node, or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Value(u32);

const TOKEN: u32 = 1 << 31;

impl Value {
    /// No match; also what an optional item yields that is not there.
    pub const NOTHING: Value = Value(0);

    /// What several values without action yield.
    pub const DUMMY: Value = Value(1);

    pub fn token(index: u32) -> Value {
        Value(index | TOKEN)
    }

    /// The token's index, if this is a token.
    pub fn as_token(self) -> Option<u32> {
        (self.0 & TOKEN != 0).then_some(self.0 & !TOKEN)
    }
}

/// A match of several tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub kind: NodeKind,
    /// The first token.
    pub first: u32,
    /// The last token.
    pub last: u32,
    /// Children; for a list, where its values begin and how many they are.
    children: [u32; 2],
}

impl Node {
    pub fn child(&self, index: usize) -> Value {
        Value(self.children[index])
    }
}

/// All nodes of a pass.
pub(super) struct Nodes {
    nodes: Vec<Node>,
    lists: Vec<Value>,
}

impl Nodes {
    pub fn new() -> Nodes {
        let mut nodes = Nodes { nodes: Vec::new(), lists: Vec::new() };
        nodes.clear();
        nodes
    }

    /// Forgets all nodes.
    pub fn clear(&mut self) {
        let reserved = Node { kind: NodeKind::Dummy, first: 0, last: 0, children: [0; 2] };
        self.nodes.clear();
        self.nodes.extend([reserved; 2]);
        self.lists.clear();
    }

    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    pub fn add(&mut self, kind: NodeKind, first: u32, last: u32, children: [Value; 2]) -> Value {
        self.nodes.push(Node { kind, first, last, children: children.map(|child| child.0) });
        Value(self.nodes.len() as u32 - 1)
    }

    /// A node for a list of values.
    pub fn list(&mut self, values: &[Value]) -> Value {
        let start = self.lists.len();
        self.lists.extend_from_slice(values);
        self.close_list(start)
    }

    /// A list of `front` and the values of the list `rest`.
    pub fn list_with_front(&mut self, front: Value, rest: Value) -> Value {
        let start = self.lists.len();
        self.lists.push(front);
        self.extend_list(rest);
        self.close_list(start)
    }

    /// A list of the values of two lists.
    pub fn joined_list(&mut self, a: Value, b: Value) -> Value {
        let start = self.lists.len();
        self.extend_list(a);
        self.extend_list(b);
        self.close_list(start)
    }

    fn extend_list(&mut self, list: Value) {
        if let Some(node) = self.list_node(list) {
            let [start, length] = node.children;
            self.lists.extend_from_within(start as usize..(start + length) as usize);
        }
    }

    fn close_list(&mut self, start: usize) -> Value {
        let children = [start as u32, (self.lists.len() - start) as u32];
        self.nodes.push(Node { kind: NodeKind::ListOfValues, first: 0, last: 0, children });
        Value(self.nodes.len() as u32 - 1)
    }

    fn list_node(&self, list: Value) -> Option<Node> {
        self.node(list).filter(|node| node.kind == NodeKind::ListOfValues).copied()
    }

    /// The node, unless `value` is a token or nothing.
    pub fn node(&self, value: Value) -> Option<&Node> {
        if value == Value::NOTHING || value.as_token().is_some() {
            return None;
        }
        self.nodes.get(value.0 as usize)
    }

    /// The values of a list; none for what is no list.
    pub fn values(&self, list: Value) -> &[Value] {
        match self.list_node(list) {
            Some(Node { children: [start, length], .. }) => {
                &self.lists[start as usize..(start + length) as usize]
            }
            None => &[],
        }
    }
}
