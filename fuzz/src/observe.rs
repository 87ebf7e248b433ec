//! What can be seen of a module from outside when it runs, in several ways that have to agree.

use dergwasm::{
    CompilationMode, Config, Error, ErrorKind, Extern, Func, Instance, Machine, Module,
    ResourceLimits, ResumableCall, Trap, Val, ValType,
};
use std::fmt::Write as _;

/// A way of running a module.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mode {
    name: &'static str,
    compilation: CompilationMode,
    /// The fuel after which a call pauses, to be resumed with as much.
    pauses: Option<u64>,
    /// Whether a collection comes before every allocation.
    stress: bool,
    interruptible: bool,
}

const PLAIN: Mode = Mode {
    name: "plain",
    compilation: CompilationMode::LazyTranslation,
    pauses: None,
    stress: false,
    interruptible: false,
};

const OTHERS: [Mode; 4] = [
    Mode { name: "eager", compilation: CompilationMode::Eager, interruptible: true, ..PLAIN },
    Mode { name: "lazy, collecting", compilation: CompilationMode::Lazy, stress: true, ..PLAIN },
    Mode { name: "pausing", pauses: Some(40), ..PLAIN },
    Mode { name: "pausing often", pauses: Some(1), interruptible: true, ..PLAIN },
];

/// What was seen, line by line; `limited` if a limit of the engine ended it.
#[derive(Debug, Default)]
pub(crate) struct Observation {
    lines: Vec<String>,
    limited: bool,
}

/// Runs a module in every mode, which have to agree; returns what was seen.
///
/// # Panics
/// If two modes differ.
pub(crate) fn agree(wasm: &[u8]) -> String {
    let plain = observe(wasm, PLAIN);
    for mode in OTHERS {
        let other = observe(wasm, mode);
        let until = match plain.limited || other.limited {
            true => plain.lines.len().min(other.lines.len()),
            false => plain.lines.len().max(other.lines.len()),
        };
        for line in 0..until {
            assert_eq!(plain.lines.get(line), other.lines.get(line), "plain and {}", mode.name);
        }
    }
    plain.lines.join("\n")
}

/// Runs a module in the first mode.
pub(crate) fn plain(wasm: &[u8]) -> String {
    observe(wasm, PLAIN).lines.join("\n")
}

fn observe(wasm: &[u8], mode: Mode) -> Observation {
    let mut config = Config::new();
    config.compilation_mode(mode.compilation).consume_fuel(mode.pauses.is_some());
    config.gc_stress(mode.stress).interruptible(mode.interruptible).max_call_depth(2_000);
    let limits = ResourceLimits::new().memory_bytes(4 << 20).table_elements(10_000);
    let mut machine = Machine::with_config(&config, limits);
    machine.limiter(|limits| limits);
    let mut seen = Observation::default();
    let started = Module::with_config(&config, wasm).and_then(|module| {
        if mode.pauses.is_some() {
            machine.set_fuel(u64::MAX)?;
        }
        Instance::new(&mut machine, &module, &[])
    });
    let instance = match started {
        Ok(instance) => instance,
        Err(error) => {
            seen.end("start", &error);
            return seen;
        }
    };
    let exports: Vec<_> = instance
        .exports(&machine)
        .expect("an instance of this machine")
        .map(|export| (export.name().to_owned(), export.into_extern()))
        .collect();
    for round in 0..2 {
        for (name, item) in &exports {
            let Extern::Func(func) = item else { continue };
            match call(&mut machine, *func, round, mode.pauses) {
                Ok(Some(values)) => seen.lines.push(format!("{name}{values}")),
                Ok(None) => {}
                Err(error) => seen.end(name, &error),
            }
            if seen.limited {
                return seen;
            }
        }
    }
    for (name, item) in exports {
        let state = state(&mut machine, item);
        seen.lines.extend(state.map(|state| format!("{name} {state}")));
    }
    seen
}

impl Observation {
    fn end(&mut self, name: &str, error: &Error) {
        let limit = |trap: &Trap| matches!(trap, Trap::CallStackExhausted | Trap::HeapExhausted);
        match error.kind() {
            ErrorKind::Trap(trap) if limit(trap) => self.limited = true,
            ErrorKind::Trap(trap) => self.lines.push(format!("{name}: {trap}")),
            ErrorKind::Exception(_) => self.lines.push(format!("{name}: exception")),
            ErrorKind::Limit(_) => self.limited = true,
            _ => self.lines.push(format!("{name}: {error}")),
        }
    }
}

