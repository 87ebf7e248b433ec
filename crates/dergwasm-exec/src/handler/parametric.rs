//! Moves and choices.

use super::{Dest, Execute, Operand, Scalar, Stop, ToSlot, Vm};
use crate::ir::{Slot, SlotCopy};
use crate::numeric::vector::V128;
use core::marker::PhantomData;

/// What an instruction moves.
pub(crate) trait Move {
    /// The value.
    type V: Scalar;
}

/// Moves a value from `A` to a slot.
#[derive(Debug)]
pub(crate) struct CopyInstr<I, A>(PhantomData<(I, A)>);

impl<I: Move, A: Operand> Execute for CopyInstr<I, A> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let value = A::get::<I::V>(vm, vm.first(), 2);
            vm.write(vm.second(), value);
            vm.advance(if A::IN_CODE { 2 + I::V::CODE_WORDS } else { 2 });
        }
        Ok(())
    }
}

/// Moves two values, one after the other.
///
/// # Safety
/// INV-FRAME
#[inline(always)]
pub(crate) unsafe fn copy_two(vm: &mut Vm, a: SlotCopy, b: SlotCopy) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe { vm.copy([a, b]) }
    Ok(())
}

/// Moves three values.
///
/// # Safety
/// INV-FRAME
#[inline(always)]
pub(crate) unsafe fn copy_three(
    vm: &mut Vm,
    a: SlotCopy,
    b: SlotCopy,
    c: SlotCopy,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe { vm.copy([a, b, c]) }
    Ok(())
}

/// Moves four values.
///
/// # Safety
/// INV-FRAME
#[inline(always)]
pub(crate) unsafe fn copy_four(
    vm: &mut Vm,
    a: SlotCopy,
    b: SlotCopy,
    c: SlotCopy,
    d: SlotCopy,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe { vm.copy([a, b, c, d]) }
    Ok(())
}

/// Chooses between `A` and `B` by a condition in `C`.
#[derive(Debug)]
pub(crate) struct SelectInstr<I, C, A, B, D>(PhantomData<(I, C, A, B, D)>);

impl<I: Move, C: Operand, A: Operand, B: Operand, D: Dest> Execute for SelectInstr<I, C, A, B, D> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let cond = C::get::<u32>(vm, vm.first(), 0);
            let a = A::get::<I::V>(vm, vm.word(2).cast_signed() as isize, 2);
            let b = B::get::<I::V>(vm, vm.word(3).cast_signed() as isize, 3);
            D::put(vm, if cond != 0 { a } else { b });
            vm.advance(4);
        }
        Ok(())
    }
}

/// Returns a value from `A`.
#[derive(Debug)]
pub(crate) struct ReturnInstr<I, A>(PhantomData<(I, A)>);

impl<I: Move, A: Operand> Execute for ReturnInstr<I, A> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let value = A::get::<I::V>(vm, vm.first(), 2);
            ToSlot::put(vm, value);
            super::call::leave(vm);
        }
        Ok(())
    }
}

/// Chooses between vectors.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
pub(crate) unsafe fn select_v128(
    vm: &mut Vm,
    dst: Slot,
    a: Slot,
    b: Slot,
    cond: Slot,
) -> Result<(), Stop> {
    // SAFETY: INV-FRAME, from the caller.
    unsafe {
        let chosen = if vm.read::<u32>(cond.0) != 0 { a } else { b };
        let value: V128 = vm.read(chosen.0);
        vm.write(dst.0, value);
    }
    Ok(())
}

/// Jumps by an index in `A`.
#[derive(Debug)]
pub(crate) struct TableBranchInstr<I, A>(PhantomData<(I, A)>);

impl<I, A: Operand> Execute for TableBranchInstr<I, A> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller; the last of the targets is the default.
        unsafe {
            let index = A::get::<u32>(vm, vm.first(), 0) as usize;
            let last = vm.second().cast_unsigned() - 1;
            vm.jump(2 + index.min(last));
        }
        Ok(())
    }
}
