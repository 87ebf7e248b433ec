//! Runs that another thread interrupts over and over again, wherever they are.

use dergwasm_exec::{
    CompilationMode, Config, Error, Host, HostCall, Machine, MachineMut, Module, NoHost, Outcome,
};
use dergwasm_store::{ExternVal, HostFuncId};
use dergwasm_types::{FuncType, Trap, Value};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

fn machine(wat: &str) -> (Machine, dergwasm_store::FuncAddr) {
    let mut config = Config::new();
    config.interruptible(true);
    let module = Module::new(&wat::parse_str(wat).unwrap()).unwrap();
    let mut machine = Machine::new(&config);
    let instance = machine.instantiate(&mut NoHost, &module, &[]).unwrap();
    let run = machine.export_func(instance, "run").unwrap();
    (machine, run)
}

/// What copies of overlapping ranges leave in a memory does not depend on where they were stopped.
#[test]
fn copies_go_on_where_they_were_stopped() {
    let wat = r#"(module (memory 200) (func (export "run") (local $i i32)
        (loop $again
            (i32.store (local.get $i) (i32.mul (local.get $i) (i32.const 0x9E3779B1)))
            (br_if $again (i32.lt_u
                (local.tee $i (i32.add (local.get $i) (i32.const 4))) (i32.const 65536))))
        (memory.copy (i32.const 65536) (i32.const 0) (i32.const 65536))
        (memory.copy (i32.const 131071) (i32.const 65535) (i32.const 4000000))
        (memory.copy (i32.const 100) (i32.const 0) (i32.const 9000000))
        (memory.copy (i32.const 0) (i32.const 333) (i32.const 9000000))
        (memory.fill (i32.const 500000) (i32.const 9) (i32.const 7000000))
        (memory.copy (i32.const 1) (i32.const 0) (i32.const 12000000))))"#;
    let bytes =
        |machine: &Machine| machine.store().memories().iter().next().unwrap().data().to_vec();
    let (mut machine_1, run) = machine(wat);
    machine_1.invoke(&mut NoHost, run, &mut []).unwrap();
    let (mut machine_2, run) = machine(wat);
    let (handle, done) = (machine_2.interrupt_handle(), AtomicBool::new(false));
    let pauses = thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                handle.interrupt();
                thread::sleep(Duration::from_micros(50));
            }
        });
        let mut outcome = machine_2.invoke_resumable(&mut NoHost, run, &mut []).unwrap();
        let mut pauses = 0;
        while let Outcome::Paused(paused) = outcome {
            assert_eq!((paused.reason(), paused.fuel_needed()), (Trap::Interrupted, 0));
            pauses += 1;
            outcome = machine_2.resume(&mut NoHost, paused, &mut []).unwrap();
        }
        done.store(true, Ordering::Relaxed);
        pauses
    });
    assert!(pauses > 1, "{pauses}");
    assert!(bytes(&machine_1) == bytes(&machine_2), "the memories differ");
}

