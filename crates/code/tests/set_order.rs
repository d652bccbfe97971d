//! Sets of numbers are shown in CPython's order.

use taipan_code::Const;
use taipan_code::repr::repr;
use taipan_num::{Int, float};

fn number(text: &str) -> Const {
    match text {
        "None" => Const::None,
        "True" => Const::Bool(true),
        text if text.contains('.') => Const::Float(float::parse(text.as_bytes()).expect("a float")),
        text => Const::Int(Int::parse(text.as_bytes(), 10, 0).expect("an int")),
    }
}

/// Elements in the order of the source, and as CPython 3.14.8 iterates over the compiled constant.
#[test]
fn order() {
    let cases: &[(&str, &str)] = &[
        ("0 8 16 24 1", "0 1 8 16 24"),
        ("21 13 5", "13 5 21"),
        ("-1 -2 4611686018427387904 None True", "None True 4611686018427387904 -2 -1"),
        ("3.0 11 19 27 35 43 None", "None 3.0 35 11 43 19 27"),
        ("-513 213 114", "114 213 -513"),
        ("-733 -243 875 236 -30", "-30 -733 875 236 -243"),
        ("281 189 -866 240 -974 861", "861 240 -974 281 189 -866"),
        (
            "715 -40 -469 128 -521 -608 468 -37 107 713 125 -25",
            "128 -608 -25 713 -469 715 107 468 -521 -40 -37 125",
        ),
        (
            "-187 308 763 -692 -526 300 -690 777 896 71 -202 518 -969 375 591 -869 -674 552 960 210",
            "896 518 777 -869 552 300 308 -202 -969 960 -187 71 -692 -690 591 210 -674 -526 375 763",
        ),
        (
            "240 232 224 216 208 200 192 184 176 168 160 152 144 136 128 120 112 104 96 88 80 72 64 56 48 40 32 24 16 8",
            "128 136 8 144 16 152 24 160 32 168 40 176 48 184 56 192 64 200 72 208 80 216 88 224 96 232 104 240 112 120",
        ),
    ];
    for (source, expected) in cases {
        let set = Const::FrozenSet(source.split(' ').map(number).collect());
        assert_eq!(repr(&set, &|_| 0), format!("frozenset({{{}}})", expected.replace(' ', ", ")));
    }
}
