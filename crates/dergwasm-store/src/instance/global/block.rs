//! Global blocks: the cells of an instance's globals behind room for the engine, in one piece.
//!
//! An engine that keeps its data of an instance in the prefix reaches that and the globals from
//! one register. Knows nothing of what the prefix holds.

use crate::error::StoreError;
use alloc::alloc::{alloc_zeroed, dealloc};
use core::{alloc::Layout, ptr::NonNull};
use dergwasm_types::Value;

/// Alignment of a block and of the cells in it.
const ALIGN: usize = align_of::<Value>();

/// A prefix and the values of some globals in one allocation, freed when dropped.
#[derive(Debug)]
pub(crate) struct GlobalBlock {
    start: NonNull<u8>,
    /// Bytes before the first cell.
    prefix: usize,
    /// Number of cells.
    len: usize,
    layout: Layout,
}

// SAFETY: INV-STORE: the block belongs to the store alone; raw pointers into it are used only by
// whoever owns the store.
unsafe impl Send for GlobalBlock {}
// SAFETY: INV-STORE: nothing is read or written through a shared reference to the block.
unsafe impl Sync for GlobalBlock {}

impl GlobalBlock {
    /// A block with `prefix` bytes of zeros, rounded up to a multiple of 16, before `values`.
    pub(crate) fn new(
        prefix: usize,
        values: impl ExactSizeIterator<Item = Value>,
    ) -> Result<Self, StoreError> {
        let len = values.len();
        let (prefix, layout) = layout(prefix, len).ok_or_else(|| out_of_memory(prefix, len))?;
        // SAFETY: `layout` never gives a size of zero.
        let start = NonNull::new(unsafe { alloc_zeroed(layout) });
        let start = start.ok_or_else(|| out_of_memory(prefix, len))?;
        let block = Self { start, prefix, len, layout };
        for (cell, value) in block.cells().zip(values) {
            cell.set_in_new_block(value);
        }
        Ok(block)
    }

    /// The first byte of the prefix, a multiple of 16.
    pub(crate) const fn start(&self) -> NonNull<u8> {
        self.start
    }

    /// The cells, in order. They are valid as long as the block.
    pub(super) fn cells(&self) -> impl Iterator<Item = GlobalCell> {
        let (start, prefix) = (self.start, self.prefix);
        (0..self.len).map(move |i| {
            // SAFETY: INV-STORE: the block has `len` cells after its prefix.
            GlobalCell(unsafe { start.add(prefix).cast::<Value>().add(i) })
        })
    }
}

impl Drop for GlobalBlock {
    fn drop(&mut self) {
        // SAFETY: INV-STORE: allocated in `new` with this layout; the store drops its blocks only
        // together with every global in them.
        unsafe { dealloc(self.start.as_ptr(), self.layout) };
    }
}

/// The real size of the prefix, and the layout of a block.
fn layout(prefix: usize, len: usize) -> Option<(usize, Layout)> {
    let prefix = prefix.checked_next_multiple_of(ALIGN)?;
    let size = len.checked_mul(size_of::<Value>())?.checked_add(prefix)?.max(ALIGN);
    Some((prefix, Layout::from_size_align(size, ALIGN).ok()?))
}

const fn out_of_memory(prefix: usize, len: usize) -> StoreError {
    let bytes = (prefix as u64).saturating_add((len as u64).saturating_mul(16));
    StoreError::OutOfMemory { kind: "global", bytes }
}

/// The cell of one global. Lives in a block of the same store as the global (INV-STORE).
pub(super) struct GlobalCell(NonNull<Value>);

// SAFETY: INV-STORE: a cell belongs to one global, and is written only through `&mut` of it.
unsafe impl Send for GlobalCell {}
// SAFETY: INV-STORE: as above; a shared reference only reads.
unsafe impl Sync for GlobalCell {}

impl GlobalCell {
    pub(super) const fn get(&self) -> Value {
        // SAFETY: INV-STORE: the cell is valid as long as the store, in which its global is.
        unsafe { self.0.read() }
    }

    pub(super) const fn set(&mut self, value: Value) {
        // SAFETY: INV-STORE: as in `get`; the global is borrowed exclusively.
        unsafe { self.0.write(value) }
    }

    pub(super) const fn as_ptr(&self) -> NonNull<Value> {
        self.0
    }

    /// Sets the value while the block is still being made.
    const fn set_in_new_block(mut self, value: Value) {
        self.set(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(n: u64) -> impl ExactSizeIterator<Item = Value> {
        (0..n).map(Value::from).collect::<alloc::vec::Vec<_>>().into_iter()
    }

    #[test]
    fn the_prefix_is_zero_and_the_globals_follow() {
        for (asked, prefix) in [(0, 0), (1, 16), (16, 16), (100, 112)] {
            let block = GlobalBlock::new(asked, values(5)).unwrap();
            let start = block.start();
            assert_eq!(start.addr().get() % 16, 0);
            for i in 0..prefix {
                // SAFETY: within the prefix.
                assert_eq!(unsafe { start.add(i).read() }, 0);
            }
            for (i, cell) in block.cells().enumerate() {
                assert_eq!(cell.as_ptr().addr().get(), start.addr().get() + prefix + i * 16);
                assert_eq!(cell.get(), Value::from(i as u64));
            }
            assert_eq!(block.cells().count(), 5);
        }
    }

    #[test]
    fn a_block_of_nothing_is_still_somewhere() {
        let block = GlobalBlock::new(0, values(0)).unwrap();
        assert_eq!(block.start().addr().get() % 16, 0);
    }

    #[test]
    fn a_prefix_that_cannot_be_is_an_error() {
        for prefix in [usize::MAX, usize::MAX - 15, isize::MAX as usize, 1 << 60] {
            let error = GlobalBlock::new(prefix, values(1)).unwrap_err();
            assert!(matches!(error, StoreError::OutOfMemory { kind: "global", .. }), "{error}");
        }
    }
}
