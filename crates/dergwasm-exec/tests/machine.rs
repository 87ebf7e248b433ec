//! How machines behave where WebAssembly ends: pauses, hosts that misbehave, limits and failures.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_exec::{
    Config, Error, ErrorKind, Host, HostCall, Machine, MachineMut, Module, NoHost, Outcome,
    PausedRun,
};
use dergwasm_store::{
    ExternVal, FuncAddr, HostFuncId, InstanceAddr, ResourceLimiter, ResourceLimits,
};
use dergwasm_types::{FuncType, Trap, ValType, Value};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{
    Arc, Barrier,
    atomic::{AtomicBool, Ordering},
};
use std::thread;
use std::time::{Duration, Instant};

/// A host made of one function.
struct Hosted<F>(F);

impl<F: FnMut(MachineMut<'_>, HostCall<'_>) -> Result<(), Error>> Host for Hosted<F> {
    fn call(&mut self, machine: MachineMut<'_>, call: HostCall<'_>) -> Result<(), Error> {
        (self.0)(machine, call)
    }
}

fn hosted<F: FnMut(MachineMut<'_>, HostCall<'_>) -> Result<(), Error>>(f: F) -> Hosted<F> {
    Hosted(f)
}

fn module(wat: &str) -> Module {
    Module::new(&wat::parse_str(wat).unwrap()).unwrap()
}

fn metered() -> Config {
    let mut config = Config::new();
    config.consume_fuel(true);
    config
}

/// An instance of a module that imports nothing.
fn instance(config: &Config, wat: &str) -> (Machine, InstanceAddr) {
    let mut machine = Machine::new(config);
    if machine.fuel().is_some() {
        machine.set_fuel(1 << 40).unwrap();
    }
    let instance = machine.instantiate(&mut NoHost, &module(wat), &[]).unwrap();
    (machine, instance)
}

/// An instance of a module that imports functions without parameters and results.
fn with_host_funcs(
    machine: &mut Machine,
    host: &mut dyn Host,
    wat: &str,
) -> Result<InstanceAddr, Error> {
    let module = module(wat);
    let imports: Vec<ExternVal> = (0..)
        .zip(module.decoded().imports())
        .map(|(id, import)| {
            let dergwasm_types::ExternType::Func(ty) = module.decoded().import_type(import) else {
                panic!("a function is imported");
            };
            machine.alloc_host_func(&ty, HostFuncId(id)).unwrap().into()
        })
        .collect();
    machine.instantiate(host, &module, &imports)
}

fn call_i32(
    mut machine: MachineMut<'_>,
    host: &mut dyn Host,
    func: FuncAddr,
) -> Result<i32, Error> {
    let mut values = [Value::ZERO];
    machine.invoke(host, func, &mut values)?;
    Ok(values[0].as_i32())
}

fn paused(outcome: Outcome) -> PausedRun {
    match outcome {
        Outcome::Paused(paused) => paused,
        Outcome::Finished => panic!("the run did not pause"),
    }
}

/// Runs a function with as little fuel at a time as lets it go on; counts the pauses.
fn in_slices(machine: &mut Machine, func: FuncAddr, slice: u64, values: &mut [Value]) -> usize {
    machine.set_fuel(slice).unwrap();
    let mut outcome = machine.invoke_resumable(&mut NoHost, func, values).unwrap();
    let mut pauses = 0;
    while let Outcome::Paused(run) = outcome {
        assert_eq!(run.reason(), Trap::OutOfFuel);
        pauses += 1;
        machine.set_fuel(machine.fuel().unwrap() + slice).unwrap();
        outcome = machine.resume(&mut NoHost, run, values).unwrap();
    }
    pauses
}

const FIB: &str = r#"(module (func $fib (export "fib") (param i32) (result i32)
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 2))
        (then (local.get 0))
        (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1)))
                       (call $fib (i32.sub (local.get 0) (i32.const 2))))))))"#;

