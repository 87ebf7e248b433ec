//! What holds for every file system; each starts in an empty directory.

use dergwasm_host::sys::{
    Errno,
    fs::{Dir, FileType, OpenOptions, SetTime},
};

const NONE: OpenOptions =
    OpenOptions { read: false, write: false, create: false, create_new: false, truncate: false };
pub(crate) const READ: OpenOptions = OpenOptions { read: true, ..NONE };
pub(crate) const WRITE: OpenOptions = OpenOptions { read: true, write: true, ..NONE };
pub(crate) const CREATE: OpenOptions = OpenOptions { create: true, ..WRITE };

/// Makes or replaces a file.
pub(crate) fn write(dir: &dyn Dir, name: &str, contents: &str) {
    let options = OpenOptions { truncate: true, ..CREATE };
    let file = dir.open_file(name.as_bytes(), options).unwrap();
    assert_eq!(file.write_at(contents.as_bytes(), 0), Ok(contents.len()));
}

/// The contents of a file.
pub(crate) fn read(dir: &dyn Dir, name: &str) -> Result<String, Errno> {
    let file = dir.open_file(name.as_bytes(), READ)?;
    let mut buffer = [0; 64];
    let count = file.read_at(&mut buffer, 0)?;
    Ok(String::from_utf8_lossy(&buffer[..count]).into_owned())
}

pub(crate) fn names(dir: &dyn Dir) -> Vec<String> {
    let entries = dir.entries().unwrap().into_iter();
    entries.map(|entry| String::from_utf8(entry.name).unwrap()).collect()
}

/// Makes a link, and answers whether there are any. Windows makes them for who has the privilege,
/// and says so.
fn link(dir: &dyn Dir, name: &[u8], target: &[u8], windows: bool) -> bool {
    let made = dir.create_symlink(name, target);
    if windows && matches!(made, Err(Errno::Perm | Errno::Notsup)) {
        assert_eq!(dir.entry_metadata(name), Err(Errno::Noent));
        assert_eq!(dir.read_link(name), Err(Errno::Noent));
        return false;
    }
    assert_eq!(made, Ok(()));
    true
}

pub(crate) fn files_are_made_as_the_options_say(dir: &dyn Dir) {
    assert_eq!(dir.open_file(b"file", WRITE).err(), Some(Errno::Noent));
    assert_eq!(
        dir.open_file(b"file", OpenOptions { truncate: true, ..WRITE }).err(),
        Some(Errno::Noent)
    );
    dir.open_file(b"file", OpenOptions { create: true, ..READ }).unwrap();
    assert_eq!(dir.entry_metadata(b"file").unwrap().size, 0);
    write(dir, "file", "contents");
    dir.open_file(b"file", CREATE).unwrap();
    assert_eq!(read(dir, "file").unwrap(), "contents");
    let new = OpenOptions { create_new: true, ..WRITE };
    assert_eq!(dir.open_file(b"file", new).err(), Some(Errno::Exist));
    assert_eq!(
        dir.open_file(b"file", OpenOptions { create: true, ..new }).err(),
        Some(Errno::Exist)
    );
    dir.open_file(b"new", new).unwrap();
    dir.open_file(b"file", OpenOptions { truncate: true, ..WRITE }).unwrap();
    assert_eq!(read(dir, "file").unwrap(), "");
    dir.create_dir(b"dir").unwrap();
    for options in [READ, WRITE, CREATE] {
        assert_eq!(dir.open_file(b"dir", options).err(), Some(Errno::Isdir));
    }
    assert_eq!(dir.open_file(b"dir", new).err(), Some(Errno::Exist));
}

pub(crate) fn contents_are_at_offsets(dir: &dyn Dir) {
    let file = dir.open_file(b"file", CREATE).unwrap();
    assert_eq!(file.write_at(b"end", 5), Ok(3));
    let mut buffer = [7; 16];
    assert_eq!(file.read_at(&mut buffer, 0), Ok(8));
    assert_eq!(&buffer[..8], b"\0\0\0\0\0end");
    assert_eq!(file.read_at(&mut buffer[..2], 6), Ok(2));
    assert_eq!(&buffer[..2], b"nd");
    assert_eq!(file.read_at(&mut buffer, 8), Ok(0));
    assert_eq!(file.read_at(&mut buffer, 1 << 40), Ok(0));
    assert!(file.write_at(b"x", u64::MAX).is_err());
    file.set_len(6).unwrap();
    assert_eq!(file.metadata().unwrap().size, 6);
    file.set_len(7).unwrap();
    assert_eq!(read(dir, "file").unwrap(), "\0\0\0\0\0e\0");
    file.allocate(3).unwrap();
    assert_eq!(file.metadata().unwrap().size, 7);
    file.allocate(100).unwrap();
    assert_eq!(file.metadata().unwrap().size, 100);
    assert!(file.set_len(u64::MAX).is_err());
    file.sync(true).unwrap();
    file.sync(false).unwrap();
    dir.sync().unwrap();
}

