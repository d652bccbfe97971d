//! Objects as trees, with CPython's words for what is no tree.

use taipan_asdl::build::{Build, Reader};
use taipan_asdl::constant::{Constant, Int};
use taipan_asdl::node::Location;
use taipan_asdl::schema::end_is_optional;
use taipan_asdl::{Bump, Mod, Name, NameTable};
use taipan_object::protocol;
use taipan_object::types::boolean::is_bool;
use taipan_object::types::bytes::Bytes;
use taipan_object::types::complex::ComplexObject;
use taipan_object::types::float::{FLOAT, Float};
use taipan_object::types::int::{INT, to_int};
use taipan_object::types::list::List;
use taipan_object::types::set::FROZENSET;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Raised, Ref, Thread, Value};
use taipan_text::Text;

use super::classes::Classes;
use crate::frontend::Mode;

/// The tree that an object spells; its class must be the one that the mode asks for.
pub fn from_object<'a>(
    thread: &mut Thread,
    object: Ref<'_>,
    mode: Mode,
    arena: &'a Bump,
    names: &mut NameTable,
) -> Outcome<&'a Mod<'a>> {
    thread.audit("compile", &[object, Ref::none()])?;
    let classes = Classes::of(thread)?;
    let wanted = match mode {
        Mode::Exec => "Module",
        Mode::Eval => "Expression",
        Mode::Single => "Interactive",
        Mode::FuncType => "FunctionType",
    };
    let class = classes.class(thread, wanted)?;
    if !protocol::is_instance(thread, object, class.as_ref())? {
        let ty = object.ty().name().into_owned();
        return Err(thread.type_error(format!("expected {wanted} node, got {ty}")));
    }
    let mut reader = Objects { thread, arena, names, classes };
    let tree = Mod::build(&mut reader, &object.to_value())?;
    Ok(arena.alloc(tree))
}

struct Objects<'t, 'a> {
    thread: &'t mut Thread,
    arena: &'a Bump,
    names: &'t mut NameTable,
    classes: Classes,
}

impl Objects<'_, '_> {
    fn number(&mut self, object: &Value, name: &'static str) -> Outcome<Option<i32>> {
        match self.field(object, name)? {
            Some(value) if !value.as_ref().is_none() => self.int(&value).map(Some),
            _ => Ok(None),
        }
    }

    fn text<'a>(&mut self, arena: &'a Bump, text: &Str) -> &'a Text {
        Text::from_bytes(arena.alloc_slice_copy(text.to_text().as_bytes()))
    }
}

impl<'a> Reader<'a> for Objects<'_, 'a> {
    type Object = Value;
    type Error = Raised;

