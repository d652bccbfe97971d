//! The array object: items of one kind, as bytes.

use taipan_object::native::ExportedBytes;
use taipan_object::typeobject::{Type, allocate_instance};
use taipan_object::{Header, Outcome, Ref, Thread, Value, object};

use super::item::Kind;
use super::slots::ARRAY;

/// An array object.
#[repr(C)]
pub struct Array {
    head: Header,
    pub(super) kind: &'static Kind,
    pub(super) content: ExportedBytes,
}
object!(Array, ARRAY);

pub(super) fn array<'a>(object: Ref<'a>) -> &'a Array {
    object.downcast::<Array>().expect("the slot of arrays")
}

/// A new array of a class.
pub(super) fn new_array(thread: &mut Thread, ty: &Type, kind: &'static Kind, content: Vec<u8>) -> Outcome {
    let content = ExportedBytes::new(thread, content)?;
    allocate_instance(thread, ty, |head| Array { head, kind, content })
}

impl Array {
    /// How many items there are.
    pub(super) fn len(&self, thread: &Thread) -> usize {
        self.content.view(thread).len() / self.kind.size
    }

    /// The item at a place.
    pub(super) fn get(&self, thread: &mut Thread, index: usize) -> Outcome<Option<Value>> {
        let at = index * self.kind.size;
        let mut word = [0; 8];
        match self.content.view(thread).get(at..at + self.kind.size) {
            Some(bytes) => word[..self.kind.size].copy_from_slice(bytes),
            None => return Ok(None),
        }
        self.kind.unpack(thread, &word[..self.kind.size]).map(Some)
    }

    /// Raises BufferError while somebody views the items.
    pub(super) fn check_resizable(&self, thread: &mut Thread) -> Outcome<()> {
        if self.content.exports() != 0 {
            return Err(thread.buffer_error("cannot resize an array that is exporting buffers"));
        }
        Ok(())
    }

    /// Adds an item at the end.
    pub(super) fn push(&self, thread: &mut Thread, value: Ref<'_>) -> Outcome<()> {
        let bytes = self.kind.pack(thread, value)?;
        self.check_resizable(thread)?;
        self.content.append(thread, &bytes[..self.kind.size])
    }

    /// Adds bytes of whole items at the end.
    pub(super) fn append(&self, thread: &mut Thread, bytes: &[u8]) -> Outcome<()> {
        if bytes.is_empty() {
            return Ok(());
        }
        self.check_resizable(thread)?;
        self.content.append(thread, bytes)
    }

    /// Puts bytes of whole items in the place of items.
    pub(super) fn splice(&self, thread: &mut Thread, low: usize, high: usize, bytes: &[u8]) -> Outcome<()> {
        let size = self.kind.size;
        if (high - low) * size != bytes.len() {
            self.check_resizable(thread)?;
        }
        self.content.replace(thread, low * size..high * size, bytes)
    }

    /// A copy of the bytes of items.
    pub(super) fn copy(&self, thread: &mut Thread, low: usize, high: usize) -> Outcome<Vec<u8>> {
        let (size, bytes) = (self.kind.size, (high - low) * self.kind.size);
        thread.charge(bytes)?;
        thread.heap().discharge(bytes);
        Ok(self.content.view(thread)[low * size..high * size].to_vec())
    }

    /// Adds the items of an iterable.
    pub(super) fn extend(&self, thread: &mut Thread, iterable: Ref<'_>) -> Outcome<()> {
        if let Some(other) = iterable.downcast::<Array>() {
            if other.kind.code != self.kind.code {
                return Err(thread.type_error("can only extend with array of same kind"));
            }
            let length = other.len(thread);
            let bytes = other.copy(thread, 0, length)?;
            return self.append(thread, &bytes);
        }
        taipan_object::protocol::for_each(thread, iterable, |thread, item| self.push(thread, item.as_ref()))
    }
}
