//! Objects as text: `ascii`, `format`, `repr`.

use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, protocol};

pub(super) const FUNCTIONS: &[MethodDef] = &[ASCII, FORMAT, REPR];

/// Return an ASCII-only representation of an object.
///
/// As repr(), return a string containing a printable representation of an
/// object, but escape the non-ASCII characters in the string returned by
/// repr() using \\x, \\u or \\U escapes. This generates a string similar
/// to that returned by repr() in Python 2.
#[native(signature = "($module, obj, /)")]
fn ascii(thread: &mut Thread, obj: Ref<'_>) -> Outcome {
    protocol::ascii(thread, obj)
}

/// Return the canonical string representation of the object.
///
/// For many object types, including most builtins, eval(repr(obj)) == obj.
#[native(signature = "($module, obj, /)")]
fn repr(thread: &mut Thread, obj: Ref<'_>) -> Outcome {
    protocol::repr(thread, obj)
}

/// Return type(value).__format__(value, format_spec)
///
/// Many built-in types implement format_spec according to the
/// Format Specification Mini-language. See help('FORMATTING').
///
/// If type(value) does not supply a method named __format__
/// and format_spec is empty, then str(value) is returned.
/// See also help('SPECIALMETHODS').
#[native(signature = "($module, value, format_spec='', /)")]
fn format(thread: &mut Thread, value: Ref<'_>, format_spec: Option<&Str>) -> Outcome {
    let empty = thread.names().empty.clone();
    let spec = format_spec.map_or(empty.as_ref(), Ref::of);
    protocol::format(thread, value, spec)
}
