//! Comparisons lane by lane: a true lane has all bits set, a false one none.
//!
//! Spec: [Execution › Numerics › Integer Operations](https://webassembly.github.io/spec/core/exec/numerics.html#integer-operations)
//! and the floating-point ones after them. It does not know how a mask is used.

use super::V128;
use super::lanes::zip;

/// Turns `i8x16_eq(u8 => u8) = PartialEq::eq;` into a function `fn(V128, V128) -> V128` for each
/// name, which compares lanes of the first type and gives the mask in lanes of the second.
macro_rules! compare_lanes {
    ($($($name:ident($T:ty => $M:ty))+ = $f:expr;)*) => { $($(
        #[doc = concat!("Applies `", stringify!($f), "` to each lane.")]
        #[inline(always)]
        pub(crate) fn $name(a: V128, b: V128) -> V128 {
            let holds: fn(&$T, &$T) -> bool = $f;
            zip::<$T, $M, _>(a, b, |a, b| if holds(&a, &b) { <$M>::MAX } else { 0 })
        }
    )+)* };
}

compare_lanes! {
    // `ieq`
    i8x16_eq(u8 => u8) i16x8_eq(u16 => u16) i32x4_eq(u32 => u32) i64x2_eq(u64 => u64)
        = PartialEq::eq;
    // `ine`
    i8x16_ne(u8 => u8) i16x8_ne(u16 => u16) i32x4_ne(u32 => u32) i64x2_ne(u64 => u64)
        = PartialEq::ne;
    // `ilt_s` and `ilt_u`
    i8x16_lt_s(i8 => u8) i8x16_lt_u(u8 => u8) i16x8_lt_s(i16 => u16) i16x8_lt_u(u16 => u16)
        i32x4_lt_s(i32 => u32) i32x4_lt_u(u32 => u32) i64x2_lt_s(i64 => u64) = PartialOrd::lt;
    // `igt_s` and `igt_u`
    i8x16_gt_s(i8 => u8) i8x16_gt_u(u8 => u8) i16x8_gt_s(i16 => u16) i16x8_gt_u(u16 => u16)
        i32x4_gt_s(i32 => u32) i32x4_gt_u(u32 => u32) i64x2_gt_s(i64 => u64) = PartialOrd::gt;
    // `ile_s` and `ile_u`
    i8x16_le_s(i8 => u8) i8x16_le_u(u8 => u8) i16x8_le_s(i16 => u16) i16x8_le_u(u16 => u16)
        i32x4_le_s(i32 => u32) i32x4_le_u(u32 => u32) i64x2_le_s(i64 => u64) = PartialOrd::le;
    // `ige_s` and `ige_u`
    i8x16_ge_s(i8 => u8) i8x16_ge_u(u8 => u8) i16x8_ge_s(i16 => u16) i16x8_ge_u(u16 => u16)
        i32x4_ge_s(i32 => u32) i32x4_ge_u(u32 => u32) i64x2_ge_s(i64 => u64) = PartialOrd::ge;

    // `feq`
    f32x4_eq(f32 => u32) f64x2_eq(f64 => u64) = PartialEq::eq;
    // `fne`
    f32x4_ne(f32 => u32) f64x2_ne(f64 => u64) = PartialEq::ne;
    // `flt`
    f32x4_lt(f32 => u32) f64x2_lt(f64 => u64) = PartialOrd::lt;
    // `fgt`
    f32x4_gt(f32 => u32) f64x2_gt(f64 => u64) = PartialOrd::gt;
    // `fle`
    f32x4_le(f32 => u32) f64x2_le(f64 => u64) = PartialOrd::le;
    // `fge`
    f32x4_ge(f32 => u32) f64x2_ge(f64 => u64) = PartialOrd::ge;
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: u32 = u32::MAX;

    #[test]
    fn integers_compare_by_their_sign() {
        let (a, b) = (V128::from_lanes([-1, 1, 5, i32::MIN]), V128::from_lanes([1, -1, 5, 0]));
        assert_eq!(i32x4_lt_s(a, b), [ALL, 0, 0, ALL]);
        assert_eq!(i32x4_lt_u(a, b), [0, ALL, 0, 0]);
        assert_eq!(i32x4_le_s(a, b), [ALL, 0, ALL, ALL]);
        assert_eq!(i32x4_ge_u(a, b), [ALL, 0, ALL, ALL]);
        assert_eq!(i32x4_gt_s(a, b), [0, ALL, 0, 0]);
        assert_eq!(i32x4_eq(a, b), [0, 0, ALL, 0]);
        assert_eq!(i32x4_ne(a, b), [ALL, ALL, 0, ALL]);
    }

    #[test]
    fn long_lanes_compare_whole() {
        let (a, b) = (V128::from_lanes([1i64 << 32, -1]), V128::from_lanes([1i64, 0]));
        assert_eq!(i64x2_gt_s(a, b), [u64::MAX, 0]);
        assert_eq!(i64x2_le_s(a, b), [0, u64::MAX]);
        assert_eq!(i64x2_eq(a, a), [u64::MAX; 2]);
    }

    #[test]
    fn nan_is_unordered_and_zeros_are_equal() {
        let (a, b) =
            (V128::from_lanes([f32::NAN, -0.0, 1.0, f32::NAN]), V128::from_lanes([0f32; 4]));
        let b = V128::from_lanes([b.lanes::<f32, 4>()[0], 0.0, 2.0, f32::NAN]);
        assert_eq!(f32x4_eq(a, b), [0, ALL, 0, 0]);
        assert_eq!(f32x4_ne(a, b), [ALL, 0, ALL, ALL]);
        assert_eq!(f32x4_lt(a, b), [0, 0, ALL, 0]);
        assert_eq!(f32x4_le(a, b), [0, ALL, ALL, 0]);
        assert_eq!(f32x4_gt(b, a), [0, 0, ALL, 0]);
        assert_eq!(f32x4_ge(a, b), [0, ALL, 0, 0]);
    }
}
