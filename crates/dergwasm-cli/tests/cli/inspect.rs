//! The verbs `inspect` and `disasm`.

use crate::{command, dergwasm, file};
use std::process::Stdio;

const MODULE: &str = r#"(module $demo
  (import "env" "log" (func $log (param i32 f64)))
  (memory (export "memory") 1 16)
  (table 2 funcref)
  (global $count (export "count") (mut i64) (i64.const 7))
  (func $main (export "main") (param i32) (result i32)
    (i32.add (local.get 0) (i32.const 1)))
  (func $start)
  (start $start)
  (elem (i32.const 0) $main $start)
  (data (i32.const 8) "hello")
  (@custom "note" "by hand"))"#;

#[test]
fn inspect_shows_what_a_module_holds() {
    let wat = file("inspect.wat", MODULE);
    let shown = dergwasm(&["inspect", &wat]);
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    assert_eq!(shown.stdout.replace(&wat, "inspect.wat"), include_str!("inspect.out"));
}

#[test]
fn inspect_prints_json() {
    let wat = file("json.wat", MODULE);
    let shown = dergwasm(&["inspect", "--json", &wat]);
    assert_eq!(shown.status, 0, "{}", shown.stderr);
    let json: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(json["name"], "demo");
    assert_eq!(json["imports"][0]["name"], "log");
    assert_eq!(json["imports"][0]["type"]["params"][1], "f64");
    assert_eq!(json["exports"][0]["kind"], "memory");
    assert_eq!(json["memories"][0]["maximum"], 16);
    assert_eq!(json["functions"][1]["name"], "main");
    assert_eq!(json["start"], 2);
    assert_eq!(json["data"][0]["size"], 5);
}

#[test]
fn inspect_shows_pages_of_a_memory_that_are_not_64_kib() {
    let wat = file("pages.wat", "(module (memory 3000 0x100000 (pagesize 1)) (memory 1))");
    let shown = dergwasm(&["inspect", &wat]).stdout;
    assert!(shown.contains("3000 1048576 (pagesize 1): 2.9 KiB, at most 1 MiB"), "{shown}");
    let json = dergwasm(&["inspect", "--json", &wat]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        (&json["memories"][0]["page_size"], &json["memories"][1]["page_size"]),
        (&1.into(), &65536.into())
    );
}

#[test]
fn a_closed_pipe_is_no_panic() {
    let wat = file("pipe.wat", MODULE);
    let mut child = command()
        .args(["inspect", &wat])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn disasm_lists_one_function_or_all() {
    let wat = file("disasm.wat", MODULE);
    let all = dergwasm(&["disasm", &wat]);
    assert_eq!(all.status, 0, "{}", all.stderr);
    assert!(all.stdout.contains("i32.add"), "{}", all.stdout);
    for name in ["main", "1"] {
        let one = dergwasm(&["disasm", "--function", name, &wat]);
        assert_eq!(one.status, 0, "{}", one.stderr);
        assert!(all.stdout.starts_with(one.stdout.trim_end()), "{}", one.stdout);
    }
    let imported = dergwasm(&["disasm", "--function", "0", &wat]);
    assert_eq!(imported.status, 1);
    assert!(imported.stderr.contains("imported"), "{}", imported.stderr);
    let missing = dergwasm(&["disasm", "--function", "nothing", &wat]);
    assert_eq!(missing.status, 1);
}
