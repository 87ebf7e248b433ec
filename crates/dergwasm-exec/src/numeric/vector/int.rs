//! Integer arithmetic lane by lane, and the tests of all lanes.
//!
//! Spec: [Execution › Numerics › Integer Operations](https://webassembly.github.io/spec/core/exec/numerics.html#integer-operations).
//! Lanes keep their width here; those that change it are in `widen`.
#![expect(clippy::cast_possible_truncation, reason = "sums and products are computed wider")]

use super::V128;
use super::lanes::{map, map_lanes, zip_lanes};

map_lanes! {
    // `iabs`: the least value stays.
    i8x16_abs(i8) i16x8_abs(i16) i32x4_abs(i32) i64x2_abs(i64) = Lane::wrapping_abs;
    // `ineg`
    i8x16_neg(i8) i16x8_neg(i16) i32x4_neg(i32) i64x2_neg(i64) = Lane::wrapping_neg;
    // `ipopcnt`
    i8x16_popcnt(u8) = |a| a.count_ones() as u8;
}

zip_lanes! {
    // `iadd`
    i8x16_add(u8) i16x8_add(u16) i32x4_add(u32) i64x2_add(u64) = Lane::wrapping_add;
    // `isub`
    i8x16_sub(u8) i16x8_sub(u16) i32x4_sub(u32) i64x2_sub(u64) = Lane::wrapping_sub;
    // `imul`
    i16x8_mul(u16) i32x4_mul(u32) i64x2_mul(u64) = Lane::wrapping_mul;
    // `iadd_sat_s` and `iadd_sat_u`
    i8x16_add_sat_s(i8) i8x16_add_sat_u(u8) i16x8_add_sat_s(i16) i16x8_add_sat_u(u16)
        = Lane::saturating_add;
    // `isub_sat_s` and `isub_sat_u`
    i8x16_sub_sat_s(i8) i8x16_sub_sat_u(u8) i16x8_sub_sat_s(i16) i16x8_sub_sat_u(u16)
        = Lane::saturating_sub;
    // `imin_s` and `imin_u`
    i8x16_min_s(i8) i8x16_min_u(u8) i16x8_min_s(i16) i16x8_min_u(u16) i32x4_min_s(i32)
        i32x4_min_u(u32) = Ord::min;
    // `imax_s` and `imax_u`
    i8x16_max_s(i8) i8x16_max_u(u8) i16x8_max_s(i16) i16x8_max_u(u16) i32x4_max_s(i32)
        i32x4_max_u(u32) = Ord::max;
    // `iavgr_u`: half the sum, rounded up.
    i8x16_avgr_u(u8) = |a, b| ((u16::from(a) + u16::from(b) + 1) >> 1) as u8;
    // `iavgr_u`: half the sum, rounded up.
    i16x8_avgr_u(u16) = |a, b| ((u32::from(a) + u32::from(b) + 1) >> 1) as u16;
    // `iq15mulrsat_s`: only the square of −1 is out of range and gives the least integer.
    i16x8_q15mulr_sat_s(i16) = |a, b| {
        let product = ((i32::from(a) * i32::from(b) + 0x4000) >> 15) as i16;
        if product == i16::MIN { i16::MAX } else { product }
    };
}

/// Turns `i8x16_shl(u8) = Lane::wrapping_shl;` into a function `fn(V128, u32) -> V128`, where
/// `Lane` is the type in parentheses. The wrapping shifts take the count modulo the width.
macro_rules! shift_lanes {
    ($($($name:ident($T:ty))+ = $shift:expr;)*) => { $($(
        #[doc = concat!("Applies `", stringify!($shift), "` to each lane and the count.")]
        #[inline(always)]
        pub(crate) fn $name(a: V128, count: u32) -> V128 {
            type Lane = $T;
            map::<Lane, Lane, _>(a, |lane| $shift(lane, count))
        }
    )+)* };
}

