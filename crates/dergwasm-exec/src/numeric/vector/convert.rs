//! Conversions between integer and floating-point lanes, and between the two floating-point ones.
//!
//! Spec: [Execution › Numerics › Conversions](https://webassembly.github.io/spec/core/exec/numerics.html#conversions).
//! A lane becomes what the scalar instruction makes of it; conversions between integers are in
//! `widen`.

use super::V128;
use crate::numeric::convert;

/// Turns `i32x4_trunc_sat_f32x4_s: [f32; 4] => [i32; 4] = convert::trunc_sat_f32_i32;` into the
/// function that converts each lane. Where the operand has more lanes than the result, it converts
/// the low ones; where it has fewer, the lanes left over are zero.
macro_rules! convert_lanes {
    ($($name:ident: [$T:ty; $N:literal] => [$U:ty; $M:literal] = $f:expr;)*) => { $(
        #[doc = concat!("`", stringify!($f), "` of each lane.")]
        #[inline(always)]
        pub(crate) fn $name(a: V128) -> V128 {
            let lanes: [$T; $N] = a.lanes();
            V128::from_fn::<$U, $M>(|i| if i < $N { $f(lanes[i]) } else { Default::default() })
        }
    )* };
}

convert_lanes! {
    i32x4_trunc_sat_f32x4_s: [f32; 4] => [i32; 4] = convert::trunc_sat_f32_i32;
    i32x4_trunc_sat_f32x4_u: [f32; 4] => [u32; 4] = convert::trunc_sat_f32_u32;
    i32x4_trunc_sat_f64x2_s_zero: [f64; 2] => [i32; 4] = convert::trunc_sat_f64_i32;
    i32x4_trunc_sat_f64x2_u_zero: [f64; 2] => [u32; 4] = convert::trunc_sat_f64_u32;
    f32x4_convert_i32x4_s: [i32; 4] => [f32; 4] = convert::convert_i32_f32;
    f32x4_convert_i32x4_u: [u32; 4] => [f32; 4] = convert::convert_u32_f32;
    f64x2_convert_low_i32x4_s: [i32; 4] => [f64; 2] = convert::convert_i32_f64;
    f64x2_convert_low_i32x4_u: [u32; 4] => [f64; 2] = convert::convert_u32_f64;
    f32x4_demote_f64x2_zero: [f64; 2] => [f32; 4] = convert::demote_f64_f32;
    f64x2_promote_low_f32x4: [f32; 4] => [f64; 2] = convert::promote_f32_f64;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn truncation_saturates_and_nan_is_zero() {
        let a = V128::from_lanes([f32::NAN, f32::INFINITY, -1.9, -3e9]);
        assert_eq!(i32x4_trunc_sat_f32x4_s(a), [0, i32::MAX, -1, i32::MIN]);
        assert_eq!(i32x4_trunc_sat_f32x4_u(a), [0, u32::MAX, 0, 0]);
        let a = V128::from_lanes([3e9f32, 2_147_483_520.0, -0.9, f32::NEG_INFINITY]);
        assert_eq!(i32x4_trunc_sat_f32x4_s(a), [i32::MAX, 2_147_483_520, 0, i32::MIN]);
        assert_eq!(i32x4_trunc_sat_f32x4_u(a), [3_000_000_000u32, 2_147_483_520, 0, 0]);
    }

    #[test]
    fn truncation_of_the_wider_zeroes_the_high_lanes() {
        let a = V128::from_lanes([4_294_967_295.9f64, -2_147_483_648.9]);
        assert_eq!(i32x4_trunc_sat_f64x2_s_zero(a), [i32::MAX, i32::MIN, 0, 0]);
        assert_eq!(i32x4_trunc_sat_f64x2_u_zero(a), [u32::MAX, 0, 0, 0]);
        let a = V128::from_lanes([f64::NAN, 1e300]);
        assert_eq!(i32x4_trunc_sat_f64x2_u_zero(a), [0, u32::MAX, 0, 0]);
    }

    #[test]
    fn integers_convert_to_the_nearest_by_sign() {
        let a = V128::from_lanes([-1, 16_777_217, i32::MIN, i32::MAX]);
        let signed = [-1.0, 16_777_216.0, -2_147_483_648.0, 2_147_483_648.0f32];
        assert_eq!(f32x4_convert_i32x4_s(a), signed);
        let unsigned = [4_294_967_296.0, 16_777_216.0, 2_147_483_648.0, 2_147_483_648.0f32];
        assert_eq!(f32x4_convert_i32x4_u(a), unsigned);
        assert_eq!(f64x2_convert_low_i32x4_s(a), [-1.0, 16_777_217.0f64]);
        assert_eq!(f64x2_convert_low_i32x4_u(a), [4_294_967_295.0, 16_777_217.0f64]);
    }

    #[test]
    fn demotion_zeroes_and_promotion_drops_the_high_lanes() {
        let a = V128::from_lanes([1e300f64, -0.1]);
        assert_eq!(f32x4_demote_f64x2_zero(a), [f32::INFINITY, -0.1, 0.0, 0.0]);
        let a = V128::from_lanes([0.1f32, f32::NEG_INFINITY, 1.0, f32::NAN]);
        assert_eq!(f64x2_promote_low_f32x4(a), [f64::from(0.1f32), f64::NEG_INFINITY]);
    }
}
