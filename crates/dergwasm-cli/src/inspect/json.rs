//! A module as one JSON object, for other programs.

use dergwasm::decode::{DataMode, ElementItems, ElementMode, Module};
use dergwasm::types::{FuncIdx, GlobalIdx, MemIdx, TableIdx, TagIdx};
use dergwasm::{ExternType, FuncType, GlobalType, MemoryType, TableType};
use serde_json::{Value, json};

pub(crate) fn module(module: &Module) -> Value {
    json!({
        "name": module.name(),
        "size": module.bytes().len(),
        "sections": sections(module),
        "imports": imports(module),
        "exports": exports(module),
        "functions": functions(module),
        "start": module.start().map(|func| func.0),
        "memories": space(module.memory_count(), |i| memory(&module.memory_type(MemIdx(i)))),
        "tables": space(module.table_count(), |i| table(&module.table_type(TableIdx(i)))),
        "globals": space(module.global_count(), |i| global(&module.global_type(GlobalIdx(i)))),
        "tags": space(module.tag_count(), |i| func_type(module.tag_type(TagIdx(i)))),
        "elements": elements(module),
        "data": data(module),
        "custom_sections": module
            .custom_sections()
            .map(|(name, bytes)| json!({ "name": name, "size": bytes.len() }))
            .collect::<Value>(),
    })
}

/// An index space, imports included.
fn space(count: usize, one: impl Fn(u32) -> Value) -> Value {
    (0..count).zip(0..).map(|(_, index)| one(index)).collect()
}

fn sections(module: &Module) -> Value {
    let one = |section: &dergwasm::decode::Section| {
        json!({
            "name": section.kind.name(),
            "start": section.range.start,
            "end": section.range.end,
            "items": section.count,
        })
    };
    module.sections().iter().map(one).collect()
}

fn imports(module: &Module) -> Value {
    let one = |import: &dergwasm::decode::Import| {
        let ty = module.import_type(import);
        json!({
            "module": &*import.module,
            "name": import.name,
            "kind": ty.kind().to_string(),
            "type": extern_type(&ty),
        })
    };
    module.imports().iter().map(one).collect()
}

fn exports(module: &Module) -> Value {
    let one = |export: &dergwasm::decode::Export| {
        json!({
            "name": export.name,
            "kind": export.kind.to_string(),
            "index": export.index,
            "type": extern_type(&module.export_type(export)),
        })
    };
    module.exports().iter().map(one).collect()
}

fn functions(module: &Module) -> Value {
    let imported = module.imported_func_count();
    let one = |i: u32| {
        let func = FuncIdx(i);
        let body = module.funcs().get((func.index()).wrapping_sub(imported));
        json!({
            "index": i,
            "name": module.func_name(func),
            "imported": body.is_none(),
            "type": func_type(module.func_type(func)),
            "code_size": body.map(|it| it.body.len()),
        })
    };
    space(module.func_count(), one)
}

fn elements(module: &Module) -> Value {
    let one = |segment: &dergwasm::decode::ElementSegment| {
        let items = match &segment.items {
            ElementItems::Funcs(items) => items.len(),
            ElementItems::Exprs(items) => items.len(),
        };
        let (mode, table) = match &segment.mode {
            ElementMode::Passive => ("passive", None),
            ElementMode::Declared => ("declared", None),
            ElementMode::Active { table, .. } => ("active", Some(table.0)),
        };
        json!({ "type": segment.ty.to_string(), "items": items, "mode": mode, "table": table })
    };
    module.elements().iter().map(one).collect()
}

fn data(module: &Module) -> Value {
    let one = |segment: &dergwasm::decode::DataSegment| {
        let (mode, memory) = match &segment.mode {
            DataMode::Passive => ("passive", None),
            DataMode::Active { memory, .. } => ("active", Some(memory.0)),
        };
        json!({ "size": segment.bytes.len(), "mode": mode, "memory": memory })
    };
    module.data().iter().map(one).collect()
}

fn extern_type(ty: &ExternType) -> Value {
    match ty {
        ExternType::Func(ty) | ExternType::Tag(ty) => func_type(ty),
        ExternType::Table(ty) => table(ty),
        ExternType::Memory(ty) => memory(ty),
        ExternType::Global(ty) => global(ty),
    }
}

fn func_type(ty: &FuncType) -> Value {
    let names =
        |types: &[dergwasm::ValType]| -> Value { types.iter().map(ToString::to_string).collect() };
    json!({ "params": names(ty.params()), "results": names(ty.results()) })
}

fn memory(ty: &MemoryType) -> Value {
    json!({
        "minimum": ty.minimum,
        "maximum": ty.maximum,
        "memory64": ty.memory64,
        "shared": ty.shared,
        "page_size": ty.page_size(),
    })
}

fn table(ty: &TableType) -> Value {
    json!({
        "element": ty.element.to_string(),
        "minimum": ty.minimum,
        "maximum": ty.maximum,
        "table64": ty.table64,
    })
}

fn global(ty: &GlobalType) -> Value {
    json!({ "content": ty.content.to_string(), "mutable": ty.mutable })
}