shift_lanes! {
    // `ishl`
    i8x16_shl(u8) i16x8_shl(u16) i32x4_shl(u32) i64x2_shl(u64) = Lane::wrapping_shl;
    // `ishr_s` and `ishr_u`
    i8x16_shr_s(i8) i8x16_shr_u(u8) i16x8_shr_s(i16) i16x8_shr_u(u16) i32x4_shr_s(i32)
        i32x4_shr_u(u32) i64x2_shr_s(i64) i64x2_shr_u(u64) = Lane::wrapping_shr;
}

/// Turns `i8x16_all_true([u8; 16])` into a function `fn(V128) -> u32`.
macro_rules! all_true {
    ($($name:ident([$T:ty; $N:literal]))*) => { $(
        /// 1 if no lane is zero, else 0.
        #[inline(always)]
        pub(crate) fn $name(a: V128) -> u32 {
            let lanes: [$T; $N] = a.lanes();
            u32::from(lanes.iter().fold(true, |all, &lane| all & (lane != 0)))
        }
    )* };
}

all_true! {
    i8x16_all_true([u8; 16]) i16x8_all_true([u16; 8]) i32x4_all_true([u32; 4])
    i64x2_all_true([u64; 2])
}

/// Turns `i8x16_bitmask: 8;` into a function `fn(V128) -> u32` for lanes of 8 bits.
macro_rules! bitmask {
    ($($name:ident: $WIDTH:literal;)*) => { $(
        /// The sign bits of the lanes, lane 0 lowest.
        #[inline(always)]
        pub(crate) fn $name(a: V128) -> u32 {
            let [low, high]: [u64; 2] = a.lanes();
            signs::<$WIDTH>(low) | signs::<$WIDTH>(high) << (64 / $WIDTH)
        }
    )* };
}

/// The sign bits of the lanes of `WIDTH` bits in half a vector, lane 0 lowest.
#[inline(always)]
fn signs<const WIDTH: u32>(half: u64) -> u32 {
    // One bit in each lane, the lowest.
    let ones = u64::MAX / (u64::MAX >> (64 - WIDTH));
    let spread = half >> (WIDTH - 1) & ones;
    // The bit of lane `i`, at `i * WIDTH`, is wanted `i` places above the bottom of the highest
    // lane: it is multiplied by 2 to the power of the distance. The products of one lane's bit and
    // another's power all fall elsewhere, no two of them in one place, so that nothing is carried.
    let gather = const {
        let (mut powers, mut lane) = (0, 0);
        while lane < 64 / WIDTH {
            powers |= 1 << (64 - WIDTH - lane * (WIDTH - 1));
            lane += 1;
        }
        powers
    };
    (spread.wrapping_mul(gather) >> (64 - WIDTH)) as u32
}

