//! Conversions between types.
//!
//! Spec: [Execution › Numerics › Conversions](https://webassembly.github.io/spec/core/exec/numerics.html#conversions).
//! A function is named after the operation, the type it converts from, and the type it converts to.
#![expect(clippy::cast_possible_truncation, reason = "the semantics of these instructions")]

use dergwasm_types::Trap;

macro_rules! truncations {
    ($(
        $trap:ident $saturate:ident: $A:ident => $R:ident, $operand:ident if $fits:expr;
    )*) => { $(
        #[doc = concat!("`trunc` of an `", stringify!($A), "` to an `", stringify!($R), "`.")]
        #[inline(always)]
        pub(crate) fn $trap($operand: $A) -> Result<$R, Trap> {
            if $fits {
                Ok($saturate($operand))
            } else if $operand.is_nan() {
                Err(Trap::InvalidConversionToInteger)
            } else {
                Err(Trap::IntegerOverflow)
            }
        }

        #[doc = concat!("`trunc_sat` of an `", stringify!($A), "` to an `", stringify!($R), "`.")]
        #[inline(always)]
        pub(crate) fn $saturate($operand: $A) -> $R {
            $operand as $R
        }
    )* };
}

// Each row becomes two functions: one that traps unless the condition holds, one that saturates.
// The condition is that the integer part fits. One less than the smallest integer is out of range,
// but where the floats are too coarse to tell the two apart, the smallest integer is the bound.
truncations! {
    trunc_f32_i32 trunc_sat_f32_i32: f32 => i32, a if (-TWO_31 as f32..TWO_31 as f32).contains(&a);
    trunc_f32_u32 trunc_sat_f32_u32: f32 => u32, a if a > -1.0 && a < TWO_32 as f32;
    trunc_f64_i32 trunc_sat_f64_i32: f64 => i32, a if a > -TWO_31 - 1.0 && a < TWO_31;
    trunc_f64_u32 trunc_sat_f64_u32: f64 => u32, a if a > -1.0 && a < TWO_32;
    trunc_f32_i64 trunc_sat_f32_i64: f32 => i64, a if (-TWO_63 as f32..TWO_63 as f32).contains(&a);
    trunc_f32_u64 trunc_sat_f32_u64: f32 => u64, a if a > -1.0 && a < TWO_64 as f32;
    trunc_f64_i64 trunc_sat_f64_i64: f64 => i64, a if (-TWO_63..TWO_63).contains(&a);
    trunc_f64_u64 trunc_sat_f64_u64: f64 => u64, a if a > -1.0 && a < TWO_64;
}

const TWO_31: f64 = 2_147_483_648.0;
const TWO_32: f64 = 4_294_967_296.0;
const TWO_63: f64 = 9_223_372_036_854_775_808.0;
const TWO_64: f64 = 18_446_744_073_709_551_616.0;

