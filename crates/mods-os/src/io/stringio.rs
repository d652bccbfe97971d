//! `StringIO`: a stream of text in memory.
//!
//! The text is kept in the width that it needs, which is what appending and reading want, until
//! something is written into its middle: from then on each character has its own place.
//!
//! Answers for CPython's `Modules/_io/stringio.c`.

use std::cell::Cell;

use taipan_macros::{getter, native};
use taipan_object::native::{Args, FromArgument, GetSetDef, MethodDef, Parameters};
use taipan_object::typeobject::{AttributeWord, Slots, TypeDef, allocate_instance};
use taipan_object::types::str::{Chars, Str};
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Type, Value, object};
use taipan_text::CharsBuf;

use super::base::{self, memory_stream_type};
use super::state;
use super::support::{Size, call0, os_message};
use super::text::TEXT_IO_BASE;
use super::text::newlines::{Found, LineEnd, Newlines, check_newline, find, line_end};

/// The text of a stream.
enum Store {
    /// In the width that it needs.
    Narrow(CharsBuf),
    /// Each character at its own place.
    Wide(Vec<u32>),
}

impl Store {
    fn chars(&self) -> Chars<'_> {
        match self {
            Store::Narrow(text) => text.as_chars(),
            Store::Wide(points) => Chars::Four(points),
        }
    }
}

/// A stream of text in memory.
#[repr(C)]
pub struct StringIo {
    head: Header,
    attributes: AttributeWord,
    ready: Cell<bool>,
    closed: Cell<bool>,
    position: Cell<usize>,
    store: Inside<Store>,
    newline: Cell<Option<&'static str>>,
    /// For universal newlines.
    newlines: Cell<Option<Newlines>>,
}
object!(StringIo, STRING_IO, holds: attributes);

/// The type `_io.StringIO`.
pub static STRING_IO: Type = memory_stream_type::<StringIo>(
    &TypeDef {
        doc: Some(include_str!("doc/StringIO.txt")),
        signature: Some("(initial_value='', newline='\\n')"),
        methods: &[METHODS],
        getset: &[GETSET],
        ..TypeDef::new("_io.StringIO")
    },
    &TEXT_IO_BASE,
    Slots { new: Some(new), init: Some(init), next: Some(next), ..base::slots::<StringIo>() },
);

const METHODS: &[MethodDef] = &[
    CLOSE,
    GETVALUE,
    READ,
    READLINE,
    TELL,
    TRUNCATE,
    SEEK,
    WRITE,
    SEEKABLE,
    READABLE,
    WRITABLE,
    __GETSTATE__,
    __SETSTATE__,
];

const GETSET: &[GetSetDef] = &[CLOSED, NEWLINES, LINE_BUFFERING];

fn new<'a>(thread: &mut Thread, ty: &'a Type, _: Args<'a>) -> Outcome {
    allocate_instance(thread, ty, |head| StringIo {
        head,
        attributes: AttributeWord::new(),
        ready: Cell::new(false),
        closed: Cell::new(false),
        position: Cell::new(0),
        store: Inside::new(Store::Narrow(CharsBuf::new())),
        newline: Cell::new(Some("\n")),
        newlines: Cell::new(None),
    })
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    static PARAMETERS: Parameters = Parameters {
        function: "StringIO",
        names: &["initial_value", "newline"],
        positional_only: 0,
        positional: 2,
        required: 0,
        required_keywords: 0,
    };
    let [initial, newline] = PARAMETERS.parse::<2>(thread, args)?;
    let own = object.downcast::<StringIo>().expect("the slot of these streams");
    set_up(thread, own, initial, newline)
}

