//! What modules decode to, and why others do not: a snapshot for each case.
#![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

use dergwasm_decode::{DecodeError, DecodeOptions, Features, Module, Validation};
use std::{fs, path::Path};

/// The binary of the text at `path`, and the text.
fn case(path: &Path) -> (Vec<u8>, String) {
    let text = fs::read_to_string(path).unwrap();
    (wat::parse_str(&text).unwrap(), text)
}

/// Cases of `unsupported` need what came after WebAssembly 2.0.
fn options(path: &Path) -> DecodeOptions {
    let old = path.parent().unwrap().ends_with("unsupported");
    let features = if old { Features::WASM2 } else { Features::default() };
    DecodeOptions { features, ..DecodeOptions::default() }
}

#[test]
fn modules() {
    insta::glob!("cases/modules/*.wat", |path| {
        let (bytes, text) = case(path);
        let module = Module::new(&bytes).unwrap();
        insta::with_settings!({ description => text, omit_expression => true }, {
            insta::assert_snapshot!(module);
        });
    });
}

#[test]
fn errors() {
    insta::glob!("cases/errors/*/*.wat", |path| {
        let (bytes, text) = case(path);
        let kind = path.parent().unwrap().file_name().unwrap();
        let error = Module::with_options(&bytes, &options(path)).unwrap_err();
        let expected = match error {
            DecodeError::Malformed { .. } => "malformed",
            DecodeError::Invalid { .. } => "invalid",
            DecodeError::Unsupported { .. } => "unsupported",
            DecodeError::LimitExceeded { .. } => "limit",
            _ => "other",
        };
        assert_eq!(kind, expected, "{error}");
        insta::with_settings!({ description => text, omit_expression => true }, {
            insta::assert_snapshot!(error);
        });
    });
}

#[test]
fn deferred_validation_finds_the_same_errors() {
    insta::glob!("cases/errors/*/*.wat", |path| {
        let (bytes, _) = case(path);
        let full = Module::with_options(&bytes, &options(path)).map(|_| ());
        let options = DecodeOptions { validation: Validation::Deferred, ..options(path) };
        let deferred = Module::with_options(&bytes, &options).and_then(|module| {
            let funcs = u32::try_from(module.func_count()).unwrap();
            (0..funcs).try_for_each(|func| module.validate_func(dergwasm_types::FuncIdx(func)))
        });
        assert_eq!(deferred, full, "{}", path.display());
    });
}
