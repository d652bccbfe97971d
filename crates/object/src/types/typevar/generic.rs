//! `typing.Generic`: the base of generic classes.

use super::unpack_variadics;
use crate::native::{Args, Binding, MethodDef, NativeCall};
use crate::protocol::{self, library_attribute};
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::types::object::{OBJECT_SLOTS, PlainObject};
use crate::value::{Outcome, Ref};

/// The type `typing.Generic`.
pub static GENERIC: Type = Type::new::<PlainObject>(
    &TypeDef {
        doc: Some(include_str!("generic.txt")),
        methods: &[METHODS],
        from_spec: true,
        ..TypeDef::new("typing.Generic")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER),
    Slots { ..OBJECT_SLOTS },
);

const METHODS: &[MethodDef] = &[
    MethodDef {
        name: "__class_getitem__",
        doc: Some(
            "Parameterizes a generic class.\n\nAt least, parameterizing a generic class is the *main* thing this\nmethod does.  For example, for some generic class `Foo`, this is\ncalled when we do `Foo[int]` - there, with `cls=Foo` and\n`params=int`.\n\nHowever, note that this method is also called when defining generic\nclasses in the first place with `class Foo[T]: ...`.\n",
        ),
        signature: None,
        call: NativeCall::Many(|thread, class, args| {
            by_typing(thread, "_generic_class_getitem", class, args)
        }),
        binding: Binding::Class,
    },
    MethodDef {
        name: "__init_subclass__",
        doc: Some("Function to initialize subclasses."),
        signature: None,
        call: NativeCall::Many(|thread, class, args| {
            by_typing(thread, "_generic_init_subclass", class, args)
        }),
        binding: Binding::Class,
    },
];

fn by_typing<'a>(thread: &mut Thread, name: &str, class: Ref<'a>, args: Args<'a>) -> Outcome {
    let function = library_attribute(thread, "typing", name)?;
    let mut values = vec![class];
    values.extend_from_slice(args.all());
    protocol::call_args(thread, function.as_ref(), Args::with_names(&values, args.names()))
}

/// `Generic[parameters]`, of a tuple of type parameters.
pub fn subscript_generic(thread: &mut Thread, parameters: Ref<'_>) -> Outcome {
    let parameters = unpack_variadics(thread, parameters)?;
    let alias = library_attribute(thread, "typing", "_GenericAlias")?;
    protocol::call(thread, alias.as_ref(), &[GENERIC.as_ref(), parameters.as_ref()])
}
