//! `from __future__ import …` at the head of a module.
//!
//! Answers for CPython's `Python/future.c`.

use crate::error::{Result, syntax_error};
use crate::well_known::WellKnown;
use taipan_asdl::{Constant, ExprKind, Location, Mod, ModKind, NameTable, Stmt, StmtKind};
use taipan_text::{Text, TextBuf};

/// `CO_FUTURE_BARRY_AS_BDFL`
pub const FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
/// `CO_FUTURE_ANNOTATIONS`
pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;

/// What the future statements of a module say.
#[derive(Clone, Copy, Debug)]
pub struct FutureFeatures {
    /// `CO_FUTURE_*` flags.
    pub features: u32,
    /// Where the last future statement stands; line -1 if there is none.
    pub location: Location,
}

/// The docstring of a body, if its first statement is one.
pub fn docstring<'a>(body: &[&Stmt<'a>]) -> Option<&'a Text> {
    match body.first()?.kind {
        StmtKind::Expr { value } => match value.kind {
            ExprKind::Constant { value: Constant::Str(text), .. } => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// Reads the future statements, which only a docstring and each other may precede.
pub fn future_features(tree: &Mod<'_>, names: &NameTable, known: &WellKnown) -> Result<FutureFeatures> {
    let none = Location { lineno: -1, col_offset: -1, end_lineno: -1, end_col_offset: -1 };
    let mut future = FutureFeatures { features: 0, location: none };
    let (ModKind::Module { body, .. } | ModKind::Interactive { body }) = tree.kind else {
        return Ok(future);
    };
    let start = usize::from(docstring(body).is_some());
    for statement in &body[start..] {
        let StmtKind::ImportFrom { module: Some(module), names: aliases, level } = statement.kind else {
            break;
        };
        if module != known.future || level.unwrap_or(0) != 0 {
            break;
        }
        for alias in aliases {
            let feature = names.text(alias.name);
            match feature.to_str() {
                Some(
                    "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
                    | "print_function" | "unicode_literals" | "generator_stop",
                ) => {}
                Some("barry_as_FLUFL") => future.features |= FUTURE_BARRY_AS_BDFL,
                Some("annotations") => future.features |= FUTURE_ANNOTATIONS,
                Some("braces") => return Err(syntax_error(alias.location, "not a chance")),
                _ => {
                    let mut message = TextBuf::from("future feature ");
                    let shown = &feature.as_bytes()[..feature.byte_len().min(100)];
                    message.push_text(Text::from_bytes(shown));
                    message.push_str(" is not defined");
                    return Err(syntax_error(alias.location, message));
                }
            }
        }
        future.location = statement.location;
    }
    Ok(future)
}
