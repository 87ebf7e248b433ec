//! Objects and host values of the store: allocation and checked access.
//!
//! Spec: [Execution › Instructions › Aggregate](https://webassembly.github.io/spec/core/exec/instructions.html#aggregate-instructions).

use super::{Store, grow::Permit};
use crate::{
    address::{DataAddr, ElemAddr, TagAddr},
    error::StoreError,
    gc::{
        ArrayPlace, Collect, EXCEPTION_TYPE, FieldLayout, GcRef, HeapFull, HostValues, Object,
        ObjectError, ObjectHeader, StructLayout, write_field,
    },
    ledger::Resource,
    limits::ResourceLimiter,
    type_interner::TypeId,
};
use alloc::boxed::Box;
use core::any::Any;
use dergwasm_types::Value;

/// Objects: structures, arrays and exceptions.
///
/// Every access is checked: a reference that leads to no such object is an error.
impl Store {
    /// Allocates an object of `size` bytes, header included; behind the header they are zero.
    ///
    /// What an object of a type takes is for [`StructLayout`] and
    /// [`array_element_size`](crate::array_element_size) to say.
    ///
    /// # Errors
    ///
    /// A collection is due, if `collect` lets it be, a limit is reached, or the limiter says no.
    pub fn alloc_object(
        &mut self,
        header: ObjectHeader,
        size: u64,
        collect: Collect,
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<GcRef, HeapFull> {
        let Self { heap, ledger, .. } = self;
        let made = heap.alloc(header, size, collect, &mut |current, desired| {
            let mut permit = Permit { ledger: &mut *ledger, limiter: &mut *limiter };
            permit.may_grow(Resource::GcHeap, current, desired).map_err(|error| {
                if error.trap().is_some() { HeapFull::Trap } else { HeapFull::Exhausted }
            })
        });
        ledger.set_used(Resource::GcHeap, heap.len() as u64);
        made
    }

    /// The layout of the structures of this type; `None` if it is no structure, or too large.
    #[must_use]
    pub fn struct_layout(&self, ty: TypeId) -> Option<&StructLayout> {
        self.trace.layout(ty.0 & !EXCEPTION_TYPE)
    }

    /// The layout of the arguments in exceptions of this tag; `None` if they are too large.
    #[must_use]
    pub fn exception_layout(&self, tag: TagAddr) -> Option<&StructLayout> {
        self.trace.layout(tag.0 | EXCEPTION_TYPE)
    }

    /// The object that a reference leads to, if there is one.
    #[must_use]
    pub fn object(&self, reference: GcRef) -> Option<Object<'_>> {
        Object::new(self.heap.bytes(), &self.trace, reference)
    }

    /// The value of an object's field; references and what is packed are extended with zeros.
    ///
    /// # Errors
    ///
    /// The reference is null, or leads to no object with such a field.
    pub fn get_field(&self, reference: GcRef, field: FieldLayout) -> Result<Value, ObjectError> {
        if reference.is_null() {
            return Err(ObjectError::NullStructure);
        }
        let object = self.object(reference).ok_or(ObjectError::NoSuchObject)?;
        object.field(field).ok_or(ObjectError::NoSuchObject)
    }

    /// Sets an object's field; what is packed keeps the low bits of the value.
    ///
    /// # Errors
    ///
    /// As [`Store::get_field`].
    pub fn set_field(
        &mut self,
        reference: GcRef,
        field: FieldLayout,
        value: Value,
    ) -> Result<(), ObjectError> {
        if reference.is_null() {
            return Err(ObjectError::NullStructure);
        }
        let Self { heap, trace, .. } = self;
        write_field(heap.bytes_mut(), trace, reference, field, value)
            .ok_or(ObjectError::NoSuchObject)
    }
}

/// Arrays. Indices and lengths count elements.
impl Store {
    fn array(&self, array: GcRef) -> Result<ArrayPlace, ObjectError> {
        ArrayPlace::find(self.heap.bytes(), &self.trace, array)
    }

    /// `array.len`: how many elements there are.
    ///
    /// # Errors
    ///
    /// The reference is null, or leads to no array.
    pub fn array_len(&self, array: GcRef) -> Result<u32, ObjectError> {
        Ok(self.array(array)?.len())
    }

    /// `array.get`: an element; references and what is packed are extended with zeros.
    ///
    /// # Errors
    ///
    /// The reference is null or leads to no array, or the array ends before the element.
    pub fn array_get(&self, array: GcRef, index: u32) -> Result<Value, ObjectError> {
        self.array(array)?.get(self.heap.bytes(), index)
    }

    /// `array.set`: sets an element; what is packed keeps the low bits of the value.
    ///
    /// # Errors
    ///
    /// As [`Store::array_get`].
    pub fn array_set(&mut self, array: GcRef, index: u32, value: Value) -> Result<(), ObjectError> {
        self.array_fill(array, index, 1, value)
    }

    /// The size of an array's elements in bytes.
    ///
    /// # Errors
    ///
    /// The reference is null or leads to no array, or the array has fewer than `len` elements from
    /// `index` on.
    pub fn array_elements(&self, array: GcRef, index: u32, len: u32) -> Result<u32, ObjectError> {
        let array = self.array(array)?;
        array.bytes_of(index, len)?;
        Ok(array.element_size())
    }

