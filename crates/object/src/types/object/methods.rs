//! The methods of `object` that have to do with neither comparing nor pickling.

use taipan_macros::native;

use super::{INIT_SUBCLASS, SUBCLASS_HOOK, reduce};
use crate::native::MethodDef;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Ref};

/// The methods.
pub const METHODS: &[MethodDef] =
    &[reduce::REDUCE_EX, reduce::REDUCE, reduce::GETSTATE, SUBCLASS_HOOK, INIT_SUBCLASS, FORMAT, SIZEOF, DIR];

/// Default object formatter.
///
/// Return str(self) if format_spec is empty. Raise TypeError otherwise.
#[native(signature = "($self, format_spec, /)", name = "__format__")]
fn format(thread: &mut Thread, this: Ref<'_>, format_spec: Ref<'_>) -> Outcome {
    let Some(spec) = format_spec.downcast::<Str>() else {
        let ty = if format_spec.is_none() { "None".into() } else { format_spec.ty().name() };
        return Err(thread.type_error(format!("__format__() argument must be str, not {ty}")));
    };
    if !spec.is_empty() {
        let ty = this.ty().name();
        return Err(thread.type_error(format!("unsupported format string passed to {ty}.__format__")));
    }
    protocol::str(thread, this)
}

/// Size of object in memory, in bytes.
#[native(signature = "($self, /)", name = "__sizeof__")]
fn sizeof(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let items = match this.downcast::<Tuple>() {
        Some(tuple) => tuple.len() * 8,
        None => 0,
    };
    let size = this.ty().size.get() as usize + items;
    thread.int(size as i128)
}

/// Default dir() implementation.
#[native(signature = "($self, /)", name = "__dir__")]
fn dir(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let names = thread.names();
    let merged = match protocol::find_attribute(thread, this, names.__dict__.as_ref())? {
        Some(dict) => match dict.downcast::<Dict>() {
            Some(dict) => dict.copy(thread)?,
            None => thread.dict()?,
        },
        None => thread.dict()?,
    };
    let dict = merged.downcast::<Dict>().expect("just made");
    if let Some(class) = protocol::find_attribute(thread, this, names.__class__.as_ref())? {
        merge_class(thread, dict, class.as_ref())?;
    }
    key_list(thread, dict)
}

/// The keys of a dictionary as a list.
pub fn key_list(thread: &mut Thread, dict: &Dict) -> Outcome {
    let mut keys = Vec::new();
    let mut position = 0;
    while let Some((next, key, _)) = dict.next_entry(thread, position) {
        position = next;
        keys.push(key);
    }
    thread.list(keys)
}

/// Adds the names of a class and of its bases, by what `__dict__` and `__bases__` say.
pub fn merge_class(thread: &mut Thread, names: &Dict, class: Ref<'_>) -> Outcome<()> {
    thread.check_native_stack()?;
    let known = thread.names();
    if let Some(own) = protocol::find_attribute(thread, class, known.__dict__.as_ref())? {
        match class.downcast::<Type>().filter(|_| own.downcast::<Dict>().is_none()) {
            Some(ty) => {
                // SAFETY: the type is alive, and so is its dictionary.
                #[allow(unsafe_code)]
                let dict = unsafe { &*std::ptr::from_ref(ty.dict(thread)) };
                let mut position = 0;
                while let Some((next, key, value)) = dict.next_entry(thread, position) {
                    position = next;
                    names.set(thread, key.as_ref(), value)?;
                }
            }
            None => {
                for key in protocol::collect(thread, own.as_ref())? {
                    names.set(thread, key.as_ref(), crate::value::Value::none())?;
                }
            }
        }
    }
    let Some(bases) = protocol::find_attribute(thread, class, known.__bases__.as_ref())? else {
        return Ok(());
    };
    for index in 0..protocol::length(thread, bases.as_ref())? {
        let index = crate::value::Value::small_int(index as i64);
        let base = protocol::get_item(thread, bases.as_ref(), index.as_ref())?;
        merge_class(thread, names, base.as_ref())?;
    }
    Ok(())
}
