//! The node types, derived from the table.

use crate::constant::Constant;
use crate::name::Name;
use taipan_text::Text;

/// Where a node stands in its source: lines from 1, columns in UTF-8 bytes from 0, the end
/// exclusive. A tree that a program built may hold any numbers here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Location {
    /// First line.
    pub lineno: i32,
    /// First column.
    pub col_offset: i32,
    /// Last line.
    pub end_lineno: i32,
    /// Column behind the last character.
    pub end_col_offset: i32,
}

/// The Rust type of a field, from its type in the table.
macro_rules! field_type {
    ($lt:lifetime (identifier)) => { Name };
    ($lt:lifetime (identifier ?)) => { Option<Name> };
    ($lt:lifetime (identifier *)) => { &$lt [Name] };
    ($lt:lifetime (string)) => { &$lt Text };
    ($lt:lifetime (string ?)) => { Option<&$lt Text> };
    ($lt:lifetime (int)) => { i32 };
    ($lt:lifetime (int ?)) => { Option<i32> };
    ($lt:lifetime (constant)) => { Constant<$lt> };
    ($lt:lifetime (expr_context)) => { ExprContext };
    ($lt:lifetime (boolop)) => { BoolOp };
    ($lt:lifetime (operator)) => { Operator };
    ($lt:lifetime (unaryop)) => { UnaryOp };
    ($lt:lifetime (cmpop *)) => { &$lt [CmpOp] };
    ($lt:lifetime (alias *)) => { &$lt [&$lt Alias] };
    ($lt:lifetime ($t:ident)) => { &$lt by_name::$t<$lt> };
    ($lt:lifetime ($t:ident ?)) => { Option<&$lt by_name::$t<$lt>> };
    ($lt:lifetime ($t:ident *)) => { &$lt [&$lt by_name::$t<$lt>] };
    ($lt:lifetime ($t:ident ? *)) => { &$lt [Option<&$lt by_name::$t<$lt>>] };
}

macro_rules! define_nodes {
    () => {};
    (sum $name:ident $Type:ident $Kind:ident $place:ident {
        $($Ctor:ident { $($field:ident : $ty:tt),* })*
    } $($rest:tt)*) => {
        #[doc = concat!("The constructors of `", stringify!($name), "`.")]
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[allow(missing_docs)]
        pub enum $Kind<'a> {
            $($Ctor { $($field: field_type!('a $ty)),* }),*
        }
        define_nodes!(@struct 'a $name $Type $place { pub kind: $Kind<'a> });
        define_nodes!($($rest)*);
    };
    (simple $name:ident $Type:ident { $($Ctor:ident)* } $($rest:tt)*) => {
        #[doc = concat!("The node type `", stringify!($name), "`.")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum $Type { $($Ctor),* }

        impl $Type {
            /// All constructors, in the order of Python.asdl.
            pub const ALL: &'static [$Type] = &[$($Type::$Ctor),*];

            /// The name of the class of `ast` for this constructor.
            pub const fn class_name(self) -> &'static str {
                match self { $($Type::$Ctor => stringify!($Ctor)),* }
            }
        }
        define_nodes!($($rest)*);
    };
    (product $name:ident $Type:ident $place:ident { $($field:ident : $ty:tt),* } $($rest:tt)*) => {
        define_nodes!(@struct 'a $name $Type $place { $(pub $field: field_type!('a $ty)),* });
        define_nodes!($($rest)*);
    };
    (leaf $name:ident $Type:ident located { $($field:ident : $ty:tt),* } $($rest:tt)*) => {
        #[doc = concat!("The node type `", stringify!($name), "`.")]
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[allow(missing_docs)]
        pub struct $Type { $(pub $field: field_type!('static $ty)),*, pub location: Location }
        define_nodes!($($rest)*);
    };
    (@struct $lt:lifetime $name:ident $Type:ident located { $($fields:tt)* }) => {
        #[doc = concat!("The node type `", stringify!($name), "`.")]
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[allow(missing_docs)]
        pub struct $Type<$lt> { $($fields)*, pub location: Location }
    };
    (@struct $lt:lifetime $name:ident $Type:ident bare { $($fields:tt)* }) => {
        #[doc = concat!("The node type `", stringify!($name), "`.")]
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[allow(missing_docs)]
        pub struct $Type<$lt> { $($fields)* }
    };
}

macro_rules! define_names {
    () => {};
    (sum $name:ident $Type:ident $Kind:ident $place:ident $body:tt $($rest:tt)*) => {
        pub type $name<'a> = super::$Type<'a>;
        define_names!($($rest)*);
    };
    (simple $name:ident $Type:ident $body:tt $($rest:tt)*) => { define_names!($($rest)*); };
    (leaf $name:ident $Type:ident located $body:tt $($rest:tt)*) => { define_names!($($rest)*); };
    (product $name:ident $Type:ident $place:ident $body:tt $($rest:tt)*) => {
        pub type $name<'a> = super::$Type<'a>;
        define_names!($($rest)*);
    };
}

/// The located and bare node types under their names of Python.asdl.
mod by_name {
    #![allow(non_camel_case_types, dead_code)]
    crate::for_each_node!(define_names);
}

crate::for_each_node!(define_nodes);
