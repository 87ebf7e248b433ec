//! A file system over another one that is only read.
//!
//! What is read comes from the upper one if it has it, else from the lower one; what is changed is
//! first copied up. That a name of the lower one is gone is kept here and not in a file: a name stays
//! hidden for good, and what is made in its place is only in the upper one. So a new directory does
//! not show what the old one of its name had.
//!
//! Knows nothing of what the two are made of.

mod copy;
mod dir;

use super::{Dir, FileSystem, FileType, Metadata};
use crate::sys::Errno;
use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
};

/// A file system `U` that gets all changes, over a file system `L` that is only read.
///
/// A directory that `L` has cannot be renamed: that is [`Errno::Xdev`], as for a move to another file
/// system, and programs copy then. A file that was opened for reading stays as it was if it is
/// changed by its name, and its times cannot be set. What is copied up gets another inode. Nobody
/// else should change `L` or `U` meanwhile.
#[derive(Debug)]
pub struct Overlay<L, U> {
    lower: L,
    upper: U,
    hidden: Arc<Mutex<Hidden>>,
}

/// The paths of the lower file system that are gone. Locked by every operation on names, so that
/// one that takes several steps is one for all others.
type Hidden = BTreeSet<Vec<Vec<u8>>>;

impl<L: FileSystem, U: FileSystem> Overlay<L, U> {
    /// Lays `upper` over `lower`.
    #[must_use]
    pub fn new(lower: L, upper: U) -> Self {
        Self { lower, upper, hidden: Arc::default() }
    }

    /// The file system that is only read.
    pub fn lower(&self) -> &L {
        &self.lower
    }

    /// The file system that gets the changes.
    pub fn upper(&self) -> &U {
        &self.upper
    }
}

impl<L: FileSystem, U: FileSystem> FileSystem for Overlay<L, U> {
    fn root(&self) -> Result<Arc<dyn Dir>, Errno> {
        let lower = Lower { dir: self.lower.root()?, path: Vec::new(), parent: None };
        Ok(Arc::new(Merged(Arc::new(Node {
            hidden: self.hidden.clone(),
            upper: self.upper.root()?.into(),
            lower: Some(lower),
        }))))
    }
}

/// An open directory.
struct Merged(Arc<Node>);

/// A directory of one or both file systems.
struct Node {
    hidden: Arc<Mutex<Hidden>>,
    /// Known once it is there; a directory that is in both keeps its place.
    upper: OnceLock<Arc<dyn Dir>>,
    lower: Option<Lower>,
}

struct Lower {
    dir: Arc<dyn Dir>,
    path: Vec<Vec<u8>>,
    /// None at the top.
    parent: Option<Arc<Node>>,
}

/// An entry of a directory.
#[derive(Clone, Copy)]
struct Found {
    metadata: Metadata,
    /// The upper file system has it, whatever is below.
    upper: bool,
}

impl Found {
    fn is_dir(&self) -> bool {
        self.metadata.file_type == FileType::Directory
    }

    fn is_same(&self, other: &Self) -> bool {
        let key = |found: &Self| (found.upper, found.metadata.device, found.metadata.inode);
        // Not every system numbers its files.
        self.metadata.inode != 0 && key(self) == key(other)
    }
}

/// Turns the answer that there is nothing into no answer.
fn there<T>(answer: Result<T, Errno>) -> Result<Option<T>, Errno> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(Errno::Noent) => Ok(None),
        Err(errno) => Err(errno),
    }
}

impl Node {
    fn lock(&self) -> MutexGuard<'_, Hidden> {
        self.hidden.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its part in the upper file system, if there is one.
    fn upper(&self, hidden: &Hidden) -> Result<Option<&Arc<dyn Dir>>, Errno> {
        if let Some(upper) = self.upper.get() {
            return Ok(Some(upper));
        }
        // Another one who has it open may have copied it up.
        let Some(Lower { path, parent: Some(parent), .. }) = &self.lower else { return Ok(None) };
        let (Some(name), false) = (path.last(), hidden.contains(path)) else { return Ok(None) };
        let Some(above) = parent.upper(hidden)? else { return Ok(None) };
        Ok(there(above.open_dir(name))?.map(|dir| self.upper.get_or_init(|| dir)))
    }

    /// Its part in the upper file system, made if it is missing.
    fn copied_up(&self, hidden: &Hidden) -> Result<&Arc<dyn Dir>, Errno> {
        if let Some(upper) = self.upper(hidden)? {
            return Ok(upper);
        }
        let Some(Lower { dir, path, parent: Some(parent) }) = &self.lower else {
            return Err(Errno::Noent);
        };
        let (Some(name), false) = (path.last(), hidden.contains(path)) else {
            return Err(Errno::Noent);
        };
        let upper = copy::dir(&**dir, &**parent.copied_up(hidden)?, name)?;
        Ok(self.upper.get_or_init(|| upper))
    }

    /// Its part in the lower file system, if `name` is not hidden there.
    fn lower(&self, hidden: &Hidden, name: &[u8]) -> Option<&Lower> {
        self.lower.as_ref().filter(|lower| !hidden.contains(&lower.path_of(name)))
    }

    /// Whether the lower file system has a name that is not hidden, and what that is.
    fn below(&self, hidden: &Hidden, name: &[u8]) -> Result<Option<Metadata>, Errno> {
        match self.lower(hidden, name) {
            Some(lower) => there(lower.dir.entry_metadata(name)),
            None => Ok(None),
        }
    }

    /// Hides what the lower file system has of a name.
    fn hide(&self, hidden: &mut Hidden, name: &[u8]) {
        if let Some(lower) = &self.lower
            && lower.dir.entry_metadata(name) != Err(Errno::Noent)
        {
            hidden.insert(lower.path_of(name));
        }
    }

    fn find(&self, hidden: &Hidden, name: &[u8]) -> Result<Found, Errno> {
        if let Some(upper) = self.upper(hidden)?
            && let Some(metadata) = there(upper.entry_metadata(name))?
        {
            return Ok(Found { metadata, upper: true });
        }
        let metadata = self.below(hidden, name)?.ok_or(Errno::Noent)?;
        Ok(Found { metadata, upper: false })
    }

    /// Opens a directory in it.
    fn child(self: &Arc<Self>, hidden: &Hidden, name: &[u8]) -> Result<Arc<Self>, Errno> {
        let upper = match self.upper(hidden)? {
            Some(upper) => there(upper.open_dir(name))?,
            None => None,
        };
        let lower = match self.lower(hidden, name) {
            Some(lower) => match lower.dir.open_dir(name) {
                Ok(dir) => {
                    let (path, parent) = (lower.path_of(name), Some(self.clone()));
                    Some(Lower { dir, path, parent })
                }
                // The upper one covers it.
                Err(Errno::Noent | Errno::Notdir | Errno::Loop) if upper.is_some() => None,
                Err(errno) => return Err(errno),
            },
            None => None,
        };
        if upper.is_none() && lower.is_none() {
            return Err(Errno::Noent);
        }
        let upper = upper.map_or_else(OnceLock::new, OnceLock::from);
        Ok(Arc::new(Self { hidden: self.hidden.clone(), upper, lower }))
    }
}

impl Lower {
    fn path_of(&self, name: &[u8]) -> Vec<Vec<u8>> {
        let mut path = self.path.clone();
        path.push(name.to_vec());
        path
    }
}
