//! The backtracking machine.
//!
//! Each alternative that is tried runs in a [`Context`] of its own on an explicit stack; when it
//! ends, its parent goes on at the [`Resume`] point that the context names. A context's fields are
//! what the parent needs to try the next alternative. Marks that a failed alternative may have
//! overwritten are saved on a second stack whenever a repeat is active, as in CPython, whose
//! results in corner cases depend on exactly when that happens.

use crate::category::{ascii_to_lower, in_class, locale_to_lower, unicode_to_lower};
use crate::count::{self, in_set};
use crate::opcode::{MAXREPEAT, at, op};
use crate::{Error, Matcher, Program, Unit};

/// A position or index that is not there.
pub(crate) const UNSET: usize = usize::MAX;

/// Bound on the backtracking stacks together, in bytes.
const MAX_STACK_BYTES: usize = 4 << 30;

/// Steps between two polls; a power of two.
const POLL_INTERVAL: u32 = 1 << 12;

/// Where the parent of a context goes on when the context has ended.
#[derive(Clone, Copy, Debug)]
enum Resume {
    Finish,
    Branch,
    RepeatOne,
    MinRepeatOne,
    Repeat,
    MaxUntilMinimum,
    MaxUntilItem,
    MaxUntilTail,
    MinUntilMinimum,
    MinUntilTail,
    MinUntilItem,
    PossessiveMinimum,
    PossessiveItem,
    AtomicGroup,
    Assert,
    AssertNot,
}

/// One alternative being tried.
#[derive(Clone, Debug)]
struct Context {
    pc: usize,
    ptr: usize,
    count: usize,
    repeat: usize,
    lastmark: isize,
    lastindex: isize,
    marks_saved: bool,
    toplevel: bool,
    resume: Resume,
}

/// An active `REPEAT`.
#[derive(Clone, Debug)]
struct Repeat {
    /// How often the item matched; one less while the first is tried, as in CPython.
    count: isize,
    /// The operands of the `REPEAT`.
    pc: usize,
    /// Where the last item started, against endless empty matches.
    last_ptr: usize,
    previous: usize,
}

/// The stacks of a matcher.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    contexts: Vec<Context>,
    repeats: Vec<Repeat>,
    marks: Vec<usize>,
    repeat: usize,
}

impl Default for Stack {
    fn default() -> Stack {
        Stack { contexts: Vec::new(), repeats: Vec::new(), marks: Vec::new(), repeat: UNSET }
    }
}

impl Stack {
    pub(crate) fn clear(&mut self) {
        self.contexts.clear();
        self.repeats.clear();
        self.marks.clear();
        self.repeat = UNSET;
    }
}

/// What happens next.
enum Flow {
    /// The topmost context starts, at the matcher's position.
    Enter,
    /// The topmost context goes on where its fields say.
    Continue,
    /// The topmost context has ended.
    Return(bool),
}

pub(crate) struct Machine<'m, U> {
    pub(crate) matcher: &'m mut Matcher,
    pub(crate) code: &'m [u32],
    pub(crate) string: &'m [U],
    ticks: u32,
    poll: &'m mut dyn FnMut() -> bool,
}

/// Matches the code at `pc` at the matcher's position.
pub(crate) fn run<U: Unit>(
    matcher: &mut Matcher,
    program: &Program,
    string: &[U],
    pc: usize,
    toplevel: bool,
    poll: &mut dyn FnMut() -> bool,
) -> Result<bool, Error> {
    Machine { matcher, code: program.code(), string, ticks: 0, poll }.run(pc, toplevel)
}

