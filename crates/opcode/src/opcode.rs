//! The enumeration of instructions, derived from the table.

use crate::{ArgKind, Cache, Flags, Kind, Row, StackItem};

macro_rules! item_count {
    () => {
        1
    };
    ($count:expr) => {
        $count
    };
}

macro_rules! item_length {
    ($oparg:ident) => {
        None
    };
    ($oparg:ident $count:expr) => {
        Some(|$oparg| $count)
    };
}

macro_rules! or_self {
    ($own:ident) => {
        Opcode::$own
    };
    ($own:ident $base:ident) => {
        Opcode::$base
    };
}

macro_rules! define_opcodes {
    (
        ($oparg:ident)
        base { $(
            $base:ident = $base_number:literal $base_name:literal ($base_arg:ident)
            [$($base_in:ident $(* ($base_in_n:expr))?),* => $($base_out:ident $(* ($base_out_n:expr))?),*]
            {$($base_cache:ident / $base_cache_n:literal),*} {$($base_flag:ident)*} $base_doc:literal;
        )* }
        specialized { $(
            $spec:ident = $spec_number:literal $spec_name:literal of $family:ident
            {$($spec_flag:ident)*} $spec_doc:literal;
        )* }
        instrumented { $(
            $inst:ident = $inst_number:literal $inst_name:literal $(of $inst_base:ident)? ($inst_arg:ident)
            [$($inst_in:ident $(* ($inst_in_n:expr))?),* => $($inst_out:ident $(* ($inst_out_n:expr))?),*]
            {$($inst_cache:ident / $inst_cache_n:literal),*} {$($inst_flag:ident)*} $inst_doc:literal;
        )* }
        pseudo { $(
            $pseudo:ident = $pseudo_number:literal $pseudo_name:literal ($pseudo_arg:ident)
            [$($pseudo_in:ident $(* ($pseudo_in_n:expr))?),* => $($pseudo_out:ident $(* ($pseudo_out_n:expr))?),*]
            as [$($target:ident)*] {$($pseudo_flag:ident)*} $pseudo_doc:literal;
        )* }
    ) => {
        /// An instruction.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Opcode {
            $(#[doc = $base_doc] $base = $base_number,)*
            $(#[doc = concat!("Specialised [`Opcode::", stringify!($family), "`]: ", $spec_doc)]
              $spec = $spec_number,)*
            $(#[doc = $inst_doc] $inst = $inst_number,)*
            $(#[doc = $pseudo_doc] $pseudo = $pseudo_number,)*
        }

        impl Opcode {
            /// All instructions, in the table's order.
            pub const ALL: &[Opcode] = &[
                $(Opcode::$base,)* $(Opcode::$spec,)* $(Opcode::$inst,)* $(Opcode::$pseudo,)*
            ];

            /// How many values it takes from the stack.
            ///
            /// A specialised form takes what its family takes.
            pub const fn num_popped(self, oparg: i32) -> i32 {
                let $oparg = oparg;
                match self.family() {
                    $(Opcode::$base => 0 $(+ item_count!($($base_in_n)?))*,)*
                    $(Opcode::$inst => 0 $(+ item_count!($($inst_in_n)?))*,)*
                    $(Opcode::$pseudo => 0 $(+ item_count!($($pseudo_in_n)?))*,)*
                    _ => 0,
                }
            }

            /// How many values it leaves on the stack.
            ///
            /// A specialised form leaves what its family leaves.
            pub const fn num_pushed(self, oparg: i32) -> i32 {
                let $oparg = oparg;
                match self.family() {
                    $(Opcode::$base => 0 $(+ item_count!($($base_out_n)?))*,)*
                    $(Opcode::$inst => 0 $(+ item_count!($($inst_out_n)?))*,)*
                    $(Opcode::$pseudo => 0 $(+ item_count!($($pseudo_out_n)?))*,)*
                    _ => 0,
                }
            }

            /// The base of a specialised instruction's family; any other instruction itself.
            pub const fn family(self) -> Opcode {
                match self {
                    $(Opcode::$spec => Opcode::$family,)*
                    other => other,
                }
            }
        }

        const BASE: &[Row] = &[$(Row {
            opcode: Opcode::$base,
            name: $base_name,
            kind: Kind::Base,
            arg: ArgKind::$base_arg,
            inputs: &[$(StackItem {
                name: stringify!($base_in),
                count: item_length!($oparg $($base_in_n)?),
            }),*],
            outputs: &[$(StackItem {
                name: stringify!($base_out),
                count: item_length!($oparg $($base_out_n)?),
            }),*],
            caches: &[$(Cache { name: stringify!($base_cache), units: $base_cache_n }),*],
            flags: Flags::empty()$(.union(Flags::$base_flag))*,
            base: Opcode::$base,
            targets: &[],
            doc: $base_doc,
        }),*];

        const fn base_row(opcode: Opcode) -> &'static Row {
            let mut i = 0;
            while i < BASE.len() {
                if BASE[i].opcode as u16 == opcode as u16 {
                    return &BASE[i];
                }
                i += 1;
            }
            panic!("a family is a row of `base`")
        }

        const ROWS_IN_ORDER: &[Row] = &[
            $(Row { ..*const { base_row(Opcode::$base) } },)*
            $(Row {
                opcode: Opcode::$spec,
                name: $spec_name,
                kind: Kind::Specialized,
                flags: Flags::empty()$(.union(Flags::$spec_flag))*,
                doc: $spec_doc,
                ..*const { base_row(Opcode::$family) }
            },)*
            $(Row {
                opcode: Opcode::$inst,
                name: $inst_name,
                kind: Kind::Instrumented,
                arg: ArgKind::$inst_arg,
                inputs: &[$(StackItem {
                    name: stringify!($inst_in),
                    count: item_length!($oparg $($inst_in_n)?),
                }),*],
                outputs: &[$(StackItem {
                    name: stringify!($inst_out),
                    count: item_length!($oparg $($inst_out_n)?),
                }),*],
                caches: &[$(Cache { name: stringify!($inst_cache), units: $inst_cache_n }),*],
                flags: Flags::empty()$(.union(Flags::$inst_flag))*,
                base: or_self!($inst $($inst_base)?),
                targets: &[],
                doc: $inst_doc,
            },)*
            $(Row {
                opcode: Opcode::$pseudo,
                name: $pseudo_name,
                kind: Kind::Pseudo,
                arg: ArgKind::$pseudo_arg,
                inputs: &[$(StackItem {
                    name: stringify!($pseudo_in),
                    count: item_length!($oparg $($pseudo_in_n)?),
                }),*],
                outputs: &[$(StackItem {
                    name: stringify!($pseudo_out),
                    count: item_length!($oparg $($pseudo_out_n)?),
                }),*],
                caches: &[],
                flags: Flags::empty()$(.union(Flags::$pseudo_flag))*,
                base: Opcode::$pseudo,
                targets: &[$(Opcode::$target),*],
                doc: $pseudo_doc,
            },)*
        ];
    };
}

crate::for_each_opcode!(define_opcodes);

/// One more than the largest number.
const NUMBERS: usize = 267;
/// No instruction has this number.
const UNUSED: u16 = u16::MAX;

static ROWS: &[Row] = ROWS_IN_ORDER;

/// The index into [`ROWS`] by number.
static INDEX: [u16; NUMBERS] = {
    let mut index = [UNUSED; NUMBERS];
    let mut i = 0;
    while i < Opcode::ALL.len() {
        index[Opcode::ALL[i] as usize] = i as u16;
        i += 1;
    }
    index
};

/// The number of code units of the inline cache, by number.
static CACHES: [u8; NUMBERS] = {
    let mut units = [0; NUMBERS];
    let mut i = 0;
    while i < ROWS_IN_ORDER.len() {
        let row = &ROWS_IN_ORDER[i];
        let mut j = 0;
        while j < row.caches.len() {
            units[row.opcode as usize] += row.caches[j].units;
            j += 1;
        }
        i += 1;
    }
    units
};

impl Opcode {
    /// The instruction of this number as it stands in bytecode, if there is one.
    pub const fn from_u8(number: u8) -> Option<Opcode> {
        Opcode::from_u16(number as u16)
    }

    /// The instruction of this number, pseudo instructions included, if there is one.
    pub const fn from_u16(number: u16) -> Option<Opcode> {
        if number as usize >= NUMBERS || INDEX[number as usize] == UNUSED {
            return None;
        }
        Some(Opcode::ALL[INDEX[number as usize] as usize])
    }

    /// Its row of the table.
    pub const fn row(self) -> &'static Row {
        &ROWS[INDEX[self as usize] as usize]
    }

    /// The instruction that CPython calls `name`, if there is one.
    pub fn from_name(name: &str) -> Option<Opcode> {
        ROWS.iter().find(|row| row.name == name).map(|row| row.opcode)
    }

    /// Its name in CPython.
    pub const fn name(self) -> &'static str {
        self.row().name
    }

    /// What its operand means.
    pub const fn arg_kind(self) -> ArgKind {
        self.row().arg
    }

    /// What it may do.
    pub const fn flags(self) -> Flags {
        self.row().flags
    }

    /// The number of code units of its inline cache.
    pub const fn caches(self) -> usize {
        CACHES[self as usize] as usize
    }

    /// What a specialised or instrumented instruction stands for; any other instruction itself.
    pub const fn deopt(self) -> Opcode {
        self.row().base
    }

    /// Is it put in place of its family's base by the interpreter?
    pub const fn is_specialized(self) -> bool {
        matches!(self.row().kind, Kind::Specialized)
    }

    /// Is it put in place of another instruction while somebody observes?
    pub const fn is_instrumented(self) -> bool {
        matches!(self.row().kind, Kind::Instrumented) && !matches!(self, Opcode::EnterExecutor)
    }

    /// Is it used inside the compiler only?
    pub const fn is_pseudo(self) -> bool {
        self as u16 >= 256
    }

    /// What a pseudo instruction becomes.
    pub const fn pseudo_targets(self) -> &'static [Opcode] {
        self.row().targets
    }

    /// By how much the stack grows, as `opcode.stack_effect`.
    ///
    /// `jump` tells whether the jump is taken; with `None` the larger effect counts. A specialised
    /// instruction has none of its own, nor has an operand that makes a count negative.
    pub const fn stack_effect(self, oparg: i32, jump: Option<bool>) -> Option<i32> {
        if self.is_specialized() {
            return None;
        }
        let popped = self.num_popped(oparg);
        let pushed = self.num_pushed(oparg);
        if popped < 0 || pushed < 0 {
            return None;
        }
        if self.is_block_push() && matches!(jump, Some(false)) {
            return Some(0);
        }
        Some(pushed - popped)
    }

    /// Does it use its operand?
    pub const fn has_arg(self) -> bool {
        self.flags().contains(Flags::Arg)
    }

    /// Is its operand an index into `co_consts`?
    pub const fn has_const(self) -> bool {
        self.flags().contains(Flags::Const)
    }

    /// Does its operand hold an index into `co_names`?
    pub const fn has_name(self) -> bool {
        self.flags().contains(Flags::Name)
    }

    /// May it jump?
    pub const fn has_jump(self) -> bool {
        self.flags().contains(Flags::Jump)
    }

    /// Is its operand the index of a cell or free variable?
    pub const fn has_free(self) -> bool {
        self.flags().contains(Flags::Free)
    }

    /// Is its operand the index of a local variable?
    pub const fn has_local(self) -> bool {
        self.flags().contains(Flags::Local)
    }

    /// Does it start an exception handler's range? (`_opcode.has_exc`)
    pub const fn has_exc(self) -> bool {
        self.is_block_push()
    }

    /// May it run any Python code?
    pub const fn escapes(self) -> bool {
        self.flags().contains(Flags::Escapes)
    }

    /// May it raise?
    pub const fn may_raise(self) -> bool {
        self.flags().contains(Flags::Error)
    }

    /// Does it start an exception handler's range?
    pub const fn is_block_push(self) -> bool {
        matches!(self, Opcode::SetupFinally | Opcode::SetupWith | Opcode::SetupCleanup)
    }

    /// Does it refer to another instruction: by a jump or as a handler?
    pub const fn has_target(self) -> bool {
        self.has_jump() || self.is_block_push()
    }

    /// Does it end a basic block?
    pub const fn is_terminator(self) -> bool {
        self.has_jump() || self.is_scope_exit()
    }

    /// Is it made by the assembler only?
    pub const fn is_assembler(self) -> bool {
        matches!(self, Opcode::JumpForward | Opcode::JumpBackward | Opcode::JumpBackwardNoInterrupt)
    }

    /// Does it always jump backward?
    pub const fn is_backward_jump(self) -> bool {
        matches!(self, Opcode::JumpBackward | Opcode::JumpBackwardNoInterrupt)
    }

    /// Does it always jump?
    pub const fn is_unconditional_jump(self) -> bool {
        matches!(self, Opcode::Jump | Opcode::JumpNoInterrupt) || self.is_assembler()
    }

    /// Does it jump depending on a value that it pops?
    pub const fn is_conditional_jump(self) -> bool {
        matches!(
            self,
            Opcode::PopJumpIfFalse | Opcode::PopJumpIfTrue | Opcode::PopJumpIfNone | Opcode::PopJumpIfNotNone
        )
    }

    /// Does it leave the function?
    pub const fn is_scope_exit(self) -> bool {
        matches!(self, Opcode::ReturnValue) || self.is_raise()
    }

    /// Does it always raise?
    pub const fn is_raise(self) -> bool {
        matches!(self, Opcode::RaiseVarargs | Opcode::Reraise)
    }
}

impl TryFrom<u16> for Opcode {
    type Error = UnknownOpcode;

    fn try_from(number: u16) -> Result<Self, UnknownOpcode> {
        Opcode::from_u16(number).ok_or(UnknownOpcode(number))
    }
}

/// No instruction has this number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownOpcode(pub u16);

impl std::fmt::Display for UnknownOpcode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no instruction has number {}", self.0)
    }
}

impl std::error::Error for UnknownOpcode {}
