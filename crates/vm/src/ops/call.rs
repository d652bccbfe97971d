//! Calls and returns.
//!
//! Before a call the operands are `callable, receiver or NULL, arguments`. A Python function's
//! locals begin at its first argument, where it lies; the callable's slot keeps the function alive
//! and receives the result.

use std::sync::atomic::Ordering;

use taipan_layout::{Frame, Header, Word, frame_flags};
use taipan_object::native::{MethodDef, NativeCall};
use taipan_object::types::builtin::{
    self, Descriptor, METHOD_DESCRIPTOR, NATIVE_FUNCTION, NativeFunction, Target, find_descriptor,
};
use taipan_object::types::function::{FUNCTION, Function};
use taipan_object::types::list::{LIST, List};
use taipan_object::types::method::BoundMethod;
use taipan_object::types::tuple::Tuple;
use taipan_object::types::type_::TYPE;
use taipan_object::value::own;
use taipan_object::{Args, Ref, Thread, Type, Value, heap, protocol};
use taipan_opcode::Opcode;

use crate::bind::bind;
use crate::call::{release_range, too_deep};
use crate::dispatch::{RETURNED, arg, attempt, cold_handlers, handlers, leave, next, tail};
use crate::frame::{self, clear_locals};
use crate::specialize;

/// Units of `CALL` with its caches.
const UNITS: usize = 4;

/// Continues at the first instruction of a function: behind `RESUME_CHECK`, if nothing waits.
macro_rules! enter_quickened {
    ($pc:expr, $sp:expr, $fp:expr, $th:expr) => {{
        let first = (*$pc).op();
        if first == Opcode::ResumeCheck as u16 && (*$th).breaker.load(Ordering::Relaxed) == 0 {
            next!($pc.add(1), $sp, $fp, $th)
        }
        next!($pc, $sp, $fp, $th)
    }};
}

