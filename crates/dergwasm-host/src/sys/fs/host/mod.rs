//! Directories of the host as file systems.
//!
//! Every operation hands the system an open directory and a single name that is not to be followed
//! if it is a link. So whatever others do to the directory meanwhile, nothing outside of it is
//! reached: a check before an operation only ever chooses an error, never what is opened. That also
//! holds for moves and hard links between two mounted directories.
//!
//! What Windows does otherwise is in `windows`, and for users in `docs/EMBEDDING.md`.
//!
//! Knows nothing of paths: walking them is the business of `resolve`.

mod attributes;
mod file;
mod name;
#[cfg(any(windows, test))]
mod plain;
#[cfg(test)]
#[cfg(unix)]
mod tests;
#[cfg(windows)]
mod windows;
#[cfg(any(windows, test))]
mod wtf8;

use super::{Dir, DirEntry, File, FileSystem, Metadata, OpenOptions, SetTime};
use crate::sys::Errno;
use attributes::{file_type, metadata, time_spec};
use cap_fs_ext::{
    DirEntryExt, DirExt, FollowSymlinks, OpenOptionsFollowExt, OpenOptionsMaybeDirExt,
    OpenOptionsSyncExt,
};
use cap_std::{ambient_authority, fs as cap};
use core::any::Any;
use file::HostFile;
use name::single;
use std::{io, path::Path, sync::Arc};

/// A directory of the host with all below it.
///
/// Names pass through as the host has them, also if they are not UTF-8. Of what is neither a file nor a directory
/// nor a link the attributes can be seen, but it cannot be opened.
#[derive(Debug)]
pub struct HostDir {
    dir: cap::Dir,
}

impl HostDir {
    /// Opens a directory of the host, by its path there; links on the way to it are followed.
    ///
    /// # Errors
    /// What the system says.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Ok(Self { dir: cap::Dir::open_ambient_dir(path, ambient_authority())? })
    }
}

impl FileSystem for HostDir {
    fn root(&self) -> Result<Arc<dyn Dir>, Errno> {
        Ok(Arc::new(OpenDir { dir: self.dir.try_clone()? }))
    }
}

/// An open directory.
struct OpenDir {
    dir: cap::Dir,
}

impl OpenDir {
    /// The error of opening something; what systems say of links differs.
    fn explain(&self, name: &Path, error: io::Error) -> Errno {
        match (Errno::from(error), self.dir.symlink_metadata(name)) {
            (Errno::Exist, _) => Errno::Exist,
            (_, Ok(found)) if found.is_symlink() => Errno::Loop,
            (errno, _) => errno,
        }
    }

    /// Opens a file to look at it first: not waiting for the other end of a pipe, and without
    /// emptying it.
    fn open(&self, name: &Path, write: bool, options: OpenOptions) -> io::Result<cap::File> {
        let mut how = cap::OpenOptions::new();
        how.read(options.read || !write).write(write);
        how.create(options.create).create_new(options.create_new);
        how.follow(FollowSymlinks::No).nonblock(true);
        #[cfg(windows)]
        return windows::open(&self.dir, name, &how, options.read || !write, write);
        #[cfg(unix)]
        {
            use cap_std::fs::OpenOptionsExt;
            // A terminal does not become the one of this process.
            how.maybe_dir(true).custom_flags(rustix::fs::OFlags::NOCTTY.bits().cast_signed());
            self.dir.open_with(name, &how)
        }
    }

    /// As above, for whichever access it takes to do what `options` say.
    fn open_any(&self, name: &Path, options: OpenOptions) -> io::Result<cap::File> {
        let OpenOptions { write, create, create_new, truncate, .. } = options;
        if create && !(write || create_new || truncate) {
            // A file that may only be read can be opened so although it was to be made if missing.
            let there = OpenOptions { create: false, ..options };
            match self.open(name, false, there) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                opened => return opened,
            }
        }
        self.open(name, write || create || create_new || truncate, options)
    }
}

/// The directory, if it is one of the host.
fn of_host(dir: &dyn Dir) -> Result<&cap::Dir, Errno> {
    dir.as_any().downcast_ref().map(|dir: &OpenDir| &dir.dir).ok_or(Errno::Xdev)
}

impl Dir for OpenDir {
    fn metadata(&self) -> Result<Metadata, Errno> {
        Ok(metadata(&self.dir.dir_metadata()?))
    }

    fn set_times(&self, accessed: SetTime, modified: SetTime) -> Result<(), Errno> {
        Ok(self.dir.set_symlink_times(".", time_spec(accessed), time_spec(modified))?)
    }

