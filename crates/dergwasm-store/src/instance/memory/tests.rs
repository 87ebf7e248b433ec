//! Memories without a store.

use super::*;
use alloc::{boxed::Box, vec, vec::Vec};
use dergwasm_types::PAGE_SIZE;

/// A memory in the form the store lends it.
fn memory(ty: MemoryType) -> Box<MemInst> {
    Box::new(MemInst::new(ty, &mut Pool::default()).unwrap())
}

fn pages(minimum: u64, maximum: Option<u64>) -> Box<MemInst> {
    memory(MemoryType::new(minimum, maximum))
}

fn memory64(minimum: u64, maximum: Option<u64>) -> MemoryType {
    MemoryType { memory64: true, ..MemoryType::new(minimum, maximum) }
}

fn too_large(wanted: u64, maximum: u64) -> StoreError {
    StoreError::TooLarge { kind: "memory", unit: "pages", wanted, maximum }
}

#[test]
fn starts_zeroed_and_grows_by_zeroed_pages() {
    let mut memory = pages(1, Some(4));
    memory.data_mut().fill(7);
    assert_eq!(memory.grow(2), Ok(1));
    assert_eq!((memory.size(), memory.len()), (3, 3 * 65536));
    assert!(memory.data()[..65536].iter().all(|&byte| byte == 7));
    assert!(memory.data()[65536..].iter().all(|&byte| byte == 0));
    assert_eq!(memory.ty(), MemoryType::new(3, Some(4)));
}

#[test]
fn never_grows_past_its_maximum_and_never_shrinks() {
    let mut memory = pages(1, Some(3));
    for delta in [3, 65536, u64::from(u32::MAX), u64::MAX, u64::MAX - 1] {
        assert_eq!(memory.grow(delta), Err(too_large(1u64.saturating_add(delta), 3)));
        assert_eq!(memory.size(), 1);
    }
    assert_eq!(memory.grow(2), Ok(1));
    assert_eq!(memory.grow(0), Ok(3));
    assert_eq!(memory.grow(1), Err(too_large(4, 3)));
    assert_eq!(memory.size(), 3);
}

#[test]
fn a_memory_without_maximum_ends_where_its_addresses_do() {
    let error = MemInst::new(MemoryType::new(65537, None), &mut Pool::default()).unwrap_err();
    assert_eq!(error, too_large(65537, 65536));
    assert_eq!(pages(1, None).grow(65536), Err(too_large(65537, 65536)));
    let largest = MAX_BYTES_64 / PAGE_SIZE;
    let error = MemInst::new(memory64(largest + 1, None), &mut Pool::default()).unwrap_err();
    assert_eq!(error, too_large(largest + 1, largest));
    assert_eq!(
        memory(memory64(1, Some(u64::MAX))).grow(u64::MAX),
        Err(too_large(u64::MAX, largest))
    );
}

#[test]
fn what_the_system_does_not_have_is_an_error() {
    let largest = MAX_BYTES_64 / PAGE_SIZE;
    let error = MemInst::new(memory64(largest, None), &mut Pool::default()).unwrap_err();
    assert!(matches!(error, StoreError::OutOfMemory { kind: "memory", .. }), "{error}");
    let mut memory = memory(memory64(1, None));
    memory.set(0, 5u8).unwrap();
    let error = memory.grow(largest - 1).unwrap_err();
    assert!(matches!(error, StoreError::OutOfMemory { kind: "memory", .. }), "{error}");
    assert_eq!((memory.size(), memory.get::<u8>(0)), (1, Ok(5)));
    assert_eq!(memory.grow(1), Ok(1));
}

#[cfg(all(feature = "std", not(miri)))]
#[test]
fn large_memories_cost_only_what_is_touched() {
    let mut memory = pages(65536, None);
    assert_eq!(memory.len(), 1 << 32);
    memory.set((1 << 32) - 8, u64::MAX).unwrap();
    assert!(memory.set((1 << 32) - 7, u64::MAX).is_err());
    assert_eq!(memory.grow(1), Err(too_large(65537, 65536)));
}

