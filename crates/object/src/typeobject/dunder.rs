//! Slots filled by dunders, and dunders that reflect slots.
//!
//! A class that defines a dunder gets a slot function that looks the dunder up and calls it; a
//! static type that has a slot shows a `wrapper_descriptor` under the dunder's name. One table
//! tells both directions.
//!
//! Answers for the table `slotdefs` of CPython's `Objects/typeobject.c`.

use super::lookup::call_special;
use super::{CompareOp, Slots, Type, TypeFlags, wrapper};
use crate::native::{Args, Buffer, BufferFlags};
use crate::protocol;
use crate::thread::Thread;
use crate::types::builtin;
use crate::types::dict::Dict;
use crate::types::memoryview;
use crate::types::str::Str;
use crate::value::{Outcome, Ref, Value};

/// How a dunder stands for a slot.
pub struct Dunder {
    /// The dunder's name.
    pub name: &'static str,
    /// The docstring of the wrapper.
    pub doc: &'static str,
    /// Whether the slot is filled.
    present: fn(&Slots) -> bool,
    /// Whether both have the same function.
    same: fn(&Slots, &Slots) -> bool,
    /// Puts the slot function that calls the dunder in.
    fill: fn(&mut Slots),
    /// Puts the slot of another type in.
    copy: fn(&mut Slots, &Slots),
    /// Calls the slot of `owner` as the dunder is called.
    pub wrap: for<'a> fn(&mut Thread, &Type, Ref<'a>, Args<'a>) -> Outcome,
}

fn exact<'a>(thread: &mut Thread, args: Args<'a>, count: usize) -> Outcome<&'a [Ref<'a>]> {
    if args.keyword_count() != 0 {
        return Err(thread.type_error("wrapper() takes no keyword arguments"));
    }
    let given = args.all();
    if given.len() != count {
        let plural = if count == 1 { "" } else { "s" };
        return Err(thread.type_error(format!("expected {count} argument{plural}, got {}", given.len())));
    }
    Ok(given)
}

fn missing(thread: &mut Thread, object: Ref<'_>, name: &str) -> crate::value::Raised {
    let ty = object.ty().name().into_owned();
    thread.type_error(format!("'{ty}' object has no {name}"))
}

macro_rules! special {
    ($thread:ident, $object:ident, $name:ident $(, $arg:expr)*) => {{
        let name = &$thread.names().$name;
        match call_special($thread, $object, name, &[$($arg),*])? {
            Some(value) => value,
            None => return Err(missing($thread, $object, stringify!($name))),
        }
    }};
}

