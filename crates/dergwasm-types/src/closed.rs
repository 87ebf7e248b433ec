//! Closed types: types together with the definitions of those they refer to.
//!
//! Spec: [Validation › Conventions › Closed types](https://webassembly.github.io/spec/core/valid/conventions.html).
//! A reference such as `(ref null 1)` means something only beside a list of types. What leaves a
//! module, an import's type for instance, takes the list along.

use crate::{FuncType, GlobalType, RefType, SubType, TableType, TypeIdx, ValType, show::Show};
use alloc::{collections::TryReserveError, sync::Arc, vec::Vec};
use core::{fmt, ops::Deref, ops::Range};

/// Types that refer to each other by their indices in the list, in groups: those of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TypeList {
    types: Vec<SubType>,
    groups: Vec<Range<usize>>,
}

impl TypeList {
    /// A list of no types.
    #[must_use]
    pub const fn new() -> Self {
        Self { types: Vec::new(), groups: Vec::new() }
    }

    /// Makes room for this number of types and groups more.
    ///
    /// # Errors
    /// The system has not enough memory.
    pub fn try_reserve(&mut self, types: usize, groups: usize) -> Result<(), TryReserveError> {
        self.types.try_reserve(types)?;
        self.groups.try_reserve(groups)
    }

    /// Adds types that may refer to each other and to those before them.
    ///
    /// # Errors
    /// One of the types could not be made; the list then keeps those before it without a group.
    pub fn push_group<E>(
        &mut self,
        group: impl IntoIterator<Item = Result<SubType, E>>,
    ) -> Result<(), E> {
        let start = self.types.len();
        group.into_iter().try_for_each(|ty| ty.map(|ty| self.types.push(ty)))?;
        self.groups.push(start..self.types.len());
        Ok(())
    }

    /// The types by their indices.
    #[must_use]
    pub fn types(&self) -> &[SubType] {
        &self.types
    }

    /// The recursive groups: ranges of indices, one after the other.
    #[must_use]
    pub fn groups(&self) -> &[Range<usize>] {
        &self.groups
    }

    pub(crate) fn get(&self, index: TypeIdx) -> Option<&SubType> {
        self.types.get(index.index())
    }

    /// Whether a function type is what its parameters and results say, and no more: it is alone in
    /// its group, extends nothing, is not extended, and refers to no other type.
    fn is_plain(&self, index: TypeIdx) -> bool {
        let Some(ty) = self.types.get(index.index()) else { return true };
        let group = self.groups.partition_point(|group| group.end <= index.index());
        let alone = self.groups.get(group).is_none_or(|group| group.len() == 1);
        alone && ty.is_final && ty.supertype.is_none() && !ty.as_func().is_some_and(refers)
    }
}

/// Whether a type refers to others by their indices.
fn refers(ty: &impl Open) -> bool {
    let mut found = false;
    let _ = ty.rename_all(&mut |index| {
        found = true;
        index
    });
    found
}

/// A type together with the definitions of the types it refers to.
///
/// It means the same everywhere, and shows the definitions in place of their indices. Whatever
/// makes something of a machine takes one: the type of an import that is missing can be used
/// before the module is instantiated. A type that refers to no others becomes one by `into()`.
/// One that came from elsewhere than [`Closed`], and does refer to others, refers to those of the
/// machine it is used with.
///
/// ```
/// use dergwasm_types::{Closed, FieldType, HeapType, RefType, StorageType, SubType, TypeIdx};
/// use dergwasm_types::{CompositeType, TypeList};
/// use std::sync::Arc;
///
/// let text = SubType::plain(CompositeType::Array(FieldType::mutable(StorageType::I16)));
/// let mut list = TypeList::new();
/// list.push_group([Ok::<_, ()>(text)]).unwrap();
/// let ty = RefType { nullable: true, heap: HeapType::Concrete(TypeIdx(0)) };
/// assert_eq!(ty.to_string(), "(ref null 0)");
/// assert_eq!(Closed::new(ty, &Arc::new(list)).to_string(), "(ref null (array (mut i16)))");
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Closed<T> {
    ty: T,
    /// The definitions, unless there is nothing to define.
    list: Option<Arc<TypeList>>,
    /// Which of them the type itself is, if that matters.
    index: Option<TypeIdx>,
}

impl<T> Closed<T> {
    /// A type that refers to those of a list.
    pub fn new(ty: T, list: &Arc<TypeList>) -> Self
    where
        T: Open,
    {
        let list = refers(&ty).then(|| Arc::clone(list));
        Self { ty, list, index: None }
    }

    /// The definitions, if the type needs any.
    #[must_use]
    pub const fn list(&self) -> Option<&Arc<TypeList>> {
        self.list.as_ref()
    }

    /// Which type of its list it is. Two types of functions with the same parameters and results
    /// can be different ones: of different groups, or extending different types.
    #[must_use]
    pub const fn index(&self) -> Option<TypeIdx> {
        self.index
    }

    /// The type alone. Where it refers to others, their definitions are lost.
    pub fn into_inner(self) -> T {
        self.ty
    }

    /// Another type, such as a part of this one, that refers to the same list.
    pub fn with<U: Open>(&self, ty: U) -> Closed<U> {
        match &self.list {
            Some(list) => Closed::new(ty, list),
            None => ty.into(),
        }
    }
}

impl Closed<FuncType> {
    /// A function type of a list; `None` if there is none at that place.
    #[must_use]
    pub fn func(index: TypeIdx, list: &Arc<TypeList>) -> Option<Self> {
        let ty = list.types.get(index.index())?.as_func()?.clone();
        let defined = !list.is_plain(index);
        Some(Self { ty, list: defined.then(|| Arc::clone(list)), index: defined.then_some(index) })
    }
}

impl<T> Deref for Closed<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.ty
    }
}

impl<T: Open> From<T> for Closed<T> {
    fn from(ty: T) -> Self {
        Self { ty, list: None, index: None }
    }
}

impl<T: Open + Clone> From<&T> for Closed<T> {
    fn from(ty: &T) -> Self {
        ty.clone().into()
    }
}

impl<T: Clone> From<&Self> for Closed<T> {
    fn from(ty: &Self) -> Self {
        ty.clone()
    }
}

impl<T: Open> fmt::Display for Closed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        crate::show::closed(&self.ty, self.list.as_deref(), self.index, f)
    }
}

impl<T: Open> fmt::Debug for Closed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A type that may refer to others by their indices: one that can be [`Closed`].
///
/// The types of this crate implement it, and no others can.
pub trait Open: Show + Sized {
    /// The same type with the defined types it refers to renamed.
    #[must_use]
    fn rename_all(&self, to: &mut dyn FnMut(TypeIdx) -> TypeIdx) -> Self;
}

macro_rules! open {
    ($($T:ty: |$ty:ident, $to:ident| $renamed:expr;)*) => { $(
        impl Open for $T {
            fn rename_all(&self, $to: &mut dyn FnMut(TypeIdx) -> TypeIdx) -> Self {
                let $ty = self;
                $renamed
            }
        }
    )* };
}

// Each row says how the types that a type refers to are renamed.
open! {
    ValType: |ty, to| ty.rename(to);
    RefType: |ty, to| ty.rename(to);
    FuncType: |ty, to| ty.rename(to);
    SubType: |ty, to| ty.rename(to);
    TableType: |ty, to| Self { element: ty.element.rename(to), ..*ty };
    GlobalType: |ty, to| Self { content: ty.content.rename(to), ..*ty };
}
