//! The machine: a store, a stack, and the code that runs on them.

use crate::continuation::Continuations;
use crate::frames::CodeIndex;
use crate::fuel::CostClass;
use crate::instance::{Callee, Context};
use crate::interrupt::Interrupts;
use crate::lineage::Lineage;
use crate::module::Flavour;
use crate::roots::RootList;
use crate::stack::ValueStack;
use crate::{Config, Error, Host, Module, NoHost};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::ptr::{self, NonNull};
use dergwasm_store::{
    ExternVal, FuncAddr, FuncInst, FuncKind, HostFuncId, InstanceAddr, MemoryView, ModuleInst,
    Resource, Store, StoreError, TypeId,
};
use dergwasm_types::{ExternKind, FuncType, SubType, TypeList};

/// A machine that runs one thread of WebAssembly.
///
/// It owns the store and the stack; host functions reach it through
/// [`Host::call`].
///
/// ```
/// use dergwasm_exec::{Config, Machine, Module, NoHost};
/// use dergwasm_types::Value;
///
/// let module = Module::new(&wat::parse_str(
///     r#"(module (func (export "double") (param i32) (result i32)
///         (i32.shl (local.get 0) (i32.const 1))))"#,
/// ).unwrap())?;
/// let mut machine = Machine::new(&Config::default());
/// let instance = machine.instantiate(&mut NoHost, &module, &[])?;
/// let double = machine.export_func(instance, "double").unwrap();
/// let mut values = [Value::from(21)];
/// machine.invoke(&mut NoHost, double, &mut values)?;
/// assert_eq!(values[0].as_i32(), 42);
/// # Ok::<(), dergwasm_exec::Error>(())
/// ```
#[derive(Debug)]
pub struct Machine {
    pub(crate) store: Store,
    pub(crate) config: Config,
    pub(crate) flavour: Flavour,
    pub(crate) instances: Vec<InstanceData>,
    pub(crate) callees: Vec<Callee>,
    /// What the types that were used last are in the store.
    pub(crate) last_types: Option<(Arc<TypeList>, Arc<[TypeId]>)>,
    /// From the first invocation on.
    pub(crate) code_index: CodeIndex,
    pub(crate) continuations: Continuations,
    /// While it runs, and without the feature `std` also afterwards.
    pub(crate) stack: Option<ValueStack>,
    /// How large the stack is to be.
    pub(crate) stack_bytes: usize,
    pub(crate) context: NonNull<Context>,
    /// Which handles and paused runs are its own.
    pub(crate) lineage: Lineage,
    /// How many host functions run that were invoked by the embedder or by another one, not by
    /// code.
    pub(crate) host_calls: usize,
    /// How many bytes of work the instantiation that is going on has done.
    pub(crate) instantiating: u64,
    /// The references the embedder holds.
    pub(crate) root_list: RootList,
    pub(crate) interrupts: Interrupts,
    /// The memory of instances that have none.
    no_memory: NonNull<NoMemory>,
}

/// What the machine knows of an instance besides the store.
#[derive(Debug)]
pub(crate) struct InstanceData {
    pub(crate) module: Module,
    /// The module's types in the store, by index.
    pub(crate) types: Arc<[TypeId]>,
}

/// A memory of length 0, laid out as INV-MEM demands.
#[repr(C)]
#[derive(Debug)]
struct NoMemory {
    view: MemoryView,
    len: u64,
    data: [u64; 1],
}

// SAFETY: all pointers in a machine lead to memory it owns alone, or to code that threads share
// and that changes only atomically; hosts and their errors are `Send` by their types.
unsafe impl Send for Machine {}
// SAFETY: shared references allow reading only.
unsafe impl Sync for Machine {}

