//! `TextIOWrapper`: text over a buffered stream of bytes. The struct, its construction, its
//! reconfiguration.
//!
//! `decoded` is the last decoded chunk, of which `used` characters were taken. While `telling`, a
//! snapshot remembers the state of the decoder before that chunk and the bytes it was given since, so
//! that `tell()` can find the bytes that belong to a position in the text.
//!
//! The decoder and the encoder may be objects, whose methods run Python: they are taken out of the
//! stream while they work, and put back.

use std::cell::Cell;

use taipan_macros::native;
use taipan_object::codec::{lookup_error, lookup_text_encoding};
use taipan_object::native::{Args, Parameters};
use taipan_object::typeobject::{AttributeWord, CompareOp, Slots, TypeDef, allocate_instance};
use taipan_object::types::str::Str;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Type, Value, object, protocol};

use super::super::base::{self, stream_type};
use super::super::buffered::{BUFFERED_RANDOM, BUFFERED_READER, BUFFERED_WRITER};
use super::super::fileio::{FILE_IO, FileIo};
use super::super::support::{attribute_is_true, call0, find_attribute, text_argument, unsupported};
use super::super::{locale_encoding, warn_default_encoding};
use super::TEXT_IO_BASE;
use super::codec::{Decoder, Encoder, NativeCodec};
use super::newline_decoder::NEWLINE_DECODER;
use super::newlines::{LineEnd, Newlines, check_newline};

/// A text stream.
#[repr(C)]
pub struct TextIoWrapper {
    head: Header,
    attributes: AttributeWord,
    pub(super) buffer: Inside<Option<Value>>,
    /// The plain file below, which tells quickly whether it is closed.
    pub(super) raw: Inside<Option<Value>>,
    pub(super) encoding: Inside<Option<Value>>,
    pub(super) errors: Inside<Option<Value>>,
    pub(super) decoder: Inside<Decoder>,
    pub(super) encoder: Inside<Encoder>,
    pub(super) line_end: Cell<LineEnd>,
    newline: Cell<Option<&'static str>>,
    pub(super) line_buffering: Cell<bool>,
    pub(super) write_through: Cell<bool>,
    pub(super) seekable: Cell<bool>,
    pub(super) telling: Cell<bool>,
    pub(super) has_read1: Cell<bool>,
    pub(super) finalizing: Cell<bool>,
    ready: Cell<bool>,
    pub(super) detached: Cell<bool>,
    pub(super) chunk_size: Cell<usize>,
    pub(super) decoded: Inside<Option<Value>>,
    pub(super) used: Cell<usize>,
    pub(super) pending: Inside<Vec<u8>>,
    pub(super) snapshot: Inside<Option<Snapshot>>,
    /// Bytes for each character in the last chunk.
    pub(super) ratio: Cell<f64>,
}
object!(TextIoWrapper, TEXT_IO_WRAPPER, holds: attributes, buffer, raw, encoding, errors, decoder, encoder, decoded);

/// Where the decoder was before the last chunk, and what it was given since.
pub struct Snapshot {
    pub flags: i64,
    pub input: Vec<u8>,
}

/// The type `_io.TextIOWrapper`.
pub static TEXT_IO_WRAPPER: Type = stream_type::<TextIoWrapper>(
    &TypeDef {
        doc: Some(include_str!("../doc/TextIOWrapper.txt")),
        signature: Some(
            "(buffer, encoding=None, errors=None, newline=None,\n              line_buffering=False, write_through=False)",
        ),
        methods: super::wrapper_methods::METHODS,
        getset: &[super::wrapper_methods::GETSET],
        ..TypeDef::new("_io.TextIOWrapper")
    },
    &TEXT_IO_BASE,
    Slots {
        new: Some(new),
        init: Some(init),
        repr: Some(super::wrapper_methods::repr),
        next: Some(super::read::next),
        ..base::slots::<TextIoWrapper>()
    },
);

