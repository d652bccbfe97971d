//! Reading from buffered streams.

use taipan_macros::native;
use taipan_object::native::WritableBuffer;
use taipan_object::types::bytes::Bytes;
use taipan_object::{Outcome, Thread, Value, protocol};

use super::super::fileio::{self, FILE_IO, FileIo};
use super::super::support::{Size, call0, find_attribute};
use super::methods::flush_and_rewind;
use super::raw::{fill, raw_read};
use super::{Buffered, inconsistent};

#[native(signature = "($self, size=-1, /)")]
pub fn read(thread: &mut Thread, this: &Buffered, size: Option<Size>) -> Outcome {
    this.raw(thread)?;
    let size = Size::of(size);
    if size < -1 {
        return Err(thread.value_error("read length must be non-negative or -1"));
    }
    this.check_closed(thread, "read of closed file")?;
    let Ok(size) = usize::try_from(size) else { return read_all(thread, this) };
    if size <= this.read_ahead() {
        return take(thread, this, size);
    }
    let entered = this.enter(thread)?;
    let made = read_generic(thread, this, size);
    this.leave(entered);
    match made? {
        Some(content) => thread.bytes_from(content),
        None => Ok(Value::none()),
    }
}

/// Bytes that are in the buffer.
fn take(thread: &mut Thread, own: &Buffered, size: usize) -> Outcome {
    let Some(part) = own.ahead(thread).get(..size) else { return Err(inconsistent(thread)) };
    let part = part.to_vec();
    own.pos.set(own.pos.get() + size as i64);
    thread.bytes_from(part)
}

/// Reads until the end.
pub fn read_all(thread: &mut Thread, own: &Buffered) -> Outcome {
    let entered = own.enter(thread)?;
    let made = read_all_entered(thread, own);
    own.leave(entered);
    made
}

fn read_all_entered(thread: &mut Thread, own: &Buffered) -> Outcome {
    let ahead = own.ahead(thread).to_vec();
    own.pos.set(own.pos.get() + ahead.len() as i64);
    if own.writable.get() {
        flush_and_rewind(thread, own)?;
    }
    own.reset_read();
    let raw = own.raw(thread)?;
    if raw.as_ref().ty().is(&FILE_IO)
        && let Some(file) = raw.downcast::<FileIo>()
    {
        let had = !ahead.is_empty();
        let before = ahead.len();
        return match fileio::read_to_end(thread, file, ahead)? {
            Some(all) => {
                if own.abs_pos.get() != -1 {
                    own.abs_pos.set(own.abs_pos.get() + (all.len() - before) as i64);
                }
                thread.bytes_from(all)
            }
            None if had => Err(inconsistent(thread)),
            None => Ok(Value::none()),
        };
    }
    let mut all = ahead;
    if let Some(readall) = find_attribute(thread, raw.as_ref(), "readall")? {
        let rest = protocol::call(thread, readall.as_ref(), &[])?;
        if rest.as_ref().is_none() {
            return if all.is_empty() { Ok(rest) } else { thread.bytes_from(all) };
        }
        let Some(more) = rest.downcast::<Bytes>() else {
            return Err(thread.type_error("readall() should return bytes"));
        };
        if all.is_empty() {
            return Ok(rest);
        }
        all.extend_from_slice(more.content());
        return thread.bytes_from(all);
    }
    loop {
        let data = call0(thread, raw.as_ref(), "read")?;
        if !data.as_ref().is_none() && data.downcast::<Bytes>().is_none() {
            return Err(thread.type_error("read() should return bytes"));
        }
        let part = data.downcast::<Bytes>().map_or(&[][..], Bytes::content);
        if part.is_empty() {
            return if all.is_empty() { Ok(data) } else { thread.bytes_from(all) };
        }
        if own.abs_pos.get() != -1 {
            own.abs_pos.set(own.abs_pos.get() + part.len() as i64);
        }
        if all.try_reserve(part.len()).is_err() {
            return Err(thread.no_memory());
        }
        all.extend_from_slice(part);
    }
}

