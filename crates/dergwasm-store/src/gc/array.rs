//! Elements of arrays.
//!
//! Spec: [Execution › Instructions › Aggregate](https://webassembly.github.io/spec/core/exec/instructions.html#aggregate-instructions).

use super::{
    GcRef, HEADER_SIZE, Object, ObjectError, TraceTable, array_element_size,
    object::{read_value, write_value},
    trace::Shape,
};
use core::ops::Range;
use dergwasm_types::{StorageType, Value};

/// Where the elements of an array are. All of them are inside the heap it was found in.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ArrayPlace {
    /// The offset of element 0 in the heap.
    start: usize,
    len: u32,
    element: StorageType,
}

impl ArrayPlace {
    pub(crate) fn find(
        heap: &[u8],
        trace: &TraceTable,
        reference: GcRef,
    ) -> Result<Self, ObjectError> {
        if reference.is_null() {
            return Err(ObjectError::NullArray);
        }
        let object = Object::new(heap, trace, reference).ok_or(ObjectError::NoSuchObject)?;
        let header = object.header();
        let Some(&Shape::Array { element, .. }) = trace.shape_of(header.ty) else {
            return Err(ObjectError::NoSuchObject);
        };
        let start = reference.offset() + u64::from(HEADER_SIZE);
        let start = usize::try_from(start).map_err(|_| ObjectError::NoSuchObject)?;
        Ok(Self { start, len: header.len, element })
    }

    pub(crate) const fn len(&self) -> u32 {
        self.len
    }

    /// The size of an element in bytes.
    pub(crate) fn element_size(&self) -> u32 {
        array_element_size(self.element)
    }

    /// The bytes of `len` elements from `index` on.
    fn range(&self, index: u32, len: u32) -> Result<Range<usize>, ObjectError> {
        let end = index.checked_add(len).filter(|&end| end <= self.len);
        let end = end.ok_or(ObjectError::ArrayOutOfBounds)?;
        let at = |index: u32| self.start + index as usize * self.element_size() as usize;
        Ok(at(index)..at(end))
    }

    pub(crate) fn get(&self, heap: &[u8], index: u32) -> Result<Value, ObjectError> {
        let range = self.range(index, 1)?;
        read_value(heap, range.start, self.element).ok_or(ObjectError::NoSuchObject)
    }

    pub(crate) fn fill(
        &self,
        heap: &mut [u8],
        index: u32,
        len: u32,
        value: Value,
    ) -> Result<(), ObjectError> {
        let range = self.range(index, len)?;
        let elements = heap.get_mut(range).ok_or(ObjectError::NoSuchObject)?;
        let size = self.element_size() as usize;
        if elements.is_empty() {
            return Ok(());
        }
        write_value(elements, 0, self.element, value).ok_or(ObjectError::NoSuchObject)?;
        // Copies of what is there already, twice as much each time.
        let mut done = size;
        while done < elements.len() {
            let more = done.min(elements.len() - done);
            elements.copy_within(..more, done);
            done += more;
        }
        Ok(())
    }

    /// Copies `len` elements as if through a buffer.
    pub(crate) fn copy(
        &self,
        heap: &mut [u8],
        index: u32,
        from: &Self,
        from_index: u32,
        len: u32,
    ) -> Result<(), ObjectError> {
        let (to, source) = (self.range(index, len)?, from.range(from_index, len)?);
        if to.len() != source.len() {
            return Err(ObjectError::NoSuchObject);
        }
        heap.copy_within(source, to.start);
        Ok(())
    }

    /// How many bytes of a data segment `len` elements take, if the array has as many.
    pub(crate) fn bytes_of(&self, index: u32, len: u32) -> Result<u64, ObjectError> {
        Ok(self.range(index, len)?.len() as u64)
    }

    /// Sets the bytes of whole elements.
    pub(crate) fn init_bytes(
        &self,
        heap: &mut [u8],
        index: u32,
        bytes: &[u8],
    ) -> Result<(), ObjectError> {
        let size = self.element_size() as usize;
        let len = u32::try_from(bytes.len() / size).map_err(|_| ObjectError::ArrayOutOfBounds)?;
        let range = self.range(index, len)?;
        let (elements, bytes) = (&mut heap[range], &bytes[..len as usize * size]);
        elements.copy_from_slice(bytes);
        Ok(())
    }

    /// Sets elements to references.
    pub(crate) fn init_refs(
        &self,
        heap: &mut [u8],
        index: u32,
        references: &[u64],
    ) -> Result<(), ObjectError> {
        let len = u32::try_from(references.len()).map_err(|_| ObjectError::ArrayOutOfBounds)?;
        let range = self.range(index, len)?;
        let size = self.element_size() as usize;
        let elements = heap[range].chunks_exact_mut(size);
        for (element, &reference) in elements.zip(references) {
            let value = Value::from_bits(reference);
            write_value(element, 0, self.element, value).ok_or(ObjectError::NoSuchObject)?;
        }
        Ok(())
    }
}
