//! The bytes of the heap of objects, and the view through which an engine finds and allocates them.
//!
//! Establishes INV-HEAP. Knows nothing of objects.

use crate::instance::Region;
use alloc::boxed::Box;
use core::{ptr::NonNull, slice, sync::atomic::AtomicU8};

/// How many bytes can be read behind the end of the heap.
///
/// No structure is larger, so that an access to a field needs to compare only the start of the
/// object with the length.
pub const HEAP_SLACK: usize = 256 << 10;

/// From this length on a heap is worth large pages, which may leave as much as one of them unused.
const LARGE: usize = 32 << 20;

/// What the base of a heap points to that has no memory yet. Takes no room in the program's file
/// and none in memory while nothing is read from it.
static NO_HEAP: NoHeap = NoHeap([const { AtomicU8::new(0) }; HEAP_SLACK]);

#[repr(align(16))]
struct NoHeap([AtomicU8; HEAP_SLACK]);

/// Where the objects are, and where the next small one can go.
///
/// Engines read it, and raise `bump` when they allocate; the heap writes all of it. See INV-HEAP in
/// the [crate's invariants](crate#invariants).
#[derive(Debug)]
#[repr(C)]
pub struct HeapView {
    /// The first byte, a multiple of 8. Never null.
    pub base: *mut u8,
    /// How many bytes there are.
    pub len: u64,
    /// The offset of the next free byte, a multiple of 8.
    pub bump: u64,
    /// The offset where the free bytes end that begin at `bump`.
    pub bump_end: u64,
}

/// Four bytes of the heap: a number in the order of bytes of objects, which is little-endian.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub(super) struct HeapWord(u32);

impl HeapWord {
    /// The number.
    #[inline(always)]
    pub(super) const fn get(self) -> u32 {
        u32::from_le(self.0)
    }
}

/// The bytes of the heap.
pub(super) struct RawHeap {
    region: Option<Region>,
    len: usize,
    view: NonNull<HeapView>,
}

// SAFETY: INV-HEAP: the bytes and the view belong to this value alone; raw pointers to them are
// used only by whoever owns the store.
unsafe impl Send for RawHeap {}
// SAFETY: INV-HEAP: through a shared reference the bytes and the view are only read.
unsafe impl Sync for RawHeap {}

impl RawHeap {
    /// A heap without bytes.
    pub(super) fn new() -> Self {
        let base = NO_HEAP.0.as_ptr().cast::<u8>().cast_mut();
        let view = HeapView { base, len: 0, bump: 0, bump_end: 0 };
        Self { region: None, len: 0, view: NonNull::from(Box::leak(Box::new(view))) }
    }

