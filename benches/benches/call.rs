//! The cost of one call in each direction.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dergwasm_benches::{Calls, Direction};
use std::hint::black_box;

/// Calls between two looks at the clock.
const COUNT: i32 = 10_000;

fn call(criterion: &mut Criterion) {
    let mut calls = Calls::start().expect("a valid module");
    let mut group = criterion.benchmark_group("call");
    group.throughput(Throughput::Elements(COUNT.unsigned_abs().into()));
    for direction in Direction::ALL {
        group.bench_function(direction.name(), |bencher| {
            bencher.iter(|| calls.run(direction, black_box(COUNT)));
        });
    }
}

criterion_group!(benches, call);
criterion_main!(benches);
