//! The table as data: what makes classes of `ast` need to know of each node type.

/// How many values a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// Exactly one.
    One,
    /// One or none.
    Optional,
    /// A list.
    Many,
    /// A list with holes.
    ManyOptional,
}

/// A field.
#[derive(Clone, Copy, Debug)]
pub struct FieldSchema {
    /// Its name in `ast`.
    pub name: &'static str,
    /// Its type's name in Python.asdl.
    pub ty: &'static str,
    /// How many values it holds.
    pub quantifier: Quantifier,
}

/// A class with fields.
#[derive(Clone, Copy, Debug)]
pub struct Constructor {
    /// Its name.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [FieldSchema],
}

/// What a node type is.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// Several constructors, each a class derived from the type's.
    Sum(&'static [Constructor]),
    /// The same, none of which has fields.
    Simple(&'static [&'static str]),
    /// One class.
    Product(&'static [FieldSchema]),
}

/// A node type.
#[derive(Clone, Copy, Debug)]
pub struct TypeSchema {
    /// Its name in Python.asdl.
    pub name: &'static str,
    /// What it is.
    pub shape: Shape,
    /// Whether its nodes have a position.
    pub located: bool,
}

/// Whether nodes of a type may lack the end of their position.
pub fn end_is_optional(node_type: &str) -> bool {
    !matches!(node_type, "pattern" | "type_param")
}

/// The name without what makes it a Rust name: `r#mod`, `type_`.
const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        [head @ .., b'_'] => name.split_at(head.len()).0,
        _ => name,
    }
}

macro_rules! field_schema {
    ($field:ident ($ty:ident)) => { field_schema!(@ $field $ty One) };
    ($field:ident ($ty:ident ?)) => { field_schema!(@ $field $ty Optional) };
    ($field:ident ($ty:ident *)) => { field_schema!(@ $field $ty Many) };
    ($field:ident ($ty:ident ? *)) => { field_schema!(@ $field $ty ManyOptional) };
    (@ $field:ident $ty:ident $quantifier:ident) => {
        FieldSchema {
            name: plain(stringify!($field)),
            ty: stringify!($ty),
            quantifier: Quantifier::$quantifier,
        }
    };
}

macro_rules! is_located {
    (located) => {
        true
    };
    (bare) => {
        false
    };
}

macro_rules! define_schema {
    (@ [$($done:expr,)*]) => {
        /// All node types, in the order of Python.asdl.
        pub static SCHEMA: &[TypeSchema] = &[$($done),*];
    };
    (@ [$($done:expr,)*] sum $name:ident $Type:ident $Kind:ident $place:ident {
        $($Ctor:ident { $($field:ident : $ty:tt),* })*
    } $($rest:tt)*) => {
        define_schema!(@ [$($done,)* TypeSchema {
            name: plain(stringify!($name)),
            shape: Shape::Sum(&[$(Constructor {
                name: stringify!($Ctor),
                fields: &[$(field_schema!($field $ty)),*],
            }),*]),
            located: is_located!($place),
        },] $($rest)*);
    };
    (@ [$($done:expr,)*] simple $name:ident $Type:ident { $($Ctor:ident)* } $($rest:tt)*) => {
        define_schema!(@ [$($done,)* TypeSchema {
            name: stringify!($name),
            shape: Shape::Simple(&[$(stringify!($Ctor)),*]),
            located: false,
        },] $($rest)*);
    };
    (@ [$($done:expr,)*] product $name:ident $Type:ident $place:ident {
        $($field:ident : $ty:tt),*
    } $($rest:tt)*) => {
        define_schema!(@ [$($done,)* TypeSchema {
            name: stringify!($name),
            shape: Shape::Product(&[$(field_schema!($field $ty)),*]),
            located: is_located!($place),
        },] $($rest)*);
    };
    (@ [$($done:expr,)*] leaf $name:ident $Type:ident $place:ident {
        $($field:ident : $ty:tt),*
    } $($rest:tt)*) => {
        define_schema!(@ [$($done,)* TypeSchema {
            name: stringify!($name),
            shape: Shape::Product(&[$(field_schema!($field $ty)),*]),
            located: is_located!($place),
        },] $($rest)*);
    };
    ($($rows:tt)*) => { define_schema!(@ [] $($rows)*); };
}

crate::for_each_node!(define_schema);
