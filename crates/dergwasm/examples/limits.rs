//! A guest that nobody trusts: its memory, its depth of calls and its time are bounded.
//!
//! `cargo run -p dergwasm --example limits`

use dergwasm::{
    Config, Error, Instance, Machine, Module, ResourceLimits, Trap, TypedResumableCall,
};

const GUEST: &[u8] = br#"
(module
  (memory 1)
  (func (export "grow") (result i32) (memory.grow (i32.const 100)))
  (func $deep (export "deep") (call $deep) (call $deep))
  (func (export "endless") (loop (br 0)))
  (func (export "count") (param $n i32) (result i32) (local $i i32)
    (loop
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if 0 (i32.lt_u (local.get $i) (local.get $n))))
    local.get $i))
"#;

fn main() -> Result<(), Error> {
    let mut config = Config::new();
    config.consume_fuel(true).max_call_depth(500);
    let mut machine = Machine::with_config(&config, ());
    machine.set_limiter(ResourceLimits::new().memory_bytes(1 << 20));
    machine.set_fuel(100_000)?;
    let module = Module::with_config(&config, GUEST)?;
    let instance = Instance::new(&mut machine, &module, &[])?;

    let grow = instance.get_typed_func::<(), i32>(&machine, "grow")?;
    println!("growing beyond the limit gives {}", grow.call(&mut machine, ())?);

    for name in ["deep", "endless"] {
        let endless = instance.get_typed_func::<(), ()>(&machine, name)?;
        let trap = endless.call(&mut machine, ()).expect_err("it has no end").trap();
        println!("{name}: {}", trap.map_or("no trap".to_string(), |trap: Trap| trap.to_string()));
    }

    // A run that is out of fuel can go on when there is more.
    machine.set_fuel(1000)?;
    let count = instance.get_typed_func::<u32, u32>(&machine, "count")?;
    let mut call = count.call_resumable(&mut machine, 1000)?;
    let mut refills = 0;
    while let TypedResumableCall::Paused(paused) = call {
        refills += 1;
        machine.set_fuel(1000)?;
        call = paused.resume(&mut machine)?;
    }
    println!("counted with {} refills", if refills > 1 { "several" } else { "too few" });
    Ok(())
}
