//! One stack per offset: its depth, where values may be absent, which are borrowed.
//!
//! Stacks are kept as nodes that know what lies below them, equal ones once, so that two are equal
//! when their numbers are.

use rustc_hash::FxHashMap;
use taipan_opcode::{Opcode, StackItem};

use super::VerifyError;
use super::layout::Layout;
use crate::CodeObject;

/// What is known of a value on the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Tag {
    /// It is there, and counted.
    Owned,
    /// It may be absent.
    OrNull,
    /// What a local held before LOAD_FAST_AND_CLEAR; it may be absent. The number tells how many
    /// such values of the same local lay on the stack before.
    Saved(u32, u32),
    /// It is there, uncounted, and a local's value.
    Borrowed(u32),
    /// As `Borrowed`, or absent.
    BorrowedOrNull(u32),
}

impl Tag {
    fn may_be_null(self) -> bool {
        matches!(self, Tag::OrNull | Tag::Saved(..) | Tag::BorrowedOrNull(_))
    }

    fn lender(self) -> Option<u32> {
        match self {
            Tag::Borrowed(local) | Tag::BorrowedOrNull(local) => Some(local),
            _ => None,
        }
    }

    /// A value that may be this one, or absent.
    fn or_null(self) -> Tag {
        self.lender().map_or(Tag::OrNull, Tag::BorrowedOrNull)
    }
}

/// What later passes have to know.
pub struct Flow {
    /// By instruction: can it be reached?
    pub reachable: Vec<bool>,
    /// By instruction: what a STORE_FAST stores, or what a LOAD_FAST_AND_CLEAR saves.
    pub stores: Vec<Stored>,
}

/// What is known of a value that goes to a local or comes from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is there.
    Present,
    /// It may be absent.
    OrNull,
    /// It is the local's outermost saved value.
    Outermost,
}

/// Checks the stack.
pub fn check(code: &CodeObject, layout: &Layout) -> Result<Flow, VerifyError> {
    let count = layout.instructions.len();
    let mut checker = Checker {
        code,
        layout,
        flow: Flow { reachable: vec![false; count], stores: vec![Stored::Present; count] },
        entries: vec![None; count],
        pending: vec![0],
        stacks: Stacks::new(),
        stack: Vec::new(),
        known: 0,
        handled: None,
        loans: vec![0; code.localsplusnames.len()],
        saved: vec![0; code.localsplusnames.len()],
        budget: count * 64 + (1 << 20),
        unit: 0,
    };
    checker.entries[0] = Some(EMPTY);
    while let Some(start) = checker.pending.pop() {
        checker.run(start)?;
    }
    Ok(checker.flow)
}

type StackId = u32;

/// The empty stack.
const EMPTY: StackId = 0;

struct Node {
    below: StackId,
    tag: Tag,
    depth: u32,
}

/// All stacks that occurred.
struct Stacks {
    nodes: Vec<Node>,
    known: FxHashMap<(StackId, Tag), StackId>,
}

impl Stacks {
    fn new() -> Stacks {
        let empty = Node { below: EMPTY, tag: Tag::Owned, depth: 0 };
        Stacks { nodes: vec![empty], known: FxHashMap::default() }
    }

    fn push(&mut self, below: StackId, tag: Tag) -> StackId {
        let Stacks { nodes, known } = self;
        *known.entry((below, tag)).or_insert_with(|| {
            let depth = nodes[below as usize].depth + 1;
            nodes.push(Node { below, tag, depth });
            nodes.len() as StackId - 1
        })
    }
}

struct Checker<'a> {
    code: &'a CodeObject,
    layout: &'a Layout,
    flow: Flow,
    /// By instruction that control can jump to: the stack there.
    entries: Vec<Option<StackId>>,
    pending: Vec<usize>,
    stacks: Stacks,
    /// The current stack, each value with the stack that ends in it, if that is known.
    stack: Vec<(Tag, StackId)>,
    /// How many of the deepest values have their stack known.
    known: usize,
    /// The handler that was entered last, and with which stack.
    handled: Option<(usize, StackId)>,
    /// By local: how many values on the stack are borrowed from it.
    loans: Vec<u32>,
    /// By local: how many of its saved values are on the stack.
    saved: Vec<u32>,
    /// Bounds what jumping between deep stacks costs.
    budget: usize,
    /// Where we are, for messages.
    unit: usize,
}

