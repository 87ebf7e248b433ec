//! Tables: vectors of references that grow and never shrink.
//!
//! Spec: [Execution › Runtime Structure › Table Instances](https://webassembly.github.io/spec/core/exec/runtime.html#table-instances).
//! Knows neither what the references point to nor the resource limiter, which the store asks
//! before anything grows.

#[expect(unsafe_code, reason = "holds raw memory; establishes INV-MEM")]
mod raw;

pub use raw::TableView;

use self::raw::RawTable;
use crate::{
    error::{Accessed, StoreError},
    range::checked_range,
};
use core::{fmt, ops::Range, ptr::NonNull};
use dergwasm_types::TableType;

/// What errors call a table.
const KIND: &str = "table";

/// The largest table with 64-bit indices: as many bytes as processors can map.
const MAX_ELEMENTS_64: u64 = 1 << 45;

/// The largest table with 32-bit indices.
const MAX_ELEMENTS_32: u64 = u32::MAX as u64;

/// A table of the store.
///
/// An element is the bits of a reference [`Value`](dergwasm_types::Value): 0 for null, otherwise
/// the address plus 1.
///
/// Unsized, so that it cannot be moved out of its store (INV-STORE in the
/// [crate's invariants](crate#invariants)).
pub struct TableInst<Place: ?Sized = [()]> {
    /// `minimum` is the present size, as in the spec's `growtable`.
    ty: TableType,
    raw: RawTable,
    /// The growth that new elements are being set for, if one is.
    growth: Option<Growth>,
    _place: Place,
}

/// A growth whose elements are set before the table has them.
#[derive(Clone, Copy, Debug)]
struct Growth {
    /// The size to come.
    size: usize,
    init: u64,
    /// How many of the new elements are set.
    done: usize,
}

impl TableInst<[(); 0]> {
    /// A table of `ty.minimum` times the reference `init`.
    pub(crate) fn new(ty: TableType, init: u64) -> Result<Self, StoreError> {
        let size = check_size(&ty, ty.minimum)?;
        let mut raw = RawTable::new(size).ok_or_else(|| out_of_memory(size))?;
        if init != 0 {
            raw.elements_mut().fill(init);
        }
        Ok(Self { ty, raw, growth: None, _place: [] })
    }
}

impl TableInst {
    /// The type; its minimum is the present size, as when the table is imported.
    #[must_use]
    pub const fn ty(&self) -> TableType {
        self.ty
    }

