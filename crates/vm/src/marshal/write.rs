//! Writing: objects to the neutral form, which writes itself.

use rustc_hash::FxHashMap;
use taipan_code::marshal::{Builder, Graph, NodeId, Singleton, WriteError, WriteOptions};
use taipan_object::native::{Buffer, BufferFlags};
use taipan_object::types::bytes::Bytes;
use taipan_object::types::code::Code;
use taipan_object::types::dict::Dict;
use taipan_object::types::exception::STOP_ITERATION;
use taipan_object::types::float::{FLOAT, Float};
use taipan_object::types::int::{INT, to_int};
use taipan_object::types::list::List;
use taipan_object::types::set::{any_set, is_frozen};
use taipan_object::types::slice::Slice;
use taipan_object::types::str::Str;
use taipan_object::types::tuple::Tuple;
use taipan_object::{Outcome, Raised, Ref, Thread, Value, protocol};

use taipan_object::types::code::constant::complex_parts;

/// The deepest nesting that is walked; the format's own limit is the same.
const MAX_DEPTH: usize = 2000;

/// The bytes of a value.
pub(super) fn dumps(thread: &mut Thread, value: Ref<'_>, options: WriteOptions) -> Outcome<Vec<u8>> {
    let mut walk =
        Walk { graph: Graph::default(), open: FxHashMap::default(), allow_code: options.allow_code };
    let root = walk.node(thread, value, 1)?;
    walk.graph.dumps(root, options).map_err(|error| refuse(thread, error))
}

fn refuse(thread: &mut Thread, error: WriteError) -> Raised {
    thread.value_error(error.to_string())
}

/// Turns objects into nodes.
struct Walk {
    graph: Graph,
    /// The nodes of mutable objects, by address, so that their identity survives.
    open: FxHashMap<u64, NodeId>,
    allow_code: bool,
}

impl Walk {
    fn node(&mut self, thread: &mut Thread, value: Ref<'_>, depth: usize) -> Outcome<NodeId> {
        thread.check_native_stack()?;
        if depth > MAX_DEPTH {
            return Err(refuse(thread, WriteError::TooDeep));
        }
        if let Some(node) = self.simple(thread, value)? {
            return Ok(node);
        }
        let address = protocol::id(value);
        if let Some(&node) = self.open.get(&address) {
            return Ok(node);
        }
        if let Some(tuple) = value.exact::<Tuple>() {
            let items = self.nodes(thread, tuple.items(), depth)?;
            return Ok(made(self.graph.tuple(None, items)));
        }
        if let Some(list) = value.exact::<List>() {
            let mut node = made(self.graph.list(0));
            self.open.insert(address, node);
            let items: Vec<Value> = list.view(thread).iter().map(|item| item.to_value()).collect();
            for item in items {
                let item = self.node(thread, item.as_ref(), depth + 1)?;
                made(self.graph.list_push(&mut node, item));
            }
            return Ok(node);
        }
        if let Some(dict) = value.exact::<Dict>() {
            let mut node = made(self.graph.dict());
            self.open.insert(address, node);
            let mut position = 0;
            while let Some((next, key, item)) = dict.next_entry(thread, position) {
                position = next;
                let key = self.node(thread, key.as_ref(), depth + 1)?;
                let item = self.node(thread, item.as_ref(), depth + 1)?;
                made(self.graph.dict_set(&mut node, key, item));
            }
            return Ok(node);
        }
        if any_set(value).is_some() {
            return self.set(thread, value, depth);
        }
        if let Some(slice) = value.exact::<Slice>() {
            let parts = slice.parts.each_ref().map(|part| part.as_ref());
            let parts = self.nodes(thread, &parts, depth)?;
            return Ok(made(self.graph.slice(parts.try_into().expect("a slice has three parts"))));
        }
        if let Some(code) = value.exact::<Code>() {
            if !self.allow_code {
                return Err(refuse(thread, WriteError::CodeNotAllowed));
            }
            return Ok(self.graph.add(&taipan_code::Const::Code(code.source.clone())));
        }
        if let Some((real, imag)) = complex_parts(thread, value)? {
            return Ok(made(self.graph.complex(real, imag)));
        }
        if value.ty().slots().buffer.is_some() && !value.ty().is_heap() {
            let buffer = Buffer::of(thread, value, BufferFlags::SIMPLE)?;
            let bytes = buffer.stable_bytes(thread)?;
            return Ok(made(self.graph.bytes(&bytes)));
        }
        Err(refuse(thread, WriteError::Unmarshallable))
    }

    /// What holds no other value.
    fn simple(&mut self, _: &mut Thread, value: Ref<'_>) -> Outcome<Option<NodeId>> {
        let singletons = [
            (Ref::none(), Singleton::None),
            (Ref::ellipsis(), Singleton::Ellipsis),
            (Ref::bool(true), Singleton::True),
            (Ref::bool(false), Singleton::False),
            (STOP_ITERATION.as_ref(), Singleton::StopIteration),
        ];
        if let Some((_, which)) = singletons.into_iter().find(|(object, _)| value.is(*object)) {
            return Ok(Some(made(self.graph.singleton(which))));
        }
        if value.ty().is(&INT) {
            let int = to_int(value).expect("an int").into_owned();
            return Ok(Some(made(self.graph.int(int))));
        }
        if value.ty().is(&FLOAT) {
            let float = Float::value_of(value).expect("a float");
            return Ok(Some(made(self.graph.float(float))));
        }
        if let Some(text) = value.exact::<Str>() {
            let rc = text.to_text().to_rc();
            return Ok(Some(self.graph.text_node(&rc, text.is_interned())));
        }
        if let Some(bytes) = value.exact::<Bytes>() {
            return Ok(Some(made(self.graph.bytes(bytes.content()))));
        }
        Ok(None)
    }

    fn nodes(&mut self, thread: &mut Thread, items: &[Ref<'_>], depth: usize) -> Outcome<Vec<NodeId>> {
        items.iter().map(|item| self.node(thread, *item, depth + 1)).collect()
    }

    fn set(&mut self, thread: &mut Thread, value: Ref<'_>, depth: usize) -> Outcome<NodeId> {
        let exact = value.ty().is(&taipan_object::types::set::SET)
            || value.ty().is(&taipan_object::types::set::FROZENSET);
        if !exact {
            return Err(refuse(thread, WriteError::Unmarshallable));
        }
        let items = protocol::collect(thread, value)?;
        let items: Vec<Ref<'_>> = items.iter().map(Value::as_ref).collect();
        if is_frozen(value) {
            let nodes = self.nodes(thread, &items, depth)?;
            return Ok(made(self.graph.frozenset(nodes)));
        }
        let mut node = made(self.graph.set());
        self.open.insert(protocol::id(value), node);
        for item in items {
            let item = self.node(thread, item, depth + 1)?;
            made(self.graph.set_add(&mut node, item));
        }
        Ok(node)
    }
}

/// Building a graph out of values that exist does not fail.
fn made<T, E: std::fmt::Debug>(result: Result<T, E>) -> T {
    result.expect("a graph holds any value")
}
