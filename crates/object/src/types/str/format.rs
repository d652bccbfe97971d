//! `format`, `format_map` and `__format__`.
//!
//! Answers for `Objects/stringlib/unicode_format.h`.

use std::ops::Range;

use taipan_macros::native;
use taipan_text::CharsBuf;
use taipan_text::format::FormatError;
use taipan_text::format::markup::{
    AutoNumber, Field, First, MarkupError, MarkupIter, Step, split_name, unknown_conversion,
};

use super::slots::unchanged;
use super::{Chars, Str};
use crate::native::{Args, MethodDef};
use crate::protocol;
use crate::thread::Thread;
use crate::value::{Outcome, Raised, Ref};

pub(super) const METHODS: &[MethodDef] = &[FORMAT, FORMAT_MAP, FORMAT_SELF];

/// Return a formatted version of the string, using substitutions from args and kwargs.
/// The substitutions are identified by braces ('{' and '}').
#[native(signature = "($self, /, *args, **kwargs)")]
fn format(thread: &mut Thread, this: &Str, args: Args<'_>) -> Outcome {
    Formatter { text: this.chars(), source: Source::Arguments(args), numbers: AutoNumber::default() }
        .whole(thread)
}

/// Return a formatted version of the string, using substitutions from mapping.
/// The substitutions are identified by braces ('{' and '}').
#[native(signature = "($self, mapping, /)")]
fn format_map(thread: &mut Thread, this: &Str, mapping: Ref<'_>) -> Outcome {
    Formatter { text: this.chars(), source: Source::Mapping(mapping), numbers: AutoNumber::default() }
        .whole(thread)
}

/// Return a formatted version of the string as described by format_spec.
#[native(signature = "($self, format_spec, /)", name = "__format__")]
fn format_self(thread: &mut Thread, this: &Str, format_spec: &Str) -> Outcome {
    if format_spec.is_empty() {
        return match Ref::of(this).exact::<Str>() {
            Some(_) => unchanged(thread, this),
            None => protocol::str(thread, Ref::of(this)),
        };
    }
    let mut out = CharsBuf::new();
    let name = Ref::of(this).ty().name().into_owned();
    match taipan_num::format::format_str(&mut out, this.chars(), format_spec.chars(), &name) {
        Ok(()) => thread.str_from_buf(out),
        Err(error) => Err(format_error(thread, &error)),
    }
}

/// Raises what formatting by a specification found wrong.
pub fn format_error(thread: &mut Thread, error: &FormatError) -> Raised {
    match error {
        FormatError::OutOfMemory => thread.no_memory(),
        error if error.is_overflow() => thread.overflow_error(error.to_string()),
        error => thread.value_error(error.to_string()),
    }
}

/// Where the values of fields come from.
enum Source<'a> {
    Arguments(Args<'a>),
    Mapping(Ref<'a>),
}

/// A format string being rendered.
struct Formatter<'a> {
    text: Chars<'a>,
    source: Source<'a>,
    numbers: AutoNumber,
}

fn wrong(thread: &mut Thread, error: MarkupError) -> Raised {
    thread.value_error(error.to_string())
}

impl Formatter<'_> {
    fn whole(mut self, thread: &mut Thread) -> Outcome {
        let mut out = CharsBuf::new();
        self.render(thread, 0..self.text.len(), 2, &mut out)?;
        thread.str_from_buf(out)
    }

    /// Appends a part of the format string, in which fields may nest so deep.
    fn render(
        &mut self,
        thread: &mut Thread,
        part: Range<usize>,
        depth: u32,
        out: &mut CharsBuf,
    ) -> Outcome<()> {
        if depth == 0 {
            return Err(thread.value_error("Max string recursion exceeded"));
        }
        for markup in MarkupIter::new(self.text, part) {
            let markup = markup.map_err(|error| wrong(thread, error))?;
            out.push_chars(self.text.slice(markup.literal));
            if let Some(field) = markup.field {
                self.field(thread, &field, depth, out)?;
            }
        }
        Ok(())
    }

    fn field(&mut self, thread: &mut Thread, field: &Field, depth: u32, out: &mut CharsBuf) -> Outcome<()> {
        let mut value = self.value(thread, field.name.clone())?;
        match field.conversion.map(char::from_u32) {
            None => {}
            Some(Some('r')) => value = protocol::repr(thread, value.as_ref())?,
            Some(Some('s')) => value = protocol::str(thread, value.as_ref())?,
            Some(Some('a')) => value = protocol::ascii(thread, value.as_ref())?,
            Some(_) => {
                let message = unknown_conversion(field.conversion.unwrap_or(0));
                return Err(thread.value_error(message));
            }
        }
        let spec = if field.nested {
            let mut spec = CharsBuf::new();
            self.render(thread, field.spec.clone(), depth - 1, &mut spec)?;
            thread.str_from_buf(spec)?
        } else {
            thread.str_from_chars(self.text.slice(field.spec.clone()))?
        };
        let text = protocol::format(thread, value.as_ref(), spec.as_ref())?;
        out.push_chars(text.downcast::<Str>().expect("checked by format").chars());
        Ok(())
    }

    /// What the name of a field means.
    fn value(&mut self, thread: &mut Thread, name: Range<usize>) -> Outcome {
        let (first, steps) = split_name(self.text, name).map_err(|error| wrong(thread, error))?;
        let index = match self.source {
            Source::Arguments(_) => self.numbers.index(&first).map_err(|error| wrong(thread, error))?,
            Source::Mapping(_) if !matches!(first, First::Name(_)) => {
                return Err(thread.value_error("Format string contains positional fields"));
            }
            Source::Mapping(_) => None,
        };
        let mut value = match (index, &first) {
            (Some(index), _) => self.positional(thread, index)?,
            (None, First::Name(name)) => self.named(thread, name.clone())?,
            (None, _) => return Err(thread.system_error("a field without a name")),
        };
        for step in steps {
            value = match step.map_err(|error| wrong(thread, error))? {
                Step::Attribute(name) => {
                    let name = thread.str_from_chars(self.text.slice(name))?;
                    protocol::get_attribute(thread, value.as_ref(), name.as_ref())?
                }
                Step::Index(index) => {
                    let key = thread.int(index as i128)?;
                    protocol::get_item(thread, value.as_ref(), key.as_ref())?
                }
                Step::Item(key) => {
                    let key = thread.str_from_chars(self.text.slice(key))?;
                    protocol::get_item(thread, value.as_ref(), key.as_ref())?
                }
            };
        }
        Ok(value)
    }

    fn positional(&self, thread: &mut Thread, index: usize) -> Outcome {
        let given = match self.source {
            Source::Arguments(args) => args.positionals(),
            Source::Mapping(_) => &[],
        };
        match given.get(index) {
            Some(value) => Ok(value.to_value()),
            None => Err(thread
                .index_error(format!("Replacement index {index} out of range for positional args tuple"))),
        }
    }

    fn named(&self, thread: &mut Thread, name: Range<usize>) -> Outcome {
        let key = thread.str_from_chars(self.text.slice(name))?;
        let args = match self.source {
            Source::Mapping(mapping) => return protocol::get_item(thread, mapping, key.as_ref()),
            Source::Arguments(args) => args,
        };
        let text = key.downcast::<Str>().expect("just made");
        let is_it = |other: Ref<'_>| other.downcast::<Str>().is_some_and(|other| other.eq(text));
        match args.keywords().find(|(name, _)| is_it(*name)) {
            Some((_, value)) => Ok(value.to_value()),
            None => Err(thread.key_error(key.as_ref())),
        }
    }
}
