//! Attributes of instances: inline values, dictionaries, `object.__getattribute__`.
//!
//! An instance that can have attributes of its own has one word for them, at
//! [`Type::values_offset`]: odd, it tells how many inline values, counted from the first, have been
//! set; even, it points to the dictionary, and the inline values are empty. Inline values are set
//! in the order of their places, so that this order is that of insertion; whatever would break that
//! makes a dictionary.
#![allow(unsafe_code)] // the object layout: see the module head and the notes at each block

use taipan_layout::Word;

use super::state::word_at;
use super::{Type, TypeFlags};
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::value::{Outcome, Ref, Value};

/// The attribute word of an instance without attributes.
pub const NO_ATTRIBUTES: Word = Word(1);

/// Where an instance keeps its attributes.
pub enum Attributes<'a> {
    /// Inline: how many places have been used.
    Inline(usize),
    /// In a dictionary.
    Dict(&'a Dict),
}

/// Where `object` keeps its attributes; none if it cannot have any.
#[inline]
pub fn attributes<'a>(object: Ref<'a>) -> Option<Attributes<'a>> {
    let offset = object.ty().values_offset.get();
    if offset == 0 {
        return None;
    }
    // SAFETY: the type says that its instances have the word.
    let word = unsafe { word_at(object, offset as usize) }.get();
    if word.0 & 1 == 1 {
        return Some(Attributes::Inline((word.0 >> 1) as usize));
    }
    // SAFETY: an even word points to the instance's dictionary.
    Some(Attributes::Dict(unsafe { &*word.header().cast::<Dict>() }))
}

/// The inline value at a place; null while unset.
///
/// # Safety
/// The instance's type has room for `place`.
#[inline(always)]
unsafe fn place_of<'a>(object: Ref<'a>, place: usize) -> &'a std::cell::Cell<Word> {
    // SAFETY: the caller's promise.
    unsafe { word_at(object, object.ty().values_offset.get() as usize + 8 + place * 8) }
}

/// The instance's dictionary, made now if there is none.
pub fn instance_dict(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let used = match attributes(object) {
        None => return Ok(None),
        Some(Attributes::Dict(dict)) => return Ok(Some(Ref::of(dict).to_value())),
        Some(Attributes::Inline(used)) => used,
    };
    let dict = thread.dict()?;
    let table = dict.downcast::<Dict>().expect("just made");
    let ty = object.ty();
    for place in 0..used {
        // SAFETY: places up to `used` exist.
        let word = unsafe { place_of(object, place) }.get();
        if word.is_null() {
            continue;
        }
        let keys = ty.state(thread).keys.as_ref().expect("inline values have keys");
        let name = keys.names(thread)[place].clone();
        // SAFETY: a word that is not null holds a count.
        let value = unsafe { Ref::from_word(word) }.to_value();
        table.set_str(thread, name.as_ref(), value)?;
    }
    for place in 0..used {
        // SAFETY: as above; the count goes to the dropped value.
        unsafe {
            let word = place_of(object, place).replace(Word::NULL);
            crate::heap::release(word);
        }
    }
    // SAFETY: the instance has the word.
    unsafe { word_at(object, ty.values_offset.get() as usize) }.set(dict.clone().into_word());
    Ok(Some(dict))
}

/// Sets `__dict__`.
pub fn set_instance_dict(thread: &mut Thread, object: Ref<'_>, dict: Value) -> Outcome<()> {
    drop(instance_dict(thread, object)?);
    // SAFETY: the instance has the word, which now points to its dictionary.
    let old = unsafe {
        let slot = word_at(object, object.ty().values_offset.get() as usize);
        Value::from_word(slot.replace(dict.into_word()))
    };
    drop(old);
    Ok(())
}

/// The instance's own attribute, without its type being asked.
pub fn own_attribute(thread: &Thread, object: Ref<'_>, name: &Str) -> Option<Value> {
    match attributes(object)? {
        Attributes::Dict(dict) => dict.get_str(thread, name).map(|value| value.to_value()),
        Attributes::Inline(0) => None,
        Attributes::Inline(_) => {
            let keys = object.ty().state(thread).keys.as_ref()?;
            let place = find_place(thread, keys, name)?;
            // SAFETY: keys never name more places than instances have; set words hold counts.
            unsafe { Ref::from_slot(place_of(object, place).get()).map(|value| value.to_value()) }
        }
    }
}

fn find_place(thread: &Thread, keys: &super::SharedKeys, name: &Str) -> Option<usize> {
    if name.is_interned() {
        return keys.find(thread, Ref::of(name));
    }
    keys.names(thread).iter().position(|own| own.downcast::<Str>().is_some_and(|own| own.eq(name)))
}

