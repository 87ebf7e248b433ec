//! Host modules as a C header.

use super::{
    FunctionDescription, ModuleDescription, ParamDescription, TypeDescription,
    named::{self, comment, identifier},
};
use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use dergwasm_types::{RefType, ValType};

const KEYWORDS: [&str; 44] = [
    "alignas",
    "alignof",
    "auto",
    "bool",
    "break",
    "case",
    "char",
    "const",
    "constexpr",
    "continue",
    "default",
    "do",
    "double",
    "else",
    "enum",
    "extern",
    "false",
    "float",
    "for",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "nullptr",
    "register",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "switch",
    "true",
    "typedef",
    "typeof",
    "union",
    "unsigned",
    "void",
    "volatile",
    "while",
    "asm",
    "main",
];

impl ModuleDescription {
    /// A C header that declares the functions for programs compiled to WebAssembly.
    #[must_use]
    pub fn to_c(&self) -> String {
        let mut header = comment(&self.docs, "//");
        header += "#pragma once\n#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n";
        for ty in self.named_types() {
            header += "\n";
            header += &definition(ty);
        }
        header += "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n";
        for function in &self.functions {
            header += "\n";
            header += &comment(&function.docs, "//");
            header += &declaration(&self.name, function);
        }
        header + "\n#ifdef __cplusplus\n}\n#endif\n"
    }
}

/// A string literal of C, where what does not show is given by its bytes. Question marks are kept
/// apart, since older compilers read three characters that begin with two of them as one other.
fn quoted(text: &str) -> String {
    let literal = named::quoted(text, |c, to| {
        for byte in c.encode_utf8(&mut [0; 4]).bytes() {
            *to += &format!("\\{byte:03o}");
        }
    });
    literal.replace('?', "\\?")
}

fn word(name: &str) -> String {
    identifier(name, &KEYWORDS)
}

fn definition(ty: &TypeDescription) -> String {
    match ty {
        TypeDescription::Struct { name, fields } => {
            let name = word(name);
            let fields: String = fields
                .iter()
                .map(|it| format!("  {};\n", variable(&it.ty, &word(&it.name))))
                .collect();
            format!("typedef struct {name} {{\n{fields}}} {name};\n")
        }
        TypeDescription::Enum { name, repr, variants } => {
            let name = word(name);
            let mut text = format!("typedef {};\n", variable(repr, &name));
            for variant in variants {
                // The least number has no literal of its own, the greatest ones are unsigned.
                let value = match variant.value {
                    value if value == i64::MIN.into() => "INT64_MIN".to_string(),
                    value if value > i64::MAX.into() => format!("{value}u"),
                    value => value.to_string(),
                };
                text += &format!("#define {name}_{} (({name}){value})\n", word(&variant.name));
            }
            text
        }
        TypeDescription::Handle { name, wide } => {
            let bits = if *wide { 64 } else { 32 };
            format!("typedef uint{bits}_t {}Handle;\n", word(name))
        }
        _ => String::new(),
    }
}

fn declaration(module: &str, function: &FunctionDescription) -> String {
    let result = match function.results.as_slice() {
        [] => "void ".to_string(),
        [result] => variable(result, ""),
        _ => {
            return format!(
                "// `{}` returns several values, which C cannot declare.\n",
                word(&function.name)
            );
        }
    };
    let params: Vec<String> = function.params.iter().flat_map(parameters).collect();
    let params = if params.is_empty() { "void".to_string() } else { params.join(", ") };
    format!(
        "__attribute__((import_module({}), import_name({})))\n{}{}({params});\n",
        quoted(module),
        quoted(&function.name),
        if result.ends_with(['*', ' ']) { result } else { result + " " },
        word(&function.name),
    )
}

/// The parameters in C that one parameter becomes.
fn parameters(param: &ParamDescription) -> Vec<String> {
    let name = word(&param.name);
    let len = format!("size_t {name}_len");
    match &param.ty {
        TypeDescription::Utf8 { .. } => vec![format!("const char *{name}"), len],
        TypeDescription::Slice { element, mutable, .. } => {
            vec![pointer(element, *mutable, &name), len]
        }
        ty => vec![variable(ty, &name)],
    }
}

fn pointer(target: &TypeDescription, mutable: bool, name: &str) -> String {
    let name = match target {
        TypeDescription::List(..) => format!("(*{name})"),
        _ => format!("*{name}"),
    };
    format!("{}{}", if mutable { "" } else { "const " }, variable(target, &name))
}

/// The declaration of a variable, or the type if the name is empty.
fn variable(ty: &TypeDescription, name: &str) -> String {
    let plain = |ty: &str| format!("{ty} {name}").trim_end().to_string();
    match ty {
        TypeDescription::Bool => plain("bool"),
        TypeDescription::U8 => plain("uint8_t"),
        TypeDescription::I8 => plain("int8_t"),
        TypeDescription::U16 => plain("uint16_t"),
        TypeDescription::I16 => plain("int16_t"),
        TypeDescription::U32 => plain("uint32_t"),
        TypeDescription::I32 => plain("int32_t"),
        TypeDescription::U64 => plain("uint64_t"),
        TypeDescription::I64 => plain("int64_t"),
        TypeDescription::U128 => plain("unsigned __int128"),
        TypeDescription::I128 => plain("__int128"),
        TypeDescription::F32 => plain("float"),
        TypeDescription::F64 => plain("double"),
        TypeDescription::Core(ValType::Ref(RefType::EXTERN)) => plain("__externref_t"),
        TypeDescription::Core(ValType::Ref(_)) => plain("__funcref_t"),
        TypeDescription::Core(_) => plain("__attribute__((vector_size(16))) int"),
        TypeDescription::CStr { .. } | TypeDescription::Utf8 { .. } => {
            format!("const char *{name}")
        }
        TypeDescription::PrefixedStr { .. } | TypeDescription::Prefixed { .. } => {
            format!("const int32_t *{name}")
        }
        TypeDescription::Pointer { target, mutable, .. } => pointer(target, *mutable, name),
        TypeDescription::Slice { element, mutable, .. } => pointer(element, *mutable, name),
        TypeDescription::Handle { name: of, .. } => plain(&format!("{}Handle", word(of))),
        TypeDescription::List(element, len) => variable(element, &format!("{name}[{len}]")),
        TypeDescription::Struct { name: of, .. } | TypeDescription::Enum { name: of, .. } => {
            plain(&word(of))
        }
    }
}
