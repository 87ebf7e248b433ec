//! Modules from the text format.
#![cfg(feature = "wat")]

use dergwasm_decode::{DecodeError, DecodeOptions, Module, ParseLimits};

#[test]
fn text_is_told_from_binary() {
    let text = b" \n;; a comment\n(module $m (func $f))";
    let module = Module::new(text).unwrap();
    assert_eq!(module.name(), Some("m"));
    assert_eq!(module.bytes(), &*wat::parse_bytes(text).unwrap());
    assert_eq!(Module::new(module.bytes()).unwrap().bytes(), module.bytes());
}

#[test]
fn a_mistake_in_a_text_is_shown() {
    let error = Module::new(b"(module\n  (fun))").unwrap_err();
    assert!(matches!(error, DecodeError::Text(_)) && error.location().is_none());
    let message = error.to_string();
    assert!(message.starts_with("cannot read text: "), "{message}");
    assert!(message.contains("2 |   (fun))"), "{message}");
}

#[test]
fn a_text_may_not_be_larger_than_a_module() {
    let limits = ParseLimits { module_size: 10, ..ParseLimits::default() };
    let options = DecodeOptions { limits, ..DecodeOptions::default() };
    assert!(Module::with_options(b"(module)", &options).is_ok());
    assert!(Module::with_options(b"(module (; long ;) )", &options).is_err());
}
