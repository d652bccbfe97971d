//! Calls and returns.
//!
//! Before a call the operands are `callable, receiver or NULL, arguments`. A Python function's
//! locals begin at its first argument, where it lies; the callable's slot keeps the function alive
//! and receives the result.

use std::sync::atomic::Ordering;

use taipan_layout::{Frame, Header, Word, frame_flags};
use taipan_object::native::NativeCall;
use taipan_object::types::builtin::{METHOD_DESCRIPTOR, Target, find_descriptor};
use taipan_object::types::function::{FUNCTION, Function};
use taipan_object::types::list::{LIST, List};
use taipan_object::types::method::BoundMethod;
use taipan_object::types::tuple::Tuple;
use taipan_object::types::type_::TYPE;
use taipan_object::value::own;
use taipan_object::{Args, Ref, Thread, Type, Value, heap, protocol};
use taipan_opcode::Opcode;

use crate::call::{bind, release_range, too_deep};
use crate::dispatch::{RETURNED, arg, attempt, cold_handlers, handlers, leave, next, tail};
use crate::frame::{self, clear_locals};
use crate::specialize;

/// Units of `CALL` with its caches.
const UNITS: usize = 4;

handlers! {
    /// `CALL_PY_EXACT_ARGS`
    call_py_exact_args(pc, sp, fp, th, unit) {
        let slot = sp.sub(arg(unit) + 2);
        let callable = *slot;
        let receiver = usize::from(!(*slot.add(1)).is_null());
        if super::arith::is_exact(callable, &FUNCTION) {
            let function = callable.header().cast::<Function>();
            let code = (*function).code.get();
            if (*function).version.get() == (*pc.add(2)).0
                && (*code).argcount as usize == arg(unit) + receiver
                && frame::fits(th, code, slot)
                && (*(*th).frame).flags & frame_flags::GENERATOR == 0
            {
                let caller = (*th).frame;
                (*caller).pc = pc;
                (*caller).sp = slot;
                (*caller).resume = UNITS as u32;
                let locals = slot.add(2 - receiver);
                let (pc, sp, fp) = frame::push(th, function, code, locals, arg(unit) + receiver, 0);
                next!(pc, sp, fp, th)
            }
        }
        tail!(call_miss, pc, sp, fp, th, unit)
    }

    /// `CALL_BOUND_METHOD_EXACT_ARGS`: takes the method apart, then as a function.
    call_bound_method_exact_args(pc, sp, fp, th, unit) {
        let slot = sp.sub(arg(unit) + 2);
        let callable = *slot;
        if super::arith::is_exact(callable, &taipan_object::types::method::METHOD) && (*slot.add(1)).is_null() {
            let method = callable.header().cast::<BoundMethod>();
            slot.add(1).write(own((*method).receiver.word()));
            slot.write(own((*method).function.word()));
            heap::release(callable);
            tail!(call_py_exact_args, pc, sp, fp, th, unit)
        }
        tail!(call_miss, pc, sp, fp, th, unit)
    }

    /// `CALL_ALLOC_AND_ENTER_INIT`: the instance takes the class's slot; `self` borrows it.
    call_alloc_and_enter_init(pc, sp, fp, th, unit) {
        let slot = sp.sub(arg(unit) + 2);
        let callable = *slot;
        if (*slot.add(1)).is_null() && callable.is_pointer() {
            let ty = callable.header().cast::<Type>();
            if std::ptr::eq((*callable.header()).ty.get().cast(), &TYPE)
                && (*ty).version.load(Ordering::Relaxed) == (*pc.add(2)).0
            {
                let function = (*ty).init_cache.get().cast::<Function>();
                let code = (*function).code.get();
                let in_generator = (*(*th).frame).flags & frame_flags::GENERATOR != 0;
                if (*code).argcount as usize == arg(unit) + 1 && frame::fits(th, code, slot) && !in_generator {
                    let size = (*ty).size.get() as usize;
                    if let Some(memory) = (*th).heap().allocate(size, heap::Kind::Container) {
                        let object = memory.cast::<Header>();
                        object.write(Header::new(ty.cast_const().cast()));
                        taipan_object::typeobject::finish_instance(object, &*ty, 16);
                        // The class's count in its slot becomes the instance's count of its class.
                        if !callable.is_counted() {
                            (*ty).count_instance();
                        }
                        slot.write(Word::counted(object));
                        slot.add(1).write(Word::uncounted(object));
                        (*function.cast::<Header>()).increment();
                        let caller = (*th).frame;
                        (*caller).pc = pc;
                        (*caller).sp = slot;
                        (*caller).resume = UNITS as u32;
                        let flags = frame_flags::INIT | frame_flags::OWNS_FUNCTION;
                        let (pc, sp, fp) = frame::push(th, function, code, slot.add(1), arg(unit) + 1, flags);
                        next!(pc, sp, fp, th)
                    }
                }
            }
        }
        tail!(call_miss, pc, sp, fp, th, unit)
    }

    /// `CALL_LIST_APPEND`
    call_list_append(pc, sp, fp, th, unit) {
        let (callable, receiver) = (*sp.sub(3), *sp.sub(2));
        let expected = u64::from((*pc.add(2)).0) | u64::from((*pc.add(3)).0) << 32;
        if callable.borrowed().0 == expected && super::arith::is_exact(receiver, &LIST) && !receiver.is_counted() {
            let items = &mut *(*receiver.header().cast::<List>()).items.get();
            if items.len() < items.capacity() {
                items.push_within(Value::from_word(super::local::own_operand(*sp.sub(1))));
                heap::release(callable);
                sp.sub(3).write(Ref::none().word());
                next!(pc.add(UNITS), sp.sub(2), fp, th)
            }
        }
        tail!(call_list_append_slow, pc, sp, fp, th, unit)
    }

    /// `CALL_LIST_APPEND` and the `POP_TOP` behind it.
    call_list_append_pop(pc, sp, fp, th, unit) {
        let (callable, receiver) = (*sp.sub(3), *sp.sub(2));
        let expected = u64::from((*pc.add(2)).0) | u64::from((*pc.add(3)).0) << 32;
        if callable.borrowed().0 == expected && super::arith::is_exact(receiver, &LIST) && !receiver.is_counted() {
            let items = &mut *(*receiver.header().cast::<List>()).items.get();
            if items.len() < items.capacity() {
                items.push_within(Value::from_word(super::local::own_operand(*sp.sub(1))));
                if callable.is_counted() {
                    (*callable.header()).decrement();
                }
                next!(pc.add(UNITS + 1), sp.sub(3), fp, th)
            }
        }
        tail!(call_list_append_slow, pc, sp, fp, th, unit)
    }

    /// `RETURN_VALUE`
    return_value(pc, sp, fp, th, unit) {
        let frame = (*th).frame;
        let result = super::local::own_operand(*sp.sub(1));
        if (*frame).flags != 0 {
            if (*frame).flags & frame_flags::GENERATOR != 0 {
                tail!(super::generator::leave_returning, pc, sp, fp, th, result.0)
            }
            tail!(return_special, pc, sp, fp, th, result.0)
        }
        clear_locals(fp, (*frame).code.cast());
        let caller = (*frame).prev;
        (*th).frame = caller;
        (*th).recursion_left += 1;
        let sp = (*caller).sp;
        let callable = *sp;
        sp.write(result);
        let pc = (*caller).pc.add((*caller).resume as usize);
        if callable.is_counted() && (*callable.header()).decrement() || (*th).heap().unsettled.get() {
            tail!(return_free, pc, sp.add(1), (*caller).locals, th, callable.0)
        }
        next!(pc, sp.add(1), (*caller).locals, th)
    }
}

