//! What opens a scope: functions, classes, type aliases, and their parameters.

use super::{Generator, NAMES, Place};
use std::fmt::Write;

impl Generator<'_> {
    pub(super) fn function(&mut self, place: Place) {
        while self.chance(6) {
            self.put("@");
            self.expression(place);
            self.put("\n");
            self.line(place);
        }
        let asynchronous = self.chance(4);
        if asynchronous {
            self.put("async ");
        }
        let name = self.name();
        let _ = write!(self.out, "def {name}");
        self.type_parameters(place);
        self.put("(");
        self.parameters(place, true);
        self.put(")");
        if self.chance(4) {
            self.put(" -> ");
            self.expression(place.plain());
        }
        let inner =
            Place { function: true, asynchronous, looping: false, star: false, plain: false, ..place };
        if self.chance(6) {
            self.put(":\n");
            self.line(inner.block());
            self.put("'''Doc\n\n      string.'''\n");
            self.statement(inner.block());
        } else {
            self.put(":\n");
            if self.chance(5) {
                self.line(inner.block());
                self.scope_declaration(inner);
            }
            self.statements(inner.block());
        }
    }

    pub(super) fn type_parameters(&mut self, place: Place) {
        if !self.chance(5) {
            return;
        }
        self.put("[");
        let count = 1 + self.random.below(3);
        let mut index = 0;
        let defaults_from = self.random.below(6);
        self.list(count, |g| {
            let star = *g.random.choose(&["", "", "*", "**"]);
            let _ = write!(g.out, "{star}T{index}");
            if star.is_empty() && g.chance(3) {
                g.put(": ");
                g.expression(place.plain());
            }
            if index >= defaults_from {
                g.put(" = ");
                g.expression(place.plain());
            }
            index += 1;
        });
        self.put("]");
    }

    pub(super) fn parameters(&mut self, place: Place, annotated: bool) {
        let names = ["p", "q", "r", "s", "t", "u"];
        let count = self.random.below(5);
        let defaults_from = self.random.below(count * 2 + 1);
        let slash = self.random.below(12);
        let star = self.random.below(8);
        let mut seen_star = false;
        let parameter = |g: &mut Self, name: &str| {
            g.put(name);
            if annotated && g.chance(5) {
                g.put(": ");
                g.expression(place.plain());
            }
        };
        for (index, name) in names.iter().enumerate().take(count) {
            if index > 0 {
                self.put(", ");
            }
            if index == star {
                self.put("*, ");
                seen_star = true;
            }
            // A name of the pool now and then, so that bodies use the parameters.
            let name = if self.chance(2) { NAMES[index] } else { name };
            parameter(self, name);
            if index >= defaults_from || (seen_star && self.chance(2)) {
                self.put("=");
                self.expression(place.deeper());
            }
            if index == slash && !seen_star {
                self.put(", /");
            }
        }
        if !seen_star && self.chance(5) {
            self.put(if count > 0 { ", " } else { "" });
            parameter(self, "*args");
            if self.chance(4) {
                self.put(", ");
                parameter(self, "only");
            }
            if self.chance(3) {
                self.put(", ");
                parameter(self, "**kw");
            }
        }
    }

    pub(super) fn class(&mut self, place: Place) {
        let name = self.pick(&["A", "B", "__C", "_"]);
        let _ = write!(self.out, "class {name}");
        self.type_parameters(place);
        if self.chance(2) {
            self.put("(");
            self.arguments(place);
            self.put(")");
        }
        self.block(Place { function: false, asynchronous: false, looping: false, star: false, ..place });
    }

    pub(super) fn type_alias(&mut self, place: Place) {
        self.put("type X");
        self.type_parameters(place);
        self.put(" = ");
        self.expression(place.plain());
        self.put("\n");
    }
}
