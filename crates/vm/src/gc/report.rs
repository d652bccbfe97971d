//! What the collector says on standard error when `gc.set_debug` asks for it.

use taipan_host::Released;
use taipan_layout::{Header, Word};
use taipan_object::heap::cycle::GENERATIONS;
use taipan_object::{Ref, Thread, protocol};

use super::DEBUG_STATS;

/// The number of the monotonic clock.
const MONOTONIC: i32 = 1;

fn now(thread: &Thread) -> i64 {
    thread.interp().host.clock(MONOTONIC).unwrap_or(0)
}

/// Writes a line to `sys.stderr`, or past it if that is not possible.
fn write(thread: &mut Thread, line: &str) {
    let outer = thread.take_exception();
    let written = super::standard_error(thread).and_then(|stream| {
        let text = thread.str(line)?;
        let name = thread.names().write.clone();
        let write = protocol::get_attribute(thread, stream.as_ref(), name.as_ref())?;
        protocol::call(thread, write.as_ref(), &[text.as_ref()])
    });
    if written.is_err() {
        drop(thread.take_exception());
        let _ = thread.interp().host.write(Released::assert(), 2, line.as_bytes());
    }
    thread.exception = outer;
}

/// Says that a collection begins; answers when.
pub(super) fn begin(thread: &mut Thread, generation: usize) -> i64 {
    if thread.heap().collector.debug.get() & DEBUG_STATS == 0 {
        return 0;
    }
    let [young, middle, old, permanent] = thread.heap().generation_sizes();
    const { assert!(GENERATIONS == 3) };
    write(
        thread,
        &format!(
            "gc: collecting generation {generation}...\ngc: objects in each generation: {young} {middle} {old}\ngc: objects in permanent generation: {permanent}\n"
        ),
    );
    now(thread)
}

/// Says what can be collected.
pub(super) fn collectable(thread: &mut Thread, objects: &[*mut Header]) {
    for &object in objects {
        // SAFETY: the collector holds a count of each object.
        let object = unsafe { Ref::from_word(Word::uncounted(object)) };
        let name = object.ty().name().into_owned();
        write(thread, &format!("gc: collectable <{name} {:#x}>\n", protocol::id(object)));
    }
}

/// Says that a collection has ended.
pub(super) fn end(thread: &mut Thread, began: i64, collected: usize) {
    let seconds = (now(thread) - began) as f64 / 1e9;
    write(thread, &format!("gc: done, {collected} unreachable, 0 uncollectable, {seconds:.4}s elapsed\n"));
}
