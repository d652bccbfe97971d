//! The module `_ast`: node classes, trees as objects, objects as trees.
//!
//! Everything is derived from the table of `taipan_asdl`. Not here: the parser, and what makes a tree
//! valid (`frontend` leads to both).
//!
//! Answers for CPython's `Python/Python-ast.c`, which `Parser/asdl_c.py` writes.

mod base;
mod classes;
mod from_object;
mod repr;
mod to_object;

use taipan_object::native::ModuleDef;
use taipan_object::{Outcome, Ref, Thread, Value};

pub use base::{AST, AstNode};
pub use from_object::from_object;
pub use to_object::to_object;

use classes::Classes;

/// The module `_ast`.
pub static AST_MODULE: ModuleDef = ModuleDef { name: "_ast", doc: None, functions: &[], exec: Some(exec) };

fn exec(thread: &mut Thread, module: Ref<'_>) -> Outcome<()> {
    let classes = Classes::of(thread)?;
    thread.module_add(module, "AST", AST.as_ref().to_value())?;
    const FLAGS: [(&str, i64); 4] = [
        ("PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000),
        ("PyCF_ONLY_AST", 0x400),
        ("PyCF_TYPE_COMMENTS", 0x1000),
        ("PyCF_OPTIMIZED_AST", 0x8400),
    ];
    for (name, flag) in FLAGS {
        thread.module_add(module, name, Value::small_int(flag))?;
    }
    for name in classes::names() {
        let class = classes.class(thread, name)?;
        thread.module_add(module, name, class)?;
    }
    Ok(())
}
