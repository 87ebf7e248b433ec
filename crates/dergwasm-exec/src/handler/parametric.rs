//! Moves and choices.

use super::{Dest, Execute, Operand, Scalar, Stop, ToSlot, Vm, constant_words};
use crate::ir::layout::{self, Layout, Word};
use crate::ir::{Slot, SlotCopy, forms};
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
    const FORM: u8 = forms::MOVE.number([A::LOC]);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let layout::Move { src, to } = layout::Move::AT;
            let value = A::get::<I::V>(vm, vm.half(src), layout::Move::END);
            vm.write(vm.half(to), value);
            vm.advance(layout::Move::LEN + constant_words::<A, I::V>());
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
    const FORM: u8 = forms::SELECT.with_result([C::LOC, A::LOC, B::LOC], D::TO);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let layout::Select { cond, a, b, .. } = layout::Select::AT;
            let cond = C::get::<u32>(vm, vm.half(cond), Word(0));
            let a = A::get::<I::V>(vm, vm.slot(a), a);
            let b = B::get::<I::V>(vm, vm.slot(b), b);
            D::put(vm, if cond != 0 { a } else { b });
            vm.advance(layout::Select::LEN);
        }
        Ok(())
    }
}

/// Returns a value from `A`.
#[derive(Debug)]
pub(crate) struct ReturnInstr<I, A>(PhantomData<(I, A)>);

impl<I: Move, A: Operand> Execute for ReturnInstr<I, A> {
    const FORM: u8 = forms::MOVE.number([A::LOC]);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller.
        unsafe {
            let src = layout::Return::AT.src;
            let value = A::get::<I::V>(vm, vm.half(src), layout::Return::END);
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
    const FORM: u8 = forms::UNARY.number([A::LOC]);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, from the caller; the last of the targets is the default.
        unsafe {
            let layout::TableBranch { index, count } = layout::TableBranch::AT;
            let index = A::get::<u32>(vm, vm.half(index), Word(0)) as usize;
            let last = vm.half(count).cast_unsigned() - 1;
            vm.jump(Word(layout::TableBranch::LEN + index.min(last)));
        }
        Ok(())
    }
}