    pub(super) const fn view(&self) -> NonNull<HeapView> {
        self.view
    }

    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) const fn bytes(&self) -> &[u8] {
        match &self.region {
            // SAFETY: INV-HEAP: `len` bytes are usable and initialised, and stay so while `self`
            // is borrowed.
            Some(region) => unsafe { slice::from_raw_parts(region.base().as_ptr(), self.len) },
            None => &[],
        }
    }

    /// The bytes as words. The length is a multiple of 4.
    pub(super) const fn words(&self) -> &[HeapWord] {
        match &self.region {
            // SAFETY: INV-HEAP: as in `bytes`; the base is a multiple of 8, and any bytes are words.
            Some(region) => unsafe {
                slice::from_raw_parts(
                    region.base().as_ptr().cast(),
                    self.len / size_of::<HeapWord>(),
                )
            },
            None => &[],
        }
    }

    pub(super) const fn bytes_mut(&mut self) -> &mut [u8] {
        match &self.region {
            // SAFETY: INV-HEAP: as in `bytes`; they belong to `self`, which is borrowed exclusively.
            Some(region) => unsafe { slice::from_raw_parts_mut(region.base().as_ptr(), self.len) },
            None => &mut [],
        }
    }

    /// The run of free bytes that engines allocate from: its start, raised by what they took, and
    /// its end.
    pub(super) const fn run(&self) -> (u64, u64) {
        // SAFETY: INV-HEAP: the view lives as long as `self`.
        let HeapView { bump, bump_end, .. } = unsafe { self.view.read() };
        (bump, bump_end)
    }

    /// Lets engines allocate from these bytes, which must be free and zero.
    pub(super) fn set_run(&mut self, bump: u64, bump_end: u64) {
        // SAFETY: INV-HEAP: as in `run`; nobody else uses the view while `self` is borrowed.
        unsafe {
            let view = self.view.as_mut();
            (view.bump, view.bump_end) = (bump, bump_end);
        }
    }

    /// Grows to `len` bytes, new ones zero, with room to grow to `max`; or returns false and
    /// changes nothing.
    pub(super) fn grow(&mut self, len: usize, max: usize) -> bool {
        debug_assert!(len >= self.len, "heaps never shrink");
        let (Some(usable), Some(most)) = (len.checked_add(HEAP_SLACK), max.checked_add(HEAP_SLACK))
        else {
            return false;
        };
        let extended = self.region.as_mut().is_some_and(|region| region.extend(usable));
        if !extended {
            let Some(larger) = Region::reserved(usable, most.max(usable)) else { return false };
            if let Some(old) = &self.region {
                // SAFETY: INV-HEAP: both regions are usable for the old length at least, and they
                // are different.
                unsafe { larger.base().copy_from_nonoverlapping(old.base(), self.len) };
            }
            self.region = Some(larger);
        }
        if self.len < LARGE
            && len >= LARGE
            && let Some(region) = &mut self.region
        {
            region.prefer_large_pages();
        }
        self.publish(len);
        true
    }

    /// Makes `len` and the present base known. The region must have as many usable bytes, and
    /// [`HEAP_SLACK`] more.
    fn publish(&mut self, len: usize) {
        self.len = len;
        if let Some(region) = &self.region {
            // SAFETY: INV-HEAP: as in `set_run`.
            unsafe {
                let view = self.view.as_mut();
                (view.base, view.len) = (region.base().as_ptr(), len as u64);
            }
        }
    }
}

impl Drop for RawHeap {
    fn drop(&mut self) {
        // SAFETY: INV-HEAP: allocated as a box in `new`, and freed nowhere else.
        drop(unsafe { Box::from_raw(self.view.as_ptr()) });
    }
}

/// Asks the processor to bring a word near, where there is a way to ask.
#[inline]
pub(super) fn prefetch(words: &[HeapWord], index: usize) {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    {
        use core::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch is no access: any address will do.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(words.as_ptr().wrapping_add(index).cast()) };
    }
    #[cfg(not(all(target_arch = "x86_64", not(miri))))]
    let _ = (words, index);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_heap_has_slack_too() {
        let heap = RawHeap::new();
        // SAFETY: INV-HEAP.
        unsafe {
            let HeapView { base, len, bump, bump_end } = heap.view().read();
            assert_eq!((len, bump, bump_end, base.addr() % 8), (0, 0, 0, 0));
            assert_eq!(base.add(HEAP_SLACK - 1).read(), 0);
        }
        assert!(heap.bytes().is_empty());
    }

    #[test]
    fn what_was_written_stays_and_the_rest_is_zero() {
        let mut heap = RawHeap::new();
        let view = heap.view();
        for (old, len) in [(0, 4096), (4096, 1 << 20), (1 << 20, 5 << 20)] {
            // The second maximum is too small for the third length, so that the heap moves.
            assert!(heap.grow(len, 1 << 21));
            assert_eq!((heap.view(), heap.len()), (view, len));
            assert!(heap.bytes()[old..].iter().all(|&byte| byte == 0));
            assert!(heap.bytes()[..old].iter().all(|&byte| byte == 7));
            heap.bytes_mut().fill(7);
            // SAFETY: INV-HEAP.
            unsafe {
                let HeapView { base, len: viewed, .. } = view.read();
                assert_eq!(viewed, len as u64);
                assert_eq!(base.cast_const(), heap.bytes().as_ptr());
                assert_eq!(base.add(heap.len() + HEAP_SLACK - 1).read(), 0);
            }
        }
        assert!(!heap.grow(usize::MAX, usize::MAX));
        assert!(!heap.grow(1 << 60, 1 << 60));
        assert_eq!(heap.len(), 5 << 20);
    }

    #[test]
    fn engines_take_from_the_run() {
        let mut heap = RawHeap::new();
        assert!(heap.grow(4096, 4096));
        heap.set_run(8, 256);
        // SAFETY: INV-HEAP.
        unsafe { (*heap.view().as_ptr()).bump += 32 };
        assert_eq!(heap.run(), (40, 256));
    }
}
