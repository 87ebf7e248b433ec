//! Host modules as JSON.

use super::{FunctionDescription, ModuleDescription, TypeDescription, named};
use alloc::{
    format,
    string::{String, ToString},
};

impl ModuleDescription {
    /// The description as a JSON object, which `dergwasm bindgen` reads.
    #[must_use]
    pub fn to_json(&self) -> String {
        let functions = list(&self.functions, |it| format!("\n    {}", function(it)));
        format!(
            "{{\n  \"module\": {},\n  \"docs\": {},\n  \"functions\": [{functions}\n  ]\n}}\n",
            quoted(&self.name),
            quoted(&self.docs),
        )
    }
}

/// A string of JSON, where what does not show is given by its units of UTF-16.
fn quoted(text: &str) -> String {
    named::quoted(text, |c, to| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            *to += &format!("\\u{unit:04x}");
        }
    })
}

fn list<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    let mut text = String::new();
    for (i, item) in items.iter().enumerate() {
        text += if i == 0 { "" } else { ", " };
        text += &show(item);
    }
    text
}

fn function(function: &FunctionDescription) -> String {
    let params = list(&function.params, |it| parameter(&it.name, &it.ty));
    let results = list(&function.results, type_of);
    format!(
        "{{\"name\": {}, \"docs\": {}, \"params\": [{params}], \"results\": [{results}]}}",
        quoted(&function.name),
        quoted(&function.docs),
    )
}

fn parameter(name: &str, ty: &TypeDescription) -> String {
    format!("{{\"name\": {}, \"type\": {}}}", quoted(name), type_of(ty))
}

/// A type: its name if that says everything, otherwise an object whose `kind` is the name.
fn type_of(ty: &TypeDescription) -> String {
    let object = |kind: &str, rest: String| format!("{{\"kind\": \"{kind}\", {rest}}}");
    let wide = |wide: &bool| format!("\"wide\": {wide}");
    match ty {
        TypeDescription::Core(ty) => quoted(&ty.to_string()),
        TypeDescription::Utf8 { wide: it } => object("utf8", wide(it)),
        TypeDescription::CStr { wide: it } => object("cstr", wide(it)),
        TypeDescription::PrefixedStr { wide: it } => object("prefixed_str", wide(it)),
        TypeDescription::Prefixed { element, wide: it } => {
            object("prefixed", format!("\"element\": {}, {}", type_of(element), wide(it)))
        }
        TypeDescription::Pointer { target, mutable, nullable, wide: it } => object(
            "pointer",
            format!(
                "\"target\": {}, \"mutable\": {mutable}, \"nullable\": {nullable}, {}",
                type_of(target),
                wide(it)
            ),
        ),
        TypeDescription::Slice { element, mutable, wide: it } => object(
            "slice",
            format!("\"element\": {}, \"mutable\": {mutable}, {}", type_of(element), wide(it)),
        ),
        TypeDescription::Handle { name, wide: it } => {
            object("handle", format!("\"name\": {}, {}", quoted(name), wide(it)))
        }
        TypeDescription::List(element, len) => {
            object("list", format!("\"element\": {}, \"len\": {len}", type_of(element)))
        }
        TypeDescription::Struct { name, fields } => {
            let fields = list(fields, |it| parameter(&it.name, &it.ty));
            object("struct", format!("\"name\": {}, \"fields\": [{fields}]", quoted(name)))
        }
        TypeDescription::Enum { name, repr, variants } => {
            let variants = list(variants, |it| {
                format!("{{\"name\": {}, \"value\": {}}}", quoted(&it.name), it.value)
            });
            let (name, repr) = (quoted(name), type_of(repr));
            object(
                "enum",
                format!("\"name\": {name}, \"repr\": {repr}, \"variants\": [{variants}]"),
            )
        }
        number => quoted(number.number().unwrap_or_default()),
    }
}
