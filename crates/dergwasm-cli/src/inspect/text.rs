//! A module as a person wants to read it.

use super::purpose;
use crate::quantity::readable;
use dergwasm::decode::{DataMode, ElementItems, ElementMode, Module};
use dergwasm::types::{FuncIdx, GlobalIdx, MemIdx, TableIdx};
use dergwasm::{ExternKind, MemoryType};
use std::io::{Result, Write};
use std::path::Path;

pub(crate) fn module(out: &mut impl Write, file: &Path, module: &Module) -> Result<()> {
    let name = module.name().map(|name| format!(" `{name}`")).unwrap_or_default();
    let size = u64::try_from(module.bytes().len()).unwrap_or(u64::MAX);
    writeln!(out, "{}: module{name}, {}", file.display(), readable(size))?;
    sections(out, module)?;
    imports(out, module)?;
    exports(out, module)?;
    functions(out, module)?;
    memories(out, module)?;
    tables(out, module)?;
    globals(out, module)?;
    segments(out, module)?;
    custom_sections(out, module)
}

/// A heading, unless there is nothing below it.
fn heading(out: &mut impl Write, title: &str, count: usize) -> Result<()> {
    if count == 0 { Ok(()) } else { writeln!(out, "\n{title} ({count})") }
}

fn sections(out: &mut impl Write, module: &Module) -> Result<()> {
    heading(out, "sections", module.sections().len())?;
    for section in module.sections() {
        let (start, end) = (section.range.start, section.range.end);
        let size = readable(u64::try_from(end - start).unwrap_or(u64::MAX));
        let items = if section.count == 1 { "item" } else { "items" };
        let kind = section.kind.name();
        writeln!(
            out,
            "  {kind:<10}  {start:#010x}..{end:#010x}  {size:>12}  {:>6} {items}",
            section.count
        )?;
    }
    Ok(())
}

fn imports(out: &mut impl Write, module: &Module) -> Result<()> {
    heading(out, "imports", module.imports().len())?;
    for import in module.imports() {
        let ty = module.import_type(import);
        writeln!(out, "  {}.{}  {ty}", import.module, import.name)?;
    }
    Ok(())
}

fn exports(out: &mut impl Write, module: &Module) -> Result<()> {
    heading(out, "exports", module.exports().len())?;
    for export in module.exports() {
        writeln!(out, "  {}  {}", export.name, module.export_type(export))?;
    }
    Ok(())
}

fn functions(out: &mut impl Write, module: &Module) -> Result<()> {
    heading(out, "functions", module.func_count())?;
    if module.func_count() == 0 {
        return Ok(());
    }
    let code: usize = module.funcs().iter().map(|func| func.body.len()).sum();
    let code = readable(u64::try_from(code).unwrap_or(u64::MAX));
    let (imported, defined) = (module.imported_func_count(), module.funcs().len());
    writeln!(out, "  {imported} imported, {defined} defined with {code} of code")?;
    if let Some(start) = module.start() {
        writeln!(out, "  start: {}", function(module, start))?;
    }
    Ok(())
}

/// A function by its name if it has one.
fn function(module: &Module, func: FuncIdx) -> String {
    match module.func_name(func) {
        Some(name) => format!("func {func} `{name}`"),
        None => format!("func {func}"),
    }
}

/// The exports and imports of something, to say with it where it comes from.
fn origin(module: &Module, kind: ExternKind, index: usize, imported: usize) -> String {
    let exports = module.exports().iter();
    let names = exports.filter(|it| it.kind == kind && it.index as usize == index);
    let mut origin: String = names.map(|it| format!(", exported as `{}`", it.name)).collect();
    if index < imported {
        origin.insert_str(0, ", imported");
    }
    origin
}

fn memories(out: &mut impl Write, module: &Module) -> Result<()> {
    heading(out, "memories", module.memory_count())?;
    for (i, index) in (0..module.memory_count()).zip(0..) {
        let ty = module.memory_type(MemIdx(index));
        let origin = origin(module, ExternKind::Memory, i, module.imported_memory_count());
        writeln!(out, "  {i}  {ty}: {}{origin}", extent(&ty))?;
    }
    Ok(())
}

/// How large a memory is and may become, in bytes.
fn extent(ty: &MemoryType) -> String {
    let bytes = |pages: u64| readable(pages.saturating_mul(ty.page_size()));
    match ty.maximum {
        Some(maximum) => format!("{}, at most {}", bytes(ty.minimum), bytes(maximum)),
        None => format!("{}, may grow without limit", bytes(ty.minimum)),
    }
}

fn tables(out: &mut impl Write, module: &Module) -> Result<()> {
    heading(out, "tables", module.table_count())?;
    for (i, index) in (0..module.table_count()).zip(0..) {
        let origin = origin(module, ExternKind::Table, i, module.imported_table_count());
        writeln!(out, "  {i}  {}{origin}", module.table_type(TableIdx(index)))?;
    }
    Ok(())
}

fn globals(out: &mut impl Write, module: &Module) -> Result<()> {
    heading(out, "globals", module.global_count())?;
    for (i, index) in (0..module.global_count()).zip(0..) {
        let origin = origin(module, ExternKind::Global, i, module.imported_global_count());
        writeln!(out, "  {i}  {}{origin}", module.global_type(GlobalIdx(index)))?;
    }
    Ok(())
}

fn segments(out: &mut impl Write, module: &Module) -> Result<()> {
    heading(out, "element segments", module.elements().len())?;
    for (i, segment) in module.elements().iter().enumerate() {
        let count = match &segment.items {
            ElementItems::Funcs(items) => items.len(),
            ElementItems::Exprs(items) => items.len(),
        };
        let mode = match &segment.mode {
            ElementMode::Passive => "passive".into(),
            ElementMode::Declared => "declared".into(),
            ElementMode::Active { table, .. } => format!("for table {table}"),
        };
        writeln!(out, "  {i}  {count} of {}, {mode}", segment.ty)?;
    }
    heading(out, "data segments", module.data().len())?;
    for (i, segment) in module.data().iter().enumerate() {
        let size = readable(u64::try_from(segment.bytes.len()).unwrap_or(u64::MAX));
        match &segment.mode {
            DataMode::Passive => writeln!(out, "  {i}  {size}, passive")?,
            DataMode::Active { memory, .. } => writeln!(out, "  {i}  {size}, for memory {memory}")?,
        }
    }
    Ok(())
}

fn custom_sections(out: &mut impl Write, module: &Module) -> Result<()> {
    heading(out, "custom sections", module.custom_sections().count())?;
    for (name, bytes) in module.custom_sections() {
        let size = readable(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let purpose = purpose(name).map(|it| format!(": {it}")).unwrap_or_default();
        writeln!(out, "  {name}  {size}{purpose}")?;
    }
    Ok(())
}
