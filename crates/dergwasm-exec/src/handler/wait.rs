//! Waiting for other threads and waking them.
//!
//! A store belongs to one thread: nobody waits while it runs, and nobody wakes it while it waits.

use super::access::far;
use super::{Memory, Scalar, Stop, Vm};
use crate::instance::Context;
use crate::ir::{Imm, Index, Slot};
use dergwasm_types::Trap;

/// Bits of how to wait: the memory is shared.
pub(crate) const SHARED: u64 = 1;
/// The machine can be interrupted meanwhile.
pub(crate) const INTERRUPTIBLE: u64 = 2;

/// What a wait yields if the memory held something else than expected.
const NOT_EQUAL: u32 = 1;
/// What a wait yields when its time is over.
const TIMED_OUT: u32 = 2;

/// The address of a number of type `M`, as for atomic accesses.
///
/// # Safety
/// INV-FRAME, INV-MEM, INV-STORE
#[inline(always)]
unsafe fn aligned<M>(vm: &Vm, address: Slot, offset: Imm, memory: Index) -> Result<*mut u8, Stop> {
    // SAFETY: from the caller; 32-bit addresses are kept zero-extended.
    unsafe {
        let (address, size) = (vm.read::<u64>(address.0), size_of::<M>() as u64);
        if address.wrapping_add(offset.0) % size != 0 {
            return Err(Stop::Trap(Trap::UnalignedAtomic));
        }
        far(vm, memory.0.into(), address, offset.0, size)
    }
}

/// Wakes nobody.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-MEM, INV-STORE
#[inline(always)]
pub(crate) unsafe fn notify(
    vm: &mut Vm,
    dst: Slot,
    address: Slot,
    offset: Imm,
    memory: Index,
) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        aligned::<u32>(vm, address, offset, memory)?;
        vm.write(dst.0, 0_u32);
    }
    Ok(())
}

macro_rules! waits {
    ($($name:ident: $T:ty;)*) => { $(
        /// Waits if a number in memory is what is expected.
        ///
        /// # Safety
        /// INV-CODE, INV-FRAME, INV-MEM, INV-STORE
        #[inline(always)]
        #[expect(clippy::too_many_arguments, reason = "a field each")]
        pub(crate) unsafe fn $name(
            vm: &mut Vm,
            dst: Slot,
            address: Slot,
            expected: Slot,
            timeout: Slot,
            offset: Imm,
            memory: Index,
            how: Imm,
        ) -> Result<(), Stop> {
            // SAFETY: from the caller.
            unsafe { wait::<$T>(vm, dst, address, expected, timeout, offset, memory, how) }
        }
    )* };
}

// Each row becomes the handler for a type of numbers.
waits! {
    wait32: u32;
    wait64: u64;
}

/// # Safety
/// INV-CODE, INV-FRAME, INV-MEM, INV-STORE
#[inline(always)]
#[expect(clippy::too_many_arguments, reason = "a field each")]
unsafe fn wait<T: Memory + Scalar + PartialEq>(
    vm: &mut Vm,
    dst: Slot,
    address: Slot,
    expected: Slot,
    timeout: Slot,
    offset: Imm,
    memory: Index,
    how: Imm,
) -> Result<(), Stop> {
    if how.0 & SHARED == 0 {
        return Err(Stop::Trap(Trap::ExpectedSharedMemory));
    }
    // SAFETY: from the caller; the context lives as long as the machine.
    unsafe {
        let at = aligned::<T>(vm, address, offset, memory)?;
        let context = (*vm.inst).context;
        let waited = (*context).progress.take().unwrap_or(0);
        if T::load(at) != vm.read(expected.0) {
            vm.write(dst.0, NOT_EQUAL);
            return Ok(());
        }
        let Ok(timeout) = u64::try_from(vm.read::<i64>(timeout.0)) else {
            return Err(Stop::Trap(Trap::WaitForever));
        };
        if how.0 & INTERRUPTIBLE != 0 && !pass(context, timeout, waited) {
            return Err(Stop::Trap(Trap::Interrupted));
        }
        vm.write(dst.0, TIMED_OUT);
    }
    Ok(())
}

/// Lets so many nanoseconds pass, of which some have; says whether no other thread asked to stop
/// meanwhile. If one did, the context knows how many have passed.
///
/// # Safety
/// INV-STORE, INV-HOST: the context is that of the running invocation.
#[cfg(all(feature = "std", not(target_family = "wasm")))]
#[inline(never)]
unsafe fn pass(context: *mut Context, nanoseconds: u64, passed: u64) -> bool {
    use core::time::Duration;
    use std::time::Instant;
    // SAFETY: from the caller.
    let handle = unsafe { (*(*context).machine).interrupt_handle() };
    let start = Instant::now();
    if !handle.wait(Duration::from_nanos(nanoseconds.saturating_sub(passed))) {
        return true;
    }
    let now = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    // SAFETY: from the caller.
    unsafe { (*context).progress = Some(passed.saturating_add(now)) };
    false
}

/// Without a system to wait with, time passes at once; says that no other thread asked to stop.
///
/// # Safety
/// None of its own.
#[cfg(not(all(feature = "std", not(target_family = "wasm"))))]
unsafe fn pass(_: *mut Context, _: u64, _: u64) -> bool {
    true
}
