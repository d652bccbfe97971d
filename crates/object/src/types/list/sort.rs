//! `list.sort`: stable merging of runs that are there already.
//!
//! What is sorted is an order of indices, so that a comparison that raises leaves every item in
//! place exactly once. Keys of one simple kind are compared without the protocol.
//!
//! Answers for the sort of CPython's `Objects/listobject.c`.

use super::List;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::CompareOp;
use crate::types::str::Str;
use crate::value::{Outcome, Ref, Value};

/// Runs shorter than this are made longer by insertion.
const LEAST_RUN: usize = 32;

/// `list.sort(key=key, reverse=reverse)`
pub fn sort_list(thread: &mut Thread, own: &List, key: Option<Ref<'_>>, reverse: bool) -> Outcome<()> {
    // The list is empty for whom the comparisons ask.
    let mut items = own.items.change(thread).take();
    let values: Vec<Value> = items.as_slice().iter().map(|item| item.to_value()).collect();
    let mut order: Vec<usize> = (0..values.len()).collect();
    let sorted = match key {
        Some(key) => {
            let keys: Outcome<Vec<Value>> =
                values.iter().map(|item| protocol::call(thread, key, &[item.as_ref()])).collect();
            keys.and_then(|keys| sort_order(thread, &keys, &mut order, reverse))
        }
        None => sort_order(thread, &values, &mut order, reverse),
    };
    for (word, index) in items.words().iter_mut().zip(order) {
        *word = values[index].as_ref().word();
    }
    let heap = thread.heap();
    let meanwhile = std::mem::replace(own.items.change(thread), items);
    let modified = meanwhile.capacity() != 0;
    meanwhile.release(heap);
    drop(values);
    sorted?;
    if modified {
        return Err(thread.value_error("list modified during sort"));
    }
    Ok(())
}

fn sort_order(thread: &mut Thread, keys: &[Value], order: &mut [usize], reverse: bool) -> Outcome<()> {
    // Reversed before and after, equal items keep their order.
    if reverse {
        order.reverse();
    }
    let result = if keys.iter().all(|key| key.word().is_int()) {
        order.sort_by_key(|&index| keys[index].word().int());
        Ok(())
    } else if keys.iter().all(|key| key.word().is_float()) {
        // A float that is an immediate is no NaN.
        order.sort_by(|&a, &b| keys[a].word().float().total_cmp(&keys[b].word().float()));
        Ok(())
    } else if let Some(texts) = ascii_texts(keys) {
        order.sort_by_key(|&index| texts[index]);
        Ok(())
    } else {
        Merger { keys, order, runs: Vec::new(), spare: Vec::new() }.sort(thread)
    };
    if reverse {
        order.reverse();
    }
    result
}

fn ascii_texts(keys: &[Value]) -> Option<Vec<&str>> {
    keys.iter().map(|key| key.as_ref().exact::<Str>().and_then(Str::as_ascii)).collect()
}

struct Merger<'a> {
    keys: &'a [Value],
    order: &'a mut [usize],
    /// Where sorted runs begin and end.
    runs: Vec<(usize, usize)>,
    spare: Vec<usize>,
}

impl Merger<'_> {
    fn less(&self, thread: &mut Thread, left: usize, right: usize) -> Outcome<bool> {
        let (left, right) = (self.keys[left].as_ref(), self.keys[right].as_ref());
        let answer = protocol::compare(thread, left, right, CompareOp::Lt)?;
        protocol::is_true(thread, answer.as_ref())
    }

    fn sort(mut self, thread: &mut Thread) -> Outcome<()> {
        let mut start = 0;
        while start < self.order.len() {
            thread.poll()?;
            let end = self.run_from(thread, start)?;
            self.runs.push((start, end));
            self.balance(thread, false)?;
            start = end;
        }
        self.balance(thread, true)
    }

    /// The end of a run that begins at `start`: one that is there, made longer if it is short.
    fn run_from(&mut self, thread: &mut Thread, start: usize) -> Outcome<usize> {
        let length = self.order.len();
        let mut end = start + 1;
        if end < length {
            let falling = self.less(thread, self.order[end], self.order[start])?;
            end += 1;
            while end < length && self.less(thread, self.order[end], self.order[end - 1])? == falling {
                end += 1;
            }
            if falling {
                self.order[start..end].reverse();
            }
        }
        let wanted = (start + LEAST_RUN).min(length);
        while end < wanted {
            self.insert(thread, start, end)?;
            end += 1;
        }
        Ok(end)
    }

    /// Puts the item at `at` into the sorted run before it, after those that equal it.
    fn insert(&mut self, thread: &mut Thread, start: usize, at: usize) -> Outcome<()> {
        let item = self.order[at];
        let (mut low, mut high) = (start, at);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.less(thread, item, self.order[middle])? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        self.order[low..=at].rotate_right(1);
        Ok(())
    }

    /// Merges the last runs until each is longer than those after it, or until one is left.
    fn balance(&mut self, thread: &mut Thread, all: bool) -> Outcome<()> {
        while let [.., before, last] = self.runs[..] {
            if !all && before.1 - before.0 > 2 * (last.1 - last.0) {
                return Ok(());
            }
            self.merge(thread, before.0, before.1, last.1)?;
            self.runs.truncate(self.runs.len() - 2);
            self.runs.push((before.0, last.1));
        }
        Ok(())
    }

    /// Merges two neighbouring runs. If a comparison raises, what is left of both follows.
    fn merge(&mut self, thread: &mut Thread, start: usize, middle: usize, end: usize) -> Outcome<()> {
        // Runs that follow each other already need no merging.
        if !self.less(thread, self.order[middle], self.order[middle - 1])? {
            return Ok(());
        }
        self.spare.clear();
        self.spare.extend_from_slice(&self.order[start..middle]);
        let (mut from, mut right, mut to) = (0, middle, start);
        let mut result = Ok(());
        while from < self.spare.len() && right < end {
            let take_right = match self.less(thread, self.order[right], self.spare[from]) {
                Ok(answer) => answer,
                Err(raised) => {
                    result = Err(raised);
                    break;
                }
            };
            if take_right {
                self.order[to] = self.order[right];
                right += 1;
            } else {
                self.order[to] = self.spare[from];
                from += 1;
            }
            to += 1;
        }
        // What is left of the right run is in its place; the rest of the left one fills the gap.
        let rest = self.spare.len() - from;
        self.order[to..to + rest].copy_from_slice(&self.spare[from..]);
        result
    }
}
