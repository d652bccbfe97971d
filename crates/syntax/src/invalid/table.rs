//! The grammar as a table: what the engine walks.
//!
//! Not a parser of Python, and not the notation (see [`super::notation`]): these are the compiled
//! rules. Groups, repetitions and separated lists have become rules of their own, exactly where
//! CPython's parser generator makes functions of them, so that the nesting the engine counts is the
//! one CPython counts. Answers for `Tools/peg_generator`.

use super::first::{self, First};
use super::notation;
use crate::source::Mode;
use crate::token::TokenKind;
use std::ops::Range;
use std::sync::LazyLock;
use taipan_asdl::diagnostic::ErrorKind;

/// Index of a rule in [`Grammar::rules`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct RuleId(pub u16);

/// All rules.
#[derive(Debug)]
pub(super) struct Grammar {
    pub rules: Vec<Rule>,
    pub alternatives: Vec<Alternative>,
    pub items: Vec<Item>,
    starts: [RuleId; 4],
    /// The loop over the statements of a file, between whose turns nothing is remembered.
    pub top_level: RuleId,
}

/// One rule.
#[derive(Debug)]
pub(super) struct Rule {
    pub kind: RuleKind,
    /// Its alternatives in [`Grammar::alternatives`].
    pub alternatives: Range<u16>,
    /// Whether CPython remembers what the rule matched at a token.
    pub memo: bool,
    /// Whether alternatives for mistakes are off within it (`*_without_invalid`).
    pub without_invalid: bool,
    /// What it can begin with.
    pub first: First,
    /// If it is left-recursive, what can make a match longer.
    pub growth: First,
}

/// How a rule uses its alternatives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RuleKind {
    /// The first that matches.
    Choice,
    /// Its only one, as often as it matches; at least once if `true`.
    Repeat(bool),
    /// Grows a match of the rule named, which begins with this one.
    LeftRecursive(RuleId),
}

/// One alternative of a rule.
#[derive(Debug)]
pub(super) struct Alternative {
    /// Its items in [`Grammar::items`].
    pub items: Range<u16>,
    pub action: Action,
    /// Whether it is a lone `invalid_` rule and so belongs to the error pass.
    pub error_pass_only: bool,
    /// Whether it belongs to a left-recursive rule and begins with a rule that can be it.
    pub grows: bool,
    /// The same, when it can be nothing else.
    pub needs_seed: bool,
    /// What it can begin with.
    pub first: First,
}

/// One item of an alternative.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub symbol: Symbol,
    pub how: How,
}

/// What an item matches.
#[derive(Clone, Copy, Debug)]
pub(super) enum Symbol {
    Token(TokenKind),
    SoftKeyword(&'static str),
    AnySoftKeyword,
    Rule(RuleId),
    /// Commits to the alternative.
    Cut,
}

/// How an item is matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum How {
    Required,
    Optional,
    /// `&`: must match, consumes nothing.
    Ahead,
    /// `!`: must not match, consumes nothing.
    NotAhead,
    /// `&&`: a mismatch is an error at once.
    Forced,
}

/// The place of a value among those that the items of an alternative have matched.
pub(super) type Slot = u8;

/// What an alternative that matched yields.
#[derive(Debug)]
pub(super) struct Action {
    /// The first minor version that has the feature, and what the error for older ones says.
    pub since: Option<(u8, &'static str)>,
    pub result: ActionResult,
}

/// The value of an alternative.
#[derive(Debug)]
pub(super) enum ActionResult {
    /// A value that an item matched.
    Value(Slot),
    /// More than one value and nobody asks for them.
    Dummy,
    /// A node from the first to the last token of the match.
    Node(NodeKind, List, List),
    List(List),
    Raise {
        kind: ErrorKind,
        place: Place,
        message: Message,
    },
    /// An action with code of its own.
    Call {
        function: Function,
        arguments: [Slot; 3],
        word: &'static str,
    },
}

/// A list of values made of matched ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    None,
    /// A value that is a list or nothing, or the single child of a node.
    Value(Slot),
    Single(Slot),
    Front(Slot, Slot),
    Join(Slot, Slot),
}

/// Where an error is reported.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    /// At the last token that was fetched.
    LastToken,
    /// At the next token.
    NextToken,
    Range(Anchor, Anchor),
    /// From a node to where the tokenizer stands.
    From(Anchor),
}

/// A matched value, or a part of it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Anchor {
    Value(Slot),
    First(Slot),
    Last(Slot),
    /// The last iterable or condition of a list of comprehension clauses.
    LastIterable(Slot),
}

/// Words with places to fill.
#[derive(Debug)]
pub(super) struct Message {
    pub parts: Vec<MessagePart>,
}

