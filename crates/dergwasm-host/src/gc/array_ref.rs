//! Arrays as the host makes and changes them.
//!
//! Spec: [Execution › Runtime Structure › Aggregate Instances](https://webassembly.github.io/spec/core/exec/runtime.html#aggregate-instances).

use super::{DefinedType, Rooted, described};
use crate::{AsMachine, AsMachineMut, Error, Val, as_machine::usage};
use alloc::{format, vec::Vec};
use dergwasm_exec::Machine as Core;
use dergwasm_store::{GcRef, HEADER_SIZE, array_element_size};
use dergwasm_types::FieldType;

/// An array: what an `arrayref` leads to.
///
/// ```
/// use dergwasm_host::{ArrayRef, DefinedType, FieldType, Machine, StorageType, Val};
///
/// let mut machine = Machine::new(());
/// let text = DefinedType::new_array(&mut machine, FieldType::mutable(StorageType::I8))?;
/// let array = ArrayRef::from_bytes(&mut machine, &text, b"hello")?;
/// array.set(&mut machine, 0, Val::from(u32::from(b'j')))?;
/// assert_eq!(array.get(&mut machine, 1)?, Val::from(u32::from(b'e')));
/// assert_eq!(array.to_bytes(&machine)?, b"jello");
/// # Ok::<(), dergwasm_host::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArrayRef {}

fn element_type(ty: DefinedType, core: &Core) -> Result<FieldType, Error> {
    let definition = ty.definition_in(core)?;
    definition
        .as_array()
        .ok_or_else(|| usage(format!("{} is no type of arrays", described(definition, core))))
}

fn length(len: usize) -> Result<u32, Error> {
    u32::try_from(len).map_err(|_| usage("an array has at most 2^32 - 1 elements"))
}

impl ArrayRef {
    /// Makes an array of `len` times the same element.
    ///
    /// An element of 8 or 16 bits takes the low bits of an `i32`.
    ///
    /// # Errors
    /// The type is no type of arrays of this machine, the element is not of its type, or there is
    /// no room.
    pub fn new(
        mut machine: impl AsMachineMut,
        ty: &DefinedType,
        element: Val,
        len: u32,
    ) -> Result<Rooted<Self>, Error> {
        let mut machine = machine.as_machine_mut();
        let (mut core, mut host) = machine.split();
        let element = element.into_value(element_type(*ty, &core)?.storage.unpacked(), &core)?;
        let id = ty.id_in(&core)?;
        let word = core.alloc_array(&mut host, id, len)?;
        core.array_set(word, 0, len, element)?;
        Ok(Rooted::new(word, &mut core))
    }

    /// Makes an array of these elements.
    ///
    /// # Errors
    /// As [`ArrayRef::new`].
    pub fn new_fixed(
        mut machine: impl AsMachineMut,
        ty: &DefinedType,
        elements: &[Val],
    ) -> Result<Rooted<Self>, Error> {
        let mut machine = machine.as_machine_mut();
        let (mut core, mut host) = machine.split();
        let element = element_type(*ty, &core)?.storage.unpacked();
        let (id, len) = (ty.id_in(&core)?, length(elements.len())?);
        let mut values = Vec::with_capacity(elements.len());
        for (i, val) in elements.iter().enumerate() {
            let value = val.into_value(element, &core);
            values.push(value.map_err(|error| usage(format!("element {i}: {error}")))?);
        }
        let word = core.alloc_array(&mut host, id, len)?;
        for (i, value) in (0..).zip(values) {
            core.array_set(word, i, 1, value)?;
        }
        Ok(Rooted::new(word, &mut core))
    }

    /// Makes an array of numbers from their bytes, lowest first.
    ///
    /// # Errors
    /// The type is no type of arrays of this machine whose elements are numbers, the bytes are no
    /// whole number of elements, or there is no room.
    pub fn from_bytes(
        mut machine: impl AsMachineMut,
        ty: &DefinedType,
        bytes: &[u8],
    ) -> Result<Rooted<Self>, Error> {
        let mut machine = machine.as_machine_mut();
        let (mut core, mut host) = machine.split();
        let storage = element_type(*ty, &core)?.storage;
        let size = array_element_size(storage) as usize;
        if storage.unpacked().is_ref() || !bytes.len().is_multiple_of(size) {
            let len = bytes.len();
            return Err(usage(format!("{len} bytes are no array of elements {storage}")));
        }
        let (id, len) = (ty.id_in(&core)?, length(bytes.len() / size)?);
        let word = core.alloc_array(&mut host, id, len)?;
        core.array_write(word, 0, bytes)?;
        Ok(Rooted::new(word, &mut core))
    }
}

