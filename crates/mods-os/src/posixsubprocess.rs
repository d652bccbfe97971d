//! The module `_posixsubprocess`: the start of programs behind `subprocess`.
//!
//! What the new process does is the host's affair.
//!
//! Answers for CPython's `Modules/_posixsubprocess.c`.

use taipan_host::ForkExec;
use taipan_macros::native;
use taipan_object::native::{FromArgument, MethodDef, ModuleDef};
use taipan_object::types::bytes::Bytes;
use taipan_object::types::list::List;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Ref, Thread, protocol};

use crate::failure::OrRaise;
use crate::path::{GroupId, IsInt, UserId};

/// The module `_posixsubprocess`.
pub static POSIXSUBPROCESS: ModuleDef = ModuleDef {
    name: "_posixsubprocess",
    doc: Some("A POSIX helper for the subprocess module."),
    functions: &[FUNCTIONS],
    exec: None,
};

pub(super) const FUNCTIONS: &[MethodDef] = &[FORK_EXEC];

/// The most supplementary groups.
const MOST_GROUPS: usize = 65536;

/// The strings of a sequence of bytes.
fn byte_strings(thread: &mut Thread, sequence: Ref<'_>) -> Outcome<Vec<Vec<u8>>> {
    let mut strings = Vec::new();
    for item in protocol::collect(thread, sequence)? {
        let Some(bytes) = item.downcast::<Bytes>() else {
            let ty = item.as_ref().ty().name().into_owned();
            return Err(thread.type_error(format!("expected bytes, {ty} found")));
        };
        if bytes.content().contains(&0) {
            return Err(thread.value_error("embedded null byte"));
        }
        strings.push(bytes.content().to_vec());
    }
    Ok(strings)
}

fn arguments_of(thread: &mut Thread, args: Ref<'_>) -> Outcome<Vec<Vec<u8>>> {
    if args.is_none() {
        return Ok(Vec::new());
    }
    if args.ty().slots().iter.is_none() && !protocol::is_sequence(args) {
        return Err(thread.type_error("argv must be a tuple"));
    }
    let is_list = args.downcast::<List>();
    let length = is_list.map(|list| list.len(thread));
    let mut strings = Vec::new();
    for item in protocol::collect(thread, args)? {
        strings.push(thread.fs_path(item.as_ref())?);
        if is_list.map(|list| list.len(thread)) != length {
            return Err(thread.runtime_error("args changed during iteration"));
        }
    }
    Ok(strings)
}

/// Descriptors that are numbers and sorted.
fn kept(thread: &mut Thread, tuple: &Tuple) -> Outcome<Vec<i32>> {
    let mut fds = Vec::with_capacity(tuple.len());
    for item in tuple.items() {
        let fd = if item.downcast_int() { crate::path::narrow(*item) } else { None };
        match fd.and_then(|fd| i32::try_from(fd).ok()) {
            Some(fd) if fd >= 0 && fds.last().is_none_or(|last| *last < fd) => fds.push(fd),
            _ => return Err(thread.value_error("bad value(s) in fds_to_keep")),
        }
    }
    Ok(fds)
}

fn groups_of(thread: &mut Thread, groups: Ref<'_>) -> Outcome<Option<Vec<u32>>> {
    if groups.is_none() {
        return Ok(None);
    }
    if groups.downcast::<List>().is_none() {
        return Err(thread.type_error("setgroups argument must be a list"));
    }
    let items = protocol::collect(thread, groups)?;
    if items.len() > MOST_GROUPS {
        return Err(thread.value_error("too many extra_groups"));
    }
    let mut numbers = Vec::with_capacity(items.len());
    for item in &items {
        if !item.as_ref().downcast_int() {
            return Err(thread.type_error("extra_groups must be integers"));
        }
        match GroupId::from_argument(thread, item.as_ref(), "fork_exec", 0) {
            Ok(group) => numbers.push(group.0),
            Err(_) => {
                drop(thread.take_exception());
                return Err(thread.value_error("invalid group id"));
            }
        }
    }
    Ok(Some(numbers))
}

/// Spawn a fresh new child process.
///
/// Fork a child process, close parent file descriptors as appropriate in
/// the child and duplicate the few that are needed before calling exec() in
/// the child process.
///
/// If close_fds is True, close file descriptors 3 and higher, except those
/// listed in the sorted tuple pass_fds.
///
/// The preexec_fn, if supplied, will be called immediately before closing
/// file descriptors and exec.
///
/// WARNING: preexec_fn is NOT SAFE if your application uses threads.
///          It may trigger infrequent, difficult to debug deadlocks.
///
/// If an error occurs in the child process before the exec, it is
/// serialized and written to the errpipe_write fd per subprocess.py.
///
/// Returns: the child process's PID.
///
/// Raises: Only on an error in the parent process.
#[native(
    signature = "($module, args, executable_list, close_fds, pass_fds, cwd,\n          env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite,\n          errpipe_read, errpipe_write, restore_signals, call_setsid,\n          pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn,\n          /)"
)]
#[allow(clippy::too_many_arguments)] // as Python has them
fn fork_exec(
    thread: &mut Thread,
    args: Ref<'_>,
    executable_list: Ref<'_>,
    close_fds: bool,
    pass_fds: &Tuple,
    cwd: Ref<'_>,
    env: Ref<'_>,
    p2cread: i32,
    p2cwrite: i32,
    c2pread: i32,
    c2pwrite: i32,
    errread: i32,
    errwrite: i32,
    errpipe_read: i32,
    errpipe_write: i32,
    restore_signals: bool,
    call_setsid: bool,
    pgid_to_set: i32,
    gid: Ref<'_>,
    extra_groups: Ref<'_>,
    uid: Ref<'_>,
    child_umask: i32,
    preexec_fn: Ref<'_>,
) -> Outcome<i32> {
    if close_fds && errpipe_write < 3 {
        return Err(thread.value_error("errpipe_write must be >= 3"));
    }
    let keep = kept(thread, pass_fds)?;
    let plan = ForkExec {
        executables: byte_strings(thread, executable_list)?,
        arguments: arguments_of(thread, args)?,
        environment: if env.is_none() { None } else { Some(byte_strings(thread, env)?) },
        directory: if cwd.is_none() { None } else { Some(thread.fs_path(cwd)?) },
        input: (p2cread, p2cwrite),
        output: (c2pread, c2pwrite),
        error: (errread, errwrite),
        failure: (errpipe_read, errpipe_write),
        close_others: close_fds,
        keep,
        restore_signals,
        new_session: call_setsid,
        group: pgid_to_set,
        groups: groups_of(thread, extra_groups)?,
        group_id: if gid.is_none() {
            None
        } else {
            Some(GroupId::from_argument(thread, gid, "", 0)?.0).filter(|&id| id != u32::MAX)
        },
        user_id: if uid.is_none() {
            None
        } else {
            Some(UserId::from_argument(thread, uid, "", 0)?.0).filter(|&id| id != u32::MAX)
        },
        mask: child_umask,
    };
    let result = if preexec_fn.is_none() {
        thread.interp().host.fork_exec(&plan)
    } else {
        thread.fork_exec_after(&plan, preexec_fn)
    };
    result.or_raise(thread)
}
