//! The environment, and what the machine and the C library say of themselves.

use taipan_host::limits::{CONFSTR_NAMES, PATHCONF_NAMES, SYSCONF_NAMES};
use taipan_macros::native;
use taipan_object::native::{FromArgument, MethodDef};
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::OS_ERROR;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value, structseq};

use crate::failure::OrRaise;
use crate::path::{FileNo, path_of};

pub(super) const FUNCTIONS: &[MethodDef] = &[
    _CREATE_ENVIRON,
    PUTENV,
    UNSETENV,
    UNAME,
    STRERROR,
    SYSCONF,
    CONFSTR,
    FPATHCONF,
    PATHCONF,
    CPU_COUNT,
    GETLOADAVG,
    URANDOM,
    GETRANDOM,
];

structseq! {
    /// The type `os.uname_result`.
    pub(super) static UNAME_RESULT = "posix.uname_result", visible 5, slots SLOTS,
    doc Some("uname_result: Result from os.uname().\n\nThis object may be accessed either as a tuple of\n  (sysname, nodename, release, version, machine),\nor via the attributes sysname, nodename, release, version, and machine.\n\nSee os.uname for more information."),
    fields {
        "sysname": "operating system name",
        "nodename": "name of machine on network (implementation-defined)",
        "release": "operating system release",
        "version": "operating system version",
        "machine": "hardware identifier",
    }
}

/// The environment as a dictionary of bytes.
pub(super) fn environment(thread: &mut Thread) -> Outcome {
    let dict = thread.dict()?;
    for (name, value) in thread.interp().host.environment() {
        let (name, value) = (thread.bytes_from(name)?, thread.bytes_from(value)?);
        let table = dict.downcast::<Dict>().expect("a dict");
        if table.get(thread, name.as_ref())?.is_none() {
            table.set(thread, name.as_ref(), value)?;
        }
    }
    Ok(dict)
}

/// Create the environment dictionary.
#[native(signature = "($module, /)")]
fn _create_environ(thread: &mut Thread) -> Outcome {
    environment(thread)
}

/// Change or add an environment variable.
#[native(signature = "($module, name, value, /)")]
fn putenv(thread: &mut Thread, name: Ref<'_>, value: Ref<'_>) -> Outcome<()> {
    let (name_bytes, value_bytes) = (thread.fs_path(name)?, thread.fs_path(value)?);
    if name_bytes.contains(&b'=') {
        return Err(thread.value_error("illegal environment variable name"));
    }
    let (shown, shown_value) = (thread.bytes(&name_bytes)?, thread.bytes(&value_bytes)?);
    thread.audit("os.putenv", &[shown.as_ref(), shown_value.as_ref()])?;
    thread.interp().host.set_variable(&name_bytes, Some(&value_bytes)).or_raise(thread)
}

/// Delete an environment variable.
#[native(signature = "($module, name, /)")]
fn unsetenv(thread: &mut Thread, name: Ref<'_>) -> Outcome<()> {
    let name = thread.fs_path(name)?;
    let shown = thread.bytes(&name)?;
    thread.audit("os.unsetenv", &[shown.as_ref()])?;
    thread.interp().host.set_variable(&name, None).or_raise(thread)
}

/// Return an object identifying the current operating system.
///
/// The object behaves like a named tuple with the following fields:
///   (sysname, nodename, release, version, machine)
#[native(signature = "($module, /)")]
fn uname(thread: &mut Thread) -> Outcome {
    let name = thread.interp().host.system_name().or_raise(thread)?;
    let mut fields = Vec::with_capacity(5);
    for text in [name.system, name.node, name.release, name.version, name.machine] {
        fields.push(thread.fs_decode(&text)?);
    }
    thread.structseq(&UNAME_RESULT, fields)
}

/// Translate an error code to a message string.
#[native(signature = "($module, code, /)")]
fn strerror(thread: &mut Thread, code: i32) -> Outcome {
    thread.fs_decode(taipan_host::Errno(code).message().as_bytes())
}

/// A number of a limit, or its name in a table.
fn limit_number(thread: &mut Thread, name: Ref<'_>, table: &[(&str, i32)]) -> Outcome<i32> {
    if let Some(text) = name.downcast::<Str>() {
        let text = text.to_string_lossy();
        return match table.iter().find(|(known, _)| *known == text) {
            Some((_, number)) => Ok(*number),
            None => Err(thread.value_error("unrecognized configuration name")),
        };
    }
    if name.ty().slots().index.is_none() {
        return Err(thread.type_error("configuration names must be strings or integers"));
    }
    i32::from_argument(thread, name, "", 0)
}

