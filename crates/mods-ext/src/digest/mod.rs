//! The modules `_md5`, `_sha1`, `_sha2`, `_sha3` and `_blake2`.
//!
//! The algorithms are RustCrypto's; here is what Python sees of them. Not here: `_hashlib`, which in
//! CPython is OpenSSL; without it `hashlib` takes these.
//!
//! Answers for CPython's `Modules/md5module.c`, `sha1module.c`, `sha2module.c` and `sha3module.c`.

pub mod blake2;
mod data;
mod fixed;
mod sponge;

use taipan_object::native::ModuleDef;
use taipan_object::{Outcome, Ref, Thread, Type, Value};

/// From how many bytes on CPython gives up its lock.
const GIL_MINSIZE: i64 = 2048;

/// The module `_md5`.
pub static MD5: ModuleDef = ModuleDef {
    name: "_md5",
    doc: None,
    functions: &[&[fixed::md5::NEW]],
    exec: Some(|thread, module| add(thread, module, &[&fixed::md5::TYPE])),
};

/// The module `_sha1`.
pub static SHA1: ModuleDef = ModuleDef {
    name: "_sha1",
    doc: None,
    functions: &[&[fixed::sha1::NEW]],
    exec: Some(|thread, module| add(thread, module, &[&fixed::sha1::TYPE])),
};

/// The module `_sha2`.
pub static SHA2: ModuleDef = ModuleDef {
    name: "_sha2",
    doc: None,
    functions: &[&[fixed::sha224::NEW, fixed::sha256::NEW, fixed::sha384::NEW, fixed::sha512::NEW]],
    exec: Some(|thread, module| {
        let types = [&fixed::sha224::TYPE, &fixed::sha256::TYPE, &fixed::sha384::TYPE, &fixed::sha512::TYPE];
        add(thread, module, &types)
    }),
};

/// The module `_sha3`.
pub static SHA3: ModuleDef = ModuleDef {
    name: "_sha3",
    doc: None,
    functions: &[],
    exec: Some(|thread, module| {
        let types = [
            &sponge::sha3_224::TYPE,
            &sponge::sha3_256::TYPE,
            &sponge::sha3_384::TYPE,
            &sponge::sha3_512::TYPE,
            &sponge::shake_128::TYPE,
            &sponge::shake_256::TYPE,
        ];
        let name = thread.str("HACL")?;
        thread.module_add(module, "implementation", name)?;
        add(thread, module, &types)
    }),
};

fn add(thread: &mut Thread, module: Ref<'_>, types: &[&'static Type]) -> Outcome<()> {
    for ty in types {
        let name = ty.name().into_owned();
        let short = name.rsplit('.').next().unwrap_or(&name).to_owned();
        thread.module_add(module, &short, ty.as_ref().to_value())?;
    }
    thread.module_add(module, "_GIL_MINSIZE", Value::small_int(GIL_MINSIZE))
}
