//! `make_scanner`: reading values.

use taipan_object::native::{Args, MemberDef, Parameters};
use taipan_object::protocol;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags, allocate_instance};
use taipan_object::types::dict::Dict;
use taipan_object::types::float::FLOAT;
use taipan_object::types::int::INT;
use taipan_object::types::list::List;
use taipan_object::types::str::{Chars, Str};
use taipan_object::{Header, Outcome, Raised, Ref, Thread, Value, object};

use super::scanstring::{Unit, decode_error, scan};

/// A scanner object.
#[repr(C)]
pub struct Scanner {
    head: Header,
    strict: bool,
    object_hook: Value,
    object_pairs_hook: Value,
    parse_float: Value,
    parse_int: Value,
    parse_constant: Value,
}
object!(Scanner, SCANNER, holds: object_hook, object_pairs_hook, parse_float, parse_int, parse_constant);

macro_rules! members {
    ($($name:ident $doc:literal),*) => {
        &[
            MemberDef { name: "strict", doc: Some("strict"), get: |_, object| Ok(Some(Value::bool(scanner(object).strict))) },
            $(MemberDef {
                name: stringify!($name),
                doc: Some($doc),
                get: |_, object| Ok(Some(scanner(object).$name.clone())),
            },)*
        ]
    };
}

/// The type `_json.Scanner`.
pub static SCANNER: Type = Type::new::<Scanner>(
    &TypeDef {
        doc: Some("JSON scanner object"),
        members: members!(object_hook "object_hook", object_pairs_hook "object_pairs_hook", parse_float "parse_float", parse_int "parse_int", parse_constant "parse_constant"),
        ..TypeDef::new("_json.Scanner")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER),
    Slots { new: Some(new), call: Some(call), ..Slots::holding::<Scanner>() },
);

fn scanner<'a>(object: Ref<'a>) -> &'a Scanner {
    object.downcast::<Scanner>().expect("the slot of scanners")
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters = Parameters {
        function: "make_scanner",
        names: &["context"],
        positional_only: 0,
        positional: 1,
        required: 1,
        required_keywords: 0,
    };
    let [context] = PARAMETERS.parse::<1>(thread, args)?;
    let context = context.expect("required");
    let attribute = |thread: &mut Thread, name: &str| {
        let name = thread.intern(name)?;
        protocol::get_attribute(thread, context, name.as_ref())
    };
    let strict = attribute(thread, "strict")?;
    let strict = protocol::is_true(thread, strict.as_ref())?;
    let object_hook = attribute(thread, "object_hook")?;
    let object_pairs_hook = attribute(thread, "object_pairs_hook")?;
    let parse_float = attribute(thread, "parse_float")?;
    let parse_int = attribute(thread, "parse_int")?;
    let parse_constant = attribute(thread, "parse_constant")?;
    allocate_instance(thread, ty, |head| Scanner {
        head,
        strict,
        object_hook,
        object_pairs_hook,
        parse_float,
        parse_int,
        parse_constant,
    })
}

fn call<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters = Parameters {
        function: "scan_once",
        names: &["string", "idx"],
        positional_only: 0,
        positional: 2,
        required: 2,
        required_keywords: 0,
    };
    let [string, index] = PARAMETERS.parse::<2>(thread, args)?.map(|given| given.expect("required"));
    let index = protocol::index_isize(thread, index)?;
    let Some(text) = string.downcast::<Str>() else {
        let ty = string.ty().name().into_owned();
        return Err(thread.type_error(format!("first argument must be a string, not {ty}")));
    };
    let Ok(start) = usize::try_from(index) else {
        return Err(thread.value_error("idx cannot be negative"));
    };
    let memo = thread.dict()?;
    let own = scanner(object);
    let (value, end) = match text.chars() {
        Chars::One(units) => Reader { own, document: string, units, memo: &memo }.value(thread, start)?,
        Chars::Two(units) => Reader { own, document: string, units, memo: &memo }.value(thread, start)?,
        Chars::Four(units) => Reader { own, document: string, units, memo: &memo }.value(thread, start)?,
    };
    let end = thread.int(end as i128)?;
    thread.tuple([value, end])
}

