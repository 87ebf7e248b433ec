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
