//! Walking paths over file systems in memory.

use super::*;
use crate::sys::fs::{FileSystem, MemoryFs};
use Reach::{Below, Everywhere};

const READ: OpenOptions =
    OpenOptions { read: true, write: false, create: false, create_new: false, truncate: false };
const CREATE: OpenOptions = OpenOptions { create: true, write: true, ..READ };
const CREATE_NEW: OpenOptions = OpenOptions { create_new: true, ..CREATE };

/// A file system at the top and one at `/mnt/data`, with paths that start at `/home`.
struct World {
    top: MemoryFs,
    data: MemoryFs,
    mounts: Mounts,
    home: Place,
}

impl World {
    fn new() -> Self {
        let (top, data) = (MemoryFs::with_fixed_time(1), MemoryFs::with_fixed_time(2));
        for path in ["outside", "home/file", "home/dir/inner", "home/dir/deep/file"] {
            top.write(path, path).unwrap();
        }
        data.write("file", "of data").unwrap();
        let mut mounts = Mounts::default();
        mounts.mount(b"/", Arc::new(top.clone())).unwrap();
        mounts.mount(b"mnt/./data/", Arc::new(data.clone())).unwrap();
        let home = mounts.at(b"home").unwrap();
        Self { top, data, mounts, home }
    }

    fn walk(&self, reach: Reach) -> Walk<'_> {
        Walk { mounts: &self.mounts, start: &self.home, reach }
    }

    /// Links in `/home`: names and where they lead.
    fn link(&self, links: &[(&str, &str)]) {
        let home = self.top.root().unwrap().open_dir(b"home").unwrap();
        for (name, target) in links {
            home.create_symlink(name.as_bytes(), target.as_bytes()).unwrap();
        }
    }

    /// The content of a file, or the path of a directory.
    fn look(&self, reach: Reach, path: &str) -> Result<String, Errno> {
        let how = Open { options: READ, directory: false };
        show(self.walk(reach).open(path.as_bytes(), Links::Follow, how)?)
    }

    fn make(&self, path: &str, options: OpenOptions) -> Result<String, Errno> {
        show(self.walk(Everywhere).open(
            path.as_bytes(),
            Links::Follow,
            Open { options, directory: false },
        )?)
    }
}

fn show(opened: Opened) -> Result<String, Errno> {
    match opened {
        Opened::Dir(place) => Ok(String::from_utf8(place.path()).unwrap()),
        Opened::File(file) => {
            let mut bytes = [0; 64];
            let len = file.read_at(&mut bytes, 0)?;
            Ok(String::from_utf8_lossy(&bytes[..len]).into_owned())
        }
    }
}

/// Whether `result` is the text or error that is expected.
#[track_caller]
fn assert_is(result: Result<String, Errno>, expected: Result<&str, Errno>) {
    assert_eq!(result.as_deref().map_err(|errno| *errno), expected);
}

#[test]
fn a_walk_below_its_start_does_not_get_above_it() {
    let world = World::new();
    world.link(&[("up", ".."), ("out", "../outside"), ("abs", "/outside"), ("in", "dir/deep")]);
    world.link(&[("up-and-back", "dir/../dir/deep/../inner"), ("sneaky", "dir/../../outside")]);
    for path in ["..", "../outside", "dir/../../outside", "/", "/home/file", "up", "up/outside"] {
        assert_is(world.look(Below, path), Err(Errno::Perm));
    }
    for path in ["out", "abs", "sneaky", "dir/../../home/file", "in/../../../outside"] {
        assert_is(world.look(Below, path), Err(Errno::Perm));
    }
    assert_is(world.look(Below, "."), Ok("/home"));
    assert_is(world.look(Below, "dir/.."), Ok("/home"));
    assert_is(world.look(Below, ".//dir///./inner"), Ok("home/dir/inner"));
    assert_is(world.look(Below, "up-and-back"), Ok("home/dir/inner"));
    // `..` behind a link leads to where the target is, not the link.
    assert_is(world.look(Below, "in/.."), Ok("/home/dir"));
    let walk = world.walk(Below);
    assert_eq!(walk.create_symlink(b"/outside", b"new"), Err(Errno::Perm));
    assert_eq!(walk.create_symlink(b"../outside", b"new"), Ok(()));
    assert_is(world.look(Below, "new"), Err(Errno::Perm));
    assert_eq!(walk.create_dir(b"../new"), Err(Errno::Perm));
    assert_eq!(walk.remove_file(b"out/../file"), Err(Errno::Perm));
    assert_eq!(walk.rename(b"file", &walk, b"up/file"), Err(Errno::Perm));
    assert_eq!(walk.create_link(b"out", Links::Follow, &walk, b"new"), Err(Errno::Perm));
}

