//! Programs made from the grammar: nearly all of them compile, and every construct of the language
//! meets every other one.
//!
//! Names come from a small pool, so that scopes share them; `return`, `await` and `break` stand
//! mostly where they may.

mod definitions;
mod expressions;
mod patterns;
mod statements;

use crate::random::Random;

const NAMES: &[&str] =
    &["a", "b", "c", "d", "x", "y", "self", "__m", "_", "T", "print", "type", "match", "g", "h"];
const ATTRIBUTES: &[&str] = &["a", "append", "__x", "__class__", "real"];

/// What surrounds the place where something is generated.
#[derive(Clone, Copy)]
struct Place {
    function: bool,
    asynchronous: bool,
    looping: bool,
    /// Inside `except*`, where some jumps are errors.
    star: bool,
    /// Where assignment expressions and `yield` are errors: annotations, what comprehensions iterate.
    plain: bool,
    depth: usize,
    indent: usize,
}

impl Place {
    const fn deeper(self) -> Place {
        Place { depth: self.depth + 1, ..self }
    }

    const fn plain(self) -> Place {
        Place { plain: true, depth: self.depth + 1, ..self }
    }

    const fn block(self) -> Place {
        Place { depth: self.depth + 1, indent: self.indent + 1, ..self }
    }
}

struct Generator<'r> {
    random: &'r mut Random,
    out: String,
    /// How much may still be written; bounds the size.
    budget: usize,
}

/// A module.
pub fn program(random: &mut Random) -> Vec<u8> {
    let budget = 20 + random.below(150);
    let mut generator = Generator { random, out: String::new(), budget };
    if generator.random.one_in(12) {
        generator.out.push_str("from __future__ import annotations\n");
    }
    if generator.random.one_in(6) {
        generator.out.push_str("\"\"\"Doc\n    more\n\"\"\"\n");
    }
    let place = Place {
        function: false,
        asynchronous: false,
        looping: false,
        star: false,
        plain: false,
        depth: 0,
        indent: 0,
    };
    for _ in 0..1 + generator.random.below(8) {
        generator.statement(place);
    }
    generator.out.into_bytes()
}

impl Generator<'_> {
    fn pick(&mut self, items: &'static [&'static str]) -> &'static str {
        let item: &&str = self.random.choose(items);
        item
    }

    fn put(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn name(&mut self) -> &'static str {
        self.pick(NAMES)
    }

    fn chance(&mut self, n: usize) -> bool {
        self.random.one_in(n)
    }

    fn exhausted(&mut self, place: Place) -> bool {
        self.budget = self.budget.saturating_sub(1);
        self.budget == 0 || place.depth > 7
    }

    /// Calls `item` `count` times with commas between.
    fn list(&mut self, count: usize, mut item: impl FnMut(&mut Self)) {
        for index in 0..count {
            if index > 0 {
                self.put(", ");
            }
            item(self);
        }
    }

    fn line(&mut self, place: Place) {
        for _ in 0..place.indent {
            self.put("  ");
        }
    }
}