handlers! {
    /// `CALL_PY_EXACT_ARGS` of a function: no receiver. The version tells the code, whose parameters
    /// were counted when the form was chosen; a generator's frame never gets it.
    call_py_exact_args(pc, sp, fp, th, unit) {
        let slot = sp.sub(arg(unit) + 2);
        let callable = *slot;
        if super::arith::is_exact(callable, &FUNCTION) && (*slot.add(1)).is_null() {
            let function = callable.header().cast::<Function>();
            if (*function).version.get() == (*pc.add(2)).0 {
                let code = (*function).code.get();
                if frame::fits(th, code, slot) {
                    let caller = (*th).frame;
                    (*caller).pc = pc;
                    (*caller).sp = slot;
                    (*caller).resume = UNITS as u32;
                    let (pc, sp, fp) = frame::push(th, function, code, slot.add(2), arg(unit), 0);
                    enter_quickened!(pc, sp, fp, th)
                }
            }
        }
        tail!(call_miss, pc, sp, fp, th, unit)
    }

    /// `CALL_PY_EXACT_ARGS` of a method: the receiver is the first argument.
    call_py_method_exact_args(pc, sp, fp, th, unit) {
        let slot = sp.sub(arg(unit) + 2);
        let callable = *slot;
        if super::arith::is_exact(callable, &FUNCTION) && !(*slot.add(1)).is_null() {
            let function = callable.header().cast::<Function>();
            if (*function).version.get() == (*pc.add(2)).0 {
                let code = (*function).code.get();
                if frame::fits(th, code, slot) {
                    let caller = (*th).frame;
                    (*caller).pc = pc;
                    (*caller).sp = slot;
                    (*caller).resume = UNITS as u32;
                    let (pc, sp, fp) = frame::push(th, function, code, slot.add(1), arg(unit) + 1, 0);
                    enter_quickened!(pc, sp, fp, th)
                }
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
            tail!(call_py_method_exact_args, pc, sp, fp, th, unit)
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

    /// `CALL_PY_GENERAL`, `CALL_BOUND_METHOD_GENERAL`: arguments that need sorting.
    call_py_general(pc, sp, fp, th, unit) {
        let slot = sp.sub(arg(unit) + 2);
        if super::arith::is_exact(*slot, &taipan_object::types::method::METHOD) && (*slot.add(1)).is_null() {
            take_apart(slot);
        }
        if super::arith::is_exact(*slot, &FUNCTION) {
            let receiver = usize::from(!(*slot.add(1)).is_null());
            let first = slot.add(2 - receiver);
            leave(th, pc, sp);
            let at = leave_at(th, pc, sp, UNITS);
            match enter_python(at, slot, first, sp.offset_from(first) as usize, None) {
                Ok((pc, sp, fp)) => next!(pc, sp, fp, th),
                Err(sp) => return crate::unwind::unwind(pc, sp, fp, th, 0),
            }
        }
        tail!(call_miss, pc, sp, fp, th, unit)
    }

    /// `CALL_BUILTIN_O`, `CALL_BUILTIN_FAST`, `CALL_BUILTIN_FAST_WITH_KEYWORDS`: a native function.
    call_builtin(pc, sp, fp, th, unit) {
        let slot = sp.sub(arg(unit) + 2);
        if super::arith::is_exact(*slot, &NATIVE_FUNCTION) && (*slot.add(1)).is_null() {
            let thread = leave(th, pc, sp);
            let function = &*(*slot).header().cast::<NativeFunction>();
            let receiver = function.receiver.as_ref().map_or(Ref::none(), Value::as_ref);
            let values = std::slice::from_raw_parts(slot.add(2).cast::<Ref<'_>>(), arg(unit));
            attempt!(thread.check_native_stack(), pc, sp, fp, th);
            let outcome = match (function.def.call, values) {
                (NativeCall::One(function), [one]) => function(thread, receiver, *one),
                (NativeCall::NoArgs(function), []) => function(thread, receiver),
                _ => call_many(thread, function.def, receiver, values),
            };
            let result = attempt!(outcome, pc, sp, fp, th).into_word();
            release_range(slot, sp);
            slot.write(result);
            if (*th).heap().unsettled.get() || (*th).breaker.load(Ordering::Relaxed) != 0 {
                tail!(call_finish, pc, slot.add(1), fp, th, unit)
            }
            next!(pc.add(UNITS), slot.add(1), fp, th)
        }
        tail!(call_miss, pc, sp, fp, th, unit)
    }

    /// `CALL_METHOD_DESCRIPTOR_NOARGS`, `_O`, `_FAST`, `_FAST_WITH_KEYWORDS`: a method of a native
    /// type; the receiver's type is the one that was checked.
    call_method_descriptor(pc, sp, fp, th, unit) {
        let slot = sp.sub(arg(unit) + 2);
        if super::arith::is_exact(*slot, &METHOD_DESCRIPTOR)
            && !super::attr::version_of(*slot.add(1), (*pc.add(2)).0).is_null()
            && !(*slot.add(1)).is_null()
            && (*slot).header() as u32 == (*pc.add(3)).0
        {
            let descriptor = &*(*slot).header().cast::<Descriptor>();
            if let Target::Method(def) = descriptor.target {
                let thread = leave(th, pc, sp);
                let receiver = Ref::from_word(*slot.add(1));
                let values = std::slice::from_raw_parts(slot.add(2).cast::<Ref<'_>>(), arg(unit));
                attempt!(thread.check_native_stack(), pc, sp, fp, th);
                let outcome = match (def.call, values) {
                    (NativeCall::One(function), [one]) => function(thread, receiver, *one),
                    (NativeCall::NoArgs(function), []) => function(thread, receiver),
                    _ => call_many(thread, def, receiver, values),
                };
                let result = attempt!(outcome, pc, sp, fp, th).into_word();
                release_range(slot, sp);
                slot.write(result);
                if (*th).heap().unsettled.get() || (*th).breaker.load(Ordering::Relaxed) != 0 {
                    tail!(call_finish, pc, slot.add(1), fp, th, unit)
                }
                next!(pc.add(UNITS), slot.add(1), fp, th)
            }
        }
        tail!(call_miss, pc, sp, fp, th, unit)
    }

    /// `CALL_TYPE_1`
    call_type_1(pc, sp, fp, th, unit) {
        let slot = sp.sub(3);
        if (*slot).same(TYPE.as_ref().word()) && (*slot.add(1)).is_null() {
            let ty = Ref::from_word(*sp.sub(1)).ty().as_ref().to_value().into_word();
            release_range(slot, sp);
            slot.write(ty);
            if (*th).heap().unsettled.get() {
                tail!(call_finish, pc, slot.add(1), fp, th, unit)
            }
            next!(pc.add(UNITS), slot.add(1), fp, th)
        }
        tail!(call_miss, pc, sp, fp, th, unit)
    }

    /// `CALL_NON_PY_GENERAL`, `CALL_BUILTIN_CLASS`, `CALL_STR_1`, `CALL_TUPLE_1`
    call_non_py_general(pc, sp, fp, th, unit) {
        let slot = sp.sub(arg(unit) + 2);
        if !super::arith::is_exact(*slot, &FUNCTION)
            && !super::arith::is_exact(*slot, &taipan_object::types::method::METHOD)
        {
            let receiver = usize::from(!(*slot.add(1)).is_null());
            let first = slot.add(2 - receiver);
            let values = std::slice::from_raw_parts(first.cast::<Ref<'_>>(), arg(unit) + receiver);
            let thread = leave(th, pc, sp);
            let outcome = call_values(thread, Ref::from_word(*slot), values);
            let result = attempt!(outcome, pc, sp, fp, th).into_word();
            release_range(slot, sp);
            slot.write(result);
            if (*th).heap().unsettled.get() || (*th).breaker.load(Ordering::Relaxed) != 0 {
                tail!(call_finish, pc, slot.add(1), fp, th, unit)
            }
            next!(pc.add(UNITS), slot.add(1), fp, th)
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
        if (*frame).flags != 0 {
            tail!(return_unusual, pc, sp, fp, th, unit)
        }
        let mut left = (*(*frame).code.cast::<taipan_object::types::code::Code>()).locals as usize;
        while left != 0 {
            left -= 1;
            let local = fp.add(left);
            let word = *local;
            if word.is_counted() {
                let count = &(*word.header()).count;
                let less = count.get() - 1;
                if less == 0 {
                    // What was released above is marked, so this can be done again.
                    tail!(return_freeing, pc, sp, fp, th, unit)
                }
                count.set(less);
                local.write(Word::NULL);
            }
        }
        let result = super::local::own_operand(*sp.sub(1));
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

    /// `RETURN_VALUE` where a local is the last reference to what it holds.
    return_freeing(pc, sp, fp, th, unit) {
        let frame = (*th).frame;
        let result = super::local::own_operand(*sp.sub(1));
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

    /// `RETURN_VALUE` of a frame with flags, or with a local that is freed.
    return_unusual(pc, sp, fp, th, unit) {
        let frame = (*th).frame;
        let result = super::local::own_operand(*sp.sub(1));
        if (*frame).flags & frame_flags::GENERATOR != 0 {
            tail!(super::generator::leave_returning, pc, sp, fp, th, result.0)
        }
        tail!(return_special, pc, sp, fp, th, result.0)
    }

    /// `RETURN_VALUE` of a frame with flags; the result comes in the place of the unit.
    return_special(pc, sp, fp, th, word) {
        let result = Word(word);
        let frame: *mut Frame = (*th).frame;
        let flags = (*frame).flags;
        (*frame).pc = pc;
        (*frame).sp = sp.sub(1);
        if flags & frame_flags::INIT != 0 && !result.same(Ref::none().word()) {
            raise_init_result(&mut *th, Ref::from_word(result));
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

    /// Runs what waits after a native call.
    call_finish(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        thread.settle();
        attempt!(thread.poll(), pc, sp, fp, th);
        next!(pc.add(UNITS), sp, fp, th)
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
            take_apart(slot);
        }
        let thread = leave(th, pc, sp);
        let receiver = usize::from(!(*slot.add(1)).is_null());
        let first = slot.add(2 - receiver);
        let count = sp.offset_from(first) as usize;
        let at = leave_at(th, pc, sp, UNITS);
        if let Some(entered) = enter_if_python(at, slot, first, count, None) {
            match entered {
                Ok((pc, sp, fp)) => next!(pc, sp, fp, th),
                Err(sp) => return crate::unwind::unwind(pc, sp, fp, th, 0),
            }
        }
        let values = std::slice::from_raw_parts(first.cast::<Ref<'_>>(), count);
        let outcome = call_native(thread, Ref::from_word(*slot), values, None);
        let result = attempt!(outcome, pc, sp, fp, th).into_word();
        release_range(slot, sp);
        slot.write(result);
        tail!(call_finish, pc, slot.add(1), fp, th, 0)
    }

    /// `CALL_KW`: the names of the keyword arguments are on top.
    call_kw(pc, sp, fp, th, unit) {
        let slot = sp.sub(arg(unit) + 3);
        if super::arith::is_exact(*slot, &taipan_object::types::method::METHOD) && (*slot.add(1)).is_null() {
            take_apart(slot);
        }
        let thread = leave(th, pc, sp);
        let names_word = *sp.sub(1);
        let names = Ref::from_word(names_word).downcast::<Tuple>().expect("the compiler pushes a tuple");
        let receiver = usize::from(!(*slot.add(1)).is_null());
        let first = slot.add(2 - receiver);
        let count = sp.sub(1).offset_from(first) as usize;
        let at = leave_at(th, pc, sp, UNITS);
        if let Some(entered) = enter_if_python(at, slot, first, count, Some(names)) {
            match entered {
                Ok((pc, sp, fp)) => next!(pc, sp, fp, th),
                Err(sp) => return crate::unwind::unwind(pc, sp, fp, th, 0),
            }
        }
        let values = std::slice::from_raw_parts(first.cast::<Ref<'_>>(), count);
        let outcome = call_native(thread, Ref::from_word(*slot), values, Some(names));
        let result = attempt!(outcome, pc, sp, fp, th).into_word();
        release_range(slot, sp);
        slot.write(result);
        tail!(call_finish, pc, slot.add(1), fp, th, 0)
    }

    /// `CALL_FUNCTION_EX`: the callable, a place for a receiver, a tuple or any iterable, a mapping of
    /// keyword arguments or nothing.
    call_function_ex(pc, sp, fp, th, unit) {
        let slot = sp.sub(4);
        if super::arith::is_exact(*slot, &taipan_object::types::method::METHOD) && (*slot.add(1)).is_null() {
            take_apart(slot);
        }
        let thread = leave(th, pc, sp);
        let status = call_spread(leave_at(th, pc, sp, 1), thread, slot);
        if status == SPREAD_ENTERED {
            let frame = (*th).frame;
            next!(frame::code_of(frame).units, frame.add(1).cast(), (*frame).locals, th)
        }
        if status == SPREAD_RAISED {
            return crate::unwind::unwind(pc, (*(*th).frame).sp, fp, th, 0);
        }
        let thread = leave(th, pc, slot.add(1));
        thread.settle();
        attempt!(thread.poll(), pc, slot.add(1), fp, th);
        next!(pc.add(1), slot.add(1), fp, th)
    }
}

#[cold]
#[inline(never)]
fn raise_init_result(thread: &mut Thread, result: Ref<'_>) {
    let ty = result.ty().name().into_owned();
    thread.type_error(format!("__init__() should return None, not '{ty}'"));
}

/// A Python function was entered: its frame is the thread's.
const SPREAD_ENTERED: u8 = 0;
/// The result lies in the callable's slot.
const SPREAD_RETURNED: u8 = 1;
/// The frame's `sp` tells what is left to unwind.
const SPREAD_RAISED: u8 = 2;

/// Sorts the operands of `CALL_FUNCTION_EX` and calls.
#[inline(never)]
unsafe fn call_spread(at: CallSite, thread: &mut Thread, slot: *mut Word) -> u8 {
    // SAFETY: as for handlers.
    unsafe {
        let (arguments, mapping) = (Ref::from_word(*slot.add(2)), Ref::from_slot(*slot.add(3)));
        let Ok((tuple, keywords)) = super::various::spread(thread, Ref::from_word(*slot), arguments, mapping)
        else {
            return SPREAD_RAISED;
        };
        match enter_spread(at, slot, tuple, keywords) {
            Ok(Some(_)) => SPREAD_ENTERED,
            Ok(None) => SPREAD_RETURNED,
            Err(sp) => {
                (*(*at.th).frame).sp = sp;
                SPREAD_RAISED
            }
        }
    }
}

/// Calls a native function with all that its arguments take apart from this handler.
#[inline(never)]
fn call_many<'a>(
    thread: &mut Thread,
    def: &'static MethodDef,
    receiver: Ref<'a>,
    values: &'a [Ref<'a>],
) -> taipan_object::Outcome {
    builtin::enter(thread, def, receiver, Args::positional(values))
}

/// Calls anything with positional arguments.
#[inline(never)]
fn call_values<'a>(thread: &mut Thread, callable: Ref<'a>, values: &'a [Ref<'a>]) -> taipan_object::Outcome {
    protocol::call_args(thread, callable, Args::positional(values))
}

/// Puts the function and the receiver of the bound method at `slot` in its place.
#[inline(always)]
pub(super) unsafe fn take_apart(slot: *mut Word) {
    // SAFETY: the caller saw a method there, and no receiver.
    unsafe {
        let callable = *slot;
        let method = callable.header().cast::<BoundMethod>();
        slot.add(1).write(own((*method).receiver.word()));
        slot.write(own((*method).function.word()));
        heap::release(callable);
    }
}

/// Where a call is made from.
#[derive(Clone, Copy)]
struct CallSite {
    th: *mut Thread,
    pc: *mut taipan_layout::Unit,
    sp: *mut Word,
    /// How many units to step over when the callee returns.
    resume: u32,
}

#[inline(always)]
const fn leave_at(th: *mut Thread, pc: *mut taipan_layout::Unit, sp: *mut Word, resume: usize) -> CallSite {
    CallSite { th, pc, sp, resume: resume as u32 }
}

/// Calls anything but a Python function. The last values are those of the keyword arguments.
#[inline(never)]
fn call_native<'a>(
    thread: &mut Thread,
    callable: Ref<'a>,
    values: &'a [Ref<'a>],
    names: Option<&'a Tuple>,
) -> taipan_object::Outcome {
    let args = Args::with_names(values, names);
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

/// Enters a Python function, or the `__init__` of a plain class; none if the callable is neither.
unsafe fn enter_if_python(
    at: CallSite,
    slot: *mut Word,
    first: *mut Word,
    count: usize,
    names: Option<&Tuple>,
) -> Option<Result<frame::Entry, *mut Word>> {
    // SAFETY: as for handlers.
    unsafe {
        if super::arith::is_exact(*slot, &FUNCTION) {
            return Some(enter_python(at, slot, first, count, names));
        }
        if (*slot.add(1)).is_null() && super::arith::is_exact(*slot, &TYPE) {
            let class = &*(*slot).header().cast::<Type>();
            let init = specialize::python_init(&mut *at.th, class)?;
            return Some(enter_init(at, slot, class, init, first, count, names));
        }
        None
    }
}

/// Makes an instance of `class` in the class's slot and enters its `__init__`.
unsafe fn enter_init(
    at: CallSite,
    slot: *mut Word,
    class: &Type,
    init: Value,
    first: *mut Word,
    count: usize,
    names: Option<&Tuple>,
) -> Result<frame::Entry, *mut Word> {
    // SAFETY: as for handlers; the slot behind the class's is free for the borrowed receiver.
    unsafe {
        debug_assert!(std::ptr::eq(first, slot.add(2)));
        let plain = taipan_object::types::object::PlainObject::new;
        let Ok(object) = taipan_object::typeobject::allocate_instance(&mut *at.th, class, plain) else {
            return Err(at.sp);
        };
        let old = slot.replace(object.into_word());
        slot.add(1).write((*slot).borrowed());
        heap::release(old);
        let function = init.downcast::<Function>().expect("found as a function");
        let flags = frame_flags::INIT | frame_flags::OWNS_FUNCTION;
        let entered = enter_function(at, slot, function, slot.add(1), count + 1, names, flags);
        if entered.is_ok() {
            // The frame has the count now.
            let _ = init.into_word();
        }
        entered
    }
}

/// Sets up the activation of the Python function in `slot`; on an error, answers the top of what is
/// left to unwind.
#[inline]
unsafe fn enter_python(
    at: CallSite,
    slot: *mut Word,
    first: *mut Word,
    count: usize,
    names: Option<&Tuple>,
) -> Result<frame::Entry, *mut Word> {
    // SAFETY: the caller saw a function in the slot.
    unsafe {
        let function = &*(*slot).header().cast::<Function>();
        enter_function(at, slot, function, first, count, names, 0)
    }
}

unsafe fn enter_function(
    at: CallSite,
    slot: *mut Word,
    function: &Function,
    first: *mut Word,
    count: usize,
    names: Option<&Tuple>,
    flags: u32,
) -> Result<frame::Entry, *mut Word> {
    // SAFETY: as for handlers.
    unsafe {
        let CallSite { th, pc, sp, resume } = at;
        let code = function.code.get();
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
            // The names lie above the arguments, where locals will be.
            let names_word = if names.is_some() { *sp.sub(1) } else { Word::NULL };
            let bound = bind(&mut *th, function, &*code, first, positional, names);
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
        (*caller).resume = resume;
        Ok(frame::push(th, function, code, first, given, flags))
    }
}

/// Calls what lies at `slot` with the items of a tuple and keyword arguments: a Python function is
/// entered, anything else leaves its result in the slot. On an error, answers the top of what is left
/// to unwind.
unsafe fn enter_spread(
    at: CallSite,
    slot: *mut Word,
    tuple: Value,
    keywords: Option<super::various::Keywords>,
) -> Result<Option<frame::Entry>, *mut Word> {
    // SAFETY: as for handlers.
    unsafe {
        let CallSite { th, sp, .. } = at;
        let items = tuple.downcast::<Tuple>().expect("a tuple").items();
        let values = keywords.as_ref().map_or(&[][..], |(_, values)| values);
        let names = keywords.as_ref().and_then(|(names, _)| names.downcast::<Tuple>());
        let receiver = *slot.add(1);
        let bound = usize::from(!receiver.is_null());
        let count = bound + items.len() + values.len();
        let class = super::arith::is_exact(*slot, &TYPE) && bound == 0;
        let class = class.then(|| &*(*slot).header().cast::<Type>());
        let init = class.and_then(|class| specialize::python_init(&mut *th, class));
        if init.is_none() && !super::arith::is_exact(*slot, &FUNCTION) {
            let mut all: Vec<Ref<'_>> = Vec::with_capacity(count);
            all.extend(Ref::from_slot(receiver));
            all.extend_from_slice(items);
            all.extend(values.iter().map(Value::as_ref));
            let result = call_native(&mut *th, Ref::from_word(*slot), &all, names);
            let Ok(result) = result else { return Err(sp) };
            drop((tuple, keywords));
            release_range(slot, sp);
            slot.write(result.into_word());
            return Ok(None);
        }
        // The arguments are put together above everything that is in use; the locals begin there.
        let base = crate::call::top(&*th).add(1);
        if base.wrapping_add(count + 1) >= (*th).stack_limit {
            too_deep(&mut *th);
            return Err(sp);
        }
        let mut class_frame = 0;
        let mut next = base;
        let function_value;
        let function: &Function = match (&init, class) {
            (Some(init), Some(class)) => {
                let plain = taipan_object::types::object::PlainObject::new;
                let Ok(object) = taipan_object::typeobject::allocate_instance(&mut *th, class, plain) else {
                    return Err(sp);
                };
                heap::release(slot.replace(object.into_word()));
                next.write((*slot).borrowed());
                next = next.add(1);
                class_frame = frame_flags::INIT | frame_flags::OWNS_FUNCTION;
                function_value = init.clone();
                function_value.downcast::<Function>().expect("found as a function")
            }
            _ => &*(*slot).header().cast::<Function>(),
        };
        if bound == 1 {
            next.write(receiver);
            slot.add(1).write(Word::NULL);
            next = next.add(1);
        }
        for item in items.iter().copied().chain(values.iter().map(Value::as_ref)) {
            next.write(own(item.word()));
            next = next.add(1);
        }
        let code = function.code.get();
        let given = next.offset_from(base) as usize;
        if !frame::fits(th, code, next) {
            release_range(base, next);
            too_deep(&mut *th);
            return Err(sp);
        }
        let positional = given - values.len();
        let result = bind(&mut *th, function, &*code, base, positional, names);
        // What the call was made with is not needed any more; the callable stays in its slot.
        release_range(slot.add(1), sp);
        if result.is_err() {
            return Err(slot.add(1));
        }
        let simple = names.is_none() && (*code).simple && positional == (*code).argcount as usize;
        let total = if simple { given } else { (*code).source.total_args() as usize };
        let caller = (*th).frame;
        (*caller).pc = at.pc;
        (*caller).sp = slot;
        (*caller).resume = at.resume;
        let function: *const Function = function;
        if let Some(init) = init {
            // The frame has the count now.
            let _ = init.into_word();
        }
        Ok(Some(frame::push(th, function, code, base, total, class_frame)))
    }
}
