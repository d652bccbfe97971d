//! `ast.AST`: the base of the node classes.

use taipan_macros::native;
use taipan_object::native::{Args, MethodDef};
use taipan_object::protocol;
use taipan_object::typeobject::{
    AttributeWord, Slots, Type, TypeDef, TypeFlags, allocate_instance, instance_dict,
};
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::DEPRECATION_WARNING;
use taipan_object::types::genericalias::GENERIC_ALIAS;
use taipan_object::types::object::DICT_GETSET;
use taipan_object::types::union::UNION;
use taipan_object::{Header, Outcome, Ref, Thread, Value, object};

use super::classes::Classes;
use super::repr;

/// A node: nothing but attributes.
#[repr(C)]
pub struct AstNode {
    head: Header,
    attributes: AttributeWord,
}

object!(AstNode, AST, holds: attributes);

impl AstNode {
    pub(super) fn new(head: Header) -> AstNode {
        AstNode { head, attributes: AttributeWord::new() }
    }
}

/// The type `ast.AST`.
pub static AST: Type = Type::new::<AstNode>(
    &TypeDef { methods: &[METHODS], getset: &[DICT_GETSET], ..TypeDef::new("ast.AST") },
    TypeFlags::BASE.union(TypeFlags::CONTAINER).union(TypeFlags::HAS_DICT),
    Slots {
        new: Some(|thread, ty, _| allocate_instance(thread, ty, AstNode::new)),
        init: Some(init),
        repr: Some(repr::repr),
        ..Slots::holding::<AstNode>()
    },
)
.with_attributes(std::mem::offset_of!(AstNode, attributes));

const METHODS: &[MethodDef] = &[__REDUCE__, __REPLACE__];

/// An attribute of the node's class.
fn of_class(thread: &mut Thread, object: Ref<'_>, name: &str) -> Outcome {
    let name = thread.intern(name)?;
    protocol::get_attribute(thread, object.ty().as_ref(), name.as_ref())
}

fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
    let fields = of_class(thread, object, "_fields")?;
    let count = protocol::length(thread, fields.as_ref())?;
    let names = protocol::collect(thread, fields.as_ref())?;
    let ty = object.ty().name().into_owned();
    let given = args.positionals();
    if given.len() > count {
        let plural = if count == 1 { "" } else { "s" };
        let ty = ty.rsplit('.').next().unwrap_or(&ty);
        return Err(
            thread.type_error(format!("{ty} constructor takes at most {count} positional argument{plural}"))
        );
    }
    let mut remaining: Vec<Value> = names.get(given.len()..).unwrap_or_default().to_vec();
    for (name, value) in names.iter().zip(given) {
        protocol::set_attribute(thread, object, name.as_ref(), Some(*value))?;
    }
    for (name, value) in args.keywords() {
        if protocol::contains(thread, fields.as_ref(), name)? {
            let index = position(thread, &remaining, name)?;
            let Some(index) = index else {
                let name = protocol::str_string(thread, name)?;
                return Err(thread.type_error(format!("{ty} got multiple values for argument '{name}'")));
            };
            remaining.remove(index);
        } else {
            let attributes = of_class(thread, object, "_attributes")?;
            if !protocol::contains(thread, attributes.as_ref(), name)? {
                let name = protocol::str_string(thread, name)?;
                let message = format!(
                    "{ty}.__init__ got an unexpected keyword argument '{name}'. Support for arbitrary keyword arguments is deprecated and will be removed in Python 3.15."
                );
                thread.warn(&DEPRECATION_WARNING, &message, 1)?;
            }
        }
        protocol::set_attribute(thread, object, name, Some(value))?;
    }
    if remaining.is_empty() { Ok(()) } else { set_remaining(thread, object, &remaining) }
}

