//! What more holds for overlays: the lower file system never changes, the upper one gets what does.

use super::{
    behaviour::{CREATE, READ, WRITE, names, read, write},
    host_dir,
};
use dergwasm_host::sys::{
    Errno,
    fs::{Dir, FileSystem, FileType, MemoryFs, OpenOptions, Overlay, SetTime},
};
use std::{collections::BTreeMap, sync::Arc};
use tempfile::TempDir;

/// An overlay over `dir/{file, inner/deep}`, `empty/`, `file` and `link`.
struct World {
    overlay: Overlay<Arc<dyn FileSystem>, Arc<dyn FileSystem>>,
    root: Arc<dyn Dir>,
    before: BTreeMap<String, String>,
    _hosts: [Option<TempDir>; 2],
}

/// A directory of the host, or one in memory where the host makes no links.
fn fresh() -> (Arc<dyn FileSystem>, Option<TempDir>) {
    let (fs, host) = host_dir();
    let root = fs.root().unwrap();
    match root.create_symlink(b"link", b"target") {
        Err(_) if cfg!(windows) => (Arc::new(MemoryFs::new()), None),
        made => {
            made.unwrap();
            root.remove_file(b"link").unwrap();
            (Arc::new(fs), Some(host))
        }
    }
}

impl World {
    fn new() -> Self {
        let ((lower, below), (upper, above)) = (fresh(), fresh());
        let root = lower.root().unwrap();
        write(&*root, "file", "lower");
        root.create_symlink(b"link", b"dir/file").unwrap();
        root.create_dir(b"empty").unwrap();
        root.create_dir(b"dir").unwrap();
        let dir = root.open_dir(b"dir").unwrap();
        write(&*dir, "file", "lower in dir");
        dir.create_dir(b"inner").unwrap();
        write(&*dir.open_dir(b"inner").unwrap(), "deep", "lower deep");
        let before = all(&*root);
        let overlay = Overlay::new(lower, upper);
        let root = overlay.root().unwrap();
        Self { overlay, root, before, _hosts: [below, above] }
    }

    fn upper(&self) -> BTreeMap<String, String> {
        all(&*self.overlay.upper().root().unwrap())
    }

    fn dir(&self, name: &str) -> Arc<dyn Dir> {
        self.root.open_dir(name.as_bytes()).unwrap()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        let after = all(&*self.overlay.lower().root().unwrap());
        assert_eq!(self.before, after, "the lower file system changed");
    }
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// Paths and what is there: contents, targets, times of change.
fn all(dir: &dyn Dir) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in dir.entries().unwrap() {
        let name = text(entry.name.clone());
        let modified = dir.entry_metadata(&entry.name).unwrap().modified;
        let what = match entry.file_type {
            FileType::Symlink => text(dir.read_link(&entry.name).unwrap()),
            FileType::File => read(dir, &name).unwrap(),
            _ => {
                for (path, what) in all(&*dir.open_dir(&entry.name).unwrap()) {
                    found.insert(format!("{name}/{path}"), what);
                }
                String::new()
            }
        };
        found.insert(name, format!("{what} {modified}"));
    }
    found
}

#[test]
fn nothing_is_copied_by_looking() {
    let world = World::new();
    assert_eq!(all(&*world.root), world.before);
    world.root.open_file(b"file", READ).unwrap();
    world.root.open_file(b"file", OpenOptions { create: true, ..READ }).unwrap();
    assert_eq!(world.root.open_file(b"dir", WRITE).err(), Some(Errno::Isdir));
    assert_eq!(world.root.open_file(b"link", WRITE).err(), Some(Errno::Loop));
    assert_eq!(world.upper(), BTreeMap::new());
}

