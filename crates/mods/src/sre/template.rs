//! `_sre.SRE_Template`: a replacement, taken apart by the library.

use taipan_macros::native;
use taipan_object::protocol;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::types::bytes::Bytes;
use taipan_object::types::exception::TYPE_ERROR;
use taipan_object::types::list::List;
use taipan_object::types::str::Str;
use taipan_object::{Header, Outcome, Ref, Thread, Value, object};

use super::found::Match;
use super::pattern::Pattern;
use super::subject::join;

/// A template object.
#[repr(C)]
pub struct Template {
    head: Header,
    literal: Value,
    /// The numbers of groups.
    groups: Box<[usize]>,
    /// What follows each group.
    literals: Box<[Option<Value>]>,
}
object!(Template, TEMPLATE_TYPE, holds: literal, literals);

static TEMPLATE_TYPE: Type = Type::new::<Template>(
    &TypeDef::new("_sre.SRE_Template"),
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots { new: None, ..Slots::holding::<Template>() },
);

impl Template {
    /// The literal, if there is nothing else.
    pub(super) fn only_literal(&self) -> Option<Value> {
        self.groups.is_empty().then(|| self.literal.clone())
    }
}

fn is_empty(literal: Ref<'_>) -> bool {
    literal.downcast::<Str>().is_some_and(Str::is_empty)
        || literal.downcast::<Bytes>().is_some_and(|bytes| bytes.content().is_empty())
}

///
///
///   template
///     A list containing interleaved literal strings (str or bytes) and group
///     indices (int), as returned by re._parser.parse_template():
///         [literal1, group1, ..., literalN, groupN]
#[native(signature = "($module, pattern, template, /)")]
pub(super) fn template(thread: &mut Thread, pattern: Ref<'_>, template: &List) -> Outcome {
    let _ = pattern;
    let parts: Vec<Value> = template.view(thread).iter().map(|part| part.to_value()).collect();
    if parts.len().is_multiple_of(2) {
        return Err(thread.type_error("invalid template"));
    }
    let (mut groups, mut literals) = (Vec::new(), Vec::new());
    for pair in parts[1..].chunks_exact(2) {
        if taipan_object::types::int::to_int(pair[0].as_ref()).is_none() {
            return Err(thread.type_error("an integer is required"));
        }
        let index = protocol::index_isize(thread, pair[0].as_ref())?;
        let Ok(index) = usize::try_from(index) else { return Err(thread.type_error("invalid template")) };
        groups.push(index);
        literals.push((!is_empty(pair[1].as_ref())).then(|| pair[1].clone()));
    }
    let literal = parts[0].clone();
    let (groups, literals) = (groups.into_boxed_slice(), literals.into_boxed_slice());
    thread.new_object(|head| Template { head, literal, groups, literals })
}

/// Where an interpreter keeps `re._compile_template`.
static COMPILE_TEMPLATE: u8 = 0;

/// Lets the library take a replacement apart.
pub(super) fn compile_template(thread: &mut Thread, pattern: &Pattern, template: Ref<'_>) -> Outcome {
    let function = match thread.interp().slot(&COMPILE_TEMPLATE) {
        Some(function) => function,
        None => {
            let function = crate::library::attribute_of(thread, "re", "_compile_template")?;
            thread.interp().set_slot(&COMPILE_TEMPLATE, function.clone());
            function
        }
    };
    let pattern = Ref::of(pattern);
    let made = match protocol::call(thread, function.as_ref(), &[pattern, template]) {
        Err(raised) if thread.exception_is(&TYPE_ERROR) => {
            // What cannot be hashed is tried again as a plain string or bytes.
            let plain = if let Some(text) =
                template.downcast::<Str>().filter(|_| template.exact::<Str>().is_none())
            {
                drop(thread.take_exception());
                thread.str_from_chars(text.chars())?
            } else if template.ty().slots().buffer.is_some() && template.exact::<Bytes>().is_none() {
                drop(thread.take_exception());
                let content = taipan_object::types::bytes::bytes_like(thread, template)?.into_owned();
                thread.bytes_from(content)?
            } else {
                return Err(raised);
            };
            protocol::call(thread, function.as_ref(), &[pattern, plain.as_ref()])?
        }
        made => made?,
    };
    if made.downcast::<Template>().is_none() {
        let ty = made.as_ref().ty().name().into_owned();
        return Err(thread.runtime_error(format!("the result of compiling a replacement string is {ty}")));
    }
    Ok(made)
}

/// The replacement of a match.
pub(super) fn expand(thread: &mut Thread, template: &Value, found: &Value) -> Outcome {
    let template = template.downcast::<Template>().expect("a template");
    let found = found.downcast::<Match>().expect("a match");
    if let Some(literal) = template.only_literal() {
        return Ok(literal);
    }
    let mut parts = Vec::with_capacity(1 + 2 * template.groups.len());
    if !is_empty(template.literal.as_ref()) {
        parts.push(template.literal.clone());
    }
    for (&group, literal) in template.groups.iter().zip(&template.literals) {
        if group >= found.group_count() {
            return Err(thread.index_error("no such group"));
        }
        let content = found.group_at(thread, group, Ref::none())?;
        if !content.as_ref().is_none() {
            parts.push(content);
        }
        parts.extend(literal.clone());
    }
    let bytes = template.literal.downcast::<Str>().is_none();
    join(thread, parts, bytes)
}
