//! Walking paths: the one place that knows `.`, `..`, symbolic links and mount points.
//!
//! A path is walked name by name over open directories, and the way back is remembered, so that
//! `..` leads where the walk came from: never above where it may go, whatever is renamed or
//! exchanged for a link meanwhile.

#[cfg(test)]
mod tests;

use super::place::check;
use super::{File, FileType, Metadata, Mounts, OpenOptions, Place, SetTime};
use crate::sys::Errno;
use std::sync::Arc;

/// How long a path may be, in bytes; also with the links it leads through.
pub(super) const MAX_PATH: usize = 4096;
/// How many links one path may lead through.
const MAX_LINKS: usize = 40;

/// How far a walk may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Not above its start, and to nothing absolute, also by way of links.
    Below,
    /// Anywhere in the tree: `..` at the top stays there, absolute paths start at the top.
    #[cfg_attr(
        not(any(test, feature = "emscripten")),
        expect(dead_code, reason = "WASI keeps to directories that were opened")
    )]
    Everywhere,
}

/// Whether a link that the whole path names is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Links {
    /// It is.
    Follow,
    /// The link itself is meant.
    Keep,
}

/// How to open what a path leads to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Open {
    /// If it is a file.
    pub(crate) options: OpenOptions,
    /// It has to be a directory.
    pub(crate) directory: bool,
}

/// What was opened.
pub(crate) enum Opened {
    /// A file.
    File(Arc<dyn File>),
    /// A directory.
    Dir(Place),
}

/// Where paths start and how far they may go.
#[derive(Clone, Copy)]
pub(crate) struct Walk<'a> {
    /// The tree.
    pub(crate) mounts: &'a Mounts,
    /// Where relative paths start.
    pub(crate) start: &'a Place,
    /// How far they go.
    pub(crate) reach: Reach,
}

/// Where a path leads.
enum Target {
    /// To a name in a directory, whether or not something is there.
    Entry {
        place: Place,
        name: Vec<u8>,
        /// The path ends with `/`.
        slash: bool,
    },
    /// To a directory that has no name of its own there: `.`, `a/..`, `/`, a mount point.
    Dir(Place),
}

/// What is between the slashes of a path, which may be nothing.
pub(super) fn names(path: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    path.split(|&byte| byte == b'/')
}

/// A path without the slashes at its end.
pub(super) fn without_slashes(path: &[u8]) -> &[u8] {
    let len = path.iter().rposition(|&byte| byte != b'/').map_or(0, |last| last + 1);
    &path[..len]
}

/// The names of a path that are still to be walked, the next one last.
struct Rest {
    names: Vec<Vec<u8>>,
    /// The path ends with a slash or `.`, so that its last name is a directory's.
    slash: bool,
    links: usize,
    len: usize,
}

impl Rest {
    fn new(path: &[u8]) -> Result<Self, Errno> {
        let mut rest = Self { names: Vec::new(), slash: false, links: 0, len: 0 };
        rest.push(path)?;
        Ok(rest)
    }

    /// Puts a path in front of what is left.
    fn push(&mut self, path: &[u8]) -> Result<(), Errno> {
        self.len += path.len();
        if path.is_empty() {
            return Err(Errno::Noent);
        }
        if self.len > MAX_PATH {
            return Err(Errno::Nametoolong);
        }
        if path.contains(&0) {
            return Err(Errno::Inval);
        }
        if self.names.is_empty() {
            self.slash |= path.ends_with(b"/") || path == b"." || path.ends_with(b"/.");
        }
        let names = names(path).filter(|name| !matches!(*name, b"" | b"."));
        self.names.extend(names.rev().map(<[u8]>::to_vec));
        Ok(())
    }

    fn push_link(&mut self, target: &[u8]) -> Result<(), Errno> {
        self.links += 1;
        if self.links > MAX_LINKS { Err(Errno::Loop) } else { self.push(target) }
    }
}

