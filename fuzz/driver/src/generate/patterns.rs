//! `match` statements.

use super::{Generator, Place};
use std::fmt::Write;

impl Generator<'_> {
    pub(super) fn match_statement(&mut self, place: Place) {
        self.put("match ");
        self.expression(place);
        self.put(":\n");
        let inner = place.block();
        for _ in 0..1 + self.random.below(3) {
            self.line(inner);
            self.put("case ");
            self.pattern(inner);
            if self.chance(4) {
                self.put(" if ");
                self.expression(inner);
            }
            self.block(inner);
        }
        if self.chance(3) {
            self.line(inner);
            self.put("case _");
            self.block(inner);
        }
    }

    pub(super) fn pattern(&mut self, place: Place) {
        if place.depth > 7 {
            return self.put("0");
        }
        let place = place.deeper();
        match self.random.below(12) {
            0 => {
                let constant =
                    self.pick(&["1", "-1", "'s'", "None", "True", "1.5", "-1+2j", "b'x'", "'a' 'b'"]);
                self.put(constant);
            }
            1 => self.put("x.y"),
            2 => {
                // A capture alone matches everything, which only the last case may.
                self.put(if place.depth.is_multiple_of(3) { "k" } else { "(0 as l)" });
            }
            3 | 4 => {
                let (open, close) = *self.random.choose(&[("[", "]"), ("(", ",)")]);
                self.put(open);
                let count = 1 + self.random.below(3);
                let star = self.random.below(count * 2);
                let mut index = 0;
                self.list(count, |g| {
                    if index == star {
                        let star = g.pick(&["*_", "*rest"]);
                        g.put(star);
                    } else {
                        g.pattern(place);
                    }
                    index += 1;
                });
                self.put(close);
            }
            5 => {
                self.put("{");
                let keys = ["'a'", "1", "x.y", "-2"];
                let count = self.random.below(3);
                let mut index = 0;
                self.list(count, |g| {
                    let _ = write!(g.out, "{}: ", keys[index]);
                    g.pattern(place);
                    index += 1;
                });
                if self.chance(3) {
                    self.put(if count > 0 { ", **more" } else { "**more" });
                }
                self.put("}");
            }
            6 => {
                self.put("C(");
                let count = self.random.below(3);
                self.list(count, |g| g.pattern(place));
                if self.chance(2) {
                    self.put(if count > 0 { ", kw=" } else { "kw=" });
                    self.pattern(place);
                }
                self.put(")");
            }
            7 => {
                let count = 2 + self.random.below(2);
                self.put("(");
                for index in 0..count {
                    self.put(if index > 0 { " | " } else { "" });
                    let constant = self.pick(&["1", "2", "'s'", "None", "[1, 2]", "C()", "{}"]);
                    self.put(constant);
                }
                self.put(")");
            }
            8 => {
                self.put("(");
                self.pattern(place);
                self.put(" as n)");
            }
            _ => self.put("1"),
        }
    }
}
