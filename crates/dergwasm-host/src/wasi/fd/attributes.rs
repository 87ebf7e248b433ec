//! Files as a whole: size, times, and what is on the medium.

use crate::{
    sys::{Descriptor, Errno, Kind},
    wasi::{
        Version, Wasi,
        guest_memory::GuestMemory,
        rights,
        types::{ADVICES, check_enum, write_filestat},
    },
};

/// The file with these rights that `fd` stands for.
fn file(wasi: &Wasi, fd: u32, needed: u64) -> Result<&Descriptor, Errno> {
    let descriptor = wasi.fds.get(fd)?;
    match descriptor.kind {
        Kind::File(_) => rights::check(descriptor, needed).map(|()| descriptor),
        _ => Err(Errno::Badf),
    }
}

/// The file with these rights that `fd` stands for; `unwritable` if it cannot be written either,
/// which is what POSIX asks of it.
fn written(wasi: &Wasi, fd: u32, needed: u64, unwritable: Errno) -> Result<&Descriptor, Errno> {
    let descriptor = file(wasi, fd, 0)?;
    rights::check(descriptor, rights::FD_WRITE).map_err(|_| unwritable)?;
    rights::check(descriptor, needed).map(|()| descriptor)
}

/// The file or directory with these rights that `fd` stands for.
fn node(wasi: &Wasi, fd: u32, needed: u64) -> Result<&Descriptor, Errno> {
    let descriptor = wasi.fds.get(fd)?;
    match descriptor.kind {
        Kind::File(_) | Kind::Dir(_) => rights::check(descriptor, needed).map(|()| descriptor),
        _ => Err(Errno::Badf),
    }
}

/// Advice is checked and not taken.
pub(in crate::wasi) fn fd_advise(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    offset: u64,
    len: u64,
    advice: u32,
) -> Result<(), Errno> {
    check_enum(advice, ADVICES)?;
    file(wasi, fd, rights::FD_ADVISE)?;
    let signed = |n| i64::try_from(n).is_ok();
    if signed(offset) && signed(len) { Ok(()) } else { Err(Errno::Inval) }
}

pub(in crate::wasi) fn fd_allocate(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    offset: u64,
    len: u64,
) -> Result<(), Errno> {
    written(wasi, fd, rights::FD_ALLOCATE, Errno::Badf)?.allocate(offset, len)
}

pub(in crate::wasi) fn fd_datasync(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
) -> Result<(), Errno> {
    // Who may write all of it to the medium may write part of it.
    let all = node(wasi, fd, rights::FD_SYNC);
    all.or_else(|_| node(wasi, fd, rights::FD_DATASYNC))?.sync(true)
}

pub(in crate::wasi) fn fd_sync(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
) -> Result<(), Errno> {
    node(wasi, fd, rights::FD_SYNC)?.sync(false)
}

pub(in crate::wasi) fn fd_filestat_get(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    version: Version,
    fd: u32,
    stat: u32,
) -> Result<(), Errno> {
    let descriptor = wasi.fds.get(fd)?;
    rights::check(descriptor, rights::FD_FILESTAT_GET)?;
    write_filestat(memory, version, stat, &descriptor.metadata()?)
}

pub(in crate::wasi) fn fd_filestat_set_size(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    size: u64,
) -> Result<(), Errno> {
    written(wasi, fd, rights::FD_FILESTAT_SET_SIZE, Errno::Inval)?.set_len(size)
}

pub(in crate::wasi) fn fd_filestat_set_times(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    accessed: u64,
    modified: u64,
    flags: u32,
) -> Result<(), Errno> {
    let (accessed, modified) = wasi.set_times(accessed, modified, flags)?;
    node(wasi, fd, rights::FD_FILESTAT_SET_TIMES)?.set_times(accessed, modified)
}
