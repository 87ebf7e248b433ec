//! The bytes of a memory, and the view through which an engine finds them.
//!
//! Establishes INV-MEM for memories. Knows nothing of pages and types.

use super::{pool::Pool, region::Region};
use alloc::boxed::Box;
use core::{ptr::NonNull, slice};

/// Where the bytes of a memory are.
///
/// Engines read it, only the memory writes it. See INV-MEM in the
/// [crate's invariants](crate#invariants).
#[derive(Debug)]
#[repr(C)]
pub struct MemoryView {
    /// The first byte. Never null; the 8 bytes before hold `len` in the machine's byte order.
    pub base: *mut u8,
    /// How many bytes there are.
    pub len: u64,
}

/// The bytes of a memory.
pub(super) struct RawMemory {
    region: Region,
    len: usize,
    view: NonNull<MemoryView>,
}

// SAFETY: INV-MEM: the bytes and the view belong to this value alone; raw pointers to them are
// used only by whoever owns the store.
unsafe impl Send for RawMemory {}
// SAFETY: INV-MEM: through a shared reference the bytes are only read.
unsafe impl Sync for RawMemory {}

impl RawMemory {
    /// `len` bytes of zeros that may grow to `max` bytes, or `None` if they are not to be had.
    pub(super) fn new(len: usize, max: usize, pool: &mut Pool) -> Option<Self> {
        let region = Region::new(len, max, pool)?;
        let view = MemoryView { base: region.base().as_ptr(), len: 0 };
        let mut memory = Self { region, len: 0, view: NonNull::from(Box::leak(Box::new(view))) };
        memory.publish(len);
        Some(memory)
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) const fn view(&self) -> NonNull<MemoryView> {
        self.view
    }

    pub(super) const fn bytes(&self) -> &[u8] {
        // SAFETY: INV-MEM: `len` bytes from the base are allocated and initialised, and they stay
        // so while `self` is borrowed, because only `grow` and `drop` let go of them.
        unsafe { slice::from_raw_parts(self.region.base().as_ptr(), self.len) }
    }

    pub(super) const fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: INV-MEM: as in `bytes`; they belong to `self`, which is borrowed exclusively.
        unsafe { slice::from_raw_parts_mut(self.region.base().as_ptr(), self.len) }
    }

    /// Grows to `len` bytes, new ones zero; or returns false and changes nothing.
    pub(super) fn grow(&mut self, len: usize, max: usize) -> bool {
        debug_assert!(len >= self.len, "memories never shrink");
        if !self.region.extend(len) {
            let Some(larger) = Region::with_slack(len, max) else { return false };
            // SAFETY: INV-MEM: both regions are allocated for the old length at least, and they
            // are different allocations.
            unsafe { larger.base().copy_from_nonoverlapping(self.region.base(), self.len) };
            self.region = larger;
        }
        self.publish(len);
        true
    }

    /// Makes `len` and the present base known. The region must have as many usable bytes.
    fn publish(&mut self, len: usize) {
        self.len = len;
        self.region.set_header(len as u64);
        // SAFETY: INV-MEM: the view was allocated in `new` and lives as long as `self`.
        unsafe {
            self.view.write(MemoryView { base: self.region.base().as_ptr(), len: len as u64 });
        }
    }
}

impl Drop for RawMemory {
    fn drop(&mut self) {
        // SAFETY: INV-MEM: allocated as a box in `new`, and freed nowhere else.
        drop(unsafe { Box::from_raw(self.view.as_ptr()) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What an engine sees: base, length, and the length in front of the base.
    fn seen(memory: &RawMemory) -> (*mut u8, u64, u64) {
        // SAFETY: INV-MEM.
        unsafe {
            let MemoryView { base, len } = memory.view().read();
            (base, len, base.cast::<u64>().sub(1).read())
        }
    }

    #[test]
    fn the_length_is_in_the_view_and_in_front_of_the_base() {
        let max = 1 << 24;
        for len in [0, 1, 65536, 1 << 20, (1 << 20) + 1, 1 << 22] {
            let mut memory = RawMemory::new(len, max, &mut Pool::default()).unwrap();
            let view = memory.view();
            for len in [len, len + 1, len + 100_000, 1 << 23, max] {
                assert!(memory.grow(len, max));
                let (base, viewed, in_front) = seen(&memory);
                assert_eq!(memory.view(), view);
                assert_eq!((viewed, in_front), (len as u64, len as u64));
                assert_eq!(base.addr() % 16, 0);
                assert_eq!(base.cast_const(), memory.bytes().as_ptr());
            }
        }
    }

    #[test]
    fn raw_writes_and_slices_are_the_same_bytes() {
        let mut memory = RawMemory::new(100, 100, &mut Pool::default()).unwrap();
        let (base, ..) = seen(&memory);
        // SAFETY: INV-MEM.
        unsafe { base.add(3).write(7) };
        assert_eq!(memory.bytes()[3], 7);
        memory.bytes_mut()[4] = 8;
        // SAFETY: INV-MEM: the view is read again after the borrow.
        assert_eq!(unsafe { memory.view().read().base.add(4).read() }, 8);
        assert_eq!(seen(&memory).2, 100);
    }

    #[test]
    fn a_growth_that_fails_changes_nothing() {
        let mut memory = RawMemory::new(10, usize::MAX, &mut Pool::default()).unwrap();
        memory.bytes_mut().fill(3);
        let before = seen(&memory);
        for len in [usize::MAX, usize::MAX - 16, isize::MAX as usize, 1 << 60] {
            assert!(!memory.grow(len, usize::MAX));
            assert_eq!(seen(&memory), before);
        }
        assert_eq!(memory.bytes(), [3; 10]);
        assert!(RawMemory::new(usize::MAX, usize::MAX, &mut Pool::default()).is_none());
    }

    #[cfg(all(feature = "std", target_pointer_width = "64", unix, not(miri)))]
    #[test]
    fn a_large_memory_grows_where_it_is() {
        let max = 1 << 32;
        let mut memory = RawMemory::new(2 << 20, max, &mut Pool::default()).unwrap();
        let (base, ..) = seen(&memory);
        for len in [3 << 20, 1 << 30, max] {
            assert!(memory.grow(len, max));
            assert_eq!(seen(&memory), (base, len as u64, len as u64));
            memory.bytes_mut()[len - 1] = 1;
        }
    }
}
