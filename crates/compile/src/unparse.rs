//! Expressions as source text, for annotations that are kept as strings.
//!
//! Not `ast.unparse`: this one knows expressions only and has habits of its own. Answers for
//! CPython's `Python/ast_unparse.c`.

use crate::error::{Result, system_error};
use crate::recursion::StackLimit;
use taipan_asdl::{
    Arg, Arguments, BoolOp, CmpOp, Comprehension, Constant, Expr, ExprKind, Keyword, Name, NameTable,
    Operator, UnaryOp,
};
use taipan_text::repr::{Keep, repr_bytes, repr_text};
use taipan_text::{Text, TextBuf};

/// How tightly operators bind, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Cmp,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arith,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    const fn tighter(self) -> Level {
        use Level::*;
        match self {
            Tuple => Test,
            Test => Or,
            Or => And,
            And => Not,
            Not => Cmp,
            Cmp => BitOr,
            BitOr => BitXor,
            BitXor => BitAnd,
            BitAnd => Shift,
            Shift => Arith,
            Arith => Term,
            Term => Factor,
            Factor => Power,
            Power => Await,
            Await | Atom => Atom,
        }
    }
}

/// The source of an expression.
pub(crate) fn unparse(e: &Expr<'_>, names: &NameTable, limit: StackLimit) -> Result<TextBuf> {
    let mut writer = Writer { out: TextBuf::new(), names, limit };
    writer.expr(e, Level::Test)?;
    Ok(writer.out)
}

/// Appends the `repr` of a constant, with infinity as a literal.
pub(crate) fn push_constant(out: &mut TextBuf, constant: &Constant<'_>) {
    match constant {
        Constant::None => out.push_str("None"),
        Constant::Ellipsis => out.push_str("Ellipsis"),
        Constant::Bool(true) => out.push_str("True"),
        Constant::Bool(false) => out.push_str("False"),
        Constant::Int(value) => match crate::codegen::int(*value) {
            taipan_num::Int::Small(value) => out.push_str(&value.to_string()),
            taipan_num::Int::Big(value) => out.push_str(&value.to_string()),
        },
        Constant::Float(value) => out.push_str(&taipan_num::float::repr(*value).replace("inf", "1e309")),
        Constant::Complex { real, imag } => {
            out.push_str(&taipan_num::complex::repr(*real, *imag).replace("inf", "1e309"));
        }
        Constant::Str(text) => out.push_text(&repr_text(text, Keep::Printable)),
        Constant::Bytes(bytes) => out.push_str(&repr_bytes(bytes)),
        Constant::Tuple(items) => {
            out.push_str("(");
            push_items(out, items);
            out.push_str(if items.len() == 1 { ",)" } else { ")" });
        }
        Constant::FrozenSet([]) => out.push_str("frozenset()"),
        Constant::FrozenSet(items) => {
            out.push_str("frozenset({");
            push_items(out, items);
            out.push_str("})");
        }
    }
}

fn push_items(out: &mut TextBuf, items: &[Constant<'_>]) {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        push_constant(out, item);
    }
}

struct Writer<'n> {
    out: TextBuf,
    names: &'n NameTable,
    limit: StackLimit,
}

