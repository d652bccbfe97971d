//! Functions and lambdas.

use super::Compiler;
use super::docstring;
use super::frame_block::{BlockKind, FrameBlock};
use super::unit::{ArgCounts, ScopeType, function_flags};
use crate::error::Result;
use crate::instruction_sequence::NO_LOCATION;
use crate::symtable::ScopeKey;
use taipan_asdl::{Arguments, Expr, ExprContext, Location, Name, Stmt, StmtKind, TypeParam};
use taipan_opcode::{Intrinsic2, Opcode};
use taipan_text::Text;

/// The parts of a function definition.
#[derive(Clone, Copy)]
struct Parts<'a> {
    name: Name,
    args: &'a Arguments<'a>,
    body: &'a [&'a Stmt<'a>],
    decorators: &'a [&'a Expr<'a>],
    returns: Option<&'a Expr<'a>>,
    type_params: &'a [&'a TypeParam<'a>],
    is_async: bool,
}

const fn parts<'a>(s: &Stmt<'a>) -> Option<Parts<'a>> {
    match s.kind {
        StmtKind::FunctionDef { name, args, body, decorator_list, returns, type_params, .. } => Some(Parts {
            name,
            args,
            body,
            decorators: decorator_list,
            returns,
            type_params,
            is_async: false,
        }),
        StmtKind::AsyncFunctionDef { name, args, body, decorator_list, returns, type_params, .. } => {
            Some(Parts { name, args, body, decorators: decorator_list, returns, type_params, is_async: true })
        }
        _ => None,
    }
}

const fn arg_counts(args: &Arguments<'_>) -> ArgCounts {
    ArgCounts {
        args: args.args.len(),
        posonlyargs: args.posonlyargs.len(),
        kwonlyargs: args.kwonlyargs.len(),
    }
}

/// The line of the first decorator, or of the definition.
pub(super) fn first_line(s: &Stmt<'_>, decorators: &[&Expr<'_>]) -> i32 {
    decorators.first().map_or(s.location.lineno, |first| first.location.lineno)
}

impl<'a> Compiler<'a, '_> {
    pub(super) fn function_def(&mut self, s: &'a Stmt<'a>) -> Result {
        let Some(parts) = parts(s) else { return Ok(()) };
        let location = s.location;
        self.exprs(parts.decorators)?;
        let firstlineno = first_line(s, parts.decorators);
        let mut flags = self.default_arguments(location, parts.args)?;
        if parts.type_params.is_empty() {
            flags |= self.function_annotations(location, parts.args, parts.returns)?;
            self.function_body(s, &parts, flags, firstlineno)?;
        } else {
            self.generic_function(s, &parts, flags, firstlineno)?;
        }
        self.apply_decorators(parts.decorators);
        self.name_op(location, parts.name, ExprContext::Store)
    }

    /// A function with type parameters: made by a function that takes the defaults as arguments
    /// and is called at once.
    fn generic_function(
        &mut self,
        s: &'a Stmt<'a>,
        parts: &Parts<'a>,
        mut flags: usize,
        firstlineno: i32,
    ) -> Result {
        let location = s.location;
        let defaults = [function_flags::DEFAULTS, function_flags::KWDEFAULTS];
        let count = defaults.iter().filter(|&&flag| flags & flag != 0).count();
        if count == 2 {
            self.op_arg(Opcode::Swap, 2, location);
        }
        let name = self.generic_scope_name(parts.name);
        let key = ScopeKey::of(parts.type_params);
        let counts = ArgCounts { args: count, ..ArgCounts::default() };
        self.enter_scope(name, ScopeType::Annotations, key, firstlineno, None, counts)?;
        self.type_params(parts.type_params)?;
        for i in 0..count {
            self.op_arg(Opcode::LoadFast, i, location);
        }
        flags |= self.function_annotations(location, parts.args, parts.returns)?;
        self.function_body(s, parts, flags, firstlineno)?;
        self.op_arg(Opcode::Swap, 2, location);
        self.op_arg(Opcode::CallIntrinsic2, Intrinsic2::SetFunctionTypeParams as usize, location);
        let finished = self.exit_scope(false)?;
        self.make_closure(location, finished, 0)?;
        if count > 0 {
            self.op_arg(Opcode::Swap, count + 1, location);
            self.op_arg(Opcode::Call, count - 1, location);
        } else {
            self.op(Opcode::PushNull, location);
            self.op_arg(Opcode::Call, 0, location);
        }
        Ok(())
    }

    fn function_body(
        &mut self,
        s: &'a Stmt<'a>,
        parts: &Parts<'a>,
        flags: usize,
        firstlineno: i32,
    ) -> Result {
        let scope_type = if parts.is_async { ScopeType::AsyncFunction } else { ScopeType::Function };
        self.enter_scope(parts.name, scope_type, ScopeKey::of(s), firstlineno, None, arg_counts(parts.args))?;
        let mut body = parts.body;
        if self.scope().has_docstring
            && let Some(doc) = crate::future::docstring(body)
        {
            // The first constant; no instruction loads it.
            let cleaned = docstring::clean(doc)?;
            self.unit.metadata.consts.add_str(Text::from_bytes(&cleaned));
            body = &body[1..];
        }
        let start = self.new_label();
        self.use_label(start);
        let suspends = self.scope().coroutine || self.scope().generator;
        if suspends {
            self.push_block(FrameBlock::new(BlockKind::StopIteration, start, NO_LOCATION))?;
        }
        self.statements(body)?;
        if suspends {
            self.wrap_in_stop_iteration_handler();
            self.pop_block(BlockKind::StopIteration);
        }
        let finished = self.exit_scope(true)?;
        self.make_closure(s.location, finished, flags)
    }

    pub(super) fn lambda(&mut self, e: &'a Expr<'a>, args: &'a Arguments<'a>, body: &'a Expr<'a>) -> Result {
        let flags = self.default_arguments(e.location, args)?;
        let name = self.known.anonymous_lambda;
        let lineno = e.location.lineno;
        self.enter_scope(name, ScopeType::Lambda, ScopeKey::of(e), lineno, None, arg_counts(args))?;
        self.expr(body)?;
        let is_generator = self.scope().generator;
        if !is_generator {
            self.op(Opcode::ReturnValue, body.location);
        }
        let finished = self.exit_scope(!is_generator)?;
        self.make_closure(e.location, finished, flags)
    }

    pub(super) fn apply_decorators(&mut self, decorators: &[&Expr<'_>]) {
        for decorator in decorators.iter().rev() {
            self.op_arg(Opcode::Call, 0, decorator.location);
        }
    }

    /// Pushes the default values; answers with the flags that say which there are.
    fn default_arguments(&mut self, location: Location, args: &'a Arguments<'a>) -> Result<usize> {
        let mut flags = 0;
        if !args.defaults.is_empty() {
            self.exprs(args.defaults)?;
            self.op_arg(Opcode::BuildTuple, args.defaults.len(), location);
            flags |= function_flags::DEFAULTS;
        }
        let mut count = 0;
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults) {
            let Some(default) = default else { continue };
            count += 1;
            let name = self.maybe_mangle(arg.arg);
            self.load_name_const(name, location);
            self.expr(default)?;
        }
        if count > 0 {
            self.op_arg(Opcode::BuildMap, count, location);
            flags |= function_flags::KWDEFAULTS;
        }
        Ok(flags)
    }
}
