//! `OSError` and the types that stand for single error numbers.

use taipan_host::Errno;
use taipan_macros::native;

use super::family::{self, attributes, family, family_type};
use super::{args_of, base};
use crate::native::{Args, GetSetDef, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::int::to_int;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Raised, Ref, Value};

family!(
    /// An `OSError`.
    OsError, OS_ERROR, 5
);

const ERRNO: usize = 0;
const STRERROR: usize = 1;
const FILENAME: usize = 2;
const FILENAME2: usize = 3;
/// How many characters were written; an empty place means that nobody said.
const WRITTEN: usize = 4;

attributes!(ATTRIBUTES: OsError {
    ERRNO => "errno" Some("POSIX exception code");
    STRERROR => "strerror" Some("exception strerror");
    FILENAME => "filename" Some("exception filename");
    FILENAME2 => "filename2" Some("second exception filename");
});

const CHARACTERS_WRITTEN: GetSetDef = GetSetDef {
    name: "characters_written",
    doc: None,
    get: Some(|thread, object| match family::get(thread, family::own::<OsError>(object), WRITTEN) {
        Some(count) => Ok(count),
        None => Err(thread.raise_new(&super::ATTRIBUTE_ERROR, "characters_written")),
    }),
    set: Some(|thread, object, value| {
        let own = family::own::<OsError>(object);
        if let Some(value) = value {
            return set_written(thread, own, value);
        }
        if family::get(thread, own, WRITTEN).is_none() {
            return Err(thread.raise_new(&super::ATTRIBUTE_ERROR, "characters_written"));
        }
        family::set(thread, own, WRITTEN, None);
        Ok(())
    }),
};

fn set_written(thread: &mut Thread, own: &OsError, value: Ref<'_>) -> Outcome<()> {
    let count = match protocol::index_isize(thread, value) {
        Ok(count) => count,
        Err(raised)
            if !thread.exception_is(&super::INDEX_ERROR) && !thread.exception_is(&super::OVERFLOW_ERROR) =>
        {
            return Err(raised);
        }
        Err(_) => {
            drop(thread.take_exception());
            let ty = value.ty().name().into_owned();
            return Err(thread.value_error(format!("cannot fit '{ty}' into an index-sized integer")));
        }
    };
    let count = thread.int(count as i128)?;
    family::set(thread, own, WRITTEN, Some(count.as_ref()));
    Ok(())
}

family_type! {
    /// The type `OSError`.
    OS_ERROR "OSError" EXCEPTION "Base class for I/O related errors." OsError {
        methods: &[METHODS], getset: &[ATTRIBUTES, &[CHARACTERS_WRITTEN]],
        new: Some(new), init: Some(init), str: Some(str),
    }
}

macro_rules! subtypes {
    ($($ty:ident $name:literal $base:ident $doc:literal;)*) => {
        $(family_type! {
            #[doc = concat!("The type `", $name, "`.")]
            $ty $name $base $doc OsError {
                methods: &[], getset: &[], new: Some(new), init: Some(init), str: Some(str),
            }
        })*
        /// `OSError` and the types below it.
        pub static OS_ERRORS: &[&Type] = &[&OS_ERROR, $(&$ty),*];
    };
}

subtypes! {
    BLOCKING_IO_ERROR "BlockingIOError" OS_ERROR "I/O operation would block.";
    CONNECTION_ERROR "ConnectionError" OS_ERROR "Connection error.";
    CHILD_PROCESS_ERROR "ChildProcessError" OS_ERROR "Child process error.";
    BROKEN_PIPE_ERROR "BrokenPipeError" CONNECTION_ERROR "Broken pipe.";
    CONNECTION_ABORTED_ERROR "ConnectionAbortedError" CONNECTION_ERROR "Connection aborted.";
    CONNECTION_REFUSED_ERROR "ConnectionRefusedError" CONNECTION_ERROR "Connection refused.";
    CONNECTION_RESET_ERROR "ConnectionResetError" CONNECTION_ERROR "Connection reset.";
    FILE_EXISTS_ERROR "FileExistsError" OS_ERROR "File already exists.";
    FILE_NOT_FOUND_ERROR "FileNotFoundError" OS_ERROR "File not found.";
    IS_A_DIRECTORY_ERROR "IsADirectoryError" OS_ERROR "Operation doesn't work on directories.";
    NOT_A_DIRECTORY_ERROR "NotADirectoryError" OS_ERROR "Operation only works on directories.";
    INTERRUPTED_ERROR "InterruptedError" OS_ERROR "Interrupted by signal.";
    PERMISSION_ERROR "PermissionError" OS_ERROR "Not enough permissions.";
    PROCESS_LOOKUP_ERROR "ProcessLookupError" OS_ERROR "Process not found.";
    TIMEOUT_ERROR "TimeoutError" OS_ERROR "Timeout expired.";
}

