//! Reading: bytes to whatever a [`Builder`] makes of them.

use taipan_num::{Int, float};
use taipan_text::{Text, TextBuf};

use super::{FLAG_REF, MAX_DEPTH, letter, long};

/// What can go wrong; the machine raises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// EOFError
    Eof(&'static str),
    /// ValueError
    Value(String),
    /// TypeError
    Type(String),
    /// SystemError
    System(&'static str),
    /// OverflowError
    Overflow(&'static str),
    /// UnicodeDecodeError of codec utf-8
    Unicode {
        /// The bytes of the string.
        object: Box<[u8]>,
        /// The first wrong byte.
        start: usize,
        /// The byte after the last wrong one.
        end: usize,
        /// What is wrong.
        reason: &'static str,
    },
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReadError::Value(message) | ReadError::Type(message) => f.write_str(message),
            ReadError::Eof(message) | ReadError::System(message) | ReadError::Overflow(message) => {
                f.write_str(message)
            }
            ReadError::Unicode { object, start, end, reason } if *end == start + 1 => {
                let byte = object[*start];
                write!(f, "'utf-8' codec can't decode byte 0x{byte:02x} in position {start}: {reason}")
            }
            ReadError::Unicode { start, end, reason, .. } => {
                let last = end - 1;
                write!(f, "'utf-8' codec can't decode bytes in position {start}-{last}: {reason}")
            }
        }
    }
}

impl std::error::Error for ReadError {}

fn bad(what: &str) -> ReadError {
    ReadError::Value(format!("bad marshal data ({what})"))
}

/// The values of which there is one each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Singleton {
    None,
    Ellipsis,
    False,
    True,
    StopIteration,
}

/// The fields of a serialised code object.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the names are those of the `co_` attributes
pub struct CodeParts<V> {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: V,
    pub consts: V,
    pub names: V,
    pub localsplusnames: V,
    pub localspluskinds: V,
    pub filename: V,
    pub name: V,
    pub qualname: V,
    pub firstlineno: i32,
    pub linetable: V,
    pub exceptiontable: V,
}

/// Makes values out of what [`read`] finds.
pub trait Builder {
    /// A value.
    type Value;
    /// Why a value could not be made.
    type Error: From<ReadError>;

    /// The same value once more, because the data refers to it.
    fn share(&mut self, value: &Self::Value) -> Self::Value;
    /// One of the values of which there is one each.
    fn singleton(&mut self, which: Singleton) -> Result<Self::Value, Self::Error>;
    /// An `int`.
    fn int(&mut self, value: Int) -> Result<Self::Value, Self::Error>;
    /// A `float`.
    fn float(&mut self, value: f64) -> Result<Self::Value, Self::Error>;
    /// A `complex`.
    fn complex(&mut self, real: f64, imag: f64) -> Result<Self::Value, Self::Error>;
    /// A `bytes`.
    fn bytes(&mut self, value: &[u8]) -> Result<Self::Value, Self::Error>;
    /// A `str`, to be interned if `interned`.
    fn text(&mut self, value: &Text, interned: bool) -> Result<Self::Value, Self::Error>;

    /// A tuple of `len` items still to come, if it can be referred to before it is filled.
    fn tuple_begin(&mut self, _len: usize) -> Option<Self::Value> {
        None
    }
    /// A tuple; `begun` is what `tuple_begin` gave, if the data can refer to the tuple.
    fn tuple(
        &mut self,
        begun: Option<Self::Value>,
        items: Vec<Self::Value>,
    ) -> Result<Self::Value, Self::Error>;
    /// A `slice` of start, stop and step.
    fn slice(&mut self, items: [Self::Value; 3]) -> Result<Self::Value, Self::Error>;
    /// A `frozenset`; equal items may come several times.
    fn frozenset(&mut self, items: Vec<Self::Value>) -> Result<Self::Value, Self::Error>;
    /// A code object.
    fn code(&mut self, parts: CodeParts<Self::Value>) -> Result<Self::Value, Self::Error>;