pub(crate) fn appending_finds_the_end(dir: &dyn Dir) {
    let (one, other) =
        (dir.open_file(b"log", CREATE).unwrap(), dir.open_file(b"log", WRITE).unwrap());
    assert_eq!(one.append(b"one"), Ok((3, 3)));
    assert_eq!(other.append(b" two"), Ok((4, 7)));
    assert_eq!(one.write_at(b"O", 0), Ok(1));
    assert_eq!(one.append(b""), Ok((0, 7)));
    assert_eq!(one.append(b"!"), Ok((1, 8)));
    assert_eq!(read(dir, "log").unwrap(), "One two!");
}

pub(crate) fn files_do_what_they_are_open_for(dir: &dyn Dir) {
    write(dir, "file", "contents");
    let reading = dir.open_file(b"file", READ).unwrap();
    assert_eq!(reading.write_at(b"x", 0), Err(Errno::Badf));
    assert_eq!(reading.append(b"x"), Err(Errno::Badf));
    assert!(reading.set_len(0).is_err());
    assert!(reading.allocate(1000).is_err());
    let writing = dir.open_file(b"file", OpenOptions { write: true, ..NONE }).unwrap();
    assert_eq!(writing.read_at(&mut [0; 4], 0), Err(Errno::Badf));
    let neither = dir.open_file(b"file", NONE).unwrap();
    assert_eq!(neither.metadata().unwrap().size, 8);
    assert_eq!(neither.read_at(&mut [0; 4], 0), Err(Errno::Badf));
    assert_eq!(neither.write_at(b"x", 0), Err(Errno::Badf));
    assert_eq!(read(dir, "file").unwrap(), "contents");
}

pub(crate) fn directories_are_made_and_removed(dir: &dyn Dir, windows: bool) {
    dir.create_dir(b"dir").unwrap();
    assert_eq!(dir.create_dir(b"dir"), Err(Errno::Exist));
    assert_eq!(dir.metadata().unwrap().file_type, FileType::Directory);
    assert_eq!(dir.entry_metadata(b"dir").unwrap().file_type, FileType::Directory);
    let inner = dir.open_dir(b"dir").unwrap();
    write(&*inner, "file", "");
    assert_eq!(dir.remove_dir(b"dir"), Err(Errno::Notempty));
    assert_eq!(dir.remove_file(b"dir"), Err(Errno::Isdir));
    assert_eq!(inner.remove_dir(b"file"), Err(Errno::Notdir));
    assert_eq!(inner.open_dir(b"file").err(), Some(Errno::Notdir));
    inner.remove_file(b"file").unwrap();
    assert_eq!(inner.remove_file(b"file"), Err(Errno::Noent));
    let removed = dir.remove_dir(b"dir");
    if windows && removed == Err(Errno::Busy) {
        // While it is open; a system that cannot remove its name does not remove it.
        drop(inner);
        assert_eq!(dir.remove_dir(b"dir"), Ok(()));
        assert_eq!(dir.entry_metadata(b"dir"), Err(Errno::Noent));
        return;
    }
    assert_eq!(removed, Ok(()));
    assert_eq!(dir.remove_dir(b"dir"), Err(Errno::Noent));
    assert_eq!(dir.open_dir(b"dir").err(), Some(Errno::Noent));
    assert_eq!(dir.entry_metadata(b"dir"), Err(Errno::Noent));
    assert_eq!(inner.open_file(b"file", CREATE).err(), Some(Errno::Noent));
    assert_eq!(inner.create_dir(b"dir"), Err(Errno::Noent));
}

