//! The module `_socket`: the sockets behind `socket`.
//!
//! Not here: packing of messages and addresses for C, which is the host's affair.
//!
//! Answers for CPython's `Modules/socketmodule.c`.

mod address;
mod convert;
mod message;
mod object;
mod option;
mod resolve;
mod transfer;

use taipan_host::constants;
use taipan_host::socket::{ResolveError, error_text, host_error_text};
use taipan_object::native::ModuleDef;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::{OS_ERROR, TIMEOUT_ERROR};
use taipan_object::types::type_::TYPE;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, protocol};

use crate::failure::os_error;

/// The module `_socket`.
pub static SOCKET_MODULE: ModuleDef = ModuleDef {
    name: "_socket",
    doc: Some("Implementation module for socket operations.\n\nSee the socket module for documentation."),
    functions: &[convert::FUNCTIONS, object::FUNCTIONS, resolve::FUNCTIONS],
    exec: Some(exec),
};

/// Where an interpreter keeps the exceptions of resolving.
static GAI_ERROR: u8 = 0;
static HOST_ERROR: u8 = 1;

/// An exception class of the module `socket`.
fn exception_class(thread: &mut Thread, name: &str) -> Outcome {
    let namespace = thread.dict()?;
    let (key, module) = (thread.names().__module__.clone(), thread.str("socket")?);
    namespace.downcast::<Dict>().expect("a dict").set(thread, key.as_ref(), module)?;
    let name = thread.str(name)?;
    let bases = thread.tuple([OS_ERROR.as_ref().to_value()])?;
    protocol::call(thread, TYPE.as_ref(), &[name.as_ref(), bases.as_ref(), namespace.as_ref()])
}

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    crate::add_numbers(thread, module, constants::SOCKET)?;
    let gai_error = exception_class(thread, "gaierror")?;
    let host_error = exception_class(thread, "herror")?;
    thread.interp().set_slot(&GAI_ERROR, gai_error.clone());
    thread.interp().set_slot(&HOST_ERROR, host_error.clone());
    thread.module_add(module, "gaierror", gai_error)?;
    thread.module_add(module, "herror", host_error)?;
    thread.module_add(module, "error", OS_ERROR.as_ref().to_value())?;
    thread.module_add(module, "timeout", TIMEOUT_ERROR.as_ref().to_value())?;
    thread.module_add(module, "socket", object::SOCKET.as_ref().to_value())?;
    thread.module_add(module, "SocketType", object::SOCKET.as_ref().to_value())?;
    thread.module_add(module, "has_ipv6", Value::bool(true))?;
    for (name, text) in [("BDADDR_ANY", "00:00:00:00:00:00"), ("BDADDR_LOCAL", "00:00:00:FF:FF:FF")] {
        let text = thread.str(text)?;
        thread.module_add(module, name, text)?;
    }
    Ok(())
}

/// Raises what says why a name could not be resolved.
#[cold]
fn resolve_error(thread: &mut Thread, error: ResolveError) -> Raised {
    let (key, code, message) = match error {
        ResolveError::System(errno) => return os_error(thread, errno),
        ResolveError::Address(code) => (&GAI_ERROR, code, error_text(code)),
        ResolveError::Host(code) => (&HOST_ERROR, code, host_error_text(code)),
    };
    let made = (|| {
        let message = thread.str(&message)?;
        let class = thread.interp().slot(key).unwrap_or_else(|| OS_ERROR.as_ref().to_value());
        let code = Value::small_int(i64::from(code));
        protocol::call(thread, class.as_ref(), &[code.as_ref(), message.as_ref()])
    })();
    match made {
        Ok(exception) => thread.raise(exception),
        Err(raised) => raised,
    }
}
