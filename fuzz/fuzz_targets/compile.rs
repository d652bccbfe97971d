//! Any bytes as a source: the first one chooses mode and optimisation level.
#![no_main]

use taipan_fuzz::{answer, case::Case};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Some((&first, source)) = data.split_first() else { return };
    let mode = ["exec", "eval", "single"][usize::from(first % 3)];
    let case = Case { source: source.to_vec(), mode, optimize: first / 3 % 3 };
    answer::check(&case);
});
