//! References that a collector follows: to structures, arrays, host values and exceptions.
//!
//! Spec: [Execution › Runtime Structure › Values](https://webassembly.github.io/spec/core/exec/runtime.html#values).

mod any_ref;
mod check;
mod exn_ref;
mod extern_ref;
mod i31;
mod owned;
mod rooted;

pub use any_ref::{AnyRef, ArrayRef, EqRef, StructRef};
pub(crate) use check::{Hierarchy, check_slot, described, heap_type_of, word_is};
pub use exn_ref::ExnRef;
pub use extern_ref::ExternRef;
pub use i31::I31;
pub use owned::OwnedRooted;
pub use rooted::{Referent, RootScope, Rooted};
