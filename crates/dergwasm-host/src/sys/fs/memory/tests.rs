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
    root.create_symlink(b"link", b"a/b").unwrap();
    root.create_symlink(b"caf\xe9", b"\xff\xfe").unwrap();
    root.create_link(b"empty", &*root, b"again").unwrap();
    root.open_file(b"holes", NEW).unwrap().write_at(b"x", 1_000_000).unwrap();
    fs
}

#[test]
fn a_restored_file_system_is_the_same() {
    let fs = filled();
    let copy = MemoryFs::from_bytes(&fs.to_bytes()).unwrap();
    assert_eq!(copy.list(), fs.list());
    assert_eq!(copy.to_bytes(), fs.to_bytes());
    let root = copy.root().unwrap();
    let metadata = root.entry_metadata(b"again").unwrap();
    assert_eq!((metadata.links, metadata.changed), (2, 5));
    assert_eq!(root.entry_metadata(b"empty").unwrap().inode, metadata.inode);
    assert_eq!(root.read_link(b"link").unwrap(), b"a/b");
    assert_eq!(copy.read("holes").unwrap()[1_000_000], b'x');
    let paths: Vec<_> = copy.list().into_iter().map(|entry| entry.path).collect();
    let expected = b"a, a/b, a/b/file, again, c, c/d, caf\xe9, empty, holes, link";
    assert_eq!(paths.join(&b", "[..]), expected);
    assert_eq!(root.read_link(b"caf\xe9").unwrap(), b"\xff\xfe");
}

#[test]
fn a_saved_file_system_is_the_same_bytes_on_every_processor() {
    const TIMES: &[u8] = b"\x08\x07\x06\x05\x04\x03\x02\x01\x08\x07\x06\x05\x04\x03\x02\x01\
                           \x08\x07\x06\x05\x04\x03\x02\x01";
    let fs = MemoryFs::with_fixed_time(0x0102_0304_0506_0708);
    fs.write("file", b"hi").unwrap();
    fs.root().unwrap().create_symlink(b"link", b"file").unwrap();
    let expected = [
        b"DERGFS\x01\0",
        // The directory at the top and its two entries.
        &b"\x01\0\0\0\0\0\0\0\x01"[..],
        TIMES,
        b"\x02\0\0\0\0\0\0\0",
        b"\x04\0file\x02\0\0\0\0\0\0\0",
        b"\x04\0link\x03\0\0\0\0\0\0\0",
        // The file, of two bytes in one page.
        b"\x02\0\0\0\0\0\0\0\0",
        TIMES,
        b"\x02\0\0\0\0\0\0\0\x01\0\0\0\0\0\0\0",
        b"\0\0\0\0\0\0\0\0hi",
        &[0; 4094],
        // The link.
        b"\x03\0\0\0\0\0\0\0\x02",
        TIMES,
        b"\x04\0file",
    ];
    assert_eq!(fs.to_bytes(), expected.concat());
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
    fs.create_dir_all("d/".repeat(20_000)).unwrap();
    let copy = MemoryFs::from_bytes(&fs.to_bytes()).unwrap();
    drop(fs);
    let mut dir = copy.root().unwrap();
    for _ in 0..20_000 {
        dir = dir.open_dir(b"d").unwrap();
    }
    assert_eq!(copy.root().unwrap().rename(b"d", &*dir, b"e"), Err(Errno::Inval));
}