macro_rules! unary_slots { ($($slot:ident $name:ident),*) => { $(
    pub fn $slot(thread: &mut Thread, object: Ref<'_>) -> Outcome { Ok(special!(thread, object, $name)) }
)* } }

/// Functions that fill slots by calling dunders.
mod calls {
    use super::*;

    unary_slots!(repr __repr__, str __str__, negative __neg__, positive __pos__, absolute __abs__,
        invert __invert__, int __int__, float __float__, index __index__, iter __iter__,
        r#await __await__, aiter __aiter__, anext __anext__);

    macro_rules! binary_slots { ($($slot:ident $name:ident $rname:ident),*) => { $(
        pub fn $slot(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
            binary(thread, left, right, |slots| slots.$slot.is_some_and(|f| f as usize == $slot as *const () as usize),
                &thread.names().$name.clone(), &thread.names().$rname.clone())
        }
    )* } }
    binary_slots!(add __add__ __radd__, subtract __sub__ __rsub__, multiply __mul__ __rmul__,
        remainder __mod__ __rmod__, divmod __divmod__ __rdivmod__, lshift __lshift__ __rlshift__,
        rshift __rshift__ __rrshift__, and __and__ __rand__, xor __xor__ __rxor__, or __or__ __ror__,
        floor_divide __floordiv__ __rfloordiv__, true_divide __truediv__ __rtruediv__,
        matrix_multiply __matmul__ __rmatmul__);

    macro_rules! inplace_slots { ($($slot:ident $name:ident),*) => { $(
        pub fn $slot(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>) -> Outcome {
            Ok(special!(thread, left, $name, right))
        }
    )* } }
    inplace_slots!(inplace_add __iadd__, inplace_subtract __isub__, inplace_multiply __imul__,
        inplace_remainder __imod__, inplace_lshift __ilshift__, inplace_rshift __irshift__,
        inplace_and __iand__, inplace_xor __ixor__, inplace_or __ior__,
        inplace_floor_divide __ifloordiv__, inplace_true_divide __itruediv__,
        inplace_matrix_multiply __imatmul__, subscript __getitem__);

    fn binary(
        thread: &mut Thread,
        left: Ref<'_>,
        right: Ref<'_>,
        has: impl Fn(&Slots) -> bool,
        name: &Value,
        rname: &Value,
    ) -> Outcome {
        let both = !left.ty().is(right.ty()) && has(right.ty().slots());
        let mut try_right = both;
        if has(left.ty().slots()) {
            if try_right && right.ty().is_subtype(thread, left.ty()) && overloads(thread, left, right, rname)
            {
                if let Some(value) = call_special(thread, right, rname, &[left])?
                    && !value.as_ref().is(Ref::not_implemented())
                {
                    return Ok(value);
                }
                try_right = false;
            }
            if let Some(value) = call_special(thread, left, name, &[right])?
                && (!value.as_ref().is(Ref::not_implemented()) || right.ty().is(left.ty()))
            {
                return Ok(value);
            }
        }
        if try_right && let Some(value) = call_special(thread, right, rname, &[left])? {
            return Ok(value);
        }
        Ok(Value::not_implemented())
    }

    fn overloads(thread: &Thread, left: Ref<'_>, right: Ref<'_>, rname: &Value) -> bool {
        let a = left.ty().lookup_value(thread, rname);
        let b = right.ty().lookup_value(thread, rname);
        match (a, b) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(a), Some(b)) => !a.as_ref().is(b.as_ref()),
        }
    }

    pub fn power(thread: &mut Thread, base: Ref<'_>, exponent: Ref<'_>, modulus: Ref<'_>) -> Outcome {
        if modulus.is_none() {
            let (name, rname) = (thread.names().__pow__.clone(), thread.names().__rpow__.clone());
            let has = |slots: &Slots| slots.power.is_some_and(|f| f as usize == power as *const () as usize);
            return binary(thread, base, exponent, has, &name, &rname);
        }
        if base.ty().slots().power.is_some_and(|f| f as usize == power as *const () as usize) {
            return Ok(special!(thread, base, __pow__, exponent, modulus));
        }
        Ok(Value::not_implemented())
    }

    pub fn inplace_power(thread: &mut Thread, base: Ref<'_>, exponent: Ref<'_>, _: Ref<'_>) -> Outcome {
        Ok(special!(thread, base, __ipow__, exponent))
    }

    pub fn call<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome {
        let name = thread.names().__call__.clone();
        match bound_special(thread, object, &name, args)? {
            Some(value) => Ok(value),
            None => Err(missing(thread, object, "__call__")),
        }
    }

    /// As [`call_special`], with keyword arguments.
    pub fn bound_special<'a>(
        thread: &mut Thread,
        object: Ref<'a>,
        name: &Value,
        args: Args<'a>,
    ) -> Outcome<Option<Value>> {
        let Some(method) = object.ty().lookup_value(thread, name) else { return Ok(None) };
        let callee = method.as_ref();
        if callee.ty().flags().contains(TypeFlags::METHOD_DESCRIPTOR) {
            let mut values = smallvec::SmallVec::<[Ref<'_>; 8]>::with_capacity(args.all().len() + 1);
            values.push(object);
            values.extend_from_slice(args.all());
            return protocol::call_args(thread, callee, Args::with_names(&values, args.names())).map(Some);
        }
        let bound = match callee.ty().slots().descr_get {
            Some(get) => get(thread, callee, Some(object), Some(object.ty().as_ref()))?,
            None => method.clone(),
        };
        protocol::call_args(thread, bound.as_ref(), args).map(Some)
    }

    pub fn new<'a>(thread: &mut Thread, ty: &'a Type, args: Args<'a>) -> Outcome {
        let name = thread.names().__new__.clone();
        let new = protocol::get_attribute(thread, ty.as_ref(), name.as_ref())?;
        let mut values = smallvec::SmallVec::<[Ref<'_>; 8]>::with_capacity(args.all().len() + 1);
        values.push(ty.as_ref());
        values.extend_from_slice(args.all());
        protocol::call_args(thread, new.as_ref(), Args::with_names(&values, args.names()))
    }

    pub fn init<'a>(thread: &mut Thread, object: Ref<'a>, args: Args<'a>) -> Outcome<()> {
        let name = thread.names().__init__.clone();
        let Some(result) = bound_special(thread, object, &name, args)? else { return Ok(()) };
        if !result.as_ref().is_none() {
            let ty = result.as_ref().ty().name().into_owned();
            return Err(thread.type_error(format!("__init__() should return None, not '{ty}'")));
        }
        Ok(())
    }

    pub fn finalize(thread: &mut Thread, object: Ref<'_>) {
        let name = thread.names().__del__.clone();
        let outer = thread.take_exception();
        if call_special(thread, object, &name, &[]).is_err() {
            let culprit = object.ty().lookup_value(thread, &name);
            let culprit = culprit.as_ref().map_or(object, Value::as_ref);
            thread.unraisable_while("while calling deallocator", culprit);
        }
        thread.exception = outer;
    }

    pub fn hash(thread: &mut Thread, object: Ref<'_>) -> Outcome<i64> {
        let name = thread.names().__hash__.clone();
        let method = object.ty().lookup_value(thread, &name);
        if method.as_ref().is_none_or(wrapper::is_off) {
            let ty = object.ty().name().into_owned();
            return Err(thread.type_error(format!("unhashable type: '{ty}'")));
        }
        let value = special!(thread, object, __hash__);
        if value.as_ref().downcast::<crate::types::int::BigInt>().is_none() && !value.word().is_int() {
            return Err(thread.type_error("__hash__ method should return an integer"));
        }
        match protocol::wrapped_hash(thread, value.as_ref())? {
            -1 => Ok(-2),
            hash => Ok(hash),
        }
    }

    pub fn compare(thread: &mut Thread, left: Ref<'_>, right: Ref<'_>, op: CompareOp) -> Outcome {
        let names = thread.names();
        let name = match op {
            CompareOp::Lt => &names.__lt__,
            CompareOp::Le => &names.__le__,
            CompareOp::Eq => &names.__eq__,
            CompareOp::Ne => &names.__ne__,
            CompareOp::Gt => &names.__gt__,
            CompareOp::Ge => &names.__ge__,
        };
        Ok(call_special(thread, left, name, &[right])?.unwrap_or_else(Value::not_implemented))
    }

    pub fn getattr(thread: &mut Thread, object: Ref<'_>, name: Ref<'_>) -> Outcome {
        let names = thread.names();
        let fallback = object.ty().lookup_value(thread, &names.__getattr__);
        let method = object.ty().lookup_value(thread, &names.__getattribute__);
        let own = match method {
            Some(method)
                if !builtin::is_wrapper_of(
                    method.as_ref(),
                    "__getattribute__",
                    super::super::generic_getattr as *const () as usize,
                ) =>
            {
                call_special(thread, object, &names.__getattribute__, &[name])
                    .map(|value| value.unwrap_or_else(Value::none))
            }
            _ => super::super::generic_getattr(thread, object, name),
        };
        match own {
            Err(raised) if fallback.is_some() => {
                if !thread.exception_is(&crate::types::exception::ATTRIBUTE_ERROR) {
                    return Err(raised);
                }
                thread.take_exception();
                Ok(special!(thread, object, __getattr__, name))
            }
            own => own,
        }
    }

    pub fn setattr(
        thread: &mut Thread,
        object: Ref<'_>,
        name: Ref<'_>,
        value: Option<Ref<'_>>,
    ) -> Outcome<()> {
        match value {
            Some(value) => special!(thread, object, __setattr__, name, value),
            None => special!(thread, object, __delattr__, name),
        };
        Ok(())
    }

    pub fn descr_get(
        thread: &mut Thread,
        descriptor: Ref<'_>,
        object: Option<Ref<'_>>,
        owner: Option<Ref<'_>>,
    ) -> Outcome {
        let none = Ref::none();
        let name = thread.names().__get__.clone();
        match call_special(thread, descriptor, &name, &[object.unwrap_or(none), owner.unwrap_or(none)])? {
            Some(value) => Ok(value),
            None => Ok(descriptor.to_value()),
        }
    }

    pub fn descr_set(
        thread: &mut Thread,
        descriptor: Ref<'_>,
        object: Ref<'_>,
        value: Option<Ref<'_>>,
    ) -> Outcome<()> {
        let names = thread.names();
        let (name, done) = match value {
            Some(value) => ("__set__", call_special(thread, descriptor, &names.__set__, &[object, value])?),
            None => ("__delete__", call_special(thread, descriptor, &names.__delete__, &[object])?),
        };
        if done.is_none() {
            return Err(thread.attribute_error(descriptor, names.__set__.as_ref(), name.to_string()));
        }
        Ok(())
    }

    pub fn next(thread: &mut Thread, object: Ref<'_>) -> Outcome<Option<Value>> {
        let name = thread.names().__next__.clone();
        match call_special(thread, object, &name, &[]) {
            Ok(Some(value)) => Ok(Some(value)),
            Ok(None) => Err(missing(thread, object, "__next__")),
            Err(raised) => protocol::end_of_iteration(thread, raised).map(|()| None),
        }
    }

    pub fn bool(thread: &mut Thread, object: Ref<'_>) -> Outcome<bool> {
        let name = thread.names().__bool__.clone();
        match call_special(thread, object, &name, &[])? {
            Some(value) if value.as_ref().is(Ref::bool(true)) => Ok(true),
            Some(value) if value.as_ref().is(Ref::bool(false)) => Ok(false),
            Some(value) => {
                let ty = value.as_ref().ty().name().into_owned();
                Err(thread.type_error(format!("__bool__ should return bool, returned {ty}")))
            }
            None => Ok(length(thread, object)? != 0),
        }
    }

    pub fn length(thread: &mut Thread, object: Ref<'_>) -> Outcome<usize> {
        let value = special!(thread, object, __len__);
        let value = protocol::index(thread, value.as_ref())?;
        match crate::types::int::to_int(value.as_ref()) {
            Some(length) if length.is_negative() => Err(thread.value_error("__len__() should return >= 0")),
            Some(length) => match length.to_i64() {
                Some(length) => Ok(length as usize),
                None => Err(thread.overflow_error("cannot fit 'int' into an index-sized integer")),
            },
            None => Err(thread.system_error("index() answered no integer")),
        }
    }

    pub fn set_subscript(
        thread: &mut Thread,
        object: Ref<'_>,
        key: Ref<'_>,
        value: Option<Ref<'_>>,
    ) -> Outcome<()> {
        match value {
            Some(value) => special!(thread, object, __setitem__, key, value),
            None => special!(thread, object, __delitem__, key),
        };
        Ok(())
    }

    pub fn buffer(thread: &mut Thread, object: Ref<'_>, flags: BufferFlags) -> Outcome<Buffer> {
        thread.check_native_stack()?;
        let number = thread.int(flags.bits().into())?;
        let view = special!(thread, object, __buffer__, number.as_ref());
        memoryview::wrap_python_buffer(thread, object, view, flags)
    }

    pub fn release_buffer(thread: &mut Thread, object: Ref<'_>, view: Ref<'_>) -> Outcome<()> {
        special!(thread, object, __release_buffer__, view);
        Ok(())
    }

    pub fn contains(thread: &mut Thread, object: Ref<'_>, item: Ref<'_>) -> Outcome<bool> {
        let name = thread.names().__contains__.clone();
        if object.ty().lookup_value(thread, &name).as_ref().is_some_and(wrapper::is_off) {
            let ty = object.ty().name().into_owned();
            return Err(thread.type_error(format!("'{ty}' object is not a container")));
        }
        match call_special(thread, object, &name, &[item])? {
            Some(value) => protocol::is_true(thread, value.as_ref()),
            None => protocol::contains_by_iteration(thread, object, item),
        }
    }
}

