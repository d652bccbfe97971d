//! Decoders and encoders of a text stream: the common codecs at once, all others through the objects
//! that the codec registry makes.

use taipan_object::codec::Handler;
use taipan_object::typeobject::{Held, Visitor};
use taipan_object::types::bytes::{Bytes, bytes_like};
use taipan_object::types::str::{Chars, Str};
use taipan_object::{Outcome, Ref, Thread, Value, protocol};
use taipan_text::CharsBuf;
use taipan_text::codec;

use super::super::support::{call0, find_attribute};
use super::newline_decoder::{call_decoder, state_parts};
use super::newlines::Newlines;

/// A codec without a state of its own but for the beginning of a character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NativeCodec {
    Utf8,
    Latin1,
    Ascii,
}

impl NativeCodec {
    /// The codec of an encoding, if it is one of these.
    pub fn find(encoding: &str) -> Option<NativeCodec> {
        let plain: String = encoding
            .chars()
            .map(|c| if matches!(c, '_' | ' ') { '-' } else { c.to_ascii_lowercase() })
            .collect();
        match &*plain {
            "utf-8" | "utf8" => Some(NativeCodec::Utf8),
            "latin-1" | "latin1" | "iso-8859-1" | "iso8859-1" => Some(NativeCodec::Latin1),
            "ascii" | "us-ascii" => Some(NativeCodec::Ascii),
            _ => None,
        }
    }
}

/// A decoder between two chunks.
#[derive(Default)]
pub enum Decoder {
    /// The stream is not readable.
    #[default]
    None,
    /// One of the common codecs.
    Native {
        codec: NativeCodec,
        errors: String,
        /// The beginning of a character.
        pending: Vec<u8>,
        /// For universal newlines.
        newlines: Option<Newlines>,
    },
    /// An incremental decoder.
    Object(Value),
}

impl Held for Decoder {
    fn report(&self, visitor: &mut Visitor<'_>) {
        if let Decoder::Object(decoder) = self {
            visitor.visit(decoder);
        }
    }
}

/// The state of a decoder: bytes that wait, flags.
pub struct DecoderState {
    pub buffer: Vec<u8>,
    pub flags: i64,
}

impl Decoder {
    /// Decodes; the object of the input, if there is one, is for exceptions and for other decoders.
    pub fn decode(&mut self, thread: &mut Thread, input: &Value, last: bool) -> Outcome {
        match self {
            Decoder::None => thread.str(""),
            Decoder::Object(decoder) => call_decoder(thread, decoder.clone().as_ref(), input.as_ref(), last),
            Decoder::Native { codec, errors, pending, newlines } => {
                let content = bytes_like(thread, input.as_ref())?;
                if pending.is_empty() {
                    return decode_native(
                        thread,
                        *codec,
                        errors,
                        pending,
                        newlines,
                        (&content, Some(input)),
                        last,
                    );
                }
                let mut whole = pending.clone();
                whole.extend_from_slice(&content);
                decode_native(thread, *codec, errors, pending, newlines, (&whole, None), last)
            }
        }
    }

    /// `getstate`
    pub fn state(&self, thread: &mut Thread) -> Outcome<DecoderState> {
        match self {
            Decoder::None => Ok(DecoderState { buffer: Vec::new(), flags: 0 }),
            Decoder::Native { pending, newlines, .. } => {
                let flags = newlines.is_some_and(|newlines| newlines.pending_cr).into();
                Ok(DecoderState { buffer: pending.clone(), flags })
            }
            Decoder::Object(decoder) => {
                let state = call0(thread, decoder.as_ref(), "getstate")?;
                let (buffer, flags) = state_parts(thread, &state, "illegal decoder state")?;
                let Some(bytes) = buffer.downcast::<Bytes>() else {
                    let ty = buffer.as_ref().ty().name().into_owned();
                    return Err(thread.type_error(format!(
                        "illegal decoder state: the first item should be a bytes object, not '{ty}'"
                    )));
                };
                Ok(DecoderState { buffer: bytes.content().to_vec(), flags })
            }
        }
    }

    /// `setstate`
    pub fn set_state(&mut self, thread: &mut Thread, state: &DecoderState) -> Outcome<()> {
        match self {
            Decoder::None => Ok(()),
            Decoder::Native { pending, newlines, .. } => {
                pending.clone_from(&state.buffer);
                if let Some(newlines) = newlines {
                    newlines.pending_cr = state.flags & 1 == 1;
                }
                Ok(())
            }
            Decoder::Object(decoder) => {
                let decoder = decoder.clone();
                let buffer = thread.bytes(&state.buffer)?;
                let flags = thread.int(state.flags.into())?;
                let state = thread.tuple([buffer, flags])?;
                protocol::call_method(thread, decoder.as_ref(), "setstate", &[state.as_ref()]).map(drop)
            }
        }
    }

