//! References that a collector follows: to structures, arrays, host values and exceptions.
//!
//! Spec: [Execution › Runtime Structure › Values](https://webassembly.github.io/spec/core/exec/runtime.html#values).

mod any_ref;
mod array_ref;
mod check;
mod defined_type;
mod exn_ref;
mod extern_ref;
mod i31;
mod owned;
mod rooted;
mod struct_ref;

pub use any_ref::{AnyRef, EqRef};
pub use array_ref::ArrayRef;
pub(crate) use check::{Hierarchy, check_slot, described, heap_type_of, word_is};
pub use defined_type::DefinedType;
pub use exn_ref::ExnRef;
pub use extern_ref::ExternRef;
pub use i31::I31;
pub use owned::OwnedRooted;
pub use rooted::{Referent, RootScope, Rooted};
pub use struct_ref::StructRef;
