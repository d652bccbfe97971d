//! The module `_blake2`: BLAKE2b and BLAKE2s with all their parameters, trees of hashes included.
//!
//! Answers for CPython's `Modules/blake2module.c`.

use taipan_object::native::{Args, ModuleDef, Parameters};
use taipan_object::types::dict::Dict;
use taipan_object::{Outcome, Ref, Thread, Type, Value, protocol};

use super::data;

/// The module `_blake2`.
pub static BLAKE2: ModuleDef = ModuleDef {
    name: "_blake2",
    doc: Some("_blake2b provides BLAKE2b for hashlib\n"),
    functions: &[],
    exec: Some(|thread, module| {
        super::add(thread, module, &[&blake2b::TYPE, &blake2s::TYPE])?;
        for (prefix, ty, limits) in
            [("BLAKE2B", &blake2b::TYPE, &blake2b::LIMITS), ("BLAKE2S", &blake2s::TYPE, &blake2s::LIMITS)]
        {
            for (name, number) in limits.named() {
                thread.module_add(module, &format!("{prefix}_{name}"), Value::small_int(number))?;
                set_of_type(thread, ty, name, number)?;
            }
        }
        Ok(())
    }),
};

/// A constant of a type.
fn set_of_type(thread: &mut Thread, ty: &'static Type, name: &str, number: i64) -> Outcome<()> {
    let name = thread.intern(name)?;
    let dict = Ref::of(ty.dict(thread)).to_value();
    let dict = dict.downcast::<Dict>().expect("a type's dictionary");
    dict.set_str(thread, name.as_ref(), Value::small_int(number))
}

/// What an algorithm accepts, in bytes.
struct Limits {
    name: &'static str,
    digest: i64,
    key: i64,
    salt: i64,
    person: i64,
    /// The greatest node offset.
    offset: u64,
}

