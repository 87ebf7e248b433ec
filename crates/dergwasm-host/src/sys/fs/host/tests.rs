//! Ways out of a mounted directory of the host: none leads anywhere.

use crate::sys::{
    Errno,
    fs::{
        FileSystem, HostDir, Links, MemoryFs, Mounts, Open, OpenOptions, Opened, Reach, SetTime,
        Walk,
    },
};
use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const READ: Open = Open {
    options: OpenOptions {
        read: true,
        write: false,
        create: false,
        create_new: false,
        truncate: false,
    },
    directory: false,
};

/// `inside` is mounted at `/data`; beside it on the host is `outside` with a file `secret`.
struct World {
    host: TempDir,
    mounts: Mounts,
}

impl World {
    fn new() -> Self {
        let host = tempfile::tempdir().unwrap();
        fs::create_dir_all(host.path().join("inside/dir")).unwrap();
        fs::create_dir(host.path().join("outside")).unwrap();
        fs::write(host.path().join("outside/secret"), "outside").unwrap();
        fs::write(host.path().join("inside/dir/secret"), "inside").unwrap();
        let mut mounts = Mounts::default();
        let inside = HostDir::open(host.path().join("inside")).unwrap();
        mounts.mount(b"/data", Arc::new(inside)).unwrap();
        Self { host, mounts }
    }

    fn inside(&self, path: &str) -> PathBuf {
        self.host.path().join("inside").join(path)
    }

    fn outside(&self) -> PathBuf {
        self.host.path().join("outside")
    }

