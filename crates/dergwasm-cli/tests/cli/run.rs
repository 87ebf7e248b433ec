//! The verb `run`: what the guest gets and what it gives back.

use crate::{dergwasm, dergwasm_with_input, file};

const SUM: &str = r#"(module
  (func (export "add") (param i32 i32) (result i32)
    (i32.add (local.get 0) (local.get 1)))
  (func (export "swap") (param i64 f64) (result f64 i64)
    (local.get 1) (local.get 0))
  (func (export "double") (param v128) (result v128)
    (i32x4.add (local.get 0) (local.get 0)))
  (func (export "same") (param externref) (result externref) (local.get 0))
  (type $s (struct))
  (func (export "kinds") (param anyref i31ref (ref null $s) exnref)
    (result anyref i31ref (ref $s) (ref array) externref exnref)
    (local.get 0) (local.get 1) (struct.new $s) (array.new_fixed $a 0)
    (extern.convert_any (local.get 1)) (local.get 3))
  (type $a (array i8))
  (global (export "g") i32 (i32.const 0)))"#;

/// Prints each argument on a line, then what the variable list holds, by `fd_write`.
pub(crate) const ECHO: &str = r#"(module
  (import "wasi_snapshot_preview1" "args_sizes_get"
    (func $args_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_sizes_get"
    (func $environ_sizes (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "environ_get" (func $environ (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  ;; The strings at 1024 are zero-terminated; every zero becomes a newline.
  (func $print (param $length i32) (local $i i32)
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $i) (local.get $length)))
        (if (i32.eqz (i32.load8_u offset=1024 (local.get $i)))
          (then (i32.store8 offset=1024 (local.get $i) (i32.const 10))))
        (local.set $i (i32.add (local.get $i) (i32.const 1)))
        (br $next)))
    (i32.store (i32.const 16) (i32.const 1024))
    (i32.store (i32.const 20) (local.get $length))
    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24))))
  (func (export "_start")
    (drop (call $args_sizes (i32.const 0) (i32.const 4)))
    (drop (call $args (i32.const 512) (i32.const 1024)))
    (call $print (i32.load (i32.const 4)))
    (drop (call $environ_sizes (i32.const 0) (i32.const 4)))
    (drop (call $environ (i32.const 512) (i32.const 1024)))
    (call $print (i32.load (i32.const 4)))))"#;

#[test]
fn invoke_parses_arguments_and_prints_results() {
    let wat = file("sum.wat", SUM);
    let add = dergwasm(&["run", "--invoke", "add", &wat, "0x10", "-20"]);
    assert_eq!((add.status, add.stdout.as_str()), (0, "-4\n"), "{}", add.stderr);
    let swap = dergwasm(&["run", "--invoke=swap", &wat, "--", "-1", "inf"]);
    assert_eq!((swap.status, swap.stdout.as_str()), (0, "inf\n-1\n"), "{}", swap.stderr);
    let double = dergwasm(&["run", "--invoke", "double", &wat, "i32x4:1,2,3,-1"]);
    assert_eq!(double.stdout, "0xfffffffe000000060000000400000002\n", "{}", double.stderr);
    let same = dergwasm(&["run", "--invoke", "same", &wat, "7"]);
    assert_eq!(same.stdout, "7\n", "{}", same.stderr);
    let kinds = dergwasm(&["run", "--invoke", "kinds", &wat, "--", "-5", "7", "null", "null"]);
    let expected = "-5\n7\nstructref\narrayref\nexternref\nnull\n";
    assert_eq!(kinds.stdout, expected, "{}", kinds.stderr);
    let wrong = dergwasm(&["run", "--invoke", "kinds", &wat, "null", "2147483648", "null", "null"]);
    assert!(wrong.stderr.contains("or an integer of 31 bits, not"), "{}", wrong.stderr);
}

#[test]
fn wrong_arguments_of_invoke_are_bad_usage() {
    let wat = file("wrong.wat", SUM);
    let few = dergwasm(&["run", "--invoke", "add", &wat, "1"]);
    assert_eq!(few.status, 2);
    assert!(few.stderr.contains("takes 2 arguments, not 1"), "{}", few.stderr);
    let word = dergwasm(&["run", "--invoke", "add", &wat, "1", "two"]);
    assert_eq!(word.status, 2);
    assert!(word.stderr.contains("argument 2 has type i32"), "{}", word.stderr);
}