/// `StringIO.__init__`
fn set_up(
    thread: &mut Thread,
    own: &StringIo,
    initial: Option<Ref<'_>>,
    newline: Option<Ref<'_>>,
) -> Outcome<()> {
    let newline = match newline {
        None => Some("\n"),
        Some(newline) if newline.is_none() => None,
        Some(newline) => {
            let Some(text) = newline.downcast::<Str>() else {
                let ty = newline.ty().name().into_owned();
                return Err(thread.type_error(format!("newline must be str or None, not {ty}")));
            };
            if check_newline(thread, Some(text)).is_err() {
                drop(thread.take_exception());
                let text = taipan_object::protocol::repr_string(thread, newline)?;
                return Err(thread.value_error(format!("illegal newline value: {text}")));
            }
            check_newline(thread, Some(text))?
        }
    };
    let initial = match initial.filter(|initial| !initial.is_none()) {
        None => None,
        Some(initial) => match initial.downcast::<Str>() {
            Some(text) => Some(text),
            None => {
                let ty = initial.ty().name().into_owned();
                return Err(thread.type_error(format!("initial_value must be str or None, not {ty}")));
            }
        },
    };
    own.newline.set(newline);
    let universal = matches!(newline, None | Some(""));
    own.newlines.set(universal.then(|| Newlines::new(newline.is_none())));
    *own.store.change(thread) = Store::Narrow(CharsBuf::new());
    own.position.set(0);
    own.closed.set(false);
    own.ready.set(true);
    if let Some(text) = initial {
        write_text(thread, own, text)?;
        own.position.set(0);
    }
    Ok(())
}

impl StringIo {
    fn check(&self, thread: &mut Thread) -> Outcome<()> {
        if !self.ready.get() {
            return Err(thread.value_error("I/O operation on uninitialized object"));
        }
        if self.closed.get() {
            return Err(thread.value_error("I/O operation on closed file"));
        }
        Ok(())
    }

    fn len(&self, thread: &Thread) -> usize {
        self.store.view(thread).chars().len()
    }

    fn line_end(&self) -> LineEnd {
        match self.newline.get() {
            None | Some("\n") => LineEnd::Lf,
            Some("\r") => LineEnd::Cr,
            Some("\r\n") => LineEnd::CrLf,
            Some(_) => LineEnd::Universal,
        }
    }

    fn take(&self, thread: &mut Thread, count: usize) -> Outcome {
        let length = self.len(thread);
        let start = self.position.get();
        let end = start.saturating_add(count).min(length);
        if start >= end {
            return thread.str("");
        }
        self.position.set(end);
        let interp = std::mem::replace(self.store.change(thread), Store::Narrow(CharsBuf::new()));
        let made = thread.str_from_chars(interp.chars().slice(start..end));
        *self.store.change(thread) = interp;
        made
    }
}

/// Writes text, its newlines translated.
fn write_text(thread: &mut Thread, own: &StringIo, text: &Str) -> Outcome<()> {
    let mut translated = None;
    if let Some(mut newlines) = own.newlines.get() {
        let made = newlines.process(thread, Ref::of(text).to_value(), true);
        own.newlines.set(Some(newlines));
        translated = Some(made?);
    }
    let text = translated.as_ref().and_then(|text| text.downcast::<Str>()).unwrap_or(text);
    match own.newline.get() {
        Some(newline @ ("\r" | "\r\n")) if find(text.chars(), 0, b'\n').is_some() => {
            let (chars, mut out, mut at) = (text.chars(), CharsBuf::new(), 0);
            while let Some(next) = find(chars, at, b'\n') {
                out.push_chars(chars.slice(at..next));
                out.push_str(newline);
                at = next + 1;
            }
            out.push_chars(chars.slice(at..chars.len()));
            put(thread, own, out.as_chars())
        }
        _ => put(thread, own, text.chars()),
    }
}

/// Puts text at the position.
fn put(thread: &mut Thread, own: &StringIo, chars: Chars<'_>) -> Outcome<()> {
    let start = own.position.get();
    let Some(end) = start.checked_add(chars.len()).filter(|end| *end <= isize::MAX as usize / 4) else {
        return Err(thread.overflow_error("new position too large"));
    };
    let length = own.len(thread);
    if let Store::Narrow(text) = own.store.change(thread)
        && start == length
    {
        text.push_chars(chars);
        let failed = text.failed();
        own.position.set(end);
        return if failed { Err(thread.no_memory()) } else { Ok(()) };
    }
    let wanted = end.max(length).saturating_mul(4);
    thread.charge(wanted)?;
    thread.heap().discharge(wanted);
    let store = own.store.change(thread);
    if let Store::Narrow(text) = store {
        *store = Store::Wide(text.as_chars().iter().collect());
    }
    if let Store::Wide(points) = store {
        if points.len() < end {
            points.resize(end, 0);
        }
        points[start..end].iter_mut().zip(chars.iter()).for_each(|(place, point)| *place = point);
    }
    own.position.set(end);
    Ok(())
}

