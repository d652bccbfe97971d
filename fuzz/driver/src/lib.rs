//! Fuzzing the front end: sources, and what must hold for each of them.
//!
//! The cargo-fuzz targets beside this crate are glue over [`answer::check`]; the binary runs without
//! nightly Rust, makes its own sources, and can compare every answer with a reference interpreter.
#![forbid(unsafe_code)]

pub mod answer;
pub mod case;
pub mod generate;
pub mod hostile;
pub mod minimise;
pub mod mutate;
pub mod random;
pub mod reference;
