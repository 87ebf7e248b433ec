//! What strangers choose reaches a terminal only as harmless text, whichever verb prints it.

use crate::{Finished, dergwasm, file};
use dergwasm::Escaped;

/// A name that would clear the screen, ring, break lines, turn the direction of writing and hide.
const NAME: &str =
    "\\1b[2J\\07\\00\\0d\\0a\\7f\\u{9b}31m\\u{202e}\\u{2066}\\u{200b}\\u{feff}\\u{2028}";

/// The name with its kilobytes.
fn name() -> String {
    NAME.to_string() + &"x".repeat(30_000)
}

/// Checks that what a command printed is harmless and not long, and says `expected`.
fn check(finished: &Finished, expected: &str) {
    for text in [&finished.stdout, &finished.stderr] {
        let obeyed = text.chars().find(|&c| c != '\n' && !Escaped::shows(c));
        assert_eq!(obeyed, None, "{:.2000}", text.escape_debug().to_string());
        assert!(text.len() < 20_000, "{} bytes, {text:.2000}", text.len());
    }
    let both = format!("{}{}", finished.stdout, finished.stderr);
    assert!(both.contains(expected), "{both:.2000}");
    assert!(both.contains(r"\u{1b}[2J"), "{both:.2000}");
}

/// A module of which every part has the name.
fn everything() -> String {
    let name = name();
    format!(
        r#"(module $"{name}"
            (import "{name}" "{name}" (func $"{name}" (param i32) (result i32)))
            (import "{name}" "{name}2" (global $"{name}" i32))
            (memory $"{name}" (export "{name}m") 1)
            (table $"{name}" (export "{name}t") 1 funcref)
            (global $"{name}g" (export "{name}g") i32 (i32.const 0))
            (tag $"{name}" (export "{name}e"))
            (func $"{name}1" (export "{name}f") (local $"{name}" i32) (call $"{name}1"))
            (data $"{name}" "{name}")
            (elem $"{name}" func $"{name}")
            (@custom "{name}" "{name}"))"#
    )
}

#[test]
fn every_verb_that_shows_a_module_escapes_its_names() {
    let wat = file("names.wat", everything());
    check(&dergwasm(&["inspect", &wat]), "exported as");
    check(&dergwasm(&["disasm", &wat]), "call");
    check(&dergwasm(&["run", &wat]), "2 unknown imports");
    let no_such = dergwasm(&["run", "--invoke", "f\u{1b}[2J", "--stub-missing", &wat]);
    assert_eq!(no_such.status, 1);
    check(&dergwasm(&["disasm", "--function", "\u{1b}[2J\u{202e}", &wat]), "no function");
}

#[test]
fn json_escapes_by_its_own_rules_and_is_whole() {
    let wat = file("names-json.wat", everything());
    let shown = dergwasm(&["inspect", "--json", &wat]);
    assert!(shown.stdout.chars().all(|c| matches!(c, ' '..='~' | '\n')));
    let json: serde_json::Value = serde_json::from_str(&shown.stdout).unwrap();
    let named = json["imports"][0]["name"].as_str().unwrap();
    assert!(named.starts_with("\u{1b}[2J\u{7}\0\r\n\u{7f}\u{9b}31m\u{202e}"), "{named:.100}");
    assert!(named.ends_with("xxx") && named.len() > 30_000);
}