/// Calls a function with arguments that its type and the round determine; `None` if there are none.
fn call(
    machine: &mut Machine<ResourceLimits>,
    func: Func,
    round: u32,
    pauses: Option<u64>,
) -> Result<Option<String>, Error> {
    let ty = func.ty(&*machine)?;
    let mut params = Vec::new();
    for (&ty, number) in ty.params().iter().zip(0u32..) {
        match argument(machine, ty, number.wrapping_mul(0x9e37_79b9) >> (8 * round)) {
            Some(val) => params.push(val),
            None => return Ok(None),
        }
    }
    let mut results = vec![Val::I32(0); ty.results().len()];
    match pauses {
        None => func.call(&mut *machine, &params, &mut results)?,
        Some(fuel) => call_in_pieces(machine, func, &params, &mut results, fuel)?,
    }
    let mut text = String::new();
    for (result, &ty) in results.iter().zip(ty.results()) {
        assert!(result.matches(&*machine, ty)?, "{result:?} is not of the result's type {ty}");
        text.push_str(&value(machine, *result)?);
    }
    Ok(Some(text))
}

fn argument(machine: &Machine<ResourceLimits>, ty: ValType, bits: u32) -> Option<Val> {
    Some(match ty {
        ValType::I32 => Val::I32(bits.cast_signed()),
        ValType::I64 => Val::I64(i64::from(bits) << 7),
        ValType::F32 => Val::from(bits as f32 / 8.0),
        ValType::F64 => Val::from(f64::from(bits) / 8.0),
        ValType::V128 => Val::V128(u128::from(bits) * 0x1_0000_0001_0000_0003),
        _ => return Val::default_in(machine, ty),
    })
}

/// Calls with a little fuel, and with more when a single instruction needs it or the call is long.
fn call_in_pieces(
    machine: &mut Machine<ResourceLimits>,
    func: Func,
    params: &[Val],
    results: &mut [Val],
    mut little: u64,
) -> Result<(), Error> {
    let (mut fuel, mut pauses) = (little, 0u32);
    machine.set_fuel(fuel)?;
    let mut call = func.call_resumable(&mut *machine, params, results)?;
    while let ResumableCall::Paused(paused) = call {
        pauses += 1;
        if pauses % 200 == 0 {
            little = little.saturating_mul(2);
        }
        let stuck = machine.fuel() == Some(fuel);
        fuel = if stuck { fuel.saturating_mul(2) } else { little };
        machine.set_fuel(fuel)?;
        call = paused.resume(&mut *machine, results)?;
    }
    Ok(())
}

fn value(machine: &mut Machine<ResourceLimits>, val: Val) -> Result<String, Error> {
    Ok(match val {
        Val::I32(_) | Val::I64(_) | Val::F32(_) | Val::F64(_) | Val::V128(_) => format!(" {val:?}"),
        Val::AnyRef(Some(reference)) => match reference.as_i31(&*machine)? {
            Some(number) => format!(" i31 {}", number.get_i32()),
            None => " object".into(),
        },
        Val::FuncRef(Some(_)) | Val::ExternRef(Some(_)) | Val::ExnRef(Some(_)) => " some".into(),
        _ => " null".into(),
    })
}

fn state(machine: &mut Machine<ResourceLimits>, item: Extern) -> Option<String> {
    match item {
        Extern::Memory(memory) => {
            let bytes = memory.data(&*machine).ok()?;
            let step =
                |hash: u64, &byte: &u8| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3);
            Some(format!("{} bytes {:x}", bytes.len(), bytes.iter().fold(1, step)))
        }
        Extern::Global(global) => {
            let val = global.get(&mut *machine).ok()?;
            value(machine, val).ok()
        }
        Extern::Table(table) => {
            let mut text = String::new();
            for index in 0..table.size(&*machine).ok()?.min(100) {
                let val = table.get(&mut *machine, index).ok()?;
                let _ = write!(text, "{}", value(machine, val).ok()?);
            }
            Some(text)
        }
        _ => None,
    }
}