#[test]
fn space_is_limited_and_comes_back() {
    let fs = MemoryFs::with_limits(3 * 4096, 4);
    let root = fs.root().unwrap();
    let file = root.open_file(b"a", NEW).unwrap();
    assert_eq!(file.write_at(&[1; 20_000], 100), Ok(3 * 4096 - 100));
    assert_eq!(file.write_at(b"x", u64::MAX), Err(Errno::Fbig));
    assert_eq!(file.set_len(u64::MAX), Err(Errno::Fbig));
    let other = root.open_file(b"b", NEW).unwrap();
    assert_eq!(other.write_at(b"x", 0), Err(Errno::Nospc));
    assert_eq!(other.write_at(b"", 0), Ok(0));
    root.remove_file(b"a").unwrap();
    // It lives as long as it is open.
    assert_eq!(file.read_at(&mut [0; 8], 100), Ok(8));
    assert_eq!(other.write_at(b"x", 0), Err(Errno::Nospc));
    drop(file);
    assert_eq!(other.write_at(b"x", 0), Ok(1));
    root.create_dir(b"c").unwrap();
    root.create_dir(b"d").unwrap();
    assert_eq!(root.create_dir(b"e"), Err(Errno::Nospc));
}

#[test]
fn nothing_is_made_in_a_removed_directory() {
    let fs = MemoryFs::new();
    let root = fs.root().unwrap();
    root.create_dir(b"gone").unwrap();
    let gone = root.open_dir(b"gone").unwrap();
    root.remove_dir(b"gone").unwrap();
    assert_eq!(gone.create_dir(b"x"), Err(Errno::Noent));
    assert_eq!(gone.open_file(b"x", NEW).map(drop), Err(Errno::Noent));
    fs.write("f", b"").unwrap();
    assert_eq!(root.rename(b"f", &*gone, b"f"), Err(Errno::Noent));
    assert_eq!(root.create_link(b"f", &*gone, b"f"), Err(Errno::Noent));
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
    assert_eq!(root.rename(b"file", &*root, b"dir"), Err(Errno::Isdir));
    assert_eq!(root.rename(b"empty", &*root, b"file"), Err(Errno::Notdir));
    assert_eq!(root.rename(b"empty", &*root, b"dir"), Err(Errno::Notempty));
    assert_eq!(root.rename(b"none", &*root, b"dir"), Err(Errno::Noent));
    assert_eq!(root.rename(b"dir", &*root, b"empty"), Ok(()));
    assert_eq!(root.rename(b"file", &*root, b"other"), Ok(()));
    assert_eq!(fs.read("other").unwrap(), b"file");
    let elsewhere = MemoryFs::new().root().unwrap();
    assert_eq!(root.rename(b"other", &*elsewhere, b"x"), Err(Errno::Xdev));
    root.create_link(b"other", &*root, b"same").unwrap();
    assert_eq!(root.rename(b"other", &*root, b"same"), Ok(()));
    assert_eq!(root.entry_metadata(b"same").unwrap().links, 2);
}

#[test]
fn names_and_targets_take_room_too() {
    let fs = MemoryFs::with_limits(4096 + 10, 4);
    let root = fs.root().unwrap();
    fs.write("file", b"x").unwrap();
    assert_eq!(root.create_symlink(b"link", &[b't'; 11]), Err(Errno::Nospc));
    assert_eq!(root.create_symlink(b"link", &[b't'; 10]), Ok(()));
    assert_eq!(root.create_link(b"file", &*root, b"again"), Ok(()));
    assert_eq!(root.create_link(b"file", &*root, b"more"), Err(Errno::Nospc));
    assert_eq!(root.create_dir(b"more"), Err(Errno::Nospc));
    // A full file system lets move and remove.
    assert_eq!(root.rename(b"again", &*root, b"moved"), Ok(()));
    assert_eq!(root.remove_file(b"moved"), Ok(()));
    assert_eq!(root.remove_file(b"link"), Ok(()));
    assert_eq!(root.create_link(b"file", &*root, b"more"), Ok(()));
    assert_eq!(root.create_symlink(b"link", &[b't'; 10]), Ok(()));
}

