//! Programs that Emscripten built. They are those that `dergwasm-host` is tested with.

use crate::{dergwasm, file};

fn guest(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../dergwasm-host/tests/guests/emscripten");
    format!("{folder}/{name}.wasm")
}

#[test]
fn a_program_runs_with_its_arguments_and_status() {
    let ends = dergwasm(&["run", &guest("ends"), "exit"]);
    assert_eq!((ends.status, ends.stdout.as_str()), (7, "exit\ngoodbye\n"), "{}", ends.stderr);
    let files = dergwasm(&["run", "--tmpfs", "/data", &guest("files")]);
    assert_eq!(files.status, 0, "{}", files.stderr);
    assert!(files.stdout.contains("in /data/sub\n"), "{}", files.stdout);
}

#[test]
fn an_abort_is_134_and_says_why() {
    let thrown = dergwasm(&["run", &guest("ends"), "throw"]);
    assert_eq!(thrown.status, 134);
    assert!(thrown.stderr.contains("type game::Error: lost the level"), "{}", thrown.stderr);
}

#[test]
fn very_deep_nesting_is_a_trap() {
    let recursion = dergwasm(&["run", &guest("ends"), "recurse"]);
    assert_eq!(recursion.status, 134);
    assert!(recursion.stderr.contains("call stack exhausted"), "{}", recursion.stderr);
}

#[test]
fn unknown_imports_are_listed_at_once_or_fail_when_called() {
    let path = file(
        "unknown.wat",
        r#"(module
            (import "env" "emscripten_get_now" (func (result f64)))
            (import "env" "play_sound" (func $play (param i32)))
            (import "env" "show_picture" (func (param i64)))
            (memory (export "memory") 1)
            (func (export "main") (result i32) (i32.const 0))
            (func (export "play") (call $play (i32.const 1))))"#,
    );
    let refused = dergwasm(&["run", &path]);
    assert_eq!(refused.status, 1);
    for part in ["`play_sound`: wanted", "`show_picture`: wanted", "--stub-missing"] {
        assert!(refused.stderr.contains(part), "{}", refused.stderr);
    }
    assert_eq!(dergwasm(&["run", "--stub-missing", &path]).status, 0);
    let called = dergwasm(&["run", "--stub-missing", "--invoke", "play", &path]);
    assert_eq!(called.status, 134);
    let message = "error: trap: unknown import called: `env`.`play_sound`";
    assert!(called.stderr.starts_with(message), "{}", called.stderr);
}

#[test]
fn short_names_are_not_taken_for_shortened_ones() {
    let text = r#"(module (import "a" "b" (func)) (func (export "f") (call 0)))"#;
    let path = file("short-names.wat", text);
    let refused = dergwasm(&["run", "--invoke", "f", &path]);
    assert_eq!(refused.status, 1);
    let message = "error: unknown import `a`.`b`: wanted func () -> ()\nnote: --stub-missing";
    assert!(refused.stderr.starts_with(message), "{}", refused.stderr);
    let stubbed = dergwasm(&["run", "--stub-missing", "--invoke", "f", &path]);
    assert_eq!(stubbed.status, 134);
    let minified = dergwasm(&["run", &guest("minified")]);
    assert!(minified.stderr.contains("link with -O2 or less"), "{}", minified.stderr);
    assert!(!minified.stderr.contains("--stub-missing"), "{}", minified.stderr);
}

#[test]
fn the_note_on_missing_functions_stands_only_where_it_helps() {
    let text = r#"(module (import "a" "f" (func)) (import "a" "m" (memory 1)))"#;
    let path = file("missing-memory.wat", text);
    for args in [&["run", &path][..], &["run", "--stub-missing", &path]] {
        let refused = dergwasm(args);
        assert_eq!(refused.status, 1);
        assert!(refused.stderr.contains("`a`.`m`: wanted memory 1"), "{}", refused.stderr);
        assert!(!refused.stderr.contains("note: --stub-missing"), "{}", refused.stderr);
    }
}

#[test]
fn a_program_for_threads_gets_the_memory_it_imports() {
    let path = file(
        "threads.wat",
        r#"(module
            (import "env" "memory" (memory 1 16 shared))
            (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_write"
                (func $write (param i32 i32 i32 i32) (result i32)))
            (data (i32.const 0) "\08\00\00\00\06\00\00\00alone\n")
            (export "memory" (memory 0))
            (func (export "wasi_thread_start") (param i32 i32))
            (func (export "_start")
                (if (i32.ge_s (call $spawn (i32.const 0)) (i32.const 0)) (then unreachable))
                (drop (i32.atomic.rmw.add (i32.const 64) (i32.const 1)))
                (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 32)))))"#,
    );
    let ran = dergwasm(&["run", &path]);
    assert_eq!((ran.status, ran.stdout.as_str()), (0, "alone\n"), "{}", ran.stderr);
    let limited = dergwasm(&["run", "--max-memory", "32K", &path]);
    assert_eq!(limited.status, 1);
}
