//! What alternatives yield once they have matched, and the mistakes that only an action can see.
//!
//! Answers for the actions in CPython's `Grammar/python.gram` and for `Parser/action_helpers.c`.

use super::engine::{Machine, Step};
use super::node::Value;
use super::table::{Action, ActionResult, Function, List, NodeKind, Slot};
use crate::token::TokenKind;
use taipan_asdl::diagnostic::ErrorKind::SyntaxError;

/// What a target is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Target {
    Assignment,
    Deletion,
    Loop,
}

impl Machine<'_> {
    /// The value of an alternative that matched from the token `start` up to the mark; its values
    /// begin at `base`.
    pub fn act(&mut self, action: &'static Action, start: u32, base: usize) -> Step<Value> {
        let value = match &action.result {
            ActionResult::Value(slot) => self.values[base + *slot as usize],
            ActionResult::Dummy => Value::DUMMY,
            ActionResult::Node(kind, first, second) => {
                let children = [self.make_list(*first, base), self.make_list(*second, base)];
                let last = self.last_visible_token();
                self.nodes.add(*kind, start, last, children)
            }
            ActionResult::List(list) => self.make_list(*list, base),
            ActionResult::Raise { kind, place, message } => {
                let values = self.values[base..].to_vec();
                self.raise_at(*kind, *place, &values, message)?
            }
            ActionResult::Call { function, arguments, word } => {
                let values = arguments.map(|slot| self.argument(slot, base));
                self.call(*function, values, word, start)?
            }
        };
        if let Some((version, feature)) = action.since
            && self.input.feature_version < version
        {
            let words = format!("{feature} only supported in Python 3.{version} and greater");
            return self.raise_at_last_token(SyntaxError, words);
        }
        Ok(value)
    }

    fn argument(&self, slot: Slot, base: usize) -> Value {
        self.values.get(base + slot as usize).copied().unwrap_or(Value::NOTHING)
    }

    fn make_list(&mut self, list: List, base: usize) -> Value {
        let at = |slot: Slot| self.values[base + slot as usize];
        match list {
            List::None => Value::NOTHING,
            List::Value(slot) => at(slot),
            List::Single(slot) => {
                let value = at(slot);
                self.nodes.list(&[value])
            }
            List::Front(front, rest) => {
                let (front, rest) = (at(front), at(rest));
                self.nodes.list_with_front(front, rest)
            }
            List::Join(a, b) => {
                let (a, b) = (at(a), at(b));
                self.nodes.joined_list(a, b)
            }
        }
    }

    /// The last token before the mark that is no line end, indentation or end marker.
    fn last_visible_token(&self) -> u32 {
        let mut index = self.mark;
        while index > 0 {
            index -= 1;
            let invisible = [TokenKind::Newline, TokenKind::Indent, TokenKind::Dedent, TokenKind::EndMarker];
            if !invisible.contains(&self.token(index).kind) {
                break;
            }
        }
        index
    }

    fn call(&mut self, function: Function, [a, b, c]: [Value; 3], word: &str, start: u32) -> Step<Value> {
        match function {
            Function::Nothing => Ok(Value::NOTHING),
            Function::FutureImport => Ok(self.note_future_import(a, b, c, start)),
            Function::RejectAssignmentTarget => self.reject_target(a, Target::Assignment),
            Function::RejectDeletionTarget => self.reject_target(a, Target::Deletion),
            Function::RejectLoopTarget => self.reject_target(a, Target::Loop),
            Function::DictKeyWithoutColon => self.raise_missing_colon(a),
            Function::LegacyCall => self.raise_legacy_call(a, b),
            Function::MissingComma => self.raise_missing_comma(a, b),
            Function::BoundNotAllowed => {
                let what = if self.kind(b) == Some(NodeKind::Tuple) { "constraints" } else { "bound" };
                self.raise_from(a, format!("cannot use {what} with {word}"))
            }
            Function::OldNotEqual => self.raise_old_not_equal(a, b),
            Function::NotEqual => self.check_not_equal(a),
            Function::OnlyOrPattern => match self.nodes.values(a) {
                [only] => Ok(*only),
                _ => Ok(self.node(NodeKind::Pattern, start)),
            },
            Function::BareGeneratorArgument => self.raise_bare_generator(a, b),
            Function::MisplacedPositionalArgument => self.raise_misplaced_argument(a),
            Function::RealNumber if self.is_imaginary(a) => {
                self.raise_range(SyntaxError, a, a, "real number required in complex literal")
            }
            Function::ImaginaryNumber if !self.is_imaginary(a) => {
                self.raise_range(SyntaxError, a, a, "imaginary number required in complex literal")
            }
            Function::RealNumber | Function::ImaginaryNumber => Ok(a),
            Function::StringLiteral => self.string_literal(a),
            Function::Concatenated => self.concatenated(a, start),
            Function::JoinedString => {
                self.check_interpolated_parts(a, b, c)?;
                Ok(self.node(NodeKind::JoinedStr, start))
            }
            Function::TemplateString => {
                self.check_interpolated_parts(a, b, c)?;
                Ok(self.node(NodeKind::TemplateStr, start))
            }
            Function::FormatText => {
                self.check_format_text(a)?;
                Ok(self.node(NodeKind::StrLiteral, start))
            }
            Function::Conversion => self.check_conversion(a, b, start),
        }
    }

    /// A node without children that ends here.
    fn node(&mut self, kind: NodeKind, start: u32) -> Value {
        let last = self.last_visible_token();
        self.nodes.add(kind, start, last, [Value::NOTHING; 2])
    }

    fn kind(&self, value: Value) -> Option<NodeKind> {
        self.nodes.node(value).map(|node| node.kind)
    }

    /// What messages call an expression (`_PyPegen_get_expr_name`).
    pub fn expression_kind(&self, value: Value) -> &'static str {
        use NodeKind::*;
        if let Some(index) = value.as_token() {
            return match self.token(index).kind {
                TokenKind::Name => "name",
                TokenKind::None => "None",
                TokenKind::True => "True",
                TokenKind::False => "False",
                TokenKind::Ellipsis => "ellipsis",
                _ => "literal",
            };
        }
        match self.kind(value) {
            Some(Attribute) => "attribute",
            Some(Subscript) => "subscript",
            Some(Starred) => "starred",
            Some(List) => "list",
            Some(Tuple) => "tuple",
            Some(Lambda) => "lambda",
            Some(Call) => "function call",
            Some(BoolOp | BinOp | UnaryOp) => "expression",
            Some(GeneratorExp) => "generator expression",
            Some(Yield | YieldFrom) => "yield expression",
            Some(Await) => "await expression",
            Some(ListComp) => "list comprehension",
            Some(SetComp) => "set comprehension",
            Some(DictComp) => "dict comprehension",
            Some(Dict) => "dict literal",
            Some(Set) => "set display",
            Some(JoinedStr | FormattedValue) => "f-string expression",
            Some(TemplateStr | Interpolation) => "t-string expression",
            Some(Compare) => "comparison",
            Some(IfExp) => "conditional expression",
            Some(NamedExpr) => "named expression",
            Some(StrLiteral | BytesLiteral) => "literal",
            _ => "name",
        }
    }

    fn reject_target(&mut self, value: Value, target: Target) -> Step<Value> {
        let Some(wrong) = self.wrong_target(value, target) else { return Ok(Value::NOTHING) };
        let verb = if target == Target::Deletion { "delete" } else { "assign to" };
        let words = format!("cannot {verb} {}", self.expression_kind(wrong));
        self.raise_range(SyntaxError, wrong, wrong, words)
    }

    /// The first part of `value` that is no target (`_PyPegen_get_invalid_target`).
    fn wrong_target(&self, value: Value, target: Target) -> Option<Value> {
        // Lists and tuples nest at most as deep as parentheses may; the stack keeps it off the
        // native one all the same.
        let mut pending = vec![value];
        while let Some(value) = pending.pop() {
            if let Some(index) = value.as_token() {
                if self.token(index).kind != TokenKind::Name {
                    return Some(value);
                }
                continue;
            }
            let Some(node) = self.nodes.node(value) else { continue };
            match node.kind {
                NodeKind::List | NodeKind::Tuple => {
                    pending.extend(self.nodes.values(node.child(0)).iter().rev());
                }
                NodeKind::Starred if target == Target::Deletion => return Some(value),
                NodeKind::Starred => pending.push(node.child(0)),
                NodeKind::Compare if target == Target::Loop => {
                    let first = self.nodes.values(node.child(1)).first();
                    if first.is_some_and(|first| self.kind(*first) == Some(NodeKind::In)) {
                        pending.push(node.child(0));
                    }
                }
                NodeKind::Subscript | NodeKind::Attribute | NodeKind::Dummy => {}
                _ => return Some(value),
            }
        }
        None
    }

    fn raise_missing_colon(&mut self, key: Value) -> Step<Value> {
        let at = self.location(key);
        let words = "':' expected after dictionary key".to_owned();
        let error = self.error_at(SyntaxError, (at.lineno, at.end_col_offset), (at.end_lineno, 0), words);
        self.fail(error)
    }

    /// Whether a value is the name of a function that was a statement once.
    fn is_legacy_statement(&self, value: Value) -> bool {
        value.as_token().is_some_and(|index| {
            self.token(index).kind == TokenKind::Name && matches!(self.text(value).as_str(), "print" | "exec")
        })
    }

    fn raise_legacy_call(&mut self, name: Value, argument: Value) -> Step<Value> {
        if !self.is_legacy_statement(name) {
            return Ok(Value::NOTHING);
        }
        let name_text = self.text(name);
        let words = format!("Missing parentheses in call to '{name_text}'. Did you mean {name_text}(...)?");
        self.raise_range(SyntaxError, name, argument, words)
    }

    fn raise_missing_comma(&mut self, a: Value, b: Value) -> Step<Value> {
        if self.is_legacy_statement(a) || self.token(self.mark - 1).level == 0 {
            return Ok(Value::NOTHING);
        }
        self.raise_range(SyntaxError, a, b, "invalid syntax. Perhaps you forgot a comma?")
    }

    fn raise_old_not_equal(&mut self, less: Value, greater: Value) -> Step<Value> {
        let (a, b) = (self.location(less), self.location(greater));
        if a.end_lineno != b.lineno || a.end_col_offset != b.col_offset {
            return Ok(Value::NOTHING);
        }
        let words = "invalid syntax.  Maybe you meant '!=' instead of '<>'?";
        self.raise_range(SyntaxError, less, greater, words)
    }

    fn check_not_equal(&mut self, operator: Value) -> Step<Value> {
        if self.barry_as_flufl && self.text(operator) == "!=" {
            return self.raise_at_last_token(SyntaxError, "with Barry as BDFL, use '<>' instead of '!='");
        }
        Ok(operator)
    }

    /// The positional arguments among a call's arguments, starred ones behind keywords included:
    /// how many there are, and the last.
    fn positional_arguments(&self, arguments: Value) -> (usize, Option<Value>) {
        let Some(node) = self.nodes.node(arguments) else { return (0, None) };
        let plain = self.nodes.values(node.child(0));
        let is_keyword = |value: &&Value| {
            matches!(self.kind(**value), Some(NodeKind::Keyword | NodeKind::KeywordUnpacking))
        };
        let starred: Vec<Value> =
            self.nodes.values(node.child(1)).iter().filter(|value| !is_keyword(value)).copied().collect();
        (plain.len() + starred.len(), starred.last().or(plain.last()).copied())
    }

    fn raise_bare_generator(&mut self, arguments: Value, clauses: Value) -> Step<Value> {
        let (count, last) = self.positional_arguments(arguments);
        let Some(last) = last.filter(|_| count > 1) else { return Ok(Value::NOTHING) };
        let end = self.last_iterable(clauses);
        self.raise_range(SyntaxError, last, end, "Generator expression must be parenthesized")
    }

    fn raise_misplaced_argument(&mut self, arguments: Value) -> Step<Value> {
        let keywords = self.nodes.node(arguments).map_or(Value::NOTHING, |node| node.child(1));
        let unpacks =
            self.nodes.values(keywords).iter().any(|k| self.kind(*k) == Some(NodeKind::KeywordUnpacking));
        let words = if unpacks {
            "positional argument follows keyword argument unpacking"
        } else {
            "positional argument follows keyword argument"
        };
        self.raise_at_last_token(SyntaxError, words)
    }

    fn is_imaginary(&self, number: Value) -> bool {
        number.as_token().is_some_and(|index| matches!(self.token_text(index).last(), Some(b'j' | b'J')))
    }

    /// `from __future__ import barry_as_FLUFL` changes how the rest is parsed.
    fn note_future_import(&mut self, module: Value, names: Value, dots: Value, start: u32) -> Value {
        if self.nodes.values(dots).is_empty() && self.text(module) == "__future__" {
            let names = self.nodes.values(names);
            if names.iter().any(|name| self.text(*name) == "barry_as_FLUFL") {
                self.barry_as_flufl = true;
            }
        }
        self.node(NodeKind::Other, start)
    }

    fn concatenated(&mut self, parts: Value, start: u32) -> Step<Value> {
        let kinds: Vec<NodeKind> =
            self.nodes.values(parts).iter().filter_map(|part| self.kind(*part)).collect();
        let has = |kind| kinds.contains(&kind);
        if has(NodeKind::BytesLiteral) && (has(NodeKind::StrLiteral) || has(NodeKind::JoinedStr)) {
            return self.raise_at_last_token(SyntaxError, "cannot mix bytes and nonbytes literals");
        }
        let kind = if has(NodeKind::JoinedStr) {
            NodeKind::JoinedStr
        } else if has(NodeKind::BytesLiteral) {
            NodeKind::BytesLiteral
        } else {
            NodeKind::StrLiteral
        };
        Ok(self.node(kind, start))
    }

    /// What the innermost string with replacement fields around the token `index` is called.
    fn string_around(&self, index: u32) -> &'static str {
        let mut closed = 0;
        for before in (0..index).rev() {
            match self.token(before).kind {
                TokenKind::FStringEnd | TokenKind::TStringEnd => closed += 1,
                TokenKind::FStringStart | TokenKind::TStringStart if closed > 0 => closed -= 1,
                TokenKind::TStringStart => return "t-string",
                TokenKind::FStringStart => break,
                _ => {}
            }
        }
        "f-string"
    }

    fn check_conversion(&mut self, mark: Value, name: Value, start: u32) -> Step<Value> {
        let (a, b) = (self.location(mark), self.location(name));
        if a.lineno != b.lineno || a.end_col_offset != b.col_offset {
            let what = self.string_around(start);
            let words = format!("{what}: conversion type must come right after the exclamation mark");
            return self.raise_range(SyntaxError, mark, name, words);
        }
        let conversion = self.text(name);
        if matches!(conversion.as_str(), "s" | "r" | "a") {
            return Ok(name);
        }
        let what = self.string_around(start);
        let words = format!("{what}: invalid conversion character '{conversion}': expected 's', 'r', or 'a'");
        self.raise_range(SyntaxError, name, name, words)
    }
}
