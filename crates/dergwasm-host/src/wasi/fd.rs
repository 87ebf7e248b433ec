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
    let len = write_pieces(&mut **stream, memory, iovs);
    stream.flush()?;
    memory.write(written.into(), u32::try_from(len?).map_err(|_| Errno::Overflow)?)
}

/// Pieces that are not longer together are given to the stream at once.
const GATHERED: usize = 16 << 10;

/// Writes the pieces that `iovs` names and returns how many bytes were written.
///
/// Pieces may overlap, so that few of them can name far more than the memory holds; what is more
/// than that is left for the next call.
fn write_pieces(
    stream: &mut dyn Stdio,
    memory: &GuestMemory<'_>,
    iovs: List,
) -> Result<usize, Errno> {
    let mut total = 0;
    let mut gathered = Vec::new();
    for Iovec { address, len } in Iovec::list(memory, iovs)? {
        let piece = memory.slice(address, len)?;
        let piece = &piece[..piece.len().min(memory.len() - total - gathered.len())];
        if gathered.len() + piece.len() <= GATHERED {
            gathered.extend_from_slice(piece);
            continue;
        }
        for bytes in [&gathered, piece] {
            if !write_all(stream, bytes, &mut total)? {
                return Ok(total);
            }
        }
        gathered.clear();
    }
    write_all(stream, &gathered, &mut total)?;
    Ok(total)
}

/// Writes bytes, adds how many the stream took to `total`, and returns whether it took all.
///
/// An error counts only if nothing was written before.
fn write_all(stream: &mut dyn Stdio, bytes: &[u8], total: &mut usize) -> Result<bool, Errno> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match stream.write(rest) {
            Ok(0) => return Ok(false),
            Ok(len) => {
                let len = len.min(rest.len());
                (*total, rest) = (*total + len, &rest[len..]);
            }
            Err(errno) if *total == 0 => return Err(errno),
            Err(_) => return Ok(false),
        }
    }
    Ok(true)
}

fn filetype(stream: &dyn Stdio) -> Filetype {
    if stream.is_terminal() { Filetype::CharacterDevice } else { Filetype::Unknown }
}
