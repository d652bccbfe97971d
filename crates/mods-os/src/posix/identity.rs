//! Who the process is: numbers of process, user, group and session, priorities.

use taipan_macros::native;
use taipan_object::native::{FromArgument, MethodDef};
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use crate::failure::OrRaise;
use crate::path::{GroupId, IsInt, UserId};

pub(super) const FUNCTIONS: &[MethodDef] = &[
    GETPID,
    GETPPID,
    GETUID,
    GETEUID,
    GETGID,
    GETEGID,
    GETPGRP,
    GETPGID,
    GETSID,
    SETSID,
    SETPGID,
    SETPGRP,
    SETUID,
    SETEUID,
    SETGID,
    SETEGID,
    SETREUID,
    SETREGID,
    SETRESUID,
    SETRESGID,
    GETRESUID,
    GETRESGID,
    GETGROUPS,
    SETGROUPS,
    INITGROUPS,
    GETGROUPLIST,
    GETLOGIN,
    NICE,
    GETPRIORITY,
    SETPRIORITY,
];

/// Return the current process id.
#[native(signature = "($module, /)")]
fn getpid(thread: &mut Thread) -> u32 {
    thread.interp().host.process_id()
}

/// Return the parent's process id.
///
/// If the parent process has already exited, Windows machines will still
/// return its id; others systems will return the id of the 'init' proces
/// (1).
#[native(signature = "($module, /)")]
fn getppid(thread: &mut Thread) -> u32 {
    thread.interp().host.parent_id()
}

/// Return the current process's user id.
#[native(signature = "($module, /)")]
fn getuid(thread: &mut Thread) -> u32 {
    thread.interp().host.user_id()
}

/// Return the current process's effective user id.
#[native(signature = "($module, /)")]
fn geteuid(thread: &mut Thread) -> u32 {
    thread.interp().host.effective_user_id()
}

/// Return the current process's group id.
#[native(signature = "($module, /)")]
fn getgid(thread: &mut Thread) -> u32 {
    thread.interp().host.group_id()
}

/// Return the current process's effective group id.
#[native(signature = "($module, /)")]
fn getegid(thread: &mut Thread) -> u32 {
    thread.interp().host.effective_group_id()
}

/// Return the current process group id.
#[native(signature = "($module, /)")]
fn getpgrp(thread: &mut Thread) -> u32 {
    thread.interp().host.process_group()
}

/// Call the system call getpgid(), and return the result.
#[native(signature = "($module, /, pid)")]
fn getpgid(thread: &mut Thread, pid: i32) -> Outcome<i32> {
    thread.interp().host.process_group_of(pid).or_raise(thread)
}

/// Call the system call getsid(pid) and return the result.
#[native(signature = "($module, pid, /)")]
fn getsid(thread: &mut Thread, pid: i32) -> Outcome<i32> {
    thread.interp().host.session_of(pid).or_raise(thread)
}

/// Call the system call setsid().
#[native(signature = "($module, /)")]
fn setsid(thread: &mut Thread) -> Outcome<()> {
    thread.interp().host.start_session().or_raise(thread)
}

/// Call the system call setpgid(pid, pgrp).
#[native(signature = "($module, pid, pgrp, /)")]
fn setpgid(thread: &mut Thread, pid: i32, pgrp: i32) -> Outcome<()> {
    thread.interp().host.set_process_group(pid, pgrp).or_raise(thread)
}

/// Make the current process the leader of its process group.
#[native(signature = "($module, /)")]
fn setpgrp(thread: &mut Thread) -> Outcome<()> {
    thread.interp().host.set_process_group(0, 0).or_raise(thread)
}

/// Set the current process's user id.
#[native(signature = "($module, uid, /)")]
fn setuid(thread: &mut Thread, uid: UserId) -> Outcome<()> {
    thread.interp().host.set_user_id(uid.0).or_raise(thread)
}

/// Set the current process's effective user id.
#[native(signature = "($module, euid, /)")]
fn seteuid(thread: &mut Thread, euid: UserId) -> Outcome<()> {
    thread.interp().host.set_effective_user_id(euid.0).or_raise(thread)
}

/// Set the current process's group id.
#[native(signature = "($module, gid, /)")]
fn setgid(thread: &mut Thread, gid: GroupId) -> Outcome<()> {
    thread.interp().host.set_group_id(gid.0).or_raise(thread)
}

/// Set the current process's effective group id.
#[native(signature = "($module, egid, /)")]
fn setegid(thread: &mut Thread, egid: GroupId) -> Outcome<()> {
    thread.interp().host.set_effective_group_id(egid.0).or_raise(thread)
}

/// Set the current process's real and effective user ids.
#[native(signature = "($module, ruid, euid, /)")]
fn setreuid(thread: &mut Thread, ruid: UserId, euid: UserId) -> Outcome<()> {
    thread.interp().host.set_user_ids(ruid.0, euid.0).or_raise(thread)
}

