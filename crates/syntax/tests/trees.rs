//! Trees of small sources, as `ast.dump` shows them.

use taipan_asdl::dump::{DumpOptions, dump};
use taipan_asdl::{Bump, NameTable};
use taipan_syntax::{Mode, Options, Source, parse};
use taipan_text::Text;

fn answer(code: &str, mode: Mode, options: Options, attributes: bool) -> String {
    let arena = Bump::new();
    let mut names = NameTable::new();
    match parse(Source::Text(Text::new(code)), mode, options, &arena, &mut names, &mut Vec::new()) {
        Ok(tree) => {
            let options = DumpOptions { include_attributes: attributes, ..DumpOptions::default() };
            let text = dump(tree, &names, options).expect("the tree is small");
            text.to_string_lossy()
                .replace("Module(body=[", "")
                .replace("lineno=", "l=")
                .replace("col_offset=", "c=")
        }
        Err(error) => format!("{}: {}", error.kind.class_name(), error.message.to_string_lossy()),
    }
}

fn tree(code: &str) -> String {
    answer(code, Mode::Exec, Options::default(), false)
}

#[test]
fn operators_bind_as_in_python() {
    assert_eq!(
        tree("-a ** -b ** c"),
        "Expr(value=UnaryOp(op=USub(), operand=BinOp(left=Name(id='a', ctx=Load()), op=Pow(), \
         right=UnaryOp(op=USub(), operand=BinOp(left=Name(id='b', ctx=Load()), op=Pow(), \
         right=Name(id='c', ctx=Load()))))))])"
    );
    assert_eq!(
        tree("not a < b or c and d"),
        "Expr(value=BoolOp(op=Or(), values=[UnaryOp(op=Not(), operand=Compare(left=Name(id='a', ctx=Load()), \
         ops=[Lt()], comparators=[Name(id='b', ctx=Load())])), BoolOp(op=And(), values=[Name(id='c', ctx=Load()), \
         Name(id='d', ctx=Load())])]))])"
    );
    assert_eq!(tree("a + not b"), "SyntaxError: 'not' after an operator must be parenthesized");
}

#[test]
fn parentheses_count_for_the_place_but_not_in_the_tree() {
    assert_eq!(
        answer("(a).b", Mode::Eval, Options::default(), true),
        "Expression(body=Attribute(value=Name(id='a', ctx=Load(), l=1, c=1, end_l=1, end_c=2), attr='b', \
         ctx=Load(), l=1, c=0, end_l=1, end_c=5))"
    );
}

#[test]
fn soft_keywords_stay_names() {
    let call = "Expr(value=Call(func=Name(id='match', ctx=Load()), args=[Name(id='x', ctx=Load())]))])";
    assert_eq!(tree("match(x)"), call);
    assert_eq!(tree("type = 1"), "Assign(targets=[Name(id='type', ctx=Store())], value=Constant(value=1))])");
    let name = "Name(id='x', ctx=Load())";
    assert_eq!(
        tree("match x,:\n case [_, *y]: pass"),
        format!(
            "Match(subject=Tuple(elts=[{name}], ctx=Load()), cases=[match_case(pattern=MatchSequence(\
             patterns=[MatchAs(), MatchStar(name='y')]), body=[Pass()])])])"
        )
    );
}

#[test]
fn parts_of_f_strings_are_joined() {
    assert_eq!(
        tree("'a' f'b{x = !r:>{w}}' 'c'"),
        "Expr(value=JoinedStr(values=[Constant(value='abx = '), FormattedValue(value=Name(id='x', ctx=Load()), \
         conversion=114, format_spec=JoinedStr(values=[Constant(value='>'), FormattedValue(\
         value=Name(id='w', ctx=Load()), conversion=-1)])), Constant(value='c')]))])"
    );
    assert_eq!(
        tree("t'{ x }'"),
        "Expr(value=TemplateStr(values=[Interpolation(value=Name(id='x', ctx=Load()), str=' x ', conversion=-1)]))])"
    );
}

#[test]
fn feature_versions_and_type_comments_are_heeded() {
    let old = Options { feature_version: 7, ..Options::default() };
    assert_eq!(
        answer("(x := 1)", Mode::Exec, old, false),
        "SyntaxError: Assignment expressions are only supported in Python 3.8 and greater"
    );
    let typed = Options { type_comments: true, ..Options::default() };
    assert_eq!(
        answer("x = 1  # type: int\n", Mode::Exec, typed, false),
        "Assign(targets=[Name(id='x', ctx=Store())], value=Constant(value=1), type_comment='int')])"
    );
    assert_eq!(
        answer("(int, *str) -> None", Mode::FuncType, typed, false),
        "FunctionType(argtypes=[Name(id='int', ctx=Load()), Name(id='str', ctx=Load())], returns=Constant(value=None))"
    );
}

#[test]
fn nesting_ends_where_it_does_in_cpython() {
    let overflow = "MemoryError: Parser stack overflowed - Python source too complex to parse";
    for (repeated, tail, limit) in
        [("-", "a", 5969), ("not ", "a", 5969), ("lambda:", "a", 2984), ("a**", "a", 2984)]
    {
        let parses = |count: usize| {
            let code = repeated.repeat(count) + tail;
            let (arena, mut names) = (Bump::new(), NameTable::new());
            let source = Source::Text(Text::new(&code));
            parse(source, Mode::Exec, Options::default(), &arena, &mut names, &mut Vec::new()).map(|_| ())
        };
        assert!(parses(limit).is_ok(), "{repeated}");
        assert!(parses(limit + 1).is_err(), "{repeated}");
        assert_eq!(tree(&(repeated.repeat(100_000) + tail)), overflow);
    }
    for chain in ["a", "a.b", "a[0]", "a()", "a+a", "a<a", "a and a"] {
        let link = &chain[1..];
        let code = format!("a{}", link.repeat(100_000));
        let (arena, mut names) = (Bump::new(), NameTable::new());
        let source = Source::Text(Text::new(&code));
        assert!(parse(source, Mode::Exec, Options::default(), &arena, &mut names, &mut Vec::new()).is_ok());
    }
}
