//! The module `unicodedata`: the character database of today and, as `ucd_3_2_0`, that of 2002.
//!
//! All facts and algorithms are `taipan_text`'s. Answers for CPython's `Modules/unicodedata.c`.

use taipan_macros::native;
use taipan_object::native::{MemberDef, MethodDef, ModuleDef};
use taipan_object::typeobject::{Slots, TypeDef, TypeFlags};
use taipan_object::types::exception::KEY_ERROR;
use taipan_object::types::str::Str;
use taipan_object::{Header, Outcome, Ref, Thread, Type, Value, object};
use taipan_text::unicode::{self, Database, Form, Name, QuickCheck, Version};

/// The module `unicodedata`.
pub static UNICODEDATA: ModuleDef = ModuleDef {
    name: "unicodedata",
    doc: Some(
        "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters. The data in\nthis database is based on the UnicodeData.txt file version\n16.0.0 which is publicly available from ftp://ftp.unicode.org/.\n\nThe module uses the same names and symbols as defined by the\nUnicodeData File Format 16.0.0.",
    ),
    functions: &[FUNCTIONS],
    exec: Some(exec),
};

const FUNCTIONS: &[MethodDef] = &[
    BIDIRECTIONAL,
    CATEGORY,
    COMBINING,
    DECIMAL,
    DECOMPOSITION,
    DIGIT,
    EAST_ASIAN_WIDTH,
    IS_NORMALIZED,
    LOOKUP,
    MIRRORED,
    NAME,
    NORMALIZE,
    NUMERIC,
];

/// A database of another version.
#[repr(C)]
pub struct Ucd {
    head: Header,
}
object!(Ucd, UCD);

/// The type `unicodedata.UCD`.
pub static UCD: Type = Type::new::<Ucd>(
    &TypeDef {
        methods: &[FUNCTIONS],
        members: &[MemberDef {
            name: "unidata_version",
            doc: None,
            get: |thread, _| thread.str("3.2.0").map(Some),
        }],
        ..TypeDef::new("unicodedata.UCD")
    },
    TypeFlags::empty(),
    Slots { new: None, ..Slots::plain::<Ucd>() },
);

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    let version = thread.str(unicode::VERSION)?;
    thread.module_add(module, "unidata_version", version)?;
    thread.module_add(module, "UCD", UCD.as_ref().to_value())?;
    let old = thread.new_object(|head| Ucd { head })?;
    thread.module_add(module, "ucd_3_2_0", old)
}

fn version(receiver: Ref<'_>) -> Version {
    if receiver.downcast::<Ucd>().is_some() { Version::V3_2 } else { Version::Current }
}

/// The only character of a string argument, and what is known of it.
fn character(
    thread: &mut Thread,
    receiver: Ref<'_>,
    function: &str,
    value: Ref<'_>,
    argument: &str,
) -> Outcome<Database> {
    let Some(text) = value.downcast::<Str>() else {
        let ty = value.ty().name().into_owned();
        return Err(thread
            .type_error(format!("{function}() argument{argument} must be a unicode character, not {ty}")));
    };
    if text.len() != 1 {
        let length = text.len();
        return Err(thread.type_error(format!(
            "{function}(): argument{argument} must be a unicode character, not a string of length {length}"
        )));
    }
    Ok(Database::new(version(receiver), text.chars().get(0)))
}

/// The value, the default, or ValueError.
fn or_default(thread: &mut Thread, found: Option<Value>, default: Option<Ref<'_>>, message: &str) -> Outcome {
    match (found, default) {
        (Some(found), _) => Ok(found),
        (None, Some(default)) => Ok(default.to_value()),
        (None, None) => Err(thread.value_error(message)),
    }
}

/// Converts a Unicode character into its equivalent decimal value.
///
/// Returns the decimal value assigned to the character chr as integer.
/// If no such value is defined, default is returned, or, if not given,
/// ValueError is raised.
#[native(signature = "($self, chr, default=<unrepresentable>, /)")]
fn decimal(thread: &mut Thread, this: Ref<'_>, chr: Ref<'_>, default: Option<Ref<'_>>) -> Outcome {
    let found = character(thread, this, "decimal", chr, " 1")?.decimal();
    or_default(thread, found.map(|value| Value::small_int(value.into())), default, "not a decimal")
}

/// Converts a Unicode character into its equivalent digit value.
///
/// Returns the digit value assigned to the character chr as integer.
/// If no such value is defined, default is returned, or, if not given,
/// ValueError is raised.
#[native(signature = "($self, chr, default=<unrepresentable>, /)")]
fn digit(thread: &mut Thread, this: Ref<'_>, chr: Ref<'_>, default: Option<Ref<'_>>) -> Outcome {
    let found = character(thread, this, "digit", chr, " 1")?.digit();
    or_default(thread, found.map(|value| Value::small_int(value.into())), default, "not a digit")
}

/// Converts a Unicode character into its equivalent numeric value.
///
/// Returns the numeric value assigned to the character chr as float.
/// If no such value is defined, default is returned, or, if not given,
/// ValueError is raised.
#[native(signature = "($self, chr, default=<unrepresentable>, /)")]
fn numeric(thread: &mut Thread, this: Ref<'_>, chr: Ref<'_>, default: Option<Ref<'_>>) -> Outcome {
    let found = character(thread, this, "numeric", chr, " 1")?.numeric();
    let found = found.map(|value| thread.float(value)).transpose()?;
    or_default(thread, found, default, "not a numeric character")
}