#[test]
fn a_walk_everywhere_stops_at_the_top() {
    let world = World::new();
    world.link(&[("out", "../outside"), ("abs", "/outside"), ("data", "/mnt/data")]);
    for path in ["../outside", "/outside", "/../../outside", "../../../outside", "out", "abs"] {
        assert_is(world.look(Everywhere, path), Ok("outside"));
    }
    for path in ["/", "/..", "//", "..", "/./.", "/home/.."] {
        assert_is(world.look(Everywhere, path), Ok("/"));
    }
    assert_is(world.look(Everywhere, "data/file"), Ok("of data"));
    assert_is(world.look(Everywhere, "data/../.."), Ok("/"));
    assert_is(world.look(Everywhere, "data/.."), Ok("/mnt"));
}

#[test]
fn paths_that_lead_nowhere_say_why() {
    let world = World::new();
    world.link(&[("dangling", "missing"), ("to-file", "file")]);
    for (path, errno) in [
        ("", Errno::Noent),
        ("missing", Errno::Noent),
        ("missing/..", Errno::Noent),
        ("missing/x", Errno::Noent),
        ("dangling", Errno::Noent),
        ("dangling/", Errno::Noent),
        ("file/x", Errno::Notdir),
        ("file/", Errno::Notdir),
        ("file/.", Errno::Notdir),
        ("file/..", Errno::Notdir),
        ("to-file/", Errno::Notdir),
        ("to-file/x", Errno::Notdir),
        ("a\0b", Errno::Inval),
        ("dir/\0", Errno::Inval),
    ] {
        for reach in [Below, Everywhere] {
            assert_is(world.look(reach, path), Err(errno));
            let metadata = world.walk(reach).metadata(path.as_bytes(), Links::Follow);
            assert_eq!(metadata.err(), Some(errno), "{path:?}");
        }
    }
}

#[test]
fn names_and_paths_have_a_length() {
    let world = World::new();
    let name = "n".repeat(255);
    assert_is(world.make(&name, CREATE), Ok(""));
    assert_is(world.make(&format!("{name}n"), CREATE), Err(Errno::Nametoolong));
    assert_is(world.look(Everywhere, &format!("{name}n/x")), Err(Errno::Nametoolong));
    let path = "./".repeat(MAX_PATH / 2);
    assert_is(world.look(Below, &path), Ok("/home"));
    assert_is(world.look(Below, &format!("{path}.")), Err(Errno::Nametoolong));
    let walk = world.walk(Below);
    assert_eq!(walk.create_symlink(&[b'x'; MAX_PATH + 1], b"l"), Err(Errno::Nametoolong));
    assert_eq!(walk.create_symlink(b"", b"l"), Err(Errno::Noent));
    assert_eq!(walk.create_symlink(b"\0", b"l"), Err(Errno::Inval));
    // With the links on the way, too.
    assert_eq!(walk.create_symlink(path.as_bytes(), b"here"), Ok(()));
    assert_is(world.look(Below, "here"), Err(Errno::Nametoolong));
}

#[test]
fn forty_links_are_followed_and_no_more() {
    let world = World::new();
    let names: Vec<String> = (0..42).map(|number| format!("l{number}")).collect();
    world.link(&[("l0", "file"), ("self", "self"), ("a", "b/"), ("b", "a"), ("in", "in/x")]);
    for pair in names.windows(2) {
        world.link(&[(&pair[1], &pair[0])]);
    }
    assert_is(world.look(Below, "l39"), Ok("home/file"));
    for path in ["l40", "l41", "self", "self/", "self/x", "a", "b", "a/x", "in"] {
        assert_is(world.look(Below, path), Err(Errno::Loop));
    }
    assert_is(world.make("self", CREATE), Err(Errno::Loop));
    let walk = world.walk(Below);
    assert_eq!(walk.read_link(b"self").unwrap(), b"self");
    assert_eq!(walk.remove_file(b"self"), Ok(()));
}

