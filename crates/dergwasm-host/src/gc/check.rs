//! What a reference leads to, and whether that is of a type.
//!
//! Here it is decided that no wrong reference gets into a machine.

use super::I31;
use crate::{Error, as_machine::usage};
use alloc::{
    format,
    string::{String, ToString as _},
};
use dergwasm_exec::Machine as Core;
use dergwasm_store::{EXCEPTION_TYPE, FuncAddr, GcRef};
use dergwasm_types::{CompositeType, HeapType, Open, RefType, TypeIdx, ValType, Value};

/// The part of the reference types a type belongs to. References of different parts have nothing
/// in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hierarchy {
    Func,
    Extern,
    Any,
    Exn,
    Cont,
}

impl Hierarchy {
    /// Where a type belongs; `None` if the machine has no such type.
    pub(crate) fn of(heap: HeapType, core: &Core) -> Option<Self> {
        match heap {
            HeapType::Concrete(id) => {
                Self::of_definition(&core.store().get_sub_type(id.0)?.composite)
            }
            _ => Self::of_abstract(heap),
        }
    }

    /// Where a type that a module defines belongs.
    pub(crate) const fn of_definition(ty: &CompositeType) -> Option<Self> {
        Some(match ty {
            CompositeType::Func(_) => Self::Func,
            CompositeType::Struct(_) | CompositeType::Array(_) => Self::Any,
            CompositeType::Cont(_) => Self::Cont,
            _ => return None,
        })
    }

    /// Where a type that no module defines belongs.
    pub(crate) const fn of_abstract(heap: HeapType) -> Option<Self> {
        use HeapType as H;
        Some(match heap {
            H::Func | H::NoFunc => Self::Func,
            H::Extern | H::NoExtern => Self::Extern,
            H::Any | H::Eq | H::I31 | H::Struct | H::Array | H::None => Self::Any,
            H::Exn | H::NoExn => Self::Exn,
            H::Cont | H::NoCont => Self::Cont,
            _ => return None,
        })
    }

    /// The type of nothing but null.
    pub(crate) const fn bottom(self) -> HeapType {
        match self {
            Self::Func => HeapType::NoFunc,
            Self::Extern => HeapType::NoExtern,
            Self::Any => HeapType::None,
            Self::Exn => HeapType::NoExn,
            Self::Cont => HeapType::NoCont,
        }
    }
}

/// The narrowest type of what a reference that is not null leads to; `None` if that is nothing of
/// this machine.
pub(crate) fn heap_type_of(hierarchy: Hierarchy, word: u64, core: &Core) -> Option<HeapType> {
    let store = core.store();
    match hierarchy {
        Hierarchy::Func => {
            let func = Value::from_bits(word).as_ref_addr()?;
            let ty = store.funcs().get(FuncAddr(func))?.ty;
            Some(HeapType::Concrete(TypeIdx(ty.0)))
        }
        Hierarchy::Extern => Some(HeapType::Extern),
        Hierarchy::Any if I31::is_word(word) => Some(HeapType::I31),
        Hierarchy::Any | Hierarchy::Exn => match (hierarchy, GcRef::from_word(word)) {
            (Hierarchy::Any, None) => store.extern_value(word).map(|_| HeapType::Any),
            (_, reference) => {
                let ty = store.object(reference?)?.header().ty;
                match (hierarchy, ty & EXCEPTION_TYPE != 0) {
                    (Hierarchy::Exn, true) => Some(HeapType::Exn),
                    (Hierarchy::Any, false) => Some(HeapType::Concrete(TypeIdx(ty))),
                    // What was converted from an `externref` may be anything; it is no object of
                    // the any hierarchy.
                    _ => None,
                }
            }
        },
        Hierarchy::Cont => None,
    }
}

/// Whether a reference of a hierarchy is of a type.
pub(crate) fn word_is(hierarchy: Hierarchy, word: u64, wanted: RefType, core: &Core) -> bool {
    if word == 0 {
        return wanted.nullable && Hierarchy::of(wanted.heap, core) == Some(hierarchy);
    }
    heap_type_of(hierarchy, word, core)
        .is_some_and(|found| core.store().heap_type_matches(found, wanted.heap))
}

/// Checks a reference in a slot against a narrower type than it is known to have.
pub(crate) fn check_slot(value: Value, ty: ValType, core: &Core) -> Result<(), Error> {
    let ValType::Ref(wanted) = ty else { return Ok(()) };
    let (word, hierarchy) = (value.bits(), Hierarchy::of(wanted.heap, core));
    if hierarchy.is_some_and(|hierarchy| word_is(hierarchy, word, wanted, core)) {
        return Ok(());
    }
    let found = hierarchy.and_then(|hierarchy| heap_type_of(hierarchy, word, core));
    let found = match found {
        Some(heap) => described(&RefType { nullable: false, heap }, core),
        None => String::from("null"),
    };
    Err(usage(format!("expected a reference of type {}, found {found}", described(&ty, core))))
}

/// A type for people: with the definition of what it refers to.
pub(crate) fn described(ty: &impl Open, core: &Core) -> String {
    core.closed_type(ty).to_string()
}