/// Sets or deletes the instance's own attribute; `false` if it was to be deleted and is not there.
fn set_own(thread: &mut Thread, object: Ref<'_>, name: &Str, value: Option<Ref<'_>>) -> Outcome<bool> {
    let ty = object.ty();
    if let Some(Attributes::Inline(used)) = attributes(object)
        && let Some(new) = value
        && let Some(keys) = &ty.state(thread).keys
    {
        let interned = thread.interp().interned.intern(thread.interp(), Ref::of(name).to_value());
        // SAFETY: types and their keys outlive this call: the instance is alive.
        let keys = unsafe { &*std::ptr::from_ref(keys) };
        let place = match keys.find(thread, interned.as_ref()) {
            Some(place) => Some(place),
            None => keys.add(thread, ty, interned.as_ref()),
        };
        if let Some(place) = place {
            // SAFETY: as in `own_attribute`.
            let slot = unsafe { place_of(object, place) };
            let old = slot.get();
            if !old.is_null() || place >= used {
                slot.set(new.to_value().into_word());
                if place >= used {
                    // SAFETY: the instance has the word.
                    unsafe { word_at(object, ty.values_offset.get() as usize) }
                        .set(Word(((place + 1) << 1 | 1) as u64));
                }
                // SAFETY: the replaced word's count is given up.
                unsafe { crate::heap::release(old) };
                return Ok(true);
            }
        }
    }
    let Some(dict) = instance_dict(thread, object)? else { return Ok(false) };
    let dict = dict.downcast::<Dict>().expect("an instance's dictionary is a dict");
    match value {
        Some(value) => dict.set(thread, Ref::of(name), value.to_value()).map(|()| true),
        None => Ok(dict.remove(thread, Ref::of(name))?.is_some()),
    }
}

/// `object.__getattribute__`
pub fn generic_getattr(thread: &mut Thread, object: Ref<'_>, name: Ref<'_>) -> Outcome {
    match generic_lookup(thread, object, name)? {
        Some(value) => Ok(value),
        None => Err(thread.no_attribute(object, name)),
    }
}

/// As [`generic_getattr`]; none instead of AttributeError where there is nothing.
pub fn generic_lookup(thread: &mut Thread, object: Ref<'_>, name: Ref<'_>) -> Outcome<Option<Value>> {
    let text = thread.text(name)?;
    let ty = object.ty();
    let found = ty.lookup(thread, text).map(|found| found.to_value());
    if let Some(descriptor) = &found {
        let slots = descriptor.as_ref().ty().slots();
        if let (Some(get), Some(_)) = (slots.descr_get, slots.descr_set) {
            return get(thread, descriptor.as_ref(), Some(object), Some(ty.as_ref())).map(Some);
        }
    }
    if let Some(own) = own_attribute(thread, object, text) {
        return Ok(Some(own));
    }
    let Some(found) = found else { return Ok(None) };
    match found.as_ref().ty().slots().descr_get {
        Some(get) => get(thread, found.as_ref(), Some(object), Some(ty.as_ref())).map(Some),
        None => Ok(Some(found)),
    }
}

/// `object.__setattr__`, `object.__delattr__`
pub fn generic_setattr(
    thread: &mut Thread,
    object: Ref<'_>,
    name: Ref<'_>,
    value: Option<Ref<'_>>,
) -> Outcome<()> {
    let text = thread.text(name)?;
    let found = object.ty().lookup(thread, text).map(|found| found.to_value());
    if let Some(descriptor) = &found
        && let Some(set) = descriptor.as_ref().ty().slots().descr_set
    {
        return set(thread, descriptor.as_ref(), object, value);
    }
    if object.ty().flags().contains(TypeFlags::HAS_DICT) {
        if set_own(thread, object, text, value)? {
            return Ok(());
        }
        return Err(thread.no_attribute(object, name));
    }
    let ty = object.ty().name().into_owned();
    let text = text.to_string_lossy().into_owned();
    Err(match found {
        Some(_) => {
            thread.attribute_error(object, name, format!("'{ty}' object attribute '{text}' is read-only"))
        }
        None if object
            .ty()
            .slots()
            .setattr
            .is_some_and(|set| set as usize != generic_setattr as *const () as usize) =>
        {
            thread.no_attribute(object, name)
        }
        None => thread.attribute_error(
            object,
            name,
            format!("'{ty}' object has no attribute '{text}' and no __dict__ for setting new attributes"),
        ),
    })
}

impl Type {
    /// The place of `name` among the inline values of instances.
    pub fn inline_place(&self, thread: &Thread, name: Ref<'_>) -> Option<usize> {
        self.state(thread).keys.as_ref()?.find(thread, name)
    }
}
