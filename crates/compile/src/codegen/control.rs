//! Conditions and loops, `return`, `break` and `continue`.

use super::Compiler;
use super::frame_block::{BlockKind, FrameBlock, Top, Until};
use crate::error::{Result, syntax_error};
use crate::instruction_sequence::{Label, NO_LOCATION};
use taipan_asdl::{BoolOp, Expr, ExprKind, Location, Stmt, UnaryOp};
use taipan_opcode::Opcode;

type Body<'a> = &'a [&'a Stmt<'a>];

impl<'a> Compiler<'a, '_> {
    /// Jumps to `target` if the truth of `e` is `condition`.
    pub(super) fn jump_if(
        &mut self,
        location: Location,
        e: &'a Expr<'a>,
        target: Label,
        condition: bool,
    ) -> Result {
        self.limit.check()?;
        match e.kind {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => {
                return self.jump_if(location, operand, target, !condition);
            }
            ExprKind::BoolOp { op, values } => {
                let decisive = op == BoolOp::Or;
                // Where an operand that decides the whole goes.
                let decided = if decisive == condition { target } else { self.new_label() };
                if let Some((last, rest)) = values.split_last() {
                    for value in rest {
                        self.jump_if(location, value, decided, decisive)?;
                    }
                    self.jump_if(location, last, target, condition)?;
                }
                if decided != target {
                    self.use_label(decided);
                }
                return Ok(());
            }
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_label();
                let otherwise = self.new_label();
                self.jump_if(location, test, otherwise, false)?;
                self.jump_if(location, body, target, condition)?;
                self.op_jump(Opcode::JumpNoInterrupt, end, NO_LOCATION);
                self.use_label(otherwise);
                self.jump_if(location, orelse, target, condition)?;
                self.use_label(end);
                return Ok(());
            }
            ExprKind::Compare { left, ops, comparators } if ops.len() > 1 => {
                return self.jump_if_chain(e, left, ops, comparators, target, condition);
            }
            _ => {}
        }
        self.expr(e)?;
        self.op(Opcode::ToBool, e.location);
        self.op_jump(jump_opcode(condition), target, e.location);
        Ok(())
    }

    fn jump_if_chain(
        &mut self,
        e: &'a Expr<'a>,
        left: &'a Expr<'a>,
        ops: &[taipan_asdl::CmpOp],
        comparators: &'a [&'a Expr<'a>],
        target: Label,
        condition: bool,
    ) -> Result {
        let location = e.location;
        self.check_compare(location, left, ops, comparators)?;
        let cleanup = self.new_label();
        self.expr(left)?;
        let last = ops.len() - 1;
        for (&op, comparator) in ops[..last].iter().zip(comparators) {
            self.expr(comparator)?;
            self.op_arg(Opcode::Swap, 2, location);
            self.op_arg(Opcode::Copy, 2, location);
            self.compare_op(op, location);
            self.op(Opcode::ToBool, location);
            self.op_jump(Opcode::PopJumpIfFalse, cleanup, location);
        }
        self.expr(comparators[last])?;
        self.compare_op(ops[last], location);
        self.op(Opcode::ToBool, location);
        self.op_jump(jump_opcode(condition), target, location);
        let end = self.new_label();
        self.op_jump(Opcode::JumpNoInterrupt, end, NO_LOCATION);
        self.use_label(cleanup);
        self.op(Opcode::PopTop, location);
        if !condition {
            self.op_jump(Opcode::JumpNoInterrupt, target, NO_LOCATION);
        }
        self.use_label(end);
        Ok(())
    }

    pub(super) fn if_(
        &mut self,
        location: Location,
        test: &'a Expr<'a>,
        body: Body<'a>,
        orelse: Body<'a>,
    ) -> Result {
        let end = self.new_label();
        if orelse.is_empty() {
            self.jump_if(location, test, end, false)?;
            self.statements(body)?;
        } else {
            let otherwise = self.new_label();
            self.jump_if(location, test, otherwise, false)?;
            self.statements(body)?;
            self.op_jump(Opcode::JumpNoInterrupt, end, NO_LOCATION);
            self.use_label(otherwise);
            self.statements(orelse)?;
        }
        self.use_label(end);
        Ok(())
    }

    pub(super) fn for_(
        &mut self,
        location: Location,
        target: &'a Expr<'a>,
        iter: &'a Expr<'a>,
        body: Body<'a>,
        orelse: Body<'a>,
    ) -> Result {
        let start = self.new_label();
        let body_label = self.new_label();
        let cleanup = self.new_label();
        let end = self.new_label();
        self.push_block(FrameBlock { exit: end, ..FrameBlock::new(BlockKind::ForLoop, start, location) })?;
        self.expr(iter)?;
        self.op(Opcode::GetIter, iter.location);
        self.use_label(start);
        self.op_jump(Opcode::ForIter, cleanup, iter.location);
        // Traces the line of a target that stands elsewhere; goes if it tells nothing new.
        self.op(Opcode::Nop, target.location);
        self.use_label(body_label);
        self.expr(target)?;
        self.statements(body)?;
        self.op_jump(Opcode::Jump, start, NO_LOCATION);
        self.use_label(cleanup);
        // Instrumentation relies on END_FOR being first: generators end here, others behind it.
        self.op(Opcode::EndFor, NO_LOCATION);
        self.op(Opcode::PopIter, NO_LOCATION);
        self.pop_block(BlockKind::ForLoop);
        self.statements(orelse)?;
        self.use_label(end);
        Ok(())
    }

    pub(super) fn async_for(
        &mut self,
        location: Location,
        target: &'a Expr<'a>,
        iter: &'a Expr<'a>,
        body: Body<'a>,
        orelse: Body<'a>,
    ) -> Result {
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        self.expr(iter)?;
        self.op(Opcode::GetAiter, iter.location);
        self.use_label(start);
        self.push_block(FrameBlock { exit: end, ..FrameBlock::new(BlockKind::ForLoop, start, location) })?;
        // Guards the call of `__anext__`.
        self.op_jump(Opcode::SetupFinally, except, location);
        self.op(Opcode::GetAnext, location);
        self.load_none(location);
        self.use_label(send);
        self.yield_from(location, true);
        self.op(Opcode::PopBlock, location);
        self.op(Opcode::NotTaken, location);
        self.expr(target)?;
        self.statements(body)?;
        self.op_jump(Opcode::Jump, start, NO_LOCATION);
        self.pop_block(BlockKind::ForLoop);
        self.use_label(except);
        self.op_jump(Opcode::EndAsyncFor, send, iter.location);
        self.statements(orelse)?;
        self.use_label(end);
        Ok(())
    }

    pub(super) fn while_(
        &mut self,
        location: Location,
        test: &'a Expr<'a>,
        body: Body<'a>,
        orelse: Body<'a>,
    ) -> Result {
        let start = self.new_label();
        let end = self.new_label();
        let anchor = self.new_label();
        self.use_label(start);
        self.push_block(FrameBlock { exit: end, ..FrameBlock::new(BlockKind::WhileLoop, start, location) })?;
        self.jump_if(location, test, anchor, false)?;
        self.statements(body)?;
        self.op_jump(Opcode::Jump, start, NO_LOCATION);
        self.pop_block(BlockKind::WhileLoop);
        self.use_label(anchor);
        self.statements(orelse)?;
        self.use_label(end);
        Ok(())
    }

    pub(super) fn return_(&mut self, statement: Location, value: Option<&'a Expr<'a>>) -> Result {
        let scope = self.scope();
        if !scope.is_function_like() {
            return Err(syntax_error(statement, "'return' outside function"));
        }
        if value.is_some() && scope.coroutine && scope.generator {
            return Err(syntax_error(statement, "'return' with value in async generator"));
        }
        let mut location = statement;
        // A constant is loaded after the blocks are left, anything else before.
        let mut constant = None;
        let mut top = Top::None;
        if let Some(value) = value {
            if let ExprKind::Constant { value: c, .. } = value.kind {
                constant = Some(c);
                location = value.location;
                self.op(Opcode::Nop, location);
            } else {
                self.expr(value)?;
                top = Top::Keep;
            }
        }
        if value.is_none_or(|value| value.location.lineno != statement.lineno) {
            location = statement;
            self.op(Opcode::Nop, location);
        }
        self.unwind_blocks(&mut location, top, Until::Function)?;
        match (value, constant) {
            (None, _) => self.load_none(location),
            (_, Some(constant)) => self.load_constant(constant, location)?,
            _ => {}
        }
        self.op(Opcode::ReturnValue, location);
        Ok(())
    }

    pub(super) fn break_(&mut self, statement: Location) -> Result {
        let mut location = statement;
        self.op(Opcode::Nop, location);
        let Some(block) = self.unwind_blocks(&mut location, Top::None, Until::Loop)? else {
            return Err(syntax_error(statement, "'break' outside loop"));
        };
        self.unwind_block(&mut location, &block, Top::None)?;
        self.op_jump(Opcode::Jump, block.exit, location);
        Ok(())
    }

    pub(super) fn continue_(&mut self, statement: Location) -> Result {
        let mut location = statement;
        self.op(Opcode::Nop, location);
        let Some(block) = self.unwind_blocks(&mut location, Top::None, Until::Loop)? else {
            return Err(syntax_error(statement, "'continue' not properly in loop"));
        };
        self.op_jump(Opcode::Jump, block.start, location);
        Ok(())
    }
}

const fn jump_opcode(condition: bool) -> Opcode {
    if condition { Opcode::PopJumpIfTrue } else { Opcode::PopJumpIfFalse }
}
