//! Dergwasm as a subject, in each of its modes.

use crate::{
    case::{Case, FUEL},
    host::{self, HostFunc, Type},
    observation::{DEPTH, ELEMENTS, End, Item, Value, hash},
    subject::{Arg, Given, Param, Subject},
};
use dergwasm::{
    AnyRef, Caller, CompilationMode, Config, Error, ErrorKind, ExnRef, Extern, ExternRef, Features,
    Func, FuncType, Global, GlobalType, HeapType, I31, Instance, Linker, Machine, Memory,
    MemoryType, Module, RefType, ResourceLimits, ResumableCall, RootScope, Rooted, Table,
    TableType, Tag, Trap, Val, ValType,
};

/// A way of running a module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mode {
    pub(crate) name: &'static str,
    compilation: CompilationMode,
    /// The fuel after which a call pauses, to be resumed with as much.
    pauses: Option<u64>,
    /// Whether a collection comes before every allocation.
    stress: bool,
    interruptible: bool,
    /// Whether instructions may be fused.
    fused: bool,
    /// Whether the module with the older instructions for exceptions runs, if there is one.
    older: bool,
}

const PLAIN: Mode = Mode {
    name: "plain",
    compilation: CompilationMode::LazyTranslation,
    pauses: None,
    stress: false,
    interruptible: false,
    fused: true,
    older: false,
};

/// Every mode; the first is the one compared with the other engines.
pub(crate) const MODES: &[Mode] = &[
    PLAIN,
    Mode { name: "eager", compilation: CompilationMode::Eager, ..PLAIN },
    Mode { name: "lazy, collecting", compilation: CompilationMode::Lazy, stress: true, ..PLAIN },
    Mode { name: "unfused", fused: false, ..PLAIN },
    Mode { name: "pausing", pauses: Some(23), ..PLAIN },
    Mode { name: "unfused, pausing often", pauses: Some(1), fused: false, ..PLAIN },
    Mode {
        name: "pausing often, collecting",
        pauses: Some(1),
        stress: true,
        interruptible: true,
        ..PLAIN
    },
    Mode { name: "older exceptions", older: true, ..PLAIN },
    Mode {
        name: "older exceptions, pausing, collecting",
        pauses: Some(5),
        stress: true,
        older: true,
        ..PLAIN
    },
];

/// After so many pauses of a call the next are further apart.
const MANY_PAUSES: u32 = 200;

impl Mode {
    /// Whether there is a module for it.
    pub(crate) fn is_for(&self, case: &Case) -> bool {
        case.older.is_some() || !self.older
    }
}

/// An instance in a machine.
#[derive(Debug)]
pub(crate) struct Ours {
    machine: Machine<()>,
    instance: Instance,
    fuel: Option<Global>,
    pauses: Option<u64>,
    /// The references that calls returned.
    earlier: Vec<Val>,
}

impl Ours {
    /// The instance of a case's module.
    pub(crate) fn start(case: &Case, mode: &Mode) -> Result<Self, End> {
        let mut config = Config::new();
        config.compilation_mode(mode.compilation).consume_fuel(mode.pauses.is_some());
        config.gc_stress(mode.stress).interruptible(mode.interruptible);
        config.superinstructions(mode.fused);
        config.features(Features::default().with_stack_switching(true));
        config.max_gc_heap_bytes(256 << 20).max_call_depth(20_000);
        let mut machine = Machine::with_config(&config, ());
        machine.set_limiter(ResourceLimits::new().memory_bytes(16 << 20).table_elements(100_000));
        let wasm = case.older.as_ref().filter(|_| mode.older).unwrap_or(&case.wasm);
        match Self::instantiate(&mut machine, &config, wasm, mode) {
            Ok(instance) => {
                let fuel = instance.get_global(&machine, FUEL);
                let mut ours =
                    Self { machine, instance, fuel, pauses: mode.pauses, earlier: Vec::new() };
                ours.keep_globals();
                Ok(ours)
            }
            Err(error) => Err(end(&error, &mut machine)),
        }
    }

    fn instantiate(
        machine: &mut Machine<()>,
        config: &Config,
        wasm: &[u8],
        mode: &Mode,
    ) -> Result<Instance, Error> {
        let module = Module::with_config(config, wasm)?;
        if mode.pauses.is_some() {
            machine.set_fuel(u64::MAX)?;
        }
        linker(machine)?.instantiate(machine, &module)
    }

