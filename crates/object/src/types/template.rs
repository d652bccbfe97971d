//! `string.templatelib.Template` and `Interpolation`: what `t"…"` makes.
//!
//! Answers for CPython's `Objects/templateobject.c` and `Objects/interpolationobject.c`, and for PEP 750.
#![allow(unsafe_code)] // the object layouts, which `object!` checks

use std::cell::Cell;

use taipan_layout::Header;
use taipan_macros::native;

use crate::native::{Args, GetSetDef, MemberDef, Parameters};
use crate::object;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::types::genericalias::class_getitem;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Ref, Value};

/// A template: strings, and interpolations between them.
#[repr(C)]
pub struct Template {
    head: Header,
    /// One more than interpolations.
    strings: Value,
    interpolations: Value,
}

object!(Template, TEMPLATE, holds: strings, interpolations);

/// The type `string.templatelib.Template`.
pub static TEMPLATE: Type = Type::new::<Template>(
    &TypeDef {
        doc: Some("Template object"),
        methods: &[&[TEMPLATE_REDUCE, class_getitem(Some("Template supports [] for generic usage"))]],
        members: &[
            MemberDef {
                name: "strings",
                doc: Some("Strings"),
                get: |_, object| Ok(Some(template(object).strings.clone())),
            },
            MemberDef {
                name: "interpolations",
                doc: Some("Interpolations"),
                get: |_, object| Ok(Some(template(object).interpolations.clone())),
            },
        ],
        getset: &[&[GetSetDef {
            name: "values",
            doc: Some("Values of interpolations"),
            get: Some(|thread, object| {
                let values = template(object).interpolations().map(|part| part.value.clone());
                let values: Vec<Value> = values.collect();
                thread.tuple(values)
            }),
            set: None,
        }]],
        ..TypeDef::new("string.templatelib.Template")
    },
    TypeFlags::CONTAINER,
    Slots {
        new: Some(new_template),
        repr: Some(|thread, object| {
            let own = template(object);
            let strings = protocol::repr_string(thread, own.strings.as_ref())?;
            let interpolations = protocol::repr_string(thread, own.interpolations.as_ref())?;
            thread.str(&format!("Template(strings={strings}, interpolations={interpolations})"))
        }),
        iter: Some(|thread, object| {
            let template = object.to_value();
            thread.new_object(|head| TemplateIterator { head, template, place: Cell::new(0) })
        }),
        concat: Some(concat),
        ..Slots::holding::<Template>()
    },
);

fn template<'a>(object: Ref<'a>) -> &'a Template {
    object.downcast::<Template>().expect("the slot of templates")
}

impl Template {
    fn strings(&self) -> &[Ref<'_>] {
        self.strings.downcast::<Tuple>().map_or(&[], Tuple::items)
    }

    fn interpolations(&self) -> impl Iterator<Item = &Interpolation> {
        let all = self.interpolations.downcast::<Tuple>().map_or(&[][..], Tuple::items);
        all.iter().filter_map(|part| part.downcast::<Interpolation>())
    }
}

impl Thread {
    /// A template of two tuples.
    pub fn template(&mut self, strings: Ref<'_>, interpolations: Ref<'_>) -> Outcome {
        let (strings, interpolations) = (strings.to_value(), interpolations.to_value());
        self.new_object(|head| Template { head, strings, interpolations })
    }

    /// An interpolation; `conversion` is a letter or None.
    pub fn interpolation(&mut self, parts: [Value; 4]) -> Outcome {
        let [value, expression, conversion, format_spec] = parts;
        self.new_object(|head| Interpolation { head, value, expression, conversion, format_spec })
    }
}

fn joined(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    match (left.downcast::<Str>(), right.downcast::<Str>()) {
        (Some(left), Some(right)) => thread.concat(left, right),
        _ => Err(thread.system_error("a template is made of strings")),
    }
}

