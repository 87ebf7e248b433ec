//! A file system that cannot be changed through it.

use super::{Dir, DirEntry, File, FileSystem, Metadata, OpenOptions, SetTime};
use crate::sys::Errno;
use core::any::Any;
use std::sync::Arc;

/// Another file system, to be read only: every change is refused with [`Errno::Rofs`].
///
/// ```
/// use dergwasm_host::{sys::fs::{MemoryFs, ReadOnly}, wasi::Wasi};
///
/// let assets = MemoryFs::new();
/// assets.write("logo.txt", "~~~")?;
/// let wasi = Wasi::builder().mount(b"/assets", ReadOnly::new(assets))?.build();
/// # drop(wasi);
/// # Ok::<(), dergwasm_host::sys::Errno>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ReadOnly<F>(F);

impl<F: FileSystem> ReadOnly<F> {
    /// `fs`, to be read only.
    pub const fn new(fs: F) -> Self {
        Self(fs)
    }
}

impl<F: FileSystem> FileSystem for ReadOnly<F> {
    fn root(&self) -> Result<Arc<dyn Dir>, Errno> {
        Ok(Arc::new(ReadOnlyDir(self.0.root()?)))
    }
}

/// A directory of a file system that is read only.
struct ReadOnlyDir(Arc<dyn Dir>);

impl ReadOnlyDir {
    /// The answer to making something: that it is there already counts more.
    fn refuse_new(&self, name: &[u8]) -> Result<(), Errno> {
        match self.0.entry_metadata(name) {
            Ok(_) => Err(Errno::Exist),
            Err(Errno::Noent) => Err(Errno::Rofs),
            Err(errno) => Err(errno),
        }
    }

    /// The answer to changing something: that it is not there counts more.
    fn refuse_change(&self, name: &[u8]) -> Result<(), Errno> {
        self.0.entry_metadata(name)?;
        Err(Errno::Rofs)
    }
}

impl Dir for ReadOnlyDir {
    fn metadata(&self) -> Result<Metadata, Errno> {
        self.0.metadata()
    }

    fn set_times(&self, _: SetTime, _: SetTime) -> Result<(), Errno> {
        Err(Errno::Rofs)
    }

    fn entries(&self) -> Result<Vec<DirEntry>, Errno> {
        self.0.entries()
    }

    fn open_dir(&self, name: &[u8]) -> Result<Arc<dyn Dir>, Errno> {
        Ok(Arc::new(Self(self.0.open_dir(name)?)))
    }

    fn open_file(&self, name: &[u8], options: OpenOptions) -> Result<Arc<dyn File>, Errno> {
        let OpenOptions { read, write, create, create_new, truncate } = options;
        if create_new {
            self.refuse_new(name)?;
        }
        if write || truncate {
            let found = self.0.entry_metadata(name);
            // What cannot be opened anyway is told first.
            if found.is_ok() || create {
                let read = OpenOptions { read: true, ..OpenOptions::default() };
                if let Err(errno @ (Errno::Loop | Errno::Isdir)) = self.0.open_file(name, read) {
                    return Err(errno);
                }
                return Err(Errno::Rofs);
            }
        }
        let opened = self.0.open_file(name, OpenOptions { read, ..OpenOptions::default() });
        match opened {
            Err(Errno::Noent) if create => Err(Errno::Rofs),
            opened => Ok(Arc::new(ReadOnlyFile(opened?))),
        }
    }

    fn entry_metadata(&self, name: &[u8]) -> Result<Metadata, Errno> {
        self.0.entry_metadata(name)
    }

    fn set_entry_times(&self, name: &[u8], _: SetTime, _: SetTime) -> Result<(), Errno> {
        self.refuse_change(name)
    }

    fn create_dir(&self, name: &[u8]) -> Result<(), Errno> {
        self.refuse_new(name)
    }

    fn remove_dir(&self, name: &[u8]) -> Result<(), Errno> {
        self.refuse_change(name)
    }

    fn remove_file(&self, name: &[u8]) -> Result<(), Errno> {
        self.refuse_change(name)
    }

    fn create_symlink(&self, name: &[u8], _: &[u8]) -> Result<(), Errno> {
        self.refuse_new(name)
    }

    fn read_link(&self, name: &[u8]) -> Result<Vec<u8>, Errno> {
        self.0.read_link(name)
    }

    fn rename(&self, name: &[u8], to: &dyn Dir, _: &[u8]) -> Result<(), Errno> {
        if to.as_any().is::<Self>() { self.refuse_change(name) } else { Err(Errno::Xdev) }
    }

    fn create_link(&self, name: &[u8], to: &dyn Dir, _: &[u8]) -> Result<(), Errno> {
        if to.as_any().is::<Self>() { self.refuse_change(name) } else { Err(Errno::Xdev) }
    }

