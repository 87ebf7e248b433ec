//! The two widths of addresses.

use crate::WasmTy;

mod sealed {
    pub trait Sealed {}
    impl Sealed for u32 {}
    impl Sealed for u64 {}
}

/// An address in a memory: `u32`, or `u64` where the memory has 64-bit addresses.
pub trait Address:
    WasmTy + super::GuestType + Copy + Eq + core::fmt::Debug + Into<u64> + TryFrom<u64> + sealed::Sealed
{
    /// Whether addresses have 64 bits.
    const WIDE: bool;

    /// The first address, which is also the null pointer of nullable ones.
    const ZERO: Self;

    /// The length of one value.
    const ONE: Self;
}

impl Address for u32 {
    const WIDE: bool = false;
    const ZERO: Self = 0;
    const ONE: Self = 1;
}

impl Address for u64 {
    const WIDE: bool = true;
    const ZERO: Self = 0;
    const ONE: Self = 1;
}
