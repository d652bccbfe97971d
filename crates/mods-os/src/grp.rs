//! The module `grp`: the groups of the system.
//!
//! Answers for CPython's `Modules/grpmodule.c`.

use taipan_host::Group;
use taipan_macros::native;
use taipan_object::native::{MethodDef, ModuleDef};
use taipan_object::types::exception::KEY_ERROR;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, protocol, structseq};

use crate::failure::OrRaise;
use crate::path::GroupId;
use crate::pwd::{id_value, name_bytes};

/// The module `grp`.
pub static GRP: ModuleDef = ModuleDef {
    name: "grp",
    doc: Some(
        "Access to the Unix group database.\n\nGroup entries are reported as 4-tuples containing the following fields\nfrom the group database, in order:\n\n  gr_name   - name of the group\n  gr_passwd - group password (encrypted); often empty\n  gr_gid    - numeric ID of the group\n  gr_mem    - list of members\n\nThe gid is an integer, name and password are strings.  (Note that most\nusers are not explicitly listed as members of the groups they are in\naccording to the password database.  Check both databases to get\ncomplete membership information.)",
    ),
    functions: &[FUNCTIONS],
    exec: Some(|thread, module| thread.module_add(module, "struct_group", STRUCT_GROUP.as_ref().to_value())),
};

pub(super) const FUNCTIONS: &[MethodDef] = &[GETGRGID, GETGRNAM, GETGRALL];

structseq! {
    /// The type `grp.struct_group`.
    static STRUCT_GROUP = "grp.struct_group", visible 4, slots SLOTS,
    doc Some("grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.\n"),
    fields {
        "gr_name": "group name",
        "gr_passwd": "password",
        "gr_gid": "group id",
        "gr_mem": "group members",
    }
}

fn group_value(thread: &mut Thread, group: &Group) -> Outcome {
    let mut members = Vec::with_capacity(group.members.len());
    for member in &group.members {
        members.push(thread.fs_decode(member)?);
    }
    let fields = vec![
        thread.fs_decode(&group.name)?,
        thread.fs_decode(&group.password)?,
        id_value(group.id),
        thread.list(members)?,
    ];
    thread.structseq(&STRUCT_GROUP, fields)
}

/// Return the group database entry for the given numeric group ID.
///
/// If id is not valid, raise KeyError.
#[native(signature = "($module, /, id)")]
fn getgrgid(thread: &mut Thread, id: GroupId) -> Outcome {
    let number = id.0;
    let host = &thread.interp().host;
    match thread.released(|lock| host.group_by_id(lock, number)).or_raise(thread)? {
        Some(group) => group_value(thread, &group),
        None => {
            let shown = if number == u32::MAX { -1 } else { i64::from(number) };
            Err(thread.raise_new(&KEY_ERROR, format!("getgrgid(): gid not found: {shown}")))
        }
    }
}

/// Return the group database entry for the given group name.
///
/// If name is not valid, raise KeyError.
#[native(signature = "($module, /, name)")]
fn getgrnam(thread: &mut Thread, name: Ref<'_>) -> Outcome {
    let Some(text) = name.downcast::<Str>() else {
        let ty = if name.is_none() { "None".into() } else { name.ty().name().into_owned() };
        return Err(thread.type_error(format!("getgrnam() argument 'name' must be str, not {ty}")));
    };
    let bytes = name_bytes(thread, text)?;
    let host = &thread.interp().host;
    match thread.released(|lock| host.group_by_name(lock, &bytes)).or_raise(thread)? {
        Some(group) => group_value(thread, &group),
        None => {
            let shown = protocol::repr_string(thread, name)?;
            Err(thread.raise_new(&KEY_ERROR, format!("getgrnam(): name not found: {shown}")))
        }
    }
}

/// Return a list of all available group entries, in arbitrary order.
///
/// An entry whose name starts with '+' or '-' represents an instruction
/// to use YP/NIS and may not be accessible via getgrnam or getgrgid.
#[native(signature = "($module, /)")]
fn getgrall(thread: &mut Thread) -> Outcome {
    let host = &thread.interp().host;
    let mut values = Vec::new();
    for group in thread.released(|lock| host.all_groups(lock)) {
        values.push(group_value(thread, &group)?);
    }
    thread.list(values)
}
