//! The programs give the right result in every mode, and their files are those of the table.

use dergwasm::{CompilationMode, Config};
use dergwasm_benches::{Half, Process, Program};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::thread;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("programs")
}

/// Calls `check` for every program, on as many threads as there are processors.
fn for_all(check: impl Fn(&Program) + Sync) {
    let programs = Program::all();
    let next = std::sync::atomic::AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let order = std::sync::atomic::Ordering::Relaxed;
                while let Some(program) = programs.get(next.fetch_add(1, order)) {
                    check(program);
                }
            });
        }
    });
}

/// Runs a program and compares what it prints.
fn run(program: &Program, config: &Config, (work, output): (u32, &str)) {
    let mut process = Process::start(program, config, work)
        .unwrap_or_else(|error| panic!("{}: {error}", program.name));
    process.run().unwrap_or_else(|error| panic!("{}: {error}", program.name));
    assert_eq!(process.output().trim_end(), output, "{} {work}", program.name);
}

#[test]
fn every_file_is_in_the_table_once() {
    let programs = Program::all();
    for half in Half::ALL {
        let mut files: Vec<String> = std::fs::read_dir(folder().join(half.name()))
            .expect("the folder of programs")
            .map(|entry| entry.expect("a readable entry").path())
            .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
            .collect();
        files.sort();
        let mut listed: Vec<_> = programs.iter().filter(|program| program.half == half).collect();
        listed.sort_by_key(|program| program.name);
        assert_eq!(files, listed.iter().map(|program| program.name).collect::<Vec<_>>());
    }
}

#[test]
fn both_compilers_have_half_of_each_half() {
    let programs = Program::all();
    assert!(programs.len() >= 16, "{}", programs.len());
    for compiler in ["clang", "rustc"] {
        let [tuning, untouched] = Half::ALL.map(|half| {
            programs.iter().filter(|p| p.half == half && p.compiler == compiler).count()
        });
        assert!(tuning.abs_diff(untouched) <= 1, "{compiler}: {tuning} and {untouched}");
    }
}

#[test]
fn files_are_those_that_were_measured() {
    for program in Program::all() {
        let bytes = program.read(&folder()).expect("a committed file");
        let digest: String =
            Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, program.sha256, "{}", program.name);
    }
}

/// The usual amount of work.
#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes in debug builds")]
fn results_are_the_expected_ones() {
    for_all(|program| {
        run(program, &Config::new(), program.usual);
    });
}

/// Every way to translate gives the same. In debug builds every third program has one of them, each
/// another.
#[test]
fn results_are_the_same_in_every_mode() {
    let modes = [CompilationMode::Lazy, CompilationMode::LazyTranslation, CompilationMode::Eager];
    let ways: Vec<_> = modes.iter().flat_map(|mode| [(*mode, true), (*mode, false)]).collect();
    let names: Vec<_> = Program::all().iter().map(|program| program.name).collect();
    for_all(|program| {
        let number = names.iter().position(|name| *name == program.name).unwrap_or_default();
        for (way, (mode, fused)) in ways.iter().enumerate() {
            if cfg!(debug_assertions) && (number % 3, number / 3 % ways.len()) != (0, way) {
                continue;
            }
            let mut config = Config::new();
            config.compilation_mode(*mode).superinstructions(*fused).parallel(false);
            run(program, &config, program.quick);
        }
    });
}

/// A run that is given its fuel bit by bit gives the same as one without fuel.
#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes in debug builds")]
fn results_are_the_same_in_slices_of_fuel() {
    for_all(|program| {
        for fused in [true, false] {
            let mut config = Config::new();
            config.consume_fuel(true).superinstructions(fused);
            let (work, output) = program.quick;
            let mut process = Process::start(program, &config, work).expect("a valid program");
            let pauses = process
                .run_in_slices(9973)
                .unwrap_or_else(|error| panic!("{}: {error}", program.name));
            assert_eq!(process.output().trim_end(), output, "{}", program.name);
            assert!(pauses > 10, "{}: {pauses} pauses", program.name);
        }
    });
}
