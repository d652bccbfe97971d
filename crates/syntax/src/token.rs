//! Tokens: kinds, and the array that the tokenizer makes of a whole source.
//!
//! Answers for CPython's `Grammar/Tokens` and the token structures of `Parser/lexer/state.h` and
//! `Parser/pegen.h`.

use crate::lexer::LexicalError;
use taipan_asdl::diagnostic::Warning;
use taipan_asdl::node::Location;

/// Hands the table of token kinds to the macro `$callback`: kinds with CPython's number, its name
/// and, for operators, their text; then the keywords, which CPython tells from names in the parser.
macro_rules! for_each_token_kind {
    ($callback:ident) => {
        $callback! {
            tokens {
                EndMarker = 0, "ENDMARKER", "";
                Name = 1, "NAME", "";
                Number = 2, "NUMBER", "";
                String = 3, "STRING", "";
                Newline = 4, "NEWLINE", "";
                Indent = 5, "INDENT", "";
                Dedent = 6, "DEDENT", "";
                LeftParen = 7, "LPAR", "(";
                RightParen = 8, "RPAR", ")";
                LeftBracket = 9, "LSQB", "[";
                RightBracket = 10, "RSQB", "]";
                Colon = 11, "COLON", ":";
                Comma = 12, "COMMA", ",";
                Semicolon = 13, "SEMI", ";";
                Plus = 14, "PLUS", "+";
                Minus = 15, "MINUS", "-";
                Star = 16, "STAR", "*";
                Slash = 17, "SLASH", "/";
                VerticalBar = 18, "VBAR", "|";
                Ampersand = 19, "AMPER", "&";
                Less = 20, "LESS", "<";
                Greater = 21, "GREATER", ">";
                Equal = 22, "EQUAL", "=";
                Dot = 23, "DOT", ".";
                Percent = 24, "PERCENT", "%";
                LeftBrace = 25, "LBRACE", "{";
                RightBrace = 26, "RBRACE", "}";
                EqualEqual = 27, "EQEQUAL", "==";
                NotEqual = 28, "NOTEQUAL", "!=";
                LessEqual = 29, "LESSEQUAL", "<=";
                GreaterEqual = 30, "GREATEREQUAL", ">=";
                Tilde = 31, "TILDE", "~";
                Circumflex = 32, "CIRCUMFLEX", "^";
                LeftShift = 33, "LEFTSHIFT", "<<";
                RightShift = 34, "RIGHTSHIFT", ">>";
                DoubleStar = 35, "DOUBLESTAR", "**";
                PlusEqual = 36, "PLUSEQUAL", "+=";
                MinusEqual = 37, "MINEQUAL", "-=";
                StarEqual = 38, "STAREQUAL", "*=";
                SlashEqual = 39, "SLASHEQUAL", "/=";
                PercentEqual = 40, "PERCENTEQUAL", "%=";
                AmpersandEqual = 41, "AMPEREQUAL", "&=";
                VerticalBarEqual = 42, "VBAREQUAL", "|=";
                CircumflexEqual = 43, "CIRCUMFLEXEQUAL", "^=";
                LeftShiftEqual = 44, "LEFTSHIFTEQUAL", "<<=";
                RightShiftEqual = 45, "RIGHTSHIFTEQUAL", ">>=";
                DoubleStarEqual = 46, "DOUBLESTAREQUAL", "**=";
                DoubleSlash = 47, "DOUBLESLASH", "//";
                DoubleSlashEqual = 48, "DOUBLESLASHEQUAL", "//=";
                At = 49, "AT", "@";
                AtEqual = 50, "ATEQUAL", "@=";
                RightArrow = 51, "RARROW", "->";
                Ellipsis = 52, "ELLIPSIS", "...";
                ColonEqual = 53, "COLONEQUAL", ":=";
                Exclamation = 54, "EXCLAMATION", "!";
                /// A character that begins no token, such as `$` or a question mark.
                Op = 55, "OP", "";
                TypeIgnore = 56, "TYPE_IGNORE", "";
                TypeComment = 57, "TYPE_COMMENT", "";
                FStringStart = 59, "FSTRING_START", "";
                FStringMiddle = 60, "FSTRING_MIDDLE", "";
                FStringEnd = 61, "FSTRING_END", "";
                TStringStart = 62, "TSTRING_START", "";
                TStringMiddle = 63, "TSTRING_MIDDLE", "";
                TStringEnd = 64, "TSTRING_END", "";
                /// Only when [`LexerOptions::extra_tokens`](crate::lexer::LexerOptions) asks for it.
                Comment = 65, "COMMENT", "";
                /// A line end that ends no statement; only with `extra_tokens`.
                NonLogicalNewline = 66, "NL", "";
                /// The tokenizer stopped here; [`Tokens::error`] says why. Always the last token.
                Error = 67, "ERRORTOKEN", "";
            }
            keywords {
                False = 70, "False";
                None = 71, "None";
                True = 72, "True";
                And = 73, "and";
                As = 74, "as";
                Assert = 75, "assert";
                Async = 76, "async";
                Await = 77, "await";
                Break = 78, "break";
                Class = 79, "class";
                Continue = 80, "continue";
                Def = 81, "def";
                Del = 82, "del";
                Elif = 83, "elif";
                Else = 84, "else";
                Except = 85, "except";
                Finally = 86, "finally";
                For = 87, "for";
                From = 88, "from";
                Global = 89, "global";
                If = 90, "if";
                Import = 91, "import";
                In = 92, "in";
                Is = 93, "is";
                Lambda = 94, "lambda";
                Nonlocal = 95, "nonlocal";
                Not = 96, "not";
                Or = 97, "or";
                Pass = 98, "pass";
                Raise = 99, "raise";
                Return = 100, "return";
                Try = 101, "try";
                While = 102, "while";
                With = 103, "with";
                Yield = 104, "yield";
            }
        }
    };
}

