//! Python source to tokens and syntax tree, with CPython's error words.
//!
//! [`source`] decodes, [`lexer`] makes the array of all tokens, the parser walks it. Nothing here
//! knows objects, files or code generation.
#![forbid(unsafe_code)]

pub mod invalid;
pub mod lexer;
pub mod source;
pub mod token;
mod unicode;
