//! `marshal` reads what CPython 3.14.8 writes, writes what it reads, and refuses with its words.

use std::rc::Rc;

use taipan_code::Const;
use taipan_code::marshal::{
    ConstBuilder, Graph, Node, ReadError, ReadOptions, WriteError, WriteOptions, dumps, loads, normalise,
    read,
};
use taipan_num::{IBig, Int};
use taipan_text::{Text, TextBuf};

fn version(version: i32) -> WriteOptions {
    WriteOptions { version, ..WriteOptions::default() }
}

fn tuple(items: impl IntoIterator<Item = Const>) -> Const {
    Const::Tuple(items.into_iter().collect())
}

/// Values, and what `marshal.dumps` gives for them in versions 0, 2, 4 and 5, marks aside.
#[test]
fn values_in_every_version() {
    let big = Const::Int(IBig::from(1_u64 << 40).into());
    let cases: Vec<(Const, [&[u8]; 4])> = vec![
        (Const::None, [b"N"; 4]),
        (Const::Ellipsis, [b"."; 4]),
        (Const::Bool(true), [b"T"; 4]),
        (Const::from(-5), [b"i\xfb\xff\xff\xff"; 4]),
        (big, [b"l\x03\0\0\0\0\0\0\0\0\x04"; 4]),
        (Const::from(-0x8000_0000), [b"i\0\0\0\x80"; 4]),
        (Const::from(0x8000_0000), [b"l\x03\0\0\0\0\0\0\0\x02\0"; 4]),
        (Const::from(i64::MIN), [b"l\xfb\xff\xff\xff\0\0\0\0\0\0\0\0\x08\0"; 4]),
        (
            Const::Float(1.5),
            [b"f\x031.5", b"g\0\0\0\0\0\0\xf8?", b"g\0\0\0\0\0\0\xf8?", b"g\0\0\0\0\0\0\xf8?"],
        ),
        (
            Const::Float(f64::NEG_INFINITY),
            [b"f\x04-inf", b"g\0\0\0\0\0\0\xf0\xff", b"g\0\0\0\0\0\0\xf0\xff", b"g\0\0\0\0\0\0\xf0\xff"],
        ),
        (Const::from("abc"), [b"u\x03\0\0\0abc", b"u\x03\0\0\0abc", b"Z\x03abc", b"Z\x03abc"]),
        (Const::from("a b"), [b"u\x03\0\0\0a b", b"u\x03\0\0\0a b", b"z\x03a b", b"z\x03a b"]),
        (Const::from("\u{e9}x"), [b"u\x03\0\0\0\xc3\xa9x"; 4]),
        (Const::Bytes(Rc::from(&b"x"[..])), [b"s\x01\0\0\0x"; 4]),
        (tuple([Const::None]), [b"(\x01\0\0\0N", b"(\x01\0\0\0N", b")\x01N", b")\x01N"]),
        (Const::FrozenSet(vec![Const::None].into()), [b">\x01\0\0\0N"; 4]),
    ];
    for (value, expected) in cases {
        for (bytes, number) in expected.into_iter().zip([0, 2, 4, 5]) {
            assert_eq!(dumps(&value, version(number)).as_deref(), Ok(bytes), "{value:?} version {number}");
            assert_eq!(loads(bytes), Ok(value.clone()), "{bytes:?}");
        }
    }
    let imaginary = Const::Complex { real: 1e300, imag: -0.0 };
    assert_eq!(dumps(&imaginary, version(1)).as_deref(), Ok(&b"x\x171.0000000000000001e+300\x02-0"[..]));
    assert_eq!(loads(b"x\x171.0000000000000001e+300\x02-0"), Ok(imaginary));
}

#[test]
fn slices_need_version_5() {
    let slice = Const::Slice(Rc::new([Const::from(1), Const::from(2), Const::None]));
    let bytes = dumps(&slice, version(5)).expect("version 5 has slices");
    assert_eq!(bytes, b":i\x01\0\0\0i\x02\0\0\0N");
    assert_eq!(loads(&bytes), Ok(slice.clone()));
    assert_eq!(dumps(&slice, version(4)), Err(WriteError::Unmarshallable));
}

