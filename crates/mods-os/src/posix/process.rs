//! Processes: copying this one, starting programs, signals, waiting, ending.

use taipan_host::{ForkOutcome, WaitStatus};
use taipan_macros::native;
use taipan_object::fork::ForkMoment;
use taipan_object::native::MethodDef;
use taipan_object::types::list::List;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Ref, Thread, Value, protocol, structseq};

use crate::failure::OrRaise;
use crate::path::{FileNo, path_of};
use crate::posix::files::number;
use crate::resource::RUSAGE;

//@functions

structseq! {
    /// The type `os.times_result`.
    pub(super) static TIMES_RESULT = "posix.times_result", visible 5, slots SLOTS,
    doc Some("times_result: Result from os.times().\n\nThis object may be accessed either as a tuple of\n  (user, system, children_user, children_system, elapsed),\nor via the attributes user, system, children_user, children_system,\nand elapsed.\n\nSee os.times for more information."),
    fields {
        "user": "user time",
        "system": "system time",
        "children_user": "user time of children",
        "children_system": "system time of children",
        "elapsed": "elapsed time since an arbitrary point in the past",
    }
}

structseq! {
    /// The type `os.waitid_result`.
    pub(super) static WAITID_RESULT = "posix.waitid_result", visible 5, slots SLOTS,
    doc Some("waitid_result: Result from waitid.\n\nThis object may be accessed either as a tuple of\n  (si_pid, si_uid, si_signo, si_status, si_code),\nor via the attributes si_pid, si_uid, and so on.\n\nSee os.waitid for more information."),
    fields { "si_pid": "", "si_uid": "", "si_signo": "", "si_status": "", "si_code": "" }
}

#[py("posix._exit")]
fn _exit(thread: &mut Thread, status: i32) {
    thread.interp().host.exit_now(status)
}

#[py("posix.abort")]
fn abort(thread: &mut Thread) {
    thread.interp().host.abort()
}

#[py("posix.system")]
fn system(thread: &mut Thread, command: Ref<'_>) -> Outcome<i32> {
    let command = thread.fs_path(command)?;
    let shown = thread.bytes(&command)?;
    thread.audit("os.system", &[shown.as_ref()])?;
    let host = &thread.interp().host;
    thread.released(|lock| host.system(lock, &command)).or_raise(thread)
}

/// The strings of a list or tuple of arguments.
pub(super) fn argument_list(
    thread: &mut Thread,
    arguments: Ref<'_>,
    (function, name): (&str, &str),
) -> Outcome<Vec<Vec<u8>>> {
    if arguments.downcast::<List>().is_none() && arguments.downcast::<Tuple>().is_none() {
        return Err(thread.type_error(format!("{function} {name} must be a tuple or list")));
    }
    let items = protocol::collect(thread, arguments)?;
    if items.is_empty() {
        return Err(thread.value_error(format!("{function} {name} must not be empty")));
    }
    let mut strings = Vec::with_capacity(items.len());
    for item in &items {
        strings.push(thread.fs_path(item.as_ref())?);
    }
    if strings[0].is_empty() {
        return Err(thread.value_error(format!("{function} {name} first element cannot be empty")));
    }
    Ok(strings)
}

/// Whether the object has items by key, as `PyMapping_Check` sees it.
pub(super) fn is_mapping(object: Ref<'_>) -> bool {
    object.ty().slots().subscript.is_some()
}

/// `NAME=value` of a mapping.
pub(super) fn environment_list(thread: &mut Thread, environment: Ref<'_>) -> Outcome<Vec<Vec<u8>>> {
    let keys = protocol::call_method(thread, environment, "keys", &[])?;
    let keys = protocol::collect(thread, keys.as_ref())?;
    let values = protocol::call_method(thread, environment, "values", &[])?;
    let values = protocol::collect(thread, values.as_ref())?;
    let mut entries = Vec::with_capacity(keys.len());
    for (key, value) in keys.iter().zip(&values) {
        let (mut entry, value) = (thread.fs_path(key.as_ref())?, thread.fs_path(value.as_ref())?);
        if entry.is_empty() || entry[1..].contains(&b'=') {
            return Err(thread.value_error("illegal environment variable name"));
        }
        entry.push(b'=');
        entry.extend_from_slice(&value);
        entries.push(entry);
    }
    Ok(entries)
}

