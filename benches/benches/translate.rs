//! From bytes to a module ready to run, in each translation mode.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use dergwasm::{CompilationMode, Config, Module};
use dergwasm_benches::subjects;
use std::hint::black_box;

fn translate(criterion: &mut Criterion) {
    let subjects = subjects().expect("the benchmarks' own modules");
    for (name, mode) in [
        ("eager", CompilationMode::Eager),
        ("lazy-translation", CompilationMode::LazyTranslation),
        ("lazy", CompilationMode::Lazy),
    ] {
        let mut config = Config::default();
        config.compilation_mode(mode);
        let mut group = criterion.benchmark_group(name);
        for subject in &subjects {
            group.throughput(Throughput::Bytes(subject.bytes.len() as u64));
            group.bench_function(subject.name, |bencher| {
                bencher.iter(|| Module::with_config(&config, black_box(&subject.bytes)));
            });
        }
    }
}

criterion_group!(benches, translate);
criterion_main!(benches);
