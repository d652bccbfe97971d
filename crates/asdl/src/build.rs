//! Building trees from something else: what every node type reads, in which order.
//!
//! The table says what is read; a [`Reader`] says from what, and words the errors.

use crate::constant::Constant;
use crate::name::Name;
use crate::node::*;
use bumpalo::Bump;
use taipan_text::Text;

/// Where nodes are read from: objects with named fields.
pub trait Reader<'a> {
    /// An object that stands for a node or for the value of a field.
    type Object;
    /// What ends the reading.
    type Error;

    /// The arena of the tree.
    fn arena(&self) -> &'a Bump;
    /// Called before a node is read: bounds the recursion.
    fn enter(&mut self, node_type: &'static str) -> Result<(), Self::Error>;
    /// Which of the constructors the object is of.
    fn constructor(
        &mut self,
        object: &Self::Object,
        node_type: &'static str,
        constructors: &'static [&'static str],
    ) -> Result<usize, Self::Error>;
    /// The position.
    fn location(&mut self, object: &Self::Object, node_type: &'static str) -> Result<Location, Self::Error>;
    /// The value of a field, if the object has it.
    fn field(
        &mut self,
        object: &Self::Object,
        name: &'static str,
    ) -> Result<Option<Self::Object>, Self::Error>;
    /// The items of a field that holds a list.
    fn items(
        &mut self,
        value: Self::Object,
        owner: &'static str,
        name: &'static str,
    ) -> Result<Vec<Self::Object>, Self::Error>;
    /// Whether the value is `None`.
    fn is_none(&self, value: &Self::Object) -> bool;
    /// The value as an identifier.
    fn identifier(&mut self, value: &Self::Object) -> Result<Name, Self::Error>;
    /// The value as a string.
    fn string(&mut self, value: &Self::Object) -> Result<&'a Text, Self::Error>;
    /// The value as a number.
    fn int(&mut self, value: &Self::Object) -> Result<i32, Self::Error>;
    /// The value as a constant.
    fn constant(&mut self, value: &Self::Object) -> Result<Constant<'a>, Self::Error>;
    /// The error for a field that is not there.
    fn missing(&mut self, owner: &'static str, name: &'static str) -> Self::Error;
    /// The error for a field that is `None` and must not be.
    fn required(&mut self, owner: &'static str, name: &'static str) -> Self::Error;
    /// The error for a list item that is `None` and must not be.
    fn hole(&mut self, owner: &'static str, name: &'static str, node_type: &'static str) -> Self::Error;
}

/// A node type that can be read.
pub trait Build<'a>: Sized {
    /// Its name in Python.asdl.
    const NAME: &'static str;
    /// Whether `None` in the place of a node means that there is none, and is not looked into.
    const NULLABLE: bool;

    /// Reads one.
    fn build<R: Reader<'a>>(reader: &mut R, object: &R::Object) -> Result<Self, R::Error>;
}

fn node<'a, T: Build<'a>, R: Reader<'a>>(reader: &mut R, object: &R::Object) -> Result<&'a T, R::Error> {
    let node = T::build(reader, object)?;
    Ok(reader.arena().alloc(node))
}

/// A field that must be there and must not be `None`, unless whoever reads it looks at `None`.
fn one<'a, T, R: Reader<'a>>(
    reader: &mut R,
    object: &R::Object,
    (owner, name): (&'static str, &'static str),
    nullable: bool,
    get: impl FnOnce(&mut R, &R::Object) -> Result<T, R::Error>,
) -> Result<T, R::Error> {
    let Some(value) = reader.field(object, name)? else { return Err(reader.missing(owner, name)) };
    if nullable && reader.is_none(&value) {
        return Err(reader.required(owner, name));
    }
    get(reader, &value)
}

fn one_node<'a, T: Build<'a>, R: Reader<'a>>(
    reader: &mut R,
    object: &R::Object,
    place: (&'static str, &'static str),
) -> Result<&'a T, R::Error> {
    one(reader, object, place, T::NULLABLE, node)
}

fn one_value<'a, T: Build<'a>, R: Reader<'a>>(
    reader: &mut R,
    object: &R::Object,
    place: (&'static str, &'static str),
) -> Result<T, R::Error> {
    one(reader, object, place, false, T::build)
}

