//! The node classes, made once for an interpreter.

use taipan_asdl::schema::{FieldSchema, Quantifier, SCHEMA, Shape, TypeSchema, end_is_optional};
use taipan_object::protocol::{self, BinaryOp};
use taipan_object::typeobject::{allocate_instance, type_modified};
use taipan_object::types::dict::Dict;
use taipan_object::types::int::INT;
use taipan_object::types::list::LIST;
use taipan_object::types::object::OBJECT;
use taipan_object::types::str::STR;
use taipan_object::types::tuple::Tuple;
use taipan_object::types::type_::TYPE;
use taipan_object::{Outcome, Ref, Thread, Type, Value};

use super::base::{AST, AstNode};

/// Where the interpreter keeps them.
static CLASSES: u8 = 3;

const ATTRIBUTES: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// The classes, and the instances that stand for nodes without fields: two dictionaries by name.
#[derive(Clone)]
pub(super) struct Classes {
    classes: Value,
    singletons: Value,
}

/// The names of all classes, in the order of Python.asdl.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    SCHEMA.iter().flat_map(|node| {
        let more: Vec<&'static str> = match node.shape {
            Shape::Sum(constructors) => constructors.iter().map(|constructor| constructor.name).collect(),
            Shape::Simple(constructors) => constructors.to_vec(),
            Shape::Product(_) => Vec::new(),
        };
        // `ExceptHandler` and `TypeIgnore` differ from their types in case only.
        std::iter::once(node.name).chain(more)
    })
}

impl Classes {
    /// Those of the running interpreter.
    pub(super) fn of(thread: &mut Thread) -> Outcome<Classes> {
        if let Some(parts) = thread.interp().slot(&CLASSES)
            && let Some([classes, singletons]) = parts.downcast::<Tuple>().map(Tuple::items)
        {
            return Ok(Classes { classes: classes.to_value(), singletons: singletons.to_value() });
        }
        let made = Classes { classes: thread.dict()?, singletons: thread.dict()? };
        made.make_base(thread)?;
        for node in SCHEMA {
            made.make_type(thread, node)?;
        }
        for node in SCHEMA {
            made.make_field_types(thread, node)?;
        }
        let parts = thread.tuple([made.classes.clone(), made.singletons.clone()])?;
        thread.interp().set_slot(&CLASSES, parts);
        Ok(made)
    }

    fn find(thread: &mut Thread, dict: &Value, name: &str) -> Outcome<Option<Value>> {
        let key = thread.intern(name)?;
        dict.downcast::<Dict>().expect("made as a dictionary").get(thread, key.as_ref())
    }

    /// The class of that name.
    pub(super) fn class(&self, thread: &mut Thread, name: &str) -> Outcome {
        match Classes::find(thread, &self.classes, name)? {
            Some(class) => Ok(class),
            None => Err(thread.system_error(format!("no node class {name}"))),
        }
    }

    /// The one instance for a node without fields, if the class is such.
    pub(super) fn singleton(&self, thread: &mut Thread, name: &str) -> Outcome<Option<Value>> {
        Classes::find(thread, &self.singletons, name)
    }

    /// The attributes of `AST` itself.
    fn make_base(&self, thread: &mut Thread) -> Outcome<()> {
        let dict = Ref::of(AST.dict(thread)).to_value();
        let dict = dict.downcast::<Dict>().expect("a type's dictionary");
        for name in ["_fields", "__match_args__", "_attributes"] {
            let name = thread.intern(name)?;
            let empty = thread.tuple([])?;
            dict.set_str(thread, name.as_ref(), empty)?;
        }
        type_modified(thread, &AST);
        Ok(())
    }

    fn make_type(&self, thread: &mut Thread, node: &TypeSchema) -> Outcome<()> {
        let doc = describe(node);
        let own_fields = match node.shape {
            Shape::Product(fields) => fields,
            _ => &[],
        };
        let class = self.make_class(thread, node.name, AST.as_ref(), own_fields, &doc)?;
        let attributes: &[&str] = if node.located { &ATTRIBUTES } else { &[] };
        let attributes = attributes.iter().map(|name| thread.intern(name)).collect::<Outcome<Vec<_>>>()?;
        let attributes = thread.tuple(attributes)?;
        set(thread, &class, "_attributes", attributes)?;
        set_defaults(thread, &class, own_fields)?;
        if node.located && end_is_optional(node.name) {
            set(thread, &class, "end_lineno", Value::none())?;
            set(thread, &class, "end_col_offset", Value::none())?;
        }
        match node.shape {
            Shape::Product(_) => {}
            Shape::Sum(constructors) => {
                for constructor in constructors {
                    let doc = describe_constructor(constructor.name, constructor.fields);
                    let made =
                        self.make_class(thread, constructor.name, class.as_ref(), constructor.fields, &doc)?;
                    set_defaults(thread, &made, constructor.fields)?;
                }
            }
            Shape::Simple(constructors) => {
                for name in constructors {
                    let made = self.make_class(thread, name, class.as_ref(), &[], name)?;
                    let singleton = instance(thread, made.as_ref())?;
                    let key = thread.intern(name)?;
                    let singletons = self.singletons.downcast::<Dict>().expect("made as a dictionary");
                    singletons.set_str(thread, key.as_ref(), singleton)?;
                }
            }
        }
        Ok(())
    }

