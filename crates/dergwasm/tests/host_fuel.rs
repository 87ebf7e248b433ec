//! What host functions cost in fuel, and what happens when there is too little.

#![expect(clippy::unwrap_used, reason = "a panic is a failed test")]

use dergwasm::{
    Caller, Config, Error, FuelCosts, Linker, Machine, Module, Trap, TypedResumableCall,
    wasi::{self, Wasi},
};

fn metered() -> Config {
    let mut config = Config::new();
    config.consume_fuel(true);
    config
}

const CALLS: &[u8] = br#"(module (import "env" "work" (func $work (param i32) (result i32)))
    (func (export "run") (param i32) (result i32) (i32.add (i32.const 1) (call $work (local.get 0)))))"#;

/// Doubles its parameter; counts how often it did so.
fn linker() -> Linker<u32> {
    let mut linker = Linker::new();
    linker
        .func_wrap("env", "work", |mut caller: Caller<'_, u32>, x: u32| -> Result<u32, Error> {
            caller.consume_fuel(x.into())?;
            *caller.data_mut() += 1;
            Ok(2 * x)
        })
        .unwrap();
    linker
}

/// What a call costs with a linker.
fn cost(linker: &Linker<u32>, x: u32) -> u64 {
    let mut machine = Machine::with_config(&metered(), 0);
    let instance = linker.instantiate(&mut machine, &Module::new(CALLS).unwrap()).unwrap();
    let run = instance.get_typed_func::<u32, u32>(&machine, "run").unwrap();
    machine.set_fuel(1 << 40).unwrap();
    assert_eq!(run.call(&mut machine, x).unwrap(), 2 * x + 1);
    (1 << 40) - machine.fuel().unwrap()
}

#[test]
fn host_functions_cost_what_they_ask_for_and_what_the_linker_says() {
    let mut linker = linker();
    assert_eq!(cost(&linker, 1000), cost(&linker, 0) + 1000);
    let before = cost(&linker, 7);
    linker.func_fuel("env", "work", 500).unwrap();
    assert_eq!(cost(&linker, 7), before + 500);
    assert_eq!(cost(&linker.clone(), 7), before + 500);
    let error = linker.func_fuel("env", "play", 500).unwrap_err();
    assert!(error.to_string().contains("`env`.`play` is not defined"), "{error}");
}

#[test]
fn a_call_that_cannot_be_paid_is_made_when_the_run_goes_on() {
    let mut linker = linker();
    linker.func_fuel("env", "work", 500).unwrap();
    let mut machine = Machine::with_config(&metered(), 0);
    let instance = linker.instantiate(&mut machine, &Module::new(CALLS).unwrap()).unwrap();
    let run = instance.get_typed_func::<u32, u32>(&machine, "run").unwrap();
    machine.set_fuel(100).unwrap();
    let mut call = run.call_resumable(&mut machine, 40).unwrap();
    let mut needed = Vec::new();
    loop {
        match call {
            TypedResumableCall::Finished(result) => break assert_eq!(result, 81),
            TypedResumableCall::Paused(paused) => {
                assert_eq!((paused.reason(), *machine.data()), (Trap::OutOfFuel, 0));
                needed.push(paused.fuel_needed());
                machine.set_fuel(paused.fuel_needed()).unwrap();
                call = paused.resume(&mut machine).unwrap();
            }
        }
    }
    // What the linker says, then with what the function asks for.
    assert_eq!(needed, [500, 540]);
    assert_eq!(*machine.data(), 1, "it did its work once");
    // Without resuming, the call fails.
    machine.set_fuel(300).unwrap();
    assert_eq!(run.call(&mut machine, 40).unwrap_err().trap(), Some(Trap::OutOfFuel));
}

#[test]
fn functions_of_modules_have_no_cost_of_their_own() {
    let mut machine = Machine::with_config(&metered(), 0);
    let instance = linker().instantiate(&mut machine, &Module::new(CALLS).unwrap()).unwrap();
    let run = instance.get_func(&machine, "run").unwrap();
    assert!(run.set_fuel(&mut machine, 5).is_err());
}

#[test]
fn wasi_pays_for_what_it_copies() {
    const RANDOM: &[u8] = br#"(module
        (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
        (import "wasi_snapshot_preview1" "fd_write"
            (func $write (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 20)
        (func (export "random") (param i32) (result i32) (call $random (i32.const 0) (local.get 0)))
        (func (export "write") (param i32) (result i32)
            (i32.store (i32.const 4) (local.get 0)) (i32.store (i32.const 12) (local.get 0))
            (call $write (i32.const 1) (i32.const 0) (i32.const 2) (i32.const 64))))"#;
    let cost = |costs: FuelCosts, name: &str, len: u32| {
        let mut machine = Machine::with_config(metered().fuel_costs(costs), Wasi::default());
        let mut linker = Linker::new();
        wasi::add_to_linker(&mut linker, |wasi: &mut Wasi| wasi).unwrap();
        let module = Module::new(RANDOM).unwrap();
        let instance = linker.instantiate(&mut machine, &module).unwrap();
        let run = instance.get_typed_func::<u32, u32>(&machine, name).unwrap();
        machine.set_fuel(1 << 40).unwrap();
        run.call(&mut machine, len).unwrap();
        (1 << 40) - machine.fuel().unwrap()
    };
    let usual = FuelCosts::default();
    let spent = |name, len| cost(usual, name, len) - cost(usual, name, 0);
    assert_eq!(spent("random", 64_000), 1000);
    assert_eq!(spent("write", 64_000), 2000);
    assert_eq!(spent("random", u32::MAX), 0, "the buffer is not in the memory");
    let free = *FuelCosts::default().set(dergwasm::CostClass::Bytes, 0);
    assert_eq!(cost(free, "random", 64_000), cost(free, "random", 0));
}

#[test]
fn polling_for_ever_runs_out_of_fuel() {
    // The clock's time is past at once, so that no poll waits.
    const POLL: &[u8] = br#"(module
        (import "wasi_snapshot_preview1" "poll_oneoff"
            (func $poll (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1)
        (global (export "polls") (mut i32) (i32.const 0))
        (func (export "run")
            (loop $again
                (if (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128))
                    (then (unreachable)))
                (global.set 0 (i32.add (global.get 0) (i32.const 1)))
                (br $again))))"#;
    let mut machine = Machine::with_config(&metered(), Wasi::default());
    let mut linker = Linker::new();
    wasi::add_to_linker(&mut linker, |wasi: &mut Wasi| wasi).unwrap();
    let instance = linker.instantiate(&mut machine, &Module::new(POLL).unwrap()).unwrap();
    let run = instance.get_typed_func::<(), ()>(&machine, "run").unwrap();
    machine.set_fuel(10_000).unwrap();
    let error = run.call(&mut machine, ()).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::OutOfFuel));
    let polls = instance.get_global(&machine, "polls").unwrap().get(&mut machine).unwrap();
    assert!(matches!(polls, dergwasm::Val::I32(100..)), "{polls:?}");
}
