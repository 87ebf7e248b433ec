//! Host functions that wait, and interrupts that end their waits.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_exec::{
    Config, Error, Host, HostCall, InterruptHandle, Machine, MachineMut, Module, NoHost, Outcome,
};
use dergwasm_store::{ExternVal, FuncAddr, HostFuncId, InstanceAddr};
use dergwasm_types::{ExternType, FuncType, Trap, ValType, Value};

/// Is interrupted as often as it is said, and then returns the sum of its two arguments or, given
/// one, that argument.
#[derive(Default)]
struct Waits {
    interrupts: u64,
    /// What each call found that the one before left.
    progress: Vec<Option<u64>>,
    handle: Option<InterruptHandle>,
}

impl Host for Waits {
    fn call(&mut self, mut machine: MachineMut<'_>, call: HostCall<'_>) -> Result<(), Error> {
        let progress = machine.take_progress();
        self.progress.push(progress);
        if self.interrupts > 0 {
            self.interrupts -= 1;
            if let Some(handle) = &self.handle {
                handle.interrupt();
            }
            return Err(Error::interrupted(progress.unwrap_or(0) + 10));
        }
        if let [a, b] = *call.values {
            call.values[0] = Value::from(a.as_i32() + b.as_i32());
        }
        Ok(())
    }
}

/// Calls the host function in every way there is, with something on the stack beside.
const CALLS: &str = r#"(module
    (type $sum (func (param i32 i32) (result i32)))
    (import "host" "wait" (func $wait (type $sum)))
    (table funcref (elem $wait))
    (elem declare func $wait)
    (func (export "direct") (param i32) (result i32)
        (i32.mul (local.get 0) (call $wait (local.get 0) (i32.const 3))))
    (func (export "indirect") (param i32) (result i32)
        (i32.mul (local.get 0)
            (call_indirect (type $sum) (local.get 0) (i32.const 3) (i32.const 0))))
    (func (export "ref") (param i32) (result i32)
        (i32.mul (local.get 0) (call_ref $sum (local.get 0) (i32.const 3) (ref.func $wait))))
    (func $tail (param i32) (result i32) (return_call $wait (local.get 0) (i32.const 3)))
    (func (export "tail") (param i32) (result i32)
        (i32.mul (local.get 0) (call $tail (local.get 0)))))"#;

fn interruptible() -> Config {
    let mut config = Config::new();
    config.interruptible(true);
    config
}

fn instance(wat: &str) -> (Machine, InstanceAddr, FuncAddr) {
    let module = Module::new(&wat::parse_str(wat).unwrap()).unwrap();
    let mut machine = Machine::new(&interruptible());
    let import = &module.decoded().imports()[0];
    let ExternType::Func(ty) = module.decoded().import_type(import) else { unreachable!() };
    let host = machine.alloc_host_func(&ty, HostFuncId(0)).unwrap();
    let instance = machine.instantiate(&mut NoHost, &module, &[ExternVal::Func(host)]).unwrap();
    (machine, instance, host)
}

#[test]
fn a_function_whose_wait_was_interrupted_is_called_again() {
    let (mut machine, instance, _) = instance(CALLS);
    for name in ["direct", "indirect", "ref", "tail"] {
        let func = machine.export_func(instance, name).unwrap();
        let mut host = Waits { interrupts: 3, ..Waits::default() };
        let mut values = [Value::from(5)];
        let mut outcome = machine.invoke_resumable(&mut host, func, &mut values).unwrap();
        let mut pauses = 0;
        while let Outcome::Paused(paused) = outcome {
            assert_eq!(paused.reason(), Trap::Interrupted, "{name}");
            pauses += 1;
            // What the machine does meanwhile does not matter, also if functions move.
            let ty = FuncType::new([ValType::F64], []);
            for _ in 0..100 {
                machine.alloc_host_func(&ty, HostFuncId(0)).unwrap();
            }
            let mut other = [Value::from(1)];
            machine.invoke(&mut Waits::default(), func, &mut other).unwrap();
            assert_eq!(other[0].as_i32(), 4);
            outcome = machine.resume(&mut host, paused, &mut values).unwrap();
        }
        assert_eq!((pauses, values[0].as_i32()), (3, 40), "{name}");
        assert_eq!(host.progress, [None, Some(10), Some(20), Some(30)], "{name}");
    }
}

#[test]
fn a_call_that_cannot_be_resumed_fails_and_leaves_nothing_behind() {
    let (mut machine, instance, host_func) = instance(CALLS);
    let direct = machine.export_func(instance, "direct").unwrap();
    let handle = machine.interrupt_handle();
    let again = [(direct, 1), (direct, 1), (host_func, 2)];
    for (func, count) in again {
        let mut host = Waits { interrupts: 1, handle: Some(handle.clone()), ..Waits::default() };
        let mut values = [Value::from(5), Value::from(3)];
        let error = machine.invoke(&mut host, func, &mut values[..count]).unwrap_err();
        assert_eq!(error.trap(), Some(Trap::Interrupted));
        assert_eq!(error.backtrace().is_some_and(|trace| !trace.frames().is_empty()), count == 1);
        assert!(!handle.is_pending() && !machine.is_interrupted());
        machine.invoke(&mut host, func, &mut values[..count]).unwrap();
        assert_eq!(values[0].as_i32(), if count == 1 { 40 } else { 8 });
        assert_eq!(host.progress, [None, None]);
    }
}

/// A host function that calls another one has done something: it is not called again.
#[test]
fn only_the_innermost_function_is_called_again() {
    struct Nested(FuncAddr, u32);
    impl Host for Nested {
        fn call(&mut self, mut machine: MachineMut<'_>, call: HostCall<'_>) -> Result<(), Error> {
            self.1 += 1;
            let mut host = Waits { interrupts: 1, ..Waits::default() };
            machine.invoke(&mut host, self.0, call.values)
        }
    }
    let (mut machine, instance, host_func) = instance(CALLS);
    let direct = machine.export_func(instance, "direct").unwrap();
    let mut host = Nested(host_func, 0);
    let mut values = [Value::from(5)];
    let error = machine.invoke_resumable(&mut host, direct, &mut values).unwrap_err();
    assert_eq!((error.trap(), host.1), (Some(Trap::Interrupted), 1));
    assert_eq!(machine.as_mut().take_progress(), None);
}

#[test]
fn arguments_live_on_until_the_function_is_called_again() {
    let (mut machine, instance, _) = instance(
        r#"(module (type $s (struct (field i32)))
          (import "host" "wait" (func $wait (param anyref) (result anyref)))
          (func (export "f") (result i32)
            (struct.get $s 0 (ref.cast (ref $s)
              (call $wait (struct.new $s (i32.const 41))))))
          (func (export "garbage") (loop
            (drop (struct.new $s (i32.const 7))) (br_if 0 (i32.const 0)))))"#,
    );
    let func = machine.export_func(instance, "f").unwrap();
    let garbage = machine.export_func(instance, "garbage").unwrap();
    let mut host = Waits { interrupts: 1, ..Waits::default() };
    let mut values = [Value::ZERO];
    let outcome = machine.invoke_resumable(&mut host, func, &mut values).unwrap();
    let Outcome::Paused(paused) = outcome else { panic!("it was interrupted") };
    machine.gc();
    for _ in 0..100 {
        machine.invoke(&mut host, garbage, &mut []).unwrap();
    }
    let outcome = machine.resume(&mut host, paused, &mut values).unwrap();
    assert!(matches!(outcome, Outcome::Finished));
    assert_eq!(values[0].as_i32(), 41);
}
