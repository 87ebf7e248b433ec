//! Data of guests that do not mean well, and of those that do.

use super::*;
use crate::{Caller, Error, Func, FuncType, Instance, Linker, Machine, Module, Val, ValType};
use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};

fn message<T: core::fmt::Debug>(result: Result<T, Error>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn wild_pointers_and_huge_lengths_are_errors() {
    let mut memory = [0_u8; 64];
    let memory = &mut memory[..];
    for address in [61, 64, u64::MAX - 3, u64::MAX] {
        let ptr = Ptr::<u32, u64>::new(address);
        assert!(message(ptr.read(memory)).contains("is out of bounds of memory of 0x40 bytes"));
        assert!(ptr.write(memory, &1).is_err());
        assert!(Out::<u32, u64>::new(address).write(memory, &1).is_err());
        assert!(Array::<u32, u64>::new(address).get(memory, 0).is_err());
        assert!(Prefixed::<u32, u64>::new(address).read_vec(memory).is_err());
        assert!(PrefixedStr::new(address).to_str(memory).is_err());
    }
    for len in [17, 1 << 62, u64::MAX] {
        let slice = Slice::<u32, u64>::new(0, len);
        assert!(slice.read_vec(memory).is_err());
        assert!(slice.bytes(memory).is_err());
        assert!(slice.bytes_mut(memory).is_err());
        assert!(slice.get(memory, 16).is_err());
        assert!(Utf8::new(60_u64, len).to_str(memory).is_err());
        assert!(Array::<u32, u64>::new(0).get(memory, len).is_err());
        assert!(Array::<u32, u64>::new(0).slice(len).read_vec(memory).is_err());
    }
    assert!(Slice::<[u8; 0], u64>::new(0, u64::MAX).read_vec(memory).is_err());
    assert!(Slice::<[u32; 3]>::new(0, u32::MAX).write_from(memory, &[[1; 3]; 6]).is_err());
    assert_eq!(memory, [0; 64]);
    assert_eq!(Slice::<u32>::new(64, 0).read_vec(memory).unwrap(), []);
}

#[test]
fn a_slice_takes_no_more_than_it_has() {
    let mut memory = [0_u8; 8];
    let memory = &mut memory[..];
    let slice = Slice::<u16>::new(0, 2);
    assert_eq!(
        message(slice.write_from(memory, &[1, 2, 3])),
        "3 elements do not fit, there is room for 2"
    );
    assert!(slice.set(memory, 2, &9).is_err());
    assert!(slice.get(memory, u64::MAX).is_err());
    slice.set(memory, 1, &9).unwrap();
    assert_eq!(slice.read_vec(memory).unwrap(), [0, 9]);
    assert_eq!(Utf8::new(4_u32, 4).write_from(memory, "aé€").unwrap(), 3);
    assert_eq!(memory, [0, 0, 9, 0, b'a', 0xc3, 0xa9, 0]);
}

#[test]
fn numbers_that_stand_for_nothing_are_errors() {
    let memory = [2_u8, 1, 0, 0xff, 0xff, 0xff, 0xff];
    let memory = &memory[..];
    assert_eq!(message(Ptr::<bool>::new(0).read(memory)), "2 is not a bool, which is 0 or 1");
    assert!(Ptr::<bool>::new(1).read(memory).unwrap());
    assert!(Slice::<bool>::new(0, 3).read_vec(memory).is_err());
    assert_eq!(Ptr::<[bool; 2]>::new(1).read(memory).unwrap(), [true, false]);
    assert_eq!(message(Prefixed::<u8>::new(3).read_vec(memory)), "-1 is not a length");
}

#[test]
fn handles_are_never_given_out_twice() {
    let mut table = Handles::<u8>::new();
    let mut seen = Vec::new();
    for i in 0..9000 {
        let handle = table.insert(7).unwrap();
        assert!(i % 1000 != 0 || !seen.contains(&handle.id()), "{handle:?}");
        seen.push(handle.id());
        table.remove(handle).unwrap();
        assert!(table.get(handle).is_err() && table.remove(handle).is_err());
    }
    seen.sort_unstable();
    assert!(seen.windows(2).all(|pair| pair[0] != pair[1]) && seen[0] != 0);
    assert!(table.is_empty() && table.iter().next().is_none());
}

#[test]
fn foreign_handles_are_errors() {
    let mut dragons = Handles::<&str, u64>::new();
    let mut wyverns = Handles::<&str, u64>::with_base(1000);
    let (dragon, wyvern) = (dragons.insert("Smaug").unwrap(), wyverns.insert("Vouivre").unwrap());
    assert!(dragons.get(wyvern).is_err() && wyverns.get_mut(dragon).is_err());
    for id in [0, 1, 1 << 32 | 1, 2 << 32, u64::MAX] {
        assert!(dragons.get(Handle::from_id(id)).is_err());
        assert!(wyverns.remove(Handle::from_id(id)).is_err());
    }
    assert_eq!(
        dragons.iter().map(|(handle, name)| (handle, *name)).collect::<Vec<_>>(),
        [(dragon, "Smaug")]
    );
    let mut last = Handles::<(), u32>::with_base((1 << 20) - 1);
    last.insert(()).unwrap();
    assert_eq!(message(last.insert(())), "the table of handles is full");
}

/// Calls a host function from a guest with 65536 bytes of memory; numbers are its parameters.
fn call<Params, Ret>(
    f: impl crate::IntoFunc<(), Params, Ret>,
    params: &[i32],
) -> Result<i32, Error> {
    let wat = format!(
        r#"(module (import "env" "f" (func $f {0} (result i32))) (memory 1)
            (data (i32.const 8) "dragon\00")
            (func (export "run") {0} (result i32) {1} call $f))"#,
        "(param i32) ".repeat(params.len()),
        (0..params.len()).map(|i| format!("local.get {i} ")).collect::<String>(),
    );
    let module = Module::new(&wat::parse_str(wat).unwrap()).unwrap();
    let mut linker = Linker::new();
    linker.func_wrap("env", "f", f)?;
    let mut machine = Machine::new(());
    let instance = linker.instantiate(&mut machine, &module)?;
    let run = instance.get_func(&machine, "run").unwrap();
    let params: Vec<_> = params.iter().copied().map(Val::I32).collect();
    let mut results = [Val::I32(0)];
    run.call(&mut machine, &params, &mut results)?;
    Ok(results[0].i32().unwrap())
}

