//! Users and groups of the system.

use crate::{Capability, Errno, Host, Released, Result, c_path, check};
use std::ffi::{CStr, c_char, c_int};
use std::mem::MaybeUninit;

/// An entry of the user database.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct User {
    pub name: Vec<u8>,
    pub password: Vec<u8>,
    pub id: u32,
    pub group: u32,
    pub description: Vec<u8>,
    pub home: Vec<u8>,
    pub shell: Vec<u8>,
}

/// An entry of the group database.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Group {
    pub name: Vec<u8>,
    pub password: Vec<u8>,
    pub id: u32,
    pub members: Vec<Vec<u8>>,
}

/// The bytes of a string of C; empty for none.
///
/// # Safety
/// `text` is null or ends with a null byte.
unsafe fn bytes(text: *const c_char) -> Vec<u8> {
    if text.is_null() {
        return Vec::new();
    }
    // SAFETY: the caller's promise.
    unsafe { CStr::from_ptr(text) }.to_bytes().to_vec()
}

impl User {
    /// # Safety
    /// The fields are null or end with a null byte.
    unsafe fn from_c(user: &libc::passwd) -> User {
        // SAFETY: the caller's promise.
        unsafe {
            User {
                name: bytes(user.pw_name),
                password: bytes(user.pw_passwd),
                id: user.pw_uid,
                group: user.pw_gid,
                description: bytes(user.pw_gecos),
                home: bytes(user.pw_dir),
                shell: bytes(user.pw_shell),
            }
        }
    }
}

impl Group {
    /// # Safety
    /// The fields are null or end with a null byte; the list of members ends with null.
    unsafe fn from_c(group: &libc::group) -> Group {
        let mut members = Vec::new();
        // SAFETY: the caller's promise.
        unsafe {
            let mut member = group.gr_mem;
            while !member.is_null() && !(*member).is_null() {
                members.push(bytes(*member));
                member = member.add(1);
            }
            Group { name: bytes(group.gr_name), password: bytes(group.gr_passwd), id: group.gr_gid, members }
        }
    }
}

/// Looks an entry up with growing buffers until it fits.
fn look_up<C, T>(
    mut call: impl FnMut(*mut C, *mut c_char, usize, *mut *mut C) -> c_int,
    convert: impl Fn(&C) -> T,
) -> Result<Option<T>> {
    let mut buffer = vec![0u8; 1024];
    loop {
        let mut entry = MaybeUninit::<C>::zeroed();
        let mut found = std::ptr::null_mut();
        match call(entry.as_mut_ptr(), buffer.as_mut_ptr().cast(), buffer.len(), &raw mut found) {
            libc::ERANGE if buffer.len() < 1 << 24 => buffer.resize(buffer.len() * 4, 0),
            // Some say so of what is not there.
            0 | libc::ENOENT | libc::ESRCH | libc::EBADF | libc::EPERM if found.is_null() => return Ok(None),
            // SAFETY: a pointer that was found leads to `entry`.
            0 => return Ok(Some(convert(unsafe { &*found }))),
            error => return Err(Errno(error)),
        }
    }
}

fn user_of(user: &libc::passwd) -> User {
    // SAFETY: the C library wrote the entry and its strings, which the buffer holds.
    unsafe { User::from_c(user) }
}

fn group_of(group: &libc::group) -> Group {
    // SAFETY: the C library wrote the entry and its strings, which the buffer holds.
    unsafe { Group::from_c(group) }
}

/// The databases as a whole are read through one place of the process.
static READING: std::sync::Mutex<()> = std::sync::Mutex::new(());

impl Host {
    /// A user by number.
    pub fn user_by_id(&self, _: Released<'_>, id: u32) -> Result<Option<User>> {
        self.allow(Capability::ENVIRONMENT)?;
        look_up(
            // SAFETY: the buffers live through the call, as long as stated.
            |entry, buffer, size, found| unsafe { libc::getpwuid_r(id, entry, buffer, size, found) },
            user_of,
        )
    }

