//! Paths: what each function answers, the same over every file system.

use super::{
    VERSION,
    files::{CREAT, DIR, DIRECTORY, EVERYTHING, Guest, TRUNC},
};
use crate::{
    sys::{
        Errno, Rights,
        fs::{MemoryFs, Overlay},
    },
    wasi::{
        fd,
        guest_memory::List,
        path::{self, Times},
        rights::{self, FD_READ, FD_SYNC, FD_WRITE},
    },
};

/// Does something in an empty file system of each kind.
fn everywhere(test: impl Fn(&mut Guest)) {
    test(&mut Guest::over(MemoryFs::new()));
    #[cfg(feature = "host-fs")]
    {
        let dir = tempfile::tempdir().unwrap();
        let mut guest = Guest::over(crate::sys::fs::HostDir::open(dir.path()).unwrap());
        guest.windows = cfg!(windows);
        test(&mut guest);
    }
}

type Done = Result<(), Errno>;

const KEEP: u32 = 0;
const FOLLOW: u32 = 1;

impl Guest {
    fn make(&mut self, path: impl AsRef<[u8]>) -> Done {
        let fd = self.open(DIR, path, CREAT, 0)?;
        self.call(|wasi, memory| fd::fd_close(wasi, memory, fd))
    }

    fn make_dir(&mut self, path: impl AsRef<[u8]>) -> Done {
        let path = self.text(path);
        self.call(|wasi, memory| path::path_create_directory(wasi, memory, DIR, path))
    }

    fn unlink(&mut self, path: impl AsRef<[u8]>) -> Done {
        let path = self.text(path);
        self.call(|wasi, memory| path::path_unlink_file(wasi, memory, DIR, path))
    }

    fn remove_dir(&mut self, path: impl AsRef<[u8]>) -> Done {
        let path = self.text(path);
        self.call(|wasi, memory| path::path_remove_directory(wasi, memory, DIR, path))
    }

    /// Puts two paths beside each other.
    fn two(&mut self, first: impl AsRef<[u8]>, second: impl AsRef<[u8]>) -> (List, List) {
        let (first, second) = (first.as_ref(), second.as_ref());
        let List(at, _) = self.text([first, second].concat());
        let len = |path: &[u8]| u32::try_from(path.len()).unwrap();
        (List(at, len(first)), List(at + len(first), len(second)))
    }

