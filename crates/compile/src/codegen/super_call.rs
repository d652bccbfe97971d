//! `super().attr` and `super(C, self).attr` without making a `super` object.

use super::Compiler;
use super::collections::is_starred;
use crate::error::Result;
use crate::symtable::{NameScope, SymbolTable};
use taipan_asdl::{Expr, ExprContext, ExprKind, Location, Name};
use taipan_opcode::Opcode;

impl<'a> Compiler<'a, '_> {
    /// Loads `attr` of a `super` call; answers whether it was one.
    pub(super) fn load_super_attribute(
        &mut self,
        e: &Expr<'_>,
        value: &'a Expr<'a>,
        attr: Name,
    ) -> Result<bool> {
        if !self.can_optimize_super(value, attr) {
            return Ok(false);
        }
        let two_args = self.load_super_args(value)?;
        let position = self.names_position(attr);
        self.op_arg(Opcode::LoadSuperAttr, position << 2 | two_args, e.location);
        let location = self.location_of_attribute(e.location, e, attr);
        self.op(Opcode::Nop, location);
        Ok(true)
    }

    /// Loads the method `attr` of a `super` call; answers whether it was one.
    pub(super) fn load_super_method(
        &mut self,
        func: &Expr<'_>,
        value: &'a Expr<'a>,
        attr: Name,
    ) -> Result<bool> {
        if !self.can_optimize_super(value, attr) {
            return Ok(false);
        }
        let two_args = self.load_super_args(value)?;
        let position = self.names_position(attr);
        self.op_arg(Opcode::LoadSuperAttr, position << 2 | two_args | 1, func.location);
        Ok(true)
    }

    fn can_optimize_super(&self, e: &Expr<'_>, attr: Name) -> bool {
        let ExprKind::Call { func, args, keywords: [] } = e.kind else { return false };
        let ExprKind::Name { id, .. } = func.kind else { return false };
        if id != self.known.super_
            || attr == self.known.class
            || self.table.name_scope(self.unit.scope, id) != NameScope::GlobalImplicit
            || self.table.name_scope(SymbolTable::TOP, id) != NameScope::Unknown
        {
            return false;
        }
        match args {
            [first, second] => !is_starred(first) && !is_starred(second),
            [] => {
                let metadata = &self.unit.metadata;
                (metadata.argcount != 0 || metadata.posonlyargcount != 0)
                    && !self.is_implicit_class_cell(self.known.class)
                    && self.table.name_scope(self.unit.scope, self.known.class) == NameScope::Free
            }
            _ => false,
        }
    }

    /// Loads `super`, the class and the object; answers with LOAD_SUPER_ATTR's bit for two
    /// arguments.
    fn load_super_args(&mut self, e: &'a Expr<'a>) -> Result<usize> {
        let location: Location = e.location;
        let ExprKind::Call { func, args, .. } = e.kind else { return Ok(0) };
        self.name_op(func.location, self.known.super_, ExprContext::Load)?;
        if let [class, object] = args {
            self.expr(class)?;
            self.expr(object)?;
            return Ok(2);
        }
        self.name_op(location, self.known.class, ExprContext::Load)?;
        if let Some(&first) = self.unit.metadata.varnames.names().first() {
            self.name_op(location, first, ExprContext::Load)?;
        }
        Ok(0)
    }
}
