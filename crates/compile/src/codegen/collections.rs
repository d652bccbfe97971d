//! Displays of lists, tuples, sets and dicts, unpacking, subscripts and slices.

use super::Compiler;
use super::expr::infer_type;
use crate::error::{Result, syntax_error};
use taipan_asdl::{Constant, Expr, ExprContext, ExprKind, Location, Name};
use taipan_code::Const;
use taipan_opcode::{Intrinsic1, Opcode};

/// Displays that would need more stack than this are built step by step.
pub(super) const STACK_USE_GUIDELINE: usize = 30;

/// How a display with stars, or a long one, is built.
#[derive(Clone, Copy)]
pub(super) struct Builder {
    pub build: Opcode,
    pub add: Opcode,
    pub extend: Opcode,
    pub is_tuple: bool,
}

pub(super) const LIST: Builder = Builder {
    build: Opcode::BuildList,
    add: Opcode::ListAppend,
    extend: Opcode::ListExtend,
    is_tuple: false,
};
pub(super) const TUPLE: Builder = Builder { is_tuple: true, ..LIST };
const SET: Builder =
    Builder { build: Opcode::BuildSet, add: Opcode::SetAdd, extend: Opcode::SetUpdate, is_tuple: false };

pub(super) const fn is_starred(e: &Expr<'_>) -> bool {
    matches!(e.kind, ExprKind::Starred { .. })
}

