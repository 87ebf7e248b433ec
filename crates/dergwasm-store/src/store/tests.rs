//! The store as a whole.

use super::*;
use crate::{
    error::Accessed,
    instance::{FuncKind, HostFuncId},
    limits::{Decision, ResourceLimits, Unlimited},
};
use alloc::{sync::Arc, vec};
use core::sync::atomic::{AtomicU32, Ordering};
use dergwasm_types::{FuncType, MemoryType, RefType, TableType, ValType};

const MUT_I64: GlobalType = GlobalType { content: ValType::I64, mutable: true };

fn table_type(minimum: u64, maximum: Option<u64>) -> TableType {
    TableType::new(RefType::FUNC, minimum, maximum)
}

#[test]
fn moves_between_threads() {
    fn check<T: Send + Sync>() {}
    check::<Store>();
}

#[test]
fn every_kind_has_an_address_space_of_its_own() {
    let mut store = Store::new();
    for i in 0..3 {
        let ty = store.intern(&FuncType::new([], []));
        let kind = FuncKind::Host(HostFuncId(i));
        assert_eq!(store.alloc_func(FuncInst { ty, kind }), Ok(FuncAddr(i)));
        assert_eq!(
            store.alloc_table(table_type(i.into(), None), 0, &mut Unlimited),
            Ok(TableAddr(i))
        );
        assert_eq!(
            store.alloc_memory(MemoryType::new(i.into(), None), &mut Unlimited),
            Ok(MemAddr(i))
        );
        assert_eq!(store.alloc_global(MUT_I64, i.into(), &mut Unlimited), Ok(GlobalAddr(i)));
        assert_eq!(store.alloc_tag(TagInst { ty }), Ok(TagAddr(i)));
        let elem = ElemInst::new(RefType::FUNC, vec![i.into()]);
        assert_eq!(store.alloc_elem(elem), Ok(ElemAddr(i)));
        assert_eq!(store.alloc_data(DataInst::from(vec![1])), Ok(DataAddr(i)));
        assert_eq!(store.instances().next_address(), Ok(InstanceAddr(i)));
        assert_eq!(
            store.alloc_instance(ModuleInst::default(), &mut Unlimited),
            Ok(InstanceAddr(i))
        );
    }
    assert_eq!(store.funcs()[FuncAddr(2)].kind, FuncKind::Host(HostFuncId(2)));
    assert_eq!(store.tables()[TableAddr(2)].size(), 2);
    assert_eq!(store.memories()[MemAddr(1)].len(), 65536);
    assert_eq!(store.globals()[GlobalAddr(1)].get().as_u64(), 1);
    assert_eq!(store.elems()[ElemAddr(2)].items(), [2]);
    assert_eq!(store.tags().len(), 3);
    assert!(store.memories().get(MemAddr(3)).is_none());
    assert!(store.memory_mut(MemAddr(3)).is_none());
}

#[test]
fn an_instance_is_filled_in_after_its_functions() {
    let mut store = Store::new();
    let instance = store.alloc_instance(ModuleInst::default(), &mut Unlimited).unwrap();
    let ty = store.intern(&FuncType::new([], []));
    let kind = FuncKind::Wasm { instance, func: dergwasm_types::FuncIdx(0) };
    let func = store.alloc_func(FuncInst { ty, kind }).unwrap();
    store.instance_mut(instance).unwrap().funcs = [func].into();
    assert_eq!(*store.instances()[instance].funcs, [func]);
}

#[test]
fn views_and_cells_stay_where_they_are() {
    let mut store = Store::new();
    let memory = store.alloc_memory(MemoryType::new(1, None), &mut Unlimited).unwrap();
    let table = store.alloc_table(table_type(1, None), 0, &mut Unlimited).unwrap();
    let (block, global) =
        store.alloc_globals(24, &[(MUT_I64, 5u64.into()); 2], &mut Unlimited).unwrap();
    let places = |store: &Store| {
        (
            store.memories()[memory].view(),
            store.tables()[table].view(),
            store.globals()[global].cell(),
        )
    };
    let before = places(&store);
    assert_eq!(before.2.addr().get(), block.addr().get() + 32);
    for i in 0..1000u64 {
        store.alloc_memory(MemoryType::new(0, None), &mut Unlimited).unwrap();
        store.alloc_table(table_type(3, None), 0, &mut Unlimited).unwrap();
        store.alloc_globals(64, &[(MUT_I64, i.into())], &mut Unlimited).unwrap();
    }
    for delta in [1, 20, 3] {
        assert!(store.grow_memory(memory, delta, &mut Unlimited).unwrap().is_some());
        assert!(store.grow_table(table, delta, 0, &mut Unlimited).unwrap().is_some());
    }
    let moved = store;
    assert_eq!(places(&moved), before);
}

