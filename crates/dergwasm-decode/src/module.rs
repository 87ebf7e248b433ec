//! [`Module`]: what a decoded module is.
//!
//! Spec: [Structure › Modules](https://webassembly.github.io/spec/core/syntax/modules.html).
//! Immutable; knows nothing of instances or of how code runs.

use crate::{
    DataSegment, DecodeError, DecodeOptions, ElementSegment, Export, Features, Func, Global,
    Import, ImportType, Names, Section, Table, Validation, body, decoder,
    index_space::IndexSpace,
    names::LazyNames,
    section::branch_hints::{self, BranchHint},
    section::{custom::CustomSection, exports::ExportMap},
    text,
};
use alloc::{sync::Arc, vec::Vec};
use core::{fmt, ops::Range};
use dergwasm_types::{
    Closed, DataIdx, ExternKind, ExternType, FuncIdx, FuncType, GlobalIdx, GlobalType, LocalIdx,
    MemIdx, MemoryType, SubType, TableIdx, TableType, TagIdx, TypeIdx, TypeList,
};
use wasmparser::ValidatorResources;

/// A decoded module.
///
/// It holds everything the binary format does, keeps its bytes, and never changes: clones share
/// it, and threads may too. Indices of the module that it hands out itself are never out of
/// bounds, even when it was not validated.
#[derive(Clone)]
pub struct Module(Arc<Contents>);

/// What [`Module`] shares.
#[derive(Default)]
pub(crate) struct Contents {
    pub(crate) bytes: Arc<Vec<u8>>,
    pub(crate) features: Features,
    pub(crate) validation: Validation,
    pub(crate) sections: Vec<Section>,
    pub(crate) types: Arc<TypeList>,
    pub(crate) imports: Vec<Import>,
    pub(crate) funcs: IndexSpace<TypeIdx, Func>,
    /// The types of all functions, close together: calls ask for them in any order.
    pub(crate) func_types: Vec<TypeIdx>,
    pub(crate) tables: IndexSpace<TableType, Table>,
    pub(crate) memories: IndexSpace<MemoryType, MemoryType>,
    pub(crate) globals: IndexSpace<GlobalType, Global>,
    pub(crate) tags: IndexSpace<TypeIdx, TypeIdx>,
    pub(crate) exports: Vec<Export>,
    pub(crate) export_map: ExportMap,
    pub(crate) start: Option<FuncIdx>,
    pub(crate) elements: Vec<ElementSegment>,
    pub(crate) data: Vec<DataSegment>,
    pub(crate) custom: Vec<CustomSection>,
    pub(crate) names: LazyNames,
    /// What validating bodies later needs.
    pub(crate) deferred: Option<ValidatorResources>,
}

impl Module {
    /// Decodes and validates a module: binary, or text with the feature `wat`.
    ///
    /// # Errors
    /// When the bytes are malformed or invalid, or need a proposal that is not supported.
    pub fn new(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::with_options(bytes, &DecodeOptions::default())
    }

    /// Decodes a module: binary, or text with the feature `wat`.
    ///
    /// # Errors
    /// When the bytes are malformed, are found invalid by as much validation as the options ask
    /// for, need a proposal that is off, or exceed a limit; and when the options turn on a
    /// proposal that is not supported.
    pub fn with_options(bytes: &[u8], options: &DecodeOptions) -> Result<Self, DecodeError> {
        let bytes = text::to_binary(bytes, &options.limits)?;
        decoder::decode(bytes, options).map(|contents| Self(Arc::new(contents)))
    }

    /// The bytes it was decoded from; of a text, the binary it was translated to.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    /// The bytes, to be kept longer than the module.
    #[must_use]
    pub fn shared_bytes(&self) -> &Arc<Vec<u8>> {
        &self.0.bytes
    }

    /// The proposals it was allowed to use.
    #[must_use]
    pub fn features(&self) -> Features {
        self.0.features
    }

