//! Address space reserved from the system, usable piece by piece.
//!
//! A reservation has no access rights, so it does not count as memory; a part becomes usable by
//! giving it rights, which is where the system says no if it has not enough. What becomes usable
//! reads as zero and takes real memory only when touched.

use core::{
    ffi::{c_int, c_void},
    ptr::{self, NonNull},
};
use std::sync::{Mutex, PoisonError};

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
const MADV_DONTNEED: c_int = 4;
#[cfg(any(target_os = "linux", target_os = "android"))]
const MADV_HUGEPAGE: c_int = 14;

/// Bytes before the base, and the unit in which memory becomes usable: a multiple of the page
/// size of every system, so that nobody has to ask for it.
const GRANULE: usize = 1 << 16;

/// The usual size of a page.
pub(super) const PAGE: usize = 1 << 12;

/// The largest mapping kept for use again.
const MAX_SPARE: usize = 1 << 24;

/// The mapping kept for use again: what was touched in it need not be asked for again, which takes
/// longer than to clear it.
static SPARE: Mutex<Option<Mapping>> = Mutex::new(None);

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

    /// How many bytes from the base on there are at most.
    pub(super) const fn max(&self) -> usize {
        self.size - GRANULE
    }

    /// Makes `len` usable bytes from `offset` on zero, most of them by having the system take back
    /// what was touched of them.
    ///
    /// # Safety
    /// The bytes belong to the mapping and are usable; nobody uses them now, nor what follows them.
    pub(super) unsafe fn clear(&self, offset: usize, len: usize) {
        let rest = len.saturating_sub(PAGE);
        // SAFETY: as the caller promises.
        let taken = rest > 0 && unsafe { self.take_back(offset + PAGE, rest) };
        // Of memory used again the front is most likely touched again: the page stays.
        let by_hand = if taken { PAGE } else { len };
        // SAFETY: INV-MEM: the bytes are usable, and nobody uses them now.
        unsafe { self.base().add(offset).write_bytes(0, by_hand) };
    }

    /// Whether the system made the bytes zero by taking back their memory.
    ///
    /// # Safety
    /// As for [`Mapping::clear`].
    #[cfg(any(target_os = "linux", target_os = "android"))]
    unsafe fn take_back(&self, offset: usize, len: usize) -> bool {
        // SAFETY: INV-MEM: nobody uses these bytes. The system refuses what does not begin with a
        // page, which may be larger here; what it takes to fill the last one is in the mapping,
        // which ends with a granule, and not used either.
        unsafe { madvise(self.base().add(offset).cast().as_ptr(), len, MADV_DONTNEED) == 0 }
    }

    /// Elsewhere the advice does not promise zeros.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const unsafe fn take_back(&self, _offset: usize, _len: usize) -> bool {
        false
    }

    /// A mapping that was retired, with `len` usable bytes or more, which may be anything.
    pub(super) fn spare(len: usize) -> Option<Self> {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        spare.take_if(|mapping| mapping.max() >= len)
    }

    /// Keeps the mapping, all of which is usable, for [`Mapping::spare`], unless there is a larger
    /// one or it is too large to be kept.
    pub(super) fn retire(self) {
        let mut spare = SPARE.lock().unwrap_or_else(PoisonError::into_inner);
        let least = spare.as_ref().map_or(0, Self::max);
        if (least + 1..=MAX_SPARE).contains(&self.max()) {
            let smaller = spare.replace(self);
            // Nobody need wait for the system.
            drop(spare);
            drop(smaller);
        }
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
