//! The bits of `co_flags` and of `co_localspluskinds`.

/// Local variables live in the frame, not in a dictionary.
pub const OPTIMIZED: u32 = 0x1;
/// A call makes a new local namespace.
pub const NEWLOCALS: u32 = 0x2;
/// There is a `*args`.
pub const VARARGS: u32 = 0x4;
/// There is a `**kwargs`.
pub const VARKEYWORDS: u32 = 0x8;
/// It is defined inside another function.
pub const NESTED: u32 = 0x10;
/// A call makes a generator.
pub const GENERATOR: u32 = 0x20;
/// A call makes a coroutine.
pub const COROUTINE: u32 = 0x80;
/// A call makes a generator that can be awaited (`types.coroutine`).
pub const ITERABLE_COROUTINE: u32 = 0x100;
/// A call makes an asynchronous generator.
pub const ASYNC_GENERATOR: u32 = 0x200;
/// `from __future__ import division`
pub const FUTURE_DIVISION: u32 = 0x2_0000;
/// `from __future__ import absolute_import`
pub const FUTURE_ABSOLUTE_IMPORT: u32 = 0x4_0000;
/// `from __future__ import with_statement`
pub const FUTURE_WITH_STATEMENT: u32 = 0x8_0000;
/// `from __future__ import print_function`
pub const FUTURE_PRINT_FUNCTION: u32 = 0x10_0000;
/// `from __future__ import unicode_literals`
pub const FUTURE_UNICODE_LITERALS: u32 = 0x20_0000;
/// `from __future__ import barry_as_FLUFL`
pub const FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
/// `from __future__ import generator_stop`
pub const FUTURE_GENERATOR_STOP: u32 = 0x80_0000;
/// `from __future__ import annotations`
pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
/// Monitoring does not see it.
pub const NO_MONITORING_EVENTS: u32 = 0x200_0000;
/// The first constant is the docstring.
pub const HAS_DOCSTRING: u32 = 0x400_0000;
/// It is defined directly in a class.
pub const METHOD: u32 = 0x800_0000;

/// Kind of a variable: can be passed by position.
pub const FAST_ARG_POS: u8 = 0x02;
/// Kind of a variable: can be passed by keyword.
pub const FAST_ARG_KW: u8 = 0x04;
/// Kind of a variable: gathers the remaining arguments.
pub const FAST_ARG_VAR: u8 = 0x08;
/// Kind of a variable: belongs to an inlined comprehension.
pub const FAST_HIDDEN: u8 = 0x10;
/// Kind of a variable: a local.
pub const FAST_LOCAL: u8 = 0x20;
/// Kind of a variable: a cell that inner functions share.
pub const FAST_CELL: u8 = 0x40;
/// Kind of a variable: a cell of an outer function.
pub const FAST_FREE: u8 = 0x80;
