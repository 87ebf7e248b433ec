//! Floating-point arithmetic lane by lane.
//!
//! Spec: [Execution › Numerics › Floating-Point Operations](https://webassembly.github.io/spec/core/exec/numerics.html#floating-point-operations).
//! A lane computes what the scalar instruction computes; about NaNs see `numeric`.

use super::V128;
use super::lanes::{map_lanes, zip_lanes};
use crate::numeric::float;

map_lanes! {
    f32x4_abs(f32) = float::abs32;
    f64x2_abs(f64) = float::abs64;
    f32x4_neg(f32) = float::neg32;
    f64x2_neg(f64) = float::neg64;
    f32x4_sqrt(f32) = float::sqrt32;
    f64x2_sqrt(f64) = float::sqrt64;
    f32x4_ceil(f32) = float::ceil32;
    f64x2_ceil(f64) = float::ceil64;
    f32x4_floor(f32) = float::floor32;
    f64x2_floor(f64) = float::floor64;
    f32x4_trunc(f32) = float::trunc32;
    f64x2_trunc(f64) = float::trunc64;
    f32x4_nearest(f32) = float::nearest32;
    f64x2_nearest(f64) = float::nearest64;
}

zip_lanes! {
    f32x4_add(f32) = float::add32;
    f64x2_add(f64) = float::add64;
    f32x4_sub(f32) = float::sub32;
    f64x2_sub(f64) = float::sub64;
    f32x4_mul(f32) = float::mul32;
    f64x2_mul(f64) = float::mul64;
    f32x4_div(f32) = float::div32;
    f64x2_div(f64) = float::div64;
    // `fmin`: unlike the scalar instruction it does not branch for a NaN, so that all lanes are
    // computed at once. Of zeros of either sign the two comparisons pick one each, and −0 prevails
    // in the union of their bits.
    f32x4_min(f32) f64x2_min(f64) = |a, b| {
        let (x, y) = (if a < b { a } else { b }, if b < a { b } else { a });
        let (nan, least) = (a + b, Lane::from_bits(x.to_bits() | y.to_bits()));
        if a.is_nan() | b.is_nan() { nan } else { least }
    };
    // `fmax`: as above, but +0 prevails in the intersection.
    f32x4_max(f32) f64x2_max(f64) = |a, b| {
        let (x, y) = (if b < a { a } else { b }, if a < b { b } else { a });
        let (nan, greatest) = (a + b, Lane::from_bits(x.to_bits() & y.to_bits()));
        if a.is_nan() | b.is_nan() { nan } else { greatest }
    };
    // `fpmin`: `b` if it is less, else `a`.
    f32x4_pmin(f32) f64x2_pmin(f64) = |a, b| if b < a { b } else { a };
    // `fpmax`: `b` if it is greater, else `a`.
    f32x4_pmax(f32) f64x2_pmax(f64) = |a, b| if a < b { b } else { a };
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::hint::black_box;

    type Binary = fn(V128, V128) -> V128;

    /// Whether two vectors of `f32` have the same bits, where all NaNs are the same.
    fn same(a: V128, b: [f32; 4]) -> bool {
        let a: [f32; 4] = a.lanes();
        (0..4).all(|i| a[i].to_bits() == b[i].to_bits() || a[i].is_nan() && b[i].is_nan())
    }

    #[test]
    fn min_and_max_give_nan_and_order_zeros() {
        let a = V128::from_lanes([f32::NAN, 1.0, -0.0, 0.0]);
        let b = V128::from_lanes([1.0, f32::NAN, 0.0, -0.0]);
        assert!(same(f32x4_min(a, b), [f32::NAN, f32::NAN, -0.0, -0.0]));
        assert!(same(f32x4_max(a, b), [f32::NAN, f32::NAN, 0.0, 0.0]));
        let (a, b) = (V128::from_lanes([-0.0, 3.0f64]), V128::from_lanes([0.0, -f64::INFINITY]));
        assert_eq!(f64x2_min(a, b), V128::from_lanes([-0.0, -f64::INFINITY]));
        assert_eq!(f64x2_max(a, b), V128::from_lanes([0.0, 3.0f64]));
    }

    #[test]
    fn pseudo_min_and_max_prefer_the_first() {
        let a = V128::from_lanes([f32::NAN, 1.0, -0.0, 0.0]);
        let b = V128::from_lanes([1.0, f32::NAN, 0.0, -0.0]);
        for f in [f32x4_pmin, f32x4_pmax] as [Binary; 2] {
            assert_eq!(f(a, b), a);
            assert_eq!(f(b, a), b);
        }
        let (a, b) = (V128::from_lanes([1.0f64, 2.0]), V128::from_lanes([2.0f64, 1.0]));
        assert_eq!(f64x2_pmin(a, b), [1.0f64, 1.0]);
        assert_eq!(f64x2_pmax(a, b), [2.0f64, 2.0]);
    }

    #[test]
    fn rounding_keeps_signs_and_large_values() {
        let a = V128::from_lanes([-0.5, 2.5, 8_388_609.0, f32::NEG_INFINITY]);
        assert!(same(f32x4_nearest(a), [-0.0, 2.0, 8_388_609.0, f32::NEG_INFINITY]));
        assert!(same(f32x4_ceil(a), [-0.0, 3.0, 8_388_609.0, f32::NEG_INFINITY]));
        assert!(same(f32x4_floor(a), [-1.0, 2.0, 8_388_609.0, f32::NEG_INFINITY]));
        assert!(same(f32x4_trunc(a), [-0.0, 2.0, 8_388_609.0, f32::NEG_INFINITY]));
    }

    #[test]
    fn sign_operations_keep_nan_bits() {
        let a = V128::from_lanes([0xffa0_0001u32, 0x8000_0000, 0x7fc0_0000, 0x3f80_0000]);
        assert_eq!(f32x4_abs(a), [0x7fa0_0001u32, 0, 0x7fc0_0000, 0x3f80_0000]);
        assert_eq!(f32x4_neg(a), [0x7fa0_0001u32, 0, 0xffc0_0000, 0xbf80_0000]);
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri picks NaN results at random, signalling ones too")]
    fn whole_vectors_quiet_nans() {
        const QUIET: u64 = 0x7ff8 << 48;
        let signalling = black_box(V128::from_lanes([0x7ff4_0000_0000_0001u64, 0xfff0 << 48 | 1]));
        let one = black_box(V128::from_lanes([1.0f64; 2]));
        let quiet = |v: V128| v.lanes::<u64, 2>().map(|lane| lane & QUIET) == [QUIET; 2];
        for f in [f64x2_add, f64x2_mul, f64x2_div, f64x2_min, f64x2_max] as [Binary; 5] {
            assert!(quiet(f(signalling, one)) && quiet(f(one, signalling)));
        }
        for f in [f64x2_sqrt, f64x2_ceil, f64x2_floor, f64x2_trunc, f64x2_nearest] {
            assert!(quiet(f(signalling)));
        }
    }
}
