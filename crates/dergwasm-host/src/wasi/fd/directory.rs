//! Directories: their entries, and the names under which a program was given them.

use crate::{
    sys::{Errno, Kind},
    wasi::{
        Wasi,
        guest_memory::{GuestMemory, List},
        rights,
        types::dirent,
    },
};

/// A cookie is the number of entries before; an entry that does not fit is cut off.
pub(in crate::wasi) fn fd_readdir(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    List(buffer, len): List,
    cookie: u64,
    used: u32,
) -> Result<(), Errno> {
    let descriptor = wasi.fds.get(fd)?;
    match &descriptor.kind {
        Kind::Dir(_) => {}
        Kind::File(_) => return Err(Errno::Notdir),
        _ => return Err(Errno::Badf),
    }
    rights::check(descriptor, rights::FD_READDIR)?;
    memory.slice(buffer.into(), len.into())?;
    memory.slice(used.into(), 4)?;
    let listing = wasi.fds.listing(fd, &wasi.mounts, cookie == 0)?;
    let (mut to, end) = (u64::from(buffer), u64::from(buffer) + u64::from(len));
    let first = usize::try_from(cookie).unwrap_or(usize::MAX);
    for (entry, next) in listing.iter().zip(1_u64..).skip(first) {
        for bytes in [&dirent(entry, next)?[..], &entry.name] {
            let room = usize::try_from(end - to).map_err(|_| Errno::Overflow)?;
            let bytes = &bytes[..bytes.len().min(room)];
            memory.write_bytes(to, bytes)?;
            to += bytes.len() as u64;
        }
        if to == end {
            break;
        }
    }
    let written = u32::try_from(to - u64::from(buffer)).map_err(|_| Errno::Overflow)?;
    memory.write(used.into(), written)
}

/// The name under which the program was given a directory.
fn preopened(wasi: &Wasi, fd: u32) -> Result<&[u8], Errno> {
    wasi.fds.get(fd)?.preopened_as.as_deref().ok_or(Errno::Badf)
}

pub(in crate::wasi) fn fd_prestat_get(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    stat: u32,
) -> Result<(), Errno> {
    let len = u32::try_from(preopened(wasi, fd)?.len()).map_err(|_| Errno::Overflow)?;
    // The tag 0, of a directory, then padding.
    memory.write(stat.into(), u64::from(len) << 32)
}

pub(in crate::wasi) fn fd_prestat_dir_name(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    List(path, len): List,
) -> Result<(), Errno> {
    let name = preopened(wasi, fd)?;
    if name.len() as u64 > u64::from(len) {
        return Err(Errno::Nametoolong);
    }
    memory.write_bytes(path.into(), name)
}
