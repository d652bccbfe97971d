//! Native functions and the descriptors of native types: `builtin_function_or_method`,
//! `method_descriptor`, `classmethod_descriptor`, `getset_descriptor`, `member_descriptor`,
//! `wrapper_descriptor` and `method-wrapper`.
//!
//! Answers for CPython's `Objects/methodobject.c` and `Objects/descrobject.c`.
#![allow(unsafe_code)] // traversal

use taipan_layout::Header;

use crate::native::{Args, GetSetDef, MemberDef, MethodDef, NativeCall};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{
    Dunder, Slots, Type, TypeDef, TypeFlags, Visitor, drop_object, set_slot_value, slot_value,
};
use crate::types::object::OBJECT_SLOTS;
use crate::types::str::Str;
use crate::value::{Object, Outcome, Ref, Value};

/// A native function, or a native method bound to its receiver.
#[repr(C)]
pub struct NativeFunction {
    head: Header,
    /// What it does.
    pub def: &'static MethodDef,
    /// `__self__`: the receiver, or the module.
    pub receiver: Option<Value>,
    /// `__module__`
    pub module: Option<Value>,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for NativeFunction {
    const TYPE: &'static Type = &NATIVE_FUNCTION;
}

/// What a descriptor stands for.
pub enum Target {
    /// A method of instances.
    Method(&'static MethodDef),
    /// A method of the class.
    ClassMethod(&'static MethodDef),
    /// A computed attribute.
    GetSet(&'static GetSetDef),
    /// A field of the Rust struct.
    Member(&'static MemberDef),
    /// A slot of `__slots__`, by offset.
    Slot(u32),
    /// A slot of the type.
    Dunder(&'static Dunder),
}

/// A descriptor of a native attribute. `repr(C)`: the interpreter loop reads it.
#[repr(C)]
pub struct Descriptor {
    head: Header,
    /// `__objclass__`
    pub owner: Value,
    /// `__name__`
    pub name: Value,
    /// What it stands for.
    pub target: Target,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for Descriptor {
    const TYPE: &'static Type = &METHOD_DESCRIPTOR;
}

/// A slot of a type bound to an instance.
#[repr(C)]
pub struct BoundSlot {
    head: Header,
    descriptor: Value,
    receiver: Value,
}

// SAFETY: `repr(C)`, the header first.
unsafe impl Object for BoundSlot {
    const TYPE: &'static Type = &METHOD_WRAPPER;
}

/// The type `builtin_function_or_method`.
pub static NATIVE_FUNCTION: Type = Type::new::<NativeFunction>(
    &TypeDef {
        methods: &[&[FUNCTION_REDUCE]],
        getset: &[FUNCTION_GETSET],
        ..TypeDef::new("builtin_function_or_method")
    },
    TypeFlags::CONTAINER.union(TypeFlags::WEAKREF),
    Slots {
        drop: drop_object::<NativeFunction>,
        traverse: traverse_function,
        new: None,
        call: Some(call_function),
        repr: Some(repr_function),
        compare: Some(|_, left, right, op| {
            let (Some(a), Some(b)) = (left.exact::<NativeFunction>(), right.exact::<NativeFunction>()) else {
                return Ok(Value::not_implemented());
            };
            let receiver =
                |function: &NativeFunction| function.receiver.as_ref().map(|r| r.word().borrowed());
            let same = std::ptr::eq(a.def, b.def) && receiver(a) == receiver(b);
            match op {
                crate::typeobject::CompareOp::Eq => Ok(Value::bool(same)),
                crate::typeobject::CompareOp::Ne => Ok(Value::bool(!same)),
                _ => Ok(Value::not_implemented()),
            }
        }),
        hash: Some(|_, object| {
            let own = object.exact::<NativeFunction>().expect("the slot of native functions");
            let receiver =
                own.receiver.as_ref().map_or(0, |receiver| protocol::identity_hash(receiver.as_ref()));
            Ok(receiver ^ (std::ptr::from_ref(own.def) as i64 >> 4))
        }),
        ..OBJECT_SLOTS
    },
);

macro_rules! descriptor_type {
    ($(#[$doc:meta])* $ty:ident, $name:literal, $methods:expr, $flags:expr, $slots:expr) => {
        $(#[$doc])*
        pub static $ty: Type = Type::new::<Descriptor>(
            &TypeDef { methods: &[$methods], getset: &[DESCRIPTOR_GETSET], ..TypeDef::new($name) },
            TypeFlags::CONTAINER.union($flags),
            Slots { drop: drop_object::<Descriptor>, traverse: traverse_descriptor, new: None, repr: Some(repr_descriptor), ..$slots },
        );
    };
}

descriptor_type!(
    /// The type `method_descriptor`.
    METHOD_DESCRIPTOR, "method_descriptor", &[DESCRIPTOR_REDUCE], TypeFlags::METHOD_DESCRIPTOR,
    Slots { descr_get: Some(get_method), call: Some(call_method), ..OBJECT_SLOTS });
descriptor_type!(
    /// The type `classmethod_descriptor`.
    CLASS_METHOD_DESCRIPTOR, "classmethod_descriptor", &[DESCRIPTOR_REDUCE], TypeFlags::empty(),
    Slots { descr_get: Some(get_class_method), call: Some(call_class_method), ..OBJECT_SLOTS });
descriptor_type!(
    /// The type `getset_descriptor`.
    GETSET_DESCRIPTOR, "getset_descriptor", &[], TypeFlags::empty(),
    Slots { descr_get: Some(get_data), descr_set: Some(set_data), ..OBJECT_SLOTS });
descriptor_type!(
    /// The type `member_descriptor`.
    MEMBER_DESCRIPTOR, "member_descriptor", &[DESCRIPTOR_REDUCE], TypeFlags::empty(),
    Slots { descr_get: Some(get_data), descr_set: Some(set_data), ..OBJECT_SLOTS });
descriptor_type!(
    /// The type `wrapper_descriptor`.
    WRAPPER_DESCRIPTOR, "wrapper_descriptor", &[DESCRIPTOR_REDUCE], TypeFlags::METHOD_DESCRIPTOR,
    Slots { descr_get: Some(get_slot), call: Some(call_slot), ..OBJECT_SLOTS });

/// The type `method-wrapper`.
pub static METHOD_WRAPPER: Type = Type::new::<BoundSlot>(
    &TypeDef { methods: &[&[WRAPPER_REDUCE]], getset: &[WRAPPER_GETSET], ..TypeDef::new("method-wrapper") },
    TypeFlags::CONTAINER,
    Slots {
        drop: drop_object::<BoundSlot>,
        traverse: traverse_bound,
        new: None,
        call: Some(call_bound_slot),
        repr: Some(|thread, object| {
            let own = object.exact::<BoundSlot>().expect("the slot of method wrappers");
            let name = own.descriptor.downcast_as_descriptor().name_string();
            let ty = own.receiver.as_ref().ty().name().into_owned();
            let address = protocol::id(own.receiver.as_ref());
            thread.str(&format!("<method-wrapper '{name}' of {ty} object at {address:#x}>"))
        }),
        compare: Some(|_, left, right, op| {
            let (Some(a), Some(b)) = (left.exact::<BoundSlot>(), right.exact::<BoundSlot>()) else {
                return Ok(Value::not_implemented());
            };
            let same = a.descriptor.as_ref().is(b.descriptor.as_ref())
                && a.receiver.as_ref().is(b.receiver.as_ref());
            match op {
                crate::typeobject::CompareOp::Eq => Ok(Value::bool(same)),
                crate::typeobject::CompareOp::Ne => Ok(Value::bool(!same)),
                _ => Ok(Value::not_implemented()),
            }
        }),
        hash: Some(|_, object| {
            let own = bound(object);
            let hash = |value: &Value| protocol::identity_hash(value.as_ref());
            Ok(hash(&own.receiver) ^ hash(&own.descriptor))
        }),
        ..OBJECT_SLOTS
    },
);

impl Value {
    fn downcast_as_descriptor(&self) -> &Descriptor {
        descriptor(self.as_ref())
    }
}

unsafe fn traverse_function(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live native function.
    let own = unsafe { &*object.cast::<NativeFunction>() };
    visitor.option(&own.receiver);
    visitor.option(&own.module);
}

unsafe fn traverse_descriptor(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live descriptor.
    visitor.visit(unsafe { &(*object.cast::<Descriptor>()).owner });
}

unsafe fn traverse_bound(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the object is a live method wrapper.
    let own = unsafe { &*object.cast::<BoundSlot>() };
    visitor.visit(&own.descriptor);
    visitor.visit(&own.receiver);
}

/// The descriptor behind an object of one of the five types, which share a layout.
fn descriptor<'a>(object: Ref<'a>) -> &'a Descriptor {
    find_descriptor(object).expect("the slot of descriptors")
}

/// As a descriptor, if the object is one.
pub fn find_descriptor<'a>(object: Ref<'a>) -> Option<&'a Descriptor> {
    let header = object.header()?;
    let ty = object.ty();
    let known = [
        &METHOD_DESCRIPTOR,
        &CLASS_METHOD_DESCRIPTOR,
        &GETSET_DESCRIPTOR,
        &MEMBER_DESCRIPTOR,
        &WRAPPER_DESCRIPTOR,
    ];
    // SAFETY: the five types have this layout and cannot be derived from.
    known.iter().any(|known| ty.is(known)).then(|| unsafe { &*std::ptr::from_ref(header).cast() })
}

impl Descriptor {
    fn owner(&self) -> &Type {
        self.owner.downcast::<Type>().expect("made with a type")
    }

    fn name_string(&self) -> String {
        self.name.downcast::<Str>().expect("made with a name").to_string_lossy().into_owned()
    }

    fn check(&self, thread: &mut Thread, object: Ref<'_>) -> Outcome<()> {
        if object.ty().is_subtype(thread, self.owner()) {
            return Ok(());
        }
        let (name, owner, got) =
            (self.name_string(), self.owner().name().into_owned(), object.ty().name().into_owned());
        Err(thread.type_error(format!(
            "descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object"
        )))
    }
}

/// Calls a native function's entry.
#[inline]
pub fn enter<'a>(thread: &mut Thread, def: &'static MethodDef, receiver: Ref<'a>, args: Args<'a>) -> Outcome {
    match def.call {
        NativeCall::Many(function) => function(thread, receiver, args),
        NativeCall::NoArgs(function) => {
            if !args.is_empty() {
                return Err(wrong_arguments(thread, def, receiver, args, "no arguments"));
            }
            function(thread, receiver)
        }
        NativeCall::One(function) => match args.all() {
            [one] if args.keyword_count() == 0 => function(thread, receiver, *one),
            _ => Err(wrong_arguments(thread, def, receiver, args, "exactly one argument")),
        },
    }
}

#[cold]
fn wrong_arguments(
    thread: &mut Thread,
    def: &MethodDef,
    receiver: Ref<'_>,
    args: Args<'_>,
    takes: &str,
) -> crate::value::Raised {
    let owner = match receiver.downcast::<Type>() {
        Some(class) if def.binding == crate::native::Binding::Class => class,
        _ => receiver.ty(),
    };
    let is_method = !receiver.is_none() && receiver.downcast::<crate::types::module::Module>().is_none();
    let name = match owner.layout().short_name() {
        owner if is_method => format!("{owner}.{}", def.name),
        _ => def.name.to_owned(),
    };
    if args.keyword_count() != 0 {
        return thread.type_error(format!("{name}() takes no keyword arguments"));
    }
    thread.type_error(format!("{name}() takes {takes} ({} given)", args.all().len()))
}

fn call_function<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    let own = object.exact::<NativeFunction>().expect("the slot of native functions");
    let receiver = own.receiver.as_ref().map_or(Ref::none(), Value::as_ref);
    // SAFETY: the caller keeps the function alive, and the function its receiver.
    let receiver = unsafe { Ref::from_word(receiver.word()) };
    enter(thread, own.def, receiver, args)
}

fn repr_function(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = object.exact::<NativeFunction>().expect("the slot of native functions");
    let name = own.def.name;
    match own
        .receiver
        .as_ref()
        .filter(|receiver| receiver.downcast::<crate::types::module::Module>().is_none())
    {
        Some(receiver) => {
            let ty = receiver.as_ref().ty().name().into_owned();
            let address = protocol::id(receiver.as_ref());
            thread.str(&format!("<built-in method {name} of {ty} object at {address:#x}>"))
        }
        None => thread.str(&format!("<built-in function {name}>")),
    }
}

fn get_method(thread: &mut Thread, own: Ref<'_>, object: Option<Ref<'_>>, _: Option<Ref<'_>>) -> Outcome {
    let Some(object) = object else { return Ok(own.to_value()) };
    let own = descriptor(own);
    own.check(thread, object)?;
    let Target::Method(def) = own.target else { return Ok(Ref::of(own).to_value()) };
    native_function(thread, def, Some(object), None)
}

fn get_class_method(
    thread: &mut Thread,
    own: Ref<'_>,
    object: Option<Ref<'_>>,
    owner: Option<Ref<'_>>,
) -> Outcome {
    let own = descriptor(own);
    let Some(class) = owner.or(object.map(|object| object.ty().as_ref())) else {
        let (name, owner) = (own.name_string(), own.owner().name());
        return Err(thread
            .type_error(format!("descriptor '{name}' for type '{owner}' needs either an object or a type")));
    };
    check_class(thread, own, class)?;
    let Target::ClassMethod(def) = own.target else { return Ok(Ref::of(own).to_value()) };
    native_function(thread, def, Some(class), None)
}

/// Whether a class method may be called on `class`.
fn check_class(thread: &mut Thread, own: &Descriptor, class: Ref<'_>) -> Outcome<()> {
    let (name, owner) = (own.name_string(), own.owner().name());
    let Some(ty) = class.downcast::<Type>() else {
        let got = class.ty().name();
        return Err(thread.type_error(format!(
            "descriptor '{name}' for type '{owner}' needs a type, not a '{got}' as arg 2"
        )));
    };
    if !ty.is_subtype(thread, own.owner()) {
        let got = ty.name();
        return Err(thread.type_error(format!(
            "descriptor '{name}' requires a subtype of '{owner}' but received '{got}'"
        )));
    }
    Ok(())
}

fn call_method<'a>(thread: &mut Thread, own: Ref<'a>, args: Args<'a>) -> Outcome {
    let own = descriptor(own);
    let Target::Method(def) = own.target else { return Err(thread.system_error("not a method")) };
    let (receiver, rest) = split_receiver(thread, own, args)?;
    enter(thread, def, receiver, rest)
}

fn call_class_method<'a>(thread: &mut Thread, own: Ref<'a>, args: Args<'a>) -> Outcome {
    let own = descriptor(own);
    let Target::ClassMethod(def) = own.target else { return Err(thread.system_error("not a method")) };
    let Some((&class, _)) = args.positionals().split_first() else {
        let (name, owner) = (own.name_string(), own.owner().name().into_owned());
        return Err(thread.type_error(format!("descriptor '{name}' of '{owner}' object needs an argument")));
    };
    check_class(thread, own, class)?;
    enter(thread, def, class, Args::with_names(&args.all()[1..], args.names()))
}

fn split_receiver<'a>(thread: &mut Thread, own: &Descriptor, args: Args<'a>) -> Outcome<(Ref<'a>, Args<'a>)> {
    let Some((&receiver, _)) = args.positionals().split_first() else {
        let (name, owner) = (own.name_string(), own.owner().name().into_owned());
        let verb = if matches!(own.target, Target::Method(_)) { "unbound method" } else { "descriptor" };
        return Err(thread.type_error(if verb == "descriptor" {
            format!("descriptor '{name}' of '{owner}' object needs an argument")
        } else {
            format!("unbound method {owner}.{name}() needs an argument")
        }));
    };
    if !receiver.ty().is_subtype(thread, own.owner()) {
        let (name, owner, got) =
            (own.name_string(), own.owner().name().into_owned(), receiver.ty().name().into_owned());
        let verb = if matches!(own.target, Target::Method(_)) { "for" } else { "requires" };
        return Err(thread.type_error(if verb == "for" {
            format!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{got}' object")
        } else {
            format!("descriptor '{name}' requires a '{owner}' object but received a '{got}'")
        }));
    }
    Ok((receiver, Args::with_names(&args.all()[1..], args.names())))
}

