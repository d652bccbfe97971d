//! Names of files between Python and the operating system: UTF-8 with `surrogateescape`, and the
//! protocol `__fspath__`.
//!
//! Not here: descriptors in the place of paths, which is the module `posix`'s affair.
//!
//! Answers for `PyOS_FSPath`, `PyUnicode_FSConverter` and `PyUnicode_EncodeFSDefault` in CPython.

use std::borrow::Cow;

use crate::thread::Thread;
use crate::typeobject::call_special;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::types::str::codec::encode_text;
use crate::value::{Outcome, Raised, Ref, Value};

impl Thread {
    /// A string of what the operating system says, whatever its bytes are: `os.fsdecode`.
    pub fn fs_decode(&mut self, bytes: &[u8]) -> Outcome {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return self.str(text);
        }
        let mut points = Vec::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            points.extend(chunk.valid().chars().map(u32::from));
            points.extend(chunk.invalid().iter().map(|&byte| 0xdc00 | u32::from(byte)));
        }
        self.str_from_points(&points)
    }

    /// The bytes that the operating system gets for a string: `os.fsencode`.
    pub fn fs_encode<'a>(&mut self, text: &'a Str) -> Outcome<Cow<'a, [u8]>> {
        match text.as_ascii() {
            Some(ascii) => Ok(Cow::Borrowed(ascii.as_bytes())),
            None => encode_text(self, text, "utf-8", Some("surrogateescape")).map(Cow::Owned),
        }
    }

    /// `str` or `bytes` as they are, of anything else what its `__fspath__` answers; `None` without
    /// such a method.
    pub fn find_fspath(&mut self, path: Ref<'_>) -> Outcome<Option<Value>> {
        if path.downcast::<Str>().is_some() || path.downcast::<Bytes>().is_some() {
            return Ok(Some(path.to_value()));
        }
        let name = self.intern("__fspath__")?;
        // A class says by `None` that it has no path.
        if path.ty().lookup_value(self, &name).is_none_or(|method| method.as_ref().is_none()) {
            return Ok(None);
        }
        let Some(made) = call_special(self, path, &name, &[])? else { return Ok(None) };
        if made.downcast::<Str>().is_none() && made.downcast::<Bytes>().is_none() {
            let (ty, got) = (path.ty().name().into_owned(), made.as_ref().ty().name().into_owned());
            return Err(
                self.type_error(format!("expected {ty}.__fspath__() to return str or bytes, not {got}"))
            );
        }
        Ok(Some(made))
    }

    /// `os.fspath`
    pub fn fspath(&mut self, path: Ref<'_>) -> Outcome {
        match self.find_fspath(path)? {
            Some(made) => Ok(made),
            None => {
                let ty = path.ty().name().into_owned();
                Err(self.type_error(format!("expected str, bytes or os.PathLike object, not {ty}")))
            }
        }
    }

    /// The bytes of a path-like object for a call of the host.
    pub fn fs_path(&mut self, path: Ref<'_>) -> Outcome<Vec<u8>> {
        let made = self.fspath(path)?;
        let bytes = self.fs_bytes(made.as_ref())?;
        if bytes.contains(&0) { Err(self.null_in_path("embedded null byte")) } else { Ok(bytes) }
    }

    /// The bytes of what [`Thread::fspath`] answered.
    pub fn fs_bytes(&mut self, path: Ref<'_>) -> Outcome<Vec<u8>> {
        match (path.downcast::<Str>(), path.downcast::<Bytes>()) {
            (Some(text), _) => self.fs_encode(text).map(Cow::into_owned),
            (None, Some(bytes)) => Ok(bytes.content().to_vec()),
            (None, None) => Err(self.system_error("a path is a string or bytes")),
        }
    }

    #[cold]
    fn null_in_path(&mut self, message: &str) -> Raised {
        self.value_error(message)
    }
}