/// Return an integer-valued system configuration variable.
#[native(signature = "($module, name, /)")]
fn sysconf(thread: &mut Thread, name: Ref<'_>) -> Outcome<i64> {
    let name = limit_number(thread, name, SYSCONF_NAMES)?;
    Ok(thread.interp().host.system_limit(name).or_raise(thread)?.unwrap_or(-1))
}

/// Return a string-valued system configuration variable.
#[native(signature = "($module, name, /)")]
fn confstr(thread: &mut Thread, name: Ref<'_>) -> Outcome {
    let name = limit_number(thread, name, CONFSTR_NAMES)?;
    match thread.interp().host.configuration_text(name).or_raise(thread)? {
        Some(text) => thread.fs_decode(&text),
        None => Ok(Value::none()),
    }
}

/// Return the configuration limit name for the file descriptor fd.
///
/// If there is no limit, return -1.
#[native(signature = "($module, fd, name, /)")]
fn fpathconf(thread: &mut Thread, fd: FileNo, name: Ref<'_>) -> Outcome<i64> {
    let name = limit_number(thread, name, PATHCONF_NAMES)?;
    let host = &thread.interp().host;
    Ok(thread.released(|lock| host.file_limit(lock, fd.0, name)).or_raise(thread)?.unwrap_or(-1))
}

/// Return the configuration limit name for the file or directory path.
///
/// If there is no limit, return -1.
/// On some platforms, path may also be specified as an open file
/// descriptor.  If this functionality is unavailable, using it raises
/// an exception.
#[native(signature = "($module, /, path, name)")]
fn pathconf(thread: &mut Thread, path: Ref<'_>, name: Ref<'_>) -> Outcome<i64> {
    let path = path_of("pathconf").or_fd().get(thread, path)?;
    let name = limit_number(thread, name, PATHCONF_NAMES)?;
    let host = &thread.interp().host;
    let limit = thread.released(|lock| match path.fd() {
        Some(fd) => host.file_limit(lock, fd, name),
        None => host.path_limit(lock, path.name(), name),
    });
    Ok(limit.or_raise_for(thread, &path)?.unwrap_or(-1))
}

/// A table of names as a dictionary.
pub(super) fn name_table(thread: &mut Thread, table: &[(&str, i32)]) -> Outcome {
    let dict = thread.dict()?;
    for (name, number) in table {
        let name = thread.intern(name)?;
        let number = Value::small_int(i64::from(*number));
        dict.downcast::<Dict>().expect("a dict").set(thread, name.as_ref(), number)?;
    }
    Ok(dict)
}

/// Return the number of logical CPUs in the system.
///
/// Return None if indeterminable.
#[native(signature = "($module, /)")]
fn cpu_count(thread: &mut Thread) -> Option<i64> {
    thread.interp().host.online_processors()
}

/// Return average recent system load information.
///
/// Return the number of processes in the system run queue averaged over
/// the last 1, 5, and 15 minutes as a tuple of three floats.
/// Raises OSError if the load average was unobtainable.
#[native(signature = "($module, /)")]
fn getloadavg(thread: &mut Thread) -> Outcome {
    let Ok(load) = thread.interp().host.load_average() else {
        return Err(thread.raise_new(&OS_ERROR, "Load averages are unobtainable"));
    };
    let mut values = Vec::with_capacity(3);
    for value in load {
        values.push(thread.float(value)?);
    }
    thread.tuple(values)
}

/// Return a bytes object containing random bytes suitable for cryptographic use.
#[native(signature = "($module, size, /)")]
fn urandom(thread: &mut Thread, size: isize) -> Outcome {
    let Ok(size) = usize::try_from(size) else {
        return Err(thread.value_error("negative argument not allowed"));
    };
    let mut buffer = super::descriptor::room(thread, size)?;
    let host = &thread.interp().host;
    thread.blocking(|lock| host.random_bytes(lock, &mut buffer))?.or_raise(thread)?;
    thread.bytes_from(buffer)
}

/// Obtain a series of random bytes.
#[native(signature = "($module, /, size, flags=0)")]
fn getrandom(thread: &mut Thread, size: isize, flags: Option<i32>) -> Outcome {
    let Ok(size) = usize::try_from(size) else {
        return Err(crate::failure::os_error(thread, taipan_host::Errno::EINVAL));
    };
    let mut buffer = super::descriptor::room(thread, size)?;
    let (host, flags) = (&thread.interp().host, flags.unwrap_or(0) as u32);
    let count = thread.blocking(|lock| host.getrandom(lock, &mut buffer, flags))?.or_raise(thread)?;
    buffer.truncate(count);
    thread.bytes_from(buffer)
}