#[test]
fn a_run_in_slices_gives_the_same_result() {
    let (mut machine, instance) = instance(&metered(), FIB);
    let fib = machine.export_func(instance, "fib").unwrap();
    for slice in [10, 11, 100, 100_000] {
        let mut values = [Value::from(15)];
        let pauses = in_slices(&mut machine, fib, slice, &mut values);
        assert_eq!(values[0].as_i32(), 610);
        assert_eq!(pauses == 0, slice == 100_000);
    }
}

/// A bulk instruction pays by its length, in the middle of an expression.
#[test]
fn a_pause_before_a_bulk_instruction_keeps_operands() {
    let (mut machine, instance) = instance(
        &metered(),
        r#"(module (memory 1)
            (func (export "f") (param i32 f32 f64) (result i32 f32 f64)
                (i32.add (local.get 0) (i32.const 1))
                (memory.fill (i32.const 0) (i32.const 7) (i32.const 60000))
                (i32.mul (i32.const 3))
                (f32.add (local.get 1) (f32.const 1))
                (memory.copy (i32.const 0) (i32.const 7) (i32.const 60000))
                (f32.mul (f32.const 2))
                (f64.add (local.get 2) (f64.const 1))
                (memory.fill (i32.const 0) (i32.const 7) (i32.const 60000))
                (f64.mul (f64.const 2))))"#,
    );
    let f = machine.export_func(instance, "f").unwrap();
    let mut values = [Value::from(10), Value::from(1.5_f32), Value::from(2.5_f64)];
    assert!(in_slices(&mut machine, f, 50, &mut values) > 10);
    assert_eq!(values[0].as_i32(), 33);
    assert!((values[1].as_f32() - 5.0).abs() < f32::EPSILON);
    assert!((values[2].as_f64() - 7.0).abs() < f64::EPSILON);
}

#[test]
fn several_runs_can_be_paused_at_once() {
    let (mut machine, instance) = instance(&metered(), FIB);
    let fib = machine.export_func(instance, "fib").unwrap();
    let mut runs: Vec<PausedRun> = (10..15)
        .map(|n| {
            machine.set_fuel(100).unwrap();
            paused(machine.invoke_resumable(&mut NoHost, fib, &mut [Value::from(n)]).unwrap())
        })
        .collect();
    let mut results = Vec::new();
    let mut values = [Value::ZERO];
    while let Some(run) = runs.pop() {
        machine.set_fuel(333).unwrap();
        match machine.resume(&mut NoHost, run, &mut values).unwrap() {
            Outcome::Finished => results.push(values[0].as_i32()),
            Outcome::Paused(run) => runs.insert(0, run),
        }
    }
    results.sort_unstable();
    assert_eq!(results, [55, 89, 144, 233, 377]);
}

#[test]
fn a_paused_run_belongs_to_its_machine_and_may_be_dropped() {
    let (mut machine, inst) = instance(&metered(), FIB);
    let fib = machine.export_func(inst, "fib").unwrap();
    machine.set_fuel(100).unwrap();
    let run = paused(machine.invoke_resumable(&mut NoHost, fib, &mut [Value::from(20)]).unwrap());
    let (mut other, _) = instance(&metered(), FIB);
    let error = other.resume(&mut NoHost, run, &mut [Value::ZERO]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Usage(_)), "{error}");

    let run = paused(machine.invoke_resumable(&mut NoHost, fib, &mut [Value::from(20)]).unwrap());
    drop(machine);
    let error = other.resume(&mut NoHost, run, &mut [Value::ZERO]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::Usage(_)), "{error}");
}

