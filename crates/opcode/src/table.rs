//! The table of instructions of CPython 3.14.

/// Hands the table of instructions to the macro `$callback`.
///
/// A row of `base` reads
///
/// ```text
/// Variant = number "CPYTHON_NAME" (argument kind) [inputs => outputs] {cache/units, …} {flags} "doc";
/// ```
///
/// Stack items are named from the bottom to the top; `name*(count)` is an array whose length
/// depends on the operand. A row of `specialized` takes all but its flags from the row that it
/// names after `of`; one of `instrumented` names the instruction that it stands for, if it stands
/// for one; one of `pseudo` names after `as` what it becomes: one of several for a jump, the
/// sequence for the conditional ones.
///
/// The identifier that stands for the operand in counts comes first, in parentheses, since a
/// callback could not name it otherwise.
#[macro_export]
macro_rules! for_each_opcode {
    ($callback:path) => {
        $callback! {
            (oparg)
            base {
                Cache = 0 "CACHE" (None) [=>] {} {}
                    "Room for an instruction's inline cache; never executed.";
                BinarySlice = 1 "BINARY_SLICE" (None) [container, start, stop => res] {}
                    {Error Escapes} "`container[start:stop]`.";
                BuildTemplate = 2 "BUILD_TEMPLATE" (None) [strings, interpolations => template] {}
                    {Error Escapes} "Makes a template string from its two tuples.";
                CallFunctionEx = 4 "CALL_FUNCTION_EX" (None)
                    [callable, self_or_null, args, kwargs_or_null => res] {}
                    {EvalBreak Error ErrorNoPop Escapes} "`callable(*args, **kwargs)`.";
                CheckEgMatch = 5 "CHECK_EG_MATCH" (None) [exc, match_type => rest, matched] {}
                    {Error Escapes} "Splits an exception group for `except*`.";
                CheckExcMatch = 6 "CHECK_EXC_MATCH" (None) [left, right => left, matches] {}
                    {Error ErrorNoPop Escapes}
                    "Does the exception match the type of an `except` clause?";
                CleanupThrow = 7 "CLEANUP_THROW" (None) [sub_iter, last_sent, exc => none, value] {}
                    {Error ErrorNoPop Escapes}
                    "Ends a `yield from` into which an exception was thrown: StopIteration becomes its value.";
                DeleteSubscr = 8 "DELETE_SUBSCR" (None) [container, sub =>] {} {Error Escapes}
                    "`del container[sub]`.";
                EndFor = 9 "END_FOR" (None) [value =>] {} {Escapes NoSaveIp}
                    "Pops the value that an exhausted iterator left behind.";
                EndSend = 10 "END_SEND" (None) [receiver, value => value] {} {Escapes Pure}
                    "Drops the iterator of a finished `yield from`.";
                ExitInitCheck = 11 "EXIT_INIT_CHECK" (None) [should_be_none =>] {}
                    {Error ErrorNoPop Escapes} "Checks that `__init__` returned None.";
                FormatSimple = 12 "FORMAT_SIMPLE" (None) [value => res] {} {Error Escapes}
                    "`format(value)` with an empty specification.";
                FormatWithSpec = 13 "FORMAT_WITH_SPEC" (None) [value, fmt_spec => res] {}
                    {Error Escapes} "`format(value, fmt_spec)`.";
                GetAiter = 14 "GET_AITER" (None) [obj => iter] {} {Error Escapes} "`aiter(obj)`.";
                GetAnext = 15 "GET_ANEXT" (None) [aiter => aiter, awaitable] {}
                    {Error ErrorNoPop Escapes}
                    "The awaitable of the next item of an asynchronous iterator.";
                GetIter = 16 "GET_ITER" (None) [iterable => iter] {} {Error Escapes}
                    "`iter(iterable)`.";
                Reserved = 17 "RESERVED" (None) [=>] {} {} "A number kept free; never executed.";
                GetLen = 18 "GET_LEN" (None) [obj => obj, len] {} {Error Escapes}
                    "Pushes `len(obj)`, for patterns.";
                GetYieldFromIter = 19 "GET_YIELD_FROM_ITER" (None) [iterable => iter] {}
                    {Error ErrorNoPop Escapes}
                    "The iterator for `yield from`: a generator or coroutine is its own.";
                InterpreterExit = 20 "INTERPRETER_EXIT" (None) [retval =>] {} {Escapes}
                    "Leaves the interpreter loop for native code.";
                LoadBuildClass = 21 "LOAD_BUILD_CLASS" (None) [=> bc] {} {Error Escapes}
                    "Pushes `__build_class__`.";
                LoadLocals = 22 "LOAD_LOCALS" (None) [=> locals] {} {Error Escapes}
                    "Pushes the dictionary of local names.";
                MakeFunction = 23 "MAKE_FUNCTION" (None) [codeobj => func] {} {Error Escapes}
                    "Makes a function from a code object.";
                MatchKeys = 24 "MATCH_KEYS" (None) [subject, keys => subject, keys, values_or_none]
                    {} {Error Escapes} "Looks up all keys of a mapping pattern.";
                MatchMapping = 25 "MATCH_MAPPING" (None) [subject => subject, res] {} {}
                    "Is the subject a mapping?";
                MatchSequence = 26 "MATCH_SEQUENCE" (None) [subject => subject, res] {} {}
                    "Is the subject a sequence?";
                Nop = 27 "NOP" (None) [=>] {} {Pure} "Does nothing.";
                NotTaken = 28 "NOT_TAKEN" (None) [=>] {} {Pure}
                    "Marks the path where a conditional jump was not taken, for monitoring.";
                PopExcept = 29 "POP_EXCEPT" (None) [exc_value =>] {} {Escapes}
                    "Restores the exception that was being handled before.";
                PopIter = 30 "POP_ITER" (None) [iter =>] {} {Escapes Pure}
                    "Pops an exhausted iterator.";
                PopTop = 31 "POP_TOP" (None) [value =>] {} {Escapes Pure} "Pops the top.";
                PushExcInfo = 32 "PUSH_EXC_INFO" (None) [exc => prev_exc, exc] {} {}
                    "Makes the exception the one being handled.";
                PushNull = 33 "PUSH_NULL" (None) [=> null] {} {Pure}
                    "Pushes the absent `self` of a call.";
                ReturnGenerator = 34 "RETURN_GENERATOR" (None) [=> gen] {} {Error Escapes}
                    "Makes a generator from the current frame and returns it.";
                ReturnValue = 35 "RETURN_VALUE" (None) [retval => value] {} {Escapes}
                    "Returns to the caller.";
                SetupAnnotations = 36 "SETUP_ANNOTATIONS" (None) [=>] {} {Error Escapes}
                    "Makes sure that `__annotations__` exists among the locals.";
                StoreSlice = 37 "STORE_SLICE" (None) [value, container, start, stop =>] {}
                    {Error Escapes} "`container[start:stop] = value`.";
                StoreSubscr = 38 "STORE_SUBSCR" (None) [value, container, sub =>] {counter/1}
                    {Error Escapes} "`container[sub] = value`.";
                ToBool = 39 "TO_BOOL" (None) [value => res] {counter/1, version/2} {Error Escapes}
                    "`bool(value)`.";
                UnaryInvert = 40 "UNARY_INVERT" (None) [value => res] {} {Error Escapes}
                    "`~value`.";
                UnaryNegative = 41 "UNARY_NEGATIVE" (None) [value => res] {} {Error Escapes}
                    "`-value`.";
                UnaryNot = 42 "UNARY_NOT" (None) [value => res] {} {Pure} "`not value`, of a bool.";
                WithExceptStart = 43 "WITH_EXCEPT_START" (None)
                    [exit_func, exit_self_or_null, lasti, prev_exc, exc => exit_func, exit_self_or_null, lasti, prev_exc, exc, res]
                    {} {Error Escapes} "Calls `__exit__` with the exception.";
                BinaryOp = 44 "BINARY_OP" (BinaryOp) [lhs, rhs => res] {counter/1, descr/4}
                    {Arg Error ErrorNoPop Escapes} "A binary or in-place operator, or a subscript.";
                BuildInterpolation = 45 "BUILD_INTERPOLATION" (Interpolation)
                    [value, string, format*(oparg & 1) => interpolation] {} {Arg Error Escapes}
                    "Makes one interpolation of a template string.";
                BuildList = 46 "BUILD_LIST" (Count) [values*(oparg) => list] {}
                    {Arg Error ErrorNoPop Escapes} "Makes a list of the topmost values.";
                BuildMap = 47 "BUILD_MAP" (Count) [values*(oparg * 2) => map] {} {Arg Error Escapes}
                    "Makes a dictionary of the topmost key and value pairs.";
                BuildSet = 48 "BUILD_SET" (Count) [values*(oparg) => set] {} {Arg Error Escapes}
                    "Makes a set of the topmost values.";
                BuildSlice = 49 "BUILD_SLICE" (Count) [args*(oparg) => slice] {} {Arg Error}
                    "Makes a slice of two or three values.";
                BuildString = 50 "BUILD_STRING" (Count) [pieces*(oparg) => string] {} {Arg Error}
                    "Joins the topmost strings.";
                BuildTuple = 51 "BUILD_TUPLE" (Count) [values*(oparg) => tup] {}
                    {Arg Error ErrorNoPop} "Makes a tuple of the topmost values.";
                Call = 52 "CALL" (Count) [callable, self_or_null, args*(oparg) => res]
                    {counter/1, func_version/2} {Arg EvalBreak Error ErrorNoPop Escapes}
                    "Calls with positional arguments.";
                CallIntrinsic1 = 53 "CALL_INTRINSIC_1" (Intrinsic1) [value => res] {}
                    {Arg Error Escapes} "Calls an interpreter function of one argument.";
                CallIntrinsic2 = 54 "CALL_INTRINSIC_2" (Intrinsic2) [value2, value1 => res] {}
                    {Arg Error Escapes} "Calls an interpreter function of two arguments.";
                CallKw = 55 "CALL_KW" (Count) [callable, self_or_null, args*(oparg), kwnames => res]
                    {counter/1, func_version/2} {Arg Error ErrorNoPop Escapes}
                    "Calls with positional and keyword arguments.";
                CompareOp = 56 "COMPARE_OP" (CompareOp) [left, right => res] {counter/1}
                    {Arg Error Escapes} "A rich comparison, made a bool if the operand says so.";
                ContainsOp = 57 "CONTAINS_OP" (ContainsOp) [left, right => b] {counter/1}
                    {Arg Error Escapes} "`left in right` or `left not in right`.";
                ConvertValue = 58 "CONVERT_VALUE" (ConvertValue) [value => result] {}
                    {Arg Error Escapes}
                    "`str`, `repr` or `ascii` of a value, for `!s`, `!r` and `!a`.";
                Copy = 59 "COPY" (StackIndex)
                    [bottom, unused*(oparg - 1) => bottom, unused*(oparg - 1), top] {} {Arg Pure}
                    "Pushes a copy of the n-th value from the top.";
                CopyFreeVars = 60 "COPY_FREE_VARS" (Count) [=>] {} {Arg}
                    "Copies the function's closure into the frame.";
                DeleteAttr = 61 "DELETE_ATTR" (Name) [owner =>] {} {Arg Name Error Escapes}
                    "`del owner.name`.";
                DeleteDeref = 62 "DELETE_DEREF" (Free) [=>] {} {Arg Free Error ErrorNoPop Escapes}
                    "Empties a cell.";
                DeleteFast = 63 "DELETE_FAST" (Local) [=>] {} {Arg Local Error Escapes}
                    "Deletes a local variable.";
                DeleteGlobal = 64 "DELETE_GLOBAL" (Name) [=>] {} {Arg Name Error ErrorNoPop Escapes}
                    "Deletes a global name.";
                DeleteName = 65 "DELETE_NAME" (Name) [=>] {} {Arg Name Error ErrorNoPop Escapes}
                    "Deletes a name from the local dictionary.";
                DictMerge = 66 "DICT_MERGE" (StackIndex)
                    [callable, self_or_null, callargs, dict, unused*(oparg - 1), update => callable, self_or_null, callargs, dict, unused*(oparg - 1)]
                    {} {Arg Error Escapes}
                    "Merges `**update` into a call's keyword arguments; a repeated key is an error.";
                DictUpdate = 67 "DICT_UPDATE" (StackIndex)
                    [dict, unused*(oparg - 1), update => dict, unused*(oparg - 1)] {}
                    {Arg Error Escapes} "`dict.update(update)`.";
                EndAsyncFor = 68 "END_ASYNC_FOR" (EndAsyncFor) [awaitable, exc =>] {}
                    {Arg Jump Error ErrorNoPop Escapes}
                    "Ends an `async for` on StopAsyncIteration, raises anything else again.";
                ExtendedArg = 69 "EXTENDED_ARG" (ExtendedArg) [=>] {} {Arg}
                    "Supplies the next instruction's operand with higher bits.";
                ForIter = 70 "FOR_ITER" (JumpForward) [iter => iter, next] {counter/1}
                    {Arg Jump Error ErrorNoPop Escapes}
                    "Pushes the next item or jumps to the loop's end.";
                GetAwaitable = 71 "GET_AWAITABLE" (Awaitable) [iterable => iter] {}
                    {Arg Error Escapes} "The iterator behind `await`.";
                ImportFrom = 72 "IMPORT_FROM" (Name) [module => module, res] {}
                    {Arg Name Error Escapes} "Pushes an attribute or a submodule of a module.";
                ImportName = 73 "IMPORT_NAME" (Name) [level, fromlist => res] {}
                    {Arg Name Error Escapes} "Imports a module.";
                IsOp = 74 "IS_OP" (IsOp) [left, right => b] {} {Arg}
                    "`left is right` or `left is not right`.";
                JumpBackward = 75 "JUMP_BACKWARD" (JumpBackward) [=>] {counter/1}
                    {Arg Jump EvalBreak Error Escapes} "Jumps backward; a safepoint.";
                JumpBackwardNoInterrupt = 76 "JUMP_BACKWARD_NO_INTERRUPT" (JumpBackward) [=>] {}
                    {Arg Jump} "Jumps backward without a safepoint.";
                JumpForward = 77 "JUMP_FORWARD" (JumpForward) [=>] {} {Arg Jump} "Jumps forward.";
                ListAppend = 78 "LIST_APPEND" (StackIndex)
                    [list, unused*(oparg - 1), v => list, unused*(oparg - 1)] {} {Arg Error}
                    "Appends to a list below the top, for comprehensions.";
                ListExtend = 79 "LIST_EXTEND" (StackIndex)
                    [list, unused*(oparg - 1), iterable => list, unused*(oparg - 1)] {}
                    {Arg Error Escapes} "`list.extend(iterable)`.";
                LoadAttr = 80 "LOAD_ATTR" (LoadAttr) [owner => attr, self_or_null*(oparg & 1)]
                    {counter/1, version/2, keys_version/2, descr/4} {Arg Name Error Escapes}
                    "`owner.name`, or a method and its `self` for a call.";
                LoadCommonConstant = 81 "LOAD_COMMON_CONSTANT" (CommonConstant) [=> value] {} {Arg}
                    "Pushes a builtin that the compiler relies on.";
                LoadConst = 82 "LOAD_CONST" (Const) [=> value] {} {Arg Const} "Pushes a constant.";
                LoadDeref = 83 "LOAD_DEREF" (Free) [=> value] {} {Arg Local Error Escapes}
                    "Pushes a cell's content.";
                LoadFast = 84 "LOAD_FAST" (Local) [=> value] {} {Arg Local Pure}
                    "Pushes a local variable that is known to be set.";
                LoadFastAndClear = 85 "LOAD_FAST_AND_CLEAR" (Local) [=> value] {} {Arg Local}
                    "Pushes a local variable, set or not, and unsets it.";
                LoadFastBorrow = 86 "LOAD_FAST_BORROW" (Local) [=> value] {} {Arg Local Pure}
                    "Pushes a local variable without counting the reference.";
                LoadFastBorrowLoadFastBorrow = 87 "LOAD_FAST_BORROW_LOAD_FAST_BORROW" (LocalPair)
                    [=> value1, value2] {} {Arg Local} "Two LOAD_FAST_BORROW.";
                LoadFastCheck = 88 "LOAD_FAST_CHECK" (Local) [=> value] {} {Arg Local Error Escapes}
                    "Pushes a local variable; UnboundLocalError when it is not set.";
                LoadFastLoadFast = 89 "LOAD_FAST_LOAD_FAST" (LocalPair) [=> value1, value2] {}
                    {Arg Local} "Two LOAD_FAST.";
                LoadFromDictOrDeref = 90 "LOAD_FROM_DICT_OR_DEREF" (Free) [class_dict => value] {}
                    {Arg Free Error ErrorNoPop Escapes}
                    "Looks a name up in a class's dictionary, then in a cell.";
                LoadFromDictOrGlobals = 91 "LOAD_FROM_DICT_OR_GLOBALS" (Name)
                    [mod_or_class_dict => v] {} {Arg Name Error ErrorNoPop Escapes}
                    "Looks a name up in a dictionary, then in globals and builtins.";
                LoadGlobal = 92 "LOAD_GLOBAL" (LoadGlobal) [=> res, null*(oparg & 1)]
                    {counter/1, index/1, module_keys_version/1, builtin_keys_version/1}
                    {Arg Name Error Escapes}
                    "Pushes a global or builtin, with the absent `self` of a call when asked.";
                LoadName = 93 "LOAD_NAME" (Name) [=> v] {} {Arg Name Error Escapes}
                    "Looks a name up in locals, globals and builtins.";
                LoadSmallInt = 94 "LOAD_SMALL_INT" (SmallInt) [=> value] {} {Arg}
                    "Pushes an integer from 0 to 255.";
                LoadSpecial = 95 "LOAD_SPECIAL" (Special) [owner => attr, self_or_null] {}
                    {Arg Error ErrorNoPop Escapes} "Looks a special method up on the type.";
                LoadSuperAttr = 96 "LOAD_SUPER_ATTR" (LoadSuperAttr)
                    [global_super, cls, instance => attr, self_or_null*(oparg & 1)] {counter/1}
                    {Arg Name Error Escapes} "`super(class, self).name`.";
                MakeCell = 97 "MAKE_CELL" (Local) [=>] {} {Arg Free Error ErrorNoPop Escapes}
                    "Makes a variable's slot a cell.";
                MapAdd = 98 "MAP_ADD" (StackIndex)
                    [dict, unused*(oparg - 1), key, value => dict, unused*(oparg - 1)] {}
                    {Arg Error Escapes}
                    "Sets a key of a dictionary below the top, for comprehensions.";
                MatchClass = 99 "MATCH_CLASS" (Count) [subject, cls, names => attrs] {}
                    {Arg Error Escapes} "Gathers the attributes for a class pattern.";
                PopJumpIfFalse = 100 "POP_JUMP_IF_FALSE" (JumpForward) [cond =>] {counter/1}
                    {Arg Jump} "Jumps if the popped bool is False.";
                PopJumpIfNone = 101 "POP_JUMP_IF_NONE" (JumpForward) [value =>] {counter/1}
                    {Arg Jump} "Jumps if the popped value is None.";
                PopJumpIfNotNone = 102 "POP_JUMP_IF_NOT_NONE" (JumpForward) [value =>] {counter/1}
                    {Arg Jump} "Jumps if the popped value is not None.";
                PopJumpIfTrue = 103 "POP_JUMP_IF_TRUE" (JumpForward) [cond =>] {counter/1}
                    {Arg Jump} "Jumps if the popped bool is True.";
                RaiseVarargs = 104 "RAISE_VARARGS" (Count) [args*(oparg) =>] {}
                    {Arg Error ErrorNoPop Escapes}
                    "`raise`, `raise exc` or `raise exc from cause`.";
                Reraise = 105 "RERAISE" (Reraise) [values*(oparg), exc => values*(oparg)] {}
                    {Arg Error ErrorNoPop Escapes}
                    "Raises the exception again, at the saved offset if there is one.";
                Send = 106 "SEND" (JumpForward) [receiver, v => receiver, retval] {counter/1}
                    {Arg Jump Error Escapes}
                    "Sends a value into an iterator; jumps when it is finished.";
                SetAdd = 107 "SET_ADD" (StackIndex)
                    [set, unused*(oparg - 1), v => set, unused*(oparg - 1)] {} {Arg Error Escapes}
                    "Adds to a set below the top, for comprehensions.";
                SetFunctionAttribute = 108 "SET_FUNCTION_ATTRIBUTE" (FunctionAttribute)
                    [attr, func => func] {} {Arg Error Escapes}
                    "Sets defaults, annotations or closure of a new function.";
                SetUpdate = 109 "SET_UPDATE" (StackIndex)
                    [set, unused*(oparg - 1), iterable => set, unused*(oparg - 1)] {}
                    {Arg Error Escapes} "`set.update(iterable)`.";
                StoreAttr = 110 "STORE_ATTR" (Name) [v, owner =>] {counter/1, version/2, index/1}
                    {Arg Name Error Escapes} "`owner.name = v`.";
                StoreDeref = 111 "STORE_DEREF" (Free) [v =>] {} {Arg Free Escapes}
                    "Stores into a cell.";
                StoreFast = 112 "STORE_FAST" (Local) [value =>] {} {Arg Local Escapes}
                    "Stores into a local variable.";
                StoreFastLoadFast = 113 "STORE_FAST_LOAD_FAST" (LocalPair) [value1 => value2] {}
                    {Arg Local Escapes} "STORE_FAST, then LOAD_FAST.";
                StoreFastStoreFast = 114 "STORE_FAST_STORE_FAST" (LocalPair) [value2, value1 =>] {}
                    {Arg Local Escapes} "Two STORE_FAST.";
                StoreGlobal = 115 "STORE_GLOBAL" (Name) [v =>] {} {Arg Name Error Escapes}
                    "Stores a global name.";
                StoreName = 116 "STORE_NAME" (Name) [v =>] {} {Arg Name Error Escapes}
                    "Stores into the local dictionary.";
                Swap = 117 "SWAP" (StackIndex)
                    [bottom, unused*(oparg - 2), top => top, unused*(oparg - 2), bottom] {}
                    {Arg Pure} "Exchanges the top with the n-th value from the top.";
                UnpackEx = 118 "UNPACK_EX" (UnpackEx)
                    [seq => left*(oparg & 255), rest, right*(oparg >> 8)] {} {Arg Error Escapes}
                    "Unpacks around a starred target.";
                UnpackSequence = 119 "UNPACK_SEQUENCE" (Count) [seq => values*(oparg)] {counter/1}
                    {Arg Error Escapes} "Unpacks into exactly that many values.";
                YieldValue = 120 "YIELD_VALUE" (Yield) [retval => value] {} {Arg Escapes}
                    "Yields to the caller.";
                Resume = 128 "RESUME" (Resume) [=>] {} {Arg EvalBreak Error ErrorNoPop Escapes}
                    "Where a frame starts or goes on; a safepoint.";
            }
            specialized {
                BinaryOpInplaceAddUnicode = 3 "BINARY_OP_INPLACE_ADD_UNICODE" of BinaryOp
                    {Local Deopt Exit Error Escapes}
                    "local += str, in place when nobody else refers to it.";
                BinaryOpAddFloat = 129 "BINARY_OP_ADD_FLOAT" of BinaryOp {Exit Error}
                    "float + float.";
                BinaryOpAddInt = 130 "BINARY_OP_ADD_INT" of BinaryOp {Exit Error Escapes}
                    "int + int.";
                BinaryOpAddUnicode = 131 "BINARY_OP_ADD_UNICODE" of BinaryOp {Exit Error}
                    "str + str.";
                BinaryOpExtend = 132 "BINARY_OP_EXTEND" of BinaryOp {Deopt Error Escapes}
                    "An operator on two types that a table of pairs knows.";
                BinaryOpMultiplyFloat = 133 "BINARY_OP_MULTIPLY_FLOAT" of BinaryOp {Exit Error}
                    "float * float.";
                BinaryOpMultiplyInt = 134 "BINARY_OP_MULTIPLY_INT" of BinaryOp {Exit Error Escapes}
                    "int * int.";
                BinaryOpSubscrDict = 135 "BINARY_OP_SUBSCR_DICT" of BinaryOp {Exit Error Escapes}
                    "dict[key].";
                BinaryOpSubscrGetitem = 136 "BINARY_OP_SUBSCR_GETITEM" of BinaryOp {Deopt}
                    "A subscript that calls a `__getitem__` written in Python.";
                BinaryOpSubscrListInt = 137 "BINARY_OP_SUBSCR_LIST_INT" of BinaryOp
                    {Deopt Exit Escapes} "list[int].";
                BinaryOpSubscrListSlice = 138 "BINARY_OP_SUBSCR_LIST_SLICE" of BinaryOp
                    {Exit Error Escapes} "list[slice].";
                BinaryOpSubscrStrInt = 139 "BINARY_OP_SUBSCR_STR_INT" of BinaryOp
                    {Deopt Exit Escapes} "str[int].";
                BinaryOpSubscrTupleInt = 140 "BINARY_OP_SUBSCR_TUPLE_INT" of BinaryOp {Deopt Exit}
                    "tuple[int].";
                BinaryOpSubtractFloat = 141 "BINARY_OP_SUBTRACT_FLOAT" of BinaryOp {Exit Error}
                    "float - float.";
                BinaryOpSubtractInt = 142 "BINARY_OP_SUBTRACT_INT" of BinaryOp {Exit Error Escapes}
                    "int - int.";
                CallAllocAndEnterInit = 143 "CALL_ALLOC_AND_ENTER_INIT" of Call
                    {Arg Deopt Error ErrorNoPop Escapes}
                    "A class whose `__init__` is written in Python.";
                CallBoundMethodExactArgs = 144 "CALL_BOUND_METHOD_EXACT_ARGS" of Call
                    {Arg Deopt Exit Escapes}
                    "A bound method of a Python function that takes just these arguments.";
                CallBoundMethodGeneral = 145 "CALL_BOUND_METHOD_GENERAL" of Call
                    {Arg Deopt Exit Error ErrorNoPop Escapes}
                    "A bound method of any Python function.";
                CallBuiltinClass = 146 "CALL_BUILTIN_CLASS" of Call
                    {Arg EvalBreak Deopt Error Escapes} "A builtin class with a vectorcall.";
                CallBuiltinFast = 147 "CALL_BUILTIN_FAST" of Call
                    {Arg EvalBreak Deopt Error Escapes}
                    "A builtin function with positional arguments.";
                CallBuiltinFastWithKeywords = 148 "CALL_BUILTIN_FAST_WITH_KEYWORDS" of Call
                    {Arg EvalBreak Deopt Error Escapes}
                    "A builtin function that could take keywords.";
                CallBuiltinO = 149 "CALL_BUILTIN_O" of Call {Arg EvalBreak Exit Error Escapes}
                    "A builtin function of one argument.";
                CallIsinstance = 150 "CALL_ISINSTANCE" of Call {Arg Deopt Error ErrorNoPop Escapes}
                    "isinstance(object, class).";
                CallKwBoundMethod = 151 "CALL_KW_BOUND_METHOD" of CallKw
                    {Arg Deopt Exit Error Escapes} "Keywords, a bound method of a Python function.";
                CallKwNonPy = 152 "CALL_KW_NON_PY" of CallKw {Arg EvalBreak Exit Error Escapes}
                    "Keywords, anything but a Python function.";
                CallKwPy = 153 "CALL_KW_PY" of CallKw {Arg Deopt Exit Error Escapes}
                    "Keywords, a Python function.";
                CallLen = 154 "CALL_LEN" of Call {Deopt Error ErrorNoPop Escapes} "len(object).";
                CallListAppend = 155 "CALL_LIST_APPEND" of Call {Arg Deopt Error Escapes}
                    "list.append(object), its result dropped by the POP_TOP that follows.";
                CallMethodDescriptorFast = 156 "CALL_METHOD_DESCRIPTOR_FAST" of Call
                    {Arg EvalBreak Exit Error Escapes}
                    "A builtin method with positional arguments.";
                CallMethodDescriptorFastWithKeywords = 157 "CALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS" of Call
                    {Arg EvalBreak Exit Error Escapes} "A builtin method that could take keywords.";
                CallMethodDescriptorNoargs = 158 "CALL_METHOD_DESCRIPTOR_NOARGS" of Call
                    {Arg EvalBreak Exit Error Escapes} "A builtin method without arguments.";
                CallMethodDescriptorO = 159 "CALL_METHOD_DESCRIPTOR_O" of Call
                    {Arg EvalBreak Exit Error Escapes} "A builtin method of one argument.";
                CallNonPyGeneral = 160 "CALL_NON_PY_GENERAL" of Call
                    {Arg EvalBreak Exit Error Escapes} "Anything but a Python function.";
                CallPyExactArgs = 161 "CALL_PY_EXACT_ARGS" of Call {Arg Deopt Exit}
                    "A Python function that takes just these arguments.";
                CallPyGeneral = 162 "CALL_PY_GENERAL" of Call
                    {Arg Deopt Exit Error ErrorNoPop Escapes} "Any Python function.";
                CallStr1 = 163 "CALL_STR_1" of Call {Arg EvalBreak Deopt Error Escapes}
                    "str(object).";
                CallTuple1 = 164 "CALL_TUPLE_1" of Call {Arg EvalBreak Deopt Error Escapes}
                    "tuple(object).";
                CallType1 = 165 "CALL_TYPE_1" of Call {Arg Deopt Escapes} "type(object).";
                CompareOpFloat = 166 "COMPARE_OP_FLOAT" of CompareOp {Arg Exit} "Two floats.";
                CompareOpInt = 167 "COMPARE_OP_INT" of CompareOp {Arg Deopt Exit} "Two small ints.";
                CompareOpStr = 168 "COMPARE_OP_STR" of CompareOp {Arg Exit}
                    "Equality of two strings.";
                ContainsOpDict = 169 "CONTAINS_OP_DICT" of ContainsOp {Arg Exit Error Escapes}
                    "In a dict.";
                ContainsOpSet = 170 "CONTAINS_OP_SET" of ContainsOp {Arg Deopt Error Escapes}
                    "In a set or frozenset.";
                ForIterGen = 171 "FOR_ITER_GEN" of ForIter {Arg Deopt}
                    "A generator, entered without native recursion.";
                ForIterList = 172 "FOR_ITER_LIST" of ForIter {Arg Jump Deopt Exit Escapes}
                    "A list iterator.";
                ForIterRange = 173 "FOR_ITER_RANGE" of ForIter {Arg Jump Exit Error}
                    "A range iterator.";
                ForIterTuple = 174 "FOR_ITER_TUPLE" of ForIter {Arg Jump Exit Escapes}
                    "A tuple iterator.";
                JumpBackwardJit = 175 "JUMP_BACKWARD_JIT" of JumpBackward
                    {Arg Jump EvalBreak Error Escapes} "Counts towards compilation.";
                JumpBackwardNoJit = 176 "JUMP_BACKWARD_NO_JIT" of JumpBackward
                    {Arg Jump EvalBreak Error Escapes} "Does not count towards compilation.";
                LoadAttrClass = 177 "LOAD_ATTR_CLASS" of LoadAttr {Arg Exit}
                    "An attribute of a class.";
                LoadAttrClassWithMetaclassCheck = 178 "LOAD_ATTR_CLASS_WITH_METACLASS_CHECK" of LoadAttr
                    {Arg Exit} "An attribute of a class whose metaclass has to be checked.";
                LoadAttrGetattributeOverridden = 179 "LOAD_ATTR_GETATTRIBUTE_OVERRIDDEN" of LoadAttr
                    {Arg Name Deopt} "A `__getattribute__` written in Python.";
                LoadAttrInstanceValue = 180 "LOAD_ATTR_INSTANCE_VALUE" of LoadAttr
                    {Arg Deopt Exit Escapes} "A value inline in the instance.";
                LoadAttrMethodLazyDict = 181 "LOAD_ATTR_METHOD_LAZY_DICT" of LoadAttr
                    {Arg Deopt Exit} "A method of an instance whose dictionary was not made yet.";
                LoadAttrMethodNoDict = 182 "LOAD_ATTR_METHOD_NO_DICT" of LoadAttr {Arg Exit}
                    "A method of an instance without dictionary.";
                LoadAttrMethodWithValues = 183 "LOAD_ATTR_METHOD_WITH_VALUES" of LoadAttr
                    {Arg Deopt Exit} "A method of an instance with inline values.";
                LoadAttrModule = 184 "LOAD_ATTR_MODULE" of LoadAttr {Arg Deopt Escapes}
                    "An attribute of a module.";
                LoadAttrNondescriptorNoDict = 185 "LOAD_ATTR_NONDESCRIPTOR_NO_DICT" of LoadAttr
                    {Arg Exit Escapes}
                    "A plain class attribute through an instance without dictionary.";
                LoadAttrNondescriptorWithValues = 186 "LOAD_ATTR_NONDESCRIPTOR_WITH_VALUES" of LoadAttr
                    {Arg Deopt Exit Escapes}
                    "A plain class attribute through an instance with inline values.";
                LoadAttrProperty = 187 "LOAD_ATTR_PROPERTY" of LoadAttr {Arg Deopt Exit}
                    "A property whose getter is written in Python.";
                LoadAttrSlot = 188 "LOAD_ATTR_SLOT" of LoadAttr {Arg Deopt Exit}
                    "A `__slots__` member.";
                LoadAttrWithHint = 189 "LOAD_ATTR_WITH_HINT" of LoadAttr
                    {Arg Name Deopt Exit Escapes}
                    "In the instance's dictionary, at a remembered index.";
                LoadConstImmortal = 190 "LOAD_CONST_IMMORTAL" of LoadConst {Arg Const}
                    "A constant that is not counted.";
                LoadConstMortal = 191 "LOAD_CONST_MORTAL" of LoadConst {Arg Const}
                    "A constant that is counted.";
                LoadGlobalBuiltin = 192 "LOAD_GLOBAL_BUILTIN" of LoadGlobal {Arg Deopt}
                    "In builtins, and not in globals.";
                LoadGlobalModule = 193 "LOAD_GLOBAL_MODULE" of LoadGlobal {Arg Deopt} "In globals.";
                LoadSuperAttrAttr = 194 "LOAD_SUPER_ATTR_ATTR" of LoadSuperAttr
                    {Arg Name Deopt Error Escapes} "A plain attribute.";
                LoadSuperAttrMethod = 195 "LOAD_SUPER_ATTR_METHOD" of LoadSuperAttr
                    {Arg Name Deopt Error ErrorNoPop Escapes} "A method and its `self`.";
                ResumeCheck = 196 "RESUME_CHECK" of Resume {Deopt} "Nothing is pending.";
                SendGen = 197 "SEND_GEN" of Send {Arg Deopt}
                    "Into a generator or coroutine, entered without native recursion.";
                StoreAttrInstanceValue = 198 "STORE_ATTR_INSTANCE_VALUE" of StoreAttr {Exit Escapes}
                    "A value inline in the instance.";
                StoreAttrSlot = 199 "STORE_ATTR_SLOT" of StoreAttr {Deopt Exit Escapes}
                    "A `__slots__` member.";
                StoreAttrWithHint = 200 "STORE_ATTR_WITH_HINT" of StoreAttr
                    {Arg Name Deopt Exit Escapes}
                    "In the instance's dictionary, at a remembered index.";
                StoreSubscrDict = 201 "STORE_SUBSCR_DICT" of StoreSubscr {Exit Error Escapes}
                    "dict[key] = value.";
                StoreSubscrListInt = 202 "STORE_SUBSCR_LIST_INT" of StoreSubscr {Deopt Exit Escapes}
                    "list[int] = value.";
                ToBoolAlwaysTrue = 203 "TO_BOOL_ALWAYS_TRUE" of ToBool {Exit Escapes}
                    "An object whose type defines neither `__bool__` nor `__len__`.";
                ToBoolBool = 204 "TO_BOOL_BOOL" of ToBool {Exit} "A bool.";
                ToBoolInt = 205 "TO_BOOL_INT" of ToBool {Exit Escapes} "An int.";
                ToBoolList = 206 "TO_BOOL_LIST" of ToBool {Exit} "A list.";
                ToBoolNone = 207 "TO_BOOL_NONE" of ToBool {Exit} "None.";
                ToBoolStr = 208 "TO_BOOL_STR" of ToBool {Exit Escapes} "A string.";
                UnpackSequenceList = 209 "UNPACK_SEQUENCE_LIST" of UnpackSequence {Arg Deopt Exit}
                    "A list.";
                UnpackSequenceTuple = 210 "UNPACK_SEQUENCE_TUPLE" of UnpackSequence {Arg Deopt Exit}
                    "A tuple.";
                UnpackSequenceTwoTuple = 211 "UNPACK_SEQUENCE_TWO_TUPLE" of UnpackSequence
                    {Arg Deopt Exit Escapes} "A tuple of two.";
            }
            instrumented {
                InstrumentedEndFor = 234 "INSTRUMENTED_END_FOR" of EndFor (None)
                    [receiver, value => receiver] {} {Error ErrorNoPop Escapes NoSaveIp}
                    "END_FOR, reporting its events.";
                InstrumentedPopIter = 235 "INSTRUMENTED_POP_ITER" of PopIter (None) [iter =>] {}
                    {Escapes} "POP_ITER, reporting its events.";
                InstrumentedEndSend = 236 "INSTRUMENTED_END_SEND" of EndSend (None)
                    [receiver, value => value] {} {Error ErrorNoPop Escapes}
                    "END_SEND, reporting its events.";
                InstrumentedForIter = 237 "INSTRUMENTED_FOR_ITER" of ForIter (JumpForward)
                    [iter => iter, next] {counter/1} {Arg Jump Error ErrorNoPop Escapes}
                    "FOR_ITER, reporting its events.";
                InstrumentedInstruction = 238 "INSTRUMENTED_INSTRUCTION" (None) [=>] {}
                    {Error Escapes} "Reports an instruction event, then executes what was here.";
                InstrumentedJumpForward = 239 "INSTRUMENTED_JUMP_FORWARD" of JumpForward
                    (JumpForward) [=>] {} {Arg} "JUMP_FORWARD, reporting its events.";
                InstrumentedNotTaken = 240 "INSTRUMENTED_NOT_TAKEN" of NotTaken (None) [=>] {} {}
                    "NOT_TAKEN, reporting its events.";
                InstrumentedPopJumpIfTrue = 241 "INSTRUMENTED_POP_JUMP_IF_TRUE" of PopJumpIfTrue
                    (JumpForward) [cond =>] {counter/1} {Arg}
                    "POP_JUMP_IF_TRUE, reporting its events.";
                InstrumentedPopJumpIfFalse = 242 "INSTRUMENTED_POP_JUMP_IF_FALSE" of PopJumpIfFalse
                    (JumpForward) [cond =>] {counter/1} {Arg}
                    "POP_JUMP_IF_FALSE, reporting its events.";
                InstrumentedPopJumpIfNone = 243 "INSTRUMENTED_POP_JUMP_IF_NONE" of PopJumpIfNone
                    (JumpForward) [value =>] {counter/1} {Arg Escapes}
                    "POP_JUMP_IF_NONE, reporting its events.";
                InstrumentedPopJumpIfNotNone = 244 "INSTRUMENTED_POP_JUMP_IF_NOT_NONE" of PopJumpIfNotNone
                    (JumpForward) [value =>] {counter/1} {Arg Escapes}
                    "POP_JUMP_IF_NOT_NONE, reporting its events.";
                InstrumentedResume = 245 "INSTRUMENTED_RESUME" of Resume (Resume) [=>] {}
                    {Arg EvalBreak Error ErrorNoPop Escapes} "RESUME, reporting its events.";
                InstrumentedReturnValue = 246 "INSTRUMENTED_RETURN_VALUE" of ReturnValue (None)
                    [retval => value] {} {Error Escapes} "RETURN_VALUE, reporting its events.";
                InstrumentedYieldValue = 247 "INSTRUMENTED_YIELD_VALUE" of YieldValue (Yield)
                    [retval => value] {} {Arg Error ErrorNoPop Escapes}
                    "YIELD_VALUE, reporting its events.";
                InstrumentedEndAsyncFor = 248 "INSTRUMENTED_END_ASYNC_FOR" of EndAsyncFor
                    (EndAsyncFor) [awaitable, exc =>] {} {Arg Jump Error ErrorNoPop Escapes}
                    "END_ASYNC_FOR, reporting its events.";
                InstrumentedLoadSuperAttr = 249 "INSTRUMENTED_LOAD_SUPER_ATTR" of LoadSuperAttr
                    (LoadSuperAttr) [global_super, cls, instance => attr, self_or_null*(oparg & 1)]
                    {counter/1} {Arg Name Error Escapes} "LOAD_SUPER_ATTR, reporting its events.";
                InstrumentedCall = 250 "INSTRUMENTED_CALL" of Call (Count)
                    [callable, self_or_null, args*(oparg) => res] {counter/1, func_version/2}
                    {Arg EvalBreak Error ErrorNoPop Escapes} "CALL, reporting its events.";
                InstrumentedCallKw = 251 "INSTRUMENTED_CALL_KW" of CallKw (Count)
                    [callable, self_or_null, args*(oparg), kwnames => res]
                    {counter/1, func_version/2} {Arg Error ErrorNoPop Escapes}
                    "CALL_KW, reporting its events.";
                InstrumentedCallFunctionEx = 252 "INSTRUMENTED_CALL_FUNCTION_EX" of CallFunctionEx
                    (None) [callable, self_or_null, args, kwargs_or_null => res] {}
                    {EvalBreak Error ErrorNoPop Escapes} "CALL_FUNCTION_EX, reporting its events.";
                InstrumentedJumpBackward = 253 "INSTRUMENTED_JUMP_BACKWARD" of JumpBackward
                    (JumpBackward) [=>] {counter/1} {Arg EvalBreak Error Escapes}
                    "JUMP_BACKWARD, reporting its events.";
                InstrumentedLine = 254 "INSTRUMENTED_LINE" (None) [=>] {} {Escapes}
                    "Reports a line event, then executes what was here.";
                EnterExecutor = 255 "ENTER_EXECUTOR" (Executor) [=>] {} {Arg}
                    "Enters compiled code that replaces a loop.";
            }
            pseudo {
                AnnotationsPlaceholder = 256 "ANNOTATIONS_PLACEHOLDER" (None) [=>] as [Nop] {Pure}
                    "Where a module's or class's annotations will be set up.";
                Jump = 257 "JUMP" (Target) [=>] as [JumpForward JumpBackward]
                    {Arg Jump EvalBreak Error Escapes}
                    "An unconditional jump whose direction is not known yet.";
                JumpIfFalse = 258 "JUMP_IF_FALSE" (Target) [cond => cond]
                    as [Copy ToBool PopJumpIfFalse] {Arg Jump Error Escapes}
                    "Jumps if the top is false, and keeps it.";
                JumpIfTrue = 259 "JUMP_IF_TRUE" (Target) [cond => cond]
                    as [Copy ToBool PopJumpIfTrue] {Arg Jump Error Escapes}
                    "Jumps if the top is true, and keeps it.";
                JumpNoInterrupt = 260 "JUMP_NO_INTERRUPT" (Target) [=>]
                    as [JumpForward JumpBackwardNoInterrupt] {Arg Jump}
                    "A jump without a safepoint whose direction is not known yet.";
                LoadClosure = 261 "LOAD_CLOSURE" (Local) [=> value] as [LoadFast] {Arg Local Pure}
                    "Pushes a cell itself, for a closure.";
                PopBlock = 262 "POP_BLOCK" (None) [=>] as [Nop] {Pure}
                    "Ends the range of the innermost handler.";
                SetupCleanup = 263 "SETUP_CLEANUP" (Target) [=> lasti, exc] as [Nop] {Pure Arg}
                    "Starts the range of a handler that also gets the offset of the raising instruction.";
                SetupFinally = 264 "SETUP_FINALLY" (Target) [=> exc] as [Nop] {Pure Arg}
                    "Starts the range of a handler.";
                SetupWith = 265 "SETUP_WITH" (Target) [=> exc] as [Nop] {Pure Arg}
                    "As SETUP_CLEANUP, for a handler that replaces the top of the stack.";
                StoreFastMaybeNull = 266 "STORE_FAST_MAYBE_NULL" (Local) [value =>] as [StoreFast]
                    {Arg Local Escapes} "STORE_FAST of what may be unset.";
            }
        }
    };
}
