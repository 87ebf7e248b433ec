//! Instances of modules in a machine.
//!
//! Spec: [Execution › Modules › Instantiation](https://webassembly.github.io/spec/core/exec/modules.html#instantiation).

use crate::{
    AsMachine, AsMachineMut, DefinedType, Error, Export, Extern, Func, Global, MachineMut, Memory,
    Table, Tag, TypedFunc, WasmParams, WasmResults,
    as_machine::usage,
    linker::nearest,
    marked::{Marked, gone, handle},
};
use alloc::{format, string::String, vec::Vec};
use dergwasm_decode::Import;
use dergwasm_exec::{Machine as Core, Module, Supply};
use dergwasm_store::{ExternVal, InstanceAddr, ModuleInst};
use dergwasm_types::{Escaped, ExternKind, TypeIdx};

/// An instance of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instance(Marked<InstanceAddr>);

handle!(Instance, InstanceAddr, "instance", instances, ModuleInst);

impl Instance {
    /// Instantiates a module with `imports` in the order in which it declares them, and runs its
    /// start function.
    ///
    /// A [`Linker`](crate::Linker) finds imports by their names instead.
    ///
    /// # Errors
    /// Imports are missing, have other types or are of another machine, the store or the limiter
    /// refuses what the module needs, an active segment does not fit, or the start function failed.
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
        for (i, import) in imports.iter().enumerate() {
            let found = import.val_in(&machine.core);
            externs.push(found.map_err(|error| wrong_import(module, i, &error))?);
        }
        let (mut core, mut run) = machine.split();
        let addr = core.instantiate(&mut run, module, &externs)?;
        Ok(Self::made(machine, addr))
    }

    /// As [`Self::instantiate`], with imports of which some are made for the instance.
    pub(crate) fn instantiate_supplied<T>(
        machine: &mut MachineMut<'_, T>,
        module: &Module,
        imports: &[Supply],
    ) -> Result<Self, Error> {
        let (mut core, mut run) = machine.split();
        let addr = core.instantiate_supplied(&mut run, module, imports)?;
        Ok(Self::made(machine, addr))
    }

    /// A new instance; if it is the first that has a memory, that is the heap.
    fn made<T>(machine: &mut MachineMut<'_, T>, addr: InstanceAddr) -> Self {
        let instance = Self::new_in(addr, &machine.core);
        if machine.state.heap.is_none() {
            machine.state.heap = instance.memory_zero(&*machine);
        }
        instance
    }

    /// Memory 0 of the instance.
    pub(crate) fn memory_zero(self, machine: impl AsMachine) -> Option<Memory> {
        let core = machine.as_machine().core;
        let first = self.instance(core).ok()?.memories.first();
        first.map(|&memory| Memory::new_in(memory, core))
    }

    /// The module it is an instance of.
    ///
    /// # Errors
    /// The instance is not of this machine.
    pub fn module(&self, machine: impl AsMachine) -> Result<Module, Error> {
        self.module_in(machine.as_machine().core).cloned()
    }

    fn module_in(self, core: &Core) -> Result<&Module, Error> {
        let addr = self.addr_in(core)?;
        core.instance_module(addr).ok_or_else(|| gone(addr))
    }

    /// What the instance exports under a name; `None` also if the instance is not of this machine.
    #[must_use]
    pub fn get_export(&self, machine: impl AsMachine, name: &str) -> Option<Extern> {
        let core = machine.as_machine().core;
        core.export(self.addr_in(core).ok()?, name).map(|item| Extern::new_in(item, core))
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

    /// The type that the instance's module has at an index; `None` also if the instance is not of
    /// this machine.
    #[must_use]
    pub fn get_type(&self, machine: impl AsMachine, index: u32) -> Option<DefinedType> {
        let core = machine.as_machine().core;
        let addr = self.addr_in(core).ok()?;
        core.instance_type(addr, TypeIdx(index)).map(|id| DefinedType::from_id(id, core))
    }

    /// The function exported under a name, with its types known to Rust.
    ///
    /// # Errors
    /// There is no such function, it has another type, or the instance is not of this machine.
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
    /// # Errors
    /// The instance is not of this machine.
    pub fn exports<'a, M: AsMachine>(
        &self,
        machine: &'a M,
    ) -> Result<impl Iterator<Item = Export<'a>> + use<'a, M>, Error> {
        let core = machine.as_machine().core;
        let (addr, module) = (self.addr_in(core)?, self.module_in(core)?);
        Ok(module.decoded().exports().iter().filter_map(move |export| {
            let item = core.export(addr, &export.name)?;
            Some(Export::new(&export.name, Extern::new_in(item, core)))
        }))
    }
}

/// The error for something that cannot be the import of a module at an index.
#[cold]
/// The error that an import is not what it has to be.
pub(crate) fn wrong_import(module: &Module, index: usize, error: &Error) -> Error {
    match module.decoded().imports().get(index) {
        Some(Import { module, name, .. }) => {
            let (module, name) = (Escaped::name(&**module), Escaped::name(&**name));
            usage(format!("cannot link the import `{module}`.`{name}`: {error}"))
        }
        None => usage(format!("cannot link import {index}: {error}")),
    }
}
