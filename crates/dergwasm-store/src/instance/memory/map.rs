//! Address space reserved from the system, usable piece by piece.
//!
//! A reservation has no access rights, so it does not count as memory; a part becomes usable by
//! giving it rights, which is where the system says no if it has not enough. What becomes usable
//! reads as zero and takes real memory only when touched.

use core::{
    ffi::{c_int, c_void},
    ptr::{self, NonNull},
};

const PROT_NONE: c_int = 0;
const PROT_READ: c_int = 1;
const PROT_WRITE: c_int = 2;
const MAP_PRIVATE: c_int = 2;
#[cfg(any(target_os = "linux", target_os = "android"))]
const MAP_ANONYMOUS: c_int = 0x20;
#[cfg(any(target_os = "macos", target_os = "ios"))]
const MAP_ANONYMOUS: c_int = 0x1000;

// `off_t` has 64 bits on every 64-bit system this file is compiled for.
unsafe extern "C" {
    fn mmap(
        addr: *mut c_void,
        len: usize,
        prot: c_int,
        flags: c_int,
        fd: c_int,
        offset: i64,
    ) -> *mut c_void;
    fn mprotect(addr: *mut c_void, len: usize, prot: c_int) -> c_int;
    fn munmap(addr: *mut c_void, len: usize) -> c_int;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    fn madvise(addr: *mut c_void, len: usize, advice: c_int) -> c_int;
}

#[cfg(any(target_os = "linux", target_os = "android"))]
const MADV_HUGEPAGE: c_int = 14;

/// Bytes before the base, and the unit in which memory becomes usable: a multiple of the page
/// size of every system, so that nobody has to ask for it.
const GRANULE: usize = 1 << 16;

/// A piece of address space; freed when dropped.
#[derive(Debug)]
pub(super) struct Mapping {
    start: NonNull<c_void>,
    /// Its size with what is before the base, a multiple of the granule.
    size: usize,
}

// SAFETY: INV-MEM: the address space belongs to this value alone, wherever it goes.
unsafe impl Send for Mapping {}
// SAFETY: INV-MEM: through a shared reference only the base is found; whoever uses the bytes
// must have them for himself.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Reserves `len` bytes of address space, or `None` if the system has not as much.
    ///
    /// Nothing of it is usable before the first [`Mapping::commit`].
    pub(super) fn reserve(len: usize) -> Option<Self> {
        let size = len.checked_add(GRANULE)?.checked_next_multiple_of(GRANULE)?;
        let flags = MAP_PRIVATE | MAP_ANONYMOUS;
        // SAFETY: a new mapping where the system chooses touches no other memory.
        let start = unsafe { mmap(ptr::null_mut(), size, PROT_NONE, flags, -1, 0) };
        // MAP_FAILED is -1.
        let start = NonNull::new(start).filter(|start| start.addr().get() != usize::MAX)?;
        Some(Self { start, size })
    }

    /// The first byte. Many bytes before it belong to the mapping too.
    pub(super) fn base(&self) -> NonNull<u8> {
        // SAFETY: INV-MEM: the mapping is one granule longer than what is asked for.
        unsafe { self.start.cast::<u8>().add(GRANULE) }
    }

    /// Makes at least `len` bytes from the base on usable, and all before the base, and returns how
    /// many are; or `None` if the reservation is not as long, or the system has no memory.
    pub(super) fn commit(&mut self, len: usize) -> Option<usize> {
        let wanted = len.checked_add(GRANULE)?.checked_next_multiple_of(GRANULE)?;
        if wanted > self.size {
            return None;
        }
        // SAFETY: INV-MEM: the bytes belong to this mapping, and keep the rights they may have.
        let status = unsafe { mprotect(self.start.as_ptr(), wanted, PROT_READ | PROT_WRITE) };
        (status == 0).then_some(wanted - GRANULE)
    }

    /// Asks the system to use large pages, where it has them: what is accessed in no order is
    /// found more quickly in them.
    pub(super) fn prefer_large_pages(&mut self) {
        #[cfg(any(target_os = "linux", target_os = "android"))]
        // SAFETY: INV-MEM: the whole mapping, whose contents and rights stay as they are. It is no
        // matter if the system does not know the advice.
        unsafe {
            madvise(self.start.as_ptr(), self.size, MADV_HUGEPAGE);
        }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: INV-MEM: the mapping belongs to this value, so nothing uses it any more. It
        // cannot fail for a whole mapping.
        unsafe { munmap(self.start.as_ptr(), self.size) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn becomes_usable_piece_by_piece() {
        let mut mapping = Mapping::reserve(1 << 30).unwrap();
        for (len, usable) in [(0, 0), (1, 65536), (65536, 65536), (70_000, 131_072)] {
            assert_eq!(mapping.commit(len), Some(usable));
            // SAFETY: INV-MEM: one granule before the base and `usable` bytes after it.
            unsafe {
                let base = mapping.base();
                base.sub(1).write(1);
                assert!((0..usable).step_by(512).all(|i| base.add(i).read() == 0));
            }
        }
        assert_eq!(mapping.commit((1 << 30) + 1), None);
        assert_eq!(mapping.commit(usize::MAX), None);
        assert_eq!(mapping.commit(5), Some(65536));
    }

    #[test]
    fn what_is_not_there_cannot_be_reserved() {
        assert!(Mapping::reserve(usize::MAX).is_none());
        assert!(Mapping::reserve(1 << 62).is_none());
    }
}
