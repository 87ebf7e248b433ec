//! Finding imports by name.
//!
//! Spec: [Execution › Modules › Instantiation](https://webassembly.github.io/spec/core/exec/modules.html#instantiation)
//! leaves to the embedder where imports come from; here they come from a [`Linker`].

mod environment;
mod missing;
mod nearest;
mod supply;

pub use missing::{MissingImport, MissingImports};
pub(crate) use nearest::nearest;

use crate::{
    AsMachine, AsMachineMut, Caller, Error, Extern, HostModule, Instance, IntoFunc, MachineMut,
    Val, as_machine::usage, guest::FuncName, host_func::HostFunc, into_func::from_vals,
};
use alloc::{boxed::Box, collections::BTreeMap, format, string::String, sync::Arc, vec::Vec};
use core::fmt;
use dergwasm_decode::{Import, ImportType, Module as Decoded};
use dergwasm_exec::Module;
use dergwasm_types::{Closed, Escaped, FuncType, Trap, Value};
use environment::Fresh;
use supply::Adding;

/// What imports can be linked to, by module and name.
///
/// Host functions defined with [`Linker::func_wrap`] and [`Linker::func_new`] belong to no
/// machine, so one linker can serve many. [`Linker::define`] and [`Linker::instance`] tie it to
/// the machine whose externs it names.
///
/// ```
/// use dergwasm_host::{Error, Linker, Machine, Module};
///
/// # let wasm = wat::parse_str(
/// #     r#"(module (import "math" "double" (func $double (param i32) (result i32)))
/// #         (func (export "quadruple") (param i32) (result i32)
/// #             (call $double (call $double (local.get 0)))))"#,
/// # )?;
/// let module = Module::new(&wasm)?;
/// let mut linker = Linker::new();
/// linker.func_wrap("math", "double", |x: i32| 2 * x)?;
///
/// let mut machine = Machine::new(());
/// let instance = linker.instantiate(&mut machine, &module)?;
/// let quadruple = instance.get_typed_func::<i32, i32>(&machine, "quadruple")?;
/// assert_eq!(quadruple.call(&mut machine, 10)?, 40);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Linker<T> {
    modules: BTreeMap<Box<str>, Definitions<T>>,
    /// What calls of host functions cost, by module and name.
    fuel: BTreeMap<Box<str>, BTreeMap<Box<str>, u32>>,
    shadowing: bool,
}

type Definitions<T> = BTreeMap<Box<str>, Definition<T>>;

/// What a name stands for.
enum Definition<T> {
    /// Something of a machine.
    Extern(Extern),
    /// A host function, allocated anew in each machine that needs it.
    Func(Arc<FuncType>, HostFunc<T>),
    /// A host function whose type refers to others. What these are called is different in each
    /// machine, so that the function is made anew in each, of the type that it has there.
    Closed(Arc<Closed<FuncType>>, MakeFunc<T>),
    /// The same, if the function does not care what they are called.
    ClosedRaw(Arc<Closed<FuncType>>, HostFunc<T>),
    /// A memory, table or tag, made anew for each instance.
    Fresh(Fresh),
}

/// Makes a host function of a type in terms of a machine.
type MakeFunc<T> = Arc<dyn Fn(&FuncType) -> HostFunc<T> + Send + Sync>;

impl<T> Clone for Definition<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Extern(item) => Self::Extern(*item),
            Self::Func(ty, func) => Self::Func(Arc::clone(ty), Arc::clone(func)),
            Self::Closed(ty, make) => Self::Closed(Arc::clone(ty), Arc::clone(make)),
            Self::ClosedRaw(ty, func) => Self::ClosedRaw(Arc::clone(ty), Arc::clone(func)),
            Self::Fresh(fresh) => Self::Fresh(fresh.clone()),
        }
    }
}

