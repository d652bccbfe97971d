//! Reading text.

use taipan_macros::native;
use taipan_object::native::{Buffer, BufferFlags};
use taipan_object::types::exception::BLOCKING_IO_ERROR;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};
use taipan_text::CharsBuf;

use super::super::buffered::{self, BUFFERED_RANDOM, BUFFERED_READER, Buffered};
use super::super::support::{Size, call0, os_message, trap_interrupt, unsupported};
use super::newlines::{Found, line_end};
use super::wrapper::{Snapshot, TEXT_IO_WRAPPER, TextIoWrapper};
use super::write::write_pending;

/// Up to `limit` characters of the last chunk.
fn take(thread: &mut Thread, own: &TextIoWrapper, limit: usize) -> Outcome {
    let Some(decoded) = own.decoded.view(thread).clone() else { return thread.str("") };
    let text = decoded.downcast::<Str>().expect("a chunk of text");
    let start = own.used.get().min(text.len());
    let end = start.saturating_add(limit).min(text.len());
    own.used.set(end);
    if start == 0 && end == text.len() {
        return Ok(decoded);
    }
    thread.str_from_chars(text.chars().slice(start..end))
}

/// The next bytes of the stream below.
fn read_below(thread: &mut Thread, own: &TextIoWrapper, size: usize) -> Outcome {
    let buffer = own.attached(thread)?;
    let ty = buffer.as_ref().ty();
    if let Some(below) = buffer.downcast::<Buffered>()
        && (ty.is(&BUFFERED_READER) || ty.is(&BUFFERED_RANDOM))
    {
        return buffered::read1(thread, below, Some(size as isize));
    }
    let size = thread.int(size as i128)?;
    let name = if own.has_read1.get() { "read1" } else { "read" };
    protocol::call_method(thread, buffer.as_ref(), name, &[size.as_ref()])
}

/// Reads and decodes the next chunk; whether there was one.
fn read_chunk(thread: &mut Thread, own: &TextIoWrapper, hint: usize) -> Outcome<bool> {
    if !own.decoder.view(thread).is_some() {
        return Err(unsupported(thread, "not readable"));
    }
    let before = match own.telling.get() {
        true => Some(own.with_decoder(thread, |thread, decoder| decoder.state(thread))?),
        false => None,
    };
    let hint = (own.ratio.get().max(1.0) * hint as f64) as usize;
    let input = read_below(thread, own, hint.max(own.chunk_size.get()))?;
    let name = if own.has_read1.get() { "read1" } else { "read" };
    let view = match Buffer::of(thread, input.as_ref(), BufferFlags::SIMPLE) {
        Ok(view) => view,
        Err(_) => {
            drop(thread.take_exception());
            let ty = input.as_ref().ty().name().into_owned();
            return Err(thread.type_error(format!(
                "underlying {name}() should have returned a bytes-like object, not '{ty}'"
            )));
        }
    };
    let count = view.len();
    let text = own.with_decoder(thread, |thread, decoder| decoder.decode(thread, &input, count == 0))?;
    let length = text.downcast::<Str>().map_or(0, Str::len);
    own.set_decoded(thread, Some(text));
    own.ratio.set(if length > 0 { count as f64 / length as f64 } else { 0.0 });
    if let Some(before) = before {
        let mut given = before.buffer;
        given.extend_from_slice(view.bytes(thread));
        *own.snapshot.change(thread) = Some(Snapshot { flags: before.flags, input: given });
    }
    Ok(count != 0 || length > 0)
}

/// As [`read_chunk`], again after a signal.
fn next_chunk(thread: &mut Thread, own: &TextIoWrapper, hint: usize) -> Outcome<bool> {
    loop {
        match read_chunk(thread, own, hint) {
            Err(raised) => {
                if !trap_interrupt(thread) {
                    return Err(raised);
                }
            }
            read => return read,
        }
    }
}

#[native(signature = "($self, size=-1, /)")]
pub fn read(thread: &mut Thread, this: &TextIoWrapper, size: Option<Size>) -> Outcome {
    let buffer = this.attached(thread)?;
    this.check_closed(thread)?;
    if !this.decoder.view(thread).is_some() {
        return Err(unsupported(thread, "not readable"));
    }
    write_pending(thread, this)?;
    let Ok(size) = usize::try_from(Size::of(size)) else { return read_all(thread, this, &buffer) };
    let first = take(thread, this, size)?;
    let mut length = first.downcast::<Str>().map_or(0, Str::len);
    if length >= size {
        return Ok(first);
    }
    let mut out = CharsBuf::new();
    let push = |out: &mut CharsBuf, text: &Value| {
        if let Some(text) = text.downcast::<Str>() {
            out.push_chars(text.chars());
        }
    };
    push(&mut out, &first);
    while length < size && next_chunk(thread, this, size - length)? {
        let part = take(thread, this, size - length)?;
        length += part.downcast::<Str>().map_or(0, Str::len);
        push(&mut out, &part);
    }
    thread.str_from_buf(out)
}

