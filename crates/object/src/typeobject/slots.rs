//! [`Slots`]: what a type can do, as function pointers.
//!
//! One struct instead of CPython's nested tables; the fields keep the names of the dunders they
//! answer for. A static type inherits with struct update syntax from its base's constant.
#![allow(unsafe_code)] // the object layout: see the module head and the notes at each block

use taipan_layout::Header;

use crate::native::{Args, Buffer, BufferFlags};
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::value::{Outcome, Ref, Value};

/// Which comparison is asked for; CPython's `Py_LT` to `Py_GE`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum CompareOp {
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

impl CompareOp {
    /// From CPython's number.
    pub const fn from_index(index: u32) -> CompareOp {
        [CompareOp::Lt, CompareOp::Le, CompareOp::Eq, CompareOp::Ne, CompareOp::Gt, CompareOp::Ge]
            [index as usize % 6]
    }

    /// The comparison with its operands exchanged.
    pub const fn swapped(self) -> CompareOp {
        match self {
            CompareOp::Lt => CompareOp::Gt,
            CompareOp::Le => CompareOp::Ge,
            CompareOp::Eq => CompareOp::Eq,
            CompareOp::Ne => CompareOp::Ne,
            CompareOp::Gt => CompareOp::Lt,
            CompareOp::Ge => CompareOp::Le,
        }
    }

    /// The operator as written.
    pub const fn symbol(self) -> &'static str {
        ["<", "<=", "==", "!=", ">", ">="][self as usize]
    }

    /// What the comparison says of an ordering.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            CompareOp::Lt => ordering.is_lt(),
            CompareOp::Le => ordering.is_le(),
            CompareOp::Eq => ordering.is_eq(),
            CompareOp::Ne => ordering.is_ne(),
            CompareOp::Gt => ordering.is_gt(),
            CompareOp::Ge => ordering.is_ge(),
        }
    }
}

/// Told of every reference that an object holds.
pub struct Visitor<'a> {
    /// Called with each counted word.
    pub each: &'a mut dyn FnMut(*mut Header),
    /// Called with each other value, if somebody wants to know.
    uncounted: Option<&'a mut dyn FnMut(taipan_layout::Word)>,
}

impl<'a> Visitor<'a> {
    /// A visitor that wants the counted references.
    pub fn new(each: &'a mut dyn FnMut(*mut Header)) -> Visitor<'a> {
        Visitor { each, uncounted: None }
    }

    /// A visitor that wants immediates and immortal objects, too.
    pub fn of_all(
        each: &'a mut dyn FnMut(*mut Header),
        uncounted: &'a mut dyn FnMut(taipan_layout::Word),
    ) -> Visitor<'a> {
        Visitor { each, uncounted: Some(uncounted) }
    }

    /// Reports one value.
    pub fn visit(&mut self, value: &Value) {
        self.word(value.word());
    }

    /// Reports what a slot holds, if it is counted.
    pub fn word(&mut self, word: taipan_layout::Word) {
        if word.is_counted() {
            (self.each)(word.header());
        } else if let Some(uncounted) = &mut self.uncounted
            && !word.is_null()
        {
            uncounted(word);
        }
    }

    /// Reports an optional value.
    pub fn option(&mut self, value: &Option<Value>) {
        if let Some(value) = value {
            self.visit(value);
        }
    }
}

