//! Classes.

use super::Compiler;
use super::function::first_line;
use super::unit::{ArgCounts, ScopeType};
use crate::error::Result;
use crate::instruction_sequence::NO_LOCATION;
use crate::symtable::ScopeKey;
use std::rc::Rc;
use taipan_asdl::{ExprContext, Location, Name, Stmt, StmtKind, TypeParam};
use taipan_code::Const;
use taipan_opcode::{Intrinsic1, Opcode};

impl<'a> Compiler<'a, '_> {
    pub(super) fn class_def(&mut self, s: &'a Stmt<'a>) -> Result {
        let StmtKind::ClassDef { name, bases, keywords, body, decorator_list, type_params } = s.kind else {
            return Ok(());
        };
        let location = s.location;
        self.exprs(decorator_list)?;
        let firstlineno = first_line(s, decorator_list);
        if type_params.is_empty() {
            self.class_body(s, name, body, type_params, firstlineno)?;
            self.call_with(location, 2, bases, None, keywords)?;
        } else {
            // Made by a function that is called at once.
            let scope_name = self.generic_scope_name(name);
            let key = ScopeKey::of(type_params);
            let counts = ArgCounts::default();
            self.enter_scope(scope_name, ScopeType::Annotations, key, firstlineno, Some(name), counts)?;
            self.type_params(type_params)?;
            let (params, base) = (self.known.dot_type_params, self.known.dot_generic_base);
            self.name_op(location, params, ExprContext::Store)?;
            self.class_body(s, name, body, type_params, firstlineno)?;
            self.name_op(location, params, ExprContext::Load)?;
            self.op_arg(Opcode::CallIntrinsic1, Intrinsic1::SubscriptGeneric as usize, location);
            self.name_op(location, base, ExprContext::Store)?;
            self.call_with(location, 2, bases, Some(base), keywords)?;
            let finished = self.exit_scope(false)?;
            self.make_closure(location, finished, 0)?;
            self.op(Opcode::PushNull, location);
            self.op_arg(Opcode::Call, 0, location);
        }
        self.apply_decorators(decorator_list);
        self.name_op(location, name, ExprContext::Store)
    }

    /// Generates the class's code object, and the start of the call of `__build_class__`.
    fn class_body(
        &mut self,
        s: &'a Stmt<'a>,
        name: Name,
        body: &'a [&'a Stmt<'a>],
        type_params: &'a [&'a TypeParam<'a>],
        firstlineno: i32,
    ) -> Result {
        let counts = ArgCounts::default();
        self.enter_scope(name, ScopeType::Class, ScopeKey::of(s), firstlineno, Some(name), counts)?;
        let location =
            Location { lineno: firstlineno, col_offset: 0, end_lineno: firstlineno, end_col_offset: 0 };
        self.class_prologue(location, !type_params.is_empty())?;
        self.body(location, body)?;
        self.class_epilogue()?;
        let finished = self.exit_scope(true)?;
        // The class's own line, not a decorator's.
        let location = s.location;
        self.op(Opcode::LoadBuildClass, location);
        self.op(Opcode::PushNull, location);
        self.make_closure(location, finished, 0)?;
        self.load_name_const(name, location);
        Ok(())
    }

    /// `__module__`, `__qualname__` and what else stands before the body.
    fn class_prologue(&mut self, location: Location, is_generic: bool) -> Result {
        let known = self.known;
        self.name_op(location, known.name, ExprContext::Load)?;
        self.name_op(location, known.module, ExprContext::Store)?;
        let qualname = Rc::clone(&self.unit.metadata.qualname);
        self.load_const(Const::Str(qualname), location);
        self.name_op(location, known.qualname, ExprContext::Store)?;
        self.load_const(Const::from(i64::from(self.unit.metadata.firstlineno)), location);
        self.name_op(location, known.firstlineno, ExprContext::Store)?;
        if is_generic {
            self.name_op(location, known.dot_type_params, ExprContext::Load)?;
            self.name_op(location, known.type_params, ExprContext::Store)?;
        }
        if self.scope().needs_classdict {
            self.op(Opcode::LoadLocals, location);
            self.cell_op(Opcode::StoreDeref, known.classdict, location);
        }
        if self.scope().has_conditional_annotations {
            self.op_arg(Opcode::BuildSet, 0, location);
            self.cell_op(Opcode::StoreDeref, known.conditional_annotations, location);
        }
        Ok(())
    }

    /// `__static_attributes__` and the cells that `__build_class__` fills.
    fn class_epilogue(&mut self) -> Result {
        let known = self.known;
        let mut attributes = std::mem::take(&mut self.unit.static_attributes);
        attributes.sort_unstable_by(|&a, &b| self.names.text(a).cmp(self.names.text(b)));
        attributes.dedup();
        let attributes = attributes.iter().map(|&name| Const::Str(self.names.shared(name).clone())).collect();
        self.load_const(Const::Tuple(attributes), NO_LOCATION);
        self.name_op(NO_LOCATION, known.static_attributes, ExprContext::Store)?;
        if self.scope().needs_classdict {
            self.cell_op(Opcode::LoadClosure, known.classdict, NO_LOCATION);
            self.name_op(NO_LOCATION, known.classdictcell, ExprContext::Store)?;
        }
        if self.scope().needs_class_closure {
            self.cell_op(Opcode::LoadClosure, known.class, NO_LOCATION);
            self.op_arg(Opcode::Copy, 1, NO_LOCATION);
            self.name_op(NO_LOCATION, known.classcell, ExprContext::Store)?;
        } else {
            self.load_none(NO_LOCATION);
        }
        self.op(Opcode::ReturnValue, NO_LOCATION);
        Ok(())
    }
}