fn new_template<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    if args.keyword_count() != 0 {
        return Err(thread.type_error("Template.__new__ only accepts *args arguments"));
    }
    let mut strings = vec![thread.names().empty.clone()];
    let mut interpolations = Vec::new();
    for part in args.all() {
        if part.downcast::<Str>().is_some() {
            let last = strings.last_mut().expect("one at least");
            *last = joined(thread, last.as_ref(), *part)?;
        } else if part.downcast::<Interpolation>().is_some() {
            interpolations.push(part.to_value());
            strings.push(thread.names().empty.clone());
        } else {
            let ty = part.ty().name();
            return Err(thread.type_error(format!(
                "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {ty}"
            )));
        }
    }
    let (strings, interpolations) = (thread.tuple(strings)?, thread.tuple(interpolations)?);
    thread.template(strings.as_ref(), interpolations.as_ref())
}

fn concat(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
    let (Some(a), Some(b)) = (left.downcast::<Template>(), right.downcast::<Template>()) else {
        let name = TEMPLATE.name();
        let ty = right.ty().name();
        return Err(thread.type_error(format!("can only concatenate {name} (not \"{ty}\") to {name}")));
    };
    let (Some((last, head)), Some((first, tail))) = (a.strings().split_last(), b.strings().split_first())
    else {
        return Err(thread.system_error("a template has a string at least"));
    };
    let middle = joined(thread, *last, *first)?;
    let strings = head.iter().map(|part| part.to_value()).chain([middle]);
    let strings: Vec<Value> = strings.chain(tail.iter().map(|part| part.to_value())).collect();
    let interpolations = a.interpolations().chain(b.interpolations());
    let interpolations: Vec<Value> = interpolations.map(|part| Ref::of(part).to_value()).collect();
    let (strings, interpolations) = (thread.tuple(strings)?, thread.tuple(interpolations)?);
    thread.template(strings.as_ref(), interpolations.as_ref())
}

#[native(signature = "($self, /)", name = "__reduce__")]
fn template_reduce(thread: &mut Thread, this: &Template) -> Outcome {
    let key = thread.intern("string.templatelib")?;
    // The import answers the package.
    let package = protocol::import_module(thread, "string.templatelib")?;
    let modules = thread.interp().modules();
    let module = protocol::get_item(thread, modules, key.as_ref()).unwrap_or(package);
    let name = thread.intern("_template_unpickle")?;
    let function = protocol::get_attribute(thread, module.as_ref(), name.as_ref())?;
    let arguments = thread.tuple([this.strings.clone(), this.interpolations.clone()])?;
    thread.tuple([function, arguments])
}

/// The iterator over strings that are not empty and interpolations.
#[repr(C)]
pub struct TemplateIterator {
    head: Header,
    template: Value,
    /// Twice the index, and one more for an interpolation.
    place: Cell<usize>,
}

object!(TemplateIterator, TEMPLATE_ITERATOR, holds: template);

/// The type `string.templatelib.TemplateIter`.
pub static TEMPLATE_ITERATOR: Type = Type::new::<TemplateIterator>(
    &TypeDef { doc: Some("Template iterator object"), ..TypeDef::new("string.templatelib.TemplateIter") },
    TypeFlags::CONTAINER,
    Slots {
        new: None,
        iter: Some(|_, object| Ok(object.to_value())),
        next: Some(|_, object| {
            let own = object.downcast::<TemplateIterator>().expect("the slot of template iterators");
            let template = template(own.template.as_ref());
            loop {
                let place = own.place.get();
                let index = place / 2;
                let parts = if place % 2 == 0 { &template.strings } else { &template.interpolations };
                let parts = parts.downcast::<Tuple>().map_or(&[][..], Tuple::items);
                let Some(part) = parts.get(index).map(|part| part.to_value()) else { return Ok(None) };
                own.place.set(place + 1);
                if !part.downcast::<Str>().is_some_and(Str::is_empty) {
                    return Ok(Some(part));
                }
            }
        }),
        ..Slots::holding::<TemplateIterator>()
    },
);

