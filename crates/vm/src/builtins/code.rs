//! Functions of code: `compile`, `eval`, `exec`, `globals`, `locals`.

use taipan_code::co;
use taipan_macros::native;
use taipan_object::native::MethodDef;
use taipan_object::types::bytes::bytes_like;
use taipan_object::types::cell::Cell;
use taipan_object::types::code::Code;
use taipan_object::types::dict::Dict;
use taipan_object::types::function::Function;
use taipan_object::types::str::Str;
use taipan_object::types::str::codec::encode_text;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, protocol};
use taipan_text::{Text, TextBuf};

use crate::ast::AstNode;
use crate::call::eval_function;
use crate::compile::{compile_object, compile_source, plain_syntax_error};
use crate::frontend::{Flags, Mode, Options, Source};
use crate::locals::{current_builtins, current_code_flags, current_globals, current_locals};
use crate::state::State;

pub(super) const FUNCTIONS: &[MethodDef] = &[COMPILE, EVAL, EXEC, GLOBALS, LOCALS];

/// Return the dictionary containing the current scope's global variables.
///
/// NOTE: Updates to this dictionary *will* affect name lookups in the
/// current global scope and vice-versa.
#[native(signature = "($module, /)")]
fn globals(thread: &mut Thread) -> Option<Value> {
    current_globals(thread)
}

/// Return a dictionary containing the current scope's local variables.
///
/// NOTE: Whether or not updates to this dictionary will affect name
/// lookups in the local scope and vice-versa is *implementation
/// dependent* and not covered by any backwards compatibility
/// guarantees.
#[native(signature = "($module, /)")]
fn locals(thread: &mut Thread) -> Outcome {
    current_locals(thread)
}

/// The flags that code hands on to what it compiles: `CO_FUTURE_*`.
const INHERITED: u32 = 0x1fe_0000;
/// `CO_NESTED`, which means nothing any more.
const OBSOLETE: u32 = 0x10;
/// What `compile()` accepts besides.
const COMPILE_MASK: u32 = 0xf600;

/// Compile source into a code object that can be executed by exec() or eval().
///
/// The source code may represent a Python module, statement or
/// expression.
/// The filename will be used for run-time error messages.
/// The mode must be 'exec' to compile a module, 'single' to compile a
/// single (interactive) statement, or 'eval' to compile an expression.
/// The flags argument, if present, controls which future statements
/// influence the compilation of the code.
/// The dont_inherit argument, if true, stops the compilation inheriting
/// the effects of any future statements in effect in the code calling
/// compile; if absent or false these statements do influence the
/// compilation, in addition to any features explicitly specified.
#[native(
    signature = "($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, _feature_version=-1)"
)]
fn compile(
    thread: &mut Thread,
    source: Ref<'_>,
    filename: Ref<'_>,
    mode: &Str,
    flags: Option<i32>,
    dont_inherit: Option<bool>,
    optimize: Option<i32>,
    _feature_version: Option<i32>,
) -> Outcome {
    let filename = decoded_filename(thread, filename)?;
    let given = flags.unwrap_or(0) as u32;
    if given & !(INHERITED | OBSOLETE | COMPILE_MASK) != 0 {
        return Err(thread.value_error("compile(): unrecognised flags"));
    }
    let optimize = optimize.unwrap_or(-1);
    if !(-1..=2).contains(&optimize) {
        return Err(thread.value_error("compile(): invalid optimize value"));
    }
    let mut flags = given;
    if !dont_inherit.unwrap_or(false) {
        flags |= current_code_flags(thread) & INHERITED;
    }
    let flags = Flags::from_bits_retain(flags);
    let mode = compile_mode(thread, mode, flags)?;
    let feature_version = _feature_version.and_then(|version| u8::try_from(version).ok());
    let options = Options {
        mode,
        flags,
        optimize: match u8::try_from(optimize) {
            Ok(optimize) => optimize,
            Err(_) => default_optimization(thread),
        },
        feature_version: feature_version.filter(|_| flags.contains(Flags::ONLY_AST)).unwrap_or(14),
        ..Options::new(&filename)
    };
    if source.downcast::<AstNode>().is_some() {
        return compile_object(thread, source, options);
    }
    let text = source_text(thread, source, "compile", "string, bytes or AST")?;
    compile_source(thread, text.as_source(), options)
}

fn compile_mode(thread: &mut Thread, mode: &Str, flags: Flags) -> Outcome<Mode> {
    let only_tree = flags.contains(Flags::ONLY_AST);
    match mode.as_ascii() {
        Some("exec") => Ok(Mode::Exec),
        Some("eval") => Ok(Mode::Eval),
        Some("single") => Ok(Mode::Single),
        Some("func_type") if only_tree => Ok(Mode::FuncType),
        Some("func_type") => {
            Err(thread.value_error("compile() mode 'func_type' requires flag PyCF_ONLY_AST"))
        }
        _ if only_tree => {
            Err(thread.value_error("compile() mode must be 'exec', 'eval', 'single' or 'func_type'"))
        }
        _ => Err(thread.value_error("compile() mode must be 'exec', 'eval' or 'single'")),
    }
}