/// The types that stand for error numbers.
const BY_NUMBER: &[(Errno, &Type)] = &[
    (Errno::EAGAIN, &BLOCKING_IO_ERROR),
    (Errno::EALREADY, &BLOCKING_IO_ERROR),
    (Errno::EINPROGRESS, &BLOCKING_IO_ERROR),
    (Errno::EWOULDBLOCK, &BLOCKING_IO_ERROR),
    (Errno::EPIPE, &BROKEN_PIPE_ERROR),
    (Errno::ESHUTDOWN, &BROKEN_PIPE_ERROR),
    (Errno::ECHILD, &CHILD_PROCESS_ERROR),
    (Errno::ECONNABORTED, &CONNECTION_ABORTED_ERROR),
    (Errno::ECONNREFUSED, &CONNECTION_REFUSED_ERROR),
    (Errno::ECONNRESET, &CONNECTION_RESET_ERROR),
    (Errno::EEXIST, &FILE_EXISTS_ERROR),
    (Errno::ENOENT, &FILE_NOT_FOUND_ERROR),
    (Errno::EISDIR, &IS_A_DIRECTORY_ERROR),
    (Errno::ENOTDIR, &NOT_A_DIRECTORY_ERROR),
    (Errno::EINTR, &INTERRUPTED_ERROR),
    (Errno::EACCES, &PERMISSION_ERROR),
    (Errno::EPERM, &PERMISSION_ERROR),
    (Errno::ESRCH, &PROCESS_LOOKUP_ERROR),
    (Errno::ETIMEDOUT, &TIMEOUT_ERROR),
];

fn type_of_number(number: Ref<'_>) -> Option<&'static Type> {
    let small = match to_int(number).as_deref() {
        Some(taipan_num::Int::Small(small)) => i32::try_from(*small).ok()?,
        _ => return None,
    };
    BY_NUMBER.iter().find(|(errno, _)| errno.0 == small).map(|(_, ty)| *ty)
}

/// Whether `__init__` takes the arguments: where a subclass overrides it and not `__new__`, so that
/// `__new__` may be given anything.
fn init_takes_arguments(ty: &Type) -> bool {
    let slots = ty.slots();
    slots.init.map(|f| f as usize) != OS_ERROR.slots().init.map(|f| f as usize)
        && slots.new.map(|f| f as usize) == OS_ERROR.slots().new.map(|f| f as usize)
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    if init_takes_arguments(ty) {
        let empty = thread.tuple_from_refs(&[])?;
        return family::allocate::<OsError>(thread, ty, empty);
    }
    no_keywords(thread, ty, args)?;
    let given = args.positionals();
    let mut ty = ty;
    if ty.is(&OS_ERROR)
        && (2..=5).contains(&given.len())
        && let Some(narrower) = type_of_number(given[0])
    {
        ty = narrower;
    }
    let tuple = thread.tuple_from_refs(given)?;
    let object = family::allocate::<OsError>(thread, ty, tuple)?;
    fill(thread, object.as_ref(), given)?;
    Ok(object)
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    if !init_takes_arguments(object.ty()) {
        return Ok(()); // `__new__` did everything.
    }
    no_keywords(thread, object.ty(), args)?;
    super::set_args(thread, object, args)?;
    fill(thread, object, args.positionals())
}

fn no_keywords(thread: &mut Thread, ty: &Type, args: Args<'_>) -> Outcome<()> {
    let name = ty.name().into_owned();
    args.no_keywords(thread, &name)
}

/// Takes the attributes from `errno, strerror, filename, winerror, filename2`; the names of files
/// do not stay in `args`.
fn fill(thread: &mut Thread, object: Ref<'_>, given: &[Ref<'_>]) -> Outcome<()> {
    if !(2..=5).contains(&given.len()) {
        return Ok(());
    }
    let own = family::own::<OsError>(object);
    if let Some(filename) = given.get(2).copied().filter(|filename| !filename.is_none()) {
        if object.ty().is(&BLOCKING_IO_ERROR) && is_number(filename) {
            set_written(thread, own, filename)?;
        } else {
            family::set(thread, own, FILENAME, Some(filename));
            if let Some(second) = given.get(4).copied().filter(|second| !second.is_none()) {
                family::set(thread, own, FILENAME2, Some(second));
            }
            let args = thread.tuple_from_refs(&given[..2])?;
            let old = std::mem::replace(&mut super::exception(object).parts.change(thread).args, args);
            drop(old);
        }
    }
    family::set(thread, own, ERRNO, Some(given[0]));
    family::set(thread, own, STRERROR, Some(given[1]));
    Ok(())
}