fn get_data(thread: &mut Thread, own: Ref<'_>, object: Option<Ref<'_>>, _: Option<Ref<'_>>) -> Outcome {
    let Some(object) = object else { return Ok(own.to_value()) };
    let own = descriptor(own);
    own.check(thread, object)?;
    match &own.target {
        Target::GetSet(def) => match def.get {
            Some(get) => get(thread, object),
            None => {
                let (name, owner) = (own.name_string(), own.owner().name().into_owned());
                Err(thread.attribute_error(
                    object,
                    own.name.as_ref(),
                    format!("attribute '{name}' of '{owner}' objects is not readable"),
                ))
            }
        },
        Target::Member(def) => match (def.get)(thread, object)? {
            Some(value) => Ok(value),
            None => Err(thread.no_attribute(object, own.name.as_ref())),
        },
        Target::Slot(offset) => match slot_value(object, *offset) {
            Some(value) => Ok(value.to_value()),
            None => Err(thread.no_attribute(object, own.name.as_ref())),
        },
        _ => Err(thread.system_error("not a data descriptor")),
    }
}

fn set_data(thread: &mut Thread, own: Ref<'_>, object: Ref<'_>, value: Option<Ref<'_>>) -> Outcome<()> {
    let own = descriptor(own);
    own.check(thread, object)?;
    match &own.target {
        Target::GetSet(GetSetDef { set: Some(set), .. }) => set(thread, object, value),
        Target::Slot(offset) => {
            let old = set_slot_value(object, *offset, value.map(|value| value.to_value()));
            if old.is_none() && value.is_none() {
                let name = own.name_string();
                return Err(thread.attribute_error(object, own.name.as_ref(), name));
            }
            Ok(())
        }
        Target::Member(_) => {
            Err(thread.attribute_error(object, own.name.as_ref(), "readonly attribute".to_owned()))
        }
        _ => {
            let (name, owner) = (own.name_string(), own.owner().name().into_owned());
            Err(thread.attribute_error(
                object,
                own.name.as_ref(),
                format!("attribute '{name}' of '{owner}' objects is not writable"),
            ))
        }
    }
}