#[cfg(all(feature = "std", not(miri)))]
#[test]
fn a_memory64_grows_past_32_bits() {
    let mut memory = memory(memory64(1, None));
    memory.set(0, 42u8).unwrap();
    assert_eq!(memory.grow(65536), Ok(1));
    let last = memory.len() as u64 - 1;
    assert_eq!(last, (1 << 32) + 65535);
    memory.set(last, 43u8).unwrap();
    assert_eq!((memory.get::<u8>(0), memory.get::<u8>(last)), (Ok(42), Ok(43)));
    assert!(memory.set(last, 43u16).is_err());
}

#[test]
fn contents_survive_growth_through_every_kind_of_region() {
    let mut memory = pages(0, None);
    let sizes: &[u64] = if cfg!(miri) { &[1, 2, 17] } else { &[1, 2, 3, 15, 16, 17, 33, 64, 200] };
    for &size in sizes {
        let old = memory.size();
        assert_eq!(memory.grow(size - old), Ok(old));
        assert!(
            memory.slice(old * PAGE_SIZE, (size - old) * PAGE_SIZE).unwrap()[..]
                .iter()
                .step_by(4093)
                .all(|&byte| byte == 0)
        );
        memory.set(size * PAGE_SIZE - 8, size).unwrap();
        for &earlier in sizes.iter().take_while(|&&earlier| earlier <= size) {
            assert_eq!(memory.get(earlier * PAGE_SIZE - 8), Ok(earlier));
        }
    }
}

#[test]
fn custom_page_sizes_count_in_their_own_unit() {
    let ty = MemoryType { page_size_log2: 0, ..MemoryType::new(3, Some(5)) };
    let mut memory = memory(ty);
    assert_eq!((memory.size(), memory.len()), (3, 3));
    assert_eq!(memory.grow(2), Ok(3));
    assert_eq!(memory.grow(1), Err(too_large(6, 5)));
    assert_eq!(memory.set(4, 1u8), Ok(()));
    assert!(memory.set(5, 1u8).is_err());
    let unbounded = MemoryType { maximum: None, ..ty };
    assert_eq!(max_pages(&unbounded), u64::from(u32::MAX));
    for nonsense in [63, 64, 200, 255] {
        let ty = MemoryType { page_size_log2: nonsense, ..MemoryType::new(0, None) };
        assert_eq!(MemInst::new(ty, &mut Pool::default()).unwrap().raw.len(), 0);
        assert!(MemInst::new(MemoryType { minimum: 1, ..ty }, &mut Pool::default()).is_err());
    }
}

#[test]
fn a_memory_of_bytes_has_exactly_its_bytes_at_every_length() {
    let ty = MemoryType::new(0, None).with_page_size_log2(0);
    let mut memory = memory(ty);
    for len in 0..40 {
        assert_eq!(memory.grow(1), Ok(len));
        assert_eq!(memory.get(len), Ok(0u8));
        memory.set(len, 0xffu8).unwrap();
        assert!(memory.get::<u16>(len).is_err() && memory.set(len + 1, 1u8).is_err());
        assert_eq!(memory.len() as u64, len + 1);
    }
    // Over the edge of what the system gives at a time, and into a reservation.
    for len in [65_535, 65_537, (1 << 19) - 1, (1 << 19) + 3, (1 << 20) + 1] {
        let old = memory.size();
        assert_eq!(memory.grow(len - old), Ok(old));
        assert!(memory.slice(old, len - old).unwrap().iter().all(|&byte| byte == 0));
        memory.set(len - 1, 0xffu8).unwrap();
        assert!(memory.get::<u8>(len).is_err() && memory.get::<u64>(len - 7).is_err());
    }
    assert!(memory.slice(0, 40).unwrap().iter().all(|&byte| byte == 0xff));
}

#[cfg(all(feature = "std", not(miri)))]
#[test]
fn the_largest_memory_of_bytes_is_counted_in_32_bits() {
    let most = u64::from(u32::MAX);
    let mut memory = memory(MemoryType::new(1, None).with_page_size_log2(0));
    assert_eq!(memory.grow(most), Err(too_large(most + 1, most)));
    assert_eq!(memory.grow(most - 1), Ok(1));
    assert_eq!((memory.size(), memory.len() as u64), (most, most));
    memory.set(most - 1, 7u8).unwrap();
    assert!(memory.set(most, 7u8).is_err());
    assert_eq!((memory.grow(1), memory.grow(0)), (Err(too_large(most + 1, most)), Ok(most)));
}

