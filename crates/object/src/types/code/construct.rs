//! `CodeType(...)` and `replace()`.

use std::rc::Rc;

use taipan_code::{CodeFields, CodeObject, Const, Entrance};
use taipan_macros::native;
use taipan_text::Text;

use super::Code;
use super::constant::to_const;
use crate::native::{Args, FromArgument, MethodDef};
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::bytes::Bytes;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Raised, Ref, Value};

/// `__text_signature__` of the type.
pub(super) const SIGNATURE: &str = "(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize,\n     flags, codestring, constants, names, varnames, filename, name,\n     qualname, firstlineno, linetable, exceptiontable, freevars=(),\n     cellvars=(), /)";

/// The arguments of `replace()` in the order of the constructor's.
const NAMES: [&str; 18] = [
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_nlocals",
    "co_stacksize",
    "co_flags",
    "co_code",
    "co_consts",
    "co_names",
    "co_varnames",
    "co_filename",
    "co_name",
    "co_qualname",
    "co_firstlineno",
    "co_linetable",
    "co_exceptiontable",
    "co_freevars",
    "co_cellvars",
];

/// Says whose argument is wrong.
struct Wording {
    function: &'static str,
    by_name: bool,
}

impl Wording {
    fn wrong(&self, thread: &mut Thread, index: usize, wanted: &str, got: Ref<'_>) -> Raised {
        let got = if got.is_none() { "None".into() } else { got.ty().name().into_owned() };
        let function = self.function;
        thread.type_error(if self.by_name {
            format!("{function}() argument '{}' must be {wanted}, not {got}", NAMES[index])
        } else {
            format!("{function}() argument {} must be {wanted}, not {got}", index + 1)
        })
    }

    fn bytes(&self, thread: &mut Thread, index: usize, value: Ref<'_>) -> Outcome<Box<[u8]>> {
        match value.downcast::<Bytes>() {
            Some(bytes) => Ok(bytes.content().into()),
            None => Err(self.wrong(thread, index, "bytes", value)),
        }
    }

    fn text(&self, thread: &mut Thread, index: usize, value: Ref<'_>) -> Outcome<Rc<Text>> {
        match value.downcast::<Str>() {
            Some(text) => Ok(text.to_text().to_rc()),
            None => Err(self.wrong(thread, index, "str", value)),
        }
    }

    fn tuple<'a>(&self, thread: &mut Thread, index: usize, value: Ref<'a>) -> Outcome<&'a Tuple> {
        match value.downcast::<Tuple>() {
            Some(tuple) => Ok(tuple),
            None => Err(self.wrong(thread, index, "tuple", value)),
        }
    }

    fn names(&self, thread: &mut Thread, index: usize, value: Ref<'_>) -> Outcome<Box<[Rc<Text>]>> {
        let tuple = self.tuple(thread, index, value)?;
        tuple
            .items()
            .iter()
            .map(|name| match name.downcast::<Str>() {
                Some(name) => Ok(name.to_text().to_rc()),
                None => Err(thread.system_error("non-string found in code slot")),
            })
            .collect()
    }

    /// Sets the field that an argument stands for.
    fn set(
        &self,
        thread: &mut Thread,
        fields: &mut CodeFields,
        constants: &mut Vec<Value>,
        index: usize,
        value: Ref<'_>,
    ) -> Outcome<()> {
        let numbers = [
            &mut fields.argcount,
            &mut fields.posonlyargcount,
            &mut fields.kwonlyargcount,
            &mut fields.nlocals,
            &mut fields.stacksize,
            &mut fields.flags,
        ];
        if let Some(number) = numbers.into_iter().nth(index) {
            *number = i32::from_argument(thread, value, self.function, index + 1)?;
            return Ok(());
        }
        match index {
            6 => fields.code = self.bytes(thread, index, value)?,
            7 => {
                let tuple = self.tuple(thread, index, value)?;
                *constants = tuple.items().iter().map(|item| item.to_value()).collect();
                let mut neutral = Vec::with_capacity(constants.len());
                for constant in tuple.items() {
                    neutral.push(to_const(thread, *constant)?.unwrap_or(Const::None));
                }
                fields.consts = neutral.into();
            }
            8 => fields.names = self.names(thread, index, value)?,
            9 => fields.varnames = self.names(thread, index, value)?,
            10 => fields.filename = self.text(thread, index, value)?,
            11 => fields.name = self.text(thread, index, value)?,
            12 => fields.qualname = self.text(thread, index, value)?,
            13 => fields.firstlineno = i32::from_argument(thread, value, self.function, index + 1)?,
            14 => fields.linetable = self.bytes(thread, index, value)?,
            15 => fields.exceptiontable = self.bytes(thread, index, value)?,
            16 => fields.freevars = self.names(thread, index, value)?,
            _ => fields.cellvars = self.names(thread, index, value)?,
        }
        Ok(())
    }
}

