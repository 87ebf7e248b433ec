//! Reading the JSON of host modules.
//!
//! Whoever wrote it may have made mistakes: an error says where something is missing.

use dergwasm::ValType;
use dergwasm::describe::{FunctionDescription, ModuleDescription, TypeDescription};
use serde_json::{Deserializer, Value};

type Result<T> = std::result::Result<T, String>;

/// The modules that the text describes, one JSON object after another.
pub(super) fn modules(text: &[u8]) -> Result<Vec<ModuleDescription>> {
    let mut modules = Vec::new();
    for value in Deserializer::from_slice(text).into_iter() {
        modules.push(module(&value.map_err(|error| error.to_string())?)?);
    }
    Ok(modules)
}

fn module(value: &Value) -> Result<ModuleDescription> {
    let name = text(value, "module")?;
    let functions = list(value, "functions")?.iter().map(function).collect::<Result<Vec<_>>>()?;
    Ok(ModuleDescription::new(name, optional_text(value, "docs"), functions))
}

fn function(value: &Value) -> Result<FunctionDescription> {
    let name = text(value, "name")?;
    let read = || {
        let params = named(value, "params")?;
        let results = list(value, "results")?.iter().map(type_of).collect::<Result<_>>()?;
        Ok(FunctionDescription::new(name, optional_text(value, "docs"), params, results))
    };
    read().map_err(|error: String| format!("function `{name}`: {error}"))
}

/// A list of names and types.
fn named<'a>(value: &'a Value, key: &str) -> Result<Vec<(&'a str, TypeDescription)>> {
    let one = |value: &'a Value| Ok((text(value, "name")?, type_of(field(value, "type")?)?));
    list(value, key)?.iter().map(one).collect()
}

fn type_of(value: &Value) -> Result<TypeDescription> {
    if let Some(name) = value.as_str() {
        return plain(name).ok_or_else(|| format!("there is no type `{name}`"));
    }
    let inner = |key| type_of(field(value, key)?).map(Box::new);
    let flag = |key: &str| value[key].as_bool().unwrap_or_default();
    let wide = flag("wide");
    Ok(match text(value, "kind")? {
        "utf8" => TypeDescription::Utf8 { wide },
        "cstr" => TypeDescription::CStr { wide },
        "prefixed_str" => TypeDescription::PrefixedStr { wide },
        "prefixed" => TypeDescription::Prefixed { element: inner("element")?, wide },
        "pointer" => TypeDescription::Pointer {
            target: inner("target")?,
            mutable: flag("mutable"),
            nullable: flag("nullable"),
            wide,
        },
        "slice" => {
            TypeDescription::Slice { element: inner("element")?, mutable: flag("mutable"), wide }
        }
        "handle" => TypeDescription::Handle { name: text(value, "name")?.to_string(), wide },
        "list" => TypeDescription::List(inner("element")?, number(value, "len")?),
        "struct" => TypeDescription::structure(text(value, "name")?, named(value, "fields")?),
        "enum" => {
            let one = |value| Ok((text(value, "name")?, number(value, "value")?));
            let variants = list(value, "variants")?.iter().map(one).collect::<Result<Vec<_>>>()?;
            TypeDescription::enumeration(text(value, "name")?, *inner("repr")?, variants)
        }
        other => return Err(format!("there is no kind of type `{other}`")),
    })
}

/// A type that its name describes wholly.
fn plain(name: &str) -> Option<TypeDescription> {
    Some(match name {
        "bool" => TypeDescription::Bool,
        "u8" => TypeDescription::U8,
        "i8" => TypeDescription::I8,
        "u16" => TypeDescription::U16,
        "i16" => TypeDescription::I16,
        "u32" => TypeDescription::U32,
        "i32" => TypeDescription::I32,
        "u64" => TypeDescription::U64,
        "i64" => TypeDescription::I64,
        "u128" => TypeDescription::U128,
        "i128" => TypeDescription::I128,
        "f32" => TypeDescription::F32,
        "f64" => TypeDescription::F64,
        "v128" => TypeDescription::Core(ValType::V128),
        "funcref" => TypeDescription::Core(ValType::FUNCREF),
        "externref" => TypeDescription::Core(ValType::EXTERNREF),
        _ => return None,
    })
}

fn field<'a>(value: &'a Value, key: &str) -> Result<&'a Value> {
    value.get(key).ok_or_else(|| format!("`{key}` is missing"))
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    field(value, key)?.as_str().ok_or_else(|| format!("`{key}` is not a text"))
}

fn optional_text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a Vec<Value>> {
    field(value, key)?.as_array().ok_or_else(|| format!("`{key}` is not a list"))
}

fn number<T: TryFrom<i128>>(value: &Value, key: &str) -> Result<T> {
    let value = field(value, key)?;
    let number = value.as_i64().map(i128::from).or_else(|| value.as_u64().map(i128::from));
    let number = number.and_then(|number| T::try_from(number).ok());
    number.ok_or_else(|| format!("`{key}` is not a number, or too large"))
}
