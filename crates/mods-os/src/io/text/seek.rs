//! Positions in text: opaque numbers that say where to begin decoding and how much to skip.

use taipan_macros::native;
use taipan_num::{ByteOrder, Int};
use taipan_object::typeobject::CompareOp;
use taipan_object::types::bytes::Bytes;
use taipan_object::types::int::to_int;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use super::super::support::{both, call0, offset, os_message, set_aside, unsupported};
use super::codec::{Decoder, DecoderState};
use super::wrapper::{Snapshot, TextIoWrapper};
use super::write::write_pending;

/// A position: decode from `start` with the decoder in state `flags`, feed so many bytes, skip so
/// many characters.
#[derive(Clone, Copy, Default)]
struct Cookie {
    start: i64,
    flags: i32,
    bytes_to_feed: i32,
    chars_to_skip: i32,
    need_eof: bool,
}

const COOKIE_BYTES: usize = 21;

impl Cookie {
    fn parse(thread: &mut Thread, number: Ref<'_>) -> Outcome<Cookie> {
        let number = protocol::index(thread, number)?;
        let mut bytes = [0; COOKIE_BYTES];
        let fits = match to_int(number.as_ref()).as_deref() {
            Some(int) => int.to_bytes(&mut bytes, ByteOrder::Little, false).is_ok(),
            None => false,
        };
        if !fits {
            return Err(thread.overflow_error("int too big to convert"));
        }
        let word = |at: usize| i32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]);
        let mut start = [0; 8];
        start.copy_from_slice(&bytes[..8]);
        Ok(Cookie {
            start: i64::from_le_bytes(start),
            flags: word(8),
            bytes_to_feed: word(12),
            chars_to_skip: word(16),
            need_eof: bytes[20] != 0,
        })
    }

    fn build(self, thread: &mut Thread) -> Outcome {
        let mut bytes = Vec::with_capacity(COOKIE_BYTES);
        bytes.extend_from_slice(&self.start.to_le_bytes());
        for word in [self.flags, self.bytes_to_feed, self.chars_to_skip] {
            bytes.extend_from_slice(&word.to_le_bytes());
        }
        bytes.push(self.need_eof.into());
        protocol::from_int(thread, Int::from_bytes(&bytes, ByteOrder::Little, false))
    }

    /// Puts the decoder where the position begins. The start of the stream is a reset, since some
    /// decoders expect a mark there.
    fn set_decoder(self, thread: &mut Thread, decoder: &mut Decoder) -> Outcome<()> {
        if self.start == 0 && self.flags == 0 {
            return decoder.reset(thread);
        }
        decoder.set_state(thread, &DecoderState { buffer: Vec::new(), flags: self.flags.into() })
    }
}

fn is_zero(thread: &mut Thread, value: Ref<'_>) -> Outcome<bool> {
    let zero = Value::small_int(0);
    protocol::compare_bool(thread, value, zero.as_ref(), CompareOp::Eq)
}

/// Puts an encoder with a state at the start of a stream, or elsewhere.
fn reset_encoder(thread: &mut Thread, own: &TextIoWrapper, at_start: bool) -> Outcome<()> {
    let Some(encoder) = own.encoder.view(thread).object() else { return Ok(()) };
    if at_start {
        return call0(thread, encoder.as_ref(), "reset").map(drop);
    }
    let zero = Value::small_int(0);
    protocol::call_method(thread, encoder.as_ref(), "setstate", &[zero.as_ref()]).map(drop)
}