    /// Has each walk try something, from the mounted directory.
    fn walks(&self, mut attempt: impl FnMut(&Walk<'_>)) {
        let start = self.mounts.at(b"/data").unwrap();
        for reach in [Reach::Below, Reach::Everywhere] {
            attempt(&Walk { mounts: &self.mounts, start: &start, reach });
        }
    }

    /// Nothing was changed outside.
    fn is_whole(&self) {
        let names = fs::read_dir(self.outside()).unwrap().map(|entry| entry.unwrap().file_name());
        assert_eq!(names.collect::<Vec<_>>(), ["secret"]);
        assert_eq!(fs::read_to_string(self.outside().join("secret")).unwrap(), "outside");
        assert_eq!(fs::read_dir(self.host.path()).unwrap().count(), 2);
    }
}

/// The contents of the file that a path leads to.
fn read(walk: &Walk<'_>, path: &str) -> Result<Vec<u8>, Errno> {
    match walk.open(path.as_bytes(), Links::Follow, READ)? {
        Opened::File(file) => {
            let mut buffer = [0; 64];
            let count = file.read_at(&mut buffer, 0)?;
            Ok(buffer[..count].to_vec())
        }
        Opened::Dir(_) => Err(Errno::Isdir),
    }
}

fn write_new(walk: &Walk<'_>, path: &str) -> Result<(), Errno> {
    let options = OpenOptions { write: true, create: true, truncate: true, ..READ.options };
    match walk.open(path.as_bytes(), Links::Follow, Open { options, directory: false })? {
        Opened::File(file) => file.write_at(b"written", 0).map(drop),
        Opened::Dir(_) => Err(Errno::Isdir),
    }
}

/// No operation on a path leads to the outside, whatever its error.
fn is_no_way_out(world: &World, path: &str) {
    world.walks(|walk| {
        assert!(read(walk, path).is_err(), "{path} is read");
        assert!(write_new(walk, path).is_err(), "{path} is written");
        let bytes = path.as_bytes();
        assert!(walk.open(bytes, Links::Keep, READ).is_err(), "{path} is opened");
        assert!(walk.metadata(bytes, Links::Follow).is_err(), "{path} has attributes");
        let changed = walk.set_times(bytes, Links::Follow, SetTime::At(1), SetTime::At(1));
        assert!(changed.is_err(), "{path} gets times");
        assert!(walk.create_link(bytes, Links::Follow, walk, b"got").is_err(), "{path} is linked");
    });
    world.is_whole();
}

#[test]
fn parents_of_the_top_are_not_outside() {
    let world = World::new();
    for path in [
        "../outside/secret",
        "../../outside/secret",
        "dir/../../outside/secret",
        "dir/../../../../../../../../etc/passwd",
        "./.././outside/secret",
    ] {
        is_no_way_out(&world, path);
    }
}

#[test]
fn absolute_paths_are_not_the_hosts() {
    let world = World::new();
    let secret = world.outside().join("secret");
    for path in ["/etc/passwd", "//etc/passwd", "/../etc/passwd", secret.to_str().unwrap()] {
        is_no_way_out(&world, path);
    }
}

#[test]
fn links_do_not_lead_outside() {
    let world = World::new();
    let outside = world.outside();
    let links = [
        ("absolute", Path::new("/etc/passwd")),
        ("absolute-secret", &outside.join("secret")),
        ("relative", Path::new("../outside/secret")),
        ("far", Path::new("../../../../../../../../../../../etc/passwd")),
        ("twice", Path::new("relative")),
        ("dangling", Path::new("/nowhere/at/all")),
        ("dangling-outside", Path::new("../outside/new")),
        ("loop", Path::new("loop")),
        ("ping", Path::new("pong")),
        ("pong", Path::new("./dir/../ping")),
    ];
    for (name, target) in links {
        symlink(target, world.inside(name)).unwrap();
    }
    for (name, _) in links {
        is_no_way_out(&world, name);
        for end in ["/", "//", "/."] {
            is_no_way_out(&world, &format!("{name}{end}"));
        }
    }
    for (name, target) in
        [("out", Path::new("../outside")), ("absolute-out", &outside), ("up", Path::new(".."))]
    {
        symlink(target, world.inside(name)).unwrap();
        is_no_way_out(&world, &format!("{name}/secret"));
        is_no_way_out(&world, &format!("{name}//secret/"));
        is_no_way_out(&world, &format!("{name}/outside/secret"));
        is_no_way_out(&world, &format!("dir/../{name}/secret"));
    }
}

#[test]
fn what_a_link_names_is_changed_as_the_link_itself() {
    let world = World::new();
    world.walks(|walk| {
        symlink("../outside/secret", world.inside("link")).unwrap();
        walk.set_times(b"link", Links::Keep, SetTime::At(1), SetTime::At(1)).unwrap();
        walk.rename(b"link", walk, b"moved").unwrap();
        walk.remove_file(b"moved").unwrap();
        assert_eq!(walk.metadata(b"moved", Links::Keep), Err(Errno::Noent));
    });
    let secret = fs::metadata(world.outside().join("secret")).unwrap();
    assert!(secret.modified().unwrap().elapsed().unwrap() < Duration::from_secs(600));
    world.is_whole();
}

#[test]
fn links_to_absolute_places_are_not_made() {
    let world = World::new();
    world.walks(|walk| assert_eq!(walk.create_symlink(b"/etc/passwd", b"new"), Err(Errno::Perm)));
    assert!(fs::symlink_metadata(world.inside("new")).is_err());
}

#[test]
fn nothing_is_moved_made_or_removed_outside() {
    let world = World::new();
    symlink("../outside", world.inside("out")).unwrap();
    world.walks(|walk| {
        for to in [
            "../outside/new",
            "/outside/new",
            "out/new",
            "out/new/",
            "out/",
            "../../new",
            "out/secret",
            "out/secret/",
            "/new",
        ] {
            let (to, shown) = (to.as_bytes(), to);
            assert!(walk.rename(b"dir/secret", walk, to).is_err(), "moved to {shown}");
            assert!(walk.rename(b"dir", walk, to).is_err(), "directory moved to {shown}");
            let linked = walk.create_link(b"dir/secret", Links::Keep, walk, to);
            assert!(linked.is_err(), "linked to {shown}");
            assert!(walk.create_dir(to).is_err(), "directory {shown} made");
            assert!(walk.create_symlink(b"dir", to).is_err(), "link {shown} made");
            assert!(walk.remove_file(to).is_err(), "{shown} removed");
            assert!(walk.remove_dir(to).is_err(), "directory {shown} removed");
        }
        for from in ["../outside/secret", "out/secret", "out/", "../outside/", "/outside"] {
            assert!(walk.rename(from.as_bytes(), walk, b"got").is_err(), "{from} moved in");
            let linked = walk.create_link(from.as_bytes(), Links::Keep, walk, b"got");
            assert!(linked.is_err(), "{from} linked in");
        }
        assert_eq!(read(walk, "dir/secret").unwrap(), b"inside");
    });
    world.is_whole();
}

#[test]
fn file_systems_take_nothing_but_single_names() {
    let world = World::new();
    let root = HostDir::open(world.inside("")).unwrap().root().unwrap();
    for name in ["", ".", "..", "/", "/etc", "dir/secret", "../outside", "dir/", "./dir", "a\0b"] {
        let name = name.as_bytes();
        assert_eq!(root.open_dir(name).err(), Some(Errno::Inval), "{name:?}");
        assert_eq!(root.open_file(name, READ.options).err(), Some(Errno::Inval), "{name:?}");
        assert_eq!(root.entry_metadata(name), Err(Errno::Inval), "{name:?}");
        assert_eq!(root.create_dir(name), Err(Errno::Inval), "{name:?}");
        assert_eq!(root.remove_dir(name), Err(Errno::Inval), "{name:?}");
        assert_eq!(root.remove_file(name), Err(Errno::Inval), "{name:?}");
        assert_eq!(root.create_symlink(name, b"dir"), Err(Errno::Inval), "{name:?}");
        assert_eq!(root.read_link(name), Err(Errno::Inval), "{name:?}");
        assert_eq!(root.rename(b"dir", &*root, name), Err(Errno::Inval), "{name:?}");
        assert_eq!(root.rename(name, &*root, b"new"), Err(Errno::Inval), "{name:?}");
        assert_eq!(root.create_link(name, &*root, b"new"), Err(Errno::Inval), "{name:?}");
    }
    world.is_whole();
}

#[test]
fn a_directory_swapped_with_a_link_is_never_followed_outside() {
    let world = World::new();
    let (swap, aside) = (world.inside("a"), world.inside("aside"));
    let outside = world.outside();
    fs::create_dir(&swap).unwrap();
    fs::write(swap.join("secret"), "inside").unwrap();
    let end = Instant::now() + Duration::from_millis(250);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while Instant::now() < end {
                fs::rename(&swap, &aside).unwrap();
                symlink(&outside, &swap).unwrap();
                fs::remove_file(&swap).unwrap();
                symlink("../outside", &swap).unwrap();
                fs::remove_file(&swap).unwrap();
                fs::rename(&aside, &swap).unwrap();
            }
        });
        while Instant::now() < end {
            world.walks(|walk| {
                for path in ["a/secret", "a/../a/secret"] {
                    if let Ok(contents) = read(walk, path) {
                        assert_eq!(contents, b"inside");
                    }
                }
                let _ = write_new(walk, "a/new");
                let _ = walk.remove_file(b"a/new");
                let _ = walk.create_dir(b"a/../a/../../outside/new");
            });
        }
    });
    world.is_whole();
}