macro_rules! define_token_kind {
    (
        tokens { $($(#[$doc:meta])* $Kind:ident = $number:literal, $name:literal, $text:literal;)* }
        keywords { $($Keyword:ident = $keyword_number:literal, $word:literal;)* }
    ) => {
        /// What a token is. Below 70 the numbers are CPython's; keywords follow.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[allow(missing_docs)]
        pub enum TokenKind {
            $($(#[$doc])* $Kind = $number,)*
            $($Keyword = $keyword_number,)*
        }

        impl TokenKind {
            /// The name in CPython's `token` module; `NAME` for keywords.
            pub const fn name(self) -> &'static str {
                match self {
                    $(TokenKind::$Kind => $name,)*
                    _ => "NAME",
                }
            }

            /// The text of an operator or keyword; empty for the other kinds.
            pub const fn text(self) -> &'static str {
                match self {
                    $(TokenKind::$Kind => $text,)*
                    $(TokenKind::$Keyword => $word,)*
                }
            }

            /// The kind with this name in CPython's `token` module.
            pub fn from_name(name: &str) -> Option<TokenKind> {
                match name {
                    $($name => Some(TokenKind::$Kind),)*
                    _ => None,
                }
            }

            /// The operator or keyword with this text.
            pub fn from_text(text: &str) -> Option<TokenKind> {
                const OPERATORS: &[(&str, TokenKind)] = &[$(($text, TokenKind::$Kind)),*];
                let keywords = TokenKind::KEYWORDS.iter().map(|kind| (kind.text(), *kind));
                let mut all = OPERATORS.iter().copied().chain(keywords);
                all.find(|(spelling, _)| !text.is_empty() && *spelling == text).map(|(_, kind)| kind)
            }

            /// The keywords, in the order of `keyword.kwlist`.
            pub const KEYWORDS: &'static [TokenKind] = &[$(TokenKind::$Keyword),*];

            /// The number in CPython's `token` module; that of `NAME` for keywords.
            pub const fn number(self) -> u8 {
                if self.is_keyword() { TokenKind::Name as u8 } else { self as u8 }
            }

            /// Whether this is a (hard) keyword.
            pub const fn is_keyword(self) -> bool {
                self as u8 >= TokenKind::False as u8
            }
        }
    };
}

for_each_token_kind!(define_token_kind);

/// One token.
///
/// `start..end` is the token's text in [`Source::bytes`](crate::source::SourceText::bytes);
/// `location` is what CPython records for it, which differs in a few places:
///
/// - `Indent`, `Dedent`, `EndMarker` and `Error` have the columns -1; their (empty) text lies
///   where CPython's tokenizer had read to (`tok->cur`).
/// - `Newline` has an empty text before the line feed, while its `end_col_offset` lies behind it.
/// - a string part that ends in a doubled brace has one brace in its text and the columns of both.
///
/// `location.end_lineno` is always the tokenizer's line (`tok->lineno`) when it delivered the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// First byte of the text.
    pub start: u32,
    /// Behind the last byte of the text.
    pub end: u32,
    /// Lines and byte columns.
    pub location: Location,
    /// What it is.
    pub kind: TokenKind,
    /// How many parentheses of any kind are open behind this token.
    pub level: u8,
}

/// All tokens of a source.
///
/// The last token is `EndMarker`, or `Error` when the tokenizer found the source wrong. The fast
/// parser and the error pass read the same array, so an error of the parser before the place of
/// the tokenizer's error wins, as it does in CPython, whose parser fetches tokens one by one.
#[derive(Debug, Default)]
pub struct Tokens {
    /// The tokens.
    pub tokens: Vec<Token>,
    /// What the tokenizer warns of, in order, each with the index of the token at which it does.
    pub warnings: Vec<(u32, TokenWarning)>,
    /// Why the last token is `Error`.
    pub error: Option<Box<LexicalError>>,
    /// `# type: ignore` comments: line, and range of the text behind the word. Only when type
    /// comments were asked for.
    pub type_ignores: Vec<TypeIgnoreComment>,
    /// The index of the first token while reading which CPython's tokenizer met the end of the
    /// source (`tok->done == E_EOF`); what decides whether an input is incomplete.
    pub end_of_source_seen_at: u32,
}

/// A warning of the tokenizer, and the column for the error it becomes under a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenWarning {
    /// What it says.
    pub warning: Warning,
    /// Start of the line.
    pub line_start: u32,
    /// How far the tokenizer had read.
    pub cursor: u32,
}

/// A `# type: ignore` comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeIgnoreComment {
    /// Its line.
    pub lineno: i32,
    /// First byte behind the word `ignore`.
    pub start: u32,
    /// End of the comment, behind its line feed if it is alone on its line.
    pub end: u32,
}
