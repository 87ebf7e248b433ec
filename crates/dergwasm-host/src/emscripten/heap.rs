//! The program's memory: copying and growing.

use crate::{
    Error,
    emscripten::guest::{Guest, out_of_bounds},
};
use dergwasm_types::Trap;

/// The memory an address of 32 bits can reach, less 64 KiB, which Emscripten never uses.
const MOST: u64 = (1 << 32) - 0x1_0000;

/// `emscripten_memcpy_big` and its later names; answers where it copied to.
pub(super) fn memcpy<T>(
    guest: &mut Guest<'_, '_, T>,
    to: u32,
    from: u32,
    len: u32,
) -> Result<u32, Error> {
    let memory = guest.memory()?;
    let size = memory.data_size(&*guest.caller)?;
    let end = |start: u32| (start as usize).checked_add(len as usize);
    let fits = |start| end(start).is_some_and(|end| end <= size);
    if !fits(to) || !fits(from) {
        return Err(out_of_bounds());
    }
    guest.caller.consume_fuel_for_bytes(len.into())?;
    let bytes = memory.data_mut(&mut *guest.caller)?;
    let from = from as usize;
    bytes.copy_within(from..from + len as usize, to as usize);
    Ok(to)
}

/// `emscripten_resize_heap`: makes the memory at least so large; answers whether it could.
pub(super) fn resize<T>(guest: &mut Guest<'_, '_, T>, wanted: u32) -> Result<u32, Error> {
    let memory = guest.memory()?;
    let size = memory.data_size(&*guest.caller)? as u64;
    let wanted = u64::from(wanted);
    let page = memory.ty(&*guest.caller)?.page_size();
    let most = max(guest)?;
    if wanted > most {
        return Ok(0);
    }
    // A fifth more than now, so that a program which asks often is not served often.
    let ample = wanted.max((size + size / 5).min(most));
    for target in [ample, wanted] {
        let pages = target.saturating_sub(size).div_ceil(page);
        if memory.grow(&mut *guest.caller, pages).is_ok() {
            return Ok(1);
        }
    }
    Ok(0)
}

/// How large the memory may become, in bytes.
fn max<T>(guest: &Guest<'_, '_, T>) -> Result<u64, Error> {
    let ty = guest.memory()?.ty(&*guest.caller)?;
    Ok(ty.maximum.map_or(MOST, |pages| pages.saturating_mul(ty.page_size())).min(MOST))
}

/// `emscripten_get_heap_max`
pub(super) fn heap_max<T>(guest: &mut Guest<'_, '_, T>) -> Result<u32, Error> {
    u32::try_from(max(guest)?).map_err(|_| Trap::IntegerOverflow.into())
}

/// `emscripten_get_heap_size`
pub(super) fn heap_size<T>(guest: &mut Guest<'_, '_, T>) -> Result<u32, Error> {
    let size = guest.memory()?.data_size(&*guest.caller)?;
    Ok(u32::try_from(size).unwrap_or(u32::MAX))
}

/// `emscripten_notify_memory_growth`: the host looks at the memory anew each time anyway.
pub(super) fn notify_growth<T>(_guest: &mut Guest<'_, '_, T>, _memory: u32) -> Result<(), Error> {
    Ok(())
}

/// `setTempRet0`
pub(super) fn set_temp_ret0<T>(guest: &mut Guest<'_, '_, T>, value: u32) -> Result<(), Error> {
    guest.state().temp_ret0 = value;
    Ok(())
}

/// `getTempRet0`
pub(super) fn temp_ret0<T>(guest: &mut Guest<'_, '_, T>) -> Result<u32, Error> {
    Ok(guest.state().temp_ret0)
}

/// `getentropy(buffer, len)`
pub(super) fn getentropy<T>(
    guest: &mut Guest<'_, '_, T>,
    buffer: u32,
    len: u32,
) -> Result<i32, Error> {
    guest.slice_and_state(buffer, len)?;
    guest.caller.consume_fuel_for_bytes(len.into())?;
    let (bytes, state) = guest.slice_and_state(buffer, len)?;
    Ok(if state.wasi.random.fill(bytes).is_ok() { 0 } else { -1 })
}

/// `emscripten_random`: a number from 0 up to 1.
pub(super) fn random<T>(guest: &mut Guest<'_, '_, T>) -> Result<f64, Error> {
    let mut bytes = [0; 4];
    if guest.state().wasi.random.fill(&mut bytes).is_err() {
        return guest.abort("the host has no random numbers");
    }
    Ok(f64::from(u32::from_le_bytes(bytes)) / 4_294_967_296.0)
}
