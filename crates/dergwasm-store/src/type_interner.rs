//! Canonical types: equal types get equal ids, so that a call or a cast compares numbers.
//!
//! Spec: [Validation › Conventions › Rolling and unrolling](https://webassembly.github.io/spec/core/valid/conventions.html#rolling-and-unrolling).
//! Knows nothing of modules but the list of ids that their indices stand for, and does not check
//! whether a type may extend another: that is what validation is for.

mod matching;
mod row;

pub use row::{TypeKind, TypeRow};

use self::row::MAX_DEPTH;
use crate::error::StoreError;
use alloc::vec::Vec;
use core::hash::BuildHasher;
use core::ops::Range;
use dergwasm_types::{FuncType, SubType, TypeIdx};
use hashbrown::{DefaultHashBuilder, HashTable};

/// The id of a type in a store: equal types have equal ids. It is below 2^31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct TypeId(pub u32);

/// Marks the number of a type in the normal form of its group as a position in that group.
const IN_GROUP: u32 = 1 << 31;

/// No type has this id.
const NO_ID: u32 = IN_GROUP - 1;

/// The types of a store, each once.
///
/// Types that refer to each other come in groups. Two groups are equal if they are in *normal
/// form*, where what a type refers to is a position in its group or the id of an older type.
#[derive(Debug, Default)]
pub(crate) struct TypeInterner {
    /// The types in terms of ids.
    types: Vec<SubType>,
    /// The same types in normal form.
    normal: Vec<SubType>,
    rows: Vec<TypeRow>,
    /// The ancestors of types too deep for their rows, and where those of each type begin.
    displays: Vec<u32>,
    displays_at: Vec<u32>,
    groups: HashTable<Group>,
    /// The first type of each type's group.
    firsts: Vec<u32>,
    hasher: DefaultHashBuilder,
}

/// Consecutive types.
#[derive(Clone, Copy, Debug)]
struct Group {
    first: usize,
    len: usize,
}

impl Group {
    fn of(self, types: &[SubType]) -> &[SubType] {
        &types[self.first..self.first + self.len]
    }
}

impl TypeInterner {
    /// The id of the first type of `group`, in which an index below the number of `known` types is
    /// one of those, and others count the types of the group.
    pub(crate) fn intern_group(
        &mut self,
        group: &[SubType],
        known: &[TypeId],
    ) -> Result<TypeId, StoreError> {
        let mut unknown = None;
        let resolve = |index: TypeIdx| {
            let of_group = |position: usize| {
                (position < group.len()).then(|| u32::try_from(position).ok().map(|p| IN_GROUP | p))
            };
            let resolved = match known.get(index.index()) {
                Some(id) => ((id.0 as usize) < self.types.len()).then_some(id.0),
                None => of_group(index.index() - known.len()).flatten(),
            };
            resolved.map_or_else(
                || {
                    unknown = Some(index.0);
                    index
                },
                TypeIdx,
            )
        };
        let normal = rename_all(group, resolve)?;
        match unknown {
            Some(index) => Err(StoreError::UnknownType { index }),
            None => self.intern_normal(normal),
        }
    }

    /// The id of a type that refers to others by their ids.
    pub(crate) fn intern_type(&mut self, ty: &SubType) -> Result<TypeId, StoreError> {
        let (mut unknown, len) = (None, self.types.len());
        let normal = ty.rename(|index| {
            if index.index() >= len {
                unknown = Some(index.0);
            }
            index
        });
        match unknown {
            Some(index) => Err(StoreError::UnknownType { index }),
            None => self.intern_normal([normal].into()),
        }
    }

    /// The id of a function type that refers to other types by their ids.
    pub(crate) fn intern(&mut self, ty: &FuncType) -> TypeId {
        // What cannot be an id stays one that no type has.
        let normal = SubType::from(ty.rename(|index| TypeIdx(index.0.min(NO_ID))));
        self.intern_normal([normal].into()).expect("fewer than 2^31 types fit in memory")
    }

    fn intern_normal(&mut self, normal: Vec<SubType>) -> Result<TypeId, StoreError> {
        let hash = self.hasher.hash_one(&normal[..]);
        let equal = |group: &Group| group.of(&self.normal) == normal;
        let first = self.types.len();
        if let Some(group) = self.groups.find(hash, equal) {
            return id(group.first);
        }
        id(first + normal.len())?;
        let first_id = id(first)?;
        let types = rename_all(&normal, |index| {
            let id = if index.0 < IN_GROUP { index.0 } else { first_id.0 + (index.0 - IN_GROUP) };
            TypeIdx(id)
        })?;
        self.make_room(normal.len())?;
        self.add_rows(&normal)?;
        self.types.extend(types);
        let group = Group { first, len: normal.len() };
        self.firsts.resize(first + normal.len(), first_id.0);
        self.normal.extend(normal);
        let Self { normal, hasher, .. } = self;
        self.groups.insert_unique(hash, group, |group| hasher.hash_one(group.of(normal)));
        Ok(first_id)
    }

