//! Instances: making, initialising, dropping, traversing.
#![allow(unsafe_code)] // the object layout: see the module head and the notes at each block

use taipan_layout::{Header, Word};

use super::attribute::NO_ATTRIBUTES;
use super::state::{items_size, word_at};
use super::{Type, TypeFlags, Visitor};
use crate::heap;
use crate::native::Args;
use crate::thread::Thread;
use crate::value::{Outcome, Ref, Value};

/// A new instance of a heap type whose layout is `T`: `make` gives the Rust struct, the rest is
/// empty.
pub fn allocate_instance<T: crate::value::Object>(
    thread: &mut Thread,
    ty: &Type,
    make: impl FnOnce(Header) -> T,
) -> Outcome {
    debug_assert_eq!(ty.layout().size.get() as usize, size_of::<T>());
    let size = ty.size.get() as usize;
    let Some(memory) = thread.heap().allocate(size, ty.kind()) else { return Err(thread.no_memory()) };
    ty.count_instance();
    // SAFETY: fresh memory of `size` bytes, at least those of `T`; every word behind it is set.
    unsafe {
        memory.cast::<T>().write(make(Header::new(std::ptr::from_ref(ty).cast())));
        finish_instance(memory.cast(), ty, size_of::<T>());
        Ok(Value::from_word(Word::counted(memory.cast())))
    }
}

/// Sets the words that a heap type adds to its layout.
///
/// # Safety
/// `object` is fresh memory of the type's size whose first `used` bytes are initialised.
#[inline(always)]
pub unsafe fn finish_instance(object: *mut Header, ty: &Type, used: usize) {
    let size = ty.size.get() as usize;
    let mut offset = used;
    while offset < size {
        // SAFETY: inside the object; sizes are multiples of eight.
        unsafe { object.byte_add(offset).cast::<Word>().write_volatile(Word::NULL) };
        offset += 8;
    }
    let attributes = ty.values_offset.get() as usize;
    if attributes >= used {
        // SAFETY: inside the object.
        unsafe { object.byte_add(attributes).cast::<Word>().write(NO_ATTRIBUTES) };
    }
}

/// How many bytes heap types add to an instance of a layout with items.
pub(crate) fn added_size(ty: &Type) -> usize {
    (ty.size.get() - ty.layout().size.get()) as usize
}

/// Sets the words that a heap type adds to its layout, behind the items.
///
/// # Safety
/// `object` is of type `ty`, its struct and items are set, and it has room for the rest.
pub(crate) unsafe fn finish_behind_items(object: *mut Header, ty: &Type) {
    // SAFETY: the caller's promise: the words lie inside the object.
    unsafe {
        if ty.values_offset.get() != 0 {
            let attributes = ty.values_offset.get() as usize + items_size(object, ty);
            object.byte_add(attributes).cast::<Word>().write(NO_ATTRIBUTES); // Read by `own_words`.
        }
        own_words(object).for_each(|word| word.write(Word::NULL));
        if ty.values_offset.get() != 0 {
            let attributes = ty.values_offset.get() as usize + items_size(object, ty);
            object.byte_add(attributes).cast::<Word>().write(NO_ATTRIBUTES);
        }
    }
}

/// Each word that heap types added to an instance: slots, attribute word, inline values.
unsafe fn own_words(object: *const Header) -> impl Iterator<Item = *mut Word> {
    // SAFETY: the type of a live object is alive, and so is its layout.
    unsafe {
        let ty = &*((*object).ty.get() as *const Type);
        let items = items_size(object, ty);
        let start = ty.layout().size.get() as usize + items;
        let mut end = ty.size.get() as usize + items;
        // The object may have been made for fewer inline values than its class has now. Behind a
        // dictionary they are empty.
        let inline = ty.values_capacity.get() as usize * 8;
        let attributes = ty.values_offset.get() as usize + items;
        if inline != 0 && attributes + 8 + inline == end {
            let word = *object.byte_add(attributes).cast::<Word>();
            if word.0 & 1 == 0 && !word.is_null() {
                end = attributes + 8;
            }
        }
        (start..end).step_by(8).map(move |offset| object.byte_add(offset).cast::<Word>().cast_mut())
    }
}

fn is_reference(word: Word) -> bool {
    word.is_counted() && word.0 & 1 == 0
}

/// Drops an instance of a heap type: what the heap types added, then the layout's struct.
pub(super) unsafe fn drop_instance(object: *mut Header) {
    // SAFETY: the object is dead; each word is given up once.
    unsafe {
        for word in own_words(object) {
            let word = word.replace(Word::NULL);
            if is_reference(word) {
                heap::release(word);
            }
        }
        let ty = &*((*object).ty.get() as *const Type);
        (ty.layout().slots().drop)(object);
    }
}

pub(super) unsafe fn traverse_instance(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is live.
    unsafe {
        let ty = &*((*object).ty.get() as *const Type);
        let attributes = ty.values_offset.get() as usize + items_size(object, ty);
        for word in own_words(object) {
            // An odd attribute word is a number.
            if word as usize != object as usize + attributes || (*word).0 & 1 == 0 {
                visitor.word(*word);
            }
        }
        (visitor.each)(std::ptr::from_ref(ty).cast_mut().cast());
        (ty.layout().slots().traverse)(object, visitor);
    }
}

