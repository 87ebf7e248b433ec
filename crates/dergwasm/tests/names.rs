//! What an embedder prints of a stranger's module: errors, backtraces, listings, the module itself.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm::exec::disassemble;
use dergwasm::types::FuncIdx;
use dergwasm::{Config, Error, Escaped, Instance, Linker, Machine, Module};
use std::fmt::Debug;

/// A name that would clear the screen, ring, break lines, turn the direction of writing and hide,
/// and is long.
fn name() -> String {
    let start = "\\1b[2J\\07\\0d\\0a\\7f\\u{9b}31m\\u{202e}\\u{2066}\\u{200b}\\u{feff}\\u{2028}";
    start.to_string() + &"x".repeat(90_000)
}

#[track_caller]
fn check(text: &str, expected: &str) {
    check_harmless(text);
    assert!(text.contains(expected) && text.contains(r"\u{1b}[2J"), "{text:.500}");
}

#[track_caller]
fn check_harmless(text: &str) {
    let obeyed = text.chars().find(|&c| c != '\n' && !Escaped::shows(c));
    assert_eq!(obeyed, None, "{:.500}", text.escape_debug().to_string());
    assert!(text.len() < 10_000, "{} bytes: {text:.500}", text.len());
}

#[track_caller]
fn check_error<T: Debug>(result: Result<T, Error>, expected: &str) {
    let error = result.unwrap_err();
    check(&error.to_string(), expected);
    check(&format!("{error:?}"), expected);
    let mut source = std::error::Error::source(&error);
    while let Some(inner) = source {
        check_harmless(&inner.to_string());
        source = inner.source();
    }
}

#[test]
fn errors_of_loading_are_harmless() {
    let name = name();
    let load = |text: String| Module::new(text.as_bytes());
    check_error(load(format!(r#"(module (func $"{name}" (result i32)))"#)), "type mismatch");
    let twice = format!(r#"(module (func (export "{name}")) (func (export "{name}")))"#);
    check_error(load(twice), "duplicate export");
    check_error(load(format!(r#"(module (func (call $"{name}")))"#)), "unknown func");
}

#[test]
fn errors_of_linking_are_harmless() {
    let name = name();
    let text = format!(r#"(module (import "{name}" "{name}" (func)))"#);
    let module = Module::new(text.as_bytes()).unwrap();
    let mut machine = Machine::new(());
    let import = &module.decoded().imports()[0];
    let mut linker = Linker::new();
    check_error(linker.instantiate(&mut machine, &module), "unknown import");
    check_error(Instance::new(&mut machine, &module, &[]), "unknown import");
    linker.func_wrap(&import.module, "other", || ()).unwrap();
    check_error(linker.func_wrap(&import.module, "other", || ()), "is defined twice");
    check_error(linker.alias(&import.module, &import.name, "a", "b"), "cannot alias");
    let unknown = format!("{}?", import.module);
    check_error(linker.alias_module(&unknown, "a"), "cannot alias");
    linker.func_wrap("elsewhere", &import.name, || ()).unwrap();
    check_error(linker.instantiate(&mut machine, &module), "defines that name");
    linker.func_wrap(&import.module, &import.name, |_: i32| ()).unwrap();
    check_error(linker.instantiate(&mut machine, &module), "incompatible import type");
}

#[test]
fn what_a_run_leaves_is_harmless() {
    let name = name();
    let text = format!(
        r#"(module $"{name}" (import "{name}" "{name}" (func $"{name}2"))
            (func $"{name}" (export "trap") unreachable)
            (func (export "stub") (call $"{name}2"))
            (global (export "{name}") i32 (i32.const 0)) (@custom "{name}" ""))"#
    );
    let module = Module::new(text.as_bytes()).unwrap();
    let mut machine = Machine::new(());
    let mut linker = Linker::new();
    linker.define_unknown_imports_as_traps(&module).unwrap();
    let instance = linker.instantiate(&mut machine, &module).unwrap();
    let mut call = |name| {
        let func = instance.get_func(&machine, name).unwrap();
        func.call(&mut machine, &[], &mut [])
    };
    let trap = call("trap").unwrap_err();
    check(&trap.backtrace().unwrap().to_string(), "!");
    check(&format!("{trap:?}"), "unreachable");
    check_error(call("stub"), "unknown import called");
    let global = module.decoded().exports().iter().find(|export| export.name.len() > 1000);
    let global = &global.unwrap().name;
    check_error(instance.get_typed_func::<(), ()>(&machine, global), "not a function");
    check(&disassemble(&Config::default(), &module, FuncIdx(1)).unwrap(), "unreachable");
    check(&module.decoded().to_string(), "custom");
}