    fn sync(&self) -> Result<(), Errno> {
        self.0.sync()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A file of a file system that is read only: it is not open for writing.
pub(super) struct ReadOnlyFile(pub(super) Arc<dyn File>);

impl File for ReadOnlyFile {
    fn metadata(&self) -> Result<Metadata, Errno> {
        self.0.metadata()
    }

    fn set_times(&self, _: SetTime, _: SetTime) -> Result<(), Errno> {
        Err(Errno::Rofs)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
        self.0.read_at(buffer, offset)
    }

    fn write_at(&self, _: &[u8], _: u64) -> Result<usize, Errno> {
        Err(Errno::Badf)
    }

    fn append(&self, _: &[u8]) -> Result<(usize, u64), Errno> {
        Err(Errno::Badf)
    }

    fn set_len(&self, _: u64) -> Result<(), Errno> {
        Err(Errno::Badf)
    }

    fn allocate(&self, _: u64) -> Result<(), Errno> {
        Err(Errno::Badf)
    }

    fn sync(&self, data_only: bool) -> Result<(), Errno> {
        self.0.sync(data_only)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::fs::MemoryFs;

    #[test]
    fn nothing_changes() {
        let fs = MemoryFs::new();
        fs.write("dir/file", b"content").unwrap();
        let root = ReadOnly::new(fs.clone()).root().unwrap();
        let dir = root.open_dir(b"dir").unwrap();
        let open = |read, write, create, truncate| {
            let options = OpenOptions { read, write, create, truncate, create_new: false };
            dir.open_file(if create { &b"new"[..] } else { b"file" }, options).map(drop)
        };
        assert_eq!(open(true, false, false, false), Ok(()));
        assert_eq!(open(true, true, false, false), Err(Errno::Rofs));
        assert_eq!(open(true, false, true, false), Err(Errno::Rofs));
        assert_eq!(open(true, false, false, true), Err(Errno::Rofs));
        assert_eq!(dir.remove_file(b"file"), Err(Errno::Rofs));
        assert_eq!(dir.remove_file(b"none"), Err(Errno::Noent));
        assert_eq!(dir.create_dir(b"file"), Err(Errno::Exist));
        assert_eq!(dir.create_symlink(b"link", b"file"), Err(Errno::Rofs));
        assert_eq!(dir.rename(b"file", &*dir, b"moved"), Err(Errno::Rofs));
        assert_eq!(dir.create_link(b"file", &*fs.root().unwrap(), b"stolen"), Err(Errno::Xdev));
        let read = OpenOptions { read: true, ..OpenOptions::default() };
        let file = dir.open_file(b"file", read).unwrap();
        assert_eq!(file.set_len(0), Err(Errno::Badf));
        assert_eq!(file.read_at(&mut [0; 3], 5), Ok(2));
        assert_eq!(fs.list().len(), 2);
    }

    const READ: OpenOptions =
        OpenOptions { read: true, write: false, create: false, create_new: false, truncate: false };

    fn filled() -> (MemoryFs, Arc<dyn Dir>) {
        let fs = MemoryFs::with_fixed_time(7);
        fs.write("file", b"content").unwrap();
        fs.write("dir/inner", b"").unwrap();
        let inside = fs.root().unwrap();
        inside.create_symlink(b"link", b"file").unwrap();
        let top = ReadOnly::new(fs.clone()).root().unwrap();
        (fs, top)
    }

    #[test]
    fn everything_can_be_read() {
        let (fs, top) = filled();
        let inside = fs.root().unwrap();
        assert_eq!(top.entries(), inside.entries());
        assert_eq!(top.metadata(), inside.metadata());
        assert_eq!(top.entry_metadata(b"file"), inside.entry_metadata(b"file"));
        assert_eq!(top.read_link(b"link").unwrap(), b"file");
        assert_eq!(top.open_dir(b"dir").unwrap().entries().unwrap()[0].name, b"inner");
        // Making what is there is opening it.
        let file = top.open_file(b"file", OpenOptions { create: true, ..READ }).unwrap();
        let mut bytes = [0; 7];
        assert_eq!((file.read_at(&mut bytes, 0), &bytes), (Ok(7), b"content"));
        assert_eq!(file.metadata(), inside.entry_metadata(b"file"));
        assert_eq!((file.sync(true), top.sync()), (Ok(()), Ok(())));
    }

    #[test]
    fn opening_to_change_is_refused() {
        let (fs, top) = filled();
        let before = fs.to_bytes();
        let open = |name: &str, options| top.open_file(name.as_bytes(), options).map(drop);
        let create = OpenOptions { create: true, ..READ };
        let create_new = OpenOptions { create_new: true, ..READ };
        let write = OpenOptions { write: true, ..READ };
        let truncate = OpenOptions { truncate: true, ..READ };
        for options in [write, truncate] {
            assert_eq!(open("file", options), Err(Errno::Rofs));
            assert_eq!(open("missing", options), Err(Errno::Noent));
        }
        assert_eq!(open("missing", create), Err(Errno::Rofs));
        assert_eq!(open("missing", create_new), Err(Errno::Rofs));
        for name in ["file", "dir", "link"] {
            assert_eq!(open(name, create_new), Err(Errno::Exist));
            assert_eq!(top.create_dir(name.as_bytes()), Err(Errno::Exist));
            assert_eq!(top.create_symlink(name.as_bytes(), b"x"), Err(Errno::Exist));
        }
        assert_eq!(open("dir", write), Err(Errno::Isdir));
        assert_eq!(open("link", write), Err(Errno::Loop));
        assert_eq!(top.create_link(b"file", &*fs.root().unwrap(), b"new"), Err(Errno::Xdev));
        assert_eq!(fs.to_bytes(), before);
    }
}
