//! The store: the address spaces, and allocation into them.
//!
//! Spec: [Execution › Modules › Allocation](https://webassembly.github.io/spec/core/exec/modules.html#allocation).
//! Knows nothing of modules' bytes, nor of when an instance counts as initialised.

mod collect;
mod copy;
mod grow;
mod objects;
mod rollback;
mod types;

pub use rollback::Checkpoint;

use crate::{
    address::{
        Address, AddressSpace, DataAddr, ElemAddr, FuncAddr, GlobalAddr, InstanceAddr, MemAddr,
        TableAddr, TagAddr,
    },
    error::StoreError,
    gc::{Heap, Holds, HostValues, TraceTable},
    instance::{
        DataInst, ElemInst, FuncInst, GlobalBlock, GlobalInst, MemInst, ModuleInst, Pool,
        TableInst, TagInst,
    },
    ledger::{Ledger, Resource},
    limits::ResourceLimiter,
    type_interner::TypeInterner,
};
use alloc::vec::Vec;
use core::{fmt, ptr::NonNull};
use dergwasm_types::{GlobalType, Value};

/// Every instance a program can reach, by address.
#[derive(Default)]
pub struct Store {
    types: TypeInterner,
    funcs: AddressSpace<FuncAddr>,
    tables: AddressSpace<TableAddr>,
    memories: AddressSpace<MemAddr>,
    globals: AddressSpace<GlobalAddr>,
    tags: AddressSpace<TagAddr>,
    elems: AddressSpace<ElemAddr>,
    datas: AddressSpace<DataAddr>,
    instances: AddressSpace<InstanceAddr>,
    /// What the cells of `globals` point into (INV-STORE).
    global_blocks: Vec<GlobalBlock>,
    /// Where small memories come from.
    memory_pool: Pool,
    /// The objects.
    heap: Heap,
    host_values: HostValues,
    holds: Holds,
    /// How objects of each of `types` and `tags` are traced.
    trace: TraceTable,
    ledger: Ledger,
    /// How many instances do not count.
    abandoned: usize,
}

