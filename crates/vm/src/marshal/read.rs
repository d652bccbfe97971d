//! Reading: bytes to objects.

use std::rc::Rc;

use taipan_code::marshal::{Builder, CodeParts, ConstBuilder, ReadError, ReadOptions, Reader, Singleton};
use taipan_code::{CodeObject, Const};
use taipan_num::Int;
use taipan_object::types::bytes::Bytes;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::{self, EOF_ERROR, STOP_ITERATION};
use taipan_object::types::list::List;
use taipan_object::types::set::Set;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, protocol};
use taipan_text::Text;

use taipan_object::types::code::constant::to_const;

/// The letter of a code object, with and without its reference mark.
const CODE: [u8; 2] = [b'c', b'c' | 0x80];

/// Reads a value; answers also how many bytes it took.
pub(crate) fn loads(thread: &mut Thread, data: &[u8], allow_code: bool) -> Outcome<(Value, usize)> {
    if allow_code && data.first().is_some_and(|letter| CODE.contains(letter)) {
        let (code, used) = load_code(data).map_err(|error| raise(thread, &error))?;
        return Ok((thread.foreign_code(&code)?, used));
    }
    let mut reader = Reader::new(data, ReadOptions { allow_code });
    let value = match reader.value(&mut Objects { thread }) {
        Ok(value) => value,
        Err(Failure::Raised(raised)) => return Err(raised),
        Err(Failure::Read(error)) => return Err(raise(thread, &error)),
    };
    Ok((value, reader.position()))
}

/// Reads a code object in its neutral form; answers also how many bytes it took.
fn load_code(data: &[u8]) -> Result<(Rc<CodeObject>, usize), ReadError> {
    let mut reader = Reader::new(data, ReadOptions::default());
    match reader.value(&mut ConstBuilder::default())? {
        Const::Code(code) => Ok((code, reader.position())),
        _ => Err(ReadError::Type("not a code object".to_owned())),
    }
}

/// Reads a code object whose file has another name here than where it was compiled.
pub(crate) fn load_code_as(thread: &mut Thread, data: &[u8], filename: &str) -> Outcome {
    let mut builder = ConstBuilder::with_filename(Text::new(filename).to_rc());
    match Reader::new(data, ReadOptions::default()).value(&mut builder) {
        Ok(code) => thread.constant(&code),
        Err(error) => Err(raise(thread, &error)),
    }
}

/// Reads a value from a file object, which is left behind it.
pub(super) fn load(thread: &mut Thread, file: Ref<'_>, allow_code: bool) -> Outcome {
    let rest = protocol::call_method(thread, file, "read", &[])?;
    let Some(bytes) = rest.downcast::<Bytes>() else {
        let ty = rest.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("file.read() returned not bytes but {ty}")));
    };
    let data = bytes.content();
    let (value, used) = loads(thread, data, allow_code)?;
    if used < data.len() {
        let back = Value::small_int(used as i64 - data.len() as i64);
        protocol::call_method(thread, file, "seek", &[back.as_ref(), Value::small_int(1).as_ref()])?;
    }
    Ok(value)
}

/// Raises what the reader said.
fn raise(thread: &mut Thread, error: &ReadError) -> Raised {
    let message = error.to_string();
    match error {
        ReadError::Eof(_) => thread.raise_new(&EOF_ERROR, message),
        ReadError::Value(_) => thread.value_error(message),
        ReadError::Type(_) => thread.type_error(message),
        ReadError::System(_) => thread.system_error(message),
        ReadError::Overflow(_) => thread.overflow_error(message),
        ReadError::Unicode { object, start, end, reason } => {
            let arguments = (|| -> Outcome<[Value; 5]> {
                Ok([
                    thread.str("utf-8")?,
                    thread.bytes(object)?,
                    thread.int(*start as i128)?,
                    thread.int(*end as i128)?,
                    thread.str(reason)?,
                ])
            })();
            let arguments = match arguments {
                Ok(arguments) => arguments,
                Err(raised) => return raised,
            };
            let arguments = arguments.each_ref().map(Value::as_ref);
            match protocol::call(thread, exception::UNICODE_DECODE_ERROR.as_ref(), &arguments) {
                Ok(value) => thread.raise(value),
                Err(raised) => raised,
            }
        }
    }
}

