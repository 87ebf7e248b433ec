//! What the store holds more of: every growth is booked in the ledger, and the limiter is asked.
//!
//! Spec: [Execution › Modules › Growing](https://webassembly.github.io/spec/core/exec/modules.html#growing-memories).

use super::{Store, check_count};
use crate::{
    address::{Address, MemAddr, TableAddr},
    error::StoreError,
    instance::{MemInst, TableInst, check_table_size, memory_bytes},
    ledger::{Ledger, Resource},
    limits::{Decision, ResourceLimiter},
};
use dergwasm_types::{MemoryType, TableType};

/// What the ledger and the limiter together allow.
pub(super) struct Permit<'a> {
    pub(super) ledger: &'a mut Ledger,
    pub(super) limiter: &'a mut dyn ResourceLimiter,
}

impl Permit<'_> {
    /// Books `bytes` more of a kind that is counted as a whole.
    fn charge(&mut self, resource: Resource, bytes: u64) -> Result<(), StoreError> {
        let current = self.ledger.used(resource);
        self.may_grow(resource, current, current.saturating_add(bytes))?;
        self.ledger.book(resource, bytes);
        Ok(())
    }

    /// Whether the bytes of a kind may grow.
    pub(super) fn may_grow(
        &mut self,
        resource: Resource,
        current: u64,
        desired: u64,
    ) -> Result<(), StoreError> {
        if desired <= current {
            return Ok(());
        }
        self.ledger.check(resource, desired - current)?;
        let decision = self.limiter.resource_growing(resource, current, desired);
        check(decision, resource.name(), "bytes", current, desired)
    }
}

/// What follows from a decision.
fn check(
    decision: Decision,
    kind: &'static str,
    unit: &'static str,
    current: u64,
    desired: u64,
) -> Result<(), StoreError> {
    match decision {
        Decision::Allow => Ok(()),
        Decision::Deny => Err(StoreError::Refused { kind, unit, current, desired, trap: false }),
        Decision::Trap => Err(StoreError::Refused { kind, unit, current, desired, trap: true }),
    }
}

/// What the guest's -1 stands for: the error, unless it is a trap.
fn denied(result: Result<u64, StoreError>) -> Result<Option<u64>, StoreError> {
    match result {
        Ok(size) => Ok(Some(size)),
        Err(error @ StoreError::Refused { trap: true, .. }) => Err(error),
        Err(_) => Ok(None),
    }
}

/// Limits, and what counts against them.
impl Store {
    /// How many bytes of a kind the store holds.
    #[must_use]
    pub const fn used_bytes(&self, resource: Resource) -> u64 {
        self.ledger.used(resource)
    }

    /// How many bytes of all kinds the store holds.
    #[must_use]
    pub fn total_bytes(&self) -> u64 {
        self.ledger.total()
    }

    /// Lets the store hold at most so many bytes of a kind. What it holds already stays.
    pub const fn set_max_bytes(&mut self, resource: Resource, bytes: u64) {
        self.ledger.set_limit(resource, bytes);
    }

    /// Lets the store hold at most so many bytes of all kinds. What it holds already stays.
    pub const fn set_max_total_bytes(&mut self, bytes: u64) {
        self.ledger.set_total_limit(bytes);
    }

