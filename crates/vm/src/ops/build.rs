//! Displays and comprehensions.

use taipan_object::types::dict::Dict;
use taipan_object::types::list::List;
use taipan_object::types::set::Set;
use taipan_object::{Outcome, Ref, Thread, Value};

use super::local::own_operand;
use crate::dispatch::{arg, leave, native_handlers};

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

native_handlers! {
    /// `BUILD_TUPLE`
    build_tuple[1](pc, sp, fp, th, unit) {
        let count = arg(unit);
        let thread = leave(th, pc, sp);
        let start = sp.sub(count);
        let made = if count == 0 {
            thread.tuple([])
        } else {
            let words = std::slice::from_raw_parts(start.cast::<Ref<'_>>(), count);
            thread.tuple_from_refs(words)
        };
        let tuple = (made)?.into_word();
        crate::frame::release_operands(start, sp);
        start.write(tuple);
        Ok(start.add(1))
    }

    /// `BUILD_LIST`
    build_list[1](pc, sp, fp, th, unit) {
        let count = arg(unit);
        let list = (leave(th, pc, sp).list_with_room(count))?;
        let start = sp.sub(count);
        let items = &mut *(*list.word().header().cast::<List>()).items.get();
        let mut at = start;
        while at < sp {
            items.push_within(Value::from_word(own_operand(*at)));
            at = at.add(1);
        }
        start.write(list.into_word());
        Ok(start.add(1))
    }

    /// `BUILD_MAP`
    build_map[1](pc, sp, fp, th, unit) {
        let count = arg(unit);
        let thread = leave(th, pc, sp);
        let dict = (thread.dict())?;
        let start = sp.sub(2 * count);
        for index in 0..count {
            let (key, value) = (Ref::from_word(*start.add(2 * index)), Ref::from_word(*start.add(2 * index + 1)));
            let outcome = dict.downcast::<Dict>().expect("just made").set(thread, key, value.to_value());
            if outcome.is_err() {
                drop(dict);
                return Err(taipan_object::value::Raised::assume());
            }
        }
        crate::frame::release_operands(start, sp);
        start.write(dict.into_word());
        Ok(start.add(1))
    }

    /// `BUILD_SET`
    build_set[1](pc, sp, fp, th, unit) {
        let start = sp.sub(arg(unit));
        let thread = leave(th, pc, sp);
        let items = std::slice::from_raw_parts(start.cast::<Ref<'_>>(), arg(unit));
        let set = (set_of(thread, items))?.into_word();
        crate::frame::release_operands(start, sp);
        start.write(set);
        leave(th, pc, start.add(1)).settle();
        Ok(start.add(1))
    }

    /// `BUILD_TEMPLATE`
    build_template[1](pc, sp, fp, th, unit) {
        let (strings, interpolations) = (Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        let made = leave(th, pc, sp).template(strings, interpolations);
        let template = (made)?.into_word();
        crate::frame::release_operands(sp.sub(2), sp);
        sp.sub(2).write(template);
        Ok(sp.sub(1))
    }

    /// `BUILD_INTERPOLATION`
    build_interpolation[1](pc, sp, fp, th, unit) {
        let count = 2 + (arg(unit) & 1);
        let start = sp.sub(count);
        let operands = std::slice::from_raw_parts(start.cast::<Ref<'_>>(), count);
        let made = interpolation(leave(th, pc, sp), operands, arg(unit) >> 2);
        let made = (made)?.into_word();
        crate::frame::release_operands(start, sp);
        start.write(made);
        Ok(start.add(1))
    }

    /// `SET_ADD`
    set_add[1](pc, sp, fp, th, unit) {
        // A program may bind the variable that conditional annotations are noted in.
        let (set, item) = (Ref::from_word(*sp.sub(1 + arg(unit))), Ref::from_word(*sp.sub(1)));
        let thread = leave(th, pc, sp);
        match set.downcast::<Set>() {
            Some(set) => set.add(thread, item)?,
            None => return Err(thread.type_error(format!("'{}' object is not a set", set.ty().name()))),
        }
        crate::frame::release_operands(sp.sub(1), sp);
        Ok(sp.sub(1))
    }

    /// `SET_UPDATE`
    set_update[1](pc, sp, fp, th, unit) {
        let set = *sp.sub(1 + arg(unit));
        let outcome = (*set.header().cast::<Set>()).update(leave(th, pc, sp), Ref::from_word(*sp.sub(1)));
        (outcome)?;
        crate::frame::release_operands(sp.sub(1), sp);
        leave(th, pc, sp.sub(1)).settle();
        Ok(sp.sub(1))
    }

    /// `LIST_APPEND`
    list_append[1](pc, sp, fp, th, unit) {
        let list = *sp.sub(1 + arg(unit));
        let value = Value::from_word(own_operand(*sp.sub(1)));
        let thread = leave(th, pc, sp.sub(1));
        let outcome = (*list.header().cast::<List>()).push(thread, value);
        (outcome)?;
        Ok(sp.sub(1))
    }
}
