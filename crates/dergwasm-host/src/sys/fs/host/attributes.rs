//! Attributes of files between the host's words and ours.

use crate::sys::fs::{FileType, Metadata, SetTime};
use cap_fs_ext::{FileTypeExt, SystemTimeSpec};
use cap_std::{fs as cap, time::SystemTime};
use core::time::Duration;
use std::time;

pub(super) fn metadata(found: &cap::Metadata) -> Metadata {
    let modified = found.modified().map_or(0, nanoseconds);
    let known = Metadata {
        device: 0,
        inode: 0,
        file_type: file_type(found.file_type()),
        links: 1,
        size: found.len(),
        accessed: found.accessed().map_or(modified, nanoseconds),
        modified,
        changed: modified,
    };
    of_system(known, found)
}

/// Adds what only this system has.
#[cfg(unix)]
fn of_system(known: Metadata, found: &cap::Metadata) -> Metadata {
    use cap_fs_ext::OsMetadataExt;
    let seconds = u64::try_from(found.ctime()).unwrap_or(0);
    let rest = u64::try_from(found.ctime_nsec()).unwrap_or(0);
    Metadata {
        device: found.dev(),
        inode: found.ino(),
        links: found.nlink(),
        changed: seconds.saturating_mul(1_000_000_000).saturating_add(rest),
        ..known
    }
}

/// Adds what only this system has. The attributes are those of something open, which have them.
#[cfg(windows)]
fn of_system(known: Metadata, found: &cap::Metadata) -> Metadata {
    use cap_fs_ext::MetadataExt;
    Metadata { device: found.dev(), inode: found.ino(), links: found.nlink(), ..known }
}

/// Since 1970; 0 for what was before and the last there is for what is too late.
fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.into_std().duration_since(time::UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(u64::MAX))
}

pub(super) fn file_type(found: cap::FileType) -> FileType {
    if found.is_file() {
        FileType::File
    } else if found.is_dir() {
        FileType::Directory
    } else if found.is_symlink() {
        FileType::Symlink
    } else if found.is_char_device() {
        FileType::CharacterDevice
    } else if found.is_block_device() {
        FileType::BlockDevice
    } else if found.is_socket() {
        FileType::Socket
    } else {
        FileType::Unknown
    }
}

/// A time to be given to an entry.
pub(super) fn time_spec(time: SetTime) -> Option<SystemTimeSpec> {
    match time {
        SetTime::Keep => None,
        SetTime::Now => Some(SystemTimeSpec::SymbolicNow),
        SetTime::At(at) => Some(SystemTime::from_std(system_time(at)).into()),
    }
}

/// A time to be given to an open file.
pub(super) fn std_time(time: SetTime) -> Option<time::SystemTime> {
    match time {
        SetTime::Keep => None,
        SetTime::Now => Some(time::SystemTime::now()),
        SetTime::At(at) => Some(system_time(at)),
    }
}

fn system_time(at: u64) -> time::SystemTime {
    let at = time::UNIX_EPOCH.checked_add(Duration::from_nanos(at));
    at.unwrap_or(time::UNIX_EPOCH)
}
