//! Allocations whose size the input chooses are refused: that has to be an error, not the end of the
//! process.
//!
//! Refuses nothing where [`failing::Failing`](crate::failing::Failing) is not the allocator.

use crate::failing::refuse_after;
use arbitrary::Unstructured;
use dergwasm::{Config, Instance, Machine, Memory, MemoryType, Module, ResourceLimits, Val};

/// Loads and runs a module that asks for sizes the input chooses.
///
/// # Panics
/// If the machine is not usable afterwards.
pub fn run(data: &[u8]) {
    let mut input = Unstructured::new(data);
    let refused = input.int_in_range(0..=20).unwrap_or(0);
    let wasm = module(&mut input);
    let mut config = Config::new();
    config.consume_fuel(true).parallel(false);
    let limits = ResourceLimits::new().memory_bytes(64 << 20).table_elements(1 << 20);
    let mut machine = Machine::with_config(&config, limits);
    machine.limiter(|limits| limits);
    machine.set_fuel(10_000_000).expect("fuel is consumed");
    refuse_after(Some(refused));
    let instance = Module::with_config(&config, &wasm)
        .and_then(|module| Instance::new(&mut machine, &module, &[]));
    if let Ok(instance) = instance {
        for name in ["grow", "table", "array", "deep", "cont"] {
            let Some(func) = instance.get_func(&machine, name) else { continue };
            let mut results = [Val::I32(0)];
            let _ = func.call(&mut machine, &[], &mut results);
        }
    }
    refuse_after(None);
    let memory = Memory::new(&mut machine, MemoryType::new(1, None)).expect("there is room again");
    assert_eq!(memory.size(&machine).ok(), Some(1));
}

/// A number of any magnitude up to `most`.
fn size(input: &mut Unstructured<'_>, most: u32) -> u32 {
    let shift = input.int_in_range(0..=20).unwrap_or(0);
    (input.arbitrary::<u32>().unwrap_or(0) >> shift) % (most + 1)
}

fn module(input: &mut Unstructured<'_>) -> Vec<u8> {
    let mut s = |most| size(input, most);
    let (pages, delta) = (s(600), s(600));
    let (elements, more) = (s(500_000), s(500_000));
    let (array, locals, depth) = (s(4_000_000), s(40_000), s(40_000));
    let (funcs, globals, data) = (s(3_000), s(3_000), s(400_000));
    let mut text = format!(
        "(module
          (type $array (array (mut i64)))
          (type $f (func)) (type $k (cont $f))
          (memory {pages})
          (table $t {elements} funcref)
          (elem declare func $suspends)
          (tag $y)
          (func (export \"grow\") (result i32) (memory.grow (i32.const {delta})))
          (func (export \"table\") (result i32) (table.grow (ref.null func) (i32.const {more})))
          (func (export \"array\") (result i32)
            (array.len (array.new $array (i64.const 1) (i32.const {array}))))
          (func $suspends (type $f) (drop (call $down (i32.const {depth}))) (suspend $y))
          (func (export \"cont\") (result i32)
            (block $on (result (ref $k))
              (resume $k (on $y $on) (cont.new $k (ref.func $suspends)))
              (return (i32.const 0)))
            (drop) (i32.const 1))
          (func (export \"deep\") (result i32) (call $down (i32.const {depth})))
          (func $down (param i32) (result i32) (local {})
            (if (result i32) (local.get 0)
              (then (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1)))))
              (else (i32.const 0))))
          (data \"{}\")",
        "i64 ".repeat(locals as usize),
        "x".repeat(data as usize),
    );
    for _ in 0..funcs {
        text.push_str("(func)");
    }
    for _ in 0..globals {
        text.push_str("(global (mut i32) (i32.const 1))");
    }
    text.push(')');
    wat::parse_str(&text).expect("a well-formed module")
}
