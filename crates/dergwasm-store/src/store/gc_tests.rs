//! Objects, collections and host values of a store.

use super::*;
use crate::{
    address::{DataAddr, ElemAddr, TagAddr},
    gc::{Collect, EXCEPTION_TYPE, GcRef, HEAP_SLACK, HeapFull, ObjectError, ObjectHeader},
    instance::{DataInst, ElemInst, TagInst},
    limits::Unlimited,
    type_interner::TypeId,
};
use alloc::{sync::Arc, vec, vec::Vec};
use dergwasm_types::{
    CompositeType, FieldType, FuncType, HeapType, RefType, StorageType, StructType, SubType,
    TableType, TypeIdx, ValType,
};

const ANY: StorageType = StorageType::Val(ValType::ANYREF);
const I32: StorageType = StorageType::Val(ValType::I32);

fn mutable(storage: StorageType) -> FieldType {
    FieldType { storage, mutable: true }
}

/// A store and the types of its objects.
struct World {
    store: Store,
    /// `(struct (field i32) (field anyref) (field anyref))`
    node: TypeId,
    /// `(array anyref)`
    refs: TypeId,
    /// `(array i8)`
    bytes: TypeId,
}

impl World {
    fn new() -> Self {
        let mut store = Store::new();
        let fields = [I32, ANY, ANY].map(mutable);
        let node = SubType::plain(CompositeType::Struct(StructType { fields: fields.into() }));
        let array = |storage| SubType::plain(CompositeType::Array(mutable(storage)));
        let [node, refs, bytes] = [node, array(ANY), array(StorageType::I8)]
            .map(|ty| store.intern_group(&[ty], &[]).unwrap());
        Self { store, node, refs, bytes }
    }

    fn alloc(&mut self, ty: TypeId, len: u32, size: u64, roots: &[u64]) -> Result<u64, HeapFull> {
        let header = ObjectHeader { ty: ty.0, len };
        let first = self.store.alloc_object(header, size, Collect::Due, &mut Unlimited);
        let object = first.or_else(|full| match full {
            HeapFull::Due => {
                self.store.collect(roots);
                self.store.alloc_object(header, size, Collect::Never, &mut Unlimited)
            }
            HeapFull::Exhausted | HeapFull::Trap => Err(full),
        });
        let object = object.inspect_err(|_| self.store.note_refusal())?;
        Ok(object.word())
    }

    fn node(&mut self, value: i32, left: u64, right: u64, roots: &[u64]) -> Result<u64, HeapFull> {
        let roots = [roots, &[left, right]].concat();
        let node = self.alloc(self.node, 0, 24, &roots)?;
        for (field, value) in
            [value.into(), Value::from(left), Value::from(right)].into_iter().enumerate()
        {
            self.set(node, field, value);
        }
        Ok(node)
    }

    fn array(&mut self, ty: TypeId, len: u32, roots: &[u64]) -> Result<u64, HeapFull> {
        let element = if ty == self.bytes { 1 } else { 4 };
        self.alloc(ty, len, 8 + u64::from(len) * element, roots)
    }

    fn get(&self, node: u64, field: usize) -> u64 {
        let field = self.store.struct_layout(self.node).unwrap().field(field);
        self.store.get_field(GcRef::from_word(node).unwrap(), field).unwrap().bits()
    }

    fn set(&mut self, node: u64, field: usize, value: Value) {
        let field = self.store.struct_layout(self.node).unwrap().field(field);
        self.store.set_field(GcRef::from_word(node).unwrap(), field, value).unwrap();
    }
}

fn gc_ref(word: u64) -> GcRef {
    GcRef::from_word(word).unwrap()
}

#[test]
fn an_unused_heap_has_nothing() {
    let mut store = Store::new();
    assert_eq!(store.heap_stats(), crate::HeapStats::default());
    store.collect(&[4, 8, u64::MAX]);
    assert_eq!(store.heap_stats().heap_bytes, 0);
    assert!(store.object(GcRef(4)).is_none());
}

