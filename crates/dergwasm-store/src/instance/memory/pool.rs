//! Address space that the small memories of one store share.
//!
//! An allocator clears by hand what it uses again. What comes new from the system is zero without
//! that, and takes real memory only where it is touched: an instance whose memory is hardly used
//! costs little. Asking for it costs more than clearing one memory, so a pool asks for many at
//! once, and a store with a single small memory does not ask at all. Touching it first costs as
//! much again, so the mapping of a store that is gone is used once more. Knows nothing of views.

use super::map::{Mapping, PAGE};
use alloc::sync::Arc;
use core::{mem, ptr::NonNull};

/// The least and the most address space asked for at once.
const SIZES: (usize, usize) = (1 << 20, 1 << 25);

/// Bytes before the base of a piece, which begins with a page: room for a header, and the base
/// begins with a line of the processor's cache.
const HEADER: usize = 64;

/// Hands out pieces of zeroed memory, each once: what a memory leaves when it grows out of its
/// piece is not used again.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    /// What pieces are cut from now.
    mapping: Option<Arc<Shared>>,
    /// Where in it the next piece begins.
    next: usize,
    /// How much of it is usable.
    size: usize,
    /// Whether it was another pool's, so that its bytes may be anything.
    used: bool,
    /// Whether the store asked for a small memory before.
    asked: bool,
}

/// A mapping that is kept for other pools when its last piece is gone.
#[derive(Debug)]
struct Shared(Option<Mapping>);

/// How much of a [`Pool`] was handed out at some time.
#[derive(Debug)]
pub(crate) struct PoolMark {
    mapping: Option<Arc<Shared>>,
    next: usize,
}

/// Memory from a [`Pool`].
#[derive(Debug)]
pub(super) struct Piece {
    base: NonNull<u8>,
    _mapping: Arc<Shared>,
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(mapping) = self.0.take() {
            mapping.retire();
        }
    }
}

impl Pool {
    /// `len` bytes of zeros and a header before them, or `None` to get them from elsewhere.
    pub(super) fn take(&mut self, len: usize) -> Option<Piece> {
        if !mem::replace(&mut self.asked, true) {
            return None;
        }
        let needed = len.checked_add(HEADER)?.checked_next_multiple_of(PAGE)?;
        if self.size - self.next < needed {
            self.refill(needed)?;
        }
        let shared = self.mapping.as_ref()?;
        let mapping = shared.0.as_ref()?;
        if self.used {
            // SAFETY: INV-MEM: `refill` made `size` bytes usable from the base on, and from `next`
            // on `needed` of them are left; pieces are handed out in order, these to nobody yet.
            unsafe { mapping.clear(self.next, needed) };
        }
        // SAFETY: INV-MEM: as above, and `needed` is larger than a header.
        let base = unsafe { mapping.base().add(self.next + HEADER) };
        self.next += needed;
        Some(Piece { base, _mapping: Arc::clone(shared) })
    }

    /// How much is handed out now.
    pub(crate) fn mark(&self) -> PoolMark {
        PoolMark { mapping: self.mapping.clone(), next: self.next }
    }

    /// Takes back all pieces handed out since a mark, which must be gone.
    pub(crate) fn rewind(&mut self, mark: &PoolMark) {
        let same = match (&self.mapping, &mark.mapping) {
            (Some(now), Some(then)) => Arc::ptr_eq(now, then),
            _ => false,
        };
        let next = if same { mark.next } else { 0 };
        if next != self.next {
            // What was in them is anything now.
            (self.next, self.used) = (next, true);
        }
    }

    /// Begins another mapping: what another pool left, or twice as large as the last.
    fn refill(&mut self, needed: usize) -> Option<()> {
        let spare = Mapping::spare(needed);
        let used = spare.is_some();
        let size = self.size.saturating_mul(2).clamp(SIZES.0, SIZES.1).max(needed);
        let mut mapping = spare.or_else(|| Mapping::reserve(size))?;
        let size = mapping.commit(mapping.max())?;
        let mapping = Some(Arc::new(Shared(Some(mapping))));
        *self = Self { mapping, next: 0, size, used, asked: true };
        Some(())
    }
}

impl Piece {
    /// The first byte; [`HEADER`] bytes before it belong to the piece too.
    pub(super) const fn base(&self) -> NonNull<u8> {
        self.base
    }
}

#[cfg(all(test, feature = "std", target_pointer_width = "64", unix, not(miri)))]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use core::slice;

    /// All bytes of a piece of `len` bytes, with those before its base.
    fn bytes(piece: &mut Piece, len: usize) -> &mut [u8] {
        // SAFETY: INV-MEM: the piece is borrowed, and has as many bytes before and after its base.
        unsafe { slice::from_raw_parts_mut(piece.base().sub(HEADER).as_ptr(), HEADER + len) }
    }

    #[test]
    fn pieces_are_zero_and_apart_and_outlive_the_pool() {
        let mut pool = Pool::default();
        assert!(pool.take(1 << 16).is_none(), "the first of a store comes from the allocator");
        let lens = [1, 63, 64, 65, 4096, 1 << 16, (1 << 16) + 1, 1 << 19, SIZES.0 + 1, 1 << 16];
        let mut pieces = Vec::new();
        for len in lens.repeat(20) {
            let mut piece = pool.take(len).unwrap();
            assert_eq!(piece.base().addr().get() % HEADER, 0);
            let bytes = bytes(&mut piece, len);
            assert!(bytes.iter().all(|byte| *byte == 0), "{len}");
            bytes.fill(0xFF);
            pieces.push((piece, len));
        }
        drop(pool);
        for (piece, len) in &mut pieces {
            let bytes = bytes(piece, *len);
            assert!(bytes.iter().all(|byte| *byte == 0xFF));
        }
    }

    #[test]
    fn what_another_pool_left_is_zero_again() {
        // Other tests take what is left, too.
        let mut used = 0;
        for round in 0..100_u8 {
            let mut pool = Pool { asked: true, ..Pool::default() };
            let mut pieces = Vec::new();
            for len in [100, 4096 - HEADER, 4097, 1 << 16, 1 << 19, 5000, 1 << 20, 1 << 16] {
                let mut piece = pool.take(len).unwrap();
                used += u32::from(pool.used);
                let bytes = bytes(&mut piece, len);
                assert!(bytes.iter().all(|byte| *byte == 0), "{len}, round {round}");
                // Not always all of it, and not all of it always.
                bytes[usize::from(round % 7) * len / 8..].fill(0xFF);
                pieces.push(piece);
            }
            if round % 2 == 0 {
                drop(pool);
                drop(pieces);
            }
        }
        assert!(used > 0);
    }

    #[test]
    fn what_is_not_there_cannot_be_taken() {
        let mut pool = Pool::default();
        for len in [1, usize::MAX, usize::MAX - HEADER, 1 << 62] {
            assert!(pool.take(len).is_none());
        }
        assert!(pool.take(100).is_some());
    }
}