/// A run that pauses inside a host call can go on when that call has returned.
#[test]
fn a_nested_run_is_resumed_from_outside() {
    let config = metered();
    let mut machine = Machine::new(&config);
    machine.set_fuel(1 << 40).unwrap();
    let inst = machine.instantiate(&mut NoHost, &module(FIB), &[]).unwrap();
    let fib = machine.export_func(inst, "fib").unwrap();
    let mut left = None;
    let mut host = hosted(|mut machine: MachineMut<'_>, _: HostCall<'_>| {
        machine.set_fuel(500)?;
        let outcome = machine.invoke_resumable(&mut NoHost, fib, &mut [Value::from(15)])?;
        left = Some(paused(outcome));
        machine.set_fuel(1000)
    });
    let outer = with_host_funcs(
        &mut machine,
        &mut host,
        r#"(module (import "" "h" (func $h)) (func (export "f") (result i32) (call $h) i32.const 5))"#,
    )
    .unwrap();
    let f = machine.export_func(outer, "f").unwrap();
    assert_eq!(call_i32(machine.as_mut(), &mut host, f).unwrap(), 5);
    machine.set_fuel(1 << 40).unwrap();
    let mut values = [Value::ZERO];
    let outcome = machine.resume(&mut NoHost, left.unwrap(), &mut values).unwrap();
    assert!(matches!(outcome, Outcome::Finished));
    assert_eq!(values[0].as_i32(), 610);
}

#[test]
fn another_thread_interrupts_a_loop() {
    let mut config = Config::new();
    config.interruptible(true);
    let wat = r#"(module (global $stop (export "stop") (mut i32) (i32.const 0))
        (func (export "f") (result i32) (loop (br_if 0 (i32.eqz (global.get $stop))))
            (i32.const 9)))"#;
    let (mut machine, inst) = instance(&config, wat);
    let f = machine.export_func(inst, "f").unwrap();
    let handle = machine.interrupt_handle();
    // Until it is told that it was enough: an interrupt between two runs stops neither.
    let enough = Arc::new(AtomicBool::new(false));
    let interrupter = thread::spawn({
        let enough = Arc::clone(&enough);
        move || {
            while !enough.load(Ordering::Relaxed) {
                thread::sleep(Duration::from_millis(1));
                handle.interrupt();
            }
        }
    });
    let started = Instant::now();
    let mut values = [Value::ZERO];
    let mut outcome = machine.invoke_resumable(&mut NoHost, f, &mut values).unwrap();
    for _ in 0..20 {
        outcome = match outcome {
            Outcome::Paused(run) => machine.resume(&mut NoHost, run, &mut values).unwrap(),
            Outcome::Finished => panic!("the loop ended"),
        };
    }
    enough.store(true, Ordering::Relaxed);
    interrupter.join().unwrap();
    assert!(started.elapsed() < Duration::from_secs(20));
    let Some(ExternVal::Global(stop)) = machine.export(inst, "stop") else { panic!("a global") };
    machine.global_mut(stop).unwrap().set(Value::from(1));
    while let Outcome::Paused(run) = outcome {
        assert_eq!(run.reason(), Trap::Interrupted);
        outcome = machine.resume(&mut NoHost, run, &mut values).unwrap();
    }
    assert_eq!(values[0].as_i32(), 9);
}

/// Each of these functions is translated by whichever thread comes first; the others use its code
/// and its tables.
#[test]
fn threads_translate_the_functions_of_a_module_at_the_same_time() {
    const FUNCS: i32 = 200;
    let mut wat = String::from("(module (tag $e (param i32))");
    for i in 0..FUNCS {
        let next = if i + 1 < FUNCS { i + 1 } else { i };
        wat += &format!(
            "(func $f{i} {} (param i32) (result i32)
                (if (i32.eqz (local.get 0)) (then (throw $e (i32.const {i}))))
                (block $caught (result i32)
                    (try_table (result i32) (catch $e $caught)
                        (i32.add (i32.const 1)
                            (call $f{next} (i32.sub (local.get 0) (i32.const 1)))))))",
            if i == 0 { "(export \"f\")" } else { "" }
        );
    }
    wat += ")";
    let config = Config::new();
    for _ in 0..20 {
        let (module, barrier) = (module(&wat), Barrier::new(4));
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let mut machine = Machine::new(&config);
                    let inst = machine.instantiate(&mut NoHost, &module, &[]).unwrap();
                    let f = machine.export_func(inst, "f").unwrap();
                    let mut values = [Value::from(FUNCS)];
                    barrier.wait();
                    machine.invoke(&mut NoHost, f, &mut values).unwrap();
                    // The innermost call throws its number, and each of the others adds one.
                    assert_eq!(values[0].as_i32(), 2 * (FUNCS - 1));
                });
            }
        });
    }
}