#[test]
fn what_is_reached_stays_and_cycles_do_not_keep_themselves() {
    let mut world = World::new();
    let leaf = world.node(1, 0, 7, &[]).unwrap();
    let root = world.node(2, leaf, 0, &[]).unwrap();
    world.set(leaf, 2, Value::from(root));
    let lost = world.node(3, 0, 0, &[]).unwrap();
    world.set(lost, 1, Value::from(lost));
    world.store.collect(&[root]);
    let stats = world.store.heap_stats();
    assert_eq!((stats.objects_marked, stats.live_bytes_after_last), (2, 48));
    assert_eq!((world.get(leaf, 0), world.get(root, 0), world.get(leaf, 2)), (1, 2, root));
    world.store.collect(&[]);
    assert_eq!(world.store.heap_stats().live_bytes_after_last, 0);
    assert_eq!(world.store.heap_stats().allocated_bytes_total, 72);
}

#[test]
fn the_store_adds_its_own_roots() {
    let mut world = World::new();
    let nodes: Vec<_> = (0..6).map(|i| world.node(i, 0, 0, &[]).unwrap()).collect();
    let any = GlobalType { content: ValType::ANYREF, mutable: true };
    let global = world.store.alloc_global(any, Value::from(nodes[0]), &mut Unlimited).unwrap();
    let number = GlobalType { content: ValType::I64, mutable: true };
    world.store.alloc_global(number, Value::from(nodes[5]), &mut Unlimited).unwrap();
    let table = TableType::new(RefType::ANY, 3, None);
    let table = world.store.alloc_table(table, nodes[1], &mut Unlimited).unwrap();
    let funcs = TableType::new(RefType::FUNC, 3, None);
    world.store.alloc_table(funcs, nodes[5], &mut Unlimited).unwrap();
    let elem = ElemInst::new(RefType::ANY, vec![0, nodes[2]]);
    let elem = world.store.alloc_elem(elem).unwrap();
    let hold = world.store.hold(vec![nodes[3]]);
    let clone = hold.clone();
    let live = |world: &mut World| {
        world.store.collect(&[nodes[4]]);
        world.store.heap_stats().live_bytes_after_last / 24
    };
    assert_eq!(live(&mut world), 5);
    world.store.global_mut(global).unwrap().set(Value::ZERO);
    assert_eq!(live(&mut world), 4);
    world.store.table_mut(table).unwrap().fill(0, 0, 3).unwrap();
    world.store.elem_mut(elem).unwrap().drop_();
    assert_eq!(live(&mut world), 2);
    drop(hold);
    assert_eq!(live(&mut world), 2);
    drop(clone);
    assert_eq!(live(&mut world), 1);
}

#[test]
fn host_values_are_dropped_when_nothing_leads_to_them() {
    let mut world = World::new();
    let shared = Arc::new(());
    let kept = world.store.alloc_extern(Box::new(shared.clone()), &mut Unlimited).unwrap();
    let inside = world.store.alloc_extern(Box::new(shared.clone()), &mut Unlimited).unwrap();
    world.store.alloc_extern(Box::new(shared.clone()), &mut Unlimited).unwrap();
    let node = world.node(0, inside, 0, &[]).unwrap();
    world.store.collect(&[kept, node]);
    assert_eq!(Arc::strong_count(&shared), 3);
    assert!(world.store.extern_value(inside).unwrap().is::<Arc<()>>());
    world.store.collect(&[node]);
    assert_eq!(Arc::strong_count(&shared), 2);
    assert!(world.store.extern_value(kept).is_none());
    drop(world);
    assert_eq!(Arc::strong_count(&shared), 1);
}

