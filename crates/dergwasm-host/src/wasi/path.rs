//! Paths.
//!
//! A path starts at a directory's descriptor, and there are no directories, so that every call
//! ends with `badf` once its arguments are understood.

use crate::{
    sys::Errno,
    wasi::{
        Wasi,
        guest_memory::{GuestMemory, List},
        types::{FDFLAGS, LOOKUPFLAGS, OFLAGS, check_flags, check_fstflags},
    },
};

pub(super) fn path_create_directory(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _path: List,
) -> Result<(), Errno> {
    match wasi.fds.directory(fd)? {}
}

pub(super) fn path_filestat_get(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    flags: u32,
    _path: List,
    _stat: u32,
) -> Result<(), Errno> {
    check_flags(flags, LOOKUPFLAGS)?;
    match wasi.fds.directory(fd)? {}
}

pub(super) fn path_filestat_set_times(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    flags: u32,
    _path: List,
    fst_flags: u32,
) -> Result<(), Errno> {
    check_flags(flags, LOOKUPFLAGS)?;
    check_fstflags(fst_flags)?;
    match wasi.fds.directory(fd)? {}
}

pub(super) fn path_link(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    old_fd: u32,
    old_flags: u32,
    _old_path: List,
    new_fd: u32,
    _new_path: List,
) -> Result<(), Errno> {
    check_flags(old_flags, LOOKUPFLAGS)?;
    wasi.fds.get(new_fd)?;
    match wasi.fds.directory(old_fd)? {}
}

/// How to open a file.
pub(super) struct OpenFlags {
    pub(super) lookup: u32,
    pub(super) open: u32,
    pub(super) fd: u32,
}

pub(super) fn path_open(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    path: List,
    OpenFlags { lookup, open, fd: fd_flags }: OpenFlags,
    _opened: u32,
) -> Result<(), Errno> {
    check_flags(lookup, LOOKUPFLAGS)?;
    check_flags(open, OFLAGS)?;
    check_flags(fd_flags, FDFLAGS)?;
    memory.path(path)?;
    match wasi.fds.directory(fd)? {}
}

pub(super) fn path_readlink(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _path: List,
    _buffer: List,
    _used: u32,
) -> Result<(), Errno> {
    match wasi.fds.directory(fd)? {}
}

pub(super) fn path_remove_directory(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _path: List,
) -> Result<(), Errno> {
    match wasi.fds.directory(fd)? {}
}

pub(super) fn path_rename(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _old_path: List,
    new_fd: u32,
    _new_path: List,
) -> Result<(), Errno> {
    wasi.fds.get(new_fd)?;
    match wasi.fds.directory(fd)? {}
}

pub(super) fn path_symlink(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    _old_path: List,
    fd: u32,
    _new_path: List,
) -> Result<(), Errno> {
    match wasi.fds.directory(fd)? {}
}

pub(super) fn path_unlink_file(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _path: List,
) -> Result<(), Errno> {
    match wasi.fds.directory(fd)? {}
}
