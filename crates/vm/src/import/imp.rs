//! The module `_imp`: what `importlib` cannot do in Python.
//!
//! There are no extension modules in other files: `create_dynamic` refuses them all.

use std::hash::Hasher;

use siphasher::sip::SipHasher13;
use taipan_macros::native;
use taipan_object::native::{Buffer, BufferFlags, MethodDef, ModuleDef};
use taipan_object::types::code::Code;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, protocol};

use super::{frozen, import_error_from, loader, modules};
use crate::state::State;

/// The module `_imp`.
pub static IMP: ModuleDef = ModuleDef {
    name: "_imp",
    doc: Some("(Extremely) low-level import machinery bits as used by importlib."),
    functions: &[FUNCTIONS],
    exec: Some(|thread, module| {
        let check = thread.str(State::of(thread).config.check_hash_based_pycs.name())?;
        thread.module_add(module, "check_hash_based_pycs", check)?;
        let magic = Value::small_int(i64::from(u32::from_le_bytes(taipan_code::pyc::MAGIC)));
        thread.module_add(module, "pyc_magic_number_token", magic)
    }),
};

const FUNCTIONS: &[MethodDef] = &[
    _FIX_CO_FILENAME,
    _FROZEN_MODULE_NAMES,
    _OVERRIDE_FROZEN_MODULES_FOR_TESTS,
    _OVERRIDE_MULTI_INTERP_EXTENSIONS_CHECK,
    ACQUIRE_LOCK,
    CREATE_BUILTIN,
    CREATE_DYNAMIC,
    EXEC_BUILTIN,
    EXEC_DYNAMIC,
    EXTENSION_SUFFIXES,
    FIND_FROZEN,
    GET_FROZEN_OBJECT,
    INIT_FROZEN,
    IS_BUILTIN,
    IS_FROZEN,
    IS_FROZEN_PACKAGE,
    LOCK_HELD,
    RELEASE_LOCK,
    SOURCE_HASH,
];

/// A new native module; none if there is no such one. `sys` and `builtins` are always the same.
pub(super) fn create_native(thread: &mut Thread, name: &str) -> Outcome<Option<Value>> {
    if name == "sys" {
        return Ok(State::of(thread).sys.get().cloned());
    }
    if name == "builtins" {
        let key = thread.names().builtins.clone();
        if let Some(found) = modules(thread).get(thread, key.as_ref())? {
            return Ok(Some(found));
        }
    }
    let def = thread.interp().native_modules.borrow().iter().copied().find(|def| def.name == name);
    def.map(|def| thread.native_module(def)).transpose()
}

/// Changes code.co_filename to specify the passed-in file path.
///
///   code
///     Code object to change.
///   path
///     File path to use.
#[native(signature = "($module, code, path, /)")]
fn _fix_co_filename(_: &mut Thread, code: &Code, path: &Str) {
    code.rename(Ref::of(path));
}

/// Returns the list of available frozen modules.
#[native(signature = "($module, /)")]
fn _frozen_module_names(thread: &mut Thread) -> Outcome {
    let names = frozen::names().map(|name| thread.str(name)).collect::<Outcome<Vec<_>>>()?;
    thread.list(names)
}

