//! Memory instructions other than loads and stores.

use super::call::guarded;
use super::{Stop, Vm};
use crate::instance::InstanceBlock;
use crate::ir::{Index, Slot};
use core::ptr;
use dergwasm_store::{MemInst, MemoryView};
use dergwasm_types::Trap;

/// The address of `len` bytes at `at`.
///
/// # Safety
/// INV-MEM
#[inline(always)]
pub(super) unsafe fn range(view: &MemoryView, at: u64, len: u64) -> Result<*mut u8, Stop> {
    match at.checked_add(len) {
        // SAFETY: INV-MEM: the bytes end before the memory does.
        Some(end) if end <= view.len => Ok(unsafe { view.base.add(at as usize) }),
        _ => Err(Stop::Trap(Trap::MemoryOutOfBounds)),
    }
}

/// The memory's size in pages.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn size(vm: &mut Vm, dst: Slot, memory: Index) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let pages = pages(vm.inst, memory);
        vm.write(dst.0, pages);
    }
    Ok(())
}

/// # Safety
/// INV-STORE
#[inline(never)]
unsafe fn pages(inst: *mut InstanceBlock, memory: Index) -> u64 {
    // SAFETY: INV-STORE, INV-HOST: the machine runs.
    unsafe {
        let machine = &*(*(*inst).context).machine;
        machine.memory_of((*inst).addr, memory.0).map_or(0, MemInst::size)
    }
}

/// Grows the memory.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn grow(vm: &mut Vm, dst: Slot, delta: Slot, memory: Index) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let delta = vm.read(delta.0);
        let Some(old) = grow_by(vm.inst, memory, delta) else { return Err(Stop::Failed) };
        vm.write(dst.0, old);
        vm.mem = (*vm.inst).memory_base();
    }
    Ok(())
}

/// # Safety
/// INV-STORE
#[inline(never)]
unsafe fn grow_by(inst: *mut InstanceBlock, memory: Index, delta: u64) -> Option<u64> {
    // SAFETY: INV-STORE, INV-HOST: the machine runs.
    unsafe {
        // The limiter is the embedder's code.
        guarded((*inst).context, |machine| machine.grow_memory_of((*inst).addr, memory.0, delta))
    }
}

/// Copies bytes.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE, INV-MEM
#[inline(always)]
pub(crate) unsafe fn copy(
    vm: &mut Vm,
    dst: Slot,
    src: Slot,
    len: Slot,
    dst_memory: Index,
    src_memory: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller; `ptr::copy` allows overlap.
    unsafe {
        let len: u64 = vm.read(len.0);
        let src = range((*vm.inst).memory(src_memory.0 as usize), vm.read(src.0), len)?;
        let dst = range((*vm.inst).memory(dst_memory.0 as usize), vm.read(dst.0), len)?;
        ptr::copy(src, dst, len as usize);
    }
    Ok(())
}

/// Sets bytes.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE, INV-MEM
#[inline(always)]
pub(crate) unsafe fn fill(
    vm: &mut Vm,
    dst: Slot,
    value: Slot,
    len: Slot,
    memory: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let len: u64 = vm.read(len.0);
        let dst = range((*vm.inst).memory(memory.0 as usize), vm.read(dst.0), len)?;
        ptr::write_bytes(dst, vm.read::<u32>(value.0) as u8, len as usize);
    }
    Ok(())
}

/// Copies bytes of a data segment.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE, INV-MEM
#[inline(always)]
pub(crate) unsafe fn init(
    vm: &mut Vm,
    dst: Slot,
    src: Slot,
    len: Slot,
    segment: Index,
    memory: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let (dst, src, len) = (vm.read(dst.0), vm.read(src.0), vm.read(len.0));
        if init_from(vm.inst, segment, memory, dst, src, len) {
            Ok(())
        } else {
            Err(Stop::Trap(Trap::MemoryOutOfBounds))
        }
    }
}

/// The operands come one by one: an array would lie in the handler's frame.
///
/// # Safety
/// INV-STORE
#[inline(never)]
unsafe fn init_from(
    inst: *mut InstanceBlock,
    segment: Index,
    memory: Index,
    dst: u64,
    src: u64,
    len: u64,
) -> bool {
    // SAFETY: INV-STORE, INV-HOST: the machine runs.
    unsafe {
        let machine = &mut *(*(*inst).context).machine;
        machine.init_memory_of((*inst).addr, segment.0, memory.0, dst, src, len)
    }
}

/// Empties a data segment for good.
///
/// # Safety
/// INV-CODE, INV-STORE
#[inline(always)]
pub(crate) unsafe fn data_drop(vm: &mut Vm, segment: Index) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe { drop_data(vm.inst, segment) }
    Ok(())
}

/// # Safety
/// INV-STORE
#[inline(never)]
unsafe fn drop_data(inst: *mut InstanceBlock, segment: Index) {
    // SAFETY: INV-STORE, INV-HOST: the machine runs.
    unsafe { (*(*(*inst).context).machine).drop_data_of((*inst).addr, segment.0) }
}