fn new<'a>(thread: &mut Thread, ty: &'a Type, _: Args<'a>) -> Outcome {
    allocate_instance(thread, ty, |head| TextIoWrapper {
        head,
        attributes: AttributeWord::new(),
        buffer: Inside::new(None),
        raw: Inside::new(None),
        encoding: Inside::new(None),
        errors: Inside::new(None),
        decoder: Inside::new(Decoder::None),
        encoder: Inside::new(Encoder::None),
        line_end: Cell::new(LineEnd::Lf),
        newline: Cell::new(None),
        line_buffering: Cell::new(false),
        write_through: Cell::new(false),
        seekable: Cell::new(false),
        telling: Cell::new(false),
        has_read1: Cell::new(false),
        finalizing: Cell::new(false),
        ready: Cell::new(false),
        detached: Cell::new(false),
        chunk_size: Cell::new(8192),
        decoded: Inside::new(None),
        used: Cell::new(0),
        pending: Inside::new(Vec::new()),
        snapshot: Inside::new(None),
        ratio: Cell::new(0.0),
    })
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    static PARAMETERS: Parameters = Parameters {
        function: "TextIOWrapper",
        names: &["buffer", "encoding", "errors", "newline", "line_buffering", "write_through"],
        positional_only: 0,
        positional: 6,
        required: 1,
        required_keywords: 0,
    };
    let [buffer, encoding, errors, newline, line_buffering, write_through] =
        PARAMETERS.parse::<6>(thread, args)?;
    let own = object.downcast::<TextIoWrapper>().expect("the slot of text streams");
    let none = Ref::none();
    let encoding = text_argument(thread, "TextIOWrapper", "encoding", encoding.unwrap_or(none), true)?;
    let errors = text_argument(thread, "TextIOWrapper", "errors", errors.unwrap_or(none), true)?;
    let newline = text_argument(thread, "TextIOWrapper", "newline", newline.unwrap_or(none), true)?;
    let flag = |thread: &mut Thread, value: Option<Ref<'_>>| match value {
        Some(value) => protocol::is_true(thread, value),
        None => Ok(false),
    };
    let line_buffering = flag(thread, line_buffering)?;
    let write_through = flag(thread, write_through)?;
    own.ready.set(false);
    own.detached.set(false);
    for text in [encoding, newline, errors].into_iter().flatten() {
        if text.chars().iter().any(|point| point == 0) {
            return Err(thread.value_error("embedded null character"));
        }
    }
    if encoding.is_none() {
        warn_default_encoding(thread, 1)?;
    }
    let errors = match errors {
        Some(errors) => {
            check_errors(thread, errors)?;
            Ref::of(errors).to_value()
        }
        None => thread.intern("strict")?,
    };
    let newline = check_newline(thread, newline)?;
    own.clear(thread);
    let encoding = match encoding {
        Some(encoding) if !encoding.is("locale") => Ref::of(encoding).to_value(),
        _ => locale_encoding(thread)?,
    };
    own.chunk_size.set(8192);
    own.line_buffering.set(line_buffering);
    own.write_through.set(write_through);
    own.set_newline(newline);
    *own.buffer.change(thread) = Some(buffer.expect("a required parameter").to_value());
    own.set_codecs(thread, &encoding, &errors)?;
    *own.encoding.change(thread) = Some(encoding);
    *own.errors.change(thread) = Some(errors);
    own.look_below(thread)?;
    own.fix_encoder_state(thread)?;
    own.ready.set(true);
    Ok(())
}

/// In development mode, asks whether there is such an error handler.
fn check_errors(thread: &mut Thread, errors: &Str) -> Outcome<()> {
    if super::super::is_dev_mode(thread) {
        let name = errors.to_string_lossy().into_owned();
        lookup_error(thread, &name)?;
    }
    Ok(())
}

impl TextIoWrapper {
    fn clear(&self, thread: &mut Thread) {
        let old = (
            self.buffer.change(thread).take(),
            self.raw.change(thread).take(),
            self.encoding.change(thread).take(),
            self.errors.change(thread).take(),
            self.decoded.change(thread).take(),
            std::mem::take(self.decoder.change(thread)),
            std::mem::take(self.encoder.change(thread)),
        );
        drop(old);
        self.pending.change(thread).clear();
        *self.snapshot.change(thread) = None;
        self.used.set(0);
        self.ratio.set(0.0);
    }

    fn set_newline(&self, newline: Option<&'static str>) {
        self.newline.set(newline);
        self.line_end.set(match newline {
            None | Some("\n") => LineEnd::Lf,
            Some("\r") => LineEnd::Cr,
            Some("\r\n") => LineEnd::CrLf,
            Some(_) => LineEnd::Universal,
        });
    }