/// `PyNumber_Check`
fn is_number(object: Ref<'_>) -> bool {
    let slots = object.ty().slots();
    slots.int.is_some() || slots.index.is_some() || slots.float.is_some()
}

fn str(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = family::own::<OsError>(object);
    let [errno, strerror, filename, filename2] =
        [ERRNO, STRERROR, FILENAME, FILENAME2].map(|place| family::get(thread, own, place));
    if filename.is_none() && (errno.is_none() || strerror.is_none()) {
        return base::str(thread, object);
    }
    let mut text = format!(
        "[Errno {}] {}",
        family::text_or_none(thread, &errno)?,
        family::text_or_none(thread, &strerror)?
    );
    if let Some(filename) = filename {
        text.push_str(": ");
        text.push_str(&protocol::repr_string(thread, filename.as_ref())?);
        if let Some(second) = filename2 {
            text.push_str(" -> ");
            text.push_str(&protocol::repr_string(thread, second.as_ref())?);
        }
    }
    thread.str(&text)
}

const METHODS: &[MethodDef] = &[__REDUCE__];

#[native(signature = "($self, /)", name = "__reduce__")]
fn __reduce__(thread: &mut Thread, this: &OsError) -> Outcome {
    let object = Ref::of(this);
    let mut args = args_of(thread, object);
    let filename = family::get(thread, this, FILENAME);
    let two = args.downcast::<Tuple>().filter(|args| args.len() == 2);
    if let (Some(two), Some(filename)) = (two, filename) {
        let mut all = vec![two.items()[0].to_value(), two.items()[1].to_value(), filename];
        if let Some(second) = family::get(thread, this, FILENAME2) {
            all.extend([Value::none(), second]);
        }
        args = thread.tuple(all)?;
    }
    let state = family::existing_dict(thread, object)?;
    family::reduced(thread, object, args, state)
}

impl Thread {
    /// OSError about what the operating system refused, of the type that its number stands for,
    /// with up to two names of files.
    #[cold]
    pub fn os_error(
        &mut self,
        errno: Errno,
        filename: Option<Ref<'_>>,
        filename2: Option<Ref<'_>>,
    ) -> Raised {
        let made = (|| {
            let number = self.int(i128::from(errno.0))?;
            let message = self.str(&errno.message())?;
            let none = Ref::none();
            let all = [
                number.as_ref(),
                message.as_ref(),
                filename.unwrap_or(none),
                none,
                filename2.unwrap_or(none),
            ];
            let count = if filename2.is_some() {
                5
            } else if filename.is_some() {
                3
            } else {
                2
            };
            protocol::call(self, OS_ERROR.as_ref(), &all[..count])
        })();
        match made {
            Ok(value) => self.raise(value),
            Err(raised) => raised,
        }
    }
}
