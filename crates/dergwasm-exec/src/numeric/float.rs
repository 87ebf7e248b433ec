//! Floating-point operations.
//!
//! Spec: [Execution › Numerics › Floating-Point Operations](https://webassembly.github.io/spec/core/exec/numerics.html#floating-point-operations).
//! Each function is labelled with its name in the specification. Conversions between types are in
//! `convert`; about NaNs see the parent module.

macro_rules! both_widths {
    ($(
        $(#[$attr:meta])*
        $name32:ident $name64:ident ($($operand:ident: $A:ty),*) -> $R:ty $body:block
    )*) => {
        mod bits32 {
            use self::{nearest32 as nearest, round32 as round};
            type F = f32;
            #[cfg(any(not(feature = "std"), test))]
            type Bits = u32;
            #[cfg(any(not(feature = "std"), test))]
            type TwiceAsWide = u64;
            $( $(#[$attr])* #[inline(always)]
            pub(crate) fn $name32($($operand: $A),*) -> $R $body )*
        }
        mod bits64 {
            use self::{nearest64 as nearest, round64 as round};
            type F = f64;
            #[cfg(any(not(feature = "std"), test))]
            type Bits = u64;
            #[cfg(any(not(feature = "std"), test))]
            type TwiceAsWide = u128;
            $( $(#[$attr])* #[inline(always)]
            pub(crate) fn $name64($($operand: $A),*) -> $R $body )*
        }
        pub(crate) use {bits32::*, bits64::*};
    };
}

// Each row becomes two functions: in the first `F` is `f32`, and `nearest` and `round` are those of
// `f32`; in the second `f64`.
both_widths! {
    /// `fadd`
    add32 add64 (a: F, b: F) -> F { a + b }

    /// `fsub`
    sub32 sub64 (a: F, b: F) -> F { a - b }

    /// `fmul`
    mul32 mul64 (a: F, b: F) -> F { a * b }

    /// `fdiv`
    div32 div64 (a: F, b: F) -> F { a / b }

    /// `fmin`: addition is what makes one NaN of two operands.
    min32 min64 (a: F, b: F) -> F {
        if a.is_nan() || b.is_nan() {
            return a + b;
        }
        // Of zeros of either sign each comparison picks another, and −0 prevails in the union.
        let x = if a < b { a } else { b };
        let y = if b < a { b } else { a };
        F::from_bits(x.to_bits() | y.to_bits())
    }

    /// `fmax`: as `fmin`.
    max32 max64 (a: F, b: F) -> F {
        if a.is_nan() || b.is_nan() {
            return a + b;
        }
        // As in `min`, but +0 prevails in the intersection.
        let x = if a > b { a } else { b };
        let y = if b > a { b } else { a };
        F::from_bits(x.to_bits() & y.to_bits())
    }

    /// `fcopysign`
    copysign32 copysign64 (a: F, b: F) -> F { a.copysign(b) }

    /// `fabs`
    abs32 abs64 (a: F) -> F { a.abs() }

    /// `fneg`
    neg32 neg64 (a: F) -> F { -a }

    /// `fsqrt`
    #[cfg(feature = "std")]
    sqrt32 sqrt64 (a: F) -> F { a.sqrt() }

    /// `fsqrt` where no method of a float computes it: the root of the mantissa as an integer.
    #[cfg(any(not(feature = "std"), test))]
    #[expect(clippy::cast_possible_truncation, reason = "the root has half as many bits")]
    integer_sqrt32 integer_sqrt64 (a: F) -> F {
        const FRACTION_BITS: u32 = F::MANTISSA_DIGITS - 1;
        const BIAS: i32 = F::MAX_EXP - 1;
        if a.is_nan() || a == 0.0 || a == F::INFINITY {
            return a + a;
        }
        if a < 0.0 {
            return F::NAN;
        }
        // Scaling a subnormal number up by an even power of two makes it normal.
        const SCALE: i32 = F::MANTISSA_DIGITS as i32 & !1;
        let (a, scale) = match a < F::MIN_POSITIVE {
            true => (a * (1_u64 << SCALE) as F, SCALE),
            false => (a, 0),
        };
        let exponent = (a.to_bits() >> FRACTION_BITS) as i32 - BIAS - scale;
        let mantissa = a.to_bits() & ((1 << FRACTION_BITS) - 1) | 1 << FRACTION_BITS;
        // The exponent has to be even to be halved; the shift gives the root one bit more than the
        // result has. It is never half between two results, so that bit alone rounds it.
        let odd = exponent & 1;
        let square = TwiceAsWide::from(mantissa) << (FRACTION_BITS as i32 + 2 + odd);
        let rounded = (square.isqrt() as Bits + 1) >> 1;
        // The leading 1 of the mantissa adds 1 to the exponent.
        let exponent = ((exponent >> 1) + BIAS - 1) as Bits;
        F::from_bits((exponent << FRACTION_BITS) + rounded)
    }

    /// `fceil`: the sign is for the zero that a negative number comes to.
    ceil32 ceil64 (a: F) -> F {
        let nearest = nearest(a);
        (nearest + if nearest < a { 1.0 } else { 0.0 }).copysign(a)
    }

    /// `ffloor`
    floor32 floor64 (a: F) -> F {
        let nearest = nearest(a);
        nearest - if nearest > a { 1.0 } else { 0.0 }
    }

    /// `ftrunc`
    trunc32 trunc64 (a: F) -> F {
        let magnitude = a.abs();
        let nearest = round(magnitude);
        (nearest - if nearest > magnitude { 1.0 } else { 0.0 }).copysign(a)
    }

    /// `fnearest`: of two integers as near, the even one.
    nearest32 nearest64 (a: F) -> F { round(a.abs()).copysign(a) }

    /// The integer nearest to `magnitude`, which is not negative; of two as near, the even one.
    ///
    /// Adding 2^23 (`f32`) or 2^52 (`f64`) leaves no room for a fraction, so the CPU rounds it off.
    /// Larger numbers are integers: adding 0 leaves them alone, and quiets a NaN.
    round32 round64 (magnitude: F) -> F {
        const INTEGRAL: F = 1.0 / F::EPSILON;
        let room = if magnitude < INTEGRAL { INTEGRAL } else { 0.0 };
        (magnitude + room) - room
    }

    /// `feq`
    eq32 eq64 (a: F, b: F) -> bool { a == b }

    /// `fne`
    ne32 ne64 (a: F, b: F) -> bool { a != b }

    /// `flt`
    lt32 lt64 (a: F, b: F) -> bool { a < b }

    /// `fgt`
    gt32 gt64 (a: F, b: F) -> bool { a > b }

    /// `fle`
    le32 le64 (a: F, b: F) -> bool { a <= b }

    /// `fge`
    ge32 ge64 (a: F, b: F) -> bool { a >= b }
}

#[cfg(not(feature = "std"))]
pub(crate) use {integer_sqrt32 as sqrt32, integer_sqrt64 as sqrt64};

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use crate::numeric::samples;
    use core::hint::black_box;

    const SNAN32: u32 = 0x7fa0_0001;
    const SNAN64: u64 = 0xfff4_0000_0000_0001;

    /// Numbers at which rounding changes its mind.
    const EDGES: &[f64] = &[
        0.0,
        f64::MIN_POSITIVE,
        5e-324,
        0.499_999_999_999_999_94,
        0.499_999_97,
        0.5,
        0.500_000_06,
        0.999_999_999_999_999_9,
        0.999_999_94,
        1.0,
        1.5,
        2.5,
        3.5,
        4_194_303.5,
        4_194_304.5,
        8_388_607.0,
        8_388_607.5,
        8_388_608.0,
        8_388_609.0,
        16_777_217.0,
        2_251_799_813_685_247.8,
        4_503_599_627_370_494.5,
        4_503_599_627_370_495.5,
        4_503_599_627_370_496.0,
        4_503_599_627_370_497.0,
        9_007_199_254_740_993.0,
        f32::MAX as f64,
        f64::MAX,
        f64::INFINITY,
    ];

    fn same32(ours: f32, theirs: f32, of: f32) {
        let same = ours.to_bits() == theirs.to_bits() || ours.is_nan() && theirs.is_nan();
        assert!(same, "{ours:e}, not {theirs:e}, of {of:e}");
    }

    fn same64(ours: f64, theirs: f64, of: f64) {
        let same = ours.to_bits() == theirs.to_bits() || ours.is_nan() && theirs.is_nan();
        assert!(same, "{ours:e}, not {theirs:e}, of {of:e}");
    }

    #[test]
    #[expect(clippy::cast_possible_truncation, reason = "any sample will do")]
    fn rounding_and_roots_agree_with_std() {
        let edges = EDGES.iter().flat_map(|&edge| [edge, -edge]);
        let of32 = edges.clone().map(|edge| edge as f32);
        for a in of32.chain(samples().map(|bits| f32::from_bits(bits as u32))) {
            same32(ceil32(a), a.ceil(), a);
            same32(floor32(a), a.floor(), a);
            same32(trunc32(a), a.trunc(), a);
            same32(nearest32(a), a.round_ties_even(), a);
            same32(sqrt32(a), a.sqrt(), a);
            same32(integer_sqrt32(a), a.sqrt(), a);
        }
        for a in edges.chain(samples().map(f64::from_bits)) {
            same64(ceil64(a), a.ceil(), a);
            same64(floor64(a), a.floor(), a);
            same64(trunc64(a), a.trunc(), a);
            same64(nearest64(a), a.round_ties_even(), a);
            same64(sqrt64(a), a.sqrt(), a);
            same64(integer_sqrt64(a), a.sqrt(), a);
        }
    }

    #[test]
    fn rounding_keeps_the_sign_of_zero() {
        for round in [ceil32, trunc32, nearest32] {
            assert_eq!(round(-0.3).to_bits(), 1 << 31);
        }
        for round in [ceil64, trunc64, nearest64, floor64] {
            assert_eq!(round(-0.0).to_bits(), 1 << 63);
            assert_eq!(round(0.0).to_bits(), 0);
        }
        assert_eq!(ceil64(-0.7).to_bits(), 1 << 63);
        assert_eq!(floor64(0.7).to_bits(), 0);
        assert_eq!((nearest64(-2.5), nearest64(-3.5), nearest32(-0.5)), (-2.0, -4.0, -0.0));
    }

    #[test]
    fn min_and_max_order_zeros() {
        for (a, b) in [(0.0, -0.0), (-0.0, 0.0)] {
            assert_eq!(min32(a, b).to_bits(), 1 << 31);
            assert_eq!(max32(a, b).to_bits(), 0);
            assert_eq!(min64(a.into(), b.into()).to_bits(), 1 << 63);
            assert_eq!(max64(a.into(), b.into()).to_bits(), 0);
        }
        assert_eq!(min32(-0.0, -0.0).to_bits(), 1 << 31);
        assert_eq!(max64(-0.0, -0.0).to_bits(), 1 << 63);
    }

    #[test]
    fn min_and_max_agree_with_std() {
        let mut before = 1.0;
        for a in samples().map(f64::from_bits).filter(|a| !a.is_nan()) {
            let (b, inf) = (before, f64::INFINITY);
            same64(min64(a, b), a.min(b), a);
            same64(max64(a, b), a.max(b), a);
            assert_eq!((min64(a, inf), max64(-inf, a)), (a, a));
            before = a;
        }
        for a in [-1.5f32, 0.0, f32::MAX, f32::INFINITY] {
            assert_eq!((min32(a, -2.0), max32(a, -2.0)), (-2.0, a));
            assert_eq!((min32(-2.0, a), max32(-2.0, a)), (-2.0, a));
        }
    }

    #[test]
    fn sign_operations_keep_nan_bits() {
        let nan = f32::from_bits(SNAN32);
        assert_eq!(abs32(neg32(nan)).to_bits(), SNAN32);
        assert_eq!(neg32(nan).to_bits(), SNAN32 | 1 << 31);
        assert_eq!(copysign32(nan, -0.0).to_bits(), SNAN32 | 1 << 31);
        let nan = f64::from_bits(SNAN64);
        assert_eq!(abs64(nan).to_bits(), SNAN64 & !(1 << 63));
        assert_eq!(neg64(nan).to_bits(), SNAN64 & !(1 << 63));
        assert_eq!(copysign64(nan, 1.0).to_bits(), SNAN64 & !(1 << 63));
        assert_eq!(copysign64(2.0, nan), -2.0);
    }

    #[test]
    fn comparisons_with_nan_are_false_but_ne() {
        for (a, b) in [(f32::NAN, 1.0), (1.0, f32::NAN), (f32::NAN, f32::NAN)] {
            for compare in [eq32, lt32, gt32, le32, ge32] {
                assert!(!compare(a, b));
            }
            for compare in [eq64, lt64, gt64, le64, ge64] {
                assert!(!compare(a.into(), b.into()));
            }
            assert!(ne32(a, b) && ne64(a.into(), b.into()));
        }
        assert!(eq32(0.0, -0.0) && !lt64(-0.0, 0.0) && ge64(-0.0, 0.0) && le32(0.0, -0.0));
        assert!(lt32(1.0, 2.0) && gt64(2.0, 1.0) && !gt32(1.0, 2.0) && !ne64(1.0, 1.0));
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri picks NaN results at random, signalling ones too")]
    fn arithmetic_quiets_nans() {
        let quiet32 = |a: f32| a.is_nan() && a.to_bits() & 1 << 22 != 0;
        let quiet64 = |a: f64| a.is_nan() && a.to_bits() & 1 << 51 != 0;
        let (nan32, nan64) = black_box((f32::from_bits(SNAN32), f64::from_bits(SNAN64)));
        let (one32, one64) = black_box((1.0, 1.0));
        for f in [add32, sub32, mul32, div32, min32, max32] {
            assert!(quiet32(f(nan32, one32)) && quiet32(f(one32, nan32)));
            assert!(quiet32(f(nan32, nan32)));
        }
        for f in [add64, sub64, mul64, div64, min64, max64] {
            assert!(quiet64(f(nan64, one64)) && quiet64(f(one64, nan64)));
            assert!(quiet64(f(nan64, nan64)));
        }
        for f in [sqrt32, integer_sqrt32, ceil32, floor32, trunc32, nearest32] {
            assert!(quiet32(f(nan32)));
        }
        for f in [sqrt64, integer_sqrt64, ceil64, floor64, trunc64, nearest64] {
            assert!(quiet64(f(nan64)));
        }
    }

    #[test]
    #[cfg_attr(miri, ignore = "Miri picks NaN results at random, payloads too")]
    fn canonical_nans_stay_canonical() {
        let canonical = |a: f64| a.to_bits() << 1 == 0x7ff8 << 49;
        let (zero, one, nan) = black_box((0.0, 1.5, f64::NAN));
        for f in [add64, sub64, mul64, div64, min64, max64] {
            assert!(canonical(f(nan, one)) && canonical(f(one, nan)) && canonical(f(nan, -nan)));
        }
        for f in [sqrt64, integer_sqrt64, ceil64, floor64, trunc64, nearest64] {
            assert!(canonical(f(nan)) && canonical(f(-nan)));
        }
        assert!(canonical(div64(zero, zero)) && canonical(sqrt64(-one)));
        assert!(canonical(integer_sqrt64(-one)) && canonical(sub64(one / zero, one / zero)));
    }
}
