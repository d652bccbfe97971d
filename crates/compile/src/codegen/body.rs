//! Bodies of modules and classes: docstring, statements, deferred annotations.

use super::Compiler;
use super::docstring;
use crate::error::Result;
use crate::instruction_sequence::NO_LOCATION;
use taipan_asdl::{ExprContext, Location, Stmt, StmtKind};
use taipan_opcode::Opcode;
use taipan_text::Text;

impl<'a> Compiler<'a, '_> {
    /// The body of a module or of a statement typed at the prompt.
    pub(super) fn module(&mut self, body: &'a [&'a Stmt<'a>]) -> Result {
        // Where a module without statements begins is for the assembler to say.
        let empty = Location { lineno: 1, col_offset: 0, end_lineno: 1, end_col_offset: 0 };
        let location = body.first().map_or(empty, |first| first.location);
        if self.scope().has_conditional_annotations {
            self.op_arg(Opcode::BuildSet, 0, location);
            let position = self.unit.metadata.names.add(self.known.conditional_annotations);
            self.op_arg(Opcode::StoreName, position, location);
        }
        self.body(location, body)
    }

    /// The body of a module or class.
    pub(super) fn body(&mut self, location: Location, body: &'a [&'a Stmt<'a>]) -> Result {
        if self.future_annotations() && self.scope().annotations_used {
            self.op(Opcode::SetupAnnotations, location);
        }
        let Some((first, rest)) = body.split_first() else { return Ok(()) };
        let mut statements = body;
        // A string typed at the prompt is no docstring.
        if self.scope().has_docstring
            && !(self.interactive && self.outer_units.is_empty())
            && let Some(doc) = crate::future::docstring(body)
            && let StmtKind::Expr { value } = first.kind
        {
            let cleaned = docstring::clean(doc)?;
            let position = self.unit.metadata.consts.add_str(Text::from_bytes(&cleaned));
            self.op_arg(Opcode::LoadConst, position, value.location);
            self.name_op(NO_LOCATION, self.known.doc, ExprContext::Store)?;
            statements = rest;
        }
        self.statements(statements)?;
        if !self.future_annotations() {
            self.deferred_annotations(location)?;
        }
        Ok(())
    }
}
