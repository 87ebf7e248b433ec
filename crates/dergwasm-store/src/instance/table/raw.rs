//! The elements of a table, and the view through which an engine finds them.
//!
//! Establishes INV-MEM for tables. Knows nothing of types.

use alloc::{
    alloc::{alloc_zeroed, dealloc},
    boxed::Box,
};
use core::{alloc::Layout, ptr::NonNull, slice};

/// Where the elements of a table are.
///
/// Engines read it, only the table writes it. See INV-MEM in the
/// [crate's invariants](crate#invariants).
#[derive(Debug)]
#[repr(C)]
pub struct TableView {
    /// The first element. Never null.
    pub elems: *mut u64,
    /// How many elements there are.
    pub len: u64,
}

/// The elements of a table.
pub(super) struct RawTable {
    elements: NonNull<u64>,
    len: usize,
    /// How many elements are allocated; those from `len` on are null, but for what the table is
    /// being prepared to grow by.
    capacity: usize,
    view: NonNull<TableView>,
}

// SAFETY: INV-MEM: the elements and the view belong to this value alone; raw pointers to them are
// used only by whoever owns the store.
unsafe impl Send for RawTable {}
// SAFETY: INV-MEM: through a shared reference the elements are only read.
unsafe impl Sync for RawTable {}

impl RawTable {
    /// `len` nulls, or `None` if there is no memory for them.
    pub(super) fn new(len: usize) -> Option<Self> {
        let elements = allocate(len)?;
        let view = TableView { elems: elements.as_ptr(), len: len as u64 };
        Some(Self { elements, len, capacity: len, view: NonNull::from(Box::leak(Box::new(view))) })
    }

    pub(super) const fn view(&self) -> NonNull<TableView> {
        self.view
    }

    pub(super) const fn elements(&self) -> &[u64] {
        // SAFETY: INV-MEM: `len` elements are allocated and initialised, and they stay so while
        // `self` is borrowed, because only `grow` and `drop` let go of them.
        unsafe { slice::from_raw_parts(self.elements.as_ptr(), self.len) }
    }

    pub(super) const fn elements_mut(&mut self) -> &mut [u64] {
        // SAFETY: INV-MEM: as in `elements`; they belong to `self`, which is borrowed exclusively.
        unsafe { slice::from_raw_parts_mut(self.elements.as_ptr(), self.len) }
    }

    /// Makes room for `len` elements, new ones null; or returns false and changes nothing.
    pub(super) fn reserve(&mut self, len: usize) -> bool {
        if len > self.capacity {
            // Twice the size keeps the total of elements copied proportional to the size.
            let twice = self.capacity.saturating_mul(2).max(len);
            let found = [twice, len].into_iter().find_map(|n| Some((allocate(n)?, n)));
            let Some((larger, capacity)) = found else { return false };
            // SAFETY: INV-MEM: both are allocated for the old length at least, and they are
            // different allocations.
            unsafe { larger.copy_from_nonoverlapping(self.elements, self.len) };
            self.free();
            (self.elements, self.capacity) = (larger, capacity);
            self.write_view();
        }
        true
    }

    /// The elements behind the table's that there is room for. The table has none of them yet.
    pub(super) const fn spare_mut(&mut self) -> &mut [u64] {
        // SAFETY: INV-MEM: `capacity` elements are allocated and initialised, and those from `len`
        // on belong to `self` alone, which is borrowed exclusively.
        unsafe {
            let first = self.elements.as_ptr().add(self.len);
            slice::from_raw_parts_mut(first, self.capacity - self.len)
        }
    }

    /// Grows to `len` elements, new ones null unless they were set before; or returns false and
    /// changes nothing.
    pub(super) fn grow(&mut self, len: usize) -> bool {
        debug_assert!(len >= self.len, "tables never shrink");
        if !self.reserve(len) {
            return false;
        }
        self.len = len;
        self.write_view();
        true
    }

    fn write_view(&self) {
        let view = TableView { elems: self.elements.as_ptr(), len: self.len as u64 };
        // SAFETY: INV-MEM: the view was allocated in `new` and lives as long as `self`.
        unsafe { self.view.write(view) }
    }

    /// Gives the elements back. Whoever calls it forgets them at once.
    fn free(&mut self) {
        if let (1.., Ok(layout)) = (self.capacity, Layout::array::<u64>(self.capacity)) {
            // SAFETY: INV-MEM: allocated by `allocate` with this layout.
            unsafe { dealloc(self.elements.as_ptr().cast(), layout) };
        }
    }
}

impl Drop for RawTable {
    fn drop(&mut self) {
        self.free();
        // SAFETY: INV-MEM: allocated as a box in `new`, and freed nowhere else.
        drop(unsafe { Box::from_raw(self.view.as_ptr()) });
    }
}

/// Room for `len` nulls, which costs nothing until touched where the allocator passes on zeros of
/// the system; or `None` if there is none.
fn allocate(len: usize) -> Option<NonNull<u64>> {
    if len == 0 {
        return Some(NonNull::dangling());
    }
    let layout = Layout::array::<u64>(len).ok()?;
    // SAFETY: the layout has at least 8 bytes.
    NonNull::new(unsafe { alloc_zeroed(layout) }.cast())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_view_says_where_the_elements_are() {
        let mut table = RawTable::new(0).unwrap();
        for len in [0, 1, 2, 3, 100, 1000, 1000] {
            assert!(table.grow(len));
            // SAFETY: INV-MEM.
            let TableView { elems, len: viewed } = unsafe { table.view().read() };
            assert_eq!(viewed, len as u64);
            assert_eq!(elems.cast_const(), table.elements().as_ptr());
            assert!(!elems.is_null());
            assert!(table.elements().iter().all(|&element| element == 0));
        }
    }

    #[test]
    fn a_growth_that_fails_changes_nothing() {
        let mut table = RawTable::new(2).unwrap();
        table.elements_mut().fill(3);
        for len in [usize::MAX, usize::MAX / 8, isize::MAX as usize / 8] {
            assert!(!table.grow(len));
            assert_eq!(table.elements(), [3, 3]);
        }
        assert!(RawTable::new(usize::MAX).is_none());
    }
}
