//! What bounds a guest: fuel, interruption, depth of calls, and resources.

use dergwasm::{
    Caller, CompilationMode, Config, Error, Func, Instance, Linker, Machine, Module,
    ResourceLimits, ResumableCall, Trap, TypedResumableCall, Val,
    wasi::{self, Wasi},
};
use std::{
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// Counts to its parameter; a negative one is counted to forever.
const COUNT: &[u8] = br#"(module
    (func (export "count") (param $to i64) (result i64) (local $i i64)
        (loop $again
            (local.set $i (i64.add (local.get $i) (i64.const 1)))
            (br_if $again (i64.ne (local.get $i) (local.get $to))))
        (local.get $i)))"#;

/// Calls itself as often as its parameter says, then returns that number.
const NEST: &[u8] = br#"(module
    (func $nest (export "nest") (param i32) (result i32)
        (if (result i32) (local.get 0)
            (then (i32.add (i32.const 1) (call $nest (i32.sub (local.get 0) (i32.const 1)))))
            (else (i32.const 0)))))"#;

fn machine(config: &Config, wat: &[u8]) -> (Machine<()>, Instance) {
    let mut machine = Machine::with_config(config, ());
    let module = Module::with_config(config, wat).expect("valid");
    let instance = Instance::new(&mut machine, &module, &[]).expect("imports nothing");
    (machine, instance)
}

fn config(set: impl FnOnce(&mut Config) -> &mut Config) -> Config {
    let mut config = Config::new();
    set(&mut config);
    config
}

#[test]
fn fuel_bounds_a_run_exactly() {
    let (mut machine, instance) = machine(&config(|c| c.consume_fuel(true)), COUNT);
    let count = instance.get_typed_func::<i64, i64>(&machine, "count").unwrap();
    machine.set_fuel(1_000_000).unwrap();
    assert_eq!(count.call(&mut machine, 100).unwrap(), 100);
    let used = 1_000_000 - machine.fuel().unwrap();
    assert!(used > 0);
    machine.set_fuel(used).unwrap();
    assert_eq!(count.call(&mut machine, 100).unwrap(), 100);
    assert_eq!(machine.fuel(), Some(0));
    machine.set_fuel(used - 1).unwrap();
    let error = count.call(&mut machine, 100).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::OutOfFuel));
    // At the function's entry, which counts as a part of its first instruction.
    machine.set_fuel(0).unwrap();
    let error = count.call(&mut machine, 100).unwrap_err();
    let frame = &error.backtrace().unwrap().frames()[0];
    let body = instance.module(&machine).unwrap().decoded().funcs()[0].body.clone();
    assert!(body.contains(&frame.offset), "{frame}");

    let mut without = Machine::new(());
    assert_eq!(without.fuel(), None);
    assert!(without.set_fuel(1).is_err());
}

#[test]
fn a_run_out_of_fuel_goes_on_after_more() {
    let (mut machine, instance) = machine(&config(|c| c.consume_fuel(true)), COUNT);
    let count = instance.get_typed_func::<i64, i64>(&machine, "count").unwrap();
    machine.set_fuel(100).unwrap();
    let mut call = count.call_resumable(&mut machine, 1000).unwrap();
    let mut pauses = 0;
    loop {
        match call {
            TypedResumableCall::Finished(result) => break assert_eq!(result, 1000),
            TypedResumableCall::Paused(paused) => {
                assert_eq!(paused.reason(), Trap::OutOfFuel);
                pauses += 1;
                machine.set_fuel(100).unwrap();
                // The machine can be used meanwhile.
                if pauses == 2 {
                    assert_eq!(count.call(&mut machine, 2).unwrap(), 2);
                    machine.set_fuel(100).unwrap();
                }
                call = paused.resume(&mut machine).unwrap();
            }
        }
    }
    assert!(pauses > 10, "{pauses}");
}