#[test]
fn reads_and_writes_at_every_edge() {
    let mut memory = pages(1, None);
    let end = PAGE_SIZE;
    memory.write(end - 4, &[1, 2, 3, 4]).unwrap();
    let mut buffer = [0; 4];
    memory.read(end - 4, &mut buffer).unwrap();
    assert_eq!(buffer, [1, 2, 3, 4]);
    for address in [end - 3, end, end + 1, u64::from(u32::MAX), u64::MAX - 3, u64::MAX] {
        let error =
            StoreError::OutOfBounds { accessed: Accessed::Memory, address, len: 4, size: end };
        assert_eq!(memory.read(address, &mut buffer).unwrap_err(), error);
        assert_eq!(memory.write(address, &[9; 4]).unwrap_err(), error);
        assert_eq!(memory.get::<u32>(address).unwrap_err(), error);
        assert_eq!(memory.set(address, 9.0f32).unwrap_err(), error);
        assert_eq!(memory.slice(address, 4).unwrap_err(), error);
        assert_eq!(memory.slice_mut(address, 4).unwrap_err(), error);
        assert_eq!(memory.fill(address, 9, 4).unwrap_err(), error);
        assert_eq!(memory.copy_within(0, address, 4).unwrap_err(), error);
        assert_eq!(memory.copy_within(address, 0, 4).unwrap_err(), error);
    }
    assert_eq!(memory.slice(end - 5, 5).unwrap(), [0, 1, 2, 3, 4]);
    assert_eq!(memory.read(end, &mut []), Ok(()));
    assert!(memory.read(end + 1, &mut []).is_err());
    assert_eq!(memory.fill(end, 1, 0), Ok(()));
    assert!(memory.fill(end + 1, 1, 0).is_err());
    assert!(memory.fill(1, 1, u64::MAX).is_err());
}

#[test]
fn numbers_are_little_endian_and_unaligned() {
    let mut memory = pages(1, None);
    memory.set(1, 0x0102_0304_u32).unwrap();
    assert_eq!(memory.slice(0, 6).unwrap(), [0, 4, 3, 2, 1, 0]);
    assert_eq!(memory.get(1), Ok(0x0304u16));
    assert_eq!(memory.get(4), Ok(1i8));
    memory.set(3, f64::from_bits(0x7ff4_0000_0000_0001)).unwrap();
    assert_eq!(memory.get::<f64>(3).unwrap().to_bits(), 0x7ff4_0000_0000_0001);
    memory.set(100, u128::MAX - 1).unwrap();
    assert_eq!(memory.get(100), Ok(-2i128));
}

#[test]
fn copying_within_a_memory_overlaps_as_if_through_a_buffer() {
    let mut memory = pages(1, None);
    let numbers: Vec<u8> = (1..=8).collect();
    memory.write(10, &numbers).unwrap();
    memory.copy_within(12, 10, 8).unwrap();
    assert_eq!(memory.slice(10, 10).unwrap(), [1, 2, 1, 2, 3, 4, 5, 6, 7, 8]);
    memory.copy_within(10, 12, 8).unwrap();
    assert_eq!(memory.slice(10, 8).unwrap(), numbers);
    memory.fill(11, 0xaa, 2).unwrap();
    assert_eq!(memory.slice(10, 4).unwrap(), vec![1, 0xaa, 0xaa, 4]);
}

#[test]
fn an_empty_memory_has_no_bytes_but_a_place() {
    let mut memory = pages(0, Some(0));
    assert!(memory.is_empty());
    assert_eq!(memory.data(), []);
    assert_eq!(memory.data_mut(), []);
    assert!(memory.get::<u8>(0).is_err());
    assert_eq!(memory.grow(0), Ok(0));
    assert_eq!(memory.grow(1), Err(too_large(1, 0)));
}

#[test]
fn data_is_visible_without_moving_it() {
    let mut memory = pages(1, None);
    memory.data_mut()[9] = 1;
    let copy = memory.data().to_vec();
    assert_eq!(copy.len() as u64, PAGE_SIZE);
    assert_eq!(copy[9], 1);
}
