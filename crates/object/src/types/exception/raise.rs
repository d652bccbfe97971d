//! Raising exceptions from native code.
#![allow(unsafe_code)] // the running frame

use super::named::note_name;
use super::simple::{
    BUFFER_ERROR, INDEX_ERROR, KEY_ERROR, MEMORY_ERROR, NOT_IMPLEMENTED_ERROR, OVERFLOW_ERROR,
    RECURSION_ERROR, REFERENCE_ERROR, RUNTIME_ERROR, SYSTEM_ERROR, TYPE_ERROR, VALUE_ERROR,
    ZERO_DIVISION_ERROR,
};
use super::{ATTRIBUTE_ERROR, Exception, IMPORT_ERROR, STOP_ITERATION, base};
use crate::native::Args;
use crate::protocol;
use crate::thread::Thread;
use crate::typeobject::Type;
use crate::types::str::Str;
use crate::value::{Outcome, Raised, Ref, Value};

impl Thread {
    /// Raises an exception object. The handled exception becomes its context.
    #[cold]
    pub fn raise(&mut self, value: Value) -> Raised {
        if let Some(context) = self.handled_exception()
            && !context.as_ref().is(value.as_ref())
        {
            self.set_context(&value, context);
        }
        self.exception = Some(value);
        Raised::assume()
    }

    /// Sets the context of `value`, cutting the cycle that this could make. A chain that already
    /// is a cycle is walked once.
    fn set_context(&mut self, value: &Value, context: Value) {
        let mut link = context.clone();
        let mut slow = context.clone();
        let mut steps = 0_u32;
        while let Some(own) = link.downcast::<Exception>() {
            let Some(next) = own.context(self) else { break };
            if next.as_ref().is(value.as_ref()) {
                own.set_context(self, None);
                break;
            }
            link = next;
            if steps % 2 == 1 {
                let behind = slow.downcast::<Exception>().and_then(|own| own.context(self));
                slow = behind.expect("the other one has passed here");
            }
            if link.as_ref().is(slow.as_ref()) {
                break;
            }
            steps += 1;
        }
        if let Some(own) = value.downcast::<Exception>() {
            own.set_context(self, Some(context));
        }
    }

    /// Raises a new exception with a message.
    #[cold]
    pub fn raise_new(&mut self, ty: &Type, message: impl Into<String>) -> Raised {
        let message: String = message.into();
        let made = self.str(&message).and_then(|text| {
            let arguments = [text.as_ref()];
            protocol::call(self, ty.as_ref(), &arguments)
        });
        match made {
            Ok(value) => self.raise(value),
            Err(raised) => raised,
        }
    }

    /// Raises a new exception without arguments.
    #[cold]
    pub fn raise_bare(&mut self, ty: &Type) -> Raised {
        match protocol::call(self, ty.as_ref(), &[]) {
            Ok(value) => self.raise(value),
            Err(raised) => raised,
        }
    }

    /// MemoryError, made without asking for much.
    #[cold]
    pub fn no_memory(&mut self) -> Raised {
        self.heap().with_reserve(|| {
            let made = base::new(self, &MEMORY_ERROR, Args::NONE);
            match made {
                Ok(value) => self.raise(value),
                Err(raised) => raised,
            }
        })
    }

    /// `None` means that memory has run out.
    #[inline(always)]
    pub fn or_no_memory<T>(&mut self, made: Option<T>) -> Outcome<T> {
        match made {
            Some(made) => Ok(made),
            None => Err(self.no_memory()),
        }
    }

    /// Whether the exception being raised is an instance of `ty`.
    pub fn exception_is(&self, ty: &Type) -> bool {
        self.exception.as_ref().is_some_and(|value| value.as_ref().ty().is_subtype(self, ty))
    }

    /// AttributeError about `name` of `object`.
    #[cold]
    pub fn attribute_error(&mut self, object: Ref<'_>, name: Ref<'_>, message: String) -> Raised {
        let raised = self.raise_new(&ATTRIBUTE_ERROR, message);
        if let Some(value) = self.exception.clone() {
            note_name(self, value.as_ref(), name, Some(object));
        }
        raised
    }

    /// AttributeError in the usual words.
    #[cold]
    pub fn no_attribute(&mut self, object: Ref<'_>, name: Ref<'_>) -> Raised {
        let ty = object.ty().name().into_owned();
        let text = name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        self.attribute_error(object, name, format!("'{ty}' object has no attribute '{text}'"))
    }

