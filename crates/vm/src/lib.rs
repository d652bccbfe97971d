//! The interpreter: private code, frames, the loop, calls, exceptions.
//!
//! Not here: objects (`taipan_object`), modules (`taipan_mods`), the compiler.
//!
//! Answers for CPython's `Python/ceval.c`, `Python/bytecodes.c`, `Python/specialize.c` and
//! `Python/frame.c`.
#![allow(unsafe_code)] // the loop works on raw frames; the rules are in `dispatch`

mod build_class;
mod call;
mod dispatch;
mod frame;
mod ops;
mod quicken;
mod runtime;
mod settle;
mod specialize;
mod unwind;

pub use build_class::BUILD_CLASS;
pub use call::{eval_code, eval_function};
pub use runtime::Runtime;