    fn arena(&self) -> &'a Bump {
        self.arena
    }

    fn enter(&mut self, _: &'static str) -> Outcome<()> {
        self.thread.check_native_stack()
    }

    fn constructor(
        &mut self,
        object: &Value,
        node_type: &'static str,
        constructors: &'static [&'static str],
    ) -> Outcome<usize> {
        let name = object.as_ref().ty().name().into_owned();
        if let Some(index) = constructors.iter().position(|own| *own == name) {
            let class = self.classes.class(self.thread, constructors[index])?;
            if object.as_ref().ty().as_ref().is(class.as_ref()) {
                return Ok(index);
            }
        }
        for (index, name) in constructors.iter().enumerate() {
            let class = self.classes.class(self.thread, name)?;
            if protocol::is_instance(self.thread, object.as_ref(), class.as_ref())? {
                return Ok(index);
            }
        }
        let repr = protocol::repr_string(self.thread, object.as_ref())?;
        Err(self.thread.type_error(format!("expected some sort of {node_type}, but got {repr}")))
    }

    fn location(&mut self, object: &Value, node_type: &'static str) -> Outcome<Location> {
        let mut required = |name| match self.field(object, name)? {
            Some(value) => self.int(&value),
            None => Err(self.missing(node_type, name)),
        };
        let lineno = required("lineno")?;
        let col_offset = required("col_offset")?;
        if !end_is_optional(node_type) {
            let (end_lineno, end_col_offset) = (required("end_lineno")?, required("end_col_offset")?);
            return Ok(Location { lineno, col_offset, end_lineno, end_col_offset });
        }
        let end_lineno = self.number(object, "end_lineno")?.unwrap_or(lineno);
        let end_col_offset = self.number(object, "end_col_offset")?.unwrap_or(col_offset);
        Ok(Location { lineno, col_offset, end_lineno, end_col_offset })
    }

    fn field(&mut self, object: &Value, name: &'static str) -> Outcome<Option<Value>> {
        let name = self.thread.intern(name)?;
        protocol::find_attribute(self.thread, object.as_ref(), name.as_ref())
    }

    fn items(&mut self, value: Value, owner: &'static str, name: &'static str) -> Outcome<Vec<Value>> {
        match value.downcast::<List>() {
            Some(list) => Ok(list.view(self.thread).iter().map(|item| item.to_value()).collect()),
            None => {
                let ty = value.as_ref().ty().name().into_owned();
                let message = format!("{owner} field \"{name}\" must be a list, not a {ty}");
                Err(self.thread.type_error(message))
            }
        }
    }

    fn is_none(&self, value: &Value) -> bool {
        value.as_ref().is_none()
    }

    fn identifier(&mut self, value: &Value) -> Outcome<Name> {
        match value.as_ref().exact::<Str>() {
            Some(text) => Ok(self.names.intern(&text.to_text())),
            None => Err(self.thread.type_error("AST identifier must be of type str")),
        }
    }

    fn string(&mut self, value: &Value) -> Outcome<&'a Text> {
        let arena = self.arena;
        match value.as_ref().exact::<Str>() {
            Some(text) => Ok(self.text(arena, text)),
            None => Err(self.thread.type_error("AST string must be of type str")),
        }
    }

    fn int(&mut self, value: &Value) -> Outcome<i32> {
        let Some(number) = to_int(value.as_ref()) else {
            let repr = protocol::repr_string(self.thread, value.as_ref())?;
            return Err(self.thread.value_error(format!("invalid integer value: {repr}")));
        };
        match number.to_i64().and_then(|number| i32::try_from(number).ok()) {
            Some(number) => Ok(number),
            None => Err(self.thread.overflow_error("Python int too large to convert to C int")),
        }
    }

    fn constant(&mut self, value: &Value) -> Outcome<Constant<'a>> {
        self.thread.check_native_stack()?;
        let object = value.as_ref();
        let ty = object.ty();
        if object.is_none() {
            return Ok(Constant::None);
        }
        if object.is(Ref::ellipsis()) {
            return Ok(Constant::Ellipsis);
        }
        if is_bool(object) {
            return Ok(Constant::Bool(object.is(Ref::bool(true))));
        }
        if ty.is(&INT) {
            let number = to_int(object).expect("an integer");
            return Ok(Constant::Int(match number.to_i64() {
                Some(small) => Int::Small(small),
                None => Int::Big {
                    negative: number.is_negative(),
                    digits: self.arena.alloc_slice_copy(&number.words()),
                },
            }));
        }
        if ty.is(&FLOAT) {
            return Ok(Constant::Float(Float::value_of(object).expect("a float")));
        }
        if let Some(text) = object.exact::<Str>() {
            let arena = self.arena;
            return Ok(Constant::Str(self.text(arena, text)));
        }
        if let Some(bytes) = object.exact::<Bytes>() {
            return Ok(Constant::Bytes(self.arena.alloc_slice_copy(bytes.content())));
        }
        if object.exact::<Tuple>().is_some() || ty.is(&FROZENSET) {
            let items = protocol::collect(self.thread, object)?;
            let items = items.iter().map(|item| self.constant(item)).collect::<Outcome<Vec<_>>>()?;
            let items = &*self.arena.alloc_slice_copy(&items);
            return Ok(if ty.is(&FROZENSET) { Constant::FrozenSet(items) } else { Constant::Tuple(items) });
        }
        if let Some(number) = object.exact::<ComplexObject>() {
            return Ok(Constant::Complex { real: number.value.real, imag: number.value.imag });
        }
        let name = ty.name().into_owned();
        Err(self.thread.type_error(format!("got an invalid type in Constant: {name}")))
    }

    fn missing(&mut self, owner: &'static str, name: &'static str) -> Raised {
        self.thread.type_error(format!("required field \"{name}\" missing from {owner}"))
    }

    fn required(&mut self, owner: &'static str, name: &'static str) -> Raised {
        self.thread.value_error(format!("field '{name}' is required for {owner}"))
    }

    fn hole(&mut self, _: &'static str, _: &'static str, node_type: &'static str) -> Raised {
        let what = match node_type {
            "stmt" => "statement list",
            "expr" => "expression list",
            "pattern" => "pattern list",
            other => return self.thread.value_error(format!("None disallowed in {other} list")),
        };
        self.thread.value_error(format!("None disallowed in {what}"))
    }
}