#[test]
fn errors_name_the_argument_and_the_function() {
    let sum = |caller: Caller<'_, ()>, _: u8, numbers: Slice<u8>| -> Result<u32, Error> {
        Ok(numbers.bytes(&caller)?.iter().map(|&n| u32::from(n)).sum())
    };
    assert_eq!(call(sum, &[255, 8, 2]).unwrap(), i32::from(b'd') + i32::from(b'r'));
    assert_eq!(
        message(call(sum, &[0, -1, 2])),
        "argument 2 of `env.f`: 0xffffffff..0x100000001 is out of bounds of memory of 0x10000 bytes"
    );
    assert_eq!(
        message(call(sum, &[256, 8, 2])),
        "argument 1 of `env.f`: 256 is not a number from 0 to 255"
    );
    let error = call(|_: bool| 0, &[-1]).unwrap_err();
    let error = error.downcast_ref::<ArgumentError>().unwrap();
    assert_eq!(error.func(), Some("env.f"));
    assert!(matches!(error.problem(), Problem::Invalid { value: 0xffff_ffff, .. }));
}

#[test]
fn null_is_none_where_it_may_be() {
    let len = |caller: Caller<'_, ()>, name: Option<CStr>, out: Option<Out<u8>>| {
        assert!(out.is_none());
        name.map_or(Ok(-1), |name| Ok(i32::try_from(name.bytes(&caller)?.len()).unwrap()))
    };
    assert_eq!(call(len, &[0, 0]).unwrap(), -1);
    assert_eq!(call(len, &[8, 0]).unwrap(), 6);
    assert!(call(len, &[65536, 0]).is_err());
    let none = |slice: Option<Slice<u32>>, handle: Option<Handle<str>>| {
        slice.is_none() && handle.is_none()
    };
    assert_eq!(call(none, &[0, 5, 0]).unwrap(), 1);
    assert_eq!(call(none, &[1, 5, 0]).unwrap(), 0);
}