    /// What is written for a `\n`, if that is something else.
    pub(super) fn written_newline(&self) -> Option<&'static str> {
        self.newline.get().filter(|newline| newline.starts_with('\r'))
    }

    /// Makes decoder and encoder, as far as the stream below can be read and written.
    fn set_codecs(&self, thread: &mut Thread, encoding: &Value, errors: &Value) -> Outcome<()> {
        let name = encoding.downcast::<Str>().map(|name| name.to_string_lossy().into_owned());
        let (name, handler) = (name.unwrap_or_default(), errors.downcast::<Str>());
        let handler = handler.map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let native = NativeCodec::find(&name);
        let codec = match native {
            Some(_) => None,
            None => Some(lookup_text_encoding(thread, &name, "codecs.open()")?),
        };
        let buffer = self.buffer.view(thread).clone().unwrap_or_default();
        let universal = matches!(self.newline.get(), None | Some(""));
        let translate = self.newline.get().is_none();
        let readable = call0(thread, buffer.as_ref(), "readable")?;
        if protocol::is_true(thread, readable.as_ref())? {
            let decoder = match (&codec, native) {
                (Some(codec), _) => {
                    let mut decoder = incremental(thread, codec, "incrementaldecoder", errors)?;
                    if universal {
                        let arguments = [decoder.as_ref(), Ref::bool(translate)];
                        decoder = protocol::call(thread, NEWLINE_DECODER.as_ref(), &arguments)?;
                    }
                    Decoder::Object(decoder)
                }
                (None, native) => Decoder::Native {
                    codec: native.unwrap_or(NativeCodec::Utf8),
                    errors: handler.clone(),
                    pending: Vec::new(),
                    newlines: universal.then(|| Newlines::new(translate)),
                },
            };
            let old = std::mem::replace(self.decoder.change(thread), decoder);
            drop(old);
        }
        let writable = call0(thread, buffer.as_ref(), "writable")?;
        if protocol::is_true(thread, writable.as_ref())? {
            let encoder = match (&codec, native) {
                (Some(codec), _) => {
                    Encoder::Object(incremental(thread, codec, "incrementalencoder", errors)?)
                }
                (None, native) => {
                    Encoder::Native { codec: native.unwrap_or(NativeCodec::Utf8), errors: handler }
                }
            };
            let old = std::mem::replace(self.encoder.change(thread), encoder);
            drop(old);
        }
        Ok(())
    }

    /// Finds out what the stream below is and can.
    fn look_below(&self, thread: &mut Thread) -> Outcome<()> {
        let buffer = self.buffer.view(thread).clone().unwrap_or_default();
        if [&BUFFERED_READER, &BUFFERED_WRITER, &BUFFERED_RANDOM].iter().any(|ty| buffer.as_ref().ty().is(ty))
        {
            let raw = find_attribute(thread, buffer.as_ref(), "raw")?;
            *self.raw.change(thread) = raw.filter(|raw| raw.as_ref().ty().is(&FILE_IO));
        }
        let seekable = call0(thread, buffer.as_ref(), "seekable")?;
        let seekable = protocol::is_true(thread, seekable.as_ref())?;
        self.seekable.set(seekable);
        self.telling.set(seekable);
        self.has_read1.set(find_attribute(thread, buffer.as_ref(), "read1")?.is_some());
        Ok(())
    }

    /// Tells an encoder with a state that this is not the beginning of the stream.
    fn fix_encoder_state(&self, thread: &mut Thread) -> Outcome<()> {
        let Some(encoder) = self.encoder.view(thread).object() else {
            if self.seekable.get() && self.encoder.view(thread).is_some() {
                let buffer = self.buffer.view(thread).clone().unwrap_or_default();
                call0(thread, buffer.as_ref(), "tell")?;
            }
            return Ok(());
        };
        if !self.seekable.get() {
            return Ok(());
        }
        let buffer = self.buffer.view(thread).clone().unwrap_or_default();
        let place = call0(thread, buffer.as_ref(), "tell")?;
        let zero = Value::small_int(0);
        if !protocol::compare_bool(thread, place.as_ref(), zero.as_ref(), CompareOp::Eq)? {
            protocol::call_method(thread, encoder.as_ref(), "setstate", &[zero.as_ref()])?;
        }
        Ok(())
    }

    /// The stream below, or ValueError.
    pub(super) fn attached(&self, thread: &mut Thread) -> Outcome {
        if self.ready.get()
            && let Some(buffer) = self.buffer.view(thread).clone()
        {
            return Ok(buffer);
        }
        let message = if self.detached.get() {
            "underlying buffer has been detached"
        } else {
            "I/O operation on uninitialized object"
        };
        Err(thread.value_error(message))
    }

    /// Raises ValueError if the stream is closed.
    pub(super) fn check_closed(&self, thread: &mut Thread) -> Outcome<()> {
        if !Ref::of(self).ty().is(&TEXT_IO_WRAPPER) {
            return base::check_closed(thread, Ref::of(self));
        }
        let plain = self.raw.view(thread).as_ref().and_then(|raw| raw.downcast::<FileIo>());
        let closed = match plain.map(FileIo::is_closed) {
            Some(closed) => closed,
            None => {
                let buffer = self.attached(thread)?;
                attribute_is_true(thread, buffer.as_ref(), "closed")?
            }
        };
        if closed {
            return Err(thread.value_error("I/O operation on closed file."));
        }
        Ok(())
    }

    pub(super) fn is_ready(&self) -> bool {
        self.ready.get()
    }

    /// Puts another chunk of text in the place of the last.
    pub(super) fn set_decoded(&self, thread: &mut Thread, text: Option<Value>) {
        let old = std::mem::replace(self.decoded.change(thread), text);
        drop(old);
        self.used.set(0);
    }

    /// Works with the decoder, taken out of the stream meanwhile.
    pub(super) fn with_decoder<T>(
        &self,
        thread: &mut Thread,
        work: impl FnOnce(&mut Thread, &mut Decoder) -> Outcome<T>,
    ) -> Outcome<T> {
        let mut decoder = match self.decoder.view(thread) {
            Decoder::Object(decoder) => Decoder::Object(decoder.clone()),
            _ => std::mem::take(self.decoder.change(thread)),
        };
        let made = work(thread, &mut decoder);
        if !matches!(decoder, Decoder::Object(_)) {
            *self.decoder.change(thread) = decoder;
        }
        made
    }
}

