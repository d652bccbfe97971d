//! Choosing forms of instructions for what they see: CPython's adaptive interpreter.
//!
//! The first cache of an instruction counts: how often a form may miss before the general form
//! takes over again, and how often that one runs before it chooses anew.

use std::sync::atomic::Ordering;

use taipan_layout::{Unit, Word, frame_flags};
use taipan_object::typeobject::{Attributes, Type, TypeFlags, attributes, generic_getattr, generic_setattr};
use taipan_object::types::builtin::{
    Descriptor, METHOD_DESCRIPTOR, NATIVE_FUNCTION, Target, WRAPPER_DESCRIPTOR, find_descriptor,
};
use taipan_object::types::dict::{DICT, Dict};
use taipan_object::types::function::{FUNCTION, Function};
use taipan_object::types::list::LIST;
use taipan_object::types::method::{BoundMethod, METHOD};
use taipan_object::types::module::{MODULE, Module};
use taipan_object::types::object::OBJECT;
use taipan_object::types::range::RANGE_ITERATOR;
use taipan_object::types::seqiter::{LIST_ITERATOR, TUPLE_ITERATOR};
use taipan_object::types::set::{FROZENSET, SET};
use taipan_object::types::str::{STR, Str};
use taipan_object::types::tuple::TUPLE;
use taipan_object::types::type_::TYPE;
use taipan_object::{Ref, Thread, Value};
use taipan_opcode::Opcode;

use crate::ops::arith::is_exact;
use crate::ops::private;
use crate::quicken::jump_condition;

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
pub unsafe fn binary_op(thread: &mut Thread, pc: *mut Unit, left: Word, right: Word, op: usize) {
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
                2 => private::BINARY_OP_FLOOR_DIVIDE_INT,
                6 => private::BINARY_OP_REMAINDER_INT,
                3 => private::BINARY_OP_LEFT_SHIFT_INT,
                9 => private::BINARY_OP_RIGHT_SHIFT_INT,
                11 => private::BINARY_OP_DIVIDE_MIXED,
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
        } else if (left.is_float() && right.is_int()) || (left.is_int() && right.is_float()) {
            match operator {
                0 => private::BINARY_OP_ADD_MIXED,
                10 => private::BINARY_OP_SUBTRACT_MIXED,
                5 => private::BINARY_OP_MULTIPLY_MIXED,
                11 => private::BINARY_OP_DIVIDE_MIXED,
                _ => return,
            }
        } else if operator == 0 && is_exact(left, &STR) && is_exact(right, &STR) {
            Opcode::BinaryOpAddUnicode as u16
        } else if operator == 26 {
            match subscript(thread, pc, left, right) {
                Some(form) => form,
                None => return,
            }
        } else {
            return;
        };
        set(pc, form);
    }
}

/// The form of `left[right]`.
unsafe fn subscript(thread: &mut Thread, pc: *mut Unit, left: Word, right: Word) -> Option<u16> {
    // SAFETY: as for `binary_op`.
    unsafe {
        if right.is_int() {
            if is_exact(left, &LIST) {
                return Some(Opcode::BinaryOpSubscrListInt as u16);
            }
            if is_exact(left, &TUPLE) {
                return Some(Opcode::BinaryOpSubscrTupleInt as u16);
            }
            if is_exact(left, &STR) {
                return Some(Opcode::BinaryOpSubscrStrInt as u16);
            }
        }
        if is_exact(left, &DICT) {
            return Some(Opcode::BinaryOpSubscrDict as u16);
        }
        let ty = Ref::from_word(left).ty();
        if !left.is_pointer() || !ty.is_heap() {
            return None;
        }
        let name = thread.names().__getitem__.clone();
        let version = ty.assign_version(thread);
        let found = ty.lookup(thread, name.downcast::<Str>()?)?;
        let function = found.exact::<Function>()?;
        let function_version = function.assign_version(thread);
        let code = function.code();
        if version == 0 || function_version == 0 || !code.simple || code.argcount != 2 {
            return None;
        }
        (*pc.add(2)).0 = version;
        (*pc.add(3)).0 = function_version;
        set_pointer(pc, 4, found.word().header() as u64);
        Some(Opcode::BinaryOpSubscrGetitem as u16)
    }
}