impl Limits {
    fn named(&self) -> [(&'static str, i64); 4] {
        [
            ("SALT_SIZE", self.salt),
            ("PERSON_SIZE", self.person),
            ("MAX_KEY_SIZE", self.key),
            ("MAX_DIGEST_SIZE", self.digest),
        ]
    }
}

/// The arguments of a constructor, checked.
struct Chosen {
    data: Vec<u8>,
    digest_size: usize,
    key: Vec<u8>,
    salt: Vec<u8>,
    person: Vec<u8>,
    fanout: u8,
    depth: u8,
    leaf_size: u32,
    node_offset: u64,
    node_depth: u8,
    inner_size: usize,
    last_node: bool,
}

fn number(thread: &mut Thread, value: Option<Ref<'_>>, default: i64) -> Outcome<i64> {
    value.map_or(Ok(default), |value| protocol::index_i64(thread, value))
}

/// A number of at most 64 bits without sign.
fn unsigned(thread: &mut Thread, value: Option<Ref<'_>>) -> Outcome<u64> {
    let Some(value) = value else { return Ok(0) };
    if let Some(small) = taipan_object::types::int::to_int(value).and_then(|int| int.to_u64()) {
        return Ok(small);
    }
    let negative = {
        let zero = Value::small_int(0);
        protocol::compare_bool(thread, value, zero.as_ref(), taipan_object::typeobject::CompareOp::Lt)?
    };
    Err(match negative {
        true => thread.value_error("Cannot convert negative int"),
        false => thread.overflow_error("Python int too large for C unsigned long long"),
    })
}

fn bounded(thread: &mut Thread, value: Option<Ref<'_>>, what: &str, size: i64) -> Outcome<Vec<u8>> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let bytes = data::bytes(thread, value)?.into_owned();
    if bytes.len() as i64 > size {
        return Err(thread.value_error(format!("maximum {what} length is {size} bytes")));
    }
    Ok(bytes)
}

fn choose<'a>(thread: &mut Thread, args: Args<'a>, limits: &Limits) -> Outcome<Chosen> {
    const NAMES: &[&str] = &[
        "data",
        "digest_size",
        "key",
        "salt",
        "person",
        "fanout",
        "depth",
        "leaf_size",
        "node_offset",
        "node_depth",
        "inner_size",
        "last_node",
        "usedforsecurity",
        "string",
    ];
    let parameters = Parameters {
        function: limits.name,
        names: NAMES,
        positional_only: 0,
        positional: 1,
        required: 0,
        required_keywords: 0,
    };
    let [
        data,
        digest_size,
        key,
        salt,
        person,
        fanout,
        depth,
        leaf_size,
        node_offset,
        node_depth,
        inner_size,
        last_node,
        _,
        string,
    ] = parameters.parse::<14>(thread, args)?;
    let data = data::initial(thread, data, string)?.into_owned();
    let digest_size = number(thread, digest_size, limits.digest)?;
    if !(1..=limits.digest).contains(&digest_size) {
        let (most, kind) = (limits.digest, if limits.digest == 64 { "Blake2b" } else { "Blake2s" });
        return Err(thread.value_error(format!(
            "digest_size for {kind} must be between 1 and {most} bytes, here it is {digest_size}"
        )));
    }
    let salt = bounded(thread, salt, "salt", limits.salt)?;
    let person = bounded(thread, person, "person", limits.person)?;
    let byte = |thread: &mut Thread, value: i64, least: i64, what: &str| match u8::try_from(value) {
        Ok(byte) if value >= least => Ok(byte),
        _ => Err(thread.value_error(format!("{what} must be between {least} and 255"))),
    };
    let fanout = number(thread, fanout, 1)?;
    let fanout = byte(thread, fanout, 0, "fanout")?;
    let depth = number(thread, depth, 1)?;
    let depth = byte(thread, depth, 1, "depth")?;
    let Ok(leaf_size) = u32::try_from(unsigned(thread, leaf_size)?) else {
        return Err(thread.overflow_error("leaf_size is too large"));
    };
    let node_offset = unsigned(thread, node_offset)?;
    if node_offset > limits.offset {
        return Err(thread.overflow_error("node_offset is too large"));
    }
    let node_depth = number(thread, node_depth, 0)?;
    let node_depth = byte(thread, node_depth, 0, "node_depth")?;
    let inner_size = number(thread, inner_size, 0)?;
    if !(0..=limits.digest).contains(&inner_size) {
        let most = limits.digest;
        return Err(thread.value_error(format!("inner_size must be between 0 and is {most}")));
    }
    let key = bounded(thread, key, "key", limits.key)?;
    let last_node = match last_node {
        Some(last_node) => protocol::is_true(thread, last_node)?,
        None => false,
    };
    Ok(Chosen {
        data,
        digest_size: digest_size as usize,
        key,
        salt,
        person,
        fanout,
        depth,
        leaf_size,
        node_offset,
        node_depth,
        inner_size: inner_size as usize,
        last_node,
    })
}

