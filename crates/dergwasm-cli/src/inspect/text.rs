//! A module as a person wants to read it.

use super::purpose;
use crate::{output, quantity::readable};
use dergwasm::decode::{DataMode, ElementItems, ElementMode, Module, SectionKind};
use dergwasm::types::{FuncIdx, GlobalIdx, MemIdx, TableIdx, TagIdx};
use dergwasm::{Escaped, ExternKind, MemoryType};
use std::collections::HashMap;
use std::io::{Result, Write};
use std::path::Path;

pub(crate) fn module(out: &mut dyn Write, file: &Path, module: &Module) -> Result<()> {
    let name = module.name().map(|name| format!(" `{}`", Escaped::name(name))).unwrap_or_default();
    let size = u64::try_from(module.bytes().len()).unwrap_or(u64::MAX);
    writeln!(out, "{}: module{name}, {}", output::path(file), readable(size))?;
    sections(out, module)?;
    imports(out, module)?;
    exports(out, module)?;
    functions(out, module)?;
    let exported = Exported::of(module);
    memories(out, module, &exported)?;
    tables(out, module, &exported)?;
    globals(out, module, &exported)?;
    tags(out, module, &exported)?;
    segments(out, module)?;
    custom_sections(out, module)
}

/// A heading, unless there is nothing below it.
fn heading(out: &mut dyn Write, title: &str, count: usize) -> Result<()> {
    if count == 0 { Ok(()) } else { writeln!(out, "\n{title} ({count})") }
}

fn sections(out: &mut dyn Write, module: &Module) -> Result<()> {
    heading(out, "sections", module.sections().len())?;
    let mut custom = module.custom_sections();
    for section in module.sections() {
        let (start, end) = (section.range.start, section.range.end);
        let size = readable(u64::try_from(end - start).unwrap_or(u64::MAX));
        let kind = section.kind.name();
        write!(out, "  {kind:<10}  {start:#010x}..{end:#010x}  {size:>12}")?;
        match section.kind {
            SectionKind::Custom => {
                let name = custom.next().map_or("", |(name, _)| name);
                writeln!(out, "  `{}`", Escaped::name(name))?;
            }
            SectionKind::Start => writeln!(out)?,
            _ if section.count == 1 => writeln!(out, "  1 item")?,
            _ => writeln!(out, "  {} items", section.count)?,
        }
    }
    Ok(())
}

fn imports(out: &mut dyn Write, module: &Module) -> Result<()> {
    heading(out, "imports", module.imports().len())?;
    let rows = module.imports().iter().map(|import| {
        let name = format!("{}.{}", Escaped::name(&*import.module), Escaped::name(&*import.name));
        (name, module.import_type(import).to_string())
    });
    columns(out, rows.collect())
}

fn exports(out: &mut dyn Write, module: &Module) -> Result<()> {
    heading(out, "exports", module.exports().len())?;
    let rows = module.exports().iter().map(|export| {
        (Escaped::name(&*export.name).to_string(), module.export_type(export).to_string())
    });
    columns(out, rows.collect())
}

/// Two columns; the first as wide as it has to be, but a few long names do not widen it.
fn columns(out: &mut dyn Write, rows: Vec<(String, String)>) -> Result<()> {
    const WIDEST: usize = 48;
    let widths = rows.iter().map(|(name, _)| name.chars().count());
    let width = widths.filter(|&width| width <= WIDEST).max().unwrap_or(0);
    rows.iter().try_for_each(|(name, ty)| writeln!(out, "  {name:<width$}  {ty}"))
}

fn functions(out: &mut dyn Write, module: &Module) -> Result<()> {
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
        Some(name) => format!("func {func} `{}`", Escaped::name(name)),
        None => format!("func {func}"),
    }
}

/// Under which names something is exported, and its own.
struct Exported<'a> {
    module: &'a Module,
    names: HashMap<(ExternKind, u32), Vec<&'a str>>,
}