#[test]
fn globals_keep_128_bits() {
    let mut store = Store::new();
    let ty = GlobalType { content: ValType::V128, mutable: true };
    let values = [1u128 << 100, 7, u128::MAX].map(|value| (ty, Value::from(value)));
    let (_, first) = store.alloc_globals(0, &values, &mut Unlimited).unwrap();
    let second = GlobalAddr(first.0 + 1);
    assert_eq!(store.globals()[second].get().as_u128(), 7);
    store.global_mut(second).unwrap().set(Value::from(8u128 << 90));
    assert_eq!(store.globals()[first].get().as_u128(), 1 << 100);
    assert_eq!(store.globals()[second].get().as_u128(), 8 << 90);
    assert_eq!(store.globals()[GlobalAddr(2)].get().as_u128(), u128::MAX);
    let (_, next) = store.alloc_globals(40, &[], &mut Unlimited).unwrap();
    assert_eq!(next, GlobalAddr(3));
    assert_eq!(store.globals().len(), 3);
}

#[test]
fn limits_hold_for_allocation_and_growth() {
    let mut store = Store::new();
    let limits = &mut ResourceLimits::new()
        .memory_bytes(3 * 65536)
        .table_elements(10)
        .memories(1)
        .tables(1)
        .instances(1);
    let refused = |kind, unit, current, desired| {
        Some(StoreError::Refused { kind, unit, current, desired, trap: false })
    };
    let too_many = |kind| Some(StoreError::TooMany { kind, limit: 1 });

    let error = store.alloc_memory(MemoryType::new(4, None), limits).err();
    assert_eq!(error, refused("memory", "bytes", 0, 4 * 65536));
    let memory = store.alloc_memory(MemoryType::new(1, None), limits).unwrap();
    assert_eq!(store.grow_memory(memory, 3, limits), Ok(None));
    assert_eq!(store.grow_memory(memory, 2, limits), Ok(Some(1)));
    let error = store.try_grow_memory(memory, 1, limits).err();
    assert_eq!(error, refused("memory", "bytes", 3 * 65536, 4 * 65536));
    assert_eq!(store.grow_memory(memory, 0, limits), Ok(Some(3)));
    assert_eq!(store.alloc_memory(MemoryType::new(0, None), limits).err(), too_many("memory"));

    let error = store.alloc_table(table_type(11, None), 0, limits).err();
    assert_eq!(error, refused("table", "elements", 0, 11));
    let table = store.alloc_table(table_type(9, None), 0, limits).unwrap();
    assert_eq!(store.grow_table(table, 1, 0, limits), Ok(Some(9)));
    assert_eq!(store.grow_table(table, 1, 0, limits), Ok(None));
    assert_eq!(store.grow_table(table, 0, 0, limits), Ok(Some(10)));
    assert_eq!(store.alloc_table(table_type(0, None), 0, limits).err(), too_many("table"));

    store.alloc_instance(ModuleInst::default(), limits).unwrap();
    assert_eq!(store.alloc_instance(ModuleInst::default(), limits).err(), too_many("instance"));
}

#[test]
fn growth_of_what_is_not_there_is_refused() {
    let mut store = Store::new();
    assert_eq!(store.grow_memory(MemAddr(0), 0, &mut Unlimited), Ok(None));
    assert_eq!(store.grow_table(TableAddr(0), 0, 0, &mut Unlimited), Ok(None));
    let unknown = StoreError::UnknownAddress { kind: "memory", address: 0 };
    assert_eq!(store.try_grow_memory(MemAddr(0), 1, &mut Unlimited), Err(unknown));
}

/// Counts what it is asked and told.
struct Counter(Arc<[AtomicU32; 2]>);

impl ResourceLimiter for Counter {
    fn memory_growing(&mut self, current: u64, desired: u64, maximum: Option<u64>) -> Decision {
        assert!(current <= desired && maximum.is_none_or(|maximum| desired <= maximum));
        self.0[0].fetch_add(1, Ordering::Relaxed);
        Decision::Allow
    }

    fn table_growing(&mut self, _current: u64, _desired: u64, _maximum: Option<u64>) -> Decision {
        Decision::Allow
    }

    fn memory_grow_failed(&mut self, _error: &StoreError) {
        self.0[1].fetch_add(1, Ordering::Relaxed);
    }
}

#[test]
fn a_limiter_hears_of_what_types_allow_and_of_failures() {
    let counts = Arc::new([AtomicU32::new(0), AtomicU32::new(0)]);
    let mut store = Store::new();
    let counter = &mut Counter(counts.clone());
    let ty = MemoryType { memory64: true, ..MemoryType::new(1, Some(1 << 32)) };
    let memory = store.alloc_memory(ty, counter).unwrap();
    assert_eq!(store.grow_memory(memory, 1 << 32, counter), Ok(None)); // Above the maximum: not asked.
    assert_eq!(store.grow_memory(memory, (1 << 32) - 1, counter), Ok(None)); // Allowed, but not to be had.
    assert_eq!(store.grow_memory(memory, 0, counter), Ok(Some(1))); // Nothing to ask.
    assert_eq!([&counts[0], &counts[1]].map(|n| n.load(Ordering::Relaxed)), [2, 1]);
}

