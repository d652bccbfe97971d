//! `sys.get_asyncgen_hooks` and `sys.set_asyncgen_hooks`.

use taipan_macros::native;
use taipan_object::native::{Args, Binding, MethodDef, NativeCall, Parameters};
use taipan_object::{Outcome, Ref, Thread, Value};

use super::info::ASYNCGEN_HOOKS;

/// The functions.
pub(super) const FUNCTIONS: &[MethodDef] = &[GET_ASYNCGEN_HOOKS, SET_ASYNCGEN_HOOKS];

/// Return the installed asynchronous generators hooks.
///
/// This returns a namedtuple of the form (firstiter, finalizer).
#[native(signature = "($module, /)")]
fn get_asyncgen_hooks(thread: &mut Thread) -> Outcome {
    let hooks = thread.asyncgen_hooks.clone().map(|hook| hook.unwrap_or_else(Value::none));
    thread.structseq(&ASYNCGEN_HOOKS, hooks.into())
}

const SET_ASYNCGEN_HOOKS: MethodDef = MethodDef {
    name: "set_asyncgen_hooks",
    doc: Some(
        "set_asyncgen_hooks([firstiter] [, finalizer])\n\nSet a finalizer for async generators objects.",
    ),
    signature: None,
    call: NativeCall::Many(set_asyncgen_hooks),
    binding: Binding::Instance,
};

fn set_asyncgen_hooks<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
    const PARAMETERS: Parameters = Parameters {
        function: "set_asyncgen_hooks",
        names: &["firstiter", "finalizer"],
        positional_only: 0,
        positional: 2,
        required: 0,
        required_keywords: 0,
    };
    let given = PARAMETERS.parse::<2>(thread, args)?;
    for (hook, name) in given.iter().zip(["firstiter", "finalizer"]).rev() {
        if let Some(hook) = hook.filter(|hook| !hook.is_none() && hook.ty().slots().call.is_none()) {
            let ty = hook.ty().name();
            return Err(thread.type_error(format!("callable {name} expected, got {ty}")));
        }
    }
    for (place, hook) in given.iter().enumerate() {
        if let Some(hook) = hook {
            let hook = (!hook.is_none()).then(|| hook.to_value());
            let old = std::mem::replace(&mut thread.asyncgen_hooks[place], hook);
            drop(old);
        }
    }
    Ok(Value::none())
}
