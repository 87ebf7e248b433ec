//! Paths.
//!
//! Every path starts at a directory's descriptor and stays below it.

use crate::{
    sys::{
        Descriptor, Errno, Kind, OpenFile, Rights,
        fs::{Links, Open, OpenOptions, Opened, Place, Reach, Walk},
    },
    wasi::{
        Version, Wasi,
        guest_memory::{GuestMemory, List},
        rights,
        types::{LOOKUPFLAGS, OFLAGS, check_flags, file_flags, oflags, write_filestat},
    },
};

/// The directory with these rights that `fd` stands for.
fn directory(wasi: &Wasi, fd: u32, needed: u64) -> Result<Place, Errno> {
    let descriptor = wasi.fds.get(fd)?;
    match descriptor.kind {
        Kind::Dir(_) => {
            rights::check(descriptor, needed)?;
            descriptor.place()
        }
        Kind::File(_) => Err(Errno::Notdir),
        Kind::Stdio(..) | Kind::Socket(_) => Err(Errno::Badf),
    }
}

/// The walk of a path from a directory on.
fn walk<'a>(wasi: &'a Wasi, start: &'a Place) -> Walk<'a> {
    Walk { mounts: &wasi.mounts, start, reach: Reach::Below }
}

/// `lookupflags`
fn links(flags: u32) -> Result<Links, Errno> {
    check_flags(flags, LOOKUPFLAGS)?;
    Ok(if flags == 0 { Links::Keep } else { Links::Follow })
}

pub(super) fn path_create_directory(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    path: List,
) -> Result<(), Errno> {
    let start = directory(wasi, fd, rights::PATH_CREATE_DIRECTORY)?;
    walk(wasi, &start).create_dir(memory.path(path)?)
}

pub(super) fn path_filestat_get(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    version: Version,
    fd: u32,
    flags: u32,
    path: List,
    stat: u32,
) -> Result<(), Errno> {
    let links = links(flags)?;
    let start = directory(wasi, fd, rights::PATH_FILESTAT_GET)?;
    let metadata = walk(wasi, &start).metadata(memory.path(path)?, links)?;
    write_filestat(memory, version, stat, &metadata)
}

/// The times of `path_filestat_set_times`.
pub(super) struct Times {
    pub(super) accessed: u64,
    pub(super) modified: u64,
    pub(super) flags: u32,
}

pub(super) fn path_filestat_set_times(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    flags: u32,
    path: List,
    times: Times,
) -> Result<(), Errno> {
    let links = links(flags)?;
    let (accessed, modified) = wasi.set_times(times.accessed, times.modified, times.flags)?;
    let start = directory(wasi, fd, rights::PATH_FILESTAT_SET_TIMES)?;
    walk(wasi, &start).set_times(memory.path(path)?, links, accessed, modified)
}

/// Links to what a link leads to are not made.
pub(super) fn path_link(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    old_fd: u32,
    old_flags: u32,
    old_path: List,
    new_fd: u32,
    new_path: List,
) -> Result<(), Errno> {
    let links = links(old_flags)?;
    let to = directory(wasi, new_fd, rights::PATH_LINK_TARGET)?;
    let from = directory(wasi, old_fd, rights::PATH_LINK_SOURCE)?;
    if links == Links::Follow {
        return Err(Errno::Inval);
    }
    let (old, new) = (memory.path(old_path)?, memory.path(new_path)?);
    walk(wasi, &from).create_link(old, links, &walk(wasi, &to), new)
}

/// How to open a file.
#[derive(Clone, Copy)]
pub(super) struct OpenFlags {
    pub(super) lookup: u32,
    pub(super) open: u32,
    pub(super) fd: u32,
    pub(super) rights: Rights,
}

/// The rights of a directory that opening through it with these `oflags` needs.
fn needed(open: u32) -> u64 {
    let mut needed = rights::PATH_OPEN;
    if open & oflags::CREAT != 0 {
        needed |= rights::PATH_CREATE_FILE;
    }
    if open & oflags::TRUNC != 0 {
        needed |= rights::PATH_FILESTAT_SET_SIZE;
    }
    needed
}