/// Set the stream position, and return the new stream position.
///
///   cookie
///     Zero or an opaque number returned by tell().
///   whence
///     The relative position to seek from.
///
/// Four operations are supported, given by the following argument
/// combinations:
///
/// - seek(0, SEEK_SET): Rewind to the start of the stream.
/// - seek(cookie, SEEK_SET): Restore a previous position;
///   'cookie' must be a number returned by tell().
/// - seek(0, SEEK_END): Fast-forward to the end of the stream.
/// - seek(0, SEEK_CUR): Leave the current stream position unchanged.
///
/// Any other argument combinations are invalid,
/// and may raise exceptions.
#[native(signature = "($self, cookie, whence=os.SEEK_SET, /)")]
pub fn seek(thread: &mut Thread, this: &TextIoWrapper, cookie: Ref<'_>, whence: Option<i32>) -> Outcome {
    let buffer = this.attached(thread)?;
    this.check_closed(thread)?;
    if !this.seekable.get() {
        return Err(unsupported(thread, "underlying stream is not seekable"));
    }
    let cookie = match whence.unwrap_or(0) {
        0 => cookie.to_value(),
        1 => {
            if !is_zero(thread, cookie)? {
                return Err(unsupported(thread, "can't do nonzero cur-relative seeks"));
            }
            call0(thread, Ref::of(this), "tell")?
        }
        2 => {
            if !is_zero(thread, cookie)? {
                return Err(unsupported(thread, "can't do nonzero end-relative seeks"));
            }
            return seek_end(thread, this, &buffer);
        }
        other => {
            return Err(thread.value_error(format!("invalid whence ({other}, should be 0, 1 or 2)")));
        }
    };
    let zero = Value::small_int(0);
    if protocol::compare_bool(thread, cookie.as_ref(), zero.as_ref(), CompareOp::Lt)? {
        let text = protocol::repr_string(thread, cookie.as_ref())?;
        return Err(thread.value_error(format!("negative seek position {text}")));
    }
    call0(thread, Ref::of(this), "flush")?;
    let place = Cookie::parse(thread, cookie.as_ref())?;
    let start = thread.int(place.start.into())?;
    protocol::call_method(thread, buffer.as_ref(), "seek", &[start.as_ref()])?;
    this.set_decoded(thread, None);
    *this.snapshot.change(thread) = None;
    this.with_decoder(thread, |thread, decoder| place.set_decoder(thread, decoder))?;
    let input = if place.chars_to_skip != 0 { replay(thread, this, &buffer, place)? } else { Vec::new() };
    *this.snapshot.change(thread) = Some(Snapshot { flags: place.flags.into(), input });
    reset_encoder(thread, this, place.start == 0 && place.flags == 0)?;
    Ok(cookie)
}

fn seek_end(thread: &mut Thread, own: &TextIoWrapper, buffer: &Value) -> Outcome {
    call0(thread, Ref::of(own), "flush")?;
    own.set_decoded(thread, None);
    *own.snapshot.change(thread) = None;
    own.with_decoder(thread, |thread, decoder| decoder.reset(thread))?;
    let (zero, two) = (Value::small_int(0), Value::small_int(2));
    let place = protocol::call_method(thread, buffer.as_ref(), "seek", &[zero.as_ref(), two.as_ref()])?;
    if own.encoder.view(thread).object().is_some() {
        let at_start = is_zero(thread, place.as_ref())?;
        reset_encoder(thread, own, at_start)?;
    }
    Ok(place)
}

/// Decodes again what lies between the start and the position; the bytes that were given.
fn replay(thread: &mut Thread, own: &TextIoWrapper, buffer: &Value, place: Cookie) -> Outcome<Vec<u8>> {
    let size = Value::small_int(place.bytes_to_feed.into());
    let input = protocol::call_method(thread, buffer.as_ref(), "read", &[size.as_ref()])?;
    let Some(bytes) = input.downcast::<Bytes>() else {
        let ty = input.as_ref().ty().name().into_owned();
        let message = format!("underlying read() should have returned a bytes object, not '{ty}'");
        return Err(thread.type_error(message));
    };
    let text = own.with_decoder(thread, |thread, decoder| decoder.decode(thread, &input, place.need_eof))?;
    let length = text.downcast::<Str>().map_or(0, Str::len);
    own.set_decoded(thread, Some(text));
    match usize::try_from(place.chars_to_skip) {
        Ok(skip) if skip <= length => own.used.set(skip),
        _ => return Err(os_message(thread, "can't restore logical file position")),
    }
    Ok(bytes.content().to_vec())
}

