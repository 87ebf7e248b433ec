//! Vector instructions: operands are in slots, results go to a slot and their accumulator.
//!
//! A vector always goes to its slot too: the store is off the path from one result to the next,
//! and so each instruction needs no forms of its own to leave it out.

use super::access::{Load, Reach};
use super::{Dest, Execute, InCode, InSlot, Memory, Operand, Scalar, Stop, ToSlot, Vm};
use crate::ir::Class;
use crate::ir::forms::{self, To};
use crate::ir::layout::{self, Layout, Word};
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
    const FORM: u8 = match (<I::R as Scalar>::CLASS, I::OPERANDS) {
        (Class::V128, _) => forms::LANES.number([A::LOC, B::LOC]),
        (_, 1) => forms::UNARY.with_result([A::LOC], D::TO),
        // The others write both.
        _ => To::Slot as u8,
    };
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller; what is not an operand is not read.
        unsafe {
            let layout::Lanes { a, .. } = layout::Lanes::AT;
            let layout::MoreLanes { b, c, .. } = layout::MoreLanes::AT;
            let words = match (I::OPERANDS, B::IN_CODE) {
                (1, _) => layout::Lanes::LEN,
                (_, true) => layout::Lanes::LEN + I::B::CODE_WORDS,
                (_, false) => layout::MoreLanes::LEN,
            };
            let a = A::get(vm, vm.half(a), layout::Lanes::END);
            let b = match (I::OPERANDS, B::IN_CODE) {
                (1, _) => I::B::from_bits(0),
                (_, true) => B::get(vm, 0, layout::Lanes::END),
                (_, false) => B::get(vm, vm.half(b), layout::Lanes::END),
            };
            let c = match I::OPERANDS {
                3 => vm.read(vm.half(c)),
                _ => I::C::from_bits(0),
            };
            let (lanes, lane_words) = match I::LANES {
                true => (InCode::get(vm, 0, Word(words)), V128::CODE_WORDS),
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
    const FORM: u8 = D::TO as u8;
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller: the lane is inside a slot.
        unsafe {
            let lane = vm.lane(vm.half(layout::Extract::AT.lane));
            D::put(vm, I::widen(lane));
            vm.advance(layout::Extract::LEN);
        }
        Ok(())
    }
}

/// What a vector load computes from the bytes it reads.
pub(crate) trait VectorLoad {
    /// The bytes.
    type M: Memory;
    /// Computes it.
    fn apply(m: Self::M) -> V128;
}

/// What a load into a lane computes from the bytes it reads.
pub(crate) trait LaneLoad {
    /// The bytes.
    type M: Memory;
    /// Computes it; `lane` has ones in the bytes of the lane.
    fn apply(m: Self::M, v: V128, lane: V128) -> V128;
}

/// The memory that an instruction with an address of this reach names, if it names one.
///
/// # Safety
/// INV-CODE
#[inline(always)]
unsafe fn memory_of<P: Reach>(vm: &Vm, at: Word) -> u64 {
    // SAFETY: from the caller.
    unsafe { if P::FAR { vm.word(at) } else { 0 } }
}

/// The vector load `I` that finds its address as `P` says.
#[derive(Debug)]
pub(crate) struct VectorLoadInstr<I, P>(PhantomData<(I, P)>);

impl<I: VectorLoad, P: Reach> Execute for VectorLoadInstr<I, P> {
    const FORM: u8 = P::FORM;
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller.
        unsafe {
            let memory = memory_of::<P>(vm, layout::FarLoad::AT.memory);
            let at = P::address(vm, memory, size_of::<I::M>())?;
            ToSlot::put(vm, I::apply(I::M::load(at)));
            vm.advance(if P::FAR { layout::FarLoad::LEN } else { layout::Load::LEN });
        }
        Ok(())
    }
}

/// The load `I` into a lane that finds its address as `P` says.
#[derive(Debug)]
pub(crate) struct LaneLoadInstr<I, P>(PhantomData<(I, P)>);

impl<I: LaneLoad, P: Reach> Execute for LaneLoadInstr<I, P> {
    const FORM: u8 = P::FORM;
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller.
        unsafe {
            let layout::LaneLoad { vector, memory, .. } = layout::LaneLoad::AT;
            let at = P::address(vm, vm.half(memory) as u64, size_of::<I::M>())?;
            let lane: V128 = InCode::get(vm, 0, layout::LaneLoad::END);
            ToSlot::put(vm, I::apply(I::M::load(at), vm.read(vm.half(vector)), lane));
            vm.advance(layout::LaneLoad::LEN + V128::CODE_WORDS);
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
    const FORM: u8 = P::FORM;
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-MEM, INV-STORE, from the caller: the lane is inside a slot.
        unsafe {
            let memory = memory_of::<P>(vm, layout::FarStore::AT.memory);
            let at = P::address(vm, memory, size_of::<I::M>())?;
            vm.lane::<I::M>(vm.half(layout::Store::AT.value)).store(at);
            vm.advance(if P::FAR { layout::FarStore::LEN } else { layout::Store::LEN });
        }
        Ok(())
    }
}
