//! Randomness.

use crate::{
    sys::Errno,
    wasi::{Wasi, guest_memory::GuestMemory},
};

/// How many bytes are made between two looks at the interrupt: well below a millisecond's work.
const PART: usize = 16 << 10;

pub(super) fn random_get(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    buffer: u32,
    len: u32,
) -> Result<(), Errno> {
    for part in memory.slice_mut(buffer.into(), len.into())?.chunks_mut(PART) {
        if wasi.waiting.is_interrupted() {
            return Err(Errno::Intr);
        }
        wasi.random.fill(part)?;
    }
    Ok(())
}