/// A field that may be absent or `None`.
fn optional<'a, T, R: Reader<'a>>(
    reader: &mut R,
    object: &R::Object,
    (_, name): (&'static str, &'static str),
    get: impl FnOnce(&mut R, &R::Object) -> Result<T, R::Error>,
) -> Result<Option<T>, R::Error> {
    match reader.field(object, name)? {
        Some(value) if !reader.is_none(&value) => get(reader, &value).map(Some),
        _ => Ok(None),
    }
}

/// A field that holds a list, empty if it is absent.
fn many<'a, T: Copy, R: Reader<'a>>(
    reader: &mut R,
    object: &R::Object,
    (owner, name): (&'static str, &'static str),
    mut get: impl FnMut(&mut R, &R::Object) -> Result<T, R::Error>,
) -> Result<&'a [T], R::Error> {
    let Some(value) = reader.field(object, name)? else { return Ok(&[]) };
    let items = reader.items(value, owner, name)?;
    let mut all = Vec::with_capacity(items.len());
    for item in &items {
        all.push(get(reader, item)?);
    }
    Ok(reader.arena().alloc_slice_copy(&all))
}

fn many_nodes<'a, T: Build<'a>, R: Reader<'a>>(
    reader: &mut R,
    object: &R::Object,
    place: (&'static str, &'static str),
) -> Result<&'a [&'a T], R::Error> {
    many(reader, object, place, |reader, item| {
        if T::NULLABLE && reader.is_none(item) {
            return Err(reader.hole(place.0, place.1, T::NAME));
        }
        node(reader, item)
    })
}

fn many_optional<'a, T: Build<'a>, R: Reader<'a>>(
    reader: &mut R,
    object: &R::Object,
    place: (&'static str, &'static str),
) -> Result<&'a [Option<&'a T>], R::Error> {
    many(reader, object, place, |reader, item| match reader.is_none(item) {
        true => Ok(None),
        false => node(reader, item).map(Some),
    })
}

macro_rules! read_field {
    ($r:ident $o:ident $at:tt (identifier)) => {
        one($r, $o, $at, true, R::identifier)?
    };
    ($r:ident $o:ident $at:tt (identifier ?)) => {
        optional($r, $o, $at, R::identifier)?
    };
    ($r:ident $o:ident $at:tt (identifier *)) => {
        many($r, $o, $at, |reader, item| match reader.is_none(item) {
            true => Err(reader.hole($at.0, $at.1, "identifier")),
            false => reader.identifier(item),
        })?
    };
    ($r:ident $o:ident $at:tt (string)) => {
        one($r, $o, $at, false, R::string)?
    };
    ($r:ident $o:ident $at:tt (string ?)) => {
        optional($r, $o, $at, R::string)?
    };
    ($r:ident $o:ident $at:tt (int)) => {
        one($r, $o, $at, false, R::int)?
    };
    ($r:ident $o:ident $at:tt (int ?)) => {
        optional($r, $o, $at, R::int)?
    };
    ($r:ident $o:ident $at:tt (constant)) => {
        one($r, $o, $at, false, R::constant)?
    };
    ($r:ident $o:ident $at:tt (expr_context)) => {
        one_value($r, $o, $at)?
    };
    ($r:ident $o:ident $at:tt (boolop)) => {
        one_value($r, $o, $at)?
    };
    ($r:ident $o:ident $at:tt (operator)) => {
        one_value($r, $o, $at)?
    };
    ($r:ident $o:ident $at:tt (unaryop)) => {
        one_value($r, $o, $at)?
    };
    ($r:ident $o:ident $at:tt (cmpop *)) => {
        many($r, $o, $at, CmpOp::build)?
    };
    ($r:ident $o:ident $at:tt ($t:ident)) => {
        one_node($r, $o, $at)?
    };
    ($r:ident $o:ident $at:tt ($t:ident ?)) => {
        optional($r, $o, $at, node)?
    };
    ($r:ident $o:ident $at:tt ($t:ident *)) => {
        many_nodes($r, $o, $at)?
    };
    ($r:ident $o:ident $at:tt ($t:ident ? *)) => {
        many_optional($r, $o, $at)?
    };
}

/// The name without what makes it a Rust name.
const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        [head @ .., b'_'] => name.split_at(head.len()).0,
        _ => name,
    }
}

