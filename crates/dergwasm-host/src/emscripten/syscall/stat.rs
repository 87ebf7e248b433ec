//! Attributes of files and file systems.

use super::{AT_FDCWD, Layout, System};
use crate::sys::{
    Errno,
    fs::{FileType, Links, Metadata},
};

const NOFOLLOW: u32 = 0x100;
const EMPTY_PATH: u32 = 0x1000;
const SECOND: u64 = 1_000_000_000;
const BLOCK: u32 = 4096;

pub(super) fn stat(system: &mut System<'_>, path: u32, to: u32) -> Result<u32, Errno> {
    fstatat(system, AT_FDCWD, path, to, 0)
}

pub(super) fn lstat(system: &mut System<'_>, path: u32, to: u32) -> Result<u32, Errno> {
    fstatat(system, AT_FDCWD, path, to, NOFOLLOW)
}

pub(super) fn fstat(system: &mut System<'_>, fd: u32, to: u32) -> Result<u32, Errno> {
    let metadata = system.state.wasi.fds.get(fd)?.metadata()?;
    write(system, to, &metadata)
}

pub(super) fn fstatat(
    system: &mut System<'_>,
    dir: i32,
    path: u32,
    to: u32,
    flags: u32,
) -> Result<u32, Errno> {
    let path = system.path(path)?;
    if path.is_empty() && flags & EMPTY_PATH != 0 && dir != AT_FDCWD {
        return fstat(system, dir.cast_unsigned(), to);
    }
    let path = if path.is_empty() && flags & EMPTY_PATH != 0 { ".".into() } else { path };
    let links = if flags & NOFOLLOW != 0 { Links::Keep } else { Links::Follow };
    let start = system.start(dir)?;
    let metadata = system.walk(&start).metadata(&path, links)?;
    write(system, to, &metadata)
}

/// The type and permissions; permissions are not kept, so that everything is allowed.
fn mode(file_type: FileType) -> u32 {
    match file_type {
        FileType::File => 0o100_666,
        FileType::Directory => 0o40_777,
        FileType::Symlink => 0o120_777,
        FileType::CharacterDevice => 0o20_666,
        FileType::BlockDevice => 0o60_666,
        FileType::Socket => 0o140_666,
        FileType::Unknown => 0o10_666,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "programs have 32 bits for these fields")]
fn low(number: u64) -> u32 {
    number as u32
}

/// Writes a `struct stat`.
fn write(system: &mut System<'_>, to: u32, metadata: &Metadata) -> Result<u32, Errno> {
    let mut stat = Vec::with_capacity(112);
    let padded = system.layout != Layout::Current;
    let mut word = |word: u32| stat.extend(word.to_le_bytes());
    word(low(metadata.device));
    if padded {
        word(0);
        word(low(metadata.inode));
    }
    word(mode(metadata.file_type));
    word(low(metadata.links.max(1)));
    for _owner_group_device in 0..3 {
        word(0);
    }
    if padded {
        // The padding of the device and that of the size.
        word(0);
        word(0);
    }
    word(low(metadata.size));
    word(low(metadata.size >> 32));
    word(BLOCK);
    word(low(metadata.size.div_ceil(512)));
    for time in [metadata.accessed, metadata.modified, metadata.changed] {
        let (seconds, nanoseconds) = (time / SECOND, time % SECOND);
        word(low(seconds));
        if system.layout != Layout::Time32 {
            word(low(seconds >> 32));
        }
        word(low(nanoseconds));
        if system.layout != Layout::Time32 {
            word(0);
        }
    }
    word(low(metadata.inode));
    word(low(metadata.inode >> 32));
    system.memory.write_bytes(to.into(), &stat)?;
    Ok(0)
}

pub(super) fn statfs(
    system: &mut System<'_>,
    path: u32,
    _size: u32,
    to: u32,
) -> Result<u32, Errno> {
    let path = system.path(path)?;
    let start = system.start(AT_FDCWD)?;
    system.walk(&start).metadata(&path, Links::Follow)?;
    write_statfs(system, to)
}

pub(super) fn fstatfs(system: &mut System<'_>, fd: u32, _size: u32, to: u32) -> Result<u32, Errno> {
    system.state.wasi.fds.get(fd)?;
    write_statfs(system, to)
}

/// Writes a `struct statfs` of a file system with room: nobody knows how much there is.
fn write_statfs(system: &mut System<'_>, to: u32) -> Result<u32, Errno> {
    const BLOCKS: u32 = 1_000_000;
    const FILES: u32 = 1_000_000;
    let old = system.layout == Layout::Time32;
    let mut stat = Vec::with_capacity(72);
    let mut word = |word: u32| stat.extend(word.to_le_bytes());
    word(0);
    word(BLOCK);
    for count in [BLOCKS, BLOCKS / 2, BLOCKS / 2, FILES, FILES / 2] {
        word(count);
        if !old {
            word(0);
        }
    }
    // Two words of the identity, the longest name, the fragment size, flags.
    for field in [42, 0, 255, BLOCK, 2] {
        word(field);
    }
    system.memory.write_bytes(to.into(), &stat)?;
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{emscripten::Emscripten, wasi::guest_memory::GuestMemory};

    fn written(layout: Layout) -> Vec<u8> {
        let mut bytes = vec![0xaa; 128];
        let metadata = Metadata {
            device: 1,
            inode: 0x2_0000_0003,
            file_type: FileType::File,
            links: 4,
            size: 0x5_0000_0006,
            accessed: 7 * SECOND + 8,
            modified: 9 * SECOND,
            changed: 10 * SECOND,
        };
        let mut system = System {
            state: &mut Emscripten::default(),
            memory: GuestMemory::new(&mut bytes),
            layout,
        };
        write(&mut system, 0, &metadata).unwrap();
        let len = bytes.iter().rposition(|&byte| byte != 0xaa).unwrap() + 1;
        bytes[..len].to_vec()
    }

    #[test]
    fn each_layout_has_its_places() {
        let at =
            |bytes: &[u8], at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap());
        let stat = written(Layout::Time32);
        assert_eq!((stat.len(), at(&stat, 40), at(&stat, 80)), (88, 0x5_0000_0006, 0x2_0000_0003));
        assert_eq!(at(&stat, 56), 8 << 32 | 7);
        let stat = written(Layout::Padded);
        assert_eq!(
            (stat.len(), at(&stat, 40), at(&stat, 104)),
            (112, 0x5_0000_0006, 0x2_0000_0003)
        );
        assert_eq!((at(&stat, 56), at(&stat, 72)), (7, 9));
        let stat = written(Layout::Current);
        assert_eq!((stat.len(), at(&stat, 24), at(&stat, 88)), (96, 0x5_0000_0006, 0x2_0000_0003));
        assert_eq!((at(&stat, 40), at(&stat, 48), at(&stat, 56)), (7, 8, 9));
    }
}
