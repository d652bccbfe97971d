//! The verifier accepts what compilers emit and refuses what could hurt the interpreter.

use std::rc::Rc;
use std::time::{Duration, Instant};

use taipan_code::verify::verify;
use taipan_code::{CodeObject, Const, ExceptionEntry, ExceptionWriter, co, marshal};
use taipan_opcode::Opcode::{self, *};
use taipan_text::Text;

/// A function with local `a` (an argument), local `b` and cell `c`, four stack slots, one constant,
/// one name.
fn function(instructions: &[(Opcode, u32)]) -> CodeObject {
    let mut bytes = Vec::new();
    for &(opcode, oparg) in instructions {
        for shift in [24, 16, 8] {
            if oparg >> shift != 0 {
                bytes.extend([ExtendedArg as u8, (oparg >> shift) as u8]);
            }
        }
        bytes.extend([opcode as u8, oparg as u8]);
        bytes.resize(bytes.len() + opcode.caches() * 2, 0);
    }
    let name = |name: &str| Text::new(name).to_rc();
    CodeObject {
        argcount: 1,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 4,
        flags: co::OPTIMIZED | co::NEWLOCALS,
        code: bytes.into(),
        consts: vec![Const::None].into(),
        names: [name("name")].into(),
        localsplusnames: [name("a"), name("b"), name("c")].into(),
        localspluskinds: [co::FAST_LOCAL, co::FAST_LOCAL, co::FAST_CELL].into(),
        filename: name("f.py"),
        name: name("f"),
        qualname: name("f"),
        firstlineno: 1,
        linetable: Box::default(),
        exceptiontable: Box::default(),
    }
}

const NONE: (Opcode, u32) = (LoadConst, 0);
const RETURN: (Opcode, u32) = (ReturnValue, 0);
const POP: (Opcode, u32) = (PopTop, 0);

fn accepts(instructions: &[(Opcode, u32)]) {
    assert_eq!(verify(&function(instructions)), Ok(()), "{instructions:?}");
}

fn refuses(instructions: &[(Opcode, u32)], offset: usize, reason: &str) {
    let error = verify(&function(instructions)).expect_err(reason);
    assert_eq!((error.reason, error.offset), (reason, Some(offset)), "{instructions:?}");
}

#[test]
fn what_cpython_compiles() {
    fn all(code: &Rc<CodeObject>) {
        assert_eq!(verify(code), Ok(()), "{}", code.qualname);
        for constant in &code.consts {
            if let Const::Code(code) = constant {
                all(code);
            }
        }
    }
    match marshal::loads(include_bytes!("data/sample.marshal")) {
        Ok(Const::Code(code)) => all(&code),
        other => panic!("{other:?}"),
    }
}

#[test]
fn instructions() {
    accepts(&[(Resume, 0), NONE, RETURN]);
    refuses(&[NONE, RETURN, (InstrumentedLine, 0)], 4, "instruction that no compiler emits");
    refuses(&[(LoadConstMortal, 0), RETURN], 0, "instruction that no compiler emits");
    refuses(&[(InterpreterExit, 0)], 0, "instruction that no compiler emits");
    refuses(&[NONE], 0, "control runs off the end");
    refuses(
        &[(ExtendedArg, 1), (ExtendedArg, 1), (ExtendedArg, 1), (LoadConst, 1 << 8), RETURN],
        8,
        "operand too large",
    );
    let mut code = function(&[NONE, RETURN]);
    code.code = [200, 0].into();
    assert!(verify(&code).is_err());
    code.code = [Call as u8, 0, 0, 0].into();
    assert_eq!(verify(&code).expect_err("cut off").reason, "inline cache cut off");
    code.code = [ExtendedArg as u8, 0].into();
    assert_eq!(verify(&code).expect_err("cut off").reason, "ends in EXTENDED_ARG");
    code.code = Box::default();
    assert_eq!(verify(&code).expect_err("empty").reason, "no instructions");
}

#[test]
fn operands() {
    refuses(&[(LoadConst, 1), RETURN], 0, "operand out of range");
    refuses(&[(LoadName, 1), RETURN], 0, "operand out of range");
    refuses(&[(LoadGlobal, 2), RETURN], 0, "operand out of range");
    refuses(&[(LoadFastCheck, 3), RETURN], 0, "operand out of range");
    refuses(&[(LoadFastLoadFast, 0x30), RETURN], 0, "operand out of range");
    refuses(&[NONE, NONE, (BinaryOp, 27), RETURN], 4, "operand out of range");
    refuses(&[NONE, (CallIntrinsic1, 0), RETURN], 2, "operand out of range");
    refuses(&[NONE, (Swap, 1), RETURN], 2, "operand out of range");
}

