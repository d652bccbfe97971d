//! Compiling as Python sees it: the front end's data becomes code objects, trees, exceptions and
//! warnings.
//!
//! Not here: the stages (`frontend` leads to them), the arguments of `compile()` (`builtins`).
//!
//! Answers for `Py_CompileStringObject` of CPython's `Python/pythonrun.c`, `RAISE_SYNTAX_ERROR` and
//! `_PyErr_EmitSyntaxWarning`.

mod error;
mod warning;

use taipan_asdl::diagnostic::WarningSink;
use taipan_asdl::{Bump, NameTable};
use taipan_object::{Outcome, Ref, Thread};

pub use error::{plain_syntax_error, raise_error};
pub use warning::PythonWarnings;

use crate::ast;
use crate::frontend::{self, Flags, FrontEnd, Options, Source, front_end, stack_budget};

/// Asks the front end, with warnings and errors as Python has them.
pub fn ask<T>(
    thread: &mut Thread,
    options: &Options,
    question: impl FnOnce(&dyn FrontEnd, &mut dyn WarningSink) -> frontend::Result<T>,
) -> Outcome<T> {
    let mut warnings = PythonWarnings::new(thread, &options.filename);
    let result = question(front_end(warnings.thread()), &mut warnings);
    let raised = warnings.raised();
    result.map_err(|error| raised.unwrap_or_else(|| raise_error(thread, &error, &options.filename)))
}

/// What `compile()` answers for a source: a code object, or a tree if the flags say so.
pub fn compile_source(thread: &mut Thread, source: Source<'_>, mut options: Options) -> Outcome {
    options.stack_budget = stack_budget(thread);
    options.int_max_str_digits = thread.interp().int_max_str_digits.get();
    if options.flags.contains(Flags::ONLY_AST) {
        let (arena, mut names) = (Bump::new(), NameTable::new());
        let tree =
            ask(thread, &options, |front, sink| front.tree(source, &options, &arena, &mut names, sink))?;
        return ast::to_object(thread, tree, &names);
    }
    let code = ask(thread, &options, |front, sink| front.compile(source, &options, sink))?;
    thread.code(&code)
}

/// What `compile()` answers for a tree.
pub fn compile_object(thread: &mut Thread, object: Ref<'_>, mut options: Options) -> Outcome {
    let flags = options.flags;
    if flags.contains(Flags::ONLY_AST) && !flags.contains(Flags::OPTIMIZED_AST) {
        return Ok(object.to_value());
    }
    let (arena, mut names) = (Bump::new(), NameTable::new());
    let tree = ast::from_object(thread, object, options.mode, &arena, &mut names)?;
    options.stack_budget = stack_budget(thread);
    ask(thread, &options, |front, _| front.validate(tree, &options, &names))?;
    if flags.contains(Flags::ONLY_AST) {
        let tree = ask(thread, &options, |front, _| front.preprocess(tree, &options, &arena, &mut names))?;
        return ast::to_object(thread, tree, &names);
    }
    let code =
        ask(thread, &options, |front, sink| front.compile_tree(tree, &options, &arena, &mut names, sink))?;
    thread.code(&code)
}
