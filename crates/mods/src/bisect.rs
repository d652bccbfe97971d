//! The module `_bisect`.
//!
//! Answers for CPython's `Modules/_bisectmodule.c`.

use taipan_macros::native;
use taipan_object::native::ModuleDef;
use taipan_object::protocol;
use taipan_object::typeobject::CompareOp;
use taipan_object::types::list::List;
use taipan_object::{Outcome, Ref, Thread};

/// The module `_bisect`.
pub static BISECT: ModuleDef = ModuleDef {
    name: "_bisect",
    doc: Some(
        "Bisection algorithms.\n\nThis module provides support for maintaining a list in sorted order without\nhaving to sort the list after each insertion. For long lists of items with\nexpensive comparison operations, this can be an improvement over the more\ncommon approach.\n",
    ),
    functions: &[&[BISECT_LEFT, BISECT_RIGHT, INSORT_LEFT, INSORT_RIGHT]],
    exec: None,
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

type Bound<'a> = Option<Ref<'a>>;

fn search(
    thread: &mut Thread,
    (a, x): (Ref<'_>, Ref<'_>),
    (lo, hi): (Option<isize>, Bound<'_>),
    key: Bound<'_>,
    side: Side,
) -> Outcome<isize> {
    let mut lo = lo.unwrap_or(0);
    if lo < 0 {
        return Err(thread.value_error("lo must be non-negative"));
    }
    let mut hi = match hi.filter(|hi| !hi.is_none()) {
        Some(hi) => protocol::index_isize(thread, hi)?,
        None => protocol::length(thread, a)? as isize,
    };
    let key = key.filter(|key| !key.is_none());
    while lo < hi {
        let middle = lo + (hi - lo) / 2;
        let item = match a.exact::<List>() {
            Some(list) => list.get(thread, middle as usize).ok_or(()),
            None => Err(()),
        };
        let item = match item {
            Ok(item) => item,
            Err(()) => {
                let index = thread.int(middle as i128)?;
                protocol::get_item(thread, a, index.as_ref())?
            }
        };
        let item = match key {
            Some(key) => protocol::call(thread, key, &[item.as_ref()])?,
            None => item,
        };
        let below = match side {
            Side::Left => protocol::compare(thread, item.as_ref(), x, CompareOp::Lt)?,
            Side::Right => protocol::compare(thread, x, item.as_ref(), CompareOp::Lt)?,
        };
        if protocol::is_true(thread, below.as_ref())? == (side == Side::Left) {
            lo = middle + 1;
        } else {
            hi = middle;
        }
    }
    Ok(lo)
}

fn insert(
    thread: &mut Thread,
    (a, x): (Ref<'_>, Ref<'_>),
    bounds: (Option<isize>, Bound<'_>),
    key: Bound<'_>,
    side: Side,
) -> Outcome<()> {
    let wanted = match key.filter(|key| !key.is_none()) {
        Some(key) => protocol::call(thread, key, &[x])?,
        None => x.to_value(),
    };
    let at = search(thread, (a, wanted.as_ref()), bounds, key, side)?;
    let at = thread.int(at as i128)?;
    protocol::call_method(thread, a, "insert", &[at.as_ref(), x]).map(drop)
}

/// Return the index where to insert item x in list a, assuming a is sorted.
///
/// The return value i is such that all e in a[:i] have e < x, and all e in
/// a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x)
/// will insert just before the leftmost x already there.
///
/// Optional args lo (default 0) and hi (default len(a)) bound the
/// slice of a to be searched.
///
/// A custom key function can be supplied to customize the sort order.
#[native(signature = "($module, /, a, x, lo=0, hi=None, *, key=None)")]
fn bisect_left(
    thread: &mut Thread,
    a: Ref<'_>,
    x: Ref<'_>,
    lo: Option<isize>,
    hi: Bound<'_>,
    key: Bound<'_>,
) -> Outcome<isize> {
    search(thread, (a, x), (lo, hi), key, Side::Left)
}

/// Return the index where to insert item x in list a, assuming a is sorted.
///
/// The return value i is such that all e in a[:i] have e <= x, and all e in
/// a[i:] have e > x.  So if x already appears in the list, a.insert(i, x)
/// will insert just after the rightmost x already there.
///
/// Optional args lo (default 0) and hi (default len(a)) bound the
/// slice of a to be searched.
///
/// A custom key function can be supplied to customize the sort order.
#[native(signature = "($module, /, a, x, lo=0, hi=None, *, key=None)")]
fn bisect_right(
    thread: &mut Thread,
    a: Ref<'_>,
    x: Ref<'_>,
    lo: Option<isize>,
    hi: Bound<'_>,
    key: Bound<'_>,
) -> Outcome<isize> {
    search(thread, (a, x), (lo, hi), key, Side::Right)
}

/// Insert item x in list a, and keep it sorted assuming a is sorted.
///
/// If x is already in a, insert it to the left of the leftmost x.
///
/// Optional args lo (default 0) and hi (default len(a)) bound the
/// slice of a to be searched.
///
/// A custom key function can be supplied to customize the sort order.
#[native(signature = "($module, /, a, x, lo=0, hi=None, *, key=None)")]
fn insort_left(
    thread: &mut Thread,
    a: Ref<'_>,
    x: Ref<'_>,
    lo: Option<isize>,
    hi: Bound<'_>,
    key: Bound<'_>,
) -> Outcome<()> {
    insert(thread, (a, x), (lo, hi), key, Side::Left)
}

/// Insert item x in list a, and keep it sorted assuming a is sorted.
///
/// If x is already in a, insert it to the right of the rightmost x.
///
/// Optional args lo (default 0) and hi (default len(a)) bound the
/// slice of a to be searched.
///
/// A custom key function can be supplied to customize the sort order.
#[native(signature = "($module, /, a, x, lo=0, hi=None, *, key=None)")]
fn insort_right(
    thread: &mut Thread,
    a: Ref<'_>,
    x: Ref<'_>,
    lo: Option<isize>,
    hi: Bound<'_>,
    key: Bound<'_>,
) -> Outcome<()> {
    insert(thread, (a, x), (lo, hi), key, Side::Right)
}
