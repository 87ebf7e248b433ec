//! Descriptors.
//!
//! Every descriptor is a standard stream. What only a file can do is answered as for a descriptor
//! that is none (`badf`), what only a seekable file can do as for a pipe (`spipe`).

use crate::{
    sys::{Descriptor, Direction, Errno, Stdio},
    wasi::{
        Wasi,
        guest_memory::{GuestMemory, List},
        types::{
            ADVICES, FDFLAGS, Fdstat, Filetype, Iovec, WHENCES, check_enum, check_flags,
            check_fstflags, rights, write_filestat,
        },
    },
};
use std::borrow::Cow;

pub(super) fn fd_advise(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _offset: u64,
    _len: u64,
    advice: u32,
) -> Result<(), Errno> {
    check_enum(advice, ADVICES)?;
    match wasi.fds.file(fd)? {}
}

pub(super) fn fd_allocate(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _offset: u64,
    _len: u64,
) -> Result<(), Errno> {
    match wasi.fds.file(fd)? {}
}

pub(super) fn fd_close(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
) -> Result<(), Errno> {
    wasi.fds.close(fd)
}

pub(super) fn fd_datasync(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
) -> Result<(), Errno> {
    match wasi.fds.file(fd)? {}
}

pub(super) fn fd_fdstat_get(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    stat: u32,
) -> Result<(), Errno> {
    let Descriptor::Stdio(direction, stream) = wasi.fds.get(fd)?;
    let rights = match direction {
        Direction::Input => rights::FD_READ,
        Direction::Output => rights::FD_WRITE,
    };
    Fdstat {
        filetype: filetype(&**stream),
        flags: 0,
        rights_base: rights,
        rights_inheriting: rights,
    }
    .write(memory, stat)
}

pub(super) fn fd_fdstat_set_flags(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    flags: u32,
) -> Result<(), Errno> {
    check_flags(flags, FDFLAGS)?;
    match wasi.fds.file(fd)? {}
}

pub(super) fn fd_fdstat_set_rights(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _base: u64,
    _inheriting: u64,
) -> Result<(), Errno> {
    match wasi.fds.file(fd)? {}
}

pub(super) fn fd_filestat_get(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    stat: u32,
) -> Result<(), Errno> {
    let Descriptor::Stdio(_, stream) = wasi.fds.get(fd)?;
    write_filestat(memory, stat, filetype(&**stream))
}

pub(super) fn fd_filestat_set_size(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _size: u64,
) -> Result<(), Errno> {
    match wasi.fds.file(fd)? {}
}

pub(super) fn fd_filestat_set_times(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _accessed: u64,
    _modified: u64,
    flags: u32,
) -> Result<(), Errno> {
    check_fstflags(flags)?;
    match wasi.fds.file(fd)? {}
}

pub(super) fn fd_pread(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _iovs: List,
    _offset: u64,
    _read: u32,
) -> Result<(), Errno> {
    Err(not_seekable(wasi, fd, Direction::Input))
}

pub(super) fn fd_pwrite(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _iovs: List,
    _offset: u64,
    _written: u32,
) -> Result<(), Errno> {
    Err(not_seekable(wasi, fd, Direction::Output))
}

/// Why a stream cannot be read or written at an offset.
fn not_seekable(wasi: &Wasi, fd: u32, wanted: Direction) -> Errno {
    match wasi.fds.get(fd) {
        Ok(Descriptor::Stdio(direction, _)) if *direction == wanted => Errno::Spipe,
        Ok(_) => Errno::Badf,
        Err(errno) => errno,
    }
}

pub(super) fn fd_prestat_get(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _stat: u32,
) -> Result<(), Errno> {
    match wasi.fds.directory(fd)? {}
}

pub(super) fn fd_prestat_dir_name(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _path: List,
) -> Result<(), Errno> {
    match wasi.fds.directory(fd)? {}
}