    /// `reset`
    pub fn reset(&mut self, thread: &mut Thread) -> Outcome<()> {
        match self {
            Decoder::None => Ok(()),
            Decoder::Native { pending, newlines, .. } => {
                pending.clear();
                if let Some(newlines) = newlines {
                    newlines.reset();
                }
                Ok(())
            }
            Decoder::Object(decoder) => call0(thread, decoder.clone().as_ref(), "reset").map(drop),
        }
    }

    /// The kinds of newlines that were seen.
    pub fn newlines(&self, thread: &mut Thread) -> Outcome {
        match self {
            Decoder::Native { newlines: Some(newlines), .. } => newlines.seen(thread),
            Decoder::Object(decoder) => {
                Ok(find_attribute(thread, decoder.as_ref(), "newlines")?.unwrap_or_default())
            }
            _ => Ok(Value::none()),
        }
    }

    /// Whether there is one.
    pub fn is_some(&self) -> bool {
        !matches!(self, Decoder::None)
    }
}

fn decode_native(
    thread: &mut Thread,
    native: NativeCodec,
    errors: &str,
    pending: &mut Vec<u8>,
    newlines: &mut Option<Newlines>,
    (content, object): (&[u8], Option<&Value>),
    last: bool,
) -> Outcome {
    // What is ASCII without `\r`, or Latin-1, is the text already.
    let plain = native == NativeCodec::Latin1 || content.is_ascii();
    if plain {
        let chars = Chars::One(content);
        if newlines.as_mut().is_none_or(|newlines| newlines.passes(chars, last)) {
            pending.clear();
            return thread.str_from_chars(chars);
        }
    }
    let mut out = CharsBuf::new();
    let mut used = content.len();
    if plain {
        out.push_bytes(content);
    } else {
        let mut handler = Handler::new(thread, Some(errors), object.map(Value::as_ref));
        if native == NativeCodec::Utf8 {
            used = codec::decode_utf8(content, last, &mut out, &mut handler)?;
        } else {
            codec::decode_ascii(content, &mut out, &mut handler)?;
        }
    }
    let rest = content.get(used..).unwrap_or(&[]).to_vec();
    let text = thread.str_from_buf(out)?;
    *pending = rest;
    match newlines {
        Some(newlines) => newlines.process(thread, text, last),
        None => Ok(text),
    }
}

/// An encoder.
#[derive(Default)]
pub enum Encoder {
    /// The stream is not writable.
    #[default]
    None,
    /// One of the common codecs.
    Native { codec: NativeCodec, errors: String },
    /// An incremental encoder.
    Object(Value),
}

impl Held for Encoder {
    fn report(&self, visitor: &mut Visitor<'_>) {
        if let Encoder::Object(encoder) = self {
            visitor.visit(encoder);
        }
    }
}

impl Encoder {
    /// Whether ASCII is encoded as itself, without a call.
    pub fn keeps_ascii(&self) -> bool {
        matches!(self, Encoder::Native { .. })
    }

    /// Whether there is one.
    pub fn is_some(&self) -> bool {
        !matches!(self, Encoder::None)
    }

    /// The object behind the encoder, if it is one.
    pub fn object(&self) -> Option<Value> {
        match self {
            Encoder::Object(encoder) => Some(encoder.clone()),
            _ => None,
        }
    }
}

/// Encodes with a common codec.
pub fn encode_native(thread: &mut Thread, native: NativeCodec, errors: &str, text: &Str) -> Outcome<Vec<u8>> {
    let worst = text.len().saturating_mul(4);
    thread.charge(worst)?;
    thread.heap().discharge(worst);
    let mut handler = Handler::new(thread, Some(errors), Some(Ref::of(text)));
    match native {
        NativeCodec::Utf8 => codec::encode_utf8(text.chars(), &mut handler),
        NativeCodec::Latin1 => codec::encode_latin1(text.chars(), &mut handler),
        NativeCodec::Ascii => codec::encode_ascii(text.chars(), &mut handler),
    }
}

/// Encodes through an object.
pub fn encode_object(thread: &mut Thread, encoder: Ref<'_>, text: Ref<'_>) -> Outcome {
    let encoded = protocol::call_method(thread, encoder, "encode", &[text])?;
    if encoded.downcast::<Bytes>().is_none() {
        let ty = encoded.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("encoder should return a bytes object, not '{ty}'")));
    }
    Ok(encoded)
}
