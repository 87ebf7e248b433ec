//! The cost of one call in each direction.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dergwasm::{Linker, Machine, Module, Val};
use std::hint::black_box;

/// Calls in the loops that run inside wasm.
const COUNT: i32 = 10_000;

const TEXT: &str = r#"(module
    (import "host" "next" (func $host (param i32) (result i32)))
    (func $own (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func (export "identity") (param i32) (result i32) (local.get 0))
    (func (export "to_host") (param $n i32) (result i32)
      (local $sum i32)
      (loop $again
        (local.set $sum (call $host (local.get $sum)))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum))
    (func (export "to_wasm") (param $n i32) (result i32)
      (local $sum i32)
      (loop $again
        (local.set $sum (call $own (local.get $sum)))
        (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
      (local.get $sum)))"#;

fn call(criterion: &mut Criterion) {
    let module = Module::new(TEXT.as_bytes()).expect("a valid module");
    let mut machine = Machine::new(());
    let mut linker = Linker::new();
    linker.func_wrap("host", "next", |n: i32| n.wrapping_add(1)).expect("the first definition");
    let instance = linker.instantiate(&mut machine, &module).expect("all imports are defined");

    let typed = instance.get_typed_func::<i32, i32>(&machine, "identity").expect("its type");
    criterion.bench_function("host to wasm/typed", |bencher| {
        bencher.iter(|| typed.call(&mut machine, black_box(7)));
    });
    let untyped = instance.get_func(&machine, "identity").expect("an export");
    criterion.bench_function("host to wasm/untyped", |bencher| {
        let mut results = [Val::I32(0)];
        bencher.iter(|| untyped.call(&mut machine, black_box(&[Val::I32(7)]), &mut results));
    });
    let mut group = criterion.benchmark_group("in wasm");
    group.throughput(Throughput::Elements(COUNT.unsigned_abs().into()));
    for name in ["to_host", "to_wasm"] {
        let run = instance.get_typed_func::<i32, i32>(&machine, name).expect("its type");
        group.bench_function(name, |bencher| {
            bencher.iter(|| run.call(&mut machine, black_box(COUNT)));
        });
    }
}

criterion_group!(benches, call);
criterion_main!(benches);