/// # Safety
/// `pc` is a `STORE_SUBSCR` with these operands.
pub unsafe fn store_subscr(pc: *mut Unit, container: Word, key: Word) {
    // SAFETY: the caller's promise.
    unsafe {
        if !due(pc) {
            return;
        }
        if is_exact(container, &LIST) && key.is_int() {
            set(pc, Opcode::StoreSubscrListInt as u16);
        } else if is_exact(container, &DICT) {
            set(pc, Opcode::StoreSubscrDict as u16);
        }
    }
}

/// # Safety
/// `pc` is a `CONTAINS_OP` with this container.
pub unsafe fn contains_op(pc: *mut Unit, container: Word) {
    // SAFETY: the caller's promise.
    unsafe {
        if !due(pc) {
            return;
        }
        if is_exact(container, &DICT) {
            set(pc, Opcode::ContainsOpDict as u16);
        } else if is_exact(container, &SET) || is_exact(container, &FROZENSET) {
            set(pc, Opcode::ContainsOpSet as u16);
        }
    }
}

/// # Safety
/// `pc` is an `UNPACK_SEQUENCE` of this sequence.
pub unsafe fn unpack_sequence(pc: *mut Unit, sequence: Word) {
    // SAFETY: the caller's promise.
    unsafe {
        if !due(pc) {
            return;
        }
        if is_exact(sequence, &TUPLE) {
            let two = (*pc).arg() == 2;
            set(pc, if two { Opcode::UnpackSequenceTwoTuple } else { Opcode::UnpackSequenceTuple } as u16);
        } else if is_exact(sequence, &LIST) {
            set(pc, Opcode::UnpackSequenceList as u16);
        }
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
            let form = if fused {
                private::OPERANDS_JUMP_LESS + jump_condition(std::slice::from_raw_parts(pc, 3))
            } else {
                Opcode::CompareOpInt as u16
            };
            set(pc, form);
        } else if left.both_float(right) {
            let fused = (*pc).arg() & 16 != 0 && jumps(pc, 2);
            set(pc, if fused { private::COMPARE_FLOAT_JUMP } else { Opcode::CompareOpFloat as u16 });
        } else if is_exact(left, &STR) && is_exact(right, &STR) && matches!((*pc).arg() >> 5, 2 | 3) {
            set(pc, Opcode::CompareOpStr as u16);
        }
    }
}

