//! Copying from the lower file system to the upper one.

use crate::sys::{
    Errno,
    fs::{Dir, File, FileType, Metadata, OpenOptions, SetTime},
};
use std::sync::Arc;

/// How many bytes are copied at once.
const CHUNK: usize = 64 << 10;

/// Makes a directory with the times of `lower`.
pub(super) fn dir(lower: &dyn Dir, upper: &dyn Dir, name: &[u8]) -> Result<Arc<dyn Dir>, Errno> {
    let Metadata { accessed, modified, .. } = lower.metadata()?;
    upper.create_dir(name)?;
    let made = upper.open_dir(name)?;
    made.set_times(SetTime::At(accessed), SetTime::At(modified))?;
    Ok(made)
}

/// Copies a file or link of the lower file system.
pub(super) fn entry(
    lower: &dyn Dir,
    upper: &dyn Dir,
    name: &[u8],
    found: &Metadata,
) -> Result<(), Errno> {
    match found.file_type {
        FileType::Symlink => {
            upper.create_symlink(name, &lower.read_link(name)?)?;
            let (accessed, modified) = (SetTime::At(found.accessed), SetTime::At(found.modified));
            upper.set_entry_times(name, accessed, modified)
        }
        FileType::Directory => Err(Errno::Isdir),
        _ => {
            let reading = OpenOptions { read: true, ..OpenOptions::default() };
            let from = lower.open_file(name, reading)?;
            let writing = OpenOptions { write: true, create_new: true, ..OpenOptions::default() };
            let to = upper.open_file(name, writing)?;
            let copied = contents(&*from, &*to);
            if copied.is_err() {
                // Half a copy must not cover the whole file.
                upper.remove_file(name)?;
            }
            copied
        }
    }
}

fn contents(from: &dyn File, to: &dyn File) -> Result<(), Errno> {
    let Metadata { size, accessed, modified, .. } = from.metadata()?;
    let mut chunk = vec![0; CHUNK];
    let mut offset = 0;
    while offset < size {
        let read = from.read_at(&mut chunk, offset)?;
        if read == 0 {
            break;
        }
        let mut rest = &chunk[..read];
        while !rest.is_empty() {
            let written = to.write_at(rest, offset)?;
            if written == 0 {
                return Err(Errno::Io);
            }
            rest = &rest[written..];
            offset += written as u64;
        }
    }
    to.set_times(SetTime::At(accessed), SetTime::At(modified))
}
