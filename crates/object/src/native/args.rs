//! [`Args`]: arguments of a native call; [`Parameters`]: what a native function accepts.

use crate::thread::Thread;
use crate::types::str::Str;
use crate::types::tuple::Tuple;
use crate::value::{Outcome, Raised, Ref};

/// The arguments of a call: positional ones, then the values of keyword arguments.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    values: &'a [Ref<'a>],
    names: Option<&'a Tuple>,
}

impl<'a> Args<'a> {
    /// No argument.
    pub const NONE: Args<'static> = Args { values: &[], names: None };

    /// Positional arguments alone.
    #[inline(always)]
    pub const fn positional(values: &'a [Ref<'a>]) -> Args<'a> {
        Args { values, names: None }
    }

    /// With keyword arguments: their values end `values`.
    #[inline(always)]
    pub const fn with_names(values: &'a [Ref<'a>], names: Option<&'a Tuple>) -> Args<'a> {
        Args { values, names }
    }

    /// Everything, keyword values last.
    #[inline(always)]
    pub const fn all(&self) -> &'a [Ref<'a>] {
        self.values
    }

    /// The names of the keyword arguments.
    #[inline(always)]
    pub const fn names(&self) -> Option<&'a Tuple> {
        self.names
    }

    /// How many keyword arguments there are.
    #[inline(always)]
    pub fn keyword_count(&self) -> usize {
        self.names.map_or(0, |names| names.items().len())
    }

    /// The positional arguments.
    #[inline(always)]
    pub fn positionals(&self) -> &'a [Ref<'a>] {
        &self.values[..self.values.len() - self.keyword_count()]
    }

    /// The keyword arguments.
    pub fn keywords(&self) -> impl Iterator<Item = (Ref<'a>, Ref<'a>)> + use<'a> {
        let values = self.values;
        let names = self.names.map_or(&[][..], |names| names.items());
        names.iter().copied().zip(values[values.len() - names.len()..].iter().copied())
    }

    /// Whether there is no argument at all.
    pub const fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Raises TypeError if there are keyword arguments.
    pub fn no_keywords(&self, thread: &mut Thread, function: &str) -> Outcome<()> {
        if self.keyword_count() != 0 {
            return Err(thread.type_error(format!("{function}() takes no keyword arguments")));
        }
        Ok(())
    }
}

/// What a native function accepts, as its text signature says.
pub struct Parameters {
    /// The function's name.
    pub function: &'static str,
    /// The parameters' names, without the receiver; positional-only ones first.
    pub names: &'static [&'static str],
    /// How many are positional-only.
    pub positional_only: usize,
    /// How many can be passed by position (the rest are keyword-only).
    pub positional: usize,
    /// How many of the positional ones are required.
    pub required: usize,
    /// Which keyword-only ones are required: a bit each, by index in `names`.
    pub required_keywords: u64,
}

impl Parameters {
    /// Sorts the arguments into one slot per parameter.
    pub fn parse<'a, const N: usize>(
        &self,
        thread: &mut Thread,
        args: Args<'a>,
    ) -> Outcome<[Option<Ref<'a>>; N]> {
        let mut slots = [None; N];
        self.parse_into(thread, args, &mut slots)?;
        Ok(slots)
    }

    fn parse_into<'a>(
        &self,
        thread: &mut Thread,
        args: Args<'a>,
        slots: &mut [Option<Ref<'a>>],
    ) -> Outcome<()> {
        let given = args.positionals();
        let keywords = args.keyword_count();
        if given.len() > self.positional || (keywords == 0 && given.len() < self.required) {
            return Err(self.wrong_count(thread, given.len(), keywords));
        }
        for (slot, &value) in slots.iter_mut().zip(given) {
            *slot = Some(value);
        }
        for (name, value) in args.keywords() {
            let text = name.downcast::<Str>().map(|name| name.to_string_lossy()).unwrap_or_default();
            let index = self.names[self.positional_only..]
                .iter()
                .position(|&own| own == text)
                .map(|index| index + self.positional_only);
            match index {
                Some(index) if slots[index].is_none() => slots[index] = Some(value),
                Some(index) => {
                    return Err(thread.type_error(format!(
                        "argument for {}() given by name ('{text}') and position ({})",
                        self.function,
                        index + 1
                    )));
                }
                None if self.names.len() == self.positional_only => {
                    return Err(thread.type_error(format!("{}() takes no keyword arguments", self.function)));
                }
                None if self.names[..self.positional_only].contains(&&*text) => {
                    return Err(thread.type_error(format!(
                        "{}() got some positional-only arguments passed as keyword arguments: '{text}'",
                        self.function
                    )));
                }
                None => {
                    return Err(thread.type_error(format!(
                        "{}() got an unexpected keyword argument '{text}'",
                        self.function
                    )));
                }
            }
        }
        for (index, slot) in slots.iter().enumerate() {
            let required = index < self.required
                || (index >= self.positional && self.required_keywords >> index & 1 == 1);
            if required && slot.is_none() {
                return Err(self.missing(thread, index, given.len(), keywords));
            }
        }
        Ok(())
    }

    #[cold]
    fn missing(&self, thread: &mut Thread, index: usize, given: usize, keywords: usize) -> Raised {
        if index < self.positional_only {
            return self.wrong_count(thread, given, keywords);
        }
        let name = self.names[index];
        thread.type_error(format!(
            "{}() missing required argument '{name}' (pos {})",
            self.function,
            index + 1
        ))
    }

    #[cold]
    fn wrong_count(&self, thread: &mut Thread, given: usize, keywords: usize) -> Raised {
        let function = self.function;
        let plural = |count: usize| if count == 1 { "" } else { "s" };
        if self.names.len() > self.positional_only {
            // Keywords are possible: CPython then words it by what may be passed.
            if given > self.positional {
                let total = given + keywords;
                if self.positional == 0 {
                    return thread.type_error(format!("{function}() takes no positional arguments"));
                }
                let bound = if self.required < self.positional { "at most" } else { "exactly" };
                let what =
                    if self.names.len() > self.positional { "positional argument" } else { "argument" };
                return thread.type_error(format!(
                    "{function}() takes {bound} {} {what}{} ({} given)",
                    self.positional,
                    plural(self.positional),
                    if self.names.len() > self.positional { given } else { total },
                ));
            }
            let least = self.positional_only.min(self.required);
            if given < least {
                let bound = if least < self.positional { "at least" } else { "exactly" };
                return thread.type_error(format!(
                    "{function}() takes {bound} {least} positional argument{} ({given} given)",
                    plural(least)
                ));
            }
            let index = given.max(self.positional_only);
            return thread.type_error(format!(
                "{function}() missing required argument '{}' (pos {})",
                self.names[index],
                index + 1
            ));
        }
        if self.positional == 0 {
            return thread.type_error(format!("{function}() takes no arguments ({given} given)"));
        }
        if self.required == self.positional {
            if self.positional == 1 {
                return thread.type_error(format!("{function}() takes exactly one argument ({given} given)"));
            }
            return thread.type_error(format!(
                "{function} expected {} argument{}, got {given}",
                self.positional,
                plural(self.positional)
            ));
        }
        let (bound, count) =
            if given < self.required { ("at least", self.required) } else { ("at most", self.positional) };
        thread
            .type_error(format!("{function} expected {bound} {count} argument{}, got {given}", plural(count)))
    }
}
