//! Control flow inside a function.

use super::{Stop, Vm};
use crate::ir::{Imm, SlotCopy, Target};
use core::ptr;
use dergwasm_types::Trap;

/// Traps.
///
/// # Safety
/// None of its own.
#[inline(always)]
pub(crate) unsafe fn unreachable(_: &mut Vm) -> Result<(), Stop> {
    Err(Stop::Trap(Trap::Unreachable))
}

/// Jumps.
///
/// # Safety
/// INV-CODE
#[inline(always)]
pub(crate) unsafe fn br(vm: &mut Vm, target: Target) -> Result<(), Stop> {
    vm.ip = ptr::with_exposed_provenance(target.0 as usize);
    Ok(())
}

/// Moves a value and jumps.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
pub(crate) unsafe fn br_copy(vm: &mut Vm, a: SlotCopy, target: Target) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        vm.copy([a]);
        br(vm, target)
    }
}

/// Moves two values and jumps.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
pub(crate) unsafe fn br_copy_two(
    vm: &mut Vm,
    a: SlotCopy,
    b: SlotCopy,
    target: Target,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        vm.copy([a, b]);
        br(vm, target)
    }
}

/// Checks that a frame of `frame` bytes fits the stack.
///
/// # Safety
/// INV-STORE
#[inline(always)]
unsafe fn check_stack(vm: &Vm, frame: Imm) -> Result<(), Stop> {
    // SAFETY: INV-STORE: the context lives as long as the machine.
    let end = unsafe { (*(*vm.inst).context).stack_end };
    // In 64 bits the sum does not wrap, which it could where addresses have 32.
    if vm.sp.addr() as u64 + frame.0 > end.addr() as u64 {
        return Err(Stop::Trap(Trap::CallStackExhausted));
    }
    Ok(())
}

/// Checks that the frame fits the stack and zeroes `N` locals.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn enter<const N: usize>(vm: &mut Vm, frame: Imm) -> Result<(), Stop> {
    // SAFETY: INV-FRAME: locals are the first slots of the frame, which was just checked.
    unsafe {
        check_stack(vm, frame)?;
        for local in 0..N {
            vm.write(16 * local as isize, 0_u64);
        }
    }
    Ok(())
}

/// Checks that the frame fits the stack and zeroes `zeroed` locals.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn enter_many(vm: &mut Vm, frame: Imm, zeroed: Imm) -> Result<(), Stop> {
    // SAFETY: INV-FRAME: locals are the first slots of the frame, which was just checked.
    unsafe {
        check_stack(vm, frame)?;
        for local in 0..zeroed.0 as usize {
            vm.write(16 * local as isize, 0_u64);
        }
    }
    Ok(())
}

/// Checks that the frame fits the stack and zeroes `zeroed` locals of any type.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn enter_vectors(vm: &mut Vm, frame: Imm, zeroed: Imm) -> Result<(), Stop> {
    // SAFETY: INV-FRAME: locals are the first slots of the frame, which was just checked.
    unsafe {
        check_stack(vm, frame)?;
        ptr::write_bytes(vm.sp, 0, zeroed.0 as usize * 16);
    }
    Ok(())
}

/// Pays fuel. If there is not enough, the run reads from the code how much it needs.
///
/// # Safety
/// INV-STORE
#[inline(always)]
pub(crate) unsafe fn fuel(vm: &mut Vm, amount: Imm) -> Result<(), Stop> {
    // SAFETY: INV-STORE: the context lives as long as the machine.
    let fuel = unsafe { &mut (*(*vm.inst).context).fuel };
    *fuel = fuel.checked_sub(amount.0).ok_or(Stop::Trap(Trap::OutOfFuel))?;
    Ok(())
}

/// Stops if another thread asked for it.
///
/// # Safety
/// INV-STORE
#[inline(always)]
pub(crate) unsafe fn poll(vm: &mut Vm) -> Result<(), Stop> {
    // SAFETY: INV-STORE: the context and the flag live as long as the machine.
    if unsafe { (*(*(*vm.inst).context).interrupt).is_requested() } {
        return Err(Stop::Trap(Trap::Interrupted));
    }
    Ok(())
}