fn value(outcome: Outcome<bool>) -> Outcome {
    outcome.map(Value::bool)
}

macro_rules! slot {
    ($owner:ident . $slot:ident, $thread:ident, $object:ident) => {
        match $owner.slots().$slot {
            Some(slot) => slot,
            None => return Err(missing($thread, $object, stringify!($slot))),
        }
    };
}

macro_rules! dunders {
    ($($name:literal $doc:literal $slot:ident |$thread:ident, $owner:ident, $object:ident, $args:ident| $wrap:expr;)*) => {
        /// All dunders that stand for slots.
        pub static DUNDERS: &[Dunder] = &[$(Dunder {
            name: $name,
            doc: $doc,
            present: |slots| slots.$slot.is_some(),
            same: |a, b| a.$slot.map(|f| f as usize) == b.$slot.map(|f| f as usize),
            fill: |slots| slots.$slot = Some(calls::$slot),
            copy: |to, from| to.$slot = from.$slot,
            wrap: |$thread, $owner, $object, $args| $wrap,
        },)*];
    };
}

macro_rules! unary {
    ($t:ident $w:ident $o:ident $a:ident $slot:ident) => {{
        exact($t, $a, 0)?;
        slot!($w.$slot, $t, $o)($t, $o)
    }};
}
macro_rules! binary {
    ($t:ident $w:ident $o:ident $a:ident $slot:ident) => {{
        let a = exact($t, $a, 1)?;
        slot!($w.$slot, $t, $o)($t, $o, a[0])
    }};
}
macro_rules! reflected {
    ($t:ident $w:ident $o:ident $a:ident $slot:ident) => {{
        let a = exact($t, $a, 1)?;
        slot!($w.$slot, $t, $o)($t, a[0], $o)
    }};
}
macro_rules! compare {
    ($t:ident $w:ident $o:ident $a:ident $op:ident) => {{
        let a = exact($t, $a, 1)?;
        slot!($w.compare, $t, $o)($t, $o, a[0], CompareOp::$op)
    }};
}

