//! Trees that no parser makes are rejected in CPython's words.

use taipan_asdl::{
    Arguments, Bump, Constant, Expr, ExprContext, ExprKind, Int, Location, MatchCase, Mod, ModKind,
    NameTable, Pattern, PatternKind, Stmt, StmtKind,
};
use taipan_compile::{Options, validate};
use taipan_text::Text;

const HERE: Location = Location { lineno: 1, col_offset: 0, end_lineno: 1, end_col_offset: 1 };

struct Trees<'a, 'n> {
    arena: &'a Bump,
    names: &'n mut NameTable,
}

impl<'a> Trees<'a, '_> {
    fn name(&mut self, text: &str, ctx: ExprContext) -> &'a Expr<'a> {
        let id = self.names.intern(Text::new(text));
        self.expr(ExprKind::Name { id, ctx })
    }

    fn expr(&self, kind: ExprKind<'a>) -> &'a Expr<'a> {
        self.arena.alloc(Expr { kind, location: HERE })
    }

    fn list<T: Copy>(&self, items: &[T]) -> &'a [T] {
        self.arena.alloc_slice_copy(items)
    }

    fn stmt(&self, kind: StmtKind<'a>) -> &'a Stmt<'a> {
        self.arena.alloc(Stmt { kind, location: HERE })
    }

    fn case(&self, subject: &'a Expr<'a>, pattern: PatternKind<'a>) -> StmtKind<'a> {
        let pattern = self.arena.alloc(Pattern { kind: pattern, location: HERE });
        let body = self.list(&[self.stmt(StmtKind::Pass {})]);
        let case: &'a MatchCase<'a> = self.arena.alloc(MatchCase { pattern, guard: None, body });
        StmtKind::Match { subject, cases: self.list(&[case]) }
    }
}

/// What validation says of a module with the one statement that `build` makes.
fn answer(build: impl for<'a> FnOnce(&mut Trees<'a, '_>) -> StmtKind<'a>) -> String {
    let arena = Bump::new();
    let mut names = NameTable::new();
    let mut trees = Trees { arena: &arena, names: &mut names };
    let kind = build(&mut trees);
    let body = trees.list(&[trees.stmt(kind)]);
    let tree = Mod { kind: ModKind::Module { body, type_ignores: &[] } };
    match validate(&tree, &names, Options::default()) {
        Ok(()) => "ok".to_owned(),
        Err(error) => format!("{}: {}", error.kind.class_name(), error.message.to_string_lossy()),
    }
}

#[test]
fn contexts_and_counts() {
    let no_args = || Arguments {
        posonlyargs: &[],
        args: &[],
        vararg: None,
        kwonlyargs: &[],
        kw_defaults: &[],
        kwarg: None,
        defaults: &[],
    };
    let loaded = answer(|t| {
        let (target, value) = (t.name("x", ExprContext::Load), t.name("y", ExprContext::Load));
        StmtKind::Assign { targets: t.list(&[target]), value, type_comment: None }
    });
    assert_eq!(loaded, "ValueError: expression must have Store context but has Load instead");
    let constant = answer(|t| {
        let one = t.expr(ExprKind::Constant { value: Constant::Int(Int::Small(1)), kind: None });
        StmtKind::Assign { targets: t.list(&[one]), value: one, type_comment: None }
    });
    assert_eq!(constant, "ValueError: expression which can't be assigned to in Store context");
    let empty = answer(|t| StmtKind::FunctionDef {
        name: t.names.intern(Text::new("None")),
        args: t.arena.alloc(no_args()),
        body: &[],
        decorator_list: &[],
        returns: None,
        type_comment: None,
        type_params: &[],
    });
    assert_eq!(empty, "ValueError: empty body on FunctionDef");
    let forbidden = answer(|t| StmtKind::Expr { value: t.name("True", ExprContext::Load) });
    assert_eq!(forbidden, "ValueError: identifier field can't represent 'True' constant");
    let nothing_caught = answer(|t| {
        let body = t.list(&[t.stmt(StmtKind::Pass {})]);
        StmtKind::Try { body, handlers: &[], orelse: &[], finalbody: &[] }
    });
    assert_eq!(nothing_caught, "ValueError: Try has neither except handlers nor finalbody");
    assert_eq!(answer(|_| StmtKind::Pass {}), "ok");
}

#[test]
fn patterns() {
    let one = answer(|t| {
        let subject = t.name("x", ExprContext::Load);
        t.case(subject, PatternKind::MatchOr { patterns: &[] })
    });
    assert_eq!(one, "ValueError: MatchOr requires at least 2 patterns");
    let star = answer(|t| {
        let subject = t.name("x", ExprContext::Load);
        t.case(subject, PatternKind::MatchStar { name: None })
    });
    assert_eq!(star, "ValueError: can't use MatchStar here");
    let value = answer(|t| {
        let subject = t.name("x", ExprContext::Load);
        t.case(subject, PatternKind::MatchValue { value: subject })
    });
    assert_eq!(value, "ValueError: patterns may only match literals and attribute lookups");
}

#[test]
fn positions() {
    let arena = Bump::new();
    let names = NameTable::new();
    let at = |lineno, col_offset, end_lineno, end_col_offset| {
        let location = Location { lineno, col_offset, end_lineno, end_col_offset };
        let stmt: &Stmt<'_> = arena.alloc(Stmt { kind: StmtKind::Pass {}, location });
        let tree = Mod { kind: ModKind::Module { body: arena.alloc_slice_copy(&[stmt]), type_ignores: &[] } };
        validate(&tree, &names, Options::default())
            .map_err(|error| error.message.to_string_lossy().into_owned())
    };
    assert_eq!(at(2, 0, 1, 0), Err("AST node line range (2, 1) is not valid".to_owned()));
    assert_eq!(at(1, 5, 1, 0), Err("line 1, column 5-0 is not a valid range".to_owned()));
    let missing = "AST node column range (-5, -1) for line range (-1, -1) is not valid";
    assert_eq!(at(-1, -5, -1, -1), Err(missing.to_owned()));
    assert_eq!(at(-1, -1, -1, -1), Ok(()));
}