impl<T> Definition<T> {
    fn materialize(&self, machine: &mut MachineMut<'_, T>) -> Result<Extern, Error> {
        let func = match self {
            Self::Extern(item) => return Ok(*item),
            Self::Fresh(fresh) => return fresh.make(machine),
            Self::Func(ty, func) => machine.add_func(ty, Arc::clone(func))?,
            Self::Closed(ty, make) => {
                let id = machine.core.resolve_func_type(ty)?;
                let func = make(machine.core.store().func_type(id));
                machine.add_func_of(id, func)?
            }
            Self::ClosedRaw(ty, func) => {
                let id = machine.core.resolve_func_type(ty)?;
                machine.add_func_of(id, Arc::clone(func))?
            }
        };
        Ok(Extern::Func(func))
    }
}

/// Defining.
impl<T> Linker<T> {
    /// A linker that knows no names.
    #[must_use]
    pub const fn new() -> Self {
        Self { modules: BTreeMap::new(), fuel: BTreeMap::new(), shadowing: false }
    }

    /// Whether a name may be defined again, replacing what it stood for. Default: no.
    pub fn allow_shadowing(&mut self, allow: bool) -> &mut Self {
        self.shadowing = allow;
        self
    }

    /// Defines a host function from a closure; see [`Func::wrap`](crate::Func::wrap).
    ///
    /// # Errors
    /// The name is defined already.
    pub fn func_wrap<Params, Ret>(
        &mut self,
        module: &str,
        name: &str,
        f: impl IntoFunc<T, Params, Ret>,
    ) -> Result<&mut Self, Error> {
        let (ty, func) = f.into_func(FuncName::new(module, name));
        self.insert(module, name, Definition::Func(Arc::new(ty), func.0))
    }

