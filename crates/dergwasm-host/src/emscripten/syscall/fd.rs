//! Open descriptors.

use super::{System, file};
use crate::sys::{Direction, Errno, FileFlags, Kind, Wait, fs::FileType, lock};

/// The size of an entry as `getdents64` writes it.
const ENTRY: usize = 280;
/// Where its name is, and how long it may be with its zero.
const NAME: usize = 19;
const MAX_NAME: usize = 256;

pub(super) fn fcntl(
    system: &mut System<'_>,
    fd: u32,
    command: u32,
    arguments: u32,
) -> Result<u32, Errno> {
    let descriptor = system.state.wasi.fds.get(fd)?.clone();
    match command {
        // F_DUPFD, F_DUPFD_CLOEXEC
        0 | 1030 => {
            let lowest = system.vararg(arguments)?;
            if i32::try_from(lowest).is_err() {
                return Err(Errno::Inval);
            }
            system.state.wasi.fds.insert_from(lowest, descriptor)
        }
        // F_GETFD, F_SETFD: nothing is ever executed.
        1 | 2 => Ok(0),
        // F_GETFL
        3 => {
            let flags = descriptor.flags();
            let mode = match &descriptor.kind {
                Kind::Stdio(Direction::Input, _) | Kind::Dir(_) => 0,
                Kind::Stdio(Direction::Output, _) => 1,
                Kind::File(_) | Kind::Socket(_) => file::READ_WRITE,
            };
            let bit = |is, bit| if is { bit } else { 0 };
            Ok(mode
                | bit(flags.append, file::APPEND)
                | bit(flags.nonblock, file::NONBLOCK)
                | bit(flags.dsync, file::DSYNC)
                | bit(flags.sync, file::SYNC))
        }
        // F_SETFL
        4 => {
            let flags = file::file_flags(system.vararg(arguments)?);
            match descriptor.kind {
                Kind::Dir(_) => {}
                _ => descriptor.set_flags(flags)?,
            }
            Ok(0)
        }
        // F_GETLK: nobody else has a lock (type F_UNLCK).
        5 | 12 => {
            let lock = system.vararg(arguments)?;
            system.memory.write(lock.into(), 2_u16)?;
            Ok(0)
        }
        // F_SETLK, F_SETLKW, owners
        6 | 7 | 8 | 13 | 14 => Ok(0),
        _ => Err(Errno::Inval),
    }
}

pub(super) fn ioctl(
    system: &mut System<'_>,
    fd: u32,
    request: u32,
    arguments: u32,
) -> Result<u32, Errno> {
    let descriptor = system.state.wasi.fds.get(fd)?.clone();
    let terminal = descriptor.is_terminal();
    match request {
        // FIONREAD
        0x541b => {
            let left = descriptor.ready_to_read()?.unwrap_or(0);
            let to = system.vararg(arguments)?;
            system.memory.write(to.into(), u32::try_from(left).unwrap_or(i32::MAX as u32))?;
            Ok(0)
        }
        // FIONBIO
        0x5421 => {
            let on = system.vararg(arguments)?;
            let nonblock = system.memory.read::<u32>(on.into())? != 0;
            match descriptor.kind {
                Kind::Dir(_) => {}
                _ => descriptor.set_flags(FileFlags { nonblock, ..descriptor.flags() })?,
            }
            Ok(0)
        }
        _ if !terminal => Err(Errno::Notty),
        // TIOCGWINSZ: 24 lines of 80 characters
        0x5413 => {
            let to = system.vararg(arguments)?;
            for (at, number) in (u64::from(to)..).step_by(2).zip([24_u16, 80, 0, 0]) {
                system.memory.write(at, number)?;
            }
            Ok(0)
        }
        // TCGETS, TCSETS and its kin, TCFLSH, TIOCSWINSZ: accepted, nothing changes.
        0x5401..=0x5408 | 0x540b | 0x5414 => Ok(0),
        _ => Err(Errno::Inval),
    }
}

/// `pipe(fds)`
pub(super) fn pipe(system: &mut System<'_>, fds: u32) -> Result<u32, Errno> {
    pipe2(system, fds, 0)
}