/// A file name as text, from anything that names a file.
pub(crate) fn decoded_filename(thread: &mut Thread, filename: Ref<'_>) -> Outcome<TextBuf> {
    if let Some(text) = filename.downcast::<Str>() {
        return Ok(text.to_text());
    }
    let path = thread.fspath(filename)?;
    if let Some(text) = path.downcast::<Str>() {
        return Ok(text.to_text());
    }
    let bytes = bytes_like(thread, path.as_ref())?.into_owned();
    let text = thread.fs_decode(&bytes)?;
    Ok(text.downcast::<Str>().expect("decoded").to_text())
}

/// `sys.flags.optimize`
fn default_optimization(thread: &Thread) -> u8 {
    State::of(thread).config.flags.optimize.min(2) as u8
}

/// A source as the front end takes it, kept in place.
pub(crate) enum SourceObject {
    Text(TextBuf),
    Bytes(Vec<u8>),
}

impl SourceObject {
    pub(crate) fn as_source(&self) -> Source<'_> {
        match self {
            SourceObject::Text(text) => Source::Text(text),
            SourceObject::Bytes(bytes) => Source::Bytes(bytes),
        }
    }

    /// Without the blanks in front of an expression.
    fn without_blanks(&self) -> Source<'_> {
        let blanks = |bytes: &[u8]| bytes.iter().take_while(|byte| matches!(**byte, b' ' | b'\t')).count();
        match self {
            SourceObject::Text(text) => {
                Source::Text(Text::from_bytes(&text.as_bytes()[blanks(text.as_bytes())..]))
            }
            SourceObject::Bytes(bytes) => Source::Bytes(&bytes[blanks(bytes)..]),
        }
    }
}

/// The text of a `str` or of anything with bytes.
pub(crate) fn source_text(
    thread: &mut Thread,
    source: Ref<'_>,
    function: &str,
    what: &str,
) -> Outcome<SourceObject> {
    let (object, null) = if let Some(text) = source.downcast::<Str>() {
        let content = text.to_text();
        let is_surrogate = |point: u32| (0xd800..0xe000).contains(&point);
        if !text.is_ascii() && text.chars().iter().any(is_surrogate) {
            // Raises with all that the exception tells.
            encode_text(thread, text, "utf-8", None)?;
        }
        let null = content.as_bytes().contains(&0);
        (SourceObject::Text(content), null)
    } else if source.ty().slots().buffer.is_some() {
        let content = bytes_like(thread, source)?.into_owned();
        let null = content.contains(&0);
        (SourceObject::Bytes(content), null)
    } else {
        return Err(thread.type_error(format!("{function}() arg 1 must be a {what} object")));
    };
    if null {
        return Err(plain_syntax_error(thread, "source code string cannot contain null bytes"));
    }
    Ok(object)
}

/// Evaluate the given source in the context of globals and locals.
///
/// The source may be a string representing a Python expression
/// or a code object as returned by compile().
/// The globals must be a dictionary and locals can be any mapping,
/// defaulting to the current globals and locals.
/// If only globals is given, locals defaults to it.
#[native(signature = "($module, source, /, globals=None, locals=None)")]
fn eval(thread: &mut Thread, source: Ref<'_>, globals: Option<Ref<'_>>, locals: Option<Ref<'_>>) -> Outcome {
    let globals = globals.filter(|globals| !globals.is_none());
    let locals = locals.filter(|locals| !locals.is_none());
    if locals.is_some_and(|locals| !is_mapping(locals)) {
        return Err(thread.type_error("locals must be a mapping"));
    }
    if let Some(globals) = globals
        && globals.downcast::<Dict>().is_none()
    {
        return Err(thread.type_error(if is_mapping(globals) {
            "globals must be a real dict; try eval(expr, {}, mapping)"
        } else {
            "globals must be a dict"
        }));
    }
    let no_frame = "eval must be given globals and locals when called without a frame";
    let (globals, locals) = namespaces(thread, globals, locals, |thread| thread.type_error(no_frame))?;
    add_builtins(thread, &globals)?;
    if let Some(code) = source.exact::<Code>() {
        thread.audit("exec", &[source])?;
        if code.source.nfreevars() > 0 {
            return Err(thread.type_error("code object passed to eval() may not contain free variables"));
        }
        return run_code(thread, source, &globals, &locals, None);
    }
    let text = source_text(thread, source, "eval", "string, bytes or code")?;
    run_text(thread, text.without_blanks(), Mode::Eval, &globals, &locals)
}

