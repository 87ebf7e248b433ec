//! Runs that another thread interrupts over and over again, wherever they are.

use dergwasm_exec::{Config, Machine, Module, NoHost, Outcome};
use dergwasm_types::{Trap, Value};
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
