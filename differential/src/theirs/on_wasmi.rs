//! wasmi as a subject.

use crate::{
    case::{Case, FUEL},
    host::{self, HostFunc, Type},
    observation::{End, Item, Value, hash},
    subject::{Arg, Given, Param, Subject},
};
use wasmi::{
    AsContext, Caller, Config, Engine, Error, Extern, ExternRef, F32, F64, Func, FuncType, Global,
    Instance, Linker, Memory, MemoryType, Module, Mutability, Nullable, Ref, RefType, Store,
    StoreLimits, StoreLimitsBuilder, Table, TableType, TrapCode, V128, Val, ValType,
    errors::{ErrorKind, InstantiationError},
};

/// An instance in a store.
#[derive(Debug)]
pub(crate) struct Theirs {
    store: Store<StoreLimits>,
    /// The exports in the order of the module, which decides on what is called with what.
    exports: Vec<(String, Extern)>,
    fuel: Option<Global>,
    /// The references that calls returned.
    earlier: Vec<Val>,
}

/// The engine with everything on that modules may contain.
pub(crate) fn engine() -> Engine {
    let mut config = Config::default();
    config.wasm_tail_call(true).wasm_multi_memory(true).wasm_memory64(true);
    config.wasm_wide_arithmetic(true).wasm_custom_page_sizes(true).wasm_extended_const(true);
    config.wasm_simd(true).wasm_relaxed_simd(true);
    config.set_max_recursion_depth(20_000);
    Engine::new(&config)
}

impl Theirs {
    /// The instance of a case's module.
    pub(crate) fn start(case: &Case, engine: &Engine) -> Result<Self, End> {
        let module = Module::new(engine, case.for_others())
            .map_err(|error| End::Limit(format!("wasmi: {error}")))?;
        let limits = StoreLimitsBuilder::new().memory_size(16 << 20).table_elements(100_000);
        let mut store = Store::new(engine, limits.build());
        store.limiter(|limits| limits);
        let linker = linker(&mut store, engine).map_err(|error| end(&error))?;
        let instance =
            linker.instantiate_and_start(&mut store, &module).map_err(|error| end(&error))?;
        let fuel = instance.get_global(&store, FUEL);
        let exports = exports(case, instance, &store);
        let mut theirs = Self { store, exports, fuel, earlier: Vec::new() };
        theirs.keep_globals();
        Ok(theirs)
    }

    /// Keeps the references in exported globals for arguments.
    fn keep_globals(&mut self) {
        for (_, item) in &self.exports {
            if let Extern::Global(global) = item {
                self.earlier.extend(Some(global.get(&self.store)).filter(is_reference));
            }
        }
    }

    fn argument(&mut self, arg: Arg, ty: ValType) -> Option<Val> {
        Some(match arg {
            Arg::I32(value) => Val::I32(value),
            Arg::I64(value) => Val::I64(value),
            Arg::F32(bits) => Val::F32(F32::from_bits(bits)),
            Arg::F64(bits) => Val::F64(F64::from_bits(bits)),
            Arg::V128(value) => Val::V128(V128::from(value)),
            Arg::Null => Val::default_for_ty(ty),
            Arg::Host(number) => {
                Val::ExternRef(Nullable::Val(ExternRef::new(&mut self.store, number)))
            }
            // No type of a parameter asks for one.
            Arg::I31(_) => return None,
            Arg::Func(n) => {
                let funcs: Vec<Func> =
                    self.exports.iter().filter_map(|(_, item)| item.into_func()).collect();
                Val::FuncRef(Nullable::Val(funcs[n % funcs.len()]))
            }
            Arg::Earlier(n) => {
                let len = self.earlier.len().max(1);
                let (before, after) = self.earlier.split_at(n % len);
                return after.iter().chain(before).find(|val| val.ty() == ty).cloned();
            }
        })
    }