/// A value inside a template, with its source and how it is to be formatted.
#[repr(C)]
pub struct Interpolation {
    head: Header,
    value: Value,
    expression: Value,
    conversion: Value,
    format_spec: Value,
}

object!(Interpolation, INTERPOLATION, holds: value, expression, conversion, format_spec);

/// The type `string.templatelib.Interpolation`.
pub static INTERPOLATION: Type = Type::new::<Interpolation>(
    &TypeDef {
        doc: Some("Interpolation object"),
        methods: &[&[
            INTERPOLATION_REDUCE,
            class_getitem(Some("Interpolations are generic over the types of their values")),
        ]],
        members: &[
            MemberDef {
                name: "value",
                doc: Some("Value"),
                get: |_, object| Ok(Some(interpolation(object).value.clone())),
            },
            MemberDef {
                name: "expression",
                doc: Some("Expression"),
                get: |_, object| Ok(Some(interpolation(object).expression.clone())),
            },
            MemberDef {
                name: "conversion",
                doc: Some("Conversion"),
                get: |_, object| Ok(Some(interpolation(object).conversion.clone())),
            },
            MemberDef {
                name: "format_spec",
                doc: Some("Format specifier"),
                get: |_, object| Ok(Some(interpolation(object).format_spec.clone())),
            },
        ],
        match_args: &["value", "expression", "conversion", "format_spec"],
        ..TypeDef::new("string.templatelib.Interpolation")
    },
    TypeFlags::CONTAINER,
    Slots {
        new: Some(new_interpolation),
        repr: Some(|thread, object| {
            let own = interpolation(object);
            let parts = [&own.value, &own.expression, &own.conversion, &own.format_spec];
            let parts = parts.map(|part| protocol::repr_string(thread, part.as_ref()));
            let parts = parts.into_iter().collect::<Outcome<Vec<String>>>()?;
            thread.str(&format!("Interpolation({})", parts.join(", ")))
        }),
        ..Slots::holding::<Interpolation>()
    },
);

fn interpolation<'a>(object: Ref<'a>) -> &'a Interpolation {
    object.downcast::<Interpolation>().expect("the slot of interpolations")
}

fn new_interpolation<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    const PARAMETERS: Parameters = Parameters {
        function: "Interpolation",
        names: &["value", "expression", "conversion", "format_spec"],
        positional_only: 0,
        positional: 4,
        required: 1,
        required_keywords: 0,
    };
    let [value, expression, conversion, format_spec] = PARAMETERS.parse::<4>(thread, args)?;
    let text = |thread: &mut Thread, value: Option<Ref<'_>>, name: &str| -> Outcome {
        let Some(value) = value else { return Ok(thread.names().empty.clone()) };
        if value.downcast::<Str>().is_some() {
            return Ok(value.to_value());
        }
        let ty = if value.is_none() { "None".into() } else { value.ty().name() };
        Err(thread.type_error(format!("Interpolation() argument '{name}' must be str, not {ty}")))
    };
    let expression = text(thread, expression, "expression")?;
    let conversion = match conversion.filter(|conversion| !conversion.is_none()) {
        None => Value::none(),
        Some(conversion) => {
            let conversion = text(thread, Some(conversion), "conversion")?;
            if !conversion.downcast::<Str>().is_some_and(|c| ["s", "a", "r"].iter().any(|own| c.is(own))) {
                return Err(thread
                    .value_error("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"));
            }
            conversion
        }
    };
    let format_spec = text(thread, format_spec, "format_spec")?;
    thread.interpolation([value.expect("required").to_value(), expression, conversion, format_spec])
}

/// __reduce__() -> (cls, state)
#[native(signature = "($self, /)", name = "__reduce__")]
fn interpolation_reduce(thread: &mut Thread, this: &Interpolation) -> Outcome {
    let state = [&this.value, &this.expression, &this.conversion, &this.format_spec];
    let state = thread.tuple(state.map(Value::clone))?;
    thread.tuple([INTERPOLATION.as_ref().to_value(), state])
}
