//! Tracebacks of failed imports without the frames of importlib.
//!
//! Answers for `remove_importlib_frames` of CPython's `Python/import.c`.

use taipan_object::types::exception::IMPORT_ERROR;
use taipan_object::types::str::Str;
use taipan_object::types::traceback::Traceback;
use taipan_object::{Outcome, Thread, Value, protocol};

use crate::state::State;

/// Takes importlib's frames out of the traceback of the exception being raised: all of them if it is
/// an ImportError, otherwise those down to the one that runs the module.
pub(super) fn trim(thread: &mut Thread) {
    if State::of(thread).config.flags.verbose > 0 {
        return;
    }
    let Some(exception) = thread.take_exception() else { return };
    if trim_traceback(thread, &exception).is_err() {
        drop(thread.take_exception());
    }
    thread.exception = Some(exception);
}

fn is_text(value: &Value, texts: &[&str]) -> bool {
    value.downcast::<Str>().is_some_and(|value| texts.iter().any(|text| value.is(text)))
}

fn trim_traceback(thread: &mut Thread, exception: &Value) -> Outcome<()> {
    const FILES: &[&str] = &["<frozen importlib._bootstrap>", "<frozen importlib._bootstrap_external>"];
    let all = exception.as_ref().ty().is_subtype(thread, &IMPORT_ERROR);
    let key = thread.names().__traceback__.clone();
    let mut next = Some(protocol::get_attribute(thread, exception.as_ref(), key.as_ref())?);
    let (mut kept, mut chunk, mut inside, mut changed) = (Vec::new(), 0, false, false);
    while let Some(value) = next {
        let Some(own) = value.downcast::<Traceback>() else { break };
        let code = own.frame().code();
        let is_importlib = is_text(&code.filename(), FILES);
        if is_importlib && !inside {
            chunk = kept.len();
        }
        inside = is_importlib;
        let dropped = inside && (all || is_text(&code.name(), &["_call_with_frames_removed"]));
        next = own.next(thread);
        if dropped {
            kept.truncate(chunk);
            changed = true;
        } else {
            kept.push(value);
        }
    }
    if !changed {
        return Ok(());
    }
    let link = thread.intern("tb_next")?;
    let mut following = Value::none();
    while let Some(traceback) = kept.pop() {
        protocol::set_attribute(thread, traceback.as_ref(), link.as_ref(), Some(following.as_ref()))?;
        following = traceback;
    }
    protocol::set_attribute(thread, exception.as_ref(), key.as_ref(), Some(following.as_ref()))
}
