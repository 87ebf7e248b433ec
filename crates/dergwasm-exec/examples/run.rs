//! Uses the machine without the typed layer: a host that calls back, a trap, and a pause.

use dergwasm_exec::{Config, Error, Host, HostCall, Machine, MachineMut, Module, Outcome};
use dergwasm_store::HostFuncId;
use dergwasm_types::{FuncType, ValType, Value};

/// The system calls: 0 prints a number, 1 calls the export `twice` of whoever calls.
struct Calls;

impl Host for Calls {
    fn call(&mut self, mut machine: MachineMut<'_>, call: HostCall<'_>) -> Result<(), Error> {
        match call.id.0 {
            0 => println!("the guest says {}", call.values[0].as_i32()),
            _ => {
                let twice = call.caller.and_then(|caller| machine.export_func(caller, "twice"));
                let twice = twice.ok_or_else(|| Error::msg("the caller exports no `twice`"))?;
                machine.invoke(self, twice, call.values)?;
            }
        }
        Ok(())
    }
}

const GUEST: &str = r#"(module $guest
    (import "host" "print" (func $print (param i32)))
    (import "host" "twice" (func $twice (param i32) (result i32)))
    (func (export "twice") (param i32) (result i32) (i32.shl (local.get 0) (i32.const 1)))
    (func (export "main") (call $print (call $twice (i32.const 21))))
    (func (export "divide") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
    (func (export "count") (param i32) (result i32) (local i32)
        (loop $again
            (local.set 1 (i32.add (local.get 1) (i32.const 1)))
            (br_if $again (i32.lt_u (local.get 1) (local.get 0))))
        (local.get 1)))"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut machine = Machine::new(Config::new().consume_fuel(true));
    let print = machine.alloc_host_func(&FuncType::new([ValType::I32], []), HostFuncId(0))?;
    let twice = FuncType::new([ValType::I32], [ValType::I32]);
    let twice = machine.alloc_host_func(&twice, HostFuncId(1))?;
    let module = Module::new(&wat::parse_str(GUEST)?)?;
    machine.set_fuel(10_000)?;
    let guest = machine.instantiate(&mut Calls, &module, &[print.into(), twice.into()])?;
    let export = |machine: &Machine, name| machine.export_func(guest, name).ok_or("no export");

    let main = export(&machine, "main")?;
    machine.invoke(&mut Calls, main, &mut [])?;

    let divide = export(&machine, "divide")?;
    if let Err(error) = machine.invoke(&mut Calls, divide, &mut [Value::from(0)]) {
        println!("{error}");
        error.backtrace().into_iter().for_each(|backtrace| println!("{backtrace}"));
    }

    let count = export(&machine, "count")?;
    let mut values = [Value::from(5_000)];
    let mut outcome = machine.invoke_resumable(&mut Calls, count, &mut values)?;
    while let Outcome::Paused(run) = outcome {
        println!("{}; going on", run.reason());
        machine.set_fuel(10_000)?;
        outcome = machine.resume(&mut Calls, run, &mut values)?;
    }
    println!("counted to {}", values[0].as_i32());
    Ok(())
}