/// Why reading stopped.
enum Failure {
    Raised(Raised),
    Read(ReadError),
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Failure {
        Failure::Read(error)
    }
}

impl From<Raised> for Failure {
    fn from(raised: Raised) -> Failure {
        Failure::Raised(raised)
    }
}

/// Builds objects.
struct Objects<'t> {
    thread: &'t mut Thread,
}

type Made<T = Value> = Result<T, Failure>;

impl Builder for Objects<'_> {
    type Value = Value;
    type Error = Failure;

    fn share(&mut self, value: &Value) -> Value {
        value.clone()
    }

    fn singleton(&mut self, which: Singleton) -> Made {
        Ok(match which {
            Singleton::None => Value::none(),
            Singleton::Ellipsis => Ref::ellipsis().to_value(),
            Singleton::False => Value::bool(false),
            Singleton::True => Value::bool(true),
            Singleton::StopIteration => STOP_ITERATION.as_ref().to_value(),
        })
    }

    fn int(&mut self, value: Int) -> Made {
        Ok(self.thread.int_value(value)?)
    }

    fn float(&mut self, value: f64) -> Made {
        Ok(self.thread.float(value)?)
    }

    fn complex(&mut self, real: f64, imag: f64) -> Made {
        Ok(self.thread.constant(&Const::Complex { real, imag })?)
    }

    fn bytes(&mut self, value: &[u8]) -> Made {
        Ok(self.thread.bytes(value)?)
    }

    fn text(&mut self, value: &Text, interned: bool) -> Made {
        let made = self.thread.str_from_text(value)?;
        let interp = self.thread.interp();
        Ok(if interned { interp.interned.intern(interp, made) } else { made })
    }

    fn tuple(&mut self, _: Option<Value>, items: Vec<Value>) -> Made {
        Ok(self.thread.tuple(items)?)
    }

    fn slice(&mut self, items: [Value; 3]) -> Made {
        Ok(self.thread.slice(items)?)
    }

    fn frozenset(&mut self, items: Vec<Value>) -> Made {
        let items = self.thread.tuple(items)?;
        Ok(self.thread.frozenset(items.as_ref())?)
    }

    fn code(&mut self, parts: CodeParts<Value>) -> Made {
        let mut builder = ConstBuilder::default();
        let CodeParts {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            code,
            consts,
            names,
            localsplusnames,
            localspluskinds,
            filename,
            name,
            qualname,
            firstlineno,
            linetable,
            exceptiontable,
        } = parts;
        let mut constant = |value: Value| -> Made<Const> {
            to_const(self.thread, value.as_ref())?.ok_or(Failure::Read(ReadError::System(
                "code object holds a constant that no compiler makes",
            )))
        };
        let parts = CodeParts {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            stacksize,
            flags,
            code: constant(code)?,
            consts: constant(consts)?,
            names: constant(names)?,
            localsplusnames: constant(localsplusnames)?,
            localspluskinds: constant(localspluskinds)?,
            filename: constant(filename)?,
            name: constant(name)?,
            qualname: constant(qualname)?,
            firstlineno,
            linetable: constant(linetable)?,
            exceptiontable: constant(exceptiontable)?,
        };
        Ok(match builder.code(parts)? {
            Const::Code(code) => self.thread.foreign_code(&code)?,
            other => self.thread.constant(&other)?,
        })
    }

    fn list(&mut self, _: usize) -> Made {
        Ok(self.thread.list(Vec::new())?)
    }

    fn list_push(&mut self, list: &mut Value, item: Value) -> Made<()> {
        Ok(list.downcast::<List>().expect("made by `list`").push(self.thread, item)?)
    }

    fn set(&mut self) -> Made {
        Ok(self.thread.set()?)
    }

    fn set_add(&mut self, set: &mut Value, item: Value) -> Made<()> {
        Ok(set.downcast::<Set>().expect("made by `set`").add(self.thread, item.as_ref())?)
    }

    fn dict(&mut self) -> Made {
        Ok(self.thread.dict()?)
    }

    fn dict_set(&mut self, dict: &mut Value, key: Value, value: Value) -> Made<()> {
        Ok(dict.downcast::<Dict>().expect("made by `dict`").set(self.thread, key.as_ref(), value)?)
    }
}
