//! Writing to buffered streams.

use taipan_macros::native;
use taipan_object::native::Buffer;
use taipan_object::types::exception::BLOCKING_IO_ERROR;
use taipan_object::{Outcome, Thread};

use super::super::support::would_block;
use super::raw::{raw_seek, raw_write};
use super::{Buffered, inconsistent};

const BLOCKED: &str = "write could not complete without blocking";

/// Writes what waits in the buffer.
pub fn flush_entered(thread: &mut Thread, own: &Buffered) -> Outcome<()> {
    if own.writes() && own.write_pos.get() != own.write_end.get() {
        let rewind = own.raw_offset() + (own.pos.get() - own.write_pos.get());
        if rewind != 0 {
            raw_seek(thread, own, -rewind, 1)?;
            own.raw_pos.set(own.raw_pos.get() - rewind);
        }
        while own.write_pos.get() < own.write_end.get() {
            let (start, end) = (own.write_pos.get() as usize, own.write_end.get() as usize);
            let memory = std::mem::take(own.buffer.change(thread));
            let written = match memory.get(start..end) {
                Some(part) => raw_write(thread, own, part),
                None => Err(inconsistent(thread)),
            };
            *own.buffer.change(thread) = memory;
            let Some(count) = written? else { return Err(would_block(thread, BLOCKED, 0)) };
            own.write_pos.set(own.write_pos.get() + count as i64);
            own.raw_pos.set(own.write_pos.get());
            thread.poll()?;
        }
    }
    // Afterwards nothing is in the buffer for writing, so that `tell` counts no offset.
    own.reset_write();
    Ok(())
}

#[native(signature = "($self, buffer, /)")]
pub fn write(thread: &mut Thread, this: &Buffered, buffer: Buffer) -> Outcome<usize> {
    let content = match buffer.constant_bytes() {
        Some(content) => content,
        None => {
            let copy = buffer.to_vec(thread)?;
            return write_bytes(thread, this, &copy);
        }
    };
    write_bytes(thread, this, content)
}

/// Writes bytes that no object changes.
pub fn write_bytes(thread: &mut Thread, own: &Buffered, data: &[u8]) -> Outcome<usize> {
    own.raw(thread)?;
    let entered = own.enter(thread)?;
    let made = write_entered(thread, own, data);
    own.leave(entered);
    made
}

fn write_entered(thread: &mut Thread, own: &Buffered, data: &[u8]) -> Outcome<usize> {
    if own.is_closed(thread)? {
        return Err(thread.value_error("write to closed file"));
    }
    let size = own.buffer_size.get();
    if !own.reads() && !own.writes() {
        own.pos.set(0);
        own.raw_pos.set(0);
    }
    let available = (size as i64 - own.pos.get()).max(0) as usize;
    if data.len() <= available && data.len() < size {
        own.put(thread, own.pos.get(), data)?;
        if !own.writes() || own.write_pos.get() > own.pos.get() {
            own.write_pos.set(own.pos.get());
        }
        own.adjust_position(own.pos.get() + data.len() as i64);
        if own.pos.get() > own.write_end.get() {
            own.write_end.set(own.pos.get());
        }
        return Ok(data.len());
    }
    if let Err(raised) = flush_entered(thread, own) {
        if !thread.exception_is(&BLOCKING_IO_ERROR) {
            return Err(raised);
        }
        return keep_what_fits(thread, own, data);
    }
    let offset = own.raw_offset();
    if offset != 0 {
        raw_seek(thread, own, -offset, 1)?;
        own.raw_pos.set(own.raw_pos.get() - offset);
    }
    write_through(thread, own, data)
}

/// The stream would block while the buffer was written: makes room and keeps what fits.
fn keep_what_fits(thread: &mut Thread, own: &Buffered, data: &[u8]) -> Outcome<usize> {
    let size = own.buffer_size.get();
    if own.readable.get() {
        own.reset_read();
    }
    let start = own.write_pos.get();
    let range = start.max(0) as usize..own.write_end.get().max(0) as usize;
    own.memory(thread)?.copy_within(range, 0);
    own.write_end.set(own.write_end.get() - start);
    own.raw_pos.set(own.raw_pos.get() - start);
    own.pos.set(own.pos.get() - start);
    own.write_pos.set(0);
    let available = (size as i64 - own.write_end.get()).max(0) as usize;
    let kept = &data[..data.len().min(available)];
    own.put(thread, own.write_end.get(), kept)?;
    own.write_end.set(own.write_end.get() + kept.len() as i64);
    own.pos.set(own.pos.get() + kept.len() as i64);
    if kept.len() == data.len() {
        drop(thread.take_exception());
        return Ok(data.len());
    }
    Err(would_block(thread, BLOCKED, kept.len()))
}

/// Writes data that the empty buffer cannot hold, and keeps the rest.
fn write_through(thread: &mut Thread, own: &Buffered, data: &[u8]) -> Outcome<usize> {
    let size = own.buffer_size.get();
    let mut written = 0;
    while data.len() - written >= size {
        match raw_write(thread, own, &data[written..])? {
            Some(count) => written += count,
            None if data.len() - written > size => {
                own.put(thread, 0, &data[written..written + size])?;
                own.raw_pos.set(0);
                own.adjust_position(size as i64);
                own.write_end.set(size as i64);
                return Err(would_block(thread, BLOCKED, written + size));
            }
            None => break,
        }
        thread.poll()?;
    }
    if own.readable.get() {
        own.reset_read();
    }
    let rest = &data[written..];
    if !rest.is_empty() {
        own.put(thread, 0, rest)?;
    }
    own.write_pos.set(0);
    own.write_end.set(rest.len() as i64);
    own.adjust_position(rest.len() as i64);
    own.raw_pos.set(0);
    Ok(data.len())
}