    fn make_class(
        &self,
        thread: &mut Thread,
        name: &str,
        base: Ref<'_>,
        fields: &[FieldSchema],
        doc: &str,
    ) -> Outcome {
        let fields = fields.iter().map(|field| thread.intern(field.name)).collect::<Outcome<Vec<_>>>()?;
        let fields = thread.tuple(fields)?;
        let module = thread.intern("ast")?;
        let doc = thread.str(doc)?;
        let space = thread.dict()?;
        let own = space.downcast::<Dict>().expect("a dictionary");
        let content = [
            ("_fields", fields.clone()),
            ("__match_args__", fields),
            ("__module__", module),
            ("__doc__", doc),
        ];
        for (name, value) in content {
            let name = thread.intern(name)?;
            own.set_str(thread, name.as_ref(), value)?;
        }
        let bases = thread.tuple([base.to_value()])?;
        let key = thread.intern(name)?;
        let arguments = [key.as_ref(), bases.as_ref(), space.as_ref()];
        let class = protocol::call(thread, TYPE.as_ref(), &arguments)?;
        let classes = self.classes.downcast::<Dict>().expect("made as a dictionary");
        classes.set_str(thread, key.as_ref(), class.clone())?;
        Ok(class)
    }

    fn make_field_types(&self, thread: &mut Thread, node: &TypeSchema) -> Outcome<()> {
        match node.shape {
            Shape::Product(fields) => self.set_field_types(thread, node.name, fields),
            Shape::Sum(constructors) => constructors.iter().try_for_each(|constructor| {
                self.set_field_types(thread, constructor.name, constructor.fields)
            }),
            Shape::Simple(constructors) => {
                constructors.iter().try_for_each(|name| self.set_field_types(thread, name, &[]))
            }
        }
    }

    /// `_field_types`, which are the annotations, too.
    fn set_field_types(&self, thread: &mut Thread, name: &str, fields: &[FieldSchema]) -> Outcome<()> {
        let class = self.class(thread, name)?;
        let types = thread.dict()?;
        let own = types.downcast::<Dict>().expect("a dictionary");
        for field in fields {
            let ty = match field.ty {
                "identifier" | "string" => STR.as_ref().to_value(),
                "int" => INT.as_ref().to_value(),
                "constant" => OBJECT.as_ref().to_value(),
                name => self.class(thread, name)?,
            };
            let ty = match field.quantifier {
                Quantifier::One => ty,
                Quantifier::Optional => protocol::binary(thread, ty.as_ref(), Ref::none(), BinaryOp::Or)?,
                Quantifier::Many | Quantifier::ManyOptional => {
                    protocol::get_item(thread, LIST.as_ref(), ty.as_ref())?
                }
            };
            let name = thread.intern(field.name)?;
            own.set_str(thread, name.as_ref(), ty)?;
        }
        set(thread, &class, "_field_types", types.clone())?;
        set(thread, &class, "__annotations__", types)
    }
}

/// A new instance without fields, whose `__init__` is not called.
pub(super) fn instance(thread: &mut Thread, class: Ref<'_>) -> Outcome {
    let class = class.downcast::<Type>().expect("a class");
    allocate_instance(thread, class, AstNode::new)
}

fn set(thread: &mut Thread, object: &Value, name: &str, value: Value) -> Outcome<()> {
    let name = thread.intern(name)?;
    protocol::set_attribute(thread, object.as_ref(), name.as_ref(), Some(value.as_ref()))
}

/// Fields that may be absent are `None` in the class.
fn set_defaults(thread: &mut Thread, class: &Value, fields: &[FieldSchema]) -> Outcome<()> {
    fields
        .iter()
        .filter(|field| field.quantifier == Quantifier::Optional)
        .try_for_each(|field| set(thread, class, field.name, Value::none()))
}

/// The docstring of a constructor: its row of Python.asdl.
fn describe_constructor(name: &str, fields: &[FieldSchema]) -> String {
    if fields.is_empty() {
        return name.to_owned();
    }
    let fields: Vec<String> = fields
        .iter()
        .map(|field| {
            let mark = match field.quantifier {
                Quantifier::One => "",
                Quantifier::Optional => "?",
                Quantifier::Many => "*",
                Quantifier::ManyOptional => "?*",
            };
            format!("{}{mark} {}", field.ty, field.name)
        })
        .collect();
    format!("{name}({})", fields.join(", "))
}

/// The docstring of a node type.
fn describe(node: &TypeSchema) -> String {
    let name = node.name;
    match node.shape {
        Shape::Product(fields) => describe_constructor(name, fields),
        Shape::Simple(constructors) => format!("{name} = {}", constructors.join(" | ")),
        Shape::Sum(constructors) => {
            let all: Vec<String> = constructors
                .iter()
                .map(|constructor| describe_constructor(constructor.name, constructor.fields))
                .collect();
            let indent = " ".repeat(name.len() + 1);
            format!("{name} = {}", all.join(&format!("\n{indent}| ")))
        }
    }
}
