//! Globals.

use super::{Scalar, Stop, Vm};
use crate::ir::{Imm, Index, Slot};

/// Reads an own global, `at` bytes into the instance block.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn get<T: Scalar>(vm: &mut Vm, dst: Slot, at: Imm) -> Result<(), Stop> {
    // SAFETY: from the caller; globals follow the instance block.
    unsafe {
        let value = T::read(vm.inst.cast::<u8>().add(at.0 as usize));
        vm.write(dst.0, value);
        value.set_acc(vm);
    }
    Ok(())
}

/// Writes an own global, `at` bytes into the instance block.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn set<T: Scalar>(vm: &mut Vm, src: Slot, at: Imm) -> Result<(), Stop> {
    // SAFETY: from the caller; globals follow the instance block.
    unsafe {
        let value: T = vm.read(src.0);
        value.write(vm.inst.cast::<u8>().add(at.0 as usize));
    }
    Ok(())
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
