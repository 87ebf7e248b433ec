//! What can be done in a directory of two file systems.

use super::{Found, Hidden, Merged, Node, copy, there};
use crate::sys::{
    Errno,
    fs::{Dir, DirEntry, File, FileType, Metadata, OpenOptions, SetTime, read_only::ReadOnlyFile},
};
use core::any::Any;
use std::{collections::BTreeMap, sync::Arc};

impl Node {
    /// Everything in it.
    fn list(&self, hidden: &Hidden) -> Result<Vec<DirEntry>, Errno> {
        let mut entries = BTreeMap::new();
        if let Some(lower) = &self.lower {
            for entry in lower.dir.entries()? {
                if !hidden.contains(&lower.path_of(&entry.name)) {
                    entries.insert(entry.name.clone(), entry);
                }
            }
        }
        if let Some(upper) = self.upper(hidden)? {
            entries.extend(upper.entries()?.into_iter().map(|entry| (entry.name.clone(), entry)));
        }
        Ok(entries.into_values().collect())
    }

    /// Makes sure that an entry is in the upper file system, and returns its directory there.
    fn entry_up(
        self: &Arc<Self>,
        hidden: &Hidden,
        name: &[u8],
        found: &Found,
    ) -> Result<&Arc<dyn Dir>, Errno> {
        let upper = self.copied_up(hidden)?;
        match &self.lower {
            Some(_) if !found.upper && found.is_dir() => {
                self.child(hidden, name)?.copied_up(hidden)?;
            }
            Some(lower) if !found.upper => {
                copy::entry(&*lower.dir, &**upper, name, &found.metadata)?;
            }
            _ => {}
        }
        Ok(upper)
    }

    /// [`Errno::Exist`] if something of the name is there.
    fn is_free(&self, hidden: &Hidden, name: &[u8]) -> Result<(), Errno> {
        if there(self.find(hidden, name))?.is_some() { Err(Errno::Exist) } else { Ok(()) }
    }

    fn is_empty_dir(self: &Arc<Self>, hidden: &Hidden, name: &[u8]) -> Result<(), Errno> {
        let entries = self.child(hidden, name)?.list(hidden)?;
        if entries.is_empty() { Ok(()) } else { Err(Errno::Notempty) }
    }

    /// Opens a file that the lower file system has.
    fn open_lower(
        self: &Arc<Self>,
        hidden: &Hidden,
        name: &[u8],
        options: OpenOptions,
        found: &Found,
    ) -> Result<Arc<dyn File>, Errno> {
        let lower = self.lower.as_ref().ok_or(Errno::Noent)?;
        let reading = OpenOptions { read: options.read, ..OpenOptions::default() };
        // Also tells if it cannot be opened at all.
        let kept = lower.dir.open_file(name, reading)?;
        if !(options.write || options.truncate) {
            return Ok(Arc::new(ReadOnlyFile(kept)));
        }
        if options.truncate {
            let made = OpenOptions { create: true, ..options };
            return self.copied_up(hidden)?.open_file(name, made);
        }
        self.entry_up(hidden, name, found)?.open_file(name, options)
    }
}

/// Whether something may be moved over what is at its new name.
fn may_replace(
    found: &Found,
    to: &Arc<Node>,
    hidden: &Hidden,
    to_name: &[u8],
    replaced: &Found,
) -> Result<(), Errno> {
    match (found.is_dir(), replaced.is_dir()) {
        (true, true) => to.is_empty_dir(hidden, to_name),
        (true, false) => Err(Errno::Notdir),
        (false, true) => Err(Errno::Isdir),
        (false, false) => Ok(()),
    }
}

impl Merged {
    /// The directory, if it is one of this overlay.
    fn of_same<'a>(&self, dir: &'a dyn Dir) -> Result<&'a Arc<Node>, Errno> {
        let Merged(node) = dir.as_any().downcast_ref().ok_or(Errno::Xdev)?;
        if Arc::ptr_eq(&node.hidden, &self.0.hidden) { Ok(node) } else { Err(Errno::Xdev) }
    }
}

impl Dir for Merged {
    fn metadata(&self) -> Result<Metadata, Errno> {
        let hidden = self.0.lock();
        match (self.0.upper(&hidden)?, &self.0.lower) {
            (Some(upper), _) => upper.metadata(),
            (None, Some(lower)) => lower.dir.metadata(),
            (None, None) => Err(Errno::Noent),
        }
    }

    fn set_times(&self, accessed: SetTime, modified: SetTime) -> Result<(), Errno> {
        self.0.copied_up(&self.0.lock())?.set_times(accessed, modified)
    }

    fn entries(&self) -> Result<Vec<DirEntry>, Errno> {
        self.0.list(&self.0.lock())
    }

