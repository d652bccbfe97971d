//! The module `_collections`.
//!
//! Answers for CPython's `Modules/_collectionsmodule.c` and `Objects/odictobject.c`.

mod defaultdict;
mod deque;
mod deque_iterator;
mod order;
mod ordered_dict;
mod ordered_iterator;
mod tuplegetter;

use taipan_object::native::ModuleDef;

/// The module `_collections`.
pub static COLLECTIONS: ModuleDef = ModuleDef {
    name: "_collections",
    doc: Some(
        "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- defaultdict:  dict subclass with a default value factory\n",
    ),
    functions: &[&[tuplegetter::_COUNT_ELEMENTS]],
    exec: Some(|thread, module| {
        let others = [&defaultdict::DEFAULT_DICT, &ordered_dict::ORDERED_DICT, &tuplegetter::TUPLE_GETTER];
        for ty in deque::TYPES.iter().copied().chain(others) {
            let name = ty.short_name().into_owned();
            thread.module_add(module, &name, ty.as_ref().to_value())?;
        }
        Ok(())
    }),
};
