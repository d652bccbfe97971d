//! Iteration and unpacking.

use taipan_layout::Word;
use taipan_object::types::list::{LIST, List};
use taipan_object::types::range::{RANGE_ITERATOR, RangeIterator};
use taipan_object::types::seqiter::{LIST_ITERATOR, SequenceIterator, TUPLE_ITERATOR};
use taipan_object::types::tuple::{TUPLE, Tuple};
use taipan_object::value::duplicate;
use taipan_object::{Outcome, Ref, Thread, Value, heap, protocol};
use taipan_opcode::Opcode;

use super::arith::is_exact;
use crate::dispatch::{arg, attempt, cold_handlers, handlers, leave, native_handlers, next, tail};
use crate::specialize;

handlers! {
    /// `FOR_ITER_RANGE`
    for_iter_range(pc, sp, fp, th, unit) {
        let iterator = *sp.sub(1);
        if is_exact(iterator, &RANGE_ITERATOR) {
            let range = &*iterator.header().cast::<RangeIterator>();
            let left = range.left.get();
            if left <= 0 {
                // The end: the jump goes past END_FOR, to POP_ITER.
                next!(pc.add(2 + arg(unit) + 1), sp, fp, th)
            }
            range.left.set(left - 1);
            let value = range.next.get();
            range.next.set(value + range.step);
            sp.write(Word::from_small(value));
            next!(pc.add(2), sp.add(1), fp, th)
        }
        tail!(for_iter_miss, pc, sp, fp, th, unit)
    }

    /// `FOR_ITER_LIST`
    for_iter_list(pc, sp, fp, th, unit) {
        let iterator = *sp.sub(1);
        if is_exact(iterator, &LIST_ITERATOR) {
            let own_iterator = &*iterator.header().cast::<SequenceIterator>();
            if let Some(sequence) = &*own_iterator.sequence.get() {
                let list = sequence.word();
                let items = &*(*list.header().cast::<List>()).items.get();
                let index = own_iterator.index.get();
                if index < items.len() {
                    own_iterator.index.set(index + 1);
                    sp.write(duplicate(items.as_slice().get_unchecked(index).word()));
                    next!(pc.add(2), sp.add(1), fp, th)
                }
            }
            tail!(for_iter_slow, pc, sp, fp, th, unit)
        }
        tail!(for_iter_miss, pc, sp, fp, th, unit)
    }

    /// `FOR_ITER_TUPLE`
    for_iter_tuple(pc, sp, fp, th, unit) {
        let iterator = *sp.sub(1);
        if is_exact(iterator, &TUPLE_ITERATOR) {
            let own_iterator = &*iterator.header().cast::<SequenceIterator>();
            if let Some(sequence) = &*own_iterator.sequence.get() {
                let items = (*sequence.word().header().cast::<Tuple>()).items();
                let index = own_iterator.index.get();
                if index < items.len() {
                    own_iterator.index.set(index + 1);
                    sp.write(duplicate(items.get_unchecked(index).word()));
                    next!(pc.add(2), sp.add(1), fp, th)
                }
            }
            tail!(for_iter_slow, pc, sp, fp, th, unit)
        }
        tail!(for_iter_miss, pc, sp, fp, th, unit)
    }

    /// `FOR_ITER` in general.
    for_iter_slow(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let iterator = Ref::from_word(*sp.sub(1));
        let item = if crate::observe::watching(thread) {
            crate::observe::next_told(thread, pc, iterator)
        } else {
            protocol::next(thread, iterator)
        };
        let item = attempt!(item, pc, sp, fp, th);
        thread.settle();
        match item {
            Some(item) => {
                sp.write(item.into_word());
                next!(pc.add(2), sp.add(1), fp, th)
            }
            None => next!(pc.add(2 + arg(unit) + 1), sp, fp, th),
        }
    }

    /// `UNPACK_SEQUENCE_TWO_TUPLE`
    unpack_sequence_two_tuple(pc, sp, fp, th, unit) {
        let word = *sp.sub(1);
        if is_exact(word, &TUPLE) {
            if let [first, second] = (*word.header().cast::<Tuple>()).items() {
                sp.sub(1).write(duplicate(second.word()));
                sp.write(duplicate(first.word()));
                if word.is_counted() && (*word.header()).decrement() {
                    tail!(unpack_free, pc, sp.add(1), fp, th, word.0)
                }
                next!(pc.add(2), sp.add(1), fp, th)
            }
        }
        tail!(unpack_sequence_miss, pc, sp, fp, th, unit)
    }

    /// `UNPACK_SEQUENCE_TUPLE`
    unpack_sequence_tuple(pc, sp, fp, th, unit) {
        let word = *sp.sub(1);
        if is_exact(word, &TUPLE) {
            let items = (*word.header().cast::<Tuple>()).items();
            let count = arg(unit);
            if items.len() == count {
                let mut at = sp.sub(1).add(count);
                let top = at;
                for item in items {
                    at = at.sub(1);
                    at.write(duplicate(item.word()));
                }
                if word.is_counted() && (*word.header()).decrement() {
                    tail!(unpack_free, pc, top, fp, th, word.0)
                }
                next!(pc.add(2), top, fp, th)
            }
        }
        tail!(unpack_sequence_miss, pc, sp, fp, th, unit)
    }

    /// `UNPACK_SEQUENCE_LIST`
    unpack_sequence_list(pc, sp, fp, th, unit) {
        let word = *sp.sub(1);
        if is_exact(word, &LIST) {
            let items = (*(*word.header().cast::<List>()).items.get()).as_slice();
            let count = arg(unit);
            if items.len() == count {
                let mut at = sp.sub(1).add(count);
                let top = at;
                for item in items {
                    at = at.sub(1);
                    at.write(duplicate(item.word()));
                }
                if word.is_counted() && (*word.header()).decrement() {
                    tail!(unpack_free, pc, top, fp, th, word.0)
                }
                next!(pc.add(2), top, fp, th)
            }
        }
        tail!(unpack_sequence_miss, pc, sp, fp, th, unit)
    }
}

