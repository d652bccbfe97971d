//! The interpreter: private code, frames, the loop, calls, exceptions.
//!
//! Also the modules that are part of it (`builtins`, `sys`, …). Not here: objects (`taipan_object`),
//! other modules (`taipan_mods`), the compiler (see [`frontend`]).
//!
//! Answers for CPython's `Python/ceval.c`, `Python/bytecodes.c`, `Python/specialize.c` and
//! `Python/frame.c`.
#![allow(unsafe_code)] // the loop works on raw frames; the rules are in `dispatch`

pub mod ast;
mod atexit;
mod bind;
mod build_class;
pub mod builtins;
mod call;
pub mod compile;
pub mod config;
mod dispatch;
mod frame;
pub mod frontend;
mod gc;
pub mod import;
pub mod lifecycle;
mod locals;
mod marshal;
pub mod observe;
mod ops;
pub mod pythonrun;
mod quicken;
mod runtime;
mod settle;
mod signal;
mod specialize;
mod state;
mod symtable;
pub mod sys;
mod sysconfigdata;
mod thread;
mod tokenize;
mod unwind;
mod warnings;

pub use atexit::run_exit_functions;
pub use call::{eval_code, eval_function};
pub use gc::{Reason, collect};
pub use runtime::{Parts, Runtime};
