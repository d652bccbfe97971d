//! `product`, `permutations`, `combinations`, `combinations_with_replacement`.

use std::cell::Cell;

use smallvec::SmallVec;
use taipan_macros::native;
use taipan_object::native::{Args, Parameters};
use taipan_object::protocol;
use taipan_object::typeobject::{TypeDef, allocate_instance};
use taipan_object::types::tuple::Tuple;
use taipan_object::{Header, Inside, Outcome, Ref, Thread, Type, Value, object};

use super::{iterator_type, parameters};

pub(super) const TYPES: &[&Type] = &[&PRODUCT, &PERMUTATIONS, &COMBINATIONS, &COMBINATIONS_WITH_REPLACEMENT];

fn tuple_of(thread: &mut Thread, iterable: Ref<'_>) -> Outcome {
    if iterable.exact::<Tuple>().is_some() {
        return Ok(iterable.to_value());
    }
    let all = protocol::collect(thread, iterable)?;
    thread.tuple(all)
}

fn items(pool: &Value) -> &[Ref<'_>] {
    pool.downcast::<Tuple>().map_or(&[], Tuple::items)
}

/// A list of indices, as many as memory allows.
fn indices(thread: &mut Thread, numbers: impl ExactSizeIterator<Item = usize>) -> Outcome<Vec<usize>> {
    let Some(bytes) = numbers.len().checked_mul(8).filter(|&bytes| bytes < isize::MAX as usize) else {
        return Err(thread.no_memory());
    };
    thread.charge(bytes)?;
    thread.heap().discharge(bytes);
    let mut all = Vec::new();
    if all.try_reserve_exact(numbers.len()).is_err() {
        return Err(thread.no_memory());
    }
    all.extend(numbers);
    Ok(all)
}

/// Where an iteration stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    First,
    Running,
    Ended,
}

/// A product object.
#[repr(C)]
pub struct Product {
    head: Header,
    /// Tuples.
    pools: Box<[Value]>,
    indices: Inside<Vec<usize>>,
    stage: Cell<Stage>,
}
object!(Product, PRODUCT, holds: pools);

iterator_type!(
    /// The type `itertools.product`.
    PRODUCT Product
    TypeDef {
        doc: Some("Cartesian product of input iterables.  Equivalent to nested for-loops.\n\nFor example, product(A, B) returns the same as:  ((x,y) for x in A for y in B).\nThe leftmost iterators are in the outermost for-loop, so the output tuples\ncycle in a manner similar to an odometer (with the rightmost element changing\non every iteration).\n\nTo compute the product of an iterable with itself, specify the number\nof repetitions with the optional repeat keyword argument. For example,\nproduct(A, repeat=4) means the same as product(A, A, A, A).\n\nproduct('ab', range(3)) --> ('a',0) ('a',1) ('a',2) ('b',0) ('b',1) ('b',2)\nproduct((0,1), (0,1), (0,1)) --> (0,0,0) (0,0,1) (0,1,0) (0,1,1) (1,0,0) ..."),
        signature: Some("(*iterables, repeat=1)"),
        methods: &[&[SIZEOF_PRODUCT]],
        ..TypeDef::new("itertools.product")
    },
    new_product, next_product);

fn new_product<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
    static PARAMETERS: Parameters =
        parameters!("product" ["repeat"] positional_only 0 positional 0 required 0);
    let values = &args.all()[args.positionals().len()..];
    let [repeat] = PARAMETERS.parse::<1>(thread, Args::with_names(values, args.names()))?;
    let repeat = match repeat {
        Some(repeat) => protocol::index_isize(thread, repeat)?,
        None => 1,
    };
    if repeat < 0 {
        return Err(thread.value_error("repeat argument cannot be negative"));
    }
    let given = args.positionals();
    let mut own = Vec::new();
    if repeat > 0 {
        for iterable in given {
            own.push(tuple_of(thread, *iterable)?);
        }
    }
    let Some(count) = given.len().checked_mul(repeat as usize) else {
        return Err(thread.overflow_error("repeat argument too large"));
    };
    let starts = indices(thread, (0..count).map(|_| 0))?;
    let stage = if own.iter().any(|pool| items(pool).is_empty()) { Stage::Ended } else { Stage::First };
    let pools: Box<[Value]> = (0..count).map(|index| own[index % own.len()].clone()).collect();
    allocate_instance(thread, ty, |head| Product {
        head,
        pools,
        indices: Inside::new(starts),
        stage: Cell::new(stage),
    })
}

