//! What is mounted where, and open directories with the way they were reached.

use super::resolve::names as split;
use super::{Dir, DirEntry, File, FileSystem, FileType, Metadata, OpenOptions, SetTime};
use crate::sys::Errno;
use core::{any::Any, fmt};
use dergwasm_types::Escaped;
use std::{collections::BTreeMap, sync::Arc};

/// What is mounted, as a tree of names.
#[derive(Clone)]
pub(crate) struct Mounts {
    /// The top is node 0.
    nodes: Vec<Node>,
}

/// A name that leads to a mount point, or is one.
#[derive(Clone, Default)]
struct Node {
    fs: Option<Arc<dyn FileSystem>>,
    children: BTreeMap<Vec<u8>, usize>,
}

impl Default for Mounts {
    fn default() -> Self {
        Self { nodes: vec![Node::default()] }
    }
}

impl Mounts {
    /// Mounts a file system; `/data`, `data` and `./data/` are the same place.
    ///
    /// # Errors
    /// [`Errno::Inval`] for a path with a zero byte, [`Errno::Busy`] if something is mounted
    /// there.
    pub(crate) fn mount(&mut self, path: &[u8], fs: Arc<dyn FileSystem>) -> Result<(), Errno> {
        let mut node = 0;
        for name in names(path)? {
            let next = self.nodes.len();
            let child = *self.nodes[node].children.entry(name).or_insert(next);
            if child == next {
                self.nodes.push(Node::default());
            }
            node = child;
        }
        match &mut self.nodes[node].fs {
            Some(_) => Err(Errno::Busy),
            free => {
                *free = Some(fs);
                Ok(())
            }
        }
    }

    /// The top of the tree.
    pub(crate) fn top(&self) -> Result<Place, Errno> {
        let dir = match &self.nodes[0].fs {
            Some(fs) => fs.root()?,
            None => Arc::new(Bare(0)),
        };
        Ok(Place { steps: vec![Step { name: Vec::new(), dir, node: Some(0) }] })
    }

    /// The directory that a path of plain names leads to.
    pub(crate) fn at(&self, path: &[u8]) -> Result<Place, Errno> {
        let mut place = self.top()?;
        for name in names(path)? {
            place.enter(self, &name)?;
        }
        Ok(place)
    }
}

impl fmt::Debug for Mounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mounted = self.nodes.iter().filter(|node| node.fs.is_some()).count();
        write!(f, "Mounts({mounted})")
    }
}

/// The names of a path from the top on. `..` leads back, but not above the top.
fn names(path: &[u8]) -> Result<Vec<Vec<u8>>, Errno> {
    let mut names = Vec::new();
    for name in split(path).filter(|name| !matches!(*name, b"" | b".")) {
        if name == b".." {
            names.pop();
        } else {
            check(name)?;
            names.push(name.to_vec());
        }
    }
    Ok(names)
}

/// How long a name may be, in bytes.
const MAX_NAME: usize = 255;

/// Checks one name of a path.
pub(super) fn check(name: &[u8]) -> Result<(), Errno> {
    match name {
        b"" | b"." | b".." => Err(Errno::Inval),
        _ if name.len() > MAX_NAME => Err(Errno::Nametoolong),
        _ if name.iter().any(|byte| matches!(byte, b'/' | 0)) => Err(Errno::Inval),
        _ => Ok(()),
    }
}

/// How many names below the top a place may be: each holds a directory open.
const MAX_DEPTH: usize = 1024;

/// An open directory and the way it was reached.
#[derive(Clone)]
pub(crate) struct Place {
    /// From the top of the tree, which is always there.
    steps: Vec<Step>,
}

#[derive(Clone)]
struct Step {
    name: Vec<u8>,
    dir: Arc<dyn Dir>,
    /// If mount points are there or below.
    node: Option<usize>,
}

impl Place {
    fn last(&self) -> &Step {
        &self.steps[self.steps.len() - 1]
    }

    /// The directory.
    pub(crate) fn dir(&self) -> &Arc<dyn Dir> {
        &self.last().dir
    }

    /// The path from the top of the tree.
    pub(crate) fn path(&self) -> Vec<u8> {
        let names: Vec<&[u8]> = self.steps[1..].iter().map(|step| &*step.name).collect();
        [b"/", &*names.join(&b'/')].concat()
    }

    /// How many names below the top.
    pub(super) fn depth(&self) -> usize {
        self.steps.len() - 1
    }

    /// Goes back up to a depth.
    pub(super) fn rise_to(&mut self, depth: usize) {
        self.steps.truncate(depth + 1);
    }

