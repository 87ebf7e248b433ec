//! Strings both ways: the guest passes text to the host, and the host text to the guest.
//!
//! `cargo run -p dergwasm --example strings`

use dergwasm::guest::{CStr, ExportedAllocator, GuestAllocator, Utf8};
use dergwasm::{Caller, Error, Linker, Machine, Module};

/// Greets whoever it is told to greet, and frees the name it was given.
const GUEST: &[u8] = br#"
(module
  (import "host" "print" (func $print (param i32 i32)))
  (import "host" "log" (func $log (param i32)))
  (memory (export "memory") 1)
  (data (i32.const 8) "greeting\00Hello, ")
  (global $next (mut i32) (i32.const 1024))
  (func (export "malloc") (param $size i32) (result i32)
    (global.get $next)
    (global.set $next (i32.add (global.get $next) (local.get $size))))
  (func $free (export "free") (param i32))
  (func (export "greet") (param $name i32) (param $len i32)
    (call $log (i32.const 8))
    (call $print (i32.const 17) (i32.const 7))
    (call $print (local.get $name) (local.get $len))
    (call $free (local.get $name))))
"#;

fn main() -> Result<(), Error> {
    let mut linker = Linker::new();
    // A string with its length, as Rust has it: two numbers in the guest, one argument here.
    linker.func_wrap("host", "print", |mut caller: Caller<'_, String>, text: Utf8| {
        let text = text.to_str(&caller)?.to_string();
        caller.data_mut().push_str(&text);
        Ok(())
    })?;
    // A string with a zero at its end, as C has it.
    linker.func_wrap("host", "log", |caller: Caller<'_, String>, text: CStr| {
        println!("log: {}", text.to_str(&caller)?);
        Ok(())
    })?;

    let mut machine = Machine::new(String::new());
    let instance = linker.instantiate(&mut machine, &Module::new(GUEST)?)?;
    let greet = instance.get_typed_func::<(u32, u32), ()>(&machine, "greet")?;

    // The guest's own allocator finds room for what the host hands over.
    let allocator = ExportedAllocator::find(&machine, instance)?;
    let name = allocator.alloc_str(&mut machine, "дракон")?;
    greet.call(&mut machine, (name.address(), name.len()))?;
    println!("{}", machine.data());

    let error = greet.call(&mut machine, (65_530, 100)).expect_err("the memory ends before");
    println!("{error}");
    Ok(())
}