macro_rules! conversions {
    ($(
        $(#[$doc:meta])*
        $name:ident($operand:ident: $A:ident) -> $R:ident = $result:expr;
    )*) => { $(
        $(#[$doc])*
        #[inline(always)]
        pub(crate) fn $name($operand: $A) -> $R {
            $result
        }
    )* };
}

// Each row becomes a function.
conversions! {
    /// `wrap`
    wrap_u64_u32(a: u64) -> u32 = a as u32;
    /// `extend_s`
    extend_i32_i64(a: i32) -> i64 = i64::from(a);
    /// `extend_u`
    extend_u32_u64(a: u32) -> u64 = u64::from(a);

    /// `convert_s`
    convert_i32_f32(a: i32) -> f32 = a as f32;
    /// `convert_u`
    convert_u32_f32(a: u32) -> f32 = a as f32;
    /// `convert_s`
    convert_i64_f32(a: i64) -> f32 = a as f32;
    /// `convert_u`
    convert_u64_f32(a: u64) -> f32 = a as f32;
    /// `convert_s`
    convert_i32_f64(a: i32) -> f64 = f64::from(a);
    /// `convert_u`
    convert_u32_f64(a: u32) -> f64 = f64::from(a);
    /// `convert_s`
    convert_i64_f64(a: i64) -> f64 = a as f64;
    /// `convert_u`
    convert_u64_f64(a: u64) -> f64 = a as f64;

    /// `demote`
    demote_f64_f32(a: f64) -> f32 = a as f32;
    /// `promote`
    promote_f32_f64(a: f32) -> f64 = f64::from(a);

    /// `reinterpret`
    reinterpret_f32_u32(a: f32) -> u32 = a.to_bits();
    /// `reinterpret`
    reinterpret_f64_u64(a: f64) -> u64 = a.to_bits();
    /// `reinterpret`
    reinterpret_u32_f32(a: u32) -> f32 = f32::from_bits(a);
    /// `reinterpret`
    reinterpret_u64_f64(a: u64) -> f64 = f64::from_bits(a);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::samples;
    use core::hint::black_box;

    const OVERFLOW: Trap = Trap::IntegerOverflow;

    #[test]
    fn truncation_to_32_bits_at_its_bounds() {
        assert_eq!(trunc_f32_i32(-2_147_483_648.0), Ok(i32::MIN));
        assert_eq!(trunc_f32_i32(-2_147_483_904.0), Err(OVERFLOW));
        assert_eq!(trunc_f32_i32(2_147_483_520.0), Ok(0x7fff_ff80));
        assert_eq!(trunc_f32_i32(2_147_483_648.0), Err(OVERFLOW));
        assert_eq!(trunc_f32_u32(-0.999_999_94), Ok(0));
        assert_eq!(trunc_f32_u32(-1.0), Err(OVERFLOW));
        assert_eq!(trunc_f32_u32(4_294_967_040.0), Ok(0xffff_ff00));
        assert_eq!(trunc_f32_u32(4_294_967_296.0), Err(OVERFLOW));
        assert_eq!(trunc_f64_i32(-2_147_483_648.999_999_5), Ok(i32::MIN));
        assert_eq!(trunc_f64_i32(-2_147_483_649.0), Err(OVERFLOW));
        assert_eq!(trunc_f64_i32(2_147_483_647.999_999_8), Ok(i32::MAX));
        assert_eq!(trunc_f64_i32(2_147_483_648.0), Err(OVERFLOW));
        assert_eq!(trunc_f64_u32(-0.999_999_999_999_999_9), Ok(0));
        assert_eq!(trunc_f64_u32(-1.0), Err(OVERFLOW));
        assert_eq!(trunc_f64_u32(4_294_967_295.999_999_5), Ok(u32::MAX));
        assert_eq!(trunc_f64_u32(4_294_967_296.0), Err(OVERFLOW));
    }

    #[test]
    fn truncation_to_64_bits_at_its_bounds() {
        assert_eq!(trunc_f32_i64(-TWO_63 as f32), Ok(i64::MIN));
        assert_eq!(trunc_f32_i64((-TWO_63 as f32).next_down()), Err(OVERFLOW));
        assert_eq!(trunc_f32_i64((TWO_63 as f32).next_down()), Ok(0x7fff_ff80 << 32));
        assert_eq!(trunc_f32_i64(TWO_63 as f32), Err(OVERFLOW));
        assert_eq!(trunc_f32_u64(-0.999_999_94), Ok(0));
        assert_eq!(trunc_f32_u64(-1.0), Err(OVERFLOW));
        assert_eq!(trunc_f32_u64((TWO_64 as f32).next_down()), Ok(0xffff_ff00 << 32));
        assert_eq!(trunc_f32_u64(TWO_64 as f32), Err(OVERFLOW));
        assert_eq!(trunc_f64_i64(-TWO_63), Ok(i64::MIN));
        assert_eq!(trunc_f64_i64((-TWO_63).next_down()), Err(OVERFLOW));
        assert_eq!(trunc_f64_i64(TWO_63.next_down()), Ok(i64::MAX - 1023));
        assert_eq!(trunc_f64_i64(TWO_63), Err(OVERFLOW));
        assert_eq!(trunc_f64_u64(-0.999_999_999_999_999_9), Ok(0));
        assert_eq!(trunc_f64_u64(-1.0), Err(OVERFLOW));
        assert_eq!(trunc_f64_u64(TWO_64.next_down()), Ok(u64::MAX - 2047));
        assert_eq!(trunc_f64_u64(TWO_64), Err(OVERFLOW));
    }

    #[test]
    fn truncation_of_nan_and_infinity() {
        let invalid = Trap::InvalidConversionToInteger;
        assert_eq!(trunc_f32_i32(f32::NAN), Err(invalid));
        assert_eq!(trunc_f64_u32(-f64::NAN), Err(invalid));
        assert_eq!(trunc_f32_u64(f32::from_bits(0xff80_0001)), Err(invalid));
        assert_eq!(trunc_f64_i64(f64::NAN), Err(invalid));
        assert_eq!(trunc_f32_u32(f32::INFINITY), Err(OVERFLOW));
        assert_eq!(trunc_f64_i64(f64::NEG_INFINITY), Err(OVERFLOW));
        assert_eq!((trunc_sat_f32_i32(f32::NAN), trunc_sat_f64_u64(f64::NAN)), (0, 0));
        assert_eq!(trunc_sat_f32_i32(f32::INFINITY), i32::MAX);
        assert_eq!(trunc_sat_f64_i64(f64::NEG_INFINITY), i64::MIN);
        assert_eq!(trunc_sat_f32_u64(-1.0), 0);
        assert_eq!(trunc_sat_f64_u32(TWO_32), u32::MAX);
    }

    /// In 128 bits a saturated truncation is out of every range, so it tells what fits.
    #[test]
    fn truncation_agrees_with_a_wider_one() {
        fn wider<R: TryFrom<i128>>(a: f64) -> Result<R, Trap> {
            match a.is_nan() {
                true => Err(Trap::InvalidConversionToInteger),
                false => R::try_from(a as i128).map_err(|_| OVERFLOW),
            }
        }
        for bits in samples() {
            let a = f32::from_bits(bits as u32);
            assert_eq!(trunc_f32_i32(a), wider(a.into()), "{a:e}");
            assert_eq!(trunc_f32_u32(a), wider(a.into()), "{a:e}");
            assert_eq!(trunc_f32_i64(a), wider(a.into()), "{a:e}");
            assert_eq!(trunc_f32_u64(a), wider(a.into()), "{a:e}");
            let a = f64::from_bits(bits);
            assert_eq!(trunc_f64_i32(a), wider(a), "{a:e}");
            assert_eq!(trunc_f64_u32(a), wider(a), "{a:e}");
            assert_eq!(trunc_f64_i64(a), wider(a), "{a:e}");
            assert_eq!(trunc_f64_u64(a), wider(a), "{a:e}");
        }
    }

    #[test]
    fn integers_convert_to_the_nearest_float() {
        // Halfway: to even. One more: up.
        assert_eq!(convert_i32_f32(0x0100_0001), 16_777_216.0);
        assert_eq!(convert_u32_f32(0x0100_0003), 16_777_220.0);
        assert_eq!(convert_u32_f32(u32::MAX), TWO_32 as f32);
        assert_eq!(convert_i64_f32(0x7fff_ffc0_0000_0000), TWO_63 as f32);
        assert_eq!(convert_i64_f32(0x7fff_ffbf_ffff_ffff), (TWO_63 as f32).next_down());
        assert_eq!(convert_u64_f32(0x8000_0080_0000_0000), TWO_63 as f32);
        assert_eq!(convert_u64_f32(0x8000_0080_0000_0001), (TWO_63 as f32).next_up());
        assert_eq!(convert_i64_f64(0x20_0000_0000_0001), 9_007_199_254_740_992.0);
        assert_eq!(convert_u64_f64(0x8000_0000_0000_0400), TWO_63);
        assert_eq!(convert_u64_f64(0x8000_0000_0000_0401), TWO_63.next_up());
        assert_eq!(convert_u64_f64(u64::MAX), TWO_64);
        assert_eq!((convert_i32_f64(i32::MIN), convert_u32_f64(1 << 31)), (-TWO_31, TWO_31));
        assert_eq!((convert_i64_f32(-1), convert_i64_f64(i64::MIN)), (-1.0, -TWO_63));
    }

    #[test]
    fn integers_change_width() {
        assert_eq!(wrap_u64_u32(0xffff_ffff_8000_0001), 0x8000_0001);
        assert_eq!(extend_i32_i64(i32::MIN), -0x8000_0000);
        assert_eq!(extend_u32_u64(1 << 31), 1 << 31);
    }

    #[test]
    fn floats_change_width() {
        assert_eq!(demote_f64_f32(1e39), f32::INFINITY);
        assert_eq!(demote_f64_f32(-1e-50).to_bits(), 1 << 31);
        assert_eq!(demote_f64_f32(1.000_000_059_604_644_8), 1.0);
        assert_eq!(demote_f64_f32(1.000_000_059_604_645), 1.0 + f32::EPSILON);
        assert_eq!(promote_f32_f64(f32::from_bits(1)), 1.401_298_464_324_817e-45);
        assert_eq!(promote_f32_f64(-0.0).to_bits(), 1 << 63);
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri picks NaN results at random, signalling ones too")]
    fn changing_width_quiets_nans() {
        let signalling = black_box(f32::from_bits(0x7fa0_0001));
        assert_eq!(promote_f32_f64(signalling).to_bits() >> 51, 0xfff);
        let signalling = black_box(f64::from_bits(0xfff0_0000_0000_0001));
        assert_eq!(demote_f64_f32(signalling).to_bits() >> 22, 0x3ff);
        let (nan32, nan64) = black_box((f32::NAN, f64::NAN));
        assert_eq!(promote_f32_f64(nan32).to_bits(), 0x7ff8 << 48);
        assert_eq!(demote_f64_f32(nan64).to_bits(), 0x7fc0 << 16);
    }

    #[test]
    fn reinterpreting_keeps_nan_bits() {
        assert_eq!(reinterpret_f32_u32(reinterpret_u32_f32(0xff80_0001)), 0xff80_0001);
        let bits = 0x7ff0_0000_0000_0001;
        assert_eq!(reinterpret_f64_u64(reinterpret_u64_f64(bits)), bits);
    }
}
