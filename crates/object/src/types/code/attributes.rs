//! Attributes, comparison and tables of code objects.

use taipan_code::{Const, co};
use taipan_macros::native;

use super::Code;
use crate::native::{GetSetDef, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::CompareOp;
use crate::value::{Outcome, Ref, Value};

fn code(object: Ref<'_>) -> &Code {
    object.downcast::<Code>().expect("the descriptor checks the receiver")
}

/// An attribute that is computed and cannot be set.
macro_rules! attributes {
    ($($name:literal |$thread:ident, $code:ident| $value:expr;)*) => {
        pub(super) const GETSET: &[GetSetDef] = &[$(GetSetDef {
            name: $name,
            doc: None,
            get: Some(|$thread, object| {
                let $code = code(object);
                $value
            }),
            set: None,
        }),*];
    };
}

attributes! {
    "co_argcount" |_thread, code| Ok(Value::small_int(i64::from(code.source.argcount)));
    "co_posonlyargcount" |_thread, code| Ok(Value::small_int(i64::from(code.source.posonlyargcount)));
    "co_kwonlyargcount" |_thread, code| Ok(Value::small_int(i64::from(code.source.kwonlyargcount)));
    "co_nlocals" |_thread, code| Ok(Value::small_int(code.source.nlocals() as i64));
    "co_stacksize" |_thread, code| Ok(Value::small_int(i64::from(code.source.stacksize)));
    "co_flags" |_thread, code| Ok(Value::small_int(i64::from(code.source.flags)));
    "co_code" |thread, code| thread.bytes(&code.source.code);
    "_co_code_adaptive" |thread, code| thread.bytes(&code.source.code);
    "co_consts" |thread, code| thread.tuple(code.constants().to_vec());
    "co_names" |thread, code| thread.tuple(code.all_names().to_vec());
    "co_varnames" |thread, code| names_of_kind(thread, code, co::FAST_LOCAL);
    "co_freevars" |thread, code| names_of_kind(thread, code, co::FAST_FREE);
    "co_cellvars" |thread, code| names_of_kind(thread, code, co::FAST_CELL);
    "co_filename" |_thread, code| Ok(code.filename());
    "co_name" |_thread, code| Ok(code.name());
    "co_qualname" |_thread, code| Ok(code.qualname());
    "co_firstlineno" |_thread, code| Ok(Value::small_int(i64::from(code.source.firstlineno)));
    "co_linetable" |thread, code| thread.bytes(&code.source.linetable);
    "co_exceptiontable" |thread, code| thread.bytes(&code.source.exceptiontable);
    "co_lnotab" |thread, code| thread.bytes(&code.source.lnotab());
}

fn names_of_kind(thread: &mut Thread, code: &Code, kind: u8) -> Outcome {
    let kinds = &code.source.localspluskinds;
    let names: Vec<Value> = code
        .local_names()
        .iter()
        .zip(kinds)
        .filter(|(_, kinds)| **kinds & kind != 0)
        .map(|(name, _)| name.clone())
        .collect();
    thread.tuple(names)
}

pub(super) const METHODS: &[MethodDef] = &[CO_LINES, CO_POSITIONS, CO_BRANCHES, _VARNAME_FROM_OPARG];

fn number(value: Option<i32>) -> Value {
    value.map_or_else(Value::none, |value| Value::small_int(i64::from(value)))
}

/// An iterator over tuples.
fn iterator(thread: &mut Thread, rows: Vec<Vec<Value>>) -> Outcome {
    let rows = rows.into_iter().map(|row| thread.tuple(row)).collect::<Outcome<Vec<_>>>()?;
    let list = thread.list(rows)?;
    protocol::iter(thread, list.as_ref())
}

#[native(signature = "($self, /)")]
fn co_lines(thread: &mut Thread, this: &Code) -> Outcome {
    let rows = this
        .source
        .lines()
        .map(|(start, end, line)| {
            vec![Value::small_int(start as i64), Value::small_int(end as i64), number(line)]
        })
        .collect();
    iterator(thread, rows)
}

#[native(signature = "($self, /)")]
fn co_positions(thread: &mut Thread, this: &Code) -> Outcome {
    let rows = this
        .source
        .positions()
        .map(|location| location.to_options().into_iter().map(number).collect())
        .collect();
    iterator(thread, rows)
}

#[native(signature = "($self, /)")]
fn co_branches(thread: &mut Thread, this: &Code) -> Outcome {
    let rows = this
        .source
        .branches()
        .map(|(source, one, other)| [source, one, other].into_iter().map(Value::small_int).collect())
        .collect();
    iterator(thread, rows)
}

/// (internal-only) Return the local variable name for the given oparg.
///
/// WARNING: this method is for internal use only and may change or go away.
#[native(signature = "($self, /, oparg)")]
fn _varname_from_oparg(thread: &mut Thread, this: &Code, oparg: i32) -> Outcome {
    match usize::try_from(oparg).ok().and_then(|index| this.local_names().get(index)) {
        Some(name) => Ok(name.clone()),
        None => Err(thread.index_error("tuple index out of range")),
    }
}

/// What two code objects are told apart by, besides constants.
fn same_but_constants(a: &Code, b: &Code) -> bool {
    let (a, b) = (&a.source, &b.source);
    a.name == b.name
        && a.argcount == b.argcount
        && a.posonlyargcount == b.posonlyargcount
        && a.kwonlyargcount == b.kwonlyargcount
        && a.flags == b.flags
        && a.firstlineno == b.firstlineno
        && a.code == b.code
        && a.names == b.names
        && a.localsplusnames == b.localsplusnames
        && a.linetable == b.linetable
        && a.exceptiontable == b.exceptiontable
}

pub(super) fn compare(_: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(b)) = (left.downcast::<Code>(), right.downcast::<Code>()) else {
        return Ok(Value::not_implemented());
    };
    let same = || {
        left.is(right)
            || (same_but_constants(a, b)
                && Const::Tuple(a.source.consts.clone()) == Const::Tuple(b.source.consts.clone()))
    };
    Ok(match op {
        CompareOp::Eq => Value::bool(same()),
        CompareOp::Ne => Value::bool(!same()),
        _ => Value::not_implemented(),
    })
}

pub(super) fn hash(thread: &mut Thread, object: Ref<'_>) -> Outcome<i64> {
    let own = code(object);
    let source = &own.source;
    let name = own.name();
    let numbers = [
        i64::from(source.firstlineno),
        i64::from(source.argcount),
        i64::from(source.posonlyargcount),
        i64::from(source.kwonlyargcount),
        i64::from(source.flags),
        crate::types::str::hash_bytes(thread.interp(), &source.code),
    ];
    let start = protocol::hash(thread, name.as_ref())?;
    Ok(numbers.iter().fold(start, |hash, number| hash.wrapping_mul(1_000_003) ^ number))
}