    fn try_call(&mut self, name: &str, args: &[Arg]) -> Result<End, Error> {
        let found = self.exports.iter().find(|(export, _)| export == name);
        let Some(func) = found.and_then(|(_, item)| item.into_func()) else {
            return Ok(End::Broken(format!("{name:?} is exported and not found")));
        };
        let ty = func.ty(&self.store);
        let mut params = Vec::new();
        for (&arg, &ty) in args.iter().zip(ty.params()) {
            match self.argument(arg, ty) {
                Some(val) => params.push(val),
                None => return Ok(End::NotCalled),
            }
        }
        let mut results: Vec<Val> =
            ty.results().iter().map(|&ty| Val::default_for_ty(ty)).collect();
        func.call(&mut self.store, &params, &mut results)?;
        let values = results.iter().map(|val| value(val, &self.store)).collect();
        self.earlier.extend(results.into_iter().filter(is_reference));
        Ok(End::Values(values))
    }

    fn item(&self, item: &Extern) -> Option<Item> {
        Some(match item {
            Extern::Global(global) => Item::Global(value(&global.get(&self.store), &self.store)),
            Extern::Memory(memory) => {
                let data = memory.data(&self.store);
                Item::Memory(data.len() as u64, hash(data))
            }
            Extern::Table(table) => {
                let elements = 0..table.size(&self.store);
                let elements = elements.map(|index| match table.get(&self.store, index) {
                    Some(Ref::Func(func)) => value(&Val::FuncRef(func), &self.store),
                    Some(Ref::Extern(reference)) => value(&Val::ExternRef(reference), &self.store),
                    None => Value::I32(-1),
                });
                Item::Table(elements.collect())
            }
            Extern::Func(_) => return None,
        })
    }
}

/// The exports of an instance in the order of its module.
fn exports(case: &Case, instance: Instance, store: &Store<StoreLimits>) -> Vec<(String, Extern)> {
    let names = case.exports().into_iter();
    names
        .filter_map(|name| instance.get_export(store, &name).map(|export| (name, export)))
        .collect()
}

impl Subject for Theirs {
    fn functions(&mut self) -> Vec<(String, Vec<Param>)> {
        let mut functions = Vec::new();
        for (name, item) in &self.exports {
            if let Extern::Func(func) = item {
                let ty = func.ty(&self.store);
                functions.push((name.clone(), ty.params().iter().map(|&ty| param(ty)).collect()));
            }
        }
        functions
    }

    fn call(&mut self, name: &str, args: &[Arg]) -> End {
        self.try_call(name, args).unwrap_or_else(|error| end(&error))
    }

    fn set_fuel(&mut self, fuel: i32) {
        if let Some(global) = self.fuel {
            global.set(&mut self.store, Val::I32(fuel)).expect("the fuel is a mutable i32");
        }
    }

    fn fuel(&mut self) -> Option<Value> {
        Some(value(&self.fuel?.get(&self.store), &self.store))
    }

    fn state(&mut self) -> Vec<(String, Item)> {
        let items = self.exports.iter();
        items.filter_map(|(name, item)| Some((name.clone(), self.item(item)?))).collect()
    }
}

fn is_reference(val: &Val) -> bool {
    matches!(val, Val::FuncRef(Nullable::Val(_)) | Val::ExternRef(Nullable::Val(_)))
}

fn param(ty: ValType) -> Param {
    match ty {
        ValType::I32 => Param::I32,
        ValType::I64 => Param::I64,
        ValType::F32 => Param::F32,
        ValType::F64 => Param::F64,
        ValType::V128 => Param::V128,
        ValType::FuncRef => Param::Ref { nullable: true, given: Given::Func },
        ValType::ExternRef => Param::Ref { nullable: true, given: Given::Host },
    }
}

fn value(val: &Val, store: impl AsContext<Data = StoreLimits>) -> Value {
    match val {
        Val::I32(value) => Value::I32(*value),
        Val::I64(value) => Value::I64(*value),
        Val::F32(value) => Value::F32(value.to_bits()),
        Val::F64(value) => Value::F64(value.to_bits()),
        Val::V128(value) => Value::V128(value.as_u128()),
        Val::FuncRef(Nullable::Val(_)) => Value::Func,
        Val::ExternRef(Nullable::Val(reference)) => {
            let number = reference.data(store.as_context()).downcast_ref();
            number.map_or(Value::Converted, |&number| Value::Host(number))
        }
        Val::FuncRef(Nullable::Null) | Val::ExternRef(Nullable::Null) => Value::Null,
    }
}

