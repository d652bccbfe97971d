//! From the syntax tree to code objects: symbol table, code generation, flow graph, assembler.
//!
//! Reads no source text and makes no Python objects. Answers for CPython's `Python/symtable.c`,
//! `Python/codegen.c`, `Python/compile.c`, `Python/flowgraph.c` and `Python/assemble.c`.
#![forbid(unsafe_code)]

mod error;
mod future;
pub mod instruction_sequence;
mod mangle;
mod recursion;
pub mod symtable;
pub mod unit;
mod well_known;