/// What a host does to the machine while code waits for it must not disturb that code.
#[test]
fn a_host_may_make_functions_and_instances() {
    let mut machine = Machine::new(&Config::new());
    let fib = module(FIB);
    let mut host = hosted(|mut machine: MachineMut<'_>, call: HostCall<'_>| {
        let ty = FuncType::new([ValType::I32], [ValType::I32]);
        for id in 0..2000 {
            machine.alloc_host_func(&ty, HostFuncId(id))?;
        }
        let inst = machine.instantiate(&mut NoHost, &fib, &[])?;
        let f = machine.export_func(inst, "fib").unwrap();
        machine.invoke(&mut NoHost, f, call.values)
    });
    let inst = with_host_funcs(
        &mut machine,
        &mut host,
        r#"(module (import "" "h" (func $h (param i32) (result i32)))
            (func (export "f") (result i32)
                (i32.add (call $h (i32.const 10)) (i32.mul (call $h (i32.const 11)) (i32.const 1000)))))"#,
    )
    .unwrap();
    let f = machine.export_func(inst, "f").unwrap();
    assert_eq!(call_i32(machine.as_mut(), &mut host, f).unwrap(), 89_055);
}

#[test]
fn a_panic_of_a_host_reaches_the_embedder() {
    let mut machine = Machine::new(&Config::new());
    let mut depth = 0;
    let mut host = hosted(|_: MachineMut<'_>, _: HostCall<'_>| panic!("the host's own"));
    let inst = with_host_funcs(
        &mut machine,
        &mut host,
        r#"(module (import "" "h" (func $h)) (func (export "f") (result i32) (call $h) i32.const 5))"#,
    )
    .unwrap();
    let f = machine.export_func(inst, "f").unwrap();
    for _ in 0..3 {
        let run = catch_unwind(AssertUnwindSafe(|| call_i32(machine.as_mut(), &mut host, f)));
        assert_eq!(*run.unwrap_err().downcast::<&str>().unwrap(), "the host's own");
    }
    // Nested: the panic crosses code and hosts of several levels, one of which stops it.
    struct Nested<'a>(&'a mut i32, FuncAddr);
    impl Host for Nested<'_> {
        fn call(&mut self, machine: MachineMut<'_>, _: HostCall<'_>) -> Result<(), Error> {
            *self.0 += 1;
            let level = *self.0;
            assert!(level < 5, "deep enough");
            let f = self.1;
            let inner = catch_unwind(AssertUnwindSafe(|| call_i32(machine, self, f)));
            match (level, inner) {
                (2, Err(_)) => Ok(()),
                (_, Err(panic)) => std::panic::resume_unwind(panic),
                (_, Ok(result)) => result.map(|_| ()),
            }
        }
    }
    let result = call_i32(machine.as_mut(), &mut Nested(&mut depth, f), f);
    assert_eq!(result.unwrap(), 5);
    assert_eq!(depth, 5);
}

#[test]
fn an_error_of_a_host_passes_nested_runs_unchanged() {
    struct Nested(u32, FuncAddr);
    impl Host for Nested {
        fn call(&mut self, machine: MachineMut<'_>, _: HostCall<'_>) -> Result<(), Error> {
            self.0 += 1;
            if self.0 == 4 {
                return Err(Error::exit(42));
            }
            let f = self.1;
            call_i32(machine, self, f).map(|_| ())
        }
    }
    let mut machine = Machine::new(&Config::new());
    let wat = r#"(module (import "" "h" (func $h)) (func (export "f") (result i32) (call $h) i32.const 5))"#;
    let inst = with_host_funcs(&mut machine, &mut NoHost, wat).unwrap();
    let f = machine.export_func(inst, "f").unwrap();
    let error = call_i32(machine.as_mut(), &mut Nested(0, f), f).unwrap_err();
    assert_eq!(error.exit_status(), Some(42));
    assert_eq!(
        call_i32(machine.as_mut(), &mut Nested(100, f), f).unwrap_err().trap(),
        Some(Trap::CallStackExhausted)
    );
    assert_eq!(
        call_i32(machine.as_mut(), &mut hosted(|_: MachineMut<'_>, _: HostCall<'_>| Ok(())), f)
            .unwrap(),
        5
    );
}

