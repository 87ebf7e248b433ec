//! A file system in memory, saved and restored, and at its limits.

use super::*;
use crate::sys::{Random, SeededRandom};

const NEW: OpenOptions =
    OpenOptions { read: true, write: true, create: true, create_new: false, truncate: false };

fn filled() -> MemoryFs {
    let fs = MemoryFs::with_fixed_time(5);
    fs.write("a/b/file", b"content").unwrap();
    fs.write("empty", b"").unwrap();
    fs.create_dir_all("/c/d/").unwrap();
    let root = fs.root().unwrap();
    root.create_symlink("link", "a/b").unwrap();
    root.create_link("empty", &*root, "again").unwrap();
    root.open_file("holes", NEW).unwrap().write_at(b"x", 1_000_000).unwrap();
    fs
}

#[test]
fn a_restored_file_system_is_the_same() {
    let fs = filled();
    let copy = MemoryFs::from_bytes(&fs.to_bytes()).unwrap();
    assert_eq!(copy.list(), fs.list());
    assert_eq!(copy.to_bytes(), fs.to_bytes());
    let root = copy.root().unwrap();
    let metadata = root.entry_metadata("again").unwrap();
    assert_eq!((metadata.links, metadata.changed), (2, 5));
    assert_eq!(root.entry_metadata("empty").unwrap().inode, metadata.inode);
    assert_eq!(root.read_link("link").unwrap(), "a/b");
    assert_eq!(copy.read("holes").unwrap()[1_000_000], b'x');
    let paths: Vec<_> = copy.list().into_iter().map(|entry| entry.path).collect();
    let expected = "a, a/b, a/b/file, again, c, c/d, empty, holes, link";
    assert_eq!(paths.join(", "), expected);
}

#[test]
fn changed_bytes_are_refused_or_another_file_system() {
    let saved = filled().to_bytes();
    let mut random = SeededRandom::new(3);
    let mut refused = 0;
    for _ in 0..5000 {
        let mut bytes = saved.clone();
        let mut numbers = [0; 8];
        random.fill(&mut numbers).unwrap();
        let [kind, value, at @ ..] = numbers;
        // Most bytes are those of pages: rather change those around the nodes.
        let at = usize::from(at[0]) * if at[1] < 128 { 1 } else { 61 } % bytes.len();
        match kind % 3 {
            0 => bytes.truncate(at),
            1 => bytes[at] ^= 1 << (value % 8),
            _ => bytes[at] = value,
        }
        match MemoryFs::from_bytes(&bytes) {
            Ok(fs) => assert_eq!(MemoryFs::from_bytes(&fs.to_bytes()).unwrap().list(), fs.list()),
            Err(error) => {
                assert!(error.offset() <= bytes.len());
                refused += 1;
            }
        }
    }
    assert!(refused > 2000, "{refused}");
}

#[test]
fn deep_trees_are_no_recursion() {
    let fs = MemoryFs::new();
    fs.create_dir_all(&"d/".repeat(20_000)).unwrap();
    let copy = MemoryFs::from_bytes(&fs.to_bytes()).unwrap();
    drop(fs);
    let mut dir = copy.root().unwrap();
    for _ in 0..20_000 {
        dir = dir.open_dir("d").unwrap();
    }
    assert_eq!(copy.root().unwrap().rename("d", &*dir, "e"), Err(Errno::Inval));
}

#[test]
fn space_is_limited_and_comes_back() {
    let fs = MemoryFs::with_limits(3 * 4096, 4);
    let root = fs.root().unwrap();
    let file = root.open_file("a", NEW).unwrap();
    assert_eq!(file.write_at(&[1; 20_000], 100), Ok(3 * 4096 - 100));
    assert_eq!(file.write_at(b"x", u64::MAX), Err(Errno::Fbig));
    assert_eq!(file.set_len(u64::MAX), Err(Errno::Fbig));
    let other = root.open_file("b", NEW).unwrap();
    assert_eq!(other.write_at(b"x", 0), Err(Errno::Nospc));
    assert_eq!(other.write_at(b"", 0), Ok(0));
    root.remove_file("a").unwrap();
    // It lives as long as it is open.
    assert_eq!(file.read_at(&mut [0; 8], 100), Ok(8));
    assert_eq!(other.write_at(b"x", 0), Err(Errno::Nospc));
    drop(file);
    assert_eq!(other.write_at(b"x", 0), Ok(1));
    root.create_dir("c").unwrap();
    root.create_dir("d").unwrap();
    assert_eq!(root.create_dir("e"), Err(Errno::Nospc));
}

#[test]
fn nothing_is_made_in_a_removed_directory() {
    let fs = MemoryFs::new();
    let root = fs.root().unwrap();
    root.create_dir("gone").unwrap();
    let gone = root.open_dir("gone").unwrap();
    root.remove_dir("gone").unwrap();
    assert_eq!(gone.create_dir("x"), Err(Errno::Noent));
    assert_eq!(gone.open_file("x", NEW).map(drop), Err(Errno::Noent));
    fs.write("f", b"").unwrap();
    assert_eq!(root.rename("f", &*gone, "f"), Err(Errno::Noent));
    assert_eq!(root.create_link("f", &*gone, "f"), Err(Errno::Noent));
    assert_eq!(gone.entries(), Ok(vec![]));
}

#[test]
fn renaming_follows_posix() {
    let fs = MemoryFs::new();
    for path in ["file", "dir/inner", "other"] {
        fs.write(path, path).unwrap();
    }
    fs.create_dir_all("empty").unwrap();
    let root = fs.root().unwrap();
    assert_eq!(root.rename("file", &*root, "dir"), Err(Errno::Isdir));
    assert_eq!(root.rename("empty", &*root, "file"), Err(Errno::Notdir));
    assert_eq!(root.rename("empty", &*root, "dir"), Err(Errno::Notempty));
    assert_eq!(root.rename("none", &*root, "dir"), Err(Errno::Noent));
    assert_eq!(root.rename("dir", &*root, "empty"), Ok(()));
    assert_eq!(root.rename("file", &*root, "other"), Ok(()));
    assert_eq!(fs.read("other").unwrap(), b"file");
    let elsewhere = MemoryFs::new().root().unwrap();
    assert_eq!(root.rename("other", &*elsewhere, "x"), Err(Errno::Xdev));
    root.create_link("other", &*root, "same").unwrap();
    assert_eq!(root.rename("other", &*root, "same"), Ok(()));
    assert_eq!(root.entry_metadata("same").unwrap().links, 2);
}
