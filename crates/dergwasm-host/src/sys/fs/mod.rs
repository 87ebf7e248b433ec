//! File systems: what a program's directories and files are made of.
//!
//! A file system is a tree of [`Dir`]s and [`File`]s. Every operation takes *one name* in an open
//! directory and never follows a symbolic link: walking a path, `..`, links and mount points are
//! the business of one place, `resolve`, for all file systems and all system interfaces. So no
//! file system can be led out of itself.
//!
//! Names and targets of links are bytes, as in POSIX. What is no text passes through unchanged.
//!
//! Knows nothing of guests: no addresses, no memory, no descriptors.

#[cfg(feature = "host-fs")]
mod host;
mod memory;
mod overlay;
mod place;
mod read_only;
mod resolve;

#[cfg(feature = "host-fs")]
pub use host::HostDir;
pub use memory::{Listed, MemoryFs, SaveError};
pub use overlay::Overlay;
pub(crate) use place::{Mounts, Place};
pub use read_only::ReadOnly;
pub(crate) use resolve::{Links, Open, Opened, Reach, Walk};

use crate::sys::Errno;
use core::{any::Any, fmt};
use dergwasm_types::Escaped;
use std::sync::Arc;

/// A tree of directories and files that can be mounted.
pub trait FileSystem: Send + Sync {
    /// The directory at the top.
    ///
    /// # Errors
    /// The file system is not there (any more).
    fn root(&self) -> Result<Arc<dyn Dir>, Errno>;
}

impl<F: FileSystem + ?Sized> FileSystem for Arc<F> {
    fn root(&self) -> Result<Arc<dyn Dir>, Errno> {
        (**self).root()
    }
}

/// What an entry of a directory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FileType {
    /// A file with bytes at offsets.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A device with a stream of characters, as a terminal is.
    CharacterDevice,
    /// A device with blocks.
    BlockDevice,
    /// A socket.
    Socket,
    /// Something else, such as a pipe.
    Unknown,
}

/// The attributes of a file or directory. Times are in nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metadata {
    /// Tells file systems apart.
    pub device: u64,
    /// Tells the files of a file system apart.
    pub inode: u64,
    /// What it is.
    pub file_type: FileType,
    /// How many names it has.
    pub links: u64,
    /// Its length in bytes; that of a link is the length of its target.
    pub size: u64,
    /// When it was last read.
    pub accessed: u64,
    /// When its contents last changed.
    pub modified: u64,
    /// When its attributes last changed.
    pub changed: u64,
}

impl Metadata {
    /// Those of something of which only the type is known: all numbers are 0.
    #[must_use]
    pub const fn of_type(file_type: FileType) -> Self {
        let (device, inode, links, size) = (0, 0, 0, 0);
        let (accessed, modified, changed) = (0, 0, 0);
        Self { device, inode, file_type, links, size, accessed, modified, changed }
    }
}

/// A time to be given to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetTime {
    /// Leave it as it is.
    Keep,
    /// The present.
    Now,
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    At(u64),
}

/// How to open a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "they are independent, as in std's OpenOptions")]
pub struct OpenOptions {
    /// To read from it.
    pub read: bool,
    /// To write to it.
    pub write: bool,
    /// Make it if it is not there.
    pub create: bool,
    /// Make it, and fail if it is there.
    pub create_new: bool,
    /// Empty it.
    pub truncate: bool,
}

/// An entry of a directory.
#[derive(Clone, PartialEq, Eq)]
pub struct DirEntry {
    /// Its name in the directory, which need not be UTF-8.
    pub name: Vec<u8>,
    /// As in [`Metadata::inode`].
    pub inode: u64,
    /// What it is.
    pub file_type: FileType,
}

impl fmt::Debug for DirEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DirEntry")
            .field("name", &format_args!("\"{}\"", Escaped::name(&self.name)))
            .field("inode", &self.inode)
            .field("file_type", &self.file_type)
            .finish()
    }
}

/// An open directory.
///
/// A `name` is one component of a path: bytes that need not be UTF-8, at least one and at most 255,
/// not `.` or `..`, without `/` and without a zero byte; callers have checked that, and an implementation answers another one with
/// [`Errno::Inval`]. No operation follows a link that `name` names: one that needs a file or
/// directory answers [`Errno::Loop`] for a link.
pub trait Dir: Send + Sync {
    /// Its own attributes.
    ///
    /// # Errors
    /// They cannot be read.
    fn metadata(&self) -> Result<Metadata, Errno>;

    /// Sets its own times.
    ///
    /// # Errors
    /// They cannot be set.
    fn set_times(&self, accessed: SetTime, modified: SetTime) -> Result<(), Errno>;

    /// Everything in it but `.` and `..`, in an order that stays the same while nothing changes.
    ///
    /// # Errors
    /// It cannot be read.
    fn entries(&self) -> Result<Vec<DirEntry>, Errno>;

