//! `_TextIOBase`: what streams of text have in common.

use taipan_macros::{getter, native};
use taipan_object::native::{GetSetDef, MethodDef};
use taipan_object::typeobject::{Slots, TypeDef};
use taipan_object::{Outcome, Ref, Thread, Type};

use super::super::base::{self, IO_BASE, IoBase, stream_type};
use super::super::support::unsupported;

/// The type `_io._TextIOBase`.
pub static TEXT_IO_BASE: Type = stream_type::<IoBase>(
    &TypeDef {
        doc: Some(include_str!("../doc/TextIOBase.txt")),
        methods: &[METHODS],
        getset: &[GETSET],
        ..TypeDef::new("_io._TextIOBase")
    },
    &IO_BASE,
    Slots { new: Some(base::new), ..base::slots::<IoBase>() },
);

const METHODS: &[MethodDef] = &[DETACH, READ, READLINE, WRITE];

const GETSET: &[GetSetDef] = &[ENCODING, NEWLINES, ERRORS];

/// Separate the underlying buffer from the TextIOBase and return it.
///
/// After the underlying buffer has been detached, the TextIO is in
/// an unusable state.
#[native(signature = "($self, /)")]
fn detach(thread: &mut Thread, _: Ref<'_>) -> Outcome<()> {
    Err(unsupported(thread, "detach"))
}

/// Read at most size characters from stream.
///
/// Read from underlying buffer until we have size characters or we hit
/// EOF.  If size is negative or omitted, read until EOF.
#[native(signature = "($self, size=-1, /)")]
fn read(thread: &mut Thread, _: Ref<'_>, _: Option<Ref<'_>>) -> Outcome<()> {
    Err(unsupported(thread, "read"))
}

/// Read until newline or EOF.
///
/// Return an empty string if EOF is hit immediately.
/// If size is specified, at most size characters will be read.
#[native(signature = "($self, size=-1, /)")]
fn readline(thread: &mut Thread, _: Ref<'_>, _: Option<Ref<'_>>) -> Outcome<()> {
    Err(unsupported(thread, "readline"))
}

/// Write string s to stream.
///
/// Return the number of characters written
/// (which is always equal to the length of the string).
#[native(signature = "($self, s, /)")]
fn write(thread: &mut Thread, _: Ref<'_>, _: Ref<'_>) -> Outcome<()> {
    Err(unsupported(thread, "write"))
}

/// Encoding of the text stream.
///
/// Subclasses should override.
#[getter]
fn encoding(_: &mut Thread, _: Ref<'_>) {}

/// Line endings translated so far.
///
/// Only line endings translated during reading are considered.
///
/// Subclasses should override.
#[getter]
fn newlines(_: &mut Thread, _: Ref<'_>) {}

/// The error setting of the decoder or encoder.
///
/// Subclasses should override.
#[getter]
fn errors(_: &mut Thread, _: Ref<'_>) {}
