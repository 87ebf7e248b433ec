//! The numbers and layouts of WASI preview 1.
//!
//! Spec: [Types of `wasi_snapshot_preview1`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#types).
//! Layouts are written as offsets beside each field, so that they can be compared with the spec.

use crate::{
    sys::Errno,
    wasi::guest_memory::{GuestMemory, List},
};

/// What may be done with a descriptor.
pub(super) mod rights {
    pub(in crate::wasi) const FD_READ: u64 = 1 << 1;
    pub(in crate::wasi) const FD_WRITE: u64 = 1 << 6;
}

/// The type of a file.
#[derive(Clone, Copy)]
#[repr(u8)]
pub(super) enum Filetype {
    Unknown = 0,
    CharacterDevice = 2,
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
/// How many values `whence` has.
pub(super) const WHENCES: u32 = 3;
/// All `fdflags`.
pub(super) const FDFLAGS: u32 = 0x1f;
/// All `lookupflags`.
pub(super) const LOOKUPFLAGS: u32 = 0x1;
/// All `oflags`.
pub(super) const OFLAGS: u32 = 0xf;

/// Checks `fstflags`: a time cannot be both given and the present.
pub(super) fn check_fstflags(flags: u32) -> Result<(), Errno> {
    check_flags(flags, 0xf)?;
    if flags & 0x3 == 0x3 || flags & 0xc == 0xc { Err(Errno::Inval) } else { Ok(()) }
}

/// `fdstat`: the attributes of a descriptor.
pub(super) struct Fdstat {
    pub(super) filetype: Filetype,
    pub(super) flags: u16,
    pub(super) rights_base: u64,
    pub(super) rights_inheriting: u64,
}

impl Fdstat {
    pub(super) fn write(&self, memory: &mut GuestMemory<'_>, to: u32) -> Result<(), Errno> {
        let mut bytes = [0; 24];
        bytes[0] = self.filetype as u8;
        bytes[2..4].copy_from_slice(&self.flags.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.rights_base.to_le_bytes());
        bytes[16..24].copy_from_slice(&self.rights_inheriting.to_le_bytes());
        memory.write_bytes(to.into(), &bytes)
    }
}

/// `filestat`: the attributes of a file. Those of a stream are zero but for the type.
pub(super) fn write_filestat(
    memory: &mut GuestMemory<'_>,
    to: u32,
    filetype: Filetype,
) -> Result<(), Errno> {
    let mut bytes = [0; 64];
    bytes[16] = filetype as u8;
    memory.write_bytes(to.into(), &bytes)
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
    pub(super) const SIZE: u64 = 48;

    pub(super) fn read(memory: &GuestMemory<'_>, at: u64) -> Result<Self, Errno> {
        let userdata = memory.read(at)?;
        let to = match memory.read::<u8>(at + 8)? {
            0 => {
                let flags = memory.read::<u16>(at + 40)?;
                check_flags(flags.into(), 0x1)?;
                SubscribedTo::Clock {
                    id: memory.read(at + 16)?,
                    timeout: memory.read(at + 24)?,
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
    /// How many bytes are known to be ready.
    pub(super) nbytes: u64,
}

impl Event {
    pub(super) const SIZE: u64 = 32;

    pub(super) fn write(&self, memory: &mut GuestMemory<'_>, at: u64) -> Result<(), Errno> {
        let mut bytes = [0; 32];
        bytes[0..8].copy_from_slice(&self.userdata.to_le_bytes());
        bytes[10] = self.eventtype as u8;
        bytes[16..24].copy_from_slice(&self.nbytes.to_le_bytes());
        memory.write_bytes(at, &bytes)
    }
}
