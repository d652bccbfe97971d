//! `re.Match`.

use smallvec::SmallVec;
use taipan_macros::{getter, native};
use taipan_object::native::{Args, MemberDef, MethodDef};
use taipan_object::protocol;
use taipan_object::typeobject::{Slots, Type, TypeDef, TypeFlags};
use taipan_object::types::dict::Dict;
use taipan_object::types::genericalias::class_getitem;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Value, object};
use taipan_sre::Matcher;

use super::pattern::Pattern;
use super::subject::Bound;
use super::template::{compile_template, expand as expand_template};

/// A span, or nothing for a group that did not take part.
type Span = Option<(usize, usize)>;

/// A match object.
#[repr(C)]
pub struct Match {
    head: Header,
    string: Value,
    pattern: Value,
    regs: Inside<Option<Value>>,
    /// The spans of the groups, the whole match first.
    spans: SmallVec<[Span; 3]>,
    pos: usize,
    endpos: usize,
    lastindex: Option<usize>,
}
object!(Match, MATCH, holds: string, pattern, regs);

/// The type `re.Match`.
pub static MATCH: Type = Type::new::<Match>(
    &TypeDef {
        doc: Some(
            "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
        ),
        methods: &[METHODS],
        getset: &[&[LASTINDEX, LASTGROUP, REGS]],
        members: &[
            MemberDef {
                name: "string",
                doc: Some("The string passed to match() or search()."),
                get: |_, object| Ok(Some(found(object).string.clone())),
            },
            MemberDef {
                name: "re",
                doc: Some("The regular expression object."),
                get: |_, object| Ok(Some(found(object).pattern.clone())),
            },
            MemberDef {
                name: "pos",
                doc: Some("The index into the string at which the RE engine started looking for a match."),
                get: |_, object| Ok(Some(Value::small_int(found(object).pos as i64))),
            },
            MemberDef {
                name: "endpos",
                doc: Some("The index into the string beyond which the RE engine will not go."),
                get: |_, object| Ok(Some(Value::small_int(found(object).endpos as i64))),
            },
        ],
        ..TypeDef::new("re.Match")
    },
    TypeFlags::CONTAINER.union(TypeFlags::NO_NEW),
    Slots {
        new: None,
        repr: Some(repr),
        subscript: Some(|thread, object, key| group_by_key(thread, found(object), key, Ref::none())),
        ..Slots::holding::<Match>()
    },
);

const METHODS: &[MethodDef] = &[
    GROUP,
    START,
    END,
    SPAN,
    GROUPS,
    GROUPDICT,
    EXPAND,
    __COPY__,
    __DEEPCOPY__,
    class_getitem(Some("See PEP 585")),
];

fn found<'a>(object: Ref<'a>) -> &'a Match {
    object.downcast::<Match>().expect("the slot of matches")
}

/// The match that a matcher has found.
pub(super) fn new_match(
    thread: &mut Thread,
    pattern: &Pattern,
    string: Ref<'_>,
    matcher: &Matcher,
    pos: usize,
) -> Outcome {
    let groups = pattern.program.groups();
    let spans: SmallVec<[Span; 3]> = (0..=groups).map(|group| matcher.span(group)).collect();
    if spans.iter().flatten().any(|(start, end)| start > end) {
        return Err(thread
            .system_error("The span of capturing group is wrong, please report a bug for the re module."));
    }
    let (string, pattern) = (string.to_value(), Ref::of(pattern).to_value());
    let (endpos, lastindex) = (matcher.end, matcher.lastindex());
    thread.new_object(|head| Match {
        head,
        string,
        pattern,
        regs: Inside::new(None),
        spans,
        pos,
        endpos,
        lastindex,
    })
}

impl Match {
    fn pattern(&self) -> &Pattern {
        self.pattern.downcast::<Pattern>().expect("made with a pattern")
    }

    /// How many groups there are, the whole match among them.
    pub(super) fn group_count(&self) -> usize {
        self.spans.len()
    }

    /// The content of a group.
    pub(super) fn group_at(&self, thread: &mut Thread, index: usize, default: Ref<'_>) -> Outcome {
        let Some((start, end)) = self.spans[index] else { return Ok(default.to_value()) };
        let bound = Bound::new(thread, self.string.as_ref(), None)?;
        bound.subject(self.string.as_ref()).slice(thread, self.string.as_ref(), start, end)
    }

    fn index_of(&self, thread: &mut Thread, key: Ref<'_>) -> Outcome<usize> {
        let number = if key.ty().slots().index.is_some() {
            protocol::index_i64(thread, key).ok()
        } else {
            let names = self.pattern().group_index.as_ref().and_then(|names| names.downcast::<Dict>());
            match names {
                Some(names) => names
                    .get(thread, key)?
                    .filter(|number| number.word().is_int())
                    .map(|number| number.word().int()),
                None => None,
            }
        };
        match number
            .and_then(|number| usize::try_from(number).ok())
            .filter(|&number| number < self.spans.len())
        {
            Some(index) => Ok(index),
            None => {
                if thread.exception.is_some()
                    && !thread.exception_is(&taipan_object::types::exception::OVERFLOW_ERROR)
                {
                    return Err(taipan_object::Raised::assume());
                }
                drop(thread.take_exception());
                Err(thread.index_error("no such group"))
            }
        }
    }
}

fn group_by_key(thread: &mut Thread, own: &Match, key: Ref<'_>, default: Ref<'_>) -> Outcome {
    let index = own.index_of(thread, key)?;
    own.group_at(thread, index, default)
}

