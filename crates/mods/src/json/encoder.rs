//! `make_encoder`: writing values.

use taipan_object::native::{Args, MemberDef, Parameters};
use taipan_object::protocol;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags, allocate_instance};
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::add_note;
use taipan_object::types::float::Float;
use taipan_object::types::int::{INT, to_int};
use taipan_object::types::list::List;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Header, Outcome, Ref, Thread, Value, object};
use taipan_text::CharsBuf;

use super::escape::{Escapes, write};

/// An encoder object.
#[repr(C)]
pub struct Encoder {
    head: Header,
    markers: Value,
    default: Value,
    encoder: Value,
    indent: Value,
    key_separator: Value,
    item_separator: Value,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
    /// Set if `encoder` is one of this module's functions.
    escapes: Option<Escapes>,
}
object!(Encoder, ENCODER, holds: markers, default, encoder, indent, key_separator, item_separator);

macro_rules! member {
    ($name:ident) => {
        MemberDef {
            name: stringify!($name),
            doc: Some(stringify!($name)),
            get: |_, object| Ok(Some(encoder(object).$name.clone())),
        }
    };
}

/// The type `_json.Encoder`.
pub static ENCODER: Type = Type::new::<Encoder>(
    &TypeDef {
        doc: Some(
            "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
        ),
        members: &[
            member!(markers),
            member!(default),
            member!(encoder),
            member!(indent),
            member!(key_separator),
            member!(item_separator),
            MemberDef {
                name: "sort_keys",
                doc: Some("sort_keys"),
                get: |_, object| Ok(Some(Value::bool(encoder(object).sort_keys))),
            },
            MemberDef {
                name: "skipkeys",
                doc: Some("skipkeys"),
                get: |_, object| Ok(Some(Value::bool(encoder(object).skipkeys))),
            },
        ],
        ..TypeDef::new("_json.Encoder")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER),
    Slots { new: Some(new), call: Some(call), ..Slots::holding::<Encoder>() },
);

fn encoder<'a>(object: Ref<'a>) -> &'a Encoder {
    object.downcast::<Encoder>().expect("the slot of encoders")
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters = Parameters {
        function: "make_encoder",
        names: &[
            "markers",
            "default",
            "encoder",
            "indent",
            "key_separator",
            "item_separator",
            "sort_keys",
            "skipkeys",
            "allow_nan",
        ],
        positional_only: 0,
        positional: 9,
        required: 9,
        required_keywords: 0,
    };
    let [markers, default, function, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan] =
        PARAMETERS.parse::<9>(thread, args)?.map(|given| given.expect("required"));
    for (place, separator) in [(5, key_separator), (6, item_separator)] {
        if separator.downcast::<Str>().is_none() {
            let ty = separator.ty().name().into_owned();
            return Err(thread.type_error(format!("make_encoder() argument {place} must be str, not {ty}")));
        }
    }
    if !markers.is_none() && markers.downcast::<Dict>().is_none() {
        let ty = markers.ty().name().into_owned();
        return Err(thread.type_error(format!("make_encoder() argument 1 must be dict or None, not {ty}")));
    }
    let escapes = if let Ok(json) = crate::library::import(thread, "_json") {
        let mut own = None;
        for (name, escapes) in
            [("encode_basestring_ascii", Escapes::Ascii), ("encode_basestring", Escapes::Least)]
        {
            let name = thread.intern(name)?;
            if let Some(found) = protocol::find_attribute(thread, json.as_ref(), name.as_ref())?
                && found.as_ref().is(function)
            {
                own = Some(escapes);
            }
        }
        own
    } else {
        drop(thread.take_exception());
        None
    };
    let sort_keys = protocol::is_true(thread, sort_keys)?;
    let skipkeys = protocol::is_true(thread, skipkeys)?;
    let allow_nan = protocol::is_true(thread, allow_nan)?;
    allocate_instance(thread, ty, |head| Encoder {
        head,
        markers: markers.to_value(),
        default: default.to_value(),
        encoder: function.to_value(),
        indent: indent.to_value(),
        key_separator: key_separator.to_value(),
        item_separator: item_separator.to_value(),
        sort_keys,
        skipkeys,
        allow_nan,
        escapes,
    })
}

fn call<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters = Parameters {
        function: "_iterencode",
        names: &["obj", "_current_indent_level"],
        positional_only: 0,
        positional: 2,
        required: 2,
        required_keywords: 0,
    };
    let [value, level] = PARAMETERS.parse::<2>(thread, args)?.map(|given| given.expect("required"));
    let level = protocol::index_isize(thread, level)?.max(0) as usize;
    let own = encoder(object);
    let mut writer = Writer { own, out: CharsBuf::new() };
    writer.value(thread, value, level)?;
    let text = thread.str_from_buf(writer.out)?;
    thread.tuple([text])
}

