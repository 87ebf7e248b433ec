//! Comparisons, alone and fused with a conditional branch.

use super::binary::operands;
use super::{Dest, Execute, InAcc, Operand, Scalar, Stop, ToSlot, Vm};
use core::marker::PhantomData;

/// What a comparison computes.
pub(crate) trait Compare {
    /// The operands.
    type A: Scalar;
    /// Computes it.
    fn holds(a: Self::A, b: Self::A) -> bool;
}

/// `I` with its operands in `A` and `B` and its truth value in `D`.
#[derive(Debug)]
pub(crate) struct CompareInstr<I, A, B, D>(PhantomData<(I, A, B, D)>);

impl<I: Compare, A: Operand, B: Operand, D: Dest> Execute for CompareInstr<I, A, B, D> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let (a, b) = operands::<A, B, I::A, I::A>(vm);
            D::put(vm, u32::from(I::holds(a, b)));
            vm.advance(3);
        }
        Ok(())
    }
}

/// A branch taken when `I` holds, or with `NOT` when it does not.
#[derive(Debug)]
pub(crate) struct BranchInstr<I, A, B, const NOT: bool>(PhantomData<(I, A, B)>);

impl<I: Compare, A: Operand, B: Operand, const NOT: bool> Execute for BranchInstr<I, A, B, NOT> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let (a, b) = operands::<A, B, I::A, I::A>(vm);
            if I::holds(a, b) == NOT {
                vm.advance(4);
            } else {
                vm.jump(3);
            }
        }
        Ok(())
    }
}

/// A [`BranchInstr`] that first adds a constant to a local, as the ends of counted loops do. The
/// local is the second operand and the first in the slot `O`, or the first and the second the
/// constant `O`. (benches: execute/loop, −2 %, and steadier from build to build)
#[derive(Debug)]
pub(crate) struct StepBranchInstr<I, O, const NOT: bool>(PhantomData<(I, O)>);

impl<I: Compare, O: Operand, const NOT: bool> Execute for StepBranchInstr<I, O, NOT> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            // The step is in the word that the other operand leaves free.
            let step = if O::IN_CODE { vm.first() as u32 } else { vm.word(2) as u32 };
            let local: u32 = vm.read(vm.second());
            ToSlot::put(vm, local.wrapping_add(step));
            let (a, b) = if O::IN_CODE {
                operands::<InAcc, O, I::A, I::A>(vm)
            } else {
                operands::<O, InAcc, I::A, I::A>(vm)
            };
            if I::holds(a, b) == NOT {
                vm.advance(4);
            } else {
                vm.jump(3);
            }
        }
        Ok(())
    }
}
