//! `open`, `open_code`, `text_encoding`.
//!
//! Answers for CPython's `Modules/_io/_iomodule.c`.

use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::types::bytes::Bytes;
use taipan_object::types::exception::RUNTIME_WARNING;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Type, Value, protocol};

use super::buffered::{BUFFERED_RANDOM, BUFFERED_READER, BUFFERED_WRITER};
use super::fileio::{FILE_IO, FileIo};
use super::support::{both, call0, set_attribute, text_argument};
use super::text::TEXT_IO_WRAPPER;
use super::{DEFAULT_BUFFER_SIZE, system_flag, warn_default_encoding};

pub(super) const FUNCTIONS: &[MethodDef] = &[OPEN, TEXT_ENCODING, OPEN_CODE];

/// What a mode asks for.
#[derive(Default)]
struct Mode {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
}

impl Mode {
    fn parse(thread: &mut Thread, text: &str) -> Outcome<Mode> {
        let mut mode = Mode::default();
        for letter in text.chars() {
            let flag = match letter {
                'x' => &mut mode.creating,
                'r' => &mut mode.reading,
                'w' => &mut mode.writing,
                'a' => &mut mode.appending,
                '+' => &mut mode.updating,
                't' => &mut mode.text,
                'b' => &mut mode.binary,
                _ => return Err(thread.value_error(format!("invalid mode: '{text}'"))),
            };
            if std::mem::replace(flag, true) {
                return Err(thread.value_error(format!("invalid mode: '{text}'")));
            }
        }
        Ok(mode)
    }

    /// The mode of the raw stream.
    fn raw(&self) -> String {
        let letters = [
            (self.creating, 'x'),
            (self.reading, 'r'),
            (self.writing, 'w'),
            (self.appending, 'a'),
            (self.updating, '+'),
        ];
        letters.iter().filter(|(on, _)| *on).map(|(_, letter)| *letter).collect()
    }

    fn check(&self, thread: &mut Thread, given: [(&str, bool); 3]) -> Outcome<()> {
        if self.text && self.binary {
            return Err(thread.value_error("can't have text and binary mode at once"));
        }
        let kinds = [self.creating, self.reading, self.writing, self.appending];
        if kinds.iter().filter(|on| **on).count() > 1 {
            return Err(thread.value_error("must have exactly one of create/read/write/append mode"));
        }
        for (name, is_given) in given {
            if self.binary && is_given {
                let article = if name == "newline" { "a" } else { "an" };
                return Err(thread.value_error(format!("binary mode doesn't take {article} {name} argument")));
            }
        }
        Ok(())
    }
}

