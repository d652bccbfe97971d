//! MD5, SHA-1 and SHA-2: a function makes the hash object.

/// A module with the type of one algorithm's hash objects and the function that makes them.
macro_rules! algorithm {
    ($(#[$doc:meta])* $module:ident, $state:ty, $name:literal, $type_name:literal, $block:literal) => {
        $(#[$doc])*
        pub mod $module {
            use md5::Digest;
            use taipan_macros::native;
            use taipan_object::native::{Args, Binding, GetSetDef, MethodDef, NativeCall, Parameters};
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

            /// Its type.
            pub static TYPE: Type = Type::new::<Hash>(
                &TypeDef {
                    methods: &[&[COPY, DIGEST, HEXDIGEST, UPDATE]],
                    getset: &[&[
                        GetSetDef {
                            name: "block_size",
                            doc: None,
                            get: Some(|_, _| Ok(Value::small_int($block))),
                            set: None,
                        },
                        GetSetDef {
                            name: "name",
                            doc: None,
                            get: Some(|thread, _| thread.str($name)),
                            set: None,
                        },
                        GetSetDef {
                            name: "digest_size",
                            doc: None,
                            get: Some(|_, _| Ok(Value::small_int(<$state>::output_size() as i64))),
                            set: None,
                        },
                    ]],
                    ..TypeDef::new($type_name)
                },
                TypeFlags::empty(),
                Slots { new: None, ..Slots::plain::<Hash>() },
            );

            fn make(thread: &mut Thread, state: $state) -> Outcome {
                thread.new_object(|head| Hash { head, state: Inside::new(state) })
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
                let digest = this.state.view(thread).clone().finalize();
                thread.bytes(&digest)
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[native(signature = "($self, /)")]
            fn hexdigest(thread: &mut Thread, this: &Hash) -> String {
                data::hex(&this.state.view(thread).clone().finalize())
            }

            /// Update this hash object's state with the provided string.
            #[native(signature = "($self, obj, /)")]
            fn update(thread: &mut Thread, this: &Hash, obj: Ref<'_>) -> Outcome<()> {
                let bytes = data::bytes(thread, obj)?;
                this.state.change(thread).update(&bytes);
                Ok(())
            }

            /// The function that makes one.
            pub const NEW: MethodDef = MethodDef {
                name: $name,
                doc: Some(concat!("Return a new ", $name, " hash object; optionally initialized with a string.")),
                signature: Some("($module, /, data=b'', *, usedforsecurity=True, string=None)"),
                call: NativeCall::Many(new),
                binding: Binding::Instance,
            };

            fn new<'a>(thread: &mut Thread, _: Ref<'a>, args: Args<'a>) -> Outcome {
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
                let mut state = <$state>::new();
                state.update(&bytes);
                make(thread, state)
            }
        }
    };
}

algorithm!(/** `md5` */ md5, ::md5::Md5, "md5", "_md5.MD5Type", 64);
algorithm!(/** `sha1` */ sha1, ::sha1::Sha1, "sha1", "_sha1.SHA1Type", 64);
algorithm!(/** `sha224` */ sha224, ::sha2::Sha224, "sha224", "_sha2.SHA224Type", 64);
algorithm!(/** `sha256` */ sha256, ::sha2::Sha256, "sha256", "_sha2.SHA256Type", 64);
algorithm!(/** `sha384` */ sha384, ::sha2::Sha384, "sha384", "_sha2.SHA384Type", 128);
algorithm!(/** `sha512` */ sha512, ::sha2::Sha512, "sha512", "_sha2.SHA512Type", 128);
