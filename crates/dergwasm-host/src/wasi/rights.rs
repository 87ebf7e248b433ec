//! What may be done with a descriptor.
//!
//! Spec: [`rights`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#rights).
//!
//! A descriptor opened through a directory has of the rights asked for those that the directory
//! hands on and that its own kind can use; asking for more is no error, but using what was not
//! granted is (`notcapable`). Where POSIX has an answer for a file that is not open for reading or
//! writing, that is given instead.

use crate::sys::{Descriptor, Direction, Errno, Kind, Rights, lock};

macro_rules! rights {
    ($($NAME:ident = $bit:literal)*) => { $(
        pub(super) const $NAME: u64 = 1 << $bit;
    )* };
}

rights! {
    FD_DATASYNC = 0
    FD_READ = 1
    FD_SEEK = 2
    FD_FDSTAT_SET_FLAGS = 3
    FD_SYNC = 4
    FD_TELL = 5
    FD_WRITE = 6
    FD_ADVISE = 7
    FD_ALLOCATE = 8
    PATH_CREATE_DIRECTORY = 9
    PATH_CREATE_FILE = 10
    PATH_LINK_SOURCE = 11
    PATH_LINK_TARGET = 12
    PATH_OPEN = 13
    FD_READDIR = 14
    PATH_READLINK = 15
    PATH_RENAME_SOURCE = 16
    PATH_RENAME_TARGET = 17
    PATH_FILESTAT_GET = 18
    PATH_FILESTAT_SET_SIZE = 19
    PATH_FILESTAT_SET_TIMES = 20
    FD_FILESTAT_GET = 21
    FD_FILESTAT_SET_SIZE = 22
    FD_FILESTAT_SET_TIMES = 23
    PATH_SYMLINK = 24
    PATH_REMOVE_DIRECTORY = 25
    PATH_UNLINK_FILE = 26
    POLL_FD_READWRITE = 27
    SOCK_SHUTDOWN = 28
    SOCK_ACCEPT = 29
}

/// What a directory can be used for.
const DIRECTORY: u64 = FD_FDSTAT_SET_FLAGS
    | FD_SYNC
    | FD_DATASYNC
    | PATH_CREATE_DIRECTORY
    | PATH_CREATE_FILE
    | PATH_LINK_SOURCE
    | PATH_LINK_TARGET
    | PATH_OPEN
    | FD_READDIR
    | PATH_READLINK
    | PATH_RENAME_SOURCE
    | PATH_RENAME_TARGET
    | PATH_FILESTAT_GET
    | PATH_FILESTAT_SET_SIZE
    | PATH_FILESTAT_SET_TIMES
    | FD_FILESTAT_GET
    | FD_FILESTAT_SET_TIMES
    | PATH_SYMLINK
    | PATH_REMOVE_DIRECTORY
    | PATH_UNLINK_FILE;

/// What a file can be used for.
const FILE: u64 = FD_DATASYNC
    | FD_READ
    | FD_SEEK
    | FD_FDSTAT_SET_FLAGS
    | FD_SYNC
    | FD_TELL
    | FD_WRITE
    | FD_ADVISE
    | FD_ALLOCATE
    | FD_FILESTAT_GET
    | FD_FILESTAT_SET_SIZE
    | FD_FILESTAT_SET_TIMES
    | POLL_FD_READWRITE;

/// What a connection can be used for.
const CONNECTION: u64 =
    FD_READ | FD_WRITE | FD_FDSTAT_SET_FLAGS | FD_FILESTAT_GET | POLL_FD_READWRITE | SOCK_SHUTDOWN;

/// What a standard stream can be used for, besides reading or writing.
const STREAM: u64 = FD_FDSTAT_SET_FLAGS | FD_FILESTAT_GET | POLL_FD_READWRITE;

/// What it can be used for besides if it has positions. Programs take a stream with them for a
/// file, and one without, if it is a device, for a terminal.
const SEEKABLE: u64 = FD_SEEK | FD_TELL;

/// Everything that a descriptor of its kind can be used for.
pub(super) fn whole(kind: &Kind) -> Rights {
    let (base, inheriting) = match kind {
        Kind::Stdio(direction, stream) => {
            let transfer = match direction {
                Direction::Input => FD_READ,
                Direction::Output => FD_WRITE,
            };
            let seekable = if lock(stream).is_seekable() { SEEKABLE } else { 0 };
            (STREAM | transfer | seekable, 0)
        }
        Kind::File(_) => (FILE, FILE),
        Kind::Dir(_) => (DIRECTORY, DIRECTORY | FILE),
        Kind::Socket(_) => (CONNECTION | SOCK_ACCEPT, CONNECTION),
    };
    Rights { base, inheriting }
}

/// What is granted to something opened through a descriptor with `parent`'s rights.
pub(super) fn granted(kind: &Kind, parent: Rights, asked: Rights) -> Rights {
    let whole = whole(kind);
    Rights {
        base: asked.base & parent.inheriting & whole.base,
        inheriting: asked.inheriting & parent.inheriting & whole.inheriting,
    }
}

/// The rights a program has: a descriptor made without WASI has all of its kind.
pub(super) fn of(descriptor: &Descriptor) -> Rights {
    let (rights, whole) = (descriptor.rights, whole(&descriptor.kind));
    Rights { base: rights.base & whole.base, inheriting: rights.inheriting & whole.inheriting }
}

/// Checks that a descriptor has all of the rights `needed`.
pub(super) fn check(descriptor: &Descriptor, needed: u64) -> Result<(), Errno> {
    if descriptor.rights.base & needed == needed { Ok(()) } else { Err(Errno::Notcapable) }
}
