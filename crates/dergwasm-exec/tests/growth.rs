//! Nothing takes the square of the time: twice the input takes at most 2.3 times as long.
//!
//! Time is that of the processor for this thread where the system tells it, and the least of
//! several measurements, so that other work on the machine matters little.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_exec::{CompilationMode, Config, Machine, Module, NoHost};
use dergwasm_types::Value;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

/// What this thread has spent of the processor's time so far.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split_whitespace().next()?.parse().ok()?))
}

/// How long doing `work` on an input so many times takes.
fn time<T>(input: &T, times: u32, work: impl Fn(&T)) -> Duration {
    let (start, before) = (Instant::now(), processor_time());
    for _ in 0..times {
        work(input);
    }
    match (before, processor_time()) {
        (Some(before), Some(after)) => after - before,
        _ => start.elapsed(),
    }
}

/// Checks that work on inputs made for `size` and twice that grows with the size.
fn grows_linearly<T>(size: usize, make: impl Fn(usize) -> T, work: impl Fn(&T)) {
    let (small, large) = (make(size), make(2 * size));
    // The system counts in milliseconds.
    let mut times = 1;
    while time(&small, times, &work) < Duration::from_millis(40) {
        times *= 2;
    }
    let (mut least, mut most) = (Duration::MAX, Duration::MAX);
    let mut ratio = f64::MAX;
    // Often the first measurements are enough.
    for _ in 0..12 {
        least = least.min(time(&small, times, &work));
        most = most.min(time(&large, times, &work));
        ratio = most.as_secs_f64() / least.as_secs_f64();
        if ratio <= 2.3 {
            return;
        }
    }
    panic!("{size} takes {least:?}, twice as much {most:?}: {ratio:.2} times as long");
}

fn wasm(wat: &str) -> Vec<u8> {
    wat::parse_str(wat).unwrap()
}

/// Makes a module and runs `run` in it.
fn run(mode: CompilationMode, bytes: &[u8]) {
    let mut config = Config::new();
    config.compilation_mode(mode).parallel(false);
    let module = Module::with_config(&config, bytes).unwrap();
    let mut machine = Machine::new(&config);
    let instance = machine.instantiate(&mut NoHost, &module, &[]).unwrap();
    let run = machine.export_func(instance, "run").unwrap();
    machine.invoke(&mut NoHost, run, &mut [Value::ZERO]).unwrap();
}

#[expect(clippy::ptr_arg, reason = "takes what `grows_linearly` makes")]
fn run_lazily(bytes: &Vec<u8>) {
    run(CompilationMode::LazyTranslation, bytes);
}

/// Calls each of `count` functions with this body once, in a `try_table`.
fn called_once(count: usize, body: &str) -> Vec<u8> {
    let mut wat = format!("(module (type $v (func)) (tag $e) (table {count} funcref)\n");
    wat.push_str("(type $a (array i8)) (elem (i32.const 0) func");
    for i in 0..count {
        write!(wat, " $f{i}").unwrap();
    }
    wat.push(')');
    for i in 0..count {
        writeln!(wat, "(func $f{i} {body})").unwrap();
    }
    write!(
        wat,
        r#"(func (export "run") (local $i i32)
            (loop $l (block $h (try_table (catch $e $h)
                    (call_indirect (type $v) (local.get $i))))
                (br_if $l (i32.lt_u
                    (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const {count}))))))"#
    )
    .unwrap();
    wasm(&wat)
}

#[test]
fn throwing_from_functions_translated_late() {
    grows_linearly(3000, |count| called_once(count, "(throw $e)"), run_lazily);
}

#[test]
fn collections_in_functions_translated_late() {
    let body = "(drop (array.new_default $a (i32.const 100000)))";
    grows_linearly(2000, |count| called_once(count, body), run_lazily);
}

/// A function's body in the function `run`.
fn body(body: &str) -> Vec<u8> {
    wasm(&format!(
        r#"(module (tag $e) (func $throw (throw $e)) (func (export "run") (local i32) {body}))"#
    ))
}

#[test]
fn many_handlers_in_one_function() {
    let one = "(block $h (try_table (catch $e $h) (call $throw)))";
    grows_linearly(3000, |count| body(&one.repeat(count)), run_lazily);
}

#[test]
fn nested_blocks_and_large_branch_tables() {
    let nested = |count: usize| {
        let labels: String = (0..count).map(|i| format!("{i} ")).collect();
        let (open, close) = ("block ".repeat(count), "end ".repeat(count));
        body(&format!("{open} (br_table {labels} (local.get 0)) {close}"))
    };
    grows_linearly(6000, nested, run_lazily);
}

#[test]
fn many_segments_and_exports() {
    let make = |count: usize| {
        let mut wat = String::from("(module (memory 1) (table 10 funcref) (func $f)");
        for i in 0..count {
            write!(
                wat,
                r#"(data (i32.const 0) "a") (elem (i32.const 1) $f) (export "f{i}" (func $f))"#
            )
            .unwrap();
        }
        wat.push_str(r#"(func (export "run")))"#);
        wasm(&wat)
    };
    grows_linearly(4000, make, run_lazily);
}

#[test]
fn many_functions() {
    let make = |count: usize| {
        let funcs = "(func (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))";
        wasm(&format!(r#"(module {} (func (export "run")))"#, funcs.repeat(count)))
    };
    grows_linearly(12_000, make, |bytes| run(CompilationMode::Eager, bytes));
}

/// Here the number of locals is what grows, of a thousand functions that do nothing.
#[test]
fn locals_of_many_functions() {
    let make = |count: usize| {
        // A declaration of many locals of one type takes a few bytes.
        let mut code = vec![0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3];
        let funcs = 1000;
        let leb = |mut value: usize| {
            let mut bytes = Vec::new();
            while value >= 0x80 {
                bytes.push(u8::try_from(value & 0x7f).unwrap() | 0x80);
                value >>= 7;
            }
            bytes.push(u8::try_from(value).unwrap());
            bytes
        };
        let mut section = leb(funcs);
        section.extend(vec![0; funcs]);
        code.extend(leb(section.len()));
        code.extend(section);
        code.extend([7, 7, 1, 3, b'r', b'u', b'n', 0, 0, 10]);
        let mut function = vec![1];
        function.extend(leb(count));
        function.extend([0x7e, 0x0b]);
        let mut section = leb(funcs);
        for _ in 0..funcs {
            section.extend(leb(function.len()));
            section.extend(&function);
        }
        code.extend(leb(section.len()));
        code.extend(section);
        code
    };
    grows_linearly(20_000, make, |bytes| run(CompilationMode::Eager, bytes));
}
