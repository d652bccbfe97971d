//! What a buffered stream asks of its raw stream: reading, writing, moving.

use taipan_object::native::BufferFlags;
use taipan_object::types::bytes::bytes_like;
use taipan_object::types::exception::OS_ERROR;
use taipan_object::types::memoryview;
use taipan_object::{Outcome, Thread, Value, protocol};

use super::super::fileio::{FILE_IO, FileIo};
use super::super::support::{call0, chain, offset, os_message, trap_interrupt};
use super::Buffered;

/// The raw stream as a plain file, whose methods nobody overrides.
fn plain_file(raw: &Value) -> Option<&FileIo> {
    raw.as_ref().exact::<FileIo>().filter(|_| raw.as_ref().ty().is(&FILE_IO))
}

fn checked_position(thread: &mut Thread, own: &Buffered, answer: &Value) -> Outcome<i64> {
    let place = offset(thread, answer.as_ref())?;
    if place < 0 {
        return Err(os_message(thread, format!("Raw stream returned invalid position {place}")));
    }
    own.abs_pos.set(place);
    Ok(place)
}

/// The position of the raw stream.
pub fn raw_tell(thread: &mut Thread, own: &Buffered) -> Outcome<i64> {
    let raw = own.raw.view(thread).clone().unwrap_or_default();
    if let Some(file) = plain_file(&raw) {
        let place = file.seek_to(thread, 0, 1)?;
        own.abs_pos.set(place);
        return Ok(place);
    }
    let answer = call0(thread, raw.as_ref(), "tell")?;
    checked_position(thread, own, &answer)
}

/// Moves the raw stream.
pub fn raw_seek(thread: &mut Thread, own: &Buffered, target: i64, whence: i32) -> Outcome<i64> {
    let raw = own.raw.view(thread).clone().unwrap_or_default();
    if let Some(file) = plain_file(&raw) {
        let place = file.seek_to(thread, target, whence)?;
        own.abs_pos.set(place);
        return Ok(place);
    }
    let target = thread.int(target.into())?;
    let whence = Value::small_int(whence.into());
    let answer = protocol::call_method(thread, raw.as_ref(), "seek", &[target.as_ref(), whence.as_ref()])?;
    checked_position(thread, own, &answer)
}

/// Reads into memory of the caller's; none if the stream would block.
pub fn raw_read(thread: &mut Thread, own: &Buffered, memory: &mut [u8]) -> Outcome<Option<usize>> {
    let raw = own.raw.view(thread).clone().unwrap_or_default();
    let count = match plain_file(&raw) {
        Some(file) => file.read_into(thread, memory)?,
        None => read_by_method(thread, &raw, memory)?,
    };
    if let Some(count) = count
        && own.abs_pos.get() != -1
    {
        own.abs_pos.set(own.abs_pos.get() + count as i64);
    }
    Ok(count)
}

fn read_by_method(thread: &mut Thread, raw: &Value, memory: &mut [u8]) -> Outcome<Option<usize>> {
    thread.charge(memory.len())?;
    thread.heap().discharge(memory.len());
    let array = thread.bytearray_from(vec![0; memory.len()])?;
    let view = memoryview::from_object(thread, array.as_ref(), BufferFlags::FULL_RO)?;
    let answer = loop {
        match protocol::call_method(thread, raw.as_ref(), "readinto", &[view.as_ref()]) {
            Ok(answer) => break answer,
            Err(raised) => {
                if !trap_interrupt(thread) {
                    return Err(raised);
                }
            }
        }
    };
    if answer.as_ref().is_none() {
        return Ok(None);
    }
    let length = memory.len();
    let count = match offset(thread, answer.as_ref()) {
        Ok(count) => count,
        Err(_) => {
            let cause = thread.take_exception();
            let raised = thread.raise_new(&OS_ERROR, "raw readinto() failed".to_owned());
            if let (Some(cause), Some(error)) = (&cause, thread.exception.clone()) {
                let name = thread.names().__cause__.clone();
                thread.exception = None;
                let _ = protocol::set_attribute(thread, error.as_ref(), name.as_ref(), Some(cause.as_ref()));
                thread.exception = Some(error);
            }
            chain(thread, cause);
            return Err(raised);
        }
    };
    let Some(count) = usize::try_from(count).ok().filter(|count| *count <= length) else {
        let message = format!(
            "raw readinto() returned invalid length {count} (should have been between 0 and {length})"
        );
        return Err(os_message(thread, message));
    };
    let content = bytes_like(thread, array.as_ref())?;
    match content.get(..count) {
        Some(part) => memory[..count].copy_from_slice(part),
        None => return Err(super::inconsistent(thread)),
    }
    Ok(Some(count))
}

/// Writes; none if the stream would block.
pub fn raw_write(thread: &mut Thread, own: &Buffered, data: &[u8]) -> Outcome<Option<usize>> {
    let raw = own.raw.view(thread).clone().unwrap_or_default();
    let count = match plain_file(&raw) {
        Some(file) => file.write_from(thread, data)?,
        None => write_by_method(thread, &raw, data)?,
    };
    if let Some(count) = count
        && own.abs_pos.get() != -1
    {
        own.abs_pos.set(own.abs_pos.get() + count as i64);
    }
    Ok(count)
}

fn write_by_method(thread: &mut Thread, raw: &Value, data: &[u8]) -> Outcome<Option<usize>> {
    let bytes = thread.bytes(data)?;
    let view = memoryview::from_object(thread, bytes.as_ref(), BufferFlags::FULL_RO)?;
    let answer = loop {
        match protocol::call_method(thread, raw.as_ref(), "write", &[view.as_ref()]) {
            Ok(answer) => break answer,
            Err(raised) => {
                if !trap_interrupt(thread) {
                    return Err(raised);
                }
            }
        }
    };
    if answer.as_ref().is_none() {
        return Ok(None);
    }
    let count = offset(thread, answer.as_ref())?;
    let length = data.len();
    match usize::try_from(count).ok().filter(|count| *count <= length) {
        Some(count) => Ok(Some(count)),
        None => Err(os_message(
            thread,
            format!("raw write() returned invalid length {count} (should have been between 0 and {length})"),
        )),
    }
}

/// Reads more into the buffer, behind what was read already; none if the stream would block.
pub fn fill(thread: &mut Thread, own: &Buffered) -> Outcome<Option<usize>> {
    let start = if own.reads() { own.read_end.get().max(0) as usize } else { 0 };
    let mut memory = std::mem::take(own.memory(thread)?);
    let read = match memory.get_mut(start..) {
        Some(part) => raw_read(thread, own, part),
        None => Err(super::inconsistent(thread)),
    };
    *own.buffer.change(thread) = memory;
    let count = read?;
    if let Some(count) = count.filter(|count| *count > 0) {
        own.read_end.set((start + count) as i64);
        own.raw_pos.set((start + count) as i64);
    }
    Ok(count)
}
