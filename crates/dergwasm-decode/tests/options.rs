//! What the options change: proposals, how much is validated, limits.
#![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

use dergwasm_decode::{
    DecodeError, DecodeOptions, Features, Import, Module, ParseLimits, Validation,
};
use dergwasm_types::FuncIdx;

fn with_features(text: &str, features: Features) -> Result<Module, DecodeError> {
    let options = DecodeOptions { features, ..DecodeOptions::default() };
    Module::with_options(&wat::parse_str(text).unwrap(), &options)
}

fn with_validation(text: &str, validation: Validation) -> Result<Module, DecodeError> {
    let options = DecodeOptions { validation, ..DecodeOptions::default() };
    Module::with_options(&wat::parse_str(text).unwrap(), &options)
}

fn with_limits(text: &str, limits: ParseLimits) -> String {
    let options = DecodeOptions { limits, ..DecodeOptions::default() };
    Module::with_options(&wat::parse_str(text).unwrap(), &options).unwrap_err().to_string()
}

#[test]
fn a_proposal_that_is_off_is_named() {
    let two_memories = "(module (memory 1) (memory 1))";
    assert!(with_features(two_memories, Features::default()).is_ok());
    let simd = "(module (func $f (drop (v128.const i32x4 0 0 0 0))))";
    let error = with_features(simd, Features::default().with_simd(false)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "unsupported module at offset 0x17 in the code section, function 0 `f`: \
         SIMD support is not enabled; turn on `simd` in `Features`"
    );
    let DecodeError::Unsupported { proposals, .. } = error else { panic!("{error}") };
    assert!(proposals.simd() && !proposals.memory64());
}

#[test]
fn each_supported_proposal_can_be_turned_off() {
    let all = Features::default();
    for (features, text) in [
        (all.with_mutable_global(false), r#"(module (global (export "g") (mut i32) i32.const 0))"#),
        (all.with_sign_extension(false), "(module (func (drop (i32.extend8_s (i32.const 0)))))"),
        (
            all.with_saturating_float_to_int(false),
            "(module (func (drop (i32.trunc_sat_f32_s (f32.const 0)))))",
        ),
        (all.with_reference_types(false), "(module (func (param externref)))"),
        (all.with_multi_value(false), "(module (func (result i32 i32) unreachable))"),
        (all.with_bulk_memory(false), r#"(module (data "passive"))"#),
        (
            all.with_relaxed_simd(false),
            "(module (func (param v128) (result v128)
            (i8x16.relaxed_swizzle (local.get 0) (local.get 0))))",
        ),
        (all.with_tail_call(false), "(module (func return_call 0))"),
        (
            all.with_extended_const(false),
            "(module (global i32 (i32.add (i32.const 1) (i32.const 2))))",
        ),
        (all.with_memory64(false), "(module (memory i64 1))"),
        (all.with_threads(false), "(module (memory 1 1 shared))"),
        (
            all.with_threads(false),
            "(module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))))",
        ),
        (
            all.with_wide_arithmetic(false),
            "(module (func (param i64 i64) (result i64 i64)
            (i64.mul_wide_u (local.get 0) (local.get 1))))",
        ),
        (all.with_custom_page_sizes(false), "(module (memory 1 (pagesize 1)))"),
        (
            all.with_compact_imports(false),
            r#"(module (import "m" (item "a" (func)) (item "b" (func))))"#,
        ),
    ] {
        assert!(Module::new(&wat::parse_str(text).unwrap()).is_ok(), "{text}");
        assert!(with_features(text, features).is_err(), "{text}");
    }
}

#[test]
fn wider_constant_expressions_come_with_extended_const() {
    for text in [
        "(module (global $a i32 (i32.const 1)) (global i32 (global.get $a)))",
        "(module (table 1 funcref (ref.null func)))",
    ] {
        assert!(with_features(text, Features::default()).is_ok(), "{text}");
        assert!(with_features(text, Features::WASM2).is_err(), "{text}");
    }
}

#[test]
fn a_proposal_that_is_not_supported_cannot_be_turned_on() {
    let features = Features::default().with_memory_control(true).with_custom_descriptors(true);
    assert_eq!(
        with_features("(module)", features).unwrap_err().to_string(),
        "cannot turn on `memory_control`, `custom_descriptors`: not supported; see `Features::supported`"
    );
}

#[test]
fn deferred_validation_leaves_bodies_for_later() {
    let text = r#"(module
        (import "env" "f" (func))
        (func $good (result i32) i32.const 1)
        (func $bad (result i32) i64.const 1)
        (data "after the code"))"#;
    assert!(with_validation(text, Validation::Full).is_err());
    let module = with_validation(text, Validation::Deferred).unwrap();
    assert!(module.validate_func(FuncIdx(0)).is_ok(), "an import has no body");
    assert!(module.validate_func(FuncIdx(1)).is_ok());
    let later = std::thread::spawn(move || module.validate_func(FuncIdx(2))).join().unwrap();
    assert_eq!(later.unwrap_err(), with_validation(text, Validation::Full).unwrap_err());
    // What is outside of bodies is not left for later.
    assert!(with_validation("(module (start 5))", Validation::Deferred).is_err());
}

#[test]
fn a_function_that_does_not_exist_is_not_valid() {
    let module = with_validation("(module)", Validation::Deferred).unwrap();
    let error = module.validate_func(FuncIdx(3)).unwrap_err();
    assert_eq!(error.to_string(), "invalid module at offset 0x0, function 3: unknown function");
}

