//! Reading, writing and the position.

use crate::{
    sys::{Descriptor, Direction, Errno, Kind, lock},
    wasi::{
        Version, Wasi,
        guest_memory::{GuestMemory, List},
        rights,
        types::{Iovec, seek_from},
    },
};

/// The descriptor that `fd` stands for, if it can be read. A file needs the rights `also`.
fn readable(wasi: &Wasi, fd: u32, also: u64) -> Result<&Descriptor, Errno> {
    let descriptor = wasi.fds.get(fd)?;
    match descriptor.kind {
        Kind::Stdio(Direction::Output, _) | Kind::Dir(_) => Err(Errno::Badf),
        _ => granted(descriptor, rights::FD_READ, also),
    }
}

/// The descriptor that `fd` stands for, if it can be written. A file needs the rights `also`.
fn writable(wasi: &Wasi, fd: u32, also: u64) -> Result<&Descriptor, Errno> {
    let descriptor = wasi.fds.get(fd)?;
    match descriptor.kind {
        Kind::Stdio(Direction::Input, _) | Kind::Dir(_) => Err(Errno::Badf),
        _ => granted(descriptor, rights::FD_WRITE, also),
    }
}

/// Whether it is a file, or a stream that is one.
fn has_position(descriptor: &Descriptor) -> bool {
    match &descriptor.kind {
        Kind::File(_) => true,
        Kind::Stdio(_, stream) => lock(stream).is_seekable(),
        _ => false,
    }
}

/// Checks the right to read or write, without which POSIX knows no such descriptor, and of a file
/// the rights that nothing else can have.
fn granted(descriptor: &Descriptor, needed: u64, also: u64) -> Result<&Descriptor, Errno> {
    rights::check(descriptor, needed).map_err(|_| Errno::Badf)?;
    if also != 0 && has_position(descriptor) {
        rights::check(descriptor, also)?;
    }
    Ok(descriptor)
}

pub(in crate::wasi) fn fd_read(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    iovs: List,
    read: u32,
) -> Result<(), Errno> {
    let descriptor = readable(wasi, fd, 0)?;
    // Before anything is taken from the stream.
    memory.slice(read.into(), 4)?;
    // Only one piece of a stream: asking for a second could wait although the first was filled.
    let all = matches!(descriptor.kind, Kind::File(_));
    let len = read_pieces(memory, iovs, all, |buffer, _| descriptor.read(buffer, &wasi.waiting))?;
    memory.write(read.into(), len)
}

pub(in crate::wasi) fn fd_pread(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    iovs: List,
    offset: u64,
    read: u32,
) -> Result<(), Errno> {
    let descriptor = readable(wasi, fd, rights::FD_SEEK)?;
    descriptor.read_at(&mut [], offset)?;
    memory.slice(read.into(), 4)?;
    let len = read_pieces(memory, iovs, true, |buffer, done| {
        descriptor.read_at(buffer, offset.saturating_add(done))
    })?;
    memory.write(read.into(), len)
}

/// Fills the pieces that `iovs` names, or only the first, and returns how many bytes were read.
///
/// `read` gets a buffer and how many bytes were read before. Pieces may overlap, so that few of
/// them can name far more than the memory holds; no more than that is read.
pub(in crate::wasi) fn read_pieces(
    memory: &mut GuestMemory<'_>,
    iovs: List,
    all: bool,
    mut read: impl FnMut(&mut [u8], u64) -> Result<usize, Errno>,
) -> Result<u32, Errno> {
    let pieces: Vec<Iovec> = Iovec::list(memory, iovs)?.filter(|iovec| iovec.len > 0).collect();
    let (mut total, most) = (0_u64, memory.len() as u64);
    for Iovec { address, len } in pieces.into_iter().take(if all { usize::MAX } else { 1 }) {
        let wanted = len.min(most - total);
        if wanted == 0 {
            break;
        }
        match read(memory.slice_mut(address, wanted)?, total) {
            Ok(got) => {
                let got = (got as u64).min(wanted);
                total += got;
                if got < wanted {
                    break;
                }
            }
            Err(errno) if total == 0 => return Err(errno),
            Err(_) => break,
        }
    }
    u32::try_from(total).map_err(|_| Errno::Overflow)
}