impl<'a> Compiler<'a, '_> {
    /// A display of `elts`, of which `pushed` are on the stack already; the variable `injected`
    /// comes last.
    pub(super) fn display(
        &mut self,
        location: Location,
        elts: &'a [&'a Expr<'a>],
        injected: Option<Name>,
        pushed: usize,
        builder: Builder,
    ) -> Result {
        let count = elts.len() + pushed + usize::from(injected.is_some());
        let big = count > STACK_USE_GUIDELINE;
        if !big && !elts.iter().any(|elt| is_starred(elt)) {
            self.exprs(elts)?;
            if let Some(name) = injected {
                self.name_op(location, name, ExprContext::Load)?;
            }
            let opcode = if builder.is_tuple { Opcode::BuildTuple } else { builder.build };
            self.op_arg(opcode, count, location);
            return Ok(());
        }
        let mut built = big;
        if big {
            self.op_arg(builder.build, pushed, location);
        }
        for (i, elt) in elts.iter().enumerate() {
            if let ExprKind::Starred { value, .. } = elt.kind {
                if !built {
                    self.op_arg(builder.build, i + pushed, location);
                    built = true;
                }
                self.expr(value)?;
                self.op_arg(builder.extend, 1, location);
            } else {
                self.expr(elt)?;
                if built {
                    self.op_arg(builder.add, 1, location);
                }
            }
        }
        if let Some(name) = injected {
            self.name_op(location, name, ExprContext::Load)?;
            self.op_arg(builder.add, 1, location);
        }
        if builder.is_tuple {
            self.op_arg(Opcode::CallIntrinsic1, Intrinsic1::ListToTuple as usize, location);
        }
        Ok(())
    }

    pub(super) fn list(&mut self, location: Location, elts: &'a [&'a Expr<'a>], ctx: ExprContext) -> Result {
        match ctx {
            ExprContext::Store => self.unpack(location, elts),
            ExprContext::Load => self.display(location, elts, None, 0, LIST),
            ExprContext::Del => self.exprs(elts),
        }
    }

    pub(super) fn tuple(&mut self, location: Location, elts: &'a [&'a Expr<'a>], ctx: ExprContext) -> Result {
        match ctx {
            ExprContext::Store => self.unpack(location, elts),
            ExprContext::Load => self.display(location, elts, None, 0, TUPLE),
            ExprContext::Del => self.exprs(elts),
        }
    }

    pub(super) fn set(&mut self, location: Location, elts: &'a [&'a Expr<'a>]) -> Result {
        self.display(location, elts, None, 0, SET)
    }

    /// Assignment to several targets.
    fn unpack(&mut self, location: Location, elts: &'a [&'a Expr<'a>]) -> Result {
        let mut seen_star = false;
        for (i, elt) in elts.iter().enumerate() {
            if !is_starred(elt) {
                continue;
            }
            if seen_star {
                return Err(syntax_error(location, "multiple starred expressions in assignment"));
            }
            let after = elts.len() - i - 1;
            if i >= 1 << 8 || after >= (i32::MAX >> 8) as usize {
                return Err(syntax_error(location, "too many expressions in star-unpacking assignment"));
            }
            self.op_arg(Opcode::UnpackEx, i + (after << 8), location);
            seen_star = true;
        }
        if !seen_star {
            self.op_arg(Opcode::UnpackSequence, elts.len(), location);
        }
        for elt in elts {
            match elt.kind {
                ExprKind::Starred { value, .. } => self.expr(value)?,
                _ => self.expr(elt)?,
            }
        }
        Ok(())
    }

    pub(super) fn dict(
        &mut self,
        location: Location,
        keys: &'a [Option<&'a Expr<'a>>],
        values: &'a [&'a Expr<'a>],
    ) -> Result {
        let mut have_dict = false;
        // How many pairs wait to be built.
        let mut waiting = 0;
        for i in 0..values.len() {
            if keys[i].is_none() {
                if waiting > 0 {
                    self.sub_dict(location, &keys[i - waiting..i], &values[i - waiting..i])?;
                    if have_dict {
                        self.op_arg(Opcode::DictUpdate, 1, location);
                    }
                    have_dict = true;
                    waiting = 0;
                }
                if !have_dict {
                    self.op_arg(Opcode::BuildMap, 0, location);
                    have_dict = true;
                }
                self.expr(values[i])?;
                self.op_arg(Opcode::DictUpdate, 1, location);
            } else if waiting * 2 > STACK_USE_GUIDELINE {
                self.sub_dict(location, &keys[i - waiting..=i], &values[i - waiting..=i])?;
                if have_dict {
                    self.op_arg(Opcode::DictUpdate, 1, location);
                }
                have_dict = true;
                waiting = 0;
            } else {
                waiting += 1;
            }
        }
        if waiting > 0 {
            let start = values.len() - waiting;
            self.sub_dict(location, &keys[start..], &values[start..])?;
            if have_dict {
                self.op_arg(Opcode::DictUpdate, 1, location);
            }
            have_dict = true;
        }
        if !have_dict {
            self.op_arg(Opcode::BuildMap, 0, location);
        }
        Ok(())
    }

    fn sub_dict(
        &mut self,
        location: Location,
        keys: &'a [Option<&'a Expr<'a>>],
        values: &'a [&'a Expr<'a>],
    ) -> Result {
        let big = values.len() * 2 > STACK_USE_GUIDELINE;
        if big {
            self.op_arg(Opcode::BuildMap, 0, location);
        }
        for (key, value) in keys.iter().zip(values) {
            if let Some(key) = key {
                self.expr(key)?;
            }
            self.expr(value)?;
            if big {
                self.op_arg(Opcode::MapAdd, 1, location);
            }
        }
        if !big {
            self.op_arg(Opcode::BuildMap, values.len(), location);
        }
        Ok(())
    }

    pub(super) fn subscript(
        &mut self,
        location: Location,
        value: &'a Expr<'a>,
        slice: &'a Expr<'a>,
        ctx: ExprContext,
    ) -> Result {
        if ctx == ExprContext::Load {
            self.check_subscripted(value)?;
            self.check_index(value, slice)?;
        }
        self.expr(value)?;
        if ctx != ExprContext::Del
            && let Some((lower, upper)) = two_part_slice(slice)
        {
            self.slice_parts(slice.location, lower, upper)?;
            let opcode = if ctx == ExprContext::Load { Opcode::BinarySlice } else { Opcode::StoreSlice };
            self.op(opcode, location);
            return Ok(());
        }
        self.expr(slice)?;
        match ctx {
            ExprContext::Load => self.subscript_op(location),
            ExprContext::Store => self.op(Opcode::StoreSubscr, location),
            ExprContext::Del => self.op(Opcode::DeleteSubscr, location),
        }
        Ok(())
    }

    /// Lower and upper bound of a slice, `None` for those that are not there.
    pub(super) fn slice_parts(
        &mut self,
        location: Location,
        lower: Option<&'a Expr<'a>>,
        upper: Option<&'a Expr<'a>>,
    ) -> Result {
        for part in [lower, upper] {
            match part {
                Some(part) => self.expr(part)?,
                None => self.load_none(location),
            }
        }
        Ok(())
    }

    pub(super) fn slice(
        &mut self,
        e: &'a Expr<'a>,
        lower: Option<&'a Expr<'a>>,
        upper: Option<&'a Expr<'a>>,
        step: Option<&'a Expr<'a>>,
    ) -> Result {
        if let (Some(start), Some(stop), Some(step)) =
            (constant_or_none(lower), constant_or_none(upper), constant_or_none(step))
        {
            let parts =
                [self.convert_constant(start)?, self.convert_constant(stop)?, self.convert_constant(step)?];
            self.load_const(Const::Slice(parts.into()), e.location);
            return Ok(());
        }
        self.slice_parts(e.location, lower, upper)?;
        let mut count = 2;
        if let Some(step) = step {
            self.expr(step)?;
            count = 3;
        }
        self.op_arg(Opcode::BuildSlice, count, e.location);
        Ok(())
    }

    /// Warns of subscripts on what has none.
    fn check_subscripted(&mut self, e: &Expr<'_>) -> Result {
        let suspicious = match &e.kind {
            ExprKind::Constant { value, .. } => matches!(
                value,
                Constant::None
                    | Constant::Ellipsis
                    | Constant::Bool(_)
                    | Constant::Int(_)
                    | Constant::Float(_)
                    | Constant::Complex { .. }
                    | Constant::FrozenSet(_)
            ),
            ExprKind::Set { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::TemplateStr { .. }
            | ExprKind::Interpolation { .. }
            | ExprKind::Lambda { .. } => true,
            _ => false,
        };
        match infer_type(e) {
            Some(name) if suspicious => {
                let message = format!("'{name}' object is not subscriptable; perhaps you missed a comma?");
                self.warn(e.location, &message)
            }
            _ => Ok(()),
        }
    }

    /// Warns of indices that cannot be ones.
    fn check_index(&mut self, e: &Expr<'_>, index: &Expr<'_>) -> Result {
        let Some(index_type) = infer_type(index) else { return Ok(()) };
        if matches!(index_type, "int" | "bool") {
            return Ok(());
        }
        let suspicious = match &e.kind {
            ExprKind::Constant { value, .. } => {
                matches!(value, Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_))
            }
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. } => true,
            _ => false,
        };
        match infer_type(e) {
            Some(name) if suspicious => {
                let message = format!(
                    "{name} indices must be integers or slices, not {index_type}; perhaps you missed a comma?"
                );
                self.warn(e.location, &message)
            }
            _ => Ok(()),
        }
    }
}

/// The constant that a part of a slice is; `None` if it is left out.
fn constant_or_none<'a>(part: Option<&Expr<'a>>) -> Option<Constant<'a>> {
    match part.map(|part| part.kind) {
        None => Some(Constant::None),
        Some(ExprKind::Constant { value, .. }) => Some(value),
        Some(_) => None,
    }
}

/// The bounds of a slice for which BINARY_SLICE and STORE_SLICE are made: one without step that is
/// not constant.
pub(super) fn two_part_slice<'a>(slice: &Expr<'a>) -> Option<(Option<&'a Expr<'a>>, Option<&'a Expr<'a>>)> {
    let ExprKind::Slice { lower, upper, step: None } = slice.kind else { return None };
    let constant = constant_or_none(lower).is_some() && constant_or_none(upper).is_some();
    (!constant).then_some((lower, upper))
}
