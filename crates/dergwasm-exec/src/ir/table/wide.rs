//! Wide arithmetic: 128-bit integers in two halves, the lower one first.
//!
//! Proposal: <https://github.com/WebAssembly/wide-arithmetic>. `wide` instructions have 128-bit
//! operands, `widening` ones 64-bit ones, and all a 128-bit result, which is two on the stack.

macro_rules! wide { ([$then:ident $($rest:ident)*] $($rows:tt)*) => { $then! { [$($rest)*] $($rows)*
    /// Adds `a` and `b`, wrapping modulo 2^128.
    I64Add128 "i64.add128" wide(u128, u128) = int::add128;
    /// Subtracts `b` from `a`, wrapping modulo 2^128.
    I64Sub128 "i64.sub128" wide(u128, u128) = int::sub128;
    /// The whole product of `a` and `b`, both signed.
    I64MulWideS "i64.mul_wide_s" widening(i64, i64) = int::mul_wide_s;
    /// The whole product of `a` and `b`, both unsigned.
    I64MulWideU "i64.mul_wide_u" widening(u64, u64) = int::mul_wide_u;
} } }
pub(crate) use wide;