fn next_product(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
    let own = Product::of(object);
    match own.stage.get() {
        Stage::Ended => return Ok(None),
        Stage::First => own.stage.set(Stage::Running),
        Stage::Running => {
            let indices = own.indices.change(thread);
            let mut advanced = false;
            for (index, pool) in indices.iter_mut().zip(&own.pools).rev() {
                *index += 1;
                if *index < items(pool).len() {
                    advanced = true;
                    break;
                }
                *index = 0;
            }
            if !advanced {
                own.stage.set(Stage::Ended);
                return Ok(None);
            }
        }
    }
    let picked: SmallVec<[Value; 8]> = own
        .indices
        .view(thread)
        .iter()
        .zip(&own.pools)
        .map(|(&index, pool)| items(pool)[index].to_value())
        .collect();
    thread.tuple(picked).map(Some)
}

/// Returns size in memory, in bytes.
#[native(signature = "($self, /)", name = "__sizeof__")]
fn sizeof_product(_: &mut Thread, this: &Product) -> usize {
    Ref::of(this).ty().size.get() as usize + this.pools.len() * 8
}

macro_rules! of_one_pool {
    ($($(#[$doc:meta])* $ty:ident $object:ident $def:expr, $new:expr, $advance:expr;)*) => {$(
        /// An iterator over selections of one pool.
        #[repr(C)]
        pub struct $object {
            head: Header,
            /// A tuple.
            pool: Value,
            indices: Inside<Vec<usize>>,
            /// For permutations.
            cycles: Inside<Vec<usize>>,
            count: usize,
            stage: Cell<Stage>,
        }
        object!($object, $ty, holds: pool);

        iterator_type!(
            $(#[$doc])*
            $ty $object $def, $new,
            |thread, object| {
                let own = $object::of(object);
                let length = items(&own.pool).len();
                match own.stage.get() {
                    Stage::Ended => return Ok(None),
                    Stage::First => own.stage.set(Stage::Running),
                    Stage::Running => {
                        let mut cycles = std::mem::take(own.cycles.change(thread));
                        let advance: fn(&mut [usize], &mut [usize], usize, usize) -> bool = $advance;
                        let advanced = advance(own.indices.change(thread), &mut cycles, length, own.count);
                        *own.cycles.change(thread) = cycles;
                        if !advanced {
                            own.stage.set(Stage::Ended);
                            return Ok(None);
                        }
                    }
                }
                let pool = items(&own.pool);
                let picked: SmallVec<[Value; 8]> =
                    own.indices.view(thread)[..own.count].iter().map(|&index| pool[index].to_value()).collect();
                thread.tuple(picked).map(Some)
            });
    )*};
}

type Parts = (Value, Vec<usize>, Vec<usize>, usize, Stage);

fn size_argument(thread: &mut Thread, given: Ref<'_>) -> Outcome<usize> {
    match usize::try_from(protocol::index_isize(thread, given)?) {
        Ok(size) => Ok(size),
        Err(_) => Err(thread.value_error("r must be non-negative")),
    }
}

fn selection(
    thread: &mut Thread,
    args: Args<'_>,
    parameters: &Parameters,
    with_replacement: bool,
) -> Outcome<Parts> {
    let [iterable, size] = parameters.parse::<2>(thread, args)?;
    let pool = tuple_of(thread, iterable.expect("required"))?;
    let size = size_argument(thread, size.expect("required"))?;
    let length = items(&pool).len();
    if with_replacement {
        let stage = if length == 0 && size > 0 { Stage::Ended } else { Stage::First };
        let starts = indices(thread, (0..size).map(|_| 0))?;
        return Ok((pool, starts, Vec::new(), size, stage));
    }
    if size > length {
        return Ok((pool, Vec::new(), Vec::new(), 0, Stage::Ended));
    }
    let starts = indices(thread, 0..size)?;
    Ok((pool, starts, Vec::new(), size, Stage::First))
}

fn permutation(thread: &mut Thread, args: Args<'_>) -> Outcome<Parts> {
    static PARAMETERS: Parameters =
        parameters!("permutations" ["iterable", "r"] positional_only 0 positional 2 required 1);
    let [iterable, size] = PARAMETERS.parse::<2>(thread, args)?;
    let pool = tuple_of(thread, iterable.expect("required"))?;
    let length = items(&pool).len();
    let size = match size.filter(|size| !size.is_none()) {
        None => length,
        Some(size) => {
            if taipan_object::types::int::to_int(size).is_none()
                && !taipan_object::types::boolean::is_bool(size)
            {
                return Err(thread.type_error("Expected int as r"));
            }
            size_argument(thread, size)?
        }
    };
    if size > length {
        return Ok((pool, Vec::new(), Vec::new(), 0, Stage::Ended));
    }
    let starts = indices(thread, 0..length)?;
    let cycles = indices(thread, (0..size).map(|index| length - index))?;
    Ok((pool, starts, cycles, size, Stage::First))
}

macro_rules! make {
    ($object:ident $parts:expr) => {
        |thread, ty, args| {
            let parts: fn(&mut Thread, Args<'_>) -> Outcome<Parts> = $parts;
            let (pool, indices, cycles, count, stage) = parts(thread, args)?;
            let (indices, cycles, stage) = (Inside::new(indices), Inside::new(cycles), Cell::new(stage));
            allocate_instance(thread, ty, |head| $object { head, pool, indices, cycles, count, stage })
        }
    };
}

of_one_pool! {
    /// The type `itertools.combinations`.
    COMBINATIONS Combinations
    TypeDef {
        doc: Some("Return successive r-length combinations of elements in the iterable.\n\ncombinations(range(4), 3) --> (0,1,2), (0,1,3), (0,2,3), (1,2,3)"),
        signature: Some("(iterable, r)"),
        methods: &[&[SIZEOF_COMBINATIONS]],
        ..TypeDef::new("itertools.combinations")
    },
    make!(Combinations |thread, args| {
        static PARAMETERS: Parameters = parameters!("combinations" ["iterable", "r"] positional_only 0 positional 2 required 2);
        selection(thread, args, &PARAMETERS, false)
    }),
    |indices, _, length, count| {
        let Some(at) = (0..count).rev().find(|&at| indices[at] != at + length - count) else { return false };
        indices[at] += 1;
        for later in at + 1..count {
            indices[later] = indices[later - 1] + 1;
        }
        true
    };
    /// The type `itertools.combinations_with_replacement`.
    COMBINATIONS_WITH_REPLACEMENT CombinationsWithReplacement
    TypeDef {
        doc: Some("Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.\n\ncombinations_with_replacement('ABC', 2) --> ('A','A'), ('A','B'), ('A','C'), ('B','B'), ('B','C'), ('C','C')"),
        signature: Some("(iterable, r)"),
        methods: &[&[SIZEOF_WITH_REPLACEMENT]],
        ..TypeDef::new("itertools.combinations_with_replacement")
    },
    make!(CombinationsWithReplacement |thread, args| {
        static PARAMETERS: Parameters =
            parameters!("combinations_with_replacement" ["iterable", "r"] positional_only 0 positional 2 required 2);
        selection(thread, args, &PARAMETERS, true)
    }),
    |indices, _, length, count| {
        let Some(at) = (0..count).rev().find(|&at| indices[at] + 1 != length) else { return false };
        let value = indices[at] + 1;
        indices[at..].fill(value);
        true
    };
    /// The type `itertools.permutations`.
    PERMUTATIONS Permutations
    TypeDef {
        doc: Some("Return successive r-length permutations of elements in the iterable.\n\npermutations(range(3), 2) --> (0,1), (0,2), (1,0), (1,2), (2,0), (2,1)"),
        signature: Some("(iterable, r=None)"),
        methods: &[&[SIZEOF_PERMUTATIONS]],
        ..TypeDef::new("itertools.permutations")
    },
    make!(Permutations permutation),
    |indices, cycles, length, count| {
        for at in (0..count).rev() {
            cycles[at] -= 1;
            if cycles[at] == 0 {
                indices[at..].rotate_left(1);
                cycles[at] = length - at;
            } else {
                indices.swap(at, length - cycles[at]);
                return true;
            }
        }
        false
    };
}

/// Returns size in memory, in bytes.
#[native(signature = "($self, /)", name = "__sizeof__")]
fn sizeof_combinations(thread: &mut Thread, this: &Combinations) -> usize {
    Ref::of(this).ty().size.get() as usize + this.indices.view(thread).len() * 8
}

/// Returns size in memory, in bytes.
#[native(signature = "($self, /)", name = "__sizeof__")]
fn sizeof_with_replacement(thread: &mut Thread, this: &CombinationsWithReplacement) -> usize {
    Ref::of(this).ty().size.get() as usize + this.indices.view(thread).len() * 8
}

/// Returns size in memory, in bytes.
#[native(signature = "($self, /)", name = "__sizeof__")]
fn sizeof_permutations(thread: &mut Thread, this: &Permutations) -> usize {
    let indices = this.indices.view(thread).len() + this.cycles.view(thread).len();
    Ref::of(this).ty().size.get() as usize + indices * 8
}
