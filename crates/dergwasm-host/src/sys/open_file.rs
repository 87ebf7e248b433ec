//! Open files and directories: what copies of a descriptor share.
//!
//! An open file has a position and flags, an open directory a listing that a program reads piece
//! by piece.

use crate::sys::{
    Errno,
    fs::{DirEntry, File, FileType, Mounts, Place},
};
use std::{io::SeekFrom, sync::Arc};

/// How an open file behaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent")]
pub(crate) struct FileFlags {
    /// Each write goes to the end.
    pub(crate) append: bool,
    /// Contents are on the medium when a write returns.
    pub(crate) dsync: bool,
    /// Nothing waits for data.
    pub(crate) nonblock: bool,
    /// Reads wait for writes under way.
    pub(crate) rsync: bool,
    /// Contents and attributes are on the medium when a write returns.
    pub(crate) sync: bool,
}

/// An open file.
pub(crate) struct OpenFile {
    file: Arc<dyn File>,
    position: u64,
    pub(crate) flags: FileFlags,
}

/// The largest offset: they are signed in programs.
const MAX_OFFSET: u64 = i64::MAX as u64;

fn check_offset(offset: u64) -> Result<(), Errno> {
    if offset <= MAX_OFFSET { Ok(()) } else { Err(Errno::Inval) }
}

impl OpenFile {
    /// A file at its start.
    pub(crate) fn new(file: Arc<dyn File>, flags: FileFlags) -> Self {
        Self { file, position: 0, flags }
    }

    /// The file itself.
    pub(crate) fn file(&self) -> &Arc<dyn File> {
        &self.file
    }

    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        let len = self.file.read_at(buffer, self.position)?.min(buffer.len());
        self.position = self.position.saturating_add(len as u64);
        Ok(len)
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        let len = if self.flags.append {
            let (len, end) = self.file.append(bytes)?;
            self.position = end;
            len
        } else {
            let bytes = in_range(bytes, self.position)?;
            let len = self.file.write_at(bytes, self.position)?.min(bytes.len());
            self.position = self.position.saturating_add(len as u64);
            len
        };
        self.written()?;
        Ok(len)
    }

    pub(super) fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
        check_offset(offset)?;
        Ok(self.file.read_at(buffer, offset)?.min(buffer.len()))
    }

    pub(super) fn write_at(&self, bytes: &[u8], offset: u64) -> Result<usize, Errno> {
        check_offset(offset)?;
        let len = if self.flags.append {
            // As Linux does, against POSIX; WASI says so too.
            self.file.append(bytes)?.0
        } else {
            let bytes = in_range(bytes, offset)?;
            self.file.write_at(bytes, offset)?.min(bytes.len())
        };
        self.written()?;
        Ok(len)
    }

    /// Keeps the promise of the flags after a write.
    fn written(&self) -> Result<(), Errno> {
        let FileFlags { dsync, sync, .. } = self.flags;
        if dsync || sync { self.file.sync(!sync) } else { Ok(()) }
    }

    pub(super) fn seek(&mut self, to: SeekFrom) -> Result<u64, Errno> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::Current(by) => self.position.checked_add_signed(by),
            SeekFrom::End(by) => self.file.metadata()?.size.checked_add_signed(by),
        };
        let position = position.ok_or(Errno::Inval)?;
        check_offset(position)?;
        self.position = position;
        Ok(position)
    }

    /// How many bytes are left to be read.
    pub(super) fn left(&self) -> Result<u64, Errno> {
        Ok(self.file.metadata()?.size.saturating_sub(self.position))
    }
}

/// The part of `bytes` that can be written at `offset`.
fn in_range(bytes: &[u8], offset: u64) -> Result<&[u8], Errno> {
    let room = usize::try_from(MAX_OFFSET.saturating_sub(offset)).unwrap_or(usize::MAX);
    if room == 0 && !bytes.is_empty() {
        return Err(Errno::Fbig);
    }
    Ok(&bytes[..bytes.len().min(room)])
}

/// An open directory.
pub(crate) struct OpenDir {
    place: Place,
    /// What was in it when a program last read it from the start, with `.` and `..`.
    listing: Option<Arc<[DirEntry]>>,
    /// How many entries were read, for system interfaces that keep count.
    #[cfg(feature = "emscripten")]
    pub(crate) position: usize,
}

impl OpenDir {
    /// A directory nobody read yet.
    pub(crate) fn new(place: Place) -> Self {
        Self {
            place,
            listing: None,
            #[cfg(feature = "emscripten")]
            position: 0,
        }
    }

    /// Where it is.
    pub(crate) fn place(&self) -> &Place {
        &self.place
    }

    /// What was in it when a program last read it from the start, which may be now.
    pub(super) fn listing(
        &mut self,
        mounts: &Mounts,
        from_start: bool,
    ) -> Result<Arc<[DirEntry]>, Errno> {
        if let (Some(listing), false) = (&self.listing, from_start) {
            return Ok(Arc::clone(listing));
        }
        let inode = self.place.dir().metadata()?.inode;
        let dots = [".", ".."].map(|name| DirEntry {
            name: name.into(),
            inode,
            file_type: FileType::Directory,
        });
        let listing: Arc<[DirEntry]> =
            dots.into_iter().chain(self.place.entries(mounts)?).collect();
        self.listing = Some(Arc::clone(&listing));
        Ok(listing)
    }

    /// Looks the entries up again when they are next asked for.
    pub(super) fn forget_listing(&mut self) {
        self.listing = None;
    }
}
