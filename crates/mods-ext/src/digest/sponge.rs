//! SHA-3: the types make their own instances. The SHAKEs give as many bytes as they are asked for.

/// A module with the type of one algorithm's hash objects.
macro_rules! algorithm {
    (
        $(#[$doc:meta])* $module:ident, $state:ty, $name:literal, $type_name:literal, size $size:literal,
        block $block:literal, suffix $suffix:literal, about $about:expr,
        |$digested:ident, $length:ident| $finish:expr, methods $methods:ident
    ) => {
        $(#[$doc])*
        pub mod $module {
            #[allow(unused_imports)]
            use sha3::digest::{ExtendableOutput, FixedOutput, Update, XofReader};
            use taipan_macros::native;
            use taipan_object::native::{Args, GetSetDef, MethodDef, Parameters};
            use taipan_object::protocol;
            use taipan_object::typeobject::{Slots, TypeDef, TypeFlags};
            use taipan_object::{Header, Inside, Outcome, Ref, Thread, Type, Value, object};

            use super::super::data;

            /// A hash object.
            #[repr(C)]
            pub struct Hash {
                head: Header,
                state: Inside<$state>,
            }
            object!(Hash, TYPE);

            const fn number(name: &'static str, get: fn(&mut Thread, Ref<'_>) -> Outcome) -> GetSetDef {
                GetSetDef { name, doc: None, get: Some(get), set: None }
            }

            /// Its type.
            pub static TYPE: Type = Type::new::<Hash>(
                &TypeDef {
                    doc: Some($about),
                    methods: &[&[COPY, UPDATE], $methods],
                    getset: &[&[
                        number("block_size", |_, _| Ok(Value::small_int($block))),
                        number("name", |thread, _| thread.str($name)),
                        number("digest_size", |_, _| Ok(Value::small_int($size))),
                        number("_capacity_bits", |_, _| Ok(Value::small_int(1600 - 8 * $block))),
                        number("_rate_bits", |_, _| Ok(Value::small_int(8 * $block))),
                        number("_suffix", |thread, _| thread.bytes(&[$suffix])),
                    ]],
                    ..TypeDef::new($type_name)
                },
                TypeFlags::empty(),
                Slots { new: Some(|thread, _, args| new(thread, args)), ..Slots::plain::<Hash>() },
            );

            #[allow(dead_code)]
            const FIXED: &[MethodDef] = &[DIGEST, HEXDIGEST];
            #[allow(dead_code)]
            const EXTENDABLE: &[MethodDef] = &[extendable::DIGEST, extendable::HEXDIGEST];

            fn make(thread: &mut Thread, state: $state) -> Outcome {
                thread.new_object(|head| Hash { head, state: Inside::new(state) })
            }

            fn finish(thread: &Thread, this: &Hash, $length: usize) -> Vec<u8> {
                let $digested = this.state.view(thread).clone();
                $finish
            }

            /// Return a copy of the hash object.
            #[native(signature = "($self, /)")]
            fn copy(thread: &mut Thread, this: &Hash) -> Outcome {
                let state = this.state.view(thread).clone();
                make(thread, state)
            }

            /// Return the digest value as a bytes object.
            #[native(signature = "($self, /)")]
            fn digest(thread: &mut Thread, this: &Hash) -> Outcome {
                let digest = finish(thread, this, $size);
                thread.bytes(&digest)
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[native(signature = "($self, /)")]
            fn hexdigest(thread: &mut Thread, this: &Hash) -> String {
                data::hex(&finish(thread, this, $size))
            }

            mod extendable {
                use super::*;

                /// How many bytes at most: what a digest's length is in C.
                const MOST: i64 = 1 << 29;

                fn checked(thread: &mut Thread, length: Ref<'_>) -> Outcome<usize> {
                    let length = protocol::index_i64(thread, length)?;
                    if length < 0 {
                        return Err(thread.value_error("value must be positive"));
                    }
                    if length >= MOST {
                        return Err(thread.value_error("length is too large"));
                    }
                    let length = length as usize;
                    // The bytes that are made are handed over at once.
                    thread.charge(length)?;
                    thread.heap().discharge(length);
                    Ok(length)
                }

                /// Return the digest value as a bytes object.
                #[native(signature = "($self, /, length)")]
                pub(super) fn digest(thread: &mut Thread, this: &Hash, length: Ref<'_>) -> Outcome {
                    let length = checked(thread, length)?;
                    let digest = finish(thread, this, length);
                    thread.bytes(&digest)
                }

                /// Return the digest value as a string of hexadecimal digits.
                #[native(signature = "($self, /, length)")]
                pub(super) fn hexdigest(thread: &mut Thread, this: &Hash, length: Ref<'_>) -> Outcome<String> {
                    let length = checked(thread, length)?;
                    Ok(data::hex(&finish(thread, this, length)))
                }
            }

            /// Update this hash object's state with the provided bytes-like object.
            #[native(signature = "($self, data, /)")]
            fn update(thread: &mut Thread, this: &Hash, data: Ref<'_>) -> Outcome<()> {
                let bytes = data::bytes(thread, data)?;
                this.state.change(thread).update(&bytes);
                Ok(())
            }

            fn new<'a>(thread: &mut Thread, args: Args<'a>) -> Outcome {
                const PARAMETERS: Parameters = Parameters {
                    function: $name,
                    names: &["data", "usedforsecurity", "string"],
                    positional_only: 0,
                    positional: 1,
                    required: 0,
                    required_keywords: 0,
                };
                let [data, _, string] = PARAMETERS.parse::<3>(thread, args)?;
                let bytes = data::initial(thread, data, string)?;
                let mut state = <$state>::default();
                state.update(&bytes);
                make(thread, state)
            }
        }
    };
}

macro_rules! sha3 {
    ($(#[$doc:meta])* $module:ident, $state:ty, $name:literal, $type_name:literal, $size:literal, $block:literal) => {
        algorithm!(
            $(#[$doc])* $module, $state, $name, $type_name, size $size, block $block, suffix 6,
            about concat!(
                $name, "([data], *, usedforsecurity=True) -> SHA3 object\n\nReturn a new SHA3 hash object with a hashbit length of ",
                stringify!($size), " bytes."
            ),
            |state, _length| state.finalize_fixed().to_vec(), methods FIXED
        );
    };
}

macro_rules! shake {
    ($(#[$doc:meta])* $module:ident, $state:ty, $name:literal, $type_name:literal, $block:literal) => {
        algorithm!(
            $(#[$doc])* $module, $state, $name, $type_name, size 0, block $block, suffix 31,
            about concat!($name, "([data], *, usedforsecurity=True) -> SHAKE object\n\nReturn a new SHAKE hash object."),
            |state, length| {
                let mut bytes = vec![0; length];
                state.finalize_xof().read(&mut bytes);
                bytes
            }, methods EXTENDABLE
        );
    };
}

sha3!(/** `sha3_224` */ sha3_224, ::sha3::Sha3_224, "sha3_224", "_sha3.sha3_224", 28, 144);
sha3!(/** `sha3_256` */ sha3_256, ::sha3::Sha3_256, "sha3_256", "_sha3.sha3_256", 32, 136);
sha3!(/** `sha3_384` */ sha3_384, ::sha3::Sha3_384, "sha3_384", "_sha3.sha3_384", 48, 104);
sha3!(/** `sha3_512` */ sha3_512, ::sha3::Sha3_512, "sha3_512", "_sha3.sha3_512", 64, 72);
shake!(/** `shake_128` */ shake_128, ::sha3::Shake128, "shake_128", "_sha3.shake_128", 168);
shake!(/** `shake_256` */ shake_256, ::sha3::Shake256, "shake_256", "_sha3.shake_256", 136);
