//! Constants of the tree as constants of code objects.

use super::Compiler;
use crate::error::Result;
use taipan_asdl::{Constant, Int, Location};
use taipan_code::Const;
use taipan_num::IBig;
use taipan_opcode::Opcode;

impl Compiler<'_, '_> {
    /// `LOAD_CONST` of a constant of the tree.
    pub(super) fn load_constant(&mut self, constant: Constant<'_>, location: Location) -> Result {
        let position = self.add_constant(constant)?;
        self.op_arg(Opcode::LoadConst, position, location);
        Ok(())
    }

    pub(super) fn add_constant(&mut self, constant: Constant<'_>) -> Result<usize> {
        if let Constant::Str(text) = constant {
            return Ok(self.unit.metadata.consts.add_str(text));
        }
        let constant = self.convert_constant(constant)?;
        Ok(self.unit.metadata.consts.add(constant))
    }

    pub(super) fn convert_constant(&mut self, constant: Constant<'_>) -> Result<Const> {
        Ok(match constant {
            Constant::None => Const::None,
            Constant::Ellipsis => Const::Ellipsis,
            Constant::Bool(value) => Const::Bool(value),
            Constant::Int(value) => Const::Int(int(value)),
            Constant::Float(value) => Const::Float(value),
            Constant::Complex { real, imag } => Const::Complex { real, imag },
            Constant::Str(text) => Const::Str(text.to_rc()),
            Constant::Bytes(bytes) => Const::Bytes(bytes.into()),
            Constant::Tuple(items) => Const::Tuple(self.convert_items(items)?),
            Constant::FrozenSet(items) => Const::FrozenSet(self.convert_items(items)?),
        })
    }

    fn convert_items(&mut self, items: &[Constant<'_>]) -> Result<taipan_code::Consts> {
        self.limit.check()?;
        items.iter().map(|&item| self.convert_constant(item)).collect::<Result<Vec<_>>>().map(Into::into)
    }
}

/// An integer of the tree as an integer.
pub(crate) fn int(value: Int<'_>) -> taipan_num::Int {
    match value {
        Int::Small(value) => value.into(),
        Int::Big { negative, digits } => {
            // Two's complement with a sign byte above the magnitude.
            let mut bytes: Vec<u8> = digits.iter().flat_map(|digit| digit.to_le_bytes()).collect();
            bytes.push(0);
            let magnitude = IBig::from_le_bytes(&bytes);
            (if negative { -magnitude } else { magnitude }).into()
        }
    }
}

/// The name of a constant's type.
pub(super) const fn type_name(constant: &Constant<'_>) -> &'static str {
    match constant {
        Constant::None => "NoneType",
        Constant::Ellipsis => "ellipsis",
        Constant::Bool(_) => "bool",
        Constant::Int(_) => "int",
        Constant::Float(_) => "float",
        Constant::Complex { .. } => "complex",
        Constant::Str(_) => "str",
        Constant::Bytes(_) => "bytes",
        Constant::Tuple(_) => "tuple",
        Constant::FrozenSet(_) => "frozenset",
    }
}
