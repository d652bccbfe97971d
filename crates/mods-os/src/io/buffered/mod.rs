//! `BufferedReader`, `BufferedWriter` and `BufferedRandom`: one struct, one buffer for reading and
//! writing, so that both can alternate without a flush.
//!
//! The buffer is a window of the raw stream. `pos` is the logical position in it, `raw_pos` that of
//! the raw stream; what was read ends at `read_end`, what waits to be written lies between
//! `write_pos` and `write_end`; the two ends are -1 while there is no such part. `abs_pos` is the
//! position of the raw stream in the file, -1 while unknown.
//!
//! Calls of the raw stream may run Python and may give up the interpreter lock. Meanwhile the object
//! belongs to one thread (`owner`): another one waits, the same one gets RuntimeError. What is found
//! in the buffer needs no such care.
//!
//! Answers for CPython's `Modules/_io/bufferedio.c`.

mod methods;
mod pair;
mod raw;
mod reading;
mod types;
mod writing;

use std::cell::Cell;

use taipan_object::typeobject::{AttributeWord, Slots, TypeDef};
use taipan_object::{Header, Inside, Outcome, Raised, Ref, Thread, Type, Value, object, protocol};

pub use pair::BUFFERED_RW_PAIR;
pub use reading::{read, read1};
pub use types::{BUFFERED_IO_BASE, BUFFERED_RANDOM, BUFFERED_READER, BUFFERED_WRITER};
pub use writing::write_bytes;

use super::base::{self, stream_type};
use super::fileio::FileIo;
use super::support::attribute_is_true;

/// A buffered stream.
#[repr(C)]
pub struct Buffered {
    head: Header,
    attributes: AttributeWord,
    raw: Inside<Option<Value>>,
    /// Whether the object is of a plain class over a plain `FileIO`.
    plain: Cell<bool>,
    ready: Cell<bool>,
    detached: Cell<bool>,
    readable: Cell<bool>,
    writable: Cell<bool>,
    finalizing: Cell<bool>,
    /// Whether `close()` gave the buffer back.
    gone: Cell<bool>,
    /// Which thread is inside, by the address of its handle; 0 for none.
    owner: Cell<usize>,
    buffer_size: Cell<usize>,
    abs_pos: Cell<i64>,
    pos: Cell<i64>,
    raw_pos: Cell<i64>,
    read_end: Cell<i64>,
    write_pos: Cell<i64>,
    write_end: Cell<i64>,
    /// As long as `buffer_size`, or empty until first needed.
    buffer: Inside<Vec<u8>>,
}
object!(Buffered, BUFFERED, holds: attributes, raw);

/// Not seen by programs: the layout of the three types.
static BUFFERED: Type = stream_type::<Buffered>(
    &TypeDef::new("_io._Buffered"),
    &raw const BUFFERED_IO_BASE,
    Slots { new: None, ..base::slots::<Buffered>() },
);

/// The right to call the raw stream; given back by [`Buffered::leave`].
#[must_use]
pub struct Entered(());

impl Buffered {
    /// Makes the object belong to this thread.
    pub fn enter(&self, thread: &mut Thread) -> Outcome<Entered> {
        let me = std::ptr::from_ref(thread) as usize;
        while self.owner.get() != 0 {
            if self.owner.get() == me {
                let text = protocol::repr_string(thread, Ref::of(self))?;
                return Err(thread.runtime_error(format!("reentrant call inside {text}")));
            }
            thread.released(|_| std::thread::sleep(std::time::Duration::from_micros(50)));
            thread.poll()?;
        }
        self.owner.set(me);
        Ok(Entered(()))
    }

    /// Ends what [`Buffered::enter`] began.
    pub fn leave(&self, _: Entered) {
        self.owner.set(0);
    }

    /// The raw stream, or ValueError.
    pub fn raw(&self, thread: &mut Thread) -> Outcome {
        if self.ready.get()
            && let Some(raw) = self.raw.view(thread).clone()
        {
            return Ok(raw);
        }
        let message = if self.detached.get() {
            "raw stream has been detached"
        } else {
            "I/O operation on uninitialized object"
        };
        Err(thread.value_error(message))
    }

    /// Whether the stream is closed.
    pub fn is_closed(&self, thread: &mut Thread) -> Outcome<bool> {
        if self.gone.get() {
            return Ok(true);
        }
        if self.plain.get()
            && let Some(raw) = self.raw.view(thread)
            && let Some(file) = raw.downcast::<FileIo>()
        {
            return Ok(file.is_closed());
        }
        let raw = self.raw(thread)?;
        attribute_is_true(thread, raw.as_ref(), "closed")
    }

    /// Raises ValueError if the stream is closed and nothing is left in the buffer.
    fn check_closed(&self, thread: &mut Thread, message: &str) -> Outcome<()> {
        if self.is_closed(thread)? && self.read_ahead() == 0 {
            return Err(thread.value_error(message));
        }
        Ok(())
    }

    fn reads(&self) -> bool {
        self.readable.get() && self.read_end.get() != -1
    }

    fn writes(&self) -> bool {
        self.writable.get() && self.write_end.get() != -1
    }

    /// How many bytes were read and not taken.
    pub fn read_ahead(&self) -> usize {
        if self.reads() { (self.read_end.get() - self.pos.get()).max(0) as usize } else { 0 }
    }

    /// How far the raw stream is ahead of the logical position.
    fn raw_offset(&self) -> i64 {
        if (self.reads() || self.writes()) && self.raw_pos.get() >= 0 {
            self.raw_pos.get() - self.pos.get()
        } else {
            0
        }
    }

    fn adjust_position(&self, pos: i64) {
        self.pos.set(pos);
        if self.reads() && self.read_end.get() < pos {
            self.read_end.set(pos);
        }
    }

    fn reset_read(&self) {
        self.read_end.set(-1);
    }

    fn reset_write(&self) {
        self.write_pos.set(0);
        self.write_end.set(-1);
    }

    /// The bytes that were read and not taken.
    pub fn ahead<'a>(&'a self, thread: &'a Thread) -> &'a [u8] {
        let count = self.read_ahead();
        let start = self.pos.get().max(0) as usize;
        self.buffer.view(thread).get(start..start + count).unwrap_or(&[])
    }

    /// The buffer, made now if there is none.
    fn memory<'a>(&'a self, thread: &'a mut Thread) -> Outcome<&'a mut Vec<u8>> {
        let size = self.buffer_size.get();
        if self.buffer.view(thread).len() < size {
            let memory = super::fileio::room(thread, size)?;
            *self.buffer.change(thread) = memory;
        }
        Ok(self.buffer.change(thread))
    }

    /// Copies bytes into the buffer.
    fn put(&self, thread: &mut Thread, at: i64, data: &[u8]) -> Outcome<()> {
        let at = at.max(0) as usize;
        match self.memory(thread)?.get_mut(at..at + data.len()) {
            Some(part) => {
                part.copy_from_slice(data);
                Ok(())
            }
            None => Err(inconsistent(thread)),
        }
    }
}

#[cold]
fn inconsistent(thread: &mut Thread) -> Raised {
    thread.system_error("a buffered stream was changed while it was in use")
}