#[test]
fn a_missing_export_lists_those_there_are() {
    let wat = file("missing.wat", SUM);
    let missing = dergwasm(&["run", "--invoke", "sub", &wat]);
    assert_eq!(missing.status, 1);
    assert!(missing.stderr.contains("no function `sub`"), "{}", missing.stderr);
    assert!(missing.stderr.contains("add func (i32, i32) -> i32"), "{}", missing.stderr);
}

#[test]
fn a_missing_import_is_named() {
    let wat = file("import.wat", r#"(module (import "env" "f" (func (param i32))))"#);
    let missing = dergwasm(&["run", &wat]);
    assert_eq!(missing.status, 1);
    assert!(missing.stderr.contains("env") && missing.stderr.contains("(i32) -> ()"));
}

#[test]
fn all_after_file_belongs_to_the_guest() {
    let wat = file("echo.wat", ECHO);
    let plain = dergwasm(&["run", "--env", "A=1", &wat, "--fuel", "x", "-h"]);
    assert_eq!(plain.stdout, "echo.wat\n--fuel\nx\n-h\nA=1\n", "{}", plain.stderr);
    assert_eq!(plain.status, 0);
    let dashes = dergwasm(&["run", &wat, "--", "--fuel", "--"]);
    assert_eq!(dashes.stdout, "echo.wat\n--fuel\n--\n", "{}", dashes.stderr);
}

#[test]
fn every_mode_and_unchecked_run_the_same() {
    let wat = file("modes.wat", SUM);
    for options in [&["--mode", "lazy"][..], &["--mode", "eager"], &["--unchecked"]] {
        let args = [&["run", "--invoke", "add"], options, &[&wat, "1", "2"]].concat();
        let add = dergwasm(&args);
        assert_eq!((add.status, add.stdout.as_str()), (0, "3\n"), "{}", add.stderr);
    }
}

#[test]
fn the_exit_status_is_the_guests() {
    let wat = file(
        "exit.wat",
        r#"(module
          (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
          (memory (export "memory") 1)
          (func (export "_start") (call $exit (i32.const 42)) unreachable))"#,
    );
    let exit = dergwasm(&["run", &wat]);
    assert_eq!((exit.status, exit.stderr.as_str()), (42, ""));
}

#[test]
fn commands_may_return_something_and_reactors_are_initialized() {
    let command =
        file("returns.wat", r#"(module (func (export "_start") (result i32) i32.const 9))"#);
    let command = dergwasm(&["run", &command]);
    assert_eq!((command.status, command.stdout.as_str()), (0, ""), "{}", command.stderr);
    let reactor = file(
        "reactor.wat",
        r#"(module
          (global $ready (mut i32) (i32.const 0))
          (func (export "_initialize") (global.set $ready (i32.const 1)))
          (func (export "ready") (result i32) (global.get $ready)))"#,
    );
    assert_eq!(dergwasm(&["run", &reactor]).status, 0);
    let ready = dergwasm(&["run", "--invoke", "ready", &reactor]);
    assert_eq!((ready.status, ready.stdout.as_str()), (0, "1\n"), "{}", ready.stderr);
}

#[test]
fn a_library_says_that_nothing_ran() {
    let wat = file("library.wat", SUM);
    let library = dergwasm(&["run", &wat]);
    assert_eq!(library.status, 0);
    assert!(library.stderr.contains("nothing ran"), "{}", library.stderr);
}

#[test]
fn the_guest_reads_standard_input() {
    let wat = file(
        "cat.wat",
        r#"(module
          (import "wasi_snapshot_preview1" "fd_read"
            (func $read (param i32 i32 i32 i32) (result i32)))
          (import "wasi_snapshot_preview1" "fd_write"
            (func $write (param i32 i32 i32 i32) (result i32)))
          (memory (export "memory") 1)
          (func (export "_start")
            (i32.store (i32.const 0) (i32.const 100))
            (i32.store (i32.const 4) (i32.const 1000))
            (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 4)))
            (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#,
    );
    let cat = dergwasm_with_input(&["run", &wat], "from the host\n");
    assert_eq!((cat.status, cat.stdout.as_str()), (0, "from the host\n"), "{}", cat.stderr);
}

#[test]
fn a_name_that_is_missing_lists_no_more_exports_than_help() {
    let exports: String = (0..1000).map(|i| format!("(export \"f{i}\" (func 0))")).collect();
    let wat = file("exports.wat", format!("(module (func) {exports})"));
    let missing = dergwasm(&["run", "--invoke", "nothing", &wat]);
    assert_eq!(missing.status, 1);
    assert_eq!(missing.stderr.lines().count(), 34, "{}", missing.stderr);
    assert!(missing.stderr.ends_with("\n  … 968 more\n"), "{}", missing.stderr);
}