fn get_slot(thread: &mut Thread, own: Ref<'_>, object: Option<Ref<'_>>, _: Option<Ref<'_>>) -> Outcome {
    let Some(object) = object else { return Ok(own.to_value()) };
    descriptor(own).check(thread, object)?;
    let (descriptor, receiver) = (own.to_value(), object.to_value());
    thread.new_object(|head| BoundSlot { head, descriptor, receiver })
}

fn call_slot<'a>(thread: &mut Thread, own: Ref<'a>, args: Args<'a>) -> Outcome {
    let own = descriptor(own);
    let Target::Dunder(dunder) = own.target else { return Err(thread.system_error("not a slot")) };
    let (receiver, rest) = split_receiver(thread, own, args)?;
    no_keywords(thread, dunder, rest)?;
    (dunder.wrap)(thread, own.owner(), receiver, rest)
}

fn call_bound_slot<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    let own = object.exact::<BoundSlot>().expect("the slot of method wrappers");
    let descriptor = descriptor(own.descriptor.as_ref());
    let Target::Dunder(dunder) = descriptor.target else { return Err(thread.system_error("not a slot")) };
    no_keywords(thread, dunder, args)?;
    (dunder.wrap)(thread, descriptor.owner(), own.receiver.as_ref(), args)
}

fn no_keywords(thread: &mut Thread, dunder: &Dunder, args: Args<'_>) -> Outcome<()> {
    if args.keyword_count() == 0 || matches!(dunder.name, "__init__" | "__call__") {
        return Ok(());
    }
    Err(thread.type_error(format!("wrapper {}() takes no keyword arguments", dunder.name)))
}

