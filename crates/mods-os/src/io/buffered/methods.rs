//! What buffered streams do besides reading and writing: closing, positions, inquiries.

use taipan_macros::{getter, native};
use taipan_object::types::exception::VALUE_ERROR;
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Ref, Thread, Value, protocol};

use super::super::base::check_seekable;
use super::super::flag_value;
use super::super::support::{
    attribute, both, call0, find_attribute, full_name, offset, set_aside, unsupported,
};
use super::Buffered;
use super::raw::{raw_seek, raw_tell};
use super::writing::flush_entered;

#[native(signature = "($self, source, /)", name = "_dealloc_warn")]
pub fn dealloc_warn(thread: &mut Thread, this: &Buffered, source: Ref<'_>) {
    if let Ok(raw) = this.raw(thread)
        && protocol::call_method(thread, raw.as_ref(), "_dealloc_warn", &[source]).is_ok()
    {
        return;
    }
    drop(thread.take_exception());
}

#[native(signature = "($self, /)", name = "flush")]
pub fn simple_flush(thread: &mut Thread, this: &Buffered) -> Outcome {
    let raw = this.raw(thread)?;
    call0(thread, raw.as_ref(), "flush")
}

#[native(signature = "($self, /)")]
pub fn close(thread: &mut Thread, this: &Buffered) -> Outcome {
    this.raw(thread)?;
    let entered = this.enter(thread)?;
    let closed = this.is_closed(thread);
    this.leave(entered);
    if closed? {
        return Ok(Value::none());
    }
    if this.finalizing.get() {
        dealloc_warn(thread, this, Ref::of(this));
    }
    let flushed = call0(thread, Ref::of(this), "flush");
    let error = set_aside(thread, flushed);
    let entered = this.enter(thread)?;
    let raw = this.raw.view(thread).clone().unwrap_or_default();
    let done = call0(thread, raw.as_ref(), "close");
    *this.buffer.change(thread) = Vec::new();
    this.gone.set(true);
    let done = both(thread, error, done);
    this.read_end.set(0);
    this.pos.set(0);
    this.leave(entered);
    done
}

#[native(signature = "($self, /)")]
pub fn detach(thread: &mut Thread, this: &Buffered) -> Outcome {
    this.raw(thread)?;
    call0(thread, Ref::of(this), "flush")?;
    let raw = this.raw.change(thread).take();
    this.detached.set(true);
    this.ready.set(false);
    Ok(raw.unwrap_or_default())
}

