//! The module `math`.
//!
//! Answers for CPython's `Modules/mathmodule.c`.

mod gamma;
mod integer;
mod real;
mod sums;

use taipan_object::native::ModuleDef;

/// The module `math`.
pub static MATH: ModuleDef = ModuleDef {
    name: "math",
    doc: Some("This module provides access to the mathematical functions\ndefined by the C standard."),
    functions: &[real::FUNCTIONS, integer::FUNCTIONS, sums::FUNCTIONS],
    exec: Some(|thread, module| {
        let numbers = [
            ("pi", std::f64::consts::PI),
            ("e", std::f64::consts::E),
            ("tau", std::f64::consts::TAU),
            ("inf", f64::INFINITY),
            ("nan", f64::NAN),
        ];
        numbers.into_iter().try_for_each(|(name, number)| {
            let number = thread.float(number)?;
            thread.module_add(module, name, number)
        })
    }),
};
