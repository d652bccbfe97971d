//! The module `_string`: format strings taken apart, for `string.Formatter`.
//!
//! Answers for the end of CPython's `Objects/unicodeobject.c` and for
//! `Objects/stringlib/unicode_format.h`.

use std::cell::Cell;
use std::ops::Range;

use taipan_macros::native;
use taipan_object::native::{MethodDef, ModuleDef};
use taipan_object::typeobject::{Next, Slots, Type, TypeDef, TypeFlags};
use taipan_object::types::str::Str;
use taipan_object::{Header, Outcome, Ref, Thread, Value, object};
use taipan_text::format::markup::{First, MarkupIter, Step, Steps, split_name};

/// The module `_string`.
pub static STRING: ModuleDef =
    ModuleDef { name: "_string", doc: Some("string helper module"), functions: &[FUNCTIONS], exec: None };

const FUNCTIONS: &[MethodDef] = &[FORMATTER_FIELD_NAME_SPLIT, FORMATTER_PARSER];

/// An iterator over the pieces of a format string.
#[repr(C)]
pub struct FormatterIterator {
    head: Header,
    text: Value,
    rest: Cell<(usize, usize)>,
}

object!(FormatterIterator, FORMATTER_ITERATOR, holds: text);

/// An iterator over the steps behind the first part of a field's name.
#[repr(C)]
pub struct FieldNameIterator {
    head: Header,
    text: Value,
    rest: Cell<(usize, usize)>,
}

object!(FieldNameIterator, FIELD_NAME_ITERATOR, holds: text);

/// The type `formatteriterator`.
pub static FORMATTER_ITERATOR: Type = Type::new::<FormatterIterator>(
    &TypeDef::new("formatteriterator"),
    TypeFlags::CONTAINER,
    iterator_slots(Slots::holding::<FormatterIterator>(), next_markup),
);

/// The type `fieldnameiterator`.
pub static FIELD_NAME_ITERATOR: Type = Type::new::<FieldNameIterator>(
    &TypeDef::new("fieldnameiterator"),
    TypeFlags::CONTAINER,
    iterator_slots(Slots::holding::<FieldNameIterator>(), next_step),
);

const fn iterator_slots(slots: Slots, next: Next) -> Slots {
    Slots { new: None, iter: Some(|_, object| Ok(object.to_value())), next: Some(next), ..slots }
}

fn text(value: &Value) -> &Str {
    value.downcast::<Str>().expect("made with a string")
}

fn part(thread: &mut Thread, text: &Str, range: Range<usize>) -> Outcome {
    thread.str_from_chars(text.chars().slice(range))
}

fn checked(thread: &mut Thread, object: Ref<'_>) -> Outcome<Value> {
    if object.downcast::<Str>().is_none() {
        let ty = object.ty().name().into_owned();
        return Err(thread.type_error(format!("expected str, got {ty}")));
    }
    Ok(object.to_value())
}

/// parse the argument as a format string
#[native(signature = "($self, object, /)")]
fn formatter_parser(thread: &mut Thread, _module: Ref<'_>, object: Ref<'_>) -> Outcome {
    let value = checked(thread, object)?;
    let rest = Cell::new((0, text(&value).len()));
    thread.new_object(|head| FormatterIterator { head, text: value, rest })
}

fn next_markup(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = object.downcast::<FormatterIterator>().expect("the slot of the type");
    let text = text(&own.text);
    let (start, end) = own.rest.get();
    let mut pieces = MarkupIter::new(text.chars(), start..end);
    let Some(piece) = pieces.next() else { return Ok(None) };
    let rest = pieces.rest();
    own.rest.set((rest.start, rest.end));
    let piece = match piece {
        Ok(piece) => piece,
        Err(error) => return Err(thread.value_error(error.to_string())),
    };
    let literal = part(thread, text, piece.literal)?;
    let [name, spec, conversion] = match piece.field {
        None => [Value::none(), Value::none(), Value::none()],
        Some(field) => {
            let conversion = match field.conversion {
                Some(letter) => thread.character(letter)?,
                None => Value::none(),
            };
            [part(thread, text, field.name)?, part(thread, text, field.spec)?, conversion]
        }
    };
    thread.tuple([literal, name, spec, conversion]).map(Some)
}

/// split the argument as a field name
#[native(signature = "($self, object, /)")]
fn formatter_field_name_split(thread: &mut Thread, _module: Ref<'_>, object: Ref<'_>) -> Outcome {
    let value = checked(thread, object)?;
    let own = text(&value);
    let (first, steps) = match split_name(own.chars(), 0..own.len()) {
        Ok(parts) => parts,
        Err(error) => return Err(thread.value_error(error.to_string())),
    };
    let rest = Cell::new((steps.rest().start, steps.rest().end));
    let first = match first {
        First::Empty => thread.str("")?,
        First::Index(index) => thread.int(index as i128)?,
        First::Name(range) => part(thread, own, range)?,
    };
    let steps = thread.new_object(|head| FieldNameIterator { head, text: value.clone(), rest })?;
    thread.tuple([first, steps])
}

fn next_step(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = object.downcast::<FieldNameIterator>().expect("the slot of the type");
    let text = text(&own.text);
    let (start, end) = own.rest.get();
    let mut steps = Steps::new(text.chars(), start..end);
    let Some(step) = steps.next() else { return Ok(None) };
    let rest = steps.rest();
    own.rest.set((rest.start, rest.end));
    let (is_attribute, name) = match step {
        Ok(Step::Attribute(range)) => (true, part(thread, text, range)?),
        Ok(Step::Index(index)) => (false, thread.int(index as i128)?),
        Ok(Step::Item(range)) => (false, part(thread, text, range)?),
        Err(error) => return Err(thread.value_error(error.to_string())),
    };
    thread.tuple([Value::bool(is_attribute), name]).map(Some)
}
