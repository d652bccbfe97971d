//! Choosing forms of instructions for what they see: CPython's adaptive interpreter.
//!
//! The first cache of an instruction counts: how often a form may miss before the general form
//! takes over again, and how often that one runs before it chooses anew.

use std::sync::atomic::Ordering;

use taipan_layout::{Unit, Word};
use taipan_object::typeobject::{Type, TypeFlags, generic_getattr, generic_setattr};
use taipan_object::types::builtin::{Target, find_descriptor};
use taipan_object::types::function::{FUNCTION, Function};
use taipan_object::types::list::LIST;
use taipan_object::types::method::{BoundMethod, METHOD};
use taipan_object::types::object::OBJECT;
use taipan_object::types::range::RANGE_ITERATOR;
use taipan_object::types::seqiter::LIST_ITERATOR;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::TUPLE;
use taipan_object::types::type_::TYPE;
use taipan_object::{Ref, Thread};
use taipan_opcode::Opcode;

use crate::ops::arith::is_exact;
use crate::ops::private;

/// Misses that a form may have before it gives up.
const PATIENCE: u32 = 53;
/// Runs of the general form before it chooses again.
const BACKOFF: u32 = 255;

unsafe fn set(pc: *mut Unit, op: u16) {
    // SAFETY: `pc` is an instruction with at least one cache.
    unsafe {
        *pc = Unit::new(op, (*pc).arg());
        (*pc.add(1)).0 = PATIENCE;
    }
}

/// Whether the general form should choose now.
unsafe fn due(pc: *mut Unit) -> bool {
    // SAFETY: as for `set`.
    unsafe {
        let counter = &mut (*pc.add(1)).0;
        if *counter == 0 {
            *counter = BACKOFF;
            return true;
        }
        *counter -= 1;
        false
    }
}

/// Notes a miss; after too many the general form `general` comes back.
///
/// # Safety
/// `pc` is an instruction with at least one cache.
pub unsafe fn miss(pc: *mut Unit, general: u16) {
    // SAFETY: the caller's promise.
    unsafe {
        let counter = &mut (*pc.add(1)).0;
        if *counter == 0 {
            *pc = Unit::new(general, (*pc).arg());
            *counter = BACKOFF;
        } else {
            *counter -= 1;
        }
    }
}

/// Whether a conditional jump, and `NOT_TAKEN`, follow an instruction of `units` units.
unsafe fn jumps(pc: *mut Unit, units: usize) -> bool {
    // SAFETY: an instruction is never the last unit of verified code.
    let (op, behind) = unsafe { ((*pc.add(units)).op(), (*pc.add(units + 2)).op()) };
    (op == Opcode::PopJumpIfFalse as u16 || op == Opcode::PopJumpIfTrue as u16)
        && behind == Opcode::NotTaken as u16
}

/// # Safety
/// `pc` is a `BINARY_OP` with these operands.
pub unsafe fn binary_op(pc: *mut Unit, left: Word, right: Word, op: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        if !due(pc) {
            return;
        }
        let operator = if op < 26 { op % 13 } else { op };
        let form = if left.both_int(right) {
            match operator {
                0 => Opcode::BinaryOpAddInt as u16,
                10 => Opcode::BinaryOpSubtractInt as u16,
                5 => Opcode::BinaryOpMultiplyInt as u16,
                1 => private::BINARY_OP_AND_INT,
                7 => private::BINARY_OP_OR_INT,
                12 => private::BINARY_OP_XOR_INT,
                _ => return,
            }
        } else if Ref::from_word(left).ty().is(&taipan_object::types::float::FLOAT)
            && Ref::from_word(right).ty().is(&taipan_object::types::float::FLOAT)
        {
            match operator {
                0 => Opcode::BinaryOpAddFloat as u16,
                10 => Opcode::BinaryOpSubtractFloat as u16,
                5 => Opcode::BinaryOpMultiplyFloat as u16,
                11 => private::BINARY_OP_DIVIDE_FLOAT,
                _ => return,
            }
        } else if operator == 26 && right.is_int() && is_exact(left, &LIST) {
            Opcode::BinaryOpSubscrListInt as u16
        } else if operator == 26 && right.is_int() && is_exact(left, &TUPLE) {
            Opcode::BinaryOpSubscrTupleInt as u16
        } else {
            return;
        };
        set(pc, form);
    }
}

/// # Safety
/// `pc` is a `COMPARE_OP` with these operands.
pub unsafe fn compare_op(pc: *mut Unit, left: Word, right: Word) {
    // SAFETY: the caller's promise.
    unsafe {
        if !due(pc) {
            return;
        }
        if left.both_int(right) {
            let fused = (*pc).arg() & 16 != 0 && jumps(pc, 2);
            set(pc, if fused { private::COMPARE_INT_JUMP } else { Opcode::CompareOpInt as u16 });
        } else if left.both_float(right) {
            set(pc, Opcode::CompareOpFloat as u16);
        }
    }
}

