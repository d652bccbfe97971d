//! Binding of arguments to parameters.
//!
//! The common ways of calling (positional arguments with defaults, keywords that name parameters,
//! `*args` and `**kwargs`) move words on the value stack. Whatever else comes up, mistakes above all,
//! goes through the general way, which has CPython's words for each.
//!
//! Answers for `initialize_locals` of CPython's `Python/ceval.c`.

use taipan_code::co;
use taipan_layout::Word;
use taipan_object::types::code::Code;
use taipan_object::types::dict::Dict;
use taipan_object::types::function::Function;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::value::{duplicate, own};
use taipan_object::{Outcome, Raised, Ref, Thread, Value, heap, protocol};

use crate::ops::local::own_operand;

/// Keyword arguments that the fast way sorts.
const KEYWORDS: usize = 16;

/// Puts arguments where the callee's locals are: positional ones already lie at `locals`, the
/// values of keyword arguments behind them. Answers how many locals are set; on an error, all of
/// them have been released.
///
/// # Safety
/// `locals` and what follows are free words of the value stack, with room for the frame; the
/// arguments' counts are given to this function.
pub unsafe fn bind(
    thread: &mut Thread,
    function: &Function,
    code: &Code,
    locals: *mut Word,
    positional: usize,
    names: Option<&Tuple>,
) -> Outcome<usize> {
    // SAFETY: the caller's promise.
    unsafe {
        if names.is_none() && code.simple && positional == code.argcount as usize {
            return Ok(positional);
        }
        if bind_fast(thread, function, code, locals, positional, names) {
            return Ok(code.source.total_args() as usize);
        }
        bind_general(thread, function, code, locals, positional, names)
    }
}

/// The fast way; `false` if it does not apply, and then nothing has changed.
unsafe fn bind_fast(
    thread: &mut Thread,
    function: &Function,
    code: &Code,
    locals: *mut Word,
    positional: usize,
    names: Option<&Tuple>,
) -> bool {
    let argcount = code.argcount as usize;
    let total = argcount + code.kwonlyargcount as usize;
    let (varargs, varkeywords) = (code.flags & co::VARARGS != 0, code.flags & co::VARKEYWORDS != 0);
    let names = names.map_or(&[][..], Tuple::items);
    if names.len() > KEYWORDS || (positional > argcount && !varargs) {
        return false;
    }
    let extra = positional.saturating_sub(argcount);
    // SAFETY: the words of the arguments are the caller's to give; those behind are free. What is
    // taken away is put back when the fast way turns out not to apply.
    unsafe {
        let mut keywords = [Word::NULL; KEYWORDS];
        for (index, word) in keywords.iter_mut().enumerate().take(names.len()) {
            *word = *locals.add(positional + index);
        }
        let rest = if varargs {
            let first = locals.add(argcount);
            let Ok(rest) = thread.tuple((0..extra).map(|index| Ref::from_word(*first.add(index)).to_value()))
            else {
                // The general way fails, too, and has the arguments to release.
                drop(thread.take_exception());
                return false;
            };
            Some(rest)
        } else {
            None
        };
        let kwargs = if varkeywords {
            match thread.dict() {
                Ok(kwargs) => Some(kwargs),
                Err(_) => {
                    drop(thread.take_exception());
                    return false;
                }
            }
        } else {
            None
        };
        let mut places = [usize::MAX; KEYWORDS];
        if !place_keywords(
            thread,
            code,
            positional.min(argcount),
            names,
            &keywords,
            &mut places,
            kwargs.as_ref(),
        ) || !has_defaults(thread, function, code, positional.min(argcount), &places[..names.len()])
        {
            return false;
        }
        // From here on nothing fails. The items of `rest` and `kwargs` hold counts of their own.
        for index in 0..extra {
            heap::release(*locals.add(argcount + index));
        }
        for index in positional.min(argcount)..total {
            locals.add(index).write(Word::NULL);
        }
        for (&place, &word) in places.iter().zip(&keywords).take(names.len()) {
            if place == usize::MAX {
                heap::release(word);
            } else {
                locals.add(place).write(own_operand(word));
            }
        }
        fill_defaults(thread, function, code, locals, positional.min(argcount));
        if let Some(rest) = rest {
            locals.add(total).write(rest.into_word());
        }
        if let Some(kwargs) = kwargs {
            locals.add(total + usize::from(varargs)).write(kwargs.into_word());
        }
    }
    true
}

