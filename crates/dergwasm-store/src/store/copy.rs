//! Copying between two instances of the store: what bulk instructions and active segments do.
//!
//! Spec: [Execution › Instructions › Memory Instructions](https://webassembly.github.io/spec/core/exec/instructions.html#memory-instructions).
//! Every operation checks all of its ranges first, so that a failing one changes nothing.

use super::Store;
use crate::{
    address::{DataAddr, ElemAddr, MemAddr, TableAddr},
    error::{Accessed, StoreError},
    range::checked_range,
};

impl Store {
    /// `memory.copy`: copies `len` bytes from `from` in memory `source` to `to` in memory
    /// `target`, which may be the same.
    ///
    /// # Errors
    ///
    /// One of the memories has not all of these bytes, or is not of this store.
    pub fn copy_memory(
        &mut self,
        target: MemAddr,
        to: u64,
        source: MemAddr,
        from: u64,
        len: u64,
    ) -> Result<(), StoreError> {
        if target == source {
            return self.memories.lookup_mut(target)?.copy_within(to, from, len);
        }
        let (target, source) = self.memories.lookup_two(target, source)?;
        target.write(to, source.slice(from, len)?)
    }

    /// `memory.init`: copies `len` bytes from `from` in a data segment to `to` in a memory.
    ///
    /// # Errors
    ///
    /// The segment or the memory has not all of these bytes, or is not of this store.
    pub fn init_memory(
        &mut self,
        target: MemAddr,
        to: u64,
        source: DataAddr,
        from: u64,
        len: u64,
    ) -> Result<(), StoreError> {
        let bytes = self.datas.lookup(source)?.bytes();
        let range = checked_range(Accessed::Data, from, len, bytes.len())?;
        self.memories.lookup_mut(target)?.write(to, &bytes[range])
    }

    /// `table.copy`: copies `len` references from `from` in table `source` to `to` in table
    /// `target`, which may be the same.
    ///
    /// # Errors
    ///
    /// One of the tables has not all of these elements, or is not of this store.
    pub fn copy_table(
        &mut self,
        target: TableAddr,
        to: u64,
        source: TableAddr,
        from: u64,
        len: u64,
    ) -> Result<(), StoreError> {
        if target == source {
            return self.tables.lookup_mut(target)?.copy_within(to, from, len);
        }
        let (target, source) = self.tables.lookup_two(target, source)?;
        target.init(to, source.slice(from, len)?)
    }

    /// `table.init`: copies `len` references from `from` in an element segment to `to` in a table.
    ///
    /// # Errors
    ///
    /// The segment or the table has not all of these elements, or is not of this store.
    pub fn init_table(
        &mut self,
        target: TableAddr,
        to: u64,
        source: ElemAddr,
        from: u64,
        len: u64,
    ) -> Result<(), StoreError> {
        let items = self.elems.lookup(source)?.items();
        let range = checked_range(Accessed::Elem, from, len, items.len())?;
        self.tables.lookup_mut(target)?.init(to, &items[range])
    }
}
