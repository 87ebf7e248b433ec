//! What is a valid module is decided as wasmparser alone decides it.

use dergwasm_decode::{DecodeOptions, Features, Module};
use wasmparser::Validator;

/// A module with many instructions, so that mutations hit their operands and order.
const RICH: &str = r#"(module
    (type $t (func (param i32 i64) (result i32)))
    (memory 1) (table 2 funcref) (global $g (mut i32) (i32.const 5))
    (func $f (export "f") (type $t) (local f32 f64 i32)
        (local.set 4 (i32.load offset=300 (i32.add (local.get 0) (i32.const -7))))
        (i64.store8 offset=1 align=1 (local.get 0) (i64.mul (local.get 1) (i64.const 1000000)))
        (block $b (loop $l
            (br_if $b (i32.eqz (local.get 4)))
            (global.set $g (i32.sub (global.get $g) (i32.const 70000)))
            (br_if $l (i32.lt_s (local.tee 4 (i32.shl (local.get 4) (i32.const 3))) (i32.const 9)))))
        (if (result i32) (local.get 4)
            (then (select (i32.const 1) (i32.const 2) (local.get 0)))
            (else (drop (f64.mul (local.get 3) (f64.const 2)))
                (return (call $f (local.get 0) (i64.extend_i32_u (local.get 4))))))
        (drop (i32.trunc_f32_s (local.get 2)))
        (f64.store (i32.const 128) (f64.convert_i32_s (local.get 4))))
    (func (br_table 0 0 (i32.const 1))))"#;

fn agree(bytes: &[u8]) {
    let options = DecodeOptions { features: Features::WASM2, ..DecodeOptions::default() };
    let ours = Module::with_options(bytes, &options);
    let theirs = Validator::new_with_features(Features::WASM2.wasm_features()).validate_all(bytes);
    let (ours, theirs) = (ours.err(), theirs.err());
    assert_eq!(ours.is_none(), theirs.is_none(), "{ours:?}\n{theirs:?}\n{bytes:02x?}");
}

#[test]
fn mutated_modules_are_judged_alike() {
    let original = wat::parse_str(RICH).unwrap();
    agree(&original);
    // The code comes last and is the larger part.
    let code = original.len() / 4;
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    for _ in 0..if cfg!(miri) { 50 } else { 10_000 } {
        let mut bytes = original.clone();
        for _ in 0..=random(3) {
            let at = code + random(bytes.len() - code);
            bytes[at] = match random(4) {
                0 => bytes[at] ^ 1 << random(8),
                1 => [0x0b, 0x40, 0x80, 0x7f, 0x00, 0x20, 0x05, 0x41][random(8)],
                _ => u8::try_from(random(256)).unwrap(),
            };
        }
        agree(&bytes);
    }
}
