//! Throwing and catching.
//!
//! Where an exception is caught is found by walking frames (`crate::unwind`), out of line; the
//! registers are then those of the frame that catches, with the exception in the accumulator.

use super::call::guarded;
use super::{Stop, Vm};
use crate::instance::{Context, InstanceBlock, Registers};
use crate::ir::{Index, Slot};
use core::slice;
use dergwasm_types::{TagIdx, Value};

/// Goes on where the exception that the context knows is caught.
///
/// # Safety
/// INV-STORE; unwinding has left the registers in the context.
#[inline(always)]
pub(super) unsafe fn land(vm: &mut Vm, context: *mut Context) {
    // SAFETY: from the caller.
    unsafe {
        let Registers { ip, sp, inst, depth } = (*context).stopped;
        (vm.ip, vm.sp, vm.inst, vm.depth) = (ip, sp, inst, depth);
        vm.mem = (*inst).memory_base();
        vm.acc = (*context).thrown;
    }
}

/// Throws an exception whose values lie from a slot on.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn throw(vm: &mut Vm, first: Slot, tag: Index) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        super::aggregate::keep_registers(vm);
        let context = (*vm.inst).context;
        if !throw_new(vm.inst, vm.sp.offset(first.0), tag) {
            return Err(Stop::Failed);
        }
        land(vm, context);
    }
    Ok(())
}

/// Throws an exception again.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn throw_ref(vm: &mut Vm, src: Slot) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        super::aggregate::keep_registers(vm);
        let context = (*vm.inst).context;
        if !throw_again(context, vm.read(src.0)) {
            return Err(Stop::Failed);
        }
        land(vm, context);
    }
    Ok(())
}

/// Out of line: makes an exception and unwinds to where it is caught; if nowhere, leaves the error
/// in the context.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HOST, INV-STORE
#[inline(never)]
unsafe fn throw_new(inst: *mut InstanceBlock, values: *const u8, tag: Index) -> bool {
    // SAFETY: from the caller; as many values lie there as the tag has parameters.
    unsafe {
        let done = guarded((*inst).context, |machine| {
            let tag = machine.tag_of((*inst).addr, TagIdx(tag.0))?;
            let count = machine.tag_params(tag);
            let values = slice::from_raw_parts(values.cast::<Value>(), count);
            let exception = machine.exception_for_code(tag, values)?;
            machine.unwind(exception)
        });
        done.is_some()
    }
}

/// Out of line: unwinds to where an exception is caught; if nowhere, leaves the error in the
/// context.
///
/// # Safety
/// INV-HOST, INV-STORE
#[inline(never)]
unsafe fn throw_again(context: *mut Context, exception: u64) -> bool {
    // SAFETY: from the caller.
    unsafe { guarded(context, |machine| machine.unwind(exception)) }.is_some()
}

/// Puts the exception that was caught into a slot.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
pub(crate) unsafe fn catch_ref(vm: &mut Vm, dst: Slot) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe { vm.write(dst.0, vm.acc) }
    Ok(())
}

/// Puts the values of the exception that was caught into slots.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn catch_values(vm: &mut Vm, first: Slot, tag: Index) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        if !unpack(vm.inst, vm.acc, vm.sp.offset(first.0), tag) {
            return Err(Stop::Failed);
        }
    }
    Ok(())
}

/// # Safety
/// INV-CODE, INV-FRAME, INV-HOST, INV-STORE
#[inline(never)]
unsafe fn unpack(inst: *mut InstanceBlock, exception: u64, to: *mut u8, tag: Index) -> bool {
    // SAFETY: from the caller; there is room for as many values as the tag has parameters.
    unsafe {
        let done = guarded((*inst).context, |machine| {
            let tag = machine.tag_of((*inst).addr, TagIdx(tag.0))?;
            let count = machine.tag_params(tag);
            let slots = slice::from_raw_parts_mut(to.cast::<Value>(), count);
            machine.exception_values(exception, slots)
        });
        done.is_some()
    }
}