/// A long row of bulk instructions without a loop or call is stopped soon.
#[test]
fn straight_code_is_interrupted() {
    for (parts, body) in [
        ("(memory 4096)", "(memory.fill (i32.const 0) (i32.const 1) (i32.const 0x10000000))"),
        ("(memory 4096)", "(memory.copy (i32.const 0) (i32.const 1) (i32.const 0x0fffffff))"),
        (
            "(table $t 4000000 funcref)",
            "(table.fill $t (i32.const 0) (ref.func $f) (i32.const 4000000))",
        ),
        ("(type $a (array (mut i64)))", "(drop (array.new $a (i64.const 5) (i32.const 10000000)))"),
    ] {
        let wat = format!(r#"(module {parts} (func $f (export "run") {}))"#, body.repeat(200));
        let (mut machine, run) = machine(&wat);
        let handle = machine.interrupt_handle();
        let (error, stopped, asked) = thread::scope(|scope| {
            let other = scope.spawn(|| {
                thread::sleep(Duration::from_millis(30));
                handle.interrupt();
                Instant::now()
            });
            let error = machine.invoke(&mut NoHost, run, &mut [Value::ZERO]).unwrap_err();
            (error, Instant::now(), other.join().unwrap())
        });
        assert_eq!(error.trap(), Some(Trap::Interrupted));
        // A generous bound: threads of a busy test machine may wait for a processor.
        assert!(stopped - asked < Duration::from_millis(500), "{body}");
    }
}

/// Asks the run to stop that calls it.
struct Interrupts;

impl Host for Interrupts {
    fn call(&mut self, machine: MachineMut<'_>, _: HostCall<'_>) -> Result<(), Error> {
        machine.interrupt_handle().interrupt();
        Ok(())
    }
}

/// The translation of a huge function is interrupted and repeated when the run goes on. Its
/// arguments stay what they are meanwhile.
#[test]
fn translation_is_interrupted_and_repeated() {
    let bodies = [
        "(drop (i32.add (local.get 0) (i32.const 1)))".repeat(10_000),
        "(nop)".repeat(30_000),
        format!("(block (br_table {} (local.get 0)))", "0 ".repeat(30_000)),
    ];
    for mode in [CompilationMode::LazyTranslation, CompilationMode::Lazy] {
        for body in &bodies {
            let wat = format!(
                r#"(module (import "host" "interrupt" (func $interrupt)) (type $s (struct (field i32)))
                (func $huge (param i32 (ref $s)) (result i32) {body}
                    (i32.add (local.get 0) (struct.get $s 0 (local.get 1))))
                (func (export "run") (result i32)
                    (call $interrupt)
                    (i32.add (i32.const 1)
                        (call $huge (i32.const 40) (struct.new $s (i32.const 1))))))"#
            );
            let mut config = Config::new();
            config.interruptible(true).compilation_mode(mode);
            let module = Module::with_config(&config, &wat::parse_str(wat).unwrap()).unwrap();
            let mut machine = Machine::new(&config);
            let ty = FuncType::new([], []);
            let host = machine.alloc_host_func(&ty, HostFuncId(0)).unwrap();
            let instance =
                machine.instantiate(&mut Interrupts, &module, &[ExternVal::Func(host)]).unwrap();
            let run = machine.export_func(instance, "run").unwrap();
            let mut values = [Value::ZERO];
            let outcome = machine.invoke_resumable(&mut Interrupts, run, &mut values).unwrap();
            let Outcome::Paused(paused) = outcome else { panic!("it was asked to stop") };
            assert_eq!(paused.reason(), Trap::Interrupted);
            machine.gc();
            let outcome = machine.resume(&mut Interrupts, paused, &mut values).unwrap();
            assert!(matches!(outcome, Outcome::Finished));
            assert_eq!(values[0].as_i32(), 42);
        }
    }
}

/// An interrupt ends a late validation before it comes to what is wrong at the end.
#[test]
fn late_validation_is_interrupted() {
    let wat = format!(
        r#"(module (import "host" "interrupt" (func $interrupt))
        (func $huge {} (i32.const 1)) (func (export "run") (call $interrupt) (call $huge)))"#,
        "(nop)".repeat(30_000)
    );
    let mut config = Config::new();
    config.interruptible(true).compilation_mode(CompilationMode::Lazy);
    let module = Module::with_config(&config, &wat::parse_str(wat).unwrap()).unwrap();
    let mut machine = Machine::new(&config);
    let host = machine.alloc_host_func(&FuncType::new([], []), HostFuncId(0)).unwrap();
    let imports = [ExternVal::Func(host)];
    let instance = machine.instantiate(&mut Interrupts, &module, &imports).unwrap();
    let run = machine.export_func(instance, "run").unwrap();
    let outcome = machine.invoke_resumable(&mut Interrupts, run, &mut []).unwrap();
    let Outcome::Paused(paused) = outcome else { panic!("it was asked to stop") };
    let error = machine.resume(&mut Interrupts, paused, &mut []).unwrap_err();
    assert!(error.to_string().contains("remaining on stack"), "{error}");
}