/// A document that is being read.
struct Reader<'a, U> {
    own: &'a Scanner,
    document: Ref<'a>,
    units: &'a [U],
    /// The keys so far, so that equal ones are the same object.
    memo: &'a Value,
}

type Found = Outcome<(Value, usize)>;

#[cold]
fn stop(thread: &mut Thread, at: usize) -> Raised {
    let at = Value::small_int(at as i64);
    thread.stop_iteration(Some(at))
}

impl<U: Unit> Reader<'_, U> {
    #[inline(always)]
    fn at(&self, index: usize) -> Option<u32> {
        self.units.get(index).map(|&unit| unit.into())
    }

    fn is(&self, index: usize, c: char) -> bool {
        self.at(index) == Some(u32::from(c))
    }

    #[inline(always)]
    fn blank(&self, mut index: usize) -> usize {
        while let Some(0x20 | 0x09 | 0x0a | 0x0d) = self.at(index) {
            index += 1;
        }
        index
    }

    fn word(&self, index: usize, word: &str) -> bool {
        let end = index + word.len();
        end <= self.units.len()
            && self.units[index..end]
                .iter()
                .zip(word.bytes())
                .all(|(&unit, byte)| unit.into() == u32::from(byte))
    }

    /// The value at `index`, and the place behind it.
    fn value(&self, thread: &mut Thread, index: usize) -> Found {
        let Some(c) = self.at(index) else { return Err(stop(thread, index)) };
        match char::from_u32(c) {
            Some('"') => scan(thread, self.document, self.units, index + 1, self.own.strict),
            Some('{') => {
                check_depth(thread)?;
                self.object(thread, index + 1)
            }
            Some('[') => {
                check_depth(thread)?;
                self.array(thread, index + 1)
            }
            Some('n') if self.word(index, "null") => Ok((Value::none(), index + 4)),
            Some('t') if self.word(index, "true") => Ok((Value::bool(true), index + 4)),
            Some('f') if self.word(index, "false") => Ok((Value::bool(false), index + 5)),
            Some('N') if self.word(index, "NaN") => self.constant(thread, "NaN", index),
            Some('I') if self.word(index, "Infinity") => self.constant(thread, "Infinity", index),
            Some('-') if self.word(index, "-Infinity") => self.constant(thread, "-Infinity", index),
            _ => self.number(thread, index),
        }
    }

    fn constant(&self, thread: &mut Thread, name: &str, index: usize) -> Found {
        let text = thread.intern(name)?;
        let value = protocol::call(thread, self.own.parse_constant.as_ref(), &[text.as_ref()])?;
        Ok((value, index + name.len()))
    }

    fn digits(&self, mut index: usize) -> usize {
        while let Some(0x30..=0x39) = self.at(index) {
            index += 1;
        }
        index
    }

    fn number(&self, thread: &mut Thread, start: usize) -> Found {
        let first = start + usize::from(self.is(start, '-'));
        let mut end = match self.at(first) {
            Some(0x30) => first + 1,
            Some(0x31..=0x39) => self.digits(first),
            _ => return Err(stop(thread, start)),
        };
        let whole = end;
        if self.is(end, '.') && matches!(self.at(end + 1), Some(0x30..=0x39)) {
            end = self.digits(end + 1);
        }
        if let Some(0x45 | 0x65) = self.at(end) {
            let sign = usize::from(matches!(self.at(end + 1), Some(0x2b | 0x2d)));
            let after = self.digits(end + 1 + sign);
            if after > end + 1 + sign {
                end = after;
            }
        }
        let is_float = end > whole;
        let (parser, fast) = match is_float {
            true => (&self.own.parse_float, &FLOAT),
            false => (&self.own.parse_int, &INT),
        };
        let units = &self.units[start..end];
        if parser.as_ref().is(fast.as_ref()) {
            if !is_float && units.len() <= 18 {
                let negative = first > start;
                let digits = &self.units[first..end];
                let number =
                    digits.iter().fold(0_i64, |number, &unit| number * 10 + i64::from(unit.into() - 0x30));
                let value = thread.int(i128::from(if negative { -number } else { number }))?;
                return Ok((value, end));
            }
            if is_float {
                let text: smallvec::SmallVec<[u8; 32]> =
                    units.iter().map(|&unit| unit.into() as u8).collect();
                if let Some(number) = taipan_num::float::parse(&text) {
                    return Ok((thread.float(number)?, end));
                }
            }
        }
        let text = thread.str_from_chars(U::chars(units))?;
        let value = protocol::call(thread, parser.as_ref(), &[text.as_ref()])?;
        Ok((value, end))
    }

    fn array(&self, thread: &mut Thread, index: usize) -> Found {
        let made = thread.list(Vec::new())?;
        let list = made.downcast::<List>().expect("just made");
        let mut index = self.blank(index);
        if self.is(index, ']') {
            return Ok((made, index + 1));
        }
        loop {
            let (value, after) = self.value(thread, index)?;
            list.push(thread, value)?;
            index = self.blank(after);
            if self.is(index, ']') {
                return Ok((made, index + 1));
            }
            if !self.is(index, ',') {
                return Err(decode_error(thread, "Expecting ',' delimiter", self.document, index));
            }
            let comma = index;
            index = self.blank(index + 1);
            if self.is(index, ']') {
                return Err(decode_error(
                    thread,
                    "Illegal trailing comma before end of array",
                    self.document,
                    comma,
                ));
            }
            thread.poll()?;
        }
    }

    fn key(&self, thread: &mut Thread, index: usize) -> Found {
        let (key, after) = scan(thread, self.document, self.units, index, self.own.strict)?;
        let memo = self.memo.downcast::<Dict>().expect("made as one");
        let hash = protocol::hash(thread, key.as_ref())?;
        if let Some(found) = memo.find(thread, key.as_ref(), hash)? {
            return Ok((memo.table.view(thread).key(found).to_value(), after));
        }
        memo.set_hashed(thread, key.as_ref(), hash, Value::none())?;
        Ok((key, after))
    }

    fn object(&self, thread: &mut Thread, index: usize) -> Found {
        const NAME: &str = "Expecting property name enclosed in double quotes";
        let by_pairs = !self.own.object_pairs_hook.as_ref().is_none();
        let made = if by_pairs { thread.list(Vec::new())? } else { thread.dict()? };
        let mut index = self.blank(index);
        if !self.is(index, '}') {
            loop {
                if !self.is(index, '"') {
                    return Err(decode_error(thread, NAME, self.document, index));
                }
                let (key, after) = self.key(thread, index + 1)?;
                index = self.blank(after);
                if !self.is(index, ':') {
                    return Err(decode_error(thread, "Expecting ':' delimiter", self.document, index));
                }
                index = self.blank(index + 1);
                let (value, after) = self.value(thread, index)?;
                match made.downcast::<Dict>() {
                    Some(dict) => dict.set(thread, key.as_ref(), value)?,
                    None => {
                        let pair = thread.tuple([key, value])?;
                        made.downcast::<List>().expect("a list").push(thread, pair)?;
                    }
                }
                index = self.blank(after);
                if self.is(index, '}') {
                    break;
                }
                if !self.is(index, ',') {
                    return Err(decode_error(thread, "Expecting ',' delimiter", self.document, index));
                }
                let comma = index;
                index = self.blank(index + 1);
                if self.is(index, '}') {
                    let words = "Illegal trailing comma before end of object";
                    return Err(decode_error(thread, words, self.document, comma));
                }
                thread.poll()?;
            }
        }
        let hook = if by_pairs { &self.own.object_pairs_hook } else { &self.own.object_hook };
        if hook.as_ref().is_none() {
            return Ok((made, index + 1));
        }
        Ok((protocol::call(thread, hook.as_ref(), &[made.as_ref()])?, index + 1))
    }
}

fn check_depth(thread: &mut Thread) -> Outcome<()> {
    thread.check_native_stack()
}
