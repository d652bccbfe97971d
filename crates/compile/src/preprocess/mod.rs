//! What happens to a tree before anything else looks at it: `__debug__` becomes a constant,
//! `"…%s…" % (x,)` a formatted string, numbers in patterns are folded, `-OO` drops docstrings, and
//! control flow that leaves `finally` is warned of (PEP 765).
//!
//! Trees do not change: a node with something new below it is copied, all others stay shared.
//!
//! Answers for CPython's `Python/ast_preprocess.c`.

mod expressions;
mod finally;
mod format;
mod patterns;
mod statements;

use crate::error::Result;
use crate::future::FUTURE_ANNOTATIONS;
use crate::recursion::StackLimit;
use crate::well_known::WellKnown;
use finally::FinallyContext;
use taipan_asdl::diagnostic::WarningSink;
use taipan_asdl::{Bump, Mod, ModKind};

/// How a tree is preprocessed.
pub struct Options<'w> {
    /// 0, 1 for `-O`, 2 for `-OO`.
    pub optimize: u8,
    /// `CO_FUTURE_*` flags.
    pub features: u32,
    /// Only look for what is to be warned of.
    pub syntax_check_only: bool,
    /// Where warnings go, if there are to be any.
    pub warnings: Option<&'w mut dyn WarningSink>,
}

pub(crate) struct Preprocessor<'a, 'w> {
    arena: &'a Bump,
    known: WellKnown,
    limit: StackLimit,
    optimize: u8,
    future_annotations: bool,
    syntax_check_only: bool,
    warnings: Option<&'w mut dyn WarningSink>,
    /// The loops, functions and `finally` clauses around.
    contexts: Vec<FinallyContext>,
}

/// The tree as the later steps want it.
pub(crate) fn preprocess<'a>(
    tree: &'a Mod<'a>,
    arena: &'a Bump,
    known: &WellKnown,
    limit: StackLimit,
    options: Options<'_>,
) -> Result<&'a Mod<'a>> {
    let mut p = Preprocessor {
        arena,
        known: *known,
        limit,
        optimize: options.optimize,
        future_annotations: options.features & FUTURE_ANNOTATIONS != 0,
        syntax_check_only: options.syntax_check_only,
        warnings: options.warnings,
        contexts: Vec::new(),
    };
    let kind = match tree.kind {
        ModKind::Module { body, type_ignores } => ModKind::Module { body: p.body(body)?, type_ignores },
        ModKind::Interactive { body } => ModKind::Interactive { body: p.statements(body)? },
        ModKind::Expression { body } => ModKind::Expression { body: p.expr(body)? },
        ModKind::FunctionType { .. } => return Ok(tree),
    };
    Ok(arena.alloc(Mod { kind }))
}

/// Whether two nodes are the same one.
fn same<T: ?Sized>(a: &T, b: &T) -> bool {
    std::ptr::eq(a, b)
}

fn same_option<T>(a: Option<&T>, b: Option<&T>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same(a, b),
        (None, None) => true,
        _ => false,
    }
}

impl<'a> Preprocessor<'a, '_> {
    /// A list with `f` applied to all its nodes; the same list if nothing changed.
    fn list<T>(
        &mut self,
        nodes: &'a [&'a T],
        mut f: impl FnMut(&mut Self, &'a T) -> Result<&'a T>,
    ) -> Result<&'a [&'a T]> {
        for (i, &node) in nodes.iter().enumerate() {
            let new = f(self, node)?;
            if !same(new, node) {
                let mut copy = Vec::with_capacity(nodes.len());
                copy.extend_from_slice(&nodes[..i]);
                copy.push(new);
                for &node in &nodes[i + 1..] {
                    copy.push(f(self, node)?);
                }
                return Ok(self.arena.alloc_slice_copy(&copy));
            }
        }
        Ok(nodes)
    }

    /// The same for lists with holes.
    fn optional_list<T>(
        &mut self,
        nodes: &'a [Option<&'a T>],
        mut f: impl FnMut(&mut Self, &'a T) -> Result<&'a T>,
    ) -> Result<&'a [Option<&'a T>]> {
        let mut copy: Option<Vec<Option<&'a T>>> = None;
        for (i, &node) in nodes.iter().enumerate() {
            let new = match node {
                Some(node) => Some(f(self, node)?),
                None => None,
            };
            if copy.is_none() && !same_option(new, node) {
                copy = Some(nodes[..i].to_vec());
            }
            if let Some(copy) = &mut copy {
                copy.push(new);
            }
        }
        Ok(match copy {
            Some(copy) => self.arena.alloc_slice_copy(&copy),
            None => nodes,
        })
    }
}