/// What `oflags` and the rights that will be granted say of how to open.
fn how(open: u32, rights: u64) -> Result<Open, Errno> {
    let has = |flag| open & flag != 0;
    let directory = has(oflags::DIRECTORY);
    if directory && open != oflags::DIRECTORY {
        return Err(Errno::Inval);
    }
    let truncate = has(oflags::TRUNC);
    let write = rights & rights::FD_WRITE != 0 || truncate;
    let options = OpenOptions {
        // A file that is neither read nor written is opened to be looked at.
        read: rights & rights::FD_READ != 0 || !write,
        write,
        create: has(oflags::CREAT),
        create_new: has(oflags::CREAT) && has(oflags::EXCL),
        truncate,
    };
    Ok(Open { options, directory })
}

pub(super) fn path_open(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    path: List,
    flags: OpenFlags,
    opened: u32,
) -> Result<(), Errno> {
    let links = links(flags.lookup)?;
    check_flags(flags.open, OFLAGS)?;
    let file_flags = file_flags(flags.fd)?;
    let path = memory.path(path)?;
    let start = directory(wasi, fd, needed(flags.open))?;
    let parent = rights::of(wasi.fds.get(fd)?);
    // Emptying a file is writing to it, for who could not open it for that.
    if flags.open & oflags::TRUNC != 0 && parent.inheriting & rights::FD_WRITE == 0 {
        return Err(Errno::Notcapable);
    }
    let how = how(flags.open, flags.rights.base & parent.inheriting)?;
    memory.slice(opened.into(), 4)?;
    wasi.fds.check_room()?;
    let descriptor = match walk(wasi, &start).open(path, links, how)? {
        // Nobody writes to a directory, whatever else was asked for.
        Opened::Dir(_) if flags.rights.base & rights::FD_WRITE != 0 => return Err(Errno::Isdir),
        Opened::Dir(place) => Descriptor::dir(place),
        Opened::File(file) => Descriptor::file(OpenFile::new(file, file_flags)),
    };
    let granted = rights::granted(&descriptor.kind, parent, flags.rights);
    let fd = wasi.fds.insert(descriptor.with_rights(granted))?;
    memory.write(opened.into(), fd)
}

/// A target that does not fit is cut off.
pub(super) fn path_readlink(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    path: List,
    List(buffer, len): List,
    used: u32,
) -> Result<(), Errno> {
    let start = directory(wasi, fd, rights::PATH_READLINK)?;
    let target = walk(wasi, &start).read_link(memory.path(path)?)?;
    // Not out of the directory, as far as that can be seen.
    if target.starts_with(b"/") {
        return Err(Errno::Perm);
    }
    memory.slice(used.into(), 4)?;
    let len = target.len().min(usize::try_from(len).map_err(|_| Errno::Overflow)?);
    memory.write_bytes(buffer.into(), &target[..len])?;
    memory.write(used.into(), u32::try_from(len).map_err(|_| Errno::Overflow)?)
}

pub(super) fn path_remove_directory(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    path: List,
) -> Result<(), Errno> {
    let start = directory(wasi, fd, rights::PATH_REMOVE_DIRECTORY)?;
    walk(wasi, &start).remove_dir(memory.path(path)?)
}

pub(super) fn path_rename(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    old_path: List,
    new_fd: u32,
    new_path: List,
) -> Result<(), Errno> {
    let to = directory(wasi, new_fd, rights::PATH_RENAME_TARGET)?;
    let from = directory(wasi, fd, rights::PATH_RENAME_SOURCE)?;
    let (old, new) = (memory.path(old_path)?, memory.path(new_path)?);
    walk(wasi, &from).rename(old, &walk(wasi, &to), new)
}

pub(super) fn path_symlink(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    old_path: List,
    fd: u32,
    new_path: List,
) -> Result<(), Errno> {
    let start = directory(wasi, fd, rights::PATH_SYMLINK)?;
    let (target, path) = (memory.path(old_path)?, memory.path(new_path)?);
    walk(wasi, &start).create_symlink(target, path)
}

pub(super) fn path_unlink_file(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    path: List,
) -> Result<(), Errno> {
    let start = directory(wasi, fd, rights::PATH_UNLINK_FILE)?;
    walk(wasi, &start).remove_file(memory.path(path)?)
}