#[test]
fn a_file_swapped_with_a_link_is_never_followed_outside() {
    let world = World::new();
    let (swap, aside) = (world.inside("dir/secret"), world.inside("aside"));
    let end = Instant::now() + Duration::from_millis(250);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while Instant::now() < end {
                fs::rename(&swap, &aside).unwrap();
                symlink("../../outside/secret", &swap).unwrap();
                fs::rename(&aside, &swap).unwrap();
            }
        });
        while Instant::now() < end {
            world.walks(|walk| {
                if let Ok(contents) = read(walk, "dir/secret") {
                    assert_eq!(contents, b"inside");
                }
                let _ = walk.set_times(b"dir/secret", Links::Keep, SetTime::Keep, SetTime::At(1));
            });
        }
    });
    let secret = fs::metadata(world.outside().join("secret")).unwrap();
    assert!(secret.modified().unwrap().elapsed().unwrap() < Duration::from_secs(600));
    world.is_whole();
}

#[test]
fn an_open_directory_that_is_moved_still_has_its_way_back() {
    let world = World::new();
    fs::create_dir(world.inside("dir/deep")).unwrap();
    let start = world.mounts.at(b"/data/dir/deep").unwrap();
    fs::rename(world.inside("dir/deep"), world.outside().join("deep")).unwrap();
    for reach in [Reach::Below, Reach::Everywhere] {
        let walk = Walk { mounts: &world.mounts, start: &start, reach };
        assert!(
            read(&walk, "../secret").is_ok_and(|found| found == b"inside") || reach == Reach::Below
        );
        assert!(read(&walk, "../../outside/secret").is_err());
    }
    fs::remove_dir(world.outside().join("deep")).unwrap();
    world.is_whole();
}