fn read_all(thread: &mut Thread, own: &TextIoWrapper, buffer: &Value) -> Outcome {
    let ty = buffer.as_ref().ty();
    let bytes = match buffer.downcast::<Buffered>() {
        Some(below) if ty.is(&BUFFERED_READER) || ty.is(&BUFFERED_RANDOM) => {
            buffered::read(thread, below, None)?
        }
        _ => call0(thread, buffer.as_ref(), "read")?,
    };
    if bytes.as_ref().is_none() {
        return Err(thread.raise_new(&BLOCKING_IO_ERROR, "Read returned None.".to_owned()));
    }
    let rest = own.with_decoder(thread, |thread, decoder| decoder.decode(thread, &bytes, true))?;
    let first = take(thread, own, usize::MAX)?;
    if own.snapshot.change(thread).take().is_some() {
        own.set_decoded(thread, None);
    }
    match (first.downcast::<Str>(), rest.downcast::<Str>()) {
        (Some(first), Some(text)) if !first.is_empty() => thread.concat(first, text),
        _ => Ok(rest),
    }
}

#[native(signature = "($self, size=-1, /)", name = "readline")]
pub fn readline_method(thread: &mut Thread, this: &TextIoWrapper, size: Option<Size>) -> Outcome {
    this.attached(thread)?;
    readline(thread, this, Size::of(size))
}

/// The next line, at most `limit` characters of it unless that is negative.
pub fn readline(thread: &mut Thread, own: &TextIoWrapper, limit: isize) -> Outcome {
    own.check_closed(thread)?;
    if !own.pending.view(thread).is_empty() {
        write_pending(thread, own)?;
    }
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    // The line is in the chunk, mostly.
    let whole = own.decoded.view(thread).clone();
    if let Some(decoded) = &whole {
        let text = decoded.downcast::<Str>().expect("a chunk of text");
        let start = own.used.get();
        if start <= text.len()
            && let Found::End(end) = line_end(text.chars(), start, own.line_end.get())
        {
            let end = end.min(start.saturating_add(limit));
            own.used.set(end);
            return thread.str_from_chars(text.chars().slice(start..end));
        }
    }
    drop(whole);
    long_line(thread, own, limit)
}

/// A line that goes on behind the chunk.
fn long_line(thread: &mut Thread, own: &TextIoWrapper, limit: usize) -> Outcome {
    let mut line = CharsBuf::new();
    // From where on the end of the line may begin.
    let mut searched = 0;
    loop {
        let decoded = own.decoded.view(thread).clone();
        let text = decoded.as_ref().and_then(|decoded| decoded.downcast::<Str>());
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            let start = own.used.get().min(text.len());
            let before = line.len();
            line.push_chars(text.chars().slice(start..text.len()));
            if line.failed() {
                return Err(thread.no_memory());
            }
            let found = line_end(line.as_chars(), searched, own.line_end.get());
            let end = match found {
                Found::End(end) => Some(end.min(limit)),
                Found::Open(_) if line.len() >= limit => Some(limit),
                Found::Open(from) => {
                    searched = from;
                    None
                }
            };
            if let Some(end) = end {
                // What follows stays in the chunk, unless the line ends before it.
                own.used.set((start + end).saturating_sub(before));
                line.truncate(end);
                return thread.str_from_buf(line);
            }
            own.set_decoded(thread, None);
        }
        if !next_chunk(thread, own, 0)? {
            own.set_decoded(thread, None);
            *own.snapshot.change(thread) = None;
            return thread.str_from_buf(line);
        }
    }
}

/// The next line, for iteration: positions cannot be told meanwhile.
pub fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = object.downcast::<TextIoWrapper>().expect("the slot of text streams");
    if !own.is_ready() || own.detached.get() {
        own.attached(thread)?;
    }
    own.telling.set(false);
    let line = if object.ty().is(&TEXT_IO_WRAPPER) {
        readline(thread, own, -1)?
    } else {
        let line = call0(thread, object, "readline")?;
        if line.downcast::<Str>().is_none() {
            let ty = line.as_ref().ty().name().into_owned();
            let message = format!("readline() should have returned a str object, not '{ty}'");
            return Err(os_message(thread, message));
        }
        line
    };
    if line.downcast::<Str>().is_some_and(Str::is_empty) {
        *own.snapshot.change(thread) = None;
        own.telling.set(own.seekable.get());
        return Ok(None);
    }
    Ok(Some(line))
}