    /// An empty list, to be filled.
    fn list(&mut self, len: usize) -> Result<Self::Value, Self::Error>;
    /// Fills a list.
    fn list_push(&mut self, list: &mut Self::Value, item: Self::Value) -> Result<(), Self::Error>;
    /// An empty set, to be filled.
    fn set(&mut self) -> Result<Self::Value, Self::Error>;
    /// Fills a set.
    fn set_add(&mut self, set: &mut Self::Value, item: Self::Value) -> Result<(), Self::Error>;
    /// An empty dictionary, to be filled.
    fn dict(&mut self) -> Result<Self::Value, Self::Error>;
    /// Fills a dictionary.
    fn dict_set(
        &mut self,
        dict: &mut Self::Value,
        key: Self::Value,
        value: Self::Value,
    ) -> Result<(), Self::Error>;
}

/// What a caller can choose.
#[derive(Clone, Copy, Debug)]
pub struct ReadOptions {
    /// Whether code objects may occur.
    pub allow_code: bool,
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions { allow_code: true }
    }
}

/// Reads the value that `data` starts with, as `marshal.loads`.
pub fn read<B: Builder>(data: &[u8], builder: &mut B, options: ReadOptions) -> Result<B::Value, B::Error> {
    Reader::new(data, options).value(builder)
}

/// A place in serialised data.
#[derive(Debug)]
pub struct Reader<'a> {
    data: &'a [u8],
    position: usize,
    options: ReadOptions,
}

/// A value that is being read.
enum Frame<V> {
    Tuple { slot: Option<usize>, begun: Option<V>, len: usize, items: Vec<V> },
    FrozenSet { slot: Option<usize>, len: usize, items: Vec<V> },
    Slice { slot: Option<usize>, items: Vec<V> },
    List { list: V, left: usize },
    Set { set: V, left: usize },
    Dict { dict: V, key: Option<V> },
    Code { slot: Option<usize>, numbers: [i32; 5], firstlineno: i32, parts: Vec<V> },
}

/// What became of a letter or of an item handed to a frame.
enum Step<V> {
    /// A value; `None` is the NULL that ends a dictionary.
    Value(Option<V>),
    /// More has to be read first.
    Open(Frame<V>),
}

/// How many values a code object holds, and after how many its first line comes.
const CODE_PARTS: usize = 10;
const CODE_PARTS_BEFORE_LINE: usize = 8;

