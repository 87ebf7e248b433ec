//! The verb `wast`.

use crate::{dergwasm, file};

#[test]
fn wast_counts_assertions_and_shows_both_values() {
    let good = file(
        "good.wast",
        r#"(module (func (export "f") (result i32) (i32.const 1)))
        (assert_return (invoke "f") (i32.const 1))"#,
    );
    let bad = file(
        "bad.wast",
        r#"(module (func (export "f") (result f32) (f32.const 1.5)))
(assert_return (invoke "f") (f32.const 2))
(assert_trap (invoke "f") "unreachable")"#,
    );
    let passed = dergwasm(&["wast", &good]);
    assert_eq!(passed.status, 0);
    assert_eq!(passed.stdout, format!("{good}: 2/2\n2 passed, 0 failed, 0 skipped\n"));
    for mode in ["lazy", "lazy-translation", "eager"] {
        let failed = dergwasm(&["wast", "--mode", mode, &bad, &good]);
        assert_eq!(failed.status, 1);
        let expected = format!(
            "{bad}:2:2: assert_return failed: expected f32 2.0 (0x40000000), found f32 1.5 \
             (0x3fc00000)\n{bad}:3:2: assert_trap failed: expected trap: unreachable, found f32 \
             1.5 (0x3fc00000)\n{bad}: 1/3\n{good}: 2/2\n3 passed, 2 failed, 0 skipped\n"
        );
        assert_eq!(failed.stdout, expected);
    }
}

#[test]
fn a_script_that_cannot_be_parsed_is_a_failure() {
    let broken = file("broken.wast", "(module)\n(assert_nothing)");
    let shown = dergwasm(&["wast", &broken]);
    assert_eq!(shown.status, 1);
    assert!(shown.stdout.starts_with(&format!("{broken}:2:")), "{}", shown.stdout);
    assert!(shown.stdout.ends_with("0 passed, 1 failed, 0 skipped\n"), "{}", shown.stdout);
}