#[test]
fn links_themselves_can_be_meant() {
    let world = World::new();
    world.link(&[("to-dir", "dir"), ("to-file", "file"), ("dangling", "missing")]);
    let walk = world.walk(Below);
    for path in ["to-dir", "to-file", "dangling"] {
        let path = path.as_bytes();
        let metadata = walk.metadata(path, Links::Keep).unwrap();
        assert_eq!(metadata.file_type, FileType::Symlink);
        for directory in [false, true] {
            let opened = walk.open(path, Links::Keep, Open { options: READ, directory });
            assert_eq!(opened.err(), Some(Errno::Loop));
        }
    }
    // A slash means what the link leads to.
    let metadata = walk.metadata(b"to-dir/", Links::Keep).unwrap();
    assert_eq!(metadata.file_type, FileType::Directory);
    assert_eq!(walk.read_link(b"to-dir/"), Err(Errno::Inval));
    assert_eq!(walk.read_link(b"file"), Err(Errno::Inval));
    assert_eq!(walk.remove_dir(b"to-dir/"), Err(Errno::Notdir));
    assert_eq!(walk.remove_file(b"to-dir/"), Err(Errno::Notdir));
    let at = SetTime::At(77);
    walk.set_times(b"to-file", Links::Keep, at, at).unwrap();
    assert_eq!(walk.metadata(b"to-file", Links::Keep).unwrap().modified, 77);
    assert_ne!(walk.metadata(b"file", Links::Keep).unwrap().modified, 77);
    walk.set_times(b"to-dir/", Links::Keep, at, at).unwrap();
    assert_eq!(walk.metadata(b"dir", Links::Keep).unwrap().modified, 77);
    walk.create_link(b"to-file", Links::Keep, &walk, b"again").unwrap();
    assert_eq!(walk.read_link(b"again").unwrap(), b"file");
    walk.create_link(b"to-file", Links::Follow, &walk, b"file2").unwrap();
    assert_is(world.look(Below, "file2"), Ok("home/file"));
}

#[test]
fn files_are_made_through_links_unless_they_have_to_be_new() {
    let world = World::new();
    world.link(&[("dangling", "dir/new"), ("astray", "missing/new"), ("to-file", "file")]);
    assert_is(world.make("dangling", CREATE_NEW), Err(Errno::Exist));
    assert_is(world.make("to-file", CREATE_NEW), Err(Errno::Exist));
    assert_is(world.make("dangling", CREATE), Ok(""));
    assert_eq!(world.top.read("home/dir/new").unwrap(), b"");
    assert_is(world.make("astray", CREATE), Err(Errno::Noent));
    assert_is(world.make("to-file", CREATE), Ok("home/file"));
    for (path, errno) in [("new/", Errno::Isdir), ("file/", Errno::Notdir), ("dir", Errno::Isdir)] {
        assert_is(world.make(path, CREATE), Err(errno));
    }
    for path in [".", "..", "dir/..", "/"] {
        assert_is(world.make(path, CREATE), Err(Errno::Isdir));
        assert_is(world.make(path, CREATE_NEW), Err(Errno::Exist));
        assert_is(world.make(path, OpenOptions { truncate: true, ..READ }), Err(Errno::Isdir));
    }
    let both = Open { options: CREATE, directory: true };
    let opened = world.walk(Below).open(b"new", Links::Follow, both);
    assert_eq!(opened.err(), Some(Errno::Inval));
    let directory = Open { options: READ, directory: true };
    let opened = world.walk(Below).open(b"file", Links::Follow, directory);
    assert_eq!(opened.err(), Some(Errno::Notdir));
}