#[test]
fn misuse_is_an_error() {
    let (mut machine, inst) = instance(&Config::new(), FIB);
    let fib = machine.export_func(inst, "fib").unwrap();
    let usage = |result: Result<(), Error>| {
        assert!(matches!(result.unwrap_err().kind(), ErrorKind::Usage(_)));
    };
    usage(machine.invoke(&mut NoHost, fib, &mut []));
    usage(machine.invoke(&mut NoHost, FuncAddr(u32::MAX), &mut [Value::ZERO]));
    usage(machine.set_fuel(1));
    let host = machine.alloc_host_func(&FuncType::new([], []), HostFuncId(3)).unwrap();
    usage(machine.invoke(&mut NoHost, host, &mut []));
    assert!(machine.export(InstanceAddr(77), "fib").is_none());
    // More values than needed are left alone; garbage above a narrow value does not matter.
    let mut values = [Value::from(u128::MAX << 32 | 10), Value::from(7)];
    machine.invoke(&mut NoHost, fib, &mut values).unwrap();
    assert_eq!((values[0].as_i32(), values[1].as_i32()), (55, 7));
}

#[test]
fn references_made_of_garbage_only_trap() {
    let (mut machine, inst) = instance(
        &Config::new(),
        r#"(module (table (export "t") 4 funcref) (type $f (func (result i32)))
            (func $five (result i32) i32.const 5) (elem declare func $five)
            (func (export "call") (param i32) (result i32)
                (call_indirect (type $f) (local.get 0)))
            (func (export "through") (param funcref) (result i32)
                (table.set (i32.const 0) (local.get 0))
                (call_indirect (type $f) (i32.const 0))))"#,
    );
    let Some(ExternVal::Table(table)) = machine.export(inst, "t") else { panic!("a table") };
    let call = machine.export_func(inst, "call").unwrap();
    let through = machine.export_func(inst, "through").unwrap();
    for bits in [u64::MAX, u64::MAX - 1, 1 << 63, 1 << 32, 0xdead_beef, 4, 5, 100] {
        machine.table_mut(table).unwrap().set(2, bits).unwrap();
        let mut values = [Value::from(2)];
        let error = machine.invoke(&mut NoHost, call, &mut values).unwrap_err();
        assert!(error.trap().is_some(), "{error}");
        let mut values = [Value::from_bits(bits)];
        let error = machine.invoke(&mut NoHost, through, &mut values).unwrap_err();
        assert!(error.trap().is_some(), "{error}");
    }
}

#[test]
fn the_machine_survives_an_instantiation_that_fails() {
    let mut machine = Machine::new(&Config::new());
    let failing = [
        r#"(module (memory 1) (data (i32.const 65535) "ab") (func (export "f")))"#,
        r"(module (table 1 funcref) (func $f) (elem (i32.const 1) func $f))",
        r"(module (func $f unreachable) (start $f))",
    ];
    for wat in failing {
        let error = machine.instantiate(&mut NoHost, &module(wat), &[]).unwrap_err();
        assert!(error.trap().is_some(), "{error}");
    }
    let inst = machine.instantiate(&mut NoHost, &module(FIB), &[]).unwrap();
    let fib = machine.export_func(inst, "fib").unwrap();
    let mut values = [Value::from(10)];
    machine.invoke(&mut NoHost, fib, &mut values).unwrap();
    assert_eq!(values[0].as_i32(), 55);
}

/// A host that only limits.
struct Limited(ResourceLimits);

impl Host for Limited {
    fn call(&mut self, _: MachineMut<'_>, _: HostCall<'_>) -> Result<(), Error> {
        unreachable!("nothing imports it")
    }

    fn limiter(&mut self) -> Option<&mut dyn ResourceLimiter> {
        Some(&mut self.0)
    }
}