    fn open_dir(&self, name: &[u8]) -> Result<Arc<dyn Dir>, Errno> {
        Ok(Arc::new(Self(self.0.child(&self.0.lock(), name)?)))
    }

    fn open_file(&self, name: &[u8], options: OpenOptions) -> Result<Arc<dyn File>, Errno> {
        let hidden = self.0.lock();
        let OpenOptions { create, create_new, .. } = options;
        match there(self.0.find(&hidden, name))? {
            Some(_) if create_new => Err(Errno::Exist),
            Some(found) if !found.upper => self.0.open_lower(&hidden, name, options, &found),
            None if !(create || create_new) => Err(Errno::Noent),
            _ => self.0.copied_up(&hidden)?.open_file(name, options),
        }
    }

    fn entry_metadata(&self, name: &[u8]) -> Result<Metadata, Errno> {
        Ok(self.0.find(&self.0.lock(), name)?.metadata)
    }

    fn set_entry_times(
        &self,
        name: &[u8],
        accessed: SetTime,
        modified: SetTime,
    ) -> Result<(), Errno> {
        let hidden = self.0.lock();
        let found = self.0.find(&hidden, name)?;
        self.0.entry_up(&hidden, name, &found)?.set_entry_times(name, accessed, modified)
    }

    fn create_dir(&self, name: &[u8]) -> Result<(), Errno> {
        let hidden = self.0.lock();
        self.0.is_free(&hidden, name)?;
        self.0.copied_up(&hidden)?.create_dir(name)
    }

    fn remove_dir(&self, name: &[u8]) -> Result<(), Errno> {
        let mut hidden = self.0.lock();
        let found = self.0.find(&hidden, name)?;
        if !found.is_dir() {
            return Err(Errno::Notdir);
        }
        self.0.is_empty_dir(&hidden, name)?;
        match self.0.upper(&hidden)? {
            Some(upper) if found.upper => upper.remove_dir(name)?,
            _ => {}
        }
        self.0.hide(&mut hidden, name);
        Ok(())
    }

    fn remove_file(&self, name: &[u8]) -> Result<(), Errno> {
        let mut hidden = self.0.lock();
        let found = self.0.find(&hidden, name)?;
        if found.is_dir() {
            return Err(Errno::Isdir);
        }
        match self.0.upper(&hidden)? {
            Some(upper) if found.upper => upper.remove_file(name)?,
            _ => {}
        }
        self.0.hide(&mut hidden, name);
        Ok(())
    }

    fn create_symlink(&self, name: &[u8], target: &[u8]) -> Result<(), Errno> {
        let hidden = self.0.lock();
        self.0.is_free(&hidden, name)?;
        self.0.copied_up(&hidden)?.create_symlink(name, target)
    }

    fn read_link(&self, name: &[u8]) -> Result<Vec<u8>, Errno> {
        let hidden = self.0.lock();
        let found = self.0.find(&hidden, name)?;
        match (self.0.upper(&hidden)?, &self.0.lower) {
            (Some(upper), _) if found.upper => upper.read_link(name),
            (_, Some(lower)) => lower.dir.read_link(name),
            _ => Err(Errno::Noent),
        }
    }

    fn rename(&self, name: &[u8], to: &dyn Dir, to_name: &[u8]) -> Result<(), Errno> {
        let to = self.of_same(to)?;
        let mut hidden = self.0.lock();
        let found = self.0.find(&hidden, name)?;
        let replaced = there(to.find(&hidden, to_name))?;
        if replaced.is_some_and(|replaced| replaced.is_same(&found)) {
            return Ok(());
        }
        let below = self.0.below(&hidden, name)?;
        if found.is_dir() && below.is_some_and(|below| below.file_type == FileType::Directory) {
            return Err(Errno::Xdev);
        }
        if let Some(replaced) = replaced {
            may_replace(&found, to, &hidden, to_name, &replaced)?;
        }
        let to_upper = to.copied_up(&hidden)?;
        self.0.entry_up(&hidden, name, &found)?.rename(name, &**to_upper, to_name)?;
        if found.is_dir() {
            to.hide(&mut hidden, to_name);
        }
        self.0.hide(&mut hidden, name);
        Ok(())
    }

    fn create_link(&self, name: &[u8], to: &dyn Dir, to_name: &[u8]) -> Result<(), Errno> {
        let to = self.of_same(to)?;
        let hidden = self.0.lock();
        let found = self.0.find(&hidden, name)?;
        if found.is_dir() {
            return Err(Errno::Perm);
        }
        to.is_free(&hidden, to_name)?;
        let to_upper = to.copied_up(&hidden)?;
        self.0.entry_up(&hidden, name, &found)?.create_link(name, &**to_upper, to_name)
    }

    fn sync(&self) -> Result<(), Errno> {
        let hidden = self.0.lock();
        self.0.upper(&hidden)?.map_or(Ok(()), |upper| upper.sync())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