impl<'a> Reader<'a> {
    /// A reader at the start of `data`.
    pub fn new(data: &'a [u8], options: ReadOptions) -> Reader<'a> {
        Reader { data, position: 0, options }
    }

    /// How many bytes have been read.
    pub fn position(&self) -> usize {
        self.position
    }

    /// Reads a value. References never reach into a value read before.
    pub fn value<B: Builder>(&mut self, builder: &mut B) -> Result<B::Value, B::Error> {
        let mut refs: Vec<Option<B::Value>> = Vec::new();
        let mut frames: Vec<Frame<B::Value>> = Vec::new();
        loop {
            let mut step = self.object(builder, &mut refs, frames.len() + 1)?;
            loop {
                match step {
                    Step::Open(frame) => {
                        frames.push(frame);
                        break;
                    }
                    Step::Value(value) => match frames.pop() {
                        Some(frame) => step = self.deliver(builder, &mut refs, frame, value)?,
                        None => {
                            return value.ok_or_else(|| null_in("object").into());
                        }
                    },
                }
            }
        }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], ReadError> {
        let rest = &self.data[self.position..];
        if rest.len() < count {
            return Err(ReadError::Eof("marshal data too short"));
        }
        self.position += count;
        Ok(&rest[..count])
    }

    fn byte(&mut self) -> Result<u8, ReadError> {
        let byte = self.data.get(self.position).copied();
        self.position += usize::from(byte.is_some());
        byte.ok_or(ReadError::Eof("EOF read where not expected"))
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], ReadError> {
        Ok(self.take(N)?.try_into().expect("take gives as many bytes as it was asked for"))
    }

    fn number(&mut self) -> Result<i32, ReadError> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    fn size(&mut self, what: &str) -> Result<usize, ReadError> {
        usize::try_from(self.number()?).map_err(|_| bad(&format!("{what} size out of range")))
    }

    fn long(&mut self) -> Result<Int, ReadError> {
        let count = self.number()?;
        if count == i32::MIN {
            return Err(bad("long size out of range"));
        }
        let size = count.unsigned_abs() as usize;
        let mut digits = Vec::new();
        for _ in 0..size {
            let digit = i16::from_le_bytes(self.array()?);
            digits.push(u16::try_from(digit).map_err(|_| bad("digit out of range in long"))?);
        }
        if digits.last() == Some(&0) {
            return Err(bad("unnormalized long data"));
        }
        Ok(long::from_digits(digits.into_iter(), count < 0))
    }

    fn float_text(&mut self) -> Result<f64, ReadError> {
        let len = self.byte()?.into();
        let text = self.take(len)?;
        // As C does, up to a zero byte.
        let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
        match float::parse_prefix(text) {
            Some((value, used)) if used == text.len() => Ok(value),
            _ => {
                let text = String::from_utf8_lossy(text);
                Err(ReadError::Value(format!("could not convert string to float: '{text}'")))
            }
        }
    }

    fn float_binary(&mut self) -> Result<f64, ReadError> {
        Ok(f64::from_le_bytes(self.array()?))
    }

    fn object<B: Builder>(
        &mut self,
        builder: &mut B,
        refs: &mut Vec<Option<B::Value>>,
        depth: usize,
    ) -> Result<Step<B::Value>, B::Error> {
        let Ok(code) = self.byte() else {
            return Err(ReadError::Eof("EOF read where object expected").into());
        };
        if depth > MAX_DEPTH {
            return Err(ReadError::Value("recursion limit exceeded".to_owned()).into());
        }
        let flagged = code & FLAG_REF != 0;
        let singleton = |which| Some(which);
        let singleton = match code & !FLAG_REF {
            letter::NULL => return Ok(Step::Value(None)),
            letter::NONE => singleton(Singleton::None),
            letter::FALSE => singleton(Singleton::False),
            letter::TRUE => singleton(Singleton::True),
            letter::ELLIPSIS => singleton(Singleton::Ellipsis),
            letter::STOP_ITERATION => singleton(Singleton::StopIteration),
            _ => None,
        };
        if let Some(which) = singleton {
            return Ok(Step::Value(Some(builder.singleton(which)?)));
        }
        let value = match code & !FLAG_REF {
            letter::INT => builder.int(Int::from(i64::from(self.number()?)))?,
            letter::INT64 => builder.int(Int::from(i64::from_le_bytes(self.array()?)))?,
            letter::LONG => builder.int(self.long()?)?,
            letter::FLOAT => builder.float(self.float_text()?)?,
            letter::BINARY_FLOAT => builder.float(self.float_binary()?)?,
            letter::COMPLEX => builder.complex(self.float_text()?, self.float_text()?)?,
            letter::BINARY_COMPLEX => builder.complex(self.float_binary()?, self.float_binary()?)?,
            letter::BYTES => {
                let size = self.size("bytes object")?;
                builder.bytes(self.take(size)?)?
            }
            letter @ (letter::ASCII | letter::ASCII_INTERNED) => {
                let size = self.size("string")?;
                latin1(builder, self.take(size)?, letter == letter::ASCII_INTERNED)?
            }
            letter @ (letter::SHORT_ASCII | letter::SHORT_ASCII_INTERNED) => {
                let size = self.byte()?.into();
                latin1(builder, self.take(size)?, letter == letter::SHORT_ASCII_INTERNED)?
            }
            letter @ (letter::UNICODE | letter::INTERNED) => {
                let size = self.size("string")?;
                builder.text(check_utf8(self.take(size)?)?, letter == letter::INTERNED)?
            }
            letter::REF => {
                let index = usize::try_from(self.number()?).ok();
                let value = index.and_then(|index| refs.get(index)?.as_ref());
                builder.share(value.ok_or_else(|| bad("invalid reference"))?)
            }
            letter => return self.container(builder, refs, letter, flagged),
        };
        if flagged && code & !FLAG_REF != letter::REF {
            refs.push(Some(builder.share(&value)));
        }
        Ok(Step::Value(Some(value)))
    }

    fn container<B: Builder>(
        &mut self,
        builder: &mut B,
        refs: &mut Vec<Option<B::Value>>,
        letter: u8,
        flagged: bool,
    ) -> Result<Step<B::Value>, B::Error> {
        let frame = match letter {
            letter::TUPLE | letter::SMALL_TUPLE => {
                let len =
                    if letter == letter::TUPLE { self.size("tuple")? } else { usize::from(self.byte()?) };
                let begun = if flagged && len != 0 { builder.tuple_begin(len) } else { None };
                let early = begun.as_ref().map(|begun| builder.share(begun));
                Frame::Tuple { slot: reserve(refs, early, flagged), begun, len, items: Vec::new() }
            }
            letter::LIST => {
                let left = self.size("list")?;
                let list = builder.list(left.min(self.data.len()))?;
                let early = flagged.then(|| builder.share(&list));
                reserve(refs, early, flagged);
                Frame::List { list, left }
            }
            letter::DICT => {
                let dict = builder.dict()?;
                let early = flagged.then(|| builder.share(&dict));
                reserve(refs, early, flagged);
                return Ok(Step::Open(Frame::Dict { dict, key: None }));
            }
            letter::SET => {
                let left = self.size("set")?;
                let set = builder.set()?;
                let early = flagged.then(|| builder.share(&set));
                reserve(refs, early, flagged);
                Frame::Set { set, left }
            }
            letter::FROZENSET => {
                let len = self.size("set")?;
                Frame::FrozenSet { slot: reserve(refs, None, flagged), len, items: Vec::new() }
            }
            letter::SLICE => Frame::Slice { slot: reserve(refs, None, flagged), items: Vec::new() },
            letter::CODE => {
                if !self.options.allow_code {
                    let message = "unmarshalling code objects is disallowed".to_owned();
                    return Err(ReadError::Value(message).into());
                }
                let slot = reserve(refs, None, flagged);
                let mut numbers = [0; 5];
                for number in &mut numbers {
                    *number = self.number()?;
                }
                Frame::Code { slot, numbers, firstlineno: 0, parts: Vec::with_capacity(CODE_PARTS) }
            }
            _ => return Err(bad("unknown type code").into()),
        };
        finish_if_full(builder, refs, frame)
    }

    /// Hands a value to the frame that waits for it.
    fn deliver<B: Builder>(
        &mut self,
        builder: &mut B,
        refs: &mut [Option<B::Value>],
        mut frame: Frame<B::Value>,
        value: Option<B::Value>,
    ) -> Result<Step<B::Value>, B::Error> {
        let Some(value) = value else {
            return match frame {
                Frame::Dict { dict, .. } => Ok(Step::Value(Some(dict))),
                Frame::Slice { .. } => Ok(Step::Value(None)),
                Frame::Tuple { .. } => Err(null_in("tuple").into()),
                Frame::List { .. } => Err(null_in("list").into()),
                Frame::Set { .. } | Frame::FrozenSet { .. } => Err(null_in("set").into()),
                Frame::Code { .. } => Err(null_in("code object").into()),
            };
        };
        match &mut frame {
            Frame::Tuple { items, .. } | Frame::FrozenSet { items, .. } | Frame::Slice { items, .. } => {
                items.push(value);
            }
            Frame::List { list, left } => {
                builder.list_push(list, value)?;
                *left -= 1;
            }
            Frame::Set { set, left } => {
                builder.set_add(set, value)?;
                *left -= 1;
            }
            Frame::Dict { dict, key } => match key.take() {
                None => *key = Some(value),
                Some(key) => builder.dict_set(dict, key, value)?,
            },
            Frame::Code { parts, firstlineno, .. } => {
                parts.push(value);
                if parts.len() == CODE_PARTS_BEFORE_LINE {
                    *firstlineno = self.number()?;
                }
            }
        }
        finish_if_full(builder, refs, frame)
    }
}

fn null_in(what: &str) -> ReadError {
    ReadError::Type(format!("NULL object in marshal data for {what}"))
}

/// Gives the value that is about to be read its number.
fn reserve<V>(refs: &mut Vec<Option<V>>, early: Option<V>, flagged: bool) -> Option<usize> {
    if !flagged {
        return None;
    }
    refs.push(early);
    Some(refs.len() - 1)
}

fn finish_if_full<B: Builder>(
    builder: &mut B,
    refs: &mut [Option<B::Value>],
    frame: Frame<B::Value>,
) -> Result<Step<B::Value>, B::Error> {
    let (slot, value) = match frame {
        Frame::Tuple { slot, begun, len, items } if items.len() == len => {
            (slot, builder.tuple(begun, items)?)
        }
        Frame::FrozenSet { slot, len, items } if items.len() == len => (slot, builder.frozenset(items)?),
        Frame::Slice { slot, items } if items.len() == 3 => {
            let items = items.try_into().ok().expect("there are three");
            (slot, builder.slice(items)?)
        }
        Frame::List { list, left: 0 } => return Ok(Step::Value(Some(list))),
        Frame::Set { set, left: 0 } => return Ok(Step::Value(Some(set))),
        Frame::Code { slot, numbers, firstlineno, parts } if parts.len() == CODE_PARTS => {
            (slot, builder.code(code_parts(numbers, firstlineno, parts))?)
        }
        open => return Ok(Step::Open(open)),
    };
    if let Some(slot) = slot {
        refs[slot] = Some(builder.share(&value));
    }
    Ok(Step::Value(Some(value)))
}

fn code_parts<V>(numbers: [i32; 5], firstlineno: i32, parts: Vec<V>) -> CodeParts<V> {
    let parts: [V; CODE_PARTS] = parts.try_into().ok().expect("there are as many as a code object has");
    let [code, consts, names, localsplusnames, localspluskinds, filename, name, qualname, linetable, table] =
        parts;
    let [argcount, posonlyargcount, kwonlyargcount, stacksize, flags] = numbers;
    CodeParts {
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
        exceptiontable: table,
    }
}

fn latin1<B: Builder>(builder: &mut B, bytes: &[u8], interned: bool) -> Result<B::Value, B::Error> {
    if bytes.is_ascii() {
        return builder.text(Text::from_bytes(bytes), interned);
    }
    let mut text = TextBuf::new();
    for &byte in bytes {
        text.push(byte.into());
    }
    builder.text(&text, interned)
}

/// Checks UTF-8 in which surrogates are encoded by themselves.
fn check_utf8(bytes: &[u8]) -> Result<&Text, ReadError> {
    let mut start = 0;
    while let Err(error) = std::str::from_utf8(&bytes[start..]) {
        start += error.valid_up_to();
        if let [0xed, 0xa0..=0xbf, 0x80..=0xbf, ..] = bytes[start..] {
            start += 3;
            continue;
        }
        let (end, reason) = match error.error_len() {
            None => (bytes.len(), "unexpected end of data"),
            Some(_) if matches!(bytes[start], 0x80..=0xc1 | 0xf5..) => (start + 1, "invalid start byte"),
            Some(len) => (start + len, "invalid continuation byte"),
        };
        return Err(ReadError::Unicode { object: bytes.into(), start, end, reason });
    }
    Ok(Text::from_bytes(bytes))
}