/// Close the IO object.
///
/// Attempting any further operation after the object is closed
/// will raise a ValueError.
///
/// This method has no effect if the file is already closed.
#[native(signature = "($self, /)")]
fn close(thread: &mut Thread, this: &StringIo) {
    this.closed.set(true);
    *this.store.change(thread) = Store::Narrow(CharsBuf::new());
}

/// Retrieve the entire contents of the object.
#[native(signature = "($self, /)")]
fn getvalue(thread: &mut Thread, this: &StringIo) -> Outcome {
    this.check(thread)?;
    let store = std::mem::replace(this.store.change(thread), Store::Narrow(CharsBuf::new()));
    let made = thread.str_from_chars(store.chars());
    *this.store.change(thread) = store;
    made
}

/// Read at most size characters, returned as a string.
///
/// If the argument is negative or omitted, read until EOF
/// is reached. Return an empty string at EOF.
#[native(signature = "($self, size=-1, /)")]
fn read(thread: &mut Thread, this: &StringIo, size: Option<Size>) -> Outcome {
    this.check(thread)?;
    this.take(thread, usize::try_from(Size::of(size)).unwrap_or(usize::MAX))
}

fn line(thread: &mut Thread, own: &StringIo, limit: isize) -> Outcome {
    let chars = own.store.view(thread).chars();
    let start = own.position.get().min(chars.len());
    let count = match line_end(chars, start, own.line_end()) {
        Found::End(end) => end - start,
        Found::Open(_) => chars.len() - start,
    };
    own.take(thread, count.min(usize::try_from(limit).unwrap_or(usize::MAX)))
}

/// Read until newline or EOF.
///
/// Returns an empty string if EOF is hit immediately.
#[native(signature = "($self, size=-1, /)")]
fn readline(thread: &mut Thread, this: &StringIo, size: Option<Size>) -> Outcome {
    this.check(thread)?;
    line(thread, this, Size::of(size))
}

fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = object.downcast::<StringIo>().expect("the slot of these streams");
    own.check(thread)?;
    let line = if object.ty().is(&STRING_IO) {
        line(thread, own, -1)?
    } else {
        let line = call0(thread, object, "readline")?;
        if line.downcast::<Str>().is_none() {
            let ty = line.as_ref().ty().name().into_owned();
            let message = format!("readline() should have returned a str object, not '{ty}'");
            return Err(os_message(thread, message));
        }
        line
    };
    let ended = line.downcast::<Str>().is_some_and(Str::is_empty);
    Ok((!ended).then_some(line))
}

/// Tell the current file position.
#[native(signature = "($self, /)")]
fn tell(thread: &mut Thread, this: &StringIo) -> Outcome<usize> {
    this.check(thread)?;
    Ok(this.position.get())
}

/// Truncate size to pos.
///
/// The pos argument defaults to the current file position, as
/// returned by tell().  The current file position is unchanged.
/// Returns the new absolute position.
#[native(signature = "($self, pos=None, /)")]
fn truncate(thread: &mut Thread, this: &StringIo, pos: Option<Ref<'_>>) -> Outcome<usize> {
    this.check(thread)?;
    let size = match pos.filter(|pos| !pos.is_none()) {
        None => this.position.get(),
        Some(pos) => {
            let size = Size::from_argument(thread, pos, "truncate", 0)?.0;
            match usize::try_from(size) {
                Ok(size) => size,
                Err(_) => return Err(thread.value_error(format!("Negative size value {size}"))),
            }
        }
    };
    match this.store.change(thread) {
        Store::Narrow(text) if size < text.len() => text.truncate(size),
        Store::Wide(points) => points.truncate(size),
        Store::Narrow(_) => {}
    }
    Ok(size)
}