/// Set the current process's real and effective group ids.
#[native(signature = "($module, rgid, egid, /)")]
fn setregid(thread: &mut Thread, rgid: GroupId, egid: GroupId) -> Outcome<()> {
    thread.interp().host.set_group_ids(rgid.0, egid.0).or_raise(thread)
}

/// Set the current process's real, effective, and saved user ids.
#[native(signature = "($module, ruid, euid, suid, /)")]
fn setresuid(thread: &mut Thread, ruid: UserId, euid: UserId, suid: UserId) -> Outcome<()> {
    thread.interp().host.set_all_user_ids(ruid.0, euid.0, suid.0).or_raise(thread)
}

/// Set the current process's real, effective, and saved group ids.
#[native(signature = "($module, rgid, egid, sgid, /)")]
fn setresgid(thread: &mut Thread, rgid: GroupId, egid: GroupId, sgid: GroupId) -> Outcome<()> {
    thread.interp().host.set_all_group_ids(rgid.0, egid.0, sgid.0).or_raise(thread)
}

fn three(thread: &mut Thread, ids: (u32, u32, u32)) -> Outcome {
    thread.tuple([ids.0, ids.1, ids.2].map(|id| Value::small_int(i64::from(id))))
}

/// Return a tuple of the current process's real, effective, and saved user ids.
#[native(signature = "($module, /)")]
fn getresuid(thread: &mut Thread) -> Outcome {
    let ids = thread.interp().host.all_user_ids().or_raise(thread)?;
    three(thread, ids)
}

/// Return a tuple of the current process's real, effective, and saved group ids.
#[native(signature = "($module, /)")]
fn getresgid(thread: &mut Thread) -> Outcome {
    let ids = thread.interp().host.all_group_ids().or_raise(thread)?;
    three(thread, ids)
}

fn list_of(thread: &mut Thread, groups: Vec<u32>) -> Outcome {
    thread.list(groups.into_iter().map(|group| Value::small_int(i64::from(group))).collect())
}

/// Return list of supplemental group IDs for the process.
#[native(signature = "($module, /)")]
fn getgroups(thread: &mut Thread) -> Outcome {
    let groups = thread.interp().host.groups().or_raise(thread)?;
    list_of(thread, groups)
}

/// Set the groups of the current process to list.
#[native(signature = "($module, groups, /)")]
fn setgroups(thread: &mut Thread, groups: Ref<'_>) -> Outcome<()> {
    if !protocol::is_sequence(groups) {
        return Err(thread.type_error("setgroups argument must be a sequence"));
    }
    let items = protocol::collect(thread, groups)?;
    if items.len() > 65536 {
        return Err(thread.value_error("too many groups"));
    }
    let mut numbers = Vec::with_capacity(items.len());
    for item in &items {
        if !item.as_ref().downcast_int() {
            return Err(thread.type_error("groups must be integers"));
        }
        numbers.push(GroupId::from_argument(thread, item.as_ref(), "setgroups", 1)?.0);
    }
    thread.interp().host.set_groups(&numbers).or_raise(thread)
}

/// Initialize the group access list.
///
/// Call the system initgroups() to initialize the group access list with
/// all of the groups of which the specified username is a member, plus the
/// specified group id.
#[native(signature = "($module, username, gid, /)")]
fn initgroups(thread: &mut Thread, username: Ref<'_>, gid: GroupId) -> Outcome<()> {
    let name = thread.fs_path(username)?;
    thread.interp().host.initialize_groups(&name, gid.0).or_raise(thread)
}

/// Returns a list of groups to which a user belongs.
///
///   user
///     username to lookup
///   group
///     base group id of the user
#[native(signature = "($module, user, group, /)")]
fn getgrouplist(thread: &mut Thread, user: String, group: GroupId) -> Outcome {
    let groups = thread.interp().host.groups_of(user.as_bytes(), group.0).or_raise(thread)?;
    list_of(thread, groups)
}

/// Return the actual login name.
#[native(signature = "($module, /)")]
fn getlogin(thread: &mut Thread) -> Outcome {
    let name = thread.interp().host.login_name().or_raise(thread)?;
    thread.fs_decode(&name)
}

/// Add increment to the priority of process and return the new priority.
#[native(signature = "($module, increment, /)")]
fn nice(thread: &mut Thread, increment: i32) -> Outcome<i32> {
    thread.interp().host.nice(increment).or_raise(thread)
}

/// Return program scheduling priority.
#[native(signature = "($module, /, which, who)")]
fn getpriority(thread: &mut Thread, which: i32, who: i32) -> Outcome<i32> {
    thread.interp().host.priority(which as u32, who as u32).or_raise(thread)
}

/// Set program scheduling priority.
#[native(signature = "($module, /, which, who, priority)")]
fn setpriority(thread: &mut Thread, which: i32, who: i32, priority: i32) -> Outcome<()> {
    thread.interp().host.set_priority(which as u32, who as u32, priority).or_raise(thread)
}