    /// How much of it was checked.
    #[must_use]
    pub fn validation(&self) -> Validation {
        self.0.validation
    }

    /// Validates a function's body, if [`Validation::Deferred`] left that to be done.
    ///
    /// Every call does the work again. Functions without a body and functions of modules that
    /// are validated or trusted as a whole have nothing to check.
    ///
    /// # Errors
    /// When the body is malformed or invalid, or there is no such function.
    pub fn validate_func(&self, func: FuncIdx) -> Result<(), DecodeError> {
        self.validate_func_until(func, &|| false).map(drop)
    }

    /// As [`validate_func`](Self::validate_func), but asks from time to time whether to stop;
    /// returns whether it came to the end.
    ///
    /// # Errors
    /// When what was seen of the body is malformed or invalid, or there is no such function.
    pub fn validate_func_until(
        &self,
        func: FuncIdx,
        stop: &dyn Fn() -> bool,
    ) -> Result<bool, DecodeError> {
        body::validate_deferred(&self.0, func, stop)
    }

    /// The types of the type section.
    #[must_use]
    pub fn types(&self) -> &[SubType] {
        self.0.types.types()
    }

    /// The types of the type section, to be kept longer than the module.
    #[must_use]
    pub fn type_list(&self) -> &Arc<TypeList> {
        &self.0.types
    }

    /// The recursive groups of the type section: ranges of the indices of types, one after the
    /// other. A type outside of any group is a group of its own.
    #[must_use]
    pub fn rec_groups(&self) -> &[Range<usize>] {
        self.0.types.groups()
    }

    /// The function type of the type section with this index, if that is a function type.
    #[must_use]
    pub fn func_type_at(&self, ty: TypeIdx) -> Option<&FuncType> {
        self.types().get(ty.index())?.as_func()
    }

    /// What it imports, in order.
    #[must_use]
    pub fn imports(&self) -> &[Import] {
        &self.0.imports
    }

    /// The type of one of its imports.
    ///
    /// # Panics
    /// When the import is of another module and its type is not in this one.
    #[must_use]
    pub fn import_type(&self, import: &Import) -> ExternType {
        match import.ty {
            ImportType::Func(ty) => ExternType::Func(self.closed_func_type(ty)),
            ImportType::Table(ty) => ExternType::Table(Closed::new(ty, &self.0.types)),
            ImportType::Memory(ty) => ExternType::Memory(ty),
            ImportType::Global(ty) => ExternType::Global(Closed::new(ty, &self.0.types)),
            ImportType::Tag(ty) => ExternType::Tag(self.closed_func_type(ty)),
        }
    }

    /// What it exports, in order.
    #[must_use]
    pub fn exports(&self) -> &[Export] {
        &self.0.exports
    }

    /// The export of that name.
    #[must_use]
    pub fn export(&self, name: &str) -> Option<&Export> {
        self.0.export_map.find(name, &self.0.exports)
    }

    /// The type of one of its exports.
    ///
    /// # Panics
    /// When the export is of another module and its index is not in this one.
    #[must_use]
    pub fn export_type(&self, export: &Export) -> ExternType {
        match export.kind {
            ExternKind::Func => {
                ExternType::Func(self.closed_func_type(self.func_type_idx(FuncIdx(export.index))))
            }
            ExternKind::Table => {
                let ty = self.table_type(TableIdx(export.index));
                ExternType::Table(Closed::new(ty, &self.0.types))
            }
            ExternKind::Memory => ExternType::Memory(self.memory_type(MemIdx(export.index))),
            ExternKind::Global => {
                let ty = self.global_type(GlobalIdx(export.index));
                ExternType::Global(Closed::new(ty, &self.0.types))
            }
            ExternKind::Tag => {
                ExternType::Tag(self.closed_func_type(self.tag_type_idx(TagIdx(export.index))))
            }
        }
    }

