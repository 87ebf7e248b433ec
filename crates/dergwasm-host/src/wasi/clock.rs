//! Clocks.

use crate::{
    sys::Errno,
    wasi::{Wasi, guest_memory::GuestMemory},
};

/// The time since 1970.
pub(super) const REALTIME: u32 = 0;
/// The time since some moment; never goes back.
pub(super) const MONOTONIC: u32 = 1;
const PROCESS_CPUTIME: u32 = 2;
const THREAD_CPUTIME: u32 = 3;

pub(super) fn clock_res_get(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    id: u32,
    resolution: u32,
) -> Result<(), Errno> {
    match id {
        REALTIME | MONOTONIC | PROCESS_CPUTIME | THREAD_CPUTIME => {
            memory.write(resolution.into(), wasi.clock.resolution())
        }
        _ => Err(Errno::Inval),
    }
}

pub(super) fn clock_time_get(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    id: u32,
    _precision: u64,
    time: u32,
) -> Result<(), Errno> {
    let now = match id {
        REALTIME => wasi.clock.realtime(),
        // A program runs in one thread and mostly computes, so that the time that passed since
        // it started is close to the processor's time it used.
        MONOTONIC | PROCESS_CPUTIME | THREAD_CPUTIME => wasi.clock.monotonic(),
        _ => return Err(Errno::Inval),
    };
    memory.write(time.into(), now)
}
