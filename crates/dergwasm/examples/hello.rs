//! A module with an import, instantiated and called.
//!
//! `cargo run -p dergwasm --example hello`

use dergwasm::{Caller, Error, Linker, Machine, Module};

const HELLO: &[u8] = br#"
(module
  (import "host" "print" (func $print (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "Hello from WebAssembly!")
  (func (export "hello") (call $print (i32.const 0) (i32.const 23))))
"#;

fn main() -> Result<(), Error> {
    let module = Module::new(HELLO)?;

    let mut linker = Linker::new();
    linker.func_wrap("host", "print", |caller: Caller<'_, ()>, ptr: u32, len: u32| {
        let mut text = vec![0; len.min(1000) as usize];
        caller.heap()?.read(&caller, ptr.into(), &mut text)?;
        println!("{}", String::from_utf8_lossy(&text));
        Ok(())
    })?;

    let mut machine = Machine::new(());
    let instance = linker.instantiate(&mut machine, &module)?;
    let hello = instance.get_typed_func::<(), ()>(&machine, "hello")?;
    hello.call(&mut machine, ())
}
