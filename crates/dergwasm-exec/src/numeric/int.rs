//! Integer operations.
//!
//! Spec: [Execution › Numerics › Integer Operations](https://webassembly.github.io/spec/core/exec/numerics.html#integer-operations).
//! Each function is labelled with its name in the specification. Conversions between types are in
//! `convert`.
#![expect(clippy::cast_possible_truncation, reason = "the semantics of these instructions")]

use dergwasm_types::Trap;

macro_rules! both_widths {
    ($(
        $(#[$attr:meta])*
        $name32:ident $name64:ident ($($operand:ident: $A:ty),*) -> $R:ty $body:block
    )*) => {
        mod bits32 {
            use super::Trap;
            type U = u32;
            type S = i32;
            $( $(#[$attr])* #[inline(always)]
            pub(crate) fn $name32($($operand: $A),*) -> $R $body )*
        }
        mod bits64 {
            use super::Trap;
            type U = u64;
            type S = i64;
            $( $(#[$attr])* #[inline(always)]
            pub(crate) fn $name64($($operand: $A),*) -> $R $body )*
        }
        pub(crate) use {bits32::*, bits64::*};
    };
}

// Each row becomes two functions: in the first `U` is `u32` and `S` is `i32`, in the second `u64`
// and `i64`.
both_widths! {
    /// `iadd`
    add32 add64 (a: U, b: U) -> U { a.wrapping_add(b) }

    /// `isub`
    sub32 sub64 (a: U, b: U) -> U { a.wrapping_sub(b) }

    /// `imul`
    mul32 mul64 (a: U, b: U) -> U { a.wrapping_mul(b) }

    /// `idiv_s`
    div_s32 div_s64 (a: S, b: S) -> Result<S, Trap> {
        if b == 0 {
            return Err(Trap::IntegerDivideByZero);
        }
        a.checked_div(b).ok_or(Trap::IntegerOverflow)
    }

    /// `idiv_u`
    div_u32 div_u64 (a: U, b: U) -> Result<U, Trap> {
        a.checked_div(b).ok_or(Trap::IntegerDivideByZero)
    }

    /// `irem_s`: the remainder has the sign of `a`; that of the smallest number by −1 is 0.
    rem_s32 rem_s64 (a: S, b: S) -> Result<S, Trap> {
        if b == 0 {
            return Err(Trap::IntegerDivideByZero);
        }
        Ok(a.wrapping_rem(b))
    }

    /// `irem_u`
    rem_u32 rem_u64 (a: U, b: U) -> Result<U, Trap> {
        a.checked_rem(b).ok_or(Trap::IntegerDivideByZero)
    }

    /// `iand`
    and32 and64 (a: U, b: U) -> U { a & b }

    /// Whether `iand` is not 0.
    test32 test64 (a: U, b: U) -> bool { a & b != 0 }

    /// `ior`
    or32 or64 (a: U, b: U) -> U { a | b }

    /// `ixor`
    xor32 xor64 (a: U, b: U) -> U { a ^ b }

    /// `ishl`: the count is taken modulo the width, here and below.
    shl32 shl64 (a: U, b: U) -> U { a.wrapping_shl(b as u32) }

    /// `ishr_s`
    shr_s32 shr_s64 (a: S, b: U) -> S { a.wrapping_shr(b as u32) }

    /// `ishr_u`
    shr_u32 shr_u64 (a: U, b: U) -> U { a.wrapping_shr(b as u32) }

    /// `irotl`
    rotl32 rotl64 (a: U, b: U) -> U { a.rotate_left(b as u32) }

    /// `irotr`
    rotr32 rotr64 (a: U, b: U) -> U { a.rotate_right(b as u32) }

    /// `iclz`
    clz32 clz64 (a: U) -> U { a.leading_zeros() as U }

    /// `ictz`
    ctz32 ctz64 (a: U) -> U { a.trailing_zeros() as U }

    /// `ipopcnt`
    popcnt32 popcnt64 (a: U) -> U { a.count_ones() as U }

    /// `ieqz`
    eqz32 eqz64 (a: U) -> u32 { u32::from(a == 0) }

    /// `ieq`
    eq32 eq64 (a: U, b: U) -> bool { a == b }

    /// `ine`
    ne32 ne64 (a: U, b: U) -> bool { a != b }

    /// `ilt_s`
    lt_s32 lt_s64 (a: S, b: S) -> bool { a < b }

    /// `ilt_u`
    lt_u32 lt_u64 (a: U, b: U) -> bool { a < b }

    /// `igt_s`
    gt_s32 gt_s64 (a: S, b: S) -> bool { a > b }

    /// `igt_u`
    gt_u32 gt_u64 (a: U, b: U) -> bool { a > b }

    /// `ile_s`
    le_s32 le_s64 (a: S, b: S) -> bool { a <= b }

    /// `ile_u`
    le_u32 le_u64 (a: U, b: U) -> bool { a <= b }

    /// `ige_s`
    ge_s32 ge_s64 (a: S, b: S) -> bool { a >= b }

    /// `ige_u`
    ge_u32 ge_u64 (a: U, b: U) -> bool { a >= b }

    /// `iextend8_s`
    extend8_s32 extend8_s64 (a: S) -> S { S::from(a as i8) }

    /// `iextend16_s`
    extend16_s32 extend16_s64 (a: S) -> S { S::from(a as i16) }
}

/// `iextend32_s`
#[inline(always)]
pub(crate) fn extend32_s64(a: i64) -> i64 {
    i64::from(a as i32)
}

/// `iadd` with N = 128
#[inline(always)]
pub(crate) fn add128(a: u128, b: u128) -> u128 {
    a.wrapping_add(b)
}

/// `isub` with N = 128
#[inline(always)]
pub(crate) fn sub128(a: u128, b: u128) -> u128 {
    a.wrapping_sub(b)
}

/// `imul` with N = 128, of operands with their sign extended: it cannot overflow.
#[inline(always)]
pub(crate) fn mul_wide_s(a: i64, b: i64) -> u128 {
    (i128::from(a) * i128::from(b)).cast_unsigned()
}

/// `imul` with N = 128, of operands extended with zeros: it cannot overflow.
#[inline(always)]
pub(crate) fn mul_wide_u(a: u64, b: u64) -> u128 {
    u128::from(a) * u128::from(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arithmetic_wraps() {
        assert_eq!(add32(u32::MAX, 2), 1);
        assert_eq!(sub64(0, 1), u64::MAX);
        assert_eq!(mul32(0x8000_0001, 2), 2);
        assert_eq!(mul64(1 << 63 | 3, 2), 6);
    }

    #[test]
    fn division_truncates_toward_zero() {
        assert_eq!(div_s32(-7, 2), Ok(-3));
        assert_eq!(div_s64(7, -2), Ok(-3));
        assert_eq!(div_u32(u32::MAX, 2), Ok(0x7fff_ffff));
        assert_eq!(rem_s32(-7, 2), Ok(-1));
        assert_eq!(rem_s64(7, -2), Ok(1));
        assert_eq!(rem_u64(u64::MAX, 10), Ok(5));
    }

    #[test]
    fn division_traps() {
        let zero = Trap::IntegerDivideByZero;
        assert_eq!(div_s32(1, 0), Err(zero));
        assert_eq!(div_s64(i64::MIN, 0), Err(zero));
        assert_eq!(div_u32(0, 0), Err(zero));
        assert_eq!(div_u64(1, 0), Err(zero));
        assert_eq!(rem_s32(i32::MIN, 0), Err(zero));
        assert_eq!(rem_s64(1, 0), Err(zero));
        assert_eq!(rem_u32(1, 0), Err(zero));
        assert_eq!(rem_u64(1, 0), Err(zero));
    }

    #[test]
    fn the_smallest_number_by_minus_one() {
        assert_eq!(div_s32(i32::MIN, -1), Err(Trap::IntegerOverflow));
        assert_eq!(div_s64(i64::MIN, -1), Err(Trap::IntegerOverflow));
        assert_eq!(rem_s32(i32::MIN, -1), Ok(0));
        assert_eq!(rem_s64(i64::MIN, -1), Ok(0));
        assert_eq!(div_u32(1 << 31, u32::MAX), Ok(0));
        assert_eq!(div_s32(i32::MIN, 1), Ok(i32::MIN));
    }

    #[test]
    fn shift_counts_are_taken_modulo_the_width() {
        for turns in [0, 32, 64, 0xffff_ffe0] {
            assert_eq!(shl32(3, 1 + turns), 6);
            assert_eq!(shr_s32(-8, 1 + turns), -4);
            assert_eq!(shr_u32(0x8000_0000, 31 + turns), 1);
            assert_eq!(rotl32(0x8000_0001, 1 + turns), 3);
            assert_eq!(rotr32(1, 1 + turns), 0x8000_0000);
        }
        for turns in [0, 64, 1 << 32, !63] {
            assert_eq!(shl64(3, 33 + turns), 6 << 32);
            assert_eq!(shr_s64(i64::MIN, 63 + turns), -1);
            assert_eq!(shr_u64(1 << 63, 63 + turns), 1);
            assert_eq!(rotl64(1 << 63 | 1, 1 + turns), 3);
            assert_eq!(rotr64(1, 1 + turns), 1 << 63);
        }
    }

    #[test]
    fn bit_counts() {
        assert_eq!((clz32(0), clz32(1), clz32(u32::MAX)), (32, 31, 0));
        assert_eq!((ctz32(0), ctz32(1 << 31), ctz32(u32::MAX)), (32, 31, 0));
        assert_eq!((popcnt32(0), popcnt32(u32::MAX)), (0, 32));
        assert_eq!((clz64(0), clz64(1), clz64(u64::MAX)), (64, 63, 0));
        assert_eq!((ctz64(0), ctz64(1 << 63), ctz64(u64::MAX)), (64, 63, 0));
        assert_eq!((popcnt64(0), popcnt64(u64::MAX)), (0, 64));
    }

    #[test]
    fn signed_and_unsigned_order_differ() {
        assert!(lt_s32(-1, 0) && !lt_u32(u32::MAX, 0));
        assert!(gt_s64(0, i64::MIN) && !gt_u64(0, 1 << 63));
        assert!(le_s32(i32::MIN, i32::MAX) && !le_u32(1 << 31, 0x7fff_ffff));
        assert!(ge_s64(0, -1) && !ge_u64(0, u64::MAX));
        assert!(le_u64(3, 3) && ge_u32(3, 3) && !lt_u64(3, 3) && !gt_u32(3, 3));
        assert!(le_s64(3, 3) && ge_s32(3, 3) && !lt_s64(3, 3) && !gt_s32(3, 3));
        assert!(eq32(3, 3) && !ne32(3, 3) && ne64(1 << 32, 0) && !eq64(1 << 32, 0));
        assert_eq!((eqz32(0), eqz32(1 << 31), eqz64(0), eqz64(1 << 32)), (1, 0, 1, 0));
    }

    #[test]
    fn wide_results_keep_every_bit() {
        assert_eq!(add128(u128::MAX, 1), 0);
        assert_eq!(add128(u64::MAX.into(), 1), 1 << 64);
        assert_eq!(sub128(1 << 64, 1), u64::MAX.into());
        assert_eq!(sub128(0, 1), u128::MAX);
        assert_eq!(mul_wide_u(u64::MAX, u64::MAX), u128::MAX - 2 * u128::from(u64::MAX));
        assert_eq!(mul_wide_s(-1, i64::MIN), 1 << 63);
        assert_eq!(mul_wide_s(i64::MIN, i64::MIN), 1 << 126);
        assert_eq!(mul_wide_s(-1, 1), u128::MAX);
    }

    #[test]
    fn sign_extension_ignores_the_bits_above() {
        assert_eq!((extend8_s32(0x1234_5680), extend8_s32(0x17f)), (-128, 127));
        assert_eq!((extend16_s32(0x1234_8000), extend16_s32(0x1_7fff)), (-0x8000, 0x7fff));
        assert_eq!((extend8_s64(0x1_0000_0080), extend8_s64(-0x81)), (-128, 127));
        assert_eq!((extend16_s64(0x1_8000), extend16_s64(-0x8001)), (-0x8000, 0x7fff));
        assert_eq!(extend32_s64(0x1_8000_0000), -0x8000_0000);
        assert_eq!(extend32_s64(-0x8000_0001), 0x7fff_ffff);
    }
}
