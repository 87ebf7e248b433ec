//! External types: the types of imports and exports.
//!
//! Spec: [Structure › Types › External Types](https://webassembly.github.io/spec/core/syntax/types.html#external-types).

use crate::{Closed, FuncType, GlobalType, MemoryType, TableType};
use core::fmt;

/// The kind of an import or export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExternKind {
    /// A function.
    Func,
    /// A table.
    Table,
    /// A memory.
    Memory,
    /// A global.
    Global,
    /// An exception tag.
    Tag,
}

impl fmt::Display for ExternKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Func => "func",
            Self::Table => "table",
            Self::Memory => "memory",
            Self::Global => "global",
            Self::Tag => "tag",
        })
    }
}

/// The type of an import or export, with the definitions of the types it refers to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ExternType {
    /// A function.
    Func(Closed<FuncType>),
    /// A table.
    Table(Closed<TableType>),
    /// A memory.
    Memory(MemoryType),
    /// A global.
    Global(Closed<GlobalType>),
    /// An exception tag; its parameters are what the exception carries.
    Tag(Closed<FuncType>),
}

impl ExternType {
    /// The kind, without the details.
    #[must_use]
    pub const fn kind(&self) -> ExternKind {
        match self {
            Self::Func(_) => ExternKind::Func,
            Self::Table(_) => ExternKind::Table,
            Self::Memory(_) => ExternKind::Memory,
            Self::Global(_) => ExternKind::Global,
            Self::Tag(_) => ExternKind::Tag,
        }
    }
}

impl From<MemoryType> for ExternType {
    fn from(ty: MemoryType) -> Self {
        Self::Memory(ty)
    }
}

impl From<TableType> for ExternType {
    fn from(ty: TableType) -> Self {
        Self::Table(ty.into())
    }
}

impl fmt::Display for ExternType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Func(ty) => write!(f, "func {ty}"),
            Self::Table(ty) => ty.fmt(f),
            Self::Memory(ty) => ty.fmt(f),
            Self::Global(ty) => ty.fmt(f),
            Self::Tag(ty) => write!(f, "tag {ty}"),
        }
    }
}
