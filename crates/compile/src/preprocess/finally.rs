//! Warnings of `return`, `break` and `continue` that leave a `finally` clause.

use super::Preprocessor;
use crate::codegen::syntax_warning;
use crate::error::Result;
use taipan_asdl::Location;

/// What encloses a statement, as far as leaving `finally` is concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum FinallyContext {
    Finally,
    Function,
    Loop,
}

impl Preprocessor<'_, '_> {
    /// Visits something within a loop, a function or a `finally` clause.
    pub(super) fn within<T>(
        &mut self,
        context: FinallyContext,
        visit: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.contexts.push(context);
        let result = visit(self)?;
        self.contexts.pop();
        Ok(result)
    }

    /// Warns of a statement that leaves the `finally` clause right around it.
    pub(super) fn check_leaves_finally(&mut self, keyword: &str, location: Location) -> Result {
        if self.contexts.last() == Some(&FinallyContext::Finally)
            && let Some(warnings) = &mut self.warnings
        {
            syntax_warning(*warnings, location, &format!("'{keyword}' in a 'finally' block"))?;
        }
        Ok(())
    }
}
