//! Files, directories and rights: what a program is answered, down to the bytes.

use super::{VERSION, iovecs};
use crate::{
    sys::{
        Errno, Rights,
        fs::{FileSystem, MemoryFs},
    },
    wasi::{
        Version, Wasi, fd,
        guest_memory::{GuestMemory, List},
        path::{self, OpenFlags, Times},
        rights::{self, FD_FILESTAT_GET, FD_READ, FD_READDIR, FD_SEEK, FD_TELL, FD_WRITE},
    },
};

/// A program's memory and world, with functions in the shape a program would write them.
pub(super) struct Guest {
    wasi: Wasi,
    bytes: Vec<u8>,
    /// Its files are those of a host that is Windows.
    pub(super) windows: bool,
}

pub(super) const DIR: u32 = 3;
pub(super) const EVERYTHING: u64 = !FD_WRITE;

impl Guest {
    fn new() -> Self {
        let fs = MemoryFs::with_fixed_time(7);
        fs.write("dir/file", b"content").unwrap();
        Self::over(fs)
    }

    /// With a file system mounted.
    pub(super) fn over(fs: impl FileSystem + 'static) -> Self {
        let wasi = Wasi::builder().deterministic(1).mount("/", fs).unwrap().build();
        Self { wasi, bytes: vec![0; 4096], windows: false }
    }

