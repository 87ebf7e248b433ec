//! Address space that the small memories of one store share.
//!
//! An allocator clears by hand what it uses again. What comes new from the system is zero without
//! that, and takes real memory only where it is touched: an instance whose memory is hardly used
//! costs little. Asking for it costs more than clearing one memory, so a pool asks for many at
//! once, and a store with a single small memory does not ask at all. Knows nothing of views.

use super::map::Mapping;
use alloc::sync::Arc;
use core::{mem, ptr::NonNull};

/// The least and the most address space asked for at once.
const SIZES: (usize, usize) = (1 << 20, 1 << 25);

/// Where pieces begin: a line of the processor's cache, behind room for a header.
const ALIGN: usize = 64;

/// Hands out pieces of zeroed memory, each once: what a memory leaves when it grows out of its
/// piece is not used again.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    /// What pieces are cut from now.
    mapping: Option<Arc<Mapping>>,
    /// Where in it the next piece may begin.
    next: usize,
    /// How much of it is usable.
    size: usize,
    /// Whether the store asked for a small memory before.
    asked: bool,
}

/// Memory from a [`Pool`]; its address space is given back with the last piece of its mapping.
#[derive(Debug)]
pub(super) struct Piece {
    base: NonNull<u8>,
    _mapping: Arc<Mapping>,
}

impl Pool {
    /// `len` bytes of zeros and [`ALIGN`] before them, or `None` to get them from elsewhere.
    pub(super) fn take(&mut self, len: usize) -> Option<Piece> {
        if !mem::replace(&mut self.asked, true) {
            return None;
        }
        let needed = len.checked_add(ALIGN)?.checked_next_multiple_of(ALIGN)?;
        if self.size - self.next < needed {
            self.refill(needed)?;
        }
        let mapping = self.mapping.clone()?;
        // SAFETY: INV-MEM: `refill` made `size` bytes usable from the base on, and from `next` on
        // `needed` of them are left, which no other piece gets.
        let base = unsafe { mapping.base().add(self.next + ALIGN) };
        self.next += needed;
        Some(Piece { base, _mapping: mapping })
    }

    /// Begins another mapping, twice as large as the last.
    fn refill(&mut self, needed: usize) -> Option<()> {
        let size = self.size.saturating_mul(2).clamp(SIZES.0, SIZES.1).max(needed);
        let mut mapping = Mapping::reserve(size)?;
        self.size = mapping.commit(size)?;
        self.mapping = Some(Arc::new(mapping));
        self.next = 0;
        Some(())
    }
}

impl Piece {
    /// The first byte; [`ALIGN`] bytes before it belong to the piece too.
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
        unsafe { slice::from_raw_parts_mut(piece.base().sub(ALIGN).as_ptr(), ALIGN + len) }
    }

    #[test]
    fn pieces_are_zero_and_apart_and_outlive_the_pool() {
        let mut pool = Pool::default();
        assert!(pool.take(1 << 16).is_none(), "the first of a store comes from the allocator");
        let lens = [1, 63, 64, 65, 4096, 1 << 16, (1 << 16) + 1, 1 << 19, SIZES.0 + 1, 1 << 16];
        let mut pieces = Vec::new();
        for len in lens.repeat(20) {
            let mut piece = pool.take(len).unwrap();
            assert_eq!(piece.base().addr().get() % ALIGN, 0);
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
    fn what_is_not_there_cannot_be_taken() {
        let mut pool = Pool::default();
        for len in [1, usize::MAX, usize::MAX - ALIGN, 1 << 62] {
            assert!(pool.take(len).is_none());
        }
        assert!(pool.take(100).is_some());
    }
}
