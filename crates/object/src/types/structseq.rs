//! Struct sequences: tuples whose items also have names, and which may hold further named values that
//! indexing does not see (`os.stat_result`, `time.struct_time`, `sys.flags`, …).
//!
//! [`structseq!`](crate::structseq) declares the type, [`Thread::structseq`] makes an instance. An
//! instance begins as a tuple of its visible fields; the words of the others lie behind.
//!
//! Answers for CPython's `Objects/structseq.c`.
#![allow(unsafe_code)] // fields behind the tuple's items

use taipan_layout::{Header, Word};
use taipan_macros::native;

use crate::heap;
use crate::native::{Args, Binding, MemberDef, MethodDef, NativeCall, Parameters};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeFlags, Visitor};
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::{TUPLE_SLOTS, Tuple};
use crate::value::{Outcome, Ref, Value};

/// A field: its name and docstring.
#[derive(Clone, Copy)]
pub struct Field {
    /// The name; empty for an item that has none.
    pub name: &'static str,
    /// The docstring; empty for none.
    pub doc: &'static str,
}

/// What makes a type a struct sequence.
pub struct StructSeq {
    /// The fields, visible ones first.
    pub fields: &'static [Field],
    /// How many are items of the tuple.
    pub visible: usize,
}

impl StructSeq {
    /// The named fields in their order.
    fn named(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(|field| !field.name.is_empty())
    }

    /// How many items have no name.
    pub(crate) fn unnamed(&self) -> usize {
        self.fields.len() - self.named().count()
    }
}

/// The type's flags.
pub const FLAGS: TypeFlags = TypeFlags::CONTAINER.union(TypeFlags::SEQUENCE);

/// The slots of a type whose instances programs can make.
pub const SLOTS: Slots = Slots { new: Some(new), ..SLOTS_WITHOUT_NEW };

/// The slots of a type whose instances only the interpreter makes.
pub const SLOTS_WITHOUT_NEW: Slots =
    Slots { drop: drop_structseq, traverse: traverse_structseq, new: None, repr: Some(repr), ..TUPLE_SLOTS };

/// The methods.
pub const METHODS: &[MethodDef] = &[__REDUCE__, __REPLACE__];

/// The most fields that a type can have.
const MOST: usize = 32;

/// Reads a field.
type Getter = fn(&mut Thread, Ref<'_>) -> Outcome<Option<Value>>;

const GETTERS: [Getter; MOST] = {
    macro_rules! getters {
        ($($index:literal)*) => { [$(|thread, object| get(thread, object, $index)),*] };
    }
    getters!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31)
};

fn get(_: &mut Thread, object: Ref<'_>, index: usize) -> Outcome<Option<Value>> {
    Ok(Some(all_fields(object)[index].to_value()))
}

/// How many fields have a name, for [`members`].
pub const fn count_named(fields: &[Field]) -> usize {
    let (mut index, mut count) = (0, 0);
    while index < fields.len() {
        count += !fields[index].name.is_empty() as usize;
        index += 1;
    }
    count
}

/// The attributes of a type with these fields.
pub const fn members<const N: usize>(fields: &'static [Field]) -> [MemberDef; N] {
    let mut members = [const { MemberDef { name: "", doc: None, get: GETTERS[0] } }; N];
    let (mut index, mut at) = (0, 0);
    while index < fields.len() {
        let field = fields[index];
        if !field.name.is_empty() {
            members[at].name = field.name;
            members[at].doc = if field.doc.is_empty() { None } else { Some(field.doc) };
            members[at].get = GETTERS[index];
            at += 1;
        }
        index += 1;
    }
    members
}

/// The names of the visible fields that have one: `__match_args__`.
pub const fn match_args<const N: usize>(fields: &'static [Field]) -> [&'static str; N] {
    let mut names = [""; N];
    let (mut index, mut at) = (0, 0);
    while at < N {
        if !fields[index].name.is_empty() {
            names[at] = fields[index].name;
            at += 1;
        }
        index += 1;
    }
    names
}

