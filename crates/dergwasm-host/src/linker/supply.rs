//! What the imports of an instance are to be, of which some are made for it.

use super::{Definition, Linker};
use crate::{Error, MachineMut, host_func::HostFunc, instance::wrong_import};
use alloc::{collections::BTreeMap, sync::Arc, vec::Vec};
use dergwasm_decode::Import;
use dergwasm_exec::{Module, Supply};
use dergwasm_store::TypeId;

/// A machine that gets host functions for an instance. If they are taken back with it, nothing can call
/// them, and they are forgotten: also if a limiter panics.
pub(super) struct Adding<'m, 'a, T> {
    pub(super) machine: &'m mut MachineMut<'a, T>,
    /// How many functions there were, the host's and all.
    added: usize,
    funcs: usize,
}

impl<'m, 'a, T> Adding<'m, 'a, T> {
    pub(super) fn new(machine: &'m mut MachineMut<'a, T>) -> Self {
        let (added, funcs) = (machine.state.added.len(), machine.core.store().funcs().len());
        Self { machine, added, funcs }
    }
}

impl<T> Drop for Adding<'_, '_, T> {
    fn drop(&mut self) {
        if self.machine.core.store().funcs().len() == self.funcs {
            self.machine.state.added.truncate(self.added);
        }
    }
}

impl<T> Linker<T> {
    /// What the imports of a module are to be.
    pub(super) fn supplies(
        &self,
        machine: &mut MachineMut<'_, T>,
        module: &Module,
    ) -> Result<Vec<Supply>, Error> {
        let wanted = module.decoded().imports();
        let mut supplies = Vec::with_capacity(wanted.len());
        // A name that is imported twice means the same, also where each instance gets a new one.
        let mut fresh = BTreeMap::new();
        for (i, Import { module: from, name, .. }) in wanted.iter().enumerate() {
            let Some(definition) = self.lookup(from, name) else { continue };
            supplies.push(match definition {
                Definition::Extern(item) => {
                    let item = item.val_in(&machine.core);
                    Supply::Extern(item.map_err(|error| wrong_import(module, i, &error))?)
                }
                Definition::Fresh(it) => match fresh.get(&(from, name)) {
                    Some(&place) => Supply::Same(place),
                    None => {
                        fresh.insert((from, name), i);
                        it.supply(machine)?
                    }
                },
                Definition::Func(ty, func) => {
                    let ty = machine.core.intern_func_type(ty);
                    self.supply_func(machine, (from, name), ty, Arc::clone(func))?
                }
                Definition::Closed(ty, make) => {
                    let ty = machine.core.resolve_func_type(ty)?;
                    let func = make(machine.core.store().func_type(ty));
                    self.supply_func(machine, (from, name), ty, func)?
                }
                Definition::ClosedRaw(ty, func) => {
                    let ty = machine.core.resolve_func_type(ty)?;
                    self.supply_func(machine, (from, name), ty, Arc::clone(func))?
                }
            });
        }
        Ok(supplies)
    }

    fn supply_func(
        &self,
        machine: &mut MachineMut<'_, T>,
        (module, name): (&str, &str),
        ty: TypeId,
        func: HostFunc<T>,
    ) -> Result<Supply, Error> {
        let id = machine.next_func()?;
        machine.state.added.push(func);
        Ok(Supply::Func { ty, id, fuel: self.fuel_of(module, name).unwrap_or(0) })
    }
}
