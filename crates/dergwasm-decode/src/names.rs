//! The name section: names for people.
//!
//! Spec: [Appendix › Custom Sections › Name Section](https://webassembly.github.io/spec/core/appendix/custom.html#name-section).
//! Nothing depends on names, so faults in the section are not errors, nor is too little memory for
//! them: the names up to there are kept.

use crate::room;
use alloc::{boxed::Box, vec::Vec};
use core::ops::Range;
use dergwasm_types::{
    DataIdx, ElemIdx, FuncIdx, GlobalIdx, LocalIdx, MemIdx, TableIdx, TagIdx, TypeIdx,
};
use wasmparser::{
    BinaryReader, IndirectNameMap, Name, NameMap, NameSectionReader, Parser, Payload,
};

/// The names the name section gives.
#[derive(Debug, Default)]
pub struct Names {
    module: Option<Box<str>>,
    funcs: Table<u32>,
    locals: Table<(u32, u32)>,
    labels: Table<(u32, u32)>,
    types: Table<u32>,
    fields: Table<(u32, u32)>,
    tables: Table<u32>,
    memories: Table<u32>,
    globals: Table<u32>,
    elements: Table<u32>,
    data: Table<u32>,
    tags: Table<u32>,
}

/// Names in the order of what they name.
#[derive(Debug)]
struct Table<Index>(Vec<(Index, Box<str>)>);

impl<Index> Default for Table<Index> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<Index: Copy + Ord> Table<Index> {
    fn get(&self, index: Index) -> Option<&str> {
        let position = self.0.binary_search_by_key(&index, |row| row.0).ok()?;
        Some(&self.0[position].1)
    }

    fn sort(&mut self) {
        // The specification has them sorted; a module need not follow it.
        if !self.0.is_sorted_by_key(|row| row.0) {
            // Names that are given twice stay in any order: only an unstable sort needs no memory.
            self.0.sort_unstable_by_key(|row| row.0);
        }
    }

    /// Adds a name, or says by `None` that there is no room.
    fn push(&mut self, index: Index, name: &str) -> Option<()> {
        self.0.try_reserve(1).ok()?;
        self.0.push((index, room::try_name(name)?));
        Some(())
    }
}

impl Table<u32> {
    fn read(names: NameMap<'_>) -> Self {
        let mut table = Self::default();
        let mut names = names.into_iter().map_while(Result::ok);
        let _ = names.try_for_each(|n| table.push(n.index, n.name));
        table.sort();
        table
    }
}

impl Table<(u32, u32)> {
    fn read(names: IndirectNameMap<'_>) -> Self {
        let mut table = Self::default();
        for outer in names.into_iter().map_while(Result::ok) {
            let mut inner = outer.names.map_while(Result::ok);
            if inner.try_for_each(|n| table.push((outer.index, n.index), n.name)).is_none() {
                break;
            }
        }
        table.sort();
        table
    }
}

impl Names {
    /// Reads the contents of a name section as far as they are well-formed.
    pub(crate) fn read(contents: &[u8]) -> Self {
        let mut names = Self::default();
        let reader = NameSectionReader::new(BinaryReader::new(contents, 0));
        for subsection in reader.map_while(Result::ok) {
            match subsection {
                Name::Module { name, .. } => names.module = room::try_name(name),
                Name::Function(map) => names.funcs = Table::<u32>::read(map),
                Name::Local(map) => names.locals = Table::<(u32, u32)>::read(map),
                Name::Label(map) => names.labels = Table::<(u32, u32)>::read(map),
                Name::Type(map) => names.types = Table::<u32>::read(map),
                Name::Field(map) => names.fields = Table::<(u32, u32)>::read(map),
                Name::Table(map) => names.tables = Table::<u32>::read(map),
                Name::Memory(map) => names.memories = Table::<u32>::read(map),
                Name::Global(map) => names.globals = Table::<u32>::read(map),
                Name::Element(map) => names.elements = Table::<u32>::read(map),
                Name::Data(map) => names.data = Table::<u32>::read(map),
                Name::Tag(map) => names.tags = Table::<u32>::read(map),
                _ => {}
            }
        }
        names
    }