#[test]
fn exceptions_carry_what_their_tag_says() {
    let mut world = World::new();
    let ty = world.store.intern(&FuncType::new([ValType::I64, ValType::EXTERNREF], []));
    world.store.alloc_tag(TagInst { ty: TypeId(99) }).unwrap();
    let tag = world.store.alloc_tag(TagInst { ty }).unwrap();
    let layout = world.store.exception_layout(tag).unwrap().clone();
    assert_eq!(layout.size(), 24);
    let value = world.store.alloc_extern(Box::new(5u8), &mut Unlimited).unwrap();
    let header = ObjectHeader { ty: EXCEPTION_TYPE | tag.0, len: 0 };
    let exception = world
        .store
        .alloc_object(header, layout.size().into(), Collect::Never, &mut Unlimited)
        .unwrap();
    world.store.set_field(exception, layout.field(1), Value::from(value)).unwrap();
    world.store.collect(&[exception.word()]);
    let object = world.store.object(exception).unwrap();
    assert_eq!(object.header(), header);
    assert_eq!(object.fields(&layout).map(Value::bits).collect::<Vec<_>>(), [0, value]);
    assert!(world.store.extern_value(value).is_some());
    assert!(world.store.exception_layout(TagAddr(2)).is_none());
}

#[test]
fn elements_are_read_and_written_within_the_array() {
    let mut world = World::new();
    let store = &mut world.store;
    let ty = |storage| SubType::plain(CompositeType::Array(mutable(storage)));
    let data = store.alloc_data(DataInst::from((0..=255).collect::<Vec<u8>>())).unwrap();
    for storage in [
        StorageType::I8,
        StorageType::I16,
        I32,
        StorageType::Val(ValType::F64),
        StorageType::Val(ValType::V128),
    ] {
        let ty = store.intern_group(&[ty(storage)], &[]).unwrap();
        let size = crate::array_element_size(storage);
        let header = ObjectHeader { ty: ty.0, len: 10 };
        let array = store
            .alloc_object(header, u64::from(8 + 10 * size), Collect::Never, &mut Unlimited)
            .unwrap();
        assert_eq!(store.array_len(array), Ok(10));
        let at = |store: &Store, index| store.array_get(array, index).unwrap().as_u128();
        let mask = u128::MAX >> (128 - 8 * size);
        let value = Value::from(0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10u128);
        store.array_fill(array, 2, 7, value).unwrap();
        let expected = [0, 0, 1, 1, 1, 1, 1, 1, 1, 0].map(|n| (value.as_u128() & mask) * n);
        assert_eq!((0..10).map(|i| at(store, i)).collect::<Vec<_>>(), expected);
        store.array_set(array, 3, Value::from(u128::MAX)).unwrap();
        assert_eq!((at(store, 2), at(store, 3), at(store, 4)), (expected[2], mask, expected[2]));
        store.array_copy(array, 4, array, 3, 3).unwrap();
        assert_eq!((at(store, 4), at(store, 5)), (mask, expected[2]));
        store.array_init_data(array, 8, data, 1, 2).unwrap();
        let number = (0..size).rev().fold(0, |n, i| n << 8 | u128::from(i + 1));
        assert_eq!(at(store, 8), number);
        let bounds = Err(ObjectError::ArrayOutOfBounds);
        assert_eq!(store.array_fill(array, 10, 0, value), Ok(()));
        assert_eq!(store.array_fill(array, 11, 0, value), bounds);
        assert_eq!(store.array_fill(array, 1, u32::MAX, value), bounds);
        assert_eq!(store.array_copy(array, 9, array, 0, 2), bounds);
        assert_eq!(store.array_init_data(array, 9, data, 0, 2), bounds);
        let no_data = Err(ObjectError::DataOutOfBounds);
        assert_eq!(store.array_init_data(array, 0, data, 256 - size + 1, 1), no_data);
        assert_eq!(store.array_init_data(array, 0, data, u32::MAX, 10), no_data);
        assert_eq!(store.array_init_data(array, 0, DataAddr(7), 0, 0), no_data);
    }
}