#[test]
fn declarations_hold_no_name_that_a_terminal_obeys() {
    let wat = file("names-bindgen.wat", format!(r#"(module (import "{NAME}" "{NAME}" (func)))"#));
    for (lang, escape) in [("c", r"\033[2J"), ("rust", r"\u{1b}[2J"), ("json", r"\u001b[2J")] {
        let shown = dergwasm(&["bindgen", "--lang", lang, &wat]);
        assert_eq!(shown.status, 0, "{}", shown.stderr);
        assert!(shown.stdout.contains(escape), "{}", shown.stdout);
        assert!(shown.stdout.chars().all(|c| c == '\n' || Escaped::shows(c)), "{}", shown.stdout);
    }
}

#[test]
fn every_refusal_escapes_the_names_it_mentions() {
    let name = name();
    let refused = |file_name: &str, text: String, expected: &str| {
        let wat = file(file_name, text);
        for verb in ["validate", "run"] {
            let refused = dergwasm(&[verb, &wat]);
            assert_eq!(refused.status, 1);
            check(&refused, expected);
        }
    };
    let body = format!(r#"(module (func $"{name}" (result i32)))"#);
    refused("names-body.wat", body, "type mismatch");
    let twice = format!(r#"(module (func (export "{name}")) (func (export "{name}")))"#);
    refused("names-twice.wat", twice, "duplicate export");
    let unknown = format!(r#"(module (func (call $"{name}")))"#);
    refused("names-unknown.wat", unknown, "unknown func");
    let raw = format!("(module (func (nop)) {} (fun))", "(; \u{1b}[2J ;)".repeat(10_000));
    refused("names-raw.wat", raw, "expected valid module field");
}

#[test]
fn what_ends_a_run_escapes_what_the_program_chose() {
    let name = name();
    let wat = file(
        "names-trap.wat",
        format!(
            r#"(module $"{name}" (import "{name}" "{name}" (func $f))
                (func $"{name}" (export "trap") unreachable) (func (export "stub") (call $f)))"#
        ),
    );
    let trap = dergwasm(&["run", "--stub-missing", "--invoke", "trap", &wat]);
    assert_eq!(trap.status, 134);
    check(&trap, "unreachable");
    let stub = dergwasm(&["run", "--stub-missing", "--invoke", "stub", &wat]);
    check(&stub, "unknown import called");
    let wat = file(
        "names-assert.wat",
        format!(
            r#"(module
                (import "env" "__assert_fail" (func $fail (param i32 i32 i32 i32)))
                (memory (export "memory") 4) (data (i32.const 16) "{name}\00")
                (func (export "__wasm_call_ctors"))
                (func (export "main") (result i32)
                    (call $fail (i32.const 16) (i32.const 16) (i32.const 1) (i32.const 16))
                    (i32.const 0)))"#
        ),
    );
    let failed = dergwasm(&["run", &wat]);
    assert_eq!(failed.status, 134);
    check(&failed, "assertion failed");
}

#[test]
fn a_script_escapes_its_names() {
    let name = name();
    let script = format!(
        "(module $a (func (export \"f\") (result i32) (i32.const 1)))\n\
         (assert_return (invoke \"{name}\") (i32.const 1))\n\
         (assert_return (invoke $\"{name}\" \"f\") (i32.const 1))\n\
         (assert_unlinkable (module (import \"{name}\" \"{name}\" (func))) \"other\")\n\
         (assert_trap (invoke \"f\") \"{name}\")\n"
    );
    check(&dergwasm(&["wast", &file("names.wast", script)]), "2 passed, 3 failed");
    let broken = file("names-broken.wast", format!("(module (func (call $\"{name}\")) (fun))"));
    assert_eq!(dergwasm(&["wast", &broken]).status, 1);
}

#[test]
#[cfg(unix)]
fn the_name_of_a_file_is_escaped() {
    let wat = file("names-\u{1b}[2J-\u{202e}.wat", "(module)");
    check(&dergwasm(&["validate", &wat]), "valid");
    check(&dergwasm(&["inspect", &wat]), "module");
    check(&dergwasm(&["run", "nowhere-\u{1b}[2J.wat"]), "cannot read");
    check(&dergwasm(&["wast", "nowhere-\u{1b}[2J.wast"]), "cannot be read");
    check(&dergwasm(&["run", "--dir", "nowhere-\u{1b}[2J", &wat]), "cannot open the directory");
}

#[test]
fn a_mistake_in_a_long_line_shows_its_neighbourhood() {
    let filler = "(func (nop)) ".repeat(40_000);
    let wat = file("long-line.wat", format!("(module\n{filler}(func (call $nowhere)){filler})"));
    let refused = dergwasm(&["validate", &wat]);
    assert_eq!(refused.status, 1);
    let column = filler.len() + "(func (call ".len() + 1;
    assert!(refused.stderr.contains(&format!("line 2, column {column}")), "{}", refused.stderr);
    assert!(refused.stderr.len() < 1000, "{}", refused.stderr);
    let lines: Vec<_> = refused.stderr.lines().collect();
    let [.., shown, caret] = lines.as_slice() else { panic!("{lines:?}") };
    let place = |line: &str, what| line.split_once(what).unwrap().0.chars().count();
    assert_eq!(place(shown, "$nowhere"), place(caret, "^"));
}