#[test]
fn wide_pointers_are_64_bits() {
    let mut machine = Machine::new(());
    let f = |_: Ptr<u8, u64>, _: Slice<u8, u64>, _: Handle<str, u64>| Ptr::<u8, u64>::new(1 << 40);
    let f = Func::wrap(&mut machine, f).unwrap();
    assert_eq!(f.ty(&machine).unwrap(), FuncType::new([ValType::I64; 4], [ValType::I64]));
}

/// An instance whose allocator returns what it is told to, and a way to tell it.
fn allocator_returning(address: i32) -> (Machine<()>, Instance) {
    let wat = format!(
        r#"(module (memory 1)
            (func (export "malloc") (param i32) (result i32) (i32.const {address}))
            (func (export "free") (param i32))
            (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 16)))"#
    );
    let module = Module::new(&wat::parse_str(wat).unwrap()).unwrap();
    let mut machine = Machine::new(());
    let instance = Instance::new(&mut machine, &module, &[]).unwrap();
    (machine, instance)
}

#[test]
fn an_allocator_is_not_believed() {
    for address in [0, -1, 65531] {
        let (mut machine, instance) = allocator_returning(address);
        let allocator = ExportedAllocator::find(&machine, instance).unwrap();
        assert!(allocator.alloc_str(&mut machine, "dragon").is_err(), "{address}");
        assert!(allocator.alloc(&mut machine, u64::MAX, 1).is_err());
    }
    let (mut machine, instance) = allocator_returning(65530);
    let allocator = ExportedAllocator::find(&machine, instance).unwrap();
    let text = allocator.alloc_str(&mut machine, "dragon").unwrap();
    assert_eq!(text.to_str(&machine).unwrap(), "dragon");
    assert!(allocator.alloc_cstr(&mut machine, "wyvern").is_err());
    assert!(allocator.alloc_cstr(&mut machine, "a\0b").is_err());
    assert!(ExportedAllocator::with_names(&machine, instance, "malloc", "none").is_err());
    assert!(ExportedAllocator::with_names(&machine, instance, "cabi_realloc", "free").is_err());
    let pair = ExportedAllocator::with_names(&machine, instance, "malloc", "free").unwrap();
    let numbers = pair.alloc_slice(&mut machine, &[1_u16, 2, 3]).unwrap();
    assert_eq!(numbers.read_vec(&machine).unwrap(), [1, 2, 3]);
    pair.free(&mut machine, numbers.address().into(), 6, 2).unwrap();
}

#[test]
fn any_number_of_parameters_and_results_goes_both_ways() {
    const COUNT: usize = 150;
    let (params, results) = ("(param i32) ".repeat(COUNT), "(result i32) ".repeat(COUNT));
    let gets: String = (0..COUNT).map(|i| format!("local.get {i} ")).collect();
    let wat = format!(
        r#"(module (import "env" "f" (func $f {params}{results}))
            (func (export "run") {params}{results} {gets} call $f))"#
    );
    let module = Module::new(&wat::parse_str(wat).unwrap()).unwrap();
    let mut linker = Linker::new();
    let ty = FuncType::new([ValType::I32; COUNT], [ValType::I32; COUNT]);
    linker
        .func_new("env", "f", ty, |_, params, results| {
            results.copy_from_slice(params);
            results.reverse();
            Ok(())
        })
        .unwrap();
    let mut machine = Machine::new(());
    let instance = linker.instantiate(&mut machine, &module).unwrap();
    let run = instance.get_func(&machine, "run").unwrap();
    let mut params: Vec<_> = (0..150).map(Val::I32).collect();
    let mut results = vec![Val::I32(0); COUNT];
    run.call(&mut machine, &params, &mut results).unwrap();
    params.reverse();
    assert_eq!(results, params);
}
