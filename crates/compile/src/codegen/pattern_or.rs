//! Alternatives in patterns: `a | b`.

use super::Compiler;
use super::pattern::Context;
use crate::error::{Result, syntax_error};
use taipan_asdl::{Location, Name, Pattern};
use taipan_opcode::Opcode;

impl<'a> Compiler<'a, '_> {
    /// All alternatives bind the same names; their values are brought into the order in which the
    /// first alternative leaves them.
    pub(super) fn or_pattern(
        &mut self,
        location: Location,
        patterns: &'a [&'a Pattern<'a>],
        context: &mut Context,
    ) -> Result {
        let end = self.new_label();
        let mut control: Option<Vec<Name>> = None;
        for (i, alternative) in patterns.iter().enumerate() {
            let mut inner = Context {
                allow_irrefutable: i + 1 == patterns.len() && context.allow_irrefutable,
                ..Context::default()
            };
            self.op_arg(Opcode::Copy, 1, alternative.location);
            self.pattern(alternative, &mut inner)?;
            match &control {
                None => control = Some(inner.stores.clone()),
                Some(control) => {
                    let stores = std::mem::take(&mut inner.stores);
                    self.reorder_captures(location, alternative.location, control, stores)?;
                }
            }
            self.op_jump(Opcode::Jump, end, alternative.location);
            self.emit_fail_pop(&mut inner, alternative.location);
        }
        // None matched: the copy of the subject goes.
        self.op(Opcode::PopTop, location);
        self.jump_to_fail_pop(context, Opcode::Jump, location);
        self.use_label(end);
        let control = control.unwrap_or_default();
        // Above the place of the captured values are: the others, a copy of the subject, what is
        // needed of the surrounding pattern, and what that captured.
        let rotations = control.len() + 1 + context.on_top + context.stores.len();
        for name in control {
            self.rotate(location, rotations);
            if context.stores.contains(&name) {
                return self.duplicate_capture(location, name);
            }
            context.stores.push(name);
        }
        self.op(Opcode::PopTop, location);
        Ok(())
    }

    fn reorder_captures(
        &mut self,
        pattern: Location,
        alternative: Location,
        control: &[Name],
        mut stores: Vec<Name>,
    ) -> Result {
        let differ = || syntax_error(pattern, "alternative patterns bind different names");
        if stores.len() != control.len() {
            return Err(differ());
        }
        for wanted in (0..control.len()).rev() {
            let Some(found) = stores.iter().position(|&name| name == control[wanted]) else {
                return Err(differ());
            };
            if found != wanted {
                let rotations = found + 1;
                let rotated: Vec<Name> = stores.drain(..rotations).collect();
                let place = wanted - found;
                stores.splice(place..place, rotated);
                for _ in 0..rotations {
                    self.rotate(alternative, wanted + 1);
                }
            }
        }
        Ok(())
    }
}
