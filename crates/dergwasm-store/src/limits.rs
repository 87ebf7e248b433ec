//! Resource limits: how much a guest may take, decided by the embedder.
//!
//! Knows nothing of a type's own maximum: the store asks a limiter only for what types allow.

use crate::error::StoreError;

/// Decides how many resources a store may hold.
///
/// Every growth of a memory or table asks, also the allocation of a new one, which grows from 0.
/// A refused `memory.grow` or `table.grow` gives the guest -1; a refused allocation is an error.
pub trait ResourceLimiter {
    /// Whether a memory may grow from `current` to `desired` bytes.
    ///
    /// `maximum` is what its type allows, in bytes. `desired` is never above it.
    fn memory_growing(&mut self, current: u64, desired: u64, maximum: Option<u64>) -> bool;

    /// Whether a table may grow from `current` to `desired` elements.
    ///
    /// `maximum` is what its type allows. `desired` is never above it.
    fn table_growing(&mut self, current: u64, desired: u64, maximum: Option<u64>) -> bool;

    /// A memory that was allowed to grow could not.
    fn memory_grow_failed(&mut self, _error: &StoreError) {}

    /// A table that was allowed to grow could not.
    fn table_grow_failed(&mut self, _error: &StoreError) {}

    /// How many module instances the store may hold.
    fn instances(&self) -> usize {
        usize::MAX
    }

    /// How many tables the store may hold.
    fn tables(&self) -> usize {
        usize::MAX
    }

    /// How many memories the store may hold.
    fn memories(&self) -> usize {
        usize::MAX
    }
}

/// Fixed limits. Starts without any; each method sets one.
///
/// ```
/// use dergwasm_store::{ResourceLimits, Store, types::MemoryType};
///
/// let mut store = Store::new();
/// store.set_limiter(Box::new(ResourceLimits::new().memory_bytes(1 << 20).memories(1)));
/// let heap = store.alloc_memory(MemoryType::new(16, None))?;
/// assert_eq!(store.grow_memory(heap, 1), None);
/// assert!(store.alloc_memory(MemoryType::new(0, None)).is_err());
/// # Ok::<(), dergwasm_store::StoreError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceLimits {
    memory_bytes: u64,
    table_elements: u64,
    instances: usize,
    tables: usize,
    memories: usize,
}

impl ResourceLimits {
    /// No limits.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            memory_bytes: u64::MAX,
            table_elements: u64::MAX,
            instances: usize::MAX,
            tables: usize::MAX,
            memories: usize::MAX,
        }
    }

    /// Each memory has at most this many bytes.
    #[must_use]
    pub const fn memory_bytes(mut self, limit: u64) -> Self {
        self.memory_bytes = limit;
        self
    }

    /// Each table has at most this many elements.
    #[must_use]
    pub const fn table_elements(mut self, limit: u64) -> Self {
        self.table_elements = limit;
        self
    }

    /// The store holds at most this many module instances.
    #[must_use]
    pub const fn instances(mut self, limit: usize) -> Self {
        self.instances = limit;
        self
    }

    /// The store holds at most this many tables.
    #[must_use]
    pub const fn tables(mut self, limit: usize) -> Self {
        self.tables = limit;
        self
    }

    /// The store holds at most this many memories.
    #[must_use]
    pub const fn memories(mut self, limit: usize) -> Self {
        self.memories = limit;
        self
    }
}

impl Default for ResourceLimits {
    fn default() -> Self {
        Self::new()
    }
}

impl ResourceLimiter for ResourceLimits {
    fn memory_growing(&mut self, _current: u64, desired: u64, _maximum: Option<u64>) -> bool {
        desired <= self.memory_bytes
    }

    fn table_growing(&mut self, _current: u64, desired: u64, _maximum: Option<u64>) -> bool {
        desired <= self.table_elements
    }

    fn instances(&self) -> usize {
        self.instances
    }

    fn tables(&self) -> usize {
        self.tables
    }

    fn memories(&self) -> usize {
        self.memories
    }
}
