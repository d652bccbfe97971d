//! What `sys` holds from the start, and reaching its attributes from native code.

use taipan_object::types::dict::Dict;
use taipan_object::types::module::Module;
use taipan_object::types::namespace::Namespace;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use super::info;
use crate::config::Config;
use crate::state::State;

/// `sys.version` in front of its blanks and brackets; `sys.hexversion`.
const VERSION: &str = "3.14.8";
const HEXVERSION: i64 = 0x030e_08f0;
/// What a `.pyc` file's name carries.
pub(crate) const CACHE_TAG: &str = "cpython-314";

/// An attribute of `sys`.
pub fn get(thread: &mut Thread, name: &str) -> Outcome<Option<Value>> {
    let Some(sys) = State::of(thread).sys.get() else { return Ok(None) };
    let name = thread.intern(name)?;
    let dict = sys.downcast::<Module>().expect("sys is a module").dict();
    Ok(dict.get_str(thread, name.downcast::<Str>().expect("a name")).map(|value| value.to_value()))
}

/// Sets an attribute of `sys`.
pub fn set(thread: &mut Thread, name: &str, value: Value) -> Outcome<()> {
    let Some(sys) = State::of(thread).sys.get() else { return Ok(()) };
    thread.module_add(sys.as_ref(), name, value)
}

/// Puts the program's folder in front of `sys.path`.
pub fn prepend_path(thread: &mut Thread, folder: &[u8]) -> Outcome<()> {
    let _ = State::of(thread).first_path.set(folder.to_vec());
    let Some(path) = get(thread, "path")? else { return Ok(()) };
    let folder = thread.fs_decode(folder)?;
    let first = Value::small_int(0);
    protocol::call_method(thread, path.as_ref(), "insert", &[first.as_ref(), folder.as_ref()]).map(drop)
}

/// Sets all attributes.
pub(super) fn add(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    let state = State::of(thread);
    let config = &state.config;
    let _ = state.sys.set(module.to_value());
    let modules = thread.interp().modules().to_value();
    thread.module_add(module, "modules", modules)?;
    let monitoring = crate::observe::make_namespace(thread)?;
    thread.module_add(module, "monitoring", monitoring)?;
    let jit = thread.native_module(&super::jit::JIT)?;
    thread.module_add(module, "_jit", jit)?;
    add_versions(thread, module, config)?;
    add_numbers(thread, module)?;
    info::add(thread, module)?;
    add_names(thread, module)?;
    add_paths(thread, module, config)?;
    add_options(thread, module, config)?;
    for (hook, own) in ["displayhook", "excepthook", "breakpointhook", "unraisablehook"]
        .map(|hook| (hook, format!("__{hook}__")))
    {
        let value = get(thread, hook)?.unwrap_or_else(Value::none);
        thread.module_add(module, &own, value)?;
    }
    Ok(())
}

fn add_versions(thread: &mut Thread, module: Ref<'_>, config: &Config) -> Outcome<()> {
    let version = format!("{VERSION} (main, Oct  1 2026, 00:00:00) [Taipan {}]", env!("CARGO_PKG_VERSION"));
    let version = thread.str(&version)?;
    thread.module_add(module, "version", version)?;
    let version_info = info::version_info(thread)?;
    thread.module_add(module, "version_info", version_info.clone())?;
    thread.module_add(module, "hexversion", Value::small_int(HEXVERSION))?;
    thread.module_add(module, "api_version", Value::small_int(1013))?;
    let implementation = thread.namespace()?;
    let dict = implementation.downcast::<Namespace>().expect("just made").dict();
    let entries = [
        ("name", thread.str(config.identity.name())?),
        ("cache_tag", thread.str(CACHE_TAG)?),
        ("version", version_info),
        ("hexversion", Value::small_int(HEXVERSION)),
        ("_multiarch", thread.str("x86_64-linux-gnu")?),
        ("supports_isolated_interpreters", Value::bool(false)),
    ];
    for (name, value) in entries {
        let name = thread.intern(name)?;
        dict.set_str(thread, name.as_ref(), value)?;
    }
    thread.module_add(module, "implementation", implementation)?;
    let git = [thread.str("Taipan")?, thread.str("")?, thread.str("")?];
    let git = thread.tuple(git)?;
    thread.module_add(module, "_git", git)?;
    for (name, text) in [
        ("copyright", include_str!("copyright.txt")),
        ("platform", "linux"),
        ("byteorder", if cfg!(target_endian = "little") { "little" } else { "big" }),
        ("float_repr_style", "short"),
        ("abiflags", ""),
        ("platlibdir", "lib"),
        ("_framework", ""),
    ] {
        let value = thread.intern(text)?;
        thread.module_add(module, name, value)?;
    }
    Ok(())
}

