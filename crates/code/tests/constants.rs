//! Equality, hashing and dropping of constants.

use std::collections::HashSet;
use std::rc::Rc;

use taipan_code::Const;

#[test]
fn equal_values_of_different_types_differ() {
    let constants = [
        Const::None,
        Const::from(0),
        Const::Bool(false),
        Const::Float(0.0),
        Const::Float(-0.0),
        Const::Complex { real: 0.0, imag: 0.0 },
        Const::Complex { real: -0.0, imag: 0.0 },
        Const::from(""),
        Const::Bytes(Rc::from(&b""[..])),
        Const::Tuple(vec![].into()),
        Const::Tuple(vec![Const::from(1)].into()),
        Const::Tuple(vec![Const::Bool(true)].into()),
        Const::FrozenSet(vec![].into()),
        Const::Slice(Rc::new([Const::None, Const::from(1), Const::None])),
    ];
    for (i, a) in constants.iter().enumerate() {
        for (j, b) in constants.iter().enumerate() {
            assert_eq!(a == b, i == j, "{a:?} {b:?}");
        }
    }
    assert_eq!(constants.iter().cloned().collect::<HashSet<_>>().len(), constants.len());
}

#[test]
fn order_does_not_matter_in_a_frozenset() {
    let pair = |a, b| Const::Tuple(vec![Const::from(a), Const::from(b)].into());
    let a = Const::FrozenSet(vec![Const::from(1), Const::from("x"), pair(1, 2), pair(2, 1)].into());
    let b = Const::FrozenSet(vec![pair(2, 1), Const::from("x"), pair(1, 2), Const::from(1)].into());
    let c = Const::FrozenSet(vec![pair(2, 2), Const::from("x"), pair(1, 2), Const::from(1)].into());
    assert_eq!(a, b);
    assert_ne!(a, c);
    assert!(HashSet::from([a]).contains(&b));
}

#[test]
fn depth_does_not_matter() {
    let deep = |leaf: i64| {
        let mut constant = Const::from(leaf);
        for i in 0..1_000_000 {
            constant = match i % 3 {
                0 => Const::Tuple(vec![constant].into()),
                1 => Const::FrozenSet(vec![constant].into()),
                _ => Const::Slice(Rc::new([constant, Const::None, Const::None])),
            };
        }
        Const::Tuple(vec![constant].into())
    };
    let (a, b, c) = (deep(1), deep(1), deep(2));
    assert_eq!(a, b);
    assert_ne!(a, c);
    assert!(HashSet::from([a]).contains(&b));
}
