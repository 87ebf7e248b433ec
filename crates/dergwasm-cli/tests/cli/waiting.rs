//! The verb `run`: a program that waits for its standard input.
#![cfg(unix)]

use crate::command;
use std::io::{Read as _, Write as _};
use std::process::Stdio;

/// Waits for input for a tenth of a second; then for as long as it takes; prints what came first.
const WAIT: &str = r#"(module
  (import "wasi_snapshot_preview1" "poll_oneoff"
    (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 900) "\00\04\00\00\01\00\00\00")
  ;; Prints `t` if the clock came first, `i` if the input did.
  (func $print
    (i32.store8 (i32.const 1024)
      (select (i32.const 105) (i32.const 116) (i32.load8_u (i32.const 522))))
    (drop (call $write (i32.const 1) (i32.const 900) (i32.const 1) (i32.const 800))))
  (func (export "_start")
    ;; A relative time of the monotonic clock, then input to read.
    (i32.store (i32.const 16) (i32.const 1))
    (i64.store (i32.const 24) (i64.const 100000000))
    (i32.store8 (i32.const 56) (i32.const 1))
    (drop (call $poll (i32.const 0) (i32.const 512) (i32.const 2) (i32.const 800)))
    (call $print)
    (drop (call $poll (i32.const 48) (i32.const 512) (i32.const 1) (i32.const 800)))
    (call $print)))"#;

#[test]
fn input_that_does_not_come_is_not_ready() {
    let wat = crate::file("waiting.wat", WAIT);
    let mut run = command();
    run.args(["run", &wat]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = run.spawn().unwrap();
    let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut first = [0];
    stdout.read_exact(&mut first).unwrap();
    assert_eq!(first, *b"t");
    stdin.write_all(b"x").unwrap();
    let mut rest = String::new();
    stdout.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "i");
    assert!(child.wait().unwrap().success());
}