    /// Defines a host function of type `ty`; see [`Func::new`](crate::Func::new).
    ///
    /// # Errors
    /// The name is defined already.
    pub fn func_new(
        &mut self,
        module: &str,
        name: &str,
        ty: impl Into<Closed<FuncType>>,
        f: impl Fn(Caller<'_, T>, &[Val], &mut [Val]) -> Result<(), Error> + Send + Sync + 'static,
    ) -> Result<&mut Self, Error> {
        let ty = ty.into();
        if ty.list().is_none() {
            let func = from_vals((*ty).clone(), f);
            return self.insert(module, name, Definition::Func(Arc::new(ty.into_inner()), func));
        }
        let f = Arc::new(f);
        let make = move |ty: &FuncType| {
            let f = Arc::clone(&f);
            from_vals(ty.clone(), move |caller, params, results| f(caller, params, results))
        };
        self.insert(module, name, Definition::Closed(Arc::new(ty), Arc::new(make)))
    }

    /// Defines a host function of type `ty` that finds its arguments in the slots of a call and
    /// puts its results over them: what `#[host_module]` makes, for any number of parameters.
    ///
    /// There are as many slots as the larger of the two numbers. References among the results
    /// have to be of the machine that calls.
    ///
    /// # Errors
    /// The name is defined already.
    pub fn func_raw(
        &mut self,
        module: &str,
        name: &str,
        ty: impl Into<Closed<FuncType>>,
        f: impl Fn(Caller<'_, T>, &mut [Value]) -> Result<(), Error> + Send + Sync + 'static,
    ) -> Result<&mut Self, Error> {
        let func = raw(ty.into(), Arc::new(f));
        self.insert(module, name, func)
    }

    /// Defines all functions of a host module: WASI, or one made by `#[host_module]`.
    ///
    /// The machine's data keeps the host; `project` finds it there.
    ///
    /// ```
    /// # #[cfg(feature = "wasi")] {
    /// use dergwasm_host::{Linker, wasi::Wasi};
    ///
    /// struct Plugin {
    ///     wasi: Wasi,
    /// }
    ///
    /// let mut linker = Linker::new();
    /// linker.define_module(|plugin: &mut Plugin| &mut plugin.wasi)?;
    /// # }
    /// # Ok::<(), dergwasm_host::Error>(())
    /// ```
    ///
    /// # Errors
    /// A name is defined already.
    pub fn define_module<H: HostModule<T>>(
        &mut self,
        project: impl Fn(&mut T) -> &mut H + Clone + Send + Sync + 'static,
    ) -> Result<&mut Self, Error> {
        H::define(self, project)?;
        Ok(self)
    }

    /// Defines something of a machine.
    ///
    /// # Errors
    /// It is not of this machine, or the name is defined already.
    pub fn define(
        &mut self,
        machine: impl AsMachine,
        module: &str,
        name: &str,
        item: impl Into<Extern>,
    ) -> Result<&mut Self, Error> {
        let item = item.into();
        item.val_in(machine.as_machine().core)?;
        self.insert(module, name, Definition::Extern(item))
    }

    /// Defines everything an instance exports, under the module name `module`.
    ///
    /// # Errors
    /// The instance is not of this machine, or a name is defined already.
    pub fn instance(
        &mut self,
        machine: impl AsMachine,
        module: &str,
        instance: Instance,
    ) -> Result<&mut Self, Error> {
        let machine = machine.as_machine();
        for export in instance.exports(&machine)? {
            self.insert(module, export.name(), Definition::Extern(export.into_extern()))?;
        }
        Ok(self)
    }

    /// Defines a second name for what `module` and `name` stand for.
    ///
    /// # Errors
    /// The old name is not defined, or the new one is defined already.
    pub fn alias(
        &mut self,
        module: &str,
        name: &str,
        as_module: &str,
        as_name: &str,
    ) -> Result<&mut Self, Error> {
        let definition = self.lookup(module, name).cloned().ok_or_else(|| {
            usage(format!("cannot alias {}: define it first", full_name(module, name)))
        })?;
        self.insert(as_module, as_name, definition)
    }

    /// Defines every name of `module` under the module name `as_module` too.
    ///
    /// # Errors
    /// The module is not defined, or a new name is defined already.
    pub fn alias_module(&mut self, module: &str, as_module: &str) -> Result<&mut Self, Error> {
        let definitions = self.modules.get(module).cloned().ok_or_else(|| {
            usage(format!("cannot alias the module `{}`: define it first", Escaped::name(module)))
        })?;
        for (name, definition) in definitions {
            self.insert(as_module, &name, definition)?;
        }
        Ok(self)
    }

    /// Defines every function that `module` imports and the linker lacks as one that traps
    /// ([`Trap::UnknownImport`]), with a message naming the import.
    ///
    /// # Errors
    /// The module lacks imports that are not functions.
    pub fn define_unknown_imports_as_traps(&mut self, module: &Module) -> Result<&mut Self, Error> {
        let decoded = module.decoded();
        for Import { module, name, ty } in decoded.imports() {
            if let (None, ImportType::Func(ty)) = (self.lookup(module, name), ty)
                && let Some(ty) = Closed::func(*ty, decoded.type_list())
            {
                let about = full_name(module, name);
                let trap = move |_: Caller<'_, T>, _: &mut [Value]| {
                    Err(Error::from(Trap::UnknownImport).about(about.as_str()))
                };
                self.insert(module, name, raw(ty, Arc::new(trap)))?;
            }
        }
        self.check_missing(module)?;
        Ok(self)
    }

    /// Sets what each call of a host function by WebAssembly costs in fuel, besides the instruction
    /// that calls, in instances that are made from now on. Default: 0. An alias has a cost of its
    /// own.
    ///
    /// ```
    /// use dergwasm_host::{Error, Linker};
    ///
    /// let mut linker = Linker::<()>::new();
    /// linker.func_wrap("env", "now", || 0_i64)?;
    /// linker.func_fuel("env", "now", 50)?;
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// The name is not defined.
    pub fn func_fuel(&mut self, module: &str, name: &str, fuel: u32) -> Result<&mut Self, Error> {
        if self.lookup(module, name).is_none() {
            return Err(usage(format!(
                "{} is not defined; define it first",
                full_name(module, name)
            )));
        }
        self.fuel.entry(module.into()).or_default().insert(name.into(), fuel);
        Ok(self)
    }

    /// Makes what a name stands for in a machine.
    fn materialize(
        &self,
        machine: &mut MachineMut<'_, T>,
        module: &str,
        name: &str,
    ) -> Result<Option<Extern>, Error> {
        let Some(definition) = self.lookup(module, name) else { return Ok(None) };
        let item = definition.materialize(machine)?;
        if let (Extern::Func(func), Some(fuel)) = (item, self.fuel_of(module, name)) {
            func.set_fuel(machine, fuel)?;
        }
        Ok(Some(item))
    }

    /// Whether a name is defined.
    #[cfg(feature = "emscripten")]
    pub(crate) fn defines(&self, module: &str, name: &str) -> bool {
        self.lookup(module, name).is_some()
    }

    /// The host function that a name stands for, with its type.
    #[cfg(feature = "emscripten")]
    pub(crate) fn host_func(&self, module: &str, name: &str) -> Option<(&FuncType, HostFunc<T>)> {
        match self.lookup(module, name)? {
            Definition::Func(ty, func) => Some((ty, Arc::clone(func))),
            _ => None,
        }
    }

    /// Defines a host function that reads and writes slots itself, in place of an earlier one.
    #[cfg(feature = "emscripten")]
    pub(crate) fn set_host_func(
        &mut self,
        module: &str,
        name: &str,
        ty: Closed<FuncType>,
        func: HostFunc<T>,
    ) {
        self.modules.entry(module.into()).or_default().insert(name.into(), raw(ty, func));
    }

    fn insert(
        &mut self,
        module: &str,
        name: &str,
        definition: Definition<T>,
    ) -> Result<&mut Self, Error> {
        if !self.shadowing && self.lookup(module, name).is_some() {
            return Err(usage(format!(
                "{} is defined twice; to replace it, allow shadowing",
                full_name(module, name)
            )));
        }
        self.modules.entry(module.into()).or_default().insert(name.into(), definition);
        Ok(self)
    }
}

/// Linking.
impl<T> Linker<T> {
    /// Instantiates a module with the imports it asks for, and runs its start function.
    ///
    /// # Errors
    /// Imports are not defined (a [`MissingImports`] that lists all of them), have other types or
    /// were defined as something of another machine, the store or the limiter refuses what the module needs, an active segment does not fit, or
    /// the start function failed.
    pub fn instantiate(
        &self,
        mut machine: impl AsMachineMut<Data = T>,
        module: &Module,
    ) -> Result<Instance, Error> {
        self.check_missing(module)?;
        let mut machine = machine.as_machine_mut();
        let adding = Adding::new(&mut machine);
        let supplies = self.supplies(adding.machine, module)?;
        Instance::instantiate_supplied(adding.machine, module, &supplies)
    }

