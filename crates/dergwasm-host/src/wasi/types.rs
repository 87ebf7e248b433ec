//! The numbers and layouts of WASI preview 1, and of preview 0 where they differ.
//!
//! Spec: [Types of `wasi_snapshot_preview1`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#types).
//! Layouts are written as offsets beside each field, so that they can be compared with the spec.

use crate::{
    sys::{
        Errno, FileFlags, Rights,
        fs::{DirEntry, FileType, Metadata},
    },
    wasi::guest_memory::{GuestMemory, List},
};
use std::io::SeekFrom;

/// Which of the two versions of the interface a program was compiled for. Few layouts differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// `wasi_unstable`.
    Preview0,
    /// `wasi_snapshot_preview1`.
    Preview1,
}

/// `filetype`
pub(super) fn filetype(file_type: FileType) -> u8 {
    match file_type {
        FileType::Unknown => 0,
        FileType::BlockDevice => 1,
        FileType::CharacterDevice => 2,
        FileType::Directory => 3,
        FileType::File => 4,
        FileType::Socket => 6,
        FileType::Symlink => 7,
    }
}

/// Checks an enumeration's value: `count` values from 0 on.
pub(super) fn check_enum(value: u32, count: u32) -> Result<(), Errno> {
    if value < count { Ok(()) } else { Err(Errno::Inval) }
}

/// Checks flags: bits that `known` lacks are refused.
pub(super) fn check_flags(flags: u32, known: u32) -> Result<(), Errno> {
    if flags & !known == 0 { Ok(()) } else { Err(Errno::Inval) }
}

/// How many values `advice` has.
pub(super) const ADVICES: u32 = 6;
/// `whence`, whose numbers changed between the versions.
pub(super) fn seek_from(version: Version, whence: u32, offset: i64) -> Result<SeekFrom, Errno> {
    let [start, current, end] = match version {
        Version::Preview0 => [2, 0, 1],
        Version::Preview1 => [0, 1, 2],
    };
    match whence {
        _ if whence == start => {
            u64::try_from(offset).map(SeekFrom::Start).map_err(|_| Errno::Inval)
        }
        _ if whence == current => Ok(SeekFrom::Current(offset)),
        _ if whence == end => Ok(SeekFrom::End(offset)),
        _ => Err(Errno::Inval),
    }
}

/// `fdflags`
pub(super) fn file_flags(bits: u32) -> Result<FileFlags, Errno> {
    check_flags(bits, 0x1f)?;
    let has = |bit: u32| bits & 1 << bit != 0;
    Ok(FileFlags { append: has(0), dsync: has(1), nonblock: has(2), rsync: has(3), sync: has(4) })
}

/// `fdflags`, the way back.
pub(super) fn flags_bits(flags: FileFlags) -> u16 {
    let FileFlags { append, dsync, nonblock, rsync, sync } = flags;
    [append, dsync, nonblock, rsync, sync]
        .into_iter()
        .zip(0..)
        .map(|(flag, bit)| u16::from(flag) << bit)
        .sum()
}

/// All `lookupflags`.
pub(super) const LOOKUPFLAGS: u32 = 0x1;
/// All `oflags`.
pub(super) const OFLAGS: u32 = 0xf;

/// `oflags`
pub(super) mod oflags {
    pub(in crate::wasi) const CREAT: u32 = 1 << 0;
    pub(in crate::wasi) const DIRECTORY: u32 = 1 << 1;
    pub(in crate::wasi) const EXCL: u32 = 1 << 2;
    pub(in crate::wasi) const TRUNC: u32 = 1 << 3;
}

/// Checks `fstflags`: a time cannot be both given and the present.
pub(super) fn check_fstflags(flags: u32) -> Result<(), Errno> {
    check_flags(flags, 0xf)?;
    if flags & 0x3 == 0x3 || flags & 0xc == 0xc { Err(Errno::Inval) } else { Ok(()) }
}

/// `fdstat`: the attributes of a descriptor.
pub(super) struct Fdstat {
    pub(super) filetype: u8,
    pub(super) flags: u16,
    pub(super) rights: Rights,
}

impl Fdstat {
    pub(super) fn write(&self, memory: &mut GuestMemory<'_>, to: u32) -> Result<(), Errno> {
        let mut bytes = [0; 24];
        bytes[0] = self.filetype;
        bytes[2..4].copy_from_slice(&self.flags.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.rights.base.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.rights.inheriting.to_le_bytes());
        memory.write_bytes(to.into(), &bytes)
    }
}

/// `filestat`: the attributes of a file.
pub(super) fn write_filestat(
    memory: &mut GuestMemory<'_>,
    version: Version,
    to: u32,
    metadata: &Metadata,
) -> Result<(), Errno> {
    let mut bytes = [0; 64];
    bytes[0..8].copy_from_slice(&metadata.device.to_le_bytes());
    bytes[8..16].copy_from_slice(&metadata.inode.to_le_bytes());
    bytes[16] = filetype(metadata.file_type);
    let rest = match version {
        Version::Preview0 => {
            let links = u32::try_from(metadata.links).unwrap_or(u32::MAX);
            bytes[20..24].copy_from_slice(&links.to_le_bytes());
            24
        }
        Version::Preview1 => {
            bytes[24..32].copy_from_slice(&metadata.links.to_le_bytes());
            32
        }
    };
    let Metadata { size, accessed, modified, changed, .. } = *metadata;
    for (field, at) in [size, accessed, modified, changed].into_iter().zip((rest..).step_by(8)) {
        bytes[at..at + 8].copy_from_slice(&field.to_le_bytes());
    }
    memory.write_bytes(to.into(), &bytes[..rest + 32])
}