pub(crate) fn entries_are_listed_in_order(dir: &dyn Dir, windows: bool) {
    assert_eq!(names(dir), [""; 0]);
    for name in ["b", "ä", "a", "Z", "a.b", ".hidden"] {
        write(dir, name, "");
    }
    dir.create_dir(b"c").unwrap();
    let listed = if link(dir, b"link", b"nowhere", windows) {
        &[".hidden", "Z", "a", "a.b", "b", "c", "link", "ä"][..]
    } else {
        &[".hidden", "Z", "a", "a.b", "b", "c", "ä"]
    };
    assert_eq!(names(dir), listed);
    for entry in dir.entries().unwrap() {
        let found = dir.entry_metadata(&entry.name).unwrap();
        assert_eq!((entry.inode, entry.file_type), (found.inode, found.file_type));
    }
}

pub(crate) fn links_are_not_followed(dir: &dyn Dir, windows: bool) {
    write(dir, "file", "contents");
    dir.create_dir(b"dir").unwrap();
    for (name, target) in
        [("to-file", "file"), ("to-dir", "dir"), ("dangling", "nowhere"), ("up", "..")]
    {
        let (name, target) = (name.as_bytes(), target.as_bytes());
        if !link(dir, name, target, windows) {
            return;
        }
        assert_eq!(dir.read_link(name).as_deref(), Ok(target));
        let found = dir.entry_metadata(name).unwrap();
        let size = if windows { found.size } else { target.len() as u64 };
        assert_eq!((found.file_type, found.size), (FileType::Symlink, size));
        for options in [READ, WRITE, CREATE, OpenOptions { truncate: true, ..WRITE }] {
            assert_eq!(dir.open_file(name, options).err(), Some(Errno::Loop), "{target:?}");
        }
        assert_eq!(dir.open_dir(name).err(), Some(Errno::Loop), "{target:?}");
        assert_eq!(dir.create_dir(name), Err(Errno::Exist));
        assert_eq!(dir.create_symlink(name, b"file"), Err(Errno::Exist));
        assert_eq!(dir.remove_dir(name), Err(Errno::Notdir));
    }
    assert_eq!(dir.read_link(b"file"), Err(Errno::Inval));
    assert_eq!(dir.read_link(b"dir"), Err(Errno::Inval));
    assert_eq!(dir.read_link(b"nowhere"), Err(Errno::Noent));
    dir.rename(b"to-file", dir, b"moved").unwrap();
    assert_eq!(dir.read_link(b"moved").as_deref(), Ok(&b"file"[..]));
    dir.remove_file(b"moved").unwrap();
    dir.remove_file(b"to-dir").unwrap();
    assert_eq!(read(dir, "file").unwrap(), "contents");
    assert_eq!(names(dir), ["dangling", "dir", "file", "up"]);
}

pub(crate) fn removed_files_stay_open(dir: &dyn Dir, windows: bool) {
    write(dir, "file", "contents");
    let file = dir.open_file(b"file", WRITE).unwrap();
    dir.remove_file(b"file").unwrap();
    assert_eq!(file.write_at(b"C", 0), Ok(1));
    let mut buffer = [0; 8];
    assert_eq!(file.read_at(&mut buffer, 0), Ok(8));
    assert_eq!(&buffer, b"Contents");
    match dir.entry_metadata(b"file") {
        // Before version 1809 and on some file systems Windows keeps the name until it is closed.
        Ok(_) | Err(Errno::Acces) if windows => {
            drop(file);
            assert_eq!(dir.entry_metadata(b"file"), Err(Errno::Noent));
        }
        found => {
            assert_eq!(found, Err(Errno::Noent));
            write(dir, "file", "other");
            assert!(windows || file.metadata().unwrap().links == 0);
            assert_eq!(file.read_at(&mut buffer, 0), Ok(8));
            assert_eq!(&buffer, b"Contents");
            assert_eq!(read(dir, "file").unwrap(), "other");
        }
    }
}