fn add_numbers(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    let maxsize = thread.int(isize::MAX as i128)?;
    thread.module_add(module, "maxsize", maxsize)?;
    thread.module_add(module, "maxunicode", Value::small_int(0x10_ffff))
}

fn add_names(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    let mut builtin: Vec<&str> = thread.interp().native_modules.borrow().iter().map(|def| def.name).collect();
    builtin.sort_unstable();
    let builtin = builtin.into_iter().map(|name| thread.intern(name)).collect::<Outcome<Vec<_>>>()?;
    let builtin = thread.tuple(builtin)?;
    thread.module_add(module, "builtin_module_names", builtin)?;
    let library = include_str!("stdlib_module_names.txt").lines();
    let library = library.map(|name| thread.str(name)).collect::<Outcome<Vec<_>>>()?;
    let library = thread.tuple(library)?;
    let library = thread.frozenset(library.as_ref())?;
    thread.module_add(module, "stdlib_module_names", library)
}

fn list(thread: &mut Thread, texts: &[Vec<u8>]) -> Outcome {
    let texts = texts.iter().map(|text| thread.fs_decode(text)).collect::<Outcome<Vec<_>>>()?;
    thread.list(texts)
}

fn add_paths(thread: &mut Thread, module: Ref<'_>, config: &Config) -> Outcome<()> {
    let paths = &config.paths;
    for (name, path) in [
        ("executable", &paths.executable),
        ("_base_executable", &paths.base_executable),
        ("prefix", &paths.prefix),
        ("exec_prefix", &paths.exec_prefix),
        ("base_prefix", &paths.base_prefix),
        ("base_exec_prefix", &paths.base_exec_prefix),
    ] {
        let value = thread.fs_decode(path)?;
        thread.module_add(module, name, value)?;
    }
    for (name, path) in
        [("_home", &paths.home), ("_stdlib_dir", &paths.stdlib), ("pycache_prefix", &config.pycache_prefix)]
    {
        let value = match path {
            Some(path) => thread.fs_decode(path)?,
            None => Value::none(),
        };
        thread.module_add(module, name, value)?;
    }
    let path = list(thread, &paths.search)?;
    thread.module_add(module, "path", path)?;
    for name in ["meta_path", "path_hooks"] {
        let empty = thread.list(Vec::new())?;
        thread.module_add(module, name, empty)?;
    }
    let cache = thread.dict()?;
    thread.module_add(module, "path_importer_cache", cache)
}

fn add_options(thread: &mut Thread, module: Ref<'_>, config: &Config) -> Outcome<()> {
    let flags = info::flags(thread, config)?;
    thread.module_add(module, "flags", flags)?;
    thread.module_add(module, "dont_write_bytecode", Value::bool(config.flags.dont_write_bytecode))?;
    for (name, texts) in
        [("argv", &config.argv), ("orig_argv", &config.orig_argv), ("warnoptions", &config.warnoptions)]
    {
        let value = list(thread, texts)?;
        thread.module_add(module, name, value)?;
    }
    let options = thread.dict()?;
    for (name, value) in &config.xoptions {
        let name = thread.fs_decode(name)?;
        let value = match value {
            Some(value) => thread.fs_decode(value)?,
            None => Value::bool(true),
        };
        options.downcast::<Dict>().expect("just made").set(thread, name.as_ref(), value)?;
    }
    thread.module_add(module, "_xoptions", options)
}