impl Checker<'_> {
    fn error<T>(&self, reason: &'static str) -> Result<T, VerifyError> {
        Err(VerifyError::at(self.unit, reason))
    }

    fn spend(&mut self, cost: usize) -> Result<(), VerifyError> {
        match self.budget.checked_sub(cost) {
            Some(left) => self.budget = left,
            None => return self.error("stack too intricate"),
        }
        Ok(())
    }

    /// Follows control from `start` until it leaves or meets a place that is known.
    fn run(&mut self, start: usize) -> Result<(), VerifyError> {
        let entry = self.entries[start].expect("what is pending has a stack");
        self.load(entry)?;
        let mut index = start;
        loop {
            let instruction = &self.layout.instructions[index];
            self.unit = instruction.unit;
            if self.layout.is_target[index] && index != start && !self.arrive(index)? {
                return Ok(());
            }
            self.flow.reachable[index] = true;
            self.check_handler(index)?;
            self.step(index)?;
            let opcode = self.layout.opcode(index);
            if opcode != Opcode::EndAsyncFor
                && let Some(target) = self.layout.target(index)?
                && self.arrive(target)?
            {
                self.pending.push(target);
            }
            if opcode.is_scope_exit() || opcode.is_unconditional_jump() {
                return Ok(());
            }
            index += 1;
            if index == self.layout.instructions.len() {
                return self.error("control runs off the end");
            }
        }
    }

    /// Control reaches a target with the current stack; tells whether that is news.
    fn arrive(&mut self, target: usize) -> Result<bool, VerifyError> {
        let stack = self.below(self.stack.len())?;
        self.enter(target, stack)
    }

    fn enter(&mut self, target: usize, stack: StackId) -> Result<bool, VerifyError> {
        match self.entries[target] {
            None => {
                self.entries[target] = Some(stack);
                Ok(true)
            }
            Some(known) if known == stack => Ok(false),
            Some(_) => self.error("different stacks at one offset"),
        }
    }

    /// What the handler of an instruction finds if the instruction raises.
    fn check_handler(&mut self, index: usize) -> Result<(), VerifyError> {
        let Some(guard) = self.layout.guard(index) else { return Ok(()) };
        let handler = self.layout.handlers[guard];
        let depth = handler.depth as usize;
        if self.stack.len() < depth {
            return self.error("stack below the handler's depth");
        }
        let mut stack = self.below(depth)?;
        if self.handled.replace((guard, stack)) == Some((guard, stack)) {
            return Ok(());
        }
        for _ in 0..=usize::from(handler.lasti) {
            stack = self.stacks.push(stack, Tag::Owned);
        }
        if self.stacks.nodes[stack as usize].depth > self.code.stacksize {
            return self.error("stack overflows in the handler");
        }
        let target = self.layout.handler_target(guard);
        if self.enter(target, stack)? {
            self.pending.push(target);
        }
        Ok(())
    }

    /// The stack of the deepest `depth` values.
    fn below(&mut self, depth: usize) -> Result<StackId, VerifyError> {
        if self.known < depth {
            self.spend(depth - self.known)?;
            let mut id = if self.known == 0 { EMPTY } else { self.stack[self.known - 1].1 };
            for slot in &mut self.stack[self.known..depth] {
                id = self.stacks.push(id, slot.0);
                slot.1 = id;
            }
            self.known = depth;
        }
        Ok(if depth == 0 { EMPTY } else { self.stack[depth - 1].1 })
    }

    /// Makes a known stack the current one.
    fn load(&mut self, mut id: StackId) -> Result<(), VerifyError> {
        let depth = self.stacks.nodes[id as usize].depth as usize;
        self.spend(depth + self.stack.len())?;
        while self.pop().is_some() {}
        while id != EMPTY {
            let node = &self.stacks.nodes[id as usize];
            self.stack.push((node.tag, id));
            id = node.below;
        }
        self.stack.reverse();
        self.known = self.stack.len();
        for at in 0..self.stack.len() {
            self.count(self.stack[at].0, 1);
        }
        Ok(())
    }

    /// Keeps count of what is on the stack.
    fn count(&mut self, tag: Tag, change: i32) {
        let counter = match tag {
            Tag::Borrowed(local) | Tag::BorrowedOrNull(local) => &mut self.loans[local as usize],
            Tag::Saved(local, _) => &mut self.saved[local as usize],
            Tag::Owned | Tag::OrNull => return,
        };
        *counter = counter.wrapping_add_signed(change);
    }

    fn push(&mut self, tag: Tag) -> Result<(), VerifyError> {
        self.stack.push((tag, EMPTY));
        self.count(tag, 1);
        if self.stack.len() > self.code.stacksize as usize {
            return self.error("stack overflows");
        }
        Ok(())
    }

    fn pop(&mut self) -> Option<Tag> {
        let (tag, _) = self.stack.pop()?;
        self.known = self.known.min(self.stack.len());
        self.count(tag, -1);
        Some(tag)
    }

    fn take(&mut self) -> Result<Tag, VerifyError> {
        match self.pop() {
            Some(tag) => Ok(tag),
            None => self.error("stack underflows"),
        }
    }

    fn take_present(&mut self) -> Result<Tag, VerifyError> {
        match self.take()? {
            tag if tag.may_be_null() => self.error("absent value used"),
            tag => Ok(tag),
        }
    }

    /// A local is about to change.
    fn change(&self, local: i32) -> Result<(), VerifyError> {
        match self.loans[local as usize] {
            0 => Ok(()),
            _ => self.error("borrowed operand outlives its local"),
        }
    }

    fn store(&mut self, index: usize, local: i32, tag: Tag) -> Result<(), VerifyError> {
        self.change(local)?;
        self.flow.stores[index] = match tag {
            Tag::Saved(slot, 0) if slot == local as u32 => Stored::Outermost,
            tag if tag.may_be_null() => Stored::OrNull,
            _ => Stored::Present,
        };
        Ok(())
    }

    /// What an instruction does to the stack.
    fn step(&mut self, index: usize) -> Result<(), VerifyError> {
        let instruction = self.layout.instructions[index];
        let opcode = self.layout.opcode(index);
        let oparg = instruction.oparg;
        let (high, low) = (oparg >> 4, oparg & 15);
        match opcode {
            Opcode::LoadFastBorrow => self.push(Tag::Borrowed(oparg as u32)),
            Opcode::LoadFastBorrowLoadFastBorrow => {
                self.push(Tag::Borrowed(high as u32))?;
                self.push(Tag::Borrowed(low as u32))
            }
            Opcode::LoadFastAndClear => {
                self.change(oparg)?;
                let level = self.saved[oparg as usize];
                if level == 0 {
                    self.flow.stores[index] = Stored::Outermost;
                }
                self.push(Tag::Saved(oparg as u32, level))
            }
            Opcode::StoreFast => {
                let tag = self.take()?;
                self.store(index, oparg, tag)
            }
            Opcode::StoreFastLoadFast => {
                let tag = self.take_present()?;
                self.store(index, high, tag)?;
                self.push(Tag::Owned)
            }
            Opcode::StoreFastStoreFast => {
                let first = self.take_present()?;
                let second = self.take_present()?;
                self.store(index, high, first)?;
                self.store(index, low, second)
            }
            Opcode::DeleteFast | Opcode::MakeCell => self.change(oparg),
            Opcode::PopTop => self.take().map(drop),
            Opcode::Copy => match self.stack.len().checked_sub(oparg as usize) {
                Some(at) => self.push(self.stack[at].0),
                None => self.error("stack underflows"),
            },
            Opcode::Swap => self.swap(oparg as usize),
            _ => self.step_by_table(index, opcode, oparg),
        }
    }

    fn swap(&mut self, distance: usize) -> Result<(), VerifyError> {
        let Some(at) = self.stack.len().checked_sub(distance) else {
            return self.error("stack underflows");
        };
        let top = self.stack.len() - 1;
        if self.stack[at].0 != self.stack[top].0 {
            let tag = self.stack[at].0;
            self.stack[at].0 = std::mem::replace(&mut self.stack[top].0, tag);
            self.known = self.known.min(at);
        }
        Ok(())
    }

    /// Any other instruction: by the names and numbers of its inputs and outputs.
    fn step_by_table(&mut self, index: usize, opcode: Opcode, oparg: i32) -> Result<(), VerifyError> {
        let row = opcode.row();
        let depth = self.stack.len();
        let popped = opcode.num_popped(oparg);
        if usize::try_from(popped).map_or(true, |popped| popped > depth) {
            return self.error("stack underflows");
        }
        // What an instruction takes and leaves in the same place stays where it is.
        let length = |item: &StackItem| item.count.map_or(1, |count| count(oparg).max(0) as usize);
        let kept = row
            .inputs
            .iter()
            .zip(row.outputs)
            .take_while(|(input, output)| input.name == output.name && length(input) == length(output))
            .count();
        let mut at = depth - popped as usize;
        for item in &row.inputs[..kept] {
            let absent = item.count.is_none() && !item.may_be_null() && self.stack[at].0.may_be_null();
            if absent {
                return self.error("absent value used");
            }
            at += length(item);
        }
        let raises_below = |handler: usize| self.layout.handlers[handler].depth as usize > at;
        if opcode.may_raise() && self.layout.guard(index).is_some_and(raises_below) {
            return self.error("stack below the handler's depth");
        }
        let mut inputs: Vec<(&str, Tag)> = Vec::new();
        for item in row.inputs[kept..].iter().rev() {
            for _ in 0..length(item) {
                let tag = if item.may_be_null() { self.take()? } else { self.take_present()? };
                if item.count.is_none() {
                    inputs.push((item.name, tag));
                }
            }
        }
        let input = |name: &str| inputs.iter().find(|(given, _)| *given == name).map(|(_, tag)| *tag);
        for item in &row.outputs[kept..] {
            let tag = match (opcode, item.name) {
                // These may hand their input on.
                (Opcode::GetYieldFromIter, _) => input("iterable"),
                (Opcode::FormatSimple, _) => input("value"),
                (Opcode::CheckEgMatch, _) => input("exc"),
                (Opcode::LoadAttr | Opcode::LoadSpecial, "self_or_null") => input("owner").map(Tag::or_null),
                (Opcode::LoadSuperAttr, "self_or_null") => input("instance").map(Tag::or_null),
                (_, name) if item.may_be_null() => Some(input(name).unwrap_or(Tag::OrNull)),
                (_, name) => input(name),
            };
            for _ in 0..length(item) {
                self.push(tag.unwrap_or(Tag::Owned))?;
            }
        }
        Ok(())
    }
}