/// The incremental decoder or encoder of a codec.
fn incremental(thread: &mut Thread, codec: &Value, name: &str, errors: &Value) -> Outcome {
    let name = thread.intern(name)?;
    let make = protocol::get_attribute(thread, codec.as_ref(), name.as_ref())?;
    protocol::call(thread, make.as_ref(), &[errors.as_ref()])
}

/// A flag that may stay as it is.
fn optional_flag(thread: &mut Thread, value: Option<Ref<'_>>, old: bool) -> Outcome<bool> {
    match value.filter(|value| !value.is_none()) {
        Some(value) => Ok(protocol::index_i64(thread, value)? != 0),
        None => Ok(old),
    }
}

/// Reconfigure the text stream with new parameters.
///
/// This also does an implicit stream flush.
#[native(
    signature = "($self, /, *, encoding=None, errors=None, newline=None,\n            line_buffering=None, write_through=None)"
)]
pub fn reconfigure(
    thread: &mut Thread,
    this: &TextIoWrapper,
    encoding: Option<Ref<'_>>,
    errors: Option<Ref<'_>>,
    newline: Option<Ref<'_>>,
    line_buffering: Option<Ref<'_>>,
    write_through: Option<Ref<'_>>,
) -> Outcome<()> {
    let none = Ref::none();
    let encoding = text_argument(thread, "reconfigure", "encoding", encoding.unwrap_or(none), true)?;
    let errors = text_argument(thread, "reconfigure", "errors", errors.unwrap_or(none), true)?;
    let new_newline = match newline {
        Some(newline) => Some(text_argument(thread, "reconfigure", "newline", newline, true)?),
        None => None,
    };
    let changes = encoding.is_some() || errors.is_some() || new_newline.is_some();
    if this.decoded.view(thread).is_some() && changes {
        return Err(unsupported(
            thread,
            "It is not possible to set the encoding or newline of stream after the first read",
        ));
    }
    let new_newline = match new_newline {
        Some(newline) => Some(check_newline(thread, newline)?),
        None => None,
    };
    let line_buffering = optional_flag(thread, line_buffering, this.line_buffering.get())?;
    let write_through = optional_flag(thread, write_through, this.write_through.get())?;
    call0(thread, Ref::of(this), "flush")?;
    this.ratio.set(0.0);
    if let Some(newline) = new_newline {
        this.set_newline(newline);
    }
    if changes {
        let old_encoding = this.encoding.view(thread).clone().unwrap_or_default();
        let old_errors = this.errors.view(thread).clone().unwrap_or_default();
        let errors = match (errors, encoding) {
            (Some(errors), _) => Ref::of(errors).to_value(),
            (None, None) => old_errors,
            (None, Some(_)) => thread.intern("strict")?,
        };
        let encoding = match encoding {
            None => old_encoding,
            Some(encoding) if encoding.is("locale") => locale_encoding(thread)?,
            Some(encoding) => Ref::of(encoding).to_value(),
        };
        this.set_codecs(thread, &encoding, &errors)?;
        let old =
            (this.encoding.change(thread).replace(encoding), this.errors.change(thread).replace(errors));
        drop(old);
        this.fix_encoder_state(thread)?;
    }
    this.line_buffering.set(line_buffering);
    this.write_through.set(write_through);
    Ok(())
}