    fn rename(&mut self, from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> Done {
        let (from, to) = self.two(from, to);
        self.call(|wasi, memory| path::path_rename(wasi, memory, DIR, from, DIR, to))
    }

    fn link(&mut self, flags: u32, from: impl AsRef<[u8]>, to: impl AsRef<[u8]>) -> Done {
        let (from, to) = self.two(from, to);
        self.call(|wasi, memory| path::path_link(wasi, memory, DIR, flags, from, DIR, to))
    }

    fn symlink(&mut self, target: impl AsRef<[u8]>, path: impl AsRef<[u8]>) -> Done {
        let (target, path) = self.two(target, path);
        self.call(|wasi, memory| path::path_symlink(wasi, memory, target, DIR, path))
    }

    /// The type, the number of names and the time of the last change of the contents.
    fn stat(&mut self, flags: u32, path: impl AsRef<[u8]>) -> Result<(u8, u64, u64), Errno> {
        let path = self.text(path);
        self.call(|wasi, memory| {
            path::path_filestat_get(wasi, memory, VERSION, DIR, flags, path, 0)?;
            Ok((memory.read(16)?, memory.read(24)?, memory.read(48)?))
        })
    }

    /// Whether symbolic links can be made: on Windows not always, and an errno says why.
    fn makes_links(&mut self) -> bool {
        match self.symlink("x", "link") {
            Err(Errno::Perm | Errno::Notsup) if self.windows => {
                assert_eq!(self.stat(KEEP, "link"), Err(Errno::Noent));
                false
            }
            made => {
                made.unwrap();
                self.unlink("link").unwrap();
                true
            }
        }
    }

    fn read_link(&mut self, path: impl AsRef<[u8]>, room: u32) -> Result<Vec<u8>, Errno> {
        let path = self.text(path);
        self.call(|wasi, memory| {
            path::path_readlink(wasi, memory, DIR, path, List(64, room), 0)?;
            let len: u32 = memory.read(0)?;
            Ok(memory.slice(64, len.into())?.to_vec())
        })
    }

    /// The names of all that is in the directory.
    fn list(&mut self) -> Vec<Vec<u8>> {
        self.read_dir(DIR, 1024, 0).0.into_iter().map(|(name, _)| name).collect()
    }

    fn follow(&mut self, path: impl AsRef<[u8]>, open: u32) -> Result<u32, Errno> {
        let path = self.text(path);
        let rights = Rights { base: FD_READ, inheriting: 0 };
        let flags = path::OpenFlags { lookup: FOLLOW, open, fd: 0, rights };
        self.call(|wasi, memory| {
            path::path_open(wasi, memory, DIR, path, flags, 0)?;
            memory.read(0)
        })
    }
}

#[test]
fn a_path_stays_below_its_directory() {
    everywhere(|guest| {
        guest.make_dir("dir").unwrap();
        guest.make_dir("dir/deep").unwrap();
        guest.make("dir/deep/file").unwrap();
        for (path, answer) in [
            ("dir/.//deep/../../dir/deep/../deep///./file", None),
            ("dir/deep///", None),
            ("dir/..", None),
            ("/dir", Some(Errno::Perm)),
            ("..", Some(Errno::Perm)),
            ("dir/../../dir", Some(Errno::Perm)),
            ("dir/deep/file/", Some(Errno::Notdir)),
            ("dir/deep/file///", Some(Errno::Notdir)),
            ("dir/deep/file/..", Some(Errno::Notdir)),
            ("dir/deep/file\0", Some(Errno::Inval)),
            ("missing/../dir", Some(Errno::Noent)),
            ("", Some(Errno::Noent)),
        ] {
            assert_eq!(guest.open(DIR, path, 0, 0).err(), answer, "{path}");
        }
    });
}

#[test]
fn files_and_directories_are_removed_each_in_its_way() {
    everywhere(|guest| {
        guest.make("file").unwrap();
        guest.make_dir("dir/").unwrap();
        guest.make("dir/file").unwrap();
        assert_eq!(guest.make_dir("dir"), Err(Errno::Exist));
        assert_eq!(guest.make_dir("file"), Err(Errno::Exist));
        assert_eq!(guest.unlink("dir"), Err(Errno::Isdir));
        assert_eq!(guest.unlink("dir/"), Err(Errno::Isdir));
        assert_eq!(guest.unlink("file/"), Err(Errno::Notdir));
        assert_eq!(guest.unlink("missing"), Err(Errno::Noent));
        assert_eq!(guest.remove_dir("file"), Err(Errno::Notdir));
        assert_eq!(guest.remove_dir("file/"), Err(Errno::Notdir));
        assert_eq!(guest.remove_dir("dir"), Err(Errno::Notempty));
        assert_eq!(guest.unlink("dir/file"), Ok(()));
        assert_eq!(guest.remove_dir("dir/"), Ok(()));
        assert_eq!(guest.unlink("file"), Ok(()));
        assert_eq!(guest.stat(KEEP, "file"), Err(Errno::Noent));
    });
}

#[test]
fn renaming_replaces_only_what_is_alike() {
    everywhere(|guest| {
        guest.make("file").unwrap();
        guest.make("other").unwrap();
        guest.make_dir("dir").unwrap();
        guest.make_dir("empty").unwrap();
        guest.make("empty/file").unwrap();
        assert_eq!(guest.rename("file", "dir"), Err(Errno::Isdir));
        assert_eq!(guest.rename("dir", "file"), Err(Errno::Notdir));
        assert_eq!(guest.rename("dir", "empty"), Err(Errno::Notempty));
        assert_eq!(guest.rename("file/", "new"), Err(Errno::Notdir));
        assert_eq!(guest.rename("file", "new/"), Err(Errno::Notdir));
        assert_eq!(guest.rename("missing", "new"), Err(Errno::Noent));
        assert_eq!(guest.rename("dir", "dir/below"), Err(Errno::Inval));
        guest.unlink("empty/file").unwrap();
        assert_eq!(guest.rename("dir/", "empty"), Ok(()));
        assert_eq!(guest.rename("empty", "dir/"), Ok(()));
        assert_eq!(guest.rename("file", "other"), Ok(()));
        assert_eq!(guest.rename("other", "other"), Ok(()));
        assert_eq!(guest.stat(KEEP, "file"), Err(Errno::Noent));
        assert_eq!(guest.stat(KEEP, "empty"), Err(Errno::Noent));
        assert_eq!(guest.stat(KEEP, "other").unwrap().0, 4);
    });
}

#[test]
fn a_file_has_several_names() {
    everywhere(|guest| {
        guest.make("file").unwrap();
        guest.make_dir("dir").unwrap();
        assert_eq!(guest.link(KEEP, "file", "dir/link"), Ok(()));
        assert_eq!(guest.stat(KEEP, "dir/link").unwrap().1, 2);
        assert_eq!(guest.stat(KEEP, "file"), guest.stat(KEEP, "dir/link"));
        for taken in ["file", "dir", "dir/link"] {
            assert_eq!(guest.link(KEEP, "file", taken), Err(Errno::Exist), "{taken}");
        }
        assert_eq!(guest.link(KEEP, "dir", "new"), Err(Errno::Perm));
        assert_eq!(guest.link(KEEP, "file", "new/"), Err(Errno::Noent));
        assert_eq!(guest.link(KEEP, "missing", "new"), Err(Errno::Noent));
        guest.unlink("file").unwrap();
        assert_eq!(guest.stat(KEEP, "dir/link").unwrap().1, 1);
        if !guest.makes_links() {
            return;
        }
        guest.symlink("missing", "dangling").unwrap();
        assert_eq!(guest.link(KEEP, "dangling", "new"), Ok(()));
        assert_eq!(guest.stat(KEEP, "new").unwrap().0, 7);
        assert_eq!(guest.link(KEEP, "dir/link", "dangling"), Err(Errno::Exist));
        assert_eq!(guest.link(FOLLOW, "dangling", "newer"), Err(Errno::Inval));
    });
}

#[test]
fn links_are_followed_when_asked() {
    everywhere(|guest| {
        guest.make("file").unwrap();
        guest.make_dir("dir").unwrap();
        assert_eq!(guest.symlink("/", "new"), Err(Errno::Perm));
        if !guest.makes_links() {
            return;
        }
        for (target, path) in
            [("file", "to-file"), ("dir", "to-dir"), ("missing", "to-none"), ("loop", "loop")]
        {
            assert_eq!(guest.symlink(target, path), Ok(()));
            assert_eq!(guest.open(DIR, path, 0, 0), Err(Errno::Loop), "{path}");
            let opened = guest.open(DIR, path, DIRECTORY, 0);
            assert!(matches!(opened, Err(Errno::Loop | Errno::Notdir)), "{path}: {opened:?}");
            assert_eq!(guest.stat(KEEP, path).unwrap().0, 7);
        }
        assert_eq!(guest.follow("to-file", 0).err(), None);
        assert_eq!(guest.follow("to-file", DIRECTORY), Err(Errno::Notdir));
        assert_eq!(guest.follow("to-dir", DIRECTORY).err(), None);
        assert_eq!(guest.follow("to-none", 0), Err(Errno::Noent));
        assert_eq!(guest.follow("loop", 0), Err(Errno::Loop));
        assert_eq!(guest.stat(FOLLOW, "to-file").unwrap().0, 4);
        assert_eq!(guest.stat(KEEP, "to-dir/").unwrap().0, 3);
        assert_eq!(guest.follow("to-none", CREAT).err(), None);
        assert_eq!(guest.stat(KEEP, "missing").unwrap().0, 4);
        assert_eq!(guest.symlink("x", "new/"), Err(Errno::Noent));
        assert_eq!(guest.symlink("x", "dir/"), Err(Errno::Exist));
        assert_eq!(guest.symlink("x", "file/"), Err(Errno::Notdir));
        assert_eq!(guest.symlink("x", "file"), Err(Errno::Exist));
    });
}

#[test]
fn a_link_is_read_as_far_as_there_is_room() {
    everywhere(|guest| {
        guest.make("file").unwrap();
        if !guest.makes_links() {
            return;
        }
        guest.symlink("target", "link").unwrap();
        for (path, room, expected) in [
            ("link", 10, Ok("target\0\0\0\0")),
            ("link", 4, Ok("targ\0\0\0\0\0\0")),
            ("link", 0, Ok("\0\0\0\0\0\0\0\0\0\0")),
            ("file", 10, Err(Errno::Inval)),
            (".", 10, Err(Errno::Inval)),
            ("missing", 10, Err(Errno::Noent)),
        ] {
            let path = guest.text(path);
            let read = guest.call(|wasi, memory| {
                memory.write_bytes(64, &[0; 10])?;
                path::path_readlink(wasi, memory, DIR, path, List(64, room), 0)?;
                assert_eq!(memory.read::<u32>(0), Ok(room.min(6)));
                Ok::<_, Errno>(memory.slice(64, 10)?.to_vec())
            });
            assert_eq!(read, expected.map(|text| text.as_bytes().to_vec()));
        }
    });
}

#[test]
fn a_link_has_times_of_its_own() {
    everywhere(|guest| {
        guest.make("file").unwrap();
        if !guest.makes_links() {
            return;
        }
        guest.symlink("file", "link").unwrap();
        let set = |guest: &mut Guest, lookup, modified| {
            let path = guest.text("link");
            guest.call(|wasi, memory| {
                let times = Times { accessed: 0, modified, flags: 4 };
                path::path_filestat_set_times(wasi, memory, DIR, lookup, path, times)
            })
        };
        let modified = |guest: &mut Guest, flags| guest.stat(flags, "link").map(|stat| stat.2);
        set(guest, FOLLOW, 2_000_000_000).unwrap();
        set(guest, KEEP, 1_000_000_000).unwrap();
        assert_eq!(modified(guest, KEEP), Ok(1_000_000_000));
        assert_eq!(modified(guest, FOLLOW), Ok(2_000_000_000));
    });
}

#[test]
fn a_file_that_cannot_be_written_is_not_changed() {
    everywhere(|guest| {
        let fd = guest.open(DIR, "file", CREAT, FD_WRITE).unwrap();
        guest.write(fd, "kept").unwrap();
        let all_but_write = FD_READ | FD_SYNC | rights::FD_ALLOCATE | rights::FD_FILESTAT_SET_SIZE;
        let fd = guest.open(DIR, "file", 0, all_but_write).unwrap();
        let answers = guest.call(|wasi, memory| {
            [
                fd::fd_filestat_set_size(wasi, memory, fd, 0),
                fd::fd_allocate(wasi, memory, fd, 0, 9),
                fd::fd_datasync(wasi, memory, fd),
                fd::fd_sync(wasi, memory, fd),
            ]
        });
        assert_eq!(answers, [Err(Errno::Inval), Err(Errno::Badf), Ok(()), Ok(())]);
        assert_eq!(guest.write(fd, "no"), Err(Errno::Badf));
        // Not by way of a directory that hands on no right to write either.
        let rights = Rights { base: EVERYTHING, inheriting: FD_READ };
        let dir = guest.open_with(DIR, ".", DIRECTORY, rights, 0).unwrap();
        assert_eq!(guest.open(dir, "file", TRUNC, 0), Err(Errno::Notcapable));
        assert_eq!(guest.read(fd).unwrap(), "kept");
    });
}

/// Does something in an empty file system of each kind that takes any bytes as a name.
fn where_names_are_bytes(test: impl Fn(&mut Guest)) {
    test(&mut Guest::over(MemoryFs::new()));
    let lower = MemoryFs::new();
    test(&mut Guest::over(Overlay::new(lower, MemoryFs::new())));
    #[cfg(all(feature = "host-fs", target_os = "linux"))]
    {
        let dir = tempfile::tempdir().unwrap();
        test(&mut Guest::over(crate::sys::fs::HostDir::open(dir.path()).unwrap()));
    }
}

#[test]
fn names_need_not_be_text() {
    // Latin-1, half a character, a surrogate, control characters.
    const DIR: &[u8] = b"caf\xe9";
    const FILE: &[u8] = b"caf\xe9/\xc3";
    const MOVED: &[u8] = b"caf\xe9/\xed\xa0\x80\x1b[31m";
    const LINK: &[u8] = b"\xff\xfe";
    where_names_are_bytes(|guest| {
        guest.make_dir(DIR).unwrap();
        guest.make(FILE).unwrap();
        guest.symlink(FILE, LINK).unwrap();
        assert_eq!(guest.stat(FOLLOW, LINK).unwrap().0, 4);
        assert_eq!(guest.stat(KEEP, LINK).unwrap().0, 7);
        assert_eq!(guest.follow(LINK, 0).err(), None);
        assert_eq!(guest.read_link(LINK, 64).unwrap(), FILE);
        assert_eq!(guest.rename(FILE, MOVED), Ok(()));
        assert_eq!(guest.stat(FOLLOW, LINK), Err(Errno::Noent));
        assert_eq!(guest.link(KEEP, MOVED, FILE), Ok(()));
        assert_eq!(guest.list(), [&b"."[..], b"..", DIR, LINK]);
        assert_eq!(guest.make_dir(LINK), Err(Errno::Exist));
        assert_eq!(guest.remove_dir(DIR), Err(Errno::Notempty));
        // Only `/` and zero end a name: not what has their bits in more bytes.
        assert_eq!(guest.stat(KEEP, b"caf\xe9\xc0\xaf\xc3"), Err(Errno::Noent));
        assert_eq!(guest.stat(KEEP, b"\xff\0\xfe"), Err(Errno::Inval));
        assert_eq!(guest.make([0xff; 256]), Err(Errno::Nametoolong));
        for path in [MOVED, FILE, LINK] {
            assert_eq!(guest.unlink(path), Ok(()), "{}", path.escape_ascii());
        }
        assert_eq!(guest.remove_dir(DIR), Ok(()));
        assert_eq!(guest.list(), [&b"."[..], b".."]);
    });
}

/// Separators, drives, shares, streams, devices, wildcards, and ends that are dropped.
const NAMES_OF_WINDOWS: &[&str] = &[
    "..\\out",
    "\\out",
    "dir\\x",
    "C:",
    "C:\\out",
    "c:out",
    "\\\\?\\C:\\out",
    "\\\\.\\NUL",
    "\\\\server\\share",
    "file:stream",
    "file::$DATA",
    ":x",
    "NUL",
    "con",
    "Com1.txt",
    "LPT¹",
    "CONIN$",
    "aux .c",
    "file.",
    "file ",
    "..  ",
    "fi?e",
    "*",
    "fi<",
    "\x1b",
];

#[test]
fn what_windows_reads_into_a_name_leads_nowhere() {
    everywhere(|guest| {
        guest.make("file").unwrap();
        guest.make_dir("dir").unwrap();
        for name in NAMES_OF_WINDOWS {
            for path in [name.to_string(), format!("dir/{name}"), format!("dir/../{name}")] {
                if !guest.windows {
                    // Elsewhere they are names as all others.
                    guest.make(&path).unwrap();
                    assert_eq!(guest.rename(&path, "moved"), Ok(()), "{path}");
                    assert_eq!(guest.unlink("moved"), Ok(()));
                    continue;
                }
                let no_name = Err(Errno::Inval);
                assert_eq!(guest.open(DIR, &path, 0, FD_READ).map(drop), no_name, "{path}");
                assert_eq!(guest.open(DIR, &path, 0, FD_WRITE).map(drop), no_name, "{path}");
                assert_eq!(guest.make(&path), no_name, "{path}");
                assert_eq!(guest.make_dir(&path), no_name, "{path}");
                assert_eq!(guest.stat(KEEP, &path).map(drop), no_name, "{path}");
                assert_eq!(guest.stat(FOLLOW, &path).map(drop), no_name, "{path}");
                assert_eq!(guest.stat(KEEP, format!("{path}/x")).map(drop), no_name, "{path}");
                assert_eq!(guest.unlink(&path), no_name, "{path}");
                assert_eq!(guest.remove_dir(&path), no_name, "{path}");
                assert_eq!(guest.rename("file", &path), no_name, "{path}");
                assert_eq!(guest.rename(&path, "new"), no_name, "{path}");
                assert_eq!(guest.link(KEEP, "file", &path), no_name, "{path}");
                assert_eq!(guest.link(KEEP, &path, "new"), no_name, "{path}");
                assert_eq!(guest.symlink("file", &path), no_name, "{path}");
                assert_eq!(guest.symlink(&path, "new"), no_name, "{path}");
                assert_eq!(guest.read_link(&path, 9), no_name.map(|()| Vec::new()), "{path}");
            }
        }
        assert_eq!(guest.list(), [&b"."[..], b"..", b"dir", b"file"]);
        assert_eq!(guest.remove_dir("dir"), Ok(()));
    });
}

#[test]
fn slashes_at_the_end_do_not_make_a_link_lead_elsewhere() {
    everywhere(|guest| {
        guest.make("file").unwrap();
        guest.make_dir("dir").unwrap();
        if !guest.makes_links() {
            return;
        }
        for (target, path) in
            [("file", "to-file"), ("dir", "to-dir"), ("..", "up"), ("../x", "out"), ("no", "none")]
        {
            guest.symlink(target, path).unwrap();
        }
        for slashes in ["/", "//", "/.", "/./"] {
            let at = |name: &str| format!("{name}{slashes}");
            for open in [0, CREAT, TRUNC, DIRECTORY] {
                for name in ["up", "out"] {
                    assert_eq!(guest.open(DIR, at(name), open, 0), Err(Errno::Perm), "{name}");
                }
                for name in ["file", "to-file"] {
                    assert_eq!(guest.open(DIR, at(name), open, 0), Err(Errno::Notdir), "{name}");
                    assert_eq!(guest.follow(at(name), open), Err(Errno::Notdir), "{name}");
                }
            }
            assert_eq!(guest.open(DIR, at("to-dir"), DIRECTORY, 0).err(), None);
            assert_eq!(guest.open(DIR, at("dir"), TRUNC, 0), Err(Errno::Isdir));
            assert_eq!(guest.open(DIR, at("none"), CREAT, 0).err(), Some(Errno::Isdir));
        }
        for slashes in ["/", "//"] {
            let at = |name: &str| format!("{name}{slashes}");
            for name in ["file", "to-file", "to-dir", "up", "out", "none"] {
                assert_eq!(guest.unlink(at(name)), Err(Errno::Notdir), "{name}");
                assert_eq!(guest.remove_dir(at(name)), Err(Errno::Notdir), "{name}");
                assert_eq!(guest.rename(at(name), "new"), Err(Errno::Notdir), "{name}");
                assert_eq!(guest.rename("file", at(name)), Err(Errno::Notdir), "{name}");
                assert_eq!(guest.make_dir(at(name)), Err(Errno::Exist), "{name}");
            }
            assert_eq!(guest.unlink(at("dir")), Err(Errno::Isdir));
        }
        assert_eq!(guest.list().len(), 2 + 7);
        assert_eq!(guest.stat(KEEP, "file").unwrap().0, 4);
    });
}

#[test]
fn moving_needs_the_rights_of_both_directories() {
    everywhere(|guest| {
        guest.make("file").unwrap();
        let with = |guest: &mut Guest, missing: u64| {
            guest.open(DIR, ".", DIRECTORY, EVERYTHING & !missing).unwrap()
        };
        let cases = [
            (rights::PATH_RENAME_SOURCE, 0, Err(Errno::Notcapable)),
            (0, rights::PATH_RENAME_TARGET, Err(Errno::Notcapable)),
            (rights::PATH_RENAME_TARGET, rights::PATH_RENAME_SOURCE, Ok(())),
        ];
        for (missing, missing_there, answer) in cases {
            let (from, to) = (with(guest, missing), with(guest, missing_there));
            let (old, new) = guest.two("file", "moved");
            let moved =
                guest.call(|wasi, memory| path::path_rename(wasi, memory, from, old, to, new));
            assert_eq!(moved, answer);
        }
        assert_eq!(guest.stat(KEEP, "moved").unwrap().0, 4);
        for (missing, answer) in [
            (rights::PATH_LINK_SOURCE, Err(Errno::Notcapable)),
            (rights::PATH_LINK_TARGET, Err(Errno::Notcapable)),
            (rights::PATH_RENAME_SOURCE, Ok(())),
        ] {
            let dir = with(guest, missing);
            let (old, new) = guest.two("moved", "again");
            let linked =
                guest.call(|wasi, memory| path::path_link(wasi, memory, dir, KEEP, old, dir, new));
            assert_eq!(linked, answer);
        }
    });
}
