//! Globals.

use super::parametric::Move;
use super::{Dest, Execute, Operand, Scalar, Stop, Vm};
use crate::ir::{Index, Slot};
use core::marker::PhantomData;

/// The address of an own global, `at` bytes into the instance block.
///
/// # Safety
/// INV-CODE, INV-STORE
#[inline(always)]
unsafe fn own(vm: &Vm, at: isize) -> *mut u8 {
    // SAFETY: from the caller; globals follow the instance block.
    unsafe { vm.inst.cast::<u8>().offset(at) }
}

/// Reads an own global.
#[derive(Debug)]
pub(crate) struct GetInstr<I, D>(PhantomData<(I, D)>);

impl<I: Move, D: Dest> Execute for GetInstr<I, D> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-STORE, from the caller.
        unsafe {
            D::put(vm, I::V::read(own(vm, vm.first())));
            vm.advance(2);
        }
        Ok(())
    }
}

/// Writes an own global from `A`.
#[derive(Debug)]
pub(crate) struct SetInstr<I, A>(PhantomData<(I, A)>);

impl<I: Move, A: Operand> Execute for SetInstr<I, A> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-STORE, from the caller.
        unsafe {
            let value = A::get::<I::V>(vm, vm.first(), 2);
            value.write(own(vm, vm.second()));
            vm.advance(if A::IN_CODE { 2 + I::V::CODE_WORDS } else { 2 });
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
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-STORE, from the caller.
        unsafe {
            let global = own(vm, vm.first());
            let sum = u32::read(global).wrapping_add(vm.word(2) as u32);
            if I::WRITE {
                sum.write(global);
            }
            D::put(vm, sum);
            vm.advance(3);
        }
        Ok(())
    }
}

/// Writes the sum of a value in `A` and a constant to an own global.
#[derive(Debug)]
pub(crate) struct SetSumInstr<I, A>(PhantomData<(I, A)>);

impl<I, A: Operand> Execute for SetSumInstr<I, A> {
    #[inline(always)]
    unsafe fn execute(vm: &mut Vm) -> Result<(), Stop> {
        // SAFETY: INV-CODE, INV-FRAME, INV-STORE, from the caller.
        unsafe {
            let sum = A::get::<u32>(vm, vm.first(), 2).wrapping_add(vm.word(2) as u32);
            sum.write(own(vm, vm.second()));
            vm.advance(3);
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
