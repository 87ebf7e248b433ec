//! Globals.

use super::parametric::Move;
use super::{Dest, Execute, Operand, Scalar, Stop, Vm, constant_words};
use crate::ir::layout::{self, Half, Layout};
use crate::ir::{Index, Slot, forms};
use core::marker::PhantomData;

/// The address of an own global, so many bytes into the instance block.
///
/// # Safety
/// INV-CODE, INV-STORE
#[inline(always)]
unsafe fn own(vm: &Vm, global: Half) -> *mut u8 {
    // SAFETY: from the caller; globals follow the instance block.
    unsafe { vm.inst.cast::<u8>().offset(vm.half(global)) }
}

/// Reads an own global.
#[derive(Debug)]
pub(crate) struct GetInstr<I, D>(PhantomData<(I, D)>);

impl<I: Move, D: Dest> Execute for GetInstr<I, D> {
    const FORM: u8 = D::TO as u8;
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-STORE, from the caller.
        unsafe {
            D::put(vm, I::V::read(own(vm, layout::GlobalGet::AT.global)));
            vm.advance(layout::GlobalGet::LEN);
        }
        Ok(())
    }
}

/// Writes an own global from `A`.
#[derive(Debug)]
pub(crate) struct SetInstr<I, A>(PhantomData<(I, A)>);

impl<I: Move, A: Operand> Execute for SetInstr<I, A> {
    const FORM: u8 = forms::MOVE.number([A::LOC]);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-STORE, from the caller.
        unsafe {
            let layout::GlobalSet { src, global } = layout::GlobalSet::AT;
            let value = A::get::<I::V>(vm, vm.half(src), layout::GlobalSet::END);
            value.write(own(vm, global));
            vm.advance(layout::GlobalSet::LEN + constant_words::<A, I::V>());
        }
        Ok(())
    }
}

/// What is done with the sum of a global and a constant, besides being the result.
pub(crate) trait Sum {
    /// Whether it is the global's new value.
    const WRITE: bool;
}

/// Adds a constant to an own global.
#[derive(Debug)]
pub(crate) struct SumInstr<I, D>(PhantomData<(I, D)>);

impl<I: Sum, D: Dest> Execute for SumInstr<I, D> {
    const FORM: u8 = D::TO as u8;
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-STORE, from the caller.
        unsafe {
            let layout::GlobalSum { global, by, .. } = layout::GlobalSum::AT;
            let global = own(vm, global);
            let sum = u32::read(global).wrapping_add(vm.word(by) as u32);
            if I::WRITE {
                sum.write(global);
            }
            D::put(vm, sum);
            vm.advance(layout::GlobalSum::LEN);
        }
        Ok(())
    }
}

/// Writes the sum of a value in `A` and a constant to an own global.
#[derive(Debug)]
pub(crate) struct SetSumInstr<I, A>(PhantomData<(I, A)>);

impl<I, A: Operand> Execute for SetSumInstr<I, A> {
    const FORM: u8 = forms::UNARY.number([A::LOC]);
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-STORE, from the caller.
        unsafe {
            let layout::GlobalSetSum { src, global, by } = layout::GlobalSetSum::AT;
            let sum = A::get::<u32>(vm, vm.half(src), by).wrapping_add(vm.word(by) as u32);
            sum.write(own(vm, global));
            vm.advance(layout::GlobalSetSum::LEN);
        }
        Ok(())
    }
}

/// Reads an imported global.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn get_import<T: Scalar>(
    vm: &mut Vm,
    dst: Slot,
    global: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let value = T::read((*vm.inst).imported_global(global.0 as usize));
        vm.write(dst.0, value);
        value.set_acc(vm);
    }
    Ok(())
}

/// Writes an imported global.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn set_import<T: Scalar>(
    vm: &mut Vm,
    src: Slot,
    global: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let value: T = vm.read(src.0);
        value.write((*vm.inst).imported_global(global.0 as usize));
    }
    Ok(())
}
