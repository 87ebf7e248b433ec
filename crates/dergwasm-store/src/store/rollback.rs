//! Taking back what a failed instantiation allocated.
//!
//! Knows nothing of when an instantiation fails, nor of what may have been seen of it.

use super::Store;
use crate::{
    gc::TraceMark,
    instance::PoolMark,
    ledger::{Ledger, Resource},
};

/// What a store held at some time, for [`Store::rollback`].
#[derive(Debug)]
pub struct Checkpoint {
    funcs: usize,
    tables: usize,
    memories: usize,
    globals: usize,
    tags: usize,
    elems: usize,
    datas: usize,
    instances: usize,
    global_blocks: usize,
    pool: PoolMark,
    trace: TraceMark,
    ledger: Ledger,
}

/// The kinds that instantiation allocates and that nothing but a rollback gives back.
const KINDS: [Resource; 4] =
    [Resource::Memory, Resource::Table, Resource::Global, Resource::Instance];

impl Store {
    /// Remembers what the store holds now.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            funcs: self.funcs.len(),
            tables: self.tables.len(),
            memories: self.memories.len(),
            globals: self.globals.len(),
            tags: self.tags.len(),
            elems: self.elems.len(),
            datas: self.datas.len(),
            instances: self.instances.len(),
            global_blocks: self.global_blocks.len(),
            pool: self.memory_pool.mark(),
            trace: self.trace.mark(),
            ledger: self.ledger.clone(),
        }
    }

    /// Frees what was allocated since a checkpoint, as if it had never been. Objects, host values
    /// and types stay.
    ///
    /// # Safety
    ///
    /// The checkpoint is one of this store, and nothing that was there before has grown since.
    /// Nobody has kept an address, a view, a cell or a block that was handed out since: such an
    /// address will be handed out again, and the memory is freed (INV-STORE).
    #[expect(unsafe_code, reason = "breaks the promise that addresses stay valid")]
    pub unsafe fn rollback(&mut self, checkpoint: Checkpoint) {
        self.funcs.truncate(checkpoint.funcs);
        self.tables.truncate(checkpoint.tables);
        self.memories.truncate(checkpoint.memories);
        self.globals.truncate(checkpoint.globals);
        self.tags.truncate(checkpoint.tags);
        self.elems.truncate(checkpoint.elems);
        self.datas.truncate(checkpoint.datas);
        self.instances.truncate(checkpoint.instances);
        self.global_blocks.truncate(checkpoint.global_blocks);
        self.memory_pool.rewind(&checkpoint.pool);
        self.trace.rewind(&checkpoint.trace);
        for kind in KINDS {
            let more = self.ledger.used(kind).saturating_sub(checkpoint.ledger.used(kind));
            self.ledger.release(kind, more);
        }
    }

    /// No longer counts an instance against the number the limiter allows: it was never made
    /// known, but something may still lead to its functions.
    pub const fn abandon_instance(&mut self) {
        self.abandoned += 1;
    }

    /// How many instances count against the number the limiter allows.
    pub(super) const fn live_instances(&self) -> usize {
        self.instances.len().saturating_sub(self.abandoned)
    }
}

#[cfg(test)]
#[expect(unsafe_code, reason = "rolls back")]
mod tests {
    use super::*;
    use crate::{FuncInst, FuncKind, HostFuncId, MemAddr, ModuleInst, TypeId, Unlimited};
    use dergwasm_types::{FuncType, GlobalType, MemoryType, RefType, TableType, ValType, Value};

    fn fill(store: &mut Store) {
        let limiter = &mut Unlimited;
        for _ in 0..3 {
            let memory = store.alloc_memory(MemoryType::new(1, None), limiter).unwrap();
            assert!(store.memories()[memory].data().iter().all(|&byte| byte == 0));
            store.memory_mut(memory).unwrap().data_mut().fill(7);
        }
        store.alloc_table(TableType::new(RefType::FUNC, 9, None), 1, limiter).unwrap();
        let ty = GlobalType { content: ValType::I32, mutable: true };
        store.alloc_globals(64, &[(ty, Value::from(1)); 3], limiter).unwrap();
        let ty = store.intern(&FuncType::new([ValType::EXTERNREF; 9], []));
        store.alloc_tag(crate::TagInst { ty }).unwrap();
        let kind = FuncKind::Host(HostFuncId(0));
        store.alloc_func(FuncInst { ty: TypeId(0), kind }).unwrap();
        store.alloc_instance(ModuleInst::default(), limiter).unwrap();
        store.charge(Resource::Instance, 100, limiter).unwrap();
    }

    #[test]
    fn what_is_rolled_back_is_as_if_it_had_never_been() {
        let mut store = Store::new();
        fill(&mut store);
        let total = store.total_bytes();
        for _ in 0..1000 {
            let checkpoint = store.checkpoint();
            fill(&mut store);
            assert_eq!(store.total_bytes(), 2 * total);
            // SAFETY: INV-STORE: `fill` keeps nothing.
            unsafe { store.rollback(checkpoint) };
            assert_eq!(store.total_bytes(), total);
            assert_eq!((store.memories().len(), store.instances().len()), (3, 1));
        }
        assert_eq!(store.memories()[MemAddr(2)].data(), [7; 65536]);
        fill(&mut store);
        assert_eq!(store.memories().len(), 6);
    }

    #[test]
    fn an_abandoned_instance_does_not_count() {
        let mut store = Store::new();
        let limits = &mut crate::ResourceLimits::new().instances(1);
        store.alloc_instance(ModuleInst::default(), limits).unwrap();
        store.alloc_instance(ModuleInst::default(), limits).unwrap_err();
        store.abandon_instance();
        store.alloc_instance(ModuleInst::default(), limits).unwrap();
    }
}
