//! Vector instructions: operands are in slots, results go to a slot and their accumulator.
//!
//! Layout: the second word holds the first operand's slot and the result's, the third the second
//! and third operand's, or from there on is a constant second operand; then constant lanes.
//! A vector always goes to its slot too: the store is off the path from one result to the next,
//! and so each instruction needs no forms of its own to leave it out.

use super::access::{Load, Reach};
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
    /// Whether a constant says which lanes.
    const LANES: bool;
    /// Computes it.
    fn apply(a: Self::A, b: Self::B, c: Self::C, lanes: V128) -> Self::R;
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
            let (lanes, lane_words) = match I::LANES {
                true => (V128::from_code(vm.ip.add(words)), V128::CODE_WORDS),
                false => (V128::default(), 0),
            };
            D::put(vm, I::apply(a, b, c, lanes));
            vm.advance(words + lane_words);
        }
        Ok(())
    }
}

/// Reads a lane: `I` is a load, from the frame.
#[derive(Debug)]
pub(crate) struct ExtractInstr<I, D>(PhantomData<(I, D)>);

impl<I: Load, D: Dest> Execute for ExtractInstr<I, D> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller: the lane is inside a slot.
        unsafe {
            let lane = vm.lane(vm.first());
            D::put(vm, I::widen(lane));
            vm.advance(2);
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
    /// Computes it; `lane` has ones in the bytes of the lane.
    fn apply(m: Self::M, v: V128, lane: V128) -> V128;
}

/// The vector load `I` that finds its address as `P` says.
#[derive(Debug)]
pub(crate) struct VectorLoadInstr<I, P>(PhantomData<(I, P)>);

impl<I: VectorLoad, P: Reach> Execute for VectorLoadInstr<I, P> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller.
        unsafe {
            let last = if I::LANE { 4 + V128::CODE_WORDS } else { 3 };
            let at = P::address(vm, last, size_of::<I::M>())?;
            let (v, lane) = match I::LANE {
                true => (vm.read(vm.half(3, false)), V128::from_code(vm.ip.add(4))),
                false => (V128::default(), V128::default()),
            };
            ToSlot::put(vm, I::apply(I::M::load(at), v, lane));
            vm.advance(last + P::WORDS);
        }
        Ok(())
    }
}

/// What the store of a lane writes.
pub(crate) trait VectorStore {
    /// The lane.
    type M: Memory;
}

/// The store `I` of a lane that finds its address as `P` says.
#[derive(Debug)]
pub(crate) struct VectorStoreInstr<I, P>(PhantomData<(I, P)>);

impl<I: VectorStore, P: Reach> Execute for VectorStoreInstr<I, P> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller: the lane is inside a slot.
        unsafe {
            let at = P::address(vm, 3, size_of::<I::M>())?;
            vm.lane::<I::M>(vm.second()).store(at);
            vm.advance(3 + P::WORDS);
        }
        Ok(())
    }
}