    fn closed_func_type(&self, ty: TypeIdx) -> Closed<FuncType> {
        match Closed::func(ty, &self.0.types) {
            Some(func) => func,
            None => absent("function type", ty.0),
        }
    }

    /// The functions it defines. Their indices follow those of the functions it imports.
    #[must_use]
    pub fn funcs(&self) -> &[Func] {
        &self.0.funcs.defined
    }

    /// The tables it defines. Their indices follow those of the tables it imports.
    #[must_use]
    pub fn tables(&self) -> &[Table] {
        &self.0.tables.defined
    }

    /// The memories it defines. Their indices follow those of the memories it imports.
    #[must_use]
    pub fn memories(&self) -> &[MemoryType] {
        &self.0.memories.defined
    }

    /// The globals it defines. Their indices follow those of the globals it imports.
    #[must_use]
    pub fn globals(&self) -> &[Global] {
        &self.0.globals.defined
    }

    /// The types of the tags it defines. Their indices follow those of the tags it imports.
    #[must_use]
    pub fn tags(&self) -> &[TypeIdx] {
        &self.0.tags.defined
    }

    /// Its element segments.
    #[must_use]
    pub fn elements(&self) -> &[ElementSegment] {
        &self.0.elements
    }

    /// Its data segments.
    #[must_use]
    pub fn data(&self) -> &[DataSegment] {
        &self.0.data
    }

    /// The bytes of a data segment.
    ///
    /// # Panics
    /// When there is no such segment.
    #[must_use]
    pub fn data_bytes(&self, data: DataIdx) -> &[u8] {
        &self.0.bytes[self.0.data[data.index()].bytes.clone()]
    }

    /// The function to run at instantiation.
    #[must_use]
    pub fn start(&self) -> Option<FuncIdx> {
        self.0.start
    }

    /// The names and contents of its custom sections, in order.
    pub fn custom_sections(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let bytes = &self.0.bytes;
        self.0.custom.iter().map(|section| (&*section.name, &bytes[section.bytes.clone()]))
    }

    /// Which way the branches of a function are likely to go, as the compiler of the module says.
    ///
    /// The section is read anew each time; one that is malformed gives the hints up to the fault.
    pub fn branch_hints(&self, func: FuncIdx) -> impl Iterator<Item = BranchHint> {
        let mut sections = self.custom_sections();
        let section = sections.find(|(name, _)| *name == branch_hints::NAME);
        branch_hints::read(section.map_or(&[0], |(_, contents)| contents), func.0)
    }

    /// Its sections as they lie in its bytes, in order.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.0.sections
    }
}

macro_rules! index_spaces {
    ($( $space:ident: $imported_count:ident $count:ident $what:literal )*) => {
        impl Module { $(
            #[doc = concat!("How many ", $what, " it imports.")]
            #[must_use]
            pub fn $imported_count(&self) -> usize {
                self.0.$space.imported.len()
            }

            #[doc = concat!("How many ", $what, " it has, imported ones included.")]
            #[must_use]
            pub fn $count(&self) -> usize {
                self.0.$space.len()
            }
        )* }
    };
}

// Each row becomes two methods that count.
index_spaces! {
    funcs: imported_func_count func_count "functions"
    tables: imported_table_count table_count "tables"
    memories: imported_memory_count memory_count "memories"
    globals: imported_global_count global_count "globals"
    tags: imported_tag_count tag_count "tags"
}

/// Whole index spaces: imports first, then what the module defines.
impl Module {
    /// The index of a function's type.
    ///
    /// # Panics
    /// When there is no such function.
    #[must_use]
    pub fn func_type_idx(&self, func: FuncIdx) -> TypeIdx {
        match self.0.func_type_idx(func) {
            Some(ty) => ty,
            None => absent("function", func.0),
        }
    }

    /// A function's type.
    ///
    /// # Panics
    /// When there is no such function.
    #[must_use]
    pub fn func_type(&self, func: FuncIdx) -> &FuncType {
        self.known_func_type(self.func_type_idx(func))
    }

