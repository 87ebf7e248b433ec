//! Bulk instructions in code with fuel or interruption: each does a part of its work, writes what
//! is left to its operands, and runs again if that is something.
//!
//! Everything is checked and paid for out of line (`crate::parts`). An instruction whose part
//! cannot be paid for, or that is interrupted, stops before it: what its operands say is left.

use super::aggregate::{array_default, array_size, done, keep_registers, request};
use super::memory::range;
use super::{Stop, Vm};
use crate::Machine;
use crate::fuel::BYTES_PER_UNIT;
use crate::ir::{Imm, Index, Opcode, Slot};
use core::ptr;

/// Lets the instruction, which has `FIELDS` fields, run again if anything is left.
///
/// # Safety
/// INV-CODE: `vm.ip` is behind the instruction. INV-FRAME
#[inline(always)]
unsafe fn again<const FIELDS: usize>(vm: &mut Vm, len: Slot, left: u64) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        vm.write(len.0, left);
        if left != 0 {
            vm.ip = vm.ip.sub(1 + FIELDS);
        }
    }
    Ok(())
}

/// Writes back where what is left begins: `part` further on.
///
/// # Safety
/// INV-FRAME
#[inline(always)]
unsafe fn move_on(vm: &mut Vm, slot: Slot, part: u64) {
    // SAFETY: from the caller.
    unsafe {
        let at: u64 = vm.read(slot.0);
        vm.write(slot.0, at + part);
    }
}

/// How many bytes are copied or set without a look whether another thread asks the run to stop: what
/// takes no longer than some dozen other instructions.
const AT_ONCE: u64 = 4096;

/// Pays for all the work of an instruction that is small enough to be done at once; if that cannot
/// be paid for, says no and pays nothing.
///
/// # Safety
/// INV-STORE
#[inline(always)]
unsafe fn pays_at_once(vm: &Vm, bytes: u64) -> bool {
    if bytes > AT_ONCE {
        return false;
    }
    // SAFETY: INV-STORE: the context lives as long as the machine.
    let context = unsafe { &mut *(*vm.inst).context };
    match context.fuel.checked_sub(bytes / BYTES_PER_UNIT * context.bytes_cost) {
        Some(left) => context.fuel = left,
        None => return false,
    }
    true
}

/// Moves operands to slots of their own, side by side from `own` on, for the next instruction, which
/// does the work in parts and writes to them.
///
/// # Safety
/// INV-FRAME: none of them is in the slot of another.
#[inline(always)]
unsafe fn leave_to_parts(vm: &mut Vm, own: Slot, operands: [Slot; 3]) {
    for (i, operand) in (0..).zip(operands) {
        // SAFETY: from the caller.
        unsafe {
            let value: u64 = vm.read(operand.0);
            vm.write(own.0 + 16 * i, value);
        }
    }
}

/// Sets bytes of a memory and skips the next instruction, if that can be paid for and is done at
/// once; otherwise leaves it to the next instruction.
///
/// # Safety
/// INV-CODE: a `memory.fill.part` comes next, with operands from `own` on. INV-FRAME, INV-STORE,
/// INV-MEM
#[inline(always)]
pub(crate) unsafe fn memory_fill_paid(
    vm: &mut Vm,
    dst: Slot,
    value: Slot,
    len: Slot,
    own: Slot,
    memory: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let left = vm.read(len.0);
        let to = range((*vm.inst).memory(memory.0 as usize), vm.read(dst.0), left)?;
        if !pays_at_once(vm, left) {
            leave_to_parts(vm, own, [dst, value, len]);
            return Ok(());
        }
        ptr::write_bytes(to, vm.read::<u32>(value.0) as u8, left as usize);
        vm.advance(const { Opcode::MemoryFillPart.custom_len() });
    }
    Ok(())
}

