//! Vector instructions: operands and results are in slots.
//!
//! Layout: the second word holds the first operand's slot and the result's, the third the second
//! and third operand's; then constant lanes.

use super::access::Reach;
use super::{Execute, Memory, Scalar, Stop, Vm};
use crate::numeric::vector::V128;
use core::marker::PhantomData;

/// What a vector instruction computes from up to three operands and constant lanes.
pub(crate) trait Lanes {
    /// The first operand.
    type A: Scalar;
    /// The second operand, or `u32` if there is none.
    type B: Scalar;
    /// The third operand, or `u32` if there is none.
    type C: Scalar;
    /// The result.
    type R: Scalar;
    /// How many operands there are.
    const OPERANDS: usize;
    /// How many words the constant lanes take.
    const LANE_WORDS: usize;
    /// Computes it.
    fn apply(a: Self::A, b: Self::B, c: Self::C, lanes: [u64; 2]) -> Self::R;
}

/// The vector instruction `I`.
#[derive(Debug)]
pub(crate) struct LanesInstr<I>(PhantomData<I>);

impl<I: Lanes> Execute for LanesInstr<I> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller; what is not an operand is not read.
        unsafe {
            let words = 2 + usize::from(I::OPERANDS > 1);
            let more = vm.ip.add(2).cast::<i32>();
            let a = vm.read(vm.first());
            let b = if I::OPERANDS > 1 { vm.read(*more as isize) } else { I::B::from_bits(0) };
            let c = match I::OPERANDS {
                3 => vm.read(*more.add(1) as isize),
                _ => I::C::from_bits(0),
            };
            let lane = |i| if i < I::LANE_WORDS { vm.word(words + i) } else { 0 };
            let result = I::apply(a, b, c, [lane(0), lane(1)]);
            vm.write(vm.second(), result);
            vm.advance(words + I::LANE_WORDS);
        }
        Ok(())
    }
}

/// What a vector load computes from the bytes it reads.
pub(crate) trait VectorLoad {
    /// The bytes.
    type M: Memory;
    /// Whether it replaces a lane of an operand.
    const LANE: bool;
    /// Computes it.
    fn apply(m: Self::M, v: V128, lane: u8) -> V128;
}

/// The vector load `I`.
#[derive(Debug)]
pub(crate) struct VectorLoadInstr<I, P>(PhantomData<(I, P)>);

impl<I: VectorLoad, P: Reach> Execute for VectorLoadInstr<I, P> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller.
        unsafe {
            let last = 3 + usize::from(I::LANE);
            let at = P::address(vm, last, size_of::<I::M>())?;
            let more = vm.ip.add(3).cast::<i32>();
            let (v, lane) = match I::LANE {
                true => (vm.read(*more as isize), *more.add(1) as u8),
                false => (V128::from_bits(0), 0),
            };
            vm.write(vm.second(), I::apply(I::M::load(at), v, lane));
            vm.advance(last + P::WORDS);
        }
        Ok(())
    }
}

/// What a vector store writes.
pub(crate) trait VectorStore {
    /// The bytes.
    type M: Memory;
    /// Whether it writes one lane.
    const LANE: bool;
    /// Computes it.
    fn apply(v: V128, lane: u8) -> Self::M;
}

/// The vector store `I`.
#[derive(Debug)]
pub(crate) struct VectorStoreInstr<I, P>(PhantomData<(I, P)>);

impl<I: VectorStore, P: Reach> Execute for VectorStoreInstr<I, P> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller.
        unsafe {
            let last = 3 + usize::from(I::LANE);
            let at = P::address(vm, last, size_of::<I::M>())?;
            let lane = if I::LANE { vm.word(3) as u8 } else { 0 };
            I::apply(vm.read(vm.second()), lane).store(at);
            vm.advance(last + P::WORDS);
        }
        Ok(())
    }
}
