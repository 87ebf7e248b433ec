//! What instructions that reach the store ask of the machine, out of line.
//!
//! Operands of tables are `[table, index or delta, …]` as their handlers list them.

use crate::host::with_limiter;
use crate::{Error, Machine};
use dergwasm_store::{InstanceAddr, MemAddr, MemInst, StoreError, TableAddr};

/// Says `1` for done and `0` for out of bounds.
fn done(result: Result<(), StoreError>) -> u64 {
    u64::from(result.is_ok())
}

/// The answer of a failed `grow`: -1 in the width of the memory's or table's indices.
fn failed(wide: bool) -> u64 {
    if wide { u64::MAX } else { u64::from(u32::MAX) }
}

impl Machine {
    pub(crate) fn memory_addr(&self, instance: InstanceAddr, memory: u32) -> Option<MemAddr> {
        self.store.instances().get(instance)?.memories.get(memory as usize).copied()
    }

    pub(crate) fn table_addr(&self, instance: InstanceAddr, table: u64) -> Option<TableAddr> {
        let table = usize::try_from(table).ok()?;
        self.store.instances().get(instance)?.tables.get(table).copied()
    }

    pub(crate) fn memory_of(&self, instance: InstanceAddr, memory: u32) -> Option<&MemInst> {
        self.store.memories().get(self.memory_addr(instance, memory)?)
    }

    pub(crate) fn grow_memory_of(
        &mut self,
        instance: InstanceAddr,
        memory: u32,
        delta: u64,
    ) -> Result<u64, Error> {
        let Some(addr) = self.memory_addr(instance, memory) else { return Ok(u64::MAX) };
        let wide = self.store.memories()[addr].ty().memory64;
        let grown = self.for_code(|machine, host| {
            with_limiter(host, |limiter| machine.store.grow_memory(addr, delta, limiter))
        });
        Ok(grown.map_err(Self::store_error)?.unwrap_or(failed(wide)))
    }

    pub(crate) fn init_memory_of(
        &mut self,
        instance: InstanceAddr,
        segment: u32,
        memory: u32,
        dst: u64,
        src: u64,
        len: u64,
    ) -> bool {
        let inst = self.store.instances().get(instance);
        let data = inst.and_then(|inst| inst.datas.get(segment as usize).copied());
        let (Some(data), Some(memory)) = (data, self.memory_addr(instance, memory)) else {
            return false;
        };
        self.store.init_memory(memory, dst, data, src, len).is_ok()
    }

    pub(crate) fn drop_data_of(&mut self, instance: InstanceAddr, segment: u32) {
        let inst = self.store.instances().get(instance);
        if let Some(&data) = inst.and_then(|inst| inst.datas.get(segment as usize))
            && let Some(data) = self.store.data_mut(data)
        {
            data.drop_();
        }
    }

    pub(crate) fn grow_table_of(
        &mut self,
        instance: InstanceAddr,
        [table, delta, init]: [u64; 3],
    ) -> Result<u64, Error> {
        let Some(addr) = self.table_addr(instance, table) else { return Ok(u64::MAX) };
        let grown = self.for_code(|machine, host| {
            with_limiter(host, |limiter| machine.store.grow_table(addr, delta, init, limiter))
        });
        Ok(grown.map_err(Self::store_error)?.unwrap_or_else(|| self.failed_table_growth(addr)))
    }

    /// The answer of a `table.grow` that failed.
    pub(crate) fn failed_table_growth(&self, table: TableAddr) -> u64 {
        failed(self.store.tables()[table].ty().table64)
    }

    pub(crate) fn fill_table_of(
        &mut self,
        instance: InstanceAddr,
        [table, index, value, len]: [u64; 4],
    ) -> u64 {
        let table = self.table_addr(instance, table).and_then(|addr| self.store.table_mut(addr));
        table.map_or(0, |table| done(table.fill(index, value, len)))
    }

    pub(crate) fn copy_table_of(
        &mut self,
        instance: InstanceAddr,
        [dst_table, src_table, dst, src, len]: [u64; 5],
    ) -> u64 {
        let tables = (self.table_addr(instance, dst_table), self.table_addr(instance, src_table));
        let (Some(dst_table), Some(src_table)) = tables else { return 0 };
        done(self.store.copy_table(dst_table, dst, src_table, src, len))
    }

    pub(crate) fn init_table_of(
        &mut self,
        instance: InstanceAddr,
        [segment, table, dst, src, len]: [u64; 5],
    ) -> u64 {
        let inst = self.store.instances().get(instance);
        let elem = inst.and_then(|inst| inst.elems.get(usize::try_from(segment).ok()?).copied());
        let (Some(elem), Some(table)) = (elem, self.table_addr(instance, table)) else { return 0 };
        done(self.store.init_table(table, dst, elem, src, len))
    }

    pub(crate) fn drop_elem_of(&mut self, instance: InstanceAddr, [segment]: [u64; 1]) -> u64 {
        let inst = self.store.instances().get(instance);
        let elem = inst.and_then(|inst| inst.elems.get(usize::try_from(segment).ok()?).copied());
        if let Some(elem) = elem {
            self.drop_elem(elem);
        }
        0
    }
}
