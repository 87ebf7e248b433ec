//! Many objects, deep and wide, and how often they are collected.

use super::*;

#[test]
fn a_list_of_a_million_nodes_is_marked_and_freed() {
    let mut world = World::new();
    let mut list = 0;
    for i in 0..1_000_000 {
        list = world.node(i, list, 0, &[]).unwrap();
    }
    world.store.collect(&[list]);
    assert_eq!(world.store.heap_stats().live_bytes_after_last, 24_000_000);
    for i in (0..1_000_000).rev().take(1000) {
        assert_eq!(world.get(list, 0), i);
        list = world.get(list, 1);
    }
    world.store.collect(&[list]);
    assert_eq!(world.store.heap_stats().live_bytes_after_last, 24 * 999_000);
    let before = world.store.heap_stats().heap_bytes;
    world.store.collect(&[]);
    for i in 0..300_000 {
        world.node(i, 0, 0, &[]).unwrap();
    }
    assert_eq!(world.store.heap_stats().heap_bytes, before);
}

#[test]
fn large_arrays_of_references_are_followed_to_the_end() {
    let mut world = World::new();
    let len = 200_000;
    let array = world.array(world.refs, len, &[]).unwrap();
    let inner = world.array(world.refs, 5000, &[array]).unwrap();
    for i in 0..len {
        let node = world.node(1, inner, 0, &[array]).unwrap();
        world.store.array_set(gc_ref(array), i, Value::from(node)).unwrap();
    }
    world.store.array_fill(gc_ref(inner), 0, 5000, Value::from(array)).unwrap();
    for root in [array, inner] {
        world.store.collect(&[root]);
        let live = 8 + 4 * u64::from(len) + 20_008 + 24 * u64::from(len);
        assert_eq!(world.store.heap_stats().live_bytes_after_last, live);
    }
    world.store.array_fill(gc_ref(array), 1, len - 2, Value::ZERO).unwrap();
    world.store.collect(&[array]);
    let live = world.store.heap_stats().live_bytes_after_last;
    assert_eq!(live, 8 + 4 * u64::from(len) + 20_008 + 48);
}

#[test]
fn collections_are_as_rare_as_what_lives_is_large() {
    let mut world = World::new();
    let mut list = 0;
    for i in 0..500_000 {
        list = world.node(i, list, 0, &[]).unwrap();
    }
    // 12 MB live, with one collection after 8 of them.
    assert!(world.store.heap_stats().collections <= 1);
    let before = world.store.heap_stats();
    for i in 0..1_000_000 {
        world.node(i, 0, 0, &[list]).unwrap();
    }
    let after = world.store.heap_stats();
    assert!(after.collections - before.collections <= 3, "{after:?}");
    assert!(after.heap_bytes < 36_000_000, "{after:?}");
}

#[test]
fn holes_of_all_sizes_are_filled_again() {
    let mut world = World::new();
    world.store.set_heap_limit(4 << 20);
    let mut kept = Vec::new();
    // Every other object is dropped, so that holes of about 600 bytes are left.
    for i in 0..3000 {
        let array = world.array(world.bytes, 592, &kept).unwrap();
        if i % 2 == 0 {
            kept.push(array);
        }
    }
    for (len, count) in [(16, 60_000), (600, 10_000), (3000, 3000), (30_000, 300)] {
        for _ in 0..count {
            world.array(world.bytes, len, &kept).unwrap();
        }
    }
    assert!(world.store.heap_stats().collections < 40, "{:?}", world.store.heap_stats());
}

#[test]
fn host_values_alone_make_a_collection_due() {
    let mut store = Store::new();
    let (mut collections, mut most) = (0, 0);
    for i in 0..300_000u32 {
        store.alloc_extern(Box::new(i), &mut Unlimited).unwrap();
        most = most.max(store.used_bytes(Resource::HostValue));
        if store.collection_due() {
            store.collect(&[]);
            assert_eq!(store.used_bytes(Resource::HostValue), 0);
            collections += 1;
        }
    }
    assert_eq!(collections, 300_000 / 1024);
    assert_eq!(most, 1024 * Store::extern_bytes(&0u32));
}