/// Change stream position.
///
/// Seek to character offset pos relative to position indicated by
/// whence:
///     0  Start of stream (the default).  pos should be >= 0;
///     1  Current position - pos must be 0;
///     2  End of stream - pos must be 0.
/// Returns the new absolute position.
#[native(signature = "($self, pos, whence=0, /)")]
fn seek(thread: &mut Thread, this: &StringIo, pos: isize, whence: Option<i32>) -> Outcome<usize> {
    this.check(thread)?;
    let whence = whence.unwrap_or(0);
    if !(0..=2).contains(&whence) {
        return Err(thread.value_error(format!("Invalid whence ({whence}, should be 0, 1 or 2)")));
    }
    if whence == 0 && pos < 0 {
        return Err(thread.value_error(format!("Negative seek position {pos}")));
    }
    if whence != 0 && pos != 0 {
        return Err(os_message(thread, "Can't do nonzero cur-relative seeks"));
    }
    match whence {
        0 => this.position.set(pos as usize),
        2 => this.position.set(this.len(thread)),
        _ => {}
    }
    Ok(this.position.get())
}

/// Write string to file.
///
/// Returns the number of characters written, which is always equal to
/// the length of the string.
#[native(signature = "($self, s, /)")]
fn write(thread: &mut Thread, this: &StringIo, s: Ref<'_>) -> Outcome<usize> {
    if !this.ready.get() {
        this.check(thread)?;
    }
    let Some(text) = s.downcast::<Str>() else {
        let ty = s.ty().name().into_owned();
        return Err(thread.type_error(format!("string argument expected, got '{ty}'")));
    };
    this.check(thread)?;
    if !text.is_empty() {
        write_text(thread, this, text)?;
    }
    Ok(text.len())
}

/// Returns True if the IO object can be seeked.
#[native(signature = "($self, /)")]
fn seekable(thread: &mut Thread, this: &StringIo) -> Outcome<bool> {
    this.check(thread)?;
    Ok(true)
}

/// Returns True if the IO object can be read.
#[native(signature = "($self, /)")]
fn readable(thread: &mut Thread, this: &StringIo) -> Outcome<bool> {
    this.check(thread)?;
    Ok(true)
}

/// Returns True if the IO object can be written.
#[native(signature = "($self, /)")]
fn writable(thread: &mut Thread, this: &StringIo) -> Outcome<bool> {
    this.check(thread)?;
    Ok(true)
}

#[native(signature = "($self, /)", name = "__getstate__")]
fn __getstate__(thread: &mut Thread, this: &StringIo) -> Outcome {
    let value = getvalue(thread, this)?;
    let newline = match this.newline.get() {
        Some(newline) => thread.str(newline)?,
        None => Value::none(),
    };
    let attributes = state::attributes_copy(thread, Ref::of(this))?;
    let position = thread.int(this.position.get() as i128)?;
    thread.tuple([value, newline, position, attributes])
}

#[native(signature = "($self, state, /)", name = "__setstate__")]
fn __setstate__(thread: &mut Thread, this: &StringIo, state: Ref<'_>) -> Outcome<()> {
    if this.closed.get() {
        return Err(thread.value_error("I/O operation on closed file"));
    }
    let items = state::items(thread, Ref::of(this), state, 4)?;
    set_up(thread, this, Some(items[0]), Some(items[1]))?;
    // The newlines of the text were translated before.
    if let Some(text) = items[0].downcast::<Str>() {
        let mut own = CharsBuf::new();
        own.push_chars(text.chars());
        *this.store.change(thread) = Store::Narrow(own);
    }
    let position = state::position(thread, items[2], "third item of state must be an integer, got")?;
    this.position.set(position);
    state::set_attributes(thread, Ref::of(this), items[3], "fourth")
}

#[getter]
fn closed(thread: &mut Thread, this: &StringIo) -> Outcome<bool> {
    if !this.ready.get() {
        this.check(thread)?;
    }
    Ok(this.closed.get())
}

#[getter]
fn newlines(thread: &mut Thread, this: &StringIo) -> Outcome {
    this.check(thread)?;
    match this.newlines.get() {
        Some(newlines) => newlines.seen(thread),
        None => Ok(Value::none()),
    }
}

#[getter]
fn line_buffering(thread: &mut Thread, this: &StringIo) -> Outcome<bool> {
    this.check(thread)?;
    Ok(false)
}
