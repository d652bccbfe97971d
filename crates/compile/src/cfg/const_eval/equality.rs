//! Equality of constants as Python's `==` sees it, for the elements of sets.

use super::{Number, complex::Complex};
use rustc_hash::{FxHashMap, FxHasher};
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use taipan_code::{Const, Consts};
use taipan_num::Int;
use taipan_num::hash::{hash_f64, hash_int};

/// The elements of a set made from `items`: of equal ones the first.
pub(crate) fn distinct(items: Vec<Const>) -> Consts {
    let mut kept: Vec<Const> = Vec::with_capacity(items.len());
    let mut by_hash: FxHashMap<u64, Vec<usize>> = FxHashMap::default();
    for item in items {
        let positions = by_hash.entry(hash(&item)).or_default();
        if !positions.iter().any(|&position| equal(&kept[position], &item)) {
            positions.push(kept.len());
            kept.push(item);
        }
    }
    kept.into()
}

/// A number that is the same for equal constants.
fn hash(constant: &Const) -> u64 {
    let mut hasher = FxHasher::default();
    let mut pending = vec![constant];
    while let Some(constant) = pending.pop() {
        match (Number::of(constant), constant) {
            (Some(Number::Int(value)), _) => hash_int(&value).hash(&mut hasher),
            (Some(Number::Float(value) | Number::Complex(Complex { real: value, .. })), _) => {
                hash_f64(value).unwrap_or(0).hash(&mut hasher);
            }
            (None, Const::Tuple(items)) => {
                items.len().hash(&mut hasher);
                pending.extend(items);
            }
            // Their elements may be equal without being the same.
            (None, Const::FrozenSet(_) | Const::Slice(_)) => {}
            (None, other) => other.hash(&mut hasher),
        }
    }
    hasher.finish()
}

/// Whether `a == b`, or both are the same object.
fn equal(a: &Const, b: &Const) -> bool {
    let mut pending = vec![(a, b)];
    while let Some((a, b)) = pending.pop() {
        let equal = match (a, b) {
            (Const::Tuple(a), Const::Tuple(b)) => {
                pending.extend(a.iter().zip(b));
                a.len() == b.len()
            }
            (Const::Slice(a), Const::Slice(b)) => {
                pending.extend(a.iter().zip(b.iter()));
                true
            }
            _ => match (Number::of(a), Number::of(b)) {
                (Some(x), Some(y)) => numbers_equal(x, y),
                _ => a == b,
            },
        };
        if !equal {
            return false;
        }
    }
    true
}

fn numbers_equal(a: Number, b: Number) -> bool {
    let same = |int: &Int, float: f64| int.partial_cmp_f64(float) == Some(Ordering::Equal);
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => a == b,
        (Number::Int(a), Number::Float(b)) | (Number::Float(b), Number::Int(a)) => same(&a, b),
        (Number::Float(a), Number::Float(b)) => a == b,
        (Number::Complex(z), other) | (other, Number::Complex(z)) => match other {
            Number::Int(other) => z.imag == 0.0 && same(&other, z.real),
            Number::Float(other) => z.imag == 0.0 && other == z.real,
            Number::Complex(other) => other.real == z.real && other.imag == z.imag,
        },
    }
}
