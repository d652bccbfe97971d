//! Names in modules and class bodies.

use taipan_object::protocol;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::{KEY_ERROR, NAME_ERROR};
use taipan_object::types::str::Str;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, heap};

use crate::dispatch::{arg, attempt, cold_handlers, leave, next};
use crate::frame::{code_of, function_of};

/// The namespace of the running frame.
unsafe fn namespace<'a>(th: *mut Thread) -> Outcome<Ref<'a>> {
    // SAFETY: the frame holds its namespace as long as it runs.
    unsafe {
        match Ref::from_slot((*(*th).frame).namespace) {
            Some(namespace) => Ok(namespace),
            None => Err((*th).system_error("no locals found")),
        }
    }
}

/// `namespace[name]`, with none for what is not there.
fn find(thread: &mut Thread, namespace: Ref<'_>, name: Ref<'_>) -> Outcome<Option<Value>> {
    if let Some(dict) = namespace.exact::<Dict>() {
        return Ok(dict
            .get_str(thread, name.downcast::<Str>().expect("a name"))
            .map(|found| found.to_value()));
    }
    match protocol::get_item(thread, namespace, name) {
        Ok(value) => Ok(Some(value)),
        Err(raised) => {
            if !thread.exception_is(&KEY_ERROR) {
                return Err(raised);
            }
            drop(thread.take_exception());
            Ok(None)
        }
    }
}

/// `LOAD_NAME`
unsafe fn load(th: *mut Thread, thread: &mut Thread, index: usize) -> Outcome {
    // SAFETY: the frame is running.
    unsafe {
        let frame = (*th).frame;
        let name = code_of(frame).name_at(index);
        let namespace = namespace(th)?;
        if let Some(found) = find(thread, namespace, name.as_ref())? {
            return Ok(found);
        }
        let function = function_of(frame);
        super::global::lookup(thread, function.globals(), function.builtins(), name.as_ref())
    }
}

/// `del name` in a namespace.
#[inline(never)]
unsafe fn delete(thread: &mut Thread, th: *mut Thread, index: usize) -> Outcome<()> {
    // SAFETY: as for handlers.
    let (name, space) = unsafe { (code_of((*th).frame).name_at(index), namespace(th)?) };
    if let Err(raised) = protocol::delete_item(thread, space, name.as_ref()) {
        if !thread.exception_is(&KEY_ERROR) {
            return Err(raised);
        }
        drop(thread.take_exception());
        return Err(undefined(thread, name));
    }
    thread.settle();
    Ok(())
}

/// NameError about a global or a name of a namespace.
#[cold]
#[inline(never)]
pub fn undefined(thread: &mut Thread, name: &Value) -> Raised {
    let text = name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    thread.name_error(&NAME_ERROR, name.as_ref(), format!("name '{text}' is not defined"))
}

/// The function that class statements call.
#[inline(never)]
unsafe fn build_class(thread: &mut Thread, th: *mut Thread) -> Outcome {
    let name = thread.names().__build_class__.clone();
    // SAFETY: a frame is running.
    let builtins = unsafe { function_of((*th).frame).builtins() };
    let found =
        builtins.get_str(thread, name.downcast::<Str>().expect("a name")).map(|found| found.to_value());
    found.ok_or_else(|| thread.name_error(&NAME_ERROR, name.as_ref(), "__build_class__ not found".to_owned()))
}

cold_handlers! {
    /// `LOAD_NAME`
    load_name(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        sp.write(attempt!(load(th, thread, arg(unit)), pc, sp, fp, th).into_word());
        next!(pc.add(1), sp.add(1), fp, th)
    }

    /// `STORE_NAME`
    store_name(pc, sp, fp, th, unit) {
        let thread = leave(th, pc, sp);
        let name = code_of((*th).frame).name_at(arg(unit));
        let space = attempt!(namespace(th), pc, sp, fp, th);
        let value = Ref::from_word(*sp.sub(1));
        let outcome = match space.exact::<Dict>() {
            Some(dict) => dict.set_str(thread, name.as_ref(), value.to_value()),
            None => protocol::set_item(thread, space, name.as_ref(), value),
        };
        attempt!(outcome, pc, sp, fp, th);
        heap::release(*sp.sub(1));
        leave(th, pc, sp.sub(1)).settle();
        next!(pc.add(1), sp.sub(1), fp, th)
    }

    /// `DELETE_NAME`
    delete_name(pc, sp, fp, th, unit) {
        attempt!(delete(leave(th, pc, sp), th, arg(unit)), pc, sp, fp, th);
        next!(pc.add(1), sp, fp, th)
    }

    /// `LOAD_LOCALS`
    load_locals(pc, sp, fp, th, unit) {
        let space = attempt!(namespace(th), pc, sp, fp, th);
        sp.write(space.to_value().into_word());
        next!(pc.add(1), sp.add(1), fp, th)
    }

    /// `LOAD_BUILD_CLASS`
    load_build_class(pc, sp, fp, th, unit) {
        let found = attempt!(build_class(leave(th, pc, sp), th), pc, sp, fp, th);
        sp.write(found.into_word());
        next!(pc.add(1), sp.add(1), fp, th)
    }
}
