//! External values: what can be imported and exported.
//!
//! Spec: [Execution › Runtime Structure › External Values](https://webassembly.github.io/spec/core/exec/runtime.html#external-values).

use crate::address::{FuncAddr, GlobalAddr, MemAddr, TableAddr, TagAddr};
use dergwasm_types::ExternKind;

/// The address of something that can be imported and exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ExternVal {
    /// A function.
    Func(FuncAddr),
    /// A table.
    Table(TableAddr),
    /// A memory.
    Memory(MemAddr),
    /// A global.
    Global(GlobalAddr),
    /// An exception tag.
    Tag(TagAddr),
}

impl ExternVal {
    /// The kind, without the address.
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

macro_rules! from {
    ($($Variant:ident($Address:ty))*) => { $(
        impl From<$Address> for ExternVal {
            fn from(address: $Address) -> Self {
                Self::$Variant(address)
            }
        }
    )* };
}

// `From` for each kind of address.
from! { Func(FuncAddr) Table(TableAddr) Memory(MemAddr) Global(GlobalAddr) Tag(TagAddr) }