/// `pipe2(fds, flags)`: both ends are the program's own, so that reading and writing never wait.
pub(super) fn pipe2(system: &mut System<'_>, fds: u32, flags: u32) -> Result<u32, Errno> {
    // Nothing is ever executed.
    const CLOEXEC: u32 = 0o2_000_000;
    if flags & !(file::NONBLOCK | CLOEXEC) != 0 {
        return Err(Errno::Inval);
    }
    system.memory.slice_mut(fds.into(), 8)?;
    let [reader, writer] = system.state.wasi.fds.pipe(flags & file::NONBLOCK != 0)?;
    system.memory.write(fds.into(), reader)?;
    system.memory.write(u64::from(fds) + 4, writer)?;
    Ok(0)
}

pub(super) fn dup(system: &mut System<'_>, fd: u32) -> Result<u32, Errno> {
    let copy = system.state.wasi.fds.get(fd)?.clone();
    system.state.wasi.fds.insert(copy)
}

pub(super) fn dup2(system: &mut System<'_>, fd: u32, to: u32) -> Result<u32, Errno> {
    let copy = system.state.wasi.fds.get(fd)?.clone();
    if fd != to {
        system.state.wasi.fds.replace(to, copy)?;
    }
    Ok(to)
}

pub(super) fn dup3(system: &mut System<'_>, fd: u32, to: u32, _flags: u32) -> Result<u32, Errno> {
    if fd == to { Err(Errno::Inval) } else { dup2(system, fd, to) }
}

/// `poll`: waits until a descriptor is ready or `timeout` milliseconds have passed; if it is
/// negative, for ever. An interrupt ends the wait.
pub(super) fn poll(
    system: &mut System<'_>,
    fds: u32,
    count: u32,
    timeout: i32,
) -> Result<u32, Errno> {
    system.memory.slice_mut(fds.into(), u64::from(count) * 8)?;
    let timeout = u64::try_from(timeout).map_or(u64::MAX, |timeout| timeout * 1_000_000);
    let mut wait = system.state.wasi.timer().begin();
    loop {
        let Polled { ready, pending } = poll_once(system, &wait, fds, count)?;
        let left = wait.left_of(timeout);
        if ready > 0 || left == 0 {
            return Ok(ready);
        }
        system.state.wasi.timer().pass(&mut wait, left, pending)?;
    }
}

/// What there is to say of the descriptors of a poll.
pub(super) struct Polled {
    /// How many are ready.
    pub(super) ready: u32,
    /// Whether some are waited for.
    pub(super) pending: bool,
}

/// Writes down which descriptors are ready.
fn poll_once(system: &mut System<'_>, wait: &Wait, fds: u32, count: u32) -> Result<Polled, Errno> {
    const IN: u16 = 1;
    const OUT: u16 = 4;
    const ERROR: u16 = 8;
    const HANGUP: u16 = 0x10;
    const INVALID: u16 = 0x20;
    /// There may be so many that looking at them takes long.
    const LOOKED_AT: usize = 256;
    let mut polled = Polled { ready: 0, pending: false };
    for (i, at) in (u64::from(fds)..).step_by(8).take(count as usize).enumerate() {
        let fd: u32 = system.memory.read(at)?;
        let wanted: u16 = system.memory.read(at + 4)?;
        let mut found = 0;
        let wasi = &mut system.state.wasi;
        if i.is_multiple_of(LOOKED_AT) {
            wasi.timer().check_interrupt(wait)?;
        }
        match wasi.fds.get(fd) {
            _ if i32::try_from(fd).is_err() => {}
            Ok(descriptor) => {
                for (bit, readiness) in [
                    (IN, descriptor.ready_to_read()),
                    (OUT, descriptor.ready_to_write().map(|ready| ready.then_some(1))),
                ] {
                    match readiness {
                        _ if wanted & bit == 0 => {}
                        Ok(reported) if wasi.poll.readiness(reported).is_some() => found |= bit,
                        Ok(_) => polled.pending = true,
                        // What fails does so without waiting, also in the wrong direction.
                        Err(Errno::Badf) => found |= bit,
                        Err(_) => found |= bit | ERROR,
                    }
                }
                if found & IN != 0 && descriptor.is_hung_up() {
                    found |= HANGUP;
                }
            }
            Err(_) => found = INVALID,
        }
        system.memory.write(at + 6, found)?;
        polled.ready += u32::from(found != 0);
    }
    Ok(polled)
}

