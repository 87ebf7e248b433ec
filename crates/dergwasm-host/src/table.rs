//! Tables of a machine.
//!
//! Spec: [Execution › Runtime Structure › Table Instances](https://webassembly.github.io/spec/core/exec/runtime.html#table-instances).

use crate::{
    AsMachine, AsMachineMut, Error, Val,
    marked::{Marked, gone, handle},
};
use dergwasm_exec::Machine as Core;
use dergwasm_store::{StoreError, TableAddr, TableInst};
use dergwasm_types::{Closed, RefType, TableType, ValType, Value};

/// A table of a machine.
///
/// ```
/// use dergwasm_host::{Error, ExternRef, Machine, RefType, Table, TableType, Val};
///
/// let mut machine = Machine::new(());
/// let ty = TableType::new(RefType::EXTERN, 2, None);
/// let table = Table::new(&mut machine, ty, Val::ExternRef(None))?;
/// let value = ExternRef::new(&mut machine, 7)?;
/// table.set(&mut machine, 1, Val::from(value))?;
/// assert!(table.get(&mut machine, 1)?.externref().is_some());
/// assert!(table.get(&mut machine, 2).is_err());
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Table(Marked<TableAddr>);

handle!(Table, TableAddr, "table", tables, TableInst);

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
        let mut machine = machine.as_machine_mut();
        let (mut core, mut host) = machine.split();
        let ty = core.resolve_type(&ty.into())?;
        let init = reference(init, ty.element, &core)?;
        let addr = core.alloc_table(&mut host, ty, init)?;
        Ok(Self::new_in(addr, &core))
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
        let addr = self.addr_in(&core)?;
        let instance = core.table_mut(addr).ok_or_else(|| gone(addr))?;
        Ok(change(instance, bits)?)
    }

    /// The type; its minimum is the present size.
    ///
    /// # Errors
    /// The table is not of this machine.
    pub fn ty(&self, machine: impl AsMachine) -> Result<TableType, Error> {
        Ok(self.instance(machine.as_machine().core)?.ty())
    }

    /// The size in elements.
    ///
    /// # Errors
    /// The table is not of this machine.
    pub fn size(&self, machine: impl AsMachine) -> Result<u64, Error> {
        self.instance(machine.as_machine().core).map(TableInst::size)
    }

    /// The reference at `index`.
    ///
    /// # Errors
    /// The table ends before, holds references that cannot leave the machine, or is not of this
    /// machine.
    pub fn get(&self, mut machine: impl AsMachineMut, index: u64) -> Result<Val, Error> {
        let mut core = machine.as_machine_mut().core;
        let table = self.instance(&core)?;
        let (value, ty) = (Value::from_bits(table.get(index)?), table.ty().element);
        Val::from_value(value, ValType::Ref(ty), &mut core)
    }

    /// Sets the reference at `index`.
    ///
    /// # Errors
    /// The table ends before or is not of this machine, or `val` is not of its type or of another
    /// machine.
    pub fn set(&self, machine: impl AsMachineMut, index: u64, val: Val) -> Result<(), Error> {
        self.change(machine, val, |table, bits| table.set(index, bits))
    }

    /// Sets `len` references from `index` on.
    ///
    /// # Errors
    /// The table has not as many elements there or is not of this machine, or `val` is not of its
    /// type or of another machine.
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
    /// The type, the limiter or the system does not allow it, the table is not of this machine, or
    /// `init` is not of the table's type or of another machine.
    pub fn grow(
        &self,
        mut machine: impl AsMachineMut,
        delta: u64,
        init: Val,
    ) -> Result<u64, Error> {
        let mut machine = machine.as_machine_mut();
        let (mut core, mut host) = machine.split();
        let bits = reference(init, self.instance(&core)?.ty().element, &core)?;
        let addr = self.addr_in(&core)?;
        Ok(core.grow_table(&mut host, addr, delta, bits)?)
    }
}

/// The bits of a reference as tables keep them.
fn reference(val: Val, ty: RefType, core: &Core) -> Result<u64, Error> {
    val.into_value(ValType::Ref(ty), core).map(Value::bits)
}