/// What all fields are before the arguments are looked at.
fn blank() -> CodeFields {
    let nothing = Text::new("").to_rc();
    CodeFields {
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        nlocals: 0,
        stacksize: 0,
        flags: 0,
        code: Box::default(),
        consts: Vec::new().into(),
        names: Box::default(),
        varnames: Box::default(),
        filename: nothing.clone(),
        name: nothing.clone(),
        qualname: nothing,
        firstlineno: 0,
        linetable: Box::default(),
        exceptiontable: Box::default(),
        freevars: Box::default(),
        cellvars: Box::default(),
    }
}

fn build(thread: &mut Thread, fields: CodeFields, constants: Vec<Value>, entrance: Entrance) -> Outcome {
    let source: CodeObject = match fields.build(entrance) {
        Ok(source) => source,
        Err(error) => {
            let message = error.to_string();
            return Err(match error {
                taipan_code::CodeError::Value(_) => thread.value_error(message),
                taipan_code::CodeError::Overflow(_) => thread.overflow_error(message),
                taipan_code::CodeError::System(_) => thread.system_error(message),
            });
        }
    };
    let code = thread.code_with(&Rc::new(source), Some(constants))?;
    code.downcast::<Code>().expect("just made").await_verification();
    Ok(code)
}

/// `CodeType(...)`
pub(super) fn new<'a>(thread: &mut Thread, _: &'a Type, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "code")?;
    let given = args.positionals();
    if !(16..=18).contains(&given.len()) {
        let (bound, most) = if given.len() < 16 { ("at least", 16) } else { ("at most", 18) };
        let count = given.len();
        return Err(thread.type_error(format!("code expected {bound} {most} arguments, got {count}")));
    }
    let wording = Wording { function: "code", by_name: false };
    let (mut fields, mut constants) = (blank(), Vec::new());
    for (index, value) in given.iter().enumerate() {
        wording.set(thread, &mut fields, &mut constants, index, *value)?;
    }
    build(thread, fields, constants, Entrance::New)
}

pub(super) const METHODS: &[MethodDef] = &[REPLACE, __REPLACE__];

/// Return a copy of the code object with new values for the specified fields.
#[native(signature = "($self, /, **changes)")]
fn replace(thread: &mut Thread, this: &Code, args: Args<'_>) -> Outcome {
    if !args.positionals().is_empty() {
        return Err(thread.type_error("replace() takes no positional arguments"));
    }
    let wording = Wording { function: "replace", by_name: true };
    let (mut fields, mut constants) = (this.source.fields(), this.constants().to_vec());
    for (name, value) in args.keywords() {
        let text = name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some(index) = NAMES.iter().position(|known| *known == text) else {
            return Err(thread.type_error(format!("replace() got an unexpected keyword argument '{text}'")));
        };
        wording.set(thread, &mut fields, &mut constants, index, value)?;
    }
    build(thread, fields, constants, Entrance::Replace)
}

/// The same as replace().
#[native(signature = "($self, /, **changes)", name = "__replace__")]
fn __replace__(thread: &mut Thread, this: &Code, args: Args<'_>) -> Outcome {
    replace(thread, this, args)
}