    /// Reads the names of a module that is not decoded, or not yet as far as its name section.
    #[cold]
    pub(crate) fn search(module: &[u8]) -> Self {
        let payloads = Parser::new(0).parse_all(module).map_while(Result::ok);
        for payload in payloads {
            if let Payload::CustomSection(section) = payload
                && section.name() == "name"
            {
                return Self::read(section.data());
            }
        }
        Self::default()
    }

    /// The module's name.
    #[must_use]
    pub fn module(&self) -> Option<&str> {
        self.module.as_deref()
    }

    /// A function's name.
    #[must_use]
    pub fn func(&self, func: FuncIdx) -> Option<&str> {
        self.funcs.get(func.0)
    }

    /// The name of a parameter or local of a function.
    #[must_use]
    pub fn local(&self, func: FuncIdx, local: LocalIdx) -> Option<&str> {
        self.locals.get((func.0, local.0))
    }

    /// The name of a label of a function, counted in the order of the blocks.
    #[must_use]
    pub fn label(&self, func: FuncIdx, label: u32) -> Option<&str> {
        self.labels.get((func.0, label))
    }

    /// All labels of a function that have a name, counted in the order of the blocks.
    pub fn labels(&self, func: FuncIdx) -> impl Iterator<Item = (u32, &str)> {
        let start = self.labels.0.partition_point(|row| row.0.0 < func.0);
        let labels = self.labels.0[start..].iter().take_while(move |row| row.0.0 == func.0);
        labels.map(|row| (row.0.1, &*row.1))
    }

    /// A type's name.
    #[must_use]
    pub fn ty(&self, ty: TypeIdx) -> Option<&str> {
        self.types.get(ty.0)
    }

    /// The name of a field of a structure type.
    #[must_use]
    pub fn field(&self, ty: TypeIdx, field: u32) -> Option<&str> {
        self.fields.get((ty.0, field))
    }

    /// A table's name.
    #[must_use]
    pub fn table(&self, table: TableIdx) -> Option<&str> {
        self.tables.get(table.0)
    }

    /// A memory's name.
    #[must_use]
    pub fn memory(&self, memory: MemIdx) -> Option<&str> {
        self.memories.get(memory.0)
    }

    /// A global's name.
    #[must_use]
    pub fn global(&self, global: GlobalIdx) -> Option<&str> {
        self.globals.get(global.0)
    }

    /// An element segment's name.
    #[must_use]
    pub fn element(&self, element: ElemIdx) -> Option<&str> {
        self.elements.get(element.0)
    }

    /// A data segment's name.
    #[must_use]
    pub fn data(&self, data: DataIdx) -> Option<&str> {
        self.data.get(data.0)
    }

    /// A tag's name.
    #[must_use]
    pub fn tag(&self, tag: TagIdx) -> Option<&str> {
        self.tags.get(tag.0)
    }
}

/// Names that are read when they are first asked for or, without the standard library and its
/// once-written cell, at once.
#[derive(Debug, Default)]
pub(crate) struct LazyNames {
    #[cfg(feature = "std")]
    section: Range<usize>,
    #[cfg(feature = "std")]
    names: std::sync::OnceLock<Names>,
    #[cfg(not(feature = "std"))]
    names: Names,
}

impl LazyNames {
    /// The names in the name section whose contents lie at `section` in the module's bytes.
    #[cfg(feature = "std")]
    pub(crate) fn new(section: Range<usize>, _bytes: &[u8]) -> Self {
        Self { section, names: std::sync::OnceLock::new() }
    }

    /// The names in the name section whose contents lie at `section` in the module's bytes.
    #[cfg(not(feature = "std"))]
    pub(crate) fn new(section: Range<usize>, bytes: &[u8]) -> Self {
        Self { names: Names::read(&bytes[section]) }
    }

    #[cfg(feature = "std")]
    pub(crate) fn get(&self, bytes: &[u8]) -> &Names {
        self.names.get_or_init(|| Names::read(&bytes[self.section.clone()]))
    }

    #[cfg(not(feature = "std"))]
    pub(crate) fn get(&self, _bytes: &[u8]) -> &Names {
        &self.names
    }
}
