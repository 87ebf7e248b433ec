//! What can be imported and exported.
//!
//! Spec: [Execution › Runtime Structure › External Values](https://webassembly.github.io/spec/core/exec/runtime.html#external-values).

use crate::{AsMachine, Error, Func, Global, Memory, Table, Tag, as_machine::usage};
use dergwasm_exec::Machine as Core;
use dergwasm_store::ExternVal;
use dergwasm_types::{ExternKind, ExternType};

/// Something that can be imported and exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extern {
    /// A function.
    Func(Func),
    /// A table.
    Table(Table),
    /// A memory.
    Memory(Memory),
    /// A global.
    Global(Global),
    /// An exception tag.
    Tag(Tag),
}

impl Extern {
    /// The kind.
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

    /// The type, with the definitions of what it refers to: it can be used on any machine.
    ///
    /// # Errors
    /// It is not of this machine.
    pub fn ty(&self, machine: impl AsMachine) -> Result<ExternType, Error> {
        let core = machine.as_machine().core;
        let ty = core.extern_type(self.val_in(core)?);
        ty.ok_or_else(|| usage("this is nothing of the machine"))
    }
}

macro_rules! kinds {
    ($($Kind:ident $into:ident $what:literal)*) => {
        impl Extern { $(
            #[doc = concat!("The ", $what, ", if it is one.")]
            #[must_use]
            pub const fn $into(self) -> Option<$Kind> {
                match self {
                    Self::$Kind(handle) => Some(handle),
                    _ => None,
                }
            }
        )* }

        $(
            impl From<$Kind> for Extern {
                fn from(handle: $Kind) -> Self {
                    Self::$Kind(handle)
                }
            }
        )*

        impl Extern {
            /// The handle of something in the machine's store.
            pub(crate) fn new_in(val: ExternVal, core: &Core) -> Self {
                match val {
                    $( ExternVal::$Kind(addr) => Self::$Kind($Kind::new_in(addr, core)), )*
                }
            }

            /// What it is in the machine's store, after checking that it is there.
            pub(crate) fn val_in(self, core: &Core) -> Result<ExternVal, Error> {
                Ok(match self {
                    $( Self::$Kind(handle) => {
                        handle.instance(core)?;
                        ExternVal::$Kind(handle.addr_in(core)?)
                    } )*
                })
            }
        }
    };
}

// Each row becomes an accessor and `From` for that kind.
kinds! {
    Func into_func "function"
    Table into_table "table"
    Memory into_memory "memory"
    Global into_global "global"
    Tag into_tag "exception tag"
}

/// A named export of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Export<'a> {
    name: &'a str,
    item: Extern,
}

impl<'a> Export<'a> {
    pub(crate) const fn new(name: &'a str, item: Extern) -> Self {
        Self { name, item }
    }

    /// The name.
    #[must_use]
    pub const fn name(&self) -> &'a str {
        self.name
    }

    /// What is exported.
    #[must_use]
    pub const fn into_extern(self) -> Extern {
        self.item
    }
}