    /// Books `bytes` more of what an engine keeps for the store.
    ///
    /// # Errors
    ///
    /// A limit or the limiter does not allow it. Nothing is booked.
    pub fn charge(
        &mut self,
        resource: Resource,
        bytes: u64,
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<(), StoreError> {
        Permit { ledger: &mut self.ledger, limiter }.charge(resource, bytes)
    }

    /// Books `bytes` more of what an engine keeps, whatever the limits.
    pub const fn book(&mut self, resource: Resource, bytes: u64) {
        self.ledger.book(resource, bytes);
    }

    /// Whether `bytes` more of a kind would exceed a limit.
    #[must_use]
    pub fn is_full(&self, resource: Resource, bytes: u64) -> bool {
        self.ledger.check(resource, bytes).is_err()
    }

    /// Takes off what was booked with [`Store::charge`] or [`Store::book`].
    pub const fn release(&mut self, resource: Resource, bytes: u64) {
        self.ledger.release(resource, bytes);
    }
}

/// Memories and tables.
impl Store {
    /// Allocates a memory of `ty.minimum` pages of zeros.
    ///
    /// # Errors
    ///
    /// It is too large for its type or the system, a limit or the limiter refuses it, or addresses
    /// are used up.
    pub fn alloc_memory(
        &mut self,
        ty: MemoryType,
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<MemAddr, StoreError> {
        check_count(self.memories.len(), MemAddr::KIND, limiter.memories())?;
        let bytes = self.ask_for_memory(&ty, 0, ty.minimum, limiter)?;
        let memory = MemInst::new(ty, &mut self.memory_pool);
        let memory = memory.and_then(|memory| self.memories.push(memory));
        memory.inspect(|_| self.ledger.book(Resource::Memory, bytes)).inspect_err(|error| {
            limiter.memory_grow_failed(error);
        })
    }

    /// `memory.grow`: grows a memory by `delta` pages of zeros and returns its size before.
    ///
    /// `None`, which is the guest's -1, if it cannot grow as much; [`Store::try_grow_memory`] says
    /// why not.
    ///
    /// # Errors
    ///
    /// The limiter wants a [trap](Decision::Trap).
    pub fn grow_memory(
        &mut self,
        address: MemAddr,
        delta: u64,
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<Option<u64>, StoreError> {
        denied(self.try_grow_memory(address, delta, limiter))
    }

    /// Grows a memory by `delta` pages of zeros and returns its size before.
    ///
    /// # Errors
    ///
    /// The type's maximum, a limit, the limiter or the system does not allow it, or the store has
    /// no memory at `address`. The memory is unchanged.
    pub fn try_grow_memory(
        &mut self,
        address: MemAddr,
        delta: u64,
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<u64, StoreError> {
        let memory = self.memories.lookup(address)?;
        let (ty, size) = (memory.ty(), memory.size());
        if delta == 0 {
            return Ok(size);
        }
        let bytes = self.ask_for_memory(&ty, size, size.saturating_add(delta), limiter)?;
        let grown = self.memories.lookup_mut(address)?.grow(delta);
        grown.inspect(|_| self.ledger.book(Resource::Memory, bytes)).inspect_err(|error| {
            limiter.memory_grow_failed(error);
        })
    }

    /// Allocates a table of `ty.minimum` times the reference `init` (0 is null).
    ///
    /// # Errors
    ///
    /// It is too large for its type or the system, a limit or the limiter refuses it, or addresses
    /// are used up.
    pub fn alloc_table(
        &mut self,
        ty: TableType,
        init: u64,
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<TableAddr, StoreError> {
        check_count(self.tables.len(), TableAddr::KIND, limiter.tables())?;
        let bytes = self.ask_for_table(&ty, 0, 0, ty.minimum, limiter)?;
        let table = TableInst::new(ty, init).and_then(|table| self.tables.push(table));
        table.inspect(|_| self.ledger.book(Resource::Table, bytes)).inspect_err(|error| {
            limiter.table_grow_failed(error);
        })
    }

    /// `table.grow`: grows a table by `delta` times the reference `init` and returns its size
    /// before.
    ///
    /// `None`, which is the guest's -1, if it cannot grow as much; [`Store::try_grow_table`] says
    /// why not.
    ///
    /// # Errors
    ///
    /// The limiter wants a [trap](Decision::Trap).
    pub fn grow_table(
        &mut self,
        address: TableAddr,
        delta: u64,
        init: u64,
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<Option<u64>, StoreError> {
        denied(self.try_grow_table(address, delta, init, limiter))
    }

    /// Grows a table by `delta` times the reference `init` and returns its size before.
    ///
    /// # Errors
    ///
    /// The type's maximum, a limit, the limiter or the system does not allow it, or the store has
    /// no table at `address`. The table is unchanged.
    pub fn try_grow_table(
        &mut self,
        address: TableAddr,
        delta: u64,
        init: u64,
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<u64, StoreError> {
        let table = self.tables.lookup(address)?;
        let (ty, size, kept) = (table.ty(), table.size(), table.kept_bytes());
        if delta == 0 {
            return Ok(size);
        }
        self.ask_for_table(&ty, kept, size, size.saturating_add(delta), limiter)?;
        self.grow_booked(address, limiter, |table| table.grow(delta, init))
    }

    /// Whether a memory's type and the limits allow it to grow by `delta` pages; the limiter is not
    /// asked.
    ///
    /// # Errors
    ///
    /// They do not, or the store has no memory at `address`.
    pub fn check_memory_growth(&self, address: MemAddr, delta: u64) -> Result<(), StoreError> {
        let memory = self.memories.lookup(address)?;
        let (bytes, _) = memory_bytes(&memory.ty(), memory.size().saturating_add(delta))?;
        self.ledger.check(Resource::Memory, bytes - memory.len() as u64)
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
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<u64, StoreError> {
        let table = self.tables.lookup(address)?;
        if !table.is_prepared(delta, init) {
            let (ty, size, kept) = (table.ty(), table.size(), table.kept_bytes());
            self.ask_for_table(&ty, kept, size, size.saturating_add(delta), limiter)?;
            self.grow_booked(address, limiter, |table| table.begin_growth(delta, init))?;
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

    /// Changes how many elements a table has or has set memory aside for, and books the change.
    fn grow_booked<R>(
        &mut self,
        address: TableAddr,
        limiter: &mut dyn ResourceLimiter,
        grow: impl FnOnce(&mut TableInst) -> Result<R, StoreError>,
    ) -> Result<R, StoreError> {
        let table = self.tables.lookup_mut(address)?;
        let before = table.kept_bytes();
        let grown = grow(table);
        self.ledger.release(Resource::Table, before);
        self.ledger.book(Resource::Table, table.kept_bytes());
        grown.inspect_err(|error| limiter.table_grow_failed(error))
    }

    /// Whether a memory may go from one size to another, in pages; and how many bytes that is.
    fn ask_for_memory(
        &self,
        ty: &MemoryType,
        from: u64,
        to: u64,
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<u64, StoreError> {
        let (desired, maximum) = memory_bytes(ty, to)?;
        let (current, _) = memory_bytes(ty, from)?;
        self.ledger.check(Resource::Memory, desired - current)?;
        let decision = limiter.memory_growing(current, desired, maximum);
        check(decision, MemAddr::KIND, "bytes", current, desired)?;
        Ok(desired - current)
    }

    /// Whether a table that keeps so many bytes, also for a growth that was begun, may go from one
    /// size to another; and how many bytes more that is.
    fn ask_for_table(
        &self,
        ty: &TableType,
        kept: u64,
        from: u64,
        to: u64,
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<u64, StoreError> {
        check_table_size(ty, to)?;
        let bytes = to.saturating_mul(size_of::<u64>() as u64).saturating_sub(kept);
        self.ledger.check(Resource::Table, bytes)?;
        let decision = limiter.table_growing(from, to, ty.maximum);
        check(decision, TableAddr::KIND, "elements", from, to)?;
        Ok(bytes)
    }
}
