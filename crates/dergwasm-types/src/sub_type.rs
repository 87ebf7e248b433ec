//! Defined types: functions, structures, arrays, and how they are subtypes of each other.
//!
//! Spec: [Structure › Types › Recursive Types](https://webassembly.github.io/spec/core/syntax/types.html#recursive-types).

use crate::{FuncType, RefType, TypeIdx, ValType};
use alloc::boxed::Box;

/// A defined type: an entry of a module's or a store's list of types.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SubType {
    /// Whether other types may not name it as their supertype.
    pub is_final: bool,
    /// The type it extends.
    pub supertype: Option<TypeIdx>,
    /// What it is.
    pub composite: CompositeType,
}

impl SubType {
    /// A final type that extends no other, as types were before there was subtyping.
    #[must_use]
    pub const fn plain(composite: CompositeType) -> Self {
        Self { is_final: true, supertype: None, composite }
    }

    /// The function type, if it is one.
    #[must_use]
    pub const fn as_func(&self) -> Option<&FuncType> {
        match &self.composite {
            CompositeType::Func(ty) => Some(ty),
            _ => None,
        }
    }

    /// The structure type, if it is one.
    #[must_use]
    pub const fn as_struct(&self) -> Option<&StructType> {
        match &self.composite {
            CompositeType::Struct(ty) => Some(ty),
            _ => None,
        }
    }

    /// The type of an array's elements, if it is an array type.
    #[must_use]
    pub const fn as_array(&self) -> Option<FieldType> {
        match &self.composite {
            CompositeType::Array(ty) => Some(*ty),
            _ => None,
        }
    }

    /// The same type with the defined types it refers to renamed.
    #[must_use]
    pub fn rename(&self, mut to: impl FnMut(TypeIdx) -> TypeIdx) -> Self {
        Self {
            is_final: self.is_final,
            supertype: self.supertype.map(&mut to),
            composite: match &self.composite {
                CompositeType::Func(ty) => CompositeType::Func(ty.rename(to)),
                CompositeType::Struct(ty) => CompositeType::Struct(StructType {
                    fields: ty.fields.iter().map(|field| field.rename(&mut to)).collect(),
                }),
                CompositeType::Array(element) => CompositeType::Array(element.rename(to)),
                CompositeType::Cont(func) => CompositeType::Cont(to(*func)),
            },
        }
    }
}

impl From<FuncType> for SubType {
    fn from(ty: FuncType) -> Self {
        Self::plain(CompositeType::Func(ty))
    }
}

/// What a defined type is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CompositeType {
    /// A function.
    Func(FuncType),
    /// A structure.
    Struct(StructType),
    /// An array, by the type of its elements.
    Array(FieldType),
    /// A continuation of functions of this type.
    Cont(TypeIdx),
}

/// The type of a structure.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StructType {
    /// The types of its fields.
    pub fields: Box<[FieldType]>,
}

/// The type of a structure's field or an array's elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FieldType {
    /// What is stored.
    pub storage: StorageType,
    /// Whether it can be set after it was made.
    pub mutable: bool,
}

impl FieldType {
    /// The same type with the defined types it refers to renamed.
    #[must_use]
    pub fn rename(self, to: impl FnMut(TypeIdx) -> TypeIdx) -> Self {
        let storage = match self.storage {
            StorageType::Val(ty) => StorageType::Val(ty.rename(to)),
            packed => packed,
        };
        Self { storage, ..self }
    }
}

impl From<CompositeType> for SubType {
    fn from(composite: CompositeType) -> Self {
        Self::plain(composite)
    }
}

impl FieldType {
    /// A field that can be set.
    #[must_use]
    pub fn mutable(storage: impl Into<StorageType>) -> Self {
        Self { storage: storage.into(), mutable: true }
    }

    /// A field that stays as it was made.
    #[must_use]
    pub fn immutable(storage: impl Into<StorageType>) -> Self {
        Self { storage: storage.into(), mutable: false }
    }
}

impl From<ValType> for StorageType {
    fn from(ty: ValType) -> Self {
        Self::Val(ty)
    }
}

/// What a field stores: a value, or an integer narrower than any value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StorageType {
    /// The low 8 bits of an `i32`.
    I8,
    /// The low 16 bits of an `i32`.
    I16,
    /// A value.
    Val(ValType),
}

impl StorageType {
    /// The type of the value that is read from and written to it.
    #[must_use]
    pub const fn unpacked(self) -> ValType {
        match self {
            Self::I8 | Self::I16 => ValType::I32,
            Self::Val(ty) => ty,
        }
    }
}

impl ValType {
    /// The same type with the defined type it refers to renamed.
    #[must_use]
    pub fn rename(self, to: impl FnMut(TypeIdx) -> TypeIdx) -> Self {
        match self {
            Self::Ref(ty) => Self::Ref(ty.rename(to)),
            number => number,
        }
    }
}

impl RefType {
    /// The same type with the defined type it refers to renamed.
    #[must_use]
    pub fn rename(self, mut to: impl FnMut(TypeIdx) -> TypeIdx) -> Self {
        match self.heap {
            crate::HeapType::Concrete(index) => {
                Self { heap: crate::HeapType::Concrete(to(index)), ..self }
            }
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn renaming_reaches_every_reference() {
        let reference =
            ValType::Ref(RefType { nullable: true, heap: crate::HeapType::Concrete(TypeIdx(3)) });
        let field = FieldType { storage: StorageType::Val(reference), mutable: true };
        let packed = FieldType { storage: StorageType::I8, mutable: false };
        let ty = SubType {
            is_final: false,
            supertype: Some(TypeIdx(3)),
            composite: CompositeType::Struct(StructType { fields: [field, packed].into() }),
        };
        let renamed = ty.rename(|index| TypeIdx(index.0 + 10));
        assert_eq!(renamed.to_string(), "open struct ((mut (ref null 13)), i8) extends 13");
        let func = SubType::from(FuncType::new([reference], [reference, ValType::I32]));
        assert_eq!(
            func.rename(|_| TypeIdx(0)).to_string(),
            "func ((ref null 0)) -> ((ref null 0), i32)"
        );
    }
}