bitmask! {
    i8x16_bitmask: 8;
    i16x8_bitmask: 16;
    i32x4_bitmask: 32;
    i64x2_bitmask: 64;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::numeric::vector::permute::{i8x16_splat, i16x8_splat, i32x4_splat, i64x2_splat};

    fn bytes(x: i8) -> V128 {
        i8x16_splat(x as u32)
    }

    fn halves(x: i16) -> V128 {
        i16x8_splat(x as u32)
    }

    #[test]
    fn arithmetic_wraps() {
        assert_eq!(i8x16_add(bytes(127), bytes(1)), bytes(-128));
        assert_eq!(i16x8_sub(halves(i16::MIN), halves(1)), halves(i16::MAX));
        assert_eq!(i32x4_mul(i32x4_splat(1 << 31), i32x4_splat(3)), i32x4_splat(1 << 31));
        assert_eq!(i64x2_mul(i64x2_splat(1 << 63), i64x2_splat(3)), i64x2_splat(1 << 63));
        assert_eq!(i8x16_abs(bytes(-128)), bytes(-128));
        assert_eq!(i64x2_neg(i64x2_splat(1 << 63)), i64x2_splat(1 << 63));
    }

    #[test]
    fn saturation_stops_at_the_bounds() {
        assert_eq!(i8x16_add_sat_s(bytes(100), bytes(100)), bytes(127));
        assert_eq!(i8x16_add_sat_s(bytes(-100), bytes(-100)), bytes(-128));
        assert_eq!(i8x16_add_sat_u(bytes(-56), bytes(100)), bytes(-1));
        assert_eq!(i8x16_sub_sat_u(bytes(1), bytes(2)), bytes(0));
        assert_eq!(i16x8_sub_sat_s(halves(i16::MIN), halves(1)), halves(i16::MIN));
        assert_eq!(i16x8_add_sat_u(halves(-1), halves(1)), halves(-1));
    }

    #[test]
    fn min_and_max_differ_by_sign() {
        assert_eq!(i8x16_min_s(bytes(-1), bytes(1)), bytes(-1));
        assert_eq!(i8x16_min_u(bytes(-1), bytes(1)), bytes(1));
        assert_eq!(i16x8_max_s(halves(-1), halves(1)), halves(1));
        assert_eq!(i16x8_max_u(halves(-1), halves(1)), halves(-1));
    }

    #[test]
    fn averages_round_up_and_do_not_overflow() {
        assert_eq!(i8x16_avgr_u(bytes(-1), bytes(-1)), bytes(-1));
        assert_eq!(i8x16_avgr_u(bytes(1), bytes(2)), bytes(2));
        assert_eq!(i16x8_avgr_u(halves(-1), halves(-2)), halves(-1));
    }

    #[test]
    fn q15mulr_rounds_and_saturates() {
        assert_eq!(i16x8_q15mulr_sat_s(halves(i16::MIN), halves(i16::MIN)), halves(i16::MAX));
        assert_eq!(i16x8_q15mulr_sat_s(halves(i16::MIN), halves(i16::MAX)), halves(-32767));
        assert_eq!(i16x8_q15mulr_sat_s(halves(1), halves(0x4000)), halves(1));
        assert_eq!(i16x8_q15mulr_sat_s(halves(1), halves(0x3fff)), halves(0));
    }

    #[test]
    fn shift_counts_are_taken_modulo_the_width() {
        assert_eq!(i8x16_shl(bytes(1), 15), bytes(-128));
        assert_eq!(i8x16_shr_s(bytes(-128), 15), bytes(-1));
        assert_eq!(i8x16_shr_u(bytes(-128), 15), bytes(1));
        assert_eq!(i16x8_shl(halves(3), 16), halves(3));
        assert_eq!(i64x2_shr_s(i64x2_splat(1 << 63), 127), i64x2_splat(u64::MAX));
    }

    #[test]
    fn popcnt_counts_each_byte() {
        let a = V128([0, 1, 3, 7, 15, 31, 63, 127, 255, 128, 0x55, 0xaa, 0, 0, 0, 254]);
        assert_eq!(i8x16_popcnt(a), V128([0, 1, 2, 3, 4, 5, 6, 7, 8, 1, 4, 4, 0, 0, 0, 7]));
    }

    #[test]
    fn all_true_looks_at_whole_lanes() {
        let zero_byte = V128([1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(i8x16_all_true(zero_byte), 0);
        assert_eq!(i16x8_all_true(zero_byte), 1);
        assert_eq!(i32x4_all_true(V128::from_lanes([1, 1, 0, 1])), 0);
        assert_eq!(i64x2_all_true(V128::from_lanes([1u64 << 63, 0])), 0);
        assert_eq!(i64x2_all_true(V128::from_lanes([1u64 << 63, 1])), 1);
    }

    #[test]
    fn bitmask_gathers_every_sign() {
        for i in 0..16 {
            let mut a = V128([0x7f; 16]);
            a.0[i] = 0x80;
            assert_eq!(i8x16_bitmask(a), 1 << i);
            assert_eq!(i16x8_bitmask(a), if i % 2 == 1 { 1 << (i / 2) } else { 0 });
            assert_eq!(i32x4_bitmask(a), if i % 4 == 3 { 1 << (i / 4) } else { 0 });
            assert_eq!(i64x2_bitmask(a), if i % 8 == 7 { 1 << (i / 8) } else { 0 });
        }
        assert_eq!(i8x16_bitmask(bytes(-1)), 0xffff);
        assert_eq!(i16x8_bitmask(bytes(-1)), 0xff);
    }
}
