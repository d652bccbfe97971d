//! The module `builtins`.
//!
//! Answers for CPython's `Python/bltinmodule.c`.

use taipan_host::Released;
use taipan_macros::native;
use taipan_object::native::{Args, MethodDef, ModuleDef, Parameters};
use taipan_object::types::{BUILTIN_TYPES, builtin, exception};
use taipan_object::{Outcome, Ref, Thread, protocol};

use crate::build_class::BUILD_CLASS;
use crate::import;

/// The module `builtins`.
pub static BUILTINS: ModuleDef = ModuleDef {
    name: "builtins",
    doc: Some(
        "Built-in functions, types, exceptions, and other objects.\n\nThis module provides direct access to all 'built-in'\nidentifiers of Python; for example, builtins.len is\nthe full name for the built-in function len().\n\nThis module is not normally accessed explicitly by most\napplications, but can be useful in modules that provide\nobjects with the same name as a builtin, but in which the\nbuilt-in of that name is also needed.",
    ),
    functions: &[FUNCTIONS],
    exec: Some(exec),
};

const FUNCTIONS: &[MethodDef] = &[__IMPORT__, HASH, LEN, PRINT, REPR];

/// Import a module.
///
/// Because this function is meant for use by the Python
/// interpreter and not for general use, it is better to use
/// importlib.import_module() to programmatically import a module.
///
/// The globals argument is only used to determine the context;
/// they are not modified.  The locals argument is unused.  The fromlist
/// should be a list of names to emulate ``from name import ...``, or an
/// empty list to emulate ``import name``.
/// When importing a module from a package, note that __import__('A.B', ...)
/// returns package A when fromlist is empty, but its submodule B when
/// fromlist is not empty.  The level argument is used to determine whether to
/// perform absolute or relative imports: 0 is absolute, while a positive number
/// is the number of parent directories to search relative to the current module.
#[native(signature = "($module, /, name, globals=None, locals=None, fromlist=(), level=0)")]
fn __import__(
    thread: &mut Thread,
    name: Ref<'_>,
    globals: Option<Ref<'_>>,
    _locals: Option<Ref<'_>>,
    fromlist: Option<Ref<'_>>,
    level: Option<i32>,
) -> Outcome {
    let none = Ref::none();
    import::import_module_level(
        thread,
        name,
        globals.unwrap_or(none),
        fromlist.unwrap_or(none),
        level.unwrap_or(0),
    )
}

/// Prints the values to a stream, or to sys.stdout by default.
///
/// sep
///   string inserted between values, default a space.
/// end
///   string appended after the last value, default a newline.
/// file
///   a file-like object (stream); defaults to the current sys.stdout.
/// flush
///   whether to forcibly flush the stream.
#[native(signature = "($module, /, *args, sep=' ', end='\\n', file=None, flush=False)")]
fn print(thread: &mut Thread, args: Args<'_>) -> Outcome<()> {
    const PARAMETERS: Parameters = Parameters {
        function: "print",
        names: &["sep", "end", "file", "flush"],
        positional_only: 0,
        positional: 0,
        required: 0,
        required_keywords: 0,
    };
    let given = args.positionals();
    let keywords = Args::with_names(&args.all()[given.len()..], args.names());
    let [sep, end, _, _] = PARAMETERS.parse::<4>(thread, keywords)?;
    let word = |thread: &mut Thread, value: Option<Ref<'_>>, default: &str| match value {
        Some(value) if !value.is_none() => protocol::str_string(thread, value),
        _ => Ok(default.to_owned()),
    };
    let (sep, end) = (word(thread, sep, " ")?, word(thread, end, "\n")?);
    let mut line = String::new();
    for (index, value) in given.iter().enumerate() {
        if index > 0 {
            line.push_str(&sep);
        }
        line.push_str(&protocol::str_string(thread, *value)?);
    }
    line.push_str(&end);
    let mut rest = line.as_bytes();
    while let Ok(written @ 1..) = thread.interp().host.write(Released::assert(), 1, rest) {
        rest = &rest[written..];
    }
    Ok(())
}

/// Return the number of items in a container.
#[native(signature = "($module, obj, /)")]
fn len(thread: &mut Thread, obj: Ref<'_>) -> Outcome<usize> {
    protocol::length(thread, obj)
}

/// Return the canonical string representation of the object.
///
/// For many object types, including most builtins, eval() will return
/// an object equivalent to the original.
#[native(signature = "($module, obj, /)")]
fn repr(thread: &mut Thread, obj: Ref<'_>) -> Outcome {
    protocol::repr(thread, obj)
}

/// Return the hash value for the given object.
///
/// Two objects that compare equal must also have the same hash value, but the
/// reverse is not necessarily true.
#[native(signature = "($module, obj, /)")]
fn hash(thread: &mut Thread, obj: Ref<'_>) -> Outcome<i64> {
    protocol::hash(thread, obj)
}

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    for ty in BUILTIN_TYPES.iter().copied().chain(exception::all()) {
        let name = ty.name().into_owned();
        thread.module_add(module, &name, ty.as_ref().to_value())?;
    }
    let build = builtin::native_function(thread, &BUILD_CLASS, Some(module), None)?;
    thread.module_add(module, "__build_class__", build)
}
