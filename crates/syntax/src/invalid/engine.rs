//! The machine that walks the grammar table over the token array.
//!
//! A packrat parser with its own stack: nesting costs memory, never native stack. It remembers
//! exactly what CPython remembers, because that can be seen: a match found while the alternatives
//! for mistakes were off hides them from a later visit of the same place.
//!
//! Invariants: `frames.len()` is CPython's `p->level`; `fill` is CPython's `p->fill`, the number of
//! tokens fetched so far. Answers for the code that CPython's parser generator emits and for
//! `Parser/pegen.c`.

use super::node::{Nodes, Value};
use super::table::{Alternative, Grammar, How, Item, Rule, RuleId, RuleKind, Symbol};
use super::{ErrorPassInput, Failure};
use crate::token::{Token, TokenKind};
use std::borrow::Cow;
use taipan_asdl::diagnostic::{Error, ErrorKind, WarningSink};

/// How deep rules may call each other (`MAXSTACK`).
const MAX_LEVEL: usize = 6000;

/// Nodes held after which what lies before the current top-level statement is forgotten.
const FORGET_AFTER: usize = 1 << 16;

/// An error was recorded in [`Machine::error`].
#[derive(Debug)]
pub(super) struct Raised;

pub(super) type Step<T> = Result<T, Raised>;

/// A remembered result of a rule at a token.
struct Memo {
    rule: RuleId,
    value: Value,
    /// Where the match ends.
    mark: u32,
    next: u32,
}

/// Which alternatives of a rule are tried.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Whole,
    /// Those of a left-recursive rule that do not begin with the rule: the others need a match.
    Seed,
    /// Those that do: the others would match no more than before.
    Growth,
}

/// A rule being matched.
struct Frame {
    rule: RuleId,
    /// The alternative, in the grammar's numbering.
    alternative: u16,
    /// The item, in the grammar's numbering.
    item: u16,
    stage: Stage,
    /// Whether a cut was passed.
    committed: bool,
    /// Whether alternatives for mistakes were on outside this rule.
    error_pass_outside: bool,
    /// The token at which the match begins.
    start: u32,
    /// The token at which the item begins.
    item_start: u32,
    /// Where the values of the alternative begin in [`Machine::values`].
    values: u32,
    /// Where the turns of a loop begin in [`Machine::turns`].
    turns: u32,
    /// The best match of a growing rule, and its end.
    grown: Value,
    grown_mark: u32,
}

/// The state of the two passes.
pub(super) struct Machine<'a> {
    pub input: &'a ErrorPassInput<'a>,
    pub sink: &'a mut dyn WarningSink,
    /// The tokens; CPython's tokenizer reads `<>` as one only once the parser told it to.
    tokens: Cow<'a, [Token]>,
    /// How many tokens there are more than the tokenizer made.
    added: i32,
    grammar: &'static Grammar,
    pub mark: u32,
    pub fill: u32,
    /// Whether alternatives for mistakes are tried.
    pub error_pass: bool,
    /// `from __future__ import barry_as_FLUFL` was seen or asked for.
    pub barry_as_flufl: bool,
    /// The token that an error of an unknown place belongs to (`p->known_err_token`).
    pub known_error_token: Option<u32>,
    /// Whether a warning of the tokenizer became an error.
    pub tokenizer_failed: bool,
    /// The error that ended the pass.
    pub error: Option<Failure>,
    pub nodes: Nodes,
    /// How many of the tokenizer's warnings were passed on.
    pub lexer_warnings: usize,
    frames: Vec<Frame>,
    pub values: Vec<Value>,
    turns: Vec<Value>,
    /// The first memo of each token, 0 for none.
    memo_heads: Vec<u32>,
    memos: Vec<Memo>,
}

/// What a rule or an item came to.
enum Progress {
    /// A frame was entered: its result will come.
    Entered,
    Done(Value),
}

