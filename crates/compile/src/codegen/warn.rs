//! Warnings of the code generator.

use super::Compiler;
use crate::error::{Result, syntax_error};
use taipan_asdl::Location;
use taipan_asdl::diagnostic::{Error, ErrorKind, Warning, WarningCategory, WarningOutcome, WarningSink};
use taipan_text::TextBuf;

/// Hands a `SyntaxWarning` to the sink; a warning that a filter turned into an error is a
/// `SyntaxError` with its words.
pub(crate) fn syntax_warning(sink: &mut dyn WarningSink, location: Location, message: &str) -> Result {
    let warning = Warning {
        category: WarningCategory::SyntaxWarning,
        message: TextBuf::from(message),
        lineno: location.lineno,
    };
    match sink.warn(warning) {
        WarningOutcome::Reported => Ok(()),
        WarningOutcome::Error => Err(syntax_error(location, message)),
        WarningOutcome::Raised => Err(Error::new(ErrorKind::SystemError, message)),
    }
}

impl Compiler<'_, '_> {
    pub(super) fn warn(&mut self, location: Location, message: &str) -> Result {
        if self.disabled_warnings > 0 {
            return Ok(());
        }
        syntax_warning(self.warnings, location, message)
    }
}
