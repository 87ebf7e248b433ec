//! What toolchains let a program import though it is the program's own: its memory, its table,
//! its tags.
//!
//! Compilers for threads, and dynamic linking, leave it to the host to make these. Each instance
//! gets its own.

use super::{Definition, Linker, full_name};
use crate::{Caller, Error, Extern, MachineMut, Memory, Table, Tag, Val, as_machine::usage};
use alloc::{format, sync::Arc};
use dergwasm_decode::{Import, Module as Decoded};
use dergwasm_exec::{Module, Supply};
use dergwasm_types::{
    Closed, CompositeType, ExternType, HeapType, MemoryType, RefType, TableType, ValType,
};

/// The module under which toolchains import from the environment.
const ENV: &str = "env";

/// What each instance gets a new one of.
#[derive(Clone)]
pub(super) enum Fresh {
    Memory(MemoryType),
    Table(Arc<Closed<TableType>>),
    Tag(Arc<Closed<dergwasm_types::FuncType>>),
}

impl Fresh {
    /// Something of this type; `None` if it cannot be made from its type alone.
    fn of(ty: ExternType) -> Option<Self> {
        match ty {
            ExternType::Memory(ty) => Some(Self::Memory(ty)),
            ExternType::Table(ty) if ty.element.nullable => Some(Self::Table(Arc::new(ty))),
            ExternType::Tag(ty) => Some(Self::Tag(Arc::new(ty))),
            _ => None,
        }
    }

    /// A new one for an instance.
    pub(super) fn supply<T>(&self, machine: &mut MachineMut<'_, T>) -> Result<Supply, Error> {
        Ok(match self {
            Self::Memory(ty) => Supply::Memory(*ty),
            Self::Table(ty) => Supply::Table(machine.core.resolve_type(ty)?),
            Self::Tag(ty) => Supply::Tag(machine.core.resolve_func_type(ty)?),
        })
    }

    /// Makes a new one.
    pub(super) fn make<T>(&self, machine: &mut MachineMut<'_, T>) -> Result<Extern, Error> {
        Ok(match self {
            Self::Memory(ty) => Memory::new(machine, *ty)?.into(),
            Self::Table(ty) => {
                let null = Val::default_in(&*machine, ty.with(ValType::Ref(ty.element)));
                let null = null.ok_or_else(|| usage("the elements of the table have no null"))?;
                Table::new(machine, &**ty, null)?.into()
            }
            Self::Tag(ty) => Tag::new(machine, &**ty)?.into(),
        })
    }
}

/// Defining what is the program's own.
impl<T> Linker<T> {
    /// Defines a memory, table or tag by its type: each instance that imports it gets a new one.
    /// Elements of tables are null at first.
    ///
    /// ```
    /// use dergwasm_host::{Error, Linker, Machine, MemoryType, Module};
    ///
    /// # let wasm = wat::parse_str(
    /// #     r#"(module (import "env" "memory" (memory 1 16 shared)) (export "m" (memory 0)))"#,
    /// # ).unwrap();
    /// let mut linker = Linker::new();
    /// let ty = MemoryType::new(1, Some(16)).with_shared(true);
    /// linker.define_fresh("env", "memory", ty)?;
    ///
    /// let mut machine = Machine::new(());
    /// let module = Module::new(&wasm)?;
    /// let one = linker.instantiate(&mut machine, &module)?;
    /// let other = linker.instantiate(&mut machine, &module)?;
    /// assert_ne!(one.get_memory(&machine, "m"), other.get_memory(&machine, "m"));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// The name is defined already, or something of the type needs more than its type to be made:
    /// functions, globals, and tables of references that cannot be null.
    pub fn define_fresh(
        &mut self,
        module: &str,
        name: &str,
        ty: impl Into<ExternType>,
    ) -> Result<&mut Self, Error> {
        let ty = ty.into();
        let shown = format!("{}, a {ty}, needs a value", full_name(module, name));
        let fresh = Fresh::of(ty).ok_or_else(|| usage(shown))?;
        self.insert(module, name, Definition::Fresh(fresh))
    }

    /// Defines what a program imports from its toolchain's environment and the linker lacks:
    ///
    /// - the memory `env`.`memory`, shared or not, and the table `env`.`__indirect_function_table`,
    ///   which WASI programs with threads and programs built by Emscripten import;
    /// - the tags `env`.`__cpp_exception` and `env`.`__c_longjmp` of exceptions in WebAssembly;
    /// - the function `wasi`.`thread-spawn`, which answers that no thread can be started.
    ///
    /// Each instance gets new ones, of the types that `module` asks for.
    ///
    /// ```
    /// use dergwasm_host::{Error, Linker, Machine, Module};
    ///
    /// # let wasm = wat::parse_str(
    /// #     r#"(module (import "env" "memory" (memory 1 16 shared))
    /// #         (import "wasi" "thread-spawn" (func (param i32) (result i32))))"#,
    /// # ).unwrap();
    /// let module = Module::new(&wasm)?;
    /// let mut linker = Linker::new();
    /// linker.define_environment(&module)?;
    /// linker.instantiate(&mut Machine::new(()), &module)?;
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    /// None: names that are defined already stay as they are.
    pub fn define_environment(&mut self, module: &Module) -> Result<&mut Self, Error> {
        let decoded = module.decoded();
        for import in decoded.imports() {
            let Import { module, name, .. } = import;
            if self.lookup(module, name).is_some() {
                continue;
            }
            if let Some(fresh) = own(decoded, import) {
                self.insert(module, name, Definition::Fresh(fresh))?;
            } else if (&**module, &**name) == ("wasi", "thread-spawn") && spawns(decoded, import) {
                // A negative number is an error: the errno `again` of WASI.
                self.func_wrap(module, name, |_: Caller<'_, T>, _: i32| -> i32 { -6 })?;
            }
        }
        Ok(self)
    }
}

/// Whether [`Linker::define_environment`] would define an import.
pub(super) fn is_own(decoded: &Decoded, import: &Import) -> bool {
    own(decoded, import).is_some()
}

/// What a program imports though it is its own.
fn own(decoded: &Decoded, import: &Import) -> Option<Fresh> {
    if &*import.module != ENV {
        return None;
    }
    let ty = decoded.import_type(import);
    let known = match (&*import.name, &ty) {
        ("memory", ExternType::Memory(_)) => true,
        ("__indirect_function_table", ExternType::Table(ty)) => holds_functions(ty),
        ("__cpp_exception" | "__c_longjmp", ExternType::Tag(_)) => true,
        _ => false,
    };
    known.then(|| Fresh::of(ty)).flatten()
}

/// Whether a table's elements are functions, or null.
fn holds_functions(ty: &Closed<TableType>) -> bool {
    match ty.element {
        RefType { heap: HeapType::Func, .. } => true,
        RefType { heap: HeapType::Concrete(index), .. } => {
            let definition = ty.list().and_then(|list| list.types().get(index.index()));
            definition.is_some_and(|ty| matches!(ty.composite, CompositeType::Func(_)))
        }
        _ => false,
    }
}

/// Whether an import has the type of `thread-spawn`.
fn spawns(decoded: &Decoded, import: &Import) -> bool {
    match decoded.import_type(import) {
        ExternType::Func(ty) => ty.params() == [ValType::I32] && ty.results() == [ValType::I32],
        _ => false,
    }
}
