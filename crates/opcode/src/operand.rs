//! What operands mean: their kinds and the small tables that they are indices into.

/// What an instruction's operand means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArgKind {
    /// It is not used.
    None,
    /// An index into `co_consts`.
    Const,
    /// An index into `co_names`.
    Name,
    /// An index into the local variables, cells and free variables.
    Local,
    /// Two indices of local variables, four bits each, the higher bits first.
    LocalPair,
    /// An index of a cell or free variable among the local variables.
    Free,
    /// A distance forward, in code units, from the end of the instruction and its cache.
    JumpForward,
    /// A distance backward, in code units, from the end of the instruction and its cache.
    JumpBackward,
    /// A distance backward to the SEND's loop of an `async for`, from the end of the instruction.
    EndAsyncFor,
    /// Inside the compiler: the label or block to jump to.
    Target,
    /// A number of values.
    Count,
    /// The position of a value, 1 for the top.
    StackIndex,
    /// The number itself, as an integer object.
    SmallInt,
    /// A [`BinaryOperator`].
    BinaryOp,
    /// A comparison: see [`Comparison::from_oparg`].
    CompareOp,
    /// 1 for `is not`.
    IsOp,
    /// 1 for `not in`.
    ContainsOp,
    /// An index into `co_names` times 2, plus 1 for a method call.
    LoadAttr,
    /// An index into `co_names` times 2, plus 1 for a call.
    LoadGlobal,
    /// An index into `co_names` times 4, plus 1 for a method call, plus 2 for `super` with arguments.
    LoadSuperAttr,
    /// An [`Intrinsic1`].
    Intrinsic1,
    /// An [`Intrinsic2`].
    Intrinsic2,
    /// A [`CommonConstant`].
    CommonConstant,
    /// A [`SpecialMethod`].
    Special,
    /// A [`FunctionAttribute`].
    FunctionAttribute,
    /// A [`ConvertValue`].
    ConvertValue,
    /// A conversion times 4, plus 1 with a format specification (plus 2 is always there).
    Interpolation,
    /// What GET_AWAITABLE's value comes from: 1 `__aenter__`, 2 `__aexit__`, 0 anything else.
    Awaitable,
    /// The number of targets before the star, and 256 times the number after it.
    UnpackEx,
    /// How many values below the exception belong to it; the deepest of them is the offset of the
    /// raising instruction.
    Reraise,
    /// 1 inside `yield from` or `await`.
    Yield,
    /// A [`ResumeLocation`], plus [`RESUME_OPARG_DEPTH1_MASK`] when no handler surrounds it.
    Resume,
    /// Higher bits of the next instruction's operand.
    ExtendedArg,
    /// An index into the function's pieces of compiled code.
    Executor,
}

macro_rules! operand_table {
    (
        $(#[$attribute:meta])*
        $table:ident: $($variant:ident = $number:literal $name:literal;)*
    ) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum $table {
            $(#[doc = concat!("`", $name, "`")] $variant = $number,)*
        }

        impl $table {
            /// All, in the order of their numbers.
            pub const ALL: &[$table] = &[$($table::$variant),*];

            /// The one of this number, if there is one.
            pub const fn from_oparg(oparg: u32) -> Option<$table> {
                match oparg {
                    $($number => Some($table::$variant),)*
                    _ => None,
                }
            }

            /// Its name, as CPython prints it.
            pub const fn name(self) -> &'static str {
                match self {
                    $($table::$variant => $name,)*
                }
            }
        }
    };
}

operand_table! {
    /// The operand of CALL_INTRINSIC_1.
    Intrinsic1:
    Invalid = 0 "INTRINSIC_1_INVALID";
    Print = 1 "INTRINSIC_PRINT";
    ImportStar = 2 "INTRINSIC_IMPORT_STAR";
    StopIterationError = 3 "INTRINSIC_STOPITERATION_ERROR";
    AsyncGenWrap = 4 "INTRINSIC_ASYNC_GEN_WRAP";
    UnaryPositive = 5 "INTRINSIC_UNARY_POSITIVE";
    ListToTuple = 6 "INTRINSIC_LIST_TO_TUPLE";
    TypeVar = 7 "INTRINSIC_TYPEVAR";
    ParamSpec = 8 "INTRINSIC_PARAMSPEC";
    TypeVarTuple = 9 "INTRINSIC_TYPEVARTUPLE";
    SubscriptGeneric = 10 "INTRINSIC_SUBSCRIPT_GENERIC";
    TypeAlias = 11 "INTRINSIC_TYPEALIAS";
}

operand_table! {
    /// The operand of CALL_INTRINSIC_2.
    Intrinsic2:
    Invalid = 0 "INTRINSIC_2_INVALID";
    PrepReraiseStar = 1 "INTRINSIC_PREP_RERAISE_STAR";
    TypeVarWithBound = 2 "INTRINSIC_TYPEVAR_WITH_BOUND";
    TypeVarWithConstraints = 3 "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS";
    SetFunctionTypeParams = 4 "INTRINSIC_SET_FUNCTION_TYPE_PARAMS";
    SetTypeParamDefault = 5 "INTRINSIC_SET_TYPEPARAM_DEFAULT";
}

