//! References.

use super::{Stop, Vm};
use crate::ir::{Index, Slot};
use dergwasm_types::{Trap, Value};

/// Makes a reference to a function of the instance.
///
/// # Safety
/// INV-CODE, INV-FRAME, INV-STORE
#[inline(always)]
pub(crate) unsafe fn func(vm: &mut Vm, dst: Slot, func: Index) -> Result<(), Stop> {
    // SAFETY: from the caller.
    unsafe {
        let addr = (*vm.inst).func(func.0 as usize);
        vm.write(dst.0, Value::from_ref_addr(Some(addr.0)).bits());
    }
    Ok(())
}

/// Traps if a reference is null.
///
/// # Safety
/// INV-CODE, INV-FRAME
#[inline(always)]
pub(crate) unsafe fn as_non_null(vm: &mut Vm, src: Slot) -> Result<(), Stop> {
    // SAFETY: from the caller.
    match unsafe { vm.read::<u64>(src.0) } {
        0 => Err(Stop::Trap(Trap::NullReference)),
        _ => Ok(()),
    }
}

/// A reference to the low 31 bits of a number: they themselves, marked by a bit.
#[inline(always)]
pub(crate) fn i31(number: u32) -> u64 {
    u64::from(number << 1 | 1)
}

/// The number in a reference, its sign extended.
#[inline(always)]
pub(crate) fn i31_get_s(reference: u64) -> Result<u32, Trap> {
    match reference {
        0 => Err(Trap::NullI31),
        bits => Ok(((bits as u32).cast_signed() >> 1).cast_unsigned()),
    }
}

/// The number in a reference, extended with zeros.
#[inline(always)]
pub(crate) fn i31_get_u(reference: u64) -> Result<u32, Trap> {
    match reference {
        0 => Err(Trap::NullI31),
        bits => Ok(bits as u32 >> 1),
    }
}
