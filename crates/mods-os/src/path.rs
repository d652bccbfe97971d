//! Paths as arguments: `str`, `bytes`, `os.PathLike`, and where the function says so a descriptor
//! or `None`.
//!
//! Answers for `path_converter` and its companions in CPython's `Modules/posixmodule.c`.

use taipan_host::Fd;
use taipan_object::native::FromArgument;
use taipan_object::types::bytes::Bytes;
use taipan_object::types::exception::RUNTIME_WARNING;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

/// What a function accepts as its path.
#[derive(Clone, Copy)]
pub struct PathParameter {
    function: &'static str,
    argument: &'static str,
    descriptor: bool,
    nullable: bool,
    nonstrict: bool,
}

/// The parameter `path` of a function, by name.
pub const fn path_of(function: &'static str) -> PathParameter {
    PathParameter { function, argument: "path", descriptor: false, nullable: false, nonstrict: false }
}

/// What the path names.
pub enum Target {
    /// A name, without null bytes.
    Name(Vec<u8>),
    /// An open file.
    Descriptor(Fd),
    /// `None` was given, or nothing.
    Nothing,
}

/// A path as an argument.
pub struct Path {
    /// What errors show: the argument, or what its `__fspath__` answered.
    pub object: Value,
    /// What it names.
    pub target: Target,
}

impl PathParameter {
    /// Under another name than `path`.
    pub const fn named(self, argument: &'static str) -> PathParameter {
        PathParameter { argument, ..self }
    }

    /// Accepts a descriptor, too.
    pub const fn or_fd(self) -> PathParameter {
        PathParameter { descriptor: true, ..self }
    }

    /// Accepts `None`, too.
    pub const fn or_none(self) -> PathParameter {
        PathParameter { nullable: true, ..self }
    }

    /// Accepts null characters.
    pub const fn nonstrict(self) -> PathParameter {
        PathParameter { nonstrict: true, ..self }
    }

    /// The argument as a path.
    pub fn get(self, thread: &mut Thread, value: Ref<'_>) -> Outcome<Path> {
        if value.is_none() && self.nullable {
            return Ok(Path { object: Value::none(), target: Target::Nothing });
        }
        let is_name = value.downcast::<Str>().is_some() || value.downcast::<Bytes>().is_some();
        if !is_name && self.descriptor && value.ty().slots().index.is_some() {
            let fd = descriptor(thread, value)?;
            return Ok(Path { object: value.to_value(), target: Target::Descriptor(fd) });
        }
        let Some(object) = thread.find_fspath(value)? else {
            let wanted = match (self.descriptor, self.nullable) {
                (true, true) => "string, bytes, os.PathLike, integer or None",
                (true, false) => "string, bytes, os.PathLike or integer",
                (false, true) => "string, bytes, os.PathLike or None",
                (false, false) => "string, bytes or os.PathLike",
            };
            let ty = value.ty().name().into_owned();
            let (function, argument) = (self.function, self.argument);
            return Err(thread.type_error(format!("{function}: {argument} should be {wanted}, not {ty}")));
        };
        let name = thread.fs_bytes(object.as_ref())?;
        if !self.nonstrict && name.contains(&0) {
            let (function, argument) = (self.function, self.argument);
            return Err(thread.value_error(format!("{function}: embedded null character in {argument}")));
        }
        Ok(Path { object, target: Target::Name(name) })
    }

    /// As [`PathParameter::get`]; the default is nothing.
    pub fn get_or_nothing(self, thread: &mut Thread, value: Option<Ref<'_>>) -> Outcome<Path> {
        match value {
            Some(value) => self.get(thread, value),
            None => Ok(Path { object: Value::none(), target: Target::Nothing }),
        }
    }
}

impl Path {
    /// The name; empty for what has none.
    pub fn name(&self) -> &[u8] {
        match &self.target {
            Target::Name(name) => name,
            _ => &[],
        }
    }

    /// The descriptor, if it is one.
    pub fn fd(&self) -> Option<Fd> {
        match self.target {
            Target::Descriptor(fd) => Some(fd),
            _ => None,
        }
    }

    /// Whether names that belong to the path are to be bytes.
    pub fn is_bytes(&self) -> bool {
        self.object.downcast::<Bytes>().is_some()
    }
}

/// Warns of a truth value in the place of a descriptor.
fn warn_of_bool(thread: &mut Thread, value: Ref<'_>) -> Outcome<()> {
    if value.is(Ref::bool(true)) || value.is(Ref::bool(false)) {
        return crate::warning::warn(thread, &RUNTIME_WARNING, "bool is used as a file descriptor", None);
    }
    Ok(())
}