macro_rules! build_nodes {
    () => {};
    (sum $name:ident $Type:ident $Kind:ident located $body:tt $($rest:tt)*) => {
        impl<'a> Build<'a> for $Type<'a> {
            const NAME: &'static str = plain(stringify!($name));
            const NULLABLE: bool = true;

            fn build<R: Reader<'a>>(reader: &mut R, object: &R::Object) -> Result<Self, R::Error> {
                reader.enter(Self::NAME)?;
                let location = reader.location(object, Self::NAME)?;
                let kind = build_nodes!(@kind reader object $Kind $body);
                Ok($Type { kind, location })
            }
        }
        build_nodes!($($rest)*);
    };
    (sum $name:ident $Type:ident $Kind:ident bare $body:tt $($rest:tt)*) => {
        impl<'a> Build<'a> for $Type<'a> {
            const NAME: &'static str = plain(stringify!($name));
            const NULLABLE: bool = true;

            fn build<R: Reader<'a>>(reader: &mut R, object: &R::Object) -> Result<Self, R::Error> {
                reader.enter(Self::NAME)?;
                let kind = build_nodes!(@kind reader object $Kind $body);
                Ok($Type { kind })
            }
        }
        build_nodes!($($rest)*);
    };
    (@kind $reader:ident $object:ident $Kind:ident {
        $($Ctor:ident { $($field:ident : $ty:tt),* })*
    }) => {{
        const NAMES: &[&str] = &[$(stringify!($Ctor)),*];
        let index = $reader.constructor($object, Self::NAME, NAMES)?;
        let name = NAMES[index];
        $(if name == stringify!($Ctor) {
            $Kind::$Ctor {
                $($field: {
                    const AT: (&str, &str) = (stringify!($Ctor), plain(stringify!($field)));
                    read_field!($reader $object AT $ty)
                }),*
            }
        } else)* {
            unreachable!("the reader answers with an index of the list")
        }
    }};
    (simple $name:ident $Type:ident { $($Ctor:ident)* } $($rest:tt)*) => {
        impl<'a> Build<'a> for $Type {
            const NAME: &'static str = stringify!($name);
            const NULLABLE: bool = false;

            fn build<R: Reader<'a>>(reader: &mut R, object: &R::Object) -> Result<Self, R::Error> {
                const NAMES: &[&str] = &[$(stringify!($Ctor)),*];
                Ok($Type::ALL[reader.constructor(object, Self::NAME, NAMES)?])
            }
        }
        build_nodes!($($rest)*);
    };
    (product $name:ident $Type:ident located { $($field:ident : $ty:tt),* } $($rest:tt)*) => {
        build_nodes!(@product $name $Type ($Type<'a>) { $($field : $ty),* }
            |reader, object| { location: reader.location(object, Self::NAME)? });
        build_nodes!($($rest)*);
    };
    (product $name:ident $Type:ident bare { $($field:ident : $ty:tt),* } $($rest:tt)*) => {
        build_nodes!(@product $name $Type ($Type<'a>) { $($field : $ty),* } |reader, object| {});
        build_nodes!($($rest)*);
    };
    (leaf $name:ident $Type:ident located { $($field:ident : $ty:tt),* } $($rest:tt)*) => {
        build_nodes!(@product $name $Type ($Type) { $($field : $ty),* }
            |reader, object| { location: reader.location(object, Self::NAME)? });
        build_nodes!($($rest)*);
    };
    (@product $name:ident $Type:ident ($Full:ty) { $($field:ident : $ty:tt),* }
        |$reader:ident, $object:ident| { $($more:ident : $value:expr)? }) => {
        impl<'a> Build<'a> for $Full {
            const NAME: &'static str = stringify!($name);
            const NULLABLE: bool = false;

            fn build<R: Reader<'a>>($reader: &mut R, $object: &R::Object) -> Result<Self, R::Error> {
                $reader.enter(Self::NAME)?;
                Ok($Type {
                    $($field: {
                        const AT: (&str, &str) = (stringify!($name), plain(stringify!($field)));
                        read_field!($reader $object AT $ty)
                    },)*
                    $($more: $value)?
                })
            }
        }
    };
}

crate::for_each_node!(build_nodes);
