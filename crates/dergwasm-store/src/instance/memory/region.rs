//! Zeroed memory with a header in front, that may have room to grow in place.
//!
//! Large regions are address space reserved from the system, of which only a part is usable; they
//! grow without copying, and the system zeroes what is touched. Small ones share such address
//! space, or come from the allocator. Memories and the heap of objects live in them. Knows nothing
//! of views.

use super::{
    map::Mapping,
    pool::{Piece, Pool},
};
use alloc::alloc::{alloc_zeroed, dealloc};
use core::{alloc::Layout, ptr::NonNull};

/// The largest region without address space of its own where the system can reserve some.
/// Allocators clear by hand what they use again; from about this size on that takes longer than
/// asking the system for new address space and touching it.
const MAX_SMALL: usize = 1 << 19;

/// The smallest region from a pool: smaller ones are cleared as quickly as they are touched first.
const MIN_PIECE: usize = 1 << 14;

/// Address space reserved for a memory that may grow as large as that. A memory with 32-bit
/// addresses gets all it can ever use.
const RESERVATION: usize = if usize::BITS < 64 { MAX_SMALL } else { 1 << 36 };

/// Bytes before the base of an allocated region: keeps the base aligned as the allocator aligns
/// anyway, so that it has no reason to zero by hand what the system gave as zero.
const HEADER: usize = 16;

/// A piece of zeroed memory.
#[derive(Debug)]
pub(crate) struct Region {
    base: NonNull<u8>,
    /// How many bytes from `base` on may be used now.
    usable: usize,
    origin: Origin,
}

#[derive(Debug)]
enum Origin {
    Allocated,
    Mapped(Mapping),
    Piece(#[expect(dead_code, reason = "keeps the memory")] Piece),
}

impl Region {
    /// At least `len` bytes, that can become up to `max` later, perhaps from `pool`; `None` if not
    /// to be had.
    pub(super) fn new(len: usize, max: usize, pool: &mut Pool) -> Option<Self> {
        Self::mapped(len, max)
            .or_else(|| Self::from_pool(len, pool))
            .or_else(|| Self::allocated(len))
    }

    /// As [`Region::new`], for a memory that grew out of another region and may well grow again:
    /// twice the size, if possible, keeps the total of bytes copied proportional to the size.
    pub(super) fn with_slack(len: usize, max: usize) -> Option<Self> {
        Self::mapped(len, max)
            .or_else(|| Self::allocated(len.saturating_mul(2).min(max).max(len)))
            .or_else(|| Self::allocated(len))
    }

    /// As [`Region::with_slack`], but address space at any length, so that it never moves while
    /// it stays within `max`.
    pub(crate) fn reserved(len: usize, max: usize) -> Option<Self> {
        Self::mapped_at_any_len(len, max).or_else(|| Self::with_slack(len, max))
    }

    fn mapped(len: usize, max: usize) -> Option<Self> {
        if len > MAX_SMALL { Self::mapped_at_any_len(len, max) } else { None }
    }

    fn mapped_at_any_len(len: usize, max: usize) -> Option<Self> {
        // With little address space left, or a limit on it, a smaller reservation may do.
        let twice = len.saturating_mul(2);
        [RESERVATION.max(twice), twice, len].into_iter().find_map(|reservation| {
            let mapping = Mapping::reserve(reservation.min(max).max(len))?;
            let mut region =
                Self { base: mapping.base(), usable: 0, origin: Origin::Mapped(mapping) };
            region.extend(len).then_some(region)
        })
    }

    fn from_pool(len: usize, pool: &mut Pool) -> Option<Self> {
        if len < MIN_PIECE {
            return None;
        }
        let piece = pool.take(len)?;
        Some(Self { base: piece.base(), usable: len, origin: Origin::Piece(piece) })
    }

    fn allocated(len: usize) -> Option<Self> {
        let layout = layout(len)?;
        // SAFETY: the layout has the size of the header at least.
        let start = NonNull::new(unsafe { alloc_zeroed(layout) })?;
        // SAFETY: the allocation is longer than the header, or ends after it.
        let base = unsafe { start.add(HEADER) };
        Some(Self { base, usable: len, origin: Origin::Allocated })
    }

    /// Asks for large pages, where the system has them.
    pub(crate) fn prefer_large_pages(&mut self) {
        if let Origin::Mapped(mapping) = &mut self.origin {
            mapping.prefer_large_pages();
        }
    }

    /// The first byte. The 8 bytes before belong to the region too.
    pub(crate) const fn base(&self) -> NonNull<u8> {
        self.base
    }

    /// Writes the 8 bytes before the base.
    pub(super) const fn set_header(&mut self, header: u64) {
        // SAFETY: INV-MEM: every region has 8 bytes or more before its base, which is a multiple
        // of 16.
        unsafe { self.base.cast::<u64>().sub(1).write(header) }
    }

    /// Makes at least `len` bytes usable where they are; returns whether it could.
    pub(crate) fn extend(&mut self, len: usize) -> bool {
        if len <= self.usable {
            return true;
        }
        match &mut self.origin {
            Origin::Allocated | Origin::Piece(_) => false,
            Origin::Mapped(mapping) => mapping.commit(len).is_some_and(|usable| {
                self.usable = usable;
                true
            }),
        }
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        if let (Origin::Allocated, Some(layout)) = (&self.origin, layout(self.usable)) {
            // SAFETY: INV-MEM: `allocated` got it from the allocator with this layout, and put
            // the base behind the header.
            unsafe { dealloc(self.base.sub(HEADER).as_ptr(), layout) };
        }
    }
}

/// The layout of an allocated region with `len` usable bytes.
fn layout(len: usize) -> Option<Layout> {
    Layout::from_size_align(len.checked_add(HEADER)?, HEADER).ok()
}
