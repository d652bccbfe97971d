//! The module `itertools`.
//!
//! Answers for CPython's `Modules/itertoolsmodule.c`.

mod chain;
mod combine;
mod endless;
mod groupby;
mod select;
mod tee;

use taipan_object::native::{Args, ModuleDef};
use taipan_object::{Outcome, Ref, Thread, Type};

/// The module `itertools`.
pub static ITERTOOLS: ModuleDef = ModuleDef {
    name: "itertools",
    doc: Some(
        "Functional tools for creating and using iterators.\n\nInfinite iterators:\ncount(start=0, step=1) --> start, start+step, start+2*step, ...\ncycle(p) --> p0, p1, ... plast, p0, p1, ...\nrepeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times\n\nIterators terminating on the shortest input sequence:\naccumulate(p[, func]) --> p0, p0+p1, p0+p1+p2\nbatched(p, n) --> [p0, p1, ..., p_n-1], [p_n, p_n+1, ..., p_2n-1], ...\nchain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...\nchain.from_iterable([p, q, ...]) --> p0, p1, ... plast, q0, q1, ...\ncompress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), ...\ndropwhile(predicate, seq) --> seq[n], seq[n+1], starting when predicate fails\ngroupby(iterable[, keyfunc]) --> sub-iterators grouped by value of keyfunc(v)\nfilterfalse(predicate, seq) --> elements of seq where predicate(elem) is False\nislice(seq, [start,] stop [, step]) --> elements from\n       seq[start:stop:step]\npairwise(s) --> (s[0],s[1]), (s[1],s[2]), (s[2], s[3]), ...\nstarmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...\ntee(it, n=2) --> (it1, it2 , ... itn) splits one iterator into n\ntakewhile(predicate, seq) --> seq[0], seq[1], until predicate fails\nzip_longest(p, q, ...) --> (p[0], q[0]), (p[1], q[1]), ...\n\nCombinatoric generators:\nproduct(p, q, ... [repeat=1]) --> cartesian product\npermutations(p[, r])\ncombinations(p, r)\ncombinations_with_replacement(p, r)\n",
    ),
    functions: &[&[tee::TEE_FUNCTION]],
    exec: Some(|thread, module| {
        let types = [chain::TYPES, combine::TYPES, endless::TYPES, groupby::TYPES, select::TYPES, tee::TYPES];
        types.into_iter().try_for_each(|types| crate::library::add_types(thread, module, types))
    }),
};

/// Whether a derived class initialises its instances itself, and so may take keywords.
fn has_own_init(ty: &Type, own: &Type) -> bool {
    let init = |ty: &Type| ty.slots().init.map(|init| init as usize);
    init(ty) != init(own)
}

/// The only `N` arguments of a constructor that takes no keywords unless a derived class does.
fn exactly<'a, const N: usize>(
    thread: &mut Thread,
    ty: &Type,
    own: &Type,
    args: Args<'a>,
) -> Outcome<[Ref<'a>; N]> {
    if !has_own_init(ty, own) && args.keyword_count() != 0 {
        let name = own.short_name().into_owned();
        return Err(thread.type_error(format!("{name}() takes no keyword arguments")));
    }
    let given = args.positionals();
    match <[Ref<'a>; N]>::try_from(given) {
        Ok(all) => Ok(all),
        Err(_) => {
            let (name, plural) = (own.short_name().into_owned(), if N == 1 { "" } else { "s" });
            Err(thread.type_error(format!("{name} expected {N} argument{plural}, got {}", given.len())))
        }
    }
}

/// Declares an iterator type: its struct, its constructor and its step.
macro_rules! iterator_type {
    ($(#[$doc:meta])* $ty:ident $object:ident $def:expr, $new:expr, $next:expr $(, $slot:ident: $value:expr)*) => {
        $(#[$doc])*
        pub static $ty: taipan_object::Type = taipan_object::Type::new::<$object>(
            &$def,
            taipan_object::typeobject::TypeFlags::BASE.union(taipan_object::typeobject::TypeFlags::CONTAINER),
            taipan_object::typeobject::Slots {
                new: Some($new),
                iter: Some(|_, object| Ok(object.to_value())),
                next: Some($next),
                $($slot: Some($value),)*
                ..taipan_object::typeobject::Slots::holding::<$object>()
            },
        );

        impl $object {
            fn of<'a>(object: taipan_object::Ref<'a>) -> &'a $object {
                object.downcast::<$object>().expect("the slot of the type")
            }
        }
    };
}
pub(crate) use iterator_type;

/// Declares the parameters of a constructor.
macro_rules! parameters {
    ($function:literal [$($name:literal),*] positional_only $only:literal positional $positional:literal required $required:literal) => {
        taipan_object::native::Parameters {
            function: $function,
            names: &[$($name),*],
            positional_only: $only,
            positional: $positional,
            required: $required,
            required_keywords: 0,
        }
    };
}
pub(crate) use parameters;
