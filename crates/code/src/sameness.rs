//! Equality and hashing of constants and code objects, without native recursion.
//!
//! The rules are those of `_PyCode_ConstantKey` and `code_richcompare`.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHasher};
use taipan_opcode::Opcode;

use crate::{CodeObject, Const};

/// Frozensets nested deeper than this are equal only if they list equal elements in equal order.
const FROZENSET_DEPTH: usize = 100;

impl PartialEq for Const {
    fn eq(&self, other: &Const) -> bool {
        Comparison { pending: vec![(self, other)], depth: 0 }.run()
    }
}

impl Eq for Const {}

impl Hash for Const {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash_constants(vec![self], state);
    }
}

impl PartialEq for CodeObject {
    fn eq(&self, other: &CodeObject) -> bool {
        let mut comparison = Comparison { pending: Vec::new(), depth: 0 };
        comparison.code(self, other) && comparison.run()
    }
}

impl Eq for CodeObject {}

impl Hash for CodeObject {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut pending = Vec::new();
        hash_code(self, state, &mut pending);
        hash_constants(pending, state);
    }
}

/// Pairs that have to be equal, and how many frozensets surround them.
struct Comparison<'a> {
    pending: Vec<(&'a Const, &'a Const)>,
    depth: usize,
}

impl<'a> Comparison<'a> {
    fn run(mut self) -> bool {
        while let Some((a, b)) = self.pending.pop() {
            let equal = match (a, b) {
                (Const::None, Const::None) | (Const::Ellipsis, Const::Ellipsis) => true,
                (Const::Bool(a), Const::Bool(b)) => a == b,
                (Const::Int(a), Const::Int(b)) => a == b,
                (Const::Float(a), Const::Float(b)) => a.to_bits() == b.to_bits(),
                (Const::Complex { real: ar, imag: ai }, Const::Complex { real: br, imag: bi }) => {
                    ar.to_bits() == br.to_bits() && ai.to_bits() == bi.to_bits()
                }
                (Const::Str(a), Const::Str(b)) => a == b,
                (Const::Bytes(a), Const::Bytes(b)) => a == b,
                (Const::Tuple(a), Const::Tuple(b)) => a.is_same(b) || self.items(a, b),
                (Const::Slice(a), Const::Slice(b)) => Rc::ptr_eq(a, b) || self.items(&a[..], &b[..]),
                (Const::FrozenSet(a), Const::FrozenSet(b)) => a.is_same(b) || self.frozensets(a, b),
                (Const::Code(a), Const::Code(b)) => Rc::ptr_eq(a, b) || self.code(a, b),
                _ => false,
            };
            if !equal {
                return false;
            }
        }
        true
    }

    fn items(&mut self, a: &'a [Const], b: &'a [Const]) -> bool {
        self.pending.extend(a.iter().zip(b));
        a.len() == b.len()
    }

    fn frozensets(&mut self, a: &'a [Const], b: &'a [Const]) -> bool {
        if self.depth == FROZENSET_DEPTH {
            return self.items(a, b);
        }
        if a.len() != b.len() {
            return false;
        }
        let mut by_hash: FxHashMap<u64, Vec<&Const>> = FxHashMap::default();
        for element in b {
            by_hash.entry(hash_of(element)).or_default().push(element);
        }
        a.iter().all(|element| {
            by_hash.get(&hash_of(element)).is_some_and(|others| {
                others
                    .iter()
                    .any(|other| Comparison { pending: vec![(element, other)], depth: self.depth + 1 }.run())
            })
        })
    }

    fn code(&mut self, a: &'a CodeObject, b: &'a CodeObject) -> bool {
        a.name == b.name
            && a.argcount == b.argcount
            && a.posonlyargcount == b.posonlyargcount
            && a.kwonlyargcount == b.kwonlyargcount
            && a.flags == b.flags
            && a.firstlineno == b.firstlineno
            && a.code.len() == b.code.len()
            && instructions(&a.code).eq(instructions(&b.code))
            && a.names == b.names
            && a.localsplusnames == b.localsplusnames
            && a.linetable == b.linetable
            && a.exceptiontable == b.exceptiontable
            && self.items(&a.consts, &b.consts)
    }
}

/// Numbers and operands; the contents of caches do not count, nor do specialised forms.
fn instructions(code: &[u8]) -> impl Iterator<Item = (u16, u8)> {
    let mut units = code.chunks_exact(2);
    std::iter::from_fn(move || {
        let unit = units.next()?;
        let opcode = Opcode::from_u8(unit[0]).map(Opcode::deopt);
        if let Some(caches) = opcode.map(Opcode::caches).filter(|&caches| caches != 0) {
            units.nth(caches - 1);
        }
        Some((opcode.map_or(unit[0].into(), |opcode| opcode as u16), unit[1]))
    })
}

fn hash_of(constant: &Const) -> u64 {
    let mut hasher = FxHasher::default();
    constant.hash(&mut hasher);
    hasher.finish()
}

fn hash_constants<H: Hasher>(mut pending: Vec<&Const>, state: &mut H) {
    while let Some(constant) = pending.pop() {
        std::mem::discriminant(constant).hash(state);
        match constant {
            Const::None | Const::Ellipsis => {}
            Const::Bool(value) => value.hash(state),
            Const::Int(value) => value.hash(state),
            Const::Float(value) => value.to_bits().hash(state),
            Const::Complex { real, imag } => (real.to_bits(), imag.to_bits()).hash(state),
            Const::Str(value) => value.hash(state),
            Const::Bytes(value) => value.hash(state),
            Const::Tuple(items) => {
                items.len().hash(state);
                pending.extend(items);
            }
            // The order of the elements must not matter, so nested ones count by number only.
            Const::FrozenSet(items) => {
                items.len().hash(state);
                let mut sum = 0_u64;
                for item in items {
                    sum = sum.wrapping_add(match item {
                        Const::Tuple(_) | Const::FrozenSet(_) | Const::Slice(_) | Const::Code(_) => 1,
                        leaf => hash_of(leaf),
                    });
                }
                sum.hash(state);
            }
            Const::Slice(items) => pending.extend(items.iter()),
            Const::Code(code) => hash_code(code, state, &mut pending),
        }
    }
}

fn hash_code<'a, H: Hasher>(code: &'a CodeObject, state: &mut H, pending: &mut Vec<&'a Const>) {
    code.name.hash(state);
    code.names.hash(state);
    code.localsplusnames.hash(state);
    code.linetable.hash(state);
    code.exceptiontable.hash(state);
    (code.argcount, code.posonlyargcount, code.kwonlyargcount).hash(state);
    (code.flags, code.firstlineno, code.code.len()).hash(state);
    for instruction in instructions(&code.code) {
        instruction.hash(state);
    }
    pending.extend(&code.consts);
}
