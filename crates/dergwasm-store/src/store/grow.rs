//! Memories and tables of the store: their allocation and growth, which the limiter may refuse.
//!
//! Spec: [Execution › Modules › Growing](https://webassembly.github.io/spec/core/exec/modules.html#growing-memories).

use super::{Store, check_count};
use crate::{
    address::{Address, MemAddr, TableAddr},
    error::StoreError,
    instance::{MemInst, TableInst, check_table_size, memory_bytes},
};
use dergwasm_types::{MemoryType, TableType};

impl Store {
    /// Allocates a memory of `ty.minimum` pages of zeros.
    ///
    /// # Errors
    ///
    /// It is too large for its type or the system, the limiter refuses it, or addresses are used
    /// up.
    pub fn alloc_memory(&mut self, ty: MemoryType) -> Result<MemAddr, StoreError> {
        let limit = self.limiter.as_ref().map(|limiter| limiter.memories());
        check_count(&self.memories, limit)?;
        self.ask_for_memory(&ty, 0, ty.minimum)?;
        let memory = MemInst::new(ty, &mut self.memory_pool);
        let memory = self.tell_memory(memory)?;
        self.memories.push(memory)
    }

    /// `memory.grow`: grows a memory by `delta` pages of zeros and returns its size before.
    ///
    /// `None`, which is the guest's -1, if it cannot grow as much; [`Store::try_grow_memory`] says
    /// why not.
    pub fn grow_memory(&mut self, address: MemAddr, delta: u64) -> Option<u64> {
        self.try_grow_memory(address, delta).ok()
    }

    /// Grows a memory by `delta` pages of zeros and returns its size before.
    ///
    /// # Errors
    ///
    /// The type's maximum, the limiter or the system does not allow it, or the store has no memory
    /// at `address`. The memory is unchanged.
    pub fn try_grow_memory(&mut self, address: MemAddr, delta: u64) -> Result<u64, StoreError> {
        let memory = self.memories.lookup(address)?;
        let (ty, size) = (memory.ty(), memory.size());
        if delta == 0 {
            return Ok(size);
        }
        self.ask_for_memory(&ty, size, size.saturating_add(delta))?;
        let grown = self.memories.lookup_mut(address)?.grow(delta);
        self.tell_memory(grown)
    }

    /// Allocates a table of `ty.minimum` times the reference `init` (0 is null).
    ///
    /// # Errors
    ///
    /// It is too large for its type or the system, the limiter refuses it, or addresses are used
    /// up.
    pub fn alloc_table(&mut self, ty: TableType, init: u64) -> Result<TableAddr, StoreError> {
        let limit = self.limiter.as_ref().map(|limiter| limiter.tables());
        check_count(&self.tables, limit)?;
        self.ask_for_table(&ty, 0, ty.minimum)?;
        let table = TableInst::new(ty, init);
        let table = self.tell_table(table)?;
        self.tables.push(table)
    }

    /// `table.grow`: grows a table by `delta` times the reference `init` and returns its size
    /// before.
    ///
    /// `None`, which is the guest's -1, if it cannot grow as much; [`Store::try_grow_table`] says
    /// why not.
    pub fn grow_table(&mut self, address: TableAddr, delta: u64, init: u64) -> Option<u64> {
        self.try_grow_table(address, delta, init).ok()
    }

    /// Grows a table by `delta` times the reference `init` and returns its size before.
    ///
    /// # Errors
    ///
    /// The type's maximum, the limiter or the system does not allow it, or the store has no table
    /// at `address`. The table is unchanged.
    pub fn try_grow_table(
        &mut self,
        address: TableAddr,
        delta: u64,
        init: u64,
    ) -> Result<u64, StoreError> {
        let table = self.tables.lookup(address)?;
        let (ty, size) = (table.ty(), table.size());
        if delta == 0 {
            return Ok(size);
        }
        self.ask_for_table(&ty, size, size.saturating_add(delta))?;
        let grown = self.tables.lookup_mut(address)?.grow(delta, init);
        self.tell_table(grown)
    }

    /// Whether a memory's type allows it to grow by `delta` pages; the limiter is not asked.
    ///
    /// # Errors
    ///
    /// It does not, or the store has no memory at `address`.
    pub fn check_memory_growth(&self, address: MemAddr, delta: u64) -> Result<(), StoreError> {
        let memory = self.memories.lookup(address)?;
        memory_bytes(&memory.ty(), memory.size().saturating_add(delta)).map(drop)
    }

    /// Sets the next `count` of the elements that a table is to grow by and returns how many are
    /// left, so that a great growth can be done bit by bit. The table has none of them until
    /// [`Store::finish_table_growth`], which is to be called when none is left.
    ///
    /// The first call for a growth, which sets the memory aside, asks the limiter. Any other growth
    /// of the table drops one that was begun.
    ///
    /// # Errors
    ///
    /// As [`Store::try_grow_table`].
    pub fn prepare_table_growth(
        &mut self,
        address: TableAddr,
        delta: u64,
        init: u64,
        count: u64,
    ) -> Result<u64, StoreError> {
        let table = self.tables.lookup(address)?;
        if !table.is_prepared(delta, init) {
            let (ty, size) = (table.ty(), table.size());
            self.ask_for_table(&ty, size, size.saturating_add(delta))?;
            let begun = self.tables.lookup_mut(address)?.begin_growth(delta, init);
            self.tell_table(begun)?;
        }
        Ok(self.tables.lookup_mut(address)?.prepare(count))
    }

    /// Grows a table as it was [prepared](Store::prepare_table_growth) to, and returns its size
    /// before.
    ///
    /// # Errors
    ///
    /// The store has no table at `address`.
    pub fn finish_table_growth(&mut self, address: TableAddr) -> Result<u64, StoreError> {
        Ok(self.tables.lookup_mut(address)?.finish_growth())
    }

    /// Whether the type and the limiter allow a memory to go from one size to another, in pages.
    fn ask_for_memory(&mut self, ty: &MemoryType, from: u64, to: u64) -> Result<(), StoreError> {
        let (desired, maximum) = memory_bytes(ty, to)?;
        let (current, _) = memory_bytes(ty, from)?;
        let allowed = self
            .limiter
            .as_mut()
            .is_none_or(|limiter| limiter.memory_growing(current, desired, maximum));
        let refused = StoreError::Refused { kind: MemAddr::KIND, unit: "bytes", current, desired };
        if allowed { Ok(()) } else { Err(refused) }
    }

    /// Whether the type and the limiter allow a table to go from one size to another.
    fn ask_for_table(&mut self, ty: &TableType, from: u64, to: u64) -> Result<(), StoreError> {
        check_table_size(ty, to)?;
        let allowed =
            self.limiter.as_mut().is_none_or(|limiter| limiter.table_growing(from, to, ty.maximum));
        let refused = StoreError::Refused {
            kind: TableAddr::KIND,
            unit: "elements",
            current: from,
            desired: to,
        };
        if allowed { Ok(()) } else { Err(refused) }
    }

    /// Tells the limiter if what it allowed a memory has failed.
    fn tell_memory<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        outcome.inspect_err(|error| {
            if let Some(limiter) = &mut self.limiter {
                limiter.memory_grow_failed(error);
            }
        })
    }

    /// Tells the limiter if what it allowed a table has failed.
    fn tell_table<T>(&mut self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        outcome.inspect_err(|error| {
            if let Some(limiter) = &mut self.limiter {
                limiter.table_grow_failed(error);
            }
        })
    }
}