/// Execute the given source in the context of globals and locals.
///
/// The source may be a string representing one or more Python statements
/// or a code object as returned by compile().
/// The globals must be a dictionary and locals can be any mapping,
/// defaulting to the current globals and locals.
/// If only globals is given, locals defaults to it.
/// The closure must be a tuple of cellvars, and can only be used
/// when source is a code object requiring exactly that many cellvars.
#[native(signature = "($module, source, /, globals=None, locals=None, *, closure=None)")]
fn exec(
    thread: &mut Thread,
    source: Ref<'_>,
    globals: Option<Ref<'_>>,
    locals: Option<Ref<'_>>,
    closure: Option<Ref<'_>>,
) -> Outcome<()> {
    let globals = globals.filter(|globals| !globals.is_none());
    let locals = locals.filter(|locals| !locals.is_none());
    let closure = closure.filter(|closure| !closure.is_none());
    let (globals, locals) = namespaces(thread, globals, locals, |thread| {
        thread.system_error("globals and locals cannot be NULL")
    })?;
    if globals.downcast::<Dict>().is_none() {
        let ty = globals.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("exec() globals must be a dict, not {ty}")));
    }
    if !is_mapping(locals.as_ref()) {
        let ty = locals.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("locals must be a mapping or None, not {ty}")));
    }
    add_builtins(thread, &globals)?;
    if let Some(code) = source.exact::<Code>() {
        check_closure(thread, code, closure)?;
        thread.audit("exec", &[source])?;
        return run_code(thread, source, &globals, &locals, closure).map(drop);
    }
    if closure.is_some() {
        return Err(thread.type_error("closure can only be used when source is a code object"));
    }
    let text = source_text(thread, source, "exec", "string, bytes or code")?;
    run_text(thread, text.as_source(), Mode::Exec, &globals, &locals).map(drop)
}

fn check_closure(thread: &mut Thread, code: &Code, closure: Option<Ref<'_>>) -> Outcome<()> {
    let wanted = code.source.nfreevars();
    if wanted == 0 {
        return match closure {
            None => Ok(()),
            Some(_) => Err(thread.type_error("cannot use a closure with this code object")),
        };
    }
    let fits = closure.and_then(|closure| closure.exact::<Tuple>()).is_some_and(|cells| {
        cells.len() == wanted && cells.items().iter().all(|cell| cell.exact::<Cell>().is_some())
    });
    match fits {
        true => Ok(()),
        false => Err(thread.type_error(format!("code object requires a closure of exactly length {wanted}"))),
    }
}

fn is_mapping(object: Ref<'_>) -> bool {
    object.ty().slots().subscript.is_some()
}

/// Globals and locals as given, the caller's where they are not.
fn namespaces(
    thread: &mut Thread,
    globals: Option<Ref<'_>>,
    locals: Option<Ref<'_>>,
    no_frame: impl FnOnce(&mut Thread) -> Raised,
) -> Outcome<(Value, Value)> {
    match (globals, locals) {
        (Some(globals), locals) => Ok((globals.to_value(), locals.unwrap_or(globals).to_value())),
        (None, locals) => {
            let Some(globals) = current_globals(thread) else { return Err(no_frame(thread)) };
            let locals = match locals {
                Some(locals) => locals.to_value(),
                None => current_locals(thread)?,
            };
            Ok((globals, locals))
        }
    }
}

/// Sees to it that the globals know their builtins.
fn add_builtins(thread: &mut Thread, globals: &Value) -> Outcome<()> {
    let dict = globals.downcast::<Dict>().expect("checked by the caller");
    let name = thread.names().__builtins__.clone();
    if dict.get_str(thread, name.downcast::<Str>().expect("a name")).is_none() {
        let builtins = current_builtins(thread);
        dict.set_str(thread, name.as_ref(), builtins)?;
    }
    Ok(())
}

/// Compiles and runs a text, under the future features of the caller.
fn run_text(thread: &mut Thread, source: Source<'_>, mode: Mode, globals: &Value, locals: &Value) -> Outcome {
    let flags = Flags::from_bits_retain(current_code_flags(thread) & INHERITED);
    let optimize = default_optimization(thread);
    let options = Options { mode, flags, optimize, ..Options::new(Text::new("<string>")) };
    let code = compile_source(thread, source, options)?;
    thread.audit("exec", &[code.as_ref()])?;
    run_code(thread, code.as_ref(), globals, locals, None)
}

fn run_code(
    thread: &mut Thread,
    code: Ref<'_>,
    globals: &Value,
    locals: &Value,
    closure: Option<Ref<'_>>,
) -> Outcome {
    let function = thread.function(code, globals.as_ref())?;
    let own = function.downcast::<Function>().expect("a function");
    own.parts.change(thread).closure = closure.map(|closure| closure.to_value());
    let flags = own.code().flags;
    if flags & co::OPTIMIZED != 0 {
        // A function's body: no namespace, and arguments that may be missing.
        return protocol::call(thread, function.as_ref(), &[]);
    }
    eval_function(thread, function.as_ref(), locals.as_ref())
}
