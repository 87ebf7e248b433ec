//! Broken bytes give errors, never panics, and the ways to validate agree.
//!
//! Modules of the case files are cut short, changed and mixed, by the thousand and always in the
//! same way. Whatever is accepted is asked everything.
#![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

use dergwasm_decode::{ConstExpr, DecodeOptions, ElementItems, Module, Validation};
use dergwasm_types::{DataIdx, FuncIdx, GlobalIdx, LocalIdx, MemIdx, TableIdx, TagIdx};
use std::{fs, hint::black_box, path::PathBuf};

/// Xorshift: numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end as u64).unwrap()
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }
}

fn decode(bytes: &[u8], validation: Validation) -> Option<Module> {
    let options = DecodeOptions { validation, ..DecodeOptions::default() };
    Module::with_options(bytes, &options).ok()
}

fn indices(count: usize) -> std::ops::Range<u32> {
    0..u32::try_from(count).unwrap()
}

fn evaluate(module: &Module, expr: &ConstExpr) {
    let mut height = 0_usize;
    for op in expr.ops() {
        height = height.checked_sub(op.operands(module.types()).unwrap()).unwrap() + 1;
    }
    assert_eq!(height, 1, "one value is left");
}

/// Takes an answer as if something depended on it.
fn ask<T>(answer: T) {
    black_box(answer);
}

/// Calls everything a module offers, with every index it has.
fn ask_everything(module: &Module) {
    black_box((module.to_string(), format!("{module:?}"), module.name(), module.start()));
    for import in module.imports() {
        black_box(module.import_type(import));
    }
    for export in module.exports() {
        black_box(module.export_type(export));
        assert_eq!(module.export(&export.name).unwrap().name, export.name);
    }
    for func in indices(module.func_count()).map(FuncIdx) {
        black_box((module.func_type(func), module.func_name(func)));
        black_box(module.local_name(func, LocalIdx(0)));
    }
    for func in module.funcs() {
        black_box(&module.bytes()[func.body.clone()]);
    }
    indices(module.table_count()).for_each(|i| ask(module.table_type(TableIdx(i))));
    indices(module.memory_count()).for_each(|i| {
        black_box(module.memory_type(MemIdx(i)).page_size());
    });
    indices(module.global_count()).for_each(|i| ask(module.global_type(GlobalIdx(i))));
    indices(module.tag_count()).for_each(|i| ask(module.tag_type(TagIdx(i))));
    module.globals().iter().for_each(|global| evaluate(module, &global.init));
    module
        .tables()
        .iter()
        .filter_map(|table| table.init.as_ref())
        .for_each(|expr| evaluate(module, expr));
    for element in module.elements() {
        if let ElementItems::Exprs(exprs) = &element.items {
            exprs.iter().for_each(|expr| evaluate(module, expr));
        }
    }
    indices(module.data().len()).for_each(|i| ask(module.data_bytes(DataIdx(i))));
    black_box(module.custom_sections().count() + module.sections().len());
}

/// Decodes in all three ways; whether the bytes are valid.
fn check(bytes: &[u8]) -> bool {
    let [full, deferred, trusted] =
        [Validation::Full, Validation::Deferred, Validation::None].map(|v| decode(bytes, v));
    [&full, &deferred, &trusted].into_iter().flatten().for_each(ask_everything);
    let bodies_are_valid = |module: &Module| {
        // All of them, also after an error.
        let funcs = indices(module.func_count()).map(FuncIdx);
        funcs.map(|func| module.validate_func(func)).filter(Result::is_err).count() == 0
    };
    assert_eq!(full.is_some(), deferred.as_ref().is_some_and(bodies_are_valid), "{bytes:x?}");
    assert!(trusted.is_some() || full.is_none(), "valid but not even readable: {bytes:x?}");
    full.is_some()
}

/// The modules of the case files: the good ones and, without validation, most others.
fn seeds() -> Vec<Vec<u8>> {
    let cases = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let folders = ["modules", "errors/invalid", "errors/malformed", "errors/unsupported"];
    let mut paths = folders.map(|folder| fs::read_dir(cases.join(folder)).unwrap());
    let mut paths: Vec<_> = paths.iter_mut().flatten().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| wat::parse_str(fs::read_to_string(path).unwrap()).unwrap()).collect()
}

#[test]
fn truncated_modules() {
    for seed in seeds() {
        for end in 0..seed.len() {
            check(&seed[..end]);
        }
    }
}

#[test]
fn modules_with_a_changed_bit() {
    let mut valid = 0;
    for mut seed in seeds() {
        // Three and eight have no common divisor: each byte and each of the eight bits is met.
        for bit in (0..seed.len() * 8).step_by(3) {
            seed[bit / 8] ^= 1 << (bit % 8);
            valid += usize::from(check(&seed));
            seed[bit / 8] ^= 1 << (bit % 8);
        }
    }
    assert!(valid > 300, "names and constants may change: {valid}");
}

#[test]
fn modules_with_several_changes() {
    let seeds = seeds();
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for _ in 0..4000 {
        let mut bytes = seeds[numbers.below(seeds.len())].clone();
        for _ in 0..=numbers.below(4) {
            let at = numbers.below(bytes.len() + 1);
            match numbers.below(4) {
                0 => bytes.insert(at, numbers.byte()),
                1 if at < bytes.len() => bytes[at] = numbers.byte(),
                2 if at < bytes.len() => drop(bytes.remove(at)),
                _ => {
                    // The end of another module.
                    let other = &seeds[numbers.below(seeds.len())];
                    bytes.truncate(at);
                    bytes.extend(&other[other.len().min(at)..]);
                }
            }
        }
        check(&bytes);
    }
}
