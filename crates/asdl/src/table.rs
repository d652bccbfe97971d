//! The table of node types.

/// Hands the table of node types to the macro `$callback`.
///
/// Four kinds of row, in the words of Python.asdl:
///
/// - `sum name Type Kind located|bare { Constructor { field: (type), … } … }`: a node type with
///   several constructors; in Rust a struct `Type` with a `kind: Kind` and, when *located*, a
///   `location`.
/// - `simple name Type { Constructor … }`: a sum whose constructors have no fields; a plain enum.
/// - `product name Type located|bare { field: (type), … }`: a node type with one shape.
/// - `leaf name Type located { … }`: a product that borrows nothing from the arena.
///
/// A field's type is `(t)`, `(t ?)` for optional, `(t *)` for a list, `(t ? *)` for a list with
/// holes; `identifier`, `string`, `constant` and `int` are the built-in types.
#[macro_export]
macro_rules! for_each_node {
    ($callback:path) => {
        $callback! {
            sum r#mod Mod ModKind bare {
                Module { body: (stmt *), type_ignores: (type_ignore *) }
                Interactive { body: (stmt *) }
                Expression { body: (expr) }
                FunctionType { argtypes: (expr *), returns: (expr) }
            }
            sum stmt Stmt StmtKind located {
                FunctionDef {
                    name: (identifier), args: (arguments), body: (stmt *), decorator_list: (expr *),
                    returns: (expr ?), type_comment: (string ?), type_params: (type_param *)
                }
                AsyncFunctionDef {
                    name: (identifier), args: (arguments), body: (stmt *), decorator_list: (expr *),
                    returns: (expr ?), type_comment: (string ?), type_params: (type_param *)
                }
                ClassDef {
                    name: (identifier), bases: (expr *), keywords: (keyword *), body: (stmt *),
                    decorator_list: (expr *), type_params: (type_param *)
                }
                Return { value: (expr ?) }
                Delete { targets: (expr *) }
                Assign { targets: (expr *), value: (expr), type_comment: (string ?) }
                TypeAlias { name: (expr), type_params: (type_param *), value: (expr) }
                AugAssign { target: (expr), op: (operator), value: (expr) }
                AnnAssign { target: (expr), annotation: (expr), value: (expr ?), simple: (int) }
                For {
                    target: (expr), iter: (expr), body: (stmt *), orelse: (stmt *),
                    type_comment: (string ?)
                }
                AsyncFor {
                    target: (expr), iter: (expr), body: (stmt *), orelse: (stmt *),
                    type_comment: (string ?)
                }
                While { test: (expr), body: (stmt *), orelse: (stmt *) }
                If { test: (expr), body: (stmt *), orelse: (stmt *) }
                With { items: (withitem *), body: (stmt *), type_comment: (string ?) }
                AsyncWith { items: (withitem *), body: (stmt *), type_comment: (string ?) }
                Match { subject: (expr), cases: (match_case *) }
                Raise { exc: (expr ?), cause: (expr ?) }
                Try {
                    body: (stmt *), handlers: (excepthandler *), orelse: (stmt *), finalbody: (stmt *)
                }
                TryStar {
                    body: (stmt *), handlers: (excepthandler *), orelse: (stmt *), finalbody: (stmt *)
                }
                Assert { test: (expr), msg: (expr ?) }
                Import { names: (alias *) }
                ImportFrom { module: (identifier ?), names: (alias *), level: (int ?) }
                Global { names: (identifier *) }
                Nonlocal { names: (identifier *) }
                Expr { value: (expr) }
                Pass {}
                Break {}
                Continue {}
            }
            sum expr Expr ExprKind located {
                BoolOp { op: (boolop), values: (expr *) }
                NamedExpr { target: (expr), value: (expr) }
                BinOp { left: (expr), op: (operator), right: (expr) }
                UnaryOp { op: (unaryop), operand: (expr) }
                Lambda { args: (arguments), body: (expr) }
                IfExp { test: (expr), body: (expr), orelse: (expr) }
                Dict { keys: (expr ? *), values: (expr *) }
                Set { elts: (expr *) }
                ListComp { elt: (expr), generators: (comprehension *) }
                SetComp { elt: (expr), generators: (comprehension *) }
                DictComp { key: (expr), value: (expr), generators: (comprehension *) }
                GeneratorExp { elt: (expr), generators: (comprehension *) }
                Await { value: (expr) }
                Yield { value: (expr ?) }
                YieldFrom { value: (expr) }
                Compare { left: (expr), ops: (cmpop *), comparators: (expr *) }
                Call { func: (expr), args: (expr *), keywords: (keyword *) }
                FormattedValue { value: (expr), conversion: (int), format_spec: (expr ?) }
                Interpolation {
                    value: (expr), str: (constant), conversion: (int), format_spec: (expr ?)
                }
                JoinedStr { values: (expr *) }
                TemplateStr { values: (expr *) }
                Constant { value: (constant), kind: (string ?) }
                Attribute { value: (expr), attr: (identifier), ctx: (expr_context) }
                Subscript { value: (expr), slice: (expr), ctx: (expr_context) }
                Starred { value: (expr), ctx: (expr_context) }
                Name { id: (identifier), ctx: (expr_context) }
                List { elts: (expr *), ctx: (expr_context) }
                Tuple { elts: (expr *), ctx: (expr_context) }
                Slice { lower: (expr ?), upper: (expr ?), step: (expr ?) }
            }
            simple expr_context ExprContext { Load Store Del }
            simple boolop BoolOp { And Or }
            simple operator Operator {
                Add Sub Mult MatMult Div Mod Pow LShift RShift BitOr BitXor BitAnd FloorDiv
            }
            simple unaryop UnaryOp { Invert Not UAdd USub }
            simple cmpop CmpOp { Eq NotEq Lt LtE Gt GtE Is IsNot In NotIn }
            product comprehension Comprehension bare {
                target: (expr), iter: (expr), ifs: (expr *), is_async: (int)
            }
            sum excepthandler ExceptHandler ExceptHandlerKind located {
                ExceptHandler { type_: (expr ?), name: (identifier ?), body: (stmt *) }
            }
            product arguments Arguments bare {
                posonlyargs: (arg *), args: (arg *), vararg: (arg ?), kwonlyargs: (arg *),
                kw_defaults: (expr ? *), kwarg: (arg ?), defaults: (expr *)
            }
            product arg Arg located {
                arg: (identifier), annotation: (expr ?), type_comment: (string ?)
            }
            product keyword Keyword located { arg: (identifier ?), value: (expr) }
            leaf alias Alias located { name: (identifier), asname: (identifier ?) }
            product withitem WithItem bare { context_expr: (expr), optional_vars: (expr ?) }
            product match_case MatchCase bare { pattern: (pattern), guard: (expr ?), body: (stmt *) }
            sum pattern Pattern PatternKind located {
                MatchValue { value: (expr) }
                MatchSingleton { value: (constant) }
                MatchSequence { patterns: (pattern *) }
                MatchMapping { keys: (expr *), patterns: (pattern *), rest: (identifier ?) }
                MatchClass {
                    cls: (expr), patterns: (pattern *), kwd_attrs: (identifier *),
                    kwd_patterns: (pattern *)
                }
                MatchStar { name: (identifier ?) }
                MatchAs { pattern: (pattern ?), name: (identifier ?) }
                MatchOr { patterns: (pattern *) }
            }
            sum type_ignore TypeIgnore TypeIgnoreKind bare {
                TypeIgnore { lineno: (int), tag: (string) }
            }
            sum type_param TypeParam TypeParamKind located {
                TypeVar { name: (identifier), bound: (expr ?), default_value: (expr ?) }
                ParamSpec { name: (identifier), default_value: (expr ?) }
                TypeVarTuple { name: (identifier), default_value: (expr ?) }
            }
        }
    };
}
