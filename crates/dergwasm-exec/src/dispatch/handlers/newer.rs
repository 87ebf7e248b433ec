//! Handlers for processors with SSE4.1, of the vector instructions that gain by it.
//!
//! x86-64 promises only SSE2. Code names the same instructions everywhere; which handlers it runs
//! on is decided when it is finished for the processor at hand.

use super::super::chain::{Handler, enter_sse41};
use super::{Execute, InAcc as A, InCode as K, InSlot as S, Lanes, LanesInstr, table};
use crate::ir::{OpWord, Opcode};
use crate::numeric::vector::V128;

/// What the rows below compute: as elsewhere with the instructions that the compiler then has, or
/// with those that it does not find by itself.
mod op {
    pub(super) use super::super::op::{
        I8x16MaxS, I8x16MinS, I16x8NarrowI32x4U, I32x4MaxS, I32x4MaxU, I32x4MinS, I32x4MinU,
        I32x4Mul, I64x2Eq, I64x2Ne,
    };
    use super::{Lanes, V128};
    use core::arch::x86_64::{
        __m128i, _mm_adds_epu8, _mm_castpd_si128, _mm_castps_si128, _mm_castsi128_pd,
        _mm_castsi128_ps, _mm_or_si128, _mm_round_pd, _mm_round_ps, _mm_set1_epi8,
        _mm_shuffle_epi8, _mm_sub_epi8,
    };

    /// Turns an index of 16 or more into one for which `pshufb` gives zero.
    #[inline(always)]
    fn below_16(indices: __m128i) -> __m128i {
        // SAFETY: SSE2, which x86-64 has.
        unsafe { _mm_adds_epu8(indices, _mm_set1_epi8(0x70)) }
    }

    macro_rules! lanes {
        ($($Name:ident $operands:literal $lanes:literal = |$a:ident, $b:ident, $l:ident| $body:expr;)*) => { $(
            #[derive(Debug)]
            pub(in super::super) enum $Name {}
            impl Lanes for $Name {
                type A = V128;
                type B = V128;
                type C = u32;
                type R = V128;
                const OPERANDS: usize = $operands;
                const LANES: bool = $lanes;
                #[inline(always)]
                fn apply($a: V128, $b: V128, _: u32, $l: V128) -> V128 {
                    // SAFETY: only the handlers below call it, on a processor with SSE4.1.
                    unsafe { $body.into() }
                }
            }
        )* };
    }

    lanes! {
        I8x16Shuffle 2 true = |a, b, lanes| {
            let low = _mm_shuffle_epi8(a.into(), below_16(lanes.into()));
            let high = _mm_sub_epi8(lanes.into(), _mm_set1_epi8(16));
            _mm_or_si128(low, _mm_shuffle_epi8(b.into(), high))
        };
        I8x16Swizzle 2 false = |a, b, _l| _mm_shuffle_epi8(a.into(), below_16(b.into()));
        I8x16RelaxedSwizzle 2 false = |a, b, _l| _mm_shuffle_epi8(a.into(), below_16(b.into()));
        F32x4Nearest 1 false = |a, _b, _l|
            _mm_castps_si128(_mm_round_ps::<8>(_mm_castsi128_ps(a.into())));
        F32x4Floor 1 false = |a, _b, _l|
            _mm_castps_si128(_mm_round_ps::<9>(_mm_castsi128_ps(a.into())));
        F32x4Ceil 1 false = |a, _b, _l|
            _mm_castps_si128(_mm_round_ps::<10>(_mm_castsi128_ps(a.into())));
        F32x4Trunc 1 false = |a, _b, _l|
            _mm_castps_si128(_mm_round_ps::<11>(_mm_castsi128_ps(a.into())));
        F64x2Nearest 1 false = |a, _b, _l|
            _mm_castpd_si128(_mm_round_pd::<8>(_mm_castsi128_pd(a.into())));
        F64x2Floor 1 false = |a, _b, _l|
            _mm_castpd_si128(_mm_round_pd::<9>(_mm_castsi128_pd(a.into())));
        F64x2Ceil 1 false = |a, _b, _l|
            _mm_castpd_si128(_mm_round_pd::<10>(_mm_castsi128_pd(a.into())));
        F64x2Trunc 1 false = |a, _b, _l|
            _mm_castpd_si128(_mm_round_pd::<11>(_mm_castsi128_pd(a.into())));
    }
}

/// A handler, with the number of its form.
const fn form<I: Execute>() -> (u8, Handler) {
    (I::FORM, enter_sse41::<I>)
}

/// An instruction of two operands, of which an accumulator or the code may have one.
const fn two<I: Lanes>() -> &'static [Handler] {
    forms!(LanesInstr<I>: [S S] [A S] [S K] [A K] [S A])
}

/// One whose operands may change places.
const fn commutative<I: Lanes>() -> &'static [Handler] {
    forms!(LanesInstr<I>: [S S] [A S] [S K] [A K])
}

/// One with an operand that may be in the accumulator.
const fn unary<I: Lanes>() -> &'static [Handler] {
    forms!(LanesInstr<I>: [S] [A])
}

/// One whose operands are in slots.
const fn slots<I: Lanes>() -> &'static [Handler] {
    forms!(LanesInstr<I>: [])
}

macro_rules! rows {
    ($($Name:ident $forms:ident;)*) => {
        /// The handler of an instruction that this processor has a better one for.
        pub(in super::super) fn handler(op: OpWord) -> Option<Handler> {
            let forms = match op.opcode {
                $( Opcode::$Name => const { $forms::<op::$Name>() }, )*
                _ => return None,
            };
            has_sse41().then(|| forms[usize::from(op.form)])
        }
    };
}

rows! {
    I8x16Shuffle slots;
    I8x16Swizzle two;
    I8x16RelaxedSwizzle slots;
    I8x16MinS commutative;
    I8x16MaxS commutative;
    I16x8NarrowI32x4U two;
    I32x4Mul commutative;
    I32x4MinS commutative;
    I32x4MinU commutative;
    I32x4MaxS commutative;
    I32x4MaxU commutative;
    I64x2Eq commutative;
    I64x2Ne commutative;
    F32x4Nearest unary;
    F32x4Floor unary;
    F32x4Ceil unary;
    F32x4Trunc unary;
    F64x2Nearest unary;
    F64x2Floor unary;
    F64x2Ceil unary;
    F64x2Trunc unary;
}

/// Whether the processor has SSE4.1.
#[inline]
fn has_sse41() -> bool {
    #[cfg(feature = "std")]
    return std::arch::is_x86_feature_detected!("sse4.1");
    #[cfg(not(feature = "std"))]
    return cfg!(target_feature = "sse4.1");
}
