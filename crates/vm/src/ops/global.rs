//! Global names.

use taipan_layout::Word;
use taipan_object::types::dict::{DICT, Dict};
use taipan_object::types::exception::{KEY_ERROR, NAME_ERROR};
use taipan_object::types::str::Str;
use taipan_object::value::duplicate;
use taipan_object::{Outcome, Ref, Thread, Value, heap, protocol};
use taipan_opcode::Opcode;

use crate::dispatch::{arg, attempt, cold_handlers, handlers, leave, next, tail};
use crate::frame::{code_of, function_of};
use crate::specialize;

/// Units of `LOAD_GLOBAL` with its caches.
const UNITS: usize = 5;

macro_rules! push_global {
    ($word:expr, $pc:ident, $sp:ident, $fp:ident, $th:ident, $unit:ident) => {{
        $sp.write(duplicate($word));
        // Written over if no call follows.
        $sp.add(1).write(Word::NULL);
        next!($pc.add(UNITS), $sp.add(1 + (arg($unit) & 1)), $fp, $th)
    }};
}

handlers! {
    /// `LOAD_GLOBAL_MODULE`
    load_global_module(pc, sp, fp, th, unit) {
        let globals = function_of((*th).frame).globals;
        let table = &*(*globals).table.get();
        if table.keys_version == (*pc.add(2)).0 {
            let word = table.entries().get_unchecked((*pc.add(3)).0 as usize).value;
            push_global!(word, pc, sp, fp, th, unit)
        }
        tail!(load_global_miss, pc, sp, fp, th, unit)
    }

    /// `LOAD_GLOBAL_BUILTIN`
    load_global_builtin(pc, sp, fp, th, unit) {
        let function = function_of((*th).frame);
        let globals = &*(*function.globals).table.get();
        let builtins = &*(*function.builtins).table.get();
        if globals.keys_version == (*pc.add(2)).0 && builtins.keys_version == (*pc.add(4)).0 {
            let word = builtins.entries().get_unchecked((*pc.add(3)).0 as usize).value;
            push_global!(word, pc, sp, fp, th, unit)
        }
        tail!(load_global_miss, pc, sp, fp, th, unit)
    }
}

/// What a global name means: globals first, then builtins.
pub fn lookup(thread: &mut Thread, globals: &Dict, builtins: &Dict, name: Ref<'_>) -> Outcome {
    let text = name.downcast::<Str>().expect("names are strings");
    if !Ref::of(globals).ty().is(&DICT) {
        // A class derived from `dict` may answer for what is missing.
        match protocol::get_item(thread, Ref::of(globals), name) {
            Err(raised) if !thread.exception_is(&KEY_ERROR) => return Err(raised),
            Err(_) => drop(thread.take_exception()),
            found => return found,
        }
    }
    let found = globals.get_str(thread, text).or_else(|| builtins.get_str(thread, text));
    match found.map(|found| found.to_value()) {
        Some(found) => Ok(found),
        None => {
            let message = format!("name '{}' is not defined", text.to_string_lossy());
            Err(thread.name_error(&NAME_ERROR, name, message))
        }
    }
}

cold_handlers! {
    /// `LOAD_GLOBAL`: chooses a form for where the name is found.
    load_global(pc, sp, fp, th, unit) {
        let function = function_of((*th).frame);
        let name = code_of((*th).frame).name_at(arg(unit) >> 1);
        specialize::load_global(&mut *th, pc, function, name.as_ref());
        tail!(load_global_slow, pc, sp, fp, th, unit)
    }

    /// A form of `LOAD_GLOBAL` whose dictionaries have changed.
    load_global_miss(pc, sp, fp, th, unit) {
        specialize::miss(pc, Opcode::LoadGlobal as u16);
        tail!(load_global_slow, pc, sp, fp, th, unit)
    }

    /// `LOAD_GLOBAL` in general.
    load_global_slow(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let function = function_of((*th).frame);
        let name = code_of((*th).frame).name_at(arg(unit) >> 1);
        let value = lookup(thread, function.globals(), function.builtins(), name.as_ref());
        let word = attempt!(value, pc, sp, fp, th).into_word();
        sp.write(word);
        sp.add(1).write(Word::NULL);
        next!(pc.add(UNITS), sp.add(1 + (arg(unit) & 1)), fp, th)
    }

    /// `STORE_GLOBAL`
    store_global(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let frame = (*th).frame;
        let value = Value::from_word(super::local::own_operand(*sp.sub(1)));
        let name = code_of(frame).name_at(arg(unit));
        let outcome = function_of(frame).globals().set_str(thread, name.as_ref(), value);
        attempt!(outcome, pc, sp.sub(1), fp, th);
        thread.settle();
        next!(pc.add(1), sp.sub(1), fp, th)
    }

    /// `DELETE_GLOBAL`
    delete_global(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let frame = (*th).frame;
        let name = code_of(frame).name_at(arg(unit));
        let old = attempt!(function_of(frame).globals().remove(thread, name.as_ref()), pc, sp, fp, th);
        if old.is_none() {
            super::name::undefined(thread, name);
            return crate::unwind::unwind(pc, sp, fp, th, 0);
        }
        heap::release(old.map_or(Word::NULL, Value::into_word));
        thread.settle();
        next!(pc.add(1), sp, fp, th)
    }
}