    /// Makes room for so many types and a group.
    fn make_room(&mut self, count: usize) -> Result<(), StoreError> {
        let Self { types, normal, rows, displays, displays_at, groups, firsts, hasher } = self;
        // Only few types have displays: for the largest of those of an ordinary group.
        let display = MAX_DEPTH as usize + 1;
        let made = types.try_reserve(count).is_ok()
            && normal.try_reserve(count).is_ok()
            && rows.try_reserve(count).is_ok()
            && displays_at.try_reserve(count).is_ok()
            && firsts.try_reserve(count).is_ok()
            && displays.try_reserve(display).is_ok()
            && groups.try_reserve(1, |group| hasher.hash_one(group.of(normal))).is_ok();
        if made { Ok(()) } else { Err(no_room(types.len() + count)) }
    }

    /// Adds the rows of a group's types, or none if a supertype is not to be had.
    fn add_rows(&mut self, normal: &[SubType]) -> Result<(), StoreError> {
        let (first, displays) = (self.rows.len(), self.displays.len());
        for (position, ty) in normal.iter().enumerate() {
            if self.add_row(first, ty).is_none() {
                self.rows.truncate(first);
                self.displays_at.truncate(first);
                self.displays.truncate(displays);
                return Err(StoreError::InvalidSupertype { position: position as u64 });
            }
        }
        Ok(())
    }

    fn add_row(&mut self, first: usize, ty: &SubType) -> Option<()> {
        let (id, kind) = (u32::try_from(self.rows.len()).ok()?, TypeKind::of(&ty.composite));
        let displays_at = u32::try_from(self.displays.len()).ok()?;
        let row = match ty.supertype {
            None => TypeRow::root(id, kind),
            Some(index) => {
                let index = index.0 as usize;
                let supertype = index.checked_sub(IN_GROUP as usize).map_or(index, |p| first + p);
                let above = *self.rows.get(supertype).filter(|row| row.kind == kind)?;
                if above.depth == MAX_DEPTH {
                    return None;
                }
                let depth = above.depth as usize + 1;
                if depth >= above.supers.len() {
                    for ancestor in 0..depth {
                        self.displays.push(self.ancestor(supertype, ancestor));
                    }
                    self.displays.push(id);
                }
                above.extended_by(id)
            }
        };
        self.rows.push(row);
        self.displays_at.push(displays_at);
        Some(())
    }

    /// The ancestor of a type at a depth, or `u32::MAX`.
    fn ancestor(&self, ty: usize, depth: usize) -> u32 {
        let row = &self.rows[ty];
        match row.supers.get(depth) {
            Some(&ancestor) => ancestor,
            None if depth <= row.depth as usize => {
                self.displays[self.displays_at[ty] as usize + depth]
            }
            None => u32::MAX,
        }
    }

    pub(crate) fn get(&self, id: TypeId) -> Option<&SubType> {
        self.types.get(id.0 as usize)
    }

    /// The types that were interned together with one.
    pub(crate) fn group(&self, id: TypeId) -> Option<Range<u32>> {
        let first = *self.firsts.get(id.0 as usize)?;
        let len = self.firsts[first as usize..].iter().take_while(|&&it| it == first).count();
        Some(first..first + u32::try_from(len).ok()?)
    }

    pub(crate) fn types(&self) -> &[SubType] {
        &self.types
    }

    pub(crate) fn rows(&self) -> &[TypeRow] {
        &self.rows
    }
}

fn id(index: usize) -> Result<TypeId, StoreError> {
    let id = u32::try_from(index).ok().filter(|&id| id < NO_ID);
    id.map(TypeId).ok_or(StoreError::AddressesExhausted { kind: "type" })
}

/// The error when there is no memory for so many types.
#[cold]
pub(crate) fn no_room(types: usize) -> StoreError {
    let bytes = (types as u64).saturating_mul(size_of::<SubType>() as u64);
    StoreError::OutOfMemory { kind: "list of types", bytes }
}

fn rename_all(
    types: &[SubType],
    mut to: impl FnMut(TypeIdx) -> TypeIdx,
) -> Result<Vec<SubType>, StoreError> {
    let mut renamed = Vec::new();
    renamed.try_reserve_exact(types.len()).map_err(|_| no_room(types.len()))?;
    renamed.extend(types.iter().map(|ty| ty.rename(&mut to)));
    Ok(renamed)
}

#[cfg(test)]
mod tests;