impl Walk<'_> {
    /// Where a path starts, if it may.
    fn begin(&self, path: &[u8], here: &mut Place) -> Result<(), Errno> {
        match (path.starts_with(b"/"), self.reach) {
            (true, Reach::Below) => Err(Errno::Perm),
            (true, Reach::Everywhere) => {
                here.rise_to(0);
                Ok(())
            }
            (false, _) => Ok(()),
        }
    }

    fn resolve(&self, path: &[u8], links: Links) -> Result<Target, Errno> {
        let mut place = self.start.clone();
        self.begin(path, &mut place)?;
        let mut rest = Rest::new(path)?;
        while let Some(name) = rest.names.pop() {
            if name == b".." {
                self.rise(&mut place)?;
                continue;
            }
            check(&name)?;
            let last = rest.names.is_empty();
            if last && !place.leads_to_mount(self.mounts, &name) {
                let follow = links == Links::Follow || rest.slash;
                match if follow { place.dir().read_link(&name) } else { Err(Errno::Inval) } {
                    Ok(target) => self.follow(&target, &mut place, &mut rest)?,
                    Err(_) => return Ok(Target::Entry { place, name, slash: rest.slash }),
                }
                continue;
            }
            match place.enter(self.mounts, &name) {
                Ok(()) => {}
                Err(Errno::Loop) => {
                    let target = place.dir().read_link(&name)?;
                    self.follow(&target, &mut place, &mut rest)?;
                }
                Err(errno) => return Err(errno),
            }
        }
        Ok(Target::Dir(place))
    }

    fn follow(&self, target: &[u8], place: &mut Place, rest: &mut Rest) -> Result<(), Errno> {
        rest.push_link(target)?;
        self.begin(target, place)
    }

    fn rise(&self, place: &mut Place) -> Result<(), Errno> {
        match self.reach {
            Reach::Below if place.depth() <= self.start.depth() => return Err(Errno::Perm),
            Reach::Everywhere if place.depth() == 0 => {}
            _ => place.rise_to(place.depth() - 1),
        }
        Ok(())
    }

    /// Where a path leads if what it names is to be made, removed or moved.
    ///
    /// `taken` is the answer for a directory without a name of its own.
    fn entry(&self, path: &[u8], taken: Errno) -> Result<(Place, Vec<u8>, bool), Errno> {
        // A slash at the end follows a link; here the name itself is meant.
        let bare = without_slashes(path);
        if matches!(names(bare).next_back(), Some(b"" | b"." | b"..")) && !path.is_empty() {
            self.metadata(path, Links::Follow)?;
            return Err(taken);
        }
        match self.resolve(bare, Links::Keep)? {
            Target::Entry { place, name, slash } => Ok((place, name, slash || bare != path)),
            Target::Dir(_) => Err(taken),
        }
    }

    /// Opens a file or directory, or makes a file.
    pub(crate) fn open(&self, path: &[u8], links: Links, how: Open) -> Result<Opened, Errno> {
        let Open { options, directory } = how;
        let make = options.create || options.create_new;
        // What is to be made is not looked for behind a link.
        let links = if options.create_new { Links::Keep } else { links };
        let (mut place, name, slash) = match self.resolve(path, links)? {
            _ if make && directory => return Err(Errno::Inval),
            Target::Dir(_) if options.create_new => return Err(Errno::Exist),
            Target::Dir(_) if !directory && (make || options.truncate || options.write) => {
                return Err(Errno::Isdir);
            }
            Target::Dir(place) => return Ok(Opened::Dir(place)),
            Target::Entry { place, name, slash } => (place, name, slash),
        };
        if directory || slash {
            if make {
                return Err(match place.dir().entry_metadata(&name) {
                    Ok(found) if found.file_type != FileType::Directory => Errno::Notdir,
                    _ => Errno::Isdir,
                });
            }
            place.enter(self.mounts, &name)?;
            if !directory && (options.truncate || options.write) {
                return Err(Errno::Isdir);
            }
            return Ok(Opened::Dir(place));
        }
        match place.dir().open_file(&name, options) {
            Err(Errno::Isdir) if !make && !options.truncate && !options.write => {
                place.enter(self.mounts, &name)?;
                Ok(Opened::Dir(place))
            }
            opened => Ok(Opened::File(opened?)),
        }
    }

    /// The attributes of what a path leads to.
    pub(crate) fn metadata(&self, path: &[u8], links: Links) -> Result<Metadata, Errno> {
        match self.resolve(path, links)? {
            Target::Dir(place) => place.dir().metadata(),
            Target::Entry { place, name, slash } => {
                let metadata = place.dir().entry_metadata(&name)?;
                if slash && metadata.file_type != FileType::Directory {
                    return Err(Errno::Notdir);
                }
                Ok(metadata)
            }
        }
    }

    /// Sets the times of what a path leads to.
    pub(crate) fn set_times(
        &self,
        path: &[u8],
        links: Links,
        accessed: SetTime,
        modified: SetTime,
    ) -> Result<(), Errno> {
        match self.resolve(path, links)? {
            Target::Dir(place) => place.dir().set_times(accessed, modified),
            Target::Entry { mut place, name, slash: true } => {
                place.enter(self.mounts, &name)?;
                place.dir().set_times(accessed, modified)
            }
            Target::Entry { place, name, .. } => {
                place.dir().set_entry_times(&name, accessed, modified)
            }
        }
    }

    /// Makes a directory.
    pub(crate) fn create_dir(&self, path: &[u8]) -> Result<(), Errno> {
        let (place, name, _) = self.entry(path, Errno::Exist)?;
        place.dir().create_dir(&name)
    }

    /// Removes an empty directory.
    pub(crate) fn remove_dir(&self, path: &[u8]) -> Result<(), Errno> {
        let last = names(without_slashes(path)).next_back();
        let taken = match last {
            Some(b".") => Errno::Inval,
            Some(b"..") => Errno::Notempty,
            _ => Errno::Busy,
        };
        let (place, name, _) = self.entry(path, taken)?;
        place.dir().remove_dir(&name)
    }

    /// Removes the name of a file or link.
    pub(crate) fn remove_file(&self, path: &[u8]) -> Result<(), Errno> {
        let (place, name, slash) = self.entry(path, Errno::Isdir)?;
        if slash {
            let found = place.dir().entry_metadata(&name)?;
            let is_dir = found.file_type == FileType::Directory;
            return Err(if is_dir { Errno::Isdir } else { Errno::Notdir });
        }
        place.dir().remove_file(&name)
    }

    /// Makes a link.
    pub(crate) fn create_symlink(&self, target: &[u8], path: &[u8]) -> Result<(), Errno> {
        if target.is_empty() {
            return Err(Errno::Noent);
        }
        if target.len() > MAX_PATH {
            return Err(Errno::Nametoolong);
        }
        if target.contains(&0) {
            return Err(Errno::Inval);
        }
        // A link that would lead out is refused here as it is when followed.
        if self.reach == Reach::Below && target.starts_with(b"/") {
            return Err(Errno::Perm);
        }
        let (place, name, slash) = self.entry(path, Errno::Exist)?;
        if slash {
            return Err(match place.dir().entry_metadata(&name)?.file_type {
                FileType::Directory => Errno::Exist,
                _ => Errno::Notdir,
            });
        }
        place.dir().create_symlink(&name, target)
    }

    /// Where a link leads.
    pub(crate) fn read_link(&self, path: &[u8]) -> Result<Vec<u8>, Errno> {
        match self.resolve(path, Links::Keep)? {
            Target::Entry { place, name, slash: false } => place.dir().read_link(&name),
            Target::Entry { mut place, name, slash: true } => {
                place.enter(self.mounts, &name)?;
                Err(Errno::Inval)
            }
            Target::Dir(_) => Err(Errno::Inval),
        }
    }

    /// Moves what a path names.
    pub(crate) fn rename(&self, from: &[u8], to: &Walk<'_>, to_path: &[u8]) -> Result<(), Errno> {
        let (place, name, slash) = self.entry(from, Errno::Busy)?;
        let (to_place, to_name, to_slash) = to.entry(to_path, Errno::Busy)?;
        let found = place.dir().entry_metadata(&name)?;
        if (slash || to_slash) && found.file_type != FileType::Directory {
            return Err(Errno::Notdir);
        }
        place.dir().rename(&name, &**to_place.dir(), &to_name)
    }

    /// Gives a file another name.
    pub(crate) fn create_link(
        &self,
        from: &[u8],
        links: Links,
        to: &Walk<'_>,
        to_path: &[u8],
    ) -> Result<(), Errno> {
        let (place, name) = match self.resolve(from, links)? {
            Target::Dir(_) => return Err(Errno::Perm),
            Target::Entry { slash: true, mut place, name } => {
                place.enter(self.mounts, &name)?;
                return Err(Errno::Perm);
            }
            Target::Entry { place, name, .. } => (place, name),
        };
        let (to_place, to_name, slash) = to.entry(to_path, Errno::Exist)?;
        if slash {
            return Err(to_place.dir().entry_metadata(&to_name).err().unwrap_or(Errno::Exist));
        }
        place.dir().create_link(&name, &**to_place.dir(), &to_name)
    }
}
