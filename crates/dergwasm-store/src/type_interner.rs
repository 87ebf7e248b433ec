//! Canonical function types: equal types get equal ids, so that a call compares two numbers.
//!
//! Knows nothing of modules: the types must not name a module's indices.

use alloc::vec::Vec;
use core::hash::BuildHasher;
use dergwasm_types::FuncType;
use hashbrown::{DefaultHashBuilder, HashTable};

/// The id of a function type in a store: equal types have equal ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct TypeId(pub u32);

/// The function types of a store, each once.
#[derive(Debug, Default)]
pub(crate) struct TypeInterner {
    types: Vec<FuncType>,
    ids: HashTable<TypeId>,
    hasher: DefaultHashBuilder,
}

impl TypeInterner {
    pub(crate) fn intern(&mut self, ty: &FuncType) -> TypeId {
        let Self { types, ids, hasher } = self;
        let hash = hasher.hash_one(ty);
        if let Some(&id) = ids.find(hash, |id| types[id.0 as usize] == *ty) {
            return id;
        }
        let id = TypeId(u32::try_from(types.len()).expect("fewer than 2^32 types fit in memory"));
        types.push(ty.clone());
        ids.insert_unique(hash, id, |id| hasher.hash_one(&types[id.0 as usize]));
        id
    }

    pub(crate) fn get(&self, id: TypeId) -> &FuncType {
        &self.types[id.0 as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dergwasm_types::ValType;

    #[test]
    fn equal_types_have_equal_ids() {
        let mut interner = TypeInterner::default();
        let of = |n: usize| FuncType::new((0..n).map(|_| ValType::I32), [ValType::F64]);
        let ids: Vec<_> = (0..300).map(|n| interner.intern(&of(n))).collect();
        for (n, &id) in ids.iter().enumerate() {
            assert_eq!(id.0 as usize, n);
            assert_eq!(interner.intern(&of(n)), id);
            assert_eq!(interner.get(id), &of(n));
        }
    }
}
