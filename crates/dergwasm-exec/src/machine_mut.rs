//! A machine lent to whoever may use it but not replace it: the host functions it calls.

use crate::{Error, Host, InterruptHandle, Machine, Module, Outcome, PausedRun, RootId, Supply};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::Any;
use core::ops::Deref;
use dergwasm_store::{
    ExternVal, FuncAddr, GcRef, GlobalAddr, GlobalInst, Hold, HostFuncId, InstanceAddr, MemAddr,
    MemInst, ObjectHeader, StoreError, TableAddr, TableInst, TagAddr, TypeId,
};
use dergwasm_types::{Closed, FuncType, GlobalType, MemoryType, Open, SubType, TableType, Value};

/// A machine that is lent for running and changing it.
///
/// It does what a `&mut Machine` does, but the machine stays in its place. That is what
/// [`Host::call`] needs: WebAssembly is running then, and the machine whose code runs must not be
/// exchanged for another. Reading goes through [`Deref`].
///
/// ```
/// use dergwasm_exec::{Error, Host, HostCall, MachineMut};
///
/// /// Gives whoever calls a million units of fuel.
/// struct Refuel;
///
/// impl Host for Refuel {
///     fn call(&mut self, mut machine: MachineMut<'_>, _: HostCall<'_>) -> Result<(), Error> {
///         match machine.fuel() {
///             Some(left) => machine.set_fuel(left.saturating_add(1_000_000)),
///             None => Ok(()),
///         }
///     }
/// }
/// ```
///
/// There is no way from it to a `&mut Machine`:
///
/// ```compile_fail,E0596
/// use dergwasm_exec::{Config, Error, Host, HostCall, Machine, MachineMut};
///
/// struct Swap;
///
/// impl Host for Swap {
///     fn call(&mut self, mut machine: MachineMut<'_>, _: HostCall<'_>) -> Result<(), Error> {
///         let running: &mut Machine = &mut *machine;
///         std::mem::swap(running, &mut Machine::new(&Config::default()));
///         Ok(())
///     }
/// }
/// ```
///
/// and it cannot be kept when the call is over:
///
/// ```compile_fail
/// use dergwasm_exec::{Error, Host, HostCall, MachineMut};
///
/// struct Keep<'a>(Option<MachineMut<'a>>);
///
/// impl Host for Keep<'_> {
///     fn call(&mut self, machine: MachineMut<'_>, _: HostCall<'_>) -> Result<(), Error> {
///         self.0 = Some(machine);
///         Ok(())
///     }
/// }
/// ```
#[derive(Debug)]
pub struct MachineMut<'a>(&'a mut Machine);

impl Machine {
    /// Lends the machine.
    #[inline]
    pub fn as_mut(&mut self) -> MachineMut<'_> {
        MachineMut(self)
    }
}

impl Deref for MachineMut<'_> {
    type Target = Machine;

    #[inline]
    fn deref(&self) -> &Machine {
        self.0
    }
}

impl<'a> MachineMut<'a> {
    /// Lends the machine on, for a shorter time.
    #[inline]
    pub fn reborrow(&mut self) -> MachineMut<'_> {
        MachineMut(self.0)
    }

    /// [`Machine::memory_mut`] for as long as the machine is lent.
    #[inline]
    #[must_use]
    pub fn into_memory_mut(self, memory: MemAddr) -> Option<&'a mut MemInst> {
        self.0.memory_mut(memory)
    }

    /// [`Machine::extern_value_mut`] for as long as the machine is lent.
    #[inline]
    #[must_use]
    pub fn into_extern_value_mut(self, word: u64) -> Option<&'a mut (dyn Any + Send + Sync)> {
        self.0.extern_value_mut(word)
    }

    /// [`Machine::resolve_type`].
    ///
    /// # Errors
    /// The machine's method says which.
    pub fn resolve_type<T: Open>(&mut self, ty: &Closed<T>) -> Result<T, Error> {
        self.0.resolve_type(ty)
    }
}

macro_rules! methods {
    ($(
        $(#[$attribute:meta])*
        fn $name:ident($($arg:ident: $Arg:ty),* $(,)?) $(-> $Result:ty)?;
    )*) => {
        /// What changes the machine.
        impl MachineMut<'_> { $(
            #[doc = concat!("[`Machine::", stringify!($name), "`].")]
            $(#[$attribute])*
            #[inline]
            pub fn $name(&mut self, $($arg: $Arg),*) $(-> $Result)? {
                self.0.$name($($arg),*)
            }
        )* }
    };
}

