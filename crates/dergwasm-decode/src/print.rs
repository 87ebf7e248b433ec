//! An outline of a module for people: everything that is kept of it, an item a line.
//!
//! Not the text format: code is left out, indices are always shown, and long lists are cut.

use crate::{DataMode, ElementItems, ElementMode, ElementSegment, Func, ImportType, Module};
use alloc::string::{String, ToString};
use core::fmt;
use dergwasm_types::{
    CompositeType, DataIdx, ElemIdx, Escaped, ExternKind, FuncIdx, GlobalIdx, LocalIdx, MemIdx,
    TableIdx, TagIdx, TypeIdx,
};
use wasmparser::{BinaryReader, FunctionBody};

/// How much of a list or of a segment's bytes is shown.
const SHOWN: usize = 24;

impl fmt::Display for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "module{}: {} bytes", Name(self.name()), self.bytes().len())?;
        for section in self.sections() {
            let (range, count) = (&section.range, section.count as usize);
            write!(f, "\nsection {}: {:#x}..{:#x}", section.kind, range.start, range.end)?;
            write!(f, ", {}", Items(count))?;
        }
        types(self, f)?;
        imports(self, f)?;
        for (i, func) in (self.imported_func_count()..).zip(self.funcs()) {
            function(self, i, func, f)?;
        }
        tables_and_memories(self, f)?;
        globals_and_tags(self, f)?;
        for export in self.exports() {
            let name = Escaped::name(&*export.name);
            write!(f, "\nexport \"{name}\": {} {}", export.kind, export.index)?;
        }
        if let Some(start) = self.start() {
            write!(f, "\nstart: func {start}")?;
        }
        for (i, segment) in (0..).zip(self.elements()) {
            element(self, ElemIdx(i), segment, f)?;
        }
        data(self, f)?;
        for (name, bytes) in self.custom_sections() {
            write!(f, "\ncustom \"{}\": {} bytes", Escaped::name(name), bytes.len())?;
        }
        Ok(())
    }
}

/// A number of items.
struct Items(usize);

impl fmt::Display for Items {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0, if self.0 == 1 { "item" } else { "items" })
    }
}

/// ` $name`, or nothing.
struct Name<'a>(Option<&'a str>);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(name) => write!(f, " ${}", Escaped::name(name)),
            None => Ok(()),
        }
    }
}

/// A name by the kind of what it names.
fn name(module: &Module, kind: ExternKind, index: u32) -> Name<'_> {
    let names = module.names();
    Name(match kind {
        ExternKind::Func => names.func(FuncIdx(index)),
        ExternKind::Table => names.table(TableIdx(index)),
        ExternKind::Memory => names.memory(MemIdx(index)),
        ExternKind::Global => names.global(GlobalIdx(index)),
        ExternKind::Tag => names.tag(TagIdx(index)),
    })
}

/// A type of the type section by its index.
fn type_use(module: &Module, ty: TypeIdx) -> String {
    match module.func_type_at(ty) {
        Some(func) => alloc::format!("type {ty} {func}"),
        None => alloc::format!("type {ty}"),
    }
}

/// A type without the word for its kind, which the line starts with already.
fn bare(kind: ExternKind, ty: &dyn ToString) -> String {
    let ty = ty.to_string();
    ty.strip_prefix(&alloc::format!("{kind} ")).map_or_else(|| ty.clone(), ToString::to_string)
}

fn types(module: &Module, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let names = module.names();
    for (i, ty) in (0..).zip(module.types()) {
        write!(f, "\ntype {i}{}: {ty}", Name(names.ty(TypeIdx(i))))?;
        let CompositeType::Struct(ty) = &ty.composite else { continue };
        for (field, _) in (0..).zip(&ty.fields) {
            if let Some(name) = names.field(TypeIdx(i), field) {
                write!(f, "\n  field {field}{}", Name(Some(name)))?;
            }
        }
    }
    Ok(())
}

fn imports(module: &Module, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut counts = [0; 5];
    for import in module.imports() {
        let kind = import.ty.kind();
        let count = &mut counts[kind as usize];
        let ty = match &import.ty {
            ImportType::Func(ty) | ImportType::Tag(ty) => type_use(module, *ty),
            ImportType::Table(ty) => bare(kind, ty),
            ImportType::Memory(ty) => bare(kind, ty),
            ImportType::Global(ty) => bare(kind, ty),
        };
        write!(f, "\n{kind} {count}{}: {ty}", name(module, kind, *count))?;
        let (module, name) = (Escaped::name(&*import.module), Escaped::name(&*import.name));
        write!(f, ", import \"{module}\" \"{name}\"")?;
        *count += 1;
    }
    Ok(())
}

