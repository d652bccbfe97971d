//! Writing text.

use taipan_macros::native;
use taipan_object::types::bytes::Bytes;
use taipan_object::types::str::{Chars, Str};
use taipan_object::{Outcome, Thread, Value, protocol};
use taipan_text::CharsBuf;

use super::super::buffered::{self, BUFFERED_RANDOM, BUFFERED_WRITER, Buffered};
use super::super::support::{call0, trap_interrupt, unsupported};
use super::codec::{Encoder, encode_native, encode_object};
use super::newlines::find;
use super::wrapper::TextIoWrapper;

/// Hands the encoded text that waits to the stream below, which need not be flushed by that.
pub fn write_pending(thread: &mut Thread, own: &TextIoWrapper) -> Outcome<()> {
    if own.pending.view(thread).is_empty() {
        return Ok(());
    }
    let mut pending = std::mem::take(own.pending.change(thread));
    let buffer = own.attached(thread)?;
    let ty = buffer.as_ref().ty();
    if let Some(below) = buffer.downcast::<Buffered>()
        && (ty.is(&BUFFERED_WRITER) || ty.is(&BUFFERED_RANDOM))
    {
        buffered::write_bytes(thread, below, &pending)?;
        // The memory is used again.
        if own.pending.view(thread).is_empty() {
            pending.clear();
            *own.pending.change(thread) = pending;
        }
        return Ok(());
    }
    let bytes = thread.bytes_from(pending)?;
    write_object(thread, &buffer, &bytes)
}

fn write_object(thread: &mut Thread, buffer: &Value, bytes: &Value) -> Outcome<()> {
    loop {
        match protocol::call_method(thread, buffer.as_ref(), "write", &[bytes.as_ref()]) {
            Ok(_) => return Ok(()),
            Err(raised) => {
                if !trap_interrupt(thread) {
                    return Err(raised);
                }
            }
        }
    }
}

/// The text with another newline.
fn with_newline(thread: &mut Thread, chars: Chars<'_>, newline: &str) -> Outcome {
    let mut out = CharsBuf::new();
    let mut at = 0;
    while let Some(next) = find(chars, at, b'\n') {
        out.push_chars(chars.slice(at..next));
        out.push_str(newline);
        at = next + 1;
    }
    out.push_chars(chars.slice(at..chars.len()));
    thread.str_from_buf(out)
}

#[native(signature = "($self, text, /)")]
pub fn write(thread: &mut Thread, this: &TextIoWrapper, text: &Str) -> Outcome<usize> {
    let buffer = this.attached(thread)?;
    this.check_closed(thread)?;
    if !this.encoder.view(thread).is_some() {
        return Err(unsupported(thread, "not writable"));
    }
    let length = text.len();
    let newline = this.written_newline();
    let buffered_line = this.line_buffering.get();
    let has_newline = (newline.is_some() || buffered_line) && find(text.chars(), 0, b'\n').is_some();
    let translated = match newline {
        Some(newline) if has_newline => Some(with_newline(thread, text.chars(), newline)?),
        _ => None,
    };
    let text = translated.as_ref().and_then(|text| text.downcast::<Str>()).unwrap_or(text);
    let flush = buffered_line && (has_newline || find(text.chars(), 0, b'\r').is_some());
    append(thread, this, text)?;
    if this.pending.view(thread).len() >= this.chunk_size.get() || flush || this.write_through.get() {
        write_pending(thread, this)?;
    }
    if flush {
        call0(thread, buffer.as_ref(), "flush")?;
    }
    if this.snapshot.change(thread).take().is_some() {
        this.set_decoded(thread, None);
    }
    if this.decoder.view(thread).is_some() {
        this.with_decoder(thread, |thread, decoder| decoder.reset(thread))?;
    }
    Ok(length)
}

/// Encodes and appends to what waits.
fn append(thread: &mut Thread, own: &TextIoWrapper, text: &Str) -> Outcome<()> {
    if let (Some(ascii), true) = (text.as_ascii(), own.encoder.view(thread).keeps_ascii()) {
        return append_bytes(thread, own, ascii.as_bytes());
    }
    let native = match own.encoder.view(thread) {
        Encoder::Native { codec, errors } => Some((*codec, errors.clone())),
        _ => None,
    };
    if let Some((codec, errors)) = native {
        let encoded = encode_native(thread, codec, &errors, text)?;
        return append_bytes(thread, own, &encoded);
    }
    let encoder = own.encoder.view(thread).object().unwrap_or_default();
    let encoded = encode_object(thread, encoder.as_ref(), taipan_object::Ref::of(text))?;
    append_bytes(thread, own, encoded.downcast::<Bytes>().map_or(&[], Bytes::content))
}

fn append_bytes(thread: &mut Thread, own: &TextIoWrapper, bytes: &[u8]) -> Outcome<()> {
    // What is large is not joined with what waits.
    if bytes.len() >= own.chunk_size.get() {
        while !own.pending.view(thread).is_empty() {
            write_pending(thread, own)?;
        }
    }
    let pending = own.pending.change(thread);
    if pending.try_reserve(bytes.len()).is_err() {
        return Err(thread.no_memory());
    }
    pending.extend_from_slice(bytes);
    Ok(())
}
