//! Reference types.
//!
//! Spec: [Structure › Types › Reference Types](https://webassembly.github.io/spec/core/syntax/types.html#reference-types).

use crate::TypeIdx;

/// What a reference can point to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeapType {
    /// Any function.
    Func,
    /// Any host value.
    Extern,
    /// Any aggregate or `i31`.
    Any,
    /// Any comparable reference.
    Eq,
    /// An unboxed 31-bit integer.
    I31,
    /// Any structure.
    Struct,
    /// Any array.
    Array,
    /// Any exception.
    Exn,
    /// The bottom of the `any` hierarchy.
    None,
    /// The bottom of the `func` hierarchy.
    NoFunc,
    /// The bottom of the `extern` hierarchy.
    NoExtern,
    /// The bottom of the `exn` hierarchy.
    NoExn,
    /// Any continuation.
    Cont,
    /// The bottom of the `cont` hierarchy.
    NoCont,
    /// A defined type, by its place in the list of types that the type belongs to: that of a
    /// module or, once it is instantiated, that of a store.
    Concrete(TypeIdx),
}

/// The type of a reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RefType {
    /// Whether the null reference belongs to the type.
    pub nullable: bool,
    /// What the reference can point to.
    pub heap: HeapType,
}

impl RefType {
    /// `funcref`: a nullable reference to any function.
    pub const FUNC: Self = Self { nullable: true, heap: HeapType::Func };
    /// `externref`: a nullable reference to any host value.
    pub const EXTERN: Self = Self { nullable: true, heap: HeapType::Extern };
    /// `anyref`: a nullable reference to any aggregate or `i31`.
    pub const ANY: Self = Self { nullable: true, heap: HeapType::Any };
    /// `exnref`: a nullable reference to any exception.
    pub const EXN: Self = Self { nullable: true, heap: HeapType::Exn };
}