    pub(super) fn call<T>(&mut self, f: impl FnOnce(&mut Wasi, &mut GuestMemory<'_>) -> T) -> T {
        f(&mut self.wasi, &mut GuestMemory::new(&mut self.bytes))
    }

    /// Puts text at 1024.
    pub(super) fn text(&mut self, text: impl AsRef<[u8]>) -> List {
        let text = text.as_ref();
        self.bytes[1024..1024 + text.len()].copy_from_slice(text);
        List(1024, u32::try_from(text.len()).unwrap())
    }

    pub(super) fn open(
        &mut self,
        dir: u32,
        path: impl AsRef<[u8]>,
        open: u32,
        base: u64,
    ) -> Result<u32, Errno> {
        self.open_with(dir, path, open, Rights { base, inheriting: EVERYTHING }, 0)
    }

    pub(super) fn open_with(
        &mut self,
        dir: u32,
        path: impl AsRef<[u8]>,
        open: u32,
        rights: Rights,
        flags: u32,
    ) -> Result<u32, Errno> {
        let path = self.text(path);
        let flags = OpenFlags { lookup: 0, open, fd: flags, rights };
        self.call(|wasi, memory| {
            path::path_open(wasi, memory, dir, path, flags, 0)?;
            memory.read(0)
        })
    }

    pub(super) fn write(&mut self, fd: u32, text: &str) -> Result<u32, Errno> {
        let List(address, len) = self.text(text);
        self.bytes[..8].copy_from_slice(&iovecs(&[(address, len)]));
        self.call(|wasi, memory| {
            fd::fd_write(wasi, memory, fd, List(0, 1), 8)?;
            memory.read(8)
        })
    }

    pub(super) fn read(&mut self, fd: u32) -> Result<String, Errno> {
        // Two pieces, so that a file fills more than the first.
        self.bytes[..16].copy_from_slice(&iovecs(&[(1024, 2), (1026, 100)]));
        self.call(|wasi, memory| {
            fd::fd_read(wasi, memory, fd, List(0, 2), 16)?;
            let len: u32 = memory.read(16)?;
            Ok(String::from_utf8_lossy(memory.slice(1024, len.into())?).into_owned())
        })
    }

    fn seek(&mut self, fd: u32, offset: i64, whence: u32) -> Result<u64, Errno> {
        self.call(|wasi, memory| {
            fd::fd_seek(wasi, memory, VERSION, fd, offset, whence, 0)?;
            memory.read(0)
        })
    }

    /// Reads a directory into so many bytes: for each whole entry its name and the next cookie,
    /// and how many bytes were used.
    pub(super) fn read_dir(
        &mut self,
        fd: u32,
        len: u32,
        cookie: u64,
    ) -> (Vec<(Vec<u8>, u64)>, usize) {
        self.call(|wasi, memory| fd::fd_readdir(wasi, memory, fd, List(2048, len), cookie, 0))
            .unwrap();
        let used = u32::from_le_bytes(self.bytes[..4].try_into().unwrap()) as usize;
        let (mut entries, mut rest) = (Vec::new(), &self.bytes[2048..2048 + used]);
        while let Some((header, names)) = rest.split_at_checked(24) {
            let next = u64::from_le_bytes(header[..8].try_into().unwrap());
            let len = u32::from_le_bytes(header[16..20].try_into().unwrap()) as usize;
            let Some((name, more)) = names.split_at_checked(len) else { break };
            entries.push((name.to_vec(), next));
            rest = more;
        }
        (entries, used)
    }
}

pub(super) const CREAT: u32 = 1;
pub(super) const DIRECTORY: u32 = 2;
const EXCL: u32 = 4;
pub(super) const TRUNC: u32 = 8;

#[test]
fn a_file_has_a_position() {
    let mut guest = Guest::new();
    let fd = guest.open(DIR, "dir/file", 0, FD_READ | FD_WRITE | FD_SEEK | FD_TELL).unwrap();
    assert_eq!(fd, 4);
    assert_eq!(guest.read(fd).unwrap(), "content");
    assert_eq!(guest.read(fd).unwrap(), "");
    assert_eq!(guest.seek(fd, -4, 1), Ok(3));
    assert_eq!(guest.read(fd).unwrap(), "tent");
    assert_eq!(guest.seek(fd, -1, 0), Err(Errno::Inval));
    assert_eq!(guest.seek(fd, -8, 2), Err(Errno::Inval));
    assert_eq!(guest.seek(fd, i64::MAX, 2), Err(Errno::Inval));
    assert_eq!(guest.seek(fd, i64::MAX, 0), Ok(i64::MAX as u64));
    assert_eq!(guest.seek(fd, 1, 1), Err(Errno::Inval));
    assert_eq!(guest.write(fd, "x"), Err(Errno::Fbig));
    assert_eq!(guest.read(fd).unwrap(), "");
    guest.seek(fd, 9, 0).unwrap();
    assert_eq!(guest.write(fd, "!"), Ok(1));
    guest.seek(fd, 0, 0).unwrap();
    assert_eq!(guest.read(fd).unwrap(), "content\0\0!");
}

#[test]
fn whence_has_other_numbers_in_the_first_version() {
    let mut guest = Guest::new();
    let fd = guest.open(DIR, "dir/file", 0, FD_READ | FD_SEEK).unwrap();
    for (whence, offset, expected) in [(2, 5, 5), (0, 1, 6), (1, -7, 0)] {
        let position = guest.call(|wasi, memory| {
            fd::fd_seek(wasi, memory, Version::Preview0, fd, offset, whence, 0)?;
            memory.read::<u64>(0)
        });
        assert_eq!(position, Ok(expected));
    }
}

#[test]
fn attributes_lie_where_each_version_has_them() {
    let mut guest = Guest::new();
    let fd = guest.open(DIR, "dir/file", 0, FD_FILESTAT_GET).unwrap();
    for (version, links_at, size_at) in [(Version::Preview1, 24, 32), (Version::Preview0, 20, 24)] {
        guest.bytes[..72].fill(0xaa);
        guest.call(|wasi, memory| fd::fd_filestat_get(wasi, memory, version, fd, 0)).unwrap();
        assert_eq!((guest.bytes[16], guest.bytes[links_at], guest.bytes[size_at]), (4, 1, 7));
        assert_eq!(guest.bytes[size_at + 8], 7, "a fixed time");
        assert_eq!(guest.bytes[size_at + 32], 0xaa, "nothing behind it");
    }
}

#[test]
fn appending_goes_to_the_end() {
    let mut guest = Guest::new();
    let rights = Rights { base: FD_READ | FD_WRITE | FD_SEEK, inheriting: 0 };
    let fd = guest.open_with(DIR, "dir/file", 0, rights, 1).unwrap();
    assert_eq!(guest.write(fd, "!"), Ok(1));
    assert_eq!(guest.seek(fd, 0, 1), Ok(8));
    guest.seek(fd, 0, 0).unwrap();
    assert_eq!(guest.write(fd, "?"), Ok(1));
    guest.seek(fd, 0, 0).unwrap();
    assert_eq!(guest.read(fd).unwrap(), "content!?");
    let stat = guest.call(|wasi, memory| {
        fd::fd_fdstat_get(wasi, memory, fd, 0)?;
        memory.read::<u16>(2)
    });
    assert_eq!(stat, Ok(1));
    let set = |guest: &mut Guest, flags| {
        guest.call(|wasi, memory| fd::fd_fdstat_set_flags(wasi, memory, fd, flags))
    };
    assert_eq!(set(&mut guest, 0), Err(Errno::Notcapable));
    assert_eq!(set(&mut guest, 32), Err(Errno::Inval));
}

#[test]
fn opening_needs_the_rights_it_uses() {
    let mut guest = Guest::new();
    assert_eq!(guest.open(DIR, "new", CREAT | EXCL, FD_WRITE), Ok(4));
    assert_eq!(guest.open(DIR, "new", CREAT | EXCL, FD_WRITE), Err(Errno::Exist));
    assert_eq!(guest.write(4, "kept"), Ok(4));
    assert_eq!(guest.read(4), Err(Errno::Badf));
    let limited = [
        (rights::PATH_CREATE_FILE, CREAT, "another"),
        (rights::PATH_FILESTAT_SET_SIZE, TRUNC, "new"),
        (rights::PATH_OPEN, 0, "new"),
    ];
    for (missing, flags, path) in limited {
        let base = EVERYTHING & !missing;
        let dir = guest.open(DIR, ".", DIRECTORY, base).unwrap();
        assert_eq!(guest.open(dir, path, flags, FD_READ), Err(Errno::Notcapable));
    }
    let fd = guest.open(DIR, "new", 0, FD_READ).unwrap();
    assert_eq!(guest.read(fd).unwrap(), "kept");
    assert_eq!(guest.write(fd, "no"), Err(Errno::Badf));
    let truncated = guest.open(DIR, "new", TRUNC, 0).unwrap();
    assert_eq!(guest.read(fd).unwrap(), "");
    assert_eq!(guest.write(truncated, "no"), Err(Errno::Badf));
}

#[test]
fn rights_are_handed_on_and_never_grow() {
    let mut guest = Guest::new();
    let rights = Rights { base: EVERYTHING, inheriting: FD_READ | rights::PATH_OPEN };
    let dir = guest.open_with(DIR, "dir", DIRECTORY, rights, 0).unwrap();
    let fd = guest.open(dir, "file", 0, FD_READ | FD_WRITE).unwrap();
    assert_eq!(guest.read(fd).unwrap(), "content");
    assert_eq!(guest.write(fd, "x"), Err(Errno::Badf));
    assert_eq!(guest.seek(fd, 0, 0), Err(Errno::Notcapable));
    let mut set = |base, inheriting| {
        guest.call(|wasi, memory| fd::fd_fdstat_set_rights(wasi, memory, fd, base, inheriting))
    };
    assert_eq!(set(FD_READ | FD_WRITE, 0), Err(Errno::Notcapable));
    assert_eq!(set(0, FD_WRITE), Err(Errno::Notcapable));
    assert_eq!(set(0, 0), Ok(()));
    assert_eq!(guest.read(fd), Err(Errno::Badf));
}

#[test]
fn a_directory_is_no_file() {
    let mut guest = Guest::new();
    let asked = FD_READ | FD_SEEK | FD_READDIR;
    let fd = guest.open(DIR, "dir", DIRECTORY, asked).unwrap();
    assert_eq!(guest.read(fd), Err(Errno::Badf));
    assert_eq!(guest.write(fd, "x"), Err(Errno::Badf));
    assert_eq!(guest.seek(fd, 0, 0), Err(Errno::Badf));
    assert_eq!(guest.open(DIR, "dir", 0, FD_READ | FD_WRITE), Err(Errno::Isdir));
    assert_eq!(guest.open(DIR, ".", DIRECTORY, FD_READ | FD_WRITE), Err(Errno::Isdir));
    assert_eq!(guest.open(DIR, "dir/file", DIRECTORY, 0), Err(Errno::Notdir));
    assert_eq!(guest.open(DIR, "dir", DIRECTORY | CREAT, 0), Err(Errno::Inval));
    let file = guest.open(DIR, "dir/file", 0, FD_READ).unwrap();
    assert_eq!(guest.open(file, "x", CREAT, 0), Err(Errno::Notdir));
}

#[test]
fn a_directory_is_read_by_cookies() {
    let mut guest = Guest::new();
    for name in ["a", "bb", "ccc"] {
        guest.open(DIR, format!("dir/{name}"), CREAT, 0).unwrap();
    }
    let fd = guest.open(DIR, "dir", DIRECTORY, FD_READDIR).unwrap();
    let (entries, used) = guest.read_dir(fd, 1024, 0);
    let names: Vec<_> = entries.iter().map(|(name, _)| name.as_slice()).collect();
    assert_eq!(names[..2], [&b"."[..], b".."]);
    assert_eq!((names.len(), used), (6, 6 * 24 + 1 + 2 + 1 + 2 + 3 + 4));
    // Through a small buffer the same is found, each once, whatever changes meanwhile.
    let (mut found, mut cookie) = (Vec::new(), 0);
    loop {
        let (some, used) = guest.read_dir(fd, 60, cookie);
        found.extend(some.iter().map(|(name, _)| name.clone()));
        if used < 60 {
            break;
        }
        cookie = some.last().unwrap().1;
        let late = guest.text("dir/a");
        let _ = guest.call(|wasi, memory| path::path_unlink_file(wasi, memory, DIR, late));
    }
    assert_eq!(found, names);
    assert_eq!(guest.read_dir(fd, 1024, 0).0.len(), 5);
    for beyond in [7, u64::MAX] {
        assert_eq!(guest.read_dir(fd, 1024, beyond), (Vec::new(), 0));
    }
    assert_eq!(guest.read_dir(fd, 10, 0), (Vec::new(), 10));
}

#[test]
fn an_entry_is_written_whole_and_nothing_else() {
    let mut guest = Guest::new();
    let inode =
        guest.call(|wasi, _| wasi.mounts.at(b"dir").unwrap().dir().metadata().unwrap().inode);
    for garbage in [0xaa, 0x55] {
        guest.bytes[2000..2200].fill(garbage);
        let (_, used) = guest.read_dir(DIR, 100, 0);
        // `.`, `..` and `dir`: next cookie, inode, length of the name, type, padding, name.
        let entry = |next: u64, inode: u64, name: &str| {
            let len = u32::try_from(name.len()).unwrap();
            let numbers = [next.to_le_bytes(), inode.to_le_bytes()].concat();
            [&*numbers, &len.to_le_bytes(), &[3, 0, 0, 0], name.as_bytes()].concat()
        };
        let all = [entry(1, 1, "."), entry(2, 1, ".."), entry(3, inode, "dir")].concat();
        assert_eq!((used, &guest.bytes[2048..2048 + used]), (all.len(), &*all));
        assert!(guest.bytes[2048 + used..2200].iter().all(|&byte| byte == garbage));
        assert!(guest.bytes[2000..2048].iter().all(|&byte| byte == garbage));
        // One that is cut off is cut off, also in the middle of the padding.
        guest.bytes[2048..2200].fill(garbage);
        let (_, used) = guest.read_dir(DIR, 22, 0);
        assert_eq!((used, &guest.bytes[2048..2070]), (22, &all[..22]));
        assert_eq!(guest.bytes[2070], garbage);
    }
}

#[test]
fn preopens_have_names() {
    let fs = MemoryFs::new();
    let builder = Wasi::builder().mount(".", fs.clone()).unwrap();
    assert_eq!(builder.mount("/", fs.clone()).map(drop), Err(Errno::Busy));
    let builder = Wasi::builder().mount(".", fs.clone()).unwrap().mount("data", fs).unwrap();
    let mut guest = Guest { wasi: builder.build(), bytes: vec![0; 64], windows: false };
    for (fd, name) in [(3, "."), (4, "data")] {
        let len = guest.call(|wasi, memory| {
            fd::fd_prestat_get(wasi, memory, fd, 0)?;
            memory.read::<u64>(0)
        });
        assert_eq!(len, Ok((name.len() as u64) << 32));
        let ask = |wasi: &mut Wasi, memory: &mut GuestMemory<'_>, len| {
            fd::fd_prestat_dir_name(wasi, memory, fd, List(8, len))
        };
        let short = u32::try_from(name.len() - 1).unwrap();
        assert_eq!(guest.call(|w, m| ask(w, m, short)), Err(Errno::Nametoolong));
        assert_eq!(guest.call(|w, m| ask(w, m, 9)), Ok(()));
        assert_eq!(guest.bytes[8..8 + name.len()], *name.as_bytes());
    }
    let no_more = guest.call(|wasi, memory| fd::fd_prestat_get(wasi, memory, 5, 0));
    assert_eq!(no_more, Err(Errno::Badf));
}