    /// NameError about `name`.
    #[cold]
    pub fn name_error(&mut self, ty: &Type, name: Ref<'_>, message: String) -> Raised {
        let raised = self.raise_new(ty, message);
        if let Some(value) = self.exception.clone() {
            note_name(self, value.as_ref(), name, None);
        }
        raised
    }

    /// KeyError with the key.
    #[cold]
    pub fn key_error(&mut self, key: Ref<'_>) -> Raised {
        match protocol::call(self, KEY_ERROR.as_ref(), &[key]) {
            Ok(value) => self.raise(value),
            Err(raised) => raised,
        }
    }

    /// StopIteration with the value that a generator returned.
    #[cold]
    pub fn stop_iteration(&mut self, value: Option<Value>) -> Raised {
        let arguments: &[Ref<'_>] = match &value {
            Some(value) => &[value.as_ref()],
            None => &[],
        };
        match protocol::call(self, STOP_ITERATION.as_ref(), arguments) {
            Ok(value) => self.raise(value),
            Err(raised) => raised,
        }
    }

    /// Reports an exception that nobody can handle to `sys.unraisablehook`, and forgets it.
    pub fn unraisable(&mut self, culprit: Ref<'_>) {
        if let Some(exception) = self.take_exception() {
            (self.interp().engine.unraisable)(self, exception, None, culprit);
        }
    }

    /// As [`Thread::unraisable`]; the message says what was done, as in `while closing generator`,
    /// and shows the object.
    pub fn unraisable_while(&mut self, what: &str, object: Ref<'_>) {
        let Some(exception) = self.take_exception() else { return };
        let shown = protocol::repr_string(self, object).unwrap_or_else(|_| {
            drop(self.take_exception());
            "<object repr() failed>".to_owned()
        });
        let message = format!("Exception ignored {what} {shown}");
        (self.interp().engine.unraisable)(self, exception, Some(&message), Ref::none());
    }

    /// `__name__` of the module whose code runs.
    pub fn current_module(&mut self) -> Option<Value> {
        let frame = self.frame;
        if frame.is_null() {
            return None;
        }
        // SAFETY: a live frame's function is alive.
        let function = unsafe { &*(*frame).function.cast::<crate::types::function::Function>() };
        let name = self.names().__name__.downcast::<Str>().expect("a name");
        function.globals().get_str(self, name).map(|name| name.to_value())
    }
}

/// Adds a note to the exception being raised.
pub fn add_note(thread: &mut Thread, note: &str) {
    let Some(exception) = thread.take_exception() else { return };
    let name = thread.names().__notes__.clone();
    let added = (|| -> Outcome<()> {
        let note = thread.str(note)?;
        let notes = match protocol::find_attribute(thread, exception.as_ref(), name.as_ref())? {
            Some(notes) => notes,
            None => {
                let notes = thread.list(Vec::new())?;
                protocol::set_attribute(thread, exception.as_ref(), name.as_ref(), Some(notes.as_ref()))?;
                notes
            }
        };
        match notes.downcast::<crate::types::list::List>() {
            Some(list) => list.push(thread, note),
            None => Ok(()),
        }
    })();
    let _ = added;
    thread.exception = Some(exception);
}

macro_rules! shorthands {
    ($($(#[$doc:meta])* $name:ident $ty:ident;)*) => {
        impl Thread {$(
            $(#[$doc])*
            #[cold]
            pub fn $name(&mut self, message: impl Into<String>) -> Raised {
                self.raise_new(&$ty, message)
            }
        )*}
    };
}

shorthands! {
    /// TypeError
    type_error TYPE_ERROR;
    /// ValueError
    value_error VALUE_ERROR;
    /// IndexError
    index_error INDEX_ERROR;
    /// OverflowError
    overflow_error OVERFLOW_ERROR;
    /// ZeroDivisionError
    zero_division_error ZERO_DIVISION_ERROR;
    /// RuntimeError
    runtime_error RUNTIME_ERROR;
    /// RecursionError
    recursion_error RECURSION_ERROR;
    /// SystemError
    system_error SYSTEM_ERROR;
    /// NotImplementedError
    not_implemented_error NOT_IMPLEMENTED_ERROR;
    /// ReferenceError
    reference_error REFERENCE_ERROR;
    /// BufferError
    buffer_error BUFFER_ERROR;
    /// ImportError
    import_error IMPORT_ERROR;
}
