//! Taipan for programs that embed it: joins the parts and re-exports them.
//!
//! [`interpreter`] makes interpreters, [`frontend`] is the way from source text to code objects, each stage also alone. The parts are
//! reached under their own names; an embedder depends on this crate only.
//!
//! Nothing is decided here that a part could decide: no grammar, no bytecode.
#![forbid(unsafe_code)]

pub mod frontend;
pub mod interpreter;

pub use taipan_asdl as asdl;
pub use taipan_code as code;
pub use taipan_compile as compile;
pub use taipan_host as host;
pub use taipan_num as num;
pub use taipan_object as object;
pub use taipan_opcode as opcode;
pub use taipan_syntax as syntax;
pub use taipan_text as text;
pub use taipan_vm as vm;