#[test]
fn what_occurs_twice_is_written_once() {
    let pair = tuple([Const::from("name"), Const::from(7)]);
    let value = tuple([pair.clone(), Const::from("name"), pair]);
    let bytes = dumps(&value, version(5)).expect("nothing stands against it");
    assert_eq!(bytes, b")\x03\xa9\x02\xda\x04namei\x07\0\0\0r\x01\0\0\0r\0\0\0\0");
    assert_eq!(loads(&bytes), Ok(value.clone()));
    assert_eq!(
        normalise(&dumps(&value, version(2)).expect("no references")).map(|bytes| loads(&bytes)),
        Ok(Ok(value))
    );
}

#[test]
fn marks_that_nobody_uses_go_away() {
    // `marshal.dumps((1, 1, "abc"))` in two processes
    for bytes in
        [&b"\xa9\x03\xe9\x01\0\0\0r\x01\0\0\0\xda\x03abc"[..], b")\x03i\x01\0\0\0i\x01\0\0\0\xda\x03abc"]
    {
        assert_eq!(normalise(bytes).as_deref(), Ok(&b")\x03\xe9\x01\0\0\0r\0\0\0\0Z\x03abc"[..]));
    }
}

#[test]
fn sets_are_sorted() {
    let numbers = [3, 1, 2].map(Const::from);
    let bytes = dumps(&Const::FrozenSet(numbers.to_vec().into()), version(5));
    assert_eq!(bytes.as_deref(), Ok(&b">\x03\0\0\0i\x01\0\0\0i\x02\0\0\0i\x03\0\0\0"[..]));
}

#[test]
fn cycles_survive() {
    // l = []; l.append(l); then ([<itself>],)
    for bytes in [&b"\xdb\x01\0\0\0r\0\0\0\0"[..], b"\xa9\x01[\x01\0\0\0r\0\0\0\0", b"\xfbNr\0\0\0\x000"] {
        assert_eq!(normalise(bytes).as_deref(), Ok(bytes));
    }
    let mut graph = Graph::default();
    let list = read(b"\xdb\x01\0\0\0r\0\0\0\0", &mut graph, ReadOptions::default()).expect("it is sound");
    assert_eq!(*graph.node(list), Node::List(vec![list]));
    assert_eq!(graph.dumps(list, version(2)), Err(WriteError::TooDeep));
}

#[test]
fn depth_is_limited() {
    let nested = |depth: usize| [b")\x01".repeat(depth), b"N".to_vec()].concat();
    assert!(loads(&nested(1999)).is_ok());
    assert_eq!(loads(&nested(2000)), Err(ReadError::Value("recursion limit exceeded".into())));
    let deep = |depth| (0..depth).fold(Const::None, |inner, _| tuple([inner]));
    assert!(dumps(&deep(1999), version(5)).is_ok());
    assert_eq!(dumps(&deep(2000), version(5)), Err(WriteError::TooDeep));
    assert_eq!(dumps(&deep(100_000), version(5)), Err(WriteError::TooDeep));
}

