//! The instructions, a file for each family, and the table of their handlers.

pub mod arith;
pub mod attr;
pub mod build;
pub mod call;
pub mod compare;
pub mod except_star;
pub mod exception;
pub mod function;
pub mod fused;
pub mod generator;
pub mod global;
pub mod iter;
pub mod jump;
pub mod local;
pub mod name;
pub mod observed;
pub mod stack;
pub mod subscript;
pub mod various;

use taipan_opcode::Opcode;

use crate::dispatch::{Handler, cold_handlers};

/// The number of the handler that tells tools of an instruction before it does it.
pub const OBSERVED: u16 = Opcode::InstrumentedLine as u16;

/// How many handlers there can be.
pub const HANDLERS: usize = 512;

/// Numbers of private handlers, which CPython has no opcode for.
pub mod private {
    macro_rules! numbers {
        ($($(#[$doc:meta])* $name:ident = $shown:ident,)*) => {
            #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
            enum Number { $($name),* }
            $($(#[$doc])* pub const $name: u16 = 256 + Number::$name as u16;)*
            /// The CPython opcode that each private handler shows as, by number from 256 on.
            #[cfg(test)]
            pub const SHOWN: &[taipan_opcode::Opcode] = &[$(taipan_opcode::Opcode::$shown),*];
        };
    }

    numbers! {
        /// See `fused`. In the order of `CompareOp`, as the two groups below.
        OPERANDS_JUMP_LESS = CompareOpInt,
        /// See `fused`.
        OPERANDS_JUMP_LESS_EQUAL = CompareOpInt,
        /// See `fused`.
        OPERANDS_JUMP_EQUAL = CompareOpInt,
        /// See `fused`.
        OPERANDS_JUMP_NOT_EQUAL = CompareOpInt,
        /// See `fused`.
        OPERANDS_JUMP_GREATER = CompareOpInt,
        /// See `fused`.
        OPERANDS_JUMP_GREATER_EQUAL = CompareOpInt,
        /// See `fused`.
        LOCAL_SMALL_JUMP_LESS = LoadFastBorrow,
        /// See `fused`.
        LOCAL_SMALL_JUMP_LESS_EQUAL = LoadFastBorrow,
        /// See `fused`.
        LOCAL_SMALL_JUMP_EQUAL = LoadFastBorrow,
        /// See `fused`.
        LOCAL_SMALL_JUMP_NOT_EQUAL = LoadFastBorrow,
        /// See `fused`.
        LOCAL_SMALL_JUMP_GREATER = LoadFastBorrow,
        /// See `fused`.
        LOCAL_SMALL_JUMP_GREATER_EQUAL = LoadFastBorrow,
        /// See `fused`.
        LOCALS_JUMP_LESS = LoadFastBorrowLoadFastBorrow,
        /// See `fused`.
        LOCALS_JUMP_LESS_EQUAL = LoadFastBorrowLoadFastBorrow,
        /// See `fused`.
        LOCALS_JUMP_EQUAL = LoadFastBorrowLoadFastBorrow,
        /// See `fused`.
        LOCALS_JUMP_NOT_EQUAL = LoadFastBorrowLoadFastBorrow,
        /// See `fused`.
        LOCALS_JUMP_GREATER = LoadFastBorrowLoadFastBorrow,
        /// See `fused`.
        LOCALS_JUMP_GREATER_EQUAL = LoadFastBorrowLoadFastBorrow,
        /// `COMPARE_OP` of two floats, and the conditional jump behind it.
        COMPARE_FLOAT_JUMP = CompareOpFloat,
        /// `BINARY_OP` `//` of an immediate by a positive one.
        BINARY_OP_FLOOR_DIVIDE_INT = BinaryOp,
        /// `BINARY_OP` `%` of an immediate by a positive one.
        BINARY_OP_REMAINDER_INT = BinaryOp,
        /// `BINARY_OP` `<<` of immediates.
        BINARY_OP_LEFT_SHIFT_INT = BinaryOp,
        /// `BINARY_OP` `>>` of immediates.
        BINARY_OP_RIGHT_SHIFT_INT = BinaryOp,
        /// `BINARY_OP` `+` of a float and an integer.
        BINARY_OP_ADD_MIXED = BinaryOpExtend,
        /// `BINARY_OP` `-` of a float and an integer.
        BINARY_OP_SUBTRACT_MIXED = BinaryOpExtend,
        /// `BINARY_OP` `*` of a float and an integer.
        BINARY_OP_MULTIPLY_MIXED = BinaryOpExtend,
        /// `BINARY_OP` `/` of floats and integers.
        BINARY_OP_DIVIDE_MIXED = BinaryOpExtend,
        /// `BINARY_OP` `/` of two floats.
        BINARY_OP_DIVIDE_FLOAT = BinaryOp,
        /// `BINARY_OP` `&` of two immediates.
        BINARY_OP_AND_INT = BinaryOp,
        /// `BINARY_OP` `^` of two immediates.
        BINARY_OP_XOR_INT = BinaryOp,
        /// `BINARY_OP` `|` of two immediates.
        BINARY_OP_OR_INT = BinaryOp,
        /// `TO_BOOL` of an immediate, and the conditional jump behind it.
        TO_BOOL_INT_JUMP = ToBoolInt,
        /// `TO_BOOL` of a bool, and the conditional jump behind it.
        TO_BOOL_BOOL_JUMP = ToBoolBool,
        /// A call of `list.append` whose result is dropped.
        LIST_APPEND_POP = CallListAppend,
        /// A call of a Python function with its receiver before the arguments.
        CALL_PY_METHOD_EXACT_ARGS = CallPyExactArgs,
        /// See `fused`.
        LOCAL_SMALL_ADD = LoadFastBorrow,
        /// See `fused`.
        LOCAL_SMALL_ADD_STORE = LoadFastBorrow,
        /// See `fused`.
        LOCAL_SMALL_SUBTRACT = LoadFastBorrow,
        /// See `fused`.
        LOCAL_SMALL_SUBTRACT_STORE = LoadFastBorrow,
        /// See `fused`.
        LOCALS_ADD = LoadFastBorrowLoadFastBorrow,
        /// See `fused`.
        LOCALS_ADD_STORE = LoadFastBorrowLoadFastBorrow,
        /// See `fused`.
        LOCALS_SUBTRACT = LoadFastBorrowLoadFastBorrow,
        /// See `fused`.
        LOCALS_SUBTRACT_STORE = LoadFastBorrowLoadFastBorrow,
        /// See `fused`.
        LOCALS_MULTIPLY = LoadFastBorrowLoadFastBorrow,
        /// See `fused`.
        LOCALS_MULTIPLY_STORE = LoadFastBorrowLoadFastBorrow,
        /// See `fused`.
        LOCALS_SUBSCRIPT = LoadFastBorrowLoadFastBorrow,
        /// See `fused`.
        LOCALS_STORE_SUBSCRIPT = LoadFastBorrowLoadFastBorrow,
    }
}

cold_handlers! {
    /// The first run of code that our compiler did not make here.
    verify(pc, sp, fp, th, unit) {
        let thread = crate::dispatch::leave(th, pc, sp);
        let code = crate::frame::code_of(thread.frame);
        if let Err(error) = taipan_code::verify::verify(&code.source) {
            thread.system_error(error.to_string());
            return crate::unwind::unwind(pc, sp, fp, th, 0);
        }
        code.admit();
        crate::dispatch::next!(pc, sp, fp, th)
    }

    /// A number without a handler: verified code has none.
    unknown(pc, sp, fp, th, unit) {
        let thread = crate::dispatch::leave(th, pc, sp);
        thread.system_error(format!("unknown opcode {}", unit as u16));
        return crate::unwind::unwind(pc, sp, fp, th, 0);
    }
}

/// The handlers by number.
pub static TABLE: [Handler; HANDLERS] = {
    let mut table: [Handler; HANDLERS] = [unknown; HANDLERS];
    macro_rules! set {
        ($($family:ident { $($opcode:ident $handler:ident),* $(,)? })*) => {
            $($(table[Opcode::$opcode as usize] = $family::$handler;)*)*
        };
    }
    macro_rules! set_private {
        ($($family:ident { $($number:ident $handler:ident),* $(,)? })*) => {
            $($(table[private::$number as usize] = $family::$handler;)*)*
        };
    }
    set! {
        stack {
            Nop nop, NotTaken nop, ExtendedArg extended_arg, PopTop pop_top, PushNull push_null, Copy copy,
            Swap swap, LoadConst load_const, LoadSmallInt load_small_int, PopIter pop_top, EndFor pop_top,
        }
        local {
            LoadFast load_fast, LoadFastBorrow load_fast_borrow, LoadFastCheck load_fast_check,
            LoadFastBorrowLoadFastBorrow load_fast_borrow_load_fast_borrow,
            LoadFastLoadFast load_fast_load_fast, LoadFastAndClear load_fast_and_clear, StoreFast store_fast,
            StoreFastLoadFast store_fast_load_fast, StoreFastStoreFast store_fast_store_fast,
            DeleteFast delete_fast, MakeCell make_cell, LoadDeref load_deref, StoreDeref store_deref,
            CopyFreeVars copy_free_vars,
        }
        arith {
            BinaryOp binary_op, BinaryOpAddInt add_int, BinaryOpSubtractInt subtract_int,
            BinaryOpMultiplyInt multiply_int, BinaryOpAddFloat add_float, BinaryOpSubtractFloat subtract_float,
            BinaryOpMultiplyFloat multiply_float, BinaryOpAddUnicode add_str,
            UnaryNegative unary_negative, UnaryNot unary_not, UnaryInvert unary_invert,
        }
        subscript {
            BinaryOpSubscrListInt subscr_list_int, BinaryOpSubscrTupleInt subscr_tuple_int,
            BinaryOpSubscrStrInt subscr_str_int, BinaryOpSubscrDict subscr_dict,
            BinaryOpSubscrGetitem subscr_getitem, StoreSubscr store_subscr,
            StoreSubscrListInt store_subscr_list_int, StoreSubscrDict store_subscr_dict,
            DeleteSubscr delete_subscr, ContainsOp contains_op, ContainsOpDict contains_op_dict,
            ContainsOpSet contains_op_set,
        }
        compare {
            CompareOp compare_op, CompareOpInt compare_op_int, CompareOpFloat compare_op_float, IsOp is_op,
            CompareOpStr compare_op_str, ToBoolNone to_bool_none, ToBoolList to_bool_list, ToBoolStr to_bool_str,
            ToBoolAlwaysTrue to_bool_always_true, ToBool to_bool, ToBoolBool to_bool_bool, ToBoolInt to_bool_int,
        }
        jump {
            JumpForward jump_forward, JumpBackward jump_backward, JumpBackwardNoInterrupt jump_backward_no_interrupt,
            PopJumpIfFalse pop_jump_if_false, PopJumpIfTrue pop_jump_if_true, PopJumpIfNone pop_jump_if_none,
            PopJumpIfNotNone pop_jump_if_not_none, Resume resume, ResumeCheck resume_check,
        }
        global {
            LoadGlobal load_global, LoadGlobalModule load_global_module, LoadGlobalBuiltin load_global_builtin,
            StoreGlobal store_global, DeleteGlobal delete_global,
        }
        name {
            LoadName load_name, StoreName store_name, DeleteName delete_name, LoadLocals load_locals,
            LoadBuildClass load_build_class,
        }
        attr {
            LoadAttr load_attr, LoadAttrInstanceValue load_attr_instance_value, LoadAttrSlot load_attr_slot,
            LoadAttrMethodWithValues load_attr_method_with_values, LoadAttrMethodNoDict load_attr_method_no_dict,
            StoreAttr store_attr, StoreAttrInstanceValue store_attr_instance_value,
            StoreAttrSlot store_attr_slot, LoadAttrWithHint load_attr_with_hint, LoadAttrModule load_attr_module,
            LoadAttrClass load_attr_class, LoadAttrNondescriptorWithValues load_attr_nondescriptor,
            LoadAttrNondescriptorNoDict load_attr_nondescriptor, StoreAttrWithHint store_attr_with_hint, DeleteAttr delete_attr,
        }
        call {
            Call call, CallPyExactArgs call_py_exact_args, CallAllocAndEnterInit call_alloc_and_enter_init,
            CallListAppend call_list_append, CallKw call_kw, ReturnValue return_value,
            CallBoundMethodExactArgs call_bound_method_exact_args, CallPyGeneral call_py_general,
            CallBoundMethodGeneral call_py_general, CallBuiltinO call_builtin, CallBuiltinFast call_builtin,
            CallBuiltinFastWithKeywords call_builtin, CallMethodDescriptorNoargs call_method_descriptor,
            CallMethodDescriptorO call_method_descriptor, CallMethodDescriptorFast call_method_descriptor,
            CallMethodDescriptorFastWithKeywords call_method_descriptor, CallType1 call_type_1,
            CallStr1 call_non_py_general, CallTuple1 call_non_py_general,
            CallBuiltinClass call_non_py_general, CallNonPyGeneral call_non_py_general,
            CallFunctionEx call_function_ex,
        }
        build {
            BuildTuple build_tuple, BuildList build_list, BuildMap build_map, ListAppend list_append,
            BuildSet build_set, BuildTemplate build_template, BuildInterpolation build_interpolation, SetAdd set_add, SetUpdate set_update,
        }
        function { MakeFunction make_function, SetFunctionAttribute set_function_attribute }
        exception {
            RaiseVarargs raise_varargs, Reraise reraise, PushExcInfo push_exc_info, PopExcept pop_except,
            CheckExcMatch check_exc_match, LoadSpecial load_special, WithExceptStart with_except_start,
            LoadCommonConstant load_common_constant,
        }
        except_star { CheckEgMatch check_eg_match }
        various {
            BuildString build_string, FormatSimple format_simple, FormatWithSpec format_with_spec,
            ConvertValue convert_value, BuildSlice build_slice, BinarySlice binary_slice, StoreSlice store_slice,
            ListExtend list_extend, MapAdd map_add, DictUpdate dict_update, DictMerge dict_merge,
            CallIntrinsic1 call_intrinsic_1, CallIntrinsic2 call_intrinsic_2,
            ImportName import_name, ImportFrom import_from_name, LoadSuperAttr load_super_attr,
            UnpackEx unpack_ex_op, GetLen get_len, MatchMapping match_mapping, MatchSequence match_sequence,
            MatchKeys match_keys_op, MatchClass match_class_op,
            LoadFromDictOrGlobals load_from_dict_or_globals, LoadFromDictOrDeref load_from_dict_or_deref,
            DeleteDeref delete_deref, SetupAnnotations setup_annotations,
        }
        generator {
            ReturnGenerator return_generator, YieldValue yield_value, Send send, SendGen send, EndSend end_send,
            ForIterGen for_iter_gen, GetYieldFromIter get_yield_from_iter, GetAwaitable get_awaitable,
            CleanupThrow cleanup_throw, GetAiter get_aiter, GetAnext get_anext, EndAsyncFor end_async_for,
        }
        iter {
            GetIter get_iter, ForIter for_iter, ForIterRange for_iter_range, ForIterList for_iter_list,
            ForIterTuple for_iter_tuple, UnpackSequence unpack_sequence,
            UnpackSequenceTwoTuple unpack_sequence_two_tuple, UnpackSequenceTuple unpack_sequence_tuple,
            UnpackSequenceList unpack_sequence_list,
        }
    }
    table[OBSERVED as usize] = observed::observed;
    table[taipan_object::types::code::VERIFY as usize] = verify;
    set_private! {
        fused {
            OPERANDS_JUMP_LESS operands_jump_less, OPERANDS_JUMP_LESS_EQUAL operands_jump_less_equal, OPERANDS_JUMP_EQUAL operands_jump_equal, OPERANDS_JUMP_NOT_EQUAL operands_jump_not_equal, OPERANDS_JUMP_GREATER operands_jump_greater, OPERANDS_JUMP_GREATER_EQUAL operands_jump_greater_equal, LOCAL_SMALL_JUMP_LESS local_small_jump_less, LOCAL_SMALL_JUMP_LESS_EQUAL local_small_jump_less_equal, LOCAL_SMALL_JUMP_EQUAL local_small_jump_equal, LOCAL_SMALL_JUMP_NOT_EQUAL local_small_jump_not_equal, LOCAL_SMALL_JUMP_GREATER local_small_jump_greater, LOCAL_SMALL_JUMP_GREATER_EQUAL local_small_jump_greater_equal, LOCALS_JUMP_LESS locals_jump_less, LOCALS_JUMP_LESS_EQUAL locals_jump_less_equal, LOCALS_JUMP_EQUAL locals_jump_equal, LOCALS_JUMP_NOT_EQUAL locals_jump_not_equal, LOCALS_JUMP_GREATER locals_jump_greater, LOCALS_JUMP_GREATER_EQUAL locals_jump_greater_equal,
            LOCAL_SMALL_ADD local_small_add, LOCAL_SMALL_ADD_STORE local_small_add_store, LOCAL_SMALL_SUBTRACT local_small_subtract, LOCAL_SMALL_SUBTRACT_STORE local_small_subtract_store, LOCALS_ADD locals_add, LOCALS_ADD_STORE locals_add_store, LOCALS_SUBTRACT locals_subtract, LOCALS_SUBTRACT_STORE locals_subtract_store, LOCALS_MULTIPLY locals_multiply, LOCALS_MULTIPLY_STORE locals_multiply_store,
            LOCALS_SUBSCRIPT locals_subscript, LOCALS_STORE_SUBSCRIPT locals_store_subscript,
        }
        compare {
            COMPARE_FLOAT_JUMP compare_float_jump, TO_BOOL_INT_JUMP to_bool_int_jump,
            TO_BOOL_BOOL_JUMP to_bool_bool_jump,
        }
        arith {
            BINARY_OP_DIVIDE_FLOAT divide_float, BINARY_OP_AND_INT and_int, BINARY_OP_XOR_INT xor_int,
            BINARY_OP_OR_INT or_int, BINARY_OP_FLOOR_DIVIDE_INT floor_divide_int,
            BINARY_OP_REMAINDER_INT remainder_int, BINARY_OP_LEFT_SHIFT_INT left_shift_int,
            BINARY_OP_RIGHT_SHIFT_INT right_shift_int, BINARY_OP_ADD_MIXED add_mixed,
            BINARY_OP_SUBTRACT_MIXED subtract_mixed, BINARY_OP_MULTIPLY_MIXED multiply_mixed,
            BINARY_OP_DIVIDE_MIXED divide_mixed,
        }
        call { CALL_PY_METHOD_EXACT_ARGS call_py_method_exact_args, LIST_APPEND_POP call_list_append_pop }
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_handlers_show_as_instructions_of_cpython() {
        assert!(256 + private::SHOWN.len() <= HANDLERS);
        assert!(private::SHOWN.iter().all(|opcode| (*opcode as usize) < 256 && !opcode.is_pseudo()));
        let set = |number: usize| TABLE[number] as *const () != unknown as *const ();
        assert!((256..256 + private::SHOWN.len()).all(set), "a private number without a handler");
    }
}
