//! What is mounted where, and open directories with the way they were reached.

use super::{Dir, DirEntry, File, FileSystem, FileType, Metadata, OpenOptions, SetTime};
use crate::sys::Errno;
use core::{any::Any, fmt};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// File systems by the names that lead to them from the top.
#[derive(Clone, Default)]
pub(crate) struct Mounts {
    points: BTreeMap<Vec<String>, Arc<dyn FileSystem>>,
}

impl Mounts {
    /// Mounts a file system; `/data`, `data` and `./data/` are the same place.
    ///
    /// # Errors
    /// [`Errno::Inval`] for a path with a zero byte, [`Errno::Busy`] if something is
    /// mounted there.
    pub(crate) fn mount(&mut self, path: &str, fs: Arc<dyn FileSystem>) -> Result<(), Errno> {
        let names = names(path)?;
        if self.points.contains_key(&names) {
            return Err(Errno::Busy);
        }
        self.points.insert(names, fs);
        Ok(())
    }

    /// The top of the tree.
    pub(crate) fn top(&self) -> Result<Place, Errno> {
        let dir = match self.points.get(&[][..]) {
            Some(fs) => fs.root()?,
            None => Arc::new(Bare),
        };
        Ok(Place { steps: vec![Step { name: String::new(), dir }] })
    }

    /// The directory that a path of plain names leads to.
    pub(crate) fn at(&self, path: &str) -> Result<Place, Errno> {
        names(path)?.into_iter().try_fold(self.top()?, |place, name| place.enter(self, &name))
    }

    /// Whether something is mounted at the names, or below them.
    fn leads_to_mount(&self, names: &[String]) -> bool {
        self.points
            .range(names.to_vec()..)
            .next()
            .is_some_and(|(point, _)| point.starts_with(names))
    }

    /// The names right below `names` that lead to mount points.
    fn below<'a>(&'a self, names: &'a [String]) -> impl Iterator<Item = &'a str> {
        let points = self.points.range(names.to_vec()..).map(|(point, _)| point);
        let points = points.take_while(move |point| point.starts_with(names));
        points.filter_map(|point| point.get(names.len()).map(String::as_str))
    }
}

impl fmt::Debug for Mounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.points.keys().map(|names| format!("/{}", names.join("/"))))
            .finish()
    }
}

/// The names of a path from the top on. `..` leads back, but not above the top.
fn names(path: &str) -> Result<Vec<String>, Errno> {
    let mut names = Vec::new();
    for name in path.split('/').filter(|name| !matches!(*name, "" | ".")) {
        if name == ".." {
            names.pop();
        } else {
            check(name)?;
            names.push(name.to_owned());
        }
    }
    Ok(names)
}

/// How long a name may be, in bytes.
const MAX_NAME: usize = 255;

/// Checks one name of a path.
pub(super) fn check(name: &str) -> Result<(), Errno> {
    match name {
        "" | "." | ".." => Err(Errno::Inval),
        _ if name.len() > MAX_NAME => Err(Errno::Nametoolong),
        _ if name.contains(['/', '\0']) => Err(Errno::Inval),
        _ => Ok(()),
    }
}

/// An open directory and the way it was reached.
#[derive(Clone)]
pub(crate) struct Place {
    /// From the top of the tree, which is always there.
    steps: Vec<Step>,
}

#[derive(Clone)]
struct Step {
    name: String,
    dir: Arc<dyn Dir>,
}

impl Place {
    /// The directory.
    pub(crate) fn dir(&self) -> &Arc<dyn Dir> {
        &self.steps[self.steps.len() - 1].dir
    }

    /// The path from the top of the tree.
    pub(crate) fn path(&self) -> String {
        format!("/{}", self.names().join("/"))
    }

    fn names(&self) -> Vec<String> {
        self.steps[1..].iter().map(|step| step.name.clone()).collect()
    }

    /// How many names below the top.
    pub(super) fn depth(&self) -> usize {
        self.steps.len() - 1
    }

    /// Goes back up to a depth.
    pub(super) fn rise_to(&mut self, depth: usize) {
        self.steps.truncate(depth + 1);
    }

    /// Everything in it, with the mount points below it.
    pub(crate) fn entries(&self, mounts: &Mounts) -> Result<Vec<DirEntry>, Errno> {
        let names = self.names();
        let mounted: BTreeSet<&str> = mounts.below(&names).collect();
        let mut entries = self.dir().entries()?;
        entries.retain(|entry| !mounted.contains(entry.name.as_str()));
        for name in mounted {
            let inode = self.enter(mounts, name)?.dir().metadata()?.inode;
            let name = name.to_owned();
            entries.push(DirEntry { name, inode, file_type: FileType::Directory });
        }
        Ok(entries)
    }

    /// Whether something is mounted at a name in it, or below that.
    pub(super) fn leads_to_mount(&self, mounts: &Mounts, name: &str) -> bool {
        let mut names = self.names();
        names.push(name.to_owned());
        mounts.leads_to_mount(&names)
    }

    /// Enters a directory in it. [`Errno::Loop`] for a link.
    pub(super) fn enter(&self, mounts: &Mounts, name: &str) -> Result<Self, Errno> {
        check(name)?;
        let mut names = self.names();
        names.push(name.to_owned());
        let dir = match mounts.points.get(&names) {
            Some(fs) => fs.root()?,
            None => match self.dir().open_dir(name) {
                // On the way to a mount point there is a directory, even if in no file system.
                Err(_) if mounts.leads_to_mount(&names) => Arc::new(Bare),
                opened => opened?,
            },
        };
        let mut place = self.clone();
        place.steps.push(Step { name: name.to_owned(), dir });
        Ok(place)
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Place").field(&self.path()).finish()
    }
}

/// A directory of no file system, on the way to a mount point: nothing of its own is in it.
struct Bare;

impl Dir for Bare {
    fn metadata(&self) -> Result<Metadata, Errno> {
        Ok(Metadata {
            device: 0,
            inode: 1,
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

    fn open_dir(&self, _: &str) -> Result<Arc<dyn Dir>, Errno> {
        Err(Errno::Noent)
    }

    fn open_file(&self, _: &str, options: OpenOptions) -> Result<Arc<dyn File>, Errno> {
        Err(if options.create || options.create_new { Errno::Rofs } else { Errno::Noent })
    }

    fn entry_metadata(&self, _: &str) -> Result<Metadata, Errno> {
        Err(Errno::Noent)
    }

    fn set_entry_times(&self, _: &str, _: SetTime, _: SetTime) -> Result<(), Errno> {
        Err(Errno::Noent)
    }

    fn create_dir(&self, _: &str) -> Result<(), Errno> {
        Err(Errno::Rofs)
    }

    fn remove_dir(&self, _: &str) -> Result<(), Errno> {
        Err(Errno::Noent)
    }

    fn remove_file(&self, _: &str) -> Result<(), Errno> {
        Err(Errno::Noent)
    }

    fn create_symlink(&self, _: &str, _: &str) -> Result<(), Errno> {
        Err(Errno::Rofs)
    }

    fn read_link(&self, _: &str) -> Result<String, Errno> {
        Err(Errno::Noent)
    }

    fn rename(&self, _: &str, _: &dyn Dir, _: &str) -> Result<(), Errno> {
        Err(Errno::Noent)
    }

    fn create_link(&self, _: &str, _: &dyn Dir, _: &str) -> Result<(), Errno> {
        Err(Errno::Noent)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
