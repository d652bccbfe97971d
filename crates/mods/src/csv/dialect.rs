//! `Dialect`.

use taipan_object::native::{Args, Binding, GetSetDef, MemberDef, MethodDef, NativeCall, Parameters};
use taipan_object::protocol;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags, allocate_instance};
use taipan_object::types::exception::ATTRIBUTE_ERROR;
use taipan_object::types::int::to_int;
use taipan_object::types::str::Str;
use taipan_object::{Header, Outcome, Ref, Thread, Value, object};

pub(super) const ALL: i32 = 1;
pub(super) const NONNUMERIC: i32 = 2;
pub(super) const NONE: i32 = 3;
pub(super) const STRINGS: i32 = 4;
pub(super) const NOTNULL: i32 = 5;

/// A dialect object.
#[repr(C)]
pub struct Dialect {
    head: Header,
    pub(super) delimiter: u32,
    pub(super) doublequote: bool,
    pub(super) escapechar: Option<u32>,
    /// A string.
    pub(super) lineterminator: Value,
    pub(super) quotechar: Option<u32>,
    pub(super) quoting: i32,
    pub(super) skipinitialspace: bool,
    pub(super) strict: bool,
}
object!(Dialect, DIALECT, holds: lineterminator);

macro_rules! flag {
    ($name:ident) => {
        MemberDef {
            name: stringify!($name),
            doc: None,
            get: |_, object| Ok(Some(Value::bool(dialect(object).$name))),
        }
    };
}

macro_rules! computed {
    ($name:literal |$thread:ident, $own:ident| $value:expr) => {
        GetSetDef {
            name: $name,
            doc: None,
            get: Some(|$thread, object| {
                let $own = dialect(object);
                $value
            }),
            set: None,
        }
    };
}

/// The type `_csv.Dialect`.
pub static DIALECT: Type = Type::new::<Dialect>(
    &TypeDef {
        doc: Some("CSV dialect\n\nThe Dialect type records CSV parsing and generation options.\n"),
        methods: &[&[NO_PICKLE, NO_PICKLE_EX]],
        members: &[flag!(skipinitialspace), flag!(doublequote), flag!(strict)],
        getset: &[&[
            computed!("delimiter" | thread, own | thread.character(own.delimiter)),
            computed!(
                "escapechar" | thread,
                own | own.escapechar.map_or(Ok(Value::none()), |c| thread.character(c))
            ),
            computed!("lineterminator" | _thread, own | Ok(own.lineterminator.clone())),
            computed!(
                "quotechar" | thread,
                own | own.quotechar.map_or(Ok(Value::none()), |c| thread.character(c))
            ),
            computed!("quoting" | _thread, own | Ok(Value::small_int(i64::from(own.quoting)))),
        ]],
        ..TypeDef::new("_csv.Dialect")
    },
    TypeFlags::BASE.union(TypeFlags::CONTAINER),
    Slots { new: Some(new), ..Slots::holding::<Dialect>() },
);

const NO_PICKLE: MethodDef = MethodDef {
    name: "__reduce__",
    doc: Some("raises an exception to avoid pickling"),
    signature: None,
    call: NativeCall::Many(refuse),
    binding: Binding::Instance,
};
const NO_PICKLE_EX: MethodDef = MethodDef { name: "__reduce_ex__", ..NO_PICKLE };

fn refuse<'a>(thread: &mut Thread, object: Ref<'a>, _: Args<'a>) -> Outcome {
    let name = object.ty().short_name().into_owned();
    Err(thread.type_error(format!("cannot pickle '{name}' instances")))
}

pub(super) fn dialect<'a>(object: Ref<'a>) -> &'a Dialect {
    object.downcast::<Dialect>().expect("a dialect")
}

/// The dialect of a reader or writer: the base with the keywords of the call.
pub(super) fn call_dialect(thread: &mut Thread, base: Option<Ref<'_>>, args: Args<'_>) -> Outcome {
    let mut values: Vec<Ref<'_>> = base.into_iter().collect();
    values.extend(args.keywords().map(|(_, value)| value));
    protocol::call_args(thread, DIALECT.as_ref(), Args::with_names(&values, args.names()))
}

fn character(thread: &mut Thread, name: &str, given: Option<&Value>, or_none: bool) -> Outcome<Option<u32>> {
    let Some(given) = given else { return Ok(None) };
    let wanted = if or_none { "a unicode character or None" } else { "a unicode character" };
    match given.downcast::<Str>() {
        Some(text) if text.len() == 1 => Ok(Some(text.chars().get(0))),
        Some(text) => {
            let length = text.len();
            Err(thread.type_error(format!("\"{name}\" must be {wanted}, not a string of length {length}")))
        }
        None => {
            let ty = given.as_ref().ty().name().into_owned();
            Err(thread.type_error(format!("\"{name}\" must be {wanted}, not {ty}")))
        }
    }
}

fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    const NAMES: &[&str] = &[
        "dialect",
        "delimiter",
        "doublequote",
        "escapechar",
        "lineterminator",
        "quotechar",
        "quoting",
        "skipinitialspace",
        "strict",
    ];
    static PARAMETERS: Parameters = Parameters {
        function: "this function",
        names: NAMES,
        positional_only: 0,
        positional: 9,
        required: 0,
        required_keywords: 0,
    };
    let given = match PARAMETERS.parse::<9>(thread, args) {
        Ok(given) => given,
        Err(raised) => {
            // The words are those of a function without a name.
            if let Some(exception) = thread.take_exception() {
                let text = protocol::str_string(thread, exception.as_ref())?
                    .replace("this function()", "this function");
                return Err(thread.type_error(text));
            }
            return Err(raised);
        }
    };
    let base = match given[0] {
        Some(name) if name.downcast::<Str>().is_some() => Some(super::registered(thread, name)?),
        Some(other) => Some(other.to_value()),
        None => None,
    };
    if let Some(base) = &base
        && base.downcast::<Dialect>().is_some()
        && given[1..].iter().all(Option::is_none)
    {
        return Ok(base.clone());
    }
    let mut parts: Vec<Option<Value>> =
        given.iter().map(|value| value.map(|value| value.to_value())).collect();
    if let Some(base) = &base {
        for (part, name) in parts.iter_mut().zip(NAMES).skip(1).filter(|(part, _)| part.is_none()) {
            let name = thread.intern(name)?;
            *part = match protocol::get_attribute(thread, base.as_ref(), name.as_ref()) {
                Ok(value) => Some(value),
                Err(raised) => {
                    if !thread.exception_is(&ATTRIBUTE_ERROR) {
                        let _ = raised;
                    }
                    drop(thread.take_exception());
                    None
                }
            };
        }
    }
    let flag = |thread: &mut Thread, part: &Option<Value>, default: bool| match part {
        Some(part) => protocol::is_true(thread, part.as_ref()),
        None => Ok(default),
    };
    let is_none = |part: &Option<Value>| part.as_ref().is_some_and(|part| part.as_ref().is_none());
    let delimiter = character(thread, "delimiter", parts[1].as_ref(), false)?.unwrap_or(u32::from(','));
    let doublequote = flag(thread, &parts[2], true)?;
    let escapechar =
        if is_none(&parts[3]) { None } else { character(thread, "escapechar", parts[3].as_ref(), true)? };
    let lineterminator = match &parts[4] {
        None => thread.str("\r\n")?,
        Some(text) if text.downcast::<Str>().is_some() => text.clone(),
        Some(other) => {
            let ty = other.as_ref().ty().name().into_owned();
            return Err(thread.type_error(format!("\"lineterminator\" must be a string, not {ty}")));
        }
    };
    let quotechar = if is_none(&parts[5]) {
        None
    } else {
        Some(character(thread, "quotechar", parts[5].as_ref(), true)?.unwrap_or(u32::from('"')))
    };
    let quoting = match &parts[6] {
        None if is_none(&parts[5]) => NONE,
        None => 0,
        Some(number) if to_int(number.as_ref()).is_some() => {
            protocol::index_i64(thread, number.as_ref())? as i32
        }
        Some(other) => {
            let ty = other.as_ref().ty().name().into_owned();
            return Err(thread.type_error(format!("\"quoting\" must be an integer, not {ty}")));
        }
    };
    let skipinitialspace = flag(thread, &parts[7], false)?;
    let strict = flag(thread, &parts[8], false)?;
    if !(0..=5).contains(&quoting) {
        return Err(thread.type_error("bad \"quoting\" value"));
    }
    if quoting != NONE && quotechar.is_none() {
        return Err(thread.type_error("quotechar must be set if quoting enabled"));
    }
    let terminator = lineterminator.downcast::<Str>().expect("checked");
    for (name, c, allow_space) in [
        ("delimiter", Some(delimiter), true),
        ("escapechar", escapechar, !skipinitialspace),
        ("quotechar", quotechar, !skipinitialspace),
    ] {
        let Some(c) = c else { continue };
        if c == 10 || c == 13 || (c == 32 && !allow_space) {
            return Err(thread.value_error(format!("bad {name} value")));
        }
        if terminator.chars().iter().any(|other| other == c) {
            return Err(thread.value_error(format!("bad {name} or lineterminator value")));
        }
    }
    for (first, second, equal) in [
        ("delimiter", "escapechar", Some(delimiter) == escapechar),
        ("delimiter", "quotechar", Some(delimiter) == quotechar),
        ("escapechar", "quotechar", escapechar.is_some() && escapechar == quotechar),
    ] {
        if equal {
            return Err(thread.value_error(format!("bad {first} or {second} value")));
        }
    }
    allocate_instance(thread, ty, |head| Dialect {
        head,
        delimiter,
        doublequote,
        escapechar,
        lineterminator,
        quotechar,
        quoting,
        skipinitialspace,
        strict,
    })
}