#[test]
fn slashes_and_dots_at_the_end_are_for_directories() {
    let world = World::new();
    world.link(&[("to-dir", "dir"), ("dangling", "missing")]);
    let walk = world.walk(Below);
    assert_eq!(walk.create_dir(b"made//"), Ok(()));
    assert_eq!(walk.rename(b"made/", &walk, b"moved/"), Ok(()));
    assert_eq!(walk.rename(b"file/", &walk, b"x"), Err(Errno::Notdir));
    assert_eq!(walk.rename(b"file", &walk, b"x/"), Err(Errno::Notdir));
    assert_eq!(walk.remove_file(b"file/"), Err(Errno::Notdir));
    assert_eq!(walk.remove_file(b"moved/"), Err(Errno::Isdir));
    assert_eq!(walk.create_link(b"file", Links::Keep, &walk, b"x/"), Err(Errno::Noent));
    assert_eq!(walk.create_link(b"dir", Links::Keep, &walk, b"x"), Err(Errno::Perm));
    assert_eq!(walk.create_symlink(b"file", b"x/"), Err(Errno::Noent));
    assert_eq!(walk.create_symlink(b"file", b"dir/"), Err(Errno::Exist));
    assert_eq!(walk.create_symlink(b"dir", b"file/"), Err(Errno::Notdir));
    for path in ["dangling/", "to-dir/", "to-dir", ".", "dir/.", "dir/.."] {
        assert_eq!(walk.create_dir(path.as_bytes()), Err(Errno::Exist), "{path}");
    }
    assert_eq!(walk.create_dir(b"missing/."), Err(Errno::Noent));
    assert_eq!(walk.create_dir(b"file/."), Err(Errno::Notdir));
    assert_eq!(walk.remove_dir(b"missing/."), Err(Errno::Noent));
    assert_eq!(walk.remove_dir(b"moved/."), Err(Errno::Inval));
    assert_eq!(walk.remove_dir(b"dir/deep/.."), Err(Errno::Notempty));
    assert_eq!(walk.rename(b"moved/.", &walk, b"x"), Err(Errno::Busy));
    assert_eq!(walk.rename(b"moved", &walk, b"dir/.."), Err(Errno::Busy));
    assert_eq!(walk.remove_dir(b"moved/"), Ok(()));
}

#[test]
fn mount_points_stay() {
    let world = World::new();
    let walk = world.walk(Everywhere);
    // Also what only leads to one, although it is in no file system.
    for text in ["/mnt", "/mnt/data", "/mnt/data/", "/"] {
        let path = text.as_bytes();
        assert_eq!(walk.remove_dir(path), Err(Errno::Busy), "{text}");
        assert_eq!(walk.remove_file(path), Err(Errno::Isdir), "{text}");
        assert_eq!(walk.rename(path, &walk, b"x"), Err(Errno::Busy), "{text}");
        assert_eq!(walk.rename(b"dir", &walk, path), Err(Errno::Busy), "{text}");
        assert_eq!(walk.create_dir(path), Err(Errno::Exist), "{text}");
        assert_eq!(walk.create_symlink(b"x", path), Err(Errno::Exist), "{text}");
        assert_eq!(walk.create_link(path, Links::Keep, &walk, b"x"), Err(Errno::Perm), "{text}");
        assert_eq!(
            walk.create_link(b"file", Links::Keep, &walk, path),
            Err(Errno::Exist),
            "{text}"
        );
        assert_eq!(walk.read_link(path), Err(Errno::Inval), "{text}");
        assert_eq!(walk.metadata(path, Links::Keep).unwrap().file_type, FileType::Directory);
    }
}

#[test]
fn nothing_moves_from_one_file_system_to_another() {
    let world = World::new();
    let walk = world.walk(Everywhere);
    for path in ["file", "dir"] {
        assert_eq!(walk.rename(path.as_bytes(), &walk, b"/mnt/data/x"), Err(Errno::Xdev));
    }
    assert_eq!(walk.rename(b"/mnt/data/file", &walk, b"x"), Err(Errno::Xdev));
    assert_eq!(walk.create_link(b"file", Links::Keep, &walk, b"/mnt/data/x"), Err(Errno::Xdev));
    assert_eq!(walk.rename(b"dir", &walk, b"dir/deep/x"), Err(Errno::Inval));
    assert_eq!(walk.rename(b"dir", &walk, b"dir/x"), Err(Errno::Inval));
    assert_eq!(walk.rename(b"dir", &walk, b"dir"), Ok(()));
    assert_eq!(world.data.list().len(), 1);
}

