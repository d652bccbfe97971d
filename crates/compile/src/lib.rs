//! From the syntax tree to code objects: symbol table, code generation, flow graph, assembler.
//!
//! Reads no source text and makes no Python objects. Answers for CPython's `Python/symtable.c`,
//! `Python/codegen.c`, `Python/compile.c`, `Python/flowgraph.c` and `Python/assemble.c`.
#![forbid(unsafe_code)]

mod assemble;
pub mod cfg;
mod codegen;
mod compile;
mod error;
mod future;
pub mod instruction_sequence;
mod mangle;
mod preprocess;
mod recursion;
pub mod symtable;
pub mod unit;
mod unparse;
mod validate;
mod well_known;

pub use codegen::Assemble;
pub use compile::{Options, compile, compile_with, preprocess_tree, symbol_table};
pub use validate::validate;
