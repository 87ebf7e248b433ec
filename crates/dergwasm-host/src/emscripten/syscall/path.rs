//! Paths.

use super::{AT_FDCWD, Layout, System, fd::unsigned};
use crate::sys::{
    Errno,
    fs::{Links, Open, OpenOptions, Opened, Place, SetTime},
};

const REMOVE_DIR: u32 = 0x200;
const NOFOLLOW: u32 = 0x100;
const EMPTY_PATH: u32 = 0x1000;
const SECOND: u64 = 1_000_000_000;

/// A path in a program's memory, and the directory it starts at.
fn located(system: &System<'_>, dir: i32, path: u32) -> Result<(Place, Vec<u8>), Errno> {
    let path = system.path(path)?;
    Ok((system.start(dir)?, path))
}

pub(super) fn mkdirat(
    system: &mut System<'_>,
    dir: i32,
    path: u32,
    _mode: u32,
) -> Result<u32, Errno> {
    let (start, path) = located(system, dir, path)?;
    system.walk(&start).create_dir(&path)?;
    Ok(0)
}

pub(super) fn mkdir(system: &mut System<'_>, path: u32, mode: u32) -> Result<u32, Errno> {
    mkdirat(system, AT_FDCWD, path, mode)
}

pub(super) fn rmdir(system: &mut System<'_>, path: u32) -> Result<u32, Errno> {
    unlinkat(system, AT_FDCWD, path, REMOVE_DIR)
}

pub(super) fn unlink(system: &mut System<'_>, path: u32) -> Result<u32, Errno> {
    unlinkat(system, AT_FDCWD, path, 0)
}

pub(super) fn unlinkat(
    system: &mut System<'_>,
    dir: i32,
    path: u32,
    flags: u32,
) -> Result<u32, Errno> {
    let (start, path) = located(system, dir, path)?;
    let walk = system.walk(&start);
    match flags {
        0 => walk.remove_file(&path)?,
        REMOVE_DIR => walk.remove_dir(&path)?,
        _ => return Err(Errno::Inval),
    }
    Ok(0)
}

pub(super) fn rename(system: &mut System<'_>, path: u32, to: u32) -> Result<u32, Errno> {
    renameat(system, AT_FDCWD, path, AT_FDCWD, to)
}

pub(super) fn renameat(
    system: &mut System<'_>,
    dir: i32,
    path: u32,
    to_dir: i32,
    to: u32,
) -> Result<u32, Errno> {
    let (start, path) = located(system, dir, path)?;
    let (to_start, to) = located(system, to_dir, to)?;
    system.walk(&start).rename(&path, &system.walk(&to_start), &to)?;
    Ok(0)
}

pub(super) fn link(system: &mut System<'_>, path: u32, to: u32) -> Result<u32, Errno> {
    linkat(system, AT_FDCWD, path, AT_FDCWD, to, 0)
}

pub(super) fn linkat(
    system: &mut System<'_>,
    dir: i32,
    path: u32,
    to_dir: i32,
    to: u32,
    _flags: u32,
) -> Result<u32, Errno> {
    let (start, path) = located(system, dir, path)?;
    let (to_start, to) = located(system, to_dir, to)?;
    system.walk(&start).create_link(&path, Links::Keep, &system.walk(&to_start), &to)?;
    Ok(0)
}

pub(super) fn symlink(system: &mut System<'_>, target: u32, path: u32) -> Result<u32, Errno> {
    symlinkat(system, target, AT_FDCWD, path)
}

pub(super) fn symlinkat(
    system: &mut System<'_>,
    target: u32,
    dir: i32,
    path: u32,
) -> Result<u32, Errno> {
    let target = system.path(target)?;
    let (start, path) = located(system, dir, path)?;
    system.walk(&start).create_symlink(&target, &path)?;
    Ok(0)
}

pub(super) fn readlink(
    system: &mut System<'_>,
    path: u32,
    to: u32,
    len: u32,
) -> Result<u32, Errno> {
    readlinkat(system, AT_FDCWD, path, to, len)
}

/// Without a zero at the end, and cut if there is no room.
pub(super) fn readlinkat(
    system: &mut System<'_>,
    dir: i32,
    path: u32,
    to: u32,
    len: u32,
) -> Result<u32, Errno> {
    let (start, path) = located(system, dir, path)?;
    let target = system.walk(&start).read_link(&path)?;
    let bytes = &target[..target.len().min(len as usize)];
    system.memory.write_bytes(to.into(), bytes)?;
    u32::try_from(bytes.len()).map_err(|_| Errno::Overflow)
}

pub(super) fn access(system: &mut System<'_>, path: u32, mode: u32) -> Result<u32, Errno> {
    faccessat(system, AT_FDCWD, path, mode, 0)
}

/// Permissions are not kept: what is there may be used, and every change of them is fine.
pub(super) fn faccessat(
    system: &mut System<'_>,
    dir: i32,
    path: u32,
    _mode: u32,
    _flags: u32,
) -> Result<u32, Errno> {
    let (start, path) = located(system, dir, path)?;
    system.walk(&start).metadata(&path, Links::Follow)?;
    Ok(0)
}

pub(super) fn truncate(system: &mut System<'_>, path: u32, len: i64) -> Result<u32, Errno> {
    let len = unsigned(len)?;
    let (start, path) = located(system, AT_FDCWD, path)?;
    let options = OpenOptions { write: true, ..OpenOptions::default() };
    let how = Open { options, directory: false };
    match system.walk(&start).open(&path, Links::Follow, how)? {
        Opened::File(file) => file.set_len(len)?,
        Opened::Dir(_) => return Err(Errno::Isdir),
    }
    Ok(0)
}