impl<'a> Exported<'a> {
    fn of(module: &'a Module) -> Self {
        let mut names: HashMap<_, Vec<_>> = HashMap::new();
        for export in module.exports() {
            names.entry((export.kind, export.index)).or_default().push(&*export.name);
        }
        Self { module, names }
    }

    /// Its name for people, whether it is imported, and under which names it is exported.
    fn origin(&self, kind: ExternKind, index: u32, imported: usize) -> String {
        let names = self.module.names();
        let name = match kind {
            ExternKind::Func => names.func(FuncIdx(index)),
            ExternKind::Table => names.table(TableIdx(index)),
            ExternKind::Memory => names.memory(MemIdx(index)),
            ExternKind::Global => names.global(GlobalIdx(index)),
            ExternKind::Tag => names.tag(TagIdx(index)),
        };
        let name = name.map(|name| format!(" `{}`", Escaped::name(name)));
        let mut origin = name.unwrap_or_default();
        if (index as usize) < imported {
            origin.push_str(", imported");
        }
        for name in self.names.get(&(kind, index)).into_iter().flatten() {
            origin.push_str(&format!(", exported as `{}`", Escaped::name(name)));
        }
        origin
    }
}

fn memories(out: &mut dyn Write, module: &Module, exported: &Exported<'_>) -> Result<()> {
    heading(out, "memories", module.memory_count())?;
    for index in indices(module.memory_count()) {
        let ty = module.memory_type(MemIdx(index));
        let imported = module.imported_memory_count();
        let origin = exported.origin(ExternKind::Memory, index, imported);
        writeln!(out, "  {index}  {ty}: {}{origin}", extent(&ty))?;
    }
    Ok(())
}

/// The indices of an index space.
fn indices(count: usize) -> impl Iterator<Item = u32> {
    0..u32::try_from(count).unwrap_or(u32::MAX)
}

/// How large a memory is and may become, in bytes.
fn extent(ty: &MemoryType) -> String {
    let bytes = |pages: u64| readable(pages.saturating_mul(ty.page_size()));
    match ty.maximum {
        Some(maximum) => format!("{}, at most {}", bytes(ty.minimum), bytes(maximum)),
        None => format!("{}, may grow without limit", bytes(ty.minimum)),
    }
}

fn tables(out: &mut dyn Write, module: &Module, exported: &Exported<'_>) -> Result<()> {
    heading(out, "tables", module.table_count())?;
    for index in indices(module.table_count()) {
        let ty = module.table_type(TableIdx(index));
        let origin = exported.origin(ExternKind::Table, index, module.imported_table_count());
        writeln!(out, "  {index}  {ty}{origin}")?;
    }
    Ok(())
}

fn globals(out: &mut dyn Write, module: &Module, exported: &Exported<'_>) -> Result<()> {
    heading(out, "globals", module.global_count())?;
    for index in indices(module.global_count()) {
        let ty = module.global_type(GlobalIdx(index));
        let origin = exported.origin(ExternKind::Global, index, module.imported_global_count());
        writeln!(out, "  {index}  {ty}{origin}")?;
    }
    Ok(())
}

fn tags(out: &mut dyn Write, module: &Module, exported: &Exported<'_>) -> Result<()> {
    heading(out, "tags", module.tag_count())?;
    for index in indices(module.tag_count()) {
        let ty = module.tag_type(TagIdx(index));
        let origin = exported.origin(ExternKind::Tag, index, module.imported_tag_count());
        writeln!(out, "  {index}  {ty}{origin}")?;
    }
    Ok(())
}

fn segments(out: &mut dyn Write, module: &Module) -> Result<()> {
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

fn custom_sections(out: &mut dyn Write, module: &Module) -> Result<()> {
    heading(out, "custom sections", module.custom_sections().count())?;
    for (name, bytes) in module.custom_sections() {
        let size = readable(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let purpose = purpose(name).map(|it| format!(": {it}")).unwrap_or_default();
        writeln!(out, "  {}  {size}{purpose}", Escaped::name(name))?;
    }
    Ok(())
}
