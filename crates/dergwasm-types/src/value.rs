//! The untyped 128-bit value.

use core::fmt;

/// A value of any WebAssembly type, without its type: a cell of the value stack.
///
/// Numbers and references narrower than 128 bits live in the low half. Code that writes a number
/// writes only that half, so the high half of anything but a vector is **unspecified**: read a
/// value through the accessor of its type, and do not compare whole values of unknown type.
///
/// References are addresses in a store plus one; zero is the null reference.
///
/// In memory a value is 16 bytes, **little-endian on every processor**: those that a store instruction
/// would put into a linear memory.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[repr(C, align(16))]
pub struct Value {
    /// The low 64 bits, as [`u64::to_le`] makes them; likewise the high ones.
    lo: u64,
    hi: u64,
}

impl Value {
    /// All bits zero: the default of every type, and the null reference.
    pub const ZERO: Self = Self { lo: 0, hi: 0 };

    /// The low 64 bits, with zero above.
    #[must_use]
    pub const fn from_bits(lo: u64) -> Self {
        Self { lo: lo.to_le(), hi: 0 }
    }

    /// The low 64 bits.
    #[must_use]
    pub const fn bits(self) -> u64 {
        u64::from_le(self.lo)
    }

    /// As an `i32`.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "an i32 is the low 32 bits")]
    pub const fn as_i32(self) -> i32 {
        self.bits() as i32
    }

    /// As an `i32`, read as unsigned.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "an i32 is the low 32 bits")]
    pub const fn as_u32(self) -> u32 {
        self.bits() as u32
    }

    /// As an `i64`.
    #[must_use]
    pub const fn as_i64(self) -> i64 {
        self.bits().cast_signed()
    }

    /// As an `i64`, read as unsigned.
    #[must_use]
    pub const fn as_u64(self) -> u64 {
        self.bits()
    }

    /// As an `f32`, NaN bits kept.
    #[must_use]
    pub const fn as_f32(self) -> f32 {
        f32::from_bits(self.as_u32())
    }

    /// As an `f64`, NaN bits kept.
    #[must_use]
    pub const fn as_f64(self) -> f64 {
        f64::from_bits(self.bits())
    }

    /// As a `v128`; lane 0 in the lowest bits.
    #[must_use]
    pub const fn as_u128(self) -> u128 {
        (u64::from_le(self.hi) as u128) << 64 | self.bits() as u128
    }

    /// As a reference: the store address, or `None` for null.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "references hold 32-bit addresses")]
    pub const fn as_ref_addr(self) -> Option<u32> {
        match self.bits() {
            0 => None,
            bits => Some((bits - 1) as u32),
        }
    }

    /// A reference to the store address `addr`, or null.
    #[must_use]
    pub const fn from_ref_addr(addr: Option<u32>) -> Self {
        match addr {
            None => Self::ZERO,
            Some(addr) => Self::from_bits(addr as u64 + 1),
        }
    }
}

macro_rules! from {
    ($($T:ty: $value:ident => $bits:expr;)*) => { $(
        impl From<$T> for Value {
            fn from($value: $T) -> Self {
                Self::from_bits($bits)
            }
        }
    )* };
}

// `From` for each number; 32-bit ones are zero-extended.
from! {
    i32: v => u64::from(v.cast_unsigned());
    u32: v => u64::from(v);
    i64: v => v.cast_unsigned();
    u64: v => v;
    f32: v => u64::from(v.to_bits());
    f64: v => v.to_bits();
}

impl From<u128> for Value {
    #[expect(clippy::cast_possible_truncation, reason = "split into halves")]
    fn from(v: u128) -> Self {
        Self { lo: (v as u64).to_le(), hi: ((v >> 64) as u64).to_le() }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#034x}", self.as_u128())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_one_slot() {
        assert_eq!((size_of::<Value>(), align_of::<Value>()), (16, 16));
    }

    #[test]
    fn is_little_endian_on_every_processor() {
        let value = Value::from(0x1f1e_1d1c_1b1a_1918_1716_1514_1312_1110_u128);
        let halves = [value.lo, value.hi].map(u64::to_ne_bytes);
        assert_eq!(halves.concat(), (0x10..0x20).collect::<alloc::vec::Vec<u8>>());
        assert_eq!(Value::from(0x1312_1110_u32).lo.to_ne_bytes()[..4], [0x10, 0x11, 0x12, 0x13]);
        assert_eq!(value.as_u128(), 0x1f1e_1d1c_1b1a_1918_1716_1514_1312_1110);
        assert_eq!(value.bits(), 0x1716_1514_1312_1110);
    }

    #[test]
    fn keeps_bits() {
        assert_eq!(Value::from(-1i32).bits(), 0xffff_ffff);
        assert_eq!(Value::from(f32::from_bits(0x7fa0_0001)).as_f32().to_bits(), 0x7fa0_0001);
        assert_eq!(Value::from(u128::MAX - 5).as_u128(), u128::MAX - 5);
        assert_eq!(Value::from_ref_addr(Some(0)).as_ref_addr(), Some(0));
        assert_eq!(Value::ZERO.as_ref_addr(), None);
    }
}