/// Open file and return a stream.  Raise OSError upon failure.
///
/// file is either a text or byte string giving the name (and the path
/// if the file isn't in the current working directory) of the file to
/// be opened or an integer file descriptor of the file to be
/// wrapped.  (If a file descriptor is given, it is closed when the
/// returned I/O object is closed, unless closefd is set to False.)
///
/// mode is an optional string that specifies the mode in which the file
/// is opened.  It defaults to 'r' which means open for reading in text
/// mode.  Other common values are 'w' for writing (truncating the file if
/// it already exists), 'x' for creating and writing to a new file, and
/// 'a' for appending (which on some Unix systems, means that all writes
/// append to the end of the file regardless of the current seek position).
/// In text mode, if encoding is not specified the encoding used is platform
/// dependent: locale.getencoding() is called to get the current locale
/// encoding.  (For reading and writing raw bytes use binary mode and leave
/// encoding unspecified.)  The available modes are:
///
/// ========= ==========================================================
/// Character Meaning
/// --------- ----------------------------------------------------------
/// 'r'       open for reading (default)
/// 'w'       open for writing, truncating the file first
/// 'x'       create a new file and open it for writing
/// 'a'       open for writing, appending to the end of the file if it
///           exists
/// 'b'       binary mode
/// 't'       text mode (default)
/// '+'       open a disk file for updating (reading and writing)
/// ========= ==========================================================
///
/// The default mode is 'rt' (open for reading text).  For binary random
/// access, the mode 'w+b' opens and truncates the file to 0 bytes, while
/// 'r+b' opens the file without truncation.  The 'x' mode implies 'w' and
/// raises an `FileExistsError` if the file already exists.
///
/// Python distinguishes between files opened in binary and text modes,
/// even when the underlying operating system doesn't.  Files opened in
/// binary mode (appending 'b' to the mode argument) return contents as
/// bytes objects without any decoding.  In text mode (the default, or when
/// 't' is appended to the mode argument), the contents of the file are
/// returned as strings, the bytes having been first decoded using a
/// platform-dependent encoding or using the specified encoding if given.
///
/// buffering is an optional integer used to set the buffering policy.
/// Pass 0 to switch buffering off (only allowed in binary mode), 1 to
/// select line buffering (only usable in text mode), and an integer > 1 to
/// indicate the size of a fixed-size chunk buffer.   When no buffering
/// argument is given, the default buffering policy works as follows:
///
/// * Binary files are buffered in fixed-size chunks; the size of the buffer
///   is max(min(blocksize, 8 MiB), DEFAULT_BUFFER_SIZE) when the device
///   block size is available.
///   On most systems, the buffer will typically be 128 kilobytes long.
///
/// * "Interactive" text files (files for which isatty() returns True)
///   use line buffering.  Other text files use the policy described above
///   for binary files.
///
/// encoding is the name of the encoding used to decode or encode the
/// file.  This should only be used in text mode.  The default encoding is
/// platform dependent, but any encoding supported by Python can be
/// passed.  See the codecs module for the list of supported encodings.
///
/// errors is an optional string that specifies how encoding errors are to
/// be handled---this argument should not be used in binary mode.  Pass
/// 'strict' to raise a ValueError exception if there is an encoding error
/// (the default of None has the same effect), or pass 'ignore' to ignore
/// errors.  (Note that ignoring encoding errors can lead to data loss.)
/// See the documentation for codecs.register or run 'help(codecs.Codec)'
/// for a list of the permitted encoding error strings.
///
/// newline controls how universal newlines works (it only applies to text
/// mode).  It can be None, '', '\n', '\r', and '\r\n'.  It works as
/// follows:
///
/// * On input, if newline is None, universal newlines mode is enabled.
///   Lines in the input can end in '\n', '\r', or '\r\n', and these are
///   translated into '\n' before being returned to the caller.  If it is
///   '', universal newline mode is enabled, but line endings are returned
///   to the caller untranslated.  If it has any of the other legal values,
///   input lines are only terminated by the given string, and the line
///   ending is returned to the caller untranslated.
///
/// * On output, if newline is None, any '\n' characters written are
///   translated to the system default line separator, os.linesep.  If
///   newline is '' or '\n', no translation takes place.  If newline is any
///   of the other legal values, any '\n' characters written are translated
///   to the given string.
///
/// If closefd is False, the underlying file descriptor will be kept open
/// when the file is closed.  This does not work when a file name is given
/// and must be True in that case.
///
/// A custom opener can be used by passing a callable as *opener*.  The
/// underlying file descriptor for the file object is then obtained by
/// calling *opener* with (*file*, *flags*).  *opener* must return an open
/// file descriptor (passing os.open as *opener* results in functionality
/// similar to passing None).
///
/// open() returns a file object whose type depends on the mode, and
/// through which the standard file operations such as reading and writing
/// are performed.  When open() is used to open a file in a text mode ('w',
/// 'r', 'wt', 'rt', etc.), it returns a TextIOWrapper.  When used to open
/// a file in a binary mode, the returned class varies: in read binary
/// mode, it returns a BufferedReader; in write binary and append binary
/// modes, it returns a BufferedWriter, and in read/write mode, it returns
/// a BufferedRandom.
///
/// It is also possible to use a string or bytearray as a file for both
/// reading and writing.  For strings StringIO can be used like a file
/// opened in a text mode, and for bytes a BytesIO can be used like a file
/// opened in a binary mode.
#[native(
    signature = "($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, closefd=True, opener=None)"
)]
pub fn open(
    thread: &mut Thread,
    file: Ref<'_>,
    mode: Option<Ref<'_>>,
    buffering: Option<i32>,
    encoding: Option<Ref<'_>>,
    errors: Option<Ref<'_>>,
    newline: Option<Ref<'_>>,
    closefd: Option<bool>,
    opener: Option<Ref<'_>>,
) -> Outcome {
    let none = Ref::none();
    let mode_text = match mode {
        None => "r".to_owned(),
        Some(mode) => {
            let text = text_argument(thread, "open", "mode", mode, false)?;
            text.map(|text| text.to_string_lossy().into_owned()).unwrap_or_default()
        }
    };
    let encoding = text_argument(thread, "open", "encoding", encoding.unwrap_or(none), true)?;
    let errors = text_argument(thread, "open", "errors", errors.unwrap_or(none), true)?;
    let newline = text_argument(thread, "open", "newline", newline.unwrap_or(none), true)?;
    let is_number = file.ty().slots().index.is_some();
    let path = if is_number { file.to_value() } else { thread.fspath(file)? };
    if !is_number && path.downcast::<Str>().is_none() && path.downcast::<Bytes>().is_none() {
        let text = protocol::repr_string(thread, file)?;
        return Err(thread.type_error(format!("invalid file: {text}")));
    }
    let mode = Mode::parse(thread, &mode_text)?;
    let given =
        [("encoding", encoding.is_some()), ("errors", errors.is_some()), ("newline", newline.is_some())];
    mode.check(thread, given)?;
    let buffering = buffering.unwrap_or(-1);
    if mode.binary && buffering == 1 {
        let message = "line buffering (buffering=1) isn't supported in binary mode, the default buffer size \
                       will be used";
        thread.warn(&RUNTIME_WARNING, message, 1)?;
    }
    let raw_mode = thread.str(&mode.raw())?;
    let raw = protocol::call(
        thread,
        FILE_IO.as_ref(),
        &[path.as_ref(), raw_mode.as_ref(), Ref::bool(closefd.unwrap_or(true)), opener.unwrap_or(none)],
    )?;
    let own = raw.downcast::<FileIo>().expect("just made");
    let texts = [encoding, errors, newline];
    let mut opened = raw.clone();
    let wrapped = wrap(thread, own, &mut opened, &mode, buffering, texts, &mode_text);
    if wrapped.is_err() {
        let error = thread.take_exception();
        let closed = call0(thread, opened.as_ref(), "close");
        return both(thread, error, closed);
    }
    wrapped
}