    /// Keeps the references in exported globals for arguments.
    fn keep_globals(&mut self) {
        for (_, item) in self.exports() {
            if let Extern::Global(global) = item {
                let val = global.get(&mut self.machine);
                self.earlier.extend(val.ok().filter(is_reference));
            }
        }
    }

    fn exports(&self) -> Vec<(String, Extern)> {
        let exports = self.instance.exports(&self.machine).expect("the instance is of its machine");
        exports.map(|export| (export.name().to_owned(), export.into_extern())).collect()
    }

    fn argument(&mut self, arg: Arg, ty: ValType) -> Result<Option<Val>, Error> {
        Ok(Some(match arg {
            Arg::I32(value) => Val::I32(value),
            Arg::I64(value) => Val::I64(value),
            Arg::F32(bits) => Val::F32(bits),
            Arg::F64(bits) => Val::F64(bits),
            Arg::V128(value) => Val::V128(value),
            Arg::Null => return Ok(Val::default_in(&self.machine, ty)),
            Arg::Host(number) => Val::from(ExternRef::new(&mut self.machine, number)?),
            Arg::I31(value) => {
                Val::from(AnyRef::from_i31(&mut self.machine, I31::wrapping_i32(value)))
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
                    if val.matches(&self.machine, ty)? {
                        return Ok(Some(*val));
                    }
                }
                return Ok(None);
            }
        }))
    }

    fn try_call(&mut self, name: &str, args: &[Arg]) -> Result<End, Error> {
        let Some(func) = self.instance.get_func(&self.machine, name) else {
            return Ok(End::Broken(format!("{name:?} is exported and not found")));
        };
        let ty = func.ty(&self.machine)?;
        let mut params = Vec::new();
        for (&arg, &ty) in args.iter().zip(ty.params()) {
            match self.argument(arg, ty)? {
                Some(val) => params.push(val),
                None => return Ok(End::NotCalled),
            }
        }
        let mut results = vec![Val::I32(0); ty.results().len()];
        match self.pauses {
            None => func.call(&mut self.machine, &params, &mut results)?,
            Some(fuel) => self.call_in_pieces(func, &params, &mut results, fuel)?,
        }
        for (result, &ty) in results.iter().zip(ty.results()) {
            if !result.matches(&self.machine, ty)? {
                return Ok(End::Broken(format!("{result:?} is not of the result's type {ty}")));
            }
        }
        self.earlier.extend(results.iter().copied().filter(is_reference));
        Ok(End::Values(values(&results, &mut self.machine)?))
    }

    /// Calls with a little fuel, and with more when a single instruction needs it or the call takes
    /// long.
    fn call_in_pieces(
        &mut self,
        func: Func,
        params: &[Val],
        results: &mut [Val],
        mut little: u64,
    ) -> Result<(), Error> {
        let (mut fuel, mut pauses) = (little, 0);
        self.machine.set_fuel(fuel)?;
        let mut call = func.call_resumable(&mut self.machine, params, results)?;
        while let ResumableCall::Paused(paused) = call {
            pauses += 1;
            if pauses % MANY_PAUSES == 0 {
                little *= 2;
            }
            let stuck = self.machine.fuel() == Some(fuel);
            fuel = if stuck { fuel.saturating_mul(2) } else { little };
            self.machine.set_fuel(fuel)?;
            call = paused.resume(&mut self.machine, results)?;
        }
        Ok(())
    }

    fn item(&mut self, item: Extern) -> Result<Option<Item>, Error> {
        Ok(match item {
            Extern::Global(global) => {
                let val = global.get(&mut self.machine)?;
                Some(Item::Global(value(val, &mut self.machine)?))
            }
            Extern::Memory(memory) => {
                let data = memory.data(&self.machine)?;
                Some(Item::Memory(data.len() as u64, hash(data)))
            }
            Extern::Table(table) => {
                let mut elements = Vec::new();
                for index in 0..table.size(&self.machine)? {
                    let val = table.get(&mut self.machine, index)?;
                    elements.push(value(val, &mut self.machine)?);
                }
                Some(Item::Table(elements))
            }
            _ => None,
        })
    }
}