fn repr_descriptor(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = descriptor(object);
    let kind = match own.target {
        Target::Method(_) | Target::ClassMethod(_) => "method",
        Target::GetSet(_) => "attribute",
        Target::Member(_) | Target::Slot(_) => "member",
        Target::Dunder(_) => "slot wrapper",
    };
    let (name, owner) = (own.name_string(), own.owner().name().into_owned());
    thread.str(&format!("<{kind} '{name}' of '{owner}' objects>"))
}

const FUNCTION_GETSET: &[GetSetDef] = &[
    GetSetDef {
        name: "__name__",
        doc: None,
        get: Some(|thread, object| thread.intern(native(object).def.name)),
        set: None,
    },
    GetSetDef {
        name: "__qualname__",
        doc: None,
        get: Some(|thread, object| {
            let own = native(object);
            let name = own.def.name;
            let receiver =
                own.receiver.as_ref().filter(|r| r.downcast::<crate::types::module::Module>().is_none());
            match receiver {
                None => thread.intern(name),
                Some(receiver) => {
                    let ty = receiver.downcast::<Type>().unwrap_or(receiver.as_ref().ty());
                    let ty = ty.short_name().into_owned();
                    thread.str(&format!("{ty}.{name}"))
                }
            }
        }),
        set: None,
    },
    GetSetDef {
        name: "__doc__",
        doc: None,
        get: Some(|thread, object| doc(thread, native(object).def.doc)),
        set: None,
    },
    GetSetDef {
        name: "__text_signature__",
        doc: None,
        get: Some(|thread, object| doc(thread, native(object).def.signature)),
        set: None,
    },
    GetSetDef {
        name: "__self__",
        doc: None,
        get: Some(|_, object| Ok(native(object).receiver.clone().unwrap_or_else(Value::none))),
        set: None,
    },
    GetSetDef {
        name: "__module__",
        doc: None,
        get: Some(|_, object| Ok(native(object).module.clone().unwrap_or_else(Value::none))),
        set: None,
    },
];

