//! The module `_types`: the types that `types` names.
//!
//! Answers for CPython's `Modules/_typesmodule.c`.

use taipan_object::native::ModuleDef;
use taipan_object::types::{
    builtin, capsule, cell, code, dict, frame, function, generator, genericalias, method, module, namespace,
    singleton, traceback, union,
};
use taipan_object::{Outcome, Ref, Thread, Type};

/// The module `_types`.
pub static TYPES: ModuleDef = ModuleDef {
    name: "_types",
    doc: Some("Define names for built-in types."),
    functions: &[],
    exec: Some(exec),
};

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    const NAMES: &[(&str, &Type)] = &[
        ("AsyncGeneratorType", &generator::ASYNC_GENERATOR),
        ("BuiltinFunctionType", &builtin::NATIVE_FUNCTION),
        ("BuiltinMethodType", &builtin::NATIVE_FUNCTION),
        ("CapsuleType", &capsule::CAPSULE),
        ("CellType", &cell::CELL),
        ("ClassMethodDescriptorType", &builtin::CLASS_METHOD_DESCRIPTOR),
        ("CodeType", &code::CODE),
        ("CoroutineType", &generator::COROUTINE),
        ("EllipsisType", &singleton::ELLIPSIS_TYPE),
        ("FrameType", &frame::FRAME),
        ("FunctionType", &function::FUNCTION),
        ("GeneratorType", &generator::GENERATOR),
        ("GenericAlias", &genericalias::GENERIC_ALIAS),
        ("GetSetDescriptorType", &builtin::GETSET_DESCRIPTOR),
        ("LambdaType", &function::FUNCTION),
        ("MappingProxyType", &dict::MAPPING_PROXY),
        ("MemberDescriptorType", &builtin::MEMBER_DESCRIPTOR),
        ("MethodDescriptorType", &builtin::METHOD_DESCRIPTOR),
        ("MethodType", &method::METHOD),
        ("MethodWrapperType", &builtin::METHOD_WRAPPER),
        ("ModuleType", &module::MODULE),
        ("NoneType", &singleton::NONE_TYPE),
        ("NotImplementedType", &singleton::NOT_IMPLEMENTED_TYPE),
        ("SimpleNamespace", &namespace::NAMESPACE),
        ("TracebackType", &traceback::TRACEBACK),
        ("UnionType", &union::UNION),
        ("WrapperDescriptorType", &builtin::WRAPPER_DESCRIPTOR),
    ];
    for (name, ty) in NAMES {
        thread.module_add(module, name, ty.as_ref().to_value())?;
    }
    Ok(())
}
