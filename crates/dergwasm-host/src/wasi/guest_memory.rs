//! A program's memory as system calls see it: every pointer is checked.

use crate::sys::Errno;
use dergwasm_store::Scalar;

/// An array or a string in a program's memory: its address and how many elements it has.
#[derive(Clone, Copy)]
pub(crate) struct List(pub(super) u32, pub(super) u32);

/// The memory of the program that makes a system call.
pub(crate) struct GuestMemory<'a>(&'a mut [u8]);

impl<'a> GuestMemory<'a> {
    pub(crate) fn new(bytes: &'a mut [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The `len` bytes from `address` on.
    pub(crate) fn slice(&self, address: u64, len: u64) -> Result<&[u8], Errno> {
        self.0.get(range(address, len)?).ok_or(Errno::Fault)
    }

    /// The `len` bytes from `address` on, to change them.
    pub(crate) fn slice_mut(&mut self, address: u64, len: u64) -> Result<&mut [u8], Errno> {
        self.0.get_mut(range(address, len)?).ok_or(Errno::Fault)
    }

    /// The little-endian number at `address`.
    pub(crate) fn read<N: Scalar>(&self, address: u64) -> Result<N, Errno> {
        let mut bytes = N::Bytes::default();
        let bytes_mut = bytes.as_mut();
        bytes_mut.copy_from_slice(self.slice(address, bytes_mut.len() as u64)?);
        Ok(N::from_le_bytes(bytes))
    }

    /// Sets the little-endian number at `address`.
    pub(crate) fn write<N: Scalar>(&mut self, address: u64, number: N) -> Result<(), Errno> {
        self.write_bytes(address, number.to_le_bytes().as_ref())
    }

    /// Copies `bytes` to `address`.
    pub(crate) fn write_bytes(&mut self, address: u64, bytes: &[u8]) -> Result<(), Errno> {
        self.slice_mut(address, bytes.len() as u64)?.copy_from_slice(bytes);
        Ok(())
    }

    /// A path: bytes that need not be UTF-8.
    pub(crate) fn path(&self, List(address, len): List) -> Result<&[u8], Errno> {
        self.slice(address.into(), len.into())
    }
}

fn range(address: u64, len: u64) -> Result<core::ops::Range<usize>, Errno> {
    let end = address.checked_add(len).ok_or(Errno::Fault)?;
    let in_host = |n: u64| usize::try_from(n).map_err(|_| Errno::Fault);
    Ok(in_host(address)?..in_host(end)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wild_pointers_are_faults() {
        let mut bytes = [0; 16];
        let mut memory = GuestMemory::new(&mut bytes);
        assert_eq!(memory.write(12, 0x0403_0201_u32), Ok(()));
        assert_eq!(memory.read::<u16>(14), Ok(0x0403));
        assert_eq!(memory.slice(16, 0), Ok(&[][..]));
        for (address, len) in [(13, 4), (17, 0), (u64::MAX, 1), (0, u64::MAX), (u64::MAX, u64::MAX)]
        {
            assert_eq!(memory.slice(address, len), Err(Errno::Fault));
            assert_eq!(memory.slice_mut(address, len), Err(Errno::Fault));
        }
        assert_eq!(memory.write(15, 1_u16), Err(Errno::Fault));
        memory.write_bytes(0, b"a\xff").unwrap();
        assert_eq!(memory.path(List(0, 2)), Ok(&b"a\xff"[..]));
        assert_eq!(memory.path(List(u32::MAX, u32::MAX)), Err(Errno::Fault));
    }
}