    /// What a call of a host function costs, if that was said.
    fn fuel_of(&self, module: &str, name: &str) -> Option<u32> {
        self.fuel.get(module).and_then(|names| names.get(name)).copied()
    }

    /// What a name stands for in this machine.
    ///
    /// A host function is allocated in the machine by each call.
    ///
    /// # Errors
    /// The store refuses another function, or the name was defined as something of another machine.
    pub fn get(
        &self,
        mut machine: impl AsMachineMut<Data = T>,
        module: &str,
        name: &str,
    ) -> Result<Option<Extern>, Error> {
        let mut machine = machine.as_machine_mut();
        let Some(item) = self.materialize(&mut machine, module, name)? else { return Ok(None) };
        item.val_in(&machine.core)?;
        Ok(Some(item))
    }

    /// The imports of a module that the linker lacks, each with its type.
    ///
    /// The types can be used at once, before the module is instantiated, and on any machine: they
    /// take along the definitions of what they refer to.
    ///
    /// ```
    /// use dergwasm_host::{Error, ExternType, Linker, Machine, Module, Table, Val};
    ///
    /// # let wasm = wat::parse_str(
    /// #     r#"(module (type $text (array (mut i16)))
    /// #         (import "js" "print" (func (param (ref null $text))))
    /// #         (import "js" "texts" (table 1 (ref null $text))))"#,
    /// # ).unwrap();
    /// let module = Module::new(&wasm)?;
    /// let mut machine = Machine::new(());
    /// let mut linker = Linker::new();
    /// for import in linker.missing_imports(&module) {
    ///     let (module, name) = (&import.module, &import.name);
    ///     match import.wanted {
    ///         ExternType::Func(ty) => linker.func_new(module, name, ty, |_, _, _| Ok(()))?,
    ///         ExternType::Table(ty) => {
    ///             assert_eq!(ty.to_string(), "table 1 (ref null (array (mut i16)))");
    ///             let table = Table::new(&mut machine, ty, Val::AnyRef(None))?;
    ///             linker.define(&machine, module, name, table)?
    ///         }
    ///         other => panic!("cannot supply {other}"),
    ///     };
    /// }
    /// linker.instantiate(&mut machine, &module)?;
    /// # Ok::<(), Error>(())
    /// ```
    #[must_use]
    pub fn missing_imports(&self, module: &Module) -> Vec<MissingImport> {
        let decoded = module.decoded();
        let mut missing = Vec::new();
        for import in decoded.imports() {
            if self.lookup(&import.module, &import.name).is_none() {
                let hint = (missing.len() < missing::MAX_SHOWN).then(|| self.hint(decoded, import));
                missing.push(MissingImport {
                    module: (*import.module).into(),
                    name: import.name.clone().into(),
                    wanted: decoded.import_type(import),
                    hint: hint.flatten(),
                });
            }
        }
        missing
    }

