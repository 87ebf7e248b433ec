//! What vector loads make of the bytes read, and vector stores write.
//!
//! Spec: [Execution › Instructions › Memory Instructions](https://webassembly.github.io/spec/core/exec/instructions.html#memory-instructions).
//! It does not know memories and addresses.
use super::V128;
use super::permute::{
    i8x16_replace_lane, i8x16_splat, i16x8_replace_lane, i16x8_splat, i32x4_replace_lane,
    i32x4_splat, i64x2_replace_lane, i64x2_splat,
};

/// The vector of all 16 bytes.
#[inline(always)]
pub(crate) fn v128_load(bytes: [u8; 16]) -> V128 {
    V128(bytes)
}

/// The bytes of the vector.
#[inline(always)]
pub(crate) fn v128_store(v: V128) -> [u8; 16] {
    v.0
}

/// Turns `v128_load8x8_s: i8 => [i16; 8];` into the load that extends narrow lanes.
macro_rules! extending {
    ($($name:ident: $T:ty => [$W:ty; $N:literal];)*) => { $(
        /// The narrow lanes in the bytes, extended.
        #[inline(always)]
        pub(crate) fn $name(bytes: [u8; 8]) -> V128 {
            let (lanes, _) = bytes.as_chunks();
            V128::from_fn::<$W, $N>(|i| <$T>::from_le_bytes(lanes[i]).into())
        }
    )* };
}

extending! {
    v128_load8x8_s: i8 => [i16; 8];
    v128_load8x8_u: u8 => [u16; 8];
    v128_load16x4_s: i16 => [i32; 4];
    v128_load16x4_u: u16 => [u32; 4];
    v128_load32x2_s: i32 => [i64; 2];
    v128_load32x2_u: u32 => [u64; 2];
}

/// The 4 bytes, with zero above.
#[inline(always)]
pub(crate) fn v128_load32_zero(bytes: [u8; 4]) -> V128 {
    V128::from_lanes([u32::from_le_bytes(bytes), 0, 0, 0])
}

/// The 8 bytes, with zero above.
#[inline(always)]
pub(crate) fn v128_load64_zero(bytes: [u8; 8]) -> V128 {
    V128::from_lanes([u64::from_le_bytes(bytes), 0])
}

/// Turns `u8: v128_load8_splat = i8x16_splat, …;` into the loads as wide as one lane: to every lane,
/// and to one.
macro_rules! one_lane {
    ($($T:ty: $load_splat:ident = $splat:ident, $load_lane:ident = $replace_lane:ident;)*) => { $(
        /// Every lane is the bytes.
        #[inline(always)]
        pub(crate) fn $load_splat(bytes: [u8; size_of::<$T>()]) -> V128 {
            $splat(<$T>::from_le_bytes(bytes).into())
        }

        /// `v` with the bytes as the lane whose bytes are ones in `lane`.
        #[inline(always)]
        pub(crate) fn $load_lane(bytes: [u8; size_of::<$T>()], v: V128, lane: V128) -> V128 {
            $replace_lane(v, <$T>::from_le_bytes(bytes).into(), lane)
        }
    )* };
}

one_lane! {
    u8: v128_load8_splat = i8x16_splat, v128_load8_lane = i8x16_replace_lane;
    u16: v128_load16_splat = i16x8_splat, v128_load16_lane = i16x8_replace_lane;
    u32: v128_load32_splat = i32x4_splat, v128_load32_lane = i32x4_replace_lane;
    u64: v128_load64_splat = i64x2_splat, v128_load64_lane = i64x2_replace_lane;
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNT: [u8; 16] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    #[test]
    fn a_vector_is_stored_as_it_was_loaded() {
        assert_eq!(v128_store(v128_load(COUNT)), COUNT);
    }

    #[test]
    fn loads_extend_by_sign() {
        let bytes = [0xff, 0, 0x80, 0x7f, 1, 2, 3, 0xfe];
        assert_eq!(v128_load8x8_s(bytes), [-1, 0, -128, 127, 1, 2, 3, -2i16]);
        assert_eq!(v128_load8x8_u(bytes), [255, 0, 128, 127, 1, 2, 3, 254u16]);
        assert_eq!(v128_load16x4_s(bytes), [0xff, 0x7f80, 0x201, -0x1fd]);
        assert_eq!(v128_load32x2_u(bytes), [0x7f80_00ff, 0xfe03_0201u64]);
    }

    #[test]
    fn loads_fill_with_zero_or_copies() {
        assert_eq!(v128_load32_zero([1, 2, 3, 4]), [0x0403_0201u32, 0, 0, 0]);
        assert_eq!(v128_load64_zero([255; 8]), [u64::MAX, 0]);
        assert_eq!(v128_load16_splat([1, 2]), [0x0201u16; 8]);
    }

    #[test]
    fn a_lane_is_loaded_alone() {
        let v = v128_load16_lane([0xaa, 0xbb], V128(COUNT), V128::from(0xffff << 32));
        assert_eq!(v.0[3..7], [3, 0xaa, 0xbb, 6]);
    }
}
