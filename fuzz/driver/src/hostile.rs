//! Sources that nobody writes and some people send: every construct nested 100,000 deep, lines of
//! 10 MB, files of one character.
//!
//! None may make the front end panic, overflow the native stack, or take time that grows faster
//! than the source.

/// A family of sources; `make(n)` is its member of size `n`.
pub struct Family {
    /// What it is.
    pub name: &'static str,
    make: Make,
}

enum Make {
    /// `before * n + middle + after * n`
    Nested(&'static str, &'static str, &'static str),
    /// `before + unit * n + after`
    Repeated(&'static str, &'static str, &'static str),
    /// Blocks, each indented by one more blank up to CPython's 100 and by brackets beyond.
    Blocks(&'static str),
}

impl Family {
    /// The member of size `n`.
    pub fn make(&self, n: usize) -> Vec<u8> {
        match self.make {
            Make::Nested(before, middle, after) => {
                format!("{}{middle}{}\n", before.repeat(n), after.repeat(n)).into_bytes()
            }
            Make::Repeated(before, unit, after) => {
                format!("{before}{}{after}\n", unit.repeat(n)).into_bytes()
            }
            Make::Blocks(header) => {
                let mut out = String::new();
                // Indentation alone is quadratic in the depth, so the depth is bounded.
                for depth in 0..n.min(2000) {
                    out.push_str(&" ".repeat(depth));
                    out.push_str(header);
                    out.push('\n');
                }
                out.push_str(&" ".repeat(n.min(2000)));
                out.push_str("pass\n");
                out.into_bytes()
            }
        }
    }
}

const fn nested(
    name: &'static str,
    before: &'static str,
    middle: &'static str,
    after: &'static str,
) -> Family {
    Family { name, make: Make::Nested(before, middle, after) }
}

const fn repeated(
    name: &'static str,
    before: &'static str,
    unit: &'static str,
    after: &'static str,
) -> Family {
    Family { name, make: Make::Repeated(before, unit, after) }
}

const fn blocks(name: &'static str, header: &'static str) -> Family {
    Family { name, make: Make::Blocks(header) }
}

/// Every construct that nests, and every one that repeats.
pub const FAMILIES: &[Family] = &[
    nested("parentheses", "(", "x", ")"),
    nested("brackets", "[", "x", "]"),
    nested("braces", "{", "x", "}"),
    nested("dictionaries", "{1:", "x", "}"),
    nested("parentheses left open", "(", "x", ""),
    nested("parentheses closed only", "x", "", ")"),
    nested("tuples", "(x,", "x", ")"),
    nested("calls in arguments", "f(", "x", ")"),
    nested("calls of calls", "", "f", "()"),
    nested("subscripts of subscripts", "", "a", "[0]"),
    nested("subscripts in subscripts", "a[", "x", "]"),
    nested("attributes", "", "a", ".b"),
    nested("minus", "-", "x", ""),
    nested("not", "not ", "x", ""),
    nested("invert", "~", "1", ""),
    nested("minus of a number", "-", "1", ""),
    nested("await", "await ", "x", ""),
    nested("power", "x**", "x", ""),
    nested("sums", "x+", "x", ""),
    nested("sums of numbers", "1+", "1", ""),
    nested("comparisons", "x<", "x", ""),
    nested("and", "x and ", "x", ""),
    nested("alternating and, or", "x and y or ", "x", ""),
    nested("conditional expressions", "x if x else ", "x", ""),
    nested("conditional expressions on the left", "", "x", " if x else x"),
    nested("lambdas", "lambda:", "x", ""),
    nested("lambda defaults", "lambda x=", "x", ":x"),
    nested("comprehensions", "[x for x in ", "x", "]"),
    nested("comprehension elements", "[", "x", " for x in y]"),
    nested("generator expressions", "(x for x in ", "x", ")"),
    nested("yield", "(yield ", "x", ")"),
    nested("walrus", "(x:=", "x", ")"),
    nested("starred", "*", "x", ""),
    nested("starred in brackets", "[*", "x", "]"),
    nested("f-strings", "f'{", "x", "}'"),
    nested("f-strings with one quote each", "f\"{f'{", "x", "}'}\""),
    nested("f-string specifications", "f'{x:{", "x", "}}'"),
    nested("t-strings", "t'{", "x", "}'"),
    nested("string concatenation", "'a' ", "'a'", ""),
    nested("f-string concatenation", "f'{x}' ", "'a'", ""),
    nested("targets", "x=", "x", ""),
    nested("nested targets", "(", "x", ",)"),
    nested("assignment to nested targets", "[", "x", "]=y"),
    nested("decorators", "@x\n", "def f(): pass", ""),
    nested("if on one line", "if x: ", "pass", ""),
    nested("elif", "", "if x: pass\n", "elif x: pass\n"),
    nested("else of else", "", "if x: pass\n", "else: pass\n"),
    nested("except", "", "try: pass\n", "except x: pass\n"),
    nested("with items", "with x, ", "x: pass", ""),
    nested("class patterns", "match x:\n case ", "C(x)", ": pass"),
    nested("import as", "import a as ", "b", ""),
    nested("annotations", "x: ", "x", ""),
    nested("open f-strings", "f'{", "", ""),
    nested("backslashes", "\\\n", "x", ""),
    nested("semicolons", "x;", "x", ""),
    nested("del", "del ", "x", ""),
    nested("indented comments", " # c\n", "x", ""),
    blocks("if blocks", "if x:"),
    blocks("while blocks", "while x:"),
    blocks("for blocks", "for x in y:"),
    blocks("try blocks", "try:"),
    blocks("with blocks", "with x:"),
    blocks("function blocks", "def f():"),
    blocks("class blocks", "class C:"),
    blocks("async function blocks", "async def f():"),
    repeated("list patterns", "match x:\n case ", "[", ": pass"),
    repeated("mapping patterns", "match x:\n case ", "{1:", "x: pass"),
    repeated("or patterns", "match x:\n case 0", "|0", ": pass"),
    repeated("or patterns of strings", "match x:\n case ''", "|''", ": pass"),
    repeated("dotted patterns", "match x:\n case a", ".b", ": pass"),
    repeated("cases", "match x:\n", " case 0: pass\n", ""),
    repeated("type parameter bounds", "class C[T:", "(", "x]: pass"),
    repeated("type parameters", "def f[", "T,", "](): pass"),
    repeated("dotted import", "import a", ".b", ""),
    repeated("import list", "from a import (", "b,", ")"),
    repeated("global names", "def f():\n global a", ",a", ""),
    repeated("parameters", "def f(", "a,", "): pass"),
    repeated("arguments", "f(", "a,", ")"),
    repeated("keyword arguments", "f(", "a=1,", ")"),
    repeated("starred arguments", "f(", "*a,", ")"),
    repeated("targets in a tuple", "", "a,", "=x"),
    repeated("list items", "[", "0,", "]"),
    repeated("dictionary items", "{", "0:x,", "}"),
    repeated("set items", "{", "0,", "}"),
    repeated("strings in a list", "[", "'',", "]"),
    repeated("assignments", "", "x=1\n", ""),
    repeated("functions", "", "def f():pass\n", ""),
    repeated("loops", "", "for x in y:pass\n", ""),
    repeated("if statements", "", "if x:y\n", ""),
    repeated("try statements", "", "try:x\nfinally:y\n", ""),
    repeated("with statements", "", "with x:y\n", ""),
    repeated("return statements", "def f():\n", " return x\n", ""),
    repeated("returns under conditions", "def f():\n", " if x: return y\n", ""),
    repeated("continue under conditions", "while x:\n", " if x: continue\n", ""),
    repeated("break under conditions", "while x:\n", " if x: break\n", ""),
    repeated("and in a condition", "if x", " and x", ": pass"),
    repeated("or in a condition", "if x", " or x", ": pass"),
    repeated("chained comparison in a condition", "if x", "<x", ": pass"),
    repeated("with items in parentheses", "with (", "x as y,", "): pass"),
    repeated("local variables", "def f():\n x=0\n", " x=x+x\n", ""),
    repeated("nested conditional values", "x = ", "a if b else ", "c"),
    repeated("digits", "x = ", "1", ""),
    repeated("hexadecimal digits", "x = 0x", "f", ""),
    repeated("underscores in a number", "x = 1", "_1", ""),
    repeated("fraction digits", "x = 1.", "1", ""),
    repeated("exponent digits", "x = 1e", "1", ""),
    repeated("powers of numbers", "x = 9", "**9", ""),
    repeated("shifts of numbers", "x = 1", "<<9999", ""),
    repeated("products of strings", "x = 'a'", "*9", ""),
    repeated("products of tuples", "x = (1,)", "*9", ""),
    repeated("identifier", "", "a", ""),
    repeated("identifier in another script", "", "é", ""),
    repeated("identifier that shrinks", "", "ﬁ", ""),
    repeated("string", "'", "a", "'"),
    repeated("string of escapes", "'", "\\n", "'"),
    repeated("string of unknown escapes", "'", "\\d", "'"),
    repeated("string of named characters", "'", "\\N{DIGIT ONE}", "'"),
    repeated("string of unknown names", "'", "\\N{NO SUCH}", "'"),
    repeated("bytes of escapes", "b'", "\\x00", "'"),
    repeated("unterminated string", "'", "a", ""),
    repeated("unterminated triple quotes", "'''", "a\n", ""),
    repeated("unterminated f-string", "f'''", "{x}\n", ""),
    repeated("replacement fields", "f'", "{x}", "'"),
    repeated("doubled braces", "f'", "{{", "'"),
    repeated("closing braces in an f-string", "f'", "}", "'"),
    repeated("format specification", "f'{x:", "a", "}'"),
    repeated("debug expressions", "f'", "{x=}", "'"),
    repeated("comment", "#", "a", ""),
    repeated("comments", "", "#\n", ""),
    repeated("type comments", "", "x = 1 # type: int\n", ""),
    repeated("blank lines", "", "\n", ""),
    repeated("blank lines with blanks", "", "  \n", ""),
    repeated("blanks", "", " ", "x"),
    repeated("tabs", "", "\t", "x"),
    repeated("form feeds", "", "\x0c", "x"),
    repeated("carriage returns", "", "\r", "x"),
    repeated("line continuations", "x = ", "\\\n", "1"),
    repeated("dots", "", ".", ""),
    repeated("dots of a relative import", "from ", ".", " import a"),
    repeated("commas", "", ",", ""),
    repeated("colons", "", ":", ""),
    repeated("equals signs", "x", "=", "x"),
    repeated("at signs", "", "@", "x"),
    repeated("question marks", "", "?", ""),
    repeated("quotes", "", "'", ""),
    repeated("double quotes", "", "\"", ""),
    repeated("back quotes", "", "`", ""),
    repeated("backslashes alone", "", "\\", ""),
    repeated("null bytes", "", "\0", ""),
    repeated("byte order marks", "", "\u{feff}", ""),
    repeated("names without operators", "", "a ", ""),
    repeated("numbers without operators", "", "1 ", ""),
    repeated("keywords", "", "if ", ""),
    repeated("print statements", "", "print x;", ""),
    repeated("invalid comprehension targets", "[x for ", "(", "x in y]"),
    repeated("invalid assignments", "f() = ", "f() = ", "1"),
    repeated("invalid keyword arguments", "f(", "a.b=1,", ")"),
    repeated("invalid parameters", "def f(", "a=1,b,", "): pass"),
    repeated("invalid dictionary items", "{", "a:,", "}"),
    repeated("invalid for targets", "for ", "f(),", " in x: pass"),
    repeated("invalid with targets", "with ", "a as f(),", ": pass"),
    repeated("missing commas", "[", "a b,", "]"),
    repeated("conditional expressions without else", "[", "a if b,", "]"),
];
