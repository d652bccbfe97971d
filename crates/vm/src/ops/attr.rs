//! Attributes.

use std::sync::atomic::Ordering;

use taipan_layout::{Unit, Word};
use taipan_object::typeobject::{Type, TypeFlags, generic_getattr};
use taipan_object::types::dict::Dict;
use taipan_object::types::module::{MODULE, Module};
use taipan_object::types::str::Str;
use taipan_object::value::duplicate;
use taipan_object::{Outcome, Ref, Thread, Value, heap, protocol};
use taipan_opcode::Opcode;

use crate::dispatch::{arg, attempt, cold_handlers, handlers, leave, next, tail};
use crate::frame::code_of;
use crate::specialize;

/// Units of `LOAD_ATTR` with its caches.
const LOAD: usize = 10;
/// Units of `STORE_ATTR` with its caches.
const STORE: usize = 5;

/// The type of a word that points to an object; null for an immediate.
#[inline(always)]
unsafe fn type_of(word: Word) -> *const Type {
    // SAFETY: a pointer word that is an operand points to a live object.
    unsafe { if word.is_pointer() { (*word.header()).ty.get().cast() } else { std::ptr::null() } }
}

#[inline(always)]
unsafe fn version_is(ty: *const Type, version: u32) -> bool {
    // SAFETY: the type of a live object is alive; the static zeros have none.
    unsafe { !ty.is_null() && (*ty).version.load(Ordering::Relaxed) == version }
}

/// The type of an object, if its version is `version`; null otherwise.
#[inline(always)]
pub unsafe fn version_of(object: Word, version: u32) -> *const Type {
    // SAFETY: an operand that is a pointer points to a live object.
    unsafe {
        let ty = type_of(object);
        if version_is(ty, version) { ty } else { std::ptr::null() }
    }
}

/// The pointer that two caches hold.
#[inline(always)]
unsafe fn pointer(pc: *mut Unit, at: usize) -> Word {
    // SAFETY: the instruction has the caches.
    unsafe { Word(u64::from((*pc.add(at)).0) | u64::from((*pc.add(at + 1)).0) << 32) }
}

#[inline(always)]
unsafe fn slot(object: Word, offset: u32) -> *mut Word {
    // SAFETY: the type's version vouches for the offset.
    unsafe { object.header().byte_add(offset as usize).cast() }
}

