//! `re.Pattern`.

use std::hash::{Hash, Hasher};

use taipan_macros::{getter, native};
use taipan_object::native::{MemberDef, MethodDef};
use taipan_object::protocol;
use taipan_object::typeobject::{CompareOp, Slots, Type, TypeDef, TypeFlags};
use taipan_object::types::dict::{Dict, MAPPING_PROXY};
use taipan_object::types::genericalias::class_getitem;
use taipan_object::types::list::List;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Header, Outcome, Ref, Thread, Value, object};
use taipan_sre::{Matcher, Program};

use super::found::new_match;
use super::scanner::new_scanner;
use super::subject::{Bound, Mode, join, matcher};
use super::template::{Template, compile_template, expand};

/// A compiled pattern.
#[repr(C)]
pub struct Pattern {
    head: Header,
    pub(super) program: Program,
    pattern: Value,
    flags: i32,
    /// Names of groups to their numbers, if there are any.
    pub(super) group_index: Option<Value>,
    /// The name of each group.
    pub(super) index_group: Option<Value>,
    pub(super) is_bytes: Option<bool>,
}
object!(Pattern, PATTERN, holds: pattern, group_index, index_group);

/// The type `re.Pattern`.
pub static PATTERN: Type = Type::new::<Pattern>(
    &TypeDef {
        doc: Some("Compiled regular expression object."),
        methods: &[METHODS],
        getset: &[&[GROUPINDEX]],
        members: &[
            MemberDef {
                name: "pattern",
                doc: Some("The pattern string from which the RE object was compiled."),
                get: |_, object| Ok(Some(pattern_of(object).pattern.clone())),
            },
            MemberDef {
                name: "flags",
                doc: Some("The regex matching flags."),
                get: |_, object| Ok(Some(Value::small_int(i64::from(pattern_of(object).flags)))),
            },
            MemberDef {
                name: "groups",
                doc: Some("The number of capturing groups in the pattern."),
                get: |_, object| Ok(Some(Value::small_int(pattern_of(object).program.groups() as i64))),
            },
        ],
        ..TypeDef::new("re.Pattern")
    },
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW).union(TypeFlags::WEAKREF),
    Slots {
        new: None,
        repr: Some(repr),
        hash: Some(hash),
        compare: Some(compare),
        ..Slots::holding::<Pattern>()
    },
);

const METHODS: &[MethodDef] = &[
    MATCH_,
    FULLMATCH,
    SEARCH,
    SUB,
    SUBN,
    FINDALL,
    SPLIT,
    FINDITER,
    SCANNER,
    __COPY__,
    __DEEPCOPY__,
    class_getitem(Some("See PEP 585")),
];

fn pattern_of<'a>(object: Ref<'a>) -> &'a Pattern {
    object.downcast::<Pattern>().expect("the slot of patterns")
}

#[native(signature = "($module, /, pattern, flags, code, groups, groupindex,\n        indexgroup)")]
pub(super) fn compile(
    thread: &mut Thread,
    pattern: Ref<'_>,
    flags: i32,
    code: &List,
    groups: isize,
    groupindex: &Dict,
    indexgroup: &Tuple,
) -> Outcome {
    let words: Vec<Value> = code.view(thread).iter().map(|word| word.to_value()).collect();
    let mut codes = Vec::with_capacity(words.len());
    for word in words {
        let number = protocol::index_i64(thread, word.as_ref())?;
        match u32::try_from(number) {
            Ok(number) => codes.push(number),
            Err(_) if number < 0 => {
                return Err(thread.overflow_error("can't convert negative value to unsigned int"));
            }
            Err(_) => return Err(thread.overflow_error("regular expression code size limit exceeded")),
        }
    }
    let is_bytes = if pattern.is_none() {
        None
    } else {
        drop(Bound::new(thread, pattern, None)?);
        Some(pattern.downcast::<Str>().is_none())
    };
    let program = usize::try_from(groups).ok().and_then(|groups| Program::new(codes, groups).ok());
    let Some(program) = program else { return Err(thread.runtime_error("invalid SRE code")) };
    let named = groupindex.len(thread) > 0;
    let group_index = named.then(|| Ref::of(groupindex).to_value());
    let index_group = (named && !indexgroup.is_empty()).then(|| Ref::of(indexgroup).to_value());
    let pattern = pattern.to_value();
    thread.new_object(|head| Pattern { head, program, pattern, flags, group_index, index_group, is_bytes })
}

