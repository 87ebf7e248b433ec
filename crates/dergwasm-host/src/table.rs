//! Tables of a machine.
//!
//! Spec: [Execution › Runtime Structure › Table Instances](https://webassembly.github.io/spec/core/exec/runtime.html#table-instances).

use crate::{AsMachine, AsMachineMut, Error, Val};
use dergwasm_exec::Machine as Core;
use dergwasm_store::{StoreError, TableAddr, TableInst};
use dergwasm_types::{Closed, RefType, TableType, ValType, Value};

/// A table of a machine: its address in the store.
///
/// ```
/// use dergwasm_host::{Error, ExternRef, Machine, RefType, Table, TableType, Val};
///
/// let mut machine = Machine::new(());
/// let ty = TableType::new(RefType::EXTERN, 2, None);
/// let table = Table::new(&mut machine, ty, Val::ExternRef(None))?;
/// let value = ExternRef::new(&mut machine, 7)?;
/// table.set(&mut machine, 1, Val::from(value))?;
/// assert!(table.get(&mut machine, 1).is_some_and(|val| val.externref().is_some()));
/// assert_eq!(table.get(&mut machine, 2), None);
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Table(TableAddr);

impl From<TableAddr> for Table {
    fn from(addr: TableAddr) -> Self {
        Self(addr)
    }
}

impl Table {
    /// Allocates a table of `ty.minimum` times `init`.
    ///
    /// # Errors
    /// `init` is not of the table's type, or the table is too large for its type, the system or
    /// the limiter.
    pub fn new(
        mut machine: impl AsMachineMut,
        ty: impl Into<Closed<TableType>>,
        init: Val,
    ) -> Result<Self, Error> {
        let mut core = machine.as_machine_mut().core;
        let ty = core.resolve_type(&ty.into())?;
        let init = reference(init, ty.element, &core)?;
        Ok(Self(core.alloc_table(ty, init)?))
    }

    /// The address in the store.
    #[must_use]
    pub const fn addr(self) -> TableAddr {
        self.0
    }

    fn unknown(self) -> Error {
        StoreError::UnknownAddress { kind: "table", address: self.0.0.into() }.into()
    }

    fn instance(self, core: &Core) -> Result<&TableInst, Error> {
        core.store().tables().get(self.0).ok_or_else(|| self.unknown())
    }

    /// Lets `change` work on the table with the bits of `val`, which has to be of its type.
    fn change(
        self,
        mut machine: impl AsMachineMut,
        val: Val,
        change: impl FnOnce(&mut TableInst, u64) -> Result<(), StoreError>,
    ) -> Result<(), Error> {
        let mut core = machine.as_machine_mut().core;
        let bits = reference(val, self.instance(&core)?.ty().element, &core)?;
        let instance = core.table_mut(self.0).ok_or_else(|| self.unknown())?;
        Ok(change(instance, bits)?)
    }

    /// The type; its minimum is the present size.
    ///
    /// # Errors
    /// The table is not of this machine.
    pub fn ty(&self, machine: impl AsMachine) -> Result<TableType, Error> {
        Ok(self.instance(machine.as_machine().core)?.ty())
    }

    /// The size in elements; 0 if the table is not of this machine.
    #[must_use]
    pub fn size(&self, machine: impl AsMachine) -> u64 {
        self.instance(machine.as_machine().core).map_or(0, TableInst::size)
    }

    /// The reference at `index`; `None` if the table ends before, or is not of this machine.
    #[must_use]
    pub fn get(&self, mut machine: impl AsMachineMut, index: u64) -> Option<Val> {
        let mut core = machine.as_machine_mut().core;
        let table = self.instance(&core).ok()?;
        let (value, ty) = (Value::from_bits(table.get(index).ok()?), table.ty().element);
        Val::from_value(value, ValType::Ref(ty), &mut core).ok()
    }

    /// Sets the reference at `index`.
    ///
    /// # Errors
    /// The table ends before, or `val` is not of its type.
    pub fn set(&self, machine: impl AsMachineMut, index: u64, val: Val) -> Result<(), Error> {
        self.change(machine, val, |table, bits| table.set(index, bits))
    }

    /// Sets `len` references from `index` on.
    ///
    /// # Errors
    /// The table has not as many elements there, or `val` is not of its type.
    pub fn fill(
        &self,
        machine: impl AsMachineMut,
        index: u64,
        val: Val,
        len: u64,
    ) -> Result<(), Error> {
        self.change(machine, val, |table, bits| table.fill(index, bits, len))
    }

    /// Grows by `delta` times `init` and returns the size before.
    ///
    /// # Errors
    /// The type, the limiter or the system does not allow it, or `init` is not of the table's
    /// type.
    pub fn grow(
        &self,
        mut machine: impl AsMachineMut,
        delta: u64,
        init: Val,
    ) -> Result<u64, Error> {
        let mut core = machine.as_machine_mut().core;
        let bits = reference(init, self.instance(&core)?.ty().element, &core)?;
        Ok(core.grow_table(self.0, delta, bits)?)
    }
}

/// The bits of a reference as tables keep them.
fn reference(val: Val, ty: RefType, core: &Core) -> Result<u64, Error> {
    val.into_value(ValType::Ref(ty), core).map(Value::bits)
}
