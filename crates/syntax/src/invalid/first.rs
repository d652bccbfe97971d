//! The tokens that rules and alternatives can begin with.
//!
//! Whatever cannot match the next token, with or without alternatives for mistakes, is skipped
//! without being tried. That changes no answer: trying it would look at that token only, and match
//! nothing. What can match nothing at all, or insists on a token (`&&`), begins with every token.
//!
//! There is one set for both passes and not one for each: CPython remembers that a rule did not match
//! while the alternatives for mistakes were off, and then does not try them there.

use super::table::{Alternative, Grammar, How, Item, RuleId, RuleKind, Symbol};
use crate::token::TokenKind;

/// A set of token kinds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct TokenSet(u128);

impl TokenSet {
    const ALL: TokenSet = TokenSet(u128::MAX);

    #[inline]
    pub fn has(self, kind: TokenKind) -> bool {
        self.0 >> kind as u8 & 1 != 0
    }

    fn of(kind: TokenKind) -> TokenSet {
        TokenSet(1 << kind as u8)
    }

    fn and_also(self, other: TokenSet) -> TokenSet {
        TokenSet(self.0 | other.0)
    }
}

/// What something can begin with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct First {
    set: TokenSet,
    /// Whether it can match without a token.
    empty: bool,
}

impl First {
    #[inline]
    pub fn has(&self, kind: TokenKind) -> bool {
        self.set.has(kind)
    }

    fn and_also(self, other: First) -> First {
        First { set: self.set.and_also(other.set), ..self }
    }
}

/// Fills in the first sets of all rules and alternatives, and what left-recursive rules grow by.
pub(super) fn compute(grammar: &mut Grammar) {
    let mut rules = vec![First::default(); grammar.rules.len()];
    loop {
        let mut changed = false;
        for index in 0..grammar.rules.len() {
            let found = of_rule(grammar, &rules, index);
            changed |= found != rules[index];
            rules[index] = found;
        }
        if !changed {
            break;
        }
    }
    let alternatives: Vec<First> =
        grammar.alternatives.iter().map(|alternative| of_alternative(grammar, &rules, alternative)).collect();
    let growth: Vec<First> = (0..rules.len()).map(|index| find_growth(grammar, &rules, index)).collect();
    let everything = |first: First| if first.empty { First { set: TokenSet::ALL, ..first } } else { first };
    for (alternative, first) in grammar.alternatives.iter_mut().zip(alternatives) {
        alternative.first = everything(first);
    }
    for (rule, (first, growth)) in grammar.rules.iter_mut().zip(rules.into_iter().zip(growth)) {
        rule.first = everything(first);
        rule.growth = everything(growth);
    }
}

fn of_rule(grammar: &Grammar, rules: &[First], index: usize) -> First {
    let rule = &grammar.rules[index];
    let mut first = match rule.kind {
        RuleKind::LeftRecursive(raw) => rules[raw.0 as usize],
        RuleKind::Choice | RuleKind::Repeat(_) => {
            let mut first = First::default();
            for alternative in rule.alternatives.clone() {
                let alternative = &grammar.alternatives[alternative as usize];
                let more = of_alternative(grammar, rules, alternative);
                first = first.and_also(more);
                first.empty |= more.empty;
            }
            first
        }
    };
    first.empty |= rule.kind == RuleKind::Repeat(false);
    first
}

fn of_alternative(grammar: &Grammar, rules: &[First], alternative: &Alternative) -> First {
    let items = &grammar.items[alternative.items.start as usize..alternative.items.end as usize];
    of_items(rules, items)
}

fn of_items(rules: &[First], items: &[Item]) -> First {
    let mut first = First::default();
    for item in items {
        if item.how == How::Forced {
            return First { set: TokenSet::ALL, empty: false };
        }
        if matches!(item.how, How::Ahead | How::NotAhead) {
            continue;
        }
        let more = match item.symbol {
            Symbol::Token(kind) => First { set: TokenSet::of(kind), empty: false },
            Symbol::SoftKeyword(_) | Symbol::AnySoftKeyword => {
                First { set: TokenSet::of(TokenKind::Name), empty: false }
            }
            Symbol::Rule(id) => rules[id.0 as usize],
            Symbol::Cut => continue,
        };
        first = first.and_also(more);
        if !more.empty && item.how != How::Optional {
            return first;
        }
    }
    first.empty = true;
    first
}

/// What can come behind a match of a left-recursive rule to make it longer. Marks the alternatives
/// that do.
fn find_growth(grammar: &mut Grammar, rules: &[First], index: usize) -> First {
    let RuleKind::LeftRecursive(raw) = grammar.rules[index].kind else { return First::default() };
    let mut first = First::default();
    for at in grammar.rules[raw.0 as usize].alternatives.clone() {
        let range = &grammar.alternatives[at as usize].items;
        let items = &grammar.items[range.start as usize..range.end as usize];
        let [Item { symbol: Symbol::Rule(head), how: How::Required }, rest @ ..] = items else { continue };
        if leads_to(grammar, *head, RuleId(index as u16)) {
            first = first.and_also(of_items(rules, rest));
            let needs_seed = head.0 == index as u16;
            let alternative = &mut grammar.alternatives[at as usize];
            alternative.grows = true;
            alternative.needs_seed = needs_seed;
        }
    }
    first
}

/// Whether `rule` is `target`, or has an alternative that is it alone.
fn leads_to(grammar: &Grammar, rule: RuleId, target: RuleId) -> bool {
    rule == target
        || grammar.rule(rule).alternatives.clone().any(|alternative| {
            let items = &grammar.alternatives[alternative as usize].items;
            let item = grammar.items[items.start as usize];
            items.len() == 1 && matches!(item.symbol, Symbol::Rule(id) if id == target)
        })
}
