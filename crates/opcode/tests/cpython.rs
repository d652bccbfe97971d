//! The table agrees with what CPython 3.14.8 says about each instruction.
//!
//! `data/cpython.tsv` was recorded from `opcode`, `_opcode`, `_opcode_metadata` and the metadata
//! header: number, name, `has_*` letters, cache units, `stack_effect` for the operands below with
//! `jump` None/True/False ("x" for ValueError), values popped, values pushed, flags.

use taipan_opcode::{Flags, HAVE_ARGUMENT, Kind, Opcode};

const OPERANDS: [i32; 12] = [0, 1, 2, 3, 4, 5, 7, 16, 255, 256, 257, 1000];

fn facts() -> Vec<Vec<&'static str>> {
    include_str!("data/cpython.tsv").lines().map(|line| line.split('\t').collect()).collect()
}

fn opcode(fact: &[&str]) -> Opcode {
    let number: u16 = fact[0].parse().expect("a number");
    Opcode::from_u16(number).unwrap_or_else(|| panic!("{} is missing", fact[1]))
}

#[test]
fn numbers_and_names() {
    let facts = facts();
    assert_eq!(facts.len(), Opcode::ALL.len());
    for fact in &facts {
        let opcode = opcode(fact);
        assert_eq!(opcode.name(), fact[1]);
        assert_eq!(Opcode::from_name(fact[1]), Some(opcode));
        assert_eq!(Opcode::try_from(opcode as u16), Ok(opcode));
    }
    assert_eq!(Opcode::from_u8(121), None);
    assert_eq!(Opcode::from_u16(267), None);
    assert_eq!(Opcode::from_name("LOAD_METHOD"), None);
}

#[test]
fn what_operands_refer_to() {
    for fact in facts() {
        let opcode = opcode(&fact);
        let has = |letter| fact[2].contains(letter);
        assert_eq!(opcode.has_arg(), has('a'), "{}", fact[1]);
        assert_eq!(opcode.has_const(), has('c'), "{}", fact[1]);
        assert_eq!(opcode.has_name(), has('n'), "{}", fact[1]);
        assert_eq!(opcode.has_jump(), has('j'), "{}", fact[1]);
        assert_eq!(opcode.has_free(), has('f'), "{}", fact[1]);
        assert_eq!(opcode.has_local(), has('l'), "{}", fact[1]);
        assert_eq!(opcode.has_exc(), has('e'), "{}", fact[1]);
        if opcode.row().kind == Kind::Base {
            assert_eq!(opcode.has_arg(), opcode as u16 > u16::from(HAVE_ARGUMENT), "{}", fact[1]);
        }
    }
}

#[test]
fn caches() {
    for fact in facts() {
        let opcode = opcode(&fact);
        if opcode.is_instrumented() {
            continue; // CPython's `_cache_format` does not list them; they have their base's.
        }
        assert_eq!(opcode.caches().to_string(), fact[3], "{}", fact[1]);
    }
    for &opcode in Opcode::ALL {
        assert_eq!(opcode.caches(), opcode.deopt().caches(), "{}", opcode.name());
    }
}

#[test]
fn stack_effects() {
    for fact in facts() {
        let opcode = opcode(&fact);
        for (&oparg, expected) in OPERANDS.iter().zip(fact[4].split(' ')) {
            let effects = [None, Some(true), Some(false)]
                .map(|jump| opcode.stack_effect(oparg, jump).map_or("x".to_owned(), |n| n.to_string()));
            assert_eq!(effects.join("/"), expected, "{} {oparg}", fact[1]);
        }
    }
}

#[test]
fn popped_and_pushed() {
    for fact in facts() {
        let opcode = opcode(&fact);
        if opcode.is_specialized() {
            continue; // They have their family's, whatever the part in the caller's frame.
        }
        for (i, &oparg) in OPERANDS.iter().enumerate() {
            let popped = fact[5].split(' ').nth(i).expect("one per operand");
            let pushed = fact[6].split(' ').nth(i).expect("one per operand");
            assert_eq!(opcode.num_popped(oparg).to_string(), popped, "{} {oparg}", fact[1]);
            assert_eq!(opcode.num_pushed(oparg).to_string(), pushed, "{} {oparg}", fact[1]);
            let sum = |items: &[taipan_opcode::StackItem]| -> i32 {
                items.iter().map(|item| item.count.map_or(1, |count| count(oparg))).sum()
            };
            assert_eq!(sum(opcode.row().inputs), opcode.num_popped(oparg));
            assert_eq!(sum(opcode.row().outputs), opcode.num_pushed(oparg));
        }
    }
}

#[test]
fn flags() {
    for fact in facts() {
        let opcode = opcode(&fact);
        let mut names: Vec<String> = Vec::new();
        for (name, _) in opcode.flags().iter_names() {
            let mut snake = String::new();
            for c in name.chars() {
                if (c.is_ascii_uppercase() || c.is_ascii_digit()) && !snake.is_empty() {
                    snake.push('_');
                }
                snake.push(c.to_ascii_uppercase());
            }
            names.push(snake);
        }
        names.sort();
        let mut expected: Vec<&str> = fact[7].split(" | ").filter(|flag| *flag != "0").collect();
        expected.sort_unstable();
        assert_eq!(names, expected, "{}", fact[1]);
    }
    assert!(Opcode::LoadFast.flags().contains(Flags::Local | Flags::Pure));
}

#[test]
fn families_and_instrumentation() {
    assert_eq!(Opcode::BinaryOpAddInt.deopt(), Opcode::BinaryOp);
    assert_eq!(Opcode::InstrumentedResume.deopt(), Opcode::Resume);
    assert_eq!(Opcode::InstrumentedLine.deopt(), Opcode::InstrumentedLine);
    assert_eq!(Opcode::LoadAttrSlot.family(), Opcode::LoadAttr);
    assert_eq!(Opcode::Jump.pseudo_targets(), [Opcode::JumpForward, Opcode::JumpBackward]);
}

#[test]
fn tables_of_operands() {
    use taipan_opcode::{BinaryOperator, Comparison, Intrinsic1, Intrinsic2, SpecialMethod};
    assert_eq!(BinaryOperator::ALL.len(), 27);
    assert_eq!(BinaryOperator::from_oparg(23), Some(BinaryOperator::InplaceSubtract));
    assert_eq!(BinaryOperator::InplaceSubtract.constant_name(), "NB_INPLACE_SUBTRACT");
    assert_eq!(BinaryOperator::from_oparg(27), None);
    // `dis.dis("a < b, a != b")` shows 2 and 103.
    assert_eq!(Comparison::Lt.to_oparg(), 2);
    assert_eq!(Comparison::Ne.to_oparg(), 103);
    assert_eq!(Intrinsic1::TypeAlias.name(), "INTRINSIC_TYPEALIAS");
    assert_eq!(Intrinsic2::ALL.len(), 6);
    assert_eq!(SpecialMethod::from_oparg(1).map(SpecialMethod::name), Some("__exit__"));
}
