//! `import` and `from … import`.

use super::Compiler;
use crate::error::Result;
use crate::instruction_sequence::NO_LOCATION;
use taipan_asdl::{Alias, ExprContext, Location, Name};
use taipan_code::Const;
use taipan_opcode::{Intrinsic1, Opcode};
use taipan_text::Text;

impl Compiler<'_, '_> {
    pub(super) fn import(&mut self, location: Location, aliases: &[&Alias]) -> Result {
        for alias in aliases {
            self.load_const(Const::from(0), location);
            self.load_none(location);
            self.names_op(Opcode::ImportName, alias.name, location);
            match alias.asname {
                Some(asname) => self.import_as(location, alias.name, asname)?,
                None => {
                    let bound = self.name_part(alias.name, 0).unwrap_or(alias.name);
                    self.name_op(location, bound, ExprContext::Store)?;
                }
            }
        }
        Ok(())
    }

    /// `import a.b.c as d`: fetches `b` from `a` and `c` from `b`.
    fn import_as(&mut self, location: Location, name: Name, asname: Name) -> Result {
        let parts = self.names.text(name).as_bytes().split(|&b| b == b'.').count();
        for i in 1..parts {
            let attribute = self.name_part(name, i).unwrap_or(name);
            let position = self.unit.metadata.names.add(attribute);
            self.op_arg(Opcode::ImportFrom, position, location);
            if i + 1 < parts {
                self.op_arg(Opcode::Swap, 2, location);
                self.op(Opcode::PopTop, location);
            }
        }
        self.name_op(location, asname, ExprContext::Store)?;
        if parts > 1 {
            self.op(Opcode::PopTop, location);
        }
        Ok(())
    }

    /// The `i`-th part of a dotted name; nothing if it has no dots.
    fn name_part(&mut self, name: Name, i: usize) -> Option<Name> {
        let text = self.names.text(name).as_bytes();
        if !text.contains(&b'.') {
            return None;
        }
        let part = text.split(|&b| b == b'.').nth(i)?.to_vec();
        Some(self.names.intern(Text::from_bytes(&part)))
    }

    pub(super) fn import_from(
        &mut self,
        location: Location,
        module: Option<Name>,
        aliases: &[&Alias],
        level: i32,
    ) -> Result {
        self.load_const(Const::from(i64::from(level)), location);
        let imported =
            aliases.iter().map(|alias| Const::Str(self.names.shared(alias.name).clone())).collect();
        self.load_const(Const::Tuple(imported), location);
        self.names_op(Opcode::ImportName, module.unwrap_or(self.known.empty), location);
        for (i, alias) in aliases.iter().enumerate() {
            if i == 0 && self.names.text(alias.name).as_bytes().first() == Some(&b'*') {
                self.op_arg(Opcode::CallIntrinsic1, Intrinsic1::ImportStar as usize, location);
                self.op(Opcode::PopTop, NO_LOCATION);
                return Ok(());
            }
            self.names_op(Opcode::ImportFrom, alias.name, location);
            self.name_op(location, alias.asname.unwrap_or(alias.name), ExprContext::Store)?;
        }
        self.op(Opcode::PopTop, location);
        Ok(())
    }
}
