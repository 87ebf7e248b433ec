//! What handles work on: a machine, or whatever can lend one.
//!
//! Knows nothing of what is done with the machine.

use crate::{
    Error, Func, Machine, Val,
    host_func::{HostFunc, Run},
};
use alloc::{boxed::Box, vec::Vec};
use core::fmt;
use dergwasm_exec::{Machine as Core, MachineMut as CoreMut};
use dergwasm_store::{FuncAddr, HostFuncId, ResourceLimiter, TypeId};
use dergwasm_types::{FuncType, Value};

/// The part of a machine that belongs to the embedder.
pub(crate) struct State<T> {
    pub(crate) data: T,
    /// Host functions defined since [`Machine::funcs`] was last lent to a run.
    pub(crate) added: Vec<HostFunc<T>>,
    /// Reused by the host functions that take their arguments as a slice.
    pub(crate) vals: Vec<Val>,
    /// Memory 0 of the main instance.
    pub(crate) heap: Option<crate::Memory>,
    pub(crate) limiter: Limiter<T>,
}

type FindLimiter<T> = dyn (FnMut(&mut T) -> &mut dyn ResourceLimiter) + Send + Sync;

/// Who decides about what is to grow.
pub(crate) enum Limiter<T> {
    /// Nobody.
    None,
    /// A limiter that the machine owns.
    Own(Box<dyn ResourceLimiter + Send + Sync>),
    /// A limiter that is part of the embedder's data.
    InData(Box<FindLimiter<T>>),
}

impl<T> State<T> {
    pub(crate) const fn new(data: T) -> Self {
        Self { data, added: Vec::new(), vals: Vec::new(), heap: None, limiter: Limiter::None }
    }
}

/// A machine that is lent for reading.
///
/// Everything that takes a handle's machine takes `impl AsMachine`: a [`&Machine<T>`](Machine), a
/// [`&Caller<'_, T>`](crate::Caller), or a `MachineRef` itself.
pub struct MachineRef<'a, T> {
    pub(crate) core: &'a Core,
    pub(crate) state: &'a State<T>,
}

impl<'a, T> MachineRef<'a, T> {
    /// The embedder's data.
    #[must_use]
    pub fn data(&self) -> &'a T {
        &self.state.data
    }

    /// The machine without its host.
    #[must_use]
    pub fn core(&self) -> &'a Core {
        self.core
    }
}

impl<T> Clone for MachineRef<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for MachineRef<'_, T> {}

impl<T> fmt::Debug for MachineRef<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MachineRef").finish_non_exhaustive()
    }
}

/// A machine that is lent for running and changing it.
///
/// Everything that takes a handle's machine takes `impl AsMachineMut`: a
/// [`&mut Machine<T>`](Machine), a [`&mut Caller<'_, T>`](crate::Caller), or a `MachineMut` itself.
pub struct MachineMut<'a, T> {
    pub(crate) core: CoreMut<'a>,
    pub(crate) funcs: &'a [HostFunc<T>],
    pub(crate) state: &'a mut State<T>,
}

impl<T> MachineMut<'_, T> {
    /// The embedder's data.
    #[must_use]
    pub fn data(&self) -> &T {
        &self.state.data
    }

    /// The embedder's data, to change it.
    pub fn data_mut(&mut self) -> &mut T {
        &mut self.state.data
    }

    /// The machine without its host.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// Drops the objects and host values that nothing leads to any more.
    pub fn gc(&mut self) {
        self.core.gc();
    }

    pub(crate) fn reborrow(&mut self) -> MachineMut<'_, T> {
        MachineMut { core: self.core.reborrow(), funcs: self.funcs, state: self.state }
    }

    /// Lends the machine without its host, and the host beside it.
    pub(crate) fn split(&mut self) -> (CoreMut<'_>, Run<'_, T>) {
        (self.core.reborrow(), Run { funcs: self.funcs, state: self.state })
    }

    /// Runs a function; `values` are its arguments and then its results.
    pub(crate) fn invoke(&mut self, func: FuncAddr, values: &mut [Value]) -> Result<(), Error> {
        let (mut core, mut run) = self.split();
        core.invoke(&mut run, func, values)
    }

    /// Makes a host function known to the machine.
    pub(crate) fn add_func(&mut self, ty: &FuncType, func: HostFunc<T>) -> Result<Func, Error> {
        let id = self.next_func()?;
        let address = self.core.alloc_host_func(ty, id)?;
        self.state.added.push(func);
        Ok(Func::new_in(address, &self.core))
    }

    /// Makes a host function of a type that the machine has known to the machine.
    pub(crate) fn add_func_of(&mut self, ty: TypeId, func: HostFunc<T>) -> Result<Func, Error> {
        let id = self.next_func()?;
        let address = self.core.alloc_host_func_of(ty, id)?;
        self.state.added.push(func);
        Ok(Func::new_in(address, &self.core))
    }

    /// How the next host function will be known.
    pub(crate) fn next_func(&self) -> Result<HostFuncId, Error> {
        let id = u32::try_from(self.funcs.len() + self.state.added.len());
        id.map(HostFuncId).map_err(|_| usage("a machine holds at most 2^32 host functions"))
    }
}

impl<T> fmt::Debug for MachineMut<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MachineMut").finish_non_exhaustive()
    }
}

/// An error for an embedder who used the interface wrongly.
#[cold]
pub(crate) fn usage(message: impl Into<alloc::string::String>) -> Error {
    dergwasm_exec::ErrorKind::Usage(message.into()).into()
}

/// Whatever can lend a machine for reading.
pub trait AsMachine {
    /// The embedder's data in the machine.
    type Data;

    /// Lends the machine.
    fn as_machine(&self) -> MachineRef<'_, Self::Data>;
}

/// Whatever can lend a machine for running and changing it.
pub trait AsMachineMut: AsMachine {
    /// Lends the machine.
    fn as_machine_mut(&mut self) -> MachineMut<'_, Self::Data>;
}

impl<M: AsMachine + ?Sized> AsMachine for &M {
    type Data = M::Data;

    fn as_machine(&self) -> MachineRef<'_, M::Data> {
        (**self).as_machine()
    }
}

impl<M: AsMachine + ?Sized> AsMachine for &mut M {
    type Data = M::Data;

    fn as_machine(&self) -> MachineRef<'_, M::Data> {
        (**self).as_machine()
    }
}

impl<M: AsMachineMut + ?Sized> AsMachineMut for &mut M {
    fn as_machine_mut(&mut self) -> MachineMut<'_, M::Data> {
        (**self).as_machine_mut()
    }
}

impl<T> AsMachine for MachineRef<'_, T> {
    type Data = T;

    fn as_machine(&self) -> MachineRef<'_, T> {
        *self
    }
}

impl<T> AsMachine for MachineMut<'_, T> {
    type Data = T;

    fn as_machine(&self) -> MachineRef<'_, T> {
        MachineRef { core: &self.core, state: self.state }
    }
}

impl<T> AsMachineMut for MachineMut<'_, T> {
    fn as_machine_mut(&mut self) -> MachineMut<'_, T> {
        self.reborrow()
    }
}

impl<T> AsMachine for Machine<T> {
    type Data = T;

    fn as_machine(&self) -> MachineRef<'_, T> {
        MachineRef { core: &self.core, state: &self.state }
    }
}

impl<T> AsMachineMut for Machine<T> {
    fn as_machine_mut(&mut self) -> MachineMut<'_, T> {
        if !self.state.added.is_empty() {
            self.funcs.append(&mut self.state.added);
        }
        MachineMut { core: self.core.as_mut(), funcs: &self.funcs, state: &mut self.state }
    }
}