dunders! {
    "__getattribute__" "Return getattr(self, name)." getattr |t, w, o, a| binary!(t w o a getattr);
    "__getattr__" "" getattr |t, w, o, a| binary!(t w o a getattr);
    "__setattr__" "Implement setattr(self, name, value)." setattr |t, w, o, a| {
        let a = exact(t, a, 2)?;
        slot!(w.setattr, t, o)(t, o, a[0], Some(a[1]))?; Ok(Value::none()) };
    "__delattr__" "Implement delattr(self, name)." setattr |t, w, o, a| {
        let a = exact(t, a, 1)?;
        slot!(w.setattr, t, o)(t, o, a[0], None)?; Ok(Value::none()) };
    "__repr__" "Return repr(self)." repr |t, w, o, a| unary!(t w o a repr);
    "__hash__" "Return hash(self)." hash |t, w, o, a| {
        exact(t, a, 0)?; let hash = slot!(w.hash, t, o)(t, o)?; t.int(i128::from(hash)) };
    "__call__" "Call self as a function." call |t, w, o, a| slot!(w.call, t, o)(t, o, a);
    "__str__" "Return str(self)." str |t, w, o, a| unary!(t w o a str);
    "__lt__" "Return self<value." compare |t, w, o, a| compare!(t w o a Lt);
    "__le__" "Return self<=value." compare |t, w, o, a| compare!(t w o a Le);
    "__eq__" "Return self==value." compare |t, w, o, a| compare!(t w o a Eq);
    "__ne__" "Return self!=value." compare |t, w, o, a| compare!(t w o a Ne);
    "__gt__" "Return self>value." compare |t, w, o, a| compare!(t w o a Gt);
    "__ge__" "Return self>=value." compare |t, w, o, a| compare!(t w o a Ge);
    "__iter__" "Implement iter(self)." iter |t, w, o, a| unary!(t w o a iter);
    "__next__" "Implement next(self)." next |t, w, o, a| {
        exact(t, a, 0)?;
        match slot!(w.next, t, o)(t, o)? { Some(value) => Ok(value), None => Err(t.stop_iteration(None)) } };
    "__get__" "Return an attribute of instance, which is of type owner." descr_get |t, w, o, a| {
        let given = a.all();
        if given.is_empty() || given.len() > 2 {
            let bound = if given.is_empty() { "at least 1 argument" } else { "at most 2 arguments" };
            return Err(t.type_error(format!("__get__ expected {bound}, got {}", given.len())));
        }
        let part = |index: usize| given.get(index).copied().filter(|value| !value.is_none());
        if part(0).is_none() && part(1).is_none() {
            return Err(t.type_error("__get__(None, None) is invalid"));
        }
        slot!(w.descr_get, t, o)(t, o, part(0), part(1)) };
    "__set__" "Set an attribute of instance to value." descr_set |t, w, o, a| {
        let a = exact(t, a, 2)?; slot!(w.descr_set, t, o)(t, o, a[0], Some(a[1]))?; Ok(Value::none()) };
    "__delete__" "Delete an attribute of instance." descr_set |t, w, o, a| {
        let a = exact(t, a, 1)?; slot!(w.descr_set, t, o)(t, o, a[0], None)?; Ok(Value::none()) };
    "__init__" "Initialize self.  See help(type(self)) for accurate signature." init |t, w, o, a| {
        slot!(w.init, t, o)(t, o, a)?; Ok(Value::none()) };
    "__del__" "Called when the instance is about to be destroyed." finalize |t, w, o, a| {
        exact(t, a, 0)?; slot!(w.finalize, t, o)(t, o); Ok(Value::none()) };
    "__await__" "Return an iterator to be used in await expression." r#await |t, w, o, a| unary!(t w o a r#await);
    "__aiter__" "Return an awaitable, that resolves in asynchronous iterator." aiter |t, w, o, a| unary!(t w o a aiter);
    "__anext__" "Return a value or raise StopAsyncIteration." anext |t, w, o, a| unary!(t w o a anext);
    "__add__" "Return self+value." add |t, w, o, a| binary!(t w o a add);
    "__radd__" "Return value+self." add |t, w, o, a| reflected!(t w o a add);
    "__sub__" "Return self-value." subtract |t, w, o, a| binary!(t w o a subtract);
    "__rsub__" "Return value-self." subtract |t, w, o, a| reflected!(t w o a subtract);
    "__mul__" "Return self*value." multiply |t, w, o, a| binary!(t w o a multiply);
    "__rmul__" "Return value*self." multiply |t, w, o, a| reflected!(t w o a multiply);
    "__mod__" "Return self%value." remainder |t, w, o, a| binary!(t w o a remainder);
    "__rmod__" "Return value%self." remainder |t, w, o, a| reflected!(t w o a remainder);
    "__divmod__" "Return divmod(self, value)." divmod |t, w, o, a| binary!(t w o a divmod);
    "__rdivmod__" "Return divmod(value, self)." divmod |t, w, o, a| reflected!(t w o a divmod);
    "__pow__" "Return pow(self, value, mod)." power |t, w, o, a| {
        let given = a.all();
        if given.is_empty() || given.len() > 2 { return exact(t, a, 1).map(|_| Value::none()); }
        let modulus = given.get(1).copied().unwrap_or(Ref::none());
        slot!(w.power, t, o)(t, o, given[0], modulus) };
    "__rpow__" "Return pow(value, self, mod)." power |t, w, o, a| {
        let given = a.all();
        if given.is_empty() || given.len() > 2 { return exact(t, a, 1).map(|_| Value::none()); }
        let modulus = given.get(1).copied().unwrap_or(Ref::none());
        slot!(w.power, t, o)(t, given[0], o, modulus) };
    "__neg__" "-self" negative |t, w, o, a| unary!(t w o a negative);
    "__pos__" "+self" positive |t, w, o, a| unary!(t w o a positive);
    "__abs__" "abs(self)" absolute |t, w, o, a| unary!(t w o a absolute);
    "__bool__" "True if self else False" bool |t, w, o, a| { exact(t, a, 0)?; value(slot!(w.bool, t, o)(t, o)) };
    "__invert__" "~self" invert |t, w, o, a| unary!(t w o a invert);
    "__lshift__" "Return self<<value." lshift |t, w, o, a| binary!(t w o a lshift);
    "__rlshift__" "Return value<<self." lshift |t, w, o, a| reflected!(t w o a lshift);
    "__rshift__" "Return self>>value." rshift |t, w, o, a| binary!(t w o a rshift);
    "__rrshift__" "Return value>>self." rshift |t, w, o, a| reflected!(t w o a rshift);
    "__and__" "Return self&value." and |t, w, o, a| binary!(t w o a and);
    "__rand__" "Return value&self." and |t, w, o, a| reflected!(t w o a and);
    "__xor__" "Return self^value." xor |t, w, o, a| binary!(t w o a xor);
    "__rxor__" "Return value^self." xor |t, w, o, a| reflected!(t w o a xor);
    "__or__" "Return self|value." or |t, w, o, a| binary!(t w o a or);
    "__ror__" "Return value|self." or |t, w, o, a| reflected!(t w o a or);
    "__int__" "int(self)" int |t, w, o, a| unary!(t w o a int);
    "__float__" "float(self)" float |t, w, o, a| unary!(t w o a float);
    "__iadd__" "Return self+=value." inplace_add |t, w, o, a| binary!(t w o a inplace_add);
    "__isub__" "Return self-=value." inplace_subtract |t, w, o, a| binary!(t w o a inplace_subtract);
    "__imul__" "Return self*=value." inplace_multiply |t, w, o, a| binary!(t w o a inplace_multiply);
    "__imod__" "Return self%=value." inplace_remainder |t, w, o, a| binary!(t w o a inplace_remainder);
    "__ipow__" "Return self**=value." inplace_power |t, w, o, a| {
        let a = exact(t, a, 1)?; slot!(w.inplace_power, t, o)(t, o, a[0], Ref::none()) };
    "__ilshift__" "Return self<<=value." inplace_lshift |t, w, o, a| binary!(t w o a inplace_lshift);
    "__irshift__" "Return self>>=value." inplace_rshift |t, w, o, a| binary!(t w o a inplace_rshift);
    "__iand__" "Return self&=value." inplace_and |t, w, o, a| binary!(t w o a inplace_and);
    "__ixor__" "Return self^=value." inplace_xor |t, w, o, a| binary!(t w o a inplace_xor);
    "__ior__" "Return self|=value." inplace_or |t, w, o, a| binary!(t w o a inplace_or);
    "__floordiv__" "Return self//value." floor_divide |t, w, o, a| binary!(t w o a floor_divide);
    "__rfloordiv__" "Return value//self." floor_divide |t, w, o, a| reflected!(t w o a floor_divide);
    "__truediv__" "Return self/value." true_divide |t, w, o, a| binary!(t w o a true_divide);
    "__rtruediv__" "Return value/self." true_divide |t, w, o, a| reflected!(t w o a true_divide);
    "__ifloordiv__" "Return self//=value." inplace_floor_divide |t, w, o, a| binary!(t w o a inplace_floor_divide);
    "__itruediv__" "Return self/=value." inplace_true_divide |t, w, o, a| binary!(t w o a inplace_true_divide);
    "__index__" "Return self converted to an integer, if self is suitable for use as an index into a list." index
        |t, w, o, a| unary!(t w o a index);
    "__matmul__" "Return self@value." matrix_multiply |t, w, o, a| binary!(t w o a matrix_multiply);
    "__rmatmul__" "Return value@self." matrix_multiply |t, w, o, a| reflected!(t w o a matrix_multiply);
    "__imatmul__" "Return self@=value." inplace_matrix_multiply |t, w, o, a| binary!(t w o a inplace_matrix_multiply);
    "__len__" "Return len(self)." length |t, w, o, a| {
        exact(t, a, 0)?; let length = slot!(w.length, t, o)(t, o)?; t.int(length as i128) };
    "__getitem__" "Return self[key]." subscript |t, w, o, a| binary!(t w o a subscript);
    "__setitem__" "Set self[key] to value." set_subscript |t, w, o, a| {
        let a = exact(t, a, 2)?; slot!(w.set_subscript, t, o)(t, o, a[0], Some(a[1]))?; Ok(Value::none()) };
    "__delitem__" "Delete self[key]." set_subscript |t, w, o, a| {
        let a = exact(t, a, 1)?; slot!(w.set_subscript, t, o)(t, o, a[0], None)?; Ok(Value::none()) };
    "__contains__" "Return bool(key in self)." contains |t, w, o, a| {
        let a = exact(t, a, 1)?; value(slot!(w.contains, t, o)(t, o, a[0])) };
    "__buffer__" "Return a buffer object that exposes the underlying memory of the object." buffer |t, w, o, a| {
        let a = exact(t, a, 1)?;
        let Ok(flags) = i32::try_from(protocol::index_isize(t, a[0])?) else {
            return Err(t.overflow_error("buffer flags out of range"));
        };
        let buffer = slot!(w.buffer, t, o)(t, o, BufferFlags::from_bits_retain(flags))?;
        memoryview::from_buffer(t, buffer) };
    "__release_buffer__" "Release the buffer object that exposes the underlying memory of the object." release_buffer
        |t, w, o, a| {
        let a = exact(t, a, 1)?; slot!(w.release_buffer, t, o)(t, o, a[0])?; Ok(Value::none()) };
}

