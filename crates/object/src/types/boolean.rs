//! `bool`: two immortal integers.
#![allow(unsafe_code)] // the object layout: see the module head and the notes at each block

use taipan_layout::{Header, Word};
use taipan_num::Int;

use crate::native::Args;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::{Slots, Type, TypeDef, TypeFlags};
use crate::types::int::{BigInt, INT, INT_SLOTS};
use crate::value::{Outcome, Ref, Value};

/// The type `bool`.
pub static BOOL: Type = Type::derived::<BigInt>(
    &TypeDef {
        doc: Some(
            "Returns True when the argument is true, False otherwise.\nThe builtins True and False are the only two instances of the class bool.\nThe class bool is a subclass of the class int, and cannot be subclassed.",
        ),
        signature: Some("(object=False, /)"),
        ..TypeDef::new("bool")
    },
    &INT,
    TypeFlags::MATCH_SELF,
    Slots { new: Some(new), repr: Some(repr), and: Some(and), or: Some(or), xor: Some(xor), ..INT_SLOTS },
);

#[repr(transparent)]
struct Static(BigInt);

// SAFETY: immortal; neither header nor number is ever written.
unsafe impl Sync for Static {}

static FALSE: Static =
    Static(BigInt { head: Header::immortal((&raw const BOOL).cast()), value: Int::Small(0) });
static TRUE: Static =
    Static(BigInt { head: Header::immortal((&raw const BOOL).cast()), value: Int::Small(1) });

#[inline(always)]
pub(crate) fn of(value: bool) -> Ref<'static> {
    let object: *const Static = if value { &raw const TRUE } else { &raw const FALSE };
    // SAFETY: static and immortal.
    unsafe { Ref::from_word(Word::uncounted(object.cast())) }
}

/// Whether the object is `True` or `False`.
#[inline(always)]
pub fn is_bool(object: Ref<'_>) -> bool {
    object.is(of(true)) || object.is(of(false))
}

fn new<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "bool")?;
    match args.all() {
        [] => Ok(Value::bool(false)),
        [one] => protocol::is_true(thread, *one).map(Value::bool),
        more => {
            let count = more.len();
            Err(thread.type_error(format!("bool expected at most 1 argument, got {count}")))
        }
    }
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    thread.intern(if object.is(of(true)) { "True" } else { "False" })
}

macro_rules! logical {
    ($($name:ident $op:tt),*) => {$(
        fn $name(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
            if is_bool(left) && is_bool(right) {
                return Ok(Value::bool(left.is(of(true)) $op right.is(of(true))));
            }
            (INT_SLOTS.$name.expect("int has it"))(thread, left, right)
        }
    )*};
}
logical!(and &, or |, xor ^);
