//! The work of instantiations is paid for and can be interrupted.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use dergwasm_exec::{Config, CostClass, Error, FuelCosts, Machine, Module, NoHost};
use dergwasm_types::Trap;
use std::thread;
use std::time::{Duration, Instant};

fn module(wat: &str) -> Module {
    Module::new(&wat::parse_str(wat).unwrap()).unwrap()
}

/// What an instantiation costs, or how it fails with so much fuel.
fn cost(wat: &str, fuel: u64) -> Result<u64, Error> {
    let mut config = Config::new();
    config.consume_fuel(true);
    let mut machine = Machine::new(&config);
    machine.set_fuel(fuel).unwrap();
    machine.instantiate(&mut NoHost, &module(wat), &[])?;
    Ok(fuel - machine.fuel().unwrap())
}

/// Modules and how many bytes of work their instantiation is, of which 4,096 are free.
fn modules() -> Vec<(String, u64)> {
    let data = "x".repeat(100_000);
    let funcs = "$f ".repeat(10_000);
    let exprs = "(ref.func $f) ".repeat(10_000);
    vec![
        ("(func $f) (table 1000000 funcref (ref.func $f))".into(), 8_000_000),
        ("(table 1000000 funcref)".into(), 0),
        (format!(r#"(memory 2) (data (i32.const 9) "{data}")"#), 100_000),
        (format!(r#"(memory 2) (data "{data}")"#), 0),
        (format!("(table 10000 funcref) (func $f) (elem (i32.const 0) func {funcs})"), 160_000),
        (format!("(func $f) (elem funcref {exprs})"), 80_000),
        (
            "(type $a (array i64)) (global (ref $a) (array.new $a (i64.const 1) (i32.const 100000)))"
                .into(),
            1_600_008,
        ),
        ("(memory 1) (data (i32.const 0) \"abc\") (table 9 funcref (ref.null func))".into(), 75),
    ]
}

#[test]
fn instantiation_costs_what_it_does() {
    for (parts, bytes) in modules() {
        let wat = format!("(module {parts})");
        let expected = bytes.saturating_sub(4096) / 64;
        assert_eq!(cost(&wat, 1 << 40).unwrap(), expected, "{}", &wat[..40]);
        assert_eq!(cost(&wat, expected).unwrap(), expected, "exactly enough");
        if let Some(less) = expected.checked_sub(1) {
            assert_eq!(cost(&wat, less).unwrap_err().trap(), Some(Trap::OutOfFuel));
        }
    }
}

#[test]
fn costs_can_be_set() {
    let mut config = Config::new();
    config.consume_fuel(true);
    config.fuel_costs(*FuelCosts::default().set(CostClass::Bytes, 0));
    let mut machine = Machine::new(&config);
    for (parts, _) in modules() {
        machine.instantiate(&mut NoHost, &module(&format!("(module {parts})")), &[]).unwrap();
    }
}

#[test]
fn a_segment_out_of_bounds_is_the_truth() {
    let data = "x".repeat(100_000);
    let wat = format!(r#"(module (memory 1) (data (i32.const 0) "{data}"))"#);
    assert_eq!(cost(&wat, 0).unwrap_err().trap(), Some(Trap::MemoryOutOfBounds));
}

#[test]
fn an_interrupt_ends_an_instantiation() {
    let tables = "(table 4000000 funcref (ref.func $f)) ".repeat(40);
    let module = module(&format!("(module (func $f) {tables})"));
    let mut config = Config::new();
    config.interruptible(true);
    let mut machine = Machine::new(&config);
    let handle = machine.interrupt_handle_for_run();
    let other = thread::spawn(move || {
        thread::sleep(Duration::from_millis(20));
        handle.interrupt();
        Instant::now()
    });
    let error = machine.instantiate(&mut NoHost, &module, &[]).unwrap_err();
    let stopped = Instant::now();
    assert_eq!(error.trap(), Some(Trap::Interrupted));
    // A generous bound: threads of a busy test machine may wait for a processor.
    assert!(stopped - other.join().unwrap() < Duration::from_millis(500));
}