/// # Safety
/// `pc` is a `TO_BOOL` with this operand.
pub unsafe fn to_bool(pc: *mut Unit, word: Word) {
    // SAFETY: the caller's promise.
    unsafe {
        if !due(pc) {
            return;
        }
        let fused = jumps(pc, 4);
        if word.is_int() {
            set(pc, if fused { private::TO_BOOL_INT_JUMP } else { Opcode::ToBoolInt as u16 });
        } else if taipan_object::types::boolean::is_bool(Ref::from_word(word)) {
            set(pc, if fused { private::TO_BOOL_BOOL_JUMP } else { Opcode::ToBoolBool as u16 });
        }
    }
}

/// # Safety
/// `pc` is a `FOR_ITER` over this iterator.
pub unsafe fn for_iter(pc: *mut Unit, iterator: Word) {
    // SAFETY: the caller's promise.
    unsafe {
        if !due(pc) {
            return;
        }
        if is_exact(iterator, &RANGE_ITERATOR) {
            set(pc, Opcode::ForIterRange as u16);
        } else if is_exact(iterator, &LIST_ITERATOR) {
            set(pc, Opcode::ForIterList as u16);
        } else if taipan_object::types::generator::find(Ref::from_word(iterator)).is_some() {
            set(pc, Opcode::ForIterGen as u16);
        }
    }
}

/// # Safety
/// `pc` is a `LOAD_GLOBAL` of `name` in `function`.
pub unsafe fn load_global(thread: &mut Thread, pc: *mut Unit, function: &Function, name: Ref<'_>) {
    // SAFETY: the caller's promise.
    unsafe {
        if !due(pc) {
            return;
        }
        let Some(text) = name.exact::<Str>() else { return };
        let hash = text.hash(thread.interp());
        let globals = function.globals();
        let version = globals.keys_version(thread);
        if version == 0 {
            return;
        }
        if let Some(index) = globals.table.view(thread).find_str(text, hash) {
            (*pc.add(2)).0 = version;
            (*pc.add(3)).0 = index as u32;
            set(pc, Opcode::LoadGlobalModule as u16);
            return;
        }
        let builtins = function.builtins();
        let builtins_version = builtins.keys_version(thread);
        if builtins_version == 0 {
            return;
        }
        if let Some(index) = builtins.table.view(thread).find_str(text, hash) {
            (*pc.add(2)).0 = version;
            (*pc.add(3)).0 = index as u32;
            (*pc.add(4)).0 = builtins_version;
            set(pc, Opcode::LoadGlobalBuiltin as u16);
        }
    }
}

unsafe fn set_pointer(pc: *mut Unit, at: usize, address: u64) {
    // SAFETY: the instruction has the caches.
    unsafe {
        (*pc.add(at)).0 = address as u32;
        (*pc.add(at + 1)).0 = (address >> 32) as u32;
    }
}

/// # Safety
/// `pc` is a `LOAD_ATTR` of `name` of `owner`.
pub unsafe fn load_attr(thread: &mut Thread, pc: *mut Unit, owner: Ref<'_>, name: Ref<'_>, method: bool) {
    // SAFETY: the caller's promise.
    unsafe {
        if !due(pc) || owner.header().is_none() {
            return;
        }
        let ty = owner.ty();
        let generic = ty
            .slots()
            .getattr
            .is_some_and(|getattr| getattr as usize == generic_getattr as *const () as usize);
        let Some(text) = name.exact::<Str>() else { return };
        let version = ty.assign_version(thread);
        if !generic
            || version == 0
            || std::ptr::eq(owner.header().map_or(std::ptr::null(), |h| h.ty.get()), std::ptr::null())
        {
            return;
        }
        let found = ty.lookup(thread, text);
        match found {
            Some(found) => {
                if let Some(descriptor) = find_descriptor(found)
                    && let Target::Slot(offset) = descriptor.target
                    && !method
                {
                    (*pc.add(2)).0 = version;
                    (*pc.add(3)).0 = offset;
                    set(pc, Opcode::LoadAttrSlot as u16);
                    return;
                }
                if !method || !found.ty().flags().contains(TypeFlags::METHOD_DESCRIPTOR) {
                    return;
                }
                let address = found.word().borrowed();
                if !ty.flags().contains(TypeFlags::HAS_DICT) {
                    (*pc.add(2)).0 = version;
                    set_pointer(pc, 4, address.0);
                    set(pc, Opcode::LoadAttrMethodNoDict as u16);
                } else if ty.values_capacity.get() != 0 && ty.inline_place(thread, name).is_none() {
                    if ty.keys_version.get() == 0 {
                        ty.keys_version.set(thread.interp().take_keys_version());
                    }
                    if ty.keys_version.get() == 0 {
                        return;
                    }
                    (*pc.add(2)).0 = version;
                    (*pc.add(3)).0 = ty.keys_version.get();
                    set_pointer(pc, 4, address.0);
                    (*pc.add(6)).0 = ty.values_offset.get();
                    set(pc, Opcode::LoadAttrMethodWithValues as u16);
                }
            }
            None => {
                if let Some(place) = ty.inline_place(thread, name) {
                    (*pc.add(2)).0 = version;
                    (*pc.add(3)).0 = ty.values_offset.get() + 8 + place as u32 * 8;
                    set(pc, Opcode::LoadAttrInstanceValue as u16);
                }
            }
        }
    }
}

