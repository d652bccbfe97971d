//! Statements without a scope of their own.

use super::{ATTRIBUTES, Generator, Place};
use std::fmt::Write;

const AUGMENTED: &[&str] =
    &["+=", "-=", "*=", "/=", "//=", "%=", "@=", "**=", "<<=", ">>=", "&=", "|=", "^="];

impl Generator<'_> {
    pub(super) fn block(&mut self, place: Place) {
        self.put(":\n");
        self.statements(place.block());
    }

    pub(super) fn statements(&mut self, place: Place) {
        for _ in 0..1 + self.random.below(3) {
            self.statement(place);
        }
    }

    pub(super) fn statement(&mut self, place: Place) {
        self.line(place);
        if self.exhausted(place) {
            let end = self.pick(&["pass", "x", "...", "a = b", "'s'", "1"]);
            self.put(end);
            return self.put("\n");
        }
        match self.random.below(34) {
            0..=6 => self.assignment(place),
            7..=9 => self.if_statement(place),
            10 | 11 => self.loop_statement(place),
            12..=14 => self.function(place),
            15 | 16 => self.class(place),
            17..=19 => self.try_statement(place),
            20 | 21 => self.with_statement(place),
            22 | 23 => self.match_statement(place),
            24 => self.import(),
            25 => self.type_alias(place),
            26..=28 => self.jump(place),
            29 => self.delete(place),
            30 => self.assert(place),
            31 if self.chance(6) => self.scope_declaration(place),
            _ => {
                self.expression(place);
                self.put("\n");
            }
        }
    }

    pub(super) fn assignment(&mut self, place: Place) {
        match self.random.below(8) {
            0 => {
                self.single_target(place);
                let operator = self.pick(AUGMENTED);
                let _ = write!(self.out, " {operator} ");
                self.expression(place);
            }
            1 => {
                let name = self.name();
                if self.chance(4) {
                    let _ = write!(self.out, "{name}.attr");
                } else {
                    self.put(name);
                }
                self.put(": ");
                self.expression(place.plain());
                if self.chance(2) {
                    self.put(" = ");
                    self.expression(place);
                }
            }
            _ => {
                for _ in 0..1 + self.random.below(2).min(self.random.below(3)) {
                    self.target(place);
                    self.put(" = ");
                }
                self.expression(place);
            }
        }
        self.put("\n");
    }

    pub(super) fn single_target(&mut self, place: Place) {
        match self.random.below(4) {
            0 => {
                self.primary(place);
                let attribute = self.pick(ATTRIBUTES);
                let _ = write!(self.out, ".{attribute}");
            }
            1 => {
                self.primary(place);
                self.put("[");
                self.slices(place);
                self.put("]");
            }
            _ => {
                let name = self.name();
                self.put(name);
            }
        }
    }

    pub(super) fn target(&mut self, place: Place) {
        if place.depth > 6 || !self.chance(4) {
            return self.single_target(place);
        }
        let (open, close) = *self.random.choose(&[("(", ",)"), ("[", "]")]);
        self.put(open);
        let count = 1 + self.random.below(4);
        let star = self.random.below(count * 2);
        let mut index = 0;
        self.list(count, |g| {
            if index == star {
                g.put("*");
                g.single_target(place.deeper());
            } else {
                g.target(place.deeper());
            }
            index += 1;
        });
        self.put(close);
    }

    pub(super) fn if_statement(&mut self, place: Place) {
        self.put("if ");
        self.expression(place);
        self.block(place);
        while self.chance(4) {
            self.line(place);
            self.put("elif ");
            self.expression(place);
            self.block(place);
        }
        self.else_clause(place, 3);
    }

    pub(super) fn else_clause(&mut self, place: Place, rarity: usize) {
        if self.chance(rarity) {
            self.line(place);
            self.put("else");
            self.block(place);
        }
    }

    pub(super) fn loop_statement(&mut self, place: Place) {
        let inner = Place { looping: true, star: false, ..place };
        if self.chance(2) {
            self.put("while ");
            self.expression(place);
        } else {
            if place.asynchronous && self.chance(3) {
                self.put("async ");
            }
            self.put("for ");
            self.target(place);
            self.put(" in ");
            self.expression(place);
        }
        self.block(inner);
        self.else_clause(place, 3);
    }

    pub(super) fn try_statement(&mut self, place: Place) {
        self.put("try");
        self.block(place);
        let star = self.chance(4);
        let handlers = self.random.below(3);
        for index in 0..handlers {
            self.line(place);
            self.put(if star { "except* " } else { "except" });
            let last = index + 1 == handlers;
            if star || !last || self.chance(2) {
                self.put(" ");
                self.primary(place);
                if self.chance(4) {
                    self.put(", B");
                } else if self.chance(2) {
                    self.put(" as e");
                }
            }
            self.block(if star { Place { star: true, looping: false, ..place } } else { place });
        }
        if handlers > 0 {
            self.else_clause(place, 4);
        }
        if handlers == 0 || self.chance(3) {
            self.line(place);
            self.put("finally");
            self.block(place);
        }
    }

    pub(super) fn with_statement(&mut self, place: Place) {
        if place.asynchronous && self.chance(3) {
            self.put("async ");
        }
        let parenthesised = self.chance(3);
        self.put(if parenthesised { "with (" } else { "with " });
        let count = 1 + self.random.below(3);
        self.list(count, |g| {
            g.primary(place);
            if g.chance(2) {
                g.put(" as ");
                g.target(place.deeper());
            }
        });
        self.put(if parenthesised { ")" } else { "" });
        self.block(place);
    }

    pub(super) fn import(&mut self) {
        let import = self.pick(&[
            "import a",
            "import a.b",
            "import a.b as c",
            "import a, b.c",
            "from a import b",
            "from . import a as b",
            "from ..a.b import (c, d as __e)",
            "from . import a",
        ]);
        self.put(import);
        self.put("\n");
    }

    pub(super) fn jump(&mut self, place: Place) {
        match self.random.below(4) {
            0 if place.looping => {
                let jump = self.pick(&["break", "continue"]);
                self.put(jump);
            }
            1 | 2 if place.function && !place.star => {
                self.put("return");
                if self.chance(2) {
                    self.put(" ");
                    self.expression(place);
                }
            }
            _ => {
                self.put("raise");
                if self.chance(2) {
                    self.put(" ");
                    self.expression(place);
                    if self.chance(3) {
                        self.put(" from ");
                        self.expression(place);
                    }
                }
            }
        }
        self.put("\n");
    }

    pub(super) fn delete(&mut self, place: Place) {
        self.put("del ");
        let count = 1 + self.random.below(2);
        self.list(count, |g| g.single_target(place));
        self.put("\n");
    }

    pub(super) fn assert(&mut self, place: Place) {
        self.put("assert ");
        self.expression(place);
        if self.chance(2) {
            self.put(", ");
            self.expression(place);
        }
        self.put("\n");
    }

    pub(super) fn scope_declaration(&mut self, place: Place) {
        let name = self.pick(&["g", "h", "x"]);
        if place.function && self.chance(3) {
            let _ = writeln!(self.out, "nonlocal {name}");
        } else {
            let _ = writeln!(self.out, "global {name}");
        }
    }
}