fn once(
    thread: &mut Thread,
    this: &Pattern,
    string: Ref<'_>,
    (pos, endpos): (Option<isize>, Option<isize>),
    mode: Mode,
) -> Outcome {
    let bound = Bound::new(thread, string, this.is_bytes)?;
    let subject = bound.subject(string);
    let mut matcher = matcher(&this.program, subject.len(), pos.unwrap_or(0), endpos.unwrap_or(isize::MAX));
    if matcher.start > matcher.end {
        return Ok(Value::none());
    }
    let pos = matcher.start;
    if !subject.run(thread, &this.program, &mut matcher, mode)? {
        return Ok(Value::none());
    }
    new_match(thread, this, string, &matcher, pos)
}

/// Matches zero or more characters at the beginning of the string.
#[native(signature = "($self, /, string, pos=0, endpos=sys.maxsize)")]
fn match_(
    thread: &mut Thread,
    this: &Pattern,
    string: Ref<'_>,
    pos: Option<isize>,
    endpos: Option<isize>,
) -> Outcome {
    once(thread, this, string, (pos, endpos), Mode::Match)
}

/// Matches against all of the string.
#[native(signature = "($self, /, string, pos=0, endpos=sys.maxsize)")]
fn fullmatch(
    thread: &mut Thread,
    this: &Pattern,
    string: Ref<'_>,
    pos: Option<isize>,
    endpos: Option<isize>,
) -> Outcome {
    once(thread, this, string, (pos, endpos), Mode::FullMatch)
}

/// Scan through string looking for a match, and return a corresponding match object instance.
///
/// Return None if no position in the string matches.
#[native(signature = "($self, /, string, pos=0, endpos=sys.maxsize)")]
fn search(
    thread: &mut Thread,
    this: &Pattern,
    string: Ref<'_>,
    pos: Option<isize>,
    endpos: Option<isize>,
) -> Outcome {
    once(thread, this, string, (pos, endpos), Mode::Search)
}

/// Goes on behind a match.
pub(super) fn advance(matcher: &mut Matcher) {
    matcher.must_advance = matcher.position == matcher.start;
    matcher.start = matcher.position;
}

/// Return a list of all non-overlapping matches of pattern in string.
#[native(signature = "($self, /, string, pos=0, endpos=sys.maxsize)")]
fn findall(
    thread: &mut Thread,
    this: &Pattern,
    string: Ref<'_>,
    pos: Option<isize>,
    endpos: Option<isize>,
) -> Outcome {
    let bound = Bound::new(thread, string, this.is_bytes)?;
    let subject = bound.subject(string);
    let mut matcher = matcher(&this.program, subject.len(), pos.unwrap_or(0), endpos.unwrap_or(isize::MAX));
    let made = thread.list(Vec::new())?;
    let list = made.downcast::<List>().expect("just made");
    while matcher.start <= matcher.end {
        matcher.reset();
        if !subject.run(thread, &this.program, &mut matcher, Mode::Search)? {
            break;
        }
        let group = |thread: &mut Thread, group: usize| {
            let (start, end) = matcher.span(group).unwrap_or((0, 0));
            subject.slice(thread, string, start, end)
        };
        let item = match this.program.groups() {
            0 => group(thread, 0)?,
            1 => group(thread, 1)?,
            count => {
                let groups: Outcome<Vec<Value>> = (1..=count).map(|index| group(thread, index)).collect();
                thread.tuple(groups?)?
            }
        };
        list.push(thread, item)?;
        advance(&mut matcher);
    }
    Ok(made)
}

/// Return an iterator over all non-overlapping matches for the RE pattern in string.
///
/// For each match, the iterator returns a match object.
#[native(signature = "($self, /, string, pos=0, endpos=sys.maxsize)")]
fn finditer(
    thread: &mut Thread,
    this: &Pattern,
    string: Ref<'_>,
    pos: Option<isize>,
    endpos: Option<isize>,
) -> Outcome {
    let scanner = new_scanner(thread, this, string, pos.unwrap_or(0), endpos.unwrap_or(isize::MAX))?;
    let name = thread.intern("search")?;
    let search = protocol::get_attribute(thread, scanner.as_ref(), name.as_ref())?;
    let iter = crate::library::builtin(thread, "iter")?;
    protocol::call(thread, iter.as_ref(), &[search.as_ref(), Ref::none()])
}

