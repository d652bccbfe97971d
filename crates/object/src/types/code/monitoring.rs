//! What tools want to know of a code object's execution (PEP 669): plain data, written and read by
//! the interpreter's `observe`.
//!
//! Invariant: while `Code::observed` is set, no unit of the code is specialised or fused, and each
//! unit that somebody wants to see holds the observing handler; its own is found in the canonical
//! code.

/// How many events belong to single instructions: the numbers below this one.
pub const LOCAL_EVENTS: usize = 11;

/// What is observed at one unit: a bit for each tool.
#[derive(Clone, Copy, Default)]
pub struct Watch {
    /// The event of the instruction itself.
    pub event: u8,
    /// `LINE`
    pub line: u8,
    /// `INSTRUCTION`
    pub instruction: u8,
    /// Whether a line begins here, as far as tracing is concerned.
    pub starts_line: bool,
    /// The line, or -1.
    pub lineno: i32,
}

/// The tools of a code object.
pub struct Monitoring {
    /// The interpreter's version that the units stand for.
    pub version: u32,
    /// What tools asked for in this code alone.
    pub local: [u8; LOCAL_EVENTS],
    /// Which use of each tool `local` is from.
    pub uses: [u32; 8],
    /// What the units stand for.
    pub active: [u8; LOCAL_EVENTS],
    /// The units, caches included.
    pub units: Box<[Watch]>,
}
