//! A file system in memory: the default of every program, and one that can be saved.
//!
//! Knows nothing of paths but in the embedder's own methods; programs' paths are walked by
//! [`resolve`](super::resolve).

mod content;
mod save;
#[cfg(test)]
mod tests;
mod tree;

pub use save::SaveError;

use super::{Dir, DirEntry, File, FileSystem, FileType, Metadata, OpenOptions, SetTime};
use super::{place::check, resolve::MAX_PATH, resolve::without_slashes};
use crate::sys::Errno;
use content::Content;
use core::{any::Any, fmt};
use dergwasm_types::Escaped;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tree::{Kind, Limits, TOP, Tree};

/// A file system in memory. A clone is the same one, so that the embedder keeps one to look at and
/// gives the other to a program.
///
/// ```
/// use dergwasm_host::{Escaped, sys::fs::MemoryFs, wasi::Wasi};
///
/// let fs = MemoryFs::new();
/// fs.write("etc/greeting", b"hello")?;
/// let wasi = Wasi::builder().mount("/", fs.clone())?.build();
/// // … run the program, then see what it left:
/// for entry in fs.list() {
///     println!("{} {} bytes", Escaped::name(&entry.path), entry.size);
/// }
/// let saved = fs.to_bytes();
/// assert_eq!(MemoryFs::from_bytes(&saved)?.read("etc/greeting")?, b"hello");
/// # drop(wasi);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct MemoryFs {
    tree: Arc<Mutex<Tree>>,
}

/// What is in a file system: a line of [`MemoryFs::list`].
#[derive(Clone, PartialEq, Eq)]
pub struct Listed {
    /// From the top on, without a `/` in front. Programs may use any bytes; [`Escaped`] shows them.
    pub path: Vec<u8>,
    /// What it is.
    pub file_type: FileType,
    /// How many bytes a file has, or entries a directory.
    pub size: u64,
}

impl fmt::Debug for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listed")
            .field("path", &format_args!("\"{}\"", Escaped::name(&self.path).whole()))
            .field("file_type", &self.file_type)
            .field("size", &self.size)
            .finish()
    }
}

impl MemoryFs {
    /// How many bytes the files of [`MemoryFs::new`] take at most: 1 GiB.
    pub const DEFAULT_BYTES: u64 = 1 << 30;
    /// How many files, directories and links [`MemoryFs::new`] holds at most.
    pub const DEFAULT_NODES: u64 = 1 << 20;

    /// An empty file system.
    #[must_use]
    pub fn new() -> Self {
        Self::with_limits(Self::DEFAULT_BYTES, Self::DEFAULT_NODES)
    }

    /// An empty file system whose files take at most so many bytes, in pages of 4 KiB, and in
    /// which there are at most so many files, directories and links, or names of them. More is
    /// refused with [`Errno::Nospc`].
    #[must_use]
    pub fn with_limits(bytes: u64, nodes: u64) -> Self {
        Self::of(Tree::new(Limits { bytes, nodes }, None))
    }

    /// An empty file system in which everything happens at the same time, in nanoseconds since
    /// 1970, so that runs do not differ by the clock.
    #[must_use]
    pub fn with_fixed_time(nanoseconds: u64) -> Self {
        let limits = Limits { bytes: Self::DEFAULT_BYTES, nodes: Self::DEFAULT_NODES };
        Self::of(Tree::new(limits, Some(nanoseconds)))
    }

    fn of(tree: Tree) -> Self {
        Self { tree: Arc::new(Mutex::new(tree)) }
    }

    fn tree(&self) -> MutexGuard<'_, Tree> {
        self.tree.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a whole file; directories on the way are made.
    ///
    /// # Errors
    /// Something on the way is no directory, a name cannot be one, or there is no space.
    pub fn write(&self, path: impl AsRef<[u8]>, bytes: impl AsRef<[u8]>) -> Result<(), Errno> {
        let (path, bytes) = (without_slashes(path.as_ref()), bytes.as_ref());
        let slash = path.iter().rposition(|&byte| byte == b'/');
        let (folder, name) = path.split_at(slash.map_or(0, |slash| slash + 1));
        let mut tree = self.tree();
        let dir = make_dirs(&mut tree, folder)?;
        check(name)?;
        let file = match tree.find(dir, name) {
            Ok(file) => file,
            Err(_) => tree.create(dir, name, Kind::File(Content::default()))?,
        };
        tree.content(file)?;
        tree.set_len(file, 0)?;
        match tree.write(file, 0, bytes)? {
            written if written < bytes.len() => Err(Errno::Nospc),
            _ => Ok(()),
        }
    }

