//! The front end's warnings, on their way through the module `warnings`.

use taipan_asdl::diagnostic::{Warning, WarningCategory, WarningOutcome, WarningSink};
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::{DEPRECATION_WARNING, SYNTAX_WARNING};
use taipan_object::{Outcome, Raised, Thread, Value, protocol};
use taipan_text::Text;

/// Hands warnings to `_warnings.warn_explicit`, whose filters may turn one into an exception.
pub struct PythonWarnings<'t> {
    thread: &'t mut Thread,
    filename: &'t Text,
    raised: Option<Raised>,
}

impl<'t> PythonWarnings<'t> {
    /// A sink for what is compiled under a file name.
    pub fn new(thread: &'t mut Thread, filename: &'t Text) -> PythonWarnings<'t> {
        PythonWarnings { thread, filename, raised: None }
    }

    /// The thread whose filters decide.
    pub fn thread(&mut self) -> &mut Thread {
        self.thread
    }

    /// The exception that ended the compilation, if a filter raised one that is no warning.
    pub fn raised(&self) -> Option<Raised> {
        self.raised
    }

    fn issue(&mut self, warning: &Warning) -> Outcome<()> {
        let thread = &mut *self.thread;
        let Some(module) = warnings_module(thread)? else { return Ok(()) };
        let category = match warning.category {
            WarningCategory::SyntaxWarning => &SYNTAX_WARNING,
            WarningCategory::DeprecationWarning => &DEPRECATION_WARNING,
        };
        let message = thread.str_from_text(&warning.message)?;
        let filename = thread.str_from_text(self.filename)?;
        let lineno = Value::small_int(warning.lineno.into());
        let arguments = [message.as_ref(), category.as_ref(), filename.as_ref(), lineno.as_ref()];
        protocol::call_method(thread, module.as_ref(), "warn_explicit", &arguments).map(drop)
    }
}

/// `_warnings`, imported if it exists; without it nothing is warned of.
fn warnings_module(thread: &mut Thread) -> Outcome<Option<Value>> {
    let modules = thread.interp().modules().to_value();
    let name = thread.intern("_warnings")?;
    match modules.downcast::<Dict>() {
        Some(modules) => modules.get(thread, name.as_ref()),
        None => Ok(None),
    }
}

impl WarningSink for PythonWarnings<'_> {
    fn warn(&mut self, warning: Warning) -> WarningOutcome {
        let Err(raised) = self.issue(&warning) else { return WarningOutcome::Reported };
        let category = match warning.category {
            WarningCategory::SyntaxWarning => &SYNTAX_WARNING,
            WarningCategory::DeprecationWarning => &DEPRECATION_WARNING,
        };
        if self.thread.exception_is(category) {
            drop(self.thread.take_exception());
            return WarningOutcome::Error;
        }
        self.raised = Some(raised);
        WarningOutcome::Raised
    }
}