/// `dirent`: what stands before the name of an entry of a directory. `next` is the cookie of the
/// entry after it.
pub(super) fn dirent(entry: &DirEntry, next: u64) -> Result<[u8; 24], Errno> {
    let len = u32::try_from(entry.name.len()).map_err(|_| Errno::Overflow)?;
    let mut bytes = [0; 24];
    bytes[0..8].copy_from_slice(&next.to_le_bytes());
    bytes[8..16].copy_from_slice(&entry.inode.to_le_bytes());
    bytes[16..20].copy_from_slice(&len.to_le_bytes());
    bytes[20] = filetype(entry.file_type);
    Ok(bytes)
}

/// `iovec` and `ciovec`: a piece of the program's memory.
#[derive(Clone, Copy)]
pub(super) struct Iovec {
    pub(super) address: u64,
    pub(super) len: u64,
}

/// How many pieces of memory one call reads or writes at most; more are left for the next call.
const MAX_IOVECS: u32 = 1024;

impl Iovec {
    const SIZE: u64 = 8;

    /// The pieces that an array of them names, checked to be in bounds.
    pub(super) fn list<'a>(
        memory: &'a GuestMemory<'_>,
        List(array, count): List,
    ) -> Result<impl Iterator<Item = Self> + 'a, Errno> {
        memory.slice(array.into(), u64::from(count) * Self::SIZE)?;
        let list = (0..count.min(MAX_IOVECS)).map(move |i| Self::read(memory, array, i));
        for iovec in list.clone() {
            let Self { address, len } = iovec?;
            memory.slice(address, len)?;
        }
        Ok(list.flatten())
    }

    fn read(memory: &GuestMemory<'_>, array: u32, i: u32) -> Result<Self, Errno> {
        let at = u64::from(array) + u64::from(i) * Self::SIZE;
        let (address, len) = (memory.read::<u32>(at)?, memory.read::<u32>(at + 4)?);
        Ok(Self { address: address.into(), len: len.into() })
    }
}

/// `eventtype`, as it tags a subscription and an event.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Eventtype {
    Clock = 0,
    FdRead = 1,
    FdWrite = 2,
}

/// `subscription`: what a program waits for.
pub(super) struct Subscription {
    pub(super) userdata: u64,
    pub(super) to: SubscribedTo,
}

/// What a subscription is to.
pub(super) enum SubscribedTo {
    Clock { id: u32, timeout: u64, absolute: bool },
    FdRead(u32),
    FdWrite(u32),
}

impl Subscription {
    pub(super) const fn size(version: Version) -> u64 {
        match version {
            Version::Preview0 => 56,
            Version::Preview1 => 48,
        }
    }

    pub(super) fn read(memory: &GuestMemory<'_>, version: Version, at: u64) -> Result<Self, Errno> {
        let userdata = memory.read(at)?;
        let to = match memory.read::<u8>(at + 8)? {
            0 => {
                // The first version has an identifier in front.
                let clock = match version {
                    Version::Preview0 => at + 24,
                    Version::Preview1 => at + 16,
                };
                let flags = memory.read::<u16>(clock + 24)?;
                check_flags(flags.into(), 0x1)?;
                SubscribedTo::Clock {
                    id: memory.read(clock)?,
                    timeout: memory.read(clock + 8)?,
                    absolute: flags != 0,
                }
            }
            1 => SubscribedTo::FdRead(memory.read(at + 16)?),
            2 => SubscribedTo::FdWrite(memory.read(at + 16)?),
            _ => return Err(Errno::Inval),
        };
        Ok(Self { userdata, to })
    }
}

/// `event`: something that a program waited for happened.
pub(super) struct Event {
    pub(super) userdata: u64,
    pub(super) eventtype: Eventtype,
    /// Why it is no use to wait for it.
    pub(super) error: Option<Errno>,
    /// How many bytes are known to be ready.
    pub(super) nbytes: u64,
    /// Whether who is at the other end has gone.
    pub(super) hangup: bool,
}

impl Event {
    pub(super) const SIZE: u64 = 32;

    pub(super) fn write(&self, memory: &mut GuestMemory<'_>, at: u64) -> Result<(), Errno> {
        let mut bytes = [0; 32];
        bytes[0..8].copy_from_slice(&self.userdata.to_le_bytes());
        bytes[8..10].copy_from_slice(&self.error.map_or(0, Errno::number).to_le_bytes());
        bytes[10] = self.eventtype as u8;
        bytes[16..24].copy_from_slice(&self.nbytes.to_le_bytes());
        bytes[24] = self.hangup.into();
        memory.write_bytes(at, &bytes)
    }
}