#[test]
fn jumps() {
    accepts(&[NONE, (ToBool, 0), (PopJumpIfFalse, 2), NONE, RETURN, NONE, RETURN]);
    accepts(&[(Resume, 0), (JumpBackward, 3)]);
    refuses(&[(JumpForward, 1), NONE, RETURN, (JumpForward, 9)], 6, "jump to no instruction's start");
    refuses(&[(Resume, 0), (JumpBackward, 4)], 2, "jump to no instruction's start");
    // into a cache; between EXTENDED_ARG and its instruction
    refuses(&[(JumpForward, 1), (LoadGlobal, 0), RETURN], 0, "jump to no instruction's start");
    refuses(&[(JumpForward, 1), (LoadSmallInt, 256), RETURN], 0, "jump to no instruction's start");
    refuses(&[NONE, (GetIter, 0), (ForIter, 0), RETURN], 4, "FOR_ITER does not lead to END_FOR");
}

#[test]
fn depths() {
    refuses(&[POP, NONE, RETURN], 0, "stack underflows");
    refuses(&[NONE, (Copy, 2), RETURN], 2, "stack underflows");
    refuses(&[NONE, (BuildList, 2), RETURN], 2, "stack underflows");
    refuses(&[NONE, NONE, NONE, NONE, NONE, RETURN], 8, "stack overflows");
    // one value more on one path, a loop that grows
    refuses(
        &[NONE, (ToBool, 0), (PopJumpIfFalse, 1), NONE, NONE, RETURN],
        16,
        "different stacks at one offset",
    );
    refuses(&[(Resume, 0), NONE, (JumpBackward, 4)], 4, "different stacks at one offset");
}

#[test]
fn absent_values() {
    accepts(&[NONE, (PushNull, 0), (Call, 0), RETURN]);
    accepts(&[(PushNull, 0), POP, NONE, RETURN]);
    refuses(&[(PushNull, 0), RETURN], 2, "absent value used");
    refuses(&[(PushNull, 0), (PushNull, 0), (Call, 0), RETURN], 4, "absent value used");
    refuses(&[(LoadFastAndClear, 1), RETURN], 2, "absent value used");
    accepts(&[(LoadFastAndClear, 1), (StoreFast, 1), (LoadFastCheck, 1), RETURN]);
}

#[test]
fn unset_locals() {
    accepts(&[(LoadFast, 0), RETURN]);
    accepts(&[NONE, (StoreFast, 1), (LoadFast, 1), RETURN]);
    accepts(&[(LoadFastCheck, 1), POP, (LoadFast, 1), RETURN]);
    refuses(&[(LoadFast, 1), RETURN], 0, "local may be unset");
    refuses(&[(DeleteFast, 0), (LoadFastBorrow, 0), RETURN], 2, "local may be unset");
    refuses(&[(LoadFastAndClear, 0), (StoreFast, 0), (LoadFast, 0), RETURN], 4, "local may be unset");
    let branch =
        [(LoadFast, 0), (ToBool, 0), (PopJumpIfFalse, 2), NONE, (StoreFast, 1), (LoadFast, 1), RETURN];
    refuses(&branch, 18, "local may be unset");
    // deleted at the end of a loop that reads it at the start
    refuses(&[(Resume, 0), (LoadFast, 0), POP, (DeleteFast, 0), (JumpBackward, 5)], 2, "local may be unset");
}

#[test]
fn cells() {
    accepts(&[(MakeCell, 2), (LoadDeref, 2), RETURN]);
    refuses(&[(LoadDeref, 0), RETURN], 0, "no cell where one is used");
    refuses(&[(LoadDeref, 2), RETURN], 0, "no cell where one is used");
    refuses(&[(MakeCell, 2), NONE, (StoreFast, 2), (LoadDeref, 2), RETURN], 6, "no cell where one is used");
    // a comprehension's variable of the same name
    let inlined = [(MakeCell, 2), (LoadFastAndClear, 2), NONE, (StoreFast, 2), (LoadFast, 2), POP];
    accepts(&[&inlined[..], &[(StoreFast, 2), (LoadDeref, 2), RETURN]].concat());
    refuses(&[&inlined[..], &[POP, (LoadDeref, 2), RETURN]].concat(), 14, "no cell where one is used");
    // the saved values of two comprehensions, exchanged
    let nested = [
        (MakeCell, 2),
        (LoadFastAndClear, 2),
        NONE,
        (StoreFast, 2),
        (LoadFastAndClear, 2),
        (Swap, 2),
        (StoreFast, 2),
        (StoreFast, 2),
        (LoadDeref, 2),
        RETURN,
    ];
    refuses(&nested, 16, "no cell where one is used");
}

#[test]
fn borrowed_operands() {
    accepts(&[(LoadFastBorrow, 0), RETURN]);
    accepts(&[(LoadFastBorrow, 0), NONE, (StoreFast, 1), RETURN]);
    accepts(&[(LoadFastBorrow, 0), (StoreFast, 0), NONE, RETURN]);
    let reason = "borrowed operand outlives its local";
    refuses(&[(LoadFastBorrow, 0), NONE, (StoreFast, 0), RETURN], 4, reason);
    refuses(&[(LoadFastBorrow, 0), (DeleteFast, 0), RETURN], 2, reason);
    refuses(&[(LoadFastBorrow, 0), (LoadFastAndClear, 0), POP, RETURN], 2, reason);
    refuses(&[(LoadFastBorrow, 0), (Copy, 1), (StoreFast, 0), RETURN], 4, reason);
    refuses(&[(LoadFastBorrow, 0), (FormatSimple, 0), NONE, (StoreFast, 0), RETURN], 6, reason);
    // through a method's `self`, and across a jump
    refuses(&[(LoadFastBorrow, 0), (LoadAttr, 1), NONE, (StoreFast, 0), (Call, 0), RETURN], 24, reason);
    refuses(&[(LoadFastBorrow, 0), (JumpForward, 1), RETURN, NONE, (StoreFast, 0), RETURN], 8, reason);
}

