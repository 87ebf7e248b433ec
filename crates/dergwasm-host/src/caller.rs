//! What a host function sees of the machine that calls it.

use crate::{
    AsMachine, AsMachineMut, Error, Extern, Instance, InterruptHandle, MachineMut, MachineRef,
    Memory, as_machine::usage,
};
use core::fmt;
use dergwasm_exec::Machine as Core;
use dergwasm_store::{HeapStats, InstanceAddr};

/// The machine that calls a host function, and the instance that does.
///
/// A host function that wants it takes it as its first parameter. It is used like the machine
/// itself: handles take `&mut caller`, also to call back into WebAssembly.
///
/// ```
/// use dergwasm_host::{Caller, Error, Func, Machine};
///
/// let mut machine = Machine::new(0_u32);
/// let count = Func::wrap(&mut machine, |mut caller: Caller<'_, u32>, step: u32| {
///     *caller.data_mut() += step;
///     *caller.data()
/// })?;
/// let count = count.typed::<u32, u32>(&machine)?;
/// assert_eq!(count.call(&mut machine, 3)?, 3);
/// assert_eq!(count.call(&mut machine, 4)?, 7);
/// # Ok::<(), Error>(())
/// ```
pub struct Caller<'a, T> {
    machine: MachineMut<'a, T>,
    instance: Option<InstanceAddr>,
}

impl<'a, T> Caller<'a, T> {
    pub(crate) fn new(machine: MachineMut<'a, T>, instance: Option<InstanceAddr>) -> Self {
        Self { machine, instance }
    }

    pub(crate) fn reborrow(&mut self) -> Caller<'_, T> {
        Caller { machine: self.machine.reborrow(), instance: self.instance }
    }

    pub(crate) fn machine(&mut self) -> &mut MachineMut<'a, T> {
        &mut self.machine
    }

    /// The embedder's data.
    #[must_use]
    pub fn data(&self) -> &T {
        self.machine.data()
    }

    /// The embedder's data, to change it.
    pub fn data_mut(&mut self) -> &mut T {
        self.machine.data_mut()
    }

    /// The machine without its host.
    #[must_use]
    pub fn core(&self) -> &Core {
        self.machine.core()
    }

    /// The fuel that is left, or `None` when the configuration does not consume fuel.
    #[must_use]
    pub fn fuel(&self) -> Option<u64> {
        self.core().fuel()
    }

    /// Sets how much fuel is left.
    ///
    /// # Errors
    /// The configuration does not [consume fuel](dergwasm_exec::Config::consume_fuel).
    pub fn set_fuel(&mut self, fuel: u64) -> Result<(), Error> {
        self.machine.core.set_fuel(fuel)
    }

    /// Consumes fuel for what the function does; nothing if the configuration does not
    /// [consume fuel](dergwasm_exec::Config::consume_fuel).
    ///
    /// ```
    /// use dergwasm_host::{Caller, Error, Linker};
    ///
    /// let mut linker = Linker::<()>::new();
    /// linker.func_wrap("crypto", "hash", |mut caller: Caller<'_, ()>, address: u32, len: u32| {
    ///     // First of all: a call that is paused here is repeated later.
    ///     caller.consume_fuel(100 + u64::from(len) / 8)?;
    ///     Ok::<u32, Error>(address)
    /// })?;
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// There is not enough; then none is consumed. A function that returns this error, having done
    /// nothing yet, pauses a resumable call: the function is called again when the call is resumed,
    /// with the same arguments. So a function pays first of all.
    pub fn consume_fuel(&mut self, fuel: u64) -> Result<(), Error> {
        self.machine.core.consume_fuel(fuel)
    }

    /// Consumes what copying, filling or making so many bytes costs.
    ///
    /// # Errors
    /// As [`consume_fuel`](Self::consume_fuel).
    pub fn consume_fuel_for_bytes(&mut self, bytes: u64) -> Result<(), Error> {
        self.machine.core.consume_fuel_for_bytes(bytes)
    }

    /// A handle with which another thread stops the run that the caller is part of, and no other;
    /// see [`InterruptHandle`].
    #[must_use]
    pub fn interrupt_handle_for_run(&mut self) -> InterruptHandle {
        self.machine.core.interrupt_handle_for_run()
    }

    /// What this call left when an interrupt ended its wait, if it is repeated because the run was
    /// resumed; see [`Error::interrupted`]. Only once.
    ///
    /// A function that waits takes it first of all.
    pub fn take_progress(&mut self) -> Option<u64> {
        self.machine.core.take_progress()
    }

    /// Drops the objects and host values that nothing leads to any more.
    pub fn gc(&mut self) {
        self.machine.core.gc();
    }

    /// What the heap of objects has done.
    #[must_use]
    pub fn heap_stats(&self) -> HeapStats {
        self.core().heap_stats()
    }

    /// The instance that calls, or `None` when the embedder calls the host function itself.
    #[must_use]
    pub fn instance(&self) -> Option<Instance> {
        self.instance.map(|addr| Instance::new_in(addr, self.core()))
    }

    /// What the calling instance exports under a name.
    #[must_use]
    pub fn get_export(&self, name: &str) -> Option<Extern> {
        self.instance()?.get_export(self, name)
    }

    /// Memory 0 of the calling instance, or of the main instance when the embedder calls.
    ///
    /// # Errors
    /// There is no such memory.
    pub fn heap(&self) -> Result<Memory, Error> {
        let memory = match self.instance() {
            Some(instance) => instance.memory_zero(self),
            None => self.machine.state.heap,
        };
        memory.ok_or_else(|| usage("the caller of this host function has no memory"))
    }
}

impl<T> AsMachine for Caller<'_, T> {
    type Data = T;

    fn as_machine(&self) -> MachineRef<'_, T> {
        self.machine.as_machine()
    }
}

impl<T> AsMachineMut for Caller<'_, T> {
    fn as_machine_mut(&mut self) -> MachineMut<'_, T> {
        self.machine.reborrow()
    }
}

impl<T> fmt::Debug for Caller<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Caller").field("instance", &self.instance).finish_non_exhaustive()
    }
}