/// # Safety
/// `pc` is a `STORE_ATTR` of `name` of `owner`.
pub unsafe fn store_attr(thread: &mut Thread, pc: *mut Unit, owner: Ref<'_>, name: Ref<'_>) {
    // SAFETY: the caller's promise.
    unsafe {
        if !due(pc) || owner.header().is_none() {
            return;
        }
        let ty = owner.ty();
        let generic = ty
            .slots()
            .setattr
            .is_some_and(|setattr| setattr as usize == generic_setattr as *const () as usize);
        let Some(text) = name.exact::<Str>() else { return };
        let version = ty.assign_version(thread);
        if !generic || version == 0 || !ty.is_heap() {
            return;
        }
        match ty.lookup(thread, text) {
            Some(found) => {
                if let Some(descriptor) = find_descriptor(found)
                    && let Target::Slot(offset) = descriptor.target
                {
                    (*pc.add(2)).0 = version;
                    (*pc.add(3)).0 = offset;
                    set(pc, Opcode::StoreAttrSlot as u16);
                }
            }
            None => {
                if let Some(place) = ty.inline_place(thread, name) {
                    (*pc.add(2)).0 = version;
                    (*pc.add(3)).0 = place as u32;
                    set(pc, Opcode::StoreAttrInstanceValue as u16);
                } else {
                    // The name gets its place with the first store; choose at the next.
                    (*pc.add(1)).0 = 0;
                }
            }
        }
    }
}

/// # Safety
/// `pc` is a `CALL` of `callable` with `count` arguments.
pub unsafe fn call(thread: &mut Thread, pc: *mut Unit, callable: Word, receiver: Word, count: usize) {
    // SAFETY: the caller's promise.
    unsafe {
        if !due(pc) {
            return;
        }
        if is_exact(callable, &FUNCTION) {
            let function = &*callable.header().cast::<Function>();
            let given = count + usize::from(!receiver.is_null());
            let version = function.assign_version(thread);
            if function.code().simple && function.code().argcount as usize == given && version != 0 {
                (*pc.add(2)).0 = version;
                set(pc, Opcode::CallPyExactArgs as u16);
            }
        } else if is_exact(callable, &METHOD) && receiver.is_null() {
            let method = &*callable.header().cast::<BoundMethod>();
            if let Some(function) = method.function.as_ref().exact::<Function>() {
                let version = function.assign_version(thread);
                if function.code().simple && function.code().argcount as usize == count + 1 && version != 0 {
                    (*pc.add(2)).0 = version;
                    set(pc, Opcode::CallBoundMethodExactArgs as u16);
                }
            }
        } else if is_exact(callable, &TYPE) && receiver.is_null() {
            specialize_class(thread, pc, &*callable.header().cast::<Type>(), count);
        } else if let Some(descriptor) = find_descriptor(Ref::from_word(callable))
            && let Target::Method(def) = descriptor.target
            && count == 1
            && def.name == "append"
            && descriptor.owner.as_ref().is(LIST.as_ref())
            && is_exact(receiver, &LIST)
        {
            set_pointer(pc, 2, callable.borrowed().0);
            let dropped = (*pc.add(4)).op() == Opcode::PopTop as u16;
            set(pc, if dropped { private::LIST_APPEND_POP } else { Opcode::CallListAppend as u16 });
        }
    }
}

unsafe fn specialize_class(thread: &mut Thread, pc: *mut Unit, ty: &Type, count: usize) {
    let slots = ty.slots();
    let plain = ty.is_heap()
        && ty.layout().is(&OBJECT)
        && !ty.flags().contains(TypeFlags::ABSTRACT)
        && slots.new.is_some_and(|new| new as usize == OBJECT.slots().new.map_or(0, |new| new as usize));
    if !plain {
        return;
    }
    let name = thread.names().__init__.clone();
    let Some(text) = name.downcast::<Str>() else { return };
    let version = ty.assign_version(thread);
    let Some(found) = ty.lookup(thread, text) else { return };
    let Some(function) = found.exact::<Function>() else { return };
    if version == 0 || !function.code().simple || function.code().argcount as usize != count + 1 {
        return;
    }
    ty.init_cache.set(found.word().header());
    debug_assert_eq!(ty.version.load(Ordering::Relaxed), version);
    // SAFETY: the instruction has the caches.
    unsafe {
        (*pc.add(2)).0 = version;
        set(pc, Opcode::CallAllocAndEnterInit as u16);
    }
}
