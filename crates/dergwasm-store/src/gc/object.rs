//! Objects as bytes: headers, fields, and references to them.
//!
//! Whatever a reference or a header claims is checked against the bytes there are.

use super::{FieldLayout, StructLayout, TraceTable, array_element_size};
use dergwasm_types::{StorageType, Trap, Value};

/// A reference to an object; 0 is null. The object is at twice its number in the heap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct GcRef(pub u32);

impl GcRef {
    /// The null reference.
    pub const NULL: Self = Self(0);

    /// The reference in a word of the any, extern or exn hierarchy: null, or one to an object;
    /// `None` for an `i31`, a host value, and what is no reference.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "compared first")]
    pub const fn from_word(word: u64) -> Option<Self> {
        if word <= u32::MAX as u64 && word.is_multiple_of(4) {
            Some(Self(word as u32))
        } else {
            None
        }
    }

    /// The reference as a word.
    #[must_use]
    pub const fn word(self) -> u64 {
        self.0 as u64
    }

    /// Whether it is null.
    #[must_use]
    pub const fn is_null(self) -> bool {
        self.0 == 0
    }

    /// The offset of the object's first byte in the heap.
    #[must_use]
    pub const fn offset(self) -> u64 {
        self.0 as u64 * 2
    }

    /// The offset, if an object can be there.
    fn index(self) -> Option<usize> {
        (self.0 != 0 && self.0.is_multiple_of(4)).then(|| usize::try_from(self.offset()).ok())?
    }
}

/// The first 8 bytes of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectHeader {
    /// The id of the type, or for an exception [`EXCEPTION_TYPE`](super::EXCEPTION_TYPE) and the
    /// address of its tag.
    pub ty: u32,
    /// The length of an array.
    pub len: u32,
}

impl ObjectHeader {
    /// The header as the number that an object begins with, little-endian.
    #[must_use]
    #[inline]
    pub const fn word(self) -> u64 {
        self.ty as u64 | (self.len as u64) << 32
    }

    /// The header that is this number.
    #[must_use]
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the halves of a word")]
    pub const fn from_word(word: u64) -> Self {
        Self { ty: word as u32, len: (word >> 32) as u32 }
    }

    #[inline]
    pub(super) fn read(bytes: &[u8], at: usize) -> Option<Self> {
        Some(Self::from_word(u64::from_le_bytes(array(bytes, at)?)))
    }

    pub(super) fn write(self, bytes: &mut [u8], at: usize) {
        write(bytes, at, self.word().to_le_bytes());
    }
}

/// Why an object could not be read or written. Nothing was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectError {
    /// The reference to a structure is null.
    #[error("null structure reference")]
    NullStructure,
    /// The reference to an array is null.
    #[error("null array reference")]
    NullArray,
    /// The array ends before an element.
    #[error("out of bounds array access")]
    ArrayOutOfBounds,
    /// The data segment ends before a byte.
    #[error("out of bounds access of a data segment")]
    DataOutOfBounds,
    /// The element segment ends before a reference.
    #[error("out of bounds access of an element segment")]
    ElemOutOfBounds,
    /// The reference leads to no such object of this store.
    #[error("the reference leads to no such object; use it with the store it came from")]
    NoSuchObject,
}

impl ObjectError {
    /// The trap of a guest's instruction that fails for this reason.
    #[must_use]
    pub const fn trap(self) -> Trap {
        match self {
            Self::NullStructure => Trap::NullStructure,
            Self::NullArray => Trap::NullArray,
            Self::ArrayOutOfBounds => Trap::ArrayOutOfBounds,
            Self::DataOutOfBounds => Trap::MemoryOutOfBounds,
            Self::ElemOutOfBounds => Trap::TableOutOfBounds,
            Self::NoSuchObject => Trap::CastFailure,
        }
    }
}

impl From<ObjectError> for Trap {
    fn from(error: ObjectError) -> Self {
        error.trap()
    }
}

/// An object, to look at.
#[derive(Clone, Copy, Debug)]
pub struct Object<'a> {
    header: ObjectHeader,
    bytes: &'a [u8],
}

impl<'a> Object<'a> {
    /// The object a reference leads to, if its header and all its bytes are there.
    pub(crate) fn new(heap: &'a [u8], trace: &TraceTable, reference: GcRef) -> Option<Self> {
        let start = reference.index()?;
        let header = ObjectHeader::read(heap, start)?;
        let size = usize::try_from(trace.size_of(header)?).ok()?;
        let bytes = heap.get(start..start.checked_add(size)?)?;
        Some(Self { header, bytes })
    }

    /// Its header.
    #[must_use]
    pub const fn header(&self) -> ObjectHeader {
        self.header
    }

    /// All its bytes, header included; numbers in them are little-endian.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The value of a field; what is packed is extended with zeros. `None` if the object ends
    /// before it.
    #[must_use]
    pub fn field(&self, field: FieldLayout) -> Option<Value> {
        read_value(self.bytes, field.offset as usize, field.storage)
    }

    /// The values of the fields of this layout, as far as the object has them.
    pub fn fields(&self, layout: &'a StructLayout) -> impl Iterator<Item = Value> {
        layout.fields().iter().map_while(|&field| self.field(field))
    }
}

/// Sets a field of an object; `None` if the object or the field is not there.
pub(crate) fn write_field(
    heap: &mut [u8],
    trace: &TraceTable,
    reference: GcRef,
    field: FieldLayout,
    value: Value,
) -> Option<()> {
    let (start, len) = (reference.index()?, Object::new(heap, trace, reference)?.bytes.len());
    write_value(&mut heap[start..start + len], field.offset as usize, field.storage, value)
}

/// The value at an offset; references and what is packed are extended with zeros.
pub(super) fn read_value(bytes: &[u8], at: usize, storage: StorageType) -> Option<Value> {
    Some(match array_element_size(storage) {
        1 => u32::from(*bytes.get(at)?).into(),
        2 => u32::from(u16::from_le_bytes(array(bytes, at)?)).into(),
        4 => u32::from_le_bytes(array(bytes, at)?).into(),
        8 => u64::from_le_bytes(array(bytes, at)?).into(),
        _ => u128::from_le_bytes(array(bytes, at)?).into(),
    })
}

/// Sets the value at an offset; what is packed keeps its low bits. `None` if the bytes end before.
#[expect(clippy::cast_possible_truncation, reason = "what is packed keeps its low bits")]
pub(super) fn write_value(
    bytes: &mut [u8],
    at: usize,
    storage: StorageType,
    value: Value,
) -> Option<()> {
    match array_element_size(storage) {
        1 => write(bytes, at, [value.as_u32() as u8]),
        2 => write(bytes, at, (value.as_u32() as u16).to_le_bytes()),
        4 => write(bytes, at, value.as_u32().to_le_bytes()),
        8 => write(bytes, at, value.as_u64().to_le_bytes()),
        _ => write(bytes, at, value.as_u128().to_le_bytes()),
    }
}

#[inline]
fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn write<const N: usize>(bytes: &mut [u8], at: usize, value: [u8; N]) -> Option<()> {
    *bytes.get_mut(at..)?.first_chunk_mut()? = value;
    Some(())
}