/// Declares a struct sequence type:
///
/// ```ignore
/// structseq! {
///     /// The type `os.terminal_size`.
///     pub static TERMINAL_SIZE = "os.terminal_size", visible 2, slots SLOTS,
///     doc "A tuple of (columns, lines) for holding terminal window size",
///     fields {
///         "columns": "width of the terminal window in characters",
///         "lines": "height of the terminal window in characters",
///     }
/// }
/// ```
///
/// `slots` is `SLOTS`, `SLOTS_WITHOUT_NEW` if programs make no instances, or a constant beside the type. An item without a name is
/// written `""`; an empty docstring means none.
#[macro_export]
macro_rules! structseq {
    ($(#[$attribute:meta])* $vis:vis static $ty:ident = $name:literal, visible $visible:expr, slots $slots:ident,
     $(signature $signature:literal,)? $(methods $methods:expr,)?
     doc $doc:expr, fields { $($field:literal: $field_doc:expr),* $(,)? }) => {
        $(#[$attribute])*
        $vis static $ty: $crate::Type = {
            use $crate::types::structseq::{self, Field, StructSeq};
            const FIELDS: &[Field] = &[$(Field { name: $field, doc: $field_doc }),*];
            const VISIBLE: usize = $visible;
            const SEEN: usize = structseq::count_named(FIELDS.split_at(VISIBLE).0);
            $crate::Type::derived::<$crate::types::tuple::Tuple>(
                &$crate::typeobject::TypeDef {
                    doc: $doc,
                    $(signature: Some($signature),)?
                    methods: &[structseq::METHODS $(, $methods)?],
                    members: &structseq::members::<{ structseq::count_named(FIELDS) }>(FIELDS),
                    match_args: &structseq::match_args::<SEEN>(FIELDS),
                    structseq: Some(&StructSeq { fields: FIELDS, visible: VISIBLE }),
                    ..$crate::typeobject::TypeDef::new($name)
                },
                &$crate::types::tuple::TUPLE,
                structseq::FLAGS,
                {
                    #[allow(unused_imports)]
                    use structseq::{SLOTS, SLOTS_WITHOUT_NEW};
                    $slots
                },
            )
        };
    };
}

/// The fields of a type.
fn shape(ty: &Type) -> &'static StructSeq {
    ty.def().and_then(|def| def.structseq).expect("the slots of struct sequences")
}

/// The name with the module, as messages have it.
fn full_name(ty: &Type) -> &'static str {
    ty.def().expect("the type is static").name
}

/// All fields of an instance.
pub fn all_fields(object: Ref<'_>) -> &[Ref<'_>] {
    let tuple = object.downcast::<Tuple>().expect("struct sequences are tuples");
    // SAFETY: `Thread::structseq` allocated as many words as the type has fields and set them all.
    unsafe { std::slice::from_raw_parts(tuple.items().as_ptr(), shape(object.ty()).fields.len()) }
}

/// # Safety
/// The object is a struct sequence that is dead.
unsafe fn drop_structseq(object: *mut Header) {
    // SAFETY: each word's count is given up once; the type is static.
    unsafe {
        let ty = &*(*object).ty.get().cast::<Type>();
        let words = object.cast::<Tuple>().add(1).cast::<Word>();
        for index in 0..shape(ty).fields.len() {
            heap::release(*words.add(index));
        }
    }
}

/// # Safety
/// The object is a struct sequence.
unsafe fn traverse_structseq(object: *const Header, visitor: &mut Visitor<'_>) {
    // SAFETY: the words are set; the type is static.
    unsafe {
        let ty = &*(*object).ty.get().cast::<Type>();
        let words = object.cast::<Tuple>().add(1).cast::<Word>();
        for index in 0..shape(ty).fields.len() {
            visitor.word(*words.add(index));
        }
    }
}

impl Thread {
    /// An instance of a struct sequence type; missing fields are `None`.
    pub fn structseq(&mut self, ty: &'static Type, values: Vec<Value>) -> Outcome {
        let shape = shape(ty);
        debug_assert!(values.len() <= shape.fields.len());
        let mut values = values.into_iter();
        self.allocate_with_hidden(ty, shape.visible, shape.fields.len(), |to| {
            for index in 0..shape.fields.len() {
                let value = values.next().unwrap_or_else(Value::none).into_word();
                // SAFETY: there is room for all fields.
                unsafe { to.add(index).write(value) };
            }
        })
    }
}

