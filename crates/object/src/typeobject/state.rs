//! [`TypeState`]: what an interpreter knows of a type, and [`SharedKeys`] of its instances.
#![allow(unsafe_code)] // the object layout: see the module head and the notes at each block

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::atomic::Ordering;

use taipan_layout::{Header, Word};

use super::{Type, TypeFlags, wrapper};
use crate::inside::Inside;
use crate::thread::Thread;
use crate::types::dict::Dict;
use crate::types::str::Str;
use crate::types::tuple::{TUPLE, Tuple};
use crate::value::{Ref, Value};

/// What an interpreter knows of a type.
pub struct TypeState {
    pub(crate) dict: OnceCell<Value>,
    /// The method resolution order, the type itself first.
    pub(crate) mro: RefCell<Vec<*const Type>>,
    pub(crate) mro_tuple: RefCell<Option<Value>>,
    pub(crate) bases: RefCell<Option<Value>>,
    pub(crate) subclasses: RefCell<Vec<*const Type>>,
    pub(crate) name: RefCell<Option<Value>>,
    pub(crate) qualname: RefCell<Option<Value>>,
    /// The names of inline values; none if instances have no room for any.
    pub keys: Option<SharedKeys>,
    /// Offsets of the slots that `__slots__` made, those of bases included.
    pub(crate) slot_count: Cell<u32>,
    pub(crate) slots_offset: Cell<u32>,
    /// The interned names of the slots that the type itself added.
    pub(crate) slot_names: Box<[Value]>,
}

impl TypeState {
    pub(super) fn empty() -> TypeState {
        TypeState {
            dict: OnceCell::new(),
            mro: RefCell::default(),
            mro_tuple: RefCell::default(),
            bases: RefCell::default(),
            subclasses: RefCell::default(),
            name: RefCell::default(),
            qualname: RefCell::default(),
            keys: None,
            slot_count: Cell::new(0),
            slots_offset: Cell::new(0),
            slot_names: Box::default(),
        }
    }

    pub(crate) fn for_static(ty: &'static Type) -> TypeState {
        let state = TypeState::empty();
        let mut mro = state.mro.borrow_mut();
        let mut next = Some(ty);
        while let Some(ty) = next {
            mro.push(std::ptr::from_ref(ty));
            // SAFETY: the bases of static types are static.
            next = ty.base().map(|base| unsafe { &*std::ptr::from_ref(base) });
        }
        drop(mro);
        state
    }
}

/// The names that instances of a class keep inline, in the order of their places.
pub struct SharedKeys {
    names: Inside<Vec<Value>>,
    capacity: usize,
}

impl SharedKeys {
    pub(crate) fn new(capacity: usize) -> SharedKeys {
        SharedKeys { names: Inside::new(Vec::new()), capacity }
    }

    /// The names.
    pub fn names<'a>(&'a self, thread: &'a Thread) -> &'a [Value] {
        self.names.view(thread)
    }

    /// The place of an interned name.
    #[inline]
    pub fn find(&self, thread: &Thread, name: Ref<'_>) -> Option<usize> {
        self.names.view(thread).iter().position(|own| own.as_ref().is(name))
    }

    /// Gives `name` a place, if there is one left. The keys version of `ty` changes.
    pub(crate) fn add(&self, thread: &mut Thread, ty: &Type, name: Ref<'_>) -> Option<usize> {
        let names = self.names.change(thread);
        if names.len() >= self.capacity {
            return None;
        }
        names.push(name.to_value());
        let place = names.len() - 1;
        ty.keys_version.set(thread.interp().take_keys_version());
        Some(place)
    }
}

impl Type {
    /// What the thread's interpreter knows of the type.
    #[inline]
    pub fn state<'a>(&'a self, thread: &'a Thread) -> &'a TypeState {
        if self.is_heap() {
            // SAFETY: set when the type was made, never replaced.
            return unsafe { (*self.state.get()).as_deref().expect("heap types have their state") };
        }
        // SAFETY: a type that is not on the heap is static.
        let own: &'static Type = unsafe { &*std::ptr::from_ref(self) };
        thread.interp().static_state(own)
    }

