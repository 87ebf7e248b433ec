//! Globals of a machine.
//!
//! Spec: [Execution › Runtime Structure › Global Instances](https://webassembly.github.io/spec/core/exec/runtime.html#global-instances).

use crate::{
    AsMachine, AsMachineMut, Error, Val,
    as_machine::usage,
    marked::{Marked, gone, handle},
};
use dergwasm_store::{GlobalAddr, GlobalInst};
use dergwasm_types::{Closed, GlobalType};

/// A global of a machine.
///
/// ```
/// use dergwasm_host::{Error, Global, GlobalType, Machine, Val, ValType};
///
/// let mut machine = Machine::new(());
/// let ty = GlobalType { content: ValType::I64, mutable: true };
/// let global = Global::new(&mut machine, ty, Val::I64(1))?;
/// global.set(&mut machine, Val::I64(2))?;
/// assert_eq!(global.get(&mut machine)?, Val::I64(2));
/// assert!(global.set(&mut machine, Val::I32(3)).is_err());
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Global(Marked<GlobalAddr>);

handle!(Global, GlobalAddr, "global", globals, GlobalInst);

impl Global {
    /// Allocates a global.
    ///
    /// # Errors
    /// `val` is not of its type, or the store refuses another global.
    pub fn new(
        mut machine: impl AsMachineMut,
        ty: impl Into<Closed<GlobalType>>,
        val: Val,
    ) -> Result<Self, Error> {
        let mut machine = machine.as_machine_mut();
        let (mut core, mut host) = machine.split();
        let ty = core.resolve_type(&ty.into())?;
        let value = val.into_value(ty.content, &core)?;
        let addr = core.alloc_global(&mut host, ty, value)?;
        Ok(Self::new_in(addr, &core))
    }

    /// The type.
    ///
    /// # Errors
    /// The global is not of this machine.
    pub fn ty(&self, machine: impl AsMachine) -> Result<GlobalType, Error> {
        Ok(self.instance(machine.as_machine().core)?.ty())
    }

    /// The value.
    ///
    /// # Errors
    /// The global is not of this machine.
    pub fn get(&self, mut machine: impl AsMachineMut) -> Result<Val, Error> {
        let mut core = machine.as_machine_mut().core;
        let global = self.instance(&core)?;
        let (value, ty) = (global.get(), global.ty().content);
        Val::from_value(value, ty, &mut core)
    }

    /// Sets the value.
    ///
    /// # Errors
    /// The global is immutable, of another type, or not of this machine.
    pub fn set(&self, mut machine: impl AsMachineMut, val: Val) -> Result<(), Error> {
        let mut core = machine.as_machine_mut().core;
        let ty = self.instance(&core)?.ty();
        if !ty.mutable {
            return Err(usage("an immutable global cannot be set"));
        }
        let value = val.into_value(ty.content, &core)?;
        let addr = self.addr_in(&core)?;
        core.global_mut(addr).ok_or_else(|| gone(addr))?.set(value);
        Ok(())
    }
}
