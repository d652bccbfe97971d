//! What is done to private code before it runs for the first time.

use taipan_object::types::code::Code;

/// Prepares the units of `code`.
pub fn quicken(code: &Code) {
    code.quickened.set(true);
}