operand_table! {
    /// The operand of BINARY_OP. The name is the operator's symbol.
    BinaryOperator:
    Add = 0 "+";
    And = 1 "&";
    FloorDivide = 2 "//";
    Lshift = 3 "<<";
    MatrixMultiply = 4 "@";
    Multiply = 5 "*";
    Remainder = 6 "%";
    Or = 7 "|";
    Power = 8 "**";
    Rshift = 9 ">>";
    Subtract = 10 "-";
    TrueDivide = 11 "/";
    Xor = 12 "^";
    InplaceAdd = 13 "+=";
    InplaceAnd = 14 "&=";
    InplaceFloorDivide = 15 "//=";
    InplaceLshift = 16 "<<=";
    InplaceMatrixMultiply = 17 "@=";
    InplaceMultiply = 18 "*=";
    InplaceRemainder = 19 "%=";
    InplaceOr = 20 "|=";
    InplacePower = 21 "**=";
    InplaceRshift = 22 ">>=";
    InplaceSubtract = 23 "-=";
    InplaceTrueDivide = 24 "/=";
    InplaceXor = 25 "^=";
    Subscr = 26 "[]";
}

impl BinaryOperator {
    /// CPython's name of the number.
    pub const fn constant_name(self) -> &'static str {
        const NAMES: [&str; 27] = [
            "NB_ADD",
            "NB_AND",
            "NB_FLOOR_DIVIDE",
            "NB_LSHIFT",
            "NB_MATRIX_MULTIPLY",
            "NB_MULTIPLY",
            "NB_REMAINDER",
            "NB_OR",
            "NB_POWER",
            "NB_RSHIFT",
            "NB_SUBTRACT",
            "NB_TRUE_DIVIDE",
            "NB_XOR",
            "NB_INPLACE_ADD",
            "NB_INPLACE_AND",
            "NB_INPLACE_FLOOR_DIVIDE",
            "NB_INPLACE_LSHIFT",
            "NB_INPLACE_MATRIX_MULTIPLY",
            "NB_INPLACE_MULTIPLY",
            "NB_INPLACE_REMAINDER",
            "NB_INPLACE_OR",
            "NB_INPLACE_POWER",
            "NB_INPLACE_RSHIFT",
            "NB_INPLACE_SUBTRACT",
            "NB_INPLACE_TRUE_DIVIDE",
            "NB_INPLACE_XOR",
            "NB_SUBSCR",
        ];
        NAMES[self as usize]
    }
}

operand_table! {
    /// A rich comparison, numbered as `Py_LT` and its siblings.
    Comparison:
    Lt = 0 "<";
    Le = 1 "<=";
    Eq = 2 "==";
    Ne = 3 "!=";
    Gt = 4 ">";
    Ge = 5 ">=";
}

impl Comparison {
    /// Set in COMPARE_OP's operand when the result has to be a bool.
    pub const BOOL_FLAG: u32 = 16;

    /// The bits of COMPARE_OP's operand that say for which outcomes the result is true.
    ///
    /// 1 unordered, 2 less, 4 greater, 8 equal: a comparison of two ints or floats is one `and`.
    pub const fn mask(self) -> u32 {
        match self {
            Comparison::Lt => 2,
            Comparison::Le => 2 | 8,
            Comparison::Eq => 8,
            Comparison::Ne => 1 | 2 | 4,
            Comparison::Gt => 4,
            Comparison::Ge => 4 | 8,
        }
    }

    /// COMPARE_OP's operand for this comparison, without [`Comparison::BOOL_FLAG`].
    pub const fn to_oparg(self) -> u32 {
        (self as u32) << 5 | self.mask()
    }
}

operand_table! {
    /// The operand of LOAD_COMMON_CONSTANT. The name is the builtin's.
    CommonConstant:
    AssertionError = 0 "AssertionError";
    NotImplementedError = 1 "NotImplementedError";
    BuiltinTuple = 2 "tuple";
    BuiltinAll = 3 "all";
    BuiltinAny = 4 "any";
}

operand_table! {
    /// The operand of LOAD_SPECIAL. The name is the method's.
    SpecialMethod:
    Enter = 0 "__enter__";
    Exit = 1 "__exit__";
    AsyncEnter = 2 "__aenter__";
    AsyncExit = 3 "__aexit__";
}

operand_table! {
    /// The operand of SET_FUNCTION_ATTRIBUTE. The name is what `dis` prints.
    FunctionAttribute:
    Defaults = 1 "defaults";
    KwDefaults = 2 "kwdefaults";
    Annotations = 4 "annotations";
    Closure = 8 "closure";
    Annotate = 16 "annotate";
}

operand_table! {
    /// The operand of CONVERT_VALUE. The name is the function's.
    ConvertValue:
    None = 0 "";
    Str = 1 "str";
    Repr = 2 "repr";
    Ascii = 3 "ascii";
}

operand_table! {
    /// The place that a RESUME stands at.
    ResumeLocation:
    FunctionStart = 0 "RESUME_AT_FUNC_START";
    AfterYield = 1 "RESUME_AFTER_YIELD";
    AfterYieldFrom = 2 "RESUME_AFTER_YIELD_FROM";
    AfterAwait = 3 "RESUME_AFTER_AWAIT";
}

/// The bits of RESUME's operand that hold a [`ResumeLocation`].
pub const RESUME_OPARG_LOCATION_MASK: u32 = 3;

/// The bit of RESUME's operand that is set when the handler depth is one: only the generator's
/// own handler of StopIteration surrounds the place.
pub const RESUME_OPARG_DEPTH1_MASK: u32 = 4;