/// Reads `size` bytes, or fewer at the end; none if nothing came since the stream would block.
fn read_generic(thread: &mut Thread, own: &Buffered, size: usize) -> Outcome<Option<Vec<u8>>> {
    // Another thread may have read ahead since the caller looked.
    if let Some(part) = own.ahead(thread).get(..size) {
        let part = part.to_vec();
        own.pos.set(own.pos.get() + size as i64);
        return Ok(Some(part));
    }
    let mut out = fileio::room(thread, size)?;
    let ahead = own.ahead(thread);
    let mut written = ahead.len().min(size);
    out[..written].copy_from_slice(&ahead[..written]);
    own.pos.set(own.pos.get() + written as i64);
    if own.writable.get() {
        flush_and_rewind(thread, own)?;
    }
    own.reset_read();
    let ended = |out: &mut Vec<u8>, written: usize, count: Option<usize>| {
        out.truncate(written);
        if count == Some(0) || written > 0 { Ok(Some(std::mem::take(out))) } else { Ok(None) }
    };
    // Whole blocks go where they are wanted, the rest through the buffer.
    let block = own.buffer_size.get();
    while size - written >= block {
        let whole = (size - written) / block * block;
        match raw_read(thread, own, &mut out[written..written + whole])? {
            Some(count) if count > 0 => written += count,
            count => return ended(&mut out, written, count),
        }
    }
    own.pos.set(0);
    own.raw_pos.set(0);
    own.read_end.set(0);
    while written < size && (own.read_end.get() as usize) < block {
        match fill(thread, own)? {
            Some(count) if count > 0 => {
                let part = own.ahead(thread);
                let count = part.len().min(size - written);
                out[written..written + count].copy_from_slice(&part[..count]);
                written += count;
                own.pos.set(own.pos.get() + count as i64);
            }
            count => return ended(&mut out, written, count),
        }
    }
    out.truncate(written);
    Ok(Some(out))
}

#[native(signature = "($self, size=-1, /)")]
pub fn read1(thread: &mut Thread, this: &Buffered, size: Option<isize>) -> Outcome {
    this.raw(thread)?;
    let size = usize::try_from(size.unwrap_or(-1)).unwrap_or(this.buffer_size.get());
    this.check_closed(thread, "read of closed file")?;
    if size == 0 {
        return thread.bytes(b"");
    }
    let ahead = this.read_ahead();
    if ahead > 0 {
        return take(thread, this, ahead.min(size));
    }
    let mut out = fileio::room(thread, size)?;
    let entered = this.enter(thread)?;
    let made = read1_entered(thread, this, &mut out);
    this.leave(entered);
    out.truncate(made?.unwrap_or(0));
    thread.bytes_from(out)
}

fn read1_entered(thread: &mut Thread, own: &Buffered, out: &mut [u8]) -> Outcome<Option<usize>> {
    if own.writable.get() {
        flush_and_rewind(thread, own)?;
    }
    own.reset_read();
    raw_read(thread, own, out)
}

#[native(signature = "($self, buffer, /)")]
pub fn readinto(thread: &mut Thread, this: &Buffered, buffer: WritableBuffer) -> Outcome<Option<usize>> {
    readinto_generic(thread, this, &buffer, false)
}

#[native(signature = "($self, buffer, /)")]
pub fn readinto1(thread: &mut Thread, this: &Buffered, buffer: WritableBuffer) -> Outcome<Option<usize>> {
    readinto_generic(thread, this, &buffer, true)
}

fn readinto_generic(
    thread: &mut Thread,
    own: &Buffered,
    buffer: &WritableBuffer,
    once: bool,
) -> Outcome<Option<usize>> {
    own.raw(thread)?;
    own.check_closed(thread, "readinto of closed file")?;
    let wanted = buffer.0.len();
    let part = own.ahead(thread);
    let part = part[..part.len().min(wanted)].to_vec();
    let written = part.len();
    buffer.0.bytes_mut(thread)[..written].copy_from_slice(&part);
    own.pos.set(own.pos.get() + written as i64);
    if written == wanted {
        return Ok(Some(written));
    }
    let entered = own.enter(thread)?;
    let made = readinto_entered(thread, own, buffer, written, once);
    own.leave(entered);
    made
}

