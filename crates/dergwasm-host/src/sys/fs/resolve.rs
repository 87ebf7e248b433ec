//! Walking paths: the one place that knows `.`, `..`, symbolic links and mount points.
//!
//! A path is walked name by name over open directories, and the way back is remembered, so that
//! `..` leads where the walk came from: never above where it may go, whatever is renamed or
//! exchanged for a link meanwhile.

use super::{Dir, FileSystem, Metadata};
use crate::sys::Errno;
use std::{collections::BTreeMap, sync::Arc};

/// How long a path may be, in bytes.
pub(crate) const MAX_PATH: usize = 4096;
/// How many links one path may lead through.
const MAX_LINKS: usize = 40;

// SIGNATURES AGREED (bodies by the author of this file)
//
// pub(crate) struct Mounts { /* normalised path components -> Arc<dyn FileSystem> */ }
//   Mounts::default(): nothing mounted; the top is then a read-only directory that lists mount points
//   mount(&mut self, path: &str, fs: Arc<dyn FileSystem>) -> Result<(), Errno>   // "/", "/data", "data", "." alike
//   top(&self) -> Result<Place, Errno>
//   at(&self, path: &str) -> Result<Place, Errno>                                // root of what is mounted there
//
// #[derive(Clone)] pub(crate) struct Place   // an open directory and the way it was reached
//   dir(&self) -> &Arc<dyn Dir>;  path(&self) -> String   // absolute in the tree
//   entries(&self, mounts) -> Result<Vec<DirEntry>, Errno>   // with mount points below it
//
// #[derive(Clone, Copy)] pub(crate) enum Reach {
//     Below,       // WASI: not above the start, nothing absolute (also in links): Errno::Perm
//     Everywhere,  // POSIX: `..` at the top stays there, absolute paths start at the top
// }
// #[derive(Clone, Copy)] pub(crate) enum Links { Follow, Keep }   // the last component
//
// pub(crate) struct Walk<'a> { pub mounts: &'a Mounts, pub start: &'a Place, pub reach: Reach }
//   open(&self, path: &str, links: Links, how: Open) -> Result<Opened, Errno>
//       Open { options: OpenOptions, directory: bool }; enum Opened { File(Arc<dyn File>), Dir(Place) }
//   metadata(&self, path, links); set_times(&self, path, links, accessed, modified)
//   create_dir(path) remove_dir(path) remove_file(path) create_symlink(target, path)
//   read_link(path) -> String
//   rename(&self, from: &str, to: &Walk<'_>, to_path: &str); create_link(&self, from, links, to: &Walk, to_path)