/// Finds the parameter of each keyword; what none has goes to `kwargs`, or the fast way ends.
unsafe fn place_keywords(
    thread: &mut Thread,
    code: &Code,
    given: usize,
    names: &[Ref<'_>],
    keywords: &[Word],
    places: &mut [usize; KEYWORDS],
    kwargs: Option<&Value>,
) -> bool {
    let first = code.source.posonlyargcount as usize;
    let total = code.argcount as usize + code.kwonlyargcount as usize;
    let parameters = code.local_names();
    for (index, &name) in names.iter().enumerate() {
        match (first..total).find(|&place| parameters[place].as_ref().is(name)) {
            Some(place) if place < given || places[..index].contains(&place) => return false,
            Some(place) => places[index] = place,
            None => {
                // An interned name is a parameter's only if it is the same object.
                let interned = name.exact::<Str>().is_some_and(Str::is_interned);
                let Some(kwargs) = kwargs.filter(|_| interned) else { return false };
                let dict = kwargs.downcast::<Dict>().expect("just made");
                // SAFETY: the word holds a live value.
                let value = unsafe { Ref::from_word(keywords[index]) }.to_value();
                if dict.set_str(thread, name, value).is_err() {
                    drop(thread.take_exception());
                    return false;
                }
            }
        }
    }
    true
}

/// Whether every parameter that got no argument has a default.
fn has_defaults(thread: &Thread, function: &Function, code: &Code, given: usize, places: &[usize]) -> bool {
    let argcount = code.argcount as usize;
    let first = argcount.saturating_sub(function.defaults(thread).len());
    if (given..first).any(|place| !places.contains(&place)) {
        return false;
    }
    let total = argcount + code.kwonlyargcount as usize;
    if total == argcount {
        return true;
    }
    let kwdefaults = function.parts.view(thread).kwdefaults.as_ref();
    let kwdefaults = kwdefaults.and_then(|defaults| defaults.downcast::<Dict>());
    (argcount..total).filter(|place| !places.contains(place)).all(|place| {
        let name = code.local_name(place).downcast::<Str>();
        kwdefaults.zip(name).is_some_and(|(defaults, name)| defaults.get_str(thread, name).is_some())
    })
}

/// Puts defaults where [`has_defaults`] found that there are some.
unsafe fn fill_defaults(thread: &Thread, function: &Function, code: &Code, locals: *mut Word, given: usize) {
    let argcount = code.argcount as usize;
    let defaults = function.defaults(thread);
    let first = argcount.saturating_sub(defaults.len());
    let skip = defaults.len().saturating_sub(argcount);
    // SAFETY: as for `bind`.
    unsafe {
        for place in given.max(first)..argcount {
            let local = locals.add(place);
            if (*local).is_null() {
                local.write(own(defaults[place - first + skip].word()));
            }
        }
        let total = argcount + code.kwonlyargcount as usize;
        if total == argcount {
            return;
        }
        let kwdefaults = function.parts.view(thread).kwdefaults.as_ref();
        let kwdefaults = kwdefaults.and_then(|defaults| defaults.downcast::<Dict>());
        for place in argcount..total {
            let local = locals.add(place);
            let name = code.local_name(place).downcast::<Str>();
            if (*local).is_null()
                && let Some((defaults, name)) = kwdefaults.zip(name)
                && let Some(default) = defaults.get_str(thread, name)
            {
                local.write(duplicate(default.word()));
            }
        }
    }
}

/// The general way.
unsafe fn bind_general(
    thread: &mut Thread,
    function: &Function,
    code: &Code,
    locals: *mut Word,
    positional: usize,
    names: Option<&Tuple>,
) -> Outcome<usize> {
    // SAFETY: the caller's promise.
    unsafe {
        let keyword_count = names.map_or(0, Tuple::len);
        let given: Vec<Value> = (0..positional + keyword_count)
            .map(|index| Value::from_raw_argument(*locals.add(index)))
            .collect();
        let mut slots = Binding::new(thread, function, code);
        let bound = slots.fill(thread, given, positional, names)?;
        for (index, slot) in bound.into_iter().enumerate() {
            locals.add(index).write(slot.map_or(Word::NULL, Value::into_word));
        }
        Ok(code.source.total_args() as usize)
    }
}

/// Takes over an argument word: what was borrowed becomes owned.
trait FromRawArgument {
    unsafe fn from_raw_argument(word: Word) -> Value;
}

impl FromRawArgument for Value {
    unsafe fn from_raw_argument(word: Word) -> Value {
        // SAFETY: a counted word's count is handed over; a borrowed one gets its own.
        unsafe { if word.is_counted() { Value::from_word(word) } else { Value::from_word(own(word)) } }
    }
}

struct Binding<'a> {
    function: &'a Function,
    code: &'a Code,
    positional: usize,
    keyword_only: usize,
}

