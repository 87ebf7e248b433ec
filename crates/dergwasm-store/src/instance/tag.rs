//! Tags: the kinds of exceptions.
//!
//! Spec: [Execution › Runtime Structure › Tag Instances](https://webassembly.github.io/spec/core/exec/runtime.html#tag-instances).

use crate::type_interner::TypeId;

/// A tag of the store. Two tags of the same type are different kinds of exceptions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagInst {
    /// Its type; the parameters are what an exception carries.
    pub ty: TypeId,
}
