//! `with` and `async with`.

use super::Compiler;
use super::frame_block::{BlockKind, FrameBlock};
use crate::error::Result;
use crate::instruction_sequence::{Label, NO_LOCATION};
use taipan_asdl::{Location, Stmt, WithItem};
use taipan_opcode::{Opcode, SpecialMethod};

impl<'a> Compiler<'a, '_> {
    pub(super) fn with(&mut self, items: &'a [&'a WithItem<'a>], body: &'a [&'a Stmt<'a>]) -> Result {
        self.limit.check()?;
        let Some((item, rest)) = items.split_first() else { return self.statements(body) };
        let location = item.context_expr.location;
        let block = self.new_label();
        let final_ = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.expr(item.context_expr)?;
        self.load_exit_and_enter(SpecialMethod::Exit, SpecialMethod::Enter, location);
        self.op_arg(Opcode::Call, 0, location);
        self.op_jump(Opcode::SetupWith, final_, location);
        self.use_label(block);
        self.push_block(FrameBlock { exit: final_, ..FrameBlock::new(BlockKind::With, block, location) })?;
        self.bind_entered(item, location)?;
        self.with(rest, body)?;
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.pop_block(BlockKind::With);
        // Without exception: `__exit__(None, None, None)`.
        self.call_exit_with_nones(location);
        self.op(Opcode::PopTop, location);
        self.op_jump(Opcode::Jump, exit, location);
        // With one:
        self.use_label(final_);
        self.op_jump(Opcode::SetupCleanup, cleanup, location);
        self.op(Opcode::PushExcInfo, location);
        self.op(Opcode::WithExceptStart, location);
        self.with_except_finish(cleanup);
        self.use_label(exit);
        Ok(())
    }

    pub(super) fn async_with(&mut self, items: &'a [&'a WithItem<'a>], body: &'a [&'a Stmt<'a>]) -> Result {
        self.limit.check()?;
        let Some((item, rest)) = items.split_first() else { return self.statements(body) };
        let location = item.context_expr.location;
        let block = self.new_label();
        let final_ = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.expr(item.context_expr)?;
        self.load_exit_and_enter(SpecialMethod::AsyncExit, SpecialMethod::AsyncEnter, location);
        self.op_arg(Opcode::Call, 0, location);
        self.await_value(1, location);
        self.op_jump(Opcode::SetupWith, final_, location);
        self.use_label(block);
        self.push_block(FrameBlock {
            exit: final_,
            ..FrameBlock::new(BlockKind::AsyncWith, block, location)
        })?;
        self.bind_entered(item, location)?;
        self.async_with(rest, body)?;
        self.pop_block(BlockKind::AsyncWith);
        self.op(Opcode::PopBlock, location);
        self.call_exit_with_nones(location);
        self.await_value(2, location);
        self.op(Opcode::PopTop, location);
        self.op_jump(Opcode::Jump, exit, location);
        self.use_label(final_);
        self.op_jump(Opcode::SetupCleanup, cleanup, location);
        self.op(Opcode::PushExcInfo, location);
        self.op(Opcode::WithExceptStart, location);
        self.await_value(2, location);
        self.with_except_finish(cleanup);
        self.use_label(exit);
        Ok(())
    }

    /// Leaves `__exit__` with its object below, `__enter__` with its object on top.
    fn load_exit_and_enter(&mut self, exit: SpecialMethod, enter: SpecialMethod, location: Location) {
        self.op_arg(Opcode::Copy, 1, location);
        self.op_arg(Opcode::LoadSpecial, exit as usize, location);
        self.op_arg(Opcode::Swap, 2, location);
        self.op_arg(Opcode::Swap, 3, location);
        self.op_arg(Opcode::LoadSpecial, enter as usize, location);
    }

    fn bind_entered(&mut self, item: &'a WithItem<'a>, location: Location) -> Result {
        match item.optional_vars {
            Some(target) => self.expr(target),
            None => {
                self.op(Opcode::PopTop, location);
                Ok(())
            }
        }
    }

    /// `exit(None, None, None)`
    pub(super) fn call_exit_with_nones(&mut self, location: Location) {
        for _ in 0..3 {
            self.load_none(location);
        }
        self.op_arg(Opcode::Call, 3, location);
    }

    /// What follows the call of `__exit__` with an exception: swallowing or raising it.
    fn with_except_finish(&mut self, cleanup: Label) {
        let suppress = self.new_label();
        self.op(Opcode::ToBool, NO_LOCATION);
        self.op_jump(Opcode::PopJumpIfTrue, suppress, NO_LOCATION);
        self.op_arg(Opcode::Reraise, 2, NO_LOCATION);
        self.use_label(suppress);
        self.op(Opcode::PopTop, NO_LOCATION); // The exception.
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.op(Opcode::PopExcept, NO_LOCATION);
        for _ in 0..3 {
            self.op(Opcode::PopTop, NO_LOCATION);
        }
        let exit = self.new_label();
        self.op_jump(Opcode::JumpNoInterrupt, exit, NO_LOCATION);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(exit);
    }
}
