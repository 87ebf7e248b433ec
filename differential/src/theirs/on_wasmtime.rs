//! Wasmtime as a subject.

use crate::{
    case::{Case, FUEL},
    host::{self, HostFunc, Type},
    observation::{DEPTH, ELEMENTS, End, Item, Value, hash},
    subject::{Arg, Given, Param, Subject},
};
use std::iter;
use wasmtime::{
    AnyRef, AsContextMut, Caller, Collector, Config, Engine, Error, ExnRef, ExnType, Extern,
    ExternRef, Func, FuncType, Global, GlobalType, HeapType, I31, Instance, Linker, Memory,
    MemoryType, Module, Mutability, OptLevel, Ref, RefType, Result, RootScope, Rooted, Store,
    StoreLimits, StoreLimitsBuilder, Table, TableType, Tag, TagType, ThrownException, Trap, Val,
    ValType,
};

/// An instance in a store.
#[derive(Debug)]
pub(crate) struct Theirs {
    store: Store<StoreLimits>,
    instance: Instance,
    fuel: Option<Global>,
    /// The references that calls returned.
    earlier: Vec<Val>,
}

/// The engine with everything on that modules may contain.
pub(crate) fn engine() -> Result<Engine> {
    let mut config = Config::new();
    config.wasm_tail_call(true).wasm_multi_memory(true).wasm_memory64(true);
    config.wasm_function_references(true).wasm_gc(true).wasm_exceptions(true);
    config.wasm_wide_arithmetic(true).wasm_custom_page_sizes(true).wasm_extended_const(true);
    config.wasm_relaxed_simd(true).relaxed_simd_deterministic(true);
    config.wasm_threads(true).shared_memory(true);
    // Continuations are there on x86-64 with Linux or macOS.
    config.wasm_stack_switching(cfg!(all(target_arch = "x86_64", unix)));
    config.collector(Collector::Null).cranelift_opt_level(OptLevel::None);
    config.memory_reservation(1 << 20).memory_guard_size(1 << 16).memory_init_cow(false);
    config.max_wasm_stack(2 << 20);
    Engine::new(&config)
}

impl Theirs {
    /// The instance of a case's module.
    pub(crate) fn start(case: &Case, engine: &Engine) -> Result<Self, End> {
        // What the other engine has to take as well is for it to refuse first.
        let module = Module::new(engine, case.for_others())
            .map_err(|error| End::Limit(format!("wasmtime: {error:#}")))?;
        let limits = StoreLimitsBuilder::new().memory_size(16 << 20).table_elements(100_000);
        let mut store = Store::new(engine, limits.build());
        store.limiter(|limits| limits);
        match linker(&mut store).and_then(|linker| linker.instantiate(&mut store, &module)) {
            Ok(instance) => {
                let fuel = instance.get_global(&mut store, FUEL);
                let mut theirs = Self { store, instance, fuel, earlier: Vec::new() };
                theirs.keep_globals();
                Ok(theirs)
            }
            Err(error) => Err(end(&error, &mut store)),
        }
    }

    /// Keeps the references in exported globals for arguments.
    fn keep_globals(&mut self) {
        for (_, item) in self.exports() {
            if let Extern::Global(global) = item {
                let val = global.get(&mut self.store);
                self.earlier.extend(Some(val).filter(is_reference));
            }
        }
    }

    fn exports(&mut self) -> Vec<(String, Extern)> {
        let exports = self.instance.exports(&mut self.store);
        exports.map(|export| (export.name().to_owned(), export.into_extern())).collect()
    }

    fn argument(&mut self, arg: Arg, ty: &ValType) -> Result<Option<Val>> {
        Ok(Some(match arg {
            Arg::I32(value) => Val::I32(value),
            Arg::I64(value) => Val::I64(value),
            Arg::F32(bits) => Val::F32(bits),
            Arg::F64(bits) => Val::F64(bits),
            Arg::V128(value) => Val::V128(value.into()),
            Arg::Null => return Ok(Val::default_for_ty(ty)),
            Arg::Host(number) => Val::from(ExternRef::new(&mut self.store, number)?),
            Arg::I31(value) => {
                Val::from(AnyRef::from_i31(&mut self.store, I31::wrapping_i32(value)))
            }
            Arg::Func(n) => {
                let funcs: Vec<Func> =
                    self.exports().into_iter().filter_map(|(_, item)| item.into_func()).collect();
                Val::from(funcs[n % funcs.len()])
            }
            Arg::Earlier(n) => {
                let len = self.earlier.len().max(1);
                let (before, after) = self.earlier.split_at(n % len);
                for val in after.iter().chain(before) {
                    if matches(val, ty, &self.store)? {
                        return Ok(Some(*val));
                    }
                }
                return Ok(None);
            }
        }))
    }