/// The slot: an instance from a sequence and a dictionary.
pub fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    const PARAMETERS: Parameters = Parameters {
        function: "structseq",
        names: &["sequence", "dict"],
        positional_only: 0,
        positional: 2,
        required: 1,
        required_keywords: 0,
    };
    let [sequence, dict] = PARAMETERS.parse::<2>(thread, args)?;
    let sequence = sequence.expect("required");
    let (name, shape) = (full_name(ty), shape(ty));
    let (least, most) = (shape.visible, shape.fields.len());
    if sequence.ty().slots().iter.is_none() && sequence.ty().slots().item.is_none() {
        return Err(thread.type_error("constructor requires a sequence"));
    }
    let mut values = protocol::collect(thread, sequence)?;
    let dict = match dict.map(|dict| dict.downcast::<Dict>()) {
        Some(None) => {
            return Err(thread.type_error(format!("{name}() takes a dict as second arg, if any")));
        }
        Some(dict) => dict,
        None => None,
    };
    let count = values.len();
    if count < least || count > most {
        let (bound, wanted) = match (least == most, count < least) {
            (true, _) => ("a", least),
            (false, true) => ("an at least", least),
            (false, false) => ("an at most", most),
        };
        return Err(
            thread.type_error(format!("{name}() takes {bound} {wanted}-sequence ({count}-sequence given)"))
        );
    }
    if let Some(dict) = dict {
        let mut found = 0;
        for field in &shape.fields[count..] {
            let key = thread.intern(field.name)?;
            let value = dict.get(thread, key.as_ref())?;
            found += usize::from(value.is_some());
            values.push(value.unwrap_or_else(Value::none));
        }
        if dict.len(thread) > found {
            return Err(thread.type_error(format!("{name}() got duplicate or unexpected field name(s)")));
        }
    }
    // SAFETY: struct sequences are static types, and cannot be derived from.
    let ty: &'static Type = unsafe { &*std::ptr::from_ref(ty) };
    thread.structseq(ty, values)
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    thread.check_native_stack()?;
    let ty = object.ty();
    let shape = shape(ty);
    let mut text = taipan_text::TextBuf::from(full_name(ty));
    text.push_str("(");
    for (index, (field, value)) in shape.named().zip(&all_fields(object)[..shape.visible]).enumerate() {
        if index > 0 {
            text.push_str(", ");
        }
        text.push_str(field.name);
        text.push_str("=");
        let shown = protocol::repr(thread, *value)?;
        text.push_text(&shown.downcast::<Str>().expect("repr makes strings").to_text());
    }
    text.push_str(")");
    thread.str_from_text(&text)
}

const __REDUCE__: MethodDef = MethodDef {
    name: "__reduce__",
    doc: None,
    signature: None,
    call: NativeCall::NoArgs(reduce),
    binding: Binding::Instance,
};

fn reduce(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let shape = shape(this.ty());
    let (seen, hidden) = all_fields(this).split_at(shape.visible);
    let tuple = thread.tuple_from_refs(seen)?;
    let dict = thread.dict()?;
    for (field, value) in shape.fields[shape.visible..].iter().zip(hidden) {
        let key = thread.intern(field.name)?;
        dict.downcast::<Dict>().expect("a dict").set(thread, key.as_ref(), value.to_value())?;
    }
    let arguments = thread.tuple([tuple, dict])?;
    thread.tuple([this.ty().as_ref().to_value(), arguments])
}

/// Return a copy of the structure with new values for the specified fields.
#[native(signature = "($self, /, **changes)", name = "__replace__")]
fn __replace__(thread: &mut Thread, this: Ref<'_>, args: Args<'_>) -> Outcome {
    if !args.positionals().is_empty() {
        return Err(thread.type_error("__replace__() takes no positional arguments"));
    }
    let ty = this.ty();
    let shape = shape(ty);
    if shape.unnamed() > 0 {
        let name = full_name(ty);
        return Err(thread.type_error(format!(
            "__replace__() is not supported for {name} because it has unnamed field(s)"
        )));
    }
    let mut values: Vec<Value> = all_fields(this).iter().map(|value| value.to_value()).collect();
    let mut unexpected = Vec::new();
    for (name, value) in args.keywords() {
        let text = name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match shape.fields.iter().position(|field| field.name == text) {
            Some(index) => values[index] = value.to_value(),
            None => unexpected.push(name.to_value()),
        }
    }
    if !unexpected.is_empty() {
        let names = thread.list(unexpected)?;
        let names = protocol::repr_string(thread, names.as_ref())?;
        return Err(thread.type_error(format!("Got unexpected field name(s): {names}")));
    }
    // SAFETY: as in `new`.
    let ty: &'static Type = unsafe { &*std::ptr::from_ref(ty) };
    thread.structseq(ty, values)
}

/// What the type's dictionary says of the fields.
pub(crate) fn counts(shape: &StructSeq) -> [(&'static str, usize); 3] {
    [
        ("n_sequence_fields", shape.visible),
        ("n_fields", shape.fields.len()),
        ("n_unnamed_fields", shape.unnamed()),
    ]
}
