//! `try` with `except`, `except*`, `else` and `finally`.

use super::Compiler;
use super::frame_block::{BlockData, BlockKind, FrameBlock};
use crate::error::{Result, syntax_error};
use crate::instruction_sequence::{Label, NO_LOCATION};
use taipan_asdl::{ExceptHandler, ExceptHandlerKind, ExprContext, Location, Stmt};
use taipan_opcode::{Intrinsic2, Opcode};

type Body<'a> = &'a [&'a Stmt<'a>];
type Handlers<'a> = &'a [&'a ExceptHandler<'a>];

impl<'a> Compiler<'a, '_> {
    pub(super) fn try_(
        &mut self,
        location: Location,
        body: Body<'a>,
        handlers: Handlers<'a>,
        orelse: Body<'a>,
        finalbody: Body<'a>,
    ) -> Result {
        if finalbody.is_empty() {
            return self.try_except(location, body, handlers, orelse);
        }
        self.try_finally(location, finalbody, |c| {
            if handlers.is_empty() {
                c.statements(body)
            } else {
                c.try_except(location, body, handlers, orelse)
            }
        })
    }

    pub(super) fn try_star(
        &mut self,
        location: Location,
        body: Body<'a>,
        handlers: Handlers<'a>,
        orelse: Body<'a>,
        finalbody: Body<'a>,
    ) -> Result {
        if finalbody.is_empty() {
            return self.try_star_except(location, body, handlers, orelse);
        }
        self.try_finally(location, finalbody, |c| {
            if handlers.is_empty() {
                c.statements(body)
            } else {
                c.try_star_except(location, body, handlers, orelse)
            }
        })
    }

    /// The `finally` clause is generated twice: behind the body, and as handler of whatever is
    /// raised there.
    fn try_finally(
        &mut self,
        location: Location,
        finalbody: Body<'a>,
        protected: impl FnOnce(&mut Self) -> Result,
    ) -> Result {
        let body_label = self.new_label();
        let end = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.op_jump(Opcode::SetupFinally, end, location);
        self.use_label(body_label);
        self.push_block(FrameBlock {
            exit: end,
            data: BlockData::Finally(finalbody),
            ..FrameBlock::new(BlockKind::FinallyTry, body_label, location)
        })?;
        protected(self)?;
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.pop_block(BlockKind::FinallyTry);
        self.statements(finalbody)?;
        self.op_jump(Opcode::JumpNoInterrupt, exit, NO_LOCATION);

        self.use_label(end);
        self.op_jump(Opcode::SetupCleanup, cleanup, NO_LOCATION);
        self.op(Opcode::PushExcInfo, NO_LOCATION);
        self.push_block(FrameBlock::new(BlockKind::FinallyEnd, end, NO_LOCATION))?;
        self.statements(finalbody)?;
        self.pop_block(BlockKind::FinallyEnd);
        self.op_arg(Opcode::Reraise, 0, NO_LOCATION);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(exit);
        Ok(())
    }

    fn try_except(
        &mut self,
        location: Location,
        body: Body<'a>,
        handlers: Handlers<'a>,
        orelse: Body<'a>,
    ) -> Result {
        let body_label = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        self.op_jump(Opcode::SetupFinally, except, location);
        self.use_label(body_label);
        self.push_block(FrameBlock::new(BlockKind::TryExcept, body_label, location))?;
        self.statements(body)?;
        self.pop_block(BlockKind::TryExcept);
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.statements(orelse)?;
        self.op_jump(Opcode::JumpNoInterrupt, end, NO_LOCATION);

        self.use_label(except);
        self.op_jump(Opcode::SetupCleanup, cleanup, NO_LOCATION);
        self.op(Opcode::PushExcInfo, NO_LOCATION);
        self.push_block(FrameBlock::new(BlockKind::ExceptionHandler, Label::NONE, location))?;
        for (i, handler) in handlers.iter().enumerate() {
            let ExceptHandlerKind::ExceptHandler { type_, .. } = handler.kind;
            if type_.is_none() && i + 1 < handlers.len() {
                return Err(syntax_error(handler.location, "default 'except:' must be last"));
            }
            self.except_handler(handler, end)?;
        }
        self.pop_block(BlockKind::ExceptionHandler);
        self.op_arg(Opcode::Reraise, 0, NO_LOCATION);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(end);
        Ok(())
    }

    fn except_handler(&mut self, handler: &'a ExceptHandler<'a>, end: Label) -> Result {
        let ExceptHandlerKind::ExceptHandler { type_, name, body } = handler.kind;
        let location = handler.location;
        let next = self.new_label();
        if let Some(type_) = type_ {
            self.expr(type_)?;
            self.op(Opcode::CheckExcMatch, location);
            self.op_jump(Opcode::PopJumpIfFalse, next, location);
        }
        match name {
            Some(name) => {
                let cleanup_end = self.new_label();
                let cleanup_body = self.new_label();
                self.name_op(location, name, ExprContext::Store)?;
                // The body, with `name = None; del name` however it ends.
                self.op_jump(Opcode::SetupCleanup, cleanup_end, location);
                self.use_label(cleanup_body);
                self.push_block(FrameBlock {
                    data: BlockData::Name(name),
                    ..FrameBlock::new(BlockKind::HandlerCleanup, cleanup_body, location)
                })?;
                self.statements(body)?;
                self.pop_block(BlockKind::HandlerCleanup);
                self.op(Opcode::PopBlock, NO_LOCATION);
                self.op(Opcode::PopBlock, NO_LOCATION);
                self.op(Opcode::PopExcept, NO_LOCATION);
                self.unbind_exception(name, NO_LOCATION)?;
                self.op_jump(Opcode::JumpNoInterrupt, end, NO_LOCATION);
                self.use_label(cleanup_end);
                self.unbind_exception(name, NO_LOCATION)?;
                self.op_arg(Opcode::Reraise, 1, NO_LOCATION);
            }
            None => {
                let cleanup_body = self.new_label();
                self.op(Opcode::PopTop, location);
                self.use_label(cleanup_body);
                self.push_block(FrameBlock::new(BlockKind::HandlerCleanup, cleanup_body, location))?;
                self.statements(body)?;
                self.pop_block(BlockKind::HandlerCleanup);
                self.op(Opcode::PopBlock, NO_LOCATION);
                self.op(Opcode::PopExcept, NO_LOCATION);
                self.op_jump(Opcode::JumpNoInterrupt, end, NO_LOCATION);
            }
        }
        self.use_label(next);
        Ok(())
    }

    /// On the stack while handlers run: the group that was caught, the list of what handlers
    /// raised, and what is left to handle.
    fn try_star_except(
        &mut self,
        location: Location,
        body: Body<'a>,
        handlers: Handlers<'a>,
        orelse: Body<'a>,
    ) -> Result {
        let body_label = self.new_label();
        let except = self.new_label();
        let orelse_label = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        let reraise_star = self.new_label();
        self.op_jump(Opcode::SetupFinally, except, location);
        self.use_label(body_label);
        self.push_block(FrameBlock::new(BlockKind::TryExcept, body_label, location))?;
        self.statements(body)?;
        self.pop_block(BlockKind::TryExcept);
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.op_jump(Opcode::JumpNoInterrupt, orelse_label, NO_LOCATION);

        self.use_label(except);
        self.op_jump(Opcode::SetupCleanup, cleanup, NO_LOCATION);
        self.op(Opcode::PushExcInfo, NO_LOCATION);
        self.push_block(FrameBlock::new(BlockKind::ExceptionGroupHandler, Label::NONE, location))?;
        for (i, handler) in handlers.iter().enumerate() {
            self.except_star_handler(handler, i == 0)?;
            if i + 1 == handlers.len() {
                // What nobody handled, or None.
                self.op_arg(Opcode::ListAppend, 1, NO_LOCATION);
                self.op_jump(Opcode::JumpNoInterrupt, reraise_star, NO_LOCATION);
            }
        }
        self.pop_block(BlockKind::ExceptionGroupHandler);
        let reraise = self.new_label();
        self.use_label(reraise_star);
        self.op_arg(Opcode::CallIntrinsic2, Intrinsic2::PrepReraiseStar as usize, NO_LOCATION);
        self.op_arg(Opcode::Copy, 1, NO_LOCATION);
        self.op_jump(Opcode::PopJumpIfNotNone, reraise, NO_LOCATION);
        self.op(Opcode::PopTop, NO_LOCATION);
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.op(Opcode::PopExcept, NO_LOCATION);
        self.op_jump(Opcode::JumpNoInterrupt, end, NO_LOCATION);
        self.use_label(reraise);
        self.op(Opcode::PopBlock, NO_LOCATION);
        self.op_arg(Opcode::Swap, 2, NO_LOCATION);
        self.op(Opcode::PopExcept, NO_LOCATION);
        self.op_arg(Opcode::Reraise, 0, NO_LOCATION);
        self.use_label(cleanup);
        self.pop_except_and_reraise(NO_LOCATION);
        self.use_label(orelse_label);
        self.statements(orelse)?;
        self.use_label(end);
        Ok(())
    }

    fn except_star_handler(&mut self, handler: &'a ExceptHandler<'a>, first: bool) -> Result {
        let ExceptHandlerKind::ExceptHandler { type_, name, body } = handler.kind;
        let location = handler.location;
        let except = self.new_label();
        let with_error = self.new_label();
        let no_match = self.new_label();
        if first {
            self.op_arg(Opcode::BuildList, 0, location);
            self.op_arg(Opcode::Copy, 2, location);
        }
        if let Some(type_) = type_ {
            self.expr(type_)?;
            self.op(Opcode::CheckEgMatch, location);
            self.op_arg(Opcode::Copy, 1, location);
            self.op_jump(Opcode::PopJumpIfNone, no_match, location);
        }
        let cleanup_end = self.new_label();
        let cleanup_body = self.new_label();
        match name {
            Some(name) => self.name_op(location, name, ExprContext::Store)?,
            None => self.op(Opcode::PopTop, location),
        }
        self.op_jump(Opcode::SetupCleanup, cleanup_end, location);
        self.use_label(cleanup_body);
        self.push_block(FrameBlock {
            data: name.map_or(BlockData::None, BlockData::Name),
            ..FrameBlock::new(BlockKind::HandlerCleanup, cleanup_body, location)
        })?;
        self.statements(body)?;
        self.pop_block(BlockKind::HandlerCleanup);
        self.op(Opcode::PopBlock, NO_LOCATION);
        if let Some(name) = name {
            self.unbind_exception(name, NO_LOCATION)?;
        }
        self.op_jump(Opcode::JumpNoInterrupt, except, NO_LOCATION);
        self.use_label(cleanup_end);
        if let Some(name) = name {
            self.unbind_exception(name, NO_LOCATION)?;
        }
        // Adds what the body raised to the list.
        self.op_arg(Opcode::ListAppend, 3, NO_LOCATION);
        self.op(Opcode::PopTop, NO_LOCATION);
        self.op_jump(Opcode::JumpNoInterrupt, with_error, NO_LOCATION);
        self.use_label(except);
        self.op(Opcode::Nop, NO_LOCATION); // Takes the location of what comes before.
        self.op_jump(Opcode::JumpNoInterrupt, with_error, NO_LOCATION);
        self.use_label(no_match);
        self.op(Opcode::PopTop, location);
        self.use_label(with_error);
        Ok(())
    }

    /// Restores the exception handled before and raises the current one again.
    pub(super) fn pop_except_and_reraise(&mut self, location: Location) {
        self.op_arg(Opcode::Copy, 3, location);
        self.op(Opcode::PopExcept, location);
        self.op_arg(Opcode::Reraise, 1, location);
    }
}