const DESCRIPTOR_GETSET: &[GetSetDef] = &[
    GetSetDef {
        name: "__name__",
        doc: None,
        get: Some(|_, object| Ok(descriptor(object).name.clone())),
        set: None,
    },
    GetSetDef {
        name: "__objclass__",
        doc: None,
        get: Some(|_, object| Ok(descriptor(object).owner.clone())),
        set: None,
    },
    GetSetDef {
        name: "__qualname__",
        doc: None,
        get: Some(|thread, object| {
            let own = descriptor(object);
            let text = format!("{}.{}", own.owner().short_name(), own.name_string());
            thread.str(&text)
        }),
        set: None,
    },
    GetSetDef {
        name: "__doc__",
        doc: None,
        get: Some(|thread, object| {
            let text = match &descriptor(object).target {
                Target::Method(def) | Target::ClassMethod(def) => def.doc,
                Target::GetSet(def) => def.doc,
                Target::Member(def) => def.doc,
                Target::Slot(_) => None,
                Target::Dunder(dunder) => Some(dunder.doc),
            };
            doc(thread, text)
        }),
        set: None,
    },
    GetSetDef {
        name: "__text_signature__",
        doc: None,
        get: Some(|thread, object| {
            let text = match &descriptor(object).target {
                Target::Method(def) | Target::ClassMethod(def) => def.signature,
                Target::Dunder(dunder) => Some(dunder.signature()),
                _ => None,
            };
            doc(thread, text)
        }),
        set: None,
    },
];