#[test]
fn untyped_calls_can_be_resumed_too() {
    let (mut machine, instance) = machine(&config(|c| c.consume_fuel(true)), COUNT);
    let count = instance.get_func(&machine, "count").unwrap();
    machine.set_fuel(50).unwrap();
    let mut results = [Val::I32(0)];
    let call = count.call_resumable(&mut machine, &[Val::I64(500)], &mut results).unwrap();
    let ResumableCall::Paused(paused) = call else { panic!("50 is not enough") };
    machine.set_fuel(1_000_000).unwrap();
    let call = paused.resume(&mut machine, &mut results).unwrap();
    assert!(matches!(call, ResumableCall::Finished));
    assert_eq!(results, [Val::I64(500)]);
}

#[test]
fn fuel_also_stops_guests_behind_a_host_function() {
    let wat = br#"(module (import "host" "call" (func $call))
        (func (export "spin") (loop (br 0))) (func (export "run") (call $call)))"#;
    let config = config(|c| c.consume_fuel(true));
    let mut linker = Linker::new();
    linker
        .func_wrap("host", "call", |mut caller: Caller<'_, ()>| {
            let instance = caller.instance().expect("called from WebAssembly");
            instance.get_typed_func::<(), ()>(&caller, "spin")?.call(&mut caller, ())
        })
        .unwrap();
    let mut machine = Machine::with_config(&config, ());
    machine.set_fuel(10_000).unwrap();
    let module = Module::with_config(&config, wat).unwrap();
    let instance = linker.instantiate(&mut machine, &module).unwrap();
    let run = instance.get_typed_func::<(), ()>(&machine, "run").unwrap();
    assert_eq!(run.call(&mut machine, ()).unwrap_err().trap(), Some(Trap::OutOfFuel));
    assert_eq!(machine.fuel(), Some(0));
}

#[test]
fn another_thread_can_interrupt_a_run() {
    let (mut machine, instance) = machine(&config(|c| c.interruptible(true)), COUNT);
    let count = instance.get_typed_func::<i64, i64>(&machine, "count").unwrap();
    let handle = machine.interrupt_handle_for_run();
    let (started, wait) = mpsc::channel();
    let other = thread::spawn(move || {
        wait.recv().unwrap();
        thread::sleep(Duration::from_millis(20));
        let now = Instant::now();
        handle.interrupt();
        now
    });
    started.send(()).unwrap();
    let error = count.call(&mut machine, -1).unwrap_err();
    let stopped = Instant::now();
    assert_eq!(error.trap(), Some(Trap::Interrupted));
    // A generous bound: threads of a busy test machine may wait for a processor.
    assert!(stopped - other.join().unwrap() < Duration::from_millis(500));
    assert_eq!(count.call(&mut machine, 10).unwrap(), 10, "the machine is intact");
}

/// Sleeps as many nanoseconds as its parameter says and returns how many events there were.
const SLEEP: &[u8] = br#"(module
    (import "wasi_snapshot_preview1" "poll_oneoff"
        (func $poll (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "sleep") (param i64) (result i32)
        (i64.store (i32.const 24) (local.get 0))
        (drop (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128)))
        (loop)
        (i32.load (i32.const 128))))"#;

#[test]
fn an_interrupt_ends_a_sleep() {
    let config = config(|c| c.interruptible(true));
    let mut machine = Machine::with_config(&config, Wasi::default());
    let mut linker = Linker::new();
    wasi::add_to_linker(&mut linker, |wasi: &mut Wasi| wasi).unwrap();
    let module = Module::with_config(&config, SLEEP).unwrap();
    let instance = linker.instantiate(&mut machine, &module).unwrap();
    let sleep = instance.get_typed_func::<u64, u32>(&machine, "sleep").unwrap();
    assert_eq!(sleep.call(&mut machine, 1_000_000).unwrap(), 1);
    let handle = machine.interrupt_handle_for_run();
    let other = thread::spawn(move || {
        thread::sleep(Duration::from_millis(50));
        handle.interrupt();
        Instant::now()
    });
    let start = Instant::now();
    let call = sleep.call_resumable(&mut machine, 1_500_000_000).unwrap();
    let stopped = Instant::now();
    let TypedResumableCall::Paused(paused) = call else { panic!("it was interrupted") };
    let interrupted = other.join().unwrap();
    // Usually a tenth of a millisecond; threads of a busy test machine may wait for a processor.
    assert!(stopped - interrupted < Duration::from_millis(500));
    // What is left of the time is waited for.
    let call = paused.resume(&mut machine).unwrap();
    assert!(matches!(call, TypedResumableCall::Finished(1)), "{call:?}");
    assert!(start.elapsed() >= Duration::from_millis(1500));
}

