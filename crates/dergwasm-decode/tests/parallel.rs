//! Several threads give the same result as one.
#![cfg(feature = "parallel")]
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_decode::{DecodeOptions, Module};
use std::fmt::Write;

/// A module large enough for several threads, whose functions of the given indices are invalid.
fn module(invalid: &[usize]) -> Vec<u8> {
    let mut wat = String::from("(module");
    for i in 0..2000 {
        write!(wat, "(func $f{i} (param i32) (result i32) (local.get 0)").unwrap();
        for j in 0..20 {
            write!(wat, "(i32.const {}) i32.xor", i * j + 100_000).unwrap();
        }
        wat.push_str(if invalid.contains(&i) { " drop)" } else { ")" });
    }
    wat.push(')');
    wat::parse_str(&wat).unwrap()
}

fn both(bytes: &[u8]) -> [Result<usize, String>; 2] {
    [false, true].map(|parallel| {
        let options = DecodeOptions { parallel, ..DecodeOptions::default() };
        let module = Module::with_options(bytes, &options);
        module.map(|module| module.func_count()).map_err(|error| error.to_string())
    })
}

#[test]
fn the_first_invalid_function_is_reported() {
    assert_eq!(both(&module(&[])), [Ok(2000), Ok(2000)]);
    for invalid in [&[0][..], &[1999], &[700, 701, 1500], &[3, 1998]] {
        let [one, many] = both(&module(invalid));
        assert_eq!(one, many);
        assert!(one.unwrap_err().contains(&format!("function {} `f{0}`", invalid[0])));
    }
}

#[test]
fn a_fault_after_an_invalid_function_does_not_hide_it() {
    let bytes = module(&[40]);
    let [one, many] = both(&bytes[..bytes.len() / 2]);
    assert_eq!(one, many);
}
