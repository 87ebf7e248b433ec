//! References.

use super::{Stop, Vm};
use crate::ir::{Index, Slot};
use dergwasm_types::Value;

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
