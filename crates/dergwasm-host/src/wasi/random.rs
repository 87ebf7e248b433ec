//! Randomness.

use crate::{
    sys::Errno,
    wasi::{Wasi, guest_memory::GuestMemory},
};

pub(super) fn random_get(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    buffer: u32,
    len: u32,
) -> Result<(), Errno> {
    wasi.random.fill(memory.slice_mut(buffer.into(), len.into())?)
}
