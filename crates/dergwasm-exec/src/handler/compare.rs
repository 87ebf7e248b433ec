//! Comparisons, alone and fused with a conditional branch.

use super::binary::operands;
use super::{Dest, Execute, Operand, Scalar, Stop, Vm};
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
