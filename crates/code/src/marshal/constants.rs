//! Reading into [`Const`]s.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use taipan_num::Int;
use taipan_text::Text;

use super::{Builder, CodeParts, ReadError, ReadOptions, Singleton, read};
use crate::{CodeError, CodeObject, Const};

/// Builds constants. Strings are shared by their contents.
///
/// Lists, sets, dictionaries and StopIteration have no constant; in code that a compiler made they
/// don't occur.
#[derive(Debug, Default)]
pub struct ConstBuilder {
    strings: FxHashMap<Rc<Text>, ()>,
    filename: Option<Rc<Text>>,
}

impl ConstBuilder {
    /// A builder that gives all code objects this file name, whatever the data says.
    pub fn with_filename(filename: Rc<Text>) -> ConstBuilder {
        ConstBuilder { filename: Some(filename), ..ConstBuilder::default() }
    }
}

/// Reads a constant, as `marshal.loads`.
pub fn loads(data: &[u8]) -> Result<Const, ReadError> {
    read(data, &mut ConstBuilder::default(), ReadOptions::default())
}

const NO_CONSTANT: ReadError = ReadError::System("code object holds a constant that no compiler makes");
const NOT_STRING: ReadError = ReadError::System("non-string found in code slot");
/// What CPython says of a code object whose fields have the wrong types.
const BAD_CALL: ReadError =
    ReadError::System("../Objects/codeobject.c:465: bad argument to internal function");

impl From<CodeError> for ReadError {
    fn from(error: CodeError) -> ReadError {
        match error {
            CodeError::Value(message) => ReadError::Value(message),
            CodeError::Overflow(message) => ReadError::Overflow(message),
            CodeError::System(message) => ReadError::System(message),
        }
    }
}

fn bytes_of(value: Const) -> Result<Box<[u8]>, ReadError> {
    match value {
        Const::Bytes(bytes) => Ok((*bytes).into()),
        _ => Err(BAD_CALL),
    }
}

fn text_of(value: Const) -> Result<Rc<Text>, ReadError> {
    match value {
        Const::Str(text) => Ok(text),
        _ => Err(BAD_CALL),
    }
}

fn names_of(value: Const) -> Result<Box<[Rc<Text>]>, ReadError> {
    let Const::Tuple(items) = value else { return Err(BAD_CALL) };
    let name = |item: &Const| match item {
        Const::Str(text) => Ok(text.clone()),
        _ => Err(NOT_STRING),
    };
    items.iter().map(name).collect()
}

fn count(number: i32) -> Result<u32, ReadError> {
    u32::try_from(number).map_err(|_| BAD_CALL)
}

/// A code object of these parts, or what CPython says against it.
fn code_of(parts: CodeParts<Const>) -> Result<CodeObject, ReadError> {
    let Const::Tuple(consts) = parts.consts else { return Err(BAD_CALL) };
    let code = CodeObject {
        argcount: count(parts.argcount)?,
        posonlyargcount: count(parts.posonlyargcount)?,
        kwonlyargcount: count(parts.kwonlyargcount)?,
        stacksize: count(parts.stacksize)?.max(1),
        flags: count(parts.flags)?,
        code: bytes_of(parts.code)?,
        consts,
        names: names_of(parts.names)?,
        localsplusnames: names_of(parts.localsplusnames)?,
        localspluskinds: bytes_of(parts.localspluskinds)?,
        filename: text_of(parts.filename)?,
        name: text_of(parts.name)?,
        qualname: text_of(parts.qualname)?,
        firstlineno: parts.firstlineno,
        linetable: bytes_of(parts.linetable)?,
        exceptiontable: bytes_of(parts.exceptiontable)?,
    };
    code.check_shape()?;
    Ok(code)
}

impl Builder for ConstBuilder {
    type Value = Const;
    type Error = ReadError;

    fn share(&mut self, value: &Const) -> Const {
        value.clone()
    }

    fn singleton(&mut self, which: Singleton) -> Result<Const, ReadError> {
        match which {
            Singleton::None => Ok(Const::None),
            Singleton::Ellipsis => Ok(Const::Ellipsis),
            Singleton::False => Ok(Const::Bool(false)),
            Singleton::True => Ok(Const::Bool(true)),
            Singleton::StopIteration => Err(NO_CONSTANT),
        }
    }

    fn int(&mut self, value: Int) -> Result<Const, ReadError> {
        Ok(Const::Int(value))
    }

    fn float(&mut self, value: f64) -> Result<Const, ReadError> {
        Ok(Const::Float(value))
    }

    fn complex(&mut self, real: f64, imag: f64) -> Result<Const, ReadError> {
        Ok(Const::Complex { real, imag })
    }

    fn bytes(&mut self, value: &[u8]) -> Result<Const, ReadError> {
        Ok(Const::Bytes(value.into()))
    }

    fn text(&mut self, value: &Text, _interned: bool) -> Result<Const, ReadError> {
        if let Some((text, ())) = self.strings.get_key_value(value) {
            return Ok(Const::Str(text.clone()));
        }
        let text = value.to_rc();
        self.strings.insert(text.clone(), ());
        Ok(Const::Str(text))
    }

    fn tuple(&mut self, _begun: Option<Const>, items: Vec<Const>) -> Result<Const, ReadError> {
        Ok(Const::Tuple(items.into()))
    }

    fn slice(&mut self, items: [Const; 3]) -> Result<Const, ReadError> {
        Ok(Const::Slice(Rc::new(items)))
    }

    fn frozenset(&mut self, items: Vec<Const>) -> Result<Const, ReadError> {
        let mut seen = FxHashSet::default();
        let distinct = items.iter().filter(|item| seen.insert(*item)).cloned().collect();
        Ok(Const::FrozenSet(distinct))
    }

    fn code(&mut self, mut parts: CodeParts<Const>) -> Result<Const, ReadError> {
        if let Some(filename) = &self.filename {
            parts.filename = Const::Str(filename.clone());
        }
        Ok(Const::Code(Rc::new(code_of(parts)?)))
    }

    fn list(&mut self, _len: usize) -> Result<Const, ReadError> {
        Err(NO_CONSTANT)
    }

    fn list_push(&mut self, _list: &mut Const, _item: Const) -> Result<(), ReadError> {
        Err(NO_CONSTANT)
    }

    fn set(&mut self) -> Result<Const, ReadError> {
        Err(NO_CONSTANT)
    }

    fn set_add(&mut self, _set: &mut Const, _item: Const) -> Result<(), ReadError> {
        Err(NO_CONSTANT)
    }

    fn dict(&mut self) -> Result<Const, ReadError> {
        Err(NO_CONSTANT)
    }

    fn dict_set(&mut self, _dict: &mut Const, _key: Const, _value: Const) -> Result<(), ReadError> {
        Err(NO_CONSTANT)
    }
}
