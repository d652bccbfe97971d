//! What native modules take from the library's Python part.

use taipan_object::types::dict::Dict;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Type, Value, protocol};

/// `import name`: the module of that name, also if it lies in a package.
pub fn import(thread: &mut Thread, name: &str) -> Outcome {
    let key = thread.intern(name)?;
    let builtins = thread.interp().builtins().to_value();
    let import = thread.intern("__import__")?;
    let import = builtins
        .downcast::<Dict>()
        .and_then(|dict| dict.get_str(thread, import.downcast::<Str>()?).map(|found| found.to_value()));
    let Some(import) = import else { return Err(thread.import_error("__import__ not found")) };
    let top = protocol::call(thread, import.as_ref(), &[key.as_ref()])?;
    let modules = thread.interp().modules().to_value();
    match modules.downcast::<Dict>() {
        Some(modules) => Ok(modules.get(thread, key.as_ref())?.unwrap_or(top)),
        None => Ok(top),
    }
}

/// An attribute of a module of the library.
pub fn attribute_of(thread: &mut Thread, module: &str, name: &str) -> Outcome<Value> {
    let module = import(thread, module)?;
    let name = thread.intern(name)?;
    protocol::get_attribute(thread, module.as_ref(), name.as_ref())
}

/// Shows types in a module under their names.
pub fn add_types(thread: &mut Thread, module: Ref<'_>, types: &[&'static Type]) -> Outcome<()> {
    types.iter().try_for_each(|ty| {
        let name = ty.short_name().into_owned();
        thread.module_add(module, &name, ty.as_ref().to_value())
    })
}

/// A function of `builtins`.
pub fn builtin(thread: &mut Thread, name: &str) -> Outcome<Value> {
    let key = thread.intern(name)?;
    let builtins = thread.interp().builtins().to_value();
    let found = match builtins.downcast::<Dict>() {
        Some(dict) => dict.get(thread, key.as_ref())?,
        None => None,
    };
    found.ok_or_else(|| thread.runtime_error(format!("lost builtins.{name}")))
}

/// A new exception class, as `type(name, (base,), …)` makes it.
pub fn new_exception(
    thread: &mut Thread,
    (module, name): (&str, &str),
    base: Ref<'_>,
    doc: Option<&str>,
) -> Outcome {
    let made = thread.dict()?;
    let namespace = made.downcast::<Dict>().expect("just made");
    let key = thread.names().__module__.clone();
    let module = thread.intern(module)?;
    namespace.set(thread, key.as_ref(), module)?;
    if let Some(doc) = doc {
        let key = thread.names().__doc__.clone();
        let doc = thread.str(doc)?;
        namespace.set(thread, key.as_ref(), doc)?;
    }
    let name = thread.intern(name)?;
    let bases = thread.tuple([base.to_value()])?;
    let ty = taipan_object::types::type_::TYPE.as_ref();
    protocol::call(thread, ty, &[name.as_ref(), bases.as_ref(), made.as_ref()])
}

/// An exception class of a module, kept for the interpreter: made when it is first asked for.
pub fn kept_exception(
    thread: &mut Thread,
    key: &'static u8,
    names: (&str, &str),
    base: &Type,
    doc: Option<&str>,
) -> Outcome {
    if let Some(class) = thread.interp().slot(key) {
        return Ok(class);
    }
    let class = new_exception(thread, names, base.as_ref(), doc)?;
    thread.interp().set_slot(key, class.clone());
    Ok(class)
}

/// Raises an exception of a class with a message.
#[cold]
pub fn raise(thread: &mut Thread, class: Outcome, message: &str) -> taipan_object::Raised {
    let made = class.and_then(|class| {
        let message = thread.str(message)?;
        protocol::call(thread, class.as_ref(), &[message.as_ref()])
    });
    match made {
        Ok(exception) => thread.raise(exception),
        Err(raised) => raised,
    }
}