/// A piece of a message.
#[derive(Debug)]
pub(super) enum MessagePart {
    Words(String),
    /// What kind of expression a value is.
    Kind(Slot),
    /// A token's text.
    Text(Slot),
    /// The line a value begins on.
    Line(Slot),
}

/// Declares an enum whose variants are found by name.
macro_rules! named {
    ($(#[$doc:meta])* $Enum:ident: $($(#[$variant_doc:meta])* $Variant:ident = $name:literal,)*) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum $Enum { $($(#[$variant_doc])* $Variant,)* }

        impl $Enum {
            /// The variant that the notation calls `name`.
            pub fn from_name(name: &str) -> Option<$Enum> {
                match name {
                    $($name => Some($Enum::$Variant),)*
                    _ => None,
                }
            }
        }
    };
}

named! {
    /// What a node is, as far as error messages ask.
    NodeKind:
    Attribute = "Attribute",
    Subscript = "Subscript",
    Starred = "Starred",
    List = "List",
    Tuple = "Tuple",
    Lambda = "Lambda",
    Call = "Call",
    BoolOp = "BoolOp",
    BinOp = "BinOp",
    UnaryOp = "UnaryOp",
    GeneratorExp = "GeneratorExp",
    Yield = "Yield",
    YieldFrom = "YieldFrom",
    Await = "Await",
    ListComp = "ListComp",
    SetComp = "SetComp",
    DictComp = "DictComp",
    Dict = "Dict",
    Set = "Set",
    JoinedStr = "JoinedStr",
    FormattedValue = "FormattedValue",
    TemplateStr = "TemplateStr",
    Interpolation = "Interpolation",
    /// A string literal or several joined.
    StrLiteral = "StrLiteral",
    BytesLiteral = "BytesLiteral",
    Compare = "Compare",
    IfExp = "IfExp",
    NamedExpr = "NamedExpr",
    Slice = "Slice",
    /// An operator and its right operand, when the operator is `in`.
    In = "In",
    /// The same for other operators.
    OtherComparison = "OtherComparison",
    /// Iterable and conditions of one `for` clause.
    Comprehension = "Comprehension",
    /// Positional arguments; keywords and starred arguments behind them.
    Arguments = "Arguments",
    Keyword = "Keyword",
    KeywordUnpacking = "KeywordUnpacking",
    Parameter = "Parameter",
    Pattern = "Pattern",
    /// A list of values.
    ListOfValues = "[]",
    /// Anything whose kind nobody asks for.
    Other = "Other",
    /// What several values without action yield: it stands at the start of the source.
    Dummy = "_",
}

named! {
    /// Actions with code of their own.
    Function:
    Nothing = "nothing",
    FutureImport = "future_import",
    RejectAssignmentTarget = "reject_assignment_target",
    RejectDeletionTarget = "reject_deletion_target",
    RejectLoopTarget = "reject_loop_target",
    DictKeyWithoutColon = "dict_key_without_colon",
    LegacyCall = "legacy_call",
    MissingComma = "missing_comma",
    BoundNotAllowed = "bound_not_allowed",
    OldNotEqual = "old_not_equal",
    NotEqual = "not_equal",
    OnlyOrPattern = "only_or_pattern",
    BareGeneratorArgument = "bare_generator_argument",
    MisplacedPositionalArgument = "misplaced_positional_argument",
    RealNumber = "real_number",
    ImaginaryNumber = "imaginary_number",
    StringLiteral = "string_literal",
    Concatenated = "concatenated",
    JoinedString = "joined_string",
    TemplateString = "template_string",
    FormatText = "format_text",
    Conversion = "conversion",
}

impl Grammar {
    /// The grammar, compiled at first use.
    pub fn get() -> &'static Grammar {
        static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| {
            notation::compile(&[
                include_str!("grammar/statements.peg"),
                include_str!("grammar/patterns.peg"),
                include_str!("grammar/expressions.peg"),
                include_str!("grammar/arguments_and_targets.peg"),
                include_str!("grammar/errors.peg"),
            ])
            .expect("the grammar is checked by a test")
        });
        &GRAMMAR
    }

    pub fn new(
        rules: Vec<Rule>,
        alternatives: Vec<Alternative>,
        items: Vec<Item>,
        starts: [RuleId; 4],
        top_level: RuleId,
    ) -> Grammar {
        let mut grammar = Grammar { rules, alternatives, items, starts, top_level };
        first::compute(&mut grammar);
        grammar
    }

    /// The rule that a whole source of the kind `mode` matches.
    pub fn start(&self, mode: Mode) -> RuleId {
        self.starts[match mode {
            Mode::Exec => 0,
            Mode::Single => 1,
            Mode::Eval => 2,
            Mode::FuncType => 3,
        }]
    }

    pub fn rule(&self, id: RuleId) -> &Rule {
        &self.rules[id.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_grammar_files_are_well_formed() {
        assert!(super::Grammar::get().rules.len() > 300);
    }
}