    /// Reads a whole file. Links are not followed.
    ///
    /// # Errors
    /// There is no such file.
    pub fn read(&self, path: impl AsRef<[u8]>) -> Result<Vec<u8>, Errno> {
        let tree = self.tree();
        let content = tree.content(find(&tree, path.as_ref())?)?;
        let len = usize::try_from(content.len()).map_err(|_| Errno::Nomem)?;
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len).map_err(|_| Errno::Nomem)?;
        bytes.resize(len, 0);
        content.read(0, &mut bytes);
        Ok(bytes)
    }

    /// Makes a directory and those on the way to it; those that are there already stay.
    ///
    /// # Errors
    /// Something on the way is no directory, a name cannot be one, or there is no space.
    pub fn create_dir_all(&self, path: impl AsRef<[u8]>) -> Result<(), Errno> {
        make_dirs(&mut self.tree(), path.as_ref()).map(drop)
    }

    /// Everything in it, sorted by path. Paths over 4096 bytes, which no program could name, are left
    /// out.
    #[must_use]
    pub fn list(&self) -> Vec<Listed> {
        let tree = self.tree();
        let mut listed = Vec::new();
        let mut folders = vec![(TOP, Vec::new())];
        while let Some((dir, path)) = folders.pop() {
            let Ok(entries) = tree.entries(dir) else { continue };
            for DirEntry { name, inode, file_type } in entries {
                let path = [&*path, &*name].concat();
                if path.len() > MAX_PATH {
                    continue;
                }
                if file_type == FileType::Directory {
                    folders.push((inode, [&*path, b"/"].concat()));
                }
                let size = tree.metadata(inode).map_or(0, |metadata| metadata.size);
                listed.push(Listed { path, file_type, size });
            }
        }
        listed.sort_by(|a, b| a.path.cmp(&b.path));
        listed
    }

    /// The whole content, to be kept or sent elsewhere: files, directories, links, several names
    /// of one file, times. What no name leads to any more is left out.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        save::to_bytes(&self.tree())
    }

    /// The file system that [`MemoryFs::to_bytes`] saved, with the limits of [`MemoryFs::new`].
    ///
    /// # Errors
    /// The bytes are no saved file system, or one that is too large.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SaveError> {
        let limits = Limits { bytes: Self::DEFAULT_BYTES, nodes: Self::DEFAULT_NODES };
        Ok(Self::of(save::from_bytes(bytes, limits)?))
    }

    fn dir(&self, tree: &mut Tree, inode: u64) -> Arc<dyn Dir> {
        tree.opened(inode);
        Arc::new(MemoryDir { fs: self.clone(), inode })
    }
}

impl Default for MemoryFs {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryFs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MemoryFs({} nodes)", self.tree().nodes.len())
    }
}

impl FileSystem for MemoryFs {
    fn root(&self) -> Result<Arc<dyn Dir>, Errno> {
        Ok(self.dir(&mut self.tree(), TOP))
    }
}

/// The plain names of a path.
fn names(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    super::resolve::names(path).filter(|name| !name.is_empty())
}

fn find(tree: &Tree, path: &[u8]) -> Result<u64, Errno> {
    names(path).try_fold(TOP, |dir, name| tree.find(dir, name))
}

fn make_dirs(tree: &mut Tree, path: &[u8]) -> Result<u64, Errno> {
    names(path).try_fold(TOP, |dir, name| {
        check(name)?;
        match tree.find(dir, name) {
            Ok(inode) => tree.get(inode)?.entries().map(|_| inode),
            Err(Errno::Noent) => tree.create(dir, name, Kind::Dir(BTreeMap::new())),
            Err(errno) => Err(errno),
        }
    })
}

/// An open directory.
struct MemoryDir {
    fs: MemoryFs,
    inode: u64,
}

impl Drop for MemoryDir {
    fn drop(&mut self) {
        self.fs.tree().closed(self.inode);
    }
}

impl MemoryDir {
    /// The inode of a directory of the same file system.
    fn same(&self, to: &dyn Dir) -> Result<u64, Errno> {
        let to = to.as_any().downcast_ref::<Self>().ok_or(Errno::Xdev)?;
        if Arc::ptr_eq(&self.fs.tree, &to.fs.tree) { Ok(to.inode) } else { Err(Errno::Xdev) }
    }
}

impl Dir for MemoryDir {
    fn metadata(&self) -> Result<Metadata, Errno> {
        self.fs.tree().metadata(self.inode)
    }

    fn set_times(&self, accessed: SetTime, modified: SetTime) -> Result<(), Errno> {
        self.fs.tree().set_times(self.inode, accessed, modified)
    }

    fn entries(&self) -> Result<Vec<DirEntry>, Errno> {
        self.fs.tree().entries(self.inode)
    }

