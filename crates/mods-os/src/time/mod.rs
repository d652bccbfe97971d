//! The module `time`: clocks, sleeping, calendar time.
//!
//! Answers for CPython's `Modules/timemodule.c`.

mod calendar;
mod clock;

use taipan_object::native::ModuleDef;
use taipan_object::types::dict::Dict;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

/// The module `time`.
pub static TIME: ModuleDef = ModuleDef {
    name: "time",
    doc: Some(
        "This module provides various functions to manipulate time values.\n\nThere are two standard representations of time.  One is the number\nof seconds since the Epoch, in UTC (a.k.a. GMT).  It may be an integer\nor a floating-point number (to represent fractions of seconds).\nThe epoch is the point where the time starts, the return value of time.gmtime(0).\nIt is January 1, 1970, 00:00:00 (UTC) on all platforms.\n\nThe other representation is a tuple of 9 integers giving local time.\nThe tuple items are:\n  year (including century, e.g. 1998)\n  month (1-12)\n  day (1-31)\n  hours (0-23)\n  minutes (0-59)\n  seconds (0-59)\n  weekday (0-6, Monday is 0)\n  Julian day (day in the year, 1-366)\n  DST (Daylight Savings Time) flag (-1, 0 or 1)\nIf the DST flag is 0, the time is given in the regular time zone;\nif it is 1, the time is given in the DST time zone;\nif it is -1, mktime() should guess based on the date and time.\n",
    ),
    functions: &[calendar::FUNCTIONS, clock::FUNCTIONS],
    exec: Some(exec),
};

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    crate::add_numbers(thread, module, taipan_host::constants::TIME)?;
    thread.module_add(module, "_STRUCT_TM_ITEMS", Value::small_int(11))?;
    thread.module_add(module, "struct_time", calendar::STRUCT_TIME.as_ref().to_value())?;
    calendar::set_zone(thread, module)
}

/// A module of the library, by `__import__`.
fn import(thread: &mut Thread, name: &str) -> Outcome {
    let key = thread.names().__import__.clone();
    let builtins = thread.interp().builtins();
    let import =
        builtins.downcast::<Dict>().expect("the dictionary of builtins").get(thread, key.as_ref())?;
    let Some(import) = import else { return Err(thread.import_error("__import__ not found")) };
    let name = thread.str(name)?;
    protocol::call(thread, import.as_ref(), &[name.as_ref()])
}
