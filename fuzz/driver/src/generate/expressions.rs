//! Expressions.

use super::{ATTRIBUTES, Generator, Place};
use std::fmt::Write;

const INTS: &[&str] =
    &["0", "1", "2", "-1", "255", "256", "257", "10**2", "0x7fff_ffff", "1 << 70", "1_000", "4"];
const FLOATS: &[&str] = &["0.0", "-0.0", "1.5", "1e400", "2j", "1e-5", "0j", "-0.0j"];
const STRINGS: &[&str] = &[
    "''",
    "'a'",
    "\"b c\"",
    "'a' 'b'",
    "b'x'",
    "r'\\d'",
    "'é'",
    "'\\ud800'",
    "'''m\nn'''",
    "b''",
    "u'k'",
    "'%s'",
    "'%s-%r' % (a, b)",
    "'\\x00'",
];
const BINARY: &[&str] =
    &["+", "-", "*", "/", "//", "%", "@", "**", "<<", ">>", "&", "|", "^", "and", "or", "and not", "or not"];
const COMPARE: &[&str] = &["<", "<=", ">", ">=", "==", "!=", "is", "is not", "in", "not in"];
const UNARY: &[&str] = &["-", "+", "~", "not "];

impl Generator<'_> {
    pub(super) fn expression(&mut self, place: Place) {
        if self.exhausted(place) {
            return self.atom();
        }
        let inner = place.deeper();
        match self.random.below(22) {
            0..=2 => {
                self.expression(inner);
                let operator = self.pick(BINARY);
                let _ = write!(self.out, " {operator} ");
                self.operand(inner);
            }
            3 => {
                self.operand(inner);
                for _ in 0..1 + self.random.below(2) {
                    let operator = self.pick(COMPARE);
                    let _ = write!(self.out, " {operator} ");
                    self.operand(inner);
                }
            }
            4 => {
                let operator = self.pick(UNARY);
                self.put(operator);
                self.operand(inner);
            }
            5 => {
                self.operand(inner);
                self.put(" if ");
                self.operand(inner);
                self.put(" else ");
                self.expression(inner);
            }
            6 => {
                self.put("(lambda ");
                self.parameters(inner, false);
                self.put(": ");
                let body =
                    Place { function: true, asynchronous: false, looping: false, plain: false, ..inner };
                self.expression(body);
                self.put(")");
            }
            7..=9 => self.display(inner),
            10 | 11 => self.comprehension(inner),
            12 => self.interpolated(inner),
            13 if !place.plain => {
                let name = self.name();
                let _ = write!(self.out, "({name} := ");
                self.expression(inner);
                self.put(")");
            }
            14 if place.function && !place.plain => {
                let word = if place.asynchronous { "await " } else { "yield from " };
                let word = if self.chance(2) { "yield " } else { word };
                let _ = write!(self.out, "({word}");
                self.operand(inner);
                self.put(")");
            }
            15..=17 => self.primary(inner),
            _ => self.atom(),
        }
    }

    pub(super) fn operand(&mut self, place: Place) {
        if place.depth > 6 || self.chance(2) {
            return self.primary(place);
        }
        self.put("(");
        self.expression(place.deeper());
        self.put(")");
    }

    pub(super) fn atom(&mut self) {
        let atom = match self.random.below(12) {
            0..=4 => self.name(),
            5 | 6 => self.pick(INTS),
            7 => self.pick(FLOATS),
            8 | 9 => self.pick(STRINGS),
            _ => self.pick(&["None", "True", "False", "...", "__debug__", "()", "[]", "{}"]),
        };
        let _ = write!(self.out, "({atom})");
    }

    pub(super) fn primary(&mut self, place: Place) {
        if self.chance(3) {
            self.atom();
        } else {
            let name = self.name();
            self.put(name);
        }
        if place.depth > 6 {
            return;
        }
        while self.chance(3) {
            match self.random.below(4) {
                0 | 1 => {
                    self.put("(");
                    self.arguments(place.deeper());
                    self.put(")");
                }
                2 => {
                    let attribute = self.pick(ATTRIBUTES);
                    let _ = write!(self.out, ".{attribute}");
                }
                _ => {
                    self.put("[");
                    self.slices(place.deeper());
                    self.put("]");
                }
            }
        }
    }

    pub(super) fn arguments(&mut self, place: Place) {
        let count = self.random.below(4);
        let keywords_from = self.random.below(count * 2 + 1);
        let mut index = 0;
        self.list(count, |g| {
            if index >= keywords_from {
                if g.chance(5) {
                    g.put("**");
                } else {
                    let _ = write!(g.out, "k{index}=");
                }
            } else if g.chance(6) {
                g.put("*");
            }
            g.operand(place);
            index += 1;
        });
    }

    pub(super) fn slices(&mut self, place: Place) {
        let count = 1 + usize::from(self.chance(5));
        self.list(count, |g| {
            if !g.chance(3) {
                return g.operand(place);
            }
            if g.chance(2) {
                g.operand(place);
            }
            g.put(":");
            if g.chance(2) {
                g.operand(place);
            }
            if g.chance(4) {
                g.put(":");
                g.operand(place);
            }
        });
    }

    pub(super) fn display(&mut self, place: Place) {
        let count = self.random.below(4) + if self.chance(30) { 40 } else { 0 };
        let constant = self.chance(3);
        let item = |g: &mut Self| {
            if constant {
                return g.atom_constant();
            }
            if g.chance(6) {
                g.put("*");
            }
            g.operand(place);
        };
        match self.random.below(4) {
            0 => {
                self.put("[");
                self.list(count, item);
                self.put("]");
            }
            1 => {
                self.put("{");
                self.list(count.max(1), item);
                self.put("}");
            }
            2 => {
                self.put("(");
                self.list(count, item);
                self.put(if count > 0 { ",)" } else { ")" });
            }
            _ => {
                self.put("{");
                self.list(count, |g| {
                    if g.chance(6) {
                        g.put("**");
                        return g.operand(place);
                    }
                    item_key(g, constant, place);
                    g.put(": ");
                    g.operand(place);
                });
                self.put("}");
            }
        }
    }

    pub(super) fn atom_constant(&mut self) {
        let constant = match self.random.below(4) {
            0 => self.pick(&["None", "True", "False", "...", "(1, 2)", "()"]),
            1 => self.pick(&["'a'", "''", "b'x'", "'long string'"]),
            2 => self.pick(FLOATS),
            _ => self.pick(INTS),
        };
        self.put(constant);
    }

    pub(super) fn comprehension(&mut self, place: Place) {
        let (open, close) = *self.random.choose(&[("[", "]"), ("{", "}"), ("(", ")"), ("{a: ", "}")]);
        self.put(open);
        // Without `yield`; an assignment expression binds outside and is worth the errors.
        let place = Place { function: false, ..place };
        self.operand(place);
        for _ in 0..1 + self.random.below(2) {
            if place.asynchronous && self.chance(4) {
                self.put(" async");
            }
            self.put(" for ");
            let name = self.name();
            if self.chance(3) {
                let _ = write!(self.out, "{name}, z");
            } else {
                self.put(name);
            }
            self.put(" in ");
            let iterated = place.plain();
            if self.chance(4) {
                self.put("[");
                self.operand(iterated);
                self.put("]");
            } else {
                self.operand(iterated);
            }
            if self.chance(3) {
                self.put(" if ");
                self.operand(place);
            }
        }
        self.put(close);
    }

    pub(super) fn interpolated(&mut self, place: Place) {
        let (open, quote) =
            *self.random.choose(&[("f", "'"), ("f", "\"\"\""), ("t", "\""), ("rf", "'"), ("'p' f", "\"")]);
        let _ = write!(self.out, "{open}{quote}");
        for _ in 0..self.random.below(4) {
            let text = self.pick(&["", "text", "{{", "}}", " ", "é", "\\n", "%"]);
            self.put(text);
            self.put("{");
            if place.depth > 5 || self.chance(2) {
                let name = self.name();
                self.put(name);
            } else {
                self.put("(");
                self.expression(place.deeper());
                self.put(")");
            }
            let rest = self.pick(&[
                "",
                "",
                "",
                "=",
                "!r",
                "!s",
                "!a",
                ":>10",
                ":{x}",
                ":{x!r}.{y}",
                "=!r:^{a}",
                " = ",
            ]);
            self.put(rest);
            self.put("}");
        }
        self.put(quote);
    }
}

fn item_key(generator: &mut Generator<'_>, constant: bool, place: Place) {
    if constant {
        generator.atom_constant();
    } else {
        generator.operand(place);
    }
}