macro_rules! sequence_dunders {
    ($($name:literal $doc:literal $slot:ident $other:ident |$thread:ident, $owner:ident, $object:ident, $args:ident| $wrap:expr;)*) => {
        /// Dunders that stand for slots of sequences where the slot of numbers is empty.
        static SEQUENCE_DUNDERS: &[(fn(&Slots) -> bool, Dunder)] = &[$((|slots| slots.$other.is_none(), Dunder {
            name: $name,
            doc: $doc,
            present: |slots| slots.$slot.is_some(),
            same: |a, b| a.$slot.map(|f| f as usize) == b.$slot.map(|f| f as usize),
            fill: |_| {},
            copy: |to, from| to.$slot = from.$slot,
            wrap: |$thread, $owner, $object, $args| $wrap,
        }),)*];
    };
}
macro_rules! repeat {
    ($t:ident $w:ident $o:ident $a:ident $slot:ident) => {{
        let a = exact($t, $a, 1)?;
        let count = protocol::index_isize($t, a[0])?;
        slot!($w.$slot, $t, $o)($t, $o, count)
    }};
}

sequence_dunders! {
    "__add__" "Return self+value." concat add |t, w, o, a| binary!(t w o a concat);
    "__mul__" "Return self*value." repeat multiply |t, w, o, a| repeat!(t w o a repeat);
    "__rmul__" "Return value*self." repeat multiply |t, w, o, a| repeat!(t w o a repeat);
    "__iadd__" "Implement self+=value." inplace_concat inplace_add |t, w, o, a| binary!(t w o a inplace_concat);
    "__imul__" "Implement self*=value." inplace_repeat inplace_multiply |t, w, o, a| repeat!(t w o a inplace_repeat);
}

