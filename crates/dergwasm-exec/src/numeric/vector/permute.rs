//! Instructions that move lanes without computing on them: splat, replace, shuffle.
//!
//! Spec: [Execution › Instructions › Vector Instructions](https://webassembly.github.io/spec/core/exec/instructions.html#vector-instructions).
//! Lane indices have been validated; they are masked here all the same, so that no index panics.
#![expect(clippy::cast_possible_truncation, reason = "narrow lanes are the low bits of an i32")]

use super::V128;
use super::bits::v128_bitselect;
use super::int::i8x16_min_u;

/// Turns `[u8; 16] of u32 = i8x16_splat, i8x16_replace_lane;` into these functions, which take the
/// low bits of a `u32` as a lane.
macro_rules! splat_and_replace {
    ($([$T:ty; $N:literal] of $S:ty = $splat:ident, $replace:ident;)*) => { $(
        /// Every lane is `x`.
        #[inline(always)]
        pub(crate) fn $splat(x: $S) -> V128 {
            V128::from_lanes([x as $T; $N])
        }

        /// `v` with `x` as the lane whose bytes are ones in `lane`.
        #[inline(always)]
        pub(crate) fn $replace(v: V128, x: $S, lane: V128) -> V128 {
            v128_bitselect($splat(x), v, lane)
        }
    )* };
}

splat_and_replace! {
    [u8; 16] of u32 = i8x16_splat, i8x16_replace_lane;
    [u16; 8] of u32 = i16x8_splat, i16x8_replace_lane;
    [u32; 4] of u32 = i32x4_splat, i32x4_replace_lane;
    [u64; 2] of u64 = i64x2_splat, i64x2_replace_lane;
    [f32; 4] of f32 = f32x4_splat, f32x4_replace_lane;
    [f64; 2] of f64 = f64x2_splat, f64x2_replace_lane;
}

/// Lane `i` is the byte of `a` followed by `b` at index `lanes[i]`, of which there are 32.
#[inline(always)]
pub(crate) fn i8x16_shuffle(a: V128, b: V128, lanes: V128) -> V128 {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&a.0);
    bytes[16..].copy_from_slice(&b.0);
    V128::from_fn::<u8, 16>(|i| bytes[usize::from(lanes.0[i]) % 32])
}

/// Lane `i` is the byte of `a` at index `indices[i]`, or 0 if that is 16 or more.
#[inline(always)]
pub(crate) fn i8x16_swizzle(a: V128, indices: V128) -> V128 {
    // Any index out of range will do for all of them: the byte after `a` is 0.
    i8x16_shuffle(a, V128::default(), i8x16_min_u(indices, i8x16_splat(16)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNT: V128 = V128([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);

    #[test]
    fn splat_takes_the_low_bits() {
        assert_eq!(i8x16_splat(0x1ff), V128([0xff; 16]));
        assert_eq!(i16x8_splat(0x12345), [0x2345u16; 8]);
        assert_eq!(f64x2_splat(1.5), [1.5f64; 2]);
    }

    #[test]
    fn replace_leaves_the_other_lanes() {
        let v = i16x8_replace_lane(COUNT, 0xa_ffff, V128::from(0xffff_0000));
        assert_eq!(v.0[..6], [0, 1, 255, 255, 4, 5]);
        let v = f32x4_replace_lane(COUNT, -0.0, V128::from(u128::from(u32::MAX) << 96));
        assert_eq!(v.0[11..], [11, 0, 0, 0, 128]);
    }

    #[test]
    fn a_lane_out_of_range_does_not_panic() {
        assert_eq!(i8x16_shuffle(COUNT, COUNT, V128([255; 16])), V128([15; 16]));
    }

    #[test]
    fn shuffle_indexes_both_operands() {
        let b = V128(COUNT.0.map(|x| x + 100));
        let lanes = V128([0, 16, 15, 31, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22]);
        let expected = [0, 100, 15, 115, 1, 101, 2, 102, 3, 103, 4, 104, 5, 105, 6, 106];
        assert_eq!(i8x16_shuffle(COUNT, b, lanes), V128(expected));
    }

    #[test]
    fn swizzle_is_zero_out_of_range() {
        let a = V128(COUNT.0.map(|x| x + 100));
        let indices = V128([15, 0, 16, 17, 31, 32, 127, 128, 240, 255, 1, 2, 3, 4, 5, 6]);
        let expected = [115, 100, 0, 0, 0, 0, 0, 0, 0, 0, 101, 102, 103, 104, 105, 106];
        assert_eq!(i8x16_swizzle(a, indices), V128(expected));
    }
}