const WRAPPER_GETSET: &[GetSetDef] = &[
    GetSetDef {
        name: "__self__",
        doc: None,
        get: Some(|_, object| Ok(bound(object).receiver.clone())),
        set: None,
    },
    GetSetDef {
        name: "__objclass__",
        doc: None,
        get: Some(|_, object| Ok(descriptor(bound(object).descriptor.as_ref()).owner.clone())),
        set: None,
    },
    GetSetDef {
        name: "__name__",
        doc: None,
        get: Some(|_, object| Ok(descriptor(bound(object).descriptor.as_ref()).name.clone())),
        set: None,
    },
    GetSetDef { name: "__qualname__", doc: None, get: Some(of_descriptor::<0>), set: None },
    GetSetDef { name: "__doc__", doc: None, get: Some(of_descriptor::<1>), set: None },
    GetSetDef { name: "__text_signature__", doc: None, get: Some(of_descriptor::<2>), set: None },
];

/// An attribute of the descriptor behind a bound slot.
fn of_descriptor<const WHICH: usize>(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let names = thread.names();
    let name = [&names.__qualname__, &names.__doc__, &names.__text_signature__][WHICH];
    protocol::get_attribute(thread, bound(object).descriptor.as_ref(), name.as_ref())
}

/// What pickles an attribute of `owner`: `getattr(owner, name)`.
pub(crate) fn reduce_attribute(thread: &mut Thread, owner: Value, name: Value) -> Outcome {
    let key = thread.intern("getattr")?;
    let builtins = thread.interp().builtins();
    let getattr = protocol::get_item(thread, builtins, key.as_ref())?;
    let arguments = thread.tuple([owner, name])?;
    thread.tuple([getattr, arguments])
}

