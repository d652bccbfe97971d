//! The abstract syntax tree: one table of node types, and what is derived from it.
//!
//! [`for_each_node!`] is the only list of node types and fields. The Rust types ([`node`]), the
//! reflection over them ([`reflect`]) and whatever other layers need per node come from it. Trees
//! live in an arena and are never freed node by node, so depth costs nothing when they go.
//!
//! Answers for CPython's `Parser/Python.asdl`.
#![forbid(unsafe_code)]

pub mod build;
pub mod constant;
pub mod diagnostic;
pub mod dump;
pub mod name;
pub mod node;
pub mod reflect;
pub mod schema;
pub mod source;
mod table;

pub use bumpalo::Bump;
pub use constant::{Constant, Int};
pub use name::{Name, NameTable};
pub use node::*;