impl Store {
    /// A store without instances and limits.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

macro_rules! spaces {
    ($( $(#[$doc:meta])* $space:ident: $Address:ty; )*) => {
        /// The address spaces.
        impl Store { $(
            $(#[$doc])*
            #[must_use]
            pub const fn $space(&self) -> &AddressSpace<$Address> {
                &self.$space
            }
        )* }
    };
}

// Each row becomes an accessor of that name.
spaces! {
    /// The functions.
    funcs: FuncAddr;
    /// The tables.
    tables: TableAddr;
    /// The memories.
    memories: MemAddr;
    /// The globals.
    globals: GlobalAddr;
    /// The tags.
    tags: TagAddr;
    /// The element segments.
    elems: ElemAddr;
    /// The data segments.
    datas: DataAddr;
    /// The module instances.
    instances: InstanceAddr;
}

/// Instances that can change.
///
/// One at a time: were a whole space lent mutably, safe code could exchange it with that of
/// another store, and INV-STORE would not hold.
impl Store {
    /// The table at `address`, to change it.
    pub fn table_mut(&mut self, address: TableAddr) -> Option<&mut TableInst> {
        self.tables.get_mut(address)
    }

    /// The memory at `address`, to change it.
    pub fn memory_mut(&mut self, address: MemAddr) -> Option<&mut MemInst> {
        self.memories.get_mut(address)
    }

    /// The global at `address`, to change it.
    pub fn global_mut(&mut self, address: GlobalAddr) -> Option<&mut GlobalInst> {
        self.globals.get_mut(address)
    }

    /// The element segment at `address`, to drop it.
    pub fn elem_mut(&mut self, address: ElemAddr) -> Option<&mut ElemInst> {
        self.elems.get_mut(address)
    }

    /// The data segment at `address`, to drop it.
    pub fn data_mut(&mut self, address: DataAddr) -> Option<&mut DataInst> {
        self.datas.get_mut(address)
    }

    /// The module instance at `address`, to fill it in after its functions are allocated.
    pub fn instance_mut(&mut self, address: InstanceAddr) -> Option<&mut ModuleInst> {
        self.instances.get_mut(address)
    }
}

/// Allocation. What fails leaves the store as it was.
impl Store {
    /// Allocates a function.
    ///
    /// # Errors
    ///
    /// Addresses or memory are used up.
    pub fn alloc_func(&mut self, func: FuncInst) -> Result<FuncAddr, StoreError> {
        self.funcs.push(func)
    }

    /// Allocates a tag.
    ///
    /// # Errors
    ///
    /// Addresses or memory are used up.
    pub fn alloc_tag(&mut self, tag: TagInst) -> Result<TagAddr, StoreError> {
        let address = self.tags.push(tag)?;
        self.trace_tag(tag);
        Ok(address)
    }

    /// Allocates an element segment.
    ///
    /// # Errors
    ///
    /// Addresses or memory are used up.
    pub fn alloc_elem(&mut self, elem: ElemInst) -> Result<ElemAddr, StoreError> {
        self.elems.push(elem)
    }

    /// Allocates a data segment.
    ///
    /// # Errors
    ///
    /// Addresses or memory are used up.
    pub fn alloc_data(&mut self, data: DataInst) -> Result<DataAddr, StoreError> {
        self.datas.push(data)
    }

    /// Allocates a module instance.
    ///
    /// Its functions name its address before it exists: ask
    /// [`instances().next_address()`](AddressSpace::next_address), or fill it in later through
    /// [`Store::instance_mut`].
    ///
    /// # Errors
    ///
    /// The limiter allows no more, or addresses or memory are used up.
    pub fn alloc_instance(
        &mut self,
        instance: ModuleInst,
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<InstanceAddr, StoreError> {
        check_count(self.live_instances(), InstanceAddr::KIND, limiter.instances())?;
        self.instances.push(instance)
    }

    /// Allocates a single global.
    ///
    /// # Errors
    ///
    /// A limit or the limiter does not allow it, or addresses or memory are used up.
    pub fn alloc_global(
        &mut self,
        ty: GlobalType,
        value: Value,
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<GlobalAddr, StoreError> {
        self.alloc_globals(0, &[(ty, value)], limiter).map(|(_, first)| first)
    }

    /// Allocates globals in one block of memory, with room in front for the engine.
    ///
    /// The block starts at the returned pointer, a multiple of 16, with `prefix_bytes` bytes of
    /// zeros, rounded up to a multiple of 16. The values follow, 16 bytes each, at consecutive
    /// global addresses from the returned one on. The block stays there until the store is dropped
    /// (INV-STORE); it may be read and written through the pointer while nothing borrows the
    /// store.
    ///
    /// # Errors
    ///
    /// A limit or the limiter does not allow it, or addresses or memory are used up.
    pub fn alloc_globals(
        &mut self,
        prefix_bytes: usize,
        globals: &[(GlobalType, Value)],
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<(NonNull<u8>, GlobalAddr), StoreError> {
        let each = size_of::<GlobalInst<[(); 0]>>() + size_of::<Value>();
        let bytes = (prefix_bytes as u64).saturating_add(globals.len() as u64 * each as u64);
        self.charge(Resource::Global, bytes, limiter)?;
        let made = self.new_globals(prefix_bytes, globals);
        made.inspect_err(|_| self.release(Resource::Global, bytes))
    }

    fn new_globals(
        &mut self,
        prefix_bytes: usize,
        globals: &[(GlobalType, Value)],
    ) -> Result<(NonNull<u8>, GlobalAddr), StoreError> {
        let first = self.globals.next_address()?;
        self.globals.reserve(globals.len())?;
        let block = GlobalBlock::new(prefix_bytes, globals.iter().map(|&(_, value)| value))?;
        self.global_blocks
            .try_reserve(1)
            .map_err(|_| StoreError::OutOfMemory { kind: GlobalAddr::KIND, bytes: 0 })?;
        for global in GlobalInst::in_block(&block, globals.iter().map(|&(ty, _)| ty)) {
            self.globals.push(global)?;
        }
        let start = block.start();
        self.global_blocks.push(block);
        Ok((start, first))
    }
}

/// Whether one more of a kind is within the `limit`.
const fn check_count(count: usize, kind: &'static str, limit: usize) -> Result<(), StoreError> {
    if count < limit { Ok(()) } else { Err(StoreError::TooMany { kind, limit: limit as u64 }) }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("funcs", &self.funcs.len())
            .field("tables", &self.tables)
            .field("memories", &self.memories)
            .field("globals", &self.globals)
            .field("tags", &self.tags)
            .field("elems", &self.elems.len())
            .field("datas", &self.datas.len())
            .field("instances", &self.instances.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

#[cfg(test)]
mod gc_tests;
