//! Functions out of all proportion are refused before they take memory or time.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_exec::{CompilationMode, Config, ErrorKind, Module};

/// Compiles a module eagerly whose one long function has this body.
fn compile(body: &str) -> Result<Module, dergwasm_exec::Error> {
    let many = "i32 ".repeat(1000);
    let wat = format!(
        "(module (type $many (func (result {many}))) (import \"\" \"\" (func $many (type $many)))
            (func (local i32) {body} unreachable))"
    );
    let mut config = Config::new();
    config.compilation_mode(CompilationMode::Eager);
    Module::with_config(&config, &wat::parse_str(wat).unwrap())
}

fn limit(result: Result<Module, dergwasm_exec::Error>) -> String {
    let error = result.unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Limit(_)), "{error}");
    error.to_string()
}

#[test]
fn operands_are_limited() {
    assert!(compile(&"call $many ".repeat(900)).is_ok());
    let message = limit(compile(&"call $many ".repeat(5000)));
    assert!(message.contains("function 1 needs more than 1048576 operands"), "{message}");
}

#[test]
fn code_is_limited() {
    // Each branch has to move a thousand operands.
    let branches = |count| {
        let branch = "local.get 0 br_if 0 ".repeat(count);
        format!("(block (type $many) i32.const 0 call $many {branch} unreachable) unreachable")
    };
    assert!(compile(&branches(50)).is_ok());
    assert!(limit(compile(&branches(5000))).contains("words of internal code"));
}
