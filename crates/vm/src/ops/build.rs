//! Displays and comprehensions.

use taipan_object::types::dict::Dict;
use taipan_object::types::list::List;
use taipan_object::types::set::Set;
use taipan_object::{Outcome, Ref, Thread, Value};

use super::local::own_operand;
use crate::dispatch::{arg, attempt, cold_handlers, leave, next};

/// An interpolation of value, source and, perhaps, format specification.
fn interpolation(thread: &mut Thread, operands: &[Ref<'_>], conversion: usize) -> Outcome {
    let conversion = match conversion {
        0 => Value::none(),
        letter => thread.intern(["s", "r", "a"][(letter - 1) % 3])?,
    };
    let format_spec = match operands.get(2) {
        Some(spec) => spec.to_value(),
        None => thread.names().empty.clone(),
    };
    thread.interpolation([operands[0].to_value(), operands[1].to_value(), conversion, format_spec])
}

/// A set of the items.
fn set_of(thread: &mut Thread, items: &[Ref<'_>]) -> Outcome {
    let value = thread.set()?;
    let set = value.downcast::<Set>().expect("just made");
    for item in items {
        set.add(thread, *item)?;
    }
    Ok(value)
}

cold_handlers! {
    /// `BUILD_TUPLE`
    build_tuple(pc, sp, fp, th, unit) {
        let count = arg(unit);
        let thread = leave(th, pc, sp);
        let start = sp.sub(count);
        let made = if count == 0 {
            thread.tuple([])
        } else {
            let words = std::slice::from_raw_parts(start.cast::<Ref<'_>>(), count);
            thread.tuple_from_refs(words)
        };
        let tuple = attempt!(made, pc, sp, fp, th).into_word();
        crate::frame::release_operands(start, sp);
        start.write(tuple);
        next!(pc.add(1), start.add(1), fp, th)
    }

    /// `BUILD_LIST`
    build_list(pc, sp, fp, th, unit) {
        let count = arg(unit);
        let list = attempt!(leave(th, pc, sp).list_with_room(count), pc, sp, fp, th);
        let start = sp.sub(count);
        let items = &mut *(*list.word().header().cast::<List>()).items.get();
        let mut at = start;
        while at < sp {
            items.push_within(Value::from_word(own_operand(*at)));
            at = at.add(1);
        }
        start.write(list.into_word());
        next!(pc.add(1), start.add(1), fp, th)
    }

    /// `BUILD_MAP`
    build_map(pc, sp, fp, th, unit) {
        let count = arg(unit);
        let thread = leave(th, pc, sp);
        let dict = attempt!(thread.dict(), pc, sp, fp, th);
        let start = sp.sub(2 * count);
        for index in 0..count {
            let (key, value) = (Ref::from_word(*start.add(2 * index)), Ref::from_word(*start.add(2 * index + 1)));
            let outcome = dict.downcast::<Dict>().expect("just made").set(thread, key, value.to_value());
            if outcome.is_err() {
                drop(dict);
                return crate::unwind::unwind(pc, sp, fp, th, 0);
            }
        }
        crate::frame::release_operands(start, sp);
        start.write(dict.into_word());
        next!(pc.add(1), start.add(1), fp, th)
    }

    /// `BUILD_SET`
    build_set(pc, sp, fp, th, unit) {
        let start = sp.sub(arg(unit));
        let thread = leave(th, pc, sp);
        let items = std::slice::from_raw_parts(start.cast::<Ref<'_>>(), arg(unit));
        let set = attempt!(set_of(thread, items), pc, sp, fp, th).into_word();
        crate::frame::release_operands(start, sp);
        start.write(set);
        leave(th, pc, start.add(1)).settle();
        next!(pc.add(1), start.add(1), fp, th)
    }

    /// `BUILD_TEMPLATE`
    build_template(pc, sp, fp, th, unit) {
        let (strings, interpolations) = (Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        let made = leave(th, pc, sp).template(strings, interpolations);
        let template = attempt!(made, pc, sp, fp, th).into_word();
        crate::frame::release_operands(sp.sub(2), sp);
        sp.sub(2).write(template);
        next!(pc.add(1), sp.sub(1), fp, th)
    }

    /// `BUILD_INTERPOLATION`
    build_interpolation(pc, sp, fp, th, unit) {
        let count = 2 + (arg(unit) & 1);
        let start = sp.sub(count);
        let operands = std::slice::from_raw_parts(start.cast::<Ref<'_>>(), count);
        let made = interpolation(leave(th, pc, sp), operands, arg(unit) >> 2);
        let made = attempt!(made, pc, sp, fp, th).into_word();
        crate::frame::release_operands(start, sp);
        start.write(made);
        next!(pc.add(1), start.add(1), fp, th)
    }

    /// `SET_ADD`
    set_add(pc, sp, fp, th, unit) {
        let set = *sp.sub(1 + arg(unit));
        let outcome = (*set.header().cast::<Set>()).add(leave(th, pc, sp), Ref::from_word(*sp.sub(1)));
        attempt!(outcome, pc, sp, fp, th);
        crate::frame::release_operands(sp.sub(1), sp);
        next!(pc.add(1), sp.sub(1), fp, th)
    }

    /// `SET_UPDATE`
    set_update(pc, sp, fp, th, unit) {
        let set = *sp.sub(1 + arg(unit));
        let outcome = (*set.header().cast::<Set>()).update(leave(th, pc, sp), Ref::from_word(*sp.sub(1)));
        attempt!(outcome, pc, sp, fp, th);
        crate::frame::release_operands(sp.sub(1), sp);
        leave(th, pc, sp.sub(1)).settle();
        next!(pc.add(1), sp.sub(1), fp, th)
    }

    /// `LIST_APPEND`
    list_append(pc, sp, fp, th, unit) {
        let list = *sp.sub(1 + arg(unit));
        let value = Value::from_word(own_operand(*sp.sub(1)));
        let thread = leave(th, pc, sp.sub(1));
        let outcome = (*list.header().cast::<List>()).push(thread, value);
        attempt!(outcome, pc, sp.sub(1), fp, th);
        next!(pc.add(1), sp.sub(1), fp, th)
    }
}