#[test]
fn mounts_hide_and_are_listed() {
    let mut world = World::new();
    let inner = MemoryFs::new();
    inner.write("deepest", "of inner").unwrap();
    world.data.write("in/hidden", "").unwrap();
    world.mounts.mount(b"/mnt/data/in", Arc::new(inner)).unwrap();
    assert_eq!(world.mounts.mount(b"mnt//data/./in/", Arc::new(MemoryFs::new())), Err(Errno::Busy));
    assert_eq!(world.mounts.mount(b"a\0", Arc::new(MemoryFs::new())), Err(Errno::Inval));
    assert_is(world.look(Everywhere, "/mnt/data/in/deepest"), Ok("of inner"));
    assert_is(world.look(Everywhere, "/mnt/data/in/hidden"), Err(Errno::Noent));
    assert_is(world.look(Everywhere, "/mnt/data/in/../file"), Ok("of data"));
    let list = |path: &str| {
        let entries = world.mounts.at(path.as_bytes()).unwrap().entries(&world.mounts).unwrap();
        let mut names: Vec<_> = entries.into_iter().map(|entry| entry.name).collect();
        names.sort_unstable();
        String::from_utf8(names.join(&b' ')).unwrap()
    };
    assert_eq!(list("/"), "home mnt outside");
    assert_eq!(list("/mnt"), "data");
    assert_eq!(list("/mnt/data"), "file in");
    assert_eq!(list("/mnt/data/in"), "deepest");
}

#[test]
fn directories_of_no_file_system_are_bare() {
    let mut mounts = Mounts::default();
    mounts.mount(b"/a/b", Arc::new(MemoryFs::new())).unwrap();
    let top = mounts.top().unwrap();
    let walk = Walk { mounts: &mounts, start: &top, reach: Everywhere };
    for path in ["", "a/"] {
        let path = [path.as_bytes(), b"x"].concat();
        assert_eq!(walk.create_dir(&path), Err(Errno::Rofs));
        assert_eq!(walk.create_symlink(b"t", &path), Err(Errno::Rofs));
        assert_eq!(walk.metadata(&path, Links::Keep).err(), Some(Errno::Noent));
        assert_eq!(walk.remove_file(&path), Err(Errno::Noent));
        for (options, errno) in [(CREATE, Errno::Rofs), (READ, Errno::Noent)] {
            let how = Open { options, directory: false };
            assert_eq!(walk.open(&path, Links::Follow, how).err(), Some(errno));
        }
    }
    assert_eq!(walk.create_dir(b"a/b/x"), Ok(()));
    let inodes = [&b"/"[..], b"/a"].map(|path| walk.metadata(path, Links::Keep).unwrap().inode);
    assert_ne!(inodes[0], inodes[1]);
    assert_eq!(mounts.at(b"/a/b/../b/x").unwrap().path(), b"/a/b/x");
    assert_eq!(mounts.at(b"/a/c").err(), Some(Errno::Noent));
}

#[test]
fn a_place_is_where_it_was_whatever_is_renamed() {
    let world = World::new();
    let deep = world.mounts.at(b"home/dir/deep").unwrap();
    let root = world.top.root().unwrap();
    root.open_dir(b"home").unwrap().rename(b"dir", &*root, b"moved").unwrap();
    root.create_symlink(b"dir", b"/").unwrap();
    let walk = Walk { mounts: &world.mounts, start: &deep, reach: Below };
    assert_eq!(walk.metadata(b"..", Links::Keep).err(), Some(Errno::Perm));
    assert!(walk.metadata(b"file", Links::Keep).is_ok());
    let walk = Walk { reach: Everywhere, ..walk };
    assert!(walk.metadata(b"../inner", Links::Keep).is_ok());
    assert!(walk.metadata(b"../../file", Links::Keep).is_ok());
}