/// # Safety
/// `pc` is a `TO_BOOL` with this operand.
pub unsafe fn to_bool(thread: &mut Thread, pc: *mut Unit, word: Word) {
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
        } else if word.same(Ref::none().word()) {
            set(pc, Opcode::ToBoolNone as u16);
        } else if is_exact(word, &LIST) {
            set(pc, Opcode::ToBoolList as u16);
        } else if is_exact(word, &STR) {
            set(pc, Opcode::ToBoolStr as u16);
        } else if word.is_pointer() {
            let ty = Ref::from_word(word).ty();
            let slots = ty.slots();
            let version = ty.assign_version(thread);
            if slots.bool.is_none() && slots.length.is_none() && version != 0 {
                (*pc.add(2)).0 = version;
                set(pc, Opcode::ToBoolAlwaysTrue as u16);
            }
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
        } else if is_exact(iterator, &TUPLE_ITERATOR) {
            set(pc, Opcode::ForIterTuple as u16);
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
        if !Ref::of(globals).ty().is(&taipan_object::types::dict::DICT) {
            return;
        }
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

/// The word of an object as a place that owns it would hold it.
unsafe fn canonical(word: Word) -> Word {
    // SAFETY: the word means a live value.
    unsafe {
        if word.is_pointer() && !(*word.header()).is_immortal() {
            Word::counted(word.header())
        } else {
            word.borrowed()
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
        if !due(pc) || owner.header().is_none_or(|header| header.ty.get().is_null()) {
            return;
        }
        let Some(text) = name.exact::<Str>() else { return };
        if is_exact(owner.word(), &MODULE) {
            return load_attr_of_module(thread, pc, owner, text);
        }
        if let Some(class) = owner.downcast::<Type>() {
            return load_attr_of_class(thread, pc, owner, class, text);
        }
        let ty = owner.ty();
        if ty.flags().contains(TypeFlags::BEHIND_ITEMS) {
            return; // The places of slots differ from object to object.
        }
        let generic = ty
            .slots()
            .getattr
            .is_some_and(|getattr| getattr as usize == generic_getattr as *const () as usize);
        let version = ty.assign_version(thread);
        // Behind items, words have no fixed offset.
        if !generic || version == 0 || ty.flags().contains(TypeFlags::BEHIND_ITEMS) {
            return;
        }
        (*pc.add(2)).0 = version;
        match ty.lookup(thread, text).map(|found| found.to_value()) {
            Some(found) => load_attr_found(thread, pc, owner, name, found.as_ref(), method),
            None => load_attr_own(thread, pc, owner, name),
        }
    }
}

/// The attribute is the instance's own.
unsafe fn load_attr_own(thread: &mut Thread, pc: *mut Unit, owner: Ref<'_>, name: Ref<'_>) {
    // SAFETY: as for `load_attr`.
    unsafe {
        let ty = owner.ty();
        match attributes(owner) {
            Some(Attributes::Inline(_)) => {
                if let Some(place) = ty.inline_place(thread, name) {
                    (*pc.add(3)).0 = ty.values_offset.get() + 8 + place as u32 * 8;
                    set(pc, Opcode::LoadAttrInstanceValue as u16);
                }
            }
            Some(Attributes::Dict(dict)) => {
                if let Some(place) = hint(thread, dict, name) {
                    (*pc.add(3)).0 = place;
                    (*pc.add(6)).0 = ty.values_offset.get();
                    set(pc, Opcode::LoadAttrWithHint as u16);
                }
            }
            None => {}
        }
    }
}

/// The place of a name in an instance's dictionary, if the key there is the name itself.
fn hint(thread: &Thread, dict: &Dict, name: Ref<'_>) -> Option<u32> {
    let text = name.exact::<Str>()?;
    let table = dict.table.view(thread);
    let place = table.find_str(text, text.hash(thread.interp()))?;
    if table.key(place).is(name) { u32::try_from(place).ok() } else { None }
}

/// The class has `found` under the name.
unsafe fn load_attr_found(
    thread: &mut Thread,
    pc: *mut Unit,
    owner: Ref<'_>,
    name: Ref<'_>,
    found: Ref<'_>,
    method: bool,
) {
    // SAFETY: as for `load_attr`.
    unsafe {
        let ty = owner.ty();
        if let Some(descriptor) = find_descriptor(found)
            && let Target::Slot(offset) = descriptor.target
            && !method
        {
            (*pc.add(3)).0 = offset;
            set(pc, Opcode::LoadAttrSlot as u16);
            return;
        }
        let slots = found.ty().slots();
        let binds = found.ty().flags().contains(TypeFlags::METHOD_DESCRIPTOR);
        let plain = slots.descr_get.is_none() && slots.descr_set.is_none();
        if !(method && binds) && !plain {
            return;
        }
        set_pointer(pc, 4, canonical(found.word()).0);
        if !ty.flags().contains(TypeFlags::HAS_DICT) {
            (*pc.add(3)).0 = ty.keys_version.get();
            (*pc.add(6)).0 = 0;
            let form = if plain { Opcode::LoadAttrNondescriptorNoDict } else { Opcode::LoadAttrMethodNoDict };
            set(pc, form as u16);
        } else if ty.values_offset.get() != 0 && ty.inline_place(thread, name).is_none() {
            if ty.keys_version.get() == 0 {
                ty.keys_version.set(thread.interp().take_keys_version());
            }
            if ty.keys_version.get() == 0 {
                return;
            }
            (*pc.add(3)).0 = ty.keys_version.get();
            (*pc.add(6)).0 = ty.values_offset.get();
            let form = if plain {
                Opcode::LoadAttrNondescriptorWithValues
            } else {
                Opcode::LoadAttrMethodWithValues
            };
            set(pc, form as u16);
        }
    }
}

/// An attribute of a module: an entry of its dictionary that the type does not hide.
unsafe fn load_attr_of_module(thread: &mut Thread, pc: *mut Unit, owner: Ref<'_>, name: &Str) {
    let Some(module) = owner.exact::<Module>() else { return };
    if MODULE.lookup(thread, name).is_some() {
        return;
    }
    let dict = module.dict();
    let version = dict.keys_version(thread);
    let place = dict.table.view(thread).find_str(name, name.hash(thread.interp()));
    // SAFETY: as for `load_attr`.
    unsafe {
        if let Some(place) = place
            && version != 0
        {
            (*pc.add(2)).0 = version;
            (*pc.add(3)).0 = place as u32;
            set(pc, Opcode::LoadAttrModule as u16);
        }
    }
}

/// An attribute of a class that is not bound on the way out.
unsafe fn load_attr_of_class(thread: &mut Thread, pc: *mut Unit, owner: Ref<'_>, class: &Type, name: &Str) {
    let meta = owner.ty();
    let generic = meta.slots().getattr.is_some_and(|getattr| {
        getattr as usize == taipan_object::types::type_::getattr as *const () as usize
    });
    if !generic || meta.lookup(thread, name).is_some() {
        return;
    }
    let (version, meta_version) = (class.assign_version(thread), meta.assign_version(thread));
    let Some(found) = class.lookup(thread, name) else { return };
    let ty = found.ty();
    let unbound = ty.slots().descr_get.is_none()
        || ty.is(&FUNCTION)
        || ty.is(&METHOD_DESCRIPTOR)
        || ty.is(&WRAPPER_DESCRIPTOR);
    if unbound && version != 0 && meta_version != 0 {
        // SAFETY: as for `load_attr`.
        unsafe {
            (*pc.add(2)).0 = version;
            (*pc.add(3)).0 = meta_version;
            set_pointer(pc, 4, canonical(found.word()).0);
            set(pc, Opcode::LoadAttrClass as u16);
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
        if ty.flags().contains(TypeFlags::BEHIND_ITEMS) {
            return;
        }
        let generic = ty
            .slots()
            .setattr
            .is_some_and(|setattr| setattr as usize == generic_setattr as *const () as usize);
        let Some(text) = name.exact::<Str>() else { return };
        let version = ty.assign_version(thread);
        if !generic || version == 0 || !ty.is_heap() || ty.flags().contains(TypeFlags::BEHIND_ITEMS) {
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
                if let Some(Attributes::Dict(dict)) = attributes(owner) {
                    if let Some(place) = hint(thread, dict, name) {
                        (*pc.add(2)).0 = version;
                        (*pc.add(3)).0 = place;
                        set(pc, Opcode::StoreAttrWithHint as u16);
                    }
                } else if let Some(place) = ty.inline_place(thread, name) {
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
        // In a generator, whose operands lie in its object, arguments are moved by the general forms.
        let in_place = (*thread.frame).flags & frame_flags::GENERATOR == 0;
        let code = if is_exact(callable, &FUNCTION) {
            let function = &*callable.header().cast::<Function>();
            let bound = !receiver.is_null();
            let version = function.assign_version(thread);
            let exact =
                function.code().simple && function.code().argcount as usize == count + usize::from(bound);
            if exact && version != 0 && in_place {
                (*pc.add(2)).0 = version;
                if bound {
                    return set(pc, private::CALL_PY_METHOD_EXACT_ARGS);
                }
                Opcode::CallPyExactArgs
            } else {
                Opcode::CallPyGeneral
            }
        } else if is_exact(callable, &METHOD) && receiver.is_null() {
            let method = &*callable.header().cast::<BoundMethod>();
            let Some(function) = method.function.as_ref().exact::<Function>() else { return };
            let version = function.assign_version(thread);
            let exact = function.code().simple && function.code().argcount as usize == count + 1;
            if exact && version != 0 && in_place {
                (*pc.add(2)).0 = version;
                Opcode::CallBoundMethodExactArgs
            } else {
                Opcode::CallBoundMethodGeneral
            }
        } else if is_exact(callable, &TYPE) && receiver.is_null() {
            return specialize_class(thread, pc, &*callable.header().cast::<Type>(), count);
        } else if is_exact(callable, &NATIVE_FUNCTION) {
            if !receiver.is_null() {
                return;
            }
            if count == 1 { Opcode::CallBuiltinO } else { Opcode::CallBuiltinFast }
        } else if is_exact(callable, &METHOD_DESCRIPTOR) && !receiver.is_null() {
            return specialize_method(thread, pc, callable, receiver, count);
        } else {
            Opcode::CallNonPyGeneral
        };
        set(pc, code as u16);
    }
}

/// A method of a native type.
unsafe fn specialize_method(
    thread: &mut Thread,
    pc: *mut Unit,
    callable: Word,
    receiver: Word,
    count: usize,
) {
    // SAFETY: as for `call`.
    unsafe {
        let descriptor = &*callable.header().cast::<Descriptor>();
        let Target::Method(def) = descriptor.target else { return };
        if count == 1
            && def.name == "append"
            && descriptor.owner.as_ref().is(LIST.as_ref())
            && is_exact(receiver, &LIST)
        {
            set_pointer(pc, 2, callable.borrowed().0);
            let dropped = (*pc.add(4)).op() == Opcode::PopTop as u16;
            set(pc, if dropped { private::LIST_APPEND_POP } else { Opcode::CallListAppend as u16 });
            return;
        }
        let ty = Ref::from_word(receiver).ty();
        let Some(owner) = descriptor.owner.downcast::<Type>() else { return };
        let version = ty.assign_version(thread);
        if version == 0 || !ty.is_subtype(thread, owner) {
            return;
        }
        (*pc.add(2)).0 = version;
        (*pc.add(3)).0 = callable.header() as u32;
        let form = match count {
            0 => Opcode::CallMethodDescriptorNoargs,
            1 => Opcode::CallMethodDescriptorO,
            _ => Opcode::CallMethodDescriptorFast,
        };
        set(pc, form as u16);
    }
}

/// The `__init__` in Python of a class whose instances are plain objects.
pub fn python_init(thread: &mut Thread, ty: &Type) -> Option<Value> {
    let slots = ty.slots();
    let plain = ty.is_heap()
        && ty.layout().is(&OBJECT)
        && !ty.flags().contains(TypeFlags::ABSTRACT)
        && slots.new.is_some_and(|new| new as usize == OBJECT.slots().new.map_or(0, |new| new as usize));
    if !plain {
        return None;
    }
    let name = thread.names().__init__.clone();
    let found = ty.lookup(thread, name.downcast::<Str>()?)?;
    found.exact::<Function>().map(|_| found.to_value())
}

unsafe fn specialize_class(thread: &mut Thread, pc: *mut Unit, ty: &Type, count: usize) {
    // SAFETY: the instruction has the caches.
    unsafe {
        let Some(init) = python_init(thread, ty) else {
            let one = count == 1 && ty.is(&TYPE);
            let form = if one { Opcode::CallType1 } else { Opcode::CallBuiltinClass };
            if !ty.is_heap() {
                set(pc, form as u16);
            }
            return;
        };
        let version = ty.assign_version(thread);
        let Some(function) = init.downcast::<Function>() else { return };
        if version == 0 || !function.code().simple || function.code().argcount as usize != count + 1 {
            return;
        }
        ty.init_cache.set(init.word().header());
        debug_assert_eq!(ty.version.load(Ordering::Relaxed), version);
        (*pc.add(2)).0 = version;
        set(pc, Opcode::CallAllocAndEnterInit as u16);
    }
}