cold_handlers! {
    /// Frees the callable after its call, and runs finalisers of the callee's locals.
    return_free(pc, sp, fp, th, word) {
        let callable = Word(word);
        if callable.is_counted() && (*callable.header()).count.get() == 0 {
            heap::release_cold(callable.header());
        }
        if (*th).heap().unsettled.get() {
            let frame = (*th).frame;
            let at = (*frame).pc;
            (*frame).sp = sp;
            (*th).settle();
            (*frame).pc = at;
        }
        next!(pc, sp, fp, th)
    }

    /// `RETURN_VALUE` of a frame with flags; the result comes in the place of the unit.
    return_special(pc, sp, fp, th, word) {
        let result = Word(word);
        let frame: *mut Frame = (*th).frame;
        let flags = (*frame).flags;
        (*frame).pc = pc;
        (*frame).sp = sp.sub(1);
        if flags & frame_flags::INIT != 0 && !result.same(Ref::none().word()) {
            let ty = Ref::from_word(result).ty().name().into_owned();
            (*th).type_error(format!("__init__() should return None, not '{ty}'"));
            drop(ty);
            heap::release(result);
            return crate::unwind::unwind(pc, sp.sub(1), fp, th, 0);
        }
        if flags & frame_flags::OBSERVED != 0 {
            frame::clear_observed(th, frame);
        }
        clear_locals(fp, (*frame).code.cast());
        if flags & frame_flags::OWNS_FUNCTION != 0 {
            heap::release(Word::counted((*frame).function));
        }
        let caller = (*frame).prev;
        (*th).frame = caller;
        (*th).recursion_left += 1;
        if flags & frame_flags::ENTRY != 0 {
            (*th).registers[0] = result.0 as usize;
            return RETURNED;
        }
        let sp = (*caller).sp;
        let pc = (*caller).pc.add((*caller).resume as usize);
        if flags & frame_flags::INIT == 0 {
            let callable = sp.replace(result);
            heap::release(callable);
        }
        (*caller).sp = sp.add(1);
        (*th).settle();
        next!(pc, sp.add(1), (*caller).locals, th)
    }

    /// `CALL`: chooses a form for the callable that it sees.
    call(pc, sp, fp, th, unit) {
        let slot = sp.sub(arg(unit) + 2);
        let thread = leave(th, pc, sp);
        specialize::call(thread, pc, *slot, *slot.add(1), arg(unit));
        tail!(call_slow, pc, sp, fp, th, unit)
    }

    /// A form of `CALL` that does not fit its callable this time.
    call_miss(pc, sp, fp, th, unit) {
        specialize::miss(pc, Opcode::Call as u16);
        tail!(call_slow, pc, sp, fp, th, unit)
    }

    /// `CALL_LIST_APPEND` where the list is full, or is none.
    call_list_append_slow(pc, sp, fp, th, unit) {
        let receiver = *sp.sub(2);
        if !super::arith::is_exact(receiver, &LIST) {
            specialize::miss(pc, Opcode::Call as u16);
        }
        tail!(call_slow, pc, sp, fp, th, unit)
    }

    /// `CALL` in general: Python functions get a frame, everything else is called natively.
    call_slow(pc, sp, fp, th, unit) {
        let slot = sp.sub(arg(unit) + 2);
        tail!(call_any, pc, sp, fp, th, slot as u64)
    }

    /// Calls what lies at the slot that comes in the place of the unit; no keyword arguments.
    call_any(pc, sp, fp, th, address) {
        let slot = address as *mut Word;
        if super::arith::is_exact(*slot, &taipan_object::types::method::METHOD) && (*slot.add(1)).is_null() {
            let callable = *slot;
            let method = callable.header().cast::<BoundMethod>();
            slot.add(1).write(own((*method).receiver.word()));
            slot.write(own((*method).function.word()));
            heap::release(callable);
        }
        let thread = leave(th, pc, sp);
        let receiver = usize::from(!(*slot.add(1)).is_null());
        let first = slot.add(2 - receiver);
        let count = sp.offset_from(first) as usize;
        if super::arith::is_exact(*slot, &FUNCTION) {
            match enter_python(pc, sp, th, slot, first, count, None) {
                Ok((pc, sp, fp)) => next!(pc, sp, fp, th),
                Err(sp) => return crate::unwind::unwind(pc, sp, fp, th, 0),
            }
        }
        let values = std::slice::from_raw_parts(first.cast::<Ref<'_>>(), count);
        let outcome = call_native(thread, Ref::from_word(*slot), Args::positional(values));
        let result = attempt!(outcome, pc, sp, fp, th).into_word();
        release_range(slot, sp);
        slot.write(result);
        let thread = leave(th, pc, slot.add(1));
        thread.settle();
        attempt!(thread.poll(), pc, slot.add(1), fp, th);
        next!(pc.add(UNITS), slot.add(1), fp, th)
    }

    /// `CALL_KW`: the names of the keyword arguments are on top.
    call_kw(pc, sp, fp, th, unit) {
        let slot = sp.sub(arg(unit) + 3);
        let thread = leave(th, pc, sp);
        let names_word = *sp.sub(1);
        let names = Ref::from_word(names_word).downcast::<Tuple>().expect("the compiler pushes a tuple");
        let receiver = usize::from(!(*slot.add(1)).is_null());
        let first = slot.add(2 - receiver);
        let count = sp.sub(1).offset_from(first) as usize;
        if super::arith::is_exact(*slot, &FUNCTION) {
            // The constants keep the names alive; a computed tuple is kept by its slot's count.
            match enter_python(pc, sp, th, slot, first, count, Some(names)) {
                Ok((pc, sp, fp)) => next!(pc, sp, fp, th),
                Err(sp) => return crate::unwind::unwind(pc, sp, fp, th, 0),
            }
        }
        let values = std::slice::from_raw_parts(first.cast::<Ref<'_>>(), count);
        let outcome = call_native(thread, Ref::from_word(*slot), Args::with_names(values, Some(names)));
        let result = attempt!(outcome, pc, sp, fp, th).into_word();
        release_range(slot, sp);
        slot.write(result);
        let thread = leave(th, pc, slot.add(1));
        thread.settle();
        attempt!(thread.poll(), pc, slot.add(1), fp, th);
        next!(pc.add(UNITS), slot.add(1), fp, th)
    }
}

/// Calls anything but a Python function.
#[inline]
fn call_native<'a>(thread: &mut Thread, callable: Ref<'a>, args: Args<'a>) -> taipan_object::Outcome {
    if callable.ty().is(&METHOD_DESCRIPTOR)
        && let Some(descriptor) = find_descriptor(callable)
        && let Target::Method(def) = descriptor.target
        && let Some((&receiver, rest)) = args.all().split_first()
        && args.names().is_none()
        && descriptor.owner.downcast::<Type>().is_some_and(|owner| receiver.ty().is(owner))
    {
        thread.check_native_stack()?;
        return match (def.call, rest) {
            (NativeCall::NoArgs(function), []) => function(thread, receiver),
            (NativeCall::One(function), [one]) => function(thread, receiver, *one),
            (NativeCall::Many(function), rest) => function(thread, receiver, Args::positional(rest)),
            _ => protocol::call_args(thread, callable, args),
        };
    }
    protocol::call_args(thread, callable, args)
}

/// Sets up the activation of a Python function whose arguments need sorting, or not; on an error,
/// the top of what is left to unwind.
unsafe fn enter_python(
    pc: *mut taipan_layout::Unit,
    sp: *mut Word,
    th: *mut Thread,
    slot: *mut Word,
    first: *mut Word,
    count: usize,
    names: Option<&Tuple>,
) -> Result<frame::Entry, *mut Word> {
    // SAFETY: as for handlers.
    unsafe {
        let function = (*slot).header().cast::<Function>();
        let code = (*function).code.get();
        let mut first = first;
        let in_generator = (*(*th).frame).flags & frame_flags::GENERATOR != 0;
        let free = if in_generator { crate::call::top(&*th).add(1) } else { sp };
        if !frame::fits(th, code, free.add(count)) {
            too_deep(&mut *th);
            return Err(sp);
        }
        if in_generator {
            // A generator's operands lie in its object: the callee's locals need the stack.
            free.copy_from_nonoverlapping(first, count);
            first = free;
        }
        let positional = count - names.map_or(0, Tuple::len);
        let simple = names.is_none() && (*code).simple && positional == (*code).argcount as usize;
        if !simple {
            let names_word = if names.is_some() { *sp.sub(1) } else { Word::NULL };
            let bound = bind(&mut *th, &*function, &*code, first, positional, names);
            heap::release(names_word);
            if bound.is_err() {
                // The arguments were released; the callable is left.
                return Err(slot.add(1));
            }
        }
        let given = if simple { count } else { (*code).source.total_args() as usize };
        let caller = (*th).frame;
        (*caller).pc = pc;
        (*caller).sp = slot;
        (*caller).resume = UNITS as u32;
        Ok(frame::push(th, function, code, first, given, 0))
    }
}
