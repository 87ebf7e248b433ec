//! The machine with its host: what an embedder holds.

use crate::{
    Error, Memory,
    as_machine::{Limiter, State, usage},
    host_func::HostFunc,
};
use alloc::{boxed::Box, vec::Vec};
use core::fmt;
use dergwasm_exec::{Config, InterruptHandle, Machine as Core};
use dergwasm_store::{HeapStats, ResourceLimiter};

/// A machine: the store, the stack, and the embedder's data `T`. Runs one thread of WebAssembly.
///
/// Everything lives as long as the machine: instances, functions, memories. The handles to them
/// ([`Instance`](crate::Instance), [`Func`](crate::Func), [`Memory`], …) are small and `Copy`. Every
/// use of one names the machine, and it is an error if that is not the one it was made in.
///
/// ```
/// use dergwasm_host::{Instance, Linker, Machine, Module};
///
/// # let wasm = wat::parse_str(r#"(module (memory (export "memory") 1))"#)?;
/// let module = Module::new(&wasm)?;
/// let mut machine = Machine::new(());
/// Linker::new().instantiate(&mut machine, &module)?;
/// machine.heap()?.write(&mut machine, 8, b"hello")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Machine<T> {
    pub(crate) core: Core,
    /// The host functions by their id, except those in [`State::added`].
    pub(crate) funcs: Vec<HostFunc<T>>,
    pub(crate) state: State<T>,
}

impl<T> Machine<T> {
    /// An empty machine with the default configuration.
    pub fn new(data: T) -> Self {
        Self::with_config(&Config::default(), data)
    }

    /// An empty machine.
    pub fn with_config(config: &Config, data: T) -> Self {
        Self { core: Core::new(config), funcs: Vec::new(), state: State::new(data) }
    }

    /// The embedder's data.
    #[must_use]
    pub fn data(&self) -> &T {
        &self.state.data
    }

    /// The embedder's data, to change it.
    pub fn data_mut(&mut self) -> &mut T {
        &mut self.state.data
    }

    /// Drops the machine and keeps the embedder's data.
    #[must_use]
    pub fn into_data(self) -> T {
        self.state.data
    }

    /// The machine without its host: its store and everything in it.
    #[must_use]
    pub fn core(&self) -> &Core {
        &self.core
    }

    /// The machine without its host, to change it.
    pub fn core_mut(&mut self) -> &mut Core {
        &mut self.core
    }

    /// Memory 0 of the main instance: of the first instance that has a memory.
    ///
    /// # Errors
    /// No instance has a memory yet.
    pub fn heap(&self) -> Result<Memory, Error> {
        self.state.heap.ok_or_else(|| {
            usage("this machine has no heap: instantiate a module that has a memory first")
        })
    }

    /// Lets a limiter that is part of the embedder's data decide how much may be allocated from now
    /// on, within the limits of the [`Config`].
    ///
    /// ```
    /// use dergwasm_host::{Decision, Machine, Memory, MemoryType, ResourceLimiter};
    ///
    /// /// What one tenant may use.
    /// struct Tenant {
    ///     pages: u64,
    /// }
    ///
    /// impl ResourceLimiter for Tenant {
    ///     fn memory_growing(&mut self, current: u64, desired: u64, _: Option<u64>) -> Decision {
    ///         match self.pages.checked_sub((desired - current) >> 16) {
    ///             Some(left) => {
    ///                 self.pages = left;
    ///                 Decision::Allow
    ///             }
    ///             None => Decision::Trap,
    ///         }
    ///     }
    ///
    ///     fn table_growing(&mut self, _: u64, desired: u64, _: Option<u64>) -> Decision {
    ///         (desired <= 1000).into()
    ///     }
    /// }
    ///
    /// let mut machine = Machine::new(Tenant { pages: 3 });
    /// machine.limiter(|tenant| tenant);
    /// let memory = Memory::new(&mut machine, MemoryType::new(2, None))?;
    /// assert_eq!(machine.data().pages, 1);
    /// assert!(memory.grow(&mut machine, 2).is_err());
    /// # Ok::<(), dergwasm_host::Error>(())
    /// ```
    pub fn limiter(
        &mut self,
        limiter: impl (FnMut(&mut T) -> &mut dyn ResourceLimiter) + Send + Sync + 'static,
    ) {
        self.state.limiter = Limiter::InData(Box::new(limiter));
    }

    /// Lets `limiter` decide how much may be allocated from now on, within the limits of the
    /// [`Config`].
    pub fn set_limiter(&mut self, limiter: impl ResourceLimiter + Send + Sync + 'static) {
        self.state.limiter = Limiter::Own(Box::new(limiter));
    }

    /// The fuel that is left, or `None` when the configuration does not consume fuel.
    #[must_use]
    pub fn fuel(&self) -> Option<u64> {
        self.core.fuel()
    }

    /// Sets how much fuel is left.
    ///
    /// # Errors
    /// The configuration does not [consume fuel](Config::consume_fuel).
    pub fn set_fuel(&mut self, fuel: u64) -> Result<(), Error> {
        self.core.set_fuel(fuel)
    }

    /// Drops the objects and host values that nothing leads to any more.
    ///
    /// Collections come by themselves; this one comes now.
    pub fn gc(&mut self) {
        self.core.gc();
    }

    /// What the heap of objects has done.
    #[must_use]
    pub fn heap_stats(&self) -> HeapStats {
        self.core.heap_stats()
    }

    /// A handle with which another thread stops whatever the machine is running then.
    ///
    /// It has an effect only with [`Config::interruptible`].
    #[must_use]
    pub fn interrupt_handle(&self) -> InterruptHandle {
        self.core.interrupt_handle()
    }

    /// A handle with which another thread stops the next run and no other: for a time limit.
    ///
    /// It has an effect only with [`Config::interruptible`].
    ///
    /// ```
    /// use dergwasm_host::{Config, Instance, Machine, Module, Trap};
    /// use std::{thread, time::Duration};
    ///
    /// # let wasm = wat::parse_str(
    /// #     r#"(module (func (export "spin") (loop (br 0))))"#,
    /// # )?;
    /// let module = Module::new(&wasm)?;
    /// let mut machine = Machine::with_config(Config::new().interruptible(true), ());
    /// let instance = Instance::new(&mut machine, &module, &[])?;
    /// let spin = instance.get_typed_func::<(), ()>(&machine, "spin")?;
    ///
    /// let handle = machine.interrupt_handle_for_run();
    /// thread::spawn(move || {
    ///     thread::sleep(Duration::from_millis(10));
    ///     handle.interrupt();
    /// });
    /// let error = spin.call(&mut machine, ()).unwrap_err();
    /// assert_eq!(error.trap(), Some(Trap::Interrupted));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn interrupt_handle_for_run(&mut self) -> InterruptHandle {
        self.core.interrupt_handle_for_run()
    }
}

impl<T: Default> Default for Machine<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for Machine<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Machine").field("data", &self.state.data).finish_non_exhaustive()
    }
}