#[test]
fn memories_are_copied_into_each_other() {
    let mut store = Store::new();
    let a = store.alloc_memory(MemoryType::new(1, None), &mut Unlimited).unwrap();
    let b = store.alloc_memory(MemoryType::new(2, None), &mut Unlimited).unwrap();
    store.memory_mut(a).unwrap().write(65534, &[1, 2]).unwrap();
    assert_eq!(store.copy_memory(b, 131_070, a, 65534, 2), Ok(()));
    assert_eq!(store.memories()[b].slice(131_070, 2), Ok(&[1, 2][..]));
    assert_eq!(store.copy_memory(a, 0, b, 131_070, 2), Ok(()));
    assert_eq!(store.copy_memory(a, 1, a, 0, 2), Ok(()));
    assert_eq!(store.memories()[a].slice(0, 3), Ok(&[1, 1, 2][..]));
    for (to, from, len) in [(131_071, 0, 2), (0, 65535, 2), (0, u64::MAX, 1), (131_073, 0, 0)] {
        assert!(store.copy_memory(b, to, a, from, len).is_err());
    }
    assert!(store.copy_memory(b, 0, MemAddr(9), 0, 0).is_err());
    assert!(store.copy_memory(MemAddr(9), 0, MemAddr(9), 0, 0).is_err());
}

#[test]
fn tables_are_copied_into_each_other() {
    let mut store = Store::new();
    let a = store.alloc_table(table_type(3, None), 4, &mut Unlimited).unwrap();
    let b = store.alloc_table(table_type(5, None), 0, &mut Unlimited).unwrap();
    assert_eq!(store.copy_table(b, 2, a, 0, 3), Ok(()));
    assert_eq!(store.copy_table(b, 1, b, 2, 1), Ok(()));
    assert_eq!(store.tables()[b].elements(), [0, 4, 4, 4, 4]);
    for (to, from, len) in [(3, 0, 3), (0, 1, 3), (0, u64::MAX, 1), (6, 0, 0)] {
        assert!(store.copy_table(b, to, a, from, len).is_err());
    }
}

#[test]
fn segments_are_copied_until_dropped_for_good() {
    let mut store = Store::new();
    let memory = store.alloc_memory(MemoryType::new(1, None), &mut Unlimited).unwrap();
    let data = store.alloc_data(DataInst::from(vec![1, 2, 3])).unwrap();
    let table = store.alloc_table(table_type(3, None), 0, &mut Unlimited).unwrap();
    let elem = store.alloc_elem(ElemInst::new(RefType::FUNC, vec![7, 8])).unwrap();

    assert_eq!(store.init_memory(memory, 65534, data, 1, 2), Ok(()));
    assert_eq!(store.memories()[memory].slice(65534, 2), Ok(&[2, 3][..]));
    let error = store.init_memory(memory, 0, data, 2, 2).unwrap_err();
    let expected =
        StoreError::OutOfBounds { accessed: Accessed::Data, address: 2, len: 2, size: 3 };
    assert_eq!(error, expected);
    assert!(store.init_memory(memory, 65535, data, 0, 2).is_err());
    assert_eq!(store.memories()[memory].get::<u8>(0), Ok(0));
    assert_eq!(store.init_table(table, 1, elem, 0, 2), Ok(()));
    assert_eq!(store.tables()[table].elements(), [0, 7, 8]);
    assert!(store.init_table(table, 2, elem, 0, 2).is_err());
    assert!(store.init_table(table, 0, elem, 1, 2).is_err());

    store.data_mut(data).unwrap().drop_();
    store.elem_mut(elem).unwrap().drop_();
    assert_eq!(store.init_memory(memory, 0, data, 0, 0), Ok(()));
    assert_eq!(store.init_table(table, 0, elem, 0, 0), Ok(()));
    assert!(store.init_memory(memory, 0, data, 0, 1).is_err());
    assert!(store.init_table(table, 0, elem, 0, 1).is_err());
}

#[test]
fn a_growth_that_was_begun_and_given_up_does_not_stand_in_the_way() {
    let limiter = &mut Unlimited;
    let mut store = Store::new();
    store.set_max_bytes(Resource::Table, 800);
    let table = store.alloc_table(table_type(10, None), 0, limiter).unwrap();
    assert_eq!(store.prepare_table_growth(table, 90, 7, 50, limiter), Ok(40));
    assert_eq!(store.used_bytes(Resource::Table), 800);
    // Another takes its place, with whatever that one has set aside.
    assert_eq!(store.prepare_table_growth(table, 90, 8, 0, limiter), Ok(90));
    assert_eq!(store.used_bytes(Resource::Table), 800);
    assert_eq!(store.grow_table(table, 91, 0, limiter), Ok(None));
    assert_eq!(store.grow_table(table, 20, 0, limiter), Ok(Some(10)));
    assert_eq!(store.used_bytes(Resource::Table), 240);
    assert_eq!(store.tables()[table].elements(), [0; 30]);
}