#[test]
fn a_change_copies_the_file_and_its_directories() {
    let world = World::new();
    let (dir, again) = (world.dir("dir"), world.dir("dir"));
    let inner = dir.open_dir(b"inner").unwrap();
    let file = inner.open_file(b"deep", WRITE).unwrap();
    file.append(b"er").unwrap();
    assert_eq!(read(&*inner, "deep").unwrap(), "lower deeper");
    let upper = world.upper();
    assert_eq!(upper.keys().collect::<Vec<_>>(), ["dir", "dir/inner", "dir/inner/deep"]);
    // Who had it open sees it too.
    let inner = again.open_dir(b"inner").unwrap();
    assert_eq!(read(&*inner, "deep").unwrap(), "lower deeper");
    write(&*again, "new", "new");
    assert_eq!(names(&*dir), ["file", "inner", "new"]);
}

#[test]
fn a_long_file_is_copied_whole_and_keeps_its_times() {
    let world = World::new();
    let long: Vec<u8> = (0..200_001_u32).map(|byte| (byte % 251) as u8).collect();
    let lower = world.overlay.lower().root().unwrap();
    let file = lower.open_file(b"long", CREATE).unwrap();
    file.write_at(&long, 0).unwrap();
    file.set_times(SetTime::At(5), SetTime::At(7)).unwrap();
    world.root.set_entry_times(b"long", SetTime::At(3), SetTime::Keep).unwrap();
    let copy = world.root.entry_metadata(b"long").unwrap();
    assert_eq!((copy.accessed, copy.modified, copy.size), (3, 7, 200_001));
    let mut found = vec![0; 200_002];
    let upper = world.overlay.upper().root().unwrap();
    assert_eq!(upper.open_file(b"long", READ).unwrap().read_at(&mut found, 0), Ok(200_001));
    assert_eq!(found[..200_001], long);
    lower.remove_file(b"long").unwrap();
}

#[test]
fn a_file_open_for_reading_stays_as_it_was() {
    let world = World::new();
    let open = world.root.open_file(b"file", READ).unwrap();
    write(&*world.root, "file", "UPPER");
    let mut buffer = [0; 5];
    assert_eq!(open.read_at(&mut buffer, 0), Ok(5));
    assert_eq!(&buffer, b"lower");
    assert_eq!(open.write_at(b"x", 0), Err(Errno::Badf));
    assert_eq!(open.set_times(SetTime::Now, SetTime::Now), Err(Errno::Rofs));
    assert_eq!(read(&*world.root, "file").unwrap(), "UPPER");
}

#[test]
fn what_is_removed_stays_away() {
    let world = World::new();
    world.root.remove_file(b"file").unwrap();
    world.root.remove_file(b"link").unwrap();
    world.root.remove_dir(b"empty").unwrap();
    assert_eq!(names(&*world.root), ["dir"]);
    assert_eq!(read(&*world.root, "file"), Err(Errno::Noent));
    assert_eq!(world.root.remove_file(b"file"), Err(Errno::Noent));
    assert_eq!(world.root.read_link(b"link"), Err(Errno::Noent));
    assert_eq!(world.root.open_dir(b"empty").err(), Some(Errno::Noent));
    let again = world.overlay.root().unwrap();
    assert_eq!(names(&*again), ["dir"]);
    // Also after something else had the name.
    write(&*again, "file", "new");
    again.remove_file(b"file").unwrap();
    assert_eq!(names(&*world.root), ["dir"]);
    assert_eq!(world.upper(), BTreeMap::new());
}

#[test]
fn a_changed_file_that_is_removed_does_not_come_back() {
    let world = World::new();
    write(&*world.root, "file", "upper");
    world.root.remove_file(b"file").unwrap();
    assert_eq!(read(&*world.root, "file"), Err(Errno::Noent));
    assert_eq!(names(&*world.root), ["dir", "empty", "link"]);
}