// Each row becomes a method that calls the machine's of the same name.
methods! {
    ///
    /// # Errors
    /// The machine's method says which.
    fn invoke(host: &mut dyn Host, func: FuncAddr, values: &mut [Value]) -> Result<(), Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn invoke_resumable(
        host: &mut dyn Host,
        func: FuncAddr,
        values: &mut [Value],
    ) -> Result<Outcome, Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn resume(
        host: &mut dyn Host,
        paused: PausedRun,
        values: &mut [Value],
    ) -> Result<Outcome, Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn instantiate(
        host: &mut dyn Host,
        module: &Module,
        imports: &[ExternVal],
    ) -> Result<InstanceAddr, Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn instantiate_supplied(
        host: &mut dyn Host,
        module: &Module,
        imports: &[Supply],
    ) -> Result<InstanceAddr, Error>;
    fn intern_func_type(ty: &FuncType) -> TypeId;
    ///
    /// # Errors
    /// The machine's method says which.
    fn alloc_host_func(ty: &FuncType, id: HostFuncId) -> Result<FuncAddr, Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn alloc_memory(host: &mut dyn Host, ty: MemoryType) -> Result<MemAddr, StoreError>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn alloc_table(host: &mut dyn Host, ty: TableType, init: u64) -> Result<TableAddr, StoreError>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn alloc_global(host: &mut dyn Host, ty: GlobalType, value: Value) -> Result<GlobalAddr, StoreError>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn alloc_tag(ty: &FuncType) -> Result<TagAddr, StoreError>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn alloc_tag_of(ty: TypeId) -> Result<TagAddr, Error>;
    #[must_use]
    fn memory_mut(memory: MemAddr) -> Option<&mut MemInst>;
    #[must_use]
    fn table_mut(table: TableAddr) -> Option<&mut TableInst>;
    #[must_use]
    fn global_mut(global: GlobalAddr) -> Option<&mut GlobalInst>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn grow_memory(host: &mut dyn Host, memory: MemAddr, delta: u64) -> Result<u64, StoreError>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn grow_table(host: &mut dyn Host, table: TableAddr, delta: u64, init: u64) -> Result<u64, StoreError>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn set_fuel(fuel: u64) -> Result<(), Error>;
    #[must_use]
    fn interrupt_handle_for_run() -> InterruptHandle;
    fn root(word: u64) -> RootId;
    fn leave_root_scope(scope: usize);
    fn gc();
    fn hold(references: Vec<u64>) -> Hold;
    ///
    /// # Errors
    /// The machine's method says which.
    fn alloc_object(host: &mut dyn Host, header: ObjectHeader, size: u64) -> Result<GcRef, Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn alloc_extern(host: &mut dyn Host, value: Box<dyn Any + Send + Sync>) -> Result<u64, Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn alloc_exception(host: &mut dyn Host, tag: TagAddr, values: &[Value]) -> Result<u64, Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn resolve_func_type(ty: &Closed<FuncType>) -> Result<TypeId, Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn define_type(ty: &SubType) -> Result<TypeId, Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn define_types(group: &[SubType], known: &[TypeId]) -> Result<TypeId, Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn alloc_struct(host: &mut dyn Host, ty: TypeId, fields: &[Value]) -> Result<u64, Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn set_struct_field(structure: u64, index: usize, value: Value) -> Result<(), Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn alloc_array(host: &mut dyn Host, ty: TypeId, len: u32) -> Result<u64, Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn array_set(array: u64, index: u32, len: u32, value: Value) -> Result<(), Error>;
    ///
    /// # Errors
    /// The machine's method says which.
    fn array_write(array: u64, index: u32, bytes: &[u8]) -> Result<(), Error>;
    #[must_use]
    fn throw(exception: u64) -> Error;
    ///
    /// # Errors
    /// The machine's method says which.
    fn alloc_host_func_of(ty: TypeId, id: HostFuncId) -> Result<FuncAddr, Error>;
    fn take_progress() -> Option<u64>;
    /// # Errors
    /// The machine's method says which.
    fn consume_fuel(fuel: u64) -> Result<(), Error>;
    /// # Errors
    /// The machine's method says which.
    fn consume_fuel_for_bytes(bytes: u64) -> Result<(), Error>;
    /// # Errors
    /// The machine's method says which.
    fn set_host_func_fuel(func: FuncAddr, fuel: u32) -> Result<(), Error>;
}