pub(super) fn fd_read(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    iovs: List,
    read: u32,
) -> Result<(), Errno> {
    let Descriptor::Stdio(Direction::Input, stream) = wasi.fds.get_mut(fd)? else {
        return Err(Errno::Badf);
    };
    // Before anything is taken from the stream.
    memory.slice(read.into(), 4)?;
    // Only one piece: asking for a second could wait although the first was filled.
    let first = Iovec::list(memory, iovs)?.find(|iovec| iovec.len > 0);
    let len = match first {
        Some(Iovec { address, len }) => stream.read(memory.slice_mut(address, len)?)?,
        None => 0,
    };
    memory.write(read.into(), u32::try_from(len).map_err(|_| Errno::Overflow)?)
}

pub(super) fn fd_readdir(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _buffer: List,
    _cookie: u64,
    _used: u32,
) -> Result<(), Errno> {
    match wasi.fds.directory(fd)? {}
}

pub(super) fn fd_renumber(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    from: u32,
    to: u32,
) -> Result<(), Errno> {
    wasi.fds.renumber(from, to)
}

pub(super) fn fd_seek(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _offset: i64,
    whence: u32,
    _position: u32,
) -> Result<(), Errno> {
    check_enum(whence, WHENCES)?;
    let Descriptor::Stdio(..) = wasi.fds.get(fd)?;
    Err(Errno::Spipe)
}

pub(super) fn fd_sync(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
) -> Result<(), Errno> {
    match wasi.fds.file(fd)? {}
}

pub(super) fn fd_tell(
    wasi: &mut Wasi,
    _memory: &mut GuestMemory<'_>,
    fd: u32,
    _position: u32,
) -> Result<(), Errno> {
    let Descriptor::Stdio(..) = wasi.fds.get(fd)?;
    Err(Errno::Spipe)
}

pub(super) fn fd_write(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    iovs: List,
    written: u32,
) -> Result<(), Errno> {
    let Descriptor::Stdio(Direction::Output, stream) = wasi.fds.get_mut(fd)? else {
        return Err(Errno::Badf);
    };
    // Before anything is given to the stream.
    memory.slice(written.into(), 4)?;
    let bytes = gather(memory, iovs)?;
    let len = write_all(&mut **stream, &bytes)?;
    memory.write(written.into(), u32::try_from(len).map_err(|_| Errno::Overflow)?)
}

/// The bytes of all pieces that `iovs` names, so that the stream gets them at once; copied only if
/// they are several.
///
/// Pieces may overlap, so that few of them can name far more than the memory holds; what is more
/// than that is left for the next call.
fn gather<'a>(memory: &'a GuestMemory<'_>, iovs: List) -> Result<Cow<'a, [u8]>, Errno> {
    let mut bytes = Cow::Borrowed(&[][..]);
    for Iovec { address, len } in Iovec::list(memory, iovs)? {
        let piece = memory.slice(address, len)?;
        let piece = &piece[..piece.len().min(memory.len() - bytes.len())];
        if bytes.is_empty() {
            bytes = Cow::Borrowed(piece);
        } else if !piece.is_empty() {
            let bytes = bytes.to_mut();
            bytes.try_reserve(piece.len()).map_err(|_| Errno::Nomem)?;
            bytes.extend_from_slice(piece);
        }
    }
    Ok(bytes)
}

/// Writes bytes as far as the stream takes them and returns how many.
fn write_all(stream: &mut dyn Stdio, bytes: &[u8]) -> Result<usize, Errno> {
    let mut total = 0;
    while total < bytes.len() {
        match stream.write(&bytes[total..]) {
            Ok(0) => break,
            Ok(len) => total = bytes.len().min(total + len),
            Err(errno) if total == 0 => return Err(errno),
            Err(_) => break,
        }
    }
    stream.flush()?;
    Ok(total)
}

fn filetype(stream: &dyn Stdio) -> Filetype {
    if stream.is_terminal() { Filetype::CharacterDevice } else { Filetype::Unknown }
}