#[test]
fn objects_are_the_same_bytes_on_every_processor() {
    use StorageType::{I8, I16, Val};
    let mut store = Store::new();
    let func = store.intern(&FuncType::new([], []));
    let fields = [I8, I16, I32, ANY, Val(ValType::I64), Val(ValType::F64), Val(ValType::V128)];
    let ty = StructType { fields: fields.map(mutable).into() };
    let ty = store.intern_group(&[SubType::plain(CompositeType::Struct(ty))], &[func]).unwrap();
    let layout = store.struct_layout(ty).unwrap().clone();
    let header = ObjectHeader { ty: ty.0, len: 0x0403_0201 };
    let object =
        store.alloc_object(header, layout.size().into(), Collect::Never, &mut Unlimited).unwrap();
    let values = [
        Value::from(0x11_u32),
        Value::from(0x2221_u32),
        Value::from(0x3433_3231_u32),
        Value::from_bits(0x4443_4241),
        Value::from(0x5857_5655_5453_5251_u64),
        Value::from(f64::from_bits(0x6867_6665_6463_6261)),
        Value::from(0x807f_7e7d_7c7b_7a79_7877_7675_7473_7271_u128),
    ];
    for (i, value) in values.into_iter().enumerate() {
        store.set_field(object, layout.field(i), value).unwrap();
    }
    let expected = [
        &[1, 0, 0, 0, 1, 2, 3, 4][..],
        &[0x11, 0, 0x21, 0x22, 0x31, 0x32, 0x33, 0x34],
        &[0x41, 0x42, 0x43, 0x44, 0, 0, 0, 0],
        &(0x51..0x59).collect::<Vec<u8>>(),
        &(0x61..0x69).collect::<Vec<u8>>(),
        &(0x71..0x81).collect::<Vec<u8>>(),
    ];
    assert_eq!(ty, TypeId(1));
    assert_eq!(store.object(object).unwrap().bytes(), expected.concat());
    let read = store.object(object).unwrap().fields(&layout).collect::<Vec<_>>();
    assert_eq!(read, values);
}

#[test]
fn elements_are_set_to_the_references_of_a_segment() {
    let mut world = World::new();
    let elem = ElemInst::new(RefType::FUNC, vec![3, 4, 5]);
    let elem = world.store.alloc_elem(elem).unwrap();
    let refs = world.array(world.refs, 4, &[]).unwrap();
    let store = &mut world.store;
    store.array_init_elem(gc_ref(refs), 1, elem, 0, 3).unwrap();
    assert_eq!(store.array_get(gc_ref(refs), 3).unwrap().bits(), 5);
    store.array_init_refs(gc_ref(refs), 0, &[9]).unwrap();
    assert_eq!(store.array_get(gc_ref(refs), 0).unwrap().bits(), 9);
    let no_elem = Err(ObjectError::ElemOutOfBounds);
    assert_eq!(store.array_init_elem(gc_ref(refs), 0, elem, 1, 3), no_elem);
    assert_eq!(store.array_init_elem(gc_ref(refs), 0, ElemAddr(4), 0, 0), no_elem);
    assert_eq!(store.array_get(GcRef::NULL, 0), Err(ObjectError::NullArray));
}

#[test]
fn forged_references_and_headers_do_no_harm() {
    let mut world = World::new();
    let node = world.node(-1, 0, 0, &[]).unwrap();
    let array = world.array(world.bytes, 64, &[]).unwrap();
    // A header in the bytes of an array, of a type there is not or with a length there is not.
    for (ty, len) in
        [(world.refs.0, u32::MAX), (world.node.0, 9), (77, 1), (u32::MAX, 1), (u32::MAX >> 1, 0)]
    {
        let header = ObjectHeader { ty, len }.word().to_le_bytes();
        world.store.array_init_bytes(gc_ref(array), 0, &header).unwrap();
        let forged = array + 4;
        world.set(node, 1, Value::from(forged));
        world.store.collect(&[node, array, forged]);
        let reference = gc_ref(forged);
        assert_eq!(world.store.object(reference).is_some(), ty == world.node.0);
        assert_eq!(world.store.array_get(reference, 0), Err(ObjectError::NoSuchObject));
    }
    let words = [1, 2, 3, 4, 8, 252, 256, 1 << 20, (1 << 32) - 4, 1 << 32, u64::MAX];
    world.store.collect(&words);
    for word in words {
        if let Some(reference) = GcRef::from_word(word) {
            let layout = world.store.struct_layout(world.node).unwrap().clone();
            let _ = world.store.get_field(reference, layout.field(1));
            let _ = world.store.array_set(reference, 0, Value::ZERO);
        }
    }
    assert!(world.store.object(GcRef(u32::MAX)).is_none());
}