/// How an error ends a call.
fn end(error: &Error) -> End {
    End::Trap(match error.as_trap_code() {
        Some(TrapCode::UnreachableCodeReached) => "unreachable",
        Some(TrapCode::IntegerDivisionByZero) => "division by zero",
        Some(TrapCode::IntegerOverflow) => "integer overflow",
        Some(TrapCode::BadConversionToInteger) => "conversion to integer",
        Some(TrapCode::MemoryOutOfBounds) => "memory bounds",
        Some(TrapCode::TableOutOfBounds) => "table bounds",
        Some(TrapCode::IndirectCallToNull) => "uninitialized element",
        Some(TrapCode::BadSignature) => "type of an indirect call",
        _ => match error.kind() {
            ErrorKind::Instantiation(InstantiationError::ElementSegmentDoesNotFit { .. }) => {
                "table bounds"
            }
            _ => return End::Limit(format!("wasmi: {error}")),
        },
    })
}

/// Everything there is to import but exceptions.
fn linker(store: &mut Store<StoreLimits>, engine: &Engine) -> Result<Linker<StoreLimits>, Error> {
    let mut linker = Linker::new(engine);
    let (name, least, most) = host::MEMORY;
    let memory = Memory::new(&mut *store, MemoryType::new(least, Some(most)))?;
    linker.define(host::MODULE, name, memory)?;
    let (name, few, many) = host::TABLE;
    let ty = TableType::new(RefType::Func, few, Some(many));
    let table = Table::new(&mut *store, ty, Ref::null(RefType::Func))?;
    linker.define(host::MODULE, name, table)?;
    let (name, value) = host::CONSTANT;
    let constant = Global::new(&mut *store, Val::I32(value), Mutability::Const);
    linker.define(host::MODULE, name, constant)?;
    for (name, val) in [
        (host::VARIABLE.0, Val::I64(host::VARIABLE.1)),
        (host::SINGLE.0, Val::F32(host::SINGLE.1.into())),
        (host::DOUBLE.0, Val::F64(host::DOUBLE.1.into())),
        (host::VECTOR.0, Val::V128(host::VECTOR.1.into())),
    ] {
        let variable = Global::new(&mut *store, val, Mutability::Var);
        linker.define(host::MODULE, name, variable)?;
    }
    for func in host::FUNCS.iter().filter(|func| !func.throws) {
        let ty = FuncType::new(types(func.params), types(func.results));
        linker.func_new(host::MODULE, func.name, ty, move |caller, args, results| {
            respond(func, &caller, args, results);
            Ok(())
        })?;
    }
    Ok(linker)
}

/// What a host function does.
fn respond(func: &HostFunc, caller: &Caller<'_, StoreLimits>, args: &[Val], results: &mut [Val]) {
    // Host functions do not look into references.
    let numbers = args.iter().map(|arg| match is_reference(arg) {
        true => Value::Converted,
        false => value(arg, caller),
    });
    let mut mixed = host::mixed(&numbers.collect::<Vec<_>>());
    for (result, &ty) in results.iter_mut().zip(func.results) {
        *result = match host::result(ty, mixed) {
            Some(Value::I32(value)) => Val::I32(value),
            Some(Value::I64(value)) => Val::I64(value),
            Some(Value::F32(bits)) => Val::F32(F32::from_bits(bits)),
            Some(Value::F64(bits)) => Val::F64(F64::from_bits(bits)),
            _ => args[func.params.iter().position(|&param| param == ty).unwrap_or(0)].clone(),
        };
        mixed = mixed.rotate_left(17);
    }
}

fn types(types: &[Type]) -> Vec<ValType> {
    let ty = |ty: &Type| match ty {
        Type::I32 => ValType::I32,
        Type::I64 => ValType::I64,
        Type::F32 => ValType::F32,
        Type::F64 => ValType::F64,
        Type::Extern => ValType::ExternRef,
        Type::Func => ValType::FuncRef,
    };
    types.iter().map(ty).collect()
}
