//! The codec registry: search functions, codecs that were found, error handlers.

use super::builtin_handlers;
use crate::protocol;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::exception::{LOOKUP_ERROR, add_note};
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Raised, Ref, Value};

/// Where the interpreter keeps the registry: search functions, cache, error handlers.
static REGISTRY: u8 = 1;
/// Set once the package `encodings` was asked for.
static ENCODINGS: u8 = 2;

/// The three parts of the registry.
struct Registry {
    search_path: Value,
    cache: Value,
    handlers: Value,
}

impl Registry {
    fn of(thread: &mut Thread) -> Outcome<Registry> {
        if let Some(parts) = thread.interp().slot(&REGISTRY)
            && let Some([search_path, cache, handlers]) = parts.downcast::<Tuple>().map(Tuple::items)
        {
            let (search_path, cache) = (search_path.to_value(), cache.to_value());
            return Ok(Registry { search_path, cache, handlers: handlers.to_value() });
        }
        let registry = Registry {
            search_path: thread.list(Vec::new())?,
            cache: thread.dict()?,
            handlers: thread.dict()?,
        };
        for (name, handler) in builtin_handlers::ALL {
            let name = thread.intern(name)?;
            let function = crate::types::builtin::native_function(thread, handler, None, None)?;
            registry.handlers().set_str(thread, name.as_ref(), function)?;
        }
        let parts = thread.tuple([
            registry.search_path.clone(),
            registry.cache.clone(),
            registry.handlers.clone(),
        ])?;
        thread.interp().set_slot(&REGISTRY, parts);
        Ok(registry)
    }

    fn search_path(&self) -> &List {
        self.search_path.downcast::<List>().expect("made as a list")
    }

    fn cache(&self) -> &Dict {
        self.cache.downcast::<Dict>().expect("made as a dictionary")
    }

    fn handlers(&self) -> &Dict {
        self.handlers.downcast::<Dict>().expect("made as a dictionary")
    }
}

/// Imports the package `encodings`, whose search function comes first, when the registry is used for
/// the first time.
fn ensure_encodings(thread: &mut Thread) -> Outcome<()> {
    if thread.interp().slot(&ENCODINGS).is_some() {
        return Ok(());
    }
    thread.interp().set_slot(&ENCODINGS, Value::none());
    let builtins = thread.interp().builtins().to_value();
    let name = thread.names().__import__.clone();
    let import = builtins.downcast::<Dict>().expect("a dictionary").get(thread, name.as_ref())?;
    let Some(import) = import else { return Ok(()) };
    let name = thread.str("encodings")?;
    if let Err(raised) = protocol::call(thread, import.as_ref(), &[name.as_ref()]) {
        // A library without the package still has the codecs that need no registry.
        if !thread.exception_is(&crate::types::exception::IMPORT_ERROR) {
            return Err(raised);
        }
        drop(thread.take_exception());
    }
    Ok(())
}

/// Whether no search function is known: a program without the library.
pub(super) fn is_empty(thread: &mut Thread) -> Outcome<bool> {
    ensure_encodings(thread)?;
    Ok(Registry::of(thread)?.search_path().len(thread) == 0)
}

/// `codecs.register`
pub fn register(thread: &mut Thread, function: Ref<'_>) -> Outcome<()> {
    ensure_encodings(thread)?;
    if function.ty().slots().call.is_none() {
        return Err(thread.type_error("argument must be callable"));
    }
    let registry = Registry::of(thread)?;
    registry.search_path().push(thread, function.to_value())
}

/// `codecs.unregister`
pub fn unregister(thread: &mut Thread, function: Ref<'_>) -> Outcome<()> {
    let registry = Registry::of(thread)?;
    let own = registry.search_path();
    let Some(index) = own.view(thread).iter().position(|item| item.is(function)) else { return Ok(()) };
    let index = Value::small_int(index as i64);
    protocol::delete_item(thread, registry.search_path.as_ref(), index.as_ref())?;
    registry.cache().clear(thread);
    Ok(())
}

/// The name of an encoding as search functions get it: lower case, one underscore for whatever is
/// neither letter nor digit nor dot.
pub(super) fn normalize(encoding: &str) -> String {
    let mut name = String::with_capacity(encoding.len());
    let mut separated = false;
    for c in encoding.chars() {
        if !c.is_ascii_alphanumeric() && c != '.' {
            separated = true;
            continue;
        }
        if separated && !name.is_empty() {
            name.push('_');
        }
        separated = false;
        name.push(c.to_ascii_lowercase());
    }
    name
}

/// `codecs.lookup`: a tuple of four functions, mostly a `CodecInfo`.
pub fn lookup(thread: &mut Thread, encoding: &str) -> Outcome {
    ensure_encodings(thread)?;
    let registry = Registry::of(thread)?;
    let name = thread.intern(&normalize(encoding))?;
    if let Some(found) = registry.cache().get(thread, name.as_ref())? {
        return Ok(found);
    }
    let mut index = 0;
    while let Some(function) = registry.search_path().get(thread, index) {
        index += 1;
        let found = protocol::call(thread, function.as_ref(), &[name.as_ref()])?;
        if found.as_ref().is_none() {
            continue;
        }
        if found.downcast::<Tuple>().is_none_or(|found| found.len() != 4) {
            return Err(thread.type_error("codec search functions must return 4-tuples"));
        }
        registry.cache().set(thread, name.as_ref(), found.clone())?;
        return Ok(found);
    }
    Err(thread.raise_new(&LOOKUP_ERROR, format!("unknown encoding: {encoding}")))
}

