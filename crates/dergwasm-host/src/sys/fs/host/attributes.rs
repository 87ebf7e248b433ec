//! Attributes of files between the host's words and ours.

use crate::sys::fs::{FileType, Metadata, SetTime};
use cap_fs_ext::{FileTypeExt, MetadataExt, SystemTimeSpec};
use cap_std::{fs as cap, time::SystemTime};
use core::time::Duration;
use std::time;

pub(super) fn metadata(found: &cap::Metadata) -> Metadata {
    let modified = found.modified().map_or(0, nanoseconds);
    Metadata {
        device: MetadataExt::dev(found),
        inode: MetadataExt::ino(found),
        file_type: file_type(found.file_type()),
        links: MetadataExt::nlink(found),
        size: found.len(),
        accessed: found.accessed().map_or(modified, nanoseconds),
        modified,
        changed: changed(found).unwrap_or(modified),
    }
}

/// When the attributes last changed, if the system keeps that.
#[cfg(unix)]
fn changed(found: &cap::Metadata) -> Option<u64> {
    use cap_fs_ext::OsMetadataExt;
    let seconds = u64::try_from(found.ctime()).ok()?;
    let rest = u64::try_from(found.ctime_nsec()).ok()?;
    seconds.checked_mul(1_000_000_000)?.checked_add(rest)
}

#[cfg(not(unix))]
fn changed(_: &cap::Metadata) -> Option<u64> {
    None
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
