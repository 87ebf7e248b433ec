//! Structures and arrays as the embedder makes and changes them, and their types.
//!
//! Spec: [Execution › Runtime Structure › Aggregate Instances](https://webassembly.github.io/spec/core/exec/runtime.html#aggregate-instances).
//! Does not know whether references are of the types of fields: that is for the embedder to see to.

use crate::objects::array_bytes;
use crate::{Error, Host, Machine};
use dergwasm_store::{FieldLayout, GcRef, ObjectError, ObjectHeader, StoreError, TypeId};
use dergwasm_types::{StorageType, SubType, Value};

fn trap(error: ObjectError) -> Error {
    error.trap().into()
}

/// The reference in a word, if it can lead to an object.
fn object(word: u64) -> Result<GcRef, Error> {
    GcRef::from_word(word).ok_or_else(|| trap(ObjectError::NoSuchObject))
}

/// Types.
impl Machine {
    /// The type of the store that is equal to `ty`, which refers to others by their ids.
    ///
    /// # Errors
    /// It refers to or extends what it cannot, or there is no room for more types.
    pub fn define_type(&mut self, ty: &SubType) -> Result<TypeId, Error> {
        let id = self.store.intern_type(ty)?;
        self.publish_types();
        self.check_types(id, 1)?;
        Ok(id)
    }

    /// The first of the types of the store that are equal to a group, whose others follow it. An
    /// index in the group is one of `known` or, after those, one of the group.
    ///
    /// # Errors
    /// As [`define_type`](Self::define_type).
    pub fn define_types(&mut self, group: &[SubType], known: &[TypeId]) -> Result<TypeId, Error> {
        let id = self.store.intern_group(group, known)?;
        self.publish_types();
        self.check_types(id, group.len())?;
        Ok(id)
    }

    /// Checks what validation checks of a module's types. Nothing can be made of those that fail.
    pub(crate) fn check_types(&self, first: TypeId, count: usize) -> Result<(), Error> {
        let mut types = (first.0..).take(count).enumerate();
        match types.find(|&(_, id)| !self.store.is_valid_type(TypeId(id))) {
            Some((i, _)) => Err(StoreError::InvalidSupertype { position: i as u64 }.into()),
            None => Ok(()),
        }
    }
}

/// Structures. As with [`Machine::alloc_object`], nothing keeps a new one alive yet.
impl Machine {
    /// Makes a structure of these fields; a collection may come first, which has to find what they
    /// lead to.
    ///
    /// # Errors
    /// There is no room, or the type is not that of structures with so many fields.
    pub fn alloc_struct(
        &mut self,
        host: &mut dyn Host,
        ty: TypeId,
        fields: &[Value],
    ) -> Result<u64, Error> {
        let layout = self.store.struct_layout(ty).filter(|it| it.fields().len() == fields.len());
        let size = layout.map(|layout| u64::from(layout.size()));
        let size = size.ok_or_else(|| {
            Error::usage("this is no type of structures with so many fields, or they are too large")
        })?;
        let made = self.alloc_object(host, ObjectHeader { ty: ty.0, len: 0 }, size)?;
        for (i, &value) in fields.iter().enumerate() {
            self.set_struct_field(made.word(), i, value)?;
        }
        Ok(made.word())
    }

    fn struct_field_layout(&self, structure: u64, index: usize) -> Result<FieldLayout, Error> {
        let find = || {
            let ty = self.store.object(GcRef::from_word(structure)?)?.header().ty;
            self.store.struct_layout(TypeId(ty))?.fields().get(index).copied()
        };
        find().ok_or_else(|| Error::usage("this is no structure with such a field"))
    }

    /// The value of a field; what is packed is extended with zeros.
    ///
    /// # Errors
    /// The reference leads to no structure with such a field.
    pub fn struct_field(&self, structure: u64, index: usize) -> Result<Value, Error> {
        let field = self.struct_field_layout(structure, index)?;
        self.store.get_field(object(structure)?, field).map_err(trap)
    }

    /// Sets a field; whether it is mutable is for the caller to check.
    ///
    /// # Errors
    /// The reference leads to no structure with such a field.
    pub fn set_struct_field(
        &mut self,
        structure: u64,
        index: usize,
        value: Value,
    ) -> Result<(), Error> {
        let field = self.struct_field_layout(structure, index)?;
        self.store.set_field(object(structure)?, field, value).map_err(trap)
    }
}

/// Arrays. As with [`Machine::alloc_object`], nothing keeps a new one alive yet.
impl Machine {
    /// Makes an array of zeros and nulls; a collection may come first.
    ///
    /// # Errors
    /// There is no room, or the type is not that of arrays.
    pub fn alloc_array(&mut self, host: &mut dyn Host, ty: TypeId, len: u32) -> Result<u64, Error> {
        let element = self.store.get_sub_type(ty.0).and_then(SubType::as_array);
        let element = element.ok_or_else(|| Error::usage("this is no type of arrays"))?;
        let size = array_bytes(element.storage, len);
        Ok(self.alloc_object(host, ObjectHeader { ty: ty.0, len }, size)?.word())
    }

    /// How many elements an array has.
    ///
    /// # Errors
    /// The reference leads to no array.
    pub fn array_len(&self, array: u64) -> Result<u32, Error> {
        self.store.array_len(object(array)?).map_err(trap)
    }

    /// An element; what is packed is extended with zeros.
    ///
    /// # Errors
    /// The reference leads to no array with such an element.
    pub fn array_get(&self, array: u64, index: u32) -> Result<Value, Error> {
        self.store.array_get(object(array)?, index).map_err(trap)
    }

    /// Sets `len` elements; whether they are mutable is for the caller to check.
    ///
    /// # Errors
    /// The reference leads to no array with such elements.
    pub fn array_set(
        &mut self,
        array: u64,
        index: u32,
        len: u32,
        value: Value,
    ) -> Result<(), Error> {
        self.store.array_fill(object(array)?, index, len, value).map_err(trap)
    }

    /// Sets the elements from `index` on to the bytes of numbers in the order of data segments;
    /// whether they are mutable is for the caller to check.
    ///
    /// # Errors
    /// The reference leads to no array of numbers with as many elements.
    pub fn array_write(&mut self, array: u64, index: u32, bytes: &[u8]) -> Result<(), Error> {
        let array = object(array)?;
        let ty = self.store.object(array).map(|object| TypeId(object.header().ty));
        let element = ty.and_then(|ty| self.store.get_sub_type(ty.0)?.as_array());
        if element.is_some_and(|it| matches!(it.storage, StorageType::Val(ty) if ty.is_ref())) {
            return Err(Error::usage("references are no bytes"));
        }
        self.store.array_init_bytes(array, index, bytes).map_err(trap)
    }
}
