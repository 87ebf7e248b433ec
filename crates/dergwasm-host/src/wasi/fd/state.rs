//! The descriptor itself: its number, flags and rights.

use crate::{
    sys::{Errno, Kind},
    wasi::{
        Wasi,
        guest_memory::GuestMemory,
        rights,
        types::{Fdstat, file_flags, filetype, flags_bits},
    },
};

pub(in crate::wasi) fn fd_close(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
) -> Result<(), Errno> {
    wasi.fds.close(fd)
}

pub(in crate::wasi) fn fd_renumber(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    from: u32,
    to: u32,
) -> Result<(), Errno> {
    wasi.fds.renumber(from, to)
}

pub(in crate::wasi) fn fd_fdstat_get(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    stat: u32,
) -> Result<(), Errno> {
    let descriptor = wasi.fds.get(fd)?;
    Fdstat {
        filetype: filetype(descriptor.file_type()?),
        flags: flags_bits(descriptor.flags()),
        rights: rights::of(descriptor),
    }
    .write(memory, stat)
}

pub(in crate::wasi) fn fd_fdstat_set_flags(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    flags: u32,
) -> Result<(), Errno> {
    let flags = file_flags(flags)?;
    let descriptor = wasi.fds.get(fd)?;
    if !matches!(descriptor.kind, Kind::Dir(_)) {
        rights::check(descriptor, rights::FD_FDSTAT_SET_FLAGS)?;
    }
    descriptor.set_flags(flags)
}

pub(in crate::wasi) fn fd_fdstat_set_rights(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    base: u64,
    inheriting: u64,
) -> Result<(), Errno> {
    let descriptor = wasi.fds.get_mut(fd)?;
    let has = rights::of(descriptor);
    if base & !has.base != 0 || inheriting & !has.inheriting != 0 {
        return Err(Errno::Notcapable);
    }
    (descriptor.rights.base, descriptor.rights.inheriting) = (base, inheriting);
    Ok(())
}
