//! Vector instructions: operands are in slots, results go to a slot and their accumulator.
//!
//! Layout: the second word holds the first operand's slot and the result's, the third the second
//! and third operand's, or from there on is a constant second operand; then constant lanes.
//! A vector always goes to its slot too: the store is off the path from one result to the next,
//! and so each instruction needs no forms of its own to leave it out.

use super::access::Reach;
use super::{Dest, Execute, InSlot, Memory, Operand, Scalar, Stop, ToSlot, Vm};
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

/// The vector instruction `I` with its first two operands in `A` and `B` and its result in `D`.
#[derive(Debug)]
pub(crate) struct LanesInstr<I, A = InSlot, B = InSlot, D = ToSlot>(PhantomData<(I, A, B, D)>);

impl<I: Lanes, A: Operand, B: Operand, D: Dest> Execute for LanesInstr<I, A, B, D> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller; what is not an operand is not read.
        unsafe {
            let words = match (I::OPERANDS, B::IN_CODE) {
                (1, _) => 2,
                (_, true) => 2 + I::B::CODE_WORDS,
                (_, false) => 3,
            };
            let a = A::get(vm, vm.first(), 2);
            let b = match I::OPERANDS {
                1 => I::B::from_bits(0),
                _ => B::get(vm, vm.half(2, false), 2),
            };
            let c = match I::OPERANDS {
                3 => vm.read(vm.half(2, true)),
                _ => I::C::from_bits(0),
            };
            let lane = |i| if i < I::LANE_WORDS { vm.word(words + i) } else { 0 };
            let result = I::apply(a, b, c, [lane(0), lane(1)]);
            D::put(vm, result);
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

/// The vector load `I` that finds its address as `P` says.
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
            ToSlot::put(vm, I::apply(I::M::load(at), v, lane));
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

/// The vector store `I` of a value in `V` that finds its address as `P` says.
#[derive(Debug)]
pub(crate) struct VectorStoreInstr<I, P, V = InSlot>(PhantomData<(I, P, V)>);

impl<I: VectorStore, P: Reach, V: Operand> Execute for VectorStoreInstr<I, P, V> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller.
        unsafe {
            let last = 3 + usize::from(I::LANE);
            let at = P::address(vm, last, size_of::<I::M>())?;
            let lane = if I::LANE { vm.word(3) as u8 } else { 0 };
            I::apply(V::get(vm, vm.second(), 3), lane).store(at);
            vm.advance(last + P::WORDS);
        }
        Ok(())
    }
}