    /// `array.fill`: sets `len` elements.
    ///
    /// # Errors
    ///
    /// The reference is null or leads to no array, or the array has not all of these elements. It
    /// is unchanged.
    pub fn array_fill(
        &mut self,
        array: GcRef,
        index: u32,
        len: u32,
        value: Value,
    ) -> Result<(), ObjectError> {
        self.array(array)?.fill(self.heap.bytes_mut(), index, len, value)
    }

    /// `array.copy`: copies `len` elements as if through a buffer.
    ///
    /// # Errors
    ///
    /// As [`Store::array_fill`], of one array or the other, or their elements differ in size.
    pub fn array_copy(
        &mut self,
        to: GcRef,
        to_index: u32,
        from: GcRef,
        from_index: u32,
        len: u32,
    ) -> Result<(), ObjectError> {
        let (to, from) = (self.array(to)?, self.array(from)?);
        to.copy(self.heap.bytes_mut(), to_index, &from, from_index, len)
    }

    /// Sets as many elements as `bytes` are, in the little-endian order of data segments.
    ///
    /// # Errors
    ///
    /// As [`Store::array_fill`].
    pub fn array_init_bytes(
        &mut self,
        array: GcRef,
        index: u32,
        bytes: &[u8],
    ) -> Result<(), ObjectError> {
        self.array(array)?.init_bytes(self.heap.bytes_mut(), index, bytes)
    }

    /// Sets elements to references.
    ///
    /// # Errors
    ///
    /// As [`Store::array_fill`].
    pub fn array_init_refs(
        &mut self,
        array: GcRef,
        index: u32,
        references: &[u64],
    ) -> Result<(), ObjectError> {
        self.array(array)?.init_refs(self.heap.bytes_mut(), index, references)
    }

    /// `array.init_data`: sets `len` elements to what a data segment has from the byte `from` on.
    ///
    /// # Errors
    ///
    /// As [`Store::array_fill`], or the segment ends before the last byte.
    pub fn array_init_data(
        &mut self,
        array: GcRef,
        index: u32,
        data: DataAddr,
        from: u32,
        len: u32,
    ) -> Result<(), ObjectError> {
        let array = self.array(array)?;
        let from = u64::from(from);
        let end = from + array.bytes_of(index, len)?;
        let data = self.datas.get(data).ok_or(ObjectError::DataOutOfBounds)?.bytes();
        let bytes = part(data, from, end).ok_or(ObjectError::DataOutOfBounds)?;
        array.init_bytes(self.heap.bytes_mut(), index, bytes)
    }

    /// `array.init_elem`: sets `len` elements to the references of an element segment from `from`
    /// on.
    ///
    /// # Errors
    ///
    /// As [`Store::array_fill`], or the segment ends before the last reference.
    pub fn array_init_elem(
        &mut self,
        array: GcRef,
        index: u32,
        elem: ElemAddr,
        from: u32,
        len: u32,
    ) -> Result<(), ObjectError> {
        let array = self.array(array)?;
        array.bytes_of(index, len)?;
        let from = u64::from(from);
        let items = self.elems.get(elem).ok_or(ObjectError::ElemOutOfBounds)?.items();
        let items = part(items, from, from + u64::from(len)).ok_or(ObjectError::ElemOutOfBounds)?;
        array.init_refs(self.heap.bytes_mut(), index, items)
    }
}

/// Host values.
impl Store {
    /// Keeps a value of the host and returns a reference to it, a word of an `externref`.
    ///
    /// It lives until a collection does not reach it any more.
    ///
    /// # Errors
    ///
    /// A limit or the limiter does not allow it, there are 2^30 host values, or memory is used up.
    pub fn alloc_extern(
        &mut self,
        value: Box<dyn Any + Send + Sync>,
        limiter: &mut dyn ResourceLimiter,
    ) -> Result<u64, StoreError> {
        let bytes = HostValues::bytes_of(&*value);
        self.charge(Resource::HostValue, bytes, limiter)?;
        match self.host_values.alloc(value) {
            Ok(word) => {
                self.weigh(bytes);
                Ok(word)
            }
            Err(error) => {
                self.release(Resource::HostValue, bytes);
                Err(error)
            }
        }
    }

    /// How many bytes a host value is booked with: itself and its place, not what it points to.
    #[must_use]
    pub fn extern_bytes(value: &(dyn Any + Send + Sync)) -> u64 {
        HostValues::bytes_of(value)
    }

    /// The host value that a reference leads to, if it is one to a host value.
    #[must_use]
    pub fn extern_value(&self, word: u64) -> Option<&(dyn Any + Send + Sync)> {
        self.host_values.get(word)
    }

    /// As [`Store::extern_value`], to change the value.
    pub fn extern_value_mut(&mut self, word: u64) -> Option<&mut (dyn Any + Send + Sync)> {
        self.host_values.get_mut(word)
    }
}

/// The items from `from` to `end`, if there are as many.
fn part<T>(items: &[T], from: u64, end: u64) -> Option<&[T]> {
    items.get(usize::try_from(from).ok()?..usize::try_from(end).ok()?)
}
