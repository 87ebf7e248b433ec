//! Arguments and environment.

use crate::{
    sys::Errno,
    wasi::{Wasi, guest_memory::GuestMemory},
};

pub(super) fn args_get(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    argv: u32,
    argv_buf: u32,
) -> Result<(), Errno> {
    write_strings(memory, &wasi.args, argv, argv_buf)
}

pub(super) fn args_sizes_get(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    argc: u32,
    argv_buf_size: u32,
) -> Result<(), Errno> {
    write_sizes(memory, &wasi.args, argc, argv_buf_size)
}

pub(super) fn environ_get(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    environ: u32,
    environ_buf: u32,
) -> Result<(), Errno> {
    write_strings(memory, &wasi.env, environ, environ_buf)
}

pub(super) fn environ_sizes_get(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    environc: u32,
    environ_buf_size: u32,
) -> Result<(), Errno> {
    write_sizes(memory, &wasi.env, environc, environ_buf_size)
}

/// Writes the strings one after another to `buffer`, each with a zero at its end, and where each
/// starts to `pointers`.
fn write_strings(
    memory: &mut GuestMemory<'_>,
    strings: &[Vec<u8>],
    pointers: u32,
    buffer: u32,
) -> Result<(), Errno> {
    let (mut pointer, mut to) = (u64::from(pointers), u64::from(buffer));
    for string in strings {
        memory.write(pointer, u32::try_from(to).map_err(|_| Errno::Fault)?)?;
        memory.write_bytes(to, string)?;
        to += string.len() as u64;
        memory.write(to, 0_u8)?;
        to += 1;
        pointer += 4;
    }
    Ok(())
}

/// Writes how many strings there are, and how many bytes with their zeros.
fn write_sizes(
    memory: &mut GuestMemory<'_>,
    strings: &[Vec<u8>],
    count_to: u32,
    bytes_to: u32,
) -> Result<(), Errno> {
    let count = u32::try_from(strings.len()).map_err(|_| Errno::Overflow)?;
    let bytes: usize = strings.iter().map(|string| string.len() + 1).sum();
    let bytes = u32::try_from(bytes).map_err(|_| Errno::Overflow)?;
    memory.write(count_to.into(), count)?;
    memory.write(bytes_to.into(), bytes)
}
