//! Reflection: every node as a class name with named fields.
//!
//! Printers, JSON, tree comparison and the conversion to Python objects are written once over
//! this, not once per node type.

use crate::constant::Constant;
use crate::name::Name;
use crate::node::*;
use taipan_text::Text;

/// A node of any type.
pub trait Node {
    /// The name of the node's class in the `ast` module.
    fn class_name(&self) -> &'static str;
    /// The fields in the order of Python.asdl.
    fn visit_fields(&self, visit: &mut dyn FnMut(&'static str, Field<'_>));
    /// The position, for the node types that have one.
    fn location(&self) -> Option<Location>;
}

/// The value of a field.
#[allow(missing_docs)]
pub enum Field<'f> {
    Node(&'f dyn Node),
    OptionalNode(Option<&'f dyn Node>),
    Nodes(Vec<&'f dyn Node>),
    OptionalNodes(Vec<Option<&'f dyn Node>>),
    Identifier(Name),
    OptionalIdentifier(Option<Name>),
    Identifiers(&'f [Name]),
    String(&'f Text),
    OptionalString(Option<&'f Text>),
    Int(i32),
    OptionalInt(Option<i32>),
    Constant(Constant<'f>),
}

/// The field's name in `ast`: Rust's keywords carry an underscore in the table.
const fn field_name(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [head @ .., b'_'] => match name.split_at_checked(head.len()) {
            Some((name, _)) => name,
            None => name,
        },
        _ => name,
    }
}

macro_rules! field_value {
    ((identifier) $v:expr) => {
        Field::Identifier(*$v)
    };
    ((identifier ?) $v:expr) => {
        Field::OptionalIdentifier(*$v)
    };
    ((identifier *) $v:expr) => {
        Field::Identifiers($v)
    };
    ((string) $v:expr) => {
        Field::String($v)
    };
    ((string ?) $v:expr) => {
        Field::OptionalString(*$v)
    };
    ((int) $v:expr) => {
        Field::Int(*$v)
    };
    ((int ?) $v:expr) => {
        Field::OptionalInt(*$v)
    };
    ((constant) $v:expr) => {
        Field::Constant(*$v)
    };
    ((expr_context) $v:expr) => {
        Field::Node($v)
    };
    ((boolop) $v:expr) => {
        Field::Node($v)
    };
    ((operator) $v:expr) => {
        Field::Node($v)
    };
    ((unaryop) $v:expr) => {
        Field::Node($v)
    };
    ((cmpop *) $v:expr) => {
        Field::Nodes($v.iter().map(|n| n as &dyn Node).collect())
    };
    (($t:ident) $v:expr) => {
        Field::Node(*$v)
    };
    (($t:ident ?) $v:expr) => {
        Field::OptionalNode($v.map(|n| n as &dyn Node))
    };
    (($t:ident *) $v:expr) => {
        Field::Nodes($v.iter().map(|&n| n as &dyn Node).collect())
    };
    (($t:ident ? *) $v:expr) => {
        Field::OptionalNodes($v.iter().map(|n| n.map(|n| n as &dyn Node)).collect())
    };
}

macro_rules! reflect_nodes {
    () => {};
    (sum $name:ident $Type:ident $Kind:ident $place:ident {
        $($Ctor:ident { $($field:ident : $ty:tt),* })*
    } $($rest:tt)*) => {
        impl Node for $Type<'_> {
            fn class_name(&self) -> &'static str {
                match self.kind { $($Kind::$Ctor { .. } => stringify!($Ctor)),* }
            }
            #[allow(unused_variables)]
            fn visit_fields(&self, visit: &mut dyn FnMut(&'static str, Field<'_>)) {
                match &self.kind {
                    $($Kind::$Ctor { $($field),* } => {
                        $(visit(const { field_name(stringify!($field)) }, field_value!($ty $field));)*
                    })*
                }
            }
            reflect_nodes!(@location $place);
        }
        reflect_nodes!($($rest)*);
    };
    (simple $name:ident $Type:ident { $($Ctor:ident)* } $($rest:tt)*) => {
        impl Node for $Type {
            fn class_name(&self) -> &'static str {
                (*self).class_name()
            }
            fn visit_fields(&self, _visit: &mut dyn FnMut(&'static str, Field<'_>)) {}
            fn location(&self) -> Option<Location> {
                None
            }
        }
        reflect_nodes!($($rest)*);
    };
    (product $name:ident $Type:ident $place:ident $fields:tt $($rest:tt)*) => {
        reflect_nodes!(@product $name ($Type<'_>) $place $fields);
        reflect_nodes!($($rest)*);
    };
    (leaf $name:ident $Type:ident $place:ident $fields:tt $($rest:tt)*) => {
        reflect_nodes!(@product $name ($Type) $place $fields);
        reflect_nodes!($($rest)*);
    };
    (@product $name:ident ($Type:ty) $place:ident { $($field:ident : $ty:tt),* }) => {
        impl Node for $Type {
            fn class_name(&self) -> &'static str {
                stringify!($name)
            }
            fn visit_fields(&self, visit: &mut dyn FnMut(&'static str, Field<'_>)) {
                $({
                    let value = &self.$field;
                    visit(const { field_name(stringify!($field)) }, field_value!($ty value));
                })*
            }
            reflect_nodes!(@location $place);
        }
    };
    (@location located) => {
        fn location(&self) -> Option<Location> {
            Some(self.location)
        }
    };
    (@location bare) => {
        fn location(&self) -> Option<Location> {
            None
        }
    };
}

crate::for_each_node!(reflect_nodes);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_in_order_under_their_python_names() {
        let handler = ExceptHandler {
            kind: ExceptHandlerKind::ExceptHandler { type_: None, name: None, body: &[] },
            location: Location::default(),
        };
        let mut names = Vec::new();
        handler.visit_fields(&mut |name, _| names.push(name));
        assert_eq!(handler.class_name(), "ExceptHandler");
        assert_eq!(names, ["type", "name", "body"]);
    }

    #[test]
    fn expressions_stay_within_a_cache_line() {
        assert!(size_of::<Expr<'_>>() <= 64);
    }
}