#[test]
fn an_interrupted_run_can_be_resumed() {
    let (mut machine, instance) = machine(&config(|c| c.interruptible(true)), COUNT);
    let count = instance.get_typed_func::<i64, i64>(&machine, "count").unwrap();
    let handle = machine.interrupt_handle_for_run();
    assert!(handle.interrupt());
    let call = count.call_resumable(&mut machine, 1000).unwrap();
    let TypedResumableCall::Paused(paused) = call else { panic!("it was interrupted") };
    assert_eq!(paused.reason(), Trap::Interrupted);
    // The continuation is a run of its own.
    assert!(!handle.interrupt() && !machine.interrupt_handle().interrupt());
    let call = paused.resume(&mut machine).unwrap();
    assert!(matches!(call, TypedResumableCall::Finished(1000)));
    // It too can be stopped before it begins.
    let handle = machine.interrupt_handle_for_run();
    assert!(handle.interrupt());
    let call = count.call_resumable(&mut machine, 1000).unwrap();
    let TypedResumableCall::Paused(paused) = call else { panic!("it was interrupted") };
    let handle = machine.interrupt_handle_for_run();
    assert!(handle.interrupt());
    let TypedResumableCall::Paused(paused) = paused.resume(&mut machine).unwrap() else {
        panic!("the continuation was interrupted")
    };
    let call = paused.resume(&mut machine).unwrap();
    assert!(matches!(call, TypedResumableCall::Finished(1000)));
}

#[test]
fn calls_nest_as_deep_as_the_limit() {
    let (mut machine, instance) = machine(&config(|c| c.max_call_depth(1000)), NEST);
    let nest = instance.get_typed_func::<u32, u32>(&machine, "nest").unwrap();
    assert_eq!(nest.call(&mut machine, 900).unwrap(), 900);
    let error = nest.call(&mut machine, 1100).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::CallStackExhausted));
    assert_eq!(error.to_string(), "trap: call stack exhausted");
    assert_eq!(nest.call(&mut machine, 900).unwrap(), 900);
}

#[test]
fn a_million_calls_nest_on_a_small_native_stack() {
    let run = || {
        let (mut machine, instance) = machine(&config(|c| c.max_call_depth(1_100_000)), NEST);
        let nest = instance.get_typed_func::<u32, u32>(&machine, "nest").unwrap();
        nest.call(&mut machine, 1_000_000).unwrap()
    };
    let small = thread::Builder::new().stack_size(256 << 10).spawn(run).unwrap();
    assert_eq!(small.join().unwrap(), 1_000_000);
}

#[test]
fn endless_recursion_ends() {
    let wat = br#"(module (func $f (export "f") (call $f)))"#;
    let (mut machine, instance) = machine(&Config::new(), wat);
    let f = instance.get_typed_func::<(), ()>(&machine, "f").unwrap();
    let error = f.call(&mut machine, ()).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::CallStackExhausted));
    assert!(error.backtrace().unwrap().frames().len() <= 100);
}

#[test]
fn recursion_through_the_host_ends() {
    let wat = br#"(module (import "host" "f" (func $f)) (func (export "f") (call $f)))"#;
    let mut linker = Linker::new();
    linker
        .func_wrap("host", "f", |mut caller: Caller<'_, u32>| -> Result<(), Error> {
            *caller.data_mut() += 1;
            let instance = caller.instance().expect("called from WebAssembly");
            instance.get_typed_func::<(), ()>(&caller, "f")?.call(&mut caller, ())
        })
        .unwrap();
    let mut machine = Machine::new(0);
    let instance = linker.instantiate(&mut machine, &Module::new(wat).unwrap()).unwrap();
    let f = instance.get_typed_func::<(), ()>(&machine, "f").unwrap();
    let error = f.call(&mut machine, ()).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::CallStackExhausted));
    assert!(*machine.data() >= 50, "{}", machine.data());
}

