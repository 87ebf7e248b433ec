//! The verb `bindgen`.

use crate::{dergwasm, dergwasm_with_input, file};

/// As a host module prints itself.
const DESCRIPTION: &str = r#"{"module": "game", "docs": "Dragons.", "functions": [
    {"name": "hatch", "docs": "", "params": [
        {"name": "name", "type": {"kind": "utf8", "wide": false}},
        {"name": "at", "type": {"kind": "pointer", "mutable": false, "nullable": false,
            "wide": false, "target": {"kind": "struct", "name": "Place", "fields": [
                {"name": "axes", "type": {"kind": "list", "element": "f32", "len": 3}},
                {"name": "floor", "type": {"kind": "enum", "name": "Floor", "repr": "i8",
                    "variants": [{"name": "Cellar", "value": -1}]}}]}}}],
     "results": [{"kind": "handle", "name": "Dragon", "wide": false}]}
  ]
}"#;

#[test]
fn bindgen_prints_c_rust_and_what_it_read() {
    let path = file("game.json", DESCRIPTION);
    let c = dergwasm(&["bindgen", &path]);
    assert_eq!(c.status, 0, "{}", c.stderr);
    for part in [
        "float axes[3];",
        "#define Floor_Cellar ((Floor)-1)",
        "DragonHandle hatch(const char *name, size_t name_len, const Place *at);",
    ] {
        assert!(c.stdout.contains(part), "{}", c.stdout);
    }
    let rust = dergwasm(&["bindgen", "--lang", "rust", &path]);
    let declared =
        "pub fn hatch(name: *const u8, name_len: usize, at: *const Place) -> DragonHandle;";
    assert!(rust.stdout.contains(declared), "{}", rust.stdout);

    let json = dergwasm_with_input(&["bindgen", "--lang", "json", "-"], DESCRIPTION);
    let parse = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
    assert_eq!(parse(&json.stdout), parse(DESCRIPTION));
}

#[test]
fn bindgen_declares_what_a_module_imports() {
    let wat = file(
        "imports.wat",
        r#"(module (import "env" "log" (func (param i32 f64))) (import "env" "m" (memory 1))
            (import "host-2" "now" (func (result i64))) (import "env" "for" (func)))"#,
    );
    let c = dergwasm(&["bindgen", &wat]);
    assert_eq!(c.status, 0, "{}", c.stderr);
    for part in [
        "__attribute__((import_module(\"env\"), import_name(\"log\")))\nvoid log(int32_t arg0, double arg1);",
        "import_name(\"for\")))\nvoid for_(void);",
        "__attribute__((import_module(\"host-2\"), import_name(\"now\")))\nint64_t now(void);",
    ] {
        assert!(c.stdout.contains(part), "{}", c.stdout);
    }
    let json = dergwasm(&["bindgen", "--lang", "json", &wat]);
    let again = dergwasm_with_input(&["bindgen", "-"], &json.stdout);
    assert_eq!(again.stdout, c.stdout, "{}", again.stderr);
}

#[test]
fn bindgen_says_what_a_description_lacks() {
    for (description, expected) in [
        (r#"{"functions": []}"#, "`module` is missing"),
        (
            r#"{"module": "m", "functions": [{"name": "f", "params": [], "results": ["u9"]}]}"#,
            "function `f`: there is no type `u9`",
        ),
        (r#"{"module": "m""#, "EOF"),
    ] {
        let failed = dergwasm_with_input(&["bindgen", "-"], description);
        assert_eq!(failed.status, 1);
        assert!(failed.stderr.contains(expected), "{}", failed.stderr);
    }
}