    /// A user by name.
    pub fn user_by_name(&self, _: Released<'_>, name: &[u8]) -> Result<Option<User>> {
        self.allow(Capability::ENVIRONMENT)?;
        let name = c_path(name)?;
        look_up(
            |entry, buffer, size, found| {
                // SAFETY: name and buffers live through the call, as long as stated.
                unsafe { libc::getpwnam_r(name.as_ptr(), entry, buffer, size, found) }
            },
            user_of,
        )
    }

    /// A group by number.
    pub fn group_by_id(&self, _: Released<'_>, id: u32) -> Result<Option<Group>> {
        self.allow(Capability::ENVIRONMENT)?;
        look_up(
            // SAFETY: the buffers live through the call, as long as stated.
            |entry, buffer, size, found| unsafe { libc::getgrgid_r(id, entry, buffer, size, found) },
            group_of,
        )
    }

    /// A group by name.
    pub fn group_by_name(&self, _: Released<'_>, name: &[u8]) -> Result<Option<Group>> {
        self.allow(Capability::ENVIRONMENT)?;
        let name = c_path(name)?;
        look_up(
            |entry, buffer, size, found| {
                // SAFETY: name and buffers live through the call, as long as stated.
                unsafe { libc::getgrnam_r(name.as_ptr(), entry, buffer, size, found) }
            },
            group_of,
        )
    }

    /// All users.
    pub fn users(&self, _: Released<'_>) -> Vec<User> {
        if self.allow(Capability::ENVIRONMENT).is_err() {
            return Vec::new();
        }
        let _reading = READING.lock();
        let mut users = Vec::new();
        // SAFETY: nobody else reads meanwhile; an entry is valid until the next is asked for.
        unsafe {
            libc::setpwent();
            while let Some(user) = libc::getpwent().as_ref() {
                users.push(User::from_c(user));
            }
            libc::endpwent();
        }
        users
    }

    /// All groups.
    pub fn all_groups(&self, _: Released<'_>) -> Vec<Group> {
        if self.allow(Capability::ENVIRONMENT).is_err() {
            return Vec::new();
        }
        let _reading = READING.lock();
        let mut groups = Vec::new();
        // SAFETY: nobody else reads meanwhile; an entry is valid until the next is asked for.
        unsafe {
            libc::setgrent();
            while let Some(group) = libc::getgrent().as_ref() {
                groups.push(Group::from_c(group));
            }
            libc::endgrent();
        }
        groups
    }

    /// Sets the supplementary groups to those of a user.
    pub fn initialize_groups(&self, user: &[u8], group: u32) -> Result<()> {
        self.allow(Capability::PROCESSES)?;
        let user = c_path(user)?;
        // SAFETY: the name lives through the call.
        check(unsafe { libc::initgroups(user.as_ptr(), group) }).map(drop)
    }

    /// The groups of a user, `group` among them.
    pub fn groups_of(&self, user: &[u8], group: u32) -> Result<Vec<u32>> {
        self.allow(Capability::ENVIRONMENT)?;
        let user = c_path(user)?;
        let mut groups = vec![0; 32];
        loop {
            let mut count = groups.len() as c_int;
            // SAFETY: the name lives through the call; room for `count` numbers.
            let status =
                unsafe { libc::getgrouplist(user.as_ptr(), group, groups.as_mut_ptr(), &raw mut count) };
            if status != -1 {
                groups.truncate(count as usize);
                return Ok(groups);
            }
            if groups.len() > 1 << 20 {
                return Err(Errno::ERANGE);
            }
            let wanted = (count as usize).max(groups.len() * 2);
            groups.resize(wanted, 0);
        }
    }

    /// The name with which the user of the terminal logged in.
    pub fn login_name(&self) -> Result<Vec<u8>> {
        self.allow(Capability::ENVIRONMENT)?;
        unsafe extern "C" {
            fn getlogin_r(name: *mut c_char, size: usize) -> c_int;
        }
        let mut buffer = [0u8; 256];
        // SAFETY: the buffer is as long as stated; on success it ends with a null byte.
        match unsafe { getlogin_r(buffer.as_mut_ptr().cast(), buffer.len()) } {
            0 => {
                let length = buffer.iter().position(|&byte| byte == 0).unwrap_or(buffer.len());
                Ok(buffer[..length].to_vec())
            }
            error => Err(Errno(error)),
        }
    }
}
