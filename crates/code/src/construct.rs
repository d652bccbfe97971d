//! Making code objects from what a program supplies: `types.CodeType(...)` and `replace(...)`.
//!
//! Answers for `code_new_impl`, `code_replace_impl`, `PyUnstable_Code_NewWithPosOnlyArgs` and
//! `_PyCode_Validate` in CPython's `Objects/codeobject.c`.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use taipan_opcode::Opcode;
use taipan_text::Text;

use crate::{CodeObject, Consts, co};

/// The arguments of `types.CodeType(...)`, the integers as a program may supply them.
#[derive(Clone, Debug)]
#[allow(missing_docs)] // the names are those of the `co_` attributes
pub struct CodeFields {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub nlocals: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: Box<[u8]>,
    pub consts: Consts,
    pub names: Box<[Rc<Text>]>,
    pub varnames: Box<[Rc<Text>]>,
    pub filename: Rc<Text>,
    pub name: Rc<Text>,
    pub qualname: Rc<Text>,
    pub firstlineno: i32,
    pub linetable: Box<[u8]>,
    pub exceptiontable: Box<[u8]>,
    pub freevars: Box<[Rc<Text>]>,
    pub cellvars: Box<[Rc<Text>]>,
}

/// Why no code object could be made; the machine raises it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CodeError {
    /// ValueError
    Value(String),
    /// OverflowError
    Overflow(&'static str),
    /// SystemError
    System(&'static str),
}

impl std::fmt::Display for CodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            CodeError::Value(message) => f.write_str(message),
            CodeError::Overflow(message) | CodeError::System(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for CodeError {}

/// Which of the two entrances a program used; they differ in what they say about negative numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// `types.CodeType(...)`
    New,
    /// `code.replace(...)`
    Replace,
}

/// What CPython says when an argument makes no sense to its constructor.
const BAD_CALL: CodeError =
    CodeError::System("../Objects/codeobject.c:465: bad argument to internal function");

impl CodeFields {
    /// Makes the code object, or says what CPython says.
    pub fn build(self, entrance: Entrance) -> Result<CodeObject, CodeError> {
        self.check_signs(entrance)?;
        let variables = Variables::new(&self)?;
        if self.stacksize < 0 || self.flags < 0 {
            return Err(BAD_CALL);
        }
        let code = CodeObject {
            argcount: self.argcount as u32,
            posonlyargcount: self.posonlyargcount as u32,
            kwonlyargcount: self.kwonlyargcount as u32,
            stacksize: self.stacksize.max(1) as u32,
            flags: self.flags as u32,
            code: self.code,
            consts: self.consts,
            names: self.names,
            localsplusnames: variables.names.into(),
            localspluskinds: variables.kinds.into(),
            filename: self.filename,
            name: self.name,
            qualname: self.qualname,
            firstlineno: self.firstlineno,
            linetable: self.linetable,
            exceptiontable: self.exceptiontable,
        };
        code.check_shape()?;
        if self.nlocals as usize != self.varnames.len() {
            return Err(CodeError::Value("code: co_nlocals != len(co_varnames)".to_owned()));
        }
        Ok(code)
    }

    fn check_signs(&self, entrance: Entrance) -> Result<(), CodeError> {
        let counts = [
            (self.argcount, "argcount"),
            (self.posonlyargcount, "posonlyargcount"),
            (self.kwonlyargcount, "kwonlyargcount"),
            (self.nlocals, "nlocals"),
        ];
        let others =
            [(self.stacksize, "stacksize"), (self.flags, "flags"), (self.firstlineno, "firstlineno")];
        let negative =
            |list: &[(i32, &'static str)]| list.iter().find(|(n, _)| *n < 0).map(|(_, name)| *name);
        match entrance {
            Entrance::New => match negative(&counts) {
                Some(name) => Err(CodeError::Value(format!("code: {name} must not be negative"))),
                None => Ok(()),
            },
            Entrance::Replace => match negative(&counts).or_else(|| negative(&others)) {
                Some(name) => Err(CodeError::Value(format!("co_{name} must be a positive integer"))),
                None => Ok(()),
            },
        }
    }
}

impl CodeObject {
    /// What CPython checks before it makes a code object.
    pub(crate) fn check_shape(&self) -> Result<(), CodeError> {
        if self.argcount < self.posonlyargcount || self.localsplusnames.len() != self.localspluskinds.len() {
            return Err(BAD_CALL);
        }
        if self.code.len() > i32::MAX as usize {
            return Err(CodeError::Overflow("code: co_code larger than INT_MAX"));
        }
        let value = |message: &str| Err(CodeError::Value(message.to_owned()));
        if !self.code.len().is_multiple_of(2) {
            return value("code: co_code is malformed");
        }
        if self.total_args() > self.nlocals() as u64 {
            return value("code: co_varnames is too small");
        }
        Ok(())
    }

    /// The arguments from which [`CodeFields::build`] makes an equal code object: what `replace()`
    /// starts from.
    pub fn fields(&self) -> CodeFields {
        CodeFields {
            argcount: self.argcount as i32,
            posonlyargcount: self.posonlyargcount as i32,
            kwonlyargcount: self.kwonlyargcount as i32,
            nlocals: self.nlocals() as i32,
            stacksize: self.stacksize as i32,
            flags: self.flags as i32,
            code: self.code.clone(),
            consts: self.consts.clone(),
            names: self.names.clone(),
            varnames: self.varnames().cloned().collect(),
            filename: self.filename.clone(),
            name: self.name.clone(),
            qualname: self.qualname.clone(),
            firstlineno: self.firstlineno,
            linetable: self.linetable.clone(),
            exceptiontable: self.exceptiontable.clone(),
            freevars: self.freevars().cloned().collect(),
            cellvars: self.cellvars().cloned().collect(),
        }
    }
}

/// The slots of a frame: a local that is also a cell has one.
struct Variables {
    names: Vec<Rc<Text>>,
    kinds: Vec<u8>,
}

impl Variables {
    fn new(fields: &CodeFields) -> Result<Variables, CodeError> {
        let mut names: Vec<Rc<Text>> = fields.varnames.to_vec();
        let mut kinds = vec![co::FAST_LOCAL; names.len()];
        let mut locals: FxHashMap<&Text, usize> = FxHashMap::default();
        for (slot, name) in fields.varnames.iter().enumerate() {
            locals.entry(name).or_insert(slot);
        }
        for name in &fields.cellvars {
            if let Some(&slot) = locals.get(&**name) {
                kinds[slot] |= co::FAST_CELL;
            } else {
                names.push(name.clone());
                kinds.push(co::FAST_CELL);
            }
        }
        names.extend(fields.freevars.iter().cloned());
        kinds.resize(names.len(), co::FAST_FREE);
        if fields.flags as u32 & co::OPTIMIZED == 0 {
            hide(&fields.code, &mut kinds)?;
        }
        Ok(Variables { names, kinds })
    }
}

/// Marks the variables of comprehensions inlined into a class or module.
fn hide(code: &[u8], kinds: &mut [u8]) -> Result<(), CodeError> {
    for instruction in crate::Instructions::new(code) {
        if instruction.opcode == Some(Opcode::LoadFastAndClear) {
            let slot = usize::try_from(instruction.oparg).ok().and_then(|slot| kinds.get_mut(slot));
            let Some(kind) = slot else {
                return Err(CodeError::Value(format!(
                    "code: LOAD_FAST_AND_CLEAR oparg {} out of range",
                    instruction.oparg
                )));
            };
            *kind |= co::FAST_HIDDEN;
        }
    }
    Ok(())
}
