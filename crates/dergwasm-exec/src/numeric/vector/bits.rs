//! Instructions on the vector as 128 bits, without lanes.
//!
//! Spec: [Execution › Numerics › Integer Operations](https://webassembly.github.io/spec/core/exec/numerics.html#integer-operations),
//! `inot` to `ibitselect`. It does not know the shapes.

use super::V128;
use super::lanes::{map_lanes, zip_lanes};

map_lanes! {
    v128_not(u64) = |a| !a;
}

zip_lanes! {
    v128_and(u64) = |a, b| a & b;
    v128_andnot(u64) = |a, b| a & !b;
    v128_or(u64) = |a, b| a | b;
    v128_xor(u64) = |a, b| a ^ b;
}

/// The bits of `a` where `mask` is 1, of `b` where it is 0.
#[inline(always)]
pub(crate) fn v128_bitselect(a: V128, b: V128, mask: V128) -> V128 {
    v128_or(v128_and(a, mask), v128_andnot(b, mask))
}

/// 1 if any bit is set, else 0.
#[inline(always)]
pub(crate) fn v128_any_true(a: V128) -> u32 {
    u32::from(u128::from(a) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bitselect_takes_the_first_where_the_mask_is_set() {
        let (a, b) = (V128::from(0b0101), V128::from(0b0011));
        assert_eq!(v128_bitselect(a, b, V128::from(0b1100)), V128::from(0b0111));
        assert_eq!(v128_bitselect(a, b, V128([255; 16])), a);
    }

    #[test]
    fn andnot_inverts_the_second() {
        assert_eq!(v128_andnot(V128([0xf0; 16]), V128([0x30; 16])), V128([0xc0; 16]));
        assert_eq!(v128_not(V128([0xf0; 16])), V128([0x0f; 16]));
    }

    #[test]
    fn any_true_sees_every_bit() {
        assert_eq!(v128_any_true(V128::default()), 0);
        assert!((0..128).all(|i| v128_any_true(V128::from(1 << i)) == 1));
    }
}
