//! What a collection must know of each type: how large its objects are and where references are.
//!
//! Knows types only by their ids and tags only by their addresses, as headers name them.

use super::{
    CONTINUATION_TYPE, EXCEPTION_TYPE, HEADER_SIZE, ObjectHeader, StructLayout, array_element_size,
    marks::LINE,
};
use alloc::vec::Vec;
use dergwasm_types::{CompositeType, RefType, StorageType, SubType, ValType};

/// How objects of a type are traced.
#[derive(Clone, Copy, Debug, Default)]
pub(super) enum Shape {
    /// There are no objects of the type: it is no structure or array, or too large.
    #[default]
    None,
    /// A structure or exception of at most a line.
    Small { small: Small, layout: u32 },
    /// A larger structure or exception.
    Struct { size: u32, first_ref: u32, refs: u32, layout: u32 },
    /// An array.
    Array { element: StorageType, traced: bool },
}

/// What a collection must know of a structure of at most a line.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Small {
    /// How large it is; 0 says that there is no such structure.
    pub(super) granules: u32,
    /// Bit `n` says that the word `n` is a reference.
    pub(super) refs: u64,
}

/// The shape of continuations.
const REFERENCES: Shape = Shape::Array { element: StorageType::Val(ValType::ANYREF), traced: true };

/// The shapes of all types and tags of a store.
#[derive(Debug, Default)]
pub(crate) struct TraceTable {
    types: Vec<Shape>,
    /// For each type what its shape says if it is small, or no granules: most objects are small,
    /// and looking them up here takes few instructions.
    small: Vec<Small>,
    tags: Vec<Shape>,
    /// The offsets of the references in larger structures.
    refs: Vec<u32>,
    layouts: Vec<StructLayout>,
}

/// How many shapes a [`TraceTable`] had at some time.
#[derive(Debug)]
pub(crate) struct TraceMark {
    tags: usize,
    refs: usize,
    layouts: usize,
    types: usize,
}

impl TraceTable {
    /// How many shapes there are now.
    pub(crate) const fn mark(&self) -> TraceMark {
        TraceMark {
            tags: self.tags.len(),
            refs: self.refs.len(),
            layouts: self.layouts.len(),
            types: self.types.len(),
        }
    }

    /// Forgets the tags added since a mark.
    pub(crate) fn rewind(&mut self, mark: &TraceMark) {
        self.tags.truncate(mark.tags);
        // Types, which stay, may have added some behind them.
        if self.types.len() == mark.types {
            self.refs.truncate(mark.refs);
            self.layouts.truncate(mark.layouts);
        }
    }

    /// For how many types there are shapes.
    pub(crate) const fn types(&self) -> usize {
        self.types.len()
    }

    /// Makes room for the shapes of these types; false if there is no memory.
    pub(crate) fn make_room(&mut self, types: &[SubType]) -> bool {
        let fields = |ty: &SubType| ty.as_struct().map_or(0, |ty| ty.fields.len());
        self.types.try_reserve(types.len()).is_ok()
            && self.small.try_reserve(types.len()).is_ok()
            && self.layouts.try_reserve(types.len()).is_ok()
            && self.refs.try_reserve(types.iter().map(fields).sum()).is_ok()
    }

    /// Adds the shape of the next type.
    pub(crate) fn push_type(&mut self, ty: &SubType, is_traced: impl Fn(RefType) -> bool) {
        let shape = match &ty.composite {
            CompositeType::Struct(ty) => self.shape(StructLayout::new(ty), is_traced),
            CompositeType::Array(element) => Shape::Array {
                element: element.storage,
                traced: is_reference(element.storage, is_traced),
            },
            _ => Shape::None,
        };
        self.types.push(shape);
        self.small.push(match shape {
            Shape::Small { small, .. } => small,
            _ => Small::default(),
        });
    }

    /// Adds the shape of exceptions of the next tag.
    pub(crate) fn push_tag(&mut self, params: &[ValType], is_traced: impl Fn(RefType) -> bool) {
        let shape = self.shape(StructLayout::of_values(params), is_traced);
        self.tags.push(shape);
    }

    fn shape(
        &mut self,
        layout: Option<StructLayout>,
        is_traced: impl Fn(RefType) -> bool,
    ) -> Shape {
        let Some(layout) = layout else { return Shape::None };
        let (size, before) = (layout.size(), self.refs.len());
        let numbers = [before, self.layouts.len()].map(u32::try_from);
        let [Ok(first_ref), Ok(index)] = numbers else { return Shape::None };
        let traced = layout.fields().iter().filter(|field| is_reference(field.storage, &is_traced));
        let offsets = traced.map(|field| field.offset);
        let shape = if size as usize <= LINE {
            let refs = offsets.fold(0, |refs, offset| refs | 1 << (offset / 4));
            Shape::Small { small: Small { granules: size / 8, refs }, layout: index }
        } else {
            self.refs.extend(offsets);
            // Fewer than bytes of a structure.
            let refs = u32::try_from(self.refs.len() - before).unwrap_or(0);
            Shape::Struct { size, first_ref, refs, layout: index }
        };
        self.layouts.push(layout);
        shape
    }

    /// The layout of the structures of a type or of the exceptions of a tag, named as in a header.
    pub(crate) fn layout(&self, ty: u32) -> Option<&StructLayout> {
        match *self.shape_of(ty)? {
            Shape::Small { layout, .. } | Shape::Struct { layout, .. } => {
                self.layouts.get(layout as usize)
            }
            _ => None,
        }
    }

    /// What there is to know of structures with this type word, if they are small.
    #[inline]
    pub(super) fn small(&self, ty: u32) -> Option<Small> {
        // The type words of exceptions and continuations are larger than any type's number.
        self.small.get(ty as usize).copied().filter(|small| small.granules != 0)
    }

    /// The shape of objects with this type word.
    pub(super) fn shape_of(&self, ty: u32) -> Option<&Shape> {
        if ty & EXCEPTION_TYPE == 0 {
            // No store has as many types.
            self.types.get(ty as usize).or((ty == CONTINUATION_TYPE).then_some(&REFERENCES))
        } else {
            self.tags.get((ty & !EXCEPTION_TYPE) as usize)
        }
    }

    /// The offsets of references in the larger structures of a shape.
    #[inline]
    pub(super) fn refs(&self, first: u32, len: u32) -> &[u32] {
        let first = first as usize;
        self.refs.get(first..first + len as usize).unwrap_or(&[])
    }

    /// The bytes of the object with this header, if there are objects of its type.
    pub(super) fn size_of(&self, header: ObjectHeader) -> Option<u64> {
        match *self.shape_of(header.ty)? {
            Shape::None => None,
            Shape::Small { small, .. } => Some(u64::from(small.granules) * 8),
            Shape::Struct { size, .. } => Some(size.into()),
            Shape::Array { element, .. } => Some(array_size(element, header.len)),
        }
    }
}

/// The bytes of an array, header included.
pub(super) fn array_size(element: StorageType, len: u32) -> u64 {
    let bytes = u64::from(len) * u64::from(array_element_size(element));
    (u64::from(HEADER_SIZE) + bytes).next_multiple_of(8)
}

fn is_reference(storage: StorageType, is_traced: impl Fn(RefType) -> bool) -> bool {
    matches!(storage, StorageType::Val(ValType::Ref(ty)) if is_traced(ty))
}