    /// The type of a function or tag, which decoding has found to be one of functions.
    fn known_func_type(&self, ty: TypeIdx) -> &FuncType {
        match self.func_type_at(ty) {
            Some(func) => func,
            None => absent("function type", ty.0),
        }
    }

    /// A table's type.
    ///
    /// # Panics
    /// When there is no such table.
    #[must_use]
    pub fn table_type(&self, table: TableIdx) -> TableType {
        match self.0.tables.ty(table.index(), |table| table.ty) {
            Some(ty) => ty,
            None => absent("table", table.0),
        }
    }

    /// A memory's type.
    ///
    /// # Panics
    /// When there is no such memory.
    #[must_use]
    pub fn memory_type(&self, memory: MemIdx) -> MemoryType {
        match self.0.memories.ty(memory.index(), |&ty| ty) {
            Some(ty) => ty,
            None => absent("memory", memory.0),
        }
    }

    /// A global's type.
    ///
    /// # Panics
    /// When there is no such global.
    #[must_use]
    pub fn global_type(&self, global: GlobalIdx) -> GlobalType {
        match self.0.globals.ty(global.index(), |global| global.ty) {
            Some(ty) => ty,
            None => absent("global", global.0),
        }
    }

    /// A tag's type; its parameters are what the exceptions carry.
    ///
    /// # Panics
    /// When there is no such tag.
    #[must_use]
    pub fn tag_type(&self, tag: TagIdx) -> &FuncType {
        self.known_func_type(self.tag_type_idx(tag))
    }

    fn tag_type_idx(&self, tag: TagIdx) -> TypeIdx {
        match self.0.tags.ty(tag.index(), |&ty| ty) {
            Some(ty) => ty,
            None => absent("tag", tag.0),
        }
    }
}

/// Names for people.
impl Module {
    /// The names its name section gives, read when they are first asked for.
    ///
    /// A name section that is malformed gives the names up to the fault.
    #[must_use]
    pub fn names(&self) -> &Names {
        self.0.names()
    }

    /// The module's own name.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.names().module()
    }

    /// A function's name: from the name section or, failing that, the name it is exported or
    /// imported by.
    #[must_use]
    pub fn func_name(&self, func: FuncIdx) -> Option<&str> {
        self.0.func_name(func, self.names())
    }

    /// The name of a parameter or local of a function.
    #[must_use]
    pub fn local_name(&self, func: FuncIdx, local: LocalIdx) -> Option<&str> {
        self.names().local(func, local)
    }
}

impl Contents {
    pub(crate) fn func_type_idx(&self, func: FuncIdx) -> Option<TypeIdx> {
        self.func_types.get(func.index()).copied()
    }

    pub(crate) fn names(&self) -> &Names {
        self.names.get(&self.bytes)
    }

    pub(crate) fn func_name<'a>(&'a self, func: FuncIdx, names: &'a Names) -> Option<&'a str> {
        let exported = || {
            let mut exports = self.exports.iter();
            exports.find(|e| e.kind == ExternKind::Func && e.index == func.0).map(|e| &*e.name)
        };
        let imported = || {
            let is_func = |import: &&Import| matches!(import.ty, ImportType::Func(_));
            self.imports.iter().filter(is_func).nth(func.index()).map(|import| &*import.name)
        };
        names.func(func).or_else(exported).or_else(imported)
    }
}

#[cold]
fn absent(what: &str, index: u32) -> ! {
    panic!("no {what} {index} in this module")
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Module")
            .field("name", &self.name())
            .field("bytes", &self.0.bytes.len())
            .field("imports", &self.0.imports.len())
            .field("exports", &self.0.exports.len())
            .field("funcs", &self.func_count())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_are_shared_between_threads() {
        fn shared<T: Clone + Send + Sync + 'static>() {}
        shared::<Module>();
        shared::<DecodeError>();
        assert_eq!(size_of::<Module>(), size_of::<usize>());
    }
}