/// The items of a sequence that is unpacked, pushed in reverse order.
unsafe fn unpack(thread: &mut Thread, sequence: Ref<'_>, count: usize, mut sp: *mut Word) -> Outcome<()> {
    let known: Option<Vec<Value>> = if let Some(tuple) = sequence.exact::<Tuple>() {
        Some(tuple.items().iter().map(|item| item.to_value()).collect())
    } else {
        let list = sequence.exact::<List>();
        list.map(|list| list.view(thread).iter().map(|item| item.to_value()).collect())
    };
    let (items, exact) = match known {
        Some(items) => (items, true),
        None => (collect_some(thread, sequence, count)?, false),
    };
    if items.len() != count {
        let got = items.len();
        return Err(if got < count {
            thread.value_error(format!("not enough values to unpack (expected {count}, got {got})"))
        } else if exact {
            thread.value_error(format!("too many values to unpack (expected {count}, got {got})"))
        } else {
            thread.value_error(format!("too many values to unpack (expected {count})"))
        });
    }
    for item in items.into_iter().rev() {
        // SAFETY: the compiler reserved room for the items.
        unsafe {
            sp.write(item.into_word());
            sp = sp.add(1);
        }
    }
    Ok(())
}

/// Up to one item more than `count`.
fn collect_some(thread: &mut Thread, iterable: Ref<'_>, count: usize) -> Outcome<Vec<Value>> {
    if iterable.ty().slots().iter.is_none() && !protocol::is_sequence(iterable) {
        let ty = iterable.ty().name().into_owned();
        return Err(thread.type_error(format!("cannot unpack non-iterable {ty} object")));
    }
    let iterator = protocol::iter(thread, iterable)?;
    let mut items = Vec::new();
    while items.len() <= count {
        match protocol::next(thread, iterator.as_ref())? {
            Some(item) => items.push(item),
            None => break,
        }
    }
    Ok(items)
}

cold_handlers! {
    /// `GET_ITER`
    get_iter(pc, sp, fp, th, unit) {
        let iterator = protocol::iter(leave(th, pc, sp), Ref::from_word(*sp.sub(1)));
        let iterator = attempt!(iterator, pc, sp, fp, th).into_word();
        heap::release(sp.sub(1).replace(iterator));
        leave(th, pc, sp).settle();
        next!(pc.add(1), sp, fp, th)
    }

    /// `FOR_ITER`: chooses a form for the iterator that it sees.
    for_iter(pc, sp, fp, th, unit) {
        specialize::for_iter(pc, *sp.sub(1));
        tail!(for_iter_slow, pc, sp, fp, th, unit)
    }

    /// A form of `FOR_ITER` that does not fit its iterator this time.
    for_iter_miss(pc, sp, fp, th, unit) {
        specialize::miss(pc, Opcode::ForIter as u16);
        tail!(for_iter_slow, pc, sp, fp, th, unit)
    }

    /// Frees a sequence after its items were taken; the word comes in the place of the unit.
    unpack_free(pc, sp, fp, th, word) {
        heap::release_cold(Word(word).header());
        if (*th).heap().unsettled.get() {
            leave(th, pc, sp).settle();
        }
        next!(pc.add(2), sp, fp, th)
    }

    /// `UNPACK_SEQUENCE`: chooses a form for the sequence that it sees.
    unpack_sequence(pc, sp, fp, th, unit) {
        specialize::unpack_sequence(pc, *sp.sub(1));
        tail!(unpack_sequence_slow, pc, sp, fp, th, unit)
    }

    /// A form of `UNPACK_SEQUENCE` that does not fit its sequence this time.
    unpack_sequence_miss(pc, sp, fp, th, unit) {
        specialize::miss(pc, Opcode::UnpackSequence as u16);
        tail!(unpack_sequence_slow, pc, sp, fp, th, unit)
    }
}

native_handlers! {
    /// `UNPACK_SEQUENCE` in general.
    unpack_sequence_slow[2](pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        // The sequence stays where it is until its items are out, one slot lower in the end.
        let sequence = *sp.sub(1);
        let count = arg(unit);
        unpack(thread, Ref::from_word(sequence), count, sp)?;
        sp.copy_to(sp.sub(1), count);
        heap::release(sequence);
        leave(th, pc, sp.sub(1).add(count)).settle();
        Ok(sp.sub(1).add(count))
    }
}
