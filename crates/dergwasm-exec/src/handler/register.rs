//! Vectors in the CPU's vector registers.
//!
//! [`V128`] is bytes in memory to the compiler. A handler passes the vector accumulator on as what
//! the CPU keeps in a register, and writes a slot with one store: a load of a whole vector right
//! after two stores of halves would have to wait until both have left the store buffer.

use crate::numeric::vector::V128;

/// A vector as handlers pass it.
#[cfg(target_arch = "x86_64")]
pub(crate) type Register = core::arch::x86_64::__m128i;
/// A vector as handlers pass it.
#[cfg(target_arch = "aarch64")]
pub(crate) type Register = core::arch::aarch64::uint8x16_t;
/// A vector as handlers pass it.
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
pub(crate) type Register = V128;

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
impl From<Register> for V128 {
    #[inline(always)]
    fn from(register: Register) -> Self {
        // SAFETY: both are 16 bytes of which any are valid.
        Self(unsafe { core::mem::transmute::<Register, [u8; 16]>(register) })
    }
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
impl From<V128> for Register {
    #[inline(always)]
    fn from(v: V128) -> Self {
        // SAFETY: both are 16 bytes of which any are valid.
        unsafe { core::mem::transmute::<[u8; 16], Self>(v.0) }
    }
}