#[test]
fn a_new_directory_does_not_show_the_old_ones_contents() {
    let world = World::new();
    let dir = world.dir("dir");
    assert_eq!(world.root.remove_dir(b"dir"), Err(Errno::Notempty));
    let inner = dir.open_dir(b"inner").unwrap();
    inner.remove_file(b"deep").unwrap();
    dir.remove_dir(b"inner").unwrap();
    dir.remove_file(b"file").unwrap();
    world.root.remove_dir(b"dir").unwrap();
    world.root.create_dir(b"dir").unwrap();
    assert_eq!(names(&*world.dir("dir")), [""; 0]);
    // What was open is not the new one.
    assert_eq!(dir.create_dir(b"new"), Err(Errno::Noent));
    assert_eq!(inner.open_file(b"deep", CREATE).err(), Some(Errno::Noent));
    assert_eq!(names(&*dir), [""; 0]);
    write(&*world.dir("dir"), "new", "new");
    assert_eq!(names(&*world.dir("dir")), ["new"]);
}

#[test]
fn files_and_links_are_renamed_but_not_directories_of_the_lower() {
    let world = World::new();
    let dir = world.dir("dir");
    world.root.rename(b"file", &*dir, b"moved").unwrap();
    world.root.rename(b"link", &*dir, b"file").unwrap();
    assert_eq!(names(&*world.root), ["dir", "empty"]);
    assert_eq!(read(&*dir, "moved").unwrap(), "lower");
    assert_eq!(dir.read_link(b"file").as_deref(), Ok(&b"dir/file"[..]));
    assert_eq!(world.root.rename(b"dir", &*world.root, b"other"), Err(Errno::Xdev));
    assert_eq!(world.root.rename(b"dir", &*world.root, b"dir"), Ok(()));
    dir.create_dir(b"new").unwrap();
    write(&*dir.open_dir(b"new").unwrap(), "inner", "inner");
    assert_eq!(dir.rename(b"new", &*dir, b"inner"), Err(Errno::Notempty));
    // Over an empty directory that only the lower has; it is not merged with that.
    dir.rename(b"new", &*world.root, b"empty").unwrap();
    assert_eq!(names(&*world.dir("empty")), ["inner"]);
    world.root.rename(b"empty", &*world.root, b"last").unwrap();
    assert_eq!(names(&*world.root), ["dir", "last"]);
}

#[test]
fn a_hard_link_copies_the_file() {
    let world = World::new();
    world.root.create_link(b"file", &*world.root, b"same").unwrap();
    world.root.open_file(b"same", WRITE).unwrap().write_at(b"UPPER", 0).unwrap();
    assert_eq!(read(&*world.root, "file").unwrap(), "UPPER");
    assert_eq!(world.root.create_link(b"dir", &*world.root, b"dir2"), Err(Errno::Perm));
}

#[test]
fn what_the_upper_has_covers_the_lower() {
    let world = World::new();
    let upper = world.overlay.upper().root().unwrap();
    write(&*upper, "dir", "a file");
    upper.create_dir(b"file").unwrap();
    upper.create_dir(b"empty").unwrap();
    write(&*upper.open_dir(b"empty").unwrap(), "new", "new");
    assert_eq!(read(&*world.root, "dir").unwrap(), "a file");
    assert_eq!(world.root.open_dir(b"dir").err(), Some(Errno::Notdir));
    assert_eq!(names(&*world.dir("file")), [""; 0]);
    assert_eq!(names(&*world.dir("empty")), ["new"]);
    world.root.remove_file(b"dir").unwrap();
    world.root.remove_dir(b"file").unwrap();
    assert_eq!(names(&*world.root), ["empty", "link"]);
}

#[test]
fn nothing_is_moved_between_overlays() {
    let (one, other) = (World::new(), World::new());
    assert_eq!(one.root.rename(b"file", &*other.root, b"file"), Err(Errno::Xdev));
    assert_eq!(one.root.create_link(b"file", &*other.root, b"new"), Err(Errno::Xdev));
    let upper = one.overlay.upper().root().unwrap();
    assert_eq!(one.root.rename(b"file", &*upper, b"file"), Err(Errno::Xdev));
}