    fn entries(&self) -> Result<Vec<DirEntry>, Errno> {
        let mut entries = Vec::new();
        for entry in self.dir.entries()? {
            let entry = entry?;
            let name = name::to_bytes(entry.file_name());
            let (inode, found) = match entry.full_metadata() {
                Ok(found) => (metadata(&found).inode, found.file_type()),
                // Gone since the directory was read.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                // Windows opens it to find more than its type, which others can forbid.
                Err(_) if cfg!(windows) => (0, entry.file_type()?),
                Err(error) => return Err(error.into()),
            };
            entries.push(DirEntry { name, inode, file_type: file_type(found) });
        }
        entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    fn open_dir(&self, name: &[u8]) -> Result<Arc<dyn Dir>, Errno> {
        let name = single(name)?;
        let opened = self.dir.open_dir_nofollow(&name);
        let dir = opened.map_err(|error| self.explain(&name, error))?;
        Ok(Arc::new(Self { dir }))
    }

    fn open_file(&self, name: &[u8], options: OpenOptions) -> Result<Arc<dyn File>, Errno> {
        let name = single(name)?;
        let opened = self.open_any(&name, options);
        let file = opened.map_err(|error| self.explain(&name, error))?;
        let found = file.metadata()?.file_type();
        if found.is_dir() {
            return Err(Errno::Isdir);
        }
        if found.is_symlink() {
            return Err(Errno::Loop);
        }
        if !found.is_file() {
            return Err(Errno::Notsup);
        }
        if options.truncate {
            file.set_len(0)?;
        }
        Ok(Arc::new(HostFile::new(file.into_std(), options)))
    }

    fn entry_metadata(&self, name: &[u8]) -> Result<Metadata, Errno> {
        Ok(metadata(&self.dir.symlink_metadata(single(name)?)?))
    }

    fn set_entry_times(
        &self,
        name: &[u8],
        accessed: SetTime,
        modified: SetTime,
    ) -> Result<(), Errno> {
        let (accessed, modified) = (time_spec(accessed), time_spec(modified));
        Ok(self.dir.set_symlink_times(single(name)?, accessed, modified)?)
    }

    fn create_dir(&self, name: &[u8]) -> Result<(), Errno> {
        Ok(self.dir.create_dir(single(name)?)?)
    }

    fn remove_dir(&self, name: &[u8]) -> Result<(), Errno> {
        let name = single(name)?;
        #[cfg(windows)]
        return windows::remove_dir(&self.dir, &name);
        #[cfg(unix)]
        Ok(self.dir.remove_dir(name)?)
    }

    fn remove_file(&self, name: &[u8]) -> Result<(), Errno> {
        let name = single(name)?;
        let removed = self.dir.remove_file_or_symlink(&name);
        removed.map_err(|error| match (Errno::from(error), self.dir.symlink_metadata(&name)) {
            (Errno::Perm | Errno::Acces | Errno::Busy, Ok(found)) if found.is_dir() => Errno::Isdir,
            (errno, _) => errno,
        })
    }

    /// Makes a link, but an absolute one, which would mean something else to the host than to the
    /// program: that is [`Errno::Perm`].
    fn create_symlink(&self, name: &[u8], target: &[u8]) -> Result<(), Errno> {
        if target.starts_with(b"/") {
            return Err(Errno::Perm);
        }
        let (name, target) = (single(name)?, name::target(target)?);
        #[cfg(windows)]
        return windows::create_symlink(&self.dir, &name, &target);
        #[cfg(unix)]
        Ok(self.dir.symlink(target, name)?)
    }

    fn read_link(&self, name: &[u8]) -> Result<Vec<u8>, Errno> {
        let target = self.dir.read_link_contents(single(name)?)?;
        Ok(name::target_to_bytes(target))
    }

    fn rename(&self, name: &[u8], to: &dyn Dir, to_name: &[u8]) -> Result<(), Errno> {
        let (name, to, to_name) = (single(name)?, of_host(to)?, single(to_name)?);
        #[cfg(windows)]
        return windows::rename(&self.dir, &name, to, &to_name);
        #[cfg(unix)]
        Ok(self.dir.rename(name, to, to_name)?)
    }

    fn create_link(&self, name: &[u8], to: &dyn Dir, to_name: &[u8]) -> Result<(), Errno> {
        let name = single(name)?;
        let linked = self.dir.hard_link(&name, of_host(to)?, single(to_name)?);
        linked.map_err(|error| match (Errno::from(error), self.dir.symlink_metadata(&name)) {
            (Errno::Acces | Errno::Isdir, Ok(found)) if found.is_dir() => Errno::Perm,
            (errno, _) => errno,
        })
    }

    fn sync(&self) -> Result<(), Errno> {
        // What it was opened as on the way may not be enough to sync it.
        let mut how = cap::OpenOptions::new();
        how.read(true).follow(FollowSymlinks::No).maybe_dir(true);
        let synced = self.dir.open_with(".", &how)?.sync_all();
        #[cfg(windows)]
        let synced = windows::synced(synced, false);
        Ok(synced?)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
