//! Who the process is: numbers of process, user, group and session, priorities.

use taipan_macros::native;
use taipan_object::native::{FromArgument, MethodDef};
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use crate::failure::OrRaise;
use crate::path::{GroupId, IsInt, UserId};

//@functions

#[py("posix.getpid")]
fn getpid(thread: &mut Thread) -> u32 {
    thread.interp().host.process_id()
}

#[py("posix.getppid")]
fn getppid(thread: &mut Thread) -> u32 {
    thread.interp().host.parent_id()
}

#[py("posix.getuid")]
fn getuid(thread: &mut Thread) -> u32 {
    thread.interp().host.user_id()
}

#[py("posix.geteuid")]
fn geteuid(thread: &mut Thread) -> u32 {
    thread.interp().host.effective_user_id()
}

#[py("posix.getgid")]
fn getgid(thread: &mut Thread) -> u32 {
    thread.interp().host.group_id()
}

#[py("posix.getegid")]
fn getegid(thread: &mut Thread) -> u32 {
    thread.interp().host.effective_group_id()
}

#[py("posix.getpgrp")]
fn getpgrp(thread: &mut Thread) -> u32 {
    thread.interp().host.process_group()
}

#[py("posix.getpgid")]
fn getpgid(thread: &mut Thread, pid: i32) -> Outcome<i32> {
    thread.interp().host.process_group_of(pid).or_raise(thread)
}

#[py("posix.getsid")]
fn getsid(thread: &mut Thread, pid: i32) -> Outcome<i32> {
    thread.interp().host.session_of(pid).or_raise(thread)
}

#[py("posix.setsid")]
fn setsid(thread: &mut Thread) -> Outcome<()> {
    thread.interp().host.start_session().or_raise(thread)
}

#[py("posix.setpgid")]
fn setpgid(thread: &mut Thread, pid: i32, pgrp: i32) -> Outcome<()> {
    thread.interp().host.set_process_group(pid, pgrp).or_raise(thread)
}

#[py("posix.setpgrp")]
fn setpgrp(thread: &mut Thread) -> Outcome<()> {
    thread.interp().host.set_process_group(0, 0).or_raise(thread)
}

#[py("posix.setuid")]
fn setuid(thread: &mut Thread, uid: UserId) -> Outcome<()> {
    thread.interp().host.set_user_id(uid.0).or_raise(thread)
}

#[py("posix.seteuid")]
fn seteuid(thread: &mut Thread, euid: UserId) -> Outcome<()> {
    thread.interp().host.set_effective_user_id(euid.0).or_raise(thread)
}

#[py("posix.setgid")]
fn setgid(thread: &mut Thread, gid: GroupId) -> Outcome<()> {
    thread.interp().host.set_group_id(gid.0).or_raise(thread)
}

#[py("posix.setegid")]
fn setegid(thread: &mut Thread, egid: GroupId) -> Outcome<()> {
    thread.interp().host.set_effective_group_id(egid.0).or_raise(thread)
}

#[py("posix.setreuid")]
fn setreuid(thread: &mut Thread, ruid: UserId, euid: UserId) -> Outcome<()> {
    thread.interp().host.set_user_ids(ruid.0, euid.0).or_raise(thread)
}

#[py("posix.setregid")]
fn setregid(thread: &mut Thread, rgid: GroupId, egid: GroupId) -> Outcome<()> {
    thread.interp().host.set_group_ids(rgid.0, egid.0).or_raise(thread)
}

#[py("posix.setresuid")]
fn setresuid(thread: &mut Thread, ruid: UserId, euid: UserId, suid: UserId) -> Outcome<()> {
    thread.interp().host.set_all_user_ids(ruid.0, euid.0, suid.0).or_raise(thread)
}

#[py("posix.setresgid")]
fn setresgid(thread: &mut Thread, rgid: GroupId, egid: GroupId, sgid: GroupId) -> Outcome<()> {
    thread.interp().host.set_all_group_ids(rgid.0, egid.0, sgid.0).or_raise(thread)
}

fn three(thread: &mut Thread, ids: (u32, u32, u32)) -> Outcome {
    thread.tuple([ids.0, ids.1, ids.2].map(|id| Value::small_int(i64::from(id))))
}

#[py("posix.getresuid")]
fn getresuid(thread: &mut Thread) -> Outcome {
    let ids = thread.interp().host.all_user_ids().or_raise(thread)?;
    three(thread, ids)
}

#[py("posix.getresgid")]
fn getresgid(thread: &mut Thread) -> Outcome {
    let ids = thread.interp().host.all_group_ids().or_raise(thread)?;
    three(thread, ids)
}

fn list_of(thread: &mut Thread, groups: Vec<u32>) -> Outcome {
    thread.list(groups.into_iter().map(|group| Value::small_int(i64::from(group))).collect())
}

#[py("posix.getgroups")]
fn getgroups(thread: &mut Thread) -> Outcome {
    let groups = thread.interp().host.groups().or_raise(thread)?;
    list_of(thread, groups)
}

#[py("posix.setgroups")]
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

#[py("posix.initgroups")]
fn initgroups(thread: &mut Thread, username: Ref<'_>, gid: GroupId) -> Outcome<()> {
    let name = thread.fs_path(username)?;
    thread.interp().host.initialize_groups(&name, gid.0).or_raise(thread)
}

#[py("posix.getgrouplist")]
fn getgrouplist(thread: &mut Thread, user: String, group: GroupId) -> Outcome {
    let groups = thread.interp().host.groups_of(user.as_bytes(), group.0).or_raise(thread)?;
    list_of(thread, groups)
}

#[py("posix.getlogin")]
fn getlogin(thread: &mut Thread) -> Outcome {
    let name = thread.interp().host.login_name().or_raise(thread)?;
    thread.fs_decode(&name)
}

#[py("posix.nice")]
fn nice(thread: &mut Thread, increment: i32) -> Outcome<i32> {
    thread.interp().host.nice(increment).or_raise(thread)
}

#[py("posix.getpriority")]
fn getpriority(thread: &mut Thread, which: i32, who: i32) -> Outcome<i32> {
    thread.interp().host.priority(which as u32, who as u32).or_raise(thread)
}

#[py("posix.setpriority")]
fn setpriority(thread: &mut Thread, which: i32, who: i32, priority: i32) -> Outcome<()> {
    thread.interp().host.set_priority(which as u32, who as u32, priority).or_raise(thread)
}
