//! The module `pwd`: the users of the system.
//!
//! Answers for CPython's `Modules/pwdmodule.c`.

use taipan_host::User;
use taipan_macros::native;
use taipan_object::native::{MethodDef, ModuleDef};
use taipan_object::types::exception::KEY_ERROR;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value, protocol, structseq};

use crate::failure::OrRaise;
use crate::path::narrow;

/// The module `pwd`.
pub static PWD: ModuleDef = ModuleDef {
    name: "pwd",
    doc: Some(
        "This module provides access to the Unix password database.\nIt is available on all Unix versions.\n\nPassword database entries are reported as 7-tuples containing the following\nitems from the password database (see `<pwd.h>'), in order:\npw_name, pw_passwd, pw_uid, pw_gid, pw_gecos, pw_dir, pw_shell.\nThe uid and gid items are integers, all others are strings. An\nexception is raised if the entry asked for cannot be found.",
    ),
    functions: &[FUNCTIONS],
    exec: Some(|thread, module| {
        thread.module_add(module, "struct_passwd", STRUCT_PASSWD.as_ref().to_value())
    }),
};

pub(super) const FUNCTIONS: &[MethodDef] = &[GETPWUID, GETPWNAM, GETPWALL];

structseq! {
    /// The type `pwd.struct_passwd`.
    static STRUCT_PASSWD = "pwd.struct_passwd", visible 7, slots SLOTS,
    doc Some("pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple."),
    fields {
        "pw_name": "user name",
        "pw_passwd": "password",
        "pw_uid": "user id",
        "pw_gid": "group id",
        "pw_gecos": "real name",
        "pw_dir": "home directory",
        "pw_shell": "shell program",
    }
}

/// The number of a user or group as a value; -1 is none.
pub(crate) fn id_value(id: u32) -> Value {
    Value::small_int(if id == u32::MAX { -1 } else { i64::from(id) })
}

fn user_value(thread: &mut Thread, user: &User) -> Outcome {
    let fields = vec![
        thread.fs_decode(&user.name)?,
        thread.fs_decode(&user.password)?,
        id_value(user.id),
        id_value(user.group),
        thread.fs_decode(&user.description)?,
        thread.fs_decode(&user.home)?,
        thread.fs_decode(&user.shell)?,
    ];
    thread.structseq(&STRUCT_PASSWD, fields)
}

/// The number of a user as an argument, none if there can be no such.
fn id_argument(thread: &mut Thread, value: Ref<'_>, what: &str) -> Outcome<Option<u32>> {
    if value.ty().slots().index.is_none() {
        let ty = value.ty().name().into_owned();
        return Err(thread.type_error(format!("{what} should be integer, not {ty}")));
    }
    let number = protocol::index(thread, value)?;
    Ok(match narrow(number.as_ref()) {
        Some(-1) => Some(u32::MAX),
        Some(number) => u32::try_from(number).ok(),
        None => None,
    })
}

/// A name as an argument, without null characters.
pub(crate) fn name_bytes(thread: &mut Thread, name: &Str) -> Outcome<Vec<u8>> {
    let bytes = thread.fs_encode(name)?.into_owned();
    if bytes.contains(&0) {
        return Err(thread.value_error("embedded null byte"));
    }
    Ok(bytes)
}

/// Return the password database entry for the given numeric user ID.
///
/// See `help(pwd)` for more on password database entries.
#[native(signature = "($module, uidobj, /)")]
fn getpwuid(thread: &mut Thread, uidobj: Ref<'_>) -> Outcome {
    let Some(id) = id_argument(thread, uidobj, "uid")? else {
        return Err(thread.raise_new(&KEY_ERROR, "getpwuid(): uid not found"));
    };
    let host = &thread.interp().host;
    match thread.released(|lock| host.user_by_id(lock, id)).or_raise(thread)? {
        Some(user) => user_value(thread, &user),
        None => {
            let shown = if id == u32::MAX { -1 } else { i64::from(id) };
            Err(thread.raise_new(&KEY_ERROR, format!("getpwuid(): uid not found: {shown}")))
        }
    }
}

/// Return the password database entry for the given user name.
///
/// See `help(pwd)` for more on password database entries.
#[native(signature = "($module, name, /)")]
fn getpwnam(thread: &mut Thread, name: &Str) -> Outcome {
    let bytes = name_bytes(thread, name)?;
    let host = &thread.interp().host;
    match thread.released(|lock| host.user_by_name(lock, &bytes)).or_raise(thread)? {
        Some(user) => user_value(thread, &user),
        None => {
            let shown = protocol::repr_string(thread, Ref::of(name))?;
            Err(thread.raise_new(&KEY_ERROR, format!("getpwnam(): name not found: {shown}")))
        }
    }
}

/// Return a list of all available password database entries, in arbitrary order.
///
/// See help(pwd) for more on password database entries.
#[native(signature = "($module, /)")]
fn getpwall(thread: &mut Thread) -> Outcome {
    let host = &thread.interp().host;
    let mut values = Vec::new();
    for user in thread.released(|lock| host.users(lock)) {
        values.push(user_value(thread, &user)?);
    }
    thread.list(values)
}