pub(in crate::wasi) fn fd_seek(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    version: Version,
    fd: u32,
    offset: i64,
    whence: u32,
    position: u32,
) -> Result<(), Errno> {
    let to = seek_from(version, whence, offset)?;
    let descriptor = wasi.fds.get(fd)?;
    match descriptor.kind {
        Kind::Dir(_) => return Err(Errno::Badf),
        Kind::File(_) | Kind::Stdio(..) if has_position(descriptor) => {
            let tells = to == std::io::SeekFrom::Current(0);
            let seeks = rights::check(descriptor, rights::FD_SEEK);
            if !tells || rights::check(descriptor, rights::FD_TELL).is_err() {
                seeks?;
            }
            memory.slice(position.into(), 8)?;
        }
        _ => {}
    }
    memory.write(position.into(), descriptor.seek(to)?)
}

pub(in crate::wasi) fn fd_tell(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    position: u32,
) -> Result<(), Errno> {
    let descriptor = wasi.fds.get(fd)?;
    match descriptor.kind {
        Kind::Dir(_) => return Err(Errno::Badf),
        Kind::File(_) | Kind::Stdio(..) if has_position(descriptor) => {
            rights::check(descriptor, rights::FD_TELL)?;
        }
        _ => {}
    }
    memory.write(position.into(), descriptor.seek(std::io::SeekFrom::Current(0))?)
}

pub(in crate::wasi) fn fd_write(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    iovs: List,
    written: u32,
) -> Result<(), Errno> {
    let descriptor = writable(wasi, fd, 0)?;
    // Before anything is given to the stream.
    memory.slice(written.into(), 4)?;
    let len = write_pieces(memory, iovs, |bytes, _| descriptor.write(bytes, &wasi.waiting));
    descriptor.flush()?;
    memory.write(written.into(), len?)
}

pub(in crate::wasi) fn fd_pwrite(
    wasi: &mut Wasi,
    memory: &mut GuestMemory<'_>,
    fd: u32,
    iovs: List,
    offset: u64,
    written: u32,
) -> Result<(), Errno> {
    let descriptor = writable(wasi, fd, rights::FD_SEEK)?;
    descriptor.write_at(&[], offset)?;
    memory.slice(written.into(), 4)?;
    let len = write_pieces(memory, iovs, |bytes, done| {
        descriptor.write_at(bytes, offset.saturating_add(done))
    })?;
    memory.write(written.into(), len)
}

/// Pieces that are not longer together are given away at once.
const GATHERED: usize = 16 << 10;

/// Writes the pieces that `iovs` names and returns how many bytes were written.
///
/// `write` gets bytes and how many were written before. Pieces may overlap, so that few of them
/// can name far more than the memory holds; what is more than that is left for the next call.
pub(in crate::wasi) fn write_pieces(
    memory: &GuestMemory<'_>,
    iovs: List,
    mut write: impl FnMut(&[u8], u64) -> Result<usize, Errno>,
) -> Result<u32, Errno> {
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
            if !write_all(&mut write, bytes, &mut total)? {
                return u32::try_from(total).map_err(|_| Errno::Overflow);
            }
        }
        gathered.clear();
    }
    write_all(&mut write, &gathered, &mut total)?;
    u32::try_from(total).map_err(|_| Errno::Overflow)
}

/// Writes bytes, adds how many were taken to `total`, and returns whether all were.
///
/// An error counts only if nothing was written before.
fn write_all(
    write: &mut impl FnMut(&[u8], u64) -> Result<usize, Errno>,
    bytes: &[u8],
    total: &mut usize,
) -> Result<bool, Errno> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match write(rest, *total as u64) {
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
