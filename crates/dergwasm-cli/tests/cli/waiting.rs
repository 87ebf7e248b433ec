//! The verb `run`: a program that waits for its standard input, and what it is told of its streams.
#![cfg(unix)]

use crate::command;
use std::fs::File;
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

/// Tells of a descriptor, to be called by name.
const TELL: &str = r#"(module
  (import "wasi_snapshot_preview1" "fd_fdstat_get" (func $fdstat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_filestat_get" (func $filestat (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_fdstat_set_flags" (func $set (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_seek" (func $seek (param i32 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read"
    (func $read (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 64) "\80\00\00\00\01\00\00\00")
  ;; The type, the rights to seek and tell, the size, the error of seeking three bytes before the
  ;; end, and what is read there.
  (func (export "tell") (param $fd i32) (result i32 i32 i64 i32 i32)
    (drop (call $fdstat (local.get $fd) (i32.const 0)))
    (i32.load8_u (i32.const 0))
    (i32.and (i32.load8_u (i32.const 8)) (i32.const 0x24))
    (drop (call $filestat (local.get $fd) (i32.const 0)))
    (i64.load (i32.const 32))
    (call $seek (local.get $fd) (i64.const -3) (i32.const 2) (i32.const 0))
    (drop (call $read (local.get $fd) (i32.const 64) (i32.const 1) (i32.const 72)))
    (i32.load8_u (i32.const 128)))
  ;; The error of a read that would wait, and must not.
  (func (export "again") (result i32)
    (drop (call $set (i32.const 0) (i32.const 4)))
    (call $read (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 72))))"#;

/// What `tell` says of a descriptor.
fn tell(fd: &str, options: &[&str], stdin: Stdio, stdout: Option<File>) -> String {
    let wat = crate::file("tell.wat", TELL);
    let mut run = command();
    run.arg("run").args(options).args(["--invoke", "tell", &wat, fd]).stdin(stdin);
    match stdout {
        Some(file) => drop(run.stdout(file).status().unwrap()),
        None => return String::from_utf8(run.output().unwrap().stdout).unwrap().replace('\n', " "),
    }
    String::new()
}

#[test]
fn streams_tell_their_true_type() {
    let path = crate::file("numbers.txt", "0123456789");
    let input = || Stdio::from(File::open(&path).unwrap());
    let file = "4 36 10 0 55 ";
    assert_eq!(tell("0", &[], input(), None), file);
    assert_eq!(tell("0", &["--timeout", "60s"], input(), None), file);
    assert_eq!(tell("0", &["--stdin", &path], Stdio::null(), None), file);
    // A pipe has no position: 70 is `spipe`.
    let pipe = "0 0 0 70 0 ";
    let (reader, writer) = std::io::pipe().unwrap();
    drop(writer);
    assert_eq!(tell("0", &[], reader.into(), None), pipe);
    assert_eq!(tell("1", &[], Stdio::null(), None), pipe);
    // A device that is no terminal has positions, by which programs know it.
    assert!(tell("0", &[], Stdio::null(), None).starts_with("2 36 0 "));
    let out = crate::file("told.txt", "");
    tell("1", &[], Stdio::null(), Some(File::create(&out).unwrap()));
    assert!(std::fs::read_to_string(&out).unwrap().starts_with("4\n36\n"));
}

#[test]
fn input_that_must_not_wait_does_not() {
    let wat = crate::file("again.wat", TELL);
    for options in [&["run"][..], &["run", "--timeout", "60s"]] {
        let mut run = command();
        run.args(options).args(["--invoke", "again", &wat]);
        run.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = run.spawn().unwrap();
        // Open and empty until the program has ended.
        let stdin = child.stdin.take();
        let output = child.wait_with_output().unwrap();
        drop(stdin);
        assert_eq!(output.stdout, b"6\n", "`again`");
    }
}

/// A pipe that nobody reads is full at some time, and the next write waits.
#[test]
fn a_program_that_waits_for_its_output_is_stopped_as_well() {
    let wat = crate::file(
        "full.wat",
        r#"(module
          (import "wasi_snapshot_preview1" "fd_write"
            (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (func (export "_start")
            (i32.store (i32.const 4) (i32.const 50000))
            (loop
              (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
              (br 0))))"#,
    );
    let mut run = command();
    run.args(["run", "--timeout", "200ms", &wat]).stdin(Stdio::null());
    let mut child = run.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.take();
    let ended = child.wait_with_output().unwrap();
    drop(stdout);
    let stderr = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(134));
    assert!(stderr.starts_with("error: trap: interrupted\nbacktrace:\n"), "{stderr}");
    assert!(stderr.ends_with("note: the time limit is over (--timeout 200ms)\n"), "{stderr}");
}