/// Fills the slots again, of the type and of all that derive from it, after a dunder changed.
pub fn update_slots(thread: &mut Thread, ty: &Type) {
    let mut todo = vec![std::ptr::from_ref(ty)];
    while let Some(ty) = todo.pop() {
        #[allow(unsafe_code)]
        // SAFETY: subclasses are taken off the list when they die; the lock is held, so nobody reads
        // the slots while they are reset.
        let ty = unsafe {
            let ty = &*ty;
            if let Some(base) = ty.base() {
                let slots = &mut *ty.slots_ptr();
                let kept = (slots.drop, slots.traverse, slots.clear);
                *slots = *base.slots();
                (slots.drop, slots.traverse, slots.clear) = kept;
            }
            ty
        };
        fill_slots(thread, ty);
        todo.extend(ty.state(thread).subclasses.borrow().iter());
    }
}

impl Dunder {
    /// `__text_signature__` of the wrapper.
    pub fn signature(&self) -> &'static str {
        match self.name {
            "__call__" | "__init__" => "($self, /, *args, **kwargs)",
            "__getattribute__" | "__getattr__" | "__delattr__" => "($self, name, /)",
            "__setattr__" => "($self, name, value, /)",
            "__get__" => "($self, instance, owner=None, /)",
            "__set__" => "($self, instance, value, /)",
            "__delete__" => "($self, instance, /)",
            "__pow__" | "__rpow__" => "($self, value, mod=None, /)",
            "__getitem__" | "__delitem__" | "__contains__" => "($self, key, /)",
            "__setitem__" => "($self, key, value, /)",
            "__buffer__" => "($self, flags, /)",
            "__release_buffer__" => "($self, buffer, /)",
            "__lt__" | "__le__" | "__eq__" | "__ne__" | "__gt__" | "__ge__" => "($self, value, /)",
            name if name.starts_with("__r") && name != "__repr__" => "($self, value, /)",
            name if name.starts_with("__i")
                && !matches!(name, "__int__" | "__index__" | "__iter__" | "__invert__") =>
            {
                "($self, value, /)"
            }
            "__add__" | "__sub__" | "__mul__" | "__mod__" | "__divmod__" | "__lshift__" | "__rshift__"
            | "__and__" | "__xor__" | "__or__" | "__floordiv__" | "__truediv__" | "__matmul__" => {
                "($self, value, /)"
            }
            _ => "($self, /)",
        }
    }
}