    fn try_call(&mut self, name: &str, args: &[Arg]) -> Result<End> {
        let Some(func) = self.instance.get_func(&mut self.store, name) else {
            return Ok(End::Broken(format!("{name:?} is exported and not found")));
        };
        let ty = func.ty(&self.store);
        let mut params = Vec::new();
        for (&arg, ty) in args.iter().zip(ty.params()) {
            match self.argument(arg, &ty)? {
                Some(val) => params.push(val),
                None => return Ok(End::NotCalled),
            }
        }
        let mut results = vec![Val::I32(0); ty.results().len()];
        func.call(&mut self.store, &params, &mut results)?;
        self.earlier.extend(results.iter().copied().filter(is_reference));
        Ok(End::Values(values(&results, &mut self.store)?))
    }

    fn item(&mut self, item: Extern) -> Result<Option<Item>> {
        Ok(match item {
            Extern::Global(global) => {
                let val = global.get(&mut self.store);
                Some(Item::Global(value(&val, &mut self.store)?))
            }
            Extern::Memory(memory) => {
                let data = memory.data(&self.store);
                Some(Item::Memory(data.len() as u64, hash(data)))
            }
            Extern::Table(table) => {
                let mut elements = Vec::new();
                for index in 0..table.size(&self.store) {
                    let element = table.get(&mut self.store, index);
                    let val = element.map_or(Val::I32(-1), Val::from);
                    elements.push(value(&val, &mut self.store)?);
                }
                Some(Item::Table(elements))
            }
            _ => None,
        })
    }
}

impl Subject for Theirs {
    fn functions(&mut self) -> Vec<(String, Vec<Param>)> {
        let mut functions = Vec::new();
        for (name, item) in self.exports() {
            if let Extern::Func(func) = item {
                let ty = func.ty(&self.store);
                functions.push((name, ty.params().map(|ty| param(&ty)).collect()));
            }
        }
        functions
    }

    fn call(&mut self, name: &str, args: &[Arg]) -> End {
        self.try_call(name, args).unwrap_or_else(|error| end(&error, &mut self.store))
    }

    fn set_fuel(&mut self, fuel: i32) {
        if let Some(global) = self.fuel {
            global.set(&mut self.store, Val::I32(fuel)).expect("the fuel is a mutable i32");
        }
    }

    fn fuel(&mut self) -> Option<Value> {
        let val = self.fuel?.get(&mut self.store);
        value(&val, &mut self.store).ok()
    }

    fn state(&mut self) -> Vec<(String, Item)> {
        let mut state = Vec::new();
        for (name, item) in self.exports() {
            match self.item(item) {
                Ok(item) => state.extend(item.map(|item| (name, item))),
                Err(error) => panic!("the export {name:?} cannot be read: {error}"),
            }
        }
        state
    }
}

fn is_reference(val: &Val) -> bool {
    matches!(
        val,
        Val::FuncRef(Some(_))
            | Val::ExternRef(Some(_))
            | Val::AnyRef(Some(_))
            | Val::ExnRef(Some(_))
    )
}

fn param(ty: &ValType) -> Param {
    match ty {
        ValType::I32 => Param::I32,
        ValType::I64 => Param::I64,
        ValType::F32 => Param::F32,
        ValType::F64 => Param::F64,
        ValType::V128 => Param::V128,
        ValType::Ref(ty) => {
            let given = match ty.heap_type() {
                HeapType::Func => Given::Func,
                HeapType::Extern => Given::Host,
                HeapType::Any | HeapType::Eq | HeapType::I31 => Given::I31,
                _ => Given::Earlier,
            };
            Param::Ref { nullable: ty.is_nullable(), given }
        }
    }
}

fn values(vals: &[Val], store: &mut Store<StoreLimits>) -> Result<Vec<Value>> {
    vals.iter().map(|val| value(val, store)).collect()
}

fn value(val: &Val, store: &mut Store<StoreLimits>) -> Result<Value> {
    inspect(val, store, DEPTH)
}

