//! A run in the smallest slices that make progress is the same as one in one piece: results,
//! memories, globals, tables, and the fuel in total.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod interrupted;
mod programs;

use dergwasm_exec::{CompilationMode, Config, Machine, Module, NoHost, Outcome};
use dergwasm_store::FuncAddr;
use dergwasm_types::{Trap, Value};

/// Enough for every program here.
const PLENTY: u64 = 1 << 40;

/// What a program leaves behind.
#[derive(Debug, PartialEq, Eq)]
struct After {
    /// The result, or the trap.
    result: Result<u64, Trap>,
    memories: Vec<Vec<u8>>,
    tables: Vec<Vec<u64>>,
    globals: Vec<u128>,
    fuel: u64,
}

/// How a program is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slices {
    /// In one piece.
    One,
    /// With as much fuel as each pause says is needed.
    Needed,
    /// With so many units more at a time.
    Of(u64),
}

fn config(change: impl FnOnce(&mut Config)) -> Config {
    let mut config = Config::new();
    config.consume_fuel(true).max_call_depth(2000);
    change(&mut config);
    config
}

/// Runs `run` of a program; after each pause what is not found to be in use is collected.
fn run(config: &Config, program: &str, slices: Slices) -> After {
    let module = Module::with_config(config, &wat::parse_str(program).unwrap()).unwrap();
    let mut machine = Machine::new(config);
    machine.set_fuel(PLENTY).unwrap();
    let instance = machine.instantiate(&mut NoHost, &module, &[]).unwrap();
    let func = machine.export_func(instance, "run").unwrap();
    let (result, fuel) = run_func(&mut machine, func, slices);
    let store = machine.store();
    After {
        result,
        memories: store.memories().iter().map(|memory| memory.data().to_vec()).collect(),
        tables: store.tables().iter().map(|table| table.elements().to_vec()).collect(),
        globals: store.globals().iter().map(|global| global.get().as_u128()).collect(),
        fuel,
    }
}

fn run_func(machine: &mut Machine, func: FuncAddr, slices: Slices) -> (Result<u64, Trap>, u64) {
    let mut values = [Value::ZERO];
    let mut given = if slices == Slices::One { PLENTY } else { 0 };
    machine.set_fuel(given).unwrap();
    let mut outcome = machine.invoke_resumable(&mut NoHost, func, &mut values);
    loop {
        match outcome {
            Ok(Outcome::Finished) => break,
            Ok(Outcome::Paused(paused)) => {
                assert_eq!(paused.reason(), Trap::OutOfFuel);
                let (needed, left) = (paused.fuel_needed(), machine.fuel().unwrap());
                assert!(needed > left, "it stopped with {left} units, but needs {needed}");
                let more = match slices {
                    Slices::One => panic!("{PLENTY} units are not enough"),
                    Slices::Needed => needed - left,
                    Slices::Of(more) => more,
                };
                given += more;
                machine.set_fuel(left + more).unwrap();
                machine.gc();
                outcome = machine.resume(&mut NoHost, paused, &mut values);
                // What is needed is enough for progress.
                if let Ok(Outcome::Paused(_)) = outcome
                    && slices == Slices::Needed
                {
                    assert!(machine.fuel().unwrap() < left + more, "nothing was paid");
                }
            }
            Err(error) => return (Err(error.trap().unwrap()), given - machine.fuel().unwrap()),
        }
    }
    (Ok(values[0].as_u64()), given - machine.fuel().unwrap())
}

/// Checks a program in every mode.
fn check(program: &str) -> After {
    let lazy = config(|_| {});
    let whole = run(&lazy, program, Slices::One);
    for slices in [Slices::Needed, Slices::Of(1), Slices::Of(7), Slices::Of(1000)] {
        assert_eq!(run(&lazy, program, slices), whole, "{slices:?}");
    }
    let stress = config(|config| {
        config.gc_stress(true).compilation_mode(CompilationMode::Eager);
    });
    assert_eq!(run(&stress, program, Slices::Needed), whole, "collections all the time");
    let both = config(|config| {
        config.interruptible(true).compilation_mode(CompilationMode::Lazy);
    });
    assert_eq!(run(&both, program, Slices::Needed), whole, "interruptible too");
    let mut plain = Config::new();
    plain.max_call_depth(2000);
    let (result, memories, tables, globals) = run_plain(&plain, program);
    assert_eq!((result, memories), (whole.result, whole.memories.clone()), "without fuel");
    assert_eq!((tables, globals), (whole.tables.clone(), whole.globals.clone()), "without fuel");
    whole
}

type Plain = (Result<u64, Trap>, Vec<Vec<u8>>, Vec<Vec<u64>>, Vec<u128>);

fn run_plain(config: &Config, program: &str) -> Plain {
    let module = Module::with_config(config, &wat::parse_str(program).unwrap()).unwrap();
    let mut machine = Machine::new(config);
    let instance = machine.instantiate(&mut NoHost, &module, &[]).unwrap();
    let func = machine.export_func(instance, "run").unwrap();
    let mut values = [Value::ZERO];
    let result = machine.invoke(&mut NoHost, func, &mut values);
    let result = result.map(|()| values[0].as_u64()).map_err(|error| error.trap().unwrap());
    let store = machine.store();
    let memories = store.memories().iter().map(|memory| memory.data().to_vec()).collect();
    let tables = store.tables().iter().map(|table| table.elements().to_vec()).collect();
    let globals = store.globals().iter().map(|global| global.get().as_u128()).collect();
    (result, memories, tables, globals)
}