pub(crate) fn renaming_replaces_files_and_empty_directories(dir: &dyn Dir, windows: bool) {
    write(dir, "a", "a");
    write(dir, "b", "b");
    dir.create_dir(b"empty").unwrap();
    dir.create_dir(b"full").unwrap();
    let full = dir.open_dir(b"full").unwrap();
    write(&*full, "inner", "inner");
    assert_eq!(dir.rename(b"none", dir, b"a"), Err(Errno::Noent));
    assert_eq!(dir.rename(b"a", dir, b"empty"), Err(Errno::Isdir));
    assert_eq!(dir.rename(b"empty", dir, b"a"), Err(Errno::Notdir));
    assert_eq!(dir.rename(b"empty", dir, b"full"), Err(Errno::Notempty));
    dir.rename(b"a", dir, b"a").unwrap();
    assert_eq!(dir.rename(b"full", &*full, b"below"), Err(Errno::Inval));
    dir.rename(b"a", dir, b"b").unwrap();
    assert_eq!(read(dir, "b").unwrap(), "a");
    let full = if windows {
        // It cannot be moved while it is open, and what it would have replaced is gone.
        assert_eq!(dir.rename(b"full", dir, b"moved"), Err(Errno::Busy));
        drop(full);
        dir.rename(b"full", dir, b"full").unwrap();
        dir.rename(b"full", dir, b"empty").unwrap();
        dir.open_dir(b"empty").unwrap()
    } else {
        dir.rename(b"full", dir, b"full").unwrap();
        dir.rename(b"full", dir, b"empty").unwrap();
        full
    };
    assert_eq!(names(dir), ["b", "empty"]);
    // The open directory moved with its name.
    write(&*full, "later", "later");
    let moved = dir.open_dir(b"empty").unwrap();
    assert_eq!(names(&*moved), ["inner", "later"]);
    dir.rename(b"b", &*moved, b"inner").unwrap();
    assert_eq!(read(&*moved, "inner").unwrap(), "a");
    moved.rename(b"later", dir, b"out").unwrap();
    assert_eq!(names(dir), ["empty", "out"]);
}

pub(crate) fn files_may_have_several_names(dir: &dyn Dir, windows: bool) {
    write(dir, "file", "contents");
    dir.create_dir(b"dir").unwrap();
    let inner = dir.open_dir(b"dir").unwrap();
    dir.create_link(b"file", &*inner, b"other").unwrap();
    assert_eq!(dir.entry_metadata(b"file").unwrap().links, 2);
    write(&*inner, "other", "changed");
    assert_eq!(read(dir, "file").unwrap(), "changed");
    assert_eq!(dir.create_link(b"file", &*inner, b"other"), Err(Errno::Exist));
    assert_eq!(dir.create_link(b"dir", dir, b"dir2"), Err(Errno::Perm));
    assert_eq!(dir.create_link(b"none", dir, b"other"), Err(Errno::Noent));
    dir.rename(b"file", &*inner, b"other").unwrap();
    assert_eq!(names(dir), ["dir", "file"]);
    dir.remove_file(b"file").unwrap();
    assert_eq!(inner.entry_metadata(b"other").unwrap().links, 1);
    assert_eq!(read(&*inner, "other").unwrap(), "changed");
    if !link(dir, b"link", b"nowhere", windows) {
        return;
    }
    dir.create_link(b"link", dir, b"link2").unwrap();
    assert_eq!(dir.read_link(b"link2").as_deref(), Ok(&b"nowhere"[..]));
}

pub(crate) fn times_are_set(dir: &dyn Dir, windows: bool) {
    write(dir, "file", "contents");
    dir.create_dir(b"dir").unwrap();
    // Windows counts in steps of 100 ns.
    let kept = |time: u64| if windows { time / 100 * 100 } else { time };
    for options in [WRITE, READ] {
        let file = dir.open_file(b"file", options).unwrap();
        file.set_times(SetTime::At(1_000_000_007), SetTime::At(2_000_000_003)).unwrap();
        let found = dir.entry_metadata(b"file").unwrap();
        let times = (found.accessed, found.modified);
        assert_eq!(times, (kept(1_000_000_007), kept(2_000_000_003)));
        dir.set_entry_times(b"file", SetTime::Keep, SetTime::At(503)).unwrap();
        let found = file.metadata().unwrap();
        assert_eq!((found.accessed, found.modified), (kept(1_000_000_007), kept(503)));
    }
    if link(dir, b"link", b"file", windows) {
        dir.set_entry_times(b"link", SetTime::Keep, SetTime::At(700)).unwrap();
        assert_eq!(dir.entry_metadata(b"link").unwrap().modified, 700);
        assert_eq!(dir.entry_metadata(b"file").unwrap().modified, kept(503));
    }
    let inner = dir.open_dir(b"dir").unwrap();
    inner.set_times(SetTime::At(900), SetTime::At(1100)).unwrap();
    let found = dir.entry_metadata(b"dir").unwrap();
    assert_eq!((found.accessed, found.modified), (900, 1100));
    dir.set_entry_times(b"dir", SetTime::At(1300), SetTime::Now).unwrap();
    assert_eq!(inner.metadata().unwrap().accessed, 1300);
    assert!(inner.metadata().unwrap().modified > 1_000_000_000);
    assert_eq!(dir.set_entry_times(b"none", SetTime::Now, SetTime::Now), Err(Errno::Noent));
}

