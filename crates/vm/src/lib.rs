//! The interpreter: private code, frames, the loop, calls, exceptions.
//!
//! Also the modules that are part of it (`builtins`, `sys`, …). Not here: objects (`taipan_object`),
//! other modules (`taipan_mods`), the compiler (see [`frontend`]).
//!
//! Answers for CPython's `Python/ceval.c`, `Python/bytecodes.c`, `Python/specialize.c` and
//! `Python/frame.c`.
#![allow(unsafe_code)] // the loop works on raw frames; the rules are in `dispatch`

mod bind;
mod build_class;
pub mod builtins;
mod call;
pub mod compile;
mod dispatch;
mod frame;
pub mod frontend;
mod gc;
pub mod import;
mod locals;
mod ops;
pub mod pythonrun;
mod quicken;
mod runtime;
mod settle;
mod specialize;
mod state;
mod unwind;

pub use call::{eval_code, eval_function};
pub use runtime::{Parts, Runtime};