impl Writer<'_> {
    fn str(&mut self, text: &str) {
        self.out.push_str(text);
    }

    fn name(&mut self, name: Name) {
        self.out.push_text(self.names.text(name));
    }

    /// Writes something in parentheses if the place binds tighter.
    fn grouped(&mut self, group: bool, write: impl FnOnce(&mut Self) -> Result) -> Result {
        if group {
            self.str("(");
        }
        write(self)?;
        if group {
            self.str(")");
        }
        Ok(())
    }

    fn list(&mut self, exprs: &[&Expr<'_>], level: Level) -> Result {
        for (i, e) in exprs.iter().enumerate() {
            if i > 0 {
                self.str(", ");
            }
            self.expr(e, level)?;
        }
        Ok(())
    }

    fn expr(&mut self, e: &Expr<'_>, level: Level) -> Result {
        self.limit.check()?;
        match e.kind {
            ExprKind::Name { id, .. } => {
                self.name(id);
                Ok(())
            }
            ExprKind::Constant { value, kind } => {
                match value {
                    Constant::Ellipsis => self.str("..."),
                    _ => {
                        if let Some(kind) = kind {
                            self.out.push_text(kind);
                        }
                        push_constant(&mut self.out, &value);
                    }
                }
                Ok(())
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, Level::Atom)?;
                let after_int = matches!(value.kind, ExprKind::Constant { value: Constant::Int(_), .. });
                self.str(if after_int { " ." } else { "." });
                self.name(attr);
                Ok(())
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, Level::Atom)?;
                self.str("[");
                self.expr(slice, Level::Tuple)?;
                self.str("]");
                Ok(())
            }
            ExprKind::BoolOp { op, values } => {
                let (word, own) = if op == BoolOp::And { (" and ", Level::And) } else { (" or ", Level::Or) };
                self.grouped(level > own, |w| {
                    for (i, value) in values.iter().enumerate() {
                        if i > 0 {
                            w.str(word);
                        }
                        w.expr(value, own.tighter())?;
                    }
                    Ok(())
                })
            }
            ExprKind::BinOp { left, op, right } => {
                let (symbol, own) = binary(op);
                let right_associative = op == Operator::Pow;
                self.grouped(level > own, |w| {
                    w.expr(left, if right_associative { own.tighter() } else { own })?;
                    w.str(symbol);
                    w.expr(right, if right_associative { own } else { own.tighter() })
                })
            }
            ExprKind::UnaryOp { op, operand } => {
                let (symbol, own) = match op {
                    UnaryOp::Invert => ("~", Level::Factor),
                    UnaryOp::Not => ("not ", Level::Not),
                    UnaryOp::UAdd => ("+", Level::Factor),
                    UnaryOp::USub => ("-", Level::Factor),
                };
                self.grouped(level > own, |w| {
                    w.str(symbol);
                    w.expr(operand, own)
                })
            }
            ExprKind::Lambda { args, body } => self.grouped(level > Level::Test, |w| {
                let positional = args.args.len() + args.posonlyargs.len();
                w.str(if positional > 0 { "lambda " } else { "lambda" });
                w.arguments(args)?;
                w.str(": ");
                w.expr(body, Level::Test)
            }),
            ExprKind::IfExp { test, body, orelse } => self.grouped(level > Level::Test, |w| {
                w.expr(body, Level::Or)?;
                w.str(" if ");
                w.expr(test, Level::Or)?;
                w.str(" else ");
                w.expr(orelse, Level::Test)
            }),
            ExprKind::Dict { keys, values } => self.dict(keys, values),
            ExprKind::Set { elts } => {
                self.str("{");
                self.list(elts, Level::Test)?;
                self.str("}");
                Ok(())
            }
            ExprKind::List { elts, .. } => {
                self.str("[");
                self.list(elts, Level::Test)?;
                self.str("]");
                Ok(())
            }
            ExprKind::Tuple { elts: [], .. } => {
                self.str("()");
                Ok(())
            }
            ExprKind::Tuple { elts, .. } => self.grouped(level > Level::Tuple, |w| {
                w.list(elts, Level::Test)?;
                if elts.len() == 1 {
                    w.str(",");
                }
                Ok(())
            }),
            ExprKind::GeneratorExp { elt, generators } => self.comprehension("(", elt, None, generators, ")"),
            ExprKind::ListComp { elt, generators } => self.comprehension("[", elt, None, generators, "]"),
            ExprKind::SetComp { elt, generators } => self.comprehension("{", elt, None, generators, "}"),
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension("{", key, Some(value), generators, "}")
            }
            ExprKind::Yield { value: None } => {
                self.str("(yield)");
                Ok(())
            }
            ExprKind::Yield { value: Some(value) } => {
                self.str("(yield ");
                self.expr(value, Level::Test)?;
                self.str(")");
                Ok(())
            }
            ExprKind::YieldFrom { value } => {
                self.str("(yield from ");
                self.expr(value, Level::Test)?;
                self.str(")");
                Ok(())
            }
            ExprKind::Await { value } => self.grouped(level > Level::Await, |w| {
                w.str("await ");
                w.expr(value, Level::Atom)
            }),
            ExprKind::Compare { left, ops, comparators } => self.grouped(level > Level::Cmp, |w| {
                w.expr(left, Level::BitOr)?;
                for (&op, comparator) in ops.iter().zip(comparators) {
                    w.str(comparison(op));
                    w.expr(comparator, Level::BitOr)?;
                }
                Ok(())
            }),
            ExprKind::Call { func, args, keywords } => self.call(func, args, keywords),
            ExprKind::JoinedStr { values } => self.string(values, "f"),
            ExprKind::TemplateStr { values } => self.string(values, "t"),
            ExprKind::FormattedValue { .. } | ExprKind::Interpolation { .. } => self.string_element(e, false),
            ExprKind::Starred { value, .. } => {
                self.str("*");
                self.expr(value, Level::BitOr)
            }
            ExprKind::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(lower, Level::Test)?;
                }
                self.str(":");
                if let Some(upper) = upper {
                    self.expr(upper, Level::Test)?;
                }
                if let Some(step) = step {
                    self.str(":");
                    self.expr(step, Level::Test)?;
                }
                Ok(())
            }
            ExprKind::NamedExpr { target, value } => self.grouped(level > Level::Tuple, |w| {
                w.expr(target, Level::Atom)?;
                w.str(" := ");
                w.expr(value, Level::Atom)
            }),
        }
    }

    fn dict(&mut self, keys: &[Option<&Expr<'_>>], values: &[&Expr<'_>]) -> Result {
        self.str("{");
        for (i, (key, value)) in keys.iter().zip(values).enumerate() {
            if i > 0 {
                self.str(", ");
            }
            match key {
                Some(key) => {
                    self.expr(key, Level::Test)?;
                    self.str(": ");
                    self.expr(value, Level::Test)?;
                }
                None => {
                    self.str("**");
                    self.expr(value, Level::BitOr)?;
                }
            }
        }
        self.str("}");
        Ok(())
    }

    fn comprehension(
        &mut self,
        open: &str,
        element: &Expr<'_>,
        value: Option<&Expr<'_>>,
        generators: &[&Comprehension<'_>],
        close: &str,
    ) -> Result {
        self.str(open);
        self.expr(element, Level::Test)?;
        if let Some(value) = value {
            self.str(": ");
            self.expr(value, Level::Test)?;
        }
        for generator in generators {
            self.str(if generator.is_async != 0 { " async for " } else { " for " });
            self.expr(generator.target, Level::Tuple)?;
            self.str(" in ");
            self.expr(generator.iter, Level::Or)?;
            for condition in generator.ifs {
                self.str(" if ");
                self.expr(condition, Level::Or)?;
            }
        }
        self.str(close);
        Ok(())
    }

    fn call(&mut self, func: &Expr<'_>, args: &[&Expr<'_>], keywords: &[&Keyword<'_>]) -> Result {
        self.expr(func, Level::Atom)?;
        if let ([arg], []) = (args, keywords)
            && matches!(arg.kind, ExprKind::GeneratorExp { .. })
        {
            return self.expr(arg, Level::Atom);
        }
        self.str("(");
        self.list(args, Level::Test)?;
        for (i, keyword) in keywords.iter().enumerate() {
            if i > 0 || !args.is_empty() {
                self.str(", ");
            }
            match keyword.arg {
                Some(name) => {
                    self.name(name);
                    self.str("=");
                }
                None => self.str("**"),
            }
            self.expr(keyword.value, Level::Test)?;
        }
        self.str(")");
        Ok(())
    }

    fn argument(&mut self, arg: &Arg<'_>, first: &mut bool) -> Result {
        self.separator(first);
        self.bare_argument(arg)
    }

    fn bare_argument(&mut self, arg: &Arg<'_>) -> Result {
        self.name(arg.arg);
        if let Some(annotation) = arg.annotation {
            self.str(": ");
            self.expr(annotation, Level::Test)?;
        }
        Ok(())
    }

    fn separator(&mut self, first: &mut bool) {
        if !std::mem::replace(first, false) {
            self.str(", ");
        }
    }

    fn default(&mut self, value: Option<&Expr<'_>>) -> Result {
        if let Some(value) = value {
            self.str("=");
            self.expr(value, Level::Test)?;
        }
        Ok(())
    }

    fn arguments(&mut self, args: &Arguments<'_>) -> Result {
        let mut first = true;
        let positional = args.posonlyargs.len() + args.args.len();
        for (i, arg) in args.posonlyargs.iter().chain(args.args).enumerate() {
            self.argument(arg, &mut first)?;
            let default = (i + args.defaults.len()).checked_sub(positional).map(|i| args.defaults[i]);
            self.default(default)?;
            if i + 1 == args.posonlyargs.len() {
                self.str(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            self.separator(&mut first);
            self.str("*");
            if let Some(vararg) = args.vararg {
                self.bare_argument(vararg)?;
            }
        }
        for (i, arg) in args.kwonlyargs.iter().enumerate() {
            self.argument(arg, &mut first)?;
            self.default(args.kw_defaults.get(i).copied().flatten())?;
        }
        if let Some(kwarg) = args.kwarg {
            self.separator(&mut first);
            self.str("**");
            self.bare_argument(kwarg)?;
        }
        Ok(())
    }

    /// A formatted string or template string.
    fn string(&mut self, values: &[&Expr<'_>], prefix: &str) -> Result {
        let outer = std::mem::take(&mut self.out);
        for value in values {
            self.string_element(value, false)?;
        }
        let body = std::mem::replace(&mut self.out, outer);
        self.str(prefix);
        self.out.push_text(&repr_text(&body, Keep::Printable));
        Ok(())
    }

    fn string_element(&mut self, e: &Expr<'_>, in_format_spec: bool) -> Result {
        self.limit.check()?;
        match e.kind {
            ExprKind::Constant { value: Constant::Str(text), .. } => {
                self.escape_braces(text);
                Ok(())
            }
            ExprKind::JoinedStr { values } if in_format_spec => {
                values.iter().try_for_each(|value| self.string_element(value, true))
            }
            ExprKind::JoinedStr { values } => self.string(values, "f"),
            ExprKind::TemplateStr { values } => self.string(values, "t"),
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                let mut inner = Writer { out: TextBuf::new(), names: self.names, limit: self.limit };
                inner.expr(value, Level::Or)?;
                self.replacement_field(&inner.out, conversion, format_spec)
            }
            ExprKind::Interpolation { str: Constant::Str(text), conversion, format_spec, .. } => {
                self.replacement_field(text, conversion, format_spec)
            }
            _ => Err(system_error("unknown expression kind inside f-string")),
        }
    }

    fn escape_braces(&mut self, text: &Text) {
        for point in text.code_points() {
            self.out.push(point);
            if point == u32::from(b'{') || point == u32::from(b'}') {
                self.out.push(point);
            }
        }
    }

    fn replacement_field(&mut self, text: &Text, conversion: i32, format_spec: Option<&Expr<'_>>) -> Result {
        self.str(if text.as_bytes().first() == Some(&b'{') { "{ " } else { "{" });
        self.out.push_text(text);
        if conversion > 0 {
            match u8::try_from(conversion) {
                Ok(letter @ (b'a' | b'r' | b's')) => {
                    self.str("!");
                    self.out.push(u32::from(letter));
                }
                _ => return Err(system_error("unknown f-value conversion kind")),
            }
        }
        if let Some(format_spec) = format_spec {
            self.str(":");
            self.string_element(format_spec, true)?;
        }
        self.str("}");
        Ok(())
    }
}

const fn binary(op: Operator) -> (&'static str, Level) {
    match op {
        Operator::Add => (" + ", Level::Arith),
        Operator::Sub => (" - ", Level::Arith),
        Operator::Mult => (" * ", Level::Term),
        Operator::MatMult => (" @ ", Level::Term),
        Operator::Div => (" / ", Level::Term),
        Operator::Mod => (" % ", Level::Term),
        Operator::LShift => (" << ", Level::Shift),
        Operator::RShift => (" >> ", Level::Shift),
        Operator::BitOr => (" | ", Level::BitOr),
        Operator::BitXor => (" ^ ", Level::BitXor),
        Operator::BitAnd => (" & ", Level::BitAnd),
        Operator::FloorDiv => (" // ", Level::Term),
        Operator::Pow => (" ** ", Level::Power),
    }
}

const fn comparison(op: CmpOp) -> &'static str {
    match op {
        CmpOp::Eq => " == ",
        CmpOp::NotEq => " != ",
        CmpOp::Lt => " < ",
        CmpOp::LtE => " <= ",
        CmpOp::Gt => " > ",
        CmpOp::GtE => " >= ",
        CmpOp::Is => " is ",
        CmpOp::IsNot => " is not ",
        CmpOp::In => " in ",
        CmpOp::NotIn => " not in ",
    }
}
