//! When a value of one type can stand for a value of another.
//!
//! Spec: [Validation › Matching](https://webassembly.github.io/spec/core/valid/matching.html).

use super::{TypeId, TypeInterner, TypeKind};
use dergwasm_types::{CompositeType, FieldType, HeapType, RefType, StorageType, ValType};

impl TypeInterner {
    /// Whether `a` is `b` or extends it. Takes the same time for all types.
    pub(crate) fn is_subtype(&self, a: TypeId, b: TypeId) -> bool {
        match (self.rows.get(a.0 as usize), self.rows.get(b.0 as usize)) {
            (Some(_), Some(above)) => self.ancestor(a.0 as usize, above.depth as usize) == b.0,
            _ => a == b,
        }
    }

    pub(crate) fn heap_type_matches(&self, a: HeapType, b: HeapType) -> bool {
        use HeapType::{
            Any, Array, Concrete, Cont, Eq, Exn, Extern, Func, I31, NoCont, NoExn, NoExtern,
            NoFunc, None, Struct,
        };
        match (a, b) {
            (Concrete(a), Concrete(b)) => self.is_subtype(TypeId(a.0), TypeId(b.0)),
            (Concrete(a), b) => {
                self.kind(a.0).is_some_and(|kind| self.heap_type_matches(abstraction(kind), b))
            }
            (a, Concrete(b)) => self.kind(b.0).is_some_and(|kind| a == bottom(kind)),
            (Eq | I31 | Struct | Array | None, Any) => true,
            (I31 | Struct | Array | None, Eq) => true,
            (None, I31 | Struct | Array) => true,
            (NoFunc, Func) | (NoExtern, Extern) | (NoExn, Exn) | (NoCont, Cont) => true,
            (a, b) => a == b,
        }
    }

    pub(crate) fn ref_type_matches(&self, a: RefType, b: RefType) -> bool {
        (b.nullable || !a.nullable) && self.heap_type_matches(a.heap, b.heap)
    }

    pub(crate) fn val_type_matches(&self, a: ValType, b: ValType) -> bool {
        match (a, b) {
            (ValType::Ref(a), ValType::Ref(b)) => self.ref_type_matches(a, b),
            (a, b) => a == b,
        }
    }

    /// Whether references of the type can lead to objects or host values.
    pub(crate) fn is_traced(&self, ty: RefType) -> bool {
        use HeapType::{Concrete, Func, I31, NoCont, NoExn, NoExtern, NoFunc, None};
        match ty.heap {
            Func | NoFunc | NoCont | I31 | None | NoExtern | NoExn => false,
            Concrete(id) => self.kind(id.0) != Some(TypeKind::Func),
            _ => true,
        }
    }

    /// Whether a type is what validation makes sure that types of modules are: it matches the one
    /// it extends, and is of functions if a continuation is of it.
    pub(crate) fn is_valid(&self, id: TypeId) -> bool {
        let Some(ty) = self.get(id) else { return false };
        if let CompositeType::Cont(func) = ty.composite {
            return ty.supertype.is_none() && self.kind(func.0) == Some(TypeKind::Func);
        }
        let Some(supertype) = ty.supertype else { return true };
        self.get(TypeId(supertype.0)).is_some_and(|supertype| {
            !supertype.is_final && self.composite_matches(&ty.composite, &supertype.composite)
        })
    }

    fn composite_matches(&self, a: &CompositeType, b: &CompositeType) -> bool {
        let all = |a: &[ValType], b: &[ValType]| {
            a.len() == b.len() && a.iter().zip(b).all(|(&a, &b)| self.val_type_matches(a, b))
        };
        match (a, b) {
            (CompositeType::Func(a), CompositeType::Func(b)) => {
                all(b.params(), a.params()) && all(a.results(), b.results())
            }
            (CompositeType::Struct(a), CompositeType::Struct(b)) => {
                let mut fields = a.fields.iter().zip(&b.fields);
                a.fields.len() >= b.fields.len() && fields.all(|(&a, &b)| self.field_matches(a, b))
            }
            (CompositeType::Array(a), CompositeType::Array(b)) => self.field_matches(*a, *b),
            _ => false,
        }
    }

    fn field_matches(&self, a: FieldType, b: FieldType) -> bool {
        let matches = |a, b| match (a, b) {
            (StorageType::Val(a), StorageType::Val(b)) => self.val_type_matches(a, b),
            (a, b) => a == b,
        };
        a.mutable == b.mutable
            && matches(a.storage, b.storage)
            && (!a.mutable || matches(b.storage, a.storage))
    }

    fn kind(&self, id: u32) -> Option<TypeKind> {
        self.rows.get(id as usize).map(|row| row.kind)
    }
}

/// The narrowest abstract type of all types of the kind.
const fn abstraction(kind: TypeKind) -> HeapType {
    match kind {
        TypeKind::Func => HeapType::Func,
        TypeKind::Struct => HeapType::Struct,
        TypeKind::Array => HeapType::Array,
        TypeKind::Cont => HeapType::Cont,
    }
}

/// The type below all types of the kind.
const fn bottom(kind: TypeKind) -> HeapType {
    match kind {
        TypeKind::Func => HeapType::NoFunc,
        TypeKind::Struct | TypeKind::Array => HeapType::None,
        TypeKind::Cont => HeapType::NoCont,
    }
}
