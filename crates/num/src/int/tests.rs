//! Operations on both sides of the border between the two representations.

use super::*;

fn int(text: &str) -> Int {
    Int::parse(text.as_bytes(), 0, 0).expect("a literal")
}

#[test]
fn results_are_canonical() {
    let max = Int::Small(i64::MAX);
    let over = max.add(&Int::Small(1));
    assert!(matches!(over, Int::Big(_)));
    assert_eq!(over, int("9223372036854775808"));
    assert_eq!(over.sub(&Int::Small(1)), max);
    assert_eq!(over.neg(), Int::Small(i64::MIN));
    assert_eq!(Int::Small(i64::MIN).neg(), over);
    assert_eq!(Int::Small(i64::MIN).abs(), over);
    assert_eq!(over.mul(&Int::Small(0)), Int::Small(0));
    assert_eq!(over.floor_div(&over.neg()), Some(Int::Small(-1)));
    assert_eq!(Int::Small(i64::MIN).floor_div(&Int::Small(-1)), Some(over));
}

#[test]
fn division_rounds_down() {
    for (a, b, quotient, rest) in [
        ("7", "-2", "-4", "-1"),
        ("-7", "2", "-4", "1"),
        ("-100000000000000000000", "3", "-33333333333333333334", "2"),
        ("100000000000000000000", "-30000000000000000000", "-4", "-20000000000000000000"),
    ] {
        assert_eq!(int(a).div_mod(&int(b)), Some((int(quotient), int(rest))), "divmod({a}, {b})");
    }
    assert_eq!(int("1").div_mod(&int("0")), None);
    assert_eq!(int("25").round(1), int("20"));
    assert_eq!(int("-35").round(1), int("-40"));
    assert_eq!(int("6").round(1), int("10"));
    assert_eq!(int("6").round(u64::MAX), int("0"));
}

#[test]
fn powers() {
    assert_eq!(int("-3").pow(41), int("-36472996377170786403"));
    assert_eq!(int("-1").pow(u64::MAX), int("-1"));
    assert_eq!(int("0").pow(0), int("1"));
    assert_eq!(int("2").pow(70), int("0x400000000000000000"));
    assert_eq!(int("38").pow_mod(&int("-1"), &int("97")), Ok(int("23")));
    assert_eq!(int("3").pow_mod(&int("5"), &int("-7")), Ok(int("-2")));
    assert_eq!(int("2").pow_mod(&int("-1"), &int("4")), Err(PowModError::NotInvertible));
    assert_eq!(int("2").pow_mod(&int("1"), &int("0")), Err(PowModError::ZeroModulus));
    assert_eq!(int("2").pow_mod(&int("-1"), &int("1")), Ok(int("0")));
    assert_eq!(int("1000000000000000000000000").isqrt(), Some(int("1000000000000")));
}

#[test]
fn bits_are_those_of_two_s_complement() {
    let low = int("-0x10000000000000000");
    assert_eq!(low.and(&int("0xff")), int("0"));
    assert_eq!(low.or(&int("1")), int("-0xffffffffffffffff"));
    assert_eq!(low.xor(&int("-1")), int("0xffffffffffffffff"));
    assert_eq!(low.shr(1), int("-0x8000000000000000"));
    assert_eq!(low.shr(1000), int("-1"));
    assert_eq!(int("-1").shl(63), Int::Small(i64::MIN));
    assert_eq!(int("1").shl(63), int("0x8000000000000000"));
    assert_eq!((low.bit_length(), low.bit_count(), low.trailing_zeros()), (65, 1, 64));
}

#[test]
fn bytes() {
    let mut out = [0; 2];
    assert_eq!(int("-32768").to_bytes(&mut out, ByteOrder::Big, true), Ok(()));
    assert_eq!(out, [0x80, 0]);
    assert_eq!(int("32768").to_bytes(&mut out, ByteOrder::Big, true), Err(ToBytesError::TooBig));
    assert_eq!(int("-1").to_bytes(&mut out, ByteOrder::Big, false), Err(ToBytesError::Negative));
    let mut out = [0; 9];
    assert_eq!(int("-0x8000000000000001").to_bytes(&mut out, ByteOrder::Little, true), Ok(()));
    assert_eq!(out, [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 0xff]);
    assert_eq!(Int::from_bytes(&out, ByteOrder::Little, true), int("-0x8000000000000001"));
    assert_eq!(Int::from_bytes(&[0xff; 8], ByteOrder::Little, false), int("0xffffffffffffffff"));
}

#[test]
fn with_floats() {
    use std::cmp::Ordering::{Equal, Greater, Less};
    assert_eq!(int("9007199254740993").partial_cmp_f64(9007199254740992.0), Some(Greater));
    assert_eq!(int("9007199254740992").partial_cmp_f64(9007199254740992.0), Some(Equal));
    assert_eq!(int("1").partial_cmp_f64(f64::INFINITY), Some(Less));
    assert_eq!(int("1").partial_cmp_f64(f64::NAN), None);
    assert_eq!(int("0x20000000000001").to_f64(), Some(9007199254740992.0));
    assert_eq!(int("1").shl(1024).to_f64(), None);
    assert_eq!(int("10").pow(400).true_div(&int("10").pow(399)), Ok(10.0));
    assert_eq!(int("1").shl(2000).true_div(&int("1")), Err(TrueDivError::Overflow));
    assert_eq!(int("1").true_div(&int("3").shl(1074)), Ok(0.0));
    assert_eq!(int("2").true_div(&int("3").shl(1074)), Ok(5e-324));
    assert_eq!(Int::from_f64(-1e30), Some(int("-1000000000000000019884624838656")));
}

#[test]
fn hashes_agree() {
    use crate::hash::{hash_complex, hash_f64, hash_int};
    assert_eq!(hash_int(&int("-1")), -2);
    assert_eq!(hash_int(&int("0x1fffffffffffffff")), 0);
    assert_eq!(hash_int(&int("-123456789012345678901234567890")), -248789772095949448);
    assert_eq!(hash_f64(0.1), Some(230584300921369408));
    assert_eq!(hash_f64(-1.0), Some(-2));
    assert_eq!(hash_f64(1e300).as_ref(), Int::from_f64(1e300).map(|i| hash_int(&i)).as_ref());
    assert_eq!(hash_f64(f64::NAN), None);
    assert_eq!(hash_complex(1, 2), 2000007);
}
