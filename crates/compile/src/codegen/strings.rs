//! Formatted strings and template strings.

use super::Compiler;
use super::collections::STACK_USE_GUIDELINE;
use crate::error::{Result, system_error};
use taipan_asdl::{Constant, Expr, ExprKind, Location, Operator};
use taipan_code::Const;
use taipan_opcode::{ConvertValue, Opcode};

impl<'a> Compiler<'a, '_> {
    pub(super) fn joined_str(&mut self, location: Location, values: &'a [&'a Expr<'a>]) -> Result {
        if values.len() > STACK_USE_GUIDELINE {
            self.load_const(Const::from(""), location);
            self.load_method(self.known.join, location);
            self.op_arg(Opcode::BuildList, 0, location);
            for value in values {
                self.expr(value)?;
                self.op_arg(Opcode::ListAppend, 1, location);
            }
            self.op_arg(Opcode::Call, 1, location);
            return Ok(());
        }
        self.exprs(values)?;
        match values.len() {
            0 => self.load_const(Const::from(""), location),
            1 => {}
            count => self.op_arg(Opcode::BuildString, count, location),
        }
        Ok(())
    }

    pub(super) fn formatted_value(
        &mut self,
        location: Location,
        value: &'a Expr<'a>,
        conversion: i32,
        format_spec: Option<&'a Expr<'a>>,
    ) -> Result {
        self.expr(value)?;
        if conversion != -1 {
            self.op_arg(Opcode::ConvertValue, conversion_number(conversion)?, location);
        }
        match format_spec {
            Some(format_spec) => {
                self.expr(format_spec)?;
                self.op(Opcode::FormatWithSpec, location);
            }
            None => self.op(Opcode::FormatSimple, location),
        }
        Ok(())
    }

    /// First the strings, then the interpolations, a tuple each.
    pub(super) fn template_str(&mut self, location: Location, values: &'a [&'a Expr<'a>]) -> Result {
        let mut strings = 0;
        let mut interpolations = 0;
        let mut after_string = false;
        for value in values {
            if is_interpolation(value) {
                if !after_string {
                    self.load_const(Const::from(""), location);
                    strings += 1;
                }
                after_string = false;
                interpolations += 1;
            } else if after_string {
                // A tree may hold several strings in a row.
                self.expr(value)?;
                self.binary(Operator::Add, true, location);
            } else {
                self.expr(value)?;
                strings += 1;
                after_string = true;
            }
        }
        if !after_string {
            self.load_const(Const::from(""), location);
            strings += 1;
        }
        self.op_arg(Opcode::BuildTuple, strings, location);
        for value in values.iter().filter(|value| is_interpolation(value)) {
            self.expr(value)?;
        }
        self.op_arg(Opcode::BuildTuple, interpolations, location);
        self.op(Opcode::BuildTemplate, location);
        Ok(())
    }

    pub(super) fn interpolation(
        &mut self,
        location: Location,
        value: &'a Expr<'a>,
        source: Constant<'a>,
        conversion: i32,
        format_spec: Option<&'a Expr<'a>>,
    ) -> Result {
        self.expr(value)?;
        self.load_constant(source, location)?;
        let mut oparg = 2;
        if let Some(format_spec) = format_spec {
            oparg |= 1;
            self.expr(format_spec)?;
        }
        if conversion != -1 {
            oparg |= conversion_number(conversion)? << 2;
        }
        self.op_arg(Opcode::BuildInterpolation, oparg, location);
        Ok(())
    }
}

const fn is_interpolation(e: &Expr<'_>) -> bool {
    matches!(e.kind, ExprKind::Interpolation { .. })
}

fn conversion_number(conversion: i32) -> Result<usize> {
    let conversion = match u8::try_from(conversion) {
        Ok(b's') => ConvertValue::Str,
        Ok(b'r') => ConvertValue::Repr,
        Ok(b'a') => ConvertValue::Ascii,
        _ => return Err(system_error(format!("Unrecognized conversion character {conversion}"))),
    };
    Ok(conversion as usize)
}
