//! Host functions as a machine keeps them, and the run that calls them.
//!
//! Knows nothing of the types of arguments: [`crate::IntoFunc`] reads and writes them.

use crate::{
    Caller, Error,
    as_machine::{Limiter, MachineMut, State, usage},
};
use alloc::{format, sync::Arc};
use dergwasm_exec::{Host, HostCall, MachineMut as CoreMut};
use dergwasm_store::ResourceLimiter;
use dergwasm_types::Value;

/// A host function: arguments in the slice, results over them.
///
/// Shared, because a linker gives the same function to many machines.
pub(crate) type HostFunc<T> =
    Arc<dyn Fn(Caller<'_, T>, &mut [Value]) -> Result<(), Error> + Send + Sync>;

/// The host while a machine runs.
///
/// The list of functions is borrowed for the whole run, so that calling one costs no counting of
/// references. Functions defined meanwhile are in the state; see [`Run::call_added`].
pub(crate) struct Run<'a, T> {
    pub(crate) funcs: &'a [HostFunc<T>],
    pub(crate) state: &'a mut State<T>,
}

/// The time of a call: handles that the function got or made end with it, also if it panics.
struct CallScope<'a> {
    core: CoreMut<'a>,
    roots: usize,
}

impl<'a> CallScope<'a> {
    #[inline]
    fn new(core: CoreMut<'a>) -> Self {
        let roots = core.root_scope();
        Self { core, roots }
    }
}

impl Drop for CallScope<'_> {
    #[inline]
    fn drop(&mut self) {
        self.core.leave_root_scope(self.roots);
    }
}

impl<T> Host for Run<'_, T> {
    fn call(&mut self, core: CoreMut<'_>, call: HostCall<'_>) -> Result<(), Error> {
        let mut scope = CallScope::new(core);
        let core = scope.core.reborrow();
        match self.funcs.get(call.id.0 as usize) {
            Some(func) => {
                let machine = MachineMut { core, funcs: self.funcs, state: self.state };
                func(Caller::new(machine, call.caller), call.values)
            }
            None => self.call_added(core, call),
        }
    }

    fn limiter(&mut self) -> Option<&mut dyn ResourceLimiter> {
        match &mut self.state.limiter {
            Limiter::None => None,
            Limiter::Own(limiter) => Some(&mut **limiter),
            Limiter::InData(find) => Some(find(&mut self.state.data)),
        }
    }
}

impl<T> Run<'_, T> {
    /// Calls a function that was defined during this run.
    #[cold]
    fn call_added(&mut self, core: CoreMut<'_>, call: HostCall<'_>) -> Result<(), Error> {
        let added = (call.id.0 as usize).checked_sub(self.funcs.len());
        let func = added.and_then(|index| self.state.added.get(index)).cloned();
        let func =
            func.ok_or_else(|| usage(format!("host function {} is not defined", call.id.0)))?;
        let machine = MachineMut { core, funcs: self.funcs, state: self.state };
        func(Caller::new(machine, call.caller), call.values)
    }
}
