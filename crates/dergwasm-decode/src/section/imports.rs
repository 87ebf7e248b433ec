//! The import section.
//!
//! Spec: [Binary Format › Modules › Import Section](https://webassembly.github.io/spec/core/binary/modules.html#import-section).
//! Groups of imports that share the name of a module ([compact
//! imports](https://github.com/WebAssembly/compact-import-section)) become ordinary imports.

use crate::{
    Features, ParseLimits,
    error::{Fault, position},
    module::Contents,
    room,
    section::{globals::global_type, memories::memory_type, tables::table_type, types::needs},
};
use alloc::{boxed::Box, sync::Arc};
use dergwasm_types::{ExternKind, GlobalType, MemoryType, TableType, TypeIdx};
use wasmparser::{ImportSectionReader, Imports, TypeRef};

/// Something a module needs to be given before it can be instantiated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The name of the module it comes from; the imports of a group share it.
    pub module: Arc<str>,
    /// Its name in that module.
    pub name: Box<str>,
    /// What it has to be.
    pub ty: ImportType,
}

/// What an import has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportType {
    /// A function of this type.
    Func(TypeIdx),
    /// A table.
    Table(TableType),
    /// A memory.
    Memory(MemoryType),
    /// A global.
    Global(GlobalType),
    /// A tag of exceptions that carry the parameters of this type.
    Tag(TypeIdx),
}

impl ImportType {
    /// The kind, without the details.
    #[must_use]
    pub const fn kind(self) -> ExternKind {
        match self {
            Self::Func(_) => ExternKind::Func,
            Self::Table(_) => ExternKind::Table,
            Self::Memory(_) => ExternKind::Memory,
            Self::Global(_) => ExternKind::Global,
            Self::Tag(_) => ExternKind::Tag,
        }
    }
}

pub(crate) fn read(
    section: ImportSectionReader<'_>,
    limits: &ParseLimits,
    to: &mut Contents,
) -> Result<(), Fault> {
    room::reserve(&mut to.imports, section.count(), &section.range(), "imports")?;
    let mut names = 0_u64;
    for group in section.into_iter_with_offsets() {
        let (offset, group) = group?;
        let (module, count) = match &group {
            Imports::Single(_, import) => (import.module, 1),
            Imports::Compact1 { module, items } => (*module, items.count()),
            Imports::Compact2 { module, names, .. } => (*module, names.count()),
        };
        // A group is short: what it stands for is limited before room is made for it.
        let found = to.imports.len() as u64 + u64::from(count);
        names = names.saturating_add(u64::from(count) * module.len() as u64);
        limit("imports", found, limits.imports.into(), offset)?;
        limit("bytes of module names of imports", names, limits.import_names as u64, offset)?;
        let module = Arc::<str>::from(module);
        for import in group {
            let (offset, import) = import?;
            let offset = position(offset);
            let ty = import_type(import.ty, offset, to.features)?;
            match ty {
                ImportType::Func(ty) => {
                    to.funcs.import(ty, offset)?;
                    room::push(&mut to.func_types, ty, "the types of functions", offset)?;
                }
                ImportType::Table(ty) => to.tables.import(ty, offset)?,
                ImportType::Memory(ty) => to.memories.import(ty, offset)?,
                ImportType::Global(ty) => to.globals.import(ty, offset)?,
                ImportType::Tag(ty) => to.tags.import(ty, offset)?,
            }
            let name = room::name(import.name, offset)?;
            let import = Import { module: Arc::clone(&module), name, ty };
            room::push(&mut to.imports, import, "imports", offset)?;
        }
    }
    Ok(())
}

fn limit(what: &'static str, found: u64, limit: u64, offset: u64) -> Result<(), Fault> {
    match found <= limit {
        true => Ok(()),
        false => Err(Fault::Limit { offset: position(offset), what, found, limit }),
    }
}

fn import_type(ty: TypeRef, offset: usize, features: Features) -> Result<ImportType, Fault> {
    Ok(match ty {
        TypeRef::Func(ty) => ImportType::Func(TypeIdx(ty)),
        TypeRef::Table(ty) => ImportType::Table(table_type(ty, offset, features)?),
        TypeRef::Memory(ty) => ImportType::Memory(memory_type(ty, offset)?),
        TypeRef::Global(ty) => ImportType::Global(global_type(ty, offset, features)?),
        TypeRef::Tag(ty) => ImportType::Tag(TypeIdx(ty.func_type_idx)),
        TypeRef::FuncExact(_) => {
            return Err(needs(Features::CUSTOM_DESCRIPTORS, "import of an exact function", offset));
        }
    })
}
