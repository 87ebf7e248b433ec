//! Value types.
//!
//! Spec: [Structure › Types › Value Types](https://webassembly.github.io/spec/core/syntax/types.html#value-types).

use crate::RefType;

/// The type of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValType {
    /// A 32-bit integer, signed or not as the instruction says.
    I32,
    /// A 64-bit integer, signed or not as the instruction says.
    I64,
    /// A 32-bit IEEE 754 number.
    F32,
    /// A 64-bit IEEE 754 number.
    F64,
    /// A 128-bit vector of packed numbers.
    V128,
    /// A reference.
    Ref(RefType),
}

impl ValType {
    /// `funcref`.
    pub const FUNCREF: Self = Self::Ref(RefType::FUNC);
    /// `externref`.
    pub const EXTERNREF: Self = Self::Ref(RefType::EXTERN);
    /// `anyref`.
    pub const ANYREF: Self = Self::Ref(RefType::ANY);
    /// `exnref`.
    pub const EXNREF: Self = Self::Ref(RefType::EXN);

    /// Whether values of the type are references.
    #[must_use]
    pub const fn is_ref(self) -> bool {
        matches!(self, Self::Ref(_))
    }
}
