//! Comprehensions and generator expressions.
//!
//! Generator expressions become functions; all other comprehensions run inline, except in some
//! annotation scopes. An inlined comprehension pushes the outer values of its variables on the
//! stack and puts them back afterwards (PEP 709).

use super::Compiler;
use super::frame_block::{BlockKind, FrameBlock};
use super::unit::{ArgCounts, ScopeType};
use crate::error::{Result, system_error};
use crate::instruction_sequence::{Label, NO_LOCATION};
use crate::symtable::flags::{DEF_LOCAL, DEF_NONLOCAL};
use crate::symtable::{NameScope, ScopeId, ScopeKey, ScopeKind};
use smallvec::SmallVec;
use taipan_asdl::{Comprehension as Generator, Expr, ExprKind, Location, Name};
use taipan_opcode::{Intrinsic1, Opcode};

/// What a comprehension makes of its elements.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Generator,
    List,
    Set,
    Dict,
}

/// The parts of a comprehension.
#[derive(Clone, Copy)]
struct Parts<'a> {
    location: Location,
    kind: Kind,
    generators: &'a [&'a Generator<'a>],
    element: &'a Expr<'a>,
    /// The value of a dict comprehension.
    value: Option<&'a Expr<'a>>,
}

/// What has to be undone after an inlined comprehension.
#[derive(Default)]
struct Inlined {
    /// Names whose outer values are on the stack, and the handler that puts them back.
    pushed: SmallVec<[Name; 4]>,
    cleanup: Option<Label>,
    /// Names with the flags that they have outside.
    outer_symbols: SmallVec<[(Name, u32); 4]>,
    /// Names that are fast local variables only inside.
    fast_hidden: SmallVec<[Name; 4]>,
}