const fn reduce_def(call: fn(&mut Thread, Ref<'_>) -> Outcome) -> MethodDef {
    MethodDef {
        name: "__reduce__",
        doc: None,
        signature: Some("($self, /)"),
        call: NativeCall::NoArgs(call),
        binding: crate::native::Binding::Instance,
    }
}

const FUNCTION_REDUCE: MethodDef = reduce_def(|thread, object| {
    let own = native(object);
    let name = thread.intern(own.def.name)?;
    match own.receiver.clone() {
        Some(receiver) if receiver.downcast::<crate::types::module::Module>().is_none() => {
            reduce_attribute(thread, receiver, name)
        }
        _ => Ok(name),
    }
});

const DESCRIPTOR_REDUCE: MethodDef = reduce_def(|thread, object| {
    let own = descriptor(object);
    reduce_attribute(thread, own.owner.clone(), own.name.clone())
});

const WRAPPER_REDUCE: MethodDef = reduce_def(|thread, object| {
    let own = bound(object);
    let name = descriptor(own.descriptor.as_ref()).name.clone();
    reduce_attribute(thread, own.receiver.clone(), name)
});

fn native(object: Ref<'_>) -> &NativeFunction {
    object.exact::<NativeFunction>().expect("an attribute of native functions")
}

fn bound(object: Ref<'_>) -> &BoundSlot {
    object.exact::<BoundSlot>().expect("an attribute of method wrappers")
}

fn doc(thread: &mut Thread, text: Option<&str>) -> Outcome {
    match text {
        Some(text) => thread.str(text),
        None => Ok(Value::none()),
    }
}

/// A native function, bound to `receiver`.
pub fn native_function(
    thread: &mut Thread,
    def: &'static MethodDef,
    receiver: Option<Ref<'_>>,
    module: Option<Ref<'_>>,
) -> Outcome {
    let receiver = receiver.map(|receiver| receiver.to_value());
    let module = module.map(|module| module.to_value());
    thread.new_object(|head| NativeFunction { head, def, receiver, module })
}

/// `__new__` of a static type.
pub fn new_method(thread: &mut Thread, ty: &Type) -> Outcome {
    native_function(thread, &NEW, Some(ty.as_ref()), None)
}

static NEW: MethodDef = MethodDef {
    name: "__new__",
    doc: Some("Create and return a new object.  See help(type) for accurate signature."),
    signature: Some("($type, *args, **kwargs)"),
    call: NativeCall::Many(call_new),
    binding: crate::native::Binding::Static,
};

fn call_new<'a>(thread: &mut Thread, receiver: Ref<'a>, args: Args<'a>) -> Outcome {
    let owner = receiver.downcast::<Type>().expect("made with a type");
    let name = owner.name().into_owned();
    let Some((&class, _)) = args.positionals().split_first() else {
        return Err(thread.type_error(format!("{name}.__new__(): not enough arguments")));
    };
    let Some(class) = class.downcast::<Type>() else {
        let got = class.ty().name().into_owned();
        return Err(thread.type_error(format!("{name}.__new__(X): X is not a type object ({got})")));
    };
    if !class.is_subtype(thread, owner) {
        let class = class.name().into_owned();
        return Err(thread.type_error(format!("{name}.__new__({class}): {class} is not a subtype of {name}")));
    }
    if class.slots().new.is_none() || class.flags().contains(crate::typeobject::TypeFlags::NO_NEW) {
        let class = class.qualified_name(thread);
        return Err(thread.type_error(format!("cannot create '{class}' instances")));
    }
    let layout = class.layout();
    if !layout.is(owner.layout())
        && layout.slots().new.map(|f| f as usize) != owner.slots().new.map(|f| f as usize)
    {
        let (class, layout) = (class.name().into_owned(), layout.name().into_owned());
        return Err(thread.type_error(format!("{name}.__new__({class}) is not safe, use {layout}.__new__()")));
    }
    let new = owner.slots().new.expect("types with __new__ have the slot");
    new(thread, class, Args::with_names(&args.all()[1..], args.names()))
}