impl<'a> Binding<'a> {
    fn new(_: &Thread, function: &'a Function, code: &'a Code) -> Binding<'a> {
        Binding {
            function,
            code,
            positional: code.argcount as usize,
            keyword_only: code.kwonlyargcount as usize,
        }
    }

    fn name(&self, thread: &Thread) -> String {
        let name = &self.function.parts.view(thread).qualname;
        name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
    }

    fn fill(
        &mut self,
        thread: &mut Thread,
        mut given: Vec<Value>,
        positional: usize,
        names: Option<&Tuple>,
    ) -> Outcome<Vec<Option<Value>>> {
        let keywords = given.split_off(positional);
        let total = self.positional + self.keyword_only;
        let mut slots: Vec<Option<Value>> = Vec::new();
        slots.resize_with(self.code.source.total_args() as usize, || None);
        let extra = if positional > self.positional { given.split_off(self.positional) } else { Vec::new() };
        for (slot, value) in slots.iter_mut().zip(given) {
            *slot = Some(value);
        }
        let has_varargs = self.code.flags & co::VARARGS != 0;
        let varkeywords = self.code.flags & co::VARKEYWORDS != 0;
        let kwargs = if varkeywords { Some(thread.dict()?) } else { None };
        if let Some(names) = names {
            for (name, value) in names.items().iter().zip(keywords) {
                self.keyword(thread, &mut slots, *name, value, kwargs.as_ref())?;
            }
        }
        if !extra.is_empty() && !has_varargs {
            return Err(self.too_many(thread, positional, &slots));
        }
        if has_varargs {
            slots[total] = Some(thread.tuple(extra)?);
        }
        if let Some(kwargs) = kwargs {
            slots[total + usize::from(has_varargs)] = Some(kwargs);
        }
        self.defaults(thread, &mut slots)?;
        Ok(slots)
    }

    fn keyword(
        &self,
        thread: &mut Thread,
        slots: &mut [Option<Value>],
        name: Ref<'_>,
        value: Value,
        kwargs: Option<&Value>,
    ) -> Outcome<()> {
        let posonly = self.code.source.posonlyargcount as usize;
        let total = self.positional + self.keyword_only;
        let names = self.code.local_names();
        let mut place = (posonly..total).find(|&index| names[index].as_ref().is(name));
        if place.is_none() {
            let Some(text) = name.downcast::<Str>() else {
                let function = self.name(thread);
                return Err(thread.type_error(format!("{function}() keywords must be strings")));
            };
            place = (posonly..total)
                .find(|&index| names[index].downcast::<Str>().is_some_and(|own| own.eq(text)));
        }
        match (place, kwargs) {
            (Some(place), _) if slots[place].is_none() => slots[place] = Some(value),
            (Some(_), _) => {
                let (function, name) = (self.name(thread), protocol::str_string(thread, name)?);
                return Err(
                    thread.type_error(format!("{function}() got multiple values for argument '{name}'"))
                );
            }
            (None, Some(kwargs)) => kwargs.downcast::<Dict>().expect("just made").set(thread, name, value)?,
            (None, None) => return Err(self.unexpected(thread, name)),
        }
        Ok(())
    }

    #[cold]
    fn unexpected(&self, thread: &mut Thread, name: Ref<'_>) -> Raised {
        let function = self.name(thread);
        let text = match protocol::str_string(thread, name) {
            Ok(text) => text,
            Err(raised) => return raised,
        };
        let posonly = &self.code.local_names()[..self.code.source.posonlyargcount as usize];
        if posonly.iter().any(|own| own.downcast::<Str>().is_some_and(|own| own.is(&text))) {
            return thread.type_error(format!(
                "{function}() got some positional-only arguments passed as keyword arguments: '{text}'"
            ));
        }
        thread.type_error(format!("{function}() got an unexpected keyword argument '{text}'"))
    }

    #[cold]
    fn too_many(&self, thread: &mut Thread, given: usize, slots: &[Option<Value>]) -> Raised {
        let function = self.name(thread);
        let defaults = self.function.defaults(thread).len();
        let kwonly_given =
            slots[self.positional..self.positional + self.keyword_only].iter().flatten().count();
        let (takes, plural) = if defaults > 0 {
            (format!("from {} to {}", self.positional - defaults.min(self.positional), self.positional), true)
        } else {
            (self.positional.to_string(), self.positional != 1)
        };
        let also = if kwonly_given > 0 {
            format!(
                " positional argument{} (and {kwonly_given} keyword-only argument{})",
                if given == 1 { "" } else { "s" },
                if kwonly_given == 1 { "" } else { "s" }
            )
        } else {
            String::new()
        };
        thread.type_error(format!(
            "{function}() takes {takes} positional argument{} but {given}{also} {} given",
            if plural { "s" } else { "" },
            if given == 1 && kwonly_given == 0 { "was" } else { "were" }
        ))
    }

    fn defaults(&self, thread: &mut Thread, slots: &mut [Option<Value>]) -> Outcome<()> {
        let defaults: Vec<Value> =
            self.function.defaults(thread).iter().map(|default| default.to_value()).collect();
        let first = self.positional.saturating_sub(defaults.len());
        let missing: Vec<usize> = (0..first).filter(|&index| slots[index].is_none()).collect();
        if !missing.is_empty() {
            return Err(self.missing(thread, "positional", &missing));
        }
        let skip = defaults.len().saturating_sub(self.positional);
        for (index, default) in (first..self.positional).zip(defaults.into_iter().skip(skip)) {
            slots[index].get_or_insert(default);
        }
        if self.keyword_only == 0 {
            return Ok(());
        }
        let kwdefaults = self.function.parts.view(thread).kwdefaults.clone();
        let mut missing = Vec::new();
        let keywords = slots.iter_mut().enumerate().skip(self.positional).take(self.keyword_only);
        for (index, slot) in keywords.filter(|(_, slot)| slot.is_none()) {
            let name = self.code.local_name(index);
            let found = match kwdefaults.as_ref().and_then(|defaults| defaults.downcast::<Dict>()) {
                Some(defaults) => defaults.get(thread, name.as_ref())?,
                None => None,
            };
            match found {
                Some(default) => *slot = Some(default),
                None => missing.push(index),
            }
        }
        if missing.is_empty() { Ok(()) } else { Err(self.missing(thread, "keyword-only", &missing)) }
    }

    #[cold]
    fn missing(&self, thread: &mut Thread, kind: &str, missing: &[usize]) -> Raised {
        let function = self.name(thread);
        let quoted: Vec<String> = missing
            .iter()
            .filter_map(|&index| self.code.local_name(index).downcast::<Str>())
            .map(|name| format!("'{}'", name.to_string_lossy()))
            .collect();
        let list = match &quoted[..] {
            [one] => one.clone(),
            [one, two] => format!("{one} and {two}"),
            [most @ .., last] => format!("{}, and {last}", most.join(", ")),
            [] => String::new(),
        };
        let plural = if missing.len() == 1 { "" } else { "s" };
        thread.type_error(format!(
            "{function}() missing {} required {kind} argument{plural}: {list}",
            missing.len()
        ))
    }
}