pub(crate) fn only_names_are_taken(dir: &dyn Dir, windows: bool) {
    let long = "a".repeat(256);
    // A device, a stream, a drive, a separator, an end that is dropped: what else is Windows' own is
    // tested where the list is.
    let of_windows = ["NUL", "con.txt", "a:b", "c:", "a\\b", "..\\a", "a.", "a ", "a?", "a\n"];
    let of_windows = if windows { &of_windows[..] } else { &[] };
    let everywhere = ["", ".", "..", "/", "/a", "a/b", "a/", "a\0b", long.as_str()];
    for &name in everywhere.iter().chain(of_windows) {
        let errno = Some(if name == long { Errno::Nametoolong } else { Errno::Inval });
        let name = name.as_bytes();
        assert_eq!(dir.open_file(name, CREATE).err(), errno, "{name:?}");
        assert_eq!(dir.open_dir(name).err(), errno, "{name:?}");
        assert_eq!(dir.create_dir(name).err(), errno, "{name:?}");
        assert_eq!(dir.create_symlink(name, b"x").err(), errno, "{name:?}");
        assert_eq!(dir.entry_metadata(name).err(), errno, "{name:?}");
        assert_eq!(dir.remove_file(name).err(), errno, "{name:?}");
        assert_eq!(dir.rename(name, dir, b"b").err(), errno, "{name:?}");
    }
    assert_eq!(names(dir), [""; 0]);
}

/// Where the host keeps names as text, others are answered with [`Errno::Ilseq`].
pub(crate) fn names_are_bytes(dir: &dyn Dir) {
    let (one, other) = (&b"\xff\xfe"[..], &b"caf\xe9"[..]);
    let made = dir.create_dir(one);
    if made == Err(Errno::Ilseq) && cfg!(not(target_os = "linux")) {
        assert_eq!(dir.open_file(one, CREATE).err(), Some(Errno::Ilseq));
        let answers = [dir.entry_metadata(one).map(drop), dir.remove_file(one)];
        assert!(answers == [Err(Errno::Ilseq); 2] || cfg!(not(windows)), "{answers:?}");
        assert_eq!(dir.create_symlink(one, b"x"), Err(Errno::Ilseq));
        write(dir, "x", "");
        assert_eq!(dir.rename(b"x", dir, one), Err(Errno::Ilseq));
        dir.remove_file(b"x").unwrap();
        assert_eq!(names(dir), [""; 0]);
        return;
    }
    made.unwrap();
    let inner = dir.open_dir(one).unwrap();
    inner.open_file(other, CREATE).unwrap().write_at(b"contents", 0).unwrap();
    dir.create_symlink(other, b"\xff\xfe/caf\xe9").unwrap();
    assert_eq!(dir.read_link(other).unwrap(), b"\xff\xfe/caf\xe9");
    assert_eq!(inner.entry_metadata(other).unwrap().size, 8);
    inner.set_entry_times(other, SetTime::At(5), SetTime::At(5)).unwrap();
    dir.create_link(other, &*inner, one).unwrap();
    let listed = |dir: &dyn Dir| -> Vec<Vec<u8>> {
        dir.entries().unwrap().into_iter().map(|entry| entry.name).collect()
    };
    assert_eq!(listed(dir), [other, one]);
    assert_eq!(listed(&*inner), [other, one]);
    inner.rename(other, dir, one).unwrap_err();
    inner.rename(other, dir, other).unwrap();
    assert_eq!(dir.open_file(other, READ).unwrap().read_at(&mut [0; 9], 0), Ok(8));
    inner.remove_file(one).unwrap();
    dir.remove_file(other).unwrap();
    dir.remove_dir(one).unwrap();
    assert_eq!(listed(dir), [[0; 0]; 0]);
}