#[test]
fn a_full_heap_is_collected_and_only_then_refuses() {
    for size in [24, 400, 5000, 100_000] {
        let mut world = World::new();
        world.store.set_heap_limit(1 << 20);
        let mut chain = Vec::new();
        let last = loop {
            match world.array(world.bytes, size - 8, &chain) {
                Ok(array) => chain.push(array),
                Err(full) => break full,
            }
        };
        assert_eq!(last, HeapFull::Exhausted);
        assert!(
            chain.len() as u64 * u64::from(size) > 900_000 - u64::from(size),
            "{} of {size}",
            chain.len()
        );
        assert!(world.store.heap_stats().heap_bytes <= 1 << 20);
        // What is dropped makes room, also for something else.
        chain.truncate(chain.len() / 2);
        for i in 0..100_000 {
            world.node(i, 0, 0, &chain).unwrap();
        }
        assert!(world.store.heap_stats().collections < 20);
        world.store.collect(&[]);
        let most = world.array(world.bytes, (1 << 20) - 600, &[]);
        assert!(most.is_ok());
        assert_eq!(world.array(world.bytes, 1 << 20, &[]), Err(HeapFull::Exhausted));
    }
    let mut world = World::new();
    world.store.set_heap_limit(100);
    assert_eq!(world.node(0, 0, 0, &[]), Err(HeapFull::Exhausted));
}

#[test]
fn under_stress_a_collection_is_due_at_every_allocation() {
    let mut world = World::new();
    world.store.set_gc_stress(true);
    let mut list = 0;
    for i in 0..100 {
        list = world.node(i, list, 0, &[]).unwrap();
        assert_eq!(world.store.heap_stats().collections, i as u64 * 3 + 1);
        let lost = world.node(-1, 0, 0, &[list]).unwrap();
        world.store.collect(&[list]);
        assert!(world.store.object(gc_ref(lost)).is_none_or(|object| object.header().len == 0));
    }
    for i in (0..100).rev() {
        assert_eq!(world.get(list, 0), i);
        list = world.get(list, 1);
    }
}

#[test]
fn engines_allocate_by_bumping() {
    let mut world = World::new();
    let first = world.node(1, 0, 0, &[]).unwrap();
    let view = world.store.heap_view();
    let second = world.node(2, 0, 0, &[]).unwrap();
    assert_eq!((world.store.heap_view(), second * 2), (view, first * 2 + 24));
    assert!(HEAP_SLACK as u64 > crate::MAX_BUMP);
}

#[test]
fn references_of_concrete_types_are_followed() {
    let mut store = Store::new();
    let concrete =
        |index| ValType::Ref(RefType { nullable: true, heap: HeapType::Concrete(TypeIdx(index)) });
    let list = |index| {
        let fields = [mutable(StorageType::Val(concrete(index)))].into();
        SubType::plain(CompositeType::Struct(StructType { fields }))
    };
    let func = store.intern(&FuncType::new([], []));
    // A structure that leads to itself, one that leads to the first, one that leads to functions.
    let own = store.intern_group(&[list(1)], &[func]).unwrap();
    let other = store.intern_group(&[list(0)], &[own]).unwrap();
    let funcs = store.intern_group(&[list(0)], &[func]).unwrap();
    let mut last = GcRef::NULL;
    for ty in [own, own, other, funcs] {
        let layout = store.struct_layout(ty).unwrap().clone();
        let header = ObjectHeader { ty: ty.0, len: 0 };
        let object = store
            .alloc_object(header, layout.size().into(), Collect::Never, &mut Unlimited)
            .unwrap();
        store.set_field(object, layout.field(0), Value::from(last.word())).unwrap();
        let live = |store: &mut Store, root: GcRef| {
            store.collect(&[root.word()]);
            store.heap_stats().live_bytes_after_last / 16
        };
        if ty == funcs {
            assert_eq!(live(&mut store, object), 1);
        } else {
            let expected = if last.is_null() { 1 } else { live(&mut store, last) + 1 };
            assert_eq!(live(&mut store, object), expected);
        }
        last = object;
    }
}

mod large;
mod random;
