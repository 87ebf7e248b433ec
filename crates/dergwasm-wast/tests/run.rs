//! What the runner makes of each kind of directive, of wrong expectations and of broken scripts.

use dergwasm::{CompilationMode, Config, Features};
use dergwasm_wast::{DirectiveKind, Outcome, Report, Script, run};

fn report(script: &str) -> Report {
    run(&Script::parse(script).expect("the script is well-formed"), &Config::default())
}

/// The reasons of what failed.
fn failures(script: &str) -> Vec<String> {
    let reason = |outcome: &Outcome| match outcome {
        Outcome::Failed(why) => Some(why.clone()),
        _ => None,
    };
    report(script).directives.iter().filter_map(|it| reason(&it.outcome)).collect()
}

#[test]
fn modules_are_linked_by_registered_names() {
    let script = r#"
        (module $a
          (global (export "g") i32 (i32.const 7))
          (func (export "f") (result i32) (i32.const 1)))
        (register "a" $a)
        (module $b
          (import "a" "f" (func $f (result i32)))
          (import "spectest" "print_i32" (func $print (param i32)))
          (func (export "f") (result i32) (call $print (i32.const 3)) (call $f)))
        (assert_return (invoke "f") (i32.const 1))
        (assert_return (invoke $b "f") (i32.const 1))
        (assert_return (get $a "g") (i32.const 7))
        (invoke $a "f")
        (assert_unlinkable (module (import "a" "missing" (func))) "unknown import")
        (assert_unlinkable (module (import "a" "g" (func))) "incompatible import type")"#;
    let report = report(script);
    assert_eq!((report.passed(), report.failed(), report.skipped()), (8, 0, 0), "{report:?}");
}

#[test]
fn definitions_are_instantiated_by_name() {
    let script = r#"
        (module definition $M
          (global $g (mut i32) (i32.const 0))
          (func (export "next") (result i32)
            (global.set $g (i32.add (global.get $g) (i32.const 1))) (global.get $g)))
        (module instance $one $M)
        (module instance $two $M)
        (assert_return (invoke $one "next") (i32.const 1))
        (assert_return (invoke $one "next") (i32.const 2))
        (assert_return (invoke $two "next") (i32.const 1))"#;
    assert_eq!(failures(script), [""; 0]);
}

#[test]
fn traps_of_calls_and_of_instantiation() {
    let script = r#"
        (module (func $f (export "f") unreachable) (func $deep (export "deep") (call $deep)))
        (assert_trap (invoke "f") "unreachable")
        (assert_exhaustion (invoke "deep") "call stack exhausted")
        (assert_trap (module (memory 0) (data (i32.const 1) "a")) "out of bounds memory access")
        (assert_trap (module (func $f unreachable) (start $f)) "unreachable")"#;
    assert_eq!(failures(script), [""; 0]);
}

#[test]
fn refused_modules_in_every_mode() {
    let script = r#"
        (assert_malformed (module quote "(func (") "unexpected end")
        (assert_malformed (module binary "\00asm\01\00\00") "unexpected end")
        (assert_invalid (module (func (result i32) (i64.const 0))) "type mismatch")"#;
    let script = Script::parse(script).unwrap();
    for mode in [CompilationMode::Eager, CompilationMode::LazyTranslation, CompilationMode::Lazy] {
        let mut config = Config::default();
        config.compilation_mode(mode);
        let report = run(&script, &config);
        assert_eq!((report.passed(), report.failed()), (3, 0), "{mode:?}: {report:?}");
    }
}

#[test]
fn patterns_of_results() {
    let script = r#"
        (module
          (func (export "nan") (result f32) (f32.div (f32.const 0) (f32.const 0)))
          (func (export "pair") (result i32 i64) (i32.const 1) (i64.const 2))
          (func (export "vector") (result v128) (v128.const f32x4 1 2 3 nan))
          (func $f (export "func") (result funcref) (ref.func $f))
          (func (export "same") (param externref) (result externref) (local.get 0)))
        (assert_return (invoke "nan") (f32.const nan:canonical))
        (assert_return (invoke "pair") (i32.const 1) (i64.const 2))
        (assert_return (invoke "vector") (v128.const f32x4 1 2 3 nan:arithmetic))
        (assert_return (invoke "vector") (either (i32.const 1) (v128.const f32x4 1 2 3 nan)))
        (assert_return (invoke "func") (ref.func))
        (assert_return (invoke "same" (ref.extern 5)) (ref.extern 5))
        (assert_return (invoke "same" (ref.null extern)) (ref.null extern))"#;
    assert_eq!(failures(script), [""; 0]);
}

