//! Frame blocks: what `return`, `break` and `continue` leave on their way out.

use super::Compiler;
use crate::error::{Result, syntax_error};
use crate::instruction_sequence::{Label, NO_LOCATION};
use taipan_asdl::{ExprContext, Location, Name, Stmt};
use taipan_opcode::Opcode;

/// How many blocks may be nested in a code object.
const MAX_BLOCKS: usize = 21;

/// What kind of block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BlockKind {
    WhileLoop,
    ForLoop,
    TryExcept,
    FinallyTry,
    FinallyEnd,
    With,
    AsyncWith,
    HandlerCleanup,
    PopValue,
    ExceptionHandler,
    ExceptionGroupHandler,
    AsyncComprehensionGenerator,
    InlinedComprehension,
    StopIteration,
}

/// What leaving a block needs beside its kind.
#[derive(Clone, Copy)]
pub(super) enum BlockData<'a> {
    None,
    /// The `finally` clause.
    Finally(&'a [&'a Stmt<'a>]),
    /// The name that an `except` clause binds.
    Name(Name),
}

/// A block that surrounds the current instruction.
#[derive(Clone, Copy)]
pub(super) struct FrameBlock<'a> {
    pub kind: BlockKind,
    /// Where `continue` goes.
    pub start: Label,
    /// Where `break` goes.
    pub exit: Label,
    pub location: Location,
    pub data: BlockData<'a>,
}

impl<'a> FrameBlock<'a> {
    pub(super) const fn new(kind: BlockKind, start: Label, location: Location) -> FrameBlock<'a> {
        FrameBlock { kind, start, exit: Label::NONE, location, data: BlockData::None }
    }
}

/// Whether the value on top of the stack is kept while blocks are left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Top {
    Keep,
    None,
}

/// Where leaving blocks ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    /// At the innermost loop.
    Loop,
    /// Outside the function.
    Function,
}

impl<'a> Compiler<'a, '_> {
    pub(super) fn push_block(&mut self, block: FrameBlock<'a>) -> Result {
        if self.unit.frame_blocks.len() >= MAX_BLOCKS {
            return Err(syntax_error(block.location, "too many statically nested blocks"));
        }
        if block.kind == BlockKind::FinallyEnd {
            self.disabled_warnings += 1;
        }
        self.unit.frame_blocks.push(block);
        Ok(())
    }

    pub(super) fn pop_block(&mut self, kind: BlockKind) {
        let block = self.unit.frame_blocks.pop();
        debug_assert_eq!(block.map(|block| block.kind), Some(kind), "blocks are nested");
        if kind == BlockKind::FinallyEnd {
            self.disabled_warnings -= 1;
        }
    }

    /// Leaves one block; the location changes where the way out is not the statement's own.
    pub(super) fn unwind_block(
        &mut self,
        location: &mut Location,
        block: &FrameBlock<'a>,
        top: Top,
    ) -> Result {
        let keep = top == Top::Keep;
        match block.kind {
            BlockKind::WhileLoop
            | BlockKind::ExceptionHandler
            | BlockKind::ExceptionGroupHandler
            | BlockKind::AsyncComprehensionGenerator
            | BlockKind::InlinedComprehension
            | BlockKind::StopIteration => {}
            BlockKind::ForLoop | BlockKind::PopValue => {
                if keep {
                    self.op_arg(Opcode::Swap, 2, *location);
                }
                self.op(Opcode::PopTop, *location);
            }
            BlockKind::TryExcept => self.op(Opcode::PopBlock, *location),
            BlockKind::FinallyTry => {
                // This one carries the line of the statement that leaves.
                self.op(Opcode::PopBlock, *location);
                if keep {
                    self.push_block(FrameBlock::new(BlockKind::PopValue, Label::NONE, *location))?;
                }
                if let BlockData::Finally(body) = block.data {
                    self.statements(body)?;
                }
                if keep {
                    self.pop_block(BlockKind::PopValue);
                }
                // The `finally` clause appears to run after the statement.
                *location = NO_LOCATION;
            }
            BlockKind::FinallyEnd => {
                if keep {
                    self.op_arg(Opcode::Swap, 2, *location);
                }
                self.op(Opcode::PopTop, *location);
                if keep {
                    self.op_arg(Opcode::Swap, 2, *location);
                }
                self.op(Opcode::PopBlock, *location);
                self.op(Opcode::PopExcept, *location);
            }
            BlockKind::With | BlockKind::AsyncWith => {
                *location = block.location;
                self.op(Opcode::PopBlock, *location);
                if keep {
                    self.op_arg(Opcode::Swap, 3, *location);
                    self.op_arg(Opcode::Swap, 2, *location);
                }
                self.call_exit_with_nones(*location);
                if block.kind == BlockKind::AsyncWith {
                    self.await_value(2, *location);
                }
                self.op(Opcode::PopTop, *location);
                // The exit appears to run after the statement.
                *location = NO_LOCATION;
            }
            BlockKind::HandlerCleanup => {
                let name = if let BlockData::Name(name) = block.data { Some(name) } else { None };
                if name.is_some() {
                    self.op(Opcode::PopBlock, *location);
                }
                if keep {
                    self.op_arg(Opcode::Swap, 2, *location);
                }
                self.op(Opcode::PopBlock, *location);
                self.op(Opcode::PopExcept, *location);
                if let Some(name) = name {
                    self.unbind_exception(name, *location)?;
                }
            }
        }
        Ok(())
    }

    /// `name = None; del name`
    pub(super) fn unbind_exception(&mut self, name: Name, location: Location) -> Result {
        self.load_none(location);
        self.name_op(location, name, ExprContext::Store)?;
        self.name_op(location, name, ExprContext::Del)
    }

    /// Leaves blocks from the innermost on; answers with the loop at which it stopped. The blocks
    /// are in place again afterwards, for the code that follows.
    pub(super) fn unwind_blocks(
        &mut self,
        location: &mut Location,
        top: Top,
        until: Until,
    ) -> Result<Option<FrameBlock<'a>>> {
        let Some(&block) = self.unit.frame_blocks.last() else { return Ok(None) };
        match block.kind {
            BlockKind::ExceptionGroupHandler => {
                let message = "'break', 'continue' and 'return' cannot appear in an except* block";
                return Err(syntax_error(*location, message));
            }
            BlockKind::WhileLoop | BlockKind::ForLoop if until == Until::Loop => return Ok(Some(block)),
            _ => {}
        }
        self.pop_block(block.kind);
        self.unwind_block(location, &block, top)?;
        let found = self.unwind_blocks(location, top, until)?;
        self.push_block(block)?;
        Ok(found)
    }
}
