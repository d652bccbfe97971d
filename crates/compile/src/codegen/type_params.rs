//! Type parameters and the `type` statement.

use super::Compiler;
use super::unit::{ArgCounts, ScopeType, function_flags};
use crate::error::{Result, syntax_error, system_error};
use crate::symtable::ScopeKey;
use taipan_asdl::{Expr, ExprContext, ExprKind, Location, Name, Stmt, StmtKind, TypeParam, TypeParamKind};
use taipan_code::Const;
use taipan_opcode::{Intrinsic1, Intrinsic2, Opcode};
use taipan_text::TextBuf;

impl<'a> Compiler<'a, '_> {
    /// The name of the scope of type parameters.
    pub(super) fn generic_scope_name(&mut self, name: Name) -> Name {
        let mut text = TextBuf::from("<generic parameters of ");
        text.push_text(self.names.text(name));
        text.push_str(">");
        self.names.intern(&text)
    }

    /// Binds the type parameters and leaves a tuple of them.
    pub(super) fn type_params(&mut self, params: &'a [&'a TypeParam<'a>]) -> Result {
        let mut seen_default = false;
        for param in params {
            let location = param.location;
            let key = ScopeKey::of(*param);
            let (name, default, default_key, allow_starred) = match param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    self.load_name_const(name, location);
                    match bound {
                        Some(bound) => {
                            self.bound_or_default(bound, name, key, false)?;
                            let intrinsic = match bound.kind {
                                ExprKind::Tuple { .. } => Intrinsic2::TypeVarWithConstraints,
                                _ => Intrinsic2::TypeVarWithBound,
                            };
                            self.op_arg(Opcode::CallIntrinsic2, intrinsic as usize, location);
                        }
                        None => self.op_arg(Opcode::CallIntrinsic1, Intrinsic1::TypeVar as usize, location),
                    }
                    (name, default_value, key.second(), false)
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    self.load_name_const(name, location);
                    self.op_arg(Opcode::CallIntrinsic1, Intrinsic1::TypeVarTuple as usize, location);
                    (name, default_value, key, true)
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    self.load_name_const(name, location);
                    self.op_arg(Opcode::CallIntrinsic1, Intrinsic1::ParamSpec as usize, location);
                    (name, default_value, key, false)
                }
            };
            if let Some(default) = default {
                seen_default = true;
                self.bound_or_default(default, name, default_key, allow_starred)?;
                self.op_arg(Opcode::CallIntrinsic2, Intrinsic2::SetTypeParamDefault as usize, location);
            } else if seen_default {
                let mut message = TextBuf::from("non-default type parameter '");
                message.push_text(self.names.text(name));
                message.push_str("' follows default type parameter");
                return Err(syntax_error(location, message));
            }
            self.op_arg(Opcode::Copy, 1, location);
            self.name_op(location, name, ExprContext::Store)?;
        }
        let location = params.first().map_or(Location::default(), |first| first.location);
        self.op_arg(Opcode::BuildTuple, params.len(), location);
        Ok(())
    }

    /// A function that evaluates a bound or a default when asked.
    fn bound_or_default(
        &mut self,
        e: &'a Expr<'a>,
        name: Name,
        key: ScopeKey,
        allow_starred: bool,
    ) -> Result {
        self.lazy_default(e.location);
        self.enter_annotations_scope(e.location, key, name)?;
        match e.kind {
            ExprKind::Starred { value, .. } if allow_starred => {
                self.expr(value)?;
                self.op_arg(Opcode::UnpackSequence, 1, e.location);
            }
            _ => self.expr(e)?,
        }
        self.op(Opcode::ReturnValue, e.location);
        let finished = self.exit_scope(true)?;
        self.make_closure(e.location, finished, function_flags::DEFAULTS)
    }

    /// The default of the parameter of lazily evaluated scopes: the format VALUE.
    fn lazy_default(&mut self, location: Location) {
        self.load_const(Const::Tuple(vec![Const::from(1)].into()), location);
    }

    pub(super) fn type_alias(&mut self, s: &'a Stmt<'a>) -> Result {
        let StmtKind::TypeAlias { name, type_params, value } = s.kind else { return Ok(()) };
        let ExprKind::Name { id, .. } = name.kind else {
            return Err(system_error("a type alias needs a name"));
        };
        let location = s.location;
        if type_params.is_empty() {
            self.load_name_const(id, location);
            self.load_none(location);
            self.type_alias_body(s, id, value)?;
        } else {
            let scope_name = self.generic_scope_name(id);
            let key = ScopeKey::of(type_params);
            let counts = ArgCounts::default();
            self.enter_scope(scope_name, ScopeType::Annotations, key, location.lineno, None, counts)?;
            self.load_name_const(id, location);
            self.type_params(type_params)?;
            self.type_alias_body(s, id, value)?;
            let finished = self.exit_scope(false)?;
            self.make_closure(location, finished, 0)?;
            self.op(Opcode::PushNull, location);
            self.op_arg(Opcode::Call, 0, location);
        }
        self.name_op(location, id, ExprContext::Store)
    }

    fn type_alias_body(&mut self, s: &'a Stmt<'a>, name: Name, value: &'a Expr<'a>) -> Result {
        let location = s.location;
        self.lazy_default(location);
        self.enter_annotations_scope(location, ScopeKey::of(s), name)?;
        self.expr(value)?;
        self.op(Opcode::ReturnValue, location);
        let finished = self.exit_scope(false)?;
        self.make_closure(location, finished, function_flags::DEFAULTS)?;
        self.op_arg(Opcode::BuildTuple, 3, location);
        self.op_arg(Opcode::CallIntrinsic1, Intrinsic1::TypeAlias as usize, location);
        Ok(())
    }
}
