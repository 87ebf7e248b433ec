//! How a run is stopped: traps, fuel, time, memory, depth.

use crate::{command, dergwasm, file};
use std::process::Stdio;
use std::time::{Duration, Instant};

#[test]
fn a_trap_is_134_with_message_and_backtrace() {
    let wat = file(
        "trap.wat",
        r#"(module $app
          (func $inner (result i32) (i32.div_s (i32.const 1) (i32.const 0)))
          (func $outer (drop (call $inner)))
          (func (export "_start") (call $outer)))"#,
    );
    let trap = dergwasm(&["run", &wat]);
    assert_eq!(trap.status, 134);
    assert_eq!(trap.stdout, "");
    let lines: Vec<&str> = trap.stderr.lines().collect();
    assert_eq!(lines[0], "error: trap: integer divide by zero");
    assert_eq!(lines[1], "backtrace:");
    assert!(lines[2].contains("inner") && lines[2].contains("app"), "{}", trap.stderr);
    assert!(lines[3].contains("outer"), "{}", trap.stderr);
    assert_eq!(lines.len(), 5);
}

#[test]
fn a_trap_of_the_start_function_is_a_trap() {
    let wat = file("start.wat", "(module (func $f unreachable) (start $f))");
    let trap = dergwasm(&["run", &wat]);
    assert_eq!(trap.status, 134);
    assert!(trap.stderr.starts_with("error: trap: unreachable\n"), "{}", trap.stderr);
}

#[test]
fn fuel_time_and_depth_stop_what_would_never_end() {
    let forever = file("forever.wat", r#"(module (func (export "_start") (loop (br 0))))"#);
    let fuel = dergwasm(&["run", "--fuel", "100000", &forever]);
    assert_eq!(fuel.status, 134);
    assert!(fuel.stderr.starts_with("error: trap: all fuel consumed\n"), "{}", fuel.stderr);
    assert!(fuel.stderr.contains("note: "), "{}", fuel.stderr);
    let begin = Instant::now();
    let time = dergwasm(&["run", "--timeout", "100ms", &forever]);
    assert!(begin.elapsed() < Duration::from_secs(20));
    assert_eq!(time.status, 134);
    assert!(time.stderr.starts_with("error: trap: interrupted\n"), "{}", time.stderr);
    let deep = file("deep.wat", r#"(module (func $f (export "_start") (call $f) (call $f)))"#);
    let depth = dergwasm(&["run", "--max-depth", "1000", &deep]);
    assert_eq!(depth.status, 134);
    assert!(depth.stderr.starts_with("error: trap: call stack exhausted\n"), "{}", depth.stderr);
}

#[test]
fn a_million_nested_calls_work_when_the_limit_allows() {
    let wat = file(
        "million.wat",
        r#"(module (func $down (export "down") (param i32) (result i32)
          (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 7))
            (else (i32.add (i32.const 0)
              (call $down (i32.sub (local.get 0) (i32.const 1))))))))"#,
    );
    let args = ["run", "--max-depth", "1000100", "--invoke", "down", &wat, "1000000"];
    let down = dergwasm(&args);
    assert_eq!((down.status, down.stdout.as_str()), (0, "7\n"), "{}", down.stderr);
}

#[test]
fn memory_does_not_grow_past_its_limit() {
    let wat = file(
        "grow.wat",
        r#"(module (memory 1) (func (export "grow") (param i32) (result i32)
          (memory.grow (local.get 0))))"#,
    );
    let grow = |pages| dergwasm(&["run", "--max-memory", "1M", "--invoke", "grow", &wat, pages]);
    assert_eq!(grow("15").stdout, "1\n");
    assert_eq!(grow("16").stdout, "-1\n");
    // All memories together, and everything else that is kept.
    let two = file("two.wat", "(module (memory 10) (memory 10))");
    let two = dergwasm(&["run", "--max-memory", "1M", &two]);
    assert_eq!(two.status, 1);
    assert!(two.stderr.contains("--max-memory"), "{}", two.stderr);
    let table = file("table.wat", "(module (memory 16) (table 1000000 funcref))");
    let table = dergwasm(&["run", "--max-memory", "1M", &table]);
    assert_eq!(table.status, 1);
    assert!(table.stderr.contains("--max-memory"), "{}", table.stderr);
    let large = file("large.wat", "(module (memory 100))");
    let large = dergwasm(&["run", "--max-memory", "1M", &large]);
    assert_eq!(large.status, 1);
    assert!(large.stderr.starts_with("error: "), "{}", large.stderr);
}

#[test]
fn a_guest_that_waits_for_input_is_stopped_as_well() {
    let wat = file(
        "wait.wat",
        r#"(module
          (import "wasi_snapshot_preview1" "fd_read"
            (func $read (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (func (export "_start")
            (i32.store (i32.const 4) (i32.const 10))
            (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))))"#,
    );
    let mut command = command();
    command.args(["run", "--timeout", "100ms", &wat]).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Standard input stays open and empty until the guest is gone.
    let stdin = child.stdin.take();
    let ended = child.wait_with_output().unwrap();
    drop(stdin);
    assert_eq!(ended.status.code(), Some(134));
    // The guest stopped, and says where: its process was not ended from outside.
    let stderr = String::from_utf8(ended.stderr).unwrap();
    assert!(stderr.starts_with("error: trap: interrupted\nbacktrace:\n"), "{stderr}");
    assert!(stderr.ends_with("note: the time limit is over (--timeout 100ms)\n"), "{stderr}");
}