#[test]
fn a_restored_file_system_has_inodes_left() {
    let fs = MemoryFs::new();
    fs.write("file", b"").unwrap();
    let saved = fs.to_bytes();
    let inode = fs.root().unwrap().entry_metadata(b"file").unwrap().inode.to_le_bytes();
    let with = |new: u64| {
        let mut bytes = saved.clone();
        let at: Vec<_> = (8..bytes.len() - 7).filter(|&at| bytes[at..at + 8] == inode).collect();
        for at in at {
            bytes[at..at + 8].copy_from_slice(&new.to_le_bytes());
        }
        MemoryFs::from_bytes(&bytes)
    };
    for inode in [1, u64::MAX / 2 + 1, u64::MAX - 1, u64::MAX] {
        assert!(with(inode).is_err());
    }
    let restored = with(u64::MAX / 2).unwrap();
    restored.write("other", b"").unwrap();
    restored.write("third", b"").unwrap();
    assert_eq!(restored.list().len(), 3);
}

#[test]
fn files_do_what_they_were_opened_for() {
    let fs = MemoryFs::with_fixed_time(9);
    fs.write("file", b"content").unwrap();
    fs.create_dir_all("dir").unwrap();
    let root = fs.root().unwrap();
    root.create_symlink(b"link", b"file").unwrap();
    let none = OpenOptions::default();
    let reading = root.open_file(b"file", OpenOptions { read: true, ..none }).unwrap();
    assert_eq!(reading.write_at(b"x", 0), Err(Errno::Badf));
    assert_eq!(reading.append(b"x"), Err(Errno::Badf));
    assert_eq!(reading.set_len(1), Err(Errno::Badf));
    let writing = root.open_file(b"file", OpenOptions { write: true, ..none }).unwrap();
    assert_eq!(writing.read_at(&mut [0; 4], 0), Err(Errno::Badf));
    assert_eq!(writing.append(b"!!"), Ok((2, 9)));
    assert_eq!((writing.allocate(4), writing.allocate(11)), (Ok(()), Ok(())));
    assert_eq!(fs.read("file").unwrap(), b"content!!\0\0");
    let open = |name: &str, options| root.open_file(name.as_bytes(), options).map(drop);
    assert_eq!(open("dir", NEW), Err(Errno::Isdir));
    assert_eq!(open("link", NEW), Err(Errno::Loop));
    assert_eq!(open("link", OpenOptions { create_new: true, ..NEW }), Err(Errno::Exist));
    assert_eq!(open("file", OpenOptions { create_new: true, ..NEW }), Err(Errno::Exist));
    assert_eq!(open("a/b", NEW), Err(Errno::Inval));
    assert_eq!(open(&"n".repeat(256), NEW), Err(Errno::Nametoolong));
    assert_eq!(open("file", OpenOptions { truncate: true, ..NEW }), Ok(()));
    assert_eq!(reading.metadata().unwrap().size, 0);
    assert_eq!(fs.write("link", b""), Err(Errno::Loop));
    assert_eq!(fs.write("dir", b""), Err(Errno::Isdir));
    assert_eq!(fs.write("file/x", b""), Err(Errno::Notdir));
    assert_eq!(reading.set_times(SetTime::At(3), SetTime::Keep), Ok(()));
    let metadata = root.entry_metadata(b"file").unwrap();
    assert_eq!((metadata.accessed, metadata.modified, metadata.changed), (3, 9, 9));
}

#[test]
fn names_are_escaped_where_they_are_shown() {
    let fs = MemoryFs::with_fixed_time(1);
    fs.write(b"\x1b[2J\xff\"\n", b"").unwrap();
    let shown = r#""\u{1b}[2J\xff\"\n""#;
    assert!(format!("{:?}", fs.list()).contains(shown), "{:?}", fs.list());
    let entries = fs.root().unwrap().entries().unwrap();
    assert!(format!("{entries:?}").contains(shown), "{entries:?}");
}

#[test]
fn listing_is_bounded() {
    let fs = MemoryFs::new();
    fs.create_dir_all(format!("{}/", "d".repeat(200)).repeat(300)).unwrap();
    assert_eq!(fs.list().len(), 4096 / 201);
}