fn function(module: &Module, i: usize, func: &Func, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Ok(i) = u32::try_from(i) else { return Ok(()) };
    let ty = type_use(module, func.ty);
    write!(f, "\nfunc {i}{}: {ty}", name(module, ExternKind::Func, i))?;
    write!(f, ", body {:#x}..{:#x}", func.body.start, func.body.end)?;
    let params = module.func_type_at(func.ty).map_or(0, |ty| ty.params().len());
    let mut local = u32::try_from(params).unwrap_or(0);
    for param in 0..local {
        if let Some(name) = module.local_name(FuncIdx(i), LocalIdx(param)) {
            write!(f, "\n  param {param}{}", Name(Some(name)))?;
        }
    }
    let body = BinaryReader::new(&module.bytes()[func.body.clone()], 0);
    let Ok(locals) = FunctionBody::new(body).get_locals_reader() else { return Ok(()) };
    for (count, ty) in locals.into_iter().map_while(Result::ok).filter(|&(count, _)| count > 0) {
        let name = Name(module.local_name(FuncIdx(i), LocalIdx(local)));
        let next = local.saturating_add(count);
        match count {
            1 => write!(f, "\n  local {local}{name}: {ty}")?,
            _ => write!(f, "\n  local {local}{name} to {}: {ty}", next - 1)?,
        }
        local = next;
    }
    for (label, name) in module.names().labels(FuncIdx(i)) {
        write!(f, "\n  label {label}{}", Name(Some(name)))?;
    }
    for hint in module.branch_hints(FuncIdx(i)) {
        let likely = if hint.taken { "taken" } else { "not taken" };
        write!(f, "\n  branch hint at {:#x} of the body: {likely}", hint.offset)?;
    }
    Ok(())
}

fn tables_and_memories(module: &Module, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let first = u32::try_from(module.imported_table_count()).unwrap_or(0);
    for (i, table) in (first..).zip(module.tables()) {
        let kind = ExternKind::Table;
        write!(f, "\ntable {i}{}: {}", name(module, kind, i), bare(kind, &table.ty))?;
        if let Some(init) = &table.init {
            write!(f, " = {init}")?;
        }
    }
    let first = u32::try_from(module.imported_memory_count()).unwrap_or(0);
    for (i, memory) in (first..).zip(module.memories()) {
        let kind = ExternKind::Memory;
        write!(f, "\nmemory {i}{}: {}", name(module, kind, i), bare(kind, memory))?;
    }
    Ok(())
}

fn globals_and_tags(module: &Module, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let first = u32::try_from(module.imported_global_count()).unwrap_or(0);
    for (i, global) in (first..).zip(module.globals()) {
        let kind = ExternKind::Global;
        write!(f, "\nglobal {i}{}: {}", name(module, kind, i), bare(kind, &global.ty))?;
        write!(f, " = {}", global.init)?;
    }
    let first = u32::try_from(module.imported_tag_count()).unwrap_or(0);
    for (i, &ty) in (first..).zip(module.tags()) {
        write!(f, "\ntag {i}{}: {}", name(module, ExternKind::Tag, i), type_use(module, ty))?;
    }
    Ok(())
}

fn element(
    module: &Module,
    index: ElemIdx,
    segment: &ElementSegment,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    write!(f, "\nelement {index}{}: {}", Name(module.names().element(index)), segment.ty)?;
    match &segment.mode {
        ElementMode::Passive => f.write_str(", passive")?,
        ElementMode::Declared => f.write_str(", declared")?,
        ElementMode::Active { table, offset } => {
            write!(f, ", active in table {table} at ({offset})")?;
        }
    }
    write!(f, ", {}:", Items(segment.items.len()))?;
    match &segment.items {
        ElementItems::Funcs(funcs) => {
            funcs.iter().take(SHOWN).try_for_each(|func| write!(f, " {func}"))?;
        }
        ElementItems::Exprs(exprs) => {
            exprs.iter().take(SHOWN).try_for_each(|expr| write!(f, " ({expr})"))?;
        }
    }
    f.write_str(if segment.items.len() > SHOWN { " …" } else { "" })
}

fn data(module: &Module, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (i, segment) in (0..).zip(module.data()) {
        write!(f, "\ndata {i}{}: ", Name(module.names().data(DataIdx(i))))?;
        match &segment.mode {
            DataMode::Passive => f.write_str("passive")?,
            DataMode::Active { memory, offset } => {
                write!(f, "active in memory {memory} at ({offset})")?;
            }
        }
        let bytes = module.data_bytes(DataIdx(i));
        let shown = &bytes[..bytes.len().min(SHOWN)];
        write!(f, ", {} bytes: \"{}\"", bytes.len(), shown.escape_ascii())?;
        f.write_str(if bytes.len() > SHOWN { "…" } else { "" })?;
    }
    Ok(())
}
