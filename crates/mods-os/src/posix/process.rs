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

pub(super) const FUNCTIONS: &[MethodDef] = &[
    _EXIT,
    ABORT,
    SYSTEM,
    EXECV,
    EXECVE,
    REGISTER_AT_FORK,
    FORK,
    FORKPTY,
    KILL,
    KILLPG,
    WAIT,
    WAITPID,
    WAIT3,
    WAIT4,
    WAITID,
    TIMES,
    PIDFD_OPEN,
    SETNS,
    UNSHARE,
    _INPUTHOOK,
    _IS_INPUTHOOK_INSTALLED,
];

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

/// Exit to the system with specified status, without normal exit processing.
#[native(signature = "($module, /, status)")]
fn _exit(thread: &mut Thread, status: i32) {
    thread.interp().host.exit_now(status)
}

/// Abort the interpreter immediately.
///
/// This function 'dumps core' or otherwise fails in the hardest way
/// possible on the hosting operating system.  This function never returns.
#[native(signature = "($module, /)")]
fn abort(thread: &mut Thread) {
    thread.interp().host.abort()
}

/// Execute the command in a subshell.
#[native(signature = "($module, /, command)")]
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

/// Execute an executable path with arguments, replacing current process.
///
///   path
///     Path of executable file.
///   argv
///     Tuple or list of strings.
#[native(signature = "($module, path, argv, /)")]
fn execv(thread: &mut Thread, path: Ref<'_>, argv: Ref<'_>) -> Outcome<()> {
    let path = path_of("execv").get(thread, path)?;
    let arguments = argument_list(thread, argv, ("execv()", "arg 2"))?;
    thread.audit("os.exec", &[path.object.as_ref(), argv, Ref::none()])?;
    match thread.interp().host.execute(path.name(), &arguments, None) {
        Ok(never) => match never {},
        Err(errno) => Err(errno).or_raise(thread),
    }
}

/// Execute an executable path with arguments, replacing current process.
///
///   path
///     Path of executable file.
///   argv
///     Tuple or list of strings.
///   env
///     Dictionary of strings mapping to strings.
#[native(signature = "($module, /, path, argv, env)")]
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

/// Register callables to be called when forking a new process.
///
///   before
///     A callable to be called in the parent before the fork() syscall.
///   after_in_child
///     A callable to be called in the child after fork().
///   after_in_parent
///     A callable to be called in the parent after fork().
///
/// 'before' callbacks are called in reverse order.
/// 'after_in_child' and 'after_in_parent' callbacks are called in order.
#[native(
    signature = "($module, /, *, before=<unrepresentable>,\n                 after_in_child=<unrepresentable>,\n                 after_in_parent=<unrepresentable>)"
)]
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

/// Fork a child process.
///
/// Return 0 to child process and PID of child to parent process.
#[native(signature = "($module, /)")]
fn fork(thread: &mut Thread) -> Outcome<i32> {
    thread.audit("os.fork", &[])?;
    match thread.fork().or_raise(thread)? {
        ForkOutcome::Parent(process) => Ok(process),
        ForkOutcome::Child => Ok(0),
    }
}

/// Fork a new process with a new pseudo-terminal as controlling tty.
///
/// Returns a tuple of (pid, master_fd).
/// Like fork(), return pid of 0 to the child process,
/// and pid of child to the parent process.
/// To both, return fd of newly opened pseudo-terminal.
#[native(signature = "($module, /)")]
fn forkpty(thread: &mut Thread) -> Outcome {
    thread.audit("os.forkpty", &[])?;
    let (outcome, fd) = thread.fork_with_terminal().or_raise(thread)?;
    let process = match outcome {
        ForkOutcome::Parent(process) => process,
        ForkOutcome::Child => 0,
    };
    thread.tuple([number(process), number(fd)])
}

/// Kill a process with a signal.
#[native(signature = "($module, pid, signal, /)")]
fn kill(thread: &mut Thread, pid: i32, signal: isize) -> Outcome<()> {
    let signal = signal as i32;
    thread.audit("os.kill", &[number(pid).as_ref(), number(signal).as_ref()])?;
    thread.interp().host.kill(pid, signal).or_raise(thread)?;
    // A signal to the process itself has arrived by now.
    thread.poll()
}

/// Kill a process group with a signal.
#[native(signature = "($module, pgid, signal, /)")]
fn killpg(thread: &mut Thread, pgid: i32, signal: i32) -> Outcome<()> {
    thread.audit("os.killpg", &[number(pgid).as_ref(), number(signal).as_ref()])?;
    thread.interp().host.kill_group(pgid, signal).or_raise(thread)?;
    thread.poll()
}