pub(super) fn utimensat(
    system: &mut System<'_>,
    dir: i32,
    path: u32,
    times: u32,
    flags: u32,
) -> Result<u32, Errno> {
    let size = if system.layout == Layout::Time32 { 8 } else { 16 };
    let accessed = time(system, times, 0)?;
    let modified = time(system, times, size)?;
    if path == 0 {
        system.state.wasi.fds.get(dir.cast_unsigned())?.set_times(accessed, modified)?;
        return Ok(0);
    }
    let (start, path) = located(system, dir, path)?;
    let links = if flags & NOFOLLOW != 0 { Links::Keep } else { Links::Follow };
    system.walk(&start).set_times(&path, links, accessed, modified)?;
    Ok(0)
}

/// A `struct timespec` of two that may be missing, which then mean the present.
fn time(system: &mut System<'_>, times: u32, offset: u64) -> Result<SetTime, Errno> {
    const NOW: u32 = 0x3fff_ffff;
    const KEEP: u32 = 0x3fff_fffe;
    let now = SetTime::At(system.state.wasi.clock.realtime());
    if times == 0 {
        return Ok(now);
    }
    let at = u64::from(times) + offset;
    let (seconds, nanoseconds): (i64, u32) = if system.layout == Layout::Time32 {
        (system.memory.read::<i32>(at)?.into(), system.memory.read(at + 4)?)
    } else {
        (system.memory.read(at)?, system.memory.read(at + 8)?)
    };
    match nanoseconds {
        NOW => Ok(now),
        KEEP => Ok(SetTime::Keep),
        _ if u64::from(nanoseconds) >= SECOND => Err(Errno::Inval),
        _ => {
            let seconds = u64::try_from(seconds).map_err(|_| Errno::Inval)?;
            let time = seconds.checked_mul(SECOND).ok_or(Errno::Inval)?;
            Ok(SetTime::At(time.saturating_add(nanoseconds.into())))
        }
    }
}

pub(super) fn chdir(system: &mut System<'_>, path: u32) -> Result<u32, Errno> {
    let (start, path) = located(system, AT_FDCWD, path)?;
    let options = OpenOptions { read: true, ..OpenOptions::default() };
    let how = Open { options, directory: true };
    match system.walk(&start).open(&path, Links::Follow, how)? {
        Opened::Dir(place) => system.state.working_directory = Some(place),
        Opened::File(_) => return Err(Errno::Notdir),
    }
    Ok(0)
}

pub(super) fn fchdir(system: &mut System<'_>, fd: u32) -> Result<u32, Errno> {
    let place = system.state.wasi.fds.get(fd)?.place()?;
    system.state.working_directory = Some(place);
    Ok(0)
}

/// Answers how many bytes it wrote, with the zero.
pub(super) fn getcwd(system: &mut System<'_>, to: u32, len: u32) -> Result<u32, Errno> {
    if len == 0 {
        return Err(Errno::Inval);
    }
    let mut path = system.start(AT_FDCWD)?.path();
    path.push(0);
    let size = u32::try_from(path.len()).map_err(|_| Errno::Range)?;
    if size > len {
        return Err(Errno::Range);
    }
    system.memory.write_bytes(to.into(), &path)?;
    Ok(size)
}

/// Owners are not kept: what is there may be given to anybody.
pub(super) fn chown(
    system: &mut System<'_>,
    path: u32,
    _owner: u32,
    _group: u32,
) -> Result<u32, Errno> {
    faccessat(system, AT_FDCWD, path, 0, 0)
}

/// As [`chown`], of a link itself.
pub(super) fn lchown(
    system: &mut System<'_>,
    path: u32,
    owner: u32,
    group: u32,
) -> Result<u32, Errno> {
    fchownat(system, AT_FDCWD, path, owner, group, NOFOLLOW)
}

pub(super) fn fchownat(
    system: &mut System<'_>,
    dir: i32,
    path: u32,
    _owner: u32,
    _group: u32,
    flags: u32,
) -> Result<u32, Errno> {
    let empty = flags & EMPTY_PATH != 0 && system.path(path)?.is_empty();
    if empty && dir != AT_FDCWD {
        return system.state.wasi.fds.get(dir.cast_unsigned()).map(|_| 0);
    }
    let (start, path) = located(system, dir, path)?;
    if empty {
        return Ok(0);
    }
    let links = if flags & NOFOLLOW != 0 { Links::Keep } else { Links::Follow };
    system.walk(&start).metadata(&path, links)?;
    Ok(0)
}

pub(super) fn mknod(
    system: &mut System<'_>,
    path: u32,
    mode: u32,
    device: u32,
) -> Result<u32, Errno> {
    mknodat(system, AT_FDCWD, path, mode, device)
}

/// Makes an empty file; devices, pipes and sockets are for nobody to make.
pub(super) fn mknodat(
    system: &mut System<'_>,
    dir: i32,
    path: u32,
    mode: u32,
    _device: u32,
) -> Result<u32, Errno> {
    const KIND: u32 = 0o170_000;
    const FILE: u32 = 0o100_000;
    if !matches!(mode & KIND, 0 | FILE) {
        return Err(Errno::Perm);
    }
    let (start, path) = located(system, dir, path)?;
    let options =
        OpenOptions { write: true, create: true, create_new: true, ..OpenOptions::default() };
    system.walk(&start).open(&path, Links::Keep, Open { options, directory: false })?;
    Ok(0)
}

/// Permissions are not kept.
pub(super) fn umask(_system: &mut System<'_>, _mask: u32) -> Result<u32, Errno> {
    Ok(0)
}

/// The number of the only process, and of its group.
pub(super) fn one(_system: &mut System<'_>) -> Result<u32, Errno> {
    Ok(1)
}

/// The number of the only user.
pub(super) fn zero(_system: &mut System<'_>) -> Result<u32, Errno> {
    Ok(0)
}
