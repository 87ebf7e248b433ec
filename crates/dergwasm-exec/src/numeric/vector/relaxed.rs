//! The relaxed instructions: of the results the specification permits, the one chosen here.
//!
//! Spec: [Execution › Numerics › Relaxed Operations](https://webassembly.github.io/spec/core/exec/numerics.html#relaxed-operations).
//! Every choice is the same on every host. Most instructions are the strict ones under another
//! name; products are rounded before they are added, because hosts without a fused instruction
//! would have to compute it in software.
#![expect(clippy::cast_possible_truncation, reason = "a narrow lane is half of a wide one")]

use super::V128;
use super::bits::v128_bitselect;
use super::float::{f32x4_add, f32x4_mul, f32x4_neg, f64x2_add, f64x2_mul, f64x2_neg};
use super::int::i32x4_add;
use super::lanes::zip;
use super::widen::i32x4_extadd_pairwise_i16x8_s;

pub(crate) use super::convert::i32x4_trunc_sat_f32x4_s as i32x4_relaxed_trunc_f32x4_s;
pub(crate) use super::convert::i32x4_trunc_sat_f32x4_u as i32x4_relaxed_trunc_f32x4_u;
pub(crate) use super::convert::i32x4_trunc_sat_f64x2_s_zero as i32x4_relaxed_trunc_f64x2_s_zero;
pub(crate) use super::convert::i32x4_trunc_sat_f64x2_u_zero as i32x4_relaxed_trunc_f64x2_u_zero;
pub(crate) use super::float::f32x4_max as f32x4_relaxed_max;
pub(crate) use super::float::f32x4_min as f32x4_relaxed_min;
pub(crate) use super::float::f64x2_max as f64x2_relaxed_max;
pub(crate) use super::float::f64x2_min as f64x2_relaxed_min;
pub(crate) use super::int::i16x8_q15mulr_sat_s as i16x8_relaxed_q15mulr_s;
pub(crate) use super::permute::i8x16_swizzle as i8x16_relaxed_swizzle;

/// `a * b + c`
#[inline(always)]
pub(crate) fn f32x4_relaxed_madd(a: V128, b: V128, c: V128) -> V128 {
    f32x4_add(f32x4_mul(a, b), c)
}

/// `-(a * b) + c`
#[inline(always)]
pub(crate) fn f32x4_relaxed_nmadd(a: V128, b: V128, c: V128) -> V128 {
    f32x4_add(f32x4_neg(f32x4_mul(a, b)), c)
}

/// `a * b + c`
#[inline(always)]
pub(crate) fn f64x2_relaxed_madd(a: V128, b: V128, c: V128) -> V128 {
    f64x2_add(f64x2_mul(a, b), c)
}

/// `-(a * b) + c`
#[inline(always)]
pub(crate) fn f64x2_relaxed_nmadd(a: V128, b: V128, c: V128) -> V128 {
    f64x2_add(f64x2_neg(f64x2_mul(a, b)), c)
}

/// Turns the name of a lane selection into the selection by bits, whatever its lanes.
macro_rules! laneselect {
    ($($name:ident)*) => { $(
        /// The bits of `a` where `mask` is 1, of `b` where it is 0.
        #[inline(always)]
        pub(crate) fn $name(a: V128, b: V128, mask: V128) -> V128 {
            v128_bitselect(a, b, mask)
        }
    )* };
}

laneselect! {
    i8x16_relaxed_laneselect i16x8_relaxed_laneselect
    i32x4_relaxed_laneselect i64x2_relaxed_laneselect
}

/// The sums of the products of neighbouring lanes, all of them signed; only twice the square of the
/// least value wraps.
#[inline(always)]
pub(crate) fn i16x8_relaxed_dot_i8x16_i7x16_s(a: V128, b: V128) -> V128 {
    // A wide lane holds a pair of narrow ones.
    zip::<i16, i16, _>(a, b, |a, b| {
        let (a_low, b_low) = (i16::from(a as i8), i16::from(b as i8));
        (a_low * b_low).wrapping_add((a >> 8) * (b >> 8))
    })
}

/// The sums of neighbouring lanes of `i16x8.relaxed_dot_i8x16_i7x16_s`, and `c`.
#[inline(always)]
pub(crate) fn i32x4_relaxed_dot_i8x16_i7x16_add_s(a: V128, b: V128, c: V128) -> V128 {
    i32x4_add(i32x4_extadd_pairwise_i16x8_s(i16x8_relaxed_dot_i8x16_i7x16_s(a, b)), c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_rounded_before_they_are_added() {
        let [a, b, c] = [f32::MAX, 2.0, -f32::MAX].map(|x| V128::from_lanes([x, 3.0, 0.0, 0.0]));
        assert_eq!(f32x4_relaxed_madd(a, b, c), [f32::INFINITY, 12.0, 0.0, 0.0]);
        assert_eq!(f32x4_relaxed_nmadd(a, b, c), [f32::NEG_INFINITY, -6.0, 0.0, 0.0]);
        let [a, b, c] = [f64::MAX, 2.0, -f64::MAX].map(|x| V128::from_lanes([x, 3.0]));
        assert_eq!(f64x2_relaxed_madd(a, b, c), [f64::INFINITY, 12.0]);
        assert_eq!(f64x2_relaxed_nmadd(a, b, c), [f64::NEG_INFINITY, -6.0]);
    }

    #[test]
    fn dot_is_signed_and_wraps() {
        let mut a = V128::default();
        a.0[..6].copy_from_slice(&[128, 128, 128, 128, 127, 127]);
        let mut b = V128::default();
        b.0[..6].copy_from_slice(&[128, 128, 129, 129, 127, 127]);
        let dot = [i16::MIN, 32512, 32258, 0, 0, 0, 0, 0];
        assert_eq!(i16x8_relaxed_dot_i8x16_i7x16_s(a, b), dot);
        let c = V128::from_lanes([1, i32::MIN, i32::MAX, -1]);
        let sums = [-255, i32::MIN + 32258, i32::MAX, -1];
        assert_eq!(i32x4_relaxed_dot_i8x16_i7x16_add_s(a, b, c), sums);
    }

    #[test]
    fn laneselect_selects_bits() {
        let (a, b) = (V128([0x12; 16]), V128([0x34; 16]));
        assert_eq!(i16x8_relaxed_laneselect(a, b, V128([0xf0; 16])), V128([0x14; 16]));
    }
}
