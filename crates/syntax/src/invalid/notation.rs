//! The notation of the grammar files, and its translation into the [table](super::table).
//!
//! ```text
//! rule @memo:                    what it matched at a token is remembered (exactly CPython's set)
//! rule @left:                    left-recursive
//!     | 'if' a=condition ':'     keywords and operators in single quotes, soft keywords in double
//!     | a? a* a+ ','.a+          optional, repeated, separated
//!     | &a !a &&':' ~            looking ahead, forced, cut
//!     | (a | b => action)        a group, which is a rule of its own unless it is a single item
//!     | a => action              what the alternative yields; without: its only value
//! ```
//! Actions: a value (`a`), a node (`Tuple(a :: b)`, `List(a)`, `Yield`), a list (`[a]`, `a :: b`,
//! `a ++ b`), an error (`error "words"` at the last token, `error at a "…"`, `error at a..b "…"`,
//! `error at a.. "…"` up to the tokenizer's place, `error at next "…"`, `indentation_error "…"`) or a
//! call of a [`Function`]. Before any of them `since 12 "Feature is": `. In the words `{kind a}`,
//! `{text a}` and `{line a}` stand for what was matched.

use super::first::First;
use super::table::*;
use crate::token::TokenKind;
use std::collections::HashMap;
use taipan_asdl::diagnostic::ErrorKind;

/// Where and why a grammar file is wrong.
pub(super) type Complaint = String;

/// Compiles the grammar files.
pub(super) fn compile(files: &[&'static str]) -> Result<Grammar, Complaint> {
    let mut compiler = Compiler::default();
    for file in files {
        compiler.declare(file)?;
    }
    for file in files {
        let mut lines = file.lines().peekable();
        while let Some(line) = lines.next() {
            let Some(header) = header(line) else { continue };
            let mut alternatives = Vec::new();
            while let Some(text) = lines.peek().and_then(|line| line.trim_start().strip_prefix("| ")) {
                lines.next();
                let mut cursor = Cursor { rest: text, line: text };
                alternatives.push(compiler.alternative(&mut cursor)?);
                cursor.end()?;
            }
            compiler.define(header, alternatives)?;
        }
    }
    compiler.finish()
}

struct Header<'t> {
    name: &'t str,
    memo: bool,
    left: bool,
}

/// The head of a rule, if the line is one.
fn header(line: &str) -> Option<Header<'_>> {
    if line.starts_with([' ', '#']) {
        return None;
    }
    let mut words = line.strip_suffix(':')?.split(' ');
    let name = words.next()?;
    let (mut memo, mut left) = (false, false);
    for word in words {
        memo |= word == "@memo";
        left |= word == "@left";
    }
    Some(Header { name, memo, left })
}

/// An alternative before its items have their place in the table.
struct Draft {
    items: Vec<Item>,
    action: Action,
    error_pass_only: bool,
}

#[derive(Default)]
struct Compiler {
    names: HashMap<&'static str, RuleId>,
    rules: Vec<Option<Rule>>,
    alternatives: Vec<Alternative>,
    items: Vec<Item>,
}

impl Compiler {
    fn declare(&mut self, file: &'static str) -> Result<(), Complaint> {
        for line in file.lines() {
            if let Some(header) = header(line) {
                let id = self.reserve();
                if self.names.insert(header.name, id).is_some() {
                    return Err(format!("two rules {}", header.name));
                }
            }
        }
        Ok(())
    }

    fn reserve(&mut self) -> RuleId {
        self.rules.push(None);
        RuleId(self.rules.len() as u16 - 1)
    }

    fn rule_named(&self, name: &str) -> Result<RuleId, Complaint> {
        self.names.get(name).copied().ok_or_else(|| format!("no rule {name}"))
    }

    fn define(&mut self, header: Header<'_>, drafts: Vec<Draft>) -> Result<(), Complaint> {
        let id = self.rule_named(header.name)?;
        let choice = Rule {
            kind: RuleKind::Choice,
            alternatives: self.place(drafts),
            memo: header.memo,
            without_invalid: header.name.ends_with("without_invalid"),
            first: First::default(),
            growth: First::default(),
        };
        if header.left {
            let raw = self.reserve();
            self.rules[raw.0 as usize] = Some(choice);
            let growing = Rule {
                kind: RuleKind::LeftRecursive(raw),
                alternatives: 0..0,
                memo: true,
                without_invalid: false,
                first: First::default(),
                growth: First::default(),
            };
            self.rules[id.0 as usize] = Some(growing);
        } else {
            self.rules[id.0 as usize] = Some(choice);
        }
        Ok(())
    }

