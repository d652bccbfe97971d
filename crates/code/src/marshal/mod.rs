//! `marshal`, versions 0 to 5: the serialised form in which code objects are stored.
//!
//! [`read()`] walks over data and tells a [`Builder`] what it finds; the machine builds its objects
//! that way. Two builders live here: one for [`Const`](crate::Const)s, behind [`loads`], and [`Graph`], a neutral
//! form that keeps lists, dictionaries and cycles, and from which data is written.
//!
//! What is written is *normal*: each value that occurs several times is written once and referred to
//! afterwards, nothing else is marked as referred to, sets are sorted. So equal values give equal
//! bytes, which CPython's own writer, whose marks depend on reference counts, does not promise;
//! [`normalise`] brings CPython's data into the same form.
//!
//! Neither reading nor writing recurses natively.
//!
//! Answers for CPython's `Python/marshal.c`.

mod constants;
mod graph;
mod long;
mod read;
mod write;

pub use constants::{ConstBuilder, loads};
pub use graph::{Graph, Node, NodeCode, NodeId};
pub use read::{Builder, CodeParts, ReadError, ReadOptions, Reader, Singleton, read};
pub use write::{WriteError, WriteOptions, dumps};

/// The newest version: the first with slices.
pub const VERSION: i32 = 5;

/// The deepest nesting of values, the outermost included.
const MAX_DEPTH: usize = 2000;

/// Set in a type's letter: the value gets the next number and can be referred to.
const FLAG_REF: u8 = 0x80;

/// The letters that announce values.
mod letter {
    pub const NULL: u8 = b'0';
    pub const NONE: u8 = b'N';
    pub const FALSE: u8 = b'F';
    pub const TRUE: u8 = b'T';
    pub const STOP_ITERATION: u8 = b'S';
    pub const ELLIPSIS: u8 = b'.';
    pub const INT: u8 = b'i';
    pub const INT64: u8 = b'I';
    pub const LONG: u8 = b'l';
    pub const FLOAT: u8 = b'f';
    pub const BINARY_FLOAT: u8 = b'g';
    pub const COMPLEX: u8 = b'x';
    pub const BINARY_COMPLEX: u8 = b'y';
    pub const BYTES: u8 = b's';
    pub const UNICODE: u8 = b'u';
    pub const INTERNED: u8 = b't';
    pub const ASCII: u8 = b'a';
    pub const ASCII_INTERNED: u8 = b'A';
    pub const SHORT_ASCII: u8 = b'z';
    pub const SHORT_ASCII_INTERNED: u8 = b'Z';
    pub const REF: u8 = b'r';
    pub const TUPLE: u8 = b'(';
    pub const SMALL_TUPLE: u8 = b')';
    pub const LIST: u8 = b'[';
    pub const DICT: u8 = b'{';
    pub const SET: u8 = b'<';
    pub const FROZENSET: u8 = b'>';
    pub const SLICE: u8 = b':';
    pub const CODE: u8 = b'c';
}

/// Brings the references in a serialised value into normal form: equal values, equal bytes.
///
/// What follows the value is dropped.
pub fn normalise(data: &[u8]) -> Result<Vec<u8>, ReadError> {
    let mut graph = Graph::default();
    let root = read(data, &mut graph, ReadOptions::default())?;
    graph.intern_by_rule(root);
    graph.dumps(root, WriteOptions::default()).map_err(|error| ReadError::Value(error.to_string()))
}
