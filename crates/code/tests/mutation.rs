//! Damaged data is refused or shown, never a panic, and never takes long.

use std::rc::Rc;

use taipan_code::dis::{DisOptions, disassemble};
use taipan_code::{CodeObject, Const, marshal, verify};

const SAMPLE: &[u8] = include_bytes!("data/sample.marshal");

/// Marsaglia's xorshift: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

#[test]
fn damaged_marshal_data() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut loaded = 0;
    for _ in 0..3_000 {
        let mut data = SAMPLE.to_vec();
        for _ in 0..=random.below(4) {
            let at = random.below(data.len());
            match random.below(4) {
                0 => data.truncate(at.max(1)),
                1 => data[at] = b"0NTF.ilgysuzZ()[{<>:cr"[random.below(22)],
                _ => data[at] = random.below(256) as u8,
            }
        }
        loaded += usize::from(marshal::loads(&data).is_ok());
        if let Ok(normal) = marshal::normalise(&data) {
            assert_eq!(marshal::normalise(&normal), Ok(normal));
        }
    }
    assert!((100..2_900).contains(&loaded), "{loaded}");
}

fn codes(code: &Rc<CodeObject>, found: &mut Vec<Rc<CodeObject>>) {
    found.push(code.clone());
    for constant in &code.consts {
        if let Const::Code(code) = constant {
            codes(code, found);
        }
    }
}

#[test]
fn damaged_code() {
    let Ok(Const::Code(module)) = marshal::loads(SAMPLE) else { panic!("the sample is a code object") };
    let mut all = Vec::new();
    codes(&module, &mut all);
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut accepted = 0;
    for _ in 0..4_000 {
        let mut code = (*all[random.below(all.len())]).clone();
        for _ in 0..=random.below(3) {
            let at = random.below(code.code.len());
            code.code[at] = random.below(256) as u8;
            for table in [&mut code.linetable, &mut code.exceptiontable] {
                if !table.is_empty() && random.below(4) == 0 {
                    table[random.below(table.len())] = random.below(256) as u8;
                }
            }
        }
        accepted += usize::from(verify::verify(&code).is_ok());
        if random.below(10) == 0 {
            let units = code.positions().count() + code.lines().count() + code.branches().count();
            assert!(units < 10 * (code.linetable.len() * 8 + code.code.len()));
            code.lnotab();
            disassemble(&Rc::new(code), DisOptions { show_caches: true, ..DisOptions::default() });
        }
    }
    assert!((100..3_900).contains(&accepted), "{accepted}");
}