/// Puts buffer and text around a raw stream. `opened` is the outermost stream that there is.
fn wrap(
    thread: &mut Thread,
    own: &FileIo,
    opened: &mut Value,
    mode: &Mode,
    buffering: i32,
    [encoding, errors, newline]: [Option<&Str>; 3],
    mode_text: &str,
) -> Outcome {
    let is_terminal = buffering < 0 && {
        let answer = call0(thread, Ref::of(own), "_isatty_open_only")?;
        protocol::is_true(thread, answer.as_ref())?
    };
    let line_buffering = buffering == 1 || is_terminal;
    let buffering = if line_buffering { -1 } else { i64::from(buffering) };
    let size = match buffering {
        size if size < 0 => own.block_size().clamp(DEFAULT_BUFFER_SIZE as i64, 8 << 20),
        size => size,
    };
    if size == 0 {
        if !mode.binary {
            return Err(thread.value_error("can't have unbuffered text I/O"));
        }
        return Ok(opened.clone());
    }
    let class: &Type = if mode.updating {
        &BUFFERED_RANDOM
    } else if mode.creating || mode.writing || mode.appending {
        &BUFFERED_WRITER
    } else if mode.reading {
        &BUFFERED_READER
    } else {
        return Err(thread.value_error(format!("unknown mode: '{mode_text}'")));
    };
    let size = thread.int(size.into())?;
    let buffer = protocol::call(thread, class.as_ref(), &[opened.as_ref(), size.as_ref()])?;
    *opened = buffer.clone();
    if mode.binary {
        return Ok(buffer);
    }
    let text = |text: Option<&Str>| text.map_or(Value::none(), |text| Ref::of(text).to_value());
    let (encoding, errors, newline) = (text(encoding), text(errors), text(newline));
    let wrapper = protocol::call(
        thread,
        TEXT_IO_WRAPPER.as_ref(),
        &[buffer.as_ref(), encoding.as_ref(), errors.as_ref(), newline.as_ref(), Ref::bool(line_buffering)],
    )?;
    *opened = wrapper.clone();
    let mode = thread.str(mode_text)?;
    set_attribute(thread, wrapper.as_ref(), "mode", mode.as_ref())?;
    Ok(wrapper)
}

/// A helper function to choose the text encoding.
///
/// When encoding is not None, this function returns it.
/// Otherwise, this function returns the default text encoding
/// (i.e. "locale" or "utf-8" depends on UTF-8 mode).
///
/// This function emits an EncodingWarning if encoding is None and
/// sys.flags.warn_default_encoding is true.
///
/// This can be used in APIs with an encoding=None parameter.
/// However, please consider using encoding="utf-8" for new APIs.
#[native(signature = "($module, encoding, stacklevel=2, /)")]
fn text_encoding(thread: &mut Thread, encoding: Ref<'_>, stacklevel: Option<i32>) -> Outcome {
    if !encoding.is_none() {
        return Ok(encoding.to_value());
    }
    warn_default_encoding(thread, i64::from(stacklevel.unwrap_or(2)))?;
    if system_flag(thread, "utf8_mode")? { thread.intern("utf-8") } else { thread.intern("locale") }
}

/// Opens the provided file with the intent to import the contents.
///
/// This may perform extra validation beyond open(), but is otherwise
/// interchangeable with calling open(path, 'rb').
#[native(signature = "($module, /, path)")]
fn open_code(thread: &mut Thread, path: Ref<'_>) -> Outcome {
    if path.downcast::<Str>().is_none() {
        let ty = if path.is_none() { "None".into() } else { path.ty().name() };
        let message = format!("open_code() argument 'path' must be str, not {ty}");
        return Err(thread.type_error(message));
    }
    let mode = thread.str("rb")?;
    open(thread, path, Some(mode.as_ref()), None, None, None, None, None, None)
}
