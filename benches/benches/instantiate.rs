//! A new machine, and instances of small modules in it.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use dergwasm::{Instance, Machine, Module};

/// How many instances one machine gets before it is dropped.
const INSTANCES: u32 = 100;

const MODULES: [(&str, &str); 4] = [
    ("empty", "(module)"),
    ("function", "(module (func (export \"run\")))"),
    ("memory", "(module (memory 1) (data (i32.const 16) \"sixteen bytes in\"))"),
    (
        "everything",
        "(module
           (memory 1) (table 4 funcref) (global (mut i32) (i32.const 7))
           (func $f (export \"run\") (param i32) (result i32) (local.get 0))
           (elem (i32.const 0) func $f $f)
           (data (i32.const 16) \"sixteen bytes in\"))",
    ),
];

fn instantiate(criterion: &mut Criterion) {
    criterion.bench_function("machine", |bencher| bencher.iter(|| Machine::new(())));
    let mut group = criterion.benchmark_group("100 instances");
    for (name, text) in MODULES {
        let module = Module::new(text.as_bytes()).expect("a valid module");
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                || Machine::new(()),
                |mut machine| {
                    for _ in 0..INSTANCES {
                        Instance::new(&mut machine, &module, &[]).expect("nothing to import");
                    }
                    machine
                },
                BatchSize::SmallInput,
            );
        });
    }
}

criterion_group!(benches, instantiate);
criterion_main!(benches);