/// Copies bytes between memories and skips the next instruction, if that can be paid for and is
/// done at once; otherwise leaves it to the next instruction.
///
/// # Safety
/// INV-CODE: a `memory.copy.part` comes next, with operands from `own` on. INV-FRAME, INV-STORE,
/// INV-MEM
#[inline(always)]
pub(crate) unsafe fn memory_copy_paid(
    vm: &mut Vm,
    dst: Slot,
    src: Slot,
    len: Slot,
    own: Slot,
    dst_memory: Index,
    src_memory: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller; `ptr::copy` allows overlap.
    unsafe {
        let left = vm.read(len.0);
        let from = range((*vm.inst).memory(src_memory.0 as usize), vm.read(src.0), left)?;
        let to = range((*vm.inst).memory(dst_memory.0 as usize), vm.read(dst.0), left)?;
        if !pays_at_once(vm, left) {
            leave_to_parts(vm, own, [dst, src, len]);
            return Ok(());
        }
        ptr::copy(from, to, left as usize);
        vm.advance(const { Opcode::MemoryCopyPart.custom_len() });
    }
    Ok(())
}

macro_rules! fills {
    ($($(#[$doc:meta])* $name:ident => $request:path;)*) => { $(
        $(#[$doc])*
        ///
        /// # Safety
        /// INV-CODE, INV-FRAME, INV-STORE
        #[inline(always)]
        pub(crate) unsafe fn $name(
            vm: &mut Vm,
            dst: Slot,
            value: Slot,
            len: Slot,
            index: Index,
        ) -> Result<(), Stop> {
            // SAFETY: from the caller.
            unsafe {
                let (at, value, left) = (vm.read(dst.0), vm.read(value.0), vm.read(len.0));
                let part = request(vm.inst, $request, index.0.into(), at, value, left, 0);
                let part = done(part)?;
                move_on(vm, dst, part);
                again::<4>(vm, len, left - part)
            }
        }
    )* };
}

fills! {
    /// Sets a part of bytes of a memory.
    memory_fill => Machine::fill_memory_part;
    /// Sets elements of a table.
    table_fill => Machine::fill_table_part;
}

macro_rules! copies {
    ($($(#[$doc:meta])* $name:ident => $request:path, $segment:literal;)*) => { $(
        $(#[$doc])*
        ///
        /// # Safety
        /// INV-CODE, INV-FRAME, INV-STORE
        #[inline(always)]
        pub(crate) unsafe fn $name(
            vm: &mut Vm,
            dst: Slot,
            src: Slot,
            len: Slot,
            first: Index,
            second: Index,
        ) -> Result<(), Stop> {
            // SAFETY: from the caller.
            unsafe {
                let (to, from) = (vm.read::<u64>(dst.0), vm.read::<u64>(src.0));
                let (left, first, second) = (vm.read(len.0), first.0.into(), second.0.into());
                let part = done(request(vm.inst, $request, first, second, to, from, left))?;
                // Copies to higher places go from the end.
                if $segment || to <= from {
                    move_on(vm, dst, part);
                    move_on(vm, src, part);
                }
                again::<5>(vm, len, left - part)
            }
        }
    )* };
}

copies! {
    /// Copies a part of bytes between memories.
    memory_copy => Machine::copy_memory_part, false;
    /// Copies bytes of a data segment.
    memory_init => Machine::init_memory_part, true;
    /// Copies elements between tables.
    table_copy => Machine::copy_table_part, false;
    /// Copies references of an element segment.
    table_init => Machine::init_table_part, true;
}

/// Grows a memory.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn memory_grow(
    vm: &mut Vm,
    dst: Slot,
    delta: Slot,
    memory: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let f = Machine::grow_memory_paid;
        let delta = vm.read(delta.0);
        let old = done(request(vm.inst, f, memory.0.into(), delta, 0, 0, 0))?;
        vm.write(dst.0, old);
        vm.mem = (*vm.inst).memory_base();
    }
    Ok(())
}

/// Grows a table.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn table_grow(
    vm: &mut Vm,
    dst: Slot,
    value: Slot,
    delta: Slot,
    table: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let (delta, value) = (vm.read(delta.0), vm.read(value.0));
        let f = Machine::grow_table_paid;
        let old = done(request(vm.inst, f, table.0.into(), delta, value, 0, 0))?;
        vm.write(dst.0, old);
    }
    Ok(())
}