impl<'a> Machine<'a> {
    pub fn new(input: &'a ErrorPassInput<'a>, sink: &'a mut dyn WarningSink) -> Machine<'a> {
        Machine {
            input,
            sink,
            tokens: Cow::Borrowed(&input.tokens.tokens),
            added: 0,
            grammar: Grammar::get(),
            mark: 0,
            fill: 0,
            error_pass: false,
            barry_as_flufl: input.barry_as_flufl,
            known_error_token: None,
            tokenizer_failed: false,
            error: None,
            nodes: Nodes::new(),
            lexer_warnings: 0,
            frames: Vec::new(),
            values: Vec::new(),
            turns: Vec::new(),
            memo_heads: vec![0; input.tokens.tokens.len()],
            memos: Vec::new(),
        }
    }

    pub fn token(&self, index: u32) -> Token {
        self.tokens[index as usize]
    }

    /// How many of the tokenizer's own tokens were fetched.
    pub fn fetched(&self) -> u32 {
        self.fill.saturating_add_signed(-self.added)
    }

    /// Forgets everything but how far tokens were fetched, and turns the error pass on.
    pub fn begin_second_pass(&mut self) {
        self.forget(0);
        self.mark = 0;
        self.error_pass = true;
    }

    fn forget(&mut self, from: u32) {
        let end = (self.fill as usize).min(self.memo_heads.len());
        self.memo_heads[from as usize..end].fill(0);
        self.memos.clear();
        self.nodes.clear();
    }

    /// Matches the start rule of the source's mode; false if it does not match.
    pub fn run(&mut self) -> Step<bool> {
        self.frames.clear();
        self.values.clear();
        self.turns.clear();
        let start = self.grammar.start(self.input.mode);
        let mut progress = self.enter(start)?;
        loop {
            progress = match progress {
                Progress::Entered => self.advance()?,
                Progress::Done(value) if self.frames.is_empty() => return Ok(value != Value::NOTHING),
                Progress::Done(value) => self.receive(value),
            };
        }
    }

    /// The kind of the next token, fetching it if need be.
    #[inline]
    pub fn peek(&mut self) -> Step<TokenKind> {
        if self.mark == self.fill {
            self.fetch()?;
        }
        Ok(self.token(self.mark).kind)
    }

    fn fetch(&mut self) -> Step<()> {
        if self.fill as usize == self.tokens.len() {
            // Behind the end marker there is another one, for ever.
            self.mark = self.fill - 1;
            return Ok(());
        }
        let index = self.fill;
        self.fill += 1;
        self.report_lexer_warnings(index.saturating_add_signed(-self.added))?;
        match self.token(index).kind {
            TokenKind::Error => {
                self.raise_lexical_error();
                Err(Raised)
            }
            TokenKind::NotEqual if !self.barry_as_flufl && self.token_text(index) == b"<>" => {
                self.split_old_not_equal(index);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Reads the `<>` at `index`, and the operators glued to it, once more with `<` alone. The first
    /// pass ends at such a place, so this does not happen often.
    fn split_old_not_equal(&mut self, index: u32) {
        let at = self.token(index);
        let source = self.input.source;
        let mut spliced = Vec::new();
        let mut replaced = index as usize + 1;
        let mut pos = at.start;
        loop {
            let length = if pos == at.start { 1 } else { operator_length(&source[pos as usize..]) };
            let text = std::str::from_utf8(&source[pos as usize..(pos + length) as usize]).unwrap_or("");
            let mut token = at;
            token.kind = TokenKind::from_text(text).unwrap_or(TokenKind::Op);
            token.start = pos;
            token.end = pos + length;
            token.location.col_offset += (pos - at.start) as i32;
            token.location.end_col_offset = token.location.col_offset + length as i32;
            spliced.push(token);
            pos = token.end;
            while self.tokens.get(replaced).is_some_and(|next| next.start < pos) {
                replaced += 1;
            }
            let end = self.token(replaced as u32 - 1).end;
            if pos >= end {
                break;
            }
        }
        let old_length = self.tokens.len();
        self.tokens.to_mut().splice(index as usize..replaced, spliced);
        self.memo_heads.resize(self.tokens.len(), 0);
        self.added += self.tokens.len() as i32 - old_length as i32;
    }

    /// Begins to match `rule`.
    fn enter(&mut self, rule: RuleId) -> Step<Progress> {
        if self.frames.len() == MAX_LEVEL {
            let message = "Parser stack overflowed - Python source too complex to parse";
            return self.fail(Error::new(ErrorKind::MemoryError, message));
        }
        let definition = self.grammar.rule(rule);
        let kind = self.peek()?;
        if !definition.first.has(kind) {
            return Ok(Progress::Done(Value::NOTHING));
        }
        if definition.memo
            && let Some(memo) = self.remembered(rule)
        {
            let (value, mark) = (memo.value, memo.mark);
            self.mark = mark;
            return Ok(Progress::Done(value));
        }
        let mut frame = Frame {
            rule,
            alternative: definition.alternatives.start,
            item: 0,
            stage: Stage::Whole,
            committed: false,
            error_pass_outside: self.error_pass,
            start: self.mark,
            item_start: self.mark,
            values: self.values.len() as u32,
            turns: self.turns.len() as u32,
            grown: Value::NOTHING,
            grown_mark: self.mark,
        };
        if let RuleKind::LeftRecursive(_) = definition.kind {
            // A seed that does not match, to grow from.
            self.remember(rule, frame.start, Value::NOTHING);
        } else {
            frame.item = self.grammar.alternatives[frame.alternative as usize].items.start;
        }
        if definition.without_invalid {
            self.error_pass = false;
        }
        self.frames.push(frame);
        Ok(Progress::Entered)
    }

    fn remembered(&self, rule: RuleId) -> Option<&Memo> {
        let mut at = self.memo_heads[self.mark as usize];
        while at != 0 {
            let memo = &self.memos[at as usize - 1];
            if memo.rule == rule {
                return Some(memo);
            }
            at = memo.next;
        }
        None
    }

    /// Remembers that `rule` at `start` gave `value` and ends at the current mark. It does not know
    /// of the rule yet.
    fn remember(&mut self, rule: RuleId, start: u32, value: Value) {
        let head = &mut self.memo_heads[start as usize];
        self.memos.push(Memo { rule, value, mark: self.mark, next: *head });
        *head = self.memos.len() as u32;
    }

    /// Remembers a longer match of a left-recursive rule.
    fn remember_longer(&mut self, rule: RuleId, start: u32, value: Value) {
        let mut at = self.memo_heads[start as usize];
        while at != 0 {
            let memo = &mut self.memos[at as usize - 1];
            if memo.rule == rule {
                memo.value = value;
                memo.mark = self.mark;
                return;
            }
            at = memo.next;
        }
    }

    /// Matches items of the innermost rule until it is done or another rule is entered.
    fn advance(&mut self) -> Step<Progress> {
        let frame = self.frames.last_mut().expect("a rule is being matched");
        let definition = self.grammar.rule(frame.rule);
        if let RuleKind::LeftRecursive(raw) = definition.kind {
            return self.grow(definition, raw);
        }
        loop {
            let frame = self.frames.last_mut().expect("a rule is being matched");
            let (mut current, item) = (frame.alternative, frame.item);
            if current == definition.alternatives.end {
                return Ok(Progress::Done(self.leave(Value::NOTHING)));
            }
            if item == self.grammar.alternatives[current as usize].items.start {
                match self.choose_alternative(definition)? {
                    Some(chosen) => current = chosen,
                    None => return Ok(Progress::Done(self.end_choice(definition.kind))),
                }
            }
            let alternative = &self.grammar.alternatives[current as usize];
            let frame = self.frames.last_mut().expect("a rule is being matched");
            if frame.item == alternative.items.end {
                if let Some(done) = self.complete(alternative, definition.kind)? {
                    return Ok(Progress::Done(done));
                }
                continue;
            }
            let item = self.grammar.items[frame.item as usize];
            frame.item_start = self.mark;
            let value = match item.symbol {
                Symbol::Rule(rule) => match self.enter(rule)? {
                    Progress::Entered => return Ok(Progress::Entered),
                    Progress::Done(value) => value,
                },
                Symbol::Cut => {
                    frame.committed = true;
                    frame.item += 1;
                    continue;
                }
                symbol => self.match_token(symbol, item.how)?,
            };
            if let Some(done) = self.take(item, value) {
                return Ok(Progress::Done(done));
            }
        }
    }

    /// Tries to make the match of a left-recursive rule longer.
    fn grow(&mut self, definition: &'static Rule, raw: RuleId) -> Step<Progress> {
        let frame = self.frames.last().expect("a rule is being matched");
        let (start, end, grown) = (frame.start, frame.grown_mark, frame.grown);
        let mut stage = Stage::Seed;
        self.mark = end;
        if grown != Value::NOTHING {
            stage = Stage::Growth;
            let kind = self.peek()?;
            if !definition.growth.has(kind) {
                self.mark = end;
                self.frames.pop();
                return Ok(Progress::Done(grown));
            }
        }
        self.mark = start;
        let progress = self.enter(raw)?;
        self.frames.last_mut().expect("just entered").stage = stage;
        Ok(progress)
    }

    /// Goes to the first alternative, from the current one on, that can begin with the next token.
    fn choose_alternative(&mut self, definition: &'static Rule) -> Step<Option<u16>> {
        let kind = self.peek()?;
        let error_pass = self.error_pass;
        let frame = self.frames.last_mut().expect("a rule is being matched");
        let stage = frame.stage;
        let found = (frame.alternative..definition.alternatives.end).find(|index| {
            let alternative = &self.grammar.alternatives[*index as usize];
            let is_tried = match stage {
                Stage::Whole => error_pass || !alternative.error_pass_only,
                Stage::Seed => !alternative.needs_seed && (error_pass || !alternative.error_pass_only),
                Stage::Growth => alternative.grows,
            };
            is_tried && alternative.first.has(kind)
        });
        if let Some(index) = found {
            frame.alternative = index;
            frame.item = self.grammar.alternatives[index as usize].items.start;
        }
        Ok(found)
    }

    /// Ends the innermost rule, none of whose alternatives can go on.
    fn end_choice(&mut self, kind: RuleKind) -> Value {
        if let RuleKind::Repeat(at_least_once) = kind {
            return self.end_loop(at_least_once);
        }
        let frame = self.frames.last().expect("a rule is being matched");
        self.mark = frame.start;
        self.leave(Value::NOTHING)
    }

    /// Matches a single token.
    #[inline]
    fn match_token(&mut self, symbol: Symbol, how: How) -> Step<Value> {
        let kind = self.peek()?;
        let index = self.mark;
        let matches = match symbol {
            Symbol::Token(wanted) => kind == wanted,
            Symbol::SoftKeyword(word) => kind == TokenKind::Name && self.token_text(index) == word.as_bytes(),
            Symbol::AnySoftKeyword => {
                kind == TokenKind::Name
                    && matches!(self.token_text(index), b"_" | b"case" | b"match" | b"type")
            }
            Symbol::Rule(_) | Symbol::Cut => unreachable!("these are no tokens"),
        };
        if !matches {
            if how == How::Forced
                && let Symbol::Token(wanted) = symbol
            {
                return self.raise_expected(index, wanted.text());
            }
            return Ok(Value::NOTHING);
        }
        match kind {
            TokenKind::Number => self.check_number(index)?,
            TokenKind::Name => self.check_name(index)?,
            _ => {}
        }
        self.mark += 1;
        Ok(Value::token(index))
    }

    pub fn token_text(&self, index: u32) -> &'a [u8] {
        let token = self.token(index);
        &self.input.source[token.start as usize..token.end as usize]
    }

    /// The innermost rule's current item gave `value`. A value if that ends the rule.
    fn take(&mut self, item: Item, value: Value) -> Option<Value> {
        let frame = self.frames.last_mut().expect("a rule is being matched");
        let matched = value != Value::NOTHING;
        let goes_on = match item.how {
            How::Required | How::Forced => {
                self.values.push(value);
                matched
            }
            How::Optional => {
                self.values.push(value);
                true
            }
            How::Ahead | How::NotAhead => {
                self.mark = frame.item_start;
                matched == (item.how == How::Ahead)
            }
        };
        if goes_on {
            frame.item += 1;
            return None;
        }
        if let RuleKind::Repeat(at_least_once) = self.grammar.rule(frame.rule).kind {
            return Some(self.end_loop(at_least_once));
        }
        if frame.committed {
            self.mark = frame.start;
            return Some(self.leave(Value::NOTHING));
        }
        self.next_alternative();
        None
    }

    /// Goes back to where the rule began, to try its next alternative.
    fn next_alternative(&mut self) {
        let frame = self.frames.last_mut().expect("a rule is being matched");
        self.mark = frame.start;
        self.values.truncate(frame.values as usize);
        frame.alternative += 1;
        if let Some(next) = self.grammar.alternatives.get(frame.alternative as usize) {
            frame.item = next.items.start;
        }
    }

    /// All items of the alternative matched. A value if that ends the rule.
    fn complete(&mut self, alternative: &'static Alternative, kind: RuleKind) -> Step<Option<Value>> {
        let frame = self.frames.last().expect("a rule is being matched");
        let (start, values) = (frame.start, frame.values as usize);
        let value = self.act(&alternative.action, start, values)?;
        if let RuleKind::Repeat(_) = kind {
            self.turns.push(value);
            self.values.truncate(values);
            let mark = self.mark;
            let frame = self.frames.last_mut().expect("a rule is being matched");
            frame.start = mark;
            frame.item = alternative.items.start;
            let top_level = self.frames.last().is_some_and(|f| f.rule == self.grammar.top_level);
            if top_level && self.frames.len() == 3 && self.nodes.len() > FORGET_AFTER {
                self.forget(mark);
            }
            return Ok(None);
        }
        Ok(Some(self.leave(value)))
    }

    fn end_loop(&mut self, at_least_once: bool) -> Value {
        let frame = self.frames.last().expect("a loop is being matched");
        self.mark = frame.start;
        let turns = frame.turns as usize;
        if at_least_once && self.turns.len() == turns {
            return self.leave(Value::NOTHING);
        }
        let list = self.nodes.list(&self.turns[turns..]);
        self.turns.truncate(turns);
        self.leave(list)
    }

    /// Ends the innermost rule with `value`.
    fn leave(&mut self, value: Value) -> Value {
        let frame = self.frames.pop().expect("a rule is being matched");
        self.values.truncate(frame.values as usize);
        let definition = self.grammar.rule(frame.rule);
        if definition.without_invalid {
            self.error_pass = frame.error_pass_outside;
        }
        if definition.memo {
            self.remember(frame.rule, frame.start, value);
        }
        value
    }

    /// The rule that the innermost one entered came to `value`.
    fn receive(&mut self, value: Value) -> Progress {
        let frame = self.frames.last_mut().expect("a rule is being matched");
        let RuleKind::LeftRecursive(_) = self.grammar.rule(frame.rule).kind else {
            let item = self.grammar.items[frame.item as usize];
            return self.take(item, value).map_or(Progress::Entered, Progress::Done);
        };
        if value != Value::NOTHING && self.mark > frame.grown_mark {
            frame.grown = value;
            frame.grown_mark = self.mark;
            let (rule, start) = (frame.rule, frame.start);
            self.remember_longer(rule, start, value);
            return Progress::Entered;
        }
        // What is remembered already is the best match.
        self.mark = frame.grown_mark;
        let grown = frame.grown;
        self.frames.pop();
        Progress::Done(grown)
    }
}

/// The length of the operator of comparison or assignment that `text` begins with.
fn operator_length(text: &[u8]) -> u32 {
    match text {
        [b'>', b'>', b'=', ..] => 3,
        [b'>', b'>' | b'=', ..] | [b'=', b'=', ..] => 2,
        _ => 1,
    }
}
