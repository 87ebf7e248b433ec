//! The memory that typed guest data lies in.

use super::{Origin, Problem};
use crate::{AsMachineMut, Caller, Error, Machine, Memory};
use core::ops::Range;

/// Whatever can show the memory that a guest's addresses point into.
///
/// A [`Caller`] shows memory 0 of the instance that calls, a [`Machine`] its
/// [heap](Machine::heap), a [`GuestMemory`] and a slice of bytes themselves.
pub trait AsGuestMemory {
    /// All bytes.
    ///
    /// # Errors
    /// There is no memory.
    fn guest_memory(&self) -> Result<&[u8], Error>;
}

/// Whatever can lend the memory that a guest's addresses point into, to change it.
pub trait AsGuestMemoryMut: AsGuestMemory {
    /// All bytes, to change them.
    ///
    /// # Errors
    /// There is no memory.
    fn guest_memory_mut(&mut self) -> Result<&mut [u8], Error>;
}

/// The bytes of one memory, lent apart from the machine.
///
/// With it a function can hold the embedder's data and the guest's memory at the same time:
///
/// ```
/// use dergwasm_host::{Error, Machine, Memory, MemoryType, guest::{GuestMemory, Ptr}};
///
/// let mut machine = Machine::new(0_u32);
/// let memory = Memory::new(&mut machine, MemoryType::new(1, None))?;
/// let (mut memory, sum) = GuestMemory::split(memory, &mut machine)?;
/// let ptr = Ptr::<u32>::new(0xfffc);
/// ptr.write(&mut memory, &7)?;
/// *sum += ptr.read(&memory)?;
/// assert_eq!(*machine.data(), 7);
/// # Ok::<(), Error>(())
/// ```
#[derive(Debug)]
pub struct GuestMemory<'a>(&'a mut [u8]);

impl<'a> GuestMemory<'a> {
    /// The bytes as a memory.
    pub const fn new(bytes: &'a mut [u8]) -> Self {
        Self(bytes)
    }

    /// A memory of a machine, and the embedder's data beside it.
    ///
    /// # Errors
    /// The memory is not of this machine.
    pub fn split<M: AsMachineMut>(
        memory: Memory,
        machine: &'a mut M,
    ) -> Result<(Self, &'a mut M::Data), Error> {
        let (bytes, data) = memory.data_and_state_mut(machine)?;
        Ok((Self(bytes), data))
    }

    /// All bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8] {
        self.0
    }

    /// All bytes, to change them.
    pub const fn bytes_mut(&mut self) -> &mut [u8] {
        self.0
    }
}

impl AsGuestMemory for GuestMemory<'_> {
    fn guest_memory(&self) -> Result<&[u8], Error> {
        Ok(self.0)
    }
}

impl AsGuestMemoryMut for GuestMemory<'_> {
    fn guest_memory_mut(&mut self) -> Result<&mut [u8], Error> {
        Ok(self.0)
    }
}

impl AsGuestMemory for [u8] {
    fn guest_memory(&self) -> Result<&[u8], Error> {
        Ok(self)
    }
}

impl AsGuestMemoryMut for [u8] {
    fn guest_memory_mut(&mut self) -> Result<&mut [u8], Error> {
        Ok(self)
    }
}

macro_rules! heap_of {
    ($($M:ty)*) => { $(
        impl<T> AsGuestMemory for $M {
            fn guest_memory(&self) -> Result<&[u8], Error> {
                self.heap()?.data(self)
            }
        }

        impl<T> AsGuestMemoryMut for $M {
            fn guest_memory_mut(&mut self) -> Result<&mut [u8], Error> {
                self.heap()?.data_mut(self)
            }
        }
    )* };
}

heap_of! { Caller<'_, T> Machine<T> }

/// The range of `len` bytes from `address` on, if they are all in a memory of `size` bytes.
pub(super) fn range(
    address: u64,
    len: u64,
    size: usize,
    origin: Origin,
) -> Result<Range<usize>, Error> {
    let in_host = |n: u64| usize::try_from(n).ok();
    let end = address.checked_add(len).and_then(in_host).filter(|&end| end <= size);
    match (in_host(address), end) {
        (Some(start), Some(end)) => Ok(start..end),
        _ => Err(origin.error(Problem::OutOfBounds { address, len, memory: size as u64 })),
    }
}

/// The `len` bytes from `address` on.
pub(super) fn view(
    memory: &(impl AsGuestMemory + ?Sized),
    address: u64,
    len: u64,
    origin: Origin,
) -> Result<&[u8], Error> {
    let bytes = memory.guest_memory()?;
    let range = range(address, len, bytes.len(), origin)?;
    Ok(&bytes[range])
}

/// The `len` bytes from `address` on, to change them.
pub(super) fn view_mut(
    memory: &mut (impl AsGuestMemoryMut + ?Sized),
    address: u64,
    len: u64,
    origin: Origin,
) -> Result<&mut [u8], Error> {
    let bytes = memory.guest_memory_mut()?;
    let range = range(address, len, bytes.len(), origin)?;
    Ok(&mut bytes[range])
}