impl Rooted<ArrayRef> {
    fn type_in(self, core: &Core) -> Result<DefinedType, Error> {
        let ty = DefinedType::of(self.heap_type(core)?, core);
        ty.ok_or_else(|| usage("this reference leads to no array"))
    }

    /// The type.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn ty(&self, machine: impl AsMachine) -> Result<DefinedType, Error> {
        self.type_in(machine.as_machine().core)
    }

    /// How many elements there are.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn len(&self, machine: impl AsMachine) -> Result<u32, Error> {
        let core = machine.as_machine().core;
        core.array_len(self.word(core)?)
    }

    /// Whether there are no elements.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn is_empty(&self, machine: impl AsMachine) -> Result<bool, Error> {
        Ok(self.len(machine)? == 0)
    }

    fn check_index(self, index: u32, core: &Core) -> Result<(), Error> {
        let len = core.array_len(self.word(core)?)?;
        if index < len {
            return Ok(());
        }
        Err(usage(format!("element {index} of an array that has {len} elements")))
    }

    /// An element; one of 8 or 16 bits without a sign.
    ///
    /// # Errors
    /// There is no such element, or the reference is of another machine or its scope has ended.
    pub fn get(&self, mut machine: impl AsMachineMut, index: u32) -> Result<Val, Error> {
        let mut core = machine.as_machine_mut().core;
        self.check_index(index, &core)?;
        let ty = element_type(self.type_in(&core)?, &core)?;
        let value = core.array_get(self.word(&core)?, index)?;
        Val::from_value(value, ty.storage.unpacked(), &mut core)
    }

    /// All elements.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn elems(&self, mut machine: impl AsMachineMut) -> Result<Vec<Val>, Error> {
        let len = self.len(&machine)?;
        (0..len).map(|index| self.get(&mut machine, index)).collect()
    }

    /// The bytes of an array of numbers, lowest first.
    ///
    /// # Errors
    /// The elements are references, or the reference is of another machine or its scope has ended.
    pub fn to_bytes(&self, machine: impl AsMachine) -> Result<Vec<u8>, Error> {
        let core = machine.as_machine().core;
        let storage = element_type(self.type_in(core)?, core)?.storage;
        if storage.unpacked().is_ref() {
            return Err(usage("references are no bytes"));
        }
        let word = self.word(core)?;
        let len = core.array_len(word)? as usize * array_element_size(storage) as usize;
        let object = GcRef::from_word(word).and_then(|reference| core.store().object(reference));
        let bytes =
            object.and_then(|object| object.bytes().get(HEADER_SIZE as usize..)?.get(..len));
        Ok(bytes.unwrap_or_default().to_vec())
    }

    /// Sets an element; one of 8 or 16 bits takes the low bits of an `i32`.
    ///
    /// # Errors
    /// There is no such element, the elements are immutable or of another type, or a reference is
    /// of another machine or its scope has ended.
    pub fn set(&self, machine: impl AsMachineMut, index: u32, val: Val) -> Result<(), Error> {
        self.fill(machine, index, val, 1)
    }

    /// Sets `len` elements from `index` on.
    ///
    /// # Errors
    /// As [`Rooted::set`].
    pub fn fill(
        &self,
        mut machine: impl AsMachineMut,
        index: u32,
        val: Val,
        len: u32,
    ) -> Result<(), Error> {
        let mut core = machine.as_machine_mut().core;
        if let Some(last) = len.checked_sub(1) {
            self.check_index(index.saturating_add(last), &core)?;
        }
        let ty = element_type(self.type_in(&core)?, &core)?;
        if !ty.mutable {
            return Err(usage("the elements of this array are immutable and cannot be set"));
        }
        let value = val.into_value(ty.storage.unpacked(), &core)?;
        let word = self.word(&core)?;
        core.array_set(word, index, len, value)
    }
}
