//! Where the fields of an object are.
//!
//! Knows nothing of types but how many bytes their values take.

use super::{HEADER_SIZE, HEAP_SLACK};
use alloc::vec::Vec;
use dergwasm_types::{StorageType, StructType, ValType};

/// Where a field is and what it stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldLayout {
    /// The offset of its first byte from the start of the object, header included.
    pub offset: u32,
    /// What it stores.
    pub storage: StorageType,
}

/// Where the fields of a structure are: behind the header, in order, each aligned to its size but
/// vectors to 8. So the fields a subtype shares with its supertype are at the same places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StructLayout {
    fields: Vec<FieldLayout>,
    size: u32,
}

impl StructLayout {
    /// The layout of structures of this type, or `None` if they are larger than [`HEAP_SLACK`].
    #[must_use]
    pub fn new(ty: &StructType) -> Option<Self> {
        Self::of(ty.fields.iter().map(|field| field.storage))
    }

    /// The layout of the values of these types, which is that of an exception's arguments.
    #[must_use]
    pub fn of_values(types: &[ValType]) -> Option<Self> {
        Self::of(types.iter().map(|&ty| StorageType::Val(ty)))
    }

    fn of(stored: impl Iterator<Item = StorageType>) -> Option<Self> {
        let mut fields = Vec::new();
        let mut end = HEADER_SIZE;
        for storage in stored {
            let size = array_element_size(storage);
            let offset = end.next_multiple_of(size.min(8));
            end = offset + size;
            if end as usize > HEAP_SLACK {
                return None;
            }
            fields.push(FieldLayout { offset, storage });
        }
        fields.shrink_to_fit();
        Some(Self { fields, size: end.next_multiple_of(8) })
    }

    /// All fields, in order.
    #[must_use]
    pub fn fields(&self) -> &[FieldLayout] {
        &self.fields
    }

    /// The field at `index`.
    ///
    /// # Panics
    ///
    /// The type has not as many fields.
    #[must_use]
    pub fn field(&self, index: usize) -> FieldLayout {
        self.fields[index]
    }

    /// The bytes of an object, header included: a multiple of 8.
    #[must_use]
    pub const fn size(&self) -> u32 {
        self.size
    }
}

/// The bytes that what is stored takes in an object, also as an element of an array.
#[must_use]
pub const fn array_element_size(storage: StorageType) -> u32 {
    match storage {
        StorageType::I8 => 1,
        StorageType::I16 => 2,
        StorageType::Val(ValType::I32 | ValType::F32 | ValType::Ref(_)) => 4,
        StorageType::Val(ValType::I64 | ValType::F64) => 8,
        StorageType::Val(ValType::V128) => 16,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use dergwasm_types::FieldType;

    fn layout(stored: &[StorageType]) -> Option<StructLayout> {
        let field = |&storage| FieldType { storage, mutable: true };
        StructLayout::new(&StructType { fields: stored.iter().map(field).collect() })
    }

    #[test]
    fn fields_are_aligned_and_in_order() {
        use StorageType::{I8, I16, Val};
        let stored = [
            (I8, 8),
            (Val(ValType::ANYREF), 12),
            (I8, 16),
            (I16, 18),
            (I8, 20),
            (Val(ValType::F64), 24),
            (Val(ValType::I32), 32),
            (Val(ValType::V128), 40),
            (I8, 56),
        ];
        let types: Vec<_> = stored.iter().map(|&(storage, _)| storage).collect();
        for len in 0..=types.len() {
            let layout = layout(&types[..len]).unwrap();
            for (i, &(storage, offset)) in stored[..len].iter().enumerate() {
                assert_eq!(layout.field(i), FieldLayout { offset, storage });
            }
            assert_eq!(layout.size() % 8, 0);
        }
        assert_eq!(layout(&types).unwrap().size(), 64);
        assert_eq!(layout(&[]).unwrap().size(), 8);
    }

    #[test]
    fn a_structure_larger_than_the_slack_has_none() {
        let vectors = |n| layout(&vec![StorageType::Val(ValType::V128); n]);
        assert!(vectors(HEAP_SLACK / 16 - 1).is_some());
        assert!(vectors(HEAP_SLACK / 16).is_none());
        assert!(vectors(1_000_000).is_none());
    }
}