macro_rules! algorithm {
    ($(#[$doc:meta])* $module:ident, $library:ident, $name:literal, $about:literal, $block:literal, $limits:expr) => {
        $(#[$doc])*
        pub mod $module {
            use taipan_macros::native;
            use taipan_object::native::GetSetDef;
            use taipan_object::typeobject::{Slots, TypeDef, TypeFlags, allocate_instance};
            use taipan_object::{Header, Inside, Outcome, Ref, Thread, Type, Value, object};

            use super::super::data;

            pub(super) const LIMITS: super::Limits = $limits;

            struct Running {
                state: $library::State,
                size: usize,
            }

            /// A hash object.
            #[repr(C)]
            pub struct Hash {
                head: Header,
                running: Inside<Box<Running>>,
            }
            object!(Hash, TYPE);

            /// Its type.
            pub static TYPE: Type = Type::new::<Hash>(
                &TypeDef {
                    doc: Some($about),
                    signature: Some(concat!(
                        "(data=b'', *, digest_size=_blake2.", $name, ".MAX_DIGEST_SIZE,\n        key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0,\n        node_offset=0, node_depth=0, inner_size=0, last_node=False,\n        usedforsecurity=True, string=None)"
                    )),
                    methods: &[&[COPY, DIGEST, HEXDIGEST, UPDATE]],
                    getset: &[&[
                        GetSetDef {
                            name: "name",
                            doc: None,
                            get: Some(|thread, _| thread.str($name)),
                            set: None,
                        },
                        GetSetDef {
                            name: "block_size",
                            doc: None,
                            get: Some(|_, _| Ok(Value::small_int($block))),
                            set: None,
                        },
                        GetSetDef {
                            name: "digest_size",
                            doc: None,
                            get: Some(|thread, object| {
                                let own: &Hash = object.downcast().expect("an attribute of hashes");
                                let size = own.running.view(thread).size;
                                thread.int(size as i128)
                            }),
                            set: None,
                        },
                    ]],
                    ..TypeDef::new(concat!("_blake2.", $name))
                },
                TypeFlags::BASE,
                Slots {
                    new: Some(|thread, ty, args| {
                        let chosen = super::choose(thread, args, &LIMITS)?;
                        let mut parameters = $library::Params::new();
                        parameters
                            .hash_length(chosen.digest_size)
                            .key(&chosen.key)
                            .salt(&chosen.salt)
                            .personal(&chosen.person)
                            .fanout(chosen.fanout)
                            .max_depth(chosen.depth)
                            .max_leaf_length(chosen.leaf_size)
                            .node_offset(chosen.node_offset)
                            .node_depth(chosen.node_depth)
                            .inner_hash_length(chosen.inner_size)
                            .last_node(chosen.last_node);
                        let mut state = parameters.to_state();
                        state.update(&chosen.data);
                        make(thread, ty, Running { state, size: chosen.digest_size })
                    }),
                    ..Slots::plain::<Hash>()
                },
            );

            fn make(thread: &mut Thread, ty: &Type, running: Running) -> Outcome {
                let running = Box::new(running);
                allocate_instance(thread, ty, |head| Hash { head, running: Inside::new(running) })
            }

            /// Return a copy of the hash object.
            #[native(signature = "($self, /)")]
            fn copy(thread: &mut Thread, this: &Hash) -> Outcome {
                let running = this.running.view(thread);
                let running = Running { state: running.state.clone(), size: running.size };
                make(thread, Ref::of(this).ty(), running)
            }

            /// Return the digest value as a bytes object.
            #[native(signature = "($self, /)")]
            fn digest(thread: &mut Thread, this: &Hash) -> Outcome {
                let digest = this.running.view(thread).state.finalize();
                thread.bytes(digest.as_bytes())
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[native(signature = "($self, /)")]
            fn hexdigest(thread: &mut Thread, this: &Hash) -> String {
                data::hex(this.running.view(thread).state.finalize().as_bytes())
            }

            /// Update this hash object's state with the provided bytes-like object.
            #[native(signature = "($self, data, /)")]
            fn update(thread: &mut Thread, this: &Hash, data: Ref<'_>) -> Outcome<()> {
                let bytes = data::bytes(thread, data)?;
                this.running.change(thread).state.update(&bytes);
                Ok(())
            }
        }
    };
}

algorithm!(
    /** `blake2b` */
    blake2b, blake2b_simd, "blake2b", "Return a new BLAKE2b hash object.", 128,
    super::Limits { name: "blake2b", digest: 64, key: 64, salt: 16, person: 16, offset: u64::MAX }
);
algorithm!(
    /** `blake2s` */
    blake2s, blake2s_simd, "blake2s", "Return a new BLAKE2s hash object.", 64,
    super::Limits { name: "blake2s", digest: 32, key: 32, salt: 8, person: 8, offset: (1 << 48) - 1 }
);