pub(super) fn fdatasync(system: &mut System<'_>, fd: u32) -> Result<u32, Errno> {
    system.state.wasi.fds.get(fd)?.sync(true)?;
    Ok(0)
}

/// A length or offset, which are signed in programs.
pub(super) fn unsigned(number: i64) -> Result<u64, Errno> {
    u64::try_from(number).map_err(|_| Errno::Inval)
}

pub(super) fn ftruncate(system: &mut System<'_>, fd: u32, len: i64) -> Result<u32, Errno> {
    system.state.wasi.fds.get(fd)?.set_len(unsigned(len)?)?;
    Ok(0)
}

pub(super) fn fallocate(
    system: &mut System<'_>,
    fd: u32,
    mode: u32,
    offset: i64,
    len: i64,
) -> Result<u32, Errno> {
    if mode != 0 {
        return Err(Errno::Notsup);
    }
    system.state.wasi.fds.get(fd)?.allocate(unsigned(offset)?, unsigned(len)?)?;
    Ok(0)
}

pub(super) fn fadvise(
    system: &mut System<'_>,
    fd: u32,
    _offset: i64,
    _len: i64,
    _advice: u32,
) -> Result<u32, Errno> {
    system.state.wasi.fds.get(fd).map(|_| 0)
}

/// Permissions are not kept, so that every change of them is fine.
pub(super) fn fchmod(system: &mut System<'_>, fd: u32, _mode: u32) -> Result<u32, Errno> {
    system.state.wasi.fds.get(fd).map(|_| 0)
}

pub(super) fn fchown(
    system: &mut System<'_>,
    fd: u32,
    _owner: u32,
    _group: u32,
) -> Result<u32, Errno> {
    system.state.wasi.fds.get(fd).map(|_| 0)
}

/// Writes as many entries of a directory as fit, and goes on there the next time.
pub(super) fn getdents(system: &mut System<'_>, fd: u32, to: u32, len: u32) -> Result<u32, Errno> {
    let wasi = &mut system.state.wasi;
    let dir = match &wasi.fds.get(fd)?.kind {
        Kind::Dir(dir) => dir.clone(),
        _ => return Err(Errno::Notdir),
    };
    let position = lock(&dir).position;
    let listing = wasi.fds.listing(fd, &wasi.mounts, position == 0)?;
    let to_write = system.memory.slice_mut(to.into(), len.into())?;
    let mut done = position;
    let left = listing.get(position..).unwrap_or_default();
    let mut written = 0_u32;
    for (entry, place) in left.iter().zip(to_write.chunks_exact_mut(ENTRY)) {
        done += 1;
        place.fill(0);
        place[..8].copy_from_slice(&entry.inode.to_le_bytes());
        place[8..16].copy_from_slice(&(done as u64).to_le_bytes());
        place[16..18].copy_from_slice(&280_u16.to_le_bytes());
        place[18] = dirent_type(entry.file_type);
        let name = &entry.name[..entry.name.len().min(MAX_NAME - 1)];
        place[NAME..NAME + name.len()].copy_from_slice(name);
        written += 280;
    }
    if written == 0 && !left.is_empty() {
        return Err(Errno::Inval);
    }
    lock(&dir).position = done;
    Ok(written)
}

fn dirent_type(file_type: FileType) -> u8 {
    match file_type {
        FileType::CharacterDevice => 2,
        FileType::Directory => 4,
        FileType::BlockDevice => 6,
        FileType::File => 8,
        FileType::Symlink => 10,
        FileType::Socket => 12,
        FileType::Unknown => 0,
    }
}

#[cfg(test)]
mod tests;