#[test]
fn a_failure_tells_where_and_shows_both_values() {
    let report = report(
        "(module (func (export \"f\") (result i32) (i32.const 255)))\n\
         \x20 (assert_return (invoke \"f\") (i32.const -1))",
    );
    let failure = report.failures().next().unwrap();
    assert_eq!(
        failure.to_string(),
        "2:4: assert_return failed: expected i32 -1 (0xffffffff), found i32 255 (0x000000ff)"
    );
}

#[test]
fn wrong_expectations_are_failures() {
    let script = r#"
        (module
          (func (export "f") (result i32) (i32.const 1))
          (func (export "trap") unreachable))
        (assert_return (invoke "f"))
        (assert_return (invoke "f") (i64.const 1))
        (assert_return (invoke "f") (i32.const 1) (i32.const 1))
        (assert_return (invoke "trap"))
        (assert_trap (invoke "f") "unreachable")
        (assert_trap (invoke "trap") "integer overflow")
        (assert_exhaustion (invoke "trap") "call stack exhausted")
        (assert_exception (invoke "trap"))
        (assert_invalid (module) "type mismatch")
        (assert_unlinkable (module) "unknown import")"#;
    let failures = failures(script);
    assert_eq!(failures.len(), 10, "{failures:#?}");
    assert!(failures[0].contains("expected no results, found i32 1"), "{}", failures[0]);
    assert!(failures[3].ends_with("found trap: unreachable"), "{}", failures[3]);
}

#[test]
fn impossible_requests_are_failures() {
    let script = r#"
        (invoke "f")
        (register "nothing")
        (module instance $i $m)
        (module (func (export "f") (param i32)) (global (export "g") i32 (i32.const 0)))
        (invoke "g")
        (invoke "f")
        (invoke "f" (i64.const 0))
        (invoke "f" (ref.host 0))
        (assert_return (get "f") (i32.const 0))
        (invoke $other "f" (i32.const 0))
        (module (import "nowhere" "f" (func)))
        (invoke "f" (i32.const 0))"#;
    let failures = failures(script);
    assert_eq!(failures.len(), 11, "{failures:#?}");
    assert!(failures[10].contains("making the last one failed"), "{}", failures[10]);
}

#[test]
fn a_suspension_is_asserted_by_its_own_trap() {
    let script = r#"
        (module
          (tag $t)
          (func (export "suspends") (suspend $t))
          (func (export "returns"))
          (func (export "traps") (unreachable)))
        (assert_suspension (invoke "suspends") "unhandled")
        (assert_suspension (invoke "returns") "unhandled")
        (assert_suspension (invoke "traps") "unhandled")
        (assert_suspension (invoke "suspends") "something else")"#;
    let mut config = Config::default();
    config.features(Features::default().with_stack_switching(true));
    let report = run(&Script::parse(script).unwrap(), &config);
    assert_eq!((report.passed(), report.failed()), (2, 3), "{report:?}");
    let failure = report.failures().next().unwrap().to_string();
    assert!(
        failure.starts_with("8:10: assert_suspension failed: expected a suspension"),
        "{failure}"
    );
}

#[test]
fn what_is_not_carried_out_is_skipped_with_a_reason() {
    let report = report(
        r#"(module $m)
        (thread $t (shared (module $m)) (invoke "f"))
        (wait $t)"#,
    );
    assert_eq!((report.passed(), report.failed(), report.skipped()), (1, 0, 2));
    assert!(report.directives[1].to_string().contains("skipped: a memory belongs to one machine"));
}

#[test]
fn a_text_that_is_no_script_is_an_error_with_a_position() {
    let error = Script::parse("(module)\n  (assert_nothing)").unwrap_err();
    assert_eq!((error.line, error.column), (2, 4), "{error}");
    assert!(Script::parse("(module").is_err());
    assert!(Script::parse("").is_err());
}

#[test]
fn broken_scripts_do_not_panic() {
    let script = r#"(module $m (memory 1) (func (export "f") (param i32) (result f32)
        (f32.const nan:0x200000)) (data (i32.const 0) "\00\ff"))
        (assert_return (invoke $m "f" (i32.const -0x1)) (f32.const nan:arithmetic))
        (assert_malformed (module quote "(func" ")") "unexpected")"#;
    for end in 0..script.len() {
        drop(Script::parse(&script[..end]));
        let cut = format!("{}{}", &script[..end], &script[end + 1..]);
        drop(Script::parse(&cut));
    }
}