/// group([group1, ...]) -> str or tuple.
///     Return subgroup(s) of the match by indices or names.
///     For 0 returns the entire match.
#[native(signature = "($self, *args)", hidden)]
fn group<'a>(thread: &mut Thread, this: &'a Match, args: Args<'a>) -> Outcome {
    args.no_keywords(thread, "re.Match.group")?;
    match args.all() {
        [] => this.group_at(thread, 0, Ref::none()),
        [one] => group_by_key(thread, this, *one, Ref::none()),
        many => {
            let groups: Outcome<Vec<Value>> =
                many.iter().map(|key| group_by_key(thread, this, *key, Ref::none())).collect();
            thread.tuple(groups?)
        }
    }
}

fn span_of(thread: &mut Thread, this: &Match, group: Option<Ref<'_>>) -> Outcome<(isize, isize)> {
    let index = match group {
        Some(group) => this.index_of(thread, group)?,
        None => 0,
    };
    Ok(as_signed(this.spans[index]))
}

fn as_signed(span: Span) -> (isize, isize) {
    span.map_or((-1, -1), |(start, end)| (start as isize, end as isize))
}

fn pair(thread: &mut Thread, (start, end): (isize, isize)) -> Outcome {
    thread.tuple([Value::small_int(start as i64), Value::small_int(end as i64)])
}

/// Return index of the start of the substring matched by group.
#[native(signature = "($self, group=0, /)")]
fn start(thread: &mut Thread, this: &Match, group: Option<Ref<'_>>) -> Outcome<isize> {
    Ok(span_of(thread, this, group)?.0)
}

/// Return index of the end of the substring matched by group.
#[native(signature = "($self, group=0, /)")]
fn end(thread: &mut Thread, this: &Match, group: Option<Ref<'_>>) -> Outcome<isize> {
    Ok(span_of(thread, this, group)?.1)
}

/// For match object m, return the 2-tuple (m.start(group), m.end(group)).
#[native(signature = "($self, group=0, /)")]
fn span(thread: &mut Thread, this: &Match, group: Option<Ref<'_>>) -> Outcome {
    let span = span_of(thread, this, group)?;
    pair(thread, span)
}

/// Return a tuple containing all the subgroups of the match, from 1.
///
///   default
///     Is used for groups that did not participate in the match.
#[native(signature = "($self, /, default=None)")]
fn groups(thread: &mut Thread, this: &Match, default: Option<Ref<'_>>) -> Outcome {
    let default = default.unwrap_or(Ref::none());
    let groups: Outcome<Vec<Value>> =
        (1..this.spans.len()).map(|index| this.group_at(thread, index, default)).collect();
    thread.tuple(groups?)
}

/// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
///
///   default
///     Is used for groups that did not participate in the match.
#[native(signature = "($self, /, default=None)")]
fn groupdict(thread: &mut Thread, this: &Match, default: Option<Ref<'_>>) -> Outcome {
    let default = default.unwrap_or(Ref::none());
    let made = thread.dict()?;
    let dict = made.downcast::<Dict>().expect("just made");
    let names = this.pattern().group_index.clone();
    if let Some(names) = names.as_ref().and_then(|names| names.downcast::<Dict>()) {
        let mut position = 0;
        while let Some((after, name, _)) = names.next_entry(thread, position) {
            position = after;
            let value = group_by_key(thread, this, name.as_ref(), default)?;
            dict.set(thread, name.as_ref(), value)?;
        }
    }
    Ok(made)
}

/// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
#[native(signature = "($self, /, template)")]
fn expand(thread: &mut Thread, this: Ref<'_>, template: Ref<'_>) -> Outcome {
    let template = compile_template(thread, found(this).pattern(), template)?;
    expand_template(thread, &template, &this.to_value())
}

#[native(signature = "($self, /)", name = "__copy__")]
fn __copy__(_: &mut Thread, this: Ref<'_>) -> Value {
    this.to_value()
}

#[native(signature = "($self, memo, /)", name = "__deepcopy__")]
fn __deepcopy__(_: &mut Thread, this: Ref<'_>, _memo: Ref<'_>) -> Value {
    this.to_value()
}

/// The integer index of the last matched capturing group.
#[getter]
fn lastindex(_: &mut Thread, this: &Match) -> Value {
    this.lastindex.map_or_else(Value::none, |index| Value::small_int(index as i64))
}

/// The name of the last matched capturing group.
#[getter]
fn lastgroup(_: &mut Thread, this: &Match) -> Value {
    let names = this.pattern().index_group.as_ref().and_then(|names| names.downcast::<Tuple>());
    let name = this.lastindex.and_then(|index| names?.items().get(index).map(|name| name.to_value()));
    name.unwrap_or_else(Value::none)
}

#[getter]
fn regs(thread: &mut Thread, this: &Match) -> Outcome {
    if let Some(regs) = this.regs.view(thread) {
        return Ok(regs.clone());
    }
    let pairs: Outcome<Vec<Value>> = this.spans.iter().map(|span| pair(thread, as_signed(*span))).collect();
    let regs = thread.tuple(pairs?)?;
    *this.regs.change(thread) = Some(regs.clone());
    Ok(regs)
}

fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let own = found(object);
    let content = own.group_at(thread, 0, Ref::none())?;
    let content: String = protocol::repr_string(thread, content.as_ref())?.chars().take(50).collect();
    let (start, end) = as_signed(own.spans[0]);
    let name = object.ty().name().into_owned();
    thread.str(&format!("<{name} object; span=({start}, {end}), match={content}>"))
}