pub(super) unsafe fn clear_instance(object: *mut Header, thread: &mut Thread) {
    // SAFETY: only the object's cycle refers to it.
    unsafe {
        let ty = &*((*object).ty.get() as *const Type);
        let attributes = ty.values_offset.get() as usize + items_size(object, ty);
        // An object that was made for fewer inline values keeps to a dictionary.
        let small = heap::room(object) < ty.size.get() as usize;
        for word in own_words(object) {
            let is_attributes = word as usize == object as usize + attributes;
            let empty = match () {
                () if !is_attributes => Word::NULL,
                () if !small => NO_ATTRIBUTES,
                () => match thread.dict() {
                    Ok(dict) => dict.into_word(),
                    Err(_) => {
                        drop(thread.take_exception());
                        continue;
                    }
                },
            };
            let old = word.replace(empty);
            if is_reference(old) {
                heap::release(old);
            }
        }
        if let Some(clear) = ty.layout().slots().clear {
            clear(object, thread);
        }
    }
}

/// Reads a slot of `__slots__`.
pub fn slot_value<'a>(object: Ref<'a>, offset: u32) -> Option<Ref<'a>> {
    // SAFETY: descriptors are made with an offset of their class and check the instance's type.
    unsafe { Ref::from_slot(word_at(object, offset as usize).get()) }
}

/// Sets a slot of `__slots__` and gives back what was there.
pub fn set_slot_value(object: Ref<'_>, offset: u32, value: Option<Value>) -> Option<Value> {
    // SAFETY: as above; the words' counts change hands.
    unsafe {
        let old = word_at(object, offset as usize).replace(value.map_or(Word::NULL, Value::into_word));
        if old.is_null() { None } else { Some(Value::from_word(old)) }
    }
}

/// `type.__call__`: makes an instance and initialises it.
pub fn type_call<'a>(thread: &mut Thread, callable: Ref<'a>, args: Args<'a>) -> Outcome {
    let ty = callable.downcast::<Type>().expect("the slot of types");
    if ty.is(&crate::types::type_::TYPE) && args.all().len() == 1 && args.keyword_count() == 0 {
        return Ok(args.all()[0].ty().as_ref().to_value());
    }
    let new = if ty.flags().contains(TypeFlags::NO_NEW) { None } else { ty.slots().new };
    let Some(new) = new else {
        let name = ty.qualified_name(thread);
        return Err(thread.type_error(format!("cannot create '{name}' instances")));
    };
    let object = new(thread, ty, args)?;
    let made = object.as_ref().ty();
    if !made.is_subtype(thread, ty) {
        return Ok(object);
    }
    if let Some(init) = made.slots().init {
        init(thread, object.as_ref(), args)?;
    }
    Ok(object)
}

/// `object.__new__`
pub fn object_new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    if !args.is_empty() {
        let overrides_new =
            ty.slots().new.is_some_and(|new| new as usize != object_new as *const () as usize);
        let overrides_init =
            ty.slots().init.is_some_and(|init| init as usize != object_init as *const () as usize);
        if overrides_new {
            return Err(
                thread.type_error("object.__new__() takes exactly one argument (the type to instantiate)")
            );
        }
        if !overrides_init {
            let name = ty.name().into_owned();
            return Err(thread.type_error(format!("{name}() takes no arguments")));
        }
    }
    if !ty.layout().is(&crate::types::object::OBJECT) && size_of_layout(ty) != size_of::<Header>() {
        // A native type that nobody can make instances of this way.
        let name = ty.name();
        return Err(thread.type_error(format!("cannot create '{name}' instances")));
    }
    if ty.flags().contains(TypeFlags::ABSTRACT) {
        return Err(abstract_error(thread, ty));
    }
    allocate_instance(thread, ty, |head| crate::types::object::PlainObject { head })
}

fn size_of_layout(ty: &Type) -> usize {
    ty.layout().size.get() as usize
}

#[cold]
fn abstract_error(thread: &mut Thread, ty: &Type) -> crate::value::Raised {
    let name = ty.name().into_owned();
    let methods = ty.lookup_value(thread, &thread.names().__abstractmethods__);
    let mut names = Vec::new();
    if let Some(methods) = methods {
        match crate::protocol::collect(thread, methods.as_ref()) {
            Ok(all) => names.extend(all.iter().filter_map(|name| {
                name.downcast::<crate::types::str::Str>().map(|name| format!("'{}'", name.to_string_lossy()))
            })),
            Err(raised) => return raised,
        }
    }
    names.sort();
    let plural = if names.len() == 1 { "" } else { "s" };
    thread.type_error(format!(
        "Can't instantiate abstract class {name} without an implementation for abstract method{plural} {}",
        names.join(", ")
    ))
}

/// `object.__init__`
pub fn object_init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    if args.is_empty() {
        return Ok(());
    }
    let ty = object.ty();
    let overrides_init =
        ty.slots().init.is_some_and(|init| init as usize != object_init as *const () as usize);
    let overrides_new = ty.slots().new.is_some_and(|new| new as usize != object_new as *const () as usize);
    if overrides_init {
        return Err(
            thread.type_error("object.__init__() takes exactly one argument (the instance to initialize)")
        );
    }
    if !overrides_new {
        let name = ty.name().into_owned();
        return Err(thread.type_error(format!(
            "{name}.__init__() takes exactly one argument (the instance to initialize)"
        )));
    }
    Ok(())
}

/// Empties the inline values of an instance whose class changes to `ty`, as far as there is room: its
/// attributes lie in a dictionary.
///
/// # Safety
/// `object` has a dictionary, and `ty` is laid out like its class.
pub(crate) unsafe fn empty_inline_values(object: *mut Header, ty: &Type) {
    // SAFETY: the words lie inside the object's memory, and nothing is in them.
    unsafe {
        let first = ty.values_offset.get() as usize + 8;
        let end = (ty.size.get() as usize).min(heap::room(object));
        for offset in (first..end).step_by(8).take(ty.values_capacity.get() as usize) {
            object.byte_add(offset).cast::<Word>().write(Word::NULL);
        }
    }
}