    /// The size in elements.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.ty.minimum
    }

    /// Where the elements are at any time. The view itself stays where it is (INV-MEM, INV-STORE).
    #[must_use]
    pub const fn view(&self) -> NonNull<TableView> {
        self.raw.view()
    }

    /// All elements.
    #[must_use]
    pub const fn elements(&self) -> &[u64] {
        self.raw.elements()
    }

    /// All elements, to change them. They must stay references of the table's type.
    #[must_use]
    pub const fn elements_mut(&mut self) -> &mut [u64] {
        self.raw.elements_mut()
    }

    /// `table.get`: the reference at `index`.
    ///
    /// # Errors
    ///
    /// The table ends before `index`.
    pub fn get(&self, index: u64) -> Result<u64, StoreError> {
        let range = self.range(index, 1)?;
        Ok(self.elements()[range.start])
    }

    /// `table.set`: sets the reference at `index`.
    ///
    /// # Errors
    ///
    /// The table ends before `index`.
    pub fn set(&mut self, index: u64, reference: u64) -> Result<(), StoreError> {
        self.fill(index, reference, 1)
    }

    /// `table.fill`: sets `len` references.
    ///
    /// # Errors
    ///
    /// The table has not all of these elements; it is unchanged.
    pub fn fill(&mut self, index: u64, reference: u64, len: u64) -> Result<(), StoreError> {
        let range = self.range(index, len)?;
        self.elements_mut()[range].fill(reference);
        Ok(())
    }

    /// `table.copy` within one table: copies `len` references as if through a buffer.
    ///
    /// # Errors
    ///
    /// The table has not all of these elements; it is unchanged.
    pub fn copy_within(&mut self, to: u64, from: u64, len: u64) -> Result<(), StoreError> {
        let from = self.range(from, len)?;
        let to = self.range(to, len)?;
        self.elements_mut().copy_within(from, to.start);
        Ok(())
    }

    /// Sets the references from `index` on.
    ///
    /// # Errors
    ///
    /// The table has not as many elements from `index` on; it is unchanged.
    pub fn init(&mut self, index: u64, references: &[u64]) -> Result<(), StoreError> {
        let range = self.range(index, references.len() as u64)?;
        self.elements_mut()[range].copy_from_slice(references);
        Ok(())
    }

    /// The `len` references from `index` on.
    ///
    /// # Errors
    ///
    /// The table has not all of these elements.
    pub fn slice(&self, index: u64, len: u64) -> Result<&[u64], StoreError> {
        Ok(&self.elements()[self.range(index, len)?])
    }

    fn range(&self, index: u64, len: u64) -> Result<Range<usize>, StoreError> {
        checked_range(Accessed::Table, index, len, self.elements().len())
    }

    /// Whether it is being prepared for this growth.
    pub(crate) fn is_prepared(&self, delta: u64, init: u64) -> bool {
        let size = self.size().saturating_add(delta);
        self.growth.is_some_and(|growth| growth.size as u64 == size && growth.init == init)
    }

    /// How many bytes the elements take that there are or that a growth was begun for.
    pub(crate) fn kept_bytes(&self) -> u64 {
        let elements = self.growth.map_or(self.elements().len(), |growth| growth.size);
        elements as u64 * size_of::<u64>() as u64
    }

    /// Makes room for a growth by `delta` times the reference `init`, whose elements
    /// [`prepare`](Self::prepare) sets.
    pub(crate) fn begin_growth(&mut self, delta: u64, init: u64) -> Result<(), StoreError> {
        let size = check_size(&self.ty, self.size().saturating_add(delta))?;
        self.forget_growth();
        if !self.raw.reserve(size) {
            return Err(out_of_memory(size));
        }
        self.growth = Some(Growth { size, init, done: 0 });
        Ok(())
    }

    /// Sets `count` more elements of the growth that was begun, and returns how many are left.
    pub(crate) fn prepare(&mut self, count: u64) -> u64 {
        let old = self.elements().len();
        let Some(growth) = &mut self.growth else { return 0 };
        let (first, total) = (growth.done, growth.size - old);
        growth.done = usize::try_from(count).map_or(total, |count| total.min(first + count));
        // The system gave nulls.
        if growth.init != 0 {
            self.raw.spare_mut()[first..growth.done].fill(growth.init);
        }
        (total - growth.done) as u64
    }

    /// Grows as it was prepared to and returns the size before.
    pub(crate) fn finish_growth(&mut self) -> u64 {
        let old = self.size();
        if let Some(growth) = self.growth.take() {
            self.raw.grow(growth.size);
            self.ty.minimum = growth.size as u64;
        }
        old
    }

    /// Forgets a growth that was begun: the elements it was to have are null again.
    fn forget_growth(&mut self) {
        if let Some(Growth { init: 1.., done, .. }) = self.growth.take() {
            self.raw.spare_mut()[..done].fill(0);
        }
    }

    /// Grows by `delta` times the reference `init` and returns the size before.
    pub(crate) fn grow(&mut self, delta: u64, init: u64) -> Result<u64, StoreError> {
        let old = self.size();
        let size = check_size(&self.ty, old.saturating_add(delta))?;
        self.forget_growth();
        if !self.raw.grow(size) {
            return Err(out_of_memory(size));
        }
        self.ty.minimum = size as u64;
        // The system gave nulls.
        if init != 0 {
            self.fill(old, init, delta)?;
        }
        Ok(old)
    }
}

/// The size as a number of elements, if a table of the type may have as many.
pub(crate) fn check_size(ty: &TableType, size: u64) -> Result<usize, StoreError> {
    let most = if ty.table64 { MAX_ELEMENTS_64 } else { MAX_ELEMENTS_32 };
    let maximum = ty.maximum.map_or(most, |maximum| maximum.min(most));
    if size > maximum {
        return Err(StoreError::TooLarge { kind: KIND, unit: "elements", wanted: size, maximum });
    }
    usize::try_from(size).map_err(|_| StoreError::OutOfMemory { kind: KIND, bytes: size * 8 })
}

const fn out_of_memory(size: usize) -> StoreError {
    StoreError::OutOfMemory { kind: KIND, bytes: size as u64 * 8 }
}

impl<Place: ?Sized> fmt::Debug for TableInst<Place> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableInst").field("ty", &self.ty).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
