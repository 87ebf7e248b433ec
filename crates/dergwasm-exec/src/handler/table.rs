//! Table instructions.

use super::call::guarded;
use super::{Stop, Vm};
use crate::Machine;
use crate::instance::InstanceBlock;
use crate::ir::{Index, Slot};
use dergwasm_store::InstanceAddr;
use dergwasm_types::Trap;

const OUT_OF_BOUNDS: Stop = Stop::Trap(Trap::TableOutOfBounds);

/// Out of line: `f` on the running machine, with the first `N` operands.
///
/// They are passed one by one: an array would lie in the handler's frame, and a handler with a
/// frame calls the next one instead of jumping to it.
///
/// # Safety
/// INV-STORE
#[inline(never)]
unsafe fn with_machine<const N: usize>(
    inst: *mut InstanceBlock,
    f: fn(&mut Machine, InstanceAddr, [u64; N]) -> u64,
    a: u64,
    b: u64,
    c: u64,
    d: u64,
    e: u64,
) -> u64 {
    const { assert!(N <= 5) }
    let operands = [a, b, c, d, e];
    let operands = core::array::from_fn(|i| operands[i]);
    // SAFETY: INV-STORE, INV-HOST: the machine runs.
    unsafe { f(&mut *(*(*inst).context).machine, (*inst).addr, operands) }
}

/// The address of an element.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
unsafe fn element(vm: &Vm, index: Slot, table: Index) -> Result<*mut u64, Stop> {
    // SAFETY: from the caller; the index is checked.
    unsafe {
        let index: u64 = vm.read(index.0);
        let table = (*vm.inst).table(table.0 as usize);
        if index >= table.len { Err(OUT_OF_BOUNDS) } else { Ok(table.elems.add(index as usize)) }
    }
}

/// Reads an element.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn get(vm: &mut Vm, dst: Slot, index: Slot, table: Index) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let value = *element(vm, index, table)?;
        vm.write(dst.0, value);
    }
    Ok(())
}

/// Writes an element.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn set(vm: &mut Vm, index: Slot, value: Slot, table: Index) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe { *element(vm, index, table)? = vm.read(value.0) }
    Ok(())
}

/// The table's size.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn size(vm: &mut Vm, dst: Slot, table: Index) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let len = (*vm.inst).table(table.0 as usize).len;
        vm.write(dst.0, len);
    }
    Ok(())
}

/// Grows the table.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn grow(
    vm: &mut Vm,
    dst: Slot,
    value: Slot,
    delta: Slot,
    table: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let Some(old) = grow_by(vm.inst, table, vm.read(delta.0), vm.read(value.0)) else {
            return Err(Stop::Failed);
        };
        vm.write(dst.0, old);
    }
    Ok(())
}

/// # Safety
/// INV-STORE
#[inline(never)]
unsafe fn grow_by(inst: *mut InstanceBlock, table: Index, delta: u64, value: u64) -> Option<u64> {
    let operands = [table.0.into(), delta, value];
    // SAFETY: INV-STORE, INV-HOST: the machine runs.
    unsafe {
        // The limiter is the embedder's code.
        guarded((*inst).context, |machine| machine.grow_table_of((*inst).addr, operands))
    }
}

/// Turns the answer of an out-of-line function into one of a handler.
#[inline(always)]
fn in_bounds(done: u64) -> Result<(), Stop> {
    if done != 0 { Ok(()) } else { Err(OUT_OF_BOUNDS) }
}

/// Sets elements.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn fill(
    vm: &mut Vm,
    index: Slot,
    value: Slot,
    len: Slot,
    table: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let (index, value, len) = (vm.read(index.0), vm.read(value.0), vm.read(len.0));
        let f = Machine::fill_table_of;
        in_bounds(with_machine(vm.inst, f, table.0.into(), index, value, len, 0))
    }
}

/// Copies elements.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn copy(
    vm: &mut Vm,
    dst: Slot,
    src: Slot,
    len: Slot,
    dst_table: Index,
    src_table: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let (dst, src, len) = (vm.read(dst.0), vm.read(src.0), vm.read(len.0));
        let f = Machine::copy_table_of;
        in_bounds(with_machine(vm.inst, f, dst_table.0.into(), src_table.0.into(), dst, src, len))
    }
}

/// Copies references of an element segment.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn init(
    vm: &mut Vm,
    dst: Slot,
    src: Slot,
    len: Slot,
    segment: Index,
    table: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let (dst, src, len) = (vm.read(dst.0), vm.read(src.0), vm.read(len.0));
        let f = Machine::init_table_of;
        in_bounds(with_machine(vm.inst, f, segment.0.into(), table.0.into(), dst, src, len))
    }
}

/// Empties an element segment for good.
///
/// # Safety
/// INV-CODE, INV-STORE
#[inline(always)]
pub(crate) unsafe fn elem_drop(vm: &mut Vm, segment: Index) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe { with_machine(vm.inst, Machine::drop_elem_of, segment.0.into(), 0, 0, 0, 0) };
    Ok(())
}