    /// Opens a directory in it.
    ///
    /// # Errors
    /// [`Errno::Loop`] for a link, [`Errno::Notdir`] for what else is not a directory.
    fn open_dir(&self, name: &[u8]) -> Result<Arc<dyn Dir>, Errno>;

    /// Opens or makes a file in it.
    ///
    /// # Errors
    /// [`Errno::Loop`] for a link, [`Errno::Isdir`] for a directory, [`Errno::Exist`] if it was
    /// to be made and something of the name is there.
    fn open_file(&self, name: &[u8], options: OpenOptions) -> Result<Arc<dyn File>, Errno>;

    /// The attributes of an entry; of a link, its own.
    ///
    /// # Errors
    /// There is none of that name.
    fn entry_metadata(&self, name: &[u8]) -> Result<Metadata, Errno>;

    /// Sets the times of an entry; of a link, its own.
    ///
    /// # Errors
    /// There is none of that name, or they cannot be set.
    fn set_entry_times(
        &self,
        name: &[u8],
        accessed: SetTime,
        modified: SetTime,
    ) -> Result<(), Errno>;

    /// Makes a directory.
    ///
    /// # Errors
    /// Something of the name is there.
    fn create_dir(&self, name: &[u8]) -> Result<(), Errno>;

    /// Removes an empty directory.
    ///
    /// # Errors
    /// It is not empty or no directory.
    fn remove_dir(&self, name: &[u8]) -> Result<(), Errno>;

    /// Removes the name of a file or link.
    ///
    /// # Errors
    /// [`Errno::Isdir`] for a directory.
    fn remove_file(&self, name: &[u8]) -> Result<(), Errno>;

    /// Makes a link that leads to `target`, which may be anything.
    ///
    /// # Errors
    /// Something of the name is there.
    fn create_symlink(&self, name: &[u8], target: &[u8]) -> Result<(), Errno>;

    /// Where a link leads.
    ///
    /// # Errors
    /// [`Errno::Inval`] for what is not a link.
    fn read_link(&self, name: &[u8]) -> Result<Vec<u8>, Errno>;

    /// Moves an entry to `to_name` in `to`, in place of a file or an empty directory there.
    ///
    /// # Errors
    /// [`Errno::Xdev`] if `to` is of another file system.
    fn rename(&self, name: &[u8], to: &dyn Dir, to_name: &[u8]) -> Result<(), Errno>;

    /// Gives a file another name.
    ///
    /// # Errors
    /// [`Errno::Xdev`] if `to` is of another file system, [`Errno::Perm`] for a directory.
    fn create_link(&self, name: &[u8], to: &dyn Dir, to_name: &[u8]) -> Result<(), Errno>;

    /// Makes sure that changes of the directory are on the medium.
    ///
    /// # Errors
    /// The medium failed.
    fn sync(&self) -> Result<(), Errno> {
        Ok(())
    }

    /// Itself, for [`Dir::rename`] and [`Dir::create_link`] to find out what `to` is.
    fn as_any(&self) -> &dyn Any;
}

/// An open file. Positions are kept by whoever opened it.
pub trait File: Send + Sync {
    /// Its attributes.
    ///
    /// # Errors
    /// They cannot be read.
    fn metadata(&self) -> Result<Metadata, Errno>;

    /// Sets its times.
    ///
    /// # Errors
    /// They cannot be set.
    fn set_times(&self, accessed: SetTime, modified: SetTime) -> Result<(), Errno>;

    /// Reads up to as many bytes as `buffer` holds from `offset` on and returns how many; 0 at
    /// the end.
    ///
    /// # Errors
    /// Reading failed, or it is not open for reading.
    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, Errno>;

    /// Writes bytes from the start of `bytes` at `offset` and returns how many. A gap between the
    /// end and `offset` reads as zeros.
    ///
    /// # Errors
    /// Writing failed, or it is not open for writing.
    fn write_at(&self, bytes: &[u8], offset: u64) -> Result<usize, Errno>;

    /// Writes at the end, wherever that is now, and returns how many bytes and the offset after
    /// them.
    ///
    /// # Errors
    /// Writing failed, or it is not open for writing.
    fn append(&self, bytes: &[u8]) -> Result<(usize, u64), Errno>;

    /// Cuts it or fills it up with zeros.
    ///
    /// # Errors
    /// It is not open for writing, or there is not enough space.
    fn set_len(&self, len: u64) -> Result<(), Errno>;

    /// Makes sure that it is at least `len` bytes long; never cuts it.
    ///
    /// # Errors
    /// It is not open for writing, or there is not enough space.
    fn allocate(&self, len: u64) -> Result<(), Errno> {
        if self.metadata()?.size < len { self.set_len(len) } else { Ok(()) }
    }

    /// Makes sure that its contents are on the medium, and its attributes unless `data_only`.
    ///
    /// # Errors
    /// The medium failed.
    fn sync(&self, data_only: bool) -> Result<(), Errno> {
        let _ = data_only;
        Ok(())
    }
}