/// Whether `__release_buffer__` of the type is written in Python.
pub(crate) fn releases_in_python(ty: &Type) -> bool {
    ty.slots()
        .release_buffer
        .is_some_and(|release| release as usize == calls::release_buffer as *const () as usize)
}

/// Whether a static type has a `__new__` of its own.
pub(super) fn defines_new(ty: &Type) -> bool {
    let base = ty.base().and_then(|base| base.slots().new);
    ty.slots().new.map(|new| new as usize) != base.map(|new| new as usize)
}

/// Puts wrappers of the slots that a static type does not inherit into its dictionary.
pub(super) fn reflect(thread: &mut Thread, ty: &Type, dict: &Dict) -> Outcome<()> {
    let sequence = SEQUENCE_DUNDERS
        .iter()
        .filter(|(applies, dunder)| applies(ty.slots()) && (dunder.present)(ty.slots()))
        .map(|(_, dunder)| dunder);
    for dunder in DUNDERS.iter().chain(sequence) {
        let inherited = ty.base().is_some_and(|base| (dunder.same)(ty.slots(), base.slots()));
        if !(dunder.present)(ty.slots()) || inherited || dunder.name == "__getattr__" {
            continue;
        }
        if dunder.name == "__hash__" && unhashable(ty).is_some() {
            continue;
        }
        let wrapper = builtin::slot_wrapper(thread, ty.as_ref(), dunder)?;
        let name = thread.intern(dunder.name)?;
        dict.set_str(thread, name.as_ref(), wrapper)?;
    }
    Ok(())
}