/// Returns the general category assigned to the character chr as string.
#[native(signature = "($self, chr, /)")]
fn category(thread: &mut Thread, this: Ref<'_>, chr: Ref<'_>) -> Outcome<&'static str> {
    Ok(character(thread, this, "category", chr, "")?.category())
}

/// Returns the bidirectional class assigned to the character chr as string.
///
/// If no such value is defined, an empty string is returned.
#[native(signature = "($self, chr, /)")]
fn bidirectional(thread: &mut Thread, this: Ref<'_>, chr: Ref<'_>) -> Outcome<&'static str> {
    Ok(character(thread, this, "bidirectional", chr, "")?.bidirectional())
}

/// Returns the canonical combining class assigned to the character chr as integer.
///
/// Returns 0 if no combining class is defined.
#[native(signature = "($self, chr, /)")]
fn combining(thread: &mut Thread, this: Ref<'_>, chr: Ref<'_>) -> Outcome<i64> {
    Ok(character(thread, this, "combining", chr, "")?.combining().into())
}

/// Returns the mirrored property assigned to the character chr as integer.
///
/// Returns 1 if the character has been identified as a "mirrored"
/// character in bidirectional text, 0 otherwise.
#[native(signature = "($self, chr, /)")]
fn mirrored(thread: &mut Thread, this: Ref<'_>, chr: Ref<'_>) -> Outcome<i64> {
    Ok(character(thread, this, "mirrored", chr, "")?.mirrored().into())
}

/// Returns the east asian width assigned to the character chr as string.
#[native(signature = "($self, chr, /)")]
fn east_asian_width(thread: &mut Thread, this: Ref<'_>, chr: Ref<'_>) -> Outcome<&'static str> {
    Ok(character(thread, this, "east_asian_width", chr, "")?.east_asian_width())
}

/// Returns the character decomposition mapping assigned to the character chr as string.
///
/// An empty string is returned in case no such mapping is defined.
#[native(signature = "($self, chr, /)")]
fn decomposition(thread: &mut Thread, this: Ref<'_>, chr: Ref<'_>) -> Outcome<String> {
    Ok(character(thread, this, "decomposition", chr, "")?.decomposition())
}

/// Returns the name assigned to the character chr as a string.
///
/// If no name is defined, default is returned, or, if not given,
/// ValueError is raised.
#[native(signature = "($self, chr, default=<unrepresentable>, /)")]
fn name(thread: &mut Thread, this: Ref<'_>, chr: Ref<'_>, default: Option<Ref<'_>>) -> Outcome {
    let found = character(thread, this, "name", chr, " 1")?.name();
    let found = found.map(|name| thread.str(&name)).transpose()?;
    or_default(thread, found, default, "no such name")
}

/// Look up character by name.
///
/// If a character with the given name is found, return the
/// corresponding character.  If not found, KeyError is raised.
#[native(signature = "($self, name, /)")]
fn lookup(thread: &mut Thread, this: Ref<'_>, name: &Str) -> Outcome {
    let text = name.to_string_lossy().into_owned();
    if name.len() > 256 {
        return Err(thread.raise_new(&KEY_ERROR, "name too long"));
    }
    let old = version(this) == Version::V3_2;
    match unicode::lookup(text.as_bytes()) {
        Some(Name::Character(point) | Name::Alias(point))
            if !old || Database::new(Version::V3_2, point).name().is_some() =>
        {
            thread.character(point)
        }
        Some(Name::Sequence(points)) if !old => thread.str_from_points(points),
        _ => Err(thread.raise_new(&KEY_ERROR, format!("undefined character name '{text}'"))),
    }
}

fn form_of(thread: &mut Thread, form: &Str) -> Outcome<Form> {
    match form.as_ascii() {
        Some("NFC") => Ok(Form::Nfc),
        Some("NFKC") => Ok(Form::Nfkc),
        Some("NFD") => Ok(Form::Nfd),
        Some("NFKD") => Ok(Form::Nfkd),
        _ => Err(thread.value_error("invalid normalization form")),
    }
}

/// Return whether the Unicode string unistr is in the normal form 'form'.
///
/// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
#[native(signature = "($self, form, unistr, /)")]
fn is_normalized(thread: &mut Thread, this: Ref<'_>, form: &Str, unistr: &Str) -> Outcome<bool> {
    let form = form_of(thread, form)?;
    if unistr.is_ascii() {
        return Ok(true);
    }
    let version = version(this);
    if version == Version::Current {
        match unicode::quick_check(form, unistr.chars().iter()) {
            QuickCheck::Yes => return Ok(true),
            QuickCheck::No => return Ok(false),
            QuickCheck::Maybe => {}
        }
    }
    let normal = unicode::normalize(version, form, unistr.chars().iter());
    Ok(unistr.chars().iter().eq(normal))
}

/// Return the normal form 'form' for the Unicode string unistr.
///
/// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
#[native(signature = "($self, form, unistr, /)")]
fn normalize(thread: &mut Thread, this: Ref<'_>, form: &Str, unistr: &Str) -> Outcome {
    let form = form_of(thread, form)?;
    let version = version(this);
    if unistr.is_ascii()
        || (version == Version::Current
            && unicode::quick_check(form, unistr.chars().iter()) == QuickCheck::Yes)
    {
        return thread.str_from_chars(unistr.chars());
    }
    let normal = unicode::normalize(version, form, unistr.chars().iter());
    thread.str_from_points(&normal)
}
