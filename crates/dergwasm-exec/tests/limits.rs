//! Functions out of all proportion are refused before they take memory or time.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_exec::{CompilationMode, Config, ErrorKind, Module, disassemble};
use dergwasm_types::FuncIdx;

/// Compiles a module eagerly whose one long function has this body.
fn compile(body: &str) -> Result<Module, dergwasm_exec::Error> {
    let many = "i32 ".repeat(1000);
    let wat = format!(
        "(module (type $many (func (result {many}))) (import \"\" \"\" (func $many (type $many)))
            (tag $e (param i32))
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

/// A block whose branches have to move a thousand operands each.
fn branches(count: usize) -> String {
    let branch = "local.get 0 br_if 0 ".repeat(count);
    format!("(block (type $many) i32.const 0 call $many {branch} unreachable) unreachable")
}

#[test]
fn code_is_limited() {
    assert!(compile(&branches(50)).is_ok());
    assert!(limit(compile(&branches(5000))).contains("words of internal code"));
}

#[test]
fn no_code_that_catches_is_left_out_at_the_limit() {
    const CLAUSES: usize = 1000;
    let body = |count| {
        let catches = "(try_table (catch $e $caught) (call 1))".repeat(CLAUSES);
        format!("(block $caught (result i32) {catches} {}) unreachable", branches(count))
    };
    // The most branches that are accepted.
    let (mut accepted, mut refused) = (0, 5000);
    while refused - accepted > 1 {
        let middle = usize::midpoint(accepted, refused);
        match compile(&body(middle)) {
            Ok(_) => accepted = middle,
            Err(_) => refused = middle,
        }
    }
    assert!(limit(compile(&body(refused))).contains("words of internal code"));
    let module = compile(&body(accepted)).unwrap();
    let listing = disassemble(&Config::new(), &module, FuncIdx(1)).unwrap();
    assert_eq!(listing.matches("catch.values").count(), CLAUSES);
}