fn guarded(instructions: &[(Opcode, u32)], entry: ExceptionEntry) -> CodeObject {
    let mut code = function(instructions);
    let mut writer = ExceptionWriter::new();
    writer.push(entry);
    code.exceptiontable = writer.finish();
    code
}

#[test]
fn handlers() {
    let instructions = [NONE, (LoadName, 0), RETURN, (PushExcInfo, 0), POP, (PopExcept, 0), RETURN];
    let entry = ExceptionEntry { start: 1, end: 2, target: 3, depth: 1, lasti: false };
    let check = |entry| verify(&guarded(&instructions, entry)).map_err(|error| error.reason);
    assert_eq!(check(entry), Ok(()));
    assert_eq!(check(ExceptionEntry { depth: 2, ..entry }), Err("stack below the handler's depth"));
    assert_eq!(check(ExceptionEntry { depth: 0, ..entry }), Err("stack underflows"));
    assert_eq!(check(ExceptionEntry { target: 9, ..entry }), Err("malformed exception table"));
    assert_eq!(check(ExceptionEntry { end: 9, ..entry }), Err("malformed exception table"));
    let deep = [NONE, NONE, NONE, NONE, RETURN, POP, POP, POP, RETURN];
    let entry = ExceptionEntry { start: 3, end: 4, target: 5, depth: 3, lasti: true };
    let error = verify(&guarded(&deep, entry)).expect_err("five values");
    assert_eq!(error.reason, "stack overflows in the handler");
    // an instruction that would raise after it has popped what the handler wants
    let pops = [NONE, NONE, (BinaryOp, 0), RETURN, POP, POP, NONE, RETURN];
    let entry = ExceptionEntry { start: 2, end: 8, target: 9, depth: 1, lasti: false };
    let error = verify(&guarded(&pops, entry)).expect_err("one value is missing");
    assert_eq!((error.reason, error.offset), ("stack below the handler's depth", Some(4)));
    // what a handler reads was deleted in the guarded range
    let deleted = [(DeleteFast, 0), (LoadName, 0), RETURN, POP, (LoadFast, 0), RETURN];
    let entry = ExceptionEntry { start: 0, end: 2, target: 3, depth: 0, lasti: false };
    let error = verify(&guarded(&deleted, entry)).expect_err("it was deleted");
    assert_eq!((error.reason, error.offset), ("local may be unset", Some(8)));
    let mut cut = guarded(&instructions, entry);
    cut.exceptiontable = cut.exceptiontable[..3].into();
    assert_eq!(verify(&cut).expect_err("cut off").reason, "malformed exception table");
}

#[test]
fn generators() {
    let instructions = [(ReturnGenerator, 0), POP, (Resume, 0), NONE, (YieldValue, 0), (Resume, 1), RETURN];
    let mut code = function(&instructions);
    assert_eq!(verify(&code).expect_err("no generator").reason, "instruction out of place");
    code.flags |= co::GENERATOR;
    assert_eq!(verify(&code), Ok(()));
    let mut code = function(&instructions[2..]);
    code.flags |= co::GENERATOR;
    assert_eq!(verify(&code).expect_err("no frame to keep").reason, "instruction out of place");
}

#[test]
fn size_does_not_matter() {
    let start = Instant::now();
    // deep stacks at many targets
    let mut deep = vec![NONE; 100_000];
    for _ in 0..20_000 {
        deep.extend([NONE, (ToBool, 0), (PopJumpIfFalse, 0)]);
    }
    deep.extend([(Swap, 100_000), NONE, RETURN]);
    let mut code = function(&deep);
    code.stacksize = 200_000;
    assert_eq!(verify(&code).map_err(|error| error.reason), Err("stack too intricate"));
    // many locals and many branches: each local is set on one of two paths
    let mut wide = Vec::new();
    for local in 0..2_000 {
        let skipped = if local + 3 > 255 { 3 } else { 2 };
        wide.extend([(LoadFast, 0), (ToBool, 0), (PopJumpIfFalse, skipped), NONE, (StoreFast, local + 3)]);
    }
    let mut code = function(&[&wide[..], &[NONE, RETURN]].concat());
    code.localsplusnames = vec![Text::new("x").to_rc(); 2_100].into();
    code.localspluskinds = vec![co::FAST_LOCAL; 2_100].into();
    assert_eq!(verify(&code), Ok(()));
    // an exception table longer than any need
    let mut code = function(&[(Nop, 0), NONE, RETURN]);
    code.exceptiontable = vec![0x80; 1_000_000].into();
    assert!(verify(&code).is_err());
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}