/// The `None` that stands for `__hash__` in a type whose instances cannot be hashed.
pub(super) fn unhashable(ty: &Type) -> Option<Value> {
    ty.slots()
        .hash
        .is_some_and(|hash| hash as usize == protocol::not_hashable as *const () as usize)
        .then(Value::none)
}

/// Fills the slots of a heap type from the dunders that its method resolution order has.
pub(super) fn fill_slots(thread: &Thread, ty: &Type) {
    let mro = ty.mro(thread);
    #[allow(unsafe_code)]
    // SAFETY: nobody else uses the slots while they are filled: the interpreter lock is held.
    let slots = unsafe { &mut *ty.slots_ptr() };
    for dunder in DUNDERS {
        fill_slot(thread, ty, &mro, slots, dunder);
    }
    let new = thread.names().__new__.downcast::<Str>().expect("a name");
    slots.new = if mro
        .iter()
        .take_while(|ty| ty.is_heap())
        .any(|ty| ty.dict(thread).get_str(thread, new).is_some())
    {
        Some(calls::new)
    } else {
        ty.base().and_then(|base| base.slots().new)
    };
    ty.set_flag(TypeFlags::FINALIZES, slots.finalize.is_some());
    ty.set_flag(
        TypeFlags::OVERRIDES_GETATTR,
        slots.getattr.is_some_and(|f| f as usize == calls::getattr as *const () as usize),
    );
}

fn fill_slot(thread: &Thread, ty: &Type, mro: &[&Type], slots: &mut Slots, dunder: &Dunder) {
    let text = thread.interp().interned.intern_str(thread.interp(), dunder.name);
    let Some(name) = text.as_ref().and_then(|name| name.downcast::<Str>()) else { return };
    // The first type in the order that says something about the slot decides, be it by this dunder
    // or by another one of the same slot: those before it in the table have had their turn.
    for &owner in mro {
        if owner.is_heap() {
            let Some(found) = owner.dict(thread).get_str(thread, name) else { continue };
            if dunder.name == "__hash__" && found.is_none() {
                slots.hash = Some(protocol::not_hashable);
            } else if let Some(wrapped) = builtin::wrapped_owner(found, dunder.name) {
                if !(dunder.same)(slots, &CALLED) && wrapped_fits(ty, wrapped) {
                    (dunder.copy)(slots, wrapped.slots());
                } else {
                    (dunder.fill)(slots);
                }
            } else {
                (dunder.fill)(slots);
            }
            return;
        }
        let inherited = owner.base().is_some_and(|base| (dunder.same)(owner.slots(), base.slots()));
        let has_slot = !inherited && (dunder.present)(owner.slots());
        if has_slot || owner.dict(thread).get_str(thread, name).is_some() {
            let called_already = (dunder.same)(slots, &CALLED);
            if !called_already {
                (dunder.copy)(slots, owner.slots());
            }
            return;
        }
    }
}

fn wrapped_fits(ty: &Type, owner: &Type) -> bool {
    ty.has_layout_of(owner.layout())
}

/// Slots that all call dunders, to recognise one that does.
static CALLED: Slots = {
    let mut slots = Slots::EMPTY;
    slots.getattr = Some(calls::getattr);
    slots.setattr = Some(calls::setattr);
    slots.compare = Some(calls::compare);
    slots.descr_set = Some(calls::descr_set);
    slots.add = Some(calls::add);
    slots.subtract = Some(calls::subtract);
    slots.multiply = Some(calls::multiply);
    slots.remainder = Some(calls::remainder);
    slots.divmod = Some(calls::divmod);
    slots.power = Some(calls::power);
    slots.lshift = Some(calls::lshift);
    slots.rshift = Some(calls::rshift);
    slots.and = Some(calls::and);
    slots.xor = Some(calls::xor);
    slots.or = Some(calls::or);
    slots.floor_divide = Some(calls::floor_divide);
    slots.true_divide = Some(calls::true_divide);
    slots.matrix_multiply = Some(calls::matrix_multiply);
    slots.set_subscript = Some(calls::set_subscript);
    slots
};