/// An integer as a descriptor.
fn descriptor(thread: &mut Thread, value: Ref<'_>) -> Outcome<Fd> {
    warn_of_bool(thread, value)?;
    let number = protocol::index(thread, value)?;
    match narrow(number.as_ref()) {
        Some(number) => match i32::try_from(number) {
            Ok(fd) => Ok(fd),
            Err(_) if number > 0 => Err(thread.overflow_error("fd is greater than maximum")),
            Err(_) => Err(thread.overflow_error("fd is less than minimum")),
        },
        None => Err(thread.overflow_error(format!("fd is {}", beyond(number.as_ref())))),
    }
}

/// An integer object as `i128`, none if it is larger.
pub fn narrow(number: Ref<'_>) -> Option<i128> {
    match taipan_object::types::int::to_int(number).as_deref() {
        Some(taipan_num::Int::Small(small)) => Some(i128::from(*small)),
        Some(taipan_num::Int::Big(big)) => i128::try_from(&**big).ok(),
        _ => None,
    }
}

/// Whether an integer object of any size is below zero.
pub fn is_negative(number: Ref<'_>) -> bool {
    taipan_object::types::int::to_int(number).is_some_and(|number| number.is_negative())
}

/// On which side of the numbers of C an integer lies.
fn beyond(number: Ref<'_>) -> &'static str {
    match taipan_object::types::int::to_int(number).as_deref() {
        Some(number) if number.is_negative() => "less than minimum",
        _ => "greater than maximum",
    }
}

/// The parameter `dir_fd`.
pub struct DirFd(pub Option<Fd>);

impl<'a> FromArgument<'a> for DirFd {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<DirFd> {
        if value.is_none() {
            return Ok(DirFd(None));
        }
        if value.ty().slots().index.is_none() {
            let ty = value.ty().name().into_owned();
            return Err(thread.type_error(format!("argument should be integer or None, not {ty}")));
        }
        Ok(DirFd(Some(descriptor(thread, value)?)))
    }
}

/// The directory that an optional `dir_fd` names.
pub fn directory(fd: Option<DirFd>) -> Option<Fd> {
    fd.and_then(|fd| fd.0)
}

/// A descriptor: an integer, or an object with `fileno()`.
pub struct FileNo(pub Fd);

impl<'a> FromArgument<'a> for FileNo {
    fn from_argument(thread: &mut Thread, value: Ref<'a>, function: &str, place: usize) -> Outcome<FileNo> {
        let number = if value.downcast_int() {
            warn_of_bool(thread, value)?;
            value.to_value()
        } else {
            let name = thread.intern("fileno")?;
            let Some(method) = protocol::find_attribute(thread, value, name.as_ref())? else {
                return Err(thread.type_error("argument must be an int, or have a fileno() method."));
            };
            let number = protocol::call(thread, method.as_ref(), &[])?;
            if !number.as_ref().downcast_int() {
                return Err(thread.type_error("fileno() returned a non-integer"));
            }
            number
        };
        let fd = i32::from_argument(thread, number.as_ref(), function, place)?;
        if fd < 0 {
            return Err(thread.value_error(format!("file descriptor cannot be a negative integer ({fd})")));
        }
        Ok(FileNo(fd))
    }
}

/// Tells integers.
pub trait IsInt {
    /// Whether the object is an `int`.
    fn downcast_int(self) -> bool;
}

impl IsInt for Ref<'_> {
    fn downcast_int(self) -> bool {
        taipan_object::types::int::to_int(self).is_some()
    }
}

macro_rules! owners {
    ($($(#[$doc:meta])* $name:ident $what:literal;)*) => {$(
        $(#[$doc])*
        pub struct $name(pub u32);

        impl<'a> FromArgument<'a> for $name {
            fn from_argument(thread: &mut Thread, value: Ref<'a>, _: &str, _: usize) -> Outcome<$name> {
                if value.ty().slots().index.is_none() {
                    let ty = value.ty().name().into_owned();
                    return Err(thread.type_error(format!(concat!($what, " should be integer, not {}"), ty)));
                }
                let number = protocol::index(thread, value)?;
                let number = number.as_ref();
                match narrow(number) {
                    // -1 leaves what it is.
                    Some(-1) => Ok($name(u32::MAX)),
                    Some(small @ 0..=0xffff_ffff) => Ok($name(small as u32)),
                    Some(small) if small < 0 => {
                        Err(thread.overflow_error(concat!($what, " is less than minimum")))
                    }
                    Some(_) => Err(thread.overflow_error(concat!($what, " is greater than maximum"))),
                    None => Err(thread.overflow_error(format!(concat!($what, " is {}"), beyond(number)))),
                }
            }
        }
    )*};
}

owners! {
    /// The number of a user.
    UserId "uid";
    /// The number of a group.
    GroupId "gid";
}