/// `object → value`
pub type Unary = fn(&mut Thread, Ref<'_>) -> Outcome;
/// `left, right → value` or `NotImplemented`
pub type Binary = fn(&mut Thread, Ref<'_>, Ref<'_>) -> Outcome;
/// `base, exponent, modulus → value`
pub type Ternary = fn(&mut Thread, Ref<'_>, Ref<'_>, Ref<'_>) -> Outcome;
/// `object → next value`, none at the end
pub type Next = fn(&mut Thread, Ref<'_>) -> Outcome<Option<Value>>;

macro_rules! slots {
    ($($(#[$doc:meta])* $name:ident: $ty:ty,)*) => {
        /// A type's abilities. `None` means that the type lacks it.
        #[derive(Clone, Copy)]
        pub struct Slots {
            /// Drops the content of a dead object.
            pub drop: unsafe fn(*mut Header),
            /// Reports every reference that the object holds.
            pub traverse: unsafe fn(*const Header, &mut Visitor<'_>),
            /// Drops the references that could be part of a cycle.
            pub clear: Option<unsafe fn(*mut Header, &mut Thread)>,
            $($(#[$doc])* pub $name: Option<$ty>,)*
        }

        impl Slots {
            /// No ability at all.
            pub const EMPTY: Slots = Slots {
                drop: crate::typeobject::drop_nothing,
                traverse: crate::typeobject::traverse_nothing,
                clear: None,
                $($name: None,)*
            };
        }
    };
}

slots! {
    /// `__new__`
    new: for<'a> fn(&mut Thread, &'a Type, Args<'a>) -> Outcome,
    /// `__init__`
    init: for<'a> fn(&mut Thread, Ref<'a>, Args<'a>) -> Outcome<()>,
    /// `__call__`
    call: for<'a> fn(&mut Thread, Ref<'a>, Args<'a>) -> Outcome,
    /// `__del__` of a heap type, the finaliser of a static one
    finalize: fn(&mut Thread, Ref<'_>),
    /// `__repr__`
    repr: Unary,
    /// `__str__`
    str: Unary,
    /// `__hash__`
    hash: fn(&mut Thread, Ref<'_>) -> Outcome<i64>,
    /// `__lt__` to `__ge__`
    compare: fn(&mut Thread, Ref<'_>, Ref<'_>, CompareOp) -> Outcome,
    /// `__getattribute__`, `__getattr__`
    getattr: fn(&mut Thread, Ref<'_>, Ref<'_>) -> Outcome,
    /// `__setattr__`, `__delattr__`
    setattr: fn(&mut Thread, Ref<'_>, Ref<'_>, Option<Ref<'_>>) -> Outcome<()>,
    /// `__get__`: descriptor, instance, owner
    descr_get: fn(&mut Thread, Ref<'_>, Option<Ref<'_>>, Option<Ref<'_>>) -> Outcome,
    /// `__set__`, `__delete__`
    descr_set: fn(&mut Thread, Ref<'_>, Ref<'_>, Option<Ref<'_>>) -> Outcome<()>,
    /// `__iter__`
    iter: Unary,
    /// `__next__`
    next: Next,
    /// `__await__`
    r#await: Unary,
    /// `__aiter__`
    aiter: Unary,
    /// `__anext__`
    anext: Unary,
    /// `__add__` of numbers
    add: Binary,
    /// `__sub__`
    subtract: Binary,
    /// `__mul__` of numbers
    multiply: Binary,
    /// `__mod__`
    remainder: Binary,
    /// `__divmod__`
    divmod: Binary,
    /// `__pow__`
    power: Ternary,
    /// `__lshift__`
    lshift: Binary,
    /// `__rshift__`
    rshift: Binary,
    /// `__and__`
    and: Binary,
    /// `__xor__`
    xor: Binary,
    /// `__or__`
    or: Binary,
    /// `__floordiv__`
    floor_divide: Binary,
    /// `__truediv__`
    true_divide: Binary,
    /// `__matmul__`
    matrix_multiply: Binary,
    /// `__iadd__` of numbers
    inplace_add: Binary,
    /// `__isub__`
    inplace_subtract: Binary,
    /// `__imul__` of numbers
    inplace_multiply: Binary,
    /// `__imod__`
    inplace_remainder: Binary,
    /// `__ipow__`
    inplace_power: Ternary,
    /// `__ilshift__`
    inplace_lshift: Binary,
    /// `__irshift__`
    inplace_rshift: Binary,
    /// `__iand__`
    inplace_and: Binary,
    /// `__ixor__`
    inplace_xor: Binary,
    /// `__ior__`
    inplace_or: Binary,
    /// `__ifloordiv__`
    inplace_floor_divide: Binary,
    /// `__itruediv__`
    inplace_true_divide: Binary,
    /// `__imatmul__`
    inplace_matrix_multiply: Binary,
    /// `__neg__`
    negative: Unary,
    /// `__pos__`
    positive: Unary,
    /// `__abs__`
    absolute: Unary,
    /// `__invert__`
    invert: Unary,
    /// `__bool__`
    bool: fn(&mut Thread, Ref<'_>) -> Outcome<bool>,
    /// `__int__`
    int: Unary,
    /// `__float__`
    float: Unary,
    /// `__index__`
    index: Unary,
    /// `__len__`
    length: fn(&mut Thread, Ref<'_>) -> Outcome<usize>,
    /// `__getitem__` of mappings
    subscript: Binary,
    /// `__setitem__`, `__delitem__` of mappings
    set_subscript: fn(&mut Thread, Ref<'_>, Ref<'_>, Option<Ref<'_>>) -> Outcome<()>,
    /// `__getitem__` of sequences
    item: fn(&mut Thread, Ref<'_>, isize) -> Outcome,
    /// `__setitem__`, `__delitem__` of sequences
    set_item: fn(&mut Thread, Ref<'_>, isize, Option<Ref<'_>>) -> Outcome<()>,
    /// `__contains__`
    contains: fn(&mut Thread, Ref<'_>, Ref<'_>) -> Outcome<bool>,
    /// `__add__` of sequences
    concat: Binary,
    /// `__mul__` of sequences
    repeat: fn(&mut Thread, Ref<'_>, isize) -> Outcome,
    /// `__iadd__` of sequences
    inplace_concat: Binary,
    /// `__imul__` of sequences
    inplace_repeat: fn(&mut Thread, Ref<'_>, isize) -> Outcome,
    /// `__buffer__`
    buffer: fn(&mut Thread, Ref<'_>, BufferFlags) -> Outcome<Buffer>,
    /// `__release_buffer__`: the object, a memoryview of it
    release_buffer: fn(&mut Thread, Ref<'_>, Ref<'_>) -> Outcome<()>,
}
