//! Integer instructions whose result has lanes of another width: extension, narrowing, extended
//! multiplication and pairwise sums.
//!
//! Spec: [Execution › Instructions › Vector Instructions](https://webassembly.github.io/spec/core/exec/instructions.html#vector-instructions).
//! Conversions between integers and floats are in `convert`.
#![expect(clippy::cast_possible_truncation, reason = "clamped, or half of a lane")]

use super::V128;
use super::lanes::zip;

/// Turns a row `[i8; 16] => [i16; 8] = …;` into the functions from narrow lanes to wide ones: by the
/// names in the row, extension and multiplication of either half and pairwise addition, which the
/// widest lanes lack.
macro_rules! widen {
    ($([$T:ty; $N:literal] => [$W:ty; $HALF:literal] =
        $extend_low:ident, $extend_high:ident, $extmul_low:ident, $extmul_high:ident
        $(, $extadd_pairwise:ident)?;)*) => { $(
        /// The low lanes, extended.
        #[inline(always)]
        pub(crate) fn $extend_low(a: V128) -> V128 {
            let a: [$T; $N] = a.lanes();
            V128::from_fn::<$W, $HALF>(|i| a[i].into())
        }

        /// The high lanes, extended.
        #[inline(always)]
        pub(crate) fn $extend_high(a: V128) -> V128 {
            let a: [$T; $N] = a.lanes();
            V128::from_fn::<$W, $HALF>(|i| a[$HALF + i].into())
        }

        /// The products of the low lanes, which always fit.
        #[inline(always)]
        pub(crate) fn $extmul_low(a: V128, b: V128) -> V128 {
            let (a, b): ([$T; $N], [$T; $N]) = (a.lanes(), b.lanes());
            V128::from_fn::<$W, $HALF>(|i| <$W>::from(a[i]) * <$W>::from(b[i]))
        }

        /// The products of the high lanes, which always fit.
        #[inline(always)]
        pub(crate) fn $extmul_high(a: V128, b: V128) -> V128 {
            let (a, b): ([$T; $N], [$T; $N]) = (a.lanes(), b.lanes());
            V128::from_fn::<$W, $HALF>(|i| <$W>::from(a[$HALF + i]) * <$W>::from(b[$HALF + i]))
        }

        $(
            /// The sums of neighbouring lanes, which always fit.
            #[inline(always)]
            pub(crate) fn $extadd_pairwise(a: V128) -> V128 {
                let a: [$T; $N] = a.lanes();
                V128::from_fn::<$W, $HALF>(|i| <$W>::from(a[2 * i]) + <$W>::from(a[2 * i + 1]))
            }
        )?
    )* };
}

widen! {
    [i8; 16] => [i16; 8] = i16x8_extend_low_i8x16_s, i16x8_extend_high_i8x16_s,
        i16x8_extmul_low_i8x16_s, i16x8_extmul_high_i8x16_s, i16x8_extadd_pairwise_i8x16_s;
    [u8; 16] => [u16; 8] = i16x8_extend_low_i8x16_u, i16x8_extend_high_i8x16_u,
        i16x8_extmul_low_i8x16_u, i16x8_extmul_high_i8x16_u, i16x8_extadd_pairwise_i8x16_u;
    [i16; 8] => [i32; 4] = i32x4_extend_low_i16x8_s, i32x4_extend_high_i16x8_s,
        i32x4_extmul_low_i16x8_s, i32x4_extmul_high_i16x8_s, i32x4_extadd_pairwise_i16x8_s;
    [u16; 8] => [u32; 4] = i32x4_extend_low_i16x8_u, i32x4_extend_high_i16x8_u,
        i32x4_extmul_low_i16x8_u, i32x4_extmul_high_i16x8_u, i32x4_extadd_pairwise_i16x8_u;
    [i32; 4] => [i64; 2] = i64x2_extend_low_i32x4_s, i64x2_extend_high_i32x4_s,
        i64x2_extmul_low_i32x4_s, i64x2_extmul_high_i32x4_s;
    [u32; 4] => [u64; 2] = i64x2_extend_low_i32x4_u, i64x2_extend_high_i32x4_u,
        i64x2_extmul_low_i32x4_u, i64x2_extmul_high_i32x4_u;
}

/// Turns `i8x16_narrow_i16x8_s: [i16; 8] => [i8; 16];` into the function that saturates the lanes
/// of `a`, then those of `b`.
macro_rules! narrow {
    ($($name:ident: [$W:ty; $HALF:literal] => [$T:ty; $N:literal];)*) => { $(
        /// The lanes of `a`, then those of `b`, saturated.
        #[inline(always)]
        pub(crate) fn $name(a: V128, b: V128) -> V128 {
            let (a, b): ([$W; $HALF], [$W; $HALF]) = (a.lanes(), b.lanes());
            V128::from_fn::<$T, $N>(|i| {
                let wide = if i < $HALF { a[i] } else { b[i - $HALF] };
                wide.clamp(<$T>::MIN.into(), <$T>::MAX.into()) as $T
            })
        }
    )* };
}