#[test]
fn a_directory_at_the_top_is_all_there_is() {
    let world = World::new();
    let mut mounts = Mounts::default();
    mounts.mount(b"/", Arc::new(HostDir::open(world.inside("")).unwrap())).unwrap();
    symlink("/dir/secret", world.inside("absolute")).unwrap();
    symlink("../../outside/secret", world.inside("dir/up")).unwrap();
    let start = mounts.at(b"/dir").unwrap();
    let walk = Walk { mounts: &mounts, start: &start, reach: Reach::Everywhere };
    for path in ["/../dir/secret", "../../../dir/secret", "/absolute", "../absolute"] {
        assert_eq!(read(&walk, path).unwrap(), b"inside", "{path}");
    }
    for path in ["/etc/passwd", "../../../etc/passwd", "../outside/secret", "up", "/dir/up"] {
        assert_eq!(read(&walk, path), Err(Errno::Noent), "{path}");
    }
    world.is_whole();
}

#[test]
fn moves_between_mounts_stay_in_mounts() {
    let mut world = World::new();
    fs::create_dir(world.inside("other")).unwrap();
    let other = HostDir::open(world.inside("other")).unwrap();
    world.mounts.mount(b"/other", Arc::new(other)).unwrap();
    world.mounts.mount(b"/memory", Arc::new(MemoryFs::new())).unwrap();
    symlink("../../outside/secret", world.inside("link")).unwrap();
    let start = world.mounts.at(b"/data").unwrap();
    let walk = Walk { mounts: &world.mounts, start: &start, reach: Reach::Everywhere };
    walk.rename(b"link", &walk, b"/other/link").unwrap();
    assert!(read(&walk, "/other/link").is_err());
    walk.rename(b"dir/secret", &walk, b"../other/secret").unwrap();
    assert_eq!(read(&walk, "/other/secret").unwrap(), b"inside");
    walk.create_link(b"/other/secret", Links::Follow, &walk, b"again").unwrap();
    assert_eq!(read(&walk, "again").unwrap(), b"inside");
    assert_eq!(walk.rename(b"again", &walk, b"/memory/again"), Err(Errno::Xdev));
    assert_eq!(walk.create_link(b"again", Links::Keep, &walk, b"/memory/again"), Err(Errno::Xdev));
    assert!(walk.rename(b"dir", &walk, b"/other/../outside/dir").is_err());
    world.is_whole();
}

#[test]
fn long_names_are_too_long() {
    let world = World::new();
    world.walks(|walk| {
        let long = "a".repeat(256);
        assert_eq!(walk.create_dir(long.as_bytes()), Err(Errno::Nametoolong));
        assert_eq!(read(walk, &long), Err(Errno::Nametoolong));
        assert_eq!(read(walk, &"a/".repeat(5000)), Err(Errno::Nametoolong));
        let umlauts = "ä".repeat(127);
        assert_eq!(walk.create_dir(umlauts.as_bytes()), Ok(()));
        assert_eq!(walk.remove_dir(umlauts.as_bytes()), Ok(()));
    });
}

#[test]
fn pipes_and_devices_are_seen_but_not_opened() {
    let world = World::new();
    let made = std::process::Command::new("mkfifo").arg(world.inside("pipe")).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    let started = Instant::now();
    world.walks(|walk| {
        assert!(walk.metadata(b"pipe", Links::Follow).is_ok());
        assert_eq!(read(walk, "pipe"), Err(Errno::Notsup));
        assert!(matches!(write_new(walk, "pipe"), Err(Errno::Notsup | Errno::Nxio)));
        walk.set_times(b"pipe", Links::Follow, SetTime::Now, SetTime::Now).unwrap();
    });
    assert!(started.elapsed() < Duration::from_secs(5));
    let devices = HostDir::open("/dev").unwrap().root().unwrap();
    assert_eq!(devices.open_file(b"null", READ.options).err(), Some(Errno::Notsup));
}

#[test]
fn appends_of_several_open_files_do_not_overwrite_each_other() {
    let world = World::new();
    let root = HostDir::open(world.inside("")).unwrap().root().unwrap();
    let options = OpenOptions { write: true, create: true, ..READ.options };
    std::thread::scope(|scope| {
        for letter in [b'a', b'b'] {
            let root = &root;
            scope.spawn(move || {
                let file = root.open_file(b"log", options).unwrap();
                for _ in 0..200 {
                    let (count, end) = file.append(&[letter; 7]).unwrap();
                    let mut found = [0; 7];
                    assert_eq!(file.read_at(&mut found, end - count as u64).unwrap(), count);
                    assert_eq!(found, [letter; 7]);
                }
            });
        }
    });
    assert_eq!(root.entry_metadata(b"log").unwrap().size, 2 * 200 * 7);
}
