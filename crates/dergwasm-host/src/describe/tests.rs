//! One description in each language.

use super::*;
use alloc::vec;

fn param(name: &str, ty: TypeDescription) -> ParamDescription {
    ParamDescription { name: name.into(), ty }
}

fn pointer(target: TypeDescription, mutable: bool) -> TypeDescription {
    TypeDescription::Pointer { target: target.into(), mutable, nullable: false, wide: false }
}

fn game() -> ModuleDescription {
    let color = TypeDescription::Enum {
        name: "Color".into(),
        repr: TypeDescription::I8.into(),
        variants: vec![VariantDescription { name: "Red".into(), value: -1 }],
    };
    let field = |name: &str, ty| FieldDescription { name: name.into(), ty };
    let matrix =
        TypeDescription::List(TypeDescription::List(TypeDescription::F32.into(), 3).into(), 2);
    let dragon = TypeDescription::Struct {
        name: "Dragon".into(),
        fields: vec![field("color", color), field("type", matrix)],
    };
    let handle = TypeDescription::Handle { name: "Dragon".into(), wide: false };
    ModuleDescription {
        name: "ga\"me".into(),
        docs: "Dragons.\nMany \\".into(),
        functions: vec![
            FunctionDescription {
                name: "hatch-egg".into(),
                docs: "Hatches.".into(),
                params: vec![
                    param("name", TypeDescription::Utf8 { wide: false }),
                    param("like", pointer(dragon, false)),
                    param("out", pointer(handle.clone(), true)),
                ],
                results: vec![handle],
            },
            FunctionDescription {
                name: "tick".into(),
                results: vec![TypeDescription::I32, TypeDescription::I32],
                ..FunctionDescription::default()
            },
        ],
    }
}

#[test]
fn c_declares_what_is_described() {
    assert_eq!(
        game().to_c(),
        r#"// Dragons.
// Many
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int8_t Color;
#define Color_Red ((Color)-1)

typedef struct Dragon {
  Color color;
  float type[2][3];
} Dragon;

typedef uint32_t DragonHandle;

#ifdef __cplusplus
extern "C" {
#endif

// Hatches.
__attribute__((import_module("ga\"me"), import_name("hatch-egg")))
DragonHandle hatch_egg(const char *name, size_t name_len, const Dragon *like, DragonHandle *out);

// `tick` returns several values, which C cannot declare.

#ifdef __cplusplus
}
#endif
"#
    );
}

#[test]
fn rust_declares_what_is_described() {
    assert_eq!(
        game().to_rust(),
        r#"// Dragons.
// Many
#[repr(i8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    Red = -1,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub struct Dragon {
    pub color: Color,
    pub type_: [[f32; 3]; 2],
}

#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DragonHandle(pub u32);

#[link(wasm_import_module = "ga\"me")]
unsafe extern "C" {
    /// Hatches.
    #[link_name = "hatch-egg"]
    pub fn hatch_egg(name: *const u8, name_len: usize, like: *const Dragon, out: *mut DragonHandle) -> DragonHandle;
    // `tick` returns several values, which `extern` cannot declare.
}
"#
    );
}

#[test]
fn json_says_everything() {
    let json = game().to_json();
    for part in [
        r#""module": "ga\"me""#,
        r#""docs": "Dragons.\nMany \\""#,
        r#"{"name": "name", "type": {"kind": "utf8", "wide": false}}"#,
        r#"{"name": "color", "type": {"kind": "enum", "name": "Color", "repr": "i8", "variants": [{"name": "Red", "value": -1}]}}"#,
        r#""results": ["i32", "i32"]"#,
    ] {
        assert!(json.contains(part), "{part} is not in {json}");
    }
}

#[test]
fn no_name_gets_out_of_its_quotes() {
    let name = "\u{1b}[2J\n\u{202e}\"??/é";
    let functions = [FunctionDescription { name: name.into(), ..FunctionDescription::default() }];
    let docs = "\u{9b}2J\u{2028}docs";
    let module = ModuleDescription::new(name, docs, functions);
    let [c, rust, json] = [module.to_c(), module.to_rust(), module.to_json()];
    assert!(c.contains(r#"import_name("\033[2J\n\342\200\256\"\?\?/é")"#), "{c}");
    assert!(rust.contains(r#"link_name = "\u{1b}[2J\n\u{202e}\"??/é""#), "{rust}");
    assert!(json.contains(r#""name": "\u001b[2J\n\u202e\"??/é""#), "{json}");
    for text in [c, rust, json] {
        assert!(text.chars().all(|c| c == '\n' || crate::Escaped::shows(c)), "{text:?}");
    }
}
