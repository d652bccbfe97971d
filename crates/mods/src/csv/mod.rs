//! The module `_csv`.
//!
//! Answers for CPython's `Modules/_csv.c`.

mod dialect;
mod reader;
mod writer;

use taipan_macros::native;
use taipan_object::native::{Args, ModuleDef};
use taipan_object::protocol;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::EXCEPTION;
use taipan_object::types::int::to_int;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Raised, Ref, Thread, Value};

/// The module `_csv`.
pub static CSV: ModuleDef = ModuleDef {
    name: "_csv",
    doc: Some("CSV parsing and writing.\n"),
    functions: &[&[
        FIELD_SIZE_LIMIT,
        GET_DIALECT,
        LIST_DIALECTS,
        reader::READER_FUNCTION,
        REGISTER_DIALECT,
        UNREGISTER_DIALECT,
        writer::WRITER_FUNCTION,
    ]],
    exec: Some(|thread, module| {
        thread.module_add(module, "Dialect", dialect::DIALECT.as_ref().to_value())?;
        thread.module_add(module, "Reader", reader::READER.as_ref().to_value())?;
        thread.module_add(module, "Writer", writer::WRITER.as_ref().to_value())?;
        let error = error_class(thread)?;
        thread.module_add(module, "Error", error)?;
        let dialects = dialects(thread)?;
        thread.module_add(module, "_dialects", dialects)?;
        let styles = [
            "QUOTE_MINIMAL",
            "QUOTE_ALL",
            "QUOTE_NONNUMERIC",
            "QUOTE_NONE",
            "QUOTE_STRINGS",
            "QUOTE_NOTNULL",
        ];
        styles
            .into_iter()
            .enumerate()
            .try_for_each(|(number, name)| thread.module_add(module, name, Value::small_int(number as i64)))
    }),
};

/// Where an interpreter keeps `_csv.Error`, the registered dialects, the limit of a field.
static ERROR: u8 = 0;
static DIALECTS: u8 = 1;
static LIMIT: u8 = 2;

fn error_class(thread: &mut Thread) -> Outcome {
    crate::library::kept_exception(thread, &ERROR, ("_csv", "Error"), &EXCEPTION, None)
}

#[cold]
fn error(thread: &mut Thread, message: &str) -> Raised {
    let class = error_class(thread);
    crate::library::raise(thread, class, message)
}

fn dialects(thread: &mut Thread) -> Outcome {
    if let Some(dialects) = thread.interp().slot(&DIALECTS) {
        return Ok(dialects);
    }
    let made = thread.dict()?;
    thread.interp().set_slot(&DIALECTS, made.clone());
    Ok(made)
}

fn registered(thread: &mut Thread, name: Ref<'_>) -> Outcome {
    let all = dialects(thread)?;
    let found = all.downcast::<Dict>().expect("made as one").get(thread, name)?;
    found.ok_or_else(|| error(thread, "unknown dialect"))
}

/// The most characters of a field.
fn limit(thread: &Thread) -> i64 {
    thread.interp().slot(&LIMIT).map_or(128 * 1024, |limit| limit.word().int())
}

/// Sets an upper limit on parsed fields.
///
/// Returns old limit. If limit is not given, no new limit is set and
/// the old limit is returned
#[native(signature = "($module, /, new_limit=<unrepresentable>)")]
fn field_size_limit(thread: &mut Thread, new_limit: Option<Ref<'_>>) -> Outcome<i64> {
    let old = limit(thread);
    if let Some(new) = new_limit {
        let number = if new.word().is_int() || to_int(new).is_some() {
            protocol::index_i64(thread, new)?
        } else {
            return Err(thread.type_error("limit must be an integer"));
        };
        let number = thread.int(i128::from(number))?;
        if number.word().is_int() {
            thread.interp().set_slot(&LIMIT, number);
        }
    }
    Ok(old)
}

/// Return the dialect instance associated with name.
#[native(signature = "($module, /, name)")]
fn get_dialect(thread: &mut Thread, name: Ref<'_>) -> Outcome {
    registered(thread, name)
}

/// Return a list of all known dialect names.
#[native(signature = "($module, /)")]
fn list_dialects(thread: &mut Thread) -> Outcome {
    let all = dialects(thread)?;
    let names = protocol::collect(thread, all.as_ref())?;
    thread.list(names)
}

/// Create a mapping from a string name to a CVS dialect.
///
/// The optional "dialect" argument specifies the base dialect instance
/// or the name of the registered dialect.  The function also accepts
/// optional keyword arguments which override settings provided by the
/// dialect.
///
#[native(signature = "($module, name, /, dialect='excel', **fmtparams)")]
fn register_dialect<'a>(thread: &mut Thread, args: Args<'a>) -> Outcome<()> {
    let (name, base) = match args.positionals() {
        [name] => (*name, None),
        [name, base] => (*name, Some(*base)),
        other => {
            let count = other.len();
            let bound = if count == 0 { "at least 1 argument" } else { "at most 2 arguments" };
            return Err(thread.type_error(format!("register_dialect expected {bound}, got {count}")));
        }
    };
    if name.downcast::<Str>().is_none() {
        return Err(thread.type_error("dialect name must be a string"));
    }
    let made = dialect::call_dialect(thread, base, args)?;
    let all = dialects(thread)?;
    all.downcast::<Dict>().expect("made as one").set(thread, name, made)
}

/// Delete the name/dialect mapping associated with a string name.
#[native(signature = "($module, /, name)")]
fn unregister_dialect(thread: &mut Thread, name: Ref<'_>) -> Outcome<()> {
    let all = dialects(thread)?;
    match all.downcast::<Dict>().expect("made as one").remove(thread, name)? {
        Some(old) => {
            drop(old);
            Ok(())
        }
        None => Err(error(thread, "unknown dialect")),
    }
}
