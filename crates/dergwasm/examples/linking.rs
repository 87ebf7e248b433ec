//! Two modules linked by name: one exports a memory and a function, the other uses both.
//!
//! `cargo run -p dergwasm --example linking`

use dergwasm::{Error, Linker, Machine, MissingImports, Module};

const LIBRARY: &[u8] = br#"
(module
  (memory (export "memory") 1)
  (global $next (mut i32) (i32.const 1024))
  (func (export "alloc") (param $size i32) (result i32)
    (global.get $next)
    (global.set $next (i32.add (global.get $next) (local.get $size)))))
"#;

const APP: &[u8] = br#"
(module
  (import "library" "memory" (memory 1))
  (import "library" "alloc" (func $alloc (param i32) (result i32)))
  (func (export "store") (param $value i64) (result i32)
    (local $at i32)
    (local.set $at (call $alloc (i32.const 8)))
    (i64.store (local.get $at) (local.get $value))
    (local.get $at)))
"#;

fn main() -> Result<(), Error> {
    let (library, app) = (Module::new(LIBRARY)?, Module::new(APP)?);
    let mut machine = Machine::new(());
    let mut linker = Linker::new();

    // All missing imports are reported at once.
    let error = linker.instantiate(&mut machine, &app).expect_err("nothing is defined yet");
    println!("{error}");
    assert_eq!(error.downcast::<MissingImports>()?.imports().len(), 2);

    let instance = linker.instantiate(&mut machine, &library)?;
    linker.instance(&machine, "library", instance)?;
    let app = linker.instantiate(&mut machine, &app)?;

    let store = app.get_typed_func::<i64, u32>(&machine, "store")?;
    for value in [17, -4] {
        let at = store.call(&mut machine, value)?;
        let memory = instance.get_memory(&machine, "memory").expect("exported");
        println!("{} is stored at {at}", memory.get::<i64>(&machine, at.into())?);
    }
    Ok(())
}
