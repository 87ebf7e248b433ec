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
fn a_mistake_in_a_line_of_a_megabyte_shows_its_neighbourhood() {
    let filler = "(func (nop)) ".repeat(80_000);
    let tail = "(func (result i32) (i32.konst 1)) ;; größe\u{1b}[31m";
    let message = |text: &str| Module::new(text.as_bytes()).unwrap_err().to_string();
    let shown = message(&format!("(module {filler}{tail}{filler})"));
    let column = 8 + filler.len() + tail.find("i32.konst").unwrap_or_default() + 1;
    let lines: Vec<_> = shown.lines().collect();
    assert_eq!(lines[0], "cannot read text: unknown operator or unexpected token");
    assert_eq!(lines[1], format!(" --> line 1, column {column}"));
    let before = "1 | …) (func (nop)) (func (nop)) (func (result i32) (";
    assert_eq!(lines[3], format!("{before}i32.konst 1)) ;; größe\\u{{1b}}[31m(func…"));
    assert_eq!(lines[4], format!("  |{:>1$}", "^", before.chars().count() - 2));
    let shown = message("(module\n\t(func) \"\u{e9}\")");
    assert!(shown.contains("line 2, column 9"), "{shown}");
    assert!(shown.ends_with("2 |  (func) \"é\")\n  |         ^"), "{shown}");
    assert!(message("(module").contains("line 1, column 8"));
}

#[test]
fn a_text_may_not_be_larger_than_a_module() {
    let limits = ParseLimits { module_size: 10, ..ParseLimits::default() };
    let options = DecodeOptions { limits, ..DecodeOptions::default() };
    assert!(Module::with_options(b"(module)", &options).is_ok());
    assert!(Module::with_options(b"(module (; long ;) )", &options).is_err());
}
