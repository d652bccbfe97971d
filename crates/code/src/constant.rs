//! [`Const`]: a constant of a code object.

use std::ops::Deref;
use std::rc::Rc;

use taipan_num::Int;
use taipan_text::Text;

use crate::CodeObject;

/// A constant.
///
/// Equality is that of CPython's compiler: the types must agree, all the way down, and so must the
/// signs of zeros. Two NaNs are equal when their bits are, since nothing here has an identity.
#[derive(Clone, Debug, Default)]
pub enum Const {
    /// `None`
    #[default]
    None,
    /// `...`
    Ellipsis,
    /// `True` or `False`
    Bool(bool),
    /// An `int`.
    Int(Int),
    /// A `float`.
    Float(f64),
    /// A `complex`.
    Complex {
        /// The real part.
        real: f64,
        /// The imaginary part.
        imag: f64,
    },
    /// A `str`.
    Str(Rc<Text>),
    /// A `bytes`.
    Bytes(Rc<[u8]>),
    /// A `tuple`.
    Tuple(Consts),
    /// A `frozenset`; its elements differ from each other.
    FrozenSet(Consts),
    /// A `slice`: start, stop and step.
    Slice(Rc<[Const; 3]>),
    /// A code object.
    Code(Rc<CodeObject>),
}

impl From<&str> for Const {
    fn from(text: &str) -> Const {
        Const::Str(Text::new(text).to_rc())
    }
}

impl From<i64> for Const {
    fn from(value: i64) -> Const {
        Const::Int(value.into())
    }
}

impl From<bool> for Const {
    fn from(value: bool) -> Const {
        Const::Bool(value)
    }
}

/// A shared sequence of constants. Dropping it needs no native stack, however deep it is.
#[derive(Clone, Debug, Default)]
pub struct Consts(Option<Rc<[Const]>>); // `None` is the empty sequence.

impl Consts {
    /// The empty sequence.
    pub const fn new() -> Consts {
        Consts(None)
    }

    /// Whether both are the same sequence, not just equal ones.
    pub fn is_same(&self, other: &Consts) -> bool {
        match (&self.0, &other.0) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        }
    }

    /// The same items as a code object's `co_consts` or a tuple's items, to be changed.
    pub fn to_vec(&self) -> Vec<Const> {
        self.iter().cloned().collect()
    }
}

impl Deref for Consts {
    type Target = [Const];

    fn deref(&self) -> &[Const] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl From<Vec<Const>> for Consts {
    fn from(items: Vec<Const>) -> Consts {
        if items.is_empty() { Consts(None) } else { Consts(Some(items.into())) }
    }
}

impl FromIterator<Const> for Consts {
    fn from_iter<I: IntoIterator<Item = Const>>(items: I) -> Consts {
        items.into_iter().collect::<Vec<_>>().into()
    }
}

impl<'a> IntoIterator for &'a Consts {
    type Item = &'a Const;
    type IntoIter = std::slice::Iter<'a, Const>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl Drop for Consts {
    fn drop(&mut self) {
        let Some(mut items) = self.0.take() else { return };
        let Some(unshared) = Rc::get_mut(&mut items) else { return };
        let mut pending = Vec::new();
        take_nested(unshared, &mut pending);
        while let Some(constant) = pending.pop() {
            match constant {
                Const::Tuple(mut nested) | Const::FrozenSet(mut nested) => {
                    if let Some(items) = nested.0.as_mut().and_then(Rc::get_mut) {
                        take_nested(items, &mut pending);
                    }
                }
                Const::Slice(mut nested) => {
                    if let Some(items) = Rc::get_mut(&mut nested) {
                        take_nested(items, &mut pending);
                    }
                }
                Const::Code(nested) => {
                    if let Some(mut code) = Rc::into_inner(nested)
                        && let Some(items) = code.consts.0.as_mut().and_then(Rc::get_mut)
                    {
                        take_nested(items, &mut pending);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Moves what can nest out of `items`, so that dropping those does not recurse.
fn take_nested(items: &mut [Const], pending: &mut Vec<Const>) {
    for item in items {
        if matches!(item, Const::Tuple(_) | Const::FrozenSet(_) | Const::Slice(_) | Const::Code(_)) {
            pending.push(std::mem::take(item));
        }
    }
}