#[test]
fn bad_data_gets_cpythons_words() {
    let eof = |m| ReadError::Eof(m);
    let value = |m: &str| ReadError::Value(m.into());
    let type_error = |m: &str| ReadError::Type(m.into());
    let unicode =
        |object: &[u8], start, end, reason| ReadError::Unicode { object: object.into(), start, end, reason };
    let cases: Vec<(&[u8], ReadError)> = vec![
        (b"", eof("EOF read where object expected")),
        (b"i\x01\0", eof("marshal data too short")),
        (b")", eof("EOF read where not expected")),
        (b"z\x05a", eof("marshal data too short")),
        (b"(\x01\0\0\0", eof("EOF read where object expected")),
        (b"(\xff\xff\xff\x7f", eof("EOF read where object expected")),
        (b"q", value("bad marshal data (unknown type code)")),
        (b"r\0\0\0\0", value("bad marshal data (invalid reference)")),
        (b"\xbe\x01\0\0\0r\0\0\0\0", value("bad marshal data (invalid reference)")),
        (b"\xa9\x02\xcer\x01\0\0\0", value("bad marshal data (invalid reference)")),
        (b"\xbaNNr\0\0\0\0", value("bad marshal data (invalid reference)")),
        (b"l\x01\0\0\0\0\0", value("bad marshal data (unnormalized long data)")),
        (b"l\x01\0\0\0\xff\xff", value("bad marshal data (digit out of range in long)")),
        (b"l\0\0\0\x80", value("bad marshal data (long size out of range)")),
        (b"s\xff\xff\xff\xff", value("bad marshal data (bytes object size out of range)")),
        (b"u\xff\xff\xff\xff", value("bad marshal data (string size out of range)")),
        (b"(\xff\xff\xff\xff", value("bad marshal data (tuple size out of range)")),
        (b"[\xff\xff\xff\xff", value("bad marshal data (list size out of range)")),
        (b"<\xff\xff\xff\xff", value("bad marshal data (set size out of range)")),
        (b"f\x03abc", value("could not convert string to float: 'abc'")),
        (b"f\x04 1.5", value("could not convert string to float: ' 1.5'")),
        (b"0", type_error("NULL object in marshal data for object")),
        (b":N0N", type_error("NULL object in marshal data for object")),
        (b"(\x01\0\0\x000", type_error("NULL object in marshal data for tuple")),
        (b"[\x01\0\0\x000", type_error("NULL object in marshal data for list")),
        (b"<\x01\0\0\x000", type_error("NULL object in marshal data for set")),
        (b"u\x02\0\0\0\xff\xfe", unicode(b"\xff\xfe", 0, 1, "invalid start byte")),
        (b"u\x03\0\0\0a\xe2\x82", unicode(b"a\xe2\x82", 1, 3, "unexpected end of data")),
        (b"u\x03\0\0\0a\xe2a", unicode(b"a\xe2a", 1, 2, "invalid continuation byte")),
    ];
    for (data, error) in cases {
        let mut graph = Graph::default();
        assert_eq!(read(data, &mut graph, ReadOptions::default()), Err(error), "{data:?}");
    }
    let message = loads(b"u\x03\0\0\0a\xe2\x82").expect_err("cut off").to_string();
    assert_eq!(message, "'utf-8' codec can't decode bytes in position 1-2: unexpected end of data");
    let no_code = ReadOptions { allow_code: false };
    assert_eq!(
        read(b"c", &mut ConstBuilder::default(), no_code).map(drop),
        Err(value("unmarshalling code objects is disallowed"))
    );
    let nulls = [&b"c"[..], &[0; 20], b"0"].concat();
    assert_eq!(loads(&nulls), Err(type_error("NULL object in marshal data for code object")));
    let wrong = [&b"c"[..], &[0; 20], b"NNNNNNNN\0\0\0\0NN"].concat();
    assert!(matches!(loads(&wrong), Err(ReadError::System(_))));
}

#[test]
fn strings_keep_surrogates_and_latin_1() {
    let mut surrogate = TextBuf::new();
    surrogate.push(0xd800);
    assert_eq!(loads(b"u\x03\0\0\0\xed\xa0\x80"), Ok(Const::Str(surrogate.to_rc())));
    assert_eq!(loads(b"z\x01\xe9"), Ok(Const::Str(Text::new("\u{e9}").to_rc())));
}

#[test]
fn integers_of_any_size() {
    for text in ["0", "-1", "32767", "32768", "-1152921504606846976", "123456789012345678901234567890"] {
        let value = Const::Int(Int::parse(text.as_bytes(), 10, 0).expect("a number"));
        let bytes = dumps(&value, version(5)).expect("nothing stands against it");
        assert_eq!(loads(&bytes), Ok(value));
    }
    assert_eq!(loads(b"I\x01\0\0\0\0\0\0\x80"), Ok(Const::from(-0x7fff_ffff_ffff_ffff)));
}