fn readinto_entered(
    thread: &mut Thread,
    own: &Buffered,
    buffer: &WritableBuffer,
    mut written: usize,
    once: bool,
) -> Outcome<Option<usize>> {
    let wanted = buffer.0.len();
    if own.writable.get() {
        flush_and_rewind(thread, own)?;
    }
    own.reset_read();
    own.pos.set(0);
    while written < wanted {
        let remaining = wanted - written;
        let count = if remaining > own.buffer_size.get() {
            let mut memory = fileio::room(thread, remaining)?;
            let count = raw_read(thread, own, &mut memory)?;
            let part = &memory[..count.unwrap_or(0)];
            buffer.0.bytes_mut(thread)[written..written + part.len()].copy_from_slice(part);
            count
        } else if once && written > 0 {
            Some(0)
        } else {
            match fill(thread, own)? {
                Some(count) if count > 0 => {
                    let part = own.ahead(thread);
                    let part = part[..part.len().min(remaining)].to_vec();
                    buffer.0.bytes_mut(thread)[written..written + part.len()].copy_from_slice(&part);
                    written += part.len();
                    own.pos.set(own.pos.get() + part.len() as i64);
                    continue;
                }
                count => count,
            }
        };
        match count {
            Some(0) => break,
            Some(count) => {
                written += count;
                if once {
                    break;
                }
            }
            None if written > 0 => break,
            None => return Ok(None),
        }
    }
    Ok(Some(written))
}

#[native(signature = "($self, size=-1, /)", name = "readline")]
pub fn readline_method(thread: &mut Thread, this: &Buffered, size: Option<Size>) -> Outcome {
    this.raw(thread)?;
    readline(thread, this, Size::of(size))
}

/// The next line, at most `limit` bytes of it unless that is negative.
pub fn readline(thread: &mut Thread, own: &Buffered, limit: isize) -> Outcome {
    own.check_closed(thread, "readline of closed file")?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let ahead = own.ahead(thread);
    let part = &ahead[..ahead.len().min(limit)];
    if let Some(at) = memchr::memchr(b'\n', part) {
        return take(thread, own, at + 1);
    }
    if part.len() == limit {
        return take(thread, own, limit);
    }
    let entered = own.enter(thread)?;
    let made = readline_entered(thread, own, limit);
    own.leave(entered);
    thread.bytes_from(made?)
}

fn readline_entered(thread: &mut Thread, own: &Buffered, limit: usize) -> Outcome<Vec<u8>> {
    // Looked at again: another thread may have read ahead meanwhile.
    let part = own.ahead(thread);
    let part = &part[..part.len().min(limit)];
    let end = memchr::memchr(b'\n', part).map(|at| at + 1);
    let mut line = part[..end.unwrap_or(part.len())].to_vec();
    own.pos.set(own.pos.get() + line.len() as i64);
    if end.is_some() || line.len() == limit {
        return Ok(line);
    }
    if own.writable.get() {
        flush_and_rewind(thread, own)?;
    }
    loop {
        own.reset_read();
        own.pos.set(0);
        if fill(thread, own)?.unwrap_or(0) == 0 {
            return Ok(line);
        }
        let part = own.ahead(thread);
        let part = &part[..part.len().min(limit - line.len())];
        let (part, done) = match memchr::memchr(b'\n', part) {
            Some(at) => (&part[..=at], true),
            None => (part, part.len() == limit - line.len()),
        };
        if line.try_reserve(part.len()).is_err() {
            return Err(thread.no_memory());
        }
        line.extend_from_slice(part);
        own.pos.set(part.len() as i64);
        if done {
            return Ok(line);
        }
    }
}

#[native(signature = "($self, size=0, /)")]
pub fn peek(thread: &mut Thread, this: &Buffered, size: Option<isize>) -> Outcome {
    let _ = size;
    this.raw(thread)?;
    this.check_closed(thread, "peek of closed file")?;
    let entered = this.enter(thread)?;
    let made = peek_entered(thread, this);
    this.leave(entered);
    made?;
    let ahead = this.ahead(thread).to_vec();
    thread.bytes_from(ahead)
}

fn peek_entered(thread: &mut Thread, own: &Buffered) -> Outcome<()> {
    if own.writable.get() {
        flush_and_rewind(thread, own)?;
    }
    if own.read_ahead() > 0 {
        return Ok(());
    }
    own.reset_read();
    fill(thread, own)?;
    own.pos.set(0);
    Ok(())
}
