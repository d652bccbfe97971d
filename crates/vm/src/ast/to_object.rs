//! Trees as objects.

use std::collections::HashMap;

use taipan_asdl::constant::{Constant, Int};
use taipan_asdl::reflect::{Field, Node};
use taipan_asdl::{Mod, Name, NameTable};
use taipan_code::Const;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use super::classes::{Classes, instance};

/// The tree as instances of the classes of `_ast`.
pub fn to_object(thread: &mut Thread, tree: &Mod<'_>, names: &NameTable) -> Outcome {
    let classes = Classes::of(thread)?;
    let mut converter = Converter {
        thread,
        names,
        classes,
        known: HashMap::new(),
        words: HashMap::new(),
        identifiers: Vec::new(),
    };
    converter.node(tree)
}

struct Converter<'t> {
    thread: &'t mut Thread,
    names: &'t NameTable,
    classes: Classes,
    /// Classes by name, or the one instance for nodes without fields.
    known: HashMap<&'static str, (Value, bool)>,
    /// Names of fields.
    words: HashMap<&'static str, Value>,
    identifiers: Vec<Option<Value>>,
}

impl Converter<'_> {
    fn known(&mut self, name: &'static str) -> Outcome<(Value, bool)> {
        if let Some((value, is_instance)) = self.known.get(name) {
            return Ok((value.clone(), *is_instance));
        }
        let found = match self.classes.singleton(self.thread, name)? {
            Some(singleton) => (singleton, true),
            None => (self.classes.class(self.thread, name)?, false),
        };
        self.known.insert(name, found.clone());
        Ok(found)
    }

    fn set(&mut self, object: Ref<'_>, name: &'static str, value: &Value) -> Outcome<()> {
        let word = match self.words.get(name) {
            Some(word) => word.clone(),
            None => {
                let word = self.thread.intern(name)?;
                self.words.insert(name, word.clone());
                word
            }
        };
        protocol::set_attribute(self.thread, object, word.as_ref(), Some(value.as_ref()))
    }

    fn node(&mut self, node: &dyn Node) -> Outcome {
        self.thread.check_native_stack()?;
        let (class, is_instance) = self.known(node.class_name())?;
        if is_instance {
            return Ok(class);
        }
        let object = instance(self.thread, class.as_ref())?;
        let mut result = Ok(());
        node.visit_fields(&mut |name, field| {
            if result.is_ok() {
                result = self.field(object.as_ref(), name, field);
            }
        });
        result?;
        if let Some(location) = node.location() {
            let numbers = [
                ("lineno", location.lineno),
                ("col_offset", location.col_offset),
                ("end_lineno", location.end_lineno),
                ("end_col_offset", location.end_col_offset),
            ];
            for (name, number) in numbers {
                self.set(object.as_ref(), name, &Value::small_int(number.into()))?;
            }
        }
        Ok(object)
    }

    fn field(&mut self, object: Ref<'_>, name: &'static str, field: Field<'_>) -> Outcome<()> {
        let value = match field {
            Field::Node(node) => self.node(node)?,
            Field::OptionalNode(node) => self.optional(node)?,
            Field::Nodes(nodes) => {
                let nodes = nodes.into_iter().map(|node| self.node(node)).collect::<Outcome<Vec<_>>>()?;
                self.thread.list(nodes)?
            }
            Field::OptionalNodes(nodes) => {
                let nodes = nodes.into_iter().map(|node| self.optional(node)).collect::<Outcome<Vec<_>>>()?;
                self.thread.list(nodes)?
            }
            Field::Identifier(identifier) => self.identifier(identifier)?,
            Field::OptionalIdentifier(identifier) => match identifier {
                Some(identifier) => self.identifier(identifier)?,
                None => Value::none(),
            },
            Field::Identifiers(all) => {
                let all = all.iter().map(|name| self.identifier(*name)).collect::<Outcome<Vec<_>>>()?;
                self.thread.list(all)?
            }
            Field::String(text) | Field::OptionalString(Some(text)) => self.thread.str_from_text(text)?,
            Field::OptionalString(None) | Field::OptionalInt(None) => Value::none(),
            Field::Int(number) | Field::OptionalInt(Some(number)) => Value::small_int(number.into()),
            Field::Constant(constant) => self.constant(&constant)?,
        };
        self.set(object, name, &value)
    }

    fn optional(&mut self, node: Option<&dyn Node>) -> Outcome {
        node.map_or(Ok(Value::none()), |node| self.node(node))
    }

    fn identifier(&mut self, name: Name) -> Outcome {
        let index = name.index();
        if self.identifiers.len() <= index {
            self.identifiers.resize(self.names.len().max(index + 1), None);
        }
        if let Some(value) = &self.identifiers[index] {
            return Ok(value.clone());
        }
        let value = self.thread.str_from_text(self.names.text(name))?;
        let value = self.thread.interp().interned.intern(self.thread.interp(), value);
        self.identifiers[index] = Some(value.clone());
        Ok(value)
    }

    fn constant(&mut self, constant: &Constant<'_>) -> Outcome {
        self.thread.check_native_stack()?;
        Ok(match *constant {
            Constant::None => Value::none(),
            Constant::Ellipsis => Ref::ellipsis().to_value(),
            Constant::Bool(value) => Value::bool(value),
            Constant::Int(Int::Small(value)) => self.thread.int(value.into())?,
            Constant::Int(Int::Big { negative, digits }) => {
                self.thread.int_value(taipan_num::Int::from_words(negative, digits))?
            }
            Constant::Float(value) => self.thread.float(value)?,
            Constant::Complex { real, imag } => self.thread.constant(&Const::Complex { real, imag })?,
            Constant::Str(text) => self.thread.str_from_text(text)?,
            Constant::Bytes(bytes) => self.thread.bytes(bytes)?,
            Constant::Tuple(items) => {
                let items = self.constants(items)?;
                self.thread.tuple(items)?
            }
            Constant::FrozenSet(items) => {
                let items = self.constants(items)?;
                let items = self.thread.tuple(items)?;
                self.thread.frozenset(items.as_ref())?
            }
        })
    }

    fn constants(&mut self, constants: &[Constant<'_>]) -> Outcome<Vec<Value>> {
        constants.iter().map(|constant| self.constant(constant)).collect()
    }
}