    /// Puts alternatives into the table, side by side.
    fn place(&mut self, drafts: Vec<Draft>) -> std::ops::Range<u16> {
        let first = self.alternatives.len() as u16;
        for draft in drafts {
            let start = self.items.len() as u16;
            self.items.extend(draft.items);
            self.alternatives.push(Alternative {
                items: start..self.items.len() as u16,
                action: draft.action,
                error_pass_only: draft.error_pass_only,
                grows: false,
                needs_seed: false,
                first: First::default(),
            });
        }
        first..self.alternatives.len() as u16
    }

    /// A rule without name.
    fn helper(&mut self, kind: RuleKind, drafts: Vec<Draft>) -> RuleId {
        let id = self.reserve();
        let alternatives = self.place(drafts);
        self.rules[id.0 as usize] = Some(Rule {
            kind,
            alternatives,
            memo: false,
            without_invalid: false,
            first: First::default(),
            growth: First::default(),
        });
        id
    }

    fn finish(self) -> Result<Grammar, Complaint> {
        let start = |name| self.rule_named(name);
        let starts = [start("file")?, start("interactive")?, start("eval")?, start("func_type")?];
        let statements = self.rule_named("statements")?;
        let rules: Vec<Rule> = self.rules.into_iter().collect::<Option<_>>().ok_or("a rule without body")?;
        let first = &self.alternatives[rules[statements.0 as usize].alternatives.start as usize];
        let Symbol::Rule(top_level) = self.items[first.items.start as usize].symbol else {
            return Err("statements is no loop".to_owned());
        };
        Ok(Grammar::new(rules, self.alternatives, self.items, starts, top_level))
    }

    /// Reads one alternative with its action.
    fn alternative(&mut self, cursor: &mut Cursor) -> Result<Draft, Complaint> {
        let mut items = Vec::new();
        // The names of the values, in the order of their slots.
        let mut names: Vec<&'static str> = Vec::new();
        let mut error_pass_only = false;
        while !cursor.at_any(&["|", ")", "=>"]) && !cursor.rest.is_empty() {
            let name = cursor.binding();
            let text = cursor.rest;
            let item = self.item(cursor)?;
            let has_value =
                !matches!(item.how, How::Ahead | How::NotAhead) && !matches!(item.symbol, Symbol::Cut);
            if has_value {
                names.push(name.unwrap_or(""));
            }
            error_pass_only = items.is_empty() && text.starts_with("invalid_");
            items.push(item);
        }
        error_pass_only &= items.len() == 1;
        let action = if cursor.take("=>") {
            Actions { names: &names }.action(cursor)?
        } else {
            default_action(&names)
        };
        Ok(Draft { items, action, error_pass_only })
    }

    /// Reads one item.
    fn item(&mut self, cursor: &mut Cursor) -> Result<Item, Complaint> {
        let how = if cursor.take("&&") {
            How::Forced
        } else if cursor.take("&") {
            How::Ahead
        } else if cursor.take("!") {
            How::NotAhead
        } else {
            How::Required
        };
        if how == How::Required && cursor.take("~") {
            return Ok(Item { symbol: Symbol::Cut, how });
        }
        let symbol = self.symbol(cursor)?;
        // Suffixes touch what they belong to.
        if cursor.glued(".") {
            let element = self.symbol(cursor)?;
            if !cursor.glued("+") {
                return Err(cursor.complain("+ after a separated item"));
            }
            return Ok(Item { symbol: Symbol::Rule(self.separated(symbol, element)), how });
        }
        for (sign, at_least_once) in [("*", false), ("+", true)] {
            if cursor.glued(sign) {
                let draft = plain(vec![Item { symbol, how: How::Required }]);
                let id = self.helper(RuleKind::Repeat(at_least_once), vec![draft]);
                return Ok(Item { symbol: Symbol::Rule(id), how });
            }
        }
        if cursor.glued("?") {
            return Ok(Item { symbol, how: How::Optional });
        }
        cursor.skip_spaces();
        Ok(Item { symbol, how })
    }

    fn separated(&mut self, separator: Symbol, element: Symbol) -> RuleId {
        let required = |symbol| Item { symbol, how: How::Required };
        let rest = Draft {
            items: vec![required(separator), required(element)],
            action: Action { since: None, result: ActionResult::Value(1) },
            error_pass_only: false,
        };
        let rest = self.helper(RuleKind::Repeat(false), vec![rest]);
        let all = Draft {
            items: vec![required(element), required(Symbol::Rule(rest))],
            action: Action { since: None, result: ActionResult::List(List::Front(0, 1)) },
            error_pass_only: false,
        };
        self.helper(RuleKind::Choice, vec![all])
    }