fn inspect(val: &Val, store: &mut Store<StoreLimits>, depth: u32) -> Result<Value> {
    Ok(match val {
        Val::I32(value) => Value::I32(*value),
        Val::I64(value) => Value::I64(*value),
        Val::F32(bits) => Value::F32(*bits),
        Val::F64(bits) => Value::F64(*bits),
        Val::V128(value) => Value::V128(value.as_u128()),
        Val::FuncRef(Some(_)) => Value::Func,
        Val::ExternRef(Some(reference)) => match reference.data(&*store)? {
            Some(value) => value.downcast_ref().map_or(Value::Converted, |&n| Value::Host(n)),
            None => Value::Converted,
        },
        Val::AnyRef(Some(_)) | Val::ExnRef(Some(_)) if depth == 0 => Value::Deep,
        Val::AnyRef(Some(reference)) => inspect_object(*reference, store, depth - 1)?,
        Val::ExnRef(Some(reference)) => {
            let fields: Vec<_> = reference.fields(&mut *store)?.collect();
            Value::Exception(inspect_all(&fields, store, depth - 1)?)
        }
        _ => Value::Null,
    })
}

fn inspect_object(
    reference: Rooted<AnyRef>,
    store: &mut Store<StoreLimits>,
    depth: u32,
) -> Result<Value> {
    if let Some(number) = reference.as_i31(&*store)? {
        return Ok(Value::I31(number.get_i32()));
    }
    if let Some(structure) = reference.as_struct(&*store)? {
        let fields: Vec<_> = structure.fields(&mut *store)?.collect();
        return Ok(Value::Struct(inspect_all(&fields, store, depth)?));
    }
    let Some(array) = reference.as_array(&*store)? else { return Ok(Value::Converted) };
    let len = array.len(&*store)?;
    let mut elements = Vec::new();
    for index in 0..len.min(ELEMENTS) {
        elements.push(array.get(&mut *store, index)?);
    }
    Ok(Value::Array(len, inspect_all(&elements, store, depth)?))
}

fn inspect_all(vals: &[Val], store: &mut Store<StoreLimits>, depth: u32) -> Result<Vec<Value>> {
    vals.iter().map(|val| inspect(val, store, depth)).collect()
}

/// How an error ends a call.
fn end(error: &Error, store: &mut Store<StoreLimits>) -> End {
    if error.downcast_ref::<ThrownException>().is_some() {
        let fields = store.take_pending_exception().map(|exception| {
            let fields = exception.fields(&mut *store).map(|fields| fields.collect::<Vec<_>>());
            fields.and_then(|fields| values(&fields, store))
        });
        return match fields {
            Some(Ok(fields)) => End::Exception(fields),
            Some(Err(error)) => End::Limit(format!("wasmtime: {error:#}")),
            None => End::Limit("wasmtime: an exception without reference".into()),
        };
    }
    match error.downcast_ref::<Trap>() {
        Some(trap) => trap_end(*trap),
        None => End::Limit(format!("wasmtime: {error:#}")),
    }
}

fn trap_end(trap: Trap) -> End {
    End::Trap(match trap {
        Trap::UnreachableCodeReached => "unreachable",
        Trap::IntegerDivisionByZero => "division by zero",
        Trap::IntegerOverflow => "integer overflow",
        Trap::BadConversionToInteger => "conversion to integer",
        Trap::MemoryOutOfBounds => "memory bounds",
        Trap::TableOutOfBounds => "table bounds",
        Trap::IndirectCallToNull => "uninitialized element",
        Trap::BadSignature => "type of an indirect call",
        Trap::NullReference => "null",
        Trap::CastFailure => "cast",
        Trap::ArrayOutOfBounds => "array bounds",
        Trap::HeapMisaligned => "alignment",
        Trap::AtomicWaitNonSharedMemory => "wait on an unshared memory",
        Trap::UnhandledTag => "unhandled tag",
        Trap::ContinuationAlreadyConsumed => "continuation used up",
        _ => return End::Limit(format!("wasmtime: {trap}")),
    })
}

/// Whether a value is of a type. Of functions Wasmtime compares only parameters and results, but
/// such types of two recursion groups are different ones.
fn matches(val: &Val, ty: &ValType, store: &Store<StoreLimits>) -> Result<bool> {
    let wanted = ty.as_ref().and_then(|ty| ty.heap_type().as_concrete_func());
    Ok(match (val, wanted) {
        (Val::FuncRef(Some(func)), Some(wanted)) => {
            iter::successors(Some(func.ty(store)), FuncType::supertype)
                .any(|ty| FuncType::eq(&ty, wanted))
        }
        _ => val.matches_ty(store, ty)?,
    })
}

