//! Every kernel, its result checked once before it is timed.

use criterion::{Criterion, criterion_group, criterion_main};
use dergwasm_benches::{KERNELS, Running};
use std::hint::black_box;

fn execute(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("execute");
    for kernel in KERNELS {
        let mut running = Running::start(kernel).expect("a valid kernel");
        let (argument, expected) = kernel.check();
        let result = running.run(argument).expect("kernels do not trap");
        assert_eq!(result, expected, "{}", kernel.name);
        group.bench_function(kernel.name, |bencher| {
            bencher.iter(|| running.run(black_box(argument)));
        });
    }
}

criterion_group!(benches, execute);
criterion_main!(benches);
