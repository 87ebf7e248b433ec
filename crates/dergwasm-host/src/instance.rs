//! Instances of modules in a machine.
//!
//! Spec: [Execution › Modules › Instantiation](https://webassembly.github.io/spec/core/exec/modules.html#instantiation).

use crate::{
    AsMachine, AsMachineMut, DefinedType, Error, Export, Extern, Func, Global, MachineMut, Memory,
    Table, Tag, TypedFunc, WasmParams, WasmResults, as_machine::usage, linker::nearest,
};
use alloc::{format, string::String, vec::Vec};
use dergwasm_exec::{Machine as Core, Module};
use dergwasm_store::{ExternVal, InstanceAddr, StoreError};
use dergwasm_types::{Escaped, ExternKind, TypeIdx};

/// An instance of a module: its address in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instance(InstanceAddr);

impl From<InstanceAddr> for Instance {
    fn from(addr: InstanceAddr) -> Self {
        Self(addr)
    }
}

impl Instance {
    /// Instantiates a module with `imports` in the order in which it declares them, and runs its
    /// start function.
    ///
    /// A [`Linker`](crate::Linker) finds imports by their names instead.
    ///
    /// # Errors
    /// Imports are missing or have other types, the store or the limiter refuses what the module
    /// needs, an active segment does not fit, or the start function failed.
    pub fn new(
        mut machine: impl AsMachineMut,
        module: &Module,
        imports: &[Extern],
    ) -> Result<Self, Error> {
        Self::instantiate(&mut machine.as_machine_mut(), module, imports)
    }

    pub(crate) fn instantiate<T>(
        machine: &mut MachineMut<'_, T>,
        module: &Module,
        imports: &[Extern],
    ) -> Result<Self, Error> {
        let mut externs: Vec<ExternVal> = Vec::with_capacity(imports.len());
        for import in imports {
            import.check(&machine.core)?;
            externs.push((*import).into());
        }
        let (mut core, mut run) = machine.split();
        let instance = Self(core.instantiate(&mut run, module, &externs)?);
        if machine.state.heap.is_none() {
            machine.state.heap = instance.memory_zero(&*machine);
        }
        Ok(instance)
    }

    /// The address in the store.
    #[must_use]
    pub const fn addr(self) -> InstanceAddr {
        self.0
    }

    /// Memory 0 of the instance.
    pub(crate) fn memory_zero(self, machine: impl AsMachine) -> Option<Memory> {
        let instance = machine.as_machine().core.store().instances().get(self.0)?;
        instance.memories.first().copied().map(Memory::from)
    }

    /// The module it is an instance of.
    ///
    /// # Errors
    /// The instance is not of this machine.
    pub fn module(&self, machine: impl AsMachine) -> Result<Module, Error> {
        self.module_in(machine.as_machine().core).cloned()
    }

    fn module_in(self, core: &Core) -> Result<&Module, Error> {
        core.instance_module(self.0).ok_or_else(|| {
            StoreError::UnknownAddress { kind: "instance", address: self.0.0.into() }.into()
        })
    }

    /// What the instance exports under a name.
    ///
    /// `None` also if the instance is not of this machine.
    #[must_use]
    pub fn get_export(&self, machine: impl AsMachine, name: &str) -> Option<Extern> {
        machine.as_machine().core.export(self.0, name).map(Extern::from)
    }

    /// The function exported under a name.
    #[must_use]
    pub fn get_func(&self, machine: impl AsMachine, name: &str) -> Option<Func> {
        self.get_export(machine, name)?.into_func()
    }

    /// The memory exported under a name.
    #[must_use]
    pub fn get_memory(&self, machine: impl AsMachine, name: &str) -> Option<Memory> {
        self.get_export(machine, name)?.into_memory()
    }

    /// The table exported under a name.
    #[must_use]
    pub fn get_table(&self, machine: impl AsMachine, name: &str) -> Option<Table> {
        self.get_export(machine, name)?.into_table()
    }

    /// The global exported under a name.
    #[must_use]
    pub fn get_global(&self, machine: impl AsMachine, name: &str) -> Option<Global> {
        self.get_export(machine, name)?.into_global()
    }

    /// The exception tag exported under a name.
    #[must_use]
    pub fn get_tag(&self, machine: impl AsMachine, name: &str) -> Option<Tag> {
        self.get_export(machine, name)?.into_tag()
    }

    /// The type that the instance's module has at an index.
    #[must_use]
    pub fn get_type(&self, machine: impl AsMachine, index: u32) -> Option<DefinedType> {
        let core = machine.as_machine().core;
        core.instance_type(self.0, TypeIdx(index)).map(|id| DefinedType::from_id(id, core))
    }

    /// The function exported under a name, with its types known to Rust.
    ///
    /// # Errors
    /// There is no such function, or it has another type.
    pub fn get_typed_func<P: WasmParams, R: WasmResults>(
        &self,
        machine: impl AsMachine,
        name: &str,
    ) -> Result<TypedFunc<P, R>, Error> {
        let machine = machine.as_machine();
        match self.get_export(machine, name) {
            Some(Extern::Func(func)) => func.typed(machine).map_err(|error| {
                usage(format!("cannot use the export `{}`: {error}", Escaped::name(name)))
            }),
            Some(other) => {
                let (name, kind) = (Escaped::name(name), other.kind());
                Err(usage(format!("the export `{name}` is a {kind}, not a function")))
            }
            None => Err(self.no_such_func(machine.core, name)),
        }
    }

    #[cold]
    fn no_such_func(self, core: &Core, name: &str) -> Error {
        let module = match self.module_in(core) {
            Ok(module) => module.decoded(),
            Err(error) => return error,
        };
        let funcs = module.exports().iter().filter(|export| export.kind == ExternKind::Func);
        let hint = match nearest(name, funcs.clone().map(|export| &*export.name)) {
            Some(other) => format!("; did you mean `{}`?", Escaped::name(other)),
            None if funcs.clone().count() == 0 => String::from("; it exports no functions"),
            None => String::new(),
        };
        usage(format!("the instance exports no function `{}`{hint}", Escaped::name(name)))
    }

    /// Everything the instance exports, in the order in which its module declares it.
    ///
    /// Nothing if the instance is not of this machine.
    pub fn exports<'a, M: AsMachine>(
        &self,
        machine: &'a M,
    ) -> impl Iterator<Item = Export<'a>> + use<'a, M> {
        let (core, address) = (machine.as_machine().core, self.0);
        let exports = match self.module_in(core) {
            Ok(module) => module.decoded().exports(),
            Err(_) => &[],
        };
        exports.iter().filter_map(move |export| {
            let item = core.export(address, &export.name)?;
            Some(Export::new(&export.name, item.into()))
        })
    }
}
