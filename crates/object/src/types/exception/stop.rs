//! `StopIteration` and `SystemExit`: exceptions that carry a result.

use super::base;
use super::family::{self, attributes, family, family_type};
use crate::native::Args;
use crate::thread::Thread;
use crate::value::{Outcome, Ref, Value};

family!(
    /// A `StopIteration`: the generator's result.
    StopIteration, STOP_ITERATION, 1
);
family!(
    /// A `SystemExit`: the exit code.
    SystemExit, SYSTEM_EXIT, 1
);

const RESULT: usize = 0;

attributes!(VALUE: StopIteration { RESULT => "value" Some("generator return value"); });
attributes!(CODE: SystemExit { RESULT => "code" Some("exception code"); });

family_type! {
    /// The type `StopIteration`.
    STOP_ITERATION "StopIteration" EXCEPTION "Signal the end from iterator.__next__()." StopIteration {
        methods: &[], getset: &[VALUE], init: Some(init_value),
    }
}

family_type! {
    /// The type `SystemExit`.
    SYSTEM_EXIT "SystemExit" BASE_EXCEPTION "Request to exit from the interpreter." SystemExit {
        methods: &[], getset: &[CODE], init: Some(init_code),
    }
}

fn init_value<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    base::init(thread, object, args)?;
    let own = family::own::<StopIteration>(object);
    family::set(thread, own, RESULT, args.positionals().first().copied());
    Ok(())
}

fn init_code<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    base::init(thread, object, args)?;
    let own = family::own::<SystemExit>(object);
    match args.positionals() {
        [] => {}
        [one] => family::set(thread, own, RESULT, Some(*one)),
        many => {
            let tuple = thread.tuple_from_refs(many)?;
            family::set(thread, own, RESULT, Some(tuple.as_ref()));
        }
    }
    Ok(())
}

/// `value` of a StopIteration, None if it has none.
pub fn stop_value(thread: &Thread, stop: Ref<'_>) -> Value {
    stop.downcast::<StopIteration>()
        .and_then(|own| family::get(thread, own, RESULT))
        .unwrap_or_else(Value::none)
}