/// Everything there is to import.
fn linker(store: &mut Store<StoreLimits>) -> Result<Linker<StoreLimits>> {
    let engine = store.engine().clone();
    let mut linker = Linker::new(&engine);
    let tag = FuncType::new(&engine, types(host::TAG_PARAMS), []);
    let tag = Tag::new(&mut *store, &TagType::new(tag))?;
    linker.define(&*store, host::MODULE, host::TAG, tag)?;
    let (name, least, most) = host::MEMORY;
    let memory = Memory::new(&mut *store, MemoryType::new(least, Some(most)))?;
    linker.define(&*store, host::MODULE, name, memory)?;
    let (name, few, many) = host::TABLE;
    let ty = TableType::new(RefType::FUNCREF, few, Some(many));
    let table = Table::new(&mut *store, ty, Ref::Func(None))?;
    linker.define(&*store, host::MODULE, name, table)?;
    let (name, value) = host::CONSTANT;
    let ty = GlobalType::new(ValType::I32, Mutability::Const);
    let constant = Global::new(&mut *store, ty, Val::I32(value))?;
    linker.define(&*store, host::MODULE, name, constant)?;
    for (name, ty, val) in [
        (host::VARIABLE.0, ValType::I64, Val::I64(host::VARIABLE.1)),
        (host::SINGLE.0, ValType::F32, Val::F32(host::SINGLE.1.to_bits())),
        (host::DOUBLE.0, ValType::F64, Val::F64(host::DOUBLE.1.to_bits())),
        (host::VECTOR.0, ValType::V128, Val::V128(host::VECTOR.1.into())),
    ] {
        let ty = GlobalType::new(ty, Mutability::Var);
        let variable = Global::new(&mut *store, ty, val)?;
        linker.define(&*store, host::MODULE, name, variable)?;
    }
    for func in host::FUNCS {
        let ty = FuncType::new(&engine, types(func.params), types(func.results));
        linker.func_new(host::MODULE, func.name, ty, move |caller, args, results| {
            respond(func, tag, caller, args, results)
        })?;
    }
    Ok(linker)
}

/// What a host function does.
fn respond(
    func: &HostFunc,
    tag: Tag,
    mut caller: Caller<'_, StoreLimits>,
    args: &[Val],
    results: &mut [Val],
) -> Result<()> {
    if let (true, Some(arg)) = (func.throws, args.first().and_then(Val::i32))
        && arg % 2 != 0
    {
        let mut scope = RootScope::new(&mut caller);
        let ty = ExnType::from_tag_type(&tag.ty(&scope))?;
        let (a, b) = host::thrown(arg);
        let allocator = wasmtime::ExnRefPre::new(&mut scope, ty);
        let fields = [Val::I32(a), Val::I64(b)];
        let exception = ExnRef::new(&mut scope, &allocator, &tag, &fields)?;
        return scope.as_context_mut().throw(exception);
    }
    let numbers: Vec<Value> = args.iter().map(plain).collect();
    let mut mixed = host::mixed(&numbers);
    for (result, &ty) in results.iter_mut().zip(func.results) {
        *result = match host::result(ty, mixed) {
            Some(Value::I32(value)) => Val::I32(value),
            Some(Value::I64(value)) => Val::I64(value),
            Some(Value::F32(bits)) => Val::F32(bits),
            Some(Value::F64(bits)) => Val::F64(bits),
            _ => args[func.params.iter().position(|&param| param == ty).unwrap_or(0)],
        };
        mixed = mixed.rotate_left(17);
    }
    Ok(())
}

/// The value as far as host functions look at it.
fn plain(val: &Val) -> Value {
    match *val {
        Val::I32(value) => Value::I32(value),
        Val::I64(value) => Value::I64(value),
        Val::F32(bits) => Value::F32(bits),
        Val::F64(bits) => Value::F64(bits),
        _ if is_reference(val) => Value::Converted,
        _ => Value::Null,
    }
}

fn types(types: &[Type]) -> Vec<ValType> {
    let ty = |ty: &Type| match ty {
        Type::I32 => ValType::I32,
        Type::I64 => ValType::I64,
        Type::F32 => ValType::F32,
        Type::F64 => ValType::F64,
        Type::Extern => ValType::EXTERNREF,
        Type::Func => ValType::FUNCREF,
    };
    types.iter().map(ty).collect()
}