    fn check_missing(&self, module: &Module) -> Result<(), Error> {
        match MissingImports::new(self.missing_imports(module)) {
            None => Ok(()),
            Some(missing) => Err(Error::new(missing)),
        }
    }

    fn lookup(&self, module: &str, name: &str) -> Option<&Definition<T>> {
        self.modules.get(module)?.get(name)
    }

    /// What may have been meant by an import that is not defined.
    fn hint(&self, decoded: &Decoded, import: &Import) -> Option<String> {
        let (module, name) = (&*import.module, &*import.name);
        let definitions = self.modules.get(module);
        if let Some(other) = definitions.and_then(|names| nearest(name, names.keys().map(|n| &**n)))
        {
            return Some(format!("did you mean {}?", full_name(module, other)));
        }
        let elsewhere = self.modules.iter().find(|(_, names)| names.contains_key(name));
        if let Some((other, _)) = elsewhere {
            return Some(format!(
                "the module `{}` defines that name; alias it",
                Escaped::name(&**other)
            ));
        }
        match (definitions, module) {
            (None, "wasi_snapshot_preview1") => Some("add WASI to the linker".into()),
            _ if environment::is_own(decoded, import) => {
                Some("`Linker::define_environment` makes one".into())
            }
            _ => None,
        }
    }
}

/// A host function that reads and writes slots itself.
fn raw<T>(ty: Closed<FuncType>, func: HostFunc<T>) -> Definition<T> {
    match ty.list() {
        None => Definition::Func(Arc::new(ty.into_inner()), func),
        Some(_) => Definition::ClosedRaw(Arc::new(ty), func),
    }
}

/// A name in a module for people.
fn full_name(module: &str, name: &str) -> String {
    format!("`{}`.`{}`", Escaped::name(module), Escaped::name(name))
}

impl<T> Default for Linker<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for Linker<T> {
    fn clone(&self) -> Self {
        let Self { modules, fuel, shadowing } = self;
        Self { modules: modules.clone(), fuel: fuel.clone(), shadowing: *shadowing }
    }
}

impl<T> fmt::Debug for Linker<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        for (module, names) in &self.modules {
            map.entry(module, &names.keys());
        }
        map.finish()
    }
}
