//! [`Frame`]: what the interpreter keeps for one activation.
//!
//! On the value stack an activation is `[locals, cells, free variables][Frame][operands]`; its
//! arguments are where the caller pushed them, so `locals` points into the caller's operands. A
//! generator owns the same three parts inside its object and runs them in place.

use crate::{Header, Unit, Word};

/// How many words a [`Frame`] takes on the value stack.
pub const RESERVED_WORDS: usize = size_of::<Frame>() / size_of::<Word>();

/// The record of one activation.
#[derive(Clone)]
#[repr(C)]
pub struct Frame {
    /// The caller's, or null.
    pub prev: *mut Frame,
    /// The instruction being executed; between instructions of another frame, the call.
    pub pc: *mut Unit,
    /// The code object, borrowed from the function.
    pub code: *const Header,
    /// The function object, kept alive by the callable's slot below the arguments.
    pub function: *const Header,
    /// The first local.
    pub locals: *mut Word,
    /// The operand stack's top while another frame runs; the slot that receives the call's result.
    pub sp: *mut Word,
    /// The constants of the code.
    pub consts: *const Word,
    /// The frame object made for someone who looked, or null; counted.
    pub object: *mut Header,
    /// The mapping of a class body or module; null in a function. Counted.
    pub namespace: Word,
    /// Bits of [`frame_flags`]; 0 for a plain call on the value stack.
    pub flags: u32,
    /// How many units to step over when the callee returns.
    pub resume: u32,
}

/// What is special about a frame: bits of [`Frame::flags`].
pub mod frame_flags {
    /// Leave the loop when this frame returns: its caller is native.
    pub const ENTRY: u32 = 1;
    /// The result is dropped, and the slot below the arguments is the call's result: an `__init__`.
    pub const INIT: u32 = 2;
    /// The frame holds a count of its function; otherwise the callable's slot does.
    pub const OWNS_FUNCTION: u32 = 4;
    /// The frame belongs to a generator, coroutine or async generator, and runs inside it.
    pub const GENERATOR: u32 = 8;
    /// Somebody has a frame object for it, or its namespace is set.
    pub const OBSERVED: u32 = 16;
}