impl Subject for Ours {
    fn functions(&mut self) -> Vec<(String, Vec<Param>)> {
        let mut functions = Vec::new();
        for (name, item) in self.exports() {
            if let Extern::Func(func) = item {
                let ty = func.ty(&self.machine).expect("an export is of its machine");
                functions.push((name, ty.params().iter().map(|&ty| param(ty)).collect()));
            }
        }
        functions
    }

    fn call(&mut self, name: &str, args: &[Arg]) -> End {
        self.try_call(name, args).unwrap_or_else(|error| end(&error, &mut self.machine))
    }

    fn set_fuel(&mut self, fuel: i32) {
        if let Some(global) = self.fuel {
            global.set(&mut self.machine, Val::I32(fuel)).expect("the fuel is a mutable i32");
        }
    }

    fn fuel(&mut self) -> Option<Value> {
        let val = self.fuel?.get(&mut self.machine).ok()?;
        value(val, &mut self.machine).ok()
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

fn param(ty: ValType) -> Param {
    match ty {
        ValType::I32 => Param::I32,
        ValType::I64 => Param::I64,
        ValType::F32 => Param::F32,
        ValType::F64 => Param::F64,
        ValType::V128 => Param::V128,
        ValType::Ref(RefType { nullable, heap }) => {
            let given = match heap {
                HeapType::Func => Given::Func,
                HeapType::Extern => Given::Host,
                HeapType::Any | HeapType::Eq | HeapType::I31 => Given::I31,
                _ => Given::Earlier,
            };
            Param::Ref { nullable, given }
        }
    }
}

fn values(vals: &[Val], machine: &mut Machine<()>) -> Result<Vec<Value>, Error> {
    vals.iter().map(|&val| value(val, machine)).collect()
}

fn value(val: Val, machine: &mut Machine<()>) -> Result<Value, Error> {
    let mut scope = RootScope::new(machine);
    inspect(val, &mut scope, DEPTH)
}

fn inspect(val: Val, machine: &mut Machine<()>, depth: u32) -> Result<Value, Error> {
    Ok(match val {
        Val::I32(value) => Value::I32(value),
        Val::I64(value) => Value::I64(value),
        Val::F32(bits) => Value::F32(bits),
        Val::F64(bits) => Value::F64(bits),
        Val::V128(value) => Value::V128(value),
        Val::FuncRef(Some(func)) => func.ty(&*machine).map(|_| Value::Func)?,
        Val::ExternRef(Some(reference)) => match reference.data(&*machine)? {
            Some(value) => value.downcast_ref().map_or(Value::Converted, |&n| Value::Host(n)),
            None => Value::Converted,
        },
        Val::AnyRef(Some(_)) | Val::ExnRef(Some(_)) if depth == 0 => Value::Deep,
        Val::AnyRef(Some(reference)) => inspect_object(reference, machine, depth - 1)?,
        Val::ExnRef(Some(reference)) => {
            let fields = reference.fields(&mut *machine)?;
            Value::Exception(inspect_all(fields, machine, depth - 1)?)
        }
        _ => Value::Null,
    })
}

fn inspect_object(
    reference: Rooted<AnyRef>,
    machine: &mut Machine<()>,
    depth: u32,
) -> Result<Value, Error> {
    if let Some(number) = reference.as_i31(&*machine)? {
        return Ok(Value::I31(number.get_i32()));
    }
    if let Some(structure) = reference.as_struct(&*machine)? {
        let fields = structure.fields(&mut *machine)?;
        return Ok(Value::Struct(inspect_all(fields, machine, depth)?));
    }
    let Some(array) = reference.as_array(&*machine)? else { return Ok(Value::Converted) };
    let len = array.len(&*machine)?;
    let mut elements = Vec::new();
    for index in 0..len.min(ELEMENTS) {
        elements.push(array.get(&mut *machine, index)?);
    }
    Ok(Value::Array(len, inspect_all(elements, machine, depth)?))
}

fn inspect_all(vals: Vec<Val>, machine: &mut Machine<()>, depth: u32) -> Result<Vec<Value>, Error> {
    vals.into_iter().map(|val| inspect(val, machine, depth)).collect()
}

/// How an error ends a call.
fn end(error: &Error, machine: &mut Machine<()>) -> End {
    match error.kind() {
        ErrorKind::Trap(trap) => trap_end(*trap),
        ErrorKind::Exception(_) => {
            let fields = match ExnRef::from_error(&mut *machine, error) {
                Some(exception) => exception.fields(&mut *machine),
                None => return End::Broken("an exception of no machine".into()),
            };
            match fields.and_then(|fields| values(&fields, machine)) {
                Ok(fields) => End::Exception(fields),
                Err(error) => End::Broken(error.to_string()),
            }
        }
        ErrorKind::Limit(why) => End::Limit(format!("dergwasm: {why}")),
        _ => End::Refused(error.to_string()),
    }
}

fn trap_end(trap: Trap) -> End {
    End::Trap(match trap {
        Trap::Unreachable => "unreachable",
        Trap::IntegerDivideByZero => "division by zero",
        Trap::IntegerOverflow => "integer overflow",
        Trap::InvalidConversionToInteger => "conversion to integer",
        Trap::MemoryOutOfBounds => "memory bounds",
        Trap::TableOutOfBounds | Trap::UndefinedElement => "table bounds",
        Trap::UninitializedElement => "uninitialized element",
        Trap::IndirectCallTypeMismatch => "type of an indirect call",
        Trap::NullReference
        | Trap::NullFunction
        | Trap::NullStructure
        | Trap::NullArray
        | Trap::NullI31
        | Trap::NullContinuation
        | Trap::NullException => "null",
        Trap::CastFailure => "cast",
        Trap::ArrayOutOfBounds => "array bounds",
        Trap::UnalignedAtomic => "alignment",
        Trap::ExpectedSharedMemory => "wait on an unshared memory",
        Trap::UnhandledTag => "unhandled tag",
        Trap::ContinuationConsumed => "continuation used up",
        Trap::HeapExhausted | Trap::CallStackExhausted => {
            return End::Limit(format!("dergwasm: {trap}"));
        }
        _ => return End::Broken(format!("trap: {trap}")),
    })
}

/// Everything there is to import.
fn linker(machine: &mut Machine<()>) -> Result<Linker<()>, Error> {
    let mut linker = Linker::new();
    let tag = Tag::new(&mut *machine, FuncType::new(types(host::TAG_PARAMS), []))?;
    linker.define(&*machine, host::MODULE, host::TAG, tag)?;
    let (name, least, most) = host::MEMORY;
    let memory = Memory::new(&mut *machine, MemoryType::new(least.into(), Some(most.into())))?;
    linker.define(&*machine, host::MODULE, name, memory)?;
    let (name, few, many) = host::TABLE;
    let ty = TableType::new(RefType::FUNC, few.into(), Some(many.into()));
    let table = Table::new(&mut *machine, ty, Val::FuncRef(None))?;
    linker.define(&*machine, host::MODULE, name, table)?;
    let ty = |content, mutable| GlobalType { content, mutable };
    let (name, value) = host::CONSTANT;
    let constant = Global::new(&mut *machine, ty(ValType::I32, false), Val::I32(value))?;
    linker.define(&*machine, host::MODULE, name, constant)?;
    for (name, val) in [
        (host::VARIABLE.0, Val::I64(host::VARIABLE.1)),
        (host::SINGLE.0, Val::F32(host::SINGLE.1.to_bits())),
        (host::DOUBLE.0, Val::F64(host::DOUBLE.1.to_bits())),
        (host::VECTOR.0, Val::V128(host::VECTOR.1)),
    ] {
        let content = match val {
            Val::I64(_) => ValType::I64,
            Val::F32(_) => ValType::F32,
            Val::F64(_) => ValType::F64,
            _ => ValType::V128,
        };
        let variable = Global::new(&mut *machine, ty(content, true), val)?;
        linker.define(&*machine, host::MODULE, name, variable)?;
    }
    for func in host::FUNCS {
        let ty = FuncType::new(types(func.params), types(func.results));
        linker.func_new(host::MODULE, func.name, ty, move |caller, args, results| {
            respond(func, &tag, caller, args, results)
        })?;
    }
    Ok(linker)
}

/// What a host function does.
fn respond(
    func: &HostFunc,
    tag: &Tag,
    mut caller: Caller<'_, ()>,
    args: &[Val],
    results: &mut [Val],
) -> Result<(), Error> {
    if let (true, Some(arg)) = (func.throws, args.first().and_then(|arg| arg.i32()))
        && arg % 2 != 0
    {
        let (a, b) = host::thrown(arg);
        let exception = ExnRef::new(&mut caller, tag, &[Val::I32(a), Val::I64(b)])?;
        return Err(exception.throw(&mut caller));
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
