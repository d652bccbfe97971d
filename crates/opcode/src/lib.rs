//! The instructions of CPython 3.14.8's bytecode: one table, and what follows from it.
//!
//! [`for_each_opcode!`] holds one row per instruction: number, argument kind, stack effect with
//! names, inline cache layout, flags, specialised family and a line of documentation.
//! [`Opcode`] and everything that it can tell are derived from the table; so are, in other crates,
//! interpreter, disassembler, verifier and compiler. What instructions *do* is not here.
//!
//! Invariants: a specialised instruction has the stack effect and the caches of its family;
//! numbers below 256 are instructions as they stand in `co_code`, those from 256 on exist inside
//! the compiler only.
//!
//! Answers for CPython's `Python/bytecodes.c` as far as it describes, `Include/opcode_ids.h`,
//! `Include/internal/pycore_opcode_metadata.h`, `pycore_opcode_utils.h` and `pycore_intrinsics.h`.
// What an instruction does is written with Python's subscripts, which are no links.
#![allow(rustdoc::broken_intra_doc_links)]
#![forbid(unsafe_code)]

mod flags;
mod opcode;
mod operand;
mod row;
mod table;

pub use flags::Flags;
pub use opcode::{Opcode, UnknownOpcode};
pub use operand::{
    ArgKind, BinaryOperator, CommonConstant, Comparison, ConvertValue, FunctionAttribute, Intrinsic1,
    Intrinsic2, RESUME_OPARG_DEPTH1_MASK, RESUME_OPARG_LOCATION_MASK, ResumeLocation, SpecialMethod,
};
pub use row::{Cache, Kind, Row, StackItem};

/// The smallest number of an instruction that uses its operand; `opcode.HAVE_ARGUMENT`.
///
/// Instructions up to and including this number ignore their operand.
pub const HAVE_ARGUMENT: u8 = 43;

/// The smallest number of an instrumented instruction.
pub const MIN_INSTRUMENTED_OPCODE: u8 = 234;

/// The number that starts a `.pyc` file, followed by `b"\r\n"`; `importlib.util.MAGIC_NUMBER`.
pub const MAGIC_NUMBER: u16 = 3627;
