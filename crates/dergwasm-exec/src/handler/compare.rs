//! Comparisons, alone and fused with a conditional branch.

use super::binary::operands;
use super::{Dest, Execute, InAcc, Operand, Scalar, Stop, Vm};
use crate::ir::forms::{self, Condition, Loc};
use crate::ir::layout::{self, Layout};
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
    const FORM: u8 = forms::compare(Condition::Value(D::TO), [A::LOC, B::LOC]);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let (a, b) = operands::<A, B, I::A, I::A>(vm);
            D::put(vm, u32::from(I::holds(a, b)));
            vm.advance(layout::Binary::LEN);
        }
        Ok(())
    }
}

/// Goes on at the target of a branch, or behind it.
///
/// # Safety
/// INV-CODE: the instruction is a branch.
#[inline(always)]
unsafe fn branch(vm: &mut Vm, taken: bool) {
    // SAFETY: from the caller.
    unsafe {
        if taken {
            vm.jump(layout::Branch::AT.target);
        } else {
            vm.advance(layout::Branch::LEN);
        }
    }
}

/// A branch taken when the comparison `I` holds, or with `NOT` when it does not.
#[derive(Debug)]
pub(crate) struct BranchInstr<I, A, B, const NOT: bool>(PhantomData<(I, A, B)>);

impl<I: Compare, A: Operand, B: Operand, const NOT: bool> Execute for BranchInstr<I, A, B, NOT> {
    const FORM: u8 = forms::compare(Condition::Branch { unless: NOT }, [A::LOC, B::LOC]);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let (a, b) = operands::<A, B, I::A, I::A>(vm);
            branch(vm, I::holds(a, b) != NOT);
        }
        Ok(())
    }
}

/// The same of a test of bits, which has no other forms.
#[derive(Debug)]
pub(crate) struct TestInstr<I, A, B, const NOT: bool>(PhantomData<(I, A, B)>);

impl<I: Compare, A: Operand, B: Operand, const NOT: bool> Execute for TestInstr<I, A, B, NOT> {
    const FORM: u8 = forms::test(NOT, [A::LOC, B::LOC]);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: from the caller.
        unsafe { BranchInstr::<I, A, B, NOT>::execute(vm) }
    }
}

/// A [`BranchInstr`] that first adds a constant to a local, as the ends of counted loops do. The
/// local is the second operand and the first in the slot `O`, or the first and the second the
/// constant `O`. (benches: execute/loop, −2 %, and steadier from build to build)
#[derive(Debug)]
pub(crate) struct StepBranchInstr<I, O, const NOT: bool>(PhantomData<(I, O)>);

impl<I: Compare, O: Operand, const NOT: bool> Execute for StepBranchInstr<I, O, NOT> {
    const FORM: u8 = {
        let locs = if O::IN_CODE { [Loc::Acc, O::LOC] } else { [O::LOC, Loc::Acc] };
        forms::compare(Condition::StepBranch { unless: NOT }, locs)
    };
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            // The step is in the word that the other operand leaves free.
            let at = layout::Branch::AT;
            let step = if O::IN_CODE { vm.half(at.slot) as u32 } else { vm.word(at.other) as u32 };
            let local = vm.half(at.local);
            let stepped = vm.read::<u32>(local).wrapping_add(step);
            vm.write(local, stepped);
            stepped.set_acc(vm);
            let (a, b) = if O::IN_CODE {
                operands::<InAcc, O, I::A, I::A>(vm)
            } else {
                operands::<O, InAcc, I::A, I::A>(vm)
            };
            branch(vm, I::holds(a, b) != NOT);
        }
        Ok(())
    }
}
