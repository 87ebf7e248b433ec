//! The import section.
//!
//! Spec: [Binary Format › Modules › Import Section](https://webassembly.github.io/spec/core/binary/modules.html#import-section).

use crate::{
    Features,
    error::{Fault, position},
    module::Contents,
    section::{
        capacity, globals::global_type, memories::memory_type, tables::table_type, types::needs,
    },
};
use alloc::boxed::Box;
use dergwasm_types::{ExternKind, GlobalType, MemoryType, TableType, TypeIdx};
use wasmparser::{ImportSectionReader, TypeRef};

/// Something a module needs to be given before it can be instantiated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    /// The name of the module it comes from.
    pub module: Box<str>,
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

pub(crate) fn read(section: ImportSectionReader<'_>, to: &mut Contents) -> Result<(), Fault> {
    to.imports.reserve(capacity(section.count(), &section.range()));
    for import in section.into_imports_with_offsets() {
        let (offset, import) = import?;
        let ty = import_type(import.ty, position(offset), to.features)?;
        match ty {
            ImportType::Func(ty) => to.funcs.import(ty),
            ImportType::Table(ty) => to.tables.import(ty),
            ImportType::Memory(ty) => to.memories.import(ty),
            ImportType::Global(ty) => to.globals.import(ty),
            ImportType::Tag(ty) => to.tags.import(ty),
        }
        to.imports.push(Import { module: import.module.into(), name: import.name.into(), ty });
    }
    Ok(())
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