    /// Reads a token, a rule's name or a group, without what is glued to it.
    fn symbol(&mut self, cursor: &mut Cursor) -> Result<Symbol, Complaint> {
        if cursor.take("(") {
            let mut drafts = vec![self.alternative(cursor)?];
            while cursor.take("|") {
                drafts.push(self.alternative(cursor)?);
            }
            if !cursor.glued(")") {
                return Err(cursor.complain(")"));
            }
            if let [Draft { items, action: Action { since: None, result: ActionResult::Value(0) }, .. }] =
                &drafts[..]
                && let [Item { symbol, how: How::Required }] = items[..]
            {
                return Ok(symbol);
            }
            return Ok(Symbol::Rule(self.helper(RuleKind::Choice, drafts)));
        }
        for quote in ['\'', '"'] {
            if let Some(rest) = cursor.rest.strip_prefix(quote) {
                let end = rest.find(quote).ok_or_else(|| cursor.complain("a quote"))?;
                cursor.rest = &rest[end + 1..];
                let word = &rest[..end];
                return if quote == '"' {
                    Ok(Symbol::SoftKeyword(word))
                } else {
                    Ok(Symbol::Token(TokenKind::from_text(word).ok_or_else(|| format!("no token {word}"))?))
                };
            }
        }
        let word = cursor.word();
        if word == "SOFT_KEYWORD" {
            return Ok(Symbol::AnySoftKeyword);
        }
        if word.starts_with(|c: char| c.is_ascii_uppercase()) {
            return Ok(Symbol::Token(TokenKind::from_name(word).ok_or_else(|| format!("no token {word}"))?));
        }
        Ok(Symbol::Rule(self.rule_named(word)?))
    }
}

fn plain(items: Vec<Item>) -> Draft {
    Draft { items, action: Action { since: None, result: ActionResult::Value(0) }, error_pass_only: false }
}

fn default_action(names: &[&str]) -> Action {
    let result = if names.len() == 1 { ActionResult::Value(0) } else { ActionResult::Dummy };
    Action { since: None, result }
}

/// Reads actions, knowing the names of an alternative's values.
struct Actions<'n> {
    names: &'n [&'static str],
}

impl Actions<'_> {
    fn slot(&self, name: &str) -> Result<Slot, Complaint> {
        let found = self.names.iter().position(|n| *n == name);
        found.map(|slot| slot as Slot).ok_or_else(|| format!("no value {name}"))
    }

    fn action(&self, cursor: &mut Cursor) -> Result<Action, Complaint> {
        let mut since = None;
        if cursor.take("since ") {
            let version = cursor.word().parse().map_err(|_| cursor.complain("a version"))?;
            let feature = cursor.quoted()?;
            if !cursor.take(":") {
                return Err(cursor.complain(":"));
            }
            since = Some((version, feature));
        }
        Ok(Action { since, result: self.result(cursor)? })
    }

    fn result(&self, cursor: &mut Cursor) -> Result<ActionResult, Complaint> {
        if cursor.take("error ") {
            return self.raise(ErrorKind::SyntaxError, cursor);
        }
        if cursor.take("indentation_error ") {
            return self.raise(ErrorKind::IndentationError, cursor);
        }
        let start = cursor.rest;
        let word = cursor.word();
        let has_arguments = cursor.glued("(");
        if let Some(kind) = NodeKind::from_name(word) {
            let (mut first, mut second) = (List::None, List::None);
            if has_arguments {
                first = self.list(cursor)?;
                if cursor.take(",") {
                    second = self.list(cursor)?;
                }
                cursor.expect(")")?;
            }
            return Ok(ActionResult::Node(kind, first, second));
        }
        if let Some(function) = Function::from_name(word) {
            let mut arguments = [0; 3];
            if has_arguments {
                let mut count = 0;
                while !cursor.take(")") {
                    arguments[count] = self.slot(cursor.word())?;
                    count += 1;
                    cursor.take(",");
                }
            }
            cursor.skip_spaces();
            let word = if cursor.rest.starts_with('"') { cursor.quoted()? } else { "" };
            return Ok(ActionResult::Call { function, arguments, word });
        }
        cursor.rest = start;
        Ok(match self.list(cursor)? {
            List::Value(slot) => ActionResult::Value(slot),
            list => ActionResult::List(list),
        })
    }

    fn list(&self, cursor: &mut Cursor) -> Result<List, Complaint> {
        if cursor.take("[") {
            let slot = self.slot(cursor.word())?;
            cursor.expect("]")?;
            return Ok(List::Single(slot));
        }
        let word = cursor.word();
        if word == "none" {
            return Ok(List::None);
        }
        let slot = self.slot(word)?;
        cursor.skip_spaces();
        if cursor.take("::") {
            return Ok(List::Front(slot, self.slot(cursor.word())?));
        }
        if cursor.take("++") {
            return Ok(List::Join(slot, self.slot(cursor.word())?));
        }
        Ok(List::Value(slot))
    }

    fn raise(&self, kind: ErrorKind, cursor: &mut Cursor) -> Result<ActionResult, Complaint> {
        let mut place = Place::LastToken;
        if cursor.take("at next ") {
            place = Place::NextToken;
        } else if cursor.take("at ") {
            let from = self.anchor(cursor)?;
            place = Place::Range(from, from);
            if cursor.glued("..") {
                place = if cursor.rest.starts_with(' ') {
                    Place::From(from)
                } else {
                    Place::Range(from, self.anchor(cursor)?)
                };
            }
        }
        let message = self.message(cursor.quoted()?)?;
        Ok(ActionResult::Raise { kind, place, message })
    }

    fn anchor(&self, cursor: &mut Cursor) -> Result<Anchor, Complaint> {
        let word = cursor.word();
        if !cursor.glued("(") {
            return Ok(Anchor::Value(self.slot(word)?));
        }
        let slot = self.slot(cursor.word())?;
        cursor.expect(")")?;
        match word {
            "first" => Ok(Anchor::First(slot)),
            "last" => Ok(Anchor::Last(slot)),
            "last_iterable" => Ok(Anchor::LastIterable(slot)),
            _ => Err(cursor.complain("a place")),
        }
    }

    fn message(&self, text: &str) -> Result<Message, Complaint> {
        let mut parts = Vec::new();
        let mut rest = text;
        let known = ["{kind ", "{text ", "{line "];
        while let Some((at, which)) =
            known.iter().filter_map(|opening| rest.find(opening).map(|at| (at, *opening))).min()
        {
            let end = at + rest[at..].find('}').ok_or("no }")?;
            let slot = self.slot(&rest[at + which.len()..end])?;
            parts.push(MessagePart::Words(rest[..at].replace("\\\"", "\"")));
            parts.push(match which {
                "{kind " => MessagePart::Kind(slot),
                "{text " => MessagePart::Text(slot),
                _ => MessagePart::Line(slot),
            });
            rest = &rest[end + 1..];
        }
        parts.push(MessagePart::Words(rest.replace("\\\"", "\"")));
        Ok(Message { parts })
    }
}