fn status_pair(thread: &mut Thread, status: WaitStatus) -> Outcome {
    thread.tuple([number(status.process), number(status.status)])
}

/// Wait for completion of a child process.
///
/// Returns a tuple of information about the child process:
///     (pid, status)
#[native(signature = "($module, /)")]
fn wait(thread: &mut Thread) -> Outcome {
    let host = &thread.interp().host;
    let status = thread.blocking(|lock| host.wait(lock, -1, 0))?.or_raise(thread)?;
    status_pair(thread, status)
}

/// Wait for completion of a given child process.
///
/// Returns a tuple of information regarding the child process:
///     (pid, status)
///
/// The options argument is ignored on Windows.
#[native(signature = "($module, pid, options, /)")]
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

/// Wait for completion of a child process.
///
/// Returns a tuple of information about the child process:
///   (pid, status, rusage)
#[native(signature = "($module, /, options)")]
fn wait3(thread: &mut Thread, options: i32) -> Outcome {
    wait_with_usage(thread, -1, options)
}

/// Wait for completion of a specific child process.
///
/// Returns a tuple of information about the child process:
///   (pid, status, rusage)
#[native(signature = "($module, /, pid, options)")]
fn wait4(thread: &mut Thread, pid: i32, options: i32) -> Outcome {
    wait_with_usage(thread, pid, options)
}

/// Returns the result of waiting for a process or processes.
///
///   idtype
///     Must be one of be P_PID, P_PGID or P_ALL.
///   id
///     The id to wait on.
///   options
///     Constructed from the ORing of one or more of WEXITED, WSTOPPED
///     or WCONTINUED and additionally may be ORed with WNOHANG or WNOWAIT.
///
/// Returns either waitid_result or None if WNOHANG is specified and there
/// are no children in a waitable state.
#[native(signature = "($module, idtype, id, options, /)")]
fn waitid(thread: &mut Thread, idtype: i32, id: i32, options: i32) -> Outcome {
    let host = &thread.interp().host;
    let info = thread.blocking(|lock| host.wait_by(lock, idtype as u32, id as u32, options))?;
    let Some(info) = info.or_raise(thread)? else { return Ok(Value::none()) };
    let user = Value::small_int(i64::from(info.user));
    let fields =
        vec![number(info.process), user, number(info.signal), number(info.status), number(info.code)];
    thread.structseq(&WAITID_RESULT, fields)
}

/// Return a collection containing process timing information.
///
/// The object returned behaves like a named tuple with these fields:
///   (utime, stime, cutime, cstime, elapsed_time)
/// All fields are floating-point numbers.
#[native(signature = "($module, /)")]
fn times(thread: &mut Thread) -> Outcome {
    let times = thread.interp().host.process_times().or_raise(thread)?;
    let mut fields = Vec::with_capacity(5);
    for value in [times.user, times.system, times.children_user, times.children_system, times.elapsed] {
        fields.push(thread.float(value)?);
    }
    thread.structseq(&TIMES_RESULT, fields)
}

/// Return a file descriptor referring to the process *pid*.
///
/// The descriptor can be used to perform process management without races
/// and signals.
#[native(signature = "($module, /, pid, flags=0)")]
fn pidfd_open(thread: &mut Thread, pid: i32, flags: Option<u32>) -> Outcome<i32> {
    thread.interp().host.open_process(pid, flags.unwrap_or(0)).or_raise(thread)
}

/// Move the calling thread into different namespaces.
///
///   fd
///     A file descriptor to a namespace.
///   nstype
///     Type of namespace.
#[native(signature = "($module, /, fd, nstype=0)")]
fn setns(thread: &mut Thread, fd: FileNo, nstype: Option<i32>) -> Outcome<()> {
    let host = &thread.interp().host;
    thread.blocking(|lock| host.enter_namespace(lock, fd.0, nstype.unwrap_or(0)))?.or_raise(thread)
}

/// Disassociate parts of a process (or thread) execution context.
///
///   flags
///     Namespaces to be unshared.
#[native(signature = "($module, /, flags)")]
fn unshare(thread: &mut Thread, flags: i32) -> Outcome<()> {
    let host = &thread.interp().host;
    thread.blocking(|lock| host.leave_namespaces(lock, flags))?.or_raise(thread)
}

/// Calls PyOS_CallInputHook droppong the GIL first
#[native(signature = "($module, /)")]
fn _inputhook(_: &mut Thread) -> i32 {
    0
}

/// Checks if PyOS_CallInputHook is set
#[native(signature = "($module, /)")]
fn _is_inputhook_installed(_: &mut Thread) -> bool {
    false
}
