//! Which run an interrupt stops: the one it was meant for, and no later one.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm::{Caller, Config, Func, Instance, Linker, Machine, Module, Trap, TypedFunc};
use std::panic::AssertUnwindSafe;

/// Counts to its parameter.
const COUNT: &[u8] = br#"(module
    (func (export "count") (param $to i64) (result i64) (local $i i64)
        (loop $again
            (local.set $i (i64.add (local.get $i) (i64.const 1)))
            (br_if $again (i64.ne (local.get $i) (local.get $to))))
        (local.get $i))
    (func (export "trap") unreachable))"#;

type Count = TypedFunc<i64, i64>;

fn machine<T>(data: T) -> (Machine<T>, Instance, Count) {
    let mut machine = Machine::with_config(Config::new().interruptible(true), data);
    let module = Module::new(COUNT).unwrap();
    let instance = Instance::new(&mut machine, &module, &[]).unwrap();
    let count = instance.get_typed_func(&machine, "count").unwrap();
    (machine, instance, count)
}

#[test]
fn an_interrupt_that_comes_too_late_stops_nothing() {
    let (mut machine, instance, count) = machine(());
    let trap = instance.get_typed_func::<(), ()>(&machine, "trap").unwrap();
    let all = machine.interrupt_handle();
    for ends_well in [true, false] {
        let one = machine.interrupt_handle_for_run();
        if ends_well {
            assert_eq!(count.call(&mut machine, 10).unwrap(), 10);
        } else {
            assert_eq!(trap.call(&mut machine, ()).unwrap_err().trap(), Some(Trap::Unreachable));
        }
        assert!(!all.interrupt() && !one.interrupt() && !one.is_pending());
        assert_eq!(count.call(&mut machine, 10).unwrap(), 10);
    }
    // One that was meant for a run that was faster ends with it.
    let host = Func::wrap(&mut machine, {
        let all = all.clone();
        move || assert!(all.interrupt() && all.is_pending())
    });
    let host = host.unwrap().typed::<(), ()>(&machine).unwrap();
    host.call(&mut machine, ()).unwrap();
    assert!(!all.is_pending());
    assert_eq!(count.call(&mut machine, 10).unwrap(), 10);
}

#[test]
fn an_interrupt_stops_the_whole_run() {
    let (mut machine, _, count) = machine(None::<Count>);
    *machine.data_mut() = Some(count);
    let mut linker = Linker::new();
    // Asks for the stop itself, and takes no notice of what became of the nested call.
    linker
        .func_wrap("host", "nested", |mut caller: Caller<'_, Option<Count>>| {
            let count = caller.data().expect("it was set");
            assert_eq!(count.call(&mut caller, 10).unwrap(), 10);
            assert!(caller.core().interrupt_handle().interrupt());
            let error = count.call(&mut caller, 10).unwrap_err();
            assert_eq!(error.trap(), Some(Trap::Interrupted));
            assert!(caller.core().is_interrupted());
        })
        .unwrap();
    let outer = br#"(module (import "host" "nested" (func $nested))
        (func $start (export "run") call $nested (loop (br 0))))"#;
    let started = br#"(module (import "host" "nested" (func $nested))
        (func $start call $nested (loop (br 0))) (start $start))"#;
    let outer = Module::new(outer).unwrap();
    let outer = linker.instantiate(&mut machine, &outer).unwrap();
    let outer = outer.get_typed_func::<(), ()>(&machine, "run").unwrap();
    assert_eq!(outer.call(&mut machine, ()).unwrap_err().trap(), Some(Trap::Interrupted));
    assert_eq!(count.call(&mut machine, 10).unwrap(), 10);
    // An instantiation is a run, and its start function a part of it.
    let started = Module::new(started).unwrap();
    let error = linker.instantiate(&mut machine, &started).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::Interrupted));
    assert_eq!(count.call(&mut machine, 10).unwrap(), 10);
}

#[test]
fn a_host_function_that_panics_ends_its_run() {
    let (mut machine, _, count) = machine(());
    let all = machine.interrupt_handle();
    let panics = Func::wrap(&mut machine, {
        let all = all.clone();
        move || -> () {
            assert!(all.interrupt());
            panic!("on purpose")
        }
    });
    let panics = panics.unwrap().typed::<(), ()>(&machine).unwrap();
    let call = AssertUnwindSafe(|| panics.call(&mut machine, ()));
    assert!(std::panic::catch_unwind(call).is_err());
    assert!(!all.is_pending() && !all.interrupt() && !machine.core().is_interrupted());
    assert_eq!(count.call(&mut machine, 10).unwrap(), 10);
}

#[test]
fn an_interrupt_for_one_run_may_come_before_it() {
    let (mut machine, instance, count) = machine(());
    let handle = machine.interrupt_handle_for_run();
    assert!(handle.interrupt() && handle.is_pending());
    // Not even a run that begins while it waits is stopped by one that was meant for another.
    assert!(!machine.interrupt_handle().interrupt());
    assert!(!machine.core().is_interrupted());
    let error = count.call(&mut machine, 10).unwrap_err();
    assert_eq!(error.trap(), Some(Trap::Interrupted));
    assert!(!handle.is_pending() && !handle.interrupt());
    assert_eq!(count.call(&mut machine, 10).unwrap(), 10);
    // One taken while a run is going on is for that run.
    let taken = Func::wrap(&mut machine, |mut caller: Caller<'_, ()>| {
        let handle = caller.interrupt_handle_for_run();
        handle.interrupt() && caller.core().is_interrupted()
    });
    let taken = taken.unwrap().typed::<(), u32>(&machine).unwrap();
    assert_eq!(taken.call(&mut machine, ()).unwrap(), 1);
    assert_eq!(count.call(&mut machine, 10).unwrap(), 10);
    let trap = instance.get_typed_func::<(), ()>(&machine, "trap").unwrap();
    assert_eq!(trap.call(&mut machine, ()).unwrap_err().trap(), Some(Trap::Unreachable));
}
