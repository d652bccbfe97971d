//! `ImportError`: which module, found where, and which name of it.

use taipan_macros::native;

use super::family::{self, attributes, family, family_type};
use super::{args_of, base};
use crate::native::{Args, MethodDef};
use crate::thread::Thread;
use crate::types::str::Str;
use crate::value::{Outcome, Ref};

family!(
    /// An `ImportError`.
    ImportError, IMPORT_ERROR, 4
);

const MESSAGE: usize = 0;
const NAME: usize = 1;
const PATH: usize = 2;
const NAME_FROM: usize = 3;

attributes!(ATTRIBUTES: ImportError {
    MESSAGE => "msg" Some("exception message");
    NAME => "name" Some("module name");
    PATH => "path" Some("module path");
    NAME_FROM => "name_from" Some("name imported from module");
});

family_type! {
    /// The type `ImportError`.
    IMPORT_ERROR "ImportError" EXCEPTION "Import can't find module, or can't find name in module." ImportError {
        methods: &[METHODS], getset: &[ATTRIBUTES], init: Some(init), str: Some(str),
    }
}

family_type! {
    /// The type `ModuleNotFoundError`.
    MODULE_NOT_FOUND_ERROR "ModuleNotFoundError" IMPORT_ERROR "Module not found." ImportError {
        methods: &[], getset: &[], init: Some(init), str: Some(str),
    }
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    let names = [("name", NAME), ("path", PATH), ("name_from", NAME_FROM)];
    family::init_keywords::<ImportError>(thread, object, args, "ImportError", &names)?;
    let message = match args.positionals() {
        [message] => Some(*message),
        _ => None,
    };
    family::set(thread, family::own::<ImportError>(object), MESSAGE, message);
    Ok(())
}

fn str(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    match family::get(thread, family::own::<ImportError>(object), MESSAGE) {
        Some(message) if message.as_ref().exact::<Str>().is_some() => Ok(message),
        _ => base::str(thread, object),
    }
}

const METHODS: &[MethodDef] = &[__REDUCE__];

#[native(signature = "($self, /)", name = "__reduce__")]
fn __reduce__(thread: &mut Thread, this: &ImportError) -> Outcome {
    let object = Ref::of(this);
    let [name, path, from] = [NAME, PATH, NAME_FROM].map(|place| family::get(thread, this, place));
    let state = family::state_with(thread, object, &[("name", name), ("path", path), ("name_from", from)])?;
    let args = args_of(thread, object);
    family::reduced(thread, object, args, state)
}

impl Thread {
    /// Notes module, path and name in the ImportError being raised.
    pub fn note_import(&mut self, name: Option<Ref<'_>>, path: Option<Ref<'_>>, from: Option<Ref<'_>>) {
        let Some(error) = self.exception.clone() else { return };
        if let Some(own) = error.downcast::<ImportError>() {
            for (place, value) in [(NAME, name), (PATH, path), (NAME_FROM, from)] {
                family::set(self, own, place, value);
            }
        }
    }
}
