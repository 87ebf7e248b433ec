//! Types of the store: their ids, and when one matches another.
//!
//! Spec: [Validation › Matching](https://webassembly.github.io/spec/core/valid/matching.html).

use super::Store;
use crate::ledger::Resource;
use crate::{
    error::StoreError,
    instance::TagInst,
    type_interner::{TypeId, TypeRow, no_room},
};
use core::ops::Range;
use dergwasm_types::{CompositeType, FieldType, FuncType, HeapType, RefType, SubType, ValType};

/// Types. Wherever one of them names another by its index, the index is the number of an id.
impl Store {
    /// The ids of types that refer to each other: that of the first, which the others follow.
    ///
    /// In them an index below the number of `known` types is one of those; the indices after that
    /// are the types of the group themselves. Equal groups have equal ids, wherever they come from.
    ///
    /// # Errors
    ///
    /// A type refers to one that is neither known nor in the group, or extends one it cannot
    /// extend; there are 2^31 types, or there is no memory for more.
    pub fn intern_group(
        &mut self,
        group: &[SubType],
        known: &[TypeId],
    ) -> Result<TypeId, StoreError> {
        // Types stay for good: a store that is full gets no more of them.
        self.ledger.check(Resource::Instance, 1)?;
        if !self.trace.make_room(group) {
            return Err(no_room(group.len()));
        }
        let before = self.types.types().len();
        let id = self.types.intern_group(group, known)?;
        let new = self.types.types()[before..].iter();
        self.ledger.book(Resource::Instance, new.map(bytes_of).sum());
        self.trace_types();
        Ok(id)
    }

    /// The id of a type that stands alone, and names others by their ids: equal types have equal
    /// ids.
    ///
    /// # Errors
    ///
    /// It refers to a type that is not of this store, or extends one it cannot extend; or there
    /// are 2^31 types.
    pub fn intern_type(&mut self, ty: &SubType) -> Result<TypeId, StoreError> {
        let id = self.types.intern_type(ty)?;
        self.trace_types();
        Ok(id)
    }

    /// The id of a function type that stands alone: equal types have equal ids.
    ///
    /// # Panics
    ///
    /// There are 2^31 different types, for which no memory is large enough.
    pub fn intern(&mut self, ty: &FuncType) -> TypeId {
        let id = self.types.intern(ty);
        self.trace_types();
        id
    }

    /// The type with this id.
    ///
    /// # Panics
    ///
    /// The id is of another store.
    #[must_use]
    #[inline]
    pub fn sub_type(&self, id: TypeId) -> &SubType {
        self.get_sub_type(id.0).expect("an id of this store")
    }

    /// The type with this number, if there is one.
    #[must_use]
    #[inline]
    pub fn get_sub_type(&self, id: u32) -> Option<&SubType> {
        self.types.get(TypeId(id))
    }

    /// The ids of the types that were interned together with this one, itself included; `None` if
    /// the store has no such type.
    #[must_use]
    pub fn type_group(&self, id: TypeId) -> Option<Range<u32>> {
        self.types.group(id)
    }

    /// The function type with this id.
    ///
    /// # Panics
    ///
    /// The id is of another store, or not that of a function's type.
    #[must_use]
    #[inline]
    pub fn func_type(&self, id: TypeId) -> &FuncType {
        self.sub_type(id).as_func().expect("the id of a function's type")
    }

    /// All types as casts see them, each at the place of its id.
    #[must_use]
    pub fn type_rows(&self) -> &[TypeRow] {
        self.types.rows()
    }

    /// Whether a type is what validation makes sure that types of modules are: it matches the one
    /// it extends, which is not final, and is of functions if a continuation is of it.
    #[must_use]
    pub fn is_valid_type(&self, id: TypeId) -> bool {
        self.types.is_valid(id)
    }

    /// Whether `a` is `b` or extends it. Takes the same time for all types.
    #[must_use]
    pub fn is_subtype(&self, a: TypeId, b: TypeId) -> bool {
        self.types.is_subtype(a, b)
    }

    /// Whether what is of the heap type `a` is of the heap type `b`.
    #[must_use]
    pub fn heap_type_matches(&self, a: HeapType, b: HeapType) -> bool {
        self.types.heap_type_matches(a, b)
    }

    /// Whether references of the type `a` are of the type `b`.
    #[must_use]
    pub fn ref_type_matches(&self, a: RefType, b: RefType) -> bool {
        self.types.ref_type_matches(a, b)
    }

    /// Whether values of the type `a` are of the type `b`.
    #[must_use]
    pub fn val_type_matches(&self, a: ValType, b: ValType) -> bool {
        self.types.val_type_matches(a, b)
    }

    /// Whether references of the type can lead to objects or host values, so that a collection
    /// must know them. It need not know functions, continuations and `i31`.
    #[must_use]
    pub fn is_traced(&self, ty: RefType) -> bool {
        self.types.is_traced(ty)
    }

    /// Adds what a collection must know of new types.
    fn trace_types(&mut self) {
        let Self { types, trace, .. } = self;
        for ty in &types.types()[trace.types()..] {
            trace.push_type(ty, |ty| types.is_traced(ty));
        }
    }

    /// Adds what a collection must know of the next tag.
    pub(super) fn trace_tag(&mut self, tag: TagInst) {
        let Self { types, trace, .. } = self;
        let params = match types.get(tag.ty).map(|ty| &ty.composite) {
            Some(CompositeType::Func(ty)) => ty.params(),
            _ => &[],
        };
        trace.push_tag(params, |ty| types.is_traced(ty));
    }
}

/// About what a type takes in a store, in bytes.
fn bytes_of(ty: &SubType) -> u64 {
    let parts = match &ty.composite {
        CompositeType::Func(ty) => (ty.params().len() + ty.results().len()) * size_of::<ValType>(),
        CompositeType::Struct(ty) => ty.fields.len() * 2 * size_of::<FieldType>(),
        _ => 0,
    };
    // Itself, its row, its shape, and its place in the table of groups.
    (parts + size_of::<SubType>() + size_of::<TypeRow>() + 64) as u64
}
