//! From bytes to a decoded module: with validation, and without the bodies of functions.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dergwasm::decode::{DecodeOptions, Module, Validation};
use dergwasm_benches::subjects;
use std::hint::black_box;

fn decode(criterion: &mut Criterion) {
    let subjects = subjects().expect("the benchmarks' own modules");
    for (name, validation) in [("validate", Validation::Full), ("decode", Validation::Deferred)] {
        let options = DecodeOptions { validation, ..DecodeOptions::default() };
        let mut group = criterion.benchmark_group(name);
        for subject in &subjects {
            group.throughput(Throughput::Bytes(subject.bytes.len() as u64));
            group.bench_function(subject.name, |bencher| {
                bencher.iter(|| Module::with_options(black_box(&subject.bytes), &options));
            });
        }
    }
}

criterion_group!(benches, decode);
criterion_main!(benches);