    fn open_dir(&self, name: &[u8]) -> Result<Arc<dyn Dir>, Errno> {
        let mut tree = self.fs.tree();
        let inode = tree.find(self.inode, name)?;
        match tree.get(inode)?.file_type() {
            FileType::Directory => Ok(self.fs.dir(&mut tree, inode)),
            FileType::Symlink => Err(Errno::Loop),
            _ => Err(Errno::Notdir),
        }
    }

    fn open_file(&self, name: &[u8], options: OpenOptions) -> Result<Arc<dyn File>, Errno> {
        check(name)?;
        let mut tree = self.fs.tree();
        let inode = match tree.find(self.inode, name) {
            Ok(_) if options.create_new => return Err(Errno::Exist),
            Ok(inode) => inode,
            Err(Errno::Noent) if options.create || options.create_new => {
                tree.create(self.inode, name, Kind::File(Content::default()))?
            }
            Err(errno) => return Err(errno),
        };
        tree.content(inode)?;
        if options.truncate {
            tree.set_len(inode, 0)?;
        }
        tree.opened(inode);
        let OpenOptions { read, write, .. } = options;
        Ok(Arc::new(MemoryFile { fs: self.fs.clone(), inode, read, write }))
    }

    fn entry_metadata(&self, name: &[u8]) -> Result<Metadata, Errno> {
        let tree = self.fs.tree();
        tree.metadata(tree.find(self.inode, name)?)
    }

    fn set_entry_times(
        &self,
        name: &[u8],
        accessed: SetTime,
        modified: SetTime,
    ) -> Result<(), Errno> {
        let mut tree = self.fs.tree();
        let inode = tree.find(self.inode, name)?;
        tree.set_times(inode, accessed, modified)
    }

    fn create_dir(&self, name: &[u8]) -> Result<(), Errno> {
        check(name)?;
        self.fs.tree().create(self.inode, name, Kind::Dir(BTreeMap::new())).map(drop)
    }

    fn remove_dir(&self, name: &[u8]) -> Result<(), Errno> {
        self.fs.tree().remove_dir(self.inode, name)
    }

    fn remove_file(&self, name: &[u8]) -> Result<(), Errno> {
        self.fs.tree().remove_file(self.inode, name)
    }

    fn create_symlink(&self, name: &[u8], target: &[u8]) -> Result<(), Errno> {
        check(name)?;
        if target.len() > MAX_PATH {
            return Err(Errno::Nametoolong);
        }
        self.fs.tree().create(self.inode, name, Kind::Link(target.to_vec())).map(drop)
    }

    fn read_link(&self, name: &[u8]) -> Result<Vec<u8>, Errno> {
        let tree = self.fs.tree();
        match &tree.get(tree.find(self.inode, name)?)?.kind {
            Kind::Link(target) => Ok(target.clone()),
            _ => Err(Errno::Inval),
        }
    }

    fn rename(&self, name: &[u8], to: &dyn Dir, to_name: &[u8]) -> Result<(), Errno> {
        check(to_name)?;
        let to = self.same(to)?;
        self.fs.tree().rename(self.inode, name, to, to_name)
    }

    fn create_link(&self, name: &[u8], to: &dyn Dir, to_name: &[u8]) -> Result<(), Errno> {
        check(to_name)?;
        let to = self.same(to)?;
        self.fs.tree().link(self.inode, name, to, to_name)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// An open file.
struct MemoryFile {
    fs: MemoryFs,
    inode: u64,
    read: bool,
    write: bool,
}

impl Drop for MemoryFile {
    fn drop(&mut self) {
        self.fs.tree().closed(self.inode);
    }
}

/// Whether a file was opened for what is asked of it.
fn allowed(opened_for: bool) -> Result<(), Errno> {
    if opened_for { Ok(()) } else { Err(Errno::Badf) }
}

impl File for MemoryFile {
    fn metadata(&self) -> Result<Metadata, Errno> {
        self.fs.tree().metadata(self.inode)
    }

    fn set_times(&self, accessed: SetTime, modified: SetTime) -> Result<(), Errno> {
        self.fs.tree().set_times(self.inode, accessed, modified)
    }

    fn read_at(&self, buffer: &mut [u8], offset: u64) -> Result<usize, Errno> {
        allowed(self.read)?;
        Ok(self.fs.tree().content(self.inode)?.read(offset, buffer))
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> Result<usize, Errno> {
        allowed(self.write)?;
        self.fs.tree().write(self.inode, offset, bytes)
    }

    fn append(&self, bytes: &[u8]) -> Result<(usize, u64), Errno> {
        allowed(self.write)?;
        let mut tree = self.fs.tree();
        let end = tree.content(self.inode)?.len();
        let written = tree.write(self.inode, end, bytes)?;
        Ok((written, end + written as u64))
    }

    fn set_len(&self, len: u64) -> Result<(), Errno> {
        allowed(self.write)?;
        self.fs.tree().set_len(self.inode, len)
    }
}