#[native(signature = "($self, /, string, pos=0, endpos=sys.maxsize)")]
fn scanner(
    thread: &mut Thread,
    this: &Pattern,
    string: Ref<'_>,
    pos: Option<isize>,
    endpos: Option<isize>,
) -> Outcome {
    new_scanner(thread, this, string, pos.unwrap_or(0), endpos.unwrap_or(isize::MAX))
}

/// Split string by the occurrences of pattern.
#[native(signature = "($self, /, string, maxsplit=0)")]
fn split(thread: &mut Thread, this: &Pattern, string: Ref<'_>, maxsplit: Option<isize>) -> Outcome {
    let maxsplit = maxsplit.unwrap_or(0);
    let bound = Bound::new(thread, string, this.is_bytes)?;
    let subject = bound.subject(string);
    let mut matcher = matcher(&this.program, subject.len(), 0, isize::MAX);
    let made = thread.list(Vec::new())?;
    let list = made.downcast::<List>().expect("just made");
    let (mut last, mut count) = (0, 0);
    while maxsplit == 0 || count < maxsplit {
        matcher.reset();
        if !subject.run(thread, &this.program, &mut matcher, Mode::Search)? {
            break;
        }
        let before = subject.slice(thread, string, last, matcher.start)?;
        list.push(thread, before)?;
        for index in 1..=this.program.groups() {
            let group = match matcher.span(index) {
                Some((start, end)) => subject.slice(thread, string, start, end)?,
                None => Value::none(),
            };
            list.push(thread, group)?;
        }
        count += 1;
        advance(&mut matcher);
        last = matcher.start;
    }
    let rest = subject.slice(thread, string, last, subject.len())?;
    list.push(thread, rest)?;
    Ok(made)
}

/// What takes the place of a match.
enum Filter {
    Literal(Value),
    Template(Value),
    Callable(Value),
}

fn filter_of(thread: &mut Thread, this: &Pattern, replacement: Ref<'_>) -> Outcome<Filter> {
    if replacement.ty().slots().call.is_some() {
        return Ok(Filter::Callable(replacement.to_value()));
    }
    let is_literal = if let Some(text) = replacement.downcast::<Str>() {
        !text.chars().iter().any(|c| c == u32::from('\\'))
    } else {
        match Bound::new(thread, replacement, None) {
            Ok(bound) => match bound.subject(replacement) {
                super::subject::Subject::Bytes(bytes) => !bytes.contains(&b'\\'),
                super::subject::Subject::Text(_) => false,
            },
            Err(_) => {
                drop(thread.take_exception());
                false
            }
        }
    };
    if is_literal {
        return Ok(Filter::Literal(replacement.to_value()));
    }
    let template = compile_template(thread, this, replacement)?;
    match template.downcast::<Template>().and_then(Template::only_literal) {
        Some(literal) => Ok(Filter::Literal(literal)),
        None => Ok(Filter::Template(template)),
    }
}

fn substitute(
    thread: &mut Thread,
    this: &Pattern,
    replacement: Ref<'_>,
    string: Ref<'_>,
    count: isize,
) -> Outcome<(Value, usize)> {
    let filter = filter_of(thread, this, replacement)?;
    let bound = Bound::new(thread, string, this.is_bytes)?;
    let subject = bound.subject(string);
    let mut matcher = matcher(&this.program, subject.len(), 0, isize::MAX);
    let mut parts: Vec<Value> = Vec::new();
    let (mut last, mut done) = (0, 0);
    while count == 0 || (done as isize) < count {
        matcher.reset();
        if !subject.run(thread, &this.program, &mut matcher, Mode::Search)? {
            break;
        }
        if parts.try_reserve(2).is_err() {
            return Err(thread.no_memory());
        }
        if last < matcher.start {
            parts.push(subject.slice(thread, string, last, matcher.start)?);
        }
        let item = match &filter {
            Filter::Literal(literal) => literal.clone(),
            Filter::Template(template) => {
                let found = new_match(thread, this, string, &matcher, 0)?;
                expand(thread, template, &found)?
            }
            Filter::Callable(callable) => {
                let found = new_match(thread, this, string, &matcher, 0)?;
                protocol::call(thread, callable.as_ref(), &[found.as_ref()])?
            }
        };
        if !item.as_ref().is_none() {
            parts.push(item);
        }
        last = matcher.position;
        done += 1;
        advance(&mut matcher);
    }
    if last < subject.len() {
        parts.push(subject.slice(thread, string, last, subject.len())?);
    }
    let is_bytes = string.downcast::<Str>().is_none();
    if parts.is_empty() {
        return Ok((subject.slice(thread, Ref::none(), 0, 0)?, done));
    }
    Ok((join(thread, parts, is_bytes)?, done))
}

/// Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.
#[native(signature = "($self, /, repl, string, count=0)")]
fn sub(thread: &mut Thread, this: &Pattern, repl: Ref<'_>, string: Ref<'_>, count: Option<isize>) -> Outcome {
    Ok(substitute(thread, this, repl, string, count.unwrap_or(0))?.0)
}

/// Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.
#[native(signature = "($self, /, repl, string, count=0)")]
fn subn(
    thread: &mut Thread,
    this: &Pattern,
    repl: Ref<'_>,
    string: Ref<'_>,
    count: Option<isize>,
) -> Outcome {
    let (result, done) = substitute(thread, this, repl, string, count.unwrap_or(0))?;
    let done = thread.int(done as i128)?;
    thread.tuple([result, done])
}

#[native(signature = "($self, /)", name = "__copy__")]
fn __copy__(_: &mut Thread, this: Ref<'_>) -> Value {
    this.to_value()
}

#[native(signature = "($self, memo, /)", name = "__deepcopy__")]
fn __deepcopy__(_: &mut Thread, this: Ref<'_>, _memo: Ref<'_>) -> Value {
    this.to_value()
}

/// A dictionary mapping group names to group numbers.
#[getter]
fn groupindex(thread: &mut Thread, this: &Pattern) -> Outcome {
    match &this.group_index {
        Some(index) => protocol::call(thread, MAPPING_PROXY.as_ref(), &[index.as_ref()]),
        None => thread.dict(),
    }
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    const NAMES: [(&str, i32); 8] = [
        ("re.IGNORECASE", 2),
        ("re.LOCALE", 4),
        ("re.MULTILINE", 8),
        ("re.DOTALL", 16),
        ("re.UNICODE", 32),
        ("re.VERBOSE", 64),
        ("re.DEBUG", 128),
        ("re.ASCII", 256),
    ];
    let own = pattern_of(object);
    let mut flags = own.flags;
    if own.is_bytes == Some(false) && flags & (4 | 32 | 256) == 32 {
        flags &= !32;
    }
    let mut shown = Vec::new();
    for (name, flag) in NAMES {
        if flags & flag != 0 {
            shown.push(name.to_owned());
            flags &= !flag;
        }
    }
    if flags != 0 {
        shown.push(format!("0x{flags:x}"));
    }
    let text: String = protocol::repr_string(thread, own.pattern.as_ref())?.chars().take(200).collect();
    if shown.is_empty() {
        return thread.str(&format!("re.compile({text})"));
    }
    thread.str(&format!("re.compile({text}, {})", shown.join("|")))
}

fn hash(thread: &mut Thread, object: Ref<'_>) -> Outcome<i64> {
    let own = pattern_of(object);
    let mut hasher = rustc_hash::FxHasher::default();
    own.program.code().hash(&mut hasher);
    (own.flags, own.is_bytes).hash(&mut hasher);
    let pattern = protocol::hash(thread, own.pattern.as_ref())?;
    let hash = hasher.finish() as i64 ^ pattern;
    Ok(if hash == -1 { -2 } else { hash })
}

fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
    let (Some(a), Some(b)) = (left.downcast::<Pattern>(), right.downcast::<Pattern>()) else {
        return Ok(Value::not_implemented());
    };
    if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::not_implemented());
    }
    let equal = std::ptr::eq(a, b)
        || (a.flags == b.flags
            && a.is_bytes == b.is_bytes
            && a.program == b.program
            && protocol::compare_bool(thread, a.pattern.as_ref(), b.pattern.as_ref(), CompareOp::Eq)?);
    Ok(Value::bool(equal == (op == CompareOp::Eq)))
}