narrow! {
    i8x16_narrow_i16x8_s: [i16; 8] => [i8; 16];
    i8x16_narrow_i16x8_u: [i16; 8] => [u8; 16];
    i16x8_narrow_i32x4_s: [i32; 4] => [i16; 8];
    i16x8_narrow_i32x4_u: [i32; 4] => [u16; 8];
}

/// The sums of the products of neighbouring lanes; a sum wraps only if all four are the least value.
#[inline(always)]
pub(crate) fn i32x4_dot_i16x8_s(a: V128, b: V128) -> V128 {
    // A wide lane holds a pair of narrow ones.
    zip::<i32, i32, _>(a, b, |a, b| {
        let (a_low, b_low) = (i32::from(a as i16), i32::from(b as i16));
        (a_low * b_low).wrapping_add((a >> 16) * (b >> 16))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BYTES: V128 = V128([0, 1, 127, 128, 129, 254, 255, 2, 255, 255, 128, 128, 1, 2, 3, 4]);

    #[test]
    fn extend_takes_one_half_by_sign() {
        let low = [0, 1, 127, -128, -127, -2, -1, 2i16];
        assert_eq!(i16x8_extend_low_i8x16_s(BYTES), low);
        assert_eq!(i16x8_extend_high_i8x16_u(BYTES), [255, 255, 128, 128, 1, 2, 3, 4u16]);
        let a = V128::from_lanes([1u32, 2, u32::MAX, 1 << 31]);
        assert_eq!(i64x2_extend_high_i32x4_s(a), [-1, -(1i64 << 31)]);
        assert_eq!(i64x2_extend_high_i32x4_u(a), [(1u64 << 32) - 1, 1 << 31]);
        assert_eq!(i64x2_extend_low_i32x4_s(a), [1, 2i64]);
    }

    #[test]
    fn extmul_keeps_the_whole_product() {
        let least = V128([0x80; 16]);
        assert_eq!(i16x8_extmul_low_i8x16_s(least, least), [0x4000i16; 8]);
        assert_eq!(i16x8_extmul_high_i8x16_u(least, least), [0x4000u16; 8]);
        let ones = V128([0xff; 16]);
        assert_eq!(i16x8_extmul_low_i8x16_u(ones, ones), [0xfe01u16; 8]);
        assert_eq!(i64x2_extmul_high_i32x4_u(ones, ones), [0xffff_fffe_0000_0001u64; 2]);
        assert_eq!(i64x2_extmul_high_i32x4_s(ones, ones), [1i64; 2]);
    }

    #[test]
    fn extadd_pairwise_does_not_overflow() {
        assert_eq!(i16x8_extadd_pairwise_i8x16_u(V128([255; 16])), [510u16; 8]);
        assert_eq!(i16x8_extadd_pairwise_i8x16_s(V128([128; 16])), [-256i16; 8]);
        let a = V128::from_lanes([1i16, 2, -3, 4, i16::MIN, i16::MIN, -1, -1]);
        assert_eq!(i32x4_extadd_pairwise_i16x8_s(a), [3, 1, -65536, -2]);
        assert_eq!(i32x4_extadd_pairwise_i16x8_u(a), [3u32, 65537, 65536, 131_070]);
    }

    #[test]
    fn narrow_saturates() {
        let a = V128::from_lanes([0i16, 127, 128, 255, 256, -1, -128, -129]);
        let b = V128::from_lanes([i16::MAX, i16::MIN, 1, 2, 3, 4, 5, 6]);
        let signed = [0, 127, 127, 127, 127, -1, -128, -128, 127, -128, 1, 2, 3, 4, 5, 6i8];
        assert_eq!(i8x16_narrow_i16x8_s(a, b), signed);
        let unsigned = [0, 127, 128, 255, 255, 0, 0, 0, 255, 0, 1, 2, 3, 4, 5, 6u8];
        assert_eq!(i8x16_narrow_i16x8_u(a, b), unsigned);
        let a = V128::from_lanes([i32::MAX, i32::MIN, 65535, -32769]);
        let signed = [32767, -32768, 32767, -32768i16];
        assert_eq!(i16x8_narrow_i32x4_s(a, a).lanes::<i16, 8>()[4..], signed);
        assert_eq!(i16x8_narrow_i32x4_u(a, a).lanes::<u16, 8>()[..4], [65535, 0, 65535, 0]);
    }

    #[test]
    fn dot_wraps_only_for_the_least_values() {
        let a = V128::from_lanes([i16::MIN, i16::MIN, 1, 2, -3, 4, 0, 0]);
        let b = V128::from_lanes([i16::MIN, i16::MIN, 3, 4, 5, 6, 7, 8]);
        assert_eq!(i32x4_dot_i16x8_s(a, b), [i32::MIN, 11, 9, 0]);
    }
}
