//! Memories of unusual types, as an embedder and a program meet them.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm::{Extern, Instance, Linker, Machine, Memory, MemoryType, Module, ResourceLimits};

const BYTES: &str = r#"(module
    (import "host" "bytes" (memory 20 100 (pagesize 1)))
    (func (export "size") (result i32) (memory.size))
    (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "load64") (param i32) (result i64) (i64.load (local.get 0)))
    (func (export "store16") (param i32 i32) (i32.store16 offset=1 (local.get 0) (local.get 1)))
    (func (export "vector") (param i32) (result i64)
        (i64x2.extract_lane 1 (v128.load (local.get 0))))
    (func (export "fill") (param i32 i32) (memory.fill (local.get 0) (i32.const 7) (local.get 1))))"#;

/// A machine, a memory of 20 bytes that may grow to 100, and an instance that uses it.
fn bytes() -> (Machine<()>, Memory, Instance) {
    let mut machine = Machine::new(());
    let ty = MemoryType::new(20, Some(100)).with_page_size_log2(0);
    let memory = Memory::new(&mut machine, ty).unwrap();
    let module = Module::new(BYTES.as_bytes()).unwrap();
    let instance = Instance::new(&mut machine, &module, &[Extern::Memory(memory)]).unwrap();
    (machine, memory, instance)
}

#[test]
fn a_memory_of_bytes_ends_at_its_last_byte() {
    let (mut machine, memory, instance) = bytes();
    let load64 = instance.get_typed_func::<u32, u64>(&machine, "load64").unwrap();
    let store16 = instance.get_typed_func::<(u32, u32), ()>(&machine, "store16").unwrap();
    let vector = instance.get_typed_func::<u32, u64>(&machine, "vector").unwrap();
    let fill = instance.get_typed_func::<(u32, u32), ()>(&machine, "fill").unwrap();
    let grow = instance.get_typed_func::<u32, i32>(&machine, "grow").unwrap();
    fill.call(&mut machine, (0, 20)).unwrap();
    for size in 20..24 {
        assert_eq!(memory.data_size(&machine).unwrap(), size as usize);
        assert!(load64.call(&mut machine, size - 8).is_ok());
        assert!(load64.call(&mut machine, size - 7).is_err());
        assert!(vector.call(&mut machine, size - 16).is_ok());
        assert!(vector.call(&mut machine, size - 15).is_err());
        store16.call(&mut machine, (size - 3, 0x0707)).unwrap();
        assert!(store16.call(&mut machine, (size - 2, 0)).is_err());
        assert!(fill.call(&mut machine, (0, size + 1)).is_err());
        assert_eq!(grow.call(&mut machine, 1).unwrap(), size.cast_signed());
    }
    assert_eq!(memory.data(&machine).unwrap()[..23], [7; 23]);
}

#[test]
fn sizes_and_limits_of_a_memory_of_bytes_are_bytes() {
    let (mut machine, memory, instance) = bytes();
    let size = instance.get_typed_func::<(), u32>(&machine, "size").unwrap();
    let grow = instance.get_typed_func::<u32, i32>(&machine, "grow").unwrap();
    assert_eq!(size.call(&mut machine, ()).unwrap(), 20);
    assert_eq!(grow.call(&mut machine, 81).unwrap(), -1);
    machine.set_limiter(ResourceLimits::new().memory_bytes(64));
    assert_eq!(grow.call(&mut machine, 45).unwrap(), -1);
    assert_eq!(grow.call(&mut machine, 44).unwrap(), 20);
    assert_eq!(memory.size(&machine).unwrap(), 64);
    assert_eq!(memory.ty(&machine).unwrap().to_string(), "memory 64 100 (pagesize 1)");
}

#[test]
fn memories_match_only_with_the_same_pages() {
    let (mut machine, _, _) = bytes();
    let module = Module::new(BYTES.as_bytes()).unwrap();
    let mut linker = Linker::new();
    let pages = Memory::new(&mut machine, MemoryType::new(20, Some(100))).unwrap();
    linker.define(&machine, "host", "bytes", Extern::Memory(pages)).unwrap();
    let error = linker.instantiate(&mut machine, &module).unwrap_err().to_string();
    assert!(error.contains("memory 20 100 (pagesize 1)"), "{error}");
}

#[test]
fn shared_and_unshared_memories_do_not_match() {
    for (shared, import) in [(true, "1 2 shared"), (false, "1 2")] {
        let text = format!(r#"(module (import "host" "memory" (memory {import})))"#);
        let module = Module::new(text.as_bytes()).unwrap();
        let mut machine = Machine::new(());
        for found in [false, true] {
            let ty = MemoryType::new(1, Some(2)).with_shared(found);
            let memory = Memory::new(&mut machine, ty).unwrap();
            let instance = Instance::new(&mut machine, &module, &[Extern::Memory(memory)]);
            assert_eq!(instance.is_ok(), found == shared, "{ty} as {import}");
        }
    }
}