/// (internal-only) Override PyConfig.use_frozen_modules.
///
/// (-1: "off", 1: "on", 0: no override)
/// See frozen_modules() in Lib/test/support/import_helper.py.
#[native(signature = "($module, override, /)")]
fn _override_frozen_modules_for_tests(thread: &mut Thread, r#override: i32) {
    State::of(thread).frozen_override.set(r#override);
}

/// (internal-only) Override PyInterpreterConfig.check_multi_interp_extensions.
///
/// (-1: "never", 1: "always", 0: no override)
#[native(signature = "($module, override, /)")]
fn _override_multi_interp_extensions_check(thread: &mut Thread, r#override: i32) -> Outcome<i32> {
    let _ = r#override;
    Err(thread.runtime_error(
        "_imp._override_multi_interp_extensions_check() cannot be used in the main interpreter",
    ))
}

/// Acquires the interpreter's import lock for the current thread.
///
/// This lock should be used by import hooks to ensure thread-safety when
/// importing modules.  On platforms without threads, this function does
/// nothing.
#[native(signature = "($module, /)")]
fn acquire_lock(thread: &mut Thread) {
    let lock = &State::of(thread).import_lock;
    lock.set(lock.get() + 1);
}

/// Return True if the import lock is currently held, else False.
///
/// On platforms without threads, return False.
#[native(signature = "($module, /)")]
fn lock_held(thread: &mut Thread) -> bool {
    State::of(thread).import_lock.get() > 0
}

/// Release the interpreter's import lock.
///
/// On platforms without threads, this function does nothing.
#[native(signature = "($module, /)")]
fn release_lock(thread: &mut Thread) -> Outcome<()> {
    let lock = &State::of(thread).import_lock;
    match lock.get() {
        0 => Err(thread.runtime_error("not holding the import lock")),
        held => {
            lock.set(held - 1);
            Ok(())
        }
    }
}

/// Create an extension module.
#[native(signature = "($module, spec, /)")]
fn create_builtin(thread: &mut Thread, spec: Ref<'_>) -> Outcome {
    let name = name_of(thread, spec)?;
    let text = name.downcast::<Str>().expect("checked").to_string_lossy().into_owned();
    Ok(create_native(thread, &text)?.unwrap_or_else(Value::none))
}

fn name_of(thread: &mut Thread, spec: Ref<'_>) -> Outcome {
    let key = thread.names().name.clone();
    let name = protocol::get_attribute(thread, spec, key.as_ref())?;
    if name.downcast::<Str>().is_none() {
        let ty = name.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("name must be string, not {ty}")));
    }
    Ok(name)
}

/// Create an extension module.
#[native(signature = "($module, spec, file=<unrepresentable>, /)")]
fn create_dynamic(thread: &mut Thread, spec: Ref<'_>, _file: Option<Ref<'_>>) -> Outcome {
    let name = name_of(thread, spec)?;
    let key = thread.intern("origin")?;
    let path = protocol::get_attribute(thread, spec, key.as_ref())?;
    let shown = protocol::str_string(thread, path.as_ref())?;
    let message = format!("{shown}: extension modules are not supported");
    Err(import_error_from(thread, &message, name.as_ref(), path.as_ref(), Ref::none()))
}

/// Initialize a built-in module.
#[native(signature = "($module, mod, /)")]
fn exec_builtin(_: &mut Thread, r#mod: Ref<'_>) -> i32 {
    let _ = r#mod; // All is done when a native module is made.
    0
}

/// Initialize an extension module.
#[native(signature = "($module, mod, /)")]
fn exec_dynamic(_: &mut Thread, r#mod: Ref<'_>) -> i32 {
    let _ = r#mod;
    0
}

/// Returns the list of file suffixes used to identify extension modules.
#[native(signature = "($module, /)")]
fn extension_suffixes(thread: &mut Thread) -> Outcome {
    thread.list(Vec::new())
}

/// Return info about the corresponding frozen module (if there is one) or None.
///
/// The returned info (a 2-tuple):
///
///  * data         the raw marshalled bytes
///  * is_package   whether or not it is a package
///  * origname     the originally frozen module's name, or None if not
///                 a stdlib module (this will usually be the same as
///                 the module's current name)
#[native(signature = "($module, name, /, *, withdata=False)")]
fn find_frozen(thread: &mut Thread, name: &Str, withdata: Option<bool>) -> Outcome {
    let Some((found, data)) = frozen::find(thread, Ref::of(name)) else { return Ok(Value::none()) };
    let data = if withdata.unwrap_or(false) {
        let bytes = thread.bytes(data)?;
        taipan_object::types::memoryview::from_object(thread, bytes.as_ref(), BufferFlags::FULL_RO)?
    } else {
        Value::none()
    };
    let origin = frozen::origin(thread, found)?;
    thread.tuple([data, Value::bool(found.is_package), origin])
}

