//! Structures as the host makes and changes them.
//!
//! Spec: [Execution › Runtime Structure › Aggregate Instances](https://webassembly.github.io/spec/core/exec/runtime.html#aggregate-instances).

use super::{DefinedType, Rooted, described};
use crate::{AsMachine, AsMachineMut, Error, Val, as_machine::usage};
use alloc::{format, vec::Vec};
use dergwasm_exec::Machine as Core;
use dergwasm_types::{FieldType, StructType};

/// A structure: what a `structref` leads to.
///
/// ```
/// use dergwasm_host::{DefinedType, FieldType, Machine, StructRef, Val, ValType};
///
/// let mut machine = Machine::new(());
/// let fields = [FieldType::mutable(ValType::I32), FieldType::immutable(ValType::F64)];
/// let ty = DefinedType::new_struct(&mut machine, fields)?;
/// let pair = StructRef::new(&mut machine, &ty, &[Val::I32(1), Val::from(0.5)])?;
/// pair.set_field(&mut machine, 0, Val::I32(2))?;
/// assert_eq!(pair.fields(&mut machine)?, [Val::I32(2), Val::from(0.5)]);
/// assert!(pair.set_field(&mut machine, 1, Val::from(1.5)).is_err(), "it is immutable");
/// # Ok::<(), dergwasm_host::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StructRef {}

fn struct_type(ty: DefinedType, core: &Core) -> Result<&StructType, Error> {
    let definition = ty.definition_in(core)?;
    definition
        .as_struct()
        .ok_or_else(|| usage(format!("{} is no type of structures", described(definition, core))))
}

impl StructRef {
    /// Makes a structure of these fields.
    ///
    /// A field of 8 or 16 bits takes the low bits of an `i32`.
    ///
    /// # Errors
    /// The type is no type of structures of this machine, the fields are not of its types, or
    /// there is no room.
    pub fn new(
        mut machine: impl AsMachineMut,
        ty: &DefinedType,
        fields: &[Val],
    ) -> Result<Rooted<Self>, Error> {
        let mut machine = machine.as_machine_mut();
        let (mut core, mut host) = machine.split();
        let types = &struct_type(*ty, &core)?.fields;
        if types.len() != fields.len() {
            return Err(usage(format!(
                "a structure of {} fields was given {} values",
                types.len(),
                fields.len()
            )));
        }
        let mut values = Vec::with_capacity(fields.len());
        for (i, (val, ty)) in fields.iter().zip(types).enumerate() {
            let value = val.into_value(ty.storage.unpacked(), &core);
            values.push(value.map_err(|error| usage(format!("field {i}: {error}")))?);
        }
        let id = ty.id_in(&core)?;
        let word = core.alloc_struct(&mut host, id, &values)?;
        Ok(Rooted::new(word, &mut core))
    }

    /// Makes a structure of zeros and nulls.
    ///
    /// # Errors
    /// The type is no type of structures of this machine, a field has no default, or there is no
    /// room.
    pub fn new_default(
        mut machine: impl AsMachineMut,
        ty: &DefinedType,
    ) -> Result<Rooted<Self>, Error> {
        let core = machine.as_machine_mut().core;
        let types = struct_type(*ty, &core)?.fields.iter().enumerate();
        let defaults = types.map(|(i, ty)| {
            Val::default_of(ty.storage.unpacked(), &core)
                .ok_or_else(|| usage(format!("field {i} has no default")))
        });
        let fields = defaults.collect::<Result<Vec<_>, _>>()?;
        Self::new(machine, ty, &fields)
    }
}

impl Rooted<StructRef> {
    fn type_in(self, core: &Core) -> Result<DefinedType, Error> {
        let ty = DefinedType::of(self.heap_type(core)?, core);
        ty.ok_or_else(|| usage("this reference leads to no structure"))
    }

    fn field_type(self, index: usize, core: &Core) -> Result<FieldType, Error> {
        let ty = self.type_in(core)?;
        let fields = &struct_type(ty, core)?.fields;
        fields.get(index).copied().ok_or_else(|| {
            usage(format!("field {index} of a structure that has {} fields", fields.len()))
        })
    }

    /// The type.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn ty(&self, machine: impl AsMachine) -> Result<DefinedType, Error> {
        self.type_in(machine.as_machine().core)
    }

    /// The value of a field; one of 8 or 16 bits without a sign.
    ///
    /// # Errors
    /// There is no such field, or the reference is of another machine or its scope has ended.
    pub fn field(&self, mut machine: impl AsMachineMut, index: usize) -> Result<Val, Error> {
        let mut core = machine.as_machine_mut().core;
        let ty = self.field_type(index, &core)?;
        let value = core.struct_field(self.word(&core)?, index)?;
        Val::from_value(value, ty.storage.unpacked(), &mut core)
    }

    /// The values of all fields.
    ///
    /// # Errors
    /// The reference is of another machine, or its scope has ended.
    pub fn fields(&self, mut machine: impl AsMachineMut) -> Result<Vec<Val>, Error> {
        let core = machine.as_machine_mut().core;
        let count = struct_type(self.type_in(&core)?, &core)?.fields.len();
        (0..count).map(|index| self.field(&mut machine, index)).collect()
    }

    /// Sets a field; one of 8 or 16 bits takes the low bits of an `i32`.
    ///
    /// # Errors
    /// There is no such field, it is immutable or of another type, or a reference is of another
    /// machine or its scope has ended.
    pub fn set_field(
        &self,
        mut machine: impl AsMachineMut,
        index: usize,
        val: Val,
    ) -> Result<(), Error> {
        let mut core = machine.as_machine_mut().core;
        let ty = self.field_type(index, &core)?;
        if !ty.mutable {
            return Err(usage(format!("field {index} is immutable and cannot be set")));
        }
        let value = val
            .into_value(ty.storage.unpacked(), &core)
            .map_err(|error| usage(format!("field {index}: {error}")))?;
        let word = self.word(&core)?;
        core.set_struct_field(word, index, value)
    }
}
