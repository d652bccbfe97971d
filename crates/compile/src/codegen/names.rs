//! Loading, storing and deleting names and attributes.

use super::Compiler;
use crate::error::{Result, system_error};
use crate::symtable::{NameScope, ScopeKind};
use taipan_asdl::{ExprContext, Location, Name};
use taipan_opcode::Opcode;

impl Compiler<'_, '_> {
    /// The name as the class around calls it.
    pub(super) fn mangle(&mut self, name: Name) -> Name {
        self.mangler.mangle(self.names, self.unit.private, name)
    }

    /// The same, except that the type parameters of a class mangle only their own names.
    #[inline]
    pub(super) fn maybe_mangle(&mut self, name: Name) -> Name {
        if self.unit.private.is_none() || !self.table.is_mangled_in(self.unit.scope, name) {
            return name;
        }
        self.mangle(name)
    }

    /// Loads, stores or deletes a variable.
    pub(super) fn name_op(&mut self, location: Location, name: Name, context: ExprContext) -> Result {
        let name = self.maybe_mangle(name);
        let scope = self.table.name_scope(self.unit.scope, name);
        match scope {
            NameScope::Free | NameScope::Cell => return self.deref_op(location, name, scope, context),
            NameScope::Local if self.unit.function_like || self.is_fast_hidden(name) => {
                let opcode = match context {
                    ExprContext::Load => Opcode::LoadFast,
                    ExprContext::Store => Opcode::StoreFast,
                    ExprContext::Del => Opcode::DeleteFast,
                };
                let position = self.unit.metadata.varnames.add(name);
                self.op_arg(opcode, position, location);
                return Ok(());
            }
            _ => {}
        }
        let global = scope == NameScope::GlobalExplicit
            || scope == NameScope::GlobalImplicit && self.unit.function_like;
        let position = self.unit.metadata.names.add(name);
        if global {
            return self.global_op(location, position, scope, context);
        }
        let opcode = match context {
            ExprContext::Load
                if self.unit.in_inlined_comprehension > 0 && self.scope().kind == ScopeKind::Class =>
            {
                self.op_arg(Opcode::LoadGlobal, position << 1, location);
                return Ok(());
            }
            ExprContext::Load => Opcode::LoadName,
            ExprContext::Store => Opcode::StoreName,
            ExprContext::Del => Opcode::DeleteName,
        };
        self.op_arg(opcode, position, location);
        Ok(())
    }

    fn global_op(
        &mut self,
        location: Location,
        position: usize,
        scope: NameScope,
        context: ExprContext,
    ) -> Result {
        match context {
            ExprContext::Load if self.scope().can_see_class_scope && scope == NameScope::GlobalImplicit => {
                self.load_classdict(location);
                self.op_arg(Opcode::LoadFromDictOrGlobals, position, location);
            }
            ExprContext::Load => self.op_arg(Opcode::LoadGlobal, position << 1, location),
            ExprContext::Store => self.op_arg(Opcode::StoreGlobal, position, location),
            ExprContext::Del => self.op_arg(Opcode::DeleteGlobal, position, location),
        }
        Ok(())
    }

    fn deref_op(&mut self, location: Location, name: Name, scope: NameScope, context: ExprContext) -> Result {
        let metadata = &self.unit.metadata;
        let position = match scope {
            NameScope::Cell => metadata.cellvars.get(name),
            _ => metadata.freevars.get(name).map(|i| i + metadata.cellvars.len()),
        };
        let Some(position) = position else {
            return Err(system_error("a variable is neither cell nor free"));
        };
        let opcode = match context {
            ExprContext::Load => {
                let scope = self.scope();
                if scope.kind == ScopeKind::Class && self.unit.in_inlined_comprehension == 0 {
                    self.op(Opcode::LoadLocals, location);
                    Opcode::LoadFromDictOrDeref
                } else if scope.can_see_class_scope {
                    self.load_classdict(location);
                    Opcode::LoadFromDictOrDeref
                } else {
                    Opcode::LoadDeref
                }
            }
            ExprContext::Store => Opcode::StoreDeref,
            ExprContext::Del => Opcode::DeleteDeref,
        };
        self.op_arg(opcode, position, location);
        Ok(())
    }

    fn load_classdict(&mut self, location: Location) {
        self.free_op(Opcode::LoadDeref, self.known.classdict, location);
    }

    /// An instruction on a free variable.
    pub(super) fn free_op(&mut self, opcode: Opcode, name: Name, location: Location) {
        let metadata = &mut self.unit.metadata;
        let position = metadata.freevars.add(name) + metadata.cellvars.len();
        self.op_arg(opcode, position, location);
    }

    /// An instruction on a cell variable.
    pub(super) fn cell_op(&mut self, opcode: Opcode, name: Name, location: Location) {
        let position = self.unit.metadata.cellvars.add(name);
        self.op_arg(opcode, position, location);
    }

    /// An instruction on a local variable.
    pub(super) fn local_op(&mut self, opcode: Opcode, name: Name, location: Location) {
        let name = self.maybe_mangle(name);
        let position = self.unit.metadata.varnames.add(name);
        self.op_arg(opcode, position, location);
    }

    /// Whether the name is a fast local variable only within the inlined comprehension we are in.
    fn is_fast_hidden(&self, name: Name) -> bool {
        self.unit.metadata.fast_hidden.contains(&(name, true))
    }

    /// An instruction whose operand is an index into `co_names`.
    pub(super) fn names_op(&mut self, opcode: Opcode, name: Name, location: Location) {
        let position = self.names_position(name);
        self.op_arg(opcode, position, location);
    }

    /// The index of the name in `co_names`, mangled if need be.
    pub(super) fn names_position(&mut self, name: Name) -> usize {
        let name = self.maybe_mangle(name);
        self.unit.metadata.names.add(name)
    }

    /// `LOAD_ATTR`
    pub(super) fn load_attr(&mut self, name: Name, location: Location) {
        let position = self.names_position(name);
        self.op_arg(Opcode::LoadAttr, position << 1, location);
    }

    /// `LOAD_ATTR` of a method about to be called.
    pub(super) fn load_method(&mut self, name: Name, location: Location) {
        let position = self.names_position(name);
        self.op_arg(Opcode::LoadAttr, position << 1 | 1, location);
    }
}