    /// The mount points right below it, or on the way to one.
    fn children<'a>(&self, mounts: &'a Mounts) -> Option<&'a BTreeMap<Vec<u8>, usize>> {
        self.last().node.map(|node| &mounts.nodes[node].children)
    }

    /// Everything in it, with the mount points below it.
    pub(crate) fn entries(&self, mounts: &Mounts) -> Result<Vec<DirEntry>, Errno> {
        let mut entries = self.dir().entries()?;
        for name in self.children(mounts).into_iter().flat_map(BTreeMap::keys) {
            let mut inner = self.clone();
            inner.enter(mounts, name)?;
            let inode = inner.dir().metadata()?.inode;
            entries.retain(|entry| entry.name != *name);
            let name = name.clone();
            entries.push(DirEntry { name, inode, file_type: FileType::Directory });
        }
        Ok(entries)
    }

    /// Whether something is mounted at a name in it, or below that.
    pub(super) fn leads_to_mount(&self, mounts: &Mounts, name: &[u8]) -> bool {
        self.children(mounts).is_some_and(|children| children.contains_key(name))
    }

    /// Enters a directory in it; on an error stays where it is.
    ///
    /// # Errors
    /// [`Errno::Loop`] for a link, [`Errno::Nametoolong`] if it is too far down.
    pub(super) fn enter(&mut self, mounts: &Mounts, name: &[u8]) -> Result<(), Errno> {
        check(name)?;
        if self.steps.len() > MAX_DEPTH {
            return Err(Errno::Nametoolong);
        }
        let node = self.children(mounts).and_then(|children| children.get(name)).copied();
        let dir = match node.map(|node| (node, &mounts.nodes[node].fs)) {
            Some((_, Some(fs))) => fs.root()?,
            // On the way to a mount point there is a directory, even if in no file system.
            Some((node, None)) => {
                self.dir().open_dir(name).unwrap_or_else(|_| Arc::new(Bare(node as u64)))
            }
            None => self.dir().open_dir(name)?,
        };
        self.steps.push(Step { name: name.to_vec(), dir, node });
        Ok(())
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Place({})", Escaped::line(&self.path()))
    }
}

/// A directory of no file system, on the way to a mount point: nothing of its own is in it. Holds
/// the number of its node.
struct Bare(u64);

impl Dir for Bare {
    fn metadata(&self) -> Result<Metadata, Errno> {
        Ok(Metadata {
            device: 0,
            inode: self.0 + 1,
            file_type: FileType::Directory,
            links: 1,
            size: 0,
            accessed: 0,
            modified: 0,
            changed: 0,
        })
    }

    fn set_times(&self, _: SetTime, _: SetTime) -> Result<(), Errno> {
        Err(Errno::Rofs)
    }

    fn entries(&self) -> Result<Vec<DirEntry>, Errno> {
        Ok(Vec::new())
    }

    fn open_dir(&self, _: &[u8]) -> Result<Arc<dyn Dir>, Errno> {
        Err(Errno::Noent)
    }

    fn open_file(&self, _: &[u8], options: OpenOptions) -> Result<Arc<dyn File>, Errno> {
        Err(if options.create || options.create_new { Errno::Rofs } else { Errno::Noent })
    }

    fn entry_metadata(&self, _: &[u8]) -> Result<Metadata, Errno> {
        Err(Errno::Noent)
    }

    fn set_entry_times(&self, _: &[u8], _: SetTime, _: SetTime) -> Result<(), Errno> {
        Err(Errno::Noent)
    }

    fn create_dir(&self, _: &[u8]) -> Result<(), Errno> {
        Err(Errno::Rofs)
    }

    fn remove_dir(&self, _: &[u8]) -> Result<(), Errno> {
        Err(Errno::Noent)
    }

    fn remove_file(&self, _: &[u8]) -> Result<(), Errno> {
        Err(Errno::Noent)
    }

    fn create_symlink(&self, _: &[u8], _: &[u8]) -> Result<(), Errno> {
        Err(Errno::Rofs)
    }

    fn read_link(&self, _: &[u8]) -> Result<Vec<u8>, Errno> {
        Err(Errno::Noent)
    }

    fn rename(&self, _: &[u8], _: &dyn Dir, _: &[u8]) -> Result<(), Errno> {
        Err(Errno::Noent)
    }

    fn create_link(&self, _: &[u8], _: &dyn Dir, _: &[u8]) -> Result<(), Errno> {
        Err(Errno::Noent)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