fn no_frozen(thread: &mut Thread, name: Ref<'_>, words: &str) -> Raised {
    let shown = match protocol::repr_string(thread, name) {
        Ok(shown) => shown,
        Err(raised) => return raised,
    };
    let message = words.replace("%R", &shown);
    import_error_from(thread, &message, name, Ref::none(), Ref::none())
}

/// Create a code object for a frozen module.
#[native(signature = "($module, name, data=None, /)")]
fn get_frozen_object(thread: &mut Thread, name: &Str, data: Option<Ref<'_>>) -> Outcome {
    let own = Ref::of(name);
    if let Some(data) = data.filter(|data| !data.is_none()) {
        if data.ty().slots().buffer.is_none() {
            let ty = data.ty().name().into_owned();
            return Err(thread.type_error(format!("get_frozen_object() argument 2 must be bytes, not {ty}")));
        }
        let buffer = Buffer::of(thread, data, BufferFlags::SIMPLE)?;
        let data = buffer.stable_bytes(thread)?;
        let made = crate::marshal::loads_bytes(thread, &data, true);
        let Ok((value, _)) = made else {
            drop(thread.take_exception());
            return Err(no_frozen(thread, own, "Frozen object named %R is invalid"));
        };
        if value.downcast::<Code>().is_none() {
            let shown = protocol::repr_string(thread, own)?;
            return Err(thread.type_error(format!("frozen object {shown} is not a code object")));
        }
        return Ok(value);
    }
    match frozen::find(thread, own) {
        Some((found, data)) => frozen::code(thread, found, data),
        None => Err(no_frozen(thread, own, "No such frozen object named %R")),
    }
}

/// Initializes a frozen module.
#[native(signature = "($module, name, /)")]
fn init_frozen(thread: &mut Thread, name: &Str) -> Outcome {
    let own = Ref::of(name);
    let Some((found, data)) = frozen::find(thread, own) else { return Ok(Value::none()) };
    let code = frozen::code(thread, found, data)?;
    let module = match modules(thread).get(thread, own)? {
        Some(module) => module,
        None => {
            let module = thread.module(&name.to_string_lossy(), None)?;
            modules(thread).set(thread, own, module.clone())?;
            module
        }
    };
    if found.is_package {
        let empty = thread.list(Vec::new())?;
        thread.module_add(module.as_ref(), "__path__", empty)?;
    }
    loader::run_in(thread, &module, &code)?;
    let origin = frozen::origin(thread, found)?;
    thread.module_add(module.as_ref(), "__origname__", origin)?;
    Ok(module)
}

/// Returns True if the module name corresponds to a built-in module.
#[native(signature = "($module, name, /)")]
fn is_builtin(thread: &mut Thread, name: &Str) -> i32 {
    let text = name.to_string_lossy();
    if text == "sys" || text == "builtins" {
        return -1;
    }
    i32::from(thread.interp().native_modules.borrow().iter().any(|def| def.name == text))
}

/// Returns True if the module name corresponds to a frozen module.
#[native(signature = "($module, name, /)")]
fn is_frozen(thread: &mut Thread, name: &Str) -> bool {
    frozen::find(thread, Ref::of(name)).is_some()
}

/// Returns True if the module name is of a frozen package.
#[native(signature = "($module, name, /)")]
fn is_frozen_package(thread: &mut Thread, name: &Str) -> Outcome<bool> {
    match frozen::find(thread, Ref::of(name)) {
        Some((found, _)) => Ok(found.is_package),
        None => Err(no_frozen(thread, Ref::of(name), "No such frozen object named %R")),
    }
}

#[native(signature = "($module, /, key, source)")]
fn source_hash(thread: &mut Thread, key: i64, source: Ref<'_>) -> Outcome {
    let buffer = Buffer::of(thread, source, BufferFlags::SIMPLE)?;
    let data = buffer.stable_bytes(thread)?;
    let mut hasher = SipHasher13::new_with_keys(key as u64, 0);
    hasher.write(&data);
    thread.bytes(&hasher.finish().to_le_bytes())
}
