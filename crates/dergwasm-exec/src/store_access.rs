//! The store as the embedder changes it: one item at a time, so that it stays this machine's.

use crate::host::with_limiter;
use crate::{Error, Host, Machine};
use dergwasm_store::{
    GlobalAddr, GlobalInst, MemAddr, MemInst, StoreError, TableAddr, TableInst, TagAddr, TagInst,
    TypeId,
};
use dergwasm_types::{FuncType, GlobalType, MemoryType, SubType, TableType, Value};

impl Machine {
    /// Makes a memory.
    ///
    /// # Errors
    /// If its type, the limiter or the system does not allow it.
    pub fn alloc_memory(
        &mut self,
        host: &mut dyn Host,
        ty: MemoryType,
    ) -> Result<MemAddr, StoreError> {
        with_limiter(host, |limiter| self.store.alloc_memory(ty, limiter))
    }

    /// Makes a table whose elements are all `init`, the bits of a reference.
    ///
    /// # Errors
    /// If its type, the limiter or the system does not allow it.
    pub fn alloc_table(
        &mut self,
        host: &mut dyn Host,
        ty: TableType,
        init: u64,
    ) -> Result<TableAddr, StoreError> {
        with_limiter(host, |limiter| self.store.alloc_table(ty, init, limiter))
    }

    /// Makes a global.
    ///
    /// # Errors
    /// If the limiter does not allow it, or there are no addresses left.
    pub fn alloc_global(
        &mut self,
        host: &mut dyn Host,
        ty: GlobalType,
        value: Value,
    ) -> Result<GlobalAddr, StoreError> {
        with_limiter(host, |limiter| self.store.alloc_global(ty, value, limiter))
    }

    /// Makes a tag of exceptions that carry the parameters of `ty`.
    ///
    /// # Errors
    /// When there are no addresses left.
    pub fn alloc_tag(&mut self, ty: &FuncType) -> Result<TagAddr, StoreError> {
        let ty = self.store.intern(ty);
        self.publish_types();
        self.store.alloc_tag(TagInst { ty })
    }

    /// Makes a tag of exceptions of a type that the store has.
    ///
    /// # Errors
    /// When there are no addresses left, or the store has no such type of functions.
    pub fn alloc_tag_of(&mut self, ty: TypeId) -> Result<TagAddr, Error> {
        let func = self.store.get_sub_type(ty.0).and_then(SubType::as_func);
        func.ok_or_else(|| Error::usage("the store has no such type of functions"))?;
        Ok(self.store.alloc_tag(TagInst { ty })?)
    }

    /// A memory, to write to it.
    #[must_use]
    pub fn memory_mut(&mut self, memory: MemAddr) -> Option<&mut MemInst> {
        self.store.memory_mut(memory)
    }

    /// A table, to write to it.
    #[must_use]
    pub fn table_mut(&mut self, table: TableAddr) -> Option<&mut TableInst> {
        self.store.table_mut(table)
    }

    /// A global, to set it; whether it is mutable is for the caller to check.
    #[must_use]
    pub fn global_mut(&mut self, global: GlobalAddr) -> Option<&mut GlobalInst> {
        self.store.global_mut(global)
    }

    /// Grows a memory by `delta` pages; returns its size before, in pages.
    ///
    /// # Errors
    /// If its type, the limiter or the system does not allow it.
    pub fn grow_memory(
        &mut self,
        host: &mut dyn Host,
        memory: MemAddr,
        delta: u64,
    ) -> Result<u64, StoreError> {
        with_limiter(host, |limiter| self.store.try_grow_memory(memory, delta, limiter))
    }

    /// Grows a table by `delta` elements `init`, the bits of a reference; returns its size before.
    ///
    /// # Errors
    /// If its type, the limiter or the system does not allow it.
    pub fn grow_table(
        &mut self,
        host: &mut dyn Host,
        table: TableAddr,
        delta: u64,
        init: u64,
    ) -> Result<u64, StoreError> {
        with_limiter(host, |limiter| self.store.try_grow_table(table, delta, init, limiter))
    }
}