handlers! {
    /// `LOAD_ATTR_INSTANCE_VALUE`
    load_attr_instance_value(pc, sp, fp, th, unit) {
        let owner = *sp.sub(1);
        let ty = type_of(owner);
        if version_is(ty, (*pc.add(2)).0) {
            let word = *slot(owner, (*pc.add(3)).0);
            if !word.is_null() {
                sp.sub(1).write(duplicate(word));
                sp.write(Word::NULL);
                if owner.is_counted() && (*owner.header()).decrement() {
                    tail!(attr_free, pc.add(LOAD), sp.add(arg(unit) & 1), fp, th, owner.0)
                }
                next!(pc.add(LOAD), sp.add(arg(unit) & 1), fp, th)
            }
        }
        tail!(load_attr_miss, pc, sp, fp, th, unit)
    }

    /// `LOAD_ATTR_SLOT`
    load_attr_slot(pc, sp, fp, th, unit) {
        tail!(load_attr_instance_value, pc, sp, fp, th, unit)
    }

    /// `LOAD_ATTR_METHOD_WITH_VALUES`
    load_attr_method_with_values(pc, sp, fp, th, unit) {
        let owner = *sp.sub(1);
        let ty = type_of(owner);
        if version_is(ty, (*pc.add(2)).0) && (*ty).keys_version.get() == (*pc.add(3)).0 {
            let attributes = *slot(owner, (*pc.add(6)).0);
            if attributes.0 & 1 == 1 {
                sp.sub(1).write(duplicate(pointer(pc, 4)));
                sp.write(owner);
                next!(pc.add(LOAD), sp.add(1), fp, th)
            }
        }
        tail!(load_attr_miss, pc, sp, fp, th, unit)
    }

    /// `LOAD_ATTR_METHOD_NO_DICT`
    load_attr_method_no_dict(pc, sp, fp, th, unit) {
        let owner = *sp.sub(1);
        let ty = type_of(owner);
        if version_is(ty, (*pc.add(2)).0) {
            sp.sub(1).write(duplicate(pointer(pc, 4)));
            sp.write(owner);
            next!(pc.add(LOAD), sp.add(1), fp, th)
        }
        tail!(load_attr_miss, pc, sp, fp, th, unit)
    }

    /// `LOAD_ATTR_WITH_HINT`: the instance's dictionary, the place where the name was last time.
    load_attr_with_hint(pc, sp, fp, th, unit) {
        let owner = *sp.sub(1);
        let ty = type_of(owner);
        if version_is(ty, (*pc.add(2)).0) {
            let attributes = *slot(owner, (*pc.add(6)).0);
            if attributes.0 & 1 == 0 {
                let table = &*(*attributes.header().cast::<Dict>()).table.get();
                let name = code_of((*th).frame).name_at(arg(unit) >> 1).word();
                if let Some(entry) = table.entries().get((*pc.add(3)).0 as usize) {
                    if entry.key.same(name) {
                        sp.sub(1).write(duplicate(entry.value));
                        sp.write(Word::NULL);
                        if owner.is_counted() && (*owner.header()).decrement() {
                            tail!(attr_free, pc.add(LOAD), sp.add(arg(unit) & 1), fp, th, owner.0)
                        }
                        next!(pc.add(LOAD), sp.add(arg(unit) & 1), fp, th)
                    }
                }
            }
        }
        tail!(load_attr_miss, pc, sp, fp, th, unit)
    }

    /// `LOAD_ATTR_MODULE`
    load_attr_module(pc, sp, fp, th, unit) {
        let owner = *sp.sub(1);
        if super::arith::is_exact(owner, &MODULE) {
            let table = &*(*owner.header().cast::<Module>()).dict().table.get();
            if table.keys_version == (*pc.add(2)).0 {
                let word = table.entries().get_unchecked((*pc.add(3)).0 as usize).value;
                sp.sub(1).write(duplicate(word));
                sp.write(Word::NULL);
                if owner.is_counted() && (*owner.header()).decrement() {
                    tail!(attr_free, pc.add(LOAD), sp.add(arg(unit) & 1), fp, th, owner.0)
                }
                next!(pc.add(LOAD), sp.add(arg(unit) & 1), fp, th)
            }
        }
        tail!(load_attr_miss, pc, sp, fp, th, unit)
    }

    /// `LOAD_ATTR_CLASS`, `LOAD_ATTR_CLASS_WITH_METACLASS_CHECK`: an attribute of a class as it is.
    load_attr_class(pc, sp, fp, th, unit) {
        let owner = *sp.sub(1);
        if version_is(type_of(owner), (*pc.add(3)).0) && version_is(owner.header().cast(), (*pc.add(2)).0) {
            sp.sub(1).write(duplicate(pointer(pc, 4)));
            sp.write(Word::NULL);
            if owner.is_counted() && (*owner.header()).decrement() {
                tail!(attr_free, pc.add(LOAD), sp.add(arg(unit) & 1), fp, th, owner.0)
            }
            next!(pc.add(LOAD), sp.add(arg(unit) & 1), fp, th)
        }
        tail!(load_attr_miss, pc, sp, fp, th, unit)
    }

    /// `LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES`, `LOAD_ATTR_NONDESCRIPTOR_NO_DICT`: an attribute of the
    /// class, seen through an instance that has none of that name.
    load_attr_nondescriptor(pc, sp, fp, th, unit) {
        let owner = *sp.sub(1);
        let ty = type_of(owner);
        if version_is(ty, (*pc.add(2)).0) && (*ty).keys_version.get() == (*pc.add(3)).0 {
            let offset = (*pc.add(6)).0;
            if offset == 0 || (*slot(owner, offset)).0 & 1 == 1 {
                sp.sub(1).write(duplicate(pointer(pc, 4)));
                sp.write(Word::NULL);
                if owner.is_counted() && (*owner.header()).decrement() {
                    tail!(attr_free, pc.add(LOAD), sp.add(arg(unit) & 1), fp, th, owner.0)
                }
                next!(pc.add(LOAD), sp.add(arg(unit) & 1), fp, th)
            }
        }
        tail!(load_attr_miss, pc, sp, fp, th, unit)
    }

    /// `STORE_ATTR_WITH_HINT`
    store_attr_with_hint(pc, sp, fp, th, unit) {
        let owner = *sp.sub(1);
        let ty = type_of(owner);
        if version_is(ty, (*pc.add(2)).0) {
            let attributes = *slot(owner, (*ty).values_offset.get());
            if attributes.0 & 1 == 0 {
                let table = &mut *(*attributes.header().cast::<Dict>()).table.get();
                let name = code_of((*th).frame).name_at(arg(unit)).word();
                let place = (*pc.add(3)).0 as usize;
                if table.entries().get(place).is_some_and(|entry| entry.key.same(name)) {
                    let new = Value::from_word(super::local::own_operand(*sp.sub(2)));
                    let old = table.replace(place, new).into_word();
                    if old.is_counted() && (*old.header()).decrement() {
                        tail!(store_attr_free, pc, sp, fp, th, old.0)
                    }
                    if owner.is_counted() {
                        tail!(store_attr_free, pc, sp, fp, th, Word::NULL.0)
                    }
                    next!(pc.add(STORE), sp.sub(2), fp, th)
                }
            }
        }
        tail!(store_attr_miss, pc, sp, fp, th, unit)
    }

    /// `STORE_ATTR_INSTANCE_VALUE`
    store_attr_instance_value(pc, sp, fp, th, unit) {
        let owner = *sp.sub(1);
        let ty = type_of(owner);
        if version_is(ty, (*pc.add(2)).0) {
            let place = (*pc.add(3)).0;
            let attributes = slot(owner, (*ty).values_offset.get());
            let used = (*attributes).0;
            if used & 1 == 1 {
                let word = attributes.add(1 + place as usize);
                let old = *word;
                if !old.is_null() || used >> 1 == u64::from(place) {
                    if old.is_null() {
                        attributes.write(Word(used + 2));
                    }
                    word.write(super::local::own_operand(*sp.sub(2)));
                    if old.is_counted() && (*old.header()).decrement() {
                        tail!(store_attr_free, pc, sp, fp, th, old.0)
                    }
                    if owner.is_counted() {
                        tail!(store_attr_free, pc, sp, fp, th, Word::NULL.0)
                    }
                    next!(pc.add(STORE), sp.sub(2), fp, th)
                }
            }
        }
        tail!(store_attr_miss, pc, sp, fp, th, unit)
    }

    /// `STORE_ATTR_SLOT`
    store_attr_slot(pc, sp, fp, th, unit) {
        let owner = *sp.sub(1);
        let ty = type_of(owner);
        if version_is(ty, (*pc.add(2)).0) {
            let word = slot(owner, (*pc.add(3)).0);
            let old = word.replace(super::local::own_operand(*sp.sub(2)));
            if old.is_counted() && (*old.header()).decrement() {
                tail!(store_attr_free, pc, sp, fp, th, old.0)
            }
            if owner.is_counted() {
                tail!(store_attr_free, pc, sp, fp, th, Word::NULL.0)
            }
            next!(pc.add(STORE), sp.sub(2), fp, th)
        }
        tail!(store_attr_miss, pc, sp, fp, th, unit)
    }
}