#[test]
fn trusted_modules_may_be_invalid_but_not_inconsistent() {
    let module = with_validation("(module (func (result i32) i64.const 1))", Validation::None);
    assert!(module.unwrap().validate_func(FuncIdx(0)).is_ok(), "it is trusted");
    for (text, reason) in [
        ("(module (func (type 7)))", "in the function section: unknown type 7"),
        (r#"(module (import "" "" (func (type 7))))"#, "in the import section: unknown type 7"),
        (r#"(module (export "f" (func 7)))"#, "in the export section: unknown function 7"),
        ("(module (start 7))", "in the start section: unknown function 7"),
        ("(module (elem func 7))", "in the element section: unknown function 7"),
        ("(module (elem (i32.const 0) func))", "in the element section: unknown table 0"),
        ("(module (data (i32.const 0) \"\"))", "in the data section: unknown memory 0"),
        ("(module (global i32 (global.get 7)))", "in the global section: unknown global 7"),
        ("(module (global i32 (i32.const 0) (i32.add)))", "in the global section: type mismatch"),
        ("(module (global i32))", "in the global section: type mismatch"),
        ("(module (table 1 funcref (ref.func 7)))", "in the table section: unknown function 7"),
    ] {
        let error = with_validation(text, Validation::None).unwrap_err().to_string();
        assert!(error.ends_with(reason), "{text}: {error}");
    }
}

#[test]
fn trusted_modules_keep_their_tags() {
    let text = r#"(module
        (import "env" "t" (tag (param i32)))
        (tag (export "thrown") (param i64 i64)))"#;
    let module = with_validation(text, Validation::None).unwrap();
    assert_eq!((module.imported_tag_count(), module.tag_count()), (1, 2));
    let export = module.export("thrown").unwrap();
    assert_eq!(module.export_type(export).to_string(), "tag (i64, i64) -> ()");
}

/// A module of an import section with these contents, after a type without parameters.
fn with_imports(section: &[u8]) -> Vec<u8> {
    let mut module = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x02".to_vec();
    module.push(u8::try_from(section.len()).unwrap());
    module.extend(section);
    module
}

#[test]
fn groups_of_imports_are_imports() {
    let names = |bytes: &[u8]| {
        let module = Module::new(&with_imports(bytes)).unwrap();
        let name = |it: &Import| format!("{}.{}: {}", it.module, it.name, module.import_type(it));
        module.imports().iter().map(name).collect::<Vec<_>>()
    };
    let two = ["m.a: func () -> ()", "m.b: func () -> ()"];
    assert_eq!(names(b"\x02\x01m\x01a\0\0\x01m\x01b\0\0"), two);
    assert_eq!(names(b"\x01\x01m\0\x7f\x02\x01a\0\0\x01b\0\0"), two);
    assert_eq!(names(b"\x01\x01m\0\x7e\0\0\x02\x01a\x01b"), two);
    assert_eq!(names(b"\x02\x01m\0\x7f\0\x01m\0\x7e\0\0\0"), [""; 0]);
    // A count that the bytes do not keep.
    assert!(Module::new(&with_imports(b"\x01\x01m\0\x7e\0\0\xff\xff\xff\xff\x0f")).is_err());
}

#[test]
fn what_a_group_of_imports_stands_for_is_limited() {
    let limited = |limits| {
        let options = DecodeOptions { limits, ..DecodeOptions::default() };
        let bytes = with_imports(b"\x01\x05names\0\x7e\0\0\x03\0\0\0");
        Module::with_options(&bytes, &options).unwrap_err().to_string()
    };
    let limits = ParseLimits::default;
    assert_eq!(
        limited(ParseLimits { imports: 2, ..limits() }),
        "module too large at offset 0x11 in the import section: \
         3 imports, more than the limit of 2; raise it in `ParseLimits`"
    );
    assert_eq!(
        limited(ParseLimits { import_names: 14, ..limits() }),
        "module too large at offset 0x11 in the import section: \
         15 bytes of module names of imports, more than the limit of 14; \
         raise it in `ParseLimits`"
    );
}

#[test]
fn limits_are_kept_and_named() {
    let limits = ParseLimits::default;
    let two_funcs = r#"(module (import "" "f" (func)) (func))"#;
    assert_eq!(
        with_limits(two_funcs, ParseLimits { functions: 1, ..limits() }),
        "module too large at offset 0x18 in the function section: \
         2 functions, more than the limit of 1; raise it in `ParseLimits`"
    );
    assert_eq!(
        with_limits("(module)", ParseLimits { module_size: 7, ..limits() }),
        "module too large at offset 0x0: \
         8 bytes, more than the limit of 7; raise it in `ParseLimits`"
    );
    for (text, limits) in [
        ("(module (func nop nop))", ParseLimits { function_size: 3, ..limits() }),
        ("(module (type (func)))", ParseLimits { types: 0, ..limits() }),
        (two_funcs, ParseLimits { imports: 0, ..limits() }),
        ("(module (table 0 funcref))", ParseLimits { tables: 0, ..limits() }),
        ("(module (memory 0))", ParseLimits { memories: 0, ..limits() }),
        ("(module (global i32 i32.const 0))", ParseLimits { globals: 0, ..limits() }),
        ("(module (tag))", ParseLimits { tags: 0, ..limits() }),
        (r#"(module (memory (export "m") 0))"#, ParseLimits { exports: 0, ..limits() }),
        ("(module (elem func))", ParseLimits { element_segments: 0, ..limits() }),
        (r#"(module (data ""))"#, ParseLimits { data_segments: 0, ..limits() }),
    ] {
        let error = with_limits(text, limits);
        assert!(error.starts_with("module too large"), "{text}: {error}");
    }
}
