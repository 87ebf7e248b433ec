//! When a value of one type can stand for a value of another.
//!
//! Spec: [Validation › Matching](https://webassembly.github.io/spec/core/valid/matching.html).

use super::{TypeId, TypeInterner, TypeKind};
use dergwasm_types::{HeapType, RefType, ValType};

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
        use HeapType::{Concrete, Cont, Func, I31, NoCont, NoExn, NoExtern, NoFunc, None};
        match ty.heap {
            Func | NoFunc | Cont | NoCont | I31 | None | NoExtern | NoExn => false,
            Concrete(id) => !matches!(self.kind(id.0), Some(TypeKind::Func | TypeKind::Cont)),
            _ => true,
        }
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