macro_rules! forwards {
    ($($(#[$meta:meta])* $name:ident $text:literal;)*) => { $(
        $(#[$meta])*
        pub fn $name(thread: &mut Thread, this: &Buffered) -> Outcome {
            let raw = this.raw(thread)?;
            call0(thread, raw.as_ref(), $text)
        }
    )* };
}

forwards! {
    #[native(signature = "($self, /)")] seekable "seekable";
    #[native(signature = "($self, /)")] readable "readable";
    #[native(signature = "($self, /)")] writable "writable";
    #[native(signature = "($self, /)")] fileno "fileno";
    #[native(signature = "($self, /)")] isatty "isatty";
}

#[getter]
pub fn closed(thread: &mut Thread, this: &Buffered) -> Outcome {
    let raw = this.raw(thread)?;
    attribute(thread, raw.as_ref(), "closed")
}

#[getter]
pub fn name(thread: &mut Thread, this: &Buffered) -> Outcome {
    let raw = this.raw(thread)?;
    attribute(thread, raw.as_ref(), "name")
}

#[getter]
pub fn mode(thread: &mut Thread, this: &Buffered) -> Outcome {
    let raw = this.raw(thread)?;
    attribute(thread, raw.as_ref(), "mode")
}

#[getter(name = "raw")]
pub fn raw_stream(thread: &mut Thread, this: &Buffered) -> Option<Value> {
    this.raw.view(thread).clone()
}

#[getter(name = "_finalizing", set = set_finalizing)]
pub fn finalizing(_: &mut Thread, this: &Buffered) -> bool {
    this.finalizing.get()
}

fn set_finalizing(thread: &mut Thread, this: &Buffered, value: Option<Ref<'_>>) -> Outcome<()> {
    let on = flag_value(thread, value)?;
    this.finalizing.set(on);
    Ok(())
}

#[native(signature = "($self, /)", name = "__sizeof__")]
pub fn __sizeof__(thread: &mut Thread, this: &Buffered) -> usize {
    Ref::of(this).ty().size.get() as usize
        + if this.gone.get() { 0 } else { this.buffer_size.get().max(this.buffer.view(thread).len()) }
}

/// Writes what waits, and moves the raw stream back to the logical position.
pub fn flush_and_rewind(thread: &mut Thread, own: &Buffered) -> Outcome<()> {
    flush_entered(thread, own)?;
    if own.readable.get() {
        let moved = raw_seek(thread, own, -own.raw_offset(), 1);
        own.reset_read();
        moved?;
    }
    Ok(())
}

#[native(signature = "($self, /)")]
pub fn flush(thread: &mut Thread, this: &Buffered) -> Outcome<()> {
    this.raw(thread)?;
    this.check_closed(thread, "flush of closed file")?;
    let entered = this.enter(thread)?;
    let done = flush_and_rewind(thread, this);
    this.leave(entered);
    done
}

#[native(signature = "($self, /)")]
pub fn tell(thread: &mut Thread, this: &Buffered) -> Outcome<i64> {
    this.raw(thread)?;
    let place = raw_tell(thread, this)?;
    Ok((place - this.raw_offset()).max(0))
}

#[native(signature = "($self, target, whence=0, /)")]
pub fn seek(thread: &mut Thread, this: &Buffered, target: Ref<'_>, whence: Option<i32>) -> Outcome<i64> {
    this.raw(thread)?;
    let whence = whence.unwrap_or(0);
    if !(0..=4).contains(&whence) {
        return Err(thread.value_error(format!("whence value {whence} unsupported")));
    }
    this.check_closed(thread, "seek of closed file")?;
    let raw = this.raw(thread)?;
    check_seekable(thread, raw.as_ref())?;
    let target = offset(thread, target)?;
    if whence <= 1 && this.readable.get() {
        let current = match this.abs_pos.get() {
            -1 => raw_tell(thread, this)?,
            known => known,
        };
        let ahead = this.read_ahead() as i64;
        if ahead > 0 {
            let offset =
                if whence == 0 { target.saturating_sub(current - this.raw_offset()) } else { target };
            if offset >= -this.pos.get() && offset <= ahead {
                this.pos.set(this.pos.get() + offset);
                return Ok((current - ahead + offset).max(0));
            }
        }
    }
    let entered = this.enter(thread)?;
    let done = seek_entered(thread, this, target, whence);
    this.leave(entered);
    done
}

fn seek_entered(thread: &mut Thread, own: &Buffered, target: i64, whence: i32) -> Outcome<i64> {
    if own.writable.get() {
        flush_entered(thread, own)?;
    }
    let target = if whence == 1 { target.saturating_sub(own.raw_offset()) } else { target };
    let place = raw_seek(thread, own, target, whence)?;
    own.raw_pos.set(-1);
    if own.readable.get() {
        own.reset_read();
    }
    Ok(place)
}

#[native(signature = "($self, pos=None, /)")]
pub fn truncate(thread: &mut Thread, this: &Buffered, pos: Option<Ref<'_>>) -> Outcome {
    this.raw(thread)?;
    this.check_closed(thread, "truncate of closed file")?;
    if !this.writable.get() {
        return Err(unsupported(thread, "truncate"));
    }
    let entered = this.enter(thread)?;
    let done = truncate_entered(thread, this, pos.unwrap_or(Ref::none()));
    this.leave(entered);
    done
}

fn truncate_entered(thread: &mut Thread, own: &Buffered, pos: Ref<'_>) -> Outcome {
    flush_and_rewind(thread, own)?;
    let raw = own.raw(thread)?;
    let size = protocol::call_method(thread, raw.as_ref(), "truncate", &[pos])?;
    if raw_tell(thread, own).is_err() {
        drop(thread.take_exception());
    }
    Ok(size)
}

/// `repr(stream)`: with its name if it has one.
pub fn repr(thread: &mut Thread, object: Ref<'_>) -> Outcome {
    let ty = full_name(thread, object);
    let name = match find_attribute(thread, object, "name") {
        Ok(name) => name,
        Err(raised) => {
            if !thread.exception_is(&VALUE_ERROR) {
                return Err(raised);
            }
            drop(thread.take_exception());
            None
        }
    };
    let Some(name) = name else { return thread.str(&format!("<{ty}>")) };
    if !thread.enter_repr(object) {
        return Err(thread.runtime_error(format!("reentrant call inside {ty}.__repr__")));
    }
    let name = protocol::repr(thread, name.as_ref());
    thread.leave_repr(object);
    let name = name?;
    let mut text = taipan_text::TextBuf::from(format!("<{ty} name=").as_str());
    text.push_text(&name.downcast::<Str>().map(Str::to_text).unwrap_or_default());
    text.push_str(">");
    thread.str_from_text(&text)
}
