//! Host modules as declarations in Rust.

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

const KEYWORDS: [&str; 52] = [
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

impl ModuleDescription {
    /// Declarations in Rust of the functions, for programs compiled to WebAssembly.
    #[must_use]
    pub fn to_rust(&self) -> String {
        let mut text = comment(&self.docs, "//");
        for ty in self.named_types() {
            text += &definition(ty);
            text += "\n";
        }
        text += &format!("#[link(wasm_import_module = {})]\n", quoted(&self.name));
        text += "unsafe extern \"C\" {\n";
        for function in &self.functions {
            text += &comment(&function.docs, "    ///");
            text += &declaration(function);
        }
        text + "}\n"
    }
}

/// A string literal of Rust.
fn quoted(text: &str) -> String {
    named::quoted(text, |c, to| to.extend(c.escape_unicode()))
}

fn word(name: &str) -> String {
    identifier(name, &KEYWORDS)
}

fn definition(ty: &TypeDescription) -> String {
    match ty {
        TypeDescription::Struct { name, fields } => {
            let fields: String = fields
                .iter()
                .map(|it| format!("    pub {}: {},\n", word(&it.name), type_of(&it.ty)))
                .collect();
            format!(
                "#[repr(C)]\n#[derive(Clone, Copy)]\npub struct {} {{\n{fields}}}\n",
                word(name)
            )
        }
        TypeDescription::Enum { name, repr, variants } => {
            let variants: String = variants
                .iter()
                .map(|it| format!("    {} = {},\n", word(&it.name), it.value))
                .collect();
            format!(
                "#[repr({})]\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\n\
                 pub enum {} {{\n{variants}}}\n",
                type_of(repr),
                word(name)
            )
        }
        TypeDescription::Handle { name, wide } => format!(
            "#[repr(transparent)]\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\n\
             pub struct {}Handle(pub u{});\n",
            word(name),
            if *wide { 64 } else { 32 }
        ),
        _ => String::new(),
    }
}

fn declaration(function: &FunctionDescription) -> String {
    let result = match function.results.as_slice() {
        [] => String::new(),
        [result] => format!(" -> {}", type_of(result)),
        _ => {
            let name = word(&function.name);
            return format!(
                "    // `{name}` returns several values, which `extern` cannot declare.\n"
            );
        }
    };
    let params: Vec<String> = function.params.iter().flat_map(parameters).collect();
    let (name, params) = (word(&function.name), params.join(", "));
    let link_name = quoted(&function.name);
    format!("    #[link_name = {link_name}]\n    pub fn {name}({params}){result};\n")
}

/// The parameters in Rust that one parameter becomes.
fn parameters(param: &ParamDescription) -> Vec<String> {
    let name = word(&param.name);
    let own = format!("{name}: {}", type_of(&param.ty));
    match &param.ty {
        TypeDescription::Utf8 { .. } | TypeDescription::Slice { .. } => {
            vec![own, format!("{name}_len: usize")]
        }
        _ => vec![own],
    }
}

fn pointer(target: &str, mutable: bool) -> String {
    format!("*{} {target}", if mutable { "mut" } else { "const" })
}

fn type_of(ty: &TypeDescription) -> String {
    match ty {
        // Rust has no references of WebAssembly; the compiler will say so where one is used.
        TypeDescription::Core(ty) => match ty.to_string().as_str() {
            "v128" => "core::arch::wasm32::v128".to_string(),
            other => other.to_string(),
        },
        TypeDescription::Utf8 { .. } => pointer("u8", false),
        TypeDescription::CStr { .. } => pointer("core::ffi::c_char", false),
        TypeDescription::PrefixedStr { .. } | TypeDescription::Prefixed { .. } => {
            pointer("i32", false)
        }
        TypeDescription::Pointer { target, mutable, .. } => pointer(&type_of(target), *mutable),
        TypeDescription::Slice { element, mutable, .. } => pointer(&type_of(element), *mutable),
        TypeDescription::Handle { name, .. } => format!("{}Handle", word(name)),
        TypeDescription::List(element, len) => format!("[{}; {len}]", type_of(element)),
        TypeDescription::Struct { name, .. } | TypeDescription::Enum { name, .. } => word(name),
        number => number.number().unwrap_or_default().to_string(),
    }
}