#[test]
fn a_limiter_bounds_memories_tables_and_instances() {
    let wat = br#"(module (memory (export "m") 1) (table (export "t") 1 funcref)
        (func (export "grow_memory") (param i32) (result i32) (memory.grow (local.get 0)))
        (func (export "grow_table") (param i32) (result i32)
            (table.grow (ref.null func) (local.get 0))))"#;
    let module = Module::new(wat).unwrap();
    let mut machine = Machine::new(());
    let limits = ResourceLimits::new().memory_bytes(3 << 16).table_elements(5).instances(2);
    machine.set_limiter(limits);
    let instance = Instance::new(&mut machine, &module, &[]).unwrap();
    let grow = |name| instance.get_typed_func::<i32, i32>(&machine, name).unwrap();
    let (grow_memory, grow_table) = (grow("grow_memory"), grow("grow_table"));
    assert_eq!(grow_memory.call(&mut machine, 3).unwrap(), -1);
    assert_eq!(grow_memory.call(&mut machine, 2).unwrap(), 1);
    assert_eq!(grow_table.call(&mut machine, 5).unwrap(), -1);
    assert_eq!(grow_table.call(&mut machine, 4).unwrap(), 1);
    assert!(machine.heap().unwrap().grow(&mut machine, 1).is_err());
    Instance::new(&mut machine, &module, &[]).unwrap();
    let error = Instance::new(&mut machine, &module, &[]).unwrap_err();
    assert!(error.to_string().contains("limit"), "{error}");

    let large = Module::new(b"(module (memory 4))").unwrap();
    let mut machine = Machine::new(());
    machine.set_limiter(limits);
    assert!(Instance::new(&mut machine, &large, &[]).is_err());
}

#[test]
fn all_compilation_modes_agree() {
    for mode in [CompilationMode::Eager, CompilationMode::LazyTranslation, CompilationMode::Lazy] {
        let config = config(|c| c.compilation_mode(mode));
        let (mut machine, instance) = machine(&config, NEST);
        let nest = instance.get_typed_func::<u32, u32>(&machine, "nest").unwrap();
        assert_eq!(nest.call(&mut machine, 20).unwrap(), 20, "{mode:?}");
    }
    let invalid = br#"(module (func (export "f") (result i32) (i64.const 1)))"#;
    let eager = config(|c| c.compilation_mode(CompilationMode::Eager));
    assert!(Module::with_config(&eager, invalid).is_err());
    assert!(Module::new(invalid).is_err());
    let lazy = config(|c| c.compilation_mode(CompilationMode::Lazy));
    let (mut machine, instance) = machine(&lazy, invalid);
    let f = instance.get_typed_func::<(), i32>(&machine, "f").unwrap();
    let error = f.call(&mut machine, ()).unwrap_err();
    assert!(error.to_string().contains("type mismatch"), "{error}");
}

#[test]
fn host_functions_are_called_without_a_guest() {
    let mut machine = Machine::new(5);
    let f = Func::wrap(&mut machine, |caller: Caller<'_, i32>, x: i32| {
        assert_eq!(caller.instance(), None);
        assert!(caller.heap().is_err());
        *caller.data() * x
    })
    .unwrap();
    assert_eq!(f.typed::<i32, i32>(&machine).unwrap().call(&mut machine, 4).unwrap(), 20);
}

#[test]
fn a_host_function_that_calls_itself_does_not_use_up_the_native_stack() {
    let mut machine = Machine::new(None::<Func>);
    let again = Func::wrap(&mut machine, |mut caller: Caller<'_, Option<Func>>| {
        let again = caller.data().expect("the function itself");
        again.call(&mut caller, &[], &mut [])
    })
    .unwrap();
    *machine.data_mut() = Some(again);
    let error = again.call(&mut machine, &[], &mut []).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::CallStackExhausted));
    // And again: nothing is left of the first time.
    *machine.data_mut() = None;
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        again.call(&mut machine, &[], &mut [])
    }));
    assert!(panicked.is_err());
    for _ in 0..200 {
        let other = Func::wrap(&mut machine, || {}).unwrap();
        other.call(&mut machine, &[], &mut []).unwrap();
    }
}