#[py("posix.execv")]
fn execv(thread: &mut Thread, path: Ref<'_>, argv: Ref<'_>) -> Outcome<()> {
    let path = path_of("execv").get(thread, path)?;
    let arguments = argument_list(thread, argv, ("execv()", "arg 2"))?;
    thread.audit("os.exec", &[path.object.as_ref(), argv, Ref::none()])?;
    match thread.interp().host.execute(path.name(), &arguments, None) {
        Ok(never) => match never {},
        Err(errno) => Err(errno).or_raise(thread),
    }
}

#[py("posix.execve")]
fn execve(thread: &mut Thread, path: Ref<'_>, argv: Ref<'_>, env: Ref<'_>) -> Outcome<()> {
    let path = path_of("execve").or_fd().get(thread, path)?;
    if (argv.downcast::<List>().is_some() || argv.downcast::<Tuple>().is_some()) && !is_mapping(env) {
        return Err(thread.type_error("execve: environment must be a mapping object"));
    }
    let arguments = argument_list(thread, argv, ("execve:", "argv"))?;
    let environment = environment_list(thread, env)?;
    thread.audit("os.exec", &[path.object.as_ref(), argv, env])?;
    let host = &thread.interp().host;
    let result = match path.fd() {
        Some(fd) => host.execute_open(fd, &arguments, &environment),
        None => host.execute(path.name(), &arguments, Some(&environment)),
    };
    match result {
        Ok(never) => match never {},
        Err(errno) => Err(errno).or_raise_for(thread, &path),
    }
}

#[py("posix.register_at_fork")]
fn register_at_fork(
    thread: &mut Thread,
    before: Option<Ref<'_>>,
    after_in_child: Option<Ref<'_>>,
    after_in_parent: Option<Ref<'_>>,
) -> Outcome<()> {
    let hooks = [
        (ForkMoment::Before, "before", before),
        (ForkMoment::Child, "after_in_child", after_in_child),
        (ForkMoment::Parent, "after_in_parent", after_in_parent),
    ];
    if hooks.iter().all(|(_, _, hook)| hook.is_none()) {
        return Err(thread.type_error("At least one argument is required."));
    }
    for (_, name, hook) in hooks {
        if let Some(hook) = hook
            && hook.ty().slots().call.is_none()
        {
            let ty = hook.ty().name().into_owned();
            return Err(thread.type_error(format!("'{name}' must be callable, not {ty}")));
        }
    }
    for (moment, _, hook) in hooks {
        if let Some(hook) = hook {
            thread.register_at_fork(moment, hook)?;
        }
    }
    Ok(())
}

#[py("posix.fork")]
fn fork(thread: &mut Thread) -> Outcome<i32> {
    thread.audit("os.fork", &[])?;
    match thread.fork().or_raise(thread)? {
        ForkOutcome::Parent(process) => Ok(process),
        ForkOutcome::Child => Ok(0),
    }
}

#[py("posix.forkpty")]
fn forkpty(thread: &mut Thread) -> Outcome {
    thread.audit("os.forkpty", &[])?;
    let (outcome, fd) = thread.fork_with_terminal().or_raise(thread)?;
    let process = match outcome {
        ForkOutcome::Parent(process) => process,
        ForkOutcome::Child => 0,
    };
    thread.tuple([number(process), number(fd)])
}

#[py("posix.kill")]
fn kill(thread: &mut Thread, pid: i32, signal: isize) -> Outcome<()> {
    let signal = signal as i32;
    thread.audit("os.kill", &[number(pid).as_ref(), number(signal).as_ref()])?;
    thread.interp().host.kill(pid, signal).or_raise(thread)?;
    // A signal to the process itself has arrived by now.
    thread.poll()
}

