//! What an engine must know of a type to cast to it: its kind and its ancestors.

use dergwasm_types::CompositeType;

/// The greatest number of ancestors a type can have; validation allows as many.
pub(super) const MAX_DEPTH: u32 = 63;

/// What a defined type is, without its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u32)]
pub enum TypeKind {
    /// A function.
    Func = 0,
    /// A structure.
    Struct = 1,
    /// An array.
    Array = 2,
    /// A continuation.
    Cont = 3,
}

impl TypeKind {
    pub(super) const fn of(ty: &CompositeType) -> Self {
        match ty {
            CompositeType::Struct(_) => Self::Struct,
            CompositeType::Array(_) => Self::Array,
            CompositeType::Cont(_) => Self::Cont,
            _ => Self::Func,
        }
    }
}

/// A type as a cast sees it. The row of a type is at the place of its id in
/// [`Store::type_rows`](crate::Store::type_rows).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct TypeRow {
    /// What it is.
    pub kind: TypeKind,
    /// How many ancestors it has.
    pub depth: u32,
    /// The ids of its ancestors: `supers[d]` is the one that has `d` ancestors itself, at its own
    /// depth the type's own id, and `u32::MAX` beyond. Of a type with more ancestors these are the
    /// outermost; [`Store::is_subtype`](crate::Store::is_subtype) knows the others.
    pub supers: [u32; 6],
}

impl TypeRow {
    /// The row of a type that extends no other.
    pub(super) const fn root(id: u32, kind: TypeKind) -> Self {
        let mut supers = [u32::MAX; 6];
        supers[0] = id;
        Self { kind, depth: 0, supers }
    }

    /// The row of a type that extends this one.
    pub(super) fn extended_by(mut self, id: u32) -> Self {
        self.depth += 1;
        if let Some(own) = self.supers.get_mut(self.depth as usize) {
            *own = id;
        }
        self
    }
}
