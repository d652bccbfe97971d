//! The module `_sre`: patterns, matches and scanners over the engine of `taipan_sre`.
//!
//! Answers for CPython's `Modules/_sre/sre.c`.

mod found;
mod pattern;
mod scanner;
mod subject;
mod template;

use taipan_macros::native;
use taipan_object::Thread;
use taipan_object::native::{MethodDef, ModuleDef};

/// The module `_sre`.
pub static SRE: ModuleDef = ModuleDef {
    name: "_sre",
    doc: None,
    functions: &[FUNCTIONS],
    exec: Some(|thread, module| {
        let copyright = thread.str(" SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ")?;
        thread.module_add(module, "copyright", copyright)?;
        let numbers = [
            ("MAGIC", taipan_sre::MAGIC),
            ("CODESIZE", taipan_sre::CODESIZE),
            ("MAXREPEAT", taipan_sre::MAXREPEAT),
            ("MAXGROUPS", taipan_sre::MAXGROUPS),
        ];
        numbers.into_iter().try_for_each(|(name, number)| {
            let number = thread.int(i128::from(number))?;
            thread.module_add(module, name, number)
        })
    }),
};

const FUNCTIONS: &[MethodDef] = &[
    pattern::COMPILE,
    template::TEMPLATE,
    GETCODESIZE,
    ASCII_ISCASED,
    ASCII_TOLOWER,
    UNICODE_ISCASED,
    UNICODE_TOLOWER,
];

#[native(signature = "($module, /)")]
fn getcodesize(_: &mut Thread) -> u32 {
    taipan_sre::CODESIZE
}

#[native(signature = "($module, character, /)")]
fn ascii_iscased(_: &mut Thread, point: i32) -> bool {
    taipan_sre::ascii_is_cased(point as u32)
}

#[native(signature = "($module, character, /)")]
fn ascii_tolower(_: &mut Thread, point: i32) -> u32 {
    taipan_sre::ascii_to_lower(point as u32)
}

#[native(signature = "($module, character, /)")]
fn unicode_iscased(_: &mut Thread, point: i32) -> bool {
    taipan_sre::unicode_is_cased(point as u32)
}

#[native(signature = "($module, character, /)")]
fn unicode_tolower(_: &mut Thread, point: i32) -> u32 {
    taipan_sre::unicode_to_lower(point as u32)
}