#[test]
fn folded_blocks_of_legacy_exceptions_are_read() {
    let script = r#"
        (module
          (tag $e (param i32))
          (func (export "f") (param i32) (result i32)
            (try $t (result i32)
              (do (try (result i32) (do (throw $e (local.get 0)) (i32.const 1)) (delegate $t)))
              (catch $e (i32.add (i32.const 1)))
              (catch_all (rethrow $t)))))
        (assert_return (invoke "f" (i32.const 1)) (i32.const 2))"#;
    let script = Script::parse(script).expect("the script is well-formed");
    let DirectiveKind::Module(module) = &script.directives()[0].kind else { panic!("no module") };
    assert!(module.binary.is_ok(), "{module:?}");
    let broken = Script::parse("(module (func (try (do) (catch_all)) (frobnicate)))");
    assert!(broken.unwrap_err().reason.contains("unknown operator"));
}

#[test]
fn only_an_uncaught_exception_is_one() {
    let script = r#"
        (module
          (tag $e (param i32))
          (func (export "throw") (throw $e (i32.const 7)))
          (func (export "return") (result i32) (i32.const 7))
          (func (export "trap") unreachable))
        (assert_exception (invoke "throw"))
        (assert_exception (invoke "return"))
        (assert_exception (invoke "trap"))"#;
    let [returned, trapped] = &failures(script)[..] else { panic!("two are wrong") };
    assert_eq!(returned, "expected an exception, found i32 7 (0x00000007)");
    assert!(trapped.starts_with("expected an exception, found trap: unreachable"), "{trapped}");
}

#[test]
fn references_are_compared_by_kind_and_host_values_by_number() {
    let script = r#"
        (module
          (type $s (struct (field i32)))
          (type $a (array i8))
          (func (export "same") (param externref) (result externref) (local.get 0))
          (func (export "any") (param anyref) (result anyref) (local.get 0))
          (func (export "typed") (param (ref null $s)) (result (ref null $s)) (local.get 0))
          (func (export "struct") (result anyref) (struct.new $s (i32.const 1)))
          (func (export "array") (result eqref) (array.new_default $a (i32.const 1)))
          (func (export "i31") (result i31ref) (ref.i31 (i32.const 1)))
          (func (export "none") (result nullref) (ref.null none))
          (func (export "exn") (result exnref) (ref.null exn)))
        (assert_return (invoke "same" (ref.extern 3)) (ref.extern 3))
        (assert_return (invoke "same" (ref.null extern)) (ref.null noextern))
        (assert_return (invoke "any" (ref.host 3)) (ref.host 3))
        (assert_return (invoke "any" (ref.host 3)) (ref.any))
        (assert_return (invoke "typed" (ref.null none)) (ref.null struct))
        (assert_return (invoke "struct") (ref.struct))
        (assert_return (invoke "struct") (ref.eq))
        (assert_return (invoke "array") (ref.array))
        (assert_return (invoke "i31") (ref.i31))
        (assert_return (invoke "none") (ref.null any))
        (assert_return (invoke "exn") (ref.null noexn))
        (assert_return (invoke "exn") (ref.null))"#;
    assert_eq!(failures(script), [""; 0]);
    let module = script.split("(assert_return").next().unwrap();
    let wrong = r#"
        (assert_return (invoke "same" (ref.extern 3)) (ref.extern 4))
        (assert_return (invoke "same" (ref.extern 3)) (ref.host 3))
        (assert_return (invoke "any" (ref.host 3)) (ref.eq))
        (assert_return (invoke "struct") (ref.array))
        (assert_return (invoke "i31") (ref.struct))
        (assert_return (invoke "none") (ref.null exn))
        (assert_return (invoke "exn") (ref.null any))"#;
    let failures = failures(&format!("{module}{wrong}"));
    assert_eq!(failures.len(), 7, "{failures:#?}");
    assert_eq!(failures[0], "expected ref.extern 4, found ref.extern 3");
    assert!(failures[3].starts_with("expected ref.array, found "), "{}", failures[3]);
    assert_eq!(failures[5], "expected ref.null exn, found ref.null any");
}
