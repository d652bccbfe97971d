//! Making functions.

use taipan_object::types::function::Function;
use taipan_object::{Ref, Value, heap};

use super::local::own_operand;
use crate::dispatch::{arg, attempt, cold_handlers, leave, next};
use crate::frame::function_of;

cold_handlers! {
    /// `MAKE_FUNCTION`
    make_function(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let globals = Ref::of(function_of((*th).frame).globals());
        let code = Ref::from_word(*sp.sub(1));
        let function = attempt!(thread.function(code, globals), pc, sp, fp, th).into_word();
        heap::release(sp.sub(1).replace(function));
        next!(pc.add(1), sp, fp, th)
    }

    /// `SET_FUNCTION_ATTRIBUTE`
    set_function_attribute(pc, sp, fp, th, unit) {
        let function = *sp.sub(1);
        let value = Some(Value::from_word(own_operand(*sp.sub(2))));
        let parts = &mut *(*function.header().cast::<Function>()).parts.get();
        match arg(unit) {
            1 => parts.defaults = value,
            2 => parts.kwdefaults = value,
            4 => parts.annotations = value,
            8 => parts.closure = value,
            _ => parts.annotate = value,
        }
        sp.sub(2).write(function);
        next!(pc.add(1), sp.sub(1), fp, th)
    }
}
