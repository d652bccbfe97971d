//! Compiling as Python sees it: the front end's data becomes code objects, exceptions and warnings.
//!
//! Not here: the stages (`frontend` leads to them), the arguments of `compile()` (`builtins`).
//!
//! Answers for `Py_CompileStringObject` of CPython's `Python/pythonrun.c`, `RAISE_SYNTAX_ERROR` and
//! `_PyErr_EmitSyntaxWarning`.

mod error;
mod warning;

use taipan_object::{Outcome, Thread};

pub use error::{plain_syntax_error, raise_error};
pub use warning::PythonWarnings;

use crate::frontend::{Options, Source, front_end, stack_budget};

/// The code object of a source; an exception if it has none.
pub fn compile_source(thread: &mut Thread, source: Source<'_>, mut options: Options) -> Outcome {
    options.stack_budget = stack_budget(thread);
    let mut warnings = PythonWarnings::new(thread, &options.filename);
    let result = front_end(warnings.thread()).compile(source, &options, &mut warnings);
    let raised = warnings.raised();
    match result {
        Ok(code) => thread.code(&code),
        Err(error) => Err(raised.unwrap_or_else(|| raise_error(thread, &error, &options.filename))),
    }
}
