//! What is said when Taipan itself is wrong.

use crate::output;

/// Not one of CPython's, so that scripts can tell.
pub const EXIT_CODE: u8 = 70;

/// Replaces the panic message by a report that says what to do with it.
pub fn install_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(|location| format!("{}:{}", location.file(), location.line()));
        let report = format!(
            "taipan: internal error at {}: {}\n\
             This is a bug of Taipan {}, not of your program. Please report it with the source that\n\
             caused it.\n",
            place.as_deref().unwrap_or("an unknown place"),
            panic.payload_as_str().unwrap_or("no message"),
            env!("CARGO_PKG_VERSION"),
        );
        output::error(report.as_bytes());
    }));
}
