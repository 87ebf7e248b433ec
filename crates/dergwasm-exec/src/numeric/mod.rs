//! What numeric instructions compute.
//!
//! Spec: [Execution › Numerics](https://webassembly.github.io/spec/core/exec/numerics.html).
//! Pure, safe functions of numbers; they know neither code, nor stack, nor machine. A function is
//! named after the instruction, with the width of its operands at the end: `i64.shr_u` is
//! `int::shr_u64`.
//!
//! All of them are `#[inline(always)]`: each is the whole work of an instruction's handler, and a
//! handler that calls has to save its registers first. For the same reason floats are rounded by
//! arithmetic here: the methods of `std` call the C library where the CPU has no such instruction.
//!
//! NaNs: arithmetic relies on the CPU for the specification's NaN propagation, which every target
//! gives: a NaN result is quiet, and canonical if all NaN operands are. Operations on bits, such as
//! `neg`, keep every bit of a NaN, signalling or not.

pub(crate) mod atomic;
pub(crate) mod convert;
pub(crate) mod float;
pub(crate) mod int;
pub(crate) mod vector;
pub(crate) mod width;

/// Bit patterns to compare with another implementation: pseudo-random, every other one with the
/// exponent of a number of moderate size, where rounding has something to do.
#[cfg(test)]
pub(crate) fn samples() -> impl Iterator<Item = u64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    (0..if cfg!(miri) { 200 } else { 400_000 }).map(move |i| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        match i % 4 {
            0 => state & !(0x7ff << 52) | (1023 - 4 + (state >> 52) % 72) << 52,
            1 => state & !(0xff << 23) | (127 - 4 + (state >> 23) % 72) << 23,
            _ => state,
        }
    })
}
