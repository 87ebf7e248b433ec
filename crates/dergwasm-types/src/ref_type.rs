//! Reference types.
//!
//! Spec: [Structure › Types › Reference Types](https://webassembly.github.io/spec/core/syntax/types.html#reference-types).

use crate::TypeIdx;
use core::fmt;

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

impl fmt::Display for HeapType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Func => "func",
            Self::Extern => "extern",
            Self::Any => "any",
            Self::Eq => "eq",
            Self::I31 => "i31",
            Self::Struct => "struct",
            Self::Array => "array",
            Self::Exn => "exn",
            Self::None => "none",
            Self::NoFunc => "nofunc",
            Self::NoExtern => "noextern",
            Self::NoExn => "noexn",
            Self::Cont => "cont",
            Self::NoCont => "nocont",
            Self::Concrete(index) => return write!(f, "{index}"),
        })
    }
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

impl fmt::Display for RefType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.nullable, self.heap) {
            (true, HeapType::Concrete(index)) => write!(f, "(ref null {index})"),
            (true, HeapType::None) => f.write_str("nullref"),
            (true, HeapType::NoFunc) => f.write_str("nullfuncref"),
            (true, HeapType::NoExtern) => f.write_str("nullexternref"),
            (true, HeapType::NoExn) => f.write_str("nullexnref"),
            (true, HeapType::NoCont) => f.write_str("nullcontref"),
            (true, heap) => write!(f, "{heap}ref"),
            (false, heap) => write!(f, "(ref {heap})"),
        }
    }
}
