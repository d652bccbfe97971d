//! Calls.

use super::Compiler;
use super::collections::{STACK_USE_GUIDELINE, TUPLE, is_starred};
use super::expr::infer_type;
use crate::error::{Result, syntax_error};
use crate::instruction_sequence::{Label, NO_LOCATION};
use crate::symtable::flags::DEF_IMPORT;
use crate::symtable::{ScopeKey, SymbolTable};
use rustc_hash::FxHashSet;
use taipan_asdl::{CmpOp, Expr, ExprContext, ExprKind, Keyword, Location, Name};
use taipan_code::Const;
use taipan_opcode::{CommonConstant, Intrinsic1, Opcode};
use taipan_text::TextBuf;

type Args<'a> = &'a [&'a Expr<'a>];
type Keywords<'a> = &'a [&'a Keyword<'a>];

impl<'a> Compiler<'a, '_> {
    pub(super) fn call(
        &mut self,
        e: &'a Expr<'a>,
        func: &'a Expr<'a>,
        args: Args<'a>,
        keywords: Keywords<'a>,
    ) -> Result {
        self.check_keywords_differ(keywords)?;
        if self.method_call(e, func, args, keywords)? {
            return Ok(());
        }
        let end = self.new_label();
        self.check_called(func)?;
        self.expr(func)?;
        self.builtin_over_generator(func, args, keywords, end)?;
        self.op(Opcode::PushNull, func.location);
        self.call_with(e.location, 0, args, None, keywords)?;
        self.use_label(end);
        Ok(())
    }

    /// Warns of calling what cannot be called.
    fn check_called(&mut self, e: &Expr<'_>) -> Result {
        if matches!(e.kind, ExprKind::Lambda { .. }) {
            return Ok(());
        }
        match infer_type(e) {
            Some(name) => {
                let message = format!("'{name}' object is not callable; perhaps you missed a comma?");
                self.warn(e.location, &message)
            }
            None => Ok(()),
        }
    }

    fn check_keywords_differ(&mut self, keywords: Keywords<'a>) -> Result {
        if keywords.len() < 2 {
            return Ok(());
        }
        // CPython reports the first name that comes again, at its next occurrence.
        let mut seen = FxHashSet::default();
        if keywords.iter().filter_map(|keyword| keyword.arg).all(|name| seen.insert(name)) {
            return Ok(());
        }
        for (i, keyword) in keywords.iter().enumerate() {
            let Some(name) = keyword.arg else { continue };
            if let Some(other) = keywords[i + 1..].iter().find(|other| other.arg == Some(name)) {
                let mut message = TextBuf::from("keyword argument repeated: ");
                message.push_text(self.names.text(name));
                return Err(syntax_error(other.location, message));
            }
        }
        Ok(())
    }

    /// `object.method(...)` without stars: looked up and called without making a bound method.
    fn method_call(
        &mut self,
        e: &'a Expr<'a>,
        func: &'a Expr<'a>,
        args: Args<'a>,
        keywords: Keywords<'a>,
    ) -> Result<bool> {
        let ExprKind::Attribute { value, attr, ctx: ExprContext::Load } = func.kind else { return Ok(false) };
        // What is imported is probably a module.
        if let ExprKind::Name { id, .. } = value.kind
            && self.table.symbol(SymbolTable::TOP, id) & DEF_IMPORT != 0
        {
            return Ok(false);
        }
        let needed = args.len() + keywords.len() + usize::from(!keywords.is_empty());
        if needed >= STACK_USE_GUIDELINE
            || args.iter().any(|arg| is_starred(arg))
            || keywords.iter().any(|keyword| keyword.arg.is_none())
        {
            return Ok(false);
        }
        let mut location = func.location;
        if self.load_super_method(func, value, attr)? {
            location = self.location_of_attribute(location, func, attr);
            self.op(Opcode::Nop, location);
        } else {
            self.expr(value)?;
            location = self.location_of_attribute(location, func, attr);
            self.load_method(attr, location);
        }
        self.exprs(args)?;
        if keywords.is_empty() {
            let location = self.location_of_attribute(e.location, func, attr);
            self.op_arg(Opcode::Call, args.len(), location);
        } else {
            self.keyword_values(keywords)?;
            self.keyword_names(location, keywords);
            let location = self.location_of_attribute(e.location, func, attr);
            self.op_arg(Opcode::CallKw, args.len() + keywords.len(), location);
        }
        Ok(true)
    }

    fn keyword_values(&mut self, keywords: Keywords<'a>) -> Result {
        keywords.iter().try_for_each(|keyword| self.expr(keyword.value))
    }

    fn keyword_names(&mut self, location: Location, keywords: Keywords<'a>) {
        let names = keywords.iter().filter_map(|keyword| keyword.arg);
        let names = names.map(|name| Const::Str(self.names.shared(name).clone())).collect();
        self.load_const(Const::Tuple(names), location);
    }

    /// `all`, `any` and `tuple` of a generator expression: if the name is still the built-in, the
    /// loop runs right here.
    fn builtin_over_generator(
        &mut self,
        func: &Expr<'_>,
        args: Args<'a>,
        keywords: Keywords<'a>,
        end: Label,
    ) -> Result {
        let (ExprKind::Name { id, .. }, [arg], []) = (func.kind, args, keywords) else { return Ok(()) };
        if !matches!(arg.kind, ExprKind::GeneratorExp { .. }) {
            return Ok(());
        }
        // What an asynchronous generator yields cannot be had by a simple loop.
        let is_async = |scope| self.table.scope(scope).coroutine;
        if self.table.lookup(ScopeKey::of(*arg)).is_none_or(is_async) {
            return Ok(());
        }
        let location = func.location;
        let skip = self.new_label();
        // The common constant; for `all` and `any` the result of an exhausted loop.
        let (constant, exhausted) = if id == self.known.all {
            (CommonConstant::BuiltinAll, Some(true))
        } else if id == self.known.any {
            (CommonConstant::BuiltinAny, Some(false))
        } else if id == self.known.tuple {
            (CommonConstant::BuiltinTuple, None)
        } else {
            self.use_label(skip);
            return Ok(());
        };
        self.op_arg(Opcode::Copy, 1, location);
        self.op_arg(Opcode::LoadCommonConstant, constant as usize, location);
        self.compare_op(CmpOp::Is, location);
        self.op_jump(Opcode::PopJumpIfFalse, skip, location);
        self.op(Opcode::PopTop, location);
        if exhausted.is_none() {
            self.op_arg(Opcode::BuildList, 0, location);
        }
        self.expr(arg)?;
        let start = self.new_label();
        let cleanup = self.new_label();
        self.use_label(start);
        self.op_jump(Opcode::ForIter, cleanup, location);
        match exhausted {
            None => {
                self.op_arg(Opcode::ListAppend, 2, location);
                self.op_jump(Opcode::Jump, start, location);
            }
            Some(exhausted) => {
                self.op(Opcode::ToBool, location);
                let opcode = if exhausted { Opcode::PopJumpIfTrue } else { Opcode::PopJumpIfFalse };
                self.op_jump(opcode, start, location);
            }
        }
        self.op(Opcode::PopIter, NO_LOCATION);
        if let Some(exhausted) = exhausted {
            self.load_const(Const::Bool(!exhausted), location);
        }
        self.op_jump(Opcode::Jump, end, location);
        self.use_label(cleanup);
        self.op(Opcode::EndFor, NO_LOCATION);
        self.op(Opcode::PopIter, NO_LOCATION);
        match exhausted {
            None => self.op_arg(Opcode::CallIntrinsic1, Intrinsic1::ListToTuple as usize, location),
            Some(exhausted) => self.load_const(Const::Bool(exhausted), location),
        }
        self.op_jump(Opcode::Jump, end, location);
        self.use_label(skip);
        Ok(())
    }

    /// Arguments and the call itself. `pushed` arguments are on the stack already; the variable
    /// `injected` is one more positional argument.
    pub(super) fn call_with(
        &mut self,
        location: Location,
        pushed: usize,
        args: Args<'a>,
        injected: Option<Name>,
        keywords: Keywords<'a>,
    ) -> Result {
        self.check_keywords_differ(keywords)?;
        let unpacks = args.len() + keywords.len() * 2 > STACK_USE_GUIDELINE
            || args.iter().any(|arg| is_starred(arg))
            || keywords.iter().any(|keyword| keyword.arg.is_none());
        if unpacks {
            return self.call_function_ex(location, pushed, args, injected, keywords);
        }
        self.exprs(args)?;
        let mut count = pushed + args.len();
        if let Some(name) = injected {
            self.name_op(location, name, ExprContext::Load)?;
            count += 1;
        }
        if keywords.is_empty() {
            self.op_arg(Opcode::Call, count, location);
        } else {
            self.keyword_values(keywords)?;
            self.keyword_names(location, keywords);
            self.op_arg(Opcode::CallKw, count + keywords.len(), location);
        }
        Ok(())
    }

    fn call_function_ex(
        &mut self,
        location: Location,
        pushed: usize,
        args: Args<'a>,
        injected: Option<Name>,
        keywords: Keywords<'a>,
    ) -> Result {
        match args {
            [arg] if pushed == 0 && is_starred(arg) => {
                if let ExprKind::Starred { value, .. } = arg.kind {
                    self.expr(value)?;
                }
            }
            _ => self.display(location, args, injected, pushed, TUPLE)?,
        }
        if keywords.is_empty() {
            self.op(Opcode::PushNull, location);
        } else {
            let mut have_dict = false;
            let mut waiting = 0;
            for (i, keyword) in keywords.iter().enumerate() {
                if keyword.arg.is_some() {
                    waiting += 1;
                    continue;
                }
                if waiting > 0 {
                    self.keyword_dict(location, &keywords[i - waiting..i], &mut have_dict)?;
                    waiting = 0;
                }
                if !have_dict {
                    self.op_arg(Opcode::BuildMap, 0, location);
                    have_dict = true;
                }
                self.expr(keyword.value)?;
                self.op_arg(Opcode::DictMerge, 1, location);
            }
            if waiting > 0 {
                self.keyword_dict(location, &keywords[keywords.len() - waiting..], &mut have_dict)?;
            }
        }
        self.op(Opcode::CallFunctionEx, location);
        Ok(())
    }

    /// Named arguments as a dict, merged into the one before.
    fn keyword_dict(&mut self, location: Location, keywords: Keywords<'a>, have_dict: &mut bool) -> Result {
        let big = keywords.len() * 2 > STACK_USE_GUIDELINE;
        if big {
            self.op_arg(Opcode::BuildMap, 0, NO_LOCATION);
        }
        for keyword in keywords {
            if let Some(name) = keyword.arg {
                self.load_name_const(name, location);
            }
            self.expr(keyword.value)?;
            if big {
                self.op_arg(Opcode::MapAdd, 1, NO_LOCATION);
            }
        }
        if !big {
            self.op_arg(Opcode::BuildMap, keywords.len(), location);
        }
        if *have_dict {
            self.op_arg(Opcode::DictMerge, 1, location);
        }
        *have_dict = true;
        Ok(())
    }
}