/// Sets elements of an array.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn array_fill(
    vm: &mut Vm,
    array: Slot,
    index: Slot,
    value: Slot,
    len: Slot,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let (low, high) = (vm.read(value.0), vm.read(value.0 + 8));
        let (array, at, left) = (vm.read(array.0), vm.read(index.0), vm.read(len.0));
        let f = Machine::array_fill_part;
        let part = done(request(vm.inst, f, array, at, low, high, left))?;
        move_on(vm, index, part);
        again::<4>(vm, len, left - part)
    }
}

/// Copies elements of arrays.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn array_copy(
    vm: &mut Vm,
    dst: Slot,
    dst_index: Slot,
    src: Slot,
    src_index: Slot,
    len: Slot,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let (to, from) = (vm.read::<u64>(dst_index.0), vm.read::<u64>(src_index.0));
        let (dst, src, left) = (vm.read(dst.0), vm.read(src.0), vm.read(len.0));
        let f = Machine::array_copy_part;
        let part = done(request(vm.inst, f, dst, to, src, from, left))?;
        // Copies to higher places go from the end.
        if to <= from {
            move_on(vm, dst_index, part);
            move_on(vm, src_index, part);
        }
        again::<5>(vm, len, left - part)
    }
}

/// Copies bytes of a data segment into an array.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn array_init_data(
    vm: &mut Vm,
    array: Slot,
    index: Slot,
    src: Slot,
    len: Slot,
    segment: Index,
    element: Imm,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let (array, at) = (vm.read(array.0), vm.read(index.0));
        let (from, left) = (vm.read(src.0), vm.read(len.0));
        let f = Machine::array_init_data_part;
        let part = done(request(vm.inst, f, array, at, from, left, segment.0.into()))?;
        move_on(vm, index, part);
        move_on(vm, src, part << (element.0 & 7));
        again::<6>(vm, len, left - part)
    }
}

/// Copies references of an element segment into an array.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn array_init_elem(
    vm: &mut Vm,
    array: Slot,
    index: Slot,
    src: Slot,
    len: Slot,
    segment: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let (array, at) = (vm.read(array.0), vm.read(index.0));
        let (from, left) = (vm.read(src.0), vm.read(len.0));
        let f = Machine::array_init_elem_part;
        let part = done(request(vm.inst, f, array, at, from, left, segment.0.into()))?;
        move_on(vm, index, part);
        move_on(vm, src, part);
        again::<5>(vm, len, left - part)
    }
}

/// Makes an array of zeros or nulls.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
#[inline(always)]
pub(crate) unsafe fn array_new_default(
    vm: &mut Vm,
    dst: Slot,
    len: Slot,
    ty: Index,
    element: Imm,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let size = array_size(vm.read(len.0), element.0);
        if size >= BYTES_PER_UNIT {
            done(request(vm.inst, Machine::pay_for_object, size, 0, 0, 0, 0))?;
        }
        array_default(vm, dst, len, ty, element)
    }
}

macro_rules! arrays_of_segments {
    ($($(#[$doc:meta])* $name:ident => $request:path;)*) => { $(
        $(#[$doc])*
        ///
        /// # Safety
        /// INV-CODE, INV-FRAME, INV-HEAP, INV-STORE
        #[inline(always)]
        pub(crate) unsafe fn $name(
            vm: &mut Vm,
            dst: Slot,
            src: Slot,
            len: Slot,
            ty: Index,
            segment: Index,
        ) -> Result<(), Stop> {
            // SAFETY: from the caller.
            unsafe {
                keep_registers(vm);
                let (ty, segment) = (ty.0.into(), segment.0.into());
                let (src, len) = (vm.read(src.0), vm.read(len.0));
                let reference = done(request(vm.inst, $request, ty, segment, src, len, 0))?;
                vm.write(dst.0, reference);
            }
            Ok(())
        }
    )* };
}

arrays_of_segments! {
    /// Makes an array for the bytes of a data segment.
    array_for_data => Machine::array_for_data;
    /// Makes an array for the references of an element segment.
    array_for_elem => Machine::array_for_elem;
}