/// Return the stream position as an opaque number.
///
/// The return value of tell() can be given as input to seek(), to
/// restore a previous stream position.
#[native(signature = "($self, /)")]
pub fn tell(thread: &mut Thread, this: &TextIoWrapper) -> Outcome {
    let buffer = this.attached(thread)?;
    this.check_closed(thread)?;
    if !this.seekable.get() {
        return Err(unsupported(thread, "underlying stream is not seekable"));
    }
    if !this.telling.get() {
        return Err(os_message(thread, "telling position disabled by next() call"));
    }
    write_pending(thread, this)?;
    call0(thread, Ref::of(this), "flush")?;
    let place = call0(thread, buffer.as_ref(), "tell")?;
    if !this.decoder.view(thread).is_some() || this.snapshot.view(thread).is_none() {
        return Ok(place);
    }
    let mut cookie = Cookie { start: offset(thread, place.as_ref())?, ..Cookie::default() };
    let snapshot = this.snapshot.view(thread).as_ref();
    let (flags, input) =
        snapshot.map(|snapshot| (snapshot.flags, snapshot.input.clone())).unwrap_or_default();
    let Ok(flags) = i32::try_from(flags) else {
        return Err(thread.overflow_error("Python int too large to convert to C int"));
    };
    cookie.flags = flags;
    cookie.start -= input.len() as i64;
    let skip = this.used.get();
    if skip == 0 {
        return cookie.build(thread);
    }
    let ratio = this.ratio.get();
    let found = this.with_decoder(thread, |thread, decoder| {
        let saved = decoder.state(thread)?;
        let found = locate(thread, decoder, &mut cookie, &input, skip, ratio);
        let error = set_aside(thread, found);
        let restored = decoder.set_state(thread, &saved);
        both(thread, error, restored)
    });
    found?;
    cookie.build(thread)
}

/// How many characters some bytes decode to.
fn decoded_length(thread: &mut Thread, decoder: &mut Decoder, bytes: &[u8], last: bool) -> Outcome<usize> {
    let bytes = thread.bytes(bytes)?;
    let text = match decoder {
        Decoder::Object(object) if !last => {
            let text = protocol::call_method(thread, object.clone().as_ref(), "decode", &[bytes.as_ref()])?;
            super::newline_decoder::check_decoded(thread, text)?
        }
        decoder => decoder.decode(thread, &bytes, last)?,
    };
    Ok(text.downcast::<Str>().map_or(0, Str::len))
}

/// Finds the last place before the position from which decoding can begin.
fn locate(
    thread: &mut Thread,
    decoder: &mut Decoder,
    cookie: &mut Cookie,
    input: &[u8],
    mut skip: usize,
    ratio: f64,
) -> Outcome<()> {
    let mut bytes = (ratio * skip as f64) as i64;
    let mut back = 1;
    while bytes > 0 {
        cookie.set_decoder(thread, decoder)?;
        let part = &input[..(bytes as usize).min(input.len())];
        let decoded = decoded_length(thread, decoder, part, false)?;
        if decoded <= skip {
            let state = decoder.state(thread)?;
            if state.buffer.is_empty() {
                cookie.flags = flags_of(thread, &state)?;
                skip -= decoded;
                break;
            }
            bytes -= state.buffer.len() as i64;
            back = 1;
        } else {
            bytes -= back;
            back *= 2;
        }
    }
    if bytes <= 0 {
        bytes = 0;
        cookie.set_decoder(thread, decoder)?;
    }
    let from = (bytes as usize).min(input.len());
    cookie.start += from as i64;
    cookie.chars_to_skip = skip as i32;
    if skip == 0 {
        return Ok(());
    }
    let mut decoded = 0;
    let mut reached = false;
    for byte in &input[from..] {
        decoded += decoded_length(thread, decoder, std::slice::from_ref(byte), false)?;
        cookie.bytes_to_feed += 1;
        let state = decoder.state(thread)?;
        if state.buffer.is_empty() && decoded <= skip {
            cookie.start += i64::from(cookie.bytes_to_feed);
            skip -= decoded;
            cookie.flags = flags_of(thread, &state)?;
            cookie.bytes_to_feed = 0;
            decoded = 0;
        }
        if decoded >= skip {
            reached = true;
            break;
        }
    }
    if !reached {
        decoded += decoded_length(thread, decoder, b"", true)?;
        cookie.need_eof = true;
        if decoded < skip {
            return Err(os_message(thread, "can't reconstruct logical file position"));
        }
    }
    cookie.chars_to_skip = skip as i32;
    Ok(())
}

fn flags_of(thread: &mut Thread, state: &DecoderState) -> Outcome<i32> {
    match i32::try_from(state.flags) {
        Ok(flags) => Ok(flags),
        Err(_) => Err(thread.overflow_error("Python int too large to convert to C int")),
    }
}
