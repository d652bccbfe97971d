//! [`Unit`]: one 32-bit unit of private code.

/// A handler's number in the low half, its operand in the high half; in a cache, 32 bits of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(transparent)]
pub struct Unit(pub u32);

impl Unit {
    /// A unit from its halves.
    #[inline(always)]
    pub const fn new(op: u16, arg: u16) -> Unit {
        Unit(op as u32 | (arg as u32) << 16)
    }

    /// The number of the handler.
    #[inline(always)]
    pub const fn op(self) -> u16 {
        self.0 as u16
    }

    /// The operand.
    #[inline(always)]
    pub const fn arg(self) -> u16 {
        (self.0 >> 16) as u16
    }
}
