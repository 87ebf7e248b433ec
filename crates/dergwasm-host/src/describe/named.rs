//! The types of a module that have names, and names that other languages accept.

use super::{ModuleDescription, TypeDescription};
use alloc::{format, string::String, vec::Vec};
use dergwasm_types::Escaped;

impl ModuleDescription {
    /// The structures, enumerations and handles that the functions mention, each once and after
    /// those it is made of.
    pub(super) fn named_types(&self) -> Vec<&TypeDescription> {
        let mut found = Vec::new();
        for function in &self.functions {
            let params = function.params.iter().map(|param| &param.ty);
            params.chain(&function.results).for_each(|ty| collect(ty, &mut found));
        }
        found
    }
}

fn collect<'a>(ty: &'a TypeDescription, found: &mut Vec<&'a TypeDescription>) {
    match ty {
        TypeDescription::Prefixed { element, .. }
        | TypeDescription::Slice { element, .. }
        | TypeDescription::List(element, _)
        | TypeDescription::Pointer { target: element, .. } => collect(element, found),
        TypeDescription::Struct { fields, .. } => {
            fields.iter().for_each(|field| collect(&field.ty, found));
        }
        TypeDescription::Handle { .. } | TypeDescription::Enum { .. } => {}
        _ => return,
    }
    let name = ty.name();
    if name.is_some() && !found.iter().any(|other| other.name() == name) {
        found.push(ty);
    }
}

impl TypeDescription {
    /// What Rust calls a number or truth value.
    pub(super) const fn number(&self) -> Option<&'static str> {
        Some(match self {
            Self::Bool => "bool",
            Self::U8 => "u8",
            Self::I8 => "i8",
            Self::U16 => "u16",
            Self::I16 => "i16",
            Self::U32 => "u32",
            Self::I32 => "i32",
            Self::U64 => "u64",
            Self::I64 => "i64",
            Self::U128 => "u128",
            Self::I128 => "i128",
            Self::F32 => "f32",
            Self::F64 => "f64",
            _ => return None,
        })
    }

    /// The name, and whether it is that of a handle: these have names of their own.
    fn name(&self) -> Option<(&str, bool)> {
        match self {
            Self::Struct { name, .. } | Self::Enum { name, .. } => Some((name, false)),
            Self::Handle { name, .. } => Some((name, true)),
            _ => None,
        }
    }
}

/// A name as an identifier that is none of `keywords`.
pub(super) fn identifier(name: &str, keywords: &[&str]) -> String {
    let is_word = |c: char| c == '_' || c.is_ascii_alphanumeric();
    let mut word: String = name.chars().map(|c| if is_word(c) { c } else { '_' }).collect();
    if word.is_empty() || word.starts_with(|c: char| c.is_ascii_digit()) {
        word.insert(0, '_');
    }
    if word == "_" || keywords.contains(&word.as_str()) {
        word.push('_');
    }
    word
}

/// A text between double quotes. What does not show, or could end or change a literal, is written
/// as `escape` says.
pub(super) fn quoted(text: &str, escape: impl Fn(char, &mut String)) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            c if Escaped::shows(c) => quoted.push(c),
            c => escape(c, &mut quoted),
        }
    }
    quoted.push('"');
    quoted
}

/// The lines of a documentation, each after `prefix`; none may end in a way that joins lines.
pub(super) fn comment(docs: &str, prefix: &str) -> String {
    let mut comment = String::new();
    for line in docs.lines() {
        let line = format!("{prefix} {}", Escaped::line(line.trim_end()).whole());
        comment.push_str(line.trim_end_matches(['\\', ' ', '\r']));
        comment.push('\n');
    }
    comment
}
