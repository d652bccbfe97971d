//! Calls from native code into Python, and the general way of binding arguments.

use taipan_code::co;
use taipan_layout::{Word, frame_flags};
use taipan_object::types::code::Code;
use taipan_object::types::dict::Dict;
use taipan_object::types::function::Function;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::value::own;
use taipan_object::{Args, Outcome, Raised, Ref, Thread, Value, heap, protocol};

use crate::dispatch::{RETURNED, run};
use crate::frame;

/// The first free word of the value stack.
pub fn top(thread: &Thread) -> *mut Word {
    if thread.frame.is_null() {
        return thread.stack_base;
    }
    // SAFETY: the running frame noted its top before native code was entered. A generator's frame
    // runs in its object, and its caller's operands end below.
    unsafe {
        let mut at = thread.frame;
        while !at.is_null() && (*at).flags & frame_flags::GENERATOR != 0 {
            at = (*at).prev;
        }
        if at.is_null() { thread.stack_base } else { (*at).sp }
    }
}

/// Calls a Python function from native code.
pub fn call_function<'a>(thread: &mut Thread, callable: Ref<'a>, args: Args<'a>) -> Outcome {
    let function = callable.downcast::<Function>().expect("the slot of functions");
    thread.check_native_stack()?;
    let locals = top(thread).wrapping_add(1);
    let code = function.code();
    // SAFETY: the words above the top are free; the frame is set up completely before it runs.
    unsafe {
        if !frame::fits(thread, code, locals) || locals.wrapping_add(args.all().len()) >= thread.stack_limit {
            return Err(too_deep(thread));
        }
        for (index, value) in args.all().iter().enumerate() {
            locals.add(index).write(value.word().borrowed());
        }
        let given = bind(thread, function, code, locals, args.positionals().len(), args.names())?;
        run_frame(thread, function, code, locals, given, Word::NULL)
    }
}

/// Runs an activation whose locals are ready, up to its end.
unsafe fn run_frame(
    thread: &mut Thread,
    function: &Function,
    code: &Code,
    locals: *mut Word,
    given: usize,
    namespace: Word,
) -> Outcome {
    // SAFETY: the caller made sure that the frame fits.
    unsafe {
        let th: *mut Thread = thread;
        // The function is kept alive by whoever calls it; the slot below the locals holds nothing.
        locals.sub(1).write(Word::NULL);
        let (pc, sp, fp) = frame::push(th, function, code, locals, given, frame_flags::ENTRY);
        if !namespace.is_null() {
            (*(*th).frame).namespace = namespace;
            (*(*th).frame).flags |= frame_flags::OBSERVED;
        }
        let status = run(pc, sp, fp, th);
        if status == RETURNED {
            let result = Word((*th).registers[0] as u64);
            return Ok(Value::from_word(result));
        }
        Err(Raised::assume())
    }
}

/// Runs a code object with a namespace: a module, a class body, `exec`.
pub fn eval_code(thread: &mut Thread, code: Ref<'_>, globals: Ref<'_>, namespace: Ref<'_>) -> Outcome {
    let function_value = thread.function(code, globals)?;
    eval_function(thread, function_value.as_ref(), namespace)
}

/// Runs a function of no arguments with a namespace, as class bodies are run.
pub fn eval_function(thread: &mut Thread, function: Ref<'_>, namespace: Ref<'_>) -> Outcome {
    let function = function.downcast::<Function>().expect("made from code");
    thread.check_native_stack()?;
    let code = function.code();
    let locals = top(thread).wrapping_add(1);
    // SAFETY: as in `call_function`.
    unsafe {
        if !frame::fits(thread, code, locals) {
            return Err(too_deep(thread));
        }
        let namespace = if code.flags & co::OPTIMIZED != 0 { Word::NULL } else { own(namespace.word()) };
        run_frame(thread, function, code, locals, 0, namespace)
    }
}

/// RecursionError about Python calls, or about the value stack.
#[cold]
pub fn too_deep(thread: &mut Thread) -> Raised {
    // What makes the exception may call Python itself.
    thread.recursion_left += 50;
    let raised = thread.recursion_error("maximum recursion depth exceeded");
    thread.recursion_left -= 50;
    raised
}

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

/// Releases arguments that a failed call leaves behind.
///
/// # Safety
/// The words from `from` to `to` hold a count each or none.
pub unsafe fn release_range(from: *mut Word, to: *mut Word) {
    let mut at = from;
    // SAFETY: the caller's promise.
    unsafe {
        while at < to {
            heap::release(*at);
            at = at.add(1);
        }
    }
}
