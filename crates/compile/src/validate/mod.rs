//! Whether a tree that a program built is one that can be compiled: contexts, numbers of children,
//! positions, forbidden names.
//!
//! Trees of the parser need no validation. What cannot be expressed in our trees (holes in lists,
//! constants of other types) is rejected where Python objects become nodes. Answers for CPython's
//! `Python/ast.c`.

mod expressions;
mod patterns;
mod statements;

use crate::compile::Options;
use crate::error::Result;
use crate::recursion::StackLimit;
use taipan_asdl::diagnostic::{Error, ErrorKind};
use taipan_asdl::{ExprContext, Location, Mod, ModKind, Name, NameTable};

/// Checks a tree that a program built.
pub fn validate(tree: &Mod<'_>, names: &NameTable, options: Options) -> Result {
    let validator = Validator { names, limit: StackLimit::from_here(options.stack_budget) };
    match tree.kind {
        ModKind::Module { body, .. } | ModKind::Interactive { body } => validator.statements(body),
        ModKind::Expression { body } => validator.expr(body, ExprContext::Load),
        ModKind::FunctionType { argtypes, returns } => {
            validator.exprs(argtypes, ExprContext::Load)?;
            validator.expr(returns, ExprContext::Load)
        }
    }
}

struct Validator<'n> {
    names: &'n NameTable,
    limit: StackLimit,
}

fn value_error(message: impl Into<taipan_text::TextBuf>) -> Box<Error> {
    Error::new(ErrorKind::ValueError, message)
}

fn type_error(message: &str) -> Box<Error> {
    Error::new(ErrorKind::TypeError, message)
}

/// Nodes end behind where they start, and a missing position is missing at both ends.
fn positions(l: Location) -> Result {
    let Location { lineno, col_offset, end_lineno, end_col_offset } = l;
    if lineno > end_lineno {
        return Err(value_error(format!("AST node line range ({lineno}, {end_lineno}) is not valid")));
    }
    if lineno < 0 && end_lineno != lineno || col_offset < 0 && col_offset != end_col_offset {
        return Err(value_error(format!(
            "AST node column range ({col_offset}, {end_col_offset}) for line range ({lineno}, {end_lineno}) \
             is not valid"
        )));
    }
    if lineno == end_lineno && col_offset > end_col_offset {
        let message = format!("line {lineno}, column {col_offset}-{end_col_offset} is not a valid range");
        return Err(value_error(message));
    }
    Ok(())
}

/// A list that must have something in it.
fn not_empty<T>(list: &[T], what: &str, owner: &str) -> Result {
    if list.is_empty() { Err(value_error(format!("empty {what} on {owner}"))) } else { Ok(()) }
}

impl Validator<'_> {
    fn name(&self, name: Name) -> Result {
        match self.names.text(name).to_str() {
            Some(text @ ("None" | "True" | "False")) => {
                Err(value_error(format!("identifier field can't represent '{text}' constant")))
            }
            _ => Ok(()),
        }
    }

    fn optional_name(&self, name: Option<Name>) -> Result {
        name.map_or(Ok(()), |name| self.name(name))
    }
}