fn make(thread: &mut Thread, ty: &'static Type, owner: Ref<'_>, name: Value, target: Target) -> Outcome {
    let owner = owner.to_value();
    let Some(memory) = thread.heap().allocate(size_of::<Descriptor>(), ty.kind()) else {
        return Err(thread.no_memory());
    };
    // SAFETY: fresh memory of the right size; the count goes to the value.
    unsafe {
        memory.cast::<Descriptor>().write(Descriptor {
            head: Header::new(std::ptr::from_ref(ty).cast()),
            owner,
            name,
            target,
        });
        Ok(Value::from_word(taipan_layout::Word::counted(memory.cast())))
    }
}

macro_rules! makers {
    ($($(#[$doc:meta])* $name:ident $def:ty, $ty:ident $target:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(thread: &mut Thread, owner: Ref<'_>, def: &'static $def) -> Outcome {
            let name = thread.intern(def.name)?;
            make(thread, &$ty, owner, name, Target::$target(def))
        }
    )*};
}

makers! {
    /// The descriptor of a method.
    method_descriptor MethodDef, METHOD_DESCRIPTOR Method;
    /// The descriptor of a class method.
    class_method_descriptor MethodDef, CLASS_METHOD_DESCRIPTOR ClassMethod;
    /// The descriptor of a computed attribute.
    getset_descriptor GetSetDef, GETSET_DESCRIPTOR GetSet;
    /// The descriptor of a field.
    member_descriptor MemberDef, MEMBER_DESCRIPTOR Member;
    /// The descriptor of a slot of the type.
    slot_wrapper Dunder, WRAPPER_DESCRIPTOR Dunder;
}

/// The descriptor of a slot of `__slots__`.
pub fn slot_descriptor(thread: &mut Thread, owner: Ref<'_>, name: Value, offset: u32) -> Outcome {
    make(thread, &MEMBER_DESCRIPTOR, owner, name, Target::Slot(offset))
}

/// Whether `object` is the wrapper of the slot function at `address` under `name`.
pub fn is_wrapper_of(object: Ref<'_>, name: &str, address: usize) -> bool {
    match find_descriptor(object) {
        Some(Descriptor { target: Target::Dunder(dunder), owner, .. }) => {
            dunder.name == name
                && owner
                    .downcast::<Type>()
                    .and_then(|owner| owner.slots().getattr)
                    .is_some_and(|getattr| getattr as usize == address)
        }
        _ => false,
    }
}

/// The type whose slot `object` wraps under `name`.
pub fn wrapped_owner<'a>(object: Ref<'a>, name: &str) -> Option<&'a Type> {
    match find_descriptor(object)? {
        Descriptor { target: Target::Dunder(dunder), owner, .. } if dunder.name == name => {
            owner.downcast::<Type>()
        }
        _ => None,
    }
}

/// Whether `object` is the descriptor of a native method.
pub fn is_native_method(object: Ref<'_>) -> bool {
    matches!(find_descriptor(object), Some(Descriptor { target: Target::Method(_), .. }))
}

/// Whether `object` is the descriptor of the native method `name` that `owner` defines.
pub fn is_method_of(object: Ref<'_>, owner: &Type, name: &str) -> bool {
    match find_descriptor(object) {
        Some(Descriptor { target: Target::Method(def), owner: of, .. }) => {
            def.name == name && of.as_ref().is(owner.as_ref())
        }
        _ => false,
    }
}

/// Whether `object` is a native method of that name bound to `receiver`.
pub fn is_bound_method(object: Ref<'_>, receiver: Ref<'_>, name: &str) -> bool {
    object.exact::<NativeFunction>().is_some_and(|own| {
        own.def.name == name && own.receiver.as_ref().is_some_and(|own| own.as_ref().is(receiver))
    })
}