#[test]
fn now_is_the_programs_own_time() {
    let mut guest = Guest::new();
    let path = guest.text("dir/file");
    let set = |guest: &mut Guest, flags| {
        guest.call(|wasi, memory| {
            let times = Times { accessed: 5, modified: 6, flags };
            path::path_filestat_set_times(wasi, memory, DIR, 0, path, times)?;
            path::path_filestat_get(wasi, memory, VERSION, DIR, 0, path, 0)?;
            Ok::<_, Errno>((memory.read::<u64>(40)?, memory.read::<u64>(48)?))
        })
    };
    assert_eq!(set(&mut guest, 0), Ok((7, 7)));
    assert_eq!(set(&mut guest, 1), Ok((5, 7)));
    let now = crate::wasi::Builder::DETERMINISTIC_EPOCH + 1000;
    assert_eq!(set(&mut guest, 8), Ok((5, now)));
    assert_eq!(set(&mut guest, 0b1100), Err(Errno::Inval));
}

#[test]
fn space_is_allocated_and_never_taken() {
    let mut guest = Guest::new();
    let fd = guest.open(DIR, "dir/file", 0, FD_WRITE | rights::FD_ALLOCATE | FD_SEEK).unwrap();
    let allocate = |guest: &mut Guest, offset, len| {
        guest.call(|wasi, memory| fd::fd_allocate(wasi, memory, fd, offset, len))
    };
    assert_eq!(allocate(&mut guest, 0, 3), Ok(()));
    assert_eq!(guest.seek(fd, 0, 2), Ok(7));
    assert_eq!(allocate(&mut guest, 5, 10), Ok(()));
    assert_eq!(guest.seek(fd, 0, 2), Ok(15));
    assert_eq!(allocate(&mut guest, 5, 0), Err(Errno::Inval));
    assert_eq!(allocate(&mut guest, 1, i64::MAX as u64), Err(Errno::Fbig));
    assert_eq!(allocate(&mut guest, 0, u64::MAX), Err(Errno::Inval));
}