impl<U: Unit> Machine<'_, U> {
    pub(crate) fn run(&mut self, pc: usize, toplevel: bool) -> Result<bool, Error> {
        let base = self.matcher.stack.contexts.len();
        self.push(pc, Resume::Finish, toplevel)?;
        let mut flow = Flow::Enter;
        loop {
            flow = match flow {
                Flow::Enter => self.enter()?,
                Flow::Continue => {
                    let context = self.context();
                    let (pc, ptr) = (context.pc, context.ptr);
                    self.execute(pc, ptr)?
                }
                Flow::Return(matched) => {
                    let done = self.matcher.stack.contexts.pop().expect("run pushed a context");
                    if self.matcher.stack.contexts.len() == base {
                        return Ok(matched);
                    }
                    self.resume(done.resume, matched)?
                }
            };
        }
    }

    fn context(&mut self) -> &mut Context {
        self.matcher.stack.contexts.last_mut().expect("a context is active")
    }

    pub(crate) fn tick(&mut self, steps: u32) -> Result<(), Error> {
        let before = self.ticks;
        self.ticks = before.wrapping_add(steps);
        if before / POLL_INTERVAL != self.ticks / POLL_INTERVAL && !(self.poll)() {
            return Err(Error::Interrupted);
        }
        Ok(())
    }

    fn push(&mut self, pc: usize, resume: Resume, toplevel: bool) -> Result<(), Error> {
        let stack = &mut self.matcher.stack;
        if stack.contexts.len() == stack.contexts.capacity() {
            let bytes = stack.contexts.len() * size_of::<Context>() + stack.marks.len() * size_of::<usize>();
            if bytes > MAX_STACK_BYTES || stack.contexts.try_reserve(16).is_err() {
                return Err(Error::Memory);
            }
        }
        let ptr = self.matcher.position;
        stack.contexts.push(Context {
            pc,
            ptr,
            count: 0,
            repeat: UNSET,
            lastmark: -1,
            lastindex: -1,
            marks_saved: false,
            toplevel,
            resume,
        });
        Ok(())
    }

    /// Suspends the current context at `pc` and `ptr` and tries `target` in a new one.
    fn call(&mut self, pc: usize, ptr: usize, target: usize, resume: Resume) -> Result<Flow, Error> {
        let toplevel = self.suspend(pc, ptr).toplevel;
        self.push(target, resume, toplevel)?;
        Ok(Flow::Enter)
    }

    /// As [`Self::call`], for a part of the pattern behind which more follows.
    fn call_inner(&mut self, pc: usize, ptr: usize, target: usize, resume: Resume) -> Result<Flow, Error> {
        self.suspend(pc, ptr);
        self.push(target, resume, false)?;
        Ok(Flow::Enter)
    }

    fn suspend(&mut self, pc: usize, ptr: usize) -> &mut Context {
        let context = self.context();
        context.pc = pc;
        context.ptr = ptr;
        context
    }

    /// Remembers which marks are valid; saves them too when a repeat is active or `always`.
    fn save_marks(&mut self, always: bool) -> Result<(), Error> {
        let (lastmark, lastindex) = (self.matcher.lastmark, self.matcher.lastindex);
        let save = always || self.matcher.stack.repeat != UNSET;
        let context = self.context();
        context.lastmark = lastmark;
        context.lastindex = lastindex;
        context.marks_saved = save;
        if save {
            let valid = (lastmark + 1) as usize;
            let Matcher { stack, marks, .. } = &mut *self.matcher;
            stack.marks.try_reserve(valid).map_err(|_| Error::Memory)?;
            stack.marks.extend_from_slice(&marks[..valid]);
        }
        Ok(())
    }

    /// Brings back what [`Self::save_marks`] remembered, and keeps it for another try.
    fn restore_marks(&mut self) {
        let (lastmark, lastindex, saved) = self.saved_marks();
        if saved {
            let valid = (lastmark + 1) as usize;
            let Matcher { stack, marks, .. } = &mut *self.matcher;
            marks[..valid].copy_from_slice(&stack.marks[stack.marks.len() - valid..]);
        }
        self.matcher.lastmark = lastmark;
        self.matcher.lastindex = lastindex;
    }

    fn discard_marks(&mut self) {
        let (lastmark, _, saved) = self.saved_marks();
        if saved {
            let marks = &mut self.matcher.stack.marks;
            marks.truncate(marks.len() - (lastmark + 1) as usize);
        }
    }

    fn saved_marks(&mut self) -> (isize, isize, bool) {
        let context = self.context();
        (context.lastmark, context.lastindex, context.marks_saved)
    }

    fn set_mark(&mut self, mark: usize, ptr: usize) {
        let index = mark as isize;
        let matcher = &mut *self.matcher;
        if mark & 1 == 1 {
            matcher.lastindex = index / 2 + 1;
        }
        if index > matcher.lastmark {
            matcher.marks[(matcher.lastmark + 1) as usize..mark].fill(UNSET);
            matcher.lastmark = index;
        }
        matcher.marks[mark] = ptr;
    }

    /// The span of a group while matching.
    fn group(&self, group: u32) -> Option<(usize, usize)> {
        let mark = 2 * group as usize;
        if mark as isize >= self.matcher.lastmark {
            return None;
        }
        let (start, end) = (self.matcher.marks[mark], self.matcher.marks[mark + 1]);
        (start != UNSET && end != UNSET && start <= end).then_some((start, end))
    }

    /// Whether a match that ends at `ptr` must be refused by the outermost pattern.
    fn refused(&mut self, ptr: usize) -> bool {
        let toplevel = self.context().toplevel;
        let matcher = &*self.matcher;
        toplevel && (matcher.match_all && ptr != matcher.end || matcher.must_advance && ptr == matcher.start)
    }

    fn char(&self, ptr: usize) -> Option<u32> {
        if ptr < self.matcher.end { Some(self.string[ptr].into()) } else { None }
    }

    fn enter(&mut self) -> Result<Flow, Error> {
        let mut pc = self.context().pc;
        let ptr = self.matcher.position;
        if self.code[pc] == op::INFO {
            if self.matcher.end - ptr < self.code[pc + 3] as usize {
                return Ok(Flow::Return(false));
            }
            pc += self.code[pc + 1] as usize + 1;
        }
        self.execute(pc, ptr)
    }

    fn execute(&mut self, mut pc: usize, mut ptr: usize) -> Result<Flow, Error> {
        macro_rules! require {
            ($condition:expr) => {
                if !$condition {
                    return Ok(Flow::Return(false));
                }
            };
        }
        // A one-character instruction with one operand: `$test` of the character and the operand.
        macro_rules! one {
            ($test:expr) => {{
                let test: fn(u32, u32) -> bool = $test;
                require!(self.char(ptr).is_some_and(|c| test(c, self.code[pc + 1])));
                (pc, ptr) = (pc + 2, ptr + 1);
            }};
        }
        macro_rules! set {
            ($fold:expr) => {{
                let fold: fn(u32) -> u32 = $fold;
                require!(self.char(ptr).is_some_and(|c| in_set(&self.code[pc + 2..], fold(c))));
                (pc, ptr) = (pc + 1 + self.code[pc + 1] as usize, ptr + 1);
            }};
        }
        macro_rules! group {
            ($fold:expr) => {{
                let fold: fn(u32) -> u32 = $fold;
                let Some((start, end)) = self.group(self.code[pc + 1]) else {
                    return Ok(Flow::Return(false));
                };
                require!(self.matcher.end - ptr >= end - start);
                require!(
                    (0..end - start).all(|i| {
                        fold(self.string[start + i].into()) == fold(self.string[ptr + i].into())
                    })
                );
                (pc, ptr) = (pc + 2, ptr + (end - start));
            }};
        }
        loop {
            self.tick(1)?;
            match self.code[pc] {
                op::MARK => {
                    self.set_mark(self.code[pc + 1] as usize, ptr);
                    pc += 2;
                }
                op::LITERAL => one!(|c, literal| c == literal),
                op::NOT_LITERAL => one!(|c, literal| c != literal),
                op::SUCCESS => {
                    require!(!self.refused(ptr));
                    self.matcher.position = ptr;
                    return Ok(Flow::Return(true));
                }
                op::FAILURE => return Ok(Flow::Return(false)),
                op::AT => {
                    require!(self.at(ptr, self.code[pc + 1]));
                    pc += 2;
                }
                op::CATEGORY => one!(|c, class| in_class(class, c)),
                op::ANY => {
                    require!(self.char(ptr).is_some_and(|c| c != u32::from(b'\n')));
                    (pc, ptr) = (pc + 1, ptr + 1);
                }
                op::ANY_ALL => {
                    require!(ptr < self.matcher.end);
                    (pc, ptr) = (pc + 1, ptr + 1);
                }
                op::IN => set!(|c| c),
                op::IN_IGNORE => set!(ascii_to_lower),
                op::IN_UNI_IGNORE => set!(unicode_to_lower),
                op::IN_LOC_IGNORE => {
                    let set = &self.code[pc + 2..];
                    require!(self.char(ptr).is_some_and(|c| count::in_set_locale(set, c)));
                    (pc, ptr) = (pc + 1 + self.code[pc + 1] as usize, ptr + 1);
                }
                op::LITERAL_IGNORE => one!(|c, literal| ascii_to_lower(c) == literal),
                op::LITERAL_UNI_IGNORE => one!(|c, literal| unicode_to_lower(c) == literal),
                op::LITERAL_LOC_IGNORE => one!(count::equal_locale),
                op::NOT_LITERAL_IGNORE => one!(|c, literal| ascii_to_lower(c) != literal),
                op::NOT_LITERAL_UNI_IGNORE => one!(|c, literal| unicode_to_lower(c) != literal),
                op::NOT_LITERAL_LOC_IGNORE => one!(|c, literal| !count::equal_locale(c, literal)),
                op::JUMP | op::INFO => pc += 1 + self.code[pc + 1] as usize,
                op::BRANCH => {
                    self.save_marks(false)?;
                    return self.try_arms(pc + 1, ptr);
                }
                op::REPEAT_ONE => return self.repeat_one(pc + 1, ptr),
                op::MIN_REPEAT_ONE => return self.min_repeat_one(pc + 1, ptr),
                op::POSSESSIVE_REPEAT_ONE => {
                    let args = pc + 1;
                    require!(self.code[args + 1] as usize <= self.matcher.end - ptr);
                    self.matcher.position = ptr;
                    let count = self.count(args + 3, self.code[args + 2])?;
                    require!(count >= self.code[args + 1] as usize);
                    (pc, ptr) = (args + self.code[args] as usize, ptr + count);
                }
                op::REPEAT => {
                    let repeat = self.push_repeat(pc + 1)?;
                    self.context().repeat = repeat;
                    self.matcher.position = ptr;
                    let until = pc + 1 + self.code[pc + 1] as usize;
                    return self.call(pc, ptr, until, Resume::Repeat);
                }
                op::MAX_UNTIL => return self.max_until(pc + 1, ptr),
                op::MIN_UNTIL => return self.min_until(pc + 1, ptr),
                op::POSSESSIVE_REPEAT => {
                    let repeat = self.push_repeat(UNSET)?;
                    let context = self.context();
                    context.repeat = repeat;
                    context.count = 0;
                    self.matcher.position = ptr;
                    return self.possessive_minimum(pc + 1, ptr);
                }
                op::ATOMIC_GROUP => {
                    self.matcher.position = ptr;
                    return self.call_inner(pc + 1, ptr, pc + 2, Resume::AtomicGroup);
                }
                op::GROUPREF => group!(|c| c),
                op::GROUPREF_IGNORE => group!(ascii_to_lower),
                op::GROUPREF_UNI_IGNORE => group!(unicode_to_lower),
                op::GROUPREF_LOC_IGNORE => group!(locale_to_lower),
                op::GROUPREF_EXISTS => {
                    pc = match self.group(self.code[pc + 1]) {
                        Some(_) => pc + 3,
                        None => pc + 1 + self.code[pc + 2] as usize,
                    };
                }
                op::ASSERT => {
                    let back = self.code[pc + 2] as usize;
                    require!(ptr >= back);
                    self.matcher.position = ptr - back;
                    return self.call_inner(pc + 1, ptr, pc + 3, Resume::Assert);
                }
                op::ASSERT_NOT => {
                    let back = self.code[pc + 2] as usize;
                    if ptr >= back {
                        self.matcher.position = ptr - back;
                        self.save_marks(false)?;
                        return self.call_inner(pc + 1, ptr, pc + 3, Resume::AssertNot);
                    }
                    pc += 1 + self.code[pc + 1] as usize;
                }
                _ => return Err(Error::Illegal),
            }
        }
    }

    /// The parent of a context that ended goes on.
    fn resume(&mut self, resume: Resume, matched: bool) -> Result<Flow, Error> {
        let context = self.context();
        let (pc, ptr) = (context.pc, context.ptr);
        match resume {
            Resume::Finish => Err(Error::State),
            Resume::Branch | Resume::RepeatOne | Resume::MinRepeatOne if matched => {
                self.discard_marks();
                Ok(Flow::Return(true))
            }
            Resume::Branch => {
                self.restore_marks();
                self.try_arms(pc + self.code[pc] as usize, ptr)
            }
            Resume::RepeatOne => {
                self.restore_marks();
                if self.context().count == self.code[pc + 1] as usize {
                    self.discard_marks();
                    return Ok(Flow::Return(false));
                }
                self.context().count -= 1;
                self.give_back(pc, ptr - 1)
            }
            Resume::MinRepeatOne => self.take_one_more(pc, ptr),
            Resume::Repeat => {
                let repeat = self.context().repeat;
                self.pop_repeat(repeat);
                Ok(Flow::Return(matched))
            }
            Resume::MaxUntilMinimum | Resume::MinUntilMinimum => {
                if !matched {
                    self.step_back(ptr);
                }
                Ok(Flow::Return(matched))
            }
            Resume::MaxUntilItem => {
                self.pop_last_ptr();
                if matched {
                    self.discard_marks();
                    return Ok(Flow::Return(true));
                }
                self.restore_marks();
                self.discard_marks();
                self.step_back(ptr);
                self.max_until_tail(pc, ptr)
            }
            Resume::MaxUntilTail => {
                self.matcher.stack.repeat = self.context().repeat;
                if !matched {
                    self.matcher.position = ptr;
                }
                Ok(Flow::Return(matched))
            }
            Resume::MinUntilTail => self.min_until_item(matched, pc, ptr),
            Resume::MinUntilItem => {
                self.pop_last_ptr();
                if !matched {
                    self.step_back(ptr);
                }
                Ok(Flow::Return(matched))
            }
            Resume::PossessiveMinimum => {
                if matched {
                    self.context().count += 1;
                    return self.possessive_minimum(pc, ptr);
                }
                self.matcher.position = ptr;
                let repeat = self.context().repeat;
                self.pop_repeat(repeat);
                Ok(Flow::Return(false))
            }
            Resume::PossessiveItem => {
                if matched {
                    self.discard_marks();
                    self.context().count += 1;
                    return self.possessive_item(pc, ptr);
                }
                self.restore_marks();
                self.discard_marks();
                self.matcher.position = ptr;
                self.possessive_tail(pc)
            }
            Resume::AtomicGroup => {
                if !matched {
                    self.matcher.position = ptr;
                    return Ok(Flow::Return(false));
                }
                let position = self.matcher.position;
                self.suspend(pc + self.code[pc] as usize, position);
                Ok(Flow::Continue)
            }
            Resume::Assert => {
                if !matched {
                    return Ok(Flow::Return(false));
                }
                self.suspend(pc + self.code[pc] as usize, ptr);
                Ok(Flow::Continue)
            }
            Resume::AssertNot => {
                if matched {
                    self.discard_marks();
                    return Ok(Flow::Return(false));
                }
                self.restore_marks();
                self.discard_marks();
                self.suspend(pc + self.code[pc] as usize, ptr);
                Ok(Flow::Continue)
            }
        }
    }

    /// Tries the arms of a `BRANCH` from the one whose skip is at `pc` on.
    fn try_arms(&mut self, mut pc: usize, ptr: usize) -> Result<Flow, Error> {
        let next = self.char(ptr);
        while self.code[pc] != 0 {
            let hopeless = match self.code[pc + 1] {
                op::LITERAL => next != Some(self.code[pc + 2]),
                op::IN => !next.is_some_and(|c| in_set(&self.code[pc + 3..], c)),
                _ => false,
            };
            if !hopeless {
                self.matcher.position = ptr;
                return self.call(pc, ptr, pc + 1, Resume::Branch);
            }
            self.tick(1)?;
            pc += self.code[pc] as usize;
        }
        self.discard_marks();
        Ok(Flow::Return(false))
    }

    fn repeat_one(&mut self, pc: usize, ptr: usize) -> Result<Flow, Error> {
        let minimum = self.code[pc + 1] as usize;
        if minimum > self.matcher.end - ptr {
            return Ok(Flow::Return(false));
        }
        self.matcher.position = ptr;
        let count = self.count(pc + 3, self.code[pc + 2])?;
        let ptr = ptr + count;
        if count < minimum {
            return Ok(Flow::Return(false));
        }
        let tail = pc + self.code[pc] as usize;
        if self.code[tail] == op::SUCCESS && ptr == self.matcher.end && !self.refused(ptr) {
            self.matcher.position = ptr;
            return Ok(Flow::Return(true));
        }
        self.context().count = count;
        self.save_marks(false)?;
        self.give_back(pc, ptr)
    }

    /// Tries the tail of a `REPEAT_ONE` behind `ptr`, or behind fewer items where a literal that
    /// the tail starts with can match.
    fn give_back(&mut self, pc: usize, mut ptr: usize) -> Result<Flow, Error> {
        let tail = pc + self.code[pc] as usize;
        if self.code[tail] == op::LITERAL {
            let literal = Some(self.code[tail + 1]);
            let first = ptr - (self.context().count - self.code[pc + 1] as usize);
            let mut candidate = ptr;
            while self.char(candidate) != literal {
                if candidate == first {
                    self.discard_marks();
                    return Ok(Flow::Return(false));
                }
                candidate -= 1;
            }
            self.tick((ptr - candidate) as u32)?;
            self.context().count -= ptr - candidate;
            ptr = candidate;
        }
        self.matcher.position = ptr;
        self.call(pc, ptr, tail, Resume::RepeatOne)
    }

    fn min_repeat_one(&mut self, pc: usize, mut ptr: usize) -> Result<Flow, Error> {
        let minimum = self.code[pc + 1] as usize;
        if minimum > self.matcher.end - ptr {
            return Ok(Flow::Return(false));
        }
        self.matcher.position = ptr;
        if minimum > 0 {
            if self.count(pc + 3, self.code[pc + 1])? < minimum {
                return Ok(Flow::Return(false));
            }
            ptr += minimum;
        }
        let tail = pc + self.code[pc] as usize;
        if self.code[tail] == op::SUCCESS && !self.refused(ptr) {
            self.matcher.position = ptr;
            return Ok(Flow::Return(true));
        }
        self.context().count = minimum;
        self.save_marks(false)?;
        self.matcher.position = ptr;
        self.call(pc, ptr, tail, Resume::MinRepeatOne)
    }

    fn take_one_more(&mut self, pc: usize, ptr: usize) -> Result<Flow, Error> {
        self.restore_marks();
        self.matcher.position = ptr;
        let taken = self.count(pc + 3, 1)?;
        let maximum = self.code[pc + 2];
        let context = self.context();
        context.count += 1;
        if taken == 0 || maximum != MAXREPEAT && context.count > maximum as usize {
            self.discard_marks();
            return Ok(Flow::Return(false));
        }
        self.matcher.position = ptr + 1;
        self.call(pc, ptr + 1, pc + self.code[pc] as usize, Resume::MinRepeatOne)
    }

    fn push_repeat(&mut self, pc: usize) -> Result<usize, Error> {
        let stack = &mut self.matcher.stack;
        stack.repeats.try_reserve(1).map_err(|_| Error::Memory)?;
        stack.repeats.push(Repeat { count: -1, pc, last_ptr: UNSET, previous: stack.repeat });
        stack.repeat = stack.repeats.len() - 1;
        Ok(stack.repeat)
    }

    /// Ends a repeat; repeats end in the opposite order to that in which they began.
    fn pop_repeat(&mut self, repeat: usize) {
        let stack = &mut self.matcher.stack;
        stack.repeat = stack.repeats[repeat].previous;
        stack.repeats.truncate(repeat);
    }

    fn active_repeat(&mut self) -> Result<&mut Repeat, Error> {
        let repeat = self.context().repeat;
        self.matcher.stack.repeats.get_mut(repeat).ok_or(Error::State)
    }

    /// Starts `MAX_UNTIL` or `MIN_UNTIL`: the operands of its repeat, and the count so far.
    fn begin_until(&mut self, ptr: usize) -> Result<(usize, usize), Error> {
        let repeat = self.matcher.stack.repeat;
        self.context().repeat = repeat;
        self.matcher.position = ptr;
        let active = self.active_repeat()?;
        let (args, count) = (active.pc, (active.count + 1) as usize);
        if args == UNSET {
            return Err(Error::State);
        }
        self.context().count = count;
        Ok((args, count))
    }

    /// Counts the item that is about to be tried.
    fn count_item(&mut self) -> Result<(), Error> {
        let count = self.context().count as isize;
        self.active_repeat()?.count = count;
        Ok(())
    }

    /// The item that was tried did not match.
    fn step_back(&mut self, ptr: usize) {
        let count = self.context().count as isize;
        if let Ok(repeat) = self.active_repeat() {
            repeat.count = count - 1;
        }
        self.matcher.position = ptr;
    }

    fn push_last_ptr(&mut self, ptr: usize) -> Result<(), Error> {
        let repeat = self.active_repeat()?;
        let last_ptr = std::mem::replace(&mut repeat.last_ptr, ptr);
        self.matcher.stack.marks.try_reserve(1).map_err(|_| Error::Memory)?;
        self.matcher.stack.marks.push(last_ptr);
        Ok(())
    }

    fn pop_last_ptr(&mut self) {
        let last_ptr = self.matcher.stack.marks.pop().unwrap_or(UNSET);
        if let Ok(repeat) = self.active_repeat() {
            repeat.last_ptr = last_ptr;
        }
    }

    fn max_until(&mut self, pc: usize, ptr: usize) -> Result<Flow, Error> {
        let (args, count) = self.begin_until(ptr)?;
        if count < self.code[args + 1] as usize {
            self.count_item()?;
            return self.call(pc, ptr, args + 3, Resume::MaxUntilMinimum);
        }
        let maximum = self.code[args + 2];
        let more = count < maximum as usize || maximum == MAXREPEAT;
        if more && self.active_repeat()?.last_ptr != ptr {
            self.count_item()?;
            self.save_marks(true)?;
            self.push_last_ptr(ptr)?;
            return self.call(pc, ptr, args + 3, Resume::MaxUntilItem);
        }
        self.max_until_tail(pc, ptr)
    }

    fn max_until_tail(&mut self, pc: usize, ptr: usize) -> Result<Flow, Error> {
        self.matcher.stack.repeat = self.active_repeat()?.previous;
        self.call(pc, ptr, pc, Resume::MaxUntilTail)
    }

    fn min_until(&mut self, pc: usize, ptr: usize) -> Result<Flow, Error> {
        let (args, count) = self.begin_until(ptr)?;
        if count < self.code[args + 1] as usize {
            self.count_item()?;
            return self.call(pc, ptr, args + 3, Resume::MinUntilMinimum);
        }
        self.matcher.stack.repeat = self.active_repeat()?.previous;
        self.save_marks(false)?;
        self.call(pc, ptr, pc, Resume::MinUntilTail)
    }

    fn min_until_item(&mut self, matched: bool, pc: usize, ptr: usize) -> Result<Flow, Error> {
        self.matcher.stack.repeat = self.context().repeat;
        if matched {
            self.discard_marks();
            return Ok(Flow::Return(true));
        }
        self.restore_marks();
        self.discard_marks();
        self.matcher.position = ptr;
        let count = self.context().count;
        let repeat = self.active_repeat()?;
        let (args, last_ptr) = (repeat.pc, repeat.last_ptr);
        let maximum = self.code[args + 2];
        if count >= maximum as usize && maximum != MAXREPEAT || last_ptr == ptr {
            return Ok(Flow::Return(false));
        }
        self.count_item()?;
        self.push_last_ptr(ptr)?;
        self.call(pc, ptr, args + 3, Resume::MinUntilItem)
    }

    fn possessive_minimum(&mut self, pc: usize, ptr: usize) -> Result<Flow, Error> {
        if self.context().count < self.code[pc + 1] as usize {
            return self.call_inner(pc, ptr, pc + 3, Resume::PossessiveMinimum);
        }
        self.possessive_item(pc, UNSET)
    }

    /// Tries one more item, unless the last one, which started at `before`, was empty.
    fn possessive_item(&mut self, pc: usize, before: usize) -> Result<Flow, Error> {
        let maximum = self.code[pc + 2];
        let position = self.matcher.position;
        let more = self.context().count < maximum as usize || maximum == MAXREPEAT;
        if more && position != before {
            self.save_marks(true)?;
            return self.call_inner(pc, position, pc + 3, Resume::PossessiveItem);
        }
        self.possessive_tail(pc)
    }

    fn possessive_tail(&mut self, pc: usize) -> Result<Flow, Error> {
        let repeat = self.context().repeat;
        self.pop_repeat(repeat);
        let position = self.matcher.position;
        self.suspend(pc + self.code[pc] as usize + 1, position);
        Ok(Flow::Continue)
    }

    fn at(&self, ptr: usize, position: u32) -> bool {
        let Matcher { end, .. } = *self.matcher;
        let newline = u32::from(b'\n');
        let previous = || ptr.checked_sub(1).map(|before| self.string[before].into());
        let boundary = |class: u32| {
            let is_word = |c: Option<u32>| c.is_some_and(|c| in_class(class, c));
            is_word(previous()) != is_word(self.char(ptr))
        };
        use crate::opcode::class::{LOC_WORD, UNI_WORD, WORD};
        match position {
            at::BEGINNING | at::BEGINNING_STRING => ptr == 0,
            at::BEGINNING_LINE => previous().is_none_or(|c| c == newline),
            at::END => ptr == end || ptr + 1 == end && self.char(ptr) == Some(newline),
            at::END_LINE => self.char(ptr).is_none_or(|c| c == newline),
            at::END_STRING => ptr == end,
            at::BOUNDARY => boundary(WORD),
            at::NON_BOUNDARY => !boundary(WORD),
            at::LOC_BOUNDARY => boundary(LOC_WORD),
            at::LOC_NON_BOUNDARY => !boundary(LOC_WORD),
            at::UNI_BOUNDARY => boundary(UNI_WORD),
            at::UNI_NON_BOUNDARY => !boundary(UNI_WORD),
            _ => false,
        }
    }
}