#[py("posix.killpg")]
fn killpg(thread: &mut Thread, pgid: i32, signal: i32) -> Outcome<()> {
    thread.audit("os.killpg", &[number(pgid).as_ref(), number(signal).as_ref()])?;
    thread.interp().host.kill_group(pgid, signal).or_raise(thread)?;
    thread.poll()
}

fn status_pair(thread: &mut Thread, status: WaitStatus) -> Outcome {
    thread.tuple([number(status.process), number(status.status)])
}

#[py("posix.wait")]
fn wait(thread: &mut Thread) -> Outcome {
    let host = &thread.interp().host;
    let status = thread.blocking(|lock| host.wait(lock, -1, 0))?.or_raise(thread)?;
    status_pair(thread, status)
}

#[py("posix.waitpid")]
fn waitpid(thread: &mut Thread, pid: i32, options: i32) -> Outcome {
    let host = &thread.interp().host;
    let status = thread.blocking(|lock| host.wait(lock, pid, options))?.or_raise(thread)?;
    status_pair(thread, status)
}

fn wait_with_usage(thread: &mut Thread, process: i32, options: i32) -> Outcome {
    let host = &thread.interp().host;
    let (status, usage) =
        thread.blocking(|lock| host.wait_with_usage(lock, process, options))?.or_raise(thread)?;
    let usage = crate::resource::usage_value(thread, &RUSAGE, &usage)?;
    thread.tuple([number(status.process), number(status.status), usage])
}

#[py("posix.wait3")]
fn wait3(thread: &mut Thread, options: i32) -> Outcome {
    wait_with_usage(thread, -1, options)
}

#[py("posix.wait4")]
fn wait4(thread: &mut Thread, pid: i32, options: i32) -> Outcome {
    wait_with_usage(thread, pid, options)
}

#[py("posix.waitid")]
fn waitid(thread: &mut Thread, idtype: i32, id: i32, options: i32) -> Outcome {
    let host = &thread.interp().host;
    let info = thread.blocking(|lock| host.wait_by(lock, idtype as u32, id as u32, options))?;
    let Some(info) = info.or_raise(thread)? else { return Ok(Value::none()) };
    let user = Value::small_int(i64::from(info.user));
    let fields =
        vec![number(info.process), user, number(info.signal), number(info.status), number(info.code)];
    thread.structseq(&WAITID_RESULT, fields)
}

#[py("posix.times")]
fn times(thread: &mut Thread) -> Outcome {
    let times = thread.interp().host.process_times().or_raise(thread)?;
    let mut fields = Vec::with_capacity(5);
    for value in [times.user, times.system, times.children_user, times.children_system, times.elapsed] {
        fields.push(thread.float(value)?);
    }
    thread.structseq(&TIMES_RESULT, fields)
}

#[py("posix.pidfd_open")]
fn pidfd_open(thread: &mut Thread, pid: i32, flags: Option<u32>) -> Outcome<i32> {
    thread.interp().host.open_process(pid, flags.unwrap_or(0)).or_raise(thread)
}

#[py("posix.setns")]
fn setns(thread: &mut Thread, fd: FileNo, nstype: Option<i32>) -> Outcome<()> {
    let host = &thread.interp().host;
    thread.blocking(|lock| host.enter_namespace(lock, fd.0, nstype.unwrap_or(0)))?.or_raise(thread)
}

#[py("posix.unshare")]
fn unshare(thread: &mut Thread, flags: i32) -> Outcome<()> {
    let host = &thread.interp().host;
    thread.blocking(|lock| host.leave_namespaces(lock, flags))?.or_raise(thread)
}

#[py("posix._inputhook")]
fn _inputhook(_: &mut Thread) -> i32 {
    0
}

#[py("posix._is_inputhook_installed")]
fn _is_inputhook_installed(_: &mut Thread) -> bool {
    false
}