/// A place in a line of a grammar file.
struct Cursor {
    rest: &'static str,
    line: &'static str,
}

impl Cursor {
    fn skip_spaces(&mut self) {
        self.rest = self.rest.trim_start();
    }

    /// Takes `text` if it comes next, right here.
    fn glued(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Takes `text` if it comes next, and the space around it.
    fn take(&mut self, text: &str) -> bool {
        self.skip_spaces();
        let taken = self.glued(text);
        if taken {
            self.skip_spaces();
        }
        taken
    }

    fn at_any(&mut self, texts: &[&str]) -> bool {
        self.skip_spaces();
        texts.iter().any(|text| self.rest.starts_with(text))
    }

    fn expect(&mut self, text: &str) -> Result<(), Complaint> {
        if self.take(text) { Ok(()) } else { Err(self.complain(text)) }
    }

    fn end(&mut self) -> Result<(), Complaint> {
        self.skip_spaces();
        if self.rest.is_empty() { Ok(()) } else { Err(self.complain("the end of the line")) }
    }

    /// The name before an equals sign that touches it.
    fn binding(&mut self) -> Option<&'static str> {
        let length = word_length(self.rest);
        let rest = self.rest[length..].strip_prefix('=')?;
        if length == 0 {
            return None;
        }
        let name = &self.rest[..length];
        self.rest = rest;
        Some(name)
    }

    fn word(&mut self) -> &'static str {
        self.skip_spaces();
        let (word, rest) = self.rest.split_at(word_length(self.rest));
        self.rest = rest;
        word
    }

    /// A string in double quotes; quotes within are escaped by a backslash.
    fn quoted(&mut self) -> Result<&'static str, Complaint> {
        self.skip_spaces();
        let Some(text) = self.rest.strip_prefix('"') else { return Err(self.complain("a string")) };
        let mut escaped = false;
        for (at, byte) in text.bytes().enumerate() {
            if byte == b'"' && !escaped {
                self.rest = &text[at + 1..];
                return Ok(&text[..at]);
            }
            escaped = byte == b'\\';
        }
        Err(self.complain("the end of a string"))
    }

    fn complain(&self, wanted: &str) -> Complaint {
        format!("{wanted} expected before {:?} in {:?}", self.rest, self.line)
    }
}

fn word_length(text: &str) -> usize {
    text.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'_').count()
}
