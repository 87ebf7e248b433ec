//! Directives about modules: making, instantiating, registering them.

use crate::ModuleSource;
use crate::runner::Runner;
use dergwasm::decode::Validation;
use dergwasm::types::FuncIdx;
use dergwasm::{Error, Escaped, Instance, Module};

impl Runner {
    /// Decodes and validates a module, all of its functions included.
    pub(crate) fn check(&self, source: &ModuleSource) -> Result<Module, Error> {
        let module = self.compile(source)?;
        let decoded = module.decoded();
        // In lazy mode nothing else would look at functions that are not called.
        if decoded.validation() == Validation::Deferred {
            let imported = decoded.imported_func_count();
            let defined = imported..decoded.func_count();
            for func in defined.filter_map(|index| u32::try_from(index).ok()) {
                decoded.validate_func(FuncIdx(func))?;
            }
        }
        Ok(module)
    }

    /// Makes a module as the configured mode does.
    pub(crate) fn compile(&self, source: &ModuleSource) -> Result<Module, Error> {
        let bytes = source.binary.as_ref().map_err(Error::msg)?;
        Module::with_config(&self.config, bytes)
    }

    /// Instantiates a module with what is registered.
    pub(crate) fn instantiate(&mut self, module: &Module) -> Result<Instance, Error> {
        let instance = self.linker.instantiate(&mut self.machine, module)?;
        self.made.push(instance);
        Ok(instance)
    }

    /// `(module …)`: defines and instantiates.
    pub(crate) fn module(&mut self, source: &ModuleSource) -> Result<(), Error> {
        let name = source.name.as_deref();
        // After a failure, later directives must not find an older instance.
        self.instances.add(name, None);
        let module = self.define(source)?;
        let instance = self.instantiate(&module)?;
        self.instances.add(name, Some(instance));
        Ok(())
    }

    /// `(module definition …)`: defines.
    pub(crate) fn define(&mut self, source: &ModuleSource) -> Result<Module, Error> {
        let name = source.name.as_deref();
        self.modules.add(name, None);
        let module = self.compile(source)?;
        self.modules.add(name, Some(module.clone()));
        Ok(module)
    }

    /// `(module instance …)`: instantiates what was defined.
    pub(crate) fn module_instance(
        &mut self,
        instance: Option<&str>,
        module: Option<&str>,
    ) -> Result<(), Error> {
        self.instances.add(instance, None);
        let found = self.modules.get(module);
        let module = found.ok_or_else(|| Error::msg(missing("module", module)))?;
        let new = self.instantiate(&module)?;
        self.instances.add(instance, Some(new));
        Ok(())
    }

    /// `(register …)`: makes an instance's exports importable.
    pub(crate) fn register(&mut self, as_name: &str, instance: Option<&str>) -> Result<(), Error> {
        let instance = self.instance(instance)?;
        self.linker.instance(&self.machine, as_name, instance)?;
        Ok(())
    }

    /// The instance of that name, or the last one.
    pub(crate) fn instance(&self, name: Option<&str>) -> Result<Instance, Error> {
        self.instances.get(name).ok_or_else(|| Error::msg(missing("instance", name)))
    }
}

fn missing(kind: &str, name: Option<&str>) -> String {
    match name {
        Some(name) => format!("there is no {kind} ${}", Escaped::name(name)),
        None => format!("there is no {kind}: none was made, or making the last one failed"),
    }
}