impl<'a> Compiler<'a, '_> {
    pub(super) fn comprehension(&mut self, e: &'a Expr<'a>) -> Result {
        let known = self.known;
        let (kind, name, generators, element, value) = match e.kind {
            ExprKind::GeneratorExp { elt, generators } => {
                (Kind::Generator, known.anonymous_genexpr, generators, elt, None)
            }
            ExprKind::ListComp { elt, generators } => {
                (Kind::List, known.anonymous_listcomp, generators, elt, None)
            }
            ExprKind::SetComp { elt, generators } => {
                (Kind::Set, known.anonymous_setcomp, generators, elt, None)
            }
            ExprKind::DictComp { key, value, generators } => {
                (Kind::Dict, known.anonymous_dictcomp, generators, key, Some(value))
            }
            _ => return Err(system_error("unknown comprehension type")),
        };
        let parts = Parts { location: e.location, kind, generators, element, value };
        let key = ScopeKey::of(e);
        let Some(scope) = self.table.lookup(key) else {
            return Err(system_error("unknown symbol table entry"));
        };
        if self.table.scope(scope).comp_inlined {
            return self.inlined_comprehension(scope, &parts);
        }
        let is_async = self.table.scope(scope).coroutine;
        let outermost = generators.first().ok_or_else(|| system_error("comprehension with no generators"))?;
        let counts = ArgCounts { args: 1, ..ArgCounts::default() };
        self.enter_scope(name, ScopeType::Comprehension, key, e.location.lineno, None, counts)?;
        if let Some(opcode) = build_opcode(kind) {
            self.op_arg(opcode, 0, e.location);
        }
        self.generator(&parts, 0, 0, false)?;
        if kind == Kind::Generator {
            self.wrap_in_stop_iteration_handler();
        } else {
            self.op(Opcode::ReturnValue, e.location);
        }
        let finished = self.exit_scope(true)?;
        self.make_closure(e.location, finished, 0)?;
        self.generator_iterator(outermost)?;
        self.op_arg(Opcode::Call, 0, e.location);
        if is_async && kind != Kind::Generator {
            self.await_value(0, e.location);
        }
        Ok(())
    }

    fn inlined_comprehension(&mut self, scope: ScopeId, parts: &Parts<'a>) -> Result {
        let location = parts.location;
        let outermost =
            parts.generators.first().ok_or_else(|| system_error("comprehension with no generators"))?;
        self.generator_iterator(outermost)?;
        let mut inlined = Inlined::default();
        self.enter_inlined_scope(scope, &mut inlined);
        self.push_locals(scope, location, &mut inlined)?;
        if let Some(opcode) = build_opcode(parts.kind) {
            self.op_arg(opcode, 0, location);
            self.op_arg(Opcode::Swap, 2, location);
        }
        self.generator(parts, 0, 0, true)?;
        self.pop_locals(location, &inlined);
        self.leave_inlined_scope(&inlined);
        Ok(())
    }

    /// The iterator of a `for` clause.
    fn generator_iterator(&mut self, generator: &'a Generator<'a>) -> Result {
        self.expr(generator.iter)?;
        let opcode = if generator.is_async != 0 { Opcode::GetAiter } else { Opcode::GetIter };
        self.op(opcode, generator.iter.location);
        Ok(())
    }

    /// The `for` clause of that number and what is inside it.
    fn generator(
        &mut self,
        parts: &Parts<'a>,
        index: usize,
        depth: usize,
        iterator_on_stack: bool,
    ) -> Result {
        self.limit.check()?;
        if parts.generators[index].is_async != 0 {
            self.async_generator(parts, index, depth, iterator_on_stack)
        } else {
            self.sync_generator(parts, index, depth, iterator_on_stack)
        }
    }

    fn sync_generator(
        &mut self,
        parts: &Parts<'a>,
        index: usize,
        depth: usize,
        iterator_on_stack: bool,
    ) -> Result {
        let location = parts.location;
        let generator = parts.generators[index];
        let start = self.new_label();
        let if_cleanup = self.new_label();
        let anchor = self.new_label();
        let mut depth = depth;
        let mut is_loop = true;
        if !iterator_on_stack {
            if index == 0 {
                self.op_arg(Opcode::LoadFast, 0, location);
            } else if let Some(only) = only_element(generator.iter) {
                // `for y in [f(x)]` is an assignment.
                self.expr(only)?;
                is_loop = false;
            } else {
                self.generator_iterator(generator)?;
            }
        }
        if is_loop {
            depth += 1;
            self.use_label(start);
            self.op_jump(Opcode::ForIter, anchor, generator.iter.location);
        }
        self.expr(generator.target)?;
        for condition in generator.ifs {
            self.jump_if(location, condition, if_cleanup, false)?;
        }
        let element_location = self.inner_generator_or_element(parts, index, depth)?;
        self.use_label(if_cleanup);
        if is_loop {
            self.op_jump(Opcode::Jump, start, element_location);
            self.use_label(anchor);
            // Instrumentation relies on END_FOR being first: generators end here, others behind.
            self.op(Opcode::EndFor, NO_LOCATION);
            self.op(Opcode::PopIter, NO_LOCATION);
        }
        Ok(())
    }

    fn async_generator(
        &mut self,
        parts: &Parts<'a>,
        index: usize,
        depth: usize,
        iterator_on_stack: bool,
    ) -> Result {
        let location = parts.location;
        let generator = parts.generators[index];
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let if_cleanup = self.new_label();
        if !iterator_on_stack {
            if index == 0 {
                self.op_arg(Opcode::LoadFast, 0, location);
            } else {
                self.generator_iterator(generator)?;
            }
        }
        self.use_label(start);
        self.push_block(FrameBlock::new(BlockKind::AsyncComprehensionGenerator, start, location))?;
        self.op_jump(Opcode::SetupFinally, except, location);
        self.op(Opcode::GetAnext, location);
        self.load_none(location);
        self.use_label(send);
        self.yield_from(location, true);
        self.op(Opcode::PopBlock, location);
        self.expr(generator.target)?;
        for condition in generator.ifs {
            self.jump_if(location, condition, if_cleanup, false)?;
        }
        let element_location = self.inner_generator_or_element(parts, index, depth + 1)?;
        self.use_label(if_cleanup);
        self.op_jump(Opcode::Jump, start, element_location);
        self.pop_block(BlockKind::AsyncComprehensionGenerator);
        self.use_label(except);
        self.op_jump(Opcode::EndAsyncFor, send, location);
        Ok(())
    }

    /// The next `for` clause, or the element if there is none; answers with the place of the latter.
    fn inner_generator_or_element(
        &mut self,
        parts: &Parts<'a>,
        index: usize,
        depth: usize,
    ) -> Result<Location> {
        let mut location = parts.element.location;
        if index + 1 < parts.generators.len() {
            self.generator(parts, index + 1, depth, false)?;
            return Ok(location);
        }
        self.expr(parts.element)?;
        match parts.kind {
            Kind::Generator => {
                self.yield_value(location);
                self.op(Opcode::PopTop, location);
            }
            Kind::List => self.op_arg(Opcode::ListAppend, depth + 1, location),
            Kind::Set => self.op_arg(Opcode::SetAdd, depth + 1, location),
            Kind::Dict => {
                if let Some(value) = parts.value {
                    self.expr(value)?;
                    location.end_lineno = value.location.end_lineno;
                    location.end_col_offset = value.location.end_col_offset;
                }
                self.op_arg(Opcode::MapAdd, depth + 1, location);
            }
        }
        Ok(location)
    }

    /// Makes StopIteration that leaves a generator a RuntimeError.
    pub(super) fn wrap_in_stop_iteration_handler(&mut self) {
        let handler = self.new_label();
        self.unit.sequence.insert(0, Opcode::SetupCleanup, handler.0, NO_LOCATION);
        self.load_none(NO_LOCATION);
        self.op(Opcode::ReturnValue, NO_LOCATION);
        self.use_label(handler);
        self.op_arg(Opcode::CallIntrinsic1, Intrinsic1::StopIterationError as usize, NO_LOCATION);
        self.op_arg(Opcode::Reraise, 1, NO_LOCATION);
    }

    /// Gives the names of an inlined comprehension the meaning that they have inside it.
    fn enter_inlined_scope(&mut self, comp: ScopeId, inlined: &mut Inlined) {
        let outer = self.unit.scope;
        let in_class = self.in_class_block();
        self.unit.in_inlined_comprehension += 1;
        for i in 0..self.table.scope(comp).symbols.len() {
            let symbol = self.table.scope(comp).symbols[i];
            let outer_flags = self.table.symbol(outer, symbol.name);
            let scope = NameScope::of(symbol.flags);
            let outer_scope = NameScope::of(outer_flags);
            // Free inside is what it is outside; a cell inside that is free outside stays free,
            // since one function cannot have it both ways.
            let differs = scope != outer_scope
                && scope != NameScope::Free
                && !(scope == NameScope::Cell && outer_scope == NameScope::Free);
            if differs || in_class {
                self.table.set_symbol(outer, symbol.name, symbol.flags);
                inlined.outer_symbols.push((symbol.name, outer_flags));
            }
            if (is_bound_inside(symbol.flags) || in_class) && !self.unit.function_like {
                let hidden = &mut self.unit.metadata.fast_hidden;
                match hidden.iter_mut().find(|(name, _)| *name == symbol.name) {
                    Some((_, true)) => {}
                    Some((_, now)) => {
                        *now = true;
                        inlined.fast_hidden.push(symbol.name);
                    }
                    None => {
                        hidden.push((symbol.name, true));
                        inlined.fast_hidden.push(symbol.name);
                    }
                }
            }
        }
    }

    fn leave_inlined_scope(&mut self, inlined: &Inlined) {
        self.unit.in_inlined_comprehension -= 1;
        for &(name, flags) in &inlined.outer_symbols {
            self.table.set_symbol(self.unit.scope, name, flags);
        }
        for (name, now) in &mut self.unit.metadata.fast_hidden {
            if inlined.fast_hidden.contains(name) {
                *now = false;
            }
        }
    }

    fn in_class_block(&self) -> bool {
        self.scope().kind == ScopeKind::Class && self.unit.in_inlined_comprehension == 0
    }

    /// Pushes the outer values of the comprehension's variables.
    fn push_locals(&mut self, comp: ScopeId, location: Location, inlined: &mut Inlined) -> Result {
        for i in 0..self.table.scope(comp).symbols.len() {
            let symbol = self.table.scope(comp).symbols[i];
            if !is_bound_inside(symbol.flags) {
                continue;
            }
            // Of a cell this pushes the cell itself; the comprehension gets another.
            self.local_op(Opcode::LoadFastAndClear, symbol.name, location);
            if NameScope::of(symbol.flags) == NameScope::Cell {
                let name = self.maybe_mangle(symbol.name);
                if self.table.name_scope(self.unit.scope, symbol.name) == NameScope::Free {
                    self.free_op(Opcode::MakeCell, name, location);
                } else {
                    self.cell_op(Opcode::MakeCell, name, location);
                }
            }
            inlined.pushed.push(symbol.name);
        }
        if !inlined.pushed.is_empty() {
            // Brings the outermost iterator to the top again.
            self.op_arg(Opcode::Swap, inlined.pushed.len() + 1, location);
            let cleanup = self.new_label();
            inlined.cleanup = Some(cleanup);
            self.op_jump(Opcode::SetupFinally, cleanup, location);
            self.push_block(FrameBlock::new(BlockKind::InlinedComprehension, cleanup, location))?;
        }
        Ok(())
    }

    /// Puts the outer values back, after an exception too.
    fn pop_locals(&mut self, location: Location, inlined: &Inlined) {
        let Some(cleanup) = inlined.cleanup else { return };
        self.pop_block(BlockKind::InlinedComprehension);
        self.op(Opcode::PopBlock, NO_LOCATION);
        let end = self.new_label();
        self.op_jump(Opcode::JumpNoInterrupt, end, NO_LOCATION);
        self.use_label(cleanup);
        // The incomplete result below the exception.
        self.op_arg(Opcode::Swap, 2, NO_LOCATION);
        self.op(Opcode::PopTop, NO_LOCATION);
        self.restore_locals(location, inlined);
        self.op_arg(Opcode::Reraise, 0, NO_LOCATION);
        self.use_label(end);
        self.restore_locals(location, inlined);
    }

    fn restore_locals(&mut self, location: Location, inlined: &Inlined) {
        self.op_arg(Opcode::Swap, inlined.pushed.len() + 1, location);
        for &name in inlined.pushed.iter().rev() {
            self.local_op(Opcode::StoreFastMaybeNull, name, location);
        }
    }
}

const fn is_bound_inside(flags: u32) -> bool {
    flags & DEF_LOCAL != 0 && flags & DEF_NONLOCAL == 0
}

const fn build_opcode(kind: Kind) -> Option<Opcode> {
    match kind {
        Kind::Generator => None,
        Kind::List => Some(Opcode::BuildList),
        Kind::Set => Some(Opcode::BuildSet),
        Kind::Dict => Some(Opcode::BuildMap),
    }
}

/// The element of a list or tuple display with one, unless it is starred.
fn only_element<'a>(iter: &Expr<'a>) -> Option<&'a Expr<'a>> {
    match iter.kind {
        ExprKind::List { elts: [only], .. } | ExprKind::Tuple { elts: [only], .. }
            if !super::collections::is_starred(only) =>
        {
            Some(only)
        }
        _ => None,
    }
}
