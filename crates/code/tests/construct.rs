//! `types.CodeType(...)` and `replace(...)` as CPython 3.14.8 answers them.

use std::rc::Rc;

use taipan_code::{CodeError, CodeFields, CodeObject, Const, Entrance, co, marshal};
use taipan_text::Text;

/// `def f(a, /, b=1, *args, c=(2, "x"), **kw)` of the sample, which shares `a` and `b` with an
/// inner function.
fn function() -> Rc<CodeObject> {
    let Ok(Const::Code(module)) = marshal::loads(include_bytes!("data/sample.marshal")) else {
        panic!("the sample is a code object");
    };
    let named = |constant: &Const| match constant {
        Const::Code(code) if code.name.to_str() == Some("f") => Some(code.clone()),
        _ => None,
    };
    module.consts.iter().find_map(named).expect("the sample has f")
}

fn names(names: &[&str]) -> Box<[Rc<Text>]> {
    names.iter().map(|name| Text::new(name).to_rc()).collect()
}

fn shown<'a>(names: impl Iterator<Item = &'a Rc<Text>>) -> String {
    names.map(|name| name.to_string()).collect::<Vec<_>>().join(" ")
}

fn replaced(change: impl Fn(&mut CodeFields)) -> Result<CodeObject, CodeError> {
    let mut fields = function().fields();
    change(&mut fields);
    fields.build(Entrance::Replace)
}

#[test]
fn replacing_nothing_gives_an_equal_object() {
    let code = function();
    assert_eq!(shown(code.varnames()), "a b c args kw inner g i e");
    assert_eq!(shown(code.cellvars()), "a b");
    let copy = replaced(|_| {}).expect("it was valid before");
    assert_eq!(copy, *code);
    assert_eq!(copy.localsplusnames, code.localsplusnames);
    // As in CPython, which variable is which kind of parameter is forgotten.
    assert_eq!(code.localspluskinds[0], co::FAST_LOCAL | co::FAST_CELL | co::FAST_ARG_POS);
    assert_eq!(copy.localspluskinds[0], co::FAST_LOCAL | co::FAST_CELL);
}

#[test]
fn variables_are_merged() {
    let code = replaced(|f| f.cellvars = names(&["a", "q", "a"])).expect("any names will do");
    assert_eq!(shown(code.cellvars()), "a q");
    assert_eq!(code.localsplusnames.len(), code.nlocals() + 1);
    let code = replaced(|f| f.freevars = names(&["a"])).expect("any names will do");
    assert_eq!((code.nfreevars(), code.localsplusnames.len()), (1, code.nlocals() + 1));
    let code = replaced(|f| {
        f.flags = 0;
        f.code = [85, 2, 27, 0].into(); // LOAD_FAST_AND_CLEAR
        f.varnames = names(&["x", "y", "z", "u", "v"]);
        f.nlocals = 5;
        f.cellvars = names(&[]);
    });
    let code = code.expect("enough variables");
    assert_eq!(code.localspluskinds[2], co::FAST_LOCAL | co::FAST_HIDDEN);
}

#[test]
fn stack_size_is_at_least_one() {
    assert_eq!(replaced(|f| f.stacksize = 0).map(|code| code.stacksize), Ok(1));
}

#[test]
fn what_replace_refuses() {
    type Change = fn(&mut CodeFields);
    let cases: [(Change, &str); 13] = [
        (|f| f.argcount = -1, "co_argcount must be a positive integer"),
        (|f| f.posonlyargcount = -1, "co_posonlyargcount must be a positive integer"),
        (|f| f.kwonlyargcount = -1, "co_kwonlyargcount must be a positive integer"),
        (|f| f.nlocals = -1, "co_nlocals must be a positive integer"),
        (|f| f.stacksize = -1, "co_stacksize must be a positive integer"),
        (|f| f.flags = -1, "co_flags must be a positive integer"),
        (|f| f.firstlineno = -1, "co_firstlineno must be a positive integer"),
        (|f| f.argcount = 99, "code: co_varnames is too small"),
        (|f| f.varnames = names(&["a"]), "code: co_varnames is too small"),
        (|f| f.nlocals = 3, "code: co_nlocals != len(co_varnames)"),
        (|f| f.code = (*b"abc").into(), "code: co_code is malformed"),
        (
            |f| {
                f.flags = 0;
                f.code = [85, 200].into();
            },
            "code: LOAD_FAST_AND_CLEAR oparg 200 out of range",
        ),
        (|f| f.argcount = i32::MAX, "code: co_varnames is too small"),
    ];
    for (change, message) in cases {
        assert_eq!(replaced(change), Err(CodeError::Value(message.to_owned())));
    }
    assert!(matches!(replaced(|f| f.posonlyargcount = 5), Err(CodeError::System(_))));
}

#[test]
fn what_the_constructor_refuses() {
    let built = |change: fn(&mut CodeFields)| {
        let mut fields = function().fields();
        change(&mut fields);
        fields.build(Entrance::New).map_err(|error| error.to_string())
    };
    assert_eq!(built(|f| f.argcount = -1), Err("code: argcount must not be negative".to_owned()));
    assert_eq!(built(|f| f.nlocals = -1), Err("code: nlocals must not be negative".to_owned()));
    assert!(built(|f| f.stacksize = -1).is_err_and(|message| message.contains("bad argument")));
    assert!(built(|f| f.firstlineno = -5).is_ok());
}

#[test]
fn what_counts_for_equality() {
    type Change = fn(&mut CodeFields);
    let code = function();
    let same: [Change; 4] = [
        |f| f.filename = Text::new("elsewhere").to_rc(),
        |f| f.qualname = Text::new("elsewhere").to_rc(),
        |f| f.stacksize += 1,
        |f| f.flags += 0,
    ];
    for change in same {
        assert_eq!(replaced(change).as_ref(), Ok(&*code));
    }
    let different: [Change; 6] = [
        |f| f.name = Text::new("other").to_rc(),
        |f| f.firstlineno += 1,
        |f| f.flags ^= 0x1000,
        |f| f.linetable = Box::default(),
        |f| f.consts = vec![Const::None].into(),
        |f| f.posonlyargcount = 0,
    ];
    for change in different {
        assert_ne!(replaced(change).as_ref(), Ok(&*code));
    }
    // What a cache holds does not count.
    let cached = replaced(|f| {
        let call = f.code.chunks(2).position(|unit| unit[0] == 52).expect("there is a CALL");
        f.code[call * 2 + 2] = 17;
    });
    assert_eq!(cached.as_ref(), Ok(&*code));
}
