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

/// Ctrl-C as a terminal sends it.
#[cfg(unix)]
mod ctrl_c {
    use crate::{command, file};
    use std::io::{Read as _, Write as _};
    use std::process::{Child, Command, ExitStatus, Stdio};
    use std::{thread, time::Duration};

    /// Prints `x`, and then does what `WHAT` says.
    const PROGRAM: &str = r#"(module
      (import "wasi_snapshot_preview1" "fd_read"
        (func $read (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "fd_write"
        (func $write (param i32 i32 i32 i32) (result i32)))
      (import "wasi_snapshot_preview1" "poll_oneoff"
        (func $poll (param i32 i32 i32 i32) (result i32)))
      (memory (export "memory") 1)
      (data (i32.const 8) "x")
      (data (i32.const 16) "\08\00\00\00\01\00\00\00")
      (func (export "_start")
        (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24)))
        ;; What is waited for, if anything: to read from standard input.
        (i32.store8 (i32.const 72) (i32.const 1))
        (loop WHAT (br 0))))"#;

    fn start(name: &str, options: &[&str], what: &str) -> Child {
        let wat = file(name, PROGRAM.replace("WHAT", what));
        let mut run = command();
        run.arg("run").args(options).arg(&wat).stdin(Stdio::piped());
        run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn until_it_prints(child: &mut Child) {
        child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
    }

    fn press(child: &Child) {
        let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
        assert!(kill.unwrap().success());
    }

    fn end(mut child: Child) -> (ExitStatus, String) {
        // Standard input stays open until the guest is gone.
        let _stdin = child.stdin.take();
        let output = child.wait_with_output().unwrap();
        (output.status, String::from_utf8(output.stderr).unwrap())
    }

    #[test]
    fn it_stops_a_guest_that_runs_or_waits() {
        let read = "(drop (call $read (i32.const 0) (i32.const 16) (i32.const 1) (i32.const 24)))";
        let poll =
            "(drop (call $poll (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 24)))";
        for (name, what) in [("c-runs.wat", ""), ("c-reads.wat", read), ("c-polls.wat", poll)] {
            let pressed = |options: &[&str]| {
                let mut child = start(name, options, what);
                until_it_prints(&mut child);
                press(&child);
                let (status, stderr) = end(child);
                assert_eq!(status.code(), Some(130), "{name}: {status} {stderr}");
                stderr
            };
            assert_eq!(pressed(&[]), "error: stopped by Ctrl-C\n", "{name}");
            // Code that can be interrupted says where it was.
            let stderr = pressed(&["--timeout", "100s"]);
            assert!(stderr.starts_with("error: trap: interrupted\nbacktrace:\n"), "{stderr}");
            assert!(stderr.ends_with("note: stopped by Ctrl-C\n"), "{stderr}");
        }
    }

    #[test]
    fn pressed_twice_it_ends_the_command_too() {
        let mut child = start("c-twice.wat", &[], "");
        until_it_prints(&mut child);
        press(&child);
        press(&child);
        assert_eq!(end(child).0.code(), Some(130));
    }

    #[test]
    fn what_was_written_before_is_there() {
        let echo = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/echo.wasm");
        let out = file("c-flushed.txt", "");
        let mut run = command();
        run.args(["run", echo]).stdin(Stdio::piped()).stderr(Stdio::null());
        let mut child = run.stdout(std::fs::File::create(&out).unwrap()).spawn().unwrap();
        child.stdin.as_mut().unwrap().write_all(b"kept\n").unwrap();
        while std::fs::read_to_string(&out).unwrap().is_empty() {
            assert!(child.try_wait().unwrap().is_none());
            thread::sleep(Duration::from_millis(5));
        }
        press(&child);
        assert_eq!(end(child).0.code(), Some(130));
        assert_eq!(std::fs::read_to_string(&out).unwrap(), "kept\n");
    }
}
