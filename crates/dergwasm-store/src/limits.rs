//! The resource limiter: how much a guest may take, decided by the embedder.
//!
//! Knows nothing of a type's own maximum nor of the store's own limits: the store asks a limiter
//! only for what both allow.

use crate::{error::StoreError, ledger::Resource};

/// What a [`ResourceLimiter`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    /// It may grow.
    Allow,
    /// It may not: `memory.grow` and `table.grow` give the guest -1, everything else is an error.
    Deny,
    /// It may not, and the code that asked traps with
    /// [`Trap::ResourceLimit`](dergwasm_types::Trap::ResourceLimit).
    Trap,
}

impl From<bool> for Decision {
    /// Allows or denies.
    fn from(allow: bool) -> Self {
        if allow { Self::Allow } else { Self::Deny }
    }
}

/// Decides how many resources a store may hold.
///
/// It is asked before anything grows, also before a new memory or table is allocated, which grows
/// from 0, and only if the store's own limits allow it.
pub trait ResourceLimiter {
    /// Whether a memory may grow from `current` to `desired` bytes.
    ///
    /// `maximum` is what its type allows, in bytes. `desired` is never above it.
    fn memory_growing(&mut self, current: u64, desired: u64, maximum: Option<u64>) -> Decision;

    /// Whether a table may grow from `current` to `desired` elements.
    ///
    /// `maximum` is what its type allows. `desired` is never above it.
    fn table_growing(&mut self, current: u64, desired: u64, maximum: Option<u64>) -> Decision;

    /// Whether the store may hold `desired` bytes of any other kind, in all, after `current`.
    fn resource_growing(&mut self, _resource: Resource, _current: u64, _desired: u64) -> Decision {
        Decision::Allow
    }

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

/// The limiter that allows everything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unlimited;

impl ResourceLimiter for Unlimited {
    fn memory_growing(&mut self, _current: u64, _desired: u64, _maximum: Option<u64>) -> Decision {
        Decision::Allow
    }

    fn table_growing(&mut self, _current: u64, _desired: u64, _maximum: Option<u64>) -> Decision {
        Decision::Allow
    }
}

/// Fixed limits for each memory and table. Starts without any; each method sets one.
///
/// What all of them may take together is for the store's own limits to bound.
///
/// ```
/// use dergwasm_store::{ResourceLimits, Store, types::MemoryType};
///
/// let mut limits = ResourceLimits::new().memory_bytes(1 << 20).memories(1);
/// let mut store = Store::new();
/// let heap = store.alloc_memory(MemoryType::new(16, None), &mut limits)?;
/// assert_eq!(store.grow_memory(heap, 1, &mut limits)?, None);
/// assert!(store.alloc_memory(MemoryType::new(0, None), &mut limits).is_err());
/// # Ok::<(), dergwasm_store::StoreError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceLimits {
    memory_bytes: u64,
    table_elements: u64,
    instances: usize,
    tables: usize,
    memories: usize,
    trap: bool,
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
            trap: false,
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

    /// Whether a growth above a limit traps instead of giving the guest -1. Default: no.
    #[must_use]
    pub const fn trap_on_grow_failure(mut self, trap: bool) -> Self {
        self.trap = trap;
        self
    }

    const fn decide(&self, allow: bool) -> Decision {
        match (allow, self.trap) {
            (true, _) => Decision::Allow,
            (false, false) => Decision::Deny,
            (false, true) => Decision::Trap,
        }
    }
}

impl Default for ResourceLimits {
    fn default() -> Self {
        Self::new()
    }
}

impl ResourceLimiter for ResourceLimits {
    fn memory_growing(&mut self, _current: u64, desired: u64, _maximum: Option<u64>) -> Decision {
        self.decide(desired <= self.memory_bytes)
    }

    fn table_growing(&mut self, _current: u64, desired: u64, _maximum: Option<u64>) -> Decision {
        self.decide(desired <= self.table_elements)
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