impl Machine {
    /// A machine with an empty store.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let interrupts = Interrupts::default();
        let mut context = Context::new(interrupts.state());
        if config.fuel {
            context.bytes_cost = config.fuel_costs.get(CostClass::Bytes).into();
        }
        let no_memory = Box::new(NoMemory {
            view: MemoryView { base: ptr::null_mut(), len: 0 },
            len: 0,
            data: [0],
        });
        let mut no_memory = NonNull::from(Box::leak(no_memory));
        // SAFETY: just leaked; nobody else refers to it.
        unsafe {
            let memory = no_memory.as_mut();
            memory.view.base = (&raw mut memory.data).cast();
        }
        Self {
            store: new_store(config),
            flavour: Flavour::of(config),
            config: config.clone(),
            instances: Vec::new(),
            callees: Vec::new(),
            last_types: None,
            host_calls: 0,
            instantiating: 0,
            root_list: RootList::default(),
            code_index: CodeIndex::default(),
            continuations: Continuations::default(),
            stack: None,
            stack_bytes: config.stack_bytes(),
            context: NonNull::from(Box::leak(Box::new(context))),
            lineage: Lineage::new(),
            interrupts,
            no_memory,
        }
    }

    /// The memories, globals, functions, tables, tags and segments.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Which handles are its own: whoever keeps addresses of the store marks them with
    /// [`Lineage::mark`], and asks [`Lineage::has`] before using them.
    #[must_use]
    #[inline]
    pub const fn lineage(&self) -> &Lineage {
        &self.lineage
    }

    /// The configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    pub(crate) fn no_memory(&self) -> NonNull<MemoryView> {
        self.no_memory.cast()
    }

    pub(crate) fn context(&self) -> &Context {
        // SAFETY: the context lives as long as the machine, and code that changes it does not run
        // while the machine is borrowed.
        unsafe { self.context.as_ref() }
    }

    pub(crate) fn context_mut(&mut self) -> &mut Context {
        // SAFETY: as for `context`.
        unsafe { self.context.as_mut() }
    }

    /// Runs `f` with the host of the code that runs.
    pub(crate) fn for_code<R>(&mut self, f: impl FnOnce(&mut Self, &mut dyn Host) -> R) -> R {
        match self.context().host {
            // SAFETY: INV-HOST: code runs, so the host is valid and not lent to anyone.
            Some(mut host) => f(self, unsafe { host.as_mut() }),
            None => f(self, &mut NoHost),
        }
    }

    /// Lets other machines use the stack, unless code of this one waits for a host function.
    #[inline]
    pub(crate) fn give_stack_back(&mut self) {
        if cfg!(feature = "std")
            && self.context().activations.is_empty()
            && let Some(stack) = self.stack.take()
        {
            stack.give_back();
        }
    }

    /// Makes a host function.
    ///
    /// # Errors
    /// When there are no addresses left.
    pub fn alloc_host_func(&mut self, ty: &FuncType, id: HostFuncId) -> Result<FuncAddr, Error> {
        let ty = self.intern_func_type(ty);
        self.alloc_host_func_of(ty, id)
    }

    /// The id of a function type in the store, which comes to know it.
    pub fn intern_func_type(&mut self, ty: &FuncType) -> TypeId {
        let id = self.store.intern(ty);
        self.publish_types();
        id
    }

    /// Makes a host function of a type that the store has.
    ///
    /// # Errors
    /// When there are no addresses left, or the store has no such type of functions.
    pub fn alloc_host_func_of(&mut self, ty: TypeId, id: HostFuncId) -> Result<FuncAddr, Error> {
        let func = self.store.get_sub_type(ty.0).and_then(SubType::as_func);
        let func = func.ok_or_else(|| Error::usage("the store has no such type of functions"))?;
        let callee = Callee::new(ty, func, id.0);
        self.reserve_callees(1)?;
        let addr = self.store.alloc_func(FuncInst { ty, kind: FuncKind::Host(id) })?;
        self.push_callee(callee);
        Ok(addr)
    }

    /// Lets code know the types of the store after some were added.
    pub(crate) fn publish_types(&mut self) {
        let rows = self.store.type_rows();
        let (types, count) = (rows.as_ptr(), rows.len());
        let context = self.context_mut();
        (context.types, context.type_count) = (types, count);
    }

    /// Makes sure that there is room for so many functions more.
    pub(crate) fn reserve_callees(&mut self, count: usize) -> Result<(), StoreError> {
        self.callees.try_reserve(count).map_err(|_| StoreError::OutOfMemory {
            kind: "function",
            bytes: (count * size_of::<Callee>()) as u64,
        })
    }

    /// Adds a function for which there is room.
    pub(crate) fn push_callee(&mut self, callee: Callee) {
        self.callees.push(callee);
        let (callees, count) = (self.callees.as_ptr(), self.callees.len());
        let context = self.context_mut();
        (context.callees, context.callee_count) = (callees, count);
    }

    /// Forgets all functions but the first `len`.
    pub(crate) fn truncate_callees(&mut self, len: usize) {
        self.callees.truncate(len);
        self.context_mut().callee_count = len;
    }

    /// The module of an instance.
    #[must_use]
    pub fn instance_module(&self, instance: InstanceAddr) -> Option<&Module> {
        self.instances.get(instance.index()).map(|data| &data.module)
    }

    /// What an instance exports under a name.
    #[must_use]
    pub fn export(&self, instance: InstanceAddr, name: &str) -> Option<ExternVal> {
        let export = self.instance_module(instance)?.decoded().export(name)?;
        self.extern_val(instance, export.kind, export.index)
    }

    /// The function an instance exports under a name.
    #[must_use]
    pub fn export_func(&self, instance: InstanceAddr, name: &str) -> Option<FuncAddr> {
        match self.export(instance, name)? {
            ExternVal::Func(addr) => Some(addr),
            _ => None,
        }
    }

    /// What an instance calls by an index.
    #[must_use]
    pub fn extern_val(
        &self,
        instance: InstanceAddr,
        kind: ExternKind,
        index: u32,
    ) -> Option<ExternVal> {
        let inst: &ModuleInst = self.store.instances().get(instance)?;
        let index = index as usize;
        Some(match kind {
            ExternKind::Func => (*inst.funcs.get(index)?).into(),
            ExternKind::Table => (*inst.tables.get(index)?).into(),
            ExternKind::Memory => (*inst.memories.get(index)?).into(),
            ExternKind::Global => (*inst.globals.get(index)?).into(),
            ExternKind::Tag => (*inst.tags.get(index)?).into(),
        })
    }

    /// The type of a function.
    #[must_use]
    pub fn func_type(&self, func: FuncAddr) -> Option<&FuncType> {
        Some(self.store.func_type(self.store.funcs().get(func)?.ty))
    }

    /// What is left of the fuel, if running consumes fuel.
    #[must_use]
    pub fn fuel(&self) -> Option<u64> {
        self.config.fuel.then(|| self.context().fuel)
    }

    /// Sets the fuel.
    ///
    /// # Errors
    /// If the machine's configuration does not [consume fuel](Config::consume_fuel).
    pub fn set_fuel(&mut self, fuel: u64) -> Result<(), Error> {
        if !self.config.fuel {
            return Err(Error::usage("this machine's `Config` does not `consume_fuel`"));
        }
        self.context_mut().fuel = fuel;
        Ok(())
    }

    /// Consumes fuel for what a host function does; nothing if the machine's configuration does not
    /// [consume fuel](Config::consume_fuel).
    ///
    /// # Errors
    /// There is not enough; then none is consumed. A host function that returns this error, having
    /// done nothing yet, pauses a resumable run: it is called again when the run goes on, with the
    /// same arguments. So a function pays first of all.
    pub fn consume_fuel(&mut self, fuel: u64) -> Result<(), Error> {
        self.pay(fuel)
    }

    /// Consumes what copying, filling or making so many bytes costs, by
    /// [`CostClass::Bytes`].
    ///
    /// # Errors
    /// As [`consume_fuel`](Self::consume_fuel).
    pub fn consume_fuel_for_bytes(&mut self, bytes: u64) -> Result<(), Error> {
        self.pay(self.config.fuel_costs.of_bytes(bytes))
    }

    /// Sets what each call of a host function by WebAssembly costs, besides the instruction that
    /// calls. Default: 0.
    ///
    /// # Errors
    /// It is no host function of this machine.
    pub fn set_host_func_fuel(&mut self, func: FuncAddr, fuel: u32) -> Result<(), Error> {
        let kind = self.store.funcs().get(func).map(|func| func.kind);
        match (kind, self.callees.get_mut(func.index())) {
            (Some(FuncKind::Host(_)), Some(callee)) => {
                callee.fuel_or_results = fuel;
                Ok(())
            }
            _ => Err(Error::usage("only calls of host functions of this machine have a cost")),
        }
    }

    /// What the host function that is called again, after an interrupt ended its wait, left with
    /// [`Error::interrupted`]; only once.
    pub fn take_progress(&mut self) -> Option<u64> {
        self.context_mut().progress.take()
    }

    /// The store's answer as the trap it is in WebAssembly, if it is one.
    pub(crate) fn store_error(error: StoreError) -> Error {
        error.trap().map_or_else(|| Error::from(error), Error::from)
    }
}

/// A store with the limits of a configuration.
fn new_store(config: &Config) -> Store {
    let mut store = Store::new();
    config.limits.apply(&mut store);
    store.set_gc_stress(config.gc_stress);
    // Nothing else is there yet; and should it be too much, everything after it is refused.
    store.book(Resource::Stack, config.stack_bytes() as u64);
    store
}

impl Drop for Machine {
    fn drop(&mut self) {
        // SAFETY: both were leaked from a box in `new` and are owned by the machine.
        unsafe {
            drop(Box::from_raw(self.context.as_ptr()));
            drop(Box::from_raw(self.no_memory.as_ptr()));
        }
    }
}