/// What `LOAD_ATTR` with a call behind it pushes: a method and its receiver, or a value alone.
pub fn load_method(thread: &mut Thread, owner: Ref<'_>, name: Ref<'_>) -> Outcome<(Value, bool)> {
    let ty = owner.ty();
    let generic =
        ty.slots().getattr.is_some_and(|getattr| getattr as usize == generic_getattr as *const () as usize);
    if generic
        && let Some(text) = name.downcast::<Str>()
        && let Some(found) = ty.lookup(thread, text).map(|found| found.to_value())
        && found.as_ref().ty().flags().contains(TypeFlags::METHOD_DESCRIPTOR)
        && taipan_object::typeobject::own_attribute(thread, owner, text).is_none()
    {
        return Ok((found, true));
    }
    Ok((protocol::get_attribute(thread, owner, name)?, false))
}

cold_handlers! {
    /// Frees the owner after its attribute was taken; the word comes in the place of the unit, and
    /// `pc` is already the next instruction.
    attr_free(pc, sp, fp, th, word) {
        heap::release_cold(Word(word).header());
        if (*th).heap().unsettled.get() {
            leave(th, pc.sub(LOAD), sp).settle();
        }
        next!(pc, sp, fp, th)
    }

    /// Frees what a store replaced, whose count is zero, and the owner.
    store_attr_free(pc, sp, fp, th, word) {
        let owner = *sp.sub(1);
        if Word(word).is_counted() {
            heap::release_cold(Word(word).header());
        }
        heap::release(owner);
        if (*th).heap().unsettled.get() {
            leave(th, pc, sp.sub(2)).settle();
        }
        next!(pc.add(STORE), sp.sub(2), fp, th)
    }

    /// `LOAD_ATTR`: chooses a form for where the attribute is found.
    load_attr(pc, sp, fp, th, unit) {
        let name = code_of((*th).frame).name_at(arg(unit) >> 1);
        let thread = leave(th, pc, sp);
        specialize::load_attr(thread, pc, Ref::from_word(*sp.sub(1)), name.as_ref(), arg(unit) & 1 == 1);
        tail!(load_attr_slow, pc, sp, fp, th, unit)
    }

    /// A form of `LOAD_ATTR` that does not fit its owner this time.
    load_attr_miss(pc, sp, fp, th, unit) {
        specialize::miss(pc, Opcode::LoadAttr as u16);
        tail!(load_attr_slow, pc, sp, fp, th, unit)
    }

    /// `LOAD_ATTR` in general.
    load_attr_slow(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let owner = *sp.sub(1);
        let name = code_of((*th).frame).name_at(arg(unit) >> 1);
        if arg(unit) & 1 == 1 {
            let (method, bound) =
                attempt!(load_method(thread, Ref::from_word(owner), name.as_ref()), pc, sp, fp, th);
            sp.sub(1).write(method.into_word());
            if bound {
                sp.write(owner);
            } else {
                sp.write(Word::NULL);
                heap::release(owner);
            }
            leave(th, pc, sp.add(1)).settle();
            next!(pc.add(LOAD), sp.add(1), fp, th);
        }
        let value = protocol::get_attribute(thread, Ref::from_word(owner), name.as_ref());
        sp.sub(1).write(attempt!(value, pc, sp, fp, th).into_word());
        heap::release(owner);
        leave(th, pc, sp).settle();
        next!(pc.add(LOAD), sp, fp, th)
    }

    /// `STORE_ATTR`: chooses a form for where the attribute is kept.
    store_attr(pc, sp, fp, th, unit) {
        let name = code_of((*th).frame).name_at(arg(unit));
        let thread = leave(th, pc, sp);
        specialize::store_attr(thread, pc, Ref::from_word(*sp.sub(1)), name.as_ref());
        tail!(store_attr_slow, pc, sp, fp, th, unit)
    }

    /// A form of `STORE_ATTR` that does not fit its owner this time.
    store_attr_miss(pc, sp, fp, th, unit) {
        specialize::miss(pc, Opcode::StoreAttr as u16);
        tail!(store_attr_slow, pc, sp, fp, th, unit)
    }

    /// `STORE_ATTR` in general.
    store_attr_slow(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let name = code_of((*th).frame).name_at(arg(unit));
        let (value, owner) = (Ref::from_word(*sp.sub(2)), Ref::from_word(*sp.sub(1)));
        attempt!(protocol::set_attribute(thread, owner, name.as_ref(), Some(value)), pc, sp, fp, th);
        crate::frame::release_operands(sp.sub(2), sp);
        leave(th, pc, sp.sub(2)).settle();
        next!(pc.add(STORE), sp.sub(2), fp, th)
    }

    /// `DELETE_ATTR`
    delete_attr(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let name = code_of((*th).frame).name_at(arg(unit));
        let owner = Ref::from_word(*sp.sub(1));
        attempt!(protocol::set_attribute(thread, owner, name.as_ref(), None), pc, sp, fp, th);
        heap::release(*sp.sub(1));
        leave(th, pc, sp.sub(1)).settle();
        next!(pc.add(1), sp.sub(1), fp, th)
    }
}