/// A document that is being written.
struct Writer<'a> {
    own: &'a Encoder,
    out: CharsBuf,
}

impl Writer<'_> {
    fn text(&mut self, text: &Value) {
        if let Some(text) = text.downcast::<Str>() {
            self.out.push_chars(text.chars());
        }
    }

    fn newline(&mut self, level: usize) {
        let indent = self.own.indent.clone();
        if let Some(indent) = indent.downcast::<Str>() {
            self.out.push(u32::from('\n'));
            (0..level).for_each(|_| self.out.push_chars(indent.chars()));
        }
    }

    fn string(&mut self, thread: &mut Thread, text: Ref<'_>) -> Outcome<()> {
        if let (Some(escapes), Some(text)) = (self.own.escapes, text.downcast::<Str>()) {
            write(&mut self.out, text, escapes);
            return Ok(());
        }
        let encoded = protocol::call(thread, self.own.encoder.as_ref(), &[text])?;
        if encoded.downcast::<Str>().is_none() {
            let ty = encoded.as_ref().ty().name().into_owned();
            return Err(thread.type_error(format!("encoder() must return a string, not {ty}")));
        }
        self.text(&encoded);
        Ok(())
    }

    fn float(&mut self, thread: &mut Thread, number: f64, object: Ref<'_>) -> Outcome<()> {
        if number.is_finite() {
            let mut text = String::new();
            taipan_num::float::write_repr(&mut text, number);
            self.out.push_str(&text);
            return Ok(());
        }
        if !self.own.allow_nan {
            let repr = protocol::repr_string(thread, object)?;
            return Err(
                thread.value_error(format!("Out of range float values are not JSON compliant: {repr}"))
            );
        }
        self.out.push_str(if number.is_nan() {
            "NaN"
        } else if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        });
        Ok(())
    }

    fn int(&mut self, thread: &mut Thread, object: Ref<'_>) -> Outcome<()> {
        if object.word().is_int() {
            let mut digits = [0_u8; 20];
            let (mut at, mut rest) = (digits.len(), object.word().int().unsigned_abs());
            loop {
                at -= 1;
                digits[at] = b'0' + (rest % 10) as u8;
                rest /= 10;
                if rest == 0 {
                    break;
                }
            }
            if object.word().int() < 0 {
                self.out.push(u32::from('-'));
            }
            self.out.push_bytes(&digits[at..]);
            return Ok(());
        }
        let repr = INT.slots().repr.expect("integers have a repr");
        let text = repr(thread, object)?;
        self.text(&text);
        Ok(())
    }

    /// A scalar; whether the value was one.
    fn scalar(&mut self, thread: &mut Thread, value: Ref<'_>) -> Outcome<bool> {
        if value.is_none() {
            self.out.push_str("null");
        } else if value.is(Ref::bool(true)) {
            self.out.push_str("true");
        } else if value.is(Ref::bool(false)) {
            self.out.push_str("false");
        } else if value.word().is_int() || to_int(value).is_some() {
            self.int(thread, value)?;
        } else if let Some(number) = Float::value_of(value) {
            self.float(thread, number, value)?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    fn value(&mut self, thread: &mut Thread, value: Ref<'_>, level: usize) -> Outcome<()> {
        if value.downcast::<Str>().is_some() {
            return self.string(thread, value);
        }
        if self.scalar(thread, value)? {
            return Ok(());
        }
        thread.check_native_stack()?;
        if value.downcast::<List>().is_some() || value.downcast::<Tuple>().is_some() {
            return self.list(thread, value, level);
        }
        if value.downcast::<Dict>().is_some() {
            return self.dict(thread, value, level);
        }
        let marker = self.enter(thread, value)?;
        let other = protocol::call(thread, self.own.default.as_ref(), &[value])?;
        if let Err(raised) = self.value(thread, other.as_ref(), level) {
            let ty = value.ty().name().into_owned();
            add_note(thread, &format!("when serializing {ty} object"));
            return Err(raised);
        }
        self.leave(thread, marker)
    }

    /// Notes that a container is being written; ValueError if it is already.
    fn enter(&mut self, thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
        let markers = self.own.markers.clone();
        let Some(markers) = markers.downcast::<Dict>() else { return Ok(None) };
        let identity = thread.int(i128::from(protocol::id(object)))?;
        if markers.get(thread, identity.as_ref())?.is_some() {
            return Err(thread.value_error("Circular reference detected"));
        }
        markers.set(thread, identity.as_ref(), object.to_value())?;
        Ok(Some(identity))
    }

    fn leave(&mut self, thread: &mut Thread, marker: Option<Value>) -> Outcome<()> {
        let markers = self.own.markers.clone();
        if let (Some(markers), Some(marker)) = (markers.downcast::<Dict>(), marker) {
            let old = markers.remove(thread, marker.as_ref())?;
            drop(old);
        }
        Ok(())
    }

    fn list(&mut self, thread: &mut Thread, object: Ref<'_>, level: usize) -> Outcome<()> {
        let exact = object.exact::<List>().is_some() || object.exact::<Tuple>().is_some();
        let (list, tuple) = (object.downcast::<List>(), object.downcast::<Tuple>());
        let copy = if exact { None } else { Some(protocol::collect(thread, object)?) };
        let item_at = |thread: &Thread, index: usize| match (&copy, list, tuple) {
            (Some(copy), _, _) => copy.get(index).cloned(),
            (None, Some(list), _) => list.get(thread, index),
            (None, None, tuple) => {
                tuple.and_then(|tuple| tuple.items().get(index).map(|item| item.to_value()))
            }
        };
        let Some(mut item) = item_at(thread, 0) else {
            self.out.push_str("[]");
            return Ok(());
        };
        let marker = self.enter(thread, object)?;
        self.out.push(u32::from('['));
        self.newline(level + 1);
        let mut index = 0;
        loop {
            if let Err(raised) = self.value(thread, item.as_ref(), level + 1) {
                let ty = object.ty().name().into_owned();
                add_note(thread, &format!("when serializing {ty} item {index}"));
                return Err(raised);
            }
            index += 1;
            match item_at(thread, index) {
                Some(next) => item = next,
                None => break,
            }
            let separator = self.own.item_separator.clone();
            self.text(&separator);
            self.newline(level + 1);
            thread.poll()?;
        }
        self.newline(level);
        self.out.push(u32::from(']'));
        self.leave(thread, marker)
    }

    fn dict(&mut self, thread: &mut Thread, object: Ref<'_>, level: usize) -> Outcome<()> {
        let dict = object.downcast::<Dict>().expect("checked");
        if dict.len(thread) == 0 {
            self.out.push_str("{}");
            return Ok(());
        }
        let marker = self.enter(thread, object)?;
        self.out.push(u32::from('{'));
        let mut first = true;
        if self.own.sort_keys || object.exact::<Dict>().is_none() {
            let items = protocol::call_method(thread, object, "items", &[])?;
            let items = protocol::collect(thread, items.as_ref())?;
            let items = thread.list(items)?;
            if self.own.sort_keys {
                protocol::call_method(thread, items.as_ref(), "sort", &[])?;
            }
            let list = items.downcast::<List>().expect("just made");
            let mut index = 0;
            while let Some(pair) = list.get(thread, index) {
                let Some([key, value]) = pair.downcast::<Tuple>().map(Tuple::items) else {
                    return Err(thread.value_error("items must return 2-tuples"));
                };
                self.entry(thread, object, (*key, *value), level, &mut first)?;
                index += 1;
            }
        } else {
            let mut position = 0;
            while let Some((after, key, value)) = dict.next_entry(thread, position) {
                position = after;
                self.entry(thread, object, (key.as_ref(), value.as_ref()), level, &mut first)?;
            }
        }
        if !first {
            self.newline(level);
        }
        self.out.push(u32::from('}'));
        self.leave(thread, marker)
    }

    fn entry(
        &mut self,
        thread: &mut Thread,
        object: Ref<'_>,
        (key, value): (Ref<'_>, Ref<'_>),
        level: usize,
        first: &mut bool,
    ) -> Outcome<()> {
        let is_text = key.downcast::<Str>().is_some();
        let is_number = key.is_none()
            || key.word().is_int()
            || to_int(key).is_some()
            || taipan_object::types::boolean::is_bool(key)
            || Float::value_of(key).is_some();
        if !is_text && !is_number {
            if self.own.skipkeys {
                return Ok(());
            }
            let ty = key.ty().name().into_owned();
            return Err(thread.type_error(format!("keys must be str, int, float, bool or None, not {ty}")));
        }
        if *first {
            *first = false;
        } else {
            let separator = self.own.item_separator.clone();
            self.text(&separator);
        }
        self.newline(level + 1);
        if is_text {
            self.string(thread, key)?;
        } else {
            let mut inner = Writer { own: self.own, out: CharsBuf::new() };
            inner.scalar(thread, key)?;
            let text = thread.str_from_buf(inner.out)?;
            self.string(thread, text.as_ref())?;
        }
        let separator = self.own.key_separator.clone();
        self.text(&separator);
        if let Err(raised) = self.value(thread, value, level + 1) {
            let ty = object.ty().name().into_owned();
            let repr = protocol::repr_string(thread, key).unwrap_or_default();
            add_note(thread, &format!("when serializing {ty} item {repr}"));
            return Err(raised);
        }
        thread.poll()
    }
}