/// Whatever the limiter refuses, later instances are whole.
#[test]
fn the_machine_survives_a_limiter_that_refuses() {
    let mut machine = Machine::new(&Config::new());
    let wat = r#"(module (memory 2) (table 10 funcref) (global i32 (i32.const 77))
        (func (export "f") (result i32) (i32.const 1)))"#;
    let limits = [
        ResourceLimits::new().instances(0),
        ResourceLimits::new().memory_bytes(65536),
        ResourceLimits::new().table_elements(5),
        ResourceLimits::new().tables(0),
        ResourceLimits::new().memories(0),
    ];
    for limits in limits {
        machine.instantiate(&mut Limited(limits), &module(wat), &[]).unwrap_err();
        assert_eq!(machine.store().memories().len(), 0);
        assert_eq!(machine.store().funcs().len(), 0);
    }
    let inst = machine.instantiate(&mut NoHost, &module(FIB), &[]).unwrap();
    assert_eq!(machine.instance_module(inst).unwrap().decoded().exports().len(), 1);
    let fib = machine.export_func(inst, "fib").unwrap();
    let mut values = [Value::from(10)];
    machine.invoke(&mut NoHost, fib, &mut values).unwrap();
    assert_eq!(values[0].as_i32(), 55);
}

#[test]
fn a_million_nested_calls() {
    let mut config = Config::new();
    config.max_call_depth(2_000_000).max_stack_bytes(256 << 20);
    let wat = r#"(module (func $down (export "down") (param i32) (result i32)
        (if (result i32) (local.get 0)
            (then (i32.add (i32.const 1) (call $down (i32.sub (local.get 0) (i32.const 1)))))
            (else (i32.const 0)))))"#;
    let (mut machine, inst) = instance(&config, wat);
    let down = machine.export_func(inst, "down").unwrap();
    let mut values = [Value::from(1_000_000)];
    machine.invoke(&mut NoHost, down, &mut values).unwrap();
    assert_eq!(values[0].as_i32(), 1_000_000);
    let mut values = [Value::from(5_000_000)];
    let error = machine.invoke(&mut NoHost, down, &mut values).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::CallStackExhausted));
    assert!(!error.backtrace().unwrap().frames().is_empty());
}

#[test]
fn a_trap_in_the_repeated_test_of_a_loop_is_where_the_test_is() {
    let wat = r#"(module (memory 1) (func (export "scan") (param i32) (result i32)
        (loop $next
            (if (i32.load8_u (local.get 0)) (then (return (local.get 0))))
            (local.set 0 (i32.add (local.get 0) (i32.const 0x8000)))
            (br $next))
        (unreachable)))"#;
    let (mut machine, inst) = instance(&Config::new(), wat);
    let scan = machine.export_func(inst, "scan").unwrap();
    let [at_once, later] = [0x1_0000, 0].map(|from| {
        let error = machine.invoke(&mut NoHost, scan, &mut [Value::from(from)]).unwrap_err();
        assert_eq!(error.trap(), Some(Trap::MemoryOutOfBounds));
        error.backtrace().unwrap().frames()[0].offset
    });
    assert_eq!(at_once, later);
}

#[test]
fn hosts_nest_as_deep_as_the_configuration_says() {
    struct Nested(u32, FuncAddr);
    impl Host for Nested {
        fn call(&mut self, machine: MachineMut<'_>, _: HostCall<'_>) -> Result<(), Error> {
            self.0 += 1;
            let f = self.1;
            call_i32(machine, self, f).map(|_| ())
        }
    }
    let mut config = Config::new();
    config.max_host_depth(30);
    let mut machine = Machine::new(&config);
    let wat = r#"(module (import "" "h" (func $h)) (func (export "f") (result i32) (call $h) i32.const 5))"#;
    let inst = with_host_funcs(&mut machine, &mut NoHost, wat).unwrap();
    let f = machine.export_func(inst, "f").unwrap();
    let mut host = Nested(0, f);
    let error = call_i32(machine.as_mut(), &mut host, f).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::CallStackExhausted));
    assert_eq!(host.0, 30);
}