/// As [`lookup`], for codecs between strings and bytes only; `alternative` goes with others, too.
pub fn lookup_text_encoding(thread: &mut Thread, encoding: &str, alternative: &str) -> Outcome {
    let codec = lookup(thread, encoding)?;
    if codec.as_ref().exact::<Tuple>().is_some() {
        return Ok(codec);
    }
    let name = thread.intern("_is_text_encoding")?;
    if let Some(is_text) = protocol::find_attribute(thread, codec.as_ref(), name.as_ref())?
        && !protocol::is_true(thread, is_text.as_ref())?
    {
        let message =
            format!("'{encoding}' is not a text encoding; use {alternative} to handle arbitrary codecs");
        return Err(thread.raise_new(&LOOKUP_ERROR, message));
    }
    Ok(codec)
}

/// `codecs.encode`
pub fn encode(thread: &mut Thread, object: Ref<'_>, encoding: &str, errors: Option<&str>) -> Outcome {
    let codec = lookup(thread, encoding)?;
    encode_with(thread, &codec, object, encoding, errors)
}

/// `codecs.decode`
pub fn decode(thread: &mut Thread, object: Ref<'_>, encoding: &str, errors: Option<&str>) -> Outcome {
    let codec = lookup(thread, encoding)?;
    decode_with(thread, &codec, object, encoding, errors)
}

/// Encodes with a codec that was looked up.
pub(super) fn encode_with(
    thread: &mut Thread,
    codec: &Value,
    object: Ref<'_>,
    encoding: &str,
    errors: Option<&str>,
) -> Outcome {
    let result = apply(thread, codec, 0, object, errors)
        .inspect_err(|_| add_note(thread, &format!("encoding with '{encoding}' codec failed")))?;
    first_of_two(thread, &result, "encoder must return a tuple (object, integer)")
}

/// Decodes with a codec that was looked up.
pub(super) fn decode_with(
    thread: &mut Thread,
    codec: &Value,
    object: Ref<'_>,
    encoding: &str,
    errors: Option<&str>,
) -> Outcome {
    let result = apply(thread, codec, 1, object, errors)
        .inspect_err(|_| add_note(thread, &format!("decoding with '{encoding}' codec failed")))?;
    first_of_two(thread, &result, "decoder must return a tuple (object,integer)")
}

fn apply(thread: &mut Thread, codec: &Value, which: usize, object: Ref<'_>, errors: Option<&str>) -> Outcome {
    thread.check_native_stack()?;
    let function = codec.downcast::<Tuple>().expect("checked by lookup").items()[which].to_value();
    match errors {
        None => protocol::call(thread, function.as_ref(), &[object]),
        Some(errors) => {
            let errors = thread.str(errors)?;
            protocol::call(thread, function.as_ref(), &[object, errors.as_ref()])
        }
    }
}

fn first_of_two(thread: &mut Thread, result: &Value, wrong: &str) -> Outcome {
    match result.downcast::<Tuple>().map(Tuple::items) {
        Some([first, _]) => Ok(first.to_value()),
        _ => Err(thread.type_error(wrong)),
    }
}

/// `codecs.register_error`
pub fn register_error(thread: &mut Thread, name: &str, handler: Ref<'_>) -> Outcome<()> {
    if handler.ty().slots().call.is_none() {
        return Err(thread.type_error("handler must be callable"));
    }
    let registry = Registry::of(thread)?;
    let name = thread.intern(name)?;
    registry.handlers().set(thread, name.as_ref(), handler.to_value())
}

/// `codecs._unregister_error`: whether there was such a handler.
pub fn unregister_error(thread: &mut Thread, name: &str) -> Outcome<bool> {
    if builtin_handlers::ALL.iter().any(|(known, _)| *known == name) {
        return Err(thread.value_error(format!("cannot un-register built-in error handler '{name}'")));
    }
    let registry = Registry::of(thread)?;
    let name = thread.intern(name)?;
    Ok(registry.handlers().remove(thread, name.as_ref())?.is_some())
}

/// `codecs.lookup_error`
pub fn lookup_error(thread: &mut Thread, name: &str) -> Outcome {
    let registry = Registry::of(thread)?;
    let key = thread.str(name)?;
    match registry.handlers().get(thread, key.as_ref())? {
        Some(handler) => Ok(handler),
        None => Err(unknown_handler(thread, name)),
    }
}

#[cold]
fn unknown_handler(thread: &mut Thread, name: &str) -> Raised {
    thread.raise_new(&LOOKUP_ERROR, format!("unknown error handler name '{name}'"))
}
