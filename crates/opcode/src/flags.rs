//! What an instruction may do, as flags.

bitflags::bitflags! {
    /// What an instruction may do, and what its operand refers to.
    ///
    /// The names are those of CPython's `HAS_*_FLAG`.
    #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
    pub struct Flags: u16 {
        /// It uses its operand.
        const Arg = 1 << 0;
        /// The operand is an index into `co_consts`.
        const Const = 1 << 1;
        /// The operand holds an index into `co_names`.
        const Name = 1 << 2;
        /// It may jump.
        const Jump = 1 << 3;
        /// The operand is the index of a cell or free variable.
        const Free = 1 << 4;
        /// The operand is the index of a local variable.
        const Local = 1 << 5;
        /// It checks for pending signals, thread switches and the like.
        const EvalBreak = 1 << 6;
        /// It may give up its specialisation for good.
        const Deopt = 1 << 7;
        /// It may raise.
        const Error = 1 << 8;
        /// It may run any Python code.
        const Escapes = 1 << 9;
        /// It may leave compiled code.
        const Exit = 1 << 10;
        /// Its result depends on its inputs alone, and it has no other effect.
        const Pure = 1 << 11;
        /// Its input is its output, unchanged.
        const Passthrough = 1 << 12;
        /// The lowest bit of the operand chooses a form of its own.
        const OpargAnd1 = 1 << 13;
        /// It may raise while its inputs are still on the stack.
        const ErrorNoPop = 1 << 14;
        /// It need not store its own offset in the frame.
        const NoSaveIp = 1 << 15;
    }
}
