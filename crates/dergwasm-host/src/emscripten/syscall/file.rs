//! Opening.

use super::{AT_FDCWD, System};
use crate::sys::{
    Descriptor, Direction, Errno, FileFlags, Null, OpenFile,
    fs::{Links, Open, OpenOptions, Opened},
};

const ACCESS: u32 = 3;
const WRITE_ONLY: u32 = 1;
pub(super) const READ_WRITE: u32 = 2;
const CREATE: u32 = 0o100;
const EXCLUSIVE: u32 = 0o200;
const TRUNCATE: u32 = 0o1000;
pub(super) const APPEND: u32 = 0o2000;
pub(super) const NONBLOCK: u32 = 0o4000;
pub(super) const DSYNC: u32 = 0o10000;
const DIRECTORY: u32 = 0o200_000;
const NOFOLLOW: u32 = 0o400_000;
pub(super) const SYNC: u32 = 0o4_010_000;

/// The flags that stay with an open file.
pub(super) fn file_flags(flags: u32) -> FileFlags {
    FileFlags {
        append: flags & APPEND != 0,
        dsync: flags & DSYNC != 0,
        nonblock: flags & NONBLOCK != 0,
        rsync: false,
        sync: flags & SYNC == SYNC,
    }
}

pub(super) fn open(
    system: &mut System<'_>,
    path: u32,
    flags: u32,
    arguments: u32,
) -> Result<u32, Errno> {
    openat(system, AT_FDCWD, path, flags, arguments)
}

pub(super) fn openat(
    system: &mut System<'_>,
    dir: i32,
    path: u32,
    flags: u32,
    _arguments: u32,
) -> Result<u32, Errno> {
    let path = system.path(path)?;
    let access = flags & ACCESS;
    let write = access == WRITE_ONLY || access == READ_WRITE;
    if let Some(device) = device(system, &path, write) {
        return system.state.wasi.fds.insert(device?);
    }
    let create = flags & CREATE != 0;
    let options = OpenOptions {
        read: access != WRITE_ONLY,
        write,
        create,
        create_new: create && flags & EXCLUSIVE != 0,
        truncate: flags & TRUNCATE != 0 && write,
    };
    let links = if flags & NOFOLLOW != 0 { Links::Keep } else { Links::Follow };
    let how = Open { options, directory: flags & DIRECTORY != 0 };
    let start = system.start(dir)?;
    system.state.wasi.fds.check_room()?;
    let descriptor = match system.walk(&start).open(&path, links, how)? {
        Opened::File(file) => Descriptor::file(OpenFile::new(file, file_flags(flags))),
        Opened::Dir(place) => Descriptor::dir(place),
    };
    system.state.wasi.fds.insert(descriptor)
}

/// What a path of `/dev` stands for, unless a file of that name is mounted.
fn device(system: &System<'_>, path: &[u8], write: bool) -> Option<Result<Descriptor, Errno>> {
    let copy = |fd| Some(system.state.wasi.fds.get(fd).cloned());
    match path {
        b"/dev/stdin" => copy(0),
        b"/dev/stdout" => copy(1),
        b"/dev/stderr" => copy(2),
        b"/dev/null" => {
            let direction = if write { Direction::Output } else { Direction::Input };
            Some(Ok(Descriptor::stdio(direction, Box::new(Null))))
        }
        _ => None,
    }
}
