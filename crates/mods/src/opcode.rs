//! The module `_opcode`: what is known about instructions, for `dis` and `opcode`.
//!
//! Answers for CPython's `Modules/_opcode.c`.

use taipan_macros::native;
use taipan_object::native::{MethodDef, ModuleDef};
use taipan_object::types::code::Code;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};
use taipan_opcode::{BinaryOperator, Intrinsic1, Intrinsic2, Opcode, SpecialMethod};

/// The module `_opcode`.
pub static OPCODE: ModuleDef = ModuleDef {
    name: "_opcode",
    doc: Some("Opcode support module."),
    functions: &[FUNCTIONS],
    exec: Some(|thread, module| {
        thread.module_add(module, "ENABLE_SPECIALIZATION", Value::small_int(1))?;
        thread.module_add(module, "ENABLE_SPECIALIZATION_FT", Value::small_int(1))
    }),
};

const FUNCTIONS: &[MethodDef] = &[
    STACK_EFFECT,
    IS_VALID,
    HAS_ARG,
    HAS_CONST,
    HAS_NAME,
    HAS_JUMP,
    HAS_FREE,
    HAS_LOCAL,
    HAS_EXC,
    GET_EXECUTOR,
    GET_INTRINSIC1_DESCS,
    GET_INTRINSIC2_DESCS,
    GET_NB_OPS,
    GET_SPECIAL_METHOD_NAMES,
    GET_SPECIALIZATION_STATS,
];

/// The instruction of a number.
fn find(opcode: i32) -> Option<Opcode> {
    u16::try_from(opcode).ok().and_then(Opcode::from_u16)
}

/// Compute the stack effect of the opcode.
#[native(signature = "($module, opcode, oparg=None, /, *, jump=None)")]
fn stack_effect(
    thread: &mut Thread,
    opcode: i32,
    oparg: Option<Ref<'_>>,
    jump: Option<Ref<'_>>,
) -> Outcome<i32> {
    let oparg = match oparg.filter(|oparg| !oparg.is_none()) {
        Some(oparg) => protocol::index_i64(thread, oparg)? as i32,
        None => 0,
    };
    let jump = match jump.filter(|jump| !jump.is_none()) {
        None => None,
        Some(jump) if jump.is(Ref::bool(true)) => Some(true),
        Some(jump) if jump.is(Ref::bool(false)) => Some(false),
        Some(_) => return Err(thread.value_error("stack_effect: jump must be False, True or None")),
    };
    match find(opcode).and_then(|opcode| opcode.stack_effect(oparg, jump)) {
        Some(effect) => Ok(effect),
        None => Err(thread.value_error("invalid opcode or oparg")),
    }
}

/// Return True if opcode is valid, False otherwise.
#[native(signature = "($module, /, opcode)")]
fn is_valid(_: &mut Thread, opcode: i32) -> bool {
    find(opcode).is_some()
}

/// Return True if the opcode uses its oparg, False otherwise.
#[native(signature = "($module, /, opcode)")]
fn has_arg(_: &mut Thread, opcode: i32) -> bool {
    find(opcode).is_some_and(Opcode::has_arg)
}

/// Return True if the opcode accesses a constant, False otherwise.
#[native(signature = "($module, /, opcode)")]
fn has_const(_: &mut Thread, opcode: i32) -> bool {
    find(opcode).is_some_and(Opcode::has_const)
}

/// Return True if the opcode accesses an attribute by name, False otherwise.
#[native(signature = "($module, /, opcode)")]
fn has_name(_: &mut Thread, opcode: i32) -> bool {
    find(opcode).is_some_and(Opcode::has_name)
}

/// Return True if the opcode has a jump target, False otherwise.
#[native(signature = "($module, /, opcode)")]
fn has_jump(_: &mut Thread, opcode: i32) -> bool {
    find(opcode).is_some_and(Opcode::has_jump)
}

/// Return True if the opcode accesses a free variable, False otherwise.
///
/// Note that 'free' in this context refers to names in the current scope
/// that are referenced by inner scopes or names in outer scopes that are
/// referenced from this scope. It does not include references to global
/// or builtin scopes.
#[native(signature = "($module, /, opcode)")]
fn has_free(_: &mut Thread, opcode: i32) -> bool {
    find(opcode).is_some_and(Opcode::has_free)
}

/// Return True if the opcode accesses a local variable, False otherwise.
#[native(signature = "($module, /, opcode)")]
fn has_local(_: &mut Thread, opcode: i32) -> bool {
    find(opcode).is_some_and(Opcode::has_local)
}

/// Return True if the opcode sets an exception handler, False otherwise.
#[native(signature = "($module, /, opcode)")]
fn has_exc(_: &mut Thread, opcode: i32) -> bool {
    find(opcode).is_some_and(Opcode::has_exc)
}

/// Return the executor object at offset in code if exists, None otherwise.
#[native(signature = "($module, /, code, offset)")]
fn get_executor(thread: &mut Thread, code: Ref<'_>, _offset: i32) -> Outcome<()> {
    if code.exact::<Code>().is_none() {
        let ty = code.ty().name().into_owned();
        return Err(thread.type_error(format!("expected a code object, not '{ty}'")));
    }
    Err(thread.value_error("no executor at given byte offset"))
}

/// A list of names.
fn names(thread: &mut Thread, names: impl Iterator<Item = &'static str>) -> Outcome {
    let names = names.map(|name| thread.intern(name)).collect::<Outcome<Vec<_>>>()?;
    thread.list(names)
}

/// Return a list of names of the unary intrinsics.
#[native(signature = "($module, /)")]
fn get_intrinsic1_descs(thread: &mut Thread) -> Outcome {
    names(thread, Intrinsic1::ALL.iter().map(|intrinsic| intrinsic.name()))
}

/// Return a list of names of the binary intrinsics.
#[native(signature = "($module, /)")]
fn get_intrinsic2_descs(thread: &mut Thread) -> Outcome {
    names(thread, Intrinsic2::ALL.iter().map(|intrinsic| intrinsic.name()))
}

/// Return array of symbols of binary ops.
///
/// Indexed by the BINARY_OP oparg value.
#[native(signature = "($module, /)")]
fn get_nb_ops(thread: &mut Thread) -> Outcome {
    let mut all = Vec::new();
    for operator in BinaryOperator::ALL {
        let parts = [thread.intern(operator.constant_name())?, thread.intern(operator.name())?];
        all.push(thread.tuple(parts)?);
    }
    thread.list(all)
}

/// Return a list of special method names.
#[native(signature = "($module, /)")]
fn get_special_method_names(thread: &mut Thread) -> Outcome {
    names(thread, SpecialMethod::ALL.iter().map(|method| method.name()))
}

/// Return the specialization stats
#[native(signature = "($module, /)")]
fn get_specialization_stats(_: &mut Thread) {}