fn position(thread: &mut Thread, names: &[Value], name: Ref<'_>) -> Outcome<Option<usize>> {
    for (index, own) in names.iter().enumerate() {
        let op = taipan_object::typeobject::CompareOp::Eq;
        if protocol::compare_bool(thread, own.as_ref(), name, op)? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// Gives fields without an argument what their type allows, and warns about the others.
fn set_remaining(thread: &mut Thread, object: Ref<'_>, remaining: &[Value]) -> Outcome<()> {
    let name = thread.intern("_field_types")?;
    let types = protocol::find_attribute(thread, object.ty().as_ref(), name.as_ref())?;
    // A class of a program may have fields without types: those are simply not set.
    let Some(types) = types else { return Ok(()) };
    let Some(types) = types.downcast::<Dict>() else {
        let ty = types.as_ref().ty().name().into_owned();
        return Err(thread.type_error(format!("_field_types must be a dict, not {ty}")));
    };
    let ty = object.ty().name().into_owned();
    let classes = Classes::of(thread)?;
    let context = classes.class(thread, "expr_context")?;
    for name in remaining {
        let field_type = types.get(thread, name.as_ref())?;
        let text = protocol::str_string(thread, name.as_ref())?;
        let message = match &field_type {
            None => {
                format!(
                    "Field '{text}' is missing from {ty}._field_types. This will become an error in Python 3.15."
                )
            }
            Some(field_type) if field_type.as_ref().ty().is(&UNION) => continue,
            Some(field_type) if field_type.as_ref().ty().is(&GENERIC_ALIAS) => {
                let empty = thread.list(Vec::new())?;
                protocol::set_attribute(thread, object, name.as_ref(), Some(empty.as_ref()))?;
                continue;
            }
            Some(field_type) if field_type.as_ref().is(context.as_ref()) => {
                let load = classes.singleton(thread, "Load")?.unwrap_or_else(Value::none);
                protocol::set_attribute(thread, object, name.as_ref(), Some(load.as_ref()))?;
                continue;
            }
            Some(_) => format!(
                "{ty}.__init__ missing 1 required positional argument: '{text}'. This will become an error in Python 3.15."
            ),
        };
        thread.warn(&DEPRECATION_WARNING, &message, 1)?;
    }
    Ok(())
}

#[native(signature = "($self, /)")]
fn __reduce__(thread: &mut Thread, this: Ref<'_>) -> Outcome {
    let class = this.ty().as_ref().to_value();
    let Some(dict) = instance_dict(thread, this)? else {
        let empty = thread.tuple([])?;
        return thread.tuple([class, empty]);
    };
    // Children are no arguments, so that copying a deep tree does not recurse; but the fields that are
    // there are named by as many `None`s, so that making the copy warns of nothing.
    let fields = of_class(thread, this, "_fields")?;
    let fields = protocol::collect(thread, fields.as_ref())?;
    let own = dict.downcast::<Dict>().expect("an instance's dictionary");
    let mut arguments = Vec::new();
    for name in &fields {
        if own.get(thread, name.as_ref())?.is_none() {
            break;
        }
        arguments.push(Value::none());
    }
    let arguments = thread.tuple(arguments)?;
    thread.tuple([class, arguments, dict])
}

/// Return a copy of the AST node with new values for the specified fields.
#[native(signature = "($self, /, **fields)")]
fn __replace__(thread: &mut Thread, this: Ref<'_>, args: Args<'_>) -> Outcome {
    if !args.positionals().is_empty() {
        return Err(thread.type_error("__replace__() takes no positional arguments"));
    }
    let fields = of_class(thread, this, "_fields")?;
    let attributes = of_class(thread, this, "_attributes")?;
    // What the node itself has, in the order of its class.
    let content = thread.dict()?;
    let own = content.downcast::<Dict>().expect("a dictionary");
    if let Some(dict) = instance_dict(thread, this)? {
        let dict = dict.downcast::<Dict>().expect("an instance's dictionary");
        for names in [&fields, &attributes] {
            for name in protocol::collect(thread, names.as_ref())? {
                if let Some(value) = dict.get(thread, name.as_ref())? {
                    own.set(thread, name.as_ref(), value)?;
                }
            }
        }
    }
    let ty = this.ty().name().into_owned();
    for (name, value) in args.keywords() {
        if !protocol::contains(thread, fields.as_ref(), name)?
            && !protocol::contains(thread, attributes.as_ref(), name)?
        {
            let name = protocol::str_string(thread, name)?;
            let message = format!("{ty}.__replace__ got an unexpected keyword argument '{name}'.");
            return Err(thread.type_error(message));
        }
        own.set(thread, name, value.to_value())?;
    }
    check_complete(thread, this, own, &fields)?;
    let copy = super::classes::instance(thread, this.ty().as_ref())?;
    let mut at = 0;
    while let Some((next, key, value)) = own.next_entry(thread, at) {
        protocol::set_attribute(thread, copy.as_ref(), key.as_ref(), Some(value.as_ref()))?;
        at = next;
    }
    Ok(copy)
}

/// Fails if a field that must be there is not.
fn check_complete(thread: &mut Thread, this: Ref<'_>, own: &Dict, fields: &Value) -> Outcome<()> {
    let name = thread.intern("_field_types")?;
    let types = protocol::find_attribute(thread, this.ty().as_ref(), name.as_ref())?;
    let mut missing = Vec::new();
    for name in protocol::collect(thread, fields.as_ref())? {
        if own.get(thread, name.as_ref())?.is_some() {
            continue;
        }
        let field_type = match types.as_ref().and_then(|types| types.downcast::<Dict>()) {
            Some(types) => types.get(thread, name.as_ref())?,
            None => None,
        };
        let may_be_absent =
            field_type.is_some_and(|ty| ty.as_ref().ty().is(&UNION) || ty.as_ref().ty().is(&GENERIC_ALIAS));
        if !may_be_absent {
            missing.push(protocol::repr_string(thread, name.as_ref())?);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let ty = this.ty().name().into_owned();
    let plural = if missing.len() == 1 { "" } else { "s" };
    Err(thread.type_error(format!(
        "{ty}.__replace__ missing {} keyword argument{plural}: {}.",
        missing.len(),
        missing.join(", ")
    )))
}