    /// The type's dictionary.
    pub fn dict<'a>(&'a self, thread: &'a Thread) -> &'a Dict {
        let state = self.state(thread);
        let dict = state.dict.get_or_init(|| {
            // SAFETY: only this call has the state's empty cell; filling it makes objects and runs
            // no Python.
            #[allow(invalid_reference_casting)]
            let thread = unsafe { &mut *std::ptr::from_ref(thread).cast_mut() };
            wrapper::static_dict(thread, self).expect("a static type's dictionary fits any sensible limit")
        });
        dict.downcast::<Dict>().expect("a type's dictionary is a dict")
    }

    /// The method resolution order.
    #[inline]
    pub fn mro<'a>(&'a self, thread: &'a Thread) -> Vec<&'a Type> {
        // SAFETY: types in the order are kept alive by the type.
        self.state(thread).mro.borrow().iter().map(|&ty| unsafe { &*ty }).collect()
    }

    /// Whether the type is `other` or derives from it, by method resolution order.
    pub fn is_subtype(&self, thread: &Thread, other: &Type) -> bool {
        if self.is(other) {
            return true;
        }
        self.state(thread).mro.borrow().iter().any(|&ty| std::ptr::eq(ty, other))
    }

    /// The name that messages show: that of a static type with its module, unless that is
    /// `builtins`; CPython's `tp_name`.
    pub fn name(&self) -> std::borrow::Cow<'_, str> {
        if let Some(def) = self.def() {
            return std::borrow::Cow::Borrowed(def.name);
        }
        // SAFETY: a heap type's state is set when it is made.
        let state = unsafe { (*self.state.get()).as_deref() };
        let name = state.and_then(|state| state.name.borrow().clone());
        let text =
            name.and_then(|name| name.downcast::<Str>().map(|name| name.to_string_lossy().into_owned()));
        std::borrow::Cow::Owned(text.unwrap_or_default())
    }

    /// `__name__`
    pub fn short_name(&self) -> std::borrow::Cow<'_, str> {
        match self.def() {
            Some(def) => std::borrow::Cow::Borrowed(def.name.rsplit('.').next().unwrap_or(def.name)),
            None => self.name(),
        }
    }

    /// The module of a static type.
    pub fn static_module(&self) -> &'static str {
        self.def().and_then(|def| def.name.rsplit_once('.')).map_or("builtins", |(module, _)| module)
    }

    /// The version for caches; gives the type one if it has none. 0: do not cache.
    pub fn assign_version(&self, thread: &Thread) -> u32 {
        let version = self.version.load(Ordering::Relaxed);
        if version != 0 {
            return version;
        }
        let _ = self.state(thread); // A static type gets its version with its state.
        if self.is_heap() {
            for &base in self.state(thread).mro.borrow().iter().skip(1) {
                // SAFETY: alive, as in `mro`.
                if unsafe { (*base).assign_version(thread) } == 0 {
                    return 0;
                }
            }
            self.version.store(thread.interp().take_type_version(), Ordering::Relaxed);
        }
        self.version.load(Ordering::Relaxed)
    }

    pub(crate) fn set_state(&self, state: TypeState) {
        // SAFETY: the type is being made; nobody else has seen it.
        unsafe { *self.state.get() = Some(Box::new(state)) };
    }

    pub(crate) fn take_state(&self) -> Option<Box<TypeState>> {
        // SAFETY: the type is dead.
        unsafe { (*self.state.get()).take() }
    }
}

/// A slot of an instance by its offset, which does not count items.
///
/// # Safety
/// `object` is a live heap object, `offset` that of one of its words.
#[inline(always)]
pub unsafe fn word_at<'a>(object: Ref<'a>, offset: usize) -> &'a Cell<Word> {
    // SAFETY: the caller's promise.
    unsafe {
        let header = object.word().header();
        &*header.byte_add(offset + items_size(header, object.ty())).cast()
    }
}

/// Bytes of the items that lie between an object's struct and the words that its class added: not
/// zero for classes derived from `tuple` and `str` alone.
///
/// # Safety
/// `object` is an object of type `ty`, or was until its content was dropped.
#[inline(always)]
pub(super) unsafe fn items_size(object: *const Header, ty: &Type) -> usize {
    if !ty.flags().contains(TypeFlags::BEHIND_ITEMS) {
        return 0;
    }
    // SAFETY: the layout tells the struct.
    unsafe {
        if ty.layout().is(&TUPLE) {
            (*object.cast::<Tuple>()).len() * 8
        } else {
            (*object.cast::<Str>()).items_size()
        }
    }
}
